"""The formulas of Bessel's functions, in units of 2⁻⁵² of their value or of the waves' height."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import mpmath
import pytest

from autograd.bessel_series import j_formula, k_formula, scaled_i_formula, y_formula
from autograd.special import _FLOATS
from tests.autograd.units import within_units


@pytest.mark.parametrize("n", [0.0, 1.0, 4.0])
def test_j_and_y_are_off_by_a_few_units_of_the_waves(n: float) -> None:
    random = Random(0)
    with mpmath.workdps(40):
        for low, high in ((0.01, 2.0), (2.0, 25.0), (25.0, 100.0), (1e3, 1e6)):
            for x in (random.uniform(low, high) for _ in range(25)):
                for formula, exact in ((j_formula, mpmath.besselj), (y_formula, mpmath.bessely)):
                    wanted = exact(n, mpmath.mpf(x))
                    height = max(abs(wanted), math.sqrt(2.0 / (math.pi * x)) if x > n else 0.0)
                    assert abs(formula(_FLOATS, n, x) - wanted) <= 14.0 * 2.0**-52 * height, x


def test_scaled_i_and_k_are_off_by_a_few_units_in_the_last_place() -> None:
    random = Random(1)
    for x in (random.uniform(0.01, 60.0) for _ in range(40)):
        with mpmath.workdps(30):
            i = float(mpmath.exp(-x) * mpmath.besseli(1, x))
        assert abs(scaled_i_formula(_FLOATS, 1.0, 0.0, x) - i) <= 9.0 * math.ulp(i)
        product = k_formula(_FLOATS, 0.0, x) * i + k_formula(_FLOATS, 1.0, x) * scaled_i_formula(
            _FLOATS, 0.0, 0.0, x
        )
        assert product * math.exp(x) * x == pytest.approx(
            1.0, rel=1e-14, abs=0.0
        )  # Wronski's determinant


# Numbers at which the formula beside the one that is chosen is off by four units and more, and the
# right one is within one.
JOINTS: list[tuple[Callable[..., float], Callable[..., Any], float, list[float]]] = [
    (j_formula, mpmath.besselj, 1.0, [3.3375488627527603, 3.2364426169582536]),
    (y_formula, mpmath.bessely, 0.0, [2.7405034118331963, 2.583059433517728]),
    (y_formula, mpmath.bessely, 3.0, [2.4909671466473844]),
]


@pytest.mark.parametrize(("formula", "exact", "n", "numbers"), JOINTS)
def test_the_better_formula_is_chosen(
    formula: Callable[..., float], exact: Callable[..., Any], n: float, numbers: list[float]
) -> None:
    within_units(lambda x: formula(_FLOATS, n, x), lambda x: exact(int(n), x), numbers)


@pytest.mark.parametrize("n", [0, 3])
@pytest.mark.parametrize("k", [1, 2])
def test_slopes_of_scaled_i_near_0_and_far_out(n: int, k: int) -> None:
    """The k-th derivative of e^−x·Iₙ(x), for x > 0, by Leibniz's rule."""
    for x in (0.7, 60.0):
        with mpmath.workdps(40):
            terms = (
                math.comb(k, j) * (-1) ** (k - j) * mpmath.besseli(n, mpmath.mpf(x), derivative=j)
                for j in range(k + 1)
            )
            exact = float(mpmath.exp(-x) * mpmath.fsum(terms))
        for side in (x, -x):  # the function is even or odd, and so is each derivative in turn
            sign = (-1) ** ((n + k) * (side < 0.0))
            found = sign * scaled_i_formula(_FLOATS, float(n), float(k), side)
            assert found == pytest.approx(exact, rel=2e-13, abs=0.0), side
