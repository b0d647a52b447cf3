"""Which back end runs a Wengert list, and the one way to call any of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autograd.compiler.readable.python import ROWS_INTERPRETED, PythonCode
from autograd.compiler.record.nested import is_array
from autograd.compiler.vector.code_cache import keeping
from autograd.compiler.wengert.wengert import WengertList
from autograd.operation import OWN, look_up

if TYPE_CHECKING:
    from autograd.compiler.run.native import Native

Backend: TypeAlias = Literal["auto", "llvm", "python"]
Results: TypeAlias = tuple[Any, Sequence[float]]

# Work is counted in operations: one is what Python takes 100 ns for, a written-out term that is
# computed for one row.
ROW = 6
"""Operations that it takes to read and write a row."""
INTERPRETED = 4
"""Operations that it takes to interpret an instruction for one row."""
INTERPRETED_TERM = 2
"""Operations that each further term of an instruction adds to that, such as a product of a dot."""
WRITTEN_OUT = 100
"""Operations that it takes to write a term out as source and have Python compile it."""
MACHINE_CODE = 250_000
"""Operations that it takes to make machine code of the shortest list."""
MACHINE_INSTRUCTION = 200
"""Operations that each instruction of a list adds to that."""
MACHINE_TERM = 50
"""Operations that each further term of an instruction adds to that."""


def has_machine_code() -> bool:
    """Tell whether the `compile` extra is installed."""
    return all(find_spec(name) is not None for name in ("numpy", "llvmlite"))


def check_machine_code(instead: str) -> None:
    """Refuse machine code where it cannot be had, and say what can be done instead.

    Raises
    ------
    ModuleNotFoundError
        Without the `compile` extra, and in a browser.
    """
    if not has_machine_code():
        raise ModuleNotFoundError(
            f"a browser runs no machine code but its own: {instead}"
            if sys.platform == "emscripten"
            else "machine code needs NumPy and llvmlite: pip install 'stepgrad[compile]', or "
            f"{instead}"
        )


RECORDED = "compile the function without backend='llvm' before it is saved or pickled"
"""What can be done instead by one who has a program and no function."""


def work(program: WengertList, rows: int) -> int:
    """Estimate how many operations it takes Python to run a list for a number of rows."""
    instructions, terms = len(program.instructions), program.terms
    interpreted = min(rows, ROWS_INTERPRETED - 1)
    slow = INTERPRETED * instructions + INTERPRETED_TERM * (terms - instructions) + ROW
    operations = interpreted * slow + (rows - interpreted) * (terms + ROW)
    if rows >= ROWS_INTERPRETED:
        operations += WRITTEN_OUT * (terms + ROW)
    return operations


def making(*programs: WengertList) -> int:
    """Estimate how many operations it takes to make machine code of some lists."""
    instructions = sum(len(program.instructions) for program in programs)
    terms = sum(program.terms for program in programs)
    return MACHINE_CODE + MACHINE_INSTRUCTION * instructions + MACHINE_TERM * (terms - instructions)


def worth_machine_code(operations: int, *programs: WengertList) -> bool:
    """Tell whether so much work takes Python longer than making machine code of the lists."""
    return operations >= making(*programs)


def _locks_anew() -> None:
    """Free the locks that Python 3.11 has in a `cached_property`: one for all objects of a class.

    In a forked child, a lock that another thread held is held by nobody who could let it go.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("autograd."):
            for kind in [thing for thing in vars(module).values() if isinstance(thing, type)]:
                for made in vars(kind).values():
                    if isinstance(made, cached_property) and hasattr(made, "lock"):
                        made.lock = RLock()


if hasattr(os, "register_at_fork") and sys.version_info < (3, 12):
    os.register_at_fork(after_in_child=_locks_anew)


class Runner:
    """A Wengert list and what runs it.

    Parameters
    ----------
    program : WengertList, or callable that returns it
        A callable is called when the list is first needed.
    backend : "auto", "llvm" or "python"
        "auto" begins with Python, and goes over to machine code, where it can be had, as soon as
        Python has taken as long as making the machine code would have taken.
    threads : int
        How many threads share the rows in machine code.
    cache : bool
        Whether machine code is kept on disk; see `vector.code_cache`.
    alone : Native, optional
        Machine code of the list for a row alone, where it is there already.
    """

    def __init__(
        self,
        program: WengertList | Callable[[], WengertList],
        backend: Backend,
        threads: int = 1,
        cache: bool = False,
        alone: Native | None = None,
    ) -> None:
        self._program = program
        self.backend: Backend = backend
        self.threads = threads
        self.cache = cache
        self.rows = 0
        if alone is not None:
            self._alone = alone

    @cached_property
    def program(self) -> WengertList:
        """What is run."""
        return self._program if isinstance(self._program, WengertList) else self._program()

    def run(self, rows: Any, count: int, parameters: Sequence[float]) -> Results:
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
        if self.backend == "auto" and worth_machine_code(
            work(self.program, self.rows), self.program
        ):
            possible = has_machine_code() and not self.asks_for_numbers
            self.backend = "llvm" if possible else "python"
        if not self.uses_machine_code:
            return self._python.run(rows.tolist() if is_array(type(rows)) else rows, parameters)
        if count == 1:
            outputs, sums = self._alone.run_row(rows[0], parameters)
            return [outputs], sums
        return self._run_native(rows, count, parameters)

    @property
    def asks_for_numbers(self) -> bool:
        """Whether there is an operation in the list that Python alone computes; see `own`."""
        own = [step for step in self.program.instructions if step.name in OWN]
        return any(look_up(step.name, step.parameters).numbers_only for step in own)

    @property
    def uses_machine_code(self) -> bool:
        """Whether machine code runs the list by now."""
        return self.backend == "llvm"

    @cached_property
    def _python(self) -> PythonCode:
        return PythonCode(self.program)

    @cached_property
    def _native(self) -> Native:
        return self._compiled(alone=False)

    @cached_property
    def _alone(self) -> Native:
        return self._compiled(alone=True)

    def _compiled(self, *, alone: bool) -> Native:
        check_machine_code(RECORDED)
        from autograd.compiler.run.native import native

        with keeping(self.cache):
            return native(self.program, alone=alone)

    def _run_native(self, rows: Any, count: int, parameters: Sequence[float]) -> Results:
        code = self._native
        import numpy as np

        table = np.asarray(rows, dtype=np.float64).reshape(count, self.program.columns)
        numbers = np.array(parameters, dtype=np.float64)

        def run(share: Any) -> Any:
            return code.run(np.ascontiguousarray(share.T), numbers, rows=len(share))

        threads = min(self.threads, count)
        if threads == 1:
            outputs, sums = run(table)
            return outputs.T, sums.tolist()
        with ThreadPoolExecutor(threads) as pool:
            shares = list(pool.map(run, np.array_split(table, threads)))
        sums = sum(part for _, part in shares)
        return np.hstack([part for part, _ in shares]).T, sums.tolist()
