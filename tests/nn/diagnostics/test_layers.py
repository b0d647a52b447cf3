"""Figures of each layer."""

import math

import pytest

from autograd import Value
from nn import LSTM, MLP, BatchNorm, Dropout, Layer, Module, Residual, Sequential
from nn.diagnostics import layer_activations, layer_gradient_norms


def test_gradient_norms_are_those_of_each_layer():
    model = MLP(2, [3, 1], seed=1)
    model([0.5, -1.0])[0].backward()
    norms = layer_gradient_norms(model)
    expected = [math.hypot(*(p.grad for p in layer.parameters())) for layer in model.layers]
    assert list(norms) == ["layers.0", "layers.1"]
    assert list(norms.values()) == pytest.approx(expected, rel=1e-15, abs=0.0)


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_gradients_whose_squares_overflow_or_vanish_have_their_norm(size):
    layer = Layer(2, 1)
    for parameter, gradient in zip(layer.parameters(), (2.0, -3.0, 6.0), strict=True):
        parameter.grad = gradient * size
    assert layer_gradient_norms(layer)["Layer"] == pytest.approx(7.0 * size, rel=1e-15, abs=0.0)


def test_layers_are_found_in_every_kind_of_module():
    model = Sequential(Layer(2, 2), Residual(Layer(2, 2)), BatchNorm(2))
    assert list(layer_gradient_norms(model)) == ["layers.0", "layers.1.module", "layers.2"]
    assert list(layer_gradient_norms(LSTM(1, 2))) == ["cell"]
    assert list(layer_gradient_norms(Layer(2, 2))) == ["Layer"]

    class Bare(Module):
        def __init__(self):
            self.w = Value(1.0)

    assert layer_gradient_norms(Bare()) == {"Bare": 0.0}


def test_activations_are_those_of_each_layer():
    model = MLP(1, [2, 1], seed=1)
    found = layer_activations(model, [[0.5], [1.0]])
    hidden = [[a.data for a in model.layers[0]([x])] for x in (0.5, 1.0)]
    assert found["layers.0"] == hidden[0] + hidden[1]
    assert found["layers.1"] == [model([x])[0].data for x in (0.5, 1.0)]
    with pytest.raises(TypeError, match="has no list of layers"):
        layer_activations(LSTM(1, 1), [[0.5]])


def test_a_model_is_looked_at_without_being_changed():
    """In `eval` mode: nothing is dropped and no running statistic moves; the mode stays."""
    model = Sequential(Layer(1, 2, seed=1), BatchNorm(2), Dropout(0.9, seed=1), Layer(2, 1, seed=2))
    model.layers[0].eval()
    before, modes = model.state_dict(), [each.training for each in model.modules()]
    found = layer_activations(model, [[1.0], [3.0]])
    assert found["layers.2"] == found["layers.1"] != [0.0] * 4
    assert layer_activations(model, [[1.0], [3.0]]) == found
    assert model.state_dict() == before
    assert [each.training for each in model.modules()] == modes
