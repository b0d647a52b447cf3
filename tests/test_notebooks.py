"""Every notebook is what its source says, runs, and still prints what it was committed with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import autograd
from nn.course.lessons import LANGUAGES, LESSONS, Lesson

FOLDER = Path(autograd.__file__).parent.parent / "notebooks"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
MOST_BYTES = 6_000_000

built = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
in_both = pytest.mark.parametrize("lang", LANGUAGES)


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
    return close(NUMBER.findall(committed), NUMBER.findall(now))


def close(before: list[str], after: list[str]) -> bool:
    """Whether the numbers are the same ones, but for their last digits."""
    return len(before) == len(after) and all(
        abs(float(a) - float(b)) <= 1e-6 * abs(float(a)) + 1e-9
        for a, b in zip(before, after, strict=True)
    )


def volatile(cell: Any) -> bool:
    """Whether a cell's output is never twice the same, and says so."""
    return "volatile" in cell.metadata.get("tags", [])


def test_the_comparison_notices_a_difference() -> None:
    assert same("w 0.30000000001 ok", "w 0.3 ok")
    assert not same("w 0.3001", "w 0.3")
    assert not same("w 0.3", "v 0.3")


def test_there_are_notebooks_in_reading_order() -> None:
    for folder in (FOLDER, FOLDER / "zh"):
        names = [path.stem for path in sorted(folder.glob("[0-9]*.ipynb"))]
        assert names == [lesson.name for lesson in LESSONS]
    assert [int(lesson.name[:2]) for lesson in LESSONS] == list(range(1, 15))


def test_they_are_not_heavy() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.ipynb")) < MOST_BYTES


@pytest.mark.notebook
@built
@in_both
def test_a_notebook_has_the_cells_of_its_source(lesson: Lesson, lang: str) -> None:
    import nbformat

    from nn.course.build import edition

    committed = nbformat.read(lesson.notebook(FOLDER, lang), as_version=4)
    source = edition(FOLDER / "source" / f"{lesson.name}.py", lang)
    assert [(cell.cell_type, cell.source) for cell in committed.cells] == [
        (cell.cell_type, cell.source) for cell in source.cells
    ], f"python -m nn.course build {lesson.name[:2]}"


@pytest.mark.notebook
@built
def test_both_editions_run_the_same_code_and_print_the_same_numbers(lesson: Lesson) -> None:
    import nbformat

    english, chinese = (
        list(nbformat.read(lesson.notebook(FOLDER, lang), 4).cells) for lang in LANGUAGES
    )
    assert [cell.cell_type for cell in english] == [cell.cell_type for cell in chinese]
    for one, other in zip(english, chinese, strict=True):
        if one.cell_type == "code":
            assert one.source == other.source
            if not volatile(one):
                numbers = (NUMBER.findall(text_of(cell)) for cell in (one, other))
                assert close(*numbers), one.source


@pytest.mark.notebook
@built
@in_both
def test_what_a_code_host_strips_leaves_a_picture(lesson: Lesson, lang: str) -> None:
    import nbformat

    for cell in nbformat.read(lesson.notebook(FOLDER, lang), 4).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source
            data = output.get("data", {})
            shown = "".join(data.get("text/html", ""))
            if "<script" in shown or "srcdoc" in shown:
                assert "<img" in shown or {"image/png", "image/svg+xml"} & set(data), cell.source
            for text in (text_of(cell), shown):
                assert not re.search(r"/(tmp|home|root|Users)/", text), cell.source


def every_notebook() -> list[Path]:
    return sorted([*FOLDER.glob("*.ipynb"), *FOLDER.glob("zh/*.ipynb")])


@pytest.mark.notebook
@pytest.mark.parametrize(
    "path", every_notebook(), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
@pytest.mark.filterwarnings("ignore")  # Jupyter's own
def test_a_notebook_runs_and_shows_what_was_committed(path: Path) -> None:
    import nbformat

    from nn.course.build import execute

    committed = nbformat.read(path, as_version=4)
    now = nbformat.read(path, as_version=4)
    execute(now, path.parent)  # raises at the first cell that fails
    shown = 0
    for before, after in zip(committed.cells, now.cells, strict=True):
        if before.cell_type == "code":
            assert volatile(before) or same(text_of(before), text_of(after)), before.source
            kinds = [sorted(output.get("data", {})) for output in before.outputs]
            assert kinds == [sorted(output.get("data", {})) for output in after.outputs]
            shown += bool(before.outputs)
    assert shown, "committed without outputs"


@pytest.mark.notebook
def test_each_system_of_the_notes_has_its_notebook_its_cell_and_its_assertion() -> None:
    import jupytext

    from nn.course.index import ROWS, page

    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert table == page(FOLDER), "python -m nn.course build"
    rows = {int(found[1]): found[0] for found in re.finditer(r"^\| (\d+) \|.*\|$", table, re.M)}
    assert len(ROWS) == len(rows) == 34
    for row, line in rows.items():
        names = set(re.findall(r"\((\d\d_\w+)\.ipynb\)", line))
        assert names, line
        assert names == set(re.findall(r"\(zh/(\d\d_\w+)\.ipynb\)", line)), line
        for name in names:
            cells = jupytext.read(FOLDER / "source" / f"{name}.py").cells
            marked = [c for c in cells if f"row-{row}" in c.metadata.get("tags", [])]
            assert any(re.search(r"^\s*assert ", c.source, re.M) for c in marked), (name, row)
