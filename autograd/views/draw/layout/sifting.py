"""Fewer crossings than sorting gives: a vertex moves to its best place in its rank.

Read next: `spacing`.

References
----------
R. Rudell, "Dynamic variable ordering for ordered binary decision diagrams", ICCAD 1993, who calls
this sifting; C. Matuszewski, R. Schönfeld, P. Molitor, "Using sifting for k-layer straightline
crossing minimization", Graph Drawing 1999, LNCS 1731, who apply it to ranks.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from autograd.views.draw.layout.ranks import Layering

WINDOW = 20  # places to either side that are tried


class Sifter:
    """An order whose vertices move, each within its rank, while the others keep their order.

    Parameters
    ----------
    layering : Layering
    layers, position : lists
        The order within the ranks, and where each vertex is in it. Both are changed.
    """

    def __init__(self, layering: Layering, layers: list[list[int]], position: list[int]) -> None:
        self.layering, self.layers, self.position = layering, layers, position

    def sift(self, vertex: int, *, furthest: bool = False) -> int:
        """Move a vertex to its best place, and return how many crossings have gone.

        Of places with equally few crossings it takes the nearest one, or the `furthest`.
        """
        layer, here = self.layers[self.layering.rank[vertex]], self.position[vertex]
        first = max(here - WINDOW, 0)
        passed = self._passing(vertex, layer[first : here + WINDOW + 1])
        best, place, gain = 0, here, 0
        for index in range(here - 1, first - 1, -1):
            gain += passed[index - first]
            if gain > best or (furthest and gain == best):
                best, place = gain, index
        gain = 0
        for index in range(here + 1, first + len(passed)):
            gain -= passed[index - first]
            if gain > best or (furthest and gain == best and place >= here):
                best, place = gain, index
        self._put(vertex, place)
        return best

    def move(self, vertex: int, place: int) -> int:
        """Move a vertex to a place, and return how many crossings have gone (or come, if < 0)."""
        layer, here = self.layers[self.layering.rank[vertex]], self.position[vertex]
        between = layer[min(place, here + 1) : max(place + 1, here)]
        gain = sum(self._passing(vertex, between))
        self._put(vertex, place)
        return gain if place < here else -gain

    def _passing(self, vertex: int, others: list[int]) -> list[int]:
        # For each of some others of its rank how many crossings go when `vertex`, which stood
        # behind it, stands before it; so many come when it moves back.
        layering, position = self.layering, self.position
        rank = layering.rank[vertex]
        gains = [0] * len(others)
        for side, near in ((rank - 1, layering.before), (rank + 1, layering.after)):
            ends = near[vertex]
            if ends:
                sign = signs(tuple([position[end] for end in ends]), len(self.layers[side]))
                for index, other in enumerate(others):
                    if near[other] != ends:  # of equal ends as many cross before as after
                        for end in near[other]:
                            gains[index] += sign[position[end]]
        return gains

    def _put(self, vertex: int, place: int) -> None:
        here, layer = self.position[vertex], self.layers[self.layering.rank[vertex]]
        if place == here:
            return
        layer.insert(place, layer.pop(here))
        for index in range(min(here, place), max(here, place) + 1):
            self.position[layer[index]] = index


def sift(
    layering: Layering,
    layers: list[list[int]],
    position: list[int],
    *,
    furthest: bool = False,
    backwards: bool = False,
) -> int:
    """Sift the vertices of each rank one by one, and return how many crossings have gone.

    Parameters
    ----------
    layering, layers, position
        As for `Sifter`.
    furthest : bool
        Of places with equally few crossings take the furthest, not the nearest: this leads out of
        orders that no single move makes better.
    backwards : bool
        Begin with the last rank.
    """
    sifter = Sifter(layering, layers, position)
    return sum(
        [
            sifter.sift(vertex, furthest=furthest)
            for layer in (reversed(layers) if backwards else layers)
            for vertex in list(layer)
        ]
    )


@lru_cache(maxsize=1000)  # most vertices have few neighbours, which are often at the same places
def signs(places: tuple[int, ...], size: int) -> tuple[int, ...]:
    """For each position of a rank how many of `places` lie before it, less those that lie after it.

    When a vertex with neighbours at `places` passes another vertex, so many of its links stop or
    start to cross a link which ends at that position.

    Parameters
    ----------
    places : tuple of ints
    size : int
        How many positions there are.

    Examples
    --------
    >>> signs((1, 1, 3), 5)
    (-3, -1, 1, 2, 3)
    """
    steps = [-len(places)] + [0] * size
    for place in places:
        steps[place] += 1
        steps[place + 1] += 1
    return tuple(accumulate(steps[:size]))
