"""What the compiler is held to: every row of the table, and random graphs."""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import FrozenInstanceError, dataclass, fields
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any, ClassVar

import pytest

import autograd
from autograd import Value, dot, hypot, logsumexp, maximum, minimum, total, where
from autograd.operation import FAMILIES, TABLE, Operation, look_up, record
from autograd.switches import ieee_arithmetic
from tests.autograd.families import MEMBERS

SPECIALS = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.7, 5e-324, 1e-300, 40.0, 711.0, -746.0, 1e16, 1e308, -1e308,
    math.inf, -math.inf, math.nan,
)  # fmt: skip
ORDINARY = (0.3, -0.7, 1.9, -2.6, 0.05)
PARAMETERS: dict[str, tuple[Any, ...]] = {
    "fixed_power": (3.0, 2.0, 1.0, 0.0, -1.0, 0.5, -2.5, 7.0),
    "leaky_relu": (0.01, 0.2),
    "elu": (1.0, 0.3),
    "power_derivative": ((1.0, 0.0), (0.0, 1.0), (2.0, 1.0)),
    "polygamma": (1.0, 2.0),
    "erfcx_slope": (1.0, 2.0),
    "sinc_slope": (1.0, 2.0),
    **MEMBERS,
}
MANY = ("dot", "total", "logsumexp", "prod", "norm")


@dataclass(frozen=True)
class Row:
    """A row of the table, as a function of so many numbers."""

    operation: Operation
    inputs: int

    def __call__(self, *arguments: Any) -> Any:
        """Apply it."""
        return record(self.operation, arguments)

    def points(self, numbers: Sequence[float]) -> Iterator[list[float]]:
        """Go through numbers for the inputs, each with every other at least once."""
        for i in range(len(numbers)):
            for step in range(1 if self.inputs == 1 else len(numbers)):
                yield [numbers[(i + k * step) % len(numbers)] for k in range(self.inputs)]


def all_rows() -> list[Row]:
    """List every operation of the table; families with several parameters."""
    rows = []
    for name, operation in TABLE.items():
        if name in MANY:
            rows += [Row(operation, n) for n in (1, 2, 5, 40) if name != "dot" or n != 1]
        else:
            rows.append(Row(operation, len(operation.domain)))
    for name in FAMILIES:
        chosen = [p if isinstance(p, tuple) else (p,) for p in PARAMETERS[name]]
        family = [look_up(name, parameters) for parameters in chosen]
        rows += [Row(operation, len(operation.domain)) for operation in family]
    return rows


@pytest.fixture(params=all_rows(), ids=lambda row: f"{row.operation!r}-{row.inputs}")
def row(request: pytest.FixtureRequest) -> Row:
    """Every operation of the table."""
    chosen: Row = request.param
    return chosen


def near(a: float, b: float, tolerance: float) -> bool:
    """Tell whether two floats agree: equal, both nan, or relatively near."""
    if a == b or (a != a and b != b):
        return True
    return abs(a - b) <= tolerance * max(abs(a), abs(b)) if math.isfinite(a - b) else False


@dataclass
class Eager:
    """What eager evaluation gives for one row of arguments."""

    value: float
    by_argument: list[float]
    by_parameter: list[float]


def eager(
    function: Callable[..., Any], arguments: Sequence[float], parameters: Sequence[Value] = ()
) -> Eager:
    """Evaluate a function of numbers and its gradient, in IEEE arithmetic; no grad is left over."""
    inputs = [Value(x) for x in arguments]
    for leaf in parameters:
        leaf.grad = 0.0
    with ieee_arithmetic.on():
        output = function(*inputs)
        output.backward()
    slopes = [leaf.grad for leaf in parameters]
    for leaf in parameters:
        leaf.grad = 0.0
    return Eager(output.data, [x.grad for x in inputs], slopes)


def same_slopes(slopes: Sequence[float], expected: Sequence[float], tolerance: float) -> bool:
    """Tell whether gradients agree, where the smallest may have digits that the largest lacks."""
    largest = max((abs(x) for x in expected if math.isfinite(x)), default=0.0)
    return all(
        near(a, b, tolerance) or abs(a - b) <= tolerance * largest
        for a, b in zip(slopes, expected, strict=True)
    )


class RandomGraph:
    """A random function of three numbers and four parameters, finite for moderate numbers."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.__name__ = f"graph{seed}"  # that of the compiled function
        generator = random.Random(seed)
        self.parameters = [Value(generator.uniform(-2.0, 2.0), f"w{i}") for i in range(4)]
        self.plan = [
            (
                generator.choice(sorted(UNARY) + sorted(BINARY) * 2 + sorted(NARY)),
                [generator.random() for _ in range(6)],
                generator.uniform(-2.0, 2.0),
            )
            for _ in range(generator.randint(3, 40))
        ]

    def __call__(self, a: Any, b: Any, c: Any) -> Any:
        """Build the graph: each operation takes earlier results, later ones more often."""
        values: list[Any] = [a, b, c, *self.parameters]
        for name, draws, number in self.plan:
            taken = [values[int(len(values) * draw**0.7)] for draw in draws]
            if name in UNARY:
                values.append(UNARY[name](taken[0]))
            elif name in BINARY:
                values.append(BINARY[name](taken[0], taken[1] if draws[5] < 0.8 else number))
            else:
                values.append(NARY[name](taken))
        return total(values[-5:])

    def rows(self, count: int) -> list[list[float]]:
        """Draw arguments."""
        generator = random.Random(self.seed + 1)
        return [[generator.uniform(-2.0, 2.0) for _ in range(3)] for _ in range(count)]

    NOT_FINITE: ClassVar = [
        [math.inf, 0.5, -0.7], [-math.inf, -0.7, 0.5], [math.nan, 0.3, 0.2], [0.5, math.inf, 0.0],
        [0.3, -0.7, -math.inf], [0.0, -0.0, 0.0], [math.inf, -math.inf, 1.0], [1.0, math.nan, 0.1],
    ]  # fmt: skip


UNARY: dict[str, Callable[[Any], Any]] = {
    "tanh": autograd.tanh,
    "sigmoid": autograd.sigmoid,
    "softplus": autograd.softplus,
    "sin": autograd.sin,
    "cos": autograd.cos,
    "exp": lambda x: autograd.exp(autograd.tanh(x)),
    "log": lambda x: autograd.log(1.0 + x * x),
    "sqrt": lambda x: autograd.sqrt(0.5 + x * x),
    "relu": autograd.relu,
    "leaky_relu": autograd.leaky_relu,
    "elu": autograd.elu,
    "gelu": autograd.gelu,
    "silu": autograd.silu,
    "abs": autograd.abs,
    "erf": autograd.erf,
    "atan": autograd.atan,
    "negative": lambda x: -x,
    "square": lambda x: autograd.tanh(x) ** 2,
    "root": lambda x: autograd.softplus(x) ** 1.5 / 10.0,
}
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: autograd.tanh(a) * b,
    "divide": lambda a, b: a / (1.0 + b * b),
    "maximum": maximum,
    "minimum": minimum,
    "hypot": lambda a, b: hypot(a, 1.0 + b * b),
    "where": lambda a, b: where(autograd.greater(a, b), a, 0.5 * b),
    "atan2": lambda a, b: autograd.atan2(a, 1.0 + b * b),
    "power": lambda a, b: autograd.sigmoid(a) ** autograd.tanh(b),
}
NARY: dict[str, Callable[[Sequence[Any]], Any]] = {
    "dot": lambda x: autograd.tanh(dot(x[:2], x[2:4], x[4])),
    "total": lambda x: autograd.sin(total(x)),
    "logsumexp": logsumexp,
}


@pytest.fixture(params=range(64))
def graph(request: pytest.FixtureRequest) -> RandomGraph:
    """64 random functions, in which each operation stands 24 times at the least."""
    return RandomGraph(request.param)


def guarded(count: int, *, behind: bool = True) -> Any:
    """Make an array of doubles that touches memory which may not be read or written.

    That memory begins right behind the array's last byte, or ends right before its first; on the
    other side it is at most a page away.
    """
    import numpy as np

    page = mmap.PAGESIZE
    size = max(1, -(-count * 8 // page)) * page
    memory = mmap.mmap(-1, size + 2 * page)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    for guard in (start, start + page + size):
        assert protect(ctypes.c_void_p(guard), ctypes.c_size_t(page), 0) == 0
    offset = page + size - count * 8 if behind else page
    return np.frombuffer(memory, dtype=np.float64, count=count, offset=offset)


def unchanging(*kinds: type[Any]) -> None:
    """Check that plans, lists and rules of these classes stay what they are made as."""
    for kind in kinds:
        with pytest.raises(FrozenInstanceError):
            setattr(object.__new__(kind), fields(kind)[0].name, None)


@dataclass(frozen=True)
class Tools:
    """The functions of this file that tests call."""

    eager: Callable[..., Eager] = eager
    near: Callable[[float, float, float], bool] = near
    same_slopes: Callable[..., bool] = same_slopes
    graph: type[RandomGraph] = RandomGraph
    guarded: Callable[..., Any] = guarded
    unchanging: Callable[..., None] = unchanging
    specials: tuple[float, ...] = SPECIALS
    ordinary: tuple[float, ...] = ORDINARY


@pytest.fixture
def tools() -> Tools:
    """The functions of this file."""
    return Tools()


@pytest.fixture
def without_forks(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType], Any]:
    """Executes a module again, as on a system that has no forks."""

    def again(module: ModuleType) -> Any:
        monkeypatch.delattr(os, "register_at_fork", raising=False)
        spec = find_spec(module.__name__)
        assert spec is not None and spec.loader is not None
        made = module_from_spec(spec)
        spec.loader.exec_module(made)
        return made

    return again


@pytest.fixture(params=["python", "llvm"])
def backend(request: pytest.FixtureRequest) -> str:
    """Every back end that runs programs."""
    chosen: str = request.param
    return chosen
