"""The rows of a batch: every argument of a function with a leading axis.

`take_rows` does for a whole column of arguments what `nested.flatten` does for one argument.

Read next: `trace`, then `ragged`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import prod
from typing import Any

from autograd.compiler.record.nested import Container, Structure, alike, describe, flatten, is_array
from autograd.node import is_number


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
    ragged : str
        Where rows have different lengths, what differs first, in words.
    """

    structure: Structure
    count: int
    numbers: Any
    ragged: str = ""

    @property
    def is_array(self) -> bool:
        """Whether the numbers are a NumPy array."""
        return is_array(type(self.numbers))

    def each(self) -> Ragged:
        """Give every row its own structure."""
        numbers = self.numbers.tolist() if self.is_array else self.numbers
        return Ragged([self.structure] * self.count, numbers)

    def take(self, places: Sequence[int]) -> Any:
        """Return the numbers of some rows."""
        return self.numbers[places] if self.is_array else [self.numbers[i] for i in places]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths: each has a structure of its own.

    Parameters
    ----------
    structures : list of structures
    numbers : list with a list of floats for each row
    where : str
        What differs first, in words.
    """

    structures: list[Structure]
    numbers: list[list[float]]
    where: str = ""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.structures)


def take_rows(column: object, name: str) -> Rows | Ragged:
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
    Rows, or Ragged where lists, tuples or arrays differ in length from row to row

    Raises
    ------
    TypeError
        For anything else, or what is not a number.
    ValueError
        For no rows at all, and for rows that differ in more than lengths.
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
        row = Container(list, (None,) * len(column[0]))
        return Rows(row, len(column), [list(numbers) for numbers in column])
    rows = [flatten(row, f"{name}, row {i}") for i, row in enumerate(column)]
    numbers, structures = [numbers for numbers, _ in rows], [structure for _, structure in rows]
    differs = ""
    for i, (one, other) in enumerate(pairwise(structures), start=1):
        if not alike(one, other):
            raise ValueError(
                f"{name} is ragged: row {i} is {describe(other)}, row {i - 1} {describe(one)}; "
                "the rows of a batch must be alike, but for lengths"
            )
        if one != other:
            differs = differs or f"row {i} is {describe(other)}, row {i - 1} {describe(one)}"
    if differs:
        return Ragged(structures, numbers, f"{name} is ragged: {differs}")
    return Rows(structures[0], len(rows), numbers)


def _is_table(rows: Sequence[Any]) -> bool:
    """Tell whether rows are lists of equally many floats, which need no look at each of them."""
    return (
        set(map(type, rows)) == {list}
        and len(set(map(len, rows))) == 1
        and set(map(type, chain.from_iterable(rows))) <= {float}
    )


def _rows_of_array(column: Any, name: str) -> Rows | Ragged:
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
    row = None if array.ndim == 1 else Container(np.ndarray, (), array.shape[1:])
    shape = (len(array), prod(array.shape[1:]))
    return Rows(row, len(array), array.astype(np.float64, copy=False).reshape(shape))


def _rows_of_dict(column: Mapping[Any, object], name: str) -> Rows | Ragged:
    if not column:
        raise ValueError(f"{name} is an empty dict: a batch needs at least one column")
    named = [(f"{name}[{key!r}]", part) for key, part in column.items()]
    return joined(named, dict, tuple(column))


def joined(
    columns: Iterable[tuple[str, object]], kind: type, keys: tuple[Any, ...] = ()
) -> Rows | Ragged:
    """Join columns, each after what messages call it, to rows that are containers of a kind."""
    parts = {name: take_rows(column, name) for name, column in columns}
    count = same_count(parts)
    rows = [part for part in parts.values() if isinstance(part, Rows)]
    if len(rows) == len(parts):
        structure = Container(kind, tuple(part.structure for part in rows), keys)
        return Rows(structure, count, side_by_side(rows))
    ragged = [part if isinstance(part, Ragged) else part.each() for part in parts.values()]
    together = zip(*(part.structures for part in ragged), strict=True)
    numbers = zip(*(part.numbers for part in ragged), strict=True)
    return Ragged(
        [Container(kind, structures, keys) for structures in together],
        [list(chain(*row)) for row in numbers],
        next(part.where for part in ragged if part.where),
    )


def same_count(parts: Mapping[str, Rows | Ragged]) -> int:
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
