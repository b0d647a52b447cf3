"""Networks with a textbook's names."""

from __future__ import annotations

from random import Random

import pytest

from autograd.documents import write_document
from autograd.grading.network import MODEL, Plan, bias_name, model_numbers, network, sizes_of
from autograd.graph import leaves, topological_order
from nn import MLP, half_squared_error


def labels(error):
    return [node.label for node in (*leaves(error), *topological_order(error)) if node.label]


def test_the_textbook(textbook):
    assert round(textbook.data, 9) == 0.298371109
    assert {"i1", "t2", "w8", "b2", "net_h2", "out_o1", "E_o2", "E_total"} <= {*labels(textbook)}


def test_biases_layers_and_activations():
    named = labels(network(Plan((3, 2, 2, 1), "tanh", "linear", "per-neuron")))
    assert {"b_h1_1", "b_h2_2", "b_o1", "net_h1_1", "out_h2_2", "net_o1", "w12"} <= {*named}
    assert "out_o1" not in named
    assert not [name for name in labels(network(Plan((2, 1), biases="none"))) if name[0] == "b"]


def test_a_seed_chooses_what_is_not_given():
    one, same, other = (network(Plan((2, 2, 1), seed=seed)) for seed in (1, 1, 2))
    assert one.data == same.data != other.data
    given = network(Plan((2, 2, 1), seed=1), {"w1": 5.0})
    numbers = {leaf.label: leaf.data for leaf in leaves(given)}
    assert numbers.pop("w1") == 5.0
    expected = {leaf.label: leaf.data for leaf in leaves(one)}
    expected.pop("w1")
    assert numbers == expected
    with pytest.raises(ValueError, match=r"there is no w99 in this network; there are i1, i2"):
        network(Plan((2, 1)), {"w99": 1.0})


@pytest.mark.parametrize("text", ["3", "3-", "a-b", "3-0-1", "200-1", "-2-1", "1000-1"])
def test_what_are_no_sizes(text):
    with pytest.raises(ValueError, match=r"a network is given by its sizes|each size is 1"):
        sizes_of(text)


def test_a_saved_model(tmp_path):
    model = MLP(3, [2, 1], "tanh", seed=4)
    for parameter in model.parameters():
        parameter.data += 0.1
    path = tmp_path / "model.json"
    model.save(path)
    sizes, numbers = model_numbers(path)
    assert sizes == (3, 2, 1)
    inputs = {"i1": 0.5, "i2": -0.3, "i3": 0.8, "t1": 0.2}
    error = network(Plan(sizes, "tanh", "linear", "per-neuron"), {**numbers, **inputs})
    assert error.data == pytest.approx(half_squared_error(model([0.5, -0.3, 0.8]), [0.2]).data)
    assert bias_name(Plan((3, 2, 1)), 1, 2) == "b_h2"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"state": {"w": 1}}', '{"state": {}}'])
def test_what_is_no_saved_model(tmp_path, text):
    path = tmp_path / "model.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"model.json' is not an nn.MLP as its save"):
        model_numbers(path)
    holes = {
        "layers.0.neurons.0.w0": 1.0,
        "layers.0.neurons.0.b": 0.0,
        "layers.1.neurons.0.w1": 2.0,
    }
    write_document(path, *MODEL[:2], {"state": holes})
    with pytest.raises(ValueError, match=r"is not an nn.MLP"):
        model_numbers(path)


@pytest.mark.parametrize("names", ["0.0 0.2", "0.0 2.0", "0.0 0.999999999", "1.0", "0.1"])
def test_a_saved_model_has_all_its_neurons(tmp_path, names):
    path = tmp_path / "model.json"
    places = [name.replace(".", ".neurons.") for name in names.split()]
    state = {f"layers.{place}.{what}": 1.0 for place in places for what in ("w0", "b")}
    write_document(path, *MODEL[:2], {"state": state})
    with pytest.raises(ValueError, match=r"is not an nn.MLP"):
        model_numbers(path)
    write_document(path, *MODEL[:2], {"state": {"layers.0.neurons.0.b": 10**400}})
    with pytest.raises(ValueError, match=r"is not an nn.MLP"):
        model_numbers(path)


@pytest.mark.parametrize("seed", range(6))
def test_the_numbers_of_a_seed_are_tenths_drawn_in_order_and_never_0(seed):
    order = ["i1", "i2", "w1", "w2", "b1", "w3", "w4", "b1", "w5", "w6", "b2", "t1"]
    drawn, expected = Random(seed), {}
    for name in order:
        expected.setdefault(name, drawn.randint(-9, 9) / 10 or 0.5)
    error = network(Plan((2, 2, 1), seed=seed))
    assert {leaf.label: leaf.data for leaf in leaves(error) if leaf.label} == expected
    if seed == 0:
        assert network(Plan((2, 2, 1))).data == error.data


def test_a_network_may_have_two_hundred_neurons():
    assert sizes_of("199-1") == (199, 1)
    assert sizes_of("1-1") == (1, 1)
    with pytest.raises(ValueError, match="each size is 1 or more, and all together at most 200: 2"):
        sizes_of("200-1")


def test_the_error_is_half_the_square_of_what_is_missing():
    given = {"i1": 1.0, "w1": 0.5, "w2": -0.25, "t1": 1.0, "t2": 0.5}
    error = network(Plan((1, 2), "relu", "linear", "none"), given)
    assert error.data == 0.5 * 0.5**2 + 0.5 * 0.75**2
    assert {"net_o1", "net_o2", "E_o1", "E_o2", "E_total"} <= {*labels(error)}
    (single,) = (network(Plan((1, 1), biases="none"), {"i1": 0.0, "w1": 1.0, "t1": 0.0}),)
    assert single.data == 0.5 * 0.5**2


def test_hidden_layers_are_counted_where_there_are_several():
    assert [bias_name(Plan((3, 2, 1)), layer, 1) for layer in (1, 2)] == ["b_h1", "b_o1"]
    deep = Plan((3, 2, 2, 1))
    assert [bias_name(deep, layer, 2) for layer in (1, 2, 3)] == ["b_h1_2", "b_h2_2", "b_o2"]
    assert bias_name(Plan((3, 1)), 1, 1) == "b_o1"
