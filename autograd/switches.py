"""What a thread turns on for a `with` block: no recording, IEEE arithmetic, tracing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident


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
