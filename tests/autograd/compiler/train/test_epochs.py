"""A training reports the figures of each epoch."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import Value, compile
from autograd.compiler.train.epochs import Epoch, Epochs, give
from nn.optim import SGD


def test_epochs_are_a_sequence(backend: Any) -> None:
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2, backend=backend)
    history = program.train([1.0, 2.0], optimizer=SGD([w], 0.1), epochs=3)
    assert [epoch.number for epoch in history] == [1, 2, 3]
    assert [epoch.number for epoch in history[1:]] == [2, 3]
    assert history[-1].number == 3
    assert history[0] == Epoch(1, 2.5, 0.1, 5.0)
    assert list(history.losses) == [epoch.loss for epoch in history]
    assert repr(history) == f"<Epochs: 3, loss 2.5 to {history.losses[-1]:.6g}>"
    with pytest.raises(IndexError):
        history[3]


def three_epochs() -> Epochs:
    epochs = Epochs()
    epochs.losses.extend([4.0, 2.0, 1.0])
    epochs.learning_rates.extend([0.3, 0.2, 0.1])
    epochs.gradient_norms.extend([7.0, 8.0, 9.0])
    return epochs


def test_an_epoch_is_put_together_when_it_is_asked_for() -> None:
    epochs = three_epochs()
    assert epochs[0] == Epoch(1, 4.0, 0.3, 7.0)
    assert epochs[-1] == epochs[2] == Epoch(3, 1.0, 0.1, 9.0)
    assert epochs[::-2] == [epochs[2], epochs[0]]
    assert epochs[5:] == []
    assert len(epochs) == 3 and list(epochs) == epochs[:]
    assert epochs.index(Epoch(2, 2.0, 0.2, 8.0)) == 1
    for place in (3, -4):
        with pytest.raises(IndexError):
            epochs[place]


def test_epochs_in_words() -> None:
    assert repr(three_epochs()) == "<Epochs: 3, loss 4 to 1>"
    assert repr(Epochs()) == "<Epochs: 0>" and not Epochs()


def test_an_epoch_does_not_change(tools: Any) -> None:
    tools.unchanging(Epoch)


def test_epochs_after_the_first_ones_are_forgotten() -> None:
    epochs = three_epochs()
    first = epochs[0]
    epochs.forget(1)
    assert list(epochs) == [first]
    epochs.forget(0)
    assert (len(epochs), epochs.learning_rates.tolist()) == (0, [])
    assert epochs.gradient_norms.tolist() == []


def test_parameters_state_and_steps_are_given_to_the_optimiser() -> None:
    w, b = Value(1.0), Value(2.0)
    optimizer = SGD([w, b], 0.1, momentum=0.5)
    give(optimizer, [3.0, 4.0], [(5.0,), (6.0,)], 7)
    assert (w.data, b.data) == (3.0, 4.0)
    assert (optimizer.state, optimizer.steps) == ([(5.0,), (6.0,)], 7)
