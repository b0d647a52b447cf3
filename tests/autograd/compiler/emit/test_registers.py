"""Numbers are loaded once, and code of a node reads what the node reads."""

from __future__ import annotations

import re

import pytest

from autograd.compiler.emit.registers import (
    InTurn,
    Registers,
    add_product,
    add_products,
    block_loop,
    call_kernel,
    compute,
    compute_condition,
    lanes_inside,
    uniform_number,
)
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Apply, Product, Sum
from autograd.compiler.schedule.uniform import PARAMETER, UNIFORM
from autograd.compiler.vector.assembly import Function, hexadecimal
from autograd.compiler.vector.target import Target

# Slot 0 is at place 1, slot 1 a parameter, slot 2 the constant 2.5, slot 3 a uniform number.
MEMORY = Memory(4, 2, {2: 2.5}, {1: (PARAMETER, 0), 3: (UNIFORM, 0)}, {9: 0, 0: 1})


def registers() -> Registers:
    return Registers(Function(Target(4, True)), MEMORY, "%row", {})


def loads(values: Registers) -> int:
    return sum(" load " in line for line in values.function.lines)


def test_what_is_read_again_is_in_a_register() -> None:
    values = registers()
    for slot in (0, 1, 3):
        assert values[slot] is values[slot]
    assert loads(values) == 3
    assert values[2].name == f"splat (double {hexadecimal(2.5)})"
    assert loads(values) == 3


def test_a_value_is_read_from_its_place_and_stored_only_if_it_has_one() -> None:
    values = registers()
    values.varying[5] = values[0]
    assert values.function.lines[0].endswith(f"ptr %row, i64 {MEMORY.stride}")
    written = len(values.function.lines)
    values.store(5)
    assert len(values.function.lines) == written
    values.store(0)
    assert values.function.lines[-1].startswith("  store <4 x double>")


def test_uniform_numbers() -> None:
    function = Function(Target(1, True))
    assert uniform_number(function, MEMORY, 2) == hexadecimal(2.5)
    assert uniform_number(function, MEMORY, 1) == "%0"
    assert uniform_number(function, MEMORY, 3) == "%2"
    assert function.lines[0].startswith("  %0 = load double, ptr %parameters")
    assert function.lines[1] == f"  %1 = getelementptr i8, ptr %scratch, i64 {MEMORY.uniform}"


@pytest.mark.parametrize(
    ("products", "operations"),
    [
        ([Product(1)], []),
        ([Product(1, None, True)], ["fneg"]),
        ([Product(1), Product(3)], ["fadd"]),
        ([Product(1), Product(3, None, True)], ["fsub"]),
        ([Product(1, 3)], ["fmul"]),
        ([Product(1), Product(1, 3)], ["fmuladd"]),
        ([Product(1), Product(1, 3, True)], ["fneg", "fmuladd"]),
        ([Product(1, 3, True), Product(2)], ["fneg", "fmul", "fadd"]),
    ],
)
def test_each_term_of_a_sum_is_one_operation(
    products: list[Product], operations: list[str]
) -> None:
    values = registers()
    result = add_products(values, products)
    assert compute(registers(), Sum(products)).name == result.name
    if operations:
        assert values.function.lines[-1].startswith(f"  {result.name} = ")
    else:
        assert result is values[1]
    written = " ".join(values.function.lines)
    assert re.findall(r"= (f\w+)|@llvm[.](\w+)", written) == [
        ("", name) if name == "fmuladd" else (name, "") for name in operations
    ]


def test_a_sum_of_nothing_is_zero() -> None:
    assert add_products(registers(), []).name == f"splat (double {hexadecimal(0.0)})"
    values = registers()
    assert add_product(values, None, Product(1)) is values[1]


def test_an_operation_is_applied_to_its_arguments() -> None:
    values = registers()
    result = compute(values, Apply("divide", (1, 2)))
    assert values.function.lines[-1].startswith(f"  {result.name} = fdiv <4 x double>")


def test_a_comparison_that_only_chooses_has_what_was_compared_and_no_number() -> None:
    values = registers()
    result = compute_condition(values, Apply("greater", (1, 3)))
    assert (result.name, result.function) == ("", values.function)
    line = values.function.lines[-1]
    assert " = fcmp ogt <4 x double> " in line
    assert line.endswith(f"{values[1].name}, {values[3].name}")


def test_kernels_that_are_called_are_remembered() -> None:
    function = Function(Target(4, True))
    call_kernel(function.with_lanes(Target(4, True)), "atan2", ["%a", "%b", "%c"], "%n")
    call_kernel(function.with_lanes(Target(2, True)), "exp", ["%a", "%b", "%c"], None)
    assert function.kernels == {("atan2", 4, False), ("exp", 2, True)}
    assert function.declarations == {
        "declare void @stepgrad.atan2.4(ptr, ptr, ptr, i64)",
        "declare void @stepgrad.exp.2.gathered(ptr, ptr, ptr)",
    }
    assert function.lines == [
        "  call void @stepgrad.atan2.4(ptr %a, ptr %b, ptr %c, i64 %n)",
        "  call void @stepgrad.exp.2.gathered(ptr %a, ptr %b, ptr %c)",
    ]


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_lanes_of_rows_that_do_not_exist_are_outside(lanes: int) -> None:
    function = Function(Target(lanes, True))
    inside = lanes_inside(function, "%k")
    assert function.lines[0] == f"  %0 = mul nuw nsw i64 %k, {lanes}"
    assert function.lines[1] == "  %1 = sub nsw i64 %rows, %0"
    assert function.lines[-1].startswith(f"  {inside.name} = icmp slt ")
    numbers = {1: "0", 2: "<i64 0, i64 1>", 4: "<i64 0, i64 1, i64 2, i64 3>"}[lanes]
    assert f" {numbers}, %" in function.lines[-1]


@pytest.mark.parametrize(("vectors", "loops"), [(1, False), (2, True), (16, True)])
def test_a_block_of_several_vectors_is_a_loop(vectors: int, loops: bool) -> None:
    function = Function(Target(4, True))
    loop, _ = block_loop(function, Memory(4, vectors, {}), 1)
    assert loop.single is not loops
    loop.end()
    text = "\n".join(function.lines)
    assert ("phi" in text, "icmp slt" in text) == (loops, loops)


def test_operands_are_read_in_turn() -> None:
    function = Function(Target(1, True))
    first, second = function.number(1.0), function.number(2.0)
    values = InTurn(function, iter([first, second]))
    assert values[7] is first
    assert values[7] is second
