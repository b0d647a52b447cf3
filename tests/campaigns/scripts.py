"""Plant faults in the scripts of the pages, and see whether the tests that open them notice.

``python -m tests.campaigns.scripts zoom.js compute.js --sample 10`` works on a copy of the tree;
with no name all scripts are meant. Each fault gets tests that ran its function, the most promising
first, for at most ``--seconds`` of their time. What survives is printed, unless
``equivalent_scripts.json`` beside this file says why nobody can notice it. ``--seen FILE`` keeps
what the tests run, which takes minutes to find; tests that it does not know are added to it.
``--record`` enters the counts in ``mutation.md``. It needs Chromium, as tests/browser does.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.campaigns.mutation import ROOT, copy_of_the_tree, known, record, row
from tests.campaigns.planting import Mutant, sample
from tests.campaigns.script_noticing import FAULTS, RESULTS, SEEN, mark
from tests.campaigns.script_planting import Script, script_mutants

EQUIVALENT = Path(__file__).with_name("equivalent_scripts.json")
FOLDERS = ("autograd/views/player", "autograd/play")
TESTS = (
    *("tests/browser/test_player.py", "tests/browser/test_player_look.py"),
    *("tests/browser/test_player_inside.py", "tests/browser/test_lesson.py"),
    "tests/browser/test_player_functions.py",
    *("tests/browser/test_bridge.py", "tests/browser/test_javascript.py"),
    *("tests/browser/test_play.py", "tests/browser/test_play_functions.py"),
    "tests/browser/test_play_bridge.py",
)
HANGS = 120  # seconds without a sign of life


def scripts() -> list[str]:
    """Return all scripts of the pages."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).glob("*.js")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def run(tree: Path, *arguments: str) -> bool:
    """Run `script_noticing` in the tree; end it, and say False, when it hangs."""
    command = [sys.executable, "-m", "tests.campaigns.script_noticing", *arguments, *TESTS]
    (tree / RESULTS).touch()
    with (tree / "scripts.log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=tree, stdout=log, stderr=log, start_new_session=True)
        while worker.poll() is None:
            time.sleep(0.2)
            if time.time() - (tree / RESULTS).stat().st_mtime > HANGS:
                os.killpg(worker.pid, signal.SIGKILL)  # Chromium ends when nobody listens
                worker.wait()
                return False
    return True


def see(tree: Path, keep: Path | None) -> None:
    """Find what each test runs, as far as the file to keep does not know."""
    known_already = keep.read_text(encoding="utf-8") if keep and keep.exists() else "{}"
    (tree / SEEN).write_text(known_already, encoding="utf-8")
    there = scripts()
    (tree / FAULTS).write_text(json.dumps({"scripts": there}), encoding="utf-8")
    for number, path in enumerate(there):
        text = (ROOT / path).read_text(encoding="utf-8")
        (tree / path).write_text(Script(text).marked(mark(number)), encoding="utf-8")
    finished = run(tree, "see")
    for path in there:
        (tree / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    if not finished or (tree / SEEN).read_text(encoding="utf-8") == "{}":
        raise RuntimeError(f"the tests do not run:\n{_log(tree)}")
    if keep:
        keep.write_text((tree / SEEN).read_text(encoding="utf-8"), encoding="utf-8")


def campaign(tree: Path, faults: Sequence[Mutant], seconds: float) -> list[tuple[str, str]]:
    """Plant faults, and return of each its outcome and the test that noticed it."""
    (tree / RESULTS).write_text("", encoding="utf-8")
    outcomes: dict[int, tuple[str, str]] = {}
    while len(outcomes) < len(faults):
        left = {i: asdict(fault) for i, fault in enumerate(faults) if i not in outcomes}
        (tree / FAULTS).write_text(json.dumps({"faults": left}), encoding="utf-8")
        finished = run(tree, "try", str(seconds))
        before = len(outcomes)
        for line in (tree / RESULTS).read_text(encoding="utf-8").splitlines():
            number, outcome, who = json.loads(line)
            outcomes[number] = (outcome, who)
        if len(outcomes) == before or (finished and len(outcomes) < len(faults)):
            raise RuntimeError(f"the tests do not run:\n{_log(tree)}")
        for path in {fault.path for fault in faults}:
            (tree / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    return [outcomes[number] for number in range(len(faults))]


def _log(tree: Path) -> str:
    return (tree / "scripts.log").read_text(encoding="utf-8", errors="replace")[-3000:]


def count(faults: Sequence[Mutant], outcomes: Sequence[tuple[str, str]]) -> Counter[str]:
    """Print what nobody noticed, and count."""
    equivalent = known(EQUIVALENT)
    counts = Counter[str](planted=len(faults))
    for fault, (outcome, who) in zip(faults, outcomes, strict=True):
        found = "killed" if outcome in ("killed", "hangs") else "survived"
        if found == "survived" and fault.name in equivalent:
            found = "equivalent"
        counts[found] += 1
        if found == "survived" or os.environ.get("MUTATION_TELL"):
            print(f"{outcome:9}  {fault}   {fault.row}   {who}", flush=True)
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and plant faults."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("scripts", nargs="*", help="names of scripts such as zoom.js")
    parser.add_argument("--sample", type=int, help="this many faults a script, by lot")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60, help="of tests for a fault")
    parser.add_argument("--seen", type=Path, help="a file that keeps what the tests run")
    parser.add_argument("--record", action="store_true", help="enter the counts in mutation.md")
    options = parser.parse_args(arguments)
    wanted = [path for path in scripts() if not options.scripts or _is(path, options.scripts)]
    whole = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_of_the_tree(Path(folder))
        see(tree, options.seen)
        for path in wanted:
            there = script_mutants(path, (ROOT / path).read_text(encoding="utf-8"))
            faults = sample(there, options.sample, options.seed)
            start = time.monotonic()
            counts = count(faults, campaign(tree, faults, options.seconds))
            whole += counts
            if options.record and there:
                record({path: row(path, len(there), counts)}, "JavaScript")
            print(f"{path}: {dict(counts)}, {time.monotonic() - start:.0f} s", flush=True)
    print(dict(whole))
    return int(whole["survived"] > 0)


def _is(path: str, names: Sequence[str]) -> bool:
    return any(path == name or Path(path).name == name for name in names)


if __name__ == "__main__":
    sys.exit(main())
