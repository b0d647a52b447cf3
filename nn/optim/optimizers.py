"""The optimisers: which way a parameter moves, and how far.

Products are taken in PyTorch's order, so that g² overflows at the same g: (1 - beta)·g comes first.

Read next: `groups`.
"""

import math
from dataclasses import dataclass, field

from autograd import less, less_equal, maximum, sqrt, where
from nn.optim.optimizer import Moved, Optimizer, Real, State, checked


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
    dampening : float
        Takes a part of g away from the second step on, v ← momentum·v + (1 - dampening)·g.
    maximize : bool
        Go up instead of down: along -g.

    Raises
    ------
    TypeError
        When a parameter is no Value.
    ValueError
        When there is none, one comes twice, or an option is out of its range.

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
    dampening: float = field(default=0.0, kw_only=True)
    maximize: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov=True looks ahead along the momentum: set momentum above 0")
        if self.nesterov and self.dampening != 0:
            raise ValueError("nesterov=True looks ahead by the whole gradient: leave dampening out")

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return lr, and where there is dampening, the part of g that enters the velocity."""
        if not self.dampening:
            return (lr,)
        return lr, where(less_equal(step, 1.0), 1.0, 1.0 - self.dampening)

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·v and v, or p - lr·(g + momentum·v) and v with Nesterov's momentum."""
        lr, (velocity,) = coefficients[0], state
        if self.maximize:
            gradient = -gradient
        if self.weight_decay:
            gradient = gradient + self.weight_decay * parameter
        if not self.momentum:
            return parameter - lr * gradient, state
        fresh = coefficients[1] * gradient if self.dampening else gradient
        velocity = self.momentum * velocity + fresh
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
    maximize : bool
        Go up instead of down: along -g.

    Raises
    ------
    TypeError
        When a parameter is no Value.
    ValueError
        When there is none, one comes twice, or an option is out of its range.

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
    maximize: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        self.initial_state = (float(self.initial_accumulator_value),)
        super().__post_init__()

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return lr / (1 + lr_decay·(step - 1))."""
        return (lr / (1 + self.lr_decay * (step - 1)),)

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·g / (√s + eps) and s."""
        (lr,), (squares,) = coefficients, state
        if self.maximize:
            gradient = -gradient
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
    maximize : bool
        Go up instead of down: along -g.

    Raises
    ------
    TypeError
        When a parameter is no Value.
    ValueError
        When there is none, one comes twice, or an option is out of its range.

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
    maximize: bool = field(default=False, kw_only=True)

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·v, and (s, running mean of g, v)."""
        (lr,), (square, mean, velocity) = coefficients, state
        if self.maximize:
            gradient = -gradient
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
    maximize : bool
        Go up instead of down: along -g.

    Raises
    ------
    TypeError
        When a parameter is no Value.
    ValueError
        When there is none, one comes twice, or an option is out of its range.

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
    maximize: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        beta1, beta2 = self.betas
        self.betas = checked("betas[0]", beta1, below=1), checked("betas[1]", beta2, below=1)

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return lr, lr·r / (1 - beta1ᵗ) and eps·r, with r = √(1 - beta2ᵗ), where t is the step.

        By these, p - lr·m̂ / (√v̂ + eps) takes one division for each parameter instead of two (Kingma
        and Ba, the end of section 2).
        """
        beta1, beta2 = self.betas
        root = sqrt(1 - beta2**step)
        return lr, lr * root / (1 - beta1**step), self.eps * root

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return p - lr·m̂ / (√v̂ + eps) and (m, v, the largest v)."""
        lr, rate, eps = coefficients
        if self.maximize:
            gradient = -gradient
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
        return parameter - rate * (mean / (sqrt(divisor) + eps)), (mean, square, largest)


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam with decoupled weight decay: p ← (1 - lr·weight_decay)·p, then Adam's step.

    The decay does not pass through the running means, so that all parameters shrink by the same
    factor, whatever the size of their gradients.

    Parameters
    ----------
    parameters, lr, betas, eps, amsgrad, maximize
        As for `Adam`.
    weight_decay : float
        The part of the parameter, for a rate of 1, that each step takes away.

    Raises
    ------
    TypeError
        When a parameter is no Value.
    ValueError
        When there is none, one comes twice, or an option is out of its range.

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
