"""A sheet as HTML, LaTeX and PDF: whole, and safe whatever the labels say."""

from __future__ import annotations

import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from autograd import Value
from autograd.views.quiz import paper
from autograd.views.quiz.paper import WRITERS, html, latex, pdf
from autograd.views.quiz.sheet import sheet


@pytest.fixture
def nasty(graphs) -> Value:
    root = Value(1.0, graphs.NASTY_LABELS[0])
    for label in (*graphs.NASTY_LABELS, "</pre><script>", r"\input{x}", "#read(1)"):
        root = root * Value(1.5, label)
    return root


def test_html_is_well_formed_and_runs_nothing(nasty):
    page = html(sheet(nasty, count=20, seed=1, key=True)).decode()
    assert "<script" not in page
    assert page.count("<h1>") == page.count("<svg ") == 1
    body = re.search(r"<body>.*</body>", page, re.S)
    ElementTree.fromstring(body[0])
    assert 'content="stepgrad"' in page[:1000]


@pytest.mark.external
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("key", [False, True])
def test_latex_compiles(graphs, nasty, tmp_path, key):
    for name, root in (("plain", graphs.worked_example()), ("nasty", nasty)):
        file = tmp_path / f"{name}.tex"
        file.write_bytes(latex(sheet(root, count=12, seed=3, key=key)))
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name],
            cwd=tmp_path,
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


def test_latex_in_chinese_names_its_class(graphs):
    text = latex(sheet(graphs.worked_example(), count=3, seed=1, lang="zh")).decode()
    assert text.startswith("% written by stepgrad\n\\documentclass[11pt,UTF8]{ctexart}")


def test_pdf(graphs, nasty):
    pytest.importorskip("typst")
    for root in (graphs.worked_example(), nasty):
        made = sheet(root, count=12, seed=3, key=True)
        written = pdf(made)
        assert written.startswith(b"%PDF-")
        assert written == pdf(made)


@pytest.mark.parametrize("has_font", [False, True])
def test_a_pdf_in_chinese_needs_a_font(has_font, graphs, monkeypatch):
    pytest.importorskip("typst")

    def check():
        if not has_font:
            raise RuntimeError("there is no font with Chinese characters on this machine")

    monkeypatch.setattr(paper, "check_chinese_font", check)
    made = sheet(graphs.worked_example(), count=3, seed=1, lang="zh")
    if has_font:
        assert pdf(made).startswith(b"%PDF-")
    else:
        with pytest.raises(RuntimeError, match="no font with Chinese characters"):
            pdf(made)


def test_formats_have_their_suffixes():
    assert set(WRITERS) == {".html", ".htm", ".tex", ".pdf"}
