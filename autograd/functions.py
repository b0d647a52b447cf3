"""The table: every operation declared once, a line or a few, and its public function.

A row says the operation's name, the sign that a drawing shows, its forward on floats and its local
derivatives, and then, where there is something to say, by name:

- ``domain``, where each input may lie (anywhere, if left out);
- ``kink``, what holds where the derivative jumps or does not exist;
- ``ieee``, what IEEE arithmetic gives where the forward raises an error;
- ``expand``, how it is composed of other rows: C, JavaScript and machine code read that, so that
  only the rows without it have code of their own there;
- ``taught``, the derivatives as a course writes them, where the rule computes them another way.

A rule ``lambda y, x: (dy/dx,)`` gets the output first and then the inputs, and may use either.
It is written with operators and with the functions of this file, so that the same line
runs on floats (in `backward`) and on Values (when a derivative is differentiated again).

Eager evaluation, `backward`, differentiable `gradients`, forward mode, drawings, derivations and
compiled programs read these rows. Nothing else states a derivative, except the tuned kernels of
`autograd.compiler.vector.math`, which a test holds to these rows.

Read next: `graph` and `backward`, which read what these functions record; `elementary` has more
rows, for which there is time. What `help` says of each function stands in `reference`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any, overload

from autograd import forwards
from autograd.declare import REALS, binary_row, declare, family, ternary_row, unary_row
from autograd.node import INFINITY, NAN, NOTHING, N, Node, real
from autograd.operation import Operation, selected
from autograd.signatures import BinaryFunction, each_of_numbers, of_number, of_numbers

_DENSITY_AT_0 = forwards.ONE_OVER_ROOT_TWO_PI
POSITIVE = (0.0, INFINITY)
UNIT = (-1.0, 1.0)

# ------------------------------------------------- rules and compositions that are more than a line


def _real_power(a: Any, b: float) -> Any:
    return forwards.real_power(a, b) if a.__class__ is float else a**b


def _expand_power_derivative(m: float, k: float, a: Any, b: Any) -> Any:
    largest: Any = 0.0
    whole: Any = 0.0
    for j, c in reversed([*enumerate(forwards.power_factors(m, k, b))]):
        term = c * fixed_power(k - j)(log(a))
        largest = where(c, term, largest)
        whole = where(c, term, 0.0) + whole
    rest = where(a, whole, largest)
    vanishes = greater(b, m) if m else greater_equal(b, m)
    y = power(a, b)
    small = less(abs(a), 1.0)
    slope = where(small, rest, 1.0) * y
    for _ in range(int(m)):
        slope = slope / a
    slope = where(small, 1.0, rest) * slope
    kept = where(a, greater(abs(y), forwards.SMALLEST_POWER) * less(abs(y), INFINITY), 0.0)
    lower = power(a, b - m)
    rounded = where(less(abs(lower), INFINITY), not_equal((b - m) + m, b), 1.0)
    slope = where(kept * rounded, slope, rest * lower)
    return where(where(a, 0.0, vanishes), 0.0, where(rest, slope, 0.0))


def _atan2_local(z: Any, y: Any, x: Any) -> tuple[Any, Any]:
    r = hypot(y, x)
    return x / r / r, -y / r / r


def _cosine_local(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    z, length = _direction_cosine(b, a), hypot(a, b)
    return z * (z / length), -y * z / length


def _expand_atan_slope(x: Any) -> Any:
    return where(less(abs(x), 1e150), 1.0 / (1.0 + x * x), 1.0 / x / x)


def _expand_cosine(a: Any, b: Any) -> Any:
    largest = maximum(abs(a), abs(b))
    small = where(less(largest, forwards.TINY), forwards.GROW, 1.0)
    scale = where(greater(largest, forwards.HUGE), forwards.SHRINK, small)
    return scale * a / hypot(scale * a, scale * b)


def _dot_local(y: Any, *inputs: Any) -> tuple[Any, ...]:
    n = len(inputs) // 2
    return inputs[n : 2 * n] + inputs[:n] + (1.0,) * (len(inputs) % 2)


def _logsumexp_local(y: Any, *inputs: Any) -> tuple[Any, ...]:
    """e^(xᵢ − y), divided by their sum, which differs from 1 by the rounding of y alone."""
    some = greater(y, -INFINITY)  # without: every weight is 0
    weights = [exp(x - where(some, y, 0.0)) for x in inputs]
    whole = where(some, total(weights), 1.0)
    return tuple(weight / whole for weight in weights)


def _taught_share(chosen: Any, left_out: Any) -> Any:
    """What an argument of maximum or minimum gets of the gradient: 1, 0, or ½ where they tie."""
    return where(chosen, 1.0, where(left_out, 0.0, 0.5))


def _expand_sigmoid(x: Any) -> Any:
    e = exp(-abs(x))
    return where(greater_equal(x, 0.0), 1.0 / (1.0 + e), e - e * (e / (1.0 + e)))


def _expand_sigmoid_slope(x: Any) -> Any:
    y = sigmoid(-abs(x))
    return y * (1.0 - y)


def _expand_bell(k: float, x: Any) -> Any:
    return forwards.bell_between(k, minimum(abs(x), 50.0), exp, expm1)


def _expand_normal_cdf(x: Any) -> Any:
    return forwards.normal_cdf_between(minimum(maximum(x, -50.0), 50.0), exp, erfc)


def _expand_silu(x: Any) -> Any:
    tail = forwards.silu_tail(maximum(x, -1000.0), exp)
    e = exp(x)
    near = where(less_equal(x, forwards.SILU_FAR), x * e - x * e * e, x / (1.0 + exp(-x)))
    return where(less_equal(x, forwards.SILU_TAIL), tail, near)


def _expand_gelu(x: Any) -> Any:
    tail = forwards.gelu_tail(minimum(-x, 50.0), exp, expm1)
    return where(less(x, forwards.GELU_TAIL), tail, x * _normal_cdf(x))


def _expand_sign(x: Any) -> Any:
    above, below = greater(x, 0.0), less(x, 0.0)
    return where(above + below, above - below, x + 0.0)  # nan stays nan


def _expand_logsumexp(*inputs: Any) -> Any:
    largest = reduce(maximum, inputs)
    shift = where(less(abs(largest), INFINITY), largest, 0.0)
    return log(total([exp(x - shift) for x in inputs])) + shift


def _comparison(name: str, symbol: str, forward: Any) -> BinaryFunction:
    return binary_row(
        name,
        symbol,
        forward,
        lambda y, a, b: (NOTHING, NOTHING),
        kink="no gradient",
        selects=True,
    )


# ------------------------------------------------------------------------------------- the table

# fmt: off

# arithmetic
add      = binary_row("add",      "+", operator.add,     lambda y, a, b: (1.0, 1.0))
subtract = binary_row("subtract", "−", operator.sub,     lambda y, a, b: (1.0, -1.0))
multiply = binary_row("multiply", "×", operator.mul,     lambda y, a, b: (b, a))
divide   = binary_row("divide",   "÷", operator.truediv, lambda y, a, b: (1.0 / b, -y / b),
                      ieee=forwards.ieee_divide)
over     = binary_row("over",     "÷", lambda a, b: a * (1.0 / b),  # what a slope 1/b makes of a
                      lambda y, a, b: (1.0 / b, -y / b), expand=lambda a, b: a * (1.0 / b),
                      ieee=lambda a, b: a * forwards.ieee_divide(1.0, b))
negative = unary_row("negative", "−", operator.neg,     lambda y, x: (-1.0,))
positive = unary_row("positive", "+", operator.pos,     lambda y, x: (1.0,))
power    = binary_row("power",   "xʸ", forwards.real_power,
                      lambda y, a, b: (_power_derivative(1.0, 0.0)(a, b),
                                       _power_derivative(0.0, 1.0)(a, b)),
                      taught=lambda y, a, b: (b * a ** (b - 1.0), y * log(a)),
                      domain=(POSITIVE, REALS), ieee=forwards.ieee_power,
                      kink="∂/∂b is 0 at a = 0 and nan at a < 0, where aᵇ is real for whole b only")

# exponentials, logarithms, roots
exp   = unary_row("exp",   "exp",   math.exp,   lambda y, x: (y,),      ieee=lambda _: INFINITY)
expm1 = unary_row("expm1", "expm1", math.expm1, lambda y, x: (exp(x),), ieee=lambda _: INFINITY)
log   = unary_row("log",   "ln",    math.log,   lambda y, x: (1.0 / x,),
                  domain=(POSITIVE,), ieee=lambda x: -INFINITY if x == 0.0 else NAN)
log1p = unary_row("log1p", "log1p", math.log1p, lambda y, x: (1.0 / (1.0 + x),),
                  domain=((-1.0, INFINITY),), ieee=lambda x: -INFINITY if x == -1.0 else NAN)
sqrt  = unary_row("sqrt",  "√",     math.sqrt,  lambda y, x: (0.5 / y,),
                  domain=(POSITIVE,), kink="derivative inf at 0")

# trigonometry
sin   = unary_row("sin",   "sin",   math.sin,  lambda y, x: (cos(x),))
cos   = unary_row("cos",   "cos",   math.cos,  lambda y, x: (-sin(x),))
tan   = unary_row("tan",   "tan",   math.tan,  lambda y, x: (1.0 + y * y,))
asin  = unary_row("asin",  "asin",  math.asin, lambda y, x: (1.0 / sqrt(_one_minus_square(x)),),
                  domain=(UNIT,), kink="derivative inf at ±1")
acos  = unary_row("acos",  "acos",  math.acos, lambda y, x: (-1.0 / sqrt(_one_minus_square(x)),),
                  domain=(UNIT,), kink="derivative -inf at ±1")
atan  = unary_row("atan",  "atan",  math.atan, lambda y, x: (_atan_derivative(x),))
atan2 = binary_row("atan2", "atan2", math.atan2, _atan2_local, kink="nan at the origin")
hypot = binary_row("hypot", "hypot", lambda a, b: math.hypot(a, b),
                   lambda y, a, b: (_direction_cosine(a, b), _direction_cosine(b, a)),
                   taught=lambda y, a, b: (a / y, b / y), kink="nan at the origin")

# hyperbolic functions
sinh  = unary_row("sinh",  "sinh",  math.sinh, lambda y, x: (cosh(x),),
                  ieee=lambda x: math.copysign(INFINITY, x))
cosh  = unary_row("cosh",  "cosh",  math.cosh, lambda y, x: (sinh(x),), ieee=lambda _: INFINITY)
tanh  = unary_row("tanh",  "tanh",  math.tanh, lambda y, x: (_tanh_derivative(x),),
                  taught=lambda y, x: (1.0 - y**2,))
asinh = unary_row("asinh", "asinh", math.asinh, lambda y, x: (1.0 / hypot(1.0, x),))
acosh = unary_row("acosh", "acosh", math.acosh,
                  lambda y, x: (1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),),
                  domain=((1.0, INFINITY),), kink="derivative inf at 1")
atanh = unary_row("atanh", "atanh", math.atanh, lambda y, x: (1.0 / _one_minus_square(x),),
                  domain=(UNIT,), ieee=lambda x: math.copysign(INFINITY, x) if x in UNIT else NAN)

# error function
erf  = unary_row("erf",  "erf",  math.erf,  lambda y, x: (forwards.TWO_OVER_ROOT_PI * _gauss(x),))
erfc = unary_row("erfc", "erfc", math.erfc, lambda y, x: (-forwards.TWO_OVER_ROOT_PI * _gauss(x),))

# activations
sigmoid  = unary_row("sigmoid", "σ", forwards.sigmoid, lambda y, x: (_sigmoid_derivative(x),),
                     taught=lambda y, x: (y * (1.0 - y),), expand=_expand_sigmoid)
softplus = unary_row("softplus", "softplus",
                     forwards.softplus,
                     lambda y, x: (sigmoid(x),),
                     expand=lambda x: log1p(exp(-abs(x))) + maximum(x, 0.0))
relu     = unary_row("relu", "ReLU", lambda x: x if x > 0.0 or x != x else 0.0,
                     lambda y, x: (selected(heaviside, x),), kink="derivative 0 at 0",
                     expand=lambda x: where(less_equal(x, 0.0), 0.0, x))
gelu     = unary_row("gelu", "GELU", forwards.gelu,
                     lambda y, x: (_normal_cdf(x) + x * _normal_density(x),),
                     expand=_expand_gelu)
silu     = unary_row("silu", "SiLU", forwards.silu,
                     lambda y, x: (sigmoid(x) + x * _sigmoid_derivative(x),),
                     taught=lambda y, x: (sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),),
                     expand=_expand_silu)

# derivatives that have rows of their own: each could be put together from the other rows, but it,
# or the derivative that the chain rule then makes of it, would be a difference of nearly equal
# numbers, with few digits left or none
_one_minus_square   = unary_row("one_minus_square", "1−x²", lambda x: (1.0 - x) * (1.0 + x),
                                lambda y, x: (-2.0 * x,), expand=lambda x: (1.0 - x) * (1.0 + x))
_direction_cosine   = binary_row("direction_cosine", "cos∠", forwards.direction_cosine,
                                 _cosine_local, kink="nan at the origin",
                                 expand=_expand_cosine)
_sigmoid_derivative = unary_row("sigmoid_derivative", "σ′", forwards.sigmoid_slope,
                                lambda y, x: (-y * tanh(0.5 * x),), expand=_expand_sigmoid_slope)
_tanh_derivative    = unary_row("tanh_derivative", "tanh′",
                                lambda x: 4.0 * forwards.sigmoid_slope(2.0 * x),
                                lambda y, x: (-2.0 * y * tanh(x),),
                                expand=lambda x: 4.0 * _sigmoid_derivative(2.0 * x))
_atan_derivative    = unary_row("atan_derivative", "atan′", forwards.atan_slope,
                                lambda y, x: (-2.0 * (x * y) * y,), expand=_expand_atan_slope)
_gauss              = unary_row("gauss", "exp(−x²)", lambda x: forwards.bell(1.0, x),
                                lambda y, x: (-2.0 * x * y,),
                                expand=lambda x: _expand_bell(1.0, x))
_normal_cdf         = unary_row("normal_cdf", "Φ", forwards.normal_cdf,
                                lambda y, x: (_normal_density(x),), expand=_expand_normal_cdf)
_normal_density     = unary_row("normal_density", "φ",
                                lambda x: forwards.bell(0.5, x) * _DENSITY_AT_0,
                                lambda y, x: (-x * y,),
                                expand=lambda x: _expand_bell(0.5, x) * _DENSITY_AT_0)

# comparisons and choices
abs       = unary_row("abs", "abs", math.fabs, lambda y, x: (sign(x),), kink="derivative 0 at 0")
sign      = unary_row("sign", "sign", lambda x: x if x != x else float((x > 0.0) - (x < 0.0)),
                      lambda y, x: (NOTHING,), expand=_expand_sign,
                      kink="no gradient, not even at the jump at 0")
heaviside = unary_row("heaviside", "H", lambda x: 1.0 if x > 0.0 else 0.0,
                      lambda y, x: (NOTHING,), expand=lambda x: greater(x, 0.0), selects=True,
                      kink="no gradient, not even at the jump at 0")
maximum   = binary_row("maximum", "max", lambda a, b: a if a > b or a != a else b,
                       lambda y, a, b: (selected(_share, a, b), selected(_share, b, a)),
                       taught=lambda y, a, b: (_taught_share(greater(a, b), less(a, b)),
                                               _taught_share(less(a, b), greater(a, b))),
                       kink="a tie splits: ½ to each")
minimum   = binary_row("minimum", "min", lambda a, b: a if a < b or a != a else b,
                       lambda y, a, b: (selected(_share, b, a), selected(_share, a, b)),
                       taught=lambda y, a, b: (_taught_share(less(a, b), greater(a, b)),
                                               _taught_share(greater(a, b), less(a, b))),
                       kink="a tie splits: ½ to each")
_share    = binary_row("share", "max′", lambda a, b: 1.0 if a > b else 0.5 if a == b else 0.0,
                       lambda y, a, b: (NOTHING, NOTHING), selects=True, kink="no gradient",
                       expand=lambda a, b: 0.5 * (greater(a, b) + greater_equal(a, b)))
greater       = _comparison("greater",       ">", lambda a, b: 1.0 if a > b else 0.0)
greater_equal = _comparison("greater_equal", "≥", lambda a, b: 1.0 if a >= b else 0.0)
less          = _comparison("less",          "<", lambda a, b: 1.0 if a < b else 0.0)
less_equal    = _comparison("less_equal",    "≤", lambda a, b: 1.0 if a <= b else 0.0)
equal         = _comparison("equal",         "=", lambda a, b: 1.0 if a == b else 0.0)
not_equal     = _comparison("not_equal",     "≠", lambda a, b: 1.0 if a != b else 0.0)
where         = ternary_row("where", "where", lambda condition, a, b: a if condition != 0.0 else b,
                            lambda y, condition, a, b: (NOTHING,
                                                        selected(not_equal, condition, 0.0),
                                                        selected(equal, condition, 0.0)),
                            taught=lambda y, condition, a, b: (
                                NOTHING, where(not_equal(condition, 0.0), 1.0, 0.0),
                                where(not_equal(condition, 0.0), 0.0, 1.0)),
                            kink="no gradient towards the condition")

stop_gradient = unary_row("stop_gradient", "stop", lambda x: x, lambda y, x: (NOTHING,),
                          expand=positive, kink="nothing passes it")

# functions of any number of inputs
_dot       = declare("dot", "Σ×", forwards.dot, _dot_local)
_total     = declare("total", "Σ", lambda *inputs: reduce(operator.add, inputs, 0.0),
                     lambda y, *inputs: (1.0,) * len(inputs))
_logsumexp = declare("logsumexp", "LSE", forwards.logsumexp, _logsumexp_local,
                     expand=_expand_logsumexp)

# families: a row for each value of a fixed number

_SUPERSCRIPTS = str.maketrans("0123456789-+.e", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺·ᵉ")


@family
def fixed_power(n: float) -> Operation:
    """Make xⁿ with a number as exponent: derivative n·xⁿ⁻¹, defined for x < 0 if n is whole."""
    domain = (REALS if n.is_integer() else POSITIVE,)
    if n == 2.0:  # by far the most common; as a product it is exact and has no x¹ in its rule
        return Operation("fixed_power", "x²", lambda x: x * x, lambda y, x: (2.0 * x,),
                         domain, parameters=(n,))
    return Operation("fixed_power", "x" + f"{n:g}".translate(_SUPERSCRIPTS),
                     lambda x: _real_power(x, n),
                     lambda y, x: (n * _real_power(x, n - 1.0) if n else NOTHING,),
                     domain, ieee=lambda x: forwards.ieee_power(x, n), parameters=(n,))


@family
def _power_derivative(m: float, k: float) -> Operation:
    """Make ∂ᵐ⁺ᵏaᵇ/∂aᵐ∂bᵏ: the chain rule gives 0·∞ for it at a = 0 and where a factor is 0."""
    return Operation("power_derivative", f"∂{m:g},{k:g} xʸ",
                     lambda a, b: forwards.power_derivative(m, k, a, b),
                     lambda y, a, b: (_power_derivative(m + 1.0, k)(a, b),
                                      _power_derivative(m, k + 1.0)(a, b)),
                     (POSITIVE, REALS), parameters=(m, k),
                     expand=lambda a, b: _expand_power_derivative(m, k, a, b))


@family
def _leaky_relu(slope: float) -> Operation:
    return Operation("leaky_relu", "leaky ReLU", lambda x: x if x > 0.0 or x != x else slope * x,
                     lambda y, x: (where(greater(x, 0.0), 1.0, slope) if slope
                                   else selected(heaviside, x),),
                     (REALS,), kink="derivative `slope` at 0", parameters=(slope,),
                     expand=lambda x: where(greater(x, 0.0), x, slope * x))


@family
def _elu(alpha: float) -> Operation:
    return Operation("elu", "ELU", lambda x: x if x > 0.0 or x != x else alpha * math.expm1(x),
                     lambda y, x: (where(greater(x, 0.0), 1.0, alpha * exp(minimum(x, 0.0)))
                                   if alpha else selected(heaviside, x),),
                     (REALS,), kink="derivative `alpha` at 0", parameters=(alpha,),
                     expand=lambda x: where(greater(x, 0.0), x, alpha * expm1(x)))

# fmt: on

# ------------------------------------------------------- public functions that are more than a row


def fixed_number(number: object, function: str, name: str) -> float:
    """Read a number that chooses a row of a family; a Value is refused."""
    if isinstance(number, Node):
        raise TypeError(
            f"{function}'s {name} is a fixed number, not a Value: it is not differentiated; "
            f"for a learned {name} write the function with where(...)"
        )
    return real(number, f"{function}'s {name}")


@of_number
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
    return _leaky_relu(fixed_number(slope, "leaky_relu", "slope"))(x)


@of_number
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
    return _elu(fixed_number(alpha, "elu", "alpha"))(x)


@overload
def dot(  # type: ignore[overload-overlap]  # no Value is a float
    a: Iterable[float], b: Iterable[float], start: float | None = None
) -> float: ...


@overload
def dot(a: Iterable[N | float], b: Iterable[N | float], start: N | float | None = None) -> N: ...


def dot(a: Iterable[Any], b: Iterable[Any], start: Any = None) -> Any:
    """Sum of products, start + Σ aᵢbᵢ, as one node; ∂/∂aᵢ = bᵢ, ∂/∂bᵢ = aᵢ, ∂/∂start = 1.

    A neuron's weighted sum is ``dot(weights, inputs, bias)``.

    Parameters
    ----------
    a, b : iterable of n Values or real numbers
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
    a, b = tuple(a), tuple(b)
    if len(a) != len(b):
        raise ValueError(f"dot needs as many factors on both sides, not {len(a)} and {len(b)}")
    return _dot(*a, *b) if start is None else _dot(*a, *b, start)


@of_numbers
def total(values: Iterable[Any]) -> Any:
    """Sum of any number of Values, Σ xᵢ, as one node; ∂/∂xᵢ = 1.

    Parameters
    ----------
    values : iterable of n Values or real numbers
        The terms, added from left to right; no term gives 0.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among the terms.

    Raises
    ------
    TypeError
        When one is neither a Value nor a real number.

    Examples
    --------
    >>> from autograd import Value, total
    >>> x = [Value(1.0), Value(2.0), Value(4.0)]
    >>> y = total(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (7.0, [1.0, 1.0, 1.0])
    """
    return _total(*values)


@of_numbers
def logsumexp(values: Iterable[Any]) -> Any:
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
    return _logsumexp(*parents)


@each_of_numbers
def softmax(values: Iterable[Any]) -> list[Any]:
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
