"""Nested lists, tuples, dicts and NumPy arrays of numbers: taken apart, and put together again.

Whatever has an argument or a result in any such form takes it apart into its numbers with
`numbers_in`, and gives others back in the same form with `like`. NumPy is not imported here: where
there is an array, it has been.

Read next: `arrays`, `linalg`, `calls`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from math import prod
from typing import Any, cast

REAL_KINDS = "biufO"  # bool, int, unsigned, float, and objects, which are looked at one by one


def is_array(x: object) -> bool:
    """Tell whether `x` is a NumPy array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.ndarray)


def numbers_in(tree: Any) -> list[Any]:
    """List what stands in nested lists, tuples, dicts and arrays, in order.

    Examples
    --------
    >>> numbers_in({"w": [1.0, (2.0, 3.0)], "b": 4.0})
    [1.0, 2.0, 3.0, 4.0]
    """
    if isinstance(tree, Mapping):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [x for branch in tree for x in numbers_in(branch)]
    return entries(tree) if is_array(tree) else [tree]


def entries(array: Any) -> list[Any]:
    """List the entries of an array, the last index running fastest."""
    import numpy as np

    if array.dtype.kind not in REAL_KINDS:
        raise TypeError(f"an array of {array.dtype} was given; it needs to be one of real numbers")
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError("a masked array was given; fill it first, with array.filled(...)")
    listed: list[Any] = np.asarray(array).ravel().tolist()
    return listed


def array_of(numbers: Iterable[Any], shape: tuple[int, ...]) -> Any:
    """Make an array of floats; one of objects where there is anything else, such as Values."""
    import numpy as np

    listed = list(numbers)
    floats = all(isinstance(x, float) for x in listed)
    array = np.empty(len(listed), dtype=float if floats else object)
    array[:] = listed
    return array.reshape(shape)


def like(tree: Any, supply: Iterator[Any]) -> Any:
    """Make a tree of the same form from other numbers.

    Examples
    --------
    >>> like({"w": [1.0, (2.0, 3.0)], "b": 4.0}, iter("abcd"))
    {'w': ['a', ('b', 'c')], 'b': 'd'}
    """
    return mapped(tree, lambda end: taken(end, supply))


def taken(end: Any, supply: Iterator[Any]) -> Any:
    """Take what stands in the place of one number or one array."""
    return array_of(islice(supply, end.size), end.shape) if is_array(end) else next(supply)


def stacked(tree: Any, rows: list[Iterator[Any]], shape: tuple[int, ...]) -> Any:
    """Make a tree of arrays, each of which has an entry, or an array, for each of several rows.

    Parameters
    ----------
    tree : nested lists, tuples, dicts and arrays of numbers
    rows : list of iterators
        Each supplies the numbers for one tree of this form.
    shape : tuple of int
        How the rows are arranged.

    Returns
    -------
    nested lists, tuples, dicts and arrays
        An array of `shape` for a number of the tree, one of `shape` and then its own for an array.
    """

    def stack(end: Any) -> Any:
        own: tuple[int, ...] = end.shape if is_array(end) else ()
        return array_of((x for row in rows for x in islice(row, prod(own))), shape + own)

    return mapped(tree, stack)


def mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Make a tree of the same form in which each number and each array is changed."""
    if isinstance(tree, Mapping):
        copy = tree.copy() if isinstance(tree, dict) else dict(tree)
        for key, branch in tree.items():
            copy[key] = mapped(branch, change)
        return copy
    if isinstance(tree, (list, tuple)):
        branches = [mapped(branch, change) for branch in tree]
        if hasattr(tree, "_make"):  # a namedtuple
            return cast(Any, tree)._make(branches)
        return branches if isinstance(tree, list) else tuple(branches)
    return change(tree)


def aligned(tree: Any, form: Any, name: str, form_name: str) -> list[Any]:
    """List the numbers of a tree that must have the form of another, in the order of that one."""
    kind, wanted = _kind(tree), _kind(form)
    if kind is not wanted:
        given = _in_words(tree) if is_array(tree) else f"a {type(tree).__name__}"
        raise TypeError(
            f"{name} must have the form of {form_name}: {_in_words(form)} is needed where {given} "
            "was given"
        )
    if kind is object:
        return numbers_in(tree)
    if kind is _Array:
        if tree.shape != form.shape:
            raise ValueError(
                f"{name} must have the form of {form_name}: {_in_words(form)} is needed, one of "
                f"shape {tree.shape} was given"
            )
        return entries(tree)
    keys = list(form) if kind is dict else range(len(form))
    if kind is dict and set(tree) != set(form):
        raise ValueError(
            f"{name} must have the form of {form_name}: keys {keys} are needed, "
            f"{list(tree)} were given"
        )
    if len(tree) != len(form):
        raise ValueError(
            f"{name} must have the form of {form_name}: {_in_words(form)} of {len(form)} is "
            f"needed, one of {len(tree)} was given"
        )
    return [x for key in keys for x in aligned(tree[key], form[key], name, form_name)]


class _Array:
    """The kind of an array with axes; one without is a number."""


def _kind(tree: Any) -> type:
    if isinstance(tree, Mapping):
        return dict
    if is_array(tree):
        return _Array if tree.ndim else object
    return next((kind for kind in (list, tuple) if isinstance(tree, kind)), object)


def _in_words(form: Any) -> str:
    kind = _kind(form)
    if is_array(form):
        return f"an array of shape {form.shape}"
    return "a number or Value" if kind is object else f"a {kind.__name__}"
