"""Loops and lists are compiled once for each plan, and can be called."""

from __future__ import annotations

import ctypes
import math
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograd.compiler.run.native import native
from autograd.compiler.train import loop_code
from autograd.compiler.train.clipping import SHRINK, norm_of_squares
from autograd.compiler.train.loop_code import SQUARES, list_codes, small_function, train_function
from autograd.compiler.train.loop_source import TRAIN_ARGUMENTS, kind
from autograd.compiler.train.plan import Plan, make_plan
from autograd.compiler.vector.processor import host
from nn.optim import SGD


def plan_of(line: Any, *, row: tuple[float, ...] | None) -> Plan:
    return make_plan(line.loss, SGD([line.w, line.b], 0.25), row=row)


def test_the_sums_of_squares() -> None:
    _, squares = native(SQUARES).run([np.array([3.0, -4.0])], np.zeros(0), rows=2)
    assert list(squares) == [25.0, 25.0 * SHRINK * SHRINK, math.inf]
    assert norm_of_squares(*squares) == 5.0
    for size in (2.0**-1000, 2.0**-600, 2.0**600, 2.0**1020):
        _, squares = native(SQUARES).run([size * np.array([3.0, -4.0])], np.zeros(0), rows=2)
        assert norm_of_squares(*map(float, squares)) == 5.0 * size


def test_the_lists_of_a_plan_are_compiled_once(line: Any) -> None:
    plan = plan_of(line, row=None)
    codes = list_codes(plan, host(), alone=False)
    assert set(codes) == {"gradient", "squares", "numbers", "update"}
    assert list_codes(plan, host(), alone=False) is codes
    columns = [np.array([x]) for x in line.row]
    _, sums = codes["gradient"].run(columns, np.array([3.0, -1.0]), rows=1)
    assert sums.tolist() == [16.0, 16.0, 8.0]
    assert len({code.address for code in codes.values()}) == 4


def test_only_a_plan_without_rows_has_a_small_function(line: Any) -> None:
    assert small_function(plan_of(line, row=None), host()) is None
    plan = plan_of(line, row=line.row)
    assert small_function(plan, host()) is small_function(plan, host()) is not None


def test_the_loop_is_compiled_once_and_makes_no_step_where_none_is_wanted() -> None:
    train = train_function()
    assert train_function() is train
    assert len(train.argtypes) == len(TRAIN_ARGUMENTS)  # type: ignore[attr-defined]
    train(*(0 if kind(name) == "i64" else None for name in TRAIN_ARGUMENTS))


def test_waiting_threads_call_what_the_system_has_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    switch = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)  # stands for a function of Windows
    windows = SimpleNamespace(kernel32=SimpleNamespace(SwitchToThread=switch))
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    for platform, known in (("win32", True), ("linux", False), ("darwin", False)):
        monkeypatch.setattr(sys, "platform", platform)
        address = loop_code._address_of_yield()
        assert (address == ctypes.cast(switch, ctypes.c_void_p).value) == known
        assert address


@pytest.mark.parametrize("alone", [False, True])
def test_only_the_gradient_is_for_a_row_alone(
    line: Any, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other lists have a row for each parameter, or none."""
    plan, asked = plan_of(line, row=None), []

    def note(listed: Any, processor: Any, *, alone: bool) -> Any:
        asked.append((listed, alone))

    monkeypatch.setattr(loop_code, "native", note)
    make: Any = list_codes
    assert make.__wrapped__(plan, host(), alone=alone).keys() == {
        "gradient", "squares", "numbers", "update",
    }  # fmt: skip
    assert [listed for listed, one in asked if one] == ([plan.gradient] if alone else [])


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_threads_that_wait_let_others_run(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = ctypes.CDLL(None).sched_yield
    windows = SimpleNamespace(kernel32=SimpleNamespace(SwitchToThread=switch))
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    monkeypatch.setattr(loop_code.sys, "platform", platform)
    address = loop_code._address_of_yield()
    assert address == ctypes.cast(switch, ctypes.c_void_p).value
    assert ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 0
