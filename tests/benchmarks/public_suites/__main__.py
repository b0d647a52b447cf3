"""Runs the suites and prints what passes, differs, is missing and fails."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from pathlib import Path

SUITES = ("teaching", "hips", "mygrad", "diffrules", "jaxs")
ENDS = ("pass", "difference", "missing", "fail")


def main() -> int:
    """Read the command line, run and print; 1 when a case is missing or fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.public_suites")
    parser.add_argument("--suites", type=Path, required=True, help="the folder of the checkouts")
    parser.add_argument("--engine", type=Path, help="another checkout, whose autograd is run")
    parser.add_argument("--only", choices=SUITES, nargs="*", default=SUITES)
    chosen = parser.parse_args()
    if chosen.engine:
        sys.path.insert(0, str(chosen.engine.resolve()))
    counts: dict[str, Counter[str]] = {}
    for name in chosen.only:
        suite = importlib.import_module(f"tests.benchmarks.public_suites.{name}")
        for case in suite.cases(chosen.suites):
            end, words = case.end()
            counts.setdefault(case.suite, Counter())[end] += 1
            if end != "pass":
                print(f"{case.suite}: {case.name}: {end}: {words}")
    print("\n| suite | cases |", *(f"{end} |" for end in ENDS))
    print("|---" * 6 + "|")
    for suite, ends in counts.items():
        print(f"| {suite} | {ends.total()} |", *(f"{ends[end]} |" for end in ENDS))
    return int(any(ends["missing"] or ends["fail"] for ends in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
