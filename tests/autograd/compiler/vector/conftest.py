"""Vector code that tests write with `Lanes`, compiled and run."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import pytest

from autograd.compiler.vector.assembly import Function, Lanes, supporting_source
from autograd.compiler.vector.processor import assembled, host
from autograd.compiler.vector.target import Target

TARGETS = (Target(8, True), Target(4, True), Target(2, False), Target(1, True), Target(1, False))
Write = Callable[..., Sequence[Lanes]]


def compiled(write: Write, target: Target, arity: int) -> Callable[..., list[list[float]]]:
    """Compile what `write` makes of one vector of each argument; a list for each of its results."""
    function = Function(target)
    results = write(*(function.load(f"%in{k}") for k in range(arity)))
    for k, result in enumerate(results):
        function.store(result, f"%out{k}")
    function.do("ret void")
    names = [*(f"%in{k}" for k in range(arity)), *(f"%out{k}" for k in range(len(results)))]
    head = f"void @tested({', '.join(f'ptr {name}' for name in names)})"
    source = function.definition(head) + supporting_source(function)
    code = assembled(source, replace(host(), target=target))
    call = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(names))(code.address("tested"))
    vector = ctypes.c_double * target.lanes

    def compute(*arguments: Sequence[float]) -> list[list[float]]:
        padded = [[*given, *[given[-1]] * target.lanes][: target.lanes] for given in arguments]
        memory = [vector(*given) for given in padded] + [vector() for _ in results]
        call(*map(ctypes.addressof, memory))
        return [list(numbers) for numbers in memory[arity:]]

    compute.code = code  # the machine code lives as long as this
    return compute


@pytest.fixture
def compile_for() -> Callable[..., Callable[..., list[list[float]]]]:
    """Compile vector code for one target: compile_for(write, target, arity)."""
    return compiled


@pytest.fixture(params=TARGETS, ids=str)
def target(request: pytest.FixtureRequest) -> Target:
    """Every kind of vectors."""
    chosen: Target = request.param
    return chosen


@pytest.fixture
def run(target: Target) -> Callable[..., list[list[float]]]:
    """Run vector code for any count of numbers, a vector at a time: run(write, numbers, …)."""

    def run(write: Write, *arguments: Sequence[float]) -> list[list[float]]:
        count = len(arguments[0])
        compute = compiled(write, target, len(arguments))
        parts = [
            compute(*(given[k : k + target.lanes] for given in arguments))
            for k in range(0, count, target.lanes)
        ]
        return [list(chain(*lists))[:count] for lists in zip(*parts, strict=True)]

    return run
