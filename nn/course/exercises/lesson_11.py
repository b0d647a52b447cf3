"""The exercises of lesson 11: a large data set split and batched, L2, L1, dropout.

Read next: `lesson_12`.
"""

from __future__ import annotations

from autograd import Value
from nn.course.exercises.exercise import Exercise


def _error(weight: float) -> tuple[Value, Value]:
    """The squared error of one weight."""
    w, x, t = Value(weight, "w"), Value(1.83, "x"), Value(0.47, "t")
    e = w * x - t
    e.label = "e"
    error = e * e
    error.label = "E"
    return w, error


def _l2() -> Value:
    w, error = _error(1.26)
    decay = Value(0.35, "λ")
    penalty = 0.5 * decay * (w * w)
    penalty.label = "R"
    total = error + penalty
    total.label = "J"
    return total


def _l1() -> Value:
    w, error = _error(-0.74)
    decay = Value(0.35, "λ")
    penalty = decay * abs(w)
    penalty.label = "R"
    total = error + penalty
    total.label = "J"
    return total


def _dropout() -> Value:
    """Of two hidden units the first is kept and the second dropped."""
    h1, h2 = Value(0.637, "h1"), Value(-0.418, "h2")
    m1, m2, keep = Value(1.0, "m1"), Value(0.0, "m2"), Value(0.8, "k")
    d1, d2 = m1 * h1 / keep, m2 * h2 / keep
    d1.label, d2.label = "d1", "d2"
    w1, w2, b, t = Value(1.32, "w1"), Value(-0.95, "w2"), Value(0.27, "b"), Value(0.6, "t")
    y = w1 * d1 + w2 * d2 + b
    y.label = "y"
    error = 0.5 * (y - t) ** 2
    error.label = "E"
    return error


def _split() -> Value:
    """Samples split 98/1/1 and batched: how many updates, and rows that go forward."""
    samples, size, epochs = Value(1_237_500.0, "m"), Value(250.0, "size"), Value(12.0, "epochs")
    train, validation = 0.98 * samples, 0.01 * samples
    train.label, validation.label = "train", "validation"
    batches = train / size
    batches.label = "batches"
    updates = batches * epochs
    updates.label = "updates"
    rows = updates * size + epochs * validation
    rows.label = "rows"
    return rows


EXERCISES = (
    Exercise("11.1", _split, ("train", "batches", "updates", "rows")),
    Exercise("11.2", _l2, ("J", "dJ/dw", "w+"), learning_rate=0.1),
    Exercise("11.3", _l1, ("J", "dJ/dw", "w+"), learning_rate=0.1),
    Exercise("11.4", _dropout, ("d1", "y", "dE/dh1", "dE/dw1")),
)
