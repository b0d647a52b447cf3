"""Losses of one example: how far a prediction is from its target, as one `Value`.

Prediction and target are sequences of equal length, or one number where there is one output; a
sequence of one and a number go together. A loss over outputs is their mean, as in PyTorch, except
`half_squared_error`, the ½Σ of the textbooks, and `kl_divergence`, a sum by its definition;
``reduction=`` chooses "mean", "sum" or "none". `training.fit` averages over the examples. Targets
may be `Value`s too, so that a compiler can trace a loss with both as inputs.

Read in this order: `terms` (what they share), `regression`, `binary` (one of two classes),
`counted` (several examples, some of which do not count), `surprisal` and `classes` (one of many,
and distributions).
"""

from collections.abc import Callable
from typing import Any

from nn.losses.binary import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    check_labels,
    hinge,
)
from nn.losses.classes import check_probabilities, cross_entropy, kl_divergence, nll
from nn.losses.regression import (
    half_squared_error,
    huber,
    mean_absolute_error,
    mean_squared_error,
    smooth_l1,
)
from nn.losses.surprisal import check_class, check_index

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy"]
__all__ += ["half_squared_error", "hinge", "huber", "kl_divergence", "mean_absolute_error"]
__all__ += ["mean_squared_error", "nll", "smooth_l1"]

TARGET_CHECKS: dict[Callable[..., Any], Callable[[int, Any], object]] = {
    cross_entropy: check_class,
    nll: check_index,
    hinge: check_labels,
    kl_divergence: check_probabilities,
}
"""What raises an error, given the number of outputs and a target that the loss does not allow."""

IGNORING = (cross_entropy, nll)
"""Those that an ``ignore_index`` can be given to."""
