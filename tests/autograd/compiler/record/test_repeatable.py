"""What is not the same computation every time is refused, with the line."""

from __future__ import annotations

import copy
import math
import os
import random
import secrets
import sys
import time
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, tanh, total
from autograd.compiler.record.repeatable import (
    PACKAGE,
    Watch,
    captured,
    grads_untouched,
    line_of_caller,
    matched,
    watched,
)
from autograd.compiler.record.trace import record
from autograd.switches import TracingError

generator = random.Random(1)


numpy_generator = np.random.default_rng(1)


state = {"calls": 0.0}


kept: list[Any] = []


weight = Value(2.0, "weight")


class Moment(datetime):
    """Made of the standard library's."""


def draws(x: Any) -> Any:
    return x * random.random()  # the line


def chooses(x: Any) -> Any:
    return x * random.choice([1.0, 1.0])  # the line


def own_generator(x: Any) -> Any:
    return x * (1.0 if generator.random() < 2.0 else 0.0)  # the line


def clock(x: Any) -> Any:
    return x * (1.0 if time.time() > 0.0 else 0.0)  # the line


def entropy(x: Any) -> Any:
    return x * len(os.urandom(3))  # the line


def secret(x: Any) -> Any:
    return x * (0 * secrets.randbelow(9))  # the line


@pytest.mark.parametrize("function", [draws, chooses, own_generator, clock, entropy, secret])
def test_random_numbers_and_clocks_are_refused_with_the_line(function: Any) -> None:
    with pytest.raises(
        TracingError, match=r"not the same computation every time.*it calls"
    ) as caught:
        record(function, [2.0])
    assert "# the line" in str(caught.value)
    assert f'File "{__file__}"' in str(caught.value)
    assert "as an argument" in str(caught.value)


CLOCKS: list[Any] = [
    time.time, time.time_ns, time.perf_counter, time.perf_counter_ns, time.monotonic,
    time.monotonic_ns, time.process_time, time.process_time_ns, time.thread_time,
    time.thread_time_ns, datetime.now, datetime.utcnow, datetime.today, date.today, Moment.now,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
@pytest.mark.parametrize("read", CLOCKS, ids=lambda read: read.__qualname__)
def test_every_clock_is_refused_though_the_result_is_the_same(read: Any) -> None:
    with pytest.raises(TracingError, match=rf"it calls {read.__name__}\(\)"):
        record(lambda x: x * (read() is not None), [2.0])


@pytest.mark.parametrize("name", ["getrandom", "clock_gettime", "clock_gettime_ns"])
def test_what_only_some_systems_have_is_refused_there(name: str) -> None:
    read = getattr(time if name.startswith("clock") else os, name, None)
    if read is None:
        pytest.skip(f"this system has no {name}")
    with pytest.raises(TracingError, match=rf"it calls {name}\(\)"):
        record(lambda x: x * (read(1) is not None), [2.0])


def numpy_global(x: Any) -> Any:
    return x * (1.0 if np.random.random() < 2.0 else 0.0)


def numpy_own(x: Any) -> Any:
    return x * (1.0 if numpy_generator.random() < 2.0 else 0.0)


def numpy_integers(x: Any) -> Any:
    return x * (1.0 if numpy_generator.integers(3) < 4 else 0.0)


@pytest.mark.parametrize("function", [numpy_global, numpy_own, numpy_integers])
def test_generators_of_numpy_are_noticed_though_the_result_is_the_same(function: Any) -> None:
    with pytest.raises(TracingError, match="draws from a random generator of NumPy"):
        record(function, [2.0])


def test_without_numpy_there_is_no_generator_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy.random")
    assert record(lambda x: x * x, [2.0]).names == ("x",)


def test_a_profiler_at_work_is_left_alone() -> None:
    events = []
    sys.setprofile(lambda frame, event, argument: events.append(event))
    try:
        assert record(lambda x: x * x, [2.0]).names == ("x",)
        assert sys.getprofile() is not None
        with pytest.raises(TracingError, match="became"):
            record(draws, [2.0])
    finally:
        sys.setprofile(None)
    assert "c_call" in events


def test_the_hook_remembers_the_first_call_only() -> None:
    watch = Watch()
    frame = sys._getframe()
    watch.note(frame, "call", None)
    assert {"note", "_getframe"} <= watch.names()
    watch.note(frame, "c_call", len)
    assert watch.seen == ""
    watch.note(frame, "c_call", generator.random)
    watch.note(frame, "c_call", time.time)
    assert watch.seen == "it calls random()"
    assert "the_hook_remembers" in watch.place
    assert line_of_caller(None) == ""


@pytest.mark.parametrize("read", [datetime.now, Moment.now, date.today, time.time])
def test_the_hook_remembers_clocks(read: Any) -> None:
    watch = Watch()
    watch.note(sys._getframe(), "c_call", read)
    assert watch.seen == f"it calls {read.__name__}()"


def noon(x: Any) -> Any:
    return x * datetime(2020, 1, 1, 12).time().hour


def test_the_package_is_all_that_stands_in_its_folder() -> None:
    assert os.path.join(os.path.dirname(autograd.__file__), "") == PACKAGE


class Dice:
    """Something of the user's, whose method has the name of one that draws."""

    def random(self) -> float:
        """Return what is no random number."""
        return 4.0


def test_only_names_of_clocks_and_generators_are_no_reason_to_refuse() -> None:
    assert record(noon, [2.0]).outputs[0].data == 24.0
    assert record(lambda x: x * Dice().random(), [2.0]).outputs[0].data == 8.0
    watch, frame = Watch(), sys._getframe()
    watch.note(frame, "c_call", SimpleNamespace(__name__="random", __self__=Dice()))
    for owner in (Dice, Dice(), datetime(2020, 1, 1)):  # whose `now` is no clock
        watch.note(frame, "c_call", SimpleNamespace(__name__="now", __self__=owner))
    watch.note(frame, "c_return", time.time)
    assert watch.seen == ""


def test_the_line_is_that_which_called_the_standard_library() -> None:
    class Items(list[int]):
        def __len__(self) -> int:
            lines.append(line_of_caller(sys._getframe().f_back))
            return super().__len__()

    lines: list[str] = []
    random.choice(Items([1]))  # this line
    assert lines[0].endswith("# this line")


def counts(x: Any) -> Any:
    state["calls"] += 1.0
    return x * state["calls"]


def remembers(x: Any) -> Any:
    kept.append(x * x)
    return kept[0] + x


def grows(x: Any) -> Any:
    kept.append(x)
    return total(kept)


def lengthens(x: Any) -> Any:
    kept.append(1.0)
    return [x] * len(kept)


def repeats(x: Any) -> Any:
    kept.append(0)
    for _ in kept:
        x = tanh(x)
    return x


def swaps(x: Any) -> Any:
    kept.append(0)
    return tanh(x) if len(kept) % 2 else x.sin()


def copies(x: Any) -> Any:
    return copy.deepcopy(x) * x


def other_leaf(x: Any) -> Any:
    state["calls"] += 1.0
    return x * Value(state["calls"])


def takes_turns(x: Any, y: Any) -> Any:
    kept.append(0)
    return x - y if len(kept) % 2 else y - x


FORGETFUL = [
    counts, remembers, grows, lengthens, repeats, swaps, copies, other_leaf, takes_turns,
]  # fmt: skip


@pytest.mark.parametrize("function", FORGETFUL)
def test_what_depends_on_state_is_refused(function: Any) -> None:
    kept.clear()
    count = function.__code__.co_argcount
    with pytest.raises(TracingError, match="not the same computation every time"):
        record(function, [2.0] * count)


def zeroes(x: Any) -> Any:
    weight.grad = 0.0
    return weight * x


def runs_backward(x: Any) -> Any:
    y = weight * x
    y.backward()
    return y


@pytest.mark.parametrize("function", [zeroes, runs_backward])
def test_a_change_of_a_grad_is_refused(function: Any) -> None:
    weight.grad = 0.0
    with pytest.raises(
        TracingError, match="changes the grad of 'weight', which a program would not"
    ):
        record(function, [2.0])
    assert math.isfinite(weight.grad)
    weight.grad = 7.0
    record(lambda x: weight * x + 0.5, [2.0])
    assert weight.grad == 7.0


def test_two_recordings_of_one_computation_are_matched_node_by_node() -> None:
    shared = Value(3.0)

    def build(number: float) -> list[Value]:
        x = Value(number)
        y = x * shared
        return [x, y, y + Value(5.0)]

    (x, y, z), (x2, y2, z2) = build(1.0), build(2.0)
    twins = matched([x, z], [y, z], [x2, z2])
    assert (twins[y], twins[shared], twins[x]) == (y2, shared, x2)
    own = z.parents[1]
    assert captured([x, shared, own], [x], twins) == [shared]
    two = (shared * 2.0).parents[1]  # a constant of both is no parameter
    assert captured([two, shared], [x], twins | {two: two}) == [shared]
    own.data, z2.parents[1].data = math.nan, -math.nan  # which computing it anew may change
    assert captured([own], [x], twins) == []
    own.data, z2.parents[1].data = 5.0, 6.0
    with pytest.raises(TracingError, match=r"Value\(data=5.0.*became Value\(data=6.0"):
        captured([own], [x], twins)


@pytest.mark.parametrize(("one", "other"), [(5.0, math.nan), (math.nan, 5.0), (0.0, -0.0)])
def test_constants_of_other_bits_are_another_computation(one: float, other: float) -> None:
    constants = Value(one), Value(other)
    with pytest.raises(TracingError, match="became"):
        captured(constants[:1], [], {constants[0]: constants[1]})


def test_a_constant_that_is_computed_the_second_time_is_told() -> None:
    constant, computed = Value(4.0), Value(2.0) * 2.0
    with pytest.raises(TracingError, match=r"Value\(data=4.0.*became"):
        captured([constant], [], {constant: computed})


def test_a_rule_that_was_looked_up_again_is_the_same_one() -> None:
    x, x2 = Value(2.0), Value(3.0)
    y, y2 = x * x, x2 * x2
    assert y2.operation is not None
    y2.operation = y2.operation._replace()
    assert matched([x, y], [y], [x2, y2]) == {x: x2, y: y2}


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda x: x, "it recorded multiply, then None"),
        (lambda x: tanh(x), "it recorded multiply, then tanh"),
        (lambda x: x**3, r"it recorded multiply, then fixed_power\(3.0\)"),
        (lambda x: x * Value(2.0), "in it became Value"),
    ],
)
def test_two_recordings_of_different_computations_are_not(other: Any, message: str) -> None:
    x, x2 = Value(2.0), Value(2.0)
    y = x * x
    with pytest.raises(TracingError, match=message):
        matched([x, y], [y], [x2, other(x2)])


def test_a_different_number_of_arguments_is_told() -> None:
    x, x2 = Value(2.0), Value(2.0)
    y, y2 = total([x, x]), total([x2, x2, x2])
    with pytest.raises(TracingError, match="it recorded total of 2 arguments, then 3"):
        matched([x, y], [y], [x2, y2])


def test_a_call_is_watched_and_its_result_returned() -> None:
    assert watched(lambda: 3) == 3 and sys.getprofile() is None
    with pytest.raises(TracingError, match=r"it calls time\(\)"):
        watched(time.time)
    assert sys.getprofile() is None


class Holder:
    """Something that has a name of NumPy's generators, for the eyes of this package alone."""

    _bit_generator = 1.0


def test_a_function_is_called_again_only_where_it_may_draw_from_numpy() -> None:
    calls: list[float] = []

    def plain() -> None:
        calls.append(Holder()._bit_generator)

    def draws() -> None:
        calls.append(Dice().random())

    for function, count in ((plain, 1), (draws, 2)):
        calls.clear()
        watched(function)
        assert len(calls) == count
    sys.setprofile(lambda *_: None)  # what it calls cannot be seen then
    try:
        calls.clear()
        watched(plain)
    finally:
        sys.setprofile(None)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("file", "shown"), [("os.py", False), (os.path.join("site-packages", "users.py"), True)]
)
def test_packages_are_no_part_of_the_standard_library(file: str, shown: bool) -> None:
    code = SimpleNamespace(co_filename=os.path.join(os.path.dirname(random.__file__), file))
    code.co_name = "f"
    frame: Any = SimpleNamespace(f_code=code, f_lineno=7, f_globals={}, f_back=None)
    assert (f'{file}", line 7, in f' in line_of_caller(frame)) is shown


def test_grads_are_given_back_whatever_happens() -> None:
    x, y = Value(1.0, "x"), Value(1.0)
    x.grad, y.grad = 5.0, math.nan
    with grads_untouched([x, y]):
        assert math.isnan(x.grad)
    assert x.grad == 5.0 and math.isnan(y.grad)
    with pytest.raises(TracingError, match="changes the grad of 'x'"), grads_untouched([x, y]):
        x.grad += 1.0
    with pytest.raises(TracingError, match="changes the grad of a Value"), grads_untouched([y]):
        y.grad = math.nan  # another nan
    with pytest.raises(ZeroDivisionError), grads_untouched([x]):
        raise ZeroDivisionError
    assert x.grad == 5.0
