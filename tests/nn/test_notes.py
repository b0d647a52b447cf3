"""What the lecture notes claim about learning, as tests."""

import math
import random
import statistics

import numpy as np
import pytest

from autograd import Value, dot, sigmoid, tanh, total
from nn import (
    MLP,
    SGD,
    AdaGrad,
    Adam,
    BatchNorm,
    ExponentialDecay,
    Layer,
    Residual,
    RMSProp,
    Sequential,
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    l1_penalty,
    l2_penalty,
    mean_squared_error,
)
from nn.diagnostics import layer_gradient_norms
from nn.init import INITIALIZERS
from nn.training import DivergenceError, fit

close = pytest.approx


def draws(shape, seed):
    return np.random.default_rng(seed).standard_normal(shape)


# ------------------------------------------------------- backpropagation by hand, in NumPy


def matrices(model):
    """The weight matrices W and the bias vectors b of an MLP."""
    return [
        (
            np.array([[w.data for w in neuron.weights] for neuron in layer.neurons]),
            np.array([neuron.bias.data for neuron in layer.neurons]),
        )
        for layer in model.layers
    ]


def gradient_matrices(model):
    return [
        (
            np.array([[w.grad for w in neuron.weights] for neuron in layer.neurons]),
            np.array([neuron.bias.grad for neuron in layer.neurons]),
        )
        for layer in model.layers
    ]


def forward(weights, X):
    """Activations of all layers for the columns of X: tanh inside, σ at the end."""
    activations = [X]
    for number, (W, b) in enumerate(weights, start=1):
        Z = W @ activations[-1] + b[:, None]
        last = number == len(weights)
        activations.append(1 / (1 + np.exp(-Z)) if last else np.tanh(Z))
    return activations


def backward(weights, activations, delta):
    """The recursion δ⁽ˡ⁾ = f'(z⁽ˡ⁾) ⊙ W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾, with ∂L/∂W = δaᵀ and ∂L/∂b = Σδ."""
    gradients = []
    for number in range(len(weights) - 1, -1, -1):
        a = activations[number]
        gradients.append((delta @ a.T, delta.sum(axis=1)))
        delta = (1 - a**2) * (weights[number][0].T @ delta)
    return gradients[::-1]


@pytest.mark.parametrize("m", [1, 7])
@pytest.mark.parametrize("sizes", [[5, 5, 3, 1], [4, 1], [3, 6, 2]])
def test_the_delta_recursion_is_what_the_engine_computes(sizes, m):
    """Rows 6, 9 and 10: for one sample and for m, with squared error and with cross-entropy."""
    n_in, *outputs = sizes
    model = MLP(n_in, outputs, "tanh", "sigmoid", seed=2)
    X = draws((n_in, m), seed=3)
    Y = (draws((sizes[-1], m), seed=4) > 0).astype(float)
    weights = matrices(model)
    activations = forward(weights, X)
    A = activations[-1]
    for loss, scale, delta in (
        (half_squared_error, 1.0, (A - Y) * A * (1 - A)),
        (binary_cross_entropy, sizes[-1], A - Y),
    ):
        model.zero_grad()
        costs = [loss(model(X[:, i]), Y[:, i]) for i in range(m)]
        (total(costs) * (scale / m)).backward()
        expected = backward(weights, activations, delta / m)
        for (W, b), (dW, db) in zip(gradient_matrices(model), expected, strict=True):
            assert close(dW, rel=1e-12, abs=1e-15) == W
            assert b == close(db, rel=1e-12, abs=1e-15)


def test_softmax_and_cross_entropy_start_the_recursion_with_a_minus_y():
    model = MLP(4, [5, 3], "tanh", "linear", seed=2)
    x, index = draws((4, 1), seed=3), 2
    weights = matrices(model)
    a = np.tanh(weights[0][0] @ x + weights[0][1][:, None])
    z = weights[1][0] @ a + weights[1][1][:, None]
    delta = np.exp(z) / np.exp(z).sum() - np.eye(3)[:, [index]]
    cross_entropy(model(x[:, 0]), index).backward()
    expected = backward(weights, [x, a], delta)
    for (W, b), (dW, db) in zip(gradient_matrices(model), expected, strict=True):
        assert close(dW, rel=1e-12, abs=1e-15) == W
        assert b == close(db, rel=1e-12, abs=1e-15)


# ------------------------------------------------------------------------- initialisation


def trained(init, steps=20):
    model = MLP(2, [4, 1], "tanh", init=init, seed=1)
    X, Y = draws((10, 2), seed=5), draws(10, seed=6)
    fit(
        model,
        mean_squared_error,
        X,
        Y,
        optimizer=SGD(model.parameters(), lr=0.1),
        epochs=steps,
        progress=False,
    )
    return model


def test_weights_that_start_alike_stay_alike():
    """Row 20: no step of gradient descent tells hidden units with equal weights apart."""
    model = MLP(2, [4, 1], "tanh", init="zeros")
    for parameter in model.parameters():
        parameter.data = 0.5
    X, Y = draws((10, 2), seed=5), draws(10, seed=6)
    optimizer = SGD(model.parameters(), lr=0.1)
    fit(model, mean_squared_error, X, Y, optimizer=optimizer, epochs=20, progress=False)
    rows = [[p.data for p in neuron.parameters()] for neuron in model.layers[0].neurons]
    assert all(row == rows[0] for row in rows)
    assert rows[0] != [0.5, 0.5, 0.5]


def test_zeros_keep_hidden_units_at_zero_and_random_weights_do_not():
    zeros = trained("zeros")
    assert {p.data for p in zeros.layers[0].parameters()} == {0.0}
    drawn = trained("small_normal")
    rows = [tuple(p.data for p in neuron.parameters()) for neuron in drawn.layers[0].neurons]
    assert len(set(rows)) == 4


@pytest.mark.parametrize(
    ("init", "variance"),
    [
        ("small_normal", 1e-4),
        ("xavier_uniform", 2 / (300 + 100)),
        ("xavier_normal", 2 / (300 + 100)),
        ("he_uniform", 2 / 300),
        ("he_normal", 2 / 300),
    ],
)
def test_the_variances_of_initialisers(init, variance):
    """30,000 weights: the estimate's relative standard error is below 1 %."""
    layer = Layer(300, 100, init=init, seed=1)
    weights = [w.data for neuron in layer.neurons for w in neuron.weights]
    assert statistics.fmean(w * w for w in weights) == close(variance, rel=0.05, abs=0.0)
    assert statistics.fmean(weights) == close(0.0, abs=5 * math.sqrt(variance / 30_000))
    if "uniform" in init:
        limit = math.sqrt(3 * variance)
        assert 0.99 * limit < max(map(abs, weights)) <= limit


def test_every_initialiser_is_tested():
    assert set(INITIALIZERS) == {
        "zeros",
        "small_normal",
        "xavier_uniform",
        "xavier_normal",
        "he_uniform",
        "he_normal",
    }


# ------------------------------------------------------- vanishing and exploding gradients


def test_the_sigmoids_slope_is_at_most_a_quarter():
    slopes = []
    for number in np.linspace(-30, 30, 601):
        z = Value(number)
        sigmoid(z).backward()
        slopes.append(z.grad)
    assert max(slopes) == slopes[300] == 0.25
    assert min(slopes) > 0


@pytest.mark.parametrize("depth", [1, 3, 10, 30])
def test_a_chain_of_sigmoids_shrinks_the_gradient_at_least_fourfold_each(depth):
    x = Value(0.3)
    y = x
    for _ in range(depth):
        y = sigmoid(y)
    y.backward()
    assert 0 < x.grad <= 0.25**depth


def decay(layers, width=8, m=16):
    """How many times smaller the first layer's gradient is than the last one's, over a batch."""
    model = Sequential(*layers)
    generator = random.Random(0)
    rows = [[generator.gauss(0, 1) for _ in range(width)] for _ in range(m)]
    outputs = model.rows(rows)
    total([dot(row, [generator.gauss(0, 1) for _ in row]) for row in outputs]).backward()
    norms = [
        norm
        for layer, norm in zip(layers, layer_gradient_norms(model).values(), strict=True)
        if not isinstance(layer, BatchNorm)
    ]
    return norms[0] / norms[-1]


def deep(activation, init, depth=12, width=8, wrap=None):
    layers = [Layer(width, width, activation, init=init, seed=s) for s in range(depth)]
    return [wrap(layer) if wrap else layer for layer in layers]


def test_sigmoid_layers_lose_the_gradient_with_depth():
    assert decay(deep("sigmoid", "xavier_uniform")) < 1e-5


def test_relu_with_he_keeps_the_gradient():
    assert 0.05 < decay(deep("relu", "he_normal")) < 20


def test_small_random_weights_lose_it_where_he_does_not():
    assert decay(deep("relu", "small_normal")) < 1e-10


def test_residual_connections_keep_the_gradient_of_sigmoid_layers():
    assert decay(deep("sigmoid", "xavier_uniform", wrap=Residual)) > 0.05


def test_batch_normalisation_keeps_the_gradient_of_badly_scaled_layers():
    layers = deep("tanh", "small_normal")
    assert decay(layers) < 1e-10
    normalised = [part for layer in layers for part in (layer, BatchNorm(8))]
    assert 0.05 < decay(normalised) < 20


def test_a_dead_relu_gets_no_gradient():
    neuron = Layer(2, 1, "relu", seed=1)
    neuron.neurons[0].bias.data = -100.0
    for row in draws((20, 2), seed=1):
        neuron(row)[0].backward()
    assert [p.grad for p in neuron.parameters()] == [0.0, 0.0, 0.0]


STEEP = [[float(i)] for i in range(1, 21)], [3.0 * i for i in range(1, 21)]


def descend_steeply(make, **options):
    """Fit a line to large inputs, where a rate of 0.02 explodes; return the last loss."""
    model = Layer(1, 1, "linear", init="zeros")
    optimizer = make(model.parameters())
    if "schedule" in options:
        options["schedule"] = options["schedule"](optimizer)
    history = fit(
        model,
        mean_squared_error,
        *STEEP,
        optimizer=optimizer,
        epochs=400,
        progress=False,
        **options,
    )
    return history.losses[-1]


def test_a_rate_too_large_explodes():
    with pytest.raises(DivergenceError):
        descend_steeply(lambda p: SGD(p, lr=0.02))


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (lambda p: SGD(p, lr=0.02), {"clip": 1.0}),
        (lambda p: SGD(p, lr=0.005), {}),
        (lambda p: SGD(p, lr=0.02), {"schedule": lambda o: ExponentialDecay(o, gamma=0.9)}),
        (lambda p: AdaGrad(p, lr=0.5), {}),
        (lambda p: RMSProp(p, lr=0.02), {}),
        (lambda p: Adam(p, lr=0.05), {}),
    ],
    ids=["clipping", "smaller rate", "decaying rate", "AdaGrad", "RMSProp", "Adam"],
)
def test_each_remedy_of_the_notes_cures_it(make, options):
    assert descend_steeply(make, **options) < 1.0


# -------------------------------------------------------------------------- regularisation


def sparse_problem(m=40, n=6, seed=1):
    """Only the first two of six features matter."""
    generator = random.Random(seed)
    X = [[generator.gauss(0, 1) for _ in range(n)] for _ in range(m)]
    return X, [2 * x[0] - x[1] + generator.gauss(0, 0.1) for x in X]


def penalised(penalty, strength):
    model = Layer(6, 1, "linear", seed=1)
    weights = model.neurons[0].weights
    fit(
        model,
        half_squared_error,
        *sparse_problem(),
        optimizer=SGD(model.parameters(), lr=0.01),
        epochs=800,
        penalty=lambda: strength * penalty(weights),
        progress=False,
    )
    return [w.data for w in weights]


def test_l1_drives_weights_to_zero_and_l2_only_shrinks_them():
    """Row 28: with L1 the four useless weights stay within one step of 0."""
    free = penalised(l2_penalty, 0.0)
    lasso = penalised(l1_penalty, 0.3)
    ridge = penalised(l2_penalty, 0.3)
    assert all(abs(w) <= 0.01 * 0.3 for w in lasso[2:])
    assert min(abs(w) for w in lasso[:2]) > 0.5
    assert min(abs(w) for w in ridge[2:]) > 0.01 * 0.3
    assert sum(w * w for w in ridge) < sum(w * w for w in free)


@pytest.mark.parametrize(
    ("penalty", "term"),
    [(l1_penalty, lambda w: math.copysign(1.0, w)), (l2_penalty, lambda w: w)],
)
def test_the_update_terms_of_penalties(penalty, term):
    """w ← w - lr·(∂J/∂w + λ·sign(w)), or + λ·w: the notes' update formulas."""
    lr, strength = 0.1, 0.3
    model = Layer(6, 1, "linear", seed=1)
    weights = model.neurons[0].weights
    before = [w.data for w in weights]
    X, Y = sparse_problem()
    total([half_squared_error(model(x), y) for x, y in zip(X, Y, strict=True)]).backward(1 / 40)
    slopes = [w.grad for w in weights]
    fit(
        model,
        half_squared_error,
        X,
        Y,
        optimizer=SGD(model.parameters(), lr),
        epochs=1,
        penalty=lambda: strength * penalty(weights),
        progress=False,
    )
    expected = [
        w - lr * (slope + strength * term(w)) for w, slope in zip(before, slopes, strict=True)
    ]
    assert [w.data for w in weights] == close(expected, rel=1e-12, abs=0.0)


def test_weight_decay_is_the_l2_penalty():
    models = [Layer(6, 1, "linear", seed=1) for _ in range(2)]
    X, Y = sparse_problem()
    for model, decay_rate, penalty in zip(
        models, (0.3, 0.0), (None, lambda p: 0.3 * l2_penalty(p)), strict=True
    ):
        optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=decay_rate)
        options = {"optimizer": optimizer, "penalty": penalty, "epochs": 20, "progress": False}
        fit(model, half_squared_error, X, Y, **options)
    first, second = (list(model.state_dict().values()) for model in models)
    assert first == close(second, rel=1e-12, abs=0.0)


# ---------------------------------------------------------------------- scaling, batches


def steps_to(loss_wanted, X, Y, lr):
    """How many full-batch steps a linear model needs, up to 2,000."""
    model = Layer(2, 1, "linear", init="zeros")
    history = fit(
        model,
        half_squared_error,
        X,
        Y,
        optimizer=SGD(model.parameters(), lr=lr),
        epochs=2000,
        progress=False,
    )
    return next((i for i, loss in enumerate(history.losses) if loss < loss_wanted), 2000)


def test_scaled_features_need_fewer_steps():
    """Row 15: sizes around 1 and around 10, each at a rate near its largest stable one."""
    generator = random.Random(1)
    X = [[generator.gauss(0, 1), generator.gauss(0, 10)] for _ in range(30)]
    Y = [row[0] + 0.1 * row[1] for row in X]
    means = [statistics.fmean(column) for column in zip(*X, strict=True)]
    sizes = [statistics.pstdev(column) for column in zip(*X, strict=True)]
    scaled = [[(x - m) / s for x, m, s in zip(row, means, sizes, strict=True)] for row in X]
    raw_steps, scaled_steps = steps_to(1e-4, X, Y, lr=0.01), steps_to(1e-4, scaled, Y, lr=0.5)
    assert scaled_steps < 50
    assert raw_steps > 5 * scaled_steps


@pytest.mark.parametrize("batch_size", [None, 10, 1])
def test_batch_mini_batch_and_stochastic_descent_reach_the_same_place(batch_size):
    generator = random.Random(1)
    X = [[generator.gauss(0, 1)] for _ in range(50)]
    Y = [2 * row[0] - 1 for row in X]
    model = Layer(1, 1, "linear", init="zeros")
    fit(
        model,
        mean_squared_error,
        X,
        Y,
        optimizer=SGD(model.parameters(), lr=0.05),
        epochs=150,
        batch_size=batch_size,
        progress=False,
    )
    assert list(model.state_dict().values()) == close([2.0, -1.0], abs=1e-4)


def test_tanh_outputs_are_centred_and_sigmoid_outputs_are_not():
    numbers = [float(x) for x in draws(2000, seed=1)]
    assert statistics.fmean(map(tanh, numbers)) == close(0.0, abs=0.05)
    assert statistics.fmean(map(sigmoid, numbers)) == close(0.5, abs=0.05)
