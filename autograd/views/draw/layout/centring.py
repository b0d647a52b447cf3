"""Boxes with many parents of their own move to the middle of them.

Brandes and Köpf's method aligns a box with one of its parents, which looks right for two or three
but not where an output neuron reads a hundred weights and activations. What follows moves along;
its leaves then gather around it. Where nothing has many parents nothing changes.

Read next: `compaction`.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby

from autograd.views.draw.layout import spacing
from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.spacing import HEAVY, LIGHT, USUAL, Separation

MANY = 3  # parents of its own from which on a box is centred
FAR = 60.0  # pixels; a box that is nearer to the middle stays


def centre(
    layering: Layering, layers: list[list[int]], across: list[float], separation: Separation
) -> list[float]:
    """Coordinates with boxes centred; the parameters are those of `assign_coordinates`."""
    moved = list(across)
    for layer in layers:
        wishes = [_wish(layering, vertex, across, moved) for vertex in layer]
        spacing.settle(layer, wishes, moved, separation)
    stirred = [abs(new - old) > 0.5 for new, old in zip(moved, across, strict=True)]
    for layer in layers:
        gather_leaves(layering, layer, moved, stirred, separation)
    return moved


def _wish(
    layering: Layering, vertex: int, across: list[float], moved: list[float]
) -> tuple[float, float]:
    parents = layering.before[vertex]
    if vertex >= layering.boxes and parents[0] >= layering.boxes:
        return moved[parents[0]], HEAVY
    own = own_parents(layering, vertex)
    middle = spacing.mean([moved[parent] for parent in own]) if len(own) >= MANY else across[vertex]
    if abs(middle - across[vertex]) > FAR:
        return middle, USUAL
    shifts = [moved[p] - across[p] for p in parents if layering.before[p]]
    if not shifts:
        return across[vertex], USUAL if parents else LIGHT
    return across[vertex] + spacing.mean(shifts), USUAL


def own_parents(layering: Layering, vertex: int) -> list[int]:
    """The neighbours in the rank before that lead to nothing else."""
    return [parent for parent in layering.before[vertex] if len(layering.after[parent]) == 1]


def gather_leaves(
    layering: Layering,
    layer: list[int],
    moved: list[float],
    stirred: list[bool],
    separation: Separation,
) -> None:
    """Move each run of leaves to its consumers, as near as its neighbours in the rank let it.

    Only leaves with a consumer that is `stirred` move.
    """
    end = 0
    for are_leaves, group in groupby(layer, key=partial(_is_free_leaf, layering)):
        run = list(group)
        start, end = end, end + len(run)
        if not are_leaves:
            continue
        tight = spacing.offsets(run, separation)
        low, high = -float("inf"), float("inf")
        if start > 0:
            low = moved[layer[start - 1]] + separation(layer[start - 1], run[0])
        if end < len(layer):
            high = moved[layer[end]] - separation(run[-1], layer[end]) - tight[-1]
        wanted = []
        for leaf in run:
            targets = layering.after[leaf]
            follows = any(stirred[target] for target in targets)
            wanted.append(spacing.mean([moved[t] for t in targets]) if follows else moved[leaf])
        places = spacing.least_squares(wanted, [USUAL] * len(run), tight)
        for leaf, place, offset in zip(run, places, tight, strict=True):
            moved[leaf] = min(max(place - offset, low), high) + offset


def _is_free_leaf(layering: Layering, vertex: int) -> bool:
    after = layering.after[vertex]
    in_next_rank = bool(after) and all(target < layering.boxes for target in after)
    return in_next_rank and not layering.before[vertex]
