"""What the functions are made of: polynomials, exact sums and products, powers of two."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.vector.assembly import Integers, Lanes, bits_of

ROUNDER = 1.5 * 2.0**52
"""Added to a small number it leaves its nearest integer in the low bits of the significand."""

BIASED_ROUNDER = ROUNDER + 1023.0
"""The same for `biased_power`: the low bits are those of the exponent of a power of two."""

INVERSE_SQUARE = 3 * bits_of(1.0) - (9 << 46)
"""What twice the bits of x are taken from; the second term makes the largest error small."""

Pair = tuple[Lanes, Lanes]


def polynomial(x: Lanes, powers: Sequence[float]) -> Lanes:
    """Σ powers[k] · xᵏ, with a wait for few products.

    Neighbours are joined to a + b·x, then these to a + b·x², and the rest by Horner's rule in x⁴.
    """
    square = x * x
    pairs = [horner(x, powers[k : k + 2]) for k in range(0, len(powers), 2)]
    fours = [horner(square, pairs[k : k + 2]) for k in range(0, len(pairs), 2)]
    return horner(square * square, fours)


def horner(x: Lanes, powers: Sequence[Lanes | float]) -> Lanes:
    """Σ powers[k] · xᵏ by Horner's rule."""
    total = x.function.lanes(powers[-1])
    for coefficient in reversed(powers[:-1]):
        total = total.times_plus(x, coefficient)
    return total


# Sums and products without error.


def exact_sum(a: Lanes, b: Lanes | float) -> Pair:
    """The sum a + b as high + low (Knuth)."""
    high = a + b
    back = high - a
    return high, (a - (high - back)) + (b - back)


def ordered_sum(a: Lanes | float, b: Lanes) -> Pair:
    """The sum a + b as high + low where |a| ≥ |b| or a is 0 (Dekker)."""
    high = a + b
    return high, b - (high - a)


def exact_product(a: Lanes, b: Lanes) -> Pair:
    """The product a · b as high + low (Dekker; easily with a fused multiply-add)."""
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


def root_pair(x: Lanes, low: Lanes | None = None) -> Pair:
    """The square root of x + low as the root of x and what it lacks, 0 where x is 0."""
    root = x.sqrt()
    product, product_low = exact_product(root, root)
    rest = (x - product) - product_low
    rest = rest if low is None else rest + low
    return root, root.equals(0.0).choose(0.0, rest / (root + root))


def inverse_square_roughly(x: Lanes) -> Lanes:
    """1 / x² to a fourteenth, for x > 0 whose square is a normal double.

    Read as an integer, the bits of x are nearly a multiple of log₂ x, and a constant.
    """
    return (x.function.integer(INVERSE_SQUARE) - (x.bits() << 1)).as_double()


# Powers of two.


def nearest_integer(x: Lanes) -> tuple[Lanes, Integers]:
    """The integer nearest to x, |x| < 2⁵¹, as a double and as bits that end in it."""
    shifted = x + ROUNDER
    return shifted - ROUNDER, shifted.bits()


def nearest_product(x: Lanes, factor: float) -> tuple[Lanes, Integers]:
    """The integer nearest to factor · x, as `nearest_integer`."""
    shifted = x.times_plus(factor, ROUNDER)
    return shifted - ROUNDER, shifted.bits()


def power_of_two(n: Integers) -> Lanes:
    """2ⁿ for bits that end in n, -1023 < n < 1024."""
    return ((n << 52) + bits_of(1.0)).as_double()


def biased_power(shifted: Lanes) -> Lanes:
    """2ⁿ for the sum n + `BIASED_ROUNDER`, -1023 < n < 1024."""
    return (shifted.bits() << 52).as_double()


def scale(x: Lanes, n: Lanes) -> Lanes:
    """Scale x by 2ⁿ for an integer n, |n| < 2200; rounded once even where it is subnormal."""
    function = x.function
    if function.target.scales:
        return scale_at_once(x, n)
    half, half_bits = nearest_integer(n * 0.5)
    _, rest_bits = nearest_integer(n - half)
    return x * power_of_two(half_bits) * power_of_two(rest_bits)


def scale_at_once(x: Lanes, n: Lanes) -> Lanes:
    """Scale x by 2ⁿ with AVX-512's instruction for it."""
    function, lanes = x.function, x.function.target.lanes
    kind, rest = x.kind, [("i8", "-1"), ("i32", "4")]
    first, second = x.name, n.name
    if lanes == 1:  # the instruction for one number works on the first of two
        kind = "<2 x double>"
        first, second = (
            function.emit(f"insertelement {kind} poison, {a.typed}, i64 0") for a in (x, n)
        )
    name = "sd" if lanes == 1 else f"pd.{lanes * 64}"
    arguments = [(kind, first), (kind, second), (kind, first), *rest[: 1 if lanes in (2, 4) else 2]]
    scaled = function.call(kind, f"llvm.x86.avx512.mask.scalef.{name}", arguments)
    if lanes == 1:
        scaled = function.emit(f"extractelement {kind} {scaled}, i64 0")
    return Lanes(function, scaled)
