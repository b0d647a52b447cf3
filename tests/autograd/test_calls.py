"""A call on nodes in place of numbers, and its two sweeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Value, cos, no_grad, sin
from autograd.calls import active, as_value, called, flows, presented, pull_back, push_forward


def test_a_call_and_its_two_sweeps() -> None:
    call = called(lambda x, y: x[0] * sin(x[1]) + y, ([2.0, 0.0], 3.0), {}, (0,))
    assert call.given == [2.0, 0.0]
    assert call.output.data == 3.0
    assert pull_back(call.output, call) == [0.0, 2.0]
    assert push_forward(call, [5.0, 7.0], [call.output]) == [14.0]
    assert not active


def test_arrays_become_arrays_of_values_and_those_without_axes_values() -> None:
    seen: list[Any] = []
    called(
        lambda x, y, z: seen.extend((x, y, z)),
        (np.ones((1, 2)), np.array(2), np.ones(1)),
        {},
        (0, 1),
    )
    assert (seen[0].dtype, seen[0].shape) == (object, (1, 2))
    assert type(seen[1]) is Value
    assert seen[2].dtype == float


def test_arrays_of_another_kind_are_named() -> None:
    class Tensor:
        def __array__(self) -> None: ...

    with pytest.raises(TypeError, match=r"not Tensor: convert it with numpy.asarray"):
        called(lambda x: x, (Tensor(),), {}, (0,))


def test_numbers_of_numpy_are_numbers_and_other_things_are_named() -> None:
    for number in (np.float64(2.0), np.float32(2.0), np.int8(2), np.bool_(True)):
        assert called(lambda x: x, (number,), {}, (0,)).inputs[0].data == float(number)
    for thing in ("2", None, 2j):
        message = r"^an argument to differentiate by needs one real number .*, not "
        with pytest.raises(TypeError, match=message + type(thing).__name__):
            called(lambda x: x, (thing,), {}, (0,))


@pytest.mark.parametrize("direction", [1.0, Value(1.0)], ids=["float", "Value"])
def test_what_does_not_move_is_not_asked_for_its_rule(direction: Any) -> None:
    w = Value(3.0, "w")
    y = w * w
    w.data = 5.0  # gradients by w would be refused
    call = called(lambda x: x * y, (2.0,), {}, (0,))
    (tangent,) = push_forward(call, [direction], [call.output])
    assert float(tangent) == 9.0
    assert type(tangent) is type(direction)


def test_floats_and_values() -> None:
    v = Value(2.0)
    assert as_value(v) is v
    assert as_value(np.array(v)) is v
    assert as_value(np.array(3)).data == 3.0
    assert presented(v, True) is v
    assert presented(v, False) == 2.0
    assert [flows(x) for x in (0.0, 1.0, Value(0.0))] == [False, True, True]


def test_a_tangent_that_is_recorded_has_no_factor_of_1() -> None:
    call = called(sin, (Value(0.5),), {}, (0,))
    (tangent,) = push_forward(call, [1.0], [call.output])
    assert tangent.operation is cos(Value(0.5)).operation


def test_where_nothing_is_recorded_a_derivative_has_no_history() -> None:
    factor = Value(2.0) * 3.0
    call = called(lambda x: x * factor, (Value(1.0),), {}, (0,))
    assert pull_back(call.output, call) == [factor]
    with no_grad():
        (derivative,) = pull_back(call.output, call)
    assert (derivative.data, derivative.parents) == (6.0, ())
    assert presented(factor, True).parents
    with no_grad():
        assert not presented(factor, True).parents
