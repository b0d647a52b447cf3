"""Whether a graph is the loss of one network over several points of a plane.

Read next: `javascript`.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from autograd.graph import leaves, operation_of, topological_order
from autograd.value import Parameter, Value

LEAST_ROWS = 2


class Row(NamedTuple):
    """One point of a batch.

    Parameters
    ----------
    inputs : tuple of two Values
        Its coordinates.
    output : Value
        What the network makes of them.
    target : tuple of Values
        The number that the output meets next; none where it meets a computed node.
    """

    inputs: tuple[Value, Value]
    output: Value
    target: tuple[Value, ...]


def rows_of_batch(root: Value) -> list[Row]:
    """Find the points of a batch, each with its two inputs; none where the graph is something else.

    A point's output is the last node that is computed from two leaves and parameters alone. The
    points are a batch if all outputs are the same function of these, node by node, and each meets a
    target, not all of them equal. (Of a network with one input, what is computed from two leaves is
    the error of each point, and what that meets is a factor such as ½.)

    The inputs must be Values: a plain number becomes a constant of its own in each neuron that
    reads it, and nothing in the graph says that these are one input.

    Examples
    --------
    >>> w, b = Parameter(0.5, "w"), Parameter(0.1, "b")
    >>> points = [(1.0, 2.0, 0.0), (3.0, 4.0, 1.0)]
    >>> loss = sum((w * x - w * y + b - t) ** 2 for x, y, t in points)
    >>> [([v.data for v in row.inputs], row.target[0].data) for row in rows_of_batch(loss)]
    [([1.0, 2.0], 0.0), ([3.0, 4.0], 1.0)]
    """
    order = topological_order(root)
    found = _outputs(order)
    if len(found) < LEAST_ROWS:
        return []
    shapes: dict[Value, int] = {}
    numbers: dict[Hashable, int] = {}
    place = {leaf: i for i, leaf in enumerate(leaves(root))}
    rows = []
    for given, output in found.items():
        first, second = sorted(given, key=place.__getitem__)
        rows.append(Row((first, second), output, _target(order, output)))
        _shape(output, {first: 0, second: 1}, shapes, numbers)
    alike = len({shapes[row.output] for row in rows}) == 1
    told_apart = all(row.target for row in rows) and len({row.target[0].data for row in rows}) > 1
    return rows if alike and told_apart else []


def _outputs(order: list[Value]) -> dict[frozenset[Value], Value]:
    # The last node of each pair of leaves; a node that depends on more belongs to none.
    depends: dict[Value, frozenset[Value] | None] = {}
    trained: set[Value] = set()
    found: dict[frozenset[Value], Value] = {}
    for node in order:
        for parent in node.parents:
            if not parent.parents:
                depends[parent] = frozenset(() if isinstance(parent, Parameter) else (parent,))
            if isinstance(parent, Parameter) or parent in trained:
                trained.add(node)
        below = [depends[parent] for parent in node.parents]
        known = [given for given in below if given is not None]
        given = frozenset().union(*known)
        depends[node] = given if len(known) == len(below) and len(given) <= 2 else None
        if depends[node] is not None and len(given) == 2 and node in trained:
            found[given] = node
    return found


def _target(order: list[Value], output: Value) -> tuple[Value, ...]:
    for node in order:
        if output in node.parents:
            others = [p for p in node.parents if not p.parents and not isinstance(p, Parameter)]
            return tuple(others[:1])
    return ()


def _shape(
    output: Value,
    inputs: dict[Value, int],
    shapes: dict[Value, int],
    numbers: dict[Hashable, int],
) -> None:
    # Equal numbers for nodes that are the same function of the two inputs and the parameters.
    def number(leaf: Value) -> int:
        key: Hashable = ("input", inputs[leaf]) if leaf in inputs else id(leaf)
        return numbers.setdefault(key, len(numbers))

    for node in topological_order(output):
        parts = tuple(shapes[p] if p.parents else number(p) for p in node.parents)
        operation = operation_of(node)
        key = (operation.name, operation.parameters, parts)
        shapes[node] = numbers.setdefault(key, len(numbers))
