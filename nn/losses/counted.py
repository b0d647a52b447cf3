"""Losses of classes over several examples, some of which may not count (``ignore_index``).

Read next: `surprisal`.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from operator import index as as_index
from typing import Any

from autograd import Value, equal, total, where
from nn.losses.terms import Number, Reduction


def is_sequence(target: object) -> bool:
    """Tell whether there are several numbers, such as probabilities, and not one."""
    return not isinstance(target, str) and hasattr(target, "__len__")


def are_examples(logits: Any) -> bool:
    """Tell whether there are logits of several examples, and not of one."""
    return is_sequence(logits) and len(logits) > 0 and is_sequence(logits[0])


def check_ignored(ignored: object, index: object) -> None:
    """Refuse an ``ignore_index`` that is no whole number, or has no number to be compared with."""
    if ignored is None:
        return
    try:
        as_index(ignored)  # type: ignore[arg-type]  # whether it is one is asked here
    except TypeError:
        raise TypeError(f"ignore_index={ignored!r} is not allowed: it is an int") from None
    if is_sequence(index):
        raise ValueError(
            "ignore_index is for classes told by their number: leave it out where the target is "
            "the probability of each class"
        )


def counted(
    ignored: int | None, index: Any, loss: Callable[[], Number], otherwise: float = 0.0
) -> Value:
    """Compute what an example counts for, or what there is in its place where it is ignored."""
    if ignored is not None and isinstance(index, Value):
        return where(equal(index, float(ignored)), otherwise, loss())
    number = otherwise if ignored is not None and index == ignored else loss()
    return number if isinstance(number, Value) else Value(number)


def over_examples(
    loss: Callable[[Any, Any], Value],
    weight: Callable[[int, Any], Number],
    logits: Sequence[Sequence[Number]],
    indices: Any,
    ignored: int | None,
    reduction: Reduction,
) -> Value | list[Value]:
    """Put the losses of several examples together.

    Parameters
    ----------
    loss : callable
        ``loss(logits, index)`` of one example, 0 where it is ignored.
    weight : callable
        ``weight(classes, index)``, by which an example counts in the mean.
    logits, indices
        One of each for every example.
    ignored : int or None
    reduction : "sum", "mean" or "none"
        The mean is nan where nothing counts, with gradients of 0.
    """
    if not is_sequence(indices) or len(indices) != len(logits):
        given = len(indices) if is_sequence(indices) else "no list of them"
        raise ValueError(
            f"there are logits of {len(logits)} examples, and of their targets {given}: give one "
            "for each"
        )
    losses = [loss(row, index) for row, index in zip(logits, indices, strict=True)]
    if reduction == "none":
        return losses
    whole = total(losses)
    if reduction == "sum":
        return whole
    weights = total(
        [
            counted(ignored, index, partial(weight, len(row), index))
            for row, index in zip(logits, indices, strict=True)
        ]
    )
    return whole / where(weights, weights, math.nan)
