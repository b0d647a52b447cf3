"""One step of a training: a gradient, the penalty's, clipping, and what the optimiser does.

Where a number is not finite, it is computed again, to name the first node that went bad.

Read next: `checkpoint`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any, TypeAlias

from autograd import Value
from autograd.compiler.train.clipping import check_clip
from autograd.graph import topological_order
from nn.module import Module
from nn.optim import Optimizer, clip_grad_norm, gradient_norm
from nn.training.batch import BatchGradient, EagerGradient, Loss, mixes_rows

Penalty: TypeAlias = Callable[..., Value]


@dataclass
class Step:
    """What happens to one batch.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    penalty : callable or None
        Called with the model's parameters, or without arguments where it takes none.
    clip : float or None
        The largest norm of the gradient.
    optimizer : Optimizer

    Attributes
    ----------
    gradient : callable
        Of the batch's examples and targets: recorded here, or computed by an executor.
    """

    model: Module
    loss: Loss
    penalty: Penalty | None
    clip: float | None
    optimizer: Optimizer

    def __post_init__(self) -> None:
        check_clip(self.clip)
        own = self.model.parameters()
        self.parameters = list(dict.fromkeys([*own, *self.optimizer.parameters]))
        self.modules = self.model.modules()
        self.eager = EagerGradient(self.model, self.loss, mixes_rows(self.model))
        self.gradient: BatchGradient = self.eager
        if self.penalty is not None:
            self.penalty = _bound(self.penalty, own)

    def __call__(self, rows: list[Any], targets: list[Any]) -> tuple[float, float]:
        """Return the batch's mean loss and the norm of the gradient before clipping."""
        self.zero_grad()
        loss = self.gradient(rows, targets)
        if not math.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss}: {self._first_bad_node(rows, targets)}")
        if self.penalty is not None:
            self.penalty().backward()
        norm = gradient_norm(self.optimizer.parameters)
        if not math.isfinite(norm):
            raise FloatingPointError(f"the gradient's norm is {norm}: {self._first_bad_gradient()}")
        if self.clip is not None:
            clip_grad_norm(self.optimizer.parameters, self.clip)
        self.optimizer.step()
        return loss, norm

    def zero_grad(self) -> None:
        """Set the gradients of the model's and the optimiser's parameters to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def _first_bad_node(self, rows: list[Any], targets: list[Any]) -> str:
        """Compute the batch again, and name the first leaf or node that is not finite."""
        for loss, _ in self.eager.losses(rows, targets):
            for node in topological_order(loss):
                for value in (*node.parents, node):
                    if not math.isfinite(value.data):
                        return f"the first node that went bad is {_described(value)}"
        return "computed again, every node is finite"

    def _first_bad_gradient(self) -> str:
        """Name the first parameter whose gradient is not finite."""
        for number, parameter in enumerate(self.optimizer.parameters):
            if not math.isfinite(parameter.grad):
                name = parameter.label or f"parameter {number}"
                return f"the first that went bad is that of {name!r}, {parameter.grad}"
        return "the squares of its entries add up to more than the largest float"


def _bound(penalty: Penalty, parameters: list[Value]) -> Callable[[], Value]:
    """Return the penalty as a function without arguments."""
    try:
        signature(penalty).bind(parameters)
    except TypeError:
        return penalty
    return partial(penalty, parameters)


def _described(value: Value) -> str:
    """Describe a Value by its label, its operation and its inputs."""
    if value.operation is None:
        return f"the leaf {_named(value)}"
    inputs = ", ".join(_named(parent, ".6g") for parent in value.parents[:4])
    more = ", …" if len(value.parents) > 4 else ""
    return f"{_named(value)}, made by {value.operation.name}({inputs}{more})"


def _named(value: Value, digits: str = "") -> str:
    number = format(value.data, digits)
    return f"{value.label!r} = {number}" if value.label else number
