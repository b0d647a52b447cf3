"""A Wengert list as a table that a student can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.compiler.readable.python import plain
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.spelling import ATOM, LISTING

LONGEST = 200  # lines of instructions that a table shows; of a longer list it shows both ends


def table(
    program: WengertList, labels: Mapping[int, str], results: Sequence[tuple[str, int]]
) -> str:
    """Write a list as a table: what each slot holds, and after # its label.

    Parameters
    ----------
    program : WengertList
    labels : mapping from slots to labels
    results : sequence of (str, int)
        What each result is called and its slot.

    Examples
    --------
    >>> square = WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), outputs=(1,))
    >>> print(table(square, {0: "x", 1: "square"}, [("result", 1)]))
    argument  v0 = x
              v1 = v0 · v0  # square
    result    v1
    """
    first_constant = program.columns + program.parameters
    lines = [("argument", f"v{i} = {_label(labels, i)}") for i in range(program.columns)]
    lines += [
        ("parameter", f"v{i} = {_label(labels, i)}") for i in range(program.columns, first_constant)
    ]
    lines += [
        ("constant", f"v{i} = {value!r}")
        for i, value in enumerate(program.constants, first_constant)
    ]
    steps = [
        ("", _step(slot, instruction, labels))
        for slot, instruction in enumerate(program.instructions, program.first_instruction)
    ]
    if len(steps) > LONGEST:
        half = LONGEST // 2
        steps = [*steps[:half], ("", f"… {len(steps) - 2 * half} more …"), *steps[-half:]]
    lines += steps
    lines += [(name, f"v{slot}") for name, slot in results]
    width = max([len(name) for name, _ in lines], default=0)
    return "\n".join(f"{name:{width}}  {text}" for name, text in lines)


def _label(labels: Mapping[int, str], slot: int) -> str:
    return plain(labels.get(slot, "(no label)"))


def _step(slot: int, instruction: Instruction, labels: Mapping[int, str]) -> str:
    arguments = [(f"v{a}", ATOM) for a in instruction.arguments]
    text, _ = LISTING.write(instruction.name, instruction.parameters, arguments)
    label = labels.get(slot)
    return f"v{slot} = {text}" + (f"  # {plain(label)}" if label else "")
