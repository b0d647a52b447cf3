from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "08.1": {"dE/dw3": "0.0222101", "dE/dw2": "0.00994900", "dE/dw1": "-0.00467995"},
    "08.2": {"a": "0.327327", "sigma": "0.232495"},
    "08.3": {"dE/dx": "-0.390586", "dE/dw": "-0.310334"},
    "08.4": {"norm": "8.62844", "g1c": "2.11510", "g2c": "-1.33280"},
}
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("08.1", {"dE/dw1": "-0.441289"}, {"dE/dw1": "missing σ′"}),
    ("08.1", {"dE/dw3": "0.0444203"}, {"dE/dw3": "factor 2 or missing ½"}),
    ("08.1", {"dE/dw2": "-0.00994900"}, {"dE/dw2": "wrong sign"}),
    ("08.1", {"dE/dw3": "0.0173225"}, {"dE/dw3": "σ′ of z instead of y(1−y)"}),
    ("08.2", {"a": "0.232495"}, {"a": "another quantity's figure"}),
    ("08.2", {"a": "0.133631"}, {"a": "factor 2 or missing ½"}),
    ("08.2", {"sigma": "2.32495"}, {"sigma": "a slipped decimal point"}),
    ("08.3", {"dE/dx": "-1.26987"}, {"dE/dx": ONE_PATH}),
    ("08.3", {"dE/dx": "0.879280"}, {"dE/dx": ONE_PATH}),
    ("08.3", {"dE/dw": "-0.761920"}, {"dE/dw": "missing σ′"}),
    ("08.4", {"norm": "74.4500"}, {"norm": "another quantity's figure"}),
    ("08.4", {"g1c": "-2.11510"}, {"g1c": "wrong sign"}),
    ("08.4", {"g2c": "-13.3280"}, {"g2c": "a slipped decimal point"}),
]


def test_the_exercises() -> None:
    hold("08", RIGHT, WRONG)
