"""Depth, width, many consumers, threads and a thousand rounds: sizes that nobody draws.

    python -m tests.campaigns.load --size 1000000 --rounds 1000

Every public call is made with a recursion limit of a few frames more than are in use, on a chain, a
sum and one leaf with many consumers, and timed in processor time; then many threads and forked
children do the same at once, with graphs of their own and over the same leaves; at last programs
are built, compiled, trained and drawn again and again, and the memory in use is measured: first all
of the process, with machine code, which Python does not know of, then what Python holds.
"""

from __future__ import annotations

import argparse
import copy
import gc
import os
import pickle
import sys
import threading
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain as chained
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import autograd
from autograd import Value, gradients, replay, tanh, total
from autograd.compiler.run.runner import has_machine_code
from nn import MLP, Layer, fit
from nn.losses import mean_squared_error
from nn.optim import Adam

FRAMES = 120
"""Frames that a call may need, whatever the size of the graph."""

DRAWN = 2_000
"""Nodes up to which a picture is made of a graph; the rest refuse, and say so."""

WARMING = 300
"""Rounds that fill the caches of fixed size: the last 256 lists have their machine code there."""


def chain(size: int) -> tuple[Value, Value]:
    """x multiplied and added to, one node on the other."""
    x = y = Value(1.0, "x")
    w = Value(1e-9, "w")
    for number in range(size):
        y = y * 1.0 if number % 2 else y + w
    return y, x


def wide(size: int) -> tuple[Value, Value]:
    """One sum of many products."""
    x = Value(0.5, "x")
    return total([x * float(number % 7) for number in range(size)]), x


def shared(size: int) -> tuple[Value, Value]:
    """One leaf with many consumers, all in a chain."""
    x = y = Value(0.5, "x")
    for _ in range(size):
        y = tanh(y) + x
    return y, x


SHAPES: dict[str, Callable[[int], tuple[Value, Value]]] = {
    "chain": chain,
    "wide": wide,
    "shared": shared,
}

CALLS: dict[str, Callable[[Value, Value], Any]] = {
    "backward": lambda y, x: y.backward(),
    "gradients": lambda y, x: gradients(y, [x]),
    "second order": lambda y, x: gradients(gradients(y, [x])[0], [x]),
    "replay": lambda y, x: replay(y),
    "copy": lambda y, x: copy.copy(y),
    "deepcopy": lambda y, x: copy.deepcopy(y),
    "pickle": lambda y, x: pickle.loads(pickle.dumps(y)),
    "repr": lambda y, x: repr(y),
    "ledger": lambda y, x: str(autograd.ledger(y, y.parents[0])),
    "formula": lambda y, x: autograd.formula(y, expand=True),
    "derivation": lambda y, x: autograd.derivation(y, y.parents[0]).text,
    "walkthrough": lambda y, x: len(autograd.walkthrough(y)),
    "grade": lambda y, x: autograd.grade(y, {"dy/dx": 1.0}).text,
    "check_gradients": lambda y, x: autograd.check_gradients(y),
    "draw": lambda y, x: autograd.draw(y, fold=False, max_nodes=10**9).svg(),
}
LARGEST = {"second order": 300_000}
"""Nodes of what such a call makes several more of."""
SMALL = {"formula", "grade", "check_gradients", "draw", "walkthrough", "derivation"}
"""Calls whose work grows faster than the graph, or whose result nobody reads beyond `DRAWN`."""

COMPILED: dict[str, Callable[[int, Any], Any]] = {
    name: lambda size, backend, shape=shape: autograd.compile(
        lambda x: _grown(shape, size, x), backend=backend
    ).backward([0.5])
    for name, shape in SHAPES.items()
}


def _grown(shape: Callable[[int], Any], size: int, x: Value) -> Value:
    y = x
    for number in range(size):
        y = tanh(y) + x if shape is shared else y * 1.0 if number % 2 else y + x
    return total([x * float(n % 7) for n in range(size)]) if shape is wide else y


@contextmanager
def few_frames(frames: int = FRAMES) -> Iterator[None]:
    """Allow a few frames more than are in use."""
    before, depth = sys.getrecursionlimit(), 0
    frame = sys._getframe()
    while frame is not None:
        frame, depth = frame.f_back, depth + 1  # type: ignore[assignment]
    sys.setrecursionlimit(depth + frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def depth(size: int, backends: Sequence[str], only: str = "") -> Iterator[tuple[str, str, float]]:
    """Make every call on every shape; yield shape, call and seconds, or raise what it raises."""
    for shape, make in SHAPES.items():
        for name, call in CALLS.items():
            if only in name:
                y, x = make(min(size, DRAWN // 4 if name in SMALL else LARGEST.get(name, size)))
                y.label = "y"
                start = time.process_time()
                with few_frames():
                    call(y, x)
                    del y
                yield shape, name, time.process_time() - start
        for backend in backends:
            if only in "compile":
                start = time.process_time()
                with few_frames(2 * FRAMES):
                    COMPILED[shape](min(size, 100_000), backend)
                yield shape, f"compile, {backend}", time.process_time() - start


def folded(size: int) -> Iterator[tuple[str, str, float]]:
    """Draw one leaf that a layer of many neurons consumes, as one card; yield as `depth` does."""
    x = Value(0.5, "x")
    y = total(Layer(1, size, seed=1)([x]))
    y.label = "y"
    start = time.process_time()
    with few_frames():
        drawing = autograd.draw(y, fold="layer").svg()
    if len(drawing) > 100_000:
        raise RuntimeError(f"a folded drawing of {size} neurons has {len(drawing)} characters")
    yield "layer", "draw, folded", time.process_time() - start


def _all_of_it(size: int) -> Any:
    """Build, differentiate, copy and compile; return all numbers."""
    y, x = shared(size)
    y.backward()
    again = pickle.loads(pickle.dumps(copy.deepcopy(y)))
    program = autograd.compile(lambda v: tanh(v * x) + v)
    return x.grad, again.data, program.batch([0.1, 0.2])


def _in_each(threads: int, work: Callable[[], Any]) -> list[Any]:
    found: list[Any] = []
    begun = [threading.Thread(target=lambda: found.append(work())) for _ in range(threads)]
    for thread in begun:
        thread.start()
    for thread in begun:
        thread.join()
    if len(found) != threads or any(one != found[0] for one in found):
        raise RuntimeError(f"{threads} threads got {len(set(map(repr, found)))} results")
    return found


def in_threads(threads: int, size: int) -> None:
    """Do all of it in many threads at once; all get the same bits, also over the same leaves.

    `gradients` writes nothing into a graph, so threads may share one. `backward` and `replay` do,
    without a lock: they are for graphs of a thread's own.
    """
    _in_each(threads, lambda: _all_of_it(size))
    y, x = shared(size)
    alone = [slope.data for slope in gradients(y, [x])]

    def over_the_same() -> list[float]:
        slopes = gradients(y, [x])
        (tanh(slopes[0]) * y).data  # noqa: B018  # consumers of what is shared
        return [slope.data for slope in slopes]

    if _in_each(threads, over_the_same)[0] != alone or x.grad:
        raise RuntimeError("threads that share a graph got other gradients than one alone")


def in_forks(children: int, size: int) -> None:
    """Fork children, which do all of it with a graph of the parent's and with one of their own."""
    expected, (y, x) = _all_of_it(size), shared(size)
    y.backward()
    slope, begun = x.grad, []
    for _ in range(children):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks among threads
            child = os.fork()
        if child == 0:
            code = 1
            try:
                x.grad = 0.0
                y.backward()
                code = int(_all_of_it(size) != expected or x.grad != slope)
            finally:
                os._exit(code)
        begun.append(child)
    ended = [os.waitpid(child, 0)[1] for child in begun]
    if any(ended) or x.grad != slope:
        raise RuntimeError(f"forked children ended with {ended}")


def a_round(folder: Path, number: int = 0) -> None:
    """Build, compile, fit, draw and save once; draw every node in one of ten rounds."""
    model = MLP(2, [3, 1], seed=1)
    rows, targets = [[0.1, 0.2], [0.3, -0.4]], [[0.5], [0.1]]
    fit(
        model,
        mean_squared_error,
        rows,
        targets,
        optimizer=Adam(model.parameters(), lr=0.1),
        epochs=2,
        progress=False,
    )
    (output,) = model(rows[0])
    output.backward()
    fold = "layer" if number % 10 else None
    autograd.draw(output, fold=fold).save(folder / "drawing.svg")
    program = autograd.compile(lambda x: tanh(x) * model([x, x])[0])
    program(0.5)
    program.save(folder / "program.json")
    autograd.load_program(folder / "program.json")(0.5)


def a_machine_round(number: int) -> None:
    """Compile to machine code, which is another in each round; run it alone and in a batch."""
    model = MLP(2, [3, 1], seed=1)
    program = autograd.compile(
        lambda x: tanh(x) * model([x, x])[0] * (1.0 + number), backend="llvm"
    )
    program(0.5)
    program.batch([0.1, 0.2, 0.3])
    rows, targets = [[0.1, 0.2], [0.3, -0.4]], [[0.5], [0.1]]
    optimizer = Adam(model.parameters(), lr=0.1)
    step = autograd.compile(lambda x, t: mean_squared_error(model(x), t), backend="llvm")
    step.train(rows, targets, optimizer=optimizer, epochs=2)


def residents(rounds: int) -> tuple[int, int, int]:
    """Bytes of this process in memory: before all rounds, after those that warm up, at the end."""
    warm = min(WARMING, rounds)
    with TemporaryDirectory() as name:
        found = [resident()]
        for begin, end in ((0, warm), (warm, warm + rounds)):
            for number in range(begin, end):
                a_round(Path(name), number)
                if has_machine_code():
                    a_machine_round(number)
            gc.collect()
            found.append(resident())
    return found[0], found[1], found[2]


def in_use() -> int:
    """Bytes of what Python holds, without its own cache of attributes' names.

    That keeps up to 4,096 names, also of strings that were made to look an attribute up, as C
    does it in `json` and `re`.
    """
    clear = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if clear:
        clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def grown(rounds: int) -> int:
    """Bytes that Python has more after some rounds than after a few."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(5):
            a_round(folder)
        tracemalloc.start()
        try:
            for _ in range(2):  # what tracing itself and caches of fixed size keep
                a_round(folder)
                before = in_use()
            for number in range(rounds):
                a_round(folder, number)
            return in_use() - before
        finally:
            tracemalloc.stop()


def resident() -> int:
    """Bytes of this process in memory, where the system tells; else 0."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign and print what it takes."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.load", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--only", default="", help="calls whose name holds this")
    options = parser.parse_args(arguments)
    measured = depth(options.size, ("python", "llvm"), options.only)
    for shape, name, seconds in chained(measured, folded(min(options.size, 100_000))):
        print(f"{shape:8} {name:20} {seconds:8.2f} s", flush=True)
    in_threads(options.threads, min(options.size, 10_000))
    print(f"{options.threads} threads: the same bits")
    if hasattr(os, "fork"):
        in_forks(options.threads, min(options.size, 10_000))
        print(f"{options.threads} forked children: the same bits")
    start, warm, end = (size / 1e6 for size in residents(options.rounds))
    print(f"{options.rounds} rounds: resident {start:.1f} MB at the start, ", end="")
    print(f"{warm:.1f} MB warmed up, {end:.1f} MB at the end", flush=True)
    print(f"{options.rounds} rounds: {grown(options.rounds) / 1e3:.1f} kB more in Python")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
