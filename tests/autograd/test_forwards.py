"""Forwards that are more than a line; the whole table is held to mpmath in `test_functions`."""

from __future__ import annotations

import math

import mpmath
import pytest

import autograd
from autograd import forwards
from autograd.forwards import INFINITY


def test_division_and_powers_at_the_edge() -> None:
    assert (forwards.ieee_divide(1.0, -0.0), forwards.ieee_divide(-2.0, 0.0)) == (-INFINITY,) * 2
    assert math.isnan(forwards.ieee_divide(0.0, 0.0))
    assert forwards.real_power(-2.0, 3.0) == -8.0
    with pytest.raises(ValueError, match="math domain error"):
        forwards.real_power(-8.0, 1.0 / 3.0)
    with pytest.raises(ZeroDivisionError):
        forwards.real_power(0.0, -1.0)
    assert forwards.ieee_power(-0.0, -3.0) == -INFINITY
    assert forwards.ieee_power(-1e300, 2.0) == forwards.ieee_power(-0.0, -2.0) == INFINITY
    assert forwards.ieee_power(-1e300, 3.0) == -INFINITY
    assert forwards.ieee_power(1e-300, -1.5) == forwards.ieee_power(1e-200, -3.0) == INFINITY
    assert math.isnan(forwards.ieee_power(-1e-300, -1.5))


def test_a_negative_number_has_no_logarithm() -> None:
    assert math.isnan(forwards.power_derivative(0.0, 1.0, -2.0, 3.0))
    assert forwards.power_derivative(1.0, 0.0, -2.0, 3.0) == 12.0


def test_factors_of_a_derivative_of_a_power() -> None:
    """∂²/∂a∂b aᵇ = aᵇ⁻¹·(b·ln a + 1), and b·(b − 1) has the derivative 2b − 1."""
    assert forwards.power_factors(1.0, 1.0, 3.0) == [3.0, 1.0]
    assert forwards.power_factors(2.0, 1.0, 3.0) == [6.0, 5.0]
    assert forwards.power_factors(2.0, 2.0, 3.0) == [6.0, 10.0, 2.0]


@pytest.mark.parametrize(
    ("m", "k", "a", "b", "expected"),
    [
        (1.0, 0.0, 3.0, 2.0, 6.0),
        (0.0, 1.0, 2.0, 3.0, 8.0 * math.log(2.0)),
        (2.0, 0.0, 0.0, 2.0, 2.0),
        (1.0, 1.0, 0.0, 2.0, 0.0),
        (3.0, 0.0, 1e-300, 1.0, 0.0),
        (1.0, 1.0, 0.0, 1.0, -INFINITY),
        (1.0, 0.0, 0.0, 0.5, INFINITY),
        (1.0, 2.0, 0.0, 1.0, INFINITY),
        (1.0, 1.0, 1.0, 3.0, 1.0),
        (0.0, 0.0, -2.0, 3.0, -8.0),
    ],
)
def test_a_derivative_of_a_power(m: float, k: float, a: float, b: float, expected: float) -> None:
    assert forwards.power_derivative(m, k, a, b) == pytest.approx(expected, rel=1e-15, abs=0.0)


def test_sums() -> None:
    assert forwards.dot(1.0, 2.0, 3.0, 4.0, 0.5) == 11.5
    assert forwards.dot(1.0, 2.0, 3.0, 4.0) == 11.0
    assert forwards.logsumexp(1000.0, 1000.0) == 1000.0 + math.log(2.0)
    assert forwards.logsumexp(-INFINITY, -INFINITY) == -INFINITY
    assert math.isnan(forwards.logsumexp(1.0, math.nan))


def test_upper_half_has_half_the_digits() -> None:
    z = forwards.upper_half(math.pi)
    assert z * z == float(mpmath.mpf(z) ** 2) and abs(math.pi - z) < 2.0**-25


@pytest.mark.parametrize("x", [-45.0, -37.6, -37.4, -25.3, -3.0, -1e-9, 0.0, 0.7, 8.0])
def test_tails_keep_their_digits(x: float) -> None:
    with mpmath.workdps(50):
        cdf = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
        assert forwards.normal_cdf(x) == pytest.approx(float(cdf), rel=1e-15, abs=5e-324)
        assert forwards.gelu(x) == pytest.approx(float(x * cdf), rel=1e-15, abs=5e-324)
        assert forwards.bell(0.5, x) == pytest.approx(
            float(mpmath.exp(-(mpmath.mpf(x) ** 2) / 2)), rel=1e-15, abs=0.0
        )


@pytest.mark.parametrize(
    "x", [-744.0, -731.0, -700.1, -699.9, -40.0, -32.0, -30.5, -2.0, 0.0, 0.3, 3.0, 800.0]
)
def test_sigmoid_and_what_is_made_of_it(x: float) -> None:
    with mpmath.workdps(50):
        sigmoid = 1 / (1 + mpmath.exp(-mpmath.mpf(x)))
        expected = {
            "sigmoid": sigmoid,
            "sigmoid_slope": sigmoid * (1 - sigmoid) if x < 100 else mpmath.exp(-mpmath.mpf(x)),
            "softplus": mpmath.log1p(mpmath.exp(mpmath.mpf(x))),
            "silu": x * sigmoid,
        }
        for name, exact in expected.items():
            found = getattr(forwards, name)(x)
            assert found == pytest.approx(float(exact), rel=1e-15, abs=5e-324), name
    assert math.copysign(1.0, forwards.silu(-INFINITY)) == -1.0
    assert math.copysign(1.0, forwards.gelu(-INFINITY)) == -1.0
    assert forwards.gelu(-1e308) == forwards.silu(-1e308) == 0.0


@pytest.mark.parametrize(
    ("a", "b"), [(2.9916102769798935e-289, -0.07037560543968802), (1e-300, -0.01)]
)
def test_a_power_of_its_slope_that_overflows_where_the_slope_does_not(a: float, b: float) -> None:
    with mpmath.workdps(50):
        exact = float(b * mpmath.mpf(a) ** (mpmath.mpf(b) - 1))
    assert forwards.power_derivative(1.0, 0.0, a, b) == pytest.approx(exact, rel=1e-15, abs=0.0)
    for backend in ("python", "llvm"):
        program = autograd.compile(autograd.grad(lambda a, b: a**b), backend=backend)  # type: ignore[arg-type]
        assert program(a, b) == pytest.approx(exact, rel=1e-15, abs=0.0)


def test_constants_are_what_they_are_named_after() -> None:
    with mpmath.workdps(40):
        exact = {
            "ROOT_HALF": mpmath.sqrt(0.5),
            "TWO_OVER_ROOT_PI": 2 / mpmath.sqrt(mpmath.pi),
            "ONE_OVER_ROOT_TWO_PI": 1 / mpmath.sqrt(2 * mpmath.pi),
            "_E_TO_MINUS_37": mpmath.exp(-37),
        }
        for name, number in exact.items():
            assert getattr(forwards, name) == pytest.approx(float(number), rel=4e-16, abs=0.0), name
        rest = mpmath.sqrt(2) - forwards._ROOT_TWO
        assert pytest.approx(float(rest), rel=4e-16, abs=0.0) == forwards._REST_OF_ROOT_TWO


def test_no_power_of_0_is_divided_by_0() -> None:
    """∂²/∂a∂b aᵇ = aᵇ⁻¹·(b·ln a + 1), at b = 0 the reciprocal of a."""
    assert forwards.power_derivative(1.0, 1.0, 0.0, 0.0) == INFINITY
    assert forwards.power_derivative(1.0, 1.0, 4.0, 0.0) == 0.25


@pytest.mark.parametrize(
    ("x", "slope"),
    [
        (0.0, 1.0), (1.0, 0.5), (-3.0, 0.1), (1e152, 1e-304), (-1e155, 1e-310), (1e155, 1e-310),
        (1e300, 0.0), (INFINITY, 0.0), (-INFINITY, 0.0), (math.nan, math.nan),
    ],
)  # fmt: skip
def test_the_slope_of_the_arc_tangent(x: float, slope: float) -> None:
    assert forwards.atan_slope(x) == pytest.approx(slope, rel=1e-13, abs=0.0, nan_ok=True)


@pytest.mark.parametrize("power", [-1040, -1010, 990, 1023])
def test_a_direction_cosine_does_not_depend_on_the_unit(power: int) -> None:
    """Lengths beyond the floats, or subnormal, are scaled by powers of two: the same bits."""
    for k in range(40):
        a, b = 1.0 + k / 64.0, 1.875 - k / 64.0  # few digits, which subnormal numbers have
        found = forwards.direction_cosine(math.ldexp(a, power), math.ldexp(b, power))
        a, b = (math.ldexp(math.ldexp(x, power), -power) for x in (a, b))
        assert found == a / math.hypot(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [(1.2345678e-301, 3000.0), (-3.0830439786991153e-150, -8.456980888345337e153)]
)
def test_a_direction_cosine_keeps_the_digits_of_a_small_side(a: float, b: float) -> None:
    with mpmath.workdps(50):
        exact = mpmath.mpf(a) / mpmath.sqrt(mpmath.mpf(a) ** 2 + mpmath.mpf(b) ** 2)
    assert forwards.direction_cosine(a, b) == pytest.approx(float(exact), rel=4e-16, abs=0.0)


@pytest.mark.parametrize("x", [0.6352187191047661, 0.5851686193787017, 0.6606136121694374])
def test_sigmoid_between_0_and_1_takes_the_formula_with_fewer_roundings(x: float) -> None:
    with mpmath.workdps(40):
        exact = 1 / (1 + mpmath.exp(-mpmath.mpf(x)))
        assert abs(forwards.sigmoid(x) - exact) < math.ulp(0.5)


@pytest.mark.parametrize("x", [-37.711276648864484, -37.65437722808177, -38.13189200059435])
def test_gelu_has_its_digits_where_the_integral_of_the_bell_has_none(x: float) -> None:
    with mpmath.workdps(40):
        exact = x * mpmath.erfc(-mpmath.mpf(x) / mpmath.sqrt(2)) / 2
        assert abs(forwards.gelu(x) - exact) <= 5e-324


@pytest.mark.parametrize("x", [9.068654726064107, -3.3, 0.7, 1e-3, 123.456])
def test_the_slope_of_a_whole_power_is_a_power_to_the_bit(x: float) -> None:
    assert forwards.power_derivative(1.0, 0.0, x, 3.0) == 3.0 * (x * x)
    assert forwards.power_derivative(2.0, 0.0, x, 4.0) == 12.0 * (x * x)


@pytest.mark.parametrize("a", [0.25, 0.999, 1.001, 3.0, 40.0])
@pytest.mark.parametrize("b", [0.1, -0.3, 1.7, 3.0])
def test_derivatives_of_a_power_to_some_units(a: float, b: float) -> None:
    """By powers of b − m and, where that is rounded, by those of b."""
    with mpmath.workdps(40):
        x, n = mpmath.mpf(a), mpmath.mpf(b)
        log = mpmath.log(x)
        for (m, k), exact in {
            (1.0, 0.0): n * x ** (n - 1),
            (0.0, 1.0): x**n * log,
            (0.0, 2.0): x**n * log**2,
            (1.0, 1.0): x ** (n - 1) * (1 + n * log),
            (2.0, 0.0): n * (n - 1) * x ** (n - 2),
            (2.0, 1.0): x ** (n - 2) * (2 * n - 1 + n * (n - 1) * log),
            (1.0, 2.0): x ** (n - 1) * (2 * log + n * log**2),
        }.items():
            found = forwards.power_derivative(m, k, a, b)
            assert found == pytest.approx(float(exact), rel=2e-14, abs=0.0), (m, k)


@pytest.mark.parametrize(
    ("a", "b"), [(3.206460326431151e-271, 0.12753537092731454), (1.15e-280, 0.31220890842850807)]
)
def test_a_slope_of_a_power_does_not_feel_how_the_exponent_less_1_is_rounded(
    a: float, b: float
) -> None:
    """A power of b − 1 is off by 300 units."""
    with mpmath.workdps(40):
        exact = float(b * mpmath.mpf(a) ** (mpmath.mpf(b) - 1))
    assert forwards.power_derivative(1.0, 0.0, a, b) == pytest.approx(exact, rel=1e-15, abs=0.0)
