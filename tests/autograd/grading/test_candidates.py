"""Candidates: what may have been written in place of one figure."""

import pytest

from autograd.grading.candidates import other_quantities, slipped_points, without_a_digit


def test_other_quantities_are_all_but_the_one_itself():
    found = list(other_quantities("b", {"a": 1.0, "b": 2.0, "c": 2.0}))
    assert [(each.says, each.number) for each in found] == [("it is a", 1.0), ("it is c", 2.0)]


def test_slipped_points():
    numbers = [each.number for each in slipped_points("a", {"a": 0.25})]
    assert numbers == pytest.approx([0.00025, 0.0025, 0.025, 2.5, 25.0, 250.0])
    assert list(slipped_points("b", {"a": 0.25})) == []


def test_figures_without_one_of_their_digits():
    assert without_a_digit("0.993406", 3) == ["0.93406", "0.99406"]
    assert without_a_digit("0.99340") == []  # too short
    assert without_a_digit("1234567e-3")[-1] == "123457e-3"
