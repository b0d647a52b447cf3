"""From a recorded graph to a Wengert list, without what need not be computed.

Equal subexpressions are computed once, operations on constants are done here, factors of 1 and the
like disappear, and what no result depends on is left out. Every rule keeps the value, in IEEE
arithmetic too: x + 0 stays, since it turns -0 into 0, and so does 0·x, which is nan for an infinite
x. (Where a derivative is 0 whatever x is, `autograd.backward.gradients` records nothing at all.)

Read next: `wengert`, `python`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from math import copysign
from typing import TypeAlias

from autograd.compiler.trace import order_of
from autograd.compiler.wengert import Instruction, WengertList
from autograd.graph import operation_of
from autograd.operation import look_up
from autograd.value import Value

Expression: TypeAlias = tuple[str, tuple[int, ...], tuple[float, ...]]
Labels: TypeAlias = dict[int, str]

_TRUTHS = {"greater", "greater_equal", "less", "less_equal", "heaviside"}
_COMMUTATIVE = {"add", "multiply"}


def translate(
    columns: Sequence[Value],
    parameters: Sequence[Value],
    outputs: Sequence[Value] = (),
    sums: Sequence[Value] = (),
) -> tuple[WengertList, Labels]:
    """Write the graph of some results as a Wengert list.

    Parameters
    ----------
    columns, parameters : sequences of leaves
        What differs from row to row, and what does not. Every other leaf is a constant.
    outputs, sums : sequences of Values
        The results wanted for each row, and those of which the sum over the rows is wanted.

    Returns
    -------
    tuple of (WengertList, dict)
        The list, and the labels of those slots that have one.

    Examples
    --------
    >>> from autograd import Value
    >>> x, w = Value(2.0, "x"), Value(3.0, "w")
    >>> product = w * x
    >>> product.label = "p"
    >>> program, labels = translate([x], [w], outputs=[product + w * x * 1.0])
    >>> [(i.name, i.arguments) for i in program.instructions], labels
    ([('multiply', (1, 0)), ('add', (2, 2))], {0: 'x', 1: 'w', 2: 'p'})
    """
    expressions = Expressions()
    number = {leaf: expressions.enter("column", i) for i, leaf in enumerate(columns)}
    for i, leaf in enumerate(parameters):
        number[leaf] = expressions.enter("parameter", i)
    order = order_of((*outputs, *sums))
    for node in order:
        for parent in node.parents:
            if parent not in number:
                number[parent] = expressions.constant(parent._data)
        operation = operation_of(node)
        arguments = tuple([number[parent] for parent in node.parents])
        number[node] = expressions.apply(operation.name, arguments, operation.parameters)
    for leaf in (*outputs, *sums):
        if leaf not in number:
            number[leaf] = expressions.constant(leaf._data)
    program, slots = expressions.listed(
        len(columns),
        len(parameters),
        [number[value] for value in outputs],
        [number[value] for value in sums],
    )
    labels: Labels = {}
    for value in (*columns, *parameters, *order):
        slot = slots.get(number[value])
        if value.label and slot is not None:
            labels.setdefault(slot, value.label)
    return program, labels


class Expressions:
    """Expressions, each numbered once: what is equal has the same number."""

    def __init__(self) -> None:
        self.listing: list[Expression] = []
        self.number: dict[Expression | bytes, int] = {}
        self.constants: dict[int, float] = {}

    def enter(self, name: str, index: int) -> int:
        """Enter a column or a parameter."""
        self.listing.append((name, (index,), ()))
        return len(self.listing) - 1

    def constant(self, value: float) -> int:
        """Number a constant; 0 and -0 are two."""
        key = struct.pack("d", value)
        number = self.number.get(key)
        if number is None:
            number = self.number[key] = len(self.listing)
            self.listing.append(("constant", (), (value,)))
            self.constants[number] = value
        return number

    def apply(self, name: str, arguments: tuple[int, ...], parameters: tuple[float, ...]) -> int:
        """Number an operation on expressions, in its simplest form."""
        rule = _RULES.get(name)
        simpler = rule and rule(self, *arguments, *parameters)
        if simpler is not None:
            return simpler
        ordered = arguments
        if name in _COMMUTATIVE and arguments[0] > arguments[1]:
            ordered = (arguments[1], arguments[0])
        key = (name, ordered, parameters)
        number = self.number.get(key)
        if number is None:
            known = self.constants
            if all(map(known.__contains__, arguments)):
                number = self.constant(evaluate(name, [known[a] for a in arguments], parameters))
            else:
                number = len(self.listing)
                self.listing.append((name, arguments, parameters))
            self.number[key] = number
        return number

    def include(
        self, program: WengertList, columns: Sequence[int], parameters: Sequence[int]
    ) -> list[int]:
        """Enter a list, whose columns and parameters are given; return its outputs and sums."""
        slots = [*columns, *parameters, *map(self.constant, program.constants)]
        for instruction in program.instructions:
            arguments = tuple([slots[a] for a in instruction.arguments])
            slots.append(self.apply(instruction.name, arguments, instruction.parameters))
        return [slots[result] for result in (*program.outputs, *program.sums)]

    def negated(self, number: int) -> int | None:
        """Return x where the expression is -x."""
        name, arguments, _ = self.listing[number]
        return arguments[0] if name == "negative" else None

    def listed(
        self, columns: int, parameters: int, outputs: Sequence[int], sums: Sequence[int]
    ) -> tuple[WengertList, dict[int, int]]:
        """List what the results depend on; also return the slot of each expression."""
        used = set(outputs).union(sums)
        for number in range(len(self.listing) - 1, columns + parameters - 1, -1):
            if number in used:
                used.update(self.listing[number][1])
        slots = {number: number for number in range(columns + parameters)}
        constants = [number for number in self.constants if number in used]
        for number in constants:
            slots[number] = len(slots)
        instructions = []
        for number in range(columns + parameters, len(self.listing)):
            if number in used and number not in self.constants:
                name, arguments, fixed = self.listing[number]
                instructions.append(Instruction(name, tuple([slots[a] for a in arguments]), fixed))
                slots[number] = len(slots)
        program = WengertList(
            columns,
            parameters,
            tuple(self.constants[number] for number in constants),
            tuple(instructions),
            tuple(slots[number] for number in outputs),
            tuple(slots[number] for number in sums),
        )
        return program, slots


def evaluate(name: str, inputs: Sequence[float], parameters: tuple[float, ...] = ()) -> float:
    """Evaluate an operation of the table in IEEE arithmetic: never an error."""
    operation = look_up(name, parameters)
    try:
        return operation.forward(*inputs)
    except (ArithmeticError, ValueError):
        return operation.ieee(*inputs)


# ------------------------------------------------------------------------------------- the rules

# Each takes an operation's arguments and gives the number of an equal, simpler expression, or None.


def _add(e: Expressions, a: int, b: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        if _is_zero(e, other, -1.0):
            return one
        negated = e.negated(other)
        if negated is not None:
            return e.apply("subtract", (one, negated), ())
    return None


def _subtract(e: Expressions, a: int, b: int) -> int | None:
    if _is_zero(e, b, 1.0):
        return a
    negated = e.negated(b)
    return None if negated is None else e.apply("add", (a, negated), ())


def _is_zero(e: Expressions, number: int, sign: float) -> bool:
    constant = e.constants.get(number)
    return constant == 0.0 and copysign(1.0, constant) == sign


def _multiply(e: Expressions, a: int, b: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        constant = e.constants.get(other)
        if constant == 1.0:
            return one
        if constant == -1.0:
            return e.apply("negative", (one,), ())
        negated = e.negated(other)
        if negated is not None:
            return e.apply("negative", (e.apply("multiply", (one, negated), ()),), ())
    return None


def _divide(e: Expressions, a: int, b: int) -> int | None:
    constant = e.constants.get(b)
    if constant == 1.0:
        return a
    return e.apply("negative", (a,), ()) if constant == -1.0 else None


def _negative(e: Expressions, a: int) -> int | None:
    return e.negated(a)


def _positive(e: Expressions, a: int) -> int | None:
    return a


def _fixed_power(e: Expressions, a: int, n: float) -> int | None:
    if n == 2.0:
        return e.apply("multiply", (a, a), ())
    if n == 1.0:
        return a
    return e.constant(1.0) if n == 0.0 else None


def _where(e: Expressions, condition: int, a: int, b: int) -> int | None:
    constant = e.constants.get(condition)
    if constant is not None:
        return a if constant != 0.0 else b
    if a == b:
        return a
    ones_and_zeros = e.constants.get(a) == 1.0 and _is_zero(e, b, 1.0)
    return condition if ones_and_zeros and e.listing[condition][0] in _TRUTHS else None


_RULES: dict[str, Callable[..., int | None]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "positive": _positive,
    "fixed_power": _fixed_power,
    "where": _where,
}
