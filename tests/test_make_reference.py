"""The reference in HTML has every public name, and asks no other host for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import autograd
import nn


@pytest.mark.external
def test_every_public_name_has_its_place_in_the_reference(tmp_path: Path) -> None:
    root = Path(autograd.__file__).parent.parent
    command = [sys.executable, "-m", "tests.make_reference", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True)
    for package in (autograd, nn):
        page = (tmp_path / f"{package.__name__}.html").read_text(encoding="utf-8")
        rooms = {n for n in package.__all__ if isinstance(getattr(package, n), ModuleType)}
        places = {page.index(f'id="{name}"') for name in set(package.__all__) - rooms}
        assert len(places) == len(package.__all__) - len(rooms)
        assert all((tmp_path / package.__name__ / f"{room}.html").exists() for room in rooms)
        assert not re.search(r'<(?:script|link|img)[^>]*(?:src|href)="(?:https?:)?//', page)
    page = (tmp_path / "autograd.html").read_text(encoding="utf-8")
    assert page.index('id="exp"') < page.index('id="cos"') < page.index('id="draw"')  # by group
    assert "Hyperbolic tangent y = " in page
