"""Every notebook runs from first to last cell, and still prints what it was committed with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import autograd

FOLDER = Path(autograd.__file__).parent.parent / "notebooks"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def notebooks() -> list[Path]:
    return sorted(FOLDER.glob("*.ipynb"))


def text_of(cell: Any) -> str:
    """What a cell printed or showed as text."""
    parts = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.get("outputs", [])
    ]
    return "".join(parts)


def same(committed: str, now: str) -> bool:
    """Equal, apart from the last digits of numbers, which differ between mathematical libraries."""
    if NUMBER.split(committed) != NUMBER.split(now):
        return False
    pairs = zip(NUMBER.findall(committed), NUMBER.findall(now), strict=True)
    return all(abs(float(a) - float(b)) <= 1e-6 * abs(float(a)) + 1e-9 for a, b in pairs)


def test_the_comparison_notices_a_difference() -> None:
    assert same("w 0.30000000001 ok", "w 0.3 ok")
    assert not same("w 0.3001", "w 0.3")
    assert not same("w 0.3", "v 0.3")


def test_there_are_notebooks_in_reading_order() -> None:
    names = [path.name for path in notebooks()]
    assert [int(name[:2]) for name in names] == list(range(1, len(names) + 1))
    assert len(names) >= 3


@pytest.mark.notebook
@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")  # Jupyter's own
def test_a_notebook_runs_and_shows_what_was_committed(path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    committed = nbformat.read(path, as_version=4)
    now = nbformat.read(path, as_version=4)
    NotebookClient(
        now, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()  # raises at the first cell that fails
    shown = 0
    for before, after in zip(committed.cells, now.cells, strict=True):
        if before.cell_type == "code":
            assert same(text_of(before), text_of(after)), before.source
            kinds = [sorted(output.get("data", {})) for output in before.outputs]
            assert kinds == [sorted(output.get("data", {})) for output in after.outputs]
            shown += bool(before.outputs)
    assert shown, "committed without outputs"
