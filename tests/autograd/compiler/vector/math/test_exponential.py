"""The parts of the exponential functions: the reduction, the pair, derivatives beside functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import autograd
from autograd.compiler.vector.assembly import Lanes
from autograd.compiler.vector.math.exponential import (
    exp_minus_one_small,
    exp_pair,
    exp_sum,
    reduce_exponent,
    sigmoid_with_derivative,
    tanh_with_derivative,
)
from nn.optim import SGD

Run = Callable[..., list[list[float]]]
NUMBERS = [0.0, 0.3, -0.3, 1.0, -7.5, 100.25, -300.5, 700.0, -700.0]


def test_the_reduced_argument_is_small_and_exact(run: Run) -> None:
    def write(x: Lanes) -> list[Lanes]:
        n, _, r = reduce_exponent(x)
        return [n, r]

    with mp.workprec(200):
        for x, n, r in zip(NUMBERS, *run(write, NUMBERS), strict=True):
            assert n == round(x / math.log(2.0))
            assert abs(r) <= math.log(2.0) / 2 * 1.0001
            assert abs(n * mp.log(2) + r - x) < 2.0**-52 * max(abs(r), 2.0**-20)


def test_the_exponential_less_one_near_zero(run: Run) -> None:
    numbers = [0.0, 1e-300, -1e-12, 0.25, -0.34, 0.34]
    (found,) = run(lambda r: [exp_minus_one_small(r)], numbers)
    for r, y in zip(numbers, found, strict=True):
        assert abs(y - math.expm1(r)) <= 2.0**-52 * abs(y)


def test_the_exponential_as_a_pair(run: Run) -> None:
    lows = [x * 2.0**-54 for x in NUMBERS]

    def write(x: Lanes, low: Lanes) -> list[Lanes]:
        n, (high, rest) = exp_pair(x, low)
        return [n, high, rest, exp_sum(x, low)]

    with mp.workprec(200):
        for x, low, n, high, rest, y in zip(NUMBERS, lows, *run(write, NUMBERS, lows), strict=True):
            wanted = mp.exp(mp.mpf(x) + mp.mpf(low))
            assert abs((mp.mpf(high) + mp.mpf(rest)) * mp.mpf(2) ** n / wanted - 1) < 2.0**-56
            assert abs(y / wanted - 1) < 2.0**-52


def test_derivatives_beside_their_function_keep_their_digits(run: Run) -> None:
    """Also where y is nearly 1, so that 1 - y has few."""
    even = np.random.default_rng(4).uniform(-40.0, 40.0, 600)
    numbers = [0.0, 0.5, -2.0, 20.0, -20.0, 3.0, 6.93, -6.93, 36.7, -36.7, 300.0, -300.0, *even]

    def write(x: Lanes) -> list[Lanes]:
        return [*tanh_with_derivative(x), *sigmoid_with_derivative(x)]

    with mp.workprec(200):
        for x, y, slope, other, bell in zip(numbers, *run(write, numbers), strict=True):
            wanted = 1 / (1 + mp.exp(-x))
            assert abs(y - mp.tanh(x)) <= 1.5 * math.ulp(y)
            assert abs(slope - mp.sech(x) ** 2) <= 2.5 * math.ulp(slope)
            assert abs(other - wanted) <= 1.5 * math.ulp(other)
            assert abs(bell - wanted / (1 + mp.exp(x))) <= 2.5 * math.ulp(bell)


@pytest.mark.parametrize(
    ("function", "exact", "last"),
    [
        (autograd.sigmoid, lambda x: 1 / (2 + mp.exp(x) + mp.exp(-x)), 745.2),
        (autograd.tanh, lambda x: 1 / mp.cosh(x) ** 2, 372.6),
    ],
)
def test_derivatives_in_code_for_one_row_over_the_whole_range(
    function: Any, exact: Any, last: float
) -> None:
    w = autograd.Value(0.0)
    program = autograd.compile(lambda: function(w), backend="llvm")
    points = [*np.linspace(-last, last, 1501), *np.linspace(-6.0, 6.0, 1501)]
    points += [693.1, 700.0, 708.3, 745.0, 350.1, 372.0, 1e3, 1e300, math.inf]
    with mp.workprec(120):
        for size in points:
            for x in (float(size), -float(size)):
                w.data, w.grad = x, 0.0
                program.backward()
                wanted = float(exact(mp.mpf(x))) if abs(x) < 1e4 else 0.0
                assert abs(w.grad - wanted) <= 4.0 * math.ulp(wanted), x


def test_a_small_probability_keeps_its_slope_in_training() -> None:
    w = autograd.Value(-700.0)
    program = autograd.compile(lambda: -autograd.log(autograd.sigmoid(w)), backend="llvm")
    assert program.backward() == 700.0
    assert w.grad == -1.0
    program.train(optimizer=SGD([w], lr=0.5), epochs=2)
    assert w.data == -699.0
