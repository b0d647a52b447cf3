"""What a GPT of 4,192 parameters costs, value by value and compiled, beside its peers.

Run from the project's root, with the peers that are installed taking part:

    pip install -e '.[benchmark]'
    python -m tests.benchmarks.microgpt [--original PATH] [--names PATH] [--rows E,C1,...]
        [--limits FOLDER] [--ports FOLDER] [--rounds N]

Rows: E, the loss of a name and its gradient, eager, told for a token; C1, a compiled step of Adam;
C2, the time to the first step, for one length of a name and for all lengths from 1 to 16; C3, calls
of `backward` for one name, one after the other, with each of two back ends; S1, the first result
of a program that was saved; ports, C1 beside other people's programs, whose clones are
in the folder given (`microgpt_ports.py`). In E the model is written as in A. Karpathy's microgpt,
with operators alone, for E1, and with `dot` in its matrix products for E2. With ``--original``, a
path to his script, its class `Value` takes part; nothing else of the script is run.

All contestants' gradients are compared before they are timed. They run in turn, A B C A B C …, each
row in a process of its own, each first step in a fresh one. The limit is `microgpt.c`, beside this
file or in the folder given, where there is a C compiler: ``-O3 -march=native -ffast-math``.

The report, `microgpt.md`, has a section for each row. Those that are not run stay as they are.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import math
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import autograd
from nn.microgpt import GPT, read_names
from tests.benchmarks import microgpt_ports, race_microgpt
from tests.benchmarks.compiled import details, in_child, measured, ratio, sections, summary, told
from tests.benchmarks.contest import Contestant, Result, Work, installed, repeats, timed
from tests.benchmarks.race_microgpt import HEADS, LONGEST, TOKENS, WIDTH, parts, start

POSITIONS = 9
TURNS = 8
CALLS = 20
HERE = Path(__file__).parent
Loss = Callable[[Any, Sequence[int]], Any]

HEADINGS = {
    "E": "E1, E2: eager, a token",
    "C1": "C1: a compiled step of Adam",
    "ports": "C1: public ports",
    "C2": "C2: the time to the first step",
    "C3": "C3: calls of backward for one name",
    "S1": "S1: the first result of a saved program",
}
"""What the report calls each row."""


# ------------------------------------------------------------------------------------------- eager


def by_operators(weights: Any, x: Any) -> Any:
    """Multiply a matrix by a vector, an operation at a time."""
    return [sum(w * number for w, number in zip(row, x, strict=True)) for row in weights]


def by_dot(weights: Any, x: Any) -> Any:
    """Multiply a matrix by a vector, a row at a time."""
    return [autograd.dot(row, x) for row in weights]


def plain_loss(weights: Any, tokens: Sequence[int], linear: Callable[[Any, Any], Any]) -> Any:
    """Return the loss of a name with operators and the methods `exp`, `log` and `relu` alone."""
    token, position, head, query, key, value, out, widen, narrow = weights
    width, keys, values, losses = WIDTH // HEADS, [], [], []
    for t, (now, after) in enumerate(pairwise(tokens)):
        x = normal([a + b for a, b in zip(token[now], position[t], strict=True)])
        before, x = x, normal(x)
        q = linear(query, x)
        keys.append(linear(key, x))
        values.append(linear(value, x))
        attended = []
        for h in range(0, WIDTH, width):
            fits = [sum(q[h + j] * k[h + j] for j in range(width)) / width**0.5 for k in keys]
            shares = softmax(fits)
            attended += [
                sum(share * v[h + j] for share, v in zip(shares, values, strict=True))
                for j in range(width)
            ]
        x = [a + b for a, b in zip(linear(out, attended), before, strict=True)]
        hidden = [number.relu() for number in linear(widen, normal(x))]
        x = [a + b for a, b in zip(linear(narrow, hidden), x, strict=True)]
        losses.append(-softmax(linear(head, x))[after].log())
    return (1 / len(losses)) * sum(losses)


def normal(x: Any) -> Any:
    """Divide a vector by the root of the mean of its squares."""
    scale = (sum(number * number for number in x) / len(x) + 1e-5) ** -0.5
    return [number * scale for number in x]


def softmax(x: Any) -> Any:
    """Take the largest number out, exponentiate, divide by the sum."""
    largest = max(number.data for number in x)
    exponentials = [(number - largest).exp() for number in x]
    whole = sum(exponentials)
    return [number / whole for number in exponentials]


def original_value(path: Path) -> Any:
    """Take the class `Value` out of a script, without running the rest of it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name == "Value":
            scope: dict[str, Any] = {"math": math}
            exec(compile(ast.Module([node], []), str(path), "exec"), scope)
            return scope["Value"]
    raise SystemExit(f"there is no class Value in {path}")


def weights_of(value: Any) -> Any:
    """Make the matrices, of a class of values."""
    return [[[value(float(x)) for x in row] for row in matrix] for matrix in parts(start())]


def eager_contestants(original: Path | None) -> dict[str, tuple[Loss, Any]]:
    """Return what computes a loss, and the parameters it reads, for each contestant."""
    ours = autograd.Value
    model = GPT(TOKENS, width=WIDTH, heads=HEADS, positions=LONGEST)
    for parameter, number in zip(model.parameters(), start(), strict=True):
        parameter.data = number
    found: dict[str, tuple[Loss, Any]] = {}
    if original is not None:
        theirs = weights_of(original_value(original))
        found["the original's own Value"] = partial(plain_loss, linear=by_operators), theirs
    found["E1: stepgrad, unmodified"] = partial(plain_loss, linear=by_operators), weights_of(ours)
    found["E2: stepgrad, linear as dot"] = partial(plain_loss, linear=by_dot), weights_of(ours)
    found["nn.microgpt"] = lambda _, tokens: model.loss(tokens), [[model.parameters()]]
    return found


def eager_gradient(contestant: tuple[Loss, Any], tokens: Sequence[int]) -> list[float]:
    """Compute the gradient of a name's loss, once it is zero."""
    loss, weights = contestant
    leaves = [leaf for matrix in weights for row in matrix for leaf in row]
    for leaf in leaves:
        leaf.grad = 0.0
    loss(weights, tokens).backward()
    return [leaf.grad for leaf in leaves]


def eager_seconds(contestant: tuple[Loss, Any], tokens: Sequence[int]) -> float:
    """Time the loss of a name, its backward pass, and that its graph is freed."""
    loss, weights = contestant
    gc.collect()
    before = time.perf_counter()
    loss(weights, tokens).backward()
    return time.perf_counter() - before


def a_name(path: Path | None) -> list[int]:
    """Return the tokens of the first name of 8 letters in the list."""
    names = read_names(path)
    return names.tokens(next(name for name in names.names if len(name) == POSITIONS - 1))


def eager(original: Path | None, names: Path | None, rounds: int) -> list[str]:
    """Compare the gradients, run in turn, and write the table."""
    sys.setrecursionlimit(10**5)  # the original's backward recurses
    tokens = a_name(names)
    contestants = eager_contestants(original)
    reference, *others = ((n, eager_gradient(c, tokens)) for n, c in contestants.items())
    for name, gradient in others:
        difference = max(abs(a - b) for a, b in zip(reference[1], gradient, strict=True))
        if not difference <= 1e-9:
            raise SystemExit(f"the gradient of {name} differs by {difference:.3g}")
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            times[name].append(eager_seconds(contestant, tokens) / POSITIONS)
    medians = {name: statistics.median(each) for name, each in times.items()}
    first = medians.get("the original's own Value")
    lines = [
        "",
        f"Loss and gradient of a name of {POSITIONS} tokens, without Adam.",
        "",
        "| contestant | a token, median | fastest | ÷ the original's |",
        "|---|---:|---:|---:|",
    ]
    for name, median in medians.items():
        lines.append(
            f"| {name} | {told(median)} | {told(min(times[name]))} | {ratio(median, first)} |"
        )
    return lines


# ---------------------------------------------------------------------------------------- compiled


def compiled(limits: Path, names: int, rounds: int) -> Result:
    """Hold the contest of C1, over a number of names; the times are those of a step."""
    task, numbers = race_microgpt.synthetic(names, POSITIONS), start()
    contestants = installed([race_microgpt.stepgrad, *race_microgpt.PEERS], task)
    if shutil.which("cc"):
        contestants.insert(0, race_microgpt.limit(task, limits))
    race_microgpt.check(contestants, numbers)
    what = "the same name in every step" if names == 1 else f"{names} names in turn"
    work = Work(f"C1: {what}", numbers, race_microgpt.RATE)
    turns = {each.name: repeats(work, each) for each in contestants}
    result = Result(work.name, work.target, {each.name: [] for each in contestants})
    for _ in range(rounds):
        for each in contestants:
            result.times[each.name].append(timed(work, each, turns[each.name]) / names)
    return result


def compiled_section(limits: Path, rounds: int) -> list[str]:
    """Run C1 and write its tables."""
    results = [in_child(1, partial(compiled, limits, names, rounds)) for names in (1, TURNS)]
    return ["", *summary(results), *(line for result in results for line in details(result))]


# --------------------------------------------------------------------------------- the first moment

LIBRARIES = {
    "stepgrad": ("nn", "autograd.compiler.run.native", "autograd.compiler.program"),
    "pytorch": ("torch", "torch.nn.functional"),
    "jax_step": ("jax",),
}
"""Who takes part in C2, and what is imported before the clock starts."""


def first_steps(name: str, lengths: Sequence[int]) -> float:
    """Time the first step for a name of each length, from the making of the model."""
    try:
        for library in LIBRARIES[name]:
            importlib.import_module(library)
    except ImportError:
        return math.nan
    make: Callable[[Any], Contestant] = getattr(race_microgpt, name)
    tasks, numbers = [race_microgpt.synthetic(1, length) for length in lengths], start()
    if name == "stepgrad":  # one program takes names of all lengths
        tasks = [[row for task in tasks for row in task.tokens.tolist()]]
    before = time.perf_counter()
    for task in tasks:
        contestant = make(task)
        contestant.train(contestant.prepare(numbers), 1)
    return time.perf_counter() - before


def first_section(rounds: int) -> list[str]:
    """Run C2 and write its table."""
    lines = [
        "",
        f"| contestant | a name of {POSITIONS} tokens | names of 1 to {LONGEST} tokens |",
        "|---|---:|---:|",
    ]
    lengths = [POSITIONS], list(range(1, LONGEST + 1))
    times: dict[str, list[list[float]]] = {name: [[] for _ in lengths] for name in LIBRARIES}
    for _ in range(min(rounds, 3)):
        for name in LIBRARIES:
            for found, some in zip(times[name], lengths, strict=True):
                found.append(in_child(1, partial(first_steps, name, some)))
    for name, found in times.items():
        cells = " | ".join(told(statistics.median(each)) for each in found)
        lines.append(f"| {name} | {cells} |")
    return [*lines, "", "To reach: 2 s for one length, 5 s for all; libraries are loaded before."]


def calls(
    backend: Literal["auto", "llvm"], tokens: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Time calls of `backward` from the first one on, which compiles; and return the gradient."""
    for library in LIBRARIES["stepgrad"]:
        importlib.import_module(library)
    model = GPT(TOKENS)
    program = autograd.compile(model.loss, backend=backend)
    times = []
    for _ in range(CALLS):
        model.zero_grad()
        before = time.perf_counter()
        program.backward([tokens])
        times.append(time.perf_counter() - before)
    return times, [parameter.grad for parameter in model.parameters()]


def calls_section(names: Path | None, rounds: int) -> list[str]:
    """Run C3 and write its table."""
    tokens = a_name(names)
    backends: tuple[Literal["auto", "llvm"], ...] = ("auto", "llvm")
    found: dict[str, list[list[float]]] = {backend: [] for backend in backends}
    for _ in range(min(rounds, 5)):
        gradients = []
        for backend in backends:
            times, gradient = in_child(1, partial(calls, backend, tokens))
            found[backend].append(times)
            gradients.append(gradient)
        difference = max(abs(a - b) for a, b in zip(*gradients, strict=True))
        if not difference <= 1e-9:
            raise SystemExit(f"C3: the gradients of the back ends differ by {difference:.3g}")
    lines = ["", f"| back end | the first call | {CALLS} calls |", "|---|---:|---:|"]
    for backend, rows in found.items():
        first = told(statistics.median(each[0] for each in rows))
        lines.append(f"| {backend} | {first} | {told(statistics.median(map(sum, rows)))} |")
    return [*lines, "", "To reach: auto takes at most twice as long as llvm for all the calls."]


def saved_result(path: Path, tokens: Sequence[int]) -> float:
    """Time the first result of a saved program, once all that it needs is imported."""
    for library in LIBRARIES["stepgrad"]:
        importlib.import_module(library)
    before = time.perf_counter()
    autograd.load_program(path, cache=True)(tokens)
    return time.perf_counter() - before


def saved_section(names: Path | None, rounds: int) -> list[str]:
    """Run S1 and write its line."""
    tokens = a_name(names)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STEPGRAD_CACHE"] = folder
        program = autograd.compile(GPT(TOKENS).loss, backend="llvm", cache=True)
        program(tokens)
        path = Path(folder) / "microgpt.json"
        program.save(path)
        work = partial(saved_result, path, tokens)
        times = [in_child(1, work) for _ in range(min(rounds, 5))]
    return [
        "",
        f"From import to the first loss: {told(statistics.median(times))}, the fastest "
        f"{told(min(times))}, to reach: 50 ms.",
    ]


# --------------------------------------------------------------------------------------- the report


def section(row: str, options: argparse.Namespace) -> str:
    """Run a row, and write it as Markdown."""
    rounds = options.rounds
    if row == "ports":
        work = microgpt_ports.section, options.ports, options.names, options.limits, rounds
        return "\n".join(in_child(1, partial(*work)))
    if row == "E":
        lines = in_child(1, partial(eager, options.original, options.names, rounds))
    elif row == "C1":
        lines = compiled_section(options.limits, rounds)
    elif row == "C2":
        lines = first_section(rounds)
    elif row == "C3":
        lines = calls_section(options.names, rounds)
    else:
        lines = saved_section(options.names, rounds)
    return "\n".join([measured(rounds), *lines])


def main() -> None:
    """Parse the arguments, run, print and keep the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--original", type=Path, help="the script microgpt.py, for its class Value")
    parser.add_argument("--names", type=Path, help="a file with a name in each line")
    parser.add_argument("--limits", type=Path, default=HERE, help="folder with microgpt.c")
    parser.add_argument("--ports", type=Path, help="folder with clones, at OWNER/NAME")
    parser.add_argument("--rows", default=",".join(row for row in HEADINGS if row != "ports"))
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    rows = options.rows.split(",")
    if "ports" in rows and options.ports is None:
        parser.error("the row ports needs the folder of clones: --ports FOLDER")
    if unknown := set(rows) - set(HEADINGS):
        parser.error(f"there are no rows {sorted(unknown)}; the rows are {', '.join(HEADINGS)}")
    report = Path(__file__).with_suffix(".md")
    kept = sections(report.read_text(encoding="utf-8")) if report.exists() else {}
    for row in rows:
        if row == "S1" and not hasattr(autograd, "load_program"):
            print("S1 is left out: there is no autograd.load_program", file=sys.stderr)
            continue
        kept[HEADINGS[row]] = section(row, options)
        print(kept[HEADINGS[row]])
        written = [f"## {name}\n\n{kept[name]}\n" for name in HEADINGS.values() if name in kept]
        report.write_text("\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
