"""A gradient that is too long is scaled down, eagerly and in compiled training alike."""

from __future__ import annotations

import math

import pytest

from autograd.compiler.train.clipping import norm_factor
from nn.optim import norm_factor as norm_factor_of_nn


@pytest.mark.parametrize("norm", [0.0, 0.5, 1.0, 3.0, 1e300, math.inf, math.nan])
def test_clipping_is_that_of_nn(norm: float) -> None:
    mine, theirs = norm_factor(norm, 1.5), float(norm_factor_of_nn(norm, 1.5))
    assert mine == theirs or (mine != mine and theirs != theirs)
