"""Nested numbers come apart and together again."""

from __future__ import annotations

from collections import namedtuple
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.compiler.record.nested import (
    Container,
    OneOf,
    alike,
    describe,
    fill,
    flatten,
    is_array,
    is_one_of,
    one_line,
    paths,
    rebuild,
    shape_of,
)

Pair = namedtuple("Pair", ["a", "b"])


@pytest.mark.parametrize(
    "nested",
    [
        1.0,
        [],
        (),
        {},
        [1.0, 2.0],
        [[1.0], [2.0, (3.0, 4.0)]],
        {"x": [1.0], "y": {"z": 2.0}, 3: 4.0},
        Pair(1.0, [2.0]),
        (1.0, Pair(2.0, 3.0)),
    ],
)
def test_rebuild_undoes_flatten(nested: Any) -> None:
    numbers, structure = flatten(nested, "it")
    again = rebuild(structure, iter(numbers))
    assert again == nested
    assert type(again) is type(nested)
    assert hash(structure) == hash(flatten(nested, "it")[1])
    assert len(paths(structure, "x")) == len(numbers)


@pytest.mark.parametrize("shape", [(3,), (2, 2), (1, 2, 3), (0,), (2, 0)])
def test_arrays_keep_their_shape(shape: tuple[int, ...]) -> None:
    array = np.arange(float(np.prod(shape))).reshape(shape)
    numbers, structure = flatten([array, 9.0], "it")
    again = rebuild(structure, iter(numbers))
    np.testing.assert_array_equal(again[0], array)
    assert again[1] == 9.0
    assert again[0].dtype == float
    assert len(paths(structure, "x")) == len(numbers)


def test_only_an_array_of_numpy_is_one() -> None:
    class ndarray(list[float]):  # noqa: N801
        """A list of the user's, of the same name."""

    assert is_array(np.ndarray)
    assert not any(map(is_array, (ndarray, np.float64, np.ma.MaskedArray, list)))
    nested = ndarray([1.0, 2.0])
    assert flatten(nested, "it") == ([1.0, 2.0], Container(ndarray, (None, None)))


def test_arrays_of_values_are_object_arrays() -> None:
    values = [Value(1.0), Value(2.0)]
    _, structure = flatten(np.zeros(2), "it")
    array = rebuild(structure, iter(values))
    assert array.dtype == object
    assert list(array) == values


def test_every_real_number_is_a_float() -> None:
    numbers, _ = flatten(
        [1, True, Fraction(1, 2), np.float32(0.25), np.int64(3), np.bool_(True)], ""
    )
    assert numbers == [1.0, 1.0, 0.5, 0.25, 3.0, 1.0]
    assert {type(x) for x in numbers} == {float}


@pytest.mark.parametrize(
    ("nested", "message"),
    [
        ([1.0, "2"], r"it\[1\] needs one real number .* not str"),
        ({"a": [None]}, r"it\['a'\]\[0\] needs one real number .* not NoneType"),
        (1j, "it needs one real number .* not complex"),
        (Value(1.0), "it needs one real number .* not Value"),
        ({1.0}, "it needs one real number .* not set"),
        (np.array(["a"]), "it is an array of <U1: only real numbers"),
        (np.array([1j]), "it is an array of complex128: only real numbers"),
        (np.array([None]), "it needs one real number .* not NoneType"),
    ],
)
def test_what_is_no_number_is_named(nested: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        flatten(nested, "it")


def test_an_array_without_entries_has_no_paths_however_long_its_axes_are() -> None:
    _, structure = flatten(np.empty((0, 10**12)), "x")
    assert paths(structure, "x") == []


def test_paths_are_what_python_would_write() -> None:
    _, structure = flatten({"a": [1.0, (2.0,)], "b": np.zeros((2, 1))}, "it")
    assert paths(structure, "x") == ["x['a'][0]", "x['a'][1][0]", "x['b'][0][0]", "x['b'][1][0]"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x", "x"),
        ("Größe 漢", "Größe 漢"),
        ("a\nb\r\t\x00\x1b", "a?b????"),
        ("\u202eabc\u2028", "?abc?"),
        ("a\\b", "a?b"),
        ("", ""),
    ],
)
def test_a_name_is_no_more_than_letters_of_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_several_structures_in_words() -> None:
    several = Container(OneOf, tuple(structures_of([1.0, 2.0], 3.0)))
    assert is_one_of(several)
    assert not any(map(is_one_of, (*several.children, None)))
    assert describe(several) == "one of: a list of 2; a number"


@pytest.mark.parametrize("nested", [(1.0, [2.0]), ([[1.0], [2.0, 3.0]], 4.0), [(), [1.0]]], ids=str)
def test_the_quick_way_is_taken_for_nested_floats(nested: Any) -> None:
    numbers: list[float] = []
    assert fill(numbers, nested, structures_of(nested)[0])
    assert numbers == flatten(nested, "x")[0]


def test_structures_in_words() -> None:
    described = [
        describe(flatten(x, "it")[1]) for x in (1.0, [1.0, 2.0], {"a": 1.0}, np.zeros((2, 3)))
    ]
    assert described == [
        "a number", "a list of 2", "a dict with the keys ['a']", "an array of shape (2, 3)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "nested",
    [
        (1.0, [2.0, 3.0]),
        ([[1.0], [2.0, 3.0]], 4.0),
        ((), [1.0]),
        ([], 1.0),
        (1, [2.0, 3.0]),
        (True, [2.0]),
        ([1.0, 2],),
        ({"a": 1.0},),
        (np.array([1.0, 2.0]),),
        (np.array(1.0),),
        (np.zeros(0), [np.array(2.0)]),
        ({}, 1.0),
        (Pair(1.0, [2.0]),),
        ([1.0, (2.0,)],),
        (Value(1.0),),
        ([Value(1.0), 2.0],),
        ([1.0, None],),
    ],
    ids=str,
)
def test_the_quick_way_gives_the_same_or_leaves_it_to_the_other(nested: Any) -> None:
    _, own = flatten(nested, "x", lambda x, _: x)
    every = [(1.0, [2.0, 3.0]), ([[1.0], [2.0, 3.0]], 4.0), ((), [1.0]), ([], 1.0), ([1.0, 2.0],)]
    for structure in [own, *(flatten(other, "x")[1] for other in every)]:
        numbers: list[float] = []
        if fill(numbers, nested, structure):
            assert (numbers, structure) == flatten(nested, "x")
            assert set(map(type, numbers)) <= {float}


def structures_of(*nested: Any) -> list[Any]:
    return [flatten(one, "it")[1] for one in nested]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1.0, 2.0, True),
        (1.0, [1.0], False),
        ([1.0], 1.0, False),
        ([1.0], [1.0, 2.0], True),
        ([1.0], (1.0,), False),
        ([[1.0], 2.0], [[], 2.0], True),
        ([[1.0], 2.0], [2.0, [1.0]], False),
        ({"a": 1.0}, {"a": 2.0}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        ({"a": [1.0]}, {"a": [1.0, 2.0]}, True),
        (np.zeros((2, 3)), np.zeros((4, 1)), True),
        (np.zeros((2, 3)), np.zeros(6), False),
    ],
    ids=str,
)
def test_alike_is_the_same_but_for_lengths(one: Any, other: Any, expected: bool) -> None:
    assert alike(*structures_of(one, other)) is expected


@pytest.mark.parametrize(
    ("nested", "shape"),
    [
        (1.0, ()),
        ([1.0, 2.0], (2,)),
        (([1.0, 2.0, 3.0], (4.0, 5.0, 6.0)), (2, 3)),
        ([np.zeros((3, 4)), np.ones((3, 4))], (2, 3, 4)),
        ([[1.0], [2.0, 3.0]], None),
        ([[[1.0], [2.0, 3.0]]], None),
        ([1.0, [2.0]], None),
        ({"a": 1.0}, None),
        ([{"a": 1.0}], None),
        ([], None),
    ],
    ids=str,
)
def test_the_shape_of_nested_lists_of_equal_length(nested: Any, shape: Any) -> None:
    (structure,) = structures_of(nested)
    assert shape_of(structure) == shape


def test_a_structure_does_not_change(tools: Any) -> None:
    tools.unchanging(Container)
