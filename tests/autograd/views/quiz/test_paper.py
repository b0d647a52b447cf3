"""A sheet as HTML, LaTeX and PDF: whole, and safe whatever the labels say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from autograd import Value
from autograd.views.draw.svg import write_svg
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
    assert "<title>Key to backpropagation: 20 questions (no. 1)</title>" in page


def test_a_drawing_on_paper_has_no_legend(graphs):
    made = sheet(graphs.small_network(), count=3, seed=1)
    with_legend, without = (
        write_svg(made.picture, made.placement, theme="light", legend=legend)
        for legend in (True, False)
    )
    assert with_legend != without
    assert without in html(made).decode()


@pytest.mark.parametrize(
    ("lang", "document"), [("en", "[11pt]{article}"), ("zh", "[11pt,UTF8]{ctexart}")]
)
def test_latex_is_one_document_with_the_drawing_between_head_and_body(graphs, lang, document):
    made = sheet(graphs.worked_example(), count=3, seed=1, lang=lang)
    text = latex(made).decode()
    assert text.startswith(f"% written by stepgrad\n\\documentclass{document}\n")
    once = [r"\begin{document}", r"{\Large\bfseries ", r"\begin{tikzpicture}"]
    once += [r"\end{tikzpicture}", r"\medskip\textbf{1. ", r"\end{document}"]
    assert [text.count(part) for part in once] == [1] * 6
    assert sorted(once, key=text.index) == once


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


def test_pdf(graphs, nasty):
    pytest.importorskip("typst")
    for root in (graphs.worked_example(), nasty):
        made = sheet(root, count=12, seed=3, key=True)
        written = pdf(made)
        assert written.startswith(b"%PDF-")
        assert written == pdf(made)


def test_typst_is_given_the_blocks_as_data_and_no_time_of_day(graphs, monkeypatch):
    def compile_(source, **options):
        given.update(options)
        return source

    given = {}
    monkeypatch.setattr(paper, "library", lambda name: SimpleNamespace(compile=compile_))
    made = sheet(graphs.small_network(), count=3, seed=1)
    assert b"#let written(part)" in pdf(made)
    inputs = given.pop("sys_inputs")
    assert given == {"format": "pdf", "timestamp": 0}
    assert inputs["drawing"] == write_svg(made.picture, made.placement, theme="light", legend=False)
    parts = json.loads(inputs["parts"])
    assert parts["head"][0] == {"kind": "title", "text": "Backpropagation: 3 questions (no. 1)"}
    assert [len(parts[name]) for name in ("head", "body")] == [len(made.head), len(made.body)]


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
