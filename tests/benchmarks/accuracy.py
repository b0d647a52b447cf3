"""How accurate every function and its first derivatives are: eager, compiled for a row, in a batch.

Run from the project's root:

    python -m tests.benchmarks.accuracy [--functions exp,tanh,...] [--count N]
    python -m tests.benchmarks.accuracy --sample [--functions ...]

The first searches for the worst inputs with hundreds of thousands of points, which takes minutes,
and writes the table in `accuracy.md`; functions that are not measured keep their rows. The second
searches with far fewer, in less than a minute, and fails where something is worse than the table
says. Errors are in units in the last place of the exact result, which mpmath computes; see
`accuracy_functions` for what is measured where and `accuracy_search` for how.

Eager results are those of the platform's C library (``math.exp``) and of the rules of the
operation table; a program compiled to Python gives the same, which is checked beside. A derivative
is compiled beside its function, as in training. One row is a program whose numbers are all
parameters, as in ``compile(lambda: f(w))``: it has code for single doubles. A batch, and a call
with arguments, is code for vectors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

import autograd
from autograd.operation import FAMILIES, TABLE, look_up, record
from autograd.switches import ieee_arithmetic
from tests.benchmarks.accuracy_report import (
    COUNTS,
    FUNCTIONS,
    REPORT,
    SLOWER,
    WAYS,
    Worst,
    bounds,
    line,
    outputs,
    read_report,
    report,
    settings,
)
from tests.benchmarks.accuracy_search import LOOKED_AT, Compute, exact, search

SAMPLE = 3_000, 20
"""As `COUNTS` is, for a sample."""
SLACK = 1.1
"""How many times what the table says a sample may find: it draws other inputs than the search."""


def operation_of(name: str) -> Callable[..., Any]:
    """The row of the operation table that a function is, or the public function of its name."""
    row, *parameters = FUNCTIONS[name].row or (name,)
    if row in TABLE or row in FAMILIES:
        return partial(record, look_up(row, tuple(parameters)))
    return lambda x: getattr(autograd, row)(*x)


def with_slopes(name: str) -> Callable[..., Any]:
    """Make a function that gives a function of the table and its derivatives."""
    apply = operation_of(name)
    function = FUNCTIONS[name]

    def both(*x: Any) -> list[Any]:
        if not function.slopes:
            return [apply(x)]
        slopes = autograd.grad(lambda *y: apply(y), tuple(range(len(function.slopes))))(*x)
        return [apply(x), *slopes]

    return both


def eager_slope(apply: Callable[..., Any], argument: int, *x: float) -> float:
    """A derivative, by a graph and backward."""
    leaves = [autograd.Value(number) for number in x]
    apply(leaves).backward()
    return float(leaves[argument].grad)


def by_rows(compute: Callable[..., float]) -> Compute:
    """Let a function of numbers compute arrays."""

    def each(*x: Any) -> Any:
        with ieee_arithmetic.on():
            return np.array([compute(*row) for row in zip(*(a.tolist() for a in x), strict=True)])

    return each


def computes(name: str) -> Callable[[int], dict[str, Compute]]:
    """Say how each way computes an output (0: the value, else a derivative) of arrays."""
    apply, both = operation_of(name), with_slopes(name)
    program = autograd.compile(both, backend="llvm")
    leaves = [autograd.Value(0.5) for _ in range(2 if FUNCTIONS[name].second else 1)]
    alone = autograd.compile(lambda: both(*leaves), backend="llvm")

    def one_row(output: int, *numbers: float) -> float:
        for leaf, number in zip(leaves, numbers, strict=True):
            leaf.data = number
        return float(alone()[output])

    def ways(output: int) -> dict[str, Compute]:
        slope = partial(eager_slope, apply, output - 1)
        eager = by_rows(slope if output else lambda *x: apply(x))
        single = by_rows(partial(one_row, output))
        batch = lambda *x: np.array(program.batch(*x))[:, output]  # noqa: E731
        return dict(zip(WAYS, (eager, single, batch), strict=True))

    return ways


def measure(
    name: str, counts: Sequence[int], seed: int, looked_at: int
) -> dict[str, dict[str, Worst]]:
    """The worst that is found for a function and its derivatives, each way.

    The counts are the inputs to try where extended doubles can tell, and where mpmath alone can.
    """
    function = FUNCTIONS[name]
    ways = computes(name)
    count = counts[function.slow]
    found: dict[str, dict[str, Worst]] = {}
    for label, output in outputs(name, function):
        found[label] = {
            way: search(
                function,
                output,
                compute,
                count if function.slow or way == "batch" else max(count // SLOWER, SAMPLE[0]),
                seed,
                looked_at,
            )
            for way, compute in ways(output).items()
        }
        told = ", ".join(f"{way} {error:.2f}" for way, (error, _) in found[label].items())
        print(f"{label}: {told}", file=sys.stderr, flush=True)
    exact.cache_clear()
    return found


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
    parser.add_argument("--count", type=int, default=COUNTS[0])
    parser.add_argument(
        "--slow-count", type=int, default=COUNTS[1], help="where mpmath looks at all"
    )
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
    counts = arguments.count, arguments.slow_count
    for name in names:
        found = measure(name, counts, arguments.seed, LOOKED_AT)
        rows |= {label: line(label, each) for label, each in found.items()}
        REPORT.write_text(report(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
