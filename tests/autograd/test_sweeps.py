"""Products with Jacobians and Hessians, against the dense ones; what depends on what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Value, exp, hessian, jacobian, sin, total
from autograd.compiler.pipeline import Specialization
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.sweeps import dependencies, forward_sweep, hessian_sweep, reverse_sweep

POINT = [0.3, -0.7, 1.1]


def function(x: Any) -> Any:
    return [sin(x[0] * x[1]) / x[2], exp(x[1]), x[2], 7.0]


def run(sweep: Any, *vectors: Any) -> Any:
    row = [x for vector in (POINT, *vectors) for x in vector]
    outputs, _ = sweep.run(np.array([row]), 1, [3.0][: sweep.program.parameters])
    return np.array(outputs[0])


def test_the_sweeps_multiply_with_the_jacobian_from_both_sides() -> None:
    w = Value(3.0)
    f = lambda x: [w * y for y in function(x)]  # noqa: E731
    recorded = Specialization(f, (POINT,), "python", 1)
    dense = np.array(jacobian(f)(POINT))
    v, u = np.array([0.5, -2.0, 3.0]), np.array([1.0, -1.0, 2.0, 4.0])
    assert run(reverse_sweep(recorded), u) == pytest.approx(u @ dense, rel=1e-13)
    for anything in (np.zeros(4), u):
        found = run(forward_sweep(recorded), v, anything)
        assert found == pytest.approx(dense @ v, rel=1e-13)


def test_the_sweep_of_a_hessian() -> None:
    def f(x: Any) -> Any:
        return total(y * y for y in function(x)[:2]) + x[2]

    pattern, sweep = hessian_sweep(Specialization(f, (POINT,), "python", 1))
    assert pattern == [[0, 1, 2]] * 3
    v = np.array([0.5, -2.0, 3.0])
    assert run(sweep, v) == pytest.approx(np.array(hessian(f)(POINT)) @ v, rel=1e-12)


def test_of_constants_and_of_slopes_that_are_constant_nothing_is_left() -> None:
    constants = Specialization(lambda x: [7.0, 8.0], (POINT,), "python", 1)
    assert list(run(reverse_sweep(constants), [1.0, 2.0])) == [0.0] * 3
    line = Specialization(lambda x: x[0] - 2.0 * x[1], (POINT,), "python", 1)
    pattern, sweep = hessian_sweep(line)
    assert pattern == [[]] * 3
    assert list(run(sweep, [0.5, -2.0, 3.0])) == [0.0] * 3


def test_dependencies_of_a_list() -> None:
    """Slots 0 to 2 are columns, 3 a parameter; a set that is still needed is not added to."""
    program = WengertList(
        columns=3,
        parameters=1,
        constants=(),
        instructions=(
            Instruction("multiply", (0, 3)),
            Instruction("add", (4, 1)),
            Instruction("add", (5, 2)),
            Instruction("greater", (0, 1)),
            Instruction("where", (7, 6, 3)),
            Instruction("multiply", (0, 0)),
        ),
        outputs=(5, 6, 7, 8, 9, 3, 0, 5),
    )
    assert dependencies(program) == [[0, 1], [0, 1, 2], [], [0, 1, 2], [0], [], [0], [0, 1]]
