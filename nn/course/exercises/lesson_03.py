"""The exercises of lesson 03: the 2-2-2 network with other numbers, and a vector-Jacobian product.

Read next: `lesson_04`.
"""

from __future__ import annotations

from autograd import Value, dot, replay, tanh
from nn.course.exercises.exercise import Exercise
from nn.worked_example import network

GIVEN = {"i1": 0.6, "i2": -0.9, "t1": 0.2, "t2": 0.75}
WEIGHTS = {"w1": 0.45, "w2": -0.3, "w3": 0.7, "w4": 0.25}
WEIGHTS |= {"w5": -0.55, "w6": 0.8, "w7": 0.35, "w8": -0.65}
BIASES = {"b_h1": 0.15, "b_o1": -0.2}  # each of both neurons of its layer


def _network() -> Value:
    values = network(WEIGHTS | BIASES)
    for name, number in GIVEN.items():
        values[name].data = number
    return replay(values["E_total"])


def _pullback() -> Value:
    x = [Value(0.4, "x1"), Value(-1.1, "x2")]
    y1 = tanh(dot([1.3, -0.6], x))
    y2 = x[0] * x[1]
    s = dot([0.8, -1.5], [y1, y2])
    y1.label, y2.label, s.label = "y1", "y2", "s"
    return s


EXERCISES = (
    Exercise("03.1", _network, ("net_h1", "out_h1", "net_o1", "out_o1")),
    Exercise("03.2", _network, ("dE/dout_o1", "dE/dnet_o1", "dE/dw5", "w5+")),
    Exercise("03.3", _network, ("dE/dout_h1", "dE/dnet_h1", "dE/dw1", "w1+")),
    Exercise("03.4", _pullback, ("dy2/dx1", "ds/dx1", "ds/dx2")),
)
