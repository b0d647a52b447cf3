"""Losses of one of many classes, and of a distribution over them.

A class is told by its index; where the index is a `Value`, as in a compiled program, one that no
class has gives nan.

Read next: the room `optim`.
"""

import math
from collections.abc import Sequence
from functools import reduce
from operator import index as as_index
from typing import Any, Literal, TypeAlias, overload

from autograd import Value, dot, exp, greater, log, logsumexp, maximum, softplus, total, where
from nn.losses.terms import (
    Number,
    Numbers,
    Reduction,
    ToOne,
    as_values,
    check_reduction,
    checked_weights,
    listed,
    pairs,
    reduced,
)
from nn.selection import signs

Index: TypeAlias = Number | Sequence[Number]


def cross_entropy(
    logits: Sequence[Number],
    index: Index,
    *,
    weight: Sequence[float] | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "sum",
) -> Value:
    """-log softmax(z)ᵢ = log Σⱼexp(zⱼ) - zᵢ, for the logits z of all classes and the true class i.

    Its derivative with respect to zⱼ is softmax(z)ⱼ, less 1 for the true class.

    Parameters
    ----------
    logits : sequence of n scalars
    index : int, or sequence of n scalars
        The number of the true class, from 0 to n - 1; or the probability q of each class, for
        -Σqⱼ·log softmax(z)ⱼ.
    weight : sequence of n floats, optional
        By what the term of each class is multiplied, such as n divided by how often it comes.
    label_smoothing : float
        In [0, 1]: the part ε of the target that is shared by all classes, q ← (1 - ε)·q + ε/n.
    reduction : "sum", "mean" or "none"
        "mean" divides by the weight of the true class, as PyTorch does with a batch of one example;
        the others do not, so that in `fit`, which averages over the examples, weights count.

    Returns
    -------
    Value

    Raises
    ------
    TypeError
        If the index is not a whole number.
    IndexError
        If there is no such class.
    ValueError
        If there are not as many weights or probabilities as logits, or an option is out of range.

    Notes
    -----
    Written as softplus(log Σⱼexp(zⱼ - zᵢ)) with the sum over the other classes: the same number,
    but where the true class is far ahead, or all logits are large, the difference of the formula
    above has few digits or none, and so has softmax(z)ᵢ - 1. Where the index is a Value, as in a
    compiled program, an index that no class has gives nan.

    Over a batch, PyTorch divides the sum of these losses by the sum of the examples' weights, and
    `fit` by the number of examples. The two differ by that factor alone: weights whose mean over
    the examples is 1 give equal figures.

    References
    ----------
    Label smoothing: C. Szegedy and others, "Rethinking the Inception architecture for computer
    vision", CVPR 2016, section 7; in the form of PyTorch's ``torch.nn.CrossEntropyLoss``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import cross_entropy
    >>> logits = [Value(1000.0), Value(1000.0)]
    >>> loss = cross_entropy(logits, 0)
    >>> loss.backward()
    >>> round(loss.data, 9), [round(z.grad, 9) for z in logits]
    (0.693147181, [-0.5, 0.5])

    In `fit`, options are set by ``functools.partial``:

    >>> from functools import partial
    >>> loss = partial(cross_entropy, weight=[1.0, 3.0], label_smoothing=0.1)
    >>> round(loss([0.0, 2.0], 1).data, 9)
    0.468091232
    """
    check_reduction(reduction)
    values = as_values(logits)
    _check_smoothing(label_smoothing)
    weights = _class_weights(weight, len(values))
    if not label_smoothing and not _is_sequence(index):
        return _weighted(_surprisal(values, index), weights, index, reduction)
    q = _distribution(len(values), index, label_smoothing)
    if weights is not None:
        q = [w * part for w, part in zip(weights, q, strict=True)]
    loss: Value = dot(q, _surprisals(values))
    if weights is None or reduction != "mean" or _is_sequence(index):
        return loss
    return loss / _weight_of(weights, index)


def nll(
    log_probabilities: Sequence[Number],
    index: Number,
    *,
    weight: Sequence[float] | None = None,
    reduction: Reduction = "sum",
) -> Value:
    """Negative log-likelihood -log pᵢ, for the logarithms of all probabilities and the true class.

    With a network that ends in logits, `cross_entropy` is the shorter and more accurate way.

    Parameters
    ----------
    log_probabilities : sequence of n scalars
    index : int
        The number of the true class, from 0 to n - 1.
    weight, reduction
        As for `cross_entropy`.

    Returns
    -------
    Value

    Raises
    ------
    TypeError, IndexError, ValueError
        As `cross_entropy`.

    Examples
    --------
    >>> from math import log
    >>> from autograd import Value
    >>> from nn.losses import nll
    >>> log_p = [Value(log(0.25)), Value(log(0.75))]
    >>> loss = nll(log_p, 1, weight=[1.0, 2.0])
    >>> loss.backward()
    >>> round(loss.data, 9), [v.grad for v in log_p]  # 2·0.287682072
    (0.575364145, [0.0, -2.0])
    """
    check_reduction(reduction)
    values = as_values(log_probabilities)
    weights = _class_weights(weight, len(values))
    return _weighted(-_chosen(values, index), weights, index, reduction)


@overload
def kl_divergence(
    log_prediction: Numbers, target: Numbers, *, log_target: bool = False, reduction: ToOne = "sum"
) -> Value: ...
@overload
def kl_divergence(
    log_prediction: Numbers,
    target: Numbers,
    *,
    log_target: bool = False,
    reduction: Literal["none"],
) -> list[Value]: ...
def kl_divergence(
    log_prediction: Numbers,
    target: Numbers,
    *,
    log_target: bool = False,
    reduction: Reduction = "sum",
) -> Value | list[Value]:
    """Kullback-Leibler divergence Σtⱼ·(log tⱼ - log pⱼ) of a prediction p from a target t.

    Parameters
    ----------
    log_prediction : scalar or sequence of n scalars
        The logarithms of the predicted probabilities.
    target : scalar or sequence of n scalars
        Probabilities, 0 or more.
    log_target : bool
        Whether the target is given by its logarithms too.
    reduction : "sum", "mean" or "none"
        "sum" is the divergence, PyTorch's "batchmean" of one example; "mean", PyTorch's default,
        divides it by n; "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        If a target is a number below 0, or the lengths differ.

    Notes
    -----
    Where tⱼ = 0 its term is 0·log 0 = 0, by continuity.

    References
    ----------
    S. Kullback and R. Leibler, "On information and sufficiency", Annals of Mathematical Statistics
    22, 1951, equation 2.4; in the form of PyTorch's ``torch.nn.KLDivLoss``.

    Examples
    --------
    >>> from math import log
    >>> from autograd import Value
    >>> from nn.losses import kl_divergence
    >>> log_p = [Value(log(0.5)), Value(log(0.5))]
    >>> loss = kl_divergence(log_p, [1.0, 0.0])
    >>> loss.backward()
    >>> round(loss.data, 9), [v.grad for v in log_p]
    (0.693147181, [-1.0, 0.0])
    """
    terms = []
    for log_p, t in pairs(log_prediction, target):
        if log_target:
            terms.append(exp(t) * (t - log_p))
            continue
        if not isinstance(t, Value) and t < 0:
            raise ValueError(f"a target of kl_divergence is a probability, 0 or more, not {t!r}")
        terms.append(t * (log(where(greater(t, 0.0), t, 1.0)) - log_p))
    return reduced(terms, reduction)


def check_class(classes: int, target: Any) -> object:
    """Refuse a target that `cross_entropy` does not allow."""
    if not _is_sequence(target):
        return number_of_class(classes, target)
    if len(target) != classes:
        raise ValueError(
            f"there are {len(target)} probabilities for {classes} classes: give one for each logit"
        )
    return target


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


def _surprisal(values: Sequence[Value], index: Any) -> Value:
    """Return -log softmax(z)ᵢ with all its digits."""
    if isinstance(index, Value):
        here, mark = signs(len(values), index)
        chosen = _selected(values, here, mark)
        leads = [where(h, -math.inf, z - chosen) for h, z in zip(here, values, strict=True)]
    else:
        number = number_of_class(len(values), index)
        leads = [z - values[number] for z in [*values[:number], *values[number + 1 :]]]
    if not leads:  # of one class only
        return values[0] - values[0]
    loss: Value = softplus(logsumexp(leads) if len(leads) > 1 else leads[0])
    return loss


def _surprisals(values: Sequence[Value]) -> list[Value]:
    """Return -log softmax(z) for every class, from how far each logit is behind the largest."""
    largest: Value = reduce(maximum, values)
    behind = [z - largest for z in values]
    whole: Value = logsumexp(behind)
    return [whole - z for z in behind]


def _chosen(values: Sequence[Value], index: Any) -> Value:
    """Return the Value of the true class."""
    if isinstance(index, Value):
        return _selected(values, *signs(len(values), index))
    return values[number_of_class(len(values), index)]


def _selected(values: Sequence[Value], here: Sequence[Value], mark: Value) -> Value:
    chosen: Value = total([*(where(h, v, 0.0) for h, v in zip(here, values, strict=True)), mark])
    return chosen


def _distribution(classes: int, index: Any, smoothing: float) -> list[Number]:
    """Return the probability of each class in the target, smoothed."""
    q: list[Number]
    if _is_sequence(index):
        check_class(classes, index)
        q = listed(index)
    elif isinstance(index, Value):
        here, mark = signs(classes, index)
        q = [sign + mark for sign in here]
    else:
        number = number_of_class(classes, index)
        q = [float(place == number) for place in range(classes)]
    return [(1 - smoothing) * part + smoothing / classes for part in q] if smoothing else q


def _weighted(loss: Value, weights: list[float] | None, index: Any, reduction: Reduction) -> Value:
    """Multiply a loss by the weight of its class; a mean divides by that weight again."""
    if weights is None or reduction == "mean":
        return loss
    return _weight_of(weights, index) * loss


def _weight_of(weights: list[float], index: Any) -> Number:
    """Return the weight of the true class."""
    if isinstance(index, Value):
        here, mark = signs(len(weights), index)
        found: Value = dot(here, weights, mark)
        return found
    return weights[number_of_class(len(weights), index)]


def _class_weights(weight: Sequence[float] | None, classes: int) -> list[float] | None:
    return None if weight is None else checked_weights("weight", weight, classes, "classes")


def _check_smoothing(smoothing: float) -> None:
    if not 0.0 <= smoothing <= 1.0:
        raise ValueError(f"label_smoothing={smoothing!r} is not allowed: it must be in [0, 1]")


def _is_sequence(target: object) -> bool:
    return not isinstance(target, str) and hasattr(target, "__len__")
