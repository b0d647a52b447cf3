"""The compiler against eager evaluation, on random programs over the whole table of operations.

    python -m tests.campaigns.programs --programs 1000 --rows 10000 --slopes 100

A program takes operations of the table at random, applied to arguments, parameters, constants and
earlier results. Each of its nodes, and its derivatives by all arguments and parameters, is computed
eagerly and by both back ends, for one row and for a batch, and may differ by what `running_error`
allows. A case is one program on one row.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from time import process_time
from typing import Any

import numpy as np

import autograd
from autograd import Value, total
from autograd.backward import gradients
from autograd.operation import Operation, record
from autograd.switches import ieee_arithmetic
from tests.autograd.compiler.conftest import Row, all_rows
from tests.campaigns.running_error import Bounded, Evaluation, exact, forward

COLUMNS, PARAMETERS, PROBES = 3, 3, 16
QUIET = 10_000  # rows of a program, beyond which each is reported when it is done
MOST = 1e6  # larger results are not used, since they would overflow soon
HEAVY = ("bessel", "gammainc", "elliptic", "expn", "polygamma", "zeta", "erfcx_slope", "sinc_slope")
SPECIAL = (
    *HEAVY,
    *("lgamma", "digamma", "gamma", "betaln", "erfinv", "erfcinv", "erfcx", "erfi", "dawson"),
    *("expi", "sinint", "cosint", "log_ndtr", "power_derivative", "sinc", "cbrt"),
)
"""Functions whose eager forward is a formula in Python, which takes microseconds."""


@cache
def _rows(light: bool = False) -> tuple[list[Row], list[float]]:
    rows = [row for row in all_rows() if row.inputs <= 5]
    if light:
        rows = [row for row in rows if not row.operation.name.startswith(SPECIAL)]
    return rows, [0.1 if row.operation.name.startswith(HEAVY) else 1.0 for row in rows]


@dataclass
class RandomProgram:
    """A random function of three numbers and three parameters, finite for nearly all of them."""

    seed: int
    light: bool = False
    steps: list[tuple[Operation, tuple[int | float, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.__name__ = f"program{self.seed}"
        self.random = random = Random(self.seed)
        self.parameters = [Value(random.gauss(0.0, 1.0), f"w{i}") for i in range(PARAMETERS)]
        self.wide = random.random() < 0.3
        probes = [column[:PROBES] for column in self.columns(PROBES)]
        self._probes = [*probes, *(np.full(PROBES, w.data) for w in self.parameters)]
        rows, weights = _rows(self.light)
        length = random.randint(3, 18)
        while len(self.steps) < length:
            self._grow(random.choices(rows, weights)[0])
        del self._probes

    def columns(self, count: int) -> list[Any]:
        """Draw arguments."""
        drawn = np.random.default_rng(self.seed)
        columns = [drawn.normal(0.0, 1.5, count) for _ in range(COLUMNS)]
        if self.wide:
            columns = [column * 10.0 ** drawn.uniform(-4, 2, count) for column in columns]
        return columns

    def _grow(self, row: Row) -> None:
        """Add an operation where its inputs lie in its domain, else move them there before."""
        for _ in range(4):
            inputs = self._draw(row.inputs)
            if self._add(row.operation, inputs):
                return
        if row.operation.domain:
            pairs = zip(inputs, row.operation.domain, strict=True)
            self._add(row.operation, [self._moved(x, low, high) for x, (low, high) in pairs])

    def _draw(self, count: int) -> list[int | float]:
        random, known = self.random, len(self._probes)
        drawn: list[int | float] = [int(known * random.random() ** 0.6) for _ in range(count)]
        for k in range(1, count):
            if random.random() < 0.15:
                drawn[k] = random.choice((0.5, 2.0, -1.0, 3.0, random.gauss(0.0, 2.0)))
        return drawn

    def _moved(self, x: int | float, low: float, high: float) -> int | float:
        """Map a number into an interval: low + width · sigmoid(x)."""
        low, high = max(low, min(high, 8.0) - 8.0), min(high, max(low, -4.0) + 8.0)
        if isinstance(x, float):
            return low + (high - low) * 0.375
        table = autograd.functions
        self._add(table.sigmoid.operation, [x])
        self._add(table.multiply.operation, [len(self._probes) - 1, 0.98 * (high - low)])
        self._add(table.add.operation, [len(self._probes) - 1, low + 0.01 * (high - low)])
        return len(self._probes) - 1

    def _add(self, operation: Operation, inputs: Sequence[int | float]) -> bool:
        columns = [self._probes[x] if isinstance(x, int) else np.full(PROBES, x) for x in inputs]
        with np.errstate(all="ignore"):
            value = forward(operation, columns)
            if np.count_nonzero(np.abs(value) < MOST) < PROBES - 2:
                return False
        self.steps.append((operation, tuple(inputs)))
        self._probes.append(value)
        return True

    def nodes(self, *columns: Any) -> list[Any]:
        """All results, one after the other."""
        values: list[Any] = [*columns, *self.parameters]
        for operation, inputs in self.steps:
            values.append(
                record(operation, [values[x] if isinstance(x, int) else x for x in inputs])
            )
        return values[COLUMNS + PARAMETERS :]

    def __call__(self, *columns: Any) -> Any:
        """The sum of the last results."""
        return total(self.nodes(*columns)[-4:])

    def __str__(self) -> str:
        return "; ".join(f"v{n} = {op!r}{args}" for n, (op, args) in enumerate(self.steps, 6))


@dataclass
class Found:
    """What a campaign counts."""

    cases: int = 0
    numbers: int = 0
    decided: int = 0
    worst: float = 0.0
    per_operation: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def compare(self, what: str, right: Bounded, found: Any) -> None:
        """Hold numbers against right ones."""
        excess = right.excess(found)
        self.numbers += excess.size
        self.decided += int(np.count_nonzero(right.decided & np.ones_like(excess, dtype=bool)))
        worst = float(excess.max())
        self.worst = max(self.worst, worst)
        if worst > 1.0:
            at = int(excess.argmax())
            three = (np.asarray(found, dtype=float), right.value, right.error)
            got, eagerly, allowed = (np.broadcast_to(x, excess.shape)[at].item() for x in three)
            self.faults.append(
                f"{what}, row {at}: {got!r}, eagerly {eagerly!r}, where {allowed:.2g} is allowed: "
                f"{worst:.3g} times that"
            )

    def __str__(self) -> str:
        rarest = min(self.per_operation.values(), default=0)
        return "\n".join(
            [
                *self.faults,
                f"{self.cases:,} cases, {self.numbers:,} numbers, {self.decided:,} of them decided",
                f"{len(self.per_operation)} operations, the rarest {rarest} times",
                f"{len(self.faults)} faults; the worst difference is {self.worst:.3g} of what is "
                "allowed",
            ]
        )


def check(program: RandomProgram, count: int, slopes: int, found: Found) -> None:
    """Compare a program's results on so many rows, and its derivatives on some of them."""
    columns = program.columns(count)
    leaves = [Value(float(column[0])) for column in columns]
    with ieee_arithmetic.on():
        roots = program.nodes(*leaves)
    right = Evaluation(dict(zip(leaves, map(exact, columns), strict=True)))
    expected = [right.of(root) for root in roots]
    found.per_operation.update(repr(operation) for operation, _ in program.steps)
    found.cases += count
    few = min(count, 20)
    compiled = {kind: autograd.compile(program.nodes, backend=kind) for kind in ("llvm", "python")}
    for kind, rows in (("llvm", count), ("python", few)):
        results = compiled[kind].batch(*(column[:rows] for column in columns))
        for n, bound in enumerate(expected):
            part = Bounded(*(np.broadcast_to(x, count)[:rows] for x in bound))
            found.compare(f"{program.seed} {kind} v{n + 6}", part, results[:, n])
    for at in range(min(count, 2)):
        results = compiled["llvm"](*(float(column[at]) for column in columns))
        for n, bound in enumerate(expected):
            part = Bounded(*(np.broadcast_to(x, count)[at : at + 1] for x in bound))
            found.compare(f"{program.seed} one row v{n + 6}", part, results[n])
    _check_slopes(program, [column[:slopes] for column in columns], found)


def _check_slopes(program: RandomProgram, columns: Sequence[Any], found: Found) -> None:
    count = len(columns[0])
    leaves = [Value(float(column[0])) for column in columns]
    with ieee_arithmetic.on():
        output = program(*leaves)
        slopes = gradients(output, [*leaves, *program.parameters])
    right = Evaluation(dict(zip(leaves, map(exact, columns), strict=True)))
    value, *by = [
        Bounded(*(np.broadcast_to(x, count) for x in right.of(r))) for r in (output, *slopes)
    ]
    for leaf in program.parameters:
        leaf.grad = 0.0
    with ieee_arithmetic.on():
        output.backward()
    for n, leaf in enumerate((*leaves, *program.parameters)):
        first = Bounded(*(x[:1] for x in by[n]))
        found.compare(f"{program.seed} eager backward by {n}", first, leaf.grad)
    derived = autograd.value_and_grad(program, argnums=tuple(range(COLUMNS)))
    for kind in ("llvm", "python"):
        rows = count if kind == "llvm" else min(count, 5)
        compiled = autograd.compile(lambda *x: [derived(*x)[0], *derived(*x)[1]], backend=kind)
        results = compiled.batch(*(column[:rows] for column in columns))
        for n, bound in enumerate((value, *by[:COLUMNS])):
            part = Bounded(*(x[:rows] for x in bound))
            found.compare(f"{program.seed} {kind} slope {n}", part, results[:, n])
    for leaf in program.parameters:
        leaf.grad = 0.0
    loss = autograd.compile(program, backend="llvm").backward(*columns)
    sums = [loss, *(leaf.grad for leaf in program.parameters)]
    for n, (bound, mean) in enumerate(zip((value, *by[COLUMNS:]), sums, strict=True)):
        error, terms = bound.error.mean(), np.abs(bound.value).mean()
        part = Bounded(
            *(np.array([x]) for x in (bound.value.mean(), error + 2.0**-50 * terms, terms))
        )
        found.compare(f"{program.seed} mean of {('loss', 'slope')[n > 0]} {n}", part, mean)


def campaign(
    first: int, programs: int, rows: int, slopes: int, seconds: float = 0.0, light: bool = False
) -> Found:
    """Check random programs; after so many seconds of the processor's time no new one is begun."""
    found, start = Found(), process_time()
    for seed in range(first, first + programs):
        try:
            check(RandomProgram(seed, light), rows, slopes, found)
        except Exception as error:
            found.faults.append(f"{seed} {type(error).__name__}: {error}")
        if rows > QUIET:
            faults = f"{len(found.faults)} faults, worst {found.worst:.3g}"
            print(f"{seed}: {found.cases:,} cases, {faults}", flush=True)
        if seconds and process_time() - start > seconds:
            break
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 where something differs by more than is allowed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.programs", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first program's number")
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument(
        "--slopes", type=int, default=50, help="rows whose derivatives are compared"
    )
    parser.add_argument("--seconds", type=float, default=0.0, help="of processor time; 0: no limit")
    parser.add_argument("--light", action="store_true", help="without special functions")
    options = parser.parse_args(arguments)
    found = campaign(
        *(options.first, options.programs, options.rows, options.slopes),
        *(options.seconds, options.light),
    )
    print(found)
    return bool(found.faults)


if __name__ == "__main__":
    raise SystemExit(main())
