"""What type checkers are told of public functions holds when a program runs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, get_overloads

import pytest

import autograd
from autograd import (
    Value,
    aggregates,
    bessel,
    elementary,
    functions,
    gammas,
    integrals,
    logarithms,
    normal,
    special,
)
from autograd.signatures import of_number, of_numbers

OF_ONE = ("hardtanh", "round", "square", "reciprocal", "rsqrt", "fabs", "leaky_relu", "elu")
OF_ONE += ("dawsn", "ndtr", "ndtri", "ellipk", "ellipe")
ORDERED = ("polygamma", "bessel_j", "bessel_y", "bessel_i", "bessel_ie", "bessel_k", "expn")
ORDERED += ("gammainc", "gammaincc", "zeta")
OF_TWO = ("logaddexp", "logaddexp2", "beta", "ldexp")
OF_MANY = ("mean", "prod", "norm", "var", "std", "total", "logsumexp")
EACH = ("softmax", "log_softmax")


def public(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(autograd, name)
    return function


@pytest.mark.parametrize("name", OF_ONE)
def test_functions_of_one_number(name: str) -> None:
    function = public(name)
    assert type(function(0.5)) is float
    assert type(function(Value(0.5))) is Value


@pytest.mark.parametrize("name", ORDERED)
def test_functions_of_a_fixed_number_and_a_number(name: str) -> None:
    function = public(name)
    assert type(function(2, 0.5)) is float
    assert type(function(2, Value(0.5))) is Value


@pytest.mark.parametrize("name", OF_TWO)
def test_functions_of_two_numbers(name: str) -> None:
    function = public(name)
    assert type(function(0.5, 2)) is float
    assert type(function(Value(0.5), 2)) is Value


@pytest.mark.parametrize("name", OF_MANY)
def test_functions_of_many_numbers(name: str) -> None:
    function = public(name)
    assert type(function([0.5, 2])) is float
    assert type(function([0.5, Value(2.0)])) is Value


@pytest.mark.parametrize("name", EACH)
def test_functions_that_give_a_number_for_each(name: str) -> None:
    function = public(name)
    assert {type(y) for y in function([0.5, 2])} == {float}
    assert {type(y) for y in function([0.5, Value(2.0)])} == {Value}


@pytest.mark.skipif(sys.flags.optimize > 1, reason="-OO leaves no docstrings")
def test_a_declared_type_leaves_the_function_as_it_is() -> None:
    def own(x: Any, slope: float = 2.0) -> Any:
        """Text."""
        return x * slope

    assert of_number(own) is own
    assert of_numbers(own) is own
    assert list(inspect.signature(autograd.leaky_relu).parameters) == ["x", "slope"]
    assert (autograd.var.__doc__ or "").startswith("Variance")


def test_no_public_function_of_numbers_promises_nothing() -> None:
    """Each says its types by a declaration or by overloads, so that none gives Any."""
    tables = (functions, elementary, special, aggregates)
    for module in (*tables, logarithms, gammas, normal, integrals, bessel):
        for name, function in vars(module).items():
            plain = inspect.isfunction(function) and function.__module__ == module.__name__
            if not plain or name.startswith("_") or hasattr(function, "operation"):
                continue
            if module not in tables and name not in autograd.__all__:
                continue  # a formula of a row
            declared = name in (*OF_ONE, *OF_TWO, *ORDERED, *OF_MANY, *EACH)
            kept = name in ("fixed_number", "fixed_power")  # of families: for the table's own rules
            assert declared or kept or get_overloads(function), name


def test_transforms_give_what_their_types_say() -> None:
    cube: Callable[[Any], Any] = lambda x: x**3  # noqa: E731
    assert type(autograd.grad(cube)(2)) is float
    assert type(autograd.grad(cube)(Value(2.0))) is Value
    assert list(map(type, autograd.grad(lambda v: v[0] * v[1])([1, 2]))) == [float, float]
    assert list(map(type, autograd.value_and_grad(cube)(Value(2.0)))) == [Value, Value]
    assert list(map(type, autograd.vjp(cube, Value(2.0))[1](1.0))) == [Value]
    assert type(autograd.hvp(cube, (2,), (1,))) is float
    product: Callable[..., Any] = lambda x, y: x * x * y  # noqa: E731
    assert autograd.hvp(product, (2.0, 3.0), (1.0, 0.0)) == (6.0, 4.0)
