"""Figures as people print them: names and rounds, decimals, and whether they agree with a number.

Read next: `chance`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isinf
from os import PathLike
from pathlib import Path
from sys import float_info
from typing import TypeVar

from autograd.documents import short

MATCH = "match"
TRUNCATED = "match (truncated)"
NO_MATCH = ""

ENGINE_ERROR = Decimal("1e-12")  # relative; what separates the engine from exact arithmetic
MOST_ROUNDS = 100_000
MOST_DIGITS = 1100  # no float has more, written out in full

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that somebody printed.

    Parameters
    ----------
    name : str
        What it is, such as ``"net_h1"``, ``"dE/dw5"``, ``"dout_o1/dnet_o1"``.
    rounds : int
        After how many updates.
    printed : str
        The figure, digit for digit.
    source : str
        Who printed it.
    """

    name: str
    rounds: int
    printed: str
    source: str = ""

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        return -exponent(Decimal(self.printed))


def rounds_of(name: str) -> tuple[str, int]:
    """Take the number of updates off a name: ``E_total@10``, and ``w5+`` for ``w5@1``.

    Examples
    --------
    >>> from autograd.grading.figures import rounds_of
    >>> rounds_of("E_total@10"), rounds_of("w5+"), rounds_of("net_h1")
    (('E_total', 10), ('w5', 1), ('net_h1', 0))
    """
    quantity, at, rounds = re.sub(r"\+$", "@1", name).partition("@")
    if at and not (re.fullmatch("[0-9]{1,9}", rounds) and int(rounds) <= MOST_ROUNDS):
        raise ValueError(f"after @ a number of rounds up to {MOST_ROUNDS:,} is expected: {name!r}")
    return quantity, int(rounds or 0)


def digits_of(name: str, printed: str) -> str:
    """Read the digits of a figure; what is no number is a ValueError that names the figure."""
    digits = printed.strip().replace("−", "-")  # the minus of printed mathematics
    what = f"the figure of {short(name.strip())}"
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"{what} has {len(digits):,} characters; at most {MOST_DIGITS:,} are read")
    if not _NUMBER.fullmatch(digits):
        raise ValueError(f"{what} is a number such as 0.298, not {short(printed.strip())}")
    if isinf(float(digits)) or exponent(Decimal(digits)) > float_info.max_10_exp:
        raise ValueError(f"{what} is too large: a float reaches up to 1.8e308")
    return digits


def written_lines(path: str | PathLike[str]) -> Iterator[tuple[str, str]]:
    """Yield the lines of a text file that say something, each with its place for messages.

    Empty lines are passed over, and in each line what stands behind a #.

    Raises
    ------
    ValueError
        When the file is no text.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{str(path)!r} is not a text file in UTF-8") from None
    for number, line in enumerate(text.splitlines(), 1):
        written = line.partition("#")[0].strip()
        if written:
            yield f"{str(path)!r}, line {number}", written


def figure_line(where: str, line: str, read: Callable[[str, str], T]) -> T:
    """Read a line ``name, figure``; a mistake in it is a ValueError that says where."""
    name, comma, printed = line.partition(",")
    if not comma:
        raise ValueError(f"{where}: 'name, figure' is expected, not {short(line)}")
    try:
        return read(name, printed)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def agreement(printed: str, number: float) -> str:
    """Tell whether a printed figure is the number, at the precision that is printed.

    Parameters
    ----------
    printed : str
        Digits with d decimals.
    number : float
        What it should be.

    Returns
    -------
    str
        ``"match"`` when it is within half a unit of the last decimal; ``"match (truncated)"`` when
        it is nearer to zero than that, but by less than a unit: digits were cut off, not rounded;
        otherwise empty.

    Examples
    --------
    >>> from autograd.grading.figures import agreement
    >>> agreement("0.2984", 0.29837110876), agreement("0.2983", 0.29837110876)
    ('match', 'match (truncated)')
    >>> agreement("0.2982", 0.29837110876)
    ''
    """
    figure, exact = Decimal(printed), Decimal(number)
    if not exact.is_finite():
        return NO_MATCH
    unit = Decimal((0, (1,), exponent(figure)))
    error = ENGINE_ERROR * abs(exact)
    if abs(figure - exact) <= unit / 2 + error:
        return MATCH
    too_small = abs(exact) - abs(figure)
    truncated = figure * exact >= 0 and 0 < too_small < unit - error
    return TRUNCATED if truncated else NO_MATCH


def exponent(number: Decimal) -> int:
    """Return the power of ten of the last digit, such as -2 for 0.50."""
    power = number.as_tuple().exponent
    if not isinstance(power, int):
        raise ValueError(f"{number} has no digits")
    return power
