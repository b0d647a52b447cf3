"""Gamma and error functions at their ends; `test_functions` holds the rows to mpmath."""

from __future__ import annotations

import math

import mpmath
import pytest

from autograd import compile, digamma, erfcx, erfinv, grad, lgamma, polygamma, sinc, special
from autograd.operation import look_up


def test_orders_of_polygamma() -> None:
    assert polygamma(0, 2.5) == digamma(2.5)
    assert grad(grad(grad(lgamma)))(2.5) == polygamma(2, 2.5)
    for wrong in (-1, 0.5, 151, 2**31):
        with pytest.raises(ValueError, match="whole number from 0 to 150"):
            polygamma(wrong, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("function", [lgamma, digamma, lambda x: polygamma(1, x)])
@pytest.mark.parametrize("pole", [0.0, -1.0, -2.0])
def test_poles_are_refused(function, pole: float) -> None:
    with pytest.raises(ZeroDivisionError, match="divides by zero"):
        function(pole)


def test_ends() -> None:
    assert sinc(0.0) == 1.0 and sinc(3.0) == 0.0 and grad(sinc)(0.0) == 0.0
    assert lgamma(1.0) == lgamma(2.0) == 0.0
    assert erfcx(1e300) == pytest.approx(1.0 / math.sqrt(math.pi) / 1e300, rel=1e-15, abs=0.0)
    with pytest.raises(ValueError, match=r"erfinv has no real value at 1\.0"):
        erfinv(1.0)
    for backend in ("python", "llvm"):
        program = compile(lambda x: erfinv(x), backend=backend)  # type: ignore[arg-type]
        assert program(-1.0) == -math.inf and math.isnan(program(1.5))
        program = compile(lambda x: lgamma(x), backend=backend)  # type: ignore[arg-type]
        assert program(-1.0) == math.inf and program(170.0) == pytest.approx(math.lgamma(170.0))


def test_derivatives_of_erfcx_do_not_cancel() -> None:
    third = grad(grad(grad(erfcx)))
    for x in (-3.0, 0.4, 1.49, 1.51, 7.0, 1e3, 1e6):
        with mpmath.workdps(80):
            exact = mpmath.diff(lambda t: mpmath.exp(t * t) * mpmath.erfc(t), x, 3)
        assert third(x) == pytest.approx(float(exact), rel=1e-11, abs=0.0)


@pytest.mark.parametrize("x", [0.01, -0.49, 0.51, 0.961, -0.9999, 0.9999999999999865])
def test_the_slope_of_the_inverse_of_erf_to_some_units(x: float) -> None:
    with mpmath.workdps(40):
        z = mpmath.mpf(erfinv(x))
        for _ in range(4):
            z -= (mpmath.erf(z) - x) * mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(z * z)
        exact = float(mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(z * z))
    assert abs(grad(erfinv)(x) - exact) <= 6.0 * math.ulp(exact)


@pytest.mark.parametrize("x", [-8.08e-311, -5e-324, -1e-300, -0.3, -7.0000001])
def test_the_logarithm_of_gamma_beside_its_poles(x: float) -> None:
    with mpmath.workdps(60):
        exact = mpmath.log(mpmath.pi / abs(mpmath.sinpi(x))) - mpmath.loggamma(1 - mpmath.mpf(x))
    assert lgamma(x) == pytest.approx(float(exact), rel=1e-15, abs=1e-15)


def test_slopes_at_the_ends_and_beyond() -> None:
    for backend in ("python", "llvm"):
        slope = compile(grad(erfinv), backend=backend)  # type: ignore[arg-type]
        assert slope(1.0) == slope(-1.0) == math.inf and math.isnan(slope(1.5))
    assert lgamma(-math.inf) == math.inf
    assert special._FLOATS.less(1.0, 1.0) == 0.0 and special._FLOATS.less(1.0, 2.0) == 1.0


@pytest.mark.parametrize("x", [0.3, -1.75, 4.5])
def test_the_second_slope_of_sinc(x: float) -> None:
    with mpmath.workdps(40):
        exact = float(mpmath.diff(mpmath.sincpi, x, 2))
    assert grad(grad(sinc))(x) == pytest.approx(exact, rel=1e-14, abs=0.0)


@pytest.mark.parametrize("row", [("polygamma", 1.0), ("erfcx_slope", 1.0), ("sinc_slope", 2.0)])
def test_a_member_of_a_family_takes_every_number(row: tuple[str, float]) -> None:
    name, order = row
    assert look_up(name, (order,)).domain == ((-math.inf, math.inf),)
