"""More rows of the table: the gamma function, kin of the error function, sinc.

Their formulas stand in `series`. Each derivative is the next member of a family, so that there is
one of every order, with its digits.

Read next: `aggregates`, `graph`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd import functions, series
from autograd.declare import evaluated_on_nodes, family, unary_row
from autograd.elementary import _round
from autograd.functions import UNIT, _gauss, abs, fixed_number, where
from autograd.node import INFINITY, NAN
from autograd.operation import Operation
from autograd.signatures import UnaryFunction, of_fixed_and_number

_FLOATS = series.Elementary(
    lambda condition, a, b: a if condition else b,
    *(math.exp, math.expm1, math.log, math.log1p, math.sqrt, math.sin, math.cos, math.erf),
    *(math.erfc, _round.operation.forward, lambda a, b: float(a < b)),
    functions.maximum.operation.forward,
    functions.minimum.operation.forward,
    math.pow,
)
_VALUES = series.Elementary(
    functions.where,
    *(functions.exp, functions.expm1, functions.log, functions.log1p, functions.sqrt),
    *(functions.sin, functions.cos, functions.erf, functions.erfc, _round),
    *(functions.less, functions.maximum, functions.minimum),
    functions.power,
)


def _series_row(name: str, symbol: str, formula: Any, local: Any, **more: Any) -> UnaryFunction:
    """Declare an operation of one input by a formula of `series`; see `declare.declare`."""
    more = {
        "forward": lambda x: formula(_FLOATS, x),
        "ieee": evaluated_on_nodes(lambda x: formula(_VALUES, x)),
    } | more
    return unary_row(name, symbol, local=local, expand=lambda x: formula(_VALUES, x), **more)


def _member(name: str, symbol: str, formula: Any, n: float, local: Any, **more: Any) -> Operation:
    """Make a member of a family by a formula of `series` that has an order."""
    return Operation(
        name,
        symbol,
        lambda x: formula(_FLOATS, n, x),
        local,
        ((-INFINITY, INFINITY),),
        parameters=(n,),
        ieee=evaluated_on_nodes(lambda x: formula(_VALUES, n, x)),
        expand=lambda x: formula(_VALUES, n, x),
        **more,
    )


def _log_gamma(x: float) -> float:
    if x <= 0.0 and x.is_integer():
        raise ZeroDivisionError
    if x == -INFINITY:
        return INFINITY
    y: float = series.log_gamma(_FLOATS, x)
    return y


def _inverse_erf(x: float) -> float:
    if math.fabs(x) >= 1.0:
        raise ValueError
    y: float = series.inverse_erf(_FLOATS, x)
    return y


def _inverse_slope(z: Any, rest: Any) -> Any:
    """½√π·e^(z²), the slope of erf⁻¹ where erfc |z| = rest.

    Far out z has not the digits for that exponent, but e^(z²) is erfcx |z| divided by the rest.
    """
    inside = functions.less(0.0, rest)
    far = functions.less(rest, 0.5) * inside
    tail = erfcx(where(far, abs(z), 1.0)) / where(far, rest, 1.0)
    slope = where(far, tail, 1.0 / _gauss(where(far, 0.0, z)))
    end = where(functions.less(rest, 0.0), NAN, rest + INFINITY)
    return 0.5 * series.ROOT_PI * where(inside, slope, end)


# ------------------------------------------------------------------------------------- the table

# fmt: off

lgamma  = _series_row("lgamma", "ln|Γ|", series.log_gamma, lambda y, x: (digamma(x),),
                     forward=_log_gamma, ieee=lambda _: INFINITY, kink="inf at 0, −1, −2 …")
digamma: UnaryFunction = _series_row("digamma", "ψ", lambda f, x: series.polygamma(f, 0.0, x),
                      lambda y, x: (_polygamma(1.0)(x),), kink="no value at 0, −1, −2 …")
erfinv  = _series_row("erfinv", "erf⁻¹", series.inverse_erf,
                      lambda y, x: (_inverse_slope(y, 1.0 - abs(x)),),
                      domain=(UNIT,), forward=_inverse_erf,
                      ieee=lambda x: math.copysign(INFINITY, x) if x in UNIT else NAN)
erfcx: UnaryFunction = _series_row("erfcx", "erfcx", series.scaled_erfc,
                      lambda y, x: (_erfcx_slope(1.0)(x),), ieee=lambda _: INFINITY)
sinc    = _series_row("sinc", "sinc", lambda f, x: series.sinc(f, 0.0, x),
                      lambda y, x: (_sinc_slope(1.0)(x),))

# fmt: on


@family
def _polygamma(n: float) -> Operation:
    """Make ψ⁽ⁿ⁾, the n-th derivative of digamma."""
    return _member(
        "polygamma",
        f"ψ⁽{n:g}⁾",
        series.polygamma,
        n,
        lambda y, x: (_polygamma(n + 1.0)(x),),
        kink="no value at 0, −1, −2 …",
    )


@family
def _erfcx_slope(n: float) -> Operation:
    """Make the n-th derivative of erfcx."""
    return _member(
        "erfcx_slope",
        f"erfcx⁽{n:g}⁾",
        series.scaled_erfc_slope,
        n,
        lambda y, x: (_erfcx_slope(n + 1.0)(x),),
    )


@family
def _sinc_slope(n: float) -> Operation:
    """Make the n-th derivative of sinc."""
    return _member(
        "sinc_slope", f"sinc⁽{n:g}⁾", series.sinc, n, lambda y, x: (_sinc_slope(n + 1.0)(x),)
    )


@of_fixed_and_number
def polygamma(n: int, x: Any) -> Any:
    """Polygamma function ψ⁽ⁿ⁾(x), the n-th derivative of digamma; derivative ψ⁽ⁿ⁺¹⁾(x).

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 150; a fixed number. At 0 it is `digamma`.
    x : Value or real number
        Scalar.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no whole number from 0 to 150.
    ZeroDivisionError
        For x = 0, −1, −2 …

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, section 6.4.

    Examples
    --------
    >>> from autograd import polygamma
    >>> round(polygamma(1, 1.0), 6)  # π²/6
    1.644934
    """
    order = fixed_number(n, "polygamma", "order")
    if not (0.0 <= order <= 150.0 and order.is_integer()):
        raise ValueError(f"polygamma's order is a whole number from 0 to 150, not {n!r}")
    return _polygamma(order)(x) if order else digamma(x)
