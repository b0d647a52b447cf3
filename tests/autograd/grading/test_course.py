"""Rounds of training on a tape."""

from __future__ import annotations

import pytest

from autograd.grading.course import Course, Setting
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Slip, Tape
from nn.worked_example.rules import SHARED, figures_after


@pytest.fixture
def setting(textbook):
    tape = Tape(textbook)
    return Setting(tape, learning_leaves(tape), 0.5)


@pytest.mark.parametrize("rounds", [0, 1, 3, 40])
def test_a_course_is_the_rule_of_the_worked_example(setting, rounds):
    expected = figures_after(rounds, 0.5, SHARED)
    course = Course(setting)
    labels = {node.label: n for n, node in enumerate(setting.tape.nodes)}
    for name in ("w1", "w8", "b1", "b2", "net_h1", "E_total"):
        number = course.after(rounds).data[labels[name]]
        assert number == pytest.approx(expected[name], rel=1e-12)
        if setting.tape.nodes[labels[name]].parents == ():
            assert course.leaf(labels[name], rounds) == number


def test_earlier_rounds_can_be_asked_for_afterwards(setting):
    course, again = Course(setting), Course(setting)
    late = course.after(1500).data
    assert course.after(1200).data == again.after(1200).data
    assert course.after(1500).data == late


def test_slips_of_training(setting):
    n = setting.learning[0]
    right = Course(setting)
    still = Course(setting, Slip(frozen=frozenset(setting.learning)), right)
    assert still.leaf(n, 5) == right.leaf(n, 0)
    later = Course(setting, Slip(later=1), right)
    assert later.after(2).data == right.after(3).data
    earlier = Course(setting, Slip(later=-1), right)
    assert earlier.leaf(n, 1) == right.leaf(n, 0) == earlier.leaf(n, 0)
    up = Course(setting, Slip(step=lambda w, g, rate: w + rate * g), right)
    start = right.leaf(n, 0)
    assert up.leaf(n, 1) - start == pytest.approx(start - right.leaf(n, 1))


def test_a_long_course_keeps_the_first_rounds_and_every_thousandth(setting):
    course = Course(setting)
    course.after(2010)
    assert sorted(course._starts) == [*range(11), 1000, 2000, 2010]
    assert sorted(course._passes) == [*range(11), 2010]
    assert course.leaf(setting.learning[0], 2005) == Course(setting).leaf(setting.learning[0], 2005)


def test_only_the_first_pass_is_taken_over_from_the_right_one(setting):
    right = Course(setting)
    slipping = Course(setting, Slip(frozen=frozenset(setting.learning[:1])), right)
    n, other = setting.learning[:2]
    assert slipping.after(0).data == right.after(0).data
    assert slipping.leaf(n, 2) == right.leaf(n, 0)
    assert slipping.leaf(other, 1) == right.leaf(other, 1)
    assert slipping.leaf(other, 2) != right.leaf(other, 2)
    rounded = Course(setting, Slip(rounded=lambda number: round(number, 3)), right)
    steps = [rounded.leaf(n, 1) for n in setting.learning]
    assert steps == [round(step, 3) for step in steps]
