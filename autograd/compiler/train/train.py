"""Training a compiled program: epochs, batches, a schedule, and a callback in between.

What is computed stands in a `Plan`; the loop over the batches runs in machine code (`native_loop`)
or in Python (`python_loop`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import ClassVar, Protocol, runtime_checkable

from autograd.compiler.record.rows import Rows
from autograd.compiler.run.runner import (
    RECORDED,
    Backend,
    check_machine_code,
    has_machine_code,
    work,
    worth_machine_code,
)
from autograd.compiler.train.batches import Batches
from autograd.compiler.train.epochs import Epoch, Epochs, State
from autograd.compiler.train.plan import Optimizer, Plan, is_optimizer
from autograd.compiler.train.python_loop import PythonLoop
from autograd.node import real

OPERATIONS_AT_ONCE = 50_000_000
"""Operations, each on one number, that machine code may do before Python gets to see Ctrl-C."""


class Schedule(Protocol):
    """What training asks of a schedule of the learning rate."""

    def step(self) -> None:
        """Go one step further: set the optimiser's ``lr``."""


@runtime_checkable
class LossSchedule(Protocol):
    """A schedule that looks at the loss, which its attribute tells."""

    watches_loss: ClassVar[bool]

    def step(self, loss: float) -> None:
        """Go one step further: set the optimiser's ``lr``."""


def check_training(optimizer: object, schedule: object, penalty: object, callback: object) -> None:
    """Refuse what training would trip over only after its first step, or with a riddle."""
    if not is_optimizer(optimizer):
        raise TypeError(
            f"optimizer={optimizer!r} is no optimiser: pass one that was made with the parameters "
            "to move, such as nn.optim.SGD(parameters, lr=0.1)"
        )
    _rate(optimizer)
    count, width = len(optimizer.parameters), len(optimizer.initial_state)
    if len(optimizer.state) != count or not {width}.issuperset(map(len, optimizer.state)):
        raise ValueError(
            f"the optimiser's state must be a tuple of {width} for each of its {count} parameters: "
            "make a new optimiser to train others"
        )
    if schedule is not None and not hasattr(schedule, "step"):
        raise TypeError(f"schedule={schedule!r} has no step(): pass one of nn.optim's schedules")
    for name, function in (("penalty", penalty), ("callback", callback)):
        if function is not None and not callable(function):
            raise TypeError(f"{name}={function!r} is no function")


def _rate(optimizer: Optimizer) -> float:
    return real(optimizer.lr, "the optimiser's lr")


class Loop(Protocol):
    """Where parameters and the optimiser's state are while steps are taken."""

    def take(self, optimizer: Optimizer) -> None:
        """Read parameters and optimiser."""

    def give_back(self, optimizer: Optimizer) -> None:
        """Write parameters and optimiser, as they were after the last finished epoch."""

    def state(self) -> State:
        """Copy parameters, the optimiser's state and the number of steps."""

    def go_back_to(self, state: State) -> None:
        """Take such a copy instead of the present ones."""

    def run(self, epochs: int, order: list[int] | None, lr: float, report: Epochs) -> None:
        """Go through all rows once for each epoch, and report on each."""


def train(
    plan: Plan,
    rows: Rows,
    *,
    optimizer: Optimizer,
    epochs: int,
    batches: Batches,
    schedule: Schedule | LossSchedule | None,
    callback: Callable[[Epoch], object] | None,
    backend: Backend,
    threads: int,
) -> Epochs:
    """Run the loop; see `Program.train`."""
    size = min(batches.size or rows.count, rows.count)
    loop = _make_loop(plan, rows, size, epochs, backend, min(threads, size))
    orders = batches.orders(rows.count)
    alike = schedule is None and callback is None and (batches.size is None or not batches.shuffle)
    at_once = _epochs_at_once(plan, rows.count) if alike else 1
    report = Epochs()
    by_loss, by_count = _kinds(schedule)
    loop.take(optimizer)
    try:
        while len(report) < epochs:
            done, order = len(report), next(orders)
            before = loop.state() if plan.settled else None
            rate = _rate(optimizer)  # which a schedule or a callback may have set
            loop.run(min(at_once, epochs - done), order, rate, report)
            if plan.settled and before and any(map(isnan, report.gradient_norms[done:])):
                # It may be what is not selected that met an infinite slope: go back, and settle it.
                plan = plan.settled()
                report.forget(done)
                loop = _make_loop(plan, rows, size, epochs, backend, min(threads, size))
                loop.go_back_to(before)
                loop.run(min(at_once, epochs - done), order, rate, report)
            if by_loss is not None:
                by_loss.step(report[-1].loss)
            elif by_count is not None:
                by_count.step()
            if callback is not None:
                loop.give_back(optimizer)
                if callback(report[-1]) is True:
                    break
                loop.take(optimizer)
    finally:
        loop.give_back(optimizer)
    return report


def _kinds(
    schedule: Schedule | LossSchedule | None,
) -> tuple[LossSchedule | None, Schedule | None]:
    """Return a schedule as one that looks at the loss, or as one that does not."""
    if schedule is None:  # a protocol of attributes is asked for one by one, which takes a while
        return None, None
    return (schedule, None) if isinstance(schedule, LossSchedule) else (None, schedule)


def _make_loop(
    plan: Plan, rows: Rows, size: int, epochs: int, backend: Backend, threads: int
) -> Loop:
    native = backend == "llvm"
    if backend == "auto":
        updates = epochs * -(-rows.count // size) * plan.moved
        operations = work(plan.gradient, epochs * rows.count) + work(plan.update, updates)
        plan.spent.operations += operations
        native = has_machine_code() and worth_machine_code(
            plan.spent.operations, plan.gradient, plan.update
        )
    if not native:
        return PythonLoop(plan, rows, size)
    check_machine_code(RECORDED)
    from autograd.compiler.train.native_loop import NativeLoop

    return NativeLoop.over(plan, rows, size, threads)


def _epochs_at_once(plan: Plan, rows: int) -> int:
    """Say how many epochs machine code may run before Python gets a chance to see Ctrl-C."""
    operations = rows * (1 + len(plan.gradient.instructions)) + plan.moved
    return max(1, OPERATIONS_AT_ONCE // operations)
