"""Which back end runs a Wengert list, and the one way to call any of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autograd.compiler.python import PythonCode
from autograd.compiler.structure import is_array
from autograd.compiler.wengert import WengertList

if TYPE_CHECKING:
    from autograd.compiler.llvm import Native

Backend: TypeAlias = Literal["auto", "llvm", "python"]

# Making machine code takes as long as interpreting a list for about so many rows.
ROWS_WORTH_MACHINE_CODE = 700


def has_machine_code() -> bool:
    """Tell whether the `compile` extra is installed."""
    return all(find_spec(name) is not None for name in ("numpy", "llvmlite"))


def worth_machine_code(rows: int) -> bool:
    """Tell whether so many rows take longer to interpret than machine code takes to make."""
    return rows >= ROWS_WORTH_MACHINE_CODE


class Engine:
    """A Wengert list and what runs it.

    Parameters
    ----------
    program : WengertList
    backend : "auto", "llvm" or "python"
        "auto" takes machine code, where it can be had, as soon as enough rows were computed to
        make it worth the time; until then Python.
    threads : int
        How many threads share the rows in machine code.
    """

    def __init__(self, program: WengertList, backend: Backend, threads: int = 1) -> None:
        self.program = program
        self.backend: Backend = backend
        self.threads = threads
        self.rows = 0

    def run(
        self, rows: Any, count: int, parameters: Sequence[float]
    ) -> tuple[Any, Sequence[float]]:
        """Compute the outputs for every row, and the sums over the rows.

        Parameters
        ----------
        rows : NumPy array (count, columns) or list with a sequence of floats for each row
        count : int
            How many rows there are.
        parameters : sequence of floats

        Returns
        -------
        tuple of (outputs of each row, sums)
            The outputs are an array (count, outputs) or a list with a tuple for each row.
        """
        self.rows += count
        if self.uses_machine_code:
            return self._run_native(rows, count, parameters)
        return self._python.run(rows.tolist() if is_array(type(rows)) else rows, parameters)

    @property
    def uses_machine_code(self) -> bool:
        """Whether machine code runs the list by now."""
        if self.backend == "auto":
            return worth_machine_code(self.rows) and has_machine_code()
        return self.backend == "llvm"

    @cached_property
    def _python(self) -> PythonCode:
        return PythonCode(self.program)

    @cached_property
    def _native(self) -> Native:
        from autograd.compiler.llvm import native

        return native(self.program)

    def _run_native(
        self, rows: Any, count: int, parameters: Sequence[float]
    ) -> tuple[Any, Sequence[float]]:
        import numpy as np

        table = np.asarray(rows, dtype=np.float64).reshape(count, self.program.columns)
        numbers = np.array(parameters, dtype=np.float64)

        def run(share: Any) -> Any:
            return self._native.run(list(np.ascontiguousarray(share.T)), numbers, rows=len(share))

        threads = min(self.threads, count)
        if threads == 1:
            outputs, sums = run(table)
            return outputs.T, sums.tolist()
        with ThreadPoolExecutor(threads) as pool:
            shares = list(pool.map(run, np.array_split(table, threads)))
        sums = sum(part for _, part in shares)
        return np.hstack([part for part, _ in shares]).T, sums.tolist()
