"""Rows of gradients among the sums: which are found, and that nothing is lost by taking them."""

from __future__ import annotations

from typing import Any

import pytest

from autograd.compiler.schedule.gradient_rows import SHORTEST_ROW, GradientRow, gradient_rows
from autograd.compiler.schedule.normal import Product, Total, normalize
from autograd.compiler.wengert.wengert import Instruction, WengertList

N = 10
DELTA = N + 1
"""Slots: N columns, a parameter, the factor δ = tanh(column 0), and then δ times each column."""

PRODUCTS = range(DELTA + 1, DELTA + 1 + N)


def listed(
    *more: Instruction, sums: tuple[int, ...] = (), factors: tuple[int, ...] = tuple(range(N))
) -> WengertList:
    products = [Instruction("multiply", (DELTA, x)) for x in factors]
    steps = (Instruction("tanh", (0,)), *products, *more)
    return WengertList(N, 1, (), steps, sums=sums or (*PRODUCTS, DELTA))


def test_a_row_ends_with_its_bias() -> None:
    (row,) = gradient_rows(listed())
    assert row == GradientRow(0, DELTA, (*range(N), None), PRODUCTS)
    assert row.indices == range(N + 1)


def test_a_row_may_begin_anywhere() -> None:
    (row,) = gradient_rows(listed(sums=(0, DELTA, *PRODUCTS)))
    assert (row.first, row.others) == (2, tuple(range(N)))


@pytest.mark.parametrize(
    "sums",
    [
        tuple(PRODUCTS)[: SHORTEST_ROW - 1],
        tuple(reversed(PRODUCTS)),
        tuple(PRODUCTS)[::2],
        (0, 1, 2, 3, 4, 5, 6, 7, 8),
    ],
)
def test_what_is_short_or_scattered_is_no_row(sums: tuple[int, ...]) -> None:
    assert list(gradient_rows(listed(sums=sums))) == []


def test_the_common_factor_comes_last() -> None:
    products = [Instruction("multiply", (0, x)) for x in range(N)]
    assert (
        list(gradient_rows(WengertList(N, 0, (), tuple(products), sums=tuple(range(N, 2 * N)))))
        == []
    )


def test_a_factor_times_itself_is_in_no_row() -> None:
    assert list(gradient_rows(listed(factors=(*range(N - 1), DELTA), sums=tuple(PRODUCTS)))) == []


def test_a_factor_that_is_a_product_itself_may_begin_a_row() -> None:
    """After too few products of the factor comes the factor, the first of a row of another one."""
    own = [Instruction("multiply", (N, x)) for x in range(N)]
    few = [Instruction("multiply", (DELTA, x)) for x in range(3)]
    sums = (*range(DELTA + N, DELTA + N + 3), *range(DELTA, DELTA + N))
    (row,) = gradient_rows(WengertList(N, 1, (), (*own, *few), sums=sums))
    assert row == GradientRow(3, N, tuple(range(N)), range(DELTA, DELTA + N))


@pytest.mark.parametrize("biases", [False, True])
def test_rows_follow_one_another(biases: bool) -> None:
    """Two factors, each a product of columns itself, and their products with all columns."""
    steps = [Instruction("multiply", (0, x)) for x in (1, 2)]
    steps += [Instruction("multiply", (factor, x)) for factor in (N, N + 1) for x in range(N)]
    first, second = range(N + 2, 2 * N + 2), range(2 * N + 2, 3 * N + 2)
    sums = (*first, N, *second, N + 1) if biases else (*first, *second)
    others = (*range(N), None) if biases else tuple(range(N))
    assert list(gradient_rows(WengertList(N, 0, (), tuple(steps), (), sums))) == [
        GradientRow(0, N, others, first),
        GradientRow(N + biases, N + 1, others, second),
    ]


def test_the_last_row_has_no_bias_that_is_not_there() -> None:
    """Of one column and its tanh, which is slot 1; there are only products of the two."""
    steps = [Instruction("tanh", (0,)), *[Instruction("multiply", (1, 0))] * SHORTEST_ROW]
    sums = range(2, 2 + SHORTEST_ROW)
    (row,) = gradient_rows(WengertList(1, 0, (), tuple(steps), (), tuple(sums)))
    assert row == GradientRow(0, 1, (0,) * SHORTEST_ROW, sums)
    assert list(gradient_rows(WengertList(1, 0, (), tuple(steps)))) == []


def test_a_gradient_row_does_not_change(tools: Any) -> None:
    tools.unchanging(GradientRow)


def test_a_row_stands_for_its_totals() -> None:
    form = normalize(listed())
    assert [row.factor for row in form.gradient_rows] == [DELTA]
    assert form.totals == [Total([], [])] * (N + 1)
    wanted = [Total([Product(DELTA, x)], []) for x in (*range(N), None)]
    assert form.all_totals() == wanted
    assert list(form.nodes) == [DELTA]


def test_a_product_that_is_read_again_is_a_node() -> None:
    form = normalize(listed(Instruction("exp", (PRODUCTS[3],)), sums=(*PRODUCTS, PRODUCTS[-1] + 1)))
    assert form.gradient_rows == []
    assert PRODUCTS[3] in form.nodes
    assert form.totals[0] == Total([Product(DELTA, 0)], [])


def test_what_is_the_same_in_every_row_of_a_batch_is_no_gradient_row() -> None:
    steps = [Instruction("tanh", (N,)), *(Instruction("multiply", (DELTA, N)) for _ in range(N))]
    form = normalize(WengertList(N, 1, (), tuple(steps), sums=tuple(PRODUCTS)))
    assert form.gradient_rows == []
    assert all(total.uniform for total in form.totals)
