"""The normal distribution and its kin, where their tails would lose digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from autograd import dawsn, erfc, erfcinv, erfi, grad, log_ndtr, ndtr, ndtri
from autograd.operation import look_up
from tests.autograd.units import within_units


@pytest.mark.parametrize("x", [-0.3, 1e-300, 0.249, 0.251, 3.0, 6.99, 7.01, 1e9])
def test_dawsons_integral(x: float) -> None:
    with mpmath.workdps(40):
        far = abs(x) > 20.0
        exact = (
            1 / mpmath.mpf(2 * x) + 1 / (4 * mpmath.mpf(x) ** 3)
            if far
            else (mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-(mpmath.mpf(x) ** 2)) * mpmath.erfi(x))
        )
    assert dawsn(x) == pytest.approx(float(exact), rel=2e-15, abs=0.0)


def test_tails() -> None:
    for p in (1e-300, 1e-17, 0.3, 1.0, 1.9):
        assert erfc(erfcinv(p)) == pytest.approx(p, rel=1e-12, abs=0.0)
        assert ndtr(ndtri(0.5 * p)) == pytest.approx(0.5 * p, rel=1e-12, abs=0.0)
    assert erfcinv(0.0) == math.inf and erfcinv(2.0) == -math.inf
    with mpmath.workdps(40):
        exact = mpmath.log(mpmath.erfc(1000.0 / mpmath.sqrt(2)) / 2)
    assert log_ndtr(-1000.0) == pytest.approx(float(exact), rel=1e-15, abs=0.0)
    assert grad(log_ndtr)(-1e8) == pytest.approx(1e8)
    assert erfi(26.0) == pytest.approx(float(mpmath.erfi(26.0)), rel=1e-14, abs=0.0)
    with pytest.raises(ValueError, match="erfcinv has no real value"):
        erfcinv(2.5)


@pytest.mark.parametrize("x", [0.1, -0.249, 0.251, 0.93, 2.5, -5.93, 6.9, 6.9999, 7.01, 30.0])
def test_slopes_of_dawsons_integral_to_third_order(x: float) -> None:
    with mpmath.workdps(60):
        z = mpmath.mpf(x)
        value = mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-z * z) * mpmath.erfi(z)
        first = 1 - 2 * z * value
        second = -2 * value - 2 * z * first
        exact = [first, second, -4 * first - 2 * z * second]
    slope = dawsn
    for wanted, digits in zip(exact, (1e-14, 2e-13, 4e-12), strict=True):
        slope = grad(slope)
        assert slope(x) == pytest.approx(float(wanted), rel=digits, abs=0.0)


@pytest.mark.parametrize("p", [5e-324, 3.2e-286, 1e-100, 2e-4, 0.3, 0.49, 0.51, 1.0, 1.7, 1.99999])
def test_the_inverse_of_erfc_and_its_slope_to_some_units(p: float) -> None:
    y = erfcinv(p)
    with mpmath.workdps(40):
        z = mpmath.mpf(y)
        for _ in range(4):  # Newton's steps for the logarithm
            tail = mpmath.erfc(z)
            z += mpmath.log(tail / p) * tail * mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(z * z)
        slope = float(-mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(z * z))
    assert abs(y - float(z)) <= 6.0 * math.ulp(float(z))
    if p > 1e-307:
        assert abs(grad(erfcinv)(p) - slope) <= 8.0 * math.ulp(slope)


@pytest.mark.parametrize("x", [-26.6, 3.3, 26.6000272, 26.63])
def test_the_slope_of_erfi_has_its_digits(x: float) -> None:
    with mpmath.workdps(40):
        exact = float(2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(mpmath.mpf(x) ** 2))
    assert abs(grad(erfi)(x) - exact) <= 2.5 * math.ulp(exact)


@pytest.mark.parametrize("x", [-50.1, -1e3, -1e5, -1e8, -1e20, -1e90])
def test_slopes_of_log_ndtr_far_below_0_to_third_order(x: float) -> None:
    first = grad(log_ndtr)
    second = grad(first)
    t = -mpmath.mpf(x)
    terms = [1, -2, 10, -74, 706, -8162, 110410]  # of φ/Φ − t, asymptotically
    parts = [c * t ** -(2 * k + 1) for k, c in enumerate(terms)]
    bent = [(2 * k + 1) * part / t for k, part in enumerate(parts)]
    curved = [(2 * k + 2) * part / t for k, part in enumerate(bent)]
    assert first(x) == pytest.approx(float(t + mpmath.fsum(parts)), rel=4e-16, abs=0.0)
    assert second(x) == pytest.approx(float(mpmath.fsum(bent) - 1), rel=4e-16, abs=0.0)
    assert grad(second)(x) == pytest.approx(float(mpmath.fsum(curved)), rel=1e-13, abs=0.0)


def _dawson(x: Any, n: int) -> Any:
    y = mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-x * x) * mpmath.erfi(x)
    first = 1 - 2 * x * y
    return (y, first, -2 * y - 2 * x * first)[n]


def _below(x: Any) -> Any:
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def _density(x: Any) -> Any:
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


# Numbers at which small faults of the formulas move the result furthest, and the right ones are
# within 1.2 units.
TELLING: dict[str, tuple[Callable[[float], Any], Callable[[Any], Any], list[float]]] = {
    "dawsn": (dawsn, lambda x: _dawson(x, 0), [6.554128161350718]),
    "dawsn'": (
        look_up("dawson", (1.0,)).forward, lambda x: _dawson(x, 1), [3.656968428988714, 9.99],
    ),
    "dawsn''": (
        look_up("dawson", (2.0,)).forward,
        lambda x: _dawson(x, 2),
        [0.24975, -7.007, -1.235445227677955, 2.0],
    ),
    "erfi": (erfi, mpmath.erfi, [-10.009999999999998]),
    "ndtr": (ndtr, _below, [2.0]),
    "ndtri": (ndtri, lambda p: mpmath.findroot(lambda x: _below(x) - p, ndtri(float(p))), [0.25]),
    "log_ndtr": (log_ndtr, lambda x: mpmath.log(_below(x)), [-7.0, 0.999, -1.6783780746392358]),
    "log_ndtr'": (
        grad(log_ndtr), lambda x: _density(x) / _below(x), [-75.14709679469, -7.0, 0.5],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TELLING)
def test_a_small_fault_of_a_formula_would_be_seen(name: str) -> None:
    within_units(*TELLING[name])
