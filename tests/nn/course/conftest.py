"""Stand-ins for Jupyter's packages, which the extra `test` does not have."""

from __future__ import annotations

import json
import re
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


class Cell(SimpleNamespace):
    """A cell as jupytext reads it."""


def read(source: Path) -> Any:
    """Read the percent format, as far as the sources of tests go."""
    cells = []
    for part in source.read_text(encoding="utf-8").split("# %%")[1:]:
        options, _, text = part.partition("\n")
        given = re.findall(r"(\w+)=(\[.*?\]|\".*?\")", options)
        metadata = {name: json.loads(value) for name, value in given}
        kind = "markdown" if "[markdown]" in options else "code"
        lines = text.strip().splitlines()
        if kind == "markdown":
            lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
        cells.append(Cell(cell_type=kind, source="\n".join(lines), metadata=metadata, outputs=[]))
    return SimpleNamespace(cells=cells, metadata={})


class Client:
    """Runs no cell, but notes that it was asked to."""

    def __init__(self, notebook: Any, **options: Any) -> None:
        self.notebook, self.options = notebook, options

    def execute(self) -> None:
        """Note in each code cell where it ran, and when."""
        for cell in self.notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [self.options["resources"]["metadata"]["path"]]
                cell.metadata["execution"] = "now"


def writes(notebook: Any) -> str:
    """Write a notebook as text."""
    return json.dumps([vars(cell) for cell in notebook.cells], ensure_ascii=False)


@pytest.fixture
def jupyter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-ins where the packages are."""
    offers: dict[str, dict[str, Any]] = {
        "jupytext": {"read": read},
        "nbclient": {"NotebookClient": Client},
        "nbformat": {"writes": writes},
    }
    for name, things in offers.items():
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        vars(module).update(things)
        monkeypatch.setitem(sys.modules, name, module)
