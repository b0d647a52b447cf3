"""Clipping: what is done to gradients that are too long, before the optimiser's step.

`norm_factor` has its home in `autograd`, because a compiled loop clips by the same factor.

Read next: the room `diagnostics`.
"""

import math
from collections.abc import Iterable

from autograd import Value
from autograd.compiler.train.clipping import norm_factor
from autograd.node import real
from autograd.whole import set_each
from nn.optim.optimizer import checked


def gradient_norm(parameters: Iterable[Value]) -> float:
    """Return √Σg² over the parameters' gradients.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import gradient_norm
    >>> a, b = Value(0.0), Value(0.0)
    >>> (3 * a + 4 * b).backward()
    >>> gradient_norm([a, b])
    5.0
    """
    return math.hypot(*map(_gradient, parameters))


def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Scale all gradients together, so that their norm √Σg² is at most max_norm.

    Their direction stays: a cure for exploding gradients that does not turn the step.

    Parameters
    ----------
    parameters : iterable of Values
        Their ``grad`` is changed in place.
    max_norm : float

    Returns
    -------
    float
        The norm before.

    Raises
    ------
    ValueError
        When `max_norm` is negative or not finite.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, algorithm 1; in the form of PyTorch's ``clip_grad_norm_``.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import clip_grad_norm
    >>> a, b = Value(0.0), Value(0.0)
    >>> (3 * a + 4 * b).backward()
    >>> clip_grad_norm([a, b], 1.0)
    5.0
    >>> round(a.grad, 6), round(b.grad, 6)
    (0.6, 0.8)
    """
    checked("max_norm", max_norm)
    leaves = list(parameters)
    norm = gradient_norm(leaves)
    factor = float(norm_factor(norm, max_norm))
    if factor != 1.0:
        set_each(leaves, "grad", [leaf.grad * factor for leaf in leaves])
    return norm


def clip_grad_value(parameters: Iterable[Value], limit: float) -> None:
    """Bring each gradient by itself into [-limit, limit].

    Parameters
    ----------
    parameters : iterable of Values
        Their ``grad`` is changed in place.
    limit : float

    Raises
    ------
    ValueError
        When `limit` is negative or not finite.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.optim import clip_grad_value
    >>> a, b = Value(0.0), Value(0.0)
    >>> (3 * a + 0.5 * b).backward()
    >>> clip_grad_value([a, b], 1.0)
    >>> a.grad, b.grad
    (1.0, 0.5)
    """
    checked("limit", limit)
    leaves = list(parameters)
    set_each(leaves, "grad", [min(max(_gradient(leaf), -limit), limit) for leaf in leaves])


def _gradient(parameter: Value) -> float:
    """Return a parameter's gradient; what is no number, such as None, is refused by its name."""
    gradient = parameter.grad
    if gradient.__class__ is float:
        return gradient
    return real(gradient, f"clipping the grad of {parameter!r}")
