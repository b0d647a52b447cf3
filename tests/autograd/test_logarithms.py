"""Powers of ten, signs and exponents; `test_functions` has the derivatives."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from autograd import (
    Value,
    compile,
    copysign,
    exp10,
    grad,
    ldexp,
    logaddexp2,
    value_and_grad,
    xlog1py,
)
from autograd.operation import look_up
from autograd.switches import ieee_arithmetic


def test_values() -> None:
    assert exp10(3.0) == 1000.0 and exp10(-400.0) == 0.0
    assert xlog1py(0.0, -1.0) == 0.0 and math.isnan(xlog1py(0.0, math.nan))
    assert copysign(2.0, -0.0) == -2.0 and copysign(-2.0, 0.0) == 2.0
    assert logaddexp2(-2000.0, -2000.0) == pytest.approx(-1999.0)
    assert ldexp(2.0**-1000, 1990) == 2.0**990
    assert value_and_grad(lambda x: ldexp(x, -1))(3.0) == (1.5, 0.5)


def test_numpy_finds_them() -> None:
    a, b = Value(1.0), Value(3.0)
    assert np.logaddexp2(a, b).data == logaddexp2(1.0, 3.0)
    assert np.copysign(a, -2.0).data == -1.0


def test_an_exponent_is_a_fixed_whole_number() -> None:
    with pytest.raises(ValueError, match="whole number from -2000 to 2000"):
        ldexp(1.0, 0.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not a Value"):
        ldexp(1.0, Value(2.0))  # type: ignore[arg-type]


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_compiled_values_are_those_of_the_functions(backend: str) -> None:
    signs = compile(lambda a, b: copysign(a, b), backend=backend)
    for a, b in itertools.product((2.5, -2.5), (0.0, -0.0, 3.0, -1e-300, math.inf, -math.inf)):
        assert signs(a, b) == math.copysign(a, b)
    assert compile(lambda x: exp10(x), backend=backend)(0.5) == pytest.approx(math.sqrt(10.0))
    product = compile(lambda x, y: xlog1py(x, y), backend=backend)
    assert product(0.0, -1.0) == 0.0 and product(2.0, 0.5) == pytest.approx(2.0 * math.log(1.5))
    assert math.isnan(product(0.0, math.nan))


def test_slopes() -> None:
    assert grad(exp10)(2.0) == pytest.approx(100.0 * math.log(10.0), rel=1e-15)
    x, y = Value(2.0), Value(0.5)
    xlog1py(x, y).backward()
    assert (x.grad, y.grad) == (math.log1p(0.5), 2.0 / 1.5)
    x, y = Value(0.0), Value(-1.0)
    with ieee_arithmetic.on():
        xlog1py(x, y).backward()
    assert (x.grad, y.grad) == (-math.inf, 0.0)
    for a, b in itertools.product((2.0, -2.0), (3.0, -3.0)):
        x, y = Value(a), Value(b)
        copysign(x, y).backward()
        assert (x.grad, y.grad) == (math.copysign(1.0, a) * math.copysign(1.0, b), 0.0)


@pytest.mark.parametrize("y", [-1.0000000005, -1.5, -math.inf])
def test_no_logarithm_of_less_than_0(y: float) -> None:
    assert xlog1py(-3.0, -0.75) == pytest.approx(3.0 * math.log(4.0))
    with pytest.raises(ValueError, match="has no real value"):
        xlog1py(1.0, y)


def test_exponents_at_their_limits() -> None:
    assert ldexp(2.0**-1000, 2000) == 2.0**1000 and ldexp(2.0**1000, -2000) == 2.0**-1000
    for wrong in (2001, -2001):
        with pytest.raises(ValueError, match=f"not {wrong}"):
            ldexp(1.0, wrong)


def test_a_row_says_where_it_has_values() -> None:
    assert look_up("xlog1py").domain == ((-math.inf, math.inf), (-1.0, math.inf))
