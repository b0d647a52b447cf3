"""What a drawing shows, before anything has a place: which cards, and the links between them.

Read next: the room `layout`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.chains import Chain, chains
from autograd.views.draw.cards import Card, CardWriter
from autograd.views.draw.layout import Graph
from autograd.views.draw.words import WORDS, Words
from autograd.views.modules import LEVELS, fold

FULL_DETAIL = 300  # cards up to which nothing is folded unless asked for

# All in pixels.
COLUMN = 6.8  # for one character of 11 px; the widest common monospace fonts need 0.617 em
LINE = 14.0
PADDING = 8.0
STACK = 6.0  # by how much the sheets of a folded module are shifted


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two cards.

    Parameters
    ----------
    source, target : int
        Indices of cards: a parent and its consumer.
    argument : int
        The position of the parent among the consumer's arguments; -1 at a card that stands for
        several nodes, a folded module or a long sum.
    count : int
        How many links of the graph it stands for: more than one only at such a card.
    """

    source: int
    target: int
    argument: int
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Cards and links, in an order that the graph alone determines.

    Parameters
    ----------
    cards : tuple of Card
    links : tuple of Link
    columns, columns_of_numbers : int
        How many characters fit in a line of a card; and of a card that is a number alone.
    lang : {"en", "zh"}
        The language in which it is written.
    """

    cards: tuple[Card, ...]
    links: tuple[Link, ...]
    columns: int
    columns_of_numbers: int
    lang: str = "en"

    @property
    def words(self) -> Words:
        """The words of its language."""
        return WORDS[self.lang]

    def card_width(self, card: Card) -> float:
        """Width of a card in pixels: two, one of them for numbers alone, so that edges align."""
        columns = self.columns_of_numbers if card.is_number else self.columns
        return round(columns * COLUMN + 2 * PADDING)

    def card_height(self, card: Card) -> float:
        """Height of a card in pixels."""
        stack = STACK if card.role == "module" else 0.0
        return (1 + len(card.lines)) * LINE + PADDING + stack

    def graph(
        self,
        direction: str,
        label: tuple[float, float] = (0.0, 0.0),
        wrap: int | None = False,
    ) -> Graph:
        """What a layout needs to know; the parameters are those of `Graph`."""
        return Graph(
            sizes=[(self.card_width(card), self.card_height(card)) for card in self.cards],
            links=[(link.source, link.target) for link in self.links],
            direction=direction,
            label=label,
            wrap=wrap,
        )


def picture(
    outputs: Sequence[Value],
    *,
    precision: int = 6,
    share_leaves: bool = True,
    fold_by: str | bool | None = None,
    max_nodes: int = 3000,
    fit: bool = False,
    lang: str = "en",
) -> Picture:
    """Describe the graph of some outputs; the parameters are those of `draw` and of `CardWriter`.

    Raises
    ------
    ValueError
        If there would be more than `max_nodes` cards.
    """
    # The computed nodes of all outputs, parents before consumers.
    order = list(dict.fromkeys([node for root in outputs for node in topological_order(root)]))
    owner, whole = _folding(order, outputs, share_leaves, fold_by)
    collector = _Collector(owner, whole, share_leaves)
    for node in order:
        collector.links_of(node)
    for output in outputs:
        collector.card(output)
    if len(collector.members) > max_nodes:
        options = " or ".join([f"fold={level!r}" for level in LEVELS])
        raise ValueError(
            f"the drawing would have {len(collector.members)} cards, more than "
            f"max_nodes={max_nodes}: show each module as one card with {options} (modules are "
            "known by their parameters' labels), draw a part of the graph, or raise max_nodes"
        )
    modules = any(module for module, _ in collector.members)  # their counts need room
    writer = CardWriter(order, outputs, precision, whole, fit=fit and not modules, lang=lang)
    exits = _exits(order, owner)
    cards = [
        _card(writer, module, tuple(values), exits, whole) for module, values in collector.members
    ]
    links = [Link(*ends, count) for ends, count in collector.links.items()]
    numbers = writer.columns_of_numbers(cards)
    return Picture(tuple(cards), tuple(links), writer.columns, numbers, lang)


def _folding(
    order: list[Value], outputs: Sequence[Value], share_leaves: bool, fold_by: str | bool | None
) -> tuple[dict[Value, str], dict[Value, Chain]]:
    # The module of each node that is shown as a part of one; and by their last nodes the chains.
    ends = frozenset(outputs)
    if fold_by is False:
        return {}, {}
    leaves = [parent for node in order for parent in node.parents if not parent.parents]
    count = len(set(leaves)) if share_leaves else len(leaves)
    if fold_by is None and count <= FULL_DETAIL:
        whole = chains(order, ends)
        inside = sum([len(chain.nodes) - 1 for chain in whole.values()])
        if len(order) - inside + count <= FULL_DETAIL:
            return {}, whole
    owner = fold(order, ends, str(fold_by or "time"))
    if fold_by is None and len(set(owner.values())) > FULL_DETAIL:
        owner = fold(order, ends, "layer")
    return owner, chains(order, ends, owner.keys())


def _card(
    writer: CardWriter,
    module: str,
    values: tuple[Value, ...],
    exits: dict[str, Value],
    whole: dict[Value, Chain],
) -> Card:
    if module:
        return writer.module(module, values, exits.get(module))
    chain = whole.get(values[-1])
    return writer.chain(chain) if chain else writer.node(*values)


def _exits(order: list[Value], owner: dict[Value, str]) -> dict[str, Value]:
    # For each module of which other cards read one computed node alone: that node.
    exits: dict[str, set[Value]] = {}
    for node in order:
        for parent in node.parents:
            module = owner.get(parent)
            if module and parent.parents and owner.get(node) != module:
                exits.setdefault(module, set()).add(parent)
    return {module: nodes.pop() for module, nodes in exits.items() if len(nodes) == 1}


class _Collector:
    # Gathers cards in the order in which they are met, and the links between them.

    def __init__(
        self, owner: dict[Value, str], whole: dict[Value, Chain], share_leaves: bool
    ) -> None:
        self.owner = owner
        self.whole = whole
        self.inside = {node for chain in whole.values() for node in chain.nodes[:-1]}
        self.share_leaves = share_leaves
        self.members: list[tuple[str, dict[Value, None]]] = []  # of each card: module or "", nodes
        self.index: dict[Value | str, int] = {}
        self.links: Counter[tuple[int, int, int]] = Counter()  # source, target, argument

    def card(self, value: Value) -> int:
        module = self.owner.get(value, "")
        index = self.index.setdefault(module or value, len(self.members))
        if index == len(self.members):
            self.members.append((module, {}))
        self.members[index][1][value] = None
        return index

    def links_of(self, node: Value) -> None:
        if node in self.inside:
            return
        chain = self.whole.get(node)
        sources = [self.source(parent) for parent in (chain.terms if chain else node.parents)]
        target = self.card(node)
        several = chain is not None or bool(self.members[target][0])
        for argument, source in enumerate(sources):
            if not (several or self.members[source][0]):
                self.links[source, target, argument] += 1
            elif source != target:
                self.links[source, target, -1] += 1

    def source(self, parent: Value) -> int:
        if self.share_leaves or parent.parents or parent in self.owner:
            return self.card(parent)
        self.members.append(("", {parent: None}))
        return len(self.members) - 1
