"""Which faults the campaign plants, and how."""

from __future__ import annotations

import ast
import json
from collections import Counter
from typing import Any

import pytest

from tests.campaigns.mutation import EQUIVALENT, ROOT, known, row
from tests.campaigns.noticing import exchange
from tests.campaigns.planting import mutants, sample

TEXT = '''"""A docstring 1 + 1."""
from math import pi

__slots__ = ()


def f(α: int = 2) -> float:
    """Another."""
    if α < 3 and not α:
        raise ValueError(1 + 1)
    α += 1
    return -α * 0.5
'''


def test_faults_are_planted_in_what_runs() -> None:
    found = {(m.line, m.old, m.new) for m in mutants("a.py", TEXT)}
    assert found == {
        (7, "2", "3"),
        (9, "α < 3 and not α", "((α < 3) or (not α))"),
        (9, "α < 3 and not α", "False"),
        (9, "α < 3 and not α", "True"),
        (9, "α < 3", "(α) <= (3)"),
        (9, "3", "4"),
        (9, "not α", "(α)"),
        (11, "α += 1", "pass"),
        (11, "α += 1", "α = 1"),
        (11, "1", "2"),
        (12, "return -α * 0.5", "return None"),
        (12, "-α * 0.5", "(-α) / (0.5)"),
        (12, "-α", "(α)"),
        (12, "0.5", "1.5"),
        (12, "0.5", "0.5000000005"),
    }


@pytest.mark.parametrize("path", ["autograd/backward.py", "nn/init.py"])
def test_every_fault_is_python(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    for mutant in mutants(path, text):
        changed = mutant.apply(text)
        assert changed != text
        ast.parse(changed)


def test_a_smaller_sample_is_part_of_a_larger_one_and_moves_with_its_lines() -> None:
    found = mutants("a.py", TEXT)
    few, more = sample(found, 4, 0), sample(found, 9, 0)
    assert len(few) == 4
    assert set(few) < set(more)
    moved = mutants("a.py", TEXT.replace("from math import pi\n", "from math import pi, tau\n\n\n"))
    assert [m.name for m in sample(moved, 4, 0)] == [m.name for m in few]
    assert sample(found, None, 0) == found


CODE = """
def outer(x):
    def inner(y):
        return y + 1
    return inner(x) * 2

TABLE = {"row": lambda x: x - 3}
LIMIT = 4
"""


@pytest.mark.parametrize(
    ("old", "new", "planted", "results"),
    [
        ("* 2", "* 3", True, (18, 2)),
        ("y + 1", "y - 1", True, (8, 2)),
        ("x - 3", "x + 3", True, (12, 8)),
        ("LIMIT = 4", "LIMIT = 5", False, (12, 2)),
        ("x: x - 3", "x=0: x - 3", False, (12, 2)),
    ],
)
def test_living_functions_get_their_code_with_the_fault(
    old: str, new: str, planted: bool, results: tuple[int, int]
) -> None:
    before, after = (compile(text, "a.py", "exec") for text in (CODE, CODE.replace(old, new)))
    names: dict[str, Any] = {}
    exec(before, names)
    living = [names["outer"], names["TABLE"]["row"]]
    assert exchange(before, after, {f.__code__: [f] for f in living}) is planted
    assert tuple(f(5) for f in living) == results


def test_a_function_that_is_called_while_a_module_is_imported_waits() -> None:
    text = "def made():\n    return 2 + x\nx = 1\ny = made()\ndel made\n"
    before, after = (compile(t, "a.py", "exec") for t in (text, text.replace("+", "-")))
    assert not exchange(before, after, {})


def test_a_line_of_the_table_says_what_the_sample_knows() -> None:
    counts = Counter(planted=40, killed=36, equivalent=2, survived=2)
    cells = row("nn/init.py", 90, counts).split(" | ")
    assert cells[:-2] == ["| `nn/init.py`", "90", "40", "36", "2", "2"]
    assert cells[-2] == "94.7 % (83–99)"
    assert row("nn/init.py", 40, counts).split(" | ")[-2] == "94.7 %"


def test_each_equivalent_fault_can_be_planted_and_has_a_reason() -> None:
    """When the line changes, so does what is said of it."""
    entries = json.loads(EQUIVALENT.read_text(encoding="utf-8"))
    there = {
        path: [mutant.name for mutant in mutants(path, (ROOT / path).read_text(encoding="utf-8"))]
        for path in {entry["path"] for entry in entries}
    }
    for entry, name in zip(entries, known(), strict=True):
        assert name in there[entry["path"]], name
        assert len(entry["reason"].split()) > 5, name
