"""Training a compiled program: batches, the optimiser's rule, clipping, a schedule.

A `Plan` holds three Wengert lists: the gradient of what is minimised, the numbers of a step that
are the same for all parameters, and the update of one parameter. The last two are recorded from the
optimiser's own methods, which are plain arithmetic; so the rule that moves a parameter here is the
one that the eager loop runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from autograd.compiler.engine import Backend, Engine
from autograd.compiler.simplify import Expressions, translate
from autograd.compiler.structure import Rows
from autograd.compiler.trace import record
from autograd.compiler.wengert import WengertList
from autograd.functions import minimum
from autograd.value import Value


class Optimizer(Protocol):
    """What training asks of an optimiser; those of `nn.optim` have it."""

    parameters: list[Value]
    lr: float
    steps: int
    state: list[tuple[float, ...]]
    initial_state: tuple[float, ...]

    def coefficients(self, lr: Any, step: Any) -> tuple[Any, ...]:
        """Return the numbers of this step that are the same for all parameters."""

    def update(
        self, parameter: Any, gradient: Any, state: tuple[Any, ...], coefficients: tuple[Any, ...]
    ) -> tuple[Any, tuple[Any, ...]]:
        """Return the new parameter and its new state."""


class Schedule(Protocol):
    """What training asks of a schedule of the learning rate."""

    def step(self) -> None:
        """Go one step further: set the optimiser's ``lr``."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """What is told of an epoch.

    Parameters
    ----------
    number : int
        The first is 1.
    loss : float
        The mean over the rows of the function's result, each before the step that it took part in.
    learning_rate : float
        The optimiser's ``lr`` in this epoch.
    gradient_norm : float
        The mean over the batches of the gradient's norm, before clipping.
    """

    number: int
    loss: float
    learning_rate: float
    gradient_norm: float


@dataclass(frozen=True, slots=True)
class Batches:
    """How the rows are divided up in every epoch."""

    size: int | None
    shuffle: bool
    seed: int

    def __post_init__(self) -> None:
        if self.size is not None and self.size < 1:
            raise ValueError(f"batch_size={self.size!r} is not allowed: it must be 1 or more")

    def epochs(self, rows: int) -> Iterator[list[list[int]]]:
        """Yield the row numbers of each batch, epoch after epoch."""
        random = Random(self.seed)
        while True:
            order = list(range(rows))
            if self.size is None:
                yield [order]
                continue
            if self.shuffle:
                random.shuffle(order)
            yield [order[i : i + self.size] for i in range(0, rows, self.size)]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a training loop computes, as Wengert lists.

    Parameters
    ----------
    parameters : tuple of Values
        The parameters of `gradient`: first those that are moved, then those that are not.
    moved : int
        How many are moved.
    gradient : WengertList
        Its sums are the loss, and for each moved parameter the derivative of loss and penalty.
    coefficients : WengertList
        Without columns; from the parameters lr and step to the outputs that `update` needs.
    update : WengertList
        The columns are a moved parameter, its derivative and its state, the parameters are the
        coefficients; the outputs are the parameter and its state afterwards. One row for each
        moved parameter.
    clip : float or None
        The largest norm of the gradient.
    backend : "auto", "llvm" or "python"
    """

    parameters: tuple[Value, ...]
    moved: int
    gradient: WengertList
    coefficients: WengertList
    update: WengertList
    clip: float | None
    backend: Backend


def make_plan(
    gradient: WengertList,
    captured: Sequence[Value],
    optimizer: Optimizer,
    *,
    clip: float | None,
    penalty: tuple[WengertList, Sequence[Value]] | None,
    backend: Backend,
) -> Plan:
    """Put together what training a program with an optimiser computes.

    Parameters
    ----------
    gradient : WengertList
        Its sums are the result and its derivatives by the captured leaves.
    captured : sequence of Values
    optimizer : Optimizer
    clip : float or None
    penalty : pair of (WengertList without columns, its parameters), optional
        Like `gradient`, of the penalty.
    backend : "auto", "llvm" or "python"
    """
    if clip is not None and not 0.0 <= clip < math.inf:
        raise ValueError(f"clip={clip!r} is not allowed: it is a norm, 0 or more, and finite")
    moved = list(optimizer.parameters)
    others = [*captured, *(penalty[1] if penalty else ())]
    parameters = tuple(dict.fromkeys([*moved, *others]))
    return Plan(
        parameters,
        len(moved),
        _objective(gradient, captured, penalty, parameters, len(moved)),
        _coefficients(optimizer),
        _update(optimizer),
        clip,
        backend,
    )


def _objective(
    gradient: WengertList,
    captured: Sequence[Value],
    penalty: tuple[WengertList, Sequence[Value]] | None,
    parameters: Sequence[Value],
    moved: int,
) -> WengertList:
    """Add the derivatives of loss and penalty up, for the parameters that are moved."""
    expressions = Expressions()
    columns = [expressions.enter("column", i) for i in range(gradient.columns)]
    number = {leaf: expressions.enter("parameter", i) for i, leaf in enumerate(parameters)}
    loss, *slopes = expressions.include(gradient, columns, [number[leaf] for leaf in captured])
    slope = dict(zip(captured, slopes, strict=True))
    if penalty is not None:
        listed, leaves = penalty
        _, *more = expressions.include(listed, [], [number[leaf] for leaf in leaves])
        for leaf, other in zip(leaves, more, strict=True):
            both = (slope[leaf], other) if leaf in slope else None
            slope[leaf] = expressions.apply("add", both, ()) if both else other
    zero = expressions.constant(0.0)
    wanted = [loss, *(slope.get(leaf, zero) for leaf in parameters[:moved])]
    return expressions.listed(gradient.columns, len(parameters), [], wanted)[0]


def _coefficients(optimizer: Optimizer) -> WengertList:
    recording = record(optimizer.coefficients, [optimizer.lr, 1.0])
    return translate([], recording.inputs, outputs=recording.outputs)[0]


def _update(optimizer: Optimizer) -> WengertList:
    coefficients = optimizer.coefficients(optimizer.lr, 1.0)
    recording = record(
        optimizer.update, [0.5, 0.5, optimizer.initial_state, tuple(map(float, coefficients))]
    )
    per_parameter = 2 + len(optimizer.initial_state)
    columns, shared = recording.inputs[:per_parameter], recording.inputs[per_parameter:]
    return translate(columns, shared, outputs=recording.outputs)[0]


def train(
    plan: Plan,
    rows: Rows,
    *,
    optimizer: Optimizer,
    epochs: int,
    batches: Batches,
    schedule: Schedule | None,
    callback: Callable[[Epoch], object] | None,
) -> list[Epoch]:
    """Run the loop; see `Program.train`."""
    if epochs < 0:
        raise ValueError(f"epochs={epochs!r} is not allowed: it must be 0 or more")
    loop = _Loop(plan, rows)
    history: list[Epoch] = []
    for number, epoch in zip(range(1, epochs + 1), batches.epochs(rows.count), strict=False):
        loop.take(optimizer)
        done = loop.epoch(number, epoch, optimizer.lr)
        loop.give_back(optimizer)
        history.append(done)
        if schedule is not None:
            schedule.step()
        if callback is not None and callback(done) is True:
            break
    return history


class _Loop:
    """The state of training: the parameters' numbers and the optimiser's, while steps are taken."""

    def __init__(self, plan: Plan, rows: Rows) -> None:
        self.plan = plan
        self.rows = rows
        self.gradient = Engine(plan.gradient, plan.backend)
        self.coefficients = Engine(plan.coefficients, "python")
        self.update = Engine(plan.update, plan.backend)
        self.numbers: list[float] = []
        self.states: list[tuple[float, ...]] = []
        self.steps = 0

    def take(self, optimizer: Optimizer) -> None:
        """Read parameters and optimiser, which a callback may have changed."""
        self.numbers = [leaf.data for leaf in self.plan.parameters]
        self.states = [tuple(map(float, state)) for state in optimizer.state]
        self.steps = optimizer.steps

    def give_back(self, optimizer: Optimizer) -> None:
        """Write parameters and optimiser."""
        for leaf, number in zip(optimizer.parameters, self.numbers, strict=False):
            leaf.data = number
        optimizer.state = list(self.states)
        optimizer.steps = self.steps

    def epoch(self, number: int, batches: Sequence[Sequence[int]], lr: float) -> Epoch:
        """Take a step for each batch."""
        loss, norms = 0.0, 0.0
        for batch in batches:
            total, norm = self.step(batch, lr)
            loss += total
            norms += norm
        return Epoch(number, loss / self.rows.count, lr, norms / len(batches))

    def step(self, batch: Sequence[int], lr: float) -> tuple[float, float]:
        """Take one step; return the sum of the batch's losses and the gradient's norm."""
        count = len(batch)
        _, (loss, *sums) = self.gradient.run(self.rows.take(batch), count, self.numbers)
        slopes = [x / count for x in sums]
        norm = math.hypot(*slopes)
        if self.plan.clip is not None:
            factor = norm_factor(norm, self.plan.clip)
            slopes = [factor * x for x in slopes]
        self.steps += 1
        (coefficients,), _ = self.coefficients.run([()], 1, [lr, float(self.steps)])
        moved = self.plan.moved
        table = [
            [number, slope, *state]
            for number, slope, state in zip(self.numbers[:moved], slopes, self.states, strict=True)
        ]
        after, _ = self.update.run(table, moved, coefficients)
        self.numbers[:moved] = [row[0] for row in after]
        self.states = [tuple(row[1:]) for row in after]
        return loss, norm


def norm_factor(norm: float, largest: float) -> float:
    """Return what a gradient of this norm is multiplied by to be clipped, as PyTorch does it."""
    return float(minimum(largest / (norm + 1e-6), 1.0))
