"""Which graphs are a network's loss over points of a plane, and which only look like one."""

from __future__ import annotations

import pytest

from autograd import Value, dot, sigmoid, tanh
from autograd.value import Parameter
from autograd.views.player.batch import rows_of_batch

POINTS = [(0.0, 1.0, 0.0), (1.0, 0.5, 1.0), (0.3, 0.2, 0.0)]


def parameters(count: int) -> list[Parameter]:
    return [Parameter(0.1 * (k + 1), f"w{k}") for k in range(count)]


def network(w: list[Parameter], x: object, y: object) -> Value:
    hidden = [tanh(dot(w[:2], [x, y], w[2])), tanh(dot(w[3:5], [x, y], w[5]))]
    return sigmoid(dot(w[6:8], hidden, w[8]))


@pytest.mark.parametrize("half", [False, True])
def test_a_loss_over_points(half):
    w = parameters(9)
    made = [(Value(x), Value(y), t) for x, y, t in POINTS]
    errors = [(network(w, x, y) - t) ** 2 for x, y, t in made]
    loss = sum(0.5 * error if half else error for error in errors) / 3
    rows = rows_of_batch(loss)
    assert [tuple(v.data for v in row.inputs) for row in rows] == [point[:2] for point in POINTS]
    assert [row.target[0].data for row in rows] == [0.0, 1.0, 0.0]
    for row, (x, y, _) in zip(rows, POINTS, strict=True):
        assert row.output.data == network(w, x, y).data


def test_numbers_that_each_neuron_has_of_its_own_are_no_inputs():
    w = parameters(9)
    assert rows_of_batch(sum((network(w, x, y) - t) ** 2 for x, y, t in POINTS)) == []


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
