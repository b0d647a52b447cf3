"""When Python hands a list over to machine code."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from pathlib import Path
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograd import operation
from autograd.compiler.readable.python import ROWS_INTERPRETED
from autograd.compiler.run import runner
from autograd.compiler.run.native import native
from autograd.compiler.run.runner import (
    INTERPRETED,
    ROW,
    WRITTEN_OUT,
    Runner,
    making,
    work,
    worth_machine_code,
)
from autograd.compiler.wengert.wengert import Instruction, WengertList


def chain(operations: int) -> WengertList:
    """Each instruction reads the one before."""
    steps = tuple(Instruction("multiply", (slot, 0)) for slot in range(operations))
    return WengertList(0, 1, (), steps, outputs=(operations,))


def rows_before_machine_code(program: WengertList, step: int = 1) -> int:
    """The least multiple of a number of rows that is worth it."""
    many = range(step, 10**7, step)
    return next(n for n in many if worth_machine_code(work(program, n), program))


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("it was asked for")


CHAIN, LAYER = 10, (2, 5)
"""A chain of ten instructions of a term each; two dots of five terms each."""


@pytest.mark.parametrize(
    ("rows", "chain_takes", "layer_takes"),
    [
        (0, 0, 0),
        (1, 46, 30),  # 10·4 + 6, and 2·4 + 8·2 + 6
        (59, 59 * 46, 59 * 30),
        (60, 59 * 46 + 16 + 1_600, 59 * 30 + 16 + 1_600),  # written out, and then quicker
        (100, 59 * 46 + 41 * 16 + 1_600, 59 * 30 + 41 * 16 + 1_600),
    ],
)
def test_work_in_figures(rows: int, chain_takes: int, layer_takes: int) -> None:
    assert work(chain(CHAIN), rows) == chain_takes
    assert work(layer(*LAYER), rows) == layer_takes


def test_making_in_figures() -> None:
    assert making(chain(CHAIN)) == 250_000 + 10 * 200
    assert making(layer(*LAYER)) == 250_000 + 2 * 200 + 8 * 50
    assert making(chain(CHAIN), layer(*LAYER)) == 250_000 + 12 * 200 + 8 * 50


def test_a_large_list_is_never_written_out_as_python() -> None:
    """Making machine code of it takes hardly longer."""
    engine = Runner(chain(4_000), "auto")
    for _ in range(ROWS_INTERPRETED):
        assert "_compiled" not in vars(engine._python)
        engine.run([[]], 1, [1.0])
    assert engine.uses_machine_code


def test_machine_code_is_worth_it_from_the_time_on_that_making_it_takes() -> None:
    listed = chain(100)
    assert worth_machine_code(making(listed), listed)
    assert not worth_machine_code(making(listed) - 1, listed)


def test_the_smaller_a_list_the_later_it_is_worth_machine_code() -> None:
    rows = [rows_before_machine_code(chain(n)) for n in (10, 100, 1_000, 10_000, 50_000)]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > 10 * ROWS_INTERPRETED
    assert rows[-1] <= ROWS_INTERPRETED


def test_work_never_decreases_with_the_rows() -> None:
    program = chain(10)
    amounts = [work(program, rows) for rows in range(3 * ROWS_INTERPRETED)]
    assert amounts == sorted(amounts)
    assert amounts[0] == 0


def test_the_first_rows_are_interpreted_then_a_list_is_written_out_and_quicker() -> None:
    program = chain(10)
    amounts = [work(program, rows) for rows in range(ROWS_INTERPRETED + 5)]
    rows = [b - a for a, b in pairwise(amounts)]
    first, writing, later = rows[0], rows[ROWS_INTERPRETED - 1], rows[-1]
    assert rows == [first] * (ROWS_INTERPRETED - 1) + [writing] + [later] * 4
    assert first == INTERPRETED * 10 + ROW
    assert later == 10 + ROW
    assert writing - later == WRITTEN_OUT * (10 + ROW)


def test_backends_are_kept_where_they_are_asked_for() -> None:
    program = chain(4_000)
    slow, fast = Runner(program, "python"), Runner(program, "llvm")
    for engine in (slow, fast):
        for _ in range(ROWS_INTERPRETED):
            outputs, _ = engine.run([[]], 1, [1.0])
            assert list(outputs[0]) == [1.0]
    assert fast.uses_machine_code
    assert not slow.uses_machine_code


NEVER_MANY = 10**9
"""Rows after which any list is worth machine code."""


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("asks", [True, False])
def test_python_goes_on_where_machine_code_cannot_be_had(
    there: bool, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, or with an operation that asks a number for its value."""

    def doubled(x: Any) -> Any:
        return 2.0 * (float(x) if asks else x)

    operation(doubled, local=lambda y, x: (2.0,))
    monkeypatch.setattr(runner, "has_machine_code", lambda: there)
    engine = Runner(WengertList(1, 0, (), (Instruction("doubled", (0,)),), (1,)), "auto")
    engine.rows = NEVER_MANY
    assert engine.run([[3.0]], 1, [])[0] == [(6.0,)]
    assert engine.uses_machine_code is (there and not asks)


def test_python_gets_floats_where_the_rows_are_an_array() -> None:
    squares = WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), (1,), (1,))
    outputs, sums = Runner(squares, "python").run(np.array([[2.0], [3.0]]), 2, [])
    assert (outputs, sums) == ([(4.0,), (9.0,)], (13.0,))
    assert {type(x) for x in (*outputs[0], *sums)} == {float}


def test_a_list_may_be_made_when_it_is_needed() -> None:
    made: list[WengertList] = []

    def make() -> WengertList:
        made.append(chain(3))
        return made[-1]

    engine = Runner(make, "python")
    assert not made
    assert [engine.run([[]], 1, [2.0])[0] for _ in range(2)] == [[(16.0,)]] * 2
    assert len(made) == 1 and engine.program is made[0]


def test_one_thread_and_no_cache_unless_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("STEPGRAD_CACHE", raising=False)
    monkeypatch.setattr(runner, "ThreadPoolExecutor", refuse)
    for number, options in ((3.25, {}), (3.75, {"cache": True})):  # each is compiled here
        scaled = WengertList(1, 0, (number,), (Instruction("multiply", (0, 1)),), (2,), (2,))
        outputs, sums = Runner(scaled, "llvm", **options).run([[2.0], [4.0]], 2, [])
        assert (outputs.tolist(), sums) == ([[2 * number], [4 * number]], [6 * number])
        assert any(tmp_path.iterdir()) is bool(options)


def test_a_row_alone_has_code_of_its_own() -> None:
    engine = Runner(layer(10, 100), "llvm")
    vars(engine)["_native"] = None  # what runs many rows is not asked
    outputs, _ = engine.run([[1.0] * 100], 1, [0.5] * 1_000)
    assert outputs == [(50.0,) * 10]
    assert engine._alone.alone
    del vars(engine)["_native"]
    assert not engine._native.alone


def layer(neurons: int, inputs: int) -> WengertList:
    """Dots of the columns with parameters."""
    weights = range(inputs, inputs + neurons * inputs)
    dots = [
        Instruction("dot", (*range(inputs), *weights[k * inputs : (k + 1) * inputs]))
        for k in range(neurons)
    ]
    first = inputs + neurons * inputs
    return WengertList(
        inputs, neurons * inputs, (), tuple(dots), tuple(range(first, first + neurons))
    )


PROGRAMS = {
    **{f"{n} in a chain": chain(n) for n in (1, 10, 100, 1_000, 10_000)},
    **{
        f"{n} neurons of {m} inputs": layer(n, m)
        for n, m in ((1, 1_000), (10, 10), (64, 64), (100, 1_000), (1_000, 16))
    },
}
"""Ten programs, narrow and wide, short and long."""


class Ran:
    """Stands for a back end, and counts the rows that it is given."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def run(
        self, rows: list[list[float]], parameters: list[float]
    ) -> tuple[list[float], list[float]]:
        self.calls.append(len(rows))
        return [], []


def cost_of_auto(program: WengertList, calls: list[int]) -> int:
    """Operations of a runner's Python and of making its machine code, which itself takes none."""
    engine, python = Runner(program, "auto"), Ran()
    vars(engine)["_python"] = python
    vars(engine)["_run_native"] = lambda rows, count, parameters: ([], [])
    vars(engine)["_alone"] = type("Alone", (), {"run_row": lambda self, *_: ((), ())})()
    for count in calls:
        engine.run([[]] * count, count, [])
    made = making(program) if engine.uses_machine_code else 0
    return work(program, sum(python.calls)) + made


@pytest.mark.parametrize("rows", [1, 7, 1_000])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_auto_costs_at_most_twice_the_best_choice_in_hindsight(
    program: WengertList, rows: int
) -> None:
    """After any number of calls: the best is Python all along, or machine code from the start."""
    needed = rows_before_machine_code(program, rows) // rows
    for calls in {1, needed // 2, needed - 1, needed, needed + 1, 10 * needed} - {0}:
        best = min(work(program, calls * rows), making(program))
        assert cost_of_auto(program, [rows] * calls) <= 2 * best


def test_a_dot_counts_for_its_terms() -> None:
    narrow, wide = layer(10, 10), layer(10, 1_000)
    assert len(narrow.instructions) == len(wide.instructions)
    assert work(wide, 1) > 20 * work(narrow, 1)
    assert making(narrow) < making(wide) < 5 * making(narrow)


def test_calls_are_counted() -> None:
    """As many rows in several calls lead to machine code as in one."""
    program = chain(1_000)
    rows = rows_before_machine_code(program)
    engine = Runner(program, "auto")
    vars(engine)["_python"] = Ran()
    vars(engine)["_alone"] = type("Alone", (), {"run_row": lambda self, *_: ((), ())})()
    used = []
    for _ in range(rows):
        engine.run([[]], 1, [])
        used.append(engine.uses_machine_code)
    assert used == [False] * (rows - 1) + [True]


def test_machine_code_of_a_row_alone_that_is_there_is_not_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = chain(3)
    engine = Runner(program, "llvm", alone=native(program, alone=True))
    monkeypatch.setattr("autograd.compiler.run.native.native", None)  # nothing can be made now
    assert engine.run([[]], 1, [2.0])[0] == [(16.0,)]


@pytest.mark.parametrize("rows", [2, 3, 100])
def test_threads_share_the_rows_and_add_up_their_sums(rows: int) -> None:
    squares = WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), (1,), (1,))
    table = np.arange(rows, dtype=float)[:, None]
    outputs, sums = Runner(squares, "llvm", threads=3).run(table, rows, [])
    assert outputs[:, 0].tolist() == [k * k for k in range(rows)]
    assert sums == [sum(k * k for k in range(rows))]


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        (
            "linux",
            "machine code needs NumPy and llvmlite: pip install 'stepgrad[compile]', or wait",
        ),
        ("emscripten", "a browser runs no machine code but its own: wait"),
    ],
)
def test_where_there_is_no_machine_code_it_is_said_what_to_do(
    platform: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.check_machine_code("wait")
    monkeypatch.setattr(sys, "platform", platform)
    for missing in ("numpy", "llvmlite"):
        monkeypatch.setattr(runner, "find_spec", lambda name, no=missing: name != no or None)
        with pytest.raises(ModuleNotFoundError) as caught:
            runner.check_machine_code("wait")
        assert str(caught.value) == words
        for rows in (1, 2):
            with pytest.raises(ModuleNotFoundError, match=r"before it is saved or pickled$"):
                Runner(chain(3), "llvm").run([[]] * rows, rows, [1.0])


@pytest.mark.parametrize(
    ("threads", "rows", "shares"),
    [(1, 7, [7]), (2, 7, [4, 3]), (3, 7, [3, 2, 2]), (9, 2, [1, 1])],
)
def test_each_thread_has_its_share_of_the_rows(
    threads: int, rows: int, shares: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    squares = WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), (1,), (1,))
    engine = Runner(squares, "llvm", threads=threads)
    run, given = engine._native.run, []

    def noted(columns: Any, numbers: Any, *, rows: int) -> Any:
        given.append(rows)
        return run(columns, numbers, rows=rows)

    monkeypatch.setattr(engine._native, "run", noted)
    engine.run([[float(k)] for k in range(rows)], rows, [])
    assert sorted(given, reverse=True) == shares


def test_a_forked_child_waits_for_no_lock_that_another_thread_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python 3.11 has a lock in each `cached_property`; the thread that held it is not there."""
    made = cached_property(lambda self: 1)
    held = made.lock = Lock()  # type: ignore[attr-defined]
    held.acquire()
    module = ModuleType("autograd.made_up")
    gate = SimpleNamespace(lock=held)
    others = cached_property(lambda self: 1)
    others.lock = held  # type: ignore[attr-defined]
    parts = {"made": made, "other": 1, "gate": gate}
    module.Made = type("Made", (), parts)  # type: ignore[attr-defined]
    foreign = ModuleType("other.made_up")
    foreign.Made = type("Made", (), {"others": others})  # type: ignore[attr-defined]
    for one in (module, foreign):
        monkeypatch.setitem(sys.modules, one.__name__, one)
    runner._locks_anew()
    assert made.lock is not held  # type: ignore[attr-defined]
    assert made.lock.acquire(blocking=False)  # type: ignore[attr-defined]
    assert gate.lock is held and others.lock is held  # type: ignore[attr-defined]


@pytest.mark.parametrize(("version", "anew"), [((3, 11, 9), True), ((3, 12), False)])
def test_locks_are_freed_in_the_pythons_that_have_them(
    version: tuple[int, ...], anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[Any] = []
    monkeypatch.setattr(
        os, "register_at_fork", lambda **given: registered.append(given), raising=False
    )
    spec = find_spec(runner.__name__)
    assert spec is not None and spec.loader is not None
    again = module_from_spec(spec)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "version_info", version)
        spec.loader.exec_module(again)
    assert registered == ([{"after_in_child": again._locks_anew}] if anew else [])


def test_where_there_are_no_forks_nothing_is_done_after_them(without_forks: Any) -> None:
    again = without_forks(runner)
    assert again.work(chain(10), 5) == work(chain(10), 5)
