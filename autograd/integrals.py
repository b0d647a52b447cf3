"""More rows of the table: exponential, sine and cosine integrals, complete elliptic integrals.

Read next: `bessel_series`, `bessel`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.declare import family
from autograd.formula_rows import FROM_0, formula_member, formula_row, whole_order
from autograd.functions import cos, exp, less, sin, where
from autograd.node import INFINITY
from autograd.operation import Operation
from autograd.series import EULER, Elementary, polynomial
from autograd.signatures import of_fixed_and_number, of_number
from autograd.special import sinc

_LARGEST = 1.7976931348623157e308

# ------------------------------------------------------------ the exponential integrals, formulas


_LEVELS = 92  # of the continued fraction, enough from 1 on


def _fraction(n: float, z: Any) -> Any:
    """e^z·Eₙ(z) for z from 1, by a continued fraction.

    Abramowitz, Stegun: Handbook of Mathematical Functions, 5.1.22, contracted to its even part.
    """
    b = z + (n + 2.0 * _LEVELS)
    for m in range(_LEVELS, 0, -1):
        b = z + (n + 2.0 * m - 2.0) - m * (n + m - 1.0) / b
    return 1.0 / b


def expi_formula(f: Elementary, x: Any) -> Any:
    """Ei(x): γ + ln |x| + Σ xᵏ/(k·k!) from −1 to 40, else −E₁(−x) or an asymptotic series."""
    low, high = f.less(x, -1.0), f.less(40.0, x)
    z = f.where(low, 1.0, f.where(high, 40.0, x))
    terms, c = [0.0], 1.0
    for k in range(1, 112):
        c /= k
        terms.append(c / k)
    middle = f.log(f.maximum(abs(z), 5e-324)) + EULER + polynomial(terms, z)
    u = f.where(low, -x, 1.0)
    tail = -f.exp(-u) * _fraction(1.0, u)
    z = f.where(high, x, 40.0)
    half = f.exp(0.5 * f.minimum(z, 1400.0))
    w = 1.0 / z
    wide = half * (half * (w * polynomial([float(math.factorial(k)) for k in range(40)], w)))
    wide = f.where(f.less(z, math.inf), wide, math.inf)
    y = f.where(low, tail, f.where(high, wide, middle))
    return f.where(x, y, -math.inf)


def expn_formula(f: Elementary, order: float, x: Any) -> Any:
    """Eₙ(x) = ∫ e^(−xt)·t⁻ⁿ dt, from 1 on; the same book, 5.1.12 and 5.1.22."""
    n = int(order)
    near = f.less(x, 1.0)
    z = f.where(near, f.maximum(x, 5e-324), 1.0)
    u = f.where(near, 1.0, x)
    if n:
        far = f.exp(-u) * _fraction(order, u)
        digamma = -EULER + math.fsum(1.0 / k for k in range(1, n))
        first: Any = 1.0
        for k in range(1, n):
            first = first * (-z / float(k))
        terms, c = [], 1.0
        for k in range(n + 22):
            terms.append(0.0 if k == n - 1 else -c / (k - n + 1))
            c *= -1.0 / (k + 1)
        close = first * (digamma - f.log(z)) + polynomial(terms, z)
    else:
        far, close = f.exp(-u) / u, f.exp(-z) / z
    y = f.where(near, close, far)
    at_0 = 1.0 / (n - 1) if n > 1 else math.inf
    end = f.where(f.less(x, 0.0), math.nan, f.where(f.less(x, 1.0), at_0, x))
    return f.where(f.less(0.0, x), y, end)


# --------------------------------------------------------------- the sine and cosine integrals

_TURN = 4.0  # up to here by power series


def _imaginary(f: Elementary, z: Any) -> tuple[Any, Any]:
    """Real and imaginary part of E₁(i·z), z from 4 on, by the same continued fraction."""
    levels = 46
    p: Any = 2.0 * levels + 1.0
    q = z
    for m in range(levels, 0, -1):
        t = p / q
        s = m * m / (q * (1.0 + t * t))
        p, q = (2.0 * m - 1.0) - s * t, z + s
    t = p / q
    s = 1.0 / (q * (1.0 + t * t))  # 1/(p + iq) is s·(t − i)
    sine, cosine = f.sin(z), f.cos(z)
    return s * (t * cosine - sine), -s * (cosine + t * sine)


def sine_integral(f: Elementary, x: Any) -> Any:
    """Si(x) = ∫ sin t/t dt, from 0 to x."""
    a = abs(x)
    far = f.less(_TURN, a)
    z = f.where(far, 0.0, x)
    terms = [(-1.0) ** k / (2 * k + 1) / math.factorial(2 * k + 1) for k in range(17)]
    near = z * polynomial(terms, z * z)
    _, imaginary = _imaginary(f, f.where(far, f.minimum(a, _LARGEST), _TURN))
    y = 0.5 * math.pi + imaginary
    return f.where(far, f.where(f.less(x, 0.0), -y, y), near)


def cosine_integral(f: Elementary, x: Any) -> Any:
    """Ci(x) = −∫ cos t/t dt, from x > 0 on."""
    far = f.less(_TURN, x)
    z = f.where(far, 1.0, f.maximum(x, 5e-324))
    terms = [0.0] + [(-1.0) ** k / (2 * k) / math.factorial(2 * k) for k in range(1, 18)]
    near = EULER + f.log(z) + polynomial(terms, z * z)
    real, _ = _imaginary(f, f.where(far, f.minimum(x, _LARGEST), _TURN))
    y = f.where(far, f.where(f.less(x, math.inf), -real, 0.0), near)
    end = f.where(f.less(x, 0.0), math.nan, f.where(f.less(x, 1.0), -math.inf, x))
    return f.where(f.less(0.0, x), y, end)


# ------------------------------------------------------------------------ the elliptic integrals


def _elliptic_series(a: float, n: int, terms: int) -> list[float]:
    """The coefficients of the n-th derivative of π/2·F(a, ½; 1; m)."""
    c, out = 0.5 * math.pi, []
    for k in range(terms + n):
        if k >= n:
            out.append(c * math.perm(k, n))
        c *= (a + k) * (0.5 + k) / (1.0 + k) ** 2
    return out


def elliptic_formula(f: Elementary, second: float, order: float, m: Any) -> Any:
    """The n-th derivative of K(m) or, where `second` is 1, of E(m), by the mean of Gauss.

    The same book, 17.6; near 0 by the series, from which the slopes are no differences of nearly
    equal numbers; else each derivative follows from two before by the hypergeometric equation.
    """
    n, a = int(order), -0.5 if second else 0.5
    near = f.less(abs(m), 0.5)
    close = polynomial(_elliptic_series(a, n, 56 + 5 * n), f.where(near, m, 0.0))
    x = f.where(near, 0.5, f.where(f.less(m, 1.0), f.maximum(m, -_LARGEST), 0.5))
    high, low, weight = 1.0, f.sqrt(1.0 - x), 0.5
    lost: Any = 0.0  # E/K is 1 − x/2 − lost
    for _ in range(13):
        half = 0.5 * (high - low)
        high, low = 0.5 * (high + low), f.sqrt(high * low)
        weight *= 2.0
        lost = lost + weight * half * half
    k = 0.5 * math.pi / high
    if second:
        y, slope = k * (1.0 - 0.5 * x - lost), -k * (0.25 + 0.5 * (lost / x))
    else:
        y, slope = k, k * (0.25 - 0.5 * (lost / x)) / (1.0 - x)
    for i in range(n):
        # Divided by 1024, which is exact, the factor stays finite at any x.
        factor = (1.0 + i) / 1024.0 - (a + 1.5 + 2.0 * i) * (x / 1024.0)
        bend = (a + i) * (0.5 + i) * y - factor * (1024.0 * slope)
        y, slope = slope, bend / x / (1.0 - x)
    at_1, far_out = (-math.inf, -0.0) if second else (math.inf, 0.0)
    if second and not n:
        at_1, far_out = 1.0, math.inf
    y = f.where(f.less(-math.inf, m), y, far_out)
    beyond = f.where(f.less(1.0, m), math.nan, f.where(f.less(0.0, m), at_1, m))
    return f.where(near, close, f.where(f.less(m, 1.0), y, beyond))


# ------------------------------------------------------------------------------------- the table


def _sinint_local(y: Any, x: Any) -> tuple[Any]:
    near = less(abs(x), 1.0)
    return (where(near, sinc(x / math.pi), sin(x) / where(near, 1.0, x)),)


# fmt: off

expi   = formula_row("expi", "Ei", expi_formula, lambda y, x: (exp(x) / x,), pole=0.0,
                     kink="-inf at 0")
sinint = formula_row("sinint", "Si", sine_integral, _sinint_local)
cosint = formula_row("cosint", "Ci", cosine_integral, lambda y, x: (cos(x) / x,), FROM_0, 0.0,
                     kink="-inf at 0")

# fmt: on


@family
def _expn(n: float) -> Operation:
    """Make Eₙ."""
    return formula_member(
        "expn",
        f"E{n:g}",
        expn_formula,
        (n,),
        lambda y, x: (-_expn(n - 1.0)(x) if n else -y * (1.0 + 1.0 / x),),
        FROM_0,
        0.0 if n < 2.0 else None,
        "inf at 0 for n < 2",
    )


@family
def _elliptic(second: float, n: float) -> Operation:
    """Make the n-th derivative of K or E."""
    return formula_member(
        "elliptic",
        ("E" if second else "K") + "′" * int(n),
        elliptic_formula,
        (second, n),
        lambda y, m: (_elliptic(second, n + 1.0)(m),),
        (-INFINITY, 1.0),
        None if second and not n else 1.0,
        "infinite at 1",
    )


# ------------------------------------------------------- public functions that are more than a row


@of_fixed_and_number
def expn(n: int, x: Any) -> Any:
    """Exponential integral Eₙ(x) = ∫ e^(−xt)·t⁻ⁿ dt, from 1 on; derivative −Eₙ₋₁(x).

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 100; a fixed number.
    x : Value or real number
        Scalar, from 0 on.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number or x < 0.
    ZeroDivisionError
        For x = 0 and n < 2.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, section 5.1.

    Examples
    --------
    >>> from autograd import expn, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(lambda x: expn(1, x))(1.0)]
    [0.219384, -0.367879]
    """
    return _expn(whole_order(n, "expn"))(x)


@of_number
def ellipk(m: Any) -> Any:
    """Complete elliptic integral K(m) = ∫ dt/√(1 − m·sin²t) from 0 to π/2, m = k².

    Its derivative is (E(m)/(1 − m) − K(m))/(2m).

    Parameters
    ----------
    m : Value or real number
        Scalar, less than 1.

    Returns
    -------
    Value or float
        Scalar, of the kind of `m`.

    Raises
    ------
    ValueError
        For m > 1.
    ZeroDivisionError
        For m = 1.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, section 17.3.

    Examples
    --------
    >>> from autograd import ellipk, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(ellipk)(0.5)]
    [1.854075, 0.847213]
    """
    return _elliptic(0.0, 0.0)(m)


@of_number
def ellipe(m: Any) -> Any:
    """Complete elliptic integral E(m) = ∫ √(1 − m·sin²t) dt from 0 to π/2, m = k².

    Its derivative is (E(m) − K(m))/(2m).

    Parameters
    ----------
    m : Value or real number
        Scalar, at most 1.

    Returns
    -------
    Value or float
        Scalar, of the kind of `m`.

    Raises
    ------
    ValueError
        For m > 1.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, section 17.3.

    Examples
    --------
    >>> from autograd import ellipe, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(ellipe)(0.5)]
    [1.350644, -0.503431]
    """
    return _elliptic(1.0, 0.0)(m)
