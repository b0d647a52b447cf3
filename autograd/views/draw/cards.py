"""What is written on each card of a drawing: name, symbol, numbers, and a title in full.

Read next: `picture`, which cards and links there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from autograd.spelling import Term
from autograd.value import Constant, Parameter, Value
from autograd.views.chains import Chain
from autograd.views.draw.words import WORDS
from autograd.views.modules import module_of
from autograd.views.write.formula import is_path, leaf_term, write, write_each, write_short
from autograd.views.write.names import is_defined, is_number, names, places
from autograd.views.write.notation import TEXT
from autograd.views.write.text import number, shorten, visible, width, with_minus

ROLES = ("input", "parameter", "constant", "operation", "output", "module")
LONGEST_TITLE = 160  # characters of its expression
FEWEST_COLUMNS = 14  # of a card, for its name
MOST_FOR_LABELS = 22  # columns; wide enough for layers.10.neurons.10.w0


@dataclass(frozen=True, slots=True)
class Card:
    """One box of a drawing.

    Parameters
    ----------
    role : str
        One of `ROLES`.
    name, symbol : str
        The first line: the node's name, with its formula where that is a number such as v1, and the
        sign of the operation. Both fit the card.
    rows : tuple of (key, text)
        The lines below, such as ``("data", "0.4")``; the keys are those of `words`, in English.
    title : str
        Everything in full, for a tooltip and for screen readers.
    values : tuple of Values
        The node that the card stands for; for a folded module or a long sum its nodes.
    shown : Value or None
        Whose data and gradient the rows show; None where a module hands on none or several.
    """

    role: str
    name: str
    symbol: str
    rows: tuple[tuple[str, str], ...]
    title: str
    values: tuple[Value, ...]
    shown: Value | None

    @property
    def is_number(self) -> bool:
        """Whether its name says its one number already, as a constant's does."""
        return self.rows == (("data", self.name),)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The rows that are drawn below the first line: a number alone needs none."""
        return () if self.is_number else self.rows


class CardWriter:
    """Writes the cards of one graph, all for the same width.

    Parameters
    ----------
    order : sequence of Values
        The computed nodes, parents before consumers.
    outputs : sequence of Values
    precision : int
        Significant digits.
    sums : mapping
        The long sums and products that are one card each, by their last nodes.
    fit : bool
        Whether the cards are as narrow as the numbers that there are allow. If not, there is room
        for any number, as where numbers change.
    lang : {"en", "zh"}
        The language of the titles.
    """

    def __init__(
        self,
        order: Sequence[Value],
        outputs: Sequence[Value],
        precision: int,
        sums: Mapping[Value, Chain] = MappingProxyType({}),
        *,
        fit: bool = False,
        lang: str = "en",
    ) -> None:
        self.words = WORDS[lang]
        self.outputs = frozenset(outputs)
        self.precision = precision
        self.has_gradient = any(output.grad != 0.0 for output in outputs)
        self.names = names(order, outputs)
        self.places = places(order)
        self.terms: dict[Value, Term] = {}  # both are written when they are needed
        self.expressions: dict[Value, str] = {}
        self.in_full = write_each(order, self._labelled, LONGEST_TITLE)
        numbers = self._longest_number(order) if fit else precision + len("data -.e-300")
        in_sums = {node for chain in sums.values() for node in chain.nodes}
        self.columns = max(numbers, self._longest_name([n for n in order if n not in in_sums]))
        self.fit = fit

    def columns_of_numbers(self, cards: Sequence[Card]) -> int:
        """How many characters a card has room for that is a number alone."""
        longest = max([width(card.name) for card in cards if card.is_number], default=1)
        return longest if self.fit else max(longest, self.precision + len("-.e-300"))

    def node(self, value: Value) -> Card:
        """The card of a node by itself."""
        symbol = shorten(visible(_symbol(value)), self.columns // 2)
        if self._says_its_symbol(value, symbol):
            symbol = ""
        room = self.columns - (width(symbol) + 1 if symbol else 0)
        return Card(
            role=self._role(value),
            name=self._name(value, room),
            symbol=symbol,
            rows=self._numbers(value),
            title=self._title(value),
            values=(value,),
            shown=value,
        )

    def chain(self, chain: Chain) -> Card:
        """The card of a long sum or product, with the number of its terms."""
        whole, count = chain.nodes[-1], str(len(chain.terms))
        counted = "terms" if chain.symbol == "Σ" else "factors"
        card = self.node(whole)
        return replace(
            card,
            name=self._name_of_chain(chain, self.columns - width(chain.symbol) - 1),
            symbol=chain.symbol,
            rows=(*card.rows, (counted, count)),
            title=f"{card.title}\n{self.words.keys[counted]} {count}",
            values=chain.nodes,
        )

    def module(self, module: str, values: tuple[Value, ...], shown: Value | None) -> Card:
        """The card of a module, with counts; `shown` is the one value that it hands on, if any."""
        parameters = [value for value in values if isinstance(value, Parameter)]
        neurons = {module_of(parameter.label, "neuron") for parameter in parameters}
        several = len(neurons) if len(neurons) > 1 else 0
        numbers = {"neurons": several, "parameters": len(parameters), "nodes": len(values)}
        counts = [(key, str(number)) for key, number in numbers.items() if number]
        return Card(
            role="module",
            name=shorten(visible(module), self.columns, keep_end=True),
            symbol="",
            rows=(*counts, *(self._numbers(shown) if shown is not None else ())),
            title=f"{visible(module)}\n{self.words.contents(counts)}",
            values=values,
            shown=shown,
        )

    def _longest_name(self, order: Sequence[Value]) -> int:
        # A label that is too long is cut, a formula is then not worth the room.
        wanted = []
        for value, name in self.names.items():
            if value.label:
                wanted.append(width(name) + _room_for_symbol(value))
                if wanted[-1] >= MOST_FOR_LABELS:
                    return MOST_FOR_LABELS
        for value in filter(is_defined, order):
            formula = self._defined(value)
            says_it = _symbol(value).lower() in formula.lower()
            wanted.append(width(formula) + (0 if says_it else _room_for_symbol(value)))
        return max([columns for columns in wanted if columns <= MOST_FOR_LABELS], default=0)

    def _longest_number(self, order: Sequence[Value]) -> int:
        nodes = {value for node in order for value in (node, *node.parents)} | self.outputs
        rows = [row for value in nodes for row in self._numbers(value)]
        return max(FEWEST_COLUMNS, *[width(f"{key} {text}") for key, text in rows])

    def _term(self, value: Value) -> Term:
        if value not in self.terms:
            name = self.names[value]
            brief = is_number(value, name)
            term = self._brief_number(value) if brief else TEXT.label(_last_part(value, name))
            self.terms[value] = term
        return self.terms[value]

    def _expression(self, value: Value) -> str:
        if value not in self.expressions:
            self.expressions[value] = write_each([value], self._term, LONGEST_TITLE)[value]
        return self.expressions[value]

    def _labelled(self, value: Value) -> Term | None:
        return None if is_defined(value) else self._term(value)

    def _brief_number(self, value: Value) -> Term:
        return number(value.data, self.precision), leaf_term(value, TEXT)[1]

    def _name(self, value: Value, room: int) -> str:
        name = self.names[value]
        if is_number(value, name):
            return self._brief_number(value)[0]
        if not is_defined(value):
            return shorten(name, room, keep_end=is_path(name))
        left = room - width(f"{name} = ")
        expression = self._expression(value)
        formula = write_short(value, self._term, self.expressions, left)
        says_nothing = formula == shorten(expression, left) != expression
        if not says_nothing:
            return f"{name} = {formula}"
        place = self.places.get(value)
        return f"{name} = {shorten(place, left, keep_end=True)}" if place else name

    def _name_of_chain(self, chain: Chain, room: int) -> str:
        # All its terms or none: the sums inside it have a name, but no card that shows it.
        whole = chain.nodes[-1]
        if not is_defined(whole):
            return self._name(whole, room)
        name = self.names[whole]
        terms = {term: self._term(term) for term in chain.terms}
        full = f"{name} = {write(whole, terms, TEXT)}"
        return full if width(full) <= room else name

    def _defined(self, value: Value) -> str:
        return f"{self.names[value]} = {self._expression(value)}"

    def _says_its_symbol(self, value: Value, symbol: str) -> bool:
        # softplus(v1) needs no softplus beside it, if both together are too long for the card.
        if not is_defined(value):
            return False
        defined = self._defined(value)
        fits_alone = self.columns - 1 - width(symbol) < width(defined) <= self.columns
        return fits_alone and symbol.lower() in defined.lower()

    def _role(self, value: Value) -> str:
        if value in self.outputs:
            return "output"
        if isinstance(value, Parameter):
            return "parameter"
        if isinstance(value, Constant):
            return "constant"
        return "operation" if value.parents else "input"

    def _numbers(self, value: Value) -> tuple[tuple[str, str], ...]:
        data = "data", number(value.data, self.precision)
        if self._is_constant(value):
            return (data,)
        return data, ("grad", number(value.grad, self.precision) if self.has_gradient else "–")

    def _is_constant(self, value: Value) -> bool:
        return self._role(value) == "constant"

    def _title(self, value: Value) -> str:
        name = self.names[value]
        first = self._brief_number(value)[0] if is_number(value, name) else name
        role = self.words.roles[self._role(value)]
        if value.operation:
            role = self.words.made.format(role, value.operation.name)
        place = self.places.get(value)
        keys = self.words.keys
        lines = [
            f"{first} = {self.in_full[value]}" if value.parents else first,
            role + (f", {place}" if place else ""),
            f"{keys['data']} {with_minus(repr(value.data))}",
        ]
        if not self._is_constant(value):
            gradient = with_minus(repr(value.grad)) if self.has_gradient else "–"
            lines.append(f"{keys['grad']} {gradient}")
        return "\n".join(lines)


def _symbol(value: Value) -> str:
    return value.operation.symbol if value.operation else ""


def _room_for_symbol(value: Value) -> int:
    return width(_symbol(value)) + 1


def _last_part(value: Value, name: str) -> str:
    # In an expression w0 is enough for layers.0.neurons.1.w0: the card is beside its parameters.
    if not isinstance(value, Parameter):
        return name
    module = module_of(name, "neuron")
    return name.removeprefix(f"{module}.") if module else name
