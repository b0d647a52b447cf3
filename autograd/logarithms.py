"""More rows of the table: powers of ten, logarithms of sums, the sign and the exponent of a float.

Read next: `gammas`.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.declare import binary_row, composed_row, unary_row
from autograd.elementary import _LN_2, _LN_10, logaddexp
from autograd.functions import (
    abs,
    atan2,
    equal,
    fixed_number,
    greater,
    log1p,
    power,
    sign,
    where,
)
from autograd.node import INFINITY, NOTHING
from autograd.signatures import BinaryFunction, of_number, of_two_numbers


def _expand_xlog1py(x: Any, y: Any) -> Any:
    return where(equal(y, y), x * log1p(where(x, y, 0.0)), y)


def _xlog1py_local(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    both = equal(x, 0.0) * equal(y, -1.0)
    return log1p(y), x / where(both, 1.0, 1.0 + y)


def _expand_copysign(a: Any, b: Any) -> Any:
    behind = greater(abs(atan2(0.0, b)), 1.0)  # also of −0
    return abs(a) * where(behind, -1.0, 1.0)


# fmt: off

exp10 = unary_row("exp10", "10ˣ", lambda x: math.pow(10.0, x), lambda y, x: (_LN_10 * y,),
                  ieee=lambda _: INFINITY, expand=lambda x: power(10.0, x))
xlog1py: BinaryFunction = composed_row("xlog1py", "x·ln(1+y)", _expand_xlog1py, _xlog1py_local,
                       domain=((-INFINITY, INFINITY), (-1.0, INFINITY)),
                       kink="0 at x = 0, also where y = −1")
copysign: BinaryFunction = binary_row("copysign", "±|x|", lambda a, b: math.copysign(a, b),
                           lambda y, a, b: (sign(a) * copysign(1.0, b), NOTHING),
                           kink="derivative 0 at a = 0, none towards b", expand=_expand_copysign)

# fmt: on


@of_two_numbers
def logaddexp2(a: Any, b: Any) -> Any:
    """Logarithm of a sum to base 2, log₂(2ᵃ + 2ᵇ); derivatives 2ᵃ/(2ᵃ + 2ᵇ), 2ᵇ/(2ᵃ + 2ᵇ).

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
    >>> from autograd import logaddexp2
    >>> round(logaddexp2(1000.0, 1000.0), 6)
    1001.0
    """
    return logaddexp(a * _LN_2, b * _LN_2) / _LN_2


@of_number
def ldexp(x: Any, n: int) -> Any:
    """Product x·2ⁿ; derivative 2ⁿ.

    Parameters
    ----------
    x : Value or real number
        Scalar.
    n : int
        The exponent, a fixed whole number from −2000 to 2000.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number.
    TypeError
        When `n` is a Value.

    Examples
    --------
    >>> from autograd import ldexp, value_and_grad
    >>> value_and_grad(lambda x: ldexp(x, 3))(0.75)
    (6.0, 8.0)
    """
    exponent = fixed_number(n, "ldexp", "exponent")
    if not (math.fabs(exponent) <= 2000.0 and exponent.is_integer()):
        raise ValueError(f"ldexp's exponent is a whole number from -2000 to 2000, not {n!r}")
    half = int(exponent) // 2  # 2ⁿ itself may be beyond the floats
    return x * math.ldexp(1.0, half) * math.ldexp(1.0, int(exponent) - half)
