"""Steps of training taken by Python.

Read next: `loop_source`, the same loop in machine code.
"""

from __future__ import annotations

from typing import Any

from autograd.compiler.record.rows import Rows
from autograd.compiler.run.runner import Runner
from autograd.compiler.train.clipping import GROW, SHRINK
from autograd.compiler.train.epochs import Epochs, State, give
from autograd.compiler.train.plan import Optimizer, Plan
from autograd.sums import added


class PythonLoop:
    """A training loop that Python runs.

    Parameters
    ----------
    plan : Plan
    rows : Rows
    size : int
        Rows in a batch.
    """

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
        give(optimizer, parameters, list(states), steps)

    def state(self) -> State:
        """Return parameters, the optimiser's state and the number of steps taken."""
        return self.parameters, self.states, self.steps

    def go_back_to(self, state: State) -> None:
        """Take such a copy instead of the present ones."""
        parameters, states, self.steps = state
        self.parameters = list(map(float, parameters))
        self.states = [tuple(map(float, row)) for row in states]
        self.done = self.parameters, self.states, self.steps

    def run(self, epochs: int, order: list[int] | None, lr: float, report: Epochs) -> None:
        """Go through all rows once for each epoch, and report on each."""
        count, size = self.rows.count, self.size
        rows = self.rows.numbers if order is None else self.rows.take(order)
        batches = [rows[start : start + size] for start in range(0, count, size)]
        for _ in range(epochs):
            steps = [(self.step(batch, lr), len(batch)) for batch in batches]
            self.done = self.parameters, self.states, self.steps
            report.losses.append(added(loss * rows for (loss, _), rows in steps) / count)
            report.gradient_norms.append(added(norm for (_, norm), _ in steps) / len(steps))
            report.learning_rates.append(lr)

    def step(self, batch: Any, lr: float) -> tuple[float, float]:
        """Take one step; return the batch's mean loss and the gradient's norm."""
        _, sums = self.gradient.run(batch, len(batch), self.parameters)
        loss, *slopes = [x / len(batch) for x in sums]
        self.steps += 1
        squares = [_sum_of_squares(slopes, times) for times in (1.0, SHRINK, GROW)]
        ((norm, *numbers),), _ = self.numbers.run([()], 1, [lr, float(self.steps), *squares])
        table = [
            [number, slope, *state]
            for number, slope, state in zip(self.parameters, slopes, self.states, strict=False)
        ]
        after, _ = self.update.run(table, len(table), numbers)
        self.parameters = [*(row[0] for row in after), *self.parameters[len(table) :]]
        self.states = [tuple(row[1:]) for row in after]
        return loss, norm


def _sum_of_squares(slopes: list[float], times: float) -> float:
    return added((x * times) * (x * times) for x in slopes)
