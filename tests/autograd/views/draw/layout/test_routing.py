import pytest
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


def routed(graph, across, helpers=9):
    layering = cut_long_links(graph, assign_ranks(graph), helpers)
    return routing.route(graph, layering, across)


CHAIN = [(0, 1), (1, 2), (0, 2)]  # the last link passes the second box
WIDE = {"sizes": [(40.0, 60.0)] * 3, "label": (50.0, 10.0)}


def test_a_long_link_runs_straight_past_a_rank_and_bends_in_the_gaps():
    # Ranks from 0 to 40, 90 to 130 and 180 to 220; at the last box the links end 16 apart.
    graph = Graph(links=CHAIN, **WIDE)
    corners, (first, second, long), labels = routed(graph, [0.0, 0.0, 0.0, 50.0])
    assert corners == [(0.0, -30.0), (90.0, -30.0), (180.0, -30.0)]
    assert first == [(40.0, 0.0), (40.0, 0.0), (90.0, 0.0), (90.0, 0.0)]
    assert second == [(130.0, 0.0), (155.0, 0.0), (155.0, -8.0), (180.0, -8.0)]
    assert long == [
        *((40.0, 0.0), (65.0, 0.0), (65.0, 50.0), (90.0, 50.0)),
        *((90.0, 50.0), (130.0, 50.0), (130.0, 50.0)),
        *((155.0, 50.0), (155.0, 8.0), (180.0, 8.0)),
    ]
    assert labels == [(65.0, 0.0), (155.0, -5.0), (155.0, 5.0)]


def test_a_link_leaves_its_trunk_before_the_trunk_bends_on():
    graph = Graph([(40.0, 60.0)] * 4, [(0, 1), (1, 2), (2, 3), (0, 2), (0, 3)])
    _, paths, _ = routed(graph, [0.0, 0.0, 0.0, 0.0, 50.0, 80.0])
    past_one = [(40.0, 0.0), (62.0, 0.0), (62.0, 50.0), (84.0, 50.0)]
    past_one += [(84.0, 50.0), (124.0, 50.0), (124.0, 50.0)]
    assert paths[3] == [*past_one, (146.0, 50.0), (146.0, 8.0), (168.0, 8.0)]
    assert paths[4] == [
        *past_one,
        *((146.0, 50.0), (146.0, 80.0), (168.0, 80.0)),
        *((168.0, 80.0), (208.0, 80.0), (208.0, 80.0)),
        *((230.0, 80.0), (230.0, 8.0), (252.0, 8.0)),
    ]


def test_a_link_that_runs_outside_keeps_before_all_boxes():
    _, paths, _ = routed(Graph(links=CHAIN, **WIDE), [0.0] * 3, helpers=0)
    assert paths[2] == [
        *((40.0, 0.0), (65.0, 0.0), (65.0, -42.0), (90.0, -42.0)),
        *((90.0, -42.0), (130.0, -42.0), (130.0, -42.0)),
        *((155.0, -42.0), (155.0, 8.0), (180.0, 8.0)),
    ]


def test_links_outside_share_a_line_where_they_pass_different_ranks():
    links = [(k, k + 1) for k in range(4)] + [(0, 2), (1, 3), (2, 4)]
    graph = Graph([(40.0, 60.0)] * 5, links)
    _, paths, _ = routed(graph, [0.0] * 5, helpers=0)
    assert [min(y for _, y in path) for path in paths[4:]] == [-42.0, -54.0, -42.0]


def test_a_link_of_a_narrow_box_runs_straight_to_the_end_of_its_rank():
    graph = Graph([(40.0, 20.0), (60.0, 20.0), (40.0, 60.0)], [(0, 2), (1, 2)])
    corners, (narrow, wide), _ = routed(graph, [0.0, 40.0, 20.0])
    assert corners == [(10.0, -10.0), (0.0, 30.0), (104.0, -10.0)]
    assert narrow[:4] == [(50.0, 0.0), (50.0, 0.0), (60.0, 0.0), (60.0, 0.0)]
    assert narrow[4:] == [(82.0, 0.0), (82.0, 12.0), (104.0, 12.0)]
    assert wide == [(60.0, 40.0), (82.0, 40.0), (82.0, 28.0), (104.0, 28.0)]


@pytest.mark.parametrize(
    ("links", "height", "gap"),
    [(3, 60.0, 16.0), (5, 60.0, 11.0), (3, 28.0, 6.0), (3, 27.0, 0.5), (2, 16.2, 0.2)],
)
def test_links_end_so_far_apart_or_at_one_place(links, height, gap):
    graph = Graph([(40.0, 10.0)] * links + [(40.0, height)], [(k, links) for k in range(links)])
    _, paths, _ = routed(graph, [20.0 * k for k in range(links)] + [7.0])
    ends = [path[-1][1] for path in paths]
    assert ends == pytest.approx([7.0 + (k - (links - 1) / 2) * gap for k in range(links)])


def test_gaps_are_wider_where_links_climb_but_not_without_end():
    for climb, gap in ((100.0, 44), (300.0, 50), (900.0, 64)):
        corners, _, _ = routed(Graph([(40.0, 20.0)] * 2, [(0, 1)]), [0.0, climb])
        assert corners[1][0] == 40 + gap


def test_a_line_into_the_next_row_runs_round_with_rounded_corners():
    # The rows' boxes from 56 to 96; the channel of one line between 20 and 56, across.
    graph = Graph([(40.0, 20.0)] * 2, [(0, 1)], label=(20.0, 10.0), wrap=1)
    corners, (path,), labels = routed(graph, [0.0, 0.0])
    assert corners == [(56.0, 0.0), (56.0, 56.0)]
    assert list(dict.fromkeys(path)) == [
        *((96.0, 10.0), (102.0, 10.0), (108.0, 10.0), (108.0, 16.0), (108.0, 26.0)),
        *((108.0, 32.0), (102.0, 32.0), (18.0, 32.0), (12.0, 32.0), (12.0, 38.0)),
        *((12.0, 60.0), (12.0, 66.0), (18.0, 66.0), (56.0, 66.0)),
    ]
    assert len(path) == 1 + 3 * 9
    assert labels == [(46.0, 66.0)]


def test_each_source_has_a_line_of_its_own_into_the_next_row():
    graph = Graph([(40.0, 60.0)] * 3, CHAIN, wrap=2)
    _, (_, second, long), _ = routed(graph, [0.0, 0.0, 0.0, 50.0])
    far = [max(x for x, _ in path) for path in (second, long)]
    assert far[0] - far[1] == 12.0  # the outer line begins nearer to the first rank's edge
    assert second[-1][0] == long[-1][0]


def test_a_long_link_of_a_narrow_box_bends_only_behind_its_rank():
    sizes = [(40.0, 60.0), (60.0, 60.0), (40.0, 60.0), (40.0, 60.0)]
    graph = Graph(sizes, [(1, 2), (2, 3), (0, 3)])
    layering = cut_long_links(graph, [0, 0, 1, 2], 9)
    _, (_, _, long), _ = routing.route(graph, layering, [0.0, 80.0, 0.0, 0.0, 50.0])
    assert long[:7] == [
        *((50.0, 0.0), (50.0, 0.0), (60.0, 0.0), (60.0, 0.0)),
        *((82.0, 0.0), (82.0, 50.0), (104.0, 50.0)),
    ]


def test_a_trunk_that_begins_later_goes_on_in_the_next_row_from_its_last_helper():
    links = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 4)]
    graph = Graph([(40.0, 60.0)] * 5, links, wrap=4)
    _, (*_, last, long), _ = routed(graph, [0.0] * 5 + [50.0, 50.0])
    assert max(x for x, _ in last) - max(x for x, _ in long) == 12.0
    assert (50.0 + 30.0) in {y for _, y in long}  # the row begins 30 above its middle


def test_links_end_in_the_order_in_which_they_arrive_whatever_their_number():
    graph = Graph([(40.0, 20.0)] * 2 + [(40.0, 60.0)], [(0, 2), (1, 2)])
    _, (lower, upper), _ = routed(graph, [40.0, 0.0, 20.0])
    assert (lower[-1][1], upper[-1][1]) == (28.0, 12.0)
