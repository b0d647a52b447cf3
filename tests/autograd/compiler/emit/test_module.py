"""The whole module: what it calls, in which order, and whether it is worth optimising."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from autograd.compiler.emit.module import Module
from autograd.compiler.lower import EXAMPLE, lower
from autograd.compiler.wengert.wengert import Instruction, WengertList

Run = Callable[..., Any]


def calls(source: str) -> list[str]:
    """The functions that ``run`` calls."""
    body = source.split("define void @run(")[1].split("\n}")[0]
    names = re.findall(r"call void @([\w.]+?)[(]", body)
    return [re.sub(r"^stepgrad[.](\w+)[.]\d+$", r"\1", name) for name in names]  # for all lists


def test_run_calls_the_uniform_half_then_the_varying_one_then_adds_up() -> None:
    listed = WengertList(
        1,
        1,
        (),
        (Instruction("multiply", (1, 1)), Instruction("multiply", (2, 0))),
        (2, 3),
        (3,),
    )
    assert calls(lower(listed, EXAMPLE).module.source) == [
        "llvm.memset.p0.i64",
        "uniform0",
        "fill",
        "varying0",
        "llvm.memcpy.p0.p0.i64",
        "repeat",
        "reduce",
        "llvm.memcpy.p0.p0.i64",
    ]


def test_what_is_not_there_is_not_called() -> None:
    assert calls(lower(WengertList(0, 1, (), (), (0,)), EXAMPLE).module.source) == ["repeat"]
    assert calls(lower(WengertList(2, 0, (), ()), EXAMPLE).module.source) == []


@pytest.mark.parametrize(
    ("count", "columns", "optimized"), [(5, 0, True), (2000, 0, False), (2000, 1, True)]
)
def test_long_uniform_code_alone_is_not_optimised(
    count: int, columns: int, optimized: bool
) -> None:
    """A chain of divisions by the parameter; with a column, a product that varies."""
    steps = [Instruction("divide", (columns + k, columns)) for k in range(count)]
    product = [Instruction("multiply", (0, columns))] * columns
    last = columns + count
    listed = WengertList(columns, 1, (), (*steps, *product), (last, last + columns))
    assert lower(listed, EXAMPLE).module.optimized == optimized


def test_columns_outputs_and_sums_of_nothing_computed(run: Run) -> None:
    listed = WengertList(2, 1, (2.5,), (), (1, 0, 2, 3), (0, 2, 3))
    outputs, sums = run(listed, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [7.0])
    assert outputs == [[4.0, 5.0, 6.0], [1.0, 2.0, 3.0], [7.0] * 3, [2.5] * 3]
    assert sums == [6.0, 21.0, 7.5]


def test_no_rows(run: Run) -> None:
    listed = WengertList(1, 1, (), (Instruction("multiply", (0, 1)),), (2, 1), (2, 1))
    assert run(listed, [[]], [3.0]) == ([[], []], [0.0, 0.0])


def test_a_module_does_not_change(tools: Any) -> None:
    tools.unchanging(Module)
