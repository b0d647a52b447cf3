"""Which tests of the whole suite may notice a fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.campaigns.planting import Mutant
from tests.campaigns.whole_suite import FROM_A_FILE, LINES, ROOT, SECONDS, WholeSuite


def fault(first: int, last: int) -> Mutant:
    return Mutant("autograd/graph.py", last, 0, 1, "1", "2", rows=(first, last))


@pytest.fixture
def suite(tmp_path: Path) -> WholeSuite:
    """Lines 3 and 4 are run by one test each, line 5 by many of one file."""
    many = [f"tests/test_c.py::test_{n}" for n in range(9)]
    running = {3: ["tests/test_a.py::test_a"], 4: ["tests/test_b.py::test_b[x|y]"], 5: many}
    data = CoverageData(str(tmp_path / LINES))
    for line, tests in running.items():
        for test in tests:
            data.set_context(f"{test}|run")
            data.add_lines({str(ROOT / "autograd/graph.py"): [line]})
    data.write()
    seconds = {test: 9.0 - n for n, test in enumerate(many)} | {"tests/test_b.py::test_b[x|y]": 1}
    (tmp_path / SECONDS).write_text(json.dumps(seconds), encoding="utf-8")
    return WholeSuite(tmp_path)


def test_the_quickest_of_those_that_run_a_faults_lines_are_asked(suite: WholeSuite) -> None:
    assert suite.tests("autograd/graph.py", [fault(4, 4)]) == ["tests/test_b.py::test_b[x|y]"]
    some = suite.tests("autograd/graph.py", [fault(4, 5)])
    quickest = [f"tests/test_c.py::test_{n}" for n in range(9 - FROM_A_FILE, 9)]
    assert some == ["tests/test_b.py::test_b[x|y]", *quickest]


def test_a_line_that_no_test_runs_itself_has_those_of_the_whole_module(suite: WholeSuite) -> None:
    """So has one that runs when the module is imported; a test that did not pass is not asked."""
    every = suite.tests("autograd/graph.py", [fault(4, 5)])
    assert suite.tests("autograd/graph.py", [fault(3, 3)]) == every
    assert suite.tests("autograd/graph.py", [fault(7, 8), fault(4, 4)]) == every
    assert suite.tests("autograd/trees.py", [fault(4, 4)]) == []
