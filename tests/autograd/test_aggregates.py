"""Means, products, lengths and spreads of any number of Values."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import (
    Value,
    compile,
    grad,
    gradients,
    hessian,
    log_softmax,
    mean,
    norm,
    prod,
    softmax,
    std,
    var,
)
from autograd.operation import look_up

NUMBERS = [0.3, -1.7, 2.5, 0.9]
FUNCTIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "mean": (mean, np.mean),
    "prod": (prod, np.prod),
    "norm": (norm, np.linalg.norm),
    "var": (var, np.var),
    "std": (std, np.std),
    "sample's var": (lambda x: var(x, 1), lambda x: np.var(x, ddof=1)),
    "sample's std": (lambda x: std(x, 1), lambda x: np.std(x, ddof=1)),
}
every_function = pytest.mark.parametrize(("ours", "numpys"), FUNCTIONS.values(), ids=FUNCTIONS)


@every_function
def test_numbers_are_numpys(ours: Any, numpys: Any) -> None:
    assert ours(NUMBERS) == pytest.approx(float(numpys(NUMBERS)), rel=1e-15)
    assert ours(iter(NUMBERS)) == ours(NUMBERS)


@every_function
def test_numpys_functions_take_arrays_of_values(ours: Any, numpys: Any) -> None:
    values = [Value(x) for x in NUMBERS]
    theirs = numpys(np.array(values, dtype=object))
    assert theirs.data == pytest.approx(ours(NUMBERS), rel=1e-15)
    slopes = [g.data for g in gradients(theirs, values)]
    assert slopes == pytest.approx([g.data for g in gradients(ours(values), values)], rel=1e-12)


@every_function
@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_compiled_with_second_derivatives(ours: Any, numpys: Any, backend: Any) -> None:
    def function(a: Any, b: Any, c: Any, d: Any) -> Any:
        return ours([a, b, c, d])

    curvature = grad(lambda *x: grad(function)(*x))
    program = compile(curvature, backend=backend)
    assert program(*NUMBERS) == pytest.approx(curvature(*NUMBERS), rel=1e-12, abs=1e-15)


def test_a_product_with_zeros_has_its_derivatives() -> None:
    x = [Value(v) for v in (2.0, 0.0, 5.0, 0.0)]
    y = prod(x)
    assert y.local_gradients() == (0.0, 0.0, 0.0, 0.0)
    (second,) = gradients(gradients(y, [x[1]])[0], [x[3]])
    assert second.data == 10.0
    assert prod([]) == 1.0


def test_a_length_is_stable_and_says_what_holds_at_0() -> None:
    for size in (1e-300, 1.0, 1e300):
        x = [Value(3.0 * size), Value(-4.0 * size), Value(0.0)]
        y = norm(x)
        assert y.data == pytest.approx(5.0 * size, rel=1e-15, abs=0.0)
        assert y.local_gradients() == pytest.approx((0.6, -0.8, 0.0), rel=1e-15)
    assert all(map(math.isnan, norm([Value(0.0), Value(0.0)]).local_gradients()))
    bent = hessian(lambda v: norm(v))([3.0, 0.0, 0.0])
    assert np.array(bent) == pytest.approx(np.diag([0.0, 1 / 3, 1 / 3]), abs=1e-15)


@pytest.mark.parametrize("power", [-700, -500, 0, 300, 500, 900])
def test_a_length_that_is_a_float_is_exact_as_it_is_composed_too(power: int) -> None:
    """Its scale is a power of two, so that it rounds nothing."""
    composed = look_up("norm").expand
    assert composed is not None
    for sides in ((3, 4, 5), (5, 12, 13), (8, 15, 17)):
        for times in range(1, 60, 2):
            a, b, length = (side * times * 2.0**power for side in sides)
            assert composed(a, b) == length


def test_log_softmax_does_not_underflow() -> None:
    assert log_softmax([1000.0, 0.0]) == [0.0, -1000.0]
    assert [math.exp(x) for x in log_softmax(NUMBERS)] == pytest.approx(softmax(NUMBERS))


def test_spreads_are_those_of_statistics() -> None:
    assert var(NUMBERS, 1) == pytest.approx(statistics.variance(NUMBERS))
    assert std(NUMBERS) == pytest.approx(statistics.pstdev(NUMBERS))


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: mean([]), "mean needs at least 1 value, 0 given"),
        (lambda: norm([]), "norm needs at least 1 value, 0 given"),
        (lambda: var([1.0], 1), "var needs at least 2 values, 1 given"),
        (lambda: std([]), "std needs at least 1 value, 0 given"),
        (lambda: log_softmax([]), "log_softmax needs at least 1 value"),
    ],
)
def test_too_few_values_are_refused(compute: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute()
