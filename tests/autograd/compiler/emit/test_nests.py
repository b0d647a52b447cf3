"""Code of nests: loops over nodes and terms give what Python gives, in vectors of any width."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from autograd.compiler.emit.functions import FUNCTION_SIZE
from autograd.compiler.emit.nests import Placed, nest_size
from autograd.compiler.lower import Lowered, lower
from autograd.compiler.readable.python import PythonCode
from autograd.compiler.run.native import Native
from autograd.compiler.schedule.nests import Nest
from autograd.compiler.schedule.normal import Apply, Product, Sum
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


def test_where_terms_fill_vectors_only_one_vector_of_nodes_is_written() -> None:
    """32 nodes of sixteen terms: four vectors of terms for each of four nodes, in a loop."""
    source = lower(replace(layer(32, 16, 3, 1, 16), outputs=()), of_lanes(4)).module.source
    products = source.count(" = fmul <4 x double>") + source.count(
        " = call <4 x double> @llvm.fmuladd"
    )
    assert products == 16 + 4  # the squares of the inputs are four vectors at a time


def test_the_size_of_a_nest_goes_with_its_loops_and_terms_up_to_what_is_written_out() -> None:
    one, two = Nest(0, (8,), ((1,),)), Nest(0, (3, 8), ((8,), (1,)))
    sums = [Sum([Product(k) for k in range(terms)]) for terms in (1, 3, 16, 40)]
    sizes = [nest_size(one, node) for node in sums]
    assert sizes[0] == nest_size(one, Apply("abs", (0,))) > 20
    assert sizes[0] < sizes[1] < sizes[2] == sizes[3]
    assert sizes[3] < nest_size(two, sums[3]) < FUNCTION_SIZE


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
    assert sums == pytest.approx(PythonCode(listed).run([[]], numbers)[1], rel=1e-13, abs=0.0)
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


def test_what_a_nest_is_written_from_does_not_change(tools: Any) -> None:
    tools.unchanging(Placed)


def of_lanes(lanes: int, *, fused: bool = True) -> Processor:
    return replace(host(), target=Target(lanes, fused and host().target.fused))


@pytest.mark.parametrize(
    ("lanes", "count"), [(8, 3), (8, 11), (8, 43), (4, 3), (4, 5), (4, 27), (2, 9)]
)
def test_nothing_beyond_the_operands_is_read(count: int, lanes: int, tools: Any) -> None:
    """Quotients of neighbours, five rows of them; in front of the parameters and behind them lies
    memory that may not be touched."""
    width = count + 1
    top = [width * row + k for row in range(5) for k in range(count)]
    parameters = 10 * width - 1
    steps = tuple(Instruction("divide", (k, 5 * width + k)) for k in top)
    slots = tuple(range(parameters, parameters + len(top)))
    listed = WengertList(0, parameters, (), steps, (), slots)
    made = lower(listed, of_lanes(lanes))
    assert shapes(made) == [(5, count)]
    code = Native(listed, of_lanes(lanes))
    code._local.scratch = tools.guarded(-(-code.scratch_bytes // 64) * 8)
    code._local.address = code._local.scratch.ctypes.data
    wanted = [(1.0 + k) / (1.0 + k + 5 * width) for k in top]
    for behind in (True, False):
        numbers = tools.guarded(parameters, behind=behind)
        numbers[:] = [1.0 + k for k in range(parameters)]
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


def quotients(rows: int, columns: int, first: int = 0) -> list[Instruction]:
    """Those of neighbours in two matrices of parameters; the rows of each lie apart."""
    width = columns + 1
    places = [first + width * row + k for row in range(rows) for k in range(columns)]
    return [Instruction("divide", (k, width * rows + k)) for k in places]


@pytest.mark.parametrize(
    ("lanes", "count", "wide", "written"),
    [
        *((8, 3, 2, 2), (8, 5, 4, 2), (8, 7, 4, 2), (8, 8, 8, 1), (4, 3, 2, 2)),  # lanes as fit
        *((4, 5, 4, 2), (4, 8, 4, 2), (4, 13, 4, 4), (4, 16, 4, 4)),  # each vector by itself
        *((4, 17, 4, 1), (4, 20, 4, 1), (4, 24, 4, 2), (4, 28, 4, 1), (4, 32, 4, 4)),  # in a loop
        *((4, 31, 4, 1), (4, 40, 4, 2), (4, 48, 4, 4)),
    ],
)
def test_vectors_are_written_one_by_one_up_to_four_and_else_as_many_as_divide_them(
    lanes: int, count: int, wide: int, written: int
) -> None:
    steps = quotients(5, count)
    first = 10 * (count + 1)
    listed = WengertList(0, first, (), tuple(steps), tuple(range(first, first + 5 * count)))
    made = lower(listed, of_lanes(lanes))
    assert shapes(made) == [(5, count)]
    assert made.module.source.count(f" fdiv <{wide} x double>") == written
    assert made.module.source.count(" fdiv ") == written


@pytest.mark.parametrize(("rows", "columns", "loops"), [(1, 80, 1), (12, 6, 1), (12, 40, 2)])
def test_a_length_goes_through_its_own_rounds_alone(rows: int, columns: int, loops: int) -> None:
    """Quotients, and for the second of two lengths as many more, in the outermost loop."""
    width, count = columns + 1, rows * columns
    own = count // 2
    steps = [Instruction("equal", (0, 1 + 2 * width * rows)), *quotients(rows, columns, 1)]
    first = 3 + 2 * width * rows
    steps += [Instruction("multiply", (k, first - 1)) for k in range(first + own, first + count)]
    sums = (*range(first, first + own), *range(first + count, first + 2 * count - own))
    listed = WengertList(1, 2 * width * rows, (1.0,), tuple(steps), (), sums, 2)
    source = lower(listed, of_lanes(4), alone=True).module.source
    before = source[: source.index(" fdiv ")]
    begins = re.findall(r" = phi i64 \[ (\S+), ", before)
    assert len(begins) == loops
    assert begins[0].startswith("%")
    assert begins[1:] == ["0"] * (loops - 1)
    code = Native(listed, of_lanes(4), alone=True)
    numbers = [1.0 + k for k in range(2 * width * rows)]
    for length in range(2):
        wanted = PythonCode(listed).run([[float(length)]], numbers)[1]
        assert list(code.run_row([float(length)], numbers)[1]) == list(wanted)


@pytest.mark.parametrize("by_rows", [True, False])
def test_constants_may_move_from_term_to_term(by_rows: bool) -> None:
    """Σ c·w with other constants in each of six terms, in sixteen nodes."""
    rows = [[k * 6 + t if by_rows else t * 16 + k for t in range(6)] for k in range(16)]
    steps = tuple(Instruction("dot", (*row, *range(96, 102))) for row in rows)
    constants = tuple(float(k) for k in (2, 3, 5, 7, 11, 13))
    listed = WengertList(0, 96, constants, steps, (), tuple(range(102, 118)))
    assert shapes(lower(listed, of_lanes(4))) == [(16,)]
    numbers = [float(k % 9) for k in range(96)]
    wanted = PythonCode(listed).run([[]], numbers)[1]
    assert Native(listed, of_lanes(4)).run([], numbers)[1].tolist() == list(wanted)
