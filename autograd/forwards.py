"""Forwards that are more than a line: numbers in, a number out, nothing is recorded.

Where the digits of a function need care, its formula is written once for numbers and for Values,
and the elementary functions that it uses are handed to it: those of `math` here, those of the table
in `functions`.

Read next: `functions`.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

from autograd.node import INFINITY, NAN
from autograd.sums import added

ROOT_HALF = math.sqrt(0.5)
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
ONE_OVER_ROOT_TWO_PI = 1.0 / math.sqrt(2.0 * math.pi)

# ------------------------------------------------------------------------ division and powers


def ieee_divide(a: float, b: float) -> float:
    """A / 0, as IEEE arithmetic has it."""
    return NAN if a == 0.0 or a != a else math.copysign(INFINITY, a) * math.copysign(1.0, b)


def real_power(a: float, b: float) -> float:
    """aᵇ among the real numbers: where Python's ``**`` would turn complex, a ValueError."""
    if b == 2.0:  # the bits of x², which the C library's power may miss by one
        return a * a
    if a == 0.0 and b < 0.0:
        raise ZeroDivisionError
    return math.pow(a, b)


def ieee_power(a: float, b: float) -> float:
    """aᵇ, as IEEE arithmetic has it, where `real_power` raises an error."""
    odd = b % 2.0 == 1.0
    if a == 0.0:
        return math.copysign(INFINITY, a) if odd else INFINITY
    if a < 0.0 and not b.is_integer():
        return NAN
    return -INFINITY if a < 0.0 and odd else INFINITY


def power_factors(m: float, k: float, b: Any) -> list[Any]:
    """The factors c₀, c₁ … of ∂ᵐ⁺ᵏaᵇ/∂aᵐ∂bᵏ = aᵇ⁻ᵐ·Σⱼ cⱼ·(ln a)ᵏ⁻ʲ.

    By Leibniz's rule cⱼ is (k over j) times the j-th derivative of b·(b−1)···(b−m+1).
    """
    single = [b - float(i) for i in range(int(m))]
    derivatives = [
        math.factorial(j) * added(map(math.prod, combinations(single, len(single) - j)))
        for j in range(min(len(single), int(k)) + 1)
    ]
    return [math.comb(int(k), j) * c for j, c in enumerate(derivatives)]


def power_derivative(m: float, k: float, a: float, b: float) -> float:
    """∂ᵐ⁺ᵏaᵇ/∂aᵐ∂bᵏ; a factor that is 0 takes its term away, whatever it is multiplied with."""
    if a == 0.0 and (b > m or b == m == 0.0):
        return 0.0
    logarithm = math.log(a) if a > 0.0 else -INFINITY if a == 0.0 else NAN
    factors = enumerate(power_factors(m, k, b))
    terms = [c * logarithm ** (k - j) for j, c in factors if c != 0.0]  # inf and nan to 0 are 1
    if not terms:
        return 0.0
    rest: float = terms[0] if a == 0.0 else added(terms)  # the first has the most logarithms
    power = _ieee_or_real_power(a, b)
    lower = _ieee_or_real_power(a, b - m)
    exact = (b - m) + m == b and math.fabs(lower) < INFINITY
    if exact or a == 0.0 or not SMALLEST_POWER < math.fabs(power) < INFINITY:
        return rest * lower
    small = math.fabs(a) < 1.0  # then a division may overflow, else the product
    slope = rest * power if small else power
    for _ in range(int(m)):  # where b − m is rounded, a power of it would feel that
        slope /= a
    return slope if small else rest * slope


SMALLEST_POWER = 1e-290  # a smaller one may have lost digits


def _ieee_or_real_power(a: float, b: float) -> float:
    try:
        return real_power(a, b)
    except (ArithmeticError, ValueError):
        return ieee_power(a, b)


# ------------------------------------------------------------------ slopes of atan and of hypot

HUGE, TINY = 2.0**1000, 2.0**-1000  # beyond these a length may be no float, or have few digits
SHRINK, GROW = 2.0**-60, 2.0**60


def atan_slope(x: float) -> float:
    """1/(1 + x²)."""
    return 1.0 / (1.0 + x * x) if -1e150 < x < 1e150 or x != x else 1.0 / x / x


def direction_cosine(a: float, b: float) -> float:
    """a/√(a² + b²)."""
    largest = max(math.fabs(a), math.fabs(b))
    if largest > HUGE:
        a, b = SHRINK * a, SHRINK * b
    elif largest < TINY:
        a, b = GROW * a, GROW * b
    return a / math.hypot(a, b)


# --------------------------------------------------------------------------- sums of many terms


def dot(*inputs: float) -> float:
    """Add start + a₁b₁ + … + aₙbₙ from left to right; inputs: all of a, all of b, the start."""
    n = len(inputs) // 2
    y = inputs[-1] if len(inputs) % 2 else 0.0
    for a, b in zip(inputs[:n], inputs[n:], strict=False):
        y += a * b
    return y


def logsumexp(*inputs: float) -> float:
    """Ln Σ e^x, from the largest on, so that nothing overflows."""
    largest = max(inputs)
    if not math.isfinite(largest) or any(x != x for x in inputs):
        return largest if all(x == x for x in inputs) else NAN
    return largest + math.log(math.fsum(math.exp(x - largest) for x in inputs))


# --------------------------------------------------------------- sigmoid, and what is made of it


def sigmoid(x: float) -> float:
    """1/(1 + e^−x), for x < 0 by e^x, which does not overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e - e * (e / (1.0 + e))  # e / (1 + e), with one rounding less that counts


def sigmoid_slope(x: float) -> float:
    """y·(1 − y) on the side x ≤ 0, where 1 − y keeps its digits; σ′ is even."""
    e = math.exp(-math.fabs(x))
    y = e - e * (e / (1.0 + e))
    return y * (1.0 - y)


def softplus(x: float) -> float:
    """ln(1 + e^x)."""
    return math.log1p(math.exp(-math.fabs(x))) + (x if x > 0.0 or x != x else 0.0)


# Far below 0, e^x and Φ(x) are too small for a float with all its digits before x·σ(x) and x·Φ(x)
# are: there both are computed e³⁷ times as large.
SILU_TAIL, GELU_TAIL = -700.0, -37.5
SILU_FAR = -30.0  # below it σ(x) is e^x − e^2x, which is rounded less than 1/(1 + e^−x)
_E_TO_MINUS_37 = math.exp(-37.0)


def silu(x: float) -> float:
    """x·σ(x)."""
    if x > SILU_FAR or x != x:
        return x / (1.0 + math.exp(-x))
    if x > SILU_TAIL:
        e = math.exp(x)
        return x * e - x * e * e
    y: float = silu_tail(max(x, -1000.0), math.exp)  # so that -inf gives -0
    return y


def silu_tail(x: Any, exp: Any) -> Any:
    """x·e^x, for x in [-1000, SILU_TAIL]."""
    return exp(x + 37.0) * x * _E_TO_MINUS_37


# ------------------------------------------------- the bell curve, its integral, and what is made

# A product that is rounded to a float has too few digits for an exponent: of 0.5·x² the last place
# may be 10⁻¹³ at x = 38, and e to it is wrong by that part of itself. So x is split in two, z with
# the upper half of its digits and x − z with the others, and their products are exact.
# T. J. Dekker, "A floating-point technique for extending the available precision", 1971.


def upper_half(x: Any) -> Any:
    """The number of half as many digits that is nearest to x."""
    shifted = 134217729.0 * x  # 2²⁷ + 1
    return shifted - (shifted - x)


_ROOT_TWO = upper_half(math.sqrt(2.0))
_REST_OF_ROOT_TWO = -5.599088178737374e-09  # √2 less that


def bell(k: float, x: float) -> float:
    """e^(−k·x²), for k a power of 2."""
    y: float = bell_between(k, min(math.fabs(x), 50.0), math.exp, math.expm1)
    return y


def bell_between(k: float, x: Any, exp: Any, expm1: Any, shift: float = 0.0) -> Any:
    """e^(shift − k·x²), for k a power of 2 and x in [0, 50]."""
    z = upper_half(x)
    y = exp(shift - k * (z * z))
    return y + y * expm1(-k * ((x - z) * (x + z)))


def normal_cdf(x: float) -> float:
    """Φ(x), the part of a normal distribution that lies below x."""
    y: float = normal_cdf_between(min(max(x, -50.0), 50.0), math.exp, math.erfc)
    return y


def normal_cdf_between(x: Any, exp: Any, erfc: Any) -> Any:
    """½·erfc(−√½·x), and what was lost when √½·x was rounded, times the slope; x in [-50, 50]."""
    y = ROOT_HALF * x
    z = upper_half(y)
    lost = ROOT_HALF * (x - z * _ROOT_TWO - (y - z) * _ROOT_TWO - y * _REST_OF_ROOT_TWO)
    return 0.5 * erfc(-y) + lost * (0.5 * TWO_OVER_ROOT_PI * exp(-0.5 * x * x))


def gelu(x: float) -> float:
    """x·Φ(x)."""
    if x < GELU_TAIL:
        y: float = gelu_tail(min(-x, 50.0), math.exp, math.expm1)
        return y
    return x * normal_cdf(x)


def gelu_tail(x: Any, exp: Any, expm1: Any) -> Any:
    """−x·Φ(−x) = −φ(x)·(1 − 1/x² + 1·3/x⁴ − 1·3·5/x⁶ + …), for x in [37.5, 50].

    Abramowitz, Stegun: Handbook of Mathematical Functions, 26.2.12.
    """
    w = 1.0 / (x * x)
    series = 1.0 - 7.0 * w * (1.0 - 9.0 * w * (1.0 - 11.0 * w))
    series = 1.0 - w * (1.0 - 3.0 * w * (1.0 - 5.0 * w * series))
    density = bell_between(0.5, x, exp, expm1, 37.0) * (-ONE_OVER_ROOT_TWO_PI * _E_TO_MINUS_37)
    return series * density
