"""Schedules: how the learning rate falls in time.

Read next: `cycles`.
"""

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import ClassVar

from autograd.checks import check_count
from autograd.whole import set_all
from nn.optim.optimizer import Optimizer, checked


def check_has_rate(optimizer: Optimizer) -> None:
    """Refuse what has no learning rate to change."""
    if not hasattr(optimizer, "lr"):
        raise TypeError(
            f"a schedule changes the lr of an optimiser, such as SGD(parameters, lr=0.1), not of "
            f"{optimizer!r}"
        )


class Schedule(ABC):
    """A learning rate that changes in time: each `step` writes the next rate to ``optimizer.lr``.

    The rate that the optimiser has when the schedule is made is that of time 0.

    Parameters
    ----------
    optimizer : Optimizer

    Attributes
    ----------
    steps : int
        How many steps have been taken.
    progress : tuple of str
        Set by a subclass: the attributes that change from step to step, which a training that goes
        back to an epoch brings back.
    """

    progress: ClassVar[tuple[str, ...]] = ("steps",)

    def __init__(self, optimizer: Optimizer) -> None:
        check_has_rate(optimizer)
        self.optimizer = optimizer
        self.initial_lr = optimizer.lr
        self.steps = 0

    @abstractmethod
    def rate(self, step: int) -> float:
        """Return the learning rate after a number of steps."""

    def step(self) -> None:
        """Go one step further: usually called once after each epoch."""
        steps = self.steps + 1
        rate = self.rate(steps)  # an error in it leaves all as it was
        set_all([(self, "steps", steps), (self.optimizer, "lr", rate)])


class StepDecay(Schedule):
    """The rate is multiplied by gamma after every step_size steps, lr₀·gamma^⌊t/step_size⌋.

    Parameters
    ----------
    optimizer : Optimizer
    step_size : int
    gamma : float

    Raises
    ------
    TypeError
        When `optimizer` is no optimiser.
    ValueError
        When an option is out of its range.

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


class MultiStep(Schedule):
    """The rate is multiplied by gamma at each milestone, lr₀·gamma^(milestones up to t).

    Parameters
    ----------
    optimizer : Optimizer
    milestones : iterable of int
        After how many steps the rate falls, in any order; one that comes twice counts twice.
    gamma : float

    Raises
    ------
    ValueError
        If a milestone or gamma is negative, or there is no milestone.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, MultiStep
    >>> schedule = MultiStep(SGD([Value(0.0)], lr=0.8), milestones=[2, 3], gamma=0.5)
    >>> [schedule.rate(step) for step in range(5)]
    [0.8, 0.8, 0.4, 0.2, 0.2]
    """

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.milestones = sorted(milestones)
        if not self.milestones:
            raise ValueError("MultiStep needs one milestone or more, such as milestones=[30, 80]")
        for milestone in self.milestones:
            check_count("a milestone", milestone, 0)
        self.gamma = checked("gamma", gamma)
        optimizer.lr = self.rate(0)

    def rate(self, step: int) -> float:
        """Return lr₀·gamma^n, where n milestones are not after the step."""
        return self.initial_lr * self.gamma ** bisect_right(self.milestones, step)


class ExponentialDecay(Schedule):
    """The rate is multiplied by gamma after every step, lr₀·gammaᵗ.

    Parameters
    ----------
    optimizer : Optimizer
    gamma : float

    Raises
    ------
    TypeError
        When `optimizer` is no optimiser.
    ValueError
        When an option is out of its range.

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

    Raises
    ------
    TypeError
        When `optimizer` is no optimiser.
    ValueError
        When an option is out of its range.

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

    Raises
    ------
    TypeError
        When `optimizer` is no optimiser.
    ValueError
        When an option is out of its range.

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


class LambdaDecay(Schedule):
    """The rate is lr₀·f(t), for a function f of the number of steps.

    Parameters
    ----------
    optimizer : Optimizer
        Its rate becomes lr₀·f(0) at once.
    factor : callable
        f: takes the number of steps and returns what lr₀ is multiplied by, 0 or more.

    Raises
    ------
    ValueError
        As soon as the function returns a negative number, or one that is not finite.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, LambdaDecay
    >>> schedule = LambdaDecay(SGD([Value(0.0)], lr=0.8), lambda t: 1 / (1 + t))
    >>> [schedule.rate(step) for step in (0, 1, 3)]
    [0.8, 0.4, 0.2]
    """

    def __init__(self, optimizer: Optimizer, factor: Callable[[int], float]) -> None:
        super().__init__(optimizer)
        if not callable(factor):
            raise TypeError(
                f"LambdaDecay takes a function of the number of steps, such as "
                f"lambda t: 0.9**t, not {factor!r}"
            )
        self.factor = factor
        optimizer.lr = self.rate(0)

    def rate(self, step: int) -> float:
        """Return lr₀·f(step)."""
        return self.initial_lr * checked(f"factor({step})", self.factor(step))
