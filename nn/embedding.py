"""Embedding: a row of numbers, learned, for each of n things that are told by their number.

Read next: `attention`.
"""

import math
from collections.abc import Sequence
from operator import index as as_index
from typing import Any, TypeAlias, overload

from autograd import Value, dot, stop_gradient
from autograd.checks import check_count
from autograd.value import Parameter
from nn.layers import Seed, generator_of
from nn.module import Module
from nn.selection import signs

Index: TypeAlias = int | float | Value


class Embedding(Module):
    """A table with a row for each index, y = W[index]: what a token, a word or a place stands for.

    Parameters
    ----------
    n : int
        How many rows there are; the indices are 0 to n - 1.
    width : int
        How many numbers a row has.
    std : float
        The standard deviation of the normal distribution that the rows are drawn from.
    padding_idx : int, optional
        The row that stands for padding: it starts as zeros, and no gradient reaches it. A negative
        one counts from the end.
    seed : int or random.Random
        Same seed, same rows.

    Attributes
    ----------
    weight : list of n lists of width Values
    padding_idx : int or None

    Raises
    ------
    IndexError
        If there is no row `padding_idx`.

    Notes
    -----
    Called with a number it returns a row of the table, the parameters themselves. A program that is
    compiled is given the index as a Value, by which it cannot look up: it adds up all rows, each
    times 1 or 0, which costs n products for each number. An index that no row has then gives nan.

    References
    ----------
    Y. Bengio, R. Ducharme, P. Vincent and C. Jauvin, "A neural probabilistic language model", JMLR
    3, 2003, section 2; in the form of PyTorch's ``torch.nn.Embedding``.

    Examples
    --------
    >>> from nn import Embedding
    >>> table = Embedding(3, 2)
    >>> table.load_state_dict({f"weight.{i}.{j}": 10.0 * i + j for i in range(3) for j in (0, 1)})
    >>> [y.data for y in table(2)]
    [20.0, 21.0]
    >>> [[y.data for y in row] for row in table([0, 2])]
    [[0.0, 1.0], [20.0, 21.0]]
    >>> sum(table(1)).backward()
    >>> [[w.grad for w in row] for row in table.weight]
    [[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    >>> [y.data for y in Embedding(3, 2, padding_idx=0)(0)]
    [0.0, 0.0]
    """

    def __init__(
        self,
        n: int,
        width: int,
        *,
        padding_idx: int | None = None,
        std: float = 1.0,
        seed: Seed = 0,
    ) -> None:
        check_count("n", n, 1)
        check_count("width", width, 1)
        if not 0.0 <= std < math.inf:
            raise ValueError(f"std={std!r} is not allowed: it must be 0 or more, and finite")
        draw = generator_of(seed).gauss
        self.weight: list[list[Value]] = [
            [Parameter(draw(0.0, std)) for _ in range(width)] for _ in range(n)
        ]
        self.padding_idx = None if padding_idx is None else _row_of(padding_idx, n)
        if self.padding_idx is not None:
            for value in self.weight[self.padding_idx]:
                value.data = 0.0

    @overload
    def __call__(self, index: Index) -> list[Value]: ...
    @overload
    def __call__(self, index: Sequence[Index]) -> list[list[Value]]: ...
    def __call__(self, index: Any) -> Any:
        """Return a row, or the rows of several indices.

        Parameters
        ----------
        index : int or Value, or sequence of m of them
            A float is an index where it is whole, such as 2.0 of a table of floats.

        Returns
        -------
        list of width Values, or list of m such lists

        Raises
        ------
        TypeError
            If an index is not a whole number.
        IndexError
            If there is no such row.
        """
        if hasattr(index, "__len__") and not isinstance(index, str):
            return [self(one) for one in index]
        if isinstance(index, Value):
            here, mark = signs(len(self.weight), index)
            rows = [self._row(number) for number in range(len(self.weight))]
            return [dot(here, column, mark) for column in zip(*rows, strict=True)]
        return self._row(self._number(index))

    def _row(self, number: int) -> list[Value]:
        """Return a row; that of padding behind a sign that no gradient passes."""
        row = self.weight[number]
        return [stop_gradient(w) for w in row] if number == self.padding_idx else list(row)

    def _number(self, index: Any) -> int:
        """Return the number of a row that there is."""
        try:
            whole = isinstance(index, float) and index.is_integer()
            number = int(index) if whole else as_index(index)
        except TypeError:
            raise TypeError(f"{self!r} needs the number of a row, not {index!r}") from None
        if not 0 <= number < len(self.weight):
            raise IndexError(
                f"there is no row {number}: {self!r} has the rows 0 to {len(self.weight) - 1}"
            )
        return number

    def __repr__(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"Embedding({len(self.weight)}, {len(self.weight[0])}{padding})"


def _row_of(padding_idx: int, n: int) -> int:
    """Count the row of padding from the first one."""
    number = as_index(padding_idx)
    if not -n <= number < n:
        raise IndexError(f"padding_idx={number} is not allowed: the rows are 0 to {n - 1}")
    return number % n
