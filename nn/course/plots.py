"""Curves, points, bars and small images as SVG, drawn by pygal and in pure Python.

A picture is an image without JavaScript: code hosts and untrusted notebooks show it. All this runs
in a browser too.

Read next: `exercises`.
"""

from __future__ import annotations

import math
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

Curve = Iterable[tuple[float, float]]

COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#65a30d", "#be185d")
GREY = "#94a3b8"
_DROPPED = re.compile(r"<script.*?</script>|<!--.*?-->|<desc.*?</desc>", re.DOTALL)
"""What JavaScript would read, and a comment with the date."""
_DIGITS = re.compile(r"(?<=\.\d\d)\d+(?=[^<>]*>)")
"""What a coordinate has beyond hundredths of a pixel; the points of a curve have tenths."""
_UNUSED = re.compile(
    r"[^{}>]*(?:tooltip|hover|active|no_data|overlay|bound|max-value|map-element|reset|gauge|y2"
    r"|web|backwards|showable|bg-lines|subtle)[^{}]*\{[^}]*\}"
)
"""Rules of style for a mouse, which no image knows, and for other kinds of charts."""
_PATH = re.compile(r' d="[^"]*"')
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DARK = """<style>
  text { fill: #374151 !important; font-family: system-ui, sans-serif !important; }
  .guide, .major.line { stroke: #9ca3af !important; stroke-opacity: .35 !important;
    stroke-dasharray: none !important; }
  .axis > .line, .axis.line { stroke: #6b7280 !important; }
  .nofill { stroke-width: 2 !important; stroke-opacity: 1 !important; }
  @media (prefers-color-scheme: dark) { text { fill: #d1d5db !important; } }
</style>"""


class Plot:
    """A picture; a notebook shows it, ``svg`` is its source."""

    def __init__(self, svg: str, title: str) -> None:
        head, rest = svg.split(">", 1)
        self.svg = f"{head}>{_DARK}{rest}"
        self._title = title or "a plot"

    def __repr__(self) -> str:
        return f"<Plot: {self._title}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        data = b64encode(self.svg.encode()).decode()
        image = f'<img alt="{escape(self._title)}" src="data:image/svg+xml;base64,{data}">'
        return {"text/plain": repr(self), "text/html": image}


def _plot(chart: Any, title: str) -> Plot:
    chart.uuid = "plot"  # else another one each time
    svg = _PATH.sub(lambda path: re.sub(r"(\.\d)\d+", r"\1", path[0]), chart.render())
    head, rest = _DROPPED.sub("", svg).split("</style>", 1)
    return Plot(f"{_UNUSED.sub('', head)}</style>{_DIGITS.sub('', rest)}", title)


def _options(title: str, x: str, y: str, log: bool) -> dict[str, Any]:
    from pygal.style import Style

    style = Style(
        font_family="sans-serif",
        background="transparent",
        plot_background="transparent",
        colors=COLOURS,
        title_font_size=16,
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=13,
    )
    return {
        "style": style,
        "js": [],
        "width": 640,
        "height": 360,
        "title": title or None,
        "x_title": x or None,
        "y_title": y or None,
        "logarithmic": log,
        "legend_at_bottom": True,
        "disable_xml_declaration": True,
        "truncate_legend": -1,
        "truncate_label": -1,
    }


def lines(
    curves: Mapping[str, Curve],
    title: str = "",
    x: str = "",
    y: str = "",
    *,
    log: bool = False,
    grey: int = 0,
) -> Plot:
    """Draw curves through points.

    Parameters
    ----------
    curves : dict
        What the legend says, to (x, y) pairs.
    title, x, y : str
        The title and what the axes say.
    log : bool
        Whether the vertical axis is logarithmic; all y are above 0 then.
    grey : int
        How many of the first curves are only a background, such as contours.

    Examples
    --------
    >>> lines({"x²": [(x, x * x) for x in range(5)]}, title="a parabola")  # doctest: +SKIP
    <Plot: a parabola>
    """
    import pygal

    options = _options(title, x, y, False)
    options["style"].colors = (*[GREY] * grey, *COLOURS)
    chart = pygal.XY(show_dots=False, stroke_style={"width": 2}, **options)
    drawn = {name: list(curve) for name, curve in curves.items()}
    if log:  # pygal's own would make both axes logarithmic
        exponents = [log10(y) for curve in drawn.values() for _, y in curve]
        low = floor(min(exponents))  # at the height 0, so that pygal's line for 0 is the axis
        drawn = {name: [(x, log10(y) - low) for x, y in curve] for name, curve in drawn.items()}
        chart.y_labels = _powers(low, ceil(max(exponents)))
    for name, curve in drawn.items():
        chart.add(name, curve)
    return _plot(chart, title)


def _powers(low: int, high: int) -> list[dict[str, Any]]:
    """Return powers of ten, nine at most, as labels of an axis whose height 0 is 10^low."""
    step = ceil((high - low) / 8) or 1
    return [
        {"label": f"10{str(power).translate(_RAISED)}", "value": power - low}
        for power in range(low, high + step, step)
    ]


def points(groups: Mapping[str, Curve], title: str = "", x: str = "", y: str = "") -> Plot:
    """Draw groups of points, as `lines` does curves."""
    import pygal

    chart = pygal.XY(stroke=False, dots_size=3, **_options(title, x, y, False))
    for name, group in groups.items():
        chart.add(name, list(group))
    return _plot(chart, title)


def bars(
    heights: Mapping[str, Iterable[float]],
    names: Iterable[str],
    title: str = "",
    y: str = "",
    *,
    log: bool = False,
) -> Plot:
    """Draw bars side by side: each legend entry's heights above the *names*.

    With *log* the axis is logarithmic and starts at a power of ten below all heights.
    """
    import pygal

    chart = pygal.Bar(**_options(title, "", y, log))
    chart.x_labels = list(names)
    rows = {name: list(row) for name, row in heights.items()}
    if log:
        numbers = [number for row in rows.values() for number in row]
        low, high = math.floor(math.log10(min(numbers))), math.ceil(math.log10(max(numbers)))
        chart.zero, chart.range = 10.0**low, (10.0**low, 10.0**high)
        chart.y_labels = [10.0**power for power in range(low, high + 1)]
    for name, row in rows.items():
        chart.add(name, row)
    return _plot(chart, title)


_CELL, _GAP, _CAPTION = 12, 16, 20  # pixels


def images(
    pictures: Mapping[str, Sequence[Sequence[float]]], title: str = "", *, columns: int = 6
) -> Plot:
    """Draw small grey images side by side.

    Parameters
    ----------
    pictures : dict
        What stands below each, to its rows of numbers from 0 (black) to 1 (white).
    title : str
        What screen readers say.
    columns : int
        How many stand in a row.
    """
    grids = list(pictures.values())
    width = max(len(grid[0]) for grid in grids) * _CELL + _GAP
    height = max(map(len, grids)) * _CELL + _GAP + _CAPTION
    drawn = [
        f'<g transform="translate({place % columns * width} {place // columns * height})">'
        f"{_image(grid)}"
        f'<text x="{(width - _GAP) / 2}" y="{height - _GAP}" text-anchor="middle" '
        f'font-size="13">{escape(caption)}</text></g>'
        for place, (caption, grid) in enumerate(pictures.items())
    ]
    across, down = min(columns, len(grids)) * width, -(-len(grids) // columns) * height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}">'
    return Plot(f"{head}{''.join(drawn)}</svg>", title)


def _image(grid: Sequence[Sequence[float]]) -> str:
    """Write an image: a black ground, and a square for each number above 0."""
    size = f'width="{_CELL}" height="{_CELL}"'
    squares = [
        f'<rect x="{column * _CELL}" y="{row * _CELL}" {size} fill="rgb({grey},{grey},{grey})"/>'
        for row, numbers in enumerate(grid)
        for column, number in enumerate(numbers)
        if (grey := round(255 * min(max(number, 0.0), 1.0)))
    ]
    ground = f'<rect width="{len(grid[0]) * _CELL}" height="{len(grid) * _CELL}"/>'
    return ground + "".join(squares)
