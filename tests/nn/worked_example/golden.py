"""The engine against golden figures, which another program computed with 60 digits.

`golden.json` holds, for each rule and number of rounds, all figures at the weights and biases that
the rule arrives at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nn.worked_example.model import BIASES, WEIGHTS, Figures, network, read
from nn.worked_example.rules import (
    FROZEN,
    LEARNING_RATE,
    PER_NEURON,
    SHARED,
    STALE,
    Rule,
    figures_after,
)

RULES = {"frozen": FROZEN, "shared": SHARED, "per_neuron": PER_NEURON, "stale": STALE}
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


@cache
def golden_figures() -> Golden:
    """Read the golden figures of the package."""
    text = files("nn.worked_example").joinpath("golden.json").read_text(encoding="utf-8")
    return {
        rule: {int(rounds): figures for rounds, figures in by_rounds.items()}
        for rule, by_rounds in json.loads(text).items()
    }


def check_golden(golden: Golden) -> GoldenCheck:
    """Train by each rule and compare all figures with the golden ones.

    Examples
    --------
    >>> from nn.worked_example.golden import check_golden, golden_figures
    >>> check = check_golden(golden_figures())
    >>> check.compared, check.wrong
    (1204, ())
    """
    errors: dict[str, float] = {}
    wrong = []
    for key, by_rounds in golden.items():
        rule = RULES[key]
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
    values = network(start, bias_per_neuron=rule.biases == "per neuron")
    values["E_total"].backward()
    return read(values).figures()
