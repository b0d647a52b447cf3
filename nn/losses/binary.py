"""Losses of one of two classes, by a probability, a logit or a score.

Read next: `classes`.
"""

import math
from collections.abc import Sequence
from typing import Literal, overload

from autograd import Value, dot, equal, less, log, log1p, minimum, relu, softplus, where
from nn.losses.terms import Numbers, Reduction, ToOne, checked_weights, listed, pairs, reduced

_SMALLEST_PROBABILITY = math.exp(-100.0)


@overload
def binary_cross_entropy(
    probability: Numbers, target: Numbers, *, reduction: ToOne = "mean"
) -> Value: ...
@overload
def binary_cross_entropy(
    probability: Numbers, target: Numbers, *, reduction: Literal["none"]
) -> list[Value]: ...
def binary_cross_entropy(
    probability: Numbers, target: Numbers, *, reduction: Reduction = "mean"
) -> Value | list[Value]:
    """Mean of -t·log(p) - (1 - t)·log(1 - p), for probabilities p of the class 1.

    Parameters
    ----------
    probability : scalar or sequence of n scalars
        In [0, 1], such as the outputs of sigmoid neurons.
    target : scalar or sequence of n scalars
        1 or 0, or a probability.
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1].

    Notes
    -----
    To both logarithms' arguments e⁻¹⁰⁰ is added, which no probability above 10⁻²⁸ notices. So the
    loss of a certain but wrong prediction is 100, as in PyTorch, not infinite. Below p = ½,
    log(1 - p) is log1p(-p), which has the digits that 1 - p would lose. Where the logit is at hand,
    `binary_cross_entropy_with_logits` is the more accurate one.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import binary_cross_entropy
    >>> p = Value(0.5)
    >>> loss = binary_cross_entropy(p, 1)
    >>> loss.backward()
    >>> round(loss.data, 12), p.grad
    (0.69314718056, -2.0)
    """
    terms = []
    for p, t in pairs(probability, target):
        try:
            certain = log(1 - p + _SMALLEST_PROBABILITY)
            of_other = where(less(p, 0.5), log1p(-minimum(p, 0.5)), certain)
            logs = log(p + _SMALLEST_PROBABILITY), of_other
        except ValueError as error:
            raise ValueError(
                f"binary_cross_entropy needs a probability in [0, 1], not {p!r}: apply sigmoid, or "
                f"pass the logit to binary_cross_entropy_with_logits"
            ) from error
        terms.append(-dot([t, 1 - t], logs))
    return reduced(terms, reduction)


@overload
def binary_cross_entropy_with_logits(
    logit: Numbers,
    target: Numbers,
    *,
    pos_weight: float | Sequence[float] | None = None,
    reduction: ToOne = "mean",
) -> Value: ...
@overload
def binary_cross_entropy_with_logits(
    logit: Numbers,
    target: Numbers,
    *,
    pos_weight: float | Sequence[float] | None = None,
    reduction: Literal["none"],
) -> list[Value]: ...
def binary_cross_entropy_with_logits(
    logit: Numbers,
    target: Numbers,
    *,
    pos_weight: float | Sequence[float] | None = None,
    reduction: Reduction = "mean",
) -> Value | list[Value]:
    """Mean of -t·log σ(z) - (1 - t)·log σ(-z), for logits z; its derivative is (σ(z) - t)/n.

    Parameters
    ----------
    logit : scalar or sequence of n scalars
        Any real number: what a sigmoid would turn into a probability.
    target : scalar or sequence of n scalars
        1 or 0, or a probability.
    pos_weight : float or sequence of n floats, optional
        How much the class 1 counts against the class 0, such as the number of examples of 0 for
        each of 1: it multiplies the term of t.
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        If there is not one weight, or one for each output, or it is negative.

    Notes
    -----
    Written as t·softplus(-z) + (1 - t)·softplus(z), since -log σ(z) = softplus(-z), which neither
    overflows nor cancels for any logit.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import binary_cross_entropy_with_logits
    >>> z = Value(-1000.0)
    >>> loss = binary_cross_entropy_with_logits(z, 1)
    >>> loss.backward()
    >>> loss.data, z.grad
    (1000.0, -1.0)
    """
    both = pairs(logit, target)
    positive = [t for _, t in both]
    if pos_weight is not None:
        if isinstance(pos_weight, (int, float)):
            pos_weight = [pos_weight] * len(both)
        weights = checked_weights("pos_weight", pos_weight, len(both), "outputs")
        positive = [w * t for w, t in zip(weights, positive, strict=True)]
    terms = [
        dot([p, 1 - t], [softplus(-z), softplus(z)])
        for p, (z, t) in zip(positive, both, strict=True)
    ]
    return reduced(terms, reduction)


@overload
def hinge(score: Numbers, label: Numbers, *, reduction: ToOne = "mean") -> Value: ...
@overload
def hinge(score: Numbers, label: Numbers, *, reduction: Literal["none"]) -> list[Value]: ...
def hinge(score: Numbers, label: Numbers, *, reduction: Reduction = "mean") -> Value | list[Value]:
    """Mean of max(0, 1 - y·s), for scores s and labels y of -1 or 1.

    Parameters
    ----------
    score, label : scalar or sequence of n scalars
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        If a label is a number other than -1 and 1.

    Notes
    -----
    Kink: at y·s = 1 the derivative is 0, as right of it. Where a label is a Value, as in a compiled
    program, one other than -1 and 1 gives nan.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import hinge
    >>> s = Value(0.25)
    >>> loss = hinge(s, 1)
    >>> loss.backward()
    >>> loss.data, s.grad
    (0.75, -1.0)
    """
    terms = []
    for s, y in pairs(score, label):
        if isinstance(y, Value):
            y = where(equal(y, 1) + equal(y, -1), y, math.nan)
        else:
            check_labels(1, y)
        terms.append(relu(1 - y * s))
    return reduced(terms, reduction)


def check_labels(outputs: int, labels: Numbers) -> None:
    """Refuse a label that `hinge` does not allow."""
    for label in listed(labels):
        if label not in (-1, 1):
            raise ValueError(
                f"hinge needs labels of -1 or 1, not {label!r}: 2·y - 1 turns 0, 1 into them"
            )
