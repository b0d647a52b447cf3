from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nn.course import front
from nn.course.front import TEXTS, index, title


def notebook(folder: Path, name: str, *markdown: str) -> Path:
    cells = [{"cell_type": "code", "source": ["# no title\n"]}]
    cells += [{"cell_type": "markdown", "source": text.splitlines(True)} for text in markdown]
    path = folder / name
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_a_title_is_the_first_heading(tmp_path):
    assert title(notebook(tmp_path, "a.ipynb", "Before.\n\n# 01 · One\n\n# Two")) == "01 · One"
    assert title(notebook(tmp_path, "02_none.ipynb", "## Small")) == "02_none"


def test_each_notebook_has_a_link_in_its_language(tmp_path):
    one = notebook(tmp_path, "01_a.ipynb", "# One < two")
    eins = notebook(tmp_path, "01_b.ipynb", "# 一")
    page = index({"en": [one], "zh": [eins]})
    assert '<a href="notebooks/index.html?path=en/01_a.ipynb">One &lt; two</a>' in page
    assert '<a href="notebooks/index.html?path=zh/01_b.ipynb">一</a>' in page
    assert re.findall(r'<section lang="(\w+)">', page) == ["en", "zh"]


def test_a_language_without_notebooks_is_left_out(tmp_path):
    page = index({"en": [notebook(tmp_path, "01_a.ipynb", "# One")], "zh": []})
    assert re.findall(r'<section lang="(\w+)">', page) == ["en"]


def test_what_needs_a_machine_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(front, "needs", lambda notebook: "scikit-learn")
    page = index({"zh": [notebook(tmp_path, "01_a.ipynb", "# 一")]})
    assert "要运行它，电脑上需要安装 scikit-learn" in page


def test_the_page_loads_nothing_from_elsewhere_and_is_known_as_ours(tmp_path):
    page = index({"en": [notebook(tmp_path, "01_a.ipynb", "# One")]})
    assert not re.search(r"https?://", page)
    assert 'content="stepgrad"' in page  # by which `is_free` knows it


@pytest.mark.parametrize("language", TEXTS)
def test_the_languages_say_the_same(language):
    assert set(TEXTS[language]) == set(TEXTS["en"])


def test_what_runs_in_the_browser_has_no_note(tmp_path, monkeypatch):
    monkeypatch.setattr(front, "needs", lambda notebook: "")
    path = notebook(tmp_path, "01_a.ipynb", "# One")
    assert front.note(path, "en") == ""
    assert "<small>" not in index({"en": [path]})
