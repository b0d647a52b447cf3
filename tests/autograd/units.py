"""What the tests of functions share: results held to units in the last place, by mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import mpmath


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
