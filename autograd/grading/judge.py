"""The verdict on each answer: right, right after an earlier mistake, or wrong, and why.

Read next: `report`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.grading.answers import Answer
from autograd.grading.chance import OTHER_DIGITS, digits, misprinted
from autograd.grading.course import HAND_ROUNDS
from autograd.grading.evidence import Evidence, Fit
from autograd.grading.hypotheses import Hypothesis, Search
from autograd.grading.slips import ROUNDED
from autograd.grading.tape import RIGHT

RIGHT_ANSWER = "right"
FOLLOWS = "right after an earlier mistake"
WRONG = "wrong"
FEW_DIGITS = "too few digits"
AS_GIVEN = "computed from figures as given"
MISPRINT = "one digit misprinted"

CREDIT_BELOW = 0.01  # what follows from a learner's own figures is credited below this chance
WORTH_A_GUESS = 0.5  # what is as likely to be chance as not says nothing
MOST_MISTAKES = 5
MOST_SOURCES = 8  # own figures that one answer is computed from, with their last digits in doubt


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say of an answer.

    Parameters
    ----------
    answer : Answer
    verdict : str
    mistake : str or None
    reason : str
    chance : float
        How likely the reason fits by chance; 0 where there is none to give.
    cause : str
        The name of what gives the figure, here or in an earlier figure, or of the nearest guess.
    number : float or None
        What that gives.
    """

    answer: Answer
    verdict: str
    mistake: str | None = None
    reason: str = ""
    chance: float = 0.0
    cause: str = ""
    number: float | None = None


def judge(search: Search) -> list[Verdict]:
    """Give the verdict on each answer, in the order of the calculation."""
    verdicts: dict[Answer, Verdict] = {}
    for answer in search.answers:
        if answer.is_right:
            verdicts[answer] = Verdict(answer, RIGHT_ANSWER)
        elif answer.too_short:
            says = "0 without decimals agrees with too much; give four or more"
            verdicts[answer] = Verdict(answer, WRONG, FEW_DIGITS, says)
    wrong = [answer for answer in search.answers if answer not in verdicts]
    following = _following(search, wrong)
    _explain(search, wrong, following, verdicts)
    verdicts |= following
    return [verdicts[answer] for answer in search.answers]


def _following(search: Search, wrong: Sequence[Answer]) -> dict[Answer, Verdict]:
    """Find the wrong answers that are right given the wrong ones before them."""
    found: dict[Answer, Verdict] = {}
    for i, answer in enumerate(wrong[1:], 1):
        sources = wrong[:i][-MOST_SOURCES:]
        number = search.from_given(answer, sources)
        if number == answer.right:
            continue
        slack = 0.0
        involved = []
        for source in sources:
            moved = search.from_given(answer, sources, source, source.unit / 2)
            others = [each for each in sources if each is not source]
            if moved != number or search.from_given(answer, others) != number:
                slack += abs(moved - number)
                involved.append(source.name)
        if answer.agrees(number, slack) and not answer.misprinted:  # one digit is as likely wrong
            chance = answer.by_chance * (1.0 + 2.0 * slack / answer.unit)
            if chance < CREDIT_BELOW:
                reason = f"it follows from {' and '.join(involved)} as given"
                found[answer] = Verdict(answer, FOLLOWS, None, reason, chance, AS_GIVEN, number)
    return found


def _explain(
    search: Search,
    wrong: Sequence[Answer],
    following: dict[Answer, Verdict],
    verdicts: dict[Answer, Verdict],
) -> None:
    """Explain wrong answers, one mistake after the other, until no more is found."""
    unexplained = tuple(wrong)
    earlier: list[Hypothesis | None] = [None]
    known: list[Hypothesis] = []
    guesses: list[Fit] = []
    for _ in range(MOST_MISTAKES):
        found: list[Fit] = []
        sure: list[Fit] = []
        for seen, one_figure in _nearest_first(unexplained):
            found = _fits(search, earlier, unexplained, seen, one_figure, following)
            sure = [fit for fit in found if fit.sure]
            if sure:
                break
        guesses = guesses or found
        if not sure:
            break
        best = max(sure, key=lambda fit: fit.rank)
        for fit in [best, *_of_its_kind(best, sure)]:
            for verdict in _verdicts(fit, following):
                verdicts.setdefault(verdict.answer, verdict)
        unexplained = tuple(answer for answer in unexplained if answer not in verdicts)
        if all(answer in following for answer in unexplained):
            break
        known.append(best.hypothesis)
        earlier = [None, *_gone_on_with(best)]
    for answer in unexplained:
        verdicts[answer] = _guess(answer, guesses, [*known, *search.cached("readings")])


def _of_its_kind(best: Fit, sure: Sequence[Fit]) -> list[Fit]:
    """Other fits of rounding, which are as sure: nobody rounds all figures in one way."""
    if best.hypothesis.name != ROUNDED:
        return []
    others = [fit for fit in sure if fit.hypothesis.name == ROUNDED and not fit.against]
    return sorted(others, key=lambda fit: fit.chance)


def _gone_on_with(fit: Fit) -> list[Hypothesis]:
    """The slip that a further mistake may come after; rounding is none that changes much."""
    slip = fit.hypothesis.slip
    return [] if slip is None or slip is RIGHT or slip.rounded else [fit.hypothesis]


def _nearest_first(unexplained: tuple[Answer, ...]) -> list[tuple[tuple[Answer, ...], bool]]:
    """What is looked at first, and if that does not help: passes after updates are dear.

    Of figures after many updates, what is in one figure alone is tried before the slips of passes.
    """
    now = tuple(answer for answer in unexplained if answer.base or not answer.quantity.rounds)
    soon = tuple(answer for answer in unexplained if answer.quantity.rounds <= HAND_ROUNDS)
    seen = dict.fromkeys([(now, False), (soon, False)])
    if soon != unexplained:
        seen |= dict.fromkeys([(unexplained, True), (unexplained, False)])
    return [each for each in seen if each[0]]


def _fits(
    search: Search,
    earlier: Sequence[Hypothesis | None],
    unexplained: tuple[Answer, ...],
    seen: tuple[Answer, ...],
    one_figure: bool,
    following: dict[Answer, Verdict],
) -> list[Fit]:
    """Search stage by stage, until something explains everything and nothing stands against it."""
    roots = {answer for answer in unexplained if answer not in following}
    evidence = Evidence(tuple(search.answers), unexplained, seen, following, search.roundings)
    found: list[Fit] = []
    for slip in earlier:
        for stage in search.stages(slip, one_figure):
            for hypothesis in stage():
                fit = evidence.fit(hypothesis)
                if fit and roots.intersection(fit.explained):
                    found.append(fit)
            if any(fit.settles and roots <= {*fit.explained} for fit in found):
                return found
    return found


def _verdicts(fit: Fit, following: dict[Answer, Verdict]) -> list[Verdict]:
    """What a fit says of each figure; of those that follow as given, `judge` says the last word."""
    hypothesis, chance = fit.hypothesis, fit.chance
    made = [answer for answer in fit.explained if answer not in following]
    first = made[0]
    found = []
    for answer in fit.explained:
        told = (chance, hypothesis.name, hypothesis.number(answer))
        if answer is first or hypothesis.slip is None:
            found.append(Verdict(answer, WRONG, hypothesis.name, hypothesis.says, *told))
        else:
            reason = f"after the mistake in {first.name}: {hypothesis.name}"
            found.append(Verdict(answer, FOLLOWS, None, reason, *told))
    return found


def _guess(answer: Answer, guesses: Sequence[Fit], known: Sequence[Hypothesis]) -> Verdict:
    near = [fit for fit in guesses if answer in fit.explained and fit.chance < WORTH_A_GUESS]
    if not near:
        return _misprint(answer, known)
    best = min(near, key=lambda fit: fit.chance)
    name, number = best.hypothesis.name, best.hypothesis.number(answer)
    reason = f"no more than a guess: {name} ({best.hypothesis.says})"
    return Verdict(answer, WRONG, None, reason, best.chance, name, number)


def _misprint(answer: Answer, known: Sequence[Hypothesis]) -> Verdict:
    """Guess of what one wrong digit makes the figure: of the right one, or of a mistake's."""
    numbers = {"the right figure": answer.right}
    numbers |= {each.name: number for each in known if (number := each.number(answer)) is not None}
    chance = len(numbers) * OTHER_DIGITS * digits(answer.printed) * answer.by_chance
    for name, number in numbers.items():
        if misprinted(answer.printed, number) and chance < WORTH_A_GUESS:
            reason = f"no more than a guess: {MISPRINT}, of {name}"
            return Verdict(answer, WRONG, None, reason, chance, MISPRINT, number)
    return Verdict(answer, WRONG)
