"""A function goes through the stages once, and what the stages made is kept."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from autograd import Value, compile, tanh


def test_a_captured_computed_value_is_computed_from_its_leaves(backend: Any) -> None:
    w = Value(3.0, "w")
    square = w * w
    program = compile(lambda x: square * x, backend=backend)
    assert program.backward([1.0, 2.0]) == 13.5
    assert w.grad == 9.0
    w.data = 1.0
    assert program(2.0) == 2.0


def test_a_gradient_may_be_asked_for_after_parameters_have_changed(backend: Any) -> None:
    w = Value(3.0, "w")
    square = w * w
    program = compile(lambda x: tanh(square * x) + 0.0 * w, backend=backend)
    program(1.0)
    for data in (0.5, math.inf, 0.5):
        w.data, w.grad = data, 0.0
        program.backward([0.3])
    assert w.grad == pytest.approx(0.3 * (1.0 - math.tanh(0.075) ** 2), rel=1e-14)
    assert square.data == 9.0  # the user's own graph is as it was
    assert "∂/∂w" in program.table(gradient=True)
    assert pickle.loads(pickle.dumps(program))(0.3) == program(0.3)
    late = compile(lambda x: square * x, backend=backend)
    assert late.backward([2.0]) == 0.5
