"""The steps of backpropagation: each application of the chain rule, in the order of `backward`.

Read next: `paths`, what several steps make together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.node import NOTHING
from autograd.value import Value

PRECISION = 6  # significant digits wherever numbers are shown with their steps
START = "the output's own gradient is 1, where backpropagation starts"


@dataclass(frozen=True, slots=True)
class Step:
    """One application of the chain rule: what one node passes on to one of its arguments.

    Parameters
    ----------
    node : Value
        The node that passes gradient on.
    parent : Value
        The node that receives it.
    argument : int
        The position of `parent` among the arguments of `node`.
    upstream : float
        ∂root/∂node.
    local : float
        ∂node/∂parent|ₖ: local, through this argument alone. Where other ways lead from the node to
        the parent too, it is only a part of ∂node/∂parent.
    contribution : float
        ``upstream * local``.
    accumulated : float
        The gradient of `parent` after this step: what earlier steps gave it plus `contribution`.

    Examples
    --------
    >>> from autograd import Value, walkthrough
    >>> w = Value(3.0, "w")
    >>> first, second = walkthrough(w * w)
    >>> second.upstream, second.local, second.contribution, second.accumulated
    (1.0, 3.0, 3.0, 6.0)
    """

    node: Value
    parent: Value
    argument: int
    upstream: float
    local: float
    contribution: float
    accumulated: float


def each_step(order: Sequence[Value]) -> Iterator[Step]:
    """Yield the steps from the last node of a topological order backwards."""
    gradient: dict[Value, float] = {order[-1]: 1.0} if order else {}
    for node in reversed(order):
        upstream = gradient[node]
        for argument, (parent, local) in enumerate(
            zip(node.parents, node.local_gradients(), strict=True)
        ):
            contribution = upstream * local
            accumulated = gradient.get(parent, NOTHING) + contribution
            gradient[parent] = accumulated
            yield Step(node, parent, argument, upstream, local, contribution, accumulated)
