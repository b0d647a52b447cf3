"""Steps of gradient descent in machine code, from one hand-over of parameters to the next.

A `NativeLoop` is given the lists of a `plan.Plan` and makes any number of steps without Python. A
small computation that is the same in every row, such as a network with fixed inputs, becomes one
function that keeps parameters in registers (`small_loop`); everything else goes through the loop of
`loop_source`, on one thread or several.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cached_property
from threading import Barrier
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numpy.typing import NDArray

from autograd.compiler.run.native import (
    Array,
    Indices,
    Native,
    as_indices,
    as_numbers,
    native,
    pointers,
)
from autograd.compiler.train.loop_source import TRAIN_ARGUMENTS, kind, share, train_source
from autograd.compiler.train.small_loop import SMALL_ARGUMENTS, is_small, small_source
from autograd.compiler.vector.processor import Code, host, once
from autograd.compiler.vector.target import Processor
from autograd.compiler.wengert.wengert import Instruction, WengertList

CTYPES = {"i64": ctypes.c_int64, "ptr": ctypes.c_void_p}

SQUARES = WengertList(
    columns=1,
    parameters=0,
    constants=(),
    instructions=(Instruction("multiply", (0, 0)),),
    sums=(1,),
)
"""Σ x²"""


class NativeLoop:
    """Gradient descent on a Wengert list.

    Parameters
    ----------
    gradient : WengertList
        Its sums are the loss, then its derivative with respect to each of the first parameters;
        these are the ones that are moved.
    numbers : WengertList
        Once for each step. Its parameters are the learning rate, the number of the step and the
        sum of the squared derivatives; its outputs are the gradient's norm, and then the parameters
        of `update`.
    update : WengertList
        The rule for one parameter. Its columns are the parameter, its derivative and its state; its
        outputs are the parameter and its state afterwards.
    threads : int
        How many threads share the rows of a batch. The shares are always added in the same order;
        but it is another one for another number of threads, so the last digits may differ.
    machine : Processor, optional
        The processor to compile for; the one this runs on, with its widest vectors, if left out.

    Raises
    ------
    ValueError
        If the lists do not fit together.
    """

    def __init__(
        self,
        gradient: WengertList,
        numbers: WengertList,
        update: WengertList,
        *,
        threads: int = 1,
        machine: Processor | None = None,
    ) -> None:
        self.gradient = gradient
        self.numbers = numbers
        self.update = update
        self.threads = threads
        self.machine = machine or host()
        self.moved = len(gradient.sums) - 1
        self.states = update.columns - 2
        if threads < 1:
            raise ValueError(f"threads={threads!r} is not allowed: it must be 1 or more")
        if not 0 <= self.moved <= gradient.parameters:
            raise ValueError(
                f"the gradient of {gradient.parameters} parameters has 1 to "
                f"{gradient.parameters + 1} sums, not {len(gradient.sums)}"
            )
        if self.states < 0 or len(update.outputs) != 1 + self.states:
            raise ValueError(
                "an update has the columns parameter, derivative and state, and the outputs "
                f"parameter and state; not {update.columns} columns, {len(update.outputs)} outputs"
            )
        if (numbers.columns, numbers.parameters) != (0, 3):
            raise ValueError("the numbers of a step depend on learning rate, step and squares only")
        if len(numbers.outputs) != 1 + update.parameters:
            raise ValueError(
                f"the numbers of a step must be the norm and the {update.parameters} parameters of "
                f"the update, not {len(numbers.outputs)} in all"
            )

    def bind(self, columns: Sequence[Array], parameters: Array, states: Array) -> BoundLoop:
        """Take the arrays that steps work on.

        Parameters
        ----------
        columns : sequence of arrays (rows,)
            Contiguous ones are best where the rows are taken in order. Where they are not, columns
            of one table are best, in which each row's numbers lie side by side.
        parameters : array (parameters,) of doubles, contiguous
            All parameters of the gradient, those that are moved first.
        states : array (states, moved) of doubles, contiguous

        Returns
        -------
        BoundLoop
            Its steps change parameters and states in place.
        """
        if stride(columns) is None:
            columns = [as_numbers(column) for column in columns]
        self._check(columns, parameters, states)
        return BoundLoop(self, columns, parameters, states)

    @cached_property
    def codes(self) -> dict[str, Native]:
        """The lists' machine code, for the loop of `loop_source`."""
        lists = {
            "gradient": self.gradient,
            "squares": SQUARES,
            "numbers": self.numbers,
            "update": self.update,
        }
        return {name: native(listed, self.machine) for name, listed in lists.items()}

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """All threads but the one that calls."""
        return ThreadPoolExecutor(self.threads - 1, thread_name_prefix="stepgrad")

    @cached_property
    def small(self) -> Callable[..., None] | None:
        """The one function of `small_loop`, or None."""
        return small_function(self.gradient, self.numbers, self.update, self.machine)

    def _check(self, columns: Sequence[Array], parameters: Array, states: Array) -> None:
        if len(columns) != self.gradient.columns or len({c.shape for c in columns}) > 1:
            raise ValueError(
                f"{self.gradient.columns} columns of equal length are needed, not "
                f"{[c.shape for c in columns]}"
            )
        if columns and (columns[0].ndim != 1 or not len(columns[0])):
            raise ValueError(f"columns need one axis and a row, not shape {columns[0].shape}")
        for name, array, shape in (
            ("parameters", parameters, (self.gradient.parameters,)),
            ("states", states, (self.states, self.moved)),
        ):
            if array.shape != shape:
                raise ValueError(f"{name} must have shape {shape}, not {array.shape}")
            if array.dtype != np.float64 or not array.flags.c_contiguous:
                raise ValueError(f"{name} must be a contiguous array of doubles")


class BoundLoop:
    """A loop and the arrays that it works on, made by `NativeLoop.bind`; for one thread at a time.

    Parameters
    ----------
    loop : NativeLoop
    columns : sequence of arrays (rows,)
        Their rows are all at the same stride.
    parameters : array (parameters,)
    states : array (states, moved)
    """

    def __init__(
        self, loop: NativeLoop, columns: Sequence[Array], parameters: Array, states: Array
    ) -> None:
        self.loop = loop
        self.rows = len(columns[0]) if columns else 1
        self.stride = stride(columns) or 1
        self.small = None if columns else loop.small
        self.columns = columns
        self.parameters = parameters
        self.states = states
        self.taken = np.zeros(3)
        # Asking an array for its address takes longer than many a step.
        self.addresses: dict[str, int | None] = {
            "parameters": parameters.ctypes.data,
            "states": states.ctypes.data,
            "taken": self.taken.ctypes.data,
        }

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the loop of `loop_source` works on besides: memory and tables of addresses."""
        totals = np.zeros((self.loop.threads, self.loop.moved + 1))
        given = np.zeros(len(self.loop.numbers.outputs))
        return {
            "totals": totals,
            "given": pointers([given[k:] for k in range(len(given))]),
            "update_columns": pointers([self.parameters, totals[0, 1:], *self.states]),
            "update_outputs": pointers([self.parameters, *self.states]),
            "update_numbers": given[1:],
            "arrived": np.zeros(1, dtype=np.int64),
            "sources": pointers(self.columns),
        }

    @cached_property
    def fixed(self) -> dict[str, int | None]:
        """The arguments of the loop of `loop_source` that are the same in every run."""
        loop = self.loop
        lanes = loop.machine.target.lanes
        return {
            **{f"{name}_run": code.address for name, code in loop.codes.items()},
            **{name: array.ctypes.data for name, array in self.arrays.items()},
            "moved": loop.moved,
            "threads": loop.threads,
            "lanes": lanes,
        }

    def run(
        self,
        steps: int,
        *,
        learning_rate: float,
        taken: int = 0,
        size: int | None = None,
        order: Indices | None = None,
    ) -> tuple[Array, Array]:
        """Make steps; parameters and states are changed in place.

        Batches are taken one after the other, and at the end of the rows again from the beginning.
        Other Python threads run in the meantime.

        Parameters
        ----------
        steps : int
        learning_rate : float
        taken : int
            How many steps were made before.
        size : int, optional
            Rows in a batch, all if left out.
        order : array of int, optional
            The order in which rows are taken.

        Returns
        -------
        losses, norms : arrays (steps,)
            The mean loss of each step's batch, and its gradient's norm.
        """
        size = self.rows if size is None else size
        if steps < 0 or not size >= 1:
            raise ValueError(f"steps={steps!r} must be 0 or more, size={size!r} 1 or more")
        # Without an order, columns are read number by number from their beginning.
        if order is None and (size < self.rows or self.stride != 1):
            order = np.arange(self.rows)
        index = None if order is None else as_indices(order, self.rows) * self.stride
        self.taken[:] = learning_rate, taken, 0.0
        losses, norms = np.empty(steps), np.empty(steps)
        known: dict[str, int | None] = {
            **self.addresses,
            "steps": steps,
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
        loop = self.loop
        count = self.rows if index is None else len(index)
        lanes = loop.machine.target.lanes
        self.arrays["arrived"][:] = 0
        known |= self.fixed
        known |= {
            "rows": count,
            "size": size,
            "index": None if index is None else index.ctypes.data,
        }

        def work(thread: int) -> None:
            start = share(count, thread, loop.threads, lanes)[0] if index is None else 0
            sources = self.arrays["sources"] + np.uint64(8 * start)
            own = known | {"thread": thread, "columns": sources.ctypes.data}
            own |= {f"{name}_scratch": code.scratch() for name, code in loop.codes.items()}
            train_function()(*(own[name] for name in TRAIN_ARGUMENTS))

        if loop.threads == 1:
            work(0)
        else:
            start_together(loop.pool, loop.threads, work)


def stride(columns: Sequence[Array]) -> int | None:
    """How many doubles further the next row's number is, or None where columns differ in that."""
    if len({column.strides for column in columns}) != 1 or columns[0].ndim != 1:
        return None
    numbers, rest = divmod(columns[0].strides[0], 8)
    aligned = rest == 0 and all(column.dtype == np.float64 for column in columns)
    return numbers if aligned and numbers else None  # 0: one number stands for all rows


def start_together(pool: Executor, threads: int, work: Callable[[int], None]) -> None:
    """Do work(0) here and work(1), … in a pool, all at once, or none if one of them cannot start.

    In `work` the threads wait for each other, so all of them must be there before any begins.
    """
    start = Barrier(threads)

    def begin(thread: int) -> None:
        start.wait()
        work(thread)

    try:
        others = [pool.submit(begin, thread) for thread in range(1, threads)]
    except BaseException:
        start.abort()
        raise
    begin(0)
    for other in others:
        other.result()


@once
def train_function() -> Callable[..., None]:
    """The loop of `loop_source`, compiled."""
    llvm.add_symbol("stepgrad.yield", _address_of_yield())
    code = _keep(Code(train_source(), host()))
    kinds = [CTYPES[kind(name)] for name in TRAIN_ARGUMENTS]
    return ctypes.CFUNCTYPE(None, *kinds)(code.address("train"))


@once
def small_function(
    gradient: WengertList, numbers: WengertList, update: WengertList, machine: Processor
) -> Callable[..., None] | None:
    """The loop of `small_loop`, compiled, or None if the lists are not for it."""
    if not is_small(gradient, numbers, update):
        return None
    source = small_source(gradient, numbers, update, machine.with_lanes(1).target)
    code = _keep(Code(source, machine))
    kinds = [CTYPES[name] for name in SMALL_ARGUMENTS.values()]
    return ctypes.CFUNCTYPE(None, *kinds)(code.address("train"))


def _address_of_yield() -> int:
    """Where the system's function is that lets other threads go first."""
    if sys.platform == "win32":
        function = ctypes.windll.kernel32.SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    return ctypes.cast(function, ctypes.c_void_p).value or 0


_kept: list[Code] = []


def _keep(code: Code) -> Code:
    """Machine code that is never given up, since bare addresses into it are handed out."""
    _kept.append(code)
    return code
