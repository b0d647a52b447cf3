"""Logarithms, the inverse hyperbolic functions, powers and lengths."""

from __future__ import annotations

import math

from autograd.compiler.vector.assembly import Lanes, Truths, bits_of
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    Pair,
    exact_product,
    exact_sum,
    ordered_sum,
    pair_product,
    pair_quotient,
    polynomial,
    root_pair,
    scale,
)
from autograd.compiler.vector.math.exponential import exp_pair, exp_sum

INFINITY, NAN = math.inf, math.nan
SMALLEST_NORMAL = 2.0**-1022


def split_exponent(x: Lanes) -> tuple[Lanes, Lanes]:
    """The exponent k and m with x = 2ᵏ · m and √½ ≤ m < √2, for a positive finite x."""
    tiny = x < SMALLEST_NORMAL
    bits = tiny.choose(x * 2.0**54, x).bits() + (bits_of(1.0) - bits_of(c.ROOT_HALF[0]))
    biased = ((bits >> 52) | bits_of(2.0**52)).as_double()
    k = biased - tiny.choose(2.0**52 + 1023 + 54, 2.0**52 + 1023)
    m = ((bits & ((1 << 52) - 1)) + bits_of(c.ROOT_HALF[0])).as_double()
    return k, m


def log_near_one(f: Lanes, k: Lanes, rest: Lanes | None = None) -> Lanes:
    """Compute k · ln 2 + log(1 + f) + rest for √½ ≤ 1 + f < √2, with s = f / (2 + f)."""
    s = f / (f + 2.0)
    z = s * s
    half_square = f * f * 0.5
    bend = s * (z.times_plus(polynomial(z, c.LOG), half_square))
    low = k.times_plus(c.LN2[1], bend if rest is None else bend + rest)
    return k.times_plus(c.LN2[0], f - (half_square - low))


def at_log_poles(x: Lanes, result: Lanes) -> Lanes:
    """The logarithm with its values at 0, at infinity and below 0."""
    result = (x.equals(INFINITY)).choose(x, result)
    result = (x.equals(0.0)).choose(-INFINITY, result)
    return (x.compare("ult", 0.0)).choose(NAN, result)


def log(x: Lanes) -> Lanes:
    """Compute log x = k · ln 2 + log m."""
    k, m = split_exponent(x)
    return at_log_poles(x, log_near_one(m - 1.0, k))


def log1p_sum(u: Lanes, low: Lanes | float, exponent: Lanes | None = None) -> Lanes:
    """log((1 + u + low) · 2^exponent) for u > -1, low small beside u."""
    w = u + 1.0
    error = (u > 1.0).choose(1.0 - (w - u), u - (w - 1.0))
    k, m = split_exponent(w)
    near = k.equals(0.0)
    f = near.choose(u, m - 1.0)
    rest = near.choose(low, error + low) / w
    return log_near_one(f, k if exponent is None else k + exponent, rest)


def log1p(x: Lanes) -> Lanes:
    """log(1 + x), 1 + x being carried with its rounding error."""
    result = at_log_poles(x + 1.0, log1p_sum(x, 0.0))
    return (abs(x) < 2.0**-54).choose(x, result)


def softplus(x: Lanes) -> Lanes:
    """log(1 + e^x) = max(x, 0) + log1p(e^-|x|)."""
    n, (power, power_low) = exp_pair(-abs(x), x.function.number(0.0))
    tail, tail_low = scale(power, n), scale(power_low, n)
    curve = (tail < 2.0**-54).choose(tail, log1p_sum(tail, tail_low))
    return x.at_least(0.0) + curve


def asinh(x: Lanes) -> Lanes:
    """Compute log1p(|x| + (√(1 + x²) - 1)), log |x| + ln 2 for large |x|."""
    size = abs(x)
    large = size > 2.0**60
    bounded = large.choose(1.0, size)
    square, square_low = exact_product(bounded, bounded)
    total, low = exact_sum(square, 1.0)
    root, rest = root_pair(total, low + square_low)
    more, more_low = exact_sum(root, -1.0)
    u, u_low = exact_sum(bounded, more)
    argument = large.choose(size, u)
    low = large.choose(0.0, u_low + (more_low + rest))
    result = log1p_sum(argument, low, large.choose(1.0, 0.0))
    return (size.equals(INFINITY)).choose(size, result).with_sign_of(x)


def acosh(x: Lanes) -> Lanes:
    """Compute log1p(t + √(t · (2 + t))), t = x - 1; log x + ln 2 for large x."""
    large = x > 2.0**60
    t = large.choose(1.0, x) - 1.0
    square, square_low = exact_product(t, t)
    high, low = exact_sum(t + t, square)
    root, rest = root_pair(high, low + square_low)
    u, u_low = exact_sum(t, root)
    argument = large.choose(x, u)
    result = log1p_sum(argument, large.choose(0.0, u_low + rest), large.choose(1.0, 0.0))
    result = (x.equals(INFINITY)).choose(x, result)
    return (x.compare("ult", 1.0)).choose(NAN, result)


def atanh(x: Lanes) -> Lanes:
    """Atanh |x| = ½ · log1p(2|x| / (1 - |x|))."""
    size = abs(x)
    inside = size < 1.0
    bounded = inside.choose(size, 0.5)
    zero = x.function.number(0.0)
    quotient, low = pair_quotient((bounded + bounded, zero), ordered_sum(1.0, -bounded))
    result = log1p_sum(quotient, low) * 0.5
    return inside.choose(result, (size.equals(1.0)).choose(INFINITY, NAN)).with_sign_of(x)


def log_pair(x: Lanes) -> Pair:
    """The logarithm to about 65 bits for a positive finite x."""
    k, m = split_exponent(x)
    s = pair_quotient((m - 1.0, x.function.number(0.0)), exact_sum(m, 1.0))
    z = pair_product(s, s)
    third, third_low = c.THIRD_SUM
    u, u_low = ordered_sum(third, z[0] * polynomial(z[0], c.LOG_TAIL))
    bend = pair_product(pair_product(s, z), (u, u_low + third_low))
    high, low = ordered_sum(s[0], bend[0])
    low = low + (bend[1] + s[1])
    # k times the leading bits of ln 2 is exact.
    total, error = exact_sum(k * c.LN2[0], high + high)
    return ordered_sum(total, error + k.times_plus(c.LN2[1], low + low))


def power(x: Lanes, y: Lanes) -> Lanes:
    """x^y with the special values of IEEE 754's pow."""
    size = abs(x)
    ordinary = (size > 0.0) & (size < INFINITY)
    high, low = log_pair(ordinary.choose(size, 2.0))
    outside = (size.equals(0.0)).choose(-INFINITY, size)
    product, error = exact_product(y, high)
    error = low.times_plus(y, error)
    moderate = ordinary & (abs(product) < 1e4)
    result = exp_sum(ordinary.choose(product, y * outside), moderate.choose(error, 0.0))
    result = with_power_sign(x, y, result)
    result = ((x.equals(1.0)) | (y.equals(0.0))).choose(1.0, result)
    return ((x.equals(-1.0)) & (abs(y).equals(INFINITY))).choose(1.0, result)


def with_power_sign(x: Lanes, y: Lanes, result: Lanes) -> Lanes:
    """The sign of (-|x|)^y, and nan where y is not an integer."""
    size = abs(y)
    integer = (size >= 2.0**52) | is_small_integer(size)
    half_integer = (size >= 2.0**53) | is_small_integer(size * 0.5)
    odd = integer & ~half_integer
    undefined = (x < 0.0) & (abs(x) < INFINITY) & ~integer
    signed = odd.choose(result.with_sign_of(x), result)
    return undefined.choose(NAN, signed)


def is_small_integer(size: Lanes) -> Truths:
    """Whether 0 ≤ size < 2⁵² is an integer."""
    shifted = (size + 2.0**52) - 2.0**52
    return shifted.equals(size)


def hypot(x: Lanes, y: Lanes) -> Lanes:
    """√(x² + y²), scaled against overflow, the sum of squares carried to 100 bits."""
    a, b = abs(x), abs(y)
    larger = (a > b).choose(a, b)
    smaller = (a > b).choose(b, a)
    huge, tiny = larger > 2.0**500, larger < 2.0**-450
    up = huge.choose(2.0**-600, tiny.choose(2.0**600, 1.0))
    down = huge.choose(2.0**600, tiny.choose(2.0**-600, 1.0))
    larger, smaller = larger * up, smaller * up
    square, square_low = exact_product(larger, larger)
    other, other_low = exact_product(smaller, smaller)
    total, low = ordered_sum(square, other)
    root, rest = root_pair(total, low + (square_low + other_low))
    result = (root + rest) * down
    infinite = (a.equals(INFINITY)) | (b.equals(INFINITY))
    return infinite.choose(INFINITY, result)


def direction_cosine(x: Lanes, y: Lanes) -> Lanes:
    """Compute x / √(x² + y²), scaled so that the root is finite and no number loses digits."""
    size = abs(x) + abs(y)
    huge, tiny = size > 2.0**1000, size < 2.0**-1000
    factor = huge.choose(2.0**-60, tiny.choose(2.0**60, 1.0))
    scaled = x * factor
    return scaled / hypot(scaled, y * factor)
