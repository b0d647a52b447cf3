"""Hostile texts through every way out: each is shown as text and does nothing.

``python -m tests.campaigns.hostile`` sends every text of `HOSTILE` as a label (and as a file's,
a formula's and a function's text) through every exit of `EXITS`, parses what comes out by the
format's own parser (Chromium's for HTML, Graphviz for DOT, ``cc`` for C, ``pdflatex`` for LaTeX)
and compares its structure with that of a harmless label. `tests/test_hostile.py` does a part of it.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import autograd
from autograd import Value, compile, derivation, draw, formula, grade, ledger, tanh, walkthrough
from autograd.grading.command import in_form
from autograd.grading.table import tables
from autograd.graph import topological_order
from autograd.value import Parameter
from autograd.views.draw.latex_text import _ACCENTS, _MATHS, latex_text
from autograd.views.quiz import paper
from autograd.views.quiz.sheet import sheet
from autograd.views.write.names import names as names_of
from autograd.views.write.notation import LATEX

HARMLESS = "weight"
HOSTILE = {
    # HTML, SVG, JavaScript
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script>",
    "end of script, odd": "</sCrIpT\n><!--<script>",
    "end of style": "</style><style>*{display:none}",
    "end of title": "</title></svg></textarea></pre><img src=x onerror=alert(1)>",
    "end of CDATA": "]]><script>alert(1)</script><![CDATA[",
    "comment": "--><!-- --!> <!-->",
    "attribute": '"\' onmouseover=alert(1) x="',
    "attribute, bare": "x' autofocus onfocus='alert(1)",
    "link": "javascript:alert(1)",
    "entity": "&lt;b&gt; &amp; &#60;i&#62; &nosuch; &",
    "declaration": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
    "instruction": "<?xml version='1.1'?><?php echo 1 ?>",
    "template": "${alert(1)} {{7*7}} <%= 1 %> $data $$ `${1}`",
    "quoted script": '";alert(1);//',
    "line separators": "a\u2028b\u2029c\x85d",
    # terminals and the order of letters
    "escape": "\x1b[2J\x1b]0;title\x07\x1b[31mred",
    "escape, C1": "\x9b31mred\x9d0;title\x9c",
    "carriage return": "right\rwrong",
    "backspace": "abc\b\b\bxyz\x7f",
    "lines": "a\nb\r\nc\x0b\x0cd",
    "bidi": "\u202eevil\u2066\u2069\u200f",
    "invisible": "a\u200bb\u2060c\ufeffd\u00ade",
    "tags": "x\U000e0041\U000e0042",
    "NUL": "a\0b",
    "surrogate": "a\ud800b\udfffc",
    "no character": "\ufffe\uffff\U0001ffff",
    "piled accents": "Z" + "\u0301" * 500,
    # LaTeX
    "input": r"\input{/etc/passwd}\write18{touch pwned}",
    "end of document": r"}\end{document}\def\x{",
    "braces": "}}}}{{{{",
    "percent": "% # & $ ~ ^ _ %",
    "circumflex": "^^5cinput{x}^^M",
    "dollars": r"$\infty$ $$x$$ \(a\) \[b\]",
    "verb": r"\verb|x| \catcode`\%=12 \\ \\[1in]",
    # DOT, TikZ
    "quoted DOT": '"]; evil [label="',
    "record": "{a|<p>b|c}:p:n",
    "DOT escapes": r"\N\G\E\L\n\l\r",
    "TikZ": "] (0,0); \\fill (0,0) rectangle (9,9); ; $p$",
    # C, Python
    "end of comment": "*/ int evil; /*",
    "line comment": "//\\",
    "trigraphs": "??/ ??' ??( ??/\n??/??/",
    "string end": "\" ' \"\"\" ''' \\",
    "continued": "x\\\n#error",
    "directive": "\n#include </etc/passwd>\n",
    "call": "__import__('os').system('touch pwned')",
    "format": "%s %n %08x {0} {0.__class__} {",
    # Markdown, spreadsheets
    "Markdown": "[x](javascript:alert(1)) ![y](z) | a | **b** ~~c~~ `d`",
    "Markdown lines": "# a\n- b\n> c\n```\n---",
    "spreadsheet": "=cmd|' /C calc'!A0",
    "Typst": '#read("/etc/passwd") #panic() $x$ @y <z>',
    # sizes and none
    "none": "",
    "blank": "   ",
    "long": "x" * 5000,
    "long word": "<" * 3000 + "&" * 3000,
    "Chinese": "隐藏层的权重" * 20,
    "emoji": "👩‍👩‍👧‍👦🇦🇹1️⃣" * 10,
}
"""Texts by what they are about."""

Exit = Callable[[str, Path], str]


def graph(label: str) -> Value:
    """A small graph in which two leaves, a node inside and the output have the label."""
    x, w = Value(2.0, label), Parameter(0.25, label)
    inner = tanh(x * w)
    inner.label = label
    y = inner * w + 1.5
    y.label = label
    y.backward()
    return y


def _compiled(label: str) -> autograd.Program:
    w = Parameter(0.25, label)

    def named(x: Any) -> Any:
        h = autograd.log_softmax([w * x, autograd.silu(x)])[0]
        h.label = label
        return h

    named.__name__ = label
    program = compile(named)
    program(2.0)
    return program


def _mime(shown: Any) -> dict[str, str]:
    return shown._repr_mimebundle_()


def _saved(shown: Any, name: str) -> Exit:
    def written(label: str, folder: Path) -> str:
        return shown(label).save(folder / name).read_text(encoding="utf-8")

    return written


def _of_sheet(write: Callable[..., bytes], key: bool, lang: str = "en") -> Exit:
    def written(label: str, folder: Path) -> str:
        asked = sheet(graph(label), count=3, seed=1, key=key, lang=lang)
        return write(asked).decode()

    return written


def _graded(label: str) -> autograd.Grade:
    y = graph(label)
    name = names_of(topological_order(y), [y])[y]
    return grade(y, {name: "0.1"})


def _root(label: str) -> tuple[Value, Value]:
    y = graph(label)
    return y, y.parents[0].parents[1]


# fmt: off
EXITS: dict[str, tuple[str, Exit]] = {
    "repr": ("terminal", lambda label, _: repr(graph(label))),
    "str": ("terminal", lambda label, _: str(graph(label))),
    "formula": ("terminal", lambda label, _: str(formula(graph(label)))),
    "walkthrough": ("terminal", lambda label, _: str(walkthrough(graph(label)))),
    "walkthrough, Chinese": (
        "terminal",
        lambda label, _: str(walkthrough(graph(label), lang="zh")),
    ),
    "ledger": ("terminal", lambda label, _: str(ledger(*_root(label)))),
    "derivation": ("terminal", lambda label, _: str(derivation(*_root(label)))),
    "derivation's LaTeX": ("maths", lambda label, _: derivation(*_root(label)).latex),
    "derivation in a notebook": (
        "maths",
        lambda label, _: derivation(*_root(label))._repr_markdown_(),
    ),
    "Wengert list": ("terminal", lambda label, _: _compiled(label).table(gradient=True)),
    "program": ("terminal", lambda label, _: repr(_compiled(label))),
    "Python": ("python", lambda label, _: _compiled(label).source("python")),
    "C": ("c", lambda label, _: _compiled(label).source("c")),
    "LLVM": ("terminal", lambda label, _: _compiled(label).source("llvm")),
    "normal form": ("terminal", lambda label, _: _compiled(label).source("normal")),
    "schedule": ("terminal", lambda label, _: _compiled(label).source("schedule")),
    "drawing": ("xml", lambda label, _: draw(graph(label)).svg()),
    "drawing, downwards": (
        "xml",
        lambda label, _: draw(graph(label), direction="TB", theme="dark").svg(),
    ),
    "drawing in a notebook": ("html", lambda label, _: _mime(draw(graph(label)))["text/html"]),
    "drawing as text": ("terminal", lambda label, _: _mime(draw(graph(label)))["text/plain"]),
    "DOT": ("dot", lambda label, _: draw(graph(label)).source),
    "DOT, plain": ("dot", lambda label, _: draw(graph(label), layout="dot").source),
    "TikZ": ("latex", _saved(lambda label: draw(graph(label)), "x.tex")),
    "film": ("xml", _saved(lambda label: walkthrough(graph(label)), "x.svg")),
    "player": ("html", _saved(lambda label: walkthrough(graph(label)), "x.html")),
    "player, Chinese": (
        "html",
        _saved(lambda label: walkthrough(graph(label), lang="zh"), "x.html"),
    ),
    "player in a notebook": (
        "html",
        lambda label, _: _mime(walkthrough(graph(label)))["text/html"],
    ),
    "player's text": ("terminal", lambda label, _: _mime(walkthrough(graph(label)))["text/plain"]),
    "ledger in a notebook": ("html", lambda label, _: ledger(*_root(label))._repr_html_()),
    "sheet": ("html", _of_sheet(paper.html, key=False)),
    "key": ("html", _of_sheet(paper.html, key=True)),
    "sheet's LaTeX": ("latex", _of_sheet(paper.latex, key=False)),
    "key's LaTeX": ("latex", _of_sheet(paper.latex, key=True)),
    "tables": ("terminal", lambda label, _: in_form(tables(graph(label)), ".txt")),
    "tables, HTML": ("html", lambda label, _: in_form(tables(graph(label)), ".html")),
    "tables, Markdown": ("markdown", lambda label, _: in_form(tables(graph(label)), ".md")),
    "grade": ("terminal", lambda label, _: _graded(label).text),
    "grade, HTML": ("html", lambda label, _: _graded(label).html()),
    "grade, JSON": ("json", lambda label, _: _graded(label).json(answers=True)),
}
# fmt: on


# --------------------------------------------------------------------------- what each format says


def unfit(text: str) -> set[str]:
    """Characters that a terminal acts on, or that hide or reorder what is beside them."""
    hidden = ("Cc", "Cs", "Zl", "Zp")
    return {c for c in text if c != "\n" and (unicodedata.category(c) in hidden or c in REORDER)}


REORDER = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def xml_structure(text: str) -> list[Any]:
    """The elements and their attributes, without the room that wide letters ask for."""
    room = {"textLength", "lengthAdjust"}
    root = ElementTree.fromstring(text)
    return [(e.tag, sorted(set(e.attrib) - room)) for e in root.iter()]


class _Elements(HTMLParser):
    """The elements and attributes of a page, and of the pages and images inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append(
            (tag, sorted({name for name, _ in attributes} - {"textlength", "lengthadjust"}))
        )
        for name, value in attributes:
            if name == "srcdoc" and value:
                self.found.append(html_structure(value))
            elif value and value.startswith("data:image/svg+xml;base64,"):
                svg = b64decode(value.partition(",")[2]).decode()
                self.found.append(xml_structure(svg))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")

    def handle_pi(self, data: str) -> None:
        self.found.append("instruction")

    def handle_decl(self, decl: str) -> None:
        self.found.append("declaration")


def html_structure(text: str) -> list[Any]:
    """Everything of a page but its text."""
    parser = _Elements()
    parser.feed(text)
    parser.close()
    return parser.found


def python_structure(text: str) -> str:
    """The tree of a module without its docstring."""
    module = ast.parse(text)
    return ast.dump(ast.Module(module.body[1:], []))


def c_structure(text: str) -> str:
    """A C file without its comments and its functions' name."""
    code = re.sub(r"(?s)/\*.*?\*/", "", text)
    (name,) = set(re.findall(r"void (\w+?)(?:_gradient)?(?:_with)?\(", code)) or {""}
    return re.sub(rf"\b{name}_", "f_", re.sub(rf"\b{name}\b", "f", code))


def json_structure(text: str) -> Any:
    """The keys, at every depth."""

    def keys(thing: Any) -> Any:
        if isinstance(thing, dict):
            return [(key, keys(thing[key])) for key in thing]
        return [keys(each) for each in thing] if isinstance(thing, list) else None

    return keys(json.loads(text))


def commands(text: str) -> set[str]:
    r"""The commands of a LaTeX text, with ``{`` where its braces do not close."""
    found = set(re.findall(r"\\(?:[A-Za-z@]+|.)", text, re.DOTALL))
    bare = re.sub(r"\\(?:[A-Za-z@]+|.)", "", text)
    found |= {f"bare {sign}" for sign in "%#$^~" if sign in bare}
    depth = 0
    for sign in re.sub(r"[^{}]", "", bare):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            break
    return found | ({"unbalanced braces"} if depth else set())


def label_commands() -> set[str]:
    """What a label may become in LaTeX: letters' escapes and signs of mathematics."""
    plain = "".join(map(chr, range(32, 127)))
    labels = commands(latex_text(plain)) | commands(LATEX.label(plain)[0])
    signs = {c for sign in _MATHS.values() for c in commands(sign)}
    return (
        labels
        | signs
        | {r"\ensuremath", r"\unknown", r"\mbox", r"\fit", r"\text", "bare ^"}
        | {rf"\{accent}" for accent in _ACCENTS.values()}
        | {r"\mathrm", r"\mathbf"}
    )


def dot_structure(text: str) -> list[int]:
    """How many nodes, links and cells Graphviz finds in a drawing."""
    drawn = run("dot", "-Tsvg", text=text)
    root = ElementTree.fromstring(drawn)
    kinds = Counter(e.get("class") for e in root.iter())
    return [kinds["node"], kinds["edge"], kinds["cluster"]]


def markdown_structure(text: str) -> list[Any]:
    """The page that a reader of CommonMark with tables makes of it."""
    from markdown_it import MarkdownIt

    return html_structure(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def run(*command: str, text: str = "", folder: Path | None = None) -> str:
    """Run a program; it must succeed."""
    done = subprocess.run(
        command, input=text.encode(), capture_output=True, cwd=folder, check=False, timeout=120
    )
    if done.returncode:
        raise AssertionError(f"{command[0]}: {(done.stderr or done.stdout)[-300:]!r}")
    return done.stdout.decode()


STRUCTURES: dict[str, Callable[[str], Any]] = {
    "terminal": lambda text: (text.count("\n"), unfit(text)),
    "python": lambda text: (python_structure(text), unfit(text)),
    "c": lambda text: (c_structure(text), unfit(text)),
    "xml": xml_structure,
    "html": html_structure,
    "json": json_structure,
}
"""What must be the same whatever the label, by the format; read with the standard library alone."""
OUTSIDE: dict[str, Callable[[str], Any]] = {"dot": dot_structure, "markdown": markdown_structure}
"""The same, by programs and libraries of others."""


def faults(
    pairs: Iterable[tuple[str, str]], structures: Mapping[str, Callable[[str], Any]]
) -> Iterator[str]:
    """Send hostile texts through exits; where something else comes out than text, say so."""
    allowed = label_commands()
    usual: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in pairs:
            form, written = EXITS[name]
            if name not in usual:
                usual[name] = written(HARMLESS, Path(folder))
            text = written(HOSTILE[kind], Path(folder))
            if form in ("maths", "latex"):
                strange = commands(text) - commands(usual[name]) - allowed
                if strange or unfit(text):
                    yield f"{name}, {kind}: {strange} {unfit(text)}"
            elif form in structures and structures[form](text) != structures[form](usual[name]):
                yield f"{name}, {kind}: another structure"


def every_pair() -> list[tuple[str, str]]:
    """All exits with all texts; a node without any label has a formula, so that is left out."""
    return [(name, kind) for name in EXITS for kind in HOSTILE if kind != "none"]


def main() -> int:
    """Try everything, with the programs beside Python, and say what was found."""
    pairs = every_pair()
    count = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, found in (
            ("structures", faults(pairs, STRUCTURES | OUTSIDE)),
            ("a C compiler and LaTeX", in_programs(pairs, folder)),
            ("Chromium", in_chromium(pairs, folder)),
            ("a million characters", of_a_million(folder)),
        ):
            print(what, flush=True)
            for each in found:
                print(f"  {each}", flush=True)
                count += 1
    print(f"{len(EXITS)} exits x {len(HOSTILE)} texts: {len(pairs)} pairs, {count} faults")
    return 1 if count else 0


def in_programs(pairs: Iterable[tuple[str, str]], folder: Path) -> Iterator[str]:
    """Have a C compiler and LaTeX read what is written for them."""
    strict = ("-std=c99", "-trigraphs", "-Wall", "-Wextra", "-pedantic", "-Werror")
    for name, kind in pairs:
        form, written = EXITS[name]
        if form not in ("c", "latex") or "Chinese" in name:
            continue
        file = folder / f"hostile.{'c' if form == 'c' else 'tex'}"
        file.write_text(written(HOSTILE[kind], folder), encoding="utf-8")
        try:
            if form == "c":
                run("cc", *strict, "-fsyntax-only", str(file))
            else:
                options = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error")
                run("pdflatex", *options, "-recorder", file.name, folder=folder)
                if "/etc/passwd" in file.with_suffix(".fls").read_text():
                    yield f"{name}, {kind}: it reads a file"
        except AssertionError as error:
            yield f"{name}, {kind}: {error}"
    if (folder / "pwned").exists():
        yield "a command was run"


_READ = """html => {
  const names = (e) => [...e.attributes].map((each) => each.name.toLowerCase());
  const room = ["textlength", "lengthadjust"];
  const read = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    return [...page.querySelectorAll("*")].map((e) => [
      e.tagName, names(e).filter((name) => !room.includes(name)).sort().join(),
      e.tagName === "IFRAME" ? read(e.srcdoc) : "",
    ]);
  };
  return JSON.stringify(read(html));
}"""


def in_chromium(pairs: Iterable[tuple[str, str]], folder: Path) -> Iterator[str]:
    """Have a browser read what is written for it, and open the pages of the player."""
    from playwright.sync_api import sync_playwright

    told: list[str] = []
    usual: dict[str, str] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        reader, page = chromium.new_page(), chromium.new_page()
        page.on("dialog", lambda dialog: (told.append("a dialog"), dialog.dismiss()))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: told.extend({request.url} - {page.url}))
        for name, kind in pairs:
            form, written = EXITS[name]
            if form != "html":
                continue
            if name not in usual:
                usual[name] = reader.evaluate(_READ, written(HARMLESS, folder))
            text = written(HOSTILE[kind], folder)
            if reader.evaluate(_READ, text) != usual[name]:
                yield f"{name}, {kind}: another structure in Chromium"
            file = folder / "hostile.html"
            file.write_text(text, encoding="utf-8")
            page.goto(file.as_uri())
            told[:] = [each for each in told if not each.startswith(("file:", "data:", "about:"))]
            if told:
                yield f"{name}, {kind}: {told}"
                told.clear()
        chromium.close()


def of_a_million(folder: Path) -> Iterator[str]:
    """A label of 10^6 characters is shown, cut where there is no room."""
    label = "</script>\\*/\x1b" * 76_924
    for name, (form, written) in EXITS.items():
        text = written(label, folder)
        if form in ("xml", "html", "json", "c", "python") and STRUCTURES[form](text) != STRUCTURES[
            form
        ](written(HARMLESS, folder)):
            yield f"{name}, a million: another structure"


if __name__ == "__main__":
    sys.exit(main())
