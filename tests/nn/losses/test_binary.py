"""Losses of two classes with their options, against PyTorch's figures."""

import math

import pytest

from autograd import Value
from nn.losses import binary_cross_entropy_with_logits as loss
from nn.losses import hinge
from tests.nn.losses.problem import cases_of, check_all


@cases_of("binary_cross_entropy", "binary_cross_entropy_with_logits")
def test_options_are_those_of_pytorch(case):
    check_all(case)


def test_one_weight_counts_for_all_outputs():
    one = loss([0.5, -1.0], [1, 0], pos_weight=3.0).data
    assert one == loss([0.5, -1.0], [1, 0], pos_weight=[3.0, 3.0]).data
    assert one > loss([0.5, -1.0], [1, 0]).data


@pytest.mark.parametrize("weight", [-1.0, [1.0], [1.0, 2.0, 3.0]])
def test_wrong_weights_are_refused(weight):
    with pytest.raises(ValueError, match="pos_weight"):
        loss([0.5, -1.0], [1, 0], pos_weight=weight)


@pytest.mark.parametrize(
    ("label", "cost"), [(1.0, 0.75), (-1.0, 1.25), (0.0, None), (2.0, None), (-0.5, None)]
)
def test_a_label_that_is_a_value_is_1_or_minus_1_or_the_loss_is_nan(label, cost):
    found = hinge(0.25, Value(label)).data
    assert math.isnan(found) if cost is None else found == cost
