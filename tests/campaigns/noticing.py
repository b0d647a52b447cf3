"""Whether tests notice a fault: pytest collects them once, and each fault gets a forked process.

A fault inside a function is planted in the running process, by exchanging the function's code, and
only the tests that run its lines are asked, the quickest first. What a module does while it is
imported is done by then, so a fault in that which goes unnoticed so is planted in the file as well,
and pytest starts anew.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

import pytest
from coverage import Coverage

from tests.campaigns.planting import Mutant

OPTIONS = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
LONGEST = 10.0  # seconds of the processor for a test; one that needs more is not asked
SLOWEST = 10  # a mutant may take this many times as long as the module itself, then it hangs
MEMORY = 12 << 30  # bytes of address space
LOG = "mutation.log"
SEEN = "mutation.json"
FUNCTION = 0x1  # CO_OPTIMIZED: a function's code, and no module's or class's

# ---------------------------------------------------------------------------------------- processes


def forked(tree: Path, work: Callable[[], bool], patience: float | None = None) -> bool:
    """Say what *work* says in a process that parts from this one; False when it hangs."""
    child = os.fork()
    if child == 0:
        _become(tree, work, patience)
    deadline = time.monotonic() + (20 * patience if patience else 1e9)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.005)
    os.killpg(child, 9)
    os.waitpid(child, 0)
    return False


def _become(tree: Path, work: Callable[[], bool], patience: float | None) -> NoReturn:
    """Do the work in the copy of the tree, whose log gets what is printed."""
    code = 1
    try:
        os.setpgid(0, 0)
        log = os.open(tree / LOG, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for stream in (0, 1, 2):
            os.dup2(log, stream)
        os.chdir(tree)
        sys.path[:] = [str(tree), *(p for p in sys.path if p not in ("", os.environ["FROM"]))]
        if patience is not None:
            seconds = int(patience) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        code = 0 if work() else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class TooLong(BaseException):
    """A test takes longer than `LONGEST`."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off what takes more of the processor's time: the machine may be busy otherwise."""

    def stop(*_: object) -> NoReturn:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, min(seconds, 1e6))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# -------------------------------------------------------------------------- which lines a test runs


@dataclass(frozen=True)
class Seen:
    """What runs without a fault: the tests that run each line of the module, and their seconds.

    The test "" stands for what runs while the tests are collected.
    """

    tests: Mapping[int, set[str]]
    seconds: Mapping[str, float]

    def on_import(self, mutant: Mutant) -> bool:
        """Say whether the fault's lines run while the tests are collected."""
        return "" in self._running(mutant)

    def order(self, mutant: Mutant, kills: Mapping[str, int]) -> list[str]:
        """Return the tests that may notice the fault, the most promising first."""
        chosen = self._running(mutant) & self.seconds.keys()
        return sorted(chosen, key=lambda test: self.seconds[test] / (1 + kills.get(test, 0)))

    def patience(self, tests: Sequence[str]) -> float:
        """Return how many seconds they may take."""
        return SLOWEST * sum(self.seconds[test] for test in tests) + 5

    def _running(self, mutant: Mutant) -> set[str]:
        first, last = mutant.rows
        return set().union(*(self.tests.get(line, set()) for line in range(first, last + 1)))


# -------------------------------------------------------------------------- a fault in running code


Place = tuple[tuple[str, int], ...]


def codes(code: CodeType, under: Place = ()) -> Iterator[tuple[Place, CodeType]]:
    """Walk a module's code and what is nested in it, each by names and their turns."""
    yield under, code
    turns = Counter[str]()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            turns[constant.co_name] += 1
            yield from codes(constant, (*under, (constant.co_name, turns[constant.co_name])))


def own(code: CodeType) -> tuple[Any, ...]:
    """Return what a piece of code says itself, without what is nested in it."""
    plain = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    return code.co_code, plain, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars


def exchange(
    before: CodeType, after: CodeType, functions: Mapping[CodeType, list[FunctionType]]
) -> bool:
    """Give living functions their code with the fault; False where that cannot be all of it."""
    old, new = dict(codes(before)), dict(codes(after))
    changed = [place for place in old.keys() & new.keys() if own(old[place]) != own(new[place])]
    if not changed or any(not old[place].co_flags & FUNCTION for place in changed):
        return False
    for place in changed:
        outermost = next(
            place[:n] for n in range(1, len(place) + 1) if old[place[:n]].co_flags & FUNCTION
        )
        if not functions.get(old[outermost]):
            return False
        for n in range(len(outermost), len(place) + 1):
            for function in functions.get(old[place[:n]], []):
                if old[place[:n]].co_freevars != new[place[:n]].co_freevars:
                    return False
                function.__code__ = new[place[:n]]
    return True


# ------------------------------------------------------------------------------------ pytest's part


class Quiet:
    """A plugin that remembers whether a test failed, and lets Hypothesis not search on then."""

    failed = False
    patience = float("inf")  # seconds of the processor that a test may take
    tired = False  # whether one took more

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Break a test off: not what is set up before it, which other tests may need as well."""
        try:
            with at_most(self.patience):
                return (yield)
        except TooLong:
            self.tired = True
            raise

    def pytest_configure(self) -> None:
        """Register what Hypothesis does: a failure is enough, the least example is not sought."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("noticing", settings.default, phases=phases)
        settings.load_profile("noticing")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failure."""
        self.failed = self.failed or report.failed

    def run(self, items: Sequence[pytest.Item]) -> bool:
        """Run tests until one fails; say whether none did."""
        self.failed = False
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return False
        return True


class InOrder(Quiet):
    """Run all tests in an order that is given: for a fault that stands in the file."""

    def __init__(self, order: Sequence[str]) -> None:
        self.place = {test: place for place, test in enumerate(order)}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them; the status says whether one failed."""
        items = [item for item in session.items if item.nodeid in self.place]
        items.sort(key=lambda item: self.place[item.nodeid])
        if not self.run(items):
            session.testsfailed = 1
        return True


class Collected(Quiet):
    """Run each mutant's tests, and tell *say* of each what noticed it, or that it must wait."""

    def __init__(
        self,
        tree: Path,
        path: str,
        faults: Sequence[Mutant],
        say: Callable[..., None],
        wanted: Collection[str],
    ) -> None:
        self.tree, self.path, self.faults, self.say = tree, path, faults, say
        self.wanted = wanted
        self.file = str(tree / path)
        self.text = Path(self.file).read_text(encoding="utf-8")
        self.coverage = Coverage(data_file=None, include=[self.file], config_file=False)
        quiet = ["no-data-collected"]  # a test may run nothing of the module
        self.coverage.set_option("run:disable_warnings", quiet)
        self.coverage.start()  # what runs until the first test belongs to no test
        self.kills: dict[str, int] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once without a fault, then those that may notice one, for each fault."""
        if session.testsfailed:
            return False
        if self.wanted:
            session.items[:] = [item for item in session.items if item.nodeid in self.wanted]
        items = {item.nodeid: item for item in session.items}
        if not forked(self.tree, lambda: self._watch(session.items)):
            raise RuntimeError("they fail without a fault")
        self.coverage.stop()
        seen = read_seen(self.tree)
        before = compile(self.text, self.file, "exec", dont_inherit=True)
        functions: dict[CodeType, list[FunctionType]] = {}
        for thing in gc.get_objects():
            if type(thing) is FunctionType and thing.__code__.co_filename == self.file:
                functions.setdefault(thing.__code__, []).append(thing)
        gc.collect()
        gc.freeze()
        for number, mutant in enumerate(self.faults):
            self._try(number, mutant, seen, items, before, functions)
        Path(self.file).write_text(self.text, encoding="utf-8")
        return True

    def _watch(self, items: Sequence[pytest.Item]) -> bool:
        """Note what each test runs and how long it takes, without a fault.

        Each runs in a process of its own, as with a fault: one must not find what another one has
        compiled, and so seem to run less. What needs more than `LONGEST` is left out.
        """
        tests, seconds = self._lines(), {}
        for item in items:
            before = sum(os.times()[2:4])  # the processor's time: the machine may be busy otherwise
            if not forked(self.tree, partial(self._watch_one, item)):
                return False
            lines = json.loads((self.tree / SEEN).read_text(encoding="utf-8"))
            if lines is None:
                continue
            seconds[item.nodeid] = sum(os.times()[2:4]) - before
            for line in lines:
                tests.setdefault(line, []).append(item.nodeid)
        said = json.dumps({"tests": tests, "seconds": seconds})
        (self.tree / SEEN).write_text(said, encoding="utf-8")
        return True

    def _watch_one(self, item: pytest.Item) -> bool:
        """Note the lines that a test runs; None where it is broken off."""
        self.coverage.switch_context(item.nodeid)
        self.patience = LONGEST
        well = self.run([item]) or (not self.tired and self.run([item]))
        if not well and not self.tired:
            return False
        lines = [line for line, tests in self._lines().items() if item.nodeid in tests]
        (self.tree / SEEN).write_text(json.dumps(lines if well else None), encoding="utf-8")
        return True

    def _lines(self) -> dict[int, list[str]]:
        """Return what ran so far: the tests of each line."""
        self.coverage.stop()
        found = self.coverage.get_data().contexts_by_lineno(self.file)
        self.coverage.start()
        return found

    def _try(
        self,
        number: int,
        mutant: Mutant,
        seen: Seen,
        items: Mapping[str, pytest.Item],
        before: CodeType,
        functions: Mapping[CodeType, list[FunctionType]],
    ) -> None:
        changed = mutant.apply(self.text)
        order = seen.order(mutant, self.kills)
        Path(self.file).write_text(changed, encoding="utf-8")  # for programs that tests start
        after = compile(changed, self.file, "exec", dont_inherit=True)
        reading, writing = os.pipe()

        def notice() -> bool:
            if not exchange(before, after, functions):
                os.write(writing, b"waits")
                return True
            for test in order:
                self.patience = seen.patience([test])
                if not self.run([items[test]]):
                    os.write(writing, test.encode())
                    return False
            return True

        unnoticed = forked(self.tree, notice, seen.patience(order))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            who = pipe.read()
        if unnoticed and seen.on_import(mutant):
            self.say(number, "waits")
        elif unnoticed:
            self.say(number, who or ("survived" if order else "never run"))
        else:
            self.kills[who] = self.kills.get(who, 0) + 1
            self.say(number, "killed", who or "time or memory")


def read_seen(tree: Path) -> Seen:
    """Read what was noted without a fault."""
    said = json.loads((tree / SEEN).read_text(encoding="utf-8"))
    tests = {int(line): set(tests) for line, tests in said["tests"].items()}
    return Seen(tests, said["seconds"])


def collect(
    tree: Path, path: str, tests: Sequence[str], faults: Sequence[Mutant], say: Callable[..., None]
) -> bool:
    """Try the faults that can be planted in running code; those that cannot wait.

    Tests are files or single tests; where all are single ones, no other of their files is asked.
    """
    wanted = set[str]() if any("::" not in test for test in tests) else set(tests)

    def work() -> bool:
        plugin = Collected(tree, path, faults, say, wanted)
        return int(pytest.main([*_options(tree), *_to_collect(tests)], plugins=[plugin])) == 0

    return forked(tree, work)


def _to_collect(tests: Sequence[str]) -> list[str]:
    """Return the arguments of pytest: the files alone where there are many single tests of each."""
    if any("::" not in test for test in tests):
        return list(tests)
    return sorted({test.partition("::")[0] for test in tests})


def start_anew(tree: Path, mutant: Mutant, tests: Sequence[str], seen: Seen) -> bool:
    """Say whether no test notices a fault that is planted in the file."""
    file = tree / mutant.path
    text = file.read_text(encoding="utf-8")
    order = sorted(seen.seconds, key=lambda test: seen.seconds[test])

    def work() -> bool:
        sys.dont_write_bytecode = True
        return (
            int(pytest.main([*_options(tree), *_to_collect(tests)], plugins=[InOrder(order)])) == 0
        )

    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
    file.write_text(mutant.apply(text), encoding="utf-8")
    try:
        return forked(tree, work, seen.patience(order) + 30)
    finally:
        file.write_text(text, encoding="utf-8")


def _options(tree: Path) -> list[str]:
    return [*OPTIONS, f"--basetemp={tree / 'scratch'}"]
