"""Whatever a label, a name or a file holds is shown as text, and nothing of it is run.

``python -m tests.campaigns.hostile`` tries all that is tried here in part.
"""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path

import pytest

import autograd
from autograd import Value, compile, load_program
from autograd.grading.command import PAGE
from autograd.views.quiz.paper import html
from autograd.views.quiz.sheet import sheet
from nn.course import index
from tests.campaigns.hostile import (
    EXITS,
    HOSTILE,
    OUTSIDE,
    STRUCTURES,
    commands,
    every_pair,
    faults,
    html_structure,
    in_programs,
    unfit,
)

ROOT = Path(autograd.__file__).parent.parent
ONE_OF = 29  # pairs, so that each exit meets two of the texts about


def test_hostile_labels_are_text_in_every_format() -> None:
    pairs = [p for i, p in enumerate(every_pair()) if i % ONE_OF == 0]
    assert {name for name, _ in pairs} == set(EXITS)
    assert len({kind for _, kind in pairs}) > len(HOSTILE) / 3
    assert list(faults(pairs, STRUCTURES)) == []


@pytest.mark.external
def test_hostile_labels_are_text_for_other_programs(tmp_path: Path) -> None:
    pairs = [p for i, p in enumerate(every_pair()) if i % 5 == 0]
    assert list(faults(pairs, OUTSIDE)) == []
    written_in_c = [(name, kind) for name, kind in every_pair() if EXITS[name][0] == "c"]
    assert list(in_programs(written_in_c, tmp_path)) == []


def test_what_acts_is_found() -> None:
    """The readers tell a text that acts from one that is shown."""
    assert unfit("a\x1b[31m") == {"\x1b"}
    assert commands(r"\input{x}") == {r"\input"}
    assert "bare %" in commands("100%")
    assert "unbalanced braces" in commands(r"\mathrm{a}}{")
    assert "unbalanced braces" not in commands(r"\mathrm{\}}")
    assert html_structure("<p>a</p>") == html_structure("<p>&lt;b&gt;</p>")
    assert html_structure("<p>a</p>") != html_structure("<p><b></p>")
    assert html_structure('<iframe srcdoc="a">') != html_structure('<iframe srcdoc="<b>">')
    wrong = {"terminal": lambda text: text.count("w")}
    assert list(faults([("repr", "script")], wrong)) == ["repr, script: another structure"]


def test_pages_that_run_nothing_say_so() -> None:
    pages = {
        "sheet": html(sheet(Value(2.0, "x") * 3.0, count=2, seed=1)).decode(),
        "tables": PAGE,
        "course": Path(index.__file__).with_name("index.html").read_text(encoding="utf-8"),
    }
    for name, page in pages.items():
        head = page[: page.lower().index("<title")]
        assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'; ' in head, name
        assert "script-src" not in head


def test_every_page_that_the_project_has_says_what_it_may_load() -> None:
    found = {}
    for top in ("autograd", "nn"):
        for path in (*(ROOT / top).rglob("*.html"), *(ROOT / top).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if re.search(r"(?i)^(\"\"\")?<!doctype html>|<html[ >]", text, re.MULTILINE):
                policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)', text)
                found[path.name] = policy and policy[1]
    assert len(found) >= 6
    assert all(
        policy and policy.startswith(("default-src 'none'", "$policy")) for policy in found.values()
    ), found


HOSTILE_NAME = "f\x1b[31m\n\u202e*/"


def test_a_programs_file_puts_nothing_on_the_terminal(tmp_path: Path) -> None:
    def named(x: Value) -> Value:
        return x * weight

    weight = Value(3.0, HOSTILE_NAME)
    program = compile(named)
    program(2.0)
    file = tmp_path / "program.json"
    program.save(file)
    text = file.read_text(encoding="utf-8")
    escaped = r"f\u001b[31m\n\u202e*/"
    text = text.replace('"name":"named"', f'"name":"{escaped}"').replace(
        '"names":["x"]', f'"names":["{escaped}"]'
    )
    assert text.count(escaped) >= 3
    file.write_text(text, encoding="utf-8")
    loaded = load_program(file)
    shown = [repr(loaded), loaded.table(), *map(loaded.source, ("c", "python", "normal"))]
    with pytest.raises((TypeError, ValueError)) as caught:
        loaded([1.0], 2.0)
    for each in (*shown, str(caught.value)):
        assert unfit(each) == set()
    assert loaded(2.0) == 6.0


# ------------------------------------------------------------------------------ nothing runs data

FORBIDDEN = {
    "eval", "exec", "compile", "__import__", "pickle.load", "pickle.loads", "pickle.Unpickler",
    "marshal.load", "marshal.loads", "shelve.open", "yaml.load", "yaml.unsafe_load", "dill.loads",
    "cloudpickle.loads", "tempfile.mktemp", "os.system", "os.popen", "numpy.load", "ctypes.CDLL",
    "runpy.run_module", "runpy.run_path", "code.interact",
}  # fmt: skip
ALLOWED = {
    ("autograd/compiler/readable/python.py", "exec"): "runs the text that it has just written of a "
    "checked list: names of the table, numbers, and names of its own",
    ("autograd/compiler/readable/python.py", "compile"): "as above",
    ("autograd/own_file.py", "exec"): "imports the file that the user's own command names",
    ("autograd/own_file.py", "compile"): "as above",
    ("autograd/cli.py", "runpy.run_module"): "runs nn.worked_example, by a name written there",
    ("nn/course/gallery.py", "exec"): "runs the gallery's own page",
    ("nn/course/gallery.py", "compile"): "as above",
    ("nn/training/shards.py", "pickle.loads"): "a worker reads what the coordinator, the same "
    "user's process, has sent it",
}
"""Where something of the kind is done, and why it is not what a file or a page holds."""


WORDS = re.compile("shell|" + "|".join({name.rpartition(".")[2] for name in FORBIDDEN}))


def called(tree: ast.AST) -> set[str]:
    """What a module calls or names of the list, by its full name, and shells."""
    nodes = list(ast.walk(tree))
    imported: dict[str, str] = {}
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.FunctionDef):
            imported.setdefault(node.name, f"own.{node.name}")
    fixed = {  # what is called with a text that stands there
        node.func
        for node in nodes
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    }
    for node in nodes:
        if node in fixed:
            continue
        if isinstance(node, ast.Name):
            found.add(imported.get(node.id, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{imported.get(node.value.id, node.value.id)}.{node.attr}")
        elif isinstance(node, ast.keyword) and node.arg == "shell":
            found.add("a shell")
    return found & (FORBIDDEN | {"a shell"})


def test_nothing_is_run_that_a_file_or_a_page_holds() -> None:
    found = set()
    for path in chain(*((ROOT / top).rglob("*.py") for top in ("autograd", "nn"))):
        place, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if WORDS.search(text):
            found |= {(place, name) for name in called(ast.parse(text))}
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("eval(x)", "eval"),
        ("run = exec", "exec"),
        ("from pickle import loads as read; read(x)", "pickle.loads"),
        ("import marshal as m; m.loads(x)", "marshal.loads"),
        ("subprocess.run(x, shell=True)", "a shell"),
        ("import numpy as np; np.load(x)", "numpy.load"),
    ],
)
def test_what_would_run_it_is_found(text: str, name: str) -> None:
    assert called(ast.parse(text)) == {name}
    assert (
        called(ast.parse("import re, autograd; re.compile(x); autograd.compile(f); f.eval()"))
        == set()
    )
