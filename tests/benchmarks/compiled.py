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

The report, `compiled.md`, has a section for each work. Those of works that are not run stay as they
are; the first line of each tells when it was measured and with what.
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
from contextlib import suppress
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
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

HEADINGS = {
    "W2": "W2: the 2-2-2 example",
    "W3": "W3: a small network",
    "W4": "W4: more rows",
    "W6": "W6: large graphs of scalar operations and their gradients",
}
"""What the report calls each row."""


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
        "| operations | engine | to the first gradient | of it per 1,000 | ÷ CasADi's machine "
        "| then, per operation | ÷ 4 ns |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    expected: dict[str, float] = {}  # seconds per operation, as they were for smaller graphs
    for size in SIZES:
        seconds = {name: size * each for name, each in expected.items()}
        found = in_child(1, partial(race_large_graphs.run, size, rounds, seconds))
        starts = {name: statistics.median(times.first) for name, times in found.items()}
        for name, times in found.items():
            first, again = starts[name], statistics.median(times.again)
            expected[name] = first / size
            lines.append(
                f"| {size:,} | {name} | {told(first)} | {told(first / size * 1000)} "
                f"| {ratio(first, starts.get(race_large_graphs.MACHINE))} "
                f"| {again * 1e9:.1f} ns | {again / 4e-9:.2f} |"
            )
            print(lines[-1], file=sys.stderr)
        for name, time in seconds.items():
            if name not in found:
                lines.append(f"| {size:,} | {name} | left out: {told(time)} expected | | | | |")
    longest = race_large_graphs.LONGEST
    return [
        *lines,
        "",
        "To reach: a start no longer than that of CasADi's virtual machine, 0.15 s per 1,000 "
        "operations to machine code, and 4 ns per operation with it. An engine whose start took, "
        f"or is expected to take, more than {longest:.0f} s is not asked again.",
    ]


def section(row: str, limits: Path | None, rounds: int) -> str:
    """Run a row, and write it as Markdown."""
    lines: list[str] = []
    if row == "W6":
        rounds = min(rounds, 3)
        lines += large_graphs(rounds)
    else:
        results = []
        for threads, race in RACES[row]:
            results.append(in_child(threads, partial(race, limits, rounds)))
            print(*details(results[-1]), sep="\n", file=sys.stderr)
        lines += ["", *summary(results)]
        for result in results:
            lines += details(result)
    return "\n".join([measured(rounds), *lines])


def measured(rounds: int) -> str:
    """Say when and with what a section was measured."""
    with_what = [f"Python {platform.python_version()}"]
    for name in ("numpy", "llvmlite", "casadi", "jax", "torch", "micrograd"):
        with suppress(PackageNotFoundError):
            with_what.append(f"{name} {version(name)}")
    return (
        f"{date.today().isoformat()}; medians of {rounds} rounds in turn, double precision, one "
        f"thread unless said; {', '.join(with_what)}. Gradients agreed to 1e-9."
    )


def sections(text: str) -> dict[str, str]:
    """Take a report apart: what stands below each heading."""
    parts = (part.partition("\n") for part in text.split("## ")[1:])
    return {heading.strip(): body.strip() for heading, _, body in parts}


def main() -> None:
    """Parse the arguments, run, print and keep the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limits", type=Path, help="folder with the C written by hand")
    parser.add_argument("--rows", default=",".join(HEADINGS))
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    rows = arguments.rows.split(",")
    if unknown := set(rows) - set(HEADINGS):
        parser.error(f"there are no rows {sorted(unknown)}; the rows are {', '.join(HEADINGS)}")
    report = Path(__file__).with_suffix(".md")
    kept = sections(report.read_text(encoding="utf-8"))
    for row in rows:
        kept[HEADINGS[row]] = section(row, arguments.limits, arguments.rounds)
        print(kept[HEADINGS[row]])
        written = [f"## {name}\n\n{kept[name]}\n" for name in HEADINGS.values() if name in kept]
        report.write_text("\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
