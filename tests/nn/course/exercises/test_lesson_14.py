from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "14.1": {"slope": "0.922900", "dslope/dx": "-1.379930", "dslope/dw": "0.204726"},
    "14.2": {"g1": "3.947566", "dg1/dw1": "3.438058", "dg1/dw2": "-5.355239"},
    "14.3": {"f": "3.572053", "slope": "14.8507", "x1": "2.129469", "dx1/dx": "0.230316"},
}
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("14.1", {"dslope/dx": "1.379930"}, {"dslope/dx": "wrong sign"}),
    ("14.1", {"dslope/dx": "-1.029799"}, {"dslope/dx": "missing local factor"}),
    ("14.1", {"dslope/dw": "0.688731"}, {"dslope/dw": ONE_PATH}),  # half of the product rule
    ("14.1", {"slope": "0.688731"}, {"slope": "another quantity's figure"}),
    ("14.2", {"dg1/dw2": "-3.108320"}, {"dg1/dw2": ONE_PATH}),
    ("14.2", {"dg1/dw2": "-2.246919"}, {"dg1/dw2": ONE_PATH}),
    ("14.2", {"g1": "-3.947566"}, {"g1": "wrong sign"}),
    ("14.2", {"g1": "7.895132"}, {"g1": "factor 2 or missing ½"}),
    ("14.3", {"x1": "2.610531"}, {"x1": "wrong sign"}),
    ("14.3", {"slope": "1.48507"}, {"slope": "a slipped decimal point"}),
    ("14.3", {"x1": "0.230316"}, {"x1": "another quantity's figure"}),
]


def test_the_exercises() -> None:
    hold("14", RIGHT, WRONG)
