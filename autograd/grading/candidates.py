"""What somebody may have written in place of one figure: candidates, each with its name.

These are plain data and functions from true figures to candidates. They know nothing of how a
candidate is judged. Slips that change the calculation itself are in `slips`.

Read next: `tape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograd.grading.chance import digits

POINT_SLIPS = (-3, -2, -1, 1, 2, 3)
OTHER_QUANTITY = "another quantity's figure"
POINT = "a slipped decimal point"
DIGIT = "a digit too many"
FEWEST_DIGITS = 6  # of a figure examined for one too many: shorter ones agree by chance


@dataclass(frozen=True, slots=True)
class Candidate:
    """What somebody may have written.

    Parameters
    ----------
    rule : str
        The name of what was done.
    says : str
        What was done, in a few words.
    number : float
        What it gives.
    """

    rule: str
    says: str
    number: float


def other_quantities(name: str, figures: Mapping[str, float]) -> Iterator[Candidate]:
    """Yield each true figure that is called otherwise."""
    for other, number in figures.items():
        if other != name:
            yield Candidate(OTHER_QUANTITY, f"it is {other}", number)


def slipped_points(name: str, figures: Mapping[str, float]) -> Iterator[Candidate]:
    """Yield the true figure with its decimal point in other places."""
    if name in figures:
        for places in POINT_SLIPS:
            yield Candidate(POINT, moved_point(places), figures[name] * 10.0**places)


def moved_point(places: int) -> str:
    """Say where a decimal point stands that is so many places to the right of its own."""
    way = f"{abs(places)} to the {'right' if places > 0 else 'left'}"
    return f"the point stands {way} of its place"


def without_a_digit(printed: str, behind: int = 1) -> list[str]:
    """List what a figure is without one of its digits, for each that has some behind it.

    The zero before the decimal point is the writer's choice, and short figures are passed over.

    Examples
    --------
    >>> without_a_digit("0.993406")
    ['0.93406', '0.99406', '0.99306', '0.99346']
    """
    if digits(printed) < FEWEST_DIGITS:
        return []
    places = [match.start() for match in re.finditer("[0-9]", re.sub("[eE].*", "", printed))]
    shorter = dict.fromkeys(printed[:i] + printed[i + 1 :] for i in places[:-behind])
    return [short for short in shorter if float(short) != float(printed)]
