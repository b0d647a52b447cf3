"""Diagnoses of bias and variance."""

import math
import random

import pytest

from nn import MLP, Adam, mean_squared_error
from nn.diagnostics import History, diagnose
from nn.training import fit


@pytest.mark.parametrize(
    ("loss", "validation_loss", "case"),
    [
        (0.5, 0.55, "high bias"),
        (0.01, 0.3, "high variance"),
        (0.4, 0.8, "high bias and high variance"),
        (0.05, 0.08, "good fit"),
        (0.2, 0.3, "good fit"),
    ],
)
def test_the_case_follows_from_training_and_validation_loss(loss, validation_loss, case):
    diagnosis = diagnose(History(losses=[1.0, loss], validation_losses=[1.0, validation_loss]))
    assert diagnosis.case == case
    assert f"training loss {loss}" in diagnosis.rule
    assert f"validation loss {validation_loss} - {loss}" in diagnosis.rule
    assert str(diagnosis).startswith(f"{case}: training loss")


def test_the_scale_is_the_loss_of_guessing_where_the_first_epochs_is_larger():
    """A loss of 0.4 is little next to a start at 9, but not next to the 0.5 of guessing."""
    history = History(losses=[9.0, 0.4], validation_losses=[9.0, 0.42])
    assert diagnose(history).case == "good fit"
    history.guess_loss = 0.5
    assert diagnose(history).case == "high bias"
    history.guess_loss = math.inf
    assert diagnose(history).case == "good fit"


def test_thresholds_may_be_given():
    history = History(losses=[1.0, 0.15], validation_losses=[1.0, 0.16])
    assert diagnose(history).case == "good fit"
    assert diagnose(history, acceptable=0.01).case == "high bias"
    assert diagnose(history, gap=0.005).case == "high variance"


def test_without_validation_there_is_no_diagnosis():
    with pytest.raises(ValueError, match="pass validation= to fit"):
        diagnose(History(losses=[1.0]))


def curve(m, seed):
    """Points on a wave, with noise."""
    generator = random.Random(seed)
    xs = [generator.uniform(-2, 2) for _ in range(m)]
    return [[x] for x in xs], [math.sin(2 * x) + generator.gauss(0, 0.1) for x in xs]


@pytest.mark.parametrize(
    ("sizes", "m", "epochs", "case"),
    [
        ([1], 40, 100, "high bias"),
        ([10, 1], 40, 600, "good fit"),
        ([12, 12, 1], 6, 600, "high variance"),
    ],
)
def test_under_well_and_over_fitted_models_are_told_apart(sizes, m, epochs, case):
    X, Y = curve(m, seed=1)
    model = MLP(1, sizes, seed=3)
    history = fit(
        model,
        mean_squared_error,
        X,
        Y,
        optimizer=Adam(model.parameters(), lr=0.03),
        epochs=epochs,
        validation=curve(40, seed=2),
        progress=False,
    )
    assert diagnose(history).case == case


@pytest.mark.parametrize(
    ("loss", "validation_loss", "case", "rule"),
    [
        (0.5, 0.75, "good fit", "loss 0.5 ≤ 0.5, validation loss 0.75 - 0.5 ≤ 0.25"),
        (0.625, 0.875, "high bias", "loss 0.625 > 0.5, validation loss 0.875 - 0.625 ≤ 0.25"),
        (0.5, 0.875, "high variance", "loss 0.5 ≤ 0.5, validation loss 0.875 - 0.5 > 0.25"),
    ],
)
def test_a_loss_at_its_limit_is_still_well(loss, validation_loss, case, rule):
    history = History(losses=[1.0, loss], validation_losses=[1.0, validation_loss])
    found = diagnose(history, acceptable=0.5, gap=0.25)
    assert (found.case, found.rule) == (case, f"training {rule}")


def test_a_fifth_of_the_scale_is_acceptable_and_a_tenth_between_the_losses():
    for loss, case in ((0.2, "good fit"), (math.nextafter(0.2, 1.0), "high bias")):
        history = History(losses=[1.0, loss], validation_losses=[1.0, loss])
        assert diagnose(history).case == case
    for validation, case in ((1.0, "good fit"), (math.nextafter(1.0, 2.0), "high variance")):
        history = History(losses=[10.0, 0.0], validation_losses=[10.0, validation])
        assert diagnose(history).case == case


def test_the_advice_is_that_of_every_case_that_holds():
    def advice(loss, validation):
        history = History(losses=[1.0, loss], validation_losses=[1.0, validation])
        return diagnose(history).advice

    bias, variance = advice(0.5, 0.5), advice(0.0, 0.5)
    assert bias.startswith("Against bias: a larger network")
    assert variance.startswith("Against variance: more examples")
    assert advice(0.5, 1.0) == f"{bias} {variance}"
    assert advice(0.0, 0.0) == "Now measure the error on test examples, once."
