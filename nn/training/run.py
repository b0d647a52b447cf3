"""What is kept from epoch to epoch: the history, the last epoch, and the best one.

After every epoch, eager and compiled training come to `Run.finish`, which validates by `mean_loss`,
keeps a checkpoint and says when to stop.

Read next: `eager`.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any, TypeAlias

from autograd import no_grad
from autograd.checks import check_count
from nn.diagnostics.history import History
from nn.module import Module, mode_kept
from nn.optim import ReduceOnPlateau, Schedule
from nn.training.batch import Loss, example_loss
from nn.training.checkpoint import Checkpoint
from nn.training.data import Examples, examples
from nn.training.errors import located
from nn.training.step import Step

MeanLoss: TypeAlias = Callable[[list[Any], list[Any]], float]


@dataclass
class Run:
    """What is kept from epoch to epoch: the history, a checkpoint, and the best one."""

    step: Step
    schedule: Schedule | ReduceOnPlateau | None
    held_out: Examples | None
    early_stopping: int | None

    def __post_init__(self) -> None:
        if self.early_stopping is not None:
            check_count("early_stopping", self.early_stopping, 1)
            if self.held_out is None:
                raise ValueError(
                    "early_stopping watches the validation loss: pass validation=(X, Y)"
                )
        self.validate: MeanLoss = partial(mean_loss, self.step.model, self.step.loss)
        self.history = History()
        self.show: Callable[[History], None]
        self.saved = self.best = Checkpoint(0, self.step, self.schedule)

    def finish(self, loss: float, norm: float) -> bool:
        """Close an epoch: validate, note its figures, keep a checkpoint; tell whether to stop."""
        history, epoch = self.history, len(self.history) + 1
        if self.held_out is not None:
            with located(f"epoch {epoch}, validation", history):
                history.validation_losses.append(self.validate(*self.held_out))
        history.losses.append(loss)
        history.gradient_norms.append(norm)
        history.learning_rates.append(self.step.optimizer.lr)
        if isinstance(self.schedule, ReduceOnPlateau):
            self.schedule.step(loss if self.held_out is None else history.validation_losses[-1])
        elif self.schedule is not None:
            self.schedule.step()
        self.saved = Checkpoint(epoch, self.step, self.schedule)
        self.show(history)
        return self.early_stopping is not None and self._is_over(epoch, self.early_stopping)

    def _is_over(self, epoch: int, patience: int) -> bool:
        """Tell whether the validation loss has not improved for a number of epochs."""
        losses = self.history.validation_losses
        if epoch == 1 or losses[-1] < losses[self.best.epoch - 1]:
            self.best = self.saved
        elif epoch - self.best.epoch >= patience:
            self.history.ended = "early stopping"
            return True
        return False

    def interrupt(self) -> None:
        """Go back to the last finished epoch."""
        self.saved.restore()
        self.history.truncate(self.saved.epoch)
        self.history.ended = "interrupted"

    def end(self, seed: int) -> None:
        """Bring the best weights back, and measure what guessing would get."""
        if len(self.history) == 0 or self.held_out is None:
            return
        if self.early_stopping is not None:
            self.best.restore_model()
            self.history.best_epoch = self.best.epoch - 1
        rows, targets = self.held_out
        dealt = targets.copy()
        Random(seed).shuffle(dealt)
        try:
            self.history.guess_loss = self.validate(rows, dealt)
        except ArithmeticError:
            self.history.guess_loss = math.inf


def mean_loss(model: Module, loss: Loss, X: Iterable[Any], Y: Iterable[Any]) -> float:
    """Return the mean loss over examples, with the model in `eval()` mode and no graph recorded.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    X, Y : sequences of m examples and m targets

    Returns
    -------
    float

    Raises
    ------
    FloatingPointError
        If the loss of an example is not a finite number.

    Examples
    --------
    >>> from nn import Layer
    >>> from nn.losses import mean_squared_error
    >>> from nn.training import mean_loss
    >>> model = Layer(1, 1, "linear", init="zeros")
    >>> mean_loss(model, mean_squared_error, [[1.0], [2.0]], [1.0, 3.0])
    5.0
    """
    rows, targets = examples(X, Y)
    with mode_kept(model), no_grad():
        model.eval()
        pairs = zip(model.rows(rows), targets, strict=True)
        losses = [example_loss(loss, prediction, target).data for prediction, target in pairs]
    return finite_mean(losses)


def finite_mean(losses: list[float]) -> float:
    """Return the mean of the examples' losses; refuse one that is not finite."""
    for number, value in enumerate(losses):
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss of example {number} is {value}")
    return math.fsum(losses) / len(losses)


@contextmanager
def progress_bar(epochs: int, wanted: bool) -> Iterator[Callable[[History], None]]:
    """Give a function that shows one more epoch."""
    if not wanted or find_spec("tqdm") is None:
        yield lambda history: None
        return
    with import_module("tqdm").tqdm(total=epochs, unit="epoch") as bar:

        def show(history: History) -> None:
            loss, validation_loss = history.last
            figures = {"loss": f"{loss:.4g}"}
            if validation_loss is not None:
                figures["validation"] = f"{validation_loss:.4g}"
            bar.set_description(history.engine.splitlines()[0][:60], refresh=False)
            bar.set_postfix(figures, refresh=False)
            bar.update()

        yield show
