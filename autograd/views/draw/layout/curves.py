"""A link's curve, which grows piece by piece from its source to its target.

`blocks` and `routing` draw with it. Read next: `blocks`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from autograd.views.draw.layout.graph import Point

CORNER = 6.0  # pixels: radius where a line turns into the next row


class Curve:
    """Points of a cubic Bezier curve, of which a first one (along, across) is given."""

    def __init__(self, along: float, across: float) -> None:
        self.points: list[Point] = [(along, across)]
        self.is_straight = False

    def straight(self, along: float) -> None:
        """Go straight on, if the end lies further along."""
        start = self.points[-1]
        if along <= start[0]:
            return
        end = (along, start[1])
        if self.is_straight:
            start = self.points[-4]
            del self.points[-3:]
        self.points += [start, end, end]
        self.is_straight = True

    def bend(self, along: float, across: float) -> None:
        """Change to another line: an S with horizontal ends."""
        start = self.points[-1]
        if across == start[1]:
            self.straight(along)
            return
        middle = (start[0] + along) / 2
        self.points += [(middle, start[1]), (middle, across), (along, across)]
        self.is_straight = False

    def corners(self, stations: list[Point]) -> None:
        """Run straight past some points to the last one, with rounded corners at the others."""
        self.points += _rounded(self.points[-1], tuple(stations))
        self.is_straight = False


@lru_cache(maxsize=1000)  # the links of one trunk turn at the same corners
def _rounded(start: Point, stations: tuple[Point, ...]) -> tuple[Point, ...]:
    points: list[Point] = []
    before = start
    for corner, following in pairwise(stations):
        enter, leave = _near(corner, before), _near(corner, following)
        points += [before, enter, enter, corner, corner, leave]
        before = leave
    return *points, before, stations[-1], stations[-1]


def _near(corner: Point, other: Point) -> Point:
    # The point at which a line between two points, along or across, starts to turn.
    along, across = other[0] - corner[0], other[1] - corner[1]
    distance = max(abs(along), abs(across))
    part = min(CORNER, distance / 2) / distance if distance else 0.0
    return (corner[0] + part * along, corner[1] + part * across)
