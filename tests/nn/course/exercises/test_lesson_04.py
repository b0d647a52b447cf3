from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "04.1": {"ds/da|1": "1.7500", "ds/da": "3.5000", "dc/ds": "0.6500", "dc/da": "3.2750"},
    "04.2": {"out_o1": "0.378930", "E_total": "0.237816", "dE/db2": "-0.0538412"},
    "04.3": {"w5+": "0.358916", "b2+": "0.549800", "E_total@1": "0.285751"},
}
SIGN = "wrong sign"
FACTOR = "factor 2 or missing ½"
NO_BIAS = "bias forgotten"
ONE_PATH = "overwritten instead of accumulated: one path only"
WRONG = [
    ("04.1", {"dc/da": "1.0000"}, {"dc/da": ONE_PATH}),
    ("04.1", {"ds/da": "1.7500"}, {"ds/da": FACTOR}),
    ("04.1", {**RIGHT["04.1"], "dc/da": "2.1375"}, {"dc/da": FACTOR}),
    ("04.1", {"dc/ds": "-0.65000"}, {"dc/ds": SIGN}),
    ("04.2", {"out_o1": "0.378930", "E_total": "0.475632"}, {"E_total": FACTOR}),
    ("04.2", {**RIGHT["04.2"], "dE/db2": "0.0538412"}, {"dE/db2": SIGN}),
    ("04.2", {"out_o1": "-0.494094"}, {"out_o1": "another quantity's figure"}),
    ("04.3", {"w5+": "0.441084"}, {"w5+": SIGN}),
    ("04.3", {"w5+": "0.358916", "b2+": "0.600000"}, {"b2+": NO_BIAS}),
    ("04.3", {"w5+": "0.358916", "b2+": "0.530751"}, {"b2+": ONE_PATH}),
    ("04.3", {**RIGHT["04.3"], "E_total@1": "0.291028"}, {"E_total@1": NO_BIAS}),
    ("04.3", {**RIGHT["04.3"], "E_total@1": "0.298371"}, {"E_total@1": "off by one round"}),
]


def test_the_exercises() -> None:
    hold("04", RIGHT, WRONG)
