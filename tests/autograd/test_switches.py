"""A thread turns a switch on for a block, for itself alone."""

from __future__ import annotations

import gc
import math
import sys
import threading
from contextlib import ExitStack

import pytest

from autograd import Value, dot, log, no_grad, tanh
from autograd.switches import (
    Switch,
    TracingError,
    collector_paused,
    ieee_arithmetic,
    recording_paused,
    tracing,
)


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


def test_a_block_within_a_block_may_outlive_it() -> None:
    switch = Switch()
    outer, inner = ExitStack(), ExitStack()
    outer.enter_context(switch.on())
    inner.enter_context(switch.on())
    outer.close()
    assert switch
    inner.close()
    assert not switch and switch.threads == {}


def test_what_is_dropped_before_it_is_entered_leaves_nothing_on() -> None:
    switch = Switch()
    switch.on()
    assert not switch


def test_nothing_written_in_python_runs_where_a_block_is_left() -> None:
    switch, calls = Switch(), []
    with switch.on():
        sys.setprofile(lambda frame, event, _: calls.append((event, frame.f_code.co_name)))
    sys.setprofile(None)
    assert [call for call in calls if call[0] == "call"] == []


def test_threads_turn_a_switch_on_and_off_each_for_itself() -> None:
    switch, meeting = Switch(), threading.Barrier(2)
    seen: list[bool] = []

    def elsewhere() -> None:
        seen.append(bool(switch))
        with switch.on():
            meeting.wait()  # both are on
            meeting.wait()  # the other is off again
            seen.append(bool(switch))

    thread = threading.Thread(target=elsewhere)
    with switch.on():
        thread.start()
        meeting.wait()
        assert len(switch.threads) == 2
    assert not switch
    meeting.wait()
    thread.join()
    assert seen == [False, True] and switch.threads == {}


def test_off_holds_inside_any_number_of_blocks_and_ends_with_its_own() -> None:
    switch = Switch()
    with switch.off():
        assert not switch
    assert not switch and switch.threads == {}
    with switch.on(), switch.on():
        with switch.off():
            assert not switch
            with switch.on():
                assert switch
        assert switch
    assert not switch


def test_a_block_that_ends_while_the_switch_is_off_does_not_turn_it_on_again() -> None:
    switch, outer = Switch(), ExitStack()
    outer.enter_context(switch.on())
    with switch.off():
        outer.close()
    assert not switch and switch.threads == {}


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_paused_and_then_as_it_was(enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with collector_paused():
            assert not gc.isenabled()
            with collector_paused():
                assert not gc.isenabled()
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
        with pytest.raises(ZeroDivisionError), collector_paused():
            raise ZeroDivisionError
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_an_error_ends_the_blocks_that_it_leaves() -> None:
    switch = Switch()
    with switch.on():
        with pytest.raises(ZeroDivisionError), switch.off():
            raise ZeroDivisionError
        assert switch
        with pytest.raises(ZeroDivisionError), switch.on():
            raise ZeroDivisionError
        assert switch
    assert not switch


def test_ieee_arithmetic_answers_only_where_it_is_on() -> None:
    with ieee_arithmetic.on():
        assert log(0.0) == -math.inf
        with ieee_arithmetic.off(), pytest.raises(ValueError, match="log has no real value"):
            log(0.0)


def test_a_function_without_recording_may_call_itself() -> None:
    @no_grad()
    def power(v: Value, n: int) -> Value:
        return v if n == 1 else v * power(v, n - 1)

    x = Value(3.0)
    assert (power(x, 4).data, power(x, 4).parents) == (81.0, ())
    assert power.__name__ == "power"
    assert not recording_paused and (x * x).parents == (x, x)


def test_no_grad_refuses_to_be_compiled() -> None:
    assert issubclass(TracingError, TypeError)
    with tracing.on(), pytest.raises(TracingError, match=r"^no_grad\(\) cannot be compiled"):
        no_grad().__enter__()
    assert not recording_paused and not tracing
