"""Which tests of the whole suite run a line of a module, and how long each takes.

``python -m tests.campaigns.whole_suite FOLDER`` runs the suite once, noting lines test by test, in
about three times its usual time. `mutation` reads the folder, where a module's own tests do not
notice a fault: any other test that runs its lines may.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.campaigns.planting import Mutant

ROOT = Path(__file__).resolve().parents[2]
LINES = "lines.sqlite"
SECONDS = "seconds.json"
FROM_A_FILE = 4  # tests of one file that are asked for a fault: others of it are much the same
FOR_A_FAULT = 40

_seconds: dict[str, float] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how long a test took."""
    if report.when == "call" and report.passed:
        _seconds[report.nodeid] = report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write it down, in the process that all the others tell."""
    if not hasattr(session.config, "workerinput"):
        file = Path(os.environ["COVERAGE_FILE"]).with_name(SECONDS)
        file.write_text(json.dumps(_seconds), encoding="utf-8")


class WholeSuite:
    """What a run of the suite wrote into a folder."""

    def __init__(self, folder: Path) -> None:
        self.seconds: dict[str, float] = json.loads((folder / SECONDS).read_text(encoding="utf-8"))
        self._lines = CoverageData(str(folder / LINES))
        self._lines.read()

    def tests(self, path: str, faults: Iterable[Mutant]) -> list[str]:
        """Name the quickest tests that run the lines of faults in a module, a few of each file.

        A line that runs when the module is imported has the tests of all its lines.
        """
        files = [file for file in self._lines.measured_files() if file.endswith(f"/{path}")]
        running = self._lines.contexts_by_lineno(*files) if files else {}
        found: set[str] = set()
        for fault in faults:
            first, last = fault.rows
            lines = [running.get(line, ()) for line in range(first, last + 1)]
            found.update(self._chosen(lines) or self._chosen(running.values()))
        return sorted(found)

    def _chosen(self, running: Iterable[Iterable[str]]) -> list[str]:
        tests = {name.rpartition("|")[0] for names in running for name in names}
        of_file: dict[str, int] = {}
        chosen = []
        for test in sorted(tests & self.seconds.keys(), key=lambda test: self.seconds[test]):
            file = test.partition("::")[0]
            of_file[file] = of_file.get(file, 0) + 1
            if of_file[file] <= FROM_A_FILE:
                chosen.append(test)
        return chosen[:FOR_A_FAULT]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run the suite."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    noting = ("--cov", "--cov-context=test", "--cov-report=", "-p", "tests.campaigns.whole_suite")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", *noting]
    environment = {**os.environ, "COVERAGE_FILE": str(folder / LINES), "STEPGRAD_PURE_PYTHON": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
