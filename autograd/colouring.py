"""How many sweeps a sparse matrix takes: its columns in as few groups as is easily found.

A sweep computes the product of a matrix and a vector. If the vector is 1 at several columns, the
product still shows their entries one by one, where no two of them meet in a row. `apart` groups
columns so; `stars` uses that in a symmetric matrix each entry can be read at two places.

References
----------
Gebremedhin, Manne, Pothen: What Color Is Your Jacobian? SIAM Review 47 (2005), sections 3 and 4.

Read next: `sweeps`, then `sparse`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

Pattern = Sequence[Sequence[int]]
"""For each row the columns that may have an entry."""


def transposed(pattern: Pattern, columns: int) -> list[list[int]]:
    """For each column the rows that may have an entry.

    Examples
    --------
    >>> transposed([[0, 2], [2]], 3)
    [[0], [], [0, 1]]
    """
    rows: list[list[int]] = [[] for _ in range(columns)]
    for row, line in enumerate(pattern):
        for column in line:
            rows[column].append(row)
    return rows


def apart(pattern: Pattern, columns: int) -> list[int]:
    """Colour the columns, so that no two of one colour meet in a row.

    Returns
    -------
    list of int
        The colour of each column, from 0 on; -1 for a column without entries.

    Examples
    --------
    >>> apart([[0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4]], 5)
    [0, 1, 2, 0, 1]
    """
    taken: list[set[int]] = [set() for _ in pattern]
    colours = []
    for rows in transposed(pattern, columns):
        colour = _least(taken[row] for row in rows) if rows else -1
        colours.append(colour)
        for row in rows:
            taken[row].add(colour)
    return colours


def stars(pattern: Pattern) -> list[int]:
    """Colour the columns of a symmetric pattern: each entry can be read at (i, j) or at (j, i).

    Neighbours (columns with an entry in common) differ in colour, and no path of four has only two
    colours: what two colours connect is stars. In each star, a spoke's row shows the entry to the
    hub alone.

    Returns
    -------
    list of int
        The colour of each column, from 0 on; -1 for a column without entries.

    Examples
    --------
    A matrix with entries in its first row, its first column and its diagonal takes two sweeps:

    >>> stars([[0, 1, 2, 3], [0, 1], [0, 2], [0, 3]])
    [0, 1, 1, 1]
    """
    colours: list[int] = [-1] * len(pattern)
    # For each column: its coloured neighbours by colour, and the colours of the hubs of its stars.
    around: list[dict[int, list[int]]] = [defaultdict(list) for _ in pattern]
    hubs: list[set[int]] = [set() for _ in pattern]
    for v in sorted(range(len(pattern)), key=lambda v: -len(pattern[v])):  # a hub comes first
        if not pattern[v]:
            break
        neighbours = [w for w in pattern[v] if w != v]
        # A neighbour without a colour may come to have any; those with one have different ones.
        forbidden = [set(around[w]) if colours[w] < 0 else hubs[w] for w in neighbours]
        forbidden.append(set(around[v]))
        colours[v] = _least(forbidden)
        for w in neighbours:
            alike = around[w][colours[v]]
            alike.append(v)
            if len(alike) > 1 and colours[w] >= 0:
                for spoke in alike[-1:] if len(alike) > 2 else alike:
                    hubs[spoke].add(colours[w])
    return colours


def _least(taken: Iterable[set[int]]) -> int:
    """The least colour that is in none of the sets."""
    union = set().union(*taken)
    return next(colour for colour in range(len(union) + 1) if colour not in union)
