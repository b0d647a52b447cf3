"""First step: a rank for every box, so that links point from rank to higher rank.

Long links are then cut into pieces from one rank to the next. All long links of one source share
one *trunk* of helper vertices, from which they branch off. A parameter that feeds each of n steps
of a chain so costs n vertices and is drawn as one line along the chain; a helper for every link
and rank would be n²/2 of them, the reason why Graphviz takes minutes for such a graph.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.views.draw.layout.graph import Graph


@dataclass(frozen=True, slots=True)
class Layering:
    """Vertices in ranks: the boxes 0 .. n-1, then the helper vertices of the trunks.

    Parameters
    ----------
    boxes : int
        How many vertices are boxes.
    rank : list of int
        The rank of each vertex, from 0.
    before, after : list of lists of int
        The neighbours of each vertex in the rank before and in the rank after it.
    trunk : dict of int to int
        For a source with long links its first helper; the next ranks' helpers follow by number.
    outside : frozenset of int
        Sources whose long links run round the drawing instead, on a track of their own.
    """

    boxes: int
    rank: list[int]
    before: list[list[int]]
    after: list[list[int]]
    trunk: dict[int, int]
    outside: frozenset[int]

    def layers(self) -> list[list[int]]:
        """The vertices of each rank, by number."""
        layers: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for vertex, rank in enumerate(self.rank):
            layers[rank].append(vertex)
        return layers


def assign_ranks(graph: Graph) -> list[int]:
    """Rank of each box: the longest way to it, then as near to its consumers as is no detour.

    Raises
    ------
    ValueError
        If the links form a cycle.

    Examples
    --------
    Box 1 is needed by box 3 alone, so it moves next to it.

    >>> assign_ranks(Graph(sizes=[(1, 1)] * 4, links=[(0, 2), (2, 3), (1, 3)]))
    [0, 1, 1, 2]
    """
    count = len(graph.sizes)
    sources: list[list[int]] = [[] for _ in range(count)]
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in graph.links:
        sources[target].append(source)
        targets[source].append(target)
    order = _topological(sources, targets)
    rank = [0] * count
    for vertex in order:
        for target in targets[vertex]:
            rank[target] = max(rank[target], rank[vertex] + 1)
    drag = _drag(order, sources, targets)
    for vertex in reversed(order):
        if targets[vertex] and drag[vertex] <= len(targets[vertex]):
            rank[vertex] = min(rank[target] for target in targets[vertex]) - 1
    lowest = min(rank, default=0)
    return [r - lowest for r in rank]


def cut_long_links(graph: Graph, rank: list[int], limit: int) -> Layering:
    """Replace long links by trunks with at most `limit` helper vertices in all.

    The sources with the longest trunks go without when there would be more.
    """
    reach: dict[int, int] = {}
    for source, target in graph.links:
        if rank[target] > rank[source] + 1:
            reach[source] = max(reach.get(source, 0), rank[target] - rank[source] - 1)
    outside = _longest(reach, limit)
    ranks = list(rank)
    before: list[list[int]] = [[] for _ in rank]
    after: list[list[int]] = [[] for _ in rank]
    trunk: dict[int, int] = {}
    for source in sorted(reach):
        if source not in outside:
            trunk[source] = len(ranks)
            previous = source
            for step in range(reach[source]):
                helper = len(ranks)
                ranks.append(rank[source] + 1 + step)
                before.append([previous])
                after.append([])
                after[previous].append(helper)
                previous = helper
    for source, target in graph.links:
        span = rank[target] - rank[source]
        if span == 1 or source not in outside:
            last = source if span == 1 else trunk[source] + span - 2
            after[last].append(target)
            before[target].append(last)
    return Layering(len(rank), ranks, before, after, trunk, outside)


def _topological(sources: list[list[int]], targets: list[list[int]]) -> list[int]:
    waiting = [len(each) for each in sources]
    order = [vertex for vertex, number in enumerate(waiting) if number == 0]
    for vertex in order:
        for target in targets[vertex]:
            waiting[target] -= 1
            if waiting[target] == 0:
                order.append(target)
    if len(order) < len(sources):
        raise ValueError("cannot lay out a graph with a cycle: its links must be acyclic")
    return order


def _drag(order: list[int], sources: list[list[int]], targets: list[list[int]]) -> list[int]:
    # By how much the links before a vertex grow when it moves one rank on. What only it consumes
    # comes along: that costs at most the one link between the two.
    drag = [0] * len(order)
    for vertex in order:
        for source in sources[vertex]:
            follows = len(targets[source]) == 1
            drag[vertex] += min(1, drag[source]) if follows else 1
    return drag


def _longest(reach: dict[int, int], limit: int) -> frozenset[int]:
    total = sum(reach.values())
    chosen = []
    for source in sorted(reach, key=lambda each: (-reach[each], each)):
        if total <= limit:
            break
        total -= reach[source]
        chosen.append(source)
    return frozenset(chosen)
