"""What somebody may have written in place of one figure: candidates, each with its name.

These are plain data and functions from true figures to candidates. They know nothing of how a
candidate is judged. Slips that change the calculation itself are in `slips`.

Read next: `tape`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

POINT_SLIPS = (-3, -2, -1, 1, 2, 3)
OTHER_QUANTITY = "another quantity's figure"
POINT = "a slipped decimal point"


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
            way = f"{abs(places)} to the {'right' if places > 0 else 'left'}"
            says = f"the point stands {way} of its place"
            yield Candidate(POINT, says, figures[name] * 10.0**places)
