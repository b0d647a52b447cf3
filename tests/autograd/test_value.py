"""`Value`: what it accepts, Python's numeric protocol, NumPy, and how long it lives."""

from __future__ import annotations

import fractions
import gc
import math
import operator
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, dot, no_grad, tanh
from autograd.operation import TABLE
from autograd.switches import TracingError, tracing
from autograd.value import Constant


def test_a_leaf_starts_plain() -> None:
    x = Value(0.75, "o1")
    assert (x.data, x.grad, x.label, x.parents, x.operation) == (0.75, 0.0, "o1", (), None)
    assert x.local_gradients() == ()
    assert repr(x) == "Value(data=0.75, grad=0.0, label='o1')"
    assert repr(Value(0.75)) == "Value(data=0.75, grad=0.0)"
    x.label = "x"
    assert x.label == "x"


def test_format_is_that_of_the_number() -> None:
    assert f"{Value(1 / 3):.3f}" == "0.333"
    assert f"{Value(2.0)}" == "Value(data=2.0, grad=0.0)"


@pytest.mark.parametrize(
    ("compute", "name", "expected"),
    [
        (operator.add, "add", (lambda a, b: a + b)),
        (operator.sub, "subtract", (lambda a, b: a - b)),
        (operator.mul, "multiply", (lambda a, b: a * b)),
        (operator.truediv, "divide", (lambda a, b: a / b)),
        (operator.pow, "power", (lambda a, b: a**b)),
    ],
)
@pytest.mark.parametrize("other", [3, 0.5, True, fractions.Fraction(3, 2), np.float64(2.5)])
def test_arithmetic_with_numbers_on_both_sides(
    compute: object, name: str, expected: object, other: object
) -> None:
    v = Value(1.5)
    for left, right in [(v, Value(2.5)), (v, other), (other, v)]:
        result = compute(left, right)  # type: ignore[operator]
        assert type(result) is Value
        a, b = (x.data if isinstance(x, Value) else float(x) for x in (left, right))  # type: ignore[arg-type]
        assert result.data == expected(a, b)  # type: ignore[operator]
        assert result.operation is not None
        if name == "power" and right is other:
            assert result.operation.name == "fixed_power"
            assert result.operation.parameters == (float(other),)  # type: ignore[arg-type]
            assert result.parents == (v,)
        else:
            assert result.operation.name == name
            assert [p.data for p in result.parents] == [a, b]


def test_numbers_in_expressions_are_constants() -> None:
    x = Value(2.0)
    assert type((x + 1.0).parents[1]) is Constant
    assert type((1.0 - x).parents[0]) is Constant
    assert type(dot([x], [3.0]).parents[1]) is Constant


def test_unary_operators() -> None:
    x = Value(-2.0)
    assert ((-x).data, (+x).data, abs(x).data) == (2.0, -2.0, 2.0)
    assert (+x) is not x
    assert (+x).parents == (x,)


def test_an_argument_given_twice_is_a_parent_twice() -> None:
    x = Value(3.0)
    assert (x * x).parents == (x, x)
    assert (x * x).local_gradients() == (3.0, 3.0)


def test_foreign_types_get_a_type_error() -> None:
    x = Value(1.0)
    for compute in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
        for other in ("1", None, 1j, [1.0]):
            with pytest.raises(TypeError):
                compute(x, other)
            with pytest.raises(TypeError):
                compute(other, x)
    with pytest.raises(TypeError):
        x < "1"  # type: ignore[operator]  # noqa: B015
    with pytest.raises(TypeError):
        tanh("1")  # type: ignore[call-overload]


def test_orderings_read_the_number() -> None:
    a, b = Value(1.0), Value(2.0)
    assert a < b and a <= b and b > a and b >= a
    assert a < 2 and a > 0.5 and not a > 1.0 and a >= fractions.Fraction(1)
    assert not a < math.nan and not a >= math.nan
    assert max([a, b]) is b and min(a, b) is a and sorted([b, a]) == [a, b]


def test_equality_and_hash_are_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a and a != b and a != 1.0
    assert len({a, b, a}) == 2


def test_conversions() -> None:
    assert float(Value(0.5)) == 0.5
    assert int(Value(2.9)) == 2
    assert (round(Value(2.6)), type(round(Value(2.6)))) == (3, int)
    assert round(Value(2.675), 1) == 2.7
    assert bool(Value(0.5)) and not bool(Value(0.0))


def test_quotient_and_rest_on_both_sides() -> None:
    x = Value(7.5)
    for pair in (divmod(x, 2), divmod(Value(7.5), Value(2.0))):
        assert [v.data for v in pair] == [3.0, 1.5]
    assert [v.data for v in divmod(20, x)] == [2.0, 5.0]


def test_sum_makes_no_node_for_its_zero() -> None:
    a, b = Value(1.0), Value(2.0)
    total = sum([a, b])
    assert total.parents == (a, b)  # type: ignore[union-attr]
    assert (0 + a) is a
    assert (0.0 + a) is not a


def test_augmented_assignment_makes_a_new_node() -> None:
    a = Value(1.0)
    b = a
    b += 2.0
    assert b is not a and (a.data, b.data) == (1.0, 3.0) and b.parents[0] is a


def test_data_of_a_leaf_is_checked_when_set() -> None:
    x = Value(1.0, "x")
    x.data = np.float32(0.5)
    assert x.data == 0.5 and type(x.data) is float
    with pytest.raises(TypeError, match=r"label='x'.*one real number"):
        x.data = "2"  # type: ignore[assignment]
    assert x.data == 0.5


def test_data_of_a_computed_value_cannot_be_set() -> None:
    y = Value(1.0) + 1.0
    with pytest.raises(ValueError, match=r"was computed by add.*replay"):
        y.data = 3.0


def test_numpy_object_arrays() -> None:
    a = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    x = np.array([Value(0.5), Value(-1.0)])
    y = a @ x + np.array([1.0, 2.0])
    assert [v.data for v in y] == [-0.5, -0.5]
    y.sum().backward()
    assert [[v.grad for v in row] for row in a] == [[0.5, -1.0], [0.5, -1.0]]
    assert [v.grad for v in x] == [4.0, 6.0]
    assert [v.data for v in np.exp(x)] == [math.exp(0.5), math.exp(-1.0)]
    assert [v.data for v in np.tanh(x)] == [math.tanh(0.5), math.tanh(-1.0)]
    assert np.max(x) is x[0]


@pytest.mark.parametrize(
    ("function", "number"),
    [
        (np.arcsin, 0.5),
        (np.arccos, 0.5),
        (np.arctan, 0.5),
        (np.arcsinh, 0.5),
        (np.arccosh, 1.5),
        (np.arctanh, 0.5),
    ],
)
def test_inverse_functions_by_their_names_in_numpy(function: np.ufunc, number: float) -> None:
    (y,) = function(np.array([Value(number)]))
    assert isinstance(y, Value) and y.data == pytest.approx(function(number), rel=1e-15)


def test_the_angle_by_its_name_in_numpy() -> None:
    (angle,) = np.arctan2(np.array([Value(1.0)]), np.array([-1.0]))
    assert angle.data == math.atan2(1.0, -1.0)
    assert angle.operation is TABLE["atan2"]


def test_numpy_scalars_on_the_left() -> None:
    v = Value(3.0)
    for product in (np.float64(2) * v, np.int64(2) * v, np.float32(2) * v):
        assert isinstance(product, Value) and product.data == 6.0
    difference = np.float64(2) - v
    assert isinstance(difference, Value) and difference.data == -1.0
    assert (v * np.array([1.0, 2.0]))[1].data == 6.0


@pytest.mark.parametrize(("ours", "numpys"), [("maximum", np.maximum), ("minimum", np.minimum)])
def test_numpys_maximum_of_a_value_is_ours(ours: str, numpys: Any) -> None:
    a, b = Value(2.0), Value(2.0)
    y = numpys(a, b)
    assert isinstance(y, Value) and y.operation is TABLE[ours]
    y.backward()
    assert (a.grad, b.grad) == (0.5, 0.5)
    for mixed in (numpys(a, 2.0), numpys(np.float64(2.0), a), numpys(3, a)):
        assert isinstance(mixed, Value) and mixed.operation is TABLE[ours]
    rows = np.array([[Value(1.0), Value(3.0)]])
    for broadcast in (numpys(rows, a), numpys(a, rows), numpys(np.array([[1.0, 3.0]]), a)):
        assert broadcast.shape == (1, 2)
        assert all(entry.operation is TABLE[ours] for entry in broadcast.flat)
    ties = np.vectorize(getattr(autograd, ours))(np.array([a, b]), np.array([b, a]))
    assert ties[0].local_gradients() == (0.5, 0.5)


@pytest.mark.parametrize(("numpys", "larger"), [(np.fmax, 1.0), (np.fmin, 0.0)])
def test_numpys_maximum_that_passes_over_nan(numpys: Any, larger: float) -> None:
    for first, second, slopes in (
        (2.0, 2.0, (0.5, 0.5)),
        (2.0, 5.0, (1.0 - larger, larger)),
        (math.nan, 2.0, (0.0, 1.0)),
        (2.0, math.nan, (1.0, 0.0)),
    ):
        a, b = Value(first), Value(second)
        y = numpys(a, b)
        y.backward()
        assert y.data == numpys(first, second)
        assert (a.grad, b.grad) == slopes
        for mixed in (numpys(a, second), numpys(np.float64(first), b)):
            assert isinstance(mixed, Value) and mixed.data == y.data
    assert math.isnan(numpys(Value(math.nan), math.nan).data)
    largest = autograd.compile(lambda a, b: numpys(a, b), backend="llvm")
    assert largest.batch([2.0, math.nan, 1.0], [5.0, 2.0, math.nan])[1:] == [2.0, 1.0]


def test_numpys_other_functions_of_a_value() -> None:
    v = Value(-2.0)
    assert np.sign(v).operation is TABLE["sign"]
    assert np.abs(v).operation is TABLE["abs"] and np.exp(v).operation is TABLE["exp"]
    assert np.arctan2(v, 1.0).operation is TABLE["atan2"]
    assert np.hypot(1.0, v).operation is np.hypot(v, 1.0).operation is TABLE["hypot"]
    assert np.arctan2(1.0, v).data == math.atan2(1.0, -2.0)
    assert (np.array([1.0, -3.0]) > v).tolist() == [True, False]
    assert bool(np.float64(1.0) > v) and not bool(np.int64(-3) >= v)
    added = np.array([Value(1.0), Value(2.0)])
    added += v
    assert [entry.data for entry in added] == [-1.0, 0.0]
    W, x = np.array([[Value(1.0), Value(2.0)]]), np.array([3.0, 4.0])
    (entry,) = W @ x + v
    assert entry.data == 9.0
    with pytest.raises(TypeError):
        np.isnan(v)


def test_every_operation_of_one_or_two_inputs_is_a_method() -> None:
    operators = {"add", "subtract", "multiply", "divide", "power", "negative", "positive"}
    many = {"where", "dot", "total", "logsumexp", "prod", "norm"}
    derivatives = {"sigmoid_derivative", "tanh_derivative", "one_minus_square", "direction_cosine"}
    derivatives |= {"share", "over", "atan_derivative", "gauss", "normal_cdf", "normal_density"}
    derivatives |= {"clip_share", "passed", "betaln"}  # the last is a function of two equals
    for name in set(TABLE) - operators - many - derivatives:
        assert callable(getattr(Value, name)), name
    assert Value(-2.0).leaky_relu(0.5).data == -1.0
    assert Value(-2.0).elu(2.0).data == 2.0 * math.expm1(-2.0)
    assert Value(1.0).maximum(2).data == 2.0
    assert Value(1.0).atan2(Value(1.0)).data == math.atan2(1.0, 1.0)


def test_what_methods_take_where_nothing_is_said() -> None:
    assert Value(-2.0).leaky_relu().data == autograd.leaky_relu(-2.0) == -0.02
    assert Value(-2.0).elu().data == autograd.elu(-2.0) == math.expm1(-2.0)
    for x in (-3.0, 3.0):
        assert Value(x).hardtanh().data == autograd.hardtanh(x) == math.copysign(1.0, x)


def test_numpy_asks_the_entries_of_an_array_by_its_own_names() -> None:
    numbers = [1.25, -0.75]
    values = np.array([Value(number) for number in numbers], dtype=object)
    for function in (np.rint, np.rad2deg, np.deg2rad):
        assert [v.data for v in function(values)] == pytest.approx(function(numbers), rel=1e-15)


COMPOSED = (
    "dawsn", "ellipe", "ellipk", "fabs", "ndtr", "ndtri", "reciprocal", "rsqrt", "square",
)  # fmt: skip


def test_functions_that_are_composed_of_rows_are_methods_too() -> None:
    for name in COMPOSED:
        assert getattr(Value(0.5), name)().data == getattr(autograd, name)(0.5), name
    for name in ("logaddexp", "logaddexp2"):
        assert getattr(Value(0.5), name)(0.25).data == getattr(autograd, name)(0.5, 0.25), name


def test_detach_forgets_the_history() -> None:
    x = Value(2.0, "x")
    y = x * x
    y.label = "y"
    z = y.detach() * x
    z.backward()
    assert (x.grad, y.detach().label, y.detach().parents) == (4.0, "y", ())


# ---------------------------------------------------------------------------------------- lifetimes


def test_a_dropped_graph_is_freed_at_once_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        x = Value(1.0)
        y = tanh(x * x) + dot([x, x], [x, 2.0]) ** 2
        inner = weakref.ref(y.parents[0])
        y.backward()
        del y
        assert inner() is None
    finally:
        gc.enable()


def test_a_million_operations_build_backpropagate_and_are_freed() -> None:
    x = Value(1.0)
    y = x
    for _ in range(500_000):
        y = y * 1.0 + 0.0
    y.backward()
    assert x.grad == 1.0
    last = weakref.ref(y)
    first = weakref.ref(x)
    del y, x
    assert last() is None and first() is None


# ------------------------------------------------------------------------------------------ tracing


@pytest.mark.parametrize(
    "ask",
    [
        float,
        int,
        bool,
        lambda v: v > 0,
        lambda v: v.data,
        lambda v: v.detach(),
        lambda v: v.local_gradients(),
        lambda v: setattr(v, "data", 2.0),
        math.exp,
        lambda v: f"{v:.2f}",
    ],
)
def test_a_traced_value_has_no_number_to_look_at(ask: object) -> None:
    x = Value(1.0, "x")
    with tracing.on():
        with pytest.raises(TracingError, match=r"'x'.*where\(condition, a, b\)"):
            ask(x)  # type: ignore[operator]
        y = x * x
        with pytest.raises(TracingError, match="a Value"):
            ask(y) if ask is float else float(y)  # type: ignore[operator]
        with pytest.raises(TracingError, match="no_grad"), no_grad():
            pass
    assert float(x) == 1.0


@pytest.mark.parametrize(
    "ask",
    [lambda v: v.detach(), lambda v: max(u.data for u in (v, v * v)), lambda v: max(v, v * v)],
)
def test_what_to_use_where_a_number_is_wanted_as_a_constant(ask: Callable[[Value], object]) -> None:
    with tracing.on(), pytest.raises(TracingError, match=r"maximum.*stop_gradient\(v\)"):
        ask(Value(1.0, "x"))


def test_a_thread_that_compiles_hinders_no_other() -> None:
    x = Value(1.0, "x")
    compiling, looked = Event(), Event()

    def compile_slowly() -> None:
        with tracing.on():
            compiling.set()
            assert looked.wait(60.0)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(compile_slowly)
        assert compiling.wait(60.0)
        try:
            assert (float(x), int(x), round(x), x.data, x < 2.0, bool(x)) == (
                1,
                1,
                1,
                1,
                True,
                True,
            )
            x.data = 3.0
            assert x.detach().data == 3.0
            assert (x * x).local_gradients() == (3.0, 3.0)
        finally:
            looked.set()
        other.result()


def test_the_straight_line_between_two_levels_is_a_method_too() -> None:
    x = Value(0.5)
    assert (x.hardtanh().data, x.hardtanh(-0.25, 0.25).data) == (0.5, 0.25)


class Anything:
    """Something that knows how a Value compares and computes with it."""

    def _answer(self, other: Value) -> str:
        return "answered"

    __lt__ = __le__ = __gt__ = __ge__ = __radd__ = __rmul__ = __rsub__ = __rpow__ = _answer


@pytest.mark.parametrize("compute", [operator.lt, operator.le, operator.gt, operator.ge])
def test_what_is_no_number_is_compared_by_itself_or_not_at_all(compute: Any) -> None:
    assert compute(Value(1.0), Anything()) == "answered"
    for other in ("1", None, [1.0], 1j):
        with pytest.raises(TypeError, match="not supported between instances of 'Value' and"):
            compute(Value(1.0), other)


@pytest.mark.parametrize("compute", [operator.add, operator.mul, operator.sub, operator.pow])
def test_what_is_no_number_computes_by_itself(compute: Any) -> None:
    assert compute(Value(1.0), Anything()) == "answered"
