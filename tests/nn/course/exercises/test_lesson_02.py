from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "02.1": {"a": "0.636453", "dC/da": "0.872905", "da/dz": "0.231381", "dC/dw": "0.282763"},
    "02.2": {
        "dC/dz2": "-0.175852",
        "dC/dw2": "-0.102731",
        "dC/dz1": "0.0384448",
        "dC/dw1": "0.0269114",
    },
    "02.3": {"dC/dw": "1.966726", "w+": "-0.633363", "b+": "-0.535575", "C@1": "0.252522"},
    "02.4": {"dC/da": "-2.809418", "dC/du": "0.826113", "dC/dw": "-2.056621"},
}
SIGN = "wrong sign"
FACTOR = "factor 2 or missing ½"
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("02.1", {"a": "0.636453", "dC/da": "0.436453"}, {"dC/da": FACTOR}),
    ("02.1", {"a": "0.636453", "da/dz": "0.246400"}, {"da/dz": "σ′ of z instead of y(1−y)"}),
    ("02.1", {"dC/dw": "1.222067"}, {"dC/dw": "missing σ′"}),
    ("02.1", {"dC/dw": "0.201973"}, {"dC/dw": "missing local factor"}),
    ("02.2", {"dC/dz2": "-0.712408"}, {"dC/dz2": "missing σ′"}),
    ("02.2", {"dC/dz2": "-0.175852", "dC/dz1": "-0.0384448"}, {"dC/dz1": SIGN}),
    (
        "02.2",
        {"dC/dz2": "-0.175852", "dC/dw2": "-0.123096"},
        {"dC/dw2": "input used where the activation belongs"},
    ),
    ("02.3", {"dC/dw": "1.966726", "w+": "1.333363"}, {"w+": SIGN}),
    (
        "02.3",
        {"dC/dw": "1.966726", "w+": "-1.616726"},
        {"w+": "learning rate twice or not at all"},
    ),
    ("02.3", {"dC/dw": "1.966726", "w+": "-0.633363", "b+": "0.120000"}, {"b+": "bias forgotten"}),
    ("02.3", {"dC/dw": "0.983363"}, {"dC/dw": FACTOR}),
    ("02.4", {"dC/da": "-1.999709"}, {"dC/da": ONE_PATH}),
    ("02.4", {**RIGHT["02.4"], "dC/dw": "2.056621"}, {"dC/dw": SIGN}),
    ("02.4", {"dC/dw": "-3.090359"}, {"dC/dw": "missing σ′"}),
]


def test_the_exercises() -> None:
    hold("02", RIGHT, WRONG)
