"""Each known slip gives what somebody who makes it would write."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from autograd import Value, dot, sigmoid, tanh
from autograd.grading import slips
from autograd.grading.course import Course, Setting
from autograd.grading.network import Plan, network
from autograd.grading.quantities import Names
from autograd.grading.slips import Slips, to_decimals, to_single
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Tape
from autograd.views.mistakes import NO_LOCAL, NO_UPSTREAM, ONE_PATH, SIGN
from tests.autograd.grading.conftest import TEXTBOOK

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
    assert to_single(3.4e38) == 3.4e38  # nearly the largest of 32 bits
    assert to_single(3.39e38) != 3.39e38
    assert [to_decimals(1, number) for number in (0.25, -0.25, 0.35, 1e14 + 0.25)] == [
        0.3,
        -0.3,
        0.4,
        1e14 + 0.3,
    ]


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
    net = tape.place[output.parents[0]]
    assert set(slip.slopes) == {(net, 1)}
    slip = said(output)["∂net/∂w is what goes into the network, in the layer of v1"]
    assert set(slip.slopes) == {(net, 0)}


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


# ------------------------------------------------ the whole textbook by hand, slip by slip

I, T, LAYER_1, LAYER_2 = (0.05, 0.10), (0.01, 0.99), "net_h1", "net_o1"
W = {LAYER_1: ((0.15, 0.20), (0.25, 0.30)), LAYER_2: ((0.40, 0.45), (0.50, 0.55))}
NAMES = {LAYER_1: ((1, 2), (3, 4)), LAYER_2: ((5, 6), (7, 8))}
BIAS = {LAYER_1: 0.35, LAYER_2: 0.60}
BOTH = (LAYER_1, LAYER_2)


def flipped(rows):
    return tuple(zip(*rows, strict=True))


def logistic(z):
    return 1.0 / (1.0 + math.exp(-z))


def right_slope(z, y):
    return y * (1.0 - y)


def by_hand(
    forwards=(),
    backwards=(),
    no_bias=(),
    slopes=None,
    halves=(0.5, 0.5),
    square=2.0,
    scale=1.0,
    ways=None,
    back=None,
    summed=False,
    inputs_of=None,
):
    """One pass in the plainest words: what an option says is done otherwise than is right."""
    slopes = slopes or {}
    ways = {"net_h": sum, "net_o": sum, "b": sum} | (ways or {})
    read = {layer: flipped(W[layer]) if layer in forwards else W[layer] for layer in BOTH}
    send = {layer: flipped(W[layer]) if layer in backwards else read[layer] for layer in BOTH}
    send = back or send
    b = {layer: 0.0 if layer in no_bias else BIAS[layer] for layer in BOTH}
    z = [sum(w * x for w, x in zip(row, I, strict=True)) + b[LAYER_1] for row in read[LAYER_1]]
    h = [logistic(each) for each in z]
    net = [sum(w * x for w, x in zip(row, h, strict=True)) + b[LAYER_2] for row in read[LAYER_2]]
    out = [logistic(each) for each in net]
    at = {"h1": (z[0], h[0]), "h2": (z[1], h[1]), "o1": (net[0], out[0]), "o2": (net[1], out[1])}
    slope = {name: slopes.get(name, right_slope)(*pair) for name, pair in at.items()}
    d_out = [scale * halves[k] * square * (out[k] - T[k]) for k in (0, 1)]
    d_net = [d_out[k] * slope[f"o{k + 1}"] for k in (0, 1)]
    d_h = [ways["net_o"]([d_net[k] * send[LAYER_2][k][j] for k in (0, 1)]) for j in (0, 1)]
    if summed:
        d_h = [sum(d_net) * h[j] for j in (0, 1)]
    d_z = [d_h[j] * slope[f"h{j + 1}"] for j in (0, 1)]
    d_i = [ways["net_h"]([d_z[k] * send[LAYER_1][k][j] for k in (0, 1)]) for j in (0, 1)]
    found = {"E_total": sum(halves[k] * (T[k] - out[k]) ** 2 for k in (0, 1))}
    for layer, deltas, inputs in (
        (LAYER_1, d_z, I),
        (LAYER_2, d_net, inputs_of(z) if inputs_of else h),
    ):
        names = flipped(NAMES[layer]) if layer in forwards else NAMES[layer]
        for delta, row in zip(deltas, names, strict=True):
            found |= {f"dE/dw{w}": delta * x for w, x in zip(row, inputs, strict=True)}
    found |= {f"dE/dout_h{j + 1}": d_h[j] for j in (0, 1)}
    found |= {f"dE/di{j + 1}": d_i[j] for j in (0, 1)}
    return found | {"dE/db1": ways["b"](d_z), "dE/db2": ways["b"](d_net)}


def first_of(numbers):
    return numbers[0]


def last_of(numbers):
    return numbers[-1]


def updated(layers):
    right = by_hand()

    def after(layer):
        pairs = zip(W[layer], NAMES[layer], strict=True)
        return tuple(
            tuple(w - RATE * right[f"dE/dw{n}"] for w, n in zip(row, names, strict=True))
            for row, names in pairs
        )

    return by_hand(back=W | {layer: after(layer) for layer in layers})


def of_all(slope):
    return by_hand(slopes=dict.fromkeys(("h1", "h2", "o1", "o2"), slope))


def without(z, y):
    return 1.0


def as_if_z_were_y(z, y):
    return z * (1.0 - z)


def at_y(z, y):
    return logistic(y) * (1.0 - logistic(y))


def stale_says(where):
    return f"δ goes back through {where} by the weights after their update"


ONE_WAY = "of what comes back to the inputs of the layer of"
EVERYWHERE = {
    "every gradient has the other sign": lambda: by_hand(scale=-1.0),
    "constant factors are left out": lambda: by_hand(halves=(1.0, 1.0)),
    "a factor of E_o1 is left out": lambda: by_hand(halves=(1.0, 0.5)),
    "a factor of E_o2 is left out": lambda: by_hand(halves=(0.5, 1.0)),
    "every gradient is doubled": lambda: by_hand(scale=2.0),
    "every gradient is halved": lambda: by_hand(scale=0.5),
    "the derivative of a square has no factor 2": lambda: by_hand(square=1.0),
    "the slope of every activation is left out": lambda: of_all(without),
    "the slope of every activation is computed as if z were y": lambda: of_all(as_if_z_were_y),
    "the slope of every activation is taken at y, not at z": lambda: of_all(at_y),
    "forwards, in all layers": lambda: by_hand(forwards=BOTH),
    "backwards, in all layers": lambda: by_hand(backwards=BOTH),
    stale_says("all layers"): lambda: updated(BOTH),
    "no bias is added": lambda: by_hand(no_bias=BOTH),
    "no bias is trained": by_hand,
    "a layer's biases are trained as one": by_hand,  # they are one already
    "a bias has the gradient of its last neuron alone": lambda: by_hand(ways={"b": last_of}),
    "each gradient is what came last": lambda: by_hand(
        ways=dict.fromkeys(("b", "net_h", "net_o"), first_of)
    ),
    "each gradient is what came first": lambda: by_hand(
        ways=dict.fromkeys(("b", "net_h", "net_o"), last_of)
    ),
    "the gradient of an activation is taken for the sum of ∂E/∂w": lambda: by_hand(summed=True),
    "∂net/∂w is what goes into the activation, in all layers": lambda: by_hand(inputs_of=tuple),
    "∂net/∂w is what goes into the network, in all layers": lambda: by_hand(inputs_of=lambda z: I),
    "the step goes up the slope": by_hand,
    "the learning rate is left out": by_hand,
    "the learning rate is squared": by_hand,
    "each step is made twice": by_hand,
}
IN_PARTS = {
    f"the factor dout_{n}/dnet_{n} {done}": lambda n=n, slope=slope: by_hand(slopes={n: slope})
    for n in ("h1", "h2", "o1", "o2")
    for done, slope in {
        "is left out": without,
        "is computed as if z were y": as_if_z_were_y,
        "is taken at y, not at z": at_y,
    }.items()
}
for layer in BOTH:
    back = f"net_{layer[4]}"
    IN_PARTS |= {
        f"forwards, in the layer of {layer}": lambda at=layer: by_hand(forwards=(at,)),
        f"backwards, in the layer of {layer}": lambda at=layer: by_hand(backwards=(at,)),
        stale_says(f"the layer of {layer}"): lambda at=layer: updated((at,)),
        f"no bias is added in the layer of {layer}": lambda at=layer: by_hand(no_bias=(at,)),
        f"∂net/∂w is what goes into the activation, in the layer of {layer}": (
            by_hand if layer == LAYER_1 else lambda: by_hand(inputs_of=tuple)
        ),
        f"∂net/∂w is what goes into the network, in the layer of {layer}": (
            by_hand if layer == LAYER_1 else lambda: by_hand(inputs_of=lambda z: I)
        ),
        f"{ONE_WAY} {layer} only the last is kept": lambda b=back: by_hand(ways={b: first_of}),
        f"{ONE_WAY} {layer} only the first is kept": lambda b=back: by_hand(ways={b: last_of}),
    }


@pytest.fixture(scope="module")
def worked():
    tape = Tape(network(Plan((2, 2, 2)), TEXTBOOK))
    setting, names = Setting(tape, learning_leaves(tape), RATE), Names(tape)
    known = Slips(setting, names.of)
    stages = known.everywhere(True), known.in_parts(), known.somewhere()
    return setting, names, [{slip.says: slip for slip in stage} for stage in stages]


@pytest.mark.parametrize(
    ("stage", "says"), [*((0, says) for says in EVERYWHERE), *((1, says) for says in IN_PARTS)]
)
def test_every_slip_is_worked_by_hand(worked, stage, says):
    setting, names, stages = worked
    expected = (EVERYWHERE, IN_PARTS)[stage][says]()
    course = Course(setting, stages[stage][says])
    found = {name: names.quantity(name).number(course) for name in expected}
    assert found == pytest.approx(expected, rel=1e-12, abs=0)


def test_no_other_slips_are_tried(worked):
    _, _, (everywhere, in_parts, _) = worked
    rounds = [f"it is the figure after one round {what}" for what in ("less", "more")]
    assert list(everywhere) == [*EVERYWHERE, *rounds]
    summed = "the gradient of an activation is taken for the sum of ∂E/∂w"
    assert set(in_parts) == {*IN_PARTS, summed}


def test_every_place_is_tried(worked):
    """Every link but those of constants: 5 to each net, 1 to each out, 2 to each square, 2 sums."""
    setting, names, (*_, somewhere) = worked
    tape = setting.tape
    links = 4 * 5 + 4 * 1 + 2 * 4 + 2
    for what in ("has the other sign", "is doubled", "is halved"):
        assert sum(says.endswith(what) and "factor d" in says for says in somewhere) == links
    between = names.of[tape.leaves : -1]
    for name in between:
        assert f"what {name} passes on is not multiplied by its own gradient" in somewhere
    for neuron, inputs in {"net_o1": ("h1", "h2"), "net_o2": ("h1", "h2")}.items():
        assert somewhere[f"{neuron} has no bias"].factors
        for k in inputs:
            assert f"{neuron} reads net_{k} for out_{k}" in somewhere
            assert f"d{neuron}/dout_{k} is taken for out_{k}" in somewhere
            assert f"the factor d{neuron}/dout_{k} is left out" in somewhere
            assert f"of out_{k} only what comes by d{neuron}/dout_{k} is kept" in somewhere
    for k in ("h1", "h2", "o1", "o2"):
        assert f"net_{k} is used everywhere for out_{k}" in somewhere
        assert f"the factor dout_{k}/dnet_{k} is left out" not in somewhere
    kept = [says for says in somewhere if says.endswith(" is kept")]
    shared = dict.fromkeys(("i1", "i2", "out_h1", "out_h2", "b1", "b2"), 2)  # by two neurons
    assert Counter(says.split()[1] for says in kept) == shared
    for b, neuron in (("b1", "net_h1"), ("b1", "net_h2"), ("b2", "net_o1"), ("b2", "net_o2")):
        slip = somewhere[f"of {b} only what comes by d{neuron}/d{b} is kept"]
        assert slip.name == slips.OWN_BIAS
        number = names.quantity(f"dE/d{b}").number(Course(setting, slip))
        alone = names.quantity(f"dE/d{neuron}").number(Course(setting))
        assert number == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize(
    ("says", "step"),
    [
        ("the step goes up the slope", lambda w, g: w + 0.5 * g),
        ("the learning rate is left out", lambda w, g: w - g),
        ("the learning rate is squared", lambda w, g: w - 0.25 * g),
        ("each step is made twice", lambda w, g: w - 1.0 * g),
        ("no bias is trained", lambda w, g: w - 0.5 * g),
    ],
)
def test_steps_that_are_taken_wrongly(worked, says, step):
    setting, names, (everywhere, *_) = worked
    course = Course(setting, everywhere[says])
    right = by_hand()
    assert names.quantity("w5+").number(course) == pytest.approx(step(0.4, right["dE/dw5"]))
    bias = 0.6 if says == "no bias is trained" else step(0.6, right["dE/db2"])
    assert names.quantity("b2+").number(course) == pytest.approx(bias, rel=1e-12)


def test_what_is_done_at_one_place_has_its_name(worked):
    _, _, (*_, somewhere) = worked
    names = {
        "the factor dnet_o1/dw5 has the other sign": SIGN[0],
        "w5 is read with the other sign in net_o1": SIGN[0],
        "the factor dnet_o1/dw5 is doubled": slips.FACTOR,
        "the factor dnet_o1/dw5 is left out": NO_LOCAL[0],
        "what net_o1 passes on is not multiplied by its own gradient": NO_UPSTREAM[0],
        "of out_h1 only what comes by dnet_o1/dout_h1 is kept": ONE_PATH[0],
        "net_o1 reads net_h1 for out_h1": slips.INPUT,
        "dnet_o1/dw5 is taken for net_h1": slips.INPUT,
        "dnet_o1/dout_h1 is taken for out_h1": slips.SUMMED,
        "net_o1 has no bias": slips.NO_BIAS,
    }
    assert {says: somewhere[says].name for says in names} == names


def test_a_network_of_one_layer_has_no_parts_but_its_activations():
    w, x = Value(0.5, "w"), Value(2.0, "x")
    h = tanh(w * x)
    h.label = "h"
    tape = Tape(h * h)
    known = Slips(Setting(tape, learning_leaves(tape), RATE), Names(tape).of)
    names = [slips.NO_SLOPE, slips.SLOPE_OF_Z, slips.SLOPE_AT_Y]
    assert [slip.name for slip in known.in_parts()] == names


@pytest.mark.parametrize("own", [False, True])
def test_biases_may_be_trained_that_the_setting_leaves_as_they_are(own):
    tape = Tape(network(Plan((2, 2, 2), biases="per-neuron" if own else "shared"), None))
    names = Names(tape)
    setting = Setting(tape, tuple(names.place[f"w{k}"] for k in range(1, 9)), RATE)
    known = {slip.says: slip for slip in Slips(setting, names.of).everywhere(True)}
    biases = ("b_h1", "b_h2", "b_o1", "b_o2") if own else ("b1", "b2")
    assert known["every bias is trained"].thawed == {names.place[name] for name in biases}
    assert ("a layer's biases are trained, as one" in known) == own


def test_the_biases_of_one_layer_may_be_trained_as_one():
    tape = Tape(network(Plan((2, 2, 2), biases="per-neuron")))
    names, setting = Names(tape), Setting(tape, learning_leaves(tape), RATE)
    known = {slip.says: slip for slip in Slips(setting, names.of).in_parts()}
    for layer in ("h", "o"):
        slip = known[f"the biases in the layer of net_{layer}1 are trained as one"]
        assert slip.name == slips.SHARED_BIAS
        assert slip.pooled == (tuple(names.place[f"b_{layer}{k}"] for k in (1, 2)),)
        given = Course(setting, slip)
        both = sum(names.quantity(f"dE/dnet_{layer}{k}").number(Course(setting)) for k in (1, 2))
        for k in (1, 2):
            number = names.quantity(f"dE/db_{layer}{k}").number(given)
            assert number == pytest.approx(both, rel=1e-12)


def test_a_graph_without_a_neuron_has_slips_of_its_activations():
    x = Value(0.3, "x")
    z = tanh(x)
    z.label = "z"
    output = z * Value(2.0, "c")
    output.backward()
    tape = Tape(output)
    setting = Setting(tape, (tape.place[x],), RATE)
    known = Slips(setting, Names(tape).of)
    assert known.layers == []
    left_out = {slip.says: slip for slip in known.everywhere(True)}["the factor dz/dx is left out"]
    gradients = Course(setting, left_out).after(0).gradients(len(tape.nodes) - 1)
    assert gradients[tape.place[x]] == 2.0


AT_ONE_PLACE = {
    "the factor dnet_o1/dw5 has the other sign": lambda f: {"dE/dw5": -f["dw5"]},
    "the factor dnet_o1/dw5 is doubled": lambda f: {"dE/dw5": 2.0 * f["dw5"]},
    "the factor dnet_o1/dw5 is halved": lambda f: {"dE/dw5": 0.5 * f["dw5"]},
    "the factor dnet_o1/dw5 is left out": lambda f: {"dE/dw5": f["dnet_o1"]},
    "w5 is read with the other sign in net_o1": lambda f: {
        "net_o1": f["net_o1"] - 2.0 * f["w5"] * f["out_h1"]
    },
    "what net_o1 passes on is not multiplied by its own gradient": lambda f: {
        "dE/dnet_o1": f["dnet_o1"],
        "dE/dw5": f["out_h1"],
        "dE/dout_h1": f["w5"] + f["w7"] * f["dnet_o2"],
    },
    "net_o1 has no bias": lambda f: {"net_o1": f["net_o1"] - f["b2"], "net_o2": f["net_o2"]},
    "net_o1 reads net_h1 for out_h1": lambda f: {
        "net_o1": f["net_o1"] + f["w5"] * (f["net_h1"] - f["out_h1"]),
        "net_o2": f["net_o2"],
    },
    "net_h1 is used everywhere for out_h1": lambda f: {
        f"net_o{k}": f[f"net_o{k}"] + f[w] * (f["net_h1"] - f["out_h1"])
        for k, w in ((1, "w5"), (2, "w7"))
    },
    "dnet_o1/dw5 is taken for net_h1": lambda f: {"dE/dw5": f["dnet_o1"] * f["net_h1"]},
    "dnet_o1/dout_h1 is taken for out_h1": lambda f: {
        "dE/dout_h1": f["dnet_o1"] * f["out_h1"] + f["dnet_o2"] * f["w7"]
    },
}


@pytest.mark.parametrize("says", AT_ONE_PLACE)
def test_a_slip_at_one_place_is_worked_by_hand(worked, figures, says):
    setting, names, (*_, somewhere) = worked
    course = Course(setting, somewhere[says])
    expected = AT_ONE_PLACE[says](figures)
    found = {name: names.quantity(name).number(course) for name in expected}
    assert found == pytest.approx(expected, rel=1e-12, abs=0)


def test_every_way_of_rounding_by_hand_is_tried():
    """From two decimals to twelve, and to 32 bits; of 0.123456789012 each shows another one."""
    ways = list(slips.arithmetic())
    for named_only, what in ((False, "every step"), (True, "every result with a name")):
        single, *others = [slip for slip in ways if slip.named_only is named_only]
        assert (single.name, single.rounded(0.1)) == (slips.SINGLE, 0.10000000149011612)
        assert single.says == f"{what} is rounded to a float of 32 bits"
        assert {slip.name for slip in others} == {slips.ROUNDED}
        figure = "0.123456789012345"
        rounded = [float(f"{float(figure):.{decimals}f}") for decimals in range(2, 13)]
        assert [slip.rounded(float(figure)) for slip in others] == rounded
        said = [f"{what} is rounded to {decimals} decimals" for decimals in range(2, 13)]
        assert [slip.says for slip in others] == said
