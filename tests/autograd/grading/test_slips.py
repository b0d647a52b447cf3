"""Each known slip gives what somebody who makes it would write."""

from __future__ import annotations

import math

import pytest

from autograd import Value, dot, sigmoid, tanh
from autograd.grading import slips
from autograd.grading.course import Course, Setting
from autograd.grading.quantities import Names
from autograd.grading.slips import Slips, to_decimals, to_single
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Tape
from autograd.views.mistakes import ONE_PATH, SIGN

RATE = 0.5


def all_slips(setting, names):
    known = Slips(setting, names.of)
    return [*known.everywhere(trained=True), *known.in_parts(), *known.somewhere()]


def given_by(output, name, quantity):
    """What the slips of a name give for a quantity."""
    tape = Tape(output)
    setting, names = Setting(tape, learning_leaves(tape), RATE), Names(tape)
    asked = names.quantity(quantity)
    slips_of_all = all_slips(setting, names)
    return [asked.number(Course(setting, each)) for each in slips_of_all if each.name == name]


def said(output):
    """All slips of a graph by what is said of them; of several that say the same, the first."""
    tape = Tape(output)
    setting = Setting(tape, learning_leaves(tape), RATE)
    return {slip.says: slip for slip in reversed(all_slips(setting, Names(tape)))}


def has(numbers, expected):
    return any(math.isclose(number, expected, rel_tol=1e-12) for number in numbers)


@pytest.fixture
def figures(textbook):
    textbook.backward()
    found = {}
    for node in Tape(textbook).nodes:
        if node.label:
            found[node.label], found[f"d{node.label}"] = node.data, node.grad
    return found


def test_slopes_of_activations(textbook, figures):
    f = figures
    quantity, up = "dE/dnet_h1", f["dout_h1"]
    assert has(given_by(textbook, slips.NO_SLOPE, quantity), up)
    z, y = f["net_h1"], f["out_h1"]
    assert has(given_by(textbook, slips.SLOPE_OF_Z, quantity), up * z * (1 - z))
    of_y = 1 / (1 + math.exp(-y))
    assert has(given_by(textbook, slips.SLOPE_AT_Y, quantity), up * of_y * (1 - of_y))


def test_signs_and_factors(textbook, figures):
    assert has(given_by(textbook, SIGN[0], "dE/dw5"), -figures["dw5"])
    for factor in (2.0, 0.5):
        assert has(given_by(textbook, slips.FACTOR, "dE/dw5"), factor * figures["dw5"])
    assert has(given_by(textbook, slips.FACTOR, "E_total"), 2.0 * figures["E_total"])
    minus = figures["net_o1"] - 2.0 * figures["w5"] * figures["out_h1"]
    assert has(given_by(textbook, SIGN[0], "net_o1"), minus)


def test_weights_of_the_wrong_place_or_time(textbook, figures):
    f = figures
    forwards = f["w5"] * f["out_h1"] + f["w7"] * f["out_h2"] + f["b2"]
    assert has(given_by(textbook, slips.TRANSPOSED, "net_o1"), forwards)
    backwards = f["dnet_o1"] * f["w5"] + f["dnet_o2"] * f["w6"]
    assert has(given_by(textbook, slips.TRANSPOSED, "dE/dout_h1"), backwards)
    new = {w: f[w] - RATE * f[f"d{w}"] for w in ("w5", "w7")}
    stale = f["dnet_o1"] * new["w5"] + f["dnet_o2"] * new["w7"]
    assert has(given_by(textbook, slips.UPDATED, "dE/dout_h1"), stale)


def test_sums_over_paths(textbook, figures):
    f = figures
    for path in (f["dnet_o1"] * f["w5"], f["dnet_o2"] * f["w7"]):
        assert has(given_by(textbook, ONE_PATH[0], "dE/dout_h1"), path)
    assert has(given_by(textbook, slips.SUMMED, "dE/dout_h1"), f["dw5"] + f["dw7"])


def test_biases(textbook, figures):
    f = figures
    without = given_by(textbook, slips.NO_BIAS, "net_o1")
    assert has(without, f["net_o1"] - f["b2"])
    assert has(given_by(textbook, slips.NO_BIAS, "b2+"), f["b2"])
    assert has(given_by(textbook, slips.OWN_BIAS, "dE/db2"), f["dnet_o1"])
    x, biases = Value(0.3, "x"), [Value(0.1 * k, f"b{k}") for k in (1, 2)]
    weights = [Value(0.5, f"w{k}") for k in (1, 2)]
    nets = [dot([w], [x], b) for w, b in zip(weights, biases, strict=True)]
    output = sigmoid(nets[0]) + sigmoid(nets[1])
    output.backward()
    both = biases[0].grad + biases[1].grad
    assert has(given_by(output, slips.SHARED_BIAS, "dE/db1"), both)


def test_inputs_in_place_of_activations(textbook, figures):
    f = figures
    slopes = given_by(textbook, slips.INPUT, "dE/dw5")
    assert has(slopes, f["dnet_o1"] * f["net_h1"])
    assert has(slopes, f["dnet_o1"] * f["i1"])
    forwards = f["w5"] * f["net_h1"] + f["w6"] * f["out_h2"] + f["b2"]
    assert has(given_by(textbook, slips.INPUT, "net_o1"), forwards)


def test_the_learning_rate(textbook, figures):
    w, g = figures["w5"], figures["dw5"]
    steps = given_by(textbook, slips.RATE, "w5+")
    for step in (1.0, RATE * RATE, 2.0 * RATE):
        assert has(steps, w - step * g)
    assert has(given_by(textbook, SIGN[0], "w5+"), w + RATE * g)
    assert has(given_by(textbook, slips.ROUND, "w5+"), w)


def test_rounding():
    assert to_decimals(2, 0.125) == 0.13
    assert to_decimals(2, 1e300) == 1e300
    assert to_single(0.1) == 0.10000000149011612
    assert to_single(1e300) == 1e300


def test_what_is_said_names_the_place():
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(0.1, "b")
    h = tanh(w * x + b)
    h.label = "h"
    words = list(said(0.5 * (h * h) + 3.0 * w))[::-1]
    for place in ("v4", "v5"):
        assert f"a factor of {place} is left out" in words
    assert not any("a factor of" in each for each in said(0.5 * (h * h)))
    doubled = [each for each in words if each.endswith(" is doubled") and "the factor" in each]
    assert doubled[:2] == ["the factor dv1/dw is doubled", "the factor dv1/dx is doubled"]
    assert {f"the factor dv3/dh|{k} is doubled" for k in (1, 2)} <= {*doubled}
    assert {"forwards, in all layers", "forwards, in the layer of v2"} <= {*words}
    assert "the factor dh/dv2 is left out" in words


def test_a_square_of_two_factors_that_are_one_node():
    w = Value(0.5, "w")
    h = tanh(w)
    output = 0.5 * (h * h) + 3.0 * w
    output.backward()
    through_h = w.grad - 3.0
    assert has(given_by(output, slips.FACTOR, "dE/dw"), 0.5 * through_h + 3.0)
    tape = Tape(output)
    square = tape.place[output.parents[0].parents[1]]
    slip = said(output)["the derivative of a square has no factor 2"]
    assert set(slip.slopes) == {(square, 0), (square, 1)}


def test_the_first_that_is_computed_may_be_taken_for_a_sum_too():
    x, w, b = Value(0.3, "x"), Value(0.7, "w"), Value(0.1, "b")
    u = tanh(x)
    u.label = "u"
    output = sigmoid(dot([w], [u], b))
    output.backward()
    tape = Tape(output)
    assert tape.place[u] == tape.leaves
    slip = said(output)["the gradient of an activation is taken for the sum of ∂E/∂w"]
    assert set(slip.slopes) == {(tape.place[output.parents[0]], 1)}


def test_a_layer_may_read_more_than_the_network_does():
    x = Value(0.3, "x")
    w = [Value(0.1 * k, f"w{k}") for k in range(1, 5)]
    hidden = [tanh(w[k] * x) for k in (0, 1)]
    output = w[2] * hidden[0] + w[3] * hidden[1]
    at = Tape(output).place
    slip = said(output)["∂net/∂w is what goes into the network, in all layers"]
    assert set(slip.slopes) == {(at[output.parents[0]], 0)}
    assert slip.slopes[at[output.parents[0]], 0].args == (at[x],)


def test_a_bias_of_several_neurons_may_have_the_gradient_of_one(textbook):
    places = {node.label: place for node, place in Tape(textbook).place.items()}
    slip = said(textbook)["a bias has the gradient of its last neuron alone"]
    assert slip.kept == {places["b1"]: 0, places["b2"]: 0}
