"""What an exercise is, and how a learner's figures for it are checked.

Read next: `lesson_01`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from autograd import Value, grade
from autograd.grading.report import Item
from autograd.views.mistakes import MISTAKES as SLIPS
from nn.course.lessons import say
from nn.course.terms import MISTAKES, VERDICTS


@dataclass(frozen=True, slots=True)
class Exercise:
    """A graph and what is asked about it.

    Parameters
    ----------
    name : str
        Lesson and number, such as ``"02.1"``.
    graph : callable
        Records the graph anew and returns its output.
    asked : tuple of str
        Names that `autograd.grade` knows: ``z``, ``dE/dw``, ``w+`` (after one update).
    learning_rate : float
    """

    name: str
    graph: Callable[[], Value]
    asked: tuple[str, ...]
    learning_rate: float = 0.5


def exercises() -> dict[str, Exercise]:
    """Return all exercises of the course by their names, in order."""
    return dict(_all())


@cache
def _all() -> dict[str, Exercise]:
    import nn.course.exercises as room

    lessons = sorted(m.name for m in iter_modules(room.__path__) if m.name.startswith("lesson_"))
    found = [
        each for name in lessons for each in import_module(f"{room.__name__}.{name}").EXERCISES
    ]
    return {each.name: each for each in found}


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` says; prints as a line for each figure.

    Parameters
    ----------
    exercise : Exercise
    items : tuple of Items
        The verdicts on the figures that were given.
    open : tuple of str
        What is still to be answered.
    """

    exercise: Exercise
    items: tuple[Item, ...]
    open: tuple[str, ...]

    @property
    def solved(self) -> bool:
        """Whether every figure is there and right."""
        return not self.open and all(item.verdict == "right" for item in self.items)

    def __repr__(self) -> str:
        told = [_line(item) for item in self.items]
        if self.open:
            told.append(say("still to do: ", "待完成：") + say(", ", "、").join(self.open))
        if self.solved:
            told.append(say("all right", "全部正确"))
        return "\n".join([f"{say('exercise', '练习')} {self.exercise.name}", *told])


def _line(item: Item) -> str:
    mark = "✗" if item.verdict == "wrong" else "✓"
    chinese = {**{slip.en: slip.zh for slip in SLIPS}, **MISTAKES}
    mistake = item.mistake or ""
    why = say(mistake, chinese.get(mistake, mistake))
    verdict = say(item.verdict, VERDICTS[item.verdict])
    line = f"{mark} {item.name} = {item.given}{say(': ', '：')}{verdict}"
    return line + (say(f" ({why})", f"（{why}）") if why else "")


def check(name: str, answers: Mapping[str, str | float]) -> Checked:
    """Check figures for an exercise; each wrong one is told the mistake that gives it.

    Parameters
    ----------
    name : str
        The exercise, such as ``"02.1"``.
    answers : dict
        What is asked, to a figure as it is printed; a text that is empty is not answered yet.

    Returns
    -------
    Checked

    Raises
    ------
    ValueError
        When there is no such exercise, or something else than is asked is answered.

    Examples
    --------
    >>> check("01.1", {"dy/dx": ""})
    exercise 01.1
    still to do: y, dy/dx, dy/dk
    """
    known = exercises()
    if name not in known:
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(known)}")
    asked = known[name].asked
    unknown = [key for key in answers if key not in asked]
    if unknown:
        raise ValueError(f"exercise {name} asks for {', '.join(asked)}, not for {unknown[0]!r}")
    given = {key: figure for key, figure in answers.items() if figure != ""}
    graded = (
        grade(known[name].graph(), given, learning_rate=known[name].learning_rate)
        if given
        else None
    )
    items = graded.items if graded else ()
    return Checked(known[name], items, tuple(key for key in asked if key not in given))
