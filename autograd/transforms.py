"""Functions of functions: `grad`, `vjp`, `jvp`, `jacobian` and their kin, as in JAX.

Each calls a function on fresh nodes put in place of its arguments' numbers, and reads the recorded
graph: backwards with `gradients`, or forwards (`jvp`), by the same rules of the one table. Because
every call has nodes of its own, transforms nest to any order without confusing whose derivative
is whose.

Arguments may be numbers, Values, or nested lists, tuples and dicts of them. Results mirror them,
and are floats where the arguments were numbers and Values where they were Values.

References
----------
Siskind, Pearlmutter: Perturbation Confusion and Referential Transparency, IFL 2005.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import wraps
from typing import Any, NamedTuple, cast

from autograd.backward import Flow, gradients, rule_on_values, settled, through
from autograd.functions import dot, total
from autograd.graph import topological_order
from autograd.node import NOTHING, leaf, real
from autograd.switches import ieee_arithmetic, no_grad, recording_paused, tracing
from autograd.value import Constant, Function, Value

Derived = Callable[..., Any]
Argnums = int | Sequence[int]

# The nodes that stand for arguments in the calls under way. A result that depends on one of them is
# part of what a transform further out differentiates, so it must not be cut down to a float.
_active: set[Value] = set()


class _Call(NamedTuple):
    """One call of a function on nodes in place of its arguments."""

    given: list[Any]  # the numbers and Values in the differentiated arguments
    inputs: list[Value]  # the nodes that the function got in their place
    output: Any  # what it returned


# ---------------------------------------------------------------------------------------- reverse


def grad(f: Function, argnums: Argnums = 0) -> Derived:
    """Make the function that computes the gradient of `f`, ∂f/∂x for each number x in the argument.

    Parameters
    ----------
    f : callable
        A function that returns one number or Value.
    argnums : int or sequence of int
        Which of the positional arguments to differentiate by; negative ones count from the end.

    Returns
    -------
    callable
        Takes the arguments of `f`; returns the gradient in the form of the argument, for a sequence
        of `argnums` a tuple with one gradient for each. Keyword arguments are passed on.

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
    """
    value_and_gradient = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return value_and_gradient(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Function, argnums: Argnums = 0) -> Derived:
    """Make the function that computes `f` and its gradient at once.

    Parameters
    ----------
    f : callable
        A function that returns one number or Value.
    argnums : int or sequence of int
        Which of the positional arguments to differentiate by.

    Returns
    -------
    callable
        Takes the arguments of `f`; returns (f, gradient), the gradient as `grad` gives it.

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
        call = _call(f, args, kwargs, positions)
        if isinstance(call.output, (list, tuple, Mapping)):
            raise TypeError(
                f"grad differentiates a function that returns one number or Value, not a "
                f"{type(call.output).__name__}; for several outputs use jacobian"
            )
        output = _as_value(call.output)
        row = _mirror_arguments(_pull_back(output, call), args, argnums, positions)
        return _presented(output, call.given), row

    return value_and_gradient


def vjp(f: Function, *primals: Any, **kwargs: Any) -> tuple[Any, Derived]:
    """Compute f and its vector-Jacobian product, v ↦ vᵀJ, in one backward pass and without J.

    Parameters
    ----------
    f : callable
        A function of as many arguments as there are primals.
    *primals : numbers, Values, or nested lists, tuples and dicts of them
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
    call = _call(f, primals, kwargs, range(len(primals)))
    outputs = [_as_value(output) for output in _leaves(call.output)]

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        v = _vectors(cotangents, call.output, "the cotangents", "the outputs")
        flowing = [i for i, cotangent in enumerate(v) if _flows(cotangent)]
        with recording_paused.off():
            scalar = _as_value(dot([v[i] for i in flowing], [outputs[i] for i in flowing]))
        return tuple(_rebuilt(primals, iter(_pull_back(scalar, call, v))))

    presented = (_presented(output, call.given) for output in outputs)
    return _rebuilt(call.output, presented), pullback


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
        gradient: a function from a list of n to a list of m gives m lists of n.

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
        call = _call(f, args, kwargs, positions)
        return _rebuilt(
            call.output,
            (
                _mirror_arguments(_pull_back(_as_value(output), call), args, argnums, positions)
                for output in _leaves(call.output)
            ),
        )

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
        Takes the arguments of `f`; for a list of n it returns n lists of n.

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
    call = _call(f, primals, kwargs, range(len(primals)))
    outputs = [_as_value(output) for output in _leaves(call.output)]
    moved = _push_forward(call, directions, outputs)
    presented = (_presented(output, call.given) for output in outputs)
    return _rebuilt(call.output, presented), _rebuilt(call.output, iter(moved))


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
    number, Value, or a nested list, tuple or dict of them
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
    argnums: Argnums = 0 if len(primals) == 1 else range(len(primals))
    return jvp(grad(f, argnums), primals, tangents, **kwargs)[1]


# ------------------------------------------------------------------------------------------ passes


def _call(
    f: Function, args: Sequence[Any], kwargs: Mapping[str, Any], positions: Iterable[int]
) -> _Call:
    """Call `f` with nodes of this call's own in place of the numbers and Values at `positions`."""
    given = [x for position in positions for x in _leaves(args[position])]
    with recording_paused.off():  # a transform is a function: no_grad around it must not make it 0
        # +x is a node of this call's own, behind which x can still be reached.
        inputs = [+x if isinstance(x, Value) else _leaf(x) for x in given]
        supply = iter(inputs)
        arguments = list(args)
        for position in positions:
            arguments[position] = _rebuilt(args[position], supply)
        try:
            _active.update(inputs)
            output = f(*arguments, **kwargs)
        finally:
            _active.difference_update(inputs)
    return _Call(given, inputs, output)


def _leaf(number: object) -> Value:
    return leaf(Value, real(number, "an argument to differentiate by"))


def _pull_back(output: Value, call: _Call, cotangents: Sequence[Any] = ()) -> list[Any]:
    """∂output/∂input for each input of the call, as the arguments were given."""
    with no_grad() if _are_plain(call.given, cotangents) else nullcontext():
        results = gradients(output, call.inputs)
    return [_presented(r, [x, *cotangents]) for r, x in zip(results, call.given, strict=True)]


def _push_forward(call: _Call, directions: Sequence[Any], outputs: Sequence[Value]) -> list[Any]:
    """The tangents of the outputs; plain floats where nothing further needs their history."""
    plain = _are_plain(call.given, directions)
    tangents: dict[Value, Any] = {
        node: direction if plain else Flow(_as_value(direction))
        for node, direction in zip(call.inputs, directions, strict=True)
        if _flows(direction)
    }
    with recording_paused.off():
        order = topological_order(_as_value(total(outputs)))[:-1]
    with ieee_arithmetic.on():
        for node in order:
            if any(parent in tangents for parent in node.parents):
                rule = node.local_gradients() if plain else rule_on_values(node)
                tangent = _tangent(node, rule, tangents)
                if tangent is not None:
                    tangents[node] = tangent
        moved = [settled(tangents.get(output, 0.0)) for output in outputs]
    return [t if plain else _presented(_as_value(t), [*call.given, *directions]) for t in moved]


def _tangent(node: Value, rule: Sequence[Any], tangents: Mapping[Value, Any]) -> Any:
    """Σ over arguments: ∂node/∂parent|ₖ · tangent(parent); None where nothing flows."""
    tangent: Any = None
    for parent, local in zip(node.parents, rule, strict=True):
        if parent in tangents and local is not NOTHING:
            contribution = through(tangents[parent], local, node)
            tangent = contribution if tangent is None else tangent + contribution
    return tangent


# ------------------------------------------------------------------------- floats in, floats out


def _as_value(output: Any) -> Value:
    if isinstance(output, Value):
        return output
    return leaf(Constant, real(output, "an output of the function"))


def _flows(vector: Any) -> bool:
    """Tell whether anything flows: the number 0 must not turn an infinite slope into nan."""
    return isinstance(vector, Value) or vector != 0.0


def _are_plain(*arguments: Iterable[Any]) -> bool:
    """Tell whether only floats come out, so that no derivative needs to be recorded."""
    if _active or tracing:
        return False
    return not any(isinstance(x, Value) for sequence in arguments for x in sequence)


def _presented(result: Value, given: Iterable[Any]) -> Any:
    """A Value where Values were given or a transform further out needs it, else a float."""
    if tracing or any(isinstance(x, Value) for x in given) or _is_active(result):
        return result.detach() if recording_paused else result
    return result.data


def _is_active(result: Value) -> bool:
    """Tell whether a result depends on the arguments of a call still under way."""
    if not _active:
        return False
    return result in _active or any(
        parent in _active for node in topological_order(result) for parent in node.parents
    )


# ---------------------------------------------------------------------- nested lists, tuples, dicts


def _leaves(tree: Any) -> list[Any]:
    """List what stands in nested lists, tuples and dicts, in order."""
    if isinstance(tree, Mapping):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [x for branch in tree for x in _leaves(branch)]
    return [tree]


def _rebuilt(tree: Any, supply: Iterator[Any]) -> Any:
    """Make a tree of the same form from other leaves."""
    if isinstance(tree, Mapping):
        copy = tree.copy() if isinstance(tree, dict) else dict(tree)
        for key, branch in tree.items():
            copy[key] = _rebuilt(branch, supply)
        return copy
    if isinstance(tree, (list, tuple)):
        branches = [_rebuilt(branch, supply) for branch in tree]
        if hasattr(tree, "_make"):  # a namedtuple
            return cast(Any, tree)._make(branches)
        return branches if isinstance(tree, list) else tuple(branches)
    return next(supply)


def _aligned(tree: Any, form: Any, name: str, form_name: str) -> list[Any]:
    """List the leaves of a tree that must have the form of another, in the order of that one."""
    kind, wanted = _kind(tree), _kind(form)
    if kind is not wanted:
        raise TypeError(
            f"{name} must have the form of {form_name}: a {_KINDS[wanted]} is needed where a "
            f"{type(tree).__name__} was given"
        )
    if kind is object:
        return [tree]
    keys = list(form) if kind is dict else range(len(form))
    if kind is dict and set(tree) != set(form):
        raise ValueError(
            f"{name} must have the form of {form_name}: keys {keys} are needed, "
            f"{list(tree)} were given"
        )
    if len(tree) != len(form):
        raise ValueError(
            f"{name} must have the form of {form_name}: a {_KINDS[wanted]} of {len(form)} is "
            f"needed, one of {len(tree)} was given"
        )
    return [x for key in keys for x in _aligned(tree[key], form[key], name, form_name)]


_KINDS = {dict: "dict", list: "list", tuple: "tuple", object: "number or Value"}


def _kind(tree: Any) -> type:
    if isinstance(tree, Mapping):
        return dict
    return next((kind for kind in (list, tuple) if isinstance(tree, kind)), object)


def _vectors(tree: Any, form: Any, name: str, form_name: str) -> list[Any]:
    """List tangents or cotangents: Values, and floats for numbers."""
    vectors = _aligned(tree, form, name, form_name)
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


# --------------------------------------------------------------------------------------- arguments


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


def _mirror_arguments(
    results: Iterable[Any], args: Sequence[Any], argnums: Argnums, positions: Sequence[int]
) -> Any:
    """Put results in the form of the arguments; one argument by itself, several in a tuple."""
    supply = iter(results)
    mirrored = tuple(_rebuilt(args[position], supply) for position in positions)
    return mirrored if isinstance(argnums, Sequence) else mirrored[0]
