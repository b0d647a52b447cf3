"""Answers: what is given, digit for digit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from autograd.grading.answers import Answer, answer, read_answers
from autograd.grading.course import Course, Setting
from autograd.grading.quantities import Names, Quantity
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Tape


@pytest.fixture
def read(textbook):
    tape = Tape(textbook)
    names, course = Names(tape), Course(Setting(tape, learning_leaves(tape), 0.5))
    return lambda given, most=10: read_answers(given, names, course, most)


@pytest.mark.parametrize(
    ("printed", "right", "is_right"),
    [
        ("0.08", 0.0822, True),
        ("0.0822", 0.082167, True),
        ("0.0821", 0.082167, True),  # cut off
        ("0.0820", 0.082167, False),
        ("0.0", 0.04, False),
        ("0.0000", 0.00003, True),
        ("0", 0.0, True),
        ("8.22e-2", 0.082167, True),
        ("0.5", float("nan"), False),
        ("0.082167040564230777", 0.08216704056423078, True),
    ],
)
def test_right_as_printed(printed, right, is_right):
    given = Answer("x", Quantity(0), printed, right)
    assert given.is_right is is_right
    assert given.too_short is (printed == "0.0")


def test_figures_may_be_numbers_of_any_kind(read):
    for figure in ("0.25", 0.25, Decimal("0.25"), Fraction(1, 4)):
        assert [answer.printed for answer in read({"w3": figure})] == ["0.25"]
    with pytest.raises(TypeError, match=r"the figure of 'w3' is a text such as .* not NoneType"):
        read({"w3": None})
    with pytest.raises(ValueError, match="the figure of 'w3' is a number such as"):
        read({"w3": "a lot"})


def test_answers_stand_in_the_order_of_the_calculation(read):
    given = [("w1+", "1"), ("dE/dw1", "1"), ("dE/dw5", "1"), ("net_h1", "1"), ("net_h1", "2")]
    found = [(answer.name, answer.printed) for answer in read(given)]
    assert found == [
        ("net_h1", "1"),
        ("net_h1", "2"),
        ("dE/dw5", "1"),
        ("dE/dw1", "1"),
        ("w1+", "1"),
    ]
    updated = read({"w1+": "0.1498"})[0]
    assert (updated.base, round(updated.right, 9)) == (0.15, 0.149780716)


def test_a_file_of_answers(read, tmp_path):
    path = tmp_path / "answers.txt"
    path.write_text("# mine\nnet_h1, 0.3775\n\ndE/dw5, 0.0822  # by hand\n", encoding="utf-8")
    assert [answer.name for answer in read(path)] == ["net_h1", "dE/dw5"]
    assert [answer.name for answer in read(str(path))] == ["net_h1", "dE/dw5"]
    path.write_text("net_h1 0.3775", encoding="utf-8")
    with pytest.raises(ValueError, match=r"answers.txt', line 1: 'name, figure' is expected"):
        read(path)
    path.write_text("# nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="has no figures"):
        read(path)
    with pytest.raises(ValueError, match="there are no answers: give a dict"):
        read({})


def test_a_later_round_than_is_allowed(read):
    with pytest.raises(ValueError, match="after 11 rounds, and the most is 10"):
        read({"E_total@11": "1"})


def test_chance_counts_from_the_base():
    assert Answer("x", Quantity(0), "0.2500", 0.5).by_chance == pytest.approx(1.5e-4 / 0.5)
    near = Answer("w+", Quantity(0, rounds=1), "0.2500", 0.26, base=0.24)
    assert near.by_chance == pytest.approx(1.5e-4 / 0.02)
    assert near.says(0.25) == pytest.approx(0.5)
    assert Answer("x", Quantity(0), "0.0000", 0.5).by_chance == 1.0


def test_only_what_training_changes_counts_from_where_it_began(textbook, read):
    tape = Tape(textbook)
    course = Course(Setting(tape, learning_leaves(tape), 0.5))
    first_computed = answer("x", Quantity(tape.leaves, rounds=1), "0.4", course)
    assert first_computed.base == 0.0 != first_computed.right
    (before,) = read({"w3": "0.25"})
    (after,) = read({"w3@1": "0.25"})
    assert (before.base, after.base) == (0.0, 0.25)


def test_a_figure_of_more_decimals_than_a_float_has_is_told_by_chance():
    given = Answer("w+", Quantity(0), "0.5" + "0" * 400, 0.5, 0.5)
    assert given.unit == 1e-323 and given.by_chance == 1.0


def test_a_number_as_a_figure_is_printed():
    given = Answer("a", Quantity(0), "0.1230", 0.123)
    assert [given.as_printed(x) for x in (0.12345, -0.5, 2.0)] == ["0.1235", "-0.5000", "2.0000"]
    assert [given.as_printed(x) for x in (float("nan"), 1e300)] == ["", ""]
    long = Answer("a", Quantity(0), f"0.{'1' * 60}", 0.1)
    assert long.as_printed(0.5) == f"0.5{'0' * 59}"


def test_the_last_round_that_is_allowed_may_be_asked_for(read):
    assert [each.quantity.rounds for each in read({"E_total@10": "1"})] == [10]


def test_chance_is_one_and_a_half_units_of_the_last_digit_in_the_size():
    def chance(printed, right, base=0.0):
        return Answer("x", Quantity(0), printed, right, base).by_chance

    exactly = pytest.approx
    assert chance("0.2500", 0.5) == exactly(3e-4, rel=1e-14, abs=0)
    assert chance("-0.7500", 0.5) == exactly(2e-4, rel=1e-14, abs=0)
    assert chance("0.3", 0.1) == exactly(0.5, rel=1e-14, abs=0)
    assert chance("0.1", 0.1) == 1.0  # one and a half, and no chance is more than 1
    assert chance("0.25", 0.25, 0.25) == 1.0
    assert chance("0.00", 0.0) == 1.0
    assert chance("0.00", 0.5, 0.25) == exactly(1.5e-2 / 0.25, rel=1e-14, abs=0)


def test_agreement_with_some_slack_is_half_a_unit_wider():
    given = Answer("x", Quantity(0), "0.50", 0.5)
    near = [
        number for number in (0.4, 0.484, 0.486, 0.514, 0.516, 0.6) if given.agrees(number, 0.01)
    ]
    assert near == [0.486, 0.514]
    assert [given.agrees(number) for number in (0.494, 0.496, 0.504, 0.509, 0.511)] == [
        False,
        True,
        True,
        True,  # cut off
        False,
    ]
    assert not given.agrees(float("inf"), 1.0)
    assert not given.agrees(float("inf"), float("inf"))
    assert not given.agrees(float("nan"), float("inf"))
    assert given.agrees(0.495 + 2.5e-12) and not given.agrees(0.495 - 2.5e-12)


def test_a_number_of_a_thousand_millions_is_not_written_out():
    given = Answer("a", Quantity(0), "0.5", 0.5)
    assert [given.as_printed(x) for x in (1e9, -1e9, 999999999.25)] == ["", "", "999999999.3"]


def test_a_figure_says_by_which_factor_it_is_off():
    assert Answer("x", Quantity(0), "0.5", 0.25).says(0.75) == 3.0
    assert Answer("x", Quantity(0), "0.5", 0.0).says(0.75) == float("inf")
    assert Answer("w+", Quantity(0), "0.5", 0.25, 0.25).says(0.75) == float("inf")


def test_a_zero_needs_four_decimals():
    for printed, short in (("0", True), ("0.000", True), ("0.0000", False)):
        given = Answer("x", Quantity(0), printed, 0.00003)
        assert (given.too_short, given.is_right) == (short, not short)


def test_a_figure_of_whole_tens_agrees_within_five():
    given = Answer("x", Quantity(0), "4e1", 38.0)
    assert (given.unit, given.is_right) == (10.0, True)
    near = [number for number in (34.9, 35.1, 44.9, 45.1, 49.0, 51.0) if given.agrees(number)]
    assert near == [35.1, 44.9, 45.1, 49.0]  # the last two cut off
