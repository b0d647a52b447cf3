"""What the engine refuses, and why, in words: beside faults, habits from other engines.

Read next: `backward`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.graph import operation_of
from autograd.node import Node, is_number, node_classes


def refuse_other_grads(leaves: Iterable[Node]) -> None:
    """Name a leaf whose ``grad`` was set to something that is no real number."""
    for value in leaves:
        if not is_number(value.grad):
            name = repr(value.label) if value.label else "a leaf"
            raise TypeError(
                f"the grad of {name} is {value.grad!r}, and a gradient is added to it: set it to "
                "0.0, as zero_grad() does, and call backward() again"
            )


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


# ------------------------------------------------------------------------ habits from elsewhere


def unknown_arguments(label: object, more: Sequence[object], options: Iterable[str]) -> TypeError:
    """Say how a Value is made, where a history was given, or something that it does not have."""
    given = [repr(x) if isinstance(x, str) else type(x).__name__ for x in (label, *more) if x != ""]
    found = ", ".join([*given, *(f"{name}=" for name in options)])
    return TypeError(
        "Value(data, label='') makes a leaf from a number and a str, and takes nothing else; beside"
        f" the number it was given {found}. Write a + b or autograd.tanh(a) for a Value with "
        "parents: computing it records them and the operation"
    )


_STATE = "keep what an optimiser remembers in a dict, m[v] = 0.0: a Value serves as a key"
_RULE = "write what is missing with autograd's functions, whose rules are in its table"
_NOT = "v.detach() is a Value without history, and nothing is recorded inside no_grad()"
HABITS = {
    **dict.fromkeys(("m", "v", "s", "velocity", "momentum", "cache", "state", "step"), _STATE),
    **dict.fromkeys(("exp_avg", "exp_avg_sq", "momentum_buffer", "prev_grad"), _STATE),
    **dict.fromkeys(("_backward", "backward_fn", "grad_fn"), _RULE),
    "requires_grad": _NOT,
    "name": "its name is v.label",
    "value": "its number is v.data",
    "item": "its number is v.data",
    "children": "its inputs are v.parents",
}
"""What a Value does not have but Values elsewhere do, and what to write instead."""


class Missing:
    """An attribute that is not there, neither to read nor to set, and says what to write instead.

    All others are Python's own `AttributeError`: a check of every attribute that is set would make
    an engine without C three times as slow.

    Parameters
    ----------
    name : str
    advice : str
    """

    def __init__(self, name: str, advice: str) -> None:
        self.message = f"a Value has no attribute {name!r}; {advice}"

    def __get__(self, value: Node | None, owner: type[Node]) -> Missing:
        if value is None:
            return self
        raise AttributeError(self.message)

    def __set__(self, value: Node, x: object) -> None:
        raise AttributeError(self.message)
