"""The exponential, and the hyperbolic and logistic functions, reduced to |r| ≤ ln 2 / 2."""

from __future__ import annotations

from collections.abc import Callable

from autograd.compiler.vector.assembly import Function, Integers, Lanes
from autograd.compiler.vector.loops import where_rare
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    Pair,
    exact_product,
    nearest_integer,
    nearest_product,
    ordered_sum,
    pair_quotient,
    polynomial,
    power_of_two,
    scale,
)

NEAR_ONE = 1.0 - 2.0**-10
"""Up to here the 1 - y of a derivative is right to 2⁻⁴³; beyond, it is computed from x."""


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
    """e^x - 1 = 2 · (2ⁿ⁻¹ · (e^r - 1) + (2ⁿ⁻¹ - ½))."""
    bounded = x.at_most(710.0).at_least(-50.0)
    _, bits, r = reduce_exponent(bounded)
    half_power = power_of_two(bits - 1)
    result = exp_minus_one_small(r).times_plus(half_power, half_power - 0.5)
    return (abs(x) < 2.0**-54).choose(x, result + result)


def tanh(x: Lanes) -> Lanes:
    """Compute tanh |x| = (e - 1) / (e + 1) with e = e^{2|x|}, and give it the sign of x.

    Near 0, e - 1 would lose the digits of |x| if e were computed first. So the reduction
    e = s · e^r, s = 2ⁿ, and the polynomial p = e^r - 1 are used: e - 1 = s · p + (s - 1). With
    n = 0 this is p, and no digit is lost; that is why the interval of r reaches further above 0
    than below, and n is 0 up to 2|x| = 0.55. For n > 2, where the result is near 1, it is
    computed as 1 - 2 / (e + 1).
    """
    n, small = _parts_of_tanh(x, 350.0)  # it is ±1 from 20 on
    s = _two_to_the(n)
    large = n > 2.0
    top = large.choose(-2.0, small.times_plus(s, s - 1.0))
    result = top / small.times_plus(s, s + 1.0)
    return large.choose(result + 1.0, result).with_sign_of(x)


def _parts_of_tanh(x: Lanes, most: float) -> tuple[Lanes, Lanes]:
    """The n and e^r - 1 of e^{2|x|} = 2ⁿ · e^r, for |x| up to a bound."""
    size = abs(x).at_most(most)
    twice = size + size
    n, _ = nearest_integer(twice.times_plus(c.LOG2_E[0], -c.TANH_SHIFT[0]))
    r = n.times_plus(-c.LN2[1], n.times_plus(-c.LN2[0], twice))
    return n, (r * r).times_plus(polynomial(r, c.TANH), r)


def sinh(x: Lanes) -> Lanes:
    """Compute sinh x = e^|x|/2 - 1/(4 · e^|x|/2), a polynomial below 1."""
    size = abs(x)
    half = exp_sum(size, exponent=-1.0)
    square = x * x
    small = (polynomial(square, c.SINH) * square).times_plus(size, size)
    return (size < 1.0).choose(small, half - 0.25 / half).with_sign_of(x)


def cosh(x: Lanes) -> Lanes:
    """Compute cosh x = e^|x|/2 + 1/(4 · e^|x|/2)."""
    half = exp_sum(abs(x), exponent=-1.0)
    return half + 0.25 / half


def sigmoid(x: Lanes) -> Lanes:
    """1 / (1 + e^-x) = 2⁻ᵏ / (1 + 2ᵐ · e^r), where k > 0 only if 2ᵐ⁺ᵏ · e^r might overflow."""
    k, s, r = _parts_of_sigmoid(x)
    bottom = polynomial(r, c.EXP).times_plus(r * r * s, r.times_plus(s, s + 1.0))
    return _two_to_the(-k.at_least(0.0)) / bottom


def _parts_of_sigmoid(x: Lanes) -> tuple[Lanes, Lanes, Lanes]:
    """The k, s = 2ᵐ and r of e^-x = 2ᵐ⁺ᵏ · e^r, |x| ≤ 760, where k is not 0 if |m| reaches 1000."""
    bounded = x.at_most(760.0).at_least(-760.0)
    n, _ = nearest_product(bounded, -c.LOG2_E[0])
    r = n.times_plus(-c.LN2[1], n.times_plus(-c.LN2[0], -bounded))
    m = n.at_most(1000.0).at_least(-1000.0)
    return n - m, _two_to_the(m), r


def _two_to_the(n: Lanes) -> Lanes:
    _, bits = nearest_integer(n)
    return power_of_two(bits)


def sigmoid_derivative(x: Lanes) -> Lanes:
    """Compute e / (1 + e)² with e = e^-|x|."""
    e = exp(-abs(x))
    return e / e.times_plus(e + 2.0, 1.0)


def tanh_derivative(x: Lanes) -> Lanes:
    """Compute 4e / (1 + e)² with e = e^-2|x|."""
    return sigmoid_derivative(x + x) * 4.0


def sigmoid_derivative_at(y: Lanes, x: Lanes) -> Lanes:
    """Compute y · (1 - y), given y = σ(x).

    With one lane, y has been computed nearby, so that the parts of e^-x = (1 - y) / y are there.
    """
    if x.function.target.lanes > 1:
        return _unless_near_one(y, (-y).times_plus(y, y), sigmoid_derivative, x)
    k, s, r = _parts_of_sigmoid(x)
    e = polynomial(r, c.EXP).times_plus(r * r * s, r.times_plus(s, s)) * _two_to_the(k)
    return y * (x < 0.0).choose(1.0 - y, y * e)  # e overflows where x is far below 0


def tanh_derivative_at(y: Lanes, x: Lanes) -> Lanes:
    """Compute 1 - y², given y = tanh x.

    With one lane, as above: 1 - y² = (1 + |y|) · 2 / (e^{2|x|} + 1).
    """
    if x.function.target.lanes > 1:
        return _unless_near_one(y, (-y).times_plus(y, 1.0), tanh_derivative, x)
    n, small = _parts_of_tanh(x, 380.0)
    m = n.at_most(1000.0)
    s = _two_to_the(m)
    return (abs(y) + 1.0) * (_two_to_the(m - n + 1.0) / small.times_plus(s, s + 1.0))


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
    name = f"{kernel.__name__}.{caller.target.lanes}"
    function = Function(caller.target)
    result = kernel(Lanes(function, "%x"))
    function.do(f"ret {result.typed}")
    head = f"internal {result.kind} @{name}({result.kind} %x) noinline cold"
    caller.declarations |= {*function.declarations, function.definition(head)}
    return name


def silu(x: Lanes) -> Lanes:
    """Compute x · e^x / (1 + e^x) for x < 0 and x / (1 + e^-x) else.

    2^±64 keeps the digits of products whose factors alone would be subnormal.
    """
    size = -abs(x)
    bounded = x.at_most(40.0)
    top = (x < 0.0).choose(exp_sum(size, exponent=64.0), 2.0**64)
    bottom = ordered_sum(1.0, exp(size))
    result, _ = pair_quotient(exact_product(bounded, top), bottom)
    return (x > 40.0).choose(x, result * 2.0**-64).with_sign_of(x)
