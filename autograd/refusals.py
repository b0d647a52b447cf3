"""What `backward` and `gradients` refuse, and why, in words.

Read next: `backward`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.graph import operation_of
from autograd.node import Node, is_number, node_classes


def refuse_other_grads(order: Iterable[Node], root: Node) -> None:
    """Name a leaf whose ``grad`` was set to something that nothing can be added to."""
    for value in (root, *(parent for node in order for parent in node.parents)):
        if not is_number(value.grad):
            name = repr(value.label) if value.label else "a leaf"
            raise TypeError(
                f"the grad of {name} is {value.grad!r}, and a gradient is added to it: set it to "
                "0.0, as zero_grad() does, for all leaves (others may have got a part of theirs), "
                "and call backward() again"
            ) from None


def refuse_changed_leaf(node: Node, rule: Sequence[Any]) -> None:
    """Check that node and rule, evaluated on the present data, are those of the recording."""
    changed = [parent for parent in node.parents if not parent.parents]
    if not changed:
        return
    inputs = [parent._data for parent in node.parents]
    now = (
        operation_of(node).evaluate(inputs),
        *(local._data if isinstance(local, Node) else local for local in rule),
    )
    then = (node._data, *node._local)
    if all(a == b or (a != a and b != b) for a, b in zip(now, then, strict=True)):
        return
    names = " or ".join(
        repr(v.label) if v.label else repr(v)
        for v in dict.fromkeys(changed)
        if type(v) is not node_classes.constant
    )
    raise ValueError(
        f"the data of {names} was changed after the graph was recorded, so the derivative of "
        f"{node!r} cannot be taken from the Values; call replay(output) first, or use backward(), "
        "which reads the recorded numbers"
    )
