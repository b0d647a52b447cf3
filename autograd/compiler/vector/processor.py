"""The processor that this process runs on, and LLVM text made into machine code for it.

This module and `run.native` are the only ones that need llvmlite.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar, cast

import llvmlite.binding as llvm

from autograd.compiler.vector.math.kernels import kernel_name, kernel_source
from autograd.compiler.vector.target import Processor, Target

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


@once
def host() -> Processor:
    """The processor that this process runs on."""
    has = llvm.get_host_cpu_features()
    features = str(has.flatten())
    name = str(llvm.get_host_cpu_name())
    arm = llvm.get_default_triple().startswith(("aarch64", "arm64"))
    if has.get("avx512f") and has.get("avx512dq") and has.get("avx512vl"):
        return Processor(Target(8, True, True), 32, name, features)
    if has.get("avx2") and has.get("fma"):
        return Processor(Target(4, True), 16, name, features)
    if arm:
        return Processor(Target(2, True), 32, name, features)
    if has.get("sse2"):
        return Processor(Target(2, bool(has.get("fma"))), 16, name, features)
    return Processor(Target(1, False), 16, name, features)


class Code:
    """Machine code made from LLVM text; it lives as long as this object."""

    def __init__(self, source: str, processor: Processor, speed: int = 1) -> None:
        _start_llvm()
        with _compiling:
            module = llvm.parse_assembly(source)
            module.verify()
            maker = llvm.Target.from_default_triple().create_target_machine(
                cpu=processor.name,
                features=processor.features,
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
def kernel(name: str, processor: Processor, gathers: bool = False) -> Code:
    """A compiled kernel, which other code may call by its symbol from now on."""
    symbol = kernel_name(name, processor.target, gathers)
    code = Code(kernel_source(name, processor.target, gathers), processor, speed=2)
    llvm.add_symbol(symbol, code.address(symbol))
    return code
