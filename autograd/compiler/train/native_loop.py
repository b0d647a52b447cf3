"""Steps of training taken by machine code, from one hand-over of parameters to the next.

A small computation that is the same in every row, such as a network with fixed inputs, becomes one
function that keeps parameters in registers (`small_loop`); everything else goes through the loop of
`loop_source`, on one thread or several.

Read next: `train`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from functools import cached_property, partial
from itertools import chain
from threading import Barrier, BrokenBarrierError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.record.rows import Rows
from autograd.compiler.run.native import Array, Indices, Native, as_indices, as_numbers, pointers
from autograd.compiler.train.epochs import Epochs, State, give
from autograd.compiler.train.loop_code import list_codes, small_function, train_function
from autograd.compiler.train.loop_source import TRAIN_ARGUMENTS, share
from autograd.compiler.train.plan import Optimizer, Plan
from autograd.compiler.train.small_loop import SMALL_ARGUMENTS
from autograd.compiler.vector.processor import host
from autograd.switches import collector_paused


class NativeLoop:
    """A plan, the arrays that its steps work on, and the machine code that makes the steps.

    A loop is for one thread at a time.

    Parameters
    ----------
    plan : Plan
    columns : sequence of arrays (rows,)
        Contiguous ones are best where the rows are taken in order. Where they are not, columns
        of one table are best, in which each row's numbers lie side by side.
    parameters : array (parameters,) of doubles, contiguous
        All parameters of the gradient, those that are moved first. They are changed in place.
    states : array (states, moved) of doubles, contiguous
        They are changed in place too.
    threads : int
        How many threads share the rows of a batch. The shares are always added in the same order;
        but it is another one for another number of threads, so the last digits may differ.

    Raises
    ------
    ValueError
        If an array does not fit the plan.
    """

    def __init__(
        self,
        plan: Plan,
        columns: Sequence[Array],
        parameters: Array,
        states: Array,
        *,
        threads: int = 1,
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads={threads!r} is not allowed: it must be 1 or more")
        if stride(columns) is None:
            columns = [as_numbers(column) for column in columns]
        _check(plan, columns, parameters, states)
        self.plan = plan
        self.threads = threads
        self.processor = host()
        self.rows = len(columns[0]) if columns else 1
        self.size = self.rows
        self.stride = stride(columns) or 1
        self.columns = columns
        self.parameters = parameters
        self.states = states
        self.small = None if columns else small_function(plan, self.processor)
        self.taken = np.zeros(5)
        # Asking an array for its address takes longer than many a step.
        self.addresses: dict[str, int | None] = {
            "parameters": parameters.ctypes.data,
            "states": states.ctypes.data,
            "taken": self.taken.ctypes.data,
        }

    @classmethod
    def over(cls, plan: Plan, rows: Rows, size: int, threads: int) -> NativeLoop:
        """Make the loop that goes through rows in batches of a size."""
        table = np.asarray(rows.numbers, dtype=float).reshape(rows.count, plan.gradient.columns)
        # Batches take rows from anywhere, and a row's numbers are side by side in a table.
        columns = np.ascontiguousarray(table.T) if size == rows.count else np.array(table).T
        parameters = np.zeros(len(plan.parameters))
        states = np.zeros((plan.update.columns - 2, plan.moved))
        loop = cls(plan, list(columns), parameters, states, threads=threads)
        loop.rows, loop.size = rows.count, size
        return loop

    @property
    def steps_taken(self) -> int:
        """How many steps the parameters have gone, which the machine code notes as it goes."""
        return int(self.taken[1])

    @steps_taken.setter
    def steps_taken(self, steps: int) -> None:
        self.taken[1] = steps

    def take(self, optimizer: Optimizer) -> None:
        """Read parameters and optimiser."""
        self.parameters[:] = [leaf._data for leaf in self.plan.parameters]
        numbers = chain.from_iterable(optimizer.state)
        self.states.T[:] = np.fromiter(numbers, float, self.states.size).reshape(
            self.states.T.shape
        )
        self.steps_taken = optimizer.steps

    def give_back(self, optimizer: Optimizer) -> None:
        """Write parameters and optimiser, as they were after the last finished steps."""
        numbers = self.parameters[: self.plan.moved].tolist()
        with collector_paused():  # as many tuples go as come
            states = list(zip(*self.states.tolist(), strict=True)) or [()] * self.plan.moved
        give(optimizer, numbers, states, self.steps_taken)

    def state(self) -> State:
        """Copy parameters, the optimiser's state and the number of steps."""
        return self.parameters.copy(), self.states.T.copy(), self.steps_taken

    def go_back_to(self, state: State) -> None:
        """Take such a copy instead of the present ones."""
        self.parameters[:], self.states.T[:], self.steps_taken = state

    def run(self, epochs: int, order: list[int] | None, lr: float, report: Epochs) -> None:
        """Go through all rows once for each epoch, and report on each."""
        starts = range(0, self.rows, self.size)
        count, taken = epochs * len(starts), self.steps_taken
        losses, norms = self.steps(
            count, learning_rate=lr, taken=taken, size=self.size, order=order
        )
        if len(starts) > 1:
            weights = np.diff([*starts, self.rows]) / self.rows  # of the batches in an epoch's mean
            losses = losses.reshape(epochs, len(starts)) @ weights
            norms = norms.reshape(epochs, len(starts)).mean(axis=1)
        report.losses.frombytes(losses.data.cast("B"))
        report.gradient_norms.frombytes(norms.data.cast("B"))
        report.learning_rates.frombytes(np.full(epochs, lr).data.cast("B"))

    def codes(self, size: int) -> dict[str, Native]:
        """The machine code of the plan's lists, for batches of a size."""
        alone = self.threads == 1 and min(size, self.rows) == 1
        return list_codes(self.plan, self.processor, alone=alone)

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the loop of `loop_source` works on besides: memory and tables of addresses."""
        totals = np.zeros((self.threads, self.plan.moved + 1))
        given = np.zeros(len(self.plan.numbers.outputs))
        return {
            "totals": totals,
            "squares_columns": pointers([totals[0, 1:]]),
            "given": pointers([given[k:] for k in range(len(given))]),
            "update_columns": pointers([self.parameters, totals[0, 1:], *self.states]),
            "update_outputs": pointers([self.parameters, *self.states]),
            "update_numbers": given[1:],
            "arrived": np.zeros(1, dtype=np.int64),
            "sources": pointers(self.columns),
        }

    @cached_property
    def fixed(self) -> dict[str, int]:
        """The arguments of the loop of `loop_source` that are the same in every run."""
        return {
            **{name: array.ctypes.data for name, array in self.arrays.items()},
            "moved": self.plan.moved,
            "threads": self.threads,
        }

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """The threads that share the rows. Ctrl-C comes to the one that calls, not to them."""
        return ThreadPoolExecutor(self.threads, thread_name_prefix="stepgrad")

    def steps(
        self,
        count: int,
        *,
        learning_rate: float,
        taken: int = 0,
        size: int | None = None,
        order: Indices | list[int] | None = None,
    ) -> tuple[Array, Array]:
        """Make steps; parameters and states are changed in place.

        Batches are taken one after the other, and at the end of the rows again from the beginning.
        Other Python threads run in the meantime.

        Parameters
        ----------
        count : int
            How many steps.
        learning_rate : float
        taken : int
            How many steps were made before.
        size : int, optional
            Rows in a batch, all if left out.
        order : array of int, optional
            The order in which rows are taken.

        Returns
        -------
        losses, norms : arrays (count,)
            The mean loss of each step's batch, and its gradient's norm.
        """
        size = self.rows if size is None else size
        if count < 0 or not size >= 1:
            raise ValueError(f"steps={count!r} must be 0 or more, size={size!r} 1 or more")
        # Without an order, columns are read number by number from their beginning.
        if order is None and (size < self.rows or self.stride != 1):
            order = np.arange(self.rows)
        index = None if order is None else as_indices(order, self.rows) * self.stride
        self.taken[:] = learning_rate, taken, 0.0, 0.0, 0.0
        losses, norms = np.empty(count), np.empty(count)
        known: dict[str, int | None] = {
            **self.addresses,
            "steps": count,
            "losses": losses.ctypes.data,
            "norms": norms.ctypes.data,
        }
        if self.small is not None:
            self.small(*(known[name] for name in SMALL_ARGUMENTS))
        else:
            self._run(known, size, index)
        return losses, norms

    def _run(self, known: dict[str, int | None], size: int, index: Indices | None) -> None:
        """The loop of `loop_source`."""
        count = self.rows if index is None else len(index)
        lanes = self.processor.target.lanes
        self.arrays["arrived"][:] = 0
        at = None if index is None else index.ctypes.data
        codes = self.codes(size)
        known |= {f"{name}_run": code.address for name, code in codes.items()}
        known |= {**self.fixed, "rows": count, "size": size, "index": at}

        starts = [
            0 if index is not None else share(count, thread, self.threads, lanes)[0]
            for thread in range(self.threads)
        ]
        sources = [self.arrays["sources"] + np.uint64(8 * start) for start in starts]

        def work(thread: int) -> Callable[[], object]:
            own = known | {"thread": thread, "columns": sources[thread].ctypes.data}
            own["own_totals"] = self.fixed["totals"] + thread * 8 * (self.plan.moved + 1)
            for name, rows in (("share", size), ("last", count % size)):
                first, end = share(rows, thread, self.threads, lanes)
                own |= {f"{name}_start": first, f"{name}_rows": end - first}
            own |= {f"{name}_scratch": code.scratch() for name, code in codes.items()}
            return partial(train_function(), *(own[name] for name in TRAIN_ARGUMENTS))

        if self.threads == 1:
            work(0)()
        else:
            start_together(self.pool, self.threads, work)


def _check(plan: Plan, columns: Sequence[Array], parameters: Array, states: Array) -> None:
    """Refuse arrays of the wrong shape or kind."""
    if len(columns) != plan.gradient.columns or len({c.shape for c in columns}) > 1:
        raise ValueError(
            f"{plan.gradient.columns} columns of equal length are needed, not "
            f"{[c.shape for c in columns]}"
        )
    if columns and (columns[0].ndim != 1 or not len(columns[0])):
        raise ValueError(f"columns need one axis and a row, not shape {columns[0].shape}")
    for name, array, shape in (
        ("parameters", parameters, (plan.gradient.parameters,)),
        ("states", states, (plan.update.columns - 2, plan.moved)),
    ):
        if array.shape != shape:
            raise ValueError(f"{name} must have shape {shape}, not {array.shape}")
        if array.dtype != np.float64 or not array.flags.c_contiguous:
            raise ValueError(f"{name} must be a contiguous array of doubles")


def stride(columns: Sequence[Array]) -> int | None:
    """How many doubles further the next row's number is, or None where columns differ in that."""
    if len({column.strides for column in columns}) != 1 or columns[0].ndim != 1:
        return None
    numbers, rest = divmod(columns[0].strides[0], 8)
    aligned = rest == 0 and all(column.dtype == np.float64 for column in columns)
    return numbers if aligned and numbers else None  # 0: one number stands for all rows


def start_together(
    pool: Executor, threads: int, work: Callable[[int], Callable[[], object]]
) -> None:
    """Do what work(0), work(1), … prepare in a pool, all at once, or none if one cannot start.

    Inside what is done the threads wait for each other, so each must be ready before any begins.
    An interrupt waits for them too, as for a call of one thread: what they write to is in use.
    """
    start = Barrier(threads)

    def begin(thread: int) -> None:
        try:
            ready = work(thread)
        except BaseException:
            start.abort()
            raise
        start.wait()
        ready()

    begun: list[Future[None]] = []
    try:
        for thread in range(threads):
            begun.append(pool.submit(begin, thread))  # noqa: PERF401 - what has begun must be known
        wait(begun)
    except BaseException:
        if len(begun) < threads:
            start.abort()
        wait(begun)
        raise
    errors = [error for one in begun if (error := one.exception()) is not None]
    if errors:  # of the one that could not begin, and of those whose barrier broke for it
        raise min(errors, key=lambda error: isinstance(error, BrokenBarrierError))
