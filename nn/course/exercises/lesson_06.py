"""The exercises of lesson 06: one neuron, with a sigmoid, a tanh and a leaky ReLU.

Read next: `lesson_07`.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd import Value, leaky_relu, sigmoid, tanh
from nn.course.exercises.exercise import Exercise


def _neuron(activation: Callable[[Value], Value], w: float, x: float, b: float, t: float) -> Value:
    """Record E = ½(a − t)² with a = f(w·x + b)."""
    z = Value(w, "w") * Value(x, "x") + Value(b, "b")
    a = activation(z)
    E = 0.5 * (a - t) ** 2
    z.label, a.label, E.label = "z", "a", "E"
    return E


def _sigmoid() -> Value:
    return _neuron(sigmoid, 0.8, 1.7, -0.45, 0.2)


def _tanh() -> Value:
    return _neuron(tanh, -1.3, 0.9, 0.35, 0.25)


def _leaky() -> Value:
    return _neuron(leaky_relu, 0.7, -2.3, 0.24, 0.4)


EXERCISES = (
    Exercise("06.1", _sigmoid, ("a", "da/dz", "dE/dz", "dE/dw")),
    Exercise("06.2", _tanh, ("a", "da/dz", "dE/db")),
    Exercise("06.3", _leaky, ("a", "dE/dw", "w+")),
)
