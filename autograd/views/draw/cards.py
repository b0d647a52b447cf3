"""What is written on each card of a drawing: name, symbol, numbers, and a title in full.

Read next: `picture`, which cards and links there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograd.spelling import ATOM, Term
from autograd.value import Constant, Parameter, Value
from autograd.views.chains import Chain
from autograd.views.modules import module_of
from autograd.views.write.formula import is_path, leaf_term, write_each, write_short
from autograd.views.write.names import places, terms_of
from autograd.views.write.notation import TEXT
from autograd.views.write.text import number, shorten, visible, width

ROLES = ("input", "parameter", "constant", "operation", "output", "module")
LONGEST_TITLE = 160  # characters of its expression
MOST_FOR_LABELS = 22  # columns; wide enough for layers.10.neurons.10.w0


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


class CardWriter:
    """Writes the cards of one graph, all for the same width.

    Parameters
    ----------
    order : sequence of Values
        The computed nodes, parents before consumers.
    outputs : sequence of Values
    precision : int
        Significant digits.
    """

    def __init__(self, order: Sequence[Value], outputs: Sequence[Value], precision: int) -> None:
        self.outputs = frozenset(outputs)
        self.precision = precision
        self.has_gradient = any(output.grad != 0.0 for output in outputs)
        self.places = places(order)
        self.terms = terms_of(order, self.places, self._term)
        self.expressions = write_each(order, self.terms, LONGEST_TITLE)
        longest = max([_columns_for(value) for value in self.terms if value.label], default=0)
        numbers = precision + len("data -.e-300")
        self.columns = max(numbers, min(longest, MOST_FOR_LABELS))

    def node(self, value: Value) -> Card:
        """The card of a node by itself."""
        symbol = shorten(visible(_symbol(value)), self.columns // 2)
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
        room = self.columns - width(chain.symbol) - 1
        return replace(
            card,
            name=self._name(whole, room),
            symbol=chain.symbol,
            rows=(*card.rows, (counted, count)),
            title=f"{card.title}\n{counted} {count}",
            values=chain.nodes,
        )

    def module(self, module: str, values: tuple[Value, ...], shown: Value | None) -> Card:
        """The card of a module, with counts; `shown` is the one value that it hands on, if any."""
        parameters = [value for value in values if isinstance(value, Parameter)]
        neurons = {module_of(parameter.label, "neuron") for parameter in parameters}
        several = len(neurons) if len(neurons) > 1 else 0
        numbers = {"neurons": several, "parameters": len(parameters), "nodes": len(values)}
        counts = [(key, str(number)) for key, number in numbers.items() if number]
        listed = ", ".join([f"{text} {key}" for key, text in counts])
        return Card(
            role="module",
            name=shorten(visible(module), self.columns, keep_end=True),
            symbol="",
            rows=(*counts, *(self._numbers(shown) if shown is not None else ())),
            title=f"{visible(module)}\nmodule with {listed}",
            values=values,
            shown=shown,
        )

    def _term(self, value: Value) -> Term:
        return TEXT.label(_last_part(value)) if value.label else self._brief_number(value)

    def _brief_number(self, value: Value) -> Term:
        text = number(value.data, self.precision)
        return (text, ATOM) if text[0] != "-" else ("−" + text[1:], leaf_term(value, TEXT)[1])

    def _name(self, value: Value, room: int) -> str:
        expression = self.expressions.get(value) or self._brief_number(value)[0]
        if not value.label and width(expression) <= room:
            return expression
        name = visible(value.label) or self.places.get(value)
        if name:
            return shorten(name, room, keep_end=is_path(name))
        return write_short(value, self.terms, self.expressions, room)

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
        parts = [part for part in (name, self.expressions.get(value)) if part]
        first = " = ".join(parts) or self._brief_number(value)[0]
        operation = f": {value.operation.name}" if value.operation else ""
        grad = repr(value.grad) if self.has_gradient else "–"
        return f"{first}\n{self._role(value)}{operation}\ndata {value.data!r}\ngrad {grad}"


def _symbol(value: Value) -> str:
    return value.operation.symbol if value.operation else ""


def _last_part(value: Value) -> str:
    # In an expression w0 is enough for layers.0.neurons.1.w0: the card is beside its parameters.
    if not isinstance(value, Parameter):
        return value.label
    module = module_of(value.label, "neuron")
    return value.label.removeprefix(f"{module}.") if module else value.label


def _columns_for(value: Value) -> int:
    return width(visible(value.label)) + 1 + len(_symbol(value))
