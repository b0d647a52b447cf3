"""What `help` and the reference say of every public name, and that they leave none out."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import autograd
import nn
from tests.make_reference import names_in_groups

pytestmark = pytest.mark.skipif(sys.flags.optimize > 1, reason="-OO leaves no docstrings")

ROOMS = [autograd.linalg]  # the public names that are modules, whose functions are public too
NAMES = [
    (package, name)
    for package in (autograd, nn, *ROOMS)
    for name in package.__all__
    if getattr(package, name) not in ROOMS
]
CLASSES = [(package, name) for package, name in NAMES if inspect.isclass(getattr(package, name))]
CALLABLE = [pair for pair in NAMES if pair not in CLASSES]


def arguments(function: Any) -> list[str]:
    taken = inspect.signature(function).parameters.values()
    names = [each.name for each in taken if each.annotation != "Never"]  # those are refused
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def has(text: str, section: str) -> bool:
    return re.search(rf"^{section}\n-{{3,}}$", text, re.MULTILINE) is not None


def mentions(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def ours(owner: type) -> bool:
    return owner.__module__.partition(".")[0] in ("autograd", "nn")


def methods(owner: type) -> Iterator[tuple[str, Any, str]]:
    """The public methods of a class that are ours, each with what it and its bases say of it."""
    for name, member in inspect.getmembers(owner, callable):
        homes = [c for c in owner.__mro__ if name in vars(c)]
        if not name.startswith("_") and homes and ours(homes[0]):
            yield name, member, "\n".join(vars(c)[name].__doc__ or "" for c in homes if ours(c))


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_every_public_name_has_an_example(package: ModuleType, name: str) -> None:
    text = inspect.getdoc(getattr(package, name)) or ""
    assert has(text, "Examples")
    assert ">>> " in text


@pytest.mark.parametrize(("package", "name"), CALLABLE)
def test_a_function_says_what_it_takes_gives_and_refuses(package: ModuleType, name: str) -> None:
    function = getattr(package, name)
    text = inspect.getdoc(function) or ""
    for argument in arguments(function):
        assert has(text, "Parameters")
        assert mentions(text, argument), argument
        assert has(text, "Raises") or "refused with a TypeError" in text
    if inspect.signature(function).return_annotation not in (None, "None"):
        assert has(text, "Returns") or has(text, "Yields")


@pytest.mark.parametrize(("package", "name"), CLASSES)
def test_a_class_says_what_it_is_made_of(package: ModuleType, name: str) -> None:
    owner = getattr(package, name)
    text = inspect.getdoc(owner) or ""
    made_by = next(vars(c)["__init__"] for c in owner.__mro__ if "__init__" in vars(c))
    if inspect.isfunction(made_by):  # else Python's own: it takes nothing of ours
        for argument in arguments(made_by):
            assert has(text, "Parameters") or has(text, "Attributes")
            assert mentions(text, argument), argument


@pytest.mark.parametrize(("package", "name"), CLASSES)
def test_a_method_says_what_it_takes(package: ModuleType, name: str) -> None:
    for method, member, text in methods(getattr(package, name)):
        assert text.strip(), method
        for argument in arguments(member):
            assert mentions(text, argument), f"{method}({argument})"


@pytest.mark.parametrize("package", [autograd, nn])
def test_the_first_page_of_help_has_every_public_name_in_one_group(package: ModuleType) -> None:
    assert (package.__doc__ or "").count("\n- ") > 7
    assert sorted(names_in_groups(package)) == sorted(package.__all__)
