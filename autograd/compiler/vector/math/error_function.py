"""The error function, its complement, and gelu."""

from __future__ import annotations

from autograd.compiler.vector.assembly import Lanes
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    Pair,
    exact_product,
    exact_sum,
    ordered_sum,
    pair_product,
    pair_quotient,
    polynomial,
    scale,
)
from autograd.compiler.vector.math.exponential import exp_pair


def erf_near_zero(x: Lanes, low: Lanes) -> Pair:
    """The error function of x + low for |x| ≤ 1 as a sum: 2/√π · (x + low) + x³ · P(x²)."""
    z = x * x
    factor, factor_low = c.TWO_OVER_ROOT_PI
    high, error = exact_product(x, x.function.number(factor))
    bend = (z * x).times_plus(polynomial(z, c.ERF), x * factor_low)
    # d/dx erf x = 2/√π · exp(-x²); for so small a step 1 - x² + x⁴/2 is near enough.
    slope = (z * 0.5 - 1.0).times_plus(z, 1.0) * factor
    return ordered_sum(high, (error + bend) + low * slope)


def erfc_tail(argument: Pair, square: Pair, exponent: float = 0.0) -> Pair:
    """Erfc a · 2^exponent as a sum, a ≥ ½: exp(-a²) · P((a - 4) / (a + 4)) / (1 + 2a)."""
    a, a_low = argument
    t = (a - 4.0) / (a + 4.0)
    shape, shape_low = exact_sum(polynomial(t, c.ERFC) * t, c.ERFC_FIRST[0])
    below, below_low = exact_sum(a + a, 1.0)
    below_low = below_low + (a_low + a_low)
    quotient = pair_quotient((shape, shape_low + c.ERFC_FIRST[1]), (below, below_low))
    n, power = exp_pair(-square[0], -square[1])
    high, low = pair_product(power, quotient)
    return scale(high, n + exponent), scale(low, n + exponent)


def erf(x: Lanes) -> Lanes:
    """The error function, 1 - erfc |x| beyond ½."""
    size = abs(x)
    a = size.at_most(7.0).at_least(0.5)
    zero = x.function.number(0.0)
    tail, _ = erfc_tail((a, zero), exact_product(a, a))
    near, _ = erf_near_zero(x, zero)
    return (size < 0.5).choose(near, 1.0 - tail).with_sign_of(x)


def erfc(x: Lanes) -> Lanes:
    """The complement, 1 - erf x up to ½ and 2 - erfc |x| for negative x."""
    size = abs(x)
    a = size.at_most(28.0).at_least(0.5)
    zero = x.function.number(0.0)
    tail, _ = erfc_tail((a, zero), exact_product(a, a))
    far = (x < 0.0).choose(2.0 - tail, tail)
    near, low = erf_near_zero(x, zero)
    return (size < 0.5).choose((1.0 - near) - low, far)


def gelu(x: Lanes) -> Lanes:
    """The product x · Φ(x), Φ(x) = ½ · erfc(-x/√2) with x² kept exact; 2^±64 as in silu."""
    root_half, root_half_low = c.ROOT_HALF
    bounded = x.at_least(-40.0).at_most(40.0)
    scaled, error = exact_product(bounded, x.function.number(root_half))
    scaled_low = bounded.times_plus(root_half_low, error)
    small = abs(scaled) < 0.5
    same_sign = (scaled < 0.0).choose(-scaled_low, scaled_low)
    tail_argument = small.choose(1.0, abs(scaled)), small.choose(0.0, same_sign)
    square, square_low = exact_product(bounded, bounded)
    tail, tail_low = erfc_tail(tail_argument, (square * 0.5, square_low * 0.5), 63.0)
    most, most_low = ordered_sum(2.0**64, -tail)
    negative = x < 0.0
    far, far_low = negative.choose(tail, most), negative.choose(tail_low, most_low - tail_low)
    half, half_low = erf_near_zero(scaled, scaled_low)
    high, low = ordered_sum(1.0, half)
    near, near_low = high * 2.0**63, (low + half_low) * 2.0**63
    phi, phi_low = small.choose(near, far), small.choose(near_low, far_low)
    product, error = exact_product(bounded, phi)
    result = (product + bounded.times_plus(phi_low, error)) * 2.0**-64
    return (x > 40.0).choose(x, result.with_sign_of(x))
