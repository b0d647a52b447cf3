"""Schedules: how the learning rate changes in time.

Read next: `clipping`.
"""

import math
from abc import ABC, abstractmethod

from autograd.checks import check_count
from nn.optim.optimizers import Optimizer, checked


class Schedule(ABC):
    """A learning rate that changes in time: each `step` writes the next rate to ``optimizer.lr``.

    The rate that the optimiser has when the schedule is made is that of time 0.

    Parameters
    ----------
    optimizer : Optimizer
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.initial_lr = optimizer.lr
        self.steps = 0

    @abstractmethod
    def rate(self, step: int) -> float:
        """Return the learning rate after a number of steps."""

    def step(self) -> None:
        """Go one step further: usually called once after each epoch."""
        self.steps += 1
        self.optimizer.lr = self.rate(self.steps)


class StepDecay(Schedule):
    """The rate is multiplied by gamma after every step_size steps, lr₀·gamma^⌊t/step_size⌋.

    Parameters
    ----------
    optimizer : Optimizer
    step_size : int
    gamma : float

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, StepDecay
    >>> schedule = StepDecay(SGD([Value(0.0)], lr=0.8), step_size=2, gamma=0.5)
    >>> [schedule.rate(step) for step in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float) -> None:
        super().__init__(optimizer)
        check_count("step_size", step_size, 1)
        self.step_size = step_size
        self.gamma = checked("gamma", gamma)

    def rate(self, step: int) -> float:
        """Return lr₀·gamma^⌊step/step_size⌋."""
        return self.initial_lr * self.gamma ** (step // self.step_size)


class ExponentialDecay(Schedule):
    """The rate is multiplied by gamma after every step, lr₀·gammaᵗ.

    Parameters
    ----------
    optimizer : Optimizer
    gamma : float

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, ExponentialDecay
    >>> optimizer = SGD([Value(0.0)], lr=0.8)
    >>> ExponentialDecay(optimizer, gamma=0.5).step()
    >>> optimizer.lr
    0.4
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        super().__init__(optimizer)
        self.gamma = checked("gamma", gamma)

    def rate(self, step: int) -> float:
        """Return lr₀·gamma^step."""
        return self.initial_lr * self.gamma**step


class InverseTimeDecay(Schedule):
    """The rate falls as lr₀ / (1 + rate·t).

    Parameters
    ----------
    optimizer : Optimizer
    rate : float
        How fast it falls: after 1/rate steps the learning rate is half of the first.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, InverseTimeDecay
    >>> schedule = InverseTimeDecay(SGD([Value(0.0)], lr=0.8), rate=0.5)
    >>> [schedule.rate(step) for step in (0, 2, 6)]
    [0.8, 0.4, 0.2]
    """

    def __init__(self, optimizer: Optimizer, rate: float) -> None:
        super().__init__(optimizer)
        self.decay_rate = checked("rate", rate)

    def rate(self, step: int) -> float:
        """Return lr₀ / (1 + rate·step)."""
        return self.initial_lr / (1 + self.decay_rate * step)


class CosineDecay(Schedule):
    """The rate falls along half a cosine, minimum + ½(lr₀ - minimum)·(1 + cos(πt/steps)).

    After that many steps it stays at the minimum. (PyTorch's ``CosineAnnealingLR`` rises again.)

    Parameters
    ----------
    optimizer : Optimizer
    steps : int
        How many steps the fall takes.
    minimum : float
        The rate at its end.

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR
    2017, equation 5, without restarts.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, CosineDecay
    >>> schedule = CosineDecay(SGD([Value(0.0)], lr=0.8), steps=10)
    >>> [round(schedule.rate(step), 12) for step in (0, 5, 10, 11)]
    [0.8, 0.4, 0.0, 0.0]
    """

    def __init__(self, optimizer: Optimizer, steps: int, minimum: float = 0.0) -> None:
        super().__init__(optimizer)
        check_count("steps", steps, 1)
        self.length = steps
        self.minimum = checked("minimum", minimum)

    def rate(self, step: int) -> float:
        """Return minimum + ½(lr₀ - minimum)·(1 + cos(π·step/steps))."""
        angle = math.pi * min(step / self.length, 1.0)
        return self.minimum + 0.5 * (self.initial_lr - self.minimum) * (1 + math.cos(angle))
