"""The schedule of the varying part: which nodes and sums are put into one step, and when."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct
from autograd.compiler.schedule.memory import LONGEST_BLOCK
from autograd.compiler.schedule.normal import Product, normalize
from autograd.compiler.schedule.repeats import FEWEST_ROUNDS
from autograd.compiler.schedule.uniform import order_uniform
from autograd.compiler.schedule.varying import (
    LIGHT_TILE,
    Accumulation,
    Call,
    Shape,
    Tile,
    VaryingSchedule,
    accumulations,
    order_varying,
    shape_for,
    squares,
    writes,
)
from autograd.compiler.vector.target import Processor, Target
from autograd.compiler.wengert.wengert import Instruction, WengertList

SHAPE = Shape(dots=4, vectors=2, sums=8)


def ordered(listed: WengertList) -> VaryingSchedule:
    form = normalize(listed)
    return order_varying(form, order_uniform(form, 4).cells, SHAPE)


def test_a_neuron_is_a_tile_and_a_call() -> None:
    neuron = (Instruction("dot", (1, 0, 2)), Instruction("tanh", (3,)))
    schedule = ordered(WengertList(1, 2, (), neuron, (4,), (4,)))
    assert schedule.steps == [
        Tile([3]),
        Call(4, "tanh", (3,)),
        Accumulation([(0, Product(4))]),
    ]
    assert [list(writes(step)) for step in schedule.steps] == [[3], [4], []]


def test_uniform_nodes_are_in_no_step() -> None:
    square = Instruction("multiply", (1, 1))
    listed = WengertList(1, 1, (), (square, Instruction("multiply", (0, 2))), (3,), (2,))
    assert ordered(listed).steps == [Tile([3])]


def test_cheap_nodes_are_moved_to_where_they_are_read() -> None:
    """x - w is computed beside the product that reads it, after the call."""
    listed = WengertList(
        1,
        1,
        (),
        (
            Instruction("subtract", (0, 1)),
            Instruction("exp", (0,)),
            Instruction("multiply", (2, 3)),
        ),
        (4,),
    )
    assert ordered(listed).steps == [Call(3, "exp", (0,)), Tile([2, 4])]


def test_dots_of_the_same_values_share_a_tile_with_what_follows() -> None:
    """Two dots of four columns, for two vectors at a time, and the absolute value of each."""
    weights = [tuple(range(4, 8)), tuple(range(8, 12))]
    dots = [Instruction("dot", (*row, 0, 1, 2, 3)) for row in weights]
    sizes = [Instruction("abs", (12,)), Instruction("abs", (13,))]
    schedule = ordered(WengertList(4, 8, (), (*dots, *sizes), (14, 15)))
    assert schedule.steps == [Tile([12, 13, 14, 15], vectors=2)]
    assert schedule.vectors(schedule.steps[0]) == 2


@pytest.mark.parametrize(
    ("other", "together"),
    [(Instruction("total", (0, 1, 2)), True), (Instruction("exp", (0,)), False)],
)
def test_what_follows_dots_is_in_their_tile_if_all_else_that_it_reads_is_there(
    other: Instruction, together: bool
) -> None:
    """The larger of a dot and a light sum, which is done before, or a call, which is done after."""
    weights = [tuple(range(4, 8)), tuple(range(8, 12))]
    dots = [Instruction("dot", (*row, 0, 1, 2, 3)) for row in weights]
    largest = Instruction("maximum", (13, 12))
    listed = WengertList(4, 8, (), (other, *dots, largest), (12, 14, 15))
    tiles = [step.nodes for step in ordered(listed).steps if isinstance(step, Tile)]
    assert ([13, 14, 15] in tiles, [13, 14] in tiles) == (together, not together)


def test_more_dots_than_fit_the_registers_are_several_tiles() -> None:
    rows = [range(4 + 4 * k, 8 + 4 * k) for k in range(6)]
    dots = [Instruction("dot", (*row, 0, 1, 2, 3)) for row in rows]
    listed = WengertList(4, 24, (), tuple(dots), tuple(range(28, 34)))
    assert ordered(listed).steps == [Tile([28, 29, 30, 31], 2), Tile([32, 33], 2)]


def test_a_large_layer_is_one_matrix_product() -> None:
    rows = [range(10 + 10 * k, 20 + 10 * k) for k in range(10)]
    dots = [Instruction("dot", (*row, *range(10))) for row in rows]
    schedule = ordered(WengertList(10, 100, (), tuple(dots), tuple(range(110, 120))))
    (step,) = schedule.steps
    assert isinstance(step, MatrixProduct)
    assert step.nodes == list(range(110, 120))
    assert schedule.vectors(step) == SHAPE.vectors


def terms(rows: range, columns: range) -> list[tuple[int, Product]]:
    """Every product of a row and a column, each for a sum of its own."""
    pairs = [(row, column) for row in rows for column in columns]
    return [(7 * index, Product(*pair)) for index, pair in enumerate(pairs)]


def test_products_that_share_factors_are_added_together() -> None:
    """A rectangle of 4 by 4 products as two pieces of 2 by 4."""
    found = list(accumulations(terms(range(20, 24), range(4)), 8, range(100)))
    assert all(isinstance(step, Accumulation) and len(step.terms) == 8 for step in found)
    factors = [{p.left for _, p in step.terms} for step in found if isinstance(step, Accumulation)]
    assert factors == [{20, 21, 22, 23}, {20, 21, 22, 23}]


def test_every_product_is_added_once() -> None:
    given = [
        *terms(range(20, 25), range(3)),
        (99, Product(2)),
        (98, Product(20)),
        (97, Product(20)),
    ]
    added = [
        term
        for step in accumulations(given, 8, range(100))
        if isinstance(step, Accumulation)
        for term in step.terms
    ]
    assert sorted(added, key=str) == sorted(given, key=str)


def test_small_pieces_are_put_together() -> None:
    alone = [(k, Product(20 + k, k)) for k in range(5)]
    assert list(accumulations(alone, 8, range(100))) == [Accumulation(alone)]


def test_a_large_rectangle_is_an_outer_product() -> None:
    side = [(index, product) for index, (_, product) in enumerate(terms(range(20, 30), range(10)))]
    assert list(accumulations(side, 8, range(100))) == [
        OuterProduct(list(range(20, 30)), list(range(10)), 0, 10)
    ]
    assert len(list(accumulations(side, 8, range(10)))) == 13  # its rows are not varying


@pytest.mark.parametrize("area", [1, 4, 8, 16])
@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (5, 3), (3, 5), (1, 40), (40, 1), (9, 9)])
def test_squares_cover_a_rectangle_once(columns: int, rows: int, area: int) -> None:
    cells = [
        (column, row)
        for across, down in squares(columns, rows, area)
        for column in across
        for row in down
    ]
    assert sorted(cells) == [(c, r) for c in range(columns) for r in range(rows)]
    assert all(len(a) * len(d) <= area for a, d in squares(columns, rows, area))


def test_a_shape_fills_the_registers() -> None:
    few, many = (shape_for(Processor(Target(4, True), registers)) for registers in (16, 32))
    assert few == SHAPE
    assert many.dots * many.vectors + many.vectors < 32
    assert few.dots * few.vectors + few.vectors < 16


def unlike(count: int, first: int = 0) -> list[Instruction]:
    """Operations on the eight columns, in no order that repeats itself: one term each."""
    source = random.Random(count)
    names = ("divide", "maximum", "minimum")
    return [
        Instruction(source.choice(names), (source.randrange(4), 4 + source.randrange(4)))
        for _ in range(count)
    ]


def test_unrelated_nodes_are_cut_into_tiles_of_as_many_terms() -> None:
    steps = unlike(2 * LIGHT_TILE + 5)
    schedule = ordered(WengertList(8, 0, (), tuple(steps), tuple(range(8, 8 + len(steps)))))
    assert all(isinstance(step, Tile) for step in schedule.steps)
    assert [len(list(writes(step))) for step in schedule.steps] == [LIGHT_TILE, LIGHT_TILE, 5]


def test_a_long_sum_is_a_step_between_tiles_that_begin_anew() -> None:
    count, terms = LIGHT_TILE + 3, FEWEST_ROUNDS + 1
    sums = Instruction("dot", (*range(8, 8 + terms), *([0, 1] * terms)[:terms]))
    steps = (*unlike(count), sums, *unlike(count))
    first = 8 + terms
    listed = WengertList(8, terms, (), steps, tuple(range(first, first + len(steps))))
    schedule = ordered(listed)
    kinds = [(type(step).__name__, len(list(writes(step)))) for step in schedule.steps]
    tiles = [("Tile", LIGHT_TILE), ("Tile", 3)]
    assert kinds == [*tiles, ("LongSum", 1), *tiles]


def test_a_block_holds_whole_groups_of_vectors() -> None:
    for registers in (16, 32):
        assert LONGEST_BLOCK % shape_for(Processor(Target(4, True), registers)).vectors == 0


def test_schedules_do_not_change(tools: Any) -> None:
    tools.unchanging(Shape, VaryingSchedule)
