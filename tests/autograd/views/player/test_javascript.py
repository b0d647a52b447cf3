"""What the generated JavaScript looks like; that it computes the same is tried in a browser."""

from __future__ import annotations

import re

import pytest

from autograd import Value, bessel_j, greater, no_grad, operation
from autograd.operation import TABLE, NumbersOnlyError, look_up, record
from autograd.views.player.javascript import (
    composed_kernels,
    forward_formula,
    javascript_rule,
    rule_formulas,
)


def test_fixed_parameters_come_after_the_inputs():
    assert javascript_rule(look_up("fixed_power", (3.0,)), 1) == (
        "{forward: (x0) => kernels.fixed_power(x0, 3), "
        "local: (y, x0) => [3 * kernels.fixed_power(x0, 2)]}"
    )
    assert javascript_rule(look_up("elu", (float("inf"),)), 1).count("Infinity") == 2


def test_any_number_of_inputs():
    assert javascript_rule(look_up("dot"), 3) == (
        "{forward: (x0, x1, x2) => kernels.dot(x0, x1, x2), local: (y, x0, x1, x2) => [x1, x0, 1]}"
    )


def test_formulas_for_people():
    assert forward_formula(look_up("dot"), 5) == ("{x0:4}·{x2:5}+{x1:4}·{x3:5}+{x4:4}")
    assert rule_formulas(look_up("sigmoid"), 1) == ["{y:4}·(1−{y:4})"]
    assert rule_formulas(look_up("tanh"), 1) == ["1−{y:6}²"]
    assert rule_formulas(look_up("hypot"), 2) == ["{x0:4}/{y:5}", "{x1:4}/{y:5}"]
    assert rule_formulas(look_up("atanh"), 1) == ["1/(1−{x0:6}²)"]
    assert rule_formulas(look_up("subtract"), 2) == ["1", "−1"]


def test_steps_are_said_in_words():
    greater, less = "{x0:2} > {x1:2}", "{x0:2} < {x1:2}"
    assert rule_formulas(look_up("relu"), 1) == ["1 if {x0:2} > 0 else 0"]
    assert rule_formulas(look_up("leaky_relu", (0.1,)), 1) == ["1 if {x0:2} > 0 else 0.1"]
    assert rule_formulas(look_up("abs"), 1) == ["1 if {x0:2} > 0 else −1 if {x0:2} < 0 else 0"]
    assert rule_formulas(look_up("maximum"), 2)[0] == f"1 if {greater} else 0 if {less} else 0.5"
    assert rule_formulas(look_up("where"), 3)[2] == "0 if {x0:2} ≠ 0 else 1"
    everything = [rule_formulas(row, len(row.domain) or 3) for row in TABLE.values()]
    assert not re.search(r"\b(?:H|where|sign)\(", str(everything))


@pytest.mark.parametrize(
    ("name", "inputs"), [("sigmoid", (0.7,)), ("tanh", (-0.7,)), ("hypot", (3.0, -1.5))]
)
def test_a_rule_as_it_is_taught_is_the_rule(name, inputs):
    row = look_up(name)
    y = record(row, [Value(x) for x in inputs])
    taught = row.taught(y, *map(Value, inputs))
    assert [slope.data for slope in taught] == pytest.approx(y.local_gradients(), rel=1e-15)


def test_rules_cannot_be_read_while_recording_is_paused():
    with no_grad(), pytest.raises(ValueError, match="outside no_grad"):
        rule_formulas(look_up("sigmoid"), 1)


def test_what_has_no_kernel_is_written_by_what_it_is_composed_of():
    @operation
    def five(x):
        return 5.0

    @operation
    def wave(x, w):
        return w * bessel_j(0.0, x) + five(x)

    rule = javascript_rule(wave.operation, 2)
    assert "five" not in rule and "bessel" not in rule
    forward, local = rule.split(", local: ")
    assert re.search(r"const v\d+ = x1 \* v\d+; return v\d+ \+ 5; }$", forward)
    assert re.fullmatch(
        r"\(y, x0, x1\) => \[\(\(\) => \{ .* \}\)\(\), \(\(\) => .*\)\(\)\]\}", local
    )


def test_where_nothing_passes_a_rule_has_null():
    @operation
    def step(x):
        return greater(x, 0.5)

    assert javascript_rule(step.operation, 1).endswith("local: (y, x0) => [null]}")


def test_a_kernel_has_a_constant_for_each_node():
    assert composed_kernels(["atan_derivative", "exp", "nothing of this name"]) == (
        "kernels.atan_derivative = (x0) => { const v1 = kernels.abs(x0); "
        "const v2 = v1 < 1e+150 ? 1.0 : 0.0; const v3 = x0 * x0; const v4 = 1 + v3; "
        "const v5 = 1 / v4; const v6 = 1 / x0; const v7 = v6 / x0; "
        "return v2 != 0.0 ? v5 : v7; };"
    )
    assert composed_kernels().count("\nkernels.") > 50


def test_where_one_argument_is_selected_nothing_passes_to_the_others():
    assert javascript_rule(look_up("relu"), 1) == (
        "{forward: (x0) => kernels.relu(x0), local: (y, x0) => [(kernels.heaviside(x0)) || null]}"
    )
    assert "|| null" not in javascript_rule(look_up("abs"), 1)
    assert javascript_rule(look_up("maximum"), 2).count(") || null") == 2


def test_what_asks_for_numbers_has_no_javascript():
    @operation(local=lambda y, x: (2.0 * x,))
    def squared(x):
        return float(x) ** 2

    message = "squared asks for numbers, so JavaScript cannot compute it: write it with autograd"
    with pytest.raises(NumbersOnlyError, match=message):
        javascript_rule(squared.operation, 1)
