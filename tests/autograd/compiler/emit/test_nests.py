"""Code of nests: loops over nodes and terms give what Python gives, in vectors of any width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from random import Random
from typing import Any

import numpy as np
import pytest

from autograd.compiler.emit.nests import Array, Placed
from autograd.compiler.lower import Lowered
from autograd.compiler.readable.python import PythonCode
from autograd.compiler.run.native import Native
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Processor, Target
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


def of_lanes(lanes: int, *, fused: bool = True) -> Processor:
    return replace(host(), target=Target(lanes, fused and host().target.fused))


@pytest.mark.parametrize(
    ("lanes", "count"), [(8, 3), (8, 11), (8, 43), (4, 3), (4, 5), (4, 27), (2, 9)]
)
def test_nothing_beyond_the_operands_is_read(count: int, lanes: int, tools: Any) -> None:
    """Quotients of neighbours, five rows of them; in front of the parameters and behind them lies
    memory that may not be touched."""
    steps = [
        Instruction("divide", (count * row + k, count * (5 + row) + k))
        for row in range(5)
        for k in range(count)
    ]
    slots = tuple(range(10 * count, 15 * count))
    code = Native(WengertList(0, 10 * count, (), tuple(steps), (), slots), of_lanes(lanes))
    code._local.scratch = tools.guarded(-(-code.scratch_bytes // 64) * 8)
    code._local.address = code._local.scratch.ctypes.data
    wanted = [(1.0 + k) / (1.0 + k + 5 * count) for k in range(5 * count)]
    for behind in (True, False):
        numbers = tools.guarded(10 * count, behind=behind)
        numbers[:] = [1.0 + k for k in range(10 * count)]
        assert code.run([], numbers)[1].tolist() == wanted


@pytest.mark.parametrize(("lanes", "columns"), [(8, 3), (8, 12), (4, 6), (4, 35)])
@pytest.mark.parametrize("backwards", [False, True])
def test_no_term_beyond_a_matrix_is_read(
    columns: int, lanes: int, backwards: bool, tools: Any
) -> None:
    """Dots of x² with the rows of a matrix, whose last number is the last parameter."""
    listed = layer(9, columns, 2, 1, columns, backwards=backwards)
    listed = replace(listed, outputs=())
    code = Native(listed, of_lanes(lanes))
    for behind in (True, False):
        numbers = tools.guarded(listed.parameters, behind=behind)
        numbers[:] = [float(k % 7) for k in range(listed.parameters)]
        _, sums = code.run([], numbers)
        assert sums.tolist() == list(PythonCode(listed).run([[]], numbers.tolist())[1])


def left_to_right(terms: int) -> list[float]:
    """Numbers whose sum from left to right is that of the last two; in pairs it would be 0."""
    return [1e16, 1.0, -1e16, *[0.0] * (terms - 5), 0.5, 0.25]


@pytest.mark.parametrize(("lanes", "terms"), [(8, 5), (8, 16), (4, 8), (4, 40), (2, 6)])
def test_terms_are_added_from_left_to_right_where_nodes_are_neighbours(
    terms: int, lanes: int
) -> None:
    """w·1 for sixteen nodes; each term of theirs lies beside that of the next one."""
    ones = range(16 * terms, 16 * terms + terms)
    steps = [Instruction("dot", (*range(k, 16 * terms, 16), *ones)) for k in range(16)]
    first = 17 * terms
    listed = WengertList(0, first, (), tuple(steps), tuple(range(first, first + 16)))
    column = left_to_right(terms)
    numbers = np.array([*(x for x in column for _ in range(16)), *[1.0] * terms])
    outputs, _ = Native(listed, of_lanes(lanes)).run([], numbers)
    assert outputs.tolist() == [[0.75]] * 16


@pytest.mark.parametrize(("lanes", "terms"), [(8, 16), (4, 16), (4, 12), (4, 9), (2, 6)])
def test_terms_fill_vectors_where_they_are_neighbours(lanes: int, terms: int) -> None:
    """The lanes' sums first, then what is left over: 1e16 meets 1 in its lane or not at all."""
    processor = of_lanes(lanes, fused=False)
    ones = range(16 * terms, 17 * terms)
    steps = [Instruction("dot", (*range(k * terms, (k + 1) * terms), *ones)) for k in range(16)]
    first = 17 * terms
    listed = WengertList(0, first, (), tuple(steps), tuple(range(first, first + 16)))
    source = Random(terms)
    rows = [[source.choice([1e16, -1e16, 1.0, 0.5, 3.0]) for _ in range(terms)] for _ in range(16)]
    outputs, _ = Native(listed, processor).run(
        [], np.array([*chain.from_iterable(rows), *[1.0] * terms]), rows=1
    )
    for row, (found,) in zip(rows, outputs.tolist(), strict=True):
        whole = terms // lanes * lanes
        lane = [0.0 + sum(row[k:whole:lanes]) for k in range(lanes)]
        while len(lane) > 1:
            lane = [a + b for a, b in zip(lane[0::2], lane[1::2], strict=True)]
        expected = lane[0]
        for number in row[whole:]:
            expected += number
        assert found == expected
