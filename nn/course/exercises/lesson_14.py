"""The exercises of lesson 14: second derivatives, and a step of Newton's method."""

from __future__ import annotations

from autograd import Value, gradients, tanh
from nn.course.exercises.exercise import Exercise


def _second() -> Value:
    """The slope of y = tanh(w·x), which can be differentiated again."""
    w, x = Value(1.34, "w"), Value(0.47, "x")
    z = w * x
    z.label = "z"
    (slope,) = gradients(tanh(z), [x])
    slope.label = "slope"
    return slope


def _hessian_row() -> Value:
    """The first derivative of E = ½(w1·w2·x - t)² by w1."""
    w1, w2 = Value(0.83, "w1"), Value(-1.27, "w2")
    x, t = Value(1.46, "x"), Value(0.59, "t")
    e = w1 * w2 * x - t
    e.label = "e"
    (slope,) = gradients(0.5 * e**2, [w1])
    slope.label = "g1"
    return slope


def _newton() -> Value:
    """A step of Newton's method for x³ - 2x = 5."""
    x = Value(2.37, "x")
    f = x**3 - 2.0 * x - 5.0
    f.label = "f"
    (slope,) = gradients(f, [x])
    slope.label = "slope"
    after = x - f / slope
    after.label = "x1"
    return after


EXERCISES = (
    Exercise("14.1", _second, ("slope", "dslope/dx", "dslope/dw")),
    Exercise("14.2", _hessian_row, ("g1", "dg1/dw1", "dg1/dw2")),
    Exercise("14.3", _newton, ("f", "slope", "x1", "dx1/dx")),
)
