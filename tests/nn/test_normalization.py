"""Batch normalisation against PyTorch's figures (see reference/make_reference.py)."""

import itertools
import json
from pathlib import Path

import pytest

from autograd import Value, check_gradients, dot
from nn import BatchNorm, Layer, Sequential

REFERENCE = Path(__file__).parent / "reference" / "batch_norm.json"
CASES = json.loads(REFERENCE.read_text(encoding="utf-8"))
RUNS = [list(run) for _, run in itertools.groupby(CASES, key=lambda case: case["options"])]


def flat(rows):
    return [number for row in rows for number in row]


def close(numbers):
    return pytest.approx(numbers, rel=1e-12, abs=1e-12)


def data(rows):
    return [[value.data for value in row] for row in rows]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: str(run[0]["options"]))
def test_batches_in_both_modes_are_those_of_pytorch(run):
    norm = BatchNorm(2, **run[0]["options"])
    for parameter, number in zip(norm.parameters(), (1.5, -0.75, 0.25, 2.0), strict=True):
        parameter.data = number
    for case in run:
        norm.train() if case["training"] else norm.eval()
        norm.zero_grad()
        x = [[Value(number) for number in row] for row in case["x"]]
        y = norm(x)
        dot(flat(y), flat(case["upstream"])).backward()
        assert flat(data(y)) == close(flat(case["y"]))
        assert [v.grad for v in flat(x)] == close(flat(case["x_gradient"]))
        assert [v.grad for v in norm.weight] == close(case["weight_gradient"])
        assert [v.grad for v in norm.bias] == close(case["bias_gradient"])
        assert norm.running_mean == close(case["running_mean"])
        assert norm.running_var == close(case["running_var"])
    assert [case["training"] for case in run] == [True, True, True, False]


def test_gradients_flow_through_the_batch_statistics():
    norm = BatchNorm(1)
    x = [[Value(number, f"x{i}")] for i, number in enumerate((0.3, -1.2, 2.5))]
    y = norm(x)
    objective = dot(flat(y), [1.0, -2.0, 0.5])
    check_gradients(objective)
    objective.backward()
    assert sum(v.grad for v in flat(x)) == pytest.approx(0.0, abs=1e-12)


def test_the_output_has_mean_zero_and_variance_one():
    columns = list(zip(*data(BatchNorm(2)([[1.0, 50.0], [4.0, -9.0], [-2.0, 3.0]])), strict=True))
    for column in columns:
        assert sum(column) == pytest.approx(0.0, abs=1e-12)
        assert sum(y * y for y in column) / 3 == pytest.approx(1.0, rel=1e-5)


def test_a_constant_feature_becomes_the_bias():
    assert flat(data(BatchNorm(1)([[7.0], [7.0]]))) == [0.0, 0.0]


def test_in_eval_mode_rows_do_not_touch_and_nothing_is_remembered():
    norm = BatchNorm(1)
    norm([[1.0], [5.0], [3.0]])
    norm.eval()
    before = norm.state_dict()
    together = data(norm([[2.0], [100.0]]))
    assert together == data(norm([[2.0]])) + data(norm([[100.0]]))
    assert norm.state_dict() == before


def test_running_statistics_are_saved_and_loaded(tmp_path):
    model = Sequential(Layer(1, 2, "tanh"), BatchNorm(2))
    model([[1.0], [-2.0], [0.3]])
    model.save(tmp_path / "model.json")
    copy = Sequential(Layer(1, 2, "tanh", seed=9), BatchNorm(2))
    copy.load(tmp_path / "model.json")
    assert copy.state_dict() == model.state_dict()
    assert copy.layers[1].running_mean == model.layers[1].running_mean != [0.0, 0.0]
    assert data(copy.eval()([[0.7]])) == data(model.eval()([[0.7]]))


def test_one_row_has_no_variance():
    with pytest.raises(ValueError, match=r"BatchNorm\(1\) needs two rows or more .* call eval"):
        BatchNorm(1)([[1.0]])
    assert BatchNorm(1).eval()([]) == []


def test_a_wrong_length_states_both_lengths():
    with pytest.raises(ValueError, match=r"BatchNorm\(2\) needs 2 inputs, but 3 were given"):
        BatchNorm(2)([[1.0, 2.0], [1.0, 2.0, 3.0]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n=0"),
        ({"n": 1, "momentum": 1.5}, r"momentum=1\.5 .* in \[0, 1\]"),
        ({"n": 1, "eps": -1e-5}, "eps=-1e-05"),
        ({"n": 1, "eps": float("nan")}, "eps=nan"),
    ],
)
def test_a_wrong_option_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        BatchNorm(**options)


def test_without_momentum_the_statistics_are_means_over_all_batches(tmp_path):
    norm = BatchNorm(1, momentum=None)
    batches = [[[1.0], [3.0]], [[2.0], [6.0]], [[0.0], [1.0]]]
    for batch in batches:
        norm(batch)
    assert norm.running_mean == pytest.approx([(2.0 + 4.0 + 0.5) / 3])
    assert norm.running_var == pytest.approx([(2.0 + 8.0 + 0.5) / 3])
    norm.save(tmp_path / "norm.json")
    again = BatchNorm(1, momentum=None)
    again.load(tmp_path / "norm.json")
    for each in (norm, again):
        each([[5.0], [7.0]])
        assert each.running_mean == pytest.approx([(2.0 + 4.0 + 0.5 + 6.0) / 4])
    norm.eval()
    norm([[100.0]])
    assert norm.running_mean == again.running_mean
    with pytest.raises(ValueError, match="must be in \\[0, 1\\], or None"):
        BatchNorm(1, momentum=1.5)
