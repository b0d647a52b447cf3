"""The order within each rank, chosen so that few links cross.

Read next: `sifting`, one of the two means to that end; the other, sorting, is here.

References
----------
K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
structures", IEEE Trans. Systems, Man, and Cybernetics 11 (1981): sorting to and fro.
E. R. Gansner et al., "A technique for drawing directed graphs", IEEE Trans. Software Engineering
19 (1993), section 3: the weighted median.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain, product
from random import Random

from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.sifting import Sifter, sift

SWEEPS = 16
SIFTS = 6  # after the sweeps
SIFTS_AGAIN = 2  # of a vertex, where an order has been disturbed
FEWER_FROM = 40_000  # sweeps or sifts times vertices: of a large graph there are no more than that
EFFORT = 1200  # vertices in all orders that are tried, at least one order
TRIALS = 40_000  # disturbed orders times vertices, of a graph that is tried from each order
MOVES, LEAST = 9, 60  # trials end when a ninth of all moves, or 60, have been in vain

Layers = list[list[int]]


def order_layers(layering: Layering) -> Layers:
    """The vertices of each rank in the order in which they are drawn.

    Sorts every rank by where its neighbours are, to and fro, and then sifts. A small graph is tried
    from several orders, among them the best one disturbed. An order gives way only to one with
    fewer crossings, and the disturbance comes from a fixed seed: the outcome depends on the graph
    alone.
    """
    search = _Search(layering)
    size = max(1, len(layering.rank))
    attempts = EFFORT // size
    starts = list(product((_from_outputs, _from_inputs), (weighted_median, mean)))
    for start, middle in starts[: max(1, attempts)]:
        search.sort(start(layering), middle)
    choose = Random(0)
    trials = TRIALS // size if attempts > len(starts) else 0
    search.disturb(trials, choose)
    for middle in (weighted_median, mean):
        search.sort([list(layer) for layer in search.best], middle)
    search.best = search.tidy
    search.disturb(trials // 2, choose, tidily=True)
    return [_leaves_in_order(layering, layer) for layer in search.tidy]


class _Search:
    # Keeps the best order that it has met.

    def __init__(self, layering: Layering) -> None:
        self.layering = layering
        self.best = _from_outputs(layering)
        self.tidy, self.swapped = self.best, 0  # of the orders with so few crossings
        self.first = layering.positions(self.best)
        self.fewest = count_crossings(layering, self.best, self.first)
        self.sifted: set[tuple[tuple[int, ...], ...]] = set()  # orders from which it has sifted
        # How many pairs of a rank do not stand as at first; most ranks of two orders are alike.
        self.swapped_in = cache(partial(_swapped, self.first))

    def meet(self, layers: Layers, crossings: int) -> None:
        if crossings > self.fewest:
            return
        swapped = self.out_of_order(layers)
        if crossings < self.fewest or swapped < self.swapped:
            self.tidy, self.swapped = [list(layer) for layer in layers], swapped
        if crossings < self.fewest:
            self.best, self.fewest = self.tidy, crossings

    def out_of_order(self, layers: Layers) -> int:
        # How many pairs do not stand as they did at first, which is the order of the arguments.
        return sum([self.swapped_in(tuple(layer)) for layer in layers])

    def disturb(self, times: int, choose: Random, *, tidily: bool = False) -> None:
        # One vertex goes elsewhere, others follow it, and the rest of the drawing stays. What
        # has no more crossings is disturbed next; `tidily`, only if arguments stand as well in it.
        layers, position, crossings = self.best, self.layering.positions(self.best), self.fewest
        movable = [v for layer in layers if len(layer) > 1 for v in layer]
        sifter = Sifter(self.layering, layers, position)
        patience = max(LEAST, sum([len(layer) ** 2 for layer in layers]) // MOVES)
        waited = 0
        while times > 0 and waited < patience and self.fewest:
            sifter.layers, sifter.position = [list(layer) for layer in layers], list(position)
            vertex = movable[int(choose.random() * len(movable))]
            places = len(layers[self.layering.rank[vertex]])
            now = crossings - sifter.move(vertex, int(choose.random() * places))
            now -= self.settle(sifter, vertex)
            fewest, swapped = self.fewest, self.swapped
            self.meet(sifter.layers, now)
            waited = waited + 1 if (fewest, swapped) == (self.fewest, self.swapped) else 0
            times -= 1
            if now == crossings and tidily:
                better = self.out_of_order(sifter.layers) <= self.out_of_order(layers)
            else:
                better = now <= crossings
            if better:
                layers, position, crossings = sifter.layers, sifter.position, now

    def settle(self, sifter: Sifter, vertex: int) -> int:
        # The neighbours of what has moved find their best places, and theirs in turn.
        before, after, gone = self.layering.before, self.layering.after, 0
        visits: dict[int, int] = {}
        waiting = [*before[vertex], *after[vertex], vertex]
        for each in waiting:
            visits[each] = visits.get(each, 0) + 1
            if visits[each] <= SIFTS_AGAIN:
                gain = sifter.sift(each, furthest=visits[each] == 1)
                gone += gain
                if gain:
                    waiting += [*before[each], *after[each]]
        return gone

    def rounds(self, most: int) -> int:
        size = max(1, len(self.layering.rank))
        return max(2, min(most, FEWER_FROM // size)) if self.fewest else 0

    def sort(self, layers: Layers, middle: Callable[[Sequence[int]], float]) -> None:
        position = self.layering.positions(layers)
        last: Layers = []
        best = [list(layer) for layer in layers]
        fewest = count_crossings(self.layering, layers, position)
        for sweep in range(self.rounds(SWEEPS)):
            before_last, last = last, [list(layer) for layer in layers]
            forwards = sweep % 2 == 0
            neighbours = self.layering.before if forwards else self.layering.after
            for layer in layers if forwards else reversed(layers):
                _sort_rank(layer, neighbours, position, middle)
            if layers == before_last:
                break  # to and fro between these two orders it would go on
            crossings = count_crossings(self.layering, layers, position)
            if crossings < fewest:
                best, fewest = [list(layer) for layer in layers], crossings
        self.meet(best, fewest)
        self.sift(best, fewest)

    def sift(self, layers: Layers, crossings: int) -> None:
        order = tuple([tuple(layer) for layer in layers])
        if order in self.sifted:
            return  # several ways of sorting end in the same order
        self.sifted.add(order)
        layers = [list(layer) for layer in layers]
        position = self.layering.positions(layers)
        before = crossings
        for number in range(self.rounds(SIFTS)):
            if number % 3 == 0 and number > 0:
                if crossings == before:
                    break
                before = crossings
            furthest, backwards = number % 3 != 2, number % 2 == 1
            crossings -= sift(
                self.layering, layers, position, furthest=furthest, backwards=backwards
            )
            self.meet(layers, crossings)


def count_crossings(layering: Layering, layers: Layers, position: list[int]) -> int:
    """How many pairs of links between neighbouring ranks cross."""
    crossings = 0
    for layer in layers:
        ends = [sorted([position[target] for target in layering.after[v]]) for v in layer]
        crossings += count_inversions([*chain.from_iterable(ends)])
    return crossings


def _swapped(first: Sequence[int], layer: tuple[int, ...]) -> int:
    return count_inversions([first[vertex] for vertex in layer])


def count_inversions(places: Sequence[int]) -> int:
    """How many pairs of places do not stand in ascending order.

    Examples
    --------
    >>> count_inversions([2, 3, 1, 1])
    4
    """
    inversions = 0
    ascending: list[int] = []
    for place in places:
        index = bisect_right(ascending, place)
        inversions += len(ascending) - index
        ascending.insert(index, place)
    return inversions


def _from_outputs(layering: Layering) -> Layers:
    # Depth first from the outputs, arguments in their order: a tree is so drawn without crossings.
    layers: Layers = [[] for _ in layering.layers()]
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


def _from_inputs(layering: Layering) -> Layers:
    # Depth first from what has no parents.
    layers: Layers = [[] for _ in layering.layers()]
    seen = [False] * len(layering.rank)
    stack = [vertex for vertex in range(layering.boxes) if not layering.before[vertex]][::-1]
    while stack:
        vertex = stack.pop()
        if not seen[vertex]:
            seen[vertex] = True
            layers[layering.rank[vertex]].append(vertex)
            stack.extend(reversed(layering.after[vertex]))
    return layers


def _sort_rank(
    layer: list[int],
    neighbours: list[list[int]],
    position: list[int],
    middle: Callable[[Sequence[int]], float],
) -> None:
    # A vertex without neighbours on that side keeps its place; the others share the rest.
    middles = {
        vertex: middle(sorted([position[other] for other in neighbours[vertex]]))
        for vertex in layer
        if neighbours[vertex]
    }
    ordered = iter(sorted(middles, key=middles.__getitem__))
    for index, vertex in enumerate(layer):
        if vertex in middles:
            layer[index] = next(ordered)
    for index, vertex in enumerate(layer):
        position[vertex] = index


def mean(places: Sequence[int]) -> float:
    """The middle of some places, sorted; one that is far from the others counts in full."""
    return sum(places) / len(places)


def weighted_median(places: Sequence[int]) -> float:
    """The middle of some places, sorted; between two of them nearer to where they lie closer.

    Examples
    --------
    >>> weighted_median([1, 2, 9]), weighted_median([1, 2]), weighted_median([1, 2, 4, 9])
    (2, 1.5, 2.3333333333333335)
    """
    count = len(places)
    low, high = places[(count - 1) // 2], places[count // 2]
    below, above = low - places[0], places[-1] - high
    if below + above == 0 or low == high:
        return (low + high) / 2 if low != high else low
    return (low * above + high * below) / (below + above)


def _leaves_in_order(layering: Layering, layer: list[int]) -> list[int]:
    # Leaves that one box alone reads share their places in the order of its arguments. They cross
    # as many links as before, since their links lead to the same box.
    leaves: dict[int, list[int]] = {}
    for vertex in layer:
        if not layering.before[vertex] and len(set(layering.after[vertex])) == 1:
            leaves.setdefault(layering.after[vertex][0], []).append(vertex)
    turn = {box: iter(_ordered(layering, box, group)) for box, group in leaves.items()}
    owner = {vertex: box for box, group in leaves.items() for vertex in group}
    return [next(turn[owner[vertex]]) if vertex in owner else vertex for vertex in layer]


def _ordered(layering: Layering, box: int, group: list[int]) -> list[int]:
    return sorted(group, key=layering.before[box].index)
