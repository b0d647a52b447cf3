"""Loops make the rounds that are asked for; rare cases are computed only where they are met."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence

import pytest

from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import Loop, address, where_rare
from autograd.compiler.vector.processor import assembled, host
from autograd.compiler.vector.target import Target

Run = Callable[..., list[list[float]]]


@pytest.mark.parametrize(("limit", "step", "rounds"), [(1, 1, 1), (5, 1, 5), (5, 2, 3), (6, 3, 2)])
def test_rounds(limit: int, step: int, rounds: int, run: Run) -> None:
    def write(x: Lanes) -> Sequence[Lanes]:
        loop = Loop(x.function, str(limit), step, [x, x.function.number(0.0)])
        power, count = loop.carried
        return loop.end([power + power, count + 1.0])

    assert run(write, [1.0, 3.0]) == [[2.0**rounds, 3.0 * 2.0**rounds], [float(rounds)] * 2]


def test_one_round_needs_no_loop() -> None:
    function = Function(Target(1, True))
    one = function.number(1.0)
    loop = Loop(function, "1", carried=[one], single=True)
    assert (loop.advance("%base", 8), loop.number) == ("%base", "0")
    (total,) = loop.end([loop.carried[0] + 1.0])
    assert function.lines == [f"  {total.name} = fadd double {one.name}, {one.name}"]


def test_an_address_moves_on_with_each_round() -> None:
    """Σ of five doubles that lie after one another."""
    function = Function(Target(1, True))
    loop = Loop(function, "5", carried=[function.number(0.0)])
    number = function.load(loop.advance("%numbers", 8))
    (total,) = loop.end([loop.carried[0] + number])
    function.do(f"ret {total.typed}")
    code = assembled(function.definition("double @total(ptr %numbers)"), host())
    numbers = (ctypes.c_double * 5)(1.0, 2.0, 4.0, 8.0, 16.0)
    call = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_void_p)(code.address("total"))
    assert call(ctypes.addressof(numbers)) == 31.0


def test_an_address_is_a_number_of_bytes_further() -> None:
    function = Function(Target(1, True))
    assert address(function, "%base", 24) == "%0"
    assert function.lines == ["  %0 = getelementptr i8, ptr %base, i64 24"]
    assert address(function, "%base", 0) == "%base"
    assert len(function.lines) == 1
    assert address(function, "%base", 1) == "%1"


def test_rare_cases_of_some_lanes(run: Run) -> None:
    def write(x: Lanes) -> Sequence[Lanes]:
        rare = x < 0.0
        usual = [x + 1.0, x * 2.0]
        return where_rare(rare, usual, lambda: [rare.choose(x * x, u) for u in usual])

    numbers = [3.0, -3.0, 0.5, 2.0, -1.5, 1.0, 8.0, 4.0, 5.0]
    assert run(write, numbers) == [
        [x * x if x < 0 else x + 1.0 for x in numbers],
        [x * x if x < 0 else x * 2.0 for x in numbers],
    ]


def test_arrays_of_the_same_step_share_its_product() -> None:
    function = Function(Target(1, True))
    loop = Loop(function, "%n")
    for base, size in (("%a", 8), ("%b", 8), ("%c", 16)):
        loop.advance(base, size)
    assert sum(" mul " in line for line in function.lines) == 2


def test_no_value_is_lost_at_the_end_of_a_round_or_of_a_rare_case() -> None:
    function = Function(Target(1, True))
    one = function.number(1.0)
    with pytest.raises(ValueError, match="shorter"):
        Loop(function, "5", carried=[one, one]).end([one])
    with pytest.raises(ValueError, match="shorter"):
        where_rare(one < 2.0, [one, one], lambda: [one])
