"""The interactive player: a page in which one steps through a graph, forwards and backwards.

A page needs nothing else: its drawing, its numbers (JSON), the rules of the operations that occur
(JavaScript generated from the table) and the player itself (``player.css``, ``kernels.js`` and
`SCRIPTS`) are inside. It asks no server for anything.

Read next: `javascript`, the rules, and ``compute.js``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from autograd.graph import leaves, operation_of, topological_order
from autograd.operation import Operation
from autograd.value import Value
from autograd.views.draw.layout import Placement, layered
from autograd.views.draw.notebook import boxed, image, listed
from autograd.views.draw.picture import Picture, picture
from autograd.views.draw.svg import write_svg
from autograd.views.draw.theme import DARK, LIGHT, Theme
from autograd.views.player.film import LINK_LABEL
from autograd.views.player.javascript import (
    composed_kernels,
    forward_formula,
    javascript_rule,
    rule_formulas,
)
from autograd.views.steps import PRECISION, START, each_step
from autograd.views.write.formula import formula
from autograd.views.write.names import in_fraction, is_number, names, places, terms_of
from autograd.views.write.notation import TEXT
from autograd.views.write.text import MOST_DIGITS, number, shorten, visible

MOST_LINKS = 5000
LONGEST_FORMULA = 200
# In reading order; each file uses names of those before it.
SCRIPTS = ("compute.js", "texts.js", "equations.js", "picture.js", "panel.js", "controls.js")
FRAME_HEIGHT = 640  # pixels in a notebook


def page(root: Value, fold: str | bool | None = None, precision: int = PRECISION) -> str:
    """Write the player for one output as an HTML page.

    Parameters
    ----------
    root : Value
        The output. No gradient is changed.
    fold : {None, False, "layer", "neuron"}
        As `draw` takes it: whether the drawing shows each module as one card.
    precision : int
        Significant digits. The reader can ask for more in the page; the cards, which are as wide as
        these need, then keep to them.

    Returns
    -------
    str
        HTML that needs no other file.

    Raises
    ------
    ValueError
        When the graph has more than 5,000 links, which nobody steps through, or inside `no_grad`.

    Notes
    -----
    The page shows the graph as it is when the page is made. Where modules are folded, a step is
    what a whole module does, or at the press of a button what one of its nodes does.
    """
    order = topological_order(root)
    links = sum(len(node.parents) for node in order)
    if links > MOST_LINKS:
        raise ValueError(
            f"the player steps through at most {MOST_LINKS} links, and this graph has {links}; "
            "walk through a smaller part, such as the loss of one example, print the walkthrough, "
            "or use draw(root, fold='layer')"
        )
    drawn = picture([root], precision=precision, fold_by=fold)
    placement = layered(drawn.graph("LR", LINK_LABEL))
    operations = _operations(order)
    rules = ",\n  ".join(javascript_rule(*key) for key in operations)
    title = f"Backpropagation through {_title(root)}"
    dark = f"@media (prefers-color-scheme: dark) {{ {_variables(DARK)} }}"
    return Template(_asset("player.html")).substitute(
        title=escape(title),
        style=f"{_variables(LIGHT)}\n{dark}\n{_asset('player.css')}",
        drawing=write_svg(drawn, placement, legend=False),
        legend=_legend(drawn),
        data=_json(_data(root, order, drawn, placement, operations, precision)),
        precision=precision,
        most_digits=MOST_DIGITS,
        script=_script(f"const rules = [\n  {rules}\n];"),
    )


def embedded(root: Value, fold: str | bool | None = None, precision: int = PRECISION) -> str:
    """Write the player as an HTML fragment for a notebook.

    A sandboxed frame holds the page, so that neither can disturb the other. Where frames are taken
    out, as in a notebook that is not trusted, the picture that lies behind it stays. The arguments
    are those of `page`.

    Raises
    ------
    ValueError
        As `page` does.
    """
    # A line's end as a character reference: some hosts turn a line's end itself into a space.
    frame = escape(page(root, fold, precision)).replace("\n", "&#10;")
    drawn = picture([root], precision=precision, fold_by=fold)
    svg = write_svg(drawn, layered(drawn.graph("LR")))
    title = f"Backpropagation through {_title(root)}"
    # Both in one cell of a grid, so that the frame's room goes where the frame is taken out.
    still = image(
        svg,
        f"{title}: a picture of the graph",
        f"grid-area:1/1;max-width:100%;max-height:{FRAME_HEIGHT}px",
    )
    content = (
        f'<div style="display:grid">{still}'
        f'<iframe title="{escape(title)}, step by step" sandbox="allow-scripts" srcdoc="{frame}" '
        f'style="grid-area:1/1;width:100%;height:{FRAME_HEIGHT}px;border:0"></iframe></div>'
    )
    return boxed(content, "", _gradients(root, title, precision))


def _gradients(root: Value, title: str, precision: int) -> str:
    # Where nothing can be shown: the leaves and their gradients, as text.
    order = topological_order(root)
    gradient = {root: 1.0} | {step.parent: step.accumulated for step in each_step(order)}
    name = names(order, [root])
    rows = [
        (name[leaf], leaf.data, gradient[leaf])
        for leaf in leaves(root)
        if not is_number(leaf, name[leaf])
    ]
    return listed(f"{title} = {number(root.data, precision)}", rows, precision)


def _script(rules: str) -> str:
    # One block, so that nothing in it is a name of the window.
    parts = [_asset("kernels.js"), composed_kernels(), rules, *map(_asset, SCRIPTS)]
    script = "\n".join(['"use strict";', "{", *parts, "}"])
    return _without_line_comments(script)


def _without_line_comments(script: str) -> str:
    # A host that turns lines' ends into spaces would make the rest of the script a comment.
    return re.sub(r"(?m)(?:^|(?<=\s))//(?:\s.*)?$", "", script)


@cache
def _asset(name: str) -> str:
    return files("autograd.views.player").joinpath(name).read_text(encoding="utf-8")


def _title(root: Value) -> str:
    return visible(root.label) or shorten(formula(root).replace("\n", "; "), LONGEST_FORMULA)


def _operations(order: Sequence[Value]) -> dict[tuple[Operation, int], int]:
    # The rules that occur, numbered: one for each operation and number of inputs.
    occurring = dict.fromkeys([(operation_of(node), len(node.parents)) for node in order])
    return {key: number for number, key in enumerate(occurring)}


def _data(
    root: Value,
    order: Sequence[Value],
    drawn: Picture,
    placement: Placement,
    operations: dict[tuple[Operation, int], int],
    precision: int,
) -> dict[str, Any]:
    name = names(order, [root])
    terms, place = terms_of(name, TEXT), places(order)
    nodes = [*leaves(root), *order]
    index = {node: i for i, node in enumerate(nodes)}
    card = {value: i for i, card in enumerate(drawn.cards) for value in card.values}
    return {
        "precision": precision,
        "start": START,
        "root": index[root],
        "nodes": [
            {
                "name": name[node],
                "place": place.get(node, ""),
                "symbol": in_fraction(name[node]),
                "binding": terms[node][1],
                "constant": is_number(node, name[node]),
                "card": card[node],
                "value": _number(node.data),
                "rule": operations[operation_of(node), len(node.parents)] if node.parents else None,
                "sign": visible(node.operation.symbol) if node.operation else "",
                "parents": [index[parent] for parent in node.parents],
            }
            for node in nodes
        ],
        "steps": [
            {
                "node": index[step.node],
                "parent": index[step.parent],
                "argument": step.argument,
                "upstream": _number(step.upstream),
                "local": _number(step.local),
                "contribution": _number(step.contribution),
                "accumulated": _number(step.accumulated),
            }
            for step in each_step(order)
        ],
        "formulas": [
            {"forward": forward_formula(*key), "local": rule_formulas(*key)} for key in operations
        ],
        "labels": placement.labels,
        "room": LINK_LABEL[0],
        "shown": [None if card.shown is None else index[card.shown] for card in drawn.cards],
    }


def _number(value: float) -> float | str:
    # JSON has no nan and no inf; JavaScript's Number(...) reads these words.
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return words.get(repr(value), value)


def _json(data: object) -> str:
    # Inside a script element nothing may look like its end or like a line's end of JavaScript.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _variables(theme: Theme) -> str:
    roles = "".join(
        f"--{role}: {fill}; --{role}-line: {line};" for role, (fill, line) in theme.roles.items()
    )
    return (
        f":root {{ --paper: {theme.paper}; --text: {theme.text}; --muted: {theme.muted}; "
        f"--line: {theme.line}; {roles} }}"
    )


def _legend(drawn: Picture) -> str:
    roles = dict.fromkeys(card.role for card in drawn.cards)
    return "".join(
        f'<li><span class="swatch {role}"></span><span data-say="{role}"></span></li>'
        for role in roles
    )
