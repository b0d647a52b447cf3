"""What a row by a formula refuses; `test_functions` holds the rows to mpmath."""

from __future__ import annotations

import math

import pytest

from autograd import bessel_j, compile, cosint, erfcinv, erfi, expn, gamma
from autograd.formula_rows import whole_order


def test_outside_the_domain_at_a_pole_and_beyond_the_floats() -> None:
    with pytest.raises(ValueError, match=r"cosint has no real value at -1\.0"):
        cosint(-1.0)
    with pytest.raises(ZeroDivisionError, match="cosint divides by zero"):
        cosint(0.0)
    with pytest.raises(OverflowError, match=r"erfi overflows at 30\.0"):
        erfi(30.0)
    with pytest.raises(OverflowError, match=r"erfi overflows at -30\.0"):
        erfi(-30.0)
    with pytest.raises(ZeroDivisionError, match="gamma divides by zero"):
        gamma(0.0)


def test_the_ends_of_a_domain_belong_to_it() -> None:
    assert [erfcinv(x) for x in (0.0, 2.0)] == [math.inf, -math.inf]
    for beyond in (math.nextafter(0.0, -1.0), math.nextafter(2.0, 3.0)):
        with pytest.raises(ValueError, match="erfcinv has no real value at"):
            erfcinv(beyond)


def test_compiled_code_follows_ieee_arithmetic_there() -> None:
    for backend in ("python", "llvm"):
        program = compile(lambda x: cosint(x), backend=backend)  # type: ignore[arg-type]
        assert math.isnan(program(-1.0)) and program(0.0) == -math.inf


@pytest.mark.parametrize("wrong", [-1, 0.5, 101])
def test_an_order_is_a_whole_number(wrong: float) -> None:
    assert [whole_order(n, "bessel_j") for n in (0, 2, 100)] == [0.0, 2.0, 100.0]
    for function in (bessel_j, expn):
        with pytest.raises(ValueError, match="whole number from 0 to 100"):
            function(wrong, 1.0)  # type: ignore[arg-type]
