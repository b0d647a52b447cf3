"""From a source to two notebooks with outputs, English and Chinese.

A source is a Python file in jupytext's percent format. Its text cells say in which language they
are; its code cells belong to both editions:

    # %% [markdown] lang="en"
    # ## The chain rule
    # %% [markdown] lang="zh"
    # ## 链式法则
    # %%
    y.backward()

Tags follow in the same way, as jupytext writes them: ``# %% tags=["row-8"]`` marks the cell with
the assertion of row 8 of the course's table, ``tags=["volatile"]`` one whose output is never twice
the same (a time).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograd.checks import require
from autograd.whole import replace_file
from nn.course.lessons import LANGUAGES, Lesson

TIMEOUT = 600  # seconds for one cell
HAN = r"[\u3001\u3002\u201c\u201d\u4e00-\u9fff\uff01-\uff60]"
MARK = r"[\u3001\u3002\u201d\uff01-\uff60]"
NO_BLANK = re.compile(rf"(?<={HAN})\n(?={HAN})|(?<={MARK})\n(?=[A-Za-z0-9`\[]|\$[^$])(?!\d+\. )")
"""A line's end in a Chinese paragraph, which Markdown would turn into a blank."""


def edition(source: Path, lang: str) -> Any:
    """Read a source and return the notebook of one language, without outputs.

    Parameters
    ----------
    source : Path
    lang : {"en", "zh"}
    """
    require("jupytext", "notebook", "building the course")
    import jupytext

    notebook = jupytext.read(source)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("lang", lang) == lang]
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place}"
        if lang == "zh" and cell.cell_type == "markdown":
            cell.source = NO_BLANK.sub("", cell.source)
        cell.metadata = {key: cell.metadata[key] for key in ("tags",) if key in cell.metadata}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def execute(notebook: Any, folder: Path) -> None:
    """Run all cells in *folder*; the first error is raised."""
    require("nbclient", "notebook", "running a notebook")
    from nbclient import NotebookClient

    folder.mkdir(exist_ok=True)
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        coalesce_streams=True,  # else what is printed falls into parts, by chance of time
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran: never twice the same


def build(lesson: Lesson, notebooks: Path) -> Iterator[Path]:
    """Write the notebooks of a lesson; give each path when it is written.

    Parameters
    ----------
    lesson : Lesson
    notebooks : Path
        The folder of the notebooks; the sources stand in ``source`` there.
    """
    require("nbformat", "notebook", "building the course")
    import nbformat

    for lang in LANGUAGES:
        target = lesson.notebook(notebooks, lang)
        notebook = edition(notebooks / "source" / f"{lesson.name}.py", lang)
        execute(notebook, target.parent)
        text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        replace_file(target, f"{text}\n".encode())
        yield target
