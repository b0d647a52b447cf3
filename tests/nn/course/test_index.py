from __future__ import annotations

from pathlib import Path

import pytest

from nn.course import index
from nn.course.index import ROWS, headings, page
from nn.course.lessons import Lesson

SOURCE = """\
# %% [markdown] lang="en"
# # Title
#
# ## A limit

# %% [markdown] lang="zh"
# ## 极限

# %% tags=["row-8", "volatile"]
assert 1 + 1 == 2

# %% [markdown] lang="en"
# A word more.

# %% tags=["row-3"]
assert True
"""


@pytest.mark.notebook
def test_a_row_is_found_under_its_heading(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    source.write_text(SOURCE, encoding="utf-8")
    assert headings(source, "en") == {8: "A limit", 3: "A limit"}
    assert headings(source, "zh") == {8: "极限", 3: "极限"}


def test_every_system_has_a_name_in_both_languages() -> None:
    assert len(ROWS) == 34
    assert len(set(ROWS)) == 34
    assert all(english.isascii() or "δ" in english for english, _ in ROWS)


@pytest.mark.usefixtures("jupyter")
def test_the_page_links_each_row_to_the_first_heading_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for jupytext, which the test above has."""
    lessons = (Lesson("01_one", "One", "一"), Lesson("02_two", "Two", "二", "NumPy"))
    monkeypatch.setattr(index, "LESSONS", lessons)
    (tmp_path / "source").mkdir()
    for lesson in lessons:
        text = SOURCE.replace("A limit", f"{lesson.en} | limit")
        (tmp_path / "source" / f"{lesson.name}.py").write_text(text, encoding="utf-8")
    lines = page(tmp_path).splitlines()
    assert "| 1 | [One](01_one.ipynb) | [一](zh/01_one.ipynb) | ✓ |" in lines
    assert "| 2 | [Two](02_two.ipynb) | [二](zh/02_two.ipynb) |  |" in lines
    english = "[01](01_one.ipynb) One \\| limit<br>[02](02_two.ipynb) Two \\| limit"
    chinese = "[01](zh/01_one.ipynb) 极限<br>[02](zh/02_two.ipynb) 极限"
    shown = [line for line in lines if "极限" in line]
    assert shown == [f"| {n} | {ROWS[n - 1][0]} | {ROWS[n - 1][1]} | {english} | {chinese} |"
                     for n in (3, 8)]  # fmt: skip
    assert lines[-1].endswith("|  |  |")  # a row that no lesson shows


def test_without_jupytext_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd.checks.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"the course's index .* 'stepgrad\[notebook\]'"):
        headings(tmp_path / "one.py", "en")
