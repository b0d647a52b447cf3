r"""What is drawn on a graph to show a step, each piece as SVG and as TikZ.

Read next: `captions`, the words below the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from autograd.views.draw.latex_text import latex_text
from autograd.views.draw.layout import Point
from autograd.views.draw.svg import arrow_head, digits, path_data
from autograd.views.draw.theme import DARK, LIGHT
from autograd.views.draw.tikz import POINTS_PER_PIXEL, curve, point
from autograd.views.write.text import width

# Of what a piece says, its colour on light and on dark paper.
COLOURS = {
    "current": ("#0067b0", "#5cb8ff"),
    "flow": ("#b03a00", "#ff9d63"),
    "final": ("#00694a", "#46d6a0"),
    "plain": (LIGHT.text, DARK.text),
}
COLUMN = 7.0  # pixels for a character of a label


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, which begins or ends at a place, or has it in its middle.

    Parameters
    ----------
    kind : str
        One of `COLOURS`.
    place : Point
    text : str
    anchor : {"start", "middle", "end"}
    bold : bool
    size : int
        In pixels.
    """

    kind: str
    place: Point
    text: str
    anchor: str = "start"
    bold: bool = False
    size: int = 11

    def svg(self) -> str:
        """The text as SVG."""
        x, y = map(digits, self.place)
        looks = "" if self.anchor == "start" else f' text-anchor="{self.anchor}"'
        looks += f' font-size="{self.size}"' if self.size != 11 else ""
        looks += ' font-weight="bold"' if self.bold else ""
        return (
            f'<text class="{self.kind}" color="{COLOURS[self.kind][0]}" fill="currentColor" '
            f'x="{x}" y="{y}"{looks}>{escape(self.text)}</text>'
        )

    def tikz(self) -> str:
        """The text as TikZ."""
        anchor = {"start": "base west", "middle": "base", "end": "base east"}[self.anchor]
        size = self.size * POINTS_PER_PIXEL * 8 / 8.25  # as the document sets 11 pixels
        series = r"\bfseries" if self.bold else ""
        font = rf"\ttfamily{series}\fontsize{{{size:.1f}pt}}{{{size:.1f}pt}}\selectfont"
        style = f"plain, anchor={anchor}, text={self.kind}, font={font}"
        return rf"\node[{style}] at {point(self.place)} {{{latex_text(self.text)}}};"


@dataclass(frozen=True, slots=True)
class Outline:
    """A frame around a card, whose corner and size are given."""

    kind: str
    corner: Point
    size: tuple[float, float]

    def _box(self) -> tuple[float, float, float, float]:
        (x, y), (w, h) = self.corner, self.size
        return x - 2, y - 2, w + 4, h + 4

    def svg(self) -> str:
        """The frame as SVG."""
        x, y, w, h = map(digits, self._box())
        return (
            f'<rect class="{self.kind}" color="{COLOURS[self.kind][0]}" x="{x}" y="{y}" '
            f'width="{w}" height="{h}" rx="7" fill="none" stroke="currentColor" stroke-width="3"/>'
        )

    def tikz(self) -> str:
        """The frame as TikZ."""
        x, y, w, h = self._box()
        radius, line = 7 * POINTS_PER_PIXEL, 3 * POINTS_PER_PIXEL
        style = f"{self.kind}, line width={line:g}pt, rounded corners={radius:g}pt"
        return rf"\draw[{style}] {point((x, y))} rectangle {point((x + w, y + h))};"


@dataclass(frozen=True, slots=True)
class Flow:
    """Gradient on a link, against the data: from its end to its start, with a label beside it.

    A broad line of the paper's colour hides the link itself.
    """

    path: Sequence[Point]
    place: Point
    label: str

    def _paper(self) -> tuple[float, float, float, float]:
        (x, y), half = self.place, COLUMN / 2 * width(self.label) + 2
        return x - half, y - 7, 2 * half, 14

    def _text(self) -> Text:
        x, y = self.place
        return Text("flow", (x, y + 4), self.label, "middle", bold=True)

    def svg(self) -> str:
        """The flow as SVG."""
        data = path_data(self.path)
        x, y, w, h = map(digits, self._paper())
        return (
            f'<path class="halo" d="{data}" fill="none" stroke="{LIGHT.paper}" stroke-width="9"/>'
            f'<g class="flow" color="{COLOURS["flow"][0]}"><path d="{data}" fill="none" '
            'stroke="currentColor" stroke-width="2.5" stroke-dasharray="7 5"/>'
            f'<path d="{arrow_head(self.path[0], (-1, 0))}" fill="currentColor" '
            f'stroke="currentColor" stroke-width="2"/><rect class="paper" x="{x}" y="{y}" '
            f'width="{w}" height="{h}" fill="{LIGHT.paper}"/></g>' + self._text().svg()
        )

    def tikz(self) -> str:
        """The flow as TikZ."""
        route = curve(self.path)
        (x, y), (px, py, w, h) = self.path[0], self._paper()
        head = [point(p) for p in ((x, y), (x + 7, y - 3.5), (x + 7, y + 3.5))]
        return "\n".join(
            [
                rf"\draw[paper, line width={9 * POINTS_PER_PIXEL:g}pt] {route};",
                rf"\draw[flow, line width=1.9pt, dash pattern=on 5.25pt off 3.75pt] {route};",
                rf"\filldraw[flow, line width=1.5pt] {' -- '.join(head)} -- cycle;",
                rf"\fill[paper] {point((px, py))} rectangle {point((px + w, py + h))};",
                self._text().tikz(),
            ]
        )


Shape = Text | Outline | Flow


def tikz_colours() -> Iterator[str]:
    """The definitions of the colours in LaTeX, for light paper."""
    for name, (light, _) in COLOURS.items():
        yield rf"\definecolor{{{name}}}{{HTML}}{{{light.removeprefix('#').upper()}}}"
