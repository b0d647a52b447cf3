"""What a layout is given and what it returns: plain numbers, nothing of `Value`.

Read next: `layered`, the layout as a pipeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes and the links between them, in an order that is the caller's and stays.

    Parameters
    ----------
    sizes : sequence of (width, height)
        One for each box, in pixels.
    links : sequence of (source, target)
        Indices into `sizes`. A pair may occur more than once: ``x*x`` has two links.
    direction : {"LR", "TB", "RL", "BT"}
        Where a link points: left to right, top to bottom, ...
    label : (width, height)
        Room that is kept free between two ranks for the label of a link.
    wrap : None, False or int
        After how many ranks the drawing goes on in a next row: False never, None as many as make
        it fit a screen, where it would be much longer.
    """

    sizes: Sequence[tuple[float, float]]
    links: Sequence[tuple[int, int]]
    direction: str = "LR"
    label: tuple[float, float] = (0.0, 0.0)
    wrap: int | None = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything is, in pixels, x to the right and y down, rounded to a tenth.

    Parameters
    ----------
    width, height : float
        Extent of the drawing; every box and path lies between 0 and this.
    boxes : tuple of (x, y)
        Upper left corner of each box.
    paths : tuple of tuples of (x, y)
        For each link 3k + 1 points: a start, then k times two control points and an end
        (cubic Bezier curves). A straight piece repeats its end points as control points.
        No path touches a box other than its two ends.
    labels : tuple of (x, y)
        For each link the centre of a place between the ranks where a label of the size
        `Graph.label` covers neither a box nor another label of the same target.
    """

    width: float
    height: float
    boxes: tuple[Point, ...]
    paths: tuple[tuple[Point, ...], ...]
    labels: tuple[Point, ...]


def is_vertical(direction: str) -> bool:
    """Whether ranks follow one another from top to bottom or from bottom to top."""
    return direction in ("TB", "BT")
