"""Copies of a graph: `copy.deepcopy`, `copy.copy` and `pickle`, none of which recurses."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from autograd import graph
from autograd.graph import topological_order
from autograd.node import N, Node, leaf


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


def pickled(value: Node) -> tuple[Any, ...]:
    """Say how to make a Value again; pickle calls this for each Value that it meets.

    Pickle writes a Value's parents inside the Value, theirs inside them, and so on: a deep graph
    would nest too deeply for it. So the first computed Value that pickle meets answers with a list
    of all that it depends on, parents first. Pickle writes that list from its beginning. Whenever
    it comes to a Value there, the parents are written already and are only referred to, so nothing
    nests. A Value with several consumers is written once.
    """
    listing = _pickling.listing()
    if value.parents and (listing is None or value not in listing.members):
        listing = _Listing(topological_order(value))
        listing.members = frozenset(listing)
        _pickling.listing = weakref.ref(listing)
        return _last, (listing,)
    if listing is not None and value is listing[-1]:
        del _pickling.listing
    return restore, (type(value), *_record(value))


def _record(value: Node) -> tuple[Any, ...]:
    parents = value.parents
    return value._data, value.grad, value._label, value.operation, value._local, parents


def _last(values: list[N]) -> N:
    return values[-1]


def restore(
    kind: type[N], data: float, grad: float, label: str, operation: Any, local: Any, parents: Any
) -> N:
    """Undo `pickled`."""
    value = leaf(kind, data, label)
    value.grad, value.operation, value._local, value.parents = grad, operation, local, parents
    return value


def copy_graph(value: N, memo: dict[int, Any]) -> N:
    """Copy a Value and all it depends on; `memo` holds what `copy.deepcopy` copied before."""
    for node in _with_leaves(topological_order(value) or [value]):
        if id(node) not in memo:
            copy = memo[id(node)] = shallow_copy(node)
            copy.parents = tuple([memo[id(parent)] for parent in node.parents])
    root: N = memo[id(value)]
    return root


def shallow_copy(value: N) -> N:
    """Copy a Value alone: the copy has the same parents."""
    return restore(type(value), *_record(value))


def _with_leaves(order: Iterable[N]) -> Iterable[N]:
    for node in order:
        yield from (parent for parent in node.parents if not parent.parents)
        yield node


vars(graph).update(restore=restore, _last=_last)  # where pickles of version 0.1 look for them
