"""How accurate every function and its first derivatives are: eager, compiled for a row, in a batch.

Run from the project's root:

    python -m tests.benchmarks.accuracy [--functions exp,tanh,...] [--count N]
    python -m tests.benchmarks.accuracy --sample

The first searches for the worst inputs with hundreds of thousands of points, which takes minutes,
and writes the table in `accuracy.md`; functions that are not measured keep their rows. The second
searches with some thousands, in seconds, and fails where something is worse than the table says.
Errors are in units in the last place of the exact result, which mpmath computes; see
`accuracy_functions` for what is measured where and `accuracy_search` for how.

Eager results are those of the platform's C library (``math.exp``) and of the rules of the
operation table. A derivative is compiled beside its function, as in training. One row is a program
whose numbers are all parameters, as in ``compile(lambda: f(w))``: it has code for single doubles. A
batch, and a call with arguments, is code for vectors.
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import autograd
from autograd.compiler.readable.python import ieee
from autograd.compiler.vector.processor import host
from autograd.operation import TABLE, record
from autograd.switches import ieee_arithmetic
from tests.benchmarks.accuracy_functions import FUNCTIONS, Function
from tests.benchmarks.accuracy_search import LOOKED_AT, Compute, search

REPORT = Path(__file__).with_suffix(".md")
COUNT, SAMPLE = 300_000, 3_000
WAYS = ("eager", "one row", "batch")
SLOWER = 6
"""Where Python computes row by row, so many times fewer inputs are tried."""
SLACK = 1.1
"""How many times what the table says a sample may find: it draws other inputs than the search."""

Worst = tuple[float, tuple[float, ...]]


def with_slopes(name: str, arity: int) -> Callable[..., Any]:
    """Make a function that gives a row of the operation table and its derivatives."""

    def both(*x: Any) -> list[Any]:
        apply = partial(record_of, name)
        slopes = autograd.grad(apply, tuple(range(arity)))(*x)
        return [apply(*x), *slopes]

    return both


def record_of(name: str, *x: Any) -> Any:
    """Apply a row of the operation table."""
    return record(TABLE[name], x)


def eager_slope(name: str, argument: int, *x: float) -> float:
    """A derivative, by a graph and backward."""
    leaves = [autograd.Value(number) for number in x]
    record_of(name, *leaves).backward()
    return float(leaves[argument].grad)


def computes(name: str, arity: int, output: int) -> dict[str, Compute]:
    """Say how each way computes the value (output 0) or a derivative of arrays of arguments."""
    one = ieee(name) if output == 0 else partial(eager_slope, name, output - 1)
    both = with_slopes(name, arity)
    program = autograd.compile(both, backend="llvm")
    leaves = [autograd.Value(0.5) for _ in range(arity)]
    alone = autograd.compile(lambda: both(*leaves), backend="llvm")

    def eager(*x: Any) -> Any:
        with ieee_arithmetic.on():
            return np.array([one(*row) for row in zip(*(a.tolist() for a in x), strict=True)])

    def row(*x: Any) -> Any:
        found = []
        for numbers in zip(*(a.tolist() for a in x), strict=True):
            for leaf, number in zip(leaves, numbers, strict=True):
                leaf.data = number
            found.append(alone()[output])
        return np.array(found)

    def batch(*x: Any) -> Any:
        return np.array(program.batch(*x))[:, output]

    return dict(zip(WAYS, (eager, row, batch), strict=True))


def outputs(name: str, function: Function) -> Iterator[tuple[str, int, Any]]:
    """Name the value and the derivatives of a function: name, number, formula."""
    names = ["′"] if len(function.slopes) == 1 else [" by a", " by b"]
    yield name, 0, function.value
    for k, formula in enumerate(function.slopes):
        yield f"{name}{names[k]}", k + 1, formula


def measure(name: str, count: int, seed: int, looked_at: int) -> dict[str, dict[str, Worst]]:
    """The worst that is found for a function and its derivatives, each way."""
    function = FUNCTIONS[name]
    found: dict[str, dict[str, Worst]] = {}
    for label, output, formula in outputs(name, function):
        ways = computes(name, 2 if function.second else 1, output)
        found[label] = {
            way: search(
                function,
                formula,
                compute,
                count if way == "batch" else max(count // SLOWER, SAMPLE),
                seed,
                looked_at,
            )
            for way, compute in ways.items()
        }
        told = ", ".join(f"{way} {error:.2f}" for way, (error, _) in found[label].items())
        print(f"{label}: {told}", file=sys.stderr, flush=True)
    return found


def line(label: str, found: dict[str, Worst]) -> str:
    """A row of the table."""
    cells = [f"{written(found[way][0])} | {', '.join(map(repr, found[way][1]))}" for way in WAYS]
    return f"| {label} | {' | '.join(cells)} |"


def written(error: float) -> str:
    """An error, rounded up."""
    return "inf" if math.isinf(error) else f"{math.ceil(error * 100) / 100:,.2f}"


def read_report() -> dict[str, str]:
    """The rows of the table that is there."""
    if not REPORT.exists():
        return {}
    lines = REPORT.read_text(encoding="utf-8").splitlines()
    rows = [text for text in lines if text.startswith("| ") and not text.startswith("| function")]
    return {text.split(" | ")[0][2:]: text for text in rows}


def bounds(row: str) -> dict[str, float]:
    """The largest error of each way, of a row of the table."""
    cells = [cell.strip().replace(",", "") for cell in row.strip("|").split("|")]
    return dict(zip(WAYS, map(float, cells[1::2]), strict=True))


def settings() -> dict[str, str]:
    """What eager and compiled results depend on here, as the table says it."""
    target = host().target
    fused = "with" if target.fused else "without"
    libc = " ".join(platform.libc_ver()) or platform.system()
    return {
        "eager": f"Eager functions are those of {libc}.",
        "compiled": f"Machine code is for vectors of {target.lanes} doubles {fused} fused "
        "multiply-add.",
    }


def write_report(rows: dict[str, str], count: int) -> None:
    """Write the table, its rows in the order of `FUNCTIONS`."""
    order = [label for name, f in FUNCTIONS.items() for label, _, _ in outputs(name, f)]
    text = [
        "# The largest errors found",
        "",
        "In units in the last place of the exact result, each with the input at which it was "
        f"found among {count:,} (batch) and {count // SLOWER:,} (eager, one row) inputs and those "
        "drawn beside the worst. A derivative (′) is compiled beside its function, as in "
        "training. One row is a program of parameters alone; a call with arguments runs the "
        "code of a batch. " + " ".join(settings().values()),
        "",
        "Written by `python -m tests.benchmarks.accuracy`; `--sample` compares anew, in seconds.",
        "",
        "| function | eager | at | one row | at | batch | at |",
        "|---|---:|---|---:|---|---:|---|",
        *(rows[label] for label in order if label in rows),
    ]
    REPORT.write_text("\n".join(text) + "\n", encoding="utf-8")


def compare(names: Sequence[str]) -> int:
    """Search with a sample; the number of results that are worse than the table says.

    What the table was not measured with, another C library or processor, is not compared.
    """
    rows, worse = read_report(), 0
    said = REPORT.read_text(encoding="utf-8")
    same = {kind for kind, setting in settings().items() if setting in said}
    print(f"compared: {', '.join(sorted(same)) or 'nothing: the table is of another machine'}")
    for name in names:
        for label, found in measure(name, SAMPLE, 0, LOOKED_AT // 8).items():
            allowed = bounds(rows[label])
            for way, (error, at) in found.items():
                if ("eager" if way == "eager" else "compiled") in same and error > SLACK * allowed[
                    way
                ]:
                    print(f"{label}, {way}: {error:.2f} at {at}, the table says {allowed[way]}")
                    worse += 1
    print(f"{worse} worse than the table says")
    return worse


def main() -> None:
    """Parse the arguments; measure and write the table, or compare a sample with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--functions", default=",".join(FUNCTIONS))
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", action="store_true", help="compare a sample with the table")
    arguments = parser.parse_args()
    if np.finfo(np.longdouble).nmant < 63:
        parser.error("this needs extended doubles of 64 bits, which x86 processors have")
    names = arguments.functions.split(",")
    if unknown := set(names) - set(FUNCTIONS):
        parser.error(f"there are no functions {sorted(unknown)}; they are {', '.join(FUNCTIONS)}")
    if arguments.sample:
        sys.exit(1 if compare(names) else 0)
    rows = read_report()
    for name in names:
        found = measure(name, arguments.count, arguments.seed, LOOKED_AT)
        rows |= {label: line(label, each) for label, each in found.items()}
        write_report(rows, arguments.count)


if __name__ == "__main__":
    main()
