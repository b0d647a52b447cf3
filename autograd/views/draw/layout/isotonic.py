"""Least squares within a rank: wishes met as well as order and separations allow.

References
----------
This is isotonic regression, solved by pooling adjacent violators: M. Ayer et al., "An empirical
distribution function for sampling with incomplete information", Ann. Math. Statist. 26 (1955).
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.views.draw.layout.coordinates import Separation

LIGHT, USUAL, HEAVY = 0.01, 1.0, 1000.0  # how strongly leaves, boxes and trunks keep their place


def offsets(layer: Sequence[int], separation: Separation) -> list[float]:
    """The coordinates of a rank that is as tight as it can be."""
    places = [0.0] * len(layer)
    for index in range(1, len(layer)):
        places[index] = places[index - 1] + separation(layer[index - 1], layer[index])
    return places


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
    places = [place for place, _, members in pools for _ in range(members)]
    result = []
    for place, offset, wish in zip(places, tight, wanted, strict=True):
        # What is moved by less than can be seen stays, so that straight lines stay straight.
        result.append(wish if abs(place + offset - wish) < 0.5 else place + offset)
    return result


def mean(numbers: Sequence[float]) -> float:
    """The mean, with the same bits on every Python: `sum` rounds floats differently since 3.12."""
    total = 0.0
    for each in numbers:
        total += each
    return total / len(numbers)
