"""How far two right evaluations of one graph may lie apart: a running error analysis.

Beside each number goes a bound of its error, in units of the *terms* that were added up, not of
the result: where terms cancel, the bound stays as large as they are. So a difference beyond the
bound is a fault even where the result is large, and one within it is none even where hardly a digit
of the result is left. All rows are computed at once, by the forwards that eager evaluation calls.

References
----------
Higham: Accuracy and Stability of Numerical Algorithms, 2nd edition, SIAM 2002, section 3.3.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd import Value
from autograd.graph import topological_order
from autograd.operation import Operation
from autograd.switches import ieee_arithmetic

UNIT = 2.0**-53
ARITHMETIC = 2 * UNIT  # each side rounds once
FUNCTION = (
    16 * UNIT
)  # eager's worst function is off by 4.3 ulp, the compiler's by 2.5, and 1 ulp <= 2 units
NEXT_TO_ONE = 8 * UNIT  # what 1 - y² and y · (1 - y) may have beside their function
SMALLEST = 4 * sys.float_info.min * sys.float_info.epsilon
FAR = 0.01  # an error so large may lead over a whole wave of a function, from value to like value
TINY = 1e-280  # below it a result may have fewer digits
TOO_LARGE = 1e290  # whoever adds up in another order may overflow here

_EXACT = {
    *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "where", "abs"),
    *("maximum", "minimum", "floor", "ceil", "trunc", "round", "fmod", "sign", "heaviside"),
    *("stop_gradient", "copysign", "relu", "clip", "passed"),
}
"""What is computed without rounding, truths above all."""

Array = Any
Forward = Callable[[Operation, Sequence[Array]], Array]


class Bounded(NamedTuple):
    """Numbers of all rows, bounds of their errors, and the size of the terms they are made of."""

    value: Array
    error: Array
    terms: Array

    @property
    def decided(self) -> Array:
        """Where the bound says something."""
        return np.isfinite(self.value) & (self.error < TOO_LARGE)

    def excess(self, found: Array) -> Array:
        """How often the bound goes into the distance of what was found; 0 where nothing is said."""
        found = np.asarray(found, dtype=float)
        with np.errstate(all="ignore"):
            ratio = np.where(found == self.value, 0.0, np.abs(found - self.value) / self.error)
        return np.where(self.decided, np.where(np.isnan(ratio), np.inf, ratio), 0.0)


def exact(numbers: Any) -> Bounded:
    """Numbers without an error."""
    value = np.atleast_1d(np.asarray(numbers, dtype=float))
    return Bounded(value, np.zeros_like(value), np.abs(value))


class Evaluation:
    """Graphs of Values, evaluated for many rows at once; what several share is computed once.

    Where only the bounds are wanted, the numbers may be rounded otherwise than eager ones.
    """

    def __init__(self, leaves: Mapping[Value, Bounded], *, only_bounds: bool = False) -> None:
        self.known: dict[Value, Bounded] = dict(leaves)
        self.compute = nearly if only_bounds else forward

    def of(self, root: Value) -> Bounded:
        """Evaluate a graph."""
        for node in topological_order(root):
            if node not in self.known:
                inputs = [self.number(parent) for parent in node.parents]
                self.known[node] = apply(node.operation, inputs, self.compute)
        return self.number(root)

    def number(self, node: Value) -> Bounded:
        """Return a node's numbers; a leaf that is not given has its own."""
        known = self.known.get(node)
        if known is None:
            known = self.known[node] = exact(node._data)
        return known


def apply(operation: Operation | None, inputs: Sequence[Bounded], compute: Forward) -> Bounded:
    """Compute an operation's numbers, and bounds for whoever computes them otherwise."""
    assert operation is not None
    columns = np.broadcast_arrays(*(x.value for x in inputs))
    with np.errstate(all="ignore"):
        value = compute(operation, columns)
        error, terms = _passed_on(operation, inputs, columns, value)
        rounded = np.ones(value.shape, dtype=bool)
        if operation.name in _TERMS:
            rounded = (terms >= 2.0**53) | ~np.logical_and.reduce(
                [np.rint(x) == x for x in columns]
            )  # whole numbers
            error = error + np.where(rounded, ARITHMETIC * terms, 0.0)
        elif operation.name not in _EXACT:
            error = error + FUNCTION * terms
        error = error + np.where(rounded & (value != 0.0) & (terms < TINY), SMALLEST, 0.0)
        if operation.name in ("tanh_derivative", "sigmoid_derivative"):
            error = error + NEXT_TO_ONE
        error = np.where(np.abs(terms) < TOO_LARGE, error, np.inf)
    return Bounded(value, error, terms)


def _passed_on(
    operation: Operation, inputs: Sequence[Bounded], columns: Sequence[Array], value: Array
) -> tuple[Array, Array]:
    """What comes of the errors of the inputs, and the size of the terms."""
    if operation.name in _TERMS:
        return _TERMS[operation.name](inputs)
    if operation.expand is not None:
        inner = _expanded(operation, len(inputs))
        if inner is not None:
            leaves, root = inner
            given = dict(zip(leaves, inputs, strict=True))
            found = Evaluation(given, only_bounds=True).of(root)
            return found.error, np.abs(value)
    if operation.name in _RULES:
        return _RULES[operation.name](*inputs), np.abs(value)
    error = np.zeros_like(value)
    for k, x in enumerate(inputs):
        if np.any(x.error):
            error = error + np.maximum(
                *(
                    np.abs(nearly(operation, [*columns[:k], moved, *columns[k + 1 :]]) - value)
                    for moved in (columns[k] + x.error, columns[k] - x.error)
                )
            )
            if operation.name not in _EXACT:
                error = np.where(x.error < FAR, error, np.inf)
    return error, np.abs(value)


@cache
def _expanded(operation: Operation, count: int) -> tuple[list[Value], Value] | None:
    """What an operation is composed of, as a graph; None where that is another of its own kind."""
    leaves = [Value(0.5) for _ in range(count)]
    with ieee_arithmetic.on():
        assert operation.expand is not None
        root = operation.expand(*leaves)
    if not isinstance(root, Value) or not root.parents or root.operation == operation:
        return None
    return leaves, root


# ------------------------------------------------------------------------------ numbers of all rows


def forward(operation: Operation, columns: Sequence[Array]) -> Array:
    """Apply an operation to every row, as eager evaluation in IEEE arithmetic does."""
    by_numpy = _SAME_BITS.get(operation.name)
    if by_numpy is not None:
        return by_numpy(*columns)
    lists = [column.tolist() for column in np.broadcast_arrays(*columns)]
    compute = operation.forward
    try:
        return np.array([compute(*row) for row in zip(*lists, strict=True)], dtype=float)
    except (ArithmeticError, ValueError):
        with ieee_arithmetic.on():
            return np.array([operation.evaluate(row) for row in zip(*lists, strict=True)])


def nearly(operation: Operation, columns: Sequence[Array]) -> Array:
    """Do the same by NumPy's function, whose last digits may differ and which takes less time."""
    function = getattr(np, _BY_NUMPY.get(operation.name, ""), None)
    return forward(operation, columns) if function is None else function(*columns)


_BY_NUMPY = {
    **{name: name for name in ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan")},
    **{name: name for name in ("sinh", "cosh", "tanh", "hypot", "maximum", "minimum", "power")},
    **{name: f"arc{name[1:]}" for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{name: name for name in ("floor", "ceil", "trunc", "fmod")},
    "atan2": "arctan2",
}
_SAME_BITS: dict[str, Callable[..., Array]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "negative": np.negative,
    "positive": np.positive,
    "abs": np.abs,
    "greater": lambda a, b: (a > b).astype(float),
    "greater_equal": lambda a, b: (a >= b).astype(float),
    "less": lambda a, b: (a < b).astype(float),
    "less_equal": lambda a, b: (a <= b).astype(float),
    "equal": lambda a, b: (a == b).astype(float),
    "not_equal": lambda a, b: (a != b).astype(float),
    "where": lambda c, a, b: np.where(c != 0.0, a, b),
}
"""What IEEE 754 defines to the last bit."""


def _of_sum(inputs: Iterable[Bounded]) -> tuple[Array, Array]:
    inputs = list(inputs)
    return sum(x.error for x in inputs), sum(x.terms for x in inputs)


def _of_product(inputs: Sequence[Bounded]) -> tuple[Array, Array]:
    a, b = inputs
    error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error
    return np.where(np.isnan(error), np.inf, error), a.terms * b.terms


def _of_remainder(a: Bounded, b: Bounded) -> Array:
    """Of fmod: linear, and as much as b where that leads over one of its jumps."""
    value, width = np.fmod(a.value, b.value), np.abs(b.value)
    error = a.error + np.abs(a.value / b.value) * b.error
    over = (error > np.abs(value)) | (error > width - np.abs(value))
    return np.where(over & (error > 0.0), np.maximum(width, error), error)


def _of_quotient(a: Bounded, b: Bounded) -> Array:
    smallest = np.abs(b.value) - b.error
    error = (a.error + np.abs(a.value / b.value) * b.error) / smallest
    return np.where((smallest > 0.0) & (error == error), error, np.where(b.error > 0, np.inf, 0.0))


def _of_dot(inputs: Sequence[Bounded]) -> tuple[Array, Array]:
    half = len(inputs) // 2
    errors, terms = _of_sum(inputs[2 * half :]) if len(inputs) % 2 else (0.0, 0.0)
    for a, b in zip(inputs[:half], inputs[half : 2 * half], strict=True):
        error, size = _of_product((a, b))
        errors, terms = errors + error, terms + size
    return errors, len(inputs) * terms


_RULES: dict[str, Callable[..., Array]] = {"fmod": _of_remainder, "divide": _of_quotient}
_TERMS: dict[str, Callable[[Sequence[Bounded]], tuple[Array, Array]]] = {
    "add": _of_sum,
    "subtract": _of_sum,
    "total": lambda inputs: (_of_sum(inputs)[0], len(inputs) * _of_sum(inputs)[1]),
    "negative": lambda inputs: (inputs[0].error, inputs[0].terms),
    "positive": lambda inputs: (inputs[0].error, inputs[0].terms),
    "multiply": _of_product,
    "dot": _of_dot,
}
"""Sums and products: the error and the terms of the result."""
