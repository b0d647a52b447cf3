"""Rows of the operation table as short lists: their local gradients, and what they are composed of.

Each is recorded once, and then entered wherever the operation occurs.

Read next: `differentiate`.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.compiler.record.trace import on_record
from autograd.compiler.wengert.from_graph import translate
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.node import NOTHING, leaf
from autograd.operation import look_up, remembered, selects
from autograd.value import Constant, Value


@dataclass(frozen=True, slots=True)
class Rule:
    """The local gradients of an operation: a list whose columns are its output and its inputs.

    Parameters
    ----------
    constants : tuple of float
    instructions : tuple of Instruction
    local : tuple of (int or None)
        The slots of the local gradients; None where nothing passes, whatever the inputs are.
    selects : tuple of bool
        Which of them say what is selected, so that nothing passes where they are 0.
    """

    constants: tuple[float, ...]
    instructions: tuple[Instruction, ...]
    local: tuple[int | None, ...]
    selects: tuple[bool, ...]


@remembered(1024)
def rule_of(name: str, parameters: tuple[float, ...], inputs: int) -> Rule:
    """Record the rule of an operation with a number of inputs, as its row of the table has it."""
    columns = [leaf(Value, 0.5) for _ in range(1 + inputs)]
    with on_record():
        row = look_up(name, parameters).local(*columns)
    slopes = [slope if isinstance(slope, Value) else leaf(Constant, slope) for slope in row]
    listed, _ = translate(columns, (), outputs=slopes)
    local = [
        None if slope is NOTHING else slot for slope, slot in zip(row, listed.outputs, strict=True)
    ]
    return Rule(listed.constants, listed.instructions, tuple(local), tuple(map(selects, row)))


@remembered(1024)
def expansion_of(name: str, parameters: tuple[float, ...], inputs: int) -> WengertList | None:
    """Record how an operation is composed of other rows: a list with its inputs as columns.

    Returns
    -------
    WengertList or None
        None for a primitive operation.

    Examples
    --------
    >>> [step.name for step in expansion_of("over", (), 2).instructions]
    ['divide', 'multiply']
    """
    expand = look_up(name, parameters).expand
    if expand is None:
        return None
    columns = [leaf(Value, 0.5) for _ in range(inputs)]
    with on_record():
        result = expand(*columns)
    return translate(columns, (), outputs=[result])[0]
