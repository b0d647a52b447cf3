"""The rank of every box, so that each link leads to a later rank; and long links cut at each rank.

A long link is replaced by pieces that reach from one rank to the next, joined by helper vertices.
All long links of one source share one row of helpers, its *trunk*, and branch off from it. A
parameter that feeds each of n steps of a chain needs n helpers in this way and is drawn as one line
along the chain. With helpers of its own for each link it would need n²/2 of them, which is why
Graphviz takes minutes for such a graph.

Read next: `crowding`, what a screen's height means for the ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from autograd.views.draw.layout.crowding import relieve
from autograd.views.draw.layout.graph import Graph

# How many helper vertices there may be: this many for each box, and some more.
HELPERS_PER_BOX = 4
HELPERS_AT_LEAST = 200

ROUNDS = 10  # of moving boxes by one rank
LARGEST_GROUP = 40  # boxes that move together


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
    trunk : dict of int to range
        For a source with long links its helpers, one in each of the ranks that follow.
    outside : frozenset of int
        Sources whose long links run round the drawing instead, on a track of their own.
    """

    boxes: int
    rank: list[int]
    before: list[list[int]]
    after: list[list[int]]
    trunk: dict[int, range]
    outside: frozenset[int]

    def layers(self) -> list[list[int]]:
        """The vertices of each rank, by number."""
        layers: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for vertex, rank in enumerate(self.rank):
            layers[rank].append(vertex)
        return layers

    def positions(self, layers: list[list[int]]) -> list[int]:
        """For each vertex its position in its rank, given the order within the ranks."""
        position = [0] * len(self.rank)
        for layer in layers:
            for index, vertex in enumerate(layer):
                position[vertex] = index
        return position

    def last_stop(self, source: int, target: int) -> int:
        """The vertex from which a link enters the gap before its target."""
        span = self.rank[target] - self.rank[source]
        if span == 1 or source in self.outside:
            return source
        return self.trunk[source][span - 2]


def layering_of(graph: Graph) -> Layering:
    """The ranks of a graph, with trunks for its long links."""
    limit = HELPERS_AT_LEAST + HELPERS_PER_BOX * len(graph.sizes)
    return cut_long_links(graph, relieve(graph, assign_ranks(graph)), limit)


def assign_ranks(graph: Graph) -> list[int]:
    """Rank of each box, such that the links are short: they span few ranks in all.

    At first every box stands as late as it can, so that leaves are beside their first consumer.
    Then boxes move one rank on or back, with those that they would push out of the way, wherever
    this makes the links shorter in all.

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
    try:
        order = list(TopologicalSorter(dict(enumerate(sources))).static_order())
    except CycleError:
        raise ValueError("cannot lay out a graph with a cycle: its links must be acyclic") from None
    rank = [0] * count
    for vertex in reversed(order):
        rank[vertex] = min([rank[target] for target in targets[vertex]], default=1) - 1
    for _ in range(ROUNDS):
        back = _shift(rank, order, sources, targets, -1)
        on = _shift(rank, order[::-1], targets, sources, 1)
        if not (back or on):
            break
    return _from_zero(rank, sources, targets)


def cut_long_links(graph: Graph, rank: list[int], limit: int) -> Layering:
    """Replace long links by trunks with at most `limit` helper vertices in all.

    Where there would be more, the sources with the longest trunks get none: their long links run
    outside, round the drawing.
    """
    reach: dict[int, int] = {}
    for source, target in graph.links:
        if rank[target] > rank[source] + 1:
            reach[source] = max(reach.get(source, 0), rank[target] - rank[source] - 1)
    outside = _longest(reach, limit)
    ranks = list(rank)
    before: list[list[int]] = [[] for _ in rank]
    after: list[list[int]] = [[] for _ in rank]
    trunk: dict[int, range] = {}
    for source in sorted(reach):
        if source not in outside:
            trunk[source] = range(len(ranks), len(ranks) + reach[source])
            for previous, helper in pairwise((source, *trunk[source])):
                ranks.append(ranks[previous] + 1)
                before.append([previous])
                after.append([])
                after[previous].append(helper)
    layering = Layering(len(rank), ranks, before, after, trunk, outside)
    for source, target in graph.links:
        if source not in outside or rank[target] == rank[source] + 1:
            last = layering.last_stop(source, target)
            after[last].append(target)
            before[target].append(last)
    return layering


def _shift(
    rank: list[int], order: list[int], ahead: list[list[int]], behind: list[list[int]], step: int
) -> bool:
    # Moves boxes by one rank towards their neighbours `ahead` where links become shorter in all.
    # What stands in the way, directly ahead, moves too; links between moving boxes cancel out.
    moved = False
    for vertex in order:
        if len(ahead[vertex]) <= len(behind[vertex]):
            continue
        group, gain = [vertex], 0
        known = {vertex}
        for member in group:
            gain += len(ahead[member]) - len(behind[member])
            for other in ahead[member]:
                if rank[other] == rank[member] + step and other not in known:
                    known.add(other)
                    group.append(other)
            if len(group) > LARGEST_GROUP:
                break
        else:
            if gain > 0:
                moved = True
                for member in group:
                    rank[member] += step
    return moved


def _from_zero(rank: list[int], sources: list[list[int]], targets: list[list[int]]) -> list[int]:
    # Each connected part of the graph starts in the first rank.
    start: dict[int, int] = {}
    for vertex in range(len(rank)):
        if vertex in start:
            continue
        part, known = [vertex], {vertex}
        for member in part:
            fresh = [other for other in (*sources[member], *targets[member]) if other not in known]
            known.update(fresh)
            part.extend(dict.fromkeys(fresh))
        lowest = min([rank[member] for member in part])
        start.update(dict.fromkeys(part, lowest))
    return [r - start[vertex] for vertex, r in enumerate(rank)]


def _longest(reach: dict[int, int], limit: int) -> frozenset[int]:
    total = sum(reach.values())
    chosen = []
    for source in sorted(reach, key=lambda each: (-reach[each], each)):
        if total <= limit:
            break
        total -= reach[source]
        chosen.append(source)
    return frozenset(chosen)
