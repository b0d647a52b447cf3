"""Sparse Jacobians and Hessians: which entries there can be is read from the recorded graph.

A function of thousands of numbers of which each output depends on a few has a Jacobian of few
entries, and so has a sum of such functions a Hessian. The derivative is planned once for each form
of the argument:

    pattern     which outputs depend on which inputs     `sweeps.dependencies`
    colours     which columns one sweep can share        `colouring`
    program     the sweep, as a list that is compiled    `sweeps`

and then computed by as many sweeps as there are colours, one row of a batch for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.calls import as_value, called, pull_back
from autograd.colouring import Pattern, apart, stars, transposed
from autograd.compiler.pipeline import Specialization
from autograd.compiler.record.nested import Structure, flatten
from autograd.compiler.run.runner import Runner
from autograd.signatures import Function
from autograd.sweeps import dependencies, forward_sweep, hessian_sweep, reverse_sweep
from autograd.switches import collector_paused, ieee_arithmetic
from autograd.transforms import check_scalar, grad
from autograd.trees import array_of, like, numbers_in


def sparse_jacobian(f: Function) -> SparseDerivative:
    """Make the function that computes the Jacobian of `f` as a sparse matrix of SciPy's.

    Parameters
    ----------
    f : callable
        Takes one argument, an array or nested lists, tuples and dicts of n numbers in all, and
        gives m numbers in any form.

    Returns
    -------
    SparseDerivative
        Called with the argument it gives a `scipy.sparse.csr_array` (m, n), in which there is an
        entry for each output and each input that it depends on, also where that is 0 at the moment.

    Raises
    ------
    ImportError
        At a call, without SciPy: it is in the extra `scipy`.
    TracingError
        At a call, when `f` cannot be compiled, since it asks for numbers (``if x[0] > 0``).

    Notes
    -----
    It takes as many forward sweeps as colours for the columns, or reverse sweeps as colours for the
    rows, whichever are fewer: three for a tridiagonal Jacobian of any size. Recording, colouring
    and compiling happen at the first call for each form of the argument.

    References
    ----------
    Curtis, Powell, Reid: On the Estimation of Sparse Jacobian Matrices, IMA Journal of Applied
    Mathematics 13 (1974).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import sparse_jacobian
    >>> slopes = sparse_jacobian(lambda x: x[1:] * x[:-1])
    >>> slopes(np.array([1.0, 2.0, 3.0, 4.0])).toarray()
    array([[2., 1., 0., 0.],
           [0., 3., 2., 0.],
           [0., 0., 4., 3.]])
    >>> slopes.sweeps
    2
    """
    return SparseDerivative(f, _jacobian_plan)


def sparse_hessian(f: Function) -> SparseDerivative:
    """Make the function that computes the Hessian of `f` as a sparse matrix of SciPy's.

    Parameters
    ----------
    f : callable
        Takes one argument, an array or nested lists, tuples and dicts of n numbers in all, and
        gives one number.

    Returns
    -------
    SparseDerivative
        Called with the argument it gives a `scipy.sparse.csr_array` (n, n), symmetric.

    Raises
    ------
    ImportError
        At a call, without SciPy: it is in the extra `scipy`.
    TracingError
        At a call, when `f` cannot be compiled, since it asks for numbers (``if x[0] > 0``).

    Notes
    -----
    A sweep is a Hessian-vector product. It takes three for a tridiagonal Hessian of any size, two
    where all inputs are coupled with one alone.

    References
    ----------
    Coleman, Moré: Estimation of Sparse Hessian Matrices and Graph Coloring Problems, Mathematical
    Programming 28 (1984).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import sparse_hessian
    >>> curvature = sparse_hessian(lambda x: np.sum(x[1:] * x[:-1] ** 2))
    >>> curvature(np.array([1.0, 2.0, 3.0])).toarray()
    array([[4., 2., 0.],
           [2., 6., 4.],
           [0., 4., 0.]])
    """
    return SparseDerivative(f, _hessian_plan)


class Plan(NamedTuple):
    """How a sparse matrix is computed, for one form of the argument.

    Parameters
    ----------
    outputs : callable
        What the matrix is the Jacobian of, as a function of one flat array.
    recorded : Specialization
        The recording, which knows the present numbers of captured Values.
    pattern : list of lists of int
        For each row the columns with an entry.
    columns : int
    sweep : Runner
        Takes rows of a point, a vector and zeros, and gives a product with the matrix for each.
    seeds : array (sweeps, length of the vector)
    places : tuple of two arrays
        For each entry, row by row, the sweep that shows it, and where in it.
    """

    outputs: Function
    recorded: Specialization
    pattern: Pattern
    columns: int
    sweep: Runner
    seeds: Any
    places: tuple[Any, Any]


class SparseDerivative:
    """A sparse Jacobian or Hessian as a function; `sparse_jacobian` and `sparse_hessian` make it.

    Parameters
    ----------
    function : callable
    plan : callable
        Makes a `Plan` for the function and an argument.
    """

    def __init__(self, function: Function, plan: Callable[[Callable[..., Any], Any], Plan]) -> None:
        if not callable(function):
            raise TypeError(f"a function is differentiated here, not a {type(function).__name__}")
        self._function = function
        self._plan = plan
        self._plans: dict[Structure, Plan] = {}
        self._latest: Plan | None = None

    @property
    def sweeps(self) -> int:
        """How many products with a vector the latest call took; 0 before the first."""
        return 0 if self._latest is None else len(self._latest.seeds)

    def __call__(self, x: Any) -> Any:
        """Compute the matrix at x, as a `scipy.sparse.csr_array`."""
        csr_array = _csr_array()
        import numpy as np

        numbers, structure = flatten(x, "the argument")
        if structure not in self._plans:
            with collector_paused():  # expressions grow by the hundred thousand
                self._plans[structure] = self._plan(self._function, x)
        plan = self._latest = self._plans[structure]
        counts = [len(row) for row in plan.pattern]
        starts = np.cumsum([0, *counts])
        columns = np.array([column for row in plan.pattern for column in row], dtype=np.int64)
        entries = _entries(plan, np.array(numbers, dtype=float), starts)
        return csr_array((entries, columns, starts), shape=(len(counts), plan.columns))


def _csr_array() -> Any:
    try:
        from scipy.sparse import csr_array
    except ImportError:
        raise ImportError(
            "a sparse matrix needs SciPy: pip install 'stepgrad[scipy]', or use jacobian(f) and "
            "hessian(f), whose results are dense"
        ) from None
    return csr_array


def _entries(plan: Plan, x: Any, starts: Any) -> Any:
    """The entries, row by row."""
    import numpy as np

    sweeps, length = plan.seeds.shape
    if not sweeps:
        return np.zeros(0)
    n = len(x)
    rows = np.zeros((sweeps, plan.sweep.program.columns))
    rows[:, :n] = x
    rows[:, n : n + length] = plan.seeds
    products, _ = plan.sweep.run(rows, sweeps, plan.recorded.numbers())
    entries = np.array(products)[plan.places]
    # A sweep multiplies an infinite slope by the zeros of its vector, too: such rows by themselves.
    spoilt = np.unique(np.searchsorted(starts, np.flatnonzero(np.isnan(entries)), "right") - 1)
    if len(spoilt):
        with ieee_arithmetic.on():
            call = called(plan.outputs, (x,), {}, (0,))
            for row in spoilt.tolist():
                slopes = np.array(pull_back(as_value(call.output[row]), call))
                entries[starts[row] : starts[row + 1]] = slopes[list(plan.pattern[row])]
    return entries


# --------------------------------------------------------------------------------------- the plans


def _jacobian_plan(f: Callable[..., Any], x: Any) -> Plan:
    import numpy as np

    def outputs(flat: Any) -> Any:
        numbers = numbers_in(f(like(x, iter(flat.tolist()))))
        return array_of(numbers, (len(numbers),))

    point = array_of(numbers_in(x), (-1,)).astype(float)
    recorded = Specialization(outputs, (point,), "auto", 1)
    pattern = dependencies(recorded.listed("value").program)
    forwards, colours = _fewest(pattern, len(point))
    sweep = forward_sweep(recorded) if forwards else reverse_sweep(recorded)
    pairs = np.array([(i, j) for i, row in enumerate(pattern) for j in row], dtype=int)
    i, j = pairs.reshape(-1, 2).T
    colour = np.array(colours, dtype=int)
    places = (colour[j], i) if forwards else (colour[i], j)
    return Plan(outputs, recorded, pattern, len(point), sweep, _seeds(colours), places)


def _fewest(pattern: Pattern, columns: int) -> tuple[bool, list[int]]:
    """Tell whether to sweep forwards, and the colours of the columns, or of the rows if not."""
    across = transposed(pattern, columns)

    def coloured(forwards: bool) -> tuple[int, bool, list[int]]:
        colours = apart(pattern, columns) if forwards else apart(across, len(pattern))
        return _count(colours), forwards, colours

    # A row with k entries takes k colours, so the other way need not always be tried.
    row, column = (max(map(len, lines), default=0) for lines in (pattern, across))
    fewest = coloured(row <= column)
    if fewest[0] > max(row, column):
        fewest = min(fewest, coloured(row > column), key=lambda way: way[0])
    return fewest[1:]


def _hessian_plan(f: Callable[..., Any], x: Any) -> Plan:
    import numpy as np

    def scalar(flat: Any) -> Any:
        output = f(like(x, iter(flat.tolist())))
        check_scalar(output)
        return as_value(output)

    point = array_of(numbers_in(x), (-1,)).astype(float)
    n = len(point)
    recorded = Specialization(scalar, (point,), "auto", 1)
    depends, sweep = hessian_sweep(recorded)
    pattern = _symmetric(depends, n)
    colours = stars(pattern)
    which, where = [], []
    for i, row in enumerate(pattern):
        seen = Counter([colours[j] for j in row if j != i])
        for j in row:
            direct = j == i or seen[colours[j]] == 1
            which.append(colours[j] if direct else colours[i])
            where.append(i if direct else j)
    places = (np.array(which, dtype=int), np.array(where, dtype=int))
    return Plan(grad(scalar), recorded, pattern, n, sweep, _seeds(colours), places)


def _symmetric(pattern: Pattern, n: int) -> Pattern:
    """Take an entry for one that is there on one side of the diagonal."""
    across = transposed(pattern, n)
    return [sorted({*row, *column}) for row, column in zip(pattern, across, strict=True)]


def _count(colours: Sequence[int]) -> int:
    return max(colours, default=-1) + 1


def _seeds(colours: Sequence[int]) -> Any:
    """For each colour the vector that is 1 where a column has it."""
    import numpy as np

    return (np.array(colours, dtype=int) == np.arange(_count(colours))[:, None]).astype(float)
