"""The engine against golden figures, which another program computed with 60 digits.

`golden.json` holds, for each rule and number of rounds, all figures at the weights and biases that
the rule arrives at.
"""

import copy
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from autograd.grading.tape import Tape
from nn.worked_example import FROZEN, PER_NEURON, SHARED, STALE
from nn.worked_example.model import BIASES, WEIGHTS, Figures, network
from nn.worked_example.rules import LEARNING_RATE, Rule, figures_after

RULES_BY_KEY = {"frozen": FROZEN, "shared": SHARED, "per_neuron": PER_NEURON, "stale": STALE}
LARGEST_ERROR = 1e-12
MANY_ROUNDS = 1_000  # from here on the rounding errors of so many updates have added up
LARGEST_ERROR_OF_MANY = 1e-9
Golden = Mapping[str, Mapping[int, Figures]]  # rule -> rounds -> figures


@dataclass(frozen=True, slots=True)
class GoldenCheck:
    """How far the engine is from the golden figures.

    Parameters
    ----------
    compared : int
        How many figures were compared.
    worst : float
        The largest relative error.
    where : str
        The figure that has it.
    wrong : tuple of str
        The figures whose error is larger than is allowed: 1e-12, and 1e-9 after 1,000 rounds.
    """

    compared: int
    worst: float
    where: str
    wrong: tuple[str, ...]


def check_golden(golden: Golden) -> GoldenCheck:
    """Train by each rule and compare all figures with the golden ones."""
    errors: dict[str, float] = {}
    wrong = []
    for key, by_rounds in golden.items():
        rule = RULES_BY_KEY[key]
        for rounds, figures in by_rounds.items():
            allowed = LARGEST_ERROR if rounds < MANY_ROUNDS else LARGEST_ERROR_OF_MANY
            engine = engine_figures(rule, rounds)
            for name, exact in figures.items():
                where = f"{name}@{rounds}, {rule.name}"
                errors[where] = abs(engine[name] - exact) / abs(exact)
                if not errors[where] <= allowed:
                    wrong.append(where)
    worst = max(errors, key=lambda where: errors[where])
    return GoldenCheck(len(errors), errors[worst], worst, tuple(wrong))


def engine_figures(rule: Rule, rounds: int) -> Figures:
    """Compute all figures, by the chain rule as it is, where a right or wrong rule has arrived."""
    reached = figures_after(rounds, LEARNING_RATE, rule)
    start = {name: reached[name] for name in (*WEIGHTS, *BIASES)}
    figures = {}
    by_root = defaultdict(dict)
    for name, asked in rule.graph.asked.items():
        figures[name] = 0.0
        for quantity in asked:
            by_root[quantity.node].setdefault(name, []).append(quantity.by)
    for root, asked in by_root.items():
        values = network(start, bias_per_neuron=rule.biases == "per neuron")
        nodes = Tape(values["E_total"]).nodes
        nodes[root].backward()
        for name, places in asked.items():
            for by in places:
                figures[name] += nodes[root].data if by is None else nodes[by].grad
    return figures


ROUNDS = (0, 1, 2, 10, 100, 9_999, 10_000)


def test_there_are_golden_figures_of_every_rule(golden):
    assert set(golden) == {"frozen", "shared", "per_neuron", "stale"}
    for by_rounds in golden.values():
        assert set(by_rounds) == set(ROUNDS)
        assert {len(figures) for figures in by_rounds.values()} == {43}


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("key", RULES_BY_KEY)
def test_every_golden_figure(golden, key, rounds):
    """To 1e-12, after 9,999 and more rounds to 1e-9."""
    engine = engine_figures(RULES_BY_KEY[key], rounds)
    exact = golden[key][rounds]
    allowed = 1e-12 if rounds <= 100 else 1e-9
    assert {name: engine[name] for name in exact} == pytest.approx(exact, rel=allowed, abs=0.0)


def test_golden_figures_quoted_in_the_literature_of_the_example(golden):
    """Five figures known from a calculation at 60 digits, so that the file itself is checked."""
    assert golden["frozen"][1]["E_total"] == 0.29102777369359933
    assert golden["frozen"][10_000]["out_o1"] == 0.015913620443550627
    assert golden["frozen"][10_000]["out_o2"] == 0.9840642735146238
    assert golden["stale"][1]["E_total"] == 0.29102792390544185
    assert golden["per_neuron"][1]["E_total"] == 0.28047144679143016


def test_the_check_of_golden_figures_passes_and_counts(golden):
    check = check_golden(golden)
    assert check.compared == 4 * 7 * 43
    assert check.wrong == ()
    assert 0.0 < check.worst < 1e-9


@pytest.mark.parametrize(("rounds", "error"), [(100, 1e-10), (10_000, 1e-8)])
def test_the_check_of_golden_figures_finds_a_wrong_one(golden, rounds, error):
    wrong = copy.deepcopy({key: dict(figures) for key, figures in golden.items()})
    wrong["shared"][rounds]["dE/dw7"] *= 1.0 + error
    check = check_golden(wrong)
    assert check.wrong == (f"dE/dw7@{rounds}, biases trained and shared",)
    assert check.where == check.wrong[0]
    assert check.worst == pytest.approx(error, rel=0.1, abs=0.0)


def test_a_golden_figure_that_became_nan_is_wrong():
    wrong = {"frozen": {0: {"E_total": math.nan}}}
    assert check_golden(wrong).wrong == ("E_total@0, biases frozen",)
