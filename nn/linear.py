"""Linear models of the notes: descending step by step, and the normal equation in one.

The normal equation is NumPy's (the extra ``notebook``); nothing of linear algebra is written here.

Read next: the room `worked_example`.
"""

from collections.abc import Callable, Sequence
from typing import Any, overload

from autograd import grad
from autograd.checks import require


@overload
def descend(f: Callable[[Any], Any], start: float, lr: float, steps: int) -> list[float]: ...
@overload
def descend(
    f: Callable[[Any], Any], start: Sequence[float], lr: float, steps: int
) -> list[list[float]]: ...
def descend(f: Callable[[Any], Any], start: Any, lr: float, steps: int) -> Any:
    """Return the points that gradient descent visits, w ← w - lr·∇f(w), the start among them.

    All parameters move at once, along the gradient at the point where they are.

    Parameters
    ----------
    f : callable
        Of one number, or of a sequence of numbers, in terms of autograd's functions.
    start : scalar or sequence of n scalars
    lr : float
        The learning rate: too small crawls, too large leaps across the minimum, or away from it.
    steps : int

    Returns
    -------
    list of steps + 1 numbers, or of lists of n numbers

    Examples
    --------
    >>> from nn.linear import descend
    >>> descend(lambda w: w * w, 1.0, lr=0.25, steps=3)
    [1.0, 0.5, 0.25, 0.125]
    >>> descend(lambda w: w[0] ** 2 + 2 * w[1] ** 2, [1.0, 1.0], lr=0.25, steps=1)
    [[1.0, 1.0], [0.5, 0.0]]
    """
    gradient = grad(f)
    path: list[Any] = [list(start) if isinstance(start, Sequence) else start]
    for _ in range(steps):
        point, slope = path[-1], gradient(path[-1])
        if isinstance(slope, list | tuple):
            path.append([w - lr * g for w, g in zip(point, slope, strict=True)])
        else:
            path.append(point - lr * slope)
    return path


def normal_equation(
    X: Sequence[Sequence[float]], y: Sequence[float], *, l2: float = 0.0
) -> tuple[list[float], int]:
    """Return the θ that minimises ½|Xθ - y|² + ½·l2·|θ|², and the rank of the equations.

    Where XᵀX has an inverse, θ = (XᵀX + l2·I)⁻¹Xᵀy. Where features depend on each other, or there
    are more features than examples, it has none: many θ fit equally well, and the shortest of them
    is returned, pinv(X)·y. A rank below the number of features tells. With l2 above 0 there is
    always one best θ.

    Parameters
    ----------
    X : array (m examples, n features)
        With a column of ones where the line should not pass through the origin.
    y : sequence of m numbers
    l2 : float
        The weight of the penalty, 0 or more.

    Returns
    -------
    list of n floats
        θ.
    int
        The rank of X, or n with l2 above 0.

    Raises
    ------
    ValueError
        If X is not a table with one row for each number of y, or l2 is negative.

    Notes
    -----
    It is solved by the singular values of X itself (`numpy.linalg.lstsq`), since XᵀX would square
    the rounding errors.

    Examples
    --------
    >>> from nn.linear import normal_equation
    >>> theta, rank = normal_equation([[1, 0], [1, 1], [1, 2]], [1, 3, 5])
    >>> [round(t, 9) for t in theta], rank
    ([1.0, 2.0], 2)
    """
    require("numpy", "compile", "the normal equation")
    import numpy as np

    A, b = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if A.ndim != 2 or b.shape != A.shape[:1]:
        raise ValueError(
            f"X must be a table of m rows and y m numbers, not of shapes {A.shape} and {b.shape}"
        )
    if not l2 >= 0:
        raise ValueError(f"l2={l2!r} is not allowed: it must be 0 or more")
    if l2:
        n = A.shape[1]
        A = np.vstack([A, np.sqrt(l2) * np.eye(n)])
        b = np.concatenate([b, np.zeros(n)])
    theta, _, rank, _ = np.linalg.lstsq(A, b, rcond=None)
    return theta.tolist(), int(rank)
