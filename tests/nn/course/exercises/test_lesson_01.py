from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "01.1": {"y": "0.360595", "dy/dx": "-0.613011", "dy/dk": "-0.216357"},
    "01.2": {"f": "-0.456431", "df/dx": "-0.827577", "df/dy": "0.8500"},
    "01.3": {"du/dx|1": "1.370", "du/dx": "2.740", "dy/dx|2": "1.8769", "dy/dx": "5.6307"},
    "01.4": {"c12": "-2.165", "ds/da11": "-1.1005", "ds/db21": "1.5155"},
}
SIGN = "wrong sign"
ONE_PATH = "overwritten instead of accumulated: one path only"
FACTOR = "factor 2 or missing ½"
POINT = "a slipped decimal point"
OTHER = "another quantity's figure"
WRONG = [
    ("01.1", {"y": "0.360595", "dy/dx": "0.613011", "dy/dk": "0.216357"}, {"dy/dx": SIGN}),
    ("01.1", {"y": "2.773195"}, {"y": SIGN}),
    ("01.1", {"y": "0.360595", "dy/dx": "-0.360595"}, {"dy/dx": "missing local factor"}),
    ("01.1", {"dy/dx": "-6.13011"}, {"dy/dx": POINT}),
    ("01.2", {"df/dx": "-1.3500"}, {"df/dx": ONE_PATH}),
    ("01.2", {"df/dx": "0.522423"}, {"df/dx": ONE_PATH}),
    ("01.2", {"df/dx": "-0.35000"}, {"df/dx": "missing σ′"}),
    ("01.2", {**RIGHT["01.2"], "df/dy": "-0.8500"}, {"df/dy": SIGN}),
    ("01.3", {"du/dx": "1.3700"}, {"du/dx": FACTOR}),
    ("01.3", {"dy/dx": "1.8769"}, {"dy/dx": ONE_PATH}),
    ("01.3", {**RIGHT["01.3"], "dy/dx": "3.7538"}, {"dy/dx": FACTOR}),
    ("01.3", {"dy/dx|2": "5.6307"}, {"dy/dx|2": OTHER}),
    ("01.4", {"c12": "-2.165", "ds/da11": "-1.9485"}, {"ds/da11": ONE_PATH}),
    ("01.4", {"ds/da11": "0.84800"}, {"ds/da11": ONE_PATH}),
    ("01.4", {"c12": "2.165", "ds/da11": "1.1005"}, {"c12": SIGN, "ds/da11": SIGN}),
    ("01.4", {"c12": "-2.165", "ds/db21": "0.37100"}, {"ds/db21": OTHER}),
]


def test_the_exercises() -> None:
    hold("01", RIGHT, WRONG)
