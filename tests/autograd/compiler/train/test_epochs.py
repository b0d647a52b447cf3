"""A training reports the figures of each epoch."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import Value, compile
from autograd.compiler.train.epochs import Epoch
from nn.optim import (
    SGD,
)


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
