"""By what a gradient is multiplied that is too long, in an eager and in a compiled training.

Read next: `plan`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.functions import minimum
from autograd.node import real


def norm_factor(norm: Any, max_norm: float) -> Any:
    """Return what a gradient of this norm is multiplied by to be clipped to max_norm.

    It is max_norm / (norm + 10⁻⁶), and at most 1, as in PyTorch; for floats and for Values.
    """
    return minimum(max_norm / (norm + 1e-6), 1.0)


def check_clip(clip: float | None) -> None:
    """Refuse a largest norm that is none; None, for no clipping, is allowed."""
    if clip is not None and not 0.0 <= real(clip, "clip") < math.inf:
        raise ValueError(f"clip={clip!r} is not allowed: it is a norm, 0 or more, and finite")
