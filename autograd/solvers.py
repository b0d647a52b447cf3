"""What solvers written for arrays of floats want of a function: `for_scipy`.

Read next: `colouring`, `sweeps` and `sparse`, for functions of thousands of numbers.
"""

from __future__ import annotations

from typing import Any

from autograd.calls import as_value, called
from autograd.compiler.program import compile
from autograd.signatures import Derived, Function
from autograd.transforms import jacobian
from autograd.trees import array_of, is_array, mapped, numbers_in, taken


def for_scipy(f: Function) -> tuple[Derived, Derived]:
    """Make a function and its derivative for SciPy: floats and arrays of floats go in and out.

    Parameters
    ----------
    f : callable
        Takes an array of n Values (or one Value) and gives a number, or a list or an array of m
        numbers. More arguments are handed on, such as those of SciPy's ``args=``.

    Returns
    -------
    tuple of (callable, callable)
        ``fun(x, *args)``, a float or an array (m,), and ``jac(x, *args)``, the gradient (n,) or the
        Jacobian (m, n).

    Raises
    ------
    TypeError
        When `f` is not callable.

    Notes
    -----
    Both are compiled at their first call, and follow IEEE arithmetic then: outside the domain of
    `f` they give nan or inf, which solvers understand, where `f` would raise an error. As in
    `compile`, numbers of Python that `f` reads beside its arguments are read once; Values that it
    captures are read at every call. A function that cannot be compiled, since it asks for numbers
    (``if x[0] > 0``), is computed eagerly instead.

    With SciPy, for a minimum, and for a zero or a least-squares fit of several numbers::

        from scipy.optimize import least_squares, minimize, root

        fun, jac = autograd.for_scipy(f)
        minimize(fun, x0, jac=jac)
        root(fun, x0, jac=jac)
        least_squares(fun, x0, jac=jac)

    Methods of second order take ``hess=autograd.hessian(f)``, or
    ``hessp=lambda x, p: autograd.hvp(f, (x,), (p,))``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import for_scipy
    >>> fun, jac = for_scipy(lambda x: 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2)
    >>> fun(np.array([0.0, 1.0])), jac(np.array([0.0, 1.0]))
    (101.0, array([ -2., 200.]))
    """

    def outputs(*arguments: Any) -> Any:
        """What `f` gives, several numbers as an array."""
        output = f(*arguments)
        if isinstance(output, (list, tuple)):
            numbers = numbers_in(output)
            return array_of(numbers, (len(numbers),))
        return output.item() if is_array(output) and not output.ndim else output

    def eager(*arguments: Any) -> Any:
        return mapped(called(outputs, arguments, {}, (0,)).output, _floats)

    return _compiled(outputs, eager), _compiled(jacobian(outputs), jacobian(outputs))


def _compiled(f: Function, eager: Derived) -> Derived:
    """Compile a function; where that cannot be, the eager one serves from then on."""
    program: Derived | None = compile(f)

    def call(x: Any, *args: Any) -> Any:
        nonlocal program
        if program is not None:
            try:
                return program(x, *args)
            except TypeError:  # a TracingError, or arguments that are no numbers
                program = None
        return eager(x, *args)

    return call


def _floats(end: Any) -> Any:
    if is_array(end):
        return taken(end, (as_value(x).data for x in numbers_in(end)))
    return as_value(end).data
