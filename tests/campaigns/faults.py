"""Faults of every kind in every public operation: what is left must be whole and usable.

    python -m tests.campaigns.faults --rounds 40 --seed 1

injects `rounds` errors into each case of `fault_cases` (half Ctrl-C, half `MemoryError`) and says
for each case how many struck, and what they left behind that they should not have. With
``--signals`` they are real interrupts, at random times: never the same twice.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.campaigns.fault_cases import cases
from tests.campaigns.injection import Case, Hit, moments, strike


def campaign(rounds: int, seed: int, only: str = "", signals: bool = False) -> list[Hit]:
    """Run the long form; print a line for each case."""
    hits: list[Hit] = []
    total = Counter[str]()
    for case in (case for case in cases() if only in case.name):
        with TemporaryDirectory() as name:
            folder = Path(name)
            moments(case, folder)
            count = moments(case, folder)
            took = _seconds(case, folder)
            for error in (KeyboardInterrupt,) if signals else (KeyboardInterrupt, MemoryError):
                random = Random(f"{seed} {case.name} {error.__name__}")
                wanted = min(count, rounds // 2)
                at: list[float] = sorted(random.sample(range(1, count + 1), wanted))
                if signals:
                    at = [random.uniform(1e-6, took) for _ in range(rounds)]
                struck, found = strike(case, folder, iter(at), error, signals=signals)
                hits += found
                total["struck"] += struck
                total["hits"] += len(found)
                print(f"{case.name:32} {error.__name__:18} {struck:6} of {count:8}", end=" ")
                print(f"{len(found)} wrong" if found else "", flush=True)
                for hit in found[:4]:
                    print(f"    {hit.moment}: {hit.what}\n        {hit.place}")
    print(f"{total['struck']} faults struck, {total['hits']} left something wrong")
    return hits


def _seconds(case: Case, folder: Path) -> float:
    things = case.make(folder)
    start = perf_counter()
    case.act(things)
    return perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 where a fault left something wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="errors for each case")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--signals", action="store_true", help="real interrupts at random times")
    options = parser.parse_args(arguments)
    return bool(campaign(options.rounds, options.seed, options.only, options.signals))


if __name__ == "__main__":
    raise SystemExit(main())
