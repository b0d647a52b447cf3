from __future__ import annotations

import pytest

from autograd import replay
from autograd.graph import topological_order
from nn.course.exercises import exercises
from tests.nn.course.exercises.marking import hold

RIGHT = {
    "11.1": {"train": "1212750", "batches": "4851", "updates": "58212", "rows": "14701500"},
    "11.2": {"J": "3.6479916", "dJ/dw": "7.160028", "w+": "0.543997"},
    "11.3": {"J": "3.58670564", "dJ/dw": "-7.026572", "w+": "-0.0373428"},
    "11.4": {"d1": "0.79625", "y": "1.32105", "dE/dh1": "1.18973", "dE/dw1": "0.574136"},
}
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("11.1", {"train": "12375"}, {"train": "another quantity's figure"}),
    ("11.1", {"updates": "4851"}, {"updates": "another quantity's figure"}),
    ("11.1", {"batches": "485.1"}, {"batches": "a slipped decimal point"}),
    ("11.1", {"rows": "14553000"}, {"rows": "another quantity's figure"}),
    ("11.2", {"dJ/dw": "6.719028"}, {"dJ/dw": ONE_PATH}),  # the price forgotten
    ("11.2", {"dJ/dw": "7.601028"}, {"dJ/dw": "factor 2 or missing ½"}),  # 2λw
    ("11.2", {"w+": "1.976003"}, {"w+": "wrong sign"}),
    ("11.2", {"w+": "-5.900028"}, {"w+": "learning rate twice or not at all"}),
    ("11.3", {"dJ/dw": "-6.326572"}, {"dJ/dw": "wrong sign"}),  # +λ for a negative weight
    ("11.3", {"dJ/dw": "-6.676572"}, {"dJ/dw": ONE_PATH}),
    ("11.3", {"w+": "-1.4426572"}, {"w+": "wrong sign"}),
    ("11.4", {"dE/dh1": "0.951786"}, {"dE/dh1": "missing local factor"}),  # not divided by k
    ("11.4", {"dE/dh1": "0.90131"}, {"dE/dh1": "missing local factor"}),
    ("11.4", {"y": "1.05105"}, {"y": "bias forgotten"}),
]


def test_the_exercises() -> None:
    hold("11", RIGHT, WRONG)


def test_a_unit_that_is_kept_is_divided_by_the_share_of_those_kept() -> None:
    """The second unit too, where its mask is 1."""
    output = exercises()["11.4"].graph()
    order = topological_order(output)
    nodes = {node.label: node for each in order for node in (*each.parents, each) if node.label}
    nodes["m2"].data = 1.0
    replay(output)
    assert nodes["d2"].data == pytest.approx(-0.418 / 0.8, rel=1e-15, abs=0.0)
    assert nodes["y"].data == pytest.approx(1.32 * 0.637 / 0.8 + 0.95 * 0.418 / 0.8 + 0.27)
