"""What `accuracy` measures: each function, its first derivatives, where, and what is right.

A formula here is written for either of two kinds of number: mpmath's, which are as long as wanted,
and the processor's extended doubles (`Extended`), which have 64 bits and come in arrays. The second
kind finds, among many inputs, those that are worth a look with the first.

Read next: `accuracy_elementary`, `accuracy_special` (more functions), `accuracy_search`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import mpmath as mp
import numpy as np

Formula = Callable[..., Any]
HIGHEST, LEAST = 1.7976931348623157e308, 5e-324


class Extended:
    """The functions that formulas use, for arrays of NumPy's longdouble."""

    half_pi = np.longdouble("1.5707963267948966192313216916397514")
    pi = 2 * half_pi
    ln2 = np.longdouble("0.69314718055994530941723212145817657")
    ln10 = np.longdouble("2.3025850929940456840179914546843642")
    exp, expm1, log, log1p = np.exp, np.expm1, np.log, np.log1p
    sin, cos, tan, asin, acos = np.sin, np.cos, np.tan, np.arcsin, np.arccos
    atan, atan2, hypot, power = np.arctan, np.arctan2, np.hypot, np.power
    sinh, cosh, tanh, asinh, acosh = np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh
    atanh, sqrt, cbrt, where = np.arctanh, np.sqrt, np.cbrt, np.where

    @classmethod
    def sinpi(cls, x: Any) -> Any:
        """Compute sin πx; x less the nearest whole number is exact."""
        whole = np.round(x)
        sign = 1 - 2 * np.fmod(abs(whole), 2)
        return sign * np.sin(cls.pi * (x - whole))

    @classmethod
    def cospi(cls, x: Any) -> Any:
        """Compute cos πx, as the sine of what is left to the zero."""
        whole = np.round(x)
        sign = 1 - 2 * np.fmod(abs(whole), 2)
        return sign * np.sin(cls.pi * (0.5 - abs(x - whole)))

    @classmethod
    def quarter(cls, x: Any, ahead: int) -> Any:
        """Sine of x degrees and `ahead` quarter turns."""
        rest = np.fmod(x, 360)
        quarters = np.round(rest / 90)
        angle = (rest - 90 * quarters) * cls.pi / 180
        k = np.mod(quarters + ahead, 4)
        first = np.where(np.mod(k, 2) == 0, np.sin(angle), np.cos(angle))
        return np.where(k < 2, first, -first)

    @classmethod
    def erf(cls, x: Any) -> Any:
        """Up to 1 the series 2x/√π · e^-x² · Σ (2x²)ᵏ / (1 · 3 ⋯ (2k + 1)), else 1 - erfc |x|."""
        a = np.minimum(abs(x), 1)
        term = total = np.ones_like(x)
        for k in range(1, 30):
            term = term * 2 * a * a / (2 * k + 1)
            total = total + term
        near = 2 * a / np.sqrt(cls.pi) * cls.gauss(a) * total
        return np.copysign(np.where(abs(x) < 1, near, 1 - cls._tail(abs(x))), x)

    @classmethod
    def erfc(cls, x: Any) -> Any:
        """1 - erf x below 1, beyond it the tail."""
        return np.where(x < 1, 1 - cls.erf(np.minimum(x, 1)), cls._tail(x))

    @classmethod
    def _tail(cls, x: Any) -> Any:
        """Compute erfc x, x ≥ 1, by Laplace's continued fraction."""
        x = np.maximum(x, 1)
        fraction = x
        for k in range(350, 0, -1):
            fraction = x + k / (2 * fraction)
        return cls.gauss(x) / np.sqrt(cls.pi) / fraction

    @staticmethod
    def gauss(x: Any) -> Any:
        """Compute e^-x² without squaring a number that is not short."""
        short = np.floor(x * 2**20) / 2**20
        return np.exp(-short * short) * np.exp(-(x - short) * (x + short))


class Exact:
    """The same functions for mpmath's numbers."""

    exp, expm1, log, log1p, sin, cos, tan = (
        mp.exp,
        mp.expm1,
        mp.log,
        mp.log1p,
        mp.sin,
        mp.cos,
        mp.tan,
    )
    asin, acos, atan, atan2, hypot, power = mp.asin, mp.acos, mp.atan, mp.atan2, mp.hypot, mp.power
    sinh, cosh, tanh, asinh, acosh, atanh = mp.sinh, mp.cosh, mp.tanh, mp.asinh, mp.acosh, mp.atanh
    erf, erfc, sqrt, sinpi, cospi = mp.erf, mp.erfc, mp.sqrt, mp.sinpi, mp.cospi
    pi, ln2, ln10 = mp.pi, mp.ln2, mp.ln10

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Any:
        """A or b."""
        return a if condition else b

    @staticmethod
    def cbrt(x: Any) -> Any:
        """Compute the real cube root."""
        return mp.sign(x) * mp.cbrt(abs(x))

    @staticmethod
    def quarter(x: Any, ahead: int) -> Any:
        """Sine of x degrees and `ahead` quarter turns."""
        return mp.sinpi(x / 180 + mp.mpf(ahead) / 2)

    @staticmethod
    def gauss(x: Any) -> Any:
        """Compute e^-x²."""
        return mp.exp(-x * x)


def sigmoid(m: Any, x: Any) -> Any:
    """1 / (1 + e^-x)."""
    return 1 / (1 + m.exp(-x))


def normal(m: Any, x: Any) -> Any:
    """The probability that a normal number is below x."""
    return m.erfc(-x / m.sqrt(x * 0 + 2)) / 2


def density(m: Any, x: Any) -> Any:
    """The density of normal numbers at x."""
    return m.gauss(x / m.sqrt(x * 0 + 2)) / m.sqrt(2 * m.pi)


def softplus(m: Any, x: Any) -> Any:
    """log(1 + e^x)."""
    return (x + abs(x)) / 2 + m.log1p(m.exp(-abs(x)))


def sech2(m: Any, x: Any) -> Any:
    """1 / cosh² x."""
    return 4 * sigmoid(m, 2 * x) * sigmoid(m, -2 * x)


@dataclass(frozen=True)
class Function:
    """A function, its derivatives, and where to look.

    Parameters
    ----------
    value : callable
        Of the functions to use (`Extended` or `Exact`) and the arguments.
    slopes : sequence of callables
        The derivative by each argument; none for what only takes values.
    domain : sequence of (low, high)
        Intervals to draw the first argument from evenly.
    limits : (low, high)
        Where the first argument may lie at all; it is also drawn from there by its exponent.
    switches : sequence of floats
        Where the code goes over from one formula to another.
    second : sequence of (low, high)
        Intervals for the second argument.
    second_limits : (low, high)
        Where the second argument may lie at all.
    near_zero : mapping of int to (str, callable)
        For an output (0 is the value, then the derivatives) that crosses 0 where its terms do not:
        the size of a term in words, and its formula. The units of errors are then those of the
        larger of the two.
    row : (str, number, ...)
        The row of the operation table, and its parameters in a family; if left out, that of the
        function's own name, or else the public function of that name.
    slow : bool
        Whether mpmath alone knows it: then it looks at every input, and there are fewer.
    bits : int
        How long mpmath's numbers are.
    """

    value: Formula
    slopes: Sequence[Formula] = ()
    domain: Sequence[tuple[float, float]] = ((-3.0, 3.0),)
    limits: tuple[float, float] = (-HIGHEST, HIGHEST)
    switches: Sequence[float] = ()
    second: Sequence[tuple[float, float]] = ()
    second_limits: tuple[float, float] = (-1.7e308, 1.7e308)
    near_zero: Mapping[int, tuple[str, Formula]] = field(default_factory=dict)
    row: tuple[Any, ...] = ()
    slow: bool = False
    bits: int = 300

    @property
    def formulas(self) -> Sequence[Formula]:
        """The value and the slopes."""
        return [self.value, *self.slopes]

    def term(self, output: int) -> Formula | None:
        """The term that sets the units of an output beside the output itself."""
        return self.near_zero[output][1] if output in self.near_zero else None


ANGLES = ((-1.0, 1.0), (-10.0, 10.0), (-1e3, 1e3), (-2e6, 2e6))
ANGLE_SWITCHES = (0.7853981633974483, 1.5707963267948966, 2.356194490192345, 1572864.0, 2.0**-27)
HYPERBOLIC = ((-0.5, 0.5), (-3.0, 3.0), (-25.0, 25.0), (-711.0, 711.0))
UNIT = (-1.0, 1.0)
LN2 = 0.6931471805599453
HALVES = tuple((k + 0.5) * LN2 for k in range(-6, 6))

FIRST = {
    "exp": Function(
        lambda m, x: m.exp(x), [lambda m, x: m.exp(x)],
        ((-1.0, 1.0), (-746.0, 710.0), (-746.0, -708.0)), switches=(*HALVES, -708.396, 709.78),
    ),
    "expm1": Function(
        lambda m, x: m.expm1(x), [lambda m, x: m.exp(x)],
        ((-1.0, 1.0), (-3.0, 3.0), (-50.0, 710.0)), switches=(*HALVES, 2.0**-54, 709.78, -37.43),
    ),
    "log": Function(
        lambda m, x: m.log(x), [lambda m, x: 1 / x], ((0.5, 2.0), (0.0, 100.0), (0.9, 1.1)),
        (LEAST, HIGHEST), (0.7071067811865476, 1.0, 1.4142135623730951, 2.0**-1022),
    ),
    "log1p": Function(
        lambda m, x: m.log1p(x), [lambda m, x: 1 / (1 + x)], ((-1.0, 1.0), (-0.3, 0.5), (0.0, 9.0)),
        (-0.9999999999999999, HIGHEST), (-0.2928932188134524, 0.4142135623730951, 1.0, 2.0**-54),
    ),
    "sin": Function(
        lambda m, x: m.sin(x), [lambda m, x: m.cos(x)], ANGLES, switches=ANGLE_SWITCHES,
    ),
    "cos": Function(
        lambda m, x: m.cos(x), [lambda m, x: -m.sin(x)], ANGLES, switches=ANGLE_SWITCHES,
    ),
    "tan": Function(
        lambda m, x: m.tan(x), [lambda m, x: 1 / m.cos(x) ** 2], ANGLES, switches=ANGLE_SWITCHES,
    ),
    "asin": Function(
        lambda m, x: m.asin(x), [lambda m, x: 1 / m.sqrt((1 - x) * (1 + x))], (UNIT, (-0.6, 0.6)),
        UNIT, (0.5, 1.0),
    ),
    "acos": Function(
        lambda m, x: m.acos(x), [lambda m, x: -1 / m.sqrt((1 - x) * (1 + x))], (UNIT, (-0.6, 0.6)),
        UNIT, (0.5, 1.0),
    ),
    "atan": Function(
        lambda m, x: m.atan(x), [lambda m, x: 1 / (1 + x * x)], ((-3.0, 3.0), UNIT),
        switches=(7 / 16, 11 / 16, 19 / 16, 39 / 16),
    ),
    "sinh": Function(
        lambda m, x: m.sinh(x), [lambda m, x: m.cosh(x)], HYPERBOLIC, switches=(1.0, 710.47),
    ),
    "cosh": Function(
        lambda m, x: m.cosh(x), [lambda m, x: m.sinh(x)], HYPERBOLIC, switches=(1.0, 710.47),
    ),
    "tanh": Function(
        lambda m, x: m.tanh(x), [sech2], HYPERBOLIC[:3],
        switches=(0.2752, 0.62, 0.55, 0.9688, 1.3154, 19.06, 354.4, 372.6),
    ),
    "asinh": Function(
        lambda m, x: m.asinh(x), [lambda m, x: 1 / m.hypot(x * 0 + 1, x)], ((-3.0, 3.0), UNIT),
        switches=(2.0**-54, 2.0**60, 0.375),
    ),
    "acosh": Function(
        lambda m, x: m.acosh(x), [lambda m, x: 1 / m.sqrt((x - 1) * (x + 1))],
        ((1.0, 1.1), (1.0, 3.0), (1.0, 100.0)), (1.0, HIGHEST), (2.0**60, 1.0),
    ),
    "atanh": Function(
        lambda m, x: m.atanh(x), [lambda m, x: 1 / ((1 - x) * (1 + x))], (UNIT, (-0.3, 0.3)),
        (-0.9999999999999999, 0.9999999999999999), (2.0**-54, 0.17157287525380988),
    ),
    "erf": Function(
        lambda m, x: m.erf(x), [lambda m, x: 2 / m.sqrt(x * 0 + m.pi) * m.gauss(x)],
        (UNIT, (-6.0, 6.0)), switches=(0.5, 1.0, 5.92, 7.0, 27.2),
    ),
    "erfc": Function(
        lambda m, x: m.erfc(x), [lambda m, x: -2 / m.sqrt(x * 0 + m.pi) * m.gauss(x)],
        (UNIT, (-6.0, 6.0), (0.0, 27.3)), switches=(0.5, -0.5, 1.0, 26.5, 27.2, -5.8),
    ),
    "sigmoid": Function(
        sigmoid, [lambda m, x: sigmoid(m, x) * sigmoid(m, -x)],
        ((-3.0, 3.0), (-40.0, 40.0), (-750.0, 750.0)),
        switches=(0.0, 36.7, -708.4, -745.1, 6.93, -693.1, 2.0, *HALVES),
    ),
    "softplus": Function(
        softplus, [sigmoid], ((-3.0, 3.0), (-40.0, 40.0), (-750.0, 750.0)),
        switches=(0.0, 37.43, -37.43, -708.4, -745.1, *HALVES),
    ),
    "gelu": Function(
        lambda m, x: x * normal(m, x), [lambda m, x: normal(m, x) + x * density(m, x)],
        ((-2.0, 2.0), (-9.0, 9.0), (-39.0, 9.0)),
        switches=(0.7071067811865476, -0.7071067811865476, -38.5, 8.3, 40.0, -0.7517915246935645),
        near_zero={1: ("Φ(x)", normal)},
    ),
    "silu": Function(
        lambda m, x: x * sigmoid(m, x),
        [lambda m, x: sigmoid(m, x) * (1 + x * sigmoid(m, -x))],
        ((-3.0, 3.0), (-40.0, 40.0), (-755.0, 50.0)),
        switches=(0.0, 40.0, -708.4, -751.0, -1.2784645427610738, *HALVES),
        near_zero={1: ("σ(x)", sigmoid)},
    ),
    "sigmoid_derivative": Function(
        lambda m, x: sigmoid(m, x) * sigmoid(m, -x),
        [lambda m, x: -sigmoid(m, x) * sigmoid(m, -x) * m.tanh(x / 2)],
        ((-3.0, 3.0), (-40.0, 40.0), (-750.0, 750.0)), switches=(0.0, 708.4, 745.1, *HALVES),
    ),
    "tanh_derivative": Function(
        sech2, [lambda m, x: -2 * sech2(m, x) * m.tanh(x)], HYPERBOLIC[:3],
        switches=(0.0, 354.2, 372.6, *(h / 2 for h in HALVES)),
    ),
    "atan2": Function(
        lambda m, y, x: m.atan2(y, x),
        [lambda m, y, x: x / (x * x + y * y), lambda m, y, x: -y / (x * x + y * y)],
        second=((-3.0, 3.0),),
    ),
    "hypot": Function(
        lambda m, x, y: m.hypot(x, y),
        [lambda m, x, y: x / m.hypot(x, y), lambda m, x, y: y / m.hypot(x, y)],
        second=((-3.0, 3.0),),
    ),
    "power": Function(
        lambda m, x, y: m.power(x, y),
        [lambda m, x, y: y * m.power(x, y - 1), lambda m, x, y: m.power(x, y) * m.log(x)],
        ((0.0, 3.0), (0.5, 2.0), (0.9, 1.1)), (LEAST, HIGHEST),
        second=((-4.0, 4.0), (-300.0, 300.0)),
    ),
    "direction_cosine": Function(
        lambda m, x, y: x / m.hypot(x, y),
        [
            lambda m, x, y: (y / m.hypot(x, y)) ** 2 / m.hypot(x, y),
            lambda m, x, y: -x / m.hypot(x, y) * (y / m.hypot(x, y)) / m.hypot(x, y),
        ],
        second=((-3.0, 3.0),),
    ),
}  # fmt: skip
"""By their name in the operation table."""
