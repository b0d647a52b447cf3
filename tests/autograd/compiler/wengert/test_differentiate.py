"""Derivatives of expressions are those of the operation table; what is always 0 is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, gradients, greater, heaviside, maximum, tanh, where
from autograd.compiler.readable.python import interpreter
from autograd.compiler.record.trace import on_record, order_of
from autograd.compiler.wengert.differentiate import differentiate
from autograd.compiler.wengert.expressions import Expressions
from autograd.compiler.wengert.from_graph import enter_graph
from autograd.compiler.wengert.wengert import WengertList
from autograd.operation import record


def slopes(function: Callable[..., Any], count: int = 1) -> WengertList:
    inputs = [Value(0.5) for _ in range(count)]
    with on_record():
        y = function(*inputs)
        expressions, (output,) = enter_graph(inputs, (), [y], order_of([y]))
    return expressions.listed(differentiate(expressions, output, range(count)))[0]


def test_every_rule_gives_what_gradients_gives(row: Any, tools: Any) -> None:
    points = list(row.points(tools.ordinary))
    program = slopes(lambda *x: record(row.operation, x), len(points[0]))
    outputs, _ = interpreter(program)(points, ())
    for point, output in zip(points, outputs, strict=True):
        leaves = [Value(x) for x in point]
        with on_record():
            expected = gradients(record(row.operation, leaves), leaves)
        for slope, other in zip(output, expected, strict=True):
            assert tools.near(slope, other._data, 1e-13), point


FLOWS: list[tuple[Callable[..., Any], list[str]]] = [
    (lambda x: x, []),
    (lambda x: x + 3.0, []),
    (lambda x: heaviside(x) * 3.0, []),
    (lambda x: where(greater(x, 0.0), 2.0, 3.0), []),
    (lambda x: tanh(x) * 0.0 + x, ["tanh_derivative", "multiply", "add"]),
    (lambda x: x * x * x, ["multiply", "add", "add"]),
]


@pytest.mark.parametrize(("function", "expected"), FLOWS)
def test_only_what_flows_is_listed(function: Callable[..., Any], expected: list[str]) -> None:
    assert [step.name for step in slopes(function).instructions] == expected


def test_contributions_of_all_consumers_add_up_and_equal_ones_are_one() -> None:
    program = slopes(lambda x: tanh(x) * tanh(x) + tanh(x))
    assert [step.name for step in program.instructions].count("tanh") == 1
    ((slope,),), _ = interpreter(program)([[0.5]], ())
    y = tanh(0.5)
    assert slope == pytest.approx((2.0 * y + 1.0) * (1.0 - y * y), rel=1e-15)


def test_what_is_not_wanted_or_not_reached_has_no_derivative() -> None:
    program = slopes(lambda x, y: maximum(x, 2.0), 2)
    ((_, of_y),), _ = interpreter(program)([[3.0, 1.0]], ())
    assert of_y == 0.0


def test_a_copy_leaves_the_original_alone() -> None:
    expressions = Expressions(1, 0)
    square = expressions.apply("multiply", (0, 0))
    before = list(expressions.listing)
    differentiate(expressions.copy(), square, [0])
    assert expressions.listing == before
    assert expressions.constants == {}
