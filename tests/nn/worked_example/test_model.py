"""The network of the worked example and its figures."""

import pytest

from autograd import derivation
from autograd.value import Parameter
from nn.worked_example.model import graph, network
from nn.worked_example.rules import FROZEN, PER_NEURON, figures_after


def test_every_value_is_there_and_labelled_as_in_the_text():
    values = network()
    labels = (
        "i1 i2 t1 t2 w1 w2 w3 w4 w5 w6 w7 w8 b1 b2 net_h1 out_h1 net_h2 out_h2 "
        "net_o1 out_o1 net_o2 out_o2 E_o1 E_o2 E_total"
    )
    assert list(values) == labels.split()
    for name, value in values.items():
        assert value.label == ("" if name in ("E_o1", "E_o2") else name)
    assert [name for name, v in values.items() if isinstance(v, Parameter)] == labels.split()[4:14]


def test_each_neuron_can_have_a_bias_of_its_own():
    values = network(bias_per_neuron=True)
    assert {"b_h1", "b_h2", "b_o1", "b_o2"} <= set(values)
    assert not {"b1", "b2"} & set(values)
    assert values["net_h2"].parents[-1] is values["b_h2"]


def test_the_network_can_start_elsewhere():
    values = network({"w1": 2.0, "b_h1": 0.0})
    assert values["w1"].data == 2.0
    assert values["net_h1"].data == pytest.approx(2.0 * 0.05 + 0.2 * 0.1, rel=1e-13, abs=0.0)


def test_transposed_weights_are_those_of_the_other_neuron():
    net = {name: value.data for name, value in network(transposed=True).items()}
    for neuron, (one, other), inputs, bias in (
        ("h1", (0.15, 0.25), ("i1", "i2"), 0.35),
        ("h2", (0.20, 0.30), ("i1", "i2"), 0.35),
        ("o1", (0.40, 0.50), ("out_h1", "out_h2"), 0.60),
        ("o2", (0.45, 0.55), ("out_h1", "out_h2"), 0.60),
    ):
        expected = one * net[inputs[0]] + other * net[inputs[1]] + bias
        assert net[f"net_{neuron}"] == pytest.approx(expected, rel=1e-14, abs=0.0)


def test_graphs_can_be_told_apart_in_a_set():
    assert graph() is graph()
    assert len({graph(), graph(half=False), graph(transposed=True)}) == 3


def test_the_derivation_reads_like_the_text():
    values = network()
    text = derivation(values["E_total"], values["w5"]).text
    assert "∂E_total/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5" in text
    assert "0.741365 · 0.186816 · 0.593270" in text


def test_figures_read_off_the_values_are_those_of_the_values():
    values = network()
    values["E_total"].backward()
    figures = figures_after(0, 0.5, FROZEN)
    assert figures["net_h1"] == values["net_h1"].data
    assert figures["dE/dw5"] == values["w5"].grad
    assert figures["dout_o1/dnet_o1"] == values["out_o1"].local_gradients()[0]
    assert figures["dE/dw5"] == pytest.approx(
        figures["dE/dout_o1"] * figures["dout_o1/dnet_o1"] * figures["dnet_o1/dw5"],
        rel=1e-14,
        abs=0.0,
    )
    assert figures["b_h1"] == figures["b_h2"] == figures["b1"] == 0.35
    assert figures["dE/db1"] == pytest.approx(
        figures["dE/db_h1"] + figures["dE/db_h2"], rel=1e-13, abs=0.0
    )
    assert figures_after(0, 0.5, PER_NEURON)["dE/db1"] == pytest.approx(
        figures["dE/db1"], rel=1e-13, abs=0.0
    )


def test_a_figure_is_one_quantity_but_for_the_bias_that_neurons_have_together():
    for per_neuron, several in ((False, []), (True, ["dE/db1", "dE/db2"])):
        asked = graph(bias_per_neuron=per_neuron).asked
        assert [name for name, quantities in asked.items() if len(quantities) > 1] == several
