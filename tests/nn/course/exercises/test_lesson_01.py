from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {"01.1": {"dy/dx": "6"}}
WRONG = [
    ("01.1", {"dy/dx": "3"}, {"dy/dx": None}),
    ("01.1", {"dy/dx": "-6"}, {"dy/dx": None}),
    ("01.1", {"dy/dx": "9"}, {"dy/dx": None}),
]


def test_the_exercises() -> None:
    hold("01", RIGHT, WRONG)
