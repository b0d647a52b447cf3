"""`draw`: the recorded graph as a picture.

Read before: the room `draw`. Read next: `walkthrough`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from autograd.checks import check_choice
from autograd.value import Value
from autograd.views.draw.dot_source import write_dot
from autograd.views.draw.graphviz import run_graphviz
from autograd.views.draw.layout import Graph, Placement, dot, layered
from autograd.views.draw.picture import Picture, picture
from autograd.views.draw.svg import write_svg
from autograd.views.draw.theme import THEMES
from autograd.views.modules import check_fold

LAYOUTS: dict[str, Callable[[Graph], Placement]] = {"layered": layered, "dot": dot}
DIRECTIONS = ("LR", "TB", "RL", "BT")
SUFFIXES = (".svg", ".dot", ".gv", ".png", ".pdf")
MOST_DIGITS = 17  # more say nothing about a float
MOST_PIXELS = 32_767  # that Graphviz's PNG, drawn with cairo, may have on a side
PIXELS_PER_UNIT = 96 / 72  # of a PNG by Graphviz: a unit of the drawing is a point there


@dataclass(frozen=True, slots=True, repr=False)
class Drawing:
    """A picture of a graph as it was when `draw` was called.

    A notebook shows it by itself.

    Parameters
    ----------
    picture : Picture
        Cards and links.
    placement : Placement
        Where they are.
    direction, theme : str
        As given to `draw`.
    """

    picture: Picture
    placement: Placement
    direction: str
    theme: str

    def __repr__(self) -> str:
        return f"Drawing({len(self.picture.cards)} cards, {len(self.picture.links)} links)"

    @property
    def source(self) -> str:
        """The graph in DOT; ``neato -n2`` draws it as it is placed here."""
        return write_dot(self.picture, self.placement, direction=self.direction, theme=self.theme)

    def svg(self) -> str:
        """The drawing as SVG, to be saved or put into a page."""
        return write_svg(self.picture, self.placement, direction=self.direction, theme=self.theme)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the drawing to a file.

        Parameters
        ----------
        path : path
            Its suffix says the format: svg, dot or gv; png or pdf through Graphviz.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ValueError
            For another suffix, or a png of more than 32,767 pixels on a side.
        RuntimeError
            For png and pdf if Graphviz is not installed.
        """
        file = Path(path)
        suffix = file.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                f"cannot tell a format from {file.name!r}: end the name in {', '.join(SUFFIXES)}"
            )
        if suffix == ".png":
            check_pixels(self.placement, PIXELS_PER_UNIT)
        if suffix in (".png", ".pdf"):
            works = "Saving as .svg, .dot or .gv works without it."
            file.write_bytes(run_graphviz(self.source, "neato", suffix[1:], works))
        else:
            text = self.svg() if suffix == ".svg" else self.source
            file.write_bytes(text.encode())
        return file

    _repr_svg_ = svg


def draw(
    root: Value | Sequence[Value],
    *,
    layout: str = "layered",
    direction: str = "LR",
    precision: int = 6,
    share_leaves: bool = True,
    fold: str | bool | None = None,
    max_nodes: int = 3000,
    theme: str = "auto",
    wrap: int | None = None,
) -> Drawing:
    """Draw the graph that computed `root`: a card for each node, a link for each argument.

    Parameters
    ----------
    root : Value, or sequence of Values
        The output; or several, such as what a layer returns.
    layout : {"layered", "dot"}
        The built-in layout, the same bytes everywhere; or Graphviz's, which must be installed.
    direction : {"LR", "TB", "RL", "BT"}
        Where data flows: from left to right, from top to bottom, ...
    precision : int
        Significant digits of values and gradients, from 1 to 17.
    share_leaves : bool
        False gives a leaf a card of its own at each use.
    fold : {None, False, "layer", "neuron", "time"}
        Show each module as one card with counts; modules are known by the labels of their
        parameters, such as ``layers.0.neurons.1.w0``. "time": each step of a recurrence as one, and
        the parameters that the steps share as another. Unless it is False, a sum or product of five
        terms and more is one card too. None: modules are shown as cards if there were more than 300
        cards otherwise, step by step where they are recurrent.
    max_nodes : int
        The most cards to draw.
    theme : {"auto", "light", "dark"}
        "auto" follows the reader's system.
    wrap : None, False or int
        After how many columns (or lines, from top to bottom) the drawing goes on in a next row.
        False: never. None: as many as suit a screen, where the drawing would be much longer.

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        For an unknown option, or more than `max_nodes` cards.
    TypeError
        If an argument is not of the kind above.
    RuntimeError
        For ``layout="dot"`` if Graphviz is not installed.

    Notes
    -----
    Gradients are shown once there are any, that is after ``backward``; before, a dash.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> drawing = draw(x * x)
    >>> [card.name for card in drawing.picture.cards], len(drawing.picture.links)
    (['x', 'x·x'], 2)
    >>> drawing.svg()[:4]
    '<svg'
    """
    outputs = _outputs(root)
    check_choice("layout", layout, tuple(LAYOUTS))
    check_choice("direction", direction, DIRECTIONS)
    check_choice("theme", theme, THEMES)
    check_fold(fold)
    _check_count("precision", precision, MOST_DIGITS)
    _check_count("max_nodes", max_nodes)
    if wrap is not None and wrap is not False:
        _check_count("wrap", wrap, others="None, False or ")
    if not isinstance(share_leaves, bool):
        raise TypeError(f"share_leaves must be True or False, not {share_leaves!r}")
    shown = picture(  # the cards, with all that is written on them, and the links between them
        outputs,
        precision=precision,
        share_leaves=share_leaves,
        fold_by=fold,
        max_nodes=max_nodes,
    )
    sizes_and_links = shown.graph(direction, wrap=wrap)  # all that a layout needs to know
    placement = LAYOUTS[layout](sizes_and_links)  # where each card is, and the curve of each link
    return Drawing(shown, placement, direction, theme)  # writes itself as SVG or DOT when asked


def check_pixels(placement: Placement, scale: float) -> None:
    """Raise `ValueError` if a bitmap with `scale` pixels per unit would have too many on a side."""
    sides = {"wide": placement.width, "high": placement.height}
    for side, extent in sides.items():
        if extent * scale > MOST_PIXELS:
            raise ValueError(
                f"the picture would be {extent * scale:,.0f} pixels {side}, and a PNG may be "
                f"{MOST_PIXELS:,} at most: wrap it into rows (draw(..., wrap=None) or a number of "
                "columns), show several nodes as one card (fold='layer'), or save it as .svg"
            )


def _outputs(root: object) -> tuple[Value, ...]:
    outputs = tuple(root) if isinstance(root, Sequence) and not isinstance(root, str) else (root,)
    for output in outputs:
        if not isinstance(output, Value):
            raise TypeError(
                f"draw needs a Value or a sequence of Values, not {type(output).__name__}"
            )
    if not outputs:
        raise ValueError("there is nothing to draw: the sequence of Values is empty")
    return tuple(dict.fromkeys(outputs))


def _check_count(name: str, given: object, most: int | None = None, others: str = "") -> None:
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"{name} must be {others}an integer, not {given!r}")
    if given < 1 or (most is not None and given > most):
        raise ValueError(
            f"{name} must be {f'from 1 to {most}' if most else 'at least 1'}, not {given}"
        )
