from __future__ import annotations

from tests.nn.course.exercises.marking import hold

FACTOR, SIGN, NO_SLOPE = "factor 2 or missing ½", "wrong sign", "missing σ′"
INPUT, NO_LOCAL = "input used where the activation belongs", "missing local factor"
ONE_PATH = "overwritten instead of accumulated: one path only"
POINT, OTHER = "a slipped decimal point", "another quantity's figure"

RIGHT = {
    "07.1": {"a": "0.429377", "dL/dz": "-0.570623", "dL/dw3": "-0.254637", "dL/dz1": "-0.319895"},
    "07.2": {"dE/do1": "0.105687", "dE/do2": "-0.049215", "dE/dz1": "0.015310"},
    "07.3": {"H": "0.724169", "M": "0.482779", "dH/dp1": "0.8182", "dM/dp1": "0.545467"},
    "07.4": {"p2": "0.118869", "L": "2.129735", "dL/dz1": "0.588761", "dL/dz2": "-0.881131"},
}
WRONG = [
    ("07.1", {"dL/dz": "0.570623"}, {"dL/dz": SIGN}),
    ("07.1", {"dL/dz": "-2.328955"}, {"dL/dz": NO_SLOPE}),
    ("07.1", {"dL/dw3": "-0.273899"}, {"dL/dw3": INPUT}),
    ("07.1", {"dL/dz1": "-0.399436"}, {"dL/dz1": NO_SLOPE}),
    ("07.1", {"dL/dz1": "-0.456993"}, {"dL/dz1": NO_LOCAL}),
    ("07.2", {"dE/do1": "0.423702"}, {"dE/do1": NO_SLOPE}),
    ("07.2", {"dE/do1": "0.211375"}, {"dE/do1": FACTOR}),
    ("07.2", {"dE/do2": "0.049215"}, {"dE/do2": SIGN}),
    ("07.2", {"dE/dz1": "0.061315"}, {"dE/dz1": NO_SLOPE}),
    ("07.2", {"dE/dz1": "0.02145422"}, {"dE/dz1": "transposed weights"}),
    ("07.3", {"H": "1.448338"}, {"H": FACTOR}),
    ("07.3", {"M": "0.724169"}, {"M": OTHER}),
    ("07.3", {"dM/dp1": "0.272733"}, {"dM/dp1": FACTOR}),
    ("07.3", {"dM/dp1": "-0.545467"}, {"dM/dp1": SIGN}),
    ("07.4", {"p2": "0.704688"}, {"p2": OTHER}),
    ("07.4", {"L": "0.2129735"}, {"L": POINT}),
    ("07.4", {"dL/dz2": "0.118869"}, {"dL/dz2": ONE_PATH}),
    ("07.4", {"dL/dz2": "0.881131"}, {"dL/dz2": SIGN}),
]


def test_the_exercises() -> None:
    hold("07", RIGHT, WRONG)
