"""The exercises of lesson 08.

Read next: `lesson_09`.
"""

from __future__ import annotations

from autograd import Value, sigmoid, sqrt, square, tanh
from nn.course.exercises.exercise import Exercise


def _named(value: Value, label: str) -> Value:
    value.label = label
    return value


def _chain() -> Value:
    """Three sigmoid neurons one behind the other."""
    a = Value(1.2, "x")
    weights = Value(0.7, "w1"), Value(-1.3, "w2"), Value(0.9, "w3")
    for layer, weight in enumerate(weights, 1):
        a = _named(sigmoid(_named(weight * a, f"z{layer}")), f"a{layer}")
    return _named(0.5 * (a - Value(0.25, "t")) ** 2, "E")


def _initialisation() -> Value:
    """The bounds of Xavier's interval and He's standard deviation for one layer."""
    n_in, n_out = Value(37.0, "n_in"), Value(19.0, "n_out")
    a = _named(sqrt(6.0 / (n_in + n_out)), "a")
    sigma = _named(sqrt(2.0 / n_in), "sigma")
    return _named(a / sigma, "ratio")


def _residual() -> Value:
    """One weight in a block with a connection that skips it."""
    x, w = Value(0.6, "x"), Value(-1.7, "w")
    f = _named(tanh(_named(w * x, "z")), "F")
    y = _named(x + f, "y")
    return _named(0.5 * (y - Value(1.1, "t")) ** 2, "E")


def _clipping() -> Value:
    """Two gradients, scaled together to the length of the threshold."""
    g1, g2 = Value(7.3, "g1"), Value(-4.6, "g2")
    length = _named(sqrt(_named(square(g1) + square(g2), "sum")), "norm")
    scale = _named(Value(2.5, "c") / length, "scale")
    clipped = _named(scale * g1, "g1c"), _named(scale * g2, "g2c")
    return _named(clipped[0] + clipped[1], "both")


EXERCISES = (
    Exercise("08.1", _chain, ("dE/dw3", "dE/dw2", "dE/dw1")),
    Exercise("08.2", _initialisation, ("a", "sigma")),
    Exercise("08.3", _residual, ("dE/dx", "dE/dw")),
    Exercise("08.4", _clipping, ("norm", "g1c", "g2c")),
)
