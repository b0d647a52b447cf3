"""Modules made of modules: Sequential, Residual, Softmax, and batches as lists of rows."""

import pytest

from autograd import Value, jacobian
from nn import MLP, BatchNorm, Dropout, Layer, Module, Residual, Sequential, Softmax


def data(nested):
    return [data(part) for part in nested] if isinstance(nested, list) else nested.data


def test_sequential_feeds_each_output_to_the_next():
    first, second = Layer(2, 3, "tanh", seed=1), Layer(3, 2, "sigmoid", seed=2)
    model = Sequential(first, second)
    assert data(model([0.5, -1.0])) == data(second(first([0.5, -1.0])))


def test_a_list_of_rows_gives_a_list_of_rows():
    model = Sequential(Layer(2, 3, "tanh", seed=1), Residual(Layer(3, 3, seed=2)), Softmax())
    rows = [[0.5, -1.0], [2.0, 0.0], [0.0, 0.0]]
    assert data(model(rows)) == data(model.rows(rows)) == [data(model(row)) for row in rows]
    assert model.rows([]) == []


def test_a_batch_norm_inside_sees_the_whole_batch():
    layer, norm = Layer(2, 3, "tanh", seed=1), BatchNorm(3)
    rows = [[0.5, -1.0], [2.0, 0.0], [0.0, 0.0]]
    expected = data(BatchNorm(3)([layer(row) for row in rows]))
    assert data(Sequential(layer, norm)(rows)) == expected
    inside = Sequential(Sequential(layer, Residual(Sequential(BatchNorm(3)))))
    added = [
        [a + b for a, b in zip(row, normed, strict=True)]
        for row, normed in zip([data(layer(row)) for row in rows], expected, strict=True)
    ]
    assert data(inside(rows)) == added


def test_parameters_are_named_by_their_place():
    model = Sequential(Layer(1, 1), Residual(Layer(1, 1)), BatchNorm(1))
    assert [name for name, _ in model.named_parameters()] == [
        "layers.0.neurons.0.w0",
        "layers.0.neurons.0.b",
        "layers.1.module.neurons.0.w0",
        "layers.1.module.neurons.0.b",
        "layers.2.weight.0",
        "layers.2.bias.0",
    ]


def test_modules_lists_each_once():
    layer = Layer(1, 1)
    model = Sequential(layer, layer, Dropout())
    assert model.modules() == [model, layer, layer.neurons[0], model.layers[2]]


def test_what_mixes_rows_is_known():
    assert [m.mixes_rows for m in Sequential(Layer(1, 1), BatchNorm(1)).modules()] == [
        False,
        False,
        False,
        True,
    ]


def test_residual_adds_its_input():
    layer = Layer(2, 2, "tanh", seed=4)
    x = [0.5, -1.0]
    assert data(Residual(layer)(x)) == [a + b for a, b in zip(x, data(layer(x)), strict=True)]
    assert data(Residual(layer)([x, x])) == [data(Residual(layer)(x))] * 2


def test_the_direct_way_adds_the_identity_to_the_jacobian():
    layer = Layer(2, 2, "tanh", seed=4)
    inner = jacobian(lambda x: layer(x))([0.5, -1.0])
    whole = jacobian(lambda x: Residual(layer)(x))([0.5, -1.0])
    for i in range(2):
        for j in range(2):
            assert whole[i][j] == pytest.approx(inner[i][j] + (i == j), rel=1e-12, abs=0.0)


def test_residual_needs_as_many_outputs_as_inputs():
    with pytest.raises(ValueError, match="adds its input of 2 to an output of 3"):
        Residual(Layer(2, 3))([0.5, -1.0])


def test_softmax_gives_probabilities():
    probabilities = data(Softmax()([1000.0, 1001.0, -5.0]))
    assert sum(probabilities) == pytest.approx(1.0, rel=1e-12, abs=0.0)
    assert max(probabilities) == probabilities[1]


def test_only_modules_go_into_modules():
    with pytest.raises(TypeError, match="Sequential is made of modules, not of 'tanh'"):
        Sequential(Layer(1, 1), "tanh")
    with pytest.raises(TypeError, match="Residual is made of modules, not of"):
        Residual([Layer(1, 1)])
    with pytest.raises(ValueError, match="Sequential needs one module"):
        Sequential()


def test_reprs_can_be_read():
    model = Sequential(Layer(1, 2, "relu"), Dropout(0.5), Residual(BatchNorm(2)), Softmax())
    assert repr(model) == (
        "Sequential(Layer(1, 2, 'relu'), Dropout(0.5), Residual(BatchNorm(2)), Softmax())"
    )


def test_a_module_of_ones_own_maps_rows_one_by_one():
    class Double(Module):
        def __call__(self, row):
            return [2 * x for x in row]

    assert data(Double().rows([[Value(1.0)], [Value(2.0)]])) == [[2.0], [4.0]]
    assert data(Sequential(Double(), MLP(1, [1], init="zeros"))([1.0])) == [0.0]


def test_a_module_that_loses_a_row_is_not_passed_over():
    class Losing(Module):
        def rows(self, rows):
            return list(rows)[1:]

    with pytest.raises(ValueError, match="zip"):
        Residual(Losing())([[1.0], [2.0]])


@pytest.mark.parametrize("make", [Sequential, Residual])
def test_one_row_in_a_list_is_a_batch_and_nothing_is_a_row_of_no_numbers(make):
    model = make(Layer(2, 2, "tanh", seed=1))
    assert data(model([[0.5, -1.0]])) == [data(model([0.5, -1.0]))]
    with pytest.raises(ValueError, match=r"Layer\(2, 2, 'tanh'\) needs 2 inputs, but 0 were given"):
        model([])
