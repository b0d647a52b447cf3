"""Neurons, layers and networks: what they compute, what they record, what they refuse."""

import math
import random
from functools import partial

import numpy as np
import pytest

import autograd
from autograd import Value, check_gradients
from autograd.graph import leaves, topological_order
from autograd.value import Constant, Parameter
from nn import MLP, Embedding, Layer, Neuron, Sequential
from nn.layers import ACTIVATIONS

NAMES = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"]


def neuron_of(activation):
    neuron = Neuron(2, activation)
    neuron.load_state_dict({"w0": 2.0, "w1": -1.0, "b": 0.5})
    return neuron


def test_the_activations_are_those_of_the_design():
    assert list(ACTIVATIONS) == NAMES


@pytest.mark.parametrize("activation", NAMES)
def test_a_neuron_is_one_dot_and_one_activation(activation):
    a = neuron_of(activation)([0.25, 1.5])
    function = (lambda z: z) if activation == "linear" else getattr(autograd, activation)
    assert a.data == function(2.0 * 0.25 - 1.5 + 0.5)
    names = [node.operation.name for node in topological_order(a)]
    assert names == (["dot"] if activation == "linear" else ["dot", activation])


@pytest.mark.parametrize("activation", NAMES)
def test_gradients_of_a_network_are_right(activation):
    model = MLP(2, [3, 2], activation, activation, seed=5)
    first, second = model([0.4, -0.3])
    report = check_gradients(first * second)
    assert report.worst is not None


def test_an_unknown_activation_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no activation 'relu6'; the activations are linear, sig"):
        Neuron(2, "relu6")
    with pytest.raises(ValueError, match="no activation 'softmax'"):
        MLP(2, [2], output_activation="softmax")
    with pytest.raises(ValueError, match="no activation 'swish'"):
        MLP(2, [2], "swish")  # also where no layer would use it


def test_layers_and_networks_give_lists_also_of_one():
    assert [type(a) for a in Layer(2, 1)([1.0, 2.0])] == [Value]
    assert [type(a) for a in MLP(2, [3, 1])([1.0, 2.0])] == [Value]
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), list)
    assert len(Layer(2, 4)([1.0, 2.0])) == 4


def test_neurons_of_a_layer_share_the_leaves_of_their_inputs():
    first, second = Layer(2, 2)([1.0, 2.0])
    inputs = [v for v in leaves(first + second) if not isinstance(v, Parameter)]
    assert [type(v) for v in inputs] == [Constant, Constant]
    assert [v.data for v in inputs] == [1.0, 2.0]


def test_values_given_as_inputs_get_gradients():
    x = Value(0.5)
    (a,) = Layer(2, 1, "tanh", seed=1)([x, 1.0])
    a.backward()
    assert x.grad != 0.0


def test_a_network_is_its_layers_one_behind_the_other():
    model = MLP(2, [3, 4, 1], "relu", "sigmoid", seed=1)
    x = [0.1, 0.9]
    expected = model.layers[2](model.layers[1](model.layers[0](x)))
    assert [a.data for a in model(x)] == [a.data for a in expected]
    assert [layer.neurons[0].activation for layer in model.layers] == ["relu", "relu", "sigmoid"]


@pytest.mark.parametrize(
    "inputs",
    [(0.5, 2), np.array([0.5, 2.0]), [Value(0.5), np.float32(2.0)], np.array([0.5, 2], object)],
    ids=["tuple", "array", "mixed", "object array"],
)
def test_any_sequence_of_numbers_or_values_will_do(inputs):
    model = MLP(2, [2, 1], seed=1)
    assert model(inputs)[0].data == model([0.5, 2.0])[0].data


@pytest.mark.parametrize("make", [lambda: Neuron(3), lambda: Layer(3, 2), lambda: MLP(3, [2, 1])])
@pytest.mark.parametrize("n", [0, 2, 4])
def test_a_wrong_length_is_refused_with_both_lengths(make, n):
    module = make()
    with pytest.raises(ValueError, match=f"needs 3 inputs, but {n} were given") as caught:
        module([1.0] * n)
    assert repr(module) in str(caught.value)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (0.5, "needs a sequence of 1 numbers or Values: 'float' object is not iterable"),
        (Value(0.5), "'Value' object is not iterable"),
        (["0.5"], "not str: convert it"),
        ([[0.5]], "not list: make one Value for each entry"),
        ([None], "not NoneType"),
    ],
    ids=["number", "Value", "text", "rows", "None"],
)
def test_what_is_no_sequence_of_numbers_is_refused(inputs, message):
    with pytest.raises(TypeError, match=message):
        Layer(1, 1)(inputs)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Neuron(0), ValueError, "n_in=0 is not allowed: it must be 1 or more"),
        (lambda: Layer(2, -1), ValueError, "n_out=-1 is not allowed"),
        (lambda: Layer(2.0, 1), TypeError, "n_in is a whole number, 1 or more, not 2.0"),
        (lambda: MLP(2, [3, "1"]), TypeError, "n_out is a whole number"),
        (lambda: MLP(2, []), ValueError, r"at least one, such as \[3, 1\]; not \[\]"),
        (lambda: MLP(2, 3), ValueError, "the sizes of its layers, .*; not 3"),
    ],
)
def test_impossible_sizes_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_sizes_may_be_numpy_integers():
    assert len(Layer(np.int64(2), np.int32(3))([1.0, 2.0])) == 3


def test_reprs_show_how_to_make_them():
    assert repr(Neuron(2, "relu")) == "Neuron(2, 'relu')"
    assert repr(Layer(2, 3, "elu")) == "Layer(2, 3, 'elu')"
    model = MLP(2, [3, 1], "relu", "sigmoid")
    assert repr(model) == "MLP(2, [3, 1], activation='relu', output_activation='sigmoid')"
    assert repr(eval(repr(model))) == repr(model)


def test_parameter_count_and_names():
    model = MLP(3, [4, 2])
    names = [name for name, _ in model.named_parameters()]
    assert len(names) == (3 + 1) * 4 + (4 + 1) * 2
    assert names[:4] == [f"layers.0.neurons.0.{last}" for last in ("w0", "w1", "w2", "b")]
    assert names[-1] == "layers.1.neurons.1.b"


def test_a_network_learns():
    """Exclusive or, by plain gradient descent."""
    model = MLP(2, [4, 1], "tanh", "sigmoid", seed=1)
    examples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    for _ in range(400):
        loss = sum((model(x)[0] - y) ** 2 for x, y in examples)
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= 0.5 * parameter.grad
    assert [round(model(x)[0].data) for x, _ in examples] == [0, 1, 1, 0]


def test_deep_networks_keep_the_scale_of_their_signal():
    """What He and Xavier are for: after 20 layers of 50 the numbers are neither 0 nor huge."""
    generator = random.Random(1)
    for activation in ("relu", "tanh"):
        model = MLP(50, [50] * 20, activation, activation, seed=generator)
        outputs = [a.data for a in model([generator.gauss(0, 1) for _ in range(50)])]
        scale = math.sqrt(sum(a * a for a in outputs) / 50)
        assert 0.05 < scale < 5.0


def test_an_index_is_no_list_of_rows():
    model = Sequential(Embedding(3, 2), Layer(2, 1, "linear"))
    (y,) = model(1)
    assert y.data == model.rows([0, 1])[1][0].data


@pytest.mark.parametrize("make", [partial(Neuron, 3), partial(Layer, 3, 2), partial(MLP, 3, [2])])
def test_the_seed_is_0_where_nothing_is_said(make):
    assert make().state_dict() == make(seed=0).state_dict() != make(seed=1).state_dict()


def test_a_neuron_by_itself_is_drawn_as_the_only_one_of_a_layer():
    (only,) = Layer(3, 1, seed=5).neurons
    assert Neuron(3, seed=5).state_dict() == only.state_dict()


def test_a_first_layer_of_one_neuron_will_do():
    x = [0.1, 0.2, 0.3]
    model = MLP(3, [1, 2])
    assert [a.data for a in model(x)] == [a.data for a in model.layers[1](model.layers[0](x))]
    assert MLP(3, [1])(x)[0].data == MLP(3, [1]).layers[0](x)[0].data
    assert repr(MLP(3, [1])) == "MLP(3, [1], activation='tanh', output_activation='linear')"
    assert repr(Layer(3, 1)) == "Layer(3, 1, 'tanh')"
