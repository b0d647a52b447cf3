"""What somebody may have written in place of one figure: its name, and how it is said.

These are plain data. They know nothing of how a candidate is judged. Slips that change the
calculation itself are in `slips`.

Read next: `tape`.
"""

from __future__ import annotations

import re

from autograd.grading.chance import digits

POINT_SLIPS = (-3, -2, -1, 1, 2, 3)
OTHER_QUANTITY = "another quantity's figure"
POINT = "a slipped decimal point"
DIGIT = "a digit too many"
FEWEST_DIGITS = 6  # of a figure examined for one too many: shorter ones agree by chance


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
