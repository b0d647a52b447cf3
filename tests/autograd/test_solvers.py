"""for_scipy, with SciPy's solvers."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import check_grad, least_squares, minimize, root

from autograd import Value, exp, for_scipy, hessian, hvp, log, sin, total


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def in_python(x: Any) -> Any:
    """A function that asks for a number, so that it cannot be compiled."""
    return total(v * v if v > 0.0 else -3.0 * v for v in x)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "SLSQP", "TNC"])
def test_minimize(method: str) -> None:
    fun, jac = for_scipy(rosenbrock)
    found = minimize(fun, np.full(4, -0.5), jac=jac, method=method)
    assert found.x == pytest.approx(np.ones(4), abs=2e-2)


def test_methods_of_second_order() -> None:
    fun, jac = for_scipy(rosenbrock)
    x0 = np.full(3, 0.5)
    found = minimize(fun, x0, jac=jac, hess=hessian(rosenbrock), method="trust-exact")
    assert found.x == pytest.approx(np.ones(3), abs=1e-5)
    product = lambda x, p: hvp(rosenbrock, (x,), (p,))  # noqa: E731
    found = minimize(fun, x0, jac=jac, hessp=product, method="Newton-CG")
    assert found.x == pytest.approx(np.ones(3), abs=1e-4)


def test_both_by_their_names() -> None:
    """As the documentation says: two stars, and any solver."""
    pair = for_scipy(rosenbrock)
    fun, jac = pair
    assert (pair[0], pair[1], pair["fun"], pair["jac"]) == (fun, jac, fun, jac)
    assert (pair.fun, pair.jac, dict(**pair)) == (fun, jac, {"fun": fun, "jac": jac})
    with pytest.raises(KeyError):
        pair["hess"]
    assert copy.copy(pair).hessp is pair.hessp
    x0 = np.full(3, 0.5)
    assert minimize(**pair, x0=x0).jac == pytest.approx(np.zeros(3), abs=1e-4)
    for method in ("trust-exact", "trust-constr"):
        found = minimize(**pair, x0=x0, hess=pair.hess, method=method)
        assert found.x == pytest.approx(np.ones(3), abs=1e-3), method
    for method in ("Newton-CG", "trust-ncg", "trust-krylov"):
        found = minimize(**pair, x0=x0, hessp=pair.hessp, method=method)
        assert found.x == pytest.approx(np.ones(3), abs=1e-3), method
    line = for_scipy(lambda p, t: [p[0] + p[1] * t[0] - 1.0, p[0] + p[1] * t[1] - 3.0])
    t = (0.0, 2.0)
    assert root(**line, x0=[0.0, 0.0], args=(t,)).x == pytest.approx([1.0, 1.0])
    assert least_squares(**line, x0=[0.0, 0.0], args=(t,)).x == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("f", [rosenbrock, in_python], ids=["compiled", "eager"])
def test_hess_and_hessp_are_those_of_the_transforms(f: Any) -> None:
    pair = for_scipy(f)
    x, p = np.array([0.3, -0.7, 1.1]), np.array([1.0, 2.0, -0.5])
    assert pair.hess(x) == pytest.approx(hessian(f)(x))
    assert pair.hessp(x, p) == pytest.approx(hessian(f)(x) @ p)
    scaled = for_scipy(lambda x, a: a * f(x))
    assert scaled.hessp(x, p, 3.0) == pytest.approx(3.0 * pair.hessp(x, p))
    assert scaled.hess(x, 3.0) == pytest.approx(3.0 * pair.hess(x))


def test_several_numbers_and_arguments() -> None:
    t = np.linspace(0.0, 2.0, 15)
    y = 2.5 * np.exp(-1.3 * t)
    fun, jac = for_scipy(lambda p, t, y: p[0] * np.exp(p[1] * t) - y)
    found = least_squares(fun, [1.0, -0.5], jac=jac, args=(t, y))
    assert found.x == pytest.approx([2.5, -1.3], rel=1e-6)
    assert jac(np.array([1.0, -0.5]), t, y).shape == (15, 2)
    fun, jac = for_scipy(lambda x: [x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, x[1] - sin(x[0])])
    found = root(fun, [0.0, 0.0], jac=jac)
    assert fun(found.x) == pytest.approx([0.0, 0.0], abs=1e-10)


@pytest.mark.parametrize("f", [rosenbrock, in_python, lambda x: log(x[0] * x[0] + exp(x[1]))])
def test_floats_and_arrays_come_out(f: Any) -> None:
    fun, jac = for_scipy(f)
    x = np.array([0.3, -0.7, 1.1])
    assert type(fun(x)) is float
    assert jac(x).dtype == np.float64
    assert jac(x).shape == (3,)
    assert check_grad(fun, jac, x) < 1e-5
    assert type(for_scipy(lambda x: np.array(x[0]))[0](x)) is float
    assert for_scipy(lambda x: x[0])[1](x).tolist() == [1.0, 0.0, 0.0]


def test_a_system_that_cannot_be_compiled_is_an_array_too() -> None:
    fun, jac = for_scipy(lambda x: [v * v if v > 0.0 else -3.0 * v for v in x])
    x = np.array([2.0, -1.0])
    assert isinstance(fun(x), np.ndarray)
    assert fun(x).tolist() == [4.0, 3.0]
    assert jac(x).tolist() == [[4.0, 0.0], [0.0, -3.0]]


def test_what_cannot_be_compiled_is_computed_eagerly() -> None:
    fun, jac = for_scipy(in_python)
    assert fun(np.array([2.0, -1.0])) == 7.0
    assert jac(np.array([2.0, -1.0])).tolist() == [4.0, -3.0]
    fun, jac = for_scipy(lambda x, name: x[0] if name == "first" else x[1] ** 2)
    assert fun(np.array([2.0, 3.0]), "second") == 9.0
    assert jac(np.array([2.0, 3.0]), "second").tolist() == [0.0, 6.0]
    with pytest.raises(TypeError, match="an output of the function"):
        for_scipy(lambda x: "1")[0](np.ones(1))
    with pytest.raises(TypeError, match="not NoneType"):
        for_scipy(lambda x: None)[1](np.ones(1))


def test_what_cannot_be_compiled_is_not_tried_again() -> None:
    calls: list[float] = []

    def f(x: Any) -> Any:
        calls.append(0.0)
        return x[0] * x[0] if x[0] > 0.0 else x[0]

    fun = for_scipy(f).fun
    assert fun(np.array([3.0])) == 9.0
    calls.clear()
    assert fun(np.array([-3.0])) == -3.0
    assert len(calls) == 1


def test_outside_the_domain_solvers_get_nan() -> None:
    fun, _ = for_scipy(lambda x: log(x[0]))
    assert math.isnan(fun(np.array([-1.0])))


def test_captured_values_are_read_at_every_call() -> None:
    w = Value(2.0)
    fun, jac = for_scipy(lambda x: w * x[0])
    assert fun(np.ones(1)) == 2.0
    w.data = 5.0
    assert (fun(np.ones(1)), jac(np.ones(1)).tolist()) == (5.0, [5.0])
    assert w.grad == 0.0
