"""What cannot be recorded: random numbers, clocks, and functions that do something else each time.

A recording stands for every call, so the function is recorded twice and the two are compared
(`matched`, `captured`); the second time it is watched (`watched`), and the gradients of its leaves
are guarded (`grads_untouched`).
"""

from __future__ import annotations

import gc
import linecache
import random
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import is_
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

from autograd.node import Node
from autograd.switches import TracingError
from autograd.value import Constant, Value
from autograd.whole import set_each, setting_each

R = TypeVar("R")

PACKAGE = str(Path(__file__).parents[2] / "_")[:-1]
"""The folder of autograd, with the separator at its end."""

_DRAWS = {"random", "getrandbits"}  # of random.Random; all else there is made of these
_COUNTERS = ("time", "perf_counter", "monotonic", "process_time", "thread_time", "clock_gettime")
_CLOCKS = {"urandom", "getrandom", *_COUNTERS, *(f"{name}_ns" for name in _COUNTERS)}
_CLOCK_MODULES = {"time", "posix", "nt"}
_DATES = {"now", "utcnow", "today"}  # of datetime's classes
_WATCHED = _DRAWS | _CLOCKS | _DATES


class Watch:
    """A profiling hook that remembers the first call of a random generator or a clock.

    NumPy's generators do not show in it; it remembers the code that ran, which names their methods.
    """

    def __init__(self) -> None:
        self.seen = ""
        self.place = ""
        self.codes: dict[int, CodeType] = {}  # by identity: hashing code takes long

    def note(self, frame: FrameType, event: str, function: Any) -> None:
        """Look at an event; see `sys.setprofile`."""
        if event == "call":
            code = frame.f_code
            self.codes[id(code)] = code
        elif event == "c_call" and function.__name__ in _WATCHED and not self.seen:
            name = function.__name__
            drawn = name in _DRAWS and isinstance(function.__self__, random.Random)
            dated = name in _DATES and _is_of_datetime(function.__self__)
            if drawn or dated or (name in _CLOCKS and function.__module__ in _CLOCK_MODULES):
                self.seen = f"it calls {name}()"
                self.place = line_of_caller(frame)

    def names(self) -> set[str]:
        """List what the code outside this package calls by name."""
        outside = [c for c in self.codes.values() if not c.co_filename.startswith(PACKAGE)]
        return {name for code in outside for name in code.co_names}


def _is_of_datetime(owner: object) -> bool:
    """Tell whether something is a class of `datetime`, or made of one."""
    return isinstance(owner, type) and any(kind.__module__ == "datetime" for kind in owner.__mro__)


def watched(call: Callable[[], R]) -> R:
    """Call something, and refuse it if it draws random numbers or reads a clock."""
    watch = Watch()
    free = sys.getprofile() is None  # a profiler at work is left alone
    try:
        if free:
            sys.setprofile(watch.note)
        result = call()
    finally:
        if free:
            sys.setprofile(None)
    if watch.seen:
        raise unrepeatable(watch.seen, watch.place)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        methods = {*dir(numpy_random.Generator), *dir(numpy_random.RandomState)}
        if not free or any(name in methods and name[0] != "_" for name in watch.names()):
            _watch_numpy(numpy_random, call)
    return result


def _watch_numpy(numpy_random: Any, call: Callable[[], object]) -> None:
    """Refuse a call that moves one of NumPy's generators; finding them takes a while."""
    generators = [x for x in gc.get_objects() if isinstance(x, numpy_random.BitGenerator)]
    states = [str(generator.state) for generator in generators]
    call()
    if states != [str(generator.state) for generator in generators]:
        raise unrepeatable("it draws from a random generator of NumPy")


@contextmanager
def grads_untouched(leaves: Iterable[Value]) -> Iterator[None]:
    """Refuse a change of the ``grad`` of a leaf."""
    found = list(leaves)
    mark = float("nan")  # this very object: whatever is set or added makes another
    put_back = setting_each(found, "grad", [leaf.grad for leaf in found])
    try:
        set_each(found, "grad", [mark] * len(found))
        yield
        for value in found:
            if value.grad is not mark:
                name = repr(value.label) if value.label else "a Value"
                raise TracingError(
                    f"the function changes the grad of {name}, which a program would not do again: "
                    "leave backward() and zeroing out of it, and call the program's backward or "
                    "train instead"
                )
    finally:
        put_back()


def line_of_caller(frame: FrameType | None) -> str:
    """Show the line that called the standard library's function that the frame belongs to."""
    library = str(Path(random.__file__).parent)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(library) or "site-packages" in file:
            return line_of(frame, frame.f_lineno)
        frame = frame.f_back
    return ""


def unrepeatable(what: str, place: str = "") -> TracingError:
    """Say why a function cannot be compiled."""
    return TracingError(
        f"the function cannot be compiled: it is not the same computation every time, for {what}. "
        "A program is what was recorded once; pass what changes in as an argument (a dropout mask, "
        f"noise, the time), or capture it as a Value and set its data{place}"
    )


def matched(
    known: Sequence[Value], order: Sequence[Value], other_known: Sequence[Value]
) -> dict[Value, Value]:
    """Check that two recordings are of one computation; return what the second has for the first's.

    From inputs and outputs, which are known, it goes on to all that the outputs depend on.
    """
    twins: dict[Value, Value] = {}

    def match(some: Sequence[Value], others: Sequence[Value]) -> None:
        if not all(map(is_, map(twins.setdefault, some, others), others)):
            changed = next((a, b) for a, b in zip(some, others, strict=True) if twins[a] is not b)
            raise _another(*changed)

    match(known, other_known)
    for node in reversed(order):
        twin = twins[node]
        if node.operation is not twin.operation and _rule(node) != _rule(twin):
            raise unrepeatable(f"it recorded {node.operation!r}, then {twin.operation!r}")
        if len(node.parents) != len(twin.parents):
            counts = f"{len(node.parents)} arguments, then {len(twin.parents)}"
            raise unrepeatable(f"it recorded {node.operation!r} of {counts}")
        match(node.parents, twin.parents)
    return twins


def _rule(node: Value) -> tuple[Any, ...] | None:
    operation = node.operation
    return None if operation is None else (operation.name, operation.parameters)


def captured(
    leaves: Iterable[Value], inputs: Iterable[Value], twins: dict[Value, Value]
) -> list[Value]:
    """List the leaves that both recordings have; check that the others are equal constants."""
    found = []
    arguments = set(inputs)
    for one in leaves:
        if one in arguments:
            continue
        other = twins[one]
        if one is not other and (other.parents or not _same_number(one, other)):
            raise _another(one, other)
        if one is other and type(one) is not Constant:
            found.append(one)
    return found


def _another(one: Value, other: Value) -> TracingError:
    return unrepeatable(f"{one!r} in it became {other!r} when it was recorded again")


def line_of(frame: FrameType, number: int) -> str:
    """Show a line of a frame's file, as a traceback does."""
    file = frame.f_code.co_filename
    text = linecache.getline(file, number, frame.f_globals).strip()
    return f'\n  File "{file}", line {number}, in {frame.f_code.co_name}\n    {text}'.rstrip()


def _same_number(one: Node, other: Node) -> bool:
    """Whether the bits are the same; a nan may have another sign each time it is computed."""
    both_nan = one._data != one._data and other._data != other._data
    return both_nan or struct.pack("d", one._data) == struct.pack("d", other._data)
