"""Leaves leave a rank that is too tall for a screen, and stand in a rank of their own beside it.

In a loss over ten points the rank of the predictions holds the ten targets too, which the next rank
reads. Half as tall, and one narrow rank longer, the drawing fits a screen.

Read next: `crossings`, the order within each rank.
"""

from __future__ import annotations

from autograd.sums import added
from autograd.views.draw.layout.graph import Graph
from autograd.views.draw.layout.spacing import BOX_GAP, LINK_GAP, RANK_GAP, screen

WORTH_IT = 0.9  # a rank of their own must make the tallest one at least so much less tall


def relieve(flat: Graph, rank: list[int]) -> list[int]:
    """Ranks with at most a screen's height, as far as leaves beside others are the cause.

    Parameters
    ----------
    flat : Graph
        With sizes as (along, across), see `turning`.
    rank : list of int
        The rank of each box.

    Examples
    --------
    >>> tall = Graph(sizes=[(40, 500)] * 4, links=[(0, 1), (1, 3), (2, 3)])
    >>> relieve(tall, [0, 1, 1, 2])
    [0, 1, 2, 3]
    """
    furthest, tallest = screen(flat)
    while True:
        heights = _heights(flat, rank)
        full = max(range(len(heights)), key=heights.__getitem__, default=0)
        if not heights or heights[full] <= tallest:
            return rank
        leaves = _leaves(flat, rank, full)
        apart = [r + 1 if r > full or box in leaves else r for box, r in enumerate(rank)]
        lower = max(_heights(flat, apart)[full : full + 2]) <= WORTH_IT * heights[full]
        if not leaves or not lower or _length(flat, apart) > furthest:
            return rank
        rank = apart


def _leaves(flat: Graph, rank: list[int], full: int) -> set[int]:
    computed = {target for _, target in flat.links}
    return {box for box, r in enumerate(rank) if r == full and box not in computed}


def _heights(flat: Graph, rank: list[int]) -> list[float]:
    # Of each rank, with the lines that run past its boxes.
    heights = [-BOX_GAP] * (max(rank, default=-1) + 1)
    reach = list(rank)
    for source, target in flat.links:
        reach[source] = max(reach[source], rank[target] - 1)
    for box, (_, across) in enumerate(flat.sizes):
        heights[rank[box]] += across + BOX_GAP
        for passed in range(rank[box] + 1, reach[box] + 1):
            heights[passed] += LINK_GAP
    return heights


def _length(flat: Graph, rank: list[int]) -> float:
    widths = [0.0] * (max(rank) + 1)
    for box, (along, _) in enumerate(flat.sizes):
        widths[rank[box]] = max(widths[rank[box]], along)
    return added(widths) + RANK_GAP * (len(widths) - 1)
