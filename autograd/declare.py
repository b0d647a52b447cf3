"""Entering a row in the table, and making its public function.

Read next: `functions`, where every row is declared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from textwrap import dedent
from typing import Any, Protocol, cast, overload

from autograd.node import INFINITY, NAN, N, Node
from autograd.operation import (
    FAMILIES,
    TABLE,
    Forward,
    Interval,
    Local,
    Operation,
    record,
    unary,
)

REALS = (-INFINITY, INFINITY)


class UnaryFunction(Protocol):
    """A public function of one number: floats give a float, Values a Value."""

    operation: Operation

    @overload
    def __call__(self, x: N, /) -> N: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


class BinaryFunction(Protocol):
    """A public function of two numbers: two floats give a float, a Value among them a Value."""

    operation: Operation

    @overload
    def __call__(self, a: N, b: N | float, /) -> N: ...
    @overload
    def __call__(self, a: float, b: N, /) -> N: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


class TernaryFunction(Protocol):
    """A public function of three numbers: floats give a float, a Value among them a Value."""

    operation: Operation

    def __call__(self, a: Any, b: Any, c: Any, /) -> Any:
        """Apply the operation."""


class Declare(Protocol):
    """Turns the forward of an operation, a function of floats, into its public function."""

    @overload
    def __call__(self, forward: Callable[[float], float], /) -> UnaryFunction: ...
    @overload
    def __call__(self, forward: Callable[[float, float], float], /) -> BinaryFunction: ...
    @overload
    def __call__(self, forward: Callable[[float, float, float], float], /) -> TernaryFunction: ...


def declare(
    symbol: str,
    local: Local,
    *,
    domain: tuple[Interval, ...] = (),
    kink: str = "",
    ieee: Forward = lambda *_: NAN,
) -> Declare:
    """Enter an operation in the table; the function decorated is its forward and gives its name.

    The other arguments are the fields of `Operation`. The public function that comes out takes
    numbers as well as Values, and keeps the row as its attribute ``operation``.
    """

    def enter(forward: Any) -> Any:
        inputs = forward.__code__.co_argcount
        everywhere = (REALS,) * max(inputs, 1)
        name = forward.__name__.lstrip("_")
        row = Operation(name, symbol, forward, local, domain or everywhere, kink, ieee)
        TABLE[name] = row
        names = ", ".join(forward.__code__.co_varnames[:inputs])
        return _dressed(unary(row) if inputs == 1 else _variadic(row, inputs), row, names)

    return cast(Declare, enter)


def _variadic(row: Operation, inputs: int) -> Callable[..., Any]:
    def apply(*arguments: Any) -> Any:
        if inputs and len(arguments) != inputs:
            raise TypeError(f"{row.name} takes {inputs} numbers or Values, {len(arguments)} given")
        for argument in arguments:
            if isinstance(argument, Node):
                return record(row, arguments)
        return row.on_numbers(*arguments)

    return apply


def _dressed(apply: Any, row: Operation, arguments: str = "") -> Any:
    """Give the public function the name and the documentation that stand at its declaration."""
    apply.operation = row
    apply.__name__ = apply.__qualname__ = row.name
    apply.__module__ = row.forward.__module__
    apply.__wrapped__ = row.forward  # what help() shows as the arguments
    summary, _, rest = (row.forward.__doc__ or "").partition("\n\n")
    sections = f"\n\n{_SIGNATURE.format(arguments)}\n\n{dedent(rest).rstrip()}" if rest else ""
    apply.__doc__ = summary + sections
    return apply


# What the documentation of every function of one or two numbers says alike.
_SIGNATURE = """Parameters
----------
{} : Value or real number
    Scalar.

Returns
-------
Value or float
    Scalar; a Value where there is a Value among the arguments."""


def family(choose: Callable[[float], Operation]) -> Callable[[float], UnaryFunction]:
    """Enter a family of operations: one row for each value of a fixed number such as an exponent.

    The function that comes out takes that number and gives the operation as a public function.
    """
    row = lru_cache(maxsize=1024)(choose)
    FAMILIES[choose.__name__.lstrip("_")] = row

    @lru_cache(maxsize=1024)
    def function(parameter: float) -> Any:
        return _dressed(unary(row(parameter)), row(parameter))

    return function
