"""Figures as people print them: their names, their decimals, and whether they agree with a number.

What is published stands in `notes.txt` and `tutorial.txt`, in the form that homework has too.

Read next: `candidates`.
"""

import re
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


def read_figures(path: str | PathLike[str], source: str = "yours") -> list[Figure]:
    """Read figures from a text file with ``name, figure`` in each line.

    Empty lines are passed over, and in each line what stands behind a #.

    Parameters
    ----------
    path : path of a file
    source : str
        Who printed the figures.

    Raises
    ------
    ValueError
        When a line is something else, with its number, or when there is no figure at all.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{str(path)!r} is not a text file in UTF-8") from None
    figures = []
    for number, line in enumerate(text.splitlines(), 1):
        written = line.partition("#")[0].strip()
        if written:
            figures.append(_from_line(f"{str(path)!r}, line {number}", written, source))
    if not figures:
        raise ValueError(f"{str(path)!r} has no figures: write 'name, figure' in each line")
    return figures


def _from_line(where: str, line: str, source: str) -> Figure:
    name, comma, printed = line.partition(",")
    if not comma:
        raise ValueError(f"{where}: 'name, figure' is expected, not {line!r}")
    try:
        return figure(name, printed, source)
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
    truncated = figure * exact >= 0 and 0 < too_small < unit - error
    return TRUNCATED if truncated else NO_MATCH


def exponent(number: Decimal) -> int:
    """Return the power of ten of the last digit, such as -2 for 0.50."""
    power = number.as_tuple().exponent
    if not isinstance(power, int):
        raise ValueError(f"{number} has no digits")
    return power


def published() -> list[Figure]:
    """List the published figures of the notes and of the tutorial that the example comes from."""
    notes, tutorial = (Path(__file__).with_name(f"{name}.txt") for name in ("notes", "tutorial"))
    return read_figures(notes, "notes") + read_figures(tutorial, "tutorial")
