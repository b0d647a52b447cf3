"""When Python hands a list over to machine code."""

from __future__ import annotations

from autograd.compiler.readable.python import ROWS_INTERPRETED
from autograd.compiler.run.runner import Runner, work, worth_machine_code
from autograd.compiler.wengert.wengert import Instruction, WengertList


def chain(operations: int) -> WengertList:
    """Each instruction reads the one before."""
    steps = tuple(Instruction("multiply", (slot, 0)) for slot in range(operations))
    return WengertList(0, 1, (), steps, outputs=(operations,))


def rows_before_machine_code(program: WengertList) -> int:
    rows = 1
    while not worth_machine_code(work(program, rows), program):
        rows += 1
    return rows


def test_a_large_list_is_never_written_out_as_python() -> None:
    """Making machine code of it takes hardly longer."""
    engine = Runner(chain(4_000), "auto")
    for _ in range(ROWS_INTERPRETED):
        assert "_compiled" not in vars(engine._python)
        engine.run([[]], 1, [1.0])
    assert engine.uses_machine_code


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


def test_backends_are_kept_where_they_are_asked_for() -> None:
    program = chain(4_000)
    slow, fast = Runner(program, "python"), Runner(program, "llvm")
    for engine in (slow, fast):
        for _ in range(ROWS_INTERPRETED):
            outputs, _ = engine.run([[]], 1, [1.0])
            assert list(outputs[0]) == [1.0]
    assert fast.uses_machine_code
    assert not slow.uses_machine_code
