"""Code of nests: loops over nodes and terms give what Python gives, in vectors of any width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from autograd.compiler.emit.nests import Array, Placed
from autograd.compiler.lower import Lowered
from autograd.compiler.readable.python import PythonCode
from autograd.compiler.wengert.wengert import Instruction, WengertList

Run = Callable[..., Any]
Lower = Callable[[WengertList], Lowered]


def layer(
    rows: int, columns: int, positions: int, across: int, down: int, *, backwards: bool = False
) -> WengertList:
    """Dots of squares x² with a matrix, at each position; the strides are those of the matrix."""
    inputs = positions * columns
    size = 1 + (rows - 1) * down + (columns - 1) * across
    steps = [Instruction("multiply", (x, x)) for x in range(inputs)]
    first = inputs + size
    for position in range(positions):
        for row in range(rows):
            terms = range(columns)[::-1] if backwards else range(columns)
            x = [first + position * columns + k for k in terms]
            w = [inputs + row * down + k * across for k in terms]
            steps.append(Instruction("dot", (*w, *x)))
    results = tuple(range(first + inputs, first + inputs + positions * rows))
    return WengertList(0, first, (), tuple(steps), results, results)


def check(run: Run, listed: WengertList) -> None:
    """Compare machine code with Python."""
    source = Random(1)
    numbers = [source.uniform(-1.0, 1.0) for _ in range(listed.parameters)]
    (wanted,), sums = PythonCode(listed).run([[]], numbers)
    outputs, totals = run(listed, [], numbers)
    assert [row[0] for row in outputs] == pytest.approx(wanted, rel=1e-13, abs=1e-14)
    assert totals == pytest.approx(sums, rel=1e-13, abs=1e-14)


def shapes(made: Lowered) -> list[tuple[int, ...]]:
    return [group.nest.counts for group in made.uniform.groups if group.nest]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("by_rows", [True, False])
@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (27, 16), (9, 5), (32, 24), (8, 67)])
def test_layers_at_several_positions(
    rows: int, columns: int, by_rows: bool, backwards: bool, run: Run, lowered: Lower
) -> None:
    across, down = (1, columns) if by_rows else (rows, 1)
    listed = layer(rows, columns, 3, across, down, backwards=backwards)
    check(run, listed)
    made = lowered(listed)
    if made.memory.lanes > 1:
        assert (3, rows) in shapes(made)


def test_the_code_of_a_layer_does_not_grow_with_it(lowered: Lower) -> None:
    made = [lowered(replace(layer(n, n, 3, 1, n), outputs=())) for n in (32, 64)]
    if made[0].memory.lanes > 1:
        small, large = (one.module.source.count("\n") for one in made)
        assert large <= 1.2 * small


def test_gradients_of_weights_are_sums_over_positions(run: Run, lowered: Lower) -> None:
    """Σ δᵢxⱼ: one matrix in the order of its weights, one the other way round."""
    positions, rows, columns = 5, 9, 16
    inputs = positions * (rows + columns)
    steps = [Instruction("multiply", (x, x)) for x in range(inputs)]
    for row in range(rows):
        for column in range(columns):
            delta = [inputs + p * rows + row for p in range(positions)]
            x = [inputs + positions * rows + p * columns + column for p in range(positions)]
            steps.append(Instruction("dot", (*delta, *x)))
    first = 2 * inputs
    straight = [first + k for k in range(rows * columns)]
    turned = [first + r * columns + c for c in range(columns) for r in range(rows)]
    listed = WengertList(0, inputs, (), tuple(steps), (), (*straight, *turned))
    numbers = [0.01 * k for k in range(inputs)]
    _, sums = run(listed, [], numbers)
    assert sums == pytest.approx(PythonCode(listed).run([[]], numbers)[1], rel=1e-13)
    if lowered(listed).memory.lanes > 1:
        assert (rows, columns) in shapes(lowered(listed))


@pytest.mark.parametrize("count", [8, 11, 33])
def test_operations_that_are_no_sums_and_constants_that_move(count: int, run: Run) -> None:
    """(k < w) for numbers k of a table, then w / that + 1, with operands three places apart."""
    constants = tuple(float(k) for k in range(count))
    width = 3 * count
    less = [Instruction("less", (width + k, 0)) for k in range(count)]
    first = width + count
    quotients = [Instruction("divide", (3 * k, first + k)) for k in range(count)]
    differences = [Instruction("subtract", (first + k, 3 * k)) for k in range(count)]
    slots = tuple(range(first, first + 3 * count))
    listed = WengertList(0, width, constants, (*less, *quotients, *differences), slots)
    numbers = [count / 2, *(0.5 + k for k in range(1, width))]
    outputs, _ = run(listed, [], numbers)
    (wanted,), _ = PythonCode(listed).run([[]], numbers)
    assert [row[0] for row in outputs] == list(wanted)


def test_signs_of_zero_and_nan_stay(run: Run) -> None:
    """A long sum of products that are all -0 is -0, and nan reaches its own node only."""
    terms, nodes = 8, 16
    parameters = terms * (nodes + 1)
    dots = [
        Instruction("dot", (*range(terms), *range(terms * (1 + k), terms * (2 + k)), parameters))
        for k in range(nodes)
    ]
    slots = tuple(range(parameters + 1, parameters + 1 + nodes))
    listed = WengertList(0, parameters, (-0.0,), tuple(dots), slots)
    numbers = [-0.0] * terms + [1.0] * (terms * nodes)
    outputs, _ = run(listed, [], numbers)
    assert [str(row[0]) for row in outputs] == ["-0.0"] * nodes
    numbers[terms * 3] = float("nan")
    outputs, _ = run(listed, [], numbers)
    assert [k for k, row in enumerate(outputs) if row[0] != row[0]] == [2]


def test_what_a_nest_is_written_from_does_not_change(tools: Any) -> None:
    tools.unchanging(Array, Placed)
