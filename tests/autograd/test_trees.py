"""Nested lists, tuples, dicts and arrays, taken apart and put together."""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, defaultdict, namedtuple
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from autograd.trees import aligned, array_of, entries, is_array, like, mapped, numbers_in, stacked

Point = namedtuple("Point", "x y")

TREE = {"a": [1.0, (2.0,)], "p": Point(3.0, np.array([[4.0, 5.0]])), "e": np.zeros((0, 2)), "n": []}


def test_a_tree_is_taken_apart_and_put_together() -> None:
    numbers = numbers_in(TREE)
    assert numbers == [1.0, 2.0, 3.0, 4.0, 5.0]
    made = like(TREE, iter([10.0 * x for x in numbers]))
    assert type(made["p"]) is Point
    assert made["p"].y.tolist() == [[40.0, 50.0]]
    assert made["e"].shape == (0, 2)
    assert (made["a"], made["n"]) == ([10.0, (20.0,)], [])
    assert mapped(TREE, type)["p"] == Point(float, np.ndarray)


@pytest.mark.parametrize(
    ("tree", "kind"),
    [
        ({"a": 2, "b": 3}, dict),
        (OrderedDict(a=2, b=3), OrderedDict),
        (Counter(a=2, b=3), Counter),
        (defaultdict(int, a=2, b=3), defaultdict),
        (UserDict(a=2, b=3), dict),
        (MappingProxyType({"a": 2, "b": 3}), dict),
    ],
    ids=lambda tree: type(tree).__name__,
)
def test_of_mappings_a_dict_keeps_its_class(tree: Mapping[str, int], kind: type) -> None:
    made = mapped(tree, lambda x: 10 * x)
    assert type(made) is kind
    assert list(made.items()) == [("a", 20), ("b", 30)]
    assert list(tree.items()) == [("a", 2), ("b", 3)]


def test_arrays_of_floats_and_of_other_things() -> None:
    assert array_of([1.0, 2.0], (2, 1)).dtype == np.float64
    assert array_of([1.0, "a"], (2,)).dtype == object
    assert array_of([], (0, 3)).shape == (0, 3)
    assert is_array(np.zeros(1))
    assert not is_array(np.float64(1.0))
    assert not is_array([1.0])


def test_entries_run_by_the_last_index_in_any_order_of_memory() -> None:
    array = np.arange(6).reshape(2, 3)
    for same in (array, np.asfortranarray(array), array.T.copy().T, array.view(np.matrix)):
        assert entries(same) == [0, 1, 2, 3, 4, 5]
    assert entries(np.array(7.0)) == [7.0]


@pytest.mark.parametrize(
    "array", [np.array([1j]), np.array(["a"]), np.array(["2020-01-01"], dtype="M8[D]")]
)
def test_arrays_of_other_things_are_refused(array: Any) -> None:
    with pytest.raises(TypeError, match="it needs to be one of real numbers"):
        entries(array)
    with pytest.raises(TypeError, match="filled"):
        entries(np.ma.masked_array([1.0], mask=[True]))


def test_rows_are_stacked() -> None:
    made = stacked([0.0, np.zeros(2)], [iter([1.0, 2.0, 3.0]), iter([4.0, 5.0, 6.0])], (2, 1))
    assert made[0].tolist() == [[1.0], [4.0]]
    assert made[1].tolist() == [[[2.0, 3.0]], [[5.0, 6.0]]]


def test_forms_are_compared() -> None:
    assert aligned({"b": [2.0], "a": 1.0}, {"a": 0.0, "b": [0.0]}, "x", "y") == [1.0, 2.0]
    assert aligned(np.array(3.0), 1.0, "x", "y") == [3.0]
    assert aligned(1.0, np.array(3.0), "x", "y") == [1.0]
    with pytest.raises(TypeError, match=r"x must have .* of y: an array of shape \(2,\) is needed"):
        aligned([1.0, 2.0], np.zeros(2), "x", "y")
    with pytest.raises(ValueError, match=r"of shape \(2,\) is needed, one of shape \(1, 2\)"):
        aligned(np.zeros((1, 2)), np.zeros(2), "x", "y")


@pytest.mark.parametrize(
    ("tree", "form", "error", "said"),
    [
        ([1.0], 0.0, TypeError, "a number or Value is needed where a list was given"),
        ("a", np.zeros(2), TypeError, r"an array of shape \(2,\) is needed where a str was given"),
        (1.0, [0.0], TypeError, "a list is needed where a float was given"),
        ((1.0,), [0.0], TypeError, "a list is needed where a tuple was given"),
        (np.zeros(2), {"a": 0.0}, TypeError, r"a dict is needed where an array of shape \(2,\)"),
        ([1.0], [0.0, 0.0], ValueError, "a list of 2 is needed, one of 1 was given"),
        ([1.0] * 3, [0.0, 0.0], ValueError, "a list of 2 is needed, one of 3 was given"),
        ({"b": 1.0}, {"a": 0.0}, ValueError, r"keys \['a'\] are needed, \['b'\] were given"),
    ],
)
def test_another_form_is_refused_in_words(
    tree: Any, form: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=f"x must have the form of y: {said}"):
        aligned(tree, form, "x", "y")
