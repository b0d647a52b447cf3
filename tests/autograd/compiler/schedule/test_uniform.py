"""The order of the uniform part: nothing before what it reads, and vectors as full as may be."""

from __future__ import annotations

import random

import pytest

from autograd.compiler.schedule.normal import NormalForm, normalize
from autograd.compiler.schedule.uniform import Group, order_uniform
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
