"""What a drawing costs and how compact it is, beside Graphviz's ``dot``.

Run from the project's root; ``dot`` takes part where it is installed:

    python -m tests.benchmarks.draw_speed --report

``dot`` is given the same cards and links as plain DOT, one edge for each link, and is stopped after
some seconds: a parameter that feeds every step of a long chain makes it take minutes. How compact
a drawing is, is also measured for ``draw(..., layout="dot")``: dot's places with our curves.
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
from autograd.views.draw.layout import Graph, dot, layered
from autograd.views.draw.picture import Picture, picture
from nn import MLP
from tests.benchmarks.drawn import Figures, measure, measure_placement

POINTS = 72.0  # to an inch; dot measures in inches, and a pixel of ours is a point
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
    "network 2-3-3-2": (lambda: network(2, 3, 3, 2), 0.1),
    "network 2-4-4-1": (lambda: network(2, 4, 4, 1), 0.1),
    "network 8-20-15-1": (lambda: network(8, 20, 15, 1), 0.3),
    "network 40-40-30-1": (lambda: network(40, 40, 30, 1), 3.0),
    "tangle of 60": (lambda: tangle(60), 0.1),
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
        draw(root, fold=False, max_nodes=10_000, wrap=False).svg()
        times.append(time.process_time() - start)
    return statistics.median(times)


def ask_dot(shown: Picture, file_format: str, limit: float) -> bytes | str:
    """Have ``dot`` lay out the same cards and links; a word where it does not."""
    if shutil.which("dot") is None:
        return "not installed"
    lines = [
        f'{k} [label="", width={shown.card_width(card) / POINTS:.4f}, '
        f"height={shown.card_height(card) / POINTS:.4f}];"
        for k, card in enumerate(shown.cards)
    ]
    lines += [f"{link.source} -> {link.target};" for link in shown.links]
    source = "digraph { rankdir=LR; node [shape=box, fixedsize=true];" + "\n".join(lines) + "}"
    try:
        done = subprocess.run(
            ["dot", f"-T{file_format}"], input=source.encode(), capture_output=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return f"stopped after {limit:g}"
    return "crashed" if done.returncode else done.stdout


def seconds_of_dot(shown: Picture, limit: float) -> str:
    """Time ``dot -Tsvg`` on the same cards and links."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = ask_dot(shown, "svg", limit)
    if isinstance(answer, str):
        return answer
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.4f}"


def figures_of_dot(shown: Picture, limit: float) -> Figures | str:
    """Measure the drawing by ``dot`` alone, with its own curves."""
    answer = ask_dot(shown, "plain", limit)
    if isinstance(answer, str):
        return answer
    width = height = 0.0
    links, paths = [], []
    for line in answer.decode().splitlines():
        kind, *fields = line.split()
        if kind == "graph":
            width, height = (float(field) * POINTS for field in fields[1:3])
        if kind == "edge":
            links.append((int(fields[0]), int(fields[1])))
            numbers = [float(field) * POINTS for field in fields[3 : 3 + 2 * int(fields[2])]]
            paths.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return measure(width, height, links, paths)


def figures_with_places_of_dot(graph: Graph) -> Figures | str:
    """Measure the drawing with the places of ``dot`` and our curves."""
    if shutil.which("dot") is None:
        return "not installed"
    return measure_placement(graph.links, dot(graph))


def compared(ours: Figures, theirs: Figures | str) -> str:
    """Our area, length and crossings beside theirs, as cells of a table."""
    if isinstance(theirs, str):
        return f"{theirs} | | |"
    return (
        f"{theirs.width:.0f} × {theirs.height:.0f} | {ours.area / theirs.area:.2f} "
        f"| {ours.length / theirs.length:.2f} | {theirs.crossings} |"
    )


def main() -> None:
    """Print the table and, if asked to, keep it beside this file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that dot may take")
    parser.add_argument("--report", action="store_true", help=f"write {REPORT.name}")
    arguments = parser.parse_args()
    costs = [
        f"Drawing a graph in full, median of {arguments.rounds} rounds, "
        f"Python {platform.python_version()}; seconds of CPU.",
        "",
        "| graph | cards | links | draw and svg | allowed | dot -Tsvg |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    shapes = [
        "How compact the drawing is: pixels, length of all links, pairs of links that cross; and "
        "area and length as ratios, ours to theirs.",
        "",
        '| graph | ours | length | crossings | layout="dot" | area | length | crossings '
        "| dot alone | area | length | crossings |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, (build, allowed) in GRAPHS.items():
        root = build()
        shown = picture([root], fold_by=False, max_nodes=10_000)
        cost = seconds(root, arguments.rounds)
        theirs = seconds_of_dot(shown, arguments.limit)
        costs.append(
            f"| {name} | {len(shown.cards)} | {len(shown.links)} | {cost:.4f} | {allowed:g} "
            f"| {theirs} |"
        )
        graph = shown.graph("LR")
        ours = measure_placement(graph.links, layered(graph))
        shapes.append(
            f"| {name} | {ours.width:.0f} × {ours.height:.0f} | {ours.length:.0f} "
            f"| {ours.crossings} | {compared(ours, figures_with_places_of_dot(graph))} "
            f"{compared(ours, figures_of_dot(shown, arguments.limit))}"
        )
    text = "\n".join([*costs, "", *shapes]) + "\n"
    print(text)
    if arguments.report:
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
