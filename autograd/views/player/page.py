"""The interactive player: a page in which one steps through a graph, forwards and backwards.

A page needs nothing else: its drawing, its numbers (JSON), the rules of the operations that occur
(JavaScript generated from the table) and the player itself (``player.css``, ``kernels.js`` and
the scripts of `assets`) are inside. It asks no server for anything.

Read next: `javascript`, the rules, and `assets`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from string import Template
from typing import Any, NamedTuple

from autograd.graph import leaves, operation_of, topological_order
from autograd.node import NOTHING
from autograd.operation import Operation
from autograd.spelling import ATOM
from autograd.value import Parameter, Value
from autograd.views.draw.layout import Placement, layered
from autograd.views.draw.notebook import boxed, image, listed
from autograd.views.draw.picture import Picture, picture
from autograd.views.draw.svg import write_svg
from autograd.views.draw.words import WORDS
from autograd.views.mistakes import MISTAKES, TOLERANCE
from autograd.views.player.assets import asset, bare, packed, script, style
from autograd.views.player.batch import rows_of_batch
from autograd.views.player.film import LINK_LABEL
from autograd.views.player.javascript import forward_formula, rule_formulas
from autograd.views.steps import PRECISION, START, each_step
from autograd.views.write.formula import formula
from autograd.views.write.names import in_fraction, is_number, names, places, terms_of
from autograd.views.write.notation import LATEX, TEXT
from autograd.views.write.text import MOST_DIGITS, number, shorten, visible

MOST_LINKS = 5000
LONGEST_FORMULA = 200
MOST_NODES: dict[str, Any] = {
    "binding": ATOM,
    "constant": False,
    "rule": None,
    "sign": "",
    "parents": [],
    "locals": [],
}
FRAME_HEIGHT = 640  # pixels in a notebook


class _Words(NamedTuple):
    # What is read where no script runs, in one language.
    title: str
    still: str
    frame: str
    no_script: str


_WORDS = {
    "en": _Words(
        title="Backpropagation through {}",
        still="{}: a picture of the graph",
        frame="{}, step by step",
        no_script="The player needs JavaScript; the picture above shows the graph.",
    ),
    "zh": _Words(
        title="{} 的反向传播",
        still="{}：计算图",
        frame="{}：逐步演示",
        no_script="此页面需要 JavaScript；上面的图是计算图。",
    ),
}


def page(
    root: Value,
    fold: str | bool | None = None,
    precision: int = PRECISION,
    lang: str = "en",
    channel: str = "",
    host: str = "",
) -> str:
    """Write the player for one output as an HTML page.

    Parameters
    ----------
    root : Value
        The output. No gradient is changed.
    fold : {None, False, "layer", "neuron", "time"}
        As `draw` takes it: whether the drawing shows each module as one card.
    precision : int
        Significant digits. The reader can ask for more in the page; the cards, which are as wide as
        these need, then keep to them.
    lang : {"en", "zh"}
        The language in which it starts; the reader can change it in the page.
    channel : str
        What the page calls itself when it tells the notebook around it of changed values (see
        `autograd.views.player.live`); without one it tells nothing.
    host : str
        A script of what shows the page; it runs after the player's own and can use their names.

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
    The page shows the graph as it is when the page is made. Where a card stands for a module or a
    long sum, a step is what the whole card does, or at the press of a button what one of its nodes
    does.
    """
    order = topological_order(root)
    links = sum(len(node.parents) for node in order)
    if links > MOST_LINKS:
        raise ValueError(
            f"the player steps through at most {MOST_LINKS} links, and this graph has {links}; "
            "walk through a smaller part, such as the loss of one example; print(walkthrough(y)) "
            "lists the first and the last steps of any graph, and draw(y, fold='layer') draws a "
            "network layer by layer"
        )
    drawn = picture([root], precision=precision, fold_by=fold, lang=lang)
    placement = layered(drawn.graph("LR", LINK_LABEL))
    operations = _operations(order)
    data = _data(root, order, drawn, placement, operations)
    data |= {"precision": precision, "lang": lang} | ({"channel": channel} if channel else {})
    words = _WORDS[lang]
    title = words.title.format(_title(root))
    return Template(asset("player.html")).substitute(
        lang=lang,
        title=escape(title),
        no_script=words.no_script,
        style=style(),
        drawing=bare(write_svg(drawn, placement, legend=False)),
        legend=_legend(drawn),
        data=_json(data),
        precision=precision,
        most_digits=MOST_DIGITS,
        script=packed(script(list(operations), bool(data["rows"]), host)),
    )


def embedded(
    root: Value,
    fold: str | bool | None = None,
    precision: int = PRECISION,
    lang: str = "en",
    channel: str = "",
) -> str:
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
    frame = escape(page(root, fold, precision, lang, channel)).replace("\n", "&#10;")
    drawn = picture([root], precision=precision, fold_by=fold, lang=lang)
    svg = write_svg(drawn, layered(drawn.graph("LR", wrap=None)))
    words = _WORDS[lang]
    title = words.title.format(_title(root))
    # Both in one cell of a grid, so that the frame's room goes where the frame is taken out.
    still = image(
        svg,
        words.still.format(title),
        f"grid-area:1/1;max-width:100%;max-height:{FRAME_HEIGHT}px",
    )
    name = escape(words.frame.format(title))
    content = (
        f'<div style="display:grid">{still}'
        f'<iframe title="{name}" sandbox="allow-scripts" srcdoc="{frame}" '
        f'style="grid-area:1/1;width:100%;height:{FRAME_HEIGHT}px;border:0"></iframe></div>'
    )
    return boxed(content, "", _gradients(root, title, precision, lang))


def _gradients(root: Value, title: str, precision: int, lang: str) -> str:
    # Where nothing can be shown: the leaves and their gradients, as text.
    order = topological_order(root)
    gradient = {root: 1.0} | {step.parent: step.accumulated for step in each_step(order)}
    name = names(order, [root])
    rows = [
        (name[leaf], leaf.data, gradient[leaf])
        for leaf in leaves(root)
        if not is_number(leaf, name[leaf])
    ]
    return listed(f"{title} = {number(root.data, precision)}", rows, precision, lang)


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
) -> dict[str, Any]:
    name = names(order, [root])
    in_latex = terms_of(name, LATEX)
    terms, place = terms_of(name, TEXT), places(order)
    nodes = [*leaves(root), *order]
    index = {node: i for i, node in enumerate(nodes)}
    card = {value: i for i, card in enumerate(drawn.cards) for value in card.values}
    rows = rows_of_batch(root)
    return {
        "start": START,
        "keys": {lang: words.keys for lang, words in WORDS.items()},
        "title": _title(root),
        "mistakes": [[m.question, m.takes, int(m.alone), m.factors, m.en, m.zh] for m in MISTAKES],
        "tolerance": TOLERANCE,
        "parameters": [i for i, node in enumerate(nodes) if isinstance(node, Parameter)],
        "root": index[root],
        "rows": [
            {
                "inputs": [[index[leaf] for leaf in own] for own in row.inputs],
                "output": index[row.output],
            }
            for row in rows
        ],
        "level": rows[0].level if rows else None,
        "nodes": [
            # Without what most nodes have; compute.js has it.
            _unlike(
                MOST_NODES | {"symbol": name[node], "latex": name[node]},
                {
                    "name": name[node],
                    "place": place.get(node, ""),
                    "symbol": in_fraction(name[node]),
                    "latex": in_latex[node][0],
                    "binding": terms[node][1],
                    "constant": is_number(node, name[node]),
                    "card": card[node],
                    "value": _number(node.data),
                    "rule": operations[operation_of(node), len(node.parents)]
                    if node.parents
                    else None,
                    "sign": visible(node.operation.symbol) if node.operation else "",
                    "parents": [index[parent] for parent in node.parents],
                    "locals": [_local(slope) for slope in node.local_gradients()],
                },
            )
            for node in nodes
        ],
        "formulas": [
            {
                "name": key[0].name,
                "forward": forward_formula(*key),
                "local": rule_formulas(*key),
                "latex": {
                    "forward": forward_formula(*key, LATEX),
                    "local": rule_formulas(*key, LATEX),
                },
            }
            for key in operations
        ],
        "links": [(link.source, link.target, link.argument) for link in drawn.links],
        "labels": placement.labels,
        "room": LINK_LABEL[0],
        "shown": [None if card.shown is None else index[card.shown] for card in drawn.cards],
    }


def _local(slope: float) -> float | str | None:
    return None if slope is NOTHING else _number(slope)


def _unlike(usual: dict[str, Any], entries: dict[str, Any]) -> dict[str, Any]:
    return {key: entry for key, entry in entries.items() if key not in usual or usual[key] != entry}


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


def _legend(drawn: Picture) -> str:
    roles = dict.fromkeys(card.role for card in drawn.cards)
    return "".join(
        f'<li><span class="swatch {role}"></span><span data-say="{role}"></span></li>'
        for role in roles
    )
