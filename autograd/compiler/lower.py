"""From a Wengert list to LLVM text: the whole way down, a stage a line.

The list is brought into a normal form; its uniform part (what is the same in every row) and its
varying part are put in order; each number gets its place in memory; all is written as LLVM text.
Every stage is a function from plain data to plain data, and each plan can be printed.

Read next: `vector`, the language that code is written in, then `schedule` and `emit`, whose modules
are the stages, and `run.native`, which makes machine code of the text and runs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.compiler.emit.direct import only_tile, write_direct
from autograd.compiler.emit.module import Module, module
from autograd.compiler.emit.uniform import write_uniform
from autograd.compiler.emit.varying import write_varying
from autograd.compiler.readable.table import Labels
from autograd.compiler.schedule.lengths import cut_to_lengths
from autograd.compiler.schedule.memory import Memory, place
from autograd.compiler.schedule.normal import NormalForm, normalize
from autograd.compiler.schedule.printed import print_normal, print_schedule
from autograd.compiler.schedule.uniform import UniformOrder, order_uniform
from autograd.compiler.schedule.varying import VaryingSchedule, order_varying, shape_for
from autograd.compiler.vector.target import Processor, Target
from autograd.compiler.wengert.wengert import WengertList

EXAMPLE = Processor(Target(lanes=4, fused=True), registers=16)
"""The processor that texts are for if none is given, so that they are the same on each machine: it
has 16 registers for vectors of 4 doubles and a fused multiply-add, as an ordinary laptop has."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """What each stage made."""

    form: NormalForm
    uniform: UniformOrder
    varying: VaryingSchedule
    memory: Memory
    module: Module


def lower(wengert: WengertList, processor: Processor, *, alone: bool = False) -> Lowered:
    """Lower a list to LLVM text for a processor: for any number of rows, or for a row alone."""
    target, shape = processor.target, shape_for(processor)
    form = normalize(wengert, alone=alone)
    uniform = order_uniform(form, target.lanes)
    parts = None
    if alone and wengert.lengths:
        uniform, parts = cut_to_lengths(form, uniform, wengert.lengths)
    varying = order_varying(form, uniform.cells, shape)
    memory = place(form, uniform, varying, target.lanes)
    once = write_uniform(form, uniform, memory, target, parts)
    each_block = write_varying(form, varying, memory, target)
    tile = only_tile(form, varying)
    direct = None if tile is None else write_direct(form, tile, memory, target)
    text = module(form, once, each_block, direct, memory, target)
    return Lowered(form, uniform, varying, memory, text)


def normal_text(wengert: WengertList, labels: Labels | None = None) -> str:
    """Write the normal form of a list for a reader.

    Parameters
    ----------
    wengert : WengertList
    labels : mapping from slots to labels, optional

    Examples
    --------
    >>> from autograd.compiler.wengert.wengert import Instruction
    >>> neuron = (Instruction("dot", (1, 0, 2)), Instruction("tanh", (3,)))
    >>> listed = WengertList(1, 2, (), neuron, outputs=(4,))
    >>> print(normal_text(listed, {0: "x", 1: "w", 2: "b", 4: "y"}))
    argument   v0 = x
    parameter  v1 = w
    parameter  v2 = b
    varying    v3 = v2 + v1·v0
    varying    v4 = tanh(v3)  # y
    output     v4
    """
    return print_normal(normalize(wengert), labels or {})


def schedule_text(
    wengert: WengertList, labels: Labels | None = None, processor: Processor | None = None
) -> str:
    """Write for a reader what is done when, and where the numbers lie.

    Parameters
    ----------
    wengert : WengertList
    labels : mapping from slots to labels, optional
    processor : Processor, optional
        `EXAMPLE`, if left out.
    """
    lowered = lower(wengert, processor or EXAMPLE)
    parts = (lowered.form, lowered.uniform, lowered.varying, lowered.memory)
    return print_schedule(*parts, labels or {})
