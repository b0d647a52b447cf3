"""W6: compile a graph of mixed scalar operations and its gradient, then run it again and again."""

from __future__ import annotations

import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.benchmarks.native import library

INPUTS = 20
POINT = [random.Random(1).uniform(0.5, 1.5) for _ in range(INPUTS)]
FORMS = [
    *("{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / {x}", "{a} * {a}"),
    *("tanh({a})", "exp({a})", "sin({a})", "relu({a})"),
]
AGAIN = 0.5  # seconds that a compiled graph is run for

Function = Callable[[Sequence[Any]], Any]
Compiled = Callable[[], Sequence[float]]
"""The derivatives at POINT."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A straight-line program of scalar operations, written for any kind of number."""

    source: str
    operations: int

    def function(self, **functions: Callable[[Any], Any]) -> Function:
        """Return the program as a function of a sequence, given tanh, exp, sin and relu."""
        scope: dict[str, Any] = dict(functions)
        exec(self.source, scope)
        found: Function = scope["f"]
        return found


def graph(operations: int, seed: int) -> Graph:
    """Write a program at random; every value is used, and stays near 1."""
    choose = random.Random(seed)
    known = {f"x{i}": number for i, number in enumerate(POINT)}
    functions = {"tanh": math.tanh, "exp": math.exp, "sin": math.sin, "relu": lambda x: max(x, 0.0)}
    inputs = list(known)
    pool = list(inputs)
    lines = [f"{', '.join(inputs)} = x"]

    def line(expression: str) -> str:
        name = f"v{len(lines)}"
        known[name] = eval(expression, functions | known)
        lines.append(f"{name} = {expression}")
        return name

    while len(lines) <= operations - INPUTS:
        a = pool.pop(choose.randrange(len(pool)))
        form = choose.choice(FORMS) if abs(known[a]) < 2.0 else "tanh({a})"
        if known[a] == 0.0:  # at relu's kink not all engines have the same derivative
            form = "exp({a})"
        pool.append(line(form.format(a=a, b=choose.choice(pool), x=choose.choice(inputs))))
    total = pool[0]
    for value in pool[1:]:
        total = line(f"{total} + {value}")
    return Graph("def f(x):\n    " + "\n    ".join([*lines, f"return {total}"]), len(lines) - 1)


@dataclass(frozen=True, slots=True)
class Engine:
    """Something that compiles a graph.

    Parameters
    ----------
    name : str
    build : callable
        Compiles the graph; what it returns gives the derivatives at `POINT`.
    largest : int
        The largest graph that it is asked for.
    """

    name: str
    build: Callable[[Graph], Compiled]
    largest: int = 50_000


@dataclass(slots=True)
class Times:
    """What an engine took for graphs of one size, in seconds."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)


def stepgrad(backend: Any) -> Engine:
    """Compile with one of the project's back ends."""
    import autograd

    def build(graph: Graph) -> Compiled:
        names = ("tanh", "exp", "sin", "relu")
        f = graph.function(**{name: getattr(autograd, name) for name in names})
        leaves = [autograd.Value(x) for x in POINT]
        program = autograd.compile(lambda: f(leaves), backend=backend)

        def run() -> list[float]:
            for leaf in leaves:
                leaf.grad = 0.0
            program.backward()
            return [leaf.grad for leaf in leaves]

        return run

    return Engine(f"stepgrad, {backend}", build)


def casadi_parts(graph: Graph) -> tuple[Any, Any]:
    """Return CasADi and the function that gives result and derivatives."""
    import casadi

    f = graph.function(
        tanh=casadi.tanh, exp=casadi.exp, sin=casadi.sin, relu=lambda x: casadi.fmax(x, 0.0)
    )
    x = casadi.SX.sym("x", INPUTS)
    value = f(casadi.vertsplit(x))
    return casadi, casadi.Function("f", [x], [value, casadi.gradient(value, x)])


def casadi_run(function: Any) -> Compiled:
    """Call CasADi's function through its buffers, without making matrices for each call."""
    import numpy as np

    buffer, trigger = function.buffer()
    x, value, slopes = np.array(POINT), np.zeros(1), np.zeros(INPUTS)
    buffer.set_arg(0, x.data)
    buffer.set_res(0, value.data)
    buffer.set_res(1, slopes.data)

    def run() -> Any:
        trigger()
        return slopes

    run.kept = buffer, x, value  # type: ignore[attr-defined]
    return run


def casadi() -> Engine:
    """Build CasADi's list for its virtual machine."""
    import casadi  # noqa: F401

    return Engine("CasADi, virtual machine", lambda graph: casadi_run(casadi_parts(graph)[1]))


def casadi_c() -> Engine:
    """Have CasADi write C, and compile that."""
    import casadi

    def build(graph: Graph) -> Compiled:
        _, function = casadi_parts(graph)
        generator = casadi.CodeGenerator("f.c")
        generator.add(function)
        source = Path(generator.generate(f"{mkdtemp()}/"))
        path = library(source, "-O1", "-march=native", libraries=("-lm",))
        return casadi_run(casadi.external("f", str(path)))

    return Engine("CasADi as C, -O1", build, largest=10_000)


def jax() -> Engine:
    """Compile with JAX."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jnp = jax.numpy

    def build(graph: Graph) -> Compiled:
        f = graph.function(tanh=jnp.tanh, exp=jnp.exp, sin=jnp.sin, relu=jax.nn.relu)
        compiled = jax.jit(jax.value_and_grad(lambda x: f([x[i] for i in range(INPUTS)])))
        x = jnp.array(POINT)
        return lambda: compiled(x)[1].block_until_ready()

    return Engine("JAX, jit", build, largest=1_000)


def engines() -> list[Engine]:
    """Return those that are installed."""
    found = [stepgrad("python"), stepgrad("llvm"), stepgrad("auto")]
    for make in (casadi, casadi_c, jax):
        try:
            found.append(make())
        except ImportError as error:
            print(f"{make.__name__} does not take part: {error}", file=sys.stderr)
    return found


def run(operations: int, rounds: int) -> dict[str, Times]:
    """Compile another graph of this size in each round with every engine in turn, and run it."""
    taking_part = [engine for engine in engines() if operations <= engine.largest]
    times = {engine.name: Times() for engine in taking_part}
    for engine in taking_part:  # what the first use of an engine costs is none of the graph's
        engine.build(graph(100, 0))()
    for number in range(rounds):
        problem = graph(operations, seed=1 + number)
        programs: dict[str, Compiled] = {}
        found: dict[str, list[float]] = {}
        for engine in taking_part:
            before = time.perf_counter()
            programs[engine.name] = engine.build(problem)
            slopes = programs[engine.name]()
            times[engine.name].first.append(time.perf_counter() - before)
            found[engine.name] = list(slopes)
        check(found)
        for name, program in programs.items():
            times[name].again.append(per_operation(program, problem.operations))
    return times


def check(found: dict[str, list[float]]) -> None:
    """Refuse to time engines that compute different gradients."""
    (first, expected), *others = found.items()
    for name, slopes in others:
        difference = max(abs(a - b) for a, b in zip(expected, slopes, strict=True))
        if not difference <= 1e-9 * max(1.0, *map(abs, expected)):
            raise SystemExit(f"W6: {name} differs from {first} by {difference:.3g}")


def per_operation(program: Compiled, operations: int) -> float:
    """Seconds for each operation of the graph, its gradient included: the median of late runs.

    Engines that start with an interpreter have had time to change over to something faster by then.
    """
    times: list[float] = []
    started = time.perf_counter()
    while (before := time.perf_counter()) < started + AGAIN:
        program()
        times.append(time.perf_counter() - before)
    return statistics.median(times[-max(1, len(times) // 4) :]) / operations
