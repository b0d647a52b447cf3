"""What is a real number, what becomes of it, and labels."""

from __future__ import annotations

import fractions
import math
import numbers
from decimal import Decimal

import numpy as np
import pytest

from autograd import Value


class Degrees:
    """A real number of somebody's own."""

    def __float__(self) -> float:
        return 1.5


numbers.Real.register(Degrees)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (2, 2.0),
        (0.5, 0.5),
        (True, 1.0),
        (fractions.Fraction(1, 4), 0.25),
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.int8(-3), -3.0),
        (np.bool_(True), 1.0),
        (Degrees(), 1.5),
        (math.inf, math.inf),
    ],
)
def test_any_real_number_becomes_a_float(number: object, expected: float) -> None:
    value = Value(number)
    assert value.data == expected
    assert type(value.data) is float


def test_nan_is_allowed() -> None:
    assert math.isnan(Value(math.nan).data)


@pytest.mark.parametrize(
    ("thing", "advice"),
    [
        ("0.5", "float"),
        (1j, "complex"),
        (None, "NoneType"),
        ([1.0], "one Value for each entry"),
        (np.array([1.0, 2.0]), "one Value for each entry"),
        (np.array(1.0), "one Value for each entry"),
        (Decimal("0.1"), "convert it with float"),
        (Value(1.0), "use it as it is"),
        (object(), "object"),
    ],
)
def test_anything_else_is_a_type_error_that_says_what_to_pass(thing: object, advice: str) -> None:
    with pytest.raises(TypeError, match="needs one real number") as caught:
        Value(thing)  # type: ignore[arg-type]
    assert advice in str(caught.value)


def test_a_number_beyond_the_floats_is_an_overflow_error() -> None:
    with pytest.raises(OverflowError, match="larger than the largest float"):
        Value(10**400)


def test_label_must_be_text() -> None:
    with pytest.raises(TypeError, match="label is a str, not int"):
        Value(1.0, 3)  # type: ignore[arg-type]
    x = Value(1.0, "x")
    with pytest.raises(TypeError, match="label is a str, not NoneType"):
        x.label = None  # type: ignore[assignment]
    assert x.label == "x"
