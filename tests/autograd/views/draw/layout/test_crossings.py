import random
from itertools import combinations

import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.crossings import (
    _from_outputs,
    _leaves_in_order,
    count_crossings,
    mean,
    order_layers,
    weighted_median,
)
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links, layering_of


def test_trees_have_no_crossings(shapes):
    links = [(2 * k + 1 + side, k) for k in range(31) for side in (0, 1)]
    graph = Graph([shapes.SIZE] * 63, links)
    layering = cut_long_links(graph, assign_ranks(graph), 10)
    layers = order_layers(layering)
    assert shapes.crossings(layering, layers) == 0


def test_crossings_are_counted_right(shapes):
    graph = shapes.random_graph(5, 40)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = layering.layers()
    position = {v: k for layer in layers for k, v in enumerate(layer)}
    links = [(v, t) for v, targets in enumerate(layering.after) for t in targets]
    expected = sum(
        (position[a] - position[c]) * (position[b] - position[d]) < 0
        for k, (a, b) in enumerate(links)
        for c, d in links[:k]
        if layering.rank[a] == layering.rank[c]
    )
    assert expected > 0
    assert shapes.crossings(layering, layers) == expected


@pytest.mark.parametrize("seed", range(5))
def test_sweeps_remove_most_crossings(shapes, seed):
    graph = shapes.random_graph(seed, 60)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    before = shapes.crossings(layering, layering.layers())
    assert shapes.crossings(layering, order_layers(layering)) < 0.7 * before


@pytest.mark.parametrize(("seed", "most"), [(0, 720), (1, 770), (2, 550)])
def test_sweeps_go_on_as_long_as_they_change_the_order(shapes, seed, most):
    graph = shapes.random_graph(seed, 120)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    assert shapes.crossings(layering, order_layers(layering)) < most


def test_two_crossing_links_are_uncrossed():
    layering = cut_long_links(Graph([(1, 1)] * 4, [(0, 3), (1, 2)]), [0, 0, 1, 1], 0)
    assert count_crossings(layering, [[0, 1], [2, 3]], [0, 1, 0, 1]) == 1
    first, second = order_layers(layering)
    assert [layering.after[box][0] for box in first] == second


@pytest.mark.parametrize("seed", range(5))
def test_leaves_of_one_box_stand_in_the_order_of_its_arguments(seed):
    # Three boxes read four leaves of their own each, and two that they share.
    links = [(leaf, 14 + leaf // 4) for leaf in range(12)]
    links += [(shared, box) for shared in (12, 13) for box in (14, 15, 16)]
    random.Random(seed).shuffle(links)
    layering = layering_of(Graph([(1, 1)] * 17, links))
    layers = order_layers(layering)
    for box in (14, 15, 16):
        own = [vertex for vertex in layers[0] if layering.after[vertex] == [box]]
        assert own == [vertex for vertex in layering.before[box] if vertex < 12]


def test_the_weighted_median_leans_to_where_places_are_dense():
    assert weighted_median([3]) == 3
    assert weighted_median([3, 3]) == 3
    assert weighted_median([1, 2]) == 1.5
    assert weighted_median([1, 2, 9]) == 2
    assert weighted_median([1, 2, 4, 9]) == pytest.approx(2 + 2 * 1 / 6)
    assert mean([1, 2, 9]) == 4


LEFT = [(28, 64), (8, 27), (24, 39), (18, 79), (8, 77), (29, 38)]


@pytest.mark.parametrize(
    ("nodes", "seed", "left"),
    [
        *((24, seed, left) for seed, left in enumerate(LEFT)),
        *((8, 1, (0, 4)), (8, 22, (0, 1)), (8, 30, (0, 2)), (8, 57, (0, 4))),  # as it was sorted
    ],
)
def test_no_more_crossings_are_left_than_ever_and_arguments_stand_as_well(
    shapes, nodes, seed, left
):
    """What is left: crossings, and pairs out of the order that the arguments give."""
    graph = shapes.random_graph(seed, nodes)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = order_layers(layering)
    first = layering.positions(_from_outputs(layering))
    places = [[first[vertex] for vertex in layer] for layer in layers]
    swapped = sum(a > b for layer in places for a, b in combinations(layer, 2))
    assert (shapes.crossings(layering, layers), swapped) <= left


def test_own_leaves_share_their_places_in_the_order_of_the_arguments():
    links = [(2, 4), (0, 4), (1, 4), (3, 4), (3, 5)]
    layering = layering_of(Graph([(1, 1)] * 6, links))
    assert _leaves_in_order(layering, [0, 3, 1, 2]) == [2, 3, 0, 1]
