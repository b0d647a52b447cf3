"""More functions for `accuracy`: those that extended doubles know too, beyond the first.

Read next: `accuracy_special`.
"""

from __future__ import annotations

from typing import Any

from tests.benchmarks.accuracy_functions import (
    HALVES,
    HIGHEST,
    HYPERBOLIC,
    LEAST,
    UNIT,
    Function,
    density,
    normal,
    sech2,
    sigmoid,
    softplus,
)

POSITIVE = ((0.0, 4.0), (0.5, 2.0), (0.0, 100.0))
WIDE_ANGLES = ((-1.0, 1.0), (-10.0, 10.0), (-1e3, 1e3))
SWITCHES = (0.25, 0.5, 0.75, 1.0, 2.0, 2.0**52)
BEYOND_1 = ((1.0, 1.1), (1.0, 3.0), (1.0, 100.0))
BELOW_1, ABOVE_1 = 0.9999999999999999, 1.0000000000000002
LARGEST_ANGLE = 1e60
SELU = 1.0507009873554805, 1.6732632423543772
"""Its scale and its α, as published."""


def leg(m: Any, x: Any) -> Any:
    """√(x² − 1)."""
    return m.sqrt((x - 1) * (x + 1))


def log1mexp(m: Any, x: Any) -> Any:
    """ln(1 − e⁻|x|)."""
    size = abs(x)
    return m.where(size < 1, m.log(-m.expm1(-size)), m.log1p(-m.exp(-size)))


def mish_slope(m: Any, x: Any) -> Any:
    """Derivative of x·tanh(softplus x)."""
    ramp = softplus(m, x)
    return m.tanh(ramp) + x * (sech2(m, ramp) * sigmoid(m, x))


def larger(m: Any, a: Any, b: Any) -> Any:
    """The larger of two numbers."""
    return (a + b + abs(a - b)) / 2


def reciprocal_of_square(m: Any, x: Any) -> Any:
    """1/x²."""
    return 1 / x / x


def power_of(n: float, domain: Any, low: float) -> Function:
    """A power of a fixed exponent."""
    return Function(
        lambda m, x: m.power(x, n), [lambda m, x: m.power(x, n) / x * n],
        domain, (low, HIGHEST), row=("fixed_power", n),
    )  # fmt: skip


def halves_of_turn(function: Any, slope: Any, least: float) -> Function:
    """A function of an angle in other units than radians, whose zeros are multiples of one."""
    places = tuple(k * least for k in range(1, 9)) + tuple((k + 0.5) * least for k in range(8))
    domain = tuple((-size * least, size * least) for size in (1.0, 10.0, 1e3))
    return Function(function, [slope], domain, (-LARGEST_ANGLE, LARGEST_ANGLE), places)


ELEMENTARY = {
    "divide": Function(
        lambda m, a, b: a / b, [lambda m, a, b: 1 / b, lambda m, a, b: -a / b / b],
        second=((-3.0, 3.0),),
    ),
    "over": Function(
        lambda m, a, b: a / b, [lambda m, a, b: 1 / b, lambda m, a, b: -a / b / b],
        second=((-3.0, 3.0),),
    ),
    "sqrt": Function(
        lambda m, x: m.sqrt(x), [lambda m, x: 1 / (2 * m.sqrt(x))], POSITIVE, (LEAST, HIGHEST),
    ),
    "cbrt": Function(
        lambda m, x: m.cbrt(x), [lambda m, x: 1 / (3 * m.cbrt(x) ** 2)],
        switches=(1e-200, 1e200, 1.0, 8.0),
    ),
    "x³": power_of(3.0, ((-3.0, 3.0),), -HIGHEST),
    "x⁷": power_of(7.0, ((-3.0, 3.0),), -HIGHEST),
    "1/x": power_of(-1.0, ((-3.0, 3.0),), -HIGHEST),
    "1/x²": power_of(-2.0, ((-3.0, 3.0),), -HIGHEST),
    "x^0.5": power_of(0.5, POSITIVE, LEAST),
    "x^-0.5": power_of(-0.5, POSITIVE, LEAST),
    "x^2.3": power_of(2.3, POSITIVE, LEAST),
    "log2": Function(
        lambda m, x: m.log(x) / m.ln2, [lambda m, x: 1 / (x * m.ln2)], POSITIVE, (LEAST, HIGHEST),
        (0.7071067811865476, 1.0, 1.4142135623730951, 2.0, 8.0, 2.0**-1022),
    ),
    "log10": Function(
        lambda m, x: m.log(x) / m.ln10, [lambda m, x: 1 / (x * m.ln10)],
        POSITIVE, (LEAST, HIGHEST), (0.7071067811865476, 1.0, 1.4142135623730951, 10.0, 1e-300),
    ),
    "exp2": Function(
        lambda m, x: m.power(x * 0 + 2, x), [lambda m, x: m.ln2 * m.power(x * 0 + 2, x)],
        ((-1.0, 1.0), (-1075.0, 1024.0)), (-1e4, 1e4), (0.5, 1.0, -1022.0, 1023.99),
    ),
    "exp10": Function(
        lambda m, x: m.power(x * 0 + 10, x), [lambda m, x: m.ln10 * m.power(x * 0 + 10, x)],
        ((-1.0, 1.0), (-324.0, 309.0)), (-1e3, 1e3), (0.5, 1.0, -307.65, 308.25),
    ),
    "logit": Function(
        lambda m, x: m.where(
            abs(x - 0.5) < 0.25, 2 * m.atanh(2 * x - 1), m.log(x) - m.log1p(-x)),
        [lambda m, x: 1 / (x * (1 - x))],
        ((0.0, 1.0), (0.4, 0.6)), (LEAST, BELOW_1), (0.25, 0.5, 0.75, 1.0),
    ),
    "log1mexp": Function(
        log1mexp, [lambda m, x: m.where(x < 0, -1, 1) / m.expm1(abs(x))],
        ((-3.0, 3.0), (-750.0, 750.0)), switches=(0.5, HALVES[6] * 2, 37.0, 708.4, 745.1),
    ),
    "log_sigmoid": Function(
        lambda m, x: -softplus(m, -x), [lambda m, x: sigmoid(m, -x)],
        ((-3.0, 3.0), (-40.0, 40.0), (-750.0, 750.0)), switches=(0.0, 37.43, 708.4, *HALVES),
    ),
    "xlogy": Function(
        lambda m, x, y: x * m.log(y), [lambda m, x, y: m.log(y), lambda m, x, y: x / y],
        second=((0.0, 3.0), (0.9, 1.1)), second_limits=(LEAST, 1.7e308),
    ),
    "xlog1py": Function(
        lambda m, x, y: x * m.log1p(y),
        [lambda m, x, y: m.log1p(y), lambda m, x, y: x / (1 + y)],
        second=((-1.0, 3.0), (-0.1, 0.1)), second_limits=(-BELOW_1, 1.7e308),
    ),
    "logsumexp": Function(
        lambda m, a, b: larger(m, a, b) + m.log1p(m.exp(-abs(a - b))),
        [lambda m, a, b: sigmoid(m, a - b), lambda m, a, b: sigmoid(m, b - a)],
        ((-3.0, 3.0), (-40.0, 40.0)), second=((-3.0, 3.0), (-40.0, 40.0)),
        near_zero={0: ("max(a, b)", larger)},
    ),
    "norm": Function(
        lambda m, x, y: m.hypot(x, y),
        [lambda m, x, y: x / m.hypot(x, y), lambda m, x, y: y / m.hypot(x, y)],
        second=((-3.0, 3.0),),
    ),
    "degrees": Function(lambda m, x: x * (180 / m.pi), [lambda m, x: x * 0 + 180 / m.pi]),
    "radians": Function(lambda m, x: x * (m.pi / 180), [lambda m, x: x * 0 + m.pi / 180]),
    "sinpi": halves_of_turn(
        lambda m, x: m.sinpi(x), lambda m, x: m.pi * m.cospi(x), 0.5,
    ),
    "cospi": halves_of_turn(
        lambda m, x: m.cospi(x), lambda m, x: -m.pi * m.sinpi(x), 0.5,
    ),
    "sind": halves_of_turn(
        lambda m, x: m.quarter(x, 0), lambda m, x: m.pi / 180 * m.quarter(x, 1), 90.0,
    ),
    "cosd": halves_of_turn(
        lambda m, x: m.quarter(x, 1), lambda m, x: -m.pi / 180 * m.quarter(x, 0), 90.0,
    ),
    "tand": halves_of_turn(
        lambda m, x: m.quarter(x, 0) / m.quarter(x, 1),
        lambda m, x: m.pi / 180 / m.quarter(x, 1) ** 2, 90.0,
    ),
    "sec": Function(
        lambda m, x: 1 / m.cos(x), [lambda m, x: m.tan(x) / m.cos(x)], WIDE_ANGLES,
    ),
    "csc": Function(
        lambda m, x: 1 / m.sin(x), [lambda m, x: -1 / m.tan(x) / m.sin(x)], WIDE_ANGLES,
    ),
    "cot": Function(
        lambda m, x: 1 / m.tan(x), [lambda m, x: -reciprocal_of_square(m, m.sin(x))], WIDE_ANGLES,
    ),
    "sech": Function(
        lambda m, x: 1 / m.cosh(x), [lambda m, x: -m.tanh(x) / m.cosh(x)],
        (*HYPERBOLIC, (-746.0, 746.0)), (-1e4, 1e4), (0.0, 19.0, 708.4, 745.1),
    ),
    "csch": Function(
        lambda m, x: 1 / m.sinh(x), [lambda m, x: -1 / m.tanh(x) / m.sinh(x)],
        (*HYPERBOLIC, (-746.0, 746.0)), (-1e4, 1e4), (HALVES[6], 19.0, 708.4, 745.1),
    ),
    "coth": Function(
        lambda m, x: 1 / m.tanh(x), [lambda m, x: -reciprocal_of_square(m, m.sinh(x))],
        HYPERBOLIC, (-1e4, 1e4), (HALVES[6], 19.0, 354.2, 372.6),
    ),
    "asec": Function(
        lambda m, x: m.atan(leg(m, x)), [lambda m, x: 1 / (x * leg(m, x))],
        BEYOND_1, (1.0, HIGHEST), (1.0, 2.0),
    ),
    "acsc": Function(
        lambda m, x: m.atan2(x * 0 + 1, leg(m, x)), [lambda m, x: -1 / (x * leg(m, x))],
        BEYOND_1, (1.0, HIGHEST), (1.0, 2.0),
    ),
    "acot": Function(
        lambda m, x: m.atan(1 / x), [lambda m, x: -1 / (1 + x * x)], ((-3.0, 3.0), UNIT),
    ),
    "asech": Function(
        lambda m, x: 2 * m.asinh(m.sqrt(1 - x) / m.sqrt(2 * x)),
        [lambda m, x: -1 / (x * m.sqrt((1 - x) * (1 + x)))],
        ((0.0, 1.0), (0.9, 1.0)), (LEAST, 1.0), (1.0, 0.5),
    ),
    "acsch": Function(
        lambda m, x: m.asinh(1 / x), [lambda m, x: -1 / (abs(x) * m.hypot(x * 0 + 1, x))],
        ((-3.0, 3.0), UNIT), switches=(1.0, 1e-300),
    ),
    "acoth": Function(
        lambda m, x: m.log1p(2 / (x - 1)) / 2, [lambda m, x: -1 / ((x - 1) * (x + 1))],
        BEYOND_1, (ABOVE_1, HIGHEST), (1.0, 2.0, 3.0),
    ),
    "one_minus_square": Function(
        lambda m, x: (1 - x) * (1 + x), [lambda m, x: -2 * x], ((-3.0, 3.0), UNIT), switches=(1.0,),
    ),
    "atan_derivative": Function(
        lambda m, x: 1 / (1 + x * x), [lambda m, x: -2 * x / (1 + x * x) / (1 + x * x)],
        ((-3.0, 3.0), UNIT), switches=(1.0, 1e150),
    ),
    "gauss": Function(
        lambda m, x: m.gauss(x), [lambda m, x: -2 * x * m.gauss(x)],
        (UNIT, (-6.0, 6.0), (-27.3, 27.3)), (-1e3, 1e3), (26.6, 27.2),
    ),
    "normal_density": Function(
        density, [lambda m, x: -x * density(m, x)],
        (UNIT, (-6.0, 6.0), (-38.6, 38.6)), (-1e3, 1e3), (37.5, 38.5),
    ),
    "normal_cdf": Function(
        normal, [density], (UNIT, (-6.0, 6.0), (-38.5, 8.3)), (-1e3, 1e3),
        (0.0, 0.7071067811865476, 1.0, 5.8, 8.3, 37.5, 38.5),
    ),
    "elu": Function(
        lambda m, x: m.where(x > 0, x, m.expm1(x)), [lambda m, x: m.where(x > 0, 1, m.exp(x))],
        ((-3.0, 1.0), (-40.0, 1.0), (-750.0, 0.0)), switches=(0.0, *HALVES), row=("elu", 1.0),
    ),
    "selu": Function(
        lambda m, x: SELU[0] * m.where(x > 0, x, SELU[1] * m.expm1(x)),
        [lambda m, x: SELU[0] * m.where(x > 0, 1, SELU[1] * m.exp(x))],
        ((-3.0, 1.0), (-40.0, 1.0), (-750.0, 0.0)), switches=(0.0, *HALVES),
    ),
    "mish": Function(
        lambda m, x: x * m.tanh(softplus(m, x)), [mish_slope],
        ((-3.0, 3.0), (-40.0, 40.0), (-755.0, 0.0)), switches=(0.0, -1.1924312145, 37.4, -708.4),
        near_zero={1: ("tanh(softplus x)", lambda m, x: m.tanh(softplus(m, x)))},
    ),
    "softsign": Function(
        lambda m, x: x / (1 + abs(x)), [lambda m, x: reciprocal_of_square(m, 1 + abs(x))],
    ),
}  # fmt: skip
"""By their name in the operation table, or a power's formula."""
