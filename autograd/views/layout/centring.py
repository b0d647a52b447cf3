"""After the third step: boxes with many parents of their own move to the middle of them.

Brandes and Köpf's method aligns a box with one of its parents, which looks right for two or three
but not where an output neuron reads a hundred weights and activations. What follows moves along;
its leaves then gather around it. Where nothing has many parents nothing changes.

References
----------
Least squares within a rank, keeping order and separations, is isotonic regression, solved by
pooling adjacent violators: M. Ayer et al., "An empirical distribution function for sampling with
incomplete information", Ann. Math. Statist. 26 (1955).
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.views.layout.coordinates import Separation
from autograd.views.layout.ranks import Layering

MANY = 3
FAR = 60.0
LIGHT, USUAL, HEAVY = 0.01, 1.0, 1000.0  # how strongly leaves, boxes and trunks keep their place


def centre(
    layering: Layering, layers: list[list[int]], across: list[float], separation: Separation
) -> list[float]:
    """Coordinates with boxes centred; the parameters are those of `assign_coordinates`."""
    moved = list(across)
    for layer in layers:
        wanted, weights = [], []
        for vertex in layer:
            place, weight = _wish(layering, vertex, across, moved)
            wanted.append(place)
            weights.append(weight)
        for vertex, place in zip(
            layer, _least_squares(wanted, weights, _offsets(layer, separation)), strict=True
        ):
            moved[vertex] = place
    stirred = [abs(new - old) > 0.5 for new, old in zip(moved, across, strict=True)]
    for layer in layers:
        _gather_leaves(layering, layer, moved, stirred, separation)
    return moved


def _wish(
    layering: Layering, vertex: int, across: list[float], moved: list[float]
) -> tuple[float, float]:
    parents = layering.before[vertex]
    if vertex >= layering.boxes and parents[0] >= layering.boxes:
        return moved[parents[0]], HEAVY
    own = [moved[parent] for parent in parents if len(layering.after[parent]) == 1]
    if len(own) >= MANY and abs(_mean(own) - across[vertex]) > FAR:
        return _mean(own), USUAL
    shifts = [moved[p] - across[p] for p in parents if layering.before[p]]
    if not shifts:
        return across[vertex], USUAL if parents else LIGHT
    return across[vertex] + _mean(shifts), USUAL


def _gather_leaves(
    layering: Layering,
    layer: list[int],
    moved: list[float],
    stirred: list[bool],
    separation: Separation,
) -> None:
    # Each run of leaves as near to its consumers as its neighbours in the rank let it.
    start = 0
    while start < len(layer):
        end = start
        while end < len(layer) and _is_free_leaf(layering, layer[end]):
            end += 1
        run = layer[start:end]
        if run:
            offsets = _offsets(run, separation)
            low, high = -float("inf"), float("inf")
            if start > 0:
                low = moved[layer[start - 1]] + separation(layer[start - 1], run[0])
            if end < len(layer):
                high = moved[layer[end]] - separation(run[-1], layer[end]) - offsets[-1]
            wanted = []
            for leaf in run:
                targets = layering.after[leaf]
                follows = any(stirred[target] for target in targets)
                wanted.append(_mean([moved[t] for t in targets]) if follows else moved[leaf])
            places = _least_squares(wanted, [USUAL] * len(run), offsets)
            for leaf, place, offset in zip(run, places, offsets, strict=True):
                moved[leaf] = min(max(place - offset, low), high) + offset
        start = end + 1


def _is_free_leaf(layering: Layering, vertex: int) -> bool:
    after = layering.after[vertex]
    in_next_rank = bool(after) and all(target < layering.boxes for target in after)
    return in_next_rank and not layering.before[vertex]


def _offsets(layer: Sequence[int], separation: Separation) -> list[float]:
    # The coordinates of a rank that is as tight as it can be.
    offsets = [0.0] * len(layer)
    for index in range(1, len(layer)):
        offsets[index] = offsets[index - 1] + separation(layer[index - 1], layer[index])
    return offsets


def _least_squares(
    wanted: Sequence[float], weights: Sequence[float], offsets: Sequence[float]
) -> list[float]:
    # Pool neighbours that come too near to one another, and move the pool to its mean wish.
    pools: list[tuple[float, float, int]] = []  # place, weight, members
    for place, weight, offset in zip(wanted, weights, offsets, strict=True):
        pool = (place - offset, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            before = pools.pop()
            total = before[1] + pool[1]
            mean = (before[0] * before[1] + pool[0] * pool[1]) / total
            pool = (mean, total, before[2] + pool[2])
        pools.append(pool)
    places = [place for place, _, members in pools for _ in range(members)]
    result = []
    for place, offset, wish in zip(places, offsets, wanted, strict=True):
        # What is moved by less than can be seen stays, so that straight lines stay straight.
        result.append(wish if abs(place + offset - wish) < 0.5 else place + offset)
    return result


def _mean(numbers: Sequence[float]) -> float:
    total = 0.0  # not sum(): its rounding of floats differs between versions of Python
    for each in numbers:
        total += each
    return total / len(numbers)
