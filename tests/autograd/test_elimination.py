"""The parts of linalg that work on lists of rows."""

from __future__ import annotations

import pytest

from autograd.elimination import _without_division, determinant, known_number, less_dot, solved
from autograd.switches import tracing
from autograd.value import Value


def test_elimination_puts_the_largest_entry_first() -> None:
    assert solved([[0.0, 2.0], [4.0, 0.0]], [[6.0], [8.0]]) == [[2.0], [3.0]]


@pytest.mark.parametrize("n", range(7))
def test_two_ways_to_a_determinant_agree(n: int) -> None:
    rows = [[float((3 * i * i + 5 * i * j + j) % 11) for j in range(n)] for i in range(n)]
    without = _without_division(rows)
    assert determinant([list(row) for row in rows]) == pytest.approx(without, rel=1e-9, abs=1e-9)


def test_a_determinant_has_its_size_and_its_sign() -> None:
    rows = [[0.0, 2.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 1.0], [0.0, 0.0, 0.0, 7.0]]
    assert determinant([list(row) for row in rows]) == -210.0
    assert _without_division(rows) == -210.0
    with tracing.on():
        found = determinant([[Value(x) for x in row] for row in rows])
    assert found.data == -210.0


def test_less_dot_makes_no_node_of_nothing() -> None:
    x = Value(3.0)
    assert less_dot(x, (), ()) is x
    assert less_dot(x, (x,), (2.0,)).data == -3.0


def test_a_number_that_may_not_be_looked_at_compares_as_nothing() -> None:
    x = Value(0.0)
    assert known_number(x) == 0.0
    with tracing.on():
        assert known_number(x) != known_number(x)
        assert known_number(2.0) == 2.0
