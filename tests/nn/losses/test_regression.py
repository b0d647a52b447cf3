"""Losses of quantities with their options, against PyTorch's figures."""

import pytest

from autograd import Value, hessian
from nn.losses import (
    half_squared_error,
    huber,
    mean_absolute_error,
    mean_squared_error,
    smooth_l1,
)
from tests.nn.losses.problem import cases_of, check_all


@cases_of("huber", "smooth_l1", "mean_squared_error", "mean_absolute_error")
def test_options_are_those_of_pytorch(case):
    check_all(case)


def test_squares_come_one_by_one_where_they_are_asked_for():
    halves = half_squared_error([3.0, 1.0], [0.0, 3.0], reduction="none")
    assert [half.data for half in halves] == [4.5, 2.0]
    squares = mean_squared_error([Value(3.0), Value(1.0)], [0.0, 3.0], reduction="none")
    assert [square.data for square in squares] == [9.0, 4.0]
    assert [str(square.operation) for square in squares] == [
        str(half.parents[1].operation) for half in halves
    ]  # an error times itself, with no factor of 1 before it
    assert all(square.parents[0] is square.parents[1] for square in squares)
    whole = mean_squared_error([Value(3.0), Value(1.0)], [0.0, 3.0], reduction="sum")
    assert whole.operation is half_squared_error([3.0], [0.0]).parents[1].operation


@pytest.mark.parametrize("loss", [half_squared_error, mean_squared_error])
def test_an_unknown_reduction_is_refused(loss):
    with pytest.raises(ValueError, match="average"):
        loss([1.0], [2.0], reduction="average")


def test_huber_is_smooth_everywhere_and_to_second_order_at_the_target():
    assert hessian(lambda p: huber(p, 0.0))(0.0) == 1.0
    for error, slope in ((-1.0, -1.0), (1.0, 1.0), (1e300, 1.0), (0.0, 0.0), (-1e-300, -1e-300)):
        p = Value(error)
        huber(p, 0.0).backward()
        assert p.grad == slope


def test_an_outlier_does_not_overflow():
    assert huber(1e300, 0.0, delta=2.0).data == 2e300
    assert smooth_l1(1e300, 0.0, beta=1e-300).data == mean_absolute_error(1e300, 0.0).data


def test_without_rounding_it_is_the_absolute_error():
    for error in (-2.5, 0.0, 1e-300):
        p, q = Value(error), Value(error)
        smooth, kinked = smooth_l1(p, 0.0, beta=0.0), mean_absolute_error(q, 0.0)
        smooth.backward()
        kinked.backward()
        assert (smooth.data, p.grad) == (kinked.data, q.grad)


def test_a_width_of_0_is_refused_where_nothing_would_be_left():
    with pytest.raises(ValueError, match=r"delta=0\.0 is not allowed: it must be above 0"):
        huber(1.0, 0.0, delta=0.0)


@pytest.mark.parametrize("width", [-1.0, float("nan"), float("inf")])
def test_a_width_must_be_above_0(width):
    with pytest.raises(ValueError, match=r"delta=.* is not allowed: it must be above 0"):
        huber(1.0, 0.0, delta=width)
    with pytest.raises(ValueError, match=r"beta=.* is not allowed: it must be above 0"):
        smooth_l1(1.0, 0.0, beta=width)


def test_the_width_is_1_where_nothing_is_said():
    for loss in (huber, smooth_l1):
        assert [loss(error, 0.0).data for error in (0.5, 1.0, 3.0)] == [0.125, 0.5, 2.5]
