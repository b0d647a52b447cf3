"""Formulas of Bessel's functions of whole order, written as those of `series` are.

J and Y by their power series near 0, by Miller's backward recurrence and Neumann's series between,
and by Hankel's expansion far out; I by its power series and Hankel's expansion; K by its power
series and by the trapezoidal rule for its integral, which for it has all digits. Other orders
follow from 0 and 1 by the recurrence in the direction in which it keeps them. The numbers in the
comments are those of Abramowitz, Stegun: Handbook of Mathematical Functions.

Read next: `bessel`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.node import INFINITY
from autograd.series import EULER, Elementary, polynomial

_LARGEST, _LEAST = 1.7976931348623157e308, 5e-324
_FAR = 25.0  # from here on Hankel's expansion of J has all digits, for order 0 and 1
_FAR_I = 20.0  # and that of I
_TERMS = 24  # of Hankel's expansions
_POINTS = 24  # of the trapezoidal rule


def _harmonic(k: int) -> float:
    return math.fsum(1.0 / j for j in range(1, k + 1))


def _log_half(f: Elementary, x: Any) -> Any:
    """Ln ½x, also of the least floats."""
    tiny = f.less(x, 1e-300)
    return f.log(f.where(tiny, 2.0**59, 0.5) * x) - f.where(tiny, 60.0 * math.log(2.0), 0.0)


def _power(x: Any, n: int) -> Any:
    """xⁿ divided by n!, one factor after the other, so that neither overflows."""
    y: Any = 1.0
    for k in range(1, n + 1):
        y = y * (x / float(k))
    return y


def _even_part(n: int, terms: int, sign: float) -> list[float]:
    """The coefficients n!·signᵏ/(k!·(n + k)!) of q = x²/4 in the series of J or I.

    `sign` is 1, −1 or, for the coefficients of q/s where their factorials are too large, s.
    """
    c, out = 1.0, [1.0]
    for k in range(1, terms):
        c *= sign / (k * (n + k))
        out.append(c)
    return out


def _hankel(n: int) -> list[float]:
    """aₖ = Π (4n² − (2j − 1)²)/(8j) over j = 1 … k, the terms of Hankel's expansion; 9.2.9."""
    a, out = 1.0, [1.0]
    for k in range(1, _TERMS + 1):
        a *= (4.0 * n * n - (2.0 * k - 1.0) ** 2) / (8.0 * k)
        out.append(a)
    return out


# -------------------------------------------------------------------------------------- J and Y


def _descending(z: Any, top: int) -> tuple[list[Any], Any]:
    """Miller's recurrence: numbers in the ratio of J₀, J₁ … from the order `top` down, their scale.

    The scale makes J₀ + 2 Σ J₂ₖ equal to 1; 9.1.46.
    """
    w = 2.0 / z
    above: Any = 0.0
    here: Any = 1e-280
    orders: list[Any] = []
    for k in range(top, 0, -1):
        above, here = here, (float(k) * w) * here - above
        orders.append(here)
    orders.reverse()
    whole = 0.5 * orders[0]
    for even in orders[2::2]:
        whole = whole + even
    return orders, 0.5 / whole


def _waves(f: Elementary, z: Any) -> tuple[Any, Any, Any, Any]:
    """J₀, J₁, Y₀, Y₁ far out."""
    w = 1.0 / z
    square = w * w
    size = 1.0 / (math.sqrt(math.pi) * f.sqrt(z))
    sine, cosine = f.sin(z), f.cos(z)
    c, s = size * (cosine + sine), size * (sine - cosine)  # of z − π/4
    both = []
    for n in (0, 1):
        a = _hankel(n)
        p = polynomial([(-1.0) ** k * a[2 * k] for k in range(_TERMS // 2)], square)
        q = polynomial([(-1.0) ** k * a[2 * k + 1] for k in range(_TERMS // 2)], square)
        both.append((p, w * q))
    (p0, q0), (p1, q1) = both
    return p0 * c - q0 * s, p1 * s + q1 * c, p0 * s + q0 * c, q1 * s - p1 * c


def _rise(w: Any, first: Any, second: Any, n: int) -> Any:
    """The order n from orders 0 and 1 by fₖ₊₁ = k·w·fₖ − fₖ₋₁, w = 2/x."""
    for k in range(1, n):
        first, second = second, (float(k) * w) * second - first
    return second if n else first


def _top(far: float) -> int:
    """An order that is as good as infinite, up to x = far."""
    half: int = math.ceil((far + 14.0 * far ** (1.0 / 3.0)) / 2.0)
    return 2 * half


def j_formula(f: Elementary, order: float, x: Any) -> Any:
    """Jₙ(x)."""
    n = int(order)
    a = abs(x)
    near_end, far_end = 2.0 * math.sqrt(n + 1.0), max(_FAR, float(n))
    near, far = f.less(a, near_end), f.less(far_end, a)
    small = 0.5 * f.where(near, a, 0.0)
    series = _power(small, n) * polynomial(_even_part(n, 26, -1.0), small * small)
    middle = f.where(near, near_end, f.where(far, far_end, a))
    orders, scale = _descending(middle, _top(far_end))
    z = f.where(far, f.minimum(a, _LARGEST), far_end)
    j0, j1, _, _ = _waves(f, z)
    wave = f.where(f.less(a, INFINITY), _rise(2.0 / z, j0, j1, n), 0.0)
    y = f.where(near, series, f.where(far, wave, scale * orders[n]))
    return f.where(f.less(x, 0.0), -y, y) if n % 2 else y


def _on_positive(f: Elementary, x: Any, y: Any, at_0: float) -> Any:
    """Let y hold for x > 0, and nan be left for x < 0."""
    end = f.where(f.less(x, 0.0), math.nan, f.where(f.less(x, 1.0), at_0, x))  # x itself is nan
    return f.where(f.less(0.0, x), y, end)


def _y_near(f: Elementary, z: Any) -> tuple[Any, Any]:
    """Y₀ and Y₁ by their power series, for z up to 2; 9.1.13 and 9.1.11."""
    half = 0.5 * z
    q = half * half
    j0 = polynomial(_even_part(0, 20, -1.0), q)
    j1 = half * polynomial(_even_part(1, 20, -1.0), q)
    zero = [-_harmonic(k) * c for k, c in enumerate(_even_part(0, 20, -1.0))]
    one = [
        (_harmonic(k) + _harmonic(k + 1) - 2.0 * EULER) * c
        for k, c in enumerate(_even_part(1, 20, -1.0))
    ]
    logarithm = _log_half(f, z)
    y0 = 2.0 * ((logarithm + EULER) * j0 + polynomial(zero, q)) / math.pi
    y1 = 2.0 * (logarithm * j1 - 0.5 * half * polynomial(one, q) - 1.0 / z) / math.pi
    return y0, y1


def _y_between(f: Elementary, z: Any) -> tuple[Any, Any]:
    """Y₀ and Y₁ by Neumann's series of J, 9.1.89 and its slope."""
    top = _top(_FAR)
    j, scale = _descending(z, top)
    even: Any = 0.0
    odd: Any = 0.0
    for k in range((top - 2) // 2, 0, -1):
        share = (-1.0) ** k / k
        even = even + share * j[2 * k]
        odd = odd + share * (j[2 * k - 1] - j[2 * k + 1])
    logarithm = f.log(0.5 * z) + EULER
    y0 = 2.0 * scale * (logarithm * j[0] - 2.0 * even) / math.pi
    y1 = 2.0 * scale * (logarithm * j[1] - j[0] / z + odd) / math.pi
    return y0, y1


def y_formula(f: Elementary, order: float, x: Any) -> Any:
    """Yₙ(x), x > 0."""
    near, far = f.less(x, 2.0), f.less(_FAR, x)
    small = f.where(near, f.maximum(x, _LEAST), 1.0)
    middle = f.where(near, 2.0, f.where(far, _FAR, x))
    z = f.where(far, f.minimum(x, _LARGEST), _FAR)
    _, _, *waves = _waves(f, z)
    y0, y1 = (
        f.where(near, a, f.where(far, c, b))
        for a, b, c in zip(_y_near(f, small), _y_between(f, middle), waves, strict=True)
    )
    positive = f.where(f.less(x, 2.0), f.maximum(x, _LEAST), x)
    y = _rise(2.0 / positive, y0, y1, int(order))
    y = f.where(f.less(-INFINITY, y), y, -INFINITY)  # where it overflows on the way
    y = f.where(f.less(x, INFINITY), y, f.where(f.less(0.0, x), 0.0, x))
    return _on_positive(f, x, y, -INFINITY)


# -------------------------------------------------------------------------------------- I and K


def _i_orders(a: Any, most: int, end: float) -> list[Any]:
    """I₀ … by their power series, for a up to `end`."""
    half = 0.5 * a
    # of the size of the greatest q, or the coefficients would be too small for floats
    scale = max(1.0, 2.0 ** round(math.log2(0.125 * end * end)))
    q = half * half / scale
    terms = 30 + int(0.75 * end)
    return [_power(half, n) * polynomial(_even_part(n, terms, scale), q) for n in range(most + 1)]


def _leibniz(x: Any, n: int, k: int, end: float) -> Any:
    """The k-th derivative of e^−x·Iₙ(x), times eˣ, by Leibniz; Iₙ⁽ʲ⁾ = 2⁻ʲ Σ (j over i) Iₙ₋ⱼ₊₂ᵢ."""
    orders = _i_orders(x, n + k, end)
    y: Any = 0.0
    for j in range(k + 1):
        for i in range(j + 1):
            factor = math.comb(k, j) * (-1.0) ** (k - j) * math.comb(j, i) / 2.0**j
            y = y + factor * orders[abs(n - j + 2 * i)]
    return y


def _kummer(f: Elementary, x: Any, n: int, k: int) -> Any:
    """The k-th derivative of e^−x·Iₙ(x) = (x/2)ⁿ/n!·M(n + ½, 2n + 1, −2x); 13.6.3.

    Those of M have positive terms after Kummer's transformation; 13.1.27, 13.4.9.
    """
    total: Any = 0.0
    for j in range(max(0, k - n), k + 1):  # Leibniz's rule
        c = math.comb(k, j) * 0.5 ** (k - j)
        for i in range(j):
            c *= -2.0 * (n + 0.5 + i) / (2 * n + 1 + i)
        terms = []
        for i in range(155):
            terms.append(c)
            c *= (n + 0.5 + i) / ((2 * n + 1 + j + i) * (1.0 + i))
        total = total + _power(0.5 * x, n - k + j) * polynomial(terms, 2.0 * x)
    return f.exp(-2.0 * x) * total


def scaled_i_formula(f: Elementary, order: float, derivative: float, x: Any) -> Any:
    """The k-th derivative of e^−|x|·Iₙ(x); far out that of Hankel's expansion, term by term."""
    n, k = int(order), int(derivative)
    a = abs(x)
    low = k > 0 and n <= 6  # else the terms would be too many
    # Hankel's terms grow with their number when they are differentiated: then from further out on
    end = _FAR_I + 5.0 * min(k, 4) if low else max(_FAR_I, 0.5 * n * n)
    far = f.less(end, a)
    z = f.where(far, a, end)
    w = 1.0 / z
    coefficients = [
        (-1.0) ** (m + k) * c * math.prod(m + 0.5 + i for i in range(k))
        for m, c in enumerate(_hankel(n))
    ]
    wide = polynomial(coefficients, w) / (math.sqrt(2.0 * math.pi) * f.sqrt(z))
    for _ in range(k):
        wide = wide * w
    small = f.where(far, 0.0, a)
    close = _kummer(f, small, n, k) if low else f.exp(-small) * _leibniz(small, n, k, end)
    y = f.where(far, wide, close)
    y = f.where(f.less(a, INFINITY), y, f.where(f.less(1.0, a), 0.0, a))
    if (n + k) % 2:
        y = f.where(f.less(x, 0.0), -y, f.where(x, y, 0.0) if k else y)
    return y


def i_formula(f: Elementary, order: float, x: Any) -> Any:
    """Iₙ(x)."""
    half = f.exp(0.5 * f.minimum(abs(x), 1400.0))
    bounded = f.maximum(f.minimum(x, 1400.0), -1400.0)
    return half * (half * scaled_i_formula(f, order, 0.0, bounded))


def _k_near(f: Elementary, z: Any) -> tuple[Any, Any]:
    """K₀ and K₁ by their power series, for z up to 1; 9.6.13 and 9.6.11."""
    half = 0.5 * z
    q = half * half
    i0, i1 = _i_orders(z, 1, 1.0)
    zero = [_harmonic(k) * c for k, c in enumerate(_even_part(0, 16, 1.0))]
    one = [
        (_harmonic(k) + _harmonic(k + 1) - 2.0 * EULER) * c
        for k, c in enumerate(_even_part(1, 16, 1.0))
    ]
    logarithm = _log_half(f, z)
    k0 = polynomial(zero, q) - (logarithm + EULER) * i0
    return k0, 1.0 / z + logarithm * i1 - 0.5 * half * polynomial(one, q)


def _k_integral(f: Elementary, z: Any) -> tuple[Any, Any]:
    """e^z·K₀ and e^z·K₁, ∫ e^(−z·(cosh t − 1))·cosh nt dt from 0 on, for z from 1; 9.6.24."""
    u = 40.0 / z
    step = f.log1p(u + f.sqrt(u * (u + 2.0))) / _POINTS
    k0: Any = 0.5
    k1: Any = 0.5
    for i in range(1, _POINTS + 1):
        e = f.expm1(float(i) * step)
        c = 0.5 * e * (e / (1.0 + e))  # cosh t − 1
        weight = f.exp(-z * c)
        k0, k1 = k0 + weight, k1 + weight * (1.0 + c)
    return step * k0, step * k1


def k_formula(f: Elementary, order: float, x: Any) -> Any:
    """Kₙ(x), x > 0."""
    near = f.less(x, 1.0)
    small = f.where(near, f.maximum(x, _LEAST), 1.0)
    z = f.where(near, 1.0, f.minimum(x, 1e5))
    grown = f.exp(-z)
    k0, k1 = (
        f.where(near, a, grown * b)
        for a, b in zip(_k_near(f, small), _k_integral(f, z), strict=True)
    )
    w = 2.0 / f.where(near, small, z)
    for k in range(1, int(order)):
        k0, k1 = k1, (float(k) * w) * k1 + k0
    y = k1 if order else k0
    return _on_positive(f, x, y, INFINITY)
