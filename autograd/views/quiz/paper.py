r"""A sheet as a file: HTML to print from a browser, LaTeX, or PDF by Typst (extra ``pictures``)."""

from __future__ import annotations

import json
import re
from html import escape
from string import Template

from autograd.views.draw.export import check_chinese_font, library
from autograd.views.draw.latex_text import latex_text
from autograd.views.draw.svg import write_svg
from autograd.views.draw.tikz import write_tikz
from autograd.views.quiz.sheet import Block, Sheet

_HTML = Template("""<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="generator" content="stepgrad">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title</title>
<style>
body { max-width: 46em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3em; }
pre { overflow: auto; margin: 0.3em 0 0.8em; font: 0.85em/1.6 ui-monospace, Menlo, Consolas,
  "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
svg { display: block; max-width: 100%; height: auto; margin: 1em 0; }
.question { margin: 1.4em 0 0.4em; font-weight: bold; break-after: avoid; }
@media print { body { margin: 0; font-size: 11pt; } pre { break-inside: avoid; } }
</style>
</head>
<body>
$body
</body>
</html>
""")
_TAGS = {"title": "h1", "text": "p", "question": 'p class="question"', "maths": "pre"}

_LATEX = Template(r"""% written by stepgrad
\documentclass[11pt$language]{$class}
\usepackage[margin=22mm]{geometry}
\usepackage{tikz, amsmath, amssymb}
$preamble
\newcommand{\within}[1]{\sbox0{#1}\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}%
  \else\usebox0\fi}
\setlength{\parindent}{0pt}\setlength{\parskip}{6pt}
\begin{document}
$body
\end{document}
""")
_FORMS = {
    "title": r"{{\Large\bfseries {}\par}}",
    "text": "{}\n",
    "question": r"\medskip\textbf{{{}}}" + "\n",
    "maths": r"\within{{$\displaystyle {}$}}" + "\n",
}

# The blocks reach Typst as data and are never read as its language.
_TYPST = """
#set page(paper: "a4", margin: 20mm)
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 11pt)
#show raw: set text(font: "DejaVu Sans Mono", size: 8.5pt)
#let written(part) = {
  if part.kind == "title" { text(size: 15pt, weight: "bold", part.text) }
  else if part.kind == "question" { v(8pt); strong(part.text) }
  else if part.kind == "maths" { raw(part.text, block: true) }
  else { part.text }
  parbreak()
}
#let parts = json(bytes(sys.inputs.parts))
#for part in parts.head { written(part) }
#layout(room => {
  let drawing(width) = image(bytes(sys.inputs.drawing), format: "svg", width: width)
  drawing(calc.min(room.width, measure(drawing(auto)).width))
})
#for part in parts.body { written(part) }
"""


def html(sheet: Sheet) -> bytes:
    """Write a sheet as a page for a browser, which prints it."""
    drawing = write_svg(sheet.picture, sheet.placement, theme="light", legend=False)
    title = escape(sheet.head[0].text)
    parts = [*map(_html, sheet.head), drawing, *map(_html, sheet.body)]
    return _HTML.substitute(lang=sheet.language, title=title, body="\n".join(parts)).encode()


def _html(block: Block) -> str:
    tag = _TAGS[block.kind]
    return f"<{tag}>{escape(block.text)}</{tag.partition(' ')[0]}>"


def latex(sheet: Sheet) -> bytes:
    r"""Write a sheet as a LaTeX document, in Chinese of the class ``ctexart``."""
    document = write_tikz(sheet.picture, sheet.placement)
    preamble, _, rest = document.partition("\\begin{document}\n")
    drawing = rest.partition("\\end{document}")[0].strip()
    parts = [*map(_latex, sheet.head), "\\within{%\n" + drawing + "}\n", *map(_latex, sheet.body)]
    chinese = sheet.language == "zh"
    return _LATEX.substitute(
        {"class": "ctexart" if chinese else "article"},
        language=",UTF8" if chinese else "",
        preamble=preamble.partition("\n")[2].strip(),
        body="\n".join(parts),
    ).encode()


def _latex(block: Block) -> str:
    # Labels in math mode may have any sign; latex_text knows which of them LaTeX has.
    safe = re.sub(r"[^\x00-\x7f]", lambda sign: rf"\text{{{latex_text(sign[0])}}}", block.latex)
    return _FORMS[block.kind].format(safe)


def pdf(sheet: Sheet) -> bytes:
    """Write a sheet as a PDF.

    Raises
    ------
    ImportError
        Without the extra ``pictures``.
    RuntimeError
        In Chinese, where this machine has no font with Chinese characters.
    """
    if sheet.language == "zh":
        check_chinese_font()
    parts = {
        name: [{"kind": block.kind, "text": block.text} for block in blocks]
        for name, blocks in (("head", sheet.head), ("body", sheet.body))
    }
    drawing = write_svg(sheet.picture, sheet.placement, theme="light", legend=False)
    written: bytes = library("typst").compile(
        _TYPST.encode(),
        format="pdf",
        sys_inputs={"parts": json.dumps(parts), "drawing": drawing},
        timestamp=0,
    )
    return written


WRITERS = {".html": html, ".htm": html, ".tex": latex, ".pdf": pdf}
"""By a file's suffix."""
