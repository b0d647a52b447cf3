"""More rows of the table: rounding, remainders, logarithms and roots, reciprocals, activations.

Most are composed of the rows of `functions`; their forward is then what they are composed of. The
rounding functions and `fmod` are primitive, as processors have them.

Read next: `special`, then `aggregates`.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any, overload

from autograd.declare import REALS, binary_row, composed_row, ternary_row, unary_row
from autograd.functions import (
    POSITIVE,
    _logsumexp,
    _share,
    _tanh_derivative,
    abs,
    cos,
    equal,
    exp,
    expm1,
    fixed_number,
    fixed_power,
    greater,
    less,
    log,
    log1p,
    maximum,
    minimum,
    not_equal,
    power,
    sigmoid,
    sign,
    sin,
    softplus,
    tan,
    tanh,
    where,
)
from autograd.node import INFINITY, NAN, NOTHING, N, Node, real
from autograd.operation import selected
from autograd.signatures import UnaryFunction, of_number, of_two_numbers

_LN_2, _LN_10 = math.log(2.0), math.log(10.0)
_LOG2_E, _LOG10_E = 1.4426950408889634, 0.4342944819032518
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_BEYOND = 2.0**52  # floats from here on are whole numbers

# ------------------------------------------------- rules and compositions that are more than a line


def _whole(choose: Callable[[float], int]) -> Callable[[float], float]:
    """Let a function of Python's that gives an int round a float, inf and -0.0 among them."""
    return lambda x: math.copysign(float(choose(x)), x) if math.fabs(x) < _BEYOND else x


def _fmod(a: float, b: float) -> float:
    if b == 0.0:
        raise ZeroDivisionError
    return math.fmod(a, b)


def _other_sign(a: Any, b: Any) -> Any:
    return less(a, 0.0) * greater(b, 0.0) + greater(a, 0.0) * less(b, 0.0)


def _expand_mod(a: Any, b: Any) -> Any:
    rest = fmod(a, b)
    moved = where(_other_sign(rest, b), rest + b, rest)
    return where(rest, moved, where(less(b, 0.0), -0.0, 0.0))


def _expand_floor_divide(a: Any, b: Any) -> Any:
    rest = fmod(a, b)
    y = _round((a - rest) / b - _other_sign(rest, b))
    return where(y, y, 0.0 * (a / b))  # a zero has the sign of a/b


def _remainder_local(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    return 1.0, -_round((a - y) / b)


def _expand_logarithm(base: float, factor: float, x: Any) -> Any:
    """The logarithm; that of a whole power of the base is a whole number."""
    y = log(x) * factor
    whole = _round(y)
    exact = equal(power(base, whole), x) * less(abs(y - whole), 1e-9)  # subnormals are rounded
    return where(exact, whole, y)


def _expand_cbrt(x: Any) -> Any:
    """The cube root to a unit in the last place, where the C library's may be off by three."""
    size = abs(x)
    scale = where(less(size, 1e-200), 2.0**300, where(greater(size, 1e200), 2.0**-300, 1.0))
    size = scale * size
    t = maximum(power(size, 1.0 / 3.0), 1e-300)
    t = t - (t - size / t / t) / 3.0
    t = t * where(less(scale, 0.5), 2.0**100, where(greater(scale, 2.0), 2.0**-100, 1.0))
    ordinary = less(0.0, size) * less(size, INFINITY)
    return where(ordinary, where(less(x, 0.0), -t, t), x)


def _expand_clip_share(a: Any, b: Any, high: Any) -> Any:
    return _share(a, b) * _share(high, maximum(a, b))


def _expand_logit(x: Any) -> Any:
    middle = log1p(maximum((x + x - 1.0) / (1.0 - x), -0.9))
    return where(less(abs(x - 0.5), 0.25), middle, log(x / (1.0 - x)))


def _expand_log1mexp(x: Any) -> Any:
    size = abs(x)
    far = log1p(-exp(-maximum(size, 0.5)))
    return where(less(size, _LN_2), log(-expm1(-size)), far)


def _expand_xlogy(x: Any, y: Any) -> Any:
    return where(equal(y, y), x * log(where(x, y, 1.0)), y)


def _xlogy_local(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    both_0 = equal(x, 0.0) * equal(y, 0.0)
    return log(y), x / where(both_0, 1.0, y)


def _expand_sech(x: Any) -> Any:
    e = exp(-abs(x))
    return 2.0 * e / (1.0 + e * e)


def _expand_csch(x: Any) -> Any:
    size = abs(x)
    y = 2.0 * exp(-size) / -expm1(-2.0 * size)
    return where(less(x, 0.0), -y, y)


def _mish_local(y: Any, x: Any) -> tuple[Any]:
    ramp = softplus(x)
    return (tanh(ramp) + x * (_tanh_derivative(ramp) * sigmoid(x)),)


def _softsign_local(y: Any, x: Any) -> tuple[Any]:
    share = 1.0 / (1.0 + abs(x))
    return (share * share,)


# ------------------------------------------------------------------------------------- the table

# fmt: off

# steps: rounding to whole numbers
floor = unary_row("floor", "⌊x⌋", _whole(math.floor), lambda y, x: (NOTHING,),
                  kink="no gradient, not even at the jumps")
ceil  = unary_row("ceil",  "⌈x⌉", _whole(math.ceil),  lambda y, x: (NOTHING,),
                  kink="no gradient, not even at the jumps")
trunc = unary_row("trunc", "trunc", _whole(math.trunc), lambda y, x: (NOTHING,),
                  kink="no gradient, not even at the jumps")
_round = unary_row("round", "round", _whole(builtins.round), lambda y, x: (NOTHING,),
                  kink="no gradient, not even at the jumps")

# remainders
fmod = binary_row("fmod", "fmod", _fmod, _remainder_local,
                  kink="at whole a/b it jumps; slopes as beyond it")
mod  = composed_row("mod", "mod", _expand_mod, _remainder_local,
                    kink="at whole a/b it jumps; slopes as beyond it")
floor_divide = composed_row("floor_divide", "⌊÷⌋", _expand_floor_divide,
                            lambda y, a, b: (NOTHING, NOTHING),
                            kink="no gradient, not even at the jumps")

# logarithms, powers, roots
log2  = unary_row("log2", "log₂", math.log2, lambda y, x: (_LOG2_E / x,),
                  domain=(POSITIVE,), ieee=lambda x: -INFINITY if x == 0.0 else NAN,
                  expand=lambda x: _expand_logarithm(2.0, 1.0 / _LN_2, x))
log10 = unary_row("log10", "log₁₀", math.log10, lambda y, x: (_LOG10_E / x,),
                  domain=(POSITIVE,), ieee=lambda x: -INFINITY if x == 0.0 else NAN,
                  expand=lambda x: _expand_logarithm(10.0, 1.0 / _LN_10, x))
exp2  = unary_row("exp2", "2ˣ", lambda x: math.pow(2.0, x), lambda y, x: (_LN_2 * y,),
                  ieee=lambda _: INFINITY, expand=lambda x: power(2.0, x))
cbrt  = composed_row("cbrt", "∛", _expand_cbrt, lambda y, x: (1.0 / (3.0 * y * y),),
                     kink="derivative inf at 0")
logit = composed_row("logit", "logit", _expand_logit, lambda y, x: (1.0 / (x * (1.0 - x)),),
                     domain=((0.0, 1.0),),
                     ieee=lambda x: INFINITY if x == 1.0 else -INFINITY if x == 0.0 else NAN)
log1mexp = composed_row("log1mexp", "ln(1−e⁻|x|)", _expand_log1mexp,
                        lambda y, x: (sign(x) * (exp(-abs(x)) / -expm1(-abs(x))),),
                        ieee=lambda _: -INFINITY, kink="-inf at 0")
log_sigmoid = composed_row("log_sigmoid", "ln σ", lambda x: -softplus(-x),
                           lambda y, x: (sigmoid(-x),))
xlogy = composed_row("xlogy", "x·ln y", _expand_xlogy, _xlogy_local, domain=(REALS, POSITIVE),
                     kink="0 at x = 0, also where y = 0")

# angles, reciprocals of sine and its kin
degrees = composed_row("degrees", "°", lambda x: x * (180.0 / math.pi),
                       lambda y, x: (180.0 / math.pi,))
radians = composed_row("radians", "rad", lambda x: x * (math.pi / 180.0),
                       lambda y, x: (math.pi / 180.0,))
sec  = composed_row("sec",  "sec",  lambda x: 1.0 / cos(x), lambda y, x: (y * tan(x),))
csc  = composed_row("csc",  "csc",  lambda x: 1.0 / sin(x), lambda y, x: (-y * cot(x),))
cot: UnaryFunction = composed_row("cot", "cot", lambda x: 1.0 / tan(x),
                                  lambda y, x: (-(1.0 + y * y),))
sech = composed_row("sech", "sech", _expand_sech, lambda y, x: (-y * tanh(x),))
csch = composed_row("csch", "csch", _expand_csch, lambda y, x: (-y * coth(x),))
coth: UnaryFunction = composed_row("coth", "coth", lambda x: 1.0 / tanh(x),
                                   lambda y, x: (-(csch(x) * csch(x)),))

# activations
selu = composed_row("selu", "SELU",
                    lambda x: _SELU_SCALE * where(greater(x, 0.0), x,
                                                  _SELU_ALPHA * expm1(minimum(x, 0.0))),
                    lambda y, x: (where(greater(x, 0.0), _SELU_SCALE,
                                        _SELU_SCALE * _SELU_ALPHA * exp(minimum(x, 0.0))),),
                    kink="derivative 1.758 at 0, that of the negative side")
mish = composed_row("mish", "mish", lambda x: x * tanh(softplus(x)), _mish_local)
softsign = composed_row("softsign", "softsign", lambda x: x / (1.0 + abs(x)), _softsign_local,
                        kink="second derivative 0 at 0")

# clipping
_clip_share = ternary_row("clip_share", "clip′", _expand_clip_share,
                          lambda y, a, b, high: (NOTHING,) * 3, selects=True, kink="no gradient",
                          expand=_expand_clip_share)
_clip = composed_row("clip", "clip", lambda x, low, high: minimum(maximum(x, low), high),
                     lambda y, x, low, high: (selected(_clip_share, x, low, high),
                                              selected(_clip_share, low, x, high),
                                              selected(_share, maximum(x, low), high)),
                     kink="a tie splits: ½ to each")

# what a derivative of one's own operation is made of where nothing passes if a mask is 0
passed = binary_row("passed", "passed", lambda mask, x: x if mask != 0.0 else 0.0,
                    lambda y, mask, x: (NOTHING, selected(not_equal, mask, 0.0)), selects=True,
                    kink="no gradient towards the mask",
                    expand=lambda mask, x: where(mask, x, 0.0))

# fmt: on

# ------------------------------------------------------- public functions that are more than a row


@overload
def clip(x: N, low: N | float | None = ..., high: N | float | None = ...) -> N: ...
@overload
def clip(x: float, low: N, high: N | float | None = ...) -> N: ...
@overload
def clip(x: float, low: float | None = ..., *, high: N) -> N: ...
@overload
def clip(x: float, low: float | None, high: N) -> N: ...
@overload
def clip(x: float, low: float | None = ..., high: float | None = ...) -> float: ...
def clip(x: Any, low: Any = None, high: Any = None) -> Any:
    """Keep x between two bounds, min(max(x, low), high); derivative 1 inside, 0 outside.

    Parameters
    ----------
    x : Value or real number
        Scalar.
    low, high : Value or real number, optional
        The bounds; left out or None, there is none on that side.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among the arguments.

    Raises
    ------
    TypeError
        When there is no bound at all.

    Notes
    -----
    Where x is outside, the bound gets the derivative. At a bound x and the bound get ½ each, as a
    tie of `maximum` does.

    Examples
    --------
    >>> from autograd import clip, value_and_grad
    >>> value_and_grad(clip)(0.5, 0.0, 1.0), value_and_grad(clip)(2.0, 0.0, 1.0)
    ((0.5, 1.0), (1.0, 0.0))
    """
    if low is None and high is None:
        raise TypeError("clip needs a bound: clip(x, low, high), one of which may be None")
    if low is None:
        return minimum(x, high)
    return maximum(x, low) if high is None else _clip(x, low, high)


@of_number
def hardtanh(x: Any, low: float = -1.0, high: float = 1.0) -> Any:
    """Straight line between two bounds, clip(x, low, high); derivative 1 inside, 0 outside.

    Parameters
    ----------
    x : Value or real number
        Scalar.
    low, high : real number
        The bounds; fixed numbers.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    TypeError
        When a bound is a Value.

    Notes
    -----
    The derivative at a bound is ½, as in `clip`.

    Examples
    --------
    >>> from autograd import hardtanh, value_and_grad
    >>> value_and_grad(hardtanh)(0.5), value_and_grad(hardtanh)(-3.0)
    ((0.5, 1.0), (-1.0, 0.0))
    """
    return _clip(x, fixed_number(low, "hardtanh", "low"), fixed_number(high, "hardtanh", "high"))


@of_number
def round(x: Any, digits: int | None = None) -> Any:
    """Nearest number of so many digits behind the point, halves to the even one; derivative 0.

    Parameters
    ----------
    x : Value or real number
        Scalar.
    digits : int, optional
        Left out, a whole number is meant: then it is one node, and a number gives a float.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    TypeError
        When `x` is neither a Value nor a real number.

    Notes
    -----
    Passes no gradient, not even at its jumps. Python's ``round(v)`` of a Value gives a number.

    References
    ----------
    IEEE 754-2019, roundToIntegralTiesToEven.

    Examples
    --------
    >>> from autograd import round, value_and_grad
    >>> value_and_grad(round)(2.5), round(2.675, 1)
    ((2.0, 0.0), 2.7)
    """
    if digits is None:
        return _round(x)
    if not isinstance(x, Node):
        return builtins.round(real(x, "round"), digits)
    power: Any = 10.0**digits
    return _round(x * power) / power


@of_number
def square(x: Any) -> Any:
    """Square x², that is x**2; derivative 2x.

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
    >>> from autograd import square, value_and_grad
    >>> value_and_grad(square)(3.0)
    (9.0, 6.0)
    """
    return fixed_power(2.0)(x)


@of_number
def reciprocal(x: Any) -> Any:
    """Reciprocal 1/x, that is x**-1; derivative −1/x².

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
    >>> from autograd import reciprocal, value_and_grad
    >>> value_and_grad(reciprocal)(2.0)
    (0.5, -0.25)
    """
    return fixed_power(-1.0)(x)


@of_number
def rsqrt(x: Any) -> Any:
    """Reciprocal square root 1/√x, that is x**-0.5; derivative −1/(2x√x).

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
    >>> from autograd import rsqrt, value_and_grad
    >>> value_and_grad(rsqrt)(4.0)
    (0.5, -0.0625)
    """
    return fixed_power(-0.5)(x)


@of_number
def fabs(x: Any) -> Any:
    """Absolute value |x|, `abs` by the name that it has in `math`; derivative sign(x).

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
    >>> from autograd import fabs, value_and_grad
    >>> value_and_grad(fabs)(-3.0)
    (3.0, -1.0)
    """
    return abs(x)


@of_two_numbers
def logaddexp(a: Any, b: Any) -> Any:
    """Logarithm of a sum, ln(eᵃ + eᵇ), that is logsumexp([a, b]); derivatives σ(a − b), σ(b − a).

    Parameters
    ----------
    a, b : Value or real number
        Scalar; anything else is refused with a TypeError.

    Returns
    -------
    Value or float
        Scalar, a Value where there is a Value among the arguments.

    Examples
    --------
    >>> from autograd import logaddexp
    >>> round(logaddexp(1000.0, 1000.0), 6)
    1000.693147
    """
    return _logsumexp(a, b)
