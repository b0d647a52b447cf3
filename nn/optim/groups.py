"""Groups: parameters with options of their own, or rules of their own, moved in one step.

Read next: `schedules`.
"""

from itertools import accumulate

from autograd import Value, equal, where
from nn.optim.optimizer import Moved, Optimizer, Real, State


class Groups(Optimizer):
    """Several optimisers as one: each moves its own parameters, with its own rule and options.

    It takes PyTorch's parameter groups one step further: the groups may differ in any option, and
    in the rule. It goes wherever an optimiser goes, a compiled training too.

    Parameters
    ----------
    *optimizers : Optimizers
        One for each group; no parameter may be in two of them.

    Attributes
    ----------
    lr : float
        The learning rate of the first group. Where it is changed, by a schedule or by hand, the
        rates of the other groups keep their proportion to it.
    optimizers : tuple of Optimizers
        They tell the options; where the groups are (``state``, ``steps``) is kept here.
    parameters : list of Values
        Those of all groups, in order.
    state : list of tuples of floats
        For each parameter the number of its group, then what the rule of that group remembers.

    Raises
    ------
    TypeError
        If one is no optimiser.
    ValueError
        If there is none, two share a parameter, they have not taken equally many steps, or the rate
        of the first is 0.

    Notes
    -----
    The rate of a group is ``optimizers[k].lr · lr / lr₀``, where lr₀ is the first ``lr``. A rule
    that is traced does not know to which group its parameter belongs. So all rules are computed,
    and the group's number, which is a part of the state, selects one; an eager step computes that
    one alone.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import SGD, Groups
    >>> body, head = Value(1.0), Value(1.0)
    >>> optimizer = Groups(SGD([body], lr=0.25), SGD([head], lr=0.5, weight_decay=1.0))
    >>> (body + head).backward()
    >>> optimizer.step()
    >>> body.data, head.data  # 1 - 0.25·1 and 1 - 0.5·(1 + 1)
    (0.75, 0.0)
    >>> optimizer.lr *= 0.5
    >>> optimizer.rates(optimizer.lr)
    [0.125, 0.25]
    """

    def __init__(self, *optimizers: Optimizer) -> None:
        for optimizer in optimizers:
            if not isinstance(optimizer, Optimizer):
                raise TypeError(
                    f"Groups are made of optimisers, such as SGD(parameters, lr=0.1), not of "
                    f"{optimizer!r}"
                )
        if not optimizers:
            raise ValueError("there are no groups: pass Groups(SGD(some, lr=0.1), SGD(others, …))")
        steps = [optimizer.steps for optimizer in optimizers]
        if len(set(steps)) > 1:
            raise ValueError(f"the groups have taken different numbers of steps, {steps}")
        first = optimizers[0].lr
        if first == 0:
            raise ValueError(
                "the first group has lr=0, to which the other rates would keep their proportion: "
                "put a group that moves first, or leave parameters that stay out"
            )
        super().__init__([p for optimizer in optimizers for p in optimizer.parameters], first)
        self.optimizers, self.initial_lr = optimizers, first
        counts = [len(optimizer.coefficients(optimizer.lr, 1.0)) for optimizer in optimizers]
        ends = list(accumulate(counts))
        self._places = tuple(zip([0, *ends], ends, strict=False))
        width = max(len(optimizer.initial_state) for optimizer in optimizers)
        self.initial_state = (0.0,) * (1 + width)
        self.steps = steps[0]
        self.state = [
            (float(number), *state, *(0.0,) * (width - len(state)))
            for number, optimizer in enumerate(optimizers)
            for state in optimizer.state
        ]

    def rates(self, lr: Real) -> list[Real]:
        """Return the learning rate of each group where that of the first is lr."""
        return [optimizer.lr * (lr / self.initial_lr) for optimizer in self.optimizers]

    def coefficients(self, lr: Real, step: Real) -> State:
        """Return the numbers of this step of all groups, one group after the other."""
        groups = zip(self.optimizers, self.rates(lr), strict=True)
        return tuple(x for optimizer, rate in groups for x in optimizer.coefficients(rate, step))

    def update(self, parameter: Real, gradient: Real, state: State, coefficients: State) -> Moved:
        """Return the new parameter and its new state by the rule of its group."""
        number = state[0]
        if not isinstance(number, Value):
            return self._update_of(int(number), parameter, gradient, state, coefficients)
        moved, after = self._update_of(0, parameter, gradient, state, coefficients)
        for group in range(1, len(self.optimizers)):
            here = equal(number, float(group))
            other, others = self._update_of(group, parameter, gradient, state, coefficients)
            moved = where(here, other, moved)
            after = tuple(where(here, a, b) for a, b in zip(others, after, strict=True))
        return moved, after

    def _update_of(
        self, group: int, parameter: Real, gradient: Real, state: State, coefficients: State
    ) -> Moved:
        """Return the new parameter and its new state by the rule of a group."""
        optimizer, (first, last) = self.optimizers[group], self._places[group]
        end = 1 + len(optimizer.initial_state)
        moved, after = optimizer.update(parameter, gradient, state[1:end], coefficients[first:last])
        return moved, state[:1] + after + state[end:]

    def __repr__(self) -> str:
        return f"Groups({', '.join(type(optimizer).__name__ for optimizer in self.optimizers)})"
