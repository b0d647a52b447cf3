from itertools import pairwise

import pytest

from autograd.views.draw.layout.compaction import compact
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.ranks import layering_of
from autograd.views.draw.layout.spacing import offsets, separation


def coordinates(graph):
    layering = layering_of(graph)
    layers = order_layers(layering)
    apart = separation(graph)
    return layering, layers, assign_coordinates(layering, layers, apart), apart


@pytest.mark.parametrize("seed", range(5))
def test_large_drawings_are_hardly_taller_than_their_fullest_rank(shapes, seed):
    layering, layers, across, apart = coordinates(shapes.random_graph(seed, 200))
    fullest = max(offsets(layer, apart)[-1] for layer in layers)
    assert max(across) - min(across) > 1.4 * fullest
    places = compact(layering, layers, across, apart)
    assert max(places) - min(places) < 1.25 * fullest
    for layer in layers:
        for a, b in pairwise(layer):
            assert places[b] - places[a] >= apart(a, b) - 1


def test_what_fits_a_screen_stays_aligned(shapes):
    layering, layers, across, apart = coordinates(shapes.random_graph(1, 25))
    assert max(across) - min(across) < 1300
    assert compact(layering, layers, across, apart) is across
