"""An exercise in a file: what is given, the formula, and a learner's answers to it.

Lines with ``=`` are the exercise, as a formula's parts and their numbers are written elsewhere;
lines ``name, figure`` are answers.

Read next: `table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from os import PathLike

from autograd.expression import ExpressionError, read_assignment, read_formula
from autograd.grading.figures import figure_line, written_lines
from autograd.value import Value

RATE = "learning_rate"
_GIVEN = re.compile(r"[^\W\d]\w*\s*=")


@dataclass(frozen=True, slots=True)
class Exercise:
    """What stands in a file.

    Parameters
    ----------
    output : Value or None
        The graph of the formula; None where there is none.
    learning_rate : float or None
        Where one is given.
    answers : tuple of (str, str)
        Names and figures.
    """

    output: Value | None
    learning_rate: float | None
    answers: tuple[tuple[str, str], ...]


def read_exercise(path: str | PathLike[str]) -> Exercise:
    """Read an exercise and answers from a text file.

    Parameters
    ----------
    path : path of a file
        In each line ``name = number`` (given), ``name = formula`` (the last of them is the output)
        or ``name, figure`` (an answer). What stands behind a # is passed over.

    Raises
    ------
    ValueError
        When a line is something else, with its number, or when there is no answer.
    """
    given: dict[str, float] = {}
    parts: list[str] = []
    answers: list[tuple[str, str]] = []
    for where, line in written_lines(path):
        if _GIVEN.match(line):
            if not _note_given(line, given):
                parts.append(line)
        else:
            answers.append(figure_line(where, line, lambda name, printed: (name, printed)))
    if not answers:
        raise ValueError(f"{str(path)!r} has no figures: write 'name, figure' in each line")
    rate = given.pop(RATE, None)
    if not parts:
        return Exercise(None, rate, tuple(answers))
    try:
        output, _ = read_formula("; ".join(parts), given)
    except ExpressionError as error:
        raise ValueError(f"{str(path)!r}: {error}") from None
    return Exercise(output, rate, tuple(answers))


def _note_given(line: str, given: dict[str, float]) -> bool:
    """Note a line ``name = number``; False where it is a formula."""
    try:
        name, number = read_assignment(line)
    except ValueError:
        return False
    if name in given:
        raise ValueError(f"{name!r} is given twice")
    given[name] = number
    return True
