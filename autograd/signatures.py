"""What type checkers are told of public functions: floats give a float, a Value gives a Value.

A function of the table or a transform is declared once, and one of these types carries its
overloads. Nothing here does anything when a program runs.

Read next: `declare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, cast, overload

from autograd.node import N
from autograd.operation import Operation

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", contravariant=True)

Function: TypeAlias = (  # any; from the first three, strict type checkers know a lambda's arguments
    Callable[Concatenate[Any, Any, Any, ...], Any]
    | Callable[Concatenate[Any, Any, ...], Any]
    | Callable[Concatenate[Any, ...], Any]
    | Callable[..., Any]
)
Argnums: TypeAlias = int | Sequence[int]
Derived: TypeAlias = Callable[..., Any]
"""A derivative in the form of what a function returns, which its type does not always tell."""


# --------------------------------------------------------------------------- rows of the table


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

    @overload
    def __call__(self, a: N | float, b: N, c: N | float, /) -> N: ...
    @overload
    def __call__(self, a: N | float, b: float, c: N, /) -> N: ...
    @overload
    def __call__(self, a: N, b: float, c: float, /) -> N: ...
    @overload
    def __call__(self, a: float, b: float, c: float, /) -> float: ...


class OwnFunction(Protocol):
    """A user's operation: a Value among its arguments gives a Value; fixed numbers go by name."""

    operation: Operation

    @overload
    def __call__(self, x: N, /, *more: N | float, **fixed: float) -> N: ...
    @overload
    def __call__(self, x: float, /, *more: float, **fixed: float) -> float: ...  # type: ignore[overload-overlap]  # no Value is a float
    @overload
    def __call__(self, x: float, /, *more: N | float, **fixed: float) -> N: ...


# ------------------------------------------------------------- functions that are more than a row


class OfNumber(Protocol[P]):
    """A function of one number and of options, which it states itself."""

    @overload
    def __call__(self, x: N, /, *options: P.args, **named: P.kwargs) -> N: ...
    @overload
    def __call__(self, x: float, /, *options: P.args, **named: P.kwargs) -> float: ...


class OfFixedAndNumber(Protocol[F]):
    """A function of a fixed number, such as an order, and of a number."""

    @overload
    def __call__(self, fixed: F, x: N, /) -> N: ...
    @overload
    def __call__(self, fixed: F, x: float, /) -> float: ...


class OfTwoNumbers(Protocol):
    """A function of two numbers."""

    @overload
    def __call__(self, a: N, b: N | float, /) -> N: ...
    @overload
    def __call__(self, a: float, b: N, /) -> N: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


class OfNumbers(Protocol[P]):
    """A function of any number of numbers, given as one iterable, and of options."""

    __name__: str

    @overload
    def __call__(self, values: Iterable[N], /, *options: P.args, **named: P.kwargs) -> N: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # no Value is a float
        self, values: Iterable[float], /, *options: P.args, **named: P.kwargs
    ) -> float: ...
    @overload
    def __call__(self, values: Iterable[N | float], /, *o: P.args, **named: P.kwargs) -> N: ...


class EachOfNumbers(Protocol):
    """A function that gives a number for each of those in an iterable."""

    @overload
    def __call__(self, values: Iterable[N], /) -> list[N]: ...
    @overload
    def __call__(self, values: Iterable[float], /) -> list[float]: ...  # type: ignore[overload-overlap]  # no Value is a float
    @overload
    def __call__(self, values: Iterable[N | float], /) -> list[N]: ...


def of_number(function: Callable[Concatenate[Any, P], Any]) -> OfNumber[P]:
    """Say of a function that it gives a Value for a Value, and a float for a float."""
    return cast(OfNumber[P], function)


def of_fixed_and_number(function: Callable[[F, Any], Any]) -> OfFixedAndNumber[F]:
    """Say of a function that, after a fixed number, it gives a Value for a Value."""
    return cast(OfFixedAndNumber[F], function)


def of_two_numbers(function: Callable[[Any, Any], Any]) -> OfTwoNumbers:
    """Say of a function that it gives a Value where one of two numbers is a Value."""
    return cast(OfTwoNumbers, function)


def of_numbers(function: Callable[Concatenate[Any, P], Any]) -> OfNumbers[P]:
    """Say of a function that it gives a Value where there is one among its numbers."""
    return cast(OfNumbers[P], function)


def each_of_numbers(function: Callable[[Any], Any]) -> EachOfNumbers:
    """Say of a function that it gives Values where there is a Value among its numbers."""
    return cast(EachOfNumbers, function)


# ------------------------------------------------------------------------------------- transforms


class Gradient(Protocol):
    """What `grad` makes: it takes the arguments of `f` and gives the form of the first one.

    Two things are more than a type can say. Whole numbers in nested containers and in arrays come
    back as floats. And within a transform further out, what depends on its arguments is a Value.
    """

    @overload
    def __call__(self, x: N, /, *more: Any, **named: Any) -> N: ...
    @overload
    def __call__(self, x: float, /, *more: Any, **named: Any) -> float: ...
    @overload
    def __call__(self, x: list[int], /, *more: Any, **named: Any) -> list[float]: ...
    @overload
    def __call__(self, x: dict[str, int], /, *more: Any, **named: Any) -> dict[str, float]: ...
    @overload
    def __call__(self, x: T, /, *more: Any, **named: Any) -> T: ...


class ValueAndGradient(Protocol):
    """What `value_and_grad` makes: the number and the gradient, which is as for `Gradient`."""

    @overload
    def __call__(self, x: N, /, *more: Any, **named: Any) -> tuple[N, N]: ...
    @overload
    def __call__(self, x: float, /, *more: Any, **named: Any) -> tuple[float, float]: ...
    @overload
    def __call__(
        self, x: list[int] | list[float], /, *more: Any, **named: Any
    ) -> tuple[float, list[float]]: ...
    @overload
    def __call__(
        self, x: dict[str, int] | dict[str, float], /, *more: Any, **named: Any
    ) -> tuple[float, dict[str, float]]: ...
    @overload
    def __call__(self, x: T, /, *more: Any, **named: Any) -> tuple[Any, T]: ...
