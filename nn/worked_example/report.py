"""What the audit found, and how it is written down.

Read next: `verdicts`.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from autograd.grading.figures import Figure
from nn.worked_example.rules import times

WIDTH = 100
COLUMNS = "  {:<16} {:<24} {:<13} {:>8}  {:<9} {}"
VERDICTS = ("match", "explained", "unexplained")
RAREST = 1e-6
HEAD = COLUMNS.format("", "engine", "published", "decimals", "by", "verdict")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A mistake that gives a figure, or a guess at one.

    Parameters
    ----------
    rule : str
        Its name.
    says : str
        What is done, in a few words.
    number : float or None
        What it gives.
    chance : float
        How likely it is that one of all the mistakes tried gives the figure by chance.
    """

    rule: str
    says: str
    number: float | None
    chance: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the audit.

    Parameters
    ----------
    section : str
    name : str
        What it is, such as ``"dE/dw5"``.
    rounds : int
        After how many updates.
    engine : float or None
        What the engine computes; None where the rule has nothing of that name.
    figure : Figure or None
        What is published.
    verdict : str
        "match", "match (truncated)", "explained" or "unexplained"; empty without a figure.
    explanations : tuple of Explanations
        The rules that reproduce a figure that does not match; guesses where it is unexplained.
    """

    section: str
    name: str
    rounds: int
    engine: float | None
    figure: Figure | None = None
    verdict: str = ""
    explanations: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What the audit found; prints as a table.

    Parameters
    ----------
    title : str
    rows : tuple of Rows
    """

    title: str
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether every figure matches or is explained."""
        return not self.count("unexplained")

    def count(self, verdict: str) -> int:
        """Count the rows of a verdict; "match" counts truncated figures too."""
        return sum(row.verdict.startswith(verdict) for row in self.rows)

    def __str__(self) -> str:
        lines = [self.title]
        for section, rows in groupby(self.rows, lambda row: row.section):
            lines += ["", section, HEAD, *map(_line, rows)]
        counts = [f"{self.count(verdict)} {verdict}" for verdict in VERDICTS]
        lines += [*_reasons(self), "", f"figures: {', '.join(counts)}"]
        lines += [f"verdict: {'every figure is accounted for' if self.ok else 'NOT IN ORDER'}"]
        return "\n".join(line.rstrip() for line in lines)


def _line(row: Row) -> str:
    name = f"{row.name}+" if row.section == "updates" else row.name
    figure = row.figure
    cells = (figure.printed, figure.decimals, figure.source) if figure else ("–", "", "")
    return COLUMNS.format(name, _number(row.engine), *cells, _verdict(row))


def _verdict(row: Row) -> str:
    if not row.explanations:
        return row.verdict
    if row.verdict == "unexplained":
        return f"unexplained; nearest guess: {row.explanations[0].rule}"
    return f"differs: {row.explanations[0].rule}"


def _number(engine: float | None) -> str:
    return "–" if engine is None else repr(engine)


def _reasons(report: Report) -> Iterator[str]:
    """For each figure that differs, the rules that reproduce it."""
    differing = [
        (row, row.figure.printed)
        for row in report.rows
        if row.figure and row.verdict in ("explained", "unexplained")
    ]
    if differing:
        yield from ("", "figures that differ, and what reproduces them")
    for row, printed in differing:
        after = f" after {times(row.rounds)}" if row.rounds else ""
        yield f"  {row.name}{after}: {printed}, where the engine has {_number(row.engine)}"
        for each in row.explanations:
            chance = f"by chance {_one_in(each.chance)}"
            text = f"    {each.rule}: {each.number!r} ({each.says}; {chance})"
            yield from textwrap.wrap(text, WIDTH, subsequent_indent="      ")
        if not row.explanations:
            yield "    no rule that is known here gives this figure"


def _one_in(chance: float) -> str:
    """Write out a probability."""
    return f"1 in {1.0 / chance:,.0f}" if chance > RAREST else "less than 1 in a million"
