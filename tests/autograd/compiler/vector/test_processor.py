"""Making machine code: for the processor that is here, once, however many threads ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from importlib.util import find_spec, module_from_spec

import llvmlite.binding as llvm
import pytest

from autograd.compiler.vector import processor
from autograd.compiler.vector.processor import host, once
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


@pytest.mark.parametrize(
    ("triple", "has", "target", "registers"),
    [
        ("x86_64-pc-linux-gnu", "sse2 avx2 fma avx512f avx512dq avx512vl", (8, True, True), 32),
        ("x86_64-pc-linux-gnu", "sse2 avx2 fma avx512f", (4, True), 16),
        ("x86_64-apple-darwin", "sse2 avx2", (2, False), 16),
        ("x86_64-pc-windows-msvc", "sse2 fma", (2, True), 16),
        ("aarch64-unknown-linux-gnu", "neon", (2, True), 32),
        ("arm64-apple-darwin", "neon", (2, True), 32),
        ("riscv64-unknown-linux-gnu", "d", (1, False), 16),
    ],
)
def test_a_processor_gets_the_widest_vectors_that_it_has(
    triple: str,
    has: str,
    target: tuple[int, bool],
    registers: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features = llvm.targets.FeatureMap(dict.fromkeys(has.split(), True) | {"amx": False})
    monkeypatch.setattr(llvm, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(llvm, "get_host_cpu_name", lambda: "that one")
    monkeypatch.setattr(llvm, "get_default_triple", lambda: triple)
    flags = features.flatten()
    expected = Processor(Target(*target), registers, "that one", flags)
    assert host.__wrapped__() == expected  # type: ignore[attr-defined]  # `once` keeps the real one


def test_a_system_without_forks_has_no_locks_to_hold_through_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)
    spec = find_spec(processor.__name__)
    assert spec is not None and spec.loader is not None
    again = module_from_spec(spec)
    spec.loader.exec_module(again)
    assert again.host() == host()
