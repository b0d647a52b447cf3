"""What stops a training says where it happened, and keeps the history."""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograd import log
from nn import SGD, Layer
from nn.diagnostics import History
from nn.training.errors import DivergenceError, WorkerError, located
from tests.nn.training.problem import X, model, processes, run, weights


def test_an_error_in_the_model_says_where_it_happened():
    with pytest.raises(ValueError, match="needs 2 inputs, but 3 were given") as caught:
        run(model(), X=[*X[:4], [1.0, 2.0, 3.0], *X[5:]], batch_size=10)
    assert caught.value.__notes__ == ["(in fit, epoch 1, batch 1)"]


def test_divergence_keeps_the_epochs_before():
    module = Layer(1, 1, "linear", seed=1)
    with pytest.raises(
        DivergenceError, match=r"epoch \d+, batch 1: .* smaller learning rate"
    ) as caught:
        run(module, X=[[10.0], [20.0]], Y=[1.0, 2.0], make=lambda p: SGD(p, lr=1.0), epochs=1000)
    history = caught.value.history
    assert 10 < len(history) < 1000
    lengths = {len(history.losses), len(history.gradient_norms), len(history.learning_rates)}
    assert lengths == {len(history)}
    assert all(math.isfinite(w) for w in weights(module))


def test_a_value_error_of_an_operation_says_where_it_happened():
    with pytest.raises(ValueError, match="log has no real value") as caught:
        run(model(), loss=lambda prediction, target: log(prediction[0] * 0.0 - 1.0))
    assert caught.value.__notes__ == ["(in fit, epoch 1, batch 1)"]


def failing(prediction, target):
    raise ArithmeticError("no such loss")


def refusing(prediction, target):
    raise ValueError("no such target")


@pytest.mark.parametrize("make_executor", [lambda: ThreadPoolExecutor(2), processes])
def test_an_error_in_a_worker_comes_back_with_its_place(make_executor):
    with make_executor() as executor:
        with pytest.raises(DivergenceError, match="epoch 1, batch 1: no such loss"):
            run(model(), loss=failing, executor=executor)
        with pytest.raises(ValueError, match="no such target") as caught:
            run(model(), loss=refusing, executor=executor)
    where, place = caught.value.__notes__
    assert 'raise ValueError("no such target")' in where
    assert place == "(in fit, epoch 1, batch 1)"


def test_errors_with_a_history_can_be_pickled():
    for kind in (DivergenceError, WorkerError):
        error = pickle.loads(pickle.dumps(kind("stopped", History(losses=[1.0]))))
        assert (str(error), error.history) == ("stopped", History(losses=[1.0]))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OverflowError("o"), DivergenceError),
        (WorkerError("w"), WorkerError),
        (KeyError("k"), KeyError),
    ],
)
def test_every_error_gets_its_place(error, kind):
    history = History(losses=[1.0])
    with pytest.raises(kind) as caught, located("epoch 2, batch 1", history):
        raise error
    told = [str(caught.value), *getattr(caught.value, "__notes__", [])]
    assert any("epoch 2, batch 1" in line for line in told)
    if kind is not KeyError:
        assert caught.value.history is history


@pytest.mark.parametrize("kind", [DivergenceError, WorkerError])
def test_an_error_has_the_history_it_was_given_or_an_empty_one(kind):
    history = History(losses=[1.0])
    assert kind("it broke", history).history is history
    assert kind("it broke").history == History()
    assert str(kind("it broke")) == "it broke"
