"""Where the notebooks lie in each language, and which of them a browser can run.

Read next: `wheels`.
"""

from __future__ import annotations

from pathlib import Path

from nn.course.lessons import LANGUAGES, LESSONS

FOLDER = Path(__file__).parents[2] / "notebooks"
FOLDERS = {"en": FOLDER, "zh": FOLDER / "zh"}
"""Where the notebooks of each language lie."""


def notebooks(language: str) -> list[Path]:
    """List the notebooks of a language that are there, in reading order."""
    paths = (lesson.notebook(FOLDER, language) for lesson in LESSONS)
    return [path for path in paths if path.exists()]


def needs(notebook: Path) -> str:
    """Say what a notebook needs that no browser has, such as "scikit-learn"; "" if nothing."""
    return {lesson.name: lesson.machine for lesson in LESSONS}.get(notebook.stem, "")


def in_the_browser() -> dict[str, list[Path]]:
    """List the notebooks of each language of which every cell runs in a browser."""
    return {
        language: [path for path in notebooks(language) if not needs(path)]
        for language in LANGUAGES
    }
