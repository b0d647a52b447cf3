r"""A picture in DOT, the language of Graphviz: for PNG, PDF, and further work with its programs.

Whatever a label holds, it is shown as text. Nodes are named by number, so no label is
taken for a port (``a:b``); labels are tables with their text escaped, so none is taken for markup
(``<b>x</b>``) or for an escape sequence (``\N``); attributes come from this file alone.

Read next: `graphviz`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograd.views.draw.cards import Card
from autograd.views.draw.layout import Placement, Point
from autograd.views.draw.picture import PADDING, Picture
from autograd.views.draw.svg import cut_back, digits
from autograd.views.draw.theme import DARK, LIGHT, Theme

HEAD_LENGTH = 6.0  # pixels, of an arrow of size 0.6

_BARE = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
_ROUNDED = "rounded,filled"
_STYLES = {"input": _ROUNDED, "constant": f"{_ROUNDED},dashed", "operation": _ROUNDED}


def write_dot(picture: Picture, placement: Placement, *, direction: str, theme: str) -> str:
    """Write a picture in DOT, with the places of nodes and links as ``pos`` attributes.

    ``neato -n2`` draws it at these places; ``dot`` ignores them and makes its own layout.
    """
    import graphviz

    colours = DARK if theme == "dark" else LIGHT
    source = graphviz.Digraph(
        "stepgrad",
        graph_attr={"rankdir": direction, "bgcolor": colours.paper, "pad": "0.1"},
        node_attr={
            "shape": "box",
            "fixedsize": "true",
            "fontname": "DejaVu Sans Mono",
            "fontsize": "10.5",
            "fontcolor": colours.text,
            "margin": "0",
        },
        edge_attr={"color": colours.line, "arrowsize": "0.6"},
    )
    for index, (card, corner) in enumerate(zip(picture.cards, placement.boxes, strict=True)):
        width, height = picture.card_width(card), picture.card_height(card)
        fill, outline = colours.roles[card.role]
        source.node(
            str(index),
            _table(card, width, colours, picture.words.keys),
            pos=_point((corner[0] + width / 2, corner[1] + height / 2)),
            width=f"{width / 72:.4f}",
            height=f"{height / 72:.4f}",
            style=_STYLES.get(card.role, "filled"),
            fillcolor=fill,
            color=outline,
            peripheries="2" if card.role in ("output", "module") else "1",
        )
    for link, path in zip(picture.links, placement.paths, strict=True):
        source.edge(str(link.source), str(link.target), pos=_spline(path, direction))
    return str(source.source)


def _table(card: Card, width: float, colours: Theme, words: Mapping[str, str]) -> str:
    symbol = f"<B>{_escaped(card.symbol)}</B>" if card.symbol else ""
    muted = f'<FONT COLOR="{colours.muted}">{{}}</FONT>'
    name = f"<B>{_escaped(card.name)}</B>"
    rows = [_row("", name) if card.is_number else _row(name, symbol)]
    rows += [_row(muted.format(words[key]), _escaped(text)) for key, text in card.lines]
    lines = "".join([f'<TR><TD WIDTH="{digits(width - 2 * PADDING)}">{r}</TD></TR>' for r in rows])
    return f"<<TABLE {_BARE}>{lines}</TABLE>>"


def _row(left: str, right: str) -> str:
    # A table of its own for each line: Graphviz then moves the right cell to the right edge.
    cells = f'<TD ALIGN="LEFT">{left}</TD><TD ALIGN="RIGHT">{right}</TD>'
    return f"<TABLE {_BARE}><TR>{cells}</TR></TABLE>"


def _escaped(text: str) -> str:
    # Backslashes too: Graphviz puts the node's name for \N also inside a table.
    return escape(text).replace("\\", r"\\")


def _point(point: Point) -> str:
    # Graphviz's y points up.
    return f"{digits(point[0])},{digits(-point[1])}"


def _spline(path: Sequence[Point], direction: str) -> str:
    # "e," names the tip of the arrow head, which Graphviz adds beyond the curve's end.
    points = [f"e,{_point(path[-1])}", *map(_point, cut_back(path, direction, HEAD_LENGTH))]
    return " ".join(points)
