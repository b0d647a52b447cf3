"""What is refused is named; what is allowed passes in silence."""

from __future__ import annotations

import math

import pytest

from autograd import Value, gradients, log
from autograd.refusals import refuse_changed_leaf, refuse_other_grads


def test_a_grad_of_any_real_number_passes() -> None:
    x = Value(2.0)
    y = x * x
    for grad in (0, 1.5, True, math.inf):
        x.grad = grad
        refuse_other_grads([y], y)


def test_the_output_may_be_the_one_and_a_leaf_may_have_no_name() -> None:
    x = Value(2.0)
    x.grad = None  # type: ignore[assignment]
    with pytest.raises(TypeError, match="the grad of a leaf is None"):
        refuse_other_grads([], x)


def test_a_leaf_that_was_changed_is_named() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = w * x
    refuse_changed_leaf(y, (x, w))
    w.data = 4.0
    with pytest.raises(ValueError, match="the data of 'w' or 'x' was changed"):
        refuse_changed_leaf(y, (x, w))


def test_a_label_cannot_act_on_a_terminal() -> None:
    x = Value(-1.0, "\x1b[2J\x07x")
    with pytest.raises(ValueError, match=r"has no real value at '\\x1b\[2J\\x07x' = -1\.0"):
        log(x)
    leaf = Value(2.0, "\x1b]0;x")
    y = leaf * leaf
    leaf.data = 3.0
    with pytest.raises(ValueError, match=r"the data of '\\x1b\]0;x' was changed"):
        gradients(y, [leaf])
