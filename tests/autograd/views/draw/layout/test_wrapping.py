from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links
from autograd.views.draw.layout.wrapping import ASPECT, SCREENS, Rows, divide


def rows_and_columns(placement):
    xs, ys = ({round(corner[k]) for corner in placement.boxes} for k in (0, 1))
    return len(ys), len(xs)


def straight(shapes, steps, **options):
    links = [(step, step + 1) for step in range(steps)]
    return Graph([shapes.SIZE] * (steps + 1), links, **options)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_a_long_chain_has_the_shape_of_a_screen(shapes, direction):
    graph = straight(shapes, 1000, direction=direction, wrap=None)
    placement = layered(graph)
    shapes.check_boxes(graph, placement)
    assert 0.6 * ASPECT < placement.width / placement.height < 1.6 * ASPECT


def test_a_number_says_how_many_columns_there_are(shapes):
    graph = straight(shapes, 9, wrap=4)
    placement = layered(graph)
    assert rows_and_columns(placement) == (3, 4)
    in_reading_order = sorted(range(10), key=lambda k: placement.boxes[k][::-1])
    assert in_reading_order == list(range(10))


@pytest.mark.parametrize("wrap", [None, False, 20])
def test_what_fits_a_screen_stays_in_one_row(shapes, wrap):
    graph = straight(shapes, 9, wrap=wrap)
    assert layered(graph).width < SCREENS
    assert rows_and_columns(layered(graph)) == (1, 10)


def test_false_never_wraps(shapes):
    assert rows_and_columns(layered(straight(shapes, 99, wrap=False))) == (1, 100)


@settings(max_examples=40)
@given(
    st.integers(0, 10**6),
    st.integers(1, 40),
    st.sampled_from(["LR", "TB", "RL", "BT"]),
    st.integers(1, 6),
)
def test_boxes_are_apart_and_lines_keep_clear_of_them(shapes, seed, count, direction, wrap):
    graph = replace(shapes.random_graph(seed, count, direction, (60.0, 14.0)), wrap=wrap)
    placement = layered(graph)
    boxes = shapes.check_boxes(graph, placement)
    for cx, cy in placement.labels:
        assert not any(x < cx < x + w and y < cy < y + h for x, y, w, h in boxes)


def test_lines_into_the_next_row_do_not_cross(shapes):
    # Three chains side by side.
    links = [(step, step + 3) for step in range(12)]
    graph = Graph([shapes.SIZE] * 15, links, wrap=2)
    placement = layered(graph)
    assert rows_and_columns(placement) == (9, 2)
    assert shapes.crossings_of(placement.paths) == 0


def test_the_numbers_of_lines_are_nested():
    graph = Graph([(1.0, 1.0)] * 4, [(0, 2), (1, 3)], wrap=1)
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    rows = divide(graph, layering, [0.0, 9.0, 0.0, 9.0], [10.0, 10.0])
    assert rows.line == {0: (2, 1), 1: (1, 2)}
    assert isinstance(rows, Rows)
    assert [rows.starts_with(rank) for rank in (0, 1)] == [False, True]


def test_links_that_run_round_the_drawing_cannot_be_wrapped():
    graph = Graph([(1.0, 1.0)] * 3, [(0, 1), (1, 2), (0, 2)], wrap=1)
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    with pytest.raises(ValueError, match="cannot wrap a drawing in which the links of 1 cards"):
        divide(graph, layering, [0.0] * 3, [10.0] * 3)
    rows = divide(replace(graph, wrap=None), layering, [0.0] * 3, [1e4] * 3)
    assert rows.columns == 3


@pytest.mark.parametrize(
    ("height", "length", "wrapped"),
    [(10.0, 2600.0, False), (10.0, 2601.0, True), (1000.0, 3000.0, False), (1000.0, 3001.0, True)],
)
def test_what_is_longer_than_two_screens_and_three_times_its_width_is_wrapped(
    height, length, wrapped
):
    graph = Graph([(10.0, height)] * 10, [(k, k + 1) for k in range(9)], wrap=None)
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    rows = divide(graph, layering, [0.0] * 10, [length / 10] * 10)
    assert (rows.columns < 10) is wrapped


def test_rows_are_below_one_another_with_room_for_the_lines_between_them():
    graph = Graph([(1.0, 20.0), (1.0, 40.0), (1.0, 60.0)], [(0, 1), (1, 2), (0, 2)], wrap=1)
    layering = cut_long_links(graph, assign_ranks(graph), 9)
    across = [0.0, 0.0, 0.0, 50.0]  # the last one is where the long link runs, past the second box
    rows = divide(graph, layering, across, [9.0] * 3)
    # Row by row: 0 to 20, from 20 the channel of one line and 12 around it; 56 to 126; the channel
    # of two lines; 174 to 234.
    assert rows.shift == [10.0, 56.0 + 20.0, 174.0 + 30.0]
    assert rows.channel == [20.0, 126.0, 234.0]
    assert rows.moved(layering, across) == [10.0, 76.0, 204.0, 126.0]
    assert rows.gutter() == 4 * 12.0


def test_ranks_that_are_longer_than_a_screen_by_themselves_have_rows_of_their_own():
    graph = Graph([(3000.0, 20.0)] * 2, [(0, 1)], wrap=None)
    assert rows_and_columns(layered(graph)) == (2, 1)


def test_rows_are_as_tall_as_what_stands_in_them():
    # A staircase: 8 ranks of 1400, each 500 below the one before. Rows of 3 are 4200 long, and
    # 1020, 1020 and 520 tall, with 96 for the lines between them; rows of 4 would be too long.
    graph = Graph([(10.0, 20.0)] * 8, [(k, k + 1) for k in range(7)], wrap=None)
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    assert divide(graph, layering, [500.0 * k for k in range(8)], [1400.0] * 8).columns == 3
