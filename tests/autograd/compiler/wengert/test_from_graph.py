"""A recorded graph becomes a list: its leaves get slots, and their labels go with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Value, tanh
from autograd.compiler.record.trace import record
from autograd.compiler.wengert.from_graph import translate
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
