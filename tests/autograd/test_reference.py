"""Every text belongs to a row, every public function of the table has one, and its example runs."""

from __future__ import annotations

import doctest
import sys

import pytest

import autograd
from autograd.operation import FAMILIES, TABLE
from autograd.reference import DOCUMENTATION

PUBLIC = {
    name: function
    for name in autograd.__all__
    if hasattr(function := getattr(autograd, name), "operation") and not isinstance(function, type)
}
OPERATORS = {"add", "subtract", "multiply", "divide", "negative", "positive", "power"}
every_text = pytest.mark.parametrize("name", DOCUMENTATION)


def test_there_are_public_functions_of_the_table() -> None:
    assert {"exp", "atan2", "where", "gelu"} <= PUBLIC.keys() <= TABLE.keys()


def test_every_text_belongs_to_a_row_and_every_public_function_has_a_text() -> None:
    assert DOCUMENTATION.keys() == PUBLIC.keys() | OPERATORS
    assert DOCUMENTATION.keys() <= TABLE.keys()
    assert sys.flags.optimize > 1 or all(  # -OO leaves no docstrings
        getattr(autograd, name).__doc__
        for name in FAMILIES.keys()
        - {"fixed_power", "power_derivative", "erfcx_slope", "sinc_slope"}
        - {"dawson", "elliptic", "gamma_density"}
    )


@every_text
def test_a_text_opens_with_one_line_that_names_the_derivative(name: str) -> None:
    first, _, rest = DOCUMENTATION[name].partition("\n")
    assert len(first) <= 100 and first.endswith(".")
    assert any(word in first for word in ("derivative", "∂"))
    assert not rest or rest.startswith("\n")


@pytest.mark.parametrize("name", PUBLIC)
def test_the_example_runs_and_shows_the_function(name: str) -> None:
    examples = doctest.DocTestParser().get_doctest(DOCUMENTATION[name], {}, name, None, None)
    told: list[str] = []
    results = doctest.DocTestRunner().run(examples, out=told.append)
    assert results.failed == 0, "".join(told)
    assert results.attempted >= 2
    assert any(f"{name}(" in e.source or f"({name})" in e.source for e in examples.examples)


@pytest.mark.parametrize("name", PUBLIC)
def test_help_shows_the_text_with_the_names_of_the_arguments(name: str) -> None:
    shown = PUBLIC[name].__doc__ or ""
    summary, _, rest = DOCUMENTATION[name].partition("\n\n")
    assert shown.startswith(f"{summary}\n\nParameters\n----------\n")
    assert shown.endswith(rest.rstrip())
    given = TABLE[name].local.__code__
    names = ", ".join(given.co_varnames[1 : given.co_argcount])
    assert f"\n{names} : Value or real number\n" in shown
