"""Rows of the table, and how an operation is applied."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from autograd import (
    Value,
    atan2,
    compile,
    dot,
    elu,
    exp,
    heaviside,
    hypot,
    leaky_relu,
    log,
    logsumexp,
    no_grad,
    softmax,
    sqrt,
    total,
)
from autograd.functions import fixed_power
from autograd.node import NOTHING
from autograd.operation import (
    FAMILIES,
    OWN,
    TABLE,
    NumbersOnlyError,
    Operation,
    binary,
    forget_rows,
    look_up,
    record,
    reflected,
    refuse_numbers_only,
    remembered,
    selected,
    selects,
    unary,
)
from autograd.switches import ieee_arithmetic
from autograd.value import Constant


def test_a_row_is_found_by_name_and_parameters() -> None:
    assert look_up("exp") is TABLE["exp"]
    assert look_up("fixed_power", (3.0,)) is fixed_power(3.0).operation
    assert set(FAMILIES) == {
        *("fixed_power", "power_derivative", "leaky_relu", "elu"),
        *("polygamma", "erfcx_slope", "sinc_slope", "dawson", "zeta", "gamma_density", "gammainc"),
        *("expn", "elliptic", "bessel_j", "bessel_y", "bessel_i", "bessel_ie", "bessel_k"),
    }
    assert pickle.loads(pickle.dumps(TABLE["exp"])) is TABLE["exp"]
    assert pickle.loads(pickle.dumps(look_up("elu", (0.5,)))) is look_up("elu", (0.5,))
    assert repr(TABLE["exp"]) == "exp"
    assert repr(look_up("elu", (0.5,))) == "elu(0.5)"


def test_every_row_names_itself_and_what_the_function_says() -> None:
    for name, row in TABLE.items():
        assert row.name == name
        assert row.symbol
        assert all(low < high for low, high in row.domain)


def test_functions_of_numbers_give_floats() -> None:
    assert exp(1) == math.e and type(exp(True)) is float
    assert hypot(3, 4) == 5.0
    assert dot([1, 2], [3, 4], 5) == 16.0
    assert dot([], []) == 0.0
    assert total([]) == 0.0 and total([1, 2]) == 3.0
    assert logsumexp([0.0]) == 0.0
    assert softmax([1.0]) == [1.0]
    assert leaky_relu(-1) == -0.01 and elu(0) == 0.0
    assert record(TABLE["add"], (1, 2)) == 3.0


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: log(Value(-1.0, "z")), ValueError, r"log has no real value at 'z' = -1\.0"),
        (lambda: log(-1.0), ValueError, r"log has no real value at -1\.0.* inputs between 0"),
        (lambda: log(0.0), ValueError, r"log has no real value at 0\.0.* strictly between 0"),
        (lambda: exp(Value(1000.0, "z")), OverflowError, r"exp overflows at 'z' = 1000\.0"),
        (
            lambda: Value(1.0, "a") / Value(0.0, "b"),
            ZeroDivisionError,
            r"divide divides by zero at 'a' = 1\.0, 'b' = 0\.0",
        ),
        (lambda: 1 / Value(0.0, "b"), ZeroDivisionError, r"'b' = 0\.0"),
        (
            lambda: Value(-8.0, "x") ** (1 / 3),
            ValueError,
            r"fixed_power\(0\.333\d*\) has no real value at 'x' = -8\.0",
        ),
        (lambda: Value(-8.0, "x") ** Value(0.5, "p"), ValueError, r"'x' = -8\.0, 'p' = 0\.5"),
        (lambda: Value(0.0, "x") ** -1, ZeroDivisionError, r"'x' = 0\.0"),
        (lambda: (-8) ** Value(0.5, "p"), ValueError, r"-8\.0, 'p' = 0\.5"),
        (lambda: Value(10.0, "x") ** 400, OverflowError, r"'x' = 10\.0"),
        (lambda: dot([Value(1.0)], [1.0, 2.0]), ValueError, "not 1 and 2"),
        (lambda: logsumexp([]), ValueError, "at least one value"),
        (lambda: leaky_relu(1.0, Value(1.0)), TypeError, "slope is a fixed number"),  # type: ignore[arg-type]
        (lambda: elu(1.0, "1"), TypeError, "elu's alpha needs one real number"),  # type: ignore[arg-type]
        (lambda: atan2(Value(1.0)), TypeError, "atan2 takes 2 numbers or Values, 1 given"),  # type: ignore[call-overload]
        (lambda: hypot(Value(1.0), "2"), TypeError, "needs one real number"),  # type: ignore[call-overload]
    ],
)
def test_errors_say_what_was_given(compute: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        compute()  # type: ignore[operator]


def test_of_any_number_of_inputs_no_domain_is_said() -> None:
    def rule(y: Any, *xs: Any) -> tuple[Any, ...]:
        return tuple(0.5 / y for _ in xs)

    root = Operation("root_of_sum", "√Σ", lambda *xs: math.sqrt(sum(xs)), rule, ())
    for inputs, at in (((Value(-1.0, "a"), 0.5), "'a' = -1.0, 0.5"), ((-2.0,), "-2.0")):
        with pytest.raises(ValueError, match="root_of_sum") as caught:
            record(root, inputs)
        assert str(caught.value) == f"root_of_sum has no real value at {at}"


def test_a_slope_beyond_the_floats_is_recorded_where_a_program_is_made() -> None:
    program = compile(lambda x: sqrt(x - 2.0) * 3.0)
    assert (program(2.0), program(6.0)) == (0.0, 6.0)


def test_a_failed_operation_leaves_nothing_behind() -> None:
    x = Value(-1.0, "x")
    with pytest.raises(ValueError, match="log"):
        log(x)
    y = x * x
    y.backward()
    assert x.grad == -2.0


def test_ieee_arithmetic_answers_instead_of_an_error() -> None:
    with ieee_arithmetic.on():
        assert log(0.0) == -math.inf
        assert (Value(-1.0) / 0.0).data == -math.inf
        assert math.isnan((Value(0.0) / 0.0).data)
        assert exp(Value(1000.0)).data == math.inf
        assert math.isnan(log(Value(-1.0)).data)
        assert (Value(-0.0) ** -1).data == -math.inf
        assert (Value(0.0) ** -2).data == math.inf
        assert (Value(-10.0) ** 401).data == -math.inf
        assert (Value(10.0) ** 400).data == math.inf
        assert math.isnan((Value(-8.0) ** 0.5).data)
    with pytest.raises(ValueError, match="log"):
        log(0.0)


def test_an_operation_of_ones_own_records_like_the_tables() -> None:
    cube = Operation("cube", "x³", lambda x: x**3, lambda y, x: (3 * x * x,), ((-1e9, 1e9),))
    x = Value(2.0)
    y = unary(cube)(x)
    y.backward()
    assert (y.data, x.grad) == (8.0, 12.0)


def test_dot_takes_any_iterable() -> None:
    w = [Value(2.0), Value(3.0)]
    y = dot((v for v in w), iter([5.0, 7.0]), start=1.0)
    assert y.data == 32.0
    with pytest.raises(ValueError, match="not 2 and 1"):
        dot(iter(w), iter([1.0]))


# ------------------------------------------------------------------------------ how it is recorded

RECORDED: dict[str, tuple[Callable[[Value], Any], float, list[float], list[float]]] = {
    "unary": (lambda a: unary(TABLE["sqrt"])(a), 2.0, [4.0], [0.25]),
    "binary": (lambda a: binary(TABLE["divide"])(a, Value(8.0)), 0.5, [4.0, 8.0], [0.125, -0.0625]),
    "a number": (lambda a: binary(TABLE["subtract"])(a, 1), 3.0, [4.0, 1.0], [1.0, -1.0]),
    "reflected": (lambda a: reflected(TABLE["subtract"])(a, 1), -3.0, [1.0, 4.0], [1.0, -1.0]),
    "several": (lambda a: record(TABLE["multiply"], (a, Value(8.0))), 32.0, [4.0, 8.0], [8.0, 4.0]),
    "numbers": (lambda a: record(TABLE["hypot"], [3, a]), 5.0, [3.0, 4.0], [0.6, 0.8]),
}
"""What is applied to a Value of 4, its value, the numbers of its parents, its local gradients."""


@pytest.mark.parametrize("case", RECORDED)
def test_all_is_recorded_where_a_number_came_from(case: str) -> None:
    apply, data, inputs, local = RECORDED[case]
    a = Value(4.0, "a")
    node = apply(a)
    assert type(node) is Value
    assert (node.data, node.grad, node.label) == (data, 0.0, "")
    assert type(node.parents) is tuple and a in node.parents
    assert [parent.data for parent in node.parents] == inputs
    assert node.operation is not None and node.operation is TABLE[node.operation.name]
    assert node.local_gradients() == pytest.approx(local, rel=1e-15)
    if case in ("a number", "reflected", "numbers"):
        assert [type(parent) for parent in node.parents if parent is not a] == [Constant]
    with no_grad():
        unrecorded = apply(a)
    assert type(unrecorded) is Value
    assert (unrecorded.data, unrecorded.parents, unrecorded.operation) == (data, (), None)


@pytest.mark.parametrize("make", [binary, reflected])
@pytest.mark.parametrize("other", ["2", None, [1.0], 1j])
def test_what_is_no_number_may_know_the_operator_itself(make: Any, other: Any) -> None:
    assert make(TABLE["multiply"])(Value(2.0), other) is NotImplemented


def test_what_selects_is_recorded_and_its_zero_passes_nothing() -> None:
    assert selected(heaviside, 2.0) == 1.0
    assert selected(heaviside, -2.0) is NOTHING
    for at in (2.0, -2.0):
        slope = selected(heaviside, Value(at))
        assert slope.operation is heaviside.operation and slope.data == float(at > 0.0)
    with no_grad():
        assert selected(heaviside, Value(2.0)).data == 1.0
        assert selected(heaviside, Value(-2.0)) is NOTHING


def test_a_local_gradient_selects_unless_it_is_an_input() -> None:
    x = Value(2.0)
    step = heaviside(x)
    assert selects(step) and selects(step, [x])
    assert not selects(step, [x, step])
    assert [selects(other) for other in (1.0, NOTHING, x, x * x)] == [False] * 4


def test_where_floats_have_no_slope_it_is_that_of_ieee_arithmetic() -> None:
    assert TABLE["sqrt"].ieee_local(0.0, 0.0) == (math.inf,)
    assert TABLE["divide"].ieee_local(math.inf, 1.0, 0.0) == (math.inf, -math.inf)
    assert record(TABLE["sqrt"], [Value(0.0)]).local_gradients() == (math.inf,)
    row = Operation("first", "1", lambda x, y: x, lambda _, x, y: (1, x / y, NOTHING), ())
    slopes = record(row, [Value(-1.0), Value(0.0)]).local_gradients()
    assert slopes == (1.0, -math.inf, 0.0) and slopes[2] is NOTHING
    assert [type(slope) for slope in slopes[:2]] == [float, float]


def test_a_row_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"there is no operation 'nothing'; one's own is declared"):
        look_up("nothing")


@pytest.mark.parametrize("number", ["1", None, 1j, [1.0]])
def test_a_function_names_itself_where_it_is_given_no_number(number: Any) -> None:
    for apply in (unary(TABLE["exp"]), exp, TABLE["exp"].on_numbers):
        with pytest.raises(TypeError, match=r"^exp needs one real number"):
            apply(number)


def test_only_what_a_user_declared_for_numbers_is_refused_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("asks", "tells"):
        row = TABLE["exp"]._replace(name=name, numbers_only=name == "asks")
        monkeypatch.setitem(TABLE, name, row)
        monkeypatch.setitem(OWN, name, exp)
    refuse_numbers_only("exp", (), "C")
    refuse_numbers_only("tells", (), "C")
    with pytest.raises(NumbersOnlyError, match=r"^asks asks for numbers, so C cannot compute it:"):
        refuse_numbers_only("asks", (), "C")


def test_another_thread_that_records_nothing_is_no_matter() -> None:
    a = Value(4.0)
    inside, looked = Event(), Event()

    def paused() -> None:
        with no_grad():
            inside.set()
            assert looked.wait(60.0)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(paused)
        assert inside.wait(60.0)
        try:
            assert all(a in apply(a).parents for apply, *_ in RECORDED.values())
        finally:
            looked.set()
        other.result()


def test_what_was_made_of_rows_is_kept_until_one_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It is to forget nothing else.
    monkeypatch.setitem(remembered.__globals__, "_made_of_rows", [])
    made = []

    @remembered(8)
    def symbol(row: Operation) -> str:
        made.append(row.name)
        return row.symbol

    assert [symbol(TABLE["exp"]), symbol(TABLE["exp"])] == [TABLE["exp"].symbol] * 2
    assert made == ["exp"]
    forget_rows()
    assert symbol(TABLE["exp"]) == TABLE["exp"].symbol
    assert made == ["exp", "exp"]
