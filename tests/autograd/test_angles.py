"""Angles: exact where a course expects it, and at the ends; `test_functions` has the rest."""

from __future__ import annotations

import math

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


def test_whole_and_half_turns_are_exact() -> None:
    assert [abs(sind(90.0 * k)) for k in range(-8, 9)] == [abs(k) % 2 for k in range(-8, 9)]
    assert [cosd(90.0 * k) for k in range(4)] == [1.0, 0.0, -1.0, 0.0]
    assert [sinpi(0.5 * k) for k in range(4)] == [0.0, 1.0, 0.0, -1.0]
    assert [cospi(0.5 * k) for k in range(4)] == [1.0, 0.0, -1.0, 0.0]
    assert sind(36_000_000_030.0) == pytest.approx(0.5, rel=1e-15, abs=0.0)
    with pytest.raises(ZeroDivisionError, match="tand divides by zero"):
        tand(90.0)


def test_inverses_of_reciprocals() -> None:
    for x in (-7.0, -1.25, 1.0 + 1e-12, 3.0, 1e200):
        assert 1.0 / math.cos(asec(x)) == pytest.approx(x, rel=1e-3, abs=0.0) or abs(x) > 1e15
        assert asec(x) + acsc(x) == pytest.approx(0.5 * math.pi, rel=1e-15, abs=0.0)
    assert acot(0.0) == 0.5 * math.pi and acot(-1.0) == -0.25 * math.pi
    assert asech(1.0) == 0.0 and acsch(1e-310) == pytest.approx(math.log(2.0) - math.log(1e-310))
    assert acoth(-2.0) == -acoth(2.0) and grad(acoth)(2.0) == pytest.approx(-1.0 / 3.0)
    for function in (asec, acsc, acoth):
        with pytest.raises(ValueError, match="has no real value"):
            function(0.5)
