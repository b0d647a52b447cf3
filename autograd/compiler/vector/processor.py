"""The machine that compiled code runs on: its vectors, and LLVM text made into callable code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar, cast

import llvmlite.binding as llvm

from autograd.compiler.vector.assembly import Target
from autograd.compiler.vector.math.kernels import (
    gathering_name,
    gathering_source,
    kernel_name,
    kernel_source,
)

P = ParamSpec("P")
R = TypeVar("R")

_compiling = RLock()


def once(make: Callable[P, R]) -> Callable[P, R]:
    """Cache what a function makes, and let no two threads make it at the same time.

    `functools.cache` alone lets both make it and forgets one. The code that was forgotten is freed
    while other code, which has been linked to it, still calls it.
    """
    made = cast(Callable[P, R], cache(make))

    @wraps(make)
    def make_once(*args: P.args, **kwargs: P.kwargs) -> R:
        with _compiling:
            return made(*args, **kwargs)

    return make_once


@dataclass(frozen=True, slots=True)
class Processor:
    """A kind of processor.

    Parameters
    ----------
    target : Target
        Its vectors.
    registers : int
        How many vectors it holds in registers.
    processor : str
        LLVM's name of it.
    features : str
        LLVM's list of what it can do, such as ``"+avx2,+fma"``.
    """

    target: Target
    registers: int
    processor: str
    features: str

    def with_lanes(self, lanes: int) -> Processor:
        """The same processor, told to use narrower vectors."""
        if lanes == self.target.lanes:
            return self
        target = replace(self.target, lanes=lanes)
        return Processor(target, self.registers, self.processor, self.features)


@once
def host() -> Processor:
    """The machine that this process runs on."""
    has = llvm.get_host_cpu_features()
    features = str(has.flatten())
    processor = str(llvm.get_host_cpu_name())
    arm = llvm.get_default_triple().startswith(("aarch64", "arm64"))
    if has.get("avx512f") and has.get("avx512dq") and has.get("avx512vl"):
        return Processor(Target(8, True, True), 32, processor, features)
    if has.get("avx2") and has.get("fma"):
        return Processor(Target(4, True), 16, processor, features)
    if arm:
        return Processor(Target(2, True), 32, processor, features)
    if has.get("sse2"):
        return Processor(Target(2, bool(has.get("fma"))), 16, processor, features)
    return Processor(Target(1, False), 16, processor, features)


class Code:
    """Machine code made from LLVM text; it lives as long as this object."""

    def __init__(self, source: str, machine: Processor, speed: int = 1) -> None:
        _start_llvm()
        self.source = source
        with _compiling:
            module = llvm.parse_assembly(source)
            module.verify()
            maker = llvm.Target.from_default_triple().create_target_machine(
                cpu=machine.processor,
                features=machine.features,
                opt=speed,
                reloc="pic",
                codemodel="small",
            )
            self._engine = llvm.create_mcjit_compiler(module, maker)
            self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins."""
        return int(self._engine.get_function_address(name))


@once
def _start_llvm() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


@once
def kernel(name: str, machine: Processor, gathers: bool = False) -> Code:
    """A compiled kernel, which other code may call by its symbol from now on."""
    target = machine.target
    source, symbol = (
        (gathering_source(name, target), gathering_name(name, target))
        if gathers
        else (kernel_source(name, target), kernel_name(name, target))
    )
    code = Code(source, machine, speed=2)
    llvm.add_symbol(symbol, code.address(symbol))
    return code
