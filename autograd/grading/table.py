"""The tables of a worked example for any graph: forward pass, factors, gradients, updates, rounds.

Read next: `adapters` and `command`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograd.checks import check_count
from autograd.grading.course import Course
from autograd.grading.figures import MOST_ROUNDS
from autograd.grading.grade import LEARNING_RATE, setting_of
from autograd.grading.quantities import Names, Quantity
from autograd.value import Value
from autograd.views.write.names import formula_in
from autograd.views.write.table import Table

PRECISION = 9
HEADINGS = ("figure", "is", "value")


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its heading."""

    title: str
    table: Table


def tables(
    output: Value,
    *,
    rounds: int = 1,
    learning_rate: float = LEARNING_RATE,
    learning: Iterable[str] | None = None,
    precision: int = PRECISION,
) -> list[Section]:
    """Write out everything that can be asked about a graph.

    Parameters
    ----------
    output : Value
    rounds : int
        After how many rounds of training the network is shown again; 0 leaves training out.
    learning_rate, learning
        As for `grade`.
    precision : int
        Significant digits.

    Returns
    -------
    list of Sections
        Each with a ``title`` and a ``table`` that prints as text, HTML or Markdown.

    Examples
    --------
    >>> from autograd import Value
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> y = (w * x) ** 2
    >>> y.label = "y"
    >>> for section in tables(y, learning_rate=0.1)[2:4]:
    ...     print(section.title)
    ...     print(section.table.text())
    gradients
    figure  is  value
    dy/dw           9
    dy/dx         1.5
    dy/dv1          3
    updates
    figure  is             value
    w+      w − 0.1·dy/dw   −0.4
    """
    check_count("rounds", rounds, 0)
    if rounds > MOST_ROUNDS:
        raise ValueError(f"rounds is at most {MOST_ROUNDS:,}, not {rounds:,}")
    setting = setting_of(output, learning_rate, learning)
    writer = _Writer(Names(setting.tape), Course(setting), precision)
    return [*writer.first_round(), *writer.training(rounds)]


class _Writer:
    def __init__(self, names: Names, course: Course, precision: int) -> None:
        self.names, self.course, self.precision = names, course, precision
        self.tape = names.tape
        self.last = len(self.tape.nodes) - 1
        self.asked = [n for n, number in enumerate(names.is_number) if not number]

    def section(self, title: str, rows: Iterable[tuple[str, str, float]]) -> Section:
        return Section(title, Table(HEADINGS, list(rows), (2,), self.precision))

    def row(self, quantity: Quantity, means: str = "") -> tuple[str, str, float]:
        return self.names.name(quantity), means, quantity.number(self.course)

    def first_round(self) -> Iterator[Section]:
        yield self.section(
            "forward pass", (self.row(Quantity(n), self.formula(n)) for n in self.asked)
        )
        yield self.section("chain-rule factors", self.factors())
        by = [n for n in self.asked if n != self.last]
        yield self.section("gradients", (self.row(Quantity(self.last, n)) for n in by))

    def formula(self, n: int) -> str:
        node = self.tape.nodes[n]
        if not node.parents:
            return ""
        named = dict(zip(self.tape.nodes, self.names.of, strict=True))
        return formula_in(node, {p: named[p] for p in node.parents})

    def factors(self) -> Iterator[tuple[str, str, float]]:
        """What each node passes on to each of its arguments."""
        for n in range(self.last, self.tape.leaves - 1, -1):
            parents = self.tape.parents[n]
            for k, parent in enumerate(parents):
                if not self.names.is_number[parent]:
                    local = Quantity(n, parent, k)
                    whole = Quantity(n, parent)
                    alone = local.number(self.course) == whole.number(self.course)
                    yield self.row(whole if alone else local)

    def training(self, rounds: int) -> Iterator[Section]:
        learning, rate = self.course.setting.learning, self.course.setting.rate
        if rounds:
            output = self.names.of[self.last]
            yield self.section(
                "updates",
                (
                    self.row(
                        Quantity(n, rounds=1),
                        f"{self.names.of[n]} − {rate:g}·d{output}/d{self.names.of[n]}",
                    )
                    for n in learning
                ),
            )
        for count in sorted({1, rounds} if rounds else ()):
            title = f"after {count:,} round{'s' * (count != 1)}"
            shown = [n for n in self.asked if n >= self.tape.leaves]
            shown += [] if count == 1 else learning
            yield self.section(title, (self.row(Quantity(n, rounds=count)) for n in shown))
