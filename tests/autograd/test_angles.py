"""Angles: exact where a course expects it, and at the ends; `test_functions` has the rest."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from autograd import (
    acot,
    acoth,
    acsc,
    acsch,
    asec,
    asech,
    cosd,
    cospi,
    grad,
    sind,
    sinpi,
    tand,
)
from autograd.operation import look_up
from tests.autograd.units import within_units


def test_whole_and_half_turns_are_exact() -> None:
    assert [abs(sind(90.0 * k)) for k in range(-8, 9)] == [abs(k) % 2 for k in range(-8, 9)]
    assert [cosd(90.0 * k) for k in range(4)] == [1.0, 0.0, -1.0, 0.0]
    assert [sinpi(0.5 * k) for k in range(4)] == [0.0, 1.0, 0.0, -1.0]
    assert [cospi(0.5 * k) for k in range(4)] == [1.0, 0.0, -1.0, 0.0]
    assert (cospi(2.0**53 - 1.0), cospi(2.0**53 - 2.0), cospi(1e300)) == (-1.0, 1.0, 1.0)
    assert (sinpi(2.0**51 + 0.5), sinpi(2.0**51 + 1.5), sinpi(2.0**53 - 1.0)) == (1.0, -1.0, 0.0)
    assert sind(36_000_000_030.0) == pytest.approx(0.5, rel=1e-15, abs=0.0)
    with pytest.raises(ZeroDivisionError, match="tand divides by zero"):
        tand(90.0)


def test_inverses_of_reciprocals() -> None:
    for x in (-7.0, -1.25, 1.0 + 1e-12, 3.0, 1e200):
        assert 1.0 / math.cos(asec(x)) == pytest.approx(x, rel=1e-3, abs=0.0) or abs(x) > 1e15
        assert asec(x) + acsc(x) == pytest.approx(0.5 * math.pi, rel=1e-15, abs=0.0)
    assert acot(0.0) == 0.5 * math.pi and acot(-1.0) == -0.25 * math.pi
    tiny = math.log(2.0) - math.log(1e-310)
    assert asech(1.0) == 0.0 and acsch(1e-310) == pytest.approx(tiny, rel=1e-15, abs=0.0)
    assert acoth(-2.0) == -acoth(2.0) and grad(acoth)(2.0) == pytest.approx(-1.0 / 3.0)
    for function in (asec, acsc, acoth):
        with pytest.raises(ValueError, match="has no real value"):
            function(0.5)


# Numbers at which small faults of the formulas move the result furthest, and the right ones are
# within 1.2 units.
TELLING: dict[str, tuple[Callable[[float], Any], Callable[[Any], Any], list[float]]] = {
    "sinpi": (sinpi, mpmath.sinpi, [0.5]),
    "cospi": (cospi, mpmath.cospi, [-4.745477298804702, 0.4995, 1.0]),
    "sind": (sind, lambda x: mpmath.sin(mpmath.radians(x)), [90.0]),
    "cosd": (cosd, lambda x: mpmath.cos(mpmath.radians(x)), [425.41330274447705]),
    "tand": (tand, lambda x: mpmath.tan(mpmath.radians(x)), [254.53013790409454, 179.82, 0.5]),
    "asec": (asec, mpmath.asec, [-2.002]),
    "asec'": (grad(asec), lambda x: 1 / (abs(x) * mpmath.sqrt(x * x - 1)), [-4.004]),
    "acsc": (acsc, mpmath.acsc, [-73672.01126693822]),
    "acsc'": (grad(acsc), lambda x: -1 / (abs(x) * mpmath.sqrt(x * x - 1)), [1.6039973753941053]),
    "acot": (acot, mpmath.acot, [-2.002, 0.5]),
    "acot'": (grad(acot), lambda x: -1 / (1 + x * x), [4.0]),
    "asech": (asech, mpmath.asech, [0.25]),
    "asech'": (grad(asech), lambda x: -1 / (x * mpmath.sqrt(1 - x * x)), [0.25]),
    "acsch": (acsch, mpmath.acsch, [0.5, -4.004]),
    "acsch'": (grad(acsch), lambda x: -1 / (abs(x) * mpmath.sqrt(x * x + 1)), [4.0, 0.5]),
    "acoth": (acoth, mpmath.acoth, [-2.200201051931308, 4.0]),
    "acoth'": (grad(acoth), lambda x: 1 / (1 - x * x), [-1.001]),
}


@pytest.mark.parametrize("name", TELLING)
def test_a_small_fault_of_a_formula_would_be_seen(name: str) -> None:
    within_units(*TELLING[name])


@pytest.mark.parametrize("x", [-2.3, 0.125, 1.6])
def test_slopes_of_turns_and_degrees(x: float) -> None:
    with mpmath.workdps(40):
        turn, degree = mpmath.pi, mpmath.pi / 180
        exact = {
            sinpi: (x, turn * mpmath.cospi(x)),
            cospi: (x, -turn * mpmath.sinpi(x)),
            sind: (50.0 * x, degree * mpmath.cos(degree * 50 * x)),
            cosd: (50.0 * x, -degree * mpmath.sin(degree * 50 * x)),
            tand: (50.0 * x, degree * mpmath.sec(degree * 50 * x) ** 2),
        }
        for function, (at, slope) in exact.items():
            assert grad(function)(at) == pytest.approx(float(slope), rel=4e-15, abs=0.0)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        *((name, 1.0, math.inf) for name in ("asec", "acsc", "acoth")),
        ("asech", 0.0, 1.0),
        *((name, -math.inf, math.inf) for name in ("sinpi", "sind", "tand", "acot", "acsch")),
    ],
)
def test_a_row_says_where_it_has_values(name: str, low: float, high: float) -> None:
    assert look_up(name).domain == ((low, high),)
