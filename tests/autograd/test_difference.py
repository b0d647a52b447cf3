"""Difference quotients: right where they say they are sure, and unsure where they are not."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import mpmath
import pytest

from autograd.difference import (
    SURE,
    Estimate,
    at_first_sight,
    central,
    even,
    farthest_step,
    has_corner,
    side,
    stair,
)


def slope(f: Callable[[float], float], x: float) -> Estimate:
    """What `central` finds with errors as nan."""
    return central(guarded(f), x, 0.0, farthest_step(x))


def guarded(f: Callable[[float], float]) -> Callable[[float], float]:
    def g(x: float) -> float:
        try:
            return f(x)
        except (ArithmeticError, ValueError):
            return math.nan

    return g


KNOWN = {
    "sqrt": (math.sqrt, mpmath.sqrt, (0.0, math.inf)),
    "log": (math.log, mpmath.log, (0.0, math.inf)),
    "exp": (math.exp, mpmath.exp, (-700.0, 709.7)),
    "sin": (math.sin, mpmath.sin, (-1e9, 1e9)),
    "atan": (math.atan, mpmath.atan, (-1e4, 1e4)),
    "tanh": (math.tanh, mpmath.tanh, (-8.0, 8.0)),
    "1/x": (lambda x: 1.0 / x, lambda x: 1 / x, (-1e150, 1e150)),
    "x³": (lambda x: x * x * x, lambda x: x * x * x, (-1e100, 1e100)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_sure_is_right_from_1e_minus_300_to_1e300(name: str) -> None:
    f, exact, (low, high) = KNOWN[name]
    choose = random.Random(name)
    judged = 0
    for _ in range(150):
        x = choose.choice((-1.0, 1.0)) * 10.0 ** choose.uniform(-300.0, 300.0)
        x = x if low < x < high else choose.uniform(max(low, -9.0), min(high, 9.0))
        found = slope(f, x)
        if found.uncertainty <= SURE * abs(found.derivative):
            with mpmath.workdps(700):  # from values alone, as there: no derivative rule
                h = abs(mpmath.mpf(x)) * mpmath.mpf(10) ** -320
                true = float((exact(x + h) - exact(x - h)) / (2 * h))
            assert abs(found.derivative - true) <= found.uncertainty
            judged += 1
    assert judged > 60


@pytest.mark.parametrize(
    ("f", "x", "derivative"),
    [
        (lambda x: 1.0 / x, 1e-9, -1e18),  # long steps reach across the pole
        (lambda x: 1.0 / (x * x), 1e-6, -2e18),
        (math.cos, 1e7, -math.sin(1e7)),  # long steps reach across many periods
        (lambda x: 1.0 / math.sin(x), 1e-9, -1e18),
        (lambda x: x + 1e-6 * math.sin(1e6 * x), 0.001, 1.0 + math.cos(1000.0)),
        (math.exp, 709.7, math.exp(709.7)),
        (math.sqrt, 1e-300, 5e149),
    ],
)
def test_shorter_steps_overrule_longer_ones(
    f: Callable[[float], float], x: float, derivative: float
) -> None:
    found = slope(f, x)
    assert found.derivative == pytest.approx(derivative, rel=1e-8)
    assert found.is_sure(derivative)


@pytest.mark.parametrize("x", [1e20, -1e86, 1e200, -1e300])
def test_where_the_floats_lie_too_far_apart_nothing_is_sure(x: float) -> None:
    for f in (math.sin, math.cos, math.tan):
        assert not slope(f, x).is_sure(1.0)


def test_overflow_and_underflow_leave_no_verdict_and_raise_nothing() -> None:
    for f, x in ((math.cosh, 1e-300), (lambda x: x * x, 1e-200), (lambda x: 1.0 / x, 1e-200)):
        found = slope(f, x)
        assert not found.is_sure(found.derivative + 1e-200)


def test_an_estimate_judges_only_what_it_can() -> None:
    known, vague = Estimate(2.0, 1e-9), Estimate(2.0, 0.1)
    assert known.is_sure(2.0) and known.is_sure(math.nan)
    assert not vague.is_sure(2.05) and not vague.is_sure(math.inf)
    assert vague.is_sure(9.0)
    assert known.relative_error(2.0 + 1e-9) <= 1e-8 < known.relative_error(2.0 + 1e-5)
    assert Estimate().relative_error(0.0) == math.inf
    assert Estimate(0.0, 1e-3).is_sure(0.0)


def test_an_even_function_near_0_has_its_slope_from_the_second_difference() -> None:
    found = even(math.cos, 1e-200, farthest_step(1.0))
    assert found.derivative == pytest.approx(-1e-200, rel=1e-8)
    assert math.isnan(even(math.sin, 1e-200, farthest_step(1.0)).derivative)
    assert math.isnan(even(lambda x: 1.0, 1e-200, farthest_step(1.0)).derivative)


def test_a_stair_is_seen_and_a_ramp_is_not() -> None:
    assert 1e-16 < stair(lambda x: math.log(1.0 + math.exp(x)), -30.0, 1.0) < 1e-15
    assert stair(lambda x: round(x, 3), 0.2, -1.0) == pytest.approx(0.001)
    assert stair(lambda x: max(x, 0.0), -2.0, 1.0) < 1e-12
    assert stair(math.sin, 0.3, 1.0) == 0.0
    assert stair(lambda x: 5.0, 0.3, 1.0) == 0.0


def test_corners_are_suspected_where_the_slopes_part() -> None:
    corner, bend = (lambda x: abs(x - 1.0)), (lambda x: (x - 1.0) ** 2)
    assert has_corner(corner, 1.0, slope(corner, 1.0))
    assert not has_corner(bend, 1.0, slope(bend, 1.0))


def test_each_side_says_its_slope_or_jump() -> None:
    right = side(lambda x: 3.0 * x if x > 0.0 else x - 1.0, 0.0, 1.0, 0.0)
    left = side(lambda x: 3.0 * x if x > 0.0 else x - 1.0, 0.0, -1.0, 0.0)
    assert right is not None and right.jumps
    assert right.slope.derivative == pytest.approx(3.0)
    assert left is not None and not left.jumps
    assert left.slope.derivative == pytest.approx(1.0)
    steep = side(guarded(math.sqrt), 0.0, 1.0, 0.0)
    assert steep is not None and steep.slope.derivative == math.inf
    assert side(guarded(math.sqrt), 0.0, -1.0, 0.0) is None


def test_the_first_sight_is_right_for_ordinary_functions() -> None:
    for x in (-2.0, 0.0, 0.3, 5.0):
        assert at_first_sight(math.sin, x).derivative == pytest.approx(math.cos(x), rel=1e-9)


def test_what_may_move_between_two_floats_convicts_no_one() -> None:
    for f, x in (
        (lambda x: math.fmod(x, 6.3e-29), 10.386811526322425),
        (lambda x: math.fmod(x, 1e-15), 16.3),
        (lambda x: math.sin(x) / x, 1e15),
        (lambda x: 2.0, 1e17),
    ):
        found = slope(f, x)
        assert not found.resolved or math.isnan(found.derivative)
        assert not found.is_sure(1.0)
    assert slope(lambda x: 2.0, 1e17).is_sure(0.0)
    for f, x in ((math.acos, 0.9999999999), (math.exp, 1.0), (lambda x: abs(x - 1.0), 1.0)):
        assert slope(guarded(f), x).resolved
