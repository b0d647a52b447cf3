"""Attention: what a place of a sequence takes from the places before it, by how well they fit.

Read next: `linear`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from autograd import Value, dot, softmax
from autograd.checks import check_count
from autograd.value import Parameter
from nn.init import Init, initializer
from nn.layers import Inputs, Seed, as_values, generator_of
from nn.module import Module

Memory: TypeAlias = list[tuple[list[Value], list[Value]]]
"""The key and the value of each place so far."""


class CausalSelfAttention(Module):
    """Each row of a sequence takes a weighted mean of itself and the rows before it.

    ::

        q, k, v = W_query·x, W_key·x, W_value·x       of each row x
        weights = softmax(q·k₁/√d, …, q·kₜ/√d)        of row t, for the rows 1 to t
        y = W_out·(weights₁·v₁ + … + weightsₜ·vₜ)

    q, k and v are cut into ``heads`` parts of d = n/heads numbers, which attend separately.

    Parameters
    ----------
    n : int
        How many numbers a row has, on its way in and out; a multiple of ``heads``.
    heads : int
    bias : bool
        Whether b_query, b_key, b_value and b_out are added to the products, 0 at first.
    init : str, optional
        The name of an initialiser, as for `Neuron`; left out, ``xavier_uniform``.
    seed : int or random.Random
        Same seed, same weights.

    Attributes
    ----------
    weight_query, weight_key, weight_value, weight_out : lists of n lists of n Values
        The first three, one below the other, are PyTorch's ``in_proj_weight``.
    bias_query, bias_key, bias_value, bias_out : lists of n Values
        Empty without biases.

    Notes
    -----
    T rows cost T² dot products of n numbers. Rows do not know their place: what they are made of
    has to tell, such as the sum of two `Embedding`s, of the token and of the place.

    References
    ----------
    A. Vaswani and others, "Attention is all you need", NeurIPS 2017, equation 1 and section 3.2; in
    the form of PyTorch's ``torch.nn.MultiheadAttention`` with a causal mask.

    Examples
    --------
    >>> from nn import CausalSelfAttention
    >>> attention = CausalSelfAttention(4, heads=2, seed=1)
    >>> rows = attention([[1.0, 0.0, -1.0, 0.5], [0.2, 0.4, 0.6, 0.8]])
    >>> len(rows), len(rows[0])
    (2, 4)

    The first row sees only itself; with a memory, the rows can be given one by one:

    >>> memory = []
    >>> (first,) = attention([[1.0, 0.0, -1.0, 0.5]], memory)
    >>> (second,) = attention([[0.2, 0.4, 0.6, 0.8]], memory)
    >>> [y.data for y in first + second] == [y.data for row in rows for y in row]
    True
    """

    def __init__(
        self, n: int, heads: int, *, bias: bool = False, init: Init = None, seed: Seed = 0
    ) -> None:
        check_count("n", n, 1)
        check_count("heads", heads, 1)
        if n % heads:
            raise ValueError(f"n={n} cannot be shared by {heads} heads: take a multiple")
        draw, generator = initializer(init, "linear"), generator_of(seed)
        self.n, self.heads = n, heads

        def matrix() -> list[list[Value]]:
            return [[Parameter(draw(generator, n, n)) for _ in range(n)] for _ in range(n)]

        def biases() -> list[Value]:
            return [Parameter(0.0) for _ in range(n)] if bias else []

        self.weight_query, self.weight_key = matrix(), matrix()
        self.weight_value, self.weight_out = matrix(), matrix()
        self.bias_query, self.bias_key = biases(), biases()
        self.bias_value, self.bias_out = biases(), biases()

    def __call__(self, rows: Sequence[Inputs], memory: Memory | None = None) -> list[list[Value]]:
        """Return what becomes of each row.

        Parameters
        ----------
        rows : sequence of T rows of n Values or real numbers
        memory : list, optional
            What the rows see beside themselves: keys and values of rows given before, empty at the
            beginning of a sequence. Those of the rows are added to it.

        Returns
        -------
        list of T lists of n Values

        Raises
        ------
        ValueError
            When a row has not n numbers.
        """
        seen: Memory = [] if memory is None else memory
        outputs = []
        for row in rows:
            x = as_values(row, self.n, self)
            key = _product(self.weight_key, x, self.bias_key)
            seen.append((key, _product(self.weight_value, x, self.bias_value)))
            query = _product(self.weight_query, x, self.bias_query)
            outputs.append(_product(self.weight_out, self._attended(query, seen), self.bias_out))
        return outputs

    def _attended(self, query: list[Value], seen: Memory) -> list[Value]:
        """Return, head by head, the mean of the values, weighted by how well their keys fit."""
        width = self.n // self.heads
        result: list[Value] = []
        for start in range(0, self.n, width):
            head = slice(start, start + width)
            weights = softmax([dot(query[head], key[head]) / width**0.5 for key, _ in seen])
            columns = zip(*(value[head] for _, value in seen), strict=True)
            result += [dot(weights, column) for column in columns]
        return result

    def __repr__(self) -> str:
        return f"CausalSelfAttention({self.n}, {self.heads})"


def _product(weights: list[list[Value]], x: list[Value], biases: list[Value]) -> list[Value]:
    """Return W·x + b, one `dot` for each row of W; without biases W·x."""
    if not biases:
        return [dot(row, x) for row in weights]
    return [dot(row, x, bias) for row, bias in zip(weights, biases, strict=True)]
