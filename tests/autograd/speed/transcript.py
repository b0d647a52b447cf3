"""Print, bit by bit, what the engine computes: a script that `test_twins` runs in both ways."""

from __future__ import annotations

import operator
import random
import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from autograd import Value, aggregates, elementary, functions, gradients, no_grad, special
from autograd.graph import topological_order
from autograd.node import NOTHING, Node
from autograd.operation import TABLE


class Halved(float):
    """A float in name, whose number is another."""

    def __float__(self) -> float:
        return 0.5 * super().__float__()


NUMBERS = (0.0, -0.0, 0.3, -0.7, 1.0, -1.0, 2.0, 1e-300, -1e300, float("inf"), float("nan"))
OTHERS: tuple[Any, ...] = (3, -1, 0, True, 10**400, Fraction(1, 3), "1", None)
OTHERS += (1j, Halved(3.0), NOTHING)
OPERATORS: tuple[Callable[..., Any], ...] = (
    *(operator.add, operator.sub, operator.mul, operator.truediv, operator.pow),
    *(operator.mod, operator.floordiv),
    *(operator.neg, operator.pos, abs),
)


def bits(x: Any) -> str:
    if x is NOTHING:
        return "nothing"
    return struct.pack(">d", x).hex() if type(x) is float else repr(x)


def told(result: Any) -> str:
    """Everything that a node holds, its parents in one line each."""
    if not isinstance(result, Node):
        return f"{type(result).__name__} {bits(result)}"
    local = " ".join(map(bits, result._local))
    record = f"{type(result).__name__} {bits(result._data)} {bits(result.grad)} {result.label!r}"
    parents = "".join(f"\n    {told(p)}" for p in result.parents)
    return f"{record} {result.operation!r} [{local}]{parents}"


def attempt(function: Callable[..., Any], *arguments: Any) -> str:
    try:
        return told(function(*arguments))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def public_functions() -> Iterator[tuple[str, Callable[..., Any], int]]:
    """The functions of all rows, also of a few in each family, and how many inputs they take."""
    rows = vars(functions) | vars(elementary) | vars(special) | vars(aggregates)
    for name, function in rows.items():
        if TABLE.get(name.lstrip("_")) is getattr(function, "operation", 0):
            yield name, function, len(function.operation.domain)
    for n in (-1.5, 0.0, 0.5, 2.0, 3.0):
        yield f"power {n}", functions.fixed_power(n), 1
        yield f"leaky_relu {n}", functions._leaky_relu(n), 1
        yield f"elu {n}", functions._elu(n), 1
    yield "power_derivative", functions._power_derivative(1.0, 1.0), 2


def points(inputs: int) -> Iterator[tuple[float, ...]]:
    choose = random.Random(0)
    if inputs < 3:
        yield from product(NUMBERS, repeat=inputs)
    for _ in range(20):
        yield tuple(choose.uniform(-3.0, 3.0) for _ in range(inputs or choose.randint(1, 12)))


def applications(function: Callable[..., Any], inputs: int) -> Iterator[str]:
    """On Values, on numbers, and on both."""
    for point in points(inputs):
        yield attempt(function, *point)
        values = [Value(x, f"x{i}") for i, x in enumerate(point)]
        yield attempt(function, *values)
        yield attempt(function, *values[:1], *point[1:])
        yield attempt(function, *point[:-1], *values[-1:])
        with no_grad():
            yield attempt(function, *values)
    for other in OTHERS:
        yield attempt(function, other, *[Value(0.5)] * (inputs - 1))
        yield attempt(function, *[Value(0.5)] * (inputs - 1), other)
        if function not in OPERATORS:  # Python's own business
            yield attempt(function, *[other] * inputs)
    yield attempt(function)
    yield attempt(function, *[Value(0.5)] * (inputs + 1 if inputs else 3))


STEPS: tuple[Callable[[Value, Value], Any], ...] = (
    *(lambda a, b: a + b, lambda a, b: a - b, lambda a, b: (a * b).tanh(), lambda a, b: 2 - a / 3),
    *(lambda a, b: a.maximum(b), lambda a, b: a.relu() + 0, lambda a, b: (a * a + 1) ** -0.5),
    *(lambda a, b: a.exp().log(), lambda a, b: functions.dot([a, b, 2.0], [b, b, a], a).sin()),
    *(lambda a, b: functions.where(a > b, a, b), lambda a, b: functions.logsumexp([a, b])),
)


def graph() -> tuple[list[Value], Value]:
    """A random graph with every operator and many of the functions in it."""
    choose = random.Random(1)
    leaves = [Value(choose.uniform(0.5, 1.5)) for _ in range(10)]
    pool: list[Value] = list(leaves)
    for _ in range(2000):
        pool.append(choose.choice(STEPS)(*choose.sample(pool[-60:], 2)))
    return leaves, functions.total(pool)


def passes() -> Iterator[str]:
    leaves, root = graph()
    for gradient in (1.0, -2, 0.0, float("inf")):
        root.backward(gradient)
        yield " ".join(bits(v.grad) for v in topological_order(root))
        yield " ".join(bits(v.grad) for v in leaves)
    yield " ".join(v.operation.name for v in topological_order(root))
    yield " ".join(bits(v.data) for v in gradients(root, leaves))
    leaves[0].grad = 0  # an int, as people write it
    root.backward()
    yield bits(leaves[0].grad)
    for wrong in (None, "0", [1.0]):
        leaves[0].grad = wrong  # type: ignore[assignment]
        yield attempt(root.backward)
    lone = Value(1.0)
    lone.backward(3)
    yield bits(lone.grad)


def main() -> None:
    for name, function, inputs in public_functions():
        for line in applications(function, inputs):
            print(name, line)
    for operate in OPERATORS:
        inputs = 1 if operate in OPERATORS[-3:] else 2
        for line in applications(operate, inputs):
            print(operate.__name__, line)
    print(*passes(), sep="\n")


if __name__ == "__main__":
    main()
