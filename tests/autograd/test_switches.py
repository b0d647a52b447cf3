"""A thread turns a switch on for a block, for itself alone."""

from __future__ import annotations

import threading

import pytest

from autograd import Value, dot, no_grad, tanh
from autograd.switches import Switch


def test_a_switch_is_on_for_its_own_thread_and_counts_its_blocks() -> None:
    switch = Switch()
    elsewhere: list[bool] = []
    with switch.on():
        with switch.on():
            assert switch
        assert switch
        thread = threading.Thread(target=lambda: elsewhere.append(bool(switch)))
        thread.start()
        thread.join()
    assert not switch and elsewhere == [False]


def test_no_grad_records_nothing_in_this_thread() -> None:
    x = Value(2.0)
    with no_grad():
        y = x * x + 1.0
        z = tanh(x)
        s = dot([x], [x])
        seen: list[Value] = []
        thread = threading.Thread(target=lambda: seen.append(x * x))
        thread.start()
        thread.join()
        with no_grad():
            pass
        assert (x + 1.0).parents == ()
    assert (y.data, y.parents, z.parents, s.parents) == (5.0, (), (), ())
    assert seen[0].parents == (x, x)
    assert (x * x).parents == (x, x)


def test_no_grad_ends_with_an_error_and_serves_as_a_decorator() -> None:
    x = Value(2.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        x / 0.0
    assert (x * x).parents == (x, x)

    @no_grad()
    def square(v: Value) -> Value:
        return v * v

    assert square(x).parents == ()
