from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from nn.course.build import build, edition, execute
from nn.course.lessons import Lesson

SOURCE = """\
# %% [markdown] lang="en"
# # One
#
# A sum.

# %% [markdown] lang="zh"
# # 一

# %% tags=["row-8"]
1 + 1
"""


@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore")  # Jupyter's own
def test_a_source_becomes_two_notebooks(tmp_path: Path) -> None:
    import nbformat

    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "01_one.py").write_text(SOURCE, encoding="utf-8")
    lesson = Lesson("01_one", "One", "一", True)
    english, chinese = build(lesson, tmp_path)
    assert [english, chinese] == [lesson.notebook(tmp_path, lang) for lang in ("en", "zh")]
    for path, title in ((english, "# One\n\nA sum."), (chinese, "# 一")):
        text, code = nbformat.read(path, as_version=4).cells
        assert text.source == title
        assert (code.source, code.metadata) == ("1 + 1", {"tags": ["row-8"]})
        assert code.outputs[0].data["text/plain"] == "2"
    before = english.read_bytes()
    list(build(lesson, tmp_path))
    assert english.read_bytes() == before


@pytest.mark.notebook
def test_an_edition_has_its_language_and_all_code(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    source.write_text(SOURCE, encoding="utf-8")
    assert [cell.cell_type for cell in edition(source, "zh").cells] == ["markdown", "code"]


@pytest.mark.notebook
def test_a_chinese_paragraph_has_no_blanks_where_its_lines_end(tmp_path: Path) -> None:
    lines = ["先求和，", "再求导数", "（见下）。", "`x` 是", "- 一，", "- 二", "", "**三**"]
    source = tmp_path / "one.py"
    source.write_text('# %% [markdown] lang="zh"\n# ' + "\n# ".join(lines), encoding="utf-8")
    (cell,) = edition(source, "zh").cells
    assert cell.source == "先求和，再求导数（见下）。`x` 是\n- 一，\n- 二\n\n**三**"


@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore")  # Jupyter's own
def test_what_a_cell_prints_is_one_output_however_long_it_takes(tmp_path: Path) -> None:
    import nbformat

    slow = "import time\nfor n in range(3):\n    print(n, flush=True)\n    time.sleep(0.3)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(slow)])
    execute(notebook, tmp_path)
    assert [output.text for output in notebook.cells[0].outputs] == ["0\n1\n2\n"]


@pytest.mark.usefixtures("jupyter")
def test_both_editions_are_written_and_each_runs_in_its_folder(tmp_path: Path) -> None:
    """With stand-ins for Jupyter, which the tests above have."""
    (tmp_path / "source").mkdir()
    text = SOURCE.replace("# # 一", "# 先求和，\n# 再求导数").replace(
        '["row-8"]', '["row-8"] x="y"'
    )
    (tmp_path / "source" / "01_one.py").write_text(text, encoding="utf-8")
    english, chinese = build(Lesson("01_one", "One", "一", True), tmp_path)
    for path, words in ((english, "# One\n\nA sum."), (chinese, "先求和，再求导数")):
        first, code = json.loads(path.read_text(encoding="utf-8"))
        assert (first["id"], first["source"], first["metadata"]) == ("cell-0", words, {})
        assert (code["id"], code["source"]) == ("cell-1", "1 + 1")
        assert code["metadata"] == {"tags": ["row-8"]}  # nor does it say when it ran
        assert code["outputs"] == [str(path.parent)]


@pytest.mark.usefixtures("jupyter")
def test_only_the_text_of_the_chinese_edition_loses_the_ends_of_its_lines(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    words = "先求和，\n再求导数"
    text = "# " + words.replace("\n", "\n# ")
    source.write_text(
        f'# %% [markdown] lang="en"\n{text}\n# %% [markdown] lang="zh"\n{text}\n'
        f'# %%\n"""{words}"""\n', "utf-8"
    )  # fmt: skip
    english, chinese = ([cell.source for cell in edition(source, la).cells] for la in ("en", "zh"))
    assert english == [words, f'"""{words}"""']
    assert chinese == [words.replace("\n", ""), f'"""{words}"""']


def test_cells_run_in_python_with_time_enough_and_whole_outputs(
    tmp_path: Path, jupyter: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, object] = {}

    class Client:
        def __init__(self, notebook: object, **options: object) -> None:
            given.update(options)

        def execute(self) -> None:
            pass

    monkeypatch.setattr("nbclient.NotebookClient", Client)
    execute(SimpleNamespace(cells=[]), tmp_path)
    assert given.pop("timeout") == 10 * 60
    assert given == {
        "kernel_name": "python3",
        "coalesce_streams": True,
        "resources": {"metadata": {"path": str(tmp_path)}},
    }


def test_what_is_not_installed_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd.checks.find_spec", lambda name: None)
    lesson = Lesson("01_one", "One", "一", True)
    for call, package in (
        (lambda: edition(tmp_path / "one.py", "en"), "jupytext"),
        (lambda: execute(SimpleNamespace(cells=[]), tmp_path), "nbclient"),
        (lambda: list(build(lesson, tmp_path)), "nbformat"),
    ):
        with pytest.raises(ImportError, match=rf"{package}: pip install 'stepgrad\[notebook\]'"):
            call()
