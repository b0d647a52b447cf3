"""Recurrent cells against PyTorch's figures (see reference/make_reference.py)."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from autograd import Value, dot, draw, walkthrough
from nn.recurrent import LSTM, LSTMCell, RNNCell

REFERENCE = Path(__file__).parent / "reference"
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def figures(name):
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def flat(nested):
    if isinstance(nested, list | tuple):
        return [number for part in nested for number in flat(part)]
    return [nested]


def values(nested):
    return [values(part) for part in nested] if isinstance(nested, list) else Value(nested)


def close(nested):
    return pytest.approx(flat(nested), rel=1e-12, abs=1e-15)


def data(nested):
    return [value.data for value in flat(nested)]


def grads(nested):
    return [value.grad for value in flat(nested)]


def load(cell, problem):
    """Load PyTorch's weights, which have the same layout."""
    for name in WEIGHTS:
        for value, number in zip(flat(getattr(cell, name)), flat(problem[name]), strict=True):
            value.data = number


def objective(problem, hidden, cells=()):
    upstream = flat(problem["upstream"])
    return dot(upstream, flat(hidden)) + (dot(problem["upstream_c"], cells) if cells else 0.0)


def check_gradients(cell, problem, leaves):
    for name in WEIGHTS:
        assert grads(getattr(cell, name)) == close(problem["gradients"][name])
    for name, leaf in leaves.items():
        assert grads(leaf) == close(problem["gradients"][name])


def test_three_steps_of_an_rnn_cell_are_those_of_pytorch():
    problem = figures("rnn_cell")
    cell = RNNCell(2, 3)
    load(cell, problem)
    leaves = {name: values(problem[name]) for name in ("x", "h0")}
    hidden, h = [], leaves["h0"]
    for x in leaves["x"]:
        h = cell(x, h)
        hidden.append(h)
    objective(problem, hidden).backward()
    assert data(hidden) == close(problem["h"])
    check_gradients(cell, problem, leaves)


def test_one_step_of_an_lstm_cell_is_that_of_pytorch():
    problem = figures("lstm_cell")
    cell = LSTMCell(2, 3)
    load(cell, problem)
    leaves = {name: values(problem[name]) for name in ("x", "h0", "c0")}
    h, c = cell(leaves["x"][0], (leaves["h0"], leaves["c0"]))
    objective(problem, h, c).backward()
    assert data(h) == close(problem["h"])
    assert data(c) == close(problem["c"])
    check_gradients(cell, problem, leaves)


def test_twenty_steps_of_an_lstm_are_those_of_pytorch():
    problem = figures("lstm")
    lstm = LSTM(2, 3)
    load(lstm.cell, problem)
    leaves = {name: values(problem[name]) for name in ("x", "h0", "c0")}
    hidden, (h, c) = lstm(leaves["x"], (leaves["h0"], leaves["c0"]))
    objective(problem, hidden, c).backward()
    assert len(hidden) == 20
    assert hidden[-1] == h
    assert data(hidden) == close(problem["h"])
    assert data(c) == close(problem["c"])
    check_gradients(lstm.cell, problem, leaves)


def test_shared_weights_get_the_sum_of_every_steps_gradient():
    """Backpropagation through time by hand: a step's share is its gradient with the rest frozen."""
    cell = RNNCell(1, 2, seed=3)
    steps = [[0.5], [-1.0], [2.0]]

    def run(cells):
        h = None
        for x, own in zip(steps, cells, strict=True):
            h = own(x, h)
        return h[0] + 2 * h[1]

    run([cell] * 3).backward()
    copies = [pickle.loads(pickle.dumps(cell)) for _ in steps]
    for copy in copies:
        copy.zero_grad()
    run(copies).backward()
    shares = zip(*([p.grad for p in copy.parameters()] for copy in copies), strict=True)
    assert [p.grad for p in cell.parameters()] == close([sum(share) for share in shares])


@pytest.mark.parametrize("cell", [RNNCell(2, 3), LSTMCell(2, 3)])
def test_without_a_state_it_is_zero(cell):
    zeros = [0.0] * 3
    state = zeros if isinstance(cell, RNNCell) else (zeros, zeros)
    assert data(cell([0.4, -0.3])) == data(cell([0.4, -0.3], state))


def test_only_the_sums_that_are_asked_for_are_made():
    cell = LSTMCell(2, 3, seed=6)
    every = data(cell.sums([0.4, -0.3], [0.1, 0.2, 0.3]))
    assert len(every) == 12
    assert data(cell.sums([0.4, -0.3], [0.1, 0.2, 0.3], [7, 2])) == [every[7], every[2]]


def test_an_lstm_begins_with_zeros():
    lstm, rows = LSTM(2, 3, seed=4), [[0.4, -0.3], [1.0, 0.2]]
    hidden, last = lstm(rows)
    again, state = lstm(rows, ([0.0] * 3, [0.0] * 3))
    assert data([hidden, *last]) == data([again, *state])


@pytest.mark.parametrize("make", [RNNCell, LSTMCell, LSTM])
def test_sizes_are_shown_and_the_seed_is_0_where_nothing_is_said(make):
    assert repr(make(2, 3)) == f"{make.__name__}(2, 3)"
    assert make(2, 3).state_dict() == make(2, 3, seed=0).state_dict()


def test_an_lstm_goes_on_from_the_state_it_returned():
    lstm = LSTM(1, 2, seed=5)
    rows = [[0.1 * t] for t in range(6)]
    whole, last = lstm(rows)
    first, state = lstm(rows[:2])
    rest, again = lstm(rows[2:], state)
    assert data(first + rest) == data(whole)
    assert data(again) == data(last)


def test_an_empty_sequence_leaves_the_state():
    lstm = LSTM(1, 2)
    hidden, (h, c) = lstm([], ([1.0, 2.0], [3.0, 4.0]))
    assert hidden == []
    assert data(h + c) == [1.0, 2.0, 3.0, 4.0]


def test_parameters_are_named_by_their_place():
    names = [name for name, _ in LSTM(1, 1).named_parameters()]
    assert names[:2] == ["cell.weight_ih.0.0", "cell.weight_ih.1.0"]
    assert names[-1] == "cell.bias_hh.3"
    assert len(names) == 4 * (1 + 1 + 2)


@pytest.mark.parametrize("make", [RNNCell, LSTMCell, LSTM])
def test_same_seed_same_bits_and_biases_at_zero(make):
    first, second, other = make(2, 3, seed=1), make(2, 3, seed=1), make(2, 3, seed=2)
    assert first.state_dict() == second.state_dict() != other.state_dict()
    biases = [x for name, x in first.state_dict().items() if "bias" in name]
    assert set(biases) == {0.0}


def test_the_forget_bias_is_that_of_the_second_gate():
    cell = LSTM(1, 2, forget_bias=1.0).cell
    assert data(cell.bias_ih) == [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert data(cell.bias_hh) == [0.0] * 8


@pytest.mark.parametrize("make", [RNNCell, LSTMCell, LSTM])
def test_sizes_must_be_positive(make):
    with pytest.raises(ValueError, match="n_in=0 is not allowed: it must be 1 or more"):
        make(0, 3)
    with pytest.raises(ValueError, match="n_hidden=-1 is not allowed"):
        make(2, -1)
    with pytest.raises(TypeError, match=r"n_in is a whole number, 1 or more, not 2\.0"):
        make(2.0, 3)
    with pytest.raises(TypeError, match="n_hidden is a whole number, 1 or more, not '3'"):
        make(2, "3")
    sizes = make(np.int64(2), np.int32(3)), make(1, 1)  # of any kind, and the least
    assert [repr(each) for each in sizes] == [f"{make.__name__}(2, 3)", f"{make.__name__}(1, 1)"]


def test_a_wrong_length_states_both_lengths():
    with pytest.raises(ValueError, match=r"LSTMCell\(2, 3\) needs 2 inputs, but 1 were given"):
        LSTMCell(2, 3)([1.0])
    with pytest.raises(ValueError, match=r"LSTMCell\(2, 3\) needs 3 inputs, but 2 were given"):
        LSTMCell(2, 3)([1.0, 1.0], ([0.0, 0.0, 0.0], [0.0, 0.0]))
    with pytest.raises(ValueError, match=r"RNNCell\(2, 3\) needs 3 inputs, but 1 were given"):
        RNNCell(2, 3)([1.0, 1.0], [0.0])


@pytest.mark.parametrize("kind", ["LSTM", "loop of LSTMCell", "loop of RNNCell"])
def test_a_drawing_folded_by_time_has_a_card_for_each_step(kind):
    rows = [[0.1], [0.2], [0.3], [0.4], [0.5]]
    if kind == "LSTM":
        h = LSTM(1, 2)(rows)[1][0]
    elif kind == "loop of LSTMCell":
        cell, state = LSTMCell(1, 2), None
        for row in rows:
            state = cell(row, state)
        h = state[0]
    else:
        rnn, h = RNNCell(1, 2), None
        for row in rows:
            h = rnn(row, h)
    root = (h[0] - 1.0) * (h[1] - 0.5)
    shown = draw(root, fold="time").picture.cards
    modules = {card.name: card for card in shown if card.role == "module"}
    assert list(modules) == ["cell", *(f"cell step {k}" for k in range(1, 6))]
    nodes = [len(modules[f"cell step {k}"].values) for k in range(2, 6)]
    assert nodes == [nodes[0]] * 4
    assert len(walkthrough(root, fold="time")) == len(walkthrough(root))
