"""The expression that a node stands for: what it was computed from, as text or LaTeX.

Read next: `names`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import MappingProxyType

from autograd.graph import operation_of, topological_order
from autograd.spelling import Argument, Term
from autograd.value import Value
from autograd.views.write.notation import LATEX, TEXT, Style
from autograd.views.write.text import ELLIPSIS, shorten, width

MOST_INLINE = 2000
LEAST_COLUMNS = 3  # of an argument that is not shown whole: two characters and ``…``


def formula(value: Value, *, expand: bool = False, latex: bool = False) -> str:
    r"""Write the expression that a Value stands for.

    Parameters
    ----------
    value : Value
        Its own label, if it has one, is not used: what is written is what it was computed from.
    expand : bool
        False: down to labelled nodes. True: down to the leaves, where a part that is used more than
        once is defined on a line of its own before the expression, as t1, t2, ... (names that are
        labels are left out).
    latex : bool
        LaTeX for math mode instead of plain text.

    Returns
    -------
    str
        The expression. Parts that are used more than once get lines of their own also without
        `expand` when the expression would be too long otherwise.

    Raises
    ------
    TypeError
        When `value` is no Value.

    Examples
    --------
    >>> from autograd import Value
    >>> x, w = Value(2.0, "x"), Value(3.0, "w1")
    >>> formula((w * x - 1) ** 2)
    '(w1·x−1)²'
    >>> print(formula((w * x - 1) ** 2, latex=True))
    \left(w_{1} \cdot x-1\right)^{2}
    >>> z = w * x
    >>> print(formula(z * z, expand=True))
    t1 = w1·x
    t1·t1
    """
    if not isinstance(value, Value):
        raise TypeError(f"formula writes one Value, not {type(value).__name__}")
    style = LATEX if latex else TEXT
    if value.operation is None:
        return leaf_term(value, style)[0]
    order = topological_order(value)
    terms = {p: leaf_term(p, style) for node in order for p in node.parents if not p.parents}
    if not expand:
        terms |= {node: style.label(node.label) for node in order[:-1] if node.label}
    order = _needed(order, terms)
    named = expand or _inline_size(order, terms) > MOST_INLINE
    labels = {named.label for named in terms}
    names = (f"t{number}" for number in count(1) if f"t{number}" not in labels)
    lines = []
    for node in _shared(order) if named else ():
        term = style.label(next(names))
        lines.append((term[0], write(node, terms, style)))
        terms[node] = term
    return _join(lines, write(value, terms, style), latex)


def leaf_term(leaf: Value, style: Style) -> Term:
    """How a leaf stands in an expression: by its label, else by its number."""
    return style.label(leaf.label) if leaf.label else style.number(leaf.data)


def write(value: Value, terms: Mapping[Value, Term], style: Style) -> str:
    """Write `value`: by its term if it has one, else what it was computed from."""
    return terms[value][0] if value in terms else composed(value, terms, style)[0]


def composed(
    value: Value,
    terms: Mapping[Value, Term],
    style: Style,
    places: Mapping[Value, str] = MappingProxyType({}),
) -> Term:
    """Write what a node was computed from, down to the nodes that have a term already.

    The place of a node in `places` is left open: ``{x:4}`` is the place x, where a term has to bind
    at least as strongly as 4 to stand without parentheses.
    """
    binding, pieces = _pieces(value, style)
    written: list[str] = []
    stack = pieces[::-1]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            written.append(item)
            continue
        node, least = item
        if node in places:
            written.append(f"{{{places[node]}:{least}}}")
            continue
        strength, inner = (
            (terms[node][1], [terms[node][0]]) if node in terms else _pieces(node, style)
        )
        if strength < least:
            inner = [style.notation.opening, *inner, style.notation.closing]
        stack.extend(reversed(inner))
    return "".join(written), binding


def write_each(
    order: Sequence[Value], term: Callable[[Value], Term | None], most: int
) -> dict[Value, str]:
    """Write every node of a graph in terms of named ones, each in at most about `most` characters.

    What is longer ends in ``…``, and is written no further: the time is therefore linear in the
    size of the graph.

    Parameters
    ----------
    order : sequence of Values
        Its computed nodes, parents before consumers.
    term : callable
        How a node stands in the expressions of others; None: as what it was computed from. Each
        leaf has a term.
    most : int
    """
    written: dict[Value, Term] = {}
    expressions: dict[Value, str] = {}
    for node in order:
        spelling = TEXT.spell(operation_of(node), len(node.parents))
        text = ""
        for piece in spelling.pieces:
            if isinstance(piece, str):
                text += piece
            else:
                parent = node.parents[piece.index]
                text += TEXT.notation.place(piece, *(term(parent) or written[parent]))
            if len(text) > most:
                text = text[:most] + ELLIPSIS
                break
        expressions[node] = text
        written[node] = text, spelling.binding
    return expressions


def write_short(
    value: Value,
    term: Callable[[Value], Term | None],
    expressions: Mapping[Value, str],
    columns: int,
) -> str:
    """Write one node in at most `columns` columns; each part that does not fit ends in ``…``.

    Parameters
    ----------
    value : Value
        A computed node; its own term is not used.
    term, expressions
        As given to `write_each`, and what that returned.
    columns : int

    Returns
    -------
    str
        The expression, such as ``0.5·(t1−ou…)²``: each argument keeps its share of the columns.
    """

    def argument(parent: Value, least: int, share: int | None = None) -> str:
        text, binding = term(parent) or (expressions[parent], _pieces(parent, TEXT)[0])
        guarded = binding < least
        if share is not None and width(text) > share - 2 * guarded:
            share -= 2 * guarded
            if share < LEAST_COLUMNS:
                return ELLIPSIS
            if term(parent):
                text = shorten(text, share, keep_end=is_path(text))
            else:
                text = write_short(parent, term, expressions, share)
                if text.count("(") != text.count(")"):
                    return ELLIPSIS
        return f"({text})" if guarded else text

    if width(expressions[value]) <= columns:
        return expressions[value]
    pieces = _pieces(value, TEXT)[1]
    needs = [width(argument(*piece)) for piece in pieces if not isinstance(piece, str)]
    room = columns - sum([width(piece) for piece in pieces if isinstance(piece, str)])
    if room < sum([min(need, LEAST_COLUMNS) for need in needs]):
        return shorten(expressions[value], columns)
    shares = iter(_shares(needs, room))
    parts = [p if isinstance(p, str) else argument(*p, next(shares)) for p in pieces]
    shown = [part for part, piece in zip(parts, pieces, strict=True) if part is not piece]
    if all(part == ELLIPSIS for part in shown):
        return shorten(expressions[value], columns)
    return "".join(parts)


def _shares(needs: Sequence[int], room: int) -> list[int]:
    """Divide the room evenly; what some do not need goes to the others."""
    shares = [0] * len(needs)
    waiting = len(needs)
    for i in sorted(range(len(needs)), key=needs.__getitem__):
        shares[i] = min(needs[i], room // waiting)
        room -= shares[i]
        waiting -= 1
    return shares


def is_path(text: str) -> bool:
    """Whether a name is a path such as ``layers.0.neurons.1.w0``, whose end says most."""
    return "." in text and " " not in text and text[0].isalpha()


def _pieces(node: Value, style: Style) -> tuple[int, list[str | tuple[Value, int]]]:
    # The text of an operation, and in the places of its arguments the parents.
    spelling = style.spell(operation_of(node), len(node.parents))
    return spelling.binding, [
        (node.parents[piece.index], piece.binding) if isinstance(piece, Argument) else piece
        for piece in spelling.pieces
    ]


def _needed(order: Sequence[Value], terms: Mapping[Value, Term]) -> list[Value]:
    # The nodes between the last one and those that have a term.
    needed = {order[-1]}
    for node in reversed(order):
        if node in needed:
            needed.update([parent for parent in node.parents if parent not in terms])
    return [node for node in order if node in needed]


def _inline_size(order: Sequence[Value], terms: Mapping[Value, Term]) -> int:
    # Terms of the last node, were every part written out wherever it is used.
    size: dict[Value, int] = {}
    for node in order:
        parts = sum([1 if parent in terms else size[parent] for parent in node.parents])
        size[node] = min(parts, MOST_INLINE + 1)
    return size[order[-1]]


def _shared(order: Sequence[Value]) -> list[Value]:
    # The nodes of `order` that are used more than once.
    uses = Counter([parent for node in order for parent in node.parents])
    return [node for node in order if uses[node] > 1]


def _join(lines: list[tuple[str, str]], expression: str, latex: bool) -> str:
    if not latex:
        return "\n".join([*[f"{name} = {text}" for name, text in lines], expression])
    if not lines:
        return expression
    rows = [*[f"{name} &= {text}" for name, text in lines], f"& {expression}"]
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"
