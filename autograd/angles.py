"""More rows of the table: angles in half turns and in degrees, inverses of sec, csc, cot and kin.

Read next: `logarithms`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd import series
from autograd.declare import composed_row
from autograd.elementary import _round, fmod, radians
from autograd.formula_rows import formula_row
from autograd.functions import (
    UNIT,
    _atan_derivative,
    _one_minus_square,
    abs,
    asinh,
    atan,
    atan2,
    cos,
    equal,
    hypot,
    less,
    log,
    log1p,
    sin,
    sqrt,
    where,
)
from autograd.node import INFINITY
from autograd.series import Elementary
from autograd.signatures import UnaryFunction

_DEGREE = math.pi / 180.0
_FROM_1 = (1.0, INFINITY)

# ------------------------------------------------- compositions and rules that are more than a line


def _cospi(f: Elementary, x: Any) -> Any:
    """Cos πx, near its zeros as the sine of what is left to them."""
    whole = f.nearest(x)
    rest = abs(x - whole)
    half = 0.5 * whole
    sign = 1.0 - 4.0 * abs(half - f.nearest(half))  # 1 where it is even, −1 where it is odd
    late = f.sin(math.pi * (0.5 - rest))
    return sign * f.where(f.less(0.25, rest), late, f.cos(math.pi * rest))


def _quarters(x: Any) -> tuple[Any, Any, Any]:
    """Sine and cosine of the rest of x degrees, from −45 to 45, and the quarter turns before it."""
    rest = fmod(x, 360.0)
    quarters = _round(rest / 90.0)
    rest = radians(rest - 90.0 * quarters)
    return sin(rest), cos(rest), quarters - 4.0 * _round(0.25 * quarters)


def _turned(sine: Any, cosine: Any, quarters: Any) -> Any:
    half = where(equal(abs(quarters), 2.0), -sine, sine)
    return where(equal(quarters, 1.0), cosine, where(equal(quarters, -1.0), -cosine, half))


def _expand_sind(x: Any) -> Any:
    sine, cosine, quarters = _quarters(x)
    return _turned(sine, cosine, quarters)


def _expand_cosd(x: Any) -> Any:
    sine, cosine, quarters = _quarters(x)
    half = where(equal(abs(quarters), 2.0), -cosine, cosine)
    return where(equal(quarters, 1.0), -sine, where(equal(quarters, -1.0), sine, half))


def _leg(x: Any) -> Any:
    """√(x² − 1)."""
    size = abs(x)
    return sqrt(size - 1.0) * sqrt(size + 1.0)


def _expand_asec(x: Any) -> Any:
    angle = atan(_leg(x))
    return where(less(x, 0.0), math.pi - angle, angle)


def _expand_acsc(x: Any) -> Any:
    angle = atan2(1.0, _leg(x))
    return where(less(x, 0.0), -angle, angle)


def _slope_of_asec(x: Any) -> Any:
    """1/(|x|·√(x² − 1)), by 1/x where x² may overflow and by x where 1/x lies too near to 1."""
    size = abs(x)
    near = less(size, 2.0)
    u = 1.0 / where(near, 2.0, size)
    close = where(near, size, 2.0)
    return where(near, 1.0 / (close * _leg(close)), u * u / sqrt(_one_minus_square(u)))


def _expand_acsch(x: Any) -> Any:
    size = abs(x)
    tiny = less(size, 1e-300)
    y = where(tiny, log(2.0) - log(where(tiny, size, 1.0)), asinh(1.0 / where(tiny, 1.0, size)))
    return where(less(x, 0.0), -y, y)


def _slope_of_acsch(x: Any) -> Any:
    """1/(|x|·√(x² + 1)), by 1/x where x² may overflow."""
    size = abs(x)
    near = less(size, 1.0)
    u = 1.0 / where(near, 1.0, size)
    close = where(near, size, 1.0)
    return where(near, 1.0 / (close * hypot(1.0, close)), u * u / hypot(1.0, u))


def _expand_acoth(x: Any) -> Any:
    y = 0.5 * log1p(2.0 / (abs(x) - 1.0))
    return where(less(x, 0.0), -y, y)


# ------------------------------------------------------------------------------------- the table

# fmt: off

sinpi: UnaryFunction = formula_row("sinpi", "sin π", lambda f, x: series.turn(f, x)[0],
                         lambda y, x: (math.pi * cospi(x),))
cospi: UnaryFunction = formula_row("cospi", "cos π", _cospi,
                         lambda y, x: (-math.pi * sinpi(x),))
sind: UnaryFunction = composed_row("sind", "sin°", _expand_sind, lambda y, x: (_DEGREE * cosd(x),))
cosd: UnaryFunction = composed_row("cosd", "cos°", _expand_cosd, lambda y, x: (-_DEGREE * sind(x),))
tand: UnaryFunction = composed_row("tand", "tan°", lambda x: sind(x) / cosd(x),
                    lambda y, x: (_DEGREE * (1.0 + y * y),))
asec: UnaryFunction = composed_row(
    "asec", "asec", _expand_asec, lambda y, x: (_slope_of_asec(x),),
    domain=(_FROM_1,), kink="derivative inf at ±1; x ≤ −1 has values too")
acsc: UnaryFunction = composed_row(
    "acsc", "acsc", _expand_acsc, lambda y, x: (-_slope_of_asec(x),),
    domain=(_FROM_1,), kink="derivative -inf at ±1; x ≤ −1 has values too")
acot: UnaryFunction = composed_row(
    "acot", "acot", lambda x: where(less(x, 0.0), -atan2(1.0, -x), atan2(1.0, x)),
    lambda y, x: (-_atan_derivative(x),), kink="jumps from −½π to ½π at 0")
asech: UnaryFunction = composed_row(
    "asech", "asech", lambda x: 2.0 * asinh(sqrt(1.0 - x) / sqrt(2.0 * x)),
    lambda y, x: (-1.0 / (x * sqrt(_one_minus_square(x))),),
    domain=((0.0, UNIT[1]),), kink="derivative -inf at 1")
acsch: UnaryFunction = composed_row(
    "acsch", "acsch", _expand_acsch, lambda y, x: (-_slope_of_acsch(x),), kink="infinite at 0")
acoth: UnaryFunction = composed_row(
    "acoth", "acoth", _expand_acoth, lambda y, x: (-1.0 / (x - 1.0) / (x + 1.0),),
    domain=(_FROM_1,), kink="infinite at ±1; x < −1 has values too")

# fmt: on
