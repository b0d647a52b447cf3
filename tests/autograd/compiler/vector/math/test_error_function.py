"""The parts of the error function: the pair near zero, the tail with its exponent."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath as mp

from autograd.compiler.vector.assembly import Lanes
from autograd.compiler.vector.math.error_function import erf_near_zero, erfc_tail, gelu

Run = Callable[..., list[list[float]]]


def test_the_error_function_near_zero_as_a_pair(run: Run) -> None:
    numbers = [1e-300, 0.1, -0.4, 0.5, 0.9, -1.0]
    lows = [x * 2.0**-54 for x in numbers]
    found = run(lambda x, low: erf_near_zero(x, low), numbers, lows)
    with mp.workprec(200):
        for x, low, high, rest in zip(numbers, lows, *found, strict=True):
            wanted = mp.erf(mp.mpf(x) + mp.mpf(low))
            assert abs(mp.mpf(high) + mp.mpf(rest) - wanted) <= 2.0**-53 * abs(wanted)


def test_the_tail_may_be_scaled(run: Run) -> None:
    numbers = [0.5, 1.0, 4.0, 10.0, 26.0]
    squares = [x * x for x in numbers]  # exact

    def write(a: Lanes, square: Lanes) -> list[Lanes]:
        zero = a.function.number(0.0)
        tails = [erfc_tail((a, zero), (square, zero), exponent) for exponent in (0.0, 64.0)]
        return [high + low for high, low in tails]

    with mp.workprec(200):
        for x, plain, scaled in zip(numbers, *run(write, numbers, squares), strict=True):
            wanted = mp.erfc(x)
            assert abs(scaled / (wanted * mp.mpf(2) ** 64) - 1) < 2.0**-51
            if wanted > 1e-300:
                assert abs(plain / wanted - 1) < 2.0**-51


def test_gelu_counts_what_its_argument_lacks(run: Run) -> None:
    """With the wrong sign of it, or without it, these are wrong by more than 0.8 units."""
    numbers = [0.7808624552935193, 0.8143830156494216, 0.8375941609479095]
    (found,) = run(lambda x: [gelu(x)], numbers)
    with mp.workprec(200):
        for x, y in zip(numbers, found, strict=True):
            wanted = mp.mpf(x) * mp.erfc(-mp.mpf(x) / mp.sqrt(2)) / 2
            assert abs(mp.mpf(y) - wanted) <= 0.65 * math.ulp(y)
