"""The eager loop against gradient descent by hand."""

import math
from types import SimpleNamespace

import pytest

from autograd.compiler.train.batches import Batches
from nn import (
    SGD,
    Adam,
    Dropout,
    Layer,
    Sequential,
    StepDecay,
    clip_grad_norm,
    l2_penalty,
    mean_squared_error,
)
from nn.diagnostics import History
from nn.training.data import Data
from nn.training.eager import train, train_epoch
from tests.nn.training.problem import X, Y, close, model, run, weights


def by_hand(module, optimizer, batches, *, penalty=None, clip=None):
    """What fit does, in the plainest words; returns losses and norms of the batches."""
    losses, norms = [], []
    for batch in batches:
        optimizer.zero_grad()
        loss = sum(mean_squared_error(module(X[i]), Y[i]) for i in batch) / len(batch)
        losses.append(loss.data)
        if penalty is not None:
            loss = loss + penalty(module.parameters())
        loss.backward()
        norms.append(math.hypot(*(p.grad for p in module.parameters())))
        if clip is not None:
            clip_grad_norm(module.parameters(), clip)
        optimizer.step()
    return losses, norms


def test_full_batches_are_gradient_descent_by_hand():
    first, second = model(), model()
    history = run(first)
    losses, norms = by_hand(second, SGD(second.parameters(), 0.1), [range(10)] * 3)
    assert weights(first) == close(weights(second))
    assert history.losses == close(losses)
    assert history.gradient_norms == close(norms)
    assert history.learning_rates == [0.1] * 3
    assert history.validation_losses == []
    assert (len(history), history.ended, history.best_epoch) == (3, "all epochs done", None)


def test_penalty_clip_and_schedule_are_those_by_hand():
    def penalty(parameters):
        return 0.1 * l2_penalty(parameters)

    first, second = model(), model()
    optimizer = SGD(first.parameters(), 0.4, momentum=0.9)
    schedule = StepDecay(optimizer, step_size=1, gamma=0.5)
    history = run(first, optimizer=optimizer, schedule=schedule, penalty=penalty, clip=0.3)
    other = SGD(second.parameters(), 0.4, momentum=0.9)
    losses, norms = [], []
    for _ in range(3):
        loss, norm = by_hand(second, other, [range(10)], penalty=penalty, clip=0.3)
        losses += loss
        norms += norm
        other.lr *= 0.5
    assert weights(first) == close(weights(second))
    assert history.losses == close(losses)
    assert history.gradient_norms == close(norms)
    assert history.learning_rates == [0.4, 0.2, 0.1]
    assert optimizer.lr == 0.05
    assert max(norms) > 0.3


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9), lambda p: Adam(p, 0.01)])
def test_two_runs_give_the_same_bits(make):
    def trained():
        module = Sequential(Layer(2, 4, "relu", seed=1), Dropout(0.8), Layer(4, 1, seed=2))
        history = run(module, make=make, batch_size=3, epochs=4, validation=(X, Y))
        return module.state_dict(), history

    assert trained() == trained()


def test_a_reloaded_model_trains_on_with_the_same_bits(tmp_path):
    first, second = model(), model(seed=7)
    run(first)
    first.save(tmp_path / "model.json")
    second.load(tmp_path / "model.json")
    run(first, batch_size=2)
    run(second, batch_size=2)
    assert first.state_dict() == second.state_dict()


def test_an_epochs_figures_are_means_over_examples_and_over_batches():
    figures = iter([(1.0, 10.0), (4.0, 20.0)])
    batches = [([0, 0, 0], [0, 0, 0]), ([0], [0])]
    loss, norm = train_epoch(lambda rows, targets: next(figures), batches, 1, History())
    assert (loss, norm) == ((3 * 1.0 + 4.0) / 4, 15.0)


def test_the_loop_ends_where_the_run_says_so_and_places_count_from_1():
    told, steps = [], iter(range(100))
    course = SimpleNamespace(
        history=History(), finish=lambda loss, norm: told.append((loss, norm)) or len(told) == 2
    )
    data = Data([[1.0], [2.0]], [0.0, 0.0], Batches(1, True, 0))

    def step(rows, targets):
        number = next(steps)
        if number == 7:
            raise ValueError("no such row")
        return float(number), 2.0

    train(step, course, data, 5)
    assert told == [(0.5, 2.0), (2.5, 2.0)]
    told.clear()
    with pytest.raises(ValueError, match="no such row") as caught:
        train(step, course, data, 5)
    assert caught.value.__notes__ == ["(in fit, epoch 2, batch 2)"]
    train(step, course, data, 0)
    assert told == [(4.5, 2.0)]
