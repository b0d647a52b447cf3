"""One operation: what it computes, its local derivatives, and how applying it records a graph.

An `Operation` is a row of the table in `functions`. Applied to floats it gives a float; applied to
`Node`s it gives a new node that remembers its parents and the local gradient towards each of them.
That record is all there is: `backward`, drawings and compiled programs only read it.

Read next: `functions` (the table), `graph`, `backward`, `value` (the node with arithmetic).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from numbers import Real
from textwrap import dedent
from threading import get_ident
from typing import Any, NamedTuple, Protocol, TypeVar, cast, overload

INFINITY = float("inf")
NAN = float("nan")
REALS = (-INFINITY, INFINITY)

N = TypeVar("N", bound="Node")

Interval = tuple[float, float]
Forward = Callable[..., float]
Local = Callable[..., tuple[Any, ...]]


class Node:
    """What an operation leaves behind: a number, where it came from, and how it depends on that.

    `value.Value` adds Python's arithmetic and is the class that people meet. Its ``data`` and
    ``local_gradients()`` are the ``_data`` and ``_local`` of here.
    """

    __slots__ = ("__weakref__", "_data", "_label", "_local", "grad", "operation", "parents")

    _data: float
    _local: tuple[float, ...]
    grad: float
    operation: Operation | None
    parents: tuple[Any, ...]
    _label: str

    @property
    def label(self) -> str:
        """The name that drawings, derivations and errors use."""
        return self._label

    @label.setter
    def label(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"a Value's label is a str, not {type(name).__name__}")
        self._label = name


class Switch:
    """Something that a thread turns on for the length of a `with` block, for itself alone."""

    __slots__ = ("threads",)

    def __init__(self) -> None:
        self.threads: dict[int, int] = {}  # thread identity -> how many blocks it is inside

    def __bool__(self) -> bool:
        return get_ident() in self.threads

    def enter(self) -> None:
        """Turn the switch on in this thread."""
        thread = get_ident()
        self.threads[thread] = self.threads.get(thread, 0) + 1

    def leave(self) -> None:
        """Undo one `enter`."""
        thread = get_ident()
        depth = self.threads.pop(thread) - 1
        if depth:
            self.threads[thread] = depth

    @contextmanager
    def off(self) -> Iterator[None]:
        """Turn the switch off inside a `with` block, whatever blocks there are around it."""
        thread = get_ident()
        depth = self.threads.pop(thread, 0)
        try:
            yield
        finally:
            if depth:
                self.threads[thread] = depth

    @contextmanager
    def on(self) -> Iterator[None]:
        """Turn the switch on inside a `with` block."""
        self.enter()
        try:
            yield
        finally:
            self.leave()


recording_paused = Switch()
ieee_arithmetic = Switch()

_paused_threads = recording_paused.threads  # the recorders below ask this, the cheapest test
_new = object.__new__


class _NodeClasses:
    """The classes of recorded nodes and of constants; `value` enters them: imports run one way."""

    value: type[Node] = Node
    constant: type[Node] = Node


node_classes = _NodeClasses()


def leaf(kind: type[N], data: float, label: str = "") -> N:
    """Make a node without parents."""
    node = _new(kind)
    node._data = data
    node.grad = 0.0
    node.parents = ()
    node.operation = None
    node._local = ()
    node._label = label
    return node


def real(number: Any, what: str = "a Value") -> float:
    """Return a real number as a float; anything else is a TypeError that says what to pass."""
    if is_number(number):
        try:
            return float(number)
        except OverflowError:
            raise OverflowError(
                f"{what} holds a float; this {type(number).__name__} is larger than the largest "
                f"float, {sys.float_info.max:.4g}"
            ) from None
    raise TypeError(
        f"{what} needs one real number (int, float, bool, Fraction or a NumPy real scalar), "
        f"not {type(number).__name__}{_advice(number)}"
    )


def is_number(x: object) -> bool:
    """Tell whether `x` is a real number: Python's, NumPy's, or one registered as `numbers.Real`."""
    kind = x.__class__
    if kind is float or kind is int or isinstance(x, Real):
        return True
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")  # not a Real there


def _advice(number: object) -> str:
    if isinstance(number, Node):
        return ": it is a Value already; use it as it is, or detach() for an independent leaf"
    if isinstance(number, str):
        return ": convert it with float(...), and name the Value by label=..."
    if hasattr(number, "__array__") or isinstance(number, (list, tuple)):
        return ": make one Value for each entry"
    if hasattr(number, "__float__"):
        return ": convert it with float(...) where that is meant"
    return ""


def constant(number: Any) -> Node:
    """Make the leaf that stands for a number met in an expression."""
    if number.__class__ is not float:
        number = real(number, "arithmetic with Values")
    return leaf(node_classes.constant, number)


class Operation(NamedTuple):
    """A row of the table: everything the project knows about one operation.

    Parameters
    ----------
    name : str
        Its name in the table, such as ``"multiply"``.
    symbol : str
        The sign a drawing shows, such as ``"×"``.
    forward : callable
        ``forward(*inputs)`` computes the output from floats.
    local : callable
        ``local(y, *inputs)`` gives ∂y/∂input for each input. It is written with Python's operators
        and the table's own functions, so it runs on floats and on Values alike.
    domain : tuple of intervals
        Where each input may lie for the output to be a real number.
    kink : str
        What holds where the derivative jumps or does not exist.
    ieee : callable
        ``ieee(*inputs)``: what IEEE arithmetic gives where `forward` raises an error.
    parameters : tuple of float
        Numbers that are fixed when the operation is chosen, such as the slope of a leaky ReLU.
    """

    name: str
    symbol: str
    forward: Forward
    local: Local
    domain: tuple[Interval, ...]
    kink: str = ""
    ieee: Forward = lambda *_: NAN
    parameters: tuple[float, ...] = ()

    def __repr__(self) -> str:
        return f"{self.name}({self.parameters[0]!r})" if self.parameters else self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return look_up, (self.name, self.parameters)

    def on_numbers(self, *numbers: object) -> float:
        """Evaluate on plain numbers, without a graph."""
        inputs = [x if x.__class__ is float else real(x, self.name) for x in numbers]
        try:
            return self.forward(*inputs)
        except (ArithmeticError, ValueError) as error:
            return self.outside(error, inputs)

    def outside(
        self, error: Exception, inputs: Sequence[float], labels: Sequence[str] = ()
    ) -> float:
        """Answer an error of `forward`: by IEEE's value where that is asked for, else in words."""
        if ieee_arithmetic:
            return self.ieee(*inputs)
        labels = labels or [""] * len(inputs)
        at = ", ".join(
            f"'{n}' = {x!r}" if n else repr(x) for n, x in zip(labels, inputs, strict=True)
        )
        if isinstance(error, OverflowError):
            raise OverflowError(
                f"{self!r} overflows at {at}: the result exceeds the largest float, "
                f"{sys.float_info.max:.4g}"
            ) from None
        if isinstance(error, ZeroDivisionError):
            raise ZeroDivisionError(f"{self!r} divides by zero at {at}") from None
        domain = " and ".join(
            f"{'strictly ' * (x in (low, high))}between {low:g} and {high:g}"
            for x, (low, high) in zip(inputs, self.domain, strict=False)
        )
        raise ValueError(
            f"{self!r} has no real value at {at}: it is defined for inputs {domain}"
        ) from None

    def ieee_local(self, y: float, *inputs: float) -> tuple[float, ...]:
        """`local` in IEEE arithmetic: 1/0 is inf and log(-1) is nan instead of an error."""
        with recording_paused.on(), ieee_arithmetic.on():
            arguments = [leaf(node_classes.value, x) for x in (y, *inputs)]
            rule = self.local(*arguments)
        return tuple(g._data if isinstance(g, Node) else float(g) for g in rule)


TABLE: dict[str, Operation] = {}
FAMILIES: dict[str, Callable[..., Operation]] = {}


def look_up(name: str, parameters: tuple[float, ...] = ()) -> Operation:
    """Find a row of the table by its name and, in a family of operations, its parameters."""
    return FAMILIES[name](*parameters) if name in FAMILIES else TABLE[name]


# The three recorders below do the same thing for one, two and any number of inputs. They are apart
# because an eager program spends its time here, and the general one takes twice as long.


def unary(operation: Operation) -> Callable[[Any], Any]:
    """Make the function that applies an operation of one input to a number or a node."""
    forward, local = operation.forward, operation.local

    def apply(x: Any) -> Any:
        if not isinstance(x, Node):
            number = x if x.__class__ is float else real(x, operation.name)
            try:
                return forward(number)
            except (ArithmeticError, ValueError) as error:
                return operation.outside(error, (number,))
        try:
            data = forward(x._data)
        except (ArithmeticError, ValueError) as error:
            data = operation.outside(error, (x._data,), (x.label,))
        if _paused_threads and recording_paused:
            return leaf(node_classes.value, data)
        try:
            gradients = local(data, x._data)
        except (ArithmeticError, ValueError):
            gradients = operation.ieee_local(data, x._data)
        node = _new(node_classes.value)
        node._data = data
        node.grad = 0.0
        node.parents = (x,)
        node.operation = operation
        node._local = gradients
        node._label = ""
        return node

    return apply


def binary(operation: Operation) -> Callable[[Any, Any], Any]:
    """Make the method that applies an operation to a node and a node or number: ``a + b``."""
    forward, local = operation.forward, operation.local

    def apply(a: Any, b: Any) -> Any:
        if not isinstance(b, Node):
            if b.__class__ is not float and not is_number(b):
                return NotImplemented
            b = constant(b)
        try:
            data = forward(a._data, b._data)
        except (ArithmeticError, ValueError) as error:
            data = operation.outside(error, (a._data, b._data), (a.label, b.label))
        if _paused_threads and recording_paused:
            return leaf(node_classes.value, data)
        try:
            gradients = local(data, a._data, b._data)
        except (ArithmeticError, ValueError):
            gradients = operation.ieee_local(data, a._data, b._data)
        node = _new(node_classes.value)
        node._data = data
        node.grad = 0.0
        node.parents = (a, b)
        node.operation = operation
        node._local = gradients
        node._label = ""
        return node

    return apply


def reflected(operation: Operation) -> Callable[[Any, Any], Any]:
    """Make the method for a number on the left: ``2 - v`` calls ``v.__rsub__(2)``."""
    apply = binary(operation)

    def apply_reflected(b: Any, a: Any) -> Any:
        return apply(constant(a), b) if is_number(a) else NotImplemented

    return apply_reflected


def record(operation: Operation, parents: Sequence[Any]) -> Any:
    """Apply an operation to any number of nodes and numbers; to numbers alone it gives a float."""
    if not parents:
        return operation.on_numbers()
    try:
        inputs = [parent._data for parent in parents]
    except AttributeError:  # there is a number among them
        if not any(isinstance(parent, Node) for parent in parents):
            return operation.on_numbers(*parents)
        parents = [p if isinstance(p, Node) else constant(p) for p in parents]
        inputs = [parent._data for parent in parents]
    try:
        data = operation.forward(*inputs)
    except (ArithmeticError, ValueError) as error:
        data = operation.outside(error, inputs, [parent.label for parent in parents])
    if _paused_threads and recording_paused:
        return leaf(node_classes.value, data)
    node = leaf(node_classes.value, data)
    node.parents = tuple(parents)
    node.operation = operation
    node._local = local_gradients(operation, data, inputs)
    return node


def local_gradients(operation: Operation, y: float, inputs: Sequence[float]) -> tuple[float, ...]:
    """Evaluate the rule on floats; where it leaves the floats' arithmetic, on IEEE's."""
    try:
        return operation.local(y, *inputs)
    except (ArithmeticError, ValueError):
        return operation.ieee_local(y, *inputs)


class UnaryFunction(Protocol):
    """A public function of one number: floats give a float, Values a Value."""

    operation: Operation

    @overload
    def __call__(self, x: N, /) -> N: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


class BinaryFunction(Protocol):
    """A public function of two numbers: two floats give a float, a Value among them a Value."""

    operation: Operation

    @overload
    def __call__(self, a: N, b: N | float, /) -> N: ...
    @overload
    def __call__(self, a: float, b: N, /) -> N: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


class TernaryFunction(Protocol):
    """A public function of three numbers: floats give a float, a Value among them a Value."""

    operation: Operation

    def __call__(self, a: Any, b: Any, c: Any, /) -> Any:
        """Apply the operation."""


class Declare(Protocol):
    """Turns the forward of an operation, a function of floats, into its public function."""

    @overload
    def __call__(self, forward: Callable[[float], float], /) -> UnaryFunction: ...
    @overload
    def __call__(self, forward: Callable[[float, float], float], /) -> BinaryFunction: ...
    @overload
    def __call__(self, forward: Callable[[float, float, float], float], /) -> TernaryFunction: ...


def declare(
    symbol: str,
    local: Local,
    *,
    domain: tuple[Interval, ...] = (),
    kink: str = "",
    ieee: Forward = lambda *_: NAN,
) -> Declare:
    """Enter an operation in the table; the function decorated is its forward and gives its name.

    The other arguments are the fields of `Operation`. The public function that comes out takes
    numbers as well as Values, and keeps the row as its attribute ``operation``.
    """

    def enter(forward: Any) -> Any:
        inputs = forward.__code__.co_argcount
        everywhere = (REALS,) * max(inputs, 1)
        name = forward.__name__.lstrip("_")
        row = Operation(name, symbol, forward, local, domain or everywhere, kink, ieee)
        TABLE[name] = row
        names = ", ".join(forward.__code__.co_varnames[:inputs])
        return _dressed(unary(row) if inputs == 1 else _variadic(row, inputs), row, names)

    return cast(Declare, enter)


def _variadic(row: Operation, inputs: int) -> Callable[..., Any]:
    def apply(*arguments: Any) -> Any:
        if inputs and len(arguments) != inputs:
            raise TypeError(f"{row.name} takes {inputs} numbers or Values, {len(arguments)} given")
        for argument in arguments:
            if isinstance(argument, Node):
                return record(row, arguments)
        return row.on_numbers(*arguments)

    return apply


def _dressed(apply: Any, row: Operation, arguments: str = "") -> Any:
    """Give the public function the name and the documentation that stand at its declaration."""
    apply.operation = row
    apply.__name__ = apply.__qualname__ = row.name
    apply.__module__ = row.forward.__module__
    apply.__wrapped__ = row.forward  # what help() shows as the arguments
    summary, _, rest = (row.forward.__doc__ or "").partition("\n\n")
    sections = f"\n\n{_SIGNATURE.format(arguments)}\n\n{dedent(rest).rstrip()}" if rest else ""
    apply.__doc__ = summary + sections
    return apply


# What the documentation of every function of one or two numbers says alike.
_SIGNATURE = """Parameters
----------
{} : Value or real number
    Scalar.

Returns
-------
Value or float
    Scalar; a Value where there is a Value among the arguments."""


def family(choose: Callable[[float], Operation]) -> Callable[[float], UnaryFunction]:
    """Enter a family of operations: one row for each value of a fixed number such as an exponent.

    The function that comes out takes that number and gives the operation as a public function.
    """
    row = lru_cache(maxsize=1024)(choose)
    FAMILIES[choose.__name__.lstrip("_")] = row

    @lru_cache(maxsize=1024)
    def function(parameter: float) -> Any:
        return _dressed(unary(row(parameter)), row(parameter))

    return function
