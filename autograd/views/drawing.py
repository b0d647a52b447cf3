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
from autograd.views.draw.export import checked_scale, export
from autograd.views.draw.layout import Graph, Placement, dot, layered
from autograd.views.draw.notebook import boxed, image, listed
from autograd.views.draw.picture import Picture, picture
from autograd.views.draw.svg import description_of, page_size, title_of, write_svg
from autograd.views.draw.theme import THEMES
from autograd.views.draw.tikz import write_tikz
from autograd.views.draw.words import LANGUAGES
from autograd.views.modules import check_fold
from autograd.views.write.text import check_precision
from autograd.whole import replace_file

LAYOUTS: dict[str, Callable[[Graph], Placement]] = {"layered": layered, "dot": dot}
DIRECTIONS = ("LR", "TB", "RL", "BT")
SUFFIXES = (".svg", ".dot", ".gv", ".png", ".pdf", ".tex")


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

    Examples
    --------
    >>> from autograd import Value, draw
    >>> w = Value(3.0, "w")
    >>> draw(w * w)
    Drawing(2 cards, 2 links)
    >>> draw(w * w).svg()[:4]
    '<svg'
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

    def save(
        self, path: str | PathLike[str], *, scale: float | None = None, dpi: float | None = None
    ) -> Path:
        """Write the drawing to a file.

        Parameters
        ----------
        path : path
            Its suffix says the format: svg; png or pdf, with the extra ``pictures`` or Graphviz;
            tex, which pdflatex takes; dot or gv.
        scale : float, optional
            Of png, pdf and tex: how many pixels of the file one of the drawing is. None: 2 for
            png, so that text is sharp on any screen, 1 for the others.
        dpi : float, optional
            The same in dots per inch: 96 are ``scale=1``.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ValueError
            For another suffix, for a picture larger than its format allows, and for a scale that
            is not positive.
        RuntimeError
            For png and pdf if neither the extra nor Graphviz is installed.
        """
        file = Path(path)
        suffix = file.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                f"cannot tell a format from {file.name!r}: end the name in {', '.join(SUFFIXES)}"
            )
        size = page_size(self.picture, self.placement)
        factor = checked_scale(suffix, size, scale, dpi)
        if suffix in (".png", ".pdf"):
            replace_file(file, export(suffix, self.svg(), self.source, size, factor))
        elif suffix == ".tex":
            replace_file(
                file,
                write_tikz(self.picture, self.placement, theme=self.theme, scale=factor).encode(),
            )
        else:
            text = self.svg() if suffix == ".svg" else self.source
            replace_file(file, text.encode())
        return file

    _repr_svg_ = svg

    def _repr_html_(self) -> str:
        title = f"{title_of(self.picture)}. {description_of(self.picture, self.direction)}"
        lang = self.picture.lang
        rows = [
            (card.name, numbers.get("data", ""), numbers.get("grad", ""))
            for card in self.picture.cards
            for numbers in (dict(card.rows),)
        ]
        shown = image(self.svg(), title, "max-width:none;height:auto", inline=True)
        return boxed(shown, "overflow-x:auto", listed(title, rows, lang=lang))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # A host picks one: SVG is not safe enough for some, HTML not for others.
        return {
            "text/plain": repr(self),
            "image/svg+xml": self.svg(),
            "text/html": self._repr_html_(),
        }


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
    lang: str = "en",
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
    lang : {"en", "zh"}
        The language of what is beside names and numbers, English or Chinese.

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
    (['x', 'v1 = x·x'], 2)
    >>> drawing.svg()[:4]
    '<svg'
    """
    outputs = _outputs(root)
    check_choice("layout", layout, tuple(LAYOUTS))
    check_choice("direction", direction, DIRECTIONS)
    check_choice("theme", theme, THEMES)
    check_choice("lang", lang, LANGUAGES)
    check_fold(fold)
    check_precision(precision)
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
        fit=True,
        lang=lang,
    )
    sizes_and_links = shown.graph(direction, wrap=wrap)  # all that a layout needs to know
    placement = LAYOUTS[layout](sizes_and_links)  # where each card is, and the curve of each link
    return Drawing(shown, placement, direction, theme)  # writes itself as SVG or DOT when asked


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


def _check_count(name: str, given: object, others: str = "") -> None:
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"{name} must be {others}an integer, not {given!r}")
    if given < 1:
        raise ValueError(f"{name} must be at least 1, not {given}")
