"""Make each rule of the table wrong, and see whether the test of the table's derivatives notices.

``python -m tests.campaigns.wrong_rules`` takes each local gradient of each operation in turn: it is
off by a relative 1e-6, and it has the other sign; a slope that is 0 everywhere is 1e-6 and 1. Each
is held to `tests/autograd/test_functions.py` at a few points. What survives is printed; the last
line counts.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from autograd import Value
from autograd.operation import Operation
from tests.autograd.test_functions import (
    CASES,
    DIGITS,
    LONG,
    Case,
    _check_to_third_order,
    _is_regular,
)

POINTS = 4
CHANGES: dict[str, Callable[[Any, bool], Any]] = {
    "off by 1e-6": lambda slope, flat: slope + 1e-6 if flat else slope * (1.0 + 1e-6),
    "the other sign": lambda slope, flat: slope + 1.0 if flat else -slope,
}


def points(case: Case) -> Iterator[tuple[float, ...]]:
    """Yield points inside of the domain, away from kinks, the same in each run."""
    random = Random(repr(case.operation))
    domain = case.between or case.operation.domain
    if len(domain) < case.inputs:
        domain = (domain[:1] or ((-30.0, 30.0),)) * case.inputs
    narrow = [(max(low, -3.0), min(high, 3.0)) for low, high in domain]
    ends = [pair if pair[0] < pair[1] else domain[i] for i, pair in enumerate(narrow)]
    ends = [(max(low, -30.0), min(high, 30.0)) for low, high in ends]
    for _ in range(POINTS):
        x = tuple(low + (high - low) * random.uniform(0.05, 0.95) for low, high in ends)
        if _is_regular(case, x):
            yield x


def spoilt(row: Operation, place: int, change: Callable[[Any], Any]) -> Operation:
    """Change one local gradient of an operation."""

    def local(y: Any, *inputs: Any) -> tuple[Any, ...]:
        slopes = list(row.local(y, *inputs))
        slopes[place] = change(slopes[place])
        return tuple(slopes)

    return row._replace(local=local)


def is_noticed(case: Case, row: Operation) -> bool:
    """Say whether the table's test fails for a row at one of the points."""
    digits = 100 if row.name in LONG else DIGITS
    try:
        for x in points(case):
            _check_to_third_order(dataclasses.replace(case, operation=row), x, digits)
    except AssertionError:
        return True
    return False


def is_flat(case: Case, place: int) -> bool:
    """Say whether a local gradient is the number 0 at all points."""
    every = (case.operation.forward(*x) for x in points(case))
    slopes = (case.operation.local(y, *x) for y, x in zip(every, points(case), strict=True))
    return all(not isinstance(each[place], Value) and each[place] == 0.0 for each in slopes)


def main() -> int:
    """Plant them all, print what nobody noticed, and count."""
    planted = noticed = 0
    for case in CASES:
        if is_noticed(case, case.operation):
            raise RuntimeError(f"{case} fails without a fault")
        for place in range(case.inputs):
            flat = is_flat(case, place)
            for what, change in CHANGES.items():
                row = spoilt(case.operation, place, lambda s, c=change, f=flat: c(s, f))
                planted += 1
                if is_noticed(case, row):
                    noticed += 1
                else:
                    print(f"survived   {case}, slope {place + 1} {what}", flush=True)
    print(f"{planted} wrong rules planted, {noticed} noticed")
    return int(noticed < planted)


if __name__ == "__main__":
    sys.exit(main())
