"""Curves, points, bars and small images as SVG, drawn by pygal and in pure Python.

A picture is an image without JavaScript: code hosts and untrusted notebooks show it. All this runs
in a browser too.

Read next: `exercises`.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import cycle, islice
from math import ceil, floor, log10
from typing import Any

from autograd.checks import require

Curve = Iterable[tuple[float, float]]

COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#65a30d", "#be185d")
GREY = "#94a3b8"
_DROPPED = re.compile(
    r"<script.*?</script>|<!--.*?-->|<desc.*?</desc>|<style.*?</style>", re.DOTALL
)
"""What JavaScript would read, a comment with the date, and styles for a mouse and other charts."""
_DIGITS = re.compile(r"(?<=\.\d\d)\d+(?=[^<>]*>)")
"""What a coordinate has beyond hundredths of a pixel; the points of a curve have tenths."""
_PATH = re.compile(r' d="[^"]*"')
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE = """
text{fill:#374151;stroke:none;font-family:system-ui,sans-serif;font-size:12px}
.title{font-size:16px;text-anchor:middle}.legend text{font-size:13px}
.axis.x text{text-anchor:middle}.axis.x text[transform]{text-anchor:start}
.axis.y text{text-anchor:end}
.background,.line,.nofill{fill:none}.nofill{stroke-width:2}
.guide,.major.line{stroke:#9ca3af;stroke-opacity:.35}.axis.line{stroke:#6b7280}
.vertical .axis.x .guide{opacity:0}
@media(prefers-color-scheme:dark){text{fill:#d1d5db}}"""


class Plot:
    """A picture; a notebook shows it, ``svg`` is its source."""

    def __init__(self, svg: str, title: str, colours: Iterable[str] = ()) -> None:
        head, rest = svg.split(">", 1)
        filled = [f".color-{n}{{fill:{c};stroke:{c}}}" for n, c in enumerate(colours)]
        self.svg = f"{head}><style>{''.join(filled)}{_STYLE}</style>{rest}"
        self._title = title or "a plot"

    def __repr__(self) -> str:
        return f"<Plot: {self._title}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        data = b64encode(self.svg.encode()).decode()
        image = f'<img alt="{escape(self._title)}" src="data:image/svg+xml;base64,{data}">'
        return {"text/plain": repr(self), "text/html": image}


def _pygal() -> Any:
    """Import pygal, without the finder for plug-ins that it leaves in Python's import system.

    That one is of a kind which Python passes over with a warning whenever a module is looked for.
    """
    require("pygal", "notebook", "a plot of the course")
    import pygal

    sys.meta_path[:] = [each for each in sys.meta_path if hasattr(each, "find_spec")]
    return pygal


def _plot(chart: Any, title: str) -> Plot:
    chart.uuid = "plot"  # else another one each time
    svg = _PATH.sub(lambda path: re.sub(r"(\.\d)\d+", r"\1", path[0]), chart.render())
    colours = islice(cycle(chart.config.style.colors), len(chart.raw_series))
    return Plot(_DIGITS.sub("", _DROPPED.sub("", svg)), title, colours)


def _options(title: str, x: str, y: str, log: bool) -> dict[str, Any]:
    _pygal()
    from pygal.style import Style

    style = Style(colors=COLOURS, title_font_size=16, label_font_size=12, legend_font_size=13)
    return {
        "style": style,
        "js": [],
        "width": 640,
        "height": 360,
        "explicit_size": True,  # else a notebook draws it as wide as its cell
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
    options = _options(title, x, y, False)
    options["style"].colors = (*[GREY] * grey, *COLOURS)
    chart = _pygal().XY(show_dots=False, **options)
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
    chart = _pygal().XY(stroke=False, dots_size=3, **_options(title, x, y, False))
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
    chart = _pygal().Bar(**_options(title, "", y, log))
    chart.x_labels = list(names)
    rows = {name: list(row) for name, row in heights.items()}
    if log:
        numbers = [number for row in rows.values() for number in row]
        low, high = floor(log10(min(numbers))), ceil(log10(max(numbers)))
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
