"""What all optimisers are: a rule, and the loop that applies it to every parameter.

Every update rule is written once, as `Optimizer.update`, in plain arithmetic that floats and
`Value`s both run: the eager loop calls it with floats, and the compiler traces it with `Value`s.

Read next: `optimizers`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import TypeAlias

from autograd import Value
from autograd.node import real
from autograd.whole import set_each

Real: TypeAlias = float | Value
State: TypeAlias = tuple[Real, ...]
Moved: TypeAlias = tuple[Real, State]


def checked(name: str, number: float, *, below: float = math.inf) -> float:
    """Return the option, which must lie in [0, below)."""
    if not 0 <= number < below:
        allowed = "0 or more, and finite" if below == math.inf else f"in [0, {below:g})"
        raise ValueError(f"{name}={number!r} is not allowed: it must be {allowed}")
    return number


@dataclass(eq=False, repr=False)
class Optimizer(ABC):
    """The loop that all optimisers share: one update of each parameter for one `step`.

    Parameters
    ----------
    parameters : iterable of Values
        The leaves to move, such as ``model.parameters()``; each may come once.
    lr : float
        The learning rate. It may be changed between steps, as the schedules do.

    Attributes
    ----------
    steps : int
        How many steps have been taken.
    state : list of tuples of floats
        What `update` remembers of each parameter, in the order of `parameters`.

    Notes
    -----
    A rule has two stages, both pure arithmetic, so that a compiler can trace them with Values::

        numbers = optimizer.coefficients(lr, step)                  # once for each step
        p, state = optimizer.update(p, gradient, state, numbers)    # once for each parameter

    All four arguments of `update` are inputs of the traced program, one lane for each parameter;
    the other options (``momentum``, ``betas``, …) are fixed numbers in it. `initial_state` tells
    how many slots ``state`` has. After a compiled loop, write ``parameter.data``, ``state`` and
    ``steps`` back, and an eager step goes on from there.
    """

    parameters: list[Value]
    lr: float
    initial_state: tuple[float, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, Iterable):
            raise TypeError(f"pass a model's parameters() to move, not {self.parameters!r}")
        self.parameters = list(self.parameters)
        if not self.parameters:
            raise ValueError("there are no parameters to move: pass model.parameters()")
        seen: set[Value] = set()
        for parameter in self.parameters:
            if isinstance(parameter, dict):
                raise TypeError(
                    "parameters with options of their own are put together by Groups: "
                    "Groups(SGD(some, lr=0.1), SGD(others, lr=0.01))"
                )
            if not isinstance(parameter, Value):
                raise TypeError(f"a parameter must be a Value, not {parameter!r}")
            if parameter in seen:
                raise ValueError(f"{parameter!r} comes twice among the parameters: pass it once")
            seen.add(parameter)
        for option in fields(self):
            if option.type is float:
                checked(option.name, getattr(self, option.name))
        self.steps = 0
        self.state: list[State] = [self.initial_state for _ in self.parameters]

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return the numbers of this step that are the same for all parameters.

        Parameters
        ----------
        lr : scalar
            The learning rate of this step.
        step : scalar
            The number of this step; the first is 1.

        Returns
        -------
        tuple of scalars
        """
        return (lr,)

    @abstractmethod
    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return the new parameter and its new state.

        Parameters
        ----------
        parameter, gradient : scalar
        state : tuple of scalars
            As many as `initial_state` has.
        coefficients : tuple of scalars
            The result of `coefficients`.

        Returns
        -------
        tuple of (scalar, tuple of scalars)
        """

    def step(self) -> None:
        """Move every parameter once, along the gradient that it holds in ``grad``.

        Raises
        ------
        TypeError
            When a ``grad`` was set to something else than a number, such as None. Nothing is moved.
        """
        gradients = [
            p.grad if p.grad.__class__ is float else real(p.grad, f"a step along the grad of {p!r}")
            for p in self.parameters
        ]
        computed = next((p for p in self.parameters if p.parents), None)
        if computed is not None:
            computed.data = 0.0  # refused, with the reason
        steps = self.steps + 1
        coefficients = self.coefficients(self.lr, steps)
        moved = [
            self.update(parameter.data, gradient, state, coefficients)
            for parameter, gradient, state in zip(
                self.parameters, gradients, self.state, strict=True
            )
        ]
        numbers = [float(number) for number, _ in moved]
        progress = [(self, "state", [state for _, state in moved]), (self, "steps", steps)]
        set_each(self.parameters, "_data", numbers, progress)

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0, before the next backward pass adds to it."""
        for parameter in self.parameters:
            parameter.grad = 0.0
