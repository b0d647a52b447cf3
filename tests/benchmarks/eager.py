"""What an eager operation costs: build, backpropagate and free a graph of mixed operations.

Run from the project's root, with the peers that are installed taking part:

    pip install micrograd xad
    python -m tests.benchmarks.eager

Every contestant runs the same straight-line program of about 10,000 operations (+ - * / ** tanh exp
relu, with shared operands) in turn, several rounds, and its gradients are compared first.
micrograd's graphs are reference cycles, so what it costs depends on Python's cyclic collector: it
is timed with the collector on, as a user has it, and off. With STEPGRAD_PURE_PYTHON=1 this
project's engine takes part without its loops in C.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import statistics
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd import Value

INPUTS = 20
Program = Callable[..., Any]
Contestant = Callable[[Program, list[float]], tuple[list[float], Any]]


def program(operations: int) -> tuple[Program, int]:
    """Write and compile a random straight-line program whose values stay near 1."""
    choose = random.Random(0)
    inputs = [f"x{i}" for i in range(INPUTS)]
    pool, lines = list(inputs), []
    forms = ["{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / {x}", "{a} ** 2"]
    forms += ["{a}.tanh()", "{a}.exp()", "{a}.relu()"]

    def line(expression: str) -> str:
        lines.append(f"v{len(lines)} = {expression}")
        return f"v{len(lines) - 1}"

    total = line("x0 + x1")
    while len(lines) < operations:
        form = forms[len(lines) % len(forms)]
        a, b = choose.sample(pool, 2)
        value = line(form.format(a=a, b=b, x=choose.choice(inputs)))
        if form not in ("{a} + {b}", "{a} - {b}", "{a}.tanh()"):  # these may grow
            value = line(f"{value}.tanh()")
            value = line(f"{value} + {choose.choice(inputs)}")
        pool.append(value)
        if len(pool) > 3 * INPUTS:
            total = line(f"{total} + {pool.pop(INPUTS)}")
    for value in pool[INPUTS:]:
        total = line(f"{total} + {value}")
    source = f"def f({', '.join(inputs)}):\n    " + "\n    ".join(lines) + f"\n    return {total}"
    scope: dict[str, Any] = {}
    exec(source, scope)
    return scope["f"], len(lines)


def stepgrad(f: Program, numbers: list[float]) -> tuple[list[float], Any]:
    """This project's Value."""
    leaves = [Value(x) for x in numbers]
    root = f(*leaves)
    root.backward()
    return [leaf.grad for leaf in leaves], root


def micrograd() -> Contestant:
    """Prepare micrograd with the two functions that it lacks, written in its own manner."""
    from micrograd.engine import Value as Micro

    def tanh(self: Any) -> Any:
        out = Micro(math.tanh(self.data), (self,), "tanh")

        def backward() -> None:
            self.grad += (1 - out.data**2) * out.grad

        out._backward = backward
        return out

    def exp(self: Any) -> Any:
        out = Micro(math.exp(self.data), (self,), "exp")

        def backward() -> None:
            self.grad += out.data * out.grad

        out._backward = backward
        return out

    Micro.tanh, Micro.exp = tanh, exp

    def run(f: Program, numbers: list[float]) -> tuple[list[float], Any]:
        leaves = [Micro(x) for x in numbers]
        root = f(*leaves)
        root.backward()
        return [leaf.grad for leaf in leaves], root

    return run


def xad() -> Contestant:
    """Prepare XAD, a tape in C++ behind Python's operators."""
    from xad import math as xmath
    from xad.adj_1st import Real, Tape

    Real.tanh = lambda x: xmath.tanh(x)
    Real.exp = lambda x: xmath.exp(x)
    Real.relu = lambda x: xmath.max(x, 0.0)

    def run(f: Program, numbers: list[float]) -> tuple[list[float], Any]:
        tape = Tape()
        tape.activate()
        leaves = [Real(x) for x in numbers]
        for leaf in leaves:
            tape.registerInput(leaf)
        tape.newRecording()
        root = f(*leaves)
        tape.registerOutput(root)
        root.setDerivative(1.0)
        tape.computeAdjoints()
        gradient = [leaf.derivative for leaf in leaves]
        tape.deactivate()
        return gradient, root

    return run


def contestants() -> dict[str, Contestant]:
    """Return who is installed."""
    found: dict[str, Contestant] = {"stepgrad": stepgrad}
    for name, prepare in (("micrograd", micrograd), ("xad", xad)):
        try:
            found[name] = prepare()
        except ImportError:
            print(f"{name} is not installed and does not take part", file=sys.stderr)
    return found


def check(results: dict[str, list[float]]) -> None:
    """Refuse to time contestants that compute different things."""
    reference = results["stepgrad"]
    for name, gradient in results.items():
        for a, b in zip(reference, gradient, strict=True):
            if abs(a - b) > 1e-9 * max(1.0, abs(a)):
                raise SystemExit(f"{name} computes another gradient: {b!r} instead of {a!r}")


def seconds(run: Contestant, f: Program, numbers: list[float]) -> float:
    """Time one round: build, backpropagate, free."""
    start = time.perf_counter()
    result = run(f, numbers)
    del result
    return time.perf_counter() - start


def bytes_held(run: Contestant, f: Program, numbers: list[float]) -> int:
    """Measure what a graph holds after its backward pass."""
    gc.collect()
    tracemalloc.start()
    result = run(f, numbers)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    gc.collect()
    return held


def table(operations: int, rounds: int) -> str:
    """Run the contest and write its table as Markdown."""
    f, count = program(operations)
    numbers = [random.Random(1).uniform(0.5, 1.5) for _ in range(INPUTS)]
    runs = contestants()
    check({name: run(f, numbers)[0] for name, run in runs.items()})
    times: dict[str, list[float]] = {name: [] for name in runs}
    times_off: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(seconds(run, f, numbers))
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            gc.disable()
            times_off[name].append(seconds(run, f, numbers))
            gc.enable()
    rows = [
        f"Build, backward and free {count} mixed operations, median of {rounds} rounds in turn,"
        f" Python {sys.version.split()[0]}.",
        "",
        "| engine | ns per operation | ratio to stepgrad | collector off | bytes per operation |",
        "|---|---:|---:|---:|---:|",
    ]
    ours = statistics.median(times["stepgrad"])
    for name, run in runs.items():
        median, off = statistics.median(times[name]), statistics.median(times_off[name])
        memory = "in C++" if name == "xad" else f"{bytes_held(run, f, numbers) / count:.0f}"
        rows.append(
            f"| {name} | {median / count * 1e9:.0f} | {median / ours:.2f} "
            f"| {off / count * 1e9:.0f} | {memory} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Parse the arguments, run, print and keep the table, above the notes that were there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=25)
    arguments = parser.parse_args()
    result = table(arguments.operations, arguments.rounds)
    print(result)
    kept = Path(__file__).with_suffix(".md")
    _, heading, notes = kept.read_text(encoding="utf-8").partition("\n## ")
    kept.write_text(f"{result}\n{heading}{notes}", encoding="utf-8")


if __name__ == "__main__":
    sys.setrecursionlimit(10**6)  # micrograd's backward recurses once per level of the graph
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
