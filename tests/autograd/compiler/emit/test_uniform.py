"""Code of the uniform part: single nodes, runs, what is gathered, long sums, uniform totals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import add
from random import Random
from typing import Any

import numpy as np
import pytest

from autograd.compiler.emit.uniform import LONG_SUM, SEGMENT_SIZE
from autograd.compiler.lower import EXAMPLE, Lowered, lower
from autograd.compiler.run.native import Native
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Target
from autograd.compiler.wengert.wengert import Instruction, WengertList

Run = Callable[..., Any]
NUMBERS = [0.5 + 0.125 * k for k in range(40)]


def test_five_nodes_one_by_one(run: Run) -> None:
    listed = WengertList(
        0,
        2,
        (3.0,),
        (
            Instruction("multiply", (0, 1)),
            Instruction("exp", (3,)),
            Instruction("divide", (4, 2)),
            Instruction("subtract", (5, 0)),
            Instruction("maximum", (6, 1)),
        ),
        (7, 3),
        (6,),
    )
    (largest, product), (total,) = run(listed, [], [0.5, 0.25], rows=3)
    wanted = math.exp(0.125) / 3.0 - 0.5
    assert largest == pytest.approx([max(wanted, 0.25)] * 3, rel=1e-15, abs=0.0)
    assert product == [0.125] * 3
    assert total == pytest.approx(3 * wanted, rel=1e-15, abs=0.0)


@pytest.mark.parametrize("count", [3, 8, 11, 16, 40])
def test_runs_of_every_length(count: int, run: Run) -> None:
    """2·w for each parameter, and the difference of neighbours."""
    doubled = [Instruction("multiply", (w, count)) for w in range(count)]
    first = count + 1
    steps = [Instruction("subtract", (first + k + 1, first + k)) for k in range(count - 1)]
    slots = tuple(range(first, first + 2 * count - 1))
    listed = WengertList(0, count, (2.0,), (*doubled, *steps), slots, slots)
    outputs, sums = run(listed, [], NUMBERS[:count])
    assert [row[0] for row in outputs[:count]] == [2.0 * x for x in NUMBERS[:count]]
    assert [row[0] for row in outputs[count:]] == [0.25] * (count - 1)
    assert sums == [row[0] for row in outputs]


@pytest.mark.parametrize("count", [16, 17, 40])
def test_elementary_functions_in_place_and_gathered(
    count: int, run: Run, lowered: Callable[[WengertList], Lowered]
) -> None:
    """Each function of the number that lies `step` further, so that no run is found."""
    step = 7
    calls = [Instruction("tanh", (k * step % count,)) for k in range(count)]
    more = [Instruction("tanh", (count + (k * 3 + 1) % count,)) for k in range(count)]
    slots = tuple(range(count, 3 * count))
    listed = WengertList(0, count, (), (*calls, *more), slots)
    outputs, _ = run(listed, [], NUMBERS[:count])
    once = [math.tanh(NUMBERS[k * step % count]) for k in range(count)]
    twice = [math.tanh(once[(k * 3 + 1) % count]) for k in range(count)]
    assert [row[0] for row in outputs] == pytest.approx(once + twice, rel=1e-15, abs=0.0)
    made = lowered(listed)
    gathers = any(group.gathered for group in made.uniform.groups)
    assert gathers == any(kernel[2] for kernel in made.module.kernels)
    table = made.module.source.split("@gathered = ")[1].split("\n")[0]
    assert gathers == (", i32" in table)


@pytest.mark.parametrize("terms", [LONG_SUM - 1, LONG_SUM, 20, 40])
def test_long_sums_with_and_without_runs(terms: int, run: Run) -> None:
    squares = Instruction("dot", (*range(terms), *range(terms)))
    mixed = Instruction("dot", (*range(terms), *(5 * k % terms for k in range(terms))))
    shifted = Instruction("total", (*range(terms), terms))
    listed = WengertList(0, 40, (1.5,), (squares, mixed, shifted), (41, 42, 43))
    outputs, _ = run(listed, [], NUMBERS)
    x = NUMBERS[:terms]
    wanted = [
        math.fsum(a * a for a in x),
        math.fsum(a * x[5 * k % terms] for k, a in enumerate(x)),
        math.fsum([*x, NUMBERS[terms] if terms < 40 else 1.5]),
    ]
    assert [row[0] for row in outputs] == pytest.approx(wanted, rel=1e-14, abs=0.0)


def test_sums_get_the_uniform_part_once_for_each_row(run: Run) -> None:
    squares = [Instruction("multiply", (w, w)) for w in range(1, 11)]
    added = [Instruction("add", (slot, 0)) for slot in range(11, 21)]
    listed = WengertList(1, 10, (), (*squares, *added), (), tuple(range(21, 31)))
    column = [1.0, -2.0, 4.0]
    _, sums = run(listed, [column], NUMBERS[:10])
    assert sums == pytest.approx([3.0 + 3 * x * x for x in NUMBERS[:10]], rel=1e-15, abs=0.0)


@pytest.mark.parametrize(("outputs", "selects"), [((4,), 1), ((4, 3), 2), ((5, 4), 2)])
def test_a_comparison_that_only_chooses_is_no_number(
    outputs: tuple[int, ...], selects: int, run: Run, lowered: Callable[[WengertList], Lowered]
) -> None:
    """The larger of two: it is a number as well where that is a result or is multiplied with."""
    instructions = (
        Instruction("greater", (0, 1)),
        Instruction("where", (3, 0, 1)),
        Instruction("multiply", (3, 2)),
    )
    listed = WengertList(0, 3, (), instructions, outputs)
    assert lowered(listed).module.source.count(" select ") == selects
    for numbers in ([1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [math.nan, 1.0, 3.0]):
        a, b, c = numbers
        results = {3: float(a > b), 4: a if a > b else b, 5: float(a > b) * c}
        found, _ = run(listed, [], numbers)
        assert [row[0] for row in found] == [results[slot] for slot in outputs]


def test_code_in_several_functions_hands_numbers_on() -> None:
    """A chain of quotients that is cut in two; each of them reads an early one, too."""
    early = Instruction("divide", (0, 1))
    chain = [Instruction("divide", (2, 2 + k)) for k in range(SEGMENT_SIZE)]
    listed = WengertList(0, 2, (), (early, *chain), (2 + SEGMENT_SIZE,))
    assert lower(listed, host()).module.source.count("define internal void @uniform") == 3
    outputs, _ = Native(listed).run([], np.array([3.0, 2.0]), rows=1)
    assert outputs.tolist() == [[1.5]]  # 1.5 / 1.5, 1.5 / 1, 1.5 / 1.5, and so on


def matrix() -> WengertList:
    """The quotients of a matrix's first columns by a number of each row."""
    steps = [Instruction("divide", (10 * i + j, 60 + i)) for i in range(6) for j in range(5)]
    return WengertList(0, 66, (), tuple(steps), tuple(range(66, 96)))


def test_a_nest_of_two_loops_is_short_and_right(run: Run) -> None:
    listed = matrix()
    made = lower(listed, EXAMPLE)
    assert [group.nest.counts for group in made.uniform.groups if group.nest] == [(6, 5)]
    assert made.module.source.count(" fdiv ") <= 2
    numbers = [1.0 + k for k in range(66)]
    outputs, _ = run(listed, [], numbers)
    wanted = [numbers[10 * i + j] / numbers[60 + i] for i in range(6) for j in range(5)]
    assert [row[0] for row in outputs] == wanted


def test_terms_of_a_long_sum_may_come_in_any_order() -> None:
    """Neighbours among the parameters are a run, wherever they stand in the sum."""
    mixed = [7 * k % 40 for k in range(40)]
    texts = [
        lower(WengertList(0, 40, (), (Instruction("total", tuple(order)),), (40,)), EXAMPLE)
        for order in (range(40), mixed)
    ]
    assert len({made.module.source for made in texts}) == 1
    assert texts[0].module.source.count(" fadd ") < 10  # 40 terms are ten vectors, in a loop


def test_uniform_parts_of_sums_are_cut_into_functions_of_moderate_length() -> None:
    """Of 40 sums of a column and 20 products of parameters each."""
    steps = [Instruction("dot", (*range(1, 21), *range(1 + k, 21 + k), 0)) for k in range(40)]
    listed = WengertList(1, 60, (), tuple(steps), (), tuple(range(61, 101)))
    source = lower(listed, EXAMPLE.with_lanes(1)).module.source
    assert source.count("define internal void @uniform") == 3  # 15, 15 and 10 of them


def test_nests_are_cut_into_functions_by_the_length_of_their_code() -> None:
    """40 times the quotients of eight numbers by one: each nest counts for 34 terms."""
    steps = [Instruction("divide", (k if k < 8 else k + 1, 8)) for k in range(8 * 40)]
    made = lower(WengertList(0, 9, (), tuple(steps), tuple(range(321, 329))), EXAMPLE)
    assert [group.nest.counts for group in made.uniform.groups if group.nest] == [(8,)] * 40
    assert made.module.source.count("define internal void @uniform") == 3  # 17, 17 and 6 of them


@pytest.mark.parametrize(("pairs", "lanes"), [(0, 1), (1, 4)])
def test_a_function_is_gathered_into_vectors_if_two_are_ever_side_by_side(
    pairs: int, lanes: int
) -> None:
    """A chain of 20 sines, and perhaps a second one beside the first."""
    chain = [Instruction("sin", (k if k == 0 else 1 + k,)) for k in range(20)]
    beside = [Instruction("sin", (1,))] * pairs
    listed = WengertList(0, 2, (), (*chain, *beside), (21, *range(22, 22 + pairs)))
    assert lower(listed, EXAMPLE).module.kernels == {("sin", lanes, True)}


@pytest.mark.parametrize("lanes", [8, 4])
def test_functions_that_a_length_does_not_need_are_not_computed(lanes: int) -> None:
    """exp(w/x) for each of eight parameters where the row is of the second length, else 0."""
    quotients = [Instruction("divide", (k, 1)) for k in range(2, 10)]
    calls = [Instruction("exp", (k,)) for k in range(12, 20)]
    chosen = [Instruction("multiply", (k, 11)) for k in range(20, 28)]
    steps = (Instruction("equal", (0, 10)), *quotients, *calls, *chosen)
    listed = WengertList(2, 8, (1.0,), steps, (), tuple(range(28, 36)), 2)
    processor = replace(host(), target=Target(lanes, host().target.fused))
    code, w = Native(listed, processor, alone=True), [0.125 * k for k in range(8)]
    code.scratch()
    code._local.scratch[:] = math.nan
    assert code.run_row([0.0, 0.5], [math.nan] * 8)[1] == (0.0,) * 8
    wanted = [math.exp(2 * x) for x in w]
    assert list(code.run_row([1.0, 0.5], w)[1]) == pytest.approx(wanted, rel=1e-15, abs=0.0)
    source = lower(listed, processor, alone=True).module.source
    (vectors,) = re.findall(rf"call void @stepgrad[.]exp[.]{lanes}[(].*, i64 (.*)[)]", source)
    assert vectors.startswith("%")  # as many as the row's length asks for


@pytest.mark.parametrize("lanes", [4, 2, 1])
@pytest.mark.parametrize("length", [3, 4, 7, 8, 9, 22])
def test_a_long_sum_is_added_up_in_lanes_and_four_parts(length: int, lanes: int) -> None:
    """Neighbours, and twenty terms that have none; 1e16 meets 1 in its part or not at all."""
    alone = range(length + 1, length + 41, 2)
    read = [*alone, *range(length)]
    listed = WengertList(0, length + 41, (), (Instruction("total", tuple(read)),), (length + 41,))
    source = Random(length)
    numbers = [source.choice([1e16, -1e16, 1.0, 0.5, 3.0]) for _ in range(length + 41)]
    code = Native(listed, replace(host(), target=Target(lanes, host().target.fused)))
    whole = length // lanes * lanes if lanes > 1 and length >= 2 * lanes else 0
    parts = [reduce(add, numbers[k:whole:lanes]) for k in range(lanes if whole else 0)]
    while len(parts) > 1:
        parts = [a + b for a, b in zip(parts[0::2], parts[1::2], strict=True)]
    rest = [*numbers[whole:length], *(numbers[k] for k in alone)]
    parts += [reduce(add, rest[k::4]) for k in range(4)]
    assert code.run([], np.array(numbers))[0].tolist() == [[reduce(add, parts)]]


@pytest.mark.parametrize(("stays", "kernels"), [(True, 0), (False, 1)])
def test_few_functions_are_vectors_only_where_all_that_they_read_moves_on(
    stays: bool, kernels: int
) -> None:
    """Of eight neighbours and the first of them, or the next."""
    steps = [Instruction("atan2", (k, 0 if stays else k + 1)) for k in range(8)]
    listed = WengertList(0, 9, (), tuple(steps), tuple(range(9, 17)))
    processor = replace(host(), target=Target(4, host().target.fused))
    assert len(lower(listed, processor).module.kernels) == kernels
    numbers = [0.5 + 0.25 * k for k in range(9)]
    outputs, _ = Native(listed, processor).run([], np.array(numbers))
    others = numbers[:1] * 8 if stays else numbers[1:]
    wanted = [math.atan2(a, b) for a, b in zip(numbers[:8], others, strict=True)]
    assert [row[0] for row in outputs] == pytest.approx(wanted, rel=1e-15, abs=0.0)


def test_a_function_by_itself_is_written_in_place() -> None:
    steps = (Instruction("exp", (0,)), Instruction("exp", (1,)))
    assert lower(WengertList(0, 1, (), steps, (2,)), EXAMPLE).module.kernels == set()


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize("terms", [LONG_SUM - 1, LONG_SUM, 37])
def test_a_long_sum_keeps_the_sign_of_zero(terms: int, zero: float, run: Run) -> None:
    """-0 of terms that are all -0, and of products of them with 1; else 0."""
    total = Instruction("total", tuple(range(terms)))
    dot = Instruction("dot", (*range(terms), *range(40, 40 + terms)))
    listed = WengertList(0, 80, (), (total, dot), (80, 81))
    outputs, _ = run(listed, [], [zero, *[-0.0] * 39, *[1.0] * 40])
    assert [str(row[0]) for row in outputs] == [str(zero)] * 2


def test_functions_of_two_numbers_are_gathered_in_order(run: Run) -> None:
    """Nineteen of them, so that the last vector is not full."""
    pairs = [(k * 7 % 19, k * 3 % 19) for k in range(19)]
    steps = tuple(Instruction("atan2", pair) for pair in pairs)
    outputs, _ = run(WengertList(0, 19, (), steps, tuple(range(19, 38))), [], NUMBERS[:19])
    wanted = [math.atan2(NUMBERS[a], NUMBERS[b]) for a, b in pairs]
    assert [row[0] for row in outputs] == pytest.approx(wanted, rel=1e-15, abs=0.0)


def test_what_the_rows_read_of_the_uniform_part_is_in_memory(run: Run) -> None:
    """Four quotients: a factor of a sum, one of a varying node, one in a row of a gradient."""
    quotients = [Instruction("divide", (1 + k, 5)) for k in range(4)]
    slots = range(6, 10)
    sums = [Instruction("multiply", (0, slots[0])), Instruction("maximum", (0, slots[1]))]
    tangent = Instruction("abs", (0,))
    row = [Instruction("multiply", (12, (slots[2], 0)[k % 2])) for k in range(8)]
    steps = (*quotients, *sums, tangent, *row)
    listed = WengertList(1, 5, (), steps, (11,), (10, *range(13, 21), slots[3]))
    column, numbers = [-1.0, 3.0, 0.25], [1.0, 2.0, 3.0, 5.0, 4.0]
    (largest,), found = run(listed, [column], numbers)
    assert largest == [max(x, 0.5) for x in column]
    weighted, squares = sum(abs(x) * 0.75 for x in column), sum(abs(x) * x for x in column)
    assert found == [sum(x * 0.25 for x in column), *[weighted, squares] * 4, 3 * 1.25]
