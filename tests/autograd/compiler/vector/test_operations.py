"""Short operations give what the operation table gives, special values included."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from autograd.compiler.readable.python import ieee
from autograd.compiler.schedule.normal import SMALL_POWERS
from autograd.compiler.vector.operations import SIMPLE, apply
from autograd.operation import TABLE

Run = Callable[..., list[list[float]]]
NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-310, 1e200, -1e200, math.inf, -math.inf, math.nan]
ROWS = sorted(name for name in SIMPLE if name in TABLE and name != "dot")


def agree(found: float, wanted: float, *, signed_zero: bool = True) -> bool:
    if wanted != wanted:
        return found != found
    same_sign = math.copysign(1.0, found) == math.copysign(1.0, wanted) or not signed_zero
    return found == pytest.approx(wanted, rel=1e-15, abs=0.0) and same_sign


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_the_table(name: str, run: Run) -> None:
    arity = len(TABLE[name].domain)
    rows = [
        [NUMBERS[(i + k * step) % len(NUMBERS)] for k in range(arity)]
        for i in range(len(NUMBERS))
        for step in range(len(NUMBERS) if arity > 1 else 1)
    ]
    (found,) = run(lambda *x: [apply(name, x, ())], *map(list, zip(*rows, strict=True)))
    function = ieee(name)
    for row, number in zip(rows, found, strict=True):
        # The sign of -0.0 is -0.0 in machine code.
        assert agree(number, function(*row), signed_zero=name != "sign"), (row, number)


@pytest.mark.parametrize("exponent", sorted(SMALL_POWERS))
def test_small_powers(exponent: float, run: Run) -> None:
    numbers = [x for x in NUMBERS if not 0.0 < abs(x) < 1e-300]
    (found,) = run(lambda x: [apply("fixed_power", [x], [exponent])], numbers)
    function = ieee("fixed_power", exponent)
    for x, number in zip(numbers, found, strict=True):
        assert agree(number, function(x)), (x, number, function(x))


def test_elementary_functions_are_found_too(run: Run) -> None:
    assert run(lambda x: [apply("exp", [x], [])], [0.0, 1.0])[0] == pytest.approx([1.0, math.e])
