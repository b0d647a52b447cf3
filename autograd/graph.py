"""The recorded graph: its order, its leaves, evaluating it again, copying it.

Nothing here recurses, so the depth of a graph is limited by memory alone. Everything here reads the
record that `operation` describes, and needs no arithmetic on Values.

Read next: `backward`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.operation import N, Node, Operation, leaf, local_gradients, node_classes


def topological_order(root: N) -> list[N]:
    """List the computed Values that `root` depends on, parents before consumers, root last.

    Leaves are left out: they have no parents to pass anything on to. The order is a depth-first
    postorder, fixed by the graph alone: the same program gives the same order in every process.

    Parameters
    ----------
    root : Value
        The output. Where it is a leaf, the list is empty.

    Returns
    -------
    list of Value
        Each computed Value once.

    Examples
    --------
    >>> from autograd import Value
    >>> from autograd.graph import topological_order
    >>> x = Value(2.0)
    >>> y = (x * x).exp()
    >>> [node.operation.name for node in topological_order(y)]
    ['multiply', 'exp']
    """
    order: list[N] = []
    seen: set[N] = set()
    stack: list[Any] = [root]
    pop = stack.pop
    while stack:
        node = pop()
        if node is None:  # everything below the next one is in the order by now
            order.append(pop())
        elif node.parents and node not in seen:
            seen.add(node)
            stack += (node, None)
            stack += node.parents[::-1]  # the first parent on top: left to right
    return order


def leaves(root: N) -> list[N]:
    """List the leaves that `root` depends on, each once, in the order of their first use.

    Parameters
    ----------
    root : Value
        The output. A leaf depends on itself.

    Returns
    -------
    list of Value
        Inputs, parameters and constants alike.

    Examples
    --------
    >>> from autograd import Value
    >>> from autograd.graph import leaves
    >>> x, w = Value(2.0, "x"), Value(3.0, "w")
    >>> [leaf.label for leaf in leaves(w * x + x)]
    ['w', 'x']
    """
    order = topological_order(root)
    if not order:
        return [root]
    return list(dict.fromkeys(p for node in order for p in node.parents if not p.parents))


def replay(root: N) -> N:
    """Compute a recorded graph again, in place, after the data of leaves has changed.

    Parameters
    ----------
    root : Value
        The output of the graph.

    Returns
    -------
    Value
        `root`, whose data and local gradients, and whose ancestors', are now those of the leaves'
        present data.

    Raises
    ------
    ValueError, ZeroDivisionError, OverflowError
        Where an operation has no real value any more; the graph is then as it was before.

    Examples
    --------
    >>> from autograd import Value, replay
    >>> x = Value(2.0)
    >>> y = x * x
    >>> x.data = 5.0
    >>> replay(y).data
    25.0
    """
    order = topological_order(root)
    before = [(node, node._data, node._local) for node in order]
    try:
        for node in order:
            operation = operation_of(node)
            inputs = [parent._data for parent in node.parents]
            try:
                node._data = operation.forward(*inputs)
            except (ArithmeticError, ValueError) as error:
                labels = [parent.label for parent in node.parents]
                node._data = operation.outside(error, inputs, labels)
            node._local = local_gradients(operation, node._data, inputs)
    except BaseException:
        for node, data, local in before:
            node._data, node._local = data, local
        raise
    return root


def operation_of(node: Node) -> Operation:
    """Return the operation of a computed Value, where it is known to have one."""
    if node.operation is None:
        raise ValueError(f"{node!r} is a leaf: no operation computed it")
    return node.operation


# ------------------------------------------------------------------------------------------- copies

# A computed Value in a flat list: its number, gradient, label, operation, local gradients, and for
# each parent its position in the list, or for a leaf the leaf itself.
Entry = tuple[float, float, str, Operation, tuple[float, ...], tuple[Any, ...]]


def flatten(value: Node) -> tuple[Any, ...]:
    """Write a Value and all it depends on as one flat list, the form in which it is pickled."""
    order = topological_order(value)
    if not order:
        return (type(value), value._data, value.grad, value.label)
    position = {node: i for i, node in enumerate(order)}
    entries: list[Entry] = [
        (
            node._data,
            node.grad,
            node.label,
            operation_of(node),
            node._local,
            tuple(position.get(parent, parent) for parent in node.parents),
        )
        for node in order
    ]
    return (type(value), entries)


def restore(kind: type[N], first: Any, grad: float = 0.0, label: str = "") -> N:
    """Undo `flatten`."""
    if not isinstance(first, list):
        value = leaf(kind, first, label)
        value.grad = grad
        return value
    nodes: list[Any] = []
    for data, grad, label, operation, local, parents in first:
        node = leaf(node_classes.value, data, label)
        node.grad = grad
        node.operation = operation
        node._local = local
        node.parents = tuple(nodes[p] if isinstance(p, int) else p for p in parents)
        nodes.append(node)
    root: N = nodes[-1]
    return root


def copy_graph(value: N, memo: dict[int, Any]) -> N:
    """Copy a Value and all it depends on; `memo` holds what `copy.deepcopy` copied before."""

    def copied(node: N) -> N:
        copy: N | None = memo.get(id(node))
        if copy is None:
            copy = leaf(type(node), node._data, node.label)
            copy.grad = node.grad
            copy.operation = node.operation
            copy._local = node._local
            copy.parents = tuple(memo[id(parent)] for parent in node.parents)
            memo[id(node)] = copy
        return copy

    for node in _with_leaves(topological_order(value)):
        copied(node)
    return copied(value)


def _with_leaves(order: Iterable[N]) -> Iterable[N]:
    for node in order:
        yield from (parent for parent in node.parents if not parent.parents)
        yield node
