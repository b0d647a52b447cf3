"""Which nodes become loops: what is alike, what a round hands on, and what stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from autograd.compiler.schedule.normal import NormalForm, Product, Sum, normalize
from autograd.compiler.schedule.repeats import (
    FEWEST_ROUNDS,
    LONGEST_ROUND,
    LongSum,
    Operand,
    Repeat,
    long_sum,
    repeats,
)
from autograd.compiler.schedule.uniform import order_uniform
from autograd.compiler.schedule.varying import Shape, order_varying, writes
from autograd.compiler.wengert.wengert import Instruction, WengertList

N = FEWEST_ROUNDS


def divided(listed: WengertList, order: Sequence[int]) -> list[list[int] | Repeat]:
    form = normalize(listed)
    return list(repeats(form, order_uniform(form, 4).cells, order))


def weighted(count: int, parameters: Sequence[int]) -> WengertList:
    """The only column times some parameters, each product a node."""
    last = max(parameters) + 1
    steps = tuple(Instruction("multiply", (0, 1 + p)) for p in parameters)
    return WengertList(1, last, (), steps, tuple(range(last + 1, last + 1 + count)))


def test_as_many_like_nodes_as_are_worth_it_are_a_loop() -> None:
    nodes = list(range(N + 1, 2 * N + 1))
    (loop,) = divided(weighted(N, range(N)), nodes)
    assert isinstance(loop, Repeat)
    assert loop.nodes == nodes
    assert [[a.fixed for a in read] for read in loop.operands] == [[True, False]]
    assert not any(operand.carried for read in loop.operands for operand in read)
    few = list(range(N, 2 * N - 1))
    assert divided(weighted(N - 1, range(N - 1)), few) == [few]


def test_what_stands_between_loops_is_left_as_it_is() -> None:
    """x·w for each parameter, then one over x, then x·w for each once more."""
    first = [Instruction("multiply", (0, 1 + p)) for p in range(N)]
    steps = (*first, Instruction("sqrt", (0,)), *first)
    listed = WengertList(1, N, (), steps, tuple(range(N + 1, 3 * N + 2)))
    form = normalize(listed)
    order = [slot for slot in range(N + 1, 3 * N + 2) if slot in form.nodes]
    parts = divided(listed, order)
    assert [part if isinstance(part, list) else len(part.rounds) for part in parts][:2] == [
        N,
        [2 * N + 1],
    ]


def test_a_loop_reads_one_array_and_constants_lie_in_none() -> None:
    """x·w for parameters, x·w² for what is computed of them, and x·c for constants."""
    squares = [Instruction("multiply", (1 + p, 1 + p)) for p in range(N)]
    w, c, w_squared = range(1, N + 1), range(N + 1, 2 * N + 1), range(2 * N + 1, 3 * N + 1)
    products = [Instruction("multiply", (0, slot)) for slot in (*w, *w_squared, *c)]
    first = 1 + 3 * N
    slots = tuple(range(first, first + 3 * N))
    numbers = tuple(float(k) for k in range(2, N + 2))
    listed = WengertList(1, N, numbers, (*squares, *products), slots)
    parameters, computed, constants = divided(listed, range(first, first + 3 * N))
    assert isinstance(parameters, Repeat) and isinstance(computed, Repeat)
    assert [len(loop.rounds) for loop in (parameters, computed)] == [N, N]
    assert constants == list(range(first + 2 * N, first + 3 * N))


def chain(count: int) -> tuple[list[int], WengertList]:
    """Each √ is of the sum of a parameter and the √ before."""
    steps: list[Instruction] = []
    last = 0
    for k in range(count):
        steps += [Instruction("add", (last, 1 + k)), Instruction("sqrt", (1 + count + 2 * k,))]
        last = 2 + count + 2 * k
    listed = WengertList(1, count, (), tuple(steps), (last,))
    return list(range(count + 1, 3 * count + 1)), listed


def test_a_round_reads_its_own_nodes_and_those_of_the_round_before() -> None:
    order, listed = chain(N + 1)
    first, loop, last = divided(listed, order)
    assert (first, last) == (order[:1], order[-1:])
    assert isinstance(loop, Repeat)
    roots, sums = loop.operands
    assert roots == [Operand(tuple(order[:-2:2]), made=1, carried=True)]
    assert Operand(tuple(order[1:-1:2]), made=0) in sums


def test_what_a_loop_cannot_hand_on_is_no_loop() -> None:
    """Each sum reads the one three before, which no round has in a register."""
    count = 2 * N
    order = list(range(count + 1, 2 * count + 1))
    steps = [Instruction("add", (k - 3 if k >= order[3] else 0, k - count)) for k in order]
    listed = WengertList(1, count, (), tuple(steps), tuple(order))
    assert divided(listed, order) == [order]


@pytest.mark.parametrize("bias", [False, True])
def test_a_long_sum_is_a_loop_over_its_terms(bias: bool) -> None:
    form = NormalForm(N + 1, range(N + 1, 2 * N + 3), {}, ())
    form.varying = set(range(N + 1))
    weights = [N + 1 + k for k in range(N + 1)]
    products = [
        Product(w, x, True) if x % 2 else Product(x, w, True) for x, w in enumerate(weights)
    ]
    first = [Product(2 * N + 2)] if bias else []
    form.nodes[2 * N + 3] = Sum([*first, *products])
    cells = {slot: (0, slot) for slot in form.parameters}
    found = long_sum(form, cells, 2 * N + 3)
    assert found == LongSum(
        2 * N + 3, first, [], [Operand(tuple(weights)), Operand(tuple(range(N + 1)))], True
    )
    form.nodes[2 * N + 3] = Sum([*products[:5], Product(0), *products[5:]])
    assert long_sum(form, cells, 2 * N + 3) is None
    form.nodes[2 * N + 3] = Sum([*first, *products, Product(0)])
    assert long_sum(form, cells, 2 * N + 3) == replace(found, last=[Product(0)])
    form.nodes[2 * N + 3] = Sum(products[:N])
    assert long_sum(form, cells, 2 * N + 3) is None


def test_like_calls_are_a_loop_too() -> None:
    """The logarithm of x·w for each parameter."""
    products = [Instruction("multiply", (0, 1 + p)) for p in range(N)]
    logarithms = [Instruction("log", (N + 1 + p,)) for p in range(N)]
    listed = WengertList(1, N, (), (*products, *logarithms), tuple(range(2 * N + 1, 3 * N + 1)))
    form = normalize(listed)
    steps = order_varying(form, order_uniform(form, 4).cells, Shape(4, 2, 8)).steps
    assert [type(step) for step in steps] == [Repeat, Repeat]
    assert sorted(writes(steps[1])) == list(range(2 * N + 1, 3 * N + 1))


@pytest.mark.parametrize("first", [0, 1, N // 2, N - 1])
def test_a_derivative_stays_with_its_function(first: int) -> None:
    """Of like calls those from one on have their derivative beside them, in one loop or call."""
    products = [Instruction("multiply", (0, 1 + p)) for p in range(N)]
    functions = [Instruction("tanh", (N + 1 + p,)) for p in range(N)]
    slopes = [Instruction("tanh_derivative", (N + 1 + p,)) for p in range(first, N)]
    wanted = tuple(range(2 * N + 1, 4 * N + 1 - first))
    form = normalize(WengertList(1, N, (), (*products, *functions, *slopes), wanted))
    assert form.beside == {2 * N + 1 + p: 3 * N + 1 + p - first for p in range(first, N)}
    steps = order_varying(form, order_uniform(form, 4).cells, Shape(4, 2, 8)).steps
    calls = [list(writes(step)) for step in steps[1:]]
    assert sorted(slot for written in calls for slot in written) == list(wanted)
    for function, slope in form.beside.items():
        (together,) = (written for written in calls if function in written)
        assert together[together.index(function) + 1] == slope


def test_an_operand_does_not_change(tools: Any) -> None:
    tools.unchanging(Operand)


@pytest.mark.parametrize(("length", "loops"), [(LONGEST_ROUND, 1), (LONGEST_ROUND + 1, 0)])
def test_a_round_has_few_nodes(length: int, loops: int) -> None:
    """Quotients by parameters, after each few of them a maximum."""
    count = N * length
    names = ["divide"] * (length - 1) + ["maximum"]
    steps = [Instruction(names[k % length], (0, 1 + k)) for k in range(count)]
    order = range(count + 1, 2 * count + 1)
    parts = divided(WengertList(1, count, (), tuple(steps), tuple(order)), order)
    found = [part for part in parts if isinstance(part, Repeat)]
    assert len(found) == loops
    assert all(len(nodes) == length for loop in found for nodes in loop.rounds)
