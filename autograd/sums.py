"""Sums of floats that have the same bits on every Python."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import reduce


def added(numbers: Iterable[float]) -> float:
    """Add numbers from left to right; no numbers give 0.

    The built-in `sum` does so up to Python 3.11; from 3.12 on it keeps the low parts.

    >>> added([1.0, 1e16, -1e16])
    0.0
    """
    return reduce(operator.add, numbers, 0)
