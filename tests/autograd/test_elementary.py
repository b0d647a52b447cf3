"""Rounding, remainders, clipping and other names; `test_functions` holds the rows to mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import autograd
from autograd import (
    Value,
    cbrt,
    ceil,
    clip,
    compile,
    exp2,
    fabs,
    floor,
    floor_divide,
    fmod,
    grad,
    gradients,
    hardtanh,
    log1mexp,
    log2,
    log10,
    logaddexp,
    logit,
    mod,
    reciprocal,
    round,
    rsqrt,
    sqrt,
    square,
    trunc,
    xlogy,
)
from autograd.elementary import passed
from autograd.node import NOTHING
from autograd.operation import look_up, selects
from tests.autograd.units import within_units

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
    assert round(1.335, 2) == 1.33  # as Python has it: 100 times the number is 133.5
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
            for found in (
                (mod(a, b), fmod(a, b), floor_divide(a, b)),
                *(p(a, b) for p in programs),
            ):
                assert all(map(same, found, expected)), (a, b)
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
    assert (hardtanh(-3.0), hardtanh(3.0), hardtanh(3.0, -2.0, 2.0)) == (-1.0, 1.0, 2.0)
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


def _cube_root(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.cbrt(abs(x))


def _ln1mexp(x: Any) -> Any:
    return mpmath.log(-mpmath.expm1(-abs(x)))


def _mish(x: Any) -> Any:
    return x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))


SELU = mpmath.mpf("1.0507009873554804934193349852946")
SELU_DEEP = SELU * mpmath.mpf("1.6732632423543772848170429916717")
DEGREE = mpmath.mpf("0.017453292519943295769236907684886127134")
# A function, its derivative, and numbers on each side of where its formula changes.
HELD: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], list[float]]] = {
    "log2": (lambda x: mpmath.log(x, 2), lambda x: 1 / (x * mpmath.log(2)), [0.3, 5.0, 8.0]),
    "log10": (mpmath.log10, lambda x: 1 / (x * mpmath.log(10)), [0.3, 5.0, 1000.0]),
    "exp2": (lambda x: mpmath.power(2, x), lambda x: mpmath.log(2) * 2**x, [-3.3, 0.7]),
    "cbrt": (
        _cube_root,
        lambda x: 1 / (3 * mpmath.cbrt(x * x)),
        [5e-324, -1e-250, 0.99e-200, 1.01e-200, -0.3, 2.0, 0.99e200, -1.01e200, 1e308],
    ),
    "logit": (
        lambda x: mpmath.log(x / (1 - x)),
        lambda x: 1 / (x * (1 - x)),
        [1e-300, 1e-20, 1e-3, 0.2499, 0.2501, 0.45, 0.7499, 0.7501, 0.999],
    ),
    "log1mexp": (
        _ln1mexp,
        lambda x: mpmath.sign(x) / mpmath.expm1(abs(x)),
        [1e-9, -0.5, 0.693, 0.694, -1.3, 20.0],
    ),
    "log_sigmoid": (
        lambda x: -mpmath.log1p(mpmath.exp(-x)), lambda x: 1 / (1 + mpmath.exp(x)), [-3.0, 0.7]
    ),
    "degrees": (mpmath.degrees, lambda x: 1 / DEGREE, [0.7]),
    "radians": (mpmath.radians, lambda x: DEGREE, [0.7]),
    "sec": (mpmath.sec, lambda x: mpmath.sec(x) * mpmath.tan(x), [0.7, -2.5]),
    "csc": (mpmath.csc, lambda x: -mpmath.csc(x) * mpmath.cot(x), [0.7, -2.5]),
    "cot": (mpmath.cot, lambda x: -(mpmath.csc(x) ** 2), [0.7, -2.5]),
    "sech": (mpmath.sech, lambda x: -mpmath.sech(x) * mpmath.tanh(x), [0.7, -2.5, 600.0]),
    "csch": (mpmath.csch, lambda x: -mpmath.csch(x) * mpmath.coth(x), [1e-9, 0.7, -2.5, 600.0]),
    "coth": (mpmath.coth, lambda x: -(mpmath.csch(x) ** 2), [0.7, -2.5, 20.0]),
    "selu": (
        lambda x: SELU * x if x > 0 else SELU_DEEP * mpmath.expm1(x),
        lambda x: SELU if x > 0 else SELU_DEEP * mpmath.exp(x),
        [1.5, 1e-3, 0.5, -1e-3, -0.7, -1.5],
    ),
    "mish": (_mish, lambda x: mpmath.diff(_mish, x), [-3.0, 0.7, 4.0]),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2, [-3.0, 0.7, 1e9]),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_values_and_slopes_to_some_units(name: str) -> None:
    exact, slope, numbers = HELD[name]
    function = getattr(autograd, name)
    within_units(function, exact, numbers, 4.0)
    ordinary = [x for x in numbers if abs(x) > 1e-190]  # else the slope overflows
    within_units(grad(function), slope, ordinary, 8.0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_ends_of_compiled_logarithms_and_roots(backend: Any) -> None:
    functions = (log2, log10, logit, log1mexp, cbrt)
    program = compile(lambda x: [function(x) for function in functions], backend=backend)
    for x, ends in (
        (0.0, (-math.inf, -math.inf, -math.inf, -math.inf, 0.0)),
        (-0.0, (-math.inf, -math.inf, -math.inf, -math.inf, -0.0)),
        (1.0, (0.0, 0.0, math.inf, math.log1p(-math.exp(-1.0)), 1.0)),
        (-8.0, (math.nan, math.nan, math.nan, math.log1p(-math.exp(-8.0)), -2.0)),
        (math.inf, (math.inf, math.inf, math.nan, 0.0, math.inf)),
        (-math.inf, (math.nan, math.nan, math.nan, 0.0, -math.inf)),
        (math.nan, (math.nan,) * 5),
    ):
        assert program(x) == pytest.approx(ends, rel=1e-15, abs=0.0, nan_ok=True), x
    assert math.copysign(1.0, program(-0.0)[4]) == -1.0
    power = compile(lambda x: exp2(x), backend=backend)
    assert power(10.5) == pytest.approx(1024.0 * math.sqrt(2.0), rel=1e-15, abs=0.0)
    for k in (-1074, -1020, -1018, -989, 29, 1023):  # a product with 1/ln 2 alone is off at some
        assert program(2.0**k)[0] == k
    for k in (-299, -298, -297, -5, 15, 22):
        assert program(float(f"1e{k}"))[1] == k
    assert program(1e-323)[1] == pytest.approx(-323.0052, abs=1e-4)  # 2·2⁻¹⁰⁷⁴, no power of ten


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("log2", ((0.0, math.inf),)),
        ("log10", ((0.0, math.inf),)),
        ("logit", ((0.0, 1.0),)),
        ("xlogy", ((-math.inf, math.inf), (0.0, math.inf))),
        ("log1mexp", ((-math.inf, math.inf),)),
    ],
)
def test_a_row_says_where_it_has_values(name: str, domain: tuple[tuple[float, float], ...]) -> None:
    assert look_up(name).domain == domain


def test_a_mask_that_is_0_lets_nothing_through() -> None:
    assert passed(0.0, math.inf) == 0.0 and passed(-2.0, 3.0) == passed(math.nan, 3.0) == 3.0
    for mask, slope in ((0.0, NOTHING), (-2.0, 1.0)):
        y = passed(Value(mask), Value(3.0))
        assert y.local_gradients() == (NOTHING, slope) and selects(y)
