"""Columns of a batch become rows; what is no column is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autograd import Value
from autograd.compiler.record.nested import Container, flatten, rebuild
from autograd.compiler.record.rows import Ragged, Rows, same_count, side_by_side, take_rows


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        ([1.0, 2.0], [[1.0], [2.0]]),
        ((1, 2.5), [[1.0], [2.5]]),
        (range(3), [[0.0], [1.0], [2.0]]),
        ([[1.0, 2.0], [3, 4]], [[1.0, 2.0], [3.0, 4.0]]),
        ([{"a": 1.0}, {"a": 2.0}], [[1.0], [2.0]]),
        ({"a": [1.0, 2.0], "b": [[3.0], [4.0]]}, [[1.0, 3.0], [2.0, 4.0]]),
        (np.array([1.0, 2.0]), [[1.0], [2.0]]),
        (np.array([[1, 2], [3, 4]]), [[1.0, 2.0], [3.0, 4.0]]),
        (np.array([[True], [False]]), [[1.0], [0.0]]),
        (np.zeros((2, 2, 1)), [[0.0, 0.0], [0.0, 0.0]]),
        (np.zeros((2, 0)), [[], []]),
        (np.array([1, Fraction(1, 2)], dtype=object), [[1.0], [0.5]]),
        (np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])[:, ::-1], [[2.0, 1.0], [4.0, 3.0]]),
        ([(1, 2.5)], [[1.0, 2.5]]),
        (memoryview(np.array([1.0, 2.0])), [[1.0], [2.0]]),
        (memoryview(np.array([[1.0, 2.0], [3.0, 4.0]])), [[1.0, 2.0], [3.0, 4.0]]),
        (pd.Series([1, 2]), [[1.0], [2.0]]),
        (pd.DataFrame({"a": [1, 2], "b": [3.5, 4.5]}), [[1.0, 3.5], [2.0, 4.5]]),
    ],
)
def test_columns_of_rows(column: Any, numbers: list[list[float]]) -> None:
    rows = take_rows(column, "x")
    listed = rows.numbers.tolist() if rows.is_array else rows.numbers
    assert listed == numbers
    assert rows.count == len(numbers)
    taken = rows.take([-1, 0, -1])
    assert [list(x) for x in taken] == [numbers[-1], numbers[0], numbers[-1]]
    assert isinstance(taken, np.ndarray) is rows.is_array
    every = rows.each()
    assert (every.structures, every.numbers) == ([rows.structure] * len(numbers), numbers)
    assert {type(x) for row in every.numbers for x in row} <= {float}
    row = rebuild(rows.structure, iter(numbers[0]))
    assert flatten(row, "row")[1] == rows.structure


@pytest.mark.parametrize(
    ("column", "error", "message"),
    [
        (3.0, TypeError, "x of a batch needs a leading axis of rows .* not float"),
        (np.float64(3.0), TypeError, "x of a batch needs a leading axis of rows .* not float64"),
        (np.array(3.0), TypeError, "needs a leading axis of rows, not one number"),
        ("12", TypeError, "x of a batch needs a leading axis of rows .* not str"),
        (iter([1.0]), TypeError, "x of a batch needs a leading axis of rows"),
        (Value(1.0), TypeError, "x of a batch needs a leading axis of rows .* not Value"),
        ([], ValueError, "x has no rows"),
        (np.zeros((0, 3)), ValueError, "x has no rows"),
        ({}, ValueError, "x is an empty dict"),
        ([1.0, "2"], TypeError, "x, row 1 needs one real number"),
        ([[1.0], ["2"]], TypeError, r"x, row 1\[0\] needs one real number"),
        ([[1.0, 2.0], (3.0,)], ValueError, "x is ragged: row 1 is a tuple of 1, row 0 a list of 2"),
        ([1.0, [2.0]], ValueError, "x is ragged: row 1 is a list of 1, row 0 a number"),
        (np.array(["a"]), TypeError, "x is an array of <U1"),
        (np.array([1j]), TypeError, "x is an array of complex128"),
        (np.ma.masked_equal([1.0, 2.0], 2.0), TypeError, "x has masked entries"),
        (
            {"a": [1.0], "b": [1.0, 2.0]},
            ValueError,
            r"equally many rows: x\['a'\] has 1, x\['b'\] has 2",
        ),
    ],
)
def test_what_is_no_column_is_refused(column: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        take_rows(column, "x")


def test_columns_are_joined() -> None:
    lists, array = take_rows([1.0, 2.0], "x"), take_rows(np.array([[3.0, 4.0], [5.0, 6.0]]), "y")
    assert side_by_side([lists, lists]) == [[1.0, 1.0], [2.0, 2.0]]
    joined = side_by_side([lists, array])
    np.testing.assert_array_equal(joined, [[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]])
    assert isinstance(joined, np.ndarray)
    assert same_count({"x": lists, "y": array}) == 2


def test_rows_of_floats_are_read_without_a_look_at_each() -> None:
    rows = take_rows([[1.0, 2.0], [3.0, 4.0]], "x")
    assert rows == Rows(Container(list, (None, None)), 2, [[1.0, 2.0], [3.0, 4.0]])
    assert rows == take_rows([[1, 2], [3.0, True + 3]], "x")
    assert take_rows([1.0, 2.0], "x") == Rows(None, 2, [[1.0], [2.0]])


def test_the_numbers_of_a_list_are_copied_those_of_an_array_of_doubles_are_not() -> None:
    table, array = [[1.0], [2.0]], np.array([[1.0], [2.0]])
    taken, viewed = take_rows(table, "x"), take_rows(array, "x")
    table[0][0] = array[0, 0] = 9.0
    assert taken.numbers[0][0] == 1.0 and viewed.numbers[0, 0] == 9.0
    assert viewed.is_array and not taken.is_array


def test_columns_of_different_length_are_told_by_name() -> None:
    one, two = take_rows([1.0], "x"), take_rows([1.0, 2.0], "y")
    with pytest.raises(ValueError, match="equally many rows: x has 1, y has 2, z has 1"):
        same_count({"x": one, "y": two, "z": one})


def test_one_column_is_joined_to_nothing() -> None:
    column = take_rows([1.0, 2.0], "x")
    assert side_by_side([column]) is column.numbers


def test_rows_do_not_change(tools: Any) -> None:
    tools.unchanging(Rows, Ragged)


def test_a_table_may_have_one_row() -> None:
    assert take_rows([[1.0, 2.0, 3.0]], "x") == Rows(
        Container(list, (None,) * 3), 1, [[1.0, 2.0, 3.0]]
    )


@pytest.mark.parametrize("alike", [[4.0, 5.0], np.array([4.0, 5.0])], ids=["list", "array"])
def test_a_column_of_rows_of_different_lengths_makes_the_joined_ones_ragged(alike: Any) -> None:
    ragged = take_rows({"a": [[1.0], [2.0, 3.0]], "b": alike}, "x")
    one, two = (Container(list, (None,) * n) for n in (1, 2))
    assert ragged == Ragged(
        [Container(dict, (shape, None), ("a", "b")) for shape in (one, two)],
        [[1.0, 4.0], [2.0, 3.0, 5.0]],
        "x['a'] is ragged: row 1 is a list of 2, row 0 a list of 1",
    )
    assert ragged.count == 2
