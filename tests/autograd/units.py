"""What the tests of functions share: results held to units in the last place, by mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import mpmath

from autograd.operation import look_up
from autograd.switches import ieee_arithmetic


def within_units(
    function: Callable[[float], Any],
    exact: Callable[[Any], Any],
    numbers: Iterable[float],
    units: float = 1.3,
) -> None:
    """Hold a function to so many units in the last place of what mpmath has to 60 digits."""
    with mpmath.workdps(60):
        for x in numbers:
            wanted = exact(mpmath.mpf(x))
            assert abs(function(x) - wanted) <= units * math.ulp(float(wanted)), x


def has_ends(name: str, parameters: tuple[float, ...], ends: Iterable[tuple[float, float]]) -> None:
    """Hold a row to its values in IEEE arithmetic, with their signs, and nan to nan."""
    row = look_up(name, parameters)
    with ieee_arithmetic.on():
        for x, wanted in ends:
            found = row.on_numbers(x)
            if math.isnan(wanted):
                assert math.isnan(found), x
            else:
                assert (found, math.copysign(1.0, found)) == (wanted, math.copysign(1.0, wanted)), x
        assert math.isnan(row.on_numbers(math.nan))
