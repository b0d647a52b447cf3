"""Functions of any number of Values: mean, product, length, spread, and log_softmax.

The product and the length are rows of the table; the others are put together from rows, so that a
drawing shows how they come about.

Read next: `graph`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import mul
from typing import Any

from autograd.declare import declare
from autograd.functions import (
    _dot,
    abs,
    equal,
    greater,
    less,
    logsumexp,
    maximum,
    multiply,
    sqrt,
    total,
    where,
)
from autograd.node import INFINITY
from autograd.signatures import each_of_numbers, of_numbers


def _prod_local(y: Any, *inputs: Any) -> tuple[Any, ...]:
    """Each gets the product of all before it and all behind it: right also where one is 0."""
    before = accumulate(inputs[:-1], mul, initial=1.0)
    behind = [*accumulate(inputs[:0:-1], mul, initial=1.0)][::-1]
    return tuple(a * b for a, b in zip(before, behind, strict=True))


def _expand_norm(*inputs: Any) -> Any:
    sizes = [abs(x) for x in inputs]
    largest = reduce(maximum, sizes)
    small = where(less(largest, 1e-140), 2.0**600, 1.0)
    scale = where(greater(largest, 1e140), 2.0**-600, small)
    scaled = [scale * size for size in sizes]
    length = sqrt(_dot(*scaled, *scaled)) / scale
    infinite = total([equal(size, INFINITY) for size in sizes])
    return where(infinite, INFINITY, length)


# fmt: off

_prod = declare("prod", "Π", lambda *inputs: reduce(mul, inputs, 1.0), _prod_local,
                expand=lambda *inputs: reduce(multiply, inputs))
_norm = declare("norm", "‖x‖", math.hypot, lambda y, *inputs: tuple(x / y for x in inputs),
                kink="nan where all are 0", expand=_expand_norm)

# fmt: on


def _listed(values: Iterable[Any], function: str, least: int = 1) -> Sequence[Any]:
    listed = tuple(values)
    if len(listed) < least:
        raise ValueError(
            f"{function} needs at least {least} value{'s' * (least > 1)}, {len(listed)} given"
        )
    return listed


@of_numbers
def mean(values: Iterable[Any]) -> Any:
    """Arithmetic mean Σ xᵢ / n; ∂/∂xᵢ = 1/n.

    Parameters
    ----------
    values : iterable of n Values or real numbers
        At least one.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among them.

    Raises
    ------
    ValueError
        When there is no value.

    Examples
    --------
    >>> from autograd import Value, mean
    >>> x = [Value(1.0), Value(2.0)]
    >>> y = mean(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (1.5, [0.5, 0.5])
    """
    listed = _listed(values, "mean")
    return total(listed) / float(len(listed))


@of_numbers
def prod(values: Iterable[Any]) -> Any:
    """Product of any number of Values, Π xᵢ, as one node; ∂/∂xᵢ is the product of the others.

    Parameters
    ----------
    values : iterable of n Values or real numbers
        The factors; no factor gives 1.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among them.

    Raises
    ------
    TypeError
        When one is neither a Value nor a real number.

    Examples
    --------
    >>> from autograd import Value, prod
    >>> x = [Value(2.0), Value(0.0), Value(5.0)]
    >>> y = prod(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (0.0, [0.0, 10.0, 0.0])
    """
    return _prod(*values)


@of_numbers
def norm(values: Iterable[Any]) -> Any:
    """Euclidean length y = √(Σ xᵢ²), without overflow on the way, as one node; ∂/∂xᵢ = xᵢ/y.

    Parameters
    ----------
    values : iterable of n Values or real numbers
        At least one.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among them.

    Raises
    ------
    ValueError
        When there is no value.

    Notes
    -----
    Where all are 0 there is no derivative, and the local gradients are nan, as those of `hypot`.

    Examples
    --------
    >>> from autograd import Value, norm
    >>> x = [Value(3.0), Value(-4.0)]
    >>> y = norm(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (5.0, [0.6, -0.8])
    """
    return _norm(*_listed(values, "norm"))


@of_numbers
def var(values: Iterable[Any], ddof: int = 0) -> Any:
    """Variance Σ (xᵢ − mean)² / (n − ddof); ∂/∂xᵢ = 2(xᵢ − mean)/(n − ddof).

    Parameters
    ----------
    values : iterable of n Values or real numbers
        More than `ddof`.
    ddof : int
        What is taken from n: 0 for the variance of these numbers, 1 for an estimate from a sample.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among them.

    Raises
    ------
    ValueError
        When there are not more values than `ddof`.

    Examples
    --------
    >>> from autograd import Value, var
    >>> x = [Value(1.0), Value(3.0)]
    >>> y = var(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (1.0, [-1.0, 1.0])
    """
    listed = _listed(values, "var", ddof + 1)
    middle = mean(listed)
    deviations = [x - middle for x in listed]
    return _dot(*deviations, *deviations) / float(len(listed) - ddof)


@of_numbers
def std(values: Iterable[Any], ddof: int = 0) -> Any:
    """Standard deviation y, the square root of `var`; ∂/∂xᵢ = (xᵢ − mean)/((n − ddof)·y).

    Parameters
    ----------
    values : iterable of n Values or real numbers
        More than `ddof`.
    ddof : int
        As for `var`.

    Returns
    -------
    Value or float
        Scalar; a Value where there is a Value among them.

    Raises
    ------
    ValueError
        When there are not more values than `ddof`.

    Notes
    -----
    Where all values are equal there is no derivative: it is nan there. Add a small number to the
    variance, sqrt(var(x) + 1e-5), where that may happen.

    Examples
    --------
    >>> from autograd import Value, std
    >>> x = [Value(1.0), Value(3.0)]
    >>> y = std(x)
    >>> y.backward()
    >>> y.data, [v.grad for v in x]
    (1.0, [-0.5, 0.5])
    """
    return sqrt(var(_listed(values, "std", ddof + 1), ddof))


@each_of_numbers
def log_softmax(values: Iterable[Any]) -> list[Any]:
    """Logarithms of softmax, xᵢ − ln Σⱼ e^xⱼ, which cannot underflow; ∂/∂xⱼ = δᵢⱼ − pⱼ.

    Parameters
    ----------
    values : iterable of n Values or real numbers
        The logits, at least one.

    Returns
    -------
    list of n Values or floats
        Numbers that are not positive, whose exponentials sum to 1.

    Raises
    ------
    ValueError
        When there is no value.

    Examples
    --------
    >>> from autograd import log_softmax
    >>> log_softmax([1000.0, 0.0])
    [0.0, -1000.0]
    """
    logits = _listed(values, "log_softmax")
    normalizer = logsumexp(logits)
    return [x - normalizer for x in logits]
