"""The exercises of lesson 07: a shallow network, the recursion of δ, and losses.

Read next: `lesson_08`.
"""

from __future__ import annotations

from autograd import Value, exp, log, sigmoid, tanh
from nn.course.exercises.exercise import Exercise


def _shallow() -> Value:
    """One input, two hidden tanh neurons, a sigmoid, cross-entropy."""
    x, y = 0.8, 1.0
    w1, w2, w3, w4 = (Value(n, f"w{i}") for i, n in enumerate((0.6, -0.9, 0.7, 0.4), start=1))
    z1, z2 = w1 * x, w2 * x
    a1, a2 = tanh(z1), tanh(z2)
    z = w3 * a1 + w4 * a2 + Value(-0.35, "b")
    a = sigmoid(z)
    L = -(y * log(a) + (1 - y) * log(1 - a))
    for node, label in ((z1, "z1"), (z2, "z2"), (a1, "a1"), (a2, "a2"), (z, "z"), (a, "a")):
        node.label = label
    L.label = "L"
    return L


def _recursion() -> Value:
    """Two hidden and two output neurons, sigmoid; the output's weights form the matrix W."""
    a1, a2 = (
        sigmoid(_sum("z1", (0.3, -0.5), (0.9, 0.4))),
        sigmoid(_sum("z2", (0.8, 0.2), (0.9, 0.4))),
    )
    a1.label, a2.label = "a1", "a2"
    W = [[Value(0.65, "w11"), Value(-0.35, "w12")], [Value(0.15, "w21"), Value(0.95, "w22")]]
    o1 = W[0][0] * a1 + W[0][1] * a2
    o2 = W[1][0] * a1 + W[1][1] * a2
    y1, y2 = sigmoid(o1), sigmoid(o2)
    E = 0.5 * (y1 - 0.1) ** 2 + 0.5 * (y2 - 0.9) ** 2
    for node, label in ((o1, "o1"), (o2, "o2"), (y1, "y1"), (y2, "y2"), (E, "E")):
        node.label = label
    return E


def _sum(label: str, weights: tuple[float, float], inputs: tuple[float, float]) -> Value:
    z = Value(weights[0]) * inputs[0] + Value(weights[1]) * inputs[1]
    z.label = label
    return z


def _squares() -> Value:
    """The same three errors, as half a sum H and as a mean M of three."""
    p1, p2, p3 = Value(2.7345, "p1"), Value(-0.4128, "p2"), Value(1.0871, "p3")
    squares = (p1 - 1.9163) ** 2 + (p2 - 0.3672) ** 2 + (p3 - 1.5) ** 2
    H = 0.5 * squares
    M = squares / 3
    both = H + M
    H.label, M.label, both.label = "H", "M", "H+M"
    return both


def _softmax() -> Value:
    e1, e2, e3 = exp(Value(1.25, "z1")), exp(Value(-0.35, "z2")), exp(Value(0.55, "z3"))
    s = e1 + e2 + e3
    p2 = e2 / s
    L = -log(p2)
    for node, label in ((e1, "e1"), (e2, "e2"), (e3, "e3"), (s, "s"), (p2, "p2"), (L, "L")):
        node.label = label
    return L


EXERCISES = (
    Exercise("07.1", _shallow, ("a", "dL/dz", "dL/dw3", "dL/dz1"), learning_rate=0.1),
    Exercise("07.2", _recursion, ("dE/do1", "dE/do2", "dE/dz1")),
    Exercise("07.3", _squares, ("H", "M", "dH/dp1", "dM/dp1")),
    Exercise("07.4", _softmax, ("p2", "L", "dL/dz1", "dL/dz2")),
)
