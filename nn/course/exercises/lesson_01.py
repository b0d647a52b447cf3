"""The exercises of lesson 01: a chain, a value that is used twice, and a product of matrices.

Read next: `lesson_02`.
"""

from __future__ import annotations

from autograd import Value, dot, exp, tanh
from nn.course.exercises.exercise import Exercise


def _chain() -> Value:
    k, x = Value(1.7, "k"), Value(0.6, "x")
    p = k * x
    u = -p
    y = exp(u)
    p.label, u.label, y.label = "p", "u", "y"
    return y


def _two_ways() -> Value:
    x, y = Value(0.85, "x"), Value(-1.35, "y")
    p, q = x * y, tanh(x)
    f = p + q
    p.label, q.label, f.label = "p", "q", "f"
    return f


def _cube() -> Value:
    x = Value(1.37, "x")
    u = x * x
    y = u * x
    u.label, y.label = "u", "y"
    return y


def _matrices() -> Value:
    a11, a12 = Value(1.2, "a11"), Value(-0.7, "a12")
    b11, b12 = Value(0.9, "b11"), Value(-1.6, "b12")
    b21, b22 = Value(2.3, "b21"), Value(0.35, "b22")
    c11, c12 = dot([a11, a12], [b11, b21]), dot([a11, a12], [b12, b22])
    s = c11 * c12
    c11.label, c12.label, s.label = "c11", "c12", "s"
    return s


EXERCISES = (
    Exercise("01.1", _chain, ("y", "dy/dx", "dy/dk")),
    Exercise("01.2", _two_ways, ("f", "df/dx", "df/dy")),
    Exercise("01.3", _cube, ("du/dx|1", "du/dx", "dy/dx|2", "dy/dx")),
    Exercise("01.4", _matrices, ("c12", "ds/da11", "ds/db21")),
)
