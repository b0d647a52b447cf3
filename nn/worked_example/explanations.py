"""Why a figure is not what it should be: the rules that reproduce it, and by what chance.

Read next: `arithmetic`, which explains by the whole list of figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from autograd.grading.candidates import (
    DIGIT,
    Candidate,
    other_quantities,
    slipped_points,
    without_a_digit,
)
from autograd.grading.chance import EXPLAINED_BELOW, OTHER_DIGITS, by_chance, digits, misprinted
from autograd.grading.course import HAND_ROUNDS
from autograd.grading.figures import MATCH, Figure, agreement
from nn.worked_example.model import Figures
from nn.worked_example.rules import FROZEN, LEARNING_RATE, RULES, Rule, figures_after, times

MISPRINT = "one digit misprinted"


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
    chance : float
        How likely it is that one of all the figures which were tried agrees by chance.
    """

    rule: str
    says: str
    number: float
    chance: float

    @property
    def sure(self) -> bool:
        """Whether chance is out of the question; otherwise, and for a misprint, it is a guess."""
        return self.chance < EXPLAINED_BELOW and self.rule != MISPRINT


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

    def figures(self) -> Figures:
        """Look up all figures; none where there is no such round."""
        most = HAND_ROUNDS if self.rule.rounds else self.rounds
        if not 0 <= self.rounds <= most:
            return {}
        return figures_after(self.rounds, self.learning_rate, self.rule)

    def number(self, name: str) -> float | None:
        """Look up a figure; None where there is none of that name or round."""
        return self.figures().get(name)

    def right(self, figure: Figure) -> float | None:
        """Look up what a figure should be."""
        return replace(self, rounds=figure.rounds).number(figure.name)

    def also(self, name: str, says: str, **changes: Any) -> Self:
        """Depart once more."""
        return replace(self, departures=(*self.departures, (name, says)), **changes)


def explain(case: Case, figure: Figure) -> tuple[Explanation, ...]:
    """Find the rules that reproduce a figure, with as few departures from the right one as can be.

    Only those are given that are not likely to do so by chance.
    """
    return tuple(each for each in suspicions(case, figure) if each.sure)


def suspicions(case: Case, figure: Figure) -> list[Explanation]:
    """Find the rules that reproduce a figure, and what it may be a misprint of."""
    right = replace(case, rounds=figure.rounds)
    engine = case.right(figure)
    found = list(_by_other_numbers(right, figure, engine))
    if not any(each.sure for each in found):
        found += _digit_too_many(right, figure)
    if engine is not None and misprinted(figure.printed, engine):
        # The other nine digits are as likely as the one that a rule happens to give.
        found = [replace(each, chance=max(each.chance, 1 / OTHER_DIGITS)) for each in found]
    return found + _misprints(right, figure)


def _by_other_numbers(right: Case, figure: Figure, engine: float | None) -> Iterator[Explanation]:
    """Search on until an explanation is sure; each search adds to the chance of the next."""
    chance = 0.0
    for candidates in _searches(right, figure):
        numbers = [each.number for each in candidates] + ([engine] if engine is not None else [])
        chance += by_chance(figure.printed, numbers)
        found = [each for each in candidates if agreement(figure.printed, each.number)]
        yield from (Explanation(e.rule, e.says, e.number, min(1.0, chance)) for e in found)
        if found and chance < EXPLAINED_BELOW:
            return


def _searches(right: Case, figure: Figure) -> Iterator[list[Candidate]]:
    """Yield candidates, from the nearest departure to the farthest."""
    name = figure.name
    others = _by_rules(right, RULES)
    yield _numbers(others + _off_by_one(right), name)
    settings = f"learning rate {LEARNING_RATE:g}, {FROZEN.name}"
    says = "the settings of the text"
    text = right.also(settings, says, rule=FROZEN, learning_rate=LEARNING_RATE)
    yield _numbers([text], name)
    yield _numbers([suspect for other in others for suspect in _off_by_one(other)], name)
    if (right.rule, right.learning_rate) != (FROZEN, LEARNING_RATE):
        yield _numbers(_by_rules(text, RULES) + _off_by_one(text), name)
    yield list(other_quantities(name, right.figures()))
    yield list(slipped_points(name, right.figures()))


def _numbers(suspects: Sequence[Case], name: str) -> list[Candidate]:
    candidates = []
    for suspect in suspects:
        number = suspect.number(name)
        if number is not None:
            names, says = zip(*suspect.departures, strict=True)
            candidates.append(Candidate(", ".join(names), "; ".join(says), number))
    return candidates


def _by_rules(right: Case, rules: Sequence[Rule]) -> list[Case]:
    return [right.also(rule.name, rule.says, rule=rule) for rule in rules if rule != right.rule]


def _off_by_one(right: Case) -> list[Case]:
    return [
        right.also("off by one round", f"it is the figure after {times(rounds)}", rounds=rounds)
        for rounds in (right.rounds - 1, right.rounds + 1)
    ]


def _by_any_rule(right: Case, name: str) -> list[Candidate]:
    """List what each rule gives, the right one first."""
    return _numbers([right.also(right.rule.name, right.rule.says), *_by_rules(right, RULES)], name)


def _digit_too_many(right: Case, figure: Figure) -> list[Explanation]:
    """Leave out each digit in turn but the last, and see whether a rule gives what remains."""
    candidates = _by_any_rule(right, figure.name)
    chance, found = 0.0, []
    for short in without_a_digit(figure.printed):
        chance += by_chance(short, [0.0, *(each.number for each in candidates)])
        fits = (each for each in candidates if agreement(short, each.number) == MATCH)
        found += [(each.number, f"{short} is what {each.rule} gives") for each in fits][:1]
    return [Explanation(DIGIT, says, n, min(1.0, chance)) for n, says in found]


def _misprints(right: Case, figure: Figure) -> list[Explanation]:
    """Guess of what one wrong digit makes the figure."""
    candidates = _by_any_rule(right, figure.name)
    alike = OTHER_DIGITS * digits(figure.printed)
    chance = alike * by_chance(figure.printed, [0.0, *(each.number for each in candidates)])
    return [
        Explanation(MISPRINT, f"{each.rule} gives that", each.number, min(1.0, chance))
        for each in candidates
        if misprinted(figure.printed, each.number)
    ][:1]
