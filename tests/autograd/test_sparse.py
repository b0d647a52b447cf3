"""sparse_jacobian and sparse_hessian: exact patterns, few sweeps, the entries of the dense ones."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

import autograd
from autograd import (
    TracingError,
    Value,
    hessian,
    jacobian,
    logsumexp,
    maximum,
    sin,
    sparse_hessian,
    sparse_jacobian,
    sqrt,
    stop_gradient,
    total,
    where,
)
from autograd.compiler.pipeline import Specialization
from autograd.functions import greater
from autograd.sweeps import dependencies


def pattern_of(f: Callable[[Any], Any], x: Any) -> list[list[int]]:
    return dependencies(Specialization(f, (x,), "python", 1).listed("value").program)


def neighbours(x: Any) -> Any:
    """Broyden's tridiagonal function."""
    y = 3.0 * x - 2.0 * x**2 + 1.0
    y[1:] -= x[:-1]
    y[:-1] -= 2.0 * x[1:]
    return y


def valley(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def chain(x: Any) -> Any:
    s = 0.0
    for a, b in pairwise(x):
        s = s + sin(a * b) * a
    return s


def hub(x: Any) -> Any:
    return total(sin(x[0] * v) for v in x) + x[0] ** 3


def scattered(x: Any) -> Any:
    choose = np.random.default_rng(5)
    return [sin(x[i] * x[j]) + x[k] for i, j, k in choose.integers(len(x), size=(len(x) + 4, 3))]


def tangled(x: Any) -> Any:
    """No entry of a row or column needs a fourth colour; by columns in their order there is one."""
    return [total(x[j] ** 2 for j in row) for row in TANGLED]


def turned(x: Any) -> Any:
    """The transposed pattern: by rows in their order there is a fourth colour."""
    return [total(x[j] ** 2 for j in row) for row in TURNED]


def knotted(x: Any) -> Any:
    """By columns it takes five colours, by rows six; no row or column has more than four."""
    return [total(x[j] ** 2 for j in row) for row in KNOTTED]


TANGLED = [[1, 2, 4], [0, 1, 2], [3, 4], [1]]
TURNED = [[1], [0, 1, 3], [0, 1], [2], [0, 2]]
KNOTTED = [[0, 1, 5], [3, 4, 5], [0, 1, 3], [0, 4], [0, 2, 3, 4], [1, 4, 5]]
POINT = np.linspace(-0.8, 1.3, 12)


@pytest.mark.parametrize(
    ("f", "sweeps"),
    [
        (neighbours, 3),
        (lambda x: [total(x), x[3]], 2),  # a full row: by rows
        (lambda x: [x[0] * v for v in x], 2),  # a full column: by columns
        (lambda x: x * x, 1),
        (lambda x: [1.0, 2.0], 0),
        (lambda x: np.outer(x[:2], x[:3]), 3),
        (lambda x: [logsumexp(x[:3]), x[4] / x[5]], 1),
        (scattered, None),
        (tangled, 3),
        (turned, 3),
        (knotted, 5),
    ],
)
def test_jacobians_are_the_dense_ones(f: Callable[[Any], Any], sweeps: int | None) -> None:
    slopes = sparse_jacobian(f)
    dense = np.array(jacobian(lambda x: autograd.trees.numbers_in(f(x)))(POINT))
    found = slopes(POINT)
    assert isinstance(found, csr_array)
    assert found.has_canonical_format
    assert found.shape == dense.shape
    assert found.toarray() == pytest.approx(dense, rel=1e-13, abs=1e-14)
    assert slopes(2.0 * POINT).shape == dense.shape
    assert sweeps is None or slopes.sweeps == sweeps


@pytest.mark.parametrize(
    ("f", "sweeps"),
    [
        (valley, 3),
        (chain, 3),
        (hub, 2),
        (lambda x: np.sum(x**3), 1),
        (lambda x: total(x), 0),
        (lambda x: 7.0, 0),
        (lambda x: logsumexp(x), 12),
        (lambda x: x[0] * x[1], 2),
        (lambda x: total(v * v for v in scattered(x)), None),
    ],
)
def test_hessians_are_the_dense_ones(f: Callable[[Any], Any], sweeps: int | None) -> None:
    curvature = sparse_hessian(f)
    dense = np.array(hessian(f)(POINT))
    found = curvature(POINT)
    assert found.toarray() == pytest.approx(dense, rel=1e-11, abs=1e-12)
    assert pytest.approx(found.toarray(), rel=1e-13) == found.toarray().T
    assert sweeps is None or curvature.sweeps == sweeps


def test_the_pattern_is_exact() -> None:
    """Neither too much nor, where an entry happens to be 0, too little."""
    assert pattern_of(neighbours, np.zeros(4)) == [[0, 1], [0, 1, 2], [1, 2, 3], [2, 3]]
    assert pattern_of(lambda x: [x[0] * 0.0 * x[1], x[1] ** 2], np.zeros(2)) == [[0, 1], [1]]
    steps = pattern_of(
        lambda x: [
            where(greater(x[0], x[1]), x[2], 1.0),
            stop_gradient(x[0]) * x[1],
            maximum(x[0], x[1]),
            greater(x[0], x[1]),
        ],
        np.zeros(3),
    )
    assert steps == [[2], [1], [0, 1], []]
    cross = sparse_hessian(lambda x: x[0] * x[1] + x[2])(np.zeros(3))
    assert cross.indices.tolist() == [1, 0]
    assert cross.indptr.tolist() == [0, 1, 2, 2]
    zero = sparse_hessian(lambda x: x[0] ** 3)(np.zeros(1))
    assert (zero.nnz, zero.toarray().tolist()) == (1, [[0.0]])


def test_large_and_banded_takes_three_sweeps() -> None:
    n = 2000
    x = np.linspace(0.1, 1.0, n)
    slopes, curvature = sparse_jacobian(neighbours), sparse_hessian(valley)
    j, h = slopes(x), curvature(x)
    assert (slopes.sweeps, curvature.sweeps) == (3, 3)
    assert j.nnz == h.nnz == 3 * n - 2
    assert j.diagonal().tolist() == (3.0 - 4.0 * x).tolist()
    assert h.diagonal(1) == pytest.approx(-400.0 * x[:-1], rel=1e-14)


def test_an_infinite_slope_does_not_spoil_its_row() -> None:
    found = sparse_jacobian(lambda x: [sqrt(x[0]) + 3.0 * x[1], x[1] * x[2]])(np.array([0.0, 1, 2]))
    assert found.toarray().tolist() == [[math.inf, 3.0, 0.0], [0.0, 2.0, 1.0]]
    found = sparse_hessian(lambda x: x[0] ** 1.5 + x[0] * x[1] ** 2)(np.array([0.0, 1.0]))
    assert found.toarray().tolist() == [[math.inf, 2.0], [2.0, 0.0]]


def test_forms_of_the_argument_and_captured_values() -> None:
    w = Value(3.0)
    slopes = sparse_jacobian(lambda p: {"a": p["x"] * w, "b": p["s"]})
    at: dict[str, Any] = {"x": np.ones((2, 1), dtype=np.float32, order="F"), "s": 2}
    assert slopes(at).toarray().tolist() == [[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 1.0]]
    w.data = 5.0
    assert slopes(at).toarray()[0, 0] == 5.0
    assert sparse_jacobian(lambda x: [x[0]])([1, 2]).toarray().tolist() == [[1.0, 0.0]]
    assert slopes.sweeps == 1
    assert sparse_hessian(lambda x: x**2)(np.array(3.0)).toarray().tolist() == [[2.0]]
    lengths = sparse_jacobian(lambda x: x * x)
    assert [lengths(np.ones(n)).shape for n in (3, 2, 0)] == [(3, 3), (2, 2), (0, 0)]
    assert lengths.sweeps == 0
    nothing = sparse_jacobian(lambda x: [])
    assert (nothing(np.ones(3)).shape, nothing.sweeps) == ((0, 3), 0)
    frozen = np.ones(3)
    frozen.setflags(write=False)
    assert lengths(frozen).toarray().tolist() == np.diag([2.0] * 3).tolist()


def test_a_function_is_recorded_once_for_each_form_of_its_argument() -> None:
    calls: list[int] = []

    def f(x: Any) -> Any:
        calls.append(len(x))
        return x * x

    slopes = sparse_jacobian(f)
    assert slopes.sweeps == 0 and calls == []
    first = slopes(np.ones(3))
    recorded = len(calls)
    again = slopes(np.full(3, 2.0))
    assert len(calls) == recorded >= 1 and slopes.sweeps == 1
    assert (first.diagonal().tolist(), again.diagonal().tolist()) == ([2.0] * 3, [4.0] * 3)
    slopes(np.ones(2))
    assert len(calls) > recorded and calls[-1] == 2


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match="a function is differentiated here, not a float"):
        sparse_jacobian(2.0)  # type: ignore[arg-type]
    with pytest.raises(TracingError, match="where"):
        sparse_jacobian(lambda x: x if x[0] > 0.0 else -x)(np.ones(2))
    with pytest.raises(TypeError, match="use jacobian"):
        sparse_hessian(lambda x: x)(np.ones(2))
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ImportError, match=r"stepgrad\[scipy\]"):
        sparse_jacobian(lambda x: x)(np.ones(2))
