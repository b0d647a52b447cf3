"""Entering a row in the table, and making its public function.

Read next: `forwards`, then `functions`, where every row is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast, overload

from autograd.node import INFINITY, Node, leaf, node_classes
from autograd.operation import (
    FAMILIES,
    TABLE,
    Forward,
    Local,
    Operation,
    record,
    unary,
)
from autograd.reference import DOCUMENTATION
from autograd.signatures import BinaryFunction, TernaryFunction, UnaryFunction
from autograd.speed.twins import recorder
from autograd.switches import ieee_arithmetic, recording_paused

REALS = (-INFINITY, INFINITY)


def unary_row(*row: Any, **more: Any) -> UnaryFunction:
    """Declare an operation of one input; see `declare`."""
    return cast(UnaryFunction, declare(*row, **more))


def binary_row(*row: Any, **more: Any) -> BinaryFunction:
    """Declare an operation of two inputs; see `declare`."""
    return cast(BinaryFunction, declare(*row, **more))


def ternary_row(*row: Any, **more: Any) -> TernaryFunction:
    """Declare an operation of three inputs; see `declare`."""
    return cast(TernaryFunction, declare(*row, **more))


@overload
def composed_row(
    name: str, symbol: str, expand: Callable[[Any], Any], local: Local, **more: Any
) -> UnaryFunction: ...
@overload
def composed_row(
    name: str, symbol: str, expand: Callable[[Any, Any], Any], local: Local, **more: Any
) -> BinaryFunction: ...
@overload
def composed_row(
    name: str, symbol: str, expand: Callable[[Any, Any, Any], Any], local: Local, **more: Any
) -> TernaryFunction: ...
def composed_row(name: str, symbol: str, expand: Any, local: Local, **more: Any) -> Any:
    """Declare an operation whose forward is what it is composed of; see `declare`."""
    more = {"ieee": evaluated_on_nodes(expand)} | more
    return declare(name, symbol, expand, local, expand=expand, **more)


def evaluated_on_nodes(expand: Callable[..., Any]) -> Forward:
    """Evaluate what an operation is composed of in IEEE arithmetic, which Python's floats lack."""

    def evaluate(*inputs: float) -> float:
        with recording_paused.on(), ieee_arithmetic.on():
            result = expand(*[leaf(node_classes.value, x) for x in inputs])
        return result._data if isinstance(result, Node) else float(result)

    return evaluate


def declare(name: str, symbol: str, forward: Forward, local: Local, **more: Any) -> Any:
    """Enter an operation in the table and return its public function.

    The arguments are the fields of `Operation`; without a domain it is defined everywhere. The
    public function takes numbers as well as Values, and keeps the row as its attribute
    ``operation``.
    """
    names = local.__code__.co_varnames[1 : local.__code__.co_argcount]  # those of the inputs
    more = {"domain": (REALS,) * len(names)} | more
    row = TABLE[name] = Operation(name, symbol, forward, local, **more)
    return public_function(row, names)


def public_function(row: Operation, names: Sequence[str]) -> Any:
    """Make the public function of a row, whose inputs have these names; without any, of many."""
    if len(names) == 1:
        return _dressed(unary(row), row, names)
    apply = _of_several(row, len(names))
    apply.__wrapped__ = row.forward  # type: ignore[attr-defined]  # help() shows its arguments
    return _dressed(apply, row, names)


def _of_several(row: Operation, inputs: int) -> Callable[..., Any]:
    """Make the public function of two or three inputs; with 0, of any number."""

    def apply(*arguments: Any) -> Any:
        if inputs and len(arguments) != inputs:
            raise TypeError(f"{row.name} takes {inputs} numbers or Values, {len(arguments)} given")
        return record(row, arguments)

    return apply


def _dressed(apply: Any, row: Operation, names: Sequence[str]) -> Any:
    """Give a public function its row, its name and its documentation, and its twin in C."""
    apply.operation = row
    apply.__name__ = apply.__qualname__ = row.name
    apply.__module__ = row.local.__module__
    summary, _, rest = DOCUMENTATION.get(row.name, "").partition("\n\n")
    parameters = _PARAMETERS.format(", ".join(names))
    apply.__doc__ = f"{summary}\n\n{parameters}\n\n{rest.rstrip()}" if rest else summary
    return recorder(apply, row, len(names))


# What the documentation of every function of one, two or three numbers says alike.
_PARAMETERS = """Parameters
----------
{} : Value or real number
    Scalar; anything else is refused with a TypeError.

Returns
-------
Value or float
    Scalar; a Value where there is a Value among the arguments."""


def family(choose: Callable[..., Operation]) -> Callable[..., Any]:
    """Enter a family of operations: one row for each value of a fixed number such as an exponent.

    The function that comes out takes that number, or several, and gives the operation as a public
    function.
    """
    row = lru_cache(maxsize=1024)(choose)
    FAMILIES[choose.__name__.lstrip("_")] = row

    @lru_cache(maxsize=1024)
    def function(*parameters: float) -> Any:
        chosen = row(*parameters)
        one = len(chosen.domain) == 1
        return _dressed(
            unary(chosen) if one else _of_several(chosen, len(chosen.domain)),
            chosen,
            "xyz"[: len(chosen.domain)],
        )

    return function
