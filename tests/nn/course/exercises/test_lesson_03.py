from __future__ import annotations

from tests.nn.course.exercises.marking import hold

RIGHT = {
    "03.1": {
        "net_h1": "0.6900",
        "out_h1": "0.665967",
        "net_o1": "-0.0979582",
        "out_o1": "0.475530",
    },
    "03.2": {
        "dE/dout_o1": "0.275530",
        "dE/dnet_o1": "0.0687175",
        "dE/dw5": "0.0457636",
        "w5+": "-0.572882",
    },
    "03.3": {
        "dE/dout_h1": "-0.0663244",
        "dE/dnet_h1": "-0.0147542",
        "dE/dw1": "-0.00885252",
        "w1+": "0.454426",
    },
    "03.4": {"dy2/dx1": "-1.100", "ds/dx1": "1.977937", "ds/dx2": "-0.751355"},
}
SIGN = "wrong sign"
NO_SLOPE = "missing σ′"
NO_BIAS = "bias forgotten"
ONE_PATH = "overwritten instead of accumulated: one path only"
OTHER = "another quantity's figure"
WRONG = [
    ("03.1", {"net_h1": "0.540000"}, {"net_h1": NO_BIAS}),
    ("03.1", {"net_h1": "0.6900", "out_h1": "0.665967", "net_o1": "0.102042"}, {"net_o1": NO_BIAS}),
    ("03.1", {"net_h1": "0.6900", "out_h1": "0.690000"}, {"out_h1": OTHER}),
    ("03.2", {"dE/dout_o1": "-0.275530"}, {"dE/dout_o1": SIGN}),
    ("03.2", {"dE/dout_o1": "0.551060"}, {"dE/dout_o1": "factor 2 or missing ½"}),
    ("03.2", {"dE/dout_o1": "0.275530", "dE/dnet_o1": "0.275530"}, {"dE/dnet_o1": NO_SLOPE}),
    (
        "03.2",
        {"dE/dout_o1": "0.275530", "dE/dnet_o1": "0.0687175", "dE/dw5": "0.0412305"},
        {"dE/dw5": "input used where the activation belongs"},
    ),
    (
        "03.2",
        {**RIGHT["03.2"], "w5+": "-0.595764"},
        {"w5+": "learning rate twice or not at all"},
    ),
    ("03.3", {"dE/dout_h1": "-0.0377946"}, {"dE/dout_h1": ONE_PATH}),
    ("03.3", {"dE/dout_h1": "-0.0285298"}, {"dE/dout_h1": ONE_PATH}),
    ("03.3", {"dE/dout_h1": "-0.0663244", "dE/dnet_h1": "-0.0663244"}, {"dE/dnet_h1": NO_SLOPE}),
    ("03.3", {**RIGHT["03.3"], "w1+": "0.445574"}, {"w1+": SIGN}),
    ("03.4", {"dy2/dx1": "-1.100", "ds/dx1": "0.327937"}, {"ds/dx1": ONE_PATH}),
    ("03.4", {"dy2/dx1": "0.40000"}, {"dy2/dx1": OTHER}),
    ("03.4", {"dy2/dx1": "-1.100", "ds/dx1": "2.690000"}, {"ds/dx1": NO_SLOPE}),
    ("03.4", {**RIGHT["03.4"], "ds/dx2": "0.751355"}, {"ds/dx2": SIGN}),
]


def test_the_exercises() -> None:
    hold("03", RIGHT, WRONG)
