"""The paths from an output back to a value: the chain rule is a sum over them.

A path leads from one labelled node to the next. The unlabelled nodes between two labelled ones are
multiplied in: a factor ∂a/∂b is the derivative of a as a function of the labelled nodes that it is
directly made of.

Read next: `modules`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from typing import NamedTuple

from autograd.node import NOTHING
from autograd.value import Value

Links = dict[Value, dict[Value, float]]  # labelled node -> labelled node it is made of -> factor


class Factor(NamedTuple):
    """∂numerator/∂denominator and its value."""

    numerator: Value
    denominator: Value
    value: float


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the output back to the value.

    Parameters
    ----------
    factors : tuple of Factors
        From the output on: the numerator of the first is the output, the denominator of the last
        is the value.
    product : float
        The factors multiplied from left to right: what this way contributes to the gradient.
    """

    factors: tuple[Factor, ...]
    product: float


def labelled_links(order: Sequence[Value], root: Value, value: Value) -> Links:
    """The graph of labelled nodes alone, as far as it leads from `root` to `value`.

    Parameters
    ----------
    order : sequence of Values
        The computed nodes of the graph of `root`, parents before consumers.
    root, value : Value

    Examples
    --------
    >>> from autograd.graph import topological_order
    >>> x = Value(3.0, "x")
    >>> y = 2 * x + x
    >>> labelled_links(topological_order(y), y, x) == {y: {x: 3.0}}
    True
    """
    leads_there = {value}
    for node in order:
        if any(parent in leads_there for parent in node.parents):
            leads_there.add(node)
    kept = [node for node in order if node in leads_there and node is not value]
    position = {node: i for i, node in enumerate(kept)}
    links: Links = {}
    waiting = [root] if root in position else []
    while waiting:
        node = waiting.pop()
        if node not in links:
            links[node] = _factors(node, kept, position, value)
            waiting.extend(parent for parent in links[node] if parent is not value)
    return links


def _factors(
    node: Value, kept: Sequence[Value], position: Mapping[Value, int], value: Value
) -> dict[Value, float]:
    # ∂node/∂v for each labelled v that it is directly made of: backpropagation that stops there.
    factors: dict[Value, float] = {}
    inside: dict[Value, float] = {node: 1.0}
    places = [-position[node]]  # a heap: the node nearest to the output comes first
    while places:
        current = kept[-heappop(places)]
        for parent, local in zip(current.parents, current.local_gradients(), strict=True):
            contribution = inside[current] * local
            if parent is value or (parent.label and parent in position):
                factors[parent] = factors.get(parent, NOTHING) + contribution
            elif parent in position:
                if parent not in inside:
                    heappush(places, -position[parent])
                inside[parent] = inside.get(parent, NOTHING) + contribution
    return dict(sorted(factors.items(), key=lambda item: position.get(item[0], len(kept))))


def downwards(links: Links) -> list[Value]:
    """The labelled nodes from the root to the value, each after all that lead to it."""
    sorter: TopologicalSorter[Value] = TopologicalSorter()
    for node, parents in links.items():
        for parent in parents:
            sorter.add(parent, node)
    return list(sorter.static_order())


def count_paths(links: Links, root: Value, value: Value) -> int:
    """How many paths there are, without going along each."""
    count = {root: 1}
    for node in downwards(links):
        for parent in links.get(node, ()):
            count[parent] = count.get(parent, 0) + count[node]
    return count.get(value, 0)


def each_path(links: Links, root: Value, value: Value) -> Iterator[Path]:
    """Go along every path, depth first and arguments in their order."""
    trail: list[Factor] = []
    waiting: list[tuple[int, tuple[Factor, ...], Value]] = [(0, (), root)]
    while waiting:
        length, step, node = waiting.pop()
        trail[length:] = step
        if node is value:
            yield Path(tuple(trail), math.prod([f.value for f in trail], start=1.0))
        for parent, local in reversed(links.get(node, {}).items()):
            waiting.append((len(trail), (Factor(node, parent, local),), parent))
