"""The first stage and the last: from the asked direction to ranks from left to right, and back.

Between the two, `along` is a coordinate from rank to rank and `across` one within a rank, whatever
the direction of the drawing.

Read next: `curves`, with which `blocks` draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from autograd.views.draw.layout.graph import Graph, Placement, Point, is_vertical

MARGIN = 8.0  # pixels round the drawing


def flattened(graph: Graph) -> Graph:
    """The graph with every (width, height) as (along, across).

    Examples
    --------
    >>> flattened(Graph(sizes=[(40, 20)], links=[], direction="TB")).sizes
    [(20, 40)]
    """
    if not is_vertical(graph.direction):
        return graph
    sizes = [(height, width) for width, height in graph.sizes]
    return replace(graph, sizes=sizes, label=graph.label[::-1])


def turned(
    graph: Graph,
    corners: Sequence[Point],
    paths: Sequence[Sequence[Point]],
    labels: Sequence[Point],
) -> Placement:
    """Turn a drawing into the asked direction, add the margin, and round to a tenth of a pixel.

    Parameters
    ----------
    graph : Graph
        As the layout was given it.
    corners, paths, labels : sequences
        What `route` returns: points as (along, across).
    """
    sizes = flattened(graph).sizes
    far_corners = [(c[0] + s[0], c[1] + s[1]) for c, s in zip(corners, sizes, strict=True)]
    points = set(chain.from_iterable(paths))  # the links of one trunk share most of theirs
    lowest = min([across for _, across in (*corners, *points)], default=0.0)
    highest = max([across for _, across in (*far_corners, *points)], default=0.0)
    furthest = max([along for along, _ in (*far_corners, *points)], default=0.0)
    backwards = graph.direction in ("RL", "BT")
    vertical = is_vertical(graph.direction)

    def turn(point: Point, extent: float = 0.0) -> Point:
        along = furthest - point[0] - extent if backwards else point[0]
        along, across = round(along + MARGIN, 1), round(point[1] - lowest + MARGIN, 1)
        return (across, along) if vertical else (along, across)

    place = {point: turn(point) for point in points}
    far, wide = round(furthest + 2 * MARGIN, 1), round(highest - lowest + 2 * MARGIN, 1)
    return Placement(
        width=wide if vertical else far,
        height=far if vertical else wide,
        boxes=tuple([turn(corner, size[0]) for corner, size in zip(corners, sizes, strict=True)]),
        paths=tuple([tuple([place[point] for point in path]) for path in paths]),
        labels=tuple([turn(label) for label in labels]),
    )
