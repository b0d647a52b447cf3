"""values, data and grads."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from autograd import (
    TracingError,
    Value,
    compile,
    data,
    gradients,
    grads,
    greater,
    replay,
    values,
    where,
)


@pytest.mark.parametrize(
    "array",
    [
        np.array(3.0),
        np.zeros(0),
        np.zeros((0, 3)),
        np.arange(6).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(12.0).reshape(2, 3, 2)[:, ::-1, 1],
        np.array([0.1, np.inf], dtype=np.float32),
        np.array([True, False]),
        np.array([Fraction(1, 2), 3], dtype=object),
        [[1, 2.5], [3, 4]],
        2,
    ],
)
def test_shape_and_numbers_are_kept(array: Any) -> None:
    made = values(array)
    assert made.dtype == object
    assert made.shape == np.shape(array)
    assert all(type(v) is Value for v in made.ravel())
    read = data(made)
    assert read.dtype == np.float64
    assert read.tolist() == np.array(array, dtype=float).tolist()
    assert grads(made).tolist() == np.zeros(np.shape(array)).tolist()


def test_a_graph_of_arrays() -> None:
    W, x = values([[1.0, 2.0], [3.0, 4.0]], "W"), values(np.array([1.0, -1.0]), ["p", "q"])
    y = np.sum(np.tanh(W @ x))
    y.backward()
    slope = 1.0 - np.tanh(-1.0) ** 2
    assert grads(W) == pytest.approx(np.array([[slope, -slope], [slope, -slope]]))
    assert grads(x) == pytest.approx(slope * np.array([4.0, 6.0]))
    assert [v.label for v in (*W.ravel(), *x)] == [
        *("W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]"),
        *("p", "q"),
    ]
    assert values(3.0, "a").item().label == "a"
    assert values([1.0])[0].label == ""


def test_nested_values_are_read_in_their_form() -> None:
    v = Value(2.0)
    v.grad = 5.0
    tree = {"w": [v, (v,)], "a": np.array([[v]]), "n": v}
    assert data(tree) == {"w": [2.0, (2.0,)], "a": np.array([[2.0]]), "n": 2.0}
    assert grads(tree) == {"w": [5.0, (5.0,)], "a": np.array([[5.0]]), "n": 5.0}
    assert data([v, 3, np.float32(0.5)]) == [2.0, 3.0, 0.5]
    assert data(np.array([v, 3], dtype=object)).tolist() == [2.0, 3.0]
    assert data(np.arange(2)).dtype == np.float64
    assert data([]) == []


def test_what_is_given_is_not_shared() -> None:
    array = np.array([1.0, 2.0])
    array.setflags(write=False)
    made = values(array)
    made[0] = made[1]
    assert array.tolist() == [1.0, 2.0]
    read = data(values(array))
    read[0] = 9.0
    assert array[0] == 1.0


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: values([1j]), TypeError, "an array of real numbers, not one of complex128"),
        (lambda: values("abc"), TypeError, "an array of real numbers"),
        (lambda: values([None]), TypeError, "a Value needs one real number"),
        (lambda: values([Value(1.0)]), TypeError, "it is a Value already"),
        (lambda: values([[1.0], [1.0, 2.0]]), ValueError, "inhomogeneous"),
        (lambda: values([1.0, 2.0], ["a"]), ValueError, r"shape \(1,\) and the array \(2,\)"),
        (lambda: values([1.0], [2]), TypeError, "label is a str, not int"),
        (lambda: grads([1.0]), TypeError, r"a float has no gradient: .* values\(array\)"),
        (lambda: grads(np.ones(2)), TypeError, "a float has no gradient"),
        (lambda: data("a"), TypeError, "real number"),
        (lambda: compile(lambda x: data(x))(np.ones(2)), TracingError, "where"),
    ],
)
def test_errors_say_what_was_given(
    compute: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        compute()


def test_a_choice_of_numpys_is_made_once_and_one_of_ours_is_recorded() -> None:
    x = values([1.0, -2.0])
    once = np.sum(np.where(x > 0.0, x * x, -x))
    recorded = np.sum(np.frompyfunc(where, 3, 1)(np.frompyfunc(greater, 2, 1)(x, 0.0), x * x, -x))
    for y in (once, recorded):
        assert gradients(y, list(x))[0].data == 2.0
        assert gradients(y, list(x))[1].data == -1.0
    x[1].data = 3.0
    assert replay(once).data == 1.0 - 3.0  # the choice that was made
    assert replay(recorded).data == 1.0 + 9.0
    with pytest.raises(TracingError, match="where"):
        compile(lambda x: np.sum(np.where(x > 0.0, x * x, -x)))(np.ones(2))
    with pytest.raises(TypeError, match=r"where needs one real .*frompyfunc\(f, n, 1\)"):
        where(x, x, 0.0)


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.checks.find_spec", lambda _: None)
    with pytest.raises(ImportError) as caught:
        values([1.0, 2.0])
    message = "an array of Values needs numpy: pip install 'stepgrad[compile]'"
    assert str(caught.value) == message
