"""The back end without extras: a Wengert list run by Python itself.

A list is interpreted at first, which needs no preparation, and as soon as enough rows have gone
through it, it is written out as straight-line source and compiled by Python. Both compute every
operation by its row of the table, in the order of the list, so that both give the same bits as
eager evaluation; where that raises an error, they give what IEEE arithmetic gives.

Read next: `c`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import compress
from operator import attrgetter
from typing import Any

from autograd.compiler.record.nested import one_line
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import OWN, look_up
from autograd.spelling import ATOM, PYTHON

Row = Sequence[float]
Results = tuple[list[tuple[float, ...]], tuple[float, ...]]
Run = Callable[[Iterable[Row], Sequence[float]], Results]
Steps = tuple[list[int], list[Callable[..., float]], list[tuple[int, ...]]]
"""What is written where, by which function, from which slots: three lists, since a tuple for each
step would keep Python's collector busy."""

ROWS_INTERPRETED = 60
"""The number of rows after which a list is written out as source and compiled."""

SUMS = {"dot", "total"}  # operations that are written as a sum
_TERMS_PER_LINE = 16  # longer sums are written in several lines: Python's parser nests them

_NEVER_RAISES: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "negative": operator.neg,
}


def ieee(name: str, *parameters: float) -> Callable[..., float]:
    """Make the function of an operation of the table that follows IEEE arithmetic.

    Examples
    --------
    >>> ieee("log")(0.0), ieee("leaky_relu", 0.5)(-3.0)
    (-inf, -1.5)
    """
    if name in _NEVER_RAISES:
        return _NEVER_RAISES[name]
    row = look_up(name, parameters)
    forward, instead = row.forward, row.ieee

    def apply(*inputs: float) -> float:
        try:
            return forward(*inputs)
        except (ArithmeticError, ValueError):
            return instead(*inputs)

    return apply


def varying(program: WengertList) -> list[bool]:
    """Tell for each slot whether it differs from row to row."""
    if not program.columns:
        return [False] * program.slots
    found = set(range(program.columns))
    for slot, instruction in program.steps:
        if not found.isdisjoint(instruction.arguments):
            found.add(slot)
    return [slot in found for slot in range(program.slots)]


class PythonCode:
    """A Wengert list that Python runs.

    Parameters
    ----------
    program : WengertList
        What to compute.

    Examples
    --------
    >>> square = WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), outputs=(1,), sums=(1,))
    >>> PythonCode(square).run([[2.0], [3.0]], [])
    ([(4.0,), (9.0,)], (13.0,))
    """

    def __init__(self, program: WengertList) -> None:
        self.program = program
        self.rows = 0

    def run(self, rows: Sequence[Row], parameters: Sequence[float]) -> Results:
        """Compute the outputs for every row, and the sums over the rows.

        Parameters
        ----------
        rows : sequence of sequences of floats
            The columns' numbers, row by row.
        parameters : sequence of floats

        Returns
        -------
        tuple of (list of tuples with the outputs of a row, tuple of sums)
        """
        self.rows += len(rows)
        run = self._interpreted if self.rows < ROWS_INTERPRETED else self._compiled
        return run(rows, parameters)

    @cached_property
    def _interpreted(self) -> Run:
        return interpreter(self.program)

    @cached_property
    def _compiled(self) -> Run:
        namespace: dict[str, Any] = {}
        exec(compile(source(self.program), "<autograd.compile>", "exec"), namespace)
        run: Run = namespace["run"]
        return run


# --------------------------------------------------------------------------------- the interpreter


def interpreter(program: WengertList) -> Run:
    """Make the function that goes through a list instruction by instruction."""
    first, instructions = program.first_instruction, program.instructions
    what = attrgetter("name", "parameters")
    operations = set(map(what, instructions))
    function_of = {(name, fixed): ieee(name, *fixed) for name, fixed in operations}
    functions = [function_of[operation] for operation in map(what, instructions)]
    arguments = [i.arguments for i in instructions]
    varies = varying(program)[first:]

    def steps(chosen: Sequence[bool]) -> Steps:
        return (
            list(compress(range(first, program.slots), chosen)),
            list(compress(functions, chosen)),
            list(compress(arguments, chosen)),
        )

    once, each = steps([not v for v in varies]), steps(varies)
    columns, outputs, sums = program.columns, program.outputs, program.sums

    def run(rows: Iterable[Row], parameters: Sequence[float]) -> Results:
        values = [0.0] * columns + [*parameters, *program.constants]
        values += [0.0] * len(program.instructions)
        number = values.__getitem__
        for slot, function, arguments in zip(*once, strict=True):
            values[slot] = function(*map(number, arguments))
        results = []
        totals = [0.0] * len(sums)
        for row in rows:
            values[:columns] = row
            for slot, function, arguments in zip(*each, strict=True):
                values[slot] = function(*map(number, arguments))
            results.append(tuple([values[slot] for slot in outputs]))
            for i, slot in enumerate(sums):
                totals[i] += values[slot]
        return results, tuple(totals)

    return run


# ----------------------------------------------------------------------------------- source text


def source(program: WengertList, labels: Mapping[int, str] | None = None, title: str = "") -> str:
    """Write a list as a Python module with one function, ``run(rows, parameters)``.

    Parameters
    ----------
    program : WengertList
    labels : mapping from slots to labels, optional
        They stand as comments behind the lines.
    title : str
        The first words of the module's docstring.

    Returns
    -------
    str
    """
    names = slot_names(program)
    varies = varying(program)
    functions = {
        function_name(i): (i.name, *i.parameters)
        for i in program.instructions
        if i.name not in SUMS | PYTHON.forms.keys()
    }
    shared: list[str] = []
    steps: list[str] = []
    for slot, instruction in program.steps:
        lines = _statement(names[slot], instruction, [names[a] for a in instruction.arguments])
        label = (labels or {}).get(slot)
        if label:
            lines[-1] += f"  # {one_line(label)}"
        (steps if varies[slot] else shared).extend(lines)
    heading = f"{one_line(title) or 'A Wengert list'}, written by autograd.compile."
    columns, first = names[: program.columns], program.columns + program.parameters
    parameters = names[program.columns : first]
    totals = [f"s{i}" for i in range(len(program.sums))]
    return "\n".join(
        [
            f'"""{heading.replace(chr(34), chr(39))}"""',
            "",
            "from autograd.compiler.readable.python import ieee",
            "",
            'inf, nan = float("inf"), float("nan")',
            *(f"{name} = ieee({', '.join(map(repr, row))})" for name, row in functions.items()),
            "",
            "",
            "def run(rows, parameters):",
            '    """Return the outputs of every row, and the sums over the rows."""',
            *([f"    {_tuple(parameters)} = parameters"] if parameters else []),
            *(f"    {line}" for line in shared),
            "    results = []",
            *(f"    {name} = 0.0" for name in totals),
            f"    for {_tuple(columns) if columns else '_'} in rows:",
            *(f"        {line}" for line in steps),
            *(f"        s{i} += {names[slot]}" for i, slot in enumerate(program.sums)),
            f"        results.append({_tuple(names[slot] for slot in program.outputs)})",
            f"    return results, {_tuple(totals)}",
            "",
        ]
    )


def slot_names(program: WengertList) -> list[str]:
    """Name the slots: x0, p0, v7 and so on; constants as they are written."""
    return [
        *(f"x{i}" for i in range(program.columns)),
        *(f"p{i}" for i in range(program.parameters)),
        *map(repr, program.constants),
        *(f"v{slot}" for slot in range(program.first_instruction, program.slots)),
    ]


def sum_in_lines(target: str, instruction: Instruction, arguments: Sequence[str]) -> list[str]:
    """Write a dot or a total as lines of moderate length that add up in the list's order."""
    start, terms = "0.0", arguments
    if instruction.name == "dot":
        n = len(arguments) // 2
        start = arguments[-1] if len(arguments) % 2 else "0.0"
        pairs = zip(arguments[:n], arguments[n : 2 * n], strict=True)
        terms = [f"{a} * {b}" for a, b in pairs]
    lines = []
    for k in range(0, max(len(terms), 1), _TERMS_PER_LINE):
        line = [target if k else start, *terms[k : k + _TERMS_PER_LINE]]
        lines.append(f"{target} = {' + '.join(line)}")
    return lines


def _statement(target: str, instruction: Instruction, arguments: list[str]) -> list[str]:
    name = instruction.name
    if name in SUMS:
        return sum_in_lines(target, instruction, arguments)
    if name not in PYTHON.forms:
        return [f"{target} = {function_name(instruction)}({', '.join(arguments)})"]
    terms = [(argument, ATOM) for argument in arguments]
    return [f"{target} = {PYTHON.write(name, instruction.parameters, terms)[0]}"]


def function_name(instruction: Instruction, *more: int) -> str:
    """Name an operation with its fixed numbers: ``fixed_power_3``, ``leaky_relu_0_01``.

    A user's own may have any name, such as ``rows`` or ``x0``; before it stands how many numbers
    follow it, so that its function has the name of nothing else in the text: ``own1_leak__0_2``.
    """
    numbers = [repr(x).removesuffix(".0").translate(_LETTERS) for x in instruction.parameters]
    numbers += map(str, more)
    if instruction.name in OWN:
        return f"own{len(numbers) or ''}_" + "__".join([instruction.name, *numbers])
    return "_".join([instruction.name, *numbers])


_LETTERS = str.maketrans({".": "_", "-": "minus_", "+": ""})


def _tuple(items: Iterable[str]) -> str:
    listed = list(items)
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"
