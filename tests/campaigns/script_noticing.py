"""Whether tests of the pages notice a fault in a script: one pytest, one Chromium, many faults.

``scripts`` starts this module in a copy of the tree. ``see`` runs each test once with scripts whose
functions say that they ran; ``try`` plants each fault in its file, from where tests take the script
as ever, and runs tests that ran its function until one fails. A page that hangs takes this process
with it: ``scripts`` ends it and starts another for the faults that are left.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.waiting import wait_until
from tests.campaigns.planting import Mutant
from tests.campaigns.script_planting import Script

if TYPE_CHECKING:  # it is imported where it is used: README's test command has none
    from playwright.sync_api import Page

SEEN = "scripts.seen.json"
FAULTS = "scripts.faults.json"
RESULTS = "scripts.results"
WAIT = 5_000  # milliseconds that a test waits for what a fault has made impossible
MARK = "((globalThis.stepgradRan ??= new Set()).add({}), false)"
RAN = "() => [...(globalThis.stepgradRan ?? [])]"
SCRIPT_NUMBERS = 1000  # more than a script has functions
SHARED = (
    *("tests/browser/test_player_inside.py", "tests/browser/test_player_functions.py"),
    *("tests/browser/test_javascript.py", "tests/browser/test_play_functions.py"),
)
OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=no")


def share(one: str, other: str) -> bool:
    """Say whether tests stand in one file of those whose tests put many questions to one page."""
    file = one.split("::")[0]
    return file in SHARED and file == other.split("::")[0]


def mark(script: int) -> str:
    """Return what each function of a script says, a number for each."""
    return MARK.replace("{}", f"{SCRIPT_NUMBERS * script} + {{}} + 1")


def function_of(number: int, scripts: Sequence[str]) -> str:
    """Return the script and its function that a mark names."""
    script, function = divmod(number, SCRIPT_NUMBERS)
    return f"{scripts[script]}#{function - 1}"


def patient(kind: type[Any], name: str) -> None:
    """Let the pages that are opened so wait no longer than WAIT."""
    opened = getattr(kind, name)

    def open_(self: Any, *arguments: Any, **options: Any) -> Any:
        made = opened(self, *arguments, **options)
        made.set_default_timeout(WAIT)
        return made

    setattr(kind, name, open_)


def forget() -> None:
    """Read scripts from their files again."""
    from autograd.views.player.assets import asset

    asset.cache_clear()


class Runner:
    """A pytest plugin that runs tests when it is told to, each with its fixtures anew."""

    failed = False

    def pytest_configure(self) -> None:
        """Wait less, and quietly."""
        from playwright.sync_api import Browser, expect

        patient(Browser, "new_page")
        patient(Browser, "new_context")
        set_options = expect.set_options
        wait_until.__defaults__ = (None, WAIT / 1000)
        expect.set_options = lambda timeout: set_options(timeout=min(timeout, WAIT))  # type: ignore[method-assign]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failure."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work in pytest's place."""
        if session.testsfailed:
            return False
        self.items = {
            item.nodeid: item
            for item in session.items
            if "pyodide_files" not in item.fixturenames  # type: ignore[attr-defined]
        }
        self.first, self.last = session.items[0], session.items[-1]
        self.work()
        return True

    def work(self) -> None:
        """Run tests."""
        raise NotImplementedError

    def passes(self, name: str, following: str = "") -> bool:
        """Say whether a test passes.

        Only the browser stays open afterwards; if it passes, so does the page that it has in common
        with the following test.
        """
        item = self.items[name]
        elsewhere = self.last if item.path == self.first.path else self.first
        after = self.items[following] if following and share(name, following) else elsewhere
        self.failed = False
        forget()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if self.failed and after is not elsewhere:
            item.session._setupstate.teardown_exact(elsewhere)
        os.utime(RESULTS)  # a sign of life
        return not self.failed


class See(Runner):
    """Note what each test runs, and for how long; what is noted already stays."""

    def __init__(self, scripts: Sequence[str]) -> None:
        self.scripts = scripts
        self.ran: set[int] = set()

    def pytest_configure(self) -> None:
        """Ask each page, and its workers, before it is closed."""
        from playwright.sync_api import BrowserContext, Page

        super().pytest_configure()
        self._ask_before(Page, lambda page: [page])
        self._ask_before(BrowserContext, lambda context: context.pages)

    def _ask_before(self, kind: type[Any], pages: Callable[[Any], list[Page]]) -> None:
        closed = kind.close

        def close(each: Any, *arguments: Any, **options: Any) -> None:
            for place in [it for page in pages(each) for it in (*page.frames, *page.workers)]:
                try:
                    self.ran.update(place.evaluate(RAN))
                except Exception as error:  # one that is gone has nothing to say
                    print(error)
            closed(each, *arguments, **options)

        kind.close = close

    def work(self) -> None:
        """Run each test that is not known yet."""
        seen = json.loads(Path(SEEN).read_text(encoding="utf-8"))
        together: list[str] = []
        unknown = [name for name in self.items if name not in seen]
        for name, after in pairwise([*unknown, ""]):
            start = time.perf_counter()
            if self.passes(name, after):
                seen[name] = {"seconds": time.perf_counter() - start}
                together.append(name)
            else:
                print(f"{name} fails without a fault")
            if not share(name, after):  # the page is closed, and has said what ran
                ran = sorted(function_of(number, self.scripts) for number in self.ran)
                for each in together:
                    seen[each]["ran"] = ran
                self.ran.clear()
                together.clear()
                Path(SEEN).write_text(json.dumps(seen), encoding="utf-8")


class Try(Runner):
    """Plant each fault, and say of each what noticed it."""

    def __init__(self, faults: Mapping[int, Mutant], most: float) -> None:
        self.faults, self.most = faults, most
        self.seen = json.loads(Path(SEEN).read_text(encoding="utf-8"))
        self.kills: dict[str, int] = {}
        # How much of each script a test runs that few others run: it is likely to be about that.
        running = Counter(function for seen in self.seen.values() for function in seen["ran"])
        self.rare = Counter(
            (function.split("#")[0], test)
            for test, seen in self.seen.items()
            for function in seen["ran"]
            if 4 * running[function] < len(self.seen)
        )

    def work(self) -> None:
        """Try all faults."""
        self.words = {
            test: words(inspect.getsource(item.function))  # type: ignore[attr-defined]
            for test, item in self.items.items()
        }
        self.known = Counter(word for found in self.words.values() for word in found)
        for number, fault in self.faults.items():
            self._say(number, "hangs")  # if nothing else is said of it
            file = Path(fault.path)
            text = file.read_text(encoding="utf-8")
            file.write_text(fault.apply(text), encoding="utf-8")
            order = self.order(fault, text)
            pairs = pairwise([*order, ""])
            who = next((test for test, after in pairs if self._notices(test, after)), "")
            file.write_text(text, encoding="utf-8")
            if who:
                self.kills[who] = self.kills.get(who, 0) + 1
            self._say(number, "killed" if who else "survived" if order else "never run", who)

    def _notices(self, test: str, following: str) -> bool:
        start = time.perf_counter()
        if self.passes(test, following):
            return False
        waited = 1000 * (time.perf_counter() - start) > WAIT
        return not waited or not self.passes(test)  # it may have been the machine

    def _say(self, number: int, outcome: str, who: str = "") -> None:
        with Path(RESULTS).open("a", encoding="utf-8") as file:
            file.write(json.dumps([number, outcome, who]) + "\n")

    def likely(self, fault: Mutant, test: str) -> float:
        """Return how much a test has to do with a fault's script and with the words of its line."""
        shared = self.words[test] & words(fault.row)
        return self.rare[fault.path, test] + sum(100 / self.known[word] for word in shared)

    def seconds(self, test: str) -> float:
        """Return what a test takes, of those that share a page without what opens it."""
        sharing = [seen["seconds"] for other, seen in self.seen.items() if share(test, other)]
        return self.seen[test]["seconds"] - 0.9 * min(sharing, default=0.0)

    def order(self, fault: Mutant, text: str) -> list[str]:
        """Return tests that ran the fault's function, the most promising first."""
        script = Script(text)
        function = f"{fault.path}#{script.function_at(fault.start)}"
        wanted = users(fault, script)
        found = [
            (self.seconds(test) / (1 + self.kills.get(test, 0) + self.likely(fault, test)), test)
            for test, seen in self.seen.items()
            if function in seen["ran"] and test in self.items
        ]
        uses = {test: not wanted or bool(wanted & set(self.seen[test]["ran"])) for _, test in found}
        chosen, seconds = [], 0.0
        for _, test in sorted(found, key=lambda pair: (not uses[pair[1]], pair)):
            if seconds < self.most:
                chosen.append(test)
                seconds += self.seconds(test)
        leaders = [next(i for i in chosen if i == test or share(i, test)) for test in chosen]
        return sorted(chosen, key=lambda test: chosen.index(leaders[chosen.index(test)]))


def words(text: str) -> set[str]:
    """Return the words of code, those of a name apart."""
    parts = re.findall(r"[A-Z]?[a-z]{3,}", text)
    return {part.lower() for part in parts}


def users(fault: Mutant, script: Script) -> set[str]:
    """Return the functions that name the constant in which a fault stands, if it stands in one."""
    if script.function_at(fault.start) >= 0:
        return set()
    names = {
        script.at(i + 1)
        for i in range(len(script.tokens))
        if script.at(i) in ("const", "let")
        and script.begins_statement(i)  # that of `for (const … of …)` has no semicolon
        and script.tokens[i].start <= fault.start < script.tokens[script.end_of_statement(i)].end
    }
    return {
        f"{fault.path}#{script.function_at(token.start)}"
        for token in script.tokens
        if token.text in names and script.function_at(token.start) >= 0
    }


def main(arguments: Sequence[str]) -> int:
    """Run as ``see TESTS...`` or ``try SECONDS TESTS...``."""
    task, *rest = arguments
    told = json.loads(Path(FAULTS).read_text(encoding="utf-8"))
    if task == "see":
        plugin: Runner = See(told["scripts"])
        tests = rest
    else:
        faults = {int(number): Mutant(**fault) for number, fault in told["faults"].items()}
        plugin, tests = Try(faults, float(rest[0])), rest[1:]
    return int(pytest.main([*OPTIONS, *tests], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
