"""One operation: what it computes, its local derivatives, and how applying it records a graph.

An `Operation` is a row of the table in `functions`. Applied to floats it gives a float; applied to
`Node`s it gives a new node that remembers its parents and the local gradient towards each of them.
That record is all there is: `backward`, drawings and compiled programs only read it.

Read next: `signatures` (for type checkers), `declare` and `functions` (the table), `graph`,
`backward`, `value` (the node with arithmetic).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from autograd.node import NAN, NOTHING, Node, constant, is_number, leaf, node_classes, real
from autograd.speed.twins import recorder
from autograd.switches import ieee_arithmetic, recording_paused

Interval = tuple[float, float]
Forward = Callable[..., float]
Local = Callable[..., tuple[Any, ...]]
R = TypeVar("R")

_new = object.__new__
_paused_threads = recording_paused.threads  # the recorders below ask this, the cheapest test


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
        Where each input may lie for the output to be a real number; empty where an operation takes
        any number of inputs.
    kink : str
        What holds where the derivative jumps or does not exist.
    ieee : callable
        ``ieee(*inputs)``: what IEEE arithmetic gives where `forward` raises an error.
    parameters : tuple of float
        Numbers that are fixed when the operation is chosen, such as the slope of a leaky ReLU.
    expand : callable, optional
        ``expand(*inputs)`` computes the output with other rows; None for a primitive operation.
    taught : callable, optional
        `local` as a course writes it, where the rule keeps more digits than that.
    selects : bool
        Whether it says what is selected: as a local gradient, a 0 of it is `node.NOTHING`.
    numbers_only : bool
        Whether `forward` asks for numbers and nothing says how else it is computed, so that Python
        alone can; see `own`.
    """

    name: str
    symbol: str
    forward: Forward
    local: Local
    domain: tuple[Interval, ...]
    kink: str = ""
    ieee: Forward = lambda *_: NAN
    parameters: tuple[float, ...] = ()
    expand: Callable[..., Any] | None = None
    taught: Local | None = None
    selects: bool = False
    numbers_only: bool = False

    def __repr__(self) -> str:
        return (
            f"{self.name}({', '.join(map(repr, self.parameters))})"
            if self.parameters
            else self.name
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return look_up, (self.name, self.parameters)

    def on_numbers(self, *numbers: object) -> float:
        """Evaluate on plain numbers, without a graph."""
        return self.evaluate([x if x.__class__ is float else real(x, self.name) for x in numbers])

    def evaluate(self, inputs: Sequence[float], nodes: Sequence[Node] = ()) -> float:
        """Apply `forward`; where it raises an error, see `ieee_or_error`."""
        try:
            return self.forward(*inputs)
        except (ArithmeticError, ValueError) as error:
            return self.ieee_or_error(error, inputs, nodes)

    def ieee_or_error(
        self, error: Exception, inputs: Sequence[float], nodes: Sequence[Node] = ()
    ) -> float:
        """Answer an error of `forward`: by IEEE's value where that is asked for, else in words."""
        if ieee_arithmetic:
            return self.ieee(*inputs)
        labels = [node.label for node in nodes] or [""] * len(inputs)
        at = ", ".join(
            f"{n!r} = {x!r}" if n else repr(x) for n, x in zip(labels, inputs, strict=True)
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
        defined = f": it is defined for inputs {domain}" if domain else ""
        raise ValueError(f"{self!r} has no real value at {at}{defined}") from None

    def ieee_local(self, y: float, *inputs: float) -> tuple[float, ...]:
        """`local` in IEEE arithmetic: 1/0 is inf and log(-1) is nan instead of an error."""
        with recording_paused.on(), ieee_arithmetic.on():
            arguments = [leaf(node_classes.value, x) for x in (y, *inputs)]
            rule = self.local(*arguments)
        slopes = (g._data if isinstance(g, Node) else g for g in rule)
        return tuple(g if g is NOTHING else float(g) for g in slopes)


TABLE: dict[str, Operation] = {}
FAMILIES: dict[str, Callable[..., Operation]] = {}


OWN: dict[str, Callable[..., Any]] = {}
"""The public functions of the rows that a user declared, by their names; see `own`."""


def look_up(name: str, parameters: tuple[float, ...] = ()) -> Operation:
    """Find a row of the table by its name and, in a family of operations, its parameters."""
    if name in FAMILIES:
        return FAMILIES[name](*parameters)
    if name not in TABLE:
        raise KeyError(
            f"there is no operation {name!r}; one's own is declared, by autograd.operation, before "
            "what was made with it is read"
        )
    return TABLE[name]


class NumbersOnlyError(TypeError):
    """An operation whose function asks for numbers, where something else is to compute it."""


def refuse_numbers_only(name: str, parameters: tuple[float, ...], what: str) -> None:
    """Refuse to write an operation in another language whose function asks for numbers."""
    if name in OWN and look_up(name, parameters).numbers_only:
        raise NumbersOnlyError(
            f"{name} asks for numbers, so {what} cannot compute it: write it with autograd's "
            "functions, where(...) for if and a loop of fixed length for while, or compile with "
            "backend='python'"
        )


_made_of_rows: list[Callable[[], None]] = []


def remembered(size: int | None) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Keep what a function makes of rows, until a row takes the place of another."""

    def keep(function: Callable[..., R]) -> Callable[..., R]:
        kept = lru_cache(maxsize=size)(function)
        _made_of_rows.append(kept.cache_clear)
        return kept

    return keep


def forget_rows() -> None:
    """Forget all that was made of rows: one of them was replaced."""
    for forget in _made_of_rows:
        forget()


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
                return operation.ieee_or_error(error, (number,))
        try:
            data = forward(x._data)
        except (ArithmeticError, ValueError) as error:
            data = operation.ieee_or_error(error, (x._data,), (x,))
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
            data = operation.ieee_or_error(error, (a._data, b._data), (a, b))
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

    return recorder(apply, operation, 2, "operator")


def reflected(operation: Operation) -> Callable[[Any, Any], Any]:
    """Make the method for a number on the left: ``2 - v`` calls ``v.__rsub__(2)``."""
    apply = binary(operation)

    def apply_reflected(b: Any, a: Any) -> Any:
        return apply(constant(a), b) if is_number(a) else NotImplemented

    return recorder(apply_reflected, operation, 2, "reflected")


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
    data = operation.evaluate(inputs, parents)
    if _paused_threads and recording_paused:
        return leaf(node_classes.value, data)
    node = leaf(node_classes.value, data)
    node.parents = tuple(parents)
    node.operation = operation
    node._local = local_gradients(operation, data, inputs)
    return node


def selected(choice: Any, *inputs: Any) -> Any:
    """Make a local gradient of a function that selects: where it gives 0, nothing passes."""
    if inputs[0].__class__ is float:
        return choice.operation.forward(*inputs) or NOTHING
    slope = choice(*inputs)
    # One with parents is recorded, to be computed again or compiled.
    return slope if slope.parents or slope._data else NOTHING


def selects(local: Any, inputs: Sequence[Any] = ()) -> bool:
    """Tell whether a local gradient on Values says what is selected.

    An input that is a step is a number like any other, also where a rule passes it on as it is.
    """
    if not isinstance(local, Node) or local.operation is None:
        return False
    return local.operation.selects and all(local is not given for given in inputs)


def local_gradients(operation: Operation, y: float, inputs: Sequence[float]) -> tuple[float, ...]:
    """Evaluate the rule on floats; where it leaves the floats' arithmetic, on IEEE's."""
    try:
        return operation.local(y, *inputs)
    except (ArithmeticError, ValueError):
        return operation.ieee_local(y, *inputs)
