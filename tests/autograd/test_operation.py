"""Rows of the table, and how an operation is applied."""

from __future__ import annotations

import math
import pickle

import pytest

from autograd import Value, atan2, dot, elu, exp, hypot, leaky_relu, log, logsumexp, softmax, total
from autograd.functions import fixed_power
from autograd.operation import FAMILIES, TABLE, Operation, look_up, record, unary
from autograd.switches import ieee_arithmetic


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
