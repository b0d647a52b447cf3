"""Losses of predicted quantities: how far numbers are from those that were measured.

Read next: `binary`.
"""

import math
from typing import Literal, overload

from autograd import Value, dot, maximum, minimum
from autograd import abs as absolute
from nn.losses.terms import Numbers, Reduction, ToOne, check_reduction, pairs, reduced


@overload
def mean_squared_error(
    prediction: Numbers, target: Numbers, *, reduction: ToOne = "mean"
) -> Value: ...
@overload
def mean_squared_error(
    prediction: Numbers, target: Numbers, *, reduction: Literal["none"]
) -> list[Value]: ...
def mean_squared_error(
    prediction: Numbers, target: Numbers, *, reduction: Reduction = "mean"
) -> Value | list[Value]:
    """Mean of the squared errors, (1/n)·Σ(pᵢ - tᵢ)².

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        When the two have different lengths, there is no number, or `reduction` is another word.

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
    return _squares(prediction, target, 1.0, reduction)


@overload
def half_squared_error(
    prediction: Numbers, target: Numbers, *, reduction: ToOne = "sum"
) -> Value: ...
@overload
def half_squared_error(
    prediction: Numbers, target: Numbers, *, reduction: Literal["none"]
) -> list[Value]: ...
def half_squared_error(
    prediction: Numbers, target: Numbers, *, reduction: Reduction = "sum"
) -> Value | list[Value]:
    """Half the sum of the squared errors, ½Σ(pᵢ - tᵢ)²; its derivative is the error pᵢ - tᵢ.

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        When the two have different lengths, there is no number, or `reduction` is another word.

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
    return _squares(prediction, target, 0.5, reduction)


@overload
def mean_absolute_error(
    prediction: Numbers, target: Numbers, *, reduction: ToOne = "mean"
) -> Value: ...
@overload
def mean_absolute_error(
    prediction: Numbers, target: Numbers, *, reduction: Literal["none"]
) -> list[Value]: ...
def mean_absolute_error(
    prediction: Numbers, target: Numbers, *, reduction: Reduction = "mean"
) -> Value | list[Value]:
    """Mean of the absolute errors, (1/n)·Σ|pᵢ - tᵢ| (L1).

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        When the two have different lengths, there is no number, or `reduction` is another word.

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
    return reduced([absolute(error) for error in _errors(prediction, target)], reduction)


@overload
def huber(
    prediction: Numbers, target: Numbers, *, delta: float = 1.0, reduction: ToOne = "mean"
) -> Value: ...
@overload
def huber(
    prediction: Numbers, target: Numbers, *, delta: float = 1.0, reduction: Literal["none"]
) -> list[Value]: ...
def huber(
    prediction: Numbers, target: Numbers, *, delta: float = 1.0, reduction: Reduction = "mean"
) -> Value | list[Value]:
    """Mean of ½e² where |e| ≤ delta and delta·(|e| - ½delta) elsewhere, for errors e = p - t.

    Near the target it is a squared error, far from it an absolute one, which an outlier cannot
    dominate: its derivative is e, held in [-delta, delta].

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars
    delta : float
        Where the one goes over into the other; above 0.
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        If delta is not above 0, and finite.

    Notes
    -----
    Written as q·(e - ½q) with q = e held in [-delta, delta], which is the same and never squares a
    large error. Kink: only the second derivative jumps, at |e| = delta.

    References
    ----------
    P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35,
    1964; in the form of PyTorch's ``torch.nn.HuberLoss``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import huber
    >>> p, q = Value(0.5), Value(3.0)
    >>> loss = huber([p, q], [0.0, 0.0], reduction="sum")
    >>> loss.backward()
    >>> loss.data, p.grad, q.grad  # 0.125 + 2.5
    (2.625, 0.5, 1.0)
    """
    _check_width("delta", delta)
    terms = []
    for error in _errors(prediction, target):
        held = _held(error, delta)
        terms.append(held * (error - 0.5 * held))
    return reduced(terms, reduction)


@overload
def smooth_l1(
    prediction: Numbers, target: Numbers, *, beta: float = 1.0, reduction: ToOne = "mean"
) -> Value: ...
@overload
def smooth_l1(
    prediction: Numbers, target: Numbers, *, beta: float = 1.0, reduction: Literal["none"]
) -> list[Value]: ...
def smooth_l1(
    prediction: Numbers, target: Numbers, *, beta: float = 1.0, reduction: Reduction = "mean"
) -> Value | list[Value]:
    """Mean of ½e²/beta where |e| ≤ beta and |e| - ½beta elsewhere, for errors e = p - t.

    It is `huber` divided by its delta: an absolute error whose kink is rounded off.

    Parameters
    ----------
    prediction, target : scalar or sequence of n scalars
    beta : float
        The width of the rounding, 0 or more; with 0 it is the absolute error, kink and all.
    reduction : "mean", "sum" or "none"
        "none" returns the list of the n terms.

    Returns
    -------
    Value, or list of n Values

    Raises
    ------
    ValueError
        If beta is negative, or not finite.

    References
    ----------
    R. Girshick, "Fast R-CNN", ICCV 2015, equation 3; in the form of PyTorch's
    ``torch.nn.SmoothL1Loss``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.losses import smooth_l1
    >>> p = Value(3.0)
    >>> loss = smooth_l1(p, 0.0, beta=2.0)
    >>> loss.backward()
    >>> loss.data, p.grad
    (2.0, 1.0)
    """
    if beta == 0:
        return reduced([absolute(error) for error in _errors(prediction, target)], reduction)
    _check_width("beta", beta)
    terms = []
    for error in _errors(prediction, target):
        held = _held(error, beta)
        terms.append(held / beta * (error - 0.5 * held))
    return reduced(terms, reduction)


def _squares(
    prediction: Numbers, target: Numbers, factor: float, reduction: Reduction
) -> Value | list[Value]:
    """Reduce the squared errors, times a factor."""
    check_reduction(reduction)
    errors = _errors(prediction, target)
    if reduction == "none":
        squares = [error * error for error in errors]
        return squares if factor == 1.0 else [factor * square for square in squares]
    whole: Value = dot(errors, errors)
    if factor != 1.0:
        whole = factor * whole
    return whole / len(errors) if reduction == "mean" and len(errors) > 1 else whole


def _errors(prediction: Numbers, target: Numbers) -> list[Value]:
    """Return prediction less target, output by output."""
    return [p - t for p, t in pairs(prediction, target)]


def _held(error: Value, limit: float) -> Value:
    """Return an error held in [-limit, limit]."""
    return minimum(maximum(error, -limit), limit)


def _check_width(name: str, width: float) -> None:
    if not 0.0 < width < math.inf:
        raise ValueError(f"{name}={width!r} is not allowed: it must be above 0, and finite")
