"""The structure of nested numbers: what a call's arguments and results look like, numbers aside.

A program is recorded once for each structure of its arguments. `flatten` takes a nested argument
apart into its numbers and its structure, `rebuild` puts the two together again, and `take_rows`
does for a whole column of arguments what `flatten` does for one.

Read next: `trace`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import prod
from typing import Any, TypeAlias

from autograd.operation import Node, is_number, real


@dataclass(frozen=True, slots=True)
class Nest:
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
        if is_array(self.kind):
            return f"an array of shape {self.keys}"
        if self.keys:
            return f"a {self.kind.__name__} with the keys {list(self.keys)}"
        return f"a {self.kind.__name__} of {len(self.children)}"


Structure: TypeAlias = Nest | None


def describe(structure: Structure) -> str:
    """Say in words what a structure is."""
    return "a number" if structure is None else str(structure)


def is_array(kind: type) -> bool:
    """Tell whether a class is NumPy's array, without importing NumPy."""
    return kind.__module__ == "numpy" and kind.__name__ == "ndarray"


def flatten(
    nested: object, name: str, leaf: Callable[[object, str], Any] = real
) -> tuple[list[Any], Structure]:
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
    kind = nested.__class__
    if kind is float or is_number(nested) or isinstance(nested, Node):
        return [leaf(nested, name)], None
    if isinstance(nested, Mapping):
        keys = tuple(nested)
        parts = [flatten(nested[key], f"{name}[{key!r}]", leaf) for key in keys]
        return [x for numbers, _ in parts for x in numbers], Nest(
            dict, tuple(structure for _, structure in parts), keys
        )
    if is_array(kind):
        return _flatten_array(nested, name, leaf)
    if isinstance(nested, (list, tuple)):
        if all(x.__class__ is float for x in nested):
            return [leaf(x, name) for x in nested], Nest(kind, (None,) * len(nested))
        parts = [flatten(x, f"{name}[{i}]", leaf) for i, x in enumerate(nested)]
        return [x for numbers, _ in parts for x in numbers], Nest(
            kind, tuple(structure for _, structure in parts)
        )
    return [leaf(nested, name)], None


def _flatten_array(
    array: Any, name: str, leaf: Callable[[object, str], Any]
) -> tuple[list[Any], Structure]:
    if array.dtype.kind not in "biufO":
        raise TypeError(f"{name} is an array of {array.dtype}: only real numbers are allowed")
    return [leaf(x, name) for x in array.ravel().tolist()], Nest(type(array), (), array.shape)


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


def paths(structure: Structure, name: str) -> list[str]:
    """Name every number of a structure, as Python would write it: ``x[0]['left']``."""
    if structure is None:
        return [name]
    if is_array(structure.kind):
        return [name + "".join(f"[{i}]" for i in place) for place in _places(structure.keys)]
    keys: Iterable[Any] = structure.keys or range(len(structure.children))
    return [
        path
        for key, child in zip(keys, structure.children, strict=True)
        for path in paths(child, f"{name}[{key!r}]")
    ]


def _places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    places: list[tuple[int, ...]] = [()]
    for length in shape:
        places = [(*place, i) for place in places for i in range(length)]
    return places


# ------------------------------------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class Rows:
    """One argument of a batch: a row for each call of the function.

    Parameters
    ----------
    structure : structure
        What every row looks like.
    count : int
        How many rows there are.
    numbers : two-dimensional NumPy array, or list with a list of floats for each row
        The numbers of the rows, flat.
    """

    structure: Structure
    count: int
    numbers: Any

    @property
    def is_array(self) -> bool:
        """Whether the numbers are a NumPy array."""
        return is_array(type(self.numbers))

    def take(self, places: Sequence[int]) -> Any:
        """Return the numbers of some rows."""
        return self.numbers[places] if self.is_array else [self.numbers[i] for i in places]


def take_rows(column: object, name: str) -> Rows:
    """Read one argument of a batch, whose leading axis is the rows.

    Parameters
    ----------
    column : list, tuple or NumPy array of rows; or dict of columns
        A row is what the function takes: a number, or nested numbers. In a dict of columns a row
        is a dict too.
    name : str
        What messages call it.

    Returns
    -------
    Rows

    Raises
    ------
    TypeError
        For anything else, or what is not a number.
    ValueError
        For no rows at all, and for rows of different structure.
    """
    if isinstance(column, Mapping):
        return _rows_of_dict(column, name)
    if isinstance(column, memoryview):
        column = column.tolist()
    if hasattr(column, "__array__") and not is_number(column):
        return _rows_of_array(column, name)
    if isinstance(column, (str, bytes)) or not isinstance(column, Sequence):
        raise TypeError(
            f"{name} of a batch needs a leading axis of rows (a list, tuple or NumPy array of "
            f"them), not {type(column).__name__}; for one row, call the program itself"
        )
    if not column:
        raise ValueError(f"{name} has no rows: a batch needs at least one")
    if all(x.__class__ is float for x in column):
        return Rows(None, len(column), [[x] for x in column])
    if _is_table(column):
        row = Nest(list, (None,) * len(column[0]))
        return Rows(row, len(column), [list(numbers) for numbers in column])
    rows = [flatten(row, f"{name}, row {i}") for i, row in enumerate(column)]
    structures = [structure for _, structure in rows]
    for i, (one, other) in enumerate(pairwise(structures), start=1):
        if one != other:
            raise ValueError(
                f"{name} is ragged: row {i} is {describe(other)}, row {i - 1} {describe(one)}; "
                "the rows of a batch must be alike"
            )
    return Rows(structures[0], len(rows), [numbers for numbers, _ in rows])


def _is_table(rows: Sequence[Any]) -> bool:
    """Tell whether rows are lists of equally many floats, which need no look at each of them."""
    return (
        set(map(type, rows)) == {list}
        and len(set(map(len, rows))) == 1
        and set(map(type, chain.from_iterable(rows))) <= {float}
    )


def _rows_of_array(column: Any, name: str) -> Rows:
    import numpy as np

    array = np.asarray(column)
    if array.ndim == 0:
        raise TypeError(f"{name} of a batch needs a leading axis of rows, not one number")
    if array.dtype == object:
        return take_rows(array.tolist(), name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} is an array of {array.dtype}: only real numbers are allowed")
    if np.ma.is_masked(column):
        raise TypeError(f"{name} has masked entries, which are no numbers: fill or drop them first")
    if len(array) == 0:
        raise ValueError(f"{name} has no rows: a batch needs at least one")
    row = None if array.ndim == 1 else Nest(np.ndarray, (), array.shape[1:])
    shape = (len(array), prod(array.shape[1:]))
    return Rows(row, len(array), array.astype(np.float64, copy=False).reshape(shape))


def _rows_of_dict(column: Mapping[Any, object], name: str) -> Rows:
    if not column:
        raise ValueError(f"{name} is an empty dict: a batch needs at least one column")
    parts = {key: take_rows(part, f"{name}[{key!r}]") for key, part in column.items()}
    count = same_count({f"{name}[{key!r}]": part for key, part in parts.items()})
    structure = Nest(dict, tuple(part.structure for part in parts.values()), tuple(parts))
    return Rows(structure, count, side_by_side(list(parts.values())))


def same_count(parts: Mapping[str, Rows]) -> int:
    """Return how many rows the columns have, which must be equally many."""
    counts = {name: rows.count for name, rows in parts.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise ValueError(f"the columns of a batch must have equally many rows: {listed}")
    return next(iter(counts.values()))


def side_by_side(parts: Sequence[Rows]) -> Any:
    """Join columns of equally many rows: as an array where one of them is one, else as lists."""
    if len(parts) == 1:
        return parts[0].numbers
    if any(part.is_array for part in parts):
        import numpy as np

        return np.hstack([np.asarray(part.numbers, dtype=np.float64) for part in parts])
    return [list(chain(*row)) for row in zip(*(part.numbers for part in parts), strict=True)]
