"""The order of the uniform part: nothing before what it reads, and vectors as full as may be."""

from __future__ import annotations

import random
from typing import Any

import pytest

from autograd.compiler.schedule.normal import Apply, NormalForm, Product, Sum, normalize
from autograd.compiler.schedule.uniform import (
    CONSTANT,
    PARAMETER,
    UNIFORM,
    Group,
    UniformOrder,
    kind,
    order_uniform,
    runs,
    steps,
    waves,
)
from autograd.compiler.wengert.wengert import Instruction, WengertList

INPUTS = 4


def planned(instructions: list[Instruction], lanes: int) -> tuple[NormalForm, list[Group]]:
    """The normal form of a list without columns, and its order; all slots are results."""
    results = tuple(range(INPUTS, INPUTS + len(instructions)))
    form = normalize(WengertList(0, INPUTS, (), tuple(instructions), results))
    return form, order_uniform(form, lanes).groups


def shape(order: list[Group]) -> list[tuple[str, int]]:
    """The functions that are gathered, and how many of each at a time."""
    return [(group.gathered, len(group.slots)) for group in order if group.gathered]


@pytest.mark.parametrize("lanes", [1, 2, 8])
@pytest.mark.parametrize("count", [5, 60, 600])
def test_nothing_is_computed_before_what_it_reads(count: int, lanes: int) -> None:
    source = random.Random(count)
    instructions = [
        Instruction(source.choice(["sin", "exp", "abs"]), (source.randrange(INPUTS + k),))
        for k in range(count)
    ]
    form, order = planned(instructions, lanes)
    done = set(range(INPUTS))
    for group in order:
        assert len(group.slots) <= lanes or not group.gathered
        for slot in group.slots:
            assert done.issuperset(form.nodes[slot].arguments)
        done.update(group.slots)
    assert done == {*range(INPUTS), *form.nodes}
    assert sum(len(group.slots) for group in order) == len(form.nodes)


def test_few_elementary_functions_are_not_gathered() -> None:
    _, order = planned([Instruction("sin", (k % INPUTS,)) for k in range(16)], 8)
    assert shape(order) == []


def test_what_most_others_wait_for_is_computed_first() -> None:
    chain = [Instruction("sin", (0 if k == 0 else INPUTS + k - 1,)) for k in range(4)]
    beside = [Instruction("exp", (k % INPUTS,)) for k in range(21)]
    _, order = planned(chain + beside, 8)
    assert shape(order) == [
        *(("sin", 1), ("exp", 8), ("exp", 8)),
        *(("sin", 1), ("sin", 1), ("sin", 1), ("exp", 5)),
    ]


def test_neighbours_are_runs_and_only_the_rest_is_gathered() -> None:
    moved = [Instruction("abs", (k,)) for k in range(INPUTS)]
    towers = [Instruction("exp", (INPUTS + k,)) for k in range(5 * INPUTS)]
    _, order = planned(moved + towers, 4)
    assert [len(group.slots) for group in order] == [4] * 6
    assert shape(order) == []


A, B, C, D = range(4)


def test_waves_of_five_nodes() -> None:
    """Calls wait until nothing else is left to do; one that others wait for goes first."""
    nodes = {
        4: Apply("sin", (A,)),
        5: Sum([Product(B), Product(C)]),
        6: Apply("sin", (5,)),
        7: Sum([Product(6), Product(D)]),
        8: Apply("sin", (7,)),
    }
    functions = {4: "sin", 6: "sin", 8: "sin"}
    assert list(waves(nodes, functions, 2)) == [
        ([5], None),
        ([6, 4], "sin"),
        ([7], None),
        ([8], "sin"),
    ]
    assert list(waves(nodes, {}, 2)) == [([4, 5], None), ([6], None), ([7], None), ([8], None)]
    assert list(waves({}, {}, 2)) == []


def test_steps_from_one_item_to_the_next() -> None:
    first = ("add", [(PARAMETER, 3), (UNIFORM, 7)])
    assert steps(first, ("add", [(PARAMETER, 4), (UNIFORM, 7)])) == (True, False)
    assert steps(first, ("add", [(PARAMETER, 4), (UNIFORM, 8)])) == (True, True)
    assert steps(first, first) is None
    assert steps(first, ("multiply", [(PARAMETER, 4), (UNIFORM, 7)])) is None
    assert steps(first, ("add", [(UNIFORM, 4), (UNIFORM, 7)])) is None
    assert steps(first, ("add", [(PARAMETER, 5), (UNIFORM, 7)])) is None
    constants = [("exp", [(CONSTANT, index)]) for index in (1, 2)]
    assert steps(*constants) is None  # constants are in no array


def test_runs_of_items() -> None:
    squares = [("square", [(PARAMETER, index)]) for index in (0, 1, 2, 5, 6, 9)]
    assert list(runs(squares, 2)) == [(0, 3), (3, 5), (5, 6)]
    assert list(runs(squares, 3)) == [(0, 3), (3, 4), (4, 5), (5, 6)]
    assert list(runs(squares, 1)) == [(k, k + 1) for k in range(6)]
    assert list(runs([], 2)) == []


def test_kinds_of_nodes() -> None:
    assert kind(Sum([Product(A, B)])) == kind(Sum([Product(C, D)]))
    assert kind(Sum([Product(A, B)])) != kind(Sum([Product(A, B, True)]))
    assert kind(Apply("exp", (A,))) != kind(Apply("sin", (A,)))
    assert kind(Apply("fixed_power", (A,), (2.0,))) != kind(Apply("fixed_power", (A,), (3.0,)))


def test_sums_with_equal_uniform_parts_are_runs() -> None:
    squares = [Instruction("multiply", (w, w)) for w in range(INPUTS)]
    listed = WengertList(0, INPUTS, (), (*squares, Instruction("exp", (A,))), (), (4, 5, 6, 7, 8))
    order = order_uniform(normalize(listed), 2)
    assert [group.slots for group in order.totals] == [[0, 1, 2, 3], [4]]
    single = order_uniform(normalize(listed), 1).totals
    assert [(group.slots, group.nest) for group in single] == [([k], None) for k in range(5)]
    assert {order.cells[w] for w in range(INPUTS)} == {(PARAMETER, w) for w in range(INPUTS)}


def test_the_normal_form_is_left_as_it_was() -> None:
    """Derivatives that are gathered have nodes of their own in the order."""
    pairs = [Instruction(name, (k,)) for k in range(17) for name in ("tanh", "tanh_derivative")]
    results = tuple(range(17, 51))
    form = normalize(WengertList(0, 17, (), tuple(pairs), results))
    order = order_uniform(form, 4)
    derivative, at = order.nodes[18], form.nodes[18]
    assert isinstance(at, Apply)
    assert at.name == "tanh_derivative_at"
    assert derivative == Apply("tanh_derivative_at", tuple(form.nodes[17].arguments))


def test_calls_with_an_operand_that_stays_are_gathered() -> None:
    """Whole vectors are loaded only where each operand moves on from lane to lane."""
    count = 20
    steps = [Instruction("atan2", (k, 0)) for k in range(count)]
    form = normalize(WengertList(0, count, (), tuple(steps), tuple(range(count, 2 * count))))
    assert shape(order_uniform(form, 4).groups) == [("atan2", 4)] * 5


@pytest.mark.parametrize(("count", "whole"), [(31, False), (32, True)])
def test_numbers_far_apart_are_a_nest_where_there_are_many(count: int, whole: bool) -> None:
    """Quotients of every third parameter: two operands each."""
    steps = [Instruction("divide", (3 * k, 3 * k + 1)) for k in range(count)]
    slots = tuple(range(3 * count, 4 * count))
    form = normalize(WengertList(0, 3 * count, (), tuple(steps), slots))
    groups = order_uniform(form, 4).groups
    assert [len(group.slots) for group in groups] == ([count] if whole else [1] * count)


def test_orders_do_not_change(tools: Any) -> None:
    tools.unchanging(UniformOrder)
    with pytest.raises(AttributeError):
        Group([0]).slots = [1]  # type: ignore[misc]
