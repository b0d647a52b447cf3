"""Slots are counted as they stand, wrong lists are refused, and equal means equal to the bit."""

from __future__ import annotations

import math
from inspect import signature
from typing import Any

import pytest

from autograd.compiler.wengert.wengert import TERMS_OF_A_ROW, Instruction, WengertList
from autograd.operation import FAMILIES, OWN, TABLE

PRODUCT = Instruction("multiply", (0, 1))
SQUARE = Instruction("multiply", (4, 4))


def listed(**changes: Any) -> WengertList:
    """(x·w)² with a constant that nothing reads."""
    fields: dict[str, Any] = {
        "columns": 1, "parameters": 1, "constants": (0.5, 2.0), "instructions": (PRODUCT, SQUARE),
        "outputs": (5,), "sums": (4, 5),
    }  # fmt: skip
    return WengertList(**(fields | changes))


def test_slots_are_columns_parameters_constants_then_instructions() -> None:
    assert (listed().first_instruction, listed().slots) == (4, 6)
    nothing = WengertList(0, 0, (), ())
    assert (nothing.first_instruction, nothing.slots) == (0, 0)


def test_each_step_has_the_slot_that_it_writes() -> None:
    assert list(listed().steps) == [(4, PRODUCT), (5, SQUARE)]
    assert list(WengertList(2, 1, (), ()).steps) == []


def test_an_instruction_has_no_fixed_numbers_unless_they_are_given() -> None:
    assert PRODUCT == ("multiply", (0, 1), ())
    assert Instruction("elu", (0,), (0.5,)) != Instruction("elu", (0,), (1.0,))


@pytest.mark.parametrize("place", range(4))
def test_results_may_be_any_slot(place: int) -> None:
    assert listed(outputs=(place, place), sums=()).outputs == (place, place)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": -1}, "at least 0, not -1 and 1"),
        ({"parameters": -2}, "at least 0, not 1 and -2"),
        (
            {"instructions": (PRODUCT, Instruction("exp", (5,)))},
            "'exp' writes slot 5 and so may read slots 0 to 4, not 5",
        ),
        ({"instructions": (SQUARE,)}, "writes slot 4 and so may read slots 0 to 3, not 4"),
        ({"instructions": (Instruction("exp", (-1,)),)}, "may read slots 0 to 3, not -1"),
        ({"outputs": (6,)}, "one of the slots 0 to 5, not 6"),
        ({"sums": (0, -1)}, "one of the slots 0 to 5, not -1"),
        ({"lengths": -1}, "the first of 1 columns cannot tell -1 lengths apart"),
        ({"columns": 0, "parameters": 2, "lengths": 2}, "the first of 0 columns cannot tell 2"),
    ],
)
def test_a_list_that_cannot_be_computed_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        listed(**changes)


def test_equal_lists_are_equal_and_have_one_hash() -> None:
    assert listed() == listed() and hash(listed()) == hash(listed())
    assert len({listed(), listed(), listed(outputs=())}) == 2


@pytest.mark.parametrize(("one", "other"), [(0.0, -0.0), (1.0, -1.0), (-math.inf, math.inf)])
def test_constants_of_different_sign_are_different(one: float, other: float) -> None:
    assert listed(constants=(one, 2.0)) != listed(constants=(other, 2.0))
    assert listed(constants=(one, 2.0)) == listed(constants=(one, 2.0))


@pytest.mark.parametrize("lengths", [0, 3])
def test_a_list_is_written_with_its_lengths(lengths: int) -> None:
    written = listed(lengths=lengths).plain()
    assert len(written) == 6 + (lengths > 0)  # as before where all rows are alike
    assert WengertList.from_plain(written) == listed(lengths=lengths)
    assert listed(lengths=3) != listed(lengths=2)


@pytest.mark.parametrize("more", [[2.0], ["2"], [2, 2], [-1], [True]])
def test_lengths_that_are_no_count_are_refused(more: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"damaged list|lengths apart"):
        WengertList.from_plain([*listed().plain(), *more])


@pytest.mark.parametrize("order", [2000.0, 2001.0, 2.0**31])
@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_an_order_that_would_be_computed_for_hours_is_refused(name: str, order: float) -> None:
    many = len(signature(FAMILIES[name]).parameters)
    fixed = [order, *[1.0] * (many - 1)]
    slots = range(len(FAMILIES[name](*[1.0] * many).domain) or 1)
    plain = [len(slots), 0, [], [[name, list(slots), fixed]], [len(slots)], []]
    of_any_size = name in ("fixed_power", "power_derivative", "leaky_relu", "elu")
    if of_any_size or order == 2000.0:
        assert WengertList.from_plain(plain).instructions[0][2] == tuple(fixed)
    else:
        with pytest.raises(ValueError, match=f"no operation '{name}' with the fixed numbers"):
            WengertList.from_plain(plain)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_an_instruction_without_arguments_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' has no arguments"):
        WengertList.from_plain([1, 0, [], [[name, []]], [1], []])


def test_a_list_does_not_change() -> None:
    with pytest.raises(AttributeError):
        listed().columns = 2  # type: ignore[misc]
    assert "_signs" not in repr(listed())


@pytest.mark.parametrize(
    ("name", "inputs", "terms"),
    [
        ("exp", 1, 1),
        ("multiply", 2, 1),
        ("where", 3, 1),
        ("dot", 4, 2),
        ("dot", 6, 3),
        ("dot", 7, 3),
    ],
)
def test_a_sum_of_products_counts_for_as_many_as_it_adds_up(
    name: str, inputs: int, terms: int
) -> None:
    steps = [Instruction(name, tuple(range(inputs)))] * 2
    assert WengertList(9, 0, (), tuple(steps)).terms == 2 * terms


@pytest.mark.parametrize("columns", [0, 1, 2])
@pytest.mark.parametrize("short", [0, 1])
def test_a_long_list_with_columns_is_worth_code_for_a_row(columns: int, short: int) -> None:
    steps = (Instruction("exp", (0,)),) * (TERMS_OF_A_ROW - short)
    listed = WengertList(columns, 1, (), steps)
    assert listed.is_worth_a_row is (columns > 0 and not short)


def test_a_list_knows_whether_it_has_a_users_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = listed(instructions=(PRODUCT, Instruction("mine", (4,))))
    for own in ([], ["mine"], ["another"]):
        for name in own:
            monkeypatch.setitem(OWN, name, math.sin)
        assert (mine.uses_own, listed().uses_own) == ("mine" in OWN, False)
        monkeypatch.undo()


def test_a_list_is_written_with_fixed_numbers_where_there_are_any() -> None:
    steps = PRODUCT, Instruction("fixed_power", (4,), (3.0,))
    text = listed(instructions=steps, constants=(math.inf, math.nan, -0.0)).text()
    fixed = WengertList(1, 1, (0.5, -0.0), steps[:1]).plain()
    assert fixed[3] == [["multiply", (0, 1)]]
    assert '[["multiply",[0,1]],["fixed_power",[4],[3.0]]]' in text
    assert " " not in text and "NaN" not in text and "Infinity" not in text.replace('"', "")
    assert text != listed(instructions=steps, constants=(math.inf, math.nan, 0.0)).text()
    assert "terms" not in repr(listed())
