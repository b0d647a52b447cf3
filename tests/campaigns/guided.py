"""The readers of `fuzz` under a fuzzer that watches which branches an input takes: atheris.

    pip install atheris
    python -m tests.campaigns.guided FOLDER --seconds 600 --only formula

It keeps in FOLDER what took a new branch, for the next time, and what was a finding. Half of the
inputs are changed by libFuzzer, half by `fuzz.changed`, which knows JSON and the words of formulas.
Seconds are processor time, so a machine that is shared gives each reader as much as an idle one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

MEMORY = 4096  # megabytes


def guide(name: str, folder: Path, seconds: int, seed: int) -> None:
    """Give one reader inputs for some seconds of processor time, and end the process."""
    import atheris

    with atheris.instrument_imports(include=["autograd", "nn", "json", "tests"]):
        from tests.campaigns import fuzz

    target = fuzz.TARGETS[name]
    seeds = target.seeds() + [data for kept, data in fuzz.KEPT if kept == name]
    corpus, findings = folder / name / "corpus", folder / name / "findings"
    for place in (corpus, findings):
        place.mkdir(parents=True, exist_ok=True)
    for data in seeds:
        corpus.joinpath(sha256(data).hexdigest()[:16]).write_bytes(data)
    known: set[str] = set()
    number, start = count(), time.process_time()

    def once(data: bytes) -> None:
        inputs, spent = next(number), time.process_time() - start
        if spent > seconds:
            print(f"{name}: {inputs:,} inputs in {spent:.0f} s", flush=True)
            os._exit(0)  # libFuzzer has written its corpus as it went
        try:
            fuzz.attempt(target, data, folder / name)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            cause = f"{type(error).__name__} at {place.filename}:{place.lineno}"
            if cause not in known:
                known.add(cause)
                findings.joinpath(sha256(data).hexdigest()[:16]).write_bytes(data)
                print(f"FINDING {cause}: {error!s:.200}", flush=True)

    def change(data: bytes, most: int, number: int) -> Any:
        if number % 2:
            return atheris.Mutate(data, most)
        return fuzz.changed(Random(number), [data, data, data, *seeds])[:most]

    options = [  # a timeout is on the clock, and for what never returns; `attempt` has its own
        f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={findings}/", "-timeout=600", "-verbosity=0",
        f"-seed={seed}", "-max_len=8192", "-report_slow_units=600", str(corpus),
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options], once, custom_mutator=change)
    atheris.Fuzz()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each reader in a process of its own; return 1 where there is a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.guided", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="readers whose name holds this")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.alone:
        guide(options.alone, options.folder, options.seconds, options.seed)
        return 0
    from tests.campaigns.fuzz import TARGETS

    found = 0
    for name in TARGETS:
        if options.only in name:
            print(f"== {name}", flush=True)
            command = [sys.executable, "-m", "tests.campaigns.guided", str(options.folder)]
            more = ["--seconds", str(options.seconds), "--seed", str(options.seed), "--alone", name]
            ended = subprocess.run([*command, *more], check=False).returncode
            kept = len(list((options.folder / name / "findings").iterdir()))
            found += kept + bool(ended)
            print(f"{name}: {kept} findings kept, exit code {ended}", flush=True)
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
