"""What holds for a `with` block: no recording, IEEE arithmetic, tracing, no cyclic collector."""

from __future__ import annotations

import gc
from _thread import RLock
from collections.abc import Iterator
from contextlib import AbstractContextManager, ContextDecorator, contextmanager
from functools import partial
from threading import get_ident
from typing import Any, Literal
from weakref import ref


class _On:
    """What keeps a switch on in a thread, while there is a block that holds it."""

    __slots__ = ("__weakref__",)


class _Block(RLock):  # type: ignore[misc]  # final for type checkers alone
    """What a `with` statement holds: nothing but C runs when it is entered and left."""

    holds: _On


class Switch:
    """Something that a thread turns on for the length of a `with` block, for itself alone.

    Python delivers Ctrl-C when it enters a function of its own, and what was to turn a switch off
    again could be such a function. So none does: a block keeps an object alive, and with the
    object goes the entry of the thread, by a weak reference's callback, which is in C.
    """

    __slots__ = ("threads",)

    def __init__(self) -> None:
        self.threads: dict[int, Any] = {}  # thread identity -> a weak reference to its `_On`

    def __bool__(self) -> bool:
        return get_ident() in self.threads

    def on(self) -> AbstractContextManager[Any]:
        """Turn the switch on inside a `with` block, which must enter what is returned at once."""
        thread, block = get_ident(), _Block()
        held = self.threads.get(thread)
        known = held and held()
        if known:
            block.holds = known
            return block
        block.holds = _On()
        held = ref(block.holds, partial(self.threads.pop, thread))
        self.threads[thread] = held
        return block

    @contextmanager
    def off(self) -> Iterator[None]:
        """Turn the switch off inside a `with` block, whatever blocks there are around it."""
        thread = get_ident()
        held = self.threads.pop(thread, None)
        try:
            yield
        finally:
            if held and held():
                self.threads[thread] = held


recording_paused = Switch()
"""On inside `no_grad`: operations give leaves without parents."""

ieee_arithmetic = Switch()
"""On where an operation without a real value gives inf or nan, as in IEEE 754, not an error."""

tracing = Switch()
"""On while `compile` records a function, whose Values stand for any number."""


class TracingError(TypeError):
    """A function being compiled asked a Value for its number, which differs from call to call.

    Examples
    --------
    >>> import autograd
    >>> try:
    ...     autograd.compile(lambda x: x if x > 0 else -x)(1.0)
    ... except autograd.TracingError as error:
    ...     print(str(error)[:32])
    a comparison of 'x' was asked fo
    >>> autograd.compile(lambda x: autograd.where(autograd.greater(x, 0.0), x, -x))(1.0)
    1.0
    """


class no_grad(ContextDecorator):  # noqa: N801
    """Compute without recording: inside, operations give leaves without parents.

    It holds for the thread that enters it, as a `with` block or as a decorator.

    Examples
    --------
    >>> from autograd import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (9.0, ())
    """

    def __init__(self) -> None:
        self._blocks: list[object] = []

    def __enter__(self) -> None:
        if tracing:
            raise TracingError(
                "no_grad() cannot be compiled, since a program is what was recorded: use "
                "stop_gradient(v) where no derivative shall pass"
            )
        self._blocks.append(recording_paused.on())

    def __exit__(self, *_: object) -> Literal[False]:
        self._blocks.pop()
        return False


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic collector from going through a graph again and again while it grows."""
    enabled = gc.isenabled()
    try:
        gc.disable()
        yield
    finally:
        if enabled:
            gc.enable()
