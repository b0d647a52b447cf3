"""Figures as people print them: their names, their decimals, and whether they agree with a number.

Read next: `explanations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from os import PathLike
from pathlib import Path

from nn.worked_example.model import network, read

MATCH = "match"
TRUNCATED = "match (truncated)"
NO_MATCH = ""

ENGINE_ERROR = Decimal("1e-12")  # relative; what separates the engine from exact arithmetic
MOST_ROUNDS = 100_000

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


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


def figure(name: str, printed: str, source: str = "") -> Figure:
    """Read the name and the digits of a figure.

    Parameters
    ----------
    name : str
        ``E_total``, with ``E_total@10`` for after 10 rounds, and ``w5+`` for ``w5@1``.
    printed : str
        The figure, with as many decimals as it is printed with.
    source : str
        Who printed it.

    Raises
    ------
    ValueError
        When there is no figure of that name, or the digits are not a number.

    Examples
    --------
    >>> from nn.worked_example.figures import figure
    >>> figure("w5+", "0.35891648")
    Figure(name='w5', rounds=1, printed='0.35891648', source='')
    """
    written = re.sub(r"\+$", "@1", name.strip().replace("∂", "d").replace("dE_total/", "dE/"))
    quantity, at, rounds = written.partition("@")
    if quantity not in known_names():
        close = get_close_matches(quantity, known_names(), 1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(
            f"there is no figure called {quantity!r}{hint}; the figures are "
            f"{', '.join(known_names())}; after n rounds of training each is called name@n, after "
            "one also name+"
        )
    digits = printed.strip().replace("−", "-")  # the minus of printed mathematics
    if not _NUMBER.fullmatch(digits):
        raise ValueError(
            f"the figure of {name.strip()!r} is a number such as 0.298, not {printed.strip()!r}"
        )
    if at and not (re.fullmatch("[0-9]{1,9}", rounds) and int(rounds) <= MOST_ROUNDS):
        raise ValueError(f"after @ a number of rounds up to {MOST_ROUNDS:,} is expected: {name!r}")
    return Figure(quantity, int(rounds or 0), digits, source)


@cache
def known_names() -> tuple[str, ...]:
    """List the names of all figures."""
    shared, per_neuron = read(network()), read(network(bias_per_neuron=True))
    return tuple(shared.figures() | per_neuron.figures())


def read_figures(path: str | PathLike[str]) -> list[Figure]:
    """Read figures from a text file with ``name, figure`` in each line.

    Empty lines are passed over, and in each line what stands behind a #.

    Raises
    ------
    ValueError
        When a line is something else, with its number, or when there is no figure at all.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"'{path}' is not a text file in UTF-8") from None
    figures = [_from_line(f"'{path}', line {n}", line) for n, line in _lines(text)]
    if not figures:
        raise ValueError(f"'{path}' has no figures: write 'name, figure' in each line")
    return figures


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        written = line.partition("#")[0].strip()
        if written:
            yield number, written


def _from_line(where: str, line: str) -> Figure:
    name, comma, printed = line.partition(",")
    if not comma:
        raise ValueError(f"{where}: 'name, figure' is expected, not {line!r}")
    try:
        return figure(name, printed, "yours")
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
    >>> from nn.worked_example.figures import agreement
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
    if figure * exact >= 0 and 0 < too_small < unit - error:
        return TRUNCATED
    return NO_MATCH


def exponent(number: Decimal) -> int:
    """Return the power of ten of the last digit, such as -2 for 0.50."""
    power = number.as_tuple().exponent
    if not isinstance(power, int):
        raise ValueError(f"{number} has no digits")
    return power


# -------------------------------------------------------------------------------- what is published

NOTES: Mapping[str, str] = {
    "net_h1": "0.3775",
    "net_h2": "0.3925",
    "out_h1": "0.5933",
    "out_h2": "0.5969",
    "net_o1": "1.1059",
    "net_o2": "1.2249",
    "out_o1": "0.7514",
    "out_o2": "0.7729",
}

TUTORIAL: Mapping[str, str] = {
    "net_h1": "0.3775",
    "out_h1": "0.593269992",
    "out_h2": "0.596884378",
    "net_o1": "1.105905967",
    "out_o1": "0.75136507",
    "out_o2": "0.772928465",
    "E_o1": "0.274811083",
    "E_o2": "0.023560026",
    "E_total": "0.298371109",
    "dE/dout_o1": "0.74136507",
    "dout_o1/dnet_o1": "0.186815602",
    "dnet_o1/dw5": "0.593269992",
    "dE_o1/dnet_o1": "0.138498562",
    "dnet_o1/dout_h1": "0.40",
    "dE_o1/dout_h1": "0.055399425",
    "dE_o2/dout_h1": "-0.019049119",
    "dE/dout_h1": "0.036350306",
    "dout_h1/dnet_h1": "0.241300709",
    "dnet_h1/dw1": "0.05",
    "dE/dw5": "0.082167041",
    "dE/dw1": "0.000438568",
    "w5+": "0.35891648",
    "w6+": "0.408666186",
    "w7+": "0.511301270",
    "w8+": "0.561370121",
    "w1+": "0.149780716",
    "w2+": "0.19956143",
    "w3+": "0.24975114",
    "w4+": "0.29950229",
    "E_total@1": "0.291027924",
    "E_total@10000": "0.0000351085",
    "out_o1@10000": "0.015912196",
    "out_o2@10000": "0.984065734",
}


def published() -> list[Figure]:
    """List the published figures of the notes and of the tutorial that the example comes from."""
    return [
        figure(name, printed, source)
        for source, figures in (("notes", NOTES), ("tutorial", TUTORIAL))
        for name, printed in figures.items()
    ]
