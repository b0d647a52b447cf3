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
from tests.autograd.units import within_units

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
            assert forward(x) == pytest.approx(
                float(mpmath.polygamma(int(n), x)), rel=1e-11, abs=0.0
            )


@pytest.mark.parametrize("n", [20.0, 21.0, 50.0, 80.0, 149.0, 153.0])
def test_polygamma_of_a_high_order_keeps_its_digits_where_a_power_alone_has_none(n: float) -> None:
    forward = look_up("polygamma", (n,)).forward
    with mpmath.workdps(60):
        for x in (0.7, 30.0, 300.0, 1e4, 1e6, -0.3, -20.7):
            exact = mpmath.polygamma(int(n), x)
            if 1e-300 < abs(exact) < 1e300:
                assert forward(x) == pytest.approx(float(exact), rel=2e-14, abs=0.0), x


def test_polynomials_are_read_from_the_constant_on() -> None:
    assert series.polynomial([1.0, 2.0, 3.0], 10.0) == 321.0


def test_coefficients_are_those_of_their_series() -> None:
    with mpmath.workdps(40):
        exact = [mpmath.bernoulli(2 * k) for k in range(1, 12)]
        around_2 = [1 - mpmath.euler]
        around_2 += [(-1) ** k * (mpmath.zeta(k) - 1) / k for k in range(2, 30)]
        stirling = [b / (2 * k * (2 * k - 1)) for k, b in enumerate(exact, 1)]
        constants = [mpmath.euler, mpmath.sqrt(mpmath.pi), mpmath.log(2 * mpmath.pi) / 2]
        for found, wanted in (
            ([series.EULER, series.ROOT_PI, series._HALF_LOG_TWO_PI], constants),
            (series._BERNOULLI, exact),
            (series._AROUND_2, around_2),
            (series._STIRLING, stirling),
        ):
            assert list(found) == pytest.approx(list(map(float, wanted)), rel=4e-16, abs=0.0)


def _scaled_erfc(x: Any) -> Any:
    return mpmath.exp(x * x) * mpmath.erfc(x)


def _first(x: Any) -> Any:
    return 2 * x * _scaled_erfc(x) - 2 / mpmath.sqrt(mpmath.pi)


def _inverse(tail: Callable[[Any], Any], p: Any, z: float) -> Any:
    """By Newton's steps from a number that is nearly right."""
    for _ in range(4):
        z = z - (tail(z) - p) / mpmath.diff(tail, z)
    return z


# Numbers at which small faults of the formulas move the result furthest, and the right ones are
# within 1.2 units.
TELLING: dict[tuple[str, tuple[float, ...]], tuple[Callable[[Any], Any], list[float]]] = {
    ("digamma", ()): (mpmath.digamma, [3.7515565826334027, -1.5014999999999998, 1.0]),
    ("lgamma", ()): (
        lambda x: mpmath.log(abs(mpmath.gamma(x))),
        [-1.628636839129232, 15.43180341763208, 0.999, 3.0, 0.25],
    ),
    ("polygamma", (1.0,)): (lambda x: mpmath.psi(1, x), [-1.322810805701919, -1.001]),
    ("polygamma", (2.0,)): (lambda x: mpmath.psi(2, x), [25.025]),
    ("polygamma", (6.0,)): (lambda x: mpmath.psi(6, x), [20.81582767764488, 0.5]),
    ("erfinv", ()): (
        lambda x: _inverse(mpmath.erf, x, look_up("erfinv").forward(float(x))),
        [0.999999, -0.5005, 0.25, 7.510211778398298e-06],
    ),
    ("erfcinv", ()): (
        lambda x: _inverse(mpmath.erfc, x, look_up("erfcinv").forward(float(x))),
        [1.124531325560856, 7.88617371035939e-181, 1.9473575394104459],
    ),
    ("erfcx", ()): (_scaled_erfc, [24.975, 25.02379566179654]),
    ("erfcx_slope", (1.0,)): (_first, [1.098388933857752, 25.118378435853412]),
    ("erfcx_slope", (2.0,)): (
        lambda x: 2 * _scaled_erfc(x) + 2 * x * _first(x),
        [26.219147899100353, 1.7528018487401251, 1.0],
    ),
    ("sinc", ()): (mpmath.sincpi, [2.997, 1.5]),
    ("sinc_slope", (1.0,)): (
        lambda x: mpmath.diff(mpmath.sincpi, x), [6.787470344109186, 0.5],
    ),
    ("sinc_slope", (2.0,)): (
        lambda x: mpmath.diff(mpmath.sincpi, x, 2), [0.1491410316415956, 1.0, 1.5, 3.0],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", TELLING, ids=str)
def test_a_small_fault_of_a_formula_would_be_seen(row: tuple[str, tuple[float, ...]]) -> None:
    exact, numbers = TELLING[row]
    within_units(look_up(*row).forward, exact, numbers)
