"""Making machine code: for the processor that is here, once, however many threads ask for it."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from typing import Any

import llvmlite.binding as llvm
import pytest

from autograd.compiler.vector import processor
from autograd.compiler.vector.processor import host, kernel, object_code, once, published
from autograd.compiler.vector.target import Processor, Target

PROGRAM = """
import pickle
from concurrent.futures import ThreadPoolExecutor
from autograd import Value, compile, exp, sigmoid, tanh
w = Value(0.5, "w")
program = compile(lambda x: tanh(w * x) + sigmoid(x) * exp(-x * x), backend="llvm")
program(0.1)
copies = [pickle.dumps(program) for _ in range(8)]
with ThreadPoolExecutor(8) as pool:
    results = list(pool.map(lambda c: pickle.loads(c).batch([0.1 * i for i in range(20)]), copies))
assert all(result == results[0] for result in results)
print(len(results))
"""


def test_threads_that_compile_the_same_at_once_share_what_the_first_made() -> None:
    made = []

    @once
    def make(name: str) -> object:
        time.sleep(0.01)
        made.append(name)
        return object()

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(make("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["a"]
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert make("b") is not found[0]


def test_a_fresh_process_compiles_in_eight_threads() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "8\n", "")


def test_a_system_without_forks_has_no_locks_to_hold_through_them(without_forks: Any) -> None:
    assert without_forks(processor).host() == host()


class Features(dict[str, bool]):
    """What a processor has, as LLVM tells it."""

    def flatten(self) -> str:
        return ",".join(f"+{name}" for name in self)


@pytest.mark.parametrize(
    ("has", "triple", "target", "registers"),
    [
        ("avx512f avx512dq avx512vl avx2 fma sse2", "x86_64-linux", Target(8, True, True), 32),
        ("avx512f avx512dq avx2 fma sse2", "x86_64-linux", Target(4, True), 16),
        ("avx512f avx512vl avx2 fma sse2", "x86_64-linux", Target(4, True), 16),
        ("avx512dq avx512vl avx2 fma sse2", "x86_64-linux", Target(4, True), 16),
        ("avx2 sse2", "x86_64-linux", Target(2, False), 16),
        ("fma sse2", "x86_64-linux", Target(2, True), 16),
        ("sse2", "x86_64-linux", Target(2, False), 16),
        ("neon", "aarch64-apple-darwin", Target(2, True), 32),
        ("neon", "arm64-apple-darwin", Target(2, True), 32),
        ("", "riscv64-linux", Target(1, False), 16),
    ],
)
def test_vectors_and_registers_are_those_that_a_processor_has(
    has: str, triple: str, target: Target, registers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = Features.fromkeys(has.split(), True)
    monkeypatch.setattr(processor.llvm, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(processor.llvm, "get_host_cpu_name", lambda: "this one")
    monkeypatch.setattr(processor.llvm, "get_default_triple", lambda: triple)
    make: Any = host
    wanted = Processor(target, registers, "this one", features.flatten())
    assert make.__wrapped__() == wanted


def test_a_kernel_is_made_and_found_by_its_symbol() -> None:
    narrow = host().with_lanes(1)
    code = kernel("cos", narrow)
    address = code.address("stepgrad.cos.1")
    assert address == llvm.address_of_symbol("stepgrad.cos.1") != 0
    assert kernel("cos", narrow) is code


def test_text_that_is_no_code_is_refused() -> None:
    fine = "define double @one() { ret double 1.0 }"
    assert b"one" in object_code(fine, host())
    with pytest.raises(RuntimeError, match="expected"):
        object_code("define double @one() { retreat }", host())
    jumps = "entry: br i1 %c, label %a, label %b a: %x = add i32 1, 2 br label %b b: ret i32 %x"
    with pytest.raises(RuntimeError, match="does not dominate"):
        object_code(f"define i32 @one(i1 %c) {{ {jumps} }}", host())


FORK = """
import os, signal, threading, time
from autograd.compiler.vector import processor
text, held = "define double @one() { ret double 1.0 }", threading.Event()

def compiling():
    with processor._compiling:
        held.set()
        time.sleep(0.05)

thread = threading.Thread(target=compiling)
thread.start()
held.wait()
child = os.fork()
signal.alarm(5)  # a process that waits for ever ends here
made = processor.object_code(text, processor.host())
if child == 0:
    os._exit(7 if made else 1)
thread.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_that_parts_while_a_thread_compiles_can_compile() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "7\n", "")


def test_what_is_published_is_found_by_its_symbol() -> None:
    text = "define double @stepgrad.test.two() { ret double 2.0 }"
    code = published(text, ("stepgrad.test.two",), host())
    address = llvm.address_of_symbol("stepgrad.test.two")
    assert address == code.address("stepgrad.test.two")
    assert ctypes.CFUNCTYPE(ctypes.c_double)(address)() == 2.0
