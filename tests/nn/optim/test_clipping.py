"""Clipping against the figures of reference/make_reference.py."""

import math

import pytest

from nn.optim import clip_grad_norm, clip_grad_value, gradient_norm
from tests.nn.optim.problem import close, figures, leaves, with_gradients


@pytest.mark.parametrize("case", figures("clipping"))
def test_clipping_is_that_of_pytorch(case):
    parameters = with_gradients(case["gradient"])
    assert gradient_norm(parameters) == close(case["norm"])
    assert clip_grad_norm(parameters, case["limit"]) == close(case["norm"])
    assert [p.grad for p in parameters] == close(case["by_norm"])
    parameters = with_gradients(case["gradient"])
    clip_grad_value(parameters, case["limit"])
    assert [p.grad for p in parameters] == close(case["by_value"])


def test_clipping_a_huge_gradient_does_not_overflow():
    parameters = with_gradients([3e200, -4e200])
    assert clip_grad_norm(parameters, 1.0) == pytest.approx(5e200, rel=1e-13, abs=0.0)
    assert [p.grad for p in parameters] == pytest.approx([0.6, -0.8])


def test_clipping_accepts_a_generator_and_keeps_nan_visible():
    parameters = with_gradients([math.nan, 3.0])
    clip_grad_value((p for p in parameters), 1.0)
    assert math.isnan(parameters[0].grad)
    assert parameters[1].grad == 1.0
    parameters = with_gradients([3.0, 4.0])
    assert clip_grad_norm((p for p in parameters), 1.0) == 5.0
    assert gradient_norm(parameters) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])
def test_a_negative_limit_is_refused(clip):
    with pytest.raises(ValueError, match=r"=-1\.0 is not allowed"):
        clip(leaves(), -1.0)


@pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])
@pytest.mark.parametrize("given", [None, "1.0", 1j])
def test_a_gradient_that_is_no_number_is_refused_by_name(clip, given):
    parameters = with_gradients([1.0, 2.0])
    parameters[1].grad, parameters[1].label = given, "w7"
    with pytest.raises(TypeError, match=r"clipping the grad of .*'w7'.* needs one real number"):
        clip(parameters, 1.0)
