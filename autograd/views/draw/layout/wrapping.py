"""A drawing that is much longer than a screen goes on in a next row, as text does.

Each row holds the same number of ranks. Links into the next row leave on the far side, run back
through a channel between the two rows, and enter the next row at its beginning: each source on a
line of its own, and the lines nested, so that none crosses another that did not cross it before.

Read next: `routing`, which draws the lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.sums import added
from autograd.views.draw.layout.graph import Graph, is_vertical
from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.spacing import LINK_GAP

SCREENS = 2600.0  # pixels; what is no longer than that stays in one row
LONG = 3.0  # and so does what is less than so many times as long as it is wide
ASPECT = 1.6  # width to height of a screen


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rank is in which row, and where the rows and the lines between them are.

    Parameters
    ----------
    columns : int
        How many ranks a row has; the last one may have fewer.
    shift : list of float
        For each row by how much it is moved across.
    channel : list of float
        For each row where, across, the channel that follows it begins.
    line : dict of int to (int, int)
        For each vertex with links into the next row the number of its line, from 1 on: as counted
        on the far side and in the channel, and as counted at the beginning of the next row.
    """

    columns: int
    shift: list[float]
    channel: list[float]
    line: dict[int, tuple[int, int]]

    def starts_with(self, rank: int) -> bool:
        """Whether a rank is the first one of a row other than the first row."""
        return rank > 0 and rank % self.columns == 0

    def moved(self, layering: Layering, across: list[float]) -> list[float]:
        """The coordinate of each vertex once the rows are below one another."""
        if len(self.shift) == 1:
            return across
        return [
            place + self.shift[rank // self.columns]
            for place, rank in zip(across, layering.rank, strict=True)
        ]

    def gutter(self) -> float:
        """Room that the lines need in front of each row."""
        return (max([number for number, _ in self.line.values()], default=0) + 2) * LINK_GAP


def divide(flat: Graph, layering: Layering, across: list[float], lengths: list[float]) -> Rows:
    """Divide a drawing into rows as ``flat.wrap`` says.

    Parameters
    ----------
    flat : Graph
        With sizes as (along, across), see `turning`.
    layering : Layering
    across : list of float
        The coordinate of each vertex within its rank.
    lengths : list of float
        How long each rank is, the gap that follows it included.

    Raises
    ------
    ValueError
        If the rows are asked for and there are so many long links that some run round the drawing.
    """
    count = max(1, len(lengths))
    in_one = Rows(count, [0.0], [], {})
    if flat.wrap is False or (flat.wrap is None and layering.outside):
        return in_one
    if layering.outside and flat.wrap is not None and flat.wrap < count:
        raise ValueError(
            f"cannot wrap a drawing in which the links of {len(layering.outside)} cards are so "
            "long that they run round it: leave out wrap, or draw a part of the graph"
        )
    extents = _extents(flat, layering, across)
    leaving = [[v for v in layer if layering.after[v]] for layer in layering.layers()]
    lines = [len(vertices) for vertices in leaving]
    columns = flat.wrap or _columns(flat, lengths, extents, lines)
    if columns >= count:
        return in_one
    shift, channel, below = [], [], 0.0
    for first in range(0, count, columns):
        low, high = _extent(extents[first : first + columns])
        shift.append(below - low)
        channel.append(below + high - low)
        last = min(first + columns, count) - 1
        below = channel[-1] + (lines[last] + 2) * LINK_GAP
    line = {}
    for rank in range(columns - 1, count - 1, columns):
        nested = sorted(leaving[rank], key=across.__getitem__)
        for index, vertex in enumerate(nested):
            line[vertex] = (len(nested) - index, index + 1)
    return Rows(columns, shift, channel, line)


def _extents(flat: Graph, layering: Layering, across: list[float]) -> list[tuple[float, float]]:
    # The lowest and the highest coordinate of each rank.
    extents = []
    for layer in layering.layers():
        half = [flat.sizes[v][1] / 2 if v < layering.boxes else 0.0 for v in layer]
        low = min([across[v] - h for v, h in zip(layer, half, strict=True)])
        high = max([across[v] + h for v, h in zip(layer, half, strict=True)])
        extents.append((low, high))
    return extents


def _extent(extents: list[tuple[float, float]]) -> tuple[float, float]:
    return min([low for low, _ in extents]), max([high for _, high in extents])


def _columns(
    flat: Graph, lengths: list[float], extents: list[tuple[float, float]], lines: list[int]
) -> int:
    # How many ranks a row should have, so that the drawing has about the shape of a screen.
    count = len(lengths)
    low, high = _extent(extents) if extents else (0.0, 0.0)
    if added(lengths) <= max(SCREENS, LONG * (high - low)):
        return max(1, count)
    aspect = 1 / ASPECT if is_vertical(flat.direction) else ASPECT
    for rows in range(2, count + 1):
        columns = -(-count // rows)
        starts = range(0, count, columns)
        length = max([added(lengths[first : first + columns]) for first in starts])
        breadth = 0.0
        for first in starts:
            low, high = _extent(extents[first : first + columns])
            breadth += high - low + (lines[min(first + columns, count) - 1] + 2) * LINK_GAP
        if length <= aspect * breadth:
            return columns
    return 1
