"""Initialisers: what the weights of a layer are before training.

Each draws one weight from a generator, knowing how many inputs (``n_in``) and how many neurons
(``n_out``) the layer has. Where all weights are equal, the neurons of a layer stay equal, however
long they learn; too large or too small a variance makes signals and gradients explode or vanish
with depth. Biases start at zero.

Read next: `selection`.
"""

import math
from collections.abc import Callable
from random import Random
from typing import TypeAlias

Initializer: TypeAlias = Callable[[Random, int, int], float]
Init: TypeAlias = str | None  # the name of an initialiser; None takes what suits the activation

RELU_FAMILY = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus")


def zeros(generator: Random, n_in: int, n_out: int) -> float:
    """0, to show why not: all neurons of a layer stay identical."""
    return 0.0


def small_normal(generator: Random, n_in: int, n_out: int) -> float:
    """Normal with σ = 0.01, whatever the size of the layer."""
    return generator.gauss(0.0, 0.01)


def xavier_uniform(generator: Random, n_in: int, n_out: int) -> float:
    """Uniform in [−a, a] with a = √(6/(n_in + n_out)): variance 2/(n_in + n_out).

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010, equation 16.

    Examples
    --------
    >>> from random import Random
    >>> from nn.init import xavier_uniform
    >>> abs(xavier_uniform(Random(0), 2, 4)) <= 1.0
    True
    """
    limit = math.sqrt(6.0 / (n_in + n_out))
    return generator.uniform(-limit, limit)


def xavier_normal(generator: Random, n_in: int, n_out: int) -> float:
    """Normal with σ = √(2/(n_in + n_out)).

    References
    ----------
    X. Glorot and Y. Bengio, AISTATS 2010, equation 12.
    """
    return generator.gauss(0.0, math.sqrt(2.0 / (n_in + n_out)))


def he_uniform(generator: Random, n_in: int, n_out: int) -> float:
    """Uniform in [−a, a] with a = √(6/n_in): variance 2/n_in."""
    limit = math.sqrt(6.0 / n_in)
    return generator.uniform(-limit, limit)


def he_normal(generator: Random, n_in: int, n_out: int) -> float:
    """Normal with σ = √(2/n_in), which makes up for the half that a ReLU cuts off.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV 2015, equation 10.
    """
    return generator.gauss(0.0, math.sqrt(2.0 / n_in))


_FUNCTIONS = (zeros, small_normal, xavier_uniform, xavier_normal, he_uniform, he_normal)
INITIALIZERS: dict[str, Initializer] = {function.__name__: function for function in _FUNCTIONS}


def initializer(name: Init, activation: str) -> Initializer:
    """Find an initialiser by its name; None takes what suits the activation.

    Parameters
    ----------
    name : str or None
        A name of `INITIALIZERS`. None is ``he_normal`` for ReLU and its relatives and
        ``xavier_uniform`` for the sigmoid, the tangent and linear neurons.
    activation : str
        The name of the activation behind the weights.

    Raises
    ------
    ValueError
        When there is no initialiser of that name.

    Examples
    --------
    >>> from nn.init import initializer
    >>> initializer(None, "relu").__name__, initializer(None, "tanh").__name__
    ('he_normal', 'xavier_uniform')
    """
    if name is None:
        return he_normal if activation in RELU_FAMILY else xavier_uniform
    if name not in INITIALIZERS:
        raise ValueError(
            f"there is no initialiser {name!r}; the initialisers are {', '.join(INITIALIZERS)}"
        )
    return INITIALIZERS[name]
