"""Losses of one example: how far a prediction is from its target, as one `Value`.

Prediction and target are sequences of equal length, or one number where there is one output; a
sequence of one and a number go together. Every loss is a mean over the outputs, as in PyTorch,
except `half_squared_error`, the ½Σ of the textbooks. `training.fit` averages over the examples.
Targets may be `Value`s too, so that a compiler can trace a loss with both as inputs.

Read next: the room `optim`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from operator import index as as_index
from typing import Any, TypeAlias

from autograd import (
    Value,
    dot,
    greater_equal,
    less,
    less_equal,
    log,
    log1p,
    logsumexp,
    minimum,
    relu,
    softplus,
    total,
    where,
)
from autograd import abs as absolute

Number: TypeAlias = Value | float
Numbers: TypeAlias = Number | Iterable[Number]

_SMALLEST_PROBABILITY = math.exp(-100.0)


def mean_squared_error(prediction: Numbers, target: Numbers) -> Value:
    """Mean of the squared errors, (1/n)·Σ(pᵢ - tᵢ)².

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars

    Returns
    -------
    Value

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import mean_squared_error
    >>> p = Value(3.0)
    >>> loss = mean_squared_error([p, 1.0], [1.0, 1.0])
    >>> loss.backward()
    >>> loss.data, p.grad
    (2.0, 2.0)
    """
    errors = _errors(prediction, target)
    squares: Value = dot(errors, errors)
    return squares if len(errors) == 1 else squares / len(errors)


def half_squared_error(prediction: Numbers, target: Numbers) -> Value:
    """Half the sum of the squared errors, ½Σ(pᵢ - tᵢ)²; its derivative is the error pᵢ - tᵢ.

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars

    Returns
    -------
    Value

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import half_squared_error
    >>> p = Value(0.75)
    >>> loss = half_squared_error(p, 0.25)
    >>> loss.backward()
    >>> loss.data, p.grad
    (0.125, 0.5)
    """
    errors = _errors(prediction, target)
    squares: Value = dot(errors, errors)
    return 0.5 * squares


def mean_absolute_error(prediction: Numbers, target: Numbers) -> Value:
    """Mean of the absolute errors, (1/n)·Σ|pᵢ - tᵢ| (L1).

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars

    Returns
    -------
    Value

    Notes
    -----
    Kink: where pᵢ = tᵢ, the derivative is 0.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import mean_absolute_error
    >>> p = Value(3.0)
    >>> loss = mean_absolute_error([p, 1.0], [1.0, 1.0])
    >>> loss.backward()
    >>> loss.data, p.grad
    (1.0, 0.5)
    """
    return _mean([absolute(error) for error in _errors(prediction, target)])


def binary_cross_entropy(probability: Numbers, target: Numbers) -> Value:
    """Mean of -t·log(p) - (1 - t)·log(1 - p), for probabilities p of the class 1.

    Parameters
    ----------
    probability : scalar or sequence of n scalars
        In [0, 1], such as the outputs of sigmoid neurons.
    target : scalar or sequence of n scalars
        1 or 0, or a probability.

    Returns
    -------
    Value

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
    for p, t in _pairs(probability, target):
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
    return _mean(terms)


def binary_cross_entropy_with_logits(logit: Numbers, target: Numbers) -> Value:
    """Mean of -t·log σ(z) - (1 - t)·log σ(-z), for logits z; its derivative is (σ(z) - t)/n.

    Parameters
    ----------
    logit : scalar or sequence of n scalars
        Any real number: what a sigmoid would turn into a probability.
    target : scalar or sequence of n scalars
        1 or 0, or a probability.

    Returns
    -------
    Value

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
    return _mean([dot([t, 1 - t], [softplus(-z), softplus(z)]) for z, t in _pairs(logit, target)])


def cross_entropy(logits: Sequence[Number], index: Number) -> Value:
    """-log softmax(z)ᵢ = log Σⱼexp(zⱼ) - zᵢ, for the logits z of all classes and the true class i.

    Its derivative with respect to zⱼ is softmax(z)ⱼ, less 1 for the true class.

    Parameters
    ----------
    logits : sequence of n scalars
    index : int
        The number of the true class, from 0 to n - 1.

    Returns
    -------
    Value

    Raises
    ------
    TypeError
        If the index is not a whole number.
    IndexError
        If there is no such class.

    Notes
    -----
    Written as softplus(log Σⱼexp(zⱼ - zᵢ)) with the sum over the other classes: the same number,
    but where the true class is far ahead, or all logits are large, the difference of the formula
    above has few digits or none, and so has softmax(z)ᵢ - 1. Where the index is a Value, as in a
    compiled program, an index that no class has gives nan.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import cross_entropy
    >>> logits = [Value(1000.0), Value(1000.0)]
    >>> loss = cross_entropy(logits, 0)
    >>> loss.backward()
    >>> round(loss.data, 9), [round(z.grad, 9) for z in logits]
    (0.693147181, [-0.5, 0.5])
    """
    values = _values(logits)
    if isinstance(index, Value):
        leads = _leads(values, index)
    else:
        number = _class(len(values), index)
        leads = [z - values[number] for z in values[:number] + values[number + 1 :]]
    if not leads:  # of one class only
        return values[0] - values[0]
    return softplus(logsumexp(leads) if len(leads) > 1 else leads[0])


def hinge(score: Numbers, label: Numbers) -> Value:
    """Mean of max(0, 1 - y·s), for scores s and labels y of -1 or 1.

    Parameters
    ----------
    score, label : scalar or sequence of n scalars

    Returns
    -------
    Value

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
    for s, y in _pairs(score, label):
        if isinstance(y, Value):
            y = where(_is(y, 1) + _is(y, -1), y, math.nan)
        else:
            _check_labels(1, y)
        terms.append(relu(1 - y * s))
    return _mean(terms)


def _check_labels(outputs: int, labels: Numbers) -> None:
    for label in _listed(labels):
        if label not in (-1, 1):
            raise ValueError(
                f"hinge needs labels of -1 or 1, not {label!r}: 2·y - 1 turns 0, 1 into them"
            )


def _listed(numbers: Numbers) -> list[Number]:
    """Return a sequence as a list, and one number as a list of one."""
    if isinstance(numbers, Value) or not isinstance(numbers, Iterable):
        return [numbers]
    return list(numbers)


def _values(numbers: Numbers) -> list[Value]:
    """Return a list of Values, at least one."""
    values = [x if isinstance(x, Value) else Value(x) for x in _listed(numbers)]
    if not values:
        raise ValueError("the prediction is empty: a loss needs at least one number")
    return values


def _pairs(prediction: Numbers, target: Numbers) -> list[tuple[Value, Number]]:
    """Return each predicted Value with its target."""
    values, targets = _values(prediction), _listed(target)
    if len(values) != len(targets):
        raise ValueError(
            f"the prediction has {len(values)} numbers and the target {len(targets)}: "
            f"they must have equally many"
        )
    return list(zip(values, targets, strict=True))


def _errors(prediction: Numbers, target: Numbers) -> list[Value]:
    """Return prediction less target, output by output."""
    return [p - t for p, t in _pairs(prediction, target)]


def _mean(terms: Sequence[Value]) -> Value:
    """Return the mean of one or more Values, without a node where there is one."""
    return terms[0] if len(terms) == 1 else total(terms) / len(terms)


def _leads(values: Sequence[Value], index: Value) -> list[Value]:
    """Return by how much each Value exceeds that at a place, -inf there; without control flow."""
    is_chosen = [_is(index, place) for place in range(len(values))]
    no_class = where(total(is_chosen), 0.0, math.nan)
    pairs = list(zip(is_chosen, values, strict=True))
    chosen: Value = total([*(where(here, value, 0.0) for here, value in pairs), no_class])
    return [where(here, -math.inf, value - chosen) for here, value in pairs]


def _class(classes: int, index: Any) -> int:
    """Return the number of a class that there is."""
    try:
        number = as_index(index)
    except TypeError:
        raise TypeError(
            f"cross_entropy needs the true class as a whole number, not {index!r}: pass int(...)"
        ) from None
    if not 0 <= number < classes:
        raise IndexError(
            f"there is no class {number}: {classes} logits stand for the classes 0 to {classes - 1}"
        )
    return number


def _is(number: Value, wanted: int) -> Value:
    """Return 1 where a number is the one that is wanted, else 0."""
    return greater_equal(number, wanted) * less_equal(number, wanted)


TARGET_CHECKS: dict[Callable[..., Value], Callable[[int, Any], object]] = {
    cross_entropy: _class,
    hinge: _check_labels,
}
"""What raises an error, given the number of outputs and a target that the loss does not allow."""
