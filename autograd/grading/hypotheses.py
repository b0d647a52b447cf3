"""What may have been done: each hypothesis says what every answer would then be.

One kind is a slip that a pass goes on with, so that it shows in all later figures. The other is in
one figure alone, such as a slipped decimal point.

Read next: `evidence`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograd.grading.answers import Answer
from autograd.grading.candidates import OTHER_QUANTITY, POINT, POINT_SLIPS
from autograd.grading.course import HAND_ROUNDS, Course, Setting
from autograd.grading.quantities import Names
from autograd.grading.slips import FACTOR, RATE, ROUNDED, Slips, arithmetic
from autograd.grading.tape import RIGHT, Pass, Slip
from autograd.views.mistakes import SIGN

MOST_EDGES = 600  # of a graph that is searched place by place
FEW_ROUNDS = 2  # after which it is searched so
MOST_QUANTITIES = 400  # that a figure may be confused with


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What somebody may have done, and what the answers then are.

    Parameters
    ----------
    name, says : str
    numbers : mapping of Answer to float
    slip : Slip, optional
        What a pass goes on with; None where it is in a figure alone.
    one_factor : bool
        Whether it multiplies many figures by one simple factor, such as −1 or 2.
    """

    name: str
    says: str
    numbers: Mapping[Answer, float]
    slip: Slip | None = None
    one_factor: bool = False


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

    def all(self, earlier: Slip = RIGHT) -> Iterator[Hypothesis]:
        """What may have been done, the likeliest first, by somebody who has made an earlier slip."""
        trained = self.rounds > 0
        yield from self._passes(self.slips.everywhere(trained), earlier)
        if earlier is RIGHT:
            yield from self._figures()
        if len(self.setting.tape.edges()) <= MOST_EDGES and self.rounds <= FEW_ROUNDS:
            yield from self._passes(self.slips.somewhere(), earlier)
        if earlier is RIGHT:
            yield from self._other_quantities()
            yield from self._printed_intermediates()
        if self.rounds <= HAND_ROUNDS:
            yield from self._passes(arithmetic(), earlier)

    def _passes(self, slips: Iterator[Slip], earlier: Slip) -> Iterator[Hypothesis]:
        first = self.right if not earlier.forwards else Course(self.setting, earlier, self.right)
        for slip in slips:
            course = Course(self.setting, slip.after(earlier), first)
            numbers = {answer: answer.quantity.number(course) for answer in self.answers}
            simple = slip.name in (SIGN[0], FACTOR)
            yield Hypothesis(slip.name, slip.says, numbers, course.slip, simple)

    def _figures(self) -> Iterator[Hypothesis]:
        def times(name: str, says: str, factor: float) -> Hypothesis:
            numbers = {a: a.base + factor * (a.right - a.base) for a in self.answers}
            return Hypothesis(name, says, numbers, one_factor=True)

        yield times(SIGN[0], "this figure has the other sign", -1.0)
        yield times(FACTOR, "this figure is doubled", 2.0)
        yield times(FACTOR, "this figure is halved", 0.5)
        rate = self.setting.rate
        slopes = {a: rate * a.right for a in self.answers if a.quantity.by is not None}
        yield Hypothesis(RATE, "the gradient is multiplied by the learning rate", slopes)
        for places in POINT_SLIPS:
            way = f"{abs(places)} to the {'right' if places > 0 else 'left'}"
            numbers = {answer: answer.right * 10.0**places for answer in self.answers}
            yield Hypothesis(POINT, f"the point stands {way} of its place", numbers)

    def _other_quantities(self) -> Iterator[Hypothesis]:
        asked = dict.fromkeys(
            quantity
            for rounds in sorted({answer.quantity.rounds for answer in self.answers})
            for quantity in self.names.all(rounds)
        )
        if len(asked) <= MOST_QUANTITIES:
            for quantity in asked:
                number = quantity.number(self.right)
                says = f"it is {self.names.name(quantity)}"
                numbers = {a: number for a in self.answers if a.quantity != quantity}
                yield Hypothesis(OTHER_QUANTITY, says, numbers)

    def _printed_intermediates(self) -> Iterator[Hypothesis]:
        numbers = {}
        for i, answer in enumerate(self.answers):
            found = self.from_given(answer, self.answers[:i])
            if found is not None:
                numbers[answer] = found
        yield Hypothesis(ROUNDED, "it is computed from figures as they are printed", numbers, RIGHT)

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
        own = Pass(tape, slip, now.start, self.setting.rate, None if slip.forwards else now)
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
