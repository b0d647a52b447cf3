"""Lists that every stage is tried with: random operations, and the gradient of a small network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from autograd import compile, tanh, total
from autograd.compiler.wengert.wengert import Instruction, WengertList
from nn import Layer

COLUMNS, PARAMETERS, CONSTANTS = 3, 3, (0.5, -1.5)
ARITHMETIC = {"add": 2, "subtract": 2, "negative": 1, "multiply": 2, "positive": 1, "divide": 2}
FUNCTIONS = {"tanh": 1, "tanh_derivative": 1, "one_minus_square": 1}
KINDS = ARITHMETIC | FUNCTIONS | {"total": 3, "dot": 4}


def random_operations(seed: int, *, columns: int, kinds: dict[str, int], steps: int) -> WengertList:
    """Operations on what there is, the last results more often; some of all is wanted."""
    random, instructions = Random(seed), list[Instruction]()
    first = columns + PARAMETERS + len(CONSTANTS)
    for number in range(first, first + steps):
        name = random.choice(list(kinds))
        read = [int(number * random.random() ** 0.5) for _ in range(kinds[name])]
        instructions.append(Instruction(name, tuple(read)))
    outputs = tuple(random.randrange(first + steps) for _ in range(3))
    sums = (*(random.randrange(first + steps) for _ in range(4)), first + steps - 1)
    return WengertList(columns, PARAMETERS, CONSTANTS, tuple(instructions), outputs, sums)


def gradient(sizes: Sequence[int]) -> WengertList:
    """The gradient of the sum of a network's outputs, whose layers have tanh."""
    layers = [Layer(a, b, seed=a) for a, b in pairwise(sizes)]

    def loss(x: list[float]) -> Any:
        values: Any = x
        for layer in layers:
            values = [tanh(z) for z in layer(values)]
        return total(values)

    program = compile(loss, backend="python")
    program.backward([[0.1 * k for k in range(sizes[0])]])
    (recorded,) = program._specializations.values()
    return recorded.listed("gradient").program


@pytest.fixture
def random_list() -> Callable[..., WengertList]:
    """A list by the number of its seed."""

    def made(
        seed: int, *, columns: int = COLUMNS, arithmetic: bool = False, steps: int = 30
    ) -> WengertList:
        kinds = ARITHMETIC if arithmetic else KINDS
        return random_operations(seed, columns=columns, kinds=kinds, steps=steps)

    return made


@pytest.fixture(
    scope="session",
    params=[(3, 4, 2), (12, 12, 9, 1), (30, 26, 1)],
    ids=lambda p: "-".join(map(str, p)),
)
def network(request: pytest.FixtureRequest) -> WengertList:
    """The gradients of small, regular and wide networks."""
    return gradient(request.param)
