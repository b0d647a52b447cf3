"""Initialisers: the ranges and variances of their definitions, drawn reproducibly."""

import math
import random
import statistics
from functools import partial

import numpy as np
import pytest

from nn import MLP, Dropout, Layer, Neuron, RNNCell
from nn.init import INITIALIZERS, initializer
from nn.layers import ACTIVATIONS

N_IN, N_OUT = 30, 70
DEVIATIONS = {
    "zeros": 0.0,
    "small_normal": 0.01,
    "xavier_uniform": math.sqrt(2 / (N_IN + N_OUT)),
    "xavier_normal": math.sqrt(2 / (N_IN + N_OUT)),
    "he_uniform": math.sqrt(2 / N_IN),
    "he_normal": math.sqrt(2 / N_IN),
}
LIMITS = {"xavier_uniform": math.sqrt(6 / (N_IN + N_OUT)), "he_uniform": math.sqrt(6 / N_IN)}


def drawn(name, n=20_000):
    generator = random.Random(7)
    return [INITIALIZERS[name](generator, N_IN, N_OUT) for _ in range(n)]


def test_all_initialisers_are_tested():
    assert set(INITIALIZERS) == set(DEVIATIONS)


@pytest.mark.parametrize("name", DEVIATIONS)
def test_mean_and_standard_deviation(name):
    """Of 20,000 numbers the standard deviation is off by 0.5 %, one time in three."""
    numbers = drawn(name)
    deviation = DEVIATIONS[name]
    assert statistics.pstdev(numbers) == pytest.approx(deviation, rel=0.02, abs=0.0)
    assert abs(statistics.fmean(numbers)) <= 4 * deviation / math.sqrt(len(numbers))


@pytest.mark.parametrize("name", LIMITS)
def test_uniform_numbers_fill_their_interval(name):
    numbers = drawn(name)
    limit = LIMITS[name]
    assert -limit <= min(numbers) < -0.99 * limit
    assert 0.99 * limit < max(numbers) <= limit


@pytest.mark.parametrize("name", ["small_normal", "xavier_normal", "he_normal"])
def test_normal_numbers_have_tails(name):
    beyond = [x for x in drawn(name) if abs(x) > 2 * DEVIATIONS[name]]
    assert len(beyond) / 20_000 == pytest.approx(0.0455, abs=0.006)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_default_suits_the_activation(activation):
    relatives = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
    expected = "he_normal" if activation in relatives else "xavier_uniform"
    assert initializer(None, activation).__name__ == expected


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no initialiser 'glorot'.* zeros, small_normal, xavier"):
        initializer("glorot", "tanh")
    with pytest.raises(ValueError, match="no initialiser 'glorot'"):
        Layer(2, 2, init="glorot")


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_layer_draws_with_its_own_sizes(name):
    layer = Layer(N_IN, N_OUT, init=name, seed=7)
    weights = [w.data for neuron in layer.neurons for w in neuron.weights]
    assert weights == drawn(name, N_IN * N_OUT)
    assert {neuron.bias.data for neuron in layer.neurons} == {0.0}


def test_same_seed_same_bits():
    assert MLP(3, [5, 2], seed=3).state_dict() == MLP(3, [5, 2], seed=3).state_dict()
    assert MLP(3, [5, 2], seed=3).state_dict() != MLP(3, [5, 2], seed=4).state_dict()


def test_a_seed_may_be_an_integer_of_numpy():
    assert MLP(3, [5], seed=np.int64(3)).state_dict() == MLP(3, [5], seed=3).state_dict()


@pytest.mark.parametrize("seed", [1.5, "one", None, [1]])
@pytest.mark.parametrize("make", [partial(Layer, 2, 1), partial(RNNCell, 2, 1), Dropout])
def test_a_seed_that_is_none_is_refused(make, seed):
    with pytest.raises(TypeError, match=r"seed is a whole number or a random\.Random, not "):
        make(seed=seed)


def test_the_bits_are_those_of_every_process():
    """A change here would change every published result."""
    expected = [0.8437, 0.6319, -0.1946]
    assert [round(w.data, 4) for w in Layer(3, 1, seed=0).neurons[0].weights] == expected


def test_the_global_generator_is_left_alone():
    random.seed(5)
    state = random.getstate()
    MLP(3, [5, 2], seed=3)
    assert random.getstate() == state


def test_modules_that_draw_from_one_generator_differ():
    generator = random.Random(1)
    first, second = Layer(2, 2, seed=generator), Layer(2, 2, seed=generator)
    assert first.state_dict() != second.state_dict()


def test_a_neuron_by_itself_is_a_layer_of_one():
    alone, layer = Neuron(4, "tanh", seed=2), Layer(4, 1, "tanh", seed=2)
    assert list(alone.state_dict().values()) == list(layer.state_dict().values())


def test_zeros_keep_the_neurons_of_a_layer_identical():
    """Symmetry: neurons with equal weights get equal gradients in every step."""
    model = MLP(2, [3, 1], init="zeros")
    for parameter in model.layers[1].parameters():
        parameter.data = 0.5
    model([0.3, -0.7])[0].backward()
    gradients = [[p.grad for p in neuron.parameters()] for neuron in model.layers[0].neurons]
    assert gradients[0] == gradients[1] == gradients[2]
    assert any(gradients[0])


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_number_is_the_generators_to_the_last_digits(name):
    """Drawn in [0, 1), or from the normal distribution with σ = 1, and stretched."""
    (number,) = drawn(name, 1)
    same = random.Random(7)
    if name in LIMITS:
        expected = (2 * same.random() - 1) * LIMITS[name]
    else:
        expected = same.gauss(0.0, 1.0) * DEVIATIONS[name]
    assert number == pytest.approx(expected, rel=1e-14, abs=0)
