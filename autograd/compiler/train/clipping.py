"""How long a gradient is, and by what it is multiplied where it is too long.

Read next: `plan`.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from autograd.functions import greater, less, minimum, sqrt, where
from autograd.node import real

SHRINK, GROW = 2.0**-700, 2.0**700
"""By what a slope is multiplied so that its square neither overflows nor vanishes."""

SMALLEST_SQUARE = 1e-280
"""Below it, a sum of squares may have lost digits."""


def norm_of_squares(square: Any, shrunk: Any, grown: Any) -> Any:
    """Return √Σg² from Σg², Σ(g·2⁻⁷⁰⁰)² and Σ(g·2⁷⁰⁰)²: from the first where it has its digits.

    Examples
    --------
    >>> from math import inf
    >>> norm_of_squares(25.0, 0.0, inf), norm_of_squares(inf, 25.0, inf) == 5.0 * 2.0**700
    (5.0, True)
    """
    small, large = less(square, SMALLEST_SQUARE), greater(square, sys.float_info.max)
    root = sqrt(where(small, grown, where(large, shrunk, square)))
    return root * where(small, SHRINK, where(large, GROW, 1.0))


def norm_factor(norm: Any, max_norm: float) -> Any:
    """Return what a gradient of this norm is multiplied by to be clipped to max_norm.

    It is max_norm / (norm + 10⁻⁶), and at most 1, as in PyTorch; for floats and for Values.
    """
    return minimum(max_norm / (norm + 1e-6), 1.0)


def check_clip(clip: float | None) -> None:
    """Refuse a largest norm that is none; None, for no clipping, is allowed."""
    if clip is not None and not 0.0 <= real(clip, "clip") < math.inf:
        raise ValueError(f"clip={clip!r} is not allowed: it is a norm, 0 or more, and finite")
