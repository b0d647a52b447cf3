"""Where numbers lie: places that are used again, sums in the order in which they are added up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct, Strided
from autograd.compiler.schedule.memory import LONGEST_BLOCK, Memory, SumRun, place
from autograd.compiler.schedule.normal import (
    Apply,
    Node,
    NormalForm,
    Product,
    Sum,
    Total,
    normalize,
)
from autograd.compiler.schedule.repeats import FEWEST_ROUNDS, LongSum, Operand, Repeat
from autograd.compiler.schedule.uniform import PARAMETER, UNIFORM, UniformOrder, order_uniform
from autograd.compiler.schedule.varying import (
    Accumulation,
    Call,
    Shape,
    Step,
    Tile,
    VaryingSchedule,
    order_varying,
)
from autograd.compiler.wengert.wengert import Instruction, WengertList


def placed(listed: WengertList, lanes: int = 4, *, alone: bool = False) -> Memory:
    form = normalize(listed, alone=alone)
    uniform = order_uniform(form, lanes)
    varying = order_varying(form, uniform.cells, Shape(4, 2, 8))
    return place(form, uniform, varying, lanes)


def chain(names: Iterable[str]) -> WengertList:
    """Each function of the one before, of one column; the last one is wanted."""
    steps = [Instruction(name, (slot,)) for slot, name in enumerate(names)]
    return WengertList(1, 0, (), tuple(steps), (len(steps),))


def test_a_call_may_write_where_it_reads() -> None:
    memory = placed(chain(["exp", "sin", "exp", "sin", "exp"]))
    assert memory.places == dict.fromkeys(range(6), 0)
    assert memory.bytes == memory.block + memory.stride


def test_a_value_keeps_its_place_while_it_is_needed() -> None:
    """sin(exp(x)) · exp(x): the exponential is not overwritten by the sine."""
    listed = WengertList(
        1,
        0,
        (),
        (Instruction("exp", (0,)), Instruction("sin", (1,)), Instruction("multiply", (1, 2))),
        (3,),
    )
    places = placed(listed).places
    assert places[1] != places[2]
    assert len({places[1], places[2], places[3]}) == 3  # a tile writes before it has read all


def test_uniform_numbers_lie_after_the_sums_and_before_the_block() -> None:
    squares = [Instruction("multiply", (w, w)) for w in (1, 2, 3)]
    listed = WengertList(1, 3, (), tuple(squares), (4, 5, 6), (4, 5, 6))
    memory = placed(listed)
    assert [memory.cells[slot] for slot in (1, 3)] == [(PARAMETER, 0), (PARAMETER, 2)]
    assert sorted(memory.cells[slot] for slot in (4, 5, 6)) == [(UNIFORM, k) for k in range(3)]
    assert memory.uniform_address(3) == ("%parameters", 16)
    base, offset = memory.uniform_address(5)
    assert base == "%scratch"
    assert memory.results < memory.uniform <= offset < memory.block
    assert memory.is_uniform(3)
    assert memory.is_uniform(4)
    assert not memory.is_uniform(0)


def test_parts_do_not_overlap() -> None:
    memory = Memory(4, 2, {}, {}, {0: 0, 1: 1}, [SumRun(0, 3, True), SumRun(3, 5, False)])
    assert memory.by_lane == {0: 0, 1: 32, 2: 64}
    assert memory.totals == 4 * 4 * 8  # three vectors, rounded up to whole groups of four
    room = (8 + 4) * 8  # eight sums, and a vector that begins at the last of them
    assert memory.uniform_totals >= memory.totals + room
    assert memory.results >= memory.uniform_totals + room
    assert memory.uniform >= memory.results + room
    assert memory.block % 64 == 0
    assert memory.place_address(1) - memory.place_address(0) == memory.stride == 2 * 4 * 8
    assert memory.bytes == memory.block + 2 * memory.stride


def test_each_part_lies_where_the_one_before_it_ends() -> None:
    """Sums 0 to 4, 7 and 9 in whole groups of four vectors; ten numbers and room for a vector."""
    cells = {1: (PARAMETER, 5), 2: (UNIFORM, 0), 4: (UNIFORM, 3)}
    kept = [(0, 5, True), (5, 2, False), (7, 1, True), (8, 1, False), (9, 1, True)]
    sums = [SumRun(*run) for run in kept]
    memory = Memory(4, 2, {7: 2.5, 3: 1.0}, cells, {0: 0, None: 1}, sums)
    assert memory.by_lane == {0: 0, 1: 32, 2: 64, 3: 96, 4: 128, 7: 8 * 32, 9: 12 * 32}
    assert (memory.totals, memory.uniform_totals) == (16 * 32, 16 * 32 + 128)
    assert (memory.results, memory.uniform) == (768, 896)
    assert memory.uniform_address(1) == memory.table_address(1) == ("%parameters", 40)
    assert memory.uniform_address(4) == memory.table_address(4) == ("%scratch", 896 + 24)
    assert [memory.table_address(slot) for slot in (3, 7)] == [("@constants", 0), ("@constants", 8)]
    assert memory.block == 960  # 896, two numbers and room for a vector make 944
    assert (memory.place_address(None), memory.bytes) == (960 + 64, 960 + 2 * 64)
    full = Memory(4, 2, {}, {slot: (UNIFORM, slot) for slot in range(4)}, {}, sums)
    assert (memory.together, full.together) == (1, 1)
    assert full.block == full.bytes == 960 == 896 + (4 + 4) * 8  # and not a line further


def placed_by(
    steps: list[Step], nodes: dict[int, Node], *, columns: int = 3, outputs: tuple[int, ...] = ()
) -> Memory:
    """Where the numbers of some steps lie; all nodes are varying."""
    totals = [Total([], []) for _ in range(4)]
    form = NormalForm(columns, range(columns, columns), {}, outputs, nodes, totals=totals)
    form.varying = {*range(columns), *nodes}
    return place(form, UniformOrder({}, [], [], {}), VaryingSchedule(steps, Shape(4, 2, 8)), 4)


@pytest.mark.parametrize("second", [Tile([4]), Call(4, "exp", (3,))])
def test_every_place_that_is_left_is_used_again(second: Step) -> None:
    """Five values after three columns need one place more than these."""
    nodes: dict[int, Node] = {3: Apply("maximum", (0, 1)), 4: Apply("exp", (3,))}
    nodes |= {5: Apply("abs", (4,)), 6: Apply("sqrt", (4,)), 7: Sum([Product(5, 6), Product(2)])}
    steps = [Tile([3]), second, Tile([5, 6]), Tile([7])]
    memory = placed_by(steps, nodes, outputs=(7,))
    assert memory.places.keys() == set(range(8))
    assert set(memory.places.values()) == set(range(4))


@pytest.mark.parametrize("columns", [[1, 2, None], [0, 1, 2]])
def test_an_outer_product_with_1_has_a_place_for_ones(columns: list[int | None]) -> None:
    places = placed_by([OuterProduct([0], columns, 0, 3)], {}).places
    assert (None in places) is (None in columns)
    assert sorted(places.values()) == list(range(len(places)))


def test_a_sum_that_is_also_added_to_by_itself_is_kept_lane_by_lane() -> None:
    steps = [OuterProduct([0], [1, 2, None], 0, 3), Accumulation([(1, Product(0))])]
    kept = [SumRun(0, 1, False), SumRun(1, 1, True), SumRun(2, 1, False), SumRun(3, 1, True)]
    assert placed_by(steps, {}).sums == kept
    assert placed_by([], {}).sums == [SumRun(0, 4, False)]


@pytest.mark.parametrize(
    ("columns", "vectors", "together"),
    [(50, 16, 2), (510, 16, 2), (511, 14, 2), (1000, 8, 2), (2047, 2, 2), (4100, 1, 1)],
)
def test_where_dots_share_parameters_a_block_may_be_larger(
    columns: int, vectors: int, together: int
) -> None:
    """Two dots of the columns with parameters; two vectors of them are worked on together."""
    dots = [
        Instruction("dot", (*range(columns), *range(first, first + columns)))
        for first in (columns, 2 * columns)
    ]
    listed = WengertList(columns, 2 * columns, (), tuple(dots), (3 * columns, 3 * columns + 1))
    memory = placed(listed, lanes=8)
    assert (memory.vectors, memory.together) == (vectors, together)


def test_where_nothing_is_computed_vectors_are_worked_on_one_by_one() -> None:
    memory = placed(WengertList(200, 0, (), (), (0,)))
    assert (memory.vectors, memory.together) == (10, 1)


@pytest.mark.parametrize(
    "reader",
    [
        Accumulation([(0, Product(3, 0)), (1, Product(1)), (2, Product(2))]),
        OuterProduct([3], [0, 1, 2], 0, 3),
        MatrixProduct([5], [3, 0, 1, 2], Strided(9, 4, 1), None),
        Tile([5]),
        Call(5, "hypot", (0, 1, 2, 3)),
        LongSum(5, [], [], [Operand((0, 1, 2, 3))], False),
        Repeat([[5]], []),
    ],
    ids=lambda step: type(step).__name__,
)
def test_what_a_step_reads_has_a_place_of_its_own_until_then(reader: Step) -> None:
    nodes: dict[int, Node] = {3: Apply("abs", (0,)), 4: Apply("abs", (1,))}
    nodes |= {5: Sum([Product(slot) for slot in range(4)]), 6: Apply("sqrt", (4,))}
    places = placed_by([Tile([3]), Tile([4]), reader, Tile([6])], nodes, outputs=(6,)).places
    assert len({places[slot] for slot in range(5)}) == 5


def test_sums_of_large_layers_are_kept_as_one_number_each() -> None:
    """Ten values times ten, side by side, and a sum of its own after them."""
    outer = [Instruction("multiply", (a, b)) for a in range(10) for b in range(10, 20)]
    listed = WengertList(20, 0, (), tuple(outer), (), (*range(20, 120), 0))
    assert placed(listed).sums == [SumRun(0, 100, False), SumRun(100, 1, True)]


@pytest.mark.parametrize(
    ("columns", "vectors"),
    [(1, 16), (127, 16), (128, 14), (200, 10), (1023, 2), (1024, 1), (3000, 1)],
)
def test_a_block_fits_the_cache(columns: int, vectors: int) -> None:
    total = Instruction("total", tuple(range(columns)))
    memory = placed(WengertList(columns, 0, (), (total,), (columns,)), lanes=4)
    assert memory.vectors == vectors <= LONGEST_BLOCK


def test_each_round_of_a_loop_keeps_a_value_or_none_does() -> None:
    """Of the quotients under the roots one is wanted, and so all have a place."""
    count = FEWEST_ROUNDS
    quotients = range(count + 1, 3 * count + 1, 2)
    pairs = [
        (Instruction("divide", (0, 1 + p)), Instruction("sqrt", (quotients[p],)))
        for p in range(count)
    ]
    steps, roots = tuple(step for pair in pairs for step in pair), [q + 1 for q in quotients]
    none = placed(WengertList(1, count, (), steps, tuple(roots)))
    one = placed(WengertList(1, count, (), steps, (*roots, quotients[3])))
    assert none.places.keys() == {0, *roots}
    assert one.places.keys() == {0, *roots, *quotients}


def test_a_row_alone_has_no_places_and_its_columns_are_the_first_uniform_numbers() -> None:
    dot = Instruction("dot", (0, 1, 2, 3))
    memory = placed(WengertList(2, 2, (), (dot,), (4,), (4,)), alone=True)
    assert memory.places == {}
    assert [memory.cells[slot] for slot in (0, 1, 4)] == [(UNIFORM, k) for k in range(3)]
    assert memory.sums == [SumRun(0, 1, False)]


def test_a_memory_does_not_change(tools: Any) -> None:
    tools.unchanging(Memory)
