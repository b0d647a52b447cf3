"""A recorded graph becomes a list: its leaves get slots, and their labels go with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, tanh
from autograd.compiler.record.trace import record
from autograd.compiler.wengert.from_graph import enter_graph, translate
from autograd.compiler.wengert.wengert import WengertList


def listed(function: Callable[..., Any], count: int) -> WengertList:
    recording = record(function, [0.5] * count)
    return translate(recording.inputs, recording.parameters, recording.outputs)[0]


def test_results_may_be_columns_parameters_and_constants() -> None:
    w = Value(3.0, "w")
    program = listed(lambda x: [x, w, 5.0, x], 1)
    assert (program.columns, program.parameters, program.constants) == (1, 1, (5.0,))
    assert program.outputs == (0, 1, 2, 0)


def test_labels_follow_their_slots() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    p = w * x
    p.label = "p"
    q = p * 1.0
    q.label = "another name for p"
    _, labels = translate([x], [w], [q + 1.0])
    assert labels == {0: "x", 1: "w", 3: "p"}


def test_fifty_thousand_operations_in_one_chain() -> None:
    def deep(x: Any) -> Any:
        for _ in range(25_000):
            x = tanh(x * 0.5)
        return x

    assert len(listed(deep, 1).instructions) == 50_000


def test_leaves_that_are_neither_column_nor_parameter_are_constants() -> None:
    x, w, other = Value(2.0), Value(3.0), Value(5.0)
    program, _ = translate([x], [w], outputs=[w * x + other], sums=[other, x])
    assert (program.columns, program.parameters, program.constants) == (1, 1, (5.0,))
    assert [tuple(step) for step in program.instructions] == [
        ("multiply", (1, 0), ()),
        ("add", (3, 2), ()),
    ]
    assert (program.outputs, program.sums) == ((4,), (2, 0))


def test_what_is_shared_in_the_graph_is_one_instruction() -> None:
    x = Value(2.0)
    square = x * x
    program, _ = translate([x], [], outputs=[square + tanh(square), x * x])
    assert [step.name for step in program.instructions] == ["multiply", "tanh", "add"]
    assert program.outputs == (3, 1)


def test_a_graph_is_entered_with_the_numbers_of_its_results() -> None:
    x, w = Value(2.0, "x"), Value(3.0)
    y = w * x
    z = tanh(y)
    expressions, numbers = enter_graph([x], [w], [z, y, w], [y, z])
    assert numbers == [3, 2, 1]
    assert expressions.listing[2:] == [("multiply", (1, 0), ()), ("tanh", (2,), ())]
    assert expressions.labels == {0: "x"}


def test_a_leaf_in_the_place_of_a_computed_value_is_an_error() -> None:
    x = Value(2.0)
    with pytest.raises(ValueError, match="is a leaf: no operation computed it"):
        enter_graph([], [], [x], [x])
