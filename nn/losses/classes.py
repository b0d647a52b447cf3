"""Losses of one of many classes, and of a distribution over them.

A class is told by its index; where the index is a `Value`, as in a compiled program, one that no
class has gives nan.

Read next: the room `optim`.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias, overload

from autograd import Value, dot, exp, greater, greater_equal, log, where
from nn.losses.counted import (
    are_examples,
    check_ignored,
    counted,
    is_sequence,
    over_examples,
)
from nn.losses.surprisal import chosen, distribution, surprisal, surprisals, weight_of
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

Index: TypeAlias = Number | Sequence[Number]


@overload
def cross_entropy(
    logits: Sequence[Number],
    index: Index,
    *,
    weight: Sequence[float] | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "sum",
) -> Value: ...
@overload
def cross_entropy(
    logits: Sequence[Sequence[Number]],
    index: Sequence[Index],
    *,
    weight: Sequence[float] | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: ToOne = "sum",
) -> Value: ...
@overload
def cross_entropy(
    logits: Sequence[Sequence[Number]],
    index: Sequence[Index],
    *,
    weight: Sequence[float] | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Literal["none"],
) -> list[Value]: ...
def cross_entropy(
    logits: Any,
    index: Any,
    *,
    weight: Sequence[float] | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "sum",
) -> Value | list[Value]:
    """-log softmax(z)ᵢ = log Σⱼexp(zⱼ) - zᵢ, for the logits z of all classes and the true class i.

    Its derivative with respect to zⱼ is softmax(z)ⱼ, less 1 for the true class.

    Parameters
    ----------
    logits : sequence of n scalars, or sequence of m of them
        Of one example, or of each of m examples.
    index : int, or sequence of n scalars; for m examples, sequence of m of them
        The number of the true class, from 0 to n - 1; or the probability q of each class, for
        -Σqⱼ·log softmax(z)ⱼ.
    weight : sequence of n floats, optional
        By what the term of each class is multiplied, such as n divided by how often it comes.
    label_smoothing : float
        In [0, 1]: the part ε of the target that is shared by all classes, q ← (1 - ε)·q + ε/n.
    ignore_index : int, optional
        An index that stands for no class, such as that of padding: an example that has it counts
        for nothing, neither in a sum nor in a mean. (PyTorch's is -100 unless it is told.)
    reduction : "sum", "mean" or "none"
        "mean" divides by the weights of the true classes of all examples that count, as PyTorch
        does; where none counts it is nan, and the gradients are 0. The others do not divide, so
        that in `fit`, which averages over the examples, weights count.

    Returns
    -------
    Value; for m examples and the reduction "none" a list of m Values

    Raises
    ------
    TypeError
        If the index, or `ignore_index`, is not a whole number.
    IndexError
        If there is no such class.
    ValueError
        If there are not as many weights or probabilities as logits, or an option is out of range.

    Notes
    -----
    `fit` leaves out the examples that have the `ignore_index`, so that its mean is over those that
    count; no batch is made of them.

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
    _check_smoothing(label_smoothing)
    if are_examples(logits):
        one = partial(_cross_entropy, weight, label_smoothing, "sum")
        return _over_examples(one, weight, logits, index, ignore_index, reduction)
    loss = partial(_cross_entropy, weight, label_smoothing, reduction, logits, index)
    return _counted(loss, index, ignore_index, reduction)


def _cross_entropy(
    weight: Sequence[float] | None,
    label_smoothing: float,
    reduction: Reduction,
    logits: Any,
    index: Any,
) -> Value:
    """Compute the cross-entropy of one example that counts."""
    values = as_values(logits)
    weights = _class_weights(weight, len(values))
    if not label_smoothing and not is_sequence(index):
        return _weighted(surprisal(values, index), weights, index, reduction)
    q = distribution(len(values), index, label_smoothing)
    if weights is not None:
        q = [w * part for w, part in zip(weights, q, strict=True)]
    loss: Value = dot(q, surprisals(values))
    if weights is None or reduction != "mean" or is_sequence(index):
        return loss
    return loss / weight_of(weights, index)


@overload
def nll(
    log_probabilities: Sequence[Number],
    index: Number,
    *,
    weight: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "sum",
) -> Value: ...
@overload
def nll(
    log_probabilities: Sequence[Sequence[Number]],
    index: Sequence[Number],
    *,
    weight: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: ToOne = "sum",
) -> Value: ...
@overload
def nll(
    log_probabilities: Sequence[Sequence[Number]],
    index: Sequence[Number],
    *,
    weight: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Literal["none"],
) -> list[Value]: ...
def nll(
    log_probabilities: Any,
    index: Any,
    *,
    weight: Sequence[float] | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "sum",
) -> Value | list[Value]:
    """Negative log-likelihood -log pᵢ, for the logarithms of all probabilities and the true class.

    With a network that ends in logits, `cross_entropy` is the shorter and more accurate way.

    Parameters
    ----------
    log_probabilities : sequence of n scalars, or sequence of m of them
    index : int; for m examples, sequence of m of them
        The number of the true class, from 0 to n - 1.
    weight, ignore_index, reduction
        As for `cross_entropy`.

    Returns
    -------
    Value; for m examples and the reduction "none" a list of m Values

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
    if are_examples(log_probabilities):
        one = partial(_nll, weight, "sum")
        return _over_examples(one, weight, log_probabilities, index, ignore_index, reduction)
    loss = partial(_nll, weight, reduction, log_probabilities, index)
    return _counted(loss, index, ignore_index, reduction)


def _nll(weight: Sequence[float] | None, reduction: Reduction, log_p: Any, index: Any) -> Value:
    """Compute the negative log-likelihood of one example that counts."""
    values = as_values(log_p)
    weights = _class_weights(weight, len(values))
    return _weighted(-chosen(values, index), weights, index, reduction)


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
    Where tⱼ = 0 its term is 0·log 0 = 0, by continuity. Where a target is a Value, as in a compiled
    program, one below 0 gives nan.

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
        if isinstance(t, Value):
            t = where(greater_equal(t, 0.0), t, math.nan)
        else:
            check_probabilities(1, t)
        terms.append(t * (log(where(greater(t, 0.0), t, 1.0)) - log_p))
    return reduced(terms, reduction)


def check_probabilities(outputs: int, targets: Numbers) -> None:
    """Refuse a target that `kl_divergence` does not allow."""
    for target in listed(targets):
        if target < 0:
            raise ValueError(
                f"a target of kl_divergence is a probability, 0 or more, not {target!r}"
            )


def _counted(
    loss: Callable[[], Value], index: Any, ignored: int | None, reduction: Reduction
) -> Value:
    check_ignored(ignored, index)
    return counted(ignored, index, loss, math.nan if reduction == "mean" else 0.0)


def _over_examples(
    loss: Callable[[Any, Any], Value],
    weight: Sequence[float] | None,
    logits: Any,
    indices: Any,
    ignored: int | None,
    reduction: Reduction,
) -> Value | list[Value]:
    def one(row: Any, index: Any) -> Value:
        check_ignored(ignored, index)
        return counted(ignored, index, partial(loss, row, index))

    def share(classes: int, index: Any) -> Number:
        weights = _class_weights(weight, classes)
        return 1.0 if weights is None or is_sequence(index) else weight_of(weights, index)

    return over_examples(one, share, logits, indices, ignored, reduction)


def _weighted(loss: Value, weights: list[float] | None, index: Any, reduction: Reduction) -> Value:
    """Multiply a loss by the weight of its class; a mean divides by that weight again."""
    if weights is None or reduction == "mean":
        return loss
    return weight_of(weights, index) * loss


def _class_weights(weight: Sequence[float] | None, classes: int) -> list[float] | None:
    return None if weight is None else checked_weights("weight", weight, classes, "classes")


def _check_smoothing(smoothing: float) -> None:
    if not 0.0 <= smoothing <= 1.0:
        raise ValueError(f"label_smoothing={smoothing!r} is not allowed: it must be in [0, 1]")
