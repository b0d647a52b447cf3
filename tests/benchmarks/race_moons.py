"""W3, W4: a step of full-batch gradient descent on moons, 2-16-16-1, hinge loss + 1e-4·Σw²."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.contest import (
    LIMIT,
    Contestant,
    Result,
    Work,
    compiled_gradient,
    compiled_loop,
    contest,
    installed,
)
from tests.benchmarks.native import NATIVE, function, library
from tests.benchmarks.race_worked_example import without_collector

HIDDEN = 16
SHAPES = ((HIDDEN, 2), (HIDDEN,), (HIDDEN, HIDDEN), (HIDDEN,), (HIDDEN,), (1,))
RATE = 0.1
ALPHA = 1e-4


@dataclass(frozen=True, slots=True)
class Moons:
    """The points (rows, 2), their labels -1 or 1, the activation, and how many threads may run."""

    x: Any
    y: Any
    activation: str
    threads: int


def moons(points: int, activation: str, threads: int) -> tuple[Moons, list[float]]:
    """Draw the points, and the parameters to start from: weights in layers, biases 0."""
    from sklearn.datasets import make_moons

    np.random.seed(1337)
    x, labels = make_moons(n_samples=points, noise=0.1)
    start = [
        np.random.uniform(-1.0, 1.0, shape) if k % 2 == 0 else np.zeros(shape)
        for k, shape in enumerate(SHAPES)
    ]
    data = Moons(np.ascontiguousarray(x), 2.0 * labels - 1.0, activation, threads)
    return data, np.concatenate([part.ravel() for part in start]).tolist()


def parts(numbers: Sequence[float]) -> list[Any]:
    """Cut the parameters up into weights and biases of each layer."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])
    pieces = np.split(np.array(numbers), ends[:-1])
    return [piece.reshape(shape) for piece, shape in zip(pieces, SHAPES, strict=True)]


def joined(pieces: Sequence[Any]) -> list[float]:
    """Undo `parts`."""
    return [float(x) for piece in pieces for x in np.ravel(piece)]


def limit(data: Moons, folder: Path) -> Contestant:
    """Prepare the C by hand."""
    tanh = int(data.activation == "tanh")
    options = [*NATIVE, "-mprefer-vector-width=512", f"-DTANH={tanh}", "-fopenmp"]
    path = library(folder / "mlp.c", *options, libraries=("-lmvec", "-lm"))
    kinds = ["array"] * 4 + ["long", "double", "double", "long"]
    call = function(path, "train_block" if data.threads == 1 else "train_omp", *kinds)
    columns = [np.ascontiguousarray(column) for column in (*data.x.T, data.y)]

    def train(p: Any, steps: int) -> Any:
        call(p.ctypes.data, *(c.ctypes.data for c in columns), len(data.y), ALPHA, RATE, steps)
        return p

    return Contestant(LIMIT, lambda start: np.array(start), train, list)


def stepgrad_parts(data: Moons) -> tuple[Any, ...]:
    """Return the compiled loss, an optimiser (parameters in the order of `SHAPES`), the data."""
    import autograd
    from nn import MLP, SGD, hinge, l2_penalty

    model = MLP(2, [HIDDEN, HIDDEN, 1], activation=data.activation)
    ordered = []
    for layer in model.layers:
        ordered += [weight for neuron in layer.neurons for weight in neuron.weights]
        ordered += [neuron.bias for neuron in layer.neurons]

    @autograd.compile(backend="llvm", threads=data.threads)
    def loss(x: Any, y: Any) -> Any:
        return hinge(model(x), y) + 2 * ALPHA * l2_penalty(ordered)

    return loss, SGD(ordered, lr=RATE), data.x, data.y


def stepgrad(data: Moons) -> Contestant:
    """Prepare a compiled loop."""
    return compiled_loop(*stepgrad_parts(data))


def stepgrad_backward(data: Moons) -> Contestant:
    """Prepare a compiled gradient, and steps in Python."""
    return compiled_gradient(*stepgrad_parts(data))


def micrograd(data: Moons) -> Contestant:
    """Prepare the step of micrograd's demonstration."""
    from micrograd.nn import MLP

    rows, labels = data.x.tolist(), data.y.tolist()

    def ordered(model: Any) -> list[Any]:
        layers = [[*(w for n in layer.neurons for w in n.w)] for layer in model.layers]
        biases = [[n.b for n in layer.neurons] for layer in model.layers]
        return [p for pair in zip(layers, biases, strict=True) for part in pair for p in part]

    def prepare(start: Sequence[float]) -> Any:
        model = MLP(2, [HIDDEN, HIDDEN, 1])
        for parameter, number in zip(ordered(model), start, strict=True):
            parameter.data = number
        return model

    def train(model: Any, steps: int) -> Any:
        for _ in range(steps):
            losses = [(1 + -y * model(x)).relu() for x, y in zip(rows, labels, strict=True)]
            loss = sum(losses) * (1.0 / len(losses))
            loss = loss + ALPHA * sum(p * p for p in model.parameters())
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                p.data -= RATE * p.grad
        return model

    return Contestant("micrograd", prepare, train, lambda model: [p.data for p in ordered(model)])


def pytorch(data: Moons) -> Contestant:
    """Prepare PyTorch, eager."""
    import torch

    torch.set_num_threads(data.threads)
    x, y = torch.tensor(data.x), torch.tensor(data.y)
    f = getattr(torch, data.activation)

    def prepare(start: Sequence[float]) -> list[Any]:
        return [torch.tensor(part, requires_grad=True) for part in parts(start)]

    def train(p: list[Any], steps: int) -> list[Any]:
        w1, b1, w2, b2, w3, b3 = p
        for _ in range(steps):
            score = f(torch.addmm(b2, f(torch.addmm(b1, x, w1.T)), w2.T)) @ w3 + b3
            loss = torch.relu(1.0 - y * score).mean()
            loss = loss + ALPHA * sum((part * part).sum() for part in p)
            slopes = torch.autograd.grad(loss, p)
            with torch.no_grad():
                torch._foreach_add_(p, slopes, alpha=-RATE)
        return p

    return Contestant(
        "PyTorch, eager", prepare, train, lambda p: joined([part.detach() for part in p])
    )


def jax_parts(data: Moons) -> tuple[Any, Callable[[Any], Any]]:
    """Return JAX, set up for doubles and for calls without a queue, and a step."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    x, y = jax.numpy.array(data.x), jax.numpy.array(data.y)
    f = {"relu": jax.nn.relu, "tanh": jax.numpy.tanh}[data.activation]

    def loss(p: list[Any]) -> Any:
        w1, b1, w2, b2, w3, b3 = p
        score = f(f(x @ w1.T + b1) @ w2.T + b2) @ w3 + b3
        penalty = ALPHA * sum((part * part).sum() for part in p)
        return jax.nn.relu(1.0 - y * score).mean() + penalty

    def step(p: list[Any]) -> list[Any]:
        return [a - RATE * b for a, b in zip(p, jax.grad(loss)(p), strict=True)]

    return jax, step


def jax_step(data: Moons) -> Contestant:
    """Prepare JAX with a compiled step, called from Python."""
    jax, one = jax_parts(data)
    step = jax.jit(one)

    def train(p: list[Any], steps: int) -> list[Any]:
        for _ in range(steps):
            p = step(p)
        return list(jax.block_until_ready(p))

    return Contestant(
        "JAX, jit step", lambda s: list(map(jax.numpy.array, parts(s))), train, joined
    )


def jax_loop(data: Moons) -> Contestant:
    """Prepare JAX with a compiled loop."""
    jax, one = jax_parts(data)
    loop = jax.jit(lambda p, steps: jax.lax.fori_loop(0, steps, lambda _, p: one(p), p))

    def train(p: list[Any], steps: int) -> list[Any]:
        return list(jax.block_until_ready(loop(p, steps)))

    return Contestant(
        "JAX, fori_loop", lambda s: list(map(jax.numpy.array, parts(s))), train, joined
    )


def run(
    name: str, points: int, activation: str, threads: int, limits: Path | None, rounds: int
) -> Result:
    """Hold a contest; micrograd, which has no tanh, takes part where there is none."""
    data, start = moons(points, activation, threads)

    def micrograd_without_collector(data: Moons) -> Contestant:
        return without_collector(micrograd(data))

    makers = [stepgrad, stepgrad_backward, pytorch, jax_step, jax_loop]
    if activation == "relu":
        makers += [micrograd, micrograd_without_collector]
    contestants = installed(makers, data)
    if limits is not None:
        contestants.insert(0, limit(data, limits))
    return contest(Work(name, start, RATE), contestants, rounds)
