"""Formulas of the special functions, written once for numbers and for Values.

The elementary functions that a formula uses are handed to it as `Elementary`: those of `math`, or
those of the table. Every formula has a fixed number of terms, so that it can be recorded and
compiled; `special` makes rows of them.

Read next: `functions`, then `special`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd import forwards

EULER = 0.5772156649015329
ROOT_PI = math.sqrt(math.pi)
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)


class Elementary(NamedTuple):
    """The functions that a formula is written with; ``where`` computes both of its branches."""

    where: Callable[[Any, Any, Any], Any]
    exp: Callable[[Any], Any]
    expm1: Callable[[Any], Any]
    log: Callable[[Any], Any]
    log1p: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    sin: Callable[[Any], Any]
    cos: Callable[[Any], Any]
    erf: Callable[[Any], Any]
    erfc: Callable[[Any], Any]
    nearest: Callable[[Any], Any]
    less: Callable[[Any, Any], Any]
    maximum: Callable[[Any, Any], Any]
    minimum: Callable[[Any, Any], Any]
    power: Callable[[Any, Any], Any]


def polynomial(coefficients: Sequence[float], x: Any) -> Any:
    """c₀ + c₁x + c₂x² + …, by Horner's rule."""
    y: Any = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        y = y * x + c
    return y


# ------------------------------------------------------------------------- sine and cosine of π·x


def turn(f: Elementary, x: Any) -> tuple[Any, Any]:
    """Sin πx and cos πx: x less the nearest whole number is exact, π times x would not be."""
    whole = f.nearest(x)
    rest = math.pi * (x - whole)
    half = 0.5 * whole
    sign = 1.0 - 4.0 * abs(half - f.nearest(half))  # 1 where it is even, −1 where it is odd
    return sign * f.sin(rest), sign * f.cos(rest)


def sinc(f: Elementary, n: float, x: Any) -> Any:
    """The n-th derivative of S(u) = sin u / u at u = πx, times πⁿ: that of sin πx / πx by x.

    For large u by u·S⁽ⁿ⁾ + n·S⁽ⁿ⁻¹⁾ = sin⁽ⁿ⁾u, which follows from u·S = sin u; else by its series
    Σ (−1)ᵏ u²ᵏ⁻ⁿ / ((2k + 1)·(2k − n)!).
    """
    order = int(n)
    far = f.less(order + 2.0, math.pi * abs(x))
    away = f.where(far, x, 1.0)
    u, (sine, cosine) = math.pi * away, turn(f, away)
    circle = (sine, cosine, -sine, -cosine)
    y = sine / u
    for m in range(1, order + 1):
        y = (circle[m % 4] - m * y) / u
    near = math.pi * f.where(far, 0.0, x)
    first = (order + 1) // 2
    terms = [
        (-1.0) ** k / (2 * k + 1) / math.factorial(2 * k - order)
        for k in range(first, first + 14 + 2 * order)
    ]
    series = polynomial(terms, near * near) * (near if order % 2 else 1.0)
    return math.pi**order * f.where(far, y, series)


# ------------------------------------------------------------------------------ the gamma function

# B₂, B₄, … of Bernoulli; Abramowitz, Stegun: Handbook of Mathematical Functions, table 23.2.
_BERNOULLI: tuple[float, ...] = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
)
_BERNOULLI += (43867 / 798, -174611 / 330, 854513 / 138)


def _zeta_less_1(s: int) -> float:
    """ζ(s) − 1 for whole s ≥ 2, by Euler and Maclaurin's sum from 12 on."""
    terms = [float(k) ** -s for k in range(2, 12)]
    terms += [12.0 ** (1 - s) / (s - 1), 0.5 * 12.0**-s]
    factor = s * 12.0 ** (-s - 1)
    for k, bernoulli in enumerate(_BERNOULLI[:8], 1):
        terms.append(bernoulli / math.factorial(2 * k) * factor)
        factor *= (s + 2 * k - 1) * (s + 2 * k) / 144.0
    return math.fsum(terms)


# ln Γ(2 + t) = (1 − γ)·t + Σ (−1)ᵏ (ζ(k) − 1)·tᵏ/k; the same, 6.1.33.
_AROUND_2 = [1.0 - EULER, *((-1.0) ** k * _zeta_less_1(k) / k for k in range(2, 30))]
# ln Γ(z) = (z − ½)·ln z − z + ½ ln 2π + Σ B₂ₖ/(2k(2k − 1)z²ᵏ⁻¹); the same, 6.1.41.
_STIRLING = [b / (2 * k * (2 * k - 1)) for k, b in enumerate(_BERNOULLI, 1)]


def log_gamma(f: Elementary, x: Any) -> Any:
    """Ln |Γ(x)|: from 8 on by Stirling's series, below by the series around 2 and by steps of 1."""
    below = f.less(x, 0.0)
    a = f.where(below, 1.0 - x, x)  # then Γ(x)·Γ(1 − x) = π / sin πx
    far = f.less(8.0, a)
    z = f.where(far, a, 9.0)
    large = (z - 0.5) * (f.log(z) - 1.0) + (_HALF_LOG_TWO_PI - 0.5)
    w = 1.0 / z
    large = large + w * polynomial(_STIRLING, w * w)
    b = f.where(far, 2.0, a)
    product: Any = 1.0
    for _ in range(6):  # down to 2.5
        above = f.less(2.5, b)
        product = f.where(above, product * (b - 1.0), product)
        b = f.where(above, b - 1.0, b)
    tiny, small = f.less(b, 0.5), f.less(b, 1.5)
    t = f.where(tiny, b, f.where(small, b - 1.0, b - 2.0))
    steps = f.where(small, b, 1.0)
    near = t * polynomial(_AROUND_2, t) + f.log(product)
    near = near - f.log(steps) - f.where(tiny, f.log1p(t), 0.0)
    y = f.where(far, large, near)
    sine, _ = turn(f, f.where(below, f.maximum(x, -1e300), 0.5))
    return f.where(below, -f.log(abs(sine) / math.pi) - f.minimum(y, 1e308), y)


def polygamma(f: Elementary, n: float, x: Any) -> Any:
    """The n-th derivative of digamma ψ, the slope of ln Γ; the same book, 6.4.11, 6.4.6 and 6.4.7.

    ψ⁽ⁿ⁾(x) is that at x + N, less what N steps of 1 make, and there an asymptotic series.
    """
    order = int(n)
    sign = (-1.0) ** (order + 1)
    within = order - 1 if order > 20 else 0
    outside = math.factorial(within)
    below = f.less(x, 0.0)
    a = f.where(below, 1.0 - x, x)
    shift = 12 + 2 * order
    z = a + float(shift)
    w = 1.0 / z
    tail = [
        b * (math.factorial(2 * k + order - 1) // outside) / math.factorial(2 * k)
        for k, b in enumerate(_BERNOULLI, 1)
    ]
    factor = math.factorial(order) // outside
    power = _powered(w, order, within)
    series = power * (0.5 * factor * w + w * w * polynomial(tail, w * w))
    largest = math.factorial(order - 1) // outside * power if order else -f.log(z)
    steps: Any = 0.0
    for k in reversed(range(shift)):
        steps = steps + factor * _powered(1.0 / (a + float(k)), order + 1, within)
    y = sign * (largest + series + steps)
    sine, cosine = turn(f, f.where(below, x, 0.5))
    turned = polynomial(_cotangent(order), cosine / sine) * math.pi ** (order + 1)
    return f.where(below, (-1.0) ** order * y - turned, y)


def _powered(x: Any, n: int, within: int) -> Any:
    """within!·xⁿ, factor by factor: of a high order, neither of the two is a float."""
    y: Any = 1.0
    for k in range(1, n + 1):
        y = y * (float(k) * x) if k <= within else y * x
    return y


def _cotangent(order: int) -> list[float]:
    """The derivative of cot of an order, as a polynomial in c = cot: c′ = −(1 + c²)."""
    p = [0.0, 1.0]
    for _ in range(order):
        slope = [k * c for k, c in enumerate(p)][1:]
        p = [-(a + b) for a, b in zip([*slope, 0.0, 0.0], [0.0, 0.0, *slope], strict=True)]
    return p


# ---------------------------------------------------------- inverse and kin of the error function


def inverse_erf(f: Elementary, x: Any) -> Any:
    """Z with erf z = x."""
    size = abs(x)
    z = _inverse_tail(f, size, 1.0 - size)
    return f.where(f.less(x, 0.0), -z, z)


def inverse_erfc(f: Elementary, x: Any) -> Any:
    """Z with erfc z = x, which for small x has its digits, as erf z = 1 − x has not."""
    above = f.less(1.0, x)
    rest = f.where(above, 2.0 - x, x)
    z = _inverse_tail(f, 1.0 - rest, rest)
    return f.where(above, -z, z)


def _inverse_tail(f: Elementary, size: Any, rest: Any) -> Any:
    """Z ≥ 0 with erf z = size and erfc z = rest: Winitzki's start, then three of Halley's steps.

    Winitzki, "A handy approximation for the error function and its inverse", 2008.
    """
    inside = f.maximum(rest, 5e-324)
    s = f.log(inside * (1.0 + size))
    b = 2.0 / (math.pi * 0.147) + 0.5 * s
    far = f.less(0.25, size)
    z = f.where(far, f.sqrt(f.sqrt(b * b - s / 0.147) - b), 0.5 * ROOT_PI * size)
    deep = f.less(rest, 1e-20)  # where the start is too far off: Newton's steps for log erfc z
    for _ in range(3):
        lack = f.where(far, f.erfc(z) - rest, size - f.erf(z))
        lack = lack * (0.5 * ROOT_PI) / forwards.bell_between(1.0, z, f.exp, f.expm1)
        scaled = scaled_erfc(f, z)
        logarithms = f.log(scaled) - z * z - f.log(inside)
        z = z + f.where(deep, 0.5 * ROOT_PI * scaled * logarithms, lack / (1.0 - z * lack))
    z = f.where(f.less(0.0, rest), z, math.inf)
    return f.where(f.less(rest, 0.0), math.nan, z)


_FAR = 25.0  # from here on e^(x²)·erfc(x) is known by its asymptotic series
_ASYMPTOTIC = (1.0, -1.0, 3.0, -15.0, 105.0, -945.0, 10395.0, -135135.0)


def scaled_erfc(f: Elementary, x: Any) -> Any:
    """e^(x²)·erfc(x); Abramowitz, Stegun: Handbook of Mathematical Functions, 7.1.23."""
    far = f.less(_FAR, x)
    z = f.where(far, x, _FAR)
    w = 1.0 / z
    series = w * polynomial(_ASYMPTOTIC, 0.5 * w * w) / ROOT_PI
    near = f.where(far, _FAR, f.maximum(x, -40.0))
    high = forwards.upper_half(near)
    grown = f.exp(high * high) * f.exp((near - high) * (near + high))
    return f.where(far, series, grown * f.erfc(near))


_FRACTION = 60  # levels of the continued fraction, enough from 1.5 on


def scaled_erfc_slope(f: Elementary, n: float, x: Any) -> Any:
    """The n-th derivative of e^(x²)·erfc(x), (−2)ⁿ·n!·Iₙ with I₀ itself and 2n·Iₙ = Iₙ₋₂ − 2x·Iₙ₋₁.

    Where that would subtract nearly equal numbers, the ratios of the I come from the last to the
    first, by a continued fraction. The same book, 7.2.5 and 7.2.6.
    """
    order = int(n)
    far = f.less(1.5, x)
    near = f.where(far, 0.0, x)
    before: Any = 2.0 / ROOT_PI
    value = scaled_erfc(f, near)
    for m in range(1, order + 1):
        before, value = value, (before - 2.0 * near * value) / (2.0 * m)
    z = f.where(far, x, 1.0)
    last = order + _FRACTION
    ratio = 1.0 / (z + f.sqrt(z * z + 2.0 * last))
    ratios: list[Any] = []
    for m in reversed(range(last)):  # Iₘ₊₁ / Iₘ, with the equation for m + 1
        ratio = 1.0 / (2.0 * z + 2.0 * (m + 2.0) * ratio)
        ratios.append(ratio)
    product = scaled_erfc(f, z)
    for ratio in ratios[::-1][:order]:
        product = product * ratio
    return (-2.0) ** order * math.factorial(order) * f.where(far, product, value)
