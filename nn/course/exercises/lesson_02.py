"""The exercises of lesson 02: one neuron, two in a chain, an update, and two ways back.

Read next: `lesson_03`.
"""

from __future__ import annotations

from autograd import Value, sigmoid, tanh
from nn.course.exercises.exercise import Exercise


def _one_neuron() -> Value:
    w, x, b, y = Value(0.65, "w"), Value(1.4, "x"), Value(-0.35, "b"), Value(0.2, "y")
    z = w * x + b
    a = sigmoid(z)
    cost = (a - y) ** 2
    z.label, a.label, cost.label = "z", "a", "C"
    return cost


def _two_neurons() -> Value:
    x, y = Value(0.7, "x"), Value(0.8, "y")
    w1, b1, w2, b2 = Value(1.2, "w1"), Value(-0.5, "b1"), Value(-0.9, "w2"), Value(0.3, "b2")
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    cost = (a2 - y) ** 2
    z1.label, a1.label, z2.label, a2.label, cost.label = "z1", "a1", "z2", "a2", "C"
    return cost


def _update() -> Value:
    w, x, b, y = Value(0.35, "w"), Value(1.5, "x"), Value(0.12, "b"), Value(-0.4, "y")
    z = w * x + b
    a = tanh(z)
    cost = (a - y) ** 2
    z.label, a.label, cost.label = "z", "a", "C"
    return cost


def _two_ways() -> Value:
    x, w, u, v = Value(1.1, "x"), Value(0.6, "w"), Value(-1.4, "u"), Value(0.85, "v")
    a = tanh(w * x)
    p, q = u * a, v + a
    cost = p * q
    a.label, p.label, q.label, cost.label = "a", "p", "q", "C"
    return cost


EXERCISES = (
    Exercise("02.1", _one_neuron, ("a", "dC/da", "da/dz", "dC/dw")),
    Exercise("02.2", _two_neurons, ("dC/dz2", "dC/dw2", "dC/dz1", "dC/dw1")),
    Exercise("02.3", _update, ("dC/dw", "w+", "b+", "C@1")),
    Exercise("02.4", _two_ways, ("dC/da", "dC/du", "dC/dw")),
)
