"""A schedule that looks at the loss: the rate falls when the loss does not.

Read next: `clipping`.
"""

import math
from typing import ClassVar, Literal

from autograd.checks import check_choice, check_count
from autograd.node import real
from autograd.whole import set_all
from nn.optim.optimizer import Optimizer, checked
from nn.optim.schedules import check_has_rate


class ReduceOnPlateau:
    """The rate is multiplied by a factor when the loss has not improved for a number of steps.

    Parameters
    ----------
    optimizer : Optimizer
    mode : "min" or "max"
        Whether less or more is better.
    factor : float
        In [0, 1).
    patience : int
        How many steps without improvement are let pass; the next one reduces the rate.
    threshold : float
        What counts as better: by more than this part of the best so far, or this amount.
    threshold_mode : "rel" or "abs"
        "rel": better than best·(1 - threshold), or best·(1 + threshold) for "max"; "abs": better
        than best - threshold, or best + threshold.
    cooldown : int
        How many steps after a reduction are not counted.
    min_lr : float
        Below which the rate does not fall.
    eps : float
        A smaller change of the rate is left out.

    Attributes
    ----------
    best : float
        The best loss so far.
    bad_steps, cooldown_left : int
        Steps without improvement, and those still not counted.

    Raises
    ------
    ValueError
        If an option is out of range.

    Notes
    -----
    `fit` steps it after every epoch with the validation loss, or the training loss where there is
    none; `Program.train` with the training loss. Of `Groups`, all rates fall in proportion, and
    ``min_lr`` and ``eps`` are those of the first group.

    References
    ----------
    In the form of PyTorch's ``torch.optim.lr_scheduler.ReduceLROnPlateau``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, ReduceOnPlateau
    >>> optimizer = SGD([Value(0.0)], lr=0.8)
    >>> schedule = ReduceOnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> optimizer.lr
    0.4
    """

    watches_loss: ClassVar[bool] = True
    progress: ClassVar[tuple[str, ...]] = ("steps", "best", "bad_steps", "cooldown_left")

    def __init__(
        self,
        optimizer: Optimizer,
        *,
        mode: Literal["min", "max"] = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        check_has_rate(optimizer)
        check_choice("mode", mode, ("min", "max"))
        check_choice("threshold_mode", threshold_mode, ("rel", "abs"))
        check_count("patience", patience, 0)
        check_count("cooldown", cooldown, 0)
        self.optimizer, self.mode, self.threshold_mode = optimizer, mode, threshold_mode
        self.factor = checked("factor", factor, below=1)
        self.patience, self.cooldown = patience, cooldown
        self.threshold = checked("threshold", threshold)
        self.min_lr, self.eps = checked("min_lr", min_lr), checked("eps", eps)
        self.steps = self.bad_steps = self.cooldown_left = 0
        self.best = math.inf if mode == "min" else -math.inf

    def step(self, loss: float) -> None:
        """Take a loss into account, and reduce the rate where it is time to.

        Parameters
        ----------
        loss : float
            Or what else is watched, such as an accuracy with ``mode="max"``.
        """
        loss = real(loss, "what ReduceOnPlateau watches")
        rate = self.optimizer.lr
        best, bad, left = self.best, self.bad_steps + 1, self.cooldown_left
        if self._is_better(loss):
            best, bad = loss, 0
        if left:
            left, bad = left - 1, 0
        if bad > self.patience:
            rate, left, bad = self._reduced(rate), self.cooldown, 0
        now = (self.steps + 1, best, bad, left)
        changes = [
            (self, name, number) for name, number in zip(ReduceOnPlateau.progress, now, strict=True)
        ]
        set_all([*changes, (self.optimizer, "lr", rate)])

    def _is_better(self, loss: float) -> bool:
        """Tell whether a loss is better than the best by more than the threshold."""
        sign = 1.0 if self.mode == "max" else -1.0
        if self.threshold_mode == "rel":
            limit = self.best * (1.0 + sign * self.threshold)
        else:
            limit = self.best + sign * self.threshold
        return loss > limit if self.mode == "max" else loss < limit

    def _reduced(self, rate: float) -> float:
        reduced = max(rate * self.factor, self.min_lr)
        return reduced if rate - reduced > self.eps else rate
