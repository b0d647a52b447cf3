"""The formulas of Bessel's functions, in units of 2⁻⁵² of their value or of the waves' height."""

from __future__ import annotations

import math
from random import Random

import mpmath
import pytest

from autograd.bessel_series import j_formula, k_formula, scaled_i_formula, y_formula
from autograd.special import _FLOATS


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
