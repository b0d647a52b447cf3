"""Candidates: plain data and functions of true figures."""

import pytest

from nn.worked_example import FROZEN
from nn.worked_example.candidates import RECIPES, from_printed, other_quantities, slipped_points
from nn.worked_example.rules import figures_after

TRUE = figures_after(0, 0.5, FROZEN)


def exact(number):
    return number


def test_other_quantities_are_all_but_the_one_itself():
    found = list(other_quantities("b", {"a": 1.0, "b": 2.0, "c": 2.0}))
    assert [(each.says, each.number) for each in found] == [("it is a", 1.0), ("it is c", 2.0)]


def test_slipped_points():
    numbers = [each.number for each in slipped_points("a", {"a": 0.25})]
    assert numbers == pytest.approx([0.00025, 0.0025, 0.025, 2.5, 25.0, 250.0])
    assert list(slipped_points("b", {"a": 0.25})) == []


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_gives_the_true_figure_of_true_ones(name):
    assert from_printed(name, TRUE, {}, exact) == pytest.approx(TRUE[name], rel=1e-12)


def test_printed_figures_are_taken_as_they_are_and_others_rounded():
    printed = {"dE/dout_o1": 0.74, "E_o1": 0.3}
    assert from_printed("E_total", TRUE, printed, lambda x: round(x, 2)) == pytest.approx(0.32)
    gradient = from_printed("dE/dnet_o1", TRUE, printed, lambda x: round(x, 3))
    assert gradient == pytest.approx(0.74 * 0.187)
    assert from_printed("out_h1", TRUE, printed, exact) is None
    assert from_printed("E_total", {}, printed, exact) is None
