"""The formulas of the special functions against mpmath, in units in the last place."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import mpmath
import pytest

from autograd import series
from autograd.operation import look_up

POSITIVE = [10.0**k for k in (-200, -20, -5, 20, 200)]
OFF = {"lgamma": 6.0, "digamma": 6.0, "erfinv": 4.0, "erfcx": 5.0}
EXACT: dict[str, Callable[[Any], Any]] = {
    "lgamma": mpmath.loggamma,
    "digamma": mpmath.digamma,
    "erfinv": mpmath.erfinv,
    "erfcx": lambda x: mpmath.exp(x * x) * mpmath.erfc(x),
}


def points(name: str) -> list[float]:
    choose = Random(0)
    if name == "erfinv":
        return [choose.uniform(-1.0, 1.0) for _ in range(300)] + [1e-300, 1e-9, 1.0 - 1e-15]
    if name == "erfcx":
        return [choose.uniform(-20.0, 40.0) for _ in range(300)]
    low = 2.5 if name == "digamma" else 0.0  # 1.46 is a zero of digamma
    return [choose.uniform(low, 20.0) for _ in range(300)] + POSITIVE


@pytest.mark.parametrize("name", OFF)
def test_a_formula_is_off_by_a_few_units_in_the_last_place(name: str) -> None:
    forward = look_up(name).forward
    with mpmath.workdps(60):
        for x in points(name):
            exact = EXACT[name](mpmath.mpf(x))
            assert abs(forward(x) - exact) <= OFF[name] * math.ulp(float(exact)), (x, exact)


@pytest.mark.parametrize("n", [1.0, 2.0, 3.0, 6.0])
def test_polygamma_of_any_order(n: float) -> None:
    forward = look_up("polygamma", (n,)).forward
    with mpmath.workdps(60):
        for x in (1e-3, 0.4, 1.0, 7.7, 300.0, -0.5, -3.3):
            assert forward(x) == pytest.approx(float(mpmath.polygamma(int(n), x)), rel=1e-11)


@pytest.mark.parametrize("n", [20.0, 21.0, 50.0, 80.0, 149.0, 153.0])
def test_polygamma_of_a_high_order_keeps_its_digits_where_a_power_alone_has_none(n: float) -> None:
    forward = look_up("polygamma", (n,)).forward
    with mpmath.workdps(60):
        for x in (0.7, 30.0, 300.0, 1e4, 1e6, -0.3, -20.7):
            exact = mpmath.polygamma(int(n), x)
            if 1e-300 < abs(exact) < 1e300:
                assert forward(x) == pytest.approx(float(exact), rel=2e-14), x


def test_polynomials_are_read_from_the_constant_on() -> None:
    assert series.polynomial([1.0, 2.0, 3.0], 10.0) == 321.0
