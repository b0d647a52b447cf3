"""A Wengert list as a table that a student can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from autograd.compiler.record.nested import one_line
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.spelling import ATOM, LISTING

LONGEST = 200  # lines of instructions that a table shows; of a longer list it shows both ends

Labels = Mapping[int, str]
Line = tuple[str, str]

T = TypeVar("T")


def table(program: WengertList, labels: Labels, results: Sequence[tuple[str, int]]) -> str:
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
    given = range(program.columns, program.columns + program.parameters)
    lines = leaf_lines(given, dict(enumerate(program.constants, given.stop)), labels)
    steps = [("", _step(slot, instruction, labels)) for slot, instruction in program.steps]
    lines += both_ends(steps, LONGEST, ("", f"… {len(steps) - LONGEST} more …"))
    return aligned([*lines, *((one_line(name), f"v{slot}") for name, slot in results)])


def _step(slot: int, instruction: Instruction, labels: Labels) -> str:
    arguments = [(f"v{a}", ATOM) for a in instruction.arguments]
    text, _ = LISTING.write(instruction.name, instruction.parameters, arguments)
    return slot_line(slot, text, labels)


def leaf_lines(parameters: range, constants: Mapping[int, float], labels: Labels) -> list[Line]:
    """Write arguments, parameters and constants, each with its slot."""
    leaves = [("argument", slot) for slot in range(parameters.start)]
    leaves += [("parameter", slot) for slot in parameters]
    lines = [(kind, f"v{s} = {one_line(labels.get(s, '(no label)'))}") for kind, s in leaves]
    return lines + [("constant", f"v{slot} = {value!r}") for slot, value in constants.items()]


def slot_line(slot: int, text: str, labels: Labels) -> str:
    """Write what a slot holds, and after # its label."""
    label = labels.get(slot)
    return f"v{slot} = {text}" + (f"  # {one_line(label)}" if label else "")


def both_ends(lines: list[T], longest: int, instead: T) -> list[T]:
    """Shorten what is too long: both ends, and what stands instead of the middle."""
    half = longest // 2
    return lines if len(lines) <= longest else [*lines[:half], instead, *lines[-half:]]


def aligned(lines: Sequence[Line]) -> str:
    """Write two columns, the first as wide as it must be."""
    width = max((len(kind) for kind, _ in lines), default=0)
    return "\n".join(f"{kind:{width}}  {text}" for kind, text in lines)
