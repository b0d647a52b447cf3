"""A small computation without rows is trained by one function, whose steps are computed by hand."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, total
from autograd.compiler.schedule.normal import NormalForm, normalize
from autograd.compiler.train.loop_code import small_function
from autograd.compiler.train.plan import Plan, make_plan
from autograd.compiler.train.small_loop import (
    MOST_CALLS,
    MOST_MOVED,
    MOST_NODES,
    SMALL_ARGUMENTS,
    is_small,
    side_by_side,
    small_source,
)
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Target
from autograd.compiler.wengert.wengert import Instruction, WengertList
from nn.optim import SGD


@pytest.fixture
def plan(line: Any) -> Plan:
    """Gradient descent on one row."""
    return make_plan(line.loss, SGD([line.w, line.b], 0.25), row=line.row)


def is_small_plan(plan: Plan) -> bool:
    return is_small(plan.gradient, plan.numbers, plan.update)


def test_steps_by_hand(plan: Plan) -> None:
    train = small_function(plan, host())
    assert train is not None
    arrays = [np.array([3.0, -1.0]), np.zeros(2), np.array([0.125, 5.0, 0.0]), *np.zeros((2, 3))]
    parameters, _, taken, losses, norms = arrays
    addresses = [array.ctypes.data for array in arrays]
    train(0, *addresses)
    assert parameters.tolist() == [3.0, -1.0] and taken[1] == 5.0
    train(1, *addresses)
    assert parameters.tolist() == [1.0, -2.0] and taken.tolist() == [0.125, 6.0, 0.0]
    train(2, *addresses)  # errors -1, then ¼
    assert losses.tolist() == [1.0, 0.0625, 0.0]
    assert norms[:2] == pytest.approx([20.0**0.5, 1.25**0.5], rel=1e-15, abs=0.0)
    assert parameters.tolist() == [1.375, -1.8125] and taken[1] == 8.0


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e-139, 1.0, 1e153, 1e155, 1e300])
def test_the_norm_is_right_where_squares_overflow_or_vanish(size: float, line: Any) -> None:
    """The slopes of size·(3w + 4b) are 3 and 4 times the size."""
    products = Instruction("multiply", (2, 0)), Instruction("multiply", (3, 1))
    sizes = WengertList(0, 2, (3.0 * size, 4.0 * size), products, (), (4, 2, 3))
    plan = make_plan((sizes, (line.w, line.b)), SGD([line.w, line.b], 0.0))
    train = small_function(plan, host())
    assert train is not None
    arrays = [np.array([1.0, 1.0]), np.zeros(2), np.zeros(3), *np.zeros((2, 1))]
    train(1, *[array.ctypes.data for array in arrays])
    assert arrays[4][0] == pytest.approx(5.0 * size, rel=1e-15, abs=0.0)


def test_what_depends_on_a_column_is_not_small(plan: Plan, line: Any) -> None:
    assert is_small_plan(plan)
    assert not is_small_plan(make_plan(line.loss, SGD([line.w, line.b], 0.25)))


def chain(name: str, steps: int, moved: int = 1) -> WengertList:
    """A list of so many instructions, each of which reads the one before."""
    instructions = tuple(Instruction(name, (slot,)) for slot in range(moved - 1, moved + steps - 1))
    return WengertList(0, moved, (), instructions, (), (moved + steps - 1,) * (1 + moved))


def test_what_is_long_or_calls_much_or_moves_much_is_not_small(plan: Plan) -> None:
    numbers, update = plan.numbers, plan.update
    assert is_small(chain("abs", 300), numbers, update)
    assert not is_small(chain("abs", MOST_NODES + 1), numbers, update)
    assert is_small(chain("exp", MOST_CALLS), numbers, update)
    assert not is_small(chain("exp", MOST_CALLS + 1), numbers, update)
    assert is_small(chain("abs", 1, MOST_MOVED), numbers, update)
    assert not is_small(chain("abs", 1, MOST_MOVED + 1), numbers, update)


def test_what_is_done_once_and_for_each_parameter_counts_as_often(plan: Plan) -> None:
    for moved in (1, 3):
        once, each = (len(normalize(listed).nodes) for listed in (plan.numbers, plan.update))
        left = MOST_NODES - once - moved * each
        assert is_small(chain("abs", left, moved), plan.numbers, plan.update)
        assert not is_small(chain("abs", left + 1, moved), plan.numbers, plan.update)


def test_a_parameter_that_is_not_moved_is_read_and_left(line: Any) -> None:
    """Only the bias of 3·x - 1 goes from -1 to -1 - ¼·8; momentum remembers the slope."""
    optimizer = SGD([line.b], 0.25, momentum=0.5)
    train = small_function(make_plan(line.loss, optimizer, row=line.row), host())
    assert train is not None
    arrays = [np.array([-1.0, 3.0]), np.zeros(1), np.array([0.25, 0.0, 0.0]), *np.zeros((2, 1))]
    train(1, *[array.ctypes.data for array in arrays])
    assert [array.tolist() for array in arrays] == [
        [-3.0, 3.0], [8.0], [0.25, 1.0, 0.0], [16.0], [8.0],
    ]  # fmt: skip


def test_each_parameter_has_its_own_state(line: Any) -> None:
    """The slopes are 16 and 8; half of the velocities before are 1 and -2."""
    optimizer = SGD([line.w, line.b], 0.25, momentum=0.5)
    train = small_function(make_plan(line.loss, optimizer, row=line.row), host())
    assert train is not None
    arrays = [np.array([3.0, -1.0]), np.array([2.0, -4.0]), np.array([0.25, 0.0, 0.0])]
    arrays += [*np.zeros((2, 1))]
    train(1, *[array.ctypes.data for array in arrays])
    assert arrays[1].tolist() == [17.0, 6.0] and arrays[0].tolist() == [-1.25, -2.5]


def test_the_text_is_one_function_of_the_arguments(plan: Plan) -> None:
    text = small_source(plan.gradient, plan.numbers, plan.update, host().target)
    arguments = ", ".join(f"{kind} %{name}" for name, kind in SMALL_ARGUMENTS.items())
    assert text.startswith(f"define void @train({arguments}) {{")
    assert text.count("define ") == 1 and "call void" not in text


def listed(*instructions: tuple[str, tuple[int, ...]], parameters: int = 5) -> NormalForm:
    """The normal form of some instructions, all of whose results are outputs."""
    made = tuple(Instruction(name, slots) for name, slots in instructions)
    results = tuple(range(parameters, parameters + len(made)))
    return normalize(WengertList(0, parameters, (), made, results, ()))


def test_functions_that_do_not_wait_for_each_other_are_side_by_side() -> None:
    """Of slots 0 to 4, which are parameters, the normal form makes 13, 14 and 15."""
    form = listed(
        ("tanh", (1,)), ("exp", (5,)), ("tanh", (0,)), ("maximum", (0, 1)), ("tanh", (2,)),
        ("exp", (7,)), ("maximum", (1, 2)), ("tanh", (5,)),
    )  # fmt: skip
    first = [[13], [14], [8], [15], [11]]
    assert side_by_side(form, 8) == [*first, [5, 7, 9], [6, 10], [12]]
    assert side_by_side(form, 2) == [*first, [5, 7], [9], [6, 10], [12]]
    assert side_by_side(form, 1) == [*first, [5], [7], [9], [6], [10], [12]]


def test_a_derivative_has_the_order_of_its_function() -> None:
    """Though the last function's is asked for first, and the arguments' slots fall."""
    form = listed(
        ("sigmoid", (1,)), ("sigmoid", (0,)), ("exp", (2,)), ("sigmoid_derivative", (0,)),
        ("sigmoid_derivative", (1,)),
    )  # fmt: skip
    assert side_by_side(form, 8)[3:] == [[5, 6], [7], [9, 8]]
    assert [form.nodes[slot].arguments for slot in (9, 8)] == [(5, 1), (6, 0)]


@pytest.mark.parametrize(("count", "lanes"), [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (8, 8)])
def test_functions_take_no_more_lanes_than_they_fill(count: int, lanes: int) -> None:
    weights = [Value(0.1 * k, f"w{k}") for k in range(count)]
    program = autograd.compile(lambda: total([autograd.sin(w) for w in weights]))
    plan = make_plan(program._recorded_for_rows(program._rows(())).captured(), SGD(weights, 0.1))
    text = small_source(plan.gradient, plan.numbers, plan.update, Target(8, fused=True))
    assert {int(found) for found in re.findall(r"<(\d+) x double>", text)} == {lanes} - {1}


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "exp", "sin"])
@pytest.mark.parametrize("width", [1, 2, 3, 5, 9])
def test_lanes_give_the_bits_of_one_row(name: str, width: int) -> None:
    """A layer's gradient in a small loop is that of the same program for one row."""
    weights = [Value(0.3 * k - 1.0, f"w{k}") for k in range(width)]
    function = getattr(autograd, name)

    def loss() -> Value:
        inside = [function(w * 0.7 + 0.1) for w in weights]
        return total([y * y for y in inside])

    program = autograd.compile(loss, backend="llvm")
    before = [w.data for w in weights]
    program.backward()
    optimizer = SGD(weights, 0.5)
    wanted = [x - 0.5 * w.grad for x, w in zip(before, weights, strict=True)]
    optimizer.zero_grad()
    (epoch,) = program.train(optimizer=optimizer, epochs=1)
    assert [w.data for w in weights] == wanted
    assert epoch.loss == pytest.approx(sum([function(x * 0.7 + 0.1) ** 2 for x in before]))
