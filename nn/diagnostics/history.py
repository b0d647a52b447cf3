"""The history of a training run, and its learning curves.

Read next: `diagnosis`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nn.diagnostics.axes import axes_or_new, whole_numbers_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(slots=True)
class History:
    """What happened in each epoch of a training run, as `training.fit` returns it.

    Attributes
    ----------
    losses : list of floats
        The mean loss over the epoch's examples, as they were met, without the penalty.
    validation_losses : list of floats
        The mean loss over the validation examples after the epoch; empty without validation.
    learning_rates : list of floats
        The learning rate of the epoch.
    gradient_norms : list of floats
        The norm √Σg² of all gradients before clipping, a mean over the epoch's batches.
    guess_loss : float or None
        The mean validation loss of the trained model's predictions against targets that were dealt
        out anew at random, which is what guessing would get; None without validation.
    best_epoch : int or None
        The place in these lists of the epoch whose weights early stopping brought back.
    engine : str
        "compiled", or "eager" and why.
    ended : str
        Why the run ended: "all epochs done", "early stopping" or "interrupted".

    Examples
    --------
    >>> from nn.diagnostics import History
    >>> history = History(losses=[0.9, 0.4], validation_losses=[0.8, 0.5])
    >>> len(history), history.last
    (2, (0.4, 0.5))
    """

    losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)
    guess_loss: float | None = None
    best_epoch: int | None = None
    engine: str = "eager"
    ended: str = "all epochs done"

    def __len__(self) -> int:
        return len(self.losses)

    def __repr__(self) -> str:
        parts = [f"{len(self)} epochs"]
        for name, losses in (("loss", self.losses), ("validation", self.validation_losses)):
            if losses:
                parts.append(f"{name} {losses[0]:.4g} to {losses[-1]:.4g}")
        return f"<History: {', '.join(parts)}, {self.engine.splitlines()[0]}, {self.ended}>"

    @property
    def last(self) -> tuple[float, float | None]:
        """The loss and the validation loss that belong to the weights the model has now."""
        if not self.losses:
            raise ValueError("the history is empty: no epoch was finished")
        epoch = len(self) - 1 if self.best_epoch is None else self.best_epoch
        return self.losses[epoch], self.validation_losses[epoch] if self.validation_losses else None

    def truncate(self, epochs: int) -> None:
        """Forget all epochs after the first ones, of which `epochs` stay."""
        figures = self.losses, self.validation_losses, self.learning_rates, self.gradient_norms
        for numbers in figures:
            del numbers[epochs:]

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the learning curves on Matplotlib's ``axes``, or new ones: see `learning_curves`."""
        return learning_curves(self, axes)


def learning_curves(history: History, axes: Axes | None = None) -> Axes:
    """Draw loss and validation loss against the epoch.

    Parameters
    ----------
    history : History
    axes : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    axes = axes_or_new(axes)
    epochs = range(1, len(history) + 1)
    axes.plot(epochs, history.losses, label="training")
    if history.validation_losses:
        axes.plot(epochs, history.validation_losses, linestyle="--", label="validation")
    if history.best_epoch is not None:
        axes.axvline(history.best_epoch + 1, color="gray", linestyle=":", label="best epoch")
    axes.set(xlabel="epoch", ylabel="mean loss", title="Learning curves")
    whole_numbers_below(axes)
    axes.legend()
    return axes
