"""Expressions, from which a Wengert list is made without what need not be computed.

Equal expressions are computed once, operations on constants are done here, and what no result
depends on is left out. Factors of 1 and the like disappear by the rules below, each of which keeps
the value in IEEE arithmetic: x + 0 stays, since it turns -0 into 0, and so does 0·x, which is nan
for an infinite x. (Where a derivative is 0 for every x, `differentiate` enters nothing.)

Read next: `from_graph`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import partial
from itertools import chain
from math import copysign
from typing import TypeAlias, cast

from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import look_up

Expression: TypeAlias = tuple[str, tuple[int, ...], tuple[float, ...]]
Labels: TypeAlias = dict[int, str]

_INSTRUCTION = cast(Callable[[Expression], Instruction], partial(tuple.__new__, Instruction))
"""An instruction of what `Instruction` takes, in a third of its time."""

_TRUTHS = {"greater", "greater_equal", "less", "less_equal", "heaviside"}
_COMMUTATIVE = {"add", "multiply"}


class Expressions:
    """Expressions, each numbered once: what is equal has the same number.

    An expression is the name, arguments and fixed numbers of an instruction that reads other
    expressions, by their number. Columns and parameters come first, with the numbers of their
    slots.

    Parameters
    ----------
    columns, parameters : int
        How many there are.

    Attributes
    ----------
    lengths : int
        As in the `WengertList` that is made of them.
    """

    lengths = 0  # in pickles of before, too

    def __init__(self, columns: int, parameters: int) -> None:
        self.columns = columns
        self.parameters = parameters
        self.listing: list[Expression] = [("given", (), ())] * (columns + parameters)
        self.number: dict[Expression | bytes, int] = {}
        self.constants: dict[int, float] = {}
        self.notable: set[int] = set()  # constants and negatives: few rules look at anything else
        self.labels: Labels = {}

    def copy(self) -> Expressions:
        """Copy them, to enter more without changing these."""
        other = Expressions(self.columns, self.parameters)
        for name, entries in vars(self).items():
            setattr(other, name, copy(entries))
        return other

    def constant(self, value: float) -> int:
        """Number a constant; 0 and -0 are two."""
        key = struct.pack("d", value)
        number = self.number.get(key)
        if number is None:
            number = self.number[key] = len(self.listing)
            self.listing.append(("constant", (), (value,)))
            self.constants[number] = value
            self.notable.add(number)
        return number

    def apply(
        self, name: str, arguments: tuple[int, ...], parameters: tuple[float, ...] = ()
    ) -> int:
        """Number an operation on expressions, in its simplest form."""
        if name in _RULES_FOR_ANY or not self.notable.isdisjoint(arguments):
            simpler = self._simpler(name, arguments, parameters)
            if simpler is not None:
                return simpler
        expression = key = name, arguments, parameters
        if name in _COMMUTATIVE and arguments[0] > arguments[1]:
            key = name, arguments[::-1], parameters
        following = len(self.listing)
        number = self.number.setdefault(key, following)
        if number == following:
            self.listing.append(expression)
            if name == "negative":
                self.notable.add(number)
        return number

    def products(self, pairs: Iterable[tuple[int, int]]) -> list[int]:
        """Number each a·b, as `apply` does in four times the time: a network has one a weight."""
        listing, enter, notable = self.listing, self.number.setdefault, self.notable
        numbers: list[int] = []
        for a, b in pairs:
            if a in notable or b in notable:
                numbers.append(self.apply("multiply", (a, b)))
                continue
            following = len(listing)
            expression = "multiply", (a, b), ()
            number = enter(expression if a <= b else ("multiply", (b, a), ()), following)
            if number == following:
                listing.append(expression)
            numbers.append(number)
        return numbers

    def _simpler(
        self, name: str, arguments: tuple[int, ...], parameters: tuple[float, ...]
    ) -> int | None:
        rule = _RULES.get(name)
        simpler = rule and rule(self, *arguments, *parameters)
        known = self.constants
        if simpler is None and all(map(known.__contains__, arguments)):
            return self.constant(evaluate(name, [known[a] for a in arguments], parameters))
        return simpler

    def include(
        self, program: WengertList, columns: Sequence[int], parameters: Sequence[int]
    ) -> list[int]:
        """Enter a list, whose columns and parameters are given; return the number of each slot."""
        slots = [*columns, *parameters, *map(self.constant, program.constants)]
        for name, arguments, fixed in program.instructions:
            slots.append(self.apply(name, tuple([slots[a] for a in arguments]), fixed))
        return slots

    def negated(self, number: int) -> int | None:
        """Return x where the expression is -x."""
        name, arguments, _ = self.listing[number]
        return arguments[0] if name == "negative" else None

    def listed(
        self, outputs: Sequence[int], sums: Sequence[int] = ()
    ) -> tuple[WengertList, Labels]:
        """List what the results depend on, and the labels of the slots."""
        listing, given = self.listing, self.columns + self.parameters
        used = bytearray(len(listing))
        for number in (*outputs, *sums):
            used[number] = True
        for number in range(len(listing) - 1, given - 1, -1):
            if used[number]:
                for argument in listing[number][1]:
                    used[argument] = True
        constants = [number for number in self.constants if used[number]]
        for number in constants:
            used[number] = False  # they stand before the instructions
        steps = [number for number in range(given, len(listing)) if used[number]]
        slots = [-1] * len(listing)
        for slot, number in enumerate(chain(range(given), constants, steps)):
            slots[number] = slot
        instructions = [
            (name, (slots[read[0]], slots[read[1]]), parameters)  # most of them
            if len(read) == 2
            else (name, tuple(map(slots.__getitem__, read)), parameters)
            for name, read, parameters in map(listing.__getitem__, steps)
        ]
        fixed = tuple(map(self.constants.__getitem__, constants))
        listed = tuple(map(_INSTRUCTION, instructions))
        given_back, added_up = (tuple([slots[n] for n in wanted]) for wanted in (outputs, sums))
        program = WengertList(
            self.columns, self.parameters, fixed, listed, given_back, added_up, self.lengths
        )
        return program, {slots[n]: label for n, label in self.labels.items() if slots[n] >= 0}


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
            return e.apply("subtract", (one, negated))
    return None


def _subtract(e: Expressions, a: int, b: int) -> int | None:
    if _is_zero(e, b, 1.0):
        return a
    negated = e.negated(b)
    return None if negated is None else e.apply("add", (a, negated))


def _is_zero(e: Expressions, number: int, sign: float) -> bool:
    constant = e.constants.get(number)
    return constant == 0.0 and copysign(1.0, constant) == sign


def _multiply(e: Expressions, a: int, b: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        constant = e.constants.get(other)
        if constant == 1.0:
            return one
        if constant == -1.0:
            return e.apply("negative", (one,))
        negated = e.negated(other)
        if negated is not None:
            return e.apply("negative", (e.apply("multiply", (one, negated)),))
    return None


def _divide(e: Expressions, a: int, b: int) -> int | None:
    constant = e.constants.get(b)
    if constant == 1.0:
        return a
    if constant == -1.0:
        return e.apply("negative", (a,))
    negated = e.negated(a)
    return None if negated is None else e.apply("negative", (e.apply("divide", (negated, b)),))


def _fixed_power(e: Expressions, a: int, n: float) -> int | None:
    if n == 2.0:
        return e.apply("multiply", (a, a))
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
    "negative": Expressions.negated,
    "positive": lambda e, a: a,
    "fixed_power": _fixed_power,
    "where": _where,
}
_RULES_FOR_ANY = {"positive", "fixed_power", "where"}
"""Those that apply to arguments which are neither constant nor a negative."""
