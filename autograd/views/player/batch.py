"""Whether a graph is the loss of one network over several points of a plane.

Read next: `javascript`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import NamedTuple

from autograd.graph import leaves, operation_of, topological_order
from autograd.value import Constant, Parameter, Value

LEAST_ROWS = 2
SHIFTS = {"add", "subtract", "negative", "minimum", "maximum"}
LOGARITHMS = {"log", "log1p"}

Column = tuple[Value, ...]


class Row(NamedTuple):
    """One point of a batch.

    Parameters
    ----------
    inputs : two tuples of Values
        For each coordinate the leaves that hold it: one Value, or a constant for every neuron that
        read a plain number.
    output : Value
        What the network makes of them.
    target : Value
        The number that the output meets next.
    level : float
        The output at which the classes part, the same in each row.
    """

    inputs: tuple[tuple[Value, ...], tuple[Value, ...]]
    output: Value
    target: Value
    level: float


def rows_of_batch(root: Value) -> list[Row]:
    """Find the points of a batch, each with its two inputs; none where the graph is something else.

    A batch repeats one sub-graph, with the same parameters, for each point; only leaves differ. Of
    these, the ones that no trained node has met yet are inputs, and those that hold the same number
    in each repetition are one input. The last node through which all that the two inputs do must
    pass is the output, and the leaf that meets it next is the target. Where a coordinate or the
    level is not finite nothing can be drawn, so there are no points either.

    Examples
    --------
    >>> w, b = Parameter(0.5, "w"), Parameter(0.1, "b")
    >>> points = [(1.0, 2.0, 0.0), (3.0, 4.0, 1.0)]
    >>> loss = sum((w * x - w * y + b - t) ** 2 for x, y, t in points)
    >>> [([v[0].data for v in row.inputs], row.target.data) for row in rows_of_batch(loss)]
    [([1.0, 2.0], 0.0), ([3.0, 4.0], 1.0)]
    """
    if not any(isinstance(leaf, Parameter) for leaf in leaves(root)):
        return []
    order = topological_order(root)
    repeated = [ends for ends in _alike(order) if len(ends) >= LEAST_ROWS]
    several = {node: len(ends) for ends in repeated for node in ends}
    # What is read as often as it is there belongs to a larger repetition, and is not tried alone.
    joined = {p for node in order for p in node.parents if several.get(p) != several.get(node)}
    for ends in reversed(repeated):
        if joined.isdisjoint(ends):
            continue
        batch = _Repeated(ends)
        rows = batch.rows() if batch.is_all(order, several) else []
        if rows:
            return rows
    return []


def _alike(order: list[Value]) -> list[list[Value]]:
    """Nodes that are the same function of the same parameters, together."""
    shapes: dict[Value, int] = {}
    found: dict[Hashable, list[Value]] = {}
    numbers: dict[Hashable, int] = {}
    for node in order:
        parts = [
            ("node", shapes[parent]) if parent.parents
            else ("parameter", id(parent)) if isinstance(parent, Parameter)
            else ("leaf",)
            for parent in node.parents
        ]  # fmt: skip
        operation = operation_of(node)
        shape = operation.name, operation.parameters, *parts
        shapes[node] = numbers.setdefault(shape, len(numbers))
        found.setdefault(shape, []).append(node)
    return list(found.values())


class _Repeated:
    """One sub-graph several times; a node of it is its place in the order of each repetition."""

    def __init__(self, ends: list[Value]) -> None:
        self.repetitions = [topological_order(end) for end in ends]
        self.first = self.repetitions[0]
        place = {node: i for i, node in enumerate(self.first)}
        self.below = [[place[p] for p in node.parents if p.parents] for node in self.first]
        self.columns: dict[Hashable, dict[Column, None]] = {}  # of each input, where it is read
        self.inputs: list[set[Hashable]] = []  # of each node, what it depends on
        self.targets: list[list[Column]] = []  # of each node, what it brings in
        self.trained: list[bool] = []
        self.network: dict[int, None] = {}  # the nodes before the target, in order
        self.last_read = 0  # the last node that reads an input itself

    def is_all(self, order: list[Value], several: Mapping[Value, int]) -> bool:
        """Tell whether the rest of the graph only joins the ends, with what is there once."""
        if len({len(each) for each in self.repetitions}) > 1:
            return False
        inside = {node for each in self.repetitions for node in each}
        joined = {each[-1] for each in self.repetitions}
        inner = inside - joined
        for node in order:
            if node in inside:
                continue
            if any(parent in inner for parent in node.parents):
                return False
            if any(parent in joined for parent in node.parents):
                joined.add(node)
            elif node in several:
                return False
        return True

    def rows(self) -> list[Row]:
        for i in range(len(self.first)):
            self.read(i)
        output = self.output()
        meeting = next((i for i, targets in enumerate(self.targets) if targets), None)
        if output is None or meeting is None or len(self.inputs[output]) != 2:
            return []
        horizontal, vertical = (key for key in self.columns if key in self.inputs[output])
        target = self.targets[meeting][0]
        level = self.level(output, meeting)
        coordinates = {*next(iter(self.columns[horizontal])), *next(iter(self.columns[vertical]))}
        if not all(map(math.isfinite, [level, *[leaf.data for leaf in coordinates]])):
            return []
        return [
            Row(
                (
                    tuple(column[i] for column in self.columns[horizontal]),
                    tuple(column[i] for column in self.columns[vertical]),
                ),
                order[output],
                target[i],
                level,
            )
            for i, order in enumerate(self.repetitions)
        ]

    def read(self, i: int) -> None:
        """Sort the leaves that a node reads into inputs, targets, and numbers of no account."""
        node, below = self.first[i], self.below[i]
        inputs = set().union(*(self.inputs[b] for b in below))
        targets = []
        met = any(self.trained[b] for b in below)
        for argument, parent in enumerate(node.parents):
            if parent.parents or isinstance(parent, Parameter):
                continue
            column = tuple(order[i].parents[argument] for order in self.repetitions)
            if len({leaf.data for leaf in column}) == 1:
                continue
            key = tuple(leaf.data if isinstance(leaf, Constant) else leaf for leaf in column)
            if met and column not in self.columns.get(key, ()):
                targets.append(column)
            else:
                inputs.add(key)
                self.last_read = i
                self.columns.setdefault(key, {})[column] = None
        self.trained.append(met or any(isinstance(p, Parameter) for p in node.parents))
        self.inputs.append(inputs)
        self.targets.append(targets)
        behind = any(self.trained[b] and self.inputs[b] and b not in self.network for b in below)
        if self.trained[i] and inputs and not targets and not behind:
            self.network[i] = None

    def output(self) -> int | None:
        """The last node of the network after which nothing reads an input or an earlier node."""
        last_reader: dict[int, float] = {}
        for i, below in enumerate(self.below):
            for each in below:
                last_reader[each] = i if i in self.network else math.inf
        waiting: set[int] = set()
        found = None
        for i in self.network:
            waiting = {each for each in waiting if last_reader[each] > i} | {i}
            if len(waiting) == 1 and i >= self.last_read:
                found = i
        return found

    def level(self, output: int, meeting: int) -> float:
        """Where the classes part: what lies between two targets, or 0 for a score.

        An output that is compared with its target may be any number. One that a target multiplies
        is a probability if its logarithm is taken, and a score (of a hinge, or a logit) if not.
        """
        targets = [leaf.data for leaf in self.targets[meeting][0]]
        middle = (min(targets) + max(targets)) / 2
        name = operation_of(self.first[meeting]).name
        if name in ("subtract", "add"):
            return middle if name == "subtract" else -middle
        moved = {output}
        for i in self.network:
            if moved & {*self.below[i]}:
                name = operation_of(self.first[i]).name
                if name in LOGARITHMS:
                    return 0.5
                if name in SHIFTS:
                    moved.add(i)
        return 0.0
