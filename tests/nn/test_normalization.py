"""Normalisation against PyTorch's figures (see reference/make_reference.py)."""

import itertools
import json
from pathlib import Path

import pytest

from autograd import Value, check_gradients, compile, dot
from nn import BatchNorm, Layer, LayerNorm, RMSNorm, Sequential

REFERENCE = Path(__file__).parent / "reference"


def figures(name):
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


CASES = figures("batch_norm")
RUNS = [list(run) for _, run in itertools.groupby(CASES, key=lambda case: case["options"])]


def flat(rows):
    return [number for row in rows for number in row]


def close(numbers):
    return pytest.approx(numbers, rel=1e-12, abs=2e-14)


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
        assert sum(y * y for y in column) / 3 == pytest.approx(1.0, rel=1e-5, abs=0.0)


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
        ({"n": 1, "momentum": 1.0000000000000002}, r"momentum=1\.0000000000000002"),
        ({"n": 1, "momentum": -5e-324}, "momentum=-5e-324"),
        ({"n": 1, "momentum": float("nan")}, "momentum=nan"),
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
    assert norm.running_mean == pytest.approx([(2.0 + 4.0 + 0.5) / 3], rel=1e-13, abs=0.0)
    assert norm.running_var == pytest.approx([(2.0 + 8.0 + 0.5) / 3], rel=1e-13, abs=0.0)
    assert norm.state_dict()["batches"] == [3.0]
    norm.save(tmp_path / "norm.json")
    again = BatchNorm(1, momentum=None)
    again.load(tmp_path / "norm.json")
    for each in (norm, again):
        each([[5.0], [7.0]])
        assert each.running_mean == pytest.approx([(2.0 + 4.0 + 0.5 + 6.0) / 4], rel=1e-13, abs=0.0)
    norm.eval()
    norm([[100.0]])
    assert norm.running_mean == again.running_mean
    with pytest.raises(ValueError, match="must be in \\[0, 1\\], or None"):
        BatchNorm(1, momentum=1.5)


# ------------------------------------------------------------------------- rows by themselves

ROWS = [(LayerNorm, case) for case in figures("layer_norm")]
ROWS += [(RMSNorm, case) for case in figures("rms_norm")]


def loaded(make, case):
    """Make a normalisation with the weights of a case."""
    norm = make(len(case["x"]), **case["options"])
    parts = case["state"].items()
    norm.load_state_dict({f"{name}.{i}": x for name, part in parts for i, x in enumerate(part)})
    return norm


every_row = pytest.mark.parametrize(
    ("make", "case"), ROWS, ids=lambda c: f"{c['options']}-{c['x']}" if isinstance(c, dict) else ""
)


@every_row
def test_a_row_by_itself_is_that_of_pytorch(make, case):
    norm = loaded(make, case)
    x = [Value(number) for number in case["x"]]
    y = norm(x)
    dot(y, case["upstream"]).backward()
    assert [value.data for value in y] == close(case["y"])
    scale = max(1.0, *map(abs, case["x_gradient"]))
    assert [v.grad / scale for v in x] == close([g / scale for g in case["x_gradient"]])
    for name, wanted in case["gradients"].items():
        assert [w.grad for w in getattr(norm, name)] == close(wanted)
    assert norm.eval()(case["x"])[0].data == y[0].data


@every_row
def test_it_compiles(make, case):
    norm = loaded(make, case)
    assert compile(norm, backend="python")(case["x"]) == close(case["y"])


def test_layer_norm_keeps_the_digits_of_differences_beside_a_large_mean():
    """Of whole numbers, whatever is added to all of them: the output is the same."""
    row = [1.0, 2.0, 4.0, 8.0, 16.0]
    expected = [y.data for y in LayerNorm(5)(row)]
    for offset in (1e3, 1e8, -1e14):
        shifted = [Value(x + offset) for x in row]
        y = LayerNorm(5)(shifted)
        assert [value.data for value in y] == close(expected)
        y[0].backward()
        assert sum(v.grad for v in shifted) == pytest.approx(0.0, abs=1e-14)


def test_of_all_norms_only_that_of_a_batch_mixes_rows():
    assert [norm(2).mixes_rows for norm in (BatchNorm, LayerNorm, RMSNorm)] == [True, False, False]


@pytest.mark.parametrize("make", [LayerNorm, RMSNorm])
def test_a_normalised_row_has_the_mean_square_one(make):
    y = [value.data for value in make(4, eps=0.0)([3.0, -1.0, 0.5, 2.0])]
    assert sum(v * v for v in y) / 4 == pytest.approx(1.0, rel=1e-14, abs=0.0)
    assert (abs(sum(y)) < 1e-14) == (make is LayerNorm)


@pytest.mark.parametrize("make", [LayerNorm, RMSNorm])
def test_wrong_options_and_rows_are_refused(make):
    with pytest.raises(ValueError, match="n=0 is not allowed"):
        make(0)
    with pytest.raises(ValueError, match=r"eps=-1\.0 is not allowed"):
        make(2, eps=-1.0)
    with pytest.raises(ValueError, match=rf"{make.__name__}\(2\) needs 2 inputs, but 3 were given"):
        make(2)([1.0, 2.0, 3.0])


def test_what_can_be_left_out_is_no_parameter():
    assert len(LayerNorm(3).parameters()) == 6
    assert len(LayerNorm(3, bias=False).parameters()) == 3
    assert LayerNorm(3, elementwise_affine=False).parameters() == []
    assert len(RMSNorm(3).parameters()) == 3
    assert RMSNorm(3, elementwise_affine=False).parameters() == []


def test_rows_stand_in_a_sequence_of_layers():
    model = Sequential(Layer(2, 3), LayerNorm(3), Layer(3, 1), RMSNorm(1))
    assert [len(row) for row in model([[0.1, 0.2], [0.3, 0.4]])] == [1, 1]
    assert len(model([0.1, 0.2])) == 1


def test_what_is_left_out_is_pytorchs_default_and_sizes_are_shown():
    row = [0.001, -0.002]
    for make, eps in ((BatchNorm, 1e-5), (LayerNorm, 1e-5), (RMSNorm, 2.0**-52)):
        assert make(2).eps == eps
        assert repr(make(2)) == f"{make.__name__}(2)"
    assert BatchNorm(1).momentum == 0.1
    assert [y.data for y in LayerNorm(2)(row)] == [y.data for y in LayerNorm(2, eps=1e-5)(row)]


@pytest.mark.parametrize(("momentum", "mean"), [(0, 0.0), (1, 2.0)])
def test_all_or_nothing_of_a_batch_may_be_remembered(momentum, mean):
    norm = BatchNorm(1, momentum=momentum)
    norm([[1.0], [3.0]])
    assert norm.running_mean == [mean]
    assert norm.running_var == [2.0 if momentum else 1.0]
    assert "batches" not in norm.state_dict()


def test_at_first_weights_are_1_and_biases_0():
    for norm in (BatchNorm(2), LayerNorm(2), RMSNorm(2)):
        state = norm.state_dict()
        ones = {name for name in state if name.startswith("weight")}
        assert {state[name] for name in ones} == {1.0}
        assert {state[name] for name in state if name.startswith("bias")} <= {0.0}
    assert (BatchNorm(2).running_mean, BatchNorm(2).running_var) == ([0.0, 0.0], [1.0, 1.0])
