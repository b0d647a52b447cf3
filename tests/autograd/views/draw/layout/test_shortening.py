from itertools import pairwise
from math import hypot

import pytest

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.ranks import layering_of
from autograd.views.draw.layout.shortening import (
    GAP,
    _following,
    _light,
    _nearest,
    _straight,
    shorten,
)
from autograd.views.draw.layout.spacing import HEAVY, LIGHT, USUAL, offsets, separation


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


@pytest.mark.parametrize(("count", "most"), [(25, 0.97), (200, 0.52)])
@pytest.mark.parametrize("seed", range(5))
def test_drawings_become_lower_and_links_shorter(shapes, seed, count, most):
    layering, layers, across, apart = coordinates(shapes.random_graph(seed, count))
    fullest = max(offsets(layer, apart)[-1] for layer in layers)
    places = shorten(layering, layers, across, apart)
    assert max(places) - min(places) <= max(across) - min(across)
    assert count < 100 or max(places) - min(places) < 1.25 * fullest
    assert length(layering, places) < most * length(layering, across)
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


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_chain_stays_as_straight_as_it_is(shapes, count):
    chain = Graph([shapes.SIZE] * count, list(pairwise(range(count))))
    layering, layers, across, apart = coordinates(chain)
    assert shorten(layering, layers, across, apart) == across == [0.0] * count


def test_nothing_is_shortened_in_an_empty_graph():
    assert shorten(layering_of(Graph([], [])), [], [], lambda a, b: 1.0) == []


def test_the_pieces_of_a_trunk_weigh_eight_times_as_much():
    layering = layering_of(Graph([(1, 1)] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)]))
    places = [0.0, 7.0, 7.0, 7.0, 0.0, 33.0]  # the helpers 4 and 5: 44 on and 33 up are 55
    light = [False] * 6
    place, weight = _nearest(layering, 4, [0, 5], places, light)
    assert weight == pytest.approx(1 / 44 + 8 / 55, rel=1e-12, abs=0.0)
    assert place == pytest.approx(33 * (8 / 55) / weight, rel=1e-12, abs=0.0)
    assert _nearest(layering, 5, [4], places, light) == pytest.approx(
        (0.0, 8 / 55), rel=1e-12, abs=0.0
    )
    assert _nearest(layering, 1, [5], places, light)[1] == pytest.approx(
        1 / hypot(44, 26), rel=1e-12, abs=0.0
    )
    assert _nearest(layering, 1, [], places, light) == (7.0, LIGHT)


def test_a_piece_of_a_trunk_follows_the_trunk_and_nothing_else():
    layering = layering_of(Graph([(1, 1)] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)]))
    places = [1.0, 7.0, 8.0, 9.0, 20.0, 33.0]
    light = [False] * 6
    assert _following(layering, 4, [0, 5], places, light) == (33.0, HEAVY)
    assert _following(layering, 5, [3, 4], places, light) == (20.0, HEAVY)
    for vertex, near in ((4, [0]), (5, [3]), (1, [4, 5]), (3, [5]), (2, [])):
        nearest = _nearest(layering, vertex, near, places, light)
        assert _following(layering, vertex, near, places, light) == nearest


def test_a_light_leaf_hardly_moves_its_box_nor_its_box_a_light_leaf():
    layering = layering_of(Graph([(1, 1)] * 3, [(0, 2), (1, 2)]))
    places = [0.0, 66.0, 33.0]
    light = [True, False, False]
    place, weight = _nearest(layering, 2, [0, 1], places, light)
    assert weight == pytest.approx(0.1 / 55 + 1 / 55, rel=1e-12, abs=0.0)
    assert place == pytest.approx(66 * (1 / 55) / weight, rel=1e-12, abs=0.0)
    assert _nearest(layering, 0, [2], places, light) == pytest.approx(
        (33.0, 0.1 / 55), rel=1e-12, abs=0.0
    )


def test_leaves_are_light_where_a_box_reads_one_or_two():
    links = [(0, 2), (1, 2), (3, 6), (4, 6), (5, 6), (7, 2), (7, 6), (2, 8)]
    assert _light(layering_of(Graph([(1, 1)] * 9, links))) == [True, True, *[False] * 7]


@pytest.mark.parametrize(
    ("climb", "wish"), [(15.9, (15.9, HEAVY)), (-15.9, (-15.9, HEAVY)), (16.0, (0.0, USUAL))]
)
def test_what_climbs_little_goes_straight_on(climb, wish):
    layering = layering_of(Graph([(1, 1)] * 4, [(0, 1), (2, 3), (1, 3)]))
    assert _straight(layering, 1, [climb, 0.0, 0.0, 0.0]) == wish
    assert _straight(layering, 3, [climb, 0.0, 0.0, 0.0]) == (0.0, USUAL)  # it has two parents
    place, weight = _straight(layering, 1, [64.0 + climb, 64.0, 0.0, 0.0])
    assert (place - 64.0, weight) == (pytest.approx(wish[0]), wish[1])


@pytest.mark.parametrize("seed", range(5))
def test_in_the_end_what_climbs_little_is_level_where_there_is_room(shapes, seed):
    layering, layers, across, apart = coordinates(shapes.random_graph(seed, 25))
    places = shorten(layering, layers, across, apart)
    level = 0
    for layer in layers:
        for above, vertex, below in zip([None, *layer], layer, [*layer[1:], None], strict=False):
            place = {places[other] for other in layering.before[vertex]}
            if len(set(layering.before[vertex])) != 1 or abs(min(place) - places[vertex]) >= 16.0:
                continue
            (there,) = place
            room = above is None or there - places[above] >= apart(above, vertex)
            room = room and (below is None or places[below] - there >= apart(vertex, below))
            level += places[vertex] == there
            assert places[vertex] == there or not room
    assert level > 0


def test_a_tree_of_pairs_has_shorter_links_than_where_each_box_is_in_the_middle_of_its_two(shapes):
    """The sweeps that look at one side carry boxes to where the others find shorter links."""
    count, links = 32, []
    for box in range(2 * count - 2):
        links.append((box, count + box // 2))
    layering, layers, across, apart = coordinates(Graph([shapes.SIZE] * (2 * count - 1), links))
    places = shorten(layering, layers, across, apart)
    climbs = [apart(0, 1) * 2**level / 2 for level in range(5)]
    middles = sum(count / 2**level * hypot(GAP, climb) for level, climb in enumerate(climbs))
    assert length(layering, places) < 0.895 * middles
