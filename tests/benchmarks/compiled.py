"""What compiled programs cost, beside their peers and beside C written by hand.

Run from the project's root, with the peers that are installed taking part:

    pip install -e '.[benchmark]'
    python -m tests.benchmarks.compiled [--limits FOLDER] [--rows W2,W3,...] [--rounds N]

Works: W2, the 2-2-2 example, 10,000 steps of gradient descent; W3, a full-batch step of a 2-16-16-1
network on moons; W4, the same with tanh and more points, on one thread and on two; W6, to compile
large graphs of scalar operations with their gradient, and to run them.

All contestants' gradients are compared before they are timed. They run in turn, A B C A B C …, each
work in a process of its own, whose number of threads is set before anything is imported. The limit
takes part where the folder with its C files is given (`worked_example.c`, `mlp.c`) and there is a C
compiler: ``-O3 -march=native -ffast-math``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.benchmarks import race_large_graphs, race_moons, race_worked_example
from tests.benchmarks.contest import LIMIT, OURS, Result

T = TypeVar("T")
Race = Callable[[Path | None, int], Result]
UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
SIZES = (1_000, 10_000, 50_000)

STEP = "one step, full batch"
RACES: dict[str, list[tuple[int, Race]]] = {
    "W2": [(1, race_worked_example.run)],
    "W3": [(1, partial(race_moons.run, f"W3: moons 100, ReLU, {STEP}", 100, "relu", 1))],
    "W4": [
        (1, partial(race_moons.run, f"W4: moons 1,000, tanh, {STEP}", 1_000, "tanh", 1)),
        (1, partial(race_moons.run, f"W4: moons 10,000, tanh, {STEP}", 10_000, "tanh", 1)),
        (2, partial(race_moons.run, "W4: the same on 2 threads", 10_000, "tanh", 2)),
    ],
}
"""The threads and the race of each row."""


def in_child(threads: int, work: Callable[[], T]) -> T:
    """Do something in a process of its own that runs on so many threads."""
    for name in ("OMP", "MKL", "OPENBLAS"):
        os.environ[f"{name}_NUM_THREADS"] = str(threads)
    several = str(threads > 1).lower()
    os.environ["XLA_FLAGS"] = (
        f"--xla_cpu_multi_thread_eigen={several} intra_op_parallelism_threads={threads}"
    )
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as child:
        return child.submit(work).result()


def told(seconds: float | None) -> str:
    """Write a time."""
    if seconds is None:
        return "–"
    unit, size = next(((unit, size) for unit, size in UNITS if seconds >= size), UNITS[-1])
    number = seconds / size
    return f"{number:.3g} {unit}" if number < 100 else f"{number:.0f} {unit}"


def ratio(one: float | None, other: float | None) -> str:
    """Write how many times one is as long as the other."""
    return "–" if one is None or other is None else f"{one / other:.2f}"


def summary(results: list[Result]) -> list[str]:
    """Write a row for each work: ours, the limit and the best peer."""
    lines = [
        "| work | stepgrad | C by hand | best peer | ours ÷ C | to reach | best peer ÷ ours |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for result in results:
        ours, limit = result.median(OURS), result.median(LIMIT)
        peer = result.best_peer
        theirs = None if peer is None else result.median(peer)
        lines.append(
            f"| {result.work} | {told(ours)} | {told(limit)} | {told(theirs)} ({peer}) "
            f"| {ratio(ours, limit)} | ≤ {result.target} | {ratio(theirs, ours)} |"
        )
    return lines


def details(result: Result) -> list[str]:
    """Write a row for each contestant of a work."""
    lines = [
        "",
        f"**{result.work}**",
        "",
        "| contestant | median | fastest | ÷ C by hand | ÷ best peer |",
        "|---|---:|---:|---:|---:|",
    ]
    peer = result.best_peer
    limit, best = result.median(LIMIT), None if peer is None else result.median(peer)
    for name, times in result.times.items():
        median = statistics.median(times)
        lines.append(
            f"| {name} | {told(median)} | {told(min(times))} "
            f"| {ratio(median, limit)} | {ratio(median, best)} |"
        )
    return lines


def large_graphs(rounds: int) -> list[str]:
    """Run W6 and write its table."""
    lines = [
        "",
        "**W6: a graph of mixed scalar operations and its gradient**",
        "",
        "| operations | engine | to first result | of it per 1,000 | then, per operation |",
        "|---:|---|---:|---:|---:|",
    ]
    for size in SIZES:
        found = in_child(1, partial(race_large_graphs.run, size, rounds))
        for name, times in found.items():
            first, again = statistics.median(times.first), statistics.median(times.again)
            lines.append(
                f"| {size:,} | {name} | {told(first)} | {told(first / size * 1000)} "
                f"| {again * 1e9:.1f} ns |"
            )
    return lines


def report(rows: list[str], limits: Path | None, rounds: int) -> str:
    """Run the rows that are asked for, and write them as Markdown."""
    races = [race for row in rows for race in RACES.get(row, [])]
    results = []
    for threads, race in races:
        results.append(in_child(threads, partial(race, limits, rounds)))
        print(*details(results[-1]), sep="\n", file=sys.stderr)
    lines = [
        f"Medians of {rounds} rounds in turn, double precision, one thread unless said; Python "
        f"{platform.python_version()}. Gradients agreed to 1e-9 before.",
        "",
    ]
    if results:
        lines += summary(results)
    for result in results:
        lines += details(result)
    if "W6" in rows:
        lines += large_graphs(min(rounds, 3))
    return "\n".join(lines)


def main() -> None:
    """Parse the arguments, run, print and keep the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limits", type=Path, help="folder with the C written by hand")
    parser.add_argument("--rows", default="W2,W3,W4,W6")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    rows = arguments.rows.split(",")
    if unknown := set(rows) - {*RACES, "W6"}:
        parser.error(f"there are no rows {sorted(unknown)}; the rows are W2, W3, W4, W6")
    result = report(rows, arguments.limits, arguments.rounds)
    print(result)
    Path(__file__).with_suffix(".md").write_text(result + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
