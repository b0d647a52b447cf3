"""Plant one fault after another in a module, and see whether its tests notice.

``python -m tests.campaigns.mutation autograd/backward.py nn/optim/sgd.py`` works on a copy of the
tree. A module's tests are the file of its name, its own examples, the files that ``ALSO`` names,
and those of ``--then``; after them come, with ``--suite``, other tests that run a fault's lines.
What survives is printed, unless ``equivalent.json`` beside this file says
why nobody can notice it. A test that needs more than ``--longest`` seconds is not asked. The last
line counts; the command ends with 1 when something survived.
``--record`` enters the counts in ``mutation.md``; ``--ci`` plants the few faults that each change
is held to.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from tests.campaigns import noticing
from tests.campaigns.noticing import LOG, collect, read_seen, start_anew
from tests.campaigns.planting import Mutant, mutants, sample
from tests.campaigns.whole_suite import WholeSuite

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.json")
TABLE = Path(__file__).with_name("mutation.md")
RESULTS = "mutation.results"
UNNOTICED = ("survived", "never run")
OUTSIDE = (
    "pytest",
    "coverage",
    "hypothesis",
    "mpmath",
    "numpy",
)  # imported before processes part
OF_ALL = ("tests/test_structure.py::test_other_data_classes_do_not_change",)


KERNELS = "tests/autograd/compiler/vector/math/test_kernels.py"


def _kernels(names: str, *more: str) -> tuple[str, ...]:
    """The tests of some functions in vectors of this processor's width, and more of their file."""
    tests = (
        "test_one_and_a_half_units_in_the_last_place",
        "test_special_values_are_those_of_ieee_arithmetic",
        "test_a_small_fault_would_be_seen_where_it_weighs_most",
    )
    chosen = [f"{test}[{name}-host]" for name in names.split() for test in tests]
    return tuple(f"{KERNELS}::{test}" for test in (*chosen, *more))


ALSO = {
    "autograd/backward.py": (
        "tests/autograd/test_gradients.py",
        "tests/autograd/test_selection.py",
    ),
    "autograd/bessel_series.py": (
        "tests/autograd/test_bessel.py",
        "tests/autograd/test_functions.py",
    ),
    "autograd/calls.py": (
        "tests/autograd/test_gradients.py",
        "tests/autograd/test_transforms.py",
    ),
    "autograd/colouring.py": ("tests/autograd/test_sparse.py",),
    "autograd/elimination.py": ("tests/autograd/test_linalg.py",),
    "autograd/copying.py": ("tests/test_old_pickles.py",),
    "autograd/value.py": ("tests/autograd/test_copying.py", "tests/autograd/test_refusals.py"),
    "autograd/compiler/emit/module.py": ("tests/autograd/compiler/emit/test_direct.py",),
    "autograd/compiler/emit/innermost.py": (
        "tests/autograd/compiler/emit/test_lengths.py",
        "tests/autograd/compiler/emit/test_nests.py",
    ),
    "autograd/compiler/emit/nests.py": ("tests/autograd/compiler/emit/test_lengths.py",),
    "autograd/compiler/emit/registers.py": (
        "tests/autograd/compiler/emit/test_layers.py",
        "tests/autograd/compiler/run/test_native.py",
    ),
    "autograd/compiler/emit/varying.py": (
        "tests/autograd/compiler/emit/test_layers.py",
        "tests/autograd/compiler/emit/test_repeats.py",
    ),
    "autograd/compiler/lower.py": (
        "tests/autograd/compiler/emit/test_direct.py",
        "tests/autograd/compiler/schedule/test_printed.py",
    ),
    "autograd/compiler/schedule/layers.py": (
        "tests/autograd/compiler/schedule/test_gradient_rows.py",
        "tests/autograd/compiler/schedule/test_varying.py",
    ),
    "autograd/compiler/schedule/normal.py": (
        "tests/autograd/compiler/schedule/test_gradient_rows.py",
    ),
    "autograd/compiler/schedule/varying.py": ("tests/autograd/compiler/schedule/test_repeats.py",),
    "autograd/compiler/train/native_loop.py": ("tests/autograd/compiler/train/test_train.py",),
    "autograd/compiler/vector/math/error_function.py": _kernels("erf erfc gelu"),
    "autograd/compiler/vector/math/exponential.py": _kernels(
        "exp expm1 sinh cosh tanh sigmoid silu sigmoid_derivative tanh_derivative",
        "test_a_small_fault_of_a_derivative_would_be_seen[tanh-host]",
        "test_a_small_fault_of_a_derivative_would_be_seen[sigmoid-host]",
    ),
    "autograd/compiler/vector/math/logarithm.py": _kernels(
        "log log1p asinh acosh atanh hypot power softplus direction_cosine",
        "test_the_worst_inputs_that_a_search_found[hypot-host]",
        "test_the_worst_inputs_that_a_search_found[direction_cosine-host]",
    ),
    "autograd/compiler/vector/math/trigonometry.py": _kernels(
        "sin cos tan asin acos atan atan2",
        "test_the_worst_inputs_that_a_search_found[atan2-host]",
        "test_large_angles_near_multiples_of_a_quarter_turn[sin]",
        "test_large_angles_near_multiples_of_a_quarter_turn[tan]",
    ),
    "autograd/compiler/wengert/wengert.py": ("tests/autograd/compiler/test_saved.py",),
    "nn/layers.py": ("tests/nn/test_matrix_form.py", "tests/nn/test_sequential.py"),
    "nn/losses/binary.py": ("tests/nn/test_losses.py",),
    "nn/losses/classes.py": ("tests/nn/test_losses.py", "tests/nn/losses/test_counted.py"),
    "nn/losses/regression.py": ("tests/nn/test_losses.py",),
    "nn/recurrent.py": ("tests/nn/test_gru.py",),
    "nn/training/loop.py": tuple(
        f"tests/nn/training/test_{name}.py"
        for name in ("batch", "compiled", "eager", "run", "shards", "step")
    ),
    **{
        f"nn/course/exercises/lesson_{number:02d}.py": (
            "tests/nn/course/exercises/test_exercise.py",
        )
        for number in range(1, 15)
    },
    **{
        f"nn/worked_example/{name}.py": (
            "tests/nn/worked_example/test_golden.py",
            "tests/nn/worked_example/test_spoiled.py",
        )
        for name in ("model", "rules", "verdicts")
    },
    **{
        f"autograd/{name}.py": ("tests/autograd/test_functions.py",)
        for name in (
            "angles",
            "bessel",
            "elementary",
            "gammas",
            "integrals",
            "logarithms",
            "normal",
            "series",
            "special",
        )
    },
}
"""Tests beside the file of a module's name that hold the module to what it says."""

CI = (
    "autograd/compiler/wengert/differentiate.py",
    "autograd/difference.py",
    "autograd/graph.py",
    "autograd/views/derivation.py",
    "autograd/views/ledger.py",
    "nn/gru.py",
    "nn/losses/regression.py",
    "nn/optim/clipping.py",
    "nn/optim/schedules.py",
    "nn/recurrent.py",
)
CI_SAMPLE = 3  # faults for each of these


def copy_of_the_tree(folder: Path) -> Path:
    """Copy what git knows of, and the built loops, so that no mutant stands in the real tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    built = [str(path.relative_to(ROOT)) for path in ROOT.glob("autograd/speed/*.so")]
    for name in {*listed.stdout.split("\n"), *built} - {""}:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def tests_of(path: str) -> str:
    """Return the file of a module's tests, as ``tests/test_structure.py`` has it."""
    place = Path(path)
    return str(Path("tests") / place.with_name(f"test_{place.stem.strip('_')}.py"))


def known(file: Path = EQUIVALENT) -> list[dict[str, str]]:
    """Return the names of the faults that nobody can notice."""
    entries = json.loads(file.read_text(encoding="utf-8"))
    return [{key: said for key, said in entry.items() if key != "reason"} for entry in entries]


def campaign(
    tree: Path, path: str, faults: Sequence[Mutant], then: Sequence[str], suite: WholeSuite | None
) -> Counter[str]:
    """Plant faults in one module, print those that nobody noticed, and count.

    What the module's own tests do not notice, others may: those of the whole suite that run its
    lines, where they are known.
    """
    examples = [] if path.endswith("__main__.py") else [path]  # that runs, and is not imported
    files = [tests_of(path), *examples, *ALSO.get(path, ()), *OF_ALL, *then]
    outcomes = attempt(tree, path, faults, files)
    left = [number for number, outcome in outcomes.items() if outcome in UNNOTICED]
    tests = suite.tests(path, [faults[number] for number in left]) if suite else []
    if tests:
        wider = attempt(tree, path, [faults[number] for number in left], tests)
        outcomes |= {number: wider[place] for place, number in enumerate(left)}
    equivalent = known()
    for number, outcome in outcomes.items():
        if outcome in UNNOTICED and faults[number].name in equivalent:
            outcomes[number] = "equivalent"
        elif outcome in UNNOTICED or os.environ.get("MUTATION_TELL"):
            print(f"{outcome:9}  {faults[number]}", flush=True)
    told = Counter(outcomes.values())
    return Counter(
        planted=len(faults),
        killed=told["killed"],
        equivalent=told["equivalent"],
        survived=sum(told[outcome] for outcome in UNNOTICED),
    )


def attempt(
    tree: Path, path: str, faults: Sequence[Mutant], tests: Sequence[str]
) -> dict[int, str]:
    """Plant faults one after the other, and say of each, by its number, how some tests took it."""
    said = tree / RESULTS
    said.write_text("", encoding="utf-8")

    def say(number: int, outcome: str, who: str = "") -> None:
        with said.open("a", encoding="utf-8") as file:
            file.write(json.dumps([number, outcome]) + "\n")

    if not collect(tree, path, tests, faults, say):
        log = (tree / LOG).read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"the tests of {path} do not run:\n{log[-3000:]}")
    outcomes = dict(map(json.loads, said.read_text(encoding="utf-8").splitlines()))
    seen = read_seen(tree)
    for number, outcome in outcomes.items():
        if outcome == "waits":
            unnoticed = start_anew(tree, faults[number], tests, seen)
            outcomes[number] = "survived" if unnoticed else "killed"
    return outcomes


# --------------------------------------------------------------------------------- what is written

COLUMNS = """\
| module | faults there are | planted | noticed | equivalent | survived | noticed | day |
|---|--:|--:|--:|--:|--:|--:|---|
"""


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    z = 1.96
    middle = (hits + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * math.sqrt(hits * (of - hits) / of + z * z / 4)
    return middle - half, middle + half


def row(path: str, there: int, counts: Counter[str]) -> str:
    """Return a module's line of the table."""
    of = counts["planted"] - counts["equivalent"]
    share = f"{100 * counts['killed'] / of:.1f} %" if of else "–"
    if of and counts["planted"] < there:
        low, high = interval(counts["killed"], of)
        share += f" ({100 * low:.0f}–{100 * high:.0f})"
    figures = [there, *(counts[key] for key in ("planted", "killed", "equivalent", "survived"))]
    return f"| `{path}` | {' | '.join(map(str, figures))} | {share} | {date.today()} |"


def record(rows: dict[str, str], section: str = "") -> None:
    """Enter lines in a table, in the order of the modules' names, and count the whole anew.

    The first table is of Python; a section after it has its own.
    """
    first, *others = TABLE.read_text(encoding="utf-8").split("\n## ")
    tables = {"": first} | {part.split("\n")[0]: part for part in others}
    said = tables[section].split("| module |")[0]
    tables[section] = said + COLUMNS + _table(rows, tables[section])
    TABLE.write_text("\n## ".join(tables.values()), encoding="utf-8")


def _table(rows: dict[str, str], text: str) -> str:
    there = {found[1]: found[0] for found in re.finditer(r"^\| `(.+?)` \|.*$", text, re.M)}
    lines = {**there, **rows}
    columns = [line.split("|")[2:7] for line in lines.values()]
    sums = [sum(int(cell) for cell in column) for column in zip(*columns, strict=True)]
    share = f"{100 * sums[2] / (sums[1] - sums[3]):.1f} %"
    whole = f"| together | {' | '.join(map(str, sums))} | {share} | |"
    return "\n".join([*(lines[path] for path in sorted(lines)), whole]) + "\n"


def _lines(text: str) -> Callable[[Mutant], bool]:
    spans = [[int(line) for line in part.split("-")] for part in text.split(",")]
    return lambda mutant: any(span[0] <= mutant.line <= span[-1] for span in spans)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and plant faults."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("modules", nargs="*", help="files such as autograd/backward.py")
    parser.add_argument("--then", nargs="*", default=[], help="more tests that may notice")
    parser.add_argument(
        "--suite", type=Path, help="a folder of `whole_suite`, for what these do not notice"
    )
    parser.add_argument("--sample", type=int, help="this many faults a module, by lot")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-lines", type=_lines, help="faults in these lines, as 12,30-45")
    parser.add_argument(
        "--longest", type=float, default=noticing.LONGEST, help="seconds that a test may take"
    )
    parser.add_argument("--record", action="store_true", help="enter the counts in mutation.md")
    parser.add_argument("--ci", action="store_true", help="a few faults in some modules")
    options = parser.parse_args(arguments)
    modules, size = (CI, CI_SAMPLE) if options.ci else (options.modules, options.sample)
    noticing.LONGEST = options.longest
    suite = WholeSuite(options.suite) if options.suite else None
    os.environ["STEPGRAD_PURE_PYTHON"] = "1"  # or the loops in C hide what is wrong in Python
    os.environ["FROM"] = str(ROOT)
    for name in OUTSIDE:
        __import__(name)
    whole = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_of_the_tree(Path(folder))
        os.environ["XDG_CACHE_HOME"] = str(tree / "cache")
        for path in modules:
            start = time.monotonic()
            there = mutants(path, (ROOT / path).read_text(encoding="utf-8"))
            wanted = list(filter(options.only_lines, there)) if options.only_lines else there
            if options.ci:
                wanted = [mutant for mutant in wanted if mutant.name not in known()]
            counts = campaign(tree, path, sample(wanted, size, options.seed), options.then, suite)
            whole += counts
            if options.record and not options.only_lines:
                record({path: row(path, len(there), counts)})
            print(f"{path}: {_said(counts)}, {time.monotonic() - start:.0f} s", flush=True)
    print(_said(whole))
    return int(whole["survived"] > 0)


def _said(counts: Counter[str]) -> str:
    figures = ("planted", "killed", "equivalent", "survived")
    return ", ".join(f"{counts[figure]} {figure}" for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
