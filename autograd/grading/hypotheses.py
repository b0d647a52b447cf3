"""What may have been done: each hypothesis says what every answer would then be.

One kind is a slip that a pass goes on with, so that it shows in all later figures. The other is in
one figure alone, such as a slipped decimal point.

Read next: `evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
STAGES = (
    "everywhere",
    "readings",
    "figures",
    "digits",
    "in_parts",
    "other_quantities",
    "somewhere",
    "printed",
)
OF_ONE_FIGURE = ("figures", "other_quantities")  # stages that need no other course of training
LASTING = (UPDATED, ROUND, RATE, NO_BIAS, TRAINED_BIAS)  # slips of programs, followed far
OF_A_READING = (UPDATED, ROUND)  # slips that are tried with another reading of the exercise
MOST_QUANTITIES = 400  # that a figure may be confused with

DIGITS_BEHIND = 3  # one too many: wrong last digits are often right ones without one
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

    @property
    def rounds(self) -> bool:
        """Whether it is a way of rounding."""
        return self.last_resort or bool(self.slip and self.slip.rounded)

    def gives(self, answer: Answer) -> bool:
        """Whether an answer is what the hypothesis makes of it."""
        number = self.number(answer)
        return number is not None and answer.agrees(number)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Another reading of the exercise, by which the same figures are others.

    Parameters
    ----------
    name, says : str
    course : Course
        What is right by it.
    names : Names
        Of the graph that it goes through.
    asked : mapping from str to Quantity
        What the answers' names mean in that graph.
    """

    name: str
    says: str
    course: Course
    names: Names
    asked: Mapping[str, Quantity]

    def hypotheses(self) -> Iterator[Hypothesis]:
        """What the figures are by this reading, and by the commonest slips in it."""
        yield Hypothesis(self.name, self.says, partial(self._number, self.course, 0), RIGHT)
        setting = self.course.setting
        for slip in Slips(setting, self.names.of).everywhere(trained=True):
            if slip.name in OF_A_READING:
                course = self.course if slip.later else Course(setting, slip, self.course)
                name, says = f"{self.name}, {slip.name}", f"{self.says}; {slip.says}"
                yield Hypothesis(name, says, partial(self._number, course, slip.later), RIGHT)

    def _number(self, course: Course, later: int, answer: Answer) -> float | None:
        asked = self.asked.get(answer.name)
        return None if asked is None else in_another_round(asked, later).number(course)


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
    readings : sequence of Readings
        How else the exercise may be understood.
    """

    def __init__(
        self,
        setting: Setting,
        names: Names,
        answers: Sequence[Answer],
        right: Course,
        readings: Sequence[Reading] = (),
    ) -> None:
        self.readings = readings
        self.setting, self.names, self.answers, self.right = setting, names, answers, right
        self.rounds = max(answer.quantity.rounds for answer in answers)
        self.slips = Slips(setting, names.of)
        self._known: dict[str, list[Hypothesis]] = {}

    def stages(
        self, earlier: Hypothesis | None, one_figure: bool = False
    ) -> list[Callable[[], Iterable[Hypothesis]]]:
        """What may have been done, the likeliest first, by somebody who has made an earlier slip.

        Each stage is searched only where the ones before it do not explain everything. What is in
        one figure alone needs no other course of training: it comes first where that is long.
        """
        if earlier is None:
            return [
                partial(self.cached, name) for name in (OF_ONE_FIGURE if one_figure else STAGES)
            ]
        digits = partial(self._digits_after, [earlier])
        return [digits] if one_figure else [partial(self._after, earlier.slip or RIGHT), digits]

    def cached(self, stage: str) -> list[Hypothesis]:
        """A stage of what is done by somebody who has made no earlier slip; it serves again."""
        if stage not in self._known:
            self._known[stage] = list(getattr(self, f"_{stage}")())
        return self._known[stage]

    def roundings(self) -> list[Hypothesis]:
        """All ways of rounding."""
        stages = (self.cached(stage) for stage in ("everywhere", "figures", "printed"))
        return [each for stage in stages for each in stage if each.rounds]

    def _everywhere(self) -> Iterator[Hypothesis]:
        return self._passes([*self.slips.everywhere(self.rounds > 0), *arithmetic()])

    def _readings(self) -> Iterator[Hypothesis]:
        return (each for reading in self.readings for each in reading.hypotheses())

    def _in_parts(self) -> Iterator[Hypothesis]:
        return self._passes(self.slips.in_parts())

    def _somewhere(self) -> Iterator[Hypothesis]:
        few = len(self.setting.tape.edges()) <= MOST_EDGES
        return self._passes(self.slips.somewhere() if few else (), lasting=())

    def _after(self, earlier: Slip) -> Iterator[Hypothesis]:
        yield from self._passes(self.slips.everywhere(self.rounds > 0), earlier, ())
        yield from self._passes(self.slips.in_parts(), earlier, ())

    def _passes(
        self, slips: Iterable[Slip], earlier: Slip = RIGHT, lasting: Collection[str] = LASTING
    ) -> Iterator[Hypothesis]:
        for slip in slips:
            if slip.is_none:
                continue
            course = Course(self.setting, slip.after(earlier), self.right)
            simple = slip.trains or (slip.name in (SIGN[0], FACTOR) and not slip.forwards)
            find = partial(_number, course, slip.name in lasting)
            if slip.later and earlier is RIGHT:
                find = partial(_later, self.right, slip.later)
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
        for by, what in ((-1, "less"), (1, "more")):
            says = f"this figure is that after one round {what}"
            yield Hypothesis(ROUND, says, partial(_later, self.right, by))
        for places in POINT_SLIPS:
            yield Hypothesis(POINT, moved_point(places), partial(_shifted, places))
        says = "without one of its digits it is right"
        find = partial(_with_a_digit_too_many, lambda answer: answer.right)
        yield Hypothesis(DIGIT, says, find, ways=WAYS_OF_A_DIGIT)
        says = "it is computed from figures as they are printed"
        yield Hypothesis(ROUNDED, says, self._from_all_given, RIGHT, last_resort=True)

    def _digits(self) -> Iterator[Hypothesis]:
        slips = (each for each in self.cached("everywhere") if not each.rounds)
        return self._digits_after([*slips, *self.cached("readings")])

    def _digits_after(self, slips: Sequence[Hypothesis]) -> Iterator[Hypothesis]:
        for slip in slips:
            says = f"without one of its digits it is what comes of: {slip.name}"
            find = partial(_with_a_digit_too_many, slip.number)
            yield Hypothesis(DIGIT, says, find, ways=WAYS_OF_A_DIGIT * len(slips))

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
        """Compute a figure from other figures as they are given, one of them moved a little.

        The same quantity, given before, is no other figure.
        """
        rounds = asked.quantity.rounds - is_updated(self.setting, asked.quantity)
        given = {
            source.quantity: source.number + (by if source is moved else 0.0)
            for source in sources
            if source.quantity.rounds == rounds and source.quantity != asked.quantity
        }
        return from_given(self.setting, self.right.after(rounds), asked.quantity, given, rounded)


def _number(course: Course, lasting: bool, answer: Answer) -> float | None:
    far = answer.quantity.rounds > HAND_ROUNDS
    return None if far and not lasting else answer.quantity.number(course)


def in_another_round(asked: Quantity, later: int) -> Quantity:
    """The same quantity some rounds later or earlier."""
    return replace(asked, rounds=max(0, asked.rounds + later))


def _later(right: Course, by: int, answer: Answer) -> float | None:
    if not answer.quantity.rounds:
        return None
    return in_another_round(answer.quantity, by).number(right)


def _with_a_digit_too_many(
    should_be: Callable[[Answer], float | None], answer: Answer
) -> float | None:
    shorter = without_a_digit(answer.printed.rstrip("0"), DIGITS_BEHIND)
    number = should_be(answer) if shorter else None
    if number is None or not any(agreement(s, number) == MATCH for s in shorter):
        return None
    return answer.number


def _shifted(places: int, answer: Answer) -> float:
    return answer.right * 10.0**places


def _other(quantity: Quantity, number: float, answer: Answer) -> float | None:
    return None if answer.quantity == quantity else number
