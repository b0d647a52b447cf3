"""Reducing terms, for every loss that has terms."""

import pytest

from autograd import Value
from nn import losses
from nn.losses.terms import as_values, checked_weights, pairs, reduced

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
@pytest.mark.parametrize("n", [2, 3])
def test_mean_and_sum_are_those_of_the_terms(loss, n):
    prediction, target = [0.3, 0.9, 0.55][:n], [1, 1, 1][:n]
    terms = loss(prediction, target, reduction="none")
    assert len(terms) == n
    whole = sum(term.data for term in terms)
    assert loss(prediction, target, reduction="sum").data == pytest.approx(
        whole, rel=1e-14, abs=0.0
    )
    assert loss(prediction, target, reduction="mean").data == pytest.approx(
        whole / n, rel=1e-14, abs=0.0
    )


@every_loss
def test_one_output_has_one_term(loss):
    (term,) = loss(0.3, 1, reduction="none")
    assert term.data == loss(0.3, 1, reduction="mean").data == loss(0.3, 1, reduction="sum").data


@pytest.mark.parametrize("loss", [*BY_OUTPUT, losses.cross_entropy, losses.nll])
def test_an_unknown_reduction_is_refused(loss):
    target = 0 if loss in (losses.cross_entropy, losses.nll) else [1, 1]
    with pytest.raises(ValueError, match="reduction must be one of 'mean', 'sum', 'none', not 'a"):
        loss([0.3, 0.9], target, reduction="avg")


def test_values_stay_themselves_and_numbers_become_values():
    p, t = Value(2.0), Value(3.0)
    first, second = as_values([p, 4])
    assert first is p
    assert (type(second), second.data) == (Value, 4.0)
    ((prediction, target),) = pairs(p, (t,))
    assert prediction is p
    assert target is t


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


@every_loss
def test_predictions_and_targets_must_be_equally_many_and_some(loss):
    for prediction, target, found in (([0.3], [1, 1], (1, 2)), ([0.3, 0.9], 1, (2, 1))):
        message = f"the prediction has {found[0]} numbers and the target {found[1]}: they must have"
        with pytest.raises(ValueError, match=message):
            loss(prediction, target)
    with pytest.raises(ValueError, match="the prediction is empty: a loss needs at least one"):
        loss([], [])
