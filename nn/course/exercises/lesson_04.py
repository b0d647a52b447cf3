"""The exercises of lesson 04: a value used thrice, another bias, and a step of descent.

Read next: `lesson_05`.
"""

from __future__ import annotations

from autograd import Value
from nn.course.exercises.exercise import Exercise
from nn.worked_example import network


def _other_bias() -> Value:
    return network({"b_o1": -1.0})["E_total"]  # of both neurons: the text has one for a layer


def _step() -> Value:
    return network()["E_total"]


def _thrice() -> Value:
    a, b = Value(1.75, "a"), Value(0.65, "b")
    s = a * a
    c = s * b + a
    s.label, c.label = "s", "c"
    return c


EXERCISES = (
    Exercise("04.1", _thrice, ("ds/da|1", "ds/da", "dc/ds", "dc/da")),
    Exercise("04.2", _other_bias, ("out_o1", "E_total", "dE/db2")),
    Exercise("04.3", _step, ("w5+", "b2+", "E_total@1")),
)
