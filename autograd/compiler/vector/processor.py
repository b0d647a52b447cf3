"""The processor that this process runs on, and LLVM text made into machine code for it.

This module and `run.native` are the only ones that need llvmlite.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import astuple
from functools import cache, partial, wraps
from threading import RLock
from typing import ParamSpec, TypeVar, cast

import llvmlite.binding as llvm

from autograd.compiler.vector.code_cache import Artifact, kept
from autograd.compiler.vector.math.kernels import kernel_name, kernel_source
from autograd.compiler.vector.target import Processor, Target

P = ParamSpec("P")
R = TypeVar("R")

_compiling = RLock()

if hasattr(os, "register_at_fork"):  # a child would wait for ever for a thread that it has not got
    for _lock in (getattr(llvm.ffi.lib, "_lock", _compiling), _compiling):  # the last comes first
        os.register_at_fork(
            before=_lock.__enter__,
            after_in_parent=partial(_lock.__exit__, None, None, None),
            after_in_child=partial(_lock.__exit__, None, None, None),
        )


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
    """Machine code that was loaded from an object file; it lives as long as this object."""

    def __init__(self, code: bytes, processor: Processor) -> None:
        with _compiling:
            maker = _target_machine(processor, 0)
            self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), maker)
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
            self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins."""
        with _compiling:
            return int(self._engine.get_function_address(name))


def object_code(source: str, processor: Processor, speed: int = 1) -> bytes:
    """Make an object file of LLVM text; more `speed` takes longer."""
    with _compiling:
        maker = _target_machine(processor, speed)
        module = llvm.parse_assembly(source)
        module.verify()
        return bytes(maker.emit_object(module))


def assembled(source: str, processor: Processor, speed: int = 1) -> Code:
    """Make machine code of LLVM text, or load what was kept of it."""
    artifact = kept(
        lambda: ("text", source, astuple(processor), speed),
        lambda: Artifact(object_code(source, processor, speed), {}),
    )
    return Code(artifact.code, processor)


def published(source: str, symbols: tuple[str, ...], processor: Processor) -> Code:
    """Make machine code that other code may call by its symbols from now on."""
    code = assembled(source, processor)
    for symbol in symbols:
        llvm.add_symbol(symbol, code.address(symbol))
    return code


def _target_machine(processor: Processor, speed: int) -> llvm.TargetMachine:
    _start_llvm()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=processor.name,
        features=processor.features,
        opt=speed,
        reloc="pic",
        codemodel="small",
    )


@once
def _start_llvm() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


@once
def kernel(name: str, processor: Processor, gathers: bool = False) -> Code:
    """A compiled kernel, which other code may call by its symbol from now on."""
    symbol = kernel_name(name, processor.target, gathers)

    def made() -> Artifact:
        source = kernel_source(name, processor.target, gathers)
        return Artifact(object_code(source, processor, speed=2), {})

    artifact = kept(lambda: ("kernel", name, gathers, astuple(processor)), made)
    code = Code(artifact.code, processor)
    llvm.add_symbol(symbol, code.address(symbol))
    return code
