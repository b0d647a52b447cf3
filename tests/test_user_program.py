"""The program that type checkers check also runs, and it leaves no public name out."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

import autograd
import nn
from tests import user_program

TEXT = Path(user_program.__file__).read_text(encoding="utf-8")


def test_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    user_program.main()
    assert "0.5" in capsys.readouterr().out


@pytest.mark.parametrize("package", [autograd, nn])
def test_it_uses_every_public_name(package: ModuleType) -> None:
    used = set(re.findall(rf"\b{package.__name__}\.(\w+)", TEXT))
    imported = re.findall(rf"^from {package.__name__} import (.*)$", TEXT, re.MULTILINE)
    used |= {name for line in imported for name in line.split(", ")}
    assert set(package.__all__) <= used, set(package.__all__) - used
