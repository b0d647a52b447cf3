"""The exponential, and the hyperbolic and logistic functions, reduced to |r| ≤ ln 2 / 2."""

from __future__ import annotations

from autograd.compiler.vector.assembly import Integers, Lanes
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    BIASED_ROUNDER,
    Pair,
    biased_power,
    exact_product,
    inverse_square_roughly,
    nearest_integer,
    nearest_product,
    ordered_sum,
    pair_quotient,
    polynomial,
    power_of_two,
    scale,
)

LARGE_EXPONENT = 1000.0
"""A power of two with this exponent leaves room for factors."""

HELD_EXPONENT = 500.0
"""A power of two with this exponent has a square that is a double too."""


def reduce_exponent(x: Lanes) -> tuple[Lanes, Integers, Lanes]:
    """The n, as double and bits, and r of x = n · ln 2 + r, |r| ≤ ln 2 / 2 (Cody and Waite).

    |n| < 2²⁰, so that its product with the 32 leading bits of ln 2 is exact.
    """
    n, bits = nearest_product(x, c.LOG2_E[0])
    r = n.times_plus(-c.LN2[1], n.times_plus(-c.LN2[0], x))
    return n, bits, r


def exp_minus_one_small(r: Lanes) -> Lanes:
    """exp(r) - 1 for |r| ≤ ln 2 / 2."""
    return (r * r).times_plus(polynomial(r, c.EXP), r)


def exp_pair(x: Lanes, low: Lanes) -> tuple[Lanes, Pair]:
    """The integer n, and e^r to about 57 bits, with e^(x + low) = 2ⁿ · e^r."""
    bounded = x.at_most(720.0).at_least(-1000.0)
    n, _ = nearest_integer(bounded * c.LOG2_E[0])
    first, second = n.times_plus(-c.LN2[0], bounded), n.times_plus(c.LN2[1], -low)
    r = first - second
    r_low = (first - r) - second
    high, error = ordered_sum(1.0, r)
    return n, ordered_sum(high, error + (r * r).times_plus(polynomial(r, c.EXP), r_low))


def exp_sum(x: Lanes, low: Lanes) -> Lanes:
    """exp(x + low), about as accurate as a double can be."""
    n, (result, _) = exp_pair(x, low)
    return scale(result, n)


def exp(x: Lanes) -> Lanes:
    """e^x = 2ⁿ · e^r."""
    n, _, r = reduce_exponent(x.at_most(720.0).at_least(-1000.0))
    return scale(exp_minus_one_small(r) + 1.0, n)


def expm1(x: Lanes) -> Lanes:
    """e^x - 1 = 2 · (2ⁿ⁻¹ · (e^r - 1) + (2ⁿ⁻¹ - ½)), e^r - 1 being r and what it lacks."""
    bounded = x.at_most(710.0).at_least(-50.0)
    n, bits, r = reduce_exponent(bounded)
    r_low = n.times_plus(-c.LN2[1], n.times_plus(-c.LN2[0], bounded) - r)
    half_power = power_of_two(bits - 1)
    high, error = ordered_sum(half_power - 0.5, r * half_power)
    rest = (r * r).times_plus(polynomial(r, c.EXP), r_low)
    result = high + rest.times_plus(half_power, error)
    return (abs(x) < 2.0**-54).choose(x, result + result)


def tanh(x: Lanes) -> Lanes:
    """Compute tanh x, the first of `tanh_with_derivative`."""
    return tanh_with_derivative(x)[0]


def tanh_with_derivative(x: Lanes) -> Pair:
    """Compute tanh x and 1 - tanh² x from e = e^-2|x|, as (1 - e) / (1 + e) and d · (1 + tanh |x|).

    d = 1 - tanh |x| = 2e / (1 + e) has all its digits where tanh is nearly 1. Near 0, 1 - e would
    lose those of |x| if e were computed first. So the reduction e = s · e^-2h, s = 2ⁿ, is used:
    (1 - e) · e^2h / 2 = a + b with a = h + (½ - s/2) and b = (e^2h - 1 - 2h) / 2. With n = 0, a is
    h, which is |x|, and no digit is lost. Both have the divisor w = a + b + s, and a first quotient
    q = 1 - s / w is corrected by what it leaves, a + b - q · w, term by term.
    """
    size = abs(x).at_most(380.0)
    shifted = size.times_plus(-2.0 * c.LOG2_E[0], BIASED_ROUNDER)
    n = shifted - BIASED_ROUNDER
    h = n.times_plus(0.5 * c.LN2[1], n.times_plus(0.5 * c.LN2[0], size))
    s = biased_power(shifted.at_least(BIASED_ROUNDER - LARGE_EXPONENT))
    curve, square = polynomial(h, c.TANH), h * h
    a, b = s.times_plus(-0.5, 0.5) + h, square * curve
    w = s.times_plus(0.5, 0.5) + square.times_plus(curve, h)
    inverse = 1.0 / w
    q = (-s).times_plus(inverse, 1.0)
    rest = (-q).times_plus(a, (-q).times_plus(s, a)) + (-q).times_plus(b, b)
    value, d = rest.times_plus(inverse, q), scale(inverse, n)
    return value.with_sign_of(x), d.times_plus(value, d)


def sinh(x: Lanes) -> Lanes:
    """Compute sinh x = e^|x|/2 - 1/(4 · e^|x|/2), a polynomial below 1."""
    size = abs(x)
    half, low = _half_exp(size)
    square = x * x
    small = (polynomial(square, c.SINH) * square).times_plus(size, size)
    return (size < 1.0).choose(small, half + (low - 0.25 / half)).with_sign_of(x)


def cosh(x: Lanes) -> Lanes:
    """Compute cosh x = e^|x|/2 + 1/(4 · e^|x|/2)."""
    half, low = _half_exp(abs(x))
    return half + (low + 0.25 / half)


def _half_exp(x: Lanes) -> Pair:
    """e^x / 2 for x ≥ 0 as a sum."""
    n, (high, low) = exp_pair(x, x.function.number(0.0))
    return scale(high, n - 1.0), scale(low, n - 1.0)


def sigmoid(x: Lanes) -> Lanes:
    """Compute 1 / (1 + e^-x), the first of `sigmoid_with_derivative`."""
    return sigmoid_with_derivative(x)[0]


def sigmoid_with_derivative(x: Lanes) -> Pair:
    """Compute σ(x) = u / w and σ(x) · (1 - σ(x)) = m - m², m the smaller of σ(x) and 1 - σ(x).

    With e^-x = 2ⁿ · e^r they are u = 2⁻ⁿ, w = u + e^r and 1 - σ(x) = e^r / w, which has all its
    digits where σ is nearly 1. Where u would overflow, u and w have no more than 2⁵⁰⁰ of it.

    In a small loop everything waits for σ. So w is summed up as soon as the terms are there, and
    the inverse is corrected for what w lacks by terms that are ready before the quotient.
    """
    minus_n, _ = nearest_product(x, c.LOG2_E[0])
    r = minus_n.times_plus(c.LN2[1], minus_n.times_plus(c.LN2[0], -x))
    held = minus_n.at_most(HELD_EXPONENT)
    u = scale(x.function.number(1.0), held)
    both, square = u + 1.0, r * r
    fourth = square * square
    first, later = polynomial(r, c.EXP[:4]), polynomial(r, c.EXP[4:])
    w = (square * fourth).times_plus(later, square.times_plus(first, both + r))
    p = square.times_plus(fourth.times_plus(later, first), r)
    lacking = (p - (w - both)) + (u - (both - 1.0))
    rough, inverse = inverse_square_roughly(w), 1.0 / w
    value = inverse.times_plus(u, -(lacking * (u * rough)))
    inverse = inverse - lacking * rough
    m = (x < 0.0).choose(value, p.times_plus(inverse, inverse))
    slope = (-m).times_plus(m, m) * biased_power((held - minus_n) + BIASED_ROUNDER)
    far = abs(x) > 760.0
    return far.choose((x > 0.0).choose(1.0, 0.0), value), far.choose(0.0, slope)


def sigmoid_derivative(x: Lanes) -> Lanes:
    """Compute e / (1 + e)² with e = e^-|x|."""
    return _slope_at(-abs(x))


def tanh_derivative(x: Lanes) -> Lanes:
    """Compute 4e / (1 + e)² with e = e^-2|x|."""
    size = abs(x)
    return _slope_at(-(size + size), 2.0)


def _slope_at(x: Lanes, exponent: float = 0.0) -> Lanes:
    """(w - w²) · 2^exponent, w = e / (1 + e), e = e^x, for x ≤ 0."""
    n, (high, low) = exp_pair(x, x.function.number(0.0))
    power = biased_power(n.at_least(-LARGE_EXPONENT) + BIASED_ROUNDER)
    below, rest = ordered_sum(1.0, high * power)
    inverse = 1.0 / below
    quotient = high * inverse
    product, product_low = exact_product(quotient, below)
    left = (high - product) - product_low
    left = left + (-quotient).times_plus(low.times_plus(power, rest), low)
    w = left.times_plus(inverse, quotient)
    return scale((-w).times_plus(w * power, w), n + exponent)


def silu(x: Lanes) -> Lanes:
    """Compute x · e^x / (1 + e^x) for x < 0 and x / (1 + e^-x) else.

    2^±64 keeps the digits of products whose factors alone would be subnormal.
    """
    n, (power, power_low) = exp_pair(-abs(x), x.function.number(0.0))
    e, e_low = scale(power, n), scale(power_low, n)
    bounded = x.at_most(40.0).at_least(-800.0)
    negative = x < 0.0
    top = negative.choose(scale(power, n + 64.0), 2.0**64)
    top_low = negative.choose(scale(power_low, n + 64.0), 0.0)
    product, error = exact_product(bounded, top)
    below, rest = ordered_sum(1.0, e)
    result, _ = pair_quotient((product, bounded.times_plus(top_low, error)), (below, rest + e_low))
    return (x > 40.0).choose(x, result * 2.0**-64).with_sign_of(x)
