"""The parts of the logarithm: exponent and significand, the pair, the signs of powers."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath as mp
import pytest

from autograd.compiler.vector.assembly import Lanes
from autograd.compiler.vector.math.logarithm import (
    at_log_poles,
    is_small_integer,
    log_pair,
    split_exponent,
    with_power_sign,
)

Run = Callable[..., list[list[float]]]
nan = math.nan
NUMBERS = [1.0, 2.0, 0.75, 0.7071, 1.41421, 1e300, 3.3e-308, 5e-324, 1e-310, 123.456]


def test_a_number_is_split_without_error(run: Run) -> None:
    for x, k, m in zip(NUMBERS, *run(split_exponent, NUMBERS), strict=True):
        assert math.sqrt(0.5) * 0.9999999 <= m < math.sqrt(2.0) * 1.0000001
        assert math.ldexp(m, int(k)) == x


def test_the_logarithm_as_a_pair_has_65_bits(run: Run) -> None:
    with mp.workprec(200):
        for x, high, low in zip(NUMBERS, *run(log_pair, NUMBERS), strict=True):
            wanted = mp.log(x)
            assert abs(mp.mpf(high) + mp.mpf(low) - wanted) <= mp.mpf(2) ** -64 * abs(wanted)


def test_poles(run: Run) -> None:
    numbers = [0.0, -0.0, math.inf, -1.0, -math.inf, 2.0]
    (found,) = run(lambda x: [at_log_poles(x, x.function.number(7.0))], numbers)
    assert found[:3] == [-math.inf, -math.inf, math.inf]
    assert all(math.isnan(y) for y in found[3:5])
    assert found[5] == 7.0


def test_integers_and_the_sign_of_a_power(run: Run) -> None:
    exponents = [2.0, 3.0, -3.0, 0.5, 2.0**52 + 1.0, 2.0**53, 4.5e15, math.inf, 0.0]
    exponents += [2.0**53 - 1.0, 2.0**53 + 2.0, 2.0**52 - 0.5, 2.0**51 + 0.5, -math.inf]

    def write(y: Lanes) -> list[Lanes]:
        one = y.function.number(1.0)
        return [is_small_integer(abs(y)).choose(1.0, 0.0), with_power_sign(-one, y, one)]

    small, signs = run(write, exponents)
    assert small[:4] == [1.0, 1.0, 1.0, 0.0]
    wanted = [1.0, -1.0, -1.0, nan, -1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0, nan, nan, 1.0]
    assert signs == pytest.approx(wanted, nan_ok=True)
