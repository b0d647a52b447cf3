"""What a drawing costs: from the recorded graph to the text of its SVG, beside Graphviz's ``dot``.

Run from the project's root; ``dot`` takes part where it is installed:

    python -m tests.benchmarks.draw_speed --report

``dot`` is given the same cards and links as plain DOT, one edge for each link, and is stopped after
some seconds: a parameter that feeds every step of a long chain makes it take minutes.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from autograd import Value, draw, tanh, total
from autograd.value import Parameter
from autograd.views.draw.picture import Picture, picture
from nn import MLP

REPORT = Path(__file__).with_suffix(".md")


def network(*sizes: int) -> Value:
    """Build the squared error of a network with all its weights."""
    model = MLP(sizes[0], list(sizes[1:]), seed=0)
    outputs = model([Value(0.1 * k, f"x{k}") for k in range(sizes[0])])
    error = total([(output - Value(0.5, f"t{k}")) ** 2 for k, output in enumerate(outputs)])
    error.backward()
    return error


def shared_chain(steps: int) -> Value:
    """Build a chain in which one parameter feeds every step."""
    w, x = Parameter(0.9, "w"), Value(1.0, "x")
    for _ in range(steps):
        x = x * w
    return x


def tangle(nodes: int) -> Value:
    """Build a graph of random products, without any structure that a layout could use."""
    choose = random.Random(0)
    values = [Value(0.01 * k, f"x{k}") for k in range(nodes // 4)]
    unused = list(values)
    while len(values) < nodes - 1:
        operand = unused.pop(0)
        values.append(tanh(operand) if choose.random() < 0.3 else operand * choose.choice(values))
        unused.append(values[-1])
    return total(unused)


GRAPHS: dict[str, tuple[Callable[[], Value], float]] = {
    "network 2-4-4-1": (lambda: network(2, 4, 4, 1), 0.02),
    "network 8-20-15-1": (lambda: network(8, 20, 15, 1), 0.3),
    "network 40-40-30-1": (lambda: network(40, 40, 30, 1), 3.0),
    "tangle of 60": (lambda: tangle(60), 0.02),
    "tangle of 600": (lambda: tangle(600), 0.3),
    "tangle of 3000": (lambda: tangle(3000), 3.0),
    "chain of 100, one parameter": (lambda: shared_chain(100), 1.0),
    "chain of 400, one parameter": (lambda: shared_chain(400), 1.0),
    "chain of 1500, one parameter": (lambda: shared_chain(1500), 3.0),
}


def seconds(root: Value, rounds: int) -> float:
    """Time `draw` and `svg` together, the median of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        draw(root, fold=False, max_nodes=10_000).svg()
        times.append(time.process_time() - start)
    return statistics.median(times)


def seconds_of_dot(shown: Picture, limit: float) -> str:
    """Time ``dot -Tsvg`` on the same cards and links."""
    if shutil.which("dot") is None:
        return "not installed"
    lines = [f'{k} [label="", width=1.9, height=0.7];' for k in range(len(shown.cards))]
    lines += [f"{link.source} -> {link.target};" for link in shown.links]
    source = "digraph { rankdir=LR; node [shape=box, fixedsize=true];" + "\n".join(lines) + "}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            ["dot", "-Tsvg"], input=source.encode(), capture_output=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return f"stopped after {limit:g}"
    if done.returncode:
        return "crashed"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.4f}"


def main() -> None:
    """Print the table and, if asked to, keep it beside this file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that dot may take")
    parser.add_argument("--report", action="store_true", help=f"write {REPORT.name}")
    arguments = parser.parse_args()
    lines = [
        f"Drawing a graph in full, median of {arguments.rounds} rounds, "
        f"Python {platform.python_version()}; seconds of CPU.",
        "",
        "| graph | cards | links | draw and svg | allowed | dot -Tsvg |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, (build, allowed) in GRAPHS.items():
        root = build()
        shown = picture([root], fold_by=False, max_nodes=10_000)
        ours = seconds(root, arguments.rounds)
        theirs = seconds_of_dot(shown, arguments.limit)
        lines.append(
            f"| {name} | {len(shown.cards)} | {len(shown.links)} | {ours:.4f} | {allowed:g} "
            f"| {theirs} |"
        )
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.report:
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
