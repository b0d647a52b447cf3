"""Derivatives of expressions are those of the operation table; what is always 0 is left out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, gradients, greater, heaviside, maximum, sqrt, tanh, total, where
from autograd.compiler.readable.python import interpreter
from autograd.compiler.record.trace import on_record, order_of
from autograd.compiler.wengert.differentiate import differentiate, selects_anything
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
    (lambda x: where(x, x, 3.0), ["not_equal"]),
    (lambda x: where(x, x + 5.0, 3.0), ["not_equal"]),
    (
        lambda x: where(x, sqrt(x) * x, 3.0),
        ["sqrt", "not_equal", "multiply", "divide", "multiply", "multiply", "add", "where"],
    ),
]


@pytest.mark.parametrize(("function", "expected"), FLOWS)
def test_only_what_flows_is_listed(function: Callable[..., Any], expected: list[str]) -> None:
    assert [step.name for step in slopes(function).instructions] == expected


def test_contributions_of_all_consumers_add_up_and_equal_ones_are_one() -> None:
    program = slopes(lambda x: tanh(x) * tanh(x) + tanh(x))
    assert [step.name for step in program.instructions].count("tanh") == 1
    ((slope,),), _ = interpreter(program)([[0.5]], ())
    y = tanh(0.5)
    assert slope == pytest.approx((2.0 * y + 1.0) * (1.0 - y * y), rel=1e-15, abs=0.0)


def test_what_is_not_wanted_or_not_reached_has_no_derivative() -> None:
    program = slopes(lambda x, y: maximum(x, 2.0), 2)
    ((_, of_y),), _ = interpreter(program)([[3.0, 1.0]], ())
    assert of_y == 0.0


def graph_of(function: Callable[..., Any], count: int) -> Expressions:
    inputs = [Value(0.5) for _ in range(count)]
    with on_record():
        y = function(*inputs)
        return enter_graph(inputs, (), [y], order_of([y]))[0]


@pytest.mark.parametrize("parameters", [0, 1, 2, 5])
def test_selecting_is_seen_whatever_is_given(parameters: int) -> None:
    for columns in (0, 1, 3):
        for name in ("where", "fixed_power"):
            expressions = Expressions(columns, parameters + 3)
            inputs = (0, 1, 2) if name == "where" else (0,)
            last = expressions.apply(name, inputs, () if name == "where" else (3.0,))
            for _ in range(6):
                last = expressions.apply("exp", (last,))
            assert selects_anything(expressions) is (name == "where")


def test_a_graph_knows_whether_it_selects() -> None:
    assert selects_anything(graph_of(lambda x, y: tanh(x) + where(greater(x, y), x, y), 2))
    assert not selects_anything(graph_of(lambda x, y: tanh(x) + x * y, 2))
    assert not selects_anything(graph_of(lambda x: x, 1))


@pytest.mark.parametrize("chosen", [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)])
def test_nothing_passes_what_is_not_chosen(chosen: tuple[float, float]) -> None:
    """Not even 0·∞, the slope of √x at 0 times what is not chosen."""
    c, d = chosen
    beside = slopes(lambda x, c, d: where(c, sqrt(x), x) + where(d, sqrt(x), 3.0 * x), 3)
    inside = slopes(lambda x, c, d: where(c, where(d, sqrt(x), 5.0 * x), 3.0 * x), 3)
    twice = slopes(lambda x, c, d: where(c, sqrt(x) + sqrt(x) * x, d * x), 3)
    plus = slopes(lambda x, c, d: where(c, x + sqrt(x), d), 3)
    after = slopes(lambda x, c, d: sqrt(where(c, x, d)), 3)
    alone = slopes(lambda x, c, d: where(c, sqrt(x), d), 3)
    for x, root in ((4.0, 0.25), (0.0, math.inf)):
        expected = [
            (root if c else 1.0) + (root if d else 3.0),
            (root if d else 5.0) if c else 3.0,
            (root + (3.0 if x else 0.0)) if c else d,
            1.0 + root if c else 0.0,
            root if c else 0.0,
            root if c else 0.0,
        ]
        programs = beside, inside, twice, plus, after, alone
        for program, slope in zip(programs, expected, strict=True):
            ((found, *_),), _ = interpreter(program)([[x, c, d]], ())
            assert found == pytest.approx(slope, rel=1e-15, abs=0.0)


@pytest.mark.parametrize("last", [True, False])
def test_many_products_are_one_step_and_keep_what_is_not_chosen_out(last: bool) -> None:
    def function(x: Any, c: Any, *weights: Any) -> Any:
        many = total([tanh(w * x) for w in weights])
        masked = where(c, sqrt(x), x)
        return many + masked if last else masked + many

    weights = [0.0625 * k for k in range(1, 11)]
    program = slopes(function, 2 + len(weights))
    assert ("dot" in [step.name for step in program.instructions]) is not last
    for x, c in ((0.25, 1.0), (0.25, 0.0), (0.0, 0.0)):
        ((found, *_),), _ = interpreter(program)([[x, c, *weights]], ())
        many = math.fsum(w * (1.0 - math.tanh(w * x) ** 2) for w in weights)
        assert found == pytest.approx(
            many + 1.0, rel=1e-13, abs=0.0
        )  # the root's slope at ¼ is 1 too


def test_factors_of_1_make_no_product() -> None:
    program = slopes(lambda x, *terms: total([tanh(x + term) for term in terms]), 7)
    assert {step.name for step in program.instructions} == {"add", "tanh_derivative"}


def test_a_copy_leaves_the_original_alone() -> None:
    expressions = Expressions(1, 0)
    square = expressions.apply("multiply", (0, 0))
    before = list(expressions.listing)
    differentiate(expressions.copy(), square, [0])
    assert expressions.listing == before
    assert expressions.constants == {}


@pytest.mark.parametrize(("terms", "names"), [(3, {"multiply", "add"}), (4, {"multiply", "dot"})])
def test_four_products_on_end_are_one_step(terms: int, names: set[str]) -> None:
    program = slopes(lambda x, *w: total([tanh(x * one) for one in w]), 1 + terms)
    assert {step.name for step in program.instructions} - {"tanh_derivative"} == names
    assert len(program.instructions) == 2 * terms + terms + (2 if terms == 4 else 5)


@pytest.mark.parametrize("last", [True, False])
def test_many_products_are_added_to_what_came_before_them(last: bool) -> None:
    def function(x: Any, *weights: Any) -> Any:
        many, more = total([tanh(x * w) for w in weights]), 3.0 * x
        return many + more if last else more + many

    weights = [0.25, -0.5, 0.75, 1.0]
    program = slopes(function, 5)
    assert "dot" in [step.name for step in program.instructions]
    ((found, *_),), _ = interpreter(program)([[0.5, *weights]], ())
    many = math.fsum(w * (1.0 - math.tanh(0.5 * w) ** 2) for w in weights)
    assert found == pytest.approx(3.0 + many, rel=1e-14, abs=0.0)
