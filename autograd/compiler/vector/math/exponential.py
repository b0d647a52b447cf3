"""The exponential, and the hyperbolic and logistic functions, reduced to |r| ≤ ln 2 / 2."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from autograd.compiler.vector.assembly import Function, Integers, Lanes
from autograd.compiler.vector.loops import where_rare
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    BIASED_ROUNDER,
    Pair,
    biased_power,
    exact_product,
    nearest_integer,
    nearest_product,
    ordered_sum,
    pair_quotient,
    polynomial,
    power_of_two,
    scale,
)
from autograd.compiler.vector.target import Target

NEAR_ONE = 1.0 - 2.0**-10
"""Up to here the 1 - y of a derivative is right to 2⁻⁴³; beyond, it is computed from x.

Nearer to 1, more of the lanes of a trained network would be computed twice.
"""

LARGE_EXPONENT = 1000.0
"""A power of two with this exponent leaves room for factors."""


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


def exp_sum(x: Lanes, low: Lanes | None = None, exponent: float = 0.0) -> Lanes:
    """exp(x + low) · 2^exponent, about as accurate as a double can be."""
    n, (result, _) = exp_pair(x, x.function.number(0.0) if low is None else low)
    return scale(result, n + exponent)


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
    """Compute tanh |x| = (e - 1) / (e + 1) with e = e^{2|x|}, and give it the sign of x.

    Near 0, e - 1 would lose the digits of |x| if e were computed first. So the reduction
    e = s · e^{2h}, s = 2ⁿ, is used: (e - 1) / 2 = a + b with a = s · (½ + h) - ½ and
    b = s · (e^{2h} - 1 - 2h) / 2. With n = 0, a is h, which is |x|, and no digit is lost. A first
    quotient q is corrected by what it leaves, a + b - q · (a + b + 1).
    """
    a, b, bottom, _ = _parts_of_tanh(x)
    inverse = 1.0 / bottom
    quotient = (a + b) * inverse
    rest = (-quotient).times_plus(a, a - quotient) + (-quotient).times_plus(b, b)
    return rest.times_plus(inverse, quotient).with_sign_of(x)


def _parts_of_tanh(x: Lanes) -> tuple[Lanes, Lanes, Lanes, Lanes]:
    """The a, b and (e + 1) / 2 of tanh, and the k by which 2ᵏ is left out of them.

    Only with one lane, for the derivative, are they right where e^{2|x|} would overflow.
    """
    alone = x.function.target.lanes == 1
    size = abs(x).at_most(380.0 if alone else 350.0)
    shifted = size.times_plus(2.0 * c.LOG2_E[0], BIASED_ROUNDER)
    n = shifted - BIASED_ROUNDER
    h = n.times_plus(-0.5 * c.LN2[1], n.times_plus(-0.5 * c.LN2[0], size))
    held = shifted.at_most(BIASED_ROUNDER + LARGE_EXPONENT) if alone else shifted
    s = biased_power(held)
    a = h.times_plus(s, s.times_plus(0.5, -0.5))
    b = (h * h * s) * polynomial(h, c.TANH)
    return a, b, (a + b) + 1.0, shifted - held


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
    """1 / (1 + e^-x), the quotient of `_parts_of_sigmoid`."""
    top, _, bottom, wrong = _parts_of_sigmoid(x)
    quotient = top / bottom
    result = (-quotient).times_plus(quotient * wrong, quotient)
    return (abs(x) > 760.0).choose((x > 0.0).choose(1.0, 0.0), result)


def _parts_of_sigmoid(x: Lanes) -> tuple[Lanes, Lanes, Lanes, Lanes]:
    """The u, v and w with σ(x) = u / w and 1 - σ(x) = v / w; what w lacks, divided by u.

    With e^-x = 2ⁿ · e^r they are u = 2⁻ⁿ, v = e^r and w = u + v. Where u would overflow, u and w
    have no more than 2¹⁰⁰⁰ of it, and v has the rest.
    """
    minus_n, _ = nearest_product(x, c.LOG2_E[0])
    r = minus_n.times_plus(c.LN2[1], minus_n.times_plus(c.LN2[0], -x))
    held = minus_n.at_most(LARGE_EXPONENT)
    top = scale(x.function.number(1.0), held)
    both = top + 1.0
    near = both + r
    near_low = (r - (near - both)) + (top - (both - 1.0))
    curve, square = polynomial(r, c.EXP), r * r
    bottom = curve.times_plus(square, near)
    low = curve.times_plus(square, near - bottom) + near_low
    other = scale(curve.times_plus(square, r + 1.0), held - minus_n)
    return top, other, bottom, scale(low, -held.at_least(-1022.0))


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


def sigmoid_derivative_at(y: Lanes, x: Lanes) -> Lanes:
    """Compute y · (1 - y), given y = σ(x).

    With one lane, y has been computed nearby, so that the parts of 1 - y are there.
    """
    if x.function.target.lanes > 1:
        return _unless_near_one(y, (-y).times_plus(y, y), sigmoid_derivative, x)
    top, other, bottom, wrong = _parts_of_sigmoid(x)
    rest = other / bottom
    rest = (-rest).times_plus(top / bottom * wrong, rest)
    smaller = (x < 0.0).choose(y, (x > 760.0).choose(0.0, rest))
    return (-smaller).times_plus(smaller, smaller)


def tanh_derivative_at(y: Lanes, x: Lanes) -> Lanes:
    """Compute 1 - y², given y = tanh x.

    With one lane, as above: 1 - y² = d · (2 - d), d = 1 - |y| = 2 / (e^{2|x|} + 1).
    """
    if x.function.target.lanes > 1:
        return _unless_near_one(y, (-y).times_plus(y, 1.0), tanh_derivative, x)
    _, _, bottom, left = _parts_of_tanh(x)
    rest = scale(x.function.number(1.0), -left) / bottom
    return (-rest).times_plus(rest, rest + rest)


def _unless_near_one(y: Lanes, result: Lanes, careful: Callable[[Lanes], Lanes], x: Lanes) -> Lanes:
    """The result; where |y| is nearly 1, careful(x), which is rare and so a call out of the way."""
    near = abs(y) > NEAR_ONE

    def exact() -> list[Lanes]:
        name = _define(careful, x.function)
        called = x.function.emit(f"call {x.kind} @{name}({x.typed})")
        return [near.choose(Lanes(x.function, called), result)]

    return where_rare(near, [result], exact)[0]


def _define(kernel: Callable[[Lanes], Lanes], caller: Function) -> str:
    """Have a kernel defined where the caller is, as a function from vector to vector."""
    name, definitions = _definition(kernel, caller.target)
    caller.declarations |= definitions
    return name


@cache
def _definition(kernel: Callable[[Lanes], Lanes], target: Target) -> tuple[str, set[str]]:
    """The name of such a function, and its text with what that needs: written once."""
    name = f"{kernel.__name__}.{target.lanes}"
    function = Function(target)
    result = kernel(Lanes(function, "%x"))
    function.do(f"ret {result.typed}")
    head = f"internal {result.kind} @{name}({result.kind} %x) noinline cold"
    return name, {*function.declarations, function.definition(head)}


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
