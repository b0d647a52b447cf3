"""What keeps a model from learning its training examples by heart: penalties and dropout.

Read next: `normalization`.
"""

from collections.abc import Iterable

from autograd import Value, dot, total
from autograd import abs as absolute
from nn.layers import Inputs, Seed, as_values, generator_of
from nn.module import Module


def l1_penalty(values: Iterable[Value]) -> Value:
    """Σ|w|, which drives weights to exactly 0 (lasso); ∂/∂w = sign(w), 0 at 0.

    Parameters
    ----------
    values : iterable of Values

    Returns
    -------
    Value

    Raises
    ------
    TypeError
        When one is neither a Value nor a real number.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.regularization import l1_penalty
    >>> weights = [Value(3.0), Value(-4.0)]
    >>> penalty = 0.1 * l1_penalty(weights)
    >>> penalty.backward()
    >>> round(penalty.data, 12), [w.grad for w in weights]
    (0.7, [0.1, -0.1])
    """
    penalty: Value = total([absolute(value) for value in values])
    return penalty


def l2_penalty(values: Iterable[Value]) -> Value:
    """½Σw², which shrinks weights in proportion to their size (weight decay); ∂/∂w = w.

    Parameters
    ----------
    values : iterable of Values

    Returns
    -------
    Value

    Raises
    ------
    TypeError
        When one is neither a Value nor a real number.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.regularization import l2_penalty
    >>> weights = [Value(3.0), Value(-4.0)]
    >>> penalty = l2_penalty(weights)
    >>> penalty.backward()
    >>> penalty.data, [w.grad for w in weights]
    (12.5, [3.0, -4.0])
    """
    weights = list(values)
    squares: Value = dot(weights, weights)
    return 0.5 * squares


class Dropout(Module):
    """Set each input to 0 with probability 1 - keep_prob while training; inverted dropout.

    What is kept is divided by keep_prob, so that the expected output is the input, and in `eval()`
    mode the layer does nothing at all.

    Parameters
    ----------
    keep_prob : float
        The probability that an input is kept, in (0, 1].
    seed : int or random.Random
        Same seed, same masks. Give each Dropout of a model a seed of its own.

    References
    ----------
    N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
    JMLR 15, 2014; inverted as in section 10.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.regularization import Dropout
    >>> dropout = Dropout(keep_prob=0.8, seed=1)
    >>> [v.data for v in dropout([Value(1.0), Value(2.0), Value(3.0)])]
    [1.25, 0.0, 3.75]
    >>> _ = dropout.eval()
    >>> [v.data for v in dropout([Value(1.0), Value(2.0), Value(3.0)])]
    [1.0, 2.0, 3.0]
    """

    def __init__(self, keep_prob: float = 0.8, seed: Seed = 0) -> None:
        if not 0 < keep_prob <= 1:
            raise ValueError(
                f"keep_prob={keep_prob!r} is not allowed: it is the probability that an input is "
                f"kept, above 0 and at most 1"
            )
        self.keep_prob = keep_prob
        self.generator = generator_of(seed)

    def __call__(self, inputs: Inputs) -> list[Value]:
        """Return the inputs, while training each either dropped or divided by keep_prob.

        Parameters
        ----------
        inputs : sequence of any number of Values or real numbers

        Returns
        -------
        list of as many Values
        """
        values = as_values(inputs, len(inputs), self)
        if not self.training:
            return values
        masked = zip(values, self.mask(len(values)), strict=True)
        return [value * factor for value, factor in masked]

    def mask(self, n: int) -> list[float]:
        """Draw the factors of n inputs: 1/keep_prob with probability keep_prob, else 0."""
        kept = 1 / self.keep_prob
        return [kept if self.generator.random() < self.keep_prob else 0.0 for _ in range(n)]

    def __repr__(self) -> str:
        return f"Dropout({self.keep_prob})"
