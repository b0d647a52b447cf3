"""Gated recurrent units: what an LSTM does, with one state and three gates instead of four.

Read next: `embedding`.
"""

from collections.abc import Sequence

from autograd import Value, dot, sigmoid, tanh
from nn.init import Init
from nn.layers import Inputs, Seed, as_values
from nn.module import Module
from nn.recurrent import Cell


class GRUCell(Cell):
    """One step of a gated recurrent unit: a gate decides how much of the state is replaced.

    ::

        r = σ(W_ir·x + b_ir + W_hr·h + b_hr)        reset gate
        z = σ(W_iz·x + b_iz + W_hz·h + b_hz)        update gate
        n = tanh(W_in·x + b_in + r·(W_hn·h + b_hn)) candidate
        h' = (1 - z)·n + z·h                        where z is near 1, the state is kept

    Parameters
    ----------
    n_in, n_hidden, init, seed
        As for `RNNCell`.

    Attributes
    ----------
    weight_ih : list of 3·n_hidden lists of n_in Values
        Those of r first, then z, n: the order of PyTorch.
    weight_hh : list of 3·n_hidden lists of n_hidden Values
    bias_ih, bias_hh : lists of 3·n_hidden Values

    References
    ----------
    K. Cho and others, "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation", EMNLP 2014, equations 5 to 8; in the form of PyTorch's
    ``torch.nn.GRUCell``, where r multiplies what comes from h after its weights.

    Examples
    --------
    With weights of 0, the update gate is ½ and the candidate 0: half of the state is kept.

    >>> from nn import GRUCell
    >>> h = GRUCell(1, 1, init="zeros")([7.0], [2.0])
    >>> h[0].data
    1.0
    """

    gates = 3

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

        Raises
        ------
        ValueError
            When there are not n_in inputs, or not n_hidden states.
        """
        n = self.n_hidden
        inputs = as_values(x, self.n_in, self)
        before = as_values(self.zeros() if h is None else h, n, self)
        sums = self.sums(inputs, before, range(2 * n))
        reset, kept = [sigmoid(z) for z in sums[:n]], [sigmoid(z) for z in sums[n:]]
        replaced = [sigmoid(-z) for z in sums[n:]]  # 1 - σ(z) = σ(-z), with all its digits
        from_x = [dot(self.weight_ih[k], inputs, self.bias_ih[k]) for k in range(2 * n, 3 * n)]
        from_h = [dot(self.weight_hh[k], before, self.bias_hh[k]) for k in range(2 * n, 3 * n)]
        written = [tanh(from_x[k] + reset[k] * from_h[k]) for k in range(n)]
        return [dot([replaced[k], kept[k]], [written[k], before[k]]) for k in range(n)]


class GRU(Module):
    """A GRUCell applied to the rows of a sequence, one after the other.

    Parameters
    ----------
    n_in, n_hidden, init, seed
        As for `GRUCell`.

    Attributes
    ----------
    cell : GRUCell

    Examples
    --------
    >>> from nn import GRU
    >>> hidden, h = GRU(1, 2)([[0.5], [1.0], [-1.0]])
    >>> len(hidden), len(h), hidden[-1] == h
    (3, 2, True)
    """

    def __init__(self, n_in: int, n_hidden: int, *, init: Init = None, seed: Seed = 0) -> None:
        self.cell = GRUCell(n_in, n_hidden, init=init, seed=seed)

    def __call__(
        self, rows: Sequence[Inputs], h: Inputs | None = None
    ) -> tuple[list[list[Value]], list[Value]]:
        """Return the hidden state of every step, and the last one.

        Parameters
        ----------
        rows : sequence of any number of rows of n_in Values or real numbers
            The steps of the sequence.
        h : sequence of n_hidden Values or real numbers, optional
            The hidden state before the first step; left out, zeros.

        Returns
        -------
        list of lists of n_hidden Values
            One for each step.
        list of n_hidden Values
            The hidden state after the last step.
        """
        state = as_values(self.cell.zeros() if h is None else h, self.cell.n_hidden, self.cell)
        hidden = []
        for row in rows:
            state = self.cell(row, state)
            hidden.append(state)
        return hidden, state

    def __repr__(self) -> str:
        return f"GRU({self.cell.n_in}, {self.cell.n_hidden})"
