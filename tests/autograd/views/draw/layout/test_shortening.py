from itertools import pairwise
from math import hypot

import pytest

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.ranks import layering_of
from autograd.views.draw.layout.shortening import GAP, shorten
from autograd.views.draw.layout.spacing import offsets, separation


def coordinates(graph):
    layering = layering_of(graph)
    layers = order_layers(layering)
    apart = separation(graph)
    return layering, layers, assign_coordinates(layering, layers, apart), apart


def length(layering, places):
    return sum(
        hypot(GAP, places[vertex] - places[target])
        for vertex, targets in enumerate(layering.after)
        for target in targets
    )


@pytest.mark.parametrize("count", [25, 200])
@pytest.mark.parametrize("seed", range(5))
def test_drawings_become_lower_and_links_shorter(shapes, seed, count):
    layering, layers, across, apart = coordinates(shapes.random_graph(seed, count))
    fullest = max(offsets(layer, apart)[-1] for layer in layers)
    places = shorten(layering, layers, across, apart)
    assert max(places) - min(places) <= max(across) - min(across)
    assert count < 100 or max(places) - min(places) < 1.25 * fullest
    assert length(layering, places) < 0.97 * length(layering, across)
    for layer in layers:
        for a, b in pairwise(layer):
            assert places[b] - places[a] >= apart(a, b) - 1


def test_an_output_stands_in_the_middle_of_its_many_inputs(shapes):
    graph = Graph([shapes.SIZE] * 12, [(k, 11) for k in range(11)])
    placement = layered(graph)
    ys = sorted(y for _, y in placement.boxes[:11])
    assert placement.boxes[11][1] == pytest.approx((ys[0] + ys[-1]) / 2, abs=1)


def test_what_follows_a_single_box_stands_level_with_it(shapes):
    graph = Graph([shapes.SIZE] * 7, [(0, 3), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6)])
    placement = layered(graph)
    assert len({y for _, y in placement.boxes[3:]}) == 1


def test_nothing_is_shortened_in_an_empty_graph():
    assert shorten(layering_of(Graph([], [])), [], [], lambda a, b: 1.0) == []
