"""Code of the steps of a schedule: tiles, accumulations, calls, for any number of rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from operator import mul
from typing import Any

import numpy as np
import pytest

from autograd.compiler.emit.varying import LOOP_SIZE, _leading_sums, _size, write_varying
from autograd.compiler.lower import EXAMPLE, Lowered, lower
from autograd.compiler.schedule.normal import Apply, Product, Sum
from autograd.compiler.schedule.varying import Accumulation, Call, Tile
from autograd.compiler.vector.math.kernels import with_derivative
from autograd.compiler.wengert.wengert import Instruction, WengertList

Run = Callable[..., Any]
ROWS = [1, 3, 4, 8, 9, 17, 64, 129]


def column(rows: int, shift: float = 0.0) -> list[float]:
    return [math.sin(k + shift) for k in range(rows)]


@pytest.mark.parametrize("rows", ROWS)
def test_a_tile_a_call_and_an_accumulation(
    rows: int, run: Run, lowered: Callable[[WengertList], Lowered]
) -> None:
    """tanh(w·x + b), its sum and the sum of its product with x."""
    instructions = (
        Instruction("dot", (1, 0, 2)),
        Instruction("tanh", (3,)),
        Instruction("multiply", (4, 0)),
    )
    listed = WengertList(1, 2, (), instructions, (4,), (4, 5))
    kinds = [type(step) for step in lowered(listed).varying.steps]
    assert kinds == [Tile, Call, Accumulation]
    x = column(rows)
    (outputs,), sums = run(listed, [x], [0.75, -0.5])
    wanted = [math.tanh(0.75 * number - 0.5) for number in x]
    # A sum near 0 is as far off as its terms' last places.
    assert outputs == pytest.approx(wanted, rel=1e-14, abs=1e-16)
    products = [y * number for y, number in zip(wanted, x, strict=True)]
    assert sums == pytest.approx([math.fsum(wanted), math.fsum(products)], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("rows", ROWS)
def test_dots_side_by_side(rows: int, run: Run) -> None:
    """Three dots of four columns, each minus the one before it: a tile for two vectors."""
    dots = [Instruction("dot", (*range(4 + 4 * k, 8 + 4 * k), 0, 1, 2, 3)) for k in range(3)]
    less = [Instruction("subtract", (17, 16)), Instruction("subtract", (18, 17))]
    listed = WengertList(4, 12, (), (*dots, *less), (16, 19, 20))
    columns = [column(rows, 0.5 * k) for k in range(4)]
    weights = [0.25 * k - 1.0 for k in range(12)]
    rows_of_columns = list(zip(*columns, strict=True))
    dots_of_rows = [
        [math.fsum(map(mul, weights[k : k + 4], row)) for row in rows_of_columns] for k in (0, 4, 8)
    ]
    outputs, _ = run(listed, columns, weights)
    first, second, third = map(np.array, dots_of_rows)
    wanted = [first, second - first, third - second]
    np.testing.assert_allclose(outputs, wanted, rtol=1e-13, atol=1e-14)


def test_uniform_numbers_are_read_by_every_row(run: Run) -> None:
    square = Instruction("multiply", (1, 1))
    listed = WengertList(1, 1, (2.0,), (square, Instruction("dot", (0, 2, 3, 0))), (4,))
    (outputs,), _ = run(listed, [[1.0, 2.0, 3.0]], [3.0])
    assert outputs == [11.0, 22.0, 33.0]


def test_sums_that_lead_a_tile() -> None:
    nodes = {
        5: Sum([Product(0, 1)]),
        6: Sum([Product(1), Product(2)]),
        7: Sum([Product(5), Product(6)]),
        8: Sum([Product(0)]),
    }
    assert list(_leading_sums(nodes)) == [5, 6]
    assert list(_leading_sums({5: Apply("abs", (0,)), 6: Sum([Product(1)])})) == []


@pytest.mark.parametrize("rows", [1, 9])
def test_sums_of_different_length_in_one_tile(rows: int, run: Run) -> None:
    steps = (
        Instruction("multiply", (0, 1)),
        Instruction("total", (0, 1, 0)),
        Instruction("add", (1, 2)),
    )
    x, y = column(rows), column(rows, 0.5)
    outputs, _ = run(WengertList(2, 1, (), steps, (3, 4, 5)), [x, y], [3.0])
    for found, wanted in zip(
        outputs,
        [
            [a * b for a, b in zip(x, y, strict=True)],
            [a + b + a for a, b in zip(x, y, strict=True)],
            [b + 3.0 for b in y],
        ],
        strict=True,
    ):
        assert found == wanted


def sizes(listed: WengertList) -> list[tuple[str, int]]:
    """What each step counts for, and the same in a block of one vector, where there is no loop."""
    made = lower(listed, EXAMPLE)
    single = replace(made.memory, vectors=1)
    found = []
    for step in made.varying.steps:
        size, alone = (_size(made.form, made.varying, step, m) for m in (made.memory, single))
        pace = made.varying.vectors(step)
        assert alone == size if isinstance(step, Call) else (size - LOOP_SIZE) // pace <= alone
        found.append((type(step).__name__, size))
    return found


def test_steps_count_for_about_as_much_as_they_write() -> None:
    """Every term for each vector at a time, a loop by itself, a call for next to nothing."""
    neuron = (Instruction("dot", (1, 0, 2)), Instruction("tanh", (3,)))
    assert sizes(WengertList(1, 2, (), neuron, (4,), (4,))) == [
        ("Tile", LOOP_SIZE + 2),
        ("Call", 1),
        ("Accumulation", LOOP_SIZE + 1),
    ]
    dots = [Instruction("dot", (*range(4 + 4 * k, 8 + 4 * k), 0, 1, 2, 3)) for k in range(2)]
    both = WengertList(4, 8, (), tuple(dots), (12, 13))
    assert sizes(both) == [("Tile", LOOP_SIZE + 2 * 4 * 2)]
    like = [Instruction("total", (0, 1, 2 + w)) for w in range(30)]
    loop = WengertList(2, 30, (), tuple(like), tuple(range(32, 62)))
    assert sizes(loop) == [("Repeat", 2 * LOOP_SIZE + 3)]
    long = WengertList(1, 30, (), (Instruction("dot", (*[0] * 30, *range(1, 31))),), (31,))
    assert sizes(long) == [("LongSum", 2 * LOOP_SIZE)]


def test_a_step_of_a_large_layer_counts_for_its_block_of_registers() -> None:
    rows = [range(10 + 10 * k, 20 + 10 * k) for k in range(10)]
    dots = [Instruction("dot", (*row, *range(10))) for row in rows]
    slopes = [Instruction("multiply", (z, x)) for z in range(110, 120) for x in range(10)]
    layer = WengertList(10, 100, (), (*dots, *slopes), (), tuple(range(120, 220)))
    shape = lower(layer, EXAMPLE).varying.shape
    assert sizes(layer) == [
        ("MatrixProduct", LOOP_SIZE + 2 * shape.dots * shape.vectors),
        ("OuterProduct", LOOP_SIZE + 4 * shape.sums),
    ]


def test_like_calls_are_one_call_in_a_loop() -> None:
    products = [Instruction("multiply", (0, 1 + p)) for p in range(30)]
    logarithms = [Instruction("log", (31 + p,)) for p in range(30)]
    listed = WengertList(1, 30, (), (*products, *logarithms), tuple(range(61, 91)))
    module = lower(listed, EXAMPLE).module
    assert module.kernels == {("log", 4, False)}
    assert module.source.count("call void @stepgrad.log.4(") == 1


def test_like_calls_with_their_derivatives_are_one_call_in_a_loop() -> None:
    products = [Instruction("multiply", (0, 1 + p)) for p in range(30)]
    calls = [Instruction("tanh", (31 + p,)) for p in range(30)]
    slopes = [Instruction("tanh_derivative", (31 + p,)) for p in range(30)]
    steps = (*products, *calls, *slopes)
    module = lower(WengertList(1, 30, (), steps, tuple(range(61, 121))), EXAMPLE).module
    assert module.kernels == {(with_derivative("tanh"), 4, False)}
    assert module.source.count("call void @stepgrad.tanh") == 1


def test_each_node_of_a_tile_is_computed_once() -> None:
    """Two sums that lead it, and two that wait for them."""
    pairs = [(0, 1), (1, 2), (3, 4), (4, 3)]
    steps = tuple(Instruction("subtract", pair) for pair in pairs)
    made = lower(WengertList(2, 1, (), steps, (3, 4, 5, 6)), EXAMPLE)
    half = write_varying(made.form, made.varying, made.memory, EXAMPLE.target)
    (text,) = half.texts
    assert (text.count(" fsub "), text.count(" store ")) == (4, 4)


@pytest.mark.parametrize(
    ("listed", "repeats"),
    [
        (WengertList(1, 0, (), (), (), (0,)), True),  # an accumulation
        (WengertList(1, 1, (), (Instruction("add", (0, 1)),), (2,)), False),  # a tile
        (WengertList(1, 0, (), (Instruction("exp", (0,)),), (1,)), False),  # a call
        (
            WengertList(
                4,
                8,
                (),
                tuple(Instruction("dot", (*range(k, k + 4), 0, 1, 2, 3)) for k in (4, 8)),
                (12, 13),
            ),
            True,  # a tile for two vectors
        ),
    ],
)
def test_what_serves_several_vectors_or_sums_repeats(listed: WengertList, repeats: bool) -> None:
    made = lower(listed, EXAMPLE)
    half = write_varying(made.form, made.varying, made.memory, EXAMPLE.target)
    assert (half.repeats, half.long) == (repeats, False)


def test_there_is_no_loop_over_one_vector() -> None:
    neuron = (Instruction("dot", (1, 0, 2)), Instruction("tanh", (3,)))
    made = lower(WengertList(1, 2, (), neuron, (4,), (4,)), EXAMPLE)
    single = replace(made.memory, vectors=1)
    found = [_size(made.form, made.varying, step, single) for step in made.varying.steps]
    assert found == [2, 1, 1]


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_a_call_gives_the_derivative_beside_its_function(name: str, run: Run) -> None:
    steps = (Instruction(name, (0,)), Instruction(f"{name}_derivative", (0,)))
    x = column(9)
    (values, slopes), _ = run(WengertList(1, 0, (), steps, (1, 2)), [x], [])
    wanted = np.tanh(x) if name == "tanh" else 1 / (1 + np.exp(-np.array(x)))
    np.testing.assert_allclose(values, wanted, rtol=1e-14)
    square = 1 - wanted**2 if name == "tanh" else wanted * (1 - wanted)
    np.testing.assert_allclose(slopes, square, rtol=1e-14)


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("vectors", "told"), [(1, "1"), (2, "%vectors"), (16, "%vectors")])
def test_a_call_is_told_the_vectors_of_its_block(count: int, vectors: int, told: str) -> None:
    """One by itself, or those of a loop."""
    products = [Instruction("multiply", (0, 1 + p)) for p in range(count)]
    calls = [Instruction("log", (1 + count + p,)) for p in range(count)]
    wanted = tuple(range(1 + 2 * count, 1 + 3 * count))
    made = lower(WengertList(1, count, (), (*products, *calls), wanted), EXAMPLE)
    memory = replace(made.memory, vectors=vectors)
    (text,) = write_varying(made.form, made.varying, memory, EXAMPLE.target).texts
    (call,) = re.findall(r"call void @stepgrad[.]log[.]4[(](.*)[)]", text)
    assert call.endswith(f", i64 {told}")
