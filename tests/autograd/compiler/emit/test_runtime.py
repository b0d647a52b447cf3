"""Functions that every module has: filling places, repeating a number, adding up lanes."""

from __future__ import annotations

import ctypes
import math
import struct
from dataclasses import replace

import pytest

from autograd.compiler.emit.runtime import add_lanes, runtime_call, runtime_source, symbol
from autograd.compiler.lower import lower
from autograd.compiler.run.native import RUN, Native
from autograd.compiler.vector.assembly import Function, supporting_source
from autograd.compiler.vector.processor import assembled, host
from autograd.compiler.vector.target import Target
from autograd.compiler.wengert.wengert import Instruction, WengertList

TARGETS = [Target(8, True), Target(4, True), Target(2, True), Target(1, True)]
KINDS = {"i": ctypes.c_int64, "p": ctypes.c_void_p, "d": ctypes.c_double}
DOUBLES = ctypes.c_double * 64


@pytest.fixture(params=TARGETS, ids=lambda target: f"{target.lanes} lanes")
def target(request: pytest.FixtureRequest) -> Target:
    chosen: Target = request.param
    return chosen


def call(target: Target, name: str, kinds: str, *arguments: object) -> None:
    """Call a function of the runtime."""
    code = assembled(runtime_source(target), replace(host(), target=target))
    function = ctypes.CFUNCTYPE(None, *(KINDS[kind] for kind in kinds))
    function(code.address(symbol(name, target)))(*arguments)


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 16])
@pytest.mark.parametrize("picked", [False, True])
def test_a_place_is_filled_and_the_last_row_repeated(
    count: int, picked: bool, target: Target
) -> None:
    vectors = -(-count // target.lanes) + 1
    column, place = DOUBLES(*range(64)), DOUBLES(*[-1.0] * 64)
    index = (ctypes.c_int64 * 64)(*(3 * k % 64 for k in range(64)))
    start = 5
    addresses = [ctypes.addressof(place), ctypes.addressof(column)]
    given = ctypes.addressof(index) if picked else None
    call(target, "fill", "pppiii", *addresses, given, start, count, vectors)
    rows = [float(3 * k % 64 if picked else k) for k in range(start, start + count)]
    filled = vectors * target.lanes
    assert list(place) == rows + [rows[-1]] * (filled - count) + [-1.0] * (64 - filled)


def test_code_is_called_with_the_arguments_that_lie_in_memory(target: Target) -> None:
    given: list[tuple[object, ...]] = []
    function = RUN(lambda *arguments: given.append(arguments))
    arguments = (3, 11, 22, 33, 0.5, 44, 55, 66)
    address = ctypes.cast(function, ctypes.c_void_p).value
    memory = ctypes.create_string_buffer(struct.pack("@PqPPPdPPP", address, *arguments))
    call(target, "call", "p", ctypes.addressof(memory))
    assert given == [arguments]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_a_number_is_repeated(rows: int) -> None:
    output = DOUBLES()
    call(TARGETS[0], "repeat", "pdi", ctypes.addressof(output), 2.5, rows)
    assert list(output) == [2.5] * rows + [0.0] * (64 - rows)


def test_both_totals_are_scaled_and_added(target: Target) -> None:
    totals, uniform = DOUBLES(*range(64)), DOUBLES(*range(100, 164))
    results = DOUBLES()
    arrays = [ctypes.addressof(a) for a in (totals, uniform, results)]
    call(target, "scale", "pppidd", *arrays, 2, 0.5, 3.0)
    done = 2 * target.lanes
    assert list(results)[:done] == [0.5 * k + 3.0 * (100 + k) for k in range(done)]
    assert list(results)[done:] == [0.0] * (64 - done)


def test_lanes_are_added_to_the_totals(target: Target) -> None:
    totals, uniform, results = DOUBLES(*range(64)), DOUBLES(), DOUBLES()
    by_lane = DOUBLES(*(float(k) for k in range(64)))
    arrays = [ctypes.addressof(a) for a in (totals, uniform, results)]
    call(target, "reduce", "pppiddp", *arrays, 1, 2.0, 1.0, ctypes.addressof(by_lane))
    lanes = target.lanes
    wanted = [2.0 * (k + sum(range(k * lanes, (k + 1) * lanes))) for k in range(lanes)]
    assert list(results)[:lanes] == wanted


def test_lanes_of_vectors_are_added_in_pairs() -> None:
    function = Function(Target(4, True))
    sums = add_lanes([function.load(f"%in{k}") for k in range(4)])
    function.store(sums, "%out")
    function.do("ret void")
    names = ", ".join(f"ptr %{name}" for name in ("in0", "in1", "in2", "in3", "out"))
    code = assembled(
        function.definition(f"void @add({names})") + supporting_source(function),
        replace(host(), target=function.target),
    )
    four = ctypes.c_double * 4
    given = [four(*(float(10 * k + lane) for lane in range(4))) for k in range(4)]
    out = four()
    kinds = [ctypes.c_void_p] * 5
    ctypes.CFUNCTYPE(None, *kinds)(code.address("add"))(*map(ctypes.addressof, (*given, out)))
    assert list(out) == [sum(numbers) for numbers in given]


def test_a_call_declares_the_function_of_its_width() -> None:
    function = Function(Target(4, True))
    runtime_call(function, "repeat", "ptr %output, double 1.0, i64 3")
    assert function.declarations == {"declare void @stepgrad.repeat.4(ptr, double, i64)"}
    assert function.lines == ["  call void @stepgrad.repeat.4(ptr %output, double 1.0, i64 3)"]


def test_modules_share_one_runtime() -> None:
    sources = [lower(listed, host()).module.source for listed in (DOUBLED, SQUARED)]
    assert all("define void @stepgrad." not in source for source in sources)
    assert [Native(listed).run([[1.0, 3.0]], [])[1].tolist() for listed in (DOUBLED, SQUARED)] == [
        [8.0],
        [10.0],
    ]


DOUBLED = WengertList(1, 0, (), (Instruction("add", (0, 0)),), sums=(1,))
SQUARED = WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), sums=(1,))


@pytest.mark.parametrize("factor", [0.5, -1.0, math.inf, -math.inf, math.nan])
def test_shares_are_what_scaling_totals_of_0_gives(factor: float, target: Target) -> None:
    totals, uniform = DOUBLES(), DOUBLES(*(float(k - 7) for k in range(64)))
    shared, scaled = DOUBLES(), DOUBLES()
    given = 2, factor, 3.0
    call(target, "share", "ppidd", ctypes.addressof(uniform), ctypes.addressof(shared), *given)
    arrays = [ctypes.addressof(a) for a in (totals, uniform, scaled)]
    call(target, "scale", "pppidd", *arrays, *given)
    done = 2 * target.lanes
    assert list(map(str, shared)) == list(map(str, scaled))
    if math.isfinite(factor):
        assert list(shared)[:done] == [3.0 * (k - 7) for k in range(done)]
    else:
        assert all(math.isnan(x) for x in shared[:done])
