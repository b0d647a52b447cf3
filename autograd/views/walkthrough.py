"""Backpropagation one application of the chain rule at a time.

`walkthrough` lists what `backward` does, in the same order and with the same bits, and changes no
gradient. The list prints as a table, shows itself in a notebook as a player, and can be saved as a
page of its own.

Read before: `steps`, the list itself, and `player`, the page. Read next: `ledger`, those of the
steps that one value receives from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import overload

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.modules import check_fold
from autograd.views.player.page import embedded, page
from autograd.views.steps import Step, each_step
from autograd.views.write.names import names
from autograd.views.write.table import Table

__all__ = ["Step", "Walkthrough", "walkthrough"]

MOST_ROWS = 400  # of a printed table


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
    """

    root: Value
    steps: tuple[Step, ...]
    fold: str | bool | None = None

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
        note = f"\n({left_out} steps in the middle are left out)" if left_out > 0 else ""
        return self.table().text() + note

    def table(self) -> Table:
        """The steps as a table; of more than 400 the first and the last 200."""
        name = names(topological_order(self.root))
        half = MOST_ROWS // 2
        rows = [
            (
                str(i),
                name[s.node],
                name[s.parent],
                s.upstream,
                s.local,
                s.contribution,
                s.accumulated,
            )
            for i, s in enumerate(self.steps, start=1)
            if i <= half or i > len(self) - half
        ]
        return Table(
            ("step", "node", "argument", "upstream", "× local", "= contribution", "accumulated"),
            rows,
            numeric=(0, 3, 4, 5, 6),
        )

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the player as one HTML page that needs nothing else, no network either.

        Parameters
        ----------
        path : path
            Where to; a file that is there is replaced. Usually ``*.html``.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ValueError
            When the graph is too large to step through; see `autograd.views.player.page.page`.
        """
        file = Path(path)
        file.write_bytes(page(self.root, self.fold).encode())
        return file

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        try:
            return embedded(self.root, self.fold)
        except ValueError as error:  # too large for the player
            return f"<p>{escape(str(error))}</p>{self.table().html()}"


def walkthrough(root: Value, *, fold: str | bool | None = None) -> Walkthrough:
    """Walk through ``root.backward()`` step by step, without changing any gradient.

    Parameters
    ----------
    root : Value
        The output.
    fold : {None, False, "layer", "neuron", "time"}
        Have the player show each module as one card and step from module to module: False never,
        None above 300 cards, as `draw` does.

    Returns
    -------
    Walkthrough
        A sequence of `Step`s, one for each link of the graph, in the order of `backward` and with
        the same numbers: the contributions to a node add up, in this order, to its gradient.

    Raises
    ------
    TypeError
        When `root` is not a Value.
    ValueError
        When `fold` is something else.

    Notes
    -----
    The pass starts from gradients of zero, whatever the leaves' ``grad`` holds now, and from
    ∂root/∂root = 1.

    Above 5,000 links a notebook shows the table and `Walkthrough.save` raises an error.

    Examples
    --------
    >>> from autograd import Value
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> steps = walkthrough(w * x + x)
    >>> print(steps)
    step  node   argument  upstream  × local  = contribution  accumulated
       1  w·x+x  w·x              1        1               1            1
       2  w·x+x  x                1        1               1            1
       3  w·x    w                1        3               3            3
       4  w·x    x                1      0.5             0.5          1.5
    >>> steps[-1].accumulated, x.grad
    (1.5, 0.0)
    """
    if not isinstance(root, Value):
        raise TypeError(f"walkthrough needs a Value, the output, not {type(root).__name__}")
    check_fold(fold)
    return Walkthrough(root, tuple(each_step(topological_order(root))), fold)
