"""Batch normalisation: every feature of a batch brought to mean 0 and variance 1, then rescaled.

Read next: `recurrent`.
"""

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
        if not eps >= 0:
            raise ValueError(f"eps={eps!r} is not allowed: it must be 0 or more")
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
