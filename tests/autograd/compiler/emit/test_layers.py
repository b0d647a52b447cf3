"""Networks with large layers: their gradients are those of eager evaluation, in every batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, compile
from autograd.compiler.emit.layers import Part, even_parts, parts
from autograd.compiler.lower import lower
from autograd.compiler.pipeline import Specialization
from autograd.compiler.run.native import Native
from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Processor
from autograd.compiler.wengert.wengert import Instruction, WengertList

Loss = Callable[[Sequence[Any], Any], Value]


def perceptron(activation: str) -> tuple[Loss, list[Value]]:
    net = nn.MLP(7, [45, 19, 17, 3], activation=activation, seed=1)
    return lambda x, t: nn.cross_entropy(net(x), t), net.parameters()


def recurrent() -> tuple[Loss, list[Value]]:
    """The same weights in every step, so that several outer products go to the same sums."""
    cell, head = nn.RNNCell(2, 18, seed=2), nn.Layer(18, 3, "linear", seed=3)

    def loss(x: Sequence[Any], t: Any) -> Value:
        h: Sequence[Any] = [0.1] * 18
        for k in range(0, 6, 2):
            h = cell(x[k : k + 2], h)
        return nn.cross_entropy(head(h), t)

    return loss, [*cell.parameters(), *head.parameters()]


def scaled() -> tuple[Loss, list[Value]]:
    """Weights that are computed once per call, and no biases."""
    source = random.Random(4)
    weights = [[Value(source.gauss(0, 1)) for _ in range(7)] for _ in range(50)]
    scale = Value(0.3)

    def loss(x: Sequence[Any], t: Any) -> Value:
        rows = [[scale * w for w in row] for row in weights]
        z = [sum(a * b for a, b in zip(row, x, strict=True)) for row in rows]
        return (sum(v * v for v in z) - t) ** 2

    return loss, [scale, *(w for row in weights for w in row)]


def columnwise() -> tuple[Loss, list[Value]]:
    """Parameters that lie column by column, the order of the penalty, and have a penalty."""
    source = random.Random(5)
    columns = [[Value(source.gauss(0, 0.5), f"w{i}{j}") for j in range(48)] for i in range(7)]

    def loss(x: Sequence[Any], t: Any) -> Value:
        penalty = sum(w * w for column in columns for w in column)
        z = [sum(columns[i][j] * x[i] for i in range(7)) for j in range(48)]
        return 0.01 * penalty + sum(v.tanh() for v in z) * t

    return loss, [w for column in columns for w in column]


NETWORKS = {
    "tanh": lambda: perceptron("tanh"),
    "relu": lambda: perceptron("relu"),
    "recurrent": recurrent,
    "scaled": scaled,
    "columnwise": columnwise,
}


def rows_of(count: int) -> tuple[list[list[float]], list[int]]:
    source = random.Random(count)
    rows = [[source.gauss(0, 1) for _ in range(7)] for _ in range(count)]
    return rows, [source.randrange(3) for _ in range(count)]


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_for_every_number_of_rows(name: str) -> None:
    loss, parameters = NETWORKS[name]()
    program = compile(loss, backend="llvm")
    table, targets = rows_of(70)
    eager = np.zeros((70, 1 + len(parameters)))
    for k, (row, target) in enumerate(zip(table, targets, strict=True)):
        result = loss(row, target)
        result.backward()
        eager[k] = [result.data, *(p.grad for p in parameters)]
        for p in parameters:
            p.grad = 0.0
    for count in range(1, 71):
        mean = program.backward(table[:count], targets[:count])
        found = np.array([mean, *(p.grad for p in parameters)])
        for p in parameters:
            p.grad = 0.0
        size = np.abs(eager[:count]).mean(axis=0)
        assert np.all(np.abs(found - eager[:count].mean(axis=0)) <= 1e-12 * (size + size.max()))


@pytest.mark.parametrize("name", NETWORKS)
def test_values_of_many_rows(name: str) -> None:
    loss, _ = NETWORKS[name]()
    table, targets = rows_of(300)
    found = compile(loss, backend="llvm").batch(table, targets)
    wanted = [loss(row, t).data for row, t in zip(table, targets, strict=True)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "matrix_products", "outer_products"),
    [("tanh", 5, 3), ("relu", 5, 3), ("recurrent", 4, 2), ("scaled", 1, 0), ("columnwise", 1, 1)],
)
def test_these_networks_have_large_layers(
    name: str, matrix_products: int, outer_products: int
) -> None:
    loss, _ = NETWORKS[name]()
    version = Specialization(loss, ([0.5] * 7, 1.0), "llvm", 1)
    steps = lower(version.listed("gradient").program, host()).varying.steps
    assert sum(isinstance(step, MatrixProduct) for step in steps) == matrix_products
    assert sum(isinstance(step, OuterProduct) for step in steps) == outer_products


def sizes_without_a_gap(cut, count: int) -> list[int]:
    """The sizes of all parts, which follow on each other from 0 to *count*."""
    starts = [p.start + k * p.size for p in cut for k in range(p.rounds)]
    sizes = [p.size for p in cut for _ in range(p.rounds)]
    assert starts == [sum(sizes[:k]) for k in range(len(sizes))]
    assert sum(sizes) == count
    return sizes


@pytest.mark.parametrize("largest", [1, 2, 8])
def test_parts_are_even_and_complete(largest: int) -> None:
    for count in range(1, 100):
        cut = list(parts(count, largest))
        sizes = sizes_without_a_gap(cut, count)
        assert len(sizes) == -(-count // largest)
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("largest", [1, 2, 4, 8])
def test_even_parts_are_complete_and_of_one_size_but_for_the_rest(largest: int) -> None:
    for count in range(1, 100):
        cut = list(even_parts(count, largest))
        sizes = sizes_without_a_gap(cut, count)
        assert max(sizes) <= largest
        assert len(cut) <= 2
        assert len(cut) == 1 or (cut[1].rounds == 1 and cut[1].size < cut[0].size)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(12, [(2, 6)]), (21, [(3, 7)]), (10, [(1, 8), (1, 2)]), (9, [(1, 8), (1, 1)]), (5, [(1, 5)])],
)
def test_parts_are_of_one_size_that_is_near_the_largest(
    count: int, sizes: list[tuple[int, int]]
) -> None:
    assert [(part.rounds, part.size) for part in even_parts(count, 8)] == sizes


def test_a_part_does_not_change(tools: Any) -> None:
    tools.unchanging(Part)


def test_a_block_of_two_may_be_cut_in_halves() -> None:
    assert [(part.rounds, part.size) for part in even_parts(3, 2)] == [(3, 1)]


@pytest.mark.parametrize("biases", [False, True])
def test_a_layer_keeps_the_sign_of_zero(biases: bool) -> None:
    """W·x of 12 products that are -0 each, and +0 as soon as one of them or a bias is."""
    rows = [range(12 + 12 * k, 24 + 12 * k) for k in range(12)]
    first = 12 + 144
    added = [(first + k,) if biases else () for k in range(12)]
    dots = [
        Instruction("dot", (*row, *range(12), *bias)) for row, bias in zip(rows, added, strict=True)
    ]
    last = first + 12 * biases
    listed = WengertList(12, last - 12, (), tuple(dots), tuple(range(last, last + 12)))
    (step,) = lower(listed, host()).varying.steps
    assert isinstance(step, MatrixProduct) and (step.biases is not None) is biases
    weights = [-1.0 if i != j else 1.0 for i in range(12) for j in range(12)]
    weights[: 12 * 6] = [-1.0] * 72  # so that the first six rows have -0 alone
    given = np.array([*weights, *([-0.0, -0.0, -0.0, 0.0] * 3 if biases else [])])
    outputs, _ = Native(listed).run(np.zeros((12, 5)), given)
    negative = [k < 6 and not (biases and k % 4 == 3) for k in range(12)]
    assert np.signbit(outputs).tolist() == [[sign] * 5 for sign in negative]


@pytest.mark.parametrize("by_columns", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(10, 10), (13, 9), (7, 19)])
def test_a_layer_and_the_sums_of_its_slopes_are_exact_in_whole_numbers(
    rows: int, columns: int, by_columns: bool, run: Callable[..., Any], processor: Processor
) -> None:
    """z = W·x + b, and Σ z·x over eleven rows; W lies by rows or by columns."""
    size = rows * columns
    place = [
        [i + j * rows if by_columns else i * columns + j for j in range(columns)]
        for i in range(rows)
    ]
    x, z = range(columns), range(columns + size + rows, columns + size + 2 * rows)
    dots = [
        Instruction("dot", (*(columns + k for k in row), *x, columns + size + i))
        for i, row in enumerate(place)
    ]
    slopes = [Instruction("multiply", (a, b)) for a in z for b in x]
    sums = tuple(range(z.stop, z.stop + size))
    listed = WengertList(columns, size + rows, (), (*dots, *slopes), tuple(z), sums)
    steps = lower(listed, processor).varying.steps
    assert [type(step) for step in steps] == [MatrixProduct, OuterProduct]
    source = np.random.default_rng(size)
    given = source.integers(-9, 10, (columns, 11)).astype(float)
    weights, biases = source.integers(-9, 10, (rows, columns)), source.integers(-9, 10, rows)
    flat = (weights.T if by_columns else weights).ravel().tolist()
    outputs, found = run(listed, given.tolist(), [*map(float, flat), *map(float, biases)])
    wanted = weights @ given + biases[:, None]
    assert outputs == wanted.tolist()
    assert found == (wanted @ given.T).ravel().tolist()
