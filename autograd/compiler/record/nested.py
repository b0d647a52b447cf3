"""The structure of nested numbers: what a call's arguments and results look like, numbers aside.

A program is recorded once for each structure of its arguments. `flatten` takes a nested argument
apart into its numbers and its structure, and `rebuild` puts the two together again.

Read next: `rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, TypeAlias, TypeGuard

from autograd.node import Node, is_number, real


class OneOf:
    """The kind of a structure that stands for several, which its children are: see `ragged`."""


@dataclass(frozen=True, slots=True)
class Container:
    """A list, tuple, dict or NumPy array with what is in it.

    Parameters
    ----------
    kind : type
        The class of the container, such as ``list``.
    children : tuple of structures
        What stands at each place; None is a number. Empty for an array, which holds numbers alone.
    keys : tuple
        The keys of a dict, the shape of an array, else empty.
    """

    kind: type
    children: tuple[Structure, ...] = ()
    keys: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.kind is OneOf:
            return f"one of: {'; '.join(map(describe, self.children))}"
        if is_array(self.kind):
            return f"an array of shape {self.keys}"
        if self.keys:
            return f"a {self.kind.__name__} with the keys {list(self.keys)}"
        return f"a {self.kind.__name__} of {len(self.children)}"


Structure: TypeAlias = Container | None
Leaf: TypeAlias = Callable[[object, str], Any]


def is_one_of(structure: Structure) -> TypeGuard[Container]:
    """Tell whether a structure stands for several."""
    return structure is not None and structure.kind is OneOf


def alike(one: Structure, other: Structure) -> bool:
    """Tell whether two structures are the same but for the lengths of lists, tuples and arrays."""
    if one is None or other is None:
        return one is other
    if one.kind is not other.kind or (one.kind is dict and one.keys != other.keys):
        return False
    return len(one.keys) == len(other.keys) and all(map(alike, one.children, other.children))


def describe(structure: Structure) -> str:
    """Say in words what a structure is."""
    return "a number" if structure is None else str(structure)


def is_array(kind: type) -> bool:
    """Tell whether a class is NumPy's array, without importing NumPy."""
    return kind.__module__ == "numpy" and kind.__name__ == "ndarray"


def flatten(nested: object, name: str, leaf: Leaf = real) -> tuple[list[Any], Structure]:
    """Take nested numbers apart.

    Parameters
    ----------
    nested : number, or nested list, tuple, dict or NumPy array of numbers
    name : str
        What messages call it, such as ``"argument 'x'"``.
    leaf : callable
        ``leaf(number, name)`` returns what is listed for a number, or raises a TypeError.

    Returns
    -------
    tuple of (list of numbers, structure)

    Examples
    --------
    >>> numbers, structure = flatten({"x": [1, 2], "t": 3}, "the argument")
    >>> numbers
    [1.0, 2.0, 3.0]
    >>> rebuild(structure, iter([10.0, 20.0, 30.0]))
    {'x': [10.0, 20.0], 't': 30.0}
    """
    kind: Any = nested.__class__
    if kind is float or is_number(nested) or isinstance(nested, Node):
        return [leaf(nested, name)], None
    keys: tuple[Any, ...] = ()
    if isinstance(nested, Mapping):
        kind, keys = dict, tuple(nested)
        children: Sequence[Any] = [nested[key] for key in keys]
    elif is_array(kind):
        return _flatten_array(nested, name, leaf)
    elif not isinstance(nested, (list, tuple)):
        return [leaf(nested, name)], None
    elif all(x.__class__ is float for x in nested):
        return [leaf(x, name) for x in nested], Container(kind, (None,) * len(nested))
    else:
        children = nested
    places = zip(keys or range(len(children)), children, strict=True)
    parts = [flatten(child, f"{name}[{place!r}]", leaf) for place, child in places]
    numbers = [x for numbers, _ in parts for x in numbers]
    return numbers, Container(kind, tuple(structure for _, structure in parts), keys)


def fill(numbers: list[float], nested: Any, structure: Structure) -> bool:
    """List the numbers of what has a known structure and floats alone; tell whether it has.

    The quick way for calls, nearly all of which are like the last one: `flatten` takes ten times
    as long, and says what is wrong.
    """
    kind = nested.__class__
    if structure is None:
        numbers.append(nested)
        return kind is float
    children = structure.children
    if kind is not structure.kind or not isinstance(nested, (list, tuple)):
        return False
    if len(nested) != len(children):
        return False
    if children.count(None) == len(children):
        numbers += nested
        return _FLOATS.issuperset(map(type, nested))
    return all(fill(numbers, x, child) for x, child in zip(nested, children, strict=True))


_FLOATS = {float}


def _flatten_array(array: Any, name: str, leaf: Leaf) -> tuple[list[Any], Structure]:
    if array.dtype.kind not in "biufO":
        raise TypeError(f"{name} is an array of {array.dtype}: only real numbers are allowed")
    return [leaf(x, name) for x in array.ravel().tolist()], Container(type(array), (), array.shape)


def rebuild(structure: Structure, numbers: Iterator[Any]) -> Any:
    """Put numbers into a structure: `flatten` undone."""
    if structure is None:
        return next(numbers)
    if is_array(structure.kind):
        import numpy as np

        size = prod(structure.keys)
        flat = [next(numbers) for _ in range(size)]
        floats = all(isinstance(x, float) for x in flat)
        array = np.empty(size, dtype=float if floats else object)
        array[:] = flat
        return array.reshape(structure.keys)
    parts = [rebuild(child, numbers) for child in structure.children]
    if structure.kind is dict:
        return dict(zip(structure.keys, parts, strict=True))
    if hasattr(structure.kind, "_fields"):  # a named tuple takes its fields one by one
        return structure.kind(*parts)
    return structure.kind(parts)


def one_line(text: str) -> str:
    """Make a name fit for one line of a text or a comment: nothing in it is more than a letter."""
    return "".join(c if c.isprintable() and c != "\\" else "?" for c in text)


def paths(structure: Structure, name: str) -> list[str]:
    """Name every number of a structure, as Python would write it: ``x[0]['left']``."""
    if structure is None:
        return [name]
    if is_array(structure.kind):
        axes = map(range, structure.keys if prod(structure.keys) else (0,))  # `product` lists each
        return [name + "".join(f"[{i}]" for i in place) for place in product(*axes)]
    keys: Iterable[Any] = structure.keys or range(len(structure.children))
    return [
        path
        for key, child in zip(keys, structure.children, strict=True)
        for path in paths(child, f"{name}[{key!r}]")
    ]


def shape_of(structure: Structure) -> tuple[int, ...] | None:
    """Return the shape of nested lists of equal length, or None where they are something else."""
    if structure is None:
        return ()
    if is_array(structure.kind):
        return structure.keys
    shapes = {shape_of(child) for child in structure.children}
    if structure.kind is dict or len(shapes) != 1:
        return None
    (inner,) = shapes
    return None if inner is None else (len(structure.children), *inner)
