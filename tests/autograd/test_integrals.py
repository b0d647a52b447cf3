"""Exponential, sine, cosine and elliptic integrals around the joints of their formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from autograd import cosint, ellipe, ellipk, expi, expn, grad, sinint
from autograd.operation import look_up
from tests.autograd.units import has_ends, within_units


@pytest.mark.parametrize("x", [1e-300, 0.999, 1.001, 3.99, 4.01, 39.9, 40.1, 700.0])
def test_joints(x: float) -> None:
    assert expi(x) == pytest.approx(float(mpmath.ei(x)), rel=4e-15, abs=0.0)
    assert expi(-x) == pytest.approx(float(mpmath.ei(-x)), rel=4e-15, abs=0.0)
    assert sinint(x) == pytest.approx(float(mpmath.si(x)), rel=2e-15, abs=0.0) and sinint(
        -x
    ) == -sinint(x)
    assert cosint(x) == pytest.approx(float(mpmath.ci(x)), rel=2e-14, abs=0.0)
    for n in (1, 2, 5):
        assert expn(n, x) == pytest.approx(float(mpmath.expint(n, x)), rel=1e-14, abs=0.0)


INF, NAN = math.inf, math.nan
QUARTER = 0.5 * math.pi


@pytest.mark.parametrize(
    ("name", "parameters", "ends"),
    [
        ("expi", (), [(0.0, -INF), (-0.0, -INF), (INF, INF), (-INF, -0.0)]),
        ("sinint", (), [(0.0, 0.0), (-0.0, -0.0), (INF, QUARTER), (-INF, -QUARTER)]),
        ("cosint", (), [(0.0, -INF), (-0.0, -INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
        ("expn", (0.0,), [(0.0, INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
        ("expn", (1.0,), [(0.0, INF), (-1.5, NAN), (INF, 0.0), (-INF, NAN)]),
        ("expn", (2.0,), [(0.0, 1.0), (-0.0, 1.0), (-1.5, NAN), (INF, 0.0)]),
        ("expn", (5.0,), [(0.0, 0.25), (-0.0, 0.25), (-1.5, NAN), (INF, 0.0)]),
        ("elliptic", (0.0, 0.0), [(1.0, INF), (1.0000000005, NAN), (INF, NAN), (-INF, 0.0)]),
        ("elliptic", (0.0, 1.0), [(1.0, INF), (1.0000000005, NAN), (INF, NAN), (-INF, 0.0)]),
        ("elliptic", (0.0, 2.0), [(1.0, INF), (1.0000000005, NAN), (INF, NAN), (-INF, 0.0)]),
        ("elliptic", (1.0, 0.0), [(1.0, 1.0), (1.0000000005, NAN), (INF, NAN), (-INF, INF)]),
        ("elliptic", (1.0, 1.0), [(1.0, -INF), (1.0000000005, NAN), (INF, NAN), (-INF, -0.0)]),
        ("elliptic", (1.0, 2.0), [(1.0, -INF), (1.0000000005, NAN), (INF, NAN), (-INF, -0.0)]),
    ],
)
def test_ends_in_ieee_arithmetic(
    name: str, parameters: tuple[float, ...], ends: list[tuple[float, float]]
) -> None:
    has_ends(name, parameters, ends)


@pytest.mark.parametrize("m", [-9e299, -1.1e300, -1e305, -1.7976931348623157e308])
def test_elliptic_integrals_far_below_0(m: float) -> None:
    """K(m) is ln(4√−m)/√−m there and E(m) √−m, to all digits."""
    root = math.sqrt(-m)
    logarithm = math.log(4.0) + 0.5 * math.log(-m)
    assert ellipk(m) == pytest.approx(logarithm / root, rel=1e-15, abs=0.0)
    assert ellipe(m) == pytest.approx(root, rel=1e-13, abs=0.0)
    assert grad(ellipe)(m) == pytest.approx(-0.5 / root, rel=1e-13, abs=0.0)
    assert grad(grad(ellipe))(m) == grad(grad(ellipk))(m) == 0.0


@pytest.mark.parametrize("n", [1, 2, 100])
def test_a_fraction_of_many_levels_divides_by_0_nowhere(n: int) -> None:
    for x in (1.0, n + 91.0, n + 182.0, n + 183.0, n + 184.0, 500.0):
        with mpmath.workdps(300):  # with fewer, mpmath is wrong here
            exact = float(mpmath.expint(n, x))
        assert expn(n, x) == pytest.approx(exact, rel=1e-14, abs=0.0)


def test_ends() -> None:
    assert expi(math.inf) == math.inf and expi(-math.inf) == 0.0
    assert sinint(math.inf) == 0.5 * math.pi and cosint(math.inf) == 0.0
    assert expn(2, 0.0) == 1.0 and expn(3, 0.0) == 0.5
    with pytest.raises(ZeroDivisionError, match="expn"):
        expn(1, 0.0)
    assert ellipe(1.0) == 1.0 and ellipk(0.0) == ellipe(0.0) == 0.5 * math.pi
    with pytest.raises(ZeroDivisionError, match="divides by zero"):
        ellipk(1.0)
    with pytest.raises(ValueError, match=r"elliptic\(1\.0, 0\.0\) .* between -inf and 1"):
        ellipe(1.0000000005)
    symbols = [look_up("elliptic", row).symbol for row in ((0.0, 0.0), (0.0, 2.0), (1.0, 1.0))]
    assert symbols == ["K", "K′′", "E′"]


@pytest.mark.parametrize("m", [-1e6, -0.31, -1e-12, 0.0, 0.29, 0.31, 0.999999])
def test_elliptic_integrals(m: float) -> None:
    assert ellipk(m) == pytest.approx(float(mpmath.ellipk(m)), rel=2e-15, abs=0.0)
    assert ellipe(m) == pytest.approx(float(mpmath.ellipe(m)), rel=2e-15, abs=0.0)
    with mpmath.workdps(40):
        slope = float(mpmath.diff(mpmath.ellipk, m, 2))
    assert grad(grad(ellipk))(m) == pytest.approx(slope, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("m", [-37.0, -0.51, -0.49, -0.3, 1e-9, 0.31, 0.5, 0.8, 0.999999])
@pytest.mark.parametrize(("function", "a"), [(ellipk, 0.5), (ellipe, -0.5)])
def test_slopes_of_the_elliptic_integrals_to_third_order(function: Any, a: float, m: float) -> None:
    slope = function
    with mpmath.workdps(40):
        for n in range(1, 4):
            slope = grad(slope)
            factor = mpmath.rf(a, n) * mpmath.rf(0.5, n) / mpmath.factorial(n)
            exact = mpmath.pi / 2 * factor * mpmath.hyp2f1(a + n, 0.5 + n, 1 + n, m)
            assert slope(m) == pytest.approx(
                float(exact), rel=(5e-15, 1e-14, 1e-13)[n - 1], abs=0.0
            )


# Numbers at which small faults of the formulas move the result furthest, and the right ones are
# within 1.2 units.
TELLING: dict[str, tuple[Callable[[float], Any], Callable[[Any], Any], list[float]]] = {
    "expi": (
        expi, mpmath.ei, [341.244209781827, 0.999, -44.8250938575694, 22.0, -1.5014999999999998],
    ),
    "sinint": (sinint, mpmath.si, [1.5, 4.995, -4.004]),
    "sinint'": (grad(sinint), mpmath.sinc, [0.5, 2.0]),
    "cosint": (cosint, mpmath.ci, [7.364603260831046, 0.25, 92.0, 4.004]),
    "expn 0": (lambda x: expn(0, x), lambda x: mpmath.expint(0, x), [0.25, 5.0]),
    "expn 1": (lambda x: expn(1, x), lambda x: mpmath.expint(1, x), [38.73000214725339]),
    "expn 2": (lambda x: expn(2, x), lambda x: mpmath.expint(2, x), [0.8325106106426761]),
    "expn 3": (
        lambda x: expn(3, x),
        lambda x: mpmath.expint(3, x),
        [1.5014999999999998, 0.003317351024026298],
    ),
    "expn 20": (lambda x: expn(20, x), lambda x: mpmath.expint(20, x), [0.999]),
    "ellipk": (ellipk, mpmath.ellipk, [-92.0]),
    "ellipk'": (
        grad(ellipk),
        lambda m: mpmath.diff(mpmath.ellipk, m),
        [-1.902872222054908, 0.4995, -1.0],
    ),
    "ellipe": (ellipe, mpmath.ellipe, [-5.0]),
    "ellipe'": (
        grad(ellipe), lambda m: mpmath.diff(mpmath.ellipe, m), [0.25, 0.8600694504497701],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TELLING)
def test_a_small_fault_of_a_formula_would_be_seen(name: str) -> None:
    within_units(*TELLING[name])


@pytest.mark.parametrize("x", [0.25, 0.999, 1.5, 6.0])
def test_slopes_of_the_exponential_integrals(x: float) -> None:
    assert grad(expi)(-x) == pytest.approx(-math.exp(-x) / x, rel=1e-15, abs=0.0)
    assert grad(cosint)(x) == pytest.approx(math.cos(x) / x, rel=1e-15, abs=0.0)
    with mpmath.workdps(30):
        for n in (0, 1, 3):
            exact = float(-mpmath.expint(n - 1, mpmath.mpf(x)))
            assert grad(lambda x, n=n: expn(n, x))(x) == pytest.approx(exact, rel=2e-15, abs=0.0)
