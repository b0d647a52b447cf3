"""What a drawing shows, before it has a place: cards with their text, links between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.spelling import ATOM, Term
from autograd.value import Constant, Parameter, Value
from autograd.views.draw.layout import Graph
from autograd.views.modules import LEVELS, fold, module_of
from autograd.views.write.formula import is_path, leaf_term, write_each, write_short
from autograd.views.write.names import places
from autograd.views.write.notation import TEXT
from autograd.views.write.text import number, shorten, visible, width

ROLES = ("input", "parameter", "constant", "operation", "output", "module")

FULL_DETAIL = 300
LONGEST_TITLE = 160
MOST_FOR_LABELS = 22  # columns; wide enough for layers.10.neurons.10.w0

COLUMN = 6.8  # pixels for one character of 11 px; the widest common monospace fonts need 0.617 em
LINE = 14.0
PADDING = 8.0
STACK = 6.0  # by how much the sheets of a folded module are shifted


@dataclass(frozen=True, slots=True)
class Card:
    """One box of a drawing.

    Parameters
    ----------
    role : str
        One of `ROLES`.
    name, symbol : str
        The first line: label or expression, and the sign of the operation. Both fit the card.
    rows : tuple of (key, text)
        The lines below, such as ``("data", "0.4")``.
    title : str
        Everything in full, for a tooltip and for screen readers.
    values : tuple of Values
        The node that the card stands for; for a folded module its nodes.
    """

    role: str
    name: str
    symbol: str
    rows: tuple[tuple[str, str], ...]
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two cards.

    Parameters
    ----------
    source, target : int
        Indices of cards: a parent and its consumer.
    argument : int
        The position of the parent among the consumer's arguments; -1 at a folded module.
    count : int
        How many links of the graph it stands for: more than one only at a folded module.
    """

    source: int
    target: int
    argument: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """Cards and links, in an order that the graph alone determines.

    Parameters
    ----------
    cards : tuple of Card
    links : tuple of Link
    columns : int
        How many characters fit in a line of a card.
    """

    cards: tuple[Card, ...]
    links: tuple[Link, ...]
    columns: int

    def card_width(self) -> float:
        """Width of every card in pixels."""
        return round(self.columns * COLUMN + 2 * PADDING)

    def card_height(self, card: Card) -> float:
        """Height of a card in pixels."""
        stack = STACK if card.role == "module" else 0.0
        return (1 + len(card.rows)) * LINE + PADDING + stack

    def graph(self, direction: str, label: tuple[float, float] = (0.0, 0.0)) -> Graph:
        """What a layout needs to know; `label` is the room to keep for labels of links."""
        return Graph(
            sizes=[(self.card_width(), self.card_height(card)) for card in self.cards],
            links=[(link.source, link.target) for link in self.links],
            direction=direction,
            label=label,
        )


def picture(
    outputs: Sequence[Value],
    *,
    precision: int = 6,
    share_leaves: bool = True,
    fold_by: str | bool | None = None,
    max_nodes: int = 3000,
) -> Picture:
    """Describe the graph of some outputs; the parameters are those of `draw`.

    Raises
    ------
    ValueError
        If there would be more than `max_nodes` cards.
    """
    order = _order(outputs)
    owner = _owner(order, outputs, share_leaves, fold_by)
    collector = _Collector(owner, share_leaves)
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
    writer = _Writer(order, outputs, precision)
    exits = _exits(order, owner)
    cards = []
    for module, values in collector.members:
        if module:
            cards.append(writer.module(module, tuple(values), exits.get(module, [])))
        else:
            cards.append(writer.node(*values))
    return Picture(tuple(cards), tuple(collector.links.values()), writer.columns)


def _order(outputs: Sequence[Value]) -> list[Value]:
    # Computed nodes of all outputs, parents before consumers.
    return list(dict.fromkeys([node for root in outputs for node in topological_order(root)]))


def _owner(
    order: list[Value], outputs: Sequence[Value], share_leaves: bool, fold_by: str | bool | None
) -> dict[Value, str]:
    if fold_by is None:
        leaves = [parent for node in order for parent in node.parents if not parent.parents]
        cards = len(order) + (len(set(leaves)) if share_leaves else len(leaves))
        fold_by = "layer" if cards > FULL_DETAIL else False
    return fold(order, frozenset(outputs), fold_by) if isinstance(fold_by, str) else {}


def _exits(order: list[Value], owner: dict[Value, str]) -> dict[str, list[Value]]:
    # The computed nodes of each module that something outside it reads.
    exits: dict[str, dict[Value, None]] = {}
    for node in order:
        for parent in node.parents:
            module = owner.get(parent)
            if module and parent.parents and owner.get(node) != module:
                exits.setdefault(module, {})[parent] = None
    return {module: list(nodes) for module, nodes in exits.items()}


class _Collector:
    # Gathers cards in the order in which they are met, and the links between them.

    def __init__(self, owner: dict[Value, str], share_leaves: bool) -> None:
        self.owner = owner
        self.share_leaves = share_leaves
        self.members: list[tuple[str, dict[Value, None]]] = []
        self.index: dict[Value | str, int] = {}
        self.links: dict[tuple[int, int, int], Link] = {}

    def card(self, value: Value) -> int:
        module = self.owner.get(value, "")
        index = self.index.setdefault(module or value, len(self.members))
        if index == len(self.members):
            self.members.append((module, {}))
        self.members[index][1][value] = None
        return index

    def links_of(self, node: Value) -> None:
        sources = [self.source(parent) for parent in node.parents]
        target = self.card(node)
        for argument, source in enumerate(sources):
            folded = bool(self.members[source][0] or self.members[target][0])
            if not folded:
                self.links[source, target, argument] = Link(source, target, argument)
            elif source != target:
                key = (source, target, -1)
                count = self.links[key].count + 1 if key in self.links else 1
                self.links[key] = Link(source, target, -1, count)

    def source(self, parent: Value) -> int:
        if self.share_leaves or parent.parents or parent in self.owner:
            return self.card(parent)
        self.members.append(("", {parent: None}))
        return len(self.members) - 1


class _Writer:
    # Writes the text of cards.

    def __init__(self, order: Sequence[Value], outputs: Sequence[Value], precision: int) -> None:
        self.outputs = frozenset(outputs)
        self.precision = precision
        self.has_gradient = any(output.grad != 0.0 for output in outputs)
        self.places = places(order)
        self.terms: dict[Value, Term] = {node: (name, ATOM) for node, name in self.places.items()}
        longest = 0
        for value in dict.fromkeys([v for node in order for v in (*node.parents, node)]):
            if value.label:
                self.terms[value] = TEXT.label(_last_part(value))
                longest = max(longest, width(visible(value.label)) + 1 + len(_symbol(value)))
            elif not value.parents:
                self.terms[value] = self._brief_number(value)
        numbers = precision + len("data -.e-300")
        self.columns = max(numbers, min(longest, MOST_FOR_LABELS))
        self.expressions = write_each(order, self.terms, LONGEST_TITLE)

    def _brief_number(self, value: Value) -> Term:
        text = number(value.data, self.precision)
        return (text, ATOM) if text[0] != "-" else ("−" + text[1:], leaf_term(value, TEXT)[1])

    def node(self, value: Value) -> Card:
        symbol = shorten(visible(_symbol(value)), self.columns // 2)
        room = self.columns - (width(symbol) + 1 if symbol else 0)
        return Card(
            role=self._role(value),
            name=self._name(value, room),
            symbol=symbol,
            rows=self._numbers(value),
            title=self._title(value),
            values=(value,),
        )

    def _name(self, value: Value, room: int) -> str:
        expression = self.expressions.get(value) or self._brief_number(value)[0]
        if not value.label and width(expression) <= room:
            return expression
        name = visible(value.label) or self.places.get(value)
        if name:
            return shorten(name, room, keep_end=is_path(name))
        return write_short(value, self.terms, self.expressions, room)

    def module(self, module: str, values: tuple[Value, ...], exits: Sequence[Value]) -> Card:
        parameters = [value for value in values if isinstance(value, Parameter)]
        neurons = {module_of(parameter.label, "neuron") for parameter in parameters}
        rows = [("nodes", str(len(values)))]
        if parameters:
            rows.insert(0, ("parameters", str(len(parameters))))
        if len(neurons) > 1:
            rows.insert(0, ("neurons", str(len(neurons))))
        counts = ", ".join([f"{text} {key}" for key, text in rows])
        if len(exits) == 1:
            rows += self._numbers(exits[0])
        return Card(
            role="module",
            name=shorten(visible(module), self.columns, keep_end=True),
            symbol="",
            rows=tuple(rows),
            title=f"{visible(module)}\nmodule with {counts}",
            values=values,
        )

    def _role(self, value: Value) -> str:
        if value in self.outputs:
            return "output"
        if isinstance(value, Parameter):
            return "parameter"
        if isinstance(value, Constant):
            return "constant"
        return "operation" if value.parents else "input"

    def _numbers(self, value: Value) -> tuple[tuple[str, str], ...]:
        grad = number(value.grad, self.precision) if self.has_gradient else "–"
        return ("data", number(value.data, self.precision)), ("grad", grad)

    def _title(self, value: Value) -> str:
        name = visible(value.label) or self.places.get(value, "")
        expression = self.expressions.get(value, "")
        if not name and not expression:
            name = self._brief_number(value)[0]
        first = " = ".join([part for part in (name, expression) if part])
        what = (
            f"{self._role(value)}: {value.operation.name}" if value.operation else self._role(value)
        )
        grad = repr(value.grad) if self.has_gradient else "–"
        return f"{first}\n{what}\ndata {value.data!r}\ngrad {grad}"


def _symbol(value: Value) -> str:
    return value.operation.symbol if value.operation else ""


def _last_part(value: Value) -> str:
    # In an expression w0 is enough for layers.0.neurons.1.w0: the card is beside its parameters.
    if not isinstance(value, Parameter):
        return value.label
    module = module_of(value.label, "neuron")
    return value.label.removeprefix(f"{module}.") if module else value.label
