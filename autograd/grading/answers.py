"""A learner's answers: what was asked, what was given, digit for digit, and what is right.

Read next: `hypotheses`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from os import PathLike

from autograd.grading.chance import misprinted
from autograd.grading.course import Course
from autograd.grading.figures import agreement, digits_of, exponent, figure_line, written_lines
from autograd.grading.quantities import Names, Quantity
from autograd.grading.tape import Tape

LARGEST_PRINTED = 1e9  # of numbers that are held against a figure digit for digit
_WIDE = Context(prec=2000)  # for figures with any number of decimals
SMALLEST_UNIT = -323  # the power of ten of the smallest floats
UNIT_OF_ZERO = 1.01e-4  # a zero that stands for a small number has four decimals or more

Given = Mapping[str, object] | Iterable[tuple[str, object]] | str | PathLike[str]


@dataclass(frozen=True, eq=False)
class Answer:
    """One figure that a learner gives.

    Parameters
    ----------
    name : str
        What was asked, as it is written.
    quantity : Quantity
    printed : str
        The figure, digit for digit.
    right : float
    base : float
        What a figure is counted from: of an updated weight, the weight before it.
    """

    name: str
    quantity: Quantity
    printed: str
    right: float
    base: float = 0.0

    @cached_property
    def number(self) -> float:
        """The figure as a number."""
        return float(self.printed)

    @cached_property
    def unit(self) -> float:
        """One unit of the last digit."""
        exponent = Decimal(self.printed).as_tuple().exponent
        return 10.0 ** max(int(exponent), SMALLEST_UNIT)

    @cached_property
    def is_right(self) -> bool:
        """Whether the figure agrees as it is printed."""
        return self.agrees(self.right) and not self.too_short

    @cached_property
    def too_short(self) -> bool:
        """Whether a figure is 0 with so few decimals that many a number would be printed so."""
        is_zero = self.number == 0.0 != self.right
        return is_zero and self.unit > UNIT_OF_ZERO and self.agrees(self.right)

    @cached_property
    def misprinted(self) -> bool:
        """Whether one wrong digit makes the figure of the right one."""
        return misprinted(self.printed, self.right)

    @cached_property
    def by_chance(self) -> float:
        """How likely a figure of this size, printed so, agrees with a given number.

        A 0 tells nothing: it comes about in too many ways.
        """
        if self.number == 0.0 == self.base:
            return 1.0
        size = max(abs(self.number - self.base), abs(self.right - self.base)) or self.unit
        return min(1.0, 1.5 * self.unit / size)

    def agrees(self, number: float, slack: float = 0.0) -> bool:
        """Whether the figure is a number as printed, or is within some slack of it."""
        if not math.isfinite(number):
            return False
        distance = abs(self.number - number)
        if distance > slack + 1.01 * self.unit + 1e-11 * abs(number):
            return False
        return distance <= slack + 0.5 * self.unit or bool(agreement(self.printed, number))

    def as_printed(self, number: float) -> str:
        """A number with the decimals of the figure, rounded half up as people do by hand."""
        if not abs(number) < LARGEST_PRINTED:
            return ""
        unit = Decimal((0, (1,), exponent(Decimal(self.printed))))
        return f"{Decimal(repr(float(number))).quantize(unit, ROUND_HALF_UP, _WIDE):f}"

    def says(self, number: float) -> float:
        """By which factor a number differs from the right one, counted from the base."""
        size = self.right - self.base
        return (number - self.base) / size if size else math.inf


def read_answers(given: Given, names: Names, course: Course, most_rounds: int) -> list[Answer]:
    """Read what a learner gives, in the order of the calculation.

    Raises
    ------
    TypeError
        When a figure is neither a text nor a number.
    ValueError
        For a name that the graph does not have, a figure that is no number, a later round than is
        allowed, a line of a file that is something else (with its number), or no figure at all.
    """
    if isinstance(given, str | PathLike):
        found = _from_file(given, names)
    else:
        found = _from_pairs(given.items() if isinstance(given, Mapping) else given, names)
    for name, quantity, _ in found:
        if quantity.rounds > most_rounds:
            raise ValueError(
                f"{name!r} is asked for after {quantity.rounds:,} rounds, and the most is "
                f"{most_rounds:,}; give a larger rounds=..."
            )
    return in_order([answer(*each, course) for each in found], names.tape)


def answer(name: str, quantity: Quantity, printed: str, course: Course) -> Answer:
    """An answer, with what is right by a course of training."""
    tape = course.setting.tape
    is_leaf = quantity.by is None and quantity.node < tape.leaves and quantity.rounds > 0
    base = tape.start[quantity.node] if is_leaf else 0.0
    return Answer(name, quantity, printed, quantity.number(course), base)


def in_order(answers: Iterable[Answer], tape: Tape) -> list[Answer]:
    """Sort answers into the order of the calculation."""
    return sorted(answers, key=lambda each: each.quantity.order(tape))


Asked = tuple[str, Quantity, str]


def _from_pairs(pairs: Iterable[tuple[str, object]], names: Names) -> list[Asked]:
    found = [_read(str(name), _printed(str(name), figure), names) for name, figure in pairs]
    if not found:
        raise ValueError("there are no answers: give a dict such as {'dE/dw': '0.0822'}, or a file")
    return found


def _printed(name: str, figure: object) -> str:
    if isinstance(figure, bool) or not isinstance(figure, str | int | float | Decimal):
        if not hasattr(figure, "__float__"):
            raise TypeError(
                f"the figure of {name!r} is a text such as '0.298' or a number, "
                f"not {type(figure).__name__}"
            )
        figure = float(figure)
    return figure if isinstance(figure, str) else str(figure)


def _from_file(path: str | PathLike[str], names: Names) -> list[Asked]:
    def read(name: str, printed: str) -> Asked:
        return _read(name, printed, names)

    found = [figure_line(where, line, read) for where, line in written_lines(path)]
    if not found:
        raise ValueError(f"{str(path)!r} has no figures: write 'name, figure' in each line")
    return found


def _read(name: str, printed: str, names: Names) -> Asked:
    return name.strip(), names.quantity(name), digits_of(name, printed)
