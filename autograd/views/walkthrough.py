"""Backpropagation one application of the chain rule at a time.

`walkthrough` lists what `backward` does, in the same order and with the same bits, and changes no
gradient. The list prints as a table, shows itself in a notebook as a player, and can be saved as a
page of its own.

Read before: `steps`, the list itself, and `player`, the page. Read next: `ledger`, those of the
steps that one value receives from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from os import PathLike
from pathlib import Path
from typing import overload

from autograd.checks import check_choice
from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.draw.export import (
    DEFAULT_SCALE,
    LONGEST_SIDE,
    check_chinese_font,
    checked_scale,
    gif,
    mp4,
    pdf,
    png,
)
from autograd.views.draw.words import LANGUAGES
from autograd.views.modules import check_fold
from autograd.views.player.film import SECONDS, Film
from autograd.views.player.live import LeafValues
from autograd.views.player.page import embedded, page
from autograd.views.steps import PRECISION, Step, each_step
from autograd.views.write.names import defined, names, places
from autograd.views.write.table import Table
from autograd.views.write.text import check_precision
from autograd.whole import replace_file

__all__ = ["Step", "Walkthrough", "walkthrough"]

MOST_ROWS = 400  # of a printed table
HEADINGS = {
    "en": ("step", "node", "argument", "upstream", "× local", "= contribution", "accumulated"),
    "zh": ("步骤", "节点", "自变量", "上游梯度", "× 局部梯度", "= 贡献", "累加"),
}
LEFT_OUT = {"en": "steps left out in the middle: {}", "zh": "省略了中间的 {} 步"}
SUFFIXES = ("", ".html", ".htm", ".svg", ".gif", ".mp4")  # without one, a page
STILL_SUFFIXES = (".svg", ".tex", ".png", ".pdf")  # of one step
SCALED = (".gif", ".mp4", ".png", ".pdf", ".tex")
SHORTEST, LONGEST = 0.02, 60.0  # seconds for a step


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Walkthrough(Sequence[Step]):
    """The steps of one backward pass, an immutable sequence; see `walkthrough`.

    Parameters
    ----------
    root : Value
        The output that the pass starts from.
    steps : tuple of Steps
        In the order of `backward`.
    fold : {None, False, "layer", "neuron", "time"}
        How the player draws modules.
    precision : int
        Significant digits of the table, the player and the film.
    lang : {"en", "zh"}
        The language of the table, the player and the film.
    values : LeafValues
        The leaves' numbers by name, as a learner has set them in a notebook's player. Where
        anywidget is installed (extra ``widget``) they follow the player, and ``values["w"] = 0.3``
        moves it; elsewhere they stay those of the graph.

    Examples
    --------
    >>> from autograd import Value, walkthrough
    >>> w = Value(3.0, "w")
    >>> steps = walkthrough(w * w)
    >>> len(steps), steps[-1].accumulated
    (2, 6.0)
    """

    root: Value
    steps: tuple[Step, ...]
    fold: str | bool | None = None
    precision: int = PRECISION
    lang: str = "en"
    values: LeafValues = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", LeafValues(self.root))

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[index]

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"<Walkthrough of {self.root!r} in {len(self)} steps>"

    def __str__(self) -> str:
        left_out = len(self) - MOST_ROWS
        note = f"\n({LEFT_OUT[self.lang].format(left_out)})" if left_out > 0 else ""
        return self.table().text() + note

    def table(self) -> Table:
        """The steps as a table; of more than 400 the first and the last 200."""
        order = topological_order(self.root)
        name, place = names(order), places(order)
        half = MOST_ROWS // 2
        rows = [
            (
                str(i),
                defined(s.node, name, place),
                f"{s.argument + 1}: {name[s.parent]}",
                s.upstream,
                s.local,
                s.contribution,
                s.accumulated,
            )
            for i, s in enumerate(self.steps, start=1)
            if i <= half or i > len(self) - half
        ]
        return Table(
            HEADINGS[self.lang],
            rows,
            numeric=(0, 3, 4, 5, 6),
            precision=self.precision,
        )

    def save(
        self,
        path: str | PathLike[str],
        *,
        seconds: float = SECONDS,
        scale: float | None = None,
        step: int | None = None,
    ) -> Path:
        """Write the steps as a page to step through or as a film for slides, or one step.

        Parameters
        ----------
        path : path
            Where to; a file that is there is replaced. ``.html``: the player, in one page that
            needs nothing else, no network either. ``.svg``: an animated picture, which browsers
            play. ``.gif`` and ``.mp4``: the same for programs that play no SVG; with the extras
            ``pictures`` and ``video``. One step: ``.svg``, ``.tex``, or with the extra ``pictures``
            ``.png`` and ``.pdf``.
        seconds : float
            For how long the film shows each step; the last frame stays three times as long.
        scale : float, optional
            Of gif, mp4 and of one step as png, pdf or tex: how many pixels of the file one of the
            drawing is. Not given: 2 for png and for an mp4 that then is not too large, else 1.
        step : int, optional
            Save this step alone, by its number in the table: the drawing with the gradients that
            there are after it. 0 is the moment before the first one.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ValueError
            For another suffix, when the graph is too large to step through or to watch (see
            `autograd.views.player.page.page`), or when an option is out of range.
        ImportError
            For a format without its extra.
        RuntimeError
            For Chinese in a format of pixels, or a pdf, on a machine without a Chinese font.
        """
        file = Path(path)
        suffix = file.suffix.lower()
        _check_suffix(file, SUFFIXES if step is None else STILL_SUFFIXES, step)
        _check_seconds(seconds)
        if scale is not None and suffix not in SCALED:
            raise ValueError(f"scale is for {', '.join(SCALED)}; {file.name!r} is of any size")
        if suffix in ("", ".html", ".htm"):
            replace_file(file, page(self.root, self.fold, self.precision, self.lang).encode())
            return file
        film = Film(self.root, self.fold, self.precision, self.lang)
        if self.lang == "zh" and suffix in (".gif", ".mp4", ".png", ".pdf"):
            check_chinese_font()
        if step is None:
            replace_file(file, _moving(film, suffix, scale, seconds))
        else:
            replace_file(file, _still(film, suffix, scale, self._frame(film, step)))
        return file

    def _frame(self, film: Film, step: int) -> int:
        if not isinstance(step, int) or isinstance(step, bool):
            raise TypeError(f"step must be a whole number, not {step!r}")
        if not 0 <= step <= len(self):
            raise ValueError(f"step must be from 0 to {len(self)}, the last one, not {step}")
        return film.frame_of[step]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        try:
            channel = self.values.channel()
            return embedded(self.root, self.fold, self.precision, self.lang, channel)
        except ValueError as error:  # too large for the player
            return f"<p>{escape(str(error))}</p>{self.table().html()}"


def walkthrough(
    root: Value,
    *,
    fold: str | bool | None = None,
    precision: int = PRECISION,
    lang: str = "en",
) -> Walkthrough:
    """Walk through ``root.backward()`` step by step, without changing any gradient.

    Parameters
    ----------
    root : Value
        The output.
    fold : {None, False, "layer", "neuron", "time"}
        Have the player show each module as one card and step from module to module: False never,
        None above 300 cards, as `draw` does.
    precision : int
        Significant digits of the table, the player and the film, from 1 to 17.
    lang : {"en", "zh"}
        The language of the table, the film and the player, English or Chinese; a button in the
        player changes it.

    Returns
    -------
    Walkthrough
        A sequence of `Step`s, one for each link of the graph, in the order of `backward` and with
        the same numbers: the contributions to a node add up, in this order, to its gradient.

    Raises
    ------
    TypeError
        When `root` is not a Value, or `precision` not an integer.
    ValueError
        When `fold`, `precision` or `lang` is something else.

    Notes
    -----
    The pass starts from gradients of zero, whatever the leaves' ``grad`` holds now, and from 1, the
    output's own gradient. A step's local derivative, written ∂node/∂parent|ₖ, is that through its
    k-th argument alone: in ``x * x`` there are two steps with a local derivative of 3 each, and the
    second one completes the gradient 6. The table counts arguments from 1, as |ₖ does.

    The player also shows one node's gradient with its consumers and paths, descends, and asks.
    Where the graph is the loss of one network over points of a plane, numbers or Values, it shows
    these and the boundary that the descent moves.

    Above 5,000 links a notebook shows the table and `Walkthrough.save` raises an error.

    Examples
    --------
    >>> from autograd import Value
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> steps = walkthrough(w * x + x)
    >>> print(steps)
    step  node       argument  upstream  × local  = contribution  accumulated
       1  v2 = v1+x  1: v1            1        1               1            1
       2  v2 = v1+x  2: x             1        1               1            1
       3  v1 = w·x   1: w             1        3               3            3
       4  v1 = w·x   2: x             1      0.5             0.5          1.5
    >>> steps[-1].accumulated, x.grad
    (1.5, 0.0)
    """
    if not isinstance(root, Value):
        raise TypeError(f"walkthrough needs a Value, the output, not {type(root).__name__}")
    check_fold(fold)
    check_precision(precision)
    check_choice("lang", lang, LANGUAGES)
    return Walkthrough(root, tuple(each_step(topological_order(root))), fold, precision, lang)


def _moving(film: Film, suffix: str, scale: float | None, seconds: float) -> bytes:
    if suffix == ".svg":
        return film.svg(seconds).encode()
    if suffix == ".mp4" and scale is None:
        scale = min(DEFAULT_SCALE[suffix], LONGEST_SIDE[suffix] / max(film.size()))
    factor = checked_scale(suffix, film.size(), scale, frames=film.length)
    write = gif if suffix == ".gif" else mp4
    frames = [film.frame(index) for index in range(film.length)]
    return write(frames, factor, film.seconds(seconds))


def _still(film: Film, suffix: str, scale: float | None, index: int) -> bytes:
    factor = checked_scale(suffix, film.size(), scale)
    if suffix == ".tex":
        return film.tikz(index, factor).encode()
    svg = film.frame(index)
    if suffix == ".svg":
        return svg.encode()
    return png(svg, factor) if suffix == ".png" else pdf(svg, film.size(), factor)


def _check_suffix(file: Path, known: tuple[str, ...], step: int | None) -> None:
    if file.suffix.lower() in known:
        return
    *others, last = [suffix for suffix in known if suffix not in ("", ".htm")]
    what = "a format" if step is None else "a format of one step"
    raise ValueError(
        f"cannot tell {what} from {file.name!r}: end the name in {', '.join(others)} or {last}"
    )


def _check_seconds(seconds: float) -> None:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise TypeError(f"seconds must be a number, not {seconds!r}")
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError(f"seconds must be from {SHORTEST} to {LONGEST:g}, not {seconds!r}")
