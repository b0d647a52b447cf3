"""What solvers written for arrays of floats want of a function: `for_scipy`.

Read next: `colouring`, `sweeps` and `sparse`, for functions of thousands of numbers.
"""

from __future__ import annotations

from typing import Any, Self

from autograd.calls import as_value, called
from autograd.compiler.program import compile
from autograd.signatures import Derived, Function
from autograd.transforms import hessian, hvp, jacobian
from autograd.trees import array_of, is_array, mapped, numbers_in, taken


class ForScipy(tuple[Derived, Derived]):
    """What `for_scipy` gives: the pair (fun, jac), and both by the names of SciPy's arguments.

    ``fun, jac = pair`` and ``solver(**pair, x0=x0)`` both work, as of every mapping.

    Parameters
    ----------
    fun, jac : callable
        ``fun(x, *args)`` and ``jac(x, *args)``.
    hess, hessp : callable
        ``hess(x, *args)``, the Hessian (n, n), and ``hessp(x, p, *args)``, its product (n,) with a
        vector, for the methods of second order.
    """

    fun: Derived
    jac: Derived
    hess: Derived
    hessp: Derived

    def __new__(cls, fun: Derived, jac: Derived, hess: Derived, hessp: Derived) -> Self:
        """Make the pair."""
        pair = super().__new__(cls, (fun, jac))
        pair.fun, pair.jac, pair.hess, pair.hessp = fun, jac, hess, hessp
        return pair

    def keys(self) -> tuple[str, str]:
        """The names by which ``**`` hands both on."""
        return "fun", "jac"

    def __getitem__(self, key: Any) -> Any:
        """One of both, by its place or its name."""
        place = {"fun": 0, "jac": 1}[key] if isinstance(key, str) else key
        return super().__getitem__(place)

    def __getnewargs__(self) -> tuple[Derived, ...]:
        """What a copy is made of."""
        return self.fun, self.jac, self.hess, self.hessp


def for_scipy(f: Function) -> ForScipy:
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
        Jacobian (m, n). As attributes it has both, and ``hess(x, *args)`` and
        ``hessp(x, p, *args)``.

    Raises
    ------
    TypeError
        When `f` is not callable.

    Notes
    -----
    All are compiled at their first call, and follow IEEE arithmetic then: outside the domain of
    `f` they give nan or inf, which solvers understand, where `f` would raise an error. As in
    `compile`, numbers of Python that `f` reads beside its arguments are read once; Values that it
    captures are read at every call. A function that cannot be compiled, since it asks for numbers
    (``if x[0] > 0``), is computed eagerly instead.

    SciPy's solvers take `fun` first and `jac` by its name, ``minimize(fun, x0, jac=jac)``. Two
    stars give both by their names, to `minimize`, `root` and `least_squares` alike; methods of
    second order take ``hess`` or ``hessp`` besides.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import for_scipy
    >>> from scipy.optimize import least_squares, minimize, root
    >>> def rosenbrock(x):
    ...     return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2
    >>> fun, jac = for_scipy(rosenbrock)
    >>> fun(np.array([0.0, 1.0])), jac(np.array([0.0, 1.0]))
    (101.0, array([ -2., 200.]))

    A minimum, with the gradient; and by Newton's method, with the Hessian too:

    >>> minimize(**for_scipy(rosenbrock), x0=[-1.2, 1.0]).x.round(4)
    array([1., 1.])
    >>> f = for_scipy(rosenbrock)
    >>> minimize(**f, x0=[-1.2, 1.0], hess=f.hess, method="trust-exact").x.round(4)
    array([1., 1.])
    >>> minimize(**f, x0=[-1.2, 1.0], hessp=f.hessp, method="Newton-CG").x.round(4)
    array([1., 1.])

    Where several numbers are 0, and where the sum of their squares is least:

    >>> root(**for_scipy(lambda x: [x[0] * x[1] - 2.0, x[0] - x[1] - 1.0]), x0=[1.0, 1.0]).x
    array([2., 1.])
    >>> t, y = np.array([0.0, 1.0, 2.0]), np.array([2.0, 1.0, 0.5])
    >>> fit = least_squares(**for_scipy(lambda p: p[0] * np.exp(p[1] * t) - y), x0=[1.0, 0.0])
    >>> fit.x.round(6)
    array([ 2.      , -0.693147])
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

    def product(x: Any, p: Any, *args: Any) -> Any:
        return hvp(lambda x: outputs(x, *args), (x,), (p,))

    derivatives = (jacobian(outputs), hessian(outputs), product)
    return ForScipy(_compiled(outputs, eager), *(_compiled(each, each) for each in derivatives))


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
    return taken(end, (as_value(x).data for x in numbers_in(end)))
