"""Loops over like nodes: their numbers are those of Python's arithmetic, in every batch."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Value, compile, exp, relu, tanh, total
from autograd.compiler.emit.varying import write_varying
from autograd.compiler.lower import EXAMPLE, lower
from autograd.compiler.pipeline import Specialization
from autograd.compiler.run.native import Native
from autograd.compiler.schedule.repeats import LongSum, Repeat
from autograd.compiler.vector.processor import host
from autograd.compiler.wengert.wengert import Instruction, WengertList

N = 90
WEIGHTS = [Value(0.02 * k - 0.9) for k in range(N)]
Function = Callable[[Sequence[Any]], Value]


def layer(x: Sequence[Any]) -> Value:
    """Like neurons, whose derivatives are like, too; some saturate, where tanh′ is a rare case."""
    return (
        total(
            [tanh(w * x[0] + v * x[1] + 3.0) for w, v in zip(WEIGHTS, WEIGHTS[::-1], strict=True)]
        )
        * x[2]
    )


def walk(x: Sequence[Any]) -> Value:
    """Each sum goes on from the one before, and all are read."""
    moved, prices = x[0] * 0.1, []
    for k in range(N):
        moved = moved + WEIGHTS[0] * x[k % 7] * 0.01 + WEIGHTS[1]
        prices.append(exp(moved))
    return relu(total(prices) - 1.0)


def shuffled(x: Sequence[Any]) -> Value:
    """The operands of the rounds lie at no constant stride, and some results are read alone."""
    roots = [relu(WEIGHTS[k * 7 % N] * x[k * 3 % 7]) for k in range(N)]
    return total([r * r for r in roots[::3]]) + roots[1] * roots[4]


def bare(x: Sequence[Any]) -> Value:
    """A long sum of what varies, and one of differences."""
    squares = [w * x[k % 7] for k, w in enumerate(WEIGHTS)]
    return total([a * b for a, b in zip(squares, squares[::-1], strict=True)]) - total(squares)


LOOPS: dict[Function, tuple[int, int]] = {
    layer: (3, 1),
    walk: (3, 1),
    shuffled: (1, 0),
    bare: (2, 1),
}
"""How many repeats and long sums the gradient's code has."""


@pytest.mark.parametrize("function", LOOPS)
def test_these_functions_have_loops(function: Function) -> None:
    version = Specialization(function, ([0.5] * 7,), "llvm", 1)
    steps = lower(version.listed("gradient").program, host()).varying.steps
    found = [sum(isinstance(step, kind) for step in steps) for kind in (Repeat, LongSum)]
    assert tuple(found) == LOOPS[function]


@pytest.mark.parametrize("rows", [1, 7, 200])
@pytest.mark.parametrize("function", LOOPS)
def test_numbers_are_those_of_eager_evaluation(function: Function, rows: int) -> None:
    x = np.random.default_rng(1).normal(size=(rows, 7)).tolist()
    program = compile(function, backend="llvm")
    results = []
    for row in x:
        result = function(row)
        result.backward()
        results.append(result.data)
    slopes = [w.grad / rows for w in WEIGHTS]
    for w in WEIGHTS:
        w.grad = 0.0
    mean = program.backward(x)
    found = [w.grad for w in WEIGHTS]
    for w in WEIGHTS:
        w.grad = 0.0
    assert mean == pytest.approx(sum(results) / rows, rel=1e-12, abs=1e-12)
    assert found == pytest.approx(slopes, rel=1e-11, abs=1e-12)
    assert list(program.batch(x)) == pytest.approx(results, rel=1e-12, abs=1e-12)


def test_a_number_is_loaded_outside_of_the_loops_in_which_it_stays() -> None:
    """v + x·w for each parameter w: v before all loops, x for each vector, w in each round.

    What moves on by as much in each round needs no table.
    """
    neurons = tuple(Instruction("dot", (0, 1 + k, N + 1)) for k in range(N))
    like = lower(WengertList(1, N + 1, (), neurons, tuple(range(N + 2, 2 * N + 2))), EXAMPLE)
    dot = (Instruction("dot", (*range(1, N + 1), *[0] * N, N + 1)),)
    long = lower(WengertList(1, N + 1, (), dot, (N + 2,)), EXAMPLE)
    found = []
    for made in (like, long):
        (step,) = made.varying.steps
        half = write_varying(made.form, made.varying, made.memory, EXAMPLE.target)
        assert not any("@places" in declared for declared in half.declarations)
        kinds = re.findall(r" = (load double|load <4 x double>|phi i64)", half.texts[0])
        found.append((type(step), " ".join(kinds)))
    number, vector, loop = "load double", "load <4 x double>", "phi i64"
    assert found == [
        (Repeat, " ".join((number, loop, vector, loop, number))),
        (LongSum, " ".join((loop, number, vector, loop, number))),
    ]


@pytest.mark.parametrize("bias", [None, -0.0, 0.0])
@pytest.mark.parametrize("weighted", [True, False])
def test_a_long_sum_keeps_the_sign_of_zero(weighted: bool, bias: float | None) -> None:
    """Of thirty times -0 it is -0, and +0 if it begins with that."""
    count = 30
    factors = tuple(range(1, count + 1))
    name = "dot" if weighted else "total"
    read = (*factors, *[0] * count) if weighted else (*factors, 0)
    if bias is not None:
        read = (*read, count + 1) if weighted else (count + 1, *read)
    listed = WengertList(1, count + 1, (), (Instruction(name, read),), (count + 2,))
    (step,) = lower(listed, host()).varying.steps
    assert isinstance(step, LongSum)
    given = np.array([*[-0.0] * count, 0.0 if bias is None else bias])
    ((found, other),), _ = Native(listed).run(np.array([[1.0 if weighted else -0.0, 2.0]]), given)
    assert math.copysign(1.0, found) == (1.0 if bias is not None and str(bias) == "0.0" else -1.0)
    assert other == (0.0 if weighted else 2.0)
