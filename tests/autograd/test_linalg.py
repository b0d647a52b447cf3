"""dot, matmul, solve, inv, det and cholesky of Values, against NumPy and difference quotients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value, compile, data, grad, hessian, jacobian, linalg, values
from autograd.functions import total
from autograd.graph import topological_order

SIZES = [0, 1, 2, 3, 4, 7]


def matrix(seed: int, n: int, m: int | None = None) -> Any:
    return np.random.default_rng(seed).normal(size=(n, n if m is None else m))


def positive(seed: int, n: int) -> Any:
    a = matrix(seed, n)
    return a @ a.T + np.eye(n)


def central(f: Callable[[Any], Any], a: Any, step: float = 1e-5) -> Any:
    """∂f/∂a, one entry at a time, by NumPy's own functions."""
    slopes = []
    for place in np.ndindex(a.shape):
        there, back = a.copy(), a.copy()
        there[place] += step
        back[place] -= step
        slopes.append((np.asarray(f(there)) - np.asarray(f(back))) / (2.0 * step))
    inner = slopes[0].shape if slopes else ()
    return np.moveaxis(np.array(slopes).reshape(*a.shape, *inner), (0, 1), (-2, -1))


@pytest.mark.parametrize("n", SIZES)
def test_values_are_those_of_numpy(n: int) -> None:
    a, b, c = matrix(n, n), matrix(n + 50, n, 2), matrix(n + 90, n, 1)[:, 0]
    for ours, theirs, given in [
        (linalg.inv, np.linalg.inv, (a,)),
        (linalg.det, np.linalg.det, (a,)),
        (linalg.cholesky, np.linalg.cholesky, (positive(n, n),)),
        (linalg.solve, np.linalg.solve, (a, b)),
        (linalg.solve, np.linalg.solve, (a, c)),
        (linalg.matmul, np.matmul, (a, b)),
        (linalg.matmul, np.matmul, (c, a)),
        (linalg.dot, np.dot, (a, c)),
        (linalg.dot, np.dot, (c, c)),
    ]:
        expected = theirs(*given)
        for form in (given, tuple(map(values, given)), tuple(x.tolist() for x in given)):
            if n == 0 and isinstance(form[0], list):  # a list of no rows has no second axis
                continue
            result = ours(*form)
            assert isinstance(result, list) == (isinstance(form[0], list) and expected.ndim > 0)
            result = np.array(data(result))
            assert result.shape == expected.shape
            assert result == pytest.approx(expected, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_derivatives_are_limits_of_difference_quotients(n: int) -> None:
    a, b = matrix(n, n) + 2.0 * np.eye(n), matrix(n + 50, n, 2)
    for ours, theirs, at in [
        (linalg.inv, np.linalg.inv, a),
        (linalg.det, np.linalg.det, a),
        (lambda a: linalg.solve(a, b), lambda a: np.linalg.solve(a, b), a),
        (lambda b: linalg.solve(a, b), lambda b: np.linalg.solve(a, b), b),
        (lambda b: linalg.matmul(a, b), lambda b: a @ b, b),
        (linalg.cholesky, np.linalg.cholesky, positive(n, n)),
    ]:
        expected = central(theirs, at)
        found = jacobian(ours)(at)
        assert found.shape == expected.shape
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-6)
        assert compile(jacobian(ours))(at) == pytest.approx(found, rel=1e-9, abs=1e-11)


def test_known_derivatives_to_second_order() -> None:
    a = matrix(1, 4)
    inverse = np.linalg.inv(a)
    assert grad(linalg.det)(a) == pytest.approx(np.linalg.det(a) * inverse.T, rel=1e-11)
    h = hessian(lambda a: linalg.det(a))(a)
    outer = np.einsum("ji,lk->ijkl", inverse, inverse) - np.einsum("jk,li->ijkl", inverse, inverse)
    assert h == pytest.approx(np.linalg.det(a) * outer, rel=1e-9, abs=1e-11)
    expected = -np.einsum("ik,lj->ijkl", inverse, inverse)
    assert jacobian(linalg.inv)(a) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_rows_are_exchanged_in_a_compiled_program_too(n: int) -> None:
    """One program for all matrices, of which each needs other exchanges."""
    solve = compile(linalg.solve)
    slopes = compile(jacobian(linalg.solve))
    det = compile(linalg.det)
    for seed in range(6):
        a, b = matrix(seed, n), matrix(seed + 9, n, 1)[:, 0]
        a[0, 0] = 0.0
        a = a[np.random.default_rng(seed).permutation(n)]
        assert solve(a, b) == pytest.approx(np.linalg.solve(a, b), rel=1e-10)
        assert slopes(a, b) == pytest.approx(jacobian(linalg.solve)(a, b), rel=1e-9, abs=1e-11)
        assert det(a) == pytest.approx(np.linalg.det(a), rel=1e-11)
    tiny = np.array([[1e-20, 1.0], [1.0, 1.0]])
    assert solve(tiny, np.array([1.0, 2.0])) == pytest.approx([1.0, 1.0], rel=1e-12)
    assert linalg.solve(tiny, [1.0, 2.0]) == pytest.approx([1.0, 1.0], rel=1e-12)


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4])
def test_determinants_of_singular_matrices_have_their_derivatives(rank: int) -> None:
    """∂det/∂a is the matrix of cofactors, which needs no inverse."""
    rows = np.arange(1.0, 26.0).reshape(5, 5) ** 2 % 7.0
    a = np.zeros((5, 5))
    a[:, 5 - rank :] = rows[:, :rank]  # columns of zeros in front: a pivot is missing at once
    cofactors = np.array(
        [
            [
                (-1.0) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, 0), j, 1))
                for j in range(5)
            ]
            for i in range(5)
        ]
    )
    assert linalg.det(a) == pytest.approx(np.linalg.det(a), abs=1e-9)
    assert grad(linalg.det)(a) == pytest.approx(cofactors, rel=1e-9, abs=1e-9)


def test_small_determinants_of_singular_matrices_compiled() -> None:
    for n in (1, 2, 3):
        assert compile(grad(linalg.det))(np.zeros((n, n))) == pytest.approx(float(n == 1))
    assert hessian(linalg.det)(np.zeros((2, 2)))[0, 0].tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert np.isnan(compile(grad(linalg.det))(np.zeros((4, 4)))).any()  # as `det` says


def test_forms_and_mixtures() -> None:
    w = Value(2.0, "w")
    assert linalg.matmul(((1.0, w), [3, 4]), np.array([1.0, 1.0]))[0].data == 3.0
    assert linalg.matmul([np.array([1.0, 2.0])], [3.0, 4.0]).tolist() == [11.0]
    result = linalg.solve(np.asfortranarray([[2, 0], [1, 4]], dtype=np.float32), [2, 9])
    assert result.tolist() == [1.0, 2.0]
    assert result.dtype == np.float64
    assert linalg.det([]) == 1.0
    assert linalg.inv([[w]])[0][0].data == 0.5
    assert linalg.matmul(np.zeros((2, 0)), np.zeros((0, 3))).tolist() == [[0.0] * 3] * 2


def test_what_is_given_stays_as_it_was() -> None:
    a, lists = matrix(3, 3), [[0.0, 1.0], [1.0, 0.0]]
    a.setflags(write=False)
    linalg.inv(a)
    linalg.det(lists)
    linalg.solve(lists, [1.0, 2.0])
    linalg.cholesky(a @ a.T)
    assert lists == [[0.0, 1.0], [1.0, 0.0]]


def test_cost_in_nodes_is_what_is_documented() -> None:
    n = 20
    a, b = values(matrix(1, n) + 9.0 * np.eye(n)), values(np.ones(n))

    def nodes(results: Any) -> int:
        return len(topological_order(total(np.ravel(results)))) - 1

    assert nodes(linalg.solve(a, b)) <= 2.6 * n**2
    assert nodes(linalg.inv(a)) <= 7.5 * n**2
    assert nodes([linalg.det(a)]) <= 2.6 * n**2
    assert nodes(linalg.cholesky(linalg.matmul(a, a.T))) <= 2.5 * n**2  # n² of them of matmul
    assert nodes(linalg.matmul(a, a)) == n**2


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: linalg.inv([[1.0, 2.0]]), ValueError, r"a square matrix, .* shape \(1, 2\)"),
        (lambda: linalg.det([1.0, 2.0]), ValueError, r"a square matrix, .* shape \(2,\)"),
        (lambda: linalg.solve([[1.0, 2.0], [2.0, 4.0]], [1.0, 1.0]), ValueError, "singular"),
        (lambda: linalg.inv(np.zeros((3, 3))), ValueError, "singular: its column 1 adds"),
        (lambda: linalg.solve(np.eye(2), [1.0] * 3), ValueError, "2 equations, and b has 3 rows"),
        (
            lambda: linalg.cholesky([[1.0, 2.0], [2.0, 1.0]]),
            ValueError,
            "its first 2 rows",
        ),
        (
            lambda: linalg.cholesky([[1.0, 1.0], [1.0, 1.0]]),
            ValueError,
            r"its first 2 rows and columns are not, with a pivot of 0\.0",
        ),
        (lambda: linalg.matmul(np.eye(2), np.eye(3)), ValueError, "equally long, not 2 and 3"),
        (
            lambda: linalg.matmul([[1.0], [1.0, 2.0]], [1.0]),
            ValueError,
            "rows of a .* equally long",
        ),
        (lambda: linalg.matmul([[1.0], 2.0], [1.0]), ValueError, "rows of a .* equally long"),
        (lambda: linalg.matmul(2.0, [1.0]), TypeError, "a is a vector or a matrix, .* not float"),
        (lambda: linalg.dot(np.float64(2.0), [1.0]), TypeError, "a is a vector or a matrix"),
        (lambda: linalg.dot(np.array(2.0), [1.0]), TypeError, "a is a vector or a matrix"),
        (lambda: linalg.dot([1.0], np.ones((1, 1, 1))), ValueError, r"b has the shape \(1, 1, 1\)"),
        (lambda: linalg.inv([["1"]]), TypeError, "an entry of a needs one real number"),
        (lambda: linalg.inv(np.array([[1j]])), TypeError, "an array of complex128"),
        (lambda: linalg.dot(np.array([1j]), [1.0]), TypeError, "an array of complex128"),
        (lambda: linalg.dot([np.array(1.0)], [1.0]), TypeError, "an entry of a needs .* ndarray"),
    ],
)
def test_errors_say_what_was_given(
    compute: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        compute()


def test_compiled_programs_follow_ieee_arithmetic() -> None:
    assert not math.isfinite(compile(linalg.inv)([[0.0]])[0][0])
    assert math.isnan(compile(linalg.cholesky)([[-1.0]])[0][0])


@pytest.mark.parametrize("name", ["inv", "det", "cholesky", "eigvalsh", "svd", "pinv"])
def test_what_numpy_refuses(name: str) -> None:
    """As the first lines of `linalg` say."""
    with pytest.raises(TypeError, match="from dtype\\('O'\\)"):
        getattr(np.linalg, name)(values(positive(1, 3)))


def test_what_numpy_computes_with_values() -> None:
    a = positive(1, 3)
    for f in (
        lambda a: np.linalg.norm(a),
        lambda a: np.sum(np.linalg.matrix_power(a, 3)),
        lambda a: np.sum(np.linalg.multi_dot([a, a, a])),
        lambda a: np.trace(a) * np.sum(np.einsum("ij,jk->ik", a, a)),
        lambda a: np.sum(np.outer(a[0], a[1])),
    ):
        assert grad(f)(a) == pytest.approx(central(f, a), rel=1e-6, abs=1e-6)
    assert np.linalg.qr(values(a)).R.dtype == float  # reads the numbers alone
