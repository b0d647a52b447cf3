"""Plant one fault after another in a module, and see whether its tests notice.

``python -m tests.campaigns.mutation autograd/backward.py nn/optim/sgd.py`` works on a copy of the
tree. A module's tests are the file of its name; what these do not notice is shown to the tests of
``--then``. What survives is printed, unless ``equivalent.json`` beside this file says why nobody
can notice it. The last line counts; the command ends with 1 when something survived.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.json")
SLOWEST = 10  # a mutant may take this many times as long as the module itself, then it hangs
OUTSIDE = ("pytest", "hypothesis", "mpmath", "numpy")  # imported once, before the mutants part

BINARY = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.Pow: "*",
}
COMPARISON = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
LOG = "mutation.log"


@dataclass(frozen=True)
class Mutant:
    """One fault: *new* stands where *old* stood, at these offsets of the file."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def apply(self, text: str) -> str:
        """Return the file's text with the fault in it."""
        return text[: self.start] + self.new + text[self.end :]

    @property
    def name(self) -> dict[str, str]:
        """What stays the same when lines move: the file, and what became what."""
        return {"path": self.path, "old": self.old, "new": self.new}

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.old!r} -> {self.new!r}"


# ------------------------------------------------------------------------------- what can go wrong


class Source:
    """A file's text, and where each node of its syntax tree stands in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._rows = text.splitlines(keepends=True)

    def offset(self, line: int, column: int) -> int:
        """Return the place of a column, which ``ast`` counts in bytes."""
        row = self._rows[line - 1].encode()[:column].decode()
        return self._lines[line - 1] + len(row)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return where *node* begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )


def mutants(path: str, text: str) -> list[Mutant]:
    """Return all faults that can be planted in a file, in the order of its lines."""
    source = Source(text)
    found = []
    for node in _code(source.tree):
        for target, new in _changes(node, source):
            start, end = source.span(target)
            old = text[start:end]
            if old != new:
                found.append(Mutant(path, target.lineno, start, end, old, new))
    return sorted(set(found), key=lambda mutant: (mutant.start, mutant.end, mutant.new))


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs: no annotation, no docstring, no error that is raised, no import."""
    if isinstance(tree, ast.Import | ast.ImportFrom | ast.Raise):
        return
    if isinstance(tree, ast.Assign) and ast.unparse(tree.targets[0]).startswith("__"):
        return  # __slots__, __all__: room in memory, and names that other tests read
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.unparse(tree.test):
        return
    yield tree
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "type_comment", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _code(child)


def _changes(node: ast.AST, source: Source) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Say what may stand in a node's place."""
    text = lambda part: source.text[slice(*source.span(part))]  # noqa: E731
    match node:
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)
        case ast.Constant(value=float(value)):
            yield node, repr(value + 1.0)
            yield node, repr(value * (1 + 1e-9))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            if not isinstance(left, ast.Constant | ast.JoinedStr) or not isinstance(
                left.value if isinstance(left, ast.Constant) else "", str
            ):
                yield node, f"({text(left)}) {BINARY[type(op)]} ({text(right)})"
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield node, f"({text(operand)})"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISON:
            yield node, f"({text(left)}) {COMPARISON[type(op)]} ({text(right)})"
        case ast.BoolOp(op=op, values=values):
            other = " or " if isinstance(op, ast.And) else " and "
            yield node, "(" + other.join(f"({text(value)})" for value in values) + ")"
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield test, "False"
            if not isinstance(node, ast.While):
                yield test, "True"
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield node, "return None"
        case ast.AugAssign(target=target, value=value):
            yield node, "pass"
            yield node, f"{text(target)} = {text(value)}"
        case ast.Assign() | ast.Delete() | ast.Break() | ast.Continue():
            yield node, "pass"
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.Await()):
            yield node, "pass"


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


# -------------------------------------------------------------------------------- who notices them


def copy_of_the_tree(folder: Path) -> Path:
    """Copy what git knows of, and the built loops, so that no mutant stands in the real tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    built = [str(path.relative_to(ROOT)) for path in ROOT.glob("autograd/speed/*.so")]
    for name in {*listed.stdout.split("\n"), *built} - {""}:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def passes(tree: Path, tests: Sequence[str], patience: float) -> bool:
    """Run tests in a process that parts from this one, so that nothing heavy is imported again."""
    child = os.fork()
    if child == 0:
        _run(tree, tests)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(child, 9)
    os.waitpid(child, 0)
    return False


def _run(tree: Path, tests: Sequence[str]) -> None:
    """Become the tests of the copy, which say what they have to say in a file; never return."""
    os.setpgid(0, 0)
    log = os.open(tree / LOG, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    for stream in (0, 1, 2):
        os.dup2(log, stream)
    os.chdir(tree)
    sys.path[:] = [str(tree), *(p for p in sys.path if p not in ("", str(ROOT)))]
    sys.dont_write_bytecode = True
    code = 1
    try:
        import pytest

        code = pytest.main([*OPTIONS, *tests])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(code))


def tests_of(path: str) -> str:
    """Return the file of a module's tests, as ``tests/test_structure.py`` has it."""
    place = Path(path)
    return str(Path("tests") / place.with_name(f"test_{place.name}"))


@dataclass
class Campaign:
    """A copied tree and what has been found in it."""

    tree: Path
    planted: int = 0
    survived: int = 0
    equivalent: int = 0

    def run(self, path: str, then: list[str], sample: int | None, chance: random.Random) -> None:
        """Plant the faults of one module, all or a sample, and print those that nobody noticed."""
        text = (ROOT / path).read_text(encoding="utf-8")
        stages = [[tests_of(path)], *([then] if then else [])]
        patience = [self.without_a_fault(path, tests) for tests in stages]
        known = json.loads(EQUIVALENT.read_text(encoding="utf-8"))
        reasons = [{key: entry[key] for key in ("path", "old", "new")} for entry in known]
        found = mutants(path, text)
        if sample is not None and sample < len(found):
            found = sorted(chance.sample(found, sample), key=lambda mutant: mutant.start)
        survivors = 0
        for mutant in found:
            (self.tree / path).write_text(mutant.apply(text), encoding="utf-8")
            if all(passes(self.tree, *stage) for stage in zip(stages, patience, strict=True)):
                if mutant.name in reasons:
                    self.equivalent += 1
                else:
                    survivors += 1
                    print(f"survived  {mutant}", flush=True)
        (self.tree / path).write_text(text, encoding="utf-8")
        self.planted += len(found)
        self.survived += survivors
        print(f"{path}: {len(found)} planted, {survivors} survived", flush=True)

    def without_a_fault(self, path: str, tests: Sequence[str]) -> float:
        """Return how long a mutant may take, in seconds, by how long the module itself takes."""
        start = time.monotonic()
        if not passes(self.tree, tests, 3600):
            said = (self.tree / LOG).read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"the tests of {path} fail without a fault:\n{said[-3000:]}")
        return SLOWEST * (time.monotonic() - start) + 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and plant faults."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("modules", nargs="+", help="files such as autograd/backward.py")
    parser.add_argument("--then", nargs="*", default=[], help="tests that see what survives")
    parser.add_argument("--sample", type=int, help="this many faults a module, by chance")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    os.environ["STEPGRAD_PURE_PYTHON"] = "1"  # or the loops in C hide what is wrong in Python
    for name in OUTSIDE:
        __import__(name)
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(copy_of_the_tree(Path(folder)))
        for path in options.modules:
            campaign.run(path, options.then, options.sample, random.Random(options.seed))
    killed = campaign.planted - campaign.survived - campaign.equivalent
    print(
        f"{campaign.planted} planted, {killed} killed, {campaign.equivalent} equivalent, "
        f"{campaign.survived} survived"
    )
    return int(campaign.survived > 0)


if __name__ == "__main__":
    sys.exit(main())
