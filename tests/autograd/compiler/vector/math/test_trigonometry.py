"""The parts of the circular functions: quarter turns, and the pieces of the inverse functions."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath as mp

from autograd.compiler.vector.assembly import Lanes
from autograd.compiler.vector.math.trigonometry import (
    LARGE_ANGLE,
    asin_pieces,
    atan_positive,
    cos_near_zero,
    negate_where,
    reduce_angle,
    sin_near_zero,
)

Run = Callable[..., list[list[float]]]
# Small and large angles in turn, so that vectors hold both.
ANGLES = [
    0.0, 1.0, -2.0, LARGE_ANGLE, 1e22, 3.0, -1.6e6, 0.5, 2.0**1000, -1e300,
    6381956970095103.0 * 2.0**797, 100.0, -1572865.0,
]  # fmt: skip


def test_quarter_turns_of_small_and_large_angles(run: Run) -> None:
    def write(x: Lanes) -> list[Lanes]:
        n, (high, low) = reduce_angle(x)
        return [(n & 3).equals(0).choose(1.0, 0.0), (n & 1).equals(0).choose(1.0, 0.0), high, low]

    with mp.workprec(2500):
        for x, whole, even, high, low in zip(ANGLES, *run(write, ANGLES), strict=True):
            n = int(mp.nint(mp.mpf(x) / (mp.pi / 2)))
            r = mp.mpf(x) - n * mp.pi / 2
            assert (whole, even) == (float(n % 4 == 0), float(n % 2 == 0))
            assert abs(mp.mpf(high) + mp.mpf(low) - r) <= mp.mpf(2) ** -95 + abs(r) * 2.0**-65


def test_sine_and_cosine_near_zero(run: Run) -> None:
    numbers = [0.0, 1e-200, 0.1, -0.3, 0.78, -0.785]
    lows = [x * 2.0**-55 for x in numbers]
    found = run(
        lambda r, low: [sin_near_zero((r, low))[0], cos_near_zero((r, low))[0]], numbers, lows
    )
    for r, sine, cosine in zip(numbers, *found, strict=True):
        assert abs(sine - math.sin(r)) <= 2.0**-52 * abs(sine)
        assert abs(cosine - math.cos(r)) <= 2.0**-52


def test_a_sign_by_a_bit(run: Run) -> None:
    def write(x: Lanes) -> list[Lanes]:
        return [negate_where(x.function.integer(k), x) for k in range(4)]

    assert run(write, [1.5, -2.0]) == [[1.5, -2.0], [1.5, -2.0], [-1.5, 2.0], [-1.5, 2.0]]


def test_the_arc_tangent_as_a_pair_on_each_of_its_pieces(run: Run) -> None:
    numbers = [0.0, 0.2, 0.5, 1.0, 2.0, 3.0, 1e300, math.inf]
    with mp.workprec(200):
        for x, high, low in zip(numbers, *run(atan_positive, numbers), strict=True):
            wanted = mp.atan(mp.mpf(x))
            assert abs(mp.mpf(high) + mp.mpf(low) - wanted) <= 2.0**-55 * abs(wanted)


def test_the_pieces_of_the_arc_sine(run: Run) -> None:
    numbers = [0.25, 0.5, 0.75, 1.0, -0.9]

    def write(x: Lanes) -> list[Lanes]:
        beyond, a, low, bend = asin_pieces(x)
        return [beyond.choose(1.0, 0.0), a, low, bend]

    for x, beyond, a, low, bend in zip(numbers, *run(write, numbers), strict=True):
        argument = math.sqrt((1.0 - abs(x)) / 2.0) if abs(x) > 0.5 else abs(x)
        assert beyond == float(abs(x) > 0.5)
        assert a == argument
        assert abs(low) <= 2.0**-53 * a
        assert abs(a + (low + bend) - math.asin(argument)) <= 2.0**-52
