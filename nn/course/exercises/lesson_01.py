"""The exercises of lesson 01.

Read next: `lesson_02`.
"""

from __future__ import annotations

from autograd import Value
from nn.course.exercises.exercise import Exercise


def _square() -> Value:
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return y


EXERCISES = (Exercise("01.1", _square, ("dy/dx",)),)
