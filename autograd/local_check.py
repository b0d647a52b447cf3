"""The second method of `check_gradients`: each operation's rule against its own forward.

A recorded node holds a local gradient towards each parent. Here each is compared with difference
quotients of that operation alone, on its own scale, which says which rule is wrong. The quotients
that are found, multiplied and added along the paths, give the derivative of the whole once more.

What rounding changes inside a composed operation is seen by changing last digits at random.

Read next: `numerical`.
"""

from __future__ import annotations

import math
import random
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
from autograd.graph import operation_of, topological_order
from autograd.node import NAN, Node, leaf, node_classes
from autograd.operation import Operation
from autograd.switches import ieee_arithmetic, recording_paused


@dataclass(frozen=True)
class LocalCheck:
    """The recorded ∂node/∂parent|ₖ for one argument, and its numerical counterpart."""

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
        return Estimate(step=found.step) if has_corner(f, x, found, self.noise) else found

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
        label = parents[self.index].label
        towards = (label if label.isprintable() else repr(label)) or f"input {self.index + 1}"
        return (
            f"wrong rule: {operation_of(self.node)!r} at ({at}) has the local gradient "
            f"{self.recorded!r} towards {towards}, numerically {self.numerical.derivative!r}"
        )


def local_checks(node: Node) -> list[LocalCheck]:
    """Make the checks of a node's local gradients, one for each parent."""
    noise = _noise(operation_of(node), node._data, [parent._data for parent in node.parents])
    return [LocalCheck(node, i, noise) for i in range(len(node.parents))]


def _noise(operation: Operation, y: float, inputs: Sequence[float]) -> float:
    """What rounding inside an operation may change in its value, beyond the last digit.

    Of a composed operation, the composition says it. Of a sum of any number of terms, which may
    cancel, its inputs do.
    """
    if operation.expand is not None:
        with ieee_arithmetic.on(), recording_paused.off():
            leaves = [leaf(node_classes.value, x) for x in inputs]
            order = topological_order(operation.expand(*leaves))
        return shaken(order, {})
    noise = 0.0
    if not operation.domain:
        for i, x in enumerate(inputs):
            changed = [*inputs[:i], x * (1.0 + EPSILON), *inputs[i + 1 :]]
            noise += abs(real_value(operation.forward, changed) - y)
    return noise


def evaluated(
    order: Sequence[Node], values: dict[Node, float], shake: random.Random | None = None
) -> float:
    """Evaluate recorded nodes again from other values; nan where there is no real value.

    With `shake`, the last digit of every node is changed, up or down at random.
    """
    values = dict(values)
    y = NAN
    for node in order:
        y = real_value(operation_of(node).forward, [values.get(p, p._data) for p in node.parents])
        values[node] = y = y * (1.0 + shake.choice((-EPSILON, EPSILON))) if shake else y
    return y


def shaken(order: Sequence[Node], values: dict[Node, float]) -> float:
    """How much rounding on the way changes what comes out at the end."""
    y = evaluated(order, values)
    changes = [abs(evaluated(order, values, random.Random(seed)) - y) for seed in range(8)]
    return 2.0 * max(change if math.isfinite(change) else 0.0 for change in changes)


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
    rounding: float  # what rounding may change where the backward pass adds up the paths


def chain(start: Node, dependents: Sequence[Node], checks: dict[Node, list[LocalCheck]]) -> Chain:
    """Walk forward from a leaf to the last of the nodes that depend on it.

    `checks` keeps what was found for the next leaf.
    """
    tangents = {start: (1.0, 0.0)}  # ∂node/∂leaf and its uncertainty
    paths = {start: 1.0}  # the recorded ∂node/∂leaf if nothing cancelled
    met = []
    for node in dependents:
        if node not in checks:
            checks[node] = local_checks(node)
        slope = uncertainty = paths[node] = 0.0
        for check, parent in zip(checks[node], node.parents, strict=True):
            if parent in tangents:
                met.append(check)
                local = check.numerical
                tangent, unsure = tangents[parent]
                slope += local.derivative * tangent
                uncertainty += abs(local.derivative) * unsure
                uncertainty += local.uncertainty * (abs(tangent) + unsure)
                paths[node] += abs(check.recorded) * paths[parent]
        tangents[node] = slope, uncertainty + EPSILON * abs(slope)
    wrong = [check for check in met if check.decided and check.relative_error > TOLERANCE]
    return Chain(
        wrong=max(wrong, key=lambda check: check.relative_error, default=None),
        right=not wrong and all(check.decided for check in met),
        known=not wrong and all(check.decided or check.at_kink for check in met),
        product=Estimate(*tangents[(start, *dependents)[-1]]),
        rounding=16.0 * EPSILON * paths[(start, *dependents)[-1]],
    )
