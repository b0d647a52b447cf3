"""Recording: call a function once on Values that stand for any numbers, and keep its graph.

What is kept must be the same computation for all numbers. So while a function is recorded its
Values refuse to tell their number (`autograd.value.tracing`), and it is recorded twice, with
different numbers and an eye on random generators and clocks: what comes out differently depends on
something that a recording cannot see, and is refused.

What a recording does not follow is Python's own state: a float, a flag or a list that the function
reads is read when it is recorded. Values are followed: those that the function captures are read at
every call.

Read next: `simplify`.
"""

from __future__ import annotations

import gc
import linecache
import random
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import Parameter as Argument
from inspect import signature
from operator import is_
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, TypeVar

from autograd.compiler.structure import Structure, describe, flatten, paths, rebuild
from autograd.graph import topological_order
from autograd.operation import Node, ieee_arithmetic, leaf, real, recording_paused
from autograd.value import Constant, TracingError, Value, tracing

R = TypeVar("R")

_PACKAGE = str(Path(__file__).parents[1] / "_")[:-1]  # autograd, with the separator at its end
_DRAWS = {"random", "getrandbits"}  # of random.Random; all else there is made of these
_CLOCKS = {
    "time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns",
    "urandom",
}  # fmt: skip
_CLOCK_MODULES = {"time", "posix", "nt"}
_WATCHED = _DRAWS | _CLOCKS


@dataclass(frozen=True, slots=True)
class Recording:
    """A function as it was recorded for one structure of its arguments.

    Parameters
    ----------
    name : str
        The function's name.
    arguments, results : structure
        What it takes (a tuple of the arguments' structures) and what it gives.
    names : tuple of str
        The name of each number it takes, such as ``x[0]``.
    inputs : tuple of Values
        The leaves that stand for those numbers.
    outputs : tuple of Values
        The Values that it gives, in the order of the results' structure.
    parameters : tuple of Values
        The leaves that it captures, in the order of their first use.
    order : tuple of Values
        All that the outputs depend on, leaves aside, parents before consumers.
    """

    name: str
    arguments: Structure
    results: Structure
    names: tuple[str, ...]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    parameters: tuple[Value, ...]
    order: tuple[Value, ...]


def record(function: Callable[..., Any], arguments: Sequence[Any]) -> Recording:
    """Record a function for arguments of the structure of those given.

    Parameters
    ----------
    function : callable
        Takes numbers, or nested lists, tuples, dicts or NumPy arrays of numbers, and gives such.
    arguments : sequence
        One set of arguments; their numbers do not matter.

    Returns
    -------
    Recording

    Raises
    ------
    TracingError
        When the function asks a Value for its number, draws random numbers, reads a clock, or
        comes out differently when it is recorded again. The message shows the line.
    TypeError
        When its result is not a number, a Value or nested ones.

    Examples
    --------
    >>> from autograd import Value
    >>> w = Value(3.0, "w")
    >>> recording = record(lambda x: w * x[0] + x[1], [[1.0, 2.0]])
    >>> recording.names, recording.parameters
    (('x[0]', 'x[1]'), (Value(data=3.0, grad=0.0, label='w'),))
    """
    with collector_paused():
        return _record(function, *flatten(tuple(arguments), "the arguments"))


def _record(function: Callable[..., Any], numbers: list[float], structure: Structure) -> Recording:
    others = [number + 1.0 if abs(number) < 1e9 else 0.5 for number in numbers]
    names = argument_names(function, structure)
    with on_record():
        inputs, first_results = _call(function, structure, numbers, names)
        outputs, results = _flat_results(first_results)
        order = order_of(outputs)
        leaves = _leaves(order, outputs)
        with _grads_untouched(leaves):
            other_inputs, second_results = _watched(
                lambda: _call(function, structure, others, names)
            )
        other_outputs, other_structure = _flat_results(second_results)
        if results != other_structure:
            raise _unrepeatable(f"it gave {describe(results)}, then {describe(other_structure)}")
        twins = _twins((*inputs, *outputs), order, (*other_inputs, *other_outputs))
        parameters = _captured(leaves, inputs, twins)
    return Recording(
        function_name(function),
        structure,
        results,
        tuple(names),
        tuple(inputs),
        tuple(outputs),
        tuple(parameters),
        tuple(order),
    )


def function_name(function: Callable[..., Any]) -> str:
    """Name a callable: a function's name, a module's class."""
    function = getattr(function, "func", function)  # what a partial calls
    return str(getattr(function, "__name__", type(function).__name__))


def argument_names(function: Callable[..., Any], structure: Structure) -> list[str]:
    """Name every number that a function takes, after its signature where it has one."""
    children = () if structure is None else structure.children
    try:
        declared = [
            parameter.name
            for parameter in signature(function).parameters.values()
            if parameter.kind in (Argument.POSITIONAL_ONLY, Argument.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):  # a callable written in C
        declared = []
    names = declared + [f"argument{i}" for i in range(len(declared), len(children))]
    return [
        path for name, child in zip(names, children, strict=False) for path in paths(child, name)
    ]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic collector from going through a graph again and again while it grows."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def on_record() -> Iterator[None]:
    """Record, whether or not the caller is inside `no_grad`, in IEEE arithmetic."""
    blocks = 0
    while recording_paused:
        recording_paused.leave()
        blocks += 1
    try:
        with tracing.on(), ieee_arithmetic.on():
            yield
    finally:
        for _ in range(blocks):
            recording_paused.enter()


def _call(
    function: Callable[..., Any], structure: Structure, numbers: list[float], names: list[str]
) -> tuple[list[Value], Any]:
    inputs = [leaf(Value, number, name) for number, name in zip(numbers, names, strict=True)]
    try:
        return inputs, function(*rebuild(structure, iter(inputs)))
    except TracingError as error:
        raise TracingError(f"{error}{_where(error.__traceback__)}") from None
    except TypeError as error:
        error.add_note(
            f"(raised while autograd.compile recorded {function_name(function)}: its arguments are "
            "Values then, not numbers)"
        )
        raise


def _where(traceback: TracebackType | None) -> str:
    """Show the line outside this package from which an error came."""
    place = ""
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(_PACKAGE):
            place = _line(traceback.tb_frame, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def _line(frame: FrameType, number: int) -> str:
    file = frame.f_code.co_filename
    text = linecache.getline(file, number, frame.f_globals).strip()
    return f'\n  File "{file}", line {number}, in {frame.f_code.co_name}\n    {text}'.rstrip()


# ----------------------------------------------------------------------- what cannot be recorded


class _Watch:
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
            if drawn or (name in _CLOCKS and function.__module__ in _CLOCK_MODULES):
                self.seen = f"it calls {name}()"
                self.place = _line_of_caller(frame)

    def names(self) -> set[str]:
        """List what the code outside this package calls by name."""
        outside = [c for c in self.codes.values() if not c.co_filename.startswith(_PACKAGE)]
        return {name for code in outside for name in code.co_names}


def _watched(call: Callable[[], R]) -> R:
    """Call something, and refuse it if it draws random numbers or reads a clock."""
    watch = _Watch()
    free = sys.getprofile() is None  # a profiler at work is left alone
    if free:
        sys.setprofile(watch.note)
    try:
        result = call()
    finally:
        if free:
            sys.setprofile(None)
    if watch.seen:
        raise _unrepeatable(watch.seen, watch.place)
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
        raise _unrepeatable("it draws from a random generator of NumPy")


@contextmanager
def _grads_untouched(leaves: Iterable[Value]) -> Iterator[None]:
    """Refuse a change of the ``grad`` of a leaf."""
    found = {leaf: leaf.grad for leaf in leaves}
    mark = float("nan")  # this very object: whatever is set or added makes another
    for value in found:
        value.grad = mark
    try:
        yield
        for value in found:
            if value.grad is not mark:
                name = f"'{value.label}'" if value.label else "a Value"
                raise TracingError(
                    f"the function changes the grad of {name}, which a program would not do again: "
                    "leave backward() and zeroing out of it, and call the program's backward or "
                    "train instead"
                )
    finally:
        for value, grad in found.items():
            value.grad = grad


def _line_of_caller(frame: FrameType | None) -> str:
    """Show the line that called the standard library's function that the frame belongs to."""
    library = str(Path(random.__file__).parent)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(library) or "site-packages" in file:
            return _line(frame, frame.f_lineno)
        frame = frame.f_back
    return ""


def _unrepeatable(what: str, place: str = "") -> TracingError:
    return TracingError(
        f"the function cannot be compiled: it is not the same computation every time, for {what}. "
        "A program is what was recorded once; pass what changes in as an argument (a dropout mask, "
        f"noise, the time), or capture it as a Value and set its data{place}"
    )


def _flat_results(results: Any) -> tuple[list[Value], Structure]:
    def value(result: object, name: str) -> Value:
        if isinstance(result, Value):
            return result
        return leaf(Constant, real(result, name))

    return flatten(results, "the result of a compiled function", value)


def _twins(
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
            raise _unrepeatable(f"it recorded {node.operation!r}, then {twin.operation!r}")
        if len(node.parents) != len(twin.parents):
            counts = f"{len(node.parents)} arguments, then {len(twin.parents)}"
            raise _unrepeatable(f"it recorded {node.operation!r} of {counts}")
        match(node.parents, twin.parents)
    return twins


def _rule(node: Value) -> tuple[Any, ...] | None:
    operation = node.operation
    return None if operation is None else (operation.name, operation.parameters)


def _captured(
    leaves: Iterable[Value], inputs: Iterable[Value], twins: dict[Value, Value]
) -> list[Value]:
    """List the leaves that both recordings have; check that the others are equal constants."""
    captured = []
    arguments = set(inputs)
    for one in leaves:
        if one in arguments:
            continue
        other = twins[one]
        if one is not other and (other.parents or not _same_number(one, other)):
            raise _another(one, other)
        if one is other and type(one) is not Constant:
            captured.append(one)
    return captured


def _another(one: Value, other: Value) -> TracingError:
    return _unrepeatable(f"{one!r} in it became {other!r} when it was recorded again")


def _leaves(order: Sequence[Value], outputs: Sequence[Value]) -> list[Value]:
    """List the leaves of a graph whose nodes are given, in the order of their first use."""
    inner = (parent for node in order for parent in node.parents if not parent.parents)
    return list(dict.fromkeys([*inner, *(v for v in outputs if not v.parents)]))


def order_of(outputs: Sequence[Value]) -> list[Value]:
    """List all that several outputs depend on, parents before consumers."""
    above_all = leaf(Value, 0.0)
    above_all.parents = tuple(outputs)
    return topological_order(above_all)[:-1]


def _same_number(one: Node, other: Node) -> bool:
    return struct.pack("d", one._data) == struct.pack("d", other._data)
