"""Products with a Jacobian or Hessian as compiled lists, made of the list of a recorded function.

The chain rule is applied to the list's expressions once more, with columns for a vector beside
those for the point. `dependencies` reads from a list which entries such a matrix can have.

Read next: `sparse`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from autograd.compiler.pipeline import Specialization
from autograd.compiler.run.runner import Runner
from autograd.compiler.wengert.differentiate import differentiate
from autograd.compiler.wengert.expressions import Expressions
from autograd.compiler.wengert.rules import rule_of
from autograd.compiler.wengert.wengert import WengertList


def dependencies(program: WengertList) -> list[list[int]]:
    """For each output of a list, the columns that it depends on, sorted.

    What cannot have a derivative does not count: a step, the condition of a `where`, what
    `stop_gradient` gives.
    """
    last = {slot: user for user, step in program.steps for slot in step.arguments}
    outputs = set(program.outputs)
    found: dict[int, set[int]] = {column: {column} for column in range(program.columns)}
    for slot, (name, arguments, parameters) in program.steps:
        done = {a for a in arguments if last[a] == slot and a not in outputs}
        local = rule_of(name, parameters, len(arguments)).local
        passing = {a for a, slope in zip(arguments, local, strict=True) if slope is not None}
        passing &= found.keys()
        if passing:
            # The largest set that nothing else needs is added to, so that a long sum stays linear.
            largest = max(passing & done, key=lambda a: len(found[a]), default=None)
            depends: set[int] = set() if largest is None else found[largest]
            depends.update(*(found[a] for a in passing - {largest}))
            found[slot] = depends
        for a in done:
            found.pop(a, None)
    return [sorted(found.get(output, ())) for output in program.outputs]


def reverse_sweep(recorded: Specialization) -> Runner:
    """(x, v) ↦ vᵀJ, the gradient of Σ vᵢyᵢ."""
    n, m = _counts(recorded)
    e, outputs = _entered(recorded, m)
    product = differentiate(e, _weighted(e, outputs, range(n, n + m)), range(n))
    return Runner(e.listed(product)[0], "auto")


def forward_sweep(recorded: Specialization) -> Runner:
    """(x, v, u) ↦ J·v for any u: uᵀJ is linear in u, and J·v is the gradient of (uᵀJ)·v by u."""
    n, m = _counts(recorded)
    e, outputs = _entered(recorded, n + m)
    v, u = range(n, 2 * n), range(2 * n, 2 * n + m)
    row = differentiate(e, _weighted(e, outputs, u), range(n))
    product = differentiate(e, _weighted(e, row, v), u)
    return Runner(e.listed(product)[0], "auto")


def hessian_sweep(recorded: Specialization) -> tuple[list[list[int]], Runner]:
    """Which inputs each first derivative depends on, and (x, v) ↦ H·v, the gradient of gᵀv."""
    n, _ = _counts(recorded)
    e, (output,) = _entered(recorded, n)
    gradient = differentiate(e, output, range(n))
    pattern = dependencies(e.listed(gradient)[0])
    product = differentiate(e, _weighted(e, gradient, range(n, 2 * n)), range(n))
    return pattern, Runner(e.listed(product)[0], "auto")


def _counts(recorded: Specialization) -> tuple[int, int]:
    program = recorded.listed("value").program
    return program.columns, len(program.outputs)


def _entered(recorded: Specialization, more: int) -> tuple[Expressions, list[int]]:
    """The expressions of a function's outputs, with more columns for vectors."""
    program = recorded.listed("value").program
    columns = program.columns + more
    e = Expressions(columns, program.parameters)
    parameters = range(columns, columns + program.parameters)
    slots = e.include(program, range(program.columns), parameters)
    return e, [slots[output] for output in program.outputs]


def _weighted(e: Expressions, numbers: Sequence[int], weights: Sequence[int]) -> int:
    """Enter Σ weightᵢ·numberᵢ; a constant, which has no derivative, is left out."""
    pairs = zip(numbers, weights, strict=True)
    terms = [e.apply("multiply", pair) for pair in pairs if pair[0] not in e.constants]
    if not terms:
        return e.constant(0.0)
    return reduce(lambda total, term: e.apply("add", (total, term)), terms)
