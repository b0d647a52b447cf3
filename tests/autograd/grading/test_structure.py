"""Neurons, layers and activations are found, however they are written."""

from __future__ import annotations

import pytest

from autograd import Value, dot, sigmoid, sqrt, tanh, total
from autograd.grading.structure import activations, layers, learning_leaves, neurons, transposed
from autograd.grading.tape import Tape
from nn import MLP, mean_squared_error


def label(tape, n):
    return tape.nodes[n].label


def test_the_layers_of_the_textbook(textbook):
    tape = Tape(textbook)
    found = layers(neurons(tape, learning_leaves(tape)))
    nets = [[label(tape, neuron.node) for neuron in layer.neurons] for layer in found]
    assert nets == [["net_h1", "net_h2"], ["net_o1", "net_o2"]]
    terms = found[1].neurons[1].terms
    assert [(label(tape, t.weight), label(tape, t.input)) for t in terms] == [
        ("w7", "out_h1"),
        ("w8", "out_h2"),
    ]
    (n, k), *_ = found[0].neurons[0].biases
    assert label(tape, tape.parents[n][k]) == "b1"
    assert [label(tape, n) for n in activations(tape)] == ["out_h1", "out_h2", "out_o1", "out_o2"]


def test_products_and_sums_are_neurons_too(page):
    tape = Tape(page)
    found = layers(neurons(tape, learning_leaves(tape)))
    read = [
        [[label(tape, t.weight) + label(tape, t.input) for t in n.terms] for n in layer.neurons]
        for layer in found
    ]
    assert read == [[["w1x1", "w3x2"], ["w2x1", "w4x2"]], [["w5h1", "w7h2"], ["w6h1", "w8h2"]]]


def test_a_bias_in_a_sum():
    w, b, x = Value(0.5, "w"), Value(1.0, "b"), Value(2.0, "x")
    tape = Tape(tanh(x * w + b) * 3)
    (neuron,) = neurons(tape, learning_leaves(tape))
    assert [label(tape, term.input) for term in neuron.terms] == ["x"]
    assert len(neuron.biases) == 1


def test_what_is_trained_where_nothing_says_it():
    def trained(*values):
        tape = Tape(sum(values))
        return [label(tape, n) for n in learning_leaves(tape)]

    model = MLP(1, [1])
    assert trained(*model([1.0]), Value(1.0, "x")) == [
        "layers.0.neurons.0.w0",
        "layers.0.neurons.0.b",
    ]
    assert trained(Value(1.0, "x"), Value(1.0, "w2"), Value(1.0, "B")) == ["w2", "B"]
    assert trained(Value(1.0, "p"), Value(1.0, "q"), Value(1.0)) == ["p", "q"]


def test_a_transposed_matrix_is_read_along_its_columns():
    weights = [[Value(1.0, f"w{i}{j}") for j in range(3)] for i in range(2)]
    inputs = [Value(1.0, f"x{j}") for j in range(3)]
    tape = Tape(sum(tanh(dot(row, inputs)) for row in weights))
    (layer,) = layers(neurons(tape, learning_leaves(tape)))
    read = {
        label(tape, tape.parents[n][k]): label(tape, w) for (n, k), w in transposed(layer).items()
    }
    assert read["w00"] == "w00"
    assert (read["w01"], read["w02"], read["w10"], read["w12"]) == ("w02", "w11", "w01", "w12")


@pytest.mark.parametrize("sizes", [[3, 2], [4, 4, 1]])
def test_the_layers_of_a_module(sizes):
    model = MLP(2, sizes, seed=1)
    error = mean_squared_error(model([0.3, -0.2]), [0.5] * sizes[-1])
    tape = Tape(error)
    found = layers(neurons(tape, learning_leaves(tape)))
    assert [len(layer.neurons) for layer in found] == sizes


def written(build):
    """The neurons of a formula: terms as weight·input, then trained and fixed biases."""
    w, v, x, y = (Value(0.5 + k, name) for k, name in enumerate(("w1", "w2", "x", "y")))
    b, c, plain = Value(0.25, "b"), Value(0.75, "c"), Value(3.0)
    tape = Tape(tanh(build(w, v, x, y, b, c, plain)))
    place = {node.label: n for n, node in enumerate(tape.nodes[: tape.leaves])}
    learning = [place[name] for name in ("w1", "w2", "b") if name in place]
    return [
        (
            [f"{label(tape, t.weight)}·{label(tape, t.input)}" for t in neuron.terms],
            [label(tape, tape.parents[n][k]) for n, k in neuron.biases],
            [label(tape, tape.parents[n][k]) for n, k in neuron.fixed],
        )
        for neuron in neurons(tape, learning)
    ]


@pytest.mark.parametrize(
    ("build", "found"),
    [
        (lambda w, v, x, y, b, c, p: w * x, [(["w1·x"], [], [])]),
        (lambda w, v, x, y, b, c, p: x * w + b, [(["w1·x"], ["b"], [])]),
        (lambda w, v, x, y, b, c, p: x * w + c, [(["w1·x"], [], ["c"])]),
        (lambda w, v, x, y, b, c, p: x * w + p, [(["w1·x"], [], [])]),
        (lambda w, v, x, y, b, c, p: w * x + (y * v + b), [(["w1·x", "w2·y"], ["b"], [])]),
        (lambda w, v, x, y, b, c, p: (w * x + v * y) + b, [(["w1·x", "w2·y"], ["b"], [])]),
        (lambda w, v, x, y, b, c, p: total([b, w * x, v * y]), [(["w1·x", "w2·y"], ["b"], [])]),
        (lambda w, v, x, y, b, c, p: dot([w, v], [x, y]), [(["w1·x", "w2·y"], [], [])]),
        (lambda w, v, x, y, b, c, p: dot([x, v], [w, y], b), [(["w1·x", "w2·y"], ["b"], [])]),
        (lambda w, v, x, y, b, c, p: dot([w], [x], c), [(["w1·x"], [], ["c"])]),
        (lambda w, v, x, y, b, c, p: dot([w], [x], v * y), [(["w1·x", "w2·y"], [], [])]),
        (
            lambda w, v, x, y, b, c, p: dot([w], [v * y]),
            [(["w2·y"], [], []), (["w1·"], [], [])],
        ),
        (lambda w, v, x, y, b, c, p: w * v, [(["w1·w2"], [], [])]),
        (lambda w, v, x, y, b, c, p: x * y + c, []),
        (lambda w, v, x, y, b, c, p: x + b, []),
    ],
)
def test_a_neuron_however_it_is_written(build, found):
    assert written(build) == found


def test_what_goes_on_into_two_places_is_no_part_of_a_sum():
    w, v, x = Value(0.5, "w1"), Value(1.5, "w2"), Value(2.0, "x")
    z = w * x
    tape = Tape(tanh(z + v * x) * z)
    found = neurons(tape, learning_leaves(tape))
    terms = [[(label(tape, t.weight), label(tape, t.input)) for t in n.terms] for n in found]
    assert terms == [[("w1", "x")], [("w2", "x")]]


@pytest.mark.parametrize(
    ("f", "is_one"),
    [(sigmoid, True), (tanh, True), (lambda z: -z, False), (lambda z: z**2, False), (sqrt, False)],
)
def test_a_function_of_one_number_is_an_activation_but_for_arithmetic(f, is_one):
    tape = Tape(f(Value(0.5, "z")))
    assert activations(tape) == ([tape.leaves] if is_one else [])
