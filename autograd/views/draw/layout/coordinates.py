"""A coordinate for each vertex within its rank, with long links straight.

Read next: `shortening`, which starts from these coordinates.

References
----------
U. Brandes, B. Köpf, "Fast and simple horizontal coordinate assignment", Graph Drawing 2001,
LNCS 2265: vertices are aligned with the median of their neighbours into blocks, four times
(from either end, leaning to either side), and the four results are balanced. The blocks are
compacted by longest paths here, which avoids the flaw that the authors' erratum (2020) corrects.
"""

from __future__ import annotations

from itertools import pairwise

from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.spacing import Separation


def assign_coordinates(
    layering: Layering, layers: list[list[int]], separation: Separation
) -> list[float]:
    """The coordinate of each vertex's centre within its rank.

    Parameters
    ----------
    layering : Layering
    layers : list of lists of int
        The vertices of each rank in drawing order.
    separation : callable
        ``separation(a, b)``: least distance of the centres of two neighbours in a rank.
    """
    conflicts = _conflicts(layering, layers)
    candidates = []
    for forwards in (True, False):
        for leaning in (1, -1):
            ranks = layers if forwards else layers[::-1]
            ranks = ranks if leaning == 1 else [layer[::-1] for layer in ranks]
            roots = _align(layering, ranks, conflicts, forwards)
            coordinates = _compact(ranks, roots, separation)
            candidates.append([leaning * each for each in coordinates])
    return _balance(candidates)


def _conflicts(layering: Layering, layers: list[list[int]]) -> set[tuple[int, int]]:
    # Links that cross a piece of a trunk (the paper's type 1) or branch off where it goes on: they
    # must bend, not the trunk.
    position = layering.positions(layers)
    boxes, before = layering.boxes, layering.before
    marked: set[tuple[int, int]] = set()
    for helper in range(boxes, len(layering.rank)):
        onwards = layering.after[helper]
        if any(other >= boxes for other in onwards):
            marked.update([(helper, other) for other in onwards if other < boxes])
    for previous, layer in pairwise(layers):
        low, scanned, last = 0, 0, len(layer) - 1
        for index, vertex in enumerate(layer):
            inner = vertex >= boxes and before[vertex][0] >= boxes
            if inner or index == last:
                high = position[before[vertex][0]] if inner else len(previous) - 1
                for other in layer[scanned : index + 1]:
                    for near in before[other]:
                        crosses = not low <= position[near] <= high
                        if crosses and not (near >= boxes and other >= boxes):
                            marked.add((near, other))
                scanned, low = index + 1, high
    return marked


def _align(
    layering: Layering, layers: list[list[int]], conflicts: set[tuple[int, int]], forwards: bool
) -> list[int]:
    # `root[v]` stands for the block of v: vertices that shall get the same coordinate.
    count, boxes = len(layering.rank), layering.boxes
    position = layering.positions(layers)
    neighbours = layering.before if forwards else layering.after
    root = list(range(count))
    for layer in layers[1:]:
        reached = -1
        for vertex in layer:
            near = neighbours[vertex]
            if vertex >= boxes:
                near = [other for other in near if other >= boxes] or near
            if not near:
                continue
            near = sorted(near, key=position.__getitem__) if len(near) > 1 else near
            for other in near[(len(near) - 1) // 2 : len(near) // 2 + 1]:
                pair = (other, vertex) if forwards else (vertex, other)
                if position[other] > reached and pair not in conflicts:
                    root[vertex] = root[other]
                    reached = position[other]
                    break
    return root


def _compact(layers: list[list[int]], root: list[int], separation: Separation) -> list[float]:
    # Blocks as near to one another as the separations allow, then drawn towards their neighbours.
    count = len(root)
    following: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    waiting = [0] * count
    for layer in layers:
        for left, right in pairwise(layer):
            following[root[left]].append((root[right], separation(left, right)))
            waiting[root[right]] += 1
    place = [0.0] * count
    # By hand, because graphlib takes twice as long, and this is done four times for each drawing.
    order = [vertex for vertex in range(count) if root[vertex] == vertex and waiting[vertex] == 0]
    for block in order:
        for other, distance in following[block]:
            place[other] = max(place[other], place[block] + distance)
            waiting[other] -= 1
            if waiting[other] == 0:
                order.append(other)
    for block in reversed(order):
        if following[block]:
            nearest = min([place[other] - distance for other, distance in following[block]])
            place[block] = max(place[block], nearest)
    return [place[block] for block in root]


def _balance(candidates: list[list[float]]) -> list[float]:
    # Shift all four to the narrowest one and take the mean of the two middle values.
    if not candidates[0]:
        return []
    narrowest = min(candidates, key=lambda each: max(each) - min(each))
    low, high = min(narrowest), max(narrowest)
    shifted = []
    for index, candidate in enumerate(candidates):
        leans_up = index % 2 == 0
        shift = low - min(candidate) if leans_up else high - max(candidate)
        shifted.append([each + shift for each in candidate])
    middle = [sorted(four)[1:3] for four in zip(*shifted, strict=True)]
    return [(one + two) / 2 for one, two in middle]
