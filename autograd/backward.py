"""The chain rule, backwards: from an output to everything it depends on.

`backward` works on floats and adds to ``.grad``; `gradients` does the same sum with Values, so that
its results can be differentiated again. Both read the rules of the one table.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from autograd.functions import divide, over, where
from autograd.graph import operation_of, topological_order
from autograd.node import NOTHING, N, Node, leaf, node_classes, real
from autograd.operation import selects
from autograd.refusals import refuse_changed_leaf, refuse_other_grads
from autograd.speed import twins
from autograd.switches import ieee_arithmetic, recording_paused
from autograd.whole import set_each, setting

UNTOUCHED = float(0)  # the grad of what nothing has come to yet: this object, not another zero


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
    What is not selected passes nothing: the branch that `where` does not take, the smaller argument
    of `maximum`, the off side of a ReLU, a step. Their zero gives 0 whatever it is multiplied with;
    a zero that is merely a number gives 0·∞ = nan, as in IEEE arithmetic.

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

    The slope of √x at 0 is infinite, but here √x is not what is chosen. (A program that multiplies
    that slope by 0 finds nan.)

    >>> from autograd import less, sqrt, where
    >>> x = Value(0.0)
    >>> where(less(x, 1.0), x, sqrt(x)).backward()
    >>> x.grad
    1.0
    """
    gradient = real(gradient, "backward's gradient")
    accumulate(topological_order(root), root, gradient or NOTHING)


def accumulate(order: list[Node], root: Node, gradient: float) -> None:
    """Do the sum of `backward`, over the computed Values in topological order, all or nothing."""
    if twins.loops and twins.loops.accumulate(order, root, gradient, UNTOUCHED):
        return
    reached = {root}.union(*map(attrgetter("parents"), order))
    refuse_other_grads(node for node in reached if not node.parents)
    put_back = setting([(node, "grad", node.grad) for node in reached])
    try:
        _accumulate(order, root, gradient)
    except BaseException:
        put_back()
        raise


def _accumulate(order: list[Node], root: Node, gradient: float) -> None:
    for node in order:
        node.grad = UNTOUCHED
    root.grad += gradient
    for node in reversed(order):
        upstream = node.grad
        if upstream is UNTOUCHED:  # what is not selected passes nothing
            continue
        local = iter(node._local)  # in step with the parents; zip takes a tenth longer
        for parent in node.parents:
            parent.grad += upstream * next(local)


def add_to_grads(leaves: tuple[Node, ...], amounts: list[float]) -> None:
    """Add an amount to each leaf's ``grad``, to all of them or to none.

    Raises
    ------
    TypeError
        When a ``grad`` was set to something else than a number.

    Examples
    --------
    >>> from autograd import Value
    >>> leaves = Value(1.0), Value(2.0)
    >>> add_to_grads(leaves, [3.0, 4.0])
    >>> add_to_grads(leaves, [0.5, 0.0])
    >>> [leaf.grad for leaf in leaves]
    [3.5, 4.0]
    """
    if twins.loops and twins.loops.add_to_grads(leaves, amounts):
        return
    before = [leaf.grad for leaf in leaves]
    if not {float}.issuperset(map(type, before)):
        refuse_other_grads(leaves)
    sums = [grad + amount for grad, amount in zip(before, amounts, strict=True)]
    set_each(leaves, "grad", sums)


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
    What is not selected passes nothing here either, and in the derivatives of the results: where
    that depends on the inputs, the results contain a `where` for it.

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
    upstream: dict[Node, Any] = {output: 1.0 if plain else Flow(leaf(node_classes.constant, 1.0))}
    with ieee_arithmetic.on():
        for node in reversed(order):
            if node not in upstream:
                continue
            rule = node._local if plain else rule_on_values(node)
            for parent, local in zip(node.parents, rule, strict=True):
                if parent in leads_there and local is not NOTHING:
                    contribution = through(upstream[node], local, node)
                    so_far = upstream.get(parent)
                    upstream[parent] = contribution if so_far is None else so_far + contribution
        found = [settled(upstream.get(v, 0.0)) for v in wrt]
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


class Flow(NamedTuple):
    """A derivative on its way through a graph of Values, by one `mask` for all edges so far.

    Parameters
    ----------
    value : Value
        The derivative, as the chain rule multiplies and adds it up.
    mask : Value, optional
        0 where an edge on the way is not selected, so that nothing comes through; None where that
        cannot be.
    settled : bool
        Whether the value is 0 wherever the mask is: 0·∞ may have made it nan.
    """

    value: Any
    mask: Any = None
    settled: bool = True

    def __add__(self, other: Flow) -> Flow:  # type: ignore[override]
        """Come together with what passed another way."""
        if self.mask is other.mask:
            return Flow(self.value + other.value, self.mask, self.settled and other.settled)
        either = None not in (self.mask, other.mask)
        return Flow(settled(self) + settled(other), self.mask + other.mask if either else None)


def through(flow: Any, local: Any, node: Node) -> Any:
    """Multiply by a local gradient of a node, without a new node for a factor of 1."""
    if not isinstance(flow, Flow):
        return flow * local
    value, mask, _ = flow
    if not isinstance(local, Node):
        return flow if local == 1.0 else Flow(value * local, mask, mask is None)
    starts = _is_one(value)
    if selects(local, node.parents):
        mask = local if mask is None else mask * local
    return Flow(local if starts else _product(value, local), mask, mask is None or starts)


def _product(value: Any, local: Any) -> Any:
    """value·local; where that is 1/s, in one step, since the derivative -1/s² may be no float."""
    for one, other in ((value, local), (local, value)):
        if other.operation is divide.operation and _is_one(other.parents[0]):
            return over(one, other.parents[1])
    return value * local


def _is_one(value: Node) -> bool:
    return type(value) is node_classes.constant and value._data == 1.0


def settled(flow: Any) -> Any:
    """Make a derivative 0 where nothing comes through, whatever it was multiplied with."""
    if not isinstance(flow, Flow):
        return flow
    return flow.value if flow.settled else where(flow.mask, flow.value, 0.0)
