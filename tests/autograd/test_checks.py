"""Options are checked when they are given; the message says what is allowed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograd.checks import check_choice, check_count, require


@pytest.mark.parametrize("count", [2, 3, 10**30, np.int64(2)])
def test_whole_numbers_that_are_large_enough_pass(count: object) -> None:
    check_count("epochs", count, 2)


@pytest.mark.parametrize(("count", "shown"), [(2.0, "2.0"), ("2", "'2'"), (None, "None")])
def test_what_is_no_whole_number_is_a_type_error(count: object, shown: str) -> None:
    message = f"epochs is a whole number, 1 or more, not {shown}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        check_count("epochs", count, 1)


@pytest.mark.parametrize(("count", "least"), [(0, 1), (-3, 0), (1, 2)])
def test_a_count_that_is_too_small_is_a_value_error(count: int, least: int) -> None:
    message = f"size={count} is not allowed: it must be {least} or more"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_count("size", count, least)


@pytest.mark.parametrize("given", ["mean", "sum", 1])
def test_a_choice_from_the_list_passes(given: object) -> None:
    check_choice("reduction", given, ["mean", "sum", 1])


@pytest.mark.parametrize(("given", "shown"), [("mode", "'mode'"), (None, "None"), ([1], "[1]")])
def test_any_other_choice_is_a_value_error_that_lists_them(given: object, shown: str) -> None:
    message = f"reduction must be one of 'mean', 'sum', not {shown}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_choice("reduction", given, ["mean", "sum"])


@pytest.mark.parametrize("given", [True, 1.0])
def test_what_only_equals_a_choice_is_another_choice(given: object) -> None:
    with pytest.raises(ValueError, match="must be one of 1, 2"):
        check_choice("order", given, [1, 2])


def test_a_numpy_integer_is_a_whole_number() -> None:
    numpy = pytest.importorskip("numpy")
    check_count("epochs", numpy.int64(3), 1)
    with pytest.raises(ValueError, match="epochs="):
        check_count("epochs", numpy.int64(0), 1)


def test_a_package_that_is_not_there_is_told_with_its_extra() -> None:
    require("numpy", "compile", "an array")
    message = "a plot needs no_such_package: pip install 'stepgrad[notebook]'"
    with pytest.raises(ImportError, match=f"^{re.escape(message)}$"):
        require("no_such_package", "notebook", "a plot")
