"""The recorded graph: its order, its leaves, evaluating it again, copying it.

Nothing here recurses, so the depth of a graph is limited by memory alone. Everything here reads the
record that `operation` describes, and needs no arithmetic on Values.

Read next: `backward`.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from autograd.operation import N, Node, Operation, leaf, local_gradients


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


class _Listing(list[Any]):
    """A graph, parents first, while pickle writes it down as one list, not by recursion."""

    members: frozenset[Node]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self)


class _Pickling(threading.local):
    """The graph that this thread is pickling."""

    # A weak reference: pickle holds the list as long as it writes. When it fails, the list is gone.
    listing: Callable[[], _Listing | None] = staticmethod(lambda: None)


_pickling = _Pickling()


def reduce(value: Node) -> tuple[Any, ...]:
    """Say how to make a Value again, for pickle, which asks for parents after it asked for this.

    The first computed Value that pickle meets answers with the list of all it depends on, parents
    first. So when pickle comes to a Value on that list, it has written its parents already, and
    nothing is nested, however deep the graph. What several Values share stays shared.
    """
    listing = _pickling.listing()
    if value.parents and (listing is None or value not in listing.members):
        listing = _Listing(topological_order(value))
        listing.members = frozenset(listing)
        _pickling.listing = weakref.ref(listing)
        return _last, (listing,)
    if listing is not None and value is listing[-1]:
        del _pickling.listing
    return restore, (type(value), *(getattr(value, name) for name in _RECORD))


_RECORD = ("_data", "grad", "_label", "operation", "_local", "parents")


def _last(values: list[N]) -> N:
    return values[-1]


def restore(kind: type[N], *record: Any) -> N:
    """Undo `reduce`."""
    value = leaf(kind, 0.0)
    for name, content in zip(_RECORD, record, strict=True):
        setattr(value, name, content)
    return value


def copy_graph(value: N, memo: dict[int, Any]) -> N:
    """Copy a Value and all it depends on; `memo` holds what `copy.deepcopy` copied before."""
    for node in _with_leaves(topological_order(value) or [value]):
        if id(node) not in memo:
            copy = shallow_copy(node)
            copy.parents = tuple(memo[id(parent)] for parent in node.parents)
            memo[id(node)] = copy
    root: N = memo[id(value)]
    return root


def shallow_copy(value: N) -> N:
    """Copy a Value alone: the copy has the same parents."""
    return restore(type(value), *(getattr(value, name) for name in _RECORD))


def _with_leaves(order: Iterable[N]) -> Iterable[N]:
    for node in order:
        yield from (parent for parent in node.parents if not parent.parents)
        yield node
