"""W2: 10,000 steps of gradient descent on the 2-2-2 example, its biases fixed."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

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

STEPS = 10_000
RATE = 0.5
START = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
INPUTS, BIASES, TARGETS = (0.05, 0.10), (0.35, 0.60), (0.01, 0.99)


def error(w: Sequence[Any], sigmoid: Callable[[Any], Any]) -> Any:
    """½Σ(output − target)², in plain arithmetic that every contestant's numbers know."""
    h1 = sigmoid(BIASES[0] + w[0] * INPUTS[0] + w[1] * INPUTS[1])
    h2 = sigmoid(BIASES[0] + w[2] * INPUTS[0] + w[3] * INPUTS[1])
    e1 = sigmoid(BIASES[1] + w[4] * h1 + w[5] * h2) - TARGETS[0]
    e2 = sigmoid(BIASES[1] + w[6] * h1 + w[7] * h2) - TARGETS[1]
    return 0.5 * (e1**2 + e2**2)


def limit(folder: Path) -> Contestant:
    """Prepare the C by hand."""
    import numpy as np

    path = library(folder / "worked_example.c", *NATIVE, libraries=("-lm",))
    call = function(path, "train", "array", "double", "long")

    def train(w: Any, steps: int) -> Any:
        call(w.ctypes.data, RATE, steps)
        return w

    return Contestant(LIMIT, lambda start: np.array(start), train, list)


def stepgrad_parts() -> tuple[Any, Any]:
    """Return the compiled error and an optimiser of its weights."""
    import autograd
    from nn import SGD

    weights = [autograd.Value(x) for x in START]
    program = autograd.compile(lambda: error(weights, autograd.sigmoid), backend="llvm")
    return program, SGD(weights, lr=RATE)


def stepgrad() -> Contestant:
    """Prepare a compiled loop."""
    return compiled_loop(*stepgrad_parts())


def stepgrad_backward() -> Contestant:
    """Prepare a compiled gradient, and steps in Python."""
    return compiled_gradient(*stepgrad_parts())


def micrograd() -> Contestant:
    """Prepare micrograd, with the function that it lacks written in its own manner."""
    from micrograd.engine import Value

    def sigmoid(x: Any) -> Any:
        out = Value(1.0 / (1.0 + math.exp(-x.data)), (x,), "sigmoid")

        def backward() -> None:
            x.grad += out.data * (1.0 - out.data) * out.grad

        out._backward = backward
        return out

    def train(weights: list[Any], steps: int) -> list[Any]:
        for _ in range(steps):
            for weight in weights:
                weight.grad = 0.0
            error(weights, sigmoid).backward()
            for weight in weights:
                weight.data -= RATE * weight.grad
        return weights

    def prepare(start: Sequence[float]) -> list[Any]:
        return [Value(x) for x in start]

    return Contestant("micrograd", prepare, train, lambda weights: [w.data for w in weights])


def micrograd_without_collector() -> Contestant:
    """Prepare micrograd with Python's cyclic collector off; its graphs pile up meanwhile."""
    return without_collector(micrograd())


def without_collector(contestant: Contestant) -> Contestant:
    """Switch the cyclic collector off while a contestant trains."""

    def train(state: Any, steps: int) -> Any:
        gc.disable()
        try:
            return contestant.train(state, steps)
        finally:
            gc.enable()

    return Contestant(
        f"{contestant.name}, collector off", contestant.prepare, train, contestant.read
    )


def pytorch() -> Contestant:
    """Prepare PyTorch, eager, with a matrix for each layer."""
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    x, t = torch.tensor(INPUTS), torch.tensor(TARGETS)

    def prepare(start: Sequence[float]) -> list[Any]:
        w = torch.tensor(start).reshape(2, 2, 2)
        return [layer.clone().requires_grad_() for layer in w]

    def train(layers: list[Any], steps: int) -> list[Any]:
        first, second = layers
        for _ in range(steps):
            hidden = torch.sigmoid(first @ x + BIASES[0])
            difference = torch.sigmoid(second @ hidden + BIASES[1]) - t
            slopes = torch.autograd.grad(0.5 * (difference @ difference), layers)
            with torch.no_grad():
                for layer, slope in zip(layers, slopes, strict=True):
                    layer -= RATE * slope
        return layers

    return Contestant(
        "PyTorch, eager", prepare, train, lambda s: [x for w in s for x in w.flatten().tolist()]
    )


def jax_numpy() -> Any:
    """Return JAX, set up for doubles and for calls without a queue."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    return jax


def jax_step() -> Contestant:
    """Prepare JAX with a compiled step, called from Python; faster with one array of weights."""
    jax = jax_numpy()
    slopes = jax.grad(lambda w: error(w, jax.nn.sigmoid))
    step = jax.jit(lambda w: w - RATE * slopes(w))

    def train(w: Any, steps: int) -> Any:
        for _ in range(steps):
            w = step(w)
        return w.block_until_ready()

    return Contestant("JAX, jit step", jax.numpy.array, train, list)


def jax_loop() -> Contestant:
    """Prepare JAX with a compiled loop; faster with a number for each weight."""
    jax = jax_numpy()
    slopes = jax.grad(lambda w: error(w, jax.nn.sigmoid))

    def step(_: Any, w: list[Any]) -> list[Any]:
        return [a - RATE * b for a, b in zip(w, slopes(w), strict=True)]

    loop = jax.jit(lambda w, steps: jax.lax.fori_loop(0, steps, step, w))

    def train(w: list[Any], steps: int) -> Any:
        return jax.block_until_ready(loop(w, steps))

    return Contestant("JAX, fori_loop", lambda start: [*map(jax.numpy.array, start)], train, list)


def casadi_fold() -> Contestant:
    """Prepare CasADi's loop, written by it as C and compiled."""
    import casadi

    w = casadi.SX.sym("w", 8)
    value = error(casadi.vertsplit(w), lambda z: 1.0 / (1.0 + casadi.exp(-z)))
    step = casadi.Function("step", [w], [w - RATE * casadi.gradient(value, w)])

    @cache
    def loop(steps: int) -> Any:
        folded = step.fold(steps) if steps > 1 else step
        generator = casadi.CodeGenerator("fold.c")
        generator.add(folded)
        source = Path(generator.generate(f"{mkdtemp()}/"))
        path = library(source, "-O3", "-march=native", libraries=("-lm",))
        return casadi.external(folded.name(), str(path))

    for steps in (1, STEPS):
        loop(steps)

    def train(w: Any, steps: int) -> Any:
        return loop(steps)(w)

    return Contestant(
        "CasADi, fold as C", lambda start: casadi.DM(start), train, lambda w: w.full().ravel()
    )


def run(limits: Path | None, rounds: int) -> Result:
    """Hold the contest."""
    peers = [micrograd, micrograd_without_collector, pytorch, jax_step, jax_loop, casadi_fold]
    contestants = installed([stepgrad, stepgrad_backward, *peers])
    if limits is not None:
        contestants.insert(0, limit(limits))
    work = Work("W2: the 2-2-2 example, 10,000 steps", START, RATE, STEPS, whole=True, target=1.2)
    return contest(work, contestants, rounds)
