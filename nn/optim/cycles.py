"""Schedules whose rate rises before it falls.

Read next: `plateau`.
"""

import math
from itertools import pairwise
from typing import Literal

from autograd.checks import check_choice, check_count
from nn.optim.optimizer import Optimizer, checked
from nn.optim.schedules import Schedule


class WarmUp(Schedule):
    """The rate rises along a line from start_factor·lr₀ to lr₀, and then follows another schedule.

    After t steps it is lr₀·(start_factor + (1 - start_factor)·t/steps). Small first steps keep
    Adam's running means, and large networks, from being thrown off before they have seen much.

    Parameters
    ----------
    optimizer : Optimizer
        With the rate lr₀ to which it rises; it becomes start_factor·lr₀ at once.
    steps : int
        How many steps the rise takes.
    start_factor : float
        In [0, 1].
    then : Schedule, optional
        What follows, made with the same optimiser; its time 0 is the end of the rise. Left out, the
        rate stays at lr₀.

    Raises
    ------
    ValueError
        If an option is out of range, or ``then`` belongs to another optimiser.
    TypeError
        If ``then`` has no rate that depends on time alone, as `ReduceOnPlateau` has not.

    References
    ----------
    P. Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section
    2.2; in the form of PyTorch's ``LinearLR``, and ``SequentialLR`` for what follows.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, ExponentialDecay, WarmUp
    >>> optimizer = SGD([Value(0.0)], lr=0.8)
    >>> then = ExponentialDecay(optimizer, gamma=0.5)
    >>> schedule = WarmUp(optimizer, steps=2, start_factor=0.5, then=then)
    >>> [round(schedule.rate(step), 12) for step in range(5)]
    [0.4, 0.6, 0.8, 0.4, 0.2]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        steps: int,
        start_factor: float = 1 / 3,
        *,
        then: Schedule | None = None,
    ) -> None:
        super().__init__(optimizer)
        check_count("steps", steps, 1)
        if not 0.0 <= start_factor <= 1.0:
            raise ValueError(f"start_factor={start_factor!r} is not allowed: it must be in [0, 1]")
        if then is not None and not isinstance(then, Schedule):
            raise TypeError(f"after the rise a schedule of time alone can follow, not {then!r}")
        if then is not None and then.optimizer is not optimizer:
            raise ValueError("what follows the rise was made with another optimiser")
        self.length, self.start_factor, self.then = steps, start_factor, then
        optimizer.lr = self.rate(0)

    def rate(self, step: int) -> float:
        """Return the rate at a ``step``: on the way up, or that of what follows."""
        if step < self.length:
            part = self.start_factor + (1 - self.start_factor) * step / self.length
            return self.initial_lr * part
        return self.initial_lr if self.then is None else self.then.rate(step - self.length)


class OneCycle(Schedule):
    """The rate rises from max_lr/div_factor to max_lr, and falls to far below where it began.

    Parameters
    ----------
    optimizer : Optimizer
        Its rate is set at once, whatever it was.
    max_lr : float
    total_steps : int
        Two or more: the last rate is reached after total_steps - 1 steps, and stays.
    pct_start : float
        In [0, 1]: the part of the steps that the rise takes.
    anneal_strategy : "cos" or "linear"
        Whether it rises and falls along half a cosine or a line.
    div_factor : float
        The first rate is max_lr / div_factor; above 0.
    final_div_factor : float
        The last rate is the first / final_div_factor; above 0.
    three_phase : bool
        Whether the rate falls to where it began in as many steps as it rose, and then to the last,
        instead of falling to the last at once.

    Raises
    ------
    ValueError
        If an option is out of range.

    Notes
    -----
    PyTorch's ``OneCycleLR`` moves the momentum against the rate, unless told ``cycle_momentum=
    False``. Here the momentum is a fixed number of the rule and stays as it is.

    References
    ----------
    L. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large
    learning rates", 2017; in the form of PyTorch's ``OneCycleLR``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, OneCycle
    >>> optimizer = SGD([Value(0.0)], lr=0.1)
    >>> schedule = OneCycle(optimizer, max_lr=1.0, total_steps=10, div_factor=10.0)
    >>> [round(schedule.rate(step), 6) for step in (0, 1, 2, 9)]
    [0.1, 0.55, 1.0, 1e-05]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float,
        total_steps: int,
        *,
        pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        super().__init__(optimizer)
        checked("max_lr", max_lr)
        check_count("total_steps", total_steps, 2)
        if not 0.0 <= pct_start <= 1.0:
            raise ValueError(f"pct_start={pct_start!r} is not allowed: it must be in [0, 1]")
        check_choice("anneal_strategy", anneal_strategy, ("cos", "linear"))
        for name, factor in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            if not factor > 0.0:
                raise ValueError(f"{name}={factor!r} is not allowed: it must be above 0")
        self.linear = anneal_strategy == "linear"
        first, last = max_lr / div_factor, max_lr / div_factor / final_div_factor
        top, end = pct_start * total_steps - 1, total_steps - 1.0
        self.corners = [(0.0, first), (top, max_lr), (end, last)]
        if three_phase:
            self.corners.insert(2, (2 * pct_start * total_steps - 2, first))
        optimizer.lr = self.rate(0)

    def rate(self, step: int) -> float:
        """Return the rate between the two corners that lie around the step."""
        (start, before), (end, after) = self._around(step)
        part = min((step - start) / (end - start), 1.0) if end > start else 1.0
        if self.linear:
            return before + (after - before) * part
        return after + (before - after) / 2.0 * (1 + math.cos(math.pi * part))

    def _around(self, step: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the corners, as steps and rates, between which a step lies, or the last two."""
        sides = list(pairwise(self.corners))
        return next((side for side in sides if step <= side[1][0]), sides[-1])
