"""Linear models of the notes: gradient descent, and the normal equation with its singular case."""

import random
from itertools import pairwise

import numpy as np
import pytest

from autograd import total
from nn.linear import descend, normal_equation


def house_prices(m, features, seed=0):
    """Examples with a column of ones, and prices without noise."""
    generator = random.Random(seed)
    theta = [generator.uniform(-2, 2) for _ in range(features + 1)]
    X = [[1.0, *(generator.uniform(-1, 1) for _ in range(features))] for _ in range(m)]
    return X, [sum(t * x for t, x in zip(theta, row, strict=True)) for row in X], theta


def cost(X, y):
    """J(θ) = (1/2m)·Σ(θ·x - y)², on numbers and Values."""

    def J(theta):
        errors = [
            total([t * x for t, x in zip(theta, row, strict=True)]) - price
            for row, price in zip(X, y, strict=True)
        ]
        return total([error * error for error in errors]) / (2 * len(X))

    return J


def test_one_parameter():
    path = descend(lambda w: (w - 3) ** 2, 0.0, lr=0.1, steps=200)
    assert len(path) == 201
    assert path[1] == pytest.approx(0.6, rel=1e-13, abs=0.0)
    assert path[-1] == pytest.approx(3.0, rel=1e-13, abs=0.0)


def test_all_parameters_move_together():
    """The second moves by the gradient at the old first, not at the new one."""
    path = descend(lambda w: w[0] * w[1], [2.0, 3.0], lr=0.5, steps=1)
    assert path == [[2.0, 3.0], [2.0 - 0.5 * 3.0, 3.0 - 0.5 * 2.0]]


@pytest.mark.parametrize("features", [1, 2, 5])
def test_gradient_descent_reaches_the_normal_equation(features):
    X, y, theta = house_prices(30, features)
    solved, rank = normal_equation(X, y)
    descended = descend(cost(X, y), (0.0,) * (features + 1), lr=0.5, steps=400)[-1]
    assert rank == features + 1
    assert solved == pytest.approx(theta, rel=1e-9, abs=0.0)
    assert descended == pytest.approx(solved, abs=1e-6)


def test_too_large_a_rate_leaps_across_the_minimum_and_away():
    def curve(w):
        return w * w

    crawling = descend(curve, 1.0, lr=0.001, steps=20)
    across = descend(curve, 1.0, lr=0.9, steps=20)
    diverging = descend(curve, 1.0, lr=1.1, steps=20)
    assert 0.9 < crawling[-1] < 1.0
    assert all(a * b < 0 for a, b in pairwise(across))
    assert abs(across[-1]) < 0.02
    assert abs(diverging[-1]) > 30


def test_different_starts_reach_different_minima():
    def valleys(w):
        return (w * w - 1) ** 2

    ends = [descend(valleys, start, lr=0.05, steps=200)[-1] for start in (-0.5, 0.5)]
    assert ends == pytest.approx([-1.0, 1.0], rel=1e-13, abs=0.0)


@pytest.mark.parametrize("m", [30, 3])
def test_where_many_solutions_fit_the_shortest_is_returned(m):
    """Dependent features (the last is twice the second), and more features than examples."""
    X, y, _ = house_prices(m, 4)
    X = [[*row, 2 * row[1]] for row in X]
    theta, rank = normal_equation(X, y)
    assert rank == min(m, 5) < 6
    assert np.array(X) @ theta == pytest.approx(np.array(y), abs=1e-9)
    assert theta == pytest.approx((np.linalg.pinv(np.array(X)) @ y).tolist(), abs=1e-9)


def test_regularisation_makes_one_best_solution():
    X, y, _ = house_prices(30, 2)
    X = [[*row, row[1]] for row in X]
    theta, rank = normal_equation(X, y, l2=0.1)
    A = np.array(X)
    assert rank == 4
    assert theta == pytest.approx(
        np.linalg.solve(A.T @ A + 0.1 * np.eye(4), A.T @ y), rel=1e-9, abs=0.0
    )


def test_what_is_no_table_is_refused():
    with pytest.raises(ValueError, match=r"not of shapes \(3,\) and \(3,\)"):
        normal_equation([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"not of shapes \(2, 1\) and \(3,\)"):
        normal_equation([[1.0], [2.0]], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="l2=-1 is not allowed"):
        normal_equation([[1.0]], [1.0], l2=-1)


def test_the_start_is_copied_and_a_pair_of_numbers_will_do():
    start = [1.0, 2.0]
    path = descend(lambda w: w[0] * w[1], start, lr=0.5, steps=0)
    assert path == [[1.0, 2.0]]
    assert path[0] is not start
    assert descend(lambda w: w[0] * w[1], (1.0, 2.0), lr=0.5, steps=1) == [[1.0, 2.0], [0.0, 1.5]]


def test_a_weight_of_the_penalty_is_a_number():
    with pytest.raises(ValueError, match="l2=nan is not allowed: it must be 0 or more"):
        normal_equation([[1.0]], [1.0], l2=float("nan"))


def test_without_numpy_the_normal_equation_names_the_extra(monkeypatch):
    monkeypatch.setattr("autograd.checks.find_spec", lambda package: None)
    with pytest.raises(ImportError, match=r"the normal equation needs numpy: pip install 'stepgr"):
        normal_equation([[1.0]], [1.0])


def test_without_a_penalty_nothing_is_added_to_the_table(monkeypatch):
    shapes, solve = [], np.linalg.lstsq
    monkeypatch.setattr(
        np.linalg, "lstsq", lambda A, b, rcond: shapes.append(A.shape) or solve(A, b, rcond)
    )
    for l2 in (0.0, 0.5):
        normal_equation([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], [1.0, 3.0, 5.0], l2=l2)
    assert shapes == [(3, 2), (5, 2)]
