"""`compile`: a function of numbers as a program, and `Program`, what the user holds.

A program is recorded at its first call, once for each structure of its arguments. The recording
becomes a Wengert list, and a back end runs the list: machine code where the `compile` extra is
installed, else Python.

The map of the compiler stands in `autograd.compiler`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, cast, get_args, overload

from autograd.backward import add_to_grads
from autograd.checks import check_count
from autograd.compiler import old_names  # noqa: F401
from autograd.compiler.pipeline import Specialization
from autograd.compiler.record.nested import (
    Container,
    Structure,
    fill,
    flatten,
    is_one_of,
    rebuild,
    shape_of,
)
from autograd.compiler.record.ragged import known_for, one_of, padded, rebuild_chosen
from autograd.compiler.record.rows import Rows, joined
from autograd.compiler.record.trace import count_of_arguments, function_name
from autograd.compiler.run.runner import Backend, check_machine_code
from autograd.compiler.saved import FORMAT, VERSION, contents, restored
from autograd.compiler.texts import Language, list_table, source, takes
from autograd.compiler.train.batches import Batches
from autograd.compiler.train.epochs import Epoch, Epochs
from autograd.compiler.train.plan import Optimizer
from autograd.compiler.train.train import LossSchedule, Schedule, check_training
from autograd.compiler.train.train import train as run_training
from autograd.compiler.vector.code_cache import keeping
from autograd.documents import read_document, write_document
from autograd.node import real
from autograd.signatures import Function
from autograd.switches import collector_paused, tracing
from autograd.value import Value


@overload
def compile(
    f: Function, *, backend: Backend = ..., threads: int = ..., cache: bool = ...
) -> Program: ...
@overload
def compile(
    f: None = ..., *, backend: Backend = ..., threads: int = ..., cache: bool = ...
) -> Callable[[Function], Program]: ...
def compile(
    f: Function | None = None, *, backend: Backend = "auto", threads: int = 1, cache: bool = False
) -> Program | Callable[[Function], Program]:
    """Record a function of numbers once, and run it from then on without building graphs.

    Parameters
    ----------
    f : callable
        Takes numbers, or nested lists, tuples, dicts or NumPy arrays of numbers; gives a number or
        a Value, or nested ones. A function, or anything that can be called, such as a module.
        Left out, a decorator is returned: ``@compile(backend="python")``.
    backend : "auto", "llvm" or "python"
        What runs the program. "llvm" is machine code, which needs the `compile` extra; "python"
        needs nothing. "auto" takes machine code where it is installed and worth the time that
        making it takes, else Python.
    threads : int
        How many threads share the rows of a batch, where machine code runs it. Sums are added in
        another order for each number of threads, so the last digits depend on it.
    cache : bool
        Keep the machine code on disk, in the user's cache folder, so that the next process need not
        make it again. If the environment variable ``STEPGRAD_CACHE`` names a folder, machine code
        is kept there, whatever is asked for here.

    Returns
    -------
    Program

    Raises
    ------
    TracingError
        At the first call, when `f` asks an argument or a Value for its number (``if x > 0``,
        ``float(x)``, ``math.exp(x)``), draws random numbers, or is otherwise not the same
        computation every time.
    ModuleNotFoundError
        For "llvm" without the `compile` extra, and in a browser.

    Notes
    -----
    For each structure of its arguments `f` is called twice, to see that both recordings are the
    same; its arguments are Values without a number then. The Values that it captures are read at
    every call. All else that it reads is read when it is recorded: Python's numbers, flags (a
    module's ``training``) and lists. After changing one of them, compile again. What it does
    beside giving a result, such as printing, happens then and not later.

    Results follow IEEE arithmetic, where eager evaluation would raise an error: 1/0 is inf.

    With "auto", a result may change in its last digits from one call to the next, when the program
    goes over from Python to machine code. The functions that machine code has of its own, such as
    exp, sin, tanh and erf, are within 1.5 units in the last place of the exact result; Python's are
    those of the platform's C library, some of which are off by 2 to 4. So a function may change by
    a few units, and what is computed from it in proportion. Machine code may also add a sum in
    another order, and round a product and the sum that it belongs to once instead of twice. A fixed
    backend, "llvm" or "python", never changes: on the same processor the same call always gives the
    same bits. One row and a batch compute a function and its derivatives by the same operations, so
    these have the same bits too; a batch may add a sum over its rows, and code for one row the long
    sums of a network, in another order (``tests/benchmarks/same_bits.md``).
    ``tests/benchmarks/accuracy.md`` says how far every function and derivative is off at its worst
    input. Beside its function, the derivative of tanh or sigmoid is within 2.5 units, by itself
    within 1.5.

    Examples
    --------
    >>> from autograd import Value, compile
    >>> w = Value(3.0, "w")
    >>> @compile
    ... def squared_error(x, t):
    ...     error = w * x - t
    ...     return error * error
    >>> squared_error(2.0, 5.0)
    1.0
    >>> squared_error.batch([2.0, 1.0], [5.0, 5.0])
    [1.0, 4.0]
    >>> squared_error.backward([2.0, 1.0], [5.0, 5.0]), w.grad
    (2.5, 0.0)
    >>> w.data = 2.0
    >>> squared_error(2.0, 5.0)
    1.0
    """
    if backend not in ("auto", "llvm", "python"):
        raise ValueError(f"backend={backend!r} is not allowed: it is 'auto', 'llvm' or 'python'")
    check_count("threads", threads, 1)
    if f is None:
        return lambda f: compile(f, backend=backend, threads=threads, cache=cache)
    if not callable(f):
        raise TypeError(f"compile needs a function, not {type(f).__name__}")
    if backend == "llvm":
        check_machine_code("leave backend='llvm' out, and Python runs the same program")
    return Program(f, backend, threads, cache)


def load_program(path: str | os.PathLike[str], *, cache: bool = False) -> Program:
    """Read a program that `Program.save` wrote.

    Parameters
    ----------
    path : path of a file
    cache : bool
        Keep machine code on disk, as `compile` does.

    Returns
    -------
    Program
        It has no function to record anew, so it takes arguments of those structures for which it
        was recorded. Its ``parameters`` are new Values with the numbers that were saved.

    Raises
    ------
    ValueError
        When the file is damaged, is something else or has another version.
    ModuleNotFoundError
        When it runs machine code ("llvm") and the `compile` extra is not installed.

    Notes
    -----
    A file is data alone. Reading one that comes from somebody else runs nothing in it.

    Examples
    --------
    >>> import os, tempfile
    >>> from autograd import Value, compile, load_program
    >>> w = Value(3.0, "w")
    >>> program = compile(lambda x: w * x)
    >>> program(2.0)
    6.0
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     program.save(os.path.join(folder, "program.json"))
    ...     again = load_program(os.path.join(folder, "program.json"))
    >>> again.parameters[0].data = 5.0
    >>> again(2.0)
    10.0
    """
    try:
        document, lines = read_document(path, FORMAT, VERSION, "a saved program")
        with collector_paused():
            name, recorded = restored(document, lines, cache)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from None
    return Program._of(name, recorded)


class Program:
    """A compiled function: called like it, and for whole batches of arguments.

    Made by `compile`, which says more.

    Parameters
    ----------
    function : callable
    backend : "auto", "llvm" or "python"
    threads : int
    cache : bool

    Examples
    --------
    >>> import autograd
    >>> square = autograd.compile(lambda x: x * x)
    >>> square(3.0)
    9.0
    """

    _cache = False  # in pickles of before

    def __init__(
        self,
        function: Function,
        backend: Backend = "auto",
        threads: int = 1,
        cache: bool = False,
    ) -> None:
        self._function: Function | None = function
        self._backend: Backend = backend
        self._threads = threads
        self._cache = cache
        self._specializations: dict[Structure, Specialization] = {}
        self._latest: Specialization | None = None
        self.__name__ = function_name(function)
        self.__doc__ = getattr(function, "__doc__", None)

    @classmethod
    def _of(cls, name: str, recorded: Sequence[Specialization]) -> Program:
        """Make a program of what was recorded, without its function."""
        *_, last = recorded
        program = cls.__new__(cls)
        program._function = None
        program._backend, program._threads, program._cache = last.backend, last.threads, last.cache
        program._specializations = {each.recording.arguments: each for each in recorded}
        program._latest = last
        program.__name__, program.__doc__ = name, None
        return program

    def __call__(self, *arguments: Any) -> Any:
        """Compute what the function gives, as floats.

        Parameters
        ----------
        *arguments : numbers, or nested lists, tuples, dicts or NumPy arrays of numbers

        Returns
        -------
        float, or nested floats
        """
        if tracing and self._function is not None:  # inside a function that is itself compiled
            return self._function(*arguments)
        numbers: list[float] = []
        recorded = self._latest
        if recorded is None or not fill(numbers, arguments, recorded.recording.arguments):
            numbers, structure = flatten(arguments, "the arguments", _number)
            recorded = self._specializations.get(structure) or self._recorded_for(arguments)
            self._latest = recorded
        outputs, _ = recorded.value.run([numbers], 1, recorded.numbers())
        if recorded.is_scalar:
            return float(outputs[0][0])
        return rebuild(recorded.results, map(float, outputs[0]))

    def batch(self, *columns: Any) -> Any:
        """Compute the function for every row.

        Parameters
        ----------
        *columns : lists, tuples or NumPy arrays of m rows, or dicts of such
            One for each argument; a row is what the function takes.

        Returns
        -------
        list of m results, or NumPy array (m, …)
            An array where a column is an array and the results are numbers or (nested) lists of
            equal length, else a list with the function's result for every row.

        Raises
        ------
        TypeError, ValueError
            When a column is no column of numbers or has no rows, when its rows differ in more than
            the lengths of lists, tuples and arrays, or when columns differ in length.

        Notes
        -----
        Rows may have different lengths: the function is recorded for every length that occurs, as
        one program, in which what lengths have in common is computed once. Each row gives what it
        would give alone. That program then serves all rows of these lengths.

        Examples
        --------
        >>> from autograd import compile
        >>> program = compile(lambda x: [x[0] + x[1], x[0] * x[1]])
        >>> program.batch([[1.0, 2.0], [3.0, 4.0]])
        [[3.0, 2.0], [7.0, 12.0]]
        """
        rows = self._rows(columns)
        recorded = self._recorded_for_rows(rows)
        outputs, _ = recorded.value.run(rows.numbers, rows.count, recorded.numbers())
        shape = shape_of(recorded.results) if rows.is_array else None
        if shape is not None:
            import numpy as np

            return np.array(outputs, dtype=np.float64).reshape(rows.count, *shape)
        table = outputs if isinstance(outputs, list) else outputs.tolist()
        if is_one_of(recorded.results):
            pairs = zip(rows.numbers, table, strict=True)
            return [rebuild_chosen(recorded.results, row[0], output) for row, output in pairs]
        return [rebuild(recorded.results, iter(row)) for row in table]

    def backward(self, *columns: Any) -> float:
        """Add the gradient of the mean over the rows to the captured leaves' ``grad``.

        Parameters
        ----------
        *columns : as for `batch`

        Returns
        -------
        float
            The mean over the rows of the function's result, which must be one number.

        Examples
        --------
        >>> from autograd import Value, compile
        >>> w = Value(3.0, "w")
        >>> program = compile(lambda x: w * x)
        >>> program.backward([1.0, 2.0]), w.grad
        (4.5, 1.5)
        """
        rows = self._rows(columns)
        recorded = self._recorded_for_rows(rows)
        count = rows.count
        loss, *slopes = recorded.sums(rows.numbers, count)
        means = slopes if count == 1 else [slope / count for slope in slopes]
        add_to_grads(recorded.parameters, means)
        return loss / count

    def train(
        self,
        *columns: Any,
        optimizer: Optimizer,
        epochs: int,
        batch_size: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        schedule: Schedule | LossSchedule | None = None,
        clip: float | None = None,
        penalty: Callable[[], Any] | None = None,
        callback: Callable[[Epoch], object] | None = None,
    ) -> Epochs:
        """Minimise the mean over the rows of the function's result, which must be one number.

        Parameters
        ----------
        *columns : as for `batch`
        optimizer : nn.optim.Optimizer
            Its rule is recorded and compiled too. Its ``parameters`` are moved; its ``state`` and
            ``steps`` go on from where they are, so that eager and compiled steps can be mixed.
        epochs : int
            How many times all rows are gone through. A program for several epochs of one row has
            its numbers as constants; for one epoch it takes any row, such as the next of a stream.
        batch_size : int, optional
            Rows for each step; the last batch of an epoch may be smaller. None: all rows.
        shuffle : bool
            Go through the rows in a new order in every epoch, where there are several batches.
        seed : int
            Of the order: that of `random.Random(seed).shuffle`.
        schedule : nn.optim.Schedule, optional
            Goes one step further after every epoch; `nn.optim.ReduceOnPlateau` by the epoch's loss.
        clip : float, optional
            The largest norm of a batch's gradient; a longer one is scaled down.
        penalty : callable without arguments, optional
            Its result is added to what is minimised, but not to the loss that is told.
        callback : callable, optional
            Called after every epoch with its `Epoch`, when parameters and optimiser are up to
            date; where it returns True, training ends. An exception in it, and Ctrl-C, end it too.

        Returns
        -------
        Epochs
            A sequence with the `Epoch` of every epoch: number, mean loss, learning rate, mean norm
            of the gradient.

        Notes
        -----
        No ``grad`` is touched.

        Examples
        --------
        >>> from autograd import Value, compile
        >>> from nn.optim import SGD
        >>> w = Value(0.0, "w")
        >>> error = compile(lambda x, t: (w * x - t) ** 2)
        >>> epochs = error.train([1.0, 2.0], [3.0, 6.0], optimizer=SGD([w], lr=0.1), epochs=50)
        >>> round(w.data, 9), epochs[0].loss
        (3.0, 22.5)
        """
        check_training(optimizer, schedule, penalty, callback)
        check_count("epochs", epochs, 0)
        rows = self._rows(columns)
        with collector_paused():
            recorded = self._recorded_for_rows(rows)
            row = None
            if (
                rows.count == 1
                and epochs > 1
                and not recorded.listed("gradient").program.is_worth_a_row
            ):
                # The same in every step, and small: its numbers are constants then.
                row = tuple(float(x) for x in rows.numbers[0])
                rows = Rows(rows.structure, 1, [[]])
            added = None  # recorded each time: it may read numbers that have changed since
            if penalty is not None:
                added = Specialization(penalty, (), self._backend, self._threads, self._cache)
            plan = recorded.plan(optimizer, clip, row, added)
        with keeping(self._cache):
            return run_training(
                plan,
                rows,
                optimizer=optimizer,
                epochs=epochs,
                batches=Batches(batch_size, shuffle, seed),
                schedule=schedule,
                callback=callback,
                backend=self._backend,
                threads=self._threads,
            )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the program to a file in JSON, which `load_program` reads.

        The file holds the lists of what was recorded so far, for each structure of arguments, and
        the present numbers of the parameters; `compiler.saved` describes it. A file that is there
        is replaced at once or not at all.

        Parameters
        ----------
        path : path of a file in an existing folder

        Raises
        ------
        ValueError
            When the program was not called yet, so that there is nothing to write.
        TypeError
            When arguments or results are in a container that a file does not know, such as a named
            tuple.
        """
        self._check_called("a program is saved")
        document, lines = contents(self.__name__, list(self._specializations.values()))
        write_document(path, FORMAT, VERSION, document, lines=lines)

    @property
    def parameters(self) -> tuple[Value, ...]:
        """The Values that the function captures: leaves that are read at every call."""
        return self._recorded().parameters

    def source(self, language: Language = "python") -> str:
        """Write the program in another language, or what a stage of the compiler makes of it.

        Parameters
        ----------
        language : "python", "c", "llvm", "normal" or "schedule"
            "c" is one self-contained C99 file, with the parameters' present values in it. "normal"
            is the list in sums of products, "schedule" what is done when and where the numbers
            lie, for a processor with vectors of four doubles; both are on the way to "llvm".

        Returns
        -------
        str
            For the structure of arguments that was used last. In C it is the functions
            ``name(arguments, results)`` and, where there are parameters, ``name_with(arguments,
            parameters, results)``; of a function that gives one number also ``name_gradient`` and
            ``name_gradient_with``, whose results are the value, then its derivatives by all
            parameters, then those by all arguments. A comment names each of them. In Python it is
            ``run(rows, parameters)``, which gives the outputs of each row, and the sums over the
            rows of the value and of its derivatives by the parameters.

        Raises
        ------
        ValueError
            When the program was not recorded yet and takes other things than numbers.

        Examples
        --------
        >>> from autograd import compile
        >>> print(compile(lambda x: [x * x]).source("c"))  # doctest: +ELLIPSIS
        /* <lambda>, ...
        void lambda(const double *arguments, double *results)
        {
            const double v1 = arguments[0] * arguments[0];
            results[0] = v1;
        }
        """
        if language not in get_args(Language):
            allowed = ", ".join(map(repr, get_args(Language)))
            raise ValueError(f"there is no source in {language!r}: it is one of {allowed}")
        return source(self._recorded(), language)

    def table(self, *, gradient: bool = False) -> str:
        """Write the program as a Wengert list that can be followed line by line.

        Parameters
        ----------
        gradient : bool
            Also with the instructions of its gradient.

        Examples
        --------
        >>> from autograd import Value, compile
        >>> w = Value(3.0, "w")
        >>> print(compile(lambda x: w * x + 1.0))
        <lambda>(x): 2 instructions
        argument   v0 = x
        parameter  v1 = w
        constant   v2 = 1.0
                   v3 = v1 · v0
                   v4 = v3 + v2
        result     v4
        """
        return list_table(self._recorded(), gradient=gradient)

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        state = takes(self._latest) if self._latest else "not called yet"
        return f"<Program {self.__name__}: {state}>"

    # -- specializations: one for each structure of the arguments --------------------------------

    def _rows(self, columns: Sequence[Any]) -> Rows:
        """Read the columns of a batch; a function without arguments has one row."""
        if not columns:
            return _ROW_OF_NOTHING
        rows = joined(((f"argument {i}", column) for i, column in enumerate(columns)), tuple)
        if isinstance(rows, Rows):
            if rows.structure in self._specializations:
                return rows
            known = known_for({rows.structure}, self._specializations)
            return padded(rows.each(), known) if known else rows
        return padded(rows, one_of(rows, self._specializations))

    def _recorded_for_rows(self, rows: Rows) -> Specialization:
        recorded = self._specializations.get(rows.structure)
        if recorded is None and is_one_of(rows.structure):
            try:
                recorded = self._recorded_for(rows.structure)
            except (LookupError, ValueError) as error:
                raise ValueError(
                    f"{rows.ragged}, and {self.__name__} cannot take rows of these lengths: {error}"
                ) from error
        elif recorded is None:
            first = [float(x) for x in rows.numbers[0]]
            recorded = self._recorded_for(rebuild(rows.structure, iter(first)))
        self._latest = recorded
        return recorded

    def _recorded_for(self, arguments: Sequence[Any] | Container) -> Specialization:
        if self._function is None:
            known = "; ".join(takes(known) for known in self._specializations.values())
            raise ValueError(
                f"{self.__name__} comes from a file or a pickle, without its function, and was "
                f"recorded for {known}: call the original with such arguments before saving it"
            )
        recorded = Specialization(
            self._function, arguments, self._backend, self._threads, self._cache
        )
        self._specializations[recorded.recording.arguments] = recorded
        return recorded

    def _recorded(self) -> Specialization:
        """Return the one used last; where there is none, suppose all arguments are numbers."""
        if self._latest is None and self._function is not None:
            try:
                numbers = [0.5] * count_of_arguments(self._function)
                self._latest = self._recorded_for(numbers)
            except Exception as error:
                error.add_note(
                    f"({self.__name__} was not called yet, so its arguments were taken for "
                    "numbers; if they are not, call it once first)"
                )
                raise
        return cast(Specialization, self._latest)

    def _check_called(self, what: str) -> None:
        if not self._specializations:
            raise ValueError(
                f"{self.__name__} was not called yet: {what} as what was recorded, so call it once "
                "before"
            )

    # -- pickling: the lists and the parameters, neither the function nor machine code -------------

    def __getstate__(self) -> dict[str, Any]:
        self._check_called("a program pickles")
        return self.__dict__ | {"_function": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        known = state.pop("_versions", None)  # their name in version 0.1
        self.__dict__ |= state if known is None else state | {"_specializations": known}


_ROW_OF_NOTHING = Rows(Container(tuple), 1, [[]])


def _number(number: object, name: str) -> float:
    if isinstance(number, Value):
        raise TypeError(
            f"{name} is a Value, and a compiled program takes numbers and gives floats: pass "
            "v.data, or call the function that was compiled"
        )
    return real(number, name)
