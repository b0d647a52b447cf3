"""Candidates: what may have been written in place of one figure."""

from autograd.grading.candidates import moved_point, without_a_digit


def test_moved_points_are_said():
    assert moved_point(1) == "the point stands 1 to the right of its place"
    assert moved_point(-1) == "the point stands 1 to the left of its place"
    assert moved_point(2) == "the point stands 2 to the right of its place"


def test_figures_without_one_of_their_digits():
    assert without_a_digit("0.993406", 3) == ["0.93406", "0.99406"]
    assert without_a_digit("0.99340") == []  # too short
    assert without_a_digit("1234567e-3")[-1] == "123457e-3"
