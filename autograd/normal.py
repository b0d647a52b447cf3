"""More rows of the table: the normal distribution, the inverse of erfc, Dawson's integral.

Read next: `integrals`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd import forwards, series
from autograd.declare import composed_row, family
from autograd.formula_rows import formula_member, formula_row
from autograd.functions import (
    _normal_cdf,
    _normal_density,
    exp,
    expm1,
    less,
    log,
    log1p,
    minimum,
    where,
)
from autograd.operation import Operation
from autograd.series import ROOT_PI, Elementary, polynomial
from autograd.signatures import UnaryFunction, of_number
from autograd.special import _inverse_slope, erfcx

_H = 0.25  # the step of Rybicki's sum; its error is e^−(π/2h)², below the last place
_FAR = 7.0  # from here on the asymptotic series of Dawson's integral
_ROOT_HALF = math.sqrt(0.5)

# ------------------------------------------------------------------------------------- formulas


def _dawson_far(n: int, z: Any) -> Any:
    """The n-th derivative of Σ (2k − 1)!!/(2ᵏ⁺¹z²ᵏ⁺¹)."""
    w = 1.0 / z
    terms, c = [], 0.5
    for k in range(30):
        terms.append((-1.0) ** n * c * math.prod(2 * k + 1 + i for i in range(n)))
        c *= (2 * k + 1) / 2.0
    y = w * polynomial(terms, w * w)
    for _ in range(n):
        y = y * w
    return y


def _dawson_close(n: int, x: Any) -> Any:
    """The n-th derivative for |x| ≤ ¼, by the series of D and D⁽ⁿ⁺¹⁾ = −2x·D⁽ⁿ⁾ − 2n·D⁽ⁿ⁻¹⁾."""
    terms, c = [], 1.0
    for k in range(12):
        terms.append(c)
        c *= -2.0 / (2 * k + 3)
    before: Any = 0.0
    y = x * polynomial(terms, x * x)
    for k in range(n):
        before, y = y, (0.0 if k else 1.0) - 2.0 * x * y - 2.0 * k * before
    return y


def _slope_of_bell(n: int, t: Any) -> Any:
    """The n-th derivative of e^(−t²), divided by it: that of Hermite, with alternating sign."""
    before: Any = 0.0
    y: Any = 1.0
    for k in range(n):
        before, y = y, -2.0 * t * y - 2.0 * k * before
    return y


def _dawson_between(f: Elementary, n: int, x: Any) -> Any:
    """The n-th derivative for |x| from 1/4 to 7, that of Rybicki's sum of bells, term by term.

    Rybicki, "Dawson's integral and the sampling theorem", Computers in Physics 3, 1989.
    """
    even = 2.0 * f.nearest(x / (2.0 * _H))
    rest = x - even * _H
    up = f.exp(2.0 * _H * rest)
    square, down = up * up, 1.0 / up
    total: Any = 0.0
    ahead, behind = up, down
    for odd in range(1, 28, 2):
        place = odd * _H
        fore = ahead * _slope_of_bell(n, rest - place) / (even + float(odd))
        back = behind * _slope_of_bell(n, rest + place) / (even - float(odd))
        total = total + math.exp(-(place**2)) * (fore + back)
        ahead, behind = ahead * square, behind / square
    return f.exp(-rest * rest) * total / ROOT_PI


def dawson_formula(f: Elementary, order: float, x: Any) -> Any:
    """The n-th derivative of D(x) = e^(−x²) ∫ e^(t²) dt, from 0 to x."""
    n = int(order)
    far, close = f.less(_FAR, abs(x)), f.less(abs(x), _H)
    y = f.where(
        close,
        _dawson_close(n, f.where(close, x, 0.0)),
        _dawson_between(f, n, f.where(far, 1.0, f.where(close, 1.0, x))),
    )
    return f.where(far, _dawson_far(n, f.where(far, x, _FAR)), y)


def erfi_formula(f: Elementary, x: Any) -> Any:
    """2/√π ∫ e^(t²) dt = 2/√π·e^(x²)·D(x), from 0 to x."""
    z = f.maximum(f.minimum(x, 27.0), -27.0)
    high = forwards.upper_half(z)
    half = f.exp(0.5 * high * high)
    rest = f.exp((z - high) * (z + high))
    return half * (half * (rest * (2.0 / ROOT_PI * dawson_formula(f, 0.0, z))))


def _grown(x: Any) -> Any:
    """e^(x²), with its digits also for large x."""
    return forwards.bell_between(-1.0, x, exp, expm1)


# ------------------------------------------------------------------------------------- the table


def _expand_log_ndtr(x: Any) -> Any:
    low = less(x, -1.0)
    u = where(low, -_ROOT_HALF * x, 1.0)
    tail = log(0.5 * erfcx(u)) - 0.5 * x * x
    return where(low, tail, log1p(-_normal_cdf(-where(low, 0.0, x))))


_MILLS = (1.0, -2.0, 10.0, -74.0, 706.0, -8162.0)
"""φ/Φ at -t, less t, for large t: Σ cₖ/t²ᵏ⁺¹ (Abramowitz, Stegun, 26.2.12, inverted)."""


def _log_ndtr_local(y: Any, x: Any) -> tuple[Any]:
    """φ/Φ; far below 0 by its series, whose curvature is not the difference of large numbers."""
    low, far = less(x, -1.0), less(x, -50.0)
    near, below = where(low, 0.0, x), where(far, 1.0, where(low, -_ROOT_HALF * x, 1.0))
    w = where(far, -1.0 / where(far, x, 1.0), 0.0)
    tail = math.sqrt(2.0 / math.pi) / erfcx(below)
    tail = where(far, w * polynomial(_MILLS, w * w) - x, tail)
    return (where(low, tail, _normal_density(near) / _normal_cdf(near)),)


# fmt: off

erfi     = formula_row("erfi", "erfi", erfi_formula,
                       lambda y, x: (forwards.TWO_OVER_ROOT_PI * _grown(x),))
erfcinv  = formula_row("erfcinv", "erfc⁻¹", series.inverse_erfc,
                       lambda y, x: (-_inverse_slope(y, minimum(x, 2.0 - x)),), domain=(0.0, 2.0))
log_ndtr: UnaryFunction = composed_row("log_ndtr", "ln Φ", _expand_log_ndtr, _log_ndtr_local)

# fmt: on


@family
def _dawson(n: float) -> Operation:
    """Make the n-th derivative of Dawson's integral."""
    return formula_member(
        "dawson",
        f"D⁽{n:g}⁾" if n else "D",
        dawson_formula,
        (n,),
        lambda y, x: (_dawson(n + 1.0)(x),),
    )


# ------------------------------------------------------- public functions that are more than a row


@of_number
def dawsn(x: Any) -> Any:
    """Dawson's integral D(x) = e^(−x²) ∫ e^(t²) dt from 0 to x; derivative 1 − 2x·D(x).

    Parameters
    ----------
    x : Value or real number
        Scalar; anything else is refused with a TypeError.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, 7.1.17.

    Examples
    --------
    >>> from autograd import dawsn, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(dawsn)(1.0)]
    [0.53808, -0.076159]
    """
    return _dawson(0.0)(x)


@of_number
def ndtr(x: Any) -> Any:
    """Φ(x), the part of the standard normal distribution below x; derivative its density φ(x).

    Parameters
    ----------
    x : Value or real number
        Scalar; anything else is refused with a TypeError.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Examples
    --------
    >>> from autograd import ndtr, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(ndtr)(0.0)]
    [0.5, 0.398942]
    """
    return _normal_cdf(x)


@of_number
def ndtri(p: Any) -> Any:
    """Quantile of the standard normal distribution, x with Φ(x) = p: −√2·erfcinv(2p).

    Parameters
    ----------
    p : Value or real number
        Scalar between 0 and 1.

    Returns
    -------
    Value or float
        Scalar, of the kind of `p`.

    Raises
    ------
    ValueError
        For p < 0 or p > 1.

    Notes
    -----
    The derivative is 1/φ(x). Small p have all their digits.

    Examples
    --------
    >>> from autograd import ndtri
    >>> round(ndtri(0.975), 6)
    1.959964
    """
    return -math.sqrt(2.0) * erfcinv(2.0 * p)
