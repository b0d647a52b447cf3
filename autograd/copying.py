"""Copies of a graph: `copy.deepcopy`, `copy.copy` and `pickle`, none of which recurses."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from autograd import graph
from autograd.graph import topological_order
from autograd.node import N, Node
from autograd.switches import collector_paused

_new = object.__new__


class _Listing(list[Any]):
    """A graph, parents first, while pickle writes it down as one list, not by recursion."""

    members: frozenset[Node]

    def __reduce__(self) -> tuple[Any, ...]:
        return _Loading, (), None, self._each()

    def _each(self) -> Iterator[Any]:
        with collector_paused():  # pickle keeps all that it writes, until it is done
            yield from self


class _Loading(list[Any]):
    """A graph, parents first, while pickle reads it; the cyclic collector stays out as long."""

    def __init__(self) -> None:
        self.pause = collector_paused()  # over when this is deleted, with the list at the latest
        self.pause.__enter__()


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
    parents = value.parents
    if not parents:
        return restore, (value.__class__, value._data, value.grad, value._label)
    listing = _pickling.listing()
    if listing is None or value not in listing.members:
        listing = _Listing(topological_order(value))
        listing.members = frozenset(listing)
        _pickling.listing = weakref.ref(listing)
        return _last, (listing,)
    if value is listing[-1]:
        del _pickling.listing
    numbers = value.__class__, value._data, value.grad, value._label
    return restore, (*numbers, value.operation, value._local, parents)


def _last(values: list[N]) -> N:
    if isinstance(values, _Loading):  # a list in pickles of version 0.1
        del values.pause
    return values[-1]


def restore(
    kind: type[N],
    data: float,
    grad: float,
    label: str,
    operation: Any = None,
    local: tuple[float, ...] = (),
    parents: tuple[Any, ...] = (),
) -> N:
    """Undo `pickled`."""
    value = _new(kind)
    value._data = data
    value.grad = grad
    value._label = label
    value.operation = operation
    value._local = local
    value.parents = parents
    return value


@collector_paused()
def copy_graph(value: N, memo: dict[int, Any]) -> N:
    """Copy a Value and all it depends on; `memo` holds what `copy.deepcopy` copied before."""
    for node in topological_order(value) or [value]:
        if id(node) in memo:
            continue
        parents = []
        for parent in node.parents:
            known = memo.get(id(parent))
            if known is None:  # a leaf: whatever was computed comes before its consumers
                known = memo[id(parent)] = shallow_copy(parent)
            parents.append(known)
        copy = memo[id(node)] = shallow_copy(node)
        copy.parents = tuple(parents)
    root: N = memo[id(value)]
    return root


def shallow_copy(value: N) -> N:
    """Copy a Value alone: the copy has the same parents."""
    again = _new(value.__class__)
    again._data = value._data
    again.grad = value.grad
    again._label = value._label
    again.operation = value.operation
    again._local = value._local
    again.parents = value.parents
    return again


vars(graph).update(restore=restore, _last=_last)  # where pickles of version 0.1 look for them
