"""Machine code for a Wengert list: one row of the batch in each lane of the vectors.

`Native` compiles what `lower` gives, and runs it. The generated code

1. computes the uniform numbers, which are the same in every row, once;
2. takes the rows in blocks, a few vectors each, and goes through the steps of the varying schedule
   for each block; sums over the rows are kept lane by lane, those of large layers until a block's
   end only,
3. adds the lanes up, always in the same order.

A row alone, such as a step on one example, would leave all lanes but one idle. Where there is much
to do for it, it gets code of its own, for which everything is uniform: vectors then hold what is
alike within the row, such as the neurons of a layer.

Lanes beyond the last row repeat that row, and a mask keeps them out of the sums; no array of the
caller is read or written outside its bounds.

Results differ from those of the Python back end by rounding alone, in five ways: a·b + c is rounded
once where the processor can; the elementary functions are those of `vector.math`, within two units
in the last place; 1 − y in the derivatives of tanh and sigmoid, where y is at hand, is right to a
relative 2⁻⁴³; sums over the rows are added lane by lane; so are long sums of uniform numbers, and
of all numbers where a row alone has code of its own.
Whatever the order, n numbers are added with a relative error of at most n·2⁻⁵³ of the sum of their
sizes. No other liberty is taken: nan, infinities and signed zeros are those of IEEE arithmetic.

Read next: `lower`, for how the code is made.
"""

from __future__ import annotations

import ctypes
import struct
import threading
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.emit.runtime import RUNTIME, runtime_source, symbol
from autograd.compiler.lower import lower
from autograd.compiler.vector.code_cache import Artifact, found, kept
from autograd.compiler.vector.processor import Code, host, kernel, object_code, once, published
from autograd.compiler.vector.target import Processor
from autograd.compiler.wengert.wengert import WengertList
from autograd.operation import remembered
from autograd.switches import collector_paused

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
RowResults = tuple[tuple[float, ...], tuple[float, ...]]

_POINTERS = [ctypes.c_void_p] * 3
_KINDS = [ctypes.c_int64, *_POINTERS, ctypes.c_double, *_POINTERS]
RUN = ctypes.CFUNCTYPE(None, *_KINDS)
"""run(rows, index, columns, parameters, scale, outputs, totals, scratch)"""
CALL = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_CALL = struct.Struct("@PqPPPdPPP")
"""The code's address and its arguments, as ``call`` of `emit.runtime` finds them."""


class Native:
    """A Wengert list as machine code for this processor.

    Parameters
    ----------
    wengert : WengertList
        What to compute.
    processor : Processor, optional
        The processor to compile for; the one this runs on, with its widest vectors, if left out.
    alone : bool
        Whether the code is for one row at a time: then vectors hold what is alike within the row.
    """

    def __init__(
        self, wengert: WengertList, processor: Processor | None = None, *, alone: bool = False
    ) -> None:
        processor = processor or host()

        def make() -> Artifact:
            return _machine_code(wengert, processor, alone)

        if wengert.uses_own:  # whose recipe a list does not tell
            artifact = make()
        else:
            artifact = kept(lambda: _about(wengert.text(), processor, alone), make)
        self._load(artifact, processor, alone)

    @classmethod
    def found(cls, text: str, *, alone: bool) -> Native | None:
        """Load the code that is kept for a list, given its text; None where there is none.

        Code is kept for lists alone that were checked when they were made, so that a text for which
        there is code need not be read.
        """
        processor = host()
        artifact = found(lambda: _about(text, processor, alone))
        if artifact is None:
            return None
        native = cls.__new__(cls)
        native._load(artifact, processor, alone)
        return native

    def _load(self, artifact: Artifact, processor: Processor, alone: bool) -> None:
        self.alone = alone
        self.columns, self.parameters, self.outputs, self.sums = artifact.facts["counts"]
        self.scratch_bytes: int = artifact.facts["scratch_bytes"]
        runtime = _runtime(processor)
        self.call = CALL(runtime.address(symbol("call", processor.target)))
        for name, lanes, gathers in artifact.facts["kernels"]:
            kernel(name, processor.with_lanes(lanes), gathers)
        self._code = Code(artifact.code, processor)
        self.address = self._code.address("run")
        self._run = RUN(self.address)
        self._local = threading.local()

    def scratch(self) -> int:
        """The address of memory to compute in; each thread has its own."""
        if not hasattr(self._local, "scratch"):
            self._local.scratch = aligned_zeros(self.scratch_bytes // 8)
            self._local.address = self._local.scratch.ctypes.data
        address: int = self._local.address
        return address

    def run(
        self,
        columns: Sequence[Array] | Array,
        parameters: Array,
        *,
        rows: int | None = None,
        index: Indices | None = None,
        scale: float = 1.0,
    ) -> tuple[Array, Array]:
        """The outputs for each row, and the sums over the rows times a scale.

        Other Python threads run in the meantime.

        Parameters
        ----------
        columns : sequence of arrays (rows,), or array (columns, rows)
            One for each argument that differs from row to row. Many are sooner handed over as one
            array.
        parameters : array (parameters,)
            The numbers that are the same in every row.
        rows : int, optional
            How many rows; needed only where there are no columns.
        index : array of int, optional
            Take these rows of the columns, in this order, instead of all of them.
        scale : float
            A factor for the sums, such as 1 / rows for means.

        Returns
        -------
        outputs : array (outputs, rows)
        sums : array (sums,)

        Raises
        ------
        ValueError
            If a shape is not what the list was made for or an index lies outside the columns.
        """
        together = isinstance(columns, np.ndarray) and columns.ndim == 2
        columns = as_numbers(columns) if together else [as_numbers(c) for c in columns]
        parameters = as_numbers(parameters)
        self._check(columns, parameters)
        length = len(columns[0]) if len(columns) else (1 if rows is None else rows)
        if rows is not None and rows != length:
            raise ValueError(f"the columns have {length} rows, not {rows}")
        if index is not None:
            index = as_indices(index, length)
            length = len(index)
        outputs = np.empty((self.outputs, length))
        totals = np.empty(self.sums)
        sources, targets = pointers(columns), pointers(outputs)
        order = None if index is None else index.ctypes.data
        read = order, sources.ctypes.data, parameters.ctypes.data
        written = targets.ctypes.data, totals.ctypes.data
        self._run(length, *read, scale, *written, self.scratch())
        return outputs, totals

    def run_row(self, row: Sequence[float], parameters: Sequence[float]) -> RowResults:
        """The outputs for one row, and the sums: as `run`, in a tenth of the time around the code.

        Parameters
        ----------
        row : sequence of floats
            One for each column.
        parameters : sequence of floats
        """
        try:
            place: OneRow = self._local.row
        except AttributeError:
            place = self._local.row = OneRow(self)
        return place.run(row, parameters)

    def _check(self, columns: Sequence[Array] | Array, parameters: Array) -> None:
        if len(columns) != self.columns:
            raise ValueError(f"{self.columns} columns are needed, not {len(columns)}")
        if parameters.shape != (self.parameters,):
            raise ValueError(
                f"an array of {self.parameters} parameters is needed, "
                f"not one of shape {parameters.shape}"
            )
        for number, column in enumerate(() if isinstance(columns, np.ndarray) else columns):
            if column.shape != columns[0].shape or column.ndim != 1:
                raise ValueError(
                    "columns must have one axis and be equally long; column "
                    f"{number} has shape {column.shape}, column 0 {columns[0].shape}"
                )


def _about(text: str, processor: Processor, alone: bool) -> tuple[Any, ...]:
    """Say what the code of a list depends on."""
    return "list", text, astuple(processor), alone


def _machine_code(wengert: WengertList, processor: Processor, alone: bool) -> Artifact:
    """Make the code of a list, with what must be known to call it."""
    with collector_paused():
        lowered = lower(wengert, processor, alone=alone)
        module, scratch_bytes = lowered.module, lowered.memory.bytes
        del lowered  # before the collector would go through all of its plans
    facts = {
        "counts": [wengert.columns, wengert.parameters, len(wengert.outputs), len(wengert.sums)],
        "scratch_bytes": scratch_bytes,
        "kernels": sorted(module.kernels),
    }
    return Artifact(
        object_code(module.source, processor, speed=1 if module.optimized else 0), facts
    )


@once
def _runtime(processor: Processor) -> Code:
    """The functions that the code of every list calls."""
    symbols = tuple(symbol(name, processor.target) for name in RUNTIME)
    return published(runtime_source(processor.target), symbols, processor)


class OneRow:
    """Memory for the arguments and results of one row, which a thread fills again and again.

    The code's eight arguments are the same in every call, so that they lie in memory too, and one
    pointer is handed over: ctypes takes its time for each argument.
    """

    def __init__(self, native: Native) -> None:
        self.outputs = native.outputs
        self.given = struct.Struct(f"{native.columns + native.parameters}d")
        self.results = struct.Struct(f"{self.outputs + native.sums}d")
        self.memory = ctypes.create_string_buffer(self.given.size + self.results.size)
        start = ctypes.addressof(self.memory)
        results = start + self.given.size
        self.sources = pointers_from(start, native.columns)
        self.targets = pointers_from(results, self.outputs)
        read = self.sources.ctypes.data, start + 8 * native.columns
        written = self.targets.ctypes.data, results + 8 * self.outputs
        call = native.address, 1, 0, *read, 1.0, *written, native.scratch()
        self.call = ctypes.create_string_buffer(_CALL.pack(*call), _CALL.size)
        self.place = ctypes.c_void_p(ctypes.addressof(self.call))
        self.code = native.call

    def run(self, row: Sequence[float], parameters: Sequence[float]) -> RowResults:
        """See `Native.run_row`."""
        self.given.pack_into(self.memory, 0, *row, *parameters)
        self.code(self.place)
        results = self.results.unpack_from(self.memory, self.given.size)
        return results[: self.outputs], results[self.outputs :]


def native(
    wengert: WengertList, processor: Processor | None = None, *, alone: bool = False
) -> Native:
    """Compile a list, or take what was compiled for an equal one; see `Native`.

    Lists of few terms are compiled for any number of rows even where only one is asked for: `alone`
    would save little.
    """
    return _compiled(wengert, processor or host(), alone=alone and wengert.is_worth_a_row)


_compiled = remembered(256)(Native)


def aligned_zeros(count: int) -> Array:
    """Zeros that begin at a cache line."""
    memory = np.zeros(count + 8)
    start = -(memory.ctypes.data // 8) % 8
    return memory[start : start + count]


def as_numbers(values: object) -> Array:
    """A contiguous array of doubles."""
    return np.ascontiguousarray(values, dtype=np.float64)


def as_indices(index: object, length: int) -> Indices:
    """Row numbers that exist."""
    rows = np.ascontiguousarray(index, dtype=np.int64)
    if rows.ndim != 1 or (len(rows) and not 0 <= rows.min() <= rows.max() < length):
        raise ValueError(f"row numbers must lie between 0 and {length - 1}")
    return rows


def pointers_from(address: int, count: int) -> NDArray[np.uint64]:
    """The addresses of `count` doubles that lie one after the other, as an array."""
    return address + 8 * np.arange(count, dtype=np.uint64)


def pointers(arrays: Sequence[Array] | Array) -> NDArray[np.uint64]:
    """The addresses of arrays, or of the rows of one, as an array."""
    if isinstance(arrays, np.ndarray):
        first, step = arrays.ctypes.data, arrays.strides[0]
        return first + step * np.arange(len(arrays), dtype=np.uint64)
    return np.array([array.ctypes.data for array in arrays], dtype=np.uint64)
