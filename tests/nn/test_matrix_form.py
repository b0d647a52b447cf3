"""The notes' matrix formulas, chains and layers, by hand in NumPy, against the engine.

Each formula is written here as the notes write it, with no derivative taken by the engine.
"""

import numpy as np
import pytest

from autograd import Value, gradients
from nn import MLP, Layer, binary_cross_entropy
from nn.worked_example import network

I = np.array([0.05, 0.10])
Y = np.array([0.01, 0.99])


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def exactly(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-15)


def jacobian(outputs, inputs):
    """∂outputs/∂inputs by the engine, one row for each output."""
    return np.array([[v.data for v in gradients(output, inputs)] for output in outputs])


# ------------------------------------------- the worked example in matrix form (systems.md, row 2)


@pytest.fixture
def values():
    return network()


@pytest.fixture
def hand():
    """The notes' letters: h and o before the activation, H and O after it."""
    W1, W2 = np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])
    h = W1 @ I + 0.35
    H = sigmoid(h)
    o = W2 @ H + 0.60
    O = sigmoid(o)
    return {
        "h": h,
        "H": H,
        "o": o,
        "O": O,
        "L/O": O - Y,
        "O/o": np.diag(O * (1 - O)),
        "L/o": O * (1 - O) * (O - Y),
        "o/W2": np.array([[H[0], H[1], 0, 0], [0, 0, H[0], H[1]]]),
        "o/b2": np.array([[1], [1]]),
        "o/H": W2,
        "H/h": np.diag(H * (1 - H)),
        "h/W1": np.array([[I[0], I[1], 0, 0], [0, 0, I[0], I[1]]]),
        "h/b1": np.array([[1], [1]]),
    }


NAMES = {
    "h": ["net_h1", "net_h2"],
    "H": ["out_h1", "out_h2"],
    "o": ["net_o1", "net_o2"],
    "O": ["out_o1", "out_o2"],
    "L": ["E_total"],
    "W1": ["w1", "w2", "w3", "w4"],
    "W2": ["w5", "w6", "w7", "w8"],
    "b1": ["b1"],
    "b2": ["b2"],
}


def engine(values, numerator, denominator):
    pick = [[values[name] for name in NAMES[letter]] for letter in (numerator, denominator)]
    return jacobian(*pick)


@pytest.mark.parametrize(
    ("letter", "printed"),
    [
        ("h", [0.3775, 0.3925]),
        ("H", [0.5933, 0.5969]),
        ("o", [1.1059, 1.2249]),
        ("O", [0.7514, 0.7729]),
    ],
)
def test_the_forward_pass_is_as_printed(letter, printed, values, hand):
    numbers = [values[name].data for name in NAMES[letter]]
    assert numbers == exactly(hand[letter])
    assert np.round(numbers, 4) == pytest.approx(printed, abs=1e-12)


@pytest.mark.parametrize(
    "matrix", ["L/O", "O/o", "L/o", "o/W2", "o/b2", "o/H", "H/h", "h/W1", "h/b1"]
)
def test_each_matrix_of_the_notes_is_the_engines_jacobian(matrix, values, hand):
    numerator, denominator = matrix.split("/")
    expected = np.atleast_2d(hand[matrix])
    result = engine(values, numerator, denominator)
    assert result.shape == expected.shape
    assert result == exactly(expected)


def test_gradients_are_products_of_the_matrices(values, hand):
    """The chains ∂L/∂W₂ = ∂L/∂o ∂o/∂W₂ and ∂L/∂W₁ = ∂L/∂o ∂o/∂H ∂H/∂h ∂h/∂W₁, and the biases'."""
    L_o = hand["L/o"]
    L_h = L_o @ hand["o/H"] @ hand["H/h"]
    assert L_o == exactly(hand["L/O"] @ hand["O/o"])
    for denominator, expected in (
        ("W2", L_o @ hand["o/W2"]),
        ("b2", L_o @ hand["o/b2"]),
        ("W1", L_h @ hand["h/W1"]),
        ("b1", L_h @ hand["h/b1"]),
    ):
        assert engine(values, "L", denominator)[0] == exactly(expected)
    values["E_total"].backward()
    assert [values[f"w{k}"].grad for k in (1, 2, 3, 4)] == exactly(L_h @ hand["h/W1"])


def test_the_jacobian_of_an_activation_is_diagonal(values):
    for numerator, denominator in (("O", "o"), ("H", "h")):
        matrix = engine(values, numerator, denominator)
        assert matrix[0, 1] == matrix[1, 0] == 0.0
        assert matrix[0, 0] > 0.0


# ---------------------------------------------- a chain of single neurons (systems.md, row 5)

CHAIN = {"w1": 0.8, "b1": -0.1, "w2": -1.5, "b2": 0.4, "w3": 0.7, "b3": 0.2}
X, TARGET = 0.6, 0.9


def chain(numbers):
    """C₀ = (a³ − y)² of three neurons one behind the other, and all that is computed on the way."""
    made = {name: Value(number, name) for name, number in numbers.items()}
    a = made["a0"] = Value(X, "a0")
    for layer in (1, 2, 3):
        z = made[f"z{layer}"] = made[f"w{layer}"] * a + made[f"b{layer}"]
        a = made[f"a{layer}"] = z.sigmoid()
    made["C0"] = (a - TARGET) ** 2
    return made


def difference_quotient(name, step=1e-6):
    """∂C₀/∂name from the cost alone, without any derivative."""
    above, below = (
        chain({**CHAIN, name: CHAIN[name] + sign * step})["C0"].data for sign in (1, -1)
    )
    return (above - below) / (2 * step)


@pytest.fixture
def made():
    made = chain(CHAIN)
    made["C0"].backward()
    return made


def slope(a):
    """σ'(z), by a = σ(z)."""
    return a.data * (1 - a.data)


def test_the_gradient_of_the_last_weight_has_three_factors(made):
    """∂C₀/∂w⁽ᴸ⁾ = 2(a⁽ᴸ⁾ − y) · σ'(z⁽ᴸ⁾) · a⁽ᴸ⁻¹⁾, the notes' first display."""
    by_hand = 2 * (made["a3"].data - TARGET) * slope(made["a3"]) * made["a2"].data
    assert made["w3"].grad == exactly(by_hand)
    assert made["b3"].grad == exactly(2 * (made["a3"].data - TARGET) * slope(made["a3"]))
    assert made["w3"].grad == pytest.approx(difference_quotient("w3"), rel=1e-7, abs=0.0)


def test_one_neuron_further_back_the_factor_is_the_weight_not_another_slope(made):
    """A slip of the notes, in the second display, one neuron further back than the last.

    On the way from a⁽ᴸ⁾ to w⁽ᴸ⁻¹⁾ the chain rule needs ∂z⁽ᴸ⁾/∂a⁽ᴸ⁻¹⁾, and z⁽ᴸ⁾ = w⁽ᴸ⁾a⁽ᴸ⁻¹⁾ + b⁽ᴸ⁾
    makes that w⁽ᴸ⁾. The notes write σ'(z⁽ᴸ⁾) in its place. The engine and the difference quotient,
    which knows no rule at all, both confirm w⁽ᴸ⁾.
    """
    until_z = 2 * (made["a3"].data - TARGET) * slope(made["a3"])  # ∂C₀/∂z⁽ᴸ⁾
    from_there = slope(made["a2"]) * made["a1"].data  # ∂a⁽ᴸ⁻¹⁾/∂z⁽ᴸ⁻¹⁾ · ∂z⁽ᴸ⁻¹⁾/∂w⁽ᴸ⁻¹⁾
    right = until_z * made["w3"].data * from_there
    as_the_notes_write = until_z * slope(made["a3"]) * from_there

    assert made["z3"].local_gradients() == (1.0, 1.0)  # towards w·a and towards b
    assert jacobian([made["z3"]], [made["a2"]]) == exactly(np.array([[made["w3"].data]]))
    assert made["w2"].grad == exactly(right)
    assert difference_quotient("w2") == pytest.approx(right, rel=1e-7, abs=0.0)
    assert abs(as_the_notes_write / difference_quotient("w2") - 1) > 0.5


def test_the_first_neuron_of_the_chain_has_every_weight_after_it_as_a_factor(made):
    factors = [2 * (made["a3"].data - TARGET), slope(made["a3"]), made["w3"].data]
    factors += [slope(made["a2"]), made["w2"].data, slope(made["a1"]), X]
    assert made["w1"].grad == exactly(np.prod(factors))
    assert made["w1"].grad == pytest.approx(difference_quotient("w1"), rel=1e-6, abs=0.0)


# ------------------------------------------------- fully connected layers (systems.md, row 6)

SLOPES = {
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: (z > 0).astype(float),
    "leaky_relu": lambda z: np.where(z > 0, 1.0, 0.01),
    "linear": np.ones_like,
}
FUNCTIONS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "linear": lambda z: z,
}


def matrices(layer):
    """W and b of a layer, one row for each neuron."""
    W = np.array([[w.data for w in neuron.weights] for neuron in layer.neurons])
    return W, np.array([neuron.bias.data for neuron in layer.neurons])


def gradient_matrices(layer):
    W = np.array([[w.grad for w in neuron.weights] for neuron in layer.neurons])
    return W, np.array([neuron.bias.grad for neuron in layer.neurons])


def backpropagate(model, x, upstream):
    """δ⁽ˡ⁾ = σ'(z⁽ˡ⁾) ⊙ W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾, ∂L/∂W⁽ˡ⁾ = δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ, ∂L/∂b⁽ˡ⁾ = δ⁽ˡ⁾.

    `upstream` is ∂L/∂a of the last layer.
    """
    a, steps = np.asarray(x), []
    for layer in model.layers:
        W, b = matrices(layer)
        name = layer.neurons[0].activation
        z = W @ a + b
        steps.append((W, a, SLOPES[name](z)))
        a = FUNCTIONS[name](z)
    results, back = [], np.asarray(upstream)
    for W, before, slopes in reversed(steps):
        delta = slopes * back
        results.append((np.outer(delta, before), delta))
        back = W.T @ delta
    return a, results[::-1], back


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize(
    ("sizes", "seed"), [([1], 0), ([4, 2], 1), ([5, 5, 3, 1], 2), ([3] * 6, 3)]
)
def test_the_recursion_of_the_deltas_is_what_the_engine_computes(activation, sizes, seed):
    generator = np.random.default_rng(seed)
    model = MLP(4, sizes, activation, "sigmoid", seed=seed)
    for parameter in model.parameters():
        parameter.data = generator.normal()
    numbers, upstream = generator.normal(size=4), generator.normal(size=sizes[-1])
    x = [Value(number) for number in numbers]
    outputs = model(x)
    loss = sum(output * weight for output, weight in zip(outputs, upstream, strict=True))
    loss.backward()

    a, results, at_input = backpropagate(model, numbers, upstream)
    assert [output.data for output in outputs] == exactly(a)
    for layer, (dW, db) in zip(model.layers, results, strict=True):
        W_grad, b_grad = gradient_matrices(layer)
        assert W_grad == exactly(dW)
        assert b_grad == exactly(db)
    assert [v.grad for v in x] == exactly(at_input)


# ------------------------------------------------- products of matrices (systems.md, row 7)

A, B = np.array([[1, 2], [3, 4]]), np.array([[-1, -2], [-3, -4]])
PRODUCT, ELEMENTWISE = np.array([[-7, -10], [-15, -22]]), np.array([[-1, -4], [-9, -16]])


def of_values(matrix):
    return np.array([[Value(x) for x in row] for row in matrix], dtype=object)


def numbers(matrix):
    return np.array([[v.data for v in row] for row in matrix])


@pytest.mark.parametrize(
    "wrap", [(of_values, of_values), (of_values, np.array), (np.array, of_values)]
)
def test_matrix_and_elementwise_product_of_values(wrap):
    left, right = wrap[0](A), wrap[1](B)
    assert (A @ B == PRODUCT).all()
    assert (numbers(left @ right) == PRODUCT).all()
    assert (numbers(left * right) == ELEMENTWISE).all()


def test_the_gradients_of_a_matrix_product():
    """For L = Σ (AB)ᵢⱼ, ∂L/∂A = 1Bᵀ and ∂L/∂B = Aᵀ1."""
    left, right = of_values(A), of_values(B)
    (left @ right).sum().backward()
    ones = np.ones((2, 2))
    assert [[v.grad for v in row] for row in left] == (ones @ B.T).tolist()
    assert [[v.grad for v in row] for row in right] == (A.T @ ones).tolist()


def test_a_layer_is_a_matrix_product():
    layer = Layer(2, 2, "linear")
    for neuron, row in zip(layer.neurons, A, strict=True):
        for w, number in zip(neuron.weights, row, strict=True):
            w.data = number
    columns = [[a.data for a in layer(column)] for column in B.T]
    assert (np.array(columns).T == PRODUCT).all()


# --------------------------------------------------- the shallow network (systems.md, row 9)


def shallow(seed):
    """Three inputs, four tanh neurons, one sigmoid: the notes' network, with random numbers."""
    generator = np.random.default_rng(seed)
    model = MLP(3, [4, 1], "tanh", "sigmoid")
    for parameter in model.parameters():
        parameter.data = generator.normal()
    m = 6
    return model, generator.normal(size=(3, m)), generator.integers(0, 2, size=(1, m))


@pytest.mark.parametrize("seed", range(3))
def test_one_sample(seed):
    """dz² = a² − y, dW² = dz²a¹ᵀ, db² = dz², dz¹ = W²ᵀdz² ⊙ (1 − a¹²), dW¹ = dz¹xᵀ, db¹ = dz¹."""
    model, X, Y = shallow(seed)
    x, y = X[:, 0], Y[0, 0]
    binary_cross_entropy(model(x), float(y)).backward()

    (W1, b1), (W2, b2) = map(matrices, model.layers)
    a1 = np.tanh(W1 @ x + b1)
    a2 = sigmoid(W2 @ a1 + b2)
    dz2 = a2 - y
    dz1 = W2.T @ dz2 * (1 - a1**2)
    (dW1, db1), (dW2, db2) = map(gradient_matrices, model.layers)
    assert dW2 == exactly(np.outer(dz2, a1))
    assert db2 == exactly(dz2)
    assert dW1 == exactly(np.outer(dz1, x))
    assert db1 == exactly(dz1)


@pytest.mark.parametrize("seed", range(3))
def test_m_samples_at_once(seed):
    """dZ² = A² − Y, dW² = dZ²A¹ᵀ/m, db² = Σ dZ²/m, and so on, with one column for each sample."""
    model, X, Y = shallow(seed)
    m = X.shape[1]
    losses = [binary_cross_entropy(model(x), float(y)) for x, y in zip(X.T, Y[0], strict=True)]
    (sum(losses) / m).backward()

    (W1, b1), (W2, b2) = map(matrices, model.layers)
    A1 = np.tanh(W1 @ X + b1[:, None])
    A2 = sigmoid(W2 @ A1 + b2[:, None])
    dZ2 = A2 - Y
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    (dW1, db1), (dW2, db2) = map(gradient_matrices, model.layers)
    assert dW2 == exactly(dZ2 @ A1.T / m)
    assert db2 == exactly(dZ2.sum(axis=1) / m)
    assert dW1 == exactly(dZ1 @ X.T / m)
    assert db1 == exactly(dZ1.sum(axis=1) / m)
    cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    assert sum(loss.data for loss in losses) / m == exactly(cost)
