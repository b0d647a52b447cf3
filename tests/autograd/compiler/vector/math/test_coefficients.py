"""Constants are what they are named after, and the polynomials fit the functions they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp
import pytest

from autograd.compiler.vector.math import coefficients as c
from tests.autograd.compiler.vector.math.derive_coefficients import OUT, whole_file


def test_every_number_is_what_its_derivation_gives() -> None:
    """To the last digit; a digit that is off might not be seen in any result that is tested."""
    assert OUT.read_text(encoding="utf-8").splitlines() == whole_file().splitlines()


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        (c.LN2, lambda: mp.log(2)),
        (c.HALF_PI, lambda: mp.pi / 2),
        (c.HALF_PI_SUM, lambda: mp.pi / 2),
        (c.PI_SUM, lambda: mp.pi),
        (c.THIRD_SUM, lambda: mp.mpf(1) / 3),
        (c.TWO_OVER_ROOT_PI, lambda: 2 / mp.sqrt(mp.pi)),
        (c.LOG2_E, lambda: 1 / mp.log(2)),
        (c.TWO_OVER_PI, lambda: 2 / mp.pi),
        (c.ROOT_HALF, lambda: mp.sqrt(mp.mpf(1) / 2)),
    ],
)
def test_constants(parts: Sequence[float], number: Callable[[], Any]) -> None:
    with mp.workprec(400):
        rest = number() - mp.fsum(map(mp.mpf, parts))
        assert abs(rest) <= mp.mpf(2) ** -53 * abs(mp.mpf(parts[-1]))


def test_leading_parts_leave_room_for_exact_products() -> None:
    for parts, bits in ((c.LN2, 32), (c.HALF_PI, 33)):
        for part in parts[:-1]:
            significand = mp.mpf(part) / mp.mpf(2) ** (mp.frexp(part)[1] - bits)
            assert significand == int(significand)


def test_bits_of_two_over_pi() -> None:
    with mp.workprec(64 * 25):
        bits = int(mp.floor(2 / mp.pi * mp.mpf(2) ** (64 * 20)))
    assert [0, *((bits >> 64 * k) % 2**64 for k in reversed(range(20)))] == list(c.TWO_OVER_PI_BITS)


@pytest.mark.parametrize(
    ("powers", "function", "points", "error"),
    [
        (c.EXP, lambda r: (mp.exp(r) - 1 - r) / r**2, (-0.34, 0.2, 0.34), 1e-17),
        (c.LOG, lambda z: (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1) * 2 / z, (0.001, 0.02), 1e-13),
        (c.SIN, lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, (0.1, 0.6), 1e-16),
        (c.COS, lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, (0.1, 0.6), 1e-16),
        (c.ATAN, lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, (0.1, 0.19), 1e-15),
        (c.ASIN, lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, (0.1, 0.25), 1e-15),
        (c.SINH, lambda z: (mp.sinh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, (0.1, 1.0), 1e-16),
        (
            c.ERF,
            lambda z: (mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 2 / mp.sqrt(mp.pi)) / z,
            (0.1, 1.0),
            1e-15,
        ),
    ],
)  # fmt: skip
def test_polynomials(
    powers: Sequence[float], function: Callable[[Any], Any], points: Sequence[float], error: float
) -> None:
    with mp.workprec(200):
        for x in map(mp.mpf, points):
            fitted = mp.fsum(power * x**k for k, power in enumerate(powers))
            assert abs(fitted - function(x)) < error
