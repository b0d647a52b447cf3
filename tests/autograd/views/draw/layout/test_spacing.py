import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.spacing import (
    BOX_GAP,
    LINK_GAP,
    least_squares,
    mean,
    offsets,
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
    settle([1, 2], [(4.0, 1.0), (4.0, 1.0)], places, lambda a, b: 10.0)
    assert places == [5.0, -1.0, 9.0]


def test_the_mean_adds_from_left_to_right():
    assert mean([1e16, 1.0, -1e16]) == 0.0
    assert mean([1.0, 2.0, 6.0]) == 3.0
