"""Linear algebra on small matrices of Values, which `numpy.linalg` cannot do.

NumPy computes `numpy.linalg.inv`, `solve`, `det`, `cholesky` and the rest in floats alone. Given
Values it says "Cannot cast ufunc 'inv' input from dtype('O')": write the function of the same name
from here. `numpy.linalg.qr` reads the numbers and says nothing, so that no derivative passes it.
What is made of sums and products works on arrays of Values as it is: `numpy.linalg.norm` and
`multi_dot`, `matrix_power` with a positive power, `numpy.trace`, `einsum`, `outer`, and ``@``.

Matrices and vectors are arrays or nested lists of Values and numbers. The result is an array where
an argument is one (of floats, where no Value is among them), else nested lists. All is written with
the table's operations, so it can be differentiated to any order, drawn and compiled.

What it costs is counted in nodes, since each takes time and memory: for n rows, `solve` and `det`
record about 2.5·n² of them, `inv` 7.5·n², `cholesky` 1.5·n² and `matmul` one for each entry; a
third of them are a `dot` of up to n products. That is meant for n up to about 50. Compiled,
`solve`, `inv` and `det` take n³ more, which exchange rows.
"""

from __future__ import annotations

from typing import Any

from autograd import functions
from autograd.elimination import Matrix, Number, determinant, known_number, less_dot, solved
from autograd.functions import sqrt
from autograd.node import real
from autograd.trees import array_of, entries, is_array
from autograd.value import Value

__all__ = ["cholesky", "det", "dot", "inv", "matmul", "solve"]


# ---------------------------------------------------------------------------------------- products


def dot(a: Any, b: Any) -> Any:
    """Multiply as `numpy.dot` does: Σ aᵢbᵢ of two vectors, and the product of matrices.

    Parameters
    ----------
    a : vector (n,) or matrix (m, n)
    b : vector (n,) or matrix (n, k)

    Returns
    -------
    Value or float, vector or matrix
        As `matmul` gives it.

    Raises
    ------
    ValueError
        When the inner lengths differ, or something is neither a vector nor a matrix.

    Examples
    --------
    >>> from autograd import Value, linalg
    >>> a = [Value(2.0), Value(3.0)]
    >>> y = linalg.dot(a, [5.0, 7.0])
    >>> y.backward()
    >>> y.data, [v.grad for v in a]
    (31.0, [5.0, 7.0])
    """
    return matmul(a, b)


def matmul(a: Any, b: Any) -> Any:
    """Multiply matrices, (a b)ᵢⱼ = Σₖ aᵢₖ bₖⱼ; each entry is one node.

    Parameters
    ----------
    a : vector (n,) or matrix (m, n)
    b : vector (n,) or matrix (n, k)

    Returns
    -------
    Value or float, vector or matrix
        The axis that is summed over is gone: two vectors give one number.

    Raises
    ------
    ValueError
        When the inner lengths differ, or something is neither a vector nor a matrix.

    Examples
    --------
    >>> from autograd import linalg
    >>> linalg.matmul([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0])
    [17.0, 39.0]
    """
    (left, (*outer, inner)), (right, (length, *width)) = _read(a, "a"), _read(b, "b")
    if inner != length:
        raise ValueError(
            f"a product sums over the last axis of a and the first of b, which must be equally "
            f"long, not {inner} and {length}"
        )
    rows = left if outer else [left]
    columns = [[row[j] for row in right] for j in range(*width)] if width else [right]
    products = [[functions.dot(row, column) for column in columns] for row in rows]
    lines: list[Any] = products if width else [row[0] for row in products]
    result = lines if outer else lines[0]
    return _given_back(result, (*outer, *width), a, b) if outer or width else result


# --------------------------------------------------------------------------- systems of equations


def solve(a: Any, b: Any) -> Any:
    """Solve a·x = b, by elimination with row exchanges; ∂x = a⁻¹·(∂b − ∂a·x).

    Parameters
    ----------
    a : matrix (n, n)
    b : vector (n,) or matrix (n, k)

    Returns
    -------
    vector (n,) or matrix (n, k)

    Raises
    ------
    ValueError
        When `a` is singular or not square, or `b` has not as many rows. A compiled program gives
        inf or nan for a singular matrix.

    Notes
    -----
    The largest entry of a column is its pivot. Eager, it is found by looking at the numbers. A
    function being compiled cannot look, and exchanges two rows by `where` on each of their entries:
    the same program serves all numbers, with as accurate results.

    References
    ----------
    Golub, Van Loan: Matrix Computations, 4th edition, section 3.4.

    Examples
    --------
    >>> from autograd import Value, linalg
    >>> a, b = [[Value(2.0), 1.0], [1.0, 3.0]], [3.0, 5.0]
    >>> x = linalg.solve(a, b)
    >>> x[0].backward()
    >>> [v.data for v in x], round(a[0][0].grad, 12)
    ([0.8, 1.4], -0.48)
    """
    matrix, (right, shape) = _square(a, "solve"), _read(b, "b")
    if len(right) != len(matrix):
        raise ValueError(f"solve has {len(matrix)} equations, and b has {len(right)} rows")
    if len(shape) == 2:
        return _given_back(solved(matrix, right), shape, a, b)
    column = solved(matrix, [[x] for x in right])
    return _given_back([x for (x,) in column], shape, a, b)


def inv(a: Any) -> Any:
    """Invert a matrix; ∂a⁻¹ = −a⁻¹·∂a·a⁻¹. To multiply with it, `solve` is cheaper.

    Parameters
    ----------
    a : matrix (n, n)

    Returns
    -------
    matrix (n, n)

    Raises
    ------
    ValueError
        When `a` is singular or not square; as for `solve`.

    Examples
    --------
    >>> from autograd import linalg
    >>> linalg.inv([[2.0, 0.0], [0.0, 4.0]])
    [[0.5, 0.0], [0.0, 0.25]]
    """
    matrix = _square(a, "inv")
    n = len(matrix)
    unit = [[float(i == j) for j in range(n)] for i in range(n)]
    return _given_back(solved(matrix, unit), (n, n), a)


def det(a: Any) -> Any:
    """Compute a determinant; ∂det/∂aᵢⱼ = det·(a⁻¹)ⱼᵢ, also where there is no a⁻¹.

    Parameters
    ----------
    a : matrix (n, n)

    Returns
    -------
    Value or float

    Raises
    ------
    ValueError
        When `a` is not square.

    Notes
    -----
    Up to three rows it is expanded. From there on it is the product of the pivots of `solve`;
    where a column has none, what is left of the matrix is worked on without division, with m³ nodes
    for m rows. So it is right at singular matrices too, with all derivatives. A compiled program
    cannot look for that, and its derivatives at a singular matrix of more than three rows are nan.

    References
    ----------
    R. S. Bird: A simple division-free algorithm for computing determinants, Information Processing
    Letters 111 (2011).

    Examples
    --------
    >>> from autograd import Value, linalg
    >>> a = [[Value(1.0), 2.0], [2.0, 4.0]]
    >>> y = linalg.det(a)
    >>> y.backward()
    >>> y.data, a[0][0].grad
    (0.0, 4.0)
    """
    return determinant(_square(a, "det"))


def cholesky(a: Any) -> Any:
    """Factorise a symmetric positive definite matrix, a = l·lᵀ with l lower triangular.

    Parameters
    ----------
    a : matrix (n, n)
        Of which the lower triangle is read, as NumPy does; so the gradient is 0 above it, and below
        it counts for both. For the symmetric one, give (a + aᵀ)/2.

    Returns
    -------
    matrix (n, n)

    Raises
    ------
    ValueError
        When `a` is not square or not positive definite. A compiled program gives nan then.

    References
    ----------
    Golub, Van Loan: Matrix Computations, 4th edition, section 4.2.

    Examples
    --------
    >>> from autograd import linalg
    >>> linalg.cholesky([[4.0, 2.0], [2.0, 5.0]])
    [[2.0, 0.0], [1.0, 2.0]]
    """
    matrix = _square(a, "cholesky")
    lower: Matrix = [[0.0] * len(matrix) for _ in matrix]
    for i, row in enumerate(lower):
        for j in range(i):
            row[j] = less_dot(matrix[i][j], row[:j], lower[j][:j]) / lower[j][j]
        square = less_dot(matrix[i][i], row[:i], row[:i])
        if known_number(square) <= 0.0:
            raise ValueError(
                f"cholesky needs a positive definite matrix: its first {i + 1} rows and columns "
                f"are not, with a pivot of {known_number(square)!r}"
            )
        row[i] = sqrt(square)
    return _given_back(lower, (len(matrix),) * 2, a)


# ------------------------------------------------------------------------- arrays and nested lists


def _read(given: Any, name: str) -> tuple[list[Any], tuple[int, ...]]:
    """List the numbers of a vector, or the rows of a matrix, and say how many there are."""
    if is_array(given) and given.ndim:
        parts = list(given) if given.ndim > 1 else entries(given)
        shape = given.shape
    elif isinstance(given, (list, tuple)):
        parts = list(given)
        widths = {_length(part) for part in parts} or {None}
        if len(widths) > 1:
            raise ValueError(f"the rows of {name} must be equally long")
        (width,) = widths
        shape = (len(parts),) if width is None else (len(parts), width)
    else:
        raise TypeError(
            f"{name} is a vector or a matrix, an array or nested lists, not {type(given).__name__}"
        )
    if len(shape) > 2:
        raise ValueError(f"{name} has the shape {shape}: a vector or a matrix is needed")
    if len(shape) == 1:
        return [_entry(x, name) for x in parts], shape
    rows = [entries(part) if is_array(part) else part for part in parts]
    return [[_entry(x, name) for x in row] for row in rows], shape


def _length(part: Any) -> int | None:
    """How long a row is; None for a number."""
    if is_array(part):
        return len(part) if part.ndim else None
    return len(part) if isinstance(part, (list, tuple)) else None


def _entry(x: Any, name: str) -> Number:
    return x if isinstance(x, Value) else real(x, f"an entry of {name}")


def _square(given: Any, function: str) -> Matrix:
    rows, shape = _read(given, "a")
    if shape == (0,):  # the list of no rows
        return rows
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"{function} needs a square matrix, not one of the shape {shape}")
    return rows


def _given_back(result: list[Any], shape: tuple[int, ...], *given: Any) -> Any:
    """Return an array where one was given, else the lists."""
    if not any(is_array(x) or any(map(is_array, x)) for x in given):
        return result
    return array_of((x for row in result for x in row) if len(shape) > 1 else result, shape)
