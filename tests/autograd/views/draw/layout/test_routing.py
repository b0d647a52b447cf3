from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.views.draw.layout import Graph, layered, routing
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links
from autograd.views.draw.layout.spacing import separation
from autograd.views.draw.layout.turning import flattened, turned


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from(["LR", "TB", "RL", "BT"]), st.integers(0, 20))
def test_so_do_lines_that_run_outside(shapes, seed, direction, helpers):
    graph = shapes.random_graph(seed, 30, direction)
    flat = flattened(graph)
    layering = cut_long_links(flat, assign_ranks(flat), helpers)
    across = assign_coordinates(layering, order_layers(layering), separation(flat))
    assert len(layering.rank) <= 30 + helpers
    shapes.check(graph, turned(graph, *routing.route(flat, layering, across)))


def test_two_links_between_the_same_boxes_end_apart(shapes):
    one, two = layered(Graph([shapes.SIZE] * 2, [(0, 1), (0, 1)])).paths
    assert one[0] == two[0]
    assert two[-1][1] - one[-1][1] == routing.PORT_GAP


def test_links_arrive_in_the_order_in_which_they_come(shapes):
    graph = Graph([shapes.SIZE] * 4, [(2, 3), (1, 3), (0, 3)])
    placement = layered(graph)
    arrivals = sorted(
        (placement.boxes[s][1], placement.paths[k][-1][1]) for k, (s, _) in enumerate(graph.links)
    )
    assert [y for _, y in arrivals] == sorted(y for _, y in arrivals)


def test_one_link_is_a_straight_line_between_the_middles_of_two_sides():
    graph = Graph([(40.0, 20.0), (60.0, 20.0)], [(0, 1)])
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    corners, (path,), labels = routing.route(graph, layering, [0.0, 0.0])
    assert corners == [(0.0, -10.0), (40.0 + routing.RANK_GAP, -10.0)]
    assert (path[0], path[-1], len(path)) == ((40.0, 0.0), (84.0, 0.0), 4)
    assert labels == [(62.0, 0.0)]


def test_crowded_links_end_at_one_place():
    graph = Graph([(40.0, 30.0)] * 6, [(k, 5) for k in range(5)])
    ends = [path[-1][1] for path in layered(graph).paths]
    assert max(ends) - min(ends) == 4 * routing.CROWDED_PORT_GAP


def test_however_many_links_there_are_they_end_at_their_box():
    graph = Graph([(40.0, 30.0)] * 301, [(k, 300) for k in range(300)])
    placement = layered(graph)
    top = placement.boxes[300][1]
    assert all(top < path[-1][1] < top + 30.0 for path in placement.paths)
