"""A gradient that is too long is scaled down, eagerly and in compiled training alike."""

from __future__ import annotations

import math

import pytest

from autograd import Value
from autograd.compiler.train.clipping import check_clip, norm_factor, norm_of_squares
from nn.optim import norm_factor as norm_factor_of_nn


@pytest.mark.parametrize("norm", [0.0, 0.5, 1.0, 3.0, 1e300, math.inf, math.nan])
def test_clipping_is_that_of_nn(norm: float) -> None:
    mine, theirs = norm_factor(norm, 1.5), float(norm_factor_of_nn(norm, 1.5))
    assert mine == theirs or (mine != mine and theirs != theirs)


@pytest.mark.parametrize(
    ("norm", "expected"),
    [(0.0, 1.0), (1.4, 1.0), (3.0, 1.5 / (3.0 + 1e-6)), (math.inf, 0.0)],
)
def test_only_a_gradient_that_is_too_long_is_scaled(norm: float, expected: float) -> None:
    assert norm_factor(norm, 1.5) == expected
    assert norm_factor(Value(norm), 1.5).data == expected


def test_the_norm_comes_from_the_squares_that_have_their_digits() -> None:
    assert norm_of_squares(25.0, 0.0, math.inf) == 5.0
    assert norm_of_squares(math.inf, 25.0, math.inf) == 5.0 * 2.0**700
    assert norm_of_squares(0.0, 0.0, 25.0) == 5.0 * 2.0**-700
    assert norm_of_squares(1.1e-280, 0.0, 25.0) == math.sqrt(1.1e-280)
    assert norm_of_squares(0.9e-280, 0.0, 25.0) == 5.0 * 2.0**-700
    assert norm_of_squares(1e308, 25.0, math.inf) == 1e154


@pytest.mark.parametrize("clip", [None, 0.0, 2, 1e308])
def test_norms_that_may_be_the_largest(clip: float | None) -> None:
    check_clip(clip)


@pytest.mark.parametrize("clip", [-1e-9, math.inf, math.nan])
def test_norms_that_may_not(clip: float) -> None:
    with pytest.raises(ValueError, match=rf"clip={clip} is not allowed: it is a norm, 0 or more"):
        check_clip(clip)
    with pytest.raises(TypeError, match="clip needs one real number"):
        check_clip("1")  # type: ignore[arg-type]


@pytest.mark.parametrize("norm", [0.0, 0.5, 1.0, 3.0, 1e300, math.inf, math.nan])
def test_a_value_is_clipped_as_a_float_is(norm: float) -> None:
    factor, of_value = norm_factor(norm, 1.5), norm_factor(Value(norm), 1.5).data
    assert factor == of_value or (factor != factor and of_value != of_value)
