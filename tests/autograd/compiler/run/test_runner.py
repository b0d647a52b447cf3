"""When Python hands a list over to machine code."""

from __future__ import annotations

import sys
from functools import cached_property
from itertools import pairwise
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np
import pytest

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


def test_a_forked_child_waits_for_no_lock_that_another_thread_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python 3.11 has a lock in each `cached_property`; the thread that held it is not there."""
    made = cached_property(lambda self: 1)
    held = made.lock = Lock()  # type: ignore[attr-defined]
    held.acquire()
    module = ModuleType("autograd.made_up")
    module.Made = type("Made", (), {"made": made, "other": 1})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    runner._locks_anew()
    assert made.lock is not held  # type: ignore[attr-defined]
    assert made.lock.acquire(blocking=False)  # type: ignore[attr-defined]


def test_where_there_are_no_forks_nothing_is_done_after_them(without_forks: Any) -> None:
    again = without_forks(runner)
    assert again.work(chain(10), 5) == work(chain(10), 5)
