"""Contestants that do the same work: their gradients are compared, then they run in turn."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Numbers = Sequence[float]
LIMIT = "C by hand"
OURS = "stepgrad, train"
SHORT_ENOUGH = 0.04  # seconds that a turn takes, if doing the work once does not take longer


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something that trains: gradient descent on the work's parameters.

    Parameters
    ----------
    name : str
    prepare : callable
        Makes what `train` starts from, of the parameters' numbers. Not timed.
    train : callable
        ``train(state, steps)`` makes so many steps and returns the state after them. Timed.
    read : callable
        The parameters' numbers of a state. Not timed.
    """

    name: str
    prepare: Callable[[Numbers], Any]
    train: Callable[[Any, int], Any]
    read: Callable[[Any], Numbers]

    def seconds(self, start: Numbers, steps: int, times: int = 1) -> float:
        """Time so many steps, after one that wakes the caches up from another contestant's turn.

        Done several times, the mean is told.
        """
        gc.collect()
        self.train(self.prepare(start), 1)
        state = self.prepare(start)
        before = time.perf_counter()
        for _ in range(times):
            state = self.train(state, steps)
        return (time.perf_counter() - before) / times

    def after(self, start: Numbers, steps: int) -> list[float]:
        """Return the parameters after so many steps."""
        return [float(x) for x in self.read(self.train(self.prepare(start), steps))]


@dataclass(frozen=True, slots=True)
class Work:
    """What is timed.

    Parameters
    ----------
    name : str
    start : sequence of floats
        The parameters to start from.
    rate : float
        The learning rate.
    steps : int
        How many steps it is, of which the time is told.
    whole : bool
        Whether a loop makes just these steps. Otherwise it may go on for as long as a turn takes.
    target : float
        How many times the limit's time is to be reached.
    """

    name: str
    start: Numbers
    rate: float
    steps: int = 1
    whole: bool = False
    target: float = 1.3


@dataclass(slots=True)
class Result:
    """The times of all contestants at one work, in seconds."""

    work: str
    target: float
    times: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float | None:
        """Return a contestant's median, None if it did not take part."""
        return statistics.median(self.times[name]) if name in self.times else None

    @property
    def best_peer(self) -> str | None:
        """The fastest of those that are neither ours nor the limit."""
        peers = [name for name in self.times if not name.startswith(("stepgrad", LIMIT))]
        return min(peers, key=lambda name: statistics.median(self.times[name]), default=None)


def installed(makers: Iterable[Callable[..., Contestant]], *data: Any) -> list[Contestant]:
    """Return the contestants that can be made of the data, and tell of the others."""
    found = []
    for make in makers:
        try:
            found.append(make(*data))
        except ImportError as error:
            print(f"{make.__name__} does not take part: {error}", file=sys.stderr)
    return found


def check(work: Work, contestants: Sequence[Contestant]) -> None:
    """Refuse to time contestants that compute different gradients, or go another way.

    The gradient is what the first step subtracts, divided by the learning rate.
    """
    for steps in (1, 10):
        expected = moved(work, contestants[0], steps)
        for contestant in contestants[1:]:
            difference = max(
                abs(a - b) for a, b in zip(expected, moved(work, contestant, steps), strict=True)
            )
            if not difference <= 1e-9 * max(1.0, *map(abs, expected)):
                raise SystemExit(
                    f"{work.name}: after {steps} steps {contestant.name} differs from "
                    f"{contestants[0].name} by {difference:.3g}"
                )


def moved(work: Work, contestant: Contestant, steps: int) -> list[float]:
    """Return the sum of the gradients of so many steps."""
    after = contestant.after(work.start, steps)
    return [(a - b) / work.rate for a, b in zip(work.start, after, strict=True)]


def contest(work: Work, contestants: Sequence[Contestant], rounds: int) -> Result:
    """Time the contestants in turn, A B C A B C …, after a look at whether they agree."""
    check(work, contestants)
    turns = {each.name: repeats(work, each) for each in contestants}
    result = Result(work.name, work.target, {each.name: [] for each in contestants})
    for _ in range(rounds):
        for each in contestants:
            result.times[each.name].append(timed(work, each, turns[each.name]))
    return result


def timed(work: Work, contestant: Contestant, times: int) -> float:
    """Time the work, done so many times."""
    if work.whole:
        return contestant.seconds(work.start, work.steps, times)
    return contestant.seconds(work.start, work.steps * times) / times


def repeats(work: Work, contestant: Contestant) -> int:
    """Say how many times a contestant can do the work in a turn."""
    times = 1
    while (seconds := times * timed(work, contestant, times)) < SHORT_ENOUGH / 2:
        times = max(2 * times, int(times * SHORT_ENOUGH / max(seconds, 1e-6) / 2))
    return max(1, min(times, int(times * SHORT_ENOUGH / seconds)))


def compiled_loop(program: Any, optimizer: Any, *columns: Any) -> Contestant:
    """Train a compiled program, the whole loop in machine code."""

    def train(state: None, steps: int) -> None:
        program.train(*columns, optimizer=optimizer, epochs=steps)

    return _ours(OURS, optimizer, train)


def compiled_gradient(program: Any, optimizer: Any, *columns: Any) -> Contestant:
    """Train with the gradient of a compiled program, and steps in Python."""

    def train(state: None, steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            program.backward(*columns)
            optimizer.step()

    return _ours("stepgrad, backward and step", optimizer, train)


def _ours(name: str, optimizer: Any, train: Callable[[Any, int], Any]) -> Contestant:
    def prepare(start: Sequence[float]) -> None:
        for parameter, number in zip(optimizer.parameters, start, strict=True):
            parameter.data = number

    return Contestant(name, prepare, train, lambda _: [p.data for p in optimizer.parameters])
