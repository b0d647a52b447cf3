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
from autograd.grading.candidates import OTHER_QUANTITY, POINT, POINT_SLIPS
from autograd.grading.course import HAND_ROUNDS, Course, Setting
from autograd.grading.quantities import Names, Quantity
from autograd.grading.slips import (
    FACTOR,
    NO_BIAS,
    RATE,
    ROUND,
    ROUNDED,
    UPDATED,
    Slips,
    arithmetic,
)
from autograd.grading.tape import RIGHT, Pass, Slip
from autograd.views.mistakes import SIGN

MOST_EDGES = 600  # of a graph that is searched place by place
STAGES = ("everywhere", "figures", "in_parts", "other_quantities", "somewhere")
LASTING = (UPDATED, ROUND, RATE, NO_BIAS)  # slips of programs, followed far
MOST_QUANTITIES = 400  # that a figure may be confused with


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
    """

    name: str
    says: str
    find: Callable[[Answer], float | None]
    slip: Slip | None = None
    one_factor: bool = False
    last_resort: bool = False
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
            way = f"{abs(places)} to the {'right' if places > 0 else 'left'}"
            says = f"the point stands {way} of its place"
            yield Hypothesis(POINT, says, partial(_shifted, places))
        says = "it is computed from figures as they are printed"
        yield Hypothesis(ROUNDED, says, self._from_all_given, RIGHT, last_resort=True)

    def _from_all_given(self, answer: Answer) -> float | None:
        return self.from_given(answer, self.answers[: self.answers.index(answer)])

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
    ) -> float | None:
        """Compute a figure from other figures as they are given, one of them moved a little.

        None where those have nothing to do with it: they belong to another round.
        """
        tape, quantity = self.setting.tape, asked.quantity
        updated = asked.quantity.rounds > 0 and quantity.by is None and quantity.node < tape.leaves
        rounds = quantity.rounds - updated
        slip = RIGHT
        for source in sources:
            if source.quantity.rounds == rounds:
                number = source.number + (by if source is moved else 0.0)
                slip = (source.quantity.as_given(tape, number) or RIGHT).after(slip)
        now = self.right.after(rounds)
        own = Pass(tape, slip, now.start, self.setting.rate, now)
        if updated:
            if quantity.node not in self.setting.learning:
                return own.data[quantity.node]
            gradient = own.gradients(len(tape.nodes) - 1)[quantity.node]
            return own.data[quantity.node] - self.setting.rate * gradient
        if quantity.by is None:
            return own.data[quantity.node]
        if quantity.argument is not None:
            return own.slope(quantity.node, quantity.argument)
        return own.gradients(quantity.node)[quantity.by]


def _number(course: Course, lasting: bool, answer: Answer) -> float | None:
    far = answer.quantity.rounds > HAND_ROUNDS
    return None if far and not lasting else answer.quantity.number(course)


def _shifted(places: int, answer: Answer) -> float:
    return answer.right * 10.0**places


def _other(quantity: Quantity, number: float, answer: Answer) -> float | None:
    return None if answer.quantity == quantity else number
