"""What an eager training step costs: moons, 100 points, a 2-16-16-1 network, full batch.

Run from the project's root:

    pip install micrograd
    python -m tests.benchmarks.training

Both contestants start from the same weights and minimise the same function: the mean hinge loss
plus 1e-4·Σw². Their first step is compared before. A step is forward, backward and the update of
337 parameters. micrograd's graphs are reference cycles, so what it costs depends on Python's cyclic
collector: it is timed with the collector on, as a user has it, and off.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from micrograd import nn as micrograd_nn

from autograd import Value
from nn import MLP, SGD, fit, hinge, l2_penalty

RATE = 0.05
PENALTY = 1e-4
Step = Callable[[], None]


def moons(points: int, noise: float) -> tuple[list[list[float]], list[int]]:
    """Two half circles, one inside the other, with labels of -1 and 1."""
    generator = random.Random(0)
    rows, labels = [], []
    for i in range(points):
        label = 1 if i % 2 else -1
        angle = math.pi * (i // 2) / (points // 2 - 1)
        x, y = math.cos(angle), math.sin(angle)
        if label > 0:
            x, y = 1 - x, 0.5 - y
        rows.append([x + generator.gauss(0, noise), y + generator.gauss(0, noise)])
        labels.append(label)
    return rows, labels


def penalty(parameters: list[Value]) -> Value:
    """1e-4·Σw², as micrograd's demonstration has it."""
    return 2 * PENALTY * l2_penalty(parameters)


def stepgrad(rows: list[list[float]], labels: list[int]) -> tuple[MLP, Step]:
    """Prepare the step that `fit` takes."""
    model = MLP(2, [16, 16, 1], activation="relu", seed=0)
    optimizer = SGD(model.parameters(), lr=RATE)

    def step() -> None:
        fit(
            model,
            hinge,
            rows,
            labels,
            optimizer=optimizer,
            epochs=1,
            penalty=penalty,
            compiled=False,
            progress=False,
        )

    return model, step


def micrograd(
    model: MLP, rows: list[list[float]], labels: list[int]
) -> tuple[micrograd_nn.MLP, Step]:
    """Prepare the step of micrograd's demonstration, from the same weights."""
    other = micrograd_nn.MLP(2, [16, 16, 1])
    for layer, other_layer in zip(model.layers, other.layers, strict=True):
        for neuron, other_neuron in zip(layer.neurons, other_layer.neurons, strict=True):
            other_neuron.b.data = neuron.bias.data
            for weight, other_weight in zip(neuron.weights, other_neuron.w, strict=True):
                other_weight.data = weight.data

    def step() -> None:
        losses = [(1 + -y * other(x)).relu() for x, y in zip(rows, labels, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        loss = loss + PENALTY * sum(p * p for p in other.parameters())
        other.zero_grad()
        loss.backward()
        for parameter in other.parameters():
            parameter.data -= RATE * parameter.grad

    return other, step


def seconds(step: Step) -> float:
    """Time one step."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def medians(steps: dict[str, Step], rounds: int) -> dict[str, float]:
    """Time the contestants in turn."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            times[name].append(seconds(step))
    return {name: statistics.median(found) for name, found in times.items()}


def table(rounds: int) -> str:
    """Run the contest and write its table as Markdown."""
    rows, labels = moons(100, noise=0.1)
    model, ours = stepgrad(rows, labels)
    other, theirs = micrograd(model, rows, labels)
    steps = {"stepgrad": ours, "micrograd": theirs}
    for step in steps.values():
        step()
    for parameter, other_parameter in zip(model.parameters(), _in_order(other), strict=True):
        if abs(parameter.data - other_parameter.data) > 1e-9:
            raise SystemExit(f"{parameter.label}: {parameter.data!r}, not {other_parameter.data!r}")
    with_collector = medians(steps, rounds)
    gc.collect()
    gc.disable()
    without = medians(steps, 1)  # micrograd's cycles pile up in memory meanwhile
    gc.enable()
    lines = [
        f"One full-batch step on moons (100 points, MLP 2-16-16-1, ReLU, hinge + L2), median of "
        f"{rounds} rounds in turn, Python {sys.version.split()[0]}.",
        "",
        "| engine | ms per step | ratio to stepgrad | collector off, ms |",
        "|---|---:|---:|---:|",
    ]
    for name, median in with_collector.items():
        ratio = median / with_collector["stepgrad"]
        lines.append(f"| {name} | {median * 1e3:.1f} | {ratio:.1f} | {without[name] * 1e3:.1f} |")
    return "\n".join(lines)


def _in_order(model: micrograd_nn.MLP) -> list[object]:
    """List micrograd's parameters, which come weights first, in the order of ours."""
    return [p for layer in model.layers for n in layer.neurons for p in [*n.w, n.b]]


def main() -> None:
    """Parse the arguments, run, print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    result = table(parser.parse_args().rounds)
    print(result)
    Path(__file__).with_suffix(".md").write_text(result + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
