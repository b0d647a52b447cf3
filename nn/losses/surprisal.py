"""What the true class costs, -log softmax(z)ᵢ, and how classes are told: by a number, or a `Value`.

Read next: `classes`, whose losses are made of it.
"""

import math
from collections.abc import Sequence
from functools import reduce
from operator import index as as_index
from typing import Any

from autograd import Value, dot, logsumexp, maximum, softplus, total, where
from nn.losses.counted import is_sequence
from nn.losses.terms import Number, listed
from nn.selection import signs


def check_class(classes: int, target: Any) -> object:
    """Refuse a target that `cross_entropy` does not allow."""
    if not is_sequence(target):
        return number_of_class(classes, target)
    if len(target) != classes:
        raise ValueError(
            f"there are {len(target)} probabilities for {classes} classes: give one for each logit"
        )
    return target


def check_index(classes: int, target: Any) -> object:
    """Refuse a class that `nll` does not have; those of several examples it looks at itself."""
    return target if is_sequence(target) else number_of_class(classes, target)


def number_of_class(classes: int, index: Any) -> int:
    """Return the number of a class that there is."""
    try:
        number = as_index(index)
    except TypeError:
        raise TypeError(
            f"the true class is told by a whole number, not {index!r}: pass int(...)"
        ) from None
    if not 0 <= number < classes:
        raise IndexError(
            f"there is no class {number}: {classes} logits stand for the classes 0 to {classes - 1}"
        )
    return number


def surprisal(values: Sequence[Value], index: Any) -> Value:
    """Return -log softmax(z)ᵢ with all its digits."""
    if isinstance(index, Value):
        here, mark = signs(len(values), index)
        true = _selected(values, here, mark)
        leads = [where(h, -math.inf, z - true) for h, z in zip(here, values, strict=True)]
    else:
        number = number_of_class(len(values), index)
        leads = [z - values[number] for z in [*values[:number], *values[number + 1 :]]]
    if not leads:  # of one class only
        return values[0] - values[0]
    loss: Value = softplus(logsumexp(leads) if len(leads) > 1 else leads[0])
    return loss


def surprisals(values: Sequence[Value]) -> list[Value]:
    """Return -log softmax(z) for every class, from how far each logit is behind the largest."""
    largest: Value = reduce(maximum, values)
    behind = [z - largest for z in values]
    whole: Value = logsumexp(behind)
    return [whole - z for z in behind]


def chosen(values: Sequence[Value], index: Any) -> Value:
    """Return the Value of the true class."""
    if isinstance(index, Value):
        return _selected(values, *signs(len(values), index))
    return values[number_of_class(len(values), index)]


def _selected(values: Sequence[Value], here: Sequence[Value], mark: Value) -> Value:
    chosen: Value = total([*(where(h, v, 0.0) for h, v in zip(here, values, strict=True)), mark])
    return chosen


def distribution(classes: int, index: Any, smoothing: float) -> list[Number]:
    """Return the probability of each class in the target, smoothed."""
    q: list[Number]
    if is_sequence(index):
        check_class(classes, index)
        q = listed(index)
    elif isinstance(index, Value):
        here, mark = signs(classes, index)
        q = [sign + mark for sign in here]
    else:
        number = number_of_class(classes, index)
        q = [float(place == number) for place in range(classes)]
    return [(1 - smoothing) * part + smoothing / classes for part in q] if smoothing else q


def weight_of(weights: list[float], index: Any) -> Number:
    """Return the weight of the true class."""
    if isinstance(index, Value):
        here, mark = signs(len(weights), index)
        found: Value = dot(here, weights, mark)
        return found
    return weights[number_of_class(len(weights), index)]
