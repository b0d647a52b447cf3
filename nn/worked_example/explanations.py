"""Why a figure is not what it should be: the rules that reproduce it.

Read next: `report`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from nn.worked_example.figures import MATCH, Figure, agreement
from nn.worked_example.rules import (
    FROZEN,
    LEARNING_RATE,
    RULES,
    Rule,
    figures_after,
    rounding,
    times,
)

HAND_ROUNDS = 10  # nobody computes more rounds than that by hand
HAND_DECIMALS = range(3, 13)
FEWEST_DIGITS = 6  # of a figure examined for a digit too many: shorter ones agree by chance


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule that reproduces a figure.

    Parameters
    ----------
    rule : str
        Its name.
    says : str
        What is done, in a few words.
    number : float
        What the rule gives.
    """

    rule: str
    says: str
    number: float


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody may have computed: how the example is trained, and for how long.

    Parameters
    ----------
    rule : Rule
    learning_rate : float
    rounds : int
        After how many rounds.
    departures : tuple of (str, str)
        How the case departs from what is right: the name of each departure, and what is done.
    """

    rule: Rule
    learning_rate: float
    rounds: int = 0
    departures: tuple[tuple[str, str], ...] = ()

    def number(self, name: str) -> float | None:
        """Look up a figure; None where there is none of that name or round."""
        most = HAND_ROUNDS if self.rule.decimals else self.rounds
        if not 0 <= self.rounds <= most:
            return None
        return figures_after(self.rounds, self.learning_rate, self.rule).get(name)

    def also(self, name: str, says: str, **changes: Any) -> Self:
        """Depart once more."""
        return replace(self, departures=(*self.departures, (name, says)), **changes)


def explain(case: Case, figure: Figure) -> tuple[Explanation, ...]:
    """Find the rules that reproduce a figure, with as few departures from the right one as can be.

    A digit too many in what a rule gives is looked for in any case.
    """
    right = replace(case, rounds=figure.rounds)
    searches = (tuple(_reproducing(figure, suspects)) for suspects in _searches(right))
    nearest = next((found for found in searches if found), ())
    return (*nearest, *_digit_too_many(right, figure))


def _reproducing(figure: Figure, suspects: list[Case]) -> Iterator[Explanation]:
    for suspect in suspects:
        number = suspect.number(figure.name)
        if number is not None and agreement(figure.printed, number):
            names, says = zip(*suspect.departures, strict=True)
            yield Explanation(", ".join(names), "; ".join(says), number)


def _searches(right: Case) -> Iterator[list[Case]]:
    """Yield suspects, from the nearest departure to the farthest: the first that fits explains."""
    others = _by_rules(right, RULES)
    yield others + _off_by_one(right)
    yield _by_rules(right, [rounding(right.rule, decimals) for decimals in HAND_DECIMALS])
    yield [suspect for other in others for suspect in _off_by_one(other)]
    if (right.rule, right.learning_rate) != (FROZEN, LEARNING_RATE):
        name = f"learning rate {LEARNING_RATE:g}, {FROZEN.name}"
        says = "the settings of the text"
        text = right.also(name, says, rule=FROZEN, learning_rate=LEARNING_RATE)
        yield [text]
        yield _by_rules(text, RULES) + _off_by_one(text)


def _by_rules(right: Case, rules: Sequence[Rule]) -> list[Case]:
    return [right.also(rule.name, rule.says, rule=rule) for rule in rules if rule != right.rule]


def _off_by_one(right: Case) -> list[Case]:
    return [
        right.also("off by one round", f"it is the figure after {times(rounds)}", rounds=rounds)
        for rounds in (right.rounds - 1, right.rounds + 1)
    ]


def _digit_too_many(right: Case, figure: Figure) -> Iterator[Explanation]:
    """Leave out each digit in turn but the last, and see whether a rule gives what remains."""
    printed = figure.printed
    if len(re.sub("[eE].*|[^0-9]", "", printed).lstrip("0")) < FEWEST_DIGITS:
        return
    digits = [match.start() for match in re.finditer("[0-9]", re.sub("[eE].*", "", printed))][:-1]
    for shorter in dict.fromkeys(printed[:i] + printed[i + 1 :] for i in digits):
        if float(shorter) == float(printed):
            continue  # the zero before the decimal point is the writer's choice
        for suspect in (right, *_by_rules(right, RULES)):
            number = suspect.number(figure.name)
            if number is not None and agreement(shorter, number) == MATCH:
                says = f"{shorter} is what {suspect.rule.name} gives"
                yield Explanation("a digit too many", says, number)
                break
