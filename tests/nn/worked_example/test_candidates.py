"""Recipes: each figure from those before it."""

import pytest

from nn.worked_example import FROZEN
from nn.worked_example.candidates import RECIPES, from_printed
from nn.worked_example.rules import figures_after

TRUE = figures_after(0, 0.5, FROZEN)


def exact(number):
    return number


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
