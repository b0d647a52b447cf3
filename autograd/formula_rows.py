"""Rows and families of rows whose forward is a formula of fixed length, for numbers and Values.

A formula is written as those of `series` are: it is handed the elementary functions. Where the
function has no value, a row refuses the number in words; compiled code and IEEE arithmetic give
what the formula does.

Read next: `angles`, then `gammas`, `normal`, `integrals`, `bessel`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.declare import REALS, evaluated_on_nodes, unary_row
from autograd.functions import fixed_number
from autograd.node import INFINITY
from autograd.operation import Interval, Operation
from autograd.signatures import UnaryFunction
from autograd.special import _FLOATS, _VALUES

Formula = Callable[..., Any]
"""``formula(f, *parameters, x)``, with the elementary functions f."""

FROM_0 = (0.0, INFINITY)


def _forward(formula: Callable[[Any, Any], Any], domain: Interval, pole: float | None) -> Any:
    """The formula on floats; outside the domain, at the pole and where it overflows an error."""

    def forward(x: float) -> float:
        if x == pole:
            raise ZeroDivisionError
        if x < domain[0] or x > domain[1]:
            raise ValueError
        y: float = formula(_FLOATS, x)
        if y in (INFINITY, -INFINITY) and math.isfinite(x) and x not in domain:
            raise OverflowError
        return y

    return forward


def formula_row(
    name: str,
    symbol: str,
    formula: Formula,
    local: Any,
    domain: Interval = REALS,
    pole: float | None = None,
    kink: str = "",
) -> UnaryFunction:
    """Declare an operation of one input by a formula; see `declare.declare`."""
    return unary_row(
        name,
        symbol,
        _forward(formula, domain, pole),
        local=local,
        domain=(domain,),
        kink=kink,
        ieee=evaluated_on_nodes(lambda x: formula(_VALUES, x)),
        expand=lambda x: formula(_VALUES, x),
    )


def formula_member(
    name: str,
    symbol: str,
    formula: Formula,
    parameters: tuple[float, ...],
    local: Any,
    domain: Interval = REALS,
    pole: float | None = None,
    kink: str = "",
) -> Operation:
    """Make a member of a family by a formula that has parameters."""
    return Operation(
        name,
        symbol,
        _forward(lambda f, x: formula(f, *parameters, x), domain, pole),
        local,
        (domain,),
        parameters=parameters,
        kink=kink,
        ieee=evaluated_on_nodes(lambda x: formula(_VALUES, *parameters, x)),
        expand=lambda x: formula(_VALUES, *parameters, x),
    )


def whole_order(n: object, function: str, most: int = 100) -> float:
    """Read a fixed whole number from 0 on; anything else is refused."""
    order = fixed_number(n, function, "order")
    if not (0.0 <= order <= most and order.is_integer()):
        raise ValueError(f"{function}'s order is a whole number from 0 to {most}, not {n!r}")
    return order
