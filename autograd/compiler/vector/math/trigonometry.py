"""Sine, cosine, tangent and their inverses."""

from __future__ import annotations

import math

from autograd.compiler.vector.assembly import Integers, Lanes, Truths, bits_of
from autograd.compiler.vector.math import coefficients as c
from autograd.compiler.vector.math.arithmetic import (
    Pair,
    exact_product,
    exact_sum,
    nearest_integer,
    ordered_sum,
    pair_quotient,
    polynomial,
)

INFINITY, NAN = math.inf, math.nan


LARGE_ANGLE = 2.0**20 * 1.5


def reduce_angle(x: Lanes) -> tuple[Integers, Pair]:
    """The n and r of x = n · π/2 + r, |r| ≤ π/4; only the last two bits of n are right."""
    function = x.function
    size = abs(x)
    large = (size > LARGE_ANGLE) & (size < INFINITY)
    bits, high, low = reduce_small_angle(large.choose(0.0, x))
    start, slow, end = (function.new_label(word) for word in ("angle", "large_angle", "reduced"))
    function.do(f"br label %{start}")
    function.label(start)
    function.do(f"br i1 {large.any()}, label %{slow}, label %{end}")
    function.label(slow)
    slow_bits, slow_high, slow_low = reduce_large_angles(x, large, (bits, high, low))
    slow_end = function.new_label("large_angle_end")
    function.do(f"br label %{slow_end}")
    function.label(slow_end)
    function.do(f"br label %{end}")
    function.label(end)

    def either(kind: str, fast: str, careful: str) -> str:
        return function.emit(f"phi {kind} [ {fast}, %{start} ], [ {careful}, %{slow_end} ]")

    chosen = Integers(function, either(function.integers, bits.name, slow_bits.name))
    r = Lanes(function, either(function.doubles, high.name, slow_high.name))
    r_low = Lanes(function, either(function.doubles, low.name, slow_low.name))
    return chosen, (r, r_low)


def reduce_small_angle(x: Lanes) -> tuple[Integers, Lanes, Lanes]:
    """The bits of n, and r as a sum, for |x| ≤ `LARGE_ANGLE` (Cody and Waite)."""
    n, bits = nearest_integer(x * c.TWO_OVER_PI[0])
    first = x - n * c.HALF_PI[0]
    second, second_low = exact_sum(first, -(n * c.HALF_PI[1]))
    third, third_low = exact_sum(second, -(n * c.HALF_PI[2]))
    high, low = ordered_sum(third, (second_low + third_low) - n * c.HALF_PI[3])
    return bits, high, low


def reduce_large_angles(
    x: Lanes, large: Truths, fast: tuple[Integers, Lanes, Lanes]
) -> tuple[Integers, Lanes, Lanes]:
    """The same for any finite x, one lane at a time where it is large (Payne and Hanek)."""
    function = x.function
    lanes = function.target.lanes
    bits, high, low = (part.name for part in fast)
    result = "{ i64, double, double }"
    function.declarations.add(f"declare {result} @{LARGE_ANGLE_NAME}(double)")
    for lane in range(lanes):
        if lanes == 1:
            angle, is_large = x.name, large.name
        else:
            angle = function.emit(f"extractelement {function.doubles} {x.name}, i64 {lane}")
            is_large = function.emit(f"extractelement {function.truths} {large.name}, i64 {lane}")
        safe = function.emit(f"select i1 {is_large}, double {angle}, double 1.0")
        reduced = function.emit(f"call {result} @{LARGE_ANGLE_NAME}(double {safe})")
        parts = []
        for field, (kind, vector) in enumerate((("i64", bits), ("double", high), ("double", low))):
            careful = function.emit(f"extractvalue {result} {reduced}, {field}")
            whole = function.target.type(kind)
            if lanes == 1:
                parts.append(
                    function.emit(f"select i1 {is_large}, {kind} {careful}, {kind} {vector}")
                )
                continue
            before = function.emit(f"extractelement {whole} {vector}, i64 {lane}")
            chosen = function.emit(f"select i1 {is_large}, {kind} {careful}, {kind} {before}")
            parts.append(
                function.emit(f"insertelement {whole} {vector}, {kind} {chosen}, i64 {lane}")
            )
        bits, high, low = parts
    return Integers(function, bits), Lanes(function, high), Lanes(function, low)


LARGE_ANGLE_NAME = "stepgrad.reduce_large_angle"


def large_angle_source() -> str:
    """LLVM text of the argument reduction of one large finite double.

    x = M · 2^e with a 53-bit integer M. Of the bits of 2/π only 192 matter: those before them give
    multiples of 4 quarter turns, those after them nothing that a double could hold. Their product
    with M, modulo 4 quarter turns, is n + f in units of a quarter turn, and r = f · π/2.
    """
    words = ", ".join(f"i64 {w - (1 << 64) if w >> 63 else w}" for w in c.TWO_OVER_PI_BITS)
    count = len(c.TWO_OVER_PI_BITS)
    half_pi, half_pi_low = (f"0x{bits_of(part):016X}" for part in c.HALF_PI_SUM)
    return f"""
@two_over_pi = private constant [{count} x i64] [{words}]

define internal {{ i64, double, double }} @{LARGE_ANGLE_NAME}(double %x) {{
  %bits = bitcast double %x to i64
  %shifted = lshr i64 %bits, 52
  %exponent = and i64 %shifted, 2047
  %fraction = and i64 %bits, {(1 << 52) - 1}
  %m = or i64 %fraction, {1 << 52}
  %position = sub i64 %exponent, {1075 + 2 - 64}
  %word = lshr i64 %position, 6
  %offset = and i64 %position, 63
  %p0 = getelementptr i64, ptr @two_over_pi, i64 %word
  %p1 = getelementptr i64, ptr %p0, i64 1
  %p2 = getelementptr i64, ptr %p0, i64 2
  %p3 = getelementptr i64, ptr %p0, i64 3
  %w0 = load i64, ptr %p0
  %w1 = load i64, ptr %p1
  %w2 = load i64, ptr %p2
  %w3 = load i64, ptr %p3
  %a0 = call i64 @llvm.fshl.i64(i64 %w0, i64 %w1, i64 %offset)
  %a1 = call i64 @llvm.fshl.i64(i64 %w1, i64 %w2, i64 %offset)
  %a2 = call i64 @llvm.fshl.i64(i64 %w2, i64 %w3, i64 %offset)
  %m_wide = zext i64 %m to i128
  %a1_wide = zext i64 %a1 to i128
  %a2_wide = zext i64 %a2 to i128
  %low = mul i128 %a2_wide, %m_wide
  %middle = mul i128 %a1_wide, %m_wide
  %top = mul i64 %a0, %m
  %top_wide = zext i64 %top to i128
  %top_high = shl i128 %top_wide, 64
  %carry = lshr i128 %low, 64
  %upper = add i128 %middle, %top_high
  %product = add i128 %upper, %carry
  %rounded = add i128 %product, {1 << 125}
  %n_wide = lshr i128 %rounded, 126
  %n = trunc i128 %n_wide to i64
  %f = shl i128 %product, 2
  %f0_wide = ashr i128 %f, 75
  %f0 = trunc i128 %f0_wide to i64
  %f1_wide = lshr i128 %f, 22
  %f1_long = trunc i128 %f1_wide to i64
  %f1 = and i64 %f1_long, {(1 << 53) - 1}
  %f2_long = trunc i128 %f to i64
  %f2 = and i64 %f2_long, {(1 << 22) - 1}
  %d0 = sitofp i64 %f0 to double
  %d1 = sitofp i64 %f1 to double
  %d2 = sitofp i64 %f2 to double
  %s0 = fmul double %d0, 0x{bits_of(2.0**-53):016X}
  %s1 = fmul double %d1, 0x{bits_of(2.0**-106):016X}
  %s2 = fmul double %d2, 0x{bits_of(2.0**-128):016X}
  %high = fadd double %s0, %s1
  %back = fsub double %high, %s0
  %lost = fsub double %high, %back
  %e0 = fsub double %s0, %lost
  %e1 = fsub double %s1, %back
  %e = fadd double %e0, %e1
  %rest = fadd double %e, %s2
  %r = fmul double %high, {half_pi}
  %minus_r = fneg double %r
  %r_error = call double @llvm.fma.f64(double %high, double {half_pi}, double %minus_r)
  %t0 = fmul double %high, {half_pi_low}
  %t1 = fmul double %rest, {half_pi}
  %t = fadd double %t0, %t1
  %r_low = fadd double %r_error, %t
  %negative = icmp slt i64 %bits, 0
  %minus_r_low = fneg double %r_low
  %minus_n = sub i64 0, %n
  %r_signed = select i1 %negative, double %minus_r, double %r
  %low_signed = select i1 %negative, double %minus_r_low, double %r_low
  %n_signed = select i1 %negative, i64 %minus_n, i64 %n
  %with_n = insertvalue {{ i64, double, double }} poison, i64 %n_signed, 0
  %with_r = insertvalue {{ i64, double, double }} %with_n, double %r_signed, 1
  %all = insertvalue {{ i64, double, double }} %with_r, double %low_signed, 2
  ret {{ i64, double, double }} %all
}}
declare i64 @llvm.fshl.i64(i64, i64, i64)
declare double @llvm.fma.f64(double, double, double)
"""


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
    size_y, size_x = abs(y), abs(x)
    both_infinite = (size_y.equals(INFINITY)) & (size_x.equals(INFINITY))
    quotient = both_infinite.choose(1.0, size_y / size_x)
    quotient = (size_y.equals(0.0) & ~x.is_nan()).choose(0.0, quotient)
    high, low = atan_positive(quotient)
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
    root = far.sqrt()
    product, product_low = exact_product(root, root)
    correction = ((far - product) - product_low) / (root + root)
    correction = (root.equals(0.0)).choose(0.0, correction)
    a = beyond.choose(root, size)
    z = beyond.choose(far, x * x)
    return beyond, a, beyond.choose(correction, 0.0), polynomial(z, c.ASIN) * (z * a)


def asin(x: Lanes) -> Lanes:
    """Compute asin x by a polynomial up to ½, π/2 - 2 asin √((1 - x) / 2) beyond."""
    beyond, a, low, bend = asin_pieces(x)
    half_pi, half_pi_low = c.HALF_PI_SUM
    high, error = ordered_sum(x.function.number(half_pi), -(a + a))
    rest = low + bend
    far = high + (error + (half_pi_low - (rest + rest)))
    return beyond.choose(far, a + bend).with_sign_of(x)


def acos(x: Lanes) -> Lanes:
    """Compute acos x = π/2 - asin x up to ½, 2 asin √((1 - |x|) / 2) or π minus that beyond."""
    beyond, a, low, bend = asin_pieces(x)
    half_pi, half_pi_low = c.HALF_PI_SUM
    near_high, near_error = ordered_sum(x.function.number(half_pi), -(a.with_sign_of(x)))
    near = near_high + (near_error + (half_pi_low - bend.with_sign_of(x)))
    rest = low + bend
    right = (a + a) + (rest + rest)
    pi, pi_low = c.PI_SUM
    left_high, left_error = ordered_sum(x.function.number(pi), -(a + a))
    left = left_high + (left_error + (pi_low - (rest + rest)))
    return beyond.choose((x < 0.0).choose(left, right), near)
