"""The way down: each stage is plain data, none changes what the one before it made."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from autograd.compiler.lower import EXAMPLE, Lowered, lower
from autograd.compiler.schedule.normal import normalize
from autograd.compiler.wengert.wengert import Instruction, WengertList

NEURON = WengertList(
    1,
    2,
    (),
    (
        Instruction("dot", (1, 0, 2)),
        Instruction("tanh", (3,)),
        Instruction("tanh_derivative", (3,)),
        Instruction("multiply", (5, 0)),
        Instruction("exp", (2,)),
    ),
    (4,),
    (4, 6, 7),
)


@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
def test_every_stage_is_kept(lanes: int) -> None:
    processor = EXAMPLE.with_lanes(lanes)
    lowered = lower(NEURON, processor)
    assert lowered.form == normalize(NEURON)
    assert list(lowered.uniform.nodes) == [slot for g in lowered.uniform.groups for slot in g.slots]
    assert lowered.memory.lanes == lanes
    assert "define void @run(" in lowered.module.source
    assert ("tanh_with_derivative", lanes, False) in lowered.module.kernels


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("lengths", [0, 2])
def test_only_a_row_alone_of_several_lengths_has_spans(lengths: int, alone: bool) -> None:
    lowered = lower(replace(NEURON, lengths=lengths), EXAMPLE, alone=alone)
    assert ("@spans" in lowered.module.source) is (alone and lengths > 0)
    assert lowered.form.alone is alone
    assert bool(lowered.varying.steps) is not alone


def test_a_list_is_for_many_rows_unless_it_is_said() -> None:
    assert lower(NEURON, EXAMPLE).module == lower(NEURON, EXAMPLE, alone=False).module


def test_the_same_list_gives_the_same_text() -> None:
    before = deepcopy(NEURON)
    assert lower(NEURON, EXAMPLE).module == lower(before, EXAMPLE).module
    assert before == NEURON


def test_text_needs_neither_numpy_nor_llvmlite() -> None:
    program = (
        "import sys; sys.modules['numpy'] = sys.modules['llvmlite'] = None\n"
        "from autograd.compiler.lower import EXAMPLE, lower, normal_text, schedule_text\n"
        "from autograd.compiler.wengert.wengert import Instruction, WengertList\n"
        "listed = WengertList(1, 0, (), (Instruction('exp', (0,)),), (1,), (1,))\n"
        "print(len(normal_text(listed)) > 0, '  1. Call' in schedule_text(listed))\n"
        "print('@run' in lower(listed, EXAMPLE).module.source)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "True True\nTrue\n", "")


def test_what_the_stages_made_does_not_change(tools: Any) -> None:
    tools.unchanging(Lowered)
