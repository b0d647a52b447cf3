"""The order within each rank, chosen so that few links cross.

Read next: `spacing`.

References
----------
K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
structures", IEEE Trans. Systems, Man, and Cybernetics 11 (1981): the barycentre sweeps.
E. R. Gansner et al., "A technique for drawing directed graphs", IEEE Trans. Software Engineering
19 (1993), section 3: the exchange of neighbours.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from autograd.views.draw.layout.ranks import Layering

SWEEPS = 8
EXCHANGE_UP_TO = 400  # vertices; of larger graphs no neighbours are exchanged


def order_layers(layering: Layering) -> list[list[int]]:
    """The vertices of each rank in the order in which they are drawn.

    Sweeps to and fro, each time sorting a rank by where its neighbours are, and keeps the best
    order seen. Ties keep their place, so the outcome depends on the graph alone.
    """
    layers = _first_order(layering)
    position = layering.positions(layers)
    best = [list(layer) for layer in layers]
    fewest = count_crossings(layering, layers, position)
    exchange = len(layering.rank) <= EXCHANGE_UP_TO
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        forwards = sweep % 2 == 0
        neighbours = layering.before if forwards else layering.after
        for layer in layers if forwards else reversed(layers):
            _sort_by_barycentre(layer, neighbours, position)
        if exchange:
            _exchange_neighbours(layering, layers, position)
        crossings = count_crossings(layering, layers, position)
        if crossings < fewest:
            fewest = crossings
            best = [list(layer) for layer in layers]
    return best


def count_crossings(layering: Layering, layers: list[list[int]], position: list[int]) -> int:
    """How many pairs of links between neighbouring ranks cross."""
    crossings = 0
    for layer in layers[:-1]:
        ends: list[int] = []
        for vertex in layer:
            for end in sorted([position[target] for target in layering.after[vertex]]):
                crossings += len(ends) - bisect_right(ends, end)
                insort(ends, end)
    return crossings


def _first_order(layering: Layering) -> list[list[int]]:
    # Depth first from the outputs, arguments in their order: a tree is so drawn without crossings.
    layers: list[list[int]] = [[] for _ in layering.layers()]
    seen = [False] * len(layering.rank)
    outputs = [vertex for vertex in range(layering.boxes) if not layering.after[vertex]]
    stack = outputs[::-1]
    while stack:
        vertex = stack.pop()
        if not seen[vertex]:
            seen[vertex] = True
            layers[layering.rank[vertex]].append(vertex)
            stack.extend(reversed(_arguments(layering, vertex)))
    return layers


def _arguments(layering: Layering, vertex: int) -> list[int]:
    # Leaves stand in the middle of the computed arguments, such as weights between activations.
    before = layering.before
    computed = [other for other in before[vertex] if before[other]]
    if len(computed) < 2:
        return before[vertex]
    middle = len(computed) // 2
    leaves = [other for other in before[vertex] if not before[other]]
    return [*computed[:middle], *leaves, *computed[middle:]]


def _sort_by_barycentre(layer: list[int], neighbours: list[list[int]], position: list[int]) -> None:
    # A vertex without neighbours on that side keeps its place; the others share the rest.
    def barycentre(vertex: int) -> float:
        near = neighbours[vertex]
        return sum([position[other] for other in near]) / len(near)

    ordered = iter(sorted([vertex for vertex in layer if neighbours[vertex]], key=barycentre))
    for index, vertex in enumerate(layer):
        if neighbours[vertex]:
            layer[index] = next(ordered)
        position[layer[index]] = index


def _exchange_neighbours(layering: Layering, layers: list[list[int]], position: list[int]) -> None:
    for layer in layers:
        improved = True
        while improved:
            improved = False
            for index in range(len(layer) - 1):
                left, right = layer[index], layer[index + 1]
                if _gain(layering, left, right, position) > 0:
                    layer[index], layer[index + 1] = right, left
                    position[left], position[right] = index + 1, index
                    improved = True


def _gain(layering: Layering, left: int, right: int, position: list[int]) -> int:
    gain = 0
    for neighbours in (layering.before, layering.after):
        others = [position[other] for other in neighbours[right]]
        for near in neighbours[left]:
            here = position[near]
            for other in others:
                gain += (here > other) - (here < other)
    return gain
