"""Training a compiled program: epochs, batches, a schedule, and who is told in between.

What is computed stands in a `Plan`; the loop over the batches runs in machine code (`driver`) or in
Python.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, overload

from autograd.checks import check_count
from autograd.compiler.record.rows import Rows
from autograd.compiler.record.trace import collector_paused
from autograd.compiler.run.runner import (
    Backend,
    Runner,
    has_machine_code,
    work,
    worth_machine_code,
)
from autograd.compiler.train.batches import Batches
from autograd.compiler.train.plan import Optimizer, Plan

if TYPE_CHECKING:
    from autograd.compiler.train.native_loop import NativeLoop

OPERATIONS_AT_ONCE = 50_000_000
"""Operations, each on one number, that machine code may do before Python gets to see Ctrl-C."""


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


class Epochs(Sequence[Epoch]):
    """What is told of every epoch of a training, in order.

    Attributes
    ----------
    losses, learning_rates, gradient_norms : arrays of floats
        Those of all epochs; see `Epoch`.
    """

    def __init__(self) -> None:
        self.losses = array("d")
        self.learning_rates = array("d")
        self.gradient_norms = array("d")

    def __len__(self) -> int:
        return len(self.losses)

    @overload
    def __getitem__(self, place: int) -> Epoch: ...
    @overload
    def __getitem__(self, place: slice) -> list[Epoch]: ...
    def __getitem__(self, place: int | slice) -> Epoch | list[Epoch]:
        numbers = range(1, len(self) + 1)[place]
        return self._told(numbers) if isinstance(numbers, int) else list(map(self._told, numbers))

    def _told(self, number: int) -> Epoch:
        i = number - 1
        return Epoch(number, self.losses[i], self.learning_rates[i], self.gradient_norms[i])

    def __repr__(self) -> str:
        ends = f", loss {self.losses[0]:.6g} to {self.losses[-1]:.6g}" if self else ""
        return f"<Epochs: {len(self)}{ends}>"


def train(
    plan: Plan,
    rows: Rows,
    *,
    optimizer: Optimizer,
    epochs: int,
    batches: Batches,
    schedule: Schedule | None,
    callback: Callable[[Epoch], object] | None,
    backend: Backend,
    threads: int,
) -> Epochs:
    """Run the loop; see `Program.train`."""
    check_count("epochs", epochs, 0)
    if rows.count == 1:
        rows = Rows(rows.structure, 1, [[]])  # the plan has them as constants
    size = min(batches.size or rows.count, rows.count)
    loop = _make_loop(plan, rows, size, epochs, backend, min(threads, size))
    orders = batches.orders(rows.count)
    alone = schedule is None and callback is None and batches.size is None
    at_once = _epochs_at_once(plan, rows.count) if alone else 1
    told = Epochs()
    loop.take(optimizer)
    try:
        while len(told) < epochs:
            loop.run(min(at_once, epochs - len(told)), next(orders), optimizer.lr, told)
            if schedule is not None:
                schedule.step()
            if callback is not None:
                loop.give_back(optimizer)
                if callback(told[-1]) is True:
                    break
                loop.take(optimizer)
    finally:
        loop.give_back(optimizer)
    return told


def _make_loop(
    plan: Plan, rows: Rows, size: int, epochs: int, backend: Backend, threads: int
) -> _Loop:
    native = backend == "llvm"
    if backend == "auto":
        updates = epochs * -(-rows.count // size) * plan.moved
        operations = work(plan.gradient, epochs * rows.count) + work(plan.update, updates)
        native = has_machine_code() and worth_machine_code(operations, plan.gradient, plan.update)
    return _NativeLoop(plan, rows, size, threads) if native else _PythonLoop(plan, rows, size)


def _epochs_at_once(plan: Plan, rows: int) -> int:
    """Say how many epochs machine code may run before Python gets a chance to see Ctrl-C."""
    operations = rows * (1 + len(plan.gradient.instructions)) + plan.moved
    return max(1, OPERATIONS_AT_ONCE // operations)


class _Loop(Protocol):
    """Where parameters and the optimiser's state are while steps are taken."""

    def take(self, optimizer: Optimizer) -> None:
        """Read parameters and optimiser."""

    def give_back(self, optimizer: Optimizer) -> None:
        """Write parameters and optimiser, as they were after the last finished epoch."""

    def run(self, epochs: int, order: list[int] | None, lr: float, told: Epochs) -> None:
        """Go through the rows so many times, and tell of each."""


class _PythonLoop:
    """Steps taken by Python."""

    def __init__(self, plan: Plan, rows: Rows, size: int) -> None:
        self.plan, self.rows, self.size = plan, rows, size
        self.gradient = Runner(plan.gradient, "python")
        self.numbers = Runner(plan.numbers, "python")
        self.update = Runner(plan.update, "python")
        self.parameters: list[float] = []
        self.states: list[tuple[float, ...]] = []
        self.steps = 0

    def take(self, optimizer: Optimizer) -> None:
        """Read parameters and optimiser."""
        self.parameters = [leaf.data for leaf in self.plan.parameters]
        self.states = [tuple(map(float, state)) for state in optimizer.state]
        self.steps = optimizer.steps
        self.done = self.parameters, self.states, self.steps

    def give_back(self, optimizer: Optimizer) -> None:
        """Write parameters and optimiser, as they were after the last finished epoch."""
        parameters, states, steps = self.done
        for leaf, number in zip(optimizer.parameters, parameters, strict=False):
            leaf.data = number
        optimizer.state = list(states)
        optimizer.steps = steps

    def run(self, epochs: int, order: list[int] | None, lr: float, told: Epochs) -> None:
        """Go through the rows so many times, and tell of each."""
        count, size = self.rows.count, self.size
        rows = self.rows.numbers if order is None else self.rows.take(order)
        batches = [rows[start : start + size] for start in range(0, count, size)]
        for _ in range(epochs):
            steps = [(self.step(batch, lr), len(batch)) for batch in batches]
            self.done = self.parameters, self.states, self.steps
            told.losses.append(sum(loss * rows for (loss, _), rows in steps) / count)
            told.gradient_norms.append(sum(norm for (_, norm), _ in steps) / len(steps))
            told.learning_rates.append(lr)

    def step(self, batch: Any, lr: float) -> tuple[float, float]:
        """Take one step; return the batch's mean loss and the gradient's norm."""
        _, sums = self.gradient.run(batch, len(batch), self.parameters)
        loss, *slopes = [x / len(batch) for x in sums]
        self.steps += 1
        square = sum(x * x for x in slopes)
        ((norm, *numbers),), _ = self.numbers.run([()], 1, [lr, float(self.steps), square])
        table = [
            [number, slope, *state]
            for number, slope, state in zip(self.parameters, slopes, self.states, strict=False)
        ]
        after, _ = self.update.run(table, len(table), numbers)
        self.parameters = [*(row[0] for row in after), *self.parameters[len(table) :]]
        self.states = [tuple(row[1:]) for row in after]
        return loss, norm


class _NativeLoop:
    """Steps taken by machine code."""

    def __init__(self, plan: Plan, rows: Rows, size: int, threads: int) -> None:
        import numpy as np

        self.plan = plan
        table = np.asarray(rows.numbers, dtype=float).reshape(rows.count, plan.gradient.columns)
        self.size = size
        self.batches = np.diff([*range(0, rows.count, size), rows.count])  # rows in each
        self.parameters = np.zeros(len(plan.parameters))
        self.states = np.zeros((plan.update.columns - 2, plan.moved))
        self.steps = 0
        # Batches take rows from anywhere, and a row's numbers are side by side in a table.
        whole = len(self.batches) == 1
        columns = list(np.ascontiguousarray(table.T) if whole else np.array(table).T)
        self.loop = _native_loop(plan, threads).bind(columns, self.parameters, self.states)

    def take(self, optimizer: Optimizer) -> None:
        """Read parameters and optimiser."""
        self.parameters[:] = [leaf.data for leaf in self.plan.parameters]
        self.states.T[:] = optimizer.state
        self.steps = optimizer.steps

    def give_back(self, optimizer: Optimizer) -> None:
        """Write parameters and optimiser."""
        numbers = self.parameters[: self.plan.moved].tolist()
        for leaf, number in zip(optimizer.parameters, numbers, strict=True):
            leaf.data = number
        with collector_paused():  # as many tuples go as come
            optimizer.state = list(map(tuple, self.states.T.tolist()))
        optimizer.steps = self.steps

    def run(self, epochs: int, order: list[int] | None, lr: float, told: Epochs) -> None:
        """Go through the rows so many times, and tell of each."""
        import numpy as np

        if order is None and len(self.batches) > 1:
            order = list(range(self.batches.sum()))
        losses, norms = self.loop.run(
            epochs * len(self.batches),
            learning_rate=lr,
            taken=self.steps,
            size=self.size,
            order=None if order is None else np.array(order),
        )
        self.steps += len(losses)
        if len(self.batches) > 1:
            losses = losses.reshape(epochs, -1) @ (self.batches / self.batches.sum())
            norms = norms.reshape(epochs, -1).mean(axis=1)
        told.losses.frombytes(losses.data.cast("B"))
        told.gradient_norms.frombytes(norms.data.cast("B"))
        told.learning_rates.frombytes(np.full(epochs, lr).data.cast("B"))


@lru_cache(maxsize=16)
def _native_loop(plan: Plan, threads: int) -> NativeLoop:
    from autograd.compiler.train.native_loop import NativeLoop

    return NativeLoop(plan.gradient, plan.numbers, plan.update, threads=threads)
