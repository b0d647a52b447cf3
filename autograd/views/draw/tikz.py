r"""A picture in TikZ, for papers and slides made with LaTeX: the same cards at the same places.

The file is a document from which ``pdflatex`` makes one page of the drawing's size; its
``tikzpicture`` can be copied into another document together with the lines before it.

Read next: `dot_source`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Template

from autograd.views.draw.latex_text import latex_text
from autograd.views.draw.layout import Placement, Point
from autograd.views.draw.picture import COLUMN, LINE, PADDING, STACK, Link, Picture
from autograd.views.draw.svg import (
    HEAD_LENGTH,
    LEGEND_TEXT,
    NOTHING_ADDED,
    SWATCH,
    Addition,
    digits,
    legend_items,
    page_size,
)
from autograd.views.draw.theme import DARK, LIGHT, Theme
from autograd.views.write.text import width

POINTS_PER_PIXEL = 0.75  # as the document says below

_DOCUMENT = r"""\documentclass[tikz]{standalone}
\usetikzlibrary{arrows.meta}
\usepackage{iftex}
\ifPDFTeX % which has no font for most of Unicode: a frame stands for what it cannot show
  \IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
  \newcommand{\unknown}[1]{{\fboxsep0pt\framebox[0.5em]{\rule{0pt}{1ex}}}}
\else
  \usepackage{fontspec}
  \IfFontExistsTF{DejaVu Sans Mono}{\setmonofont{DejaVu Sans Mono}[Scale=0.85]}{}
  \newcommand{\unknown}[1]{#1}
\fi
\newcommand{\fit}[2]{\sbox0{#2}\ifdim\wd0>#1\resizebox{#1}{\height}{\usebox0}\else\usebox0\fi}
$colours
\begin{document}
\begin{tikzpicture}[x=0.75pt, y=-0.75pt, scale=$scale, transform shape,
  plain/.style={inner sep=0pt, outer sep=0pt, text=text,
    font=\ttfamily\fontsize{8pt}{8pt}\selectfont},
  bold/.style={plain, font=\ttfamily\bfseries\fontsize{8pt}{8pt}\selectfont},
  card name/.style={bold, anchor=base west}, card symbol/.style={bold, anchor=base east},
  card number/.style={bold, anchor=base east},
  card key/.style={plain, anchor=base west, text=muted},
  card value/.style={plain, anchor=base east},
  link/.style={draw=line, line width=$thin, -{Triangle[length=$head, width=$head]}},
  bundle/.style={line width=1.8pt},
$roles]
$body
\end{tikzpicture}
\end{document}
"""

_RADII = {"input": 12.0, "parameter": 0.0, "module": 3.0}


def write_tikz(
    picture: Picture,
    placement: Placement,
    *,
    theme: str = "auto",
    scale: float = 1.0,
    addition: Addition = NOTHING_ADDED,
) -> str:
    """Write a picture as a LaTeX document with one ``tikzpicture``.

    Parameters
    ----------
    picture : Picture
    placement : Placement
    theme : {"auto", "light", "dark"}
        Paper has no "auto": it is light.
    scale : float
        By how much all is enlarged, text too.
    addition : Addition
        What else to draw, in TikZ; its style is LaTeX that stands before the document.
    """
    colours = DARK if theme == "dark" else LIGHT
    page_width, page_height = page_size(picture, placement)
    paper_width, page_height = max(page_width, addition.width), page_height + addition.room
    dense = len(picture.links) > 4 * len(picture.cards)
    words = picture.words
    body = [
        rf"\fill[paper] (0,0) rectangle ({digits(paper_width)},{digits(page_height)});",
        *map(_link, picture.links, placement.paths),
        *filter(None, [addition.under_cards]),
    ]
    for index, corner in enumerate(placement.boxes):
        body += _card(picture, index, corner)
    for role, x, y in legend_items(picture, placement.height, page_width):
        body += [
            *_box(role, (x, y), SWATCH),
            _node("name", (x + LEGEND_TEXT, y + 10), words.roles[role]),
        ]
    body += filter(None, [addition.over_cards])
    return Template(_DOCUMENT).substitute(
        colours="\n".join([*_colours(colours), *filter(None, [addition.style])]),
        roles="".join([f"  {style},\n" for style in _role_styles(colours)]),
        scale=f"{scale:g}",
        thin=f"{0.45 if dense else 0.9:g}pt",
        head=f"{HEAD_LENGTH * POINTS_PER_PIXEL:g}pt",
        body="\n".join(body),
    )


def _colours(theme: Theme) -> Iterator[str]:
    named = {"paper": theme.paper, "text": theme.text, "muted": theme.muted, "line": theme.line}
    for role, (fill, outline) in theme.roles.items():
        named |= {f"{role} fill": fill, f"{role} line": outline}
    for name, colour in named.items():
        yield rf"\definecolor{{{name}}}{{HTML}}{{{colour.removeprefix('#').upper()}}}"


def _role_styles(theme: Theme) -> Iterator[str]:
    for role in theme.roles:
        dashes = ", dash pattern=on 3pt off 2.25pt" if role == "constant" else ""
        yield f"{role}/.style={{draw={role} line, fill={role} fill, line width=0.75pt{dashes}}}"


def _link(link: Link, path: Sequence[Point]) -> str:
    return rf"\draw[link{', bundle' if link.count > 1 else ''}] {curve(path)};"


def curve(path: Sequence[Point]) -> str:
    """A curve of 3k + 1 points."""
    points = [point(each) for each in path]
    curves = [
        f" .. controls {points[i]} and {points[i + 1]} .. {points[i + 2]}"
        for i in range(1, len(points), 3)
    ]
    return points[0] + "".join(curves)


def _card(picture: Picture, index: int, corner: Point) -> Iterator[str]:
    card, (x, y) = picture.cards[index], corner
    lower = STACK if card.role == "module" else 0.0
    right = x + picture.card_width(card) - PADDING - lower
    yield from _box(card.role, corner, (picture.card_width(card), picture.card_height(card)))
    if card.is_number:
        yield _node("number", (right, y + LINE), card.name)
        return
    yield _node("name", (x + PADDING, y + LINE + lower), card.name)
    if card.symbol:
        yield _node("symbol", (right, y + LINE), card.symbol)
    for row, (key, value) in enumerate(card.lines, start=2):
        yield _node("key", (x + PADDING, y + row * LINE + lower), picture.words.keys[key])
        yield _node("value", (right, y + row * LINE + lower), value)


def _box(role: str, corner: Point, size: tuple[float, float]) -> Iterator[str]:
    # The outlines of `svg`: a bar for parameters, a double one for outputs, a stack for modules.
    (x, y), (w, h) = corner, size
    radius = min(_RADII.get(role, 5.0), h / 2) * POINTS_PER_PIXEL
    style = f"{role}, rounded corners={radius:g}pt" if radius else role
    if role == "module":
        for down in (0.0, STACK / 2, STACK):
            yield _rectangle(style, (x + STACK - down, y + down), (w - STACK, h - STACK))
        return
    yield _rectangle(style, corner, size)
    if role == "parameter":
        yield _rectangle("parameter line", corner, (4.0, h), "fill")
    if role == "output":
        inner = max(0.0, radius - 3 * POINTS_PER_PIXEL)
        style = f"output, rounded corners={inner:g}pt"
        yield _rectangle(style, (x + 3, y + 3), (w - 6, h - 6))


def _rectangle(style: str, corner: Point, size: tuple[float, float], action: str = "draw") -> str:
    end = corner[0] + size[0], corner[1] + size[1]
    return rf"\{action}[{style}] {point(corner)} rectangle {point(end)};"


def _node(style: str, place: Point, text: str) -> str:
    content = latex_text(text)
    if content != text:  # with signs that may be wider than those of a typewriter
        content = rf"\fit{{{width(text) * COLUMN * POINTS_PER_PIXEL:g}pt}}{{{content}}}"
    return rf"\node[card {style}] at {point(place)} {{{content}}};"


def point(place: Point) -> str:
    """A place."""
    return f"({digits(place[0])},{digits(place[1])})"
