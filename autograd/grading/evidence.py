"""How well a hypothesis fits answers, and how likely chance does as well.

Read next: `judge`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb

from autograd.grading.answers import Answer
from autograd.grading.chance import EXPLAINED_BELOW, OTHER_DIGITS
from autograd.grading.hypotheses import Hypothesis

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
    def rank(self) -> tuple[int, int]:
        """How well it fits: the more it explains and the less stands against it, the better."""
        return len(self.explained) - self.against, -self.against


def fits(
    hypotheses: Iterable[Hypothesis],
    answers: Sequence[Answer],
    wrong: Collection[Answer],
    following: Collection[Answer],
) -> Iterator[Fit]:
    """Yield the hypotheses that give one of the wrong answers or more.

    Parameters
    ----------
    hypotheses : iterable of Hypotheses
        The likeliest first: how many stand before one counts against it.
    answers : sequence of Answers
        All of them, in the order of the calculation.
    wrong : collection of Answers
        Those to explain.
    following : collection of Answers
        Wrong ones that follow from other wrong ones, and so are no evidence of their own.
    """
    tried: set[tuple[str, ...]] = set()
    doubtful = [answer for answer in answers if answer in wrong]
    for hypothesis in hypotheses:
        numbers = hypothesis.numbers
        differing = [a for a in doubtful if a in numbers and not a.agrees(a.right)]
        told = tuple(f"{numbers[a]:.9g}" for a in differing if numbers[a] != a.right)
        if told:
            tried.add(told)
        explained = tuple(a for a in differing if a.agrees(numbers[a]))
        if explained:
            against = 0
            if hypothesis.slip is not None:
                against = sum(
                    a in numbers and not a.agrees(numbers[a]) for a in answers if a.is_right
                )
            chance = _chance(hypothesis, explained, against, answers, following)
            yield Fit(hypothesis, explained, against, min(1.0, chance * len(tried)))


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
        if answer.misprinted:
            chance *= max(misprint, answer.by_chance)
        elif hypothesis.one_factor or not (answer in following or _told(answer, evidence)):
            chance *= answer.by_chance
            evidence.append(answer)
    if len(explained) == 1 and explained[0].misprinted:
        return 1.0 / OTHER_DIGITS  # the other digits are as likely as the one that is given
    return chance


def _told(answer: Answer, evidence: Sequence[Answer]) -> bool:
    """Whether a figure is wrong by the same factor as another one, and so tells nothing new."""
    mine = answer.says(answer.number)
    for other in evidence:
        theirs = other.says(other.number)
        slack = sum(abs(each.unit / ((each.right - each.base) or 1.0)) for each in (answer, other))
        if abs(mine - theirs) <= SAME_FACTOR * slack:
            return True
    return False
