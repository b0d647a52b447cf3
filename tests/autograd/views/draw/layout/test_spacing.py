import pytest

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.spacing import (
    BOX_GAP,
    HEAVY,
    LIGHT,
    LINK_GAP,
    USUAL,
    least_squares,
    mean,
    offsets,
    screen,
    separation,
    settle,
)


def test_wishes_are_met_as_well_as_separations_allow():
    tight = [0.0, 10.0, 20.0]
    assert least_squares([0.0, 50.0, 90.0], [1, 1, 1], tight) == [0.0, 50.0, 90.0]
    assert least_squares([30.0, 30.0, 30.0], [1, 1, 1], tight) == [20.0, 30.0, 40.0]
    assert least_squares([0.0, 0.0, 90.0], [1000.0, 0.01, 1.0], tight)[:2] == [
        0.0,
        pytest.approx(10, abs=0.1),
    ]


def test_boxes_keep_further_apart_than_lines():
    apart = separation(Graph([(40.0, 20.0), (40.0, 30.0)], []))
    assert apart(0, 1) == apart(1, 0) == 25.0 + BOX_GAP
    assert apart(0, 7) == 10.0 + LINK_GAP
    assert apart(7, 8) == LINK_GAP


def test_a_tight_rank_starts_at_zero():
    assert offsets([3, 1, 2], lambda a, b: float(a + b)) == [0.0, 4.0, 7.0]
    assert offsets([], lambda a, b: 1.0) == []


def test_a_rank_settles_in_place():
    places = [5.0, 0.0, 0.0]
    settle([1, 2], [(4.0, 1.0), (4.0, 1.0)], places, [0.0, 10.0])
    assert places == [5.0, -1.0, 9.0]


def test_the_mean_adds_from_left_to_right():
    assert mean([1e16, 1.0, -1e16]) == 0.0
    assert mean([1.0, 2.0, 6.0]) == 3.0


def test_a_screen_is_that_of_a_small_laptop_with_text_shown_a_little_smaller():
    wide, high = 1280 * 11 / 10, 720 * 11 / 10
    assert screen(Graph([], [])) == screen(Graph([], [], "RL")) == (wide, high)
    assert screen(Graph([], [], "TB")) == screen(Graph([], [], "BT")) == (high, wide)


def test_ranks_are_so_far_apart():
    (first, _), (second, _) = layered(Graph([(40, 20)] * 2, [(0, 1)])).boxes
    assert second - first == 40 + 44


def test_what_reads_nothing_gives_way_to_what_does_and_all_to_a_trunk():
    light, usual = least_squares([0.0, 0.0], [LIGHT, USUAL], [0.0, 10.0])
    assert (light, usual) == (pytest.approx(-10 / 1.01), 0.0)
    usual, heavy = least_squares([0.0, 0.0], [USUAL, HEAVY], [0.0, 10.0])
    assert (usual, heavy) == (pytest.approx(-10 * 1000 / 1001), 0.0)
