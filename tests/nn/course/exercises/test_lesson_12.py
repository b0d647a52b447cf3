from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "12.1": {"dE/du": "0.0257476", "dE/dw": "1.17097"},
    "12.2": {"c1": "0.585803", "h1": "0.340177", "dh1/dc0": "0.394380"},
    "12.3": {"c3": "0.335533", "dc3/dc0": "0.516205", "dc3/db": "0.199121"},
}
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("12.1", {"dE/du": "-0.256996"}, {"dE/du": ONE_PATH}),
    ("12.1", {"dE/dw": "0.848230"}, {"dE/dw": ONE_PATH}),
    ("12.1", {"dE/du": "0.0947495"}, {"dE/du": "missing σ′"}),
    ("12.2", {"c1": "1.44348"}, {"c1": "wrong sign"}),
    ("12.2", {"h1": "0.378227"}, {"h1": "input used where the activation belongs"}),
    ("12.2", {"dh1/dc0": "0.545925"}, {"dh1/dc0": "missing σ′"}),
    ("12.3", {"dc3/db": "0.0663738"}, {"dc3/db": ONE_PATH}),
    ("12.3", {"dc3/dc0": "0.643499"}, {"dc3/dc0": "missing local factor"}),
    ("12.3", {"c3": "0.418274"}, {"c3": "another quantity's figure"}),
]


def test_the_exercises() -> None:
    hold("12", RIGHT, WRONG)
