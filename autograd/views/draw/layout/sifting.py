"""Fewer crossings than sorting gives: each vertex moves to its best place in its rank.

Read next: `spacing`.

References
----------
R. Rudell, "Dynamic variable ordering for ordered binary decision diagrams", ICCAD 1993, who calls
this sifting; C. Matuszewski, R. Schönfeld, P. Molitor, "Using sifting for k-layer straightline
crossing minimization", Graph Drawing 1999, LNCS 1731, who apply it to ranks.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.views.draw.layout.ranks import Layering

WINDOW = 20  # places to either side that are tried


def sift(
    layering: Layering,
    layers: list[list[int]],
    position: list[int],
    *,
    furthest: bool = False,
    backwards: bool = False,
) -> int:
    """Move the vertices of every rank, one after the other, each to where it crosses least.

    Parameters
    ----------
    layering : Layering
    layers, position
        The order within the ranks, and where each vertex is in it. Both are changed.
    furthest : bool
        Of places with equally few crossings take the furthest, not the nearest: this leads out of
        orders that no single move makes better.
    backwards : bool
        Begin with the last rank.

    Returns
    -------
    int
        How many crossings have gone.
    """
    gone = 0
    ranks = range(len(layers))
    for rank in reversed(ranks) if backwards else ranks:
        gone += _Rank(layering, layers, position, rank).sift(furthest)
    return gone


class _Rank:
    # One rank while its vertices move; the ranks on both sides keep their order.

    def __init__(
        self, layering: Layering, layers: list[list[int]], position: list[int], rank: int
    ) -> None:
        self.layer, self.position = layers[rank], position
        self.size_before = len(layers[rank - 1]) if rank > 0 else 0
        self.size_after = len(layers[rank + 1]) if rank + 1 < len(layers) else 0
        # Where the neighbours of each vertex are; those in the rank after count on from the others.
        self.near = {}
        self.count_before = {}
        for vertex in self.layer:
            before = sorted([position[other] for other in layering.before[vertex]])
            after = sorted([position[o] + self.size_before for o in layering.after[vertex]])
            self.near[vertex] = before + after
            self.count_before[vertex] = len(before)

    def sift(self, furthest: bool) -> int:
        gone = 0
        for vertex in list(self.layer):
            gain, place = self._best(vertex, furthest)
            gone += gain
            self._move(vertex, place)
        return gone

    def _best(self, vertex: int, furthest: bool) -> tuple[int, int]:
        # The gain at the best place, and that place.
        layer, near, here = self.layer, self.near, self.position[vertex]
        places, split = near[vertex], self.count_before[vertex]
        sign = signs(places[:split], 0, self.size_before)
        sign += signs(places[split:], self.size_before, self.size_after)
        best, place, gain = 0, here, 0
        for index in range(here - 1, max(here - WINDOW, 0) - 1, -1):
            for other in near[layer[index]]:
                gain += sign[other]
            if gain > best or (furthest and gain == best):
                best, place = gain, index
        gain = 0
        for index in range(here + 1, min(here + WINDOW + 1, len(layer))):
            for other in near[layer[index]]:
                gain -= sign[other]
            if gain > best or (furthest and gain == best and place >= here):
                best, place = gain, index
        return best, place

    def _move(self, vertex: int, place: int) -> None:
        here = self.position[vertex]
        if place == here:
            return
        self.layer.insert(place, self.layer.pop(here))
        for index in range(min(here, place), max(here, place) + 1):
            self.position[self.layer[index]] = index


def signs(places: Sequence[int], start: int, size: int) -> list[int]:
    """For each position of a rank how many of `places` lie before it, less those that lie after it.

    When a vertex with neighbours at `places` passes another vertex, so many of its links stop or
    start to cross a link which ends at that position.

    Parameters
    ----------
    places : sequence of ints
        In ascending order.
    start, size : int
        Number of the rank's first position, and how many positions there are.

    Examples
    --------
    >>> signs([1, 1, 3], 0, 5)
    [-3, -1, 1, 2, 3]
    """
    result: list[int] = []
    count = len(places)
    for index, place in enumerate(places):
        gap = place - start - len(result)
        if gap >= 0:
            result += [2 * index - count] * gap
            result.append(2 * index + places.count(place) - count)
    result += [count] * (size - len(result))
    return result
