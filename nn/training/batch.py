"""The gradient of a batch, from graphs that are recorded example by example.

Read next: `targets`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd import Value, total
from nn.module import Module

Loss: TypeAlias = Callable[[Any, Any], Value]
BatchGradient: TypeAlias = Callable[[list[Any], list[Any]], float]
"""Adds the gradient of a batch's mean loss to the parameters' ``grad``, and returns that loss."""


def example_loss(loss: Loss, prediction: Any, target: Any) -> Value:
    """Return the loss of one example; a number says nothing about the parameters."""
    value = loss(prediction, target)
    if not isinstance(value, Value):
        raise TypeError(
            f"a loss must return a Value computed from the prediction, not {value!r}: use the "
            f"prediction's Values themselves, not their data"
        )
    return value


def mixes_rows(model: Module) -> bool:
    """Tell whether there is a module in which the rows of a batch touch each other."""
    return any(module.mixes_rows for module in model.modules())


@dataclass(frozen=True, slots=True)
class EagerGradient:
    """Record the losses and walk them backwards.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    whole : bool
        Whether the batch is one graph, as it must be where its rows touch each other, instead of
        one graph for each example, which keeps less in memory at a time.
    """

    model: Module
    loss: Loss
    whole: bool

    def __call__(self, rows: list[Any], targets: list[Any]) -> float:
        """Add the gradient of the mean loss to the parameters, and return that loss."""
        mean = 0.0
        for value, weight in self.losses(rows, targets):
            value.backward(weight)
            mean += weight * value.data
        return mean

    def losses(self, rows: list[Any], targets: list[Any]) -> Iterator[tuple[Value, float]]:
        """Yield the recorded losses, each with its weight in the batch's mean."""
        m = len(rows)
        if self.whole:
            predictions = self.model.rows(rows)
            pairs = zip(predictions, targets, strict=True)
            yield total([example_loss(self.loss, p, target) for p, target in pairs]) / m, 1.0
            return
        for row, target in zip(rows, targets, strict=True):
            yield example_loss(self.loss, self.model(row), target), 1 / m
