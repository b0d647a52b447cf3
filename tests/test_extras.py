"""Each extra alone: what needs another says which, and nothing else needs any."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

# What a user calls, which package is not there, and which extra the message must name.
NEEDS = {
    "compile(f, backend='llvm')": [("numpy", "compile"), ("llvmlite", "compile")],
    "load_program(saved)": [("numpy", "compile"), ("llvmlite", "compile")],
    "pickle.loads(pickled)(1.0)": [("numpy", "compile"), ("llvmlite", "compile")],
    "pickle.loads(pickled).batch([1.0, 2.0])": [("numpy", "compile"), ("llvmlite", "compile")],
    "train(pickle.loads(pickled))": [("numpy", "compile"), ("llvmlite", "compile")],
    "compile(f).source('llvm')": [("numpy", "compile"), ("llvmlite", "compile")],
    "values([1.0, 2.0])": [("numpy", "compile")],
    "nn.linear.normal_equation([[1.0, 0.0]], [1.0])": [("numpy", "compile")],
    "sparse_jacobian(rows)([1.0, 2.0])": [("scipy", "scipy")],
    "sparse_hessian(one)([1.0, 2.0])": [("scipy", "scipy")],
    "draw(y).save('x.png')": [("typst", "pictures")],
    "draw(y).save('x.pdf')": [("typst", "pictures")],
    "walkthrough(y).save('x.gif')": [("PIL", "pictures"), ("typst", "pictures")],
    "walkthrough(y).save('x.mp4')": [("av", "video"), ("typst", "pictures")],
    "walkthrough(y).save('x.png', step=1)": [("typst", "pictures")],
    "walkthrough(y).save('x.pdf', step=1)": [("typst", "pictures")],
    "pdf(sheet(y, count=1, seed=1))": [("typst", "pictures")],
    "bridge({'x': 1.0})": [("anywidget", "widget"), ("traitlets", "widget")],
    "axes_or_new(None)": [("matplotlib", "notebook")],
    "lines({'a': [(0.0, 1.0)]})": [("pygal", "notebook")],
    "edition(Path('x.py'), 'en')": [("jupytext", "notebook")],
    "headings(Path('x.py'), 'en')": [("jupytext", "notebook")],
    "execute(None, Path('.'))": [("nbclient", "notebook")],
    "list(build(None, Path('.')))": [("nbformat", "notebook")],
    "kernel_of_the_site()": [("jupyterlite_core", "site")],
}
COMES_WITH = {
    "nbclient": "jupyterlab", "nbformat": "jupyterlab", "traitlets": "anywidget", "PIL": "pillow",
    "jupyterlite_core": "jupyterlite-core",
}  # fmt: skip
"""Of a package that is imported, what an extra lists so that it is there."""

PROGRAM = """
import pickle, sys, tempfile
from pathlib import Path
import autograd, nn, nn.linear
from autograd import (
    Value, compile, draw, load_program, sparse_hessian, sparse_jacobian, values, walkthrough
)
from autograd.views.player.live import _bridge as bridge
from autograd.views.quiz.paper import pdf
from autograd.views.quiz.sheet import sheet
from nn.course.build import build, edition, execute
from nn.course.index import headings
from nn.course.plots import lines
from nn.course.site import _kernel as kernel_of_the_site
from nn.diagnostics.axes import axes_or_new
from nn.optim import SGD

x = Value(2.0, "x")
y = x * x * x
f = lambda x: x * x
rows, one = (lambda v: [v[0] * v[1]]), (lambda v: v[0] * v[1])

fast = compile(lambda a: x * a, backend="llvm")
fast.table()  # it is recorded, and no code is made
pickled, folder = pickle.dumps(fast), tempfile.TemporaryDirectory()
fast.save(saved := Path(folder.name) / "fast.json")
train = lambda program: program.train(
    [1.0], optimizer=SGD(program.parameters, lr=0.1), epochs=1
)

for line in sys.stdin.read().splitlines():
    package, call = line.split(" ", 1)
    kept = {name: sys.modules.pop(name) for name in list(sys.modules)
            if name.partition(".")[0] in (package, "llvmlite")}
    sys.modules[package] = None
    try:
        eval(call)
        print("nothing")
    except Exception as error:
        print(f"{type(error).__name__}: {error}".replace(chr(10), " "))
    del sys.modules[package]
    sys.modules.update(kept)
"""


def run(lines: list[str], folder: Path) -> list[str]:
    """What calls say where a package is not there, all in one process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="\n".join(lines),
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_what_needs_an_extra_names_it(tmp_path: Path) -> None:
    asked = [(call, *needed) for call, all_needed in NEEDS.items() for needed in all_needed]
    told = run([f"{package} {call}" for call, package, _ in asked], tmp_path)
    for (call, package, extra), said in zip(asked, told, strict=True):
        kinds = ("ImportError", "ModuleNotFoundError", "RuntimeError: Graphviz's program")
        assert said.startswith(kinds), (call, package, said)
        assert f"stepgrad[{extra}]" in said, (call, package, said)
    assert list(tmp_path.iterdir()) == []


def test_an_extra_that_is_named_has_the_package() -> None:
    for all_needed in NEEDS.values():
        for package, extra in all_needed:
            listed = " ".join(EXTRAS[extra])
            assert COMES_WITH.get(package, package) in listed, (package, extra)


OURS = {*sys.stdlib_module_names, "autograd", "nn", "graphviz"}
PACKAGE = re.compile(r"(?m)^ *(?:import|from) (\w+)|(?:import_module|library)\(\"(\w+)")
LATER = ("import_module", "library")


def imported(path: Path) -> set[str]:
    """Packages of others that a module imports, whether at once or later, but not for types."""
    text = path.read_text(encoding="utf-8")
    if not {a or b for a, b in PACKAGE.findall(text)} - OURS:
        return set()  # most files; a tree takes time
    tree = ast.parse(text)
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in LATER:
            names |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
    tops = {name.partition(".")[0] for name in names}
    return tops - OURS


def test_every_package_of_an_extra_is_tried_here() -> None:
    tried = {package for needed in NEEDS.values() for package, _ in needed}
    without = {"tqdm"}  # no bar is shown then
    found = set()
    for top in ("autograd", "nn"):
        for path in (ROOT / top).rglob("*.py"):
            found |= imported(path)
    assert found - without <= tried, found - without - tried


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_an_extra_lists_each_package_once(extra: str) -> None:
    names = [line.partition(">")[0] for line in EXTRAS[extra]]
    assert len(names) == len(set(names))
