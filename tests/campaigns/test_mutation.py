"""Which faults the campaign plants."""

from __future__ import annotations

import ast

import pytest

from tests.campaigns.mutation import ROOT
from tests.campaigns.planting import mutants

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
