from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "10.1": {"u": "1.0365", "z": "0.48639", "p": "0.61926", "dp/dx": "0.068365"},
    "10.2": {"E": "1.35243", "dE/dz": "-0.741389", "dE/dw": "-1.015703", "w+": "0.944711"},
    "10.3": {"P": "0.89048", "R": "0.82018", "F1": "0.85388"},
}
WRONG = [
    ("10.1", {**RIGHT["10.1"], "dp/dx": "0.299438"}, {"dp/dx": "missing local factor"}),
    ("10.1", {**RIGHT["10.1"], "dp/dx": "0.289954"}, {"dp/dx": "missing σ′"}),
    ("10.1", {"u": "-1.03653", "z": "-2.14639"}, {"u": "wrong sign"}),
    ("10.1", {"z": "1.316393"}, {"z": "bias forgotten"}),
    ("10.2", {"dE/dz": "0.741389"}, {"dE/dz": "wrong sign"}),
    (
        "10.2",
        {"dE/dz": "0.258611"},
        {"dE/dz": "overwritten instead of accumulated: one path only"},
    ),
    ("10.2", {"dE/dw": "-0.741389"}, {"dE/dw": "missing local factor"}),
    ("10.2", {"w+": "0.335289"}, {"w+": "wrong sign"}),
    ("10.2", {"w+": "1.655703"}, {"w+": "learning rate twice or not at all"}),
    ("10.3", {"R": "0.89048"}, {"R": "another quantity's figure"}),
    ("10.3", {"F1": "0.426941"}, {"F1": "factor 2 or missing ½"}),
    ("10.3", {"F1": "8.5388"}, {"F1": "a slipped decimal point"}),
]


def test_the_exercises() -> None:
    hold("10", RIGHT, WRONG)
