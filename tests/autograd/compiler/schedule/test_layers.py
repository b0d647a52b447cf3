"""Large layers are found where their numbers lie at constant strides, and nowhere else."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from autograd.compiler.schedule.gradient_rows import GradientRow
from autograd.compiler.schedule.layers import (
    MatrixProduct,
    OuterProduct,
    Strided,
    matrix_product,
    outer_product,
    written_out,
)
from autograd.compiler.schedule.normal import Product, Sum

ROWS, COLUMNS = 20, 18
FIRST = 100
INPUTS = list(range(COLUMNS))
CELLS = {slot: (0, slot - FIRST) for slot in range(FIRST, FIRST + 1000)}


def layer(down: int, across: int, first: int = FIRST) -> dict[int, Sum]:
    """The nodes of a layer whose weights have these strides."""
    return {
        2000 + j: Sum([Product(first + j * down + i * across, x) for i, x in enumerate(INPUTS)])
        for j in range(ROWS)
    }


def found(nodes: dict[int, Sum]) -> MatrixProduct | None:
    return matrix_product(nodes, INPUTS, CELLS)


@pytest.mark.parametrize(
    ("down", "across", "first"),
    [(COLUMNS, 1, FIRST), (1, ROWS, FIRST), (-COLUMNS, 1, 800), (1, -ROWS, 800), (0, 1, FIRST)],
)
def test_strides_of_weights(down: int, across: int, first: int) -> None:
    layers = found(layer(down, across, first))
    weights = Strided(first, down, across)
    assert layers == MatrixProduct(list(range(2000, 2000 + ROWS)), INPUTS, weights, None)


def test_weights_may_stand_on_either_side_and_a_bias_in_front() -> None:
    nodes = layer(COLUMNS + 1, 1)
    for j, node in enumerate(nodes.values()):
        node.products = [Product(x, w) for w, x, _ in node.products if x is not None]
        node.products.insert(0, Product(FIRST + j * (COLUMNS + 1) + COLUMNS))
    layers = found(nodes)
    assert layers is not None
    assert layers.weights == Strided(FIRST, COLUMNS + 1, 1)
    assert layers.biases == Strided(FIRST + COLUMNS, COLUMNS + 1)


@pytest.mark.parametrize("row", [0, 1, 7, ROWS - 1])
@pytest.mark.parametrize(
    "change",
    [
        lambda products: products[:-1],
        lambda products: [products[0], products[0], *products[2:]],
        lambda products: [*products[:-1], Product(FIRST + 999, INPUTS[-1])],
        lambda products: [*products[:-1], Product(5000, INPUTS[-1])],
        lambda products: [*products[:-1], Product(INPUTS[0], INPUTS[-1])],
        lambda products: [*products[:-1], products[-1]._replace(negative=True)],
        lambda products: [*products[:-1], Product(INPUTS[-1])],
        lambda products: [products[1], products[0], *products[2:]],
        lambda products: [Product(FIRST + 999), *products],
        lambda products: [Product(INPUTS[0]), *products],
        lambda products: [Product(FIRST + 999, None, True), *products],
    ],
)
def test_a_layer_with_an_odd_row_is_none(row: int, change: object) -> None:
    nodes = layer(COLUMNS, 1)
    node = nodes[2000 + row]
    assert callable(change)
    node.products = change(node.products)
    assert found(nodes) is None


def test_weights_in_two_arrays_are_none() -> None:
    cells = CELLS | {FIRST + 50: (1, 50)}
    assert matrix_product(layer(COLUMNS, 1), INPUTS, cells) is None


def test_weights_that_lie_nowhere_are_none() -> None:
    assert matrix_product(layer(COLUMNS, 1, first=5000), INPUTS, CELLS) is None


def test_a_small_layer_is_none() -> None:
    nodes = dict(list(layer(COLUMNS, 1).items())[: 99 // COLUMNS])
    assert found(nodes) is None


def rectangle(stride: int, step: int = 1) -> dict[int, dict[int | None, list[tuple[int, Product]]]]:
    """The sums of a layer's gradient; its bias comes last, though it is None."""
    columns = [None, *INPUTS]
    return {
        2000 - j: {
            c: [(5 + j * stride + (COLUMNS if c is None else c) * step, Product(2000 - j, c))]
            for c in columns
        }
        for j in range(ROWS)
    }


def test_an_outer_product() -> None:
    varying = {*INPUTS, *range(1900, 2001)}
    rows, columns = [2000 - j for j in range(ROWS)], [*INPUTS, None]
    assert outer_product(rectangle(COLUMNS + 3), varying) == OuterProduct(
        rows, columns, 5, COLUMNS + 3
    )
    turned = outer_product(rectangle(1, ROWS), varying)
    assert turned == OuterProduct(columns, rows, 5, ROWS)
    assert turned.indices == list(range(5, 5 + ROWS * (COLUMNS + 1)))


def gradient_rows(stride: int) -> dict[int, GradientRow]:
    """The same sums as rows, whose slots nobody asks for."""
    others = (*INPUTS, None)
    return {2000 - j: GradientRow(5 + j * stride, 2000 - j, others, range(0)) for j in range(ROWS)}


def test_an_outer_product_of_gradient_rows() -> None:
    varying = {*INPUTS, *range(1900, 2001)}
    rows, columns = [2000 - j for j in range(ROWS)], [*INPUTS, None]
    for stride in (COLUMNS + 1, COLUMNS + 3):
        found = outer_product(gradient_rows(stride), varying)
        assert found == OuterProduct(rows, columns, 5, stride)
    assert outer_product(gradient_rows(40), varying - {3}) is None
    assert outer_product(gradient_rows(40), varying - {2000}) is None
    assert outer_product(dict(list(gradient_rows(40).items())[:5]), varying) is None
    later = gradient_rows(40)
    later[1990] = GradientRow(later[1990].first + 1, 1990, later[1990].others, range(0))
    assert outer_product(later, varying) is None  # the rows are not equally far apart
    turned = gradient_rows(40)
    turned[1990] = replace(turned[1990], others=(None, *INPUTS))
    assert outer_product(turned, varying) is None  # the same columns in another order
    twice = (*INPUTS[:-1], INPUTS[0], None)
    rows_of = gradient_rows(40).items()
    repeated = {slot: GradientRow(row.first, slot, twice, range(0)) for slot, row in rows_of}
    assert outer_product(repeated, varying) is None


def test_an_odd_outer_product_is_none() -> None:
    varying = {*INPUTS, *range(1900, 2001)}
    assert outer_product(rectangle(40), varying - {3}) is None
    assert outer_product(rectangle(40), varying - {2000}) is None
    assert outer_product(rectangle(40, 2), varying) is None
    assert outer_product(dict(list(rectangle(40).items())[:5]), varying) is None
    assert outer_product(rectangle(COLUMNS), varying) is None
    for seed in range(20):
        source = random.Random(seed)
        changed = rectangle(40)
        terms = source.choice(list(source.choice(list(changed.values())).values()))
        index, product = terms[0]
        match source.randrange(3):
            case 0:
                terms.append((index, product))
            case 1:
                terms[0] = (index, product._replace(negative=True))
            case 2:
                terms[0] = (index + 10_000, product)
        assert outer_product(changed, varying) is None


def test_many_products_in_one_sum_are_no_outer_product() -> None:
    factors = range(1000, 1500)
    for column in (None, 7):
        sums = {x: {column: [(0, Product(x, column))]} for x in factors}
        assert outer_product(sums, {*factors, 7}) is None


def test_a_row_of_a_gradient_is_the_products_that_it_stands_for() -> None:
    row = GradientRow(5, 2000, (1, 2, None), range(0))
    written = {1: [(5, Product(2000, 1))], 2: [(6, Product(2000, 2))], None: [(7, Product(2000))]}
    assert written_out(row) == written
    assert written_out(written) is written


def test_an_outer_product_reads_its_rows_and_its_columns() -> None:
    assert OuterProduct([1, 2], [2, None], 0, 2).factors == {1, 2, None}


def test_layers_do_not_change(tools: Any) -> None:
    tools.unchanging(Strided, MatrixProduct, OuterProduct)


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("gap", [0, 7])
def test_an_outer_product_of_few_long_rows(rows: int, gap: int) -> None:
    """Written out or as gradient rows; of one row the stride is its length."""
    columns = tuple(range(100))
    stride = len(columns) + gap
    factors = [500 + k for k in range(rows)]
    varying = {*columns, *factors}
    whole = {f: GradientRow(5 + k * stride, f, columns, range(0)) for k, f in enumerate(factors)}
    written = {
        f: {c: [(5 + k * stride + c, Product(f, c))] for c in columns}
        for k, f in enumerate(factors)
    }
    expected = OuterProduct(factors, list(columns), 5, stride if rows > 1 else len(columns))
    assert outer_product(whole, varying) == expected
    assert outer_product(written, varying) == expected
