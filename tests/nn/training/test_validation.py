"""The mean loss over validation examples."""

import math

import pytest

from nn import Dropout, Layer, Sequential, mean_squared_error
from nn.training import mean_loss
from nn.training.errors import DivergenceError
from tests.nn.training.problem import X, Y, model, run


def test_validation_is_looked_at_after_every_epoch():
    module = model()
    history = run(module, validation=(X[:4], Y[:4]))
    assert len(history.validation_losses) == 3
    assert history.validation_losses[-1] == mean_loss(module, mean_squared_error, X[:4], Y[:4])
    other = model()
    run(other)
    assert other.state_dict() == module.state_dict()


def test_validation_is_without_dropout_and_the_mode_is_kept():
    module = Sequential(Layer(2, 4, "linear", seed=1), Dropout(0.5), Layer(4, 1, "linear", seed=2))
    module.layers[0].eval()
    first = mean_loss(module, mean_squared_error, X, Y)
    assert mean_loss(module, mean_squared_error, X, Y) == first
    run(module, validation=(X, Y))
    assert [m.training for m in module.layers] == [False, True, True]


def test_a_non_finite_validation_loss_is_a_divergence_too():
    with pytest.raises(DivergenceError, match="epoch 1, validation: the loss of example 1 is nan"):
        run(model(), validation=([[0.0, 0.0], [math.nan, 0.0]], [0.0, 0.0]))
