"""Sums and products without error, and powers of two."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.math.arithmetic import (
    BIASED_ROUNDER,
    biased_power,
    exact_product,
    exact_sum,
    halves,
    horner,
    inverse_square_roughly,
    nearest_integer,
    nearest_product,
    ordered_sum,
    pair_product,
    pair_quotient,
    polynomial,
    power_of_two,
    root_pair,
    scale,
)
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Target

Run = Callable[..., list[list[float]]]
source = random.Random(7)
A = [source.gauss(0, 1) * 10.0 ** source.randint(-9, 9) for _ in range(40)]
B = [source.gauss(0, 1) * 10.0 ** source.randint(-9, 9) for _ in range(40)]


def exactly(high: float, low: float) -> Fraction:
    return Fraction(high) + Fraction(low)


def test_sums_and_products_without_error(run: Run, target: Target) -> None:
    def write(a: Lanes, b: Lanes) -> list[Lanes]:
        return [*exact_sum(a, b), *exact_product(a, b)]

    for a, b, total, rest, product, lost in zip(A, B, *run(write, A, B), strict=True):
        assert (total, product) == (a + b, a * b)
        assert exactly(total, rest) == Fraction(a) + Fraction(b)
        wrong = abs(exactly(product, lost) - Fraction(a) * Fraction(b))
        assert wrong == 0 or (not target.fused and wrong < abs(product) * 2.0**-104)
    larger = [max(a, b, key=abs) for a, b in zip(A, B, strict=True)]
    smaller = [min(a, b, key=abs) for a, b in zip(A, B, strict=True)]
    found = run(lambda a, b: ordered_sum(a, b), larger, smaller)
    for a, b, high, low in zip(larger, smaller, *found, strict=True):
        assert exactly(high, low) == Fraction(a) + Fraction(b)


def test_halves_have_26_bits(run: Run) -> None:
    for a, high, low in zip(A, *run(halves, A), strict=True):
        assert high + low == a
        assert math.frexp(high)[0] * 2**26 == int(math.frexp(high)[0] * 2**26)


def test_products_and_quotients_of_pairs(run: Run) -> None:
    small = [a * 2.0**-55 for a in B]
    found = run(
        lambda a, b, c: [*pair_product((a, c), (b, c)), *pair_quotient((a, c), (b, c))],
        [abs(a) + 1.0 for a in A],
        [abs(b) + 1.0 for b in B],
        [c / (1e12) for c in small],
    )
    for a, b, c, *results in zip(A, B, small, *found, strict=True):
        x = Fraction(abs(a) + 1.0) + Fraction(c / 1e12)
        y = Fraction(abs(b) + 1.0) + Fraction(c / 1e12)
        for wanted, pair in ((x * y, results[:2]), (x / y, results[2:])):
            assert abs(exactly(*pair) / wanted - 1) < Fraction(1, 2**99)


def test_a_root_and_what_it_lacks(run: Run) -> None:
    numbers = [abs(a) for a in A] + [0.0]
    for x, root, rest in zip(numbers, *run(root_pair, numbers), strict=True):
        assert root == math.sqrt(x)
        assert abs(exactly(root, rest) ** 2 - Fraction(x)) <= Fraction(x) / 2**100


def test_the_root_of_a_sum(run: Run) -> None:
    numbers, lows = [abs(a) for a in A], [abs(a) * 2.0**-54 for a in A]
    for x, low, root, rest in zip(numbers, lows, *run(root_pair, numbers, lows), strict=True):
        wanted = Fraction(x) + Fraction(low)
        assert abs(exactly(root, rest) ** 2 - wanted) <= wanted / 2**100


@pytest.mark.parametrize("fused", [False, True])
def test_the_rest_of_a_product_is_fused_only_where_the_processor_can(fused: bool) -> None:
    """Where it cannot, a product and a sum are rounded twice, and nothing would be left."""
    function = Function(Target(2, fused))
    x = function.load("%x")
    exact_product(x, x)
    assert ("fmuladd" in " ".join(function.lines)) is fused


def test_polynomials(run: Run) -> None:
    powers = (1.0, -2.0, 0.5, 3.0, -1.5)
    numbers = [0.0, 1.0, -1.0, 0.25, 2.0]
    wanted = [sum(c * x**k for k, c in enumerate(powers)) for x in numbers]
    assert run(lambda x: [polynomial(x, powers), horner(x, powers)], numbers) == [wanted, wanted]


def test_nearest_integers(run: Run) -> None:
    numbers = [0.0, 0.4, 0.6, -0.4, -0.6, 2.5, 3.5, 1e9 + 0.25, -7.0]

    def write(x: Lanes) -> list[Lanes]:
        n, bits = nearest_integer(x)
        half, _ = nearest_product(x, 0.5)
        return [n, power_of_two(bits & 7), half]

    n, power, half = run(write, numbers)
    assert n == [float(round(x)) for x in numbers]
    assert power == [2.0 ** (round(x) % 8) for x in numbers]
    assert half == [float(round(x * 0.5)) for x in numbers]


@pytest.mark.parametrize("scales", [False, True])
@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
def test_scaling_rounds_once(lanes: int, scales: bool, compile_for: Any) -> None:
    if scales and not host().target.scales:
        pytest.skip("this processor has no instruction that scales")
    compute = compile_for(lambda x, n: [scale(x, n)], Target(lanes, True, scales), 2)
    for x in (1.0, -1.2345678901234567, 1.9999999999999998):
        for n in (0, 1, -1, 1023, -1022, -1060, -1074, -1080, 2000, -2000):
            (found,) = compute([x], [float(n)])
            exact = Fraction(x) * Fraction(2) ** n
            assert found[0] == (math.copysign(math.inf, x) if n == 2000 else float(exact))


def test_powers_of_two_of_numbers_that_were_rounded(run: Run) -> None:
    numbers = [0.0, 1.0, -1.0, 52.0, -1022.0, 1023.0]
    (found,) = run(lambda n: [biased_power(n + BIASED_ROUNDER)], numbers)
    assert found == [2.0**n for n in numbers]


@pytest.mark.parametrize("scales", [False, True])
def test_a_processor_that_scales_does_it_in_one_instruction(scales: bool) -> None:
    function = Function(Target(8, True, scales))
    scale(function.load("%x"), function.load("%n"))
    written = [line for line in function.lines if " load " not in line]
    assert ("scalef" in " ".join(written)) is scales
    assert (len(written) == 1) is scales


def test_a_rough_inverse_square_is_as_near_as_it_says(run: Run) -> None:
    x = [scale * (1.0 + k / 512.0) for scale in (2.0**-3, 1.0, 2.0**500) for k in range(512)]
    (found,) = run(lambda each: [inverse_square_roughly(each)], x)
    errors = [given * (each * each) - 1.0 for given, each in zip(found, x, strict=True)]
    assert (min(errors), max(errors)) == pytest.approx((-0.0703, 0.0645), abs=1e-4)
