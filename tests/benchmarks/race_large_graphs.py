"""W6: compile a graph of mixed scalar operations and its gradient, then run it again and again."""

from __future__ import annotations

import gc
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

MACHINE = "CasADi, virtual machine"
INPUTS = 20
POINT = [random.Random(1).uniform(0.5, 1.5) for _ in range(INPUTS)]
FORMS = [
    *("{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / {x}", "{a} * {a}"),
    *("tanh({a})", "exp({a})", "sin({a})", "relu({a})"),
]
KINK = 1e-9  # how near to relu's kink nothing comes: there CasADi's derivative is 1/2, ours is 0
BEFORE = 100  # runs that are not timed: by then, what starts with an interpreter has changed over
AGAIN = 0.5  # seconds that a compiled graph is run for after that
LONGEST = 20.0
"""Seconds that a start may take: an engine that took longer gets no more rounds, and one that would
take longer, at the time for each operation that it took before, gets no larger graphs."""

Function = Callable[[Sequence[Any]], Any]
Compiled = Callable[[], Sequence[float]]
"""The derivatives at POINT."""
Start = Callable[[], Compiled]
"""Compiles."""


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
        if abs(known[a]) < KINK:
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
        Has Python read the graph's source, which is not timed; what it returns compiles the graph.
    """

    name: str
    build: Callable[[Graph], Start]


@dataclass(slots=True)
class Times:
    """What an engine took for graphs of one size, in seconds."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)


def stepgrad(backend: Any) -> Engine:
    """Compile with one of the project's back ends."""
    import autograd

    def build(graph: Graph) -> Start:
        names = ("tanh", "exp", "sin", "relu")
        f = graph.function(**{name: getattr(autograd, name) for name in names})
        leaves = [autograd.Value(x) for x in POINT]

        def start() -> Compiled:
            program = autograd.compile(lambda: f(leaves), backend=backend)

            def run() -> list[float]:
                for leaf in leaves:
                    leaf.grad = 0.0
                program.backward()
                return [leaf.grad for leaf in leaves]

            return run

        return start

    return Engine(f"stepgrad, {backend}", build)


def casadi_function(graph: Graph) -> Callable[[], Any]:
    """Return what makes CasADi's function of result and derivatives."""
    import casadi

    f = graph.function(
        tanh=casadi.tanh, exp=casadi.exp, sin=casadi.sin, relu=lambda x: casadi.fmax(x, 0.0)
    )

    def make() -> Any:
        x = casadi.SX.sym("x", INPUTS)
        value = f(casadi.vertsplit(x))
        return casadi.Function("f", [x], [value, casadi.gradient(value, x)])

    return make


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

    def build(graph: Graph) -> Start:
        make = casadi_function(graph)
        return lambda: casadi_run(make())

    return Engine(MACHINE, build)


def casadi_c() -> Engine:
    """Have CasADi write C, and compile that."""
    import casadi

    def build(graph: Graph) -> Start:
        make = casadi_function(graph)

        def start() -> Compiled:
            generator = casadi.CodeGenerator("f.c")
            generator.add(make())
            source = Path(generator.generate(f"{mkdtemp()}/"))
            path = library(source, "-O1", "-march=native", libraries=("-lm",))
            return casadi_run(casadi.external("f", str(path)))

        return start

    return Engine("CasADi as C, -O1", build)


def jax() -> Engine:
    """Compile with JAX."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jnp = jax.numpy

    def build(graph: Graph) -> Start:
        f = graph.function(tanh=jnp.tanh, exp=jnp.exp, sin=jnp.sin, relu=jax.nn.relu)
        x = jnp.array(POINT)

        def start() -> Compiled:
            compiled = jax.jit(jax.value_and_grad(lambda x: f([x[i] for i in range(INPUTS)])))
            return lambda: compiled(x)[1].block_until_ready()

        return start

    return Engine("JAX, jit", build)


def engines() -> list[Engine]:
    """Return those that are installed."""
    found = [stepgrad("python"), stepgrad("llvm"), stepgrad("auto")]
    for make in (casadi, casadi_c, jax):
        try:
            found.append(make())
        except ImportError as error:
            print(f"{make.__name__} does not take part: {error}", file=sys.stderr)
    return found


def run(operations: int, rounds: int, expected: dict[str, float]) -> dict[str, Times]:
    """Compile another graph of this size in each round with every engine in turn, and run it.

    Parameters
    ----------
    operations, rounds : int
    expected : dict of float
        How many seconds to expect, by the engine's name; for those that are not in it, no time.
    """
    taking_part = [engine for engine in engines() if expected.get(engine.name, 0.0) <= LONGEST]
    times = {engine.name: Times() for engine in taking_part}
    for engine in taking_part:  # what the first use of an engine costs is none of the graph's
        engine.build(graph(100, 0))()()
    for number in range(rounds):
        problem = graph(operations, seed=1 + number)
        found: dict[str, list[float]] = {}
        for engine in taking_part:
            if max(times[engine.name].first, default=0.0) <= LONGEST:
                found[engine.name] = turn(engine, problem, times[engine.name])
        check(found)
    return times


def turn(engine: Engine, problem: Graph, times: Times) -> list[float]:
    """Time an engine's start and its runs; return the derivatives that it found."""
    start = engine.build(problem)
    gc.collect()
    gc.freeze()  # what the other engines hold in memory is not for this one to go through
    before = time.perf_counter()
    program = start()
    slopes = program()
    times.first.append(time.perf_counter() - before)
    gc.unfreeze()
    found = [float(x) for x in slopes]
    times.again.append(per_operation(program, problem.operations))
    return found


def check(found: dict[str, list[float]]) -> None:
    """Refuse to time engines that compute different gradients."""
    (first, expected), *others = found.items()
    for name, slopes in others:
        difference = max(abs(a - b) for a, b in zip(expected, slopes, strict=True))
        if not difference <= 1e-9 * max(1.0, *map(abs, expected)):
            raise SystemExit(f"W6: {name} differs from {first} by {difference:.3g}")


def per_operation(program: Compiled, operations: int) -> float:
    """Seconds for each operation of the graph, its gradient included: the median of late runs."""
    for _ in range(BEFORE):
        program()
    before = time.perf_counter()
    program()
    once = time.perf_counter() - before
    at_once = max(1, int(AGAIN / 100 / once))
    times: list[float] = []
    started = time.perf_counter()
    while (before := time.perf_counter()) < started + AGAIN:
        for _ in range(at_once):
            program()
        times.append((time.perf_counter() - before) / at_once)
    return statistics.median(times) / operations
