from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "13.1": {"a1": "0.871915", "a2": "0.128085", "o": "1.985052", "do/dq": "0.567553"},
    "13.2": {"E": "2.289685", "dE/dz1": "0.267219", "dE/dz2": "-0.898702", "dE/dz3": "0.631482"},
}
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("13.1", {"a1": "0.128085"}, {"a1": "another quantity's figure"}),
    ("13.1", {"do/dq": "0.340532"}, {"do/dq": ONE_PATH}),  # by the first score alone
    ("13.1", {"do/dq": "0.227021"}, {"do/dq": ONE_PATH}),
    ("13.1", {"do/dq": "-0.567553"}, {"do/dq": "wrong sign"}),
    ("13.2", {"dE/dz2": "0.101298"}, {"dE/dz2": ONE_PATH}),  # the chance, not less 1
    ("13.2", {"dE/dz1": "-0.267219"}, {"dE/dz1": "wrong sign"}),
    ("13.2", {"E": "22.89685"}, {"E": "a slipped decimal point"}),
    (
        "13.2",
        {"dE/dz1": "0.631482", "dE/dz3": "0.267219"},
        {"dE/dz1": "another quantity's figure", "dE/dz3": "another quantity's figure"},
    ),
]


def test_the_exercises() -> None:
    hold("13", RIGHT, WRONG)
