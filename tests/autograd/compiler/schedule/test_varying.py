"""The schedule of the varying part: which nodes and sums are put into one step, and when."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from autograd.compiler.schedule.gradient_rows import GradientRow
from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct
from autograd.compiler.schedule.memory import LONGEST_BLOCK
from autograd.compiler.schedule.normal import NormalForm, Product, Sum, normalize, products_of_row
from autograd.compiler.schedule.repeats import FEWEST_ROUNDS, LongSum, Repeat
from autograd.compiler.schedule.uniform import Cells, order_uniform
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
    assert [schedule.vectors(step) for step in schedule.steps] == [1, 1, 1]


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


def test_what_reads_a_derivative_is_done_as_soon_as_its_function_is() -> None:
    """x·tanh′(x) before the next call, exp(tanh x)."""
    names = [("tanh", (0,)), ("tanh_derivative", (0,)), ("multiply", (2, 0)), ("exp", (1,))]
    steps = tuple(Instruction(name, read) for name, read in names)
    assert ordered(WengertList(1, 0, (), steps, (3, 4))).steps == [
        Call(1, "tanh", (0,), 2),
        Tile([3]),
        Call(4, "exp", (1,)),
    ]


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


def test_what_follows_dots_may_read_columns_too() -> None:
    weights = [tuple(range(4, 8)), tuple(range(8, 12))]
    dots = [Instruction("dot", (*row, 0, 1, 2, 3)) for row in weights]
    largest = [Instruction("maximum", (12, 0)), Instruction("maximum", (1, 13))]
    schedule = ordered(WengertList(4, 8, (), (*dots, *largest), (14, 15)))
    assert schedule.steps == [Tile([12, 13, 14, 15], vectors=2)]


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


ROW = GradientRow(0, 40, (*range(8), None), range(0))
OWN = [(20 + k, Product(40, x)) for k, x in enumerate((3, 9))]


@pytest.mark.parametrize(
    "given",
    [
        [ROW],
        [ROW, *OWN],
        [*OWN, ROW],
        [OWN[0], ROW, OWN[1]],
        [ROW, GradientRow(30, 40, tuple(range(4, 12)), range(0))],
        [ROW, GradientRow(30, 41, ROW.others, range(0)), (50, Product(3, 40))],
    ],
)
def test_rows_of_a_gradient_and_products_of_their_factors_are_added_once(given: list[Any]) -> None:
    steps = list(accumulations(given, 8, range(100)))
    added = [term for step in steps if isinstance(step, Accumulation) for term in step.terms]
    wanted = [
        one
        for term in given
        for one in (products_of_row(term) if isinstance(term, GradientRow) else [term])
    ]
    assert sorted(added, key=str) == sorted(wanted, key=str)


def test_what_a_call_reads_of_the_uniform_part_is_spread_before_all_else() -> None:
    """atan2(x, w) beside |exp x| and before the sine of that."""
    names = [("atan2", (0, 1)), ("exp", (0,)), ("abs", (3,)), ("sin", (4,))]
    steps = tuple(Instruction(name, read) for name, read in names)
    listed = WengertList(1, 1, (), steps, (2, 5))
    assert ordered(listed).steps == [
        Tile([6]),
        Call(3, "exp", (0,)),
        Tile([4]),
        Call(2, "atan2", (0, 6)),
        Call(5, "sin", (4,)),
    ]


@pytest.mark.parametrize(
    ("columns", "sizes"), [(3, [6]), (4, [7]), (5, [5, 3]), (6, [6, 3]), (8, [8, 3])]
)
def test_a_piece_of_more_than_half_the_registers_is_not_put_together_with_others(
    columns: int, sizes: list[int]
) -> None:
    """Three products of factors of their own, and a row of so many."""
    alone = [(k, Product(30 + k, 20 + k)) for k in range(3)]
    row = [(10 + k, Product(40, k)) for k in range(columns)]
    found = list(accumulations([*alone, *row], 8, range(100)))
    added = [step.terms for step in found if isinstance(step, Accumulation)]
    assert list(map(len, added)) == sizes
    assert added == ([[*alone, *row]] if len(sizes) == 1 else [row, alone])


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
    assert (few, many) == (SHAPE, Shape(8, 2, 16))
    assert [shape_for(Processor(Target(4, True), count)) for count in (31, 64)] == [few, many]
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


def test_a_long_sum_may_be_the_first_step() -> None:
    terms = FEWEST_ROUNDS + 1
    sums = Instruction("dot", (*range(8, 8 + terms), *([0, 1] * terms)[:terms]))
    first = 8 + terms
    listed = WengertList(8, terms, (), (*unlike(3), sums), tuple(range(first, first + 4)))
    long_sum, tile = ordered(listed).steps
    assert isinstance(long_sum, LongSum) and isinstance(tile, Tile)
    assert (long_sum.node, len(tile.nodes)) == (first + 3, 3)


def test_a_block_holds_whole_groups_of_vectors() -> None:
    for registers in (16, 32):
        assert LONGEST_BLOCK % shape_for(Processor(Target(4, True), registers)).vectors == 0


def test_schedules_do_not_change(tools: Any) -> None:
    tools.unchanging(Shape, VaryingSchedule)


# ------------------------------------------------------ every step of a schedule, whatever the list


class Walk:
    """Goes through the steps: nothing is read before it is there, and all is done once."""

    def __init__(self, form: NormalForm, cells: Cells) -> None:
        self.form, self.cells = form, cells
        self.done = {*range(form.columns), *form.parameters, *form.constants}
        self.done |= form.nodes.keys() - form.varying
        self.added = Counter[Any]()

    def read(self, *slots: int | None) -> None:
        assert self.done.issuperset(slot for slot in slots if slot is not None)

    def compute(self, slot: int) -> None:
        self.read(*self.form.nodes[slot].arguments)
        assert slot not in self.done
        self.done.add(slot)

    def add(self, index: int, product: Product) -> None:
        self.read(*product[:2])
        self.added[index, frozenset(product[:2]), product.negative] += 1

    def step(self, step: Any) -> None:
        match step:
            case Tile() | LongSum() | Call():
                for slot in writes(step):
                    self.compute(slot)
            case MatrixProduct():
                self.matrix_product(step)
            case OuterProduct():
                for number, row in enumerate(step.rows):
                    for place, column in enumerate(step.columns):
                        left, right = (row, column) if row is not None else (column, row)
                        assert left is not None
                        self.add(step.first + number * step.stride + place, Product(left, right))
            case Accumulation():
                for term in step.terms:
                    self.add(*term)
            case Repeat():
                self.repeat(step)
        if isinstance(step, Call):
            call = self.form.nodes[step.node]
            assert (step.name, step.arguments) == (call.name, call.arguments)  # type: ignore[union-attr]
            assert step.derivative == self.form.beside.get(step.node)
        if isinstance(step, LongSum):
            node = self.form.nodes[step.node]
            assert isinstance(node, Sum)
            columns = zip(*(operand.slots for operand in step.factors), strict=True)
            factors = [Counter(some) for some in columns]
            inside = node.products[len(step.first) : len(node.products) - len(step.last)]
            assert [*step.first, *inside, *step.last] == node.products
            assert [Counter(a for a in p[:2] if a is not None) for p in inside] == factors
            assert {p.negative for p in inside} == {step.negative}

    def matrix_product(self, step: MatrixProduct) -> None:
        """z = W x + b, term by term, out of the array that W lies in."""
        self.read(*step.inputs)
        slot_of = {cell: slot for slot, cell in self.cells.items()}
        array, start = self.cells[step.weights.first]
        for number, slot in enumerate(step.nodes):
            node = self.form.nodes[slot]
            assert isinstance(node, Sum)
            at = start + number * step.weights.down
            wanted = [
                {slot_of[array, at + k * step.weights.across], x} for k, x in enumerate(step.inputs)
            ]
            products = list(node.products)
            if step.biases is not None:
                where, first = self.cells[step.biases.first]
                assert products.pop(0) == Product(slot_of[where, first + number * step.biases.down])
            assert [set(product[:2]) for product in products] == wanted
            assert not any(product.negative for product in products)
            self.compute(slot)

    def repeat(self, step: Repeat) -> None:
        before = set(self.done)
        for number, nodes in enumerate(step.rounds):
            for slot, operands in zip(nodes, step.operands, strict=True):
                read = tuple(operand.slots[number] for operand in operands)
                assert read == self.form.nodes[slot].arguments
                for operand, argument in zip(operands, read, strict=True):
                    made, carried = operand.made, operand.carried
                    if made is None or (carried and not number):
                        assert argument in before
                    else:
                        assert argument == step.rounds[number - carried][made]
                self.compute(slot)


def check(listed: WengertList, shape: Shape = SHAPE) -> list[Any]:
    form = normalize(listed)
    cells = order_uniform(form, 4).cells
    walk, schedule = Walk(form, cells), order_varying(form, cells, shape)
    for step in schedule.steps:
        walk.step(step)
    assert walk.done >= form.nodes.keys()
    assert walk.added == Counter(
        (index, frozenset(product[:2]), product.negative)
        for index, total in enumerate(form.all_totals())
        for product in total.varying
    )
    for step in schedule.steps:
        assert schedule.vectors(step) in (1, shape.vectors)
        if isinstance(step, Accumulation):
            assert 0 < len(step.terms) <= shape.sums
    return schedule.steps


@pytest.mark.parametrize("seed", range(20))
def test_a_schedule_does_everything_once_and_in_time(
    seed: int, random_list: Callable[..., WengertList]
) -> None:
    check(random_list(seed, steps=60))


@pytest.mark.parametrize("shape", [SHAPE, Shape(dots=8, vectors=2, sums=16)])
def test_a_networks_gradient_is_scheduled_whole(network: WengertList, shape: Shape) -> None:
    kinds = {type(step) for step in check(network, shape)}
    assert Tile in kinds and Accumulation in kinds
    if network.columns >= 12:
        assert {MatrixProduct, OuterProduct} <= kinds
