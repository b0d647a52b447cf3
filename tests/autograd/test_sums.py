"""Floats are added as on every other Python: by `added`, not by `sum`."""

from __future__ import annotations

import builtins
import math
import sys
from typing import Any

import pytest

from autograd.sums import added
from tests.campaigns.bits import SUBJECTS, digests

ROOMS = ("autograd.", "nn.")
ONLY_FOR_NAN = "autograd.compiler.pipeline"  # a sum that is looked at for nothing else


def test_numbers_are_added_from_left_to_right() -> None:
    assert added([1.0, 1e16, -1e16]) == 0.0
    assert added(x for x in (1e16, -1e16, 1.0)) == 1.0
    assert math.isnan(added([math.inf, -math.inf]))
    assert str(added([-0.0])) == "0.0"
    assert added([]) == 0


@pytest.mark.parametrize("subject", [name for name in SUBJECTS if "machine" not in name])
def test_nothing_hangs_on_how_the_built_in_adds_floats(
    subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to Python 3.11 it adds from left to right, later ones keep the low parts."""
    real = builtins.sum
    floats = []

    def watched(numbers: Any, /, start: Any = 0) -> Any:
        numbers = list(numbers)
        caller = sys._getframe(1).f_globals["__name__"]
        is_ours = caller.startswith(ROOMS) and caller != ONLY_FOR_NAN
        if is_ours and any(isinstance(x, float) for x in numbers):
            floats.append(caller)
        return real(numbers, start)

    monkeypatch.setattr(builtins, "sum", watched)
    digests([subject])
    assert floats == []
