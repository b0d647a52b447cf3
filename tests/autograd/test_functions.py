"""Every row of the table against mpmath, to third order.

An error counts relative to the exact derivative f⁽ᵏ⁾. Only where f⁽ᵏ⁾ crosses zero, as gelu″ does
at √2, may it be as large as what the last place of the inputs makes of it; and third derivatives,
sums of many terms, may be compared with 1e-5 of the second.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mpf

import autograd
from autograd import Value, gradients, jvp, no_grad
from autograd.declare import REALS
from autograd.operation import FAMILIES, TABLE, Operation, record
from autograd.switches import ieee_arithmetic

FIRST, SECOND, THIRD = 1e-12, 1e-10, 1e-7
TINY = 1e-300  # below the normal floats' range digits are lost
DIGITS = 300  # of the exact functions ...
UNKNOWN = 1e-100  # ... and what their numerical derivatives may be wrong by
SPECIALS = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 5e-324, -5e-324, 1e-300, 40.0, 709.0, 710.0, 711.0, -746.0,
    1e16, 1e154, 1e308, -1e308, math.inf, -math.inf, math.nan,
)  # fmt: skip


def _step(condition: Any, a: Any, b: Any) -> Any:
    return a if condition else b


def _logsumexp(*x: Any) -> Any:
    return x[0] + mpmath.log(mpmath.fsum(mpmath.exp(v - x[0]) for v in x))


def _dot(*x: Any) -> Any:
    n = len(x) // 2
    return mpmath.fsum([a * b for a, b in zip(x[:n], x[n:], strict=False)] + list(x[2 * n :]))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def _softplus(x: Any) -> Any:
    return mpmath.log1p(mpmath.exp(-abs(x))) + max(x, 0)


def _inverse_erf(x: Any) -> Any:
    """By Newton's steps: mpmath's own is right to 15 digits only near the ends."""
    z = mpmath.erfinv(x)
    for _ in range(4):
        z -= (mpmath.erf(z) - x) * mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(z * z)
    return z


def _scaled_erfc(x: Any) -> Any:
    return mpmath.exp(x * x) * mpmath.erfc(x)


def _scaled_erfc_slope(x: Any, n: float) -> Any:
    first = 2 * x * _scaled_erfc(x) - 2 / mpmath.sqrt(mpmath.pi)
    return first if n == 1.0 else 2 * _scaled_erfc(x) + 2 * x * first


def _sinc_slope(x: Any, n: float) -> Any:
    if abs(x) < 1e-3:  # by the series Σ (−1)ᵏ (πx)²ᵏ/(2k + 1)!
        terms = (
            (-1) ** k * mpmath.pi ** (2 * k) * mpmath.ff(2 * k, n) / mpmath.factorial(2 * k + 1)
            * x ** (2 * k - int(n))
            for k in range(1, 40)
        )  # fmt: skip
        return mpmath.fsum(terms)
    first = (mpmath.cospi(x) - mpmath.sincpi(x)) / x
    return first if n == 1.0 else (-mpmath.pi * mpmath.sinpi(x) - 2 * first) / x


def _dawson(x: Any, n: float) -> Any:
    first = mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-x * x) * mpmath.erfi(x)
    second = 1 - 2 * x * first
    return (first, second, -2 * first - 2 * x * second)[int(n)]


def _elliptic(m: Any, p: tuple[float, float]) -> Any:
    k, e = mpmath.ellipk(m), mpmath.ellipe(m)
    return {(0.0, 0.0): k, (1.0, 0.0): e, (1.0, 1.0): (e - k) / (2 * m)}[p]


def _scaled_i(x: Any, p: tuple[float, float]) -> Any:
    n, k = map(int, p)
    y = mpmath.exp(-abs(x)) * mpmath.besseli(n, x)
    if not k:
        return y
    orders = mpmath.besseli(n - 1, x) + mpmath.besseli(n + 1, x)
    return mpmath.exp(-abs(x)) * orders / 2 - mpmath.sign(x) * y


def _modified_k(x: Any, n: float) -> Any:
    """By the trapezoidal rule for ∫ e^(−x·cosh t)·cosh nt dt, as mpmath's own takes seconds."""
    h = mpf(1) / 32
    terms = (mpmath.exp(-x * mpmath.cosh(k * h)) * mpmath.cosh(n * k * h) for k in range(1, 400))
    return h * (mpmath.exp(-x) / 2 + mpmath.fsum(terms))


def _log_beta(a: Any, b: Any) -> Any:
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)


def _gammainc(x: Any, p: tuple[float, float]) -> Any:
    a, upper = p
    part = (x, mpmath.inf) if upper else (0, x)
    return mpmath.gammainc(a, *part, regularized=True)


_POWER_DERIVATIVES: dict[tuple[float, float], Callable[[Any, Any], Any]] = {
    (1.0, 0.0): lambda a, b: b * a ** (b - 1),
    (0.0, 1.0): lambda a, b: a**b * mpmath.log(a),
    (1.0, 1.0): lambda a, b: a ** (b - 1) * (1 + b * mpmath.log(a)),
    (2.0, 1.0): lambda a, b: a ** (b - 2) * (2 * b - 1 + b * (b - 1) * mpmath.log(a)),
}


@dataclass(frozen=True)
class Oracle:
    """The exact function; the numbers of inputs and the family's parameters to try."""

    exact: Callable[..., Any]
    inputs: tuple[int, ...] = (1,)
    parameters: tuple[Any, ...] = ()
    between: tuple[tuple[float, float], ...] = ()  # narrower than the domain
    passes: bool = True  # whether a derivative does; else all are 0, whatever the function is


ORACLES = {
    "add": Oracle(lambda a, b: a + b, (2,)),
    "subtract": Oracle(lambda a, b: a - b, (2,)),
    "multiply": Oracle(lambda a, b: a * b, (2,)),
    "divide": Oracle(lambda a, b: a / b, (2,)),
    "over": Oracle(lambda a, b: a / b, (2,)),
    "negative": Oracle(lambda x: -x),
    "positive": Oracle(lambda x: x),
    "power": Oracle(lambda a, b: a**b, (2,), between=((1e-3, 30.0), (-8.0, 8.0))),
    "fixed_power": Oracle(
        lambda x, n: x ** int(n) if n == int(n) else x**n,
        parameters=(2.0, 3.0, 1.0, 0.0, -1.0, -2.0, 7.0, 0.5, 1 / 3, -2.5),
    ),
    "power_derivative": Oracle(
        lambda a, b, p: _POWER_DERIVATIVES[p](a, b),
        (2,),
        parameters=((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (2.0, 1.0)),
        between=((1e-2, 30.0), (-8.0, 8.0)),
    ),
    "exp": Oracle(mpmath.exp),
    "expm1": Oracle(mpmath.expm1),
    "log": Oracle(mpmath.log),
    "log1p": Oracle(mpmath.log1p),
    "sqrt": Oracle(mpmath.sqrt),
    "sin": Oracle(mpmath.sin),
    "cos": Oracle(mpmath.cos),
    "tan": Oracle(mpmath.tan),
    "asin": Oracle(mpmath.asin),
    "acos": Oracle(mpmath.acos),
    "atan": Oracle(mpmath.atan),
    "atan2": Oracle(mpmath.atan2, (2,)),
    "hypot": Oracle(lambda a, b: mpmath.sqrt(a * a + b * b), (2,)),
    "sinh": Oracle(mpmath.sinh),
    "cosh": Oracle(mpmath.cosh),
    "tanh": Oracle(mpmath.tanh),
    "asinh": Oracle(mpmath.asinh),
    "acosh": Oracle(mpmath.acosh),
    "atanh": Oracle(mpmath.atanh),
    "erf": Oracle(mpmath.erf),
    "erfc": Oracle(mpmath.erfc, between=((-20.0, 20.0),)),
    "sigmoid": Oracle(_sigmoid),
    "softplus": Oracle(_softplus),
    "sigmoid_derivative": Oracle(lambda x: _sigmoid(x) * _sigmoid(-x)),
    "tanh_derivative": Oracle(lambda x: mpmath.sech(x) ** 2),
    "atan_derivative": Oracle(lambda x: 1 / (1 + x * x)),
    "gauss": Oracle(lambda x: mpmath.exp(-x * x)),
    "normal_cdf": Oracle(lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2, between=((-20.0, 20.0),)),
    "normal_density": Oracle(lambda x: mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)),
    "one_minus_square": Oracle(lambda x: 1 - x * x),
    "direction_cosine": Oracle(lambda a, b: a / mpmath.sqrt(a * a + b * b), (2,)),
    "relu": Oracle(lambda x: max(x, 0)),
    "leaky_relu": Oracle(lambda x, s: _step(x > 0, x, s * x), parameters=(0.01, 0.3, 0.0, -1.5)),
    "elu": Oracle(
        lambda x, alpha: _step(x > 0, x, alpha * mpmath.expm1(x)), parameters=(1.0, 0.5, 3.0)
    ),
    "gelu": Oracle(lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2),
    "silu": Oracle(lambda x: x * _sigmoid(x)),
    "abs": Oracle(abs),
    "sign": Oracle(mpmath.sign),
    "heaviside": Oracle(lambda x: _step(x > 0, mpf(1), mpf(0))),
    "stop_gradient": Oracle(lambda x: x, passes=False),
    "maximum": Oracle(max, (2,)),
    "minimum": Oracle(min, (2,)),
    "greater": Oracle(lambda a, b: _step(a > b, mpf(1), mpf(0)), (2,)),
    "greater_equal": Oracle(lambda a, b: _step(a >= b, mpf(1), mpf(0)), (2,)),
    "less": Oracle(lambda a, b: _step(a < b, mpf(1), mpf(0)), (2,)),
    "less_equal": Oracle(lambda a, b: _step(a <= b, mpf(1), mpf(0)), (2,)),
    "equal": Oracle(lambda a, b: _step(a == b, mpf(1), mpf(0)), (2,)),
    "not_equal": Oracle(lambda a, b: _step(a != b, mpf(1), mpf(0)), (2,)),
    "share": Oracle(lambda a, b: _step(a > b, mpf(1), _step(a == b, mpf(1) / 2, mpf(0))), (2,)),
    "where": Oracle(lambda c, a, b: _step(c != 0, a, b), (3,)),
    "dot": Oracle(_dot, (2, 3, 5)),
    "total": Oracle(lambda *x: mpmath.fsum(x), (1, 3)),
    "logsumexp": Oracle(_logsumexp, (1, 2, 3)),
    "prod": Oracle(lambda *x: mpmath.fprod(x), (1, 2, 3)),
    "norm": Oracle(lambda *x: mpmath.norm(x), (2, 3), between=((0.5, 3.0), (-3.0, -0.5))),
    "floor": Oracle(mpmath.floor),
    "ceil": Oracle(mpmath.ceil),
    "trunc": Oracle(lambda x: mpmath.sign(x) * mpmath.floor(abs(x))),
    "round": Oracle(mpmath.nint),
    "fmod": Oracle(lambda a, b: mpmath.sign(a) * (abs(a) % abs(b)), (2,)),
    "mod": Oracle(lambda a, b: a - b * mpmath.floor(a / b), (2,)),
    "floor_divide": Oracle(lambda a, b: mpmath.floor(a / b), (2,)),
    "log2": Oracle(lambda x: mpmath.log(x) / mpmath.log(2)),
    "log10": Oracle(mpmath.log10),
    "exp2": Oracle(lambda x: mpf(2) ** x),
    "cbrt": Oracle(lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))),
    "logit": Oracle(lambda x: mpmath.log(x / (1 - x))),
    "log1mexp": Oracle(lambda x: mpmath.log(-mpmath.expm1(-abs(x)))),
    "log_sigmoid": Oracle(lambda x: -_softplus(-x)),
    "xlogy": Oracle(lambda x, y: x * mpmath.log(y), (2,)),
    "degrees": Oracle(mpmath.degrees),
    "radians": Oracle(mpmath.radians),
    "sec": Oracle(mpmath.sec),
    "csc": Oracle(mpmath.csc),
    "cot": Oracle(mpmath.cot),
    "sech": Oracle(mpmath.sech),
    "csch": Oracle(mpmath.csch),
    "coth": Oracle(mpmath.coth),
    "selu": Oracle(
        lambda x: mpf(1.0507009873554805) * _step(x > 0, x, 1.6732632423543772 * mpmath.expm1(x))
    ),
    "mish": Oracle(lambda x: x * mpmath.tanh(_softplus(x))),
    "softsign": Oracle(lambda x: x / (1 + abs(x))),
    "clip": Oracle(lambda x, low, high: min(max(x, low), high), (3,)),
    "passed": Oracle(lambda mask, x: x if mask else mpf(0), (2,)),
    "clip_share": Oracle(lambda a, b, high: _step(a > b and high > a, mpf(1), mpf(0)), (3,)),
    "lgamma": Oracle(lambda x: mpmath.re(mpmath.loggamma(x)), between=((-9.0, 30.0),)),
    "digamma": Oracle(mpmath.digamma, between=((-9.0, 30.0),)),
    "polygamma": Oracle(
        lambda x, n: mpmath.polygamma(int(n), x), parameters=(1.0, 2.0), between=((-9.0, 30.0),)
    ),
    "erfinv": Oracle(lambda x: _inverse_erf(x)),
    "erfcx": Oracle(_scaled_erfc, between=((-20.0, 30.0),)),
    "erfcx_slope": Oracle(_scaled_erfc_slope, parameters=(1.0, 2.0), between=((-20.0, 30.0),)),
    "sinc": Oracle(lambda x: mpmath.sincpi(x)),
    "sinc_slope": Oracle(_sinc_slope, parameters=(1.0, 2.0)),
    "sinpi": Oracle(lambda x: mpmath.sinpi(x)),
    "cospi": Oracle(lambda x: mpmath.cospi(x)),
    "sind": Oracle(lambda x: mpmath.sin(mpmath.radians(x))),
    "cosd": Oracle(lambda x: mpmath.cos(mpmath.radians(x))),
    "tand": Oracle(lambda x: mpmath.tan(mpmath.radians(x))),
    "asec": Oracle(mpmath.asec),
    "acsc": Oracle(mpmath.acsc),
    "acot": Oracle(mpmath.acot),
    "asech": Oracle(mpmath.asech, between=((1e-6, 1.0),)),
    "acsch": Oracle(mpmath.acsch),
    "acoth": Oracle(mpmath.acoth),
    "exp10": Oracle(lambda x: mpf(10) ** x),
    "xlog1py": Oracle(lambda x, y: x * mpmath.log1p(y), (2,)),
    "copysign": Oracle(lambda a, b: _step(b < 0, -abs(a), abs(a)), (2,)),
    "gamma": Oracle(mpmath.gamma, between=((-9.0, 60.0),)),
    "betaln": Oracle(_log_beta, (2,), between=((0.05, 60.0), (0.05, 60.0))),
    "zeta": Oracle(lambda x, s: mpmath.zeta(s, x), parameters=(2.5,), between=((0.01, 60.0),)),
    "gamma_density": Oracle(
        lambda x, a: x ** (a - 1) * mpmath.exp(-x) / mpmath.gamma(a),
        parameters=(2.5,),
        between=((0.01, 60.0),),
    ),
    "gammainc": Oracle(
        _gammainc, parameters=((2.5, 0.0), (2.5, 1.0), (40.0, 0.0)), between=((0.01, 60.0),)
    ),
    "erfi": Oracle(mpmath.erfi, between=((-20.0, 20.0),)),
    "erfcinv": Oracle(lambda x: _inverse_erf(1 - x), between=((1e-300, 2.0),)),
    "log_ndtr": Oracle(
        lambda x: (
            mpmath.log1p(-mpmath.erfc(x / mpmath.sqrt(2)) / 2)
            if x > 0
            else mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2)
        ),
        between=((-20.0, 8.0),),
    ),
    "dawson": Oracle(_dawson, parameters=(0.0, 1.0, 2.0), between=((-20.0, 20.0),)),
    "expi": Oracle(lambda x: mpmath.ei(x)),
    "expn": Oracle(
        lambda x, n: mpmath.expint(int(n), x), parameters=(0.0, 1.0, 3.0), between=((0.01, 60.0),)
    ),
    "sinint": Oracle(mpmath.si),
    "cosint": Oracle(mpmath.ci, between=((0.01, 60.0),)),
    "elliptic": Oracle(_elliptic, parameters=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
    "bessel_j": Oracle(lambda x, n: mpmath.besselj(int(n), x), parameters=(0.0, 1.0, 3.0)),
    "bessel_y": Oracle(
        lambda x, n: mpmath.bessely(0, x), parameters=(0.0,), between=((0.01, 60.0),)
    ),
    "bessel_i": Oracle(lambda x, n: mpmath.besseli(int(n), x), parameters=(0.0, 3.0)),
    "bessel_ie": Oracle(_scaled_i, parameters=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))),
    "bessel_k": Oracle(_modified_k, parameters=(0.0, 2.0), between=((0.1, 60.0),)),
}

CHOOSE = {"where", "passed"}  # between the others, by the first input
CANCELS = {"dot", "total", "logsumexp"}  # their value may be a small difference of large terms
CANCELS |= {"bessel_j", "bessel_y", "cosint", "expi", "betaln"}
# Formulas of hundreds of operations: their tests over all sizes and many points would take minutes.
LONG = {"bessel_j", "bessel_y", "bessel_i", "bessel_ie", "bessel_k", "expi", "expn", "sinint"}
LONG |= {"cosint", "elliptic", "dawson", "erfi", "erfcinv", "log_ndtr", "gamma", "betaln", "zeta"}
LONG |= {"gammainc", "gamma_density"}
KINKED = {"relu", "leaky_relu", "elu", "abs", "sign", "heaviside", "where", "maximum", "minimum"}
KINKED |= {"floor", "ceil", "trunc", "round", "fmod", "mod", "floor_divide", "selu", "softsign"}
KINKED |= {"clip", "clip_share", "log1mexp", "passed", "copysign", "bessel_ie"}
KINKED |= {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "share"}


@dataclass(frozen=True)
class Case:
    """One operation with a number of inputs, beside its exact function."""

    operation: Operation
    exact: Callable[..., Any]
    inputs: int
    between: tuple[tuple[float, float], ...]

    def __str__(self) -> str:
        return f"{self.operation!r}/{self.inputs}"


def _cases() -> Iterator[Case]:
    for name, oracle in ORACLES.items():
        for inputs in oracle.inputs:
            if not oracle.parameters:
                yield Case(TABLE[name], oracle.exact, inputs, oracle.between)
            for p in oracle.parameters:
                family = FAMILIES[name](*(p if isinstance(p, tuple) else (p,)))
                yield Case(family, lambda *x, p=p, f=oracle.exact: f(*x, p), inputs, oracle.between)


CASES = list(_cases())
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def _interval(low: float, high: float) -> st.SearchStrategy[float]:
    """Floats inside an open interval; infinite ends are drawn in to 30, near 0 from both sides."""
    if low == 0.0 and math.isinf(high):
        return st.floats(-14.0, 14.0).map(math.exp)
    low, high = max(low, -30.0), min(high, 30.0)
    near = [st.floats(low, high, exclude_min=True, exclude_max=True)]
    if low < 0.0 < high:
        near.append(st.floats(-1.0, 1.0).map(lambda x: min(high, -low) * 0.5 * x**3))
    return st.one_of(near)


def _points(case: Case) -> st.SearchStrategy[tuple[float, ...]]:
    domain = case.between or case.operation.domain
    if len(domain) < case.inputs:
        domain = (domain[:1] or (REALS,)) * case.inputs
    return st.tuples(*(_interval(*interval) for interval in domain))


def _is_regular(case: Case, x: Sequence[float]) -> bool:
    """Tell whether a point is away from kinks, poles and branch cuts."""
    gaps = [abs(a - b) for a, b in itertools.combinations(x, 2)]
    if case.operation.name in ("fmod", "mod", "floor_divide"):
        return abs(x[1]) > 1e-3 and abs(x[0] / x[1] - round(x[0] / x[1])) > 1e-6
    if case.operation.name in ("floor", "ceil", "trunc", "round"):
        return abs(2.0 * x[0] - round(2.0 * x[0])) > 1e-6
    if case.operation.name in ("lgamma", "digamma", "polygamma", "gamma"):
        return x[0] > 1e-3 or abs(x[0] - round(x[0])) > 1e-2
    if case.operation.name in ("cbrt", "csc", "cot", "csch", "coth", "expi", "acot", "acsch"):
        return abs(x[0]) > 1e-3
    if case.operation.name in ("asec", "acsc", "acoth"):
        return x[0] > 1.001
    if case.operation.name == "copysign":
        return min(map(abs, x)) > 1e-9
    if case.operation.name == "logit":
        return 1e-3 < x[0] < 0.999
    if case.operation.name in KINKED:
        return (
            min([abs(x[0])] if case.inputs == 1 or case.operation.name in CHOOSE else gaps) > 1e-9
        )
    if case.operation.name in ("hypot", "direction_cosine"):
        return math.hypot(*x) > 1e-3
    if case.operation.name == "atan2":
        return abs(x[0]) > 1e-3
    if case.operation.name in ("divide", "over"):
        return abs(x[1]) > 1e-3
    if case.operation.name == "fixed_power":
        return abs(x[0]) > 1e-6
    return True


STENCILS = (
    ((0, 1.0),), ((1, 0.5), (-1, -0.5)), ((1, 1.0), (0, -2.0), (-1, 1.0)),
    ((2, 0.5), (1, -1.0), (-1, 1.0), (-2, -0.5)),
    ((2, 1.0), (1, -4.0), (0, 6.0), (-1, -4.0), (-2, 1.0)),
)  # fmt: skip


def _remembering(case: Case) -> Case:
    """The case with each value of its exact function computed once: orders share most points."""
    return dataclasses.replace(case, exact=functools.cache(case.exact))


def _difference(case: Case, x: Sequence[float], index: Sequence[int], steps: Sequence[Any]) -> Any:
    """∂ᵏf/∂x₁^i₁… from central differences, which miss f⁽ᵏ⁺²⁾ times the steps' squares."""
    orders = [index.count(i) for i in range(len(x))]
    whole = mpf(0)
    for places in itertools.product(*(STENCILS[order] for order in orders)):
        point = [mpf(v) + place * h for v, (place, _), h in zip(x, places, steps, strict=True)]
        whole += math.prod(weight for _, weight in places) * case.exact(*point)
    return whole / mpmath.fprod(h**order for h, order in zip(steps, orders, strict=True))


def _exact(case: Case, x: Sequence[float], index: Sequence[int]) -> Any:
    """∂ᵏf/∂x₁^i₁… for a multi-index, with steps whose fourth power leaves a fifth of the digits."""
    if index and not ORACLES[case.operation.name].passes:
        return mpf(0)
    return _difference(case, x, index, [mpf(2) ** -(mpmath.mp.prec // 5)] * len(x))


def test_every_row_has_an_oracle() -> None:
    assert set(ORACLES) == set(TABLE) | set(FAMILIES)


@pytest.mark.parametrize("case", [c for c in CASES if c.operation.name not in LONG], ids=str)
@settings(max_examples=15)
@given(data=st.data())
def test_value_and_derivatives_to_third_order(case: Case, data: st.DataObject) -> None:
    x = data.draw(_points(case))
    assume(_is_regular(case, x))
    _check_to_third_order(case, x, DIGITS)


@pytest.mark.parametrize("case", [c for c in CASES if c.operation.name in LONG], ids=str)
def test_long_formulas_to_third_order(case: Case) -> None:
    """The same at few points, as mpmath needs long for these."""
    random = Random(repr(case.operation))
    domain = [(max(a, -30.0), min(b, 30.0)) for a, b in case.between or case.operation.domain]
    for share in (0.02, 0.3, 0.97):
        x = tuple(a + (b - a) * share * random.uniform(0.9, 1.0) for a, b in domain)
        if _is_regular(case, x):
            _check_to_third_order(case, x, 100)


def _check_to_third_order(case: Case, x: tuple[float, ...], digits: int) -> None:
    case = _remembering(case)
    leaves = [Value(v) for v in x]
    y = record(case.operation, leaves)
    with mpmath.workdps(digits):
        exact = _exact(case, x, ())
        terms = max(map(abs, x)) if case.operation.name in CANCELS else 0.0
        assert abs(y.data - exact) <= 1e-12 * max(abs(exact), terms) + TINY
        derivatives: dict[tuple[int, ...], Value] = {(): y}
        largest = 0.0
        for order, tolerance in ((1, FIRST), (2, SECOND), (3, THIRD)):
            below, largest = largest, 0.0
            for index in itertools.combinations_with_replacement(range(case.inputs), order):
                (found,) = gradients(derivatives[index[:-1]], [leaves[index[-1]]])
                derivatives[index] = found
                exact = _exact(case, x, index)
                largest = max(largest, abs(exact))
                error = abs(found.data - exact)
                size = max(abs(exact), 1e-5 * below) if order == 3 else abs(exact)
                if error > tolerance * size + UNKNOWN:
                    assert error <= _felt_of_rounding(case, x, index), (index, exact, found.data)


def _felt_of_rounding(case: Case, x: Sequence[float], index: tuple[int, ...]) -> Any:
    """How far a derivative moves when each input moves by 2 units in its last place."""
    moves = (abs(v * _exact(case, x, (*index, i))) for i, v in enumerate(x))
    return mpf(2) ** -51 * sum(moves)


# ------------------------------------------------- derivatives over the whole range of magnitudes

SIZES = (1e-300, 1e-200, 1e-100, 1e-30, 1e-8, 0.7, 3.3, 23.6, 37.9, 650.0)
SIZES += (1e8, 1e67, 1e80, 1e100, 1e155, 1e200, 1e300)
PAIRED = (1e-140, 1e-30, 0.7, 45.0, 1e30, 1e140)
FARTHEST = {  # beyond, the exact function is a constant or a straight line, or overflows
    "exp": 700.0,
    "expm1": 700.0,
    "sinh": 700.0,
    "cosh": 700.0,
    "erf": 30.0,
    "erfc": 26.0,
    "gelu": 40.0,
    "normal_cdf": 40.0,
    "gauss": 30.0,
    "normal_density": 40.0,
    "sin": 1e9,
    "cos": 1e9,
    "tan": 1e9,
    "asinh": 1e200,
    "acosh": 1e200,
    "degrees": 1e300,
    "exp2": 1000.0,
    "exp10": 300.0,
    **dict.fromkeys(("sinpi", "cospi", "sind", "cosd", "tand"), 1e9),
    "sec": 1e9,
    "csc": 1e9,
    "cot": 1e9,
    "sinc": 1e9,
    "sinc_slope": 1e9,
    "erfcx": 26.0,
    "erfcx_slope": 26.0,
    **dict.fromkeys(("sech", "csch", "coth"), 700.0),
    **dict.fromkeys(("mish", "log_sigmoid"), 700.0),
} | dict.fromkeys(("tanh", "sigmoid", "softplus", "silu", "elu", "sigmoid_derivative"), 800.0)
FARTHEST |= {"tanh_derivative": 800.0}


def _whole_range(case: Case) -> Iterator[tuple[float, ...]]:
    domain = case.operation.domain
    farthest = FARTHEST.get(case.operation.name, math.inf)
    sizes = SIZES if case.inputs == 1 else PAIRED
    one = [[s * size for size in sizes for s in (1.0, -1.0)] for _ in domain]
    one = [[*xs, *(1.0 + x for x in xs), *(1.0 - abs(x) for x in xs)][: 3 * len(xs)] for xs in one]
    inside = [
        sorted({x for x in xs if low < x < high and 0.0 < abs(x) <= farthest and abs(x) != 1.0})
        for xs, (low, high) in zip(one, domain, strict=True)
    ]
    if case.inputs == 1:
        yield from ((x,) for x in inside[0])
    else:
        yield from itertools.product(*(xs[:: 1 + len(xs) // 12] for xs in inside))


RANGED = [case for case in CASES if case.inputs == len(case.operation.domain)]
RANGED = [case for case in RANGED if ORACLES[case.operation.name].passes]
RANGED = [
    case
    for case in RANGED
    if case.operation.name not in KINKED | {"power", "power_derivative", "over"}
]
RANGED = [  # hundreds of digits of these take mpmath minutes
    case for case in RANGED if case.operation.name not in {"lgamma", "digamma", "polygamma"} | LONG
]
RANGED += [case for case in CASES if case.operation.name == "elu"]


@pytest.mark.parametrize("case", RANGED, ids=str)
def test_derivatives_to_third_order_over_the_whole_range(case: Case) -> None:
    for x in _whole_range(case):
        leaves = [Value(v) for v in x]
        with contextlib.suppress(ArithmeticError, ValueError):
            y = record(case.operation, leaves)
            with mpmath.workdps(_enough_digits(x, y.data)):
                _check_derivatives(_remembering(case), x, y, leaves)


def _digits(x: Sequence[float]) -> int:
    """How many digits `_in_steps` needs: 700, and what the third power of a small step takes."""
    smallest = min(map(abs, x))
    return 700 - 3 * min(0, math.floor(math.log10(smallest)))


def _enough_digits(x: Sequence[float], y: float) -> int:
    """How many it needs where derivatives below 1e-290 are not compared, and at most `_digits`.

    To 1e-290 and its 30 digits come 54 of a step's third power, those of the value before the
    point, and those that a formula loses beside the square of its input.
    """
    large = math.log10(max(1.0, abs(y))) + 2.0 * math.log10(max(1.0, *map(abs, x)))
    return _digits(x) - max(0, 700 - math.ceil(420 + large))


def _in_steps(case: Case, x: Sequence[float], index: Sequence[int]) -> Any:
    """∂ᵏf/∂x₁^i₁… with steps in proportion to x, right to 30 digits where values have `_digits`."""
    return _difference(case, x, index, [min(abs(mpf(v)), 1) * mpf(2) ** -60 for v in x])


def _check_derivatives(case: Case, x: tuple[float, ...], y: Value, leaves: Sequence[Value]) -> None:
    derivatives: dict[tuple[int, ...], Value] = {(): y}
    for order, tolerance in ((1, FIRST), (2, SECOND), (3, THIRD)):
        for index in itertools.combinations_with_replacement(range(case.inputs), order):
            (found,) = gradients(derivatives[index[:-1]], [leaves[index[-1]]])
            derivatives[index] = found
            exact = _in_steps(case, x, index)
            if not 1e-290 < abs(exact) < 1e290:
                continue
            if not abs(found.data - exact) <= tolerance * abs(exact):
                moves = (
                    [abs(v * _in_steps(case, x, (*index, i))) for i, v in enumerate(x)]
                    if order < 3
                    else [0]
                )
                assert abs(found.data - exact) <= mpf(2) ** -50 * sum(moves), (
                    x, index, float(exact), found.data,
                )  # fmt: skip


DELICATE = {
    "erf": (-23.6, 8.3, 26.4), "gelu": (-37.2, -25.3, -5.5, 1e-200), "silu": (-690.0, 1e-200),
    "atan": (1e67, -1e30, 1e-200), "tanh": (-340.0, 1.7, 1e-200), "sigmoid": (-690.0, 36.0, 1e-200),
    "asinh": (1e60, 1e-200), "log1p": (1e60, 1e-200),
}  # fmt: skip


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("name", DELICATE)
def test_compiled_derivatives_keep_their_digits_too(name: str, backend: Any) -> None:
    case = next(case for case in CASES if case.operation.name == name)
    function = getattr(autograd, name)
    for order in (1, 2, 3):
        function = autograd.grad(function)
        program = autograd.compile(function, backend=backend)
        batch = list(program.batch(list(DELICATE[name])))
        for x, in_batch in zip(DELICATE[name], batch, strict=True):
            with mpmath.workdps(_digits((x,))):
                exact = _in_steps(case, (x,), (0,) * order)
                for found in (program(x), in_batch):
                    assert abs(found - exact) <= 1e-11 * abs(exact) + TINY, (order, x, found)


@every_case
@settings(max_examples=10)
@given(data=st.data())
def test_all_readings_of_a_rule_agree(case: Case, data: st.DataObject) -> None:
    x = data.draw(_points(case))
    assume(_is_regular(case, x))
    directions = data.draw(st.tuples(*(st.floats(-2.0, 2.0) for _ in x)))
    leaves = [Value(v) for v in x]
    y = record(case.operation, leaves)
    rule = case.operation.local(y.data, *x)
    assert y.local_gradients() == rule
    assert tuple(g.data for g in gradients(y, leaves)) == rule
    value, tangent = jvp(lambda *v: record(case.operation, v), x, directions)
    assert value == y.data
    terms = [local * t for local, t in zip(rule, directions, strict=True)]
    assert tangent == pytest.approx(math.fsum(terms), rel=1e-13, abs=1e-13 * sum(map(abs, terms)))
    y.backward()
    assert tuple(v.grad for v in leaves) == rule


@pytest.mark.parametrize("x", [1e-300, 1e-12, 0.3, 3.8, 8.0, 15.0, 40.0, 300.0, 700.0])
@pytest.mark.parametrize(("name", "times"), [("sigmoid", 1.0), ("tanh", 0.5)])
def test_saturation_leaves_the_derivatives_their_digits(name: str, times: float, x: float) -> None:
    case = next(case for case in CASES if case.operation.name == name)
    with mpmath.workdps(1000):
        for size in (times * x, -times * x):
            leaf = Value(size)
            first = getattr(autograd, name)(leaf)
            for order in (1, 2):
                (first,) = gradients(first, [leaf])
                exact = _exact(case, (size,), (0,) * order)
                assert abs(first.data / exact - 1) < 1e-14


def test_saturation_ends_in_zero_not_in_an_error() -> None:
    for function in (autograd.sigmoid, autograd.tanh):
        for x in (800.0, -1e308, math.inf, -math.inf):
            assert function(Value(x)).local_gradients() == (0.0,)


@pytest.mark.parametrize("offset", [0.0, 1e3, -1e6])
def test_softmax_and_logsumexp_keep_their_digits_at_any_offset(offset: float) -> None:
    logits = [Value(offset + d) for d in (0.0, 1.0, 2.0)]
    weights = [math.exp(d) for d in (0.0, 1.0, 2.0)]
    exact = [w / math.fsum(weights) for w in weights]
    p = autograd.softmax(logits)
    assert [v.data for v in p] == pytest.approx(exact, rel=1e-9, abs=0.0)
    assert autograd.logsumexp(logits).local_gradients() == pytest.approx(exact, rel=1e-9, abs=0.0)
    jacobian = [[g.data for g in gradients(v, logits)] for v in p]
    for i, row in enumerate(jacobian):
        expected = [exact[i] * ((i == j) - exact[j]) for j in range(3)]
        assert row == pytest.approx(expected, rel=1e-9, abs=0.0)


@pytest.mark.parametrize("x", [9.068654726064107, 3.3, -0.1, 1e-3])
def test_a_rule_has_the_same_bits_on_floats_and_on_values(x: float) -> None:
    """The C library's pow(x, 2) may differ from x·x in the last bit, as at the first of these."""
    base, exponent = Value(x), Value(3.0)
    assert gradients(base**3, [base])[0].data == (base**3).local_gradients()[0]
    assert gradients(base**exponent, [base])[0].data == (base**3).local_gradients()[0]


@pytest.mark.parametrize("offset", [1e8, 1e16, -1e16])
def test_logsumexp_has_slopes_that_sum_to_1_at_any_offset(offset: float) -> None:
    y = autograd.logsumexp([Value(offset), Value(offset)])
    assert y.local_gradients() == (0.5, 0.5)


def test_power_has_its_mixed_derivative_at_exponent_0() -> None:
    a, b = Value(2.0), Value(0.0)
    (first,) = gradients(a**b, [a])
    assert first.data == 0.0
    (mixed,) = gradients(first, [b])
    assert mixed.data == 0.5


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (lambda x: autograd.relu(x), (0.0,)),
        (lambda x: autograd.abs(x), (0.0,)),
        (lambda x: autograd.leaky_relu(x), (0.01,)),
        (lambda x: autograd.leaky_relu(x, 0.2), (0.2,)),
        (lambda x: autograd.elu(x), (1.0,)),
        (lambda x: autograd.elu(x, 0.5), (0.5,)),
        (lambda x: autograd.sign(x), (0.0,)),
        (lambda x: autograd.heaviside(x), (0.0,)),
        (lambda x: autograd.sqrt(x), (math.inf,)),
        (lambda x: x**0.5, (math.inf,)),
        (lambda x: x**1.0, (1.0,)),
        (lambda x: x**0.0, (0.0,)),
        (lambda x: autograd.asin(x + 1.0), (math.inf,)),
        (lambda x: autograd.acos(x - 1.0), (-math.inf,)),
        (lambda x: autograd.acosh(x + 1.0), (math.inf,)),
    ],
)
def test_kinks_of_one_input(compute: Callable[[Any], Any], expected: tuple[float, ...]) -> None:
    x = Value(0.0)
    y = compute(x)
    y.backward()
    assert (x.grad,) == expected
    assert (gradients(y, [x])[0].data,) == expected


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("maximum", (3.0, 3.0), (0.5, 0.5)),
        ("minimum", (3.0, 3.0), (0.5, 0.5)),
        ("maximum", (0.0, -0.0), (0.5, 0.5)),
        ("where", (0.0, 5.0, 7.0), (0.0, 0.0, 1.0)),
        ("where", (-0.1, 5.0, 7.0), (0.0, 1.0, 0.0)),
        ("where", (math.nan, 5.0, 7.0), (0.0, 1.0, 0.0)),
        ("greater", (1.0, 1.0), (0.0, 0.0)),
        ("power", (0.0, 2.0), (0.0, 0.0)),
        ("power", (0.0, 0.0), (0.0, 0.0)),
        ("power", (0.0, 0.5), (math.inf, 0.0)),
        ("power", (-2.0, 2.0), (-4.0, math.nan)),
        ("hypot", (0.0, 0.0), (math.nan, math.nan)),
        ("atan2", (0.0, 0.0), (math.nan, math.nan)),
        ("divide", (0.0, 5.0), (0.2, -0.0)),
    ],
)
def test_kinks_of_several_inputs(
    name: str, inputs: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    leaves = [Value(x) for x in inputs]
    y = record(TABLE[name], leaves)
    assert y.local_gradients() == pytest.approx(expected, nan_ok=True)
    assert [g.data for g in gradients(y, leaves)] == pytest.approx(list(expected), nan_ok=True)


def test_values_at_jumps_and_with_nan() -> None:
    assert autograd.heaviside(0.0) == 0.0
    assert autograd.heaviside(-0.0) == 0.0
    assert autograd.sign(0.0) == 0.0
    for function in (autograd.maximum, autograd.minimum, autograd.hypot):
        assert math.isnan(function(math.nan, 1.0))
        assert math.isnan(function(1.0, math.nan))
    for name in ("relu", "abs", "sign", "gelu", "softplus", "sigmoid", "silu"):
        assert math.isnan(TABLE[name].forward(math.nan)), name
    assert math.isnan(autograd.logsumexp([1.0, math.nan]))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_of_two_zeros_the_second_is_taken_in_every_reading(name: str) -> None:
    function = getattr(autograd, name)
    backends: list[Any] = ["python", "llvm"]
    programs = [autograd.compile(lambda a, b: function(a, b), backend=b) for b in backends]
    for a, b in itertools.product((0.0, -0.0), repeat=2):
        for reading in (function, *programs):
            assert math.copysign(1.0, reading(a, b)) == math.copysign(1.0, b), (a, b)


@pytest.mark.parametrize("function", [autograd.leaky_relu, autograd.elu])
def test_at_the_kink_the_negative_side_holds(function: Any) -> None:
    """To the sign of zero; where that side is flat nothing passes, not even 0 times infinity."""
    for x in (0.0, -0.0):
        for factor in (1.0, -1.0):
            expected = math.copysign(1.0, factor * x)
            assert math.copysign(1.0, function(x, factor)) == expected
    root = lambda x: x + function(autograd.sqrt(x) - 1.0, 0.0)  # noqa: E731
    assert autograd.grad(root)(0.0) == 1.0
    assert function(Value(-1.0), 0.0).local_gradients() == (0.0,)


def test_the_derivative_of_a_square_is_a_product() -> None:
    x = Value(3.0)
    slope = gradients(x**2, [x])[0]
    assert slope.operation is TABLE["multiply"]
    assert [parent.data for parent in slope.parents] == [2.0, 3.0] and slope.parents[1] is x


@every_case
def test_special_numbers_end_in_numbers_or_in_a_built_in_error(case: Case) -> None:
    """The forward pass may refuse a number, by label and value; no later pass raises an error."""
    tuples = itertools.product(SPECIALS, repeat=min(case.inputs, 2))
    for inputs in tuples:
        x = (inputs + inputs)[: case.inputs] if case.inputs < 5 else (*inputs, *inputs, 1.0)
        leaves = [Value(v, f"leaf {i}") for i, v in enumerate(x)]
        try:
            y = record(case.operation, leaves)
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            assert case.operation.name in str(error)  # noqa: PT017
            assert f"'leaf 0' = {x[0]!r}" in str(error)  # noqa: PT017
            continue
        assert len(y.local_gradients()) == case.inputs
        y.backward()
        first = gradients(y, leaves)
        for v, g in zip(leaves, first, strict=True):
            assert g.data == v.grad or (math.isnan(g.data) and math.isnan(v.grad)), x
        for g in first:
            for second in gradients(g, leaves):
                gradients(second, leaves)


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: autograd.log(Value(-1.0, "p")), ValueError, "log has no real value at 'p' = -1.0"),
        (lambda: autograd.log(Value(0.0, "p")), ValueError, "log has no real value at 'p' = 0.0"),
        (lambda: 1 / Value(0.0, "q"), ZeroDivisionError, "divides by zero at 1.0, 'q' = 0.0"),
        (lambda: Value(0.0, "q") ** -1, ZeroDivisionError, "divides by zero at 'q' = 0.0"),
        (lambda: autograd.exp(Value(1000.0, "z")), OverflowError, "overflows at 'z' = 1000.0"),
        (lambda: Value(-8.0, "c") ** (1 / 3), ValueError, "no real value at 'c' = -8.0"),
        (lambda: Value(-8.0, "c") ** (1 / 3), ValueError, "defined for inputs between 0 and inf"),
        (lambda: Value(-8.0, "c") ** Value(0.5, "n"), ValueError, "'c' = -8.0, 'n' = 0.5"),
        (lambda: autograd.acosh(Value(0.5, "x")), ValueError, "inputs between 1 and inf"),
        (lambda: autograd.atanh(Value(1.0, "x")), ValueError, "inputs strictly between -1 and 1"),
        (lambda: autograd.sin(Value(math.inf, "x")), ValueError, "'x' = inf"),
        (lambda: autograd.sqrt(-2.0), ValueError, "sqrt has no real value at -2.0"),
    ],
)
def test_outside_the_domain(
    compute: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        compute()
    assert message in str(caught.value)


UPWARDS, INSIDE = ((0.0, math.inf),), ((-1.0, 1.0),)
BOUNDED = {
    "power": (*UPWARDS, REALS), "log": UPWARDS, "sqrt": UPWARDS, "log1p": ((-1.0, math.inf),),
    "asin": INSIDE, "acos": INSIDE, "atanh": INSIDE, "acosh": ((1.0, math.inf),),
}  # fmt: skip


def test_which_rows_are_not_defined_everywhere() -> None:
    rows = [row for name, row in TABLE.items() if row.local.__module__ == "autograd.functions"]
    found = {row.name: row.domain for row in rows if set(row.domain) - {REALS}}
    assert found == BOUNDED
    assert FAMILIES["power_derivative"](1.0, 2.0).domain == (*UPWARDS, REALS)
    assert {FAMILIES[name](0.5).domain for name in ("leaky_relu", "elu")} == {(REALS,)}


def test_a_whole_power_has_a_value_at_every_number() -> None:
    for n, domain in ((3.0, REALS), (-1.0, REALS), (2.0, REALS), (0.5, (0.0, math.inf))):
        assert FAMILIES["fixed_power"](n).domain == (domain,)


NUMPY: dict[str, Callable[..., Any]] = {
    "divide": np.divide,
    "power": np.float_power,  # np.power takes a short cut at exponent 0.5 that is not IEEE's
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "hypot": np.hypot,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sign": np.sign,
    "abs": np.abs,
    "heaviside": lambda x: np.heaviside(x, 0.0) if x == x else 0.0,
    **{
        name: getattr(np, name)
        for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
    },
}


@pytest.mark.parametrize("name", NUMPY)
def test_ieee_arithmetic_is_numpys(name: str) -> None:
    """Also where the forward pass raises an error: compiled code follows IEEE arithmetic there."""
    row = TABLE[name]
    with ieee_arithmetic.on(), np.errstate(all="ignore"):
        for x in itertools.product(SPECIALS, repeat=len(row.domain)):
            expected = float(NUMPY[name](*map(np.float64, x)))
            found = row.on_numbers(*x)
            assert found == pytest.approx(expected, rel=1e-14, abs=0, nan_ok=True), x
            if found == 0.0 and expected == 0.0 and name not in ("maximum", "minimum", "sign"):
                assert math.copysign(1.0, found) == math.copysign(1.0, expected), x


@pytest.mark.parametrize("n", [2.0, 3.0, 0.5, -1.0, -2.0, -0.5, 0.0])
def test_ieee_arithmetic_of_fixed_powers_is_numpys(n: float) -> None:
    row = FAMILIES["fixed_power"](n)
    with ieee_arithmetic.on(), np.errstate(all="ignore"):
        for x in SPECIALS:
            expected = float(np.float_power(x, n))
            assert row.on_numbers(x) == pytest.approx(expected, rel=1e-14, abs=0, nan_ok=True), x


# ---------------------------------------------------------- rows that are composed of other rows

# How far a forward may be from its expansion, in units in the last place. Rows that are not listed
# give the same bits.
UNITS = {"logsumexp": 2, "norm": 2, "log2": 3, "log10": 3}
NEAR_ZERO = {"logsumexp": 1e-15}  # x₁ + log(…) crosses 0: there its terms' rounding is what is left
WIDE, MODERATE = (-1073, 1024), (-12, 10)  # exponents


@functools.cache
def _many_points(inputs: int, count: int = 4_000) -> list[tuple[float, ...]]:
    """The special numbers, then numbers of all exponents and of moderate ones in turns."""
    random = Random(inputs)
    points = list(itertools.product(SPECIALS, repeat=min(inputs, 2)))
    points = [(point * inputs)[:inputs] for point in points]
    while len(points) < count:
        exponents = WIDE if len(points) % 2 else MODERATE
        signs = (random.choice((-1.0, 1.0)) for _ in range(inputs))
        points.append(
            tuple(
                math.ldexp(sign * random.uniform(0.5, 1.0), random.randint(*exponents))
                for sign in signs
            )
        )
    return points


def _expanded(row: Operation, x: Sequence[float]) -> float:
    """Compute an expansion on floats; where Python's own division raises an error, on Values."""
    assert row.expand is not None
    try:
        return row.expand(*x)  # type: ignore[no-any-return]
    except ArithmeticError:
        with no_grad():
            return row.expand(*map(Value, x)).data  # type: ignore[no-any-return]


def _agree(row: Operation, found: float, expected: float) -> bool:
    if found != found or expected != expected:
        return found != found and expected != expected
    if found == expected:
        return math.copysign(1.0, found) == math.copysign(1.0, expected)
    unit = math.ulp(max(abs(expected), TINY))
    return abs(found - expected) <= max(UNITS.get(row.name, 0) * unit, NEAR_ZERO.get(row.name, 0))


COMPOSED = [(case.operation, case.inputs) for case in CASES if case.operation.expand]


def test_which_rows_are_composed_of_others() -> None:
    assert {row.name for row, _ in COMPOSED} == {
        "relu", "leaky_relu", "elu", "heaviside", "sign", "gelu", "silu", "softplus", "sigmoid",
        "one_minus_square", "direction_cosine", "sigmoid_derivative", "tanh_derivative",
        "logsumexp", "share", "power_derivative", "over", "stop_gradient",
        "atan_derivative", "gauss", "normal_cdf", "normal_density",
        "prod", "norm", "mod", "floor_divide", "log2", "log10", "exp2", "cbrt", "logit", "log1mexp",
        "log_sigmoid", "xlogy", "degrees", "radians", "sec", "csc", "cot", "sech", "csch", "coth",
        "selu", "mish", "softsign", "clip", "clip_share", "passed", "lgamma", "digamma",
        "polygamma",
        "erfinv", "erfcx", "erfcx_slope", "sinc", "sinc_slope",
        "sinpi", "cospi", "sind", "cosd", "tand", "asec", "acsc", "acot", "asech", "acsch", "acoth",
        "exp10", "xlog1py", "copysign", *LONG,
    }  # fmt: skip


def test_which_rows_select() -> None:
    """Where one of these is a local gradient and 0, nothing passes, not even 0 times infinity."""
    assert {case.operation.name for case in CASES if case.operation.selects} == {
        *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "heaviside"),
        *("share", "clip_share", "passed"),
    }


@pytest.mark.parametrize(("row", "inputs"), COMPOSED, ids=lambda part: repr(part))
def test_an_expansion_is_the_forward(row: Operation, inputs: int) -> None:
    count = 4_000 if row.domain else 1_500  # of each number of inputs
    count = 200 if row.name in LONG else count
    with ieee_arithmetic.on():
        for x in _many_points(inputs, count):
            found, expected = _expanded(row, x), row.evaluate(x)
            assert _agree(row, found, expected), (x, found, expected)


# Units in the last place that a forward of ours may be off, wherever the result has all its digits.
# Those of `gelu` and `normal_cdf` are the C library's: glibc's erfc is off by 3.6 at 1.2387.
OFF = {"sigmoid": 1.7, "silu": 2.1, "softplus": 1.6, "elu": 1.1, "gelu": 4.0, "normal_cdf": 4.0}
OFF |= {"gauss": 1.2, "normal_density": 2.5, "sigmoid_derivative": 2.6, "tanh_derivative": 2.6}
OFF |= {"atan_derivative": 1.6, "direction_cosine": 1.6, "one_minus_square": 1.6}
TAILS = (-745.0, -709.0, -700.0, -38.7, -37.5, -36.8, -26.6, -1.0, 0.0, 1.0, 2.0, 27.0, 40.0)


def _spread(random: Random, count: int) -> Iterator[float]:
    """Numbers of all sizes, of moderate size, and around where a formula changes or ends."""
    for _ in range(count):
        yield random.choice((-1.0, 1.0)) * 10.0 ** random.uniform(-300.0, 300.0)
        yield random.uniform(-5.0, 5.0)
        yield random.uniform(-745.0, 40.0)
        yield random.uniform(-38.6, 9.0)
        yield random.choice(TAILS) * (1.0 + random.uniform(-1e-3, 1e-3))


def _exact_float(name: str, *x: float) -> Any:
    """The exact value, rounded to 60 digits; 0 where it is far below the floats."""
    faded = {"erfc": 30.0, "gauss": 30.0, "normal_density": 45.0, "normal_cdf": 45.0, "gelu": 45.0}
    if abs(x[0]) > faded.get(name, 1e5 if name in SATURATED else math.inf):
        ends_in_x = name in ("gelu", "silu", "softplus", "elu")
        ends_in_1 = name in ("normal_cdf", "sigmoid")
        return mpf(x[0] if ends_in_x else ends_in_1) if x[0] > 0.0 else mpf(-(name == "elu"))
    return ORACLES[name].exact(*map(mpf, x), *ORACLES[name].parameters[:1])


SATURATED = {"sigmoid", "silu", "softplus", "elu", "sigmoid_derivative", "tanh_derivative"}


@pytest.mark.parametrize("name", sorted(OFF))
def test_a_forward_has_its_digits_over_the_whole_range(name: str) -> None:
    row = TABLE.get(name) or FAMILIES[name](1.0)
    random, inputs = Random(0), max(1, len(row.domain))
    with mpmath.workdps(60):
        points = zip(*(_spread(random, 300) for _ in range(inputs)), strict=True)
        for x in points:
            exact, found = _exact_float(name, *x), row.forward(*x)
            if abs(exact) < sys.float_info.min:  # where x² overflows, 1 / (1 + x²) is 0
                least = 6e-309 if name == "atan_derivative" else OFF[name] * 5e-324
                assert abs(found - exact) <= least, (x, found, exact)
            elif abs(exact) < sys.float_info.max:
                assert abs(found - exact) <= OFF[name] * math.ulp(float(exact)), (x, found, exact)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("gelu", -math.inf, -0.0), ("silu", -math.inf, -0.0), ("gelu", math.inf, math.inf),
        ("silu", math.inf, math.inf), ("gelu", -1e308, -0.0), ("silu", -1e308, -0.0),
        ("gelu", -0.0, -0.0), ("silu", -0.0, -0.0), ("normal_cdf", -math.inf, 0.0),
        ("normal_cdf", math.inf, 1.0), ("gauss", math.inf, 0.0), ("atan_derivative", 1e200, 0.0),
    ],
)  # fmt: skip
def test_the_ends_of_the_bell_and_of_its_integral(name: str, x: float, expected: float) -> None:
    found = TABLE[name].forward(x)
    assert (found, math.copysign(1.0, found)) == (expected, math.copysign(1.0, expected))
    with ieee_arithmetic.on():
        assert _expanded(TABLE[name], (x,)) == expected


TAUGHT = [case for case in CASES if case.operation.taught]


def test_which_rows_are_taught_in_another_way() -> None:
    assert {case.operation.name for case in TAUGHT} == {
        *("sigmoid", "tanh", "hypot", "power", "silu", "where", "maximum", "minimum")
    }


@pytest.mark.parametrize("case", TAUGHT, ids=str)
def test_what_a_course_teaches_is_the_rule(case: Case) -> None:
    row, random = case.operation, Random(0)
    assert row.taught is not None
    for _ in range(1_000):
        x = [random.uniform(max(low, -3.0), min(high, 3.0)) for low, high in row.domain]
        y = row.forward(*x)
        assert row.taught(y, *x) == pytest.approx(row.local(y, *x), rel=1e-12, abs=0), x


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_what_a_course_teaches_splits_a_tie_too(name: str) -> None:
    taught = TABLE[name].taught
    assert taught is not None
    assert taught(3.0, 3.0, 3.0) == TABLE[name].local(3.0, 3.0, 3.0) == (0.5, 0.5)


@pytest.mark.parametrize("condition", [0.0, -0.0, 1.0, -1.0, 2.0, 5e-324, math.inf, math.nan])
def test_what_a_course_teaches_chooses_as_the_rule_does(condition: float) -> None:
    row, first = TABLE["where"], float(condition != 0.0)
    assert row.taught is not None
    assert row.taught(3.0, condition, 5.0, 7.0) == row.local(3.0, condition, 5.0, 7.0)
    assert row.local(3.0, condition, 5.0, 7.0) == (0.0, first, 1.0 - first)


def test_functions_of_many_numbers_take_any_iterables() -> None:
    w, x, b = Value(2.0), Value(3.0), Value(4.0)
    for start, total in ((None, 18.0), (b, 22.0), (0.5, 18.5)):
        y = autograd.dot(iter([w, 5.0]), iter([x, 2.4]), start)
        assert y.data == total
        assert y.parents[:4:2] == (w, x) and len(y.parents) == 4 + (start is not None)
    assert autograd.dot(iter([1.0, 2.0]), [3.0, 4.0]) == 11.0 == autograd.dot([], [], 11.0)
    assert autograd.dot([], []) == autograd.total(iter([])) == 0.0
    assert autograd.total(iter([w, 1.0])).data == 3.0
    assert autograd.logsumexp(iter([w])).data == 2.0
    assert [p.data for p in autograd.softmax(iter([w]))] == [1.0]


def test_functions_of_numbers_take_any_real_number() -> None:
    assert autograd.tanh(np.float32(0.5)) == math.tanh(0.5)
    assert autograd.relu(True) == 1.0
    assert autograd.softmax([0, 0]) == [0.5, 0.5]
