"""Curves for the links, once each box has its rank and its coordinate.

Everything is worked out for ranks from left to right: `along` runs from rank to rank, `across`
within a rank. A curve bends only in the gaps between ranks. Past a rank it runs straight, at the
place that a trunk's helper keeps free for it, so no link can touch a box that is not its own.

Both layouts use this stage. Read next: `dot`, the other layout.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from autograd.views.draw.layout.curves import Curve
from autograd.views.draw.layout.graph import Graph, Point
from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.spacing import LINK_GAP, RANK_GAP
from autograd.views.draw.layout.wrapping import Rows, divide

# All in pixels.
WIDEST_GAP = 64.0
PORT_GAP = 16.0  # between the ends of two links at the same box
LEAST_PORT_GAP = 6.0  # nearer arrow heads would run together: then they better share one place
CROWDED_PORT_GAP = 0.5


def route(
    flat: Graph, layering: Layering, across: list[float]
) -> tuple[list[Point], list[list[Point]], list[Point]]:
    """Find corners of boxes, curves of links and places for the links' labels.

    Parameters
    ----------
    flat : Graph
        With sizes as (along, across), see `turning`.
    layering : Layering
    across : list of float
        For each vertex of the layering the coordinate of its centre within its rank.

    Returns
    -------
    corners, paths, labels : lists
        Points as (along, across); what they mean is said at `Placement`.
    """
    layers, gaps = layering.layers(), _gaps(flat, layering, across)
    widths = [max([flat.sizes[box][0] for box in la if box < layering.boxes]) for la in layers]
    lengths = [width + gap for width, gap in zip(widths, gaps, strict=True)]
    rows = divide(flat, layering, across, lengths)
    across = rows.moved(layering, across)
    ports, label_shift = _ports(flat, layering, across)
    runs = {source: _runs(layering, across, trunk) for source, trunk in layering.trunk.items()}
    tracks = _tracks(flat, layering, across)
    start, end = _columns(widths, gaps, rows, flat.label[0])
    centre = [(start[rank] + end[rank]) / 2 for rank in layering.rank[: layering.boxes]]
    turn = _Turn(rows, max(end, default=0.0), start, flat.label[0])
    paths, labels = [], []
    for index, (source, target) in enumerate(flat.links):
        path = Curve(centre[source] + flat.sizes[source][0] / 2, across[source])
        first, last = layering.rank[source], layering.rank[target] - 1
        stop = source
        path.straight(end[first])
        if first < last and source in layering.outside:
            path.bend(start[first + 1], tracks[source])
        elif first < last:
            for run in runs[source]:
                if run.first > last:
                    break
                turn.bend(path, stop, run.first, run.across)
                path.straight(end[min(run.last, last)])
                stop = layering.trunk[source][min(run.last, last) - first - 1]
        path.straight(end[last])
        turn.bend(path, stop, last + 1, ports[index])
        path.straight(centre[target] - flat.sizes[target][0] / 2)
        paths.append(path.points)
        gap = start[last + 1] - (flat.label[0] if rows.starts_with(last + 1) else gaps[last])
        labels.append(((gap + start[last + 1]) / 2, across[target] + label_shift[index]))
    corners = [
        (along - size[0] / 2, middle - size[1] / 2)
        for along, middle, size in zip(centre, across, flat.sizes, strict=False)
    ]
    return corners, paths, labels


class _Turn(NamedTuple):
    # How a link gets from one rank to the next, be it in the same row or in the next one.
    rows: Rows
    far: float  # where the longest row ends
    start: list[float]
    room: float  # for a label in front of each row

    def bend(self, path: Curve, stop: int, rank: int, across: float) -> None:
        """Lead `path` from the vertex `stop` to where a rank starts, at the place `across` it."""
        if not self.rows.starts_with(rank):
            path.bend(self.start[rank], across)
            return
        out, back = self.rows.line[stop]
        right = self.far + out * LINK_GAP
        left = self.start[rank] - self.room - (back + 1) * LINK_GAP
        channel = self.rows.channel[rank // self.rows.columns - 1] + out * LINK_GAP
        path.corners(
            [
                (right, path.points[-1][1]),
                (right, channel),
                (left, channel),
                (left, across),
                (self.start[rank], across),
            ]
        )


class _Run(NamedTuple):
    # A straight piece of a trunk: from rank `first` to rank `last` at one coordinate.
    first: int
    last: int
    across: float


def _runs(layering: Layering, across: list[float], trunk: range) -> list[_Run]:
    # A trunk as few straight pieces.
    runs = []
    for place, group in groupby(trunk, key=across.__getitem__):
        helpers = list(group)
        runs.append(_Run(layering.rank[helpers[0]], layering.rank[helpers[-1]], place))
    return runs


def _ports(flat: Graph, layering: Layering, across: list[float]) -> tuple[list[float], list[float]]:
    # Where each link ends on its target's side, and by how much its label is shifted from the
    # target's centre. Both follow the order in which the links arrive, so that they do not cross
    # just before the box.
    arriving: list[list[int]] = [[] for _ in flat.sizes]
    for index, (_, target) in enumerate(flat.links):
        arriving[target].append(index)
    ports, labels = [0.0] * len(flat.links), [0.0] * len(flat.links)
    room = flat.label[1]
    for target, indices in enumerate(arriving):
        stops = {i: across[layering.last_stop(flat.links[i][0], target)] for i in indices}
        indices.sort(key=stops.__getitem__)
        gap = min(PORT_GAP, (flat.sizes[target][1] - PORT_GAP) / max(1, len(indices) - 1))
        gap = gap if gap >= LEAST_PORT_GAP else min(gap, CROWDED_PORT_GAP)
        for slot, index in enumerate(indices):
            offset = slot - (len(indices) - 1) / 2
            ports[index] = across[target] + offset * gap
            labels[index] = offset * room
    return ports, labels


def _tracks(flat: Graph, layering: Layering, across: list[float]) -> dict[int, float]:
    # The coordinate at which each source's long links run outside: lines side by side before the
    # first box of every rank. Sources whose links cover different ranks share a line.
    free_from: list[int] = []
    tracks: dict[int, float] = {}
    last = {source: layering.rank[source] for source in layering.outside}
    for source, target in flat.links:
        if source in last:
            last[source] = max(last[source], layering.rank[target])
    edge = min([across[box] - size[1] / 2 for box, size in enumerate(flat.sizes)], default=0.0)
    edge = min(edge, min(across, default=0.0))
    for source in sorted(last, key=lambda each: (layering.rank[each], each)):
        first = layering.rank[source]
        line = next((i for i, rank in enumerate(free_from) if rank <= first), len(free_from))
        if line == len(free_from):
            free_from.append(0)
        free_from[line] = last[source]
        tracks[source] = edge - (line + 1) * LINK_GAP
    return tracks


def _gaps(flat: Graph, layering: Layering, across: list[float]) -> list[float]:
    # How wide the gap after each rank is: wider where links climb far, so that curves are not too
    # steep to follow.
    climb = [0.0] * (max(layering.rank, default=-1) + 1)
    for vertex, rank in enumerate(layering.rank):
        for target in layering.after[vertex]:
            climb[rank] = max(climb[rank], abs(across[vertex] - across[target]))
    return [max(flat.label[0], round(min(WIDEST_GAP, max(RANK_GAP, c / 6)))) for c in climb]


def _columns(
    widths: list[float], gaps: list[float], rows: Rows, label: float
) -> tuple[list[float], list[float]]:
    # Where each rank starts and ends along the direction of the links.
    indent = rows.gutter() + label if rows.line else 0.0
    start, end, along = [], [], indent
    for rank, (width, gap) in enumerate(zip(widths, gaps, strict=True)):
        along = indent if rows.starts_with(rank) else along
        start.append(along)
        end.append(along + width)
        along += width + gap
    return start, end
