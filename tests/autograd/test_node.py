"""What is a real number, what becomes of it, and labels."""

from __future__ import annotations

import copy
import fractions
import math
import numbers
import pickle
from decimal import Decimal

import numpy as np
import pytest

from autograd import Value
from autograd.node import NOTHING, Node, constant, is_number, leaf, node_classes, real
from autograd.value import Constant


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


EACH_ENTRY = (
    ": make one Value for each entry, as autograd.values(array) does; to go through all entries, "
    "write numpy.frompyfunc(f, n, 1)(...) for a function f of n numbers"
)


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ("0.5", "str: convert it with float(...), and name the Value by label=..."),
        (1j, "complex"),
        (None, "NoneType"),
        ([1.0], f"list{EACH_ENTRY}"),
        ((1.0,), f"tuple{EACH_ENTRY}"),
        (np.array([1.0, 2.0]), f"ndarray{EACH_ENTRY}"),
        (np.array(1.0), f"ndarray{EACH_ENTRY}"),
        (Decimal("0.1"), "Decimal: convert it with float(...) where that is meant"),
        (
            Value(1.0),
            "Value: it is a Value already; use it as it is, or detach() for an independent leaf",
        ),
        (object(), "object"),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_anything_else_is_a_type_error_that_says_what_to_pass(thing: object, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        Value(thing)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "a Value needs one real number (int, float, bool, Fraction or a NumPy real scalar), not "
        + said
    )


def test_what_passes_nothing_stays_itself_in_copies_and_other_processes() -> None:
    for again in (pickle.loads(pickle.dumps(NOTHING)), copy.deepcopy([NOTHING])[0]):
        assert again is NOTHING


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


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (1, True),
        (1.0, True),
        (True, True),
        (fractions.Fraction(1, 3), True),
        (np.float32(1.0), True),
        (np.uint8(1), True),
        (np.bool_(False), True),
        (1j, False),
        ("1", False),
        (None, False),
        (Decimal(1), False),
        (np.array(1.0), False),
        (np.complex128(1.0), False),
        (Value(1.0), False),
    ],
)
def test_what_is_a_real_number(thing: object, expected: bool) -> None:
    assert is_number(thing) is expected


def test_an_error_names_what_needs_the_number() -> None:
    assert real(np.float32(0.5), "a rate") == 0.5
    with pytest.raises(TypeError, match=r"^a rate needs one real number .*, not NoneType$"):
        real(None, "a rate")
    with pytest.raises(OverflowError, match=r"^a rate holds a float; this Fraction is larger"):
        real(fractions.Fraction(10**400), "a rate")


def test_a_leaf_is_a_node_without_a_past() -> None:
    node = leaf(Node, 2.5, "n")
    assert type(node) is Node
    assert (node._data, node.grad, node.parents, node.operation) == (2.5, 0.0, (), None)
    assert (node._local, node.label) == ((), "n")
    assert not hasattr(node, "__dict__")


def test_a_number_in_an_expression_is_a_leaf_of_its_own_kind() -> None:
    node = constant(np.float64(3.0))
    assert type(node) is Constant and node_classes.constant is Constant
    assert type(node._data) is float and node._data == 3.0
    assert node_classes.value is Value
    with pytest.raises(TypeError, match="arithmetic with Values needs one real number"):
        constant("3")
