"""Elimination on lists of rows, which `linalg` is made of.

Crout's form of it: column k of the lower factor, then row k of the upper one, which has a diagonal
of 1. Each entry is aᵢⱼ less one `dot`, where elimination row by row would make n nodes of it.

References
----------
Golub, Van Loan: Matrix Computations, 4th edition, sections 3.2 and 3.4.

Read next: `linalg`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, TypeAlias

from autograd import functions
from autograd.functions import greater, where
from autograd.switches import tracing
from autograd.value import Value

Number: TypeAlias = Any  # a Value or a float
Vector: TypeAlias = list[Number]
Matrix: TypeAlias = list[Vector]


def solved(matrix: Matrix, right: Matrix) -> Matrix:
    """Eliminate, and put in what is known from the last row upwards."""
    n = len(matrix)
    rows = [[*row, *more] for row, more in zip(matrix, right, strict=True)]
    for k in range(n):
        _reduce_column(rows, k)
        _largest_first(rows, k)
        if known_number(rows[k][k]) == 0.0:
            raise ValueError(
                f"the matrix is singular: its column {k + 1} adds nothing to those before it, so "
                "there is no solution or more than one"
            )
        _reduce_row(rows, k)
    x: Matrix = []
    for k in reversed(range(n)):
        known = list(zip(*x, strict=True)) or [()] * len(right[0])
        row = rows[k]
        right_side = zip(row[n:], known, strict=True)
        x.insert(0, [less_dot(y, row[k + 1 : n], column) for y, column in right_side])
    return x


def _reduce_column(rows: Matrix, k: int) -> None:
    """Column k of the lower factor, from the diagonal down."""
    above = [row[k] for row in rows[:k]]
    for row in rows[k:]:
        row[k] = less_dot(row[k], row[:k], above)


def _reduce_row(rows: Matrix, k: int) -> None:
    """Row k of the upper factor, right of the diagonal."""
    row = rows[k]
    for j in range(k + 1, len(row)):
        row[j] = less_dot(row[j], row[:k], [above[j] for above in rows[:k]]) / row[k]


def _largest_first(rows: Matrix, k: int, sign: Number = 1.0) -> Number:
    """Exchange rows, so that the largest entry of column k is on the diagonal; turn the sign."""
    if _all_known([row[k] for row in rows[k:]]):
        i = max(range(k, len(rows)), key=lambda i: abs(known_number(rows[i][k])))
        rows[k], rows[i] = rows[i], rows[k]
        return sign if i == k else -sign
    for i in range(k + 1, len(rows)):
        upper, lower = rows[k], rows[i]
        larger = greater(functions.abs(lower[k]), functions.abs(upper[k]))
        rows[k] = [where(larger, b, a) for a, b in zip(upper, lower, strict=True)]
        rows[i] = [where(larger, a, b) for a, b in zip(upper, lower, strict=True)]
        sign = where(larger, -sign, sign)
    return sign


def less_dot(start: Number, a: Sequence[Number], b: Sequence[Number]) -> Number:
    """Take a sum of products away: start − Σ aᵢbᵢ."""
    return start - functions.dot(a, b) if a else start


def _all_known(numbers: Vector) -> bool:
    """Tell whether the numbers may be looked at: not those of a function being compiled."""
    return not (tracing and any(isinstance(x, Value) for x in numbers))


def known_number(x: Number) -> float:
    """Look at a number; nan where a function is being compiled, which compares as nothing."""
    return float(x) if _all_known([x]) else float("nan")


# ------------------------------------------------------------------------------------ determinants


def determinant(rows: Matrix) -> Number:
    """Multiply the pivots; where a column has none, go on without division."""
    if len(rows) <= 3:
        return _expanded(rows)
    sign: Number = 1.0
    for k in range(len(rows)):
        _reduce_column(rows, k)
        sign = _largest_first(rows, k, sign)
        if known_number(rows[k][k]) == 0.0:
            return prod(_diagonal(rows[:k]), start=sign) * _without_division(_rest(rows, k))
        _reduce_row(rows, k)
    return prod(_diagonal(rows), start=sign)


def _expanded(rows: Matrix) -> Number:
    """Expand by the first row."""
    if not rows:
        return 1.0
    first, *others = rows
    minors = [[row[:j] + row[j + 1 :] for row in others] for j in range(len(first))]
    signed = [x if j % 2 == 0 else -x for j, x in enumerate(first)]
    return functions.dot(signed, map(_expanded, minors))


def _without_division(rows: Matrix) -> Number:
    """Bird's algorithm: multiply n − 1 times by a, after putting sums of the diagonal on it."""
    if not rows:
        return 1.0
    product, columns = rows, list(zip(*rows, strict=True))
    for _ in rows[1:]:
        upper = _upper(product)
        product = [[functions.dot(row, column) for column in columns] for row in upper]
    return product[0][0] if len(rows) % 2 else -product[0][0]


def _upper(rows: Matrix) -> Matrix:
    diagonal = _diagonal(rows)
    return [
        [*[0.0] * i, -functions.total(diagonal[i + 1 :]), *row[i + 1 :]]
        for i, row in enumerate(rows)
    ]


def _rest(rows: Matrix, k: int) -> Matrix:
    """What is left to eliminate, where column k is done."""
    columns = [[above[j] for above in rows[:k]] for j in range(len(rows))]
    return [
        [row[k], *(less_dot(row[j], row[:k], columns[j]) for j in range(k + 1, len(rows)))]
        for row in rows[k:]
    ]


def _diagonal(rows: Matrix) -> Vector:
    return [row[i] for i, row in enumerate(rows)]
