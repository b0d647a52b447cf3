"""The exercises of lesson 12.

Read next: `lesson_13`.
"""

from __future__ import annotations

from autograd import Value, sigmoid, tanh
from nn.course.exercises.exercise import Exercise


def _named(value: Value, label: str) -> Value:
    value.label = label
    return value


def _two_steps() -> Value:
    """A recurrent unit over two steps: both use the weights w and u."""
    w, u = Value(0.8, "w"), Value(-1.3, "u")
    x1, x2 = Value(0.9, "x1"), Value(-0.4, "x2")
    h0 = Value(0.3, "h0")
    h1 = _named(tanh(_named(w * x1 + u * h0, "z1")), "h1")
    h2 = _named(tanh(_named(w * x2 + u * h1, "z2")), "h2")
    return _named(0.5 * (h2 - Value(0.7, "t")) ** 2, "E")


def _cell() -> Value:
    """One step of an LSTM cell whose weighted sums are given."""
    sums = {"i": 0.4, "f": 1.7, "g": -0.9, "o": 0.6}
    z = {gate: Value(number, f"z_{gate}") for gate, number in sums.items()}
    i, f, o = (_named(sigmoid(z[gate]), gate) for gate in ("i", "f", "o"))
    g = _named(tanh(z["g"]), "g")
    c1 = _named(f * Value(1.2, "c0") + i * g, "c1")
    return _named(o * _named(tanh(c1), "shown"), "h1")


def _kept() -> Value:
    """A cell state that three steps only keep, with a forget gate from one bias."""
    f = _named(sigmoid(Value(1.4, "b")), "f")
    c = Value(0.65, "c0")
    for step in (1, 2, 3):
        c = _named(f * c, f"c{step}")
    return c


EXERCISES = (
    Exercise("12.1", _two_steps, ("dE/du", "dE/dw")),
    Exercise("12.2", _cell, ("c1", "h1", "dh1/dc0")),
    Exercise("12.3", _kept, ("c3", "dc3/dc0", "dc3/db")),
)
