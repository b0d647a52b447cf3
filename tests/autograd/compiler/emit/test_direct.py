"""A list that is one tile reads columns and writes outputs where they are, to the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from autograd.compiler.emit.direct import NAME
from autograd.compiler.lower import EXAMPLE, lower
from autograd.compiler.run.native import Native, native, pointers
from autograd.compiler.wengert.wengert import Instruction, WengertList

# A step of momentum: columns p, g, m, and one that stays as it is; parameters rate and decay.
STEP = WengertList(
    4,
    2,
    (),
    (
        Instruction("dot", (5, 2, 1)),
        Instruction("dot", (4, 6, 0)),
        Instruction("multiply", (4, 5)),
    ),
    outputs=(7, 6, 3, 8),
)
SUM = WengertList(2, 0, (), (Instruction("multiply", (0, 1)),), outputs=(2,), sums=(2,))
CALL = WengertList(1, 0, (), (Instruction("tanh", (0,)),), outputs=(1,))
NOTHING = WengertList(2, 1, (), (), outputs=(1, 2))


def columns(rows: int) -> np.ndarray:
    return np.random.default_rng(rows).normal(size=(STEP.columns, rows))


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 16, 127, 128, 129, 1003])
def test_rows_in_order_and_picked_rows_have_the_same_bits(rows: int) -> None:
    given, numbers, code = columns(rows), np.array([-0.1, 0.9]), native(STEP)
    before = given.copy()
    straight, _ = code.run(given, numbers, rows=rows)
    picked, _ = code.run(given, numbers, index=np.arange(rows))
    np.testing.assert_array_equal(straight.view(np.int64), picked.view(np.int64))
    np.testing.assert_array_equal(given, before)
    np.testing.assert_array_equal(straight[2], given[3])
    np.testing.assert_array_equal(straight[3], np.full(rows, -0.1 * 0.9))
    momentum = 0.9 * given[2] + given[1]
    np.testing.assert_allclose(straight[0], given[0] - 0.1 * momentum, rtol=0, atol=1e-14)


def run_in_place(code: Native, given: np.ndarray, numbers: np.ndarray) -> None:
    rows = given.shape[1]
    uniform = np.empty(rows)
    sources = pointers(given)
    targets = pointers([given[0], given[2], given[3], uniform])
    read = None, sources.ctypes.data, numbers.ctypes.data
    code._run(rows, *read, 1.0, targets.ctypes.data, None, code.scratch())


@pytest.mark.parametrize("rows", [3, 8, 21, 200])
def test_outputs_may_take_the_place_of_columns(rows: int) -> None:
    given, numbers, code = columns(rows), np.array([-0.1, 0.9]), native(STEP)
    expected, _ = code.run(given, numbers, rows=rows)
    stays = given[1].copy()
    run_in_place(code, given, numbers)
    np.testing.assert_array_equal(given[[0, 2, 3]], expected[:3])
    np.testing.assert_array_equal(given[1], stays)


@pytest.mark.parametrize(("listed", "direct"), [(STEP, 1), (SUM, 0), (CALL, 0), (NOTHING, 0)])
def test_it_is_for_one_tile_alone(listed: WengertList, direct: int) -> None:
    source = lower(listed, EXAMPLE).module.source
    assert source.count(f"call void {NAME}(") == direct
    assert source.count(f"define internal void {NAME}(") == direct


@pytest.mark.parametrize("rows", [5, 8, 40])
def test_an_output_may_be_a_parameter(rows: int) -> None:
    """Behind the columns the first slot is no column."""
    listed = WengertList(1, 1, (), (Instruction("add", (0, 1)),), outputs=(2, 1, 0))
    x = np.arange(float(rows))
    outputs, _ = native(listed).run([x], np.array([0.5]), rows=rows)
    np.testing.assert_array_equal(outputs, [x + 0.5, np.full(rows, 0.5), x])
