"""Losses of many classes with their options, against PyTorch's figures."""

import math
from functools import partial

import pytest

from autograd import Value, compile
from nn import MLP, fit
from nn.losses import cross_entropy, kl_divergence, nll
from nn.optim import SGD
from tests.nn.losses.problem import cases_of, check_all


@cases_of("cross_entropy", "nll", "kl_divergence")
def test_options_are_those_of_pytorch(case):
    check_all(case)


@pytest.mark.parametrize("index", [-1.0, 0.5, 3.0])
@pytest.mark.parametrize(
    "options", [{}, {"weight": [1.0, 2.0, 3.0]}, {"label_smoothing": 0.1}], ids=str
)
def test_a_class_that_there_is_not_gives_nan_where_it_is_a_value(index, options):
    assert math.isnan(cross_entropy([0.1, 0.2, 0.3], Value(index), **options).data)
    assert math.isnan(compile(partial(cross_entropy, **options))([0.1, 0.2, 0.3], index))
    if "label_smoothing" not in options:
        assert math.isnan(nll([0.1, 0.2, 0.3], Value(index), **options).data)


def test_wrong_targets_and_options_are_refused():
    logits = [0.1, 0.2, 0.3]
    for loss in (cross_entropy, nll):
        with pytest.raises(IndexError, match="there is no class 3"):
            loss(logits, 3)
        with pytest.raises(TypeError, match=r"whole number, not 1\.5"):
            loss(logits, 1.5)
        with pytest.raises(ValueError, match="weight has 2 numbers for 3 classes"):
            loss(logits, 1, weight=[1.0, 2.0])
    with pytest.raises(ValueError, match="2 probabilities for 3 classes"):
        cross_entropy(logits, [0.5, 0.5])
    for smoothing in (-0.1, -5e-324, math.nextafter(1.0, 2.0), 1.1, math.nan):
        with pytest.raises(ValueError, match=r"label_smoothing=.* must be in \[0, 1\]"):
            cross_entropy(logits, 1, label_smoothing=smoothing)
    with pytest.raises(ValueError, match=r"a probability, 0 or more, not -0\.5"):
        kl_divergence([-1.0, -1.0], [1.5, -0.5])


def test_a_probability_of_0_costs_nothing_and_has_a_finite_slope():
    log_p, t = Value(-2.0), Value(0.0)
    loss = kl_divergence(log_p, t)
    loss.backward()
    assert (loss.data, log_p.grad) == (0.0, 0.0)
    assert t.grad == 2.0


@pytest.mark.parametrize("targets", [[0, 1, 2, 1], [[0.2, 0.3, 0.5]] * 4], ids=["index", "soft"])
def test_weights_and_smoothing_train_alike_eager_and_compiled(targets):
    loss = partial(cross_entropy, weight=[0.5, 2.0, 1.0], label_smoothing=0.1)
    X = [[0.1, 1.0], [-0.4, 0.3], [1.2, -0.8], [0.0, 0.5]]
    results = []
    for compiled in (False, True):
        model = MLP(2, [3, 3], seed=1)
        optimizer = SGD(model.parameters(), lr=0.1)
        options = {"optimizer": optimizer, "epochs": 5, "compiled": compiled, "progress": False}
        history = fit(model, loss, X, targets, **options)
        results.append([*history.losses, *model.state_dict().values()])
    assert results[1] == pytest.approx(results[0], rel=1e-9, abs=1e-12)
    assert results[0][4] < results[0][0]


def test_a_wrong_class_is_refused_before_the_first_step_also_with_options():
    model = MLP(2, [3], seed=1)
    optimizer = SGD(model.parameters(), lr=0.1)
    loss = partial(cross_entropy, label_smoothing=0.1)
    with pytest.raises(IndexError, match="no class 3") as caught:
        fit(model, loss, [[0.1, 1.0]], [3], optimizer=optimizer, epochs=1, progress=False)
    assert "in fit, training example 0" in caught.value.__notes__[0]


@pytest.mark.parametrize(("target", "is_one"), [(0.0, True), (0.5, True), (-0.5, False)])
def test_a_probability_below_0_gives_nan_where_it_is_a_value(target, is_one):
    found = kl_divergence(-1.0, Value(target)).data
    assert math.isnan(found) is not is_one
    if is_one:
        assert found == pytest.approx(target * ((math.log(target) if target else 0.0) + 1.0))
