from __future__ import annotations

from tests.nn.course.exercises.marking import hold

FACTOR, SIGN, NO_SLOPE = "factor 2 or missing ½", "wrong sign", "missing σ′"
NO_BIAS, OF_Z = "bias forgotten", "σ′ of z instead of y(1−y)"
POINT = "a slipped decimal point"

RIGHT = {
    "06.1": {"a": "0.713000", "da/dz": "0.204631", "dE/dz": "0.104976", "dE/dw": "0.178459"},
    "06.2": {"a": "-0.675070", "da/dz": "0.544281", "dE/db": "-0.503498"},
    "06.3": {"a": "-0.0137", "dE/dw": "0.0095151", "w+": "0.695242"},
}
WRONG = [
    ("06.1", {"a": "0.795760"}, {"a": NO_BIAS}),
    ("06.1", {"dE/dz": "0.513000"}, {"dE/dz": NO_SLOPE}),
    ("06.1", {"dE/dz": "-0.104976"}, {"dE/dz": SIGN}),
    ("06.1", {"dE/dz": "0.209951"}, {"dE/dz": FACTOR}),
    ("06.1", {"dE/dw": "0.872100"}, {"dE/dw": NO_SLOPE}),
    ("06.2", {"a": "-0.824272"}, {"a": NO_BIAS}),
    ("06.2", {"da/dz": "0.3276"}, {"da/dz": OF_Z}),
    ("06.2", {"dE/db": "-0.925070"}, {"dE/db": NO_SLOPE}),
    ("06.2", {"dE/db": "0.503498"}, {"dE/db": SIGN}),
    ("06.3", {"dE/dw": "0.95151"}, {"dE/dw": NO_SLOPE}),
    ("06.3", {"dE/dw": "0.0951510"}, {"dE/dw": POINT}),  # a slope of 0.1 for 0.01
    ("06.3", {"dE/dw": "-0.0095151"}, {"dE/dw": SIGN}),
    ("06.3", {"w+": "0.690485"}, {"w+": FACTOR}),
]


def test_the_exercises() -> None:
    hold("06", RIGHT, WRONG)
