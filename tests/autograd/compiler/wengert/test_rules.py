"""The rules of the table, and what its rows are composed of, as short lists."""

from __future__ import annotations

from typing import Any

import pytest

from autograd.compiler.readable.python import interpreter
from autograd.compiler.wengert.rules import Rule, expansion_of, rule_of
from autograd.operation import look_up


def test_a_rule_is_recorded_once() -> None:
    assert rule_of("tanh", (), 1) is rule_of("tanh", (), 1)
    assert rule_of("dot", (), 4).local == (3, 4, 1, 2)
    assert rule_of("greater", (), 2).local == (None, None)


@pytest.mark.parametrize(
    ("name", "parameters", "inputs", "steps", "local"),
    [
        ("multiply", (), 2, [], (2, 1)),
        ("exp", (), 1, [], (0,)),
        ("divide", (), 2, ["divide", "divide", "negative"], (4, 6)),
        ("relu", (), 1, ["heaviside"], (2,)),
        ("where", (), 3, ["not_equal", "equal"], (None, 5, 6)),
        (
            "logsumexp",
            (),
            1,
            ["greater", "where", "subtract", "exp", "total", "where", "divide"],
            (11,),
        ),
        ("fixed_power", (3.0,), 1, ["multiply", "multiply"], (4,)),
    ],
)
def test_a_rule_reads_the_output_then_the_inputs(
    name: str, parameters: tuple[float, ...], inputs: int, steps: list[str], local: Any
) -> None:
    rule = rule_of(name, parameters, inputs)
    assert ([step.name for step in rule.instructions], rule.local) == (steps, local)


@pytest.mark.parametrize("name", ["add", "exp", "where", "dot", "erf"])
def test_a_primitive_has_no_expansion(name: str) -> None:
    assert expansion_of(name, (), 3) is None


EXPANSIONS: list[tuple[str, tuple[float, ...], int, list[str]]] = [
    ("one_minus_square", (), 1, ["subtract", "add", "multiply"]),
    ("relu", (), 1, ["less_equal", "where"]),
    ("heaviside", (), 1, ["greater"]),
    ("softplus", (), 1, ["abs", "negative", "exp", "log1p", "maximum", "add"]),
    ("over", (), 2, ["divide", "multiply"]),
    ("leaky_relu", (0.25,), 1, ["greater", "multiply", "where"]),
]


@pytest.mark.parametrize(("name", "parameters", "inputs", "steps"), EXPANSIONS)
def test_an_expansion_is_a_list_of_other_rows_with_the_inputs_as_columns(
    name: str, parameters: tuple[float, ...], inputs: int, steps: list[str]
) -> None:
    listed = expansion_of(name, parameters, inputs)
    assert listed is not None
    assert [step.name for step in listed.instructions] == steps
    assert (listed.columns, listed.parameters, listed.sums) == (inputs, 0, ())
    assert listed.outputs == (listed.slots - 1,)
    assert expansion_of(name, parameters, inputs) is listed
    point = [0.75, -1.5][:inputs]
    ((found,),), _ = interpreter(listed)([point], ())
    assert found == look_up(name, parameters).forward(*point)


def test_an_expansion_holds_for_its_number_of_inputs_and_its_parameter() -> None:
    two, three = (expansion_of("logsumexp", (), n) for n in (2, 3))
    assert two is not None and three is not None
    assert [step.name for step in two.instructions].count("exp") == 2
    assert [step.name for step in three.instructions].count("exp") == 3
    gentle, steep = (expansion_of("leaky_relu", (slope,), 1) for slope in (0.25, 0.5))
    assert gentle is not None and steep is not None
    assert (set(gentle.constants) - set(steep.constants)) == {0.25}


def test_a_rule_does_not_change(tools: Any) -> None:
    tools.unchanging(Rule)
