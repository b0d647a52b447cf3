"""A problem that can be computed by hand: the squared error of a line."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from autograd import Value
from autograd.compiler.train.plan import Captured
from autograd.compiler.wengert.wengert import Instruction, WengertList

SQUARED_ERROR = WengertList(  # (w·x + b - t)² and its derivatives by w and b
    columns=2,
    parameters=2,
    constants=(2.0,),
    instructions=(
        Instruction("multiply", (2, 0)),
        Instruction("add", (5, 3)),
        Instruction("subtract", (6, 1)),
        Instruction("multiply", (7, 7)),
        Instruction("multiply", (4, 7)),
        Instruction("multiply", (9, 0)),
    ),
    sums=(8, 10, 9),
)


@dataclass
class Line:
    """The line 3·x - 1, whose error at x = 2, t = 1 is 4: the loss is 16, its slopes 16 and 8."""

    w: Value = field(default_factory=lambda: Value(3.0, "w"))
    b: Value = field(default_factory=lambda: Value(-1.0, "b"))
    row: tuple[float, float] = (2.0, 1.0)

    @property
    def loss(self) -> Captured:
        """The list of the gradient, and the leaves that it is taken by."""
        return SQUARED_ERROR, (self.w, self.b)


@pytest.fixture
def line() -> Line:
    """The line, with leaves of its own."""
    return Line()
