"""Which notebooks the course has, in which languages, and which of them a browser can run.

Read next: `wheels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "notebooks"
FOLDERS = {"en": FOLDER, "zh": FOLDER / "zh"}
"""Where the notebooks of each language lie."""

ON_A_MACHINE: Mapping[str, str] = {}
"""Notebooks that no browser can run, by the number in their names, and what they need."""


def notebooks(language: str) -> list[Path]:
    """List the notebooks of a language in reading order."""
    return sorted(FOLDERS[language].glob("[0-9][0-9]_*.ipynb"))


def needs(notebook: Path) -> str:
    """Say what a notebook needs that no browser has, such as "scikit-learn"; "" if nothing."""
    return ON_A_MACHINE.get(notebook.name[:2], "")


def in_the_browser() -> dict[str, list[Path]]:
    """List the notebooks of each language of which every cell runs in a browser."""
    return {
        language: [path for path in notebooks(language) if not needs(path)] for language in FOLDERS
    }
