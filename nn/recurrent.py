"""Recurrent networks: the same cell, with the same weights, at every step of a sequence.

Backpropagation through time needs nothing of its own. A sequence of any length is one graph in
which each weight is used once in every step, and `backward` sums what the steps contribute to its
gradient. Weights are laid out as in PyTorch (gates in the order i, f, g, o, and two biases), so
that its weights load.

Read next: `gru`.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import index
from typing import TypeAlias

from autograd import Value, dot, sigmoid, tanh
from autograd.checks import check_count
from autograd.value import Constant, Parameter
from nn.init import Init, initializer
from nn.layers import Inputs, Seed, as_values, generator_of
from nn.module import Module

State: TypeAlias = tuple[Inputs, Inputs]


class Cell(Module):
    """The weights of a cell with one or more gates, and the gates' weighted sums."""

    gates = 1

    def __init__(self, n_in: int, n_hidden: int, *, init: Init = None, seed: Seed = 0) -> None:
        check_count("n_in", n_in, 1)
        check_count("n_hidden", n_hidden, 1)
        self.n_in, self.n_hidden = index(n_in), index(n_hidden)
        draw = initializer(init, "tanh")
        generator = generator_of(seed)
        units = range(self.gates * n_hidden)

        def weights(n: int) -> list[list[Value]]:
            return [[Parameter(draw(generator, n, n_hidden)) for _ in range(n)] for _ in units]

        self.weight_ih, self.weight_hh = weights(n_in), weights(n_hidden)
        self.bias_ih: list[Value] = [Parameter(0.0) for _ in units]
        self.bias_hh: list[Value] = [Parameter(0.0) for _ in units]

    def sums(self, x: Inputs, h: Inputs, units: Iterable[int] | None = None) -> list[Value]:
        """Return W_ih·x + b_ih + W_hh·h + b_hh, one `dot` for each unit of each gate.

        Where ``units`` are given, only theirs.
        """
        inputs = [*as_values(x, self.n_in, self), *as_values(h, self.n_hidden, self)]
        return [
            dot([*self.weight_ih[k], *self.weight_hh[k]], inputs, self.bias_ih[k] + self.bias_hh[k])
            for k in (range(len(self.bias_ih)) if units is None else units)
        ]

    def zeros(self) -> list[Value]:
        """Return the hidden state before the first step."""
        return [Constant(0.0) for _ in range(self.n_hidden)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n_in}, {self.n_hidden})"


class RNNCell(Cell):
    """One step of a simple recurrent network, h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh).

    Parameters
    ----------
    n_in : int
        How many inputs a step has.
    n_hidden : int
        How many hidden units there are.
    init : str, optional
        The name of an initialiser, as for `Neuron`; left out, ``xavier_uniform``. Biases are 0.
    seed : int or random.Random
        Same seed, same weights.

    Attributes
    ----------
    weight_ih : list of n_hidden lists of n_in Values
    weight_hh : list of n_hidden lists of n_hidden Values
    bias_ih, bias_hh : lists of n_hidden Values
        One would do, since both are added, but PyTorch's weights come with two.

    Examples
    --------
    >>> from nn import RNNCell
    >>> cell = RNNCell(1, 2, init="zeros")
    >>> h = None
    >>> for x in ([1.0], [2.0]):
    ...     h = cell(x, h)
    >>> [v.data for v in h]
    [0.0, 0.0]
    """

    def __call__(self, x: Inputs, h: Inputs | None = None) -> list[Value]:
        """Return the next hidden state.

        Parameters
        ----------
        x : sequence of n_in Values or real numbers
        h : sequence of n_hidden Values or real numbers, optional
            The hidden state before; left out, zeros.

        Returns
        -------
        list of n_hidden Values
        """
        return [tanh(z) for z in self.sums(x, self.zeros() if h is None else h)]


class LSTMCell(Cell):
    """One step of a long short-term memory: gates decide what is kept, written and shown.

    ::

        i, f, o = σ(…)    input, forget and output gate
        g = tanh(…)       candidate
        c' = f·c + i·g    cell state: where f is near 1, it passes on values and gradients
        h' = o·tanh(c')   hidden state

    where … is W_ih·x + b_ih + W_hh·h + b_hh, with weights of its own for each gate.

    Parameters
    ----------
    n_in, n_hidden, init, seed
        As for `RNNCell`.
    forget_bias : float
        Where the forget gates' ``bias_ih`` start. Above 0, such as 1, the cell keeps what it holds
        from the beginning, and learns sooner to bridge long times.

    Attributes
    ----------
    weight_ih : list of 4·n_hidden lists of n_in Values
        Those of i first, then f, g, o: the order of PyTorch.
    weight_hh : list of 4·n_hidden lists of n_hidden Values
    bias_ih, bias_hh : lists of 4·n_hidden Values

    References
    ----------
    S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997; with
    the forget gate of F. Gers, J. Schmidhuber and F. Cummins, Neural Computation 12, 2000.
    Forget bias: R. Jozefowicz, W. Zaremba and I. Sutskever, ICML 2015.

    Examples
    --------
    With weights of 0, all gates are ½ and nothing is written: half of the cell state is kept.

    >>> from nn import LSTMCell
    >>> h, c = LSTMCell(1, 1, init="zeros")([7.0], ([0.0], [2.0]))
    >>> c[0].data
    1.0
    """

    gates = 4

    def __init__(
        self, n_in: int, n_hidden: int, *, init: Init = None, seed: Seed = 0, forget_bias: float = 0
    ) -> None:
        super().__init__(n_in, n_hidden, init=init, seed=seed)
        for bias in self.bias_ih[n_hidden : 2 * n_hidden]:
            bias.data = forget_bias

    def __call__(self, x: Inputs, state: State | None = None) -> tuple[list[Value], list[Value]]:
        """Return the next (h, c).

        Parameters
        ----------
        x : sequence of n_in Values or real numbers
        state : pair of sequences of n_hidden Values or real numbers, optional
            (h, c) before; left out, zeros.

        Returns
        -------
        pair of lists of n_hidden Values
        """
        h, c = (self.zeros(), self.zeros()) if state is None else state
        sums, n = self.sums(x, h), self.n_hidden
        i, f, g, o = (
            [activation(z) for z in sums[gate * n : (gate + 1) * n]]
            for gate, activation in enumerate(_GATES)
        )
        before = as_values(c, n, self)
        after: list[Value] = [dot([f[k], i[k]], [before[k], g[k]]) for k in range(n)]
        return [o[k] * tanh(after[k]) for k in range(n)], after


_GATES: tuple[Callable[[Value], Value], ...] = (sigmoid, sigmoid, tanh, sigmoid)


class LSTM(Module):
    """An LSTMCell applied to the rows of a sequence, one after the other.

    Parameters
    ----------
    n_in, n_hidden, init, seed, forget_bias
        As for `LSTMCell`.

    Attributes
    ----------
    cell : LSTMCell

    Examples
    --------
    >>> from nn import LSTM
    >>> hidden, (h, c) = LSTM(1, 2)([[0.5], [1.0], [-1.0]])
    >>> len(hidden), len(h), hidden[-1] == h
    (3, 2, True)
    """

    def __init__(
        self, n_in: int, n_hidden: int, *, init: Init = None, seed: Seed = 0, forget_bias: float = 0
    ) -> None:
        self.cell = LSTMCell(n_in, n_hidden, init=init, seed=seed, forget_bias=forget_bias)

    def __call__(
        self, rows: Sequence[Inputs], state: State | None = None
    ) -> tuple[list[list[Value]], tuple[list[Value], list[Value]]]:
        """Return the hidden state of every step, and the last (h, c).

        Parameters
        ----------
        rows : sequence of any number of rows of n_in Values or real numbers
            The steps of the sequence.
        state : pair of sequences of n_hidden Values or real numbers, optional
            (h, c) before the first step; left out, zeros.

        Returns
        -------
        list of lists of n_hidden Values
            One for each step.
        pair of lists of n_hidden Values
            (h, c) after the last step.
        """
        n = self.cell.n_hidden
        before = ([0.0] * n, [0.0] * n) if state is None else state
        h, c = (as_values(part, n, self.cell) for part in before)
        hidden = []
        for row in rows:
            h, c = self.cell(row, (h, c))
            hidden.append(h)
        return hidden, (h, c)

    def __repr__(self) -> str:
        return f"LSTM({self.cell.n_in}, {self.cell.n_hidden})"
