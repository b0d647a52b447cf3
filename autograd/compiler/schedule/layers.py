"""Whole layers: sums of products whose numbers lie in memory at constant strides.

A layer's dots read their weights row by row, and the sums over the rows of δᵢ·hⱼ lie side by side.
Where a group is large and regular, it becomes one step that loops over its terms, so that its code
is as short for a thousand weights as for a hundred. `emit.layers` writes the loops.

Read next: `repeats`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from autograd.compiler.schedule.gradient_rows import GradientRow
from autograd.compiler.schedule.normal import Product, Sum, products_of_row
from autograd.compiler.schedule.uniform import Cells

MANY_TERMS = 100
"""Terms from which on loops over them are worth it; fewer are faster written out."""

Factor = int | None
"""A slot, or None for 1."""

Row = dict[Factor, list[tuple[int, Product]]]
"""Products that have one factor in common, by the other, each with the index of its sum."""

Rectangle = Mapping[int, Row | GradientRow]
"""The products of every row with every column."""

Indices = Mapping[Factor, Mapping[Factor, int]]
"""The index of the sum for each row and column of a rectangle."""


@dataclass(frozen=True, slots=True)
class Strided:
    """Numbers at constant strides.

    Parameters
    ----------
    first : int
        The slot of the first of them.
    down, across : int
        How many numbers further the next row's is, and the next column's.
    """

    first: int
    down: int
    across: int = 0


@dataclass(frozen=True, slots=True)
class MatrixProduct:
    """z = W x + b: dots that read the same values x.

    Parameters
    ----------
    nodes, inputs : sequence of int
        The slots of z and x.
    weights : Strided
    biases : Strided or None
    """

    nodes: Sequence[int]
    inputs: Sequence[int]
    weights: Strided
    biases: Strided | None


@dataclass(frozen=True, slots=True)
class OuterProduct:
    """Σ δ xᵀ: sums over the rows of all products of two groups of values.

    Parameters
    ----------
    rows, columns : sequence of Factor
        Those of δ and of x.
    first : int
        The index of the sum of the first row and column; the next column's is the next one.
    stride : int
        How much further the next row's is.
    """

    rows: Sequence[Factor]
    columns: Sequence[Factor]
    first: int
    stride: int

    @property
    def rows_of_indices(self) -> list[range]:
        """The indices of the sums of each row."""
        starts = range(self.first, self.first + len(self.rows) * self.stride, self.stride)
        return [range(start, start + len(self.columns)) for start in starts]

    @property
    def indices(self) -> list[int]:
        """The indices of all its sums."""
        return list(chain.from_iterable(self.rows_of_indices))

    @property
    def factors(self) -> set[Factor]:
        """All that is read."""
        return {*self.rows, *self.columns}


def matrix_product(
    nodes: Mapping[int, Sum], inputs: Sequence[int], cells: Cells
) -> MatrixProduct | None:
    """Dots as one matrix product, or None where they are few or irregular.

    Parameters
    ----------
    nodes : dict of int to Sum
        At least two, which read the same values.
    inputs : sequence of int
        These values, in order.
    cells : dict of int to Cell
        Where the uniform numbers lie, by slot.
    """
    if len(nodes) * len(inputs) < MANY_TERMS:
        return None
    starts, products = zip(*(_split(node.products) for node in nodes.values()), strict=True)
    weights = _strided([_factors(row, inputs) for row in products], cells)
    biases = _strided(starts, cells) if any(starts) else None
    if weights is None or (any(starts) and biases is None):
        return None
    return MatrixProduct(list(nodes), inputs, weights, biases)


def _split(products: Sequence[Product]) -> tuple[Sequence[int], Sequence[Product]]:
    """The slot that a sum starts from, if its first term is no product, and the rest."""
    left, right, negative = products[0]
    return ([left], products[1:]) if right is None and not negative else ([], products)


def _factors(products: Sequence[Product], inputs: Sequence[int]) -> Sequence[int]:
    """The slots that the inputs are multiplied by; none where the products are something else."""
    if len(products) != len(inputs):
        return []
    lefts, rights, signs = zip(*products, strict=True)
    if rights == tuple(inputs) and not any(signs):  # as nearly always
        return lefts
    factors = []
    for (left, right, negative), x in zip(products, inputs, strict=True):
        if negative or right is None or x not in (left, right):
            return []
        factors.append(left if right == x else right)
    return factors


def _strided(slots: Sequence[Sequence[int]], cells: Cells) -> Strided | None:
    """Rows of slots as numbers at constant strides, or None where they are not."""
    if not slots[0] or any(len(row) != len(slots[0]) for row in slots):
        return None
    first, below, beside = slots[0][0], slots[1][0], slots[0][min(1, len(slots[0]) - 1)]
    if not {first, below, beside} <= cells.keys():
        return None
    array, start = cells[first]
    down, across = cells[below][1] - start, cells[beside][1] - start
    moves = [i * across for i in range(len(slots[0]))]
    for j, row in enumerate(slots):
        expected = zip(repeat(array), map((start + j * down).__add__, moves))
        if list(map(cells.get, row)) != list(expected):
            return None
    return Strided(first, down, across)


def outer_product(rectangle: Rectangle, varying: Container[int]) -> OuterProduct | None:
    """A rectangle of sums as one outer product, or None where it is small or irregular.

    All rows have the same columns; `varying` are the slots that differ from row to row of a batch.
    """
    whole = [row for row in rectangle.values() if isinstance(row, GradientRow)]
    if len(whole) == len(rectangle) and len({row.others for row in whole}) == 1:
        return _outer_product_of(whole, varying)
    written = {factor: written_out(row) for factor, row in rectangle.items()}
    columns = next(iter(written.values())).keys()
    if len(written) * len(columns) < MANY_TERMS:
        return None
    if not all(factor is None or factor in varying for factor in (*written, *columns)):
        return None
    terms = [terms for row in written.values() for terms in row.values()]
    if any(len(term) > 1 or term[0][1].negative for term in terms):
        return None
    across: Indices = {r: {c: row[c][0][0] for c in columns} for r, row in written.items()}
    down = {c: {r: row[c] for r, row in across.items()} for c in columns}
    return _rows_side_by_side(across) or _rows_side_by_side(down)


def written_out(row: Row | GradientRow) -> Row:
    """A row with each of its products."""
    if not isinstance(row, GradientRow):
        return row
    written: Row = {}
    for index, product in products_of_row(row):
        written.setdefault(product.right, []).append((index, product))
    return written


def _outer_product_of(rows: Sequence[GradientRow], varying: Container[int]) -> OuterProduct | None:
    """Rows with the same columns, in the order of their sums, as one outer product."""
    factors, columns = [row.factor for row in rows], rows[0].others
    if len(factors) * len(columns) < MANY_TERMS or len(set(columns)) < len(columns):
        return None
    if not all(factor is None or factor in varying for factor in (*factors, *columns)):
        return None
    first, second = rows[0].first, rows[min(1, len(rows) - 1)].first
    stride = second - first or len(columns)
    if [row.first for row in rows] != [first + k * stride for k in range(len(rows))]:
        return None
    return OuterProduct(factors, list(columns), first, stride)


def _rows_side_by_side(indices: Indices) -> OuterProduct | None:
    """An outer product, if the indices of each row follow one another."""
    rows = sorted(indices, key=lambda row: min(indices[row].values()))
    top = indices[rows[0]]
    columns = sorted(top, key=lambda column: top[column])
    first = top[columns[0]]
    stride = indices[rows[1]][columns[0]] - first if len(rows) > 1 else len(columns)
    if stride < len(columns):  # several products go to one sum
        return None
    for at, row in enumerate(rows):
        start = first + at * stride
        if [indices[row][c] for c in columns] != list(range(start, start + len(columns))):
            return None
    return OuterProduct(rows, columns, first, stride)
