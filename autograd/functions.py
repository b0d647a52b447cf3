"""The table: every operation declared once, and its public function.

One declaration holds all there is to know about an operation: the sign a drawing shows, the local
derivatives, where it is defined, what happens at a kink, and, as the function's body, its forward
on floats. Eager evaluation, `backward`, differentiable `gradients`, forward mode, drawings,
derivations and compiled programs read these rows; no derivative stands anywhere else.

A rule ``lambda y, x: (dy/dx,)`` gets the output first and then the inputs, and may use either.
It is written with operators and with the functions of this file, so that the same line
runs on floats (in `backward`) and on Values (when a derivative is differentiated again).

Read next: `graph` and `backward`, which read what these functions record.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, overload

from autograd.declare import REALS, declare, family
from autograd.node import INFINITY, NAN, N, Node, real
from autograd.operation import TABLE, Operation, record

POSITIVE = (0.0, INFINITY)
UNIT = (-1.0, 1.0)

TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
ONE_OVER_ROOT_TWO_PI = 1.0 / math.sqrt(2.0 * math.pi)
ROOT_HALF = math.sqrt(0.5)

# ---------------------------------------------------------------------------------- arithmetic


@declare("+", lambda y, a, b: (1.0, 1.0))
def add(a: float, b: float, /) -> float:
    """Sum a + b; ∂/∂a = ∂/∂b = 1."""
    return a + b


@declare("−", lambda y, a, b: (1.0, -1.0))
def subtract(a: float, b: float, /) -> float:
    """Difference a − b; ∂/∂a = 1, ∂/∂b = −1."""
    return a - b


@declare("×", lambda y, a, b: (b, a))
def multiply(a: float, b: float, /) -> float:
    """Product a·b; ∂/∂a = b, ∂/∂b = a."""
    return a * b


def _ieee_divide(a: float, b: float) -> float:
    return NAN if a == 0.0 or a != a else math.copysign(INFINITY, a) * math.copysign(1.0, b)


@declare("÷", lambda y, a, b: (1.0 / b, -y / b), ieee=_ieee_divide)
def divide(a: float, b: float, /) -> float:
    """Quotient y = a/b; ∂/∂a = 1/b, ∂/∂b = −y/b."""
    return a / b


@declare("−", lambda y, x: (-1.0,))
def negative(x: float, /) -> float:
    """Negation −x; derivative −1."""
    return -x


@declare("+", lambda y, x: (1.0,))
def positive(x: float, /) -> float:
    """Identity +x as a node of its own; derivative 1."""
    return x


def _real_power(a: Any, b: Any) -> Any:
    """aᵇ among the real numbers: where Python's ``**`` would turn complex, a ValueError."""
    if isinstance(a, Node) or isinstance(b, Node):
        return a**b
    if b == 2.0:  # the bits of x², which the C library's power may miss by one
        return a * a
    if a == 0.0 and b < 0.0:
        raise ZeroDivisionError
    return math.pow(a, b)


def _ieee_power(a: float, b: float) -> float:
    odd = b % 2.0 == 1.0
    if a == 0.0:
        return math.copysign(INFINITY, a) if odd else INFINITY
    if a < 0.0 and not b.is_integer():
        return NAN
    return -INFINITY if a < 0.0 and odd else INFINITY


@declare(
    "xʸ",
    lambda y, a, b: (
        where(hypot(a, b), b * _real_power(a, b - 1.0), 0.0),
        where(a, y * log(a), 0.0),
    ),
    domain=(POSITIVE, REALS),
    kink="∂/∂b is 0 at a = 0 and nan for a < 0, where aᵇ is real for whole b only",
    ieee=_ieee_power,
)
def power(a: float, b: float, /) -> float:
    """Power y = aᵇ with both differentiated; ∂/∂a = b·aᵇ⁻¹, ∂/∂b = y·ln a."""
    return float(_real_power(a, b))


@family
def fixed_power(n: float) -> Operation:
    """Make xⁿ with a number as exponent: derivative n·xⁿ⁻¹, defined for x < 0 if n is whole."""
    whole = n.is_integer()
    domain = REALS if whole else POSITIVE
    if n == 2.0:  # by far the most common; as a product it is exact and has no x¹ in its rule
        return Operation(
            "fixed_power",
            "x²",
            lambda x: x * x,
            lambda y, x: (2.0 * x,),
            (domain,),
            parameters=(n,),
        )
    return Operation(
        "fixed_power",
        "x" + f"{n:g}".translate(_SUPERSCRIPTS),
        lambda x: _real_power(x, n),
        lambda y, x: (n * _real_power(x, n - 1.0) if n else 0.0,),
        (domain,),
        ieee=lambda x: _ieee_power(x, n),
        parameters=(n,),
    )


_SUPERSCRIPTS = str.maketrans("0123456789-+.e", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺·ᵉ")


# --------------------------------------------------------------------- exponentials and logarithms


@declare("exp", lambda y, x: (y,), ieee=lambda _: INFINITY)
def exp(x: float, /) -> float:
    """Exponential y = eˣ; derivative y.

    Raises
    ------
    OverflowError
        For x above 709.78, where eˣ exceeds the largest float.

    Examples
    --------
    >>> from autograd import exp, value_and_grad
    >>> value_and_grad(exp)(0.0)
    (1.0, 1.0)
    """
    return math.exp(x)


@declare("expm1", lambda y, x: (exp(x),), ieee=lambda _: INFINITY)
def expm1(x: float, /) -> float:
    """Exponential minus one, eˣ − 1, exact for small x too; derivative eˣ.

    Raises
    ------
    OverflowError
        For x above 709.78, where eˣ exceeds the largest float.

    Examples
    --------
    >>> from autograd import expm1, value_and_grad
    >>> value_and_grad(expm1)(0.0)
    (0.0, 1.0)
    """
    return math.expm1(x)


@declare(
    "ln",
    lambda y, x: (1.0 / x,),
    domain=(POSITIVE,),
    ieee=lambda x: -INFINITY if x == 0.0 else NAN,
)
def log(x: float, /) -> float:
    """Natural logarithm ln x; derivative 1/x.

    Raises
    ------
    ValueError
        For x ≤ 0.

    Examples
    --------
    >>> from autograd import log, value_and_grad
    >>> value_and_grad(log)(1.0)
    (0.0, 1.0)
    """
    return math.log(x)


@declare(
    "log1p",
    lambda y, x: (1.0 / (1.0 + x),),
    domain=((-1.0, INFINITY),),
    ieee=lambda x: -INFINITY if x == -1.0 else NAN,
)
def log1p(x: float, /) -> float:
    """Logarithm of one plus x, ln(1 + x), exact for small x too; derivative 1/(1 + x).

    Raises
    ------
    ValueError
        For x ≤ −1.

    Examples
    --------
    >>> from autograd import log1p, value_and_grad
    >>> value_and_grad(log1p)(0.0)
    (0.0, 1.0)
    """
    return math.log1p(x)


@declare("√", lambda y, x: (0.5 / y,), domain=(POSITIVE,), kink="derivative inf at 0")
def sqrt(x: float, /) -> float:
    """Square root y = √x; derivative 1/(2y).

    Raises
    ------
    ValueError
        For x < 0.

    Notes
    -----
    At x = 0 the derivative is infinite, and the local gradient is inf.

    Examples
    --------
    >>> from autograd import sqrt, value_and_grad
    >>> value_and_grad(sqrt)(4.0)
    (2.0, 0.25)
    """
    return math.sqrt(x)


# ------------------------------------------------------------------------------------ trigonometry


@declare("sin", lambda y, x: (cos(x),))
def sin(x: float, /) -> float:
    """Sine of x in radians; derivative cos x.

    Raises
    ------
    ValueError
        For an infinite x.

    Examples
    --------
    >>> from autograd import sin, value_and_grad
    >>> value_and_grad(sin)(0.0)
    (0.0, 1.0)
    """
    return math.sin(x)


@declare("cos", lambda y, x: (-sin(x),))
def cos(x: float, /) -> float:
    """Cosine of x in radians; derivative −sin x.

    Raises
    ------
    ValueError
        For an infinite x.

    Examples
    --------
    >>> from autograd import cos, value_and_grad
    >>> [round(number, 6) for number in value_and_grad(cos)(1.0)]
    [0.540302, -0.841471]
    """
    return math.cos(x)


@declare("tan", lambda y, x: (1.0 + y * y,))
def tan(x: float, /) -> float:
    """Tangent y of x in radians; derivative 1 + y².

    Raises
    ------
    ValueError
        For an infinite x.

    Examples
    --------
    >>> from autograd import tan, value_and_grad
    >>> value_and_grad(tan)(0.0)
    (0.0, 1.0)
    """
    return math.tan(x)


@declare(
    "asin",
    lambda y, x: (1.0 / sqrt(_one_minus_square(x)),),
    domain=(UNIT,),
    kink="derivative inf at ±1",
)
def asin(x: float, /) -> float:
    """Inverse sine in radians; derivative 1/√(1 − x²).

    Raises
    ------
    ValueError
        For |x| > 1.

    Notes
    -----
    The local gradient at x = ±1 is inf.

    Examples
    --------
    >>> from autograd import asin, value_and_grad
    >>> value_and_grad(asin)(0.0)
    (0.0, 1.0)
    """
    return math.asin(x)


@declare(
    "acos",
    lambda y, x: (-1.0 / sqrt(_one_minus_square(x)),),
    domain=(UNIT,),
    kink="derivative -inf at ±1",
)
def acos(x: float, /) -> float:
    """Inverse cosine in radians; derivative −1/√(1 − x²).

    Raises
    ------
    ValueError
        For |x| > 1.

    Notes
    -----
    The local gradient at x = ±1 is −inf.

    Examples
    --------
    >>> from autograd import acos, value_and_grad
    >>> [round(number, 6) for number in value_and_grad(acos)(0.0)]
    [1.570796, -1.0]
    """
    return math.acos(x)


@declare("atan", lambda y, x: (1.0 / (1.0 + x * x),))
def atan(x: float, /) -> float:
    """Inverse tangent in radians; derivative 1/(1 + x²).

    Examples
    --------
    >>> from autograd import atan, value_and_grad
    >>> [round(number, 6) for number in value_and_grad(atan)(1.0)]
    [0.785398, 0.5]
    """
    return math.atan(x)


@declare(
    "atan2",
    lambda z, y, x: (x / hypot(y, x) / hypot(y, x), -y / hypot(y, x) / hypot(y, x)),
    kink="nan at the origin",
)
def atan2(y: float, x: float, /) -> float:
    """Angle of the point (x, y) in radians, in (−π, π]; ∂/∂y = x/r², ∂/∂x = −y/r², r² = x² + y².

    Notes
    -----
    The derivatives do not exist at the origin, and the local gradients there are nan.

    Examples
    --------
    >>> from autograd import Value, atan2
    >>> y, x = Value(1.0), Value(1.0)
    >>> angle = atan2(y, x)
    >>> angle.backward()
    >>> round(angle.data, 6), round(y.grad, 6), round(x.grad, 6)
    (0.785398, 0.5, -0.5)
    """
    return math.atan2(y, x)


@declare(
    "hypot",
    lambda y, a, b: (_direction_cosine(a, b), _direction_cosine(b, a)),
    kink="nan at the origin",
)
def hypot(a: float, b: float, /) -> float:
    """Length y = √(a² + b²), without overflow on the way; ∂/∂a = a/y, ∂/∂b = b/y.

    Notes
    -----
    The derivatives do not exist at the origin, and the local gradients there are nan.

    Examples
    --------
    >>> from autograd import Value, hypot
    >>> a, b = Value(3.0), Value(4.0)
    >>> y = hypot(a, b)
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (5.0, 0.6, 0.8)
    """
    return math.hypot(a, b)


# ---------------------------------------------------------------------------- hyperbolic functions


@declare("sinh", lambda y, x: (cosh(x),), ieee=lambda x: math.copysign(INFINITY, x))
def sinh(x: float, /) -> float:
    """Hyperbolic sine (eˣ − e⁻ˣ)/2; derivative cosh x.

    Raises
    ------
    OverflowError
        For |x| above 710.47.

    Examples
    --------
    >>> from autograd import sinh, value_and_grad
    >>> value_and_grad(sinh)(0.0)
    (0.0, 1.0)
    """
    return math.sinh(x)


@declare("cosh", lambda y, x: (sinh(x),), ieee=lambda _: INFINITY)
def cosh(x: float, /) -> float:
    """Hyperbolic cosine (eˣ + e⁻ˣ)/2; derivative sinh x.

    Raises
    ------
    OverflowError
        For |x| above 710.47.

    Examples
    --------
    >>> from autograd import cosh, value_and_grad
    >>> value_and_grad(cosh)(0.0)
    (1.0, 0.0)
    """
    return math.cosh(x)


@declare("tanh", lambda y, x: (_tanh_derivative(x),))
def tanh(x: float, /) -> float:
    """Hyperbolic tangent y = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ); derivative 1 − y².

    Notes
    -----
    Never overflows. The derivative keeps its digits in the saturated tails, where y has rounded
    to ±1 and 1 − y² would give 0.

    Examples
    --------
    >>> from autograd import tanh, value_and_grad
    >>> value_and_grad(tanh)(0.0)
    (0.0, 1.0)
    """
    return math.tanh(x)


@declare("asinh", lambda y, x: (1.0 / hypot(1.0, x),))
def asinh(x: float, /) -> float:
    """Inverse hyperbolic sine; derivative 1/√(1 + x²).

    Examples
    --------
    >>> from autograd import asinh, value_and_grad
    >>> value_and_grad(asinh)(0.0)
    (0.0, 1.0)
    """
    return math.asinh(x)


@declare(
    "acosh",
    lambda y, x: (1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),),
    domain=((1.0, INFINITY),),
    kink="derivative inf at 1",
)
def acosh(x: float, /) -> float:
    """Inverse hyperbolic cosine; derivative 1/√(x² − 1).

    Raises
    ------
    ValueError
        For x < 1.

    Notes
    -----
    The local gradient at x = 1 is inf.

    Examples
    --------
    >>> from autograd import acosh, value_and_grad
    >>> value_and_grad(acosh)(1.0)
    (0.0, inf)
    """
    return math.acosh(x)


@declare(
    "atanh",
    lambda y, x: (1.0 / _one_minus_square(x),),
    domain=(UNIT,),
    ieee=lambda x: math.copysign(INFINITY, x) if x in UNIT else NAN,
)
def atanh(x: float, /) -> float:
    """Inverse hyperbolic tangent; derivative 1/(1 − x²).

    Raises
    ------
    ValueError
        For |x| ≥ 1.

    Examples
    --------
    >>> from autograd import atanh, value_and_grad
    >>> value_and_grad(atanh)(0.0)
    (0.0, 1.0)
    """
    return math.atanh(x)


# ---------------------------------------------------------------------------------- error function


@declare("erf", lambda y, x: (TWO_OVER_ROOT_PI * exp(-(x * x)),))
def erf(x: float, /) -> float:
    """Error function 2/√π ∫₀ˣ e^(−t²) dt; derivative 2/√π e^(−x²).

    Examples
    --------
    >>> from autograd import erf, value_and_grad
    >>> [round(number, 6) for number in value_and_grad(erf)(0.0)]
    [0.0, 1.128379]
    """
    return math.erf(x)


@declare("erfc", lambda y, x: (-TWO_OVER_ROOT_PI * exp(-(x * x)),))
def erfc(x: float, /) -> float:
    """Complementary error function 1 − erf x, exact for large x too; derivative −2/√π e^(−x²).

    Examples
    --------
    >>> from autograd import erfc, value_and_grad
    >>> [round(number, 6) for number in value_and_grad(erfc)(0.0)]
    [1.0, -1.128379]
    """
    return math.erfc(x)


# ------------------------------------------------------------------------------------- activations


@declare("σ", lambda y, x: (_sigmoid_derivative(x),))
def sigmoid(x: float, /) -> float:
    """Logistic function y = 1/(1 + e⁻ˣ); derivative y(1 − y), at most ¼.

    Notes
    -----
    Never overflows. The derivative keeps its digits for large x, where y has rounded to 1 and
    y(1 − y) would give 0.

    Examples
    --------
    >>> from autograd import sigmoid, value_and_grad
    >>> value_and_grad(sigmoid)(0.0)
    (0.5, 0.25)
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@declare("softplus", lambda y, x: (sigmoid(x),))
def softplus(x: float, /) -> float:
    """Smooth ramp ln(1 + eˣ); derivative sigmoid(x).

    Notes
    -----
    Never overflows: computed as max(x, 0) + ln(1 + e^(−|x|)).

    Examples
    --------
    >>> from autograd import softplus, value_and_grad
    >>> [round(number, 6) for number in value_and_grad(softplus)(0.0)]
    [0.693147, 0.5]
    """
    return math.log1p(math.exp(-math.fabs(x))) + (x if x > 0.0 or x != x else 0.0)


@declare("ReLU", lambda y, x: (heaviside(x),), kink="derivative 0 at 0")
def relu(x: float, /) -> float:
    """Rectified linear unit max(x, 0); derivative 1 for x > 0, else 0.

    Notes
    -----
    The derivative at the kink x = 0 is taken as 0.

    Examples
    --------
    >>> from autograd import relu, value_and_grad
    >>> value_and_grad(relu)(2.0)
    (2.0, 1.0)
    """
    return x if x > 0.0 or x != x else 0.0


def _fixed(number: object, function: str, name: str) -> float:
    if isinstance(number, Node):
        raise TypeError(
            f"{function}'s {name} is a fixed number, not a Value: it is not differentiated; "
            f"for a learned {name} write the function with where(...)"
        )
    return real(number, f"{function}'s {name}")


@family
def _leaky_relu(slope: float) -> Operation:
    """Make the leaky_relu of one slope."""
    return Operation(
        "leaky_relu",
        "leaky ReLU",
        lambda x: x if x > 0.0 or x != x else slope * x,
        lambda y, x: (where(greater(x, 0.0), 1.0, slope),),
        (REALS,),
        kink="derivative `slope` at 0",
        parameters=(slope,),
    )


@overload
def leaky_relu(x: N, slope: float = ...) -> N: ...
@overload
def leaky_relu(x: float, slope: float = ...) -> float: ...
def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """Leaky rectified linear unit: x for x > 0, else slope·x; derivative 1 or slope.

    Parameters
    ----------
    x : Value or real number
        Scalar.
    slope : real number
        The derivative for negative x; a fixed number.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    TypeError
        When `slope` is a Value.

    Notes
    -----
    The derivative at the kink x = 0 is taken as `slope`.

    Examples
    --------
    >>> from autograd import leaky_relu, value_and_grad
    >>> value_and_grad(leaky_relu)(-2.0)
    (-0.02, 0.01)
    """
    return _leaky_relu(_fixed(slope, "leaky_relu", "slope"))(x)


@family
def _elu(alpha: float) -> Operation:
    """Make the elu of one alpha."""
    return Operation(
        "elu",
        "ELU",
        lambda x: x if x > 0.0 or x != x else alpha * math.expm1(x),
        lambda y, x: (where(greater(x, 0.0), 1.0, alpha * exp(minimum(x, 0.0))),),
        (REALS,),
        kink="derivative `alpha` at 0",
        parameters=(alpha,),
    )


@overload
def elu(x: N, alpha: float = ...) -> N: ...
@overload
def elu(x: float, alpha: float = ...) -> float: ...
def elu(x: Any, alpha: float = 1.0) -> Any:
    """Exponential linear unit: x for x > 0, else alpha·(eˣ − 1); derivative 1 or alpha·eˣ.

    Parameters
    ----------
    x : Value or real number
        Scalar.
    alpha : real number
        The depth of the negative side; a fixed number.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    TypeError
        When `alpha` is a Value.

    Notes
    -----
    The derivative at x = 0 is taken as `alpha`; with alpha = 1 there is no kink.

    References
    ----------
    Clevert, Unterthiner, Hochreiter: Fast and Accurate Deep Network Learning by Exponential Linear
    Units, ICLR 2016, equation 15.

    Examples
    --------
    >>> from autograd import elu, value_and_grad
    >>> value_and_grad(elu)(0.0)
    (0.0, 1.0)
    """
    return _elu(_fixed(alpha, "elu", "alpha"))(x)


@declare(
    "GELU",
    lambda y, x: (0.5 * erfc(-x * ROOT_HALF) + x * exp(-0.5 * x * x) * ONE_OVER_ROOT_TWO_PI,),
)
def gelu(x: float, /) -> float:
    """Gaussian error linear unit xΦ(x), the exact one; derivative Φ(x) + xφ(x).

    Notes
    -----
    Φ and φ are the distribution function and the density of the standard normal
    distribution; Φ is computed by erfc, so that negative x lose no digits.

    References
    ----------
    Hendrycks, Gimpel: Gaussian Error Linear Units, 2016, section 2.

    Examples
    --------
    >>> from autograd import gelu, value_and_grad
    >>> value_and_grad(gelu)(0.0)
    (0.0, 0.5)
    """
    return 0.5 * x * math.erfc(-x * ROOT_HALF)


@declare("SiLU", lambda y, x: (sigmoid(x) * (1.0 + x * sigmoid(-x)),))
def silu(x: float, /) -> float:
    """Sigmoid linear unit xσ(x), also called swish; derivative σ(x)(1 + x(1 − σ(x))).

    Examples
    --------
    >>> from autograd import silu, value_and_grad
    >>> value_and_grad(silu)(0.0)
    (0.0, 0.5)
    """
    return x * sigmoid(x)


# ---------------------------------------------------------- derivatives that have rows of their own


# Each could be put together from the rows above; but it, or the derivative that the chain rule then
# makes of it, would be a difference of nearly equal numbers, with few digits left or none.

_logistic = sigmoid.operation.forward


@declare("1−x²", lambda y, x: (-2.0 * x,))
def _one_minus_square(x: float, /) -> float:
    """1 − x² as (1 − x)(1 + x), which is exact near ±1; derivative −2x."""
    return (1.0 - x) * (1.0 + x)


def _direction_cosine_local(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    z, length = _direction_cosine(b, a), hypot(a, b)
    return z * z / length, -y * z / length


@declare("cos∠", _direction_cosine_local, kink="nan at the origin")
def _direction_cosine(a: float, b: float, /) -> float:
    """Cosine y = a/√(a² + b²) of the angle between (a, b) and the first axis.

    With z the cosine towards the second axis, ∂/∂a = z²/√(a² + b²) and ∂/∂b = −yz/√(a² + b²).
    """
    return a / math.hypot(a, b)


@declare("σ′", lambda y, x: (-y * tanh(0.5 * x),))
def _sigmoid_derivative(x: float, /) -> float:
    """σ′(x) = y(1 − y) with y = σ(x); derivative −σ′(x) tanh(x/2).

    For large x, 1 − y has few digits, and σ′(x) is computed as e/(1 + e)² with e = e⁻ˣ.
    """
    if x < 2.0:
        y = _logistic(x)
        return y * (1.0 - y)
    e = math.exp(-x)
    return e / ((1.0 + e) * (1.0 + e))


@declare("tanh′", lambda y, x: (-2.0 * y * tanh(x),))
def _tanh_derivative(x: float, /) -> float:
    """tanh′(x) = 1 − y² with y = tanh x; derivative −2 tanh′(x) tanh x.

    For large |x|, 1 − y² has few digits, and tanh′(x) is 4e/(1 + e)² with e = e^(−2|x|).
    """
    if -1.0 < x < 1.0:
        y = math.tanh(x)
        return 1.0 - y * y
    e = math.exp(-2.0 * math.fabs(x))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


# ------------------------------------------------------------------------- comparisons and choices


@declare("abs", lambda y, x: (sign(x),), kink="derivative 0 at 0")
def abs(x: float, /) -> float:
    """Absolute value |x|; derivative sign(x).

    Notes
    -----
    The derivative at the kink x = 0 is taken as 0.

    Examples
    --------
    >>> from autograd import abs, value_and_grad
    >>> value_and_grad(abs)(-3.0)
    (3.0, -1.0)
    """
    return math.fabs(x)


@declare("sign", lambda y, x: (0.0,), kink="no gradient, not even at the jump at 0")
def sign(x: float, /) -> float:
    """Sign of x: −1, 0 or 1; derivative 0.

    Examples
    --------
    >>> from autograd import sign, value_and_grad
    >>> value_and_grad(sign)(-3.0)
    (-1.0, 0.0)
    """
    return x if x != x else float((x > 0.0) - (x < 0.0))


@declare("H", lambda y, x: (0.0,), kink="no gradient, not even at the jump at 0")
def heaviside(x: float, /) -> float:
    """Step function: 1 for x > 0, else 0; derivative 0.

    Notes
    -----
    heaviside(0) is 0.

    Examples
    --------
    >>> from autograd import heaviside, value_and_grad
    >>> value_and_grad(heaviside)(3.0)
    (1.0, 0.0)
    """
    return 1.0 if x > 0.0 else 0.0


@declare(
    "max",
    lambda y, a, b: (
        0.5 * (greater(a, b) + greater_equal(a, b)),
        0.5 * (less(a, b) + less_equal(a, b)),
    ),
    kink="a tie splits: ½ to each",
)
def maximum(a: float, b: float, /) -> float:
    """Larger of a and b; derivative 1 towards the larger, 0 towards the other.

    Notes
    -----
    In a tie each gets ½. A nan among the arguments is passed on.

    Examples
    --------
    >>> from autograd import Value, maximum
    >>> a, b = Value(2.0), Value(5.0)
    >>> y = maximum(a, b)
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (5.0, 0.0, 1.0)
    """
    return a if a > b or a != a else b


@declare(
    "min",
    lambda y, a, b: (
        0.5 * (less(a, b) + less_equal(a, b)),
        0.5 * (greater(a, b) + greater_equal(a, b)),
    ),
    kink="a tie splits: ½ to each",
)
def minimum(a: float, b: float, /) -> float:
    """Smaller of a and b; derivative 1 towards the smaller, 0 towards the other.

    Notes
    -----
    In a tie each gets ½. A nan among the arguments is passed on.

    Examples
    --------
    >>> from autograd import Value, minimum
    >>> a, b = Value(2.0), Value(5.0)
    >>> y = minimum(a, b)
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (2.0, 1.0, 0.0)
    """
    return a if a < b or a != a else b


@declare(">", lambda y, a, b: (0.0, 0.0), kink="no gradient")
def greater(a: float, b: float, /) -> float:
    """1.0 where a > b, else 0.0; derivatives 0.

    Notes
    -----
    ``a > b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
    graph can record and a compiled program can compute, for use with `where`.

    Examples
    --------
    >>> from autograd import greater
    >>> greater(2.0, 5.0), greater(3.0, 3.0)
    (0.0, 0.0)
    """
    return 1.0 if a > b else 0.0


@declare("≥", lambda y, a, b: (0.0, 0.0), kink="no gradient")
def greater_equal(a: float, b: float, /) -> float:
    """1.0 where a ≥ b, else 0.0; derivatives 0.

    Notes
    -----
    ``a >= b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
    graph can record and a compiled program can compute, for use with `where`.

    Examples
    --------
    >>> from autograd import greater_equal
    >>> greater_equal(2.0, 5.0), greater_equal(3.0, 3.0)
    (0.0, 1.0)
    """
    return 1.0 if a >= b else 0.0


@declare("<", lambda y, a, b: (0.0, 0.0), kink="no gradient")
def less(a: float, b: float, /) -> float:
    """1.0 where a < b, else 0.0; derivatives 0.

    Notes
    -----
    ``a < b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
    graph can record and a compiled program can compute, for use with `where`.

    Examples
    --------
    >>> from autograd import less
    >>> less(2.0, 5.0), less(3.0, 3.0)
    (1.0, 0.0)
    """
    return 1.0 if a < b else 0.0


@declare("≤", lambda y, a, b: (0.0, 0.0), kink="no gradient")
def less_equal(a: float, b: float, /) -> float:
    """1.0 where a ≤ b, else 0.0; derivatives 0.

    Notes
    -----
    ``a <= b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
    graph can record and a compiled program can compute, for use with `where`.

    Examples
    --------
    >>> from autograd import less_equal
    >>> less_equal(2.0, 5.0), less_equal(3.0, 3.0)
    (1.0, 1.0)
    """
    return 1.0 if a <= b else 0.0


@declare(
    "where",
    lambda y, c, a, b: (0.0, where(c, 1.0, 0.0), where(c, 0.0, 1.0)),
    kink="no gradient towards the condition",
)
def where(condition: float, a: float, b: float, /) -> float:
    """Choice: a where the condition is not 0, else b; derivative 1 towards the one chosen.

    Notes
    -----
    The condition is usually the result of `greater` or one of its sisters. Both sides are evaluated
    before the choice, so both must be defined.

    Examples
    --------
    >>> from autograd import Value, greater, where
    >>> x = Value(-3.0)
    >>> y = where(greater(x, 0.0), x, 0.5 * x)
    >>> y.backward()
    >>> y.data, x.grad
    (-1.5, 0.5)
    """
    return a if condition != 0.0 else b


# ---------------------------------------------------------------------- functions of many inputs


def _dot_local(y: Any, *inputs: Any) -> tuple[Any, ...]:
    n = len(inputs) // 2
    return inputs[n : 2 * n] + inputs[:n] + (1.0,) * (len(inputs) % 2)


@declare("Σ×", _dot_local)
def _dot(*inputs: float) -> float:
    """Add start + a₁b₁ + … + aₙbₙ from left to right; inputs: all of a, all of b, the start."""
    n = len(inputs) // 2
    y = inputs[-1] if len(inputs) % 2 else 0.0
    for a, b in zip(inputs[:n], inputs[n:], strict=False):
        y += a * b
    return y


def dot(a: Sequence[N | float], b: Sequence[N | float], start: N | float | None = None) -> Any:
    """Sum of products, start + Σ aᵢbᵢ, as one node; ∂/∂aᵢ = bᵢ, ∂/∂bᵢ = aᵢ, ∂/∂start = 1.

    A neuron's weighted sum is ``dot(weights, inputs, bias)``.

    Parameters
    ----------
    a, b : sequence of n Values or real numbers
        The factors.
    start : Value or real number, optional
        What the sum starts from; left out, 0.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among the arguments. Its parents are all of `a`, then
        all of `b`, then `start`.

    Raises
    ------
    ValueError
        When `a` and `b` differ in length.

    Examples
    --------
    >>> from autograd import Value, dot
    >>> w, b = [Value(2.0), Value(-1.0)], Value(0.5)
    >>> z = dot(w, [3.0, 4.0], b)
    >>> z.backward()
    >>> z.data, [v.grad for v in w], b.grad
    (2.5, [3.0, 4.0], 1.0)
    """
    if len(a) != len(b):
        raise ValueError(f"dot needs as many factors on both sides, not {len(a)} and {len(b)}")
    return record(TABLE["dot"], (*a, *b) if start is None else (*a, *b, start))


@declare("Σ", lambda y, *inputs: (1.0,) * len(inputs))
def _total(*inputs: float) -> float:
    y = 0.0
    for x in inputs:
        y += x
    return y


def total(values: Iterable[N | float]) -> Any:
    """Sum of any number of Values, Σ xᵢ, as one node; ∂/∂xᵢ = 1.

    Parameters
    ----------
    values : iterable of n Values or real numbers
        The terms, added from left to right; no term gives 0.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among the terms.

    Examples
    --------
    >>> from autograd import Value, total
    >>> x = [Value(1.0), Value(2.0), Value(4.0)]
    >>> y = total(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (7.0, [1.0, 1.0, 1.0])
    """
    return record(TABLE["total"], tuple(values))


def _logsumexp_local(y: Any, *inputs: Any) -> tuple[Any, ...]:
    """e^(xᵢ − y), divided by their sum: that is 1 but for the rounding of y, which large x feel."""
    weights = [exp(x - y) for x in inputs]
    whole = total(weights)
    return tuple(weight / whole for weight in weights)


@declare("LSE", _logsumexp_local)
def _logsumexp(*inputs: float) -> float:
    largest = max(inputs)
    if not math.isfinite(largest) or any(x != x for x in inputs):
        return largest if all(x == x for x in inputs) else NAN
    return largest + math.log(math.fsum(math.exp(x - largest) for x in inputs))


def logsumexp(values: Iterable[N | float]) -> Any:
    """Logarithm of a sum of exponentials, y = ln Σ e^xᵢ, as one node; ∂/∂xᵢ = e^(xᵢ − y).

    Parameters
    ----------
    values : iterable of n Values or real numbers
        At least one.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among the arguments.

    Raises
    ------
    ValueError
        When there is no value.

    Notes
    -----
    Never overflows: the largest argument is taken out of the sum before exponentiating.

    Examples
    --------
    >>> from autograd import Value, logsumexp
    >>> x = [Value(1000.0), Value(1000.0)]
    >>> y = logsumexp(x)
    >>> y.backward()
    >>> round(y.data, 6), [round(v.grad, 6) for v in x]
    (1000.693147, [0.5, 0.5])
    """
    parents = tuple(values)
    if not parents:
        raise ValueError(
            "logsumexp needs at least one value: the logarithm of an empty sum is -inf"
        )
    return record(TABLE["logsumexp"], parents)


def softmax(values: Iterable[N | float]) -> list[Any]:
    """Softmax pᵢ = e^xᵢ / Σⱼ e^xⱼ, each computed as exp(xᵢ − logsumexp(x)); ∂pᵢ/∂xⱼ = pᵢ(δᵢⱼ − pⱼ).

    Parameters
    ----------
    values : iterable of n Values or real numbers
        The logits, at least one.

    Returns
    -------
    list of n Values or floats
        Positive numbers that sum to 1.

    Raises
    ------
    ValueError
        When there is no value.

    Notes
    -----
    Never overflows. It is put together from `logsumexp`, subtraction and `exp`, so a drawing shows
    how the derivatives come about.

    Examples
    --------
    >>> from autograd import softmax
    >>> [round(p, 6) for p in softmax([1000.0, 1000.0])]
    [0.5, 0.5]
    """
    logits = tuple(values)
    normalizer = logsumexp(logits)
    return [exp(x - normalizer) for x in logits]
