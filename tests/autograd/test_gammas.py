"""The gamma function and its kin, in units in the last place and at their ends."""

from __future__ import annotations

import math
from random import Random

import mpmath
import pytest

import autograd
from autograd import Value, beta, betaln, gamma, gammainc, gammaincc, grad, zeta
from autograd.operation import look_up
from autograd.switches import ieee_arithmetic
from tests.autograd.units import has_ends


def test_gamma_is_off_by_a_few_units_in_the_last_place() -> None:
    random = Random(0)
    points = [random.uniform(-30.0, 171.6) for _ in range(300)] + [1e-300, 171.6, 2.5, 20.0]
    with mpmath.workdps(40):
        for x in points:
            exact = mpmath.gamma(mpmath.mpf(x))
            assert abs(gamma(x) - exact) <= 7.0 * math.ulp(float(exact)), x
    assert gamma(1.0) == gamma(2.0) == 1.0


@pytest.mark.parametrize(
    "x", [-171.6, -172.5, -174.0001, -176.9, -177.7, -20.00000001, -5.8e-204, -3e-305]
)
def test_gamma_where_that_of_the_opposite_overflows(x: float) -> None:
    with mpmath.workdps(40):
        exact = float(mpmath.gamma(mpmath.mpf(x)))
    assert abs(gamma(x) - exact) <= 7.0 * math.ulp(exact)


def test_ends() -> None:
    for pole in (0.0, -1.0, -2.0, -184.0, -185.0, -186.0, -600.0, -1e15, -1e16, -1e90):
        with pytest.raises(ZeroDivisionError, match="gamma divides by zero"):
            gamma(pole)
    for large in (172.0, 1e-315, -1e-315):
        with pytest.raises(OverflowError, match="gamma overflows"):
            gamma(large)
    assert gammainc(2.0, 0.0) == 0.0 and gammaincc(2.0, 0.0) == 1.0
    assert gammainc(2.0, math.inf) == 1.0 and gammaincc(2.0, math.inf) == 0.0
    with pytest.raises(ZeroDivisionError, match="betaln divides by zero"):
        betaln(0.0, 1.0)


INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("name", "parameters", "ends"),
    [
        (
            "gamma",
            (),
            [(-1000.5, -0.0), (0.0, INF), (INF, INF), (-INF, NAN), (172.0, INF), (-999.5, 0.0)],
        ),
        ("zeta", (2.5,), [(0.0, INF), (-0.0, INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
        *(
            ("gammainc", (a, upper), [(0.0, upper), (-1.5, NAN), (INF, 1.0 - upper), (-INF, NAN)])
            for a in (0.5, 1.0, 2.5)
            for upper in (0.0, 1.0)
        ),
        ("gamma_density", (0.5,), [(0.0, INF), (-0.0, INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
        ("gamma_density", (1.0,), [(0.0, 1.0), (-0.0, 1.0), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
        ("gamma_density", (2.5,), [(0.0, 0.0), (-0.0, 0.0), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
    ],
)
def test_ends_in_ieee_arithmetic(
    name: str, parameters: tuple[float, ...], ends: list[tuple[float, float]]
) -> None:
    has_ends(name, parameters, ends)


def test_ends_of_the_logarithm_of_beta() -> None:
    row = look_up("betaln")
    with ieee_arithmetic.on():
        for x in (2.0, 0.25, 30.0):
            for found in (row.on_numbers(x, 0.0), row.on_numbers(0.0, x)):
                assert found == INF
            assert row.on_numbers(x, INF) == row.on_numbers(INF, x) == -INF
            for nothing in (-1.5, -INF, NAN):
                assert math.isnan(row.on_numbers(x, nothing))
                assert math.isnan(row.on_numbers(nothing, x))
    for a, b in ((-1.0, 2.0), (2.0, -1.0), (-1.0, -1.0), (0.0, -1.0)):
        with pytest.raises(ValueError, match="betaln has no real value"):
            betaln(a, b)
    for a, b in ((0.0, 2.0), (2.0, 0.0), (0.0, 0.0)):
        with pytest.raises(ZeroDivisionError, match="betaln divides by zero"):
            betaln(a, b)


@pytest.mark.parametrize(("a", "b"), [(1e-5, 1e5), (1e8, 1e8), (3.0, 1e12), (0.3, 0.2), (9, 7)])
def test_logarithms_of_beta_keep_their_digits(a: float, b: float) -> None:
    with mpmath.workdps(60):
        exact = mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(mpmath.mpf(a) + b)
    assert betaln(a, b) == pytest.approx(float(exact), rel=1e-14, abs=0.0)
    assert beta(a, b) == pytest.approx(math.exp(exact), rel=1e-12, abs=0.0) or exact < -700


def _polygammas(n: int, x: mpmath.mpf) -> mpmath.mpf:
    """ψ⁽ⁿ⁾; of a huge x by its series, for which mpmath would take long."""
    if x < 1e12:
        return mpmath.psi(n, x)
    if not n:
        return mpmath.log(x) - 1 / (2 * x) - 1 / (12 * x * x)
    parts = (
        mpmath.factorial(n - 1),
        mpmath.factorial(n) / (2 * x),
        mpmath.factorial(n + 1) / (12 * x * x),
    )
    return (-1) ** (n + 1) * mpmath.fsum(parts) / x**n


@pytest.mark.parametrize("size", [1e-60, 1e-12, 1e-3, 1.0, 30.0, 3e4, 3e13, 1e29, 1e60])
@pytest.mark.parametrize("ratio", [1e-9, 3e-6, 0.999e-3, 1.001e-3, 0.1, 7.0, 1e8])
def test_slopes_of_beta_keep_their_digits_to_third_order(size: float, ratio: float) -> None:
    a, b = size, size * ratio
    first = grad(betaln, (0, 1))
    second, third = grad(grad(betaln, 0), 0), grad(grad(grad(betaln, 1), 1), 1)
    found = (*first(a, b), second(a, b), third(a, b) if 1e-60 < size < 1e60 else None)
    with mpmath.workdps(300):
        x, y = mpmath.mpf(a), mpmath.mpf(b)
        exact = [
            _polygammas(n, v) - _polygammas(n, x + y) for n, v in ((0, x), (0, y), (1, x), (2, y))
        ]
    for slope, wanted in zip(found, exact, strict=True):
        if slope is not None:
            assert slope == pytest.approx(float(wanted), rel=1e-11, abs=0.0)


def test_a_slope_of_beta_of_huge_numbers() -> None:
    assert grad(betaln, 1)(333.0, 3e109) == pytest.approx(-1.11e-107, rel=1e-15, abs=0.0)
    assert grad(betaln, 1)(1.75e198, 6.5e226) == pytest.approx(
        -1.75e198 / 6.5e226, rel=1e-15, abs=0.0
    )


@pytest.mark.parametrize("a", [0.1, 1.0, 40.0, 99.0, 101.0, 900.0])
def test_incomplete_gamma_functions(a: float) -> None:
    for x in (0.3 * a, a + 0.9, a + 1.1, a + 3.0 * math.sqrt(a)):
        exact = float(mpmath.gammainc(a, 0, x, regularized=True))
        assert gammainc(a, x) == pytest.approx(exact, rel=1e-12, abs=0.0)
        rest = float(mpmath.gammainc(a, x, regularized=True))
        assert gammaincc(a, x) == pytest.approx(rest, rel=1e-12, abs=0.0)


def test_fixed_numbers() -> None:
    assert zeta(4) == pytest.approx(math.pi**4 / 90.0, rel=1e-15, abs=0.0)
    with pytest.raises(ValueError, match="greater than 1"):
        zeta(1.0)
    with pytest.raises(ValueError, match="greater than 0"):
        gammainc(0.0, 1.0)
    with pytest.raises(TypeError, match="not a Value"):
        gammaincc(Value(2.0), 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("a", [0.5, 1.0, 2.5, 20.0, 100.0, 499.0, 501.0, 1000.0])
def test_incomplete_gamma_functions_and_their_slopes_to_some_units(a: float) -> None:
    """A sum of logarithms in an exponent lost hundreds of units at a = 500."""
    random = Random(0)
    points = [a * random.uniform(0.1, 3.0) for _ in range(20)]
    points += [a, a + 0.3, 0.3 * a, 228.7, 1e-3, 1.31e-160, 1.7e-317, 5e-324]
    with mpmath.workdps(60):
        for x in points:
            slope = mpmath.exp((a - 1) * mpmath.log(x) - x - mpmath.loggamma(a))
            lower = mpmath.gammainc(a, 0, x, regularized=True)
            upper = mpmath.gammainc(a, x, regularized=True)
            for found, exact, units in (
                (gammainc(a, x), lower, 16),
                (gammaincc(a, x), upper, 32),
                (grad(lambda x: gammainc(a, x))(x), slope, 16),
            ):
                if abs(exact) < 1e308:
                    assert abs(found - exact) <= units * math.ulp(float(exact)), x


@pytest.mark.parametrize(("x", "upper"), [(800.8424213404443, False), (983.6526927642674, True)])
def test_an_incomplete_gamma_function_of_an_order_with_all_digits(x: float, upper: bool) -> None:
    """What is lost in rounding x/a counts a thousand times."""
    a = 987.6543210987654
    with mpmath.workdps(40):
        lower = mpmath.gammainc(mpmath.mpf(a), 0, x, regularized=True)
        exact, found = (1 - lower, gammaincc(a, x)) if upper else (lower, gammainc(a, x))
        assert abs(found - exact) <= 2.0 * math.ulp(float(exact))


@pytest.mark.parametrize("a", [0.25, 1.0, 1.5, 2.5, 100.0])
@pytest.mark.parametrize("x", [1.7e-317, 1e-200, 1e-3, 30.0])
def test_the_second_slope_of_the_incomplete_gamma_function(a: float, x: float) -> None:
    second = grad(grad(lambda x: gammainc(a, x)))
    with mpmath.workdps(40):
        density = mpmath.exp((a - 1) * mpmath.log(x) - x - mpmath.loggamma(a))
        exact = float(density * ((a - 1) / mpmath.mpf(x) - 1))
    assert second(x) == pytest.approx(exact, rel=1e-14, abs=0.0)


@pytest.mark.parametrize(
    ("a", "b"),
    [(0.16997336581180944, 152.55153829649948), (1435.2754932605524, 36.25162887520208),
     (1e-10, 1e5), (8.1, 0.0081), (3.0, 3.0)],
)  # fmt: skip
def test_slopes_of_beta_to_some_units(a: float, b: float) -> None:
    with mpmath.workdps(60):
        end = mpmath.digamma(mpmath.mpf(a) + b)
        for found, x in zip(grad(betaln, (0, 1))(a, b), (a, b), strict=True):
            exact = float(mpmath.digamma(x) - end)
            assert abs(found - exact) <= 4.0 * math.ulp(exact)


# Numbers at which small faults of the formulas move the result furthest, and the right ones are
# within 1.2 units.
TELLING = {
    "gamma": [(-1.001,), (-66.1577585190449,), (9.2202482377246,), (99.9,), (0.5,), (-0.5005,)],
    "betaln": [(200.0, 18.017999999999997), (200.0, 2.0), (11.0, 0.5005), (0.7, 9.0)],
}


@pytest.mark.parametrize("name", TELLING)
def test_a_small_fault_of_a_formula_would_be_seen(name: str) -> None:
    function = getattr(autograd, name)
    with mpmath.workdps(50):
        for point in TELLING[name]:
            exact = mpmath.gamma(point[0])
            if name == "betaln":
                exact = mpmath.log(mpmath.beta(*map(mpmath.mpf, point)))
            assert abs(function(*point) - exact) <= 1.3 * math.ulp(float(exact)), point


@pytest.mark.parametrize("a", [0.9999999995, 1.0000000005])
@pytest.mark.parametrize("x", [0.01, 30.0])
def test_slopes_of_the_incomplete_gamma_function_of_an_order_beside_1(a: float, x: float) -> None:
    slope = grad(lambda x: gammainc(a, x))
    with mpmath.workdps(40):
        b, z = mpmath.mpf(a), mpmath.mpf(x)
        density = z ** (b - 1) * mpmath.exp(-z) / mpmath.gamma(b)
        bend = density * ((b - 1) / z - 1)
    assert slope(x) == pytest.approx(float(density), rel=4e-15, abs=0.0)
    assert grad(slope)(x) == pytest.approx(float(bend), rel=4e-15, abs=0.0)
