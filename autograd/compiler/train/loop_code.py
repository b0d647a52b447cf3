"""The training loops compiled: LLVM text made into functions that Python can call.

Read next: `native_loop`, which calls them.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

import llvmlite.binding as llvm

from autograd.compiler.run.native import Native, native
from autograd.compiler.train.clipping import GROW, SHRINK
from autograd.compiler.train.loop_source import TRAIN_ARGUMENTS, kind, train_source
from autograd.compiler.train.plan import Plan
from autograd.compiler.train.small_loop import SMALL_ARGUMENTS, is_small, small_source
from autograd.compiler.vector.processor import Code, assembled, host, once
from autograd.compiler.vector.target import Processor
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import remembered

CTYPES = {"i64": ctypes.c_int64, "ptr": ctypes.c_void_p}

SQUARES = WengertList(
    1,
    0,
    (SHRINK, GROW),
    (
        Instruction("multiply", (0, 0)),
        Instruction("multiply", (0, 1)),
        Instruction("multiply", (4, 4)),
        Instruction("multiply", (0, 2)),
        Instruction("multiply", (6, 6)),
    ),
    sums=(3, 5, 7),
)
"""The sums that `norm_of_squares` takes: Σx², Σ(x·2⁻⁷⁰⁰)², Σ(x·2⁷⁰⁰)²."""


@remembered(16)
def small_function(plan: Plan, processor: Processor) -> Callable[..., None] | None:
    """Compile the loop of `small_loop`; None where the plan is not for it."""
    lists = plan.gradient, plan.numbers, plan.update
    if not is_small(*lists):
        return None
    code = _kept_code(small_source(*lists, processor.target), processor)
    kinds = [CTYPES[name] for name in SMALL_ARGUMENTS.values()]
    return ctypes.CFUNCTYPE(None, *kinds)(code.address("train"))


@remembered(16)
def list_codes(plan: Plan, processor: Processor, *, alone: bool) -> dict[str, Native]:
    """Compile the lists that the loop of `loop_source` calls, by the names it has for them.

    Parameters
    ----------
    alone : bool
        Whether every batch is one row.
    """
    lists = {
        "gradient": plan.gradient,
        "squares": SQUARES,
        "numbers": plan.numbers,
        "update": plan.update,
    }
    return {
        name: native(listed, processor, alone=alone and name == "gradient")
        for name, listed in lists.items()
    }


@once
def train_function() -> Callable[..., None]:
    """Compile the loop of `loop_source`, which is the same for every plan."""
    llvm.add_symbol("stepgrad.yield", _address_of_yield())
    code = _kept_code(train_source(), host())
    kinds = [CTYPES[kind(name)] for name in TRAIN_ARGUMENTS]
    return ctypes.CFUNCTYPE(None, *kinds)(code.address("train"))


def _address_of_yield() -> int:
    """Find the system's function that lets other threads run first."""
    if sys.platform == "win32":
        function = ctypes.windll.kernel32.SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    return ctypes.cast(function, ctypes.c_void_p).value or 0


@once
def _kept_code(source: str, processor: Processor) -> Code:
    """Compile a text once, and keep the code: bare addresses into it are handed out."""
    return assembled(source, processor)
