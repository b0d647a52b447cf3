"""Elementary functions of whole vectors, accurate to about one unit in the last place.

Each function here writes the vector code of one row of the operation table with the operators of
`assembly.Lanes`; read it as the formula it is. All are branch-free vector code, with one exception:
sin, cos and tan of numbers beyond 1.6 million reduce their argument one lane at a time.

The methods are the classical ones: reduce the argument to a small interval, a minimax polynomial
there (`coefficients`), undo the reduction. A number that needs more than a double's digits on the
way is carried as an unevaluated sum high + low.

References
----------
J.-M. Muller, *Elementary Functions: Algorithms and Implementation*, 3rd ed., Birkhäuser 2016.
W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, Prentice-Hall 1980.
T. J. Dekker, "A floating-point technique for extending the available precision",
Numerische Mathematik 18 (1971). M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric
functions", SIGNUM Newsletter 18 (1983).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd.compiler import coefficients as c
from autograd.compiler.assembly import Function, Integers, Lanes, Target, Truths, bits_of

INFINITY, NAN = math.inf, math.nan
SMALLEST_NORMAL = 2.0**-1022
ROUNDER = 1.5 * 2.0**52
"""Added to a small number it leaves its nearest integer in the low bits of the significand."""

Pair = tuple[Lanes, Lanes]


def polynomial(x: Lanes, powers: Sequence[float]) -> Lanes:
    """Σ powers[k] · xᵏ, its even and odd halves side by side to shorten the wait for each product.

    With one lane, where nothing else is there to do in the meantime, by Estrin's scheme: neighbours
    are joined to a + b·x, then these to a + b·x², and so on.
    """
    if x.function.target.lanes > 1:
        even, odd = horner(x * x, powers[0::2]), horner(x * x, powers[1::2])
        return odd.times_plus(x, even)
    terms: list[Lanes] = [x.function.number(power) for power in powers]
    while len(terms) > 1:
        pairs = zip(terms[0::2], terms[1::2], strict=False)
        terms = [b.times_plus(x, a) for a, b in pairs] + terms[len(terms) // 2 * 2 :]
        x = x * x
    return terms[0]


def horner(x: Lanes, powers: Sequence[float]) -> Lanes:
    """Σ powers[k] · xᵏ by Horner's rule."""
    total = x.function.number(powers[-1])
    for coefficient in reversed(powers[:-1]):
        total = total.times_plus(x, coefficient)
    return total


# Sums and products without error.


def exact_sum(a: Lanes, b: Lanes) -> Pair:
    """a + b as high + low (Knuth)."""
    high = a + b
    back = high - a
    return high, (a - (high - back)) + (b - back)


def ordered_sum(a: Lanes, b: Lanes) -> Pair:
    """a + b as high + low where |a| ≥ |b| or a is 0 (Dekker)."""
    high = a + b
    return high, b - (high - a)


def exact_product(a: Lanes, b: Lanes) -> Pair:
    """a · b as high + low (Dekker; one instruction where there is a fused multiply-add)."""
    high = a * b
    if a.function.target.fused:
        return high, a.times_plus(b, -high)
    a_high, a_low = halves(a)
    b_high, b_low = halves(b)
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low


def halves(a: Lanes) -> Pair:
    """The leading 26 bits of a, and the rest."""
    high = (a.bits() & 0xFFFF_FFFF_F800_0000).as_double()
    return high, a - high


def pair_product(a: Pair, b: Pair) -> Pair:
    """The product of two sums, to about 100 bits."""
    high, low = exact_product(a[0], b[0])
    return ordered_sum(high, low + (a[0] * b[1] + a[1] * b[0]))


def pair_quotient(a: Pair, b: Pair) -> Pair:
    """The quotient of two sums, to about 100 bits."""
    quotient = a[0] / b[0]
    high, low = exact_product(quotient, b[0])
    rest = ((a[0] - high) - low) + (a[1] - quotient * b[1])
    return ordered_sum(quotient, rest / b[0])


# Powers of two.


def nearest_integer(x: Lanes) -> tuple[Lanes, Integers]:
    """The integer nearest to x, |x| < 2⁵¹, as a double and as bits that end in it."""
    shifted = x + ROUNDER
    return shifted - ROUNDER, shifted.bits()


def power_of_two(n: Integers) -> Lanes:
    """2ⁿ for bits that end in n, -1023 < n < 1024."""
    return ((n << 52) + bits_of(1.0)).as_double()


def scale(x: Lanes, n: Lanes) -> Lanes:
    """x · 2ⁿ for an integer n as a double, |n| < 2200, rounded once even where it is subnormal."""
    function = x.function
    if function.target.scales:
        return scale_at_once(x, n)
    half, half_bits = nearest_integer(n * 0.5)
    _, rest_bits = nearest_integer(n - half)
    return x * power_of_two(half_bits) * power_of_two(rest_bits)


def scale_at_once(x: Lanes, n: Lanes) -> Lanes:
    """x · 2ⁿ by AVX-512's instruction for it."""
    function = x.function
    lanes = function.target.lanes
    if lanes == 1:  # the instruction for one number works on the first of two
        pair = "<2 x double>"
        first, second = (
            function.emit(f"insertelement {pair} zeroinitializer, double {a.name}, i64 0")
            for a in (x, n)
        )
        arguments = [(pair, first), (pair, second), (pair, first), ("i8", "-1"), ("i32", "4")]
        both = function.call(pair, "llvm.x86.avx512.mask.scalef.sd", arguments)
        return Lanes(function, function.emit(f"extractelement {pair} {both}, i64 0"))
    kind = function.doubles
    arguments = [(kind, x.name), (kind, n.name), (kind, x.name), ("i8", "-1")]
    if lanes == 8:
        arguments.append(("i32", "4"))
    name = f"llvm.x86.avx512.mask.scalef.pd.{lanes * 64}"
    return Lanes(function, function.call(kind, name, arguments))


# The exponential and its relatives.


def reduce_exponent(x: Lanes) -> tuple[Lanes, Integers, Lanes]:
    """n as double and bits, and r, with x = n · ln 2 + r and |r| ≤ ln 2 / 2 (Cody and Waite).

    |n| < 2²⁰, so that its product with the 32 leading bits of ln 2 is exact.
    """
    n, bits = nearest_integer(x * c.LOG2_E[0])
    r = n.times_plus(-c.LN2[1], n.times_plus(-c.LN2[0], x))
    return n, bits, r


def exp_minus_one_small(r: Lanes) -> Lanes:
    """exp(r) - 1 for |r| ≤ ln 2 / 2."""
    return (r * r).times_plus(polynomial(r, c.EXP), r)


def exp_pair(x: Lanes, low: Lanes) -> tuple[Lanes, Pair]:
    """n and e^r, to about 60 bits, with e^(x + low) = 2ⁿ · e^r."""
    bounded = x.at_most(720.0).at_least(-1000.0)
    n, _ = nearest_integer(bounded * c.LOG2_E[0])
    first, second = n.times_plus(-c.LN2[0], bounded), n.times_plus(c.LN2[1], -low)
    r = first - second
    r_low = (first - r) - second
    high, error = ordered_sum(x.function.number(1.0), r)
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
    """tanh x = (e^{2x} - 1) / (e^{2x} + 1) = 1 - 2 / (e^{2x} + 1), the latter for large |x|.

    e^{2|x|} is never computed itself, but s + s · (e^r - 1) with s = 2ⁿ. The interval of r is
    moved upwards: with n = 0 the quotient is most accurate, so it serves up to 2|x| = 0.55.
    """
    size = abs(x).at_most(20.0)
    twice = size + size
    n, bits = nearest_integer(twice.times_plus(c.LOG2_E[0], -c.TANH_SHIFT[0]))
    r = n.times_plus(-c.LN2[1], n.times_plus(-c.LN2[0], twice))
    s, small = power_of_two(bits), (r * r).times_plus(polynomial(r, c.TANH), r)
    large = n > 2.0
    top = large.choose(-2.0, small.times_plus(s, s - 1.0))
    result = top / small.times_plus(s, s + 1.0)
    return large.choose(result + 1.0, result).with_sign_of(x)


def sinh(x: Lanes) -> Lanes:
    """sinh x = e^|x|/2 - 1/(4 · e^|x|/2), a polynomial below 1."""
    size = abs(x)
    half = exp_sum(size, exponent=-1.0)
    square = x * x
    small = (polynomial(square, c.SINH) * square).times_plus(size, size)
    return (size < 1.0).choose(small, half - 0.25 / half).with_sign_of(x)


def cosh(x: Lanes) -> Lanes:
    """cosh x = e^|x|/2 + 1/(4 · e^|x|/2)."""
    half = exp_sum(abs(x), exponent=-1.0)
    return half + 0.25 / half


def sigmoid(x: Lanes) -> Lanes:
    """1 / (1 + e^-x) = 2⁻ᵏ / (1 + 2ᵐ · e^r), where k > 0 only if 2ᵐ⁺ᵏ · e^r might overflow."""
    n, _, r = reduce_exponent((-x).at_most(760.0).at_least(-690.0))
    k = (n - 1000.0).at_least(0.0)
    _, bits = nearest_integer(n - k)
    _, minus_k = nearest_integer(-k)
    s = power_of_two(bits)
    bottom = exp_minus_one_small(r).times_plus(s, s + 1.0)
    return 1.0 / bottom * power_of_two(minus_k)


def silu(x: Lanes) -> Lanes:
    """x · e^x / (1 + e^x) for x < 0 and x / (1 + e^-x) else.

    2^±64 keeps the digits of products whose factors alone would be subnormal.
    """
    size = -abs(x)
    bounded = x.at_most(40.0)
    top = (x < 0.0).choose(exp_sum(size, exponent=64.0), 2.0**64)
    bottom = ordered_sum(x.function.number(1.0), exp(size))
    result, _ = pair_quotient(exact_product(bounded, top), bottom)
    return (x > 40.0).choose(x, result * 2.0**-64)


# Logarithms.


def split_exponent(x: Lanes) -> tuple[Lanes, Lanes]:
    """k and m with x = 2ᵏ · m and √½ ≤ m < √2, for a positive finite x."""
    tiny = x < SMALLEST_NORMAL
    bits = tiny.choose(x * 2.0**54, x).bits() + (bits_of(1.0) - bits_of(c.ROOT_HALF[0]))
    biased = ((bits >> 52) | bits_of(2.0**52)).as_double()
    k = biased - tiny.choose(2.0**52 + 1023 + 54, 2.0**52 + 1023)
    m = ((bits & ((1 << 52) - 1)) + bits_of(c.ROOT_HALF[0])).as_double()
    return k, m


def log_near_one(f: Lanes, k: Lanes, rest: Lanes | None = None) -> Lanes:
    """k · ln 2 + log(1 + f) + rest for √½ ≤ 1 + f < √2, with s = f / (2 + f)."""
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
    """log x = k · ln 2 + log m."""
    k, m = split_exponent(x)
    return at_log_poles(x, log_near_one(m - 1.0, k))


def log1p_sum(u: Lanes, low: Lanes, exponent: Lanes | None = None) -> Lanes:
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
    result = at_log_poles(x + 1.0, log1p_sum(x, x.function.number(0.0)))
    return (abs(x) < 2.0**-54).choose(x, result)


def softplus(x: Lanes) -> Lanes:
    """log(1 + e^x) = max(x, 0) + log1p(e^-|x|)."""
    zero = x.function.number(0.0)
    tail = exp(-abs(x))
    curve = (tail < 2.0**-54).choose(tail, log1p_sum(tail, zero))
    return x.at_least(0.0) + curve


def asinh(x: Lanes) -> Lanes:
    """asinh |x| = log1p(|x| + x² / (1 + √(1 + x²))), log |x| + ln 2 for large |x|."""
    size = abs(x)
    large = size > 2.0**60
    bounded = large.choose(1.0, size)
    square = bounded * bounded
    u, low = ordered_sum(bounded, square / ((square + 1.0).sqrt() + 1.0))
    zero = x.function.number(0.0)
    argument = large.choose(size, u)
    result = log1p_sum(argument, large.choose(zero, low), large.choose(1.0, zero))
    result = (size.equals(INFINITY)).choose(size, result)
    return (size < 2.0**-54).choose(x, result.with_sign_of(x))


def acosh(x: Lanes) -> Lanes:
    """acosh x = log1p(t + √(t · (2 + t))), t = x - 1; log x + ln 2 for large x."""
    large = x > 2.0**60
    t = large.choose(1.0, x) - 1.0
    square, square_low = exact_product(t, t)
    high, low = exact_sum(t + t, square)
    root = high.sqrt()
    product, product_low = exact_product(root, root)
    rest = (((high - product) - product_low) + (low + square_low)) / (root + root)
    rest = (t.equals(0.0)).choose(0.0, rest)
    u, u_low = exact_sum(t, root)
    zero = x.function.number(0.0)
    argument = large.choose(x, u)
    result = log1p_sum(argument, large.choose(zero, u_low + rest), large.choose(1.0, zero))
    result = (x.equals(INFINITY)).choose(x, result)
    return (x.compare("ult", 1.0)).choose(NAN, result)


def atanh(x: Lanes) -> Lanes:
    """atanh |x| = ½ · log1p(2|x| / (1 - |x|))."""
    size = abs(x)
    one = x.function.number(1.0)
    zero = x.function.number(0.0)
    inside = size < 1.0
    bounded = inside.choose(size, 0.5)
    quotient, low = pair_quotient((bounded + bounded, zero), ordered_sum(one, -bounded))
    result = log1p_sum(quotient, low) * 0.5
    result = inside.choose(result, (size.equals(1.0)).choose(INFINITY, NAN))
    return (size < 2.0**-54).choose(x, result.with_sign_of(x))


# Powers.


def log_pair(x: Lanes) -> Pair:
    """log x to about 65 bits for a positive finite x."""
    function = x.function
    k, m = split_exponent(x)
    one, zero = function.number(1.0), function.number(0.0)
    s = pair_quotient((m - 1.0, zero), exact_sum(m, one))
    z = pair_product(s, s)
    third, third_low = c.THIRD_SUM
    u, u_low = ordered_sum(function.number(third), z[0] * polynomial(z[0], c.LOG_TAIL))
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
    result = exp_sum(
        ordinary.choose(product, y * outside), moderate.choose(error, 0.0)
    )
    result = with_power_sign(x, y, result)
    result = ((x.equals(1.0)) | (y.equals(0.0))).choose(1.0, result)
    return ((x.equals(-1.0)) & (abs(y).equals(INFINITY))).choose(1.0, result)


def with_power_sign(x: Lanes, y: Lanes, result: Lanes) -> Lanes:
    """The sign of (-|x|)^y, and nan where y is not an integer."""
    size = abs(y)
    whole = (size >= 2.0**52) & (size < INFINITY)
    integer = whole | is_small_integer(size)
    half_integer = (size >= 2.0**53) | is_small_integer(size * 0.5)
    odd = integer & ~half_integer
    undefined = (x < 0.0) & (abs(x) < INFINITY) & ~(integer | size.equals(INFINITY))
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
    root = total.sqrt()
    product, product_low = exact_product(root, root)
    rest = ((total - product) - product_low) + (low + (square_low + other_low))
    result = (root.equals(0.0)).choose(root, root + rest / (root + root)) * down
    infinite = (a.equals(INFINITY)) | (b.equals(INFINITY))
    result = ((a.is_nan()) | (b.is_nan())).choose(NAN, result)
    return infinite.choose(INFINITY, result)


# Trigonometric functions.

LARGE_ANGLE = 2.0**20 * 1.5


def reduce_angle(x: Lanes) -> tuple[Integers, Pair]:
    """n and r with x = n · π/2 + r, |r| ≤ π/4; only the last two bits of n are right."""
    function = x.function
    size = abs(x)
    large = (size > LARGE_ANGLE) & (size < INFINITY)
    n, bits, high, low = reduce_small_angle(large.choose(0.0, x))
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


def reduce_small_angle(x: Lanes) -> tuple[Lanes, Integers, Lanes, Lanes]:
    """n as double and bits, and r as a sum, for |x| ≤ `LARGE_ANGLE` (Cody and Waite)."""
    n, bits = nearest_integer(x * c.TWO_OVER_PI[0])
    first = x - n * c.HALF_PI[0]
    second, second_low = exact_sum(first, -(n * c.HALF_PI[1]))
    third, third_low = exact_sum(second, -(n * c.HALF_PI[2]))
    high, low = ordered_sum(third, (second_low + third_low) - n * c.HALF_PI[3])
    return n, bits, high, low


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
        for field, (kind, vector) in enumerate(
            (("i64", bits), ("double", high), ("double", low))
        ):
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
    half_pi, half_pi_low = (
        f"0x{bits_of(part):016X}" for part in c.HALF_PI_SUM
    )
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
    """Sin x = ± sin r or ± cos r, by the quarter turn."""
    n, r = reduce_angle(x)
    even = (n & 1).equals(0)
    result = negate_where(n, even.choose(sin_near_zero(r)[0], cos_near_zero(r)[0]))
    result = (abs(x) < 2.0**-27).choose(x, result)
    return (abs(x).equals(INFINITY)).choose(NAN, result)


def cos(x: Lanes) -> Lanes:
    """Cos x = sin(x + π/2)."""
    n, r = reduce_angle(x)
    even = (n & 1).equals(0)
    result = negate_where(n + 1, even.choose(cos_near_zero(r)[0], sin_near_zero(r)[0]))
    return (abs(x).equals(INFINITY)).choose(NAN, result)


def tan(x: Lanes) -> Lanes:
    """Tan x = sin r / cos r or - cos r / sin r, by the quarter turn."""
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
    """Asin x by a polynomial up to ½, π/2 - 2 asin √((1 - x) / 2) beyond."""
    beyond, a, low, bend = asin_pieces(x)
    half_pi, half_pi_low = c.HALF_PI_SUM
    high, error = ordered_sum(x.function.number(half_pi), -(a + a))
    rest = low + bend
    far = high + (error + (half_pi_low - (rest + rest)))
    return beyond.choose(far, a + bend).with_sign_of(x)


def acos(x: Lanes) -> Lanes:
    """Acos x = π/2 - asin x up to ½, 2 asin √((1 - x) / 2) beyond, π minus that below -½."""
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


# The error function and the activations made from it.


def erf_near_zero(x: Lanes, low: Lanes) -> Pair:
    """Erf(x + low) for |x| ≤ 1 as a sum: 2/√π · (x + low) + x³ · P(x²)."""
    z = x * x
    factor, factor_low = c.TWO_OVER_ROOT_PI
    high, error = exact_product(x, x.function.number(factor))
    bend = (z * x).times_plus(polynomial(z, c.ERF), x * factor_low)
    # d/dx erf x = 2/√π · exp(-x²); for so small a step 1 - x² + x⁴/2 is near enough.
    slope = (z * 0.5 - 1.0).times_plus(z, 1.0) * factor
    return ordered_sum(high, (error + bend) + low * slope)


def erfc_tail(argument: Pair, square: Pair, exponent: float = 0.0) -> Lanes:
    """Erfc a · 2^exponent for a ≥ ½: exp(-a²) · P((a - 4) / (a + 4)) / (1 + 2a)."""
    a, a_low = argument
    one = a.function.number(1.0)
    t = (a - 4.0) / (a + 4.0)
    shape = exact_sum(a.function.number(c.ERFC[0]), polynomial(t, c.ERFC[1:]) * t)
    below, below_low = exact_sum(a + a, one)
    quotient = pair_quotient(shape, (below, below_low + (a_low + a_low)))
    n, power = exp_pair(-square[0], -square[1])
    return scale(pair_product(power, quotient)[0], n + exponent)


def erf(x: Lanes) -> Lanes:
    """Erf x, 1 - erfc |x| beyond 1."""
    size = abs(x)
    a = size.at_most(7.0).at_least(0.5)
    zero = x.function.number(0.0)
    far = 1.0 - erfc_tail((a, zero), (a * a, zero))
    near, _ = erf_near_zero(x, zero)
    return (size < 1.0).choose(near, far.with_sign_of(x))


def erfc(x: Lanes) -> Lanes:
    """Erfc x, 1 - erf x up to ½ and 2 - erfc |x| for negative x."""
    size = abs(x)
    a = size.at_most(28.0).at_least(0.5)
    zero = x.function.number(0.0)
    tail = erfc_tail((a, zero), exact_product(a, a))
    far = (x < 0.0).choose(2.0 - tail, tail)
    near, low = erf_near_zero(x, zero)
    return (size < 0.5).choose((1.0 - near) - low, far)


def gelu(x: Lanes) -> Lanes:
    """x · Φ(x), Φ(x) = ½ · erfc(-x/√2) with the tail's x² kept exact; 2^±64 as in silu."""
    root_half, root_half_low = c.ROOT_HALF
    bounded = x.at_least(-40.0).at_most(40.0)
    scaled, error = exact_product(bounded, x.function.number(root_half))
    scaled_low = bounded.times_plus(root_half_low, error)
    small = abs(scaled) < 0.5
    same_sign = (scaled < 0.0).choose(-scaled_low, scaled_low)
    tail_argument = small.choose(1.0, abs(scaled)), small.choose(0.0, same_sign)
    square, square_low = exact_product(bounded, bounded)
    tail = erfc_tail(tail_argument, (square * 0.5, square_low * 0.5), 63.0)
    far = (x < 0.0).choose(tail, 2.0**64 - tail)
    half, half_low = erf_near_zero(scaled, scaled_low)
    high, low = ordered_sum(x.function.number(1.0), half)
    near = (high + (low + half_low)) * 2.0**63
    result = x.at_most(40.0) * 2.0**-32 * small.choose(near, far) * 2.0**-32
    return (x > 40.0).choose(x, result)


Kernel = Callable[..., Lanes]

KERNELS: dict[str, Kernel] = {
    kernel.__name__: kernel
    for kernel in (
        exp, expm1, log, log1p, sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh,
        asinh, acosh, atanh, erf, erfc, hypot, power, sigmoid, softplus, gelu, silu,
    )
}  # fmt: skip
"""The rows of the operation table that are more than a few instructions."""


def kernel_name(name: str, target: Target) -> str:
    """The symbol of a kernel's loop over vectors."""
    return f"stepgrad.{name}.{target.lanes}"


def kernel_source(name: str, target: Target) -> str:
    """LLVM text of ``kernel_name(in…, out, n)``: the function of n vectors of each argument."""
    kernel = KERNELS[name]
    arity = kernel.__code__.co_argcount
    function = Function(target)
    arrays = [f"%in{k}" for k in range(arity)]
    inputs = []
    for array in arrays:
        pointer = function.emit(f"getelementptr {function.doubles}, ptr {array}, i64 %i")
        inputs.append(function.load(pointer))
    result = kernel(*inputs)
    pointer = function.emit(f"getelementptr {function.doubles}, ptr %out, i64 %i")
    function.store(result, pointer)
    body = "\n".join(function.lines)
    signature = ", ".join(f"ptr {array}" for array in [*arrays, "%out"])
    return f"""
define void @{kernel_name(name, target)}({signature}, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
{body}
  br label %latch
latch:
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}}
{supporting_source(function)}
"""


def supporting_source(function: Function) -> str:
    """The declarations and helper functions that a body needs."""
    needs_large_angles = any(LARGE_ANGLE_NAME in line for line in function.declarations)
    declarations = {line for line in function.declarations if LARGE_ANGLE_NAME not in line}
    helper = large_angle_source() if needs_large_angles else ""
    declarations.update(line for line in helper.splitlines() if line.startswith("declare"))
    helper = "\n".join(line for line in helper.splitlines() if not line.startswith("declare"))
    return "\n".join([helper, *sorted(declarations)])
