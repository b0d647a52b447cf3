"""The table of accuracy has every operation, and says why what is above the goal is."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import compile
from autograd.operation import FAMILIES, OWN, TABLE
from tests.benchmarks.accuracy import WAYS, computes, outputs, with_slopes
from tests.benchmarks.accuracy_report import (
    EXACT,
    FUNCTIONS,
    REASONS,
    REPORT,
    above_goal,
    bounds,
    labels,
    read_report,
    reason,
    report,
)
from tests.benchmarks.accuracy_search import draw, search

NOT_MEASURED = [name for names in EXACT.values() for name in names]
REPORTED = read_report()


def test_every_operation_is_measured_or_exact() -> None:
    measured = {function.row[0] if function.row else name for name, function in FUNCTIONS.items()}
    every = (TABLE.keys() | FAMILIES.keys()) - OWN.keys()
    assert measured | set(NOT_MEASURED) == every
    assert not measured & set(NOT_MEASURED)
    assert len(NOT_MEASURED) == len(set(NOT_MEASURED))


def test_the_report_has_every_row_and_is_as_it_would_be_written() -> None:
    assert list(REPORTED) == list(labels())
    text = REPORT.read_text(encoding="utf-8")
    assert text.partition("| function")[2] == report(REPORTED).partition("| function")[2]


def test_what_is_above_the_goal_has_a_reason() -> None:
    for label, row in REPORTED.items():
        assert not above_goal(row) or reason(label, row), row
    named = [label for names in REASONS.values() for label in names]
    assert len(named) == len(set(named)) and set(named) <= labels().keys()


@pytest.mark.parametrize("name", ["x³", "betaln", "bessel_j 3"])
def test_a_wrong_result_is_found(name: str) -> None:
    function = FUNCTIONS[name]
    right = computes(name)(0)["eager"]
    found, _ = search(function, 0, right, 60, 0, 5)
    wrong, at = search(function, 0, lambda *x: right(*x) * (1.0 + 1e-9), 60, 0, 5)
    assert found <= 1.1 * bounds(REPORTED[name])["eager"]
    assert wrong > 1e6 and len(at) == (2 if function.second else 1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_program_in_python_gives_what_eager_does(name: str) -> None:
    function = FUNCTIONS[name]
    inputs = draw(function, 12, np.random.default_rng(2))
    program = compile(with_slopes(name), backend="python")
    rows = np.array([program(*x) for x in zip(*(a.tolist() for a in inputs), strict=True)])
    ways = computes(name)
    for _, output in outputs(name, function):
        np.testing.assert_array_equal(rows[:, output], ways(output)[WAYS[0]](*inputs))
