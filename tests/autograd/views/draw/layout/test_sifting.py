import random

import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.crossings import count_crossings
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links
from autograd.views.draw.layout.sifting import WINDOW, Sifter, sift, signs


@pytest.mark.parametrize("seed", range(5))
def test_signs_count_what_lies_before_and_after(seed):
    choose = random.Random(seed)
    places = tuple(choose.randrange(10) for _ in range(seed))
    expected = [sum((p < here) - (p > here) for p in places) for here in range(10)]
    assert list(signs(places, 10)) == expected


@pytest.mark.parametrize("furthest", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_so_many_crossings_go_as_it_says(shapes, seed, furthest):
    graph = shapes.random_graph(seed, 60)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = layering.layers()
    position = layering.positions(layers)
    before = count_crossings(layering, layers, position)
    gone = sift(layering, layers, position, furthest=furthest, backwards=furthest)
    assert gone > 0.3 * before
    assert position == layering.positions(layers)
    assert count_crossings(layering, layers, position) == before - gone
    assert [sorted(layer) for layer in layers] == layering.layers()


def test_a_vertex_moves_past_several_others_at_once():
    # Exchanging neighbours would not do: 0 crosses as many links after one step as before.
    count = 4
    links = [(0, 2 * count)] + [(k, count + k) for k in range(1, count)]
    graph = Graph([(1, 1)] * (2 * count + 1), links)
    layering = cut_long_links(graph, [0] * count + [1] * (count + 1), 0)
    layers = [list(range(count)), list(range(count, 2 * count + 1))]
    assert sift(layering, layers, layering.positions(layers)) == count - 1
    assert layers[0] == [1, 2, 3, 0]


@pytest.mark.parametrize("seed", range(5))
def test_moves_of_one_vertex_change_as_many_crossings_as_they_say(shapes, seed):
    choose = random.Random(seed)
    graph = shapes.random_graph(seed, 150)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = layering.layers()
    sifter = Sifter(layering, layers, layering.positions(layers))
    for _ in range(30):
        before = count_crossings(layering, layers, sifter.position)
        vertex = choose.randrange(len(layering.rank))
        place = choose.randrange(len(layers[layering.rank[vertex]]))
        gone = sifter.move(vertex, place)
        assert layers[layering.rank[vertex]][place] == vertex
        assert sifter.position == layering.positions(layers)
        assert count_crossings(layering, layers, sifter.position) == before - gone


def test_a_vertex_finds_the_best_place_within_its_window(shapes):
    graph = shapes.random_graph(3, 150)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = layering.layers()
    sifter = Sifter(layering, layers, layering.positions(layers))
    for vertex in range(0, len(layering.rank), 7):
        here = sifter.position[vertex]
        layer = layers[layering.rank[vertex]]
        counts = {}
        for place in range(max(0, here - WINDOW), min(len(layer), here + WINDOW + 1)):
            sifter.move(vertex, place)
            counts[place] = count_crossings(layering, layers, sifter.position)
        sifter.move(vertex, here)
        assert sifter.sift(vertex) == counts[here] - min(counts.values())
        assert counts[sifter.position[vertex]] == min(counts.values())


@pytest.mark.parametrize("backwards", [False, True])
def test_ranks_are_sifted_one_after_the_other_from_either_end(shapes, backwards):
    graph = shapes.random_graph(1, 60)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    expected = layering.layers()
    sifter = Sifter(layering, expected, layering.positions(expected))
    for number in sorted(range(len(expected)), reverse=backwards):
        for vertex in list(expected[number]):
            sifter.sift(vertex)
    layers = layering.layers()
    sift(layering, layers, layering.positions(layers), backwards=backwards)
    assert layers == expected


@pytest.mark.parametrize(("furthest", "order"), [(False, [1, 0, 2, 3]), (True, [1, 2, 3, 0])])
def test_of_places_that_are_as_good_it_takes_the_nearest_or_the_furthest(furthest, order):
    # 0 leads to the last of two targets, 1 to the first; where 2 and 3 lead crosses nothing.
    layering = cut_long_links(Graph([(1, 1)] * 6, [(0, 5), (1, 4)]), [0, 0, 0, 0, 1, 1], 0)
    layers = [[0, 1, 2, 3], [4, 5]]
    sifter = Sifter(layering, layers, layering.positions(layers))
    assert sifter.sift(0, furthest=furthest) == 1
    assert layers[0] == order
    layers[0][:] = [2, 3, 0, 1]  # and in the other direction
    sifter.position[:4] = [2, 3, 0, 1]
    assert sifter.sift(1, furthest=furthest) == 1
    assert layers[0] == ([1, 2, 3, 0] if furthest else [2, 3, 1, 0])
