"""Losses of two classes with their options, against PyTorch's figures."""

import pytest

from nn.losses import binary_cross_entropy_with_logits as loss
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
