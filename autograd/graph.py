"""The recorded graph: its order, its leaves, evaluating it again.

Nothing here recurses, so the depth of a graph is limited by memory alone. Everything here reads the
record that `operation` describes, and needs no arithmetic on Values.

Read next: `backward`.
"""

from __future__ import annotations

from typing import Any

from autograd.node import N, Node
from autograd.operation import Operation, local_gradients
from autograd.speed import twins
from autograd.whole import setting


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
    if twins.loops:
        in_c: list[N] = twins.loops.topological_order(root)
        return in_c
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
    TypeError
        When `root` is no Value.
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
    if not isinstance(root, Node):
        raise TypeError(
            f"replay needs a Value, the output of a recorded graph, not {type(root).__name__}"
        )
    order = topological_order(root)
    put_back = setting(
        change
        for node in order
        for change in ((node, "_data", node._data), (node, "_local", node._local))
    )
    try:
        for node in order:
            operation = operation_of(node)
            inputs = [parent._data for parent in node.parents]
            node._data = operation.evaluate(inputs, node.parents)
            node._local = local_gradients(operation, node._data, inputs)
    except BaseException:
        put_back()
        raise
    return root


def operation_of(node: Node) -> Operation:
    """Return the operation of a computed Value, where it is known to have one."""
    operation: Operation | None = node.operation
    if operation is None:
        raise ValueError(f"{node!r} is a leaf: no operation computed it")
    return operation
