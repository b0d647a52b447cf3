"""Places within one rank: how near two neighbours may come, and wishes met as well as that allows.

The two stages that give coordinates work with these: `coordinates` (read next) and `shortening`.

References
----------
`least_squares` is isotonic regression, solved by pooling adjacent violators: M. Ayer et al., "An
empirical distribution function for sampling with incomplete information", Ann. Math. Statist. 26
(1955).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd.sums import added
from autograd.views.draw.layout.graph import Graph, is_vertical

Separation = Callable[[int, int], float]

BOX_GAP = 12.0  # pixels between two boxes of a rank
RANK_GAP = 44.0  # pixels between two ranks, at least
LINK_GAP = 12.0  # pixels between a box and a line that runs past it, or between two such lines
# What fits 1,280 by 720 pixels with the text of 11 px shown at 10.
SCREEN = (1408.0, 792.0)
LIGHT, USUAL, HEAVY = 0.01, 1.0, 1000.0  # how strongly leaves, boxes and trunks keep their place


def separation(flat: Graph) -> Separation:
    """Return the function that gives the least distance of the centres of two neighbours.

    Parameters
    ----------
    flat : Graph
        With sizes as (along, across), see `turning`. Vertices beyond its boxes are lines.

    Examples
    --------
    >>> apart = separation(Graph(sizes=[(40, 20), (40, 30)], links=[]))
    >>> apart(0, 1), apart(0, 2), apart(2, 3)
    (37.0, 22.0, 12.0)
    """
    half = [across / 2 for _, across in flat.sizes]
    count = len(half)

    def apart(a: int, b: int) -> float:
        if a < count and b < count:
            return half[a] + half[b] + BOX_GAP
        return (half[a] if a < count else 0.0) + (half[b] if b < count else 0.0) + LINK_GAP

    return apart


def screen(flat: Graph) -> tuple[float, float]:
    """How far a drawing may reach along its links, and across them, so that it fits a screen."""
    width, height = SCREEN
    return (height, width) if is_vertical(flat.direction) else (width, height)


def offsets(layer: Sequence[int], separation: Separation) -> list[float]:
    """The coordinates of a rank that is as tight as it can be."""
    places = [0.0] * len(layer)
    for index in range(1, len(layer)):
        places[index] = places[index - 1] + separation(layer[index - 1], layer[index])
    return places


def settle(
    layer: Sequence[int],
    wishes: Sequence[tuple[float, float]],
    places: list[float],
    tight: Sequence[float],
) -> None:
    """Move the vertices of a rank in `places` to where they wish to be, as near as they fit.

    Parameters
    ----------
    layer : sequence of n ints
    wishes : sequence of n (coordinate, weight)
    places : list of float
        The coordinate of each vertex of the graph.
    tight : sequence of n floats
        The `offsets` of the rank.
    """
    wanted, weights = [wish for wish, _ in wishes], [weight for _, weight in wishes]
    settled = least_squares(wanted, weights, tight)
    for vertex, place in zip(layer, settled, strict=True):
        places[vertex] = place


def least_squares(
    wanted: Sequence[float], weights: Sequence[float], tight: Sequence[float]
) -> list[float]:
    """Pool neighbours that come too near to one another, and move each pool to its mean wish."""
    pools: list[tuple[float, float, int]] = []  # place, weight, members
    for place, weight, offset in zip(wanted, weights, tight, strict=True):
        pool = (place - offset, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            before = pools.pop()
            total = before[1] + pool[1]
            place = (before[0] * before[1] + pool[0] * pool[1]) / total
            pool = (place, total, before[2] + pool[2])
        pools.append(pool)
    if len(pools) == len(wanted):
        return list(wanted)
    places = [place for place, _, members in pools for _ in range(members)]
    result = []
    for place, offset, wish in zip(places, tight, wanted, strict=True):
        # What is moved by less than can be seen stays, so that straight lines stay straight.
        result.append(wish if abs(place + offset - wish) < 0.5 else place + offset)
    return result


def mean(numbers: Sequence[float]) -> float:
    """The mean."""
    return added(numbers) / len(numbers)
