"""Which graphs are a network's loss over points of a plane, and which only look like one."""

from __future__ import annotations

import math

import pytest

import nn
from autograd import Value, dot, log, relu, sigmoid, softplus, tanh, total
from autograd.value import Parameter
from autograd.views.player.batch import rows_of_batch

POINTS = [(0.0, 1.0, 0.0), (1.0, 0.5, 1.0), (0.3, 0.2, 0.0)]
MOONS = [
    (math.cos(0.3 * k) + k % 2, math.sin(0.3 * k) * (1 - 2 * (k % 2)) + 0.5 * (k % 2), k % 2)
    for k in range(20)
]


def parameters(count: int) -> list[Parameter]:
    return [Parameter(0.1 * (k + 1), f"w{k}") for k in range(count)]


def network(w: list[Parameter], x: object, y: object) -> Value:
    hidden = [tanh(dot(w[:2], [x, y], w[2])), tanh(dot(w[3:5], [x, y], w[5]))]
    return sigmoid(dot(w[6:8], hidden, w[8]))


def products(w: list[Parameter], x: object, y: object) -> Value:
    """The same with a node for each product."""
    hidden = [tanh(w[0] * x + w[1] * y + w[2]), tanh(w[3] * x + w[4] * y + w[5])]
    return sigmoid(w[6] * hidden[0] + w[7] * hidden[1] + w[8])


def coordinates(root: Value) -> list[tuple[float, ...]]:
    """The points that are found; each leaf that stands for a coordinate holds its number."""
    found = []
    for row in rows_of_batch(root):
        numbers = [{leaf.data for leaf in leaves} for leaves in row.inputs]
        assert [len(each) for each in numbers] == [1, 1]
        found.append(tuple(number for each in numbers for number in each))
    return found


@pytest.mark.parametrize("made_of", [Value, float])
@pytest.mark.parametrize("net", [network, products])
@pytest.mark.parametrize("half", [False, True])
def test_a_loss_over_points(half, net, made_of):
    w = parameters(9)
    made = [(made_of(x), made_of(y), t) for x, y, t in POINTS]
    errors = [(net(w, x, y) - t) ** 2 for x, y, t in made]
    loss = sum(0.5 * error if half else error for error in errors) / 3
    rows = rows_of_batch(loss)
    assert coordinates(loss) == [point[:2] for point in POINTS]
    assert [row.target.data for row in rows] == [0.0, 1.0, 0.0]
    assert {row.level for row in rows} == {0.5}
    for row, (x, y, _) in zip(rows, POINTS, strict=True):
        assert row.output.data == net(w, x, y).data


def squares(net, low=0):
    return [(net(x, y) - (low + (1 - low) * t)) ** 2 for x, y, t in MOONS]


def entropy(p, t):
    return -(t * log(p) + (1 - t) * log(1 - p))


def by_minibatches(net):
    errors = squares(net)
    return (total(errors[:10]) + total(errors[10:])) / 2


def by_means_of_minibatches(net):
    errors = squares(net)
    return total(errors[:10]) / 10 + total(errors[10:]) / 10


LOSSES = {
    "sum": (0.5, lambda net: sum(squares(net))),
    "mean": (0.5, lambda net: sum(squares(net)) / 20),
    "total": (0.5, lambda net: total(squares(net)) / 20),
    "mini-batches": (0.5, by_minibatches),
    "means of mini-batches": (0.5, by_means_of_minibatches),
    "tanh": (0.0, lambda net: sum(squares(lambda *at: tanh(net(*at)), -1)) / 20),
    "sigmoid": (0.5, lambda net: sum(squares(lambda *at: sigmoid(net(*at)))) / 20),
    "added": (-0.5, lambda net: sum((-net(x, y) + t) ** 2 for x, y, t in MOONS)),
    "hinge": (0.0, lambda net: sum(relu(1 + (1 - 2 * t) * net(x, y)) for x, y, t in MOONS)),
    "hinge of a logarithm": (  # which is taken before the output, and not of it
        0.0,
        lambda net: sum(
            relu(1 + (1 - 2 * t) * (log(net(x, y) ** 2 + 1.0) - 0.5)) for x, y, t in MOONS
        ),
    ),
    "two sigmoids": (  # the output is the score of which both are made
        0.0,
        lambda net: sum(
            -(t * log(sigmoid(z)) + (1 - t) * log(sigmoid(-z))) for z, t in outputs(net)
        ),
    ),
    "entropy": (0.5, lambda net: sum(entropy(sigmoid(net(x, y)), t) for x, y, t in MOONS)),
    "logits": (0.0, lambda net: sum(softplus(z) - t * z for z, t in outputs(net))),
    "nn": (0.5, lambda net: nn.mean_squared_error(*zip(*outputs(net), strict=True))),
    "nn, entropy": (
        0.5,
        lambda net: sum(nn.binary_cross_entropy(sigmoid(z), t) for z, t in outputs(net)),
    ),
    "nn, logits": (
        0.0,
        lambda net: nn.binary_cross_entropy_with_logits(*zip(*outputs(net), strict=True)),
    ),
}


def outputs(net) -> list[tuple[Value, int]]:
    return [(net(x, y), t) for x, y, t in MOONS]


@pytest.mark.parametrize("penalty", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_module_and_a_batch_of_plain_numbers(loss, penalty):
    net = nn.MLP(2, [4, 1], seed=1)
    level, write = LOSSES[loss]
    root = write(lambda x, y: net([x, y])[0])
    if penalty:
        root = root + 1e-4 * sum(p * p for p in net.parameters())
    assert coordinates(root) == [point[:2] for point in MOONS]
    rows = rows_of_batch(root)
    assert {row.level for row in rows} == {level}
    assert len({row.output for row in rows}) == 20


def test_one_number_for_both_inputs_or_as_a_bias():
    net = nn.MLP(3, [4, 1], seed=1)
    loss = sum((net([x, y, 1.0])[0] - t) ** 2 for x, y, t in MOONS)
    assert coordinates(loss) == [point[:2] for point in MOONS]
    w, v, b = parameters(3)
    loss = sum((w * x - w * y + v * x + b - t) ** 2 for x, y, t in POINTS)
    assert coordinates(loss) == [point[:2] for point in POINTS]


NO_BATCHES = {
    "three inputs": (3, 1, lambda net, x, y, t: (net([x, y, x * y])[0] - t) ** 2),
    "one input": (1, 1, lambda net, x, y, t: (net([x])[0] - t) ** 2),
    "one input, weighted": (1, 1, lambda net, x, y, t: y * (net([x])[0] - t) ** 2),
    "two outputs": (2, 2, lambda net, x, y, t: nn.mean_squared_error(net([x, y]), (t, 1 - t))),
    "one target for all": (2, 1, lambda net, x, y, t: (net([x, y])[0] - 1.0) ** 2),
}


@pytest.mark.parametrize("kind", NO_BATCHES)
def test_what_is_no_network_of_two_inputs_and_one_output(kind):
    inputs, count, error = NO_BATCHES[kind]
    net = nn.MLP(inputs, [4, count], seed=1)
    assert rows_of_batch(sum(error(net, *point) for point in MOONS) / 20) == []


def test_two_networks_are_none():
    one, other = nn.MLP(2, [2, 1], seed=1), nn.MLP(2, [2, 1], seed=2)
    losses = [sum((net([x, y])[0] - t) ** 2 for x, y, t in POINTS) for net in (one, other)]
    assert len(rows_of_batch(losses[0])) == 3
    assert rows_of_batch(losses[0] + losses[1]) == []


def test_time_steps_are_no_points():
    net = nn.LSTM(2, 1, seed=1)
    outputs, _ = net([[0.1 * k, 0.2 - k] for k in range(5)])
    errors = [(output[0] - 0.1 * k) ** 2 for k, output in enumerate(outputs)]
    assert rows_of_batch(sum(errors)) == []


def test_one_point_is_no_batch(graphs):
    assert rows_of_batch(graphs.worked_example()) == []


@pytest.mark.parametrize("half", [False, True])
def test_one_input_is_no_plane(half):
    w, b = parameters(2)
    errors = [(w * Value(x, "x") + b - Value(t, "t")) ** 2 for x, _, t in POINTS]
    assert rows_of_batch(sum(0.5 * e if half else e for e in errors)) == []


def test_different_functions_are_no_batch():
    w = parameters(9)
    outputs = [network(w, *POINTS[0][:2]), tanh(w[0] * 1.0 + w[1] * 2.0)]
    assert rows_of_batch((outputs[0] - 0.0) ** 2 + (outputs[1] - 1.0) ** 2) == []


def test_without_parameters_nothing_is_trained():
    pairs = [Value(x, "x") * Value(y, "y") - Value(t, "t") for x, y, t in POINTS]
    assert rows_of_batch(sum(pairs)) == []


def test_a_node_that_reads_all_inputs_may_be_the_output():
    w = parameters(3)
    loss = sum((dot(w[:2], [x, y], w[2]) - t) ** 2 for x, y, t in POINTS)
    assert coordinates(loss) == [point[:2] for point in POINTS]


def test_points_of_the_diagonal_have_two_inputs_if_these_are_two_values():
    w = parameters(9)
    for made_of, found in ((Value, [(x, x) for x, _, _ in POINTS]), (float, [])):
        made = [(made_of(x), made_of(x), t) for x, _, t in POINTS]
        assert coordinates(sum((network(w, x, y) - t) ** 2 for x, y, t in made)) == found


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("made_of", [Value, float])
def test_a_point_that_has_no_place_in_a_plane(made_of, number, place):
    spoiled = [*POINTS[0][:place], number, *POINTS[0][place + 1 :]]
    points = [tuple(map(made_of, point)) for point in (spoiled, *POINTS[1:])]
    w = parameters(9)
    assert rows_of_batch(sum((network(w, x, y) - t) ** 2 for x, y, t in points)) == []


def test_a_value_that_also_weighs_its_error_does_not_pass_through_the_network_alone():
    net = nn.MLP(2, [4, 1], seed=1)
    for made_of, found in ((Value, []), (float, [(x, y) for x, y, _ in POINTS])):
        made = [(made_of(x), made_of(y), t) for x, y, t in POINTS]
        assert coordinates(sum(x * (net([x, y])[0] - t) ** 2 for x, y, t in made)) == found


def test_what_reads_the_middle_of_one_point_as_well_is_no_batch():
    w = parameters(3)
    hidden = [tanh(dot(w[:2], [x, y], w[2])) for x, y, _ in POINTS]
    loss = sum((h * 2 - t) ** 2 for h, (_, _, t) in zip(hidden, POINTS, strict=True))
    assert coordinates(loss) == [point[:2] for point in POINTS]
    assert rows_of_batch(loss + hidden[0]) == []


def test_points_that_share_different_parts_of_their_graphs_are_no_batch():
    w = parameters(3)

    def hidden(x, y):
        return tanh(dot(w[:2], [x, y], w[2]))

    once = hidden(1.0, 2.0)
    outputs = [once * once, hidden(3.0, 4.0) * hidden(3.0, 4.0)]
    assert rows_of_batch((outputs[0] - 0.0) ** 2 + (outputs[1] - 1.0) ** 2) == []
