from __future__ import annotations

from tests.nn.course.exercises.marking import hold

FACTOR, SIGN, RATE = "factor 2 or missing ½", "wrong sign", "learning rate twice or not at all"
POINT, OTHER = "a slipped decimal point", "another quantity's figure"

RIGHT = {
    "05.1": {"J": "0.326412", "dJ/dθ1": "-1.12815", "θ1+": "1.838445"},
    "05.2": {"dJ/dθ0": "-1.1794", "dJ/dθ1": "-1.42089", "θ0+": "0.66588", "θ1+": "1.454178"},
    "05.4": {"batches": "38580", "updates": "964500"},
    "05.3": {"xx": "2.6434", "xy": "5.3045", "θ": "2.006696"},
}
WRONG = [
    ("05.1", {"J": "0.652825"}, {"J": FACTOR}),
    ("05.1", {"dJ/dθ1": "-0.564075"}, {"dJ/dθ1": FACTOR}),
    ("05.1", {"dJ/dθ1": "1.12815"}, {"dJ/dθ1": SIGN}),
    ("05.1", {"θ1+": "1.161555"}, {"θ1+": SIGN}),
    ("05.1", {"θ1+": "2.62815"}, {"θ1+": RATE}),
    ("05.2", {"dJ/dθ0": "-0.5897"}, {"dJ/dθ0": FACTOR}),
    ("05.2", {"dJ/dθ1": "1.42089"}, {"dJ/dθ1": SIGN}),
    ("05.2", {"θ0+": "0.19412"}, {"θ0+": SIGN}),
    ("05.2", {"θ1+": "2.59089"}, {"θ1+": RATE}),
    ("05.2", {"θ1+": "1.351334"}, {"θ1+": None}),  # one after the other: the notes warn of it
    ("05.4", {"batches": "3858"}, {"batches": POINT}),
    ("05.4", {"updates": "38580"}, {"updates": OTHER}),
    ("05.4", {"updates": "1234560"}, {"updates": OTHER}),
    ("05.3", {"θ": "20.06696"}, {"θ": POINT}),
    ("05.3", {"θ": "-2.006696"}, {"θ": SIGN}),
    ("05.3", {"xx": "5.3045"}, {"xx": OTHER}),
]


def test_the_exercises() -> None:
    hold("05", RIGHT, WRONG)
