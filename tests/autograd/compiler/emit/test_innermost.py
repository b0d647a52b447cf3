"""Vectors of nodes and of terms: in which order they are added, and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from itertools import chain
from operator import add
from random import Random
from typing import Any

import numpy as np
import pytest

from autograd.compiler.emit.innermost import Array, Block
from autograd.compiler.lower import lower
from autograd.compiler.run.native import Native
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Processor, Target
from autograd.compiler.wengert.wengert import Instruction, WengertList

Run = Callable[..., Any]


def of_lanes(lanes: int, *, fused: bool = True) -> Processor:
    return replace(host(), target=Target(lanes, fused and host().target.fused))


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


@pytest.mark.parametrize(("lanes", "terms"), [(8, 3), (8, 40), (4, 5), (4, 21)])
@pytest.mark.parametrize("by_rows", [True, False])
def test_a_sum_is_negative_zero_if_all_its_terms_are(lanes: int, terms: int, by_rows: bool) -> None:
    """Sixteen nodes, the weights of each side by side or far apart; a 0 among those of one."""
    across, down = (1, terms) if by_rows else (16, 1)
    ones = range(16 * terms, 17 * terms)
    rows = [[k * down + t * across for t in range(terms)] for k in range(16)]
    steps = tuple(Instruction("dot", (*row, *ones)) for row in rows)
    first = 17 * terms
    listed = WengertList(0, first, (), steps, tuple(range(first, first + 16)))
    numbers = [-0.0] * (16 * terms) + [1.0] * terms
    numbers[rows[3][-1]] = 0.0
    outputs, _ = Native(listed, of_lanes(lanes)).run([], np.array(numbers))
    assert [k for k, row in enumerate(outputs.tolist()) if str(row[0]) != "-0.0"] == [3]


@pytest.mark.parametrize("terms", [4, 12])
def test_so_it_is_if_a_length_leaves_terms_out(terms: int) -> None:
    """Σ x·w, half of it where the row is of the second length alone, in eight nodes."""
    half, mark, masked = terms // 2, 3 + 8 * terms, 4 + 8 * terms
    factors = [1] * half + [masked] * half
    rows = [range(2 + k, 2 + 8 * terms, 8) for k in range(8)]
    steps = [Instruction("equal", (0, mark - 1)), Instruction("multiply", (1, mark))]
    steps += [Instruction("dot", (*factors, *row)) for row in rows]
    slots = tuple(range(5 + 8 * terms, 13 + 8 * terms))
    listed = WengertList(2, 8 * terms, (1.0,), tuple(steps), slots, (), 2)
    assert lower(listed, of_lanes(4), alone=True).module.source.count("@spans") > 1
    code = Native(listed, of_lanes(4), alone=True)
    for length in (0.0, 1.0):
        found, _ = code.run_row([length, 2.0], [-0.0] * (8 * terms))
        assert list(map(str, found)) == ["-0.0"] * 8


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
@pytest.mark.parametrize("factor", ["ones", "one", "none"])
def test_terms_fill_vectors_where_they_are_neighbours(lanes: int, terms: int, factor: str) -> None:
    """The lanes' sums first, then what is left over: 1e16 meets 1 in its lane or not at all.

    Each is multiplied by a 1 of its own, by the same 1, or not at all.
    """
    processor = of_lanes(lanes, fused=False)
    name = "total" if factor == "none" else "dot"
    ones = range(16 * terms, 17 * terms)
    factors = {"ones": ones, "one": [16 * terms] * terms, "none": ()}[factor]
    steps = [Instruction(name, (*range(k * terms, (k + 1) * terms), *factors)) for k in range(16)]
    first = 17 * terms
    listed = WengertList(0, first, (), tuple(steps), tuple(range(first, first + 16)))
    source = Random(terms)
    rows = [[source.choice([1e16, -1e16, 1.0, 0.5, 3.0]) for _ in range(terms)] for _ in range(16)]
    outputs, _ = Native(listed, processor).run(
        [], np.array([*chain.from_iterable(rows), *[1.0] * terms]), rows=1
    )
    for row, (found,) in zip(rows, outputs.tolist(), strict=True):
        whole = terms // lanes * lanes
        lane = [reduce(add, row[k:whole:lanes], 0.0) for k in range(lanes)]  # sum() keeps low parts
        while len(lane) > 1:
            lane = [a + b for a, b in zip(lane[0::2], lane[1::2], strict=True)]
        expected = lane[0]
        for number in row[whole:]:
            expected += number
        assert found == expected


@pytest.mark.parametrize("lanes", [8, 4])
@pytest.mark.parametrize("moves", [(1, 1), (-1, -1), (1, -1), (-1, 1), (1, 0), (-1, 0), (1, 2)])
def test_terms_may_go_either_way(moves: tuple[int, int], lanes: int) -> None:
    """Sixteen nodes of nineteen products of whole numbers; the second factors are the same."""
    nodes, terms = 16, 19
    forth, back = range(terms), range(terms)[::-1]
    rows = [[k * terms + t for t in (forth if moves[0] == 1 else back)] for k in range(nodes)]
    others = [abs(moves[1]) * t for t in (back if moves[1] == -1 else forth)]
    first = nodes * terms
    steps = [Instruction("dot", (*row, *(first + k for k in others))) for row in rows]
    slots = tuple(range(first + 2 * terms, first + 2 * terms + nodes))
    listed = WengertList(0, first + 2 * terms, (), tuple(steps), slots)
    numbers = [float(k % 7 - 3) for k in range(first + 2 * terms)]
    outputs, _ = Native(listed, of_lanes(lanes)).run([], np.array(numbers))
    wanted = [
        sum(numbers[a] * numbers[first + b] for a, b in zip(row, others, strict=True))
        for row in rows
    ]
    assert [row[0] for row in outputs.tolist()] == wanted


def test_a_number_that_all_nodes_read_is_loaded_once() -> None:
    """Twelve products with one parameter: three vectors, written one after the other."""
    steps = tuple(Instruction("multiply", (k, 12)) for k in range(12))
    source = lower(WengertList(0, 13, (), steps, (), tuple(range(13, 25))), of_lanes(4))
    before = source.module.source.split(" fmul ")[0]
    assert before.count(" load double, ptr %") == 1
    assert source.module.source.count(" fmul <4 x double> ") == 3
    assert source.module.source.count(" store <4 x double> ") == 3 + 3  # and of the totals


@pytest.mark.parametrize("lanes", [8, 4, 2])
def test_results_may_lie_far_apart(lanes: int) -> None:
    """Sums over three rows, in turn of a column and of a product of parameters."""
    count = 16
    steps = tuple(Instruction("multiply", (count + k, 2 * count)) for k in range(count))
    slots = [slot for k in range(count) for slot in (k, 2 * count + 1 + k)]
    listed = WengertList(count, count + 1, (), steps, (), tuple(slots))
    columns = [np.array([k, k + 0.5, -1.0]) for k in range(count)]
    numbers = np.array([*(k - 3.0 for k in range(count)), 0.5])
    _, sums = Native(listed, of_lanes(lanes)).run(columns, numbers)
    assert sums[0::2].tolist() == [2 * k - 0.5 for k in range(count)]
    assert sums[1::2].tolist() == [1.5 * (k - 3.0) for k in range(count)]


def test_what_vectors_are_written_from_does_not_change(tools: Any) -> None:
    tools.unchanging(Array, Block)
