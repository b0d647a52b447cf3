"""Operations that are a few instructions of vector code, written with `assembly.Lanes`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd.compiler.vector.assembly import Lanes
from autograd.compiler.vector.math.kernels import AT, KERNELS


def maximum(a: Lanes, b: Lanes) -> Lanes:
    """The larger; a nan among them is passed on."""
    return (a.is_nan()).choose(a, (a > b).choose(a, b))


def minimum(a: Lanes, b: Lanes) -> Lanes:
    """The smaller; a nan among them is passed on."""
    return (a.is_nan()).choose(a, (a < b).choose(a, b))


def where(condition: Lanes, a: Lanes, b: Lanes) -> Lanes:
    """Choose a where the condition is not 0, else b."""
    return (condition.truths or condition.compare("une", 0.0)).choose(a, b)


def fixed_power(x: Lanes, exponent: float) -> Lanes:
    """Raise x to one of `normal.SMALL_POWERS`, with the special values of IEEE 754's pow."""
    if exponent < 0.0:
        inverse = 1.0 / (abs(x.sqrt()) if exponent == -0.5 else x)
        lowest = exponent == -0.5
        result = inverse if exponent > -2.0 else inverse * inverse
        return (x.equals(-math.inf)).choose(0.0, result) if lowest else result
    if exponent == 0.5:
        return (x.equals(-math.inf)).choose(math.inf, x.sqrt() + 0.0)
    square = x * x if exponent >= 2.0 else x
    match exponent:
        case 0.0:
            return x.function.number(1.0)
        case 3.0:
            return square * x
        case 4.0:
            return square * square
        case _:
            return square


COMPARISONS = {
    "greater": "ogt",
    "greater_equal": "oge",
    "less": "olt",
    "less_equal": "ole",
    "equal": "oeq",
    "not_equal": "une",
}
"""LLVM's predicates for the comparisons of the operation table."""


def truth(predicate: str) -> Callable[[Lanes, Lanes], Lanes]:
    """A comparison as 1.0 or 0.0."""

    def compared(a: Lanes, b: Lanes) -> Lanes:
        truths = a.compare(predicate, b)
        return Lanes(a.function, truths.choose(1.0, 0.0).name, truths)

    return compared


SIMPLE: dict[str, Callable[..., Lanes]] = {
    "divide": lambda a, b: a / b,
    "sqrt": lambda x: x.sqrt(),
    "abs": abs,
    "maximum": maximum,
    "minimum": minimum,
    **{name: truth(predicate) for name, predicate in COMPARISONS.items()},
    "where": where,
    "floor": lambda x: x.function.intrinsic("floor", x),
    "ceil": lambda x: x.function.intrinsic("ceil", x),
    "trunc": lambda x: x.function.intrinsic("trunc", x),
    "round": lambda x: x.function.intrinsic("rint", x),
    "fmod": lambda a, b: a.remainder(b),
    "fixed_power": fixed_power,
    "spread": lambda x: x,
    "sigmoid_derivative_at": lambda y, x: AT["sigmoid_derivative_at"](x),
    "tanh_derivative_at": lambda y, x: AT["tanh_derivative_at"](x),
}
"""By their name in the operation table, or in the normal form."""


def apply(name: str, arguments: Sequence[Lanes], parameters: Sequence[float]) -> Lanes:
    """The vector code of one operation, simple or not."""
    return (SIMPLE.get(name) or KERNELS[name])(*arguments, *parameters)
