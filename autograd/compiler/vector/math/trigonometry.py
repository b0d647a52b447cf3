"""Sine, cosine, tangent and their inverses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from autograd.compiler.vector.assembly import Function, Integers, Lanes, Truths
from autograd.compiler.vector.loops import address, where_rare
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    Pair,
    exact_product,
    exact_sum,
    nearest_integer,
    ordered_sum,
    pair_quotient,
    polynomial,
    root_pair,
)
from autograd.compiler.vector.target import Target

INFINITY, NAN = math.inf, math.nan

LARGE_ANGLE = 2.0**20 * 1.5
"""Beyond, an angle in radians is reduced with more bits of 2/π."""


def reduce_angle(x: Lanes) -> tuple[Integers, Pair]:
    """The n and r of x = n · π/2 + r, |r| ≤ π/4; only the last two bits of n are right."""
    size = abs(x)
    large = (size > LARGE_ANGLE) & (size < INFINITY)
    usual = reduce_small_angle(large.choose(0.0, x))
    n, high, low = where_rare(large, usual, lambda: reduce_large_angles(x, large, usual))
    return n.bits(), (high, low)


def reduce_small_angle(x: Lanes) -> Sequence[Lanes]:
    """A double whose bits end in n, and r as a sum, for |x| ≤ `LARGE_ANGLE` (Cody and Waite)."""
    n, bits = nearest_integer(x * c.TWO_OVER_PI[0])
    first = x - n * c.HALF_PI[0]
    second, second_low = exact_sum(first, -(n * c.HALF_PI[1]))
    third, third_low = exact_sum(second, -(n * c.HALF_PI[2]))
    high, low = ordered_sum(third, (second_low + third_low) - n * c.HALF_PI[3])
    return bits.as_double(), high, low


def reduce_large_angles(x: Lanes, large: Truths, usual: Sequence[Lanes]) -> Sequence[Lanes]:
    """The same for any finite x, one lane at a time where it is large (Payne and Hanek)."""
    function = x.function
    safe = large.choose(x, 1.0)
    function.declarations.update(large_angle_definitions())
    angles = [safe.lane(lane) for lane in range(function.target.lanes)]
    call = f"call {REDUCED} @stepgrad.reduce_large_angle"
    reduced = [function.emit(f"{call}(double {angle})") for angle in angles]
    found = []
    for field, before in enumerate(usual):
        parts = [function.emit(f"extractvalue {REDUCED} {one}, {field}") for one in reduced]
        found.append(large.choose(function.vector(Lanes, parts), before))
    return found


REDUCED = "{ double, double, double }"
"""The LLVM type of n, as a double, and the two parts of r."""


@cache
def large_angle_definitions() -> frozenset[str]:
    """LLVM text of ``reduce_large_angle``, the argument reduction of one large finite double.

    x = M · 2^e with a 53-bit integer M. Of the bits of 2/π only 192 matter: those before them give
    multiples of 4 quarter turns, those after them nothing that a double could hold. Their product
    with M, modulo 4 quarter turns, is n + f in units of a quarter turn, and r = f · π/2.
    """
    function = Function(Target(1, fused=True))
    x = Lanes(function, "%x")
    position = ((x.bits() >> 52) & 2047) - (1075 + 2 - 64)
    start = function.emit(f"getelementptr i64, ptr @two_over_pi, i64 {(position >> 6).name}")
    words = [function.emit(f"load i64, ptr {address(function, start, 8 * k)}") for k in range(4)]
    shift = ("i64", (position & 63).name)
    bits = [
        function.call("i64", "llvm.fshl.i64", [("i64", word), ("i64", following), shift])
        for word, following in pairwise(words)
    ]
    n, *fraction = _quarter_turns((x.bits() & ((1 << 52) - 1)) | (1 << 52), bits)
    first, second, third = (
        Lanes(function, function.emit(f"sitofp {part.typed} to double")) * 2.0**-places
        for part, places in zip(fraction, (53, 106, 128), strict=True)
    )
    high, low = exact_sum(first, second)
    half_pi, half_pi_low = c.HALF_PI_SUM
    r = high * half_pi
    error = function.intrinsic("fma", high, function.number(half_pi), -r)
    r_low = error + (high * half_pi_low + (low + third) * half_pi)
    negative = x.bits().negative()
    result = "poison"
    for field, (value, opposite) in enumerate(
        ((n.as_double(), (function.integer(0) - n).as_double()), (r, -r), (r_low, -r_low))
    ):
        signed = negative.choose(opposite, value)
        result = function.emit(f"insertvalue {REDUCED} {result}, {signed.typed}, {field}")
    function.do(f"ret {REDUCED} {result}")
    words_of_table = ", ".join(f"i64 {function.integer(word).name}" for word in c.TWO_OVER_PI_BITS)
    kind = f"[{len(c.TWO_OVER_PI_BITS)} x i64]"
    table = f"@two_over_pi = private constant {kind} [{words_of_table}]"
    head = f"internal {REDUCED} @stepgrad.reduce_large_angle(double %x)"
    return frozenset({table, function.definition(head), *function.declarations})


def _quarter_turns(m: Integers, bits: Sequence[str]) -> list[Integers]:
    """The integer n nearest to m times a number below 4, and three parts of m · number - n.

    The number is given as three words of 64 bits, the parts as integers with 53, 106 and 128 bits
    after the point; all is computed in 128 bits.
    """
    function = m.function

    def wide(operation: str, *operands: str | int) -> str:
        return function.emit(f"{operation} i128 {', '.join(map(str, operands))}")

    def narrow(number: str) -> Integers:
        return Integers(function, function.emit(f"trunc i128 {number} to i64"))

    factor, *words = (function.emit(f"zext i64 {word} to i128") for word in (m.name, *bits))
    top, middle, low = (wide("mul", word, factor) for word in words)
    product = wide("add", wide("add", middle, wide("shl", top, 64)), wide("lshr", low, 64))
    n = narrow(wide("lshr", wide("add", product, 1 << 125), 126))
    rest = wide("shl", product, 2)
    second = narrow(wide("lshr", rest, 22)) & ((1 << 53) - 1)
    return [n, narrow(wide("ashr", rest, 75)), second, narrow(rest) & ((1 << 22) - 1)]


def sin_near_zero(r: Pair) -> Pair:
    """The sine of high + low, |high| ≤ π/4, as a sum."""
    high, low = r
    z = high * high
    cubic = z * high
    bend = cubic.times_plus(polynomial(z, c.SIN), z.times_plus(low * -0.5, low))
    return ordered_sum(high, bend)


def cos_near_zero(r: Pair) -> Pair:
    """The cosine of high + low, |high| ≤ π/4, as a sum."""
    high, low = r
    z = high * high
    half = z * 0.5
    flat = 1.0 - half
    bend = (z * z).times_plus(polynomial(z, c.COS), ((1.0 - flat) - half) - high * low)
    return ordered_sum(flat, bend)


def negate_where(condition: Integers, x: Lanes) -> Lanes:
    """-x where bit 1 of the condition is set."""
    return (x.bits() ^ ((condition & 2) << 62)).as_double()


def sin(x: Lanes) -> Lanes:
    """Compute sin x = ± sin r or ± cos r, by the quarter turn."""
    n, r = reduce_angle(x)
    even = (n & 1).equals(0)
    result = negate_where(n, even.choose(sin_near_zero(r)[0], cos_near_zero(r)[0]))
    result = (abs(x) < 2.0**-27).choose(x, result)
    return (abs(x).equals(INFINITY)).choose(NAN, result)


def cos(x: Lanes) -> Lanes:
    """Compute cos x = sin(x + π/2)."""
    n, r = reduce_angle(x)
    even = (n & 1).equals(0)
    result = negate_where(n + 1, even.choose(cos_near_zero(r)[0], sin_near_zero(r)[0]))
    return (abs(x).equals(INFINITY)).choose(NAN, result)


def tan(x: Lanes) -> Lanes:
    """Compute tan x = sin r / cos r or - cos r / sin r, by the quarter turn."""
    n, r = reduce_angle(x)
    even = (n & 1).equals(0)
    sine, cosine = sin_near_zero(r), cos_near_zero(r)
    top = tuple(even.choose(a, -b) for a, b in zip(sine, cosine, strict=True))
    bottom = tuple(even.choose(b, a) for a, b in zip(sine, cosine, strict=True))
    result, _ = pair_quotient((top[0], top[1]), (bottom[0], bottom[1]))
    result = (abs(x) < 2.0**-27).choose(x, result)
    return (abs(x).equals(INFINITY)).choose(NAN, result)


def atan_positive(x: Lanes) -> Pair:
    """The arc tangent of x ≥ 0 as a sum: atan c + atan((x - c) / (1 + c · x))."""
    function = x.function
    steps = [function.number(0.0), *map(function.number, (0.5, 1.0, 1.5))]
    highs = [0.0, *c.ATAN_STEPS_HIGH, c.HALF_PI_SUM[0]]
    lows = [0.0, *c.ATAN_STEPS_LOW, c.HALF_PI_SUM[1]]
    step, high, low = steps[0], function.number(highs[0]), function.number(lows[0])
    for k, border in enumerate((7 / 16, 11 / 16, 19 / 16), 1):
        beyond = x > border
        step = beyond.choose(steps[k], step)
        high, low = beyond.choose(highs[k], high), beyond.choose(lows[k], low)
    far = x > 39 / 16
    high, low = far.choose(highs[4], high), far.choose(lows[4], low)
    top = far.choose(-1.0, x - step)
    t = top / far.choose(x, step.times_plus(x, 1.0))
    z = t * t
    bend = polynomial(z, c.ATAN) * (z * t)
    total, error = ordered_sum(high, t)
    return total, error + (bend + low)


def atan(x: Lanes) -> Lanes:
    """The angle whose tangent is x."""
    high, low = atan_positive(abs(x))
    return (high + low).with_sign_of(x)


def atan2(y: Lanes, x: Lanes) -> Lanes:
    """The angle of the point (x, y), in all four quadrants, signs of zero included."""
    small, large = abs(x) < 2.0**-400, (abs(x) > 2.0**500) & (abs(y) > 2.0**-100)
    factor = small.choose(2.0**600, large.choose(2.0**-600, 1.0))
    size_y, size_x = abs(y) * factor, abs(x) * factor
    both_infinite = (size_y.equals(INFINITY)) & (size_x.equals(INFINITY))
    quotient = both_infinite.choose(1.0, size_y / size_x)
    quotient = (size_y.equals(0.0) & ~x.is_nan()).choose(0.0, quotient)
    high, low = atan_positive(quotient)
    product, product_low = exact_product(quotient, size_x)
    lost = ((size_y - product) - product_low) / size_x
    # d/dt atan t = 1 / (1 + t²). What is lost is nothing where t is large, and not to be had where
    # the product is too large or too small for its digits.
    moderate = (quotient < 2.0**30) & (product < 2.0**1000) & (product > 2.0**-900)
    low = low + moderate.choose(lost / quotient.times_plus(quotient, 1.0), 0.0)
    left = x.bits().negative()
    pi, pi_low = c.PI_SUM
    mirrored, error = ordered_sum(x.function.number(pi), -high)
    angle = left.choose(mirrored + (error + (pi_low - low)), high + low)
    return angle.with_sign_of(y)


def asin_pieces(x: Lanes) -> tuple[Truths, Lanes, Lanes, Lanes]:
    """Whether |x| > ½; a and its low part with asin a = a + low + bend; bend.

    a is |x| itself, or √((1 - |x|) / 2) beyond ½.
    """
    size = abs(x)
    beyond = size > 0.5
    far = (1.0 - size) * 0.5
    root, correction = root_pair(far)
    a = beyond.choose(root, size)
    z = beyond.choose(far, x * x)
    return beyond, a, beyond.choose(correction, 0.0), polynomial(z, c.ASIN) * (z * a)


def less_twice(total: tuple[float, float], a: Lanes, rest: Lanes) -> Lanes:
    """Compute total - 2 · (a + rest), the total being a sum."""
    high, error = ordered_sum(a.function.number(total[0]), -(a + a))
    return high + (error + (total[1] - (rest + rest)))


def asin(x: Lanes) -> Lanes:
    """Compute asin x by a polynomial up to ½, π/2 - 2 asin √((1 - x) / 2) beyond."""
    beyond, a, low, bend = asin_pieces(x)
    far = less_twice(c.HALF_PI_SUM, a, low + bend)
    return beyond.choose(far, a + bend).with_sign_of(x)


def acos(x: Lanes) -> Lanes:
    """Compute acos x = π/2 - asin x up to ½, 2 asin √((1 - |x|) / 2) or π minus that beyond."""
    beyond, a, low, bend = asin_pieces(x)
    half_pi, half_pi_low = c.HALF_PI_SUM
    near_high, near_error = ordered_sum(x.function.number(half_pi), -(a.with_sign_of(x)))
    near = near_high + (near_error + (half_pi_low - bend.with_sign_of(x)))
    rest = low + bend
    left, right = less_twice(c.PI_SUM, a, rest), (a + a) + (rest + rest)
    return beyond.choose((x < 0.0).choose(left, right), near)
