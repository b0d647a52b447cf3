"""Arrays of Values: made of an array of numbers by `values`, and read by `data` and `grads`.

Such an array has the dtype object. NumPy's arithmetic, ``@``, `numpy.sum` and functions such as
`numpy.exp` work on it entry by entry and record a graph. What NumPy cannot do on objects is written
in another way:

- ``autograd.linalg.solve(A, b)`` for ``numpy.linalg.solve(A, b)``, and so for its kin (see there);
- ``numpy.frompyfunc(autograd.where, 3, 1)(condition, A, B)`` for ``numpy.where(condition, A, B)``,
  which chooses once, by the present numbers, as Python's ``if`` does: right as it is for one
  gradient, but a graph that is replayed keeps its choice, and a program cannot be compiled from it;
- ``numpy.frompyfunc(f, n, 1)`` for any function `f` of n numbers and Values.

Read next: `linalg`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from autograd.checks import require
from autograd.node import real
from autograd.trees import REAL_KINDS, array_of, entries, mapped, numbers_in, taken
from autograd.value import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def values(array: Any, labels: Any = None) -> NDArray[np.object_]:
    """Make an array of Values, a leaf for each number.

    Parameters
    ----------
    array : array of real numbers, of any shape; or nested lists of them
    labels : str, or array or nested lists of str, optional
        A str names the whole: ``"w"`` gives the labels ``w[0]``, ``w[1]`` …, and in two dimensions
        ``w[0, 0]``. Else there is a label for each entry.

    Returns
    -------
    NumPy array of Values, of the shape of `array`, dtype object

    Raises
    ------
    TypeError
        When an entry is not a real number, or a label is not a str.
    ValueError
        When the lists do not make an array, or `labels` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import grads, values
    >>> W, x = values([[1.0, 2.0], [3.0, 4.0]], "W"), np.array([1.0, -1.0])
    >>> np.sum(np.tanh(W @ x)).backward()
    >>> W[0, 1].label, np.round(grads(W), 3)
    ('W[0, 1]', array([[ 0.42, -0.42], [ 0.42, -0.42]]))
    """
    require("numpy", "compile", "an array of Values")
    import numpy as np

    numbers = np.asarray(array)
    if numbers.dtype.kind not in REAL_KINDS:
        raise TypeError(f"values needs an array of real numbers, not one of {numbers.dtype}")
    made = array_of(map(Value, entries(numbers)), numbers.shape).astype(object, copy=False)
    named = _labels(labels, made.shape)
    for value, label in zip(made.ravel().tolist(), named, strict=False):
        value.label = label
    array_of_values: NDArray[np.object_] = made
    return array_of_values


def _labels(labels: Any, shape: tuple[int, ...]) -> list[Any]:
    import numpy as np

    if labels is None:
        return []
    if isinstance(labels, str):
        places = (", ".join(map(str, place)) for place in np.ndindex(shape))
        return [f"{labels}[{place}]" if place else labels for place in places]
    given = np.asarray(labels, dtype=object)
    if given.shape != shape:
        raise ValueError(
            f"labels has the shape {given.shape} and the array {shape}: give one label for each "
            "entry, or a str that names the whole"
        )
    listed: list[Any] = given.ravel().tolist()
    return listed


@overload
def data(values: Value | float) -> float: ...
@overload
def data(values: list[Value] | list[float] | list[Value | float]) -> list[float]: ...
@overload
def data(values: NDArray[Any]) -> NDArray[np.float64]: ...
@overload
def data(values: Any) -> Any: ...
def data(values: Any) -> Any:
    """Read the numbers of Values, ``v.data``, in whatever they stand.

    Parameters
    ----------
    values : Value, array of Values, or nested lists, tuples and dicts of them
        Numbers may stand among them.

    Returns
    -------
    float, array of floats, or nested ones

    Raises
    ------
    TypeError
        When something among them is neither a Value nor a real number.

    Examples
    --------
    >>> from autograd import data, values
    >>> data(values([1.0, 2.0]) * 3.0)
    array([3., 6.])
    """
    return _read(values, lambda x: x.data if isinstance(x, Value) else real(x))


@overload
def grads(values: Value) -> float: ...
@overload
def grads(values: list[Value]) -> list[float]: ...
@overload
def grads(values: NDArray[Any]) -> NDArray[np.float64]: ...
@overload
def grads(values: Any) -> Any: ...
def grads(values: Any) -> Any:
    """Read the gradients of Values, ``v.grad``, in whatever they stand.

    Parameters
    ----------
    values : Value, array of Values, or nested lists, tuples and dicts of them

    Returns
    -------
    float, array of floats, or nested ones

    Raises
    ------
    TypeError
        When there is a number among them: it has no gradient.

    Examples
    --------
    >>> from autograd import Value, grads
    >>> w, b = Value(2.0), Value(1.0)
    >>> (w * 3.0 + b).backward()
    >>> grads({"w": [w], "b": b})
    {'w': [3.0], 'b': 1.0}
    """
    return _read(values, _grad)


def _grad(x: Any) -> Any:
    if not isinstance(x, Value):
        raise TypeError(
            f"grads reads Values, and a {type(x).__name__} has no gradient: make Values first, by "
            "values(array) or Value(number)"
        )
    return x.grad


def _read(tree: Any, read: Any) -> Any:
    return mapped(tree, lambda end: taken(end, map(read, numbers_in(end))))
