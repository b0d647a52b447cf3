"""Why a figure is not what it should be: the rules that reproduce it.

Read next: `report`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

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
    """How the example is trained."""

    rule: Rule
    learning_rate: float

    def number(self, name: str, rounds: int) -> float | None:
        """Look up a figure; None where there is none of that name or round."""
        most = HAND_ROUNDS if self.rule.decimals else rounds
        if not 0 <= rounds <= most:
            return None
        return figures_after(rounds, self.learning_rate, self.rule).get(name)


@dataclass(frozen=True, slots=True)
class Suspect:
    """What somebody may have computed, and how it departs from what is right.

    Parameters
    ----------
    case : Case
    rounds : int
        After how many rounds.
    departures : tuple of (str, str)
        The name of each, and what is done.
    """

    case: Case
    rounds: int
    departures: tuple[tuple[str, str], ...] = ()

    def also(self, name: str, says: str, rounds: int | None = None, **case: Any) -> Suspect:
        """Depart once more."""
        return Suspect(
            replace(self.case, **case),
            self.rounds if rounds is None else rounds,
            (*self.departures, (name, says)),
        )


Suspects: TypeAlias = list[Suspect]


def explain(case: Case, figure: Figure) -> tuple[Explanation, ...]:
    """Find the rules that reproduce a figure, with as few departures from the right one as can be.

    A digit too many in what a rule gives is looked for in any case.
    """
    right = Suspect(case, figure.rounds)
    found: list[Explanation] = []
    for suspects in _SEARCH:
        found = [*_reproducing(figure, suspects(right))]
        if found:
            break
    return (*found, *_digit_too_many(right, figure))


def _reproducing(figure: Figure, suspects: Suspects) -> Iterator[Explanation]:
    for suspect in suspects:
        number = suspect.case.number(figure.name, suspect.rounds)
        if number is not None and agreement(figure.printed, number):
            names, says = zip(*suspect.departures, strict=True)
            yield Explanation(", ".join(names), "; ".join(says), number)


def _other_rules(right: Suspect) -> Suspects:
    others = [rule for rule in RULES if rule != right.case.rule]
    return [right.also(rule.name, rule.says, rule=rule) for rule in others]


def _off_by_one(right: Suspect) -> Suspects:
    return [
        right.also("off by one round", f"it is the figure after {times(rounds)}", rounds)
        for rounds in (right.rounds - 1, right.rounds + 1)
    ]


def _another_rule_or_round(right: Suspect) -> Suspects:
    return _other_rules(right) + _off_by_one(right)


def _another_rule_and_round(right: Suspect) -> Suspects:
    return [suspect for other in _other_rules(right) for suspect in _off_by_one(other)]


def _rounded(right: Suspect) -> Suspects:
    says = "every step is rounded before it is used in the next"
    rules = [rounding(right.case.rule, decimals) for decimals in HAND_DECIMALS]
    return [right.also(rule.name, says, rule=rule) for rule in rules]


def _settings_of_the_text(right: Suspect) -> Suspects:
    """The text's rule and learning rate, where others were chosen."""
    if right.case == Case(FROZEN, LEARNING_RATE):
        return []
    name = f"learning rate {LEARNING_RATE:g}, {FROZEN.name}"
    says = "the settings of the text"
    return [right.also(name, says, rule=FROZEN, learning_rate=LEARNING_RATE)]


def _one_departure_from_the_text(right: Suspect) -> Suspects:
    texts = _settings_of_the_text(right)
    return [suspect for text in texts for suspect in _another_rule_or_round(text)]


# From the nearest departure to the farthest: the first that reproduces a figure explains it.
_SEARCH = (
    _another_rule_or_round,
    _rounded,
    _another_rule_and_round,
    _settings_of_the_text,
    _one_departure_from_the_text,
)


def _digit_too_many(right: Suspect, figure: Figure) -> Iterator[Explanation]:
    """Leave out each digit in turn but the last, and see whether a rule gives what remains."""
    printed = figure.printed
    if len(re.sub("[eE].*|[^0-9]", "", printed).lstrip("0")) < FEWEST_DIGITS:
        return
    digits = [match.start() for match in re.finditer("[0-9]", re.sub("[eE].*", "", printed))][:-1]
    for shorter in dict.fromkeys(printed[:i] + printed[i + 1 :] for i in digits):
        if float(shorter) == float(printed):
            continue  # the zero before the decimal point is the writer's choice
        for suspect in (right, *_other_rules(right)):
            number = suspect.case.number(figure.name, suspect.rounds)
            if number is not None and agreement(shorter, number) == MATCH:
                says = f"{shorter} is what {suspect.case.rule.name} gives"
                yield Explanation("a digit too many", says, number)
                break
