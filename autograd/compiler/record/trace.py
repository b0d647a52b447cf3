"""Recording: call a function once on Values that stand for any numbers, and keep its graph.

What is kept must be the same computation for all numbers. So while a function is recorded its
Values refuse to tell their number (`autograd.value.tracing`), and it is recorded twice, with
different numbers and an eye on random generators and clocks: what comes out differently depends on
something that a recording cannot see, and is refused.

What a recording does not follow is Python's own state: a float, a flag or a list that the function
reads is read when it is recorded. Values are followed: those that the function captures are read at
every call.

Read next: `repeatable`, which compares the two recordings, then `ragged`; and then
`autograd.compiler.wengert`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from inspect import Parameter as Argument
from inspect import signature
from itertools import chain
from types import TracebackType
from typing import Any

from autograd.compiler.record.nested import Structure, describe, flatten, one_line, paths, rebuild
from autograd.compiler.record.repeatable import (
    PACKAGE,
    captured,
    grads_untouched,
    line_of,
    matched,
    unrepeatable,
    watched,
)
from autograd.graph import topological_order
from autograd.node import leaf, real
from autograd.switches import (
    TracingError,
    collector_paused,
    ieee_arithmetic,
    recording_paused,
    tracing,
)
from autograd.value import Constant, Value


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


@collector_paused()
def record(
    function: Callable[..., Any], arguments: Sequence[Any], names: Sequence[str] | None = None
) -> Recording:
    """Record a function for arguments of the structure of those given.

    Parameters
    ----------
    function : callable
        Takes numbers, or nested lists, tuples, dicts or NumPy arrays of numbers, and gives such.
    arguments : sequence
        One set of arguments; their numbers do not matter.
    names : sequence of str, optional
        What each number is called; after the function's signature, if left out.

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
    numbers, structure = flatten(tuple(arguments), "the arguments")
    others = [number + 1.0 if abs(number) < 1e9 else 0.5 for number in numbers]
    names = tuple(argument_names(function, structure) if names is None else names)
    with on_record():
        inputs, first_results = _call(function, structure, numbers, names)
        outputs, results = _flat_results(first_results)
        order = tuple(order_of(outputs))
        leaves = _leaves(order, outputs)
        with grads_untouched(leaves):
            again = partial(_call, function, structure, others, names)
            other_inputs, second_results = watched(again)
        other_outputs, other_structure = _flat_results(second_results)
        if results != other_structure:
            raise unrepeatable(f"it gave {describe(results)}, then {describe(other_structure)}")
        twins = matched((*inputs, *outputs), order, (*other_inputs, *other_outputs))
        parameters = tuple(captured(leaves, inputs, twins))
    name, given, found = function_name(function), tuple(inputs), tuple(outputs)
    return Recording(name, structure, results, names, given, found, parameters, order)


def function_name(function: Callable[..., Any]) -> str:
    """Name a callable: a function's name, a module's class. Anything can be set as a name."""
    while isinstance(function, partial):
        function = function.func
    return one_line(str(getattr(function, "__name__", type(function).__name__)))


def argument_names(function: Callable[..., Any], structure: Structure) -> list[str]:
    """Name every number that a function takes, after its signature where it has one."""
    children = () if structure is None else structure.children
    try:
        declared = [argument.name for argument in _positional(function)]
    except (TypeError, ValueError):  # a callable written in C
        declared = []
    names = declared + [f"argument{i}" for i in range(len(declared), len(children))]
    return [
        path for name, child in zip(names, children, strict=False) for path in paths(child, name)
    ]


def count_of_arguments(function: Callable[..., Any]) -> int:
    """Count the arguments that a function must be given."""
    return sum(argument.default is Argument.empty for argument in _positional(function))


def _positional(function: Callable[..., Any]) -> list[Argument]:
    kinds = (Argument.POSITIONAL_ONLY, Argument.POSITIONAL_OR_KEYWORD)
    return [one for one in signature(function).parameters.values() if one.kind in kinds]


@contextmanager
def on_record() -> Iterator[None]:
    """Record, whether or not the caller is inside `no_grad`, in IEEE arithmetic."""
    with recording_paused.off(), tracing.on(), ieee_arithmetic.on():
        yield


def _call(
    function: Callable[..., Any], structure: Structure, numbers: list[float], names: Sequence[str]
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
        if not traceback.tb_frame.f_code.co_filename.startswith(PACKAGE):
            place = line_of(traceback.tb_frame, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def _flat_results(results: Any) -> tuple[list[Value], Structure]:
    def value(result: object, name: str) -> Value:
        if isinstance(result, Value):
            return result
        return leaf(Constant, real(result, name))

    return flatten(results, "the result of a compiled function", value)


def _leaves(order: Sequence[Value], outputs: Sequence[Value]) -> list[Value]:
    """List the leaves of a graph whose nodes are given, in the order of their first use."""
    met = dict.fromkeys(chain(chain.from_iterable(node.parents for node in order), outputs))
    return [value for value in met if not value.parents]


def order_of(outputs: Sequence[Value]) -> list[Value]:
    """List all that several outputs depend on, parents before consumers."""
    above_all = leaf(Value, 0.0)
    above_all.parents = tuple(outputs)
    return topological_order(above_all)[:-1]
