"""Operators on vectors do in each lane what Python does with its numbers."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

from autograd.compiler.vector.assembly import (
    Function,
    Integers,
    Lanes,
    Truths,
    bits_of,
    hexadecimal,
    supporting_source,
)
from autograd.compiler.vector.target import Target

Run = Callable[..., list[list[float]]]
A = [3.0, -0.5, 1e300, math.inf, -0.0, 7.25, -1e-310, math.nan, 2.0]
B = [2.0, -4.0, -1e300, 1.0, 0.5, 7.25, 3.0, 1.0, math.nan]


def same(found: list[float], wanted: list[float]) -> bool:
    """Whether all numbers are the same, signs of zero included; nan is nan."""
    return [bits_of(x) if x == x else None for x in found] == [
        bits_of(x) if x == x else None for x in wanted
    ]


@pytest.mark.parametrize(
    "operation",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a * b,
        lambda a, b: a / b,
        lambda a, b: -a,
        lambda a, b: abs(a),
        lambda a, b: a + 1.5,
        lambda a, b: 1.5 + a,
        lambda a, b: a - 1.5,
        lambda a, b: 1.5 - a,
        lambda a, b: a * 1.5,
        lambda a, b: 1.5 * a,
        lambda a, b: a / 1.5,
        lambda a, b: 1.5 / b,
    ],
)
def test_arithmetic(operation: Callable[[Any, Any], Any], run: Run) -> None:
    (found,) = run(lambda a, b: [operation(a, b)], A, B)
    assert same(found, [operation(a, b) for a, b in zip(A, B, strict=True)])


@pytest.mark.parametrize(
    "compare",
    [
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_comparisons(compare: Callable[[Any, Any], Any], run: Run) -> None:
    (found,) = run(lambda a, b: [compare(a, b).choose(a, b)], A, B)
    assert same(found, [a if compare(a, b) else b for a, b in zip(A, B, strict=True)])


def test_other_methods_of_numbers(run: Run) -> None:
    numbers = [4.0, 2.25, 0.0, math.inf, 5.0, 1e-300]
    found = run(
        lambda x: [
            x.sqrt(),
            x.at_most(3.0),
            x.at_least(3.0),
            (-x).with_sign_of(x),
            x.equals(5.0).choose(1.0, 0.0),
        ],
        numbers,
    )
    assert found[0] == [math.sqrt(x) for x in numbers]
    assert found[1] == [min(x, 3.0) for x in numbers]
    assert found[2] == [max(x, 3.0) for x in numbers]
    assert found[3] == numbers
    assert found[4] == [float(x == 5.0) for x in numbers]
    nan, one = run(lambda x: [x.at_most(3.0), x.is_nan().choose(1.0, 0.0)], [math.nan, 1.0])
    assert math.isnan(nan[0])
    assert one == [1.0, 0.0]


def test_a_product_and_a_sum_are_rounded_once_where_the_processor_can(
    run: Run, target: Target
) -> None:
    x = 1.0 + 2.0**-30
    (found,) = run(lambda a, b: [a.times_plus(a, b)], [x, 3.0], [-(x * x), 4.0])
    assert found[1] == 13.0
    assert found[0] in (0.0, 2.0**-60)  # the product's last bit, or nothing
    if target.fused:
        assert found[0] == 2.0**-60


def test_bits_and_integers(run: Run) -> None:
    numbers = [1.0, -2.5, 3e-310, -0.0, 1e300, 0.0]

    def write(x: Lanes) -> list[Lanes]:
        bits = x.bits()
        return [
            ((bits + 5) - 3).as_double(),
            (bits & 0xFFFF_0000_FFFF_0000).as_double(),
            ((bits | 1) ^ 2).as_double(),
            ((bits << 3) >> 5).as_double(),
            bits.negative().choose(1.0, 0.0),
            bits.equals(bits_of(1.0)).choose(1.0, 0.0),
            bits.less_than(0).choose(1.0, 0.0),
            ((bits & 7) + (bits >> 60)).as_double(),
        ]

    found = run(write, numbers)
    bits = [bits_of(x) for x in numbers]
    assert [bits_of(x) for x in found[0]] == [b + 2 for b in bits]
    assert [bits_of(x) for x in found[1]] == [b & 0xFFFF_0000_FFFF_0000 for b in bits]
    assert [bits_of(x) for x in found[2]] == [(b | 1) ^ 2 for b in bits]
    assert [bits_of(x) for x in found[3]] == [(b << 3) % 2**64 >> 5 for b in bits]
    assert found[4] == found[6] == [float(math.copysign(1.0, x) < 0) for x in numbers]
    assert found[5] == [float(x == 1.0) for x in numbers]
    assert [bits_of(x) for x in found[7]] == [(b & 7) + (b >> 60) for b in bits]


def test_truths(run: Run) -> None:
    def write(x: Lanes, y: Lanes) -> list[Lanes]:
        a, b = x > 0.0, y > 0.0
        return [truth.choose(1.0, 0.0) for truth in (a & b, a | b, ~a)]

    x, y = [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]
    assert run(write, x, y) == [[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]]


def test_lanes_one_by_one(run: Run, target: Target) -> None:
    def backwards(x: Lanes) -> list[Lanes]:
        scalars = [x.lane(k) for k in reversed(range(target.lanes))]
        every = x.function.splat(Lanes, scalars[-1])
        return [x.function.vector(Lanes, scalars), every]

    numbers = [float(k) for k in range(target.lanes)]
    assert run(backwards, numbers) == [numbers[::-1], [0.0] * target.lanes]


def test_names_are_given_in_order_whatever_the_width() -> None:
    function = Function(Target(4, True))
    narrow = function.with_lanes(Target(1, True))
    vector = function.number(1.0) + 2.0
    scalar = narrow.number(1.0) + 2.0
    assert (vector.name, scalar.name) == ("%0", "%1")
    assert narrow.lines is function.lines
    assert vector.typed == "<4 x double> %0"
    assert scalar.typed == "double %1"
    assert isinstance(scalar.bits(), Integers)
    assert isinstance(scalar > 1.0, Truths)


def test_a_block_begins_where_the_one_before_it_ends() -> None:
    function = Function(Target(1, True))
    function.go_on("next")
    assert function.lines == ["  br label %next", "next:"]


def test_numbers_and_vectors_alike() -> None:
    function = Function(Target(2, True))
    x = function.load("%x")
    assert function.lanes(x) is x
    assert function.lanes(0.5).typed == function.number(0.5).typed


def test_what_is_called_is_declared_once() -> None:
    function = Function(Target(2, True))
    x = Lanes(function, "%x")
    abs(x)
    abs(x).sqrt()
    assert supporting_source(function).splitlines() == [
        "declare <2 x double> @llvm.fabs.v2f64(<2 x double>)",
        "declare <2 x double> @llvm.sqrt.v2f64(<2 x double>)",
    ]


@pytest.mark.parametrize("number", [0.1, -0.0, math.inf, 5e-324])
def test_numbers_are_written_to_the_bit(number: float) -> None:
    assert struct.pack(">d", number).hex().upper() == hexadecimal(number).removeprefix("0x")


@pytest.mark.parametrize(
    ("lanes", "call"), [(1, ""), (4, "call i1 @llvm.vector.reduce.or.v4i1(<4 x i1> %0)")]
)
def test_whether_any_lane_is_true(lanes: int, call: str) -> None:
    function = Function(Target(lanes, True))
    truth = function.number(1.0) < 2.0
    assert truth.any() == ("%1" if call else truth.name)
    assert function.lines[1:] == ([f"  %1 = {call}"] if call else [])


def test_remainders_have_the_sign_of_what_is_divided(run: Run) -> None:
    a, b = [7.5, -7.5, 1e300, 5.0, -0.0], [2.0, 2.0, 3.0, math.inf, 1.0]
    (found,) = run(lambda a, b: [a.remainder(b)], a, b)
    assert same(found, list(map(math.fmod, a, b)))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, "3"), (-3, "-3"), (2**63 - 1, "9223372036854775807"),
        (2**63, "-9223372036854775808"), (2**64 - 1, "-1"),
    ],
)  # fmt: skip
def test_integers_are_written_with_a_sign(number: int, text: str) -> None:
    assert Function(Target(1, True)).integer(number).name == text


def test_what_is_called_by_its_name_is_declared_and_blocks_have_names_of_their_own() -> None:
    function = Function(Target(1, True))
    result = function.call("double", "pow", [("double", "%x"), ("double", "2.0")])
    assert function.lines == [f"  {result} = call double @pow(double %x, double 2.0)"]
    assert supporting_source(function) == "declare double @pow(double, double)"
    labels = {function.new_label("loop"), function.new_label("loop"), function.new_label("after")}
    assert len(labels) == 3 and {label.rstrip("0123456789") for label in labels} == {
        "loop",
        "after",
    }


def test_numbers_of_a_table_are_read_where_they_are_used() -> None:
    function = Function(Target(1, True), numbers="@numbers")
    wide = function.with_lanes(Target(2, True))
    names = [function.number(0.5).name, wide.number(2.0).name, function.number(0.5).name]
    assert names == ["%0", "%3", "%4"]
    assert [line.split("ptr ", 1)[1] for line in function.lines if "load" in line] == [
        "getelementptr (i8, ptr @numbers, i64 0), align 8",
        "getelementptr (i8, ptr @numbers, i64 8), align 8",
        "getelementptr (i8, ptr @numbers, i64 0), align 8",
    ]
    function.definition("void @f()")
    half, two = hexadecimal(0.5), hexadecimal(2.0)
    table = f"@numbers = internal global [2 x double] [double {half}, double {two}]"
    assert supporting_source(function) == table


def test_a_function_without_numbers_has_no_table() -> None:
    function = Function(Target(1, True), numbers="@numbers")
    function.definition("void @f()")
    assert supporting_source(function) == ""


def test_a_bound_that_is_met_leaves_the_number_with_its_sign(run: Run) -> None:
    zeros = [0.0, -0.0]
    found = run(
        lambda x: [x.at_least(0.0), x.at_most(0.0), x.at_least(-0.0), x.at_most(-0.0)], zeros
    )
    for numbers in found:
        assert [math.copysign(1.0, number) for number in numbers] == [1.0, -1.0]
