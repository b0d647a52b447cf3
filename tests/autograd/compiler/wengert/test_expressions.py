"""What need not be computed is left out, and no value changes by that, -0, inf and nan included."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, dot, gradients, greater, heaviside, tanh, where
from autograd.compiler.readable.python import interpreter
from autograd.compiler.record.trace import on_record, record
from autograd.compiler.wengert.expressions import Expressions, evaluate
from autograd.compiler.wengert.from_graph import translate
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.switches import ieee_arithmetic

NASTY = (0.0, -0.0, 1.0, -1.5, 5e-324, 1e308, math.inf, -math.inf, math.nan)


def listed(function: Callable[..., Any], count: int) -> WengertList:
    recording = record(function, [0.5] * count)
    return translate(recording.inputs, recording.parameters, recording.outputs)[0]


def names(function: Callable[..., Any], count: int = 1) -> list[str]:
    return [instruction.name for instruction in listed(function, count).instructions]


RULES: list[tuple[Callable[..., Any], list[str]]] = [
    (lambda x: x * 1.0, []),
    (lambda x: 1 * x, []),
    (lambda x: x / 1, []),
    (lambda x: x + -0.0, []),
    (lambda x: -0.0 + x, []),
    (lambda x: x - 0.0, []),
    (lambda x: +x, []),
    (lambda x: -(0.5 * -(x * 2.0)), ["multiply", "multiply"]),
    (lambda x: x**1, []),
    (lambda x: x**0, []),
    (lambda x: x**2, ["multiply"]),
    (lambda x: x * -1.0, ["negative"]),
    (lambda x: x / -1.0, ["negative"]),
    (lambda x: -x * 3.0, ["multiply", "negative"]),
    (lambda x: -x * -x, ["multiply"]),
    (lambda x: -x / 3.0, ["divide", "negative"]),
    (lambda x: 3.0 - -x / x, ["divide", "add"]),
    (lambda x: 3.0 + -x, ["subtract"]),
    (lambda x: -x + 3.0, ["subtract"]),
    (lambda x: 3.0 - -x, ["add"]),
    (lambda x: where(greater(x, 0.0), 1.0, 0.0), ["greater"]),
    (lambda x: where(heaviside(x), 1.0, 0.0), ["heaviside"]),
    (lambda x: where(x, 2.0, 2.0), []),
    (lambda x: where(1.0, x, 3.0), []),
    (lambda x: where(0.0, 3.0, x), []),
    (lambda x: x * tanh(Value(0.5)) / 2.0, ["multiply", "divide"]),
    (lambda x: x * x + x * x, ["multiply", "add"]),
    (lambda x: (x * 3.0) / (3.0 * x), ["multiply", "divide"]),
]
KEPT: list[tuple[Callable[..., Any], list[str]]] = [
    (lambda x: x + 0.0, ["add"]),
    (lambda x: 0.0 - x, ["subtract"]),
    (lambda x: x - -0.0, ["subtract"]),
    (lambda x: x * 0.0, ["multiply"]),
    (lambda x: x**3, ["fixed_power"]),
    (lambda x: x**-1, ["fixed_power"]),
    (lambda x: x - x, ["subtract"]),
    (lambda x: x / x, ["divide"]),
    (lambda x: 0.0 / x, ["divide"]),
    (lambda x: where(x, 1.0, 0.0), ["where"]),
    (lambda x: where(greater(x, 0.0), 1.0, -0.0), ["greater", "where"]),
    (lambda x: (x - 1.0) / (1.0 - x), ["subtract", "subtract", "divide"]),
]


@pytest.mark.parametrize(("function", "expected"), RULES + KEPT)
def test_a_rule_keeps_every_value(function: Callable[..., Any], expected: list[str]) -> None:
    program = listed(function, 1)
    assert [instruction.name for instruction in program.instructions] == expected
    outputs, _ = interpreter(program)([[x] for x in NASTY], ())
    for x, (simplified,) in zip(NASTY, outputs, strict=True):
        with ieee_arithmetic.on():
            value = function(Value(x)).data
        assert struct.pack("d", value) == struct.pack("d", simplified) or value != value, x
        assert (value != value) == (simplified != simplified), x


def test_what_no_result_depends_on_is_left_out() -> None:
    def function(x: Any) -> Any:
        tanh(x)
        return x * where(1.0, 2.0, tanh(x * 7.0))

    program = listed(function, 1)
    assert [i.name for i in program.instructions] == ["multiply"]
    assert program.constants == (2.0,)


def test_constants_are_kept_apart_by_their_bits() -> None:
    program = listed(lambda x: [x * 0.0, x * -0.0, x * 0.0, x * math.nan, x * math.nan], 1)
    assert [repr(c) for c in program.constants] == ["0.0", "-0.0", "nan"]
    assert program.outputs[0] == program.outputs[2]
    assert program.outputs[3] == program.outputs[4]


def test_operations_on_constants_follow_ieee() -> None:
    assert evaluate("log", [0.0]) == -math.inf
    assert evaluate("fixed_power", [2.0], (3.0,)) == 8.0
    assert listed(lambda x: x * Value(0.0).log(), 1).constants == (-math.inf,)


def test_a_derivative_that_is_zero_leaves_nothing() -> None:
    recording = record(lambda x: heaviside(x) * 3.0, [0.5])
    with on_record():
        slopes = gradients(recording.outputs[0], recording.inputs)
    program, _ = translate(recording.inputs, (), slopes)
    assert program.instructions == ()
    assert program.constants == (0.0,)


def test_dot_stays_one_instruction() -> None:
    assert names(lambda *x: dot(x[:5], x[5:]), 10) == ["dot"]


def given(columns: int = 1, parameters: int = 3) -> Expressions:
    """So many columns and parameters, then a sum of the first two, 1, 2 and a negative."""
    expressions = Expressions(columns, parameters)
    expressions.apply("add", (0, 1))
    expressions.constant(1.0)
    expressions.constant(2.0)
    expressions.apply("negative", (0,))
    return expressions


def test_columns_and_parameters_have_the_first_numbers() -> None:
    assert Expressions(1, 3).listing == [("given", (), ())] * 4
    assert Expressions(1, 3).constant(0.5) == 4
    expressions = given()
    assert [expressions.negated(number) for number in range(8)] == [None] * 7 + [0]
    assert expressions.constants == {5: 1.0, 6: 2.0}


def test_products_are_numbered_as_one_by_one() -> None:
    """Of numbers, of 1 and 2, of a negative; equal ones, also the other way round, are one."""
    pairs = [(a, b) for a in range(8) for b in range(8)] + [(3, 2), (2, 3)]
    together, one_by_one = given(), given()
    numbers = together.products(pairs)
    assert numbers == [one_by_one.apply("multiply", pair) for pair in pairs]
    assert together.listing == one_by_one.listing
    assert together.products([]) == []
    fresh = Expressions(2, 0)
    assert fresh.products([(1, 0), (0, 1), (0, 0)]) == [2, 2, 3]
    assert fresh.listing[2:] == [("multiply", (1, 0), ()), ("multiply", (0, 0), ())]


def test_a_copy_has_all_that_is_there_and_takes_more_by_itself() -> None:
    expressions = given()
    expressions.labels[4], expressions.lengths = "sum", 3
    copied = expressions.copy()
    assert vars(copied) == vars(expressions)
    assert copied.constant(2.0) == 6 and copied.apply("add", (1, 0)) == 4
    before = given()
    copied.constant(3.0)
    copied.apply("negative", (4,))
    copied.labels[5] = "one"
    assert vars(expressions) == vars(before) | {"labels": {4: "sum"}, "lengths": 3}


def test_a_list_is_entered_at_other_numbers() -> None:
    """(x + w)·2 of x = 3, w = 0: the sum is new, and 2 is there."""
    steps = Instruction("add", (0, 1)), Instruction("multiply", (3, 2))
    program = WengertList(1, 1, (2.0,), steps)
    expressions = given()
    assert expressions.include(program, [3], [0]) == [3, 0, 6, 8, 9]
    assert expressions.listing[8:] == [("add", (3, 0), ()), ("multiply", (8, 6), ())]
    assert expressions.include(program, [1], [0]) == [1, 0, 6, 4, 10]


def test_what_is_listed_has_only_what_is_wanted_with_its_labels() -> None:
    expressions = given()
    wanted = expressions.apply("multiply", (4, 6))
    left_out = expressions.apply("exp", (7,))
    expressions.labels |= {0: "x", 4: "s", 6: "two", left_out: "e", wanted: "y"}
    program, labels = expressions.listed([wanted, 2], [4])
    assert program == WengertList(
        1, 3, (2.0,), (Instruction("add", (0, 1)), Instruction("multiply", (5, 4))), (6, 2), (5,)
    )
    assert all(type(step) is Instruction for step in program.instructions)
    assert labels == {0: "x", 5: "s", 4: "two", 6: "y"}
    assert program.lengths == 0
    expressions.lengths = 2
    assert expressions.listed([wanted])[0].lengths == 2
