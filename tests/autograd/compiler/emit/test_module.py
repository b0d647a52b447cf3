"""The whole module: what it calls, in which order, and whether it is worth optimising."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.compiler.emit.module import Module
from autograd.compiler.lower import EXAMPLE, lower
from autograd.compiler.run.native import Native
from autograd.compiler.vector.target import Processor
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


@pytest.mark.parametrize("picked", [None, 2, 0])
@pytest.mark.parametrize("sums", [1, 4, 6, 11])
def test_code_for_a_row_alone_reads_it_and_gives_every_sum(
    sums: int, picked: int | None, processor: Processor
) -> None:
    """Σ of x·w + y and the like; a sum of one row is scaled, and nothing behind it is written."""
    steps = [Instruction("dot", (0, 2 + k, 1)) for k in range(sums)]
    results = tuple(range(2 + sums, 2 + 2 * sums))
    listed = WengertList(2, sums, (), tuple(steps), results[:1], results)
    code = Native(listed, processor, alone=True)
    columns = np.array([[3.0, 4.0, 5.0], [0.5, 0.25, -1.0]])[:, : 1 if picked is None else 3]
    weights = np.arange(1.0, 1.0 + sums)
    index = None if picked is None else np.array([picked])
    outputs, totals = code.run(columns, weights, index=index, scale=0.5)
    x, y = columns[:, picked or 0]
    assert totals.tolist() == [0.5 * (x * w + y) for w in weights]
    assert outputs.tolist() == [[x + y]]
    assert code.run_row([x, y], weights.tolist()) == (
        (x + y,),
        tuple(x * w + y for w in weights),
    )


def test_sums_side_by_side_and_in_blocks_are_all_there(run: Run) -> None:
    """Those of an outer product, a single one before and after: three kinds of totals in turn."""
    outer = [Instruction("multiply", (a, b)) for a in range(10) for b in range(10, 20)]
    listed = WengertList(20, 1, (), tuple(outer), (), (0, *range(21, 121), 1, 20))
    columns = [[float(k), 1.0 - k, 0.5] for k in range(20)]
    _, sums = run(listed, columns, [7.0])
    wanted = [
        sum(columns[0]),
        *(
            sum(x * y for x, y in zip(columns[a], columns[b], strict=True))
            for a in range(10)
            for b in range(10, 20)
        ),
        sum(columns[1]),
        21.0,
    ]
    assert sums == wanted
