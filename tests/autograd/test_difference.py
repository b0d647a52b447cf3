"""Difference quotients: right where they say they are sure, and unsure where they are not."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable

import mpmath
import pytest

from autograd.difference import (
    COARSE,
    EPSILON,
    ROUGH,
    SMALLEST,
    SURE,
    Estimate,
    Quotient,
    _bound,
    _contradicted,
    _extrapolations,
    _growth,
    _jagged,
    _quotient,
    _resolved,
    _turns,
    at_first_sight,
    central,
    even,
    farthest_step,
    has_corner,
    limit,
    shortest_step,
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
    assert found.derivative == pytest.approx(-1e-200, rel=1e-8, abs=0.0)
    assert math.isnan(even(math.sin, 1e-200, farthest_step(1.0)).derivative)
    assert math.isnan(even(lambda x: 1.0, 1e-200, farthest_step(1.0)).derivative)


def test_a_stair_is_seen_and_a_ramp_is_not() -> None:
    assert 1e-16 < stair(lambda x: math.log(1.0 + math.exp(x)), -30.0, 1.0) < 1e-15
    assert stair(lambda x: round(x, 3), 0.2, -1.0) == pytest.approx(0.001)
    assert stair(lambda x: max(x, 0.0), -2.0, 1.0) < 1e-12
    assert stair(math.sin, 0.3, 1.0) == 0.0
    assert stair(lambda x: 5.0, 0.3, 1.0) == 0.0
    for beyond in (INFINITY, -INFINITY, NAN):
        assert stair(lambda x, end=beyond: 5.0 if x < 1.5 else end, 0.3, 1.0) == 0.0


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


def walk(values: Callable[[int], float], reach: float, rounding: float = 1e-5) -> list[float]:
    """The steps that `limit` tries from 1 on, where the n-th quotient has the n-th value."""
    steps: list[float] = []

    def quotient(h: float) -> Quotient:
        steps.append(h)
        return Quotient(h, values(len(steps)), rounding, 1.0)

    limit(quotient, 1.0, reach, 2)
    return steps


def test_the_steps_double_up_to_the_reach_itself() -> None:
    assert walk(math.exp, 16.0) == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert walk(math.exp, 15.9) == [1.0, 2.0, 4.0, 8.0]
    assert walk(lambda n: math.nan, 16.0) == [1.0]


def test_the_walk_ends_when_eight_steps_bring_nothing() -> None:
    assert len(walk(lambda n: 1.0 if n <= 3 else 100.0**n, 1e30)) == 3 + 8


def test_steps_without_digits_are_long() -> None:
    assert walk(lambda n: 1.0, 1e12, rounding=0.5) == [64.0**n for n in range(7)]
    assert walk(lambda n: 1.0, 1e12, rounding=1.0) == [4096.0**n for n in range(4)]


def test_an_exact_quotient_is_believed() -> None:
    found = limit(lambda h: Quotient(h, 0.0, 0.0, 1.0), 1.0, 16.0, 2)
    assert (found.derivative, found.uncertainty) == (0.0, 0.0)


def test_the_bounds_of_an_estimate_belong_to_it() -> None:
    assert Estimate(2.0, 2.0 * SURE).is_sharp
    assert not Estimate(2.0, math.nextafter(2.0 * SURE, 1.0)).is_sharp
    assert Quotient(1.0, 2.0, 2e-3).has_digits
    assert not Quotient(1.0, 2.0, math.nextafter(2e-3, 1.0)).has_digits
    assert not Quotient(1.0, math.inf, 1.0).has_digits


def test_the_farthest_step_goes_with_the_largest_number() -> None:
    assert farthest_step(0.0) == farthest_step(0.5, -1.0) == 1024.0
    assert farthest_step(3.0, -5.0) == 5120.0


def test_a_constant_has_no_slope_however_large_it_is() -> None:
    for x in (0.3, 0.0, -40.0):
        found = slope(lambda _: 5.0, x)
        assert found.derivative == 0.0
        assert found.is_sure(1e-3)


def test_what_stands_still_near_a_point_is_flat_whatever_comes_far_away() -> None:
    found = slope(lambda x: 1e6 + 1e-9 * max(x - 1.07, 0.0), 1.0)
    assert found.derivative == 0.0
    found = slope(lambda x: 1e6 + 1e-9 * max(x - 1.00001, 0.0), 1.0)
    assert found.derivative == pytest.approx(5e-10, rel=0.1, abs=0.0)


def test_one_side_is_as_sure_as_it_says() -> None:
    for x in (1.1, 1.7, 1.0001, 0.3):
        for sign in (1.0, -1.0):
            looked = side(lambda z, x=x: 3.0 * (z - x), x, sign, 0.0)
            assert looked is not None
            assert abs(looked.slope.derivative - 3.0) <= looked.slope.uncertainty < 1e-9


def test_a_side_may_end_nearby() -> None:
    for sign in (1.0, -1.0):
        looked = side(guarded(math.asin), 0.5, sign, 0.0)
        assert looked is not None
        assert looked.slope.derivative == pytest.approx(1.0 / math.sqrt(0.75), rel=1e-9)
        assert looked.slope.is_sharp


def test_between_floats_far_apart_no_jump_is_claimed() -> None:
    looked = side(lambda z: float(z > 1e17), 1e17, 1.0, 0.0)
    assert looked is not None and not looked.jumps
    assert not math.isinf(looked.slope.derivative)


def test_where_the_floats_are_coarse_there_is_no_number_to_show() -> None:
    for x in (1e20, -1e86):
        assert math.isnan(slope(math.sin, x).derivative)


def test_a_steep_line_through_0_has_no_corner_there() -> None:
    for x in (1.1, 1.7, 0.3):

        def steep(z: float, x: float = x) -> float:
            return math.sin(1e6 * (z - x))

        assert not has_corner(steep, x, slope(steep, x))


def test_rounding_is_no_saw() -> None:
    for f in (lambda x: x / 3.0 + 1.0, lambda x: x / 7.0 - 1.0, lambda x: 1.0 + 1e-3 * x):
        assert not _jagged(f, 0.4, 0.0)
    assert _jagged(lambda x: (x / math.ulp(0.4)) % 4.0, 0.4, 0.0)
    assert _jagged(lambda x: x / 3.0 + 1.0 + 1e-13 * ((x / math.ulp(0.4)) % 4.0), 0.4, 0.0)
    assert not _jagged(lambda x: x / 3.0 + 1.0 + 1e-13 * ((x / math.ulp(0.4)) % 4.0), 0.4, 1e-13)


# -------------------------------------------------------------------------- each part, by hand

INFINITY, NAN = math.inf, math.nan


def next_up(x: float) -> float:
    return math.nextafter(x, INFINITY)


@pytest.mark.parametrize(
    ("estimate", "claimed", "error"),
    [
        (Estimate(2.0, 0.0), 2.5, 0.2),
        (Estimate(2.5, 0.0), 2.0, 0.2),
        (Estimate(-2.0, 0.0), -2.5, 0.2),
        (Estimate(1.0, 0.0), -1.0, 2.0),
        (Estimate(2.0, 1.0), 3.0, 1e-8),
        (Estimate(2.0, 4.0), 4.0, 5e-9),
        (Estimate(2.0, 1.0), 2.0, 0.0),
        (Estimate(0.0, 0.0), 0.0, 0.0),
        (Estimate(2.0), 2.0, INFINITY),
        (Estimate(INFINITY, 0.0), 2.0, INFINITY),
        (Estimate(2.0, 0.0), NAN, INFINITY),
        (Estimate(2.0, 0.0), INFINITY, INFINITY),
    ],
)
def test_the_error_is_relative_to_the_largest_of_three(
    estimate: Estimate, claimed: float, error: float
) -> None:
    assert estimate.relative_error(claimed) == pytest.approx(error, rel=1e-14, abs=0.0)


@pytest.mark.parametrize(
    ("estimate", "claimed", "sure"),
    [
        (Estimate(2.0, 1e-9), NAN, True),
        (Estimate(2.0, 1e-3), NAN, False),
        (Estimate(0.0, SURE), INFINITY, True),
        (Estimate(0.0, next_up(SURE)), INFINITY, False),
        (Estimate(1e-9, 1e-7), INFINITY, False),
        (Estimate(0.0, 5.0), 0.0, True),
        (Estimate(1e-30, 0.9e-25), 0.0, True),
        (Estimate(1e-30, 1e-25), 0.0, False),
        (Estimate(1e-30, 0.9e-25), 1e-29, False),
        (Estimate(0.0, 0.1), 1.0, True),
        (Estimate(0.0, 0.11), 1.0, False),
        (Estimate(-2.0, 0.3), 1.0, True),
        (Estimate(-2.0, 0.31), 1.0, False),
        (Estimate(-2.99999, 8.99999e-6), -3.0, True),  # within 3e-6 of what is claimed
        (Estimate(-2.99999, 9.1e-6), -3.0, False),
        (Estimate(0.0, 0.1, resolved=False), 1.0, False),
        (Estimate(2.0, 1e-9, resolved=False), 2.0, False),
        (Estimate(0.0, 1.0, resolved=False), 0.0, True),
    ],
)
def test_what_is_sure_enough_to_judge(estimate: Estimate, claimed: float, sure: bool) -> None:
    assert estimate.is_sure(claimed) is sure


def test_a_quotient_without_digits_bounds_the_slope() -> None:
    assert _bound(Quotient(0.5, 3.0, 0.25, 0.5)) == Estimate(3.0, 1.5, 0.5)
    assert math.copysign(1.0, _bound(Quotient(0.5, -0.0, 0.25, 0.5)).derivative) == 1.0


@pytest.mark.parametrize(
    ("shorter", "contradicts"),
    [
        (Quotient(0.125, 1.875, 0.125), False),  # 7/8 off: 1/8 + 1/4 + 4/8 are allowed
        (Quotient(0.125, 1.9375, 0.125), True),
        (Quotient(0.125, 0.125, 0.125), False),
        (Quotient(0.125, 0.0625, 0.125), True),
        (Quotient(0.125, 1.875, 0.0625), True),
    ],
)
def test_a_shorter_step_may_contradict(shorter: Quotient, contradicts: bool) -> None:
    window = [Quotient(1.0, 1.25, 0.0), Quotient(0.5, 1.125, 0.0)]
    assert _contradicted(Estimate(1.0, 0.125), window, [shorter, *window]) is contradicts


def points(f: Callable[[float], float], *steps: float) -> list[Quotient]:
    """Quotients of these values, the longest step first; the shortest has rounding 1/2."""
    return [Quotient(h, f(h), 0.5 if h == steps[-1] else 0.25, 1.0) for h in steps]


def test_polynomials_in_the_step_are_extrapolated() -> None:
    assert list(_extrapolations(points(lambda h: 3.0 + h, 2.0, 1.0), 1)) == []
    # In h², 4 h and so on are 1/3 and 1/15 of the way: (23 - 275)/3 and so on.
    (found,) = _extrapolations(points(lambda h: 3.0 + h**2 + h**4, 4.0, 2.0, 1.0), 2)
    assert (found.derivative, found.step, found.resolved) == (3.0, 4.0, True)
    assert found.uncertainty == 4.0 * 64.0 + 2.0 * (0.5 + 3.0 * EPSILON)
    (found,) = _extrapolations(points(lambda h: 3.0 + h + h**2, 4.0, 2.0, 1.0), 1)
    assert (found.derivative, found.uncertainty) == (3.0, 4.0 * 8.0 + 2.0 * (0.5 + 3.0 * EPSILON))
    first, second = _extrapolations(points(lambda h: -3.0 + h**2, 8.0, 4.0, 2.0, 1.0), 2)
    assert (first.derivative, first.uncertainty) == (-3.0, 2.0 * (0.25 + 3.0 * EPSILON))
    assert (second.derivative, second.uncertainty) == (-3.0, 2.0 * (0.5 + 3.0 * EPSILON))


def test_steps_begin_at_the_distance_of_floats() -> None:
    assert [shortest_step(x) for x in (1.0, -4.0)] == [EPSILON, 4.0 * EPSILON]
    assert shortest_step(0.0) == 2.0**-200
    assert shortest_step(1e-320) == 4.0 * SMALLEST


@pytest.mark.parametrize(
    ("arguments", "quotient"),
    [
        ((3.0, 1.0, 0.5, 2.0, 0.25), Quotient(0.5, 2.0, 0.5 + 8.0 * EPSILON, 2.0)),
        ((1.0, -3.0, 0.5, 1.0, 0.0), Quotient(0.5, 8.0, 8.0 * EPSILON, 8.0)),
        ((1.0, 3.0, 0.5, 1.0, 0.0), Quotient(0.5, -4.0, 8.0 * EPSILON, 4.0)),
        ((3.0, 1.0, 0.5, 2.0, 0.0, 7.0), Quotient(0.5, 2.0, 8.0 * EPSILON, 7.0)),
        ((0.0, 0.0, 2.0, 2.0, 0.0), Quotient(2.0, 0.0, 4.0 * SMALLEST, 0.0)),
        ((1e300, 0.0, 1e-10, 1.0, 1e300), Quotient(1e-10, INFINITY, INFINITY, INFINITY)),
    ],
)
def test_a_quotient_and_what_rounding_changes_in_it(
    arguments: tuple[float, ...], quotient: Quotient
) -> None:
    assert _quotient(*arguments) == quotient


@pytest.mark.parametrize(("end", "start"), [(1e300, 0.0), (1e308, -1e308), (NAN, 1.0), (1.0, NAN)])
def test_a_quotient_that_is_no_float_is_none(end: float, start: float) -> None:
    found = _quotient(end, start, 1e-10, 1.0, 0.0)
    assert math.isnan(found.value) and (found.step, found.rounding) == (1e-10, INFINITY)


def straight(x: float) -> float:
    return 2.0 * x


SHARP, VAGUE = 1e-9, 1e-3


@pytest.mark.parametrize(
    ("x", "found", "resolved"),
    [
        (COARSE, Estimate(2.0, SHARP, 2.0**31), True),
        (COARSE, Estimate(2.0, SHARP, 2.0**30), None),  # no farther than 2⁻²⁰ of the number
        (COARSE, Estimate(2.0, VAGUE, 2.0**31), None),
        (COARSE, Estimate(0.0, VAGUE, 2.0**31), False),
        (COARSE, Estimate(0.0, VAGUE, 2.0**30), None),
        (-COARSE, Estimate(0.0, VAGUE, 2.0**31), False),
        (ROUGH, Estimate(2.0, VAGUE, 2.0**30), False),
        (-ROUGH, Estimate(2.0, VAGUE, 2.0**30), False),
        (ROUGH, Estimate(2.0, SHARP, 2.0**10), True),
        (1e12, Estimate(2.0, VAGUE, 2.0**30), True),
        (1.2e12, Estimate(2.0, VAGUE, 2.0**30), False),
        (math.nextafter(COARSE, 0.0), Estimate(2.0, SHARP, 2.0**10), True),
    ],
)
def test_what_is_resolved_between_floats(x: float, found: Estimate, resolved: bool | None) -> None:
    told = _resolved(straight, x, 0.0, found)
    if resolved is None:
        assert math.isnan(told.derivative) and math.isinf(told.uncertainty)
    else:
        assert (told.derivative, told.uncertainty) == (found.derivative, found.uncertainty)
        assert told.resolved is resolved


@pytest.mark.parametrize(
    ("f", "noise", "turns"),
    [
        (abs, 0.0, 1),
        (straight, 0.0, 0),
        (lambda x: x % 2.0, 0.0, 63),
        (lambda x: x % 4.0, 0.0, 31),  # 16 falls, of which the last has no rise after it
        (lambda x: x % 2.0, 0.25, 0),  # rounding of 1/4 may change a turn of 2
        (lambda x: x % 2.0, 0.249, 63),
        (lambda x: x + (x > 0.0), 0.0, 2),
        (lambda x: x + 0.5 * (x == 32.0), 0.0, 1),
        (lambda x: x + 0.5 * (x == -32.0), 0.0, 1),
        (lambda x: x + 8.0 * (x == 33.0), 0.0, 0),
    ],
)
def test_turns_are_counted_among_65_points(
    f: Callable[[float], float], noise: float, turns: int
) -> None:
    assert _turns(f, 0.0, noise, 1.0) == turns


@pytest.mark.parametrize(
    ("f", "x", "step", "noise", "corner"),
    [
        (abs, 0.0, 1.0, 0.0, True),
        (lambda x: x * x, 0.0, 1.0, 0.0, False),
        (lambda x: abs(x) ** 1.3, 0.0, 1.0, 0.0, True),  # 64^-0.3 = 0.29: more than a quarter
        (lambda x: abs(x) ** 1.4, 0.0, 1.0, 0.0, False),  # 64^-0.4 = 0.19
        (abs, 0.0, 1.0, 1.0, False),
        (abs, 0.0, 1.0, 0.005, True),
        (abs, 0.0, 1.0, 0.007, False),  # 64·4·0.007 are more than the 1.5 that are missing
        (lambda x: abs(x - 1.0) + x, 1.0, 1e-17, 0.0, True),  # the steps are longer than that
        (lambda x: abs(x - 1e6) + 1e6, 1e6, 1e-17, 0.0, True),
        (lambda x: abs(x - 1.0) + 1e2, 1.0, 1e-17, 0.0, True),
        (lambda x: abs(x - 1.0) + 1e6, 1.0, 1e-17, 0.0, False),  # where rounding is that large
        (lambda x: abs(x - 1.0) + 1e4, 1.0, 1e-6, 0.0, True),
        (lambda x: 1e-9 * x * x, 1.0, 1e-17, 0.0, False),
        (lambda x: abs(x - 1.0), 1.0, 2.0**-37, 2.0**-44, True),  # a step 64 times longer shows it
        (lambda x: 0.0, 0.0, 1.0, 0.0, False),
        (lambda x: 0.0, 0.0, 1024.0, 0.0, False),
        (lambda x: abs(x - 1.0) + x, 1.0, NAN, 0.0, True),
        (lambda x: abs(x + 1.0) + x, -1.0, 0.5, 0.0, True),
        (lambda x: max(x, 0.0) * 1e300, 0.0, 1e-10, 0.0, True),
        (lambda x: x / 3.0 + 1.0, 0.3, 1e-8, 0.0, False),  # nothing but rounding
    ],
)
def test_corners_by_two_pairs_of_slopes(
    f: Callable[[float], float], x: float, step: float, noise: float, corner: bool
) -> None:
    assert has_corner(f, x, Estimate(1.0, 1e-9, step), noise) is corner


def test_the_smallest_digits_are_those_of_floats() -> None:
    assert sys.float_info.epsilon == EPSILON
    assert math.nextafter(0.0, 1.0) == SMALLEST
    assert (math.ulp(COARSE), math.ulp(ROUGH)) == (0.25, 2.0**-12)


def test_what_lies_before_a_step_without_digits_may_contradict() -> None:
    """The first quotient is 100; from a second one without digits on, all are 3."""

    def quotient(h: float) -> Quotient:
        first, second = Quotient(h, 100.0, 1e-3, 1.0), Quotient(h, 3.0, 1.0, 1.0)
        return {1.0: first, 2.0: second}.get(h, Quotient(h, 3.0, 1e-5, 1.0))

    assert math.isnan(limit(quotient, 1.0, 2.0**20, 2).derivative)


@pytest.mark.parametrize("x", [-2.0, 0.0, 0.3, 5.0])
def test_the_first_sight_is_sharp_too(x: float) -> None:
    assert at_first_sight(math.sin, x).uncertainty <= 1e-9 * abs(math.cos(x))


@pytest.mark.parametrize(
    ("quotients", "least", "mean"),
    [
        ([2.0**n for n in range(12)], 2.0, 2.0),
        ([2.0**n for n in range(11)], 0.0, 0.0),  # too few
        ([7.0, -9.0, *(2.0**n for n in range(12))], 2.0, 2.0),  # the last ones count
        ([*(2.0**n for n in range(11)), 2.0**10 + 256.0], 0.5, 2.0 * 4.0**-0.1),
        ([*(2.0**n for n in range(11)), 2.0**10 - 256.0], 0.0, 0.0),  # back
        ([0.0] * 12, 0.0, 0.0),
        ([-(1.5**n) for n in range(20)], 1.5, 1.5),
    ],
)
def test_how_quickly_quotients_grow(quotients: list[float], least: float, mean: float) -> None:
    assert _growth(quotients) == pytest.approx((least, mean), rel=1e-12)


def edge(at: float, power: float) -> Callable[[float], float]:
    """A function that ends at a point, where it is (x − at)ᵖᵒʷᵉʳ."""
    return guarded(lambda x: math.pow(x - at, power))


def grows(factor: float) -> float:
    """The power of which the quotients at 0 grow by a factor when the step halves."""
    return 1.0 - math.log2(factor)


def told(slope: Estimate) -> tuple[float, float, bool]:
    """What is said of a slope that has no step, which is nan then and equal to nothing."""
    assert math.isnan(slope.step)
    return slope.derivative, slope.uncertainty, slope.resolved


@pytest.mark.parametrize("at", [0.0, 1.0, 0.3, 7.3, -2.0])
def test_an_edge_is_steep_jumps_or_tells_nothing(at: float) -> None:
    for power in (0.05, 0.2, 0.5, 0.9):
        looked = side(edge(at, power), at, 1.0, 0.0)
        assert looked is not None and not looked.jumps
        assert told(looked.slope) == (INFINITY, 0.0, True)
        assert math.isfinite(looked.steepest) and looked.steepest > 10.0
    for power in (1.01, 1.05, 1.13):  # of slope 0, from which they stay away for long
        looked = side(edge(at, power), at, 1.0, 0.0)
        assert looked is not None and not looked.jumps
        assert math.isnan(looked.slope.derivative)
    for height in (1.0, -1.0, 1e-6):
        looked = side(lambda x, jump=height: x * x + jump * (x > at), at, 1.0, 0.0)
        assert looked is not None and looked.jumps
        assert looked.slope.derivative == pytest.approx(2.0 * at, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(
    ("factor", "slope", "jumps"),
    [
        (1.99 + 1e-9, True, True),
        (1.99 - 1e-9, False, False),
        (0.9 + 1e-10, None, False),
        (0.9 - 1e-10, True, False),
    ],
)
def test_how_quotients_grow_says_what_happens(
    factor: float, slope: bool | None, jumps: bool
) -> None:
    looked = side(edge(0.0, grows(factor)), 0.0, 1.0, 0.0)
    assert looked is not None and looked.jumps is jumps
    found = looked.slope.derivative
    assert (None if math.isnan(found) else math.isfinite(found)) is slope


def test_the_shortest_step_says_how_steep_it_is() -> None:
    for at, steepest in ((0.0, 2.0**100), (1.0, 2.0**26), (4.0, 2.0**25)):
        looked = side(edge(at, 0.5), at, 1.0, 0.0)
        assert looked is not None and not looked.jumps
        assert (told(looked.slope), looked.steepest) == ((INFINITY, 0.0, True), steepest)
    # Here it is lg h + 199.25, which is 1.25, 0.25 and -0.75 at the last steps.
    looked = side(lambda x: x and x * (math.log2(abs(x)) + 199.25), 0.0, 1.0, 0.0)
    assert looked is not None and not looked.jumps
    assert (told(looked.slope), looked.steepest) == ((-INFINITY, 0.0, True), -0.75)


def test_steps_that_rounding_drowns_say_nothing_of_a_side() -> None:
    looked = side(lambda x: 1e7 + edge(1.0, 0.5)(x), 1.0, 1.0, 0.0)
    assert looked is not None and told(looked.slope) == (INFINITY, 0.0, True)


@pytest.mark.parametrize("x", [COARSE, math.nextafter(COARSE, 0.0)])
def test_a_jump_is_claimed_below_the_coarse_floats(x: float) -> None:
    looked = side(lambda z: float(z > x), x, 1.0, 0.0)
    assert looked is not None and looked.jumps is (x < COARSE)


@pytest.mark.parametrize(
    ("slope", "apart"), [(1e-3, 1e-10), (1e-3, 1e-13), (1e-3, 4.0 * EPSILON), (1.0, EPSILON)]
)
def test_a_jump_beside_a_point_is_none_at_it(slope: float, apart: float) -> None:
    """Between both, rounding leaves the slope no digits."""
    looked = side(lambda z: 1.0 + slope * (z - 1.0) + (z > 1.0 + apart), 1.0, 1.0, 0.0)
    assert looked is not None and not looked.jumps
    assert not math.isinf(looked.slope.derivative)


@pytest.mark.parametrize(
    ("x", "wide", "there"),
    [
        (0.0, 1.5, True),
        (0.0, 0.75, False),
        (4.0, 5.0, True),
        (4.0, 3.0, False),
        (-4.0, 5.0, True),
        (0.25, 1.5, True),
        (0.25, 0.3, True),
        (0.25, 0.2, False),
    ],
)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_side_so_narrow_is_none(x: float, wide: float, there: bool, sign: float) -> None:
    """It is there as far as 2⁻³⁰ of the number; or of 1, where that is more."""

    def f(z: float) -> float:
        return z if 0.0 <= sign * (z - x) <= wide * 2.0**-30 else NAN

    assert (side(f, x, sign, 0.0) is not None) is there
    assert side(f, x, -sign, 0.0) is None


def test_five_quotients_are_combined_at_most() -> None:
    """Of 3 + h⁴, the first five give 3, less sure than three; six would be sure."""
    tiny = 2.0**-40
    found = limit(lambda h: Quotient(h, 3.0 + h**4, tiny, 1.0), 1.0, 32.0, 1)
    assert (found.derivative, found.step) == (3.0 + 56.0, 4.0)
    assert found.uncertainty == 4.0 * 280.0 + 2.0 * (tiny + 59.0 * EPSILON)


@pytest.mark.parametrize("x", [0.3, -0.3, 5.0, -5.0])
def test_the_first_sight_begins_at_the_size_of_the_number(x: float) -> None:
    asked = []

    def f(z: float) -> float:
        asked.append(abs(z - x))
        return NAN if len(asked) > 3 else z

    at_first_sight(f, x)
    size = max(1.0, abs(x))
    assert asked == pytest.approx([0.0, *[0.7 / 4096.0 * size] * 2, *[1.4 / 4096.0 * size] * 2])


def test_the_second_difference_is_asked_far_beyond_the_number_alone() -> None:
    def f(x: float) -> float:
        return 1.0 + 3.0 * (x * x)

    found = even(f, 1e-10, 1024.0)
    assert found.derivative == pytest.approx(6e-10, rel=1e-12, abs=0.0)
    assert found.uncertainty <= SURE * 6e-10
    left = even(f, -1e-10, 1024.0).derivative
    assert left == pytest.approx(-6e-10, rel=1e-12, abs=0.0)
    assert math.isnan(even(lambda x: 1.0 + 3.0 * x * abs(x), -1e-10, 1024.0).derivative)
    assert math.isnan(even(f, 0.011, 1024.0).derivative)  # 1e-5 of the longest step is less
    assert math.isnan(even(lambda x: f(x) + 1e-9 * x, 1e-10, 1024.0).derivative)
