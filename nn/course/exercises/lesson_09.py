"""The exercises of lesson 09.

Read next: `lesson_10`.
"""

from __future__ import annotations

from autograd import Value, sqrt, square
from nn.course.exercises.exercise import Exercise


def _named(value: Value, label: str) -> Value:
    value.label = label
    return value


def _descent() -> Value:
    """A parabola, whose slope a decides how large a rate may be."""
    w, a, t = Value(1.317, "w"), Value(3.71, "a"), Value(-0.452, "t")
    return _named(0.5 * a * (w - t) ** 2, "E")


def _momentum() -> Value:
    """Two steps with momentum on E = ½aw²."""
    w, a = Value(1.3, "w0"), Value(3.7, "a")
    rate, mu = Value(0.06, "lr"), Value(0.85, "mu")
    v1 = _named(a * w, "g1")
    w1 = _named(w - _named(rate * v1, "step1"), "w1")
    g2 = _named(a * w1, "g2")
    v2 = _named(_named(mu * v1, "kept") + g2, "v2")
    return _named(w1 - _named(rate * v2, "step2"), "w2")


def _adam() -> Value:
    """The second step of Adam, for two gradients."""
    g1, g2 = Value(0.83, "g1"), Value(-0.37, "g2")
    beta1, beta2, rate = Value(0.9, "beta1"), Value(0.999, "beta2"), Value(0.05, "lr")
    rest1, rest2 = 1.0 - beta1, 1.0 - beta2
    m1, v1 = _named(rest1 * g1, "m1"), _named(rest2 * square(g1), "v1")
    m2 = _named(beta1 * m1 + rest1 * g2, "m2")
    v2 = _named(beta2 * v1 + rest2 * square(g2), "v2")
    m_hat = _named(m2 / (1.0 - square(beta1)), "mhat")
    v_hat = _named(v2 / (1.0 - square(beta2)), "vhat")
    return _named(rate * m_hat / sqrt(v_hat), "step")


EXERCISES = (
    Exercise("09.1", _descent, ("dE/dw", "w+", "w@2"), learning_rate=0.12),
    Exercise("09.2", _momentum, ("w1", "v2", "w2")),
    Exercise("09.3", _adam, ("mhat", "vhat", "step")),
)
