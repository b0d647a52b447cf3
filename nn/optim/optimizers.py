"""Optimisers: which way a parameter moves, and how far.

Every update rule is written once, as `Optimizer.update`, in plain arithmetic that floats and
`Value`s both run: the eager loop calls it with floats, and the compiler traces it with `Value`s.
Products are taken in PyTorch's order, so that g² overflows at the same g: (1 - beta)·g comes first.

Read next: `schedules`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import TypeAlias

from autograd import Value, less, maximum, sqrt, where
from autograd.node import real

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
        self.steps += 1
        coefficients = self.coefficients(self.lr, self.steps)
        for number, (parameter, gradient) in enumerate(
            zip(self.parameters, gradients, strict=True)
        ):
            moved, self.state[number] = self.update(
                parameter.data, gradient, self.state[number], coefficients
            )
            parameter.data = float(moved)

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0, before the next backward pass adds to it."""
        for parameter in self.parameters:
            parameter.grad = 0.0


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Gradient descent, p ← p - lr·v with v ← momentum·v + g.

    Without momentum v is the gradient g itself. It is called stochastic where g comes from a part
    of the data.

    Parameters
    ----------
    parameters : iterable of Values
    lr : float
    momentum : float
        The part of the velocity v that is kept from step to step, such as 0.9.
    nesterov : bool
        Step along g + momentum·v, the velocity looked ahead; needs momentum.
    weight_decay : float
        Adds weight_decay·p to g, as the penalty ½·weight_decay·p² would.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and
    momentum in deep learning", ICML 2013; in the form of PyTorch's ``torch.optim.SGD``, where the
    rate multiplies the velocity and does not enter it.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> w = Value(3.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()  # 3 - 0.1 * 6
    >>> w.data
    2.4
    """

    initial_state = (0.0,)
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov=True looks ahead along the momentum: set momentum above 0")

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·v and v, or p - lr·(g + momentum·v) and v with Nesterov's momentum."""
        (lr,), (velocity,) = coefficients, state
        if self.weight_decay:
            gradient = gradient + self.weight_decay * parameter
        if not self.momentum:
            return parameter - lr * gradient, state
        velocity = self.momentum * velocity + gradient
        direction = gradient + self.momentum * velocity if self.nesterov else velocity
        return parameter - lr * direction, (velocity,)


@dataclass(eq=False, repr=False)
class AdaGrad(Optimizer):
    """The rate of each parameter shrinks with its past gradients, p ← p - lr·g / (√s + eps).

    Here s ← s + g², the sum of all squared gradients so far.

    Parameters
    ----------
    parameters : iterable of Values
    lr : float
    lr_decay : float
        Divides lr by 1 + lr_decay·(step - 1).
    weight_decay : float
        Adds weight_decay·p to g.
    initial_accumulator_value : float
        Where s starts.
    eps : float
        Keeps the division defined where all gradients were 0.

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and
    stochastic optimization", JMLR 12, 2011; in the form of PyTorch's ``torch.optim.Adagrad``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import AdaGrad
    >>> w = Value(3.0)
    >>> optimizer = AdaGrad([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()  # the first step is lr long, whatever the gradient
    >>> round(w.data, 9)
    2.5
    """

    lr: float = 0.01
    lr_decay: float = 0.0
    weight_decay: float = 0.0
    initial_accumulator_value: float = 0.0
    eps: float = 1e-10

    def __post_init__(self) -> None:
        self.initial_state = (float(self.initial_accumulator_value),)
        super().__post_init__()

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return lr / (1 + lr_decay·(step - 1))."""
        return (lr / (1 + self.lr_decay * (step - 1)),)

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·g / (√s + eps) and s."""
        (lr,), (squares,) = coefficients, state
        if self.weight_decay:
            gradient = gradient + self.weight_decay * parameter
        squares = squares + gradient * gradient
        return parameter - lr * (gradient / (sqrt(squares) + self.eps)), (squares,)


@dataclass(eq=False, repr=False)
class RMSProp(Optimizer):
    """The rate follows the recent size of the gradient, p ← p - lr·g / (√s + eps).

    Here s ← alpha·s + (1 - alpha)·g², a running mean of the squared gradients.

    Parameters
    ----------
    parameters : iterable of Values
    lr : float
    alpha : float
        The part of s that is kept from step to step.
    eps : float
        Keeps the division defined where the gradients were 0.
    weight_decay : float
        Adds weight_decay·p to g.
    momentum : float
        Step along v ← momentum·v + g / (√s + eps) instead.
    centered : bool
        Divide by the running standard deviation instead: s less the squared running mean of g.

    References
    ----------
    T. Tieleman and G. Hinton, lecture 6.5 of "Neural networks for machine learning", 2012;
    centered: A. Graves, arXiv:1308.0850, equations 38-45; both in the form of PyTorch's
    ``torch.optim.RMSprop``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import RMSProp
    >>> w = Value(3.0)
    >>> optimizer = RMSProp([w], lr=0.01)
    >>> (w * w).backward()
    >>> optimizer.step()  # 3 - lr / √(1 - alpha)
    >>> round(w.data, 6)
    2.9
    """

    initial_state = (0.0, 0.0, 0.0)
    lr: float = 0.01
    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum: float = 0.0
    centered: bool = False

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·v, and (s, running mean of g, v)."""
        (lr,), (square, mean, velocity) = coefficients, state
        if self.weight_decay:
            gradient = gradient + self.weight_decay * parameter
        square = self.alpha * square + (1 - self.alpha) * gradient * gradient
        variance = square
        if self.centered:
            mean = mean + (1 - self.alpha) * (gradient - mean)
            # Rounding can bring a variance of 0 below it, where PyTorch's square root gives nan;
            # where g² overflowed, the variance is as infinite as s, not inf - inf.
            variance = where(less(square, math.inf), maximum(square - mean * mean, 0.0), square)
        direction = gradient / (sqrt(variance) + self.eps)
        if self.momentum:
            direction = velocity = self.momentum * velocity + direction
        return parameter - lr * direction, (square, mean, velocity)


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """Momentum over the recent size of the gradient, p ← p - lr·m̂ / (√v̂ + eps).

    Here m and v are running means of g and of g², m̂ = m / (1 - beta1ᵗ) and v̂ = v / (1 - beta2ᵗ)
    after t steps, which corrects for their start at 0.

    Parameters
    ----------
    parameters : iterable of Values
    lr : float
    betas : two floats
        The parts of m and of v that are kept from step to step.
    eps : float
        Keeps the division defined where the gradients were 0.
    weight_decay : float
        Adds weight_decay·p to g. (`AdamW` takes it from the parameter instead.)
    amsgrad : bool
        Divide by the largest v so far, so that the rate never grows again.

    References
    ----------
    D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1;
    amsgrad: S. Reddi, S. Kale and S. Kumar, ICLR 2018; in the form of PyTorch's
    ``torch.optim.Adam``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import Adam
    >>> w = Value(3.0)
    >>> optimizer = Adam([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()  # the first step is lr long, whatever the gradient
    >>> round(w.data, 8)
    2.5
    """

    decoupled = False  # whether the decay is taken from the parameter, not added to the gradient
    initial_state = (0.0, 0.0, 0.0)
    lr: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    amsgrad: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        beta1, beta2 = self.betas
        self.betas = checked("betas[0]", beta1, below=1), checked("betas[1]", beta2, below=1)

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return lr, 1 - beta1ᵗ and √(1 - beta2ᵗ), where t is the step."""
        beta1, beta2 = self.betas
        return lr, 1 - beta1**step, sqrt(1 - beta2**step)

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·m̂ / (√v̂ + eps) and (m, v, the largest v)."""
        lr, mean_correction, root_correction = coefficients
        if self.decoupled:
            parameter = parameter * (1 - lr * self.weight_decay)
        elif self.weight_decay:
            gradient = gradient + self.weight_decay * parameter
        mean, square, largest = state
        beta1, beta2 = self.betas
        mean = mean + (1 - beta1) * (gradient - mean)
        square = beta2 * square + (1 - beta2) * gradient * gradient
        divisor = square
        if self.amsgrad:
            divisor = largest = maximum(largest, square)
        direction = mean / (sqrt(divisor) / root_correction + self.eps)
        return parameter - lr / mean_correction * direction, (mean, square, largest)


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam with decoupled weight decay: p ← (1 - lr·weight_decay)·p, then Adam's step.

    The decay does not pass through the running means, so that all parameters shrink by the same
    factor, whatever the size of their gradients.

    Parameters
    ----------
    parameters, lr, betas, eps, amsgrad
        As for `Adam`.
    weight_decay : float
        The part of the parameter, for a rate of 1, that each step takes away.

    References
    ----------
    I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2;
    in the form of PyTorch's ``torch.optim.AdamW``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import AdamW
    >>> w = Value(3.0)
    >>> AdamW([w], lr=0.5, weight_decay=0.1).step()  # no gradient: decay alone, 3·(1 - 0.05)
    >>> round(w.data, 9)
    2.85
    """

    decoupled = True
    weight_decay: float = 0.01
