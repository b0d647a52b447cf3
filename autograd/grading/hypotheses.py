"""What may have been done: each hypothesis says what every answer would then be.

One kind is a slip that a pass goes on with, so that it shows in all later figures. The other is in
one figure alone, such as a slipped decimal point.

Read next: `evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from autograd.grading.answers import Answer
from autograd.grading.candidates import (
    DIGIT,
    OTHER_QUANTITY,
    POINT,
    POINT_SLIPS,
    moved_point,
    without_a_digit,
)
from autograd.grading.course import HAND_ROUNDS, Course, Setting
from autograd.grading.figures import MATCH, agreement
from autograd.grading.given import Rounding, from_given, is_updated
from autograd.grading.quantities import Names, Quantity
from autograd.grading.slips import (
    FACTOR,
    HAND_DECIMALS,
    NO_BIAS,
    RATE,
    ROUND,
    ROUNDED,
    TRAINED_BIAS,
    UPDATED,
    Slips,
    arithmetic,
    to_decimals,
)
from autograd.grading.tape import RIGHT, Slip
from autograd.views.mistakes import SIGN

MOST_EDGES = 600  # of a graph that is searched place by place
STAGES = ("everywhere", "figures", "in_parts", "other_quantities", "somewhere", "printed")
LASTING = (UPDATED, ROUND, RATE, NO_BIAS, TRAINED_BIAS)  # slips of programs, followed far
MOST_QUANTITIES = 400  # that a figure may be confused with

DIGITS_BEHIND = 5  # one too many: wrong last digits are often right ones without one
WAYS_OF_A_DIGIT = 200.0  # up to twenty digits, each left out, in figures of one decimal less


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """What somebody may have done, and what the answers then are.

    Parameters
    ----------
    name, says : str
    find : callable
        What an answer then is; None where the hypothesis has nothing to do with it.
    slip : Slip, optional
        What a pass goes on with; None where it is in a figure alone.
    one_factor : bool
        Whether it multiplies many figures by one simple factor, such as −1 or 2.
    last_resort : bool
        Whether it gives what follows from almost any mistake, so that another one comes first.
    ways : float
        How many times as likely as one number it is to fit a figure by chance.
    """

    name: str
    says: str
    find: Callable[[Answer], float | None]
    slip: Slip | None = None
    one_factor: bool = False
    last_resort: bool = False
    ways: float = 1.0
    _found: dict[Answer, float | None] = field(default_factory=dict)

    def number(self, answer: Answer) -> float | None:
        """What an answer then is."""
        if answer not in self._found:
            self._found[answer] = self.find(answer)
        return self._found[answer]

    def gives(self, answer: Answer) -> bool:
        """Whether an answer is what the hypothesis makes of it."""
        number = self.number(answer)
        return number is not None and answer.agrees(number)


class Search:
    """All hypotheses about answers to one graph.

    Parameters
    ----------
    setting : Setting
    names : Names
    answers : sequence of Answers
        In the order of the calculation.
    right : Course
        What is right.
    """

    def __init__(
        self, setting: Setting, names: Names, answers: Sequence[Answer], right: Course
    ) -> None:
        self.setting, self.names, self.answers, self.right = setting, names, answers, right
        self.rounds = max(answer.quantity.rounds for answer in answers)
        self.slips = Slips(setting, names.of)
        self._known: dict[str, list[Hypothesis]] = {}

    def stages(self, earlier: Slip) -> list[Callable[[], Iterable[Hypothesis]]]:
        """What may have been done, the likeliest first, by somebody who has made an earlier slip.

        Each stage is searched only where the ones before it do not explain everything.
        """
        if earlier is RIGHT:
            return [partial(self._cached, name) for name in STAGES]
        return [partial(self._after, earlier)]

    def _cached(self, stage: str) -> list[Hypothesis]:
        """A stage of what is done by somebody who has made no earlier slip; it serves again."""
        if stage not in self._known:
            self._known[stage] = list(getattr(self, f"_{stage}")())
        return self._known[stage]

    def _everywhere(self) -> Iterator[Hypothesis]:
        return self._passes([*self.slips.everywhere(self.rounds > 0), *arithmetic()])

    def _in_parts(self) -> Iterator[Hypothesis]:
        return self._passes(self.slips.in_parts())

    def _somewhere(self) -> Iterator[Hypothesis]:
        few = len(self.setting.tape.edges()) <= MOST_EDGES
        return self._passes(self.slips.somewhere() if few else ())

    def _after(self, earlier: Slip) -> Iterator[Hypothesis]:
        yield from self._passes(self.slips.everywhere(self.rounds > 0), earlier)
        yield from self._passes(self.slips.in_parts(), earlier)

    def _passes(self, slips: Iterable[Slip], earlier: Slip = RIGHT) -> Iterator[Hypothesis]:
        like = None if earlier.forwards else self.right
        for slip in slips:
            course = Course(self.setting, slip.after(earlier), like)
            simple = slip.trains or (slip.name in (SIGN[0], FACTOR) and not slip.forwards)
            find = partial(_number, course, slip.name in LASTING)
            yield Hypothesis(slip.name, slip.says, find, course.slip, simple)

    def _figures(self) -> Iterator[Hypothesis]:
        def times(name: str, says: str, factor: float) -> Hypothesis:
            def find(answer: Answer) -> float | None:
                return None if answer.base else factor * answer.right

            return Hypothesis(name, says, find, one_factor=True)

        def with_rate(answer: Answer) -> float | None:
            return None if answer.quantity.by is None else self.setting.rate * answer.right

        yield times(SIGN[0], "this figure has the other sign", -1.0)
        yield times(FACTOR, "this figure is doubled", 2.0)
        yield times(FACTOR, "this figure is halved", 0.5)
        yield Hypothesis(RATE, "the gradient is multiplied by the learning rate", with_rate)
        for places in POINT_SLIPS:
            yield Hypothesis(POINT, moved_point(places), partial(_shifted, places))
        says = "without one of its digits it is right"
        yield Hypothesis(DIGIT, says, _with_a_digit_too_many, ways=WAYS_OF_A_DIGIT)
        says = "it is computed from figures as they are printed"
        yield Hypothesis(ROUNDED, says, self._from_all_given, RIGHT, last_resort=True)

    def _printed(self) -> Iterator[Hypothesis]:
        says = "it is computed from figures as they are printed"
        for decimals in HAND_DECIMALS:
            find = partial(self._from_all_given, rounded=partial(to_decimals, decimals))
            others = f"{says}, the others rounded to {decimals} decimals"
            yield Hypothesis(ROUNDED, others, find, RIGHT, last_resort=True)

    def _from_all_given(self, answer: Answer, rounded: Rounding | None = None) -> float:
        return self.from_given(answer, self.answers[: self.answers.index(answer)], rounded=rounded)

    def _other_quantities(self) -> Iterator[Hypothesis]:
        asked = dict.fromkeys(answer.quantity for answer in self.answers)
        for rounds in sorted({answer.quantity.rounds for answer in self.answers}):
            asked |= dict.fromkeys(self.names.all(rounds))
        for quantity in list(asked)[:MOST_QUANTITIES]:
            says = f"it is {self.names.name(quantity)}"
            find = partial(_other, quantity, quantity.number(self.right))
            yield Hypothesis(OTHER_QUANTITY, says, find)

    def from_given(
        self,
        asked: Answer,
        sources: Sequence[Answer],
        moved: Answer | None = None,
        by: float = 0.0,
        rounded: Rounding | None = None,
    ) -> float:
        """Compute a figure from other figures as they are given, one of them moved a little."""
        rounds = asked.quantity.rounds - is_updated(self.setting, asked.quantity)
        given = {
            source.quantity: source.number + (by if source is moved else 0.0)
            for source in sources
            if source.quantity.rounds == rounds
        }
        return from_given(self.setting, self.right.after(rounds), asked.quantity, given, rounded)


def _number(course: Course, lasting: bool, answer: Answer) -> float | None:
    far = answer.quantity.rounds > HAND_ROUNDS
    return None if far and not lasting else answer.quantity.number(course)


def _with_a_digit_too_many(answer: Answer) -> float | None:
    shorter = without_a_digit(answer.printed.rstrip("0"), DIGITS_BEHIND)
    return answer.number if any(agreement(s, answer.right) == MATCH for s in shorter) else None


def _shifted(places: int, answer: Answer) -> float:
    return answer.right * 10.0**places


def _other(quantity: Quantity, number: float, answer: Answer) -> float | None:
    return None if answer.quantity == quantity else number
