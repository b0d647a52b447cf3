"""Making machine code: once, however many threads ask for it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from autograd.compiler.vector.processor import once

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
