"""Bessel's functions at their ends and of high order; `test_functions` has the derivatives."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest

from autograd import (
    Value,
    bessel_i,
    bessel_ie,
    bessel_j,
    bessel_k,
    bessel_y,
    compile,
    grad,
    gradients,
)
from tests.autograd.units import has_ends


@pytest.mark.parametrize("n", [1, 2, 7, 20])
@pytest.mark.parametrize("x", [0.3, 2.7, 11.0, 30.0])
def test_orders(n: int, x: float) -> None:
    for function, exact in (
        (bessel_j, mpmath.besselj),
        (bessel_y, mpmath.bessely),
        (bessel_i, mpmath.besseli),
        (bessel_k, mpmath.besselk),
    ):
        assert function(n, x) == pytest.approx(float(exact(n, x)), rel=1e-12, abs=0.0)


def test_ends() -> None:
    assert bessel_j(0, 0.0) == 1.0 and bessel_j(1, 0.0) == 0.0
    assert bessel_j(0, math.inf) == bessel_y(0, math.inf) == bessel_k(0, math.inf) == 0.0
    assert bessel_ie(0, 1e6) == pytest.approx(1.0 / math.sqrt(2e6 * math.pi), rel=1e-6, abs=0.0)
    assert bessel_i(1, -2.0) == -bessel_i(1, 2.0) and bessel_j(3, -2.0) == -bessel_j(3, 2.0)
    assert bessel_y(0, 2.0**-1074) < -400.0
    with pytest.raises(OverflowError, match="bessel_i"):
        bessel_i(0, 800.0)
    with pytest.raises(ValueError, match="from 0 to 20"):
        bessel_i(21, 1.0)


INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("name", "parameters", "ends"),
    [
        ("bessel_j", (0.0,), [(0.0, 1.0), (-0.0, 1.0), (INF, 0.0), (-INF, 0.0)]),
        ("bessel_j", (1.0,), [(0.0, 0.0), (INF, 0.0), (-INF, -0.0)]),
        ("bessel_j", (2.0,), [(0.0, 0.0), (INF, 0.0), (-INF, 0.0)]),
        *(
            ("bessel_y", (n,), [(0.0, -INF), (-0.0, -INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)])
            for n in (0.0, 1.0, 2.0)
        ),
        ("bessel_i", (0.0,), [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, INF)]),
        ("bessel_i", (1.0,), [(0.0, 0.0), (INF, INF), (-INF, -INF)]),
        ("bessel_i", (2.0,), [(0.0, 0.0), (INF, INF), (-INF, INF)]),
        ("bessel_ie", (0.0, 0.0), [(0.0, 1.0), (-0.0, 1.0), (INF, 0.0), (-INF, 0.0)]),
        ("bessel_ie", (1.0, 0.0), [(0.0, 0.0), (INF, 0.0), (-INF, -0.0)]),
        ("bessel_ie", (2.0, 0.0), [(0.0, 0.0), (INF, 0.0), (-INF, 0.0)]),
        ("bessel_ie", (0.0, 1.0), [(0.0, 0.0), (-0.0, 0.0), (INF, 0.0), (-INF, -0.0)]),
        ("bessel_ie", (1.0, 1.0), [(0.0, 0.5), (-0.0, 0.5), (INF, 0.0), (-INF, 0.0)]),
        *(
            ("bessel_k", (n,), [(0.0, INF), (-0.0, INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)])
            for n in (0.0, 1.0, 2.0)
        ),
    ],
)
def test_ends_in_ieee_arithmetic(
    name: str, parameters: tuple[float, ...], ends: list[tuple[float, float]]
) -> None:
    has_ends(name, parameters, ends)


@pytest.mark.parametrize("function", [bessel_j, bessel_y, bessel_i, bessel_k])
def test_the_slope_of_order_0_is_that_of_order_1_and_of_no_other(function: Any) -> None:
    x = Value(0.7)
    (slope,) = gradients(function(0, x), [x])
    while slope.operation is not None and slope.operation.name == "negative":
        (slope,) = slope.parents
    assert slope.operation is not None and slope.operation.parameters == (1.0,)


@pytest.mark.parametrize(("n", "x"), [(2, 1e-200), (7, 1e-92), (20, 1e-20), (20, 5e-324)])
def test_orders_that_overflow_on_the_way(n: int, x: float) -> None:
    for function, end in ((bessel_y, -math.inf), (bessel_k, math.inf)):
        with pytest.raises(OverflowError, match="overflows at"):
            function(n, x)
        assert compile(lambda x, f=function: f(n, x), backend="python")(x) == end


def test_a_kink_of_the_scaled_function() -> None:
    slope = grad(lambda x: bessel_ie(0, x))
    assert slope(0.0) == 0.0 and slope(1.0) == -slope(-1.0)
    assert slope(1e-9) == pytest.approx(-1.0)


@pytest.mark.parametrize("n", [3, 15, 17, 20])
@pytest.mark.parametrize("x", [19.0, 120.0, 155.0, 183.6, 199.9, -190.0, 215.0, 600.0])
def test_high_orders_of_i_between_their_formulas(n: int, x: float) -> None:
    with mpmath.workdps(40):
        exact = mpmath.besseli(n, x)
        assert bessel_i(n, x) == pytest.approx(float(exact), rel=6e-14, abs=0.0)
        assert bessel_ie(n, x) == pytest.approx(
            float(exact * mpmath.exp(-abs(x))), rel=6e-14, abs=0.0
        )


@pytest.mark.parametrize("x", [5e-324, 1e-323, 3e-321, 1e-310, 0.99e-300, 1.01e-300])
def test_the_least_floats(x: float) -> None:
    with mpmath.workdps(40):
        logarithm = mpmath.log(mpmath.mpf(x) / 2) + mpmath.euler
    assert bessel_k(0, x) == pytest.approx(float(-logarithm), rel=4e-16, abs=0.0)
    assert bessel_y(0, x) == pytest.approx(float(2 * logarithm / mpmath.pi), rel=4e-16, abs=0.0)


@pytest.mark.parametrize("n", [0, 1, 4, 6])
@pytest.mark.parametrize("x", [0.7, 16.5, 20.001, 29.9, 41.0])
def test_slopes_of_the_scaled_function_to_third_order(n: int, x: float) -> None:
    slope = grad(lambda x: bessel_ie(n, x))
    with mpmath.workdps(60):
        for k in range(1, 4):
            parts = (
                math.comb(k, j) * (-1) ** (k - j) * mpmath.besseli(n, x, derivative=j)
                for j in range(k + 1)
            )
            exact = float(mpmath.exp(-mpmath.mpf(x)) * mpmath.fsum(parts))
            assert slope(x) == pytest.approx(exact, rel=1e-14, abs=1e-14 * (n > 0) / x)
            slope = grad(slope)


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize("x", [0.7, 5.0, 23.0])
def test_slopes(n: int, x: float) -> None:
    for function, exact in (
        (bessel_j, mpmath.besselj),
        (bessel_y, mpmath.bessely),
        (bessel_i, mpmath.besseli),
        (bessel_k, mpmath.besselk),
    ):
        with mpmath.workdps(40):
            slope = float(mpmath.diff(lambda t, exact=exact: exact(n, t), mpmath.mpf(x)))
        found = grad(lambda t, function=function: function(n, t))(x)
        assert found == pytest.approx(slope, rel=1e-12, abs=0.0)
