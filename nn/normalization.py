"""Normalisation: numbers brought to mean 0 and variance 1, then rescaled.

`BatchNorm` does so with every feature over the rows of a batch, `LayerNorm` and `RMSNorm` with
every row by itself.

Read next: `recurrent`.
"""

import sys
from collections.abc import Iterable, Sequence

from autograd import Value, dot, sqrt, total
from autograd.checks import check_count
from autograd.value import Parameter
from nn.layers import Inputs, as_values
from nn.module import Module


class BatchNorm(Module):
    """Normalise each feature over the rows of a batch, y = weight·(x - μ)/√(σ² + eps) + bias.

    While training, μ and σ² are the batch's own, and gradients flow through both. In `eval()` mode
    they are the running statistics that training left, and rows do not touch each other.

    Parameters
    ----------
    n : int
        How many features a row has.
    momentum : float or None
        The part of each batch in the running statistics, r ← (1 - momentum)·r + momentum·batch.
        None: they are the mean over all batches so far.
    eps : float
        Added to the variance, so that the division is defined for a constant feature.

    Attributes
    ----------
    weight, bias : lists of n Values
        1 and 0 at first.
    running_mean, running_var : lists of n floats
        0 and 1 at first. The running variance is the unbiased one, with m - 1 in its denominator;
        the batch is normalised with the biased one, with m.
    batches : list of one float
        The number of batches so far, where there is no momentum.

    Notes
    -----
    It maps a list of rows to a list of rows. While training it needs two rows or more: one alone
    has no variance.

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", ICML 2015, algorithms 1 and 2; in the form of PyTorch's
    ``torch.nn.BatchNorm1d``.

    Examples
    --------
    >>> from nn.normalization import BatchNorm
    >>> norm = BatchNorm(1, eps=0.0)
    >>> [[y.data for y in row] for row in norm([[1.0], [3.0]])]
    [[-1.0], [1.0]]
    >>> norm.running_mean, norm.running_var
    ([0.2], [1.1])
    """

    mixes_rows = True
    buffers: tuple[str, ...] = ("running_mean", "running_var")

    def __init__(self, n: int, *, momentum: float | None = 0.1, eps: float = 1e-5) -> None:
        check_count("n", n, 1)
        if momentum is not None and not 0 <= momentum <= 1:
            raise ValueError(f"momentum={momentum!r} is not allowed: it must be in [0, 1], or None")
        _check_eps(eps)
        self.momentum, self.eps = momentum, eps
        self.weight: list[Value] = [Parameter(1.0) for _ in range(n)]
        self.bias: list[Value] = [Parameter(0.0) for _ in range(n)]
        self.running_mean, self.running_var = [0.0] * n, [1.0] * n
        if momentum is None:
            self.batches = [0.0]
            self.buffers = (*self.buffers, "batches")

    def __call__(self, rows: Iterable[Inputs]) -> list[list[Value]]:
        """Return the rows with each feature normalised.

        Parameters
        ----------
        rows : sequence of m rows of n Values or real numbers
            While training at least two.

        Returns
        -------
        list of m lists of n Values
        """
        values = [as_values(row, len(self.weight), self) for row in rows]
        if self.training and len(values) < 2:
            raise ValueError(
                f"{self!r} needs two rows or more while training, not {len(values)}: one alone has "
                f"no variance; call eval() to use the running statistics"
            )
        if self.training and self.momentum is None:
            self.batches[0] += 1.0
        columns = [self._column(feature, x) for feature, x in enumerate(zip(*values, strict=True))]
        return [list(row) for row in zip(*columns, strict=True)]

    def rows(self, rows: Iterable[Inputs]) -> list[list[Value]]:
        """Return the rows with each feature normalised: as calling it does."""
        return self(rows)

    def _column(self, feature: int, x: Sequence[Value]) -> list[Value]:
        """Return one feature of all rows, normalised."""
        variance: Value | float
        if self.training:
            m = len(x)
            mean: Value = total(x) / m
            errors = [value - mean for value in x]
            squares: Value = dot(errors, errors)
            variance = squares / m
            self._remember(feature, mean.data, squares.data / (m - 1))
        else:
            errors = [value - self.running_mean[feature] for value in x]
            variance = self.running_var[feature]
        scale = self.weight[feature] / sqrt(variance + self.eps)
        return [dot([scale], [error], self.bias[feature]) for error in errors]

    def _remember(self, feature: int, mean: float, variance: float) -> None:
        """Move the running statistics of a feature towards those of a batch."""
        share = 1 / self.batches[0] if self.momentum is None else self.momentum
        kept = 1 - share
        self.running_mean[feature] = kept * self.running_mean[feature] + share * mean
        self.running_var[feature] = kept * self.running_var[feature] + share * variance

    def __repr__(self) -> str:
        return f"BatchNorm({len(self.weight)})"


class LayerNorm(Module):
    """Normalise a row, y = weight·(x - μ)/√(σ² + eps) + bias, with the row's own μ and σ².

    Parameters
    ----------
    n : int
        How many numbers a row has.
    eps : float
        Added to the variance, so that the division is defined for a row of equal numbers.
    elementwise_affine : bool
        Whether there are weights and biases.
    bias : bool
        Whether there are biases, where there are weights.

    Attributes
    ----------
    weight, bias : lists of n Values
        1 and 0 at first; empty where there are none.

    Notes
    -----
    σ² is the biased variance, with n in its denominator. Training and `eval()` are alike, and rows
    do not touch each other. The mean is subtracted twice, so that numbers that are large beside
    their differences lose no digits.

    References
    ----------
    J. Ba, J. Kiros and G. Hinton, "Layer normalization", 2016, equation 3; in the form of PyTorch's
    ``torch.nn.LayerNorm``.

    Examples
    --------
    >>> from nn import LayerNorm
    >>> [y.data for y in LayerNorm(2, eps=0.0)([1.0, 3.0])]
    [-1.0, 1.0]
    """

    def __init__(
        self, n: int, *, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        check_count("n", n, 1)
        _check_eps(eps)
        self.n, self.eps = n, eps
        self.weight: list[Value] = [Parameter(1.0) for _ in range(n)] if elementwise_affine else []
        self.bias: list[Value] = [Parameter(0.0) for _ in self.weight] if bias else []

    def __call__(self, inputs: Inputs) -> list[Value]:
        """Return the row, normalised.

        Parameters
        ----------
        inputs : sequence of n Values or real numbers

        Returns
        -------
        list of n Values

        Raises
        ------
        ValueError
            When there are not n numbers.
        """
        x = as_values(inputs, self.n, self)
        # The mean of large numbers is rounded; how far it is off is the mean of the differences.
        errors = _centred(_centred(x))
        return _rescaled(errors, self.eps, self.weight, self.bias)

    def __repr__(self) -> str:
        return f"LayerNorm({self.n})"


class RMSNorm(Module):
    """Divide a row by the root of the mean of its squares, y = weight·x/√(Σx²/n + eps).

    It is `LayerNorm` without the mean and the bias.

    Parameters
    ----------
    n : int
        How many numbers a row has.
    eps : float, optional
        Added to the mean square; left out, the distance from 1 to the next float, 2⁻⁵².
    elementwise_affine : bool
        Whether there are weights.

    Attributes
    ----------
    weight : list of n Values
        1 at first; empty where there are none.

    References
    ----------
    B. Zhang and R. Sennrich, "Root mean square layer normalization", NeurIPS 2019, equation 4; in
    the form of PyTorch's ``torch.nn.RMSNorm``.

    Examples
    --------
    >>> from nn import RMSNorm
    >>> [y.data for y in RMSNorm(4, eps=0.0)([2.0, -2.0, 2.0, 2.0])]
    [1.0, -1.0, 1.0, 1.0]
    """

    def __init__(
        self, n: int, *, eps: float | None = None, elementwise_affine: bool = True
    ) -> None:
        check_count("n", n, 1)
        self.n, self.eps = n, sys.float_info.epsilon if eps is None else eps
        _check_eps(self.eps)
        self.weight: list[Value] = [Parameter(1.0) for _ in range(n)] if elementwise_affine else []

    def __call__(self, inputs: Inputs) -> list[Value]:
        """Return the row, divided; see `LayerNorm.__call__`."""
        return _rescaled(as_values(inputs, self.n, self), self.eps, self.weight, [])

    def __repr__(self) -> str:
        return f"RMSNorm({self.n})"


def _centred(numbers: list[Value]) -> list[Value]:
    """Return the numbers less their mean."""
    mean: Value = total(numbers) / len(numbers)
    return [number - mean for number in numbers]


def _rescaled(
    numbers: list[Value], eps: float, weights: list[Value], biases: list[Value]
) -> list[Value]:
    """Return the numbers divided by √(mean square + eps), times the weights, plus the biases."""
    mean_square: Value = dot(numbers, numbers) / len(numbers)
    root = sqrt(mean_square + eps)
    outputs = [number / root for number in numbers]
    if biases:
        return [dot([w], [y], b) for w, y, b in zip(weights, outputs, biases, strict=True)]
    return [w * y for w, y in zip(weights, outputs, strict=True)] if weights else outputs


def _check_eps(eps: float) -> None:
    if not eps >= 0:
        raise ValueError(f"eps={eps!r} is not allowed: it must be 0 or more")
