"""Powers of ten, signs and exponents; `test_functions` has the derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograd import Value, copysign, exp10, ldexp, logaddexp2, value_and_grad, xlog1py


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
