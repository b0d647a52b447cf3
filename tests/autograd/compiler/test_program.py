"""Programs give what the function gives: called, for batches, and their gradients."""

from __future__ import annotations

import copy
import json
import math
import pickle
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Program, Value, compile, dot, load_program, no_grad, tanh, total
from autograd.compiler.run import runner
from autograd.operation import forget_rows
from autograd.switches import TracingError
from nn import MLP, LSTMCell
from nn.losses import cross_entropy, mean_squared_error
from nn.optim import SGD
from nn.regularization import Dropout, l2_penalty

TOLERANCE = 1e-12
SUBNORMAL = 2.3e-308  # down there eager evaluation has few digits itself


def eager_gradient(f: Callable[..., Any], rows: Any, parameters: Any) -> tuple[float, list[float]]:
    """The mean over the rows and its gradient, by the eager loop; no grad is left over."""
    for leaf in parameters:
        leaf.grad = 0.0
    mean = 0.0
    for row in rows:
        loss = f(*row)
        loss.backward(1.0 / len(rows))
        mean += loss.data / len(rows)
    slopes = [leaf.grad for leaf in parameters]
    for leaf in parameters:
        leaf.grad = 0.0
    return mean, slopes


def assert_same_gradient(
    program: Program, f: Callable[..., Any], rows: Any, parameters: Any, near: Any
) -> None:
    """Check `backward` against the eager loop, which it adds to what `grad` holds already."""
    expected, slopes = eager_gradient(f, rows, parameters)
    for leaf in parameters:
        leaf.grad = 10.0
    assert near(program.backward(*map(list, zip(*rows, strict=True))), expected, TOLERANCE)
    scale = max(map(abs, slopes), default=1.0)
    for leaf, slope in zip(parameters, slopes, strict=True):
        assert abs(leaf.grad - 10.0 - slope) <= TOLERANCE * max(10.0, scale)
        leaf.grad = 0.0


def test_every_operation(row: Any, tools: Any, backend: Any) -> None:
    points = list(row.points(tools.specials + tools.ordinary))
    if row.operation.name == "dot":  # a fused multiply-add does not overflow on the way
        points = [point for point in points if 1e308 not in map(abs, point)]
    program = compile(lambda *x: row(*x), backend=backend)
    values = program.batch(*map(list, zip(*points, strict=True)))
    for point, value in zip(points, values, strict=True):
        expected = tools.eager(row, point).value
        assert tools.near(value, expected, 1e-13) or abs(value - expected) < SUBNORMAL, point


def test_every_derivative(row: Any, tools: Any, backend: Any) -> None:
    leaves = [Value(0.5) for _ in range(row.inputs)]
    program = compile(lambda: row(*leaves), backend=backend)
    for point in row.points(tools.ordinary):
        for leaf, number in zip(leaves, point, strict=True):
            leaf.data, leaf.grad = number, 0.0
        expected = tools.eager(row, point)
        assert tools.near(program.backward(), expected.value, 1e-13)
        for leaf, slope in zip(leaves, expected.by_argument, strict=True):
            assert tools.near(leaf.grad, slope, TOLERANCE), point


def test_random_graphs(graph: Any, tools: Any, backend: Any) -> None:
    program = compile(graph, backend=backend)
    rows = graph.rows(9)
    columns = list(zip(*rows, strict=True))
    for value, row in zip(program.batch(*columns), rows, strict=True):
        assert tools.near(value, graph(*row).data, TOLERANCE)
    expected, slopes = eager_gradient(graph, rows, graph.parameters)
    assert tools.near(program.backward(*columns), expected, TOLERANCE)
    assert tools.same_slopes([leaf.grad for leaf in graph.parameters], slopes, TOLERANCE)
    values = program.batch(*zip(*graph.NOT_FINITE, strict=True))
    for row, value in zip(graph.NOT_FINITE, values, strict=True):
        wanted = tools.eager(graph, row, graph.parameters)  # with every grad 0 afterwards
        assert tools.near(value, wanted.value, TOLERANCE), row
        program.backward(*([x] for x in row))
        slopes = [leaf.grad for leaf in graph.parameters]
        assert tools.same_slopes(slopes, wanted.by_parameter, TOLERANCE), row


@pytest.fixture(scope="module", params=["python", "llvm"])
def fitted(request: pytest.FixtureRequest) -> tuple[MLP, Callable[..., Any], Program]:
    """A network, its loss and the compiled loss, which serves batches of every size."""
    model = MLP(2, [3, 1], seed=1)

    def loss(x: Any, t: Any) -> Any:
        return (model(x)[0] - t) ** 2

    return model, loss, compile(loss, backend=request.param)


@pytest.mark.parametrize("rows", range(1, 71))
def test_every_batch_size(rows: int, fitted: Any, tools: Any) -> None:
    model, loss, program = fitted
    data = [([math.sin(i), math.cos(3 * i)], math.sin(2 * i)) for i in range(rows)]
    inputs, targets = zip(*data, strict=True)
    values = program.batch(inputs, targets)
    assert len(values) == rows
    for value, (x, t) in zip(values, data, strict=True):
        assert tools.near(value, loss(x, t).data, 1e-12)
    assert_same_gradient(program, loss, data, model.parameters(), tools.near)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "sigmoid"])
def test_network_with_a_penalty(activation: str, backend: Any, tools: Any) -> None:
    model = MLP(3, [5, 4, 3], activation=activation, seed=2)

    def loss(x: Any, index: Any) -> Any:
        return cross_entropy(model(x), index) + 1e-3 * l2_penalty(model.parameters())

    rows = [([math.sin(i + k) for k in range(3)], i % 3) for i in range(20)]
    program = compile(loss, backend=backend)
    assert_same_gradient(program, loss, rows, model.parameters(), tools.near)
    assert program(*rows[0]) == pytest.approx(loss(*rows[0]).data, rel=TOLERANCE, abs=0.0)


def test_lstm_unrolled(backend: Any, tools: Any) -> None:
    cell = LSTMCell(2, 3)

    def last(rows: Any) -> Any:
        state = ([Value(0.0)] * 3, [Value(0.0)] * 3)
        for row in rows:
            state = cell(row, state)
        return total(state[0])

    sequences = [([[math.sin(i + k), math.cos(i * k)] for k in range(20)],) for i in range(5)]
    program = compile(last, backend=backend)
    assert_same_gradient(program, last, sequences, cell.parameters(), tools.near)


def test_dropout_masks_are_arguments(backend: Any, tools: Any) -> None:
    model = MLP(2, [6, 1], seed=3)
    dropout = Dropout(0.5, seed=4)

    def masked(x: Any, mask: Any) -> Any:
        hidden = [h * m for h, m in zip(model.layers[0](x), mask, strict=True)]
        return model.layers[1](hidden)[0]

    with pytest.raises(TracingError, match="as an argument"):
        compile(lambda x: model.layers[1](dropout(model.layers[0](x)))[0])([0.1, 0.2])
    rows = [([0.1 * i, 0.3], dropout.mask(6)) for i in range(9)]
    program = compile(masked, backend=backend)
    assert_same_gradient(program, masked, rows, model.parameters(), tools.near)


def test_parameters_are_read_at_every_call(backend: Any) -> None:
    w = Value(2.0, "w")
    program = compile(lambda x: w * x, backend=backend)
    assert program(3.0) == 6.0
    w.data = -1.0
    assert program(3.0) == -3.0
    assert program.batch([1.0, 2.0]) == [-1.0, -2.0]
    assert program.parameters == (w,)
    w.data = math.nan
    assert math.isnan(program(3.0))


def test_no_grad_around_a_program_changes_nothing(backend: Any) -> None:
    w = Value(2.0, "w")
    program = compile(lambda x: w * x, backend=backend)
    with no_grad():
        assert program(3.0) == 6.0
        assert program.backward([3.0]) == 6.0
    assert w.grad == 3.0


def test_python_state_is_read_once() -> None:
    scale = [2.0]
    program = compile(lambda x: x * scale[0])
    assert program(3.0) == 6.0
    scale[0] = 5.0
    assert program(3.0) == 6.0


def test_one_recording_for_each_structure(backend: Any) -> None:
    calls = []

    def function(x: Any) -> Any:
        calls.append(x)
        return total(x) if isinstance(x, list) else x * 2.0

    program = compile(function, backend=backend)
    assert program([1.0, 2.0, 3.0]) == 6.0
    assert program(5.0) == 10.0
    assert program([1.0]) == 1.0
    assert program([4.0, 5.0, 6.0]) == 15.0
    assert len(calls) == 6  # each of three structures is recorded twice
    assert program.batch([7.0, 8.0]) == [14.0, 16.0]
    assert program.batch([[1.0], [2.0]]) == [1.0, 2.0]
    assert len(calls) == 6


def test_what_is_shown_is_what_was_used_last() -> None:
    program = compile(lambda x: total(x) if isinstance(x, (list, tuple)) else x * 2.0)
    number, pair = "<Program <lambda>: x, and 0 parameters>", "x[0], x[1], and 0 parameters>"
    for use, shown in (
        (lambda: program(1.0), number),
        (lambda: program([1.0, 2.0]), pair),
        (lambda: program(1.0), number),
        (lambda: program.batch([[1.0, 2.0]]), pair),
        (lambda: program.backward([1.0, 2.0]), number),
    ):
        use()
        assert repr(program).endswith(shown)
        assert str(program).startswith("<lambda>(x)" if shown is number else "<lambda>(x[0], x[1])")


def test_rows_of_one_length_take_what_is_there_for_them() -> None:
    """First what is for this length alone, else what is for several lengths."""
    calls = []

    def function(x: Any) -> Any:
        calls.append(x)
        return total(x)

    program = compile(function)
    assert program.batch([[1.0, 2.0]]) == [3.0]
    assert program.batch([[1.0, 2.0], [3.0]]) == [3.0, 3.0]
    recorded = len(calls)
    assert program.batch([[4.0], [5.0]]) == [4.0, 5.0]
    assert repr(program).startswith("<Program function: length, x[0], x[1]")
    assert program.batch([[1.0, 2.0], [3.0, 4.0]]) == [3.0, 7.0]
    assert repr(program).startswith("<Program function: x[0], x[1]")
    assert len(calls) == recorded


def test_results_are_floats(backend: Any) -> None:
    """Not NumPy's, which look and add up in another way."""
    one, several = (compile(f, backend=backend) for f in (lambda x: x * 3.0, lambda x: [x, -x]))
    results = [one(1.0), one.backward([1.0, 2.0]), *one.batch([1.0, 2.0]), *several(1.0)]
    results += [x for row in several.batch([1.0, 2.0]) for x in row]
    results += [x for row in several.batch(np.array([1.0, 2.0])).tolist() for x in row]
    lengths = compile(lambda x: x[0] if len(x) == 1 else x, backend=backend)
    number, numbers = lengths.batch([[1.0], [1.0, 2.0]])
    results += [number, *numbers]
    assert {type(x) for x in results} == {float}


@pytest.mark.parametrize(
    ("rows", "epochs", "terms", "constants"),
    [
        (1, 2, 1, True),
        (1, 1, 1, False),  # a stream of rows, of which each takes the same program
        (2, 2, 1, False),
        (1, 2, 1_000, False),
    ],
)
def test_a_small_row_that_stays_becomes_constants(
    rows: int, epochs: int, terms: int, constants: bool
) -> None:
    weights = [Value(1.0) for _ in range(terms)]
    program = compile(lambda x: dot(weights, x) ** 2, backend="python")
    column = [[3.0 / terms] * terms] * rows
    history = program.train(column, optimizer=SGD(weights, 0.0), epochs=epochs)
    assert list(history.losses) == pytest.approx([9.0] * epochs, rel=1e-12, abs=0.0)
    assert program._latest is not None
    ((any_row, (_, plan)),) = program._latest._planned.items()
    assert (any_row, plan.gradient.columns) == ((False, 0) if constants else (True, terms))


def test_batches_come_in_the_order_of_seed_0_unless_another_is_asked_for() -> None:
    def after(**options: Any) -> float:
        w = Value(1.0)
        program = compile(lambda x: (w - x) ** 2, backend="python")
        program.train([1.0, 2.0, 3.0], optimizer=SGD([w], 0.4), epochs=2, batch_size=1, **options)
        return w.data

    assert after() == after(shuffle=True, seed=0)
    assert len({after(), after(seed=1), after(shuffle=False)}) == 3


def test_one_thread_and_no_cache_unless_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("STEPGRAD_CACHE", raising=False)
    path = tmp_path / "p.json"

    def scaled(x: Any) -> Any:
        return Value(1.28125) * x  # a list that no other test compiles

    usual, decorated = compile(scaled, backend="llvm"), compile(backend="llvm")(scaled)
    for program in (usual, decorated, Program(scaled, "llvm")):
        assert program.batch([1.0, 2.0]) == [1.28125, 2.5625]
        program.save(path)
        assert json.loads(path.read_text().splitlines()[0])["threads"] == 1
        assert load_program(path).batch([1.0, 2.0]) == [1.28125, 2.5625]
        pickled = program.__getstate__()
        del pickled["_cache"]  # as in pickles of before
        old = Program.__new__(Program)
        old.__setstate__(pickled)
        assert len(old.train([1.0], optimizer=SGD([Value(1.0)], 0.1), epochs=1)) == 1
        assert not (tmp_path / "cache").exists()
        forget_rows()  # with them all code that is kept in memory


def test_results_have_the_structure_of_the_function(backend: Any) -> None:
    def function(x: Any, y: Any) -> Any:
        return {"sum": x + y, "both": (x, [y, 7])}

    program = compile(function, backend=backend)
    expected = {"sum": 3.0, "both": (1.0, [2.0, 7.0])}
    assert program(1, 2) == expected
    assert program.batch([1, 3], [2, 4]) == [expected, {"sum": 7.0, "both": (3.0, [4.0, 7.0])}]
    in_array = program.batch(np.array([1.0, 3.0]), [2, 4])
    assert in_array[0] == expected


def test_arrays_in_arrays_out(backend: Any) -> None:
    weights = np.array([[Value(1.0), Value(2.0)], [Value(-1.0), Value(0.5)]])
    rows = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    program = compile(lambda x: np.tanh(weights @ x), backend=backend)
    np.testing.assert_allclose(program(rows[0]), np.tanh(weights.astype(float) @ rows[0]))
    result = program.batch(rows)
    assert isinstance(result, np.ndarray)
    np.testing.assert_allclose(result, np.tanh(rows @ weights.astype(float).T), rtol=1e-14)
    numbers = compile(lambda x: x[0] * x[1], backend=backend).batch(rows)
    assert numbers.shape == (3,)
    nested = compile(lambda x: [[x[0]], [x[1]]], backend=backend).batch(rows)
    np.testing.assert_array_equal(nested, rows[:, :, None])
    ragged = compile(lambda x: [[x[0]], x[1]], backend=backend).batch(rows)
    assert ragged[0] == [[0.1], 0.2]
    assert isinstance(compile(lambda x: [], backend=backend).batch(rows), list)


def test_an_array_of_one_number_without_axes_may_come_again(backend: Any) -> None:
    w = Value(3.0)
    program = compile(lambda x, y: w * x + y[0], backend=backend)
    for _ in range(3):
        assert program(np.array(2.0), [np.array(0.5)]) == 6.5
    assert len(program._specializations) == 1


def test_columns_of_every_kind_give_the_same(backend: Any) -> None:
    program = compile(lambda p: p["x"] * p["y"][0], backend=backend)
    rows = [{"x": 1.0, "y": [2.0]}, {"x": 3.0, "y": [4.0]}]
    assert program.batch(rows) == [2.0, 12.0]
    assert program.batch({"x": [1.0, 3.0], "y": [[2.0], [4.0]]}) == [2.0, 12.0]
    mixed = program.batch({"x": np.array([1, 3]), "y": np.array([[2.0], [4.0]])})
    np.testing.assert_array_equal(mixed, [2.0, 12.0])


@pytest.mark.parametrize("x", [0.0, -0.0, math.inf, -math.inf, math.nan, 1e308, 5e-324])
def test_ieee_arithmetic(x: float, backend: Any, tools: Any) -> None:
    w = Value(2.0)
    program = compile(lambda x: [1.0 / x, autograd.exp(1e3 * x), x.log(), x - x], backend=backend)
    one_over = math.copysign(math.inf, x) if x == 0.0 else 1.0 / x
    expected = [
        one_over,
        math.inf if x > 0.71 else (1.0 if abs(x) < 1.0 else math.exp(x) if x < 0.0 else x),
        -math.inf if x == 0.0 else math.nan if not x > 0.0 else math.log(x),
        0.0 if math.isfinite(x) else math.nan,
    ]
    for value, wanted in zip(program(x), expected, strict=True):
        assert tools.near(value, wanted, 1e-15)
    loss = compile(lambda x: w / x, backend=backend)
    assert tools.near(loss.backward([x]), 2.0 * one_over, 0.0)
    assert tools.near(w.grad, one_over, 0.0)


def test_the_sign_of_zero_is_kept_from_program_to_program(backend: Any) -> None:
    for zero in (0.0, -0.0, 0.0):
        program = compile(lambda x, zero=zero: autograd.atan2(zero, x), backend=backend)
        assert program.batch([-1.0, 1.0]) == [math.copysign(math.pi, zero), 0.0]
        assert math.copysign(1.0, program(1.0)) == math.copysign(1.0, zero)


def test_backward_needs_one_number() -> None:
    program = compile(lambda x: [x, x])
    with pytest.raises(TypeError, match=r"one number has a gradient; <lambda> gives a list of 2"):
        program.backward([1.0])


def test_backward_of_a_function_without_arguments(backend: Any) -> None:
    w = Value(3.0)
    program = compile(lambda: w * w, backend=backend)
    assert program() == 9.0
    assert program.backward() == 9.0
    assert w.grad == 6.0
    assert program.batch() == [9.0]


def test_backward_without_parameters(backend: Any) -> None:
    assert compile(lambda x: x * x, backend=backend).backward([1.0, 2.0]) == 2.5


PAIRS = np.arange(12.0).reshape(6, 2) / 8
KINDS: dict[str, Any] = {
    "list": PAIRS.tolist(),
    "whole numbers": (8 * PAIRS).astype(int).tolist(),
    "fractions": [[Fraction(int(8 * x), 8) for x in row] for row in PAIRS.tolist()],
    "scalars": [[np.float32(a), np.float16(b)] for a, b in PAIRS],
    "arrays": list(PAIRS),
    "tuples": tuple(map(tuple, PAIRS.tolist())),
    "reversed": PAIRS[::-1].copy()[::-1],
    "strided": np.repeat(np.repeat(PAIRS, 2, axis=0), 3, axis=1)[::2, ::3],
    "by columns": np.asfortranarray(PAIRS),
    "float16": PAIRS.astype("f2"),
    "float32": PAIRS.astype("f4"),
    "other byte order": PAIRS.astype(PAIRS.dtype.newbyteorder()),
    "long doubles": PAIRS.astype(np.longdouble),
    "bytes": (8 * PAIRS).astype("u1"),
    "objects": PAIRS.astype(object),
    "memory": memoryview(PAIRS),
    "read-only": np.frombuffer(PAIRS.tobytes()).reshape(6, 2),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_column(kind: str, backend: Any) -> None:
    w = Value(2.0)
    program = compile(lambda p, t: (w * p[0] + p[1] - t) ** 2, backend=backend)
    scale = 8.0 if kind in ("whole numbers", "bytes") else 1.0
    rows = [(scale * a, scale * b) for a, b in PAIRS.tolist()]
    expected = [(2.0 * a + b - 0.5) ** 2 for a, b in rows]
    column = KINDS[kind]
    assert list(program.batch(column, [0.5] * 6)) == expected
    assert program.backward(column, [0.5] * 6) == sum(expected) / 6
    assert w.grad == sum(2.0 * a * (2.0 * a + b - 0.5) for a, b in rows) / 6
    epochs = program.train(column, [0.5] * 6, optimizer=SGD([w], 0.01), epochs=1)
    assert epochs[0].loss == sum(expected) / 6
    assert w.data == pytest.approx(2.0 - 0.01 * w.grad, rel=1e-14, abs=0.0)


ENDLESS = 10**400
MISFITS: list[tuple[Any, type[Exception], str]] = [
    (0.5, TypeError, "argument 0 of a batch needs a leading axis of rows"),
    (None, TypeError, "argument 0 of a batch needs a leading axis of rows.*not NoneType"),
    ("ab", TypeError, "argument 0 of a batch needs a leading axis of rows.*not str"),
    (np.array(1.0), TypeError, "argument 0 of a batch needs a leading axis of rows"),
    ({1.0, 2.0}, TypeError, "argument 0 of a batch needs a leading axis of rows.*not set"),
    (iter([1.0]), TypeError, "argument 0 of a batch needs a leading axis of rows"),
    ([], ValueError, "argument 0 has no rows"),
    (np.empty((0, 2)), ValueError, "argument 0 has no rows"),
    ({}, ValueError, "argument 0 is an empty dict"),
    ([[1.0, 2.0]], ValueError, "argument 0 has 1, argument 1 has 2"),
    ([[1.0, 2.0], [1.0]], ValueError, "argument 0 is ragged: row 1 is a list of 1"),
    ([[1.0, 2.0], (1.0, 2.0)], ValueError, "argument 0 is ragged: row 1 is a tuple of 2"),
    ([[1.0, 2.0], None], TypeError, "argument 0, row 1 needs one real number.*not NoneType"),
    ([["a", 1.0]] * 2, TypeError, r"argument 0, row 0\[0\] needs one real number.*not str"),
    ([[1.0, 1j]] * 2, TypeError, r"argument 0, row 0\[1\] needs one real number"),
    ([[Decimal(1), 1.0]] * 2, TypeError, "not Decimal: convert it"),
    ([[Value(1.0), 1.0]] * 2, TypeError, "not Value"),
    ([[ENDLESS, 1.0]] * 2, OverflowError, r"row 0\[0\] holds a float; this int is larger"),
    ([[Fraction(ENDLESS), 1.0]] * 2, OverflowError, "this Fraction is larger"),
    (np.array([[ENDLESS, 1.0]] * 2, dtype=object), OverflowError, "this int is larger"),
    (np.array([[1j, 1.0]] * 2), TypeError, "argument 0 is an array of complex128"),
    (np.array([["a", "b"]] * 2), TypeError, "argument 0 is an array of <U1"),
    (np.array([["2020", "2021"]] * 2, dtype="M8[Y]"), TypeError, "an array of datetime64"),
    (np.zeros(2, dtype=[("a", float), ("b", float)]), TypeError, "only real numbers are allowed"),
    (np.ma.masked_equal([[1.0, 2.0]] * 2, 2.0), TypeError, "argument 0 has masked entries"),
]


@pytest.mark.parametrize(("column", "error", "message"), MISFITS)
@pytest.mark.parametrize("method", ["batch", "backward", "train"])
def test_columns_that_do_not_fit(
    column: Any, error: type[Exception], message: str, method: str, backend: Any
) -> None:
    w = Value(2.0)
    program = compile(lambda p, t: w * p[0] * p[1] + t, backend=backend)
    optimizer = SGD([w], 0.1, momentum=0.9)
    options = {"optimizer": optimizer, "epochs": 2} if method == "train" else {}
    with pytest.raises(error, match=message):
        getattr(program, method)(column, [1.0, 2.0], **options)
    assert (w.data, w.grad, optimizer.steps, optimizer.state) == (2.0, 0.0, 0, [(0.0,)])
    assert program.batch([[1.0, 2.0]], [3.0]) == [7.0]


@pytest.mark.parametrize("data", [math.nan, math.inf, -math.inf, 1e308])
def test_parameters_of_every_size(data: float, backend: Any, tools: Any) -> None:
    w = Value(data)
    program = compile(lambda x: tanh(w) * x + w * w, backend=backend)
    assert tools.near(program(0.5), 0.5 * math.tanh(data) + data * data, 1e-14)
    assert not math.isfinite(program.backward([0.5, 1.0]))
    program.train([0.5, 1.0], optimizer=SGD([w], 0.1), epochs=2)
    assert not math.isfinite(w.data) or data == 1e308


def test_arguments_that_do_not_fit() -> None:
    program = compile(lambda x, y: x * y)
    assert program(2.0, 3.0) == 6.0
    with pytest.raises(
        TypeError, match=r"the arguments\[1\] is a Value, and a compiled program takes num"
    ):
        program(2.0, Value(3.0))
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        program(2.0)


def test_errors_of_the_first_call_show_the_line() -> None:
    program = compile(lambda x: x if x > 0 else -x)
    with pytest.raises(TracingError, match="x if x > 0 else -x"):
        program.batch([1.0, 2.0])


def test_a_decorator_with_and_without_arguments() -> None:
    @compile
    def square(x: Any) -> Any:
        """Square."""
        return x * x

    @compile(backend="python")
    def cube(x: Any) -> Any:
        return x * x * x

    assert (square(3.0), cube(3.0)) == (9.0, 27.0)
    words = "Square." if sys.flags.optimize < 2 else None
    assert (square.__name__, square.__doc__) == ("square", words)
    assert repr(square) == "<Program square: x, and 0 parameters>"


def test_programs_inside_a_program() -> None:
    w = Value(2.0)
    inner = compile(lambda x: tanh(w * x))
    outer = compile(lambda x: inner(x) * inner(2.0 * x))
    assert outer(0.5) == pytest.approx(math.tanh(1.0) * math.tanh(2.0), rel=1e-15, abs=0.0)
    assert outer.parameters == (w,)


def test_modules_are_functions() -> None:
    model = MLP(2, [3, 2], seed=0)
    program = compile(model)
    assert program.__name__ == "MLP"
    expected = [y.data for y in model([0.1, 0.2])]
    assert program([0.1, 0.2]) == pytest.approx(expected, rel=1e-15, abs=0.0)
    assert set(program.parameters) == set(model.parameters())


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: compile(3), TypeError, "compile needs a function, not int"),
        (lambda: compile(abs, backend="gpu"), ValueError, "backend='gpu' is not allowed"),
        (lambda: compile(abs, threads=0), ValueError, "threads=0 is not allowed"),
        (lambda: compile(abs).source("fortran"), ValueError, "no source in 'fortran'"),
    ],
)
def test_wrong_options(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_machine_code_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "find_spec", lambda name: None if name == "llvmlite" else name)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'stepgrad\[compile\]'"):
        compile(abs, backend="llvm")
    program = compile(lambda x: x * x)
    assert program.batch([3.0] * 100_000)[-1] == 9.0


def test_a_browser_has_no_machine_code_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "find_spec", lambda name: None)
    monkeypatch.setattr("sys.platform", "emscripten")
    with pytest.raises(ModuleNotFoundError, match="leave backend='llvm' out, and Python runs"):
        compile(abs, backend="llvm")
    assert compile(lambda x: x * x)(3.0) == 9.0


def test_what_was_not_called_is_taken_for_a_function_of_numbers() -> None:
    def power(x: Any, y: Any, z: Any = 2.0) -> Any:
        return x * y * z

    program = compile(power)
    assert repr(program) == "<Program power: not called yet>"
    assert str(program).startswith("power(x, y): 2 instructions")
    assert program.parameters == ()
    for function in (lambda x: x[0], max):  # of lists, and without a signature
        with pytest.raises((TypeError, ValueError), match=r"Value|no signature") as caught:
            str(compile(function))
        assert "call it once first" in caught.value.__notes__[-1]


def test_pickling_keeps_lists_and_parameters(backend: Any) -> None:
    model = MLP(2, [3, 1], seed=5)
    program = compile(lambda x: model(x)[0] ** 2, backend=backend)
    with pytest.raises(ValueError, match="call it once before"):
        pickle.dumps(program)
    expected = program([0.1, 0.2])
    again, same_model = pickle.loads(pickle.dumps((program, model)))
    assert again([0.1, 0.2]) == expected
    assert again.__name__ == "<lambda>"
    assert set(again.parameters) == set(same_model.parameters())
    assert again.backward([[0.1, 0.2]]) == expected
    program.backward([[0.1, 0.2]])
    assert [p.grad for p in again.parameters] == [p.grad for p in program.parameters]
    assert again.source("c") == program.source("c")
    assert again.table(gradient=True) == program.table(gradient=True)
    with pytest.raises(ValueError, match=r"without its function.*x\[0\], x\[1\], and 13 param"):
        again([0.1])
    assert copy.deepcopy(program)([0.1, 0.2]) == expected
    several = compile(lambda x: [x, x])
    several(1.0)
    assert pickle.loads(pickle.dumps(several)).batch([2.0]) == [[2.0, 2.0]]


def test_machine_code_takes_over_when_it_is_worth_it() -> None:
    program = compile(lambda x: tanh(x) * x)
    first = program(0.5)
    version = program._latest
    assert version is not None
    assert not version.value.uses_machine_code
    program.batch([0.5] * 10_000)
    assert not version.value.uses_machine_code
    program.batch([0.5] * 60_000)
    assert version.value.uses_machine_code
    assert program(0.5) == pytest.approx(first, rel=1e-14, abs=0.0)


@pytest.mark.parametrize("rows", [1, 2, 3, 50])
def test_threads_share_the_rows(rows: int) -> None:
    w = Value(0.5)
    one, three = (compile(lambda x: tanh(w * x), backend="llvm", threads=n) for n in (1, 3))
    column = [math.sin(i) for i in range(rows)]
    assert one.batch(column) == three.batch(column)
    assert three.backward(column) == pytest.approx(one.backward(column), rel=1e-14, abs=0.0)
    assert one.batch(np.array(column)).tolist() == three.batch(column)


def chain(w: Value, operations: int) -> Callable[[Any], Any]:
    """A function of so many operations, each of which reads the one before."""

    def function(x: Any) -> Any:
        for _ in range(operations // 2):
            x = tanh(w * x)
        return x

    return function


# LLVM takes its time for each operation, so "auto" gives such a list to Python.
@pytest.mark.parametrize(("how", "operations"), [("auto", 50_000), ("llvm", 2_000)])
def test_many_operations(how: Any, operations: int) -> None:
    w = Value(1.0, "w")  # with less, what comes out is next to 0
    function = chain(w, operations)
    program = compile(function, backend=how)
    expected, slopes = eager_gradient(function, [(0.5,), (-0.3,)], [w])
    assert program.backward([0.5, -0.3]) == pytest.approx(expected, rel=TOLERANCE, abs=0.0)
    assert w.grad == pytest.approx(slopes[0], rel=1e-9, abs=0.0)
    assert program(0.5) == pytest.approx(function(0.5).data, rel=TOLERANCE, abs=0.0)


def test_losses_close_over_a_model(backend: Any, tools: Any) -> None:
    model = MLP(2, [4, 2], seed=6)
    program = compile(lambda x, y: mean_squared_error(model(x), y), backend=backend)
    rows = [([0.1 * i, -0.2 * i], [0.3, i]) for i in range(8)]
    assert_same_gradient(
        program,
        lambda x, y: mean_squared_error(model(x), y),
        rows,
        model.parameters(),
        tools.near,
    )


def test_dot_of_captured_values(backend: Any) -> None:
    w = [Value(0.5), Value(-1.5)]
    program = compile(lambda *x: dot(w, x), backend=backend)
    assert program(2.0, 4.0) == -5.0
