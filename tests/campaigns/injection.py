"""An error at a chosen moment of a call, where Python itself may deliver Ctrl-C.

CPython looks for signals when it enters a function and when a function written in C has returned.
A profiling hook is told of both; so raising at the k-th of them is Ctrl-C at a moment that can be
chosen again. The same hook raises `MemoryError`, as an allocation anywhere may.

Read next: `fault_cases`, then `faults`.
"""

from __future__ import annotations

import concurrent.futures
import gc
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from types import FrameType
from typing import Any, NamedTuple

from autograd.switches import ieee_arithmetic, recording_paused, tracing

EVENTS = ("call", "c_return")

# Python's own locks and executors are not proof against Ctrl-C, and nobody can make them so.
_NOT_OURS = threading.__file__, str(Path(concurrent.futures.__file__).parent)


class Case(NamedTuple):
    """A public operation, and what must hold around it.

    Parameters
    ----------
    name : str
    make : callable
        ``make(folder)`` gives fresh things to work on.
    act : callable
        ``act(things)`` is where the error strikes; it may catch it, as `nn.fit` does.
    state : callable
        ``state(things)`` gives, as plain data, all that the operation may change.
    between : callable
        ``between(folder)`` lists what else the state may be where the operation stopped early;
        left out, it must be as before, or as after the whole.
    """

    name: str
    make: Callable[[Path], Any]
    act: Callable[[Any], Any]
    state: Callable[[Any], Any]
    between: Callable[[Path], list[Any]] = lambda folder: []


class Hit(NamedTuple):
    """What an injected error left behind that it should not have."""

    case: str
    error: str
    moment: float
    place: str
    what: str


class _Injection:
    """Count the moments of a call, and raise at one of them; 0 for none."""

    def __init__(self, moment: int, error: type[BaseException]) -> None:
        self.moment, self.error, self.seen, self.place = moment, error, 0, ""

    def hook(self, frame: FrameType, event: str, argument: Any) -> None:
        if event in EVENTS and not frame.f_code.co_filename.startswith(_NOT_OURS):
            self.seen += 1
            if self.seen == self.moment:
                sys.setprofile(None)
                called = f" after {argument.__name__}" if event == "c_return" else ""
                code = frame.f_code
                self.place = f"{code.co_filename}:{frame.f_lineno} {code.co_name}{called}"
                raise self.error


def injected(act: Callable[[Any], Any], things: Any, moment: int, error: Any) -> _Injection:
    """Call ``act(things)`` with an error at a moment; the error, where it comes out, is dropped."""
    injection = _Injection(moment, error)
    try:
        sys.setprofile(injection.hook)
        try:
            act(things)
        finally:
            sys.setprofile(None)
    except error:
        pass
    except Exception:
        if not injection.place:
            raise
    return injection


def signalled(act: Callable[[Any], Any], things: Any, seconds: float) -> _Injection:
    """Call ``act(things)`` with a real Ctrl-C after a time, wherever that finds it."""
    injection = _Injection(0, KeyboardInterrupt)

    def interrupt(number: int, frame: FrameType | None) -> None:
        if frame is not None and not frame.f_code.co_filename.startswith(_NOT_OURS):
            injection.place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
            raise KeyboardInterrupt
        signal.setitimer(signal.ITIMER_REAL, 1e-5)  # again, a little later

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            act(things)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGALRM, before)
    return injection


def moments(case: Case, folder: Path) -> int:
    """Count the moments of a case."""
    return injected(case.act, case.make(folder), 0, MemoryError).seen


def strike(
    case: Case,
    folder: Path,
    at: Iterator[float],
    error: type[BaseException],
    *,
    signals: bool = False,
) -> tuple[int, list[Hit]]:
    """Inject an error at each of some moments; return how many struck, and what was wrong after.

    With `signals`, moments are seconds after which Ctrl-C comes. After each, the state must be as
    before or as after, or one of those between; nothing of the thread or the process may be
    changed; and what is as before must do the same as ever.
    """
    whole = case.make(folder)
    before = case.state(whole)
    case.act(whole)
    after = case.state(whole)
    between = case.between(folder)
    struck, hits = 0, []
    for moment in at:
        things = case.make(folder)
        with _unraisable_ignored():
            if signals:
                injection = signalled(case.act, things, moment)
            else:
                injection = injected(case.act, things, int(moment), error)
        if not injection.place:
            continue
        struck += 1
        found = [*leftovers()]
        try:
            state = case.state(things)
            if state not in (before, after, *between):
                found.append(f"a state between: {_difference(state, before, after)}")
            elif state == before != after:
                case.act(things)
                if case.state(things) != after:
                    found.append("done again, it comes out differently")
        except Exception as failed:
            found.append(f"unusable: {failed!r}")
        hits += [Hit(case.name, error.__name__, moment, injection.place, what) for what in found]
    return struck, hits


def leftovers() -> Iterator[str]:
    """Name what is still turned on in this thread, and turn it off."""
    for name, switch in (
        ("recording_paused", recording_paused),
        ("ieee_arithmetic", ieee_arithmetic),
        ("tracing", tracing),
    ):
        if get_ident() in switch.threads:
            yield f"{name} is still on"
            switch.threads.clear()
    if not gc.isenabled():
        yield "the cyclic collector is still off"
        gc.enable()
    if sys.getprofile() is not None:
        yield "a profiling hook is still there"
        sys.setprofile(None)


@contextmanager
def _unraisable_ignored() -> Iterator[None]:
    """Say nothing of an error that strikes where nobody can catch it, such as in a finaliser."""
    hook = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            yield
    finally:
        sys.unraisablehook = hook


def _difference(state: Any, before: Any, after: Any) -> str:
    if isinstance(state, list) and isinstance(before, list) and isinstance(after, list):
        odd = [
            f"[{i}] {_short(mine)}"
            for i, (mine, *others) in enumerate(zip(state, before, after, strict=False))
            if mine not in others
        ]
        return "; ".join(odd) or "parts of before and parts of after"
    return _short(state)


def _short(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) < 120 else f"{text[:117]}..."
