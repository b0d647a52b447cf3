"""What holds for a `with` block: no recording, IEEE arithmetic, tracing, no cyclic collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ContextDecorator, contextmanager
from threading import get_ident
from typing import Literal


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

    def __enter__(self) -> None:
        if tracing:
            raise TracingError(
                "no_grad() cannot be compiled, since a program is what was recorded: use "
                "stop_gradient(v) where no derivative shall pass"
            )
        recording_paused.enter()

    def __exit__(self, *_: object) -> Literal[False]:
        recording_paused.leave()
        return False


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
