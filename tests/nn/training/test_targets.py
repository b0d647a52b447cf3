"""Targets that a loss refuses are refused before the first step, whichever loop trains."""

import math
from functools import partial

import pytest

from autograd import Value, compile
from nn import MLP, BatchNorm, Layer, Sequential, cross_entropy, fit, hinge
from nn.losses import binary_cross_entropy, kl_divergence, mean_squared_error
from nn.optim import SGD
from nn.training.targets import check_targets, counted

X = [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]]

WRONG = [
    (cross_entropy, [1, 2, 3], IndexError, "no class 3"),
    (cross_entropy, [0, -1, 2], IndexError, "no class -1"),
    (cross_entropy, [0, 1, 0.7], TypeError, "whole number, not 0.7"),
    (hinge, [[1, 1, -1], [1, 1, 1], [1, 0, 1]], ValueError, "labels of -1 or 1, not 0"),
]


@pytest.mark.parametrize("compiled", ["auto", True, False])
@pytest.mark.parametrize(("loss", "targets", "error", "message"), WRONG)
def test_wrong_targets_are_refused_before_the_first_step(loss, targets, error, message, compiled):
    model = MLP(2, [3], seed=1)
    before = model.state_dict()
    with pytest.raises(error, match=message) as caught:
        fit(
            model, loss, X, targets, optimizer=SGD(model.parameters(), lr=0.1), epochs=3,
            compiled=compiled, progress=False,
        )  # fmt: skip
    assert model.state_dict() == before
    wrong = next(
        i for i, target in enumerate(targets) if target not in (0, 1, 2, [1] * 3, [1, 1, -1])
    )
    assert f"training example {wrong}," in caught.value.__notes__[0]


@pytest.mark.parametrize("compiled", ["auto", True, False])
@pytest.mark.parametrize(
    "loss",
    [kl_divergence, partial(kl_divergence, reduction="mean"), lambda p, t: kl_divergence(p, t)],
)
def test_a_probability_below_0_is_refused_whichever_loop_trains(loss, compiled):
    model = MLP(2, [3], seed=1)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"probability, 0 or more, not -0\.1"):
        fit(
            model, loss, X, [[0.2, 0.3, 0.5], [0.0, 0.0, 1.0], [-0.1, 0.6, 0.5]],
            optimizer=SGD(model.parameters(), lr=0.1), epochs=3, compiled=compiled, progress=False,
        )  # fmt: skip
    assert model.state_dict() == before


def test_a_target_that_is_a_logarithm_may_be_any_number():
    check_targets(MLP(2, [3]), partial(kl_divergence, log_target=True), training=(X, [[-1.0] * 3]))


def test_targets_of_the_validation_are_looked_at_too():
    model = MLP(2, [3], seed=1)
    with pytest.raises(IndexError, match="no class 7") as caught:
        fit(
            model, cross_entropy, X, [0, 1, 2], optimizer=SGD(model.parameters(), lr=0.1),
            epochs=3, validation=(X[:1], [7]), progress=False,
        )  # fmt: skip
    assert "validation example 0" in caught.value.__notes__[0]


@pytest.mark.parametrize("compiled", ["auto", True, False])
def test_what_another_loss_refuses_is_said_whichever_loop_trains(compiled):
    model = MLP(2, [1], seed=1)
    before = model.state_dict()

    def margin(prediction, label):
        return hinge(prediction[0], label) + mean_squared_error(prediction, [0.0])

    with pytest.raises(ValueError, match="labels of -1 or 1, not 0") as caught:
        fit(
            model, margin, X, [1, -1, 0], optimizer=SGD(model.parameters(), lr=0.1), epochs=3,
            compiled=compiled, progress=False,
        )  # fmt: skip
    assert model.state_dict() == before
    assert "epoch 1, batch 1" in caught.value.__notes__[0]


def test_the_model_is_left_as_it_was():
    model = Sequential(Layer(2, 3, seed=1), BatchNorm(3))
    norm = next(module for module in model.modules() if isinstance(module, BatchNorm))
    before = list(norm.running_mean)
    check_targets(model, cross_entropy, training=(X, [0, 1, 2]))
    assert norm.running_mean == before and model.training


def test_any_loss_without_a_rule_for_targets_passes():
    check_targets(Layer(2, 1), mean_squared_error, training=(X, ["not", "looked", "at"]))


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_a_compiled_loss_of_what_is_no_class_is_nan(backend):
    weights = [Value(0.3), Value(-0.2)]
    program = compile(lambda y: cross_entropy(weights, y), backend=backend)
    assert program(0) == pytest.approx(cross_entropy(weights, 0).data, rel=1e-13, abs=0.0)
    assert program(1) == pytest.approx(cross_entropy(weights, 1).data, rel=1e-13, abs=0.0)
    assert all(math.isnan(program(y)) for y in (2, 0.5, -1, math.nan, math.inf))
    assert math.isnan(program.backward([0.0, 1.0, 2.0]))
    margin = compile(lambda y: hinge(weights[0], y), backend=backend)
    assert margin.batch([1.0, -1.0]) == pytest.approx([0.7, 1.3], rel=1e-13, abs=0.0)
    assert all(math.isnan(x) for x in margin.batch([0.0, 0.5, 2.0, math.nan]))
    divergence = compile(lambda t: kl_divergence([-1.0, -0.5], [t, 0.5]), backend=backend)
    assert all(math.isnan(x) for x in divergence.batch([-0.1, -5e-324, -math.inf]))
    assert divergence(0.0) == kl_divergence([-1.0, -0.5], [0.0, 0.5]).data
    chance = compile(lambda p: binary_cross_entropy(p, 1), backend=backend)
    assert all(math.isnan(x) for x in chance.batch([-0.1, 1.5]))
    assert chance(0.5) == pytest.approx(math.log(2.0), rel=1e-13, abs=0.0)


def test_a_loss_with_options_has_its_rule():
    for loss in (cross_entropy, partial(cross_entropy, label_smoothing=0.1)):
        with pytest.raises(IndexError, match="no class 7") as caught:
            check_targets(MLP(2, [3]), loss, training=(X, [0, 1, 7]), validation=None)
        assert caught.value.__notes__ == ["(in fit, training example 2, whose target is 7)"]


def test_what_is_ignored_is_left_out_with_its_example():
    given = (X, [0, 1, 2])
    for loss in (
        cross_entropy,
        partial(cross_entropy, label_smoothing=0.1),
        partial(mean_squared_error, reduction="sum"),
        partial(hinge, ignore_index=1),  # of no loss that has one
    ):
        assert counted(loss, given, "training") is given
    ignoring = partial(cross_entropy, ignore_index=1)
    assert counted(ignoring, given, "training") == ([X[0], X[2]], [0, 2])
    with pytest.raises(ValueError, match="every validation example has the target 1, which ignore"):
        counted(ignoring, (X[:2], [1, 1]), "validation")
