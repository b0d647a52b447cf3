"""The chain rule, backwards: from an output to everything it depends on.

`backward` works on floats and adds to ``.grad``; `gradients` does the same sum with Values, so that
its results can be differentiated again. Both read the rules of the one table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.graph import operation_of, topological_order
from autograd.node import N, Node, leaf, node_classes, real
from autograd.refusals import refuse_changed_leaf, refuse_other_grads
from autograd.switches import ieee_arithmetic, recording_paused


def backward(root: Node, gradient: Any = 1.0) -> None:
    """Add ∂root/∂leaf to the ``.grad`` of every leaf that `root` depends on.

    For each computed Value, from the output backwards, and each of its parents, the chain rule says

        ∂root/∂parent += ∂root/∂value · ∂value/∂parent|ₖ
        (contribution  =  upstream    · local gradient)

    where |ₖ says: through the k-th argument alone. A parent that is an argument more than once, of
    one consumer or of several, gets a contribution from each: gradients accumulate.

    Parameters
    ----------
    root : Value
        The output.
    gradient : real number
        ∂(something further on)/∂root, with which every gradient is multiplied.

    Notes
    -----
    Leaves add up over calls, until they are zeroed; the gradients of computed Values are those of
    the latest call. The derivatives are those of the forward pass that was recorded, even if a
    leaf's data was changed afterwards. Iterative: a graph may be millions of operations deep.

    Raises
    ------
    TypeError
        When the ``grad`` of a leaf was set to something else than a number, such as None.

    References
    ----------
    Griewank, Walther: Evaluating Derivatives, 2nd edition, SIAM 2008, section 3.2.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> y.backward()
    >>> y.backward()
    >>> x.grad
    12.0
    """
    gradient = real(gradient, "backward's gradient")
    order = topological_order(root)
    for node in order:
        node.grad = 0.0
    try:
        root.grad += gradient
        for node in reversed(order):
            upstream = node.grad
            local = iter(node._local)  # in step with the parents; zip takes a tenth longer
            for parent in node.parents:
                parent.grad += upstream * next(local)
    except TypeError:
        refuse_other_grads(order, root)
        raise


def gradients(output: N, wrt: Iterable[N]) -> tuple[N, ...]:
    """Compute ∂output/∂v for each v as Values, which can be differentiated again.

    Parameters
    ----------
    output : Value
        What is differentiated.
    wrt : iterable of n Values
        With respect to what: leaves, or computed Values on the way.

    Returns
    -------
    tuple of n Values
        The derivatives, recorded as functions of the same leaves; 0 for a Value that `output` does
        not depend on. No ``.grad`` is touched.

    Raises
    ------
    ValueError
        When a leaf's data was changed after the graph was recorded: the Values no longer hold the
        numbers at which the graph was computed. `replay(output)` brings them together again.

    Notes
    -----
    A step such as `heaviside` has the slope 0 everywhere, so nothing is followed beyond it here.
    `backward` multiplies by that 0, and where an infinite gradient comes from above, it gives nan.

    Examples
    --------
    >>> from autograd import Value, gradients
    >>> x = Value(2.0)
    >>> (first,) = gradients(x**3, [x])
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (12.0, 12.0)
    """
    wrt = _checked(output, wrt)
    leads_there = set(wrt)
    order = []
    for node in topological_order(output):
        if any(parent in leads_there for parent in node.parents):
            leads_there.add(node)
            order.append(node)
    plain = bool(recording_paused)  # then the numbers that were recorded will do
    upstream: dict[Node, Any] = {output: 1.0 if plain else leaf(node_classes.constant, 1.0)}
    with ieee_arithmetic.on():
        for node in reversed(order):
            if node not in upstream:
                continue
            rule = node._local if plain else rule_on_values(node)
            for parent, local in zip(node.parents, rule, strict=True):
                if parent in leads_there:
                    contribution = times(upstream[node], local)
                    if contribution is not None:
                        so_far = upstream.get(parent)
                        upstream[parent] = contribution if so_far is None else so_far + contribution
    found = (upstream.get(v, 0.0) for v in wrt)
    results: tuple[Any, ...] = tuple(
        g if isinstance(g, Node) else leaf(node_classes.constant, g) for g in found
    )
    return results


def rule_on_values(node: Node) -> tuple[Any, ...]:
    """∂node/∂parent|ₖ for each argument, as functions of the Values; a changed leaf is refused."""
    rule = operation_of(node).local(node, *node.parents)
    refuse_changed_leaf(node, rule)
    return rule


def _checked(output: N, wrt: Iterable[N]) -> tuple[N, ...]:
    if isinstance(wrt, Node):
        raise TypeError(
            "gradients needs a sequence of Values to differentiate by: gradients(y, [x])"
        )
    wrt = tuple(wrt)
    for value in (output, *wrt):
        if not isinstance(value, Node):
            raise TypeError(f"gradients works on Values, not {type(value).__name__}")
    return wrt


def times(upstream: Any, local: Any) -> Any:
    """Multiply upstream · local, without a node for a factor of 1; None where nothing flows."""
    if not isinstance(local, Node):
        if local == 0.0:
            return None
        if local == 1.0:
            return upstream
    elif type(upstream) is node_classes.constant and upstream._data == 1.0:
        return local
    return upstream * local
