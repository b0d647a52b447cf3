from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "09.1": {"dE/dw": "6.56299", "w+": "0.529441", "w@2": "0.0925036"},
    "09.2": {"w1": "1.01140", "v2": "7.83068", "w2": "0.541559"},
    "09.3": {"mhat": "0.198421", "vhat": "0.412762", "step": "0.0154422"},
}
WRONG = [
    ("09.1", {"dE/dw": "3.28150"}, {"dE/dw": "factor 2 or missing ½"}),
    ("09.1", {"w+": "2.10456"}, {"w+": "wrong sign"}),
    ("09.1", {"w+": "-5.24599"}, {"w+": "learning rate twice or not at all"}),
    ("09.1", {"w@2": "0.529441"}, {"w@2": "off by one round"}),
    ("09.2", {"w1": "1.58860"}, {"w1": "wrong sign"}),
    ("09.2", {"v2": "3.74218"}, {"v2": "another quantity's figure"}),
    ("09.2", {"w2": "1.48124"}, {"w2": "wrong sign"}),
    ("09.3", {"mhat": "0.0377000"}, {"mhat": "another quantity's figure"}),
    ("09.3", {"mhat": "1.98421"}, {"mhat": "a slipped decimal point"}),
    ("09.3", {"step": "-0.0154422"}, {"step": "wrong sign"}),
]


def test_the_exercises() -> None:
    hold("09", RIGHT, WRONG)
