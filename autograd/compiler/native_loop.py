"""Steps of gradient descent in machine code, from one hand-over of parameters to the next.

A `NativeLoop` is given the list of a gradient and the list of an optimiser's update, and makes any
number of steps without Python. A small computation that is the same in every row, such as a network
with fixed inputs, becomes one function that keeps parameters in registers (`small_loop`); everything
else goes through the loop of `loop_source`.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from threading import Barrier

import numpy as np

from autograd.compiler.llvm import (
    Array,
    Indices,
    Native,
    as_indices,
    as_numbers,
    native,
    pointers,
)
from autograd.compiler.loop_source import TRAIN_ARGUMENTS, kind, share, train_source
from autograd.compiler.machine import Code, Machine, host
from autograd.compiler.small_loop import SMALL_ARGUMENTS, is_small, small_source
from autograd.compiler.wengert import Instruction, WengertList

CTYPES = {"i64": ctypes.c_int64, "double": ctypes.c_double, "ptr": ctypes.c_void_p}

SQUARES = WengertList(
    columns=1, parameters=0, constants=(), instructions=(Instruction("multiply", (0, 0)),), sums=(1,)
)
"""Σ g²"""


@dataclass(frozen=True, slots=True)
class Batches:
    """The rows of each step.

    Parameters
    ----------
    index : array of int, or None
        Row numbers, those of one step after those of another; None for all rows in every step.
    bounds : array of int (steps + 1,), or None
        Step s takes index[bounds[s]:bounds[s + 1]].
    steps : int
    """

    index: Indices | None
    bounds: Indices | None
    steps: int


class NativeLoop:
    """Gradient descent on a Wengert list.

    Parameters
    ----------
    gradient : WengertList
        Its sums are the loss, then its derivative with respect to each of the first parameters;
        these are the ones that are moved.
    update : WengertList
        The rule for one parameter. Its columns are the parameter, its derivative and its state, its
        parameters the coefficients of the step; its outputs the new parameter and its new state.
    clip : float
        The largest norm of a gradient; infinity for no limit.
    threads : int
        How many threads share the rows of a batch. The sums are added in another order for each
        number of threads, so the last digits of results depend on it, but on nothing else.
    """

    def __init__(
        self,
        gradient: WengertList,
        update: WengertList,
        *,
        clip: float = math.inf,
        threads: int = 1,
        machine: Machine | None = None,
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads={threads!r} is not allowed: it must be 1 or more")
        self.gradient = gradient
        self.update = update
        self.clip = clip
        self.threads = threads
        self.moved = len(gradient.sums) - 1
        self.states = update.columns - 2
        self.machine = machine or host()
        if not 0 <= self.moved <= gradient.parameters:
            raise ValueError(
                f"a gradient of {gradient.parameters} parameters has 1 to "
                f"{gradient.parameters + 1} sums, not {len(gradient.sums)}"
            )
        if self.states < 0 or len(update.outputs) != 1 + self.states:
            raise ValueError(
                "an update has the columns parameter, derivative and state, and the outputs "
                f"parameter and state; not {update.columns} columns, {len(update.outputs)} outputs"
            )

    def run(
        self,
        columns: Sequence[Array],
        parameters: Array,
        states: Array,
        coefficients: Array,
        batches: Batches,
    ) -> tuple[Array, Array]:
        """Make steps; parameters and states are changed in place.

        Other Python threads run in the meantime.

        Parameters
        ----------
        columns : sequence of arrays (rows,)
        parameters : array (parameters,) of doubles, contiguous
            All parameters of the gradient, those that are moved first.
        states : array (states, moved) of doubles, contiguous
        coefficients : array (steps, coefficients)
        batches : Batches

        Returns
        -------
        losses, norms : arrays (steps,)
            The mean loss of each step's batch, and its gradient's norm before clipping.
        """
        columns = [as_numbers(column) for column in columns]
        coefficients = as_numbers(coefficients)
        rows = len(columns[0]) if columns else 1
        self._check(columns, parameters, states, coefficients, batches)
        if not columns and self._small is not None:
            return self._run_small(parameters, states, coefficients, batches.steps)
        index, bounds = batches.index, batches.bounds
        if index is not None:
            index, bounds = as_indices(index, rows), as_indices(bounds, len(index) + 1)
            if len(bounds) != batches.steps + 1 or (np.diff(bounds) < 1).any():
                raise ValueError("bounds must rise, one more of them than steps")
        gradient, update = self._native
        losses, norms = np.empty(batches.steps), np.empty(batches.steps)
        totals = np.zeros((self.threads, self.moved + 1))
        update_columns = pointers([parameters, totals[0, 1:], *states])
        update_outputs = pointers([parameters, *states])
        arrived = np.zeros(1, dtype=np.int64)
        squares = native(SQUARES, self.machine)
        given: dict[str, object] = {
            "steps": batches.steps,
            "rows": rows,
            "bounds": None if bounds is None else bounds.ctypes.data,
            "index": None if index is None else index.ctypes.data,
            "parameters": parameters.ctypes.data,
            "coefficients": coefficients.ctypes.data,
            "coefficient_count": coefficients.shape[1],
            "moved": self.moved,
            "totals": totals.ctypes.data,
            "update_columns": update_columns.ctypes.data,
            "update_outputs": update_outputs.ctypes.data,
            "clip": self.clip,
            "losses": losses.ctypes.data,
            "norms": norms.ctypes.data,
            "gradient_run": gradient.address,
            "norm_run": squares.address,
            "norm_scratch": squares.scratch().ctypes.data,
            "update_run": update.address,
            "update_scratch": update.scratch().ctypes.data,
            "threads": self.threads,
            "arrived": arrived.ctypes.data,
            "lanes": self.machine.target.lanes,
        }

        def work(thread: int) -> None:
            scratch, start = gradient.scratch(), 0
            if index is None:
                start, _ = share(rows, thread, self.threads, self.machine.target.lanes)
            sources = pointers([column[start:] for column in columns])
            own = {
                "thread": thread,
                "columns": sources.ctypes.data,
                "scratch": scratch.ctypes.data,
            }
            train_function()(*((given | own)[name] for name in TRAIN_ARGUMENTS))

        together(self.threads, work)
        return losses, norms

    def _run_small(
        self, parameters: Array, states: Array, coefficients: Array, steps: int
    ) -> tuple[Array, Array]:
        losses, norms = np.empty(steps), np.empty(steps)
        arrays = (parameters, states, coefficients, losses, norms)
        function = self._small
        if function is not None:
            function(steps, self.clip, *(array.ctypes.data for array in arrays))
        return losses, norms

    @cached_property
    def _native(self) -> tuple[Native, Native]:
        return native(self.gradient, self.machine), native(self.update, self.machine)

    @cached_property
    def _small(self) -> Callable[..., None] | None:
        return small_function(self.gradient, self.update, self.machine)

    def _check(
        self,
        columns: Sequence[Array],
        parameters: Array,
        states: Array,
        coefficients: Array,
        batches: Batches,
    ) -> None:
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
            ("coefficients", coefficients, (batches.steps, self.update.parameters)),
        ):
            if array.shape != shape:
                raise ValueError(f"{name} must have shape {shape}, not {array.shape}")
            if array.dtype != np.float64 or not array.flags.c_contiguous:
                raise ValueError(f"{name} must be a contiguous array of doubles")


def together(threads: int, work: Callable[[int], None]) -> None:
    """Do work(0), work(1), … in so many threads at once, or none of them if one cannot start.

    In `work` the threads wait for each other, so all of them must be there before any begins.
    """
    if threads == 1:
        work(0)
        return
    start = Barrier(threads)

    def begin(thread: int) -> None:
        start.wait()
        work(thread)

    with ThreadPoolExecutor(threads - 1) as pool:
        try:
            others = [pool.submit(begin, thread) for thread in range(1, threads)]
        except BaseException:
            start.abort()
            raise
        begin(0)
        for other in others:
            other.result()


@cache
def train_function() -> Callable[..., None]:
    """The loop of `loop_source`, compiled."""
    code = _keep(Code(train_source(), host()))
    kinds = [CTYPES[kind(name)] for name in TRAIN_ARGUMENTS]
    return ctypes.CFUNCTYPE(None, *kinds)(code.address("train"))


@cache
def small_function(
    gradient: WengertList, update: WengertList, machine: Machine
) -> Callable[..., None] | None:
    """The loop of a computation without rows, compiled, or None if it is not a small one."""
    if not is_small(gradient, update):
        return None
    code = _keep(Code(small_source(gradient, update, machine.with_lanes(1).target), machine))
    kinds = [CTYPES[name] for name in SMALL_ARGUMENTS.values()]
    return ctypes.CFUNCTYPE(None, *kinds)(code.address("train"))


_kept: list[Code] = []


def _keep(code: Code) -> Code:
    """Machine code that is never given up, since bare addresses into it are handed out."""
    _kept.append(code)
    return code
