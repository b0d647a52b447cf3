"""A node: a number, where it came from, and how it depends on that.

Read next: `operation`.
"""

from __future__ import annotations

import sys
from numbers import Real
from typing import Any, TypeVar

N = TypeVar("N", bound="Node")

INFINITY = float("inf")
NAN = float("nan")

_new = object.__new__


class Nothing(float):
    """What passes an edge that is not selected: a zero, whatever it is multiplied with.

    The branch that `where` does not take, the smaller argument of `maximum`, the off side of a
    ReLU, every step: nothing there depends on the input. A zero that is merely a number gives
    0·∞ = nan, as in IEEE arithmetic; this one stays what it is, and adds nothing to a sum.

    Examples
    --------
    >>> from autograd.node import INFINITY, NOTHING
    >>> NOTHING, NOTHING * INFINITY, NOTHING + 2.0
    (0.0, 0.0, 2.0)
    """

    __slots__ = ()

    def __mul__(self, other: Any) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return other

    __rmul__ = __mul__
    __radd__ = __add__

    def __reduce__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


class Node:
    """What an operation leaves behind: a number, where it came from, and how it depends on that.

    `value.Value` adds Python's arithmetic and is the class that people meet. Its ``data`` and
    ``local_gradients()`` are the ``_data`` and ``_local`` of here.
    """

    __slots__ = ("__weakref__", "_data", "_label", "_local", "grad", "operation", "parents")

    _data: float
    _local: tuple[float, ...]
    grad: float
    operation: Any  # the Operation that made it; None for a leaf
    parents: tuple[Any, ...]
    _label: str

    @property
    def label(self) -> str:
        """The name that drawings, derivations and errors use."""
        return self._label

    @label.setter
    def label(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"a Value's label is a str, not {type(name).__name__}")
        self._label = name


class _NodeClasses:
    """The classes of recorded nodes and of constants; `value` enters them: imports run one way."""

    value: type[Node] = Node
    constant: type[Node] = Node


node_classes = _NodeClasses()


def leaf(kind: type[N], data: float, label: str = "") -> N:
    """Make a node without parents."""
    node = _new(kind)
    node._data = data
    node.grad = 0.0
    node.parents = ()
    node.operation = None
    node._local = ()
    node._label = label
    return node


def real(number: Any, what: str = "a Value") -> float:
    """Return a real number as a float; anything else is a TypeError that says what to pass."""
    if is_number(number):
        try:
            return float(number)
        except OverflowError:
            raise OverflowError(
                f"{what} holds a float; this {type(number).__name__} is larger than the largest "
                f"float, {sys.float_info.max:.4g}"
            ) from None
    raise TypeError(
        f"{what} needs one real number (int, float, bool, Fraction or a NumPy real scalar), "
        f"not {type(number).__name__}{_advice(number)}"
    )


def is_number(x: object) -> bool:
    """Tell whether `x` is a real number: Python's, NumPy's, or one registered as `numbers.Real`."""
    kind = x.__class__
    if kind is float or kind is int or isinstance(x, Real):
        return True
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")  # not a Real there


def _advice(number: object) -> str:
    if isinstance(number, Node):
        return ": it is a Value already; use it as it is, or detach() for an independent leaf"
    if isinstance(number, str):
        return ": convert it with float(...), and name the Value by label=..."
    if hasattr(number, "__array__") or isinstance(number, (list, tuple)):
        return (
            ": make one Value for each entry, as autograd.values(array) does; to go through all "
            "entries, write numpy.frompyfunc(f, n, 1)(...) for a function f of n numbers"
        )
    if hasattr(number, "__float__"):
        return ": convert it with float(...) where that is meant"
    return ""


def constant(number: Any) -> Node:
    """Make the leaf that stands for a number met in an expression."""
    if number.__class__ is not float:
        number = real(number, "arithmetic with Values")
    return leaf(node_classes.constant, number)
