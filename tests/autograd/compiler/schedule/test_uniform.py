"""The order of the uniform part: nothing before what it reads, and vectors as full as may be."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from autograd.compiler.schedule.nests import FAR, Nest
from autograd.compiler.schedule.normal import (
    Apply,
    NormalForm,
    Product,
    Sum,
    arguments_of,
    normalize,
)
from autograd.compiler.schedule.uniform import (
    CONSTANT,
    PARAMETER,
    UNIFORM,
    Group,
    UniformOrder,
    Where,
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


def test_arrays_lie_far_apart() -> None:
    """Two parameters, two uniform numbers and two constants; what is computed has none yet."""
    cells = {5: (PARAMETER, 0), 6: (PARAMETER, 1), 7: (UNIFORM, 0), 8: (UNIFORM, 2)}
    where = Where(cells, [20, 11])
    assert (where[6] - where[5], where[8] - where[7], where[20] - where[11]) == (1, 2, 1)
    for one, other in ((5, 7), (6, 8), (5, 11), (6, 20), (7, 11), (8, 20), (6, 7), (11, 8)):
        assert abs(where[one] - where[other]) > FAR
    assert where.fixed == {5, 6, 11, 20}
    assert where.addresses((7, 5, 7)) == (where[7], where[5], where[7])


@pytest.mark.parametrize("negative", [False, True])
def test_a_factor_that_is_computed_comes_first(negative: bool) -> None:
    """x·w and w·x of neighbouring parameters are one nest, for a row alone."""
    steps = [Instruction("multiply", (0, 1 + k) if k % 3 else (1 + k, 0)) for k in range(8)]
    if negative:
        steps += [Instruction("subtract", (0, 9 + k)) for k in range(8)]
    first = 9 + 8 * negative
    form = normalize(
        WengertList(1, 8, (), tuple(steps), tuple(range(first, first + 8))), alone=True
    )
    order = order_uniform(form, 4)
    assert [group.nest.counts for group in order.groups if group.nest] == [(8,)]
    first_node, last = (order.nodes[first + k] for k in (0, 7))
    assert isinstance(first_node, Sum) and isinstance(last, Sum)
    assert (first_node.products[-1], last.products[-1]) == (
        Product(0, 1, negative),
        Product(0, 8, negative),
    )


def test_orders_do_not_change(tools: Any) -> None:
    tools.unchanging(UniformOrder)
    with pytest.raises(AttributeError):
        Group([0]).slots = [1]  # type: ignore[misc]


# ----------------------------------------------------- every group of an order, whatever the list


def moved(nest: Nest, operands: int) -> Iterator[tuple[int, ...]]:
    """How far each node's operands lie from those of the first one."""
    for rounds in product(*map(range, nest.counts)):
        yield tuple(
            sum(k * stride[place] for k, stride in zip(rounds, nest.strides, strict=True))
            for place in range(operands)
        )


def check_nest(nest: Nest, addresses: list[tuple[int, ...]]) -> None:
    """Each node's operands lie where the loops find them."""
    steps = list(moved(nest, len(addresses[0])))
    assert len(steps) == len(addresses) == nest.size
    expected = [tuple(map(sum, zip(addresses[0], step, strict=True))) for step in steps]
    assert addresses == expected


def check_order(listed: WengertList, lanes: int, *, alone: bool) -> list[Group]:
    """Everything is computed once, after what it reads, in groups that are what they say."""
    form = normalize(listed, alone=alone)
    order = order_uniform(form, lanes)
    where = Where(order.cells, form.constants)
    given = form.columns if alone else 0
    done = {*form.parameters, *form.constants, *range(given)}
    slots = [slot for group in order.groups for slot in group.slots]
    assert sorted(slots) == sorted(form.nodes.keys() - form.varying)
    cells = {slot: (UNIFORM, given + place) for place, slot in enumerate(slots)}
    cells |= {slot: (UNIFORM, slot) for slot in range(given)}
    cells |= {slot: (PARAMETER, place) for place, slot in enumerate(form.parameters)}
    assert order.cells == cells
    for slot in slots:
        node, own = form.nodes[slot], order.nodes[slot]
        if isinstance(node, Sum):
            assert isinstance(own, Sum)
            as_sets = [[({*p[:2]}, p.negative) for p in one.products] for one in (node, own)]
            assert as_sets[0] == as_sets[1]
        elif own != node:
            assert own == Apply(node.name, node.arguments[1:])  # of the argument, not of the value
    for group in order.groups:
        nodes = [order.nodes[slot] for slot in group.slots]
        assert all(done.issuperset(node.arguments) for node in nodes)
        done.update(group.slots)
        assert len({kind(node) for node in nodes}) == 1
        if group.gathered:
            assert {node.name for node in nodes if isinstance(node, Apply)} == {group.gathered}
            assert len(nodes) <= lanes and group.nest is None
        elif group.nest:
            check_nest(group.nest, [where.addresses(node.arguments) for node in nodes])
            assert len(nodes) >= lanes > 1
        elif len(nodes) > 1:
            assert isinstance(nodes[0], Apply) and len(nodes) >= lanes > 1
            assert list(runs([item_of(node, order.cells) for node in nodes], 2)) == [
                (0, len(nodes))
            ]
    check_totals(form, order, where)
    return order.groups


def item_of(node: Any, cells: Any) -> Any:
    return kind(node), [cells[slot] for slot in node.arguments]


def check_totals(form: NormalForm, order: UniformOrder, where: Where) -> None:
    numbers = [number for group in order.totals for number in group.slots]
    assert numbers == [k for k, total in enumerate(form.totals) if total.uniform]
    for group in order.totals:
        sums = [form.totals[number].uniform for number in group.slots]
        assert len({kind(Sum(one)) for one in sums}) == 1
        if group.nest:
            read = [where.addresses(arguments_of(one)) for one in sums]
            places = [(*a, n) for a, n in zip(read, group.slots, strict=True)]
            check_nest(group.nest, places)
        else:
            assert len(group.slots) == 1


@pytest.mark.parametrize(("lanes", "alone"), [(1, True), (2, True), (4, False), (8, True)])
@pytest.mark.parametrize("seed", range(8))
def test_an_order_does_everything_once_and_in_time(
    seed: int, lanes: int, alone: bool, random_list: Callable[..., WengertList]
) -> None:
    for columns in (0, 3):
        check_order(random_list(seed, columns=columns, steps=80), lanes, alone=alone)


@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
def test_a_networks_gradient_for_a_row_is_in_nests(network: WengertList, lanes: int) -> None:
    groups = check_order(network, lanes, alone=True)
    assert any(group.nest for group in groups) is (lanes > 1)


def test_neurons_wait_for_those_of_every_position() -> None:
    """Dots with eight parameters, at the second position of a number that is computed first."""
    w = range(8)
    nodes: dict[int, Any] = {20: Sum([Product(k, 10) for k in w])}
    nodes |= {21: Apply("abs", (10,)), 22: Apply("abs", (21,)), 23: Apply("abs", (22,))}
    nodes |= {24: Sum([Product(k, 23) for k in w]), 25: Sum([Product(k, 23) for k in w[:7]])}
    expected = [([21], None), ([22], None), ([23], None), ([25], None), ([20, 24], None)]
    assert list(waves(nodes, {}, 4, w)) == expected
    assert list(waves(nodes, {}, 4, range(7, 8))) == expected  # by the look of both ends
    assert next(waves(nodes, {}, 4, range(1, 7))) == ([20, 21], None)
    calls = {30: Apply("exp", (10,)), **nodes}
    assert list(waves(calls, {30: "exp"}, 4, w)) == [*expected[:4], ([30], "exp"), expected[4]]
