"""The ways from an output back to a value: the chain rule is a sum over them.

A way goes along the links of the graph, one for each argument of a node. Where labelled nodes lie
on it, what leads from one label to the next can be taken together: such a stretch is the derivative
of a labelled node as a function of the labelled nodes that it is directly made of.

Read next: `modules`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from typing import NamedTuple

from autograd.node import NOTHING
from autograd.value import Value


class Link(NamedTuple):
    """What leads from a node to one that it is made of, and the derivative along it.

    Parameters
    ----------
    node, parent : Value
    value : float
        ∂node/∂parent along this link alone.
    argument : int or None
        The position of the parent among the arguments of the node; None for a stretch over
        unlabelled nodes or over several links.
    """

    node: Value
    parent: Value
    value: float
    argument: int | None


Links = dict[Value, tuple[Link, ...]]


class Factor(NamedTuple):
    """∂numerator/∂denominator along a link, and its value."""

    numerator: Value
    denominator: Value
    value: float


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the output back to the value.

    Parameters
    ----------
    links : tuple of Links
        From the output on.
    product : float
        Their values multiplied from left to right: what this way contributes to the gradient.
    """

    links: tuple[Link, ...]
    product: float

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The links as (∂numerator, ∂denominator, value); together they lead to the value."""
        return tuple(Factor(link.node, link.parent, link.value) for link in self.links)


@dataclass(frozen=True)
class Ways:
    """All ways from `root` to `value`.

    Parameters
    ----------
    root, value : Value
    links : dict of Value to tuple of Links
        The nodes on the ways, parents before consumers, with the links that lead on to the value.
    """

    root: Value
    value: Value
    links: Links

    @cached_property
    def position(self) -> dict[Value, int]:
        """Each node's place in the order of evaluation."""
        return {self.value: -1} | {node: i for i, node in enumerate(self.links)}

    @cached_property
    def count(self) -> int:
        """How many ways there are, without going along each."""
        count = {self.root: 1}
        for node, onward in reversed(self.links.items()):
            for link in onward:
                count[link.parent] = count.get(link.parent, 0) + count[node]
        return count.get(self.value, 0)

    @cached_property
    def gradients(self) -> dict[Value, float]:
        """∂root/∂node along these ways, for each node on them."""
        found = {self.root: 1.0}
        for node, onward in reversed(self.links.items()):
            for link in onward:
                found[link.parent] = found.get(link.parent, NOTHING) + found[node] * link.value
        return found

    def downwards(self) -> list[Value]:
        """The nodes from the root to the value, each after all that lead to it."""
        sorter: TopologicalSorter[Value] = TopologicalSorter()
        for node, onward in reversed(self.links.items()):
            for link in onward:
                sorter.add(link.parent, node)
        return list(sorter.static_order())

    def each(self) -> Iterator[Path]:
        """Go along every way, depth first and arguments in their order."""
        trail: list[Link] = []
        waiting: list[tuple[int, tuple[Link, ...], Value]] = [(0, (), self.root)]
        while waiting:
            length, step, node = waiting.pop()
            trail[length:] = step
            if node is self.value:
                yield Path(tuple(trail), math.prod([link.value for link in trail], start=1.0))
            onward = reversed(self.links.get(node, ()))
            waiting += [(len(trail), (link,), link.parent) for link in onward]

    def is_alone(self, link: Link) -> bool:
        """Whether no other way leads from the link's node to its parent.

        The derivative along the link is then the whole of ∂node/∂parent.
        """
        position, goal = self.position, link.parent
        waiting = [link.node]
        seen = {link.node}
        while waiting:
            node = waiting.pop()
            ahead = {k.parent for k in self.links[node] if k is not link} - seen
            if goal in ahead:
                return False
            seen |= ahead
            waiting += [each for each in ahead if position[each] > position[goal]]
        return True

    def stretches(self) -> Ways:
        """The ways over labelled nodes alone: what leads from one to the next is one link."""
        links: Links = {}
        waiting = [self.root] if self.root in self.links else []
        while waiting:
            node = waiting.pop()
            if node not in links:
                links[node] = self._stretches_of(node)
                waiting += [link.parent for link in links[node] if link.parent is not self.value]
        ordered = sorted(links, key=self.position.__getitem__)
        return Ways(self.root, self.value, {node: links[node] for node in ordered})

    def _stretches_of(self, start: Value) -> tuple[Link, ...]:
        # ∂start/∂v for each labelled v that it is directly made of, and for the value:
        # backpropagation that stops there.
        made_of: dict[Value, Link] = {}
        inside: dict[Value, float] = {start: 1.0}
        places = [(-self.position[start], start)]  # a heap: the node nearest to the output first
        while places:
            _, node = heappop(places)
            for _, parent, local, argument in self.links[node]:
                contribution = inside[node] * local
                if parent is self.value or parent.label:
                    so_far = made_of.get(parent)
                    alone = so_far is None and node is start
                    value = contribution if so_far is None else so_far.value + contribution
                    made_of[parent] = Link(start, parent, value, argument if alone else None)
                else:
                    if parent not in inside:
                        heappush(places, (-self.position[parent], parent))
                    inside[parent] = inside.get(parent, NOTHING) + contribution
        order = sorted(
            made_of, key=lambda v: len(self.links) if v is self.value else self.position[v]
        )
        return tuple(made_of[parent] for parent in order)

    def within(self, stretch: Link) -> Ways:
        """The ways that one of the `stretches` takes together."""
        kept: Links = {}
        waiting = [stretch.node]
        while waiting:
            node = waiting.pop()
            if node in kept or node is stretch.parent:
                continue
            kept[node] = tuple(
                link
                for link in self.links[node]
                if link.parent is stretch.parent
                or not (link.parent.label or link.parent is self.value)
            )
            waiting += [link.parent for link in kept[node]]
        upwards = {node: kept[node] for node in sorted(kept, key=self.position.__getitem__)}
        return _leading(upwards, stretch.node, stretch.parent)


def ways(order: Sequence[Value], root: Value, value: Value) -> Ways:
    """Find all ways from `root` to `value`, link by link.

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
    >>> found = ways(topological_order(y), y, x)
    >>> found.count, [path.product for path in found.each()]
    (2, [2.0, 1.0])
    >>> [link.value for link in found.stretches().links[y]]
    [3.0]
    """
    links = {
        node: tuple(
            Link(node, parent, local, argument)
            for argument, (parent, local) in enumerate(
                zip(node.parents, node.local_gradients(), strict=True)
            )
        )
        for node in order
    }
    return _leading(links, root, value)


def _leading(links: Links, root: Value, value: Value) -> Ways:
    # Of the links, given from parents to consumers, those that lead to the value.
    leads_there = {value}
    kept: Links = {}
    for node, onward in links.items():
        leading = tuple(link for link in onward if link.parent in leads_there)
        if leading:
            leads_there.add(node)
            kept[node] = leading
    return Ways(root, value, kept)
