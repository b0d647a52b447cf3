"""Reducing terms, for every loss that has terms."""

import pytest

from autograd import Value
from nn import losses
from nn.losses.terms import checked_weights, reduced

BY_OUTPUT = [
    losses.mean_squared_error,
    losses.half_squared_error,
    losses.mean_absolute_error,
    losses.huber,
    losses.smooth_l1,
    losses.binary_cross_entropy,
    losses.binary_cross_entropy_with_logits,
    losses.hinge,
    losses.kl_divergence,
]
every_loss = pytest.mark.parametrize("loss", BY_OUTPUT, ids=lambda loss: loss.__name__)


@every_loss
def test_mean_and_sum_are_those_of_the_terms(loss):
    prediction, target = [0.3, 0.9, 0.55], [1, 1, 1]
    terms = loss(prediction, target, reduction="none")
    assert len(terms) == 3
    whole = sum(term.data for term in terms)
    assert loss(prediction, target, reduction="sum").data == pytest.approx(whole, rel=1e-14)
    assert loss(prediction, target, reduction="mean").data == pytest.approx(whole / 3, rel=1e-14)


@every_loss
def test_one_output_has_one_term(loss):
    (term,) = loss(0.3, 1, reduction="none")
    assert term.data == loss(0.3, 1, reduction="mean").data == loss(0.3, 1, reduction="sum").data


@pytest.mark.parametrize("loss", [*BY_OUTPUT, losses.cross_entropy, losses.nll])
def test_an_unknown_reduction_is_refused(loss):
    target = 0 if loss in (losses.cross_entropy, losses.nll) else [1, 1]
    with pytest.raises(ValueError, match="reduction must be one of 'mean', 'sum', 'none', not 'a"):
        loss([0.3, 0.9], target, reduction="avg")


def test_one_term_is_its_own_mean_and_sum():
    term = Value(2.0)
    assert reduced([term], "mean") is term
    assert reduced([term], "sum") is term
    assert reduced([term], "none") == [term]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0], "w has 1 numbers for 2 classes: it needs one for each"),
        ([1.0, -1.0], r"w=\[1.0, -1.0\] is not allowed: each must be 0 or more"),
        ([1.0, float("nan")], "nan"),
        ([1.0, float("inf")], "finite"),
    ],
)
def test_wrong_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        checked_weights("w", weights, 2, "classes")
    with pytest.raises(TypeError, match=r"w is a sequence of 2 numbers, not 3\.0"):
        checked_weights("w", 3.0, 2, "classes")
    assert checked_weights("w", (1, 0), 2, "classes") == [1.0, 0.0]
