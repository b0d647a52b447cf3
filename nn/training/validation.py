"""The mean loss over examples that a model is judged by.

Read next: `run`.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from autograd import no_grad
from nn.module import Module
from nn.training.batch import Loss, example_loss
from nn.training.checkpoint import mode_kept
from nn.training.data import examples

MeanLoss: TypeAlias = Callable[[list[Any], list[Any]], float]


def mean_loss(model: Module, loss: Loss, X: Iterable[Any], Y: Iterable[Any]) -> float:
    """Return the mean loss over examples, with the model in `eval()` mode and no graph recorded.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    X, Y : sequences of m examples and m targets

    Returns
    -------
    float

    Raises
    ------
    FloatingPointError
        If the loss of an example is not a finite number.

    Examples
    --------
    >>> from nn import Layer
    >>> from nn.losses import mean_squared_error
    >>> from nn.training import mean_loss
    >>> model = Layer(1, 1, "linear", init="zeros")
    >>> mean_loss(model, mean_squared_error, [[1.0], [2.0]], [1.0, 3.0])
    5.0
    """
    rows, targets = examples(X, Y)
    with mode_kept(model), no_grad():
        model.eval()
        pairs = zip(model.rows(rows), targets, strict=True)
        losses = [example_loss(loss, prediction, target).data for prediction, target in pairs]
    return finite_mean(losses)


def finite_mean(losses: list[float]) -> float:
    """Return the mean of the examples' losses; refuse one that is not finite."""
    for number, value in enumerate(losses):
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss of example {number} is {value}")
    return math.fsum(losses) / len(losses)
