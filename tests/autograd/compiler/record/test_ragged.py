"""Rows of different lengths: one program, and every row gives what it would give alone."""

from __future__ import annotations

import math
import pickle
import random
from dataclasses import replace

import numpy as np
import pytest

from autograd import Value, compile, dot, load_program, log, logsumexp, sqrt, tanh, total
from autograd.compiler.record.ragged import one_of, padded, width
from autograd.compiler.record.rows import take_rows
from autograd.compiler.run.runner import has_machine_code
from nn import LSTM, Layer
from nn.optim import Adam

BACKENDS = ["python", *(["llvm"] if has_machine_code() else [])]


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


def recurrent():
    """A recurrent network: the first steps of long rows are those of short ones."""
    w, u, b = Value(0.7, "w"), Value(-0.4, "u"), Value(0.1, "b")

    def loss(x, target):
        h = Value(0.0)
        for number in x:
            h = tanh(w * number + u * h + b)
        return (h - target) ** 2

    return loss, [w, u, b]


def mean_of_logs():
    """Nothing in common but terms; log and sqrt would be nan or inf where nothing is."""
    w, b = Value(0.7, "w"), Value(2.0, "b")
    return lambda x, _: total(sqrt(log(w * n + b)) for n in x) / len(x), [w, b]


def attention():
    w = [Value(0.3 * k - 0.5) for k in range(3)]

    def loss(rows, target):
        scores = [dot(w, row) for row in rows]
        return logsumexp(scores) - target * scores[-1] * scores[0]

    return loss, w


NUMBERS = random.Random(5)
LENGTHS = [3, 1, 5, 3, 2, 5, 1]
SEQUENCES = [[NUMBERS.uniform(0.1, 2.0) for _ in range(n)] for n in LENGTHS]
TABLES = [[[NUMBERS.gauss(0.0, 1.0) for _ in range(3)] for _ in range(n)] for n in LENGTHS]
TARGETS = [NUMBERS.uniform(-1.0, 1.0) for _ in LENGTHS]
CASES = {
    "recurrent": (recurrent, SEQUENCES),
    "logs": (mean_of_logs, SEQUENCES),
    "attention": (attention, TABLES),
    "arrays": (recurrent, [np.array(x) for x in SEQUENCES]),
    "tuples": (recurrent, [tuple(x) for x in SEQUENCES]),
}


def gradient(loss, leaves, rows):
    """Compute the mean loss and its gradient, row by row, without the compiler."""
    for leaf in leaves:
        leaf.grad = 0.0
    losses = [loss(*row) for row in rows]
    mean = total(losses) / len(losses)
    mean.backward()
    return [mean.data, *(leaf.grad for leaf in leaves)]


@pytest.mark.parametrize("case", CASES)
def test_backward_is_that_of_the_rows_one_by_one(case, backend):
    make, column = CASES[case]
    loss, leaves = make()
    expected = gradient(loss, leaves, zip(column, TARGETS, strict=True))
    for leaf in leaves:
        leaf.grad = 0.0
    mean = compile(loss, backend=backend).backward(column, TARGETS)
    assert [mean, *(leaf.grad for leaf in leaves)] == pytest.approx(expected, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("case", CASES)
def test_batch_is_that_of_the_rows_one_by_one(case, backend):
    make, column = CASES[case]
    loss, _ = make()
    expected = [loss(*row).data for row in zip(column, TARGETS, strict=True)]
    assert compile(loss, backend=backend).batch(column, TARGETS) == pytest.approx(
        expected, rel=1e-12, abs=0.0
    )


@pytest.mark.parametrize("batch_size", [None, 3])
def test_training_is_that_of_eager_steps(batch_size, backend):
    compiled, moved = recurrent()
    eager, leaves = recurrent()
    rows = list(zip(SEQUENCES, TARGETS, strict=True))
    program = compile(compiled, backend=backend)
    epochs = program.train(
        SEQUENCES,
        TARGETS,
        optimizer=Adam(moved, lr=0.05),
        epochs=4,
        batch_size=batch_size,
        shuffle=False,
    )
    optimizer = Adam(leaves, lr=0.05)
    size = batch_size or len(rows)
    for _ in range(4):
        for start in range(0, len(rows), size):
            gradient(eager, leaves, rows[start : start + size])
            optimizer.step()
    assert [v.data for v in moved] == pytest.approx([v.data for v in leaves], rel=1e-12, abs=0.0)
    assert epochs[0].loss > epochs[-1].loss


def test_results_may_differ_in_length_too(backend):
    w = Value(3.0)
    program = compile(lambda x: {"scaled": [w * n for n in x], "sum": total(x)}, backend=backend)
    assert program.batch([[1.0], [2.0, 3.0]]) == [
        {"scaled": [3.0], "sum": 1.0},
        {"scaled": [6.0, 9.0], "sum": 5.0},
    ]
    assert len(program._latest.results.children) == 2


def test_what_lengths_have_in_common_is_computed_once():
    loss, _ = recurrent()
    long = compile(loss, backend="python")
    long.batch([SEQUENCES[2]], [0.5])
    both = compile(loss, backend="python")
    both.batch([SEQUENCES[2], SEQUENCES[0], SEQUENCES[1]], [0.5, 0.5, 0.5])
    count = [len(p.table().splitlines()) for p in (long, both)]
    assert count[1] - count[0] <= 12  # two squared errors, two selections


def test_a_program_for_more_lengths_serves_fewer():
    calls = []
    loss, _ = recurrent()

    def counted(x, target):
        calls.append(len(x))
        return loss(x, target)

    program = compile(counted)
    program.batch(SEQUENCES, TARGETS)
    recorded = list(calls)
    expected = program.batch(SEQUENCES, TARGETS)
    assert program.batch(SEQUENCES[1:3], TARGETS[1:3]) == expected[1:3]
    for sequence, target, number in zip(SEQUENCES, TARGETS, expected, strict=True):
        assert program.batch([sequence], [target]) == [number]
    assert calls == recorded
    program.batch([[1.0] * 7, [1.0]], [0.0, 0.0])
    assert 7 in calls


def test_an_empty_row_has_a_length_too(backend):
    w = Value(3.0)
    program = compile(lambda x: total([w, *x]), backend=backend)
    assert program.batch([[], [1.0, 2.0]]) == [3.0, 6.0]


def test_dicts_of_ragged_columns():
    program = compile(lambda row: total(row["x"]) * row["y"])
    assert program.batch({"x": [[1.0], [2.0, 3.0]], "y": [10.0, 100.0]}) == [10.0, 500.0]


def test_a_layer_and_a_recurrent_module(backend):
    lstm, head = LSTM(3, 4, seed=1), Layer(4, 1, seed=2)

    def loss(rows, target):
        return (head(lstm(rows)[0][-1])[0] - target) ** 2

    leaves = [*lstm.parameters(), *head.parameters()]
    expected = gradient(loss, leaves, zip(TABLES, TARGETS, strict=True))
    for leaf in leaves:
        leaf.grad = 0.0
    mean = compile(loss, backend=backend).backward(TABLES, TARGETS)
    assert [mean, *(leaf.grad for leaf in leaves)] == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_a_length_that_the_function_does_not_know_is_named():
    program = compile(lambda x: x[0] * x[1])
    message = "row 1 is a list of 1, row 0 a list of 2, and <lambda> cannot take .* out of range"
    with pytest.raises(ValueError, match=message):
        program.batch([[1.0, 2.0], [1.0]])


def test_it_is_saved_and_pickled_as_any_program(tmp_path):
    loss, _ = recurrent()
    program = compile(loss)
    expected = program.batch(SEQUENCES, TARGETS)
    program.save(tmp_path / "p.json")
    for again in (load_program(tmp_path / "p.json"), pickle.loads(pickle.dumps(program))):
        assert again.batch(SEQUENCES, TARGETS) == expected
        assert again.batch(SEQUENCES[:3], TARGETS[:3]) == expected[:3]
        with pytest.raises(ValueError, match="without its function"):
            again.batch([[1.0] * 9, [1.0]], [0.0, 0.0])


@pytest.mark.parametrize("case", ["recurrent", "attention"])
def test_a_short_row_alone_has_nothing_of_a_long_one_before(case, monkeypatch):
    """Not even where all of that was infinite."""
    monkeypatch.setattr("autograd.compiler.wengert.wengert.TERMS_OF_A_ROW", 1)
    monkeypatch.setattr("autograd.compiler.schedule.lengths.LEAST_WORK", 1)
    make, column = CASES[case]
    loss, leaves = make()
    program = compile(loss, backend=BACKENDS[-1])
    program.backward(column, TARGETS)
    long = max(column, key=len)
    for row, target in zip(column, TARGETS, strict=True):
        program.backward([np.full(np.shape(long), math.inf).tolist()], [math.nan])
        expected = gradient(loss, leaves, [(row, target)])
        for leaf in leaves:
            leaf.grad = 0.0
        value = program.backward([row], [target])
        assert [value, *(leaf.grad for leaf in leaves)] == pytest.approx(
            expected, rel=1e-12, abs=0.0
        )


def test_a_file_whose_lists_are_for_other_lengths_is_refused(tmp_path):
    loss, _ = recurrent()
    program = compile(loss, backend="python")
    program.batch(SEQUENCES, TARGETS)
    program.save(tmp_path / "net.json")
    written = (tmp_path / "net.json").read_text()
    (lengths,) = {recorded.recording.arguments for recorded in program._specializations.values()}
    count = len(lengths.children)
    assert written.count(f"],{count}]") == 1
    (tmp_path / "net.json").write_text(written.replace(f"],{count}]", f"],{count + 1}]"))
    with pytest.raises(ValueError, match=r"net\.json"):
        load_program(tmp_path / "net.json").batch(SEQUENCES, TARGETS)


def test_a_structure_that_is_known_serves_in_its_own_order():
    """Though it has just these lengths, or more of them."""
    ragged = take_rows([[1.0], [2.0, 3.0, 4.0]], "x")
    new = one_of(ragged)
    same = replace(new, children=new.children[::-1])
    more = one_of(take_rows([[1.0], [2.0, 3.0, 4.0], []], "x"))
    other = one_of(take_rows([[1.0], [2.0, 3.0]], "x"))
    assert one_of(ragged, [None, new.children[0], other, same, more]) is same
    assert one_of(ragged, [other, more]) is more
    assert one_of(ragged, [other]) == new


def test_rows_are_padded_with_what_stands_before():
    ragged = take_rows([[1.0], [2.0, 3.0, 4.0], []], "x")
    structure = one_of(ragged)
    assert padded(ragged, structure).numbers == [
        [1.0, 1.0, 1.0, 1.0],
        [0.0, 2.0, 3.0, 4.0],
        [2.0, 0.0, 0.0, 0.0],
    ]
    assert width(structure) == 4
    assert [width(child) for child in structure.children] == [3, 1, 0]


def test_only_lengths_may_differ():
    for column in ([[1.0], (1.0, 2.0)], [1.0, [1.0]], [{"a": 1.0}, {"b": 1.0}]):
        with pytest.raises(ValueError, match="must be alike, but for lengths"):
            take_rows(column, "x")


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_a_length_does_not_have_never_reaches_its_gradient(backend):
    """1/(x₁ - x₀) is infinite where the second number is only padding."""
    w = Value(2.0, "w")

    def loss(x):
        return w * x[0] if len(x) == 1 else w / (x[1] - x[0])

    mean = compile(loss, backend=backend).backward([[3.0], [1.0, 2.0]])
    assert (mean, w.grad) == (4.0, 2.0)
    assert math.isfinite(w.grad)


def test_a_place_that_a_row_lacks_gets_the_number_before_it() -> None:
    ragged = take_rows([[[2.0, 3.0], [4.0]], [[], [5.0]], [[6.0], []]], "x")
    structure = one_of(ragged)
    rows = padded(ragged, structure)
    which = [structure.children.index(child) for child in ragged.structures]
    assert rows.numbers == [
        [which[0], 2.0, 3.0, 4.0],
        [which[1], 5.0, 5.0, 5.0],  # before the first place stands the row's own first number
        [which[2], 6.0, 6.0, 6.0],
    ]
    assert (rows.count, rows.structure) == (3, structure)
    assert width(structure) == 4
