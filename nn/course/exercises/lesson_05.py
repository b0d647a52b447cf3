"""The exercises of lesson 05: gradients of a cost, updates, epochs and the normal equation.

Read next: `lesson_06`.
"""

from __future__ import annotations

from autograd import Value
from nn.course.exercises.exercise import Exercise


def _one_parameter() -> Value:
    theta = Value(1.5, "θ1")
    J = ((theta * 1.23 - 2.61) ** 2 + (theta * 0.72 - 1.34) ** 2) / 2
    J.label = "J"
    return J


def _two_parameters() -> Value:
    theta_0, theta_1 = Value(0.43, "θ0"), Value(1.17, "θ1")
    e1 = theta_0 + theta_1 * 1.31 - 2.86
    e2 = theta_0 + theta_1 * 0.87 - 1.73
    J = (e1**2 + e2**2) / 2
    e1.label, e2.label, J.label = "e1", "e2", "J"
    return J


def _normal_equation() -> Value:
    x1, x2, x3 = Value(0.64, "x1"), Value(0.93, "x2"), Value(1.17, "x3")
    y1, y2, y3 = Value(1.31, "y1"), Value(1.72, "y2"), Value(2.45, "y3")
    xx = x1 * x1 + x2 * x2 + x3 * x3
    xy = x1 * y1 + x2 * y2 + x3 * y3
    theta = xy / xx
    xx.label, xy.label, theta.label = "xx", "xy", "θ"
    return theta


def _epochs() -> Value:
    samples, batch_size = Value(1_234_560, "samples"), Value(32, "batch_size")
    batches = samples / batch_size
    updates = batches * Value(25, "epochs")
    batches.label, updates.label = "batches", "updates"
    return updates


EXERCISES = (
    Exercise("05.1", _one_parameter, ("J", "dJ/dθ1", "θ1+"), learning_rate=0.3),
    Exercise("05.2", _two_parameters, ("dJ/dθ0", "dJ/dθ1", "θ0+", "θ1+"), learning_rate=0.2),
    Exercise("05.3", _normal_equation, ("xx", "xy", "θ")),
    Exercise("05.4", _epochs, ("batches", "updates")),
)
