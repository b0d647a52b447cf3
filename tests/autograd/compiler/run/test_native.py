"""Machine code gives what the Python back end gives, and touches nothing that is not its own."""

from __future__ import annotations

import math
import random
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import operation
from autograd.compiler.lower import lower
from autograd.compiler.readable.python import PythonCode
from autograd.compiler.run.native import Native, aligned_zeros, native, pointers
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Target
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import forget_rows

MACHINES = [
    replace(host(), target=target, registers=registers)
    for target, registers in (
        (host().target, host().registers),
        (Target(4, fused=True), 16),
        (Target(2, fused=False), 16),
        (Target(1, fused=True), 32),
    )
]
UNARY = (
    "exp", "tanh", "sigmoid", "sin", "atan", "softplus", "negative", "relu", "abs", "sign",
    "heaviside", "positive", "erf", "sigmoid_derivative", "tanh_derivative", "one_minus_square",
)  # fmt: skip
BINARY = (
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "hypot", "less", "greater",
    "direction_cosine",
)  # fmt: skip


def random_list(seed: int, instructions: int = 60) -> WengertList:
    """A list of random instructions on three columns, three parameters and two constants."""
    source = random.Random(seed)
    listed: list[Instruction] = []
    for slot in range(8, 8 + instructions):
        taken = [source.randrange(max(0, slot - 25), slot) for _ in range(12)]
        parameters: tuple[float, ...] = ()
        name = source.choice(
            [*UNARY, *BINARY, *BINARY, "dot", "total", "logsumexp", "where", "elu"]
        )
        if name in UNARY:
            taken = taken[:1]
        elif name in BINARY:
            taken = taken[:2]
        elif name == "where":
            taken = taken[:3]
        elif name == "elu":
            taken, parameters = taken[:1], (0.7,)
        elif name == "dot":
            taken = taken[: source.choice([3, 8, 11])]
        elif source.random() < 0.2:
            name, taken, parameters = "fixed_power", taken[:1], (source.choice([2.0, 3.0, -1.0]),)
        listed.append(Instruction(name, tuple(taken), parameters))
    last = 8 + instructions
    results = [source.randrange(last) for _ in range(6)]
    return WengertList(3, 3, (0.5, -1.25), tuple(listed), tuple(results), (*results[2:], last - 1))


def network(inputs: int, hidden: int) -> WengertList:
    """The outputs of a layer of tanh and of one of relu on top, and sums of all of them.

    Both layers' dots share what they read, and the sums are the products of all pairs of outputs,
    so that every kind of step comes up.
    """
    listed: list[Instruction] = []
    weights = hidden * inputs + hidden * hidden

    def add(name: str, *arguments: int) -> int:
        listed.append(Instruction(name, arguments))
        return inputs + weights + len(listed) - 1

    def layer(before: list[int], first: int, name: str) -> list[int]:
        count = len(before)
        rows = [range(first + k * count, first + (k + 1) * count) for k in range(hidden)]
        return [add(name, add("dot", *row, *before)) for row in rows]

    below = layer(list(range(inputs)), inputs, "tanh")
    above = layer(below, inputs + hidden * inputs, "relu")
    pairs = [add("multiply", a, b) for a in below for b in above]
    penalties = [add("multiply", w, w) for w in range(inputs, inputs + weights)]
    both = [add("add", a, b) for a, b in zip(pairs, penalties, strict=False)]
    return WengertList(inputs, weights, (), tuple(listed), tuple(above), tuple(both))


def check(listed: WengertList, rows: int, machine: Any = None, seed: int = 0) -> None:
    """Compare the two back ends on random numbers."""
    source = np.random.default_rng(seed)
    columns = [source.normal(size=rows) for _ in range(listed.columns)]
    parameters = source.normal(size=listed.parameters)
    outputs, sums = native(listed, machine).run(columns, parameters, rows=rows, scale=0.5)
    table = [tuple(float(column[row]) for column in columns) for row in range(rows)]
    wanted_outputs, wanted_sums = PythonCode(listed).run(table, parameters.tolist())
    wanted = np.array(wanted_outputs).T
    np.testing.assert_allclose(outputs, wanted, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(sums, 0.5 * np.array(wanted_sums), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
@pytest.mark.parametrize("seed", range(10))
def test_random_lists(seed: int, machine: Any) -> None:
    check(random_list(seed), rows=1 + 6 * seed, machine=machine, seed=seed)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
@pytest.mark.parametrize("instructions", [20, 100, 1000])
def test_lists_without_columns(instructions: int, machine: Any) -> None:
    varying = random_list(2, instructions)
    check(replace(varying, columns=0, parameters=6), rows=1, machine=machine)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
@pytest.mark.parametrize("calls", [3, 17, 40])
def test_elementary_functions_of_parameters_and_constants(calls: int, machine: Any) -> None:
    powers = [Instruction("power", (k, calls)) for k in range(calls)]
    angles = [Instruction("atan2", (calls + 1, k)) for k in range(calls)]
    single = [Instruction("sin", (calls,)), Instruction("tanh", (calls + 1 + calls,))]
    first = calls + 2
    slots = tuple(range(first, first + 2 * calls + 2))
    listed = WengertList(0, calls, (2.5, -0.5), (*powers, *angles, *single), slots, slots)
    check(listed, rows=2, machine=machine)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
@pytest.mark.parametrize("hidden", [3, 8, 13, 18, 29])
def test_networks(hidden: int, machine: Any) -> None:
    check(network(5, hidden), rows=37, machine=machine)


@pytest.mark.parametrize("hidden", [5, 18])
@pytest.mark.parametrize("rows", [*range(1, 71), 128, 129, 1000])
def test_every_number_of_rows(rows: int, hidden: int) -> None:
    check(network(4, hidden), rows)


@pytest.mark.parametrize("instructions", [0, 1, 4000])
def test_short_and_long_lists(instructions: int) -> None:
    if instructions:
        check(random_list(1, instructions), rows=9)
    else:
        empty = WengertList(1, 1, (2.5,), (), (0, 1, 2), (0, 1, 2))
        outputs, sums = Native(empty).run([np.array([3.0, 4.0])], np.array([7.0]))
        assert outputs.tolist() == [[3.0, 4.0], [7.0, 7.0], [2.5, 2.5]]
        assert sums.tolist() == [7.0, 14.0, 5.0]


SUM_OF_PRODUCTS = WengertList(2, 2, (), (Instruction("dot", (0, 1, 2, 3)),), (4,), (4,))
"""x₀·p₀ + x₁·p₁, and its sum over the rows."""


@pytest.mark.parametrize(
    "table",
    [
        np.array([[1.0, 2.0, 3.0], [5.0, 7.0, 11.0]]),
        np.array([[1.0, 5.0], [2.0, 7.0], [3.0, 11.0]]).T,
        np.array([[1.0, 0.0, 2.0, 0.0, 3.0], [5.0, 0.0, 7.0, 0.0, 11.0]])[:, ::2],
        np.array([[1, 2, 3], [5, 7, 11]]),
    ],
)
def test_columns_may_be_one_array(table: Any) -> None:
    outputs, sums = native(SUM_OF_PRODUCTS).run(table, np.array([2.0, 10.0]))
    assert (outputs.tolist(), sums.tolist()) == ([[52.0, 74.0, 116.0]], [242.0])


def test_without_columns_there_is_one_row_unless_it_is_said() -> None:
    code = native(WengertList(0, 1, (), (Instruction("multiply", (0, 0)),), (1,), (1,)))
    for rows, count in ((None, 1), (0, 0), (3, 3)):
        outputs, sums = code.run([], np.array([2.0]), rows=rows)
        assert (outputs.tolist(), sums.tolist()) == ([[4.0] * count], [4.0 * count])


def test_no_rows_may_be_picked() -> None:
    outputs, sums = native(SUM_OF_PRODUCTS).run(np.ones((2, 3)), np.ones(2), index=[])
    assert (outputs.shape, sums.tolist()) == ((1, 0), [0.0])


def test_code_is_for_many_rows_unless_one_is_worth_its_own() -> None:
    large = WengertList(1, 0, (), (Instruction("dot", (0,) * 2_000),), (1,))
    assert large.is_worth_a_row and not SUM_OF_PRODUCTS.is_worth_a_row
    found = [native(large), native(SUM_OF_PRODUCTS, alone=True), Native(SUM_OF_PRODUCTS)]
    assert [code.alone for code in found] == [False] * 3
    assert native(large, alone=True).alone


@pytest.mark.parametrize("make", [native, Native])
def test_code_is_for_the_processor_that_is_asked_for(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def noted(listed: WengertList, processor: Any, *, alone: bool) -> Any:
        asked.append(processor)
        return lower(listed, processor, alone=alone)

    monkeypatch.setattr("autograd.compiler.run.native.lower", noted)
    forget_rows()  # with them all code that is kept in memory
    for processor in (MACHINES[2], None):
        outputs, _ = make(SUM_OF_PRODUCTS, processor).run(np.ones((2, 1)), np.ones(2))
        assert outputs.tolist() == [[2.0]]
    assert asked == [MACHINES[2], host()]


def test_code_with_an_operation_of_a_user_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list names the operation, and what it does may be another the next time."""
    monkeypatch.setenv("STEPGRAD_CACHE", str(tmp_path / "cache"))

    def result(name: str, factor: float) -> float:
        def scaled(x: Any) -> Any:
            return factor * x

        operation(scaled, local=lambda y, x: (factor,))
        listed = WengertList(
            1, 0, (1.5,), (Instruction(name, (0,) * (2 - (name == "scaled"))),), (2,)
        )
        outputs, _ = Native(listed).run([np.array([2.0])], np.zeros(0))
        return float(outputs[0, 0])

    assert result("multiply", 1.0) == 4.0
    kept = len(list((tmp_path / "cache").iterdir()))
    assert kept > 0
    assert [result("scaled", factor) for factor in (3.0, 5.0)] == [6.0, 10.0]


def test_code_that_is_kept_is_found_by_the_text_of_its_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of this list, for one row or for many; where nothing is kept, nothing is found."""
    listed = replace(SUM_OF_PRODUCTS, columns=3, parameters=1)  # x₀·x₂ + x₁·p₀
    text = listed.text()
    monkeypatch.delenv("STEPGRAD_CACHE", raising=False)
    assert Native.found(text, alone=True) is None
    monkeypatch.setenv("STEPGRAD_CACHE", str(tmp_path / "cache"))
    assert Native.found(text, alone=True) is None
    Native(listed, alone=True)
    found = Native.found(text, alone=True)
    assert found is not None and found.alone
    assert (found.columns, found.parameters, found.outputs, found.sums) == (3, 1, 1, 1)
    assert found.run_row([2.0, 3.0, 5.0], [7.0]) == ((31.0,), (31.0,))
    assert Native.found(text, alone=False) is None
    assert Native.found(SUM_OF_PRODUCTS.text(), alone=True) is None


def test_each_thread_has_memory_of_its_own_to_compute_in() -> None:
    code = native(network(3, 6))
    assert code.scratch() == code.scratch() and code.scratch() % 64 == 0
    assert code._local.scratch.nbytes == code.scratch_bytes > 64
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(code.scratch).result() != code.scratch()


def test_memory_to_compute_in_begins_at_a_cache_line() -> None:
    arrays = [aligned_zeros(count) for count in range(1, 41)]  # all at once, at 40 places
    assert [len(array) for array in arrays] == list(range(1, 41))
    assert {array.ctypes.data % 64 for array in arrays} == {0}
    assert not any(array.any() for array in arrays)


def test_rows_may_be_picked() -> None:
    listed = network(3, 4)
    source = np.random.default_rng(0)
    columns = [source.normal(size=50) for _ in range(3)]
    parameters = source.normal(size=listed.parameters)
    index = source.integers(0, 50, size=77)
    picked = native(listed).run(columns, parameters, index=index)
    copied = native(listed).run([column[index] for column in columns], parameters)
    for a, b in zip(picked, copied, strict=True):
        assert np.array_equal(a, b)


def test_results_are_the_same_every_time_and_in_every_thread() -> None:
    listed = network(3, 6)
    source = np.random.default_rng(0)
    columns = [source.normal(size=333) for _ in range(3)]
    parameters = source.normal(size=listed.parameters)
    code = Native(listed)
    _, first = code.run(columns, parameters)
    with ThreadPoolExecutor(4) as pool:
        for _, sums in pool.map(lambda _: code.run(columns, parameters), range(40)):
            assert np.array_equal(sums, first)


@pytest.mark.parametrize("listed", [random_list(3), random_list(4), WengertList(2, 1, (), ())])
def test_one_row_is_run_as_any_other(listed: WengertList) -> None:
    source = random.Random(8)
    code = Native(listed)
    for _ in range(5):
        row = [source.gauss(0.0, 1.0) for _ in range(listed.columns)]
        parameters = [source.gauss(0.0, 1.0) for _ in range(listed.parameters)]
        outputs, sums = code.run([np.array([x]) for x in row], np.array(parameters))
        found = code.run_row(row, parameters)
        np.testing.assert_array_equal(found[0], outputs[:, 0])
        np.testing.assert_array_equal(found[1], sums)


def test_a_row_of_another_length_is_refused() -> None:
    code = Native(random_list(3))
    with pytest.raises(struct.error):
        code.run_row([0.5] * 4, [0.5] * 3)


def test_threads_run_rows_side_by_side() -> None:
    listed = random_list(5)
    source = np.random.default_rng(5)
    rows = source.normal(size=(400, listed.columns)).tolist()
    parameters = source.normal(size=listed.parameters).tolist()
    code = Native(listed)
    expected = [code.run_row(row, parameters) for row in rows]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda row: code.run_row(row, parameters), rows))
    np.testing.assert_array_equal([f[0] for f in found], [e[0] for e in expected])


def test_a_row_that_is_not_finite_stays_alone() -> None:
    listed = network(2, 4)
    parameters = np.linspace(-1.0, 1.0, listed.parameters)
    columns = [np.linspace(-1.0, 1.0, 21), np.linspace(2.0, 1.0, 21)]
    ordinary, _ = native(listed).run(columns, parameters)
    columns[0][20] = math.nan
    outputs, sums = native(listed).run(columns, parameters)
    assert np.array_equal(outputs[:, :20], ordinary[:, :20])
    assert np.isnan(outputs[:, 20]).all()
    assert np.isnan(sums).all()
    without, _ = native(listed).run([column[:20] for column in columns], parameters)
    assert np.isfinite(without).all()


def test_what_is_the_same_in_every_row_counts_once_for_each() -> None:
    square = WengertList(1, 2, (), (Instruction("multiply", (1, 2)),), (3,), (3, 0))
    outputs, sums = native(square).run([np.arange(5.0)], np.array([3.0, 7.0]), scale=0.2)
    assert outputs.tolist() == [[21.0] * 5]
    assert sums == pytest.approx([21.0, 2.0])


def test_equal_lists_are_compiled_once() -> None:
    assert native(network(2, 3)) is native(network(2, 3))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
@pytest.mark.parametrize("hidden", [5, 19])
@pytest.mark.parametrize("rows", [1, 2, 7, 8, 9, 15, 16, 17, 100, 127, 129, 257])
@pytest.mark.parametrize("behind", [True, False])
def test_nothing_is_touched_beyond_the_arrays(
    rows: int, behind: bool, hidden: int, machine: Any, tools: Any
) -> None:
    def guarded(count: int) -> Any:
        return tools.guarded(count, behind=behind)

    listed = network(3, hidden)
    code = native(listed, machine)
    counts = (rows, rows, rows, listed.parameters, len(listed.sums))
    *columns, parameters, totals = (guarded(count) for count in counts)
    for k, array in enumerate((*columns, parameters)):
        array[:] = np.random.default_rng(k).normal(size=len(array))
    outputs = [guarded(rows) for _ in listed.outputs]
    scratch = guarded(code.scratch_bytes // 8)
    sources, targets = pointers(columns), pointers(outputs)
    code._run(
        rows,
        None,
        sources.ctypes.data,
        parameters.ctypes.data,
        1.0,
        targets.ctypes.data,
        totals.ctypes.data,
        scratch.ctypes.data,
    )
    wanted_outputs, wanted_sums = code.run([c.copy() for c in columns], parameters.copy())
    assert np.array_equal(np.array(outputs), wanted_outputs)
    assert np.array_equal(totals, wanted_sums)


@pytest.mark.parametrize("calls", range(17, 26))
def test_gathering_stays_in_the_memory_to_compute_in(calls: int, tools: Any) -> None:
    slots = range(calls, 3 * calls)
    tower = [Instruction("sin", (slot - calls,)) for slot in slots]
    code = native(WengertList(0, calls, (), tuple(tower), (), tuple(slots[calls:])))
    scratch = tools.guarded(code.scratch_bytes // 8)
    numbers, totals = np.linspace(0.1, 1.0, calls), np.empty(calls)
    parameters, sums, room = (array.ctypes.data for array in (numbers, totals, scratch))
    code._run(1, None, None, parameters, 1.0, None, sums, room)
    assert totals == pytest.approx(np.sin(np.sin(numbers)), rel=1e-15, abs=0.0)


@pytest.mark.parametrize(
    ("columns", "parameters", "options", "message"),
    [
        ([np.zeros(3)], np.zeros(2), {}, "2 columns are needed, not 1"),
        ([np.zeros(3), np.zeros(4)], np.zeros(2), {}, r"column 1 has shape \(4,\)"),
        ([np.zeros((3, 1))] * 2, np.zeros(2), {}, "one axis"),
        (np.zeros((2, 3, 1)), np.zeros(2), {}, "one axis"),
        (np.zeros((3, 2)), np.zeros(2), {}, "2 columns are needed, not 3"),
        ([np.zeros(3)] * 2, np.zeros(1), {}, "array of 2 parameters"),
        ([np.zeros(3)] * 2, np.zeros(2), {"rows": 4}, "3 rows, not 4"),
        ([np.zeros(3)] * 2, np.zeros(2), {"index": [0, 3]}, "between 0 and 2"),
        ([np.zeros(3)] * 2, np.zeros(2), {"index": [-1]}, "between 0 and 2"),
        ([np.zeros(3)] * 2, np.zeros(2), {"index": [[0]]}, "between 0 and 2"),
    ],
)
def test_wrong_shapes_are_errors(columns: Any, parameters: Any, options: Any, message: str) -> None:
    listed = WengertList(2, 2, (), (Instruction("multiply", (0, 2)),), (4,), (4,))
    with pytest.raises(ValueError, match=message):
        native(listed).run(columns, parameters, **options)


def test_a_list_that_reads_ahead_is_an_error() -> None:
    with pytest.raises(ValueError, match="may read slots 0 to 0, not 1"):
        WengertList(1, 0, (), (Instruction("exp", (1,)),))
    with pytest.raises(ValueError, match="one of the slots 0 to 0, not 4"):
        WengertList(1, 0, (), (), (4,))
    with pytest.raises(ValueError, match="at least 0"):
        WengertList(-1, 0, (), ())


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_derivatives_from_an_output_near_1_keep_their_digits(name: str, machine: Any) -> None:
    """Computed from the output where that is at hand; lanes near 1 and others side by side."""
    uses = (Instruction(name, (0,)), Instruction(f"{name}_derivative", (0,)))
    shared = (Instruction(name, (1,)), Instruction(f"{name}_derivative", (1,)))
    listed = WengertList(1, 1, (), (*uses, *shared), (2, 3, 4, 5), ())
    source = random.Random(name)
    x = np.array([source.uniform(-40.0, 40.0) for _ in range(203)] + [math.inf, -math.inf, 0.0])
    code = Native(listed, machine)
    for parameter in (0.5, -7.0, 37.0):
        found, _ = code.run([x], np.array([parameter]))
        expected, _ = PythonCode(listed).run([[number] for number in x.tolist()], [parameter])
        np.testing.assert_allclose(found.T, expected, rtol=3e-13, atol=0.0)
    code = Native(WengertList(1, 0, (), uses, (2,), ()), machine)
    alone = [code.run([x[k : k + 1]], np.zeros(0))[0][0, 0] for k in range(20)]
    together, _ = code.run([x], np.zeros(0))
    assert alone == list(together[0, :20])


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: str(machine.target))
def test_derivatives_that_are_gathered_keep_their_digits(machine: Any) -> None:
    numbers = [*np.linspace(-38.0, 38.0, 23), math.inf]
    listed: list[Instruction] = []
    for slot in range(len(numbers)):
        listed += [Instruction("tanh", (slot,)), Instruction("tanh_derivative", (slot,))]
    results = tuple(range(len(numbers), 3 * len(numbers)))
    wengert = WengertList(0, len(numbers), (), tuple(listed), results, ())
    found, _ = Native(wengert, machine).run([], np.array(numbers))
    expected, _ = PythonCode(wengert).run([[]], numbers)
    np.testing.assert_allclose(found.T, expected, rtol=1e-15, atol=0.0)
