"""Steps that Python takes, computed by hand."""

from __future__ import annotations

import math
from array import array
from typing import Any

import pytest

from autograd import Value
from autograd.compiler.record.rows import Rows
from autograd.compiler.train.epochs import Epochs
from autograd.compiler.train.plan import make_plan
from autograd.compiler.train.python_loop import PythonLoop
from autograd.compiler.wengert.wengert import Instruction, WengertList
from nn.optim import SGD


def made(line: Any, rows: list[tuple[float, float]], size: int, **options: Any) -> Any:
    """The loop and its optimiser, with what it needs taken from there."""
    optimizer = SGD([line.w, line.b], 0.5, **options)
    numbers = Rows(None, len(rows), [list(row) for row in rows])
    loop = PythonLoop(make_plan(line.loss, optimizer), numbers, size)
    loop.take(optimizer)
    return loop, optimizer


def test_a_step_by_hand(line: Any) -> None:
    loop, _ = made(line, [line.row], 1)
    assert loop.step([line.row], 0.25) == (16.0, math.sqrt(320.0))
    assert loop.parameters == [3.0 - 0.25 * 16.0, -1.0 - 0.25 * 8.0]
    assert loop.steps == 1


@pytest.mark.parametrize("size", [2.0**-900, 2.0**-500, 1.0, 2.0**500, 2.0**900])
def test_the_norm_is_right_where_squares_overflow_or_vanish(size: float) -> None:
    """The slopes of 3w·x + 4b·x are 3 and 4 times x."""
    steps = [Instruction("multiply", (slot, 0)) for slot in (3, 4)]
    listed = WengertList(1, 2, (3.0, 4.0), tuple(steps), (), (5, 5, 6))
    w, b = Value(1.0), Value(1.0)
    plan = make_plan((listed, (w, b)), SGD([w, b], 0.0))
    loop = PythonLoop(plan, Rows(None, 1, [[size]]), 1)
    loop.take(SGD([w, b], 0.0))
    assert loop.step([[size]], 0.0) == (3.0 * size, 5.0 * size)


def test_a_batch_has_the_mean_loss_and_the_mean_gradient(line: Any) -> None:
    loop, _ = made(line, [], 2)
    loss, norm = loop.step([line.row, (0.0, -1.0)], 1.0)  # the error of the second is 0
    assert (loss, norm) == (8.0, math.hypot(8.0, 4.0))
    assert loop.parameters == [3.0 - 8.0, -1.0 - 4.0]


def test_a_velocity_goes_on_from_step_to_step_and_back_to_the_optimiser(line: Any) -> None:
    loop, optimizer = made(line, [line.row], 1, momentum=0.5)
    report = Epochs()
    loop.run(1, None, 0.125, report)
    assert loop.states == [(16.0,), (8.0,)] and loop.parameters == [1.0, -2.0]
    assert optimizer.state == [(0.0,), (0.0,)] and line.w.data == 3.0
    loop.run(1, None, 0.125, report)  # the error is -1 now, the slopes -4 and -2
    loop.give_back(optimizer)
    assert optimizer.state == [(4.0,), (2.0,)] and optimizer.steps == 2
    assert (line.w.data, line.b.data) == (0.5, -2.25)
    assert list(report.losses) == [16.0, 1.0]


@pytest.mark.parametrize(("order", "norm"), [(None, 2.0), ([1, 0, 2], 2.0), ([2, 0, 1], 2.5)])
def test_an_epoch_goes_through_batches_in_order_and_weighs_them(
    order: list[int] | None, norm: float, line: Any
) -> None:
    rows = [(0.0, -1.0), (0.0, 1.0), (0.0, 0.0)]  # errors 0, -2, -1 of the untouched line
    loop, _ = made(line, rows, 2)
    report = Epochs()
    loop.run(2, order, 0.0, report)
    assert list(report.losses) == pytest.approx([(2 * 2.0 + 1.0) / 3] * 2, rel=1e-15, abs=0.0)
    assert list(report.gradient_norms) == [norm] * 2  # of 2 and 2, or of 1 and 4
    assert list(report.learning_rates) == [0.0, 0.0]
    assert loop.steps == 4


def test_steps_are_counted_from_those_of_the_optimiser(line: Any) -> None:
    loop, optimizer = made(line, [line.row], 1)
    optimizer.steps = 5
    loop.take(optimizer)
    loop.run(2, None, 0.125, Epochs())
    loop.give_back(optimizer)
    assert optimizer.steps == 7


def test_what_an_unfinished_epoch_did_is_not_given_back(line: Any) -> None:
    loop, optimizer = made(line, [line.row], 1)
    loop.run(1, None, 0.125, Epochs())
    loop.step([line.row], 0.125)
    loop.give_back(optimizer)
    assert (line.w.data, line.b.data, optimizer.steps) == (1.0, -2.0, 1)


def test_parameters_that_are_not_moved_stay(line: Any) -> None:
    optimizer = SGD([line.b], 0.5)
    loop = PythonLoop(make_plan(line.loss, optimizer), Rows(None, 1, [list(line.row)]), 1)
    loop.take(optimizer)
    loop.run(1, None, 0.5, Epochs())
    assert loop.parameters == [-5.0, 3.0]
    loop.give_back(optimizer)
    assert (line.w.data, line.b.data) == (3.0, -5.0)


def test_what_was_taken_is_given_back_before_the_first_epoch_ends(line: Any) -> None:
    loop, optimizer = made(line, [line.row], 1, momentum=0.5)
    loop.step([line.row], 0.125)
    line.w.data, optimizer.steps = 99.0, 99
    loop.give_back(optimizer)
    assert (line.w.data, line.b.data) == (3.0, -1.0)
    assert (optimizer.state, optimizer.steps) == ([(0.0,), (0.0,)], 0)


def test_a_loop_goes_back_to_a_state_whatever_holds_it(line: Any) -> None:
    loop, optimizer = made(line, [line.row], 1, momentum=0.5)
    loop.run(1, None, 0.125, Epochs())
    numbers, states, steps = loop.state()
    kept = array("d", numbers), [array("d", state) for state in states], steps
    loop.run(2, None, 0.125, Epochs())
    loop.go_back_to(kept)
    assert loop.state() == ([1.0, -2.0], [(16.0,), (8.0,)], 1)
    loop.step([line.row], 0.125)  # which is not part of what is given back
    loop.give_back(optimizer)
    assert (line.w.data, line.b.data) == (1.0, -2.0)
    assert (optimizer.state, optimizer.steps) == ([(16.0,), (8.0,)], 1)
