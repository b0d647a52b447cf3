"""How well a hypothesis fits answers, and how likely chance does as well.

Read next: `judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import comb
from statistics import fmean

from autograd.grading.answers import Answer
from autograd.grading.candidates import OTHER_QUANTITY
from autograd.grading.chance import EXPLAINED_BELOW, OTHER_DIGITS, digits
from autograd.grading.course import HAND_ROUNDS
from autograd.grading.figures import agreement
from autograd.grading.hypotheses import Hypothesis
from autograd.sums import added

SAME_FACTOR = 2.0  # units of the last digit that a common factor may leave between two figures


@dataclass(frozen=True, slots=True)
class Fit:
    """How a hypothesis fits.

    Parameters
    ----------
    hypothesis : Hypothesis
    explained : tuple of Answers
        The wrong ones that it gives.
    against : int
        How many right answers it would have otherwise.
    chance : float
        How likely it is that one of the hypotheses so far fits as well by chance.
    """

    hypothesis: Hypothesis
    explained: tuple[Answer, ...]
    against: int
    chance: float

    @property
    def sure(self) -> bool:
        """Whether chance is out of the question."""
        return self.chance < EXPLAINED_BELOW

    @property
    def settles(self) -> bool:
        """Whether nothing better needs to be looked for: it says how the figures came about."""
        tells = not self.hypothesis.last_resort and self.hypothesis.name != OTHER_QUANTITY
        return self.sure and not self.against and tells

    @property
    def rank(self) -> tuple[bool, int, int, bool]:
        """How well it fits: the more it explains and the less stands against it, the better.

        That a figure is another quantity's says less than how it came about.
        """
        how = self.hypothesis.name != OTHER_QUANTITY
        first = not self.hypothesis.last_resort
        return first, len(self.explained) - self.against, -self.against, how


@dataclass(slots=True)
class Evidence:
    """Answers, and how many hypotheses about them have been tried.

    Parameters
    ----------
    answers : tuple of Answers
        All of them, in the order of the calculation.
    wrong : tuple of Answers
        Those to explain.
    seen : tuple of Answers
        Those of the wrong ones that are looked at first: a hypothesis that gives none is left.
    following : collection of Answers
        Wrong ones that follow from other wrong ones, and so are no evidence of their own.
    roundings : callable
        Gives all ways of rounding.
    """

    answers: tuple[Answer, ...]
    wrong: tuple[Answer, ...]
    seen: tuple[Answer, ...]
    following: Collection[Answer]
    roundings: Callable[[], Iterable[Hypothesis]] = tuple
    _tried: set[tuple[str, ...]] = field(default_factory=set)
    _left: set[tuple[str, ...]] = field(default_factory=set)

    def fit(self, hypothesis: Hypothesis) -> Fit | None:
        """Try a hypothesis; None where it gives none of the wrong answers.

        The more hypotheses were tried before, the likelier one of them fits by chance. Where no
        right answer stands against this one, those that right answers rule out do not count.
        """
        told = [hypothesis.number(answer) for answer in self.seen]
        differs = [number != a.right for number, a in zip(told, self.seen, strict=True)]
        refuted = hypothesis.slip is not None and any(differs) and self._refutes(hypothesis)
        if any(differs):
            said = tuple(f"{number:.9g}" for number in told if number is not None)
            self._tried.add(said)
            if not refuted:
                self._left.add(said)
        if not any(hypothesis.gives(answer) for answer in self.seen):
            return None
        explained = tuple(answer for answer in self.wrong if hypothesis.gives(answer))
        against = 0
        if hypothesis.slip is not None:
            right = (answer for answer in self.answers if answer.is_right)
            numbers = ((answer, hypothesis.number(answer)) for answer in right)
            against = sum(n is not None and not answer.agrees(n) for answer, n in numbers)
        chance = _chance(hypothesis, explained, against, self.answers, self.following)
        missed = [a for a in self.wrong if a.misprinted and _misses(hypothesis, a)]
        hits = sum(answer.misprinted for answer in explained)
        tried = self._left if not against else self._tried
        chance *= comb(hits + len(missed), hits) * max(1, len(tried))
        roots = [answer for answer in explained if answer not in self.following]
        if hypothesis.rounds and roots and all(answer.misprinted for answer in roots):
            chance = min(chance, self._by_misprints(roots, missed, against))
        return Fit(hypothesis, explained, against, min(1.0, chance))

    def _by_misprints(
        self, explained: Sequence[Answer], missed: Sequence[Answer], against: int
    ) -> float:
        """How likely misprints make just the figures that some way of rounding gives.

        A rounded intermediate shows in the last digits, as a misprint does. The rest of the list
        tells them apart: a way of rounding gives the figures that differ and leaves the others
        alone, but a misprint may be of any figure.
        """
        slips = sum(answer.misprinted for answer in self.wrong)
        share_of_last = slips / (fmean(digits(a.printed) for a in self.answers) + slips - 1)
        slip = slips / len(self.answers) * share_of_last / OTHER_DIGITS
        otherwise = len(missed) + against
        chance = _of_some(len(explained) + otherwise, len(explained), slip)
        if otherwise >= len(explained) or chance >= EXPLAINED_BELOW:
            return 1.0
        right = [a for a in self.answers if a.is_right and a.quantity.rounds <= HAND_ROUNDS]
        looked_at = [*explained, *missed, *right]
        told = (_printed_otherwise(way, looked_at) for way in self.roundings())
        sizes = [len(figures) for figures in {each for ways in told for each in ways}]
        other = added(min(chance, _of_some(n, n // 2 + 1, slip)) for n in sizes)
        return max(chance, other)

    def _refutes(self, hypothesis: Hypothesis) -> bool:
        """Whether a right answer, of those that are cheap to look at, would be another one."""
        right = (a for a in self.answers if a.is_right and (a.base or not a.quantity.rounds))
        numbers = ((answer, hypothesis.number(answer)) for answer in right)
        return any(n is not None and not answer.agrees(n) for answer, n in numbers)


def _chance(
    hypothesis: Hypothesis,
    explained: Sequence[Answer],
    against: int,
    answers: Sequence[Answer],
    following: Collection[Answer],
) -> float:
    """How likely one given hypothesis gives these of the answers that it is about, by chance."""
    slips = sum(answer.misprinted and not answer.is_right for answer in answers)
    misprint = max(1, slips) / len(answers) / OTHER_DIGITS
    chance = float(comb(len(explained) + against, against))
    evidence: list[Answer] = []
    for answer in explained:
        by_chance = min(1.0, hypothesis.ways * answer.by_chance)
        if answer.misprinted:
            chance *= max(misprint, by_chance)
        elif hypothesis.one_factor or not (answer in following or _told(answer, evidence)):
            chance *= by_chance
            evidence += [answer] if answer.by_chance < 1.0 else []
    if len(explained) == 1 and explained[0].misprinted:
        return 1.0 / OTHER_DIGITS  # the other digits are as likely as the one that is given
    return chance


def _misses(hypothesis: Hypothesis, answer: Answer) -> bool:
    """Whether a hypothesis says of a wrong figure that it is another wrong one."""
    number = hypothesis.number(answer)
    if number is None or answer.agrees(number):
        return False
    return not agreement(answer.as_printed(number) or answer.printed, answer.right)


def _of_some(figures: int, slipped: int, slip: float) -> float:
    """How likely this many of some figures are misprinted in a given way."""
    return float(comb(figures, slipped) * slip**slipped)


def _printed_otherwise(
    way: Hypothesis, answers: Sequence[Answer]
) -> list[frozenset[tuple[Answer, str]]]:
    """The figures that somebody who rounds so prints otherwise than is right.

    Where no figure is at odds with it, each that it could print otherwise counts alone.
    """
    at_odds: list[tuple[Answer, str]] = []
    possible: list[tuple[Answer, str]] = []
    for answer in answers:
        number = way.number(answer)
        printed = "" if number is None else answer.as_printed(number)
        if printed and not agreement(printed, answer.right):
            fits = answer.is_right and way.gives(answer)
            (possible if fits else at_odds).append((answer, printed))
    return [frozenset(at_odds)] if at_odds else [frozenset([each]) for each in possible]


def _told(answer: Answer, evidence: Sequence[Answer]) -> bool:
    """Whether a figure is wrong by the same factor as another one, and so tells nothing new."""
    mine = answer.says(answer.number)
    for other in evidence:
        theirs = other.says(other.number)
        slack = added(
            abs(each.unit / ((each.right - each.base) or 1.0)) for each in (answer, other)
        )
        if abs(mine - theirs) <= SAME_FACTOR * slack:
            return True
    return False
