"""What a training gives back: parameters and optimiser, and the figures of each epoch.

Read next: `python_loop`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from autograd.whole import set_each

if TYPE_CHECKING:
    from autograd.compiler.train.plan import Optimizer

State: TypeAlias = tuple[Any, Any, int]
"""Parameters (a list or an array), the optimiser's state for each of them, and the steps taken."""


def give(optimizer: Optimizer, numbers: Sequence[float], state: list[Any], steps: int) -> None:
    """Write parameters and optimiser, all of it or nothing, whatever interrupts."""
    progress = [(optimizer, "state", state), (optimizer, "steps", steps)]
    set_each(optimizer.parameters, "_data", numbers, progress)


@dataclass(frozen=True, slots=True)
class Epoch:
    """The figures of one epoch.

    Parameters
    ----------
    number : int
        The first is 1.
    loss : float
        The mean over the rows of the function's result, each before the step that it took part in.
    learning_rate : float
        The optimiser's ``lr`` in this epoch.
    gradient_norm : float
        The mean over the batches of the gradient's norm, before clipping.
    """

    number: int
    loss: float
    learning_rate: float
    gradient_norm: float


class Epochs(Sequence[Epoch]):
    """The figures of every epoch of a training, in order.

    Attributes
    ----------
    losses, learning_rates, gradient_norms : arrays of floats
        Those of all epochs; see `Epoch`.
    """

    def __init__(self) -> None:
        self.losses = array("d")
        self.learning_rates = array("d")
        self.gradient_norms = array("d")

    def __len__(self) -> int:
        return len(self.losses)

    def forget(self, done: int) -> None:
        """Keep the first epochs only."""
        for figures in (self.losses, self.learning_rates, self.gradient_norms):
            del figures[done:]

    @overload
    def __getitem__(self, place: int) -> Epoch: ...
    @overload
    def __getitem__(self, place: slice) -> list[Epoch]: ...
    def __getitem__(self, place: int | slice) -> Epoch | list[Epoch]:
        numbers = range(1, len(self) + 1)[place]
        return self._epoch(numbers) if isinstance(numbers, int) else list(map(self._epoch, numbers))

    def _epoch(self, number: int) -> Epoch:
        i = number - 1
        return Epoch(number, self.losses[i], self.learning_rates[i], self.gradient_norms[i])

    def __repr__(self) -> str:
        ends = f", loss {self.losses[0]:.6g} to {self.losses[-1]:.6g}" if self else ""
        return f"<Epochs: {len(self)}{ends}>"
