"""One declaration enters an operation in the table and makes its public function."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator

import pytest

from autograd import Value
from autograd.declare import (
    REALS,
    binary_row,
    composed_row,
    declare,
    evaluated_on_nodes,
    family,
    ternary_row,
    unary_row,
)
from autograd.operation import FAMILIES, TABLE, Operation
from autograd.reference import DOCUMENTATION
from autograd.switches import tracing


@pytest.fixture(autouse=True)
def _throw_away() -> Iterator[None]:
    """Remove what a test declares."""
    before = [dict(table) for table in (TABLE, FAMILIES, DOCUMENTATION)]
    yield
    for table, content in zip((TABLE, FAMILIES, DOCUMENTATION), before, strict=True):
        table.clear()  # type: ignore[attr-defined]
        table.update(content)  # type: ignore[attr-defined]


def test_a_row_of_one_input() -> None:
    cube = unary_row("cube", "x³", lambda x: x * x * x, lambda y, x: (3.0 * x * x,))
    row = TABLE["cube"]
    assert cube.operation is row
    assert (row.symbol, row.domain, row.parameters, row.expand) == ("x³", (REALS,), (), None)
    assert cube(2) == 8.0 and type(cube(2)) is float
    x = Value(2.0)
    y = cube(x)
    y.backward()
    assert (y.data, x.grad, y.operation, y.parents) == (8.0, 12.0, row, (x,))
    with pytest.raises(TypeError, match="cube needs one real number"):
        cube("2")  # type: ignore[call-overload]


def test_a_row_of_two_inputs() -> None:
    area = binary_row("area", "▭", lambda a, b: a * b, lambda y, a, b: (b, a))
    assert TABLE["area"].domain == (REALS, REALS)
    a, b = Value(2.0), Value(3.0)
    y = area(a, b)
    y.backward()
    assert (y.data, a.grad, b.grad) == (6.0, 3.0, 2.0)
    assert area(a, 4).parents[0] is a and area(4, a).data == 8.0
    assert area(2, 3) == 6.0
    for numbers in ((a,), (a, b, b), ()):
        with pytest.raises(TypeError, match=rf"area takes 2 numbers or Values, {len(numbers)} giv"):
            area(*numbers)  # type: ignore[call-overload]


def test_a_row_of_three_inputs() -> None:
    between = ternary_row(
        "between",
        "∈",
        lambda x, low, high: min(max(x, low), high),
        lambda y, x, low, high: (float(y == x), float(y == low), float(y == high)),
    )
    x, low = Value(-1.0), Value(0.0)
    y = between(x, low, 1.0)
    y.backward()
    assert (y.data, x.grad, low.grad) == (0.0, 0.0, 1.0)
    assert between(0.5, 0.0, 1.0) == 0.5
    with pytest.raises(TypeError, match="between takes 3 numbers or Values, 2 given"):
        between(0.5, 0.0)  # type: ignore[call-arg]


def test_a_row_of_any_number_of_inputs() -> None:
    product = declare(
        "product",
        "Π",
        lambda *inputs: math.prod(inputs),
        lambda y, *inputs: tuple(y / x for x in inputs),
    )
    assert TABLE["product"].domain == ()
    x = [Value(2.0), Value(5.0)]
    y = product(*x, 3.0)
    y.backward()
    assert (y.data, x[0].grad, x[1].grad) == (30.0, 15.0, 6.0)
    assert product() == 1.0


def test_what_there_is_to_say_of_a_row_goes_into_it() -> None:
    root = unary_row(
        "root", "√", math.sqrt, lambda y, x: (0.5 / y,),
        domain=((0.0, math.inf),), kink="derivative inf at 0", ieee=lambda x: -1.0,
        expand=lambda x: x**0.5, taught=lambda y, x: (0.5 * x**-0.5,),
    )  # fmt: skip
    row = root.operation
    assert (row.domain, row.kink, row.ieee(-1.0)) == (((0.0, math.inf),), "derivative inf at 0", -1)
    assert row.expand is not None and row.expand(4.0) == 2.0
    assert row.taught is not None and row.taught(2.0, 4.0) == (0.25,)
    with pytest.raises(ValueError, match=r"root has no real value at -1\.0.*between 0 and inf"):
        root(-1.0)


def test_a_public_function_bears_the_rows_name_and_arguments() -> None:
    scaled = binary_row("scaled", "s", lambda x, by: x * by, lambda y, x, by: (by, x))
    assert (scaled.__name__, scaled.__qualname__) == ("scaled", "scaled")  # type: ignore[attr-defined]
    assert scaled.__module__ == __name__
    assert list(inspect.signature(scaled).parameters) == ["x", "by"]
    assert scaled.__doc__ == ""


def test_documentation_gets_the_section_that_all_functions_share() -> None:
    DOCUMENTATION["scaled"] = "Product x·by.\n\nNotes\n-----\nFor tests.\n"
    DOCUMENTATION["short"] = "Only a line."
    scaled = binary_row("scaled", "s", lambda x, by: x * by, lambda y, x, by: (by, x))
    assert (scaled.__doc__ or "").splitlines() == [
        "Product x·by.",
        "",
        "Parameters",
        "----------",
        "x, by : Value or real number",
        "    Scalar; anything else is refused with a TypeError.",
        "",
        "Returns",
        "-------",
        "Value or float",
        "    Scalar; a Value where there is a Value among the arguments.",
        "",
        "Notes",
        "-----",
        "For tests.",
    ]
    short = unary_row("short", "s", lambda x: x, lambda y, x: (1.0,))
    assert short.__doc__ == "Only a line."


def test_a_family_has_one_row_for_each_number() -> None:
    chosen: list[float] = []

    @family
    def _times(n: float) -> Operation:
        chosen.append(n)
        return Operation(
            "times", f"{n:g}×", lambda x: n * x, lambda y, x: (n,), (REALS,), parameters=(n,)
        )

    assert "times" in FAMILIES and "times" not in TABLE
    double = _times(2.0)
    assert double is _times(2.0) and double.operation is FAMILIES["times"](2.0)
    assert (repr(double.operation), double.__name__) == ("times(2.0)", "times")  # type: ignore[attr-defined]
    x = Value(3.0)
    y = _times(5.0)(x)
    y.backward()
    assert (y.data, x.grad, double(4)) == (15.0, 5.0, 8.0)
    assert chosen == [2.0, 5.0]


def test_a_family_of_two_inputs_takes_two() -> None:
    @family
    def _weighted(n: float) -> Operation:
        return Operation(
            "weighted", "w", lambda a, b: a + n * b, lambda y, a, b: (1.0, n), (REALS, REALS),
            parameters=(n,),
        )  # fmt: skip

    a, b = Value(1.0), Value(2.0)
    y = _weighted(3.0)(a, b)
    y.backward()
    assert (y.data, a.grad, b.grad) == (7.0, 1.0, 3.0)
    with pytest.raises(TypeError, match="weighted takes 2 numbers or Values, 1 given"):
        _weighted(3.0)(a)


def test_what_an_operation_is_composed_of_gives_a_float_while_a_function_is_compiled_too() -> None:
    inverse, constant = evaluated_on_nodes(lambda x: 1.0 / x), evaluated_on_nodes(lambda x: 7)
    with tracing.on():
        found = inverse(0.0), inverse(4.0), constant(0.0)
    assert found == (math.inf, 0.25, 7.0)
    assert {type(x) for x in found} == {float}


def test_an_operation_that_is_composed_follows_ieee_arithmetic_as_its_parts_do() -> None:
    composed_row("one_over", "1/", lambda x: 1.0 / x, lambda y, x: (-y * y,))
    row = TABLE["one_over"]
    assert (row.ieee(0.0), row.ieee(-0.0), row.ieee(4.0)) == (math.inf, -math.inf, 0.25)
