"""Functions of functions: `grad`, `vjp`, `jvp`, `jacobian` and their kin, as in JAX.

Each calls a function on fresh nodes put in place of its arguments' numbers, and reads the recorded
graph: backwards with `gradients`, or forwards (`jvp`), by the same rules of the one table.

Arguments may be numbers, Values, NumPy arrays, or nested lists, tuples and dicts of them. Results
mirror them, and are floats where the arguments were numbers and Values where they were Values. For
an array the function gets an array of Values (of dtype object) of the same shape, and results are
arrays of floats; for an array without axes it gets one Value.

Read next: `numerical`, which checks derivatives, or `solvers`, which hands them to SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import islice
from typing import Any, Literal, TypeVar, TypeVarTuple, overload

from autograd.calls import as_value, called, flows, has_values, presented, pull_back, push_forward
from autograd.functions import dot
from autograd.node import real
from autograd.signatures import Argnums, Derived, Function, Gradient, ValueAndGradient
from autograd.switches import recording_paused
from autograd.trees import aligned, is_array, like, mapped, numbers_in, stacked, taken
from autograd.value import Value

X = TypeVar("X")
Y = TypeVar("Y")
More = TypeVarTuple("More")


# ---------------------------------------------------------------------------------------- reverse


@overload
def grad(f: Function, argnums: Literal[0] = 0, *, has_aux: Literal[False] = False) -> Gradient: ...
@overload
def grad(
    f: Function, argnums: Sequence[int], *, has_aux: Literal[False] = False
) -> Callable[..., tuple[Any, ...]]: ...
@overload
def grad(
    f: Function, argnums: Argnums = 0, *, has_aux: Literal[True]
) -> Callable[..., tuple[Any, Any]]: ...
@overload
def grad(f: Function, argnums: Argnums = 0, *, has_aux: bool = False) -> Derived: ...
def grad(f: Function, argnums: Argnums = 0, *, has_aux: bool = False) -> Any:
    """Make the function that computes the gradient of `f`, ∂f/∂x for each number x in the argument.

    Parameters
    ----------
    f : callable
        A function that returns one number or Value.
    argnums : int or sequence of int
        Which of the positional arguments to differentiate by; negative ones count from the end.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated but handed on.

    Returns
    -------
    callable
        Takes the arguments of `f`; returns the gradient in the form of the argument, for a sequence
        of `argnums` a tuple with one gradient for each; with `has_aux` a pair of that and what `f`
        returned beside the number. Keyword arguments are passed on.

    Raises
    ------
    TypeError
        When `f` returns something else than a scalar, or `argnums` names no argument.

    Notes
    -----
    `f` is called with Values, so it must compute with operators and with autograd's functions:
    ``math.sin(x)`` and ``float(x)`` read the number alone, and no derivative passes them.

    Examples
    --------
    >>> from autograd import grad
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda p: p["w"] * p["x"][0])({"w": 2.0, "x": [3.0, 5.0]})
    {'w': 3.0, 'x': [2.0, 0.0]}
    >>> grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    (3.0, 2.0)
    >>> grad(lambda x: (x**3, {"root": x}), has_aux=True)(2.0)
    (12.0, {'root': 2.0})
    """
    value_and_gradient = value_and_grad(f, argnums, has_aux=has_aux)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, row = value_and_gradient(*args, **kwargs)
        return (row, value[1]) if has_aux else row

    return gradient


@overload
def value_and_grad(
    f: Function, argnums: Literal[0] = 0, *, has_aux: Literal[False] = False
) -> ValueAndGradient: ...
@overload
def value_and_grad(
    f: Function, argnums: Sequence[int], *, has_aux: Literal[False] = False
) -> Callable[..., tuple[Any, tuple[Any, ...]]]: ...
@overload
def value_and_grad(
    f: Function, argnums: Argnums = 0, *, has_aux: Literal[True]
) -> Callable[..., tuple[tuple[Any, Any], Any]]: ...
@overload
def value_and_grad(f: Function, argnums: Argnums = 0, *, has_aux: bool = False) -> Derived: ...
def value_and_grad(f: Function, argnums: Argnums = 0, *, has_aux: bool = False) -> Any:
    """Make the function that computes `f` and its gradient at once.

    Parameters
    ----------
    f : callable
        A function that returns one number or Value.
    argnums : int or sequence of int
        Which of the positional arguments to differentiate by.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated but handed on.

    Returns
    -------
    callable
        Takes the arguments of `f`; returns (f, gradient), the gradient as `grad` gives it. With
        `has_aux` the first of them is the pair.

    Raises
    ------
    TypeError
        When `f` returns something else than a scalar, or `argnums` names no argument.

    Examples
    --------
    >>> from autograd import value_and_grad
    >>> value_and_grad(lambda x, y: x * y)(2.0, 3.0)
    (6.0, 3.0)
    """
    _check(f, argnums)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        positions = _positions(argnums, args)
        call = called(f, args, kwargs, positions)
        scalar, aux = _pair(call.output) if has_aux else (call.output, None)
        check_scalar(scalar)
        output = as_value(scalar)
        supply = iter(pull_back(output, call))
        row = _for_each(argnums, [like(args[position], supply) for position in positions])
        value = presented(output, has_values(call.given))
        return ((value, _handed_on(aux, has_values(call.given))) if has_aux else value), row

    return value_and_gradient


@overload
def vjp(
    f: Function, *primals: Value, **kwargs: Any
) -> tuple[Any, Callable[[Any], tuple[Value, ...]]]: ...
@overload
def vjp(
    f: Function, *primals: float, **kwargs: Any
) -> tuple[Any, Callable[[Any], tuple[float, ...]]]: ...
@overload
def vjp(
    f: Function, *primals: Any, **kwargs: Any
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]: ...
def vjp(f: Function, *primals: Any, **kwargs: Any) -> Any:
    """Compute f and its vector-Jacobian product, v ↦ vᵀJ, in one backward pass and without J.

    Parameters
    ----------
    f : callable
        A function of as many arguments as there are primals.
    *primals : numbers, Values, arrays, or nested lists, tuples and dicts of them
        Where `f` is computed and differentiated.
    **kwargs
        Passed on to `f`.

    Returns
    -------
    outputs
        What `f` returns.
    pullback : callable
        Takes a cotangent for each output, in the form of the outputs; returns a tuple with a
        cotangent for each primal, in the form of the primals. It may be called any number of times.

    Raises
    ------
    TypeError, ValueError
        When the cotangents have not the form of the outputs.

    Examples
    --------
    >>> from autograd import vjp
    >>> outputs, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> outputs, pullback([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    _check(f)
    call = called(f, primals, kwargs, range(len(primals)))
    outputs = [as_value(output) for output in numbers_in(call.output)]

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        v = _vectors(cotangents, call.output, "the cotangents", "the outputs")
        flowing = [i for i, cotangent in enumerate(v) if flows(cotangent)]
        with recording_paused.off():
            scalar = as_value(dot([v[i] for i in flowing], [outputs[i] for i in flowing]))
        return tuple(like(primals, iter(pull_back(scalar, call, v))))

    recorded = has_values(call.given)
    shown = (presented(output, recorded) for output in outputs)
    return like(call.output, shown), pullback


def jacobian(f: Function, argnums: Argnums = 0) -> Derived:
    """Make the function that computes the Jacobian of `f`, ∂fᵢ/∂xⱼ.

    Parameters
    ----------
    f : callable
        A function that returns numbers or Values, nested in any way.
    argnums : int or sequence of int
        Which of the positional arguments to differentiate by.

    Returns
    -------
    callable
        Takes the arguments of `f`; returns what `f` returns with each output replaced by its
        gradient: a function from a list of n to a list of m gives m lists of n. Where `f` returns
        an array, the result is an array with the axes of what it returned, then of its argument.

    Raises
    ------
    TypeError
        When `argnums` names no argument.

    Notes
    -----
    One backward pass for each output. To multiply with the Jacobian, `vjp` and `jvp` need one pass.

    Examples
    --------
    >>> from autograd import jacobian
    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1], x[1] ** 2])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0], [0.0, 6.0]]
    """
    _check(f, argnums)

    @wraps(f)
    def rows(*args: Any, **kwargs: Any) -> Any:
        positions = _positions(argnums, args)
        call = called(f, args, kwargs, positions)
        chosen = [args[position] for position in positions]
        gradients = (iter(pull_back(as_value(y), call)) for y in numbers_in(call.output))

        def part(end: Any) -> Any:
            if is_array(end):
                some = list(islice(gradients, end.size))
                return _for_each(argnums, [stacked(each, some, end.shape) for each in chosen])
            row = next(gradients)
            return _for_each(argnums, [like(each, row) for each in chosen])

        return mapped(call.output, part)

    return rows


def hessian(f: Function, argnums: Argnums = 0) -> Derived:
    """Make the function that computes the Hessian of `f`, ∂²f/∂xᵢ∂xⱼ.

    Parameters
    ----------
    f : callable
        A function that returns one number or Value; with several, each gets a Hessian.
    argnums : int or sequence of int
        Which of the positional arguments to differentiate by.

    Returns
    -------
    callable
        Takes the arguments of `f`; for a list of n it returns n lists of n, for an array one with
        its axes twice.

    Raises
    ------
    TypeError
        When `f` is not callable or returns something else than numbers, or `argnums` names no
        argument.

    Notes
    -----
    One backward pass for each first derivative. `hvp` multiplies with the Hessian in one pass.

    Examples
    --------
    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(jacobian(f, argnums), argnums)


# ---------------------------------------------------------------------------------------- forward


def jvp(f: Function, primals: Any, tangents: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Compute f and its Jacobian-vector product J·v, in one forward sweep and without J.

    For each computed Value, from the inputs on,

        tangent(value) = Σ over arguments: ∂value/∂parent|ₖ · tangent(parent)

    Parameters
    ----------
    f : callable
        A function of as many arguments as there are primals.
    primals : tuple or list
        The arguments.
    tangents : tuple or list
        One for each primal, in its form: the direction to differentiate in.
    **kwargs
        Passed on to `f`.

    Returns
    -------
    outputs
        What `f` returns.
    tangents_out
        The derivative of each output in that direction, in the form of the outputs.

    Raises
    ------
    TypeError, ValueError
        When the tangents have not the form of the primals.

    References
    ----------
    Griewank, Walther: Evaluating Derivatives, 2nd edition, SIAM 2008, section 3.1.

    Examples
    --------
    >>> from autograd import jvp
    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 3.0), (1.0, 10.0))
    ([6.0, 5.0], [23.0, 11.0])
    """
    _check(f)
    directions = _directions(primals, tangents)
    call = called(f, primals, kwargs, range(len(primals)))
    outputs = [as_value(output) for output in numbers_in(call.output)]
    moved = push_forward(call, directions, outputs)
    recorded = has_values(call.given)
    shown = (presented(output, recorded) for output in outputs)
    return like(call.output, shown), like(call.output, iter(moved))


@overload
def hvp(f: Function, primals: tuple[float], tangents: Any, **kwargs: Any) -> float: ...
@overload
def hvp(f: Function, primals: tuple[list[int]], tangents: Any, **kwargs: Any) -> list[float]: ...
@overload
def hvp(f: Function, primals: tuple[X], tangents: Any, **kwargs: Any) -> X: ...
@overload
def hvp(
    f: Function, primals: tuple[X, Y, *More], tangents: Any, **kwargs: Any
) -> tuple[X, Y, *More]: ...
@overload
def hvp(f: Function, primals: Any, tangents: Any, **kwargs: Any) -> Any: ...
def hvp(f: Function, primals: Any, tangents: Any, **kwargs: Any) -> Any:
    """Compute a Hessian-vector product H·v, as the derivative of the gradient along v.

    Parameters
    ----------
    f : callable
        A function that returns one number or Value.
    primals : tuple or list
        The arguments of `f`.
    tangents : tuple or list
        One for each primal, in its form: the vector v.
    **kwargs
        Passed on to `f`.

    Returns
    -------
    number, Value, array, or a nested list, tuple or dict of them
        H·v in the form of the primal; for several primals a tuple of them.

    Raises
    ------
    TypeError, ValueError
        When `f` returns something else than a scalar, or the tangents have not the form of the
        primals.

    Notes
    -----
    Forward over reverse: it costs a few evaluations of `f`, however many inputs there are, where
    the Hessian costs that for each input.

    References
    ----------
    Pearlmutter: Fast Exact Multiplication by the Hessian, Neural Computation 6 (1994), equation 9.

    Examples
    --------
    >>> from autograd import hvp
    >>> hvp(lambda x: x[0] ** 2 * x[1], ([2.0, 3.0],), ([1.0, 10.0],))
    [46.0, 4.0]
    """
    _directions(primals, tangents)
    product = jvp(grad(f, range(len(primals))), primals, tangents, **kwargs)[1]
    form = primals[0] if len(primals) == 1 else tuple(primals)
    return like(form, iter(numbers_in(product)))  # grad was given Values for arrays without axes


# --------------------------------------------------------------------------------------- arguments


def _vectors(tree: Any, form: Any, name: str, form_name: str) -> list[Any]:
    """List tangents or cotangents: Values, and floats for numbers."""
    vectors = aligned(tree, form, name, form_name)
    return [v if isinstance(v, Value) else real(v, f"each of {name}") for v in vectors]


def _directions(primals: Any, tangents: Any) -> list[Any]:
    for name, sequence in (("primals", primals), ("tangents", tangents)):
        if not isinstance(sequence, (list, tuple)):
            raise TypeError(
                f"the {name} are a tuple with one entry for each argument of the function, not a "
                f"{type(sequence).__name__}: write (x,) for one argument x"
            )
    if len(primals) != len(tangents):
        raise ValueError(
            f"one tangent is needed for each primal: {len(primals)} primals, "
            f"{len(tangents)} tangents given"
        )
    return _vectors(tuple(tangents), tuple(primals), "the tangents", "the primals")


def _check(f: Any, argnums: Any = 0) -> None:
    if not callable(f):
        advice = "; for a Value call backward() or gradients()" if isinstance(f, Value) else ""
        raise TypeError(f"a function is differentiated here, not a {type(f).__name__}{advice}")
    for number in argnums if isinstance(argnums, Sequence) else (argnums,):
        if not isinstance(number, int) or isinstance(number, bool):
            raise TypeError(f"argnums is an int or a sequence of ints, not {argnums!r}")


def _positions(argnums: Argnums, args: Sequence[Any]) -> list[int]:
    """The arguments that `argnums` names, counted from the front."""
    chosen = argnums if isinstance(argnums, Sequence) else (argnums,)
    for number in chosen:
        if not -len(args) <= number < len(args):
            raise TypeError(
                f"argnums={argnums!r} names positional argument {number}, but the function was "
                f"called with {len(args)}; keyword arguments are not differentiated"
            )
    positions = [number % len(args) for number in chosen]
    if len(set(positions)) < len(positions):
        raise ValueError(f"argnums={argnums!r} names an argument twice")
    return positions


def _for_each(argnums: Argnums, results: Sequence[Any]) -> Any:
    """One argument's result by itself, those of several in a tuple."""
    return tuple(results) if isinstance(argnums, Sequence) else results[0]


# ----------------------------------------------------------------------------------------- results


def check_scalar(output: Any) -> None:
    """Refuse several numbers where one is differentiated."""
    if isinstance(output, (list, tuple, Mapping)) or (is_array(output) and output.ndim):
        shape = f" of shape {output.shape}" if is_array(output) else ""
        raise TypeError(
            f"grad differentiates a function that returns one number or Value, not a "
            f"{type(output).__name__}{shape}; for several outputs use jacobian"
        )


def _pair(output: Any) -> tuple[Any, Any]:
    if not isinstance(output, tuple) or len(output) != 2:
        length = f" of {len(output)}" if isinstance(output, tuple) else ""
        raise TypeError(
            "with has_aux=True the function returns a tuple of two: what is differentiated, and "
            f"anything else, not a {type(output).__name__}{length}"
        )
    return output


def _handed_on(aux: Any, recorded: bool) -> Any:
    """What a function returned beside its number, as floats where the arguments were."""

    def end(x: Any) -> Any:
        if is_array(x) and x.dtype == object:
            return taken(x, map(end, numbers_in(x)))
        return presented(x, recorded) if isinstance(x, Value) else x

    return mapped(aux, end)
