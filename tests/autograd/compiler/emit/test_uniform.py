"""Code of the uniform part: single nodes, runs, what is gathered, long sums, uniform totals."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd.compiler.emit.uniform import LONG_SUM
from autograd.compiler.lower import Lowered
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
    assert largest == pytest.approx([max(wanted, 0.25)] * 3, rel=1e-15)
    assert product == [0.125] * 3
    assert total == pytest.approx(3 * wanted, rel=1e-15)


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
    assert [row[0] for row in outputs] == pytest.approx(once + twice, rel=1e-15)
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
    assert [row[0] for row in outputs] == pytest.approx(wanted, rel=1e-14)


def test_sums_get_the_uniform_part_once_for_each_row(run: Run) -> None:
    squares = [Instruction("multiply", (w, w)) for w in range(1, 11)]
    added = [Instruction("add", (slot, 0)) for slot in range(11, 21)]
    listed = WengertList(1, 10, (), (*squares, *added), (), tuple(range(21, 31)))
    column = [1.0, -2.0, 4.0]
    _, sums = run(listed, [column], NUMBERS[:10])
    assert sums == pytest.approx([3.0 + 3 * x * x for x in NUMBERS[:10]], rel=1e-15)


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
