"""Fourth step: from ranks and coordinates to boxes and curves, shared by both layouts.

Everything is worked out for ranks from left to right: `along` runs from rank to rank, `across`
within a rank. Curves bend in the gaps between ranks only and run straight, on the place that a
trunk's helper keeps free, past a rank: so no link can touch a box that is not its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.views.draw.layout.graph import Graph, Placement, Point, is_vertical
from autograd.views.draw.layout.ranks import Layering

MARGIN = 8.0
RANK_GAP = 44.0
BOX_GAP = 16.0
LINK_GAP = 12.0
PORT_GAP = 16.0
LEAST_PORT_GAP = 6.0  # below this the heads of arrows run together: then better at one place
CROWDED_PORT_GAP = 0.5
WIDEST_GAP = 160.0


@dataclass(frozen=True, slots=True)
class _Run:
    # A straight piece of a trunk: from rank `first` to rank `last` at one coordinate.
    first: int
    last: int
    across: float


@dataclass(slots=True)
class _Columns:
    # Where each rank begins and ends along the direction of the links.
    start: list[float]
    end: list[float]


def extents(graph: Graph) -> list[Point]:
    """(along, across) of each box."""
    if is_vertical(graph.direction):
        return [(height, width) for width, height in graph.sizes]
    return [(width, height) for width, height in graph.sizes]


def separation(graph: Graph, a: int, b: int) -> float:
    """Least distance of the centres of two vertices that are neighbours in a rank."""
    count = len(graph.sizes)
    side = 0 if is_vertical(graph.direction) else 1
    half_a = graph.sizes[a][side] / 2 if a < count else 0.0
    half_b = graph.sizes[b][side] / 2 if b < count else 0.0
    return half_a + half_b + (BOX_GAP if a < count and b < count else LINK_GAP)


def place(graph: Graph, layering: Layering, across: list[float]) -> Placement:
    """Boxes, curves and places for labels.

    Parameters
    ----------
    graph : Graph
    layering : Layering
    across : list of float
        For each vertex of the layering the coordinate of its centre within its rank.
    """
    size = extents(graph)
    ports, label_shift = _ports(graph, layering, across, size)
    runs = {source: _runs(layering, across, source) for source in layering.trunk}
    tracks = _tracks(graph, layering, across, size)
    columns = _columns(graph, layering, across, size)
    centre = [(columns.start[r] + columns.end[r]) / 2 for r in layering.rank[: layering.boxes]]
    paths, labels = [], []
    for index, (source, target) in enumerate(graph.links):
        path = _Path(centre[source] + size[source][0] / 2, across[source])
        first, last = layering.rank[source], layering.rank[target] - 1
        path.straight(columns.end[first])
        if first < last and source in layering.outside:
            path.bend(columns.start[first + 1], tracks[source])
        elif first < last:
            for run in runs[source]:
                if run.first > last:
                    break
                path.bend(columns.start[run.first], run.across)
                path.straight(columns.end[min(run.last, last)])
        path.straight(columns.end[last])
        path.bend(columns.start[last + 1], ports[index])
        path.straight(centre[target] - size[target][0] / 2)
        paths.append(path.points)
        gap = (columns.end[last] + columns.start[last + 1]) / 2
        labels.append((gap, across[target] + label_shift[index]))
    corners = [
        (along - size[box][0] / 2, across[box] - size[box][1] / 2)
        for box, along in enumerate(centre)
    ]
    return _turned(graph, size, corners, paths, labels)


class _Path:
    # Points of a cubic Bezier curve that grows piece by piece.

    def __init__(self, along: float, across: float) -> None:
        self.points: list[Point] = [(along, across)]
        self.is_straight = False

    def straight(self, along: float) -> None:
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
        start = self.points[-1]
        if across == start[1]:
            self.straight(along)
            return
        middle = (start[0] + along) / 2
        self.points += [(middle, start[1]), (middle, across), (along, across)]
        self.is_straight = False


def _runs(layering: Layering, across: list[float], source: int) -> list[_Run]:
    # The trunk of a source as few straight pieces.
    runs: list[_Run] = []
    helper = layering.trunk[source]
    rank = layering.rank[source] + 1
    while True:
        if runs and runs[-1].across == across[helper]:
            runs[-1] = _Run(runs[-1].first, rank, across[helper])
        else:
            runs.append(_Run(rank, rank, across[helper]))
        onwards = [v for v in layering.after[helper] if v >= layering.boxes]
        if not onwards:
            return runs
        helper, rank = onwards[0], rank + 1


def _last_stop(layering: Layering, source: int, target: int) -> int:
    # The vertex from which a link enters the gap before its target.
    span = layering.rank[target] - layering.rank[source]
    if span == 1 or source in layering.outside:
        return source
    return layering.trunk[source] + span - 2


def _ports(
    graph: Graph, layering: Layering, across: list[float], size: list[Point]
) -> tuple[list[float], list[float]]:
    # Where each link ends on its target's side, and where its label stands beside it: in the
    # order in which the links arrive, so that they do not cross just before the box.
    arriving: list[list[int]] = [[] for _ in graph.sizes]
    for index, (_, target) in enumerate(graph.links):
        arriving[target].append(index)
    ports, labels = [0.0] * len(graph.links), [0.0] * len(graph.links)
    room = graph.label[0] if is_vertical(graph.direction) else graph.label[1]
    for target, indices in enumerate(arriving):
        stops = {i: across[_last_stop(layering, graph.links[i][0], target)] for i in indices}
        indices.sort(key=stops.__getitem__)
        gap = min(PORT_GAP, (size[target][1] - PORT_GAP) / max(1, len(indices) - 1))
        gap = gap if gap >= LEAST_PORT_GAP else CROWDED_PORT_GAP
        for slot, index in enumerate(indices):
            offset = slot - (len(indices) - 1) / 2
            ports[index] = across[target] + offset * gap
            labels[index] = offset * room
    return ports, labels


def _tracks(
    graph: Graph, layering: Layering, across: list[float], size: list[Point]
) -> dict[int, float]:
    # Lines before the first box of every rank, one for each source that runs outside. A line
    # serves several sources one after the other.
    free_from: list[int] = []
    tracks: dict[int, float] = {}
    last = {source: layering.rank[source] for source in layering.outside}
    for source, target in graph.links:
        if source in last:
            last[source] = max(last[source], layering.rank[target])
    edge = min((across[box] - size[box][1] / 2 for box in range(layering.boxes)), default=0.0)
    edge = min(edge, min(across, default=0.0))
    for source in sorted(last, key=lambda each: (layering.rank[each], each)):
        first = layering.rank[source]
        line = next((i for i, rank in enumerate(free_from) if rank <= first), len(free_from))
        if line == len(free_from):
            free_from.append(0)
        free_from[line] = last[source]
        tracks[source] = edge - (line + 1) * LINK_GAP
    return tracks


def _columns(graph: Graph, layering: Layering, across: list[float], size: list[Point]) -> _Columns:
    # A gap is wider where links climb far, so that curves are not too steep to follow.
    layers = layering.layers()
    climb = [0.0] * len(layers)
    for vertex, rank in enumerate(layering.rank):
        for target in layering.after[vertex]:
            climb[rank] = max(climb[rank], abs(across[vertex] - across[target]))
    label = graph.label[1] if is_vertical(graph.direction) else graph.label[0]
    columns, along = _Columns([], []), 0.0
    for rank, layer in enumerate(layers):
        columns.start.append(along)
        along += max(size[box][0] for box in layer if box < layering.boxes)
        columns.end.append(along)
        along += max(label, round(min(WIDEST_GAP, max(RANK_GAP, climb[rank] / 6))))
    return columns


def _turned(
    graph: Graph,
    size: list[Point],
    corners: list[Point],
    paths: list[list[Point]],
    labels: list[Point],
) -> Placement:
    # Into the asked direction, with the margin, rounded.
    lowest = min([each[1] for each in corners], default=0.0)
    highest = max([c[1] + s[1] for c, s in zip(corners, size, strict=True)], default=0.0)
    furthest = max([c[0] + s[0] for c, s in zip(corners, size, strict=True)], default=0.0)
    for path in paths:
        lowest = min(lowest, min([point[1] for point in path]))
        highest = max(highest, max([point[1] for point in path]))
    backwards = graph.direction in ("RL", "BT")
    vertical = is_vertical(graph.direction)

    def turn(point: Point, extent: float = 0.0) -> Point:
        along = furthest - point[0] - extent if backwards else point[0]
        along, across = round(along + MARGIN, 1), round(point[1] - lowest + MARGIN, 1)
        return (across, along) if vertical else (along, across)

    far, wide = round(furthest + 2 * MARGIN, 1), round(highest - lowest + 2 * MARGIN, 1)
    return Placement(
        width=wide if vertical else far,
        height=far if vertical else wide,
        boxes=tuple([turn(corner, size[box][0]) for box, corner in enumerate(corners)]),
        paths=tuple([tuple([turn(point) for point in path]) for path in paths]),
        labels=tuple([turn(label) for label in labels]),
    )
