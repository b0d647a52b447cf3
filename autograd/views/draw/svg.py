"""A picture in SVG: its cards and links at the places that a layout gave.

What is drawn can be found and restyled: each card is a group of the classes ``card`` and its role,
with ``data-card`` (its index), and its texts are of the classes ``name``, ``symbol``, ``key`` and
``value`` (with ``data-key``; a number alone is name and value in one); each link is a group of the
class ``link`` with ``data-link``, ``data-source``, ``data-target`` and ``data-argument``, and holds
a ``line`` and a ``head``.
How it looks is said by attributes, which every program that reads SVG understands; `theme` has the
little CSS that there is besides.

Read next: `tikz`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from autograd.views.draw.cards import ROLES
from autograd.views.draw.layout import Placement, Point
from autograd.views.draw.picture import COLUMN, LINE, PADDING, STACK, Picture
from autograd.views.draw.theme import DARK, FONT, FONT_SIZE, LIGHT, Theme, style_sheet
from autograd.views.write.text import width

# All in pixels.
HEAD_LENGTH = 7.0
HEAD_HALF_WIDTH = 3.5
LEGEND_ITEM = 112.0
LEGEND_LINE = 20.0
LEGEND_TEXT = 32.0  # from the left edge of the swatch
SWATCH = (20.0, 12.0)

# For each direction a step that way.
_DIRECTIONS = {"LR": (1, 0), "TB": (0, 1), "RL": (-1, 0), "BT": (0, -1)}


@dataclass(frozen=True, slots=True)
class Addition:
    """What is drawn beside the graph itself, such as the marks of a step.

    Parameters
    ----------
    under_cards, over_cards : str
        Elements, in the language of the drawing: between links and cards, and above all.
    style : str
        What they need, such as CSS.
    room, width : float
        Pixels that are kept free at the lower edge; and how wide it is at least.
    """

    under_cards: str = ""
    over_cards: str = ""
    style: str = ""
    room: float = 0.0
    width: float = 0.0


NOTHING_ADDED = Addition()


def write_svg(
    picture: Picture,
    placement: Placement,
    *,
    direction: str = "LR",
    theme: str = "auto",
    legend: bool = True,
    addition: Addition = NOTHING_ADDED,
) -> str:
    """Write a picture as SVG.

    Parameters
    ----------
    picture : Picture
    placement : Placement
        A layout's answer to ``picture.graph(direction)``.
    direction : {"LR", "TB", "RL", "BT"}
    theme : {"auto", "light", "dark"}
        "auto" follows the reader's system.
    legend : bool
        Whether to explain the roles below the graph.
    addition : Addition
        What else to draw.

    Returns
    -------
    str
        An SVG document without an XML declaration, so that it can stand inside a page too.
    """
    colours = DARK if theme == "dark" else LIGHT
    page_width, page_height = page_size(picture, placement, legend)
    paper_width, page_height = max(page_width, addition.width), page_height + addition.room
    dense = len(picture.links) > 4 * len(picture.cards)
    extent = f"{digits(paper_width)} {digits(page_height)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stepgrad-{theme}{" dense" * dense}" '
        f'role="img" width="{digits(paper_width)}" height="{digits(page_height)}" '
        f'viewBox="0 0 {extent}" font-family="{FONT}" font-size="{FONT_SIZE}" '
        f'fill="{colours.text}" xml:space="preserve">',
        f"<title>{escape(title_of(picture))}</title>",
        f"<desc>{escape(description_of(picture, direction))}</desc>",
        f"<style>{style_sheet(theme)}{addition.style}</style>",
        f'<rect class="paper" width="100%" height="100%" fill="{colours.paper}"/>',
        f'<g class="links" fill="none" stroke="{colours.line}" '
        f'stroke-width="{".6" if dense else "1.2"}">',
        *[_link(picture, i, path, direction, colours) for i, path in enumerate(placement.paths)],
        f'</g>{addition.under_cards}\n<g class="cards">',
        *[_card(picture, i, corner, colours) for i, corner in enumerate(placement.boxes)],
        "</g>",
    ]
    if legend:
        parts.append(_legend(picture, placement.height, page_width, colours))
    return "\n".join([*parts, f"{addition.over_cards}</svg>\n"])


def page_size(picture: Picture, placement: Placement, legend: bool = True) -> tuple[float, float]:
    """Width and height of the drawing in pixels, with its legend if it has one."""
    if not legend:
        return placement.width, placement.height
    roles = len({card.role for card in picture.cards})
    width = max(placement.width, LEGEND_ITEM * min(3, roles) + 2 * PADDING)
    return width, placement.height + LEGEND_LINE * -(-roles // _legend_columns(width))


def legend_items(
    picture: Picture, top: float, page_width: float
) -> Iterator[tuple[str, float, float]]:
    """Each role that occurs, with the place of its swatch."""
    roles = [role for role in ROLES if any(card.role == role for card in picture.cards)]
    columns = _legend_columns(page_width)
    for index, role in enumerate(roles):
        x = 2 * PADDING + index % columns * LEGEND_ITEM
        yield role, x, top + index // columns * LEGEND_LINE


def _legend_columns(page_width: float) -> int:
    return int((page_width - 2 * PADDING) // LEGEND_ITEM)


def digits(coordinate: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{coordinate:.1f}".removesuffix(".0")


def path_data(points: Sequence[Point]) -> str:
    """The ``d`` attribute of a curve of 3k + 1 points."""
    start = points[0]
    parts = [f"M{_xy(start)}"]
    for one, two, end in zip(points[1::3], points[2::3], points[3::3], strict=True):
        parts.append(_piece(start, one, two, end))
        start = end
    return "".join(parts)


@lru_cache(maxsize=10_000)  # the links of one trunk share most of their pieces
def _piece(start: Point, one: Point, two: Point, end: Point) -> str:
    if one == start and two == end:
        return f"L{_xy(end)}"
    return f"C{_xy(one)} {_xy(two)} {_xy(end)}"


def arrow_head(tip: Point, towards: tuple[int, int]) -> str:
    """The ``d`` attribute of a triangle that points in a direction such as (1, 0)."""
    x, y = towards
    base = (tip[0] - HEAD_LENGTH * x, tip[1] - HEAD_LENGTH * y)
    left = (base[0] - HEAD_HALF_WIDTH * y, base[1] + HEAD_HALF_WIDTH * x)
    right = (base[0] + HEAD_HALF_WIDTH * y, base[1] - HEAD_HALF_WIDTH * x)
    return f"M{_xy(tip)}L{_xy(left)}L{_xy(right)}z"


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}".replace(".0", "")


def cut_back(path: Sequence[Point], direction: str, length: float) -> list[Point]:
    """The curve of a link without its last pixels, where the arrow's head is."""
    x, y = _DIRECTIONS[direction]
    before, tip = path[-2:]
    end = (tip[0] - length * x, tip[1] - length * y)
    return [*path[:-2], end if before == tip else before, end]


def _link(
    picture: Picture, index: int, path: Sequence[Point], direction: str, colours: Theme
) -> str:
    link = picture.links[index]
    bundle = f' bundle" stroke-width="2.4" data-count="{link.count}' if link.count > 1 else ""
    title = f"<title>{picture.words.links.format(link.count)}</title>" if link.count > 1 else ""
    return (
        f'<g class="link{bundle}" data-link="{index}" data-source="{link.source}" '
        f'data-target="{link.target}" data-argument="{link.argument}">{title}'
        f'<path class="line" d="{path_data(cut_back(path, direction, HEAD_LENGTH))}"/>'
        f'<path class="head" fill="{colours.line}" stroke="none" '
        f'd="{arrow_head(path[-1], _DIRECTIONS[direction])}"/></g>'
    )


def _card(picture: Picture, index: int, corner: Point, colours: Theme) -> str:
    card = picture.cards[index]
    lower = STACK if card.role == "module" else 0.0
    right = picture.card_width(card) - PADDING - lower
    parts = [
        f'<g class="card {card.role}" data-card="{index}" '
        f'transform="translate({digits(corner[0])} {digits(corner[1])})">'
        f"<title>{escape(card.title)}</title>",
        _box(card.role, picture.card_width(card), picture.card_height(card), colours),
    ]
    if card.is_number:
        parts.append(
            _text("name value", right, LINE, card.name, f'{_BOLD}{_AT_RIGHT} data-key="data"')
        )
    else:
        parts.append(_text("name", PADDING, LINE + lower, card.name, _BOLD))
    if card.symbol:
        parts.append(_text("symbol", right, LINE, card.symbol, _BOLD + _AT_RIGHT))
    for row, (key, value) in enumerate(card.lines, start=2):
        y = row * LINE + lower
        parts.append(_key(y, picture.words.keys[key], colours))
        parts.append(_text("value", right, y, value, f'{_AT_RIGHT} data-key="{key}"'))
    parts.append("</g>")
    return "".join(parts)


def _box(role: str, box_width: float, box_height: float, colours: Theme) -> str:
    # The outline is the second cue besides the colour: round for inputs, a bar for parameters,
    # dashes for constants, double for outputs, a stack for modules.
    fill, outline = colours.roles[role]
    paint = f' fill="{fill}" stroke="{outline}"'
    # Not more than half of a side: some programs draw a larger radius wrong.
    corner = min({"input": 12, "parameter": 0, "module": 3}.get(role, 5), box_height / 2)
    if role == "constant":
        paint += ' stroke-dasharray="4 3"'
    box = _rectangle("box", 0, 0, box_width, box_height, corner, paint)
    if role == "parameter":
        return box + _rectangle("mark", 0, 0, 4, box_height, 0, f' fill="{outline}"')
    if role == "output":
        return box + _rectangle("box", 3, 3, box_width - 6, box_height - 6, corner - 3, paint)
    if role == "module":
        front_width, front_height = box_width - STACK, box_height - STACK
        sheets = [(STACK - down, down) for down in (0, STACK / 2, STACK)]
        return "".join(
            [
                _rectangle("box", *sheet, front_width, front_height, corner, paint)
                for sheet in sheets
            ]
        )
    return box


def _rectangle(kind: str, x: float, y: float, w: float, h: float, corner: float, paint: str) -> str:
    place = f' x="{digits(x)}" y="{digits(y)}"' if x or y else ""
    rounded = f' rx="{digits(corner)}"' if corner else ""
    return f'<rect class="{kind}"{place} width="{digits(w)}" height="{digits(h)}"{rounded}{paint}/>'


_BOLD = ' font-weight="bold"'
_AT_RIGHT = ' text-anchor="end"'


def _text(kind: str, x: float, y: float, text: str, more: str = "") -> str:
    return (
        f'<text class="{kind}" x="{digits(x)}" y="{digits(y)}"{more}{_squeezed(text)}>'
        f"{escape(text)}</text>"
    )


def _key(y: float, word: str, colours: Theme) -> str:
    # A word of ours, in a column of its own: it fits in whatever font, and is never squeezed.
    return (
        f'<text class="key" x="{digits(PADDING)}" y="{digits(y)}" fill="{colours.muted}">'
        f"{word}</text>"
    )


def _squeezed(text: str) -> str:
    # Signs outside the usual fonts come from others of unknown width: their columns are prescribed.
    if all(char < "\u0250" or "\u0370" <= char < "\u0400" or char in "…−–√≥≤⁻" for char in text):
        return ""
    return f' textLength="{digits(width(text) * COLUMN)}" lengthAdjust="spacingAndGlyphs"'


def _legend(picture: Picture, top: float, page_width: float, colours: Theme) -> str:
    items = [
        f'<g class="{role}" transform="translate({digits(x)} {digits(y)})">'
        f"{_box(role, *SWATCH, colours)}"
        f"{_text('name', LEGEND_TEXT, 10, picture.words.roles[role], _BOLD)}</g>"
        for role, x, y in legend_items(picture, top, page_width)
    ]
    return "".join(['<g class="legend">', *items, "</g>"])


def title_of(picture: Picture) -> str:
    """What the picture is, in a few words."""
    names = [card.name for card in picture.cards if card.role == "output"]
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return picture.words.title.format(shown)


def description_of(picture: Picture, direction: str) -> str:
    """What is in the picture, for those who do not see it."""
    counts = Counter(card.role for card in picture.cards)
    words = picture.words
    parts = [words.number_of(counts[role], role) for role in ROLES if counts[role]]
    outputs = [f"{c.name} = {c.rows[0][1]}" for c in picture.cards if c.role == "output"]
    return words.description.format(
        direction=words.directions[direction],
        links=len(picture.links),
        cards=len(picture.cards),
        roles=words.comma.join(parts),
        outputs=words.comma.join(outputs[:3]),
    )
