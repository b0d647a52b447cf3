"""Steps in machine code are the steps that Python takes, on any number of threads."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
import pytest

from autograd import compile
from autograd.compiler.readable.python import PythonCode
from autograd.compiler.run.native import Native, pointers
from autograd.compiler.train import native_loop
from autograd.compiler.train.epochs import Epochs
from autograd.compiler.train.native_loop import NativeLoop, start_together, stride
from autograd.compiler.train.plan import Plan
from autograd.compiler.wengert.wengert import Instruction, WengertList
from nn import MLP
from nn.losses import mean_squared_error
from nn.optim import SGD, AdaGrad, Adam, AdamW, RMSProp

# (w·x + b - t)² with its derivatives with respect to w and b; p is a parameter that is not moved.
SQUARED_ERROR = WengertList(
    columns=2,
    parameters=3,
    constants=(2.0,),
    instructions=(
        Instruction("dot", (2, 0, 3)),
        Instruction("subtract", (6, 1)),
        Instruction("multiply", (7, 7)),
        Instruction("multiply", (4, 8)),
        Instruction("multiply", (5, 7)),
        Instruction("multiply", (4, 10)),
        Instruction("multiply", (11, 0)),
    ),
    sums=(9, 12, 11),
)
# The same for tanh(w·w·b), without columns.
WITHOUT_ROWS = WengertList(
    columns=0,
    parameters=2,
    constants=(1.0, 2.0),
    instructions=(
        Instruction("multiply", (0, 0)),
        Instruction("multiply", (4, 1)),
        Instruction("tanh", (5,)),
        Instruction("multiply", (6, 6)),
        Instruction("subtract", (2, 7)),
        Instruction("multiply", (8, 0)),
        Instruction("multiply", (9, 1)),
        Instruction("multiply", (3, 10)),
        Instruction("multiply", (8, 4)),
    ),
    sums=(6, 11, 12),
)
# Norm; rate / step, 0.9.
NUMBERS = WengertList(
    columns=0,
    parameters=5,
    constants=(0.9,),
    instructions=(Instruction("sqrt", (2,)), Instruction("divide", (0, 1))),
    outputs=(6, 7, 5),
)
# v ← 0.9·v + g; w ← w - rate·v.
MOMENTUM = WengertList(
    columns=3,
    parameters=2,
    constants=(),
    instructions=(
        Instruction("multiply", (4, 2)),
        Instruction("add", (5, 1)),
        Instruction("multiply", (3, 6)),
        Instruction("subtract", (0, 7)),
    ),
    outputs=(8, 6),
)
RATE = 0.05


def python_steps(
    gradient: WengertList, rows: Any, start: Any, batches: list[list[int]], taken: int = 0
) -> tuple[Any, Any, list[float], list[float]]:
    """Make the same steps with the Python back end."""
    codes = [PythonCode(listed) for listed in (gradient, NUMBERS, MOMENTUM)]
    parameters, moved = list(start), len(gradient.sums) - 1
    states = [0.0] * moved
    losses, norms = [], []
    for step, batch in enumerate(batches, taken + 1):
        _, sums = codes[0].run([rows[k] for k in batch], parameters)
        loss, *slopes = (x / len(batch) for x in sums)
        square = sum(x * x for x in slopes)
        ((norm, *given),), _ = codes[1].run([()], [RATE, float(step), square, 0.0, 0.0])
        table = list(zip(parameters[:moved], slopes, states, strict=True))
        after, _ = codes[2].run(table, list(given))
        parameters[:moved] = [row[0] for row in after]
        states = [row[1] for row in after]
        losses.append(loss)
        norms.append(norm)
    return parameters, states, losses, norms


def rows_of(count: int) -> list[tuple[float, float]]:
    """Rows x, t with t near 3x - 1."""
    source = np.random.default_rng(count)
    x = source.normal(size=count)
    return list(
        zip(x.tolist(), (3 * x - 1 + 0.1 * source.normal(size=count)).tolist(), strict=True)
    )


def plan_of(gradient: WengertList, numbers: WengertList, update: WengertList) -> Plan:
    """Put lists together, as `make_plan` does."""
    return Plan((), len(gradient.sums) - 1, gradient, numbers, update)


def machine_steps(
    plan: Plan, rows: Any, start: Any, steps: int, threads: int = 1, **options: Any
) -> Any:
    """Make steps with the loop."""
    parameters, states = np.array(start), np.zeros((1, plan.moved))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    loop = NativeLoop(plan, columns, parameters, states, threads=threads)
    losses, norms = loop.steps(steps, learning_rate=RATE, **options)
    return parameters, states[0], losses, norms


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("rows", [1, 7, 8, 30, 129])
@pytest.mark.parametrize("size", [None, 1, 10, 64])
@pytest.mark.parametrize("shuffled", [False, True])
def test_steps_are_those_of_python(
    threads: int, rows: int, size: int | None, shuffled: bool
) -> None:
    table, start = rows_of(rows), [0.5, 0.25, 1.5]
    order = np.random.default_rng(0).permutation(rows)
    taken = order.tolist() if shuffled else list(range(rows))
    size_of_batch = rows if size is None else size
    epoch = [taken[k : k + size_of_batch] for k in range(0, rows, size_of_batch)]
    batches = (epoch * 20)[:20]
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    got = machine_steps(
        plan, table, start, len(batches), threads, size=size, order=order if shuffled else None
    )
    for a, b in zip(got, python_steps(SQUARED_ERROR, table, start, batches), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-14)
    assert got[0][2] == 1.5


def test_the_same_number_of_threads_gives_the_same_bits() -> None:
    table, start = rows_of(1000), [0.5, 0.25, 1.5]
    for threads in (1, 2):
        plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
        first = machine_steps(plan, table, start, 50, threads)
        for _ in range(5):
            again = machine_steps(plan, table, start, 50, threads)
            assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("small", [True, False])
def test_a_computation_without_rows(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    parameters, states = np.array([0.7, 0.4]), np.zeros((1, 2))
    loop = NativeLoop(plan_of(WITHOUT_ROWS, NUMBERS, MOMENTUM), [], parameters, states)
    assert loop.small is not None
    if small:
        monkeypatch.setattr(native_loop, "train_function", refuse)
    else:
        loop.small = None
    losses, norms = loop.steps(30, learning_rate=RATE)
    wanted = python_steps(WITHOUT_ROWS, [()], [0.7, 0.4], [[0]] * 30)
    for a, b in zip((parameters, states[0], losses, norms), wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11)


def test_an_order_may_leave_rows_out() -> None:
    table, start = rows_of(5), [0.5, 0.25, 1.5]
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    got = machine_steps(plan, table, start, 4, size=2, order=[3, 0, 4])
    wanted = python_steps(SQUARED_ERROR, table, start, [[3, 0], [4], [3, 0], [4]])
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_the_figures_of_an_epoch_are_means_over_its_batches(size: int) -> None:
    """Each loss counts as often as its batch has rows, each norm once."""
    table, start = rows_of(5), [0.5, 0.25, 1.5]
    columns = [np.array(column) for column in zip(*table, strict=True)]
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    loop = NativeLoop(plan, columns, np.array(start), np.zeros((1, plan.moved)))
    loop.size = size
    report = Epochs()
    loop.run(3, None, RATE, report)
    epoch = [list(range(k, min(k + size, 5))) for k in range(0, 5, size)]
    *_, losses, norms = python_steps(SQUARED_ERROR, table, start, epoch * 3)
    batches = len(epoch)
    for number, told in enumerate(report):
        own = slice(number * batches, (number + 1) * batches)
        weighted = [len(rows) * loss for rows, loss in zip(epoch, losses[own], strict=True)]
        assert told.loss == pytest.approx(sum(weighted) / 5, rel=1e-12, abs=0.0)
        assert told.gradient_norm == pytest.approx(sum(norms[own]) / batches, rel=1e-12, abs=0.0)
        assert (told.number, told.learning_rate) == (number + 1, RATE)
    assert len(report) == 3


def test_meetings_of_threads_are_counted_anew_in_each_run() -> None:
    columns = [np.array(column) for column in zip(*rows_of(30), strict=True)]
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    loop = NativeLoop(plan, columns, np.full(3, 0.5), np.zeros((1, 2)), threads=2)
    for steps in (3, 5):
        loop.steps(steps, learning_rate=RATE)
        assert loop.arrays["arrived"].tolist() == [2 * 2 * steps]  # two threads meet twice a step


def refuse(*_: Any) -> Any:
    raise AssertionError("it was asked for")


@pytest.mark.parametrize(
    ("rows", "size", "threads", "alone"),
    [(5, 1, 1, True), (1, 3, 1, True), (5, 2, 1, False), (5, 1, 2, False), (5, 5, 1, False)],
)
def test_one_thread_takes_rows_one_by_one_with_code_for_one(
    rows: int, size: int, threads: int, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(native_loop, "list_codes", lambda *_, alone: asked.append(alone) or {})  # type: ignore[func-returns-value]
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    columns = [np.zeros(rows), np.zeros(rows)]
    options = {} if threads == 1 else {"threads": threads}  # one, if it is not said
    NativeLoop(plan, columns, np.zeros(3), np.zeros((1, 2)), **options).codes(size)
    assert asked == [alone]


def test_one_thread_needs_no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_loop, "start_together", refuse)
    machine_steps(plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM), rows_of(9), [0.5, 0.25, 1.5], 2)


TABLE = np.arange(12.0).reshape(4, 3)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([TABLE[:, 0].copy(), TABLE[:, 2].copy()], 1),
        ([TABLE[:, 0], TABLE[:, 2]], 3),
        ([TABLE[::-1, 0], TABLE[::-1, 2]], -3),
        ([TABLE[:, 0], TABLE[:, 2].copy()], None),
        ([TABLE[:, 0].astype(int)], None),
        ([TABLE[:, 0].copy(), TABLE[:, 2].astype(int)], None),
        ([np.zeros(4, dtype=[("x", "f8"), ("odd", "i1")])["x"]], None),
        ([np.broadcast_to(0.5, (4,))], None),
        ([TABLE], None),
        ([], None),
    ],
)
def test_how_far_the_next_row_is(columns: list[Any], expected: int | None) -> None:
    assert stride(columns) == expected


@pytest.mark.parametrize("gradient", [WITHOUT_ROWS, SQUARED_ERROR])
def test_steps_go_on_where_others_ended(gradient: WengertList) -> None:
    rows = rows_of(9) if gradient.columns else []
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    plan = plan_of(gradient, NUMBERS, MOMENTUM)
    results = []
    for parts in ([12], [5, 7], [0, 12]):
        parameters, states = np.linspace(0.3, 0.7, gradient.parameters), np.zeros((1, 2))
        loop, taken = NativeLoop(plan, columns, parameters, states), 0
        for steps in parts:
            loop.steps(steps, learning_rate=RATE, taken=taken)
            taken += steps
        results.append(np.concatenate([parameters, states[0]]))
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_what_is_not_finite_goes_on_in_ieee_arithmetic() -> None:
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    parameters, _, losses, _ = machine_steps(plan, [(1e200, 1.0)], [1.0, 1.0, 1.0], 3)
    assert math.isinf(losses[0])
    assert not np.isfinite(parameters[:2]).any()


class Guards:
    """NumPy, with memory around every new array that may not be touched."""

    def __init__(self, guarded: Any) -> None:
        self.guarded = guarded
        self.kept: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def scratch(self, code: Native) -> Any:
        """The address of memory to compute in."""
        self.kept.append(self.guarded(code.scratch_bytes // 8))
        return self.kept[-1].ctypes.data

    def copied(self, values: Any) -> Any:
        """A guarded array of the same numbers; all kinds that are used have eight bytes."""
        values = np.asarray(values)
        array = self.guarded(values.size).view(values.dtype).reshape(values.shape)
        array[...] = values
        return array

    def array(self, *arguments: Any, **options: Any) -> Any:
        return self.copied(np.array(*arguments, **options))

    def arange(self, *arguments: Any) -> Any:
        return self.copied(np.arange(*arguments))

    def empty(self, *arguments: Any) -> Any:
        return self.copied(np.full(*arguments, np.nan))

    def zeros(self, *arguments: Any, **options: Any) -> Any:
        return self.copied(np.zeros(*arguments, **options))


OPTIMIZERS: list[Any] = [
    lambda p: SGD(p, 0.1),
    lambda p: SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=1e-3),
    lambda p: AdaGrad(p, 0.05),
    lambda p: RMSProp(p, 0.01, momentum=0.5, centered=True),
    lambda p: Adam(p, 0.02, amsgrad=True),
    lambda p: AdamW(p, 0.02),
]


@functools.cache
def compiled_network(width: int) -> tuple[MLP, Any]:
    """A network of so many hidden neurons and its compiled loss, which no test here changes."""
    model = MLP(2, [width, 1], seed=0)
    program = compile(lambda x, t: mean_squared_error(model([x, 1.0]), t))
    program(0.5, 0.5)
    return model, program


@pytest.mark.parametrize("behind", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("make", "rows"),
    [
        *((make, rows) for make in OPTIMIZERS for rows in (1, 9)),
        *((OPTIMIZERS[-1], rows) for rows in (2, 7, 8, 33, 130)),
    ],
)
def test_nothing_is_touched_beyond_the_arrays(
    make: Any, rows: int, threads: int, behind: bool, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    guards = Guards(lambda count: tools.guarded(count, behind=behind))
    model, program = compiled_network(1 + rows % 7)
    optimizer, table = make(model.parameters()), rows_of(rows)
    row = (0.5, 0.25) if rows == 1 else None  # one row is in the list: the small loop
    assert program._latest is not None
    plan = program._latest.plan(optimizer, 1.0, row)
    start = np.array([leaf.data for leaf in plan.parameters])
    columns = [] if row else [np.array(column) for column in zip(*table, strict=True)]
    states_before = np.array(optimizer.state, dtype=float).T.copy()
    order = np.random.default_rng(0).permutation(rows)

    def steps(copied: Any, size: int | None, shuffled: bool, in_table: bool) -> list[Any]:
        parameters, states = copied(start), copied(states_before)
        taken = copied(order) if shuffled else None
        if in_table and columns:
            given = list(copied(np.stack(columns, axis=1)).T)
        else:
            given = list(map(copied, columns))
        loop = NativeLoop(plan, given, parameters, states, threads=threads)
        told = loop.steps(9, learning_rate=0.1, size=size, order=taken)
        assert all(np.array_equal(a, b) for a, b in zip(given, columns, strict=True))
        return [parameters, states, *told]

    for size in (None, 1, 3, 7, 8, 9, 17):
        for shuffled in (False, True):
            wanted = steps(np.copy, size, shuffled, in_table=False)
            with monkeypatch.context() as patch:
                patch.setattr(native_loop, "np", guards)
                patch.setattr(native_loop, "pointers", lambda x: guards.copied(pointers(x)))
                patch.setattr(Native, "scratch", lambda code: guards.scratch(code))
                found = [steps(guards.copied, size, shuffled, table) for table in (False, True)]
            for got in found:
                assert all(np.array_equal(a, b) for a, b in zip(got, wanted, strict=True))


def test_one_number_may_stand_for_all_rows() -> None:
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    found = []
    for read in (np.array, lambda column: column):
        columns = [read(np.broadcast_to(x, (1001,))) for x in (0.5, 0.25)]
        parameters = np.array([0.5, 0.25, 1.5])
        loop = NativeLoop(plan, columns, parameters, np.zeros((1, plan.moved)))
        loop.steps(9, learning_rate=RATE, size=100)
        found.append(parameters.tolist())
    assert found[0] == found[1]


@pytest.mark.parametrize("size", [7, None])
def test_columns_of_any_kind_are_read(size: int | None) -> None:
    rows, start = rows_of(30), [0.5, 0.25, 1.5]
    x, t = np.array(rows).T.copy()
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    expected = machine_steps(plan, rows, start, 5, size=size)[0]
    wide = np.zeros((30, 5))
    wide[:, 1], wide[:, 4] = x, t
    bytes_apart = np.zeros(30, dtype=[("x", "f8"), ("odd", "i1"), ("t", "f8")])
    bytes_apart["x"], bytes_apart["t"] = x, t
    backwards = x[::-1].copy()[::-1], t[::-1].copy()[::-1]
    kinds: list[Any] = [
        (wide[:, 1], wide[:, 4]), (wide[:, 1], t), (bytes_apart["x"], bytes_apart["t"]), backwards,
        (x, np.float32(t).astype(object)), (np.array(rows, order="F")[:, 0], t),
        tuple(np.array(rows).T),
    ]  # fmt: skip
    for columns in kinds:
        parameters = np.array(start)
        loop = NativeLoop(plan, columns, parameters, np.zeros((1, plan.moved)))
        loop.steps(5, learning_rate=RATE, size=size)
        np.testing.assert_allclose(parameters, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ((SQUARED_ERROR, NUMBERS, SQUARED_ERROR), "the columns parameter, derivative and state"),
        ((SQUARED_ERROR, MOMENTUM, MOMENTUM), "learning rate, step and squares only"),
        ((WengertList(0, 0, (), (), (), ()), NUMBERS, MOMENTUM), "1 to 1 sums, not 0"),
        (
            (SQUARED_ERROR, WengertList(0, 5, (), (), (0,)), MOMENTUM),
            "the norm and the 2 parameters",
        ),
    ],
)
def test_lists_that_do_not_fit_are_errors(lists: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan_of(*lists)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((1, [np.zeros(3)], np.zeros(3), np.zeros((1, 2))), {}, "2 columns of equal length"),
        ((1, [np.zeros(3), np.zeros(4)], np.zeros(3), np.zeros((1, 2))), {}, "of equal length"),
        ((1, [np.zeros(0)] * 2, np.zeros(3), np.zeros((1, 2))), {}, "one axis and a row"),
        ((1, [np.zeros((3, 1))] * 2, np.zeros(3), np.zeros((1, 2))), {}, "one axis and a row"),
        ((1, [np.zeros(3)] * 2, np.zeros(2), np.zeros((1, 2))), {}, "parameters must have shape"),
        ((1, [np.zeros(3)] * 2, np.zeros(3), np.zeros((2, 2))), {}, "states must have shape"),
        ((1, [np.zeros(3)] * 2, np.zeros(3, int), np.zeros((1, 2))), {}, "array of doubles"),
        ((1, [np.zeros(3)] * 2, np.zeros(6)[::2], np.zeros((1, 2))), {}, "array of doubles"),
        ((1, [np.zeros(3)] * 2, np.zeros(3), np.zeros((1, 4))[:, ::2]), {}, "array of doubles"),
        ((-1, [np.zeros(3)] * 2, np.zeros(3), np.zeros((1, 2))), {}, "steps=-1"),
        ((1, [np.zeros(3)] * 2, np.zeros(3), np.zeros((1, 2))), {"size": 0}, "size=0"),
        ((1, [np.zeros(3)] * 2, np.zeros(3), np.zeros((1, 2))), {"order": [3]}, "0 and 2"),
    ],
)
def test_wrong_arrays_are_errors(arguments: Any, options: Any, message: str) -> None:
    plan = plan_of(SQUARED_ERROR, NUMBERS, MOMENTUM)
    steps, *arrays = arguments
    with pytest.raises(ValueError, match=message):
        NativeLoop(plan, *arrays).steps(steps, learning_rate=RATE, **options)
    with pytest.raises(ValueError, match="threads=0"):
        NativeLoop(plan, *arrays, threads=0)


def test_threads_begin_together_or_not_at_all() -> None:
    done: list[int] = []
    with ThreadPoolExecutor(3) as pool:
        start_together(pool, 3, lambda thread: functools.partial(done.append, thread))
        assert sorted(done) == [0, 1, 2]

        for last in (0, 1, 2):  # the error is told, not that the others waited in vain

            def work(thread: int, last: int = last) -> Callable[[], None]:
                if thread == last:
                    raise MemoryError("no room for a thread's numbers")
                return functools.partial(done.append, thread)

            with pytest.raises(MemoryError, match="no room"):
                start_together(pool, 3, work)
    assert len(done) == 3


def test_an_interrupt_waits_for_what_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the threads write to is in use."""
    waits: list[int] = []
    done: list[int] = []

    def interrupted(begun: list[Future[None]]) -> object:
        waits.append(len(begun))
        if len(waits) == 1:
            raise KeyboardInterrupt
        return wait(begun)

    monkeypatch.setattr(native_loop, "wait", interrupted)

    def work(thread: int) -> Callable[[], None]:
        def late() -> None:
            time.sleep(0.02)
            done.append(thread)

        return late

    with ThreadPoolExecutor(2) as pool:
        with pytest.raises(KeyboardInterrupt):
            start_together(pool, 2, work)
        assert sorted(done) == [0, 1] and waits == [2, 2]


def test_an_error_of_what_is_done_together_is_told() -> None:
    def work(thread: int) -> Callable[[], float]:
        return lambda: 1.0 / thread

    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        start_together(pool, 2, work)


def test_where_a_thread_cannot_be_had_the_others_are_let_go() -> None:
    done: list[int] = []

    class Small(ThreadPoolExecutor):
        """A system that gives no second thread."""

        def submit(self, fn: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
            if arguments == (1,):
                raise RuntimeError("can't start new thread")
            return super().submit(fn, *arguments, **options)

    with Small(3) as pool, pytest.raises(RuntimeError, match="new thread"):
        start_together(pool, 3, lambda thread: functools.partial(done.append, thread))
    assert done == []
