"""What larger networks cost: to compile a training step, and to make one.

Run from the project's root, with the peers that are installed taking part:

    pip install -e '.[benchmark]'
    python -m tests.benchmarks.large_networks [--parts steps,firsts] [--rounds N]

A step is full-batch gradient descent on 256 rows of random numbers, in double precision on one
thread; 100 are made at a time, and what it takes to hand the parameters over is part of them. All
contestants' gradients are compared, then they make their steps in turn, each network in a process
of its own.

The time to the first step is that of everything between a Python function and the state after one
step: making the network, recording, differentiating, compiling, and the step. The library is
loaded, and has compiled a small network of the same kind, before. What is compiled is kept as long
as the process, so each first step has a process of its own; the contestants' processes run in turn.
The clock on the wall and the processor's time are told: JAX compiles on several threads.

The report has a section for each part; one that is not run stays as it is.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.compiled import in_child, measured, ratio, sections, told
from tests.benchmarks.contest import (
    OURS,
    Contestant,
    Result,
    Work,
    compiled_loop,
    contest,
    installed,
)

ROWS = 256
STEPS = 100
RATE = 0.01


@dataclass(frozen=True, slots=True)
class Network:
    """The numbers of values in each layer, and the activation of the hidden ones.

    One output is trained on numbers, with half the squared error; several on classes, with cross
    entropy.
    """

    sizes: tuple[int, ...]
    activation: str

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The shapes of the layers' weights."""
        return list(zip(self.sizes[1:], self.sizes[:-1], strict=True))

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        return sum(down * (across + 1) for down, across in self.shapes)

    @property
    def classifies(self) -> bool:
        """Whether it is trained on classes."""
        return self.sizes[-1] > 1

    def small(self) -> Network:
        """The same with narrow layers."""
        return Network((2, 3, self.sizes[-1]), self.activation)

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.sizes))}, {self.activation}"


NETWORKS = (
    Network((2, 64, 64, 1), "tanh"),
    Network((2, 128, 128, 1), "tanh"),
    Network((784, 32, 10), "relu"),
)


@dataclass(frozen=True, slots=True)
class Data:
    """A network and the rows that it is trained on."""

    network: Network
    x: Any
    y: Any


def draw(network: Network) -> tuple[Data, list[float]]:
    """Draw the rows, and the parameters to start from: each neuron's weights, then its bias."""
    source = np.random.default_rng(0)
    x = source.normal(size=(ROWS, network.sizes[0]))
    y = source.normal(size=ROWS)
    if network.classifies:
        y = source.integers(0, network.sizes[-1], size=ROWS)
    start = [
        np.hstack([source.normal(size=shape) / shape[1] ** 0.5, np.zeros((shape[0], 1))])
        for shape in network.shapes
    ]
    return Data(network, x, y), np.concatenate([layer.ravel() for layer in start]).tolist()


def parts(network: Network, numbers: Sequence[float]) -> list[Any]:
    """Cut the parameters up into weights and biases of each layer."""
    found: list[Any] = []
    rest = np.array(numbers)
    for down, across in network.shapes:
        layer = rest[: down * (across + 1)].reshape(down, across + 1)
        found += [np.ascontiguousarray(layer[:, :-1]), np.ascontiguousarray(layer[:, -1])]
        rest = rest[layer.size :]
    return found


def joined(pieces: Sequence[Any]) -> list[float]:
    """Undo `parts`."""
    pairs = zip(pieces[0::2], pieces[1::2], strict=True)
    layers = [np.hstack([w, np.reshape(b, (-1, 1))]).ravel() for w, b in pairs]
    return [float(x) for x in np.concatenate(layers)]


def stepgrad(data: Data) -> Contestant:
    """Prepare a compiled loop."""
    import autograd
    from nn import MLP, SGD, cross_entropy, half_squared_error

    sizes = data.network.sizes
    model = MLP(sizes[0], list(sizes[1:]), activation=data.network.activation)
    optimizer = SGD(model.parameters(), lr=RATE)
    error = cross_entropy if data.network.classifies else half_squared_error

    @autograd.compile(backend="llvm")
    def loss(x: Any, y: Any) -> Any:
        return error(model(x), y if data.network.classifies else [y])

    return compiled_loop(loss, optimizer, data.x, data.y)


def pytorch(data: Data) -> Contestant:
    """Prepare PyTorch, eager."""
    import torch

    torch.set_num_threads(1)
    x, y = torch.tensor(data.x), torch.tensor(data.y)
    f = getattr(torch, data.network.activation)

    def prepare(start: Sequence[float]) -> list[Any]:
        return [torch.tensor(part, requires_grad=True) for part in parts(data.network, start)]

    def loss(p: list[Any]) -> Any:
        h = x
        for w, b in zip(p[0:-2:2], p[1:-2:2], strict=True):
            h = f(torch.addmm(b, h, w.T))
        z = torch.addmm(p[-1], h, p[-2].T)
        if data.network.classifies:
            return torch.nn.functional.cross_entropy(z, y)
        return 0.5 * ((z[:, 0] - y) ** 2).mean()

    def train(p: list[Any], steps: int) -> list[Any]:
        for _ in range(steps):
            slopes = torch.autograd.grad(loss(p), p)
            with torch.no_grad():
                torch._foreach_add_(p, slopes, alpha=-RATE)
        return p

    return Contestant(
        "PyTorch, eager", prepare, train, lambda p: joined([part.detach().numpy() for part in p])
    )


def jax(data: Data) -> Contestant:
    """Prepare JAX with a compiled loop."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jnp = jax.numpy
    x, y = jnp.array(data.x), jnp.array(data.y)
    f = {"relu": jax.nn.relu, "tanh": jnp.tanh}[data.network.activation]

    def loss(p: list[Any]) -> Any:
        h = x
        for w, b in zip(p[0:-2:2], p[1:-2:2], strict=True):
            h = f(h @ w.T + b)
        z = h @ p[-2].T + p[-1]
        if data.network.classifies:
            chosen = jnp.take_along_axis(z, y[:, None], axis=1)[:, 0]
            return (jax.nn.logsumexp(z, axis=1) - chosen).mean()
        return 0.5 * ((z[:, 0] - y) ** 2).mean()

    def step(p: list[Any]) -> list[Any]:
        return [a - RATE * b for a, b in zip(p, jax.grad(loss)(p), strict=True)]

    loop = jax.jit(lambda p, steps: jax.lax.fori_loop(0, steps, lambda _, p: step(p), p))

    def prepare(start: Sequence[float]) -> list[Any]:
        return list(map(jnp.array, parts(data.network, start)))

    def train(p: list[Any], steps: int) -> list[Any]:
        return list(jax.block_until_ready(loop(p, steps)))

    return Contestant("JAX, fori_loop", prepare, train, joined)


Maker = Callable[[Data], Contestant]
MAKERS: tuple[Maker, ...] = (stepgrad, pytorch, jax)


First = tuple[float, float]
"""A first step: the seconds on the wall, and those of the processor, all threads together."""


def first_step(network: Network, make: Maker) -> dict[str, First]:
    """Time everything from the function to the state after one step; nothing if not installed."""
    (small, small_start), (data, start) = draw(network.small()), draw(network)
    times = {}
    for contestant in installed([make], small):
        contestant.train(contestant.prepare(small_start), 1)
        wall, processor = time.perf_counter(), time.process_time()
        contestant = make(data)
        contestant.train(contestant.prepare(start), 1)
        times[contestant.name] = time.perf_counter() - wall, time.process_time() - processor
    return times


def first_lines(network: Network, count: int) -> list[str]:
    """Time first steps, each in a process of its own and all contestants in turn; write rows."""
    times: dict[str, list[First]] = defaultdict(list)
    for _ in range(count):
        for make in MAKERS:
            for name, time_of_one in in_child(1, partial(first_step, network, make)).items():
                times[name].append(time_of_one)
    found = []
    ours = [min(seconds) for seconds in zip(*times[OURS], strict=True)]
    for name, firsts in times.items():
        cells = []
        for seconds, least in zip(zip(*firsts, strict=True), ours, strict=True):
            cells += [told(min(seconds)), told(statistics.median(seconds))]
            cells.append(ratio(min(seconds), least))
        found.append(f"| {network} | {name} | {' | '.join(cells)} |")
        print(found[-1], file=sys.stderr)
    return found


def steps(network: Network, rounds: int) -> Result:
    """Time many steps."""
    data, start = draw(network)
    return contest(Work(str(network), start, RATE, STEPS), installed(MAKERS, data), rounds)


def step_section(rounds: int) -> str:
    """Run the contests of many steps, and write them as Markdown."""
    report = [
        measured(rounds),
        "",
        "| network | contestant | one step | fastest | per weight and row | ÷ stepgrad |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for network in NETWORKS:
        result = in_child(1, partial(steps, network, rounds))
        per_weight = 1e9 / ROWS / network.parameters
        for name, times in result.times.items():
            step = statistics.median(times) / STEPS
            report.append(
                f"| {network} | {name} | {told(step)} | {told(min(times) / STEPS)} "
                f"| {step * per_weight:.3f} ns | {ratio(STEPS * step, result.median(OURS))} |"
            )
            print(report[-1], file=sys.stderr)
    return "\n".join(report)


def first_section(rounds: int) -> str:
    """Time the first steps, and write them as Markdown."""
    report = [
        measured(rounds),
        "",
        "Each in a process of its own, contestants in turn; ÷ compares the least. The processor's "
        "time is that of all threads; that on the wall counts where the machine has nothing else "
        f"to do: its load was {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors.",
        "",
        "| network | contestant | wall, least | median | ÷ stepgrad | processor, least | median "
        "| ÷ stepgrad |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for network in NETWORKS:
        report += first_lines(network, rounds)
    return "\n".join(report)


PARTS: dict[str, tuple[str, Callable[[int], str]]] = {
    "steps": ("One step", step_section),
    "firsts": ("To the first step", first_section),
}
"""By the name on the command line, the heading in the report and what writes the section."""


def main() -> None:
    """Parse the arguments, run, print and keep the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there are no parts {sorted(unknown)}; the parts are {', '.join(PARTS)}")
    report = Path(__file__).with_suffix(".md")
    kept = sections(report.read_text(encoding="utf-8"))
    for part in parts:
        heading, write = PARTS[part]
        kept[heading] = write(arguments.rounds)
        print(kept[heading])
        written = [f"## {name}\n\n{kept[name]}\n" for name, _ in PARTS.values() if name in kept]
        report.write_text("\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
