"""Why a figure is not what it should be: the rules that reproduce it.

Read next: `report`, `verdicts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from nn.worked_example.figures import MATCH, Figure, agreement
from nn.worked_example.rules import FROZEN, LEARNING_RATE, RULES, Rule, figures_after, rounding

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
        """Look up a figure; None where there is none of that name or after so many rounds."""
        most = HAND_ROUNDS if self.rule.decimals else rounds
        if not 0 <= rounds <= most:
            return None
        return figures_after(rounds, self.learning_rate, self.rule).get(name)


class Suspect(NamedTuple):
    """A case that may be what somebody computed, and the number of rounds."""

    rule: str
    says: str
    case: Case
    rounds: int


def explain(case: Case, figure: Figure) -> tuple[Explanation, ...]:
    """Find the rules that reproduce a figure, with as few departures from the right one as can be.

    A digit too many in what a rule gives is looked for in any case.
    """
    suspect = Suspect("", "", case, figure.rounds)
    found: list[Explanation] = []
    for suspects in _SEARCH:
        found = [*_reproducing(figure, suspects(suspect))]
        if found:
            break
    return (*found, *_digit_too_many(suspect, figure))


def _reproducing(figure: Figure, suspects: Iterable[Suspect]) -> Iterator[Explanation]:
    for rule, says, case, rounds in suspects:
        number = case.number(figure.name, rounds)
        if number is not None and agreement(figure.printed, number):
            yield Explanation(rule, says, number)


def _named(suspect: Suspect) -> Iterator[Suspect]:
    yield from _other_rules(suspect)
    yield from _off_by_one(suspect)


def _other_rules(suspect: Suspect) -> Iterator[Suspect]:
    for rule in RULES:
        if rule != suspect.case.rule:
            yield _further(suspect, rule.name, rule.says, replace(suspect.case, rule=rule))


def _off_by_one(suspect: Suspect) -> Iterator[Suspect]:
    for rounds in (suspect.rounds - 1, suspect.rounds + 1):
        says = f"it is the figure after {rounds:,} round{'s' * (rounds != 1)}"
        yield _further(suspect, "off by one round", says, suspect.case, rounds)


def _rounded(suspect: Suspect) -> Iterator[Suspect]:
    for decimals in HAND_DECIMALS:
        rule = rounding(suspect.case.rule, decimals)
        says = "every step is rounded before it is used in the next"
        case = replace(suspect.case, rule=rule)
        yield _further(suspect, f"intermediates rounded to {decimals} decimals", says, case)


def _two_departures(suspect: Suspect) -> Iterator[Suspect]:
    for other in _other_rules(suspect):
        yield from _off_by_one(other)


def _settings_of_the_text(suspect: Suspect) -> Iterator[Suspect]:
    """The text's rule and learning rate, where others were chosen."""
    text = replace(suspect.case, rule=FROZEN, learning_rate=LEARNING_RATE)
    if text != suspect.case:
        name = f"learning rate {LEARNING_RATE:g}, {FROZEN.name}"
        yield _further(suspect, name, "the settings of the text", text)


def _one_departure_from_the_text(suspect: Suspect) -> Iterator[Suspect]:
    for text in _settings_of_the_text(suspect):
        yield from _named(text)


# From the nearest departure to the farthest: the first that reproduces a figure explains it.
_SEARCH = (
    _named,
    _rounded,
    _two_departures,
    _settings_of_the_text,
    _one_departure_from_the_text,
)


def _further(
    suspect: Suspect, rule: str, says: str, case: Case, rounds: int | None = None
) -> Suspect:
    """Add a departure to those that a suspect has already."""
    return Suspect(
        f"{suspect.rule}, {rule}" if suspect.rule else rule,
        f"{suspect.says}; {says}" if suspect.says else says,
        case,
        suspect.rounds if rounds is None else rounds,
    )


def _digit_too_many(suspect: Suspect, figure: Figure) -> Iterator[Explanation]:
    """Leave out each digit in turn but the last, and see whether a rule gives what remains."""
    printed = figure.printed
    if len(re.sub("[eE].*|[^0-9]", "", printed).lstrip("0")) < FEWEST_DIGITS:
        return
    digits = [match.start() for match in re.finditer("[0-9]", re.sub("[eE].*", "", printed))][:-1]
    for shorter in dict.fromkeys(printed[:i] + printed[i + 1 :] for i in digits):
        if float(shorter) == float(printed):
            continue  # the zero before the decimal point is the writer's choice
        for rule, _, case, rounds in (suspect, *_other_rules(suspect)):
            number = case.number(figure.name, rounds)
            if number is not None and agreement(shorter, number) == MATCH:
                says = f"{shorter} is what {rule or case.rule.name} gives"
                yield Explanation("a digit too many", says, number)
                break
