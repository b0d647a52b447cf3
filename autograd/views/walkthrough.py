"""Backpropagation one application of the chain rule at a time.

`walkthrough` lists what `backward` does, in its order and to the bit, and touches no gradient.
The list prints as a table, shows itself in a notebook as a player, and saves as a page of its own.

Read next: `player`, the page, and `ledger`, the same steps sorted by who receives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import overload

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.names import names
from autograd.views.table import Table
from autograd.views.text import number

PRECISION = 6
MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """One application of the chain rule: what one node passes on to one of its arguments.

    Parameters
    ----------
    node : Value
        Where gradient comes from.
    parent : Value
        Who receives it.
    argument : int
        The position of `parent` among the arguments of `node`.
    upstream : float
        ∂root/∂node.
    local : float
        ∂node/∂parent, for this argument.
    contribution : float
        ``upstream * local``.
    accumulated : float
        The gradient of `parent` after this step: what earlier steps gave it plus `contribution`.
    """

    node: Value
    parent: Value
    argument: int
    upstream: float
    local: float
    contribution: float
    accumulated: float


def each_step(order: Sequence[Value]) -> Iterator[Step]:
    """Yield the steps from the last node of a topological order backwards."""
    gradient: dict[Value, float] = {order[-1]: 1.0} if order else {}
    for node in reversed(order):
        upstream = gradient[node]
        for argument, (parent, local) in enumerate(
            zip(node.parents, node.local_gradients(), strict=True)
        ):
            contribution = upstream * local
            accumulated = gradient.get(parent, 0.0) + contribution
            gradient[parent] = accumulated
            yield Step(node, parent, argument, upstream, local, contribution, accumulated)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Walkthrough(Sequence[Step]):
    """The steps of one backward pass, an immutable sequence; see `walkthrough`.

    Parameters
    ----------
    root : Value
        The output that the pass starts from.
    steps : tuple of Steps
        In the order of `backward`.
    """

    root: Value
    steps: tuple[Step, ...]

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
        return self.table().text() + self._left_out()

    def table(self) -> Table:
        """The steps as a table; of more than 400 the first and the last 200."""
        name = names(topological_order(self.root))
        half = MOST_ROWS // 2
        steps = list(enumerate(self.steps, start=1))
        if len(steps) > MOST_ROWS:
            steps = steps[:half] + steps[-half:]
        return Table(
            ("step", "node", "argument", "upstream", "× local", "= contribution", "accumulated"),
            tuple(
                (
                    str(position),
                    name[step.node],
                    name[step.parent],
                    *(
                        number(value, PRECISION)
                        for value in (
                            step.upstream,
                            step.local,
                            step.contribution,
                            step.accumulated,
                        )
                    ),
                )
                for position, step in steps
            ),
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
            When the graph is too large to step through; see `autograd.views.player.page`.
        """
        from autograd.views.player import page

        file = Path(path)
        file.write_bytes(page(self.root).encode())
        return file

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        from autograd.views.player import embedded

        return embedded(self)

    def _left_out(self) -> str:
        left_out = len(self) - MOST_ROWS
        return f"\n({left_out} steps in the middle are left out)" if left_out > 0 else ""


def walkthrough(root: Value) -> Walkthrough:
    """Walk through ``root.backward()`` step by step, without changing any gradient.

    Parameters
    ----------
    root : Value
        The output.

    Returns
    -------
    Walkthrough
        A sequence of `Step`s, one for each link of the graph, in the order of `backward` and with
        its very numbers: those that a node receives add up, in this order, to its gradient.

    Raises
    ------
    TypeError
        When `root` is not a Value.

    Notes
    -----
    The pass starts from gradients of zero, whatever the leaves' ``grad`` holds now, and from
    ∂root/∂root = 1.

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
    return Walkthrough(root, tuple(each_step(topological_order(root))))
