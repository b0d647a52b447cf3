"""More rows of the table: the gamma function itself, beta, incomplete gamma, Hurwitz's zeta.

Read next: `normal`.
"""

from __future__ import annotations

import math
from typing import Any, overload

from autograd import forwards, series
from autograd.declare import binary_row, evaluated_on_nodes, family
from autograd.formula_rows import FROM_0, formula_member, formula_row
from autograd.functions import exp, fixed_number, less, log1p, where
from autograd.node import N
from autograd.operation import Operation
from autograd.series import Elementary, polynomial
from autograd.signatures import of_fixed_and_number, of_two_numbers
from autograd.special import _FLOATS, _VALUES, digamma
from autograd.sums import added

_FAR = 20.0  # from here on Stirling's series

# ------------------------------------------------------------------------------------- formulas


def gamma_formula(f: Elementary, x: Any) -> Any:
    """Γ(x): by steps of 1 to ln Γ around 2 and, from 20 on, by Stirling's series.

    Below 0 by Γ(x)·Γ(−x) = −π / (x·sin πx). Abramowitz, Stegun: Handbook of Mathematical Functions,
    6.1.17, 6.1.33 and 6.1.37.
    """
    below = f.less(x, 0.0)
    a = abs(x)
    far = f.less(_FAR, a)
    z = f.where(far, f.minimum(a, 185.0), _FAR)
    half = f.power(z, 0.5 * z - 0.25)  # its square would overflow before the result does
    w = 1.0 / z
    rest = f.exp(w * polynomial(series._STIRLING, w * w))
    middle = math.sqrt(2.0 * math.pi) * f.exp(-z) * rest
    large = half * middle * half
    b = f.where(far, 2.0, a)
    product: Any = 1.0
    for _ in range(18):
        above = f.less(2.5, b)
        product = f.where(above, product * (b - 1.0), product)
        b = f.where(above, b - 1.0, b)
    steps: Any = 1.0
    for _ in range(2):
        small = f.less(b, 1.5)
        steps = f.where(small, steps * b, steps)
        b = f.where(small, b + 1.0, b)
    t = b - 2.0
    y = f.where(far, large, product * f.exp(t * polynomial(series._AROUND_2, t)) / steps)
    y = f.where(f.less(185.0, a), math.inf, y)
    sine, _ = series.turn(f, f.where(below, f.maximum(x, -1e300), 0.5))
    # Γ(−x) may overflow where Γ(x) does not vanish yet: one factor of it after the other
    near = f.where(f.less(a, 1e-300), 1.0, a * y)
    whole = sine * f.where(far, f.minimum(a, 1e300), f.where(below, near, 1.0))
    vanishes = f.where(f.less(185.0, a), 0.0, math.pi)
    part, last = f.where(far, half, 1.0), f.where(far, middle, 1.0)
    return f.where(below, vanishes / whole / part / last / part, y)


def _stirling_rest(w: Any) -> Any:
    """What Stirling's series adds to ln Γ(z), for w = 1/z up to 1/8."""
    return w * polynomial(series._STIRLING, w * w)


def log_beta_formula(f: Elementary, a: Any, b: Any) -> Any:
    """Ln B(a, b), a and b > 0, without the difference of two large logarithms.

    DiDonato, Morris, "Algorithm 708: significant digit computation of the incomplete beta function
    ratios", 1992.
    """
    small, large = f.minimum(a, b), f.maximum(a, b)
    both, one = f.less(8.0, small), f.less(8.0, large)
    s = f.where(one, small, 1.0)
    z = f.where(one, large, 9.0)
    share = s / z
    lost = _stirling_rest(1.0 / z) - _stirling_rest(1.0 / (s + z))
    # ln Γ(z) − ln Γ(s + z), of which ln Γ(s) is the rest
    gap = lost - (z + s - 0.5) * f.log1p(share) - s * (f.log(z) - 1.0)
    wide = gap + series.log_gamma(f, s)
    s = f.where(both, s, 9.0)
    ratio = s / f.where(both, z, 9.0)
    u = (s - 0.5) * f.log(ratio / (1.0 + ratio)) - 0.5 * f.log(f.where(both, z, 9.0))
    u = u - f.where(both, z, 9.0) * f.log1p(ratio) + 0.5 * math.log(2.0 * math.pi)
    lost = _stirling_rest(1.0 / s) + f.where(both, lost, 0.0)
    near_s, near_z = f.where(one, 1.0, small), f.where(one, 1.0, large)
    near = series.log_gamma(f, near_s) + series.log_gamma(f, near_z)
    near = near - series.log_gamma(f, near_s + near_z)
    y = f.where(both, u + lost, f.where(one, wide, near))
    y = f.where(f.less(0.0, small), y, f.where(f.less(small, 0.0), math.nan, small + math.inf))
    return f.where(f.less(large, math.inf), y, f.where(f.less(0.0, small), -math.inf, y))


_ZETA_STEPS = 12


def zeta_formula(f: Elementary, s: float, x: Any) -> Any:
    """Σ (x + k)⁻ˢ over k from 0, s > 1, x > 0, by Euler and Maclaurin's sum from some step on."""
    steps = _ZETA_STEPS + 2 * int(s)
    a = f.where(f.less(0.0, x), x, 1.0)
    z = a + float(steps)
    w = 1.0 / z
    factor, tail = s, []
    for k, bernoulli in enumerate(series._BERNOULLI, 1):
        tail.append(bernoulli / math.factorial(2 * k) * factor)
        factor *= (s + 2 * k - 1.0) * (s + 2.0 * k)
    end = f.power(z, 1.0 - s)
    y = end * (1.0 / (s - 1.0) + w * (0.5 + w * polynomial(tail, w * w)))
    for k in reversed(range(steps)):
        y = y + f.power(a + float(k), -s)
    return f.where(f.less(x, 0.0), math.nan, f.where(f.less(0.0, x), y, x + math.inf))


def _terms_of(a: float) -> int:
    """How many terms, or levels, the incomplete gamma function needs where they are most."""
    return 92 + int(14.0 * math.sqrt(a))


def _peak(a: float) -> float:
    """aᵃ·e⁻ᵃ/Γ(a + 1), from 20 on by Stirling's series."""
    if a < 20.0:
        return math.pow(a, a) * math.exp(-a) / math.gamma(a + 1.0)
    rest = added(c / a ** (2 * k + 1) for k, c in enumerate(series._STIRLING))
    return math.exp(-rest) / math.sqrt(2.0 * math.pi * a)


_MANY = 2.0**100


def _power_and_decay(f: Elementary, a: float, x: Any) -> Any:
    """xᵃ·e⁻ˣ/Γ(a + 1) = peak·(x/a)ᵃ·e^(a − x), and what was lost in rounding x/a and a − x.

    The power and e have exponents of the size of a: what is lost counts as often. They are taken in
    equal parts, which are floats where the whole is.
    """
    parts = 2 if a <= 500.0 else 4
    tiny = f.less(x, 1e-290)
    z = f.where(tiny, _MANY * x, x)
    ratio = z / a
    high, upper = forwards.upper_half(ratio), forwards.upper_half(a)
    low, lower = ratio - high, a - upper
    remainder = z - high * upper - high * lower - low * upper - low * lower
    gap = a - x
    back = gap - a
    lost = (a - (gap - back)) - (x + back)
    part = f.power(ratio, a / parts) * f.where(tiny, _MANY ** (-a / parts), 1.0)
    part = part * f.exp(gap / parts)
    whole = part * part if parts == 2 else (part * part) * (part * part)
    whole = _peak(a) * whole
    return whole + whole * (remainder / ratio + lost)


def _farthest(a: float) -> float:
    """An x so large that xᵃ·e⁻ˣ/Γ(a + 1) is 0 from there on."""
    return a + 800.0 + 40.0 * math.sqrt(a)


def gamma_density_formula(f: Elementary, a: float, x: Any) -> Any:
    """xᵃ⁻¹·e⁻ˣ/Γ(a)."""
    z = f.maximum(f.minimum(x, _farthest(a)), 5e-324)
    if a > 1.0:
        y, at_0 = _power_and_decay(f, a - 1.0, z), 0.0
    elif a < 1.0:
        y, at_0 = a * _power_and_decay(f, a, z) / z, math.inf
    else:
        y, at_0 = f.exp(-z), 1.0
    y = f.where(x, y, at_0)
    return f.where(f.less(x, 0.0), math.nan, f.where(f.less(-1.0, x), y, x))


def gammainc_formula(f: Elementary, a: float, upper: float, x: Any) -> Any:
    """P(a, x) or, where `upper` is 1, Q(a, x) = 1 − P(a, x); the same book, 6.5.29 and 6.5.31."""
    inside = f.maximum(f.minimum(x, _farthest(a)), 5e-324)
    front = _power_and_decay(f, a, inside)
    end = max(a, 1.0)  # from here on the fraction
    low = f.less(inside, end)
    z = f.where(low, inside, a)
    total: Any = 1.0
    for k in range(_terms_of(a), 0, -1):
        total = 1.0 + z / (a + k) * total
    z = f.where(low, end, inside)
    levels = _terms_of(a)
    b = z + (2.0 * levels + 1.0 - a)
    for k in range(levels, 0, -1):
        b = z + (2.0 * k - 1.0 - a) + k * (a - k) / b
    below, above = front * total, a * front / b
    y = f.where(low, 1.0 - below, above) if upper else f.where(low, below, 1.0 - above)
    y = f.where(f.less(0.0, x), y, f.where(f.less(x, 0.0), math.nan, x + upper))
    return f.where(f.less(x, math.inf), y, f.where(f.less(0.0, x), 1.0 - upper, x))


# ------------------------------------------------------------------------------------- the table


def _log_beta(a: float, b: float) -> float:
    if a < 0.0 or b < 0.0:
        raise ValueError
    if a == 0.0 or b == 0.0:
        raise ZeroDivisionError
    y: float = log_beta_formula(_FLOATS, a, b)
    return y


def _log_beta_local(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    return -_digamma_gap(a, b), -_digamma_gap(b, a)


_GAP = [b / (2 * k) for k, b in enumerate(series._BERNOULLI, 1)]
_GAP_STEPS = 8


def _digamma_gap(x: Any, d: Any) -> Any:
    """ψ(x + d) − ψ(x), without the difference of two numbers that are nearly equal.

    By steps of 1 to z = x + 8, and there ψ(z) = ln z − 1/2z − Σ B₂ₖ/(2k·z²ᵏ), of which each term's
    difference has the factor d; Abramowitz, Stegun: Handbook of Mathematical Functions, 6.3.18.
    """
    total: Any = 0.0
    for k in reversed(range(_GAP_STEPS)):
        total = total + _reciprocal_gap(x + float(k), d)
    z = x + float(_GAP_STEPS)
    u, v = 1.0 / z, 1.0 / (z + d)
    value: Any = 0.0  # of Σ cₖ·u²ᵏ from its last coefficient on, and its difference by that of u²
    difference: Any = 0.0
    for c in [*reversed(_GAP), 0.0]:
        difference = difference * (v * v) + value
        value = value * (u * u) + c
    rest = _reciprocal_gap(z, d) * (0.5 + (u + v) * difference)
    return total + (log1p(d * u) + rest)


def _reciprocal_gap(x: Any, d: Any) -> Any:
    """1/x − 1/(x + d)."""
    y = x + d
    return where(less(d, 0.5 * x), d / x / y, 1.0 / x - 1.0 / y)


# fmt: off

gamma  = formula_row("gamma", "Γ", gamma_formula, lambda y, x: (y * digamma(x),), pole=0.0,
                     kink="no value at 0, −1, −2 …")
betaln = binary_row("betaln", "ln B", _log_beta, _log_beta_local, domain=(FROM_0, FROM_0),
                    ieee=evaluated_on_nodes(lambda a, b: log_beta_formula(_VALUES, a, b)),
                    expand=lambda a, b: log_beta_formula(_VALUES, a, b))

# fmt: on


@family
def _zeta(s: float) -> Operation:
    """Make Hurwitz's zeta function of a fixed s."""
    return formula_member(
        "zeta",
        f"ζ({s:g},·)",
        zeta_formula,
        (s,),
        lambda y, x: (-s * _zeta(s + 1.0)(x),),
        FROM_0,
        0.0,
        "inf at 0",
    )


@family
def _gamma_density(a: float) -> Operation:
    """Make xᵃ⁻¹·e⁻ˣ/Γ(a), the slope of P(a, x)."""

    def local(y: Any, x: Any) -> tuple[Any]:
        if a > 1.0:
            return (_gamma_density(a - 1.0)(x) - y,)
        return (y * ((a - 1.0) / x - 1.0) if a < 1.0 else -y,)

    return formula_member(
        "gamma_density",
        f"xᵃ⁻¹e⁻ˣ/Γ, a={a:g}",
        gamma_density_formula,
        (a,),
        local,
        FROM_0,
    )


@family
def _gammainc(a: float, upper: float) -> Operation:
    """Make P(a, x) or, where `upper` is 1, Q(a, x)."""
    factor = -1.0 if upper else 1.0
    return formula_member(
        "gammainc",
        f"{'Q' if upper else 'P'}({a:g},·)",
        gammainc_formula,
        (a, upper),
        lambda y, x: (factor * _gamma_density(a)(x),),
        FROM_0,
    )


# ------------------------------------------------------- public functions that are more than a row


@of_two_numbers
def beta(a: Any, b: Any) -> Any:
    """Beta function B(a, b) = Γ(a)·Γ(b)/Γ(a + b), that is exp(betaln(a, b)).

    Parameters
    ----------
    a, b : Value or real number
        Scalar, greater than 0.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among the arguments.

    Raises
    ------
    ValueError
        For a < 0 or b < 0.
    ZeroDivisionError
        For a = 0 or b = 0.

    Examples
    --------
    >>> from autograd import beta
    >>> round(beta(2.0, 3.0), 12)  # 1/12
    0.083333333333
    """
    return exp(betaln(a, b))


@overload
def zeta(s: float, x: N) -> N: ...
@overload
def zeta(s: float, x: float = 1.0) -> float: ...
def zeta(s: float, x: Any = 1.0) -> Any:
    """Hurwitz's zeta function ζ(s, x) = Σ (x + k)⁻ˢ over k from 0; derivative −s·ζ(s + 1, x).

    Parameters
    ----------
    s : real number
        The exponent, greater than 1; a fixed number.
    x : Value or real number
        Scalar, greater than 0. Left out it is 1, which gives Riemann's ζ(s).

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `s` is not between 1 and 100, or x < 0.
    ZeroDivisionError
        For x = 0.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, 23.1.30 for the sum.

    Examples
    --------
    >>> from autograd import zeta
    >>> round(zeta(2), 6)  # π²/6
    1.644934
    """
    exponent = fixed_number(s, "zeta", "s")
    if not 1.0 < exponent <= 100.0:
        raise ValueError(f"zeta's s is greater than 1 and at most 100, not {s!r}")
    return _zeta(exponent)(x)


def _fixed_shape(a: object, function: str) -> float:
    shape = fixed_number(a, function, "a")
    if not 0.0 < shape <= 1000.0:
        raise ValueError(f"{function}'s a is greater than 0 and at most 1000, not {a!r}")
    return shape


@of_fixed_and_number
def gammainc(a: float, x: Any) -> Any:
    """Regularised incomplete gamma function P(a, x) = ∫ tᵃ⁻¹·e⁻ᵗ dt/Γ(a), from 0 to x.

    Its derivative is xᵃ⁻¹·e⁻ˣ/Γ(a).

    Parameters
    ----------
    a : real number
        The shape, greater than 0 and at most 1000; a fixed number.
    x : Value or real number
        Scalar, from 0 on.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `a` is no such number, or x < 0.
    TypeError
        When `a` is a Value.

    Examples
    --------
    >>> from autograd import gammainc, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(lambda x: gammainc(2.0, x))(1.0)]
    [0.264241, 0.367879]
    """
    return _gammainc(_fixed_shape(a, "gammainc"), 0.0)(x)


@of_fixed_and_number
def gammaincc(a: float, x: Any) -> Any:
    """Complement of the incomplete gamma function, Q(a, x) = 1 − P(a, x).

    Its derivative is −xᵃ⁻¹·e⁻ˣ/Γ(a).

    Parameters
    ----------
    a : real number
        The shape, greater than 0 and at most 1000; a fixed number.
    x : Value or real number
        Scalar, from 0 on.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `a` is no such number, or x < 0.
    TypeError
        When `a` is a Value.

    Notes
    -----
    For x > a it has all digits, however small it is.

    Examples
    --------
    >>> from autograd import gammaincc, value_and_grad
    >>> [round(v, 6) for v in value_and_grad(lambda x: gammaincc(2.0, x))(1.0)]
    [0.735759, -0.367879]
    """
    return _gammainc(_fixed_shape(a, "gammaincc"), 1.0)(x)
