import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.crossings import count_crossings, order_layers
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links


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


def test_two_crossing_links_are_uncrossed():
    layering = cut_long_links(Graph([(1, 1)] * 4, [(0, 3), (1, 2)]), [0, 0, 1, 1], 0)
    assert count_crossings(layering, [[0, 1], [2, 3]], [0, 1, 0, 1]) == 1
    first, second = order_layers(layering)
    assert [layering.after[box][0] for box in first] == second
