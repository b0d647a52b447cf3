"""Which faults can be planted in a module: another sign, constant or branch, a statement less.

Read next: `noticing`, which plants them, and `mutation`, the command.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

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


@dataclass(frozen=True)
class Mutant:
    """One fault: *new* stands where *old* stood, at these offsets of the file.

    `row` is the text of the line, and `rows` are the first and the last line of the statement up to
    the fault: a test that runs none of these lines cannot notice it.
    """

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    row: str = ""
    rows: tuple[int, int] = (0, 0)

    def apply(self, text: str) -> str:
        """Return the file's text with the fault in it."""
        return text[: self.start] + self.new + text[self.end :]

    @property
    def name(self) -> dict[str, str]:
        """What stays the same when lines move: the file, the line's text, and what became what."""
        return {"path": self.path, "line": self.row, "old": self.old, "new": self.new}

    def lot(self, seed: int) -> bytes:
        """Draw the fault's lot, the same for as long as its line reads the same."""
        return sha256(repr((seed, *self.name.values())).encode()).digest()

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

    def row(self, line: int) -> str:
        """Return the text of a line."""
        return self._rows[line - 1].strip()

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
    for node, first in _code(source.tree, 1):
        for target, new in _changes(node, source):
            start, end = source.span(target)
            old = text[start:end]
            if old != new:
                row, rows = source.row(target.lineno), (first, target.end_lineno or first)
                found.append(Mutant(path, target.lineno, start, end, old, new, row, rows))
    return sorted(set(found), key=lambda mutant: (mutant.start, mutant.end, mutant.new))


def sample(found: Sequence[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Choose faults by lot: those of a smaller sample are among those of a larger one."""
    chosen = sorted(found, key=lambda mutant: mutant.lot(seed))[:size]
    return sorted(chosen, key=lambda mutant: (mutant.start, mutant.end, mutant.new))


def _code(tree: ast.AST, first: int) -> Iterator[tuple[ast.AST, int]]:
    """Walk what runs, with the line where its statement begins.

    An annotation does not run, nor does a docstring, an overload, an error that is raised, or an
    import.
    """
    if isinstance(tree, ast.Import | ast.ImportFrom | ast.Raise):
        return
    if isinstance(tree, ast.Assign) and ast.unparse(tree.targets[0]).startswith("__"):
        return  # __slots__, __all__: room in memory, and names that other tests read
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.unparse(tree.test):
        return
    if isinstance(tree, ast.keyword) and tree.arg == "slots":
        return  # of a dataclass: room in memory too
    if "overload" in map(ast.unparse, getattr(tree, "decorator_list", ())):
        return
    first = tree.lineno if isinstance(tree, ast.stmt) else first
    yield tree, first
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "type_comment", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _code(child, first)


def _changes(node: ast.AST, source: Source) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Say what may stand in a node's place."""
    text = lambda part: source.text[slice(*source.span(part))]  # noqa: E731
    match node:
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)
        case ast.Constant(value=float(value)):
            if value + 1.0 != value:  # as 1e150 is
                yield node, repr(value + 1.0)
            if value == 1.0 or repr(value).strip("0.")[:2] not in ("1", "1e"):  # a bound, as 1e-12
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
