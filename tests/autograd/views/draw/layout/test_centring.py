import pytest

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.centring import centre, gather_leaves, own_parents
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links, layering_of


def test_an_output_stands_in_the_middle_of_its_many_inputs(shapes):
    graph = Graph([shapes.SIZE] * 12, [(k, 11) for k in range(11)])
    placement = layered(graph)
    ys = sorted(y for _, y in placement.boxes[:11])
    assert placement.boxes[11][1] == pytest.approx((ys[0] + ys[-1]) / 2, abs=1)


def test_centring_moves_followers_along_and_gathers_leaves(shapes):
    # Vertices 0-3 feed 4, which feeds 5; the coordinates are as if 4 were aligned with 0.
    graph = Graph([shapes.SIZE] * 6, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 5)])
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    across = [0.0, 100.0, 200.0, 300.0, 0.0, 0.0]
    moved = centre(layering, [[0, 1, 2, 3], [4], [5]], across, lambda a, b: 60.0)
    assert moved[4] == moved[5] == 150.0
    assert moved[:4] == [60.0, 120.0, 180.0, 240.0]


def test_only_leaves_of_what_moved_are_gathered():
    layering = layering_of(Graph([(40.0, 20.0)] * 2, [(0, 1)]))
    still, gathered = [0.0, 100.0], [0.0, 100.0]
    gather_leaves(layering, [0], still, [False, False], lambda a, b: 60.0)
    gather_leaves(layering, [0], gathered, [False, True], lambda a, b: 60.0)
    assert (still, gathered) == ([0.0, 100.0], [100.0, 100.0])


def test_a_parent_that_others_read_too_is_not_a_box_s_own():
    layering = layering_of(Graph([(40.0, 20.0)] * 4, [(0, 2), (1, 2), (1, 3)]))
    assert own_parents(layering, 2) == [0]
