"""Rounding, remainders, clipping and other names; `test_functions` holds the rows to mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import (
    Value,
    ceil,
    clip,
    compile,
    fabs,
    floor,
    floor_divide,
    fmod,
    grad,
    gradients,
    hardtanh,
    logaddexp,
    mod,
    reciprocal,
    round,
    rsqrt,
    sqrt,
    square,
    trunc,
    xlogy,
)
from autograd.node import NOTHING

NUMBERS = [-1e300, -7.5, -2.5, -1.5, -0.5, -0.0, 0.0, 0.3, 0.5, 1.5, 2.5, 7.0, 4503599627370497.5]
STEPS: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (floor, np.floor), (ceil, np.ceil), (trunc, np.trunc), (round, np.rint),
]  # fmt: skip
BACKENDS: list[Any] = ["python", "llvm"]


def same(found: float, expected: float) -> bool:
    return found == expected and math.copysign(1.0, found) == math.copysign(1.0, expected)


@pytest.mark.parametrize(("ours", "numpys"), STEPS)
def test_steps_are_numpys_to_the_sign_of_zero(ours: Any, numpys: Any) -> None:
    programs = [compile(lambda x: ours(x), backend=backend) for backend in BACKENDS]
    for x in [*NUMBERS, math.inf, -math.inf]:
        for found in (ours(x), ours(Value(x)).data, numpys(Value(x)).data):
            assert same(found, float(numpys(x))), x
        assert all(program(x) == numpys(x) for program in programs), x
    assert math.isnan(ours(math.nan))
    array = np.array([Value(x) for x in NUMBERS], dtype=object)
    assert [v.data for v in numpys(array)] == list(numpys(NUMBERS))


@pytest.mark.parametrize("step", [floor, ceil, trunc, round, lambda x: floor_divide(x, 0.5)])
def test_steps_pass_nothing(step: Callable[..., Any]) -> None:
    assert step(Value(0.3)).local_gradients()[0] is NOTHING
    assert grad(lambda x: x + step(sqrt(x)))(0.0) == 1.0
    for backend in BACKENDS:
        assert compile(grad(lambda x: x + step(sqrt(x))), backend=backend)(0.0) == 1.0


def test_rounding_to_digits() -> None:
    assert (round(2.675, 1), round(2.5), round(Value(0.126), 2).data) == (2.7, 2.0, 0.13)
    assert Value(0.126).round(2).data == 0.13


def test_pythons_own_names_are_recorded() -> None:
    v = Value(-7.5)
    for function in (math.floor, math.ceil, math.trunc):
        node = function(v)
        assert isinstance(node, Value) and node.data == function(-7.5)
    for left, right in ((v, 2.0), (v, Value(-2.0)), (7, Value(-2.5))):
        a, b = (float(x) for x in (left, right))
        quotient, rest = divmod(left, right)
        assert (quotient.data, rest.data) == divmod(a, b)
        assert ((left // right).data, (left % right).data) == divmod(a, b)


def test_remainders_are_pythons_and_cs() -> None:
    programs = [compile(lambda a, b: (mod(a, b), fmod(a, b), a // b), backend=b) for b in BACKENDS]
    for a in [*NUMBERS, 1e22, -1e22]:
        for b in (0.1, -0.7, 3.0, -2.5, 1e-5, math.inf, -math.inf):
            expected = (a % b, math.fmod(a, b), a // b)
            assert (mod(a, b), fmod(a, b), floor_divide(a, b)) == expected, (a, b)
            for program in programs:
                assert program(a, b) == expected, (a, b)
    with pytest.raises(ZeroDivisionError, match="mod divides by zero"):
        mod(1.0, Value(0.0))
    assert grad(lambda b: mod(7.0, b))(-2.0) == 4.0


def test_clipping_at_the_bounds_and_beyond() -> None:
    for x, slopes in ((0.5, (1, 0, 0)), (2.0, (0, 0, 1)), (-2.0, (0, 1, 0)), (1.0, (0.5, 0, 0.5))):
        assert clip(*map(Value, (x, 0.0, 1.0))).local_gradients() == slopes
    assert clip(Value(3.0), high=1.0).data == 1.0 and clip(3.0, low=5.0) == 5.0
    assert np.clip(Value(3.0), 0.0, 1.0).data == 1.0
    clipped = np.clip(np.array([Value(3.0), Value(0.5)], dtype=object), 0.0, 1.0)
    assert [float(x) for x in clipped] == [1.0, 0.5]
    assert hardtanh(Value(0.5)).local_gradients()[0] == 1.0 and hardtanh(-3.0, -2.0, 2.0) == -2.0
    with pytest.raises(TypeError, match="clip needs a bound"):
        clip(1.0)
    assert grad(lambda x: x + clip(sqrt(x), 1.0, 2.0))(0.0) == 1.0


def test_other_names_of_rows_that_are_there() -> None:
    x = Value(4.0)
    assert (square(x).data, reciprocal(x).data, rsqrt(x).data, fabs(-x).data) == (16, 0.25, 0.5, 4)
    assert square(x).operation.name == reciprocal(x).operation.name == "fixed_power"
    assert logaddexp(-math.inf, -math.inf) == -math.inf
    assert np.logaddexp(x, 4.0).data == pytest.approx(4.0 + math.log(2.0))


def test_xlogy_has_its_mixed_derivative_at_0() -> None:
    x, y = Value(0.0), Value(2.0)
    first = gradients(xlogy(x, y), [x, y])
    assert [g.data for g in first] == [math.log(2.0), 0.0]
    assert gradients(first[1], [x])[0].data == gradients(first[0], [y])[0].data == 0.5
    assert xlogy(Value(0.0), Value(0.0)).local_gradients() == (-math.inf, 0.0)


@pytest.mark.parametrize(
    "name", ["log2", "log10", "exp2", "cbrt", "square", "reciprocal", "fabs", "degrees", "radians"]
)
def test_numpy_finds_them_by_name(name: str) -> None:
    numpys = getattr(np, name)
    array = np.array([Value(1.0), Value(8.0)], dtype=object)
    assert [v.data for v in numpys(array)] == pytest.approx(
        list(numpys([1.0, 8.0])), rel=1e-15, abs=0.0
    )


def test_methods_of_a_value_are_the_functions() -> None:
    x = Value(2.5)
    assert x.clip(0.0, 1.0).data == x.clip(high=1.0).data == 1.0
    assert x.clip(low=3.0).local_gradients() == clip(x, low=3.0).local_gradients()
    assert (x.round().data, x.round(1).data) == (2.0, 2.5)
    assert x.conjugate() is x
