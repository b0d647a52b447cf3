"""The second method of `check_gradients`: each operation's rule against its own forward.

A recorded node holds a local gradient towards each parent. Here each is compared with difference
quotients of that operation alone, on its own scale, which says which rule is wrong. The quotients
that are found, multiplied and added along the paths, give the derivative of the whole once more.

Read next: `numerical`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograd.difference import (
    EPSILON,
    TOLERANCE,
    Estimate,
    central,
    even,
    farthest_step,
    has_corner,
)
from autograd.graph import operation_of
from autograd.node import NAN, Node


@dataclass(frozen=True)
class LocalCheck:
    """The recorded ∂node/∂parent for one parent, and its numerical counterpart."""

    node: Node
    index: int
    noise: float = 0.0  # what rounding inside the operation may change in its value

    @property
    def recorded(self) -> float:
        """The local gradient by the operation's rule."""
        return self.node._local[self.index]

    @cached_property
    def numerical(self) -> Estimate:
        """The derivative of the operation's forward; unknown at a kink and beyond the floats."""
        node, index = self.node, self.index
        inputs = [parent._data for parent in node.parents]
        x, reach = inputs[index], farthest_step(node._data, *inputs)
        forward = operation_of(node).forward
        if not all(map(math.isfinite, (x, node._data, self.noise))):
            return Estimate()

        def f(x: float) -> float:
            return real_value(forward, [*inputs[:index], x, *inputs[index + 1 :]])

        found = central(f, x, self.noise, reach)
        if x and not found.is_sure(self.recorded):
            near_0 = even(f, x, reach)
            if near_0.is_sharp:
                return near_0
        return Estimate(step=found.step) if has_corner(f, x, found) else found

    @property
    def relative_error(self) -> float:
        """How far the recorded local gradient is off."""
        return self.numerical.relative_error(self.recorded)

    @property
    def at_kink(self) -> bool:
        """Whether there is a slope to each side, but not one of both."""
        return math.isnan(self.numerical.derivative) and self.numerical.step > 0.0

    @property
    def decided(self) -> bool:
        """Whether the numerical derivative is sure enough to judge the recorded one."""
        return self.numerical.is_sure(self.recorded)

    def __str__(self) -> str:
        parents = self.node.parents
        at = ", ".join(repr(p._data) for p in parents[:4]) + ", ..." * (len(parents) > 4)
        towards = parents[self.index].label or f"input {self.index + 1}"
        return (
            f"wrong rule: {operation_of(self.node)!r} at ({at}) has the local gradient "
            f"{self.recorded!r} towards {towards}, numerically {self.numerical.derivative!r}"
        )


def local_checks(node: Node) -> list[LocalCheck]:
    """Make the checks of a node's local gradients, one for each parent."""
    operation = operation_of(node)
    inputs = [parent._data for parent in node.parents]
    noise = 0.0
    if not operation.domain:  # any number of inputs: a sum, which may cancel
        for i, x in enumerate(inputs):
            changed = [*inputs[:i], x * (1.0 + EPSILON), *inputs[i + 1 :]]
            noise += abs(real_value(operation.forward, changed) - node._data)
    return [LocalCheck(node, i, noise) for i in range(len(inputs))]


def real_value(forward: Callable[..., float], inputs: Sequence[float]) -> float:
    """Evaluate an operation; nan where it has no real value."""
    try:
        return forward(*inputs)
    except (ArithmeticError, ValueError):
        return NAN


@dataclass(frozen=True, slots=True)
class Chain:
    """What the operations between a leaf and the output say, one by one and all together."""

    wrong: LocalCheck | None  # the local gradient that is wrong by most
    right: bool  # whether each is known to be right
    known: bool  # whether each is either known to be right or at a kink
    product: Estimate  # ∂output/∂leaf by the chain rule, from the numerical local derivatives


def chain(leaf: Node, dependents: Sequence[Node], checks: dict[Node, list[LocalCheck]]) -> Chain:
    """Walk forward from a leaf to the last of the nodes that depend on it.

    `checks` keeps what was found for the next leaf.
    """
    tangents = {leaf: (1.0, 0.0)}  # ∂node/∂leaf and its uncertainty
    met = []
    for node in dependents:
        if node not in checks:
            checks[node] = local_checks(node)
        slope = uncertainty = 0.0
        for check, parent in zip(checks[node], node.parents, strict=True):
            if parent in tangents:
                met.append(check)
                local = check.numerical
                tangent, unsure = tangents[parent]
                slope += local.derivative * tangent
                uncertainty += abs(local.derivative) * unsure
                uncertainty += local.uncertainty * (abs(tangent) + unsure)
        tangents[node] = slope, uncertainty + EPSILON * abs(slope)
    wrong = [check for check in met if check.decided and check.relative_error > TOLERANCE]
    return Chain(
        wrong=max(wrong, key=lambda check: check.relative_error, default=None),
        right=not wrong and all(check.decided for check in met),
        known=not wrong and all(check.decided or check.at_kink for check in met),
        product=Estimate(*tangents[(leaf, *dependents)[-1]]),
    )
