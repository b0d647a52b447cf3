"""A Wengert list: a recorded computation as plain data, one instruction after the other.

The list is what tracing writes and what every back end reads; nothing in it refers to a `Value`.
Each number of the computation lives in a *slot*, and a slot is written once. Slots are numbered

1. the columns (arguments that differ from row to row),
2. the parameters (one number for all rows),
3. the constants,
4. one slot for each instruction, in order.

So an instruction may read any slot with a smaller number than its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from math import copysign
from operator import itemgetter, lt
from typing import Any, NamedTuple

from autograd.documents import from_json, short, to_json
from autograd.operation import FAMILIES, OWN, look_up

_OF_NUMBERS = ("fixed_power", "power_derivative", "leaky_relu", "elu")
"""Families whose fixed numbers may have any size; others have orders, by which their work grows."""
_HIGHEST = 2000
"""No function takes an order so high, nor has a derivative of one, but a file may name it."""
TERMS_OF_A_ROW = 1000
"""Terms from which on code for a row alone is worth making."""


class Instruction(NamedTuple):
    """One operation of the table applied to earlier slots.

    Parameters
    ----------
    name : str
        The operation's row in the table, such as ``"tanh"`` or ``"dot"``.
    arguments : tuple of int
        The slots it reads, in argument order; a repeated argument appears twice.
    parameters : tuple of float
        The operation's fixed numbers, such as the exponent of ``fixed_power``.
    """

    name: str
    arguments: tuple[int, ...]
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class WengertList:
    """A computation that is done for each of many rows.

    A slot that depends on no column has the same value in every row. Back ends find such slots by
    themselves and compute them once per call: an L2 penalty and its gradient cost nothing per row.

    Parameters
    ----------
    columns : int
        How many arguments differ from row to row.
    parameters : int
        How many numbers are shared by all rows.
    constants : tuple of float
        The numbers fixed when the computation was recorded.
    instructions : tuple of Instruction
        Every instruction reads slots before its own.
    outputs : tuple of int
        The slots whose value is wanted for every row.
    sums : tuple of int
        The slots of which only the sum over the rows is wanted, such as the loss and its gradient
        with respect to each parameter. A slot that depends on no column counts once for each row,
        as in any sum; a caller who wants means scales the sums by 1 / rows.
    lengths : int
        Of rows of different lengths, how many there are; the first column then says which of them a
        row has, from 0 on. It is 0 where all rows are alike.

    Attributes
    ----------
    terms : int
        What there is to do: a sum of products counts for as many as it adds up, all else for one.

    Raises
    ------
    ValueError
        If a slot is read before it is written or does not exist.

    Examples
    --------
    The squared error of w·x against t, and half its derivative with respect to w, for columns x
    and t (slots 0 and 1) and the parameter w (slot 2):

    >>> error = WengertList(
    ...     columns=2,
    ...     parameters=1,
    ...     constants=(),
    ...     instructions=(
    ...         Instruction("multiply", (2, 0)),
    ...         Instruction("subtract", (3, 1)),
    ...         Instruction("multiply", (4, 4)),
    ...         Instruction("multiply", (4, 0)),
    ...     ),
    ...     outputs=(3,),
    ...     sums=(5, 6),
    ... )
    >>> error.first_instruction, error.slots
    (3, 7)
    """

    columns: int
    parameters: int
    constants: tuple[float, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()
    lengths: int = 0
    terms: int = field(init=False, repr=False)
    # 0.0 == -0.0, but 1/0.0 and 1/-0.0 differ; back ends keep one program for equal lists.
    _signs: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_signs", tuple(copysign(1.0, x) for x in self.constants))
        reads = list(map(itemgetter(1), self.instructions))
        object.__setattr__(self, "terms", sum([length // 2 or 1 for length in map(len, reads)]))
        if self.columns < 0 or self.parameters < 0:
            raise ValueError(
                f"columns and parameters are counts, so at least 0, not {self.columns} and "
                f"{self.parameters}"
            )
        if self.lengths < 0 or (self.lengths and not self.columns):
            raise ValueError(
                f"the first of {self.columns} columns cannot tell {self.lengths} lengths apart"
            )
        slots = self.slots
        if not (
            all(reads)
            and min(chain.from_iterable(reads), default=0) >= 0
            and all(map(lt, map(max, reads), range(self.first_instruction, slots)))
        ):
            self._check_reads()  # for a slot that is wrong
        results = (*self.outputs, *self.sums)
        for result in (min(results, default=0), max(results, default=0)):
            if results and not 0 <= result < slots:
                raise ValueError(
                    f"a result must be one of the slots 0 to {slots - 1}, not {result}"
                )

    def _check_reads(self) -> None:
        for slot, (name, read, _) in self.steps:
            for argument in read:
                if not 0 <= argument < slot:
                    raise ValueError(
                        f"instruction {name!r} writes slot {slot} and so may read "
                        f"slots 0 to {slot - 1}, not {argument}"
                    )

    @property
    def is_worth_a_row(self) -> bool:
        """Whether it has so many terms that a row alone should get code of its own."""
        return self.columns > 0 and self.terms >= TERMS_OF_A_ROW

    @property
    def first_instruction(self) -> int:
        """The slot that the first instruction writes."""
        return self.columns + self.parameters + len(self.constants)

    @property
    def steps(self) -> Iterable[tuple[int, Instruction]]:
        """The instructions, each after the slot that it writes."""
        return enumerate(self.instructions, self.first_instruction)

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return self.first_instruction + len(self.instructions)

    @property
    def uses_own(self) -> bool:
        """Whether an instruction is a user's own operation, of which the list tells the name."""
        return bool(OWN) and any(name in OWN for name, _, _ in self.instructions)

    def plain(self) -> list[Any]:
        """Write the list as lists, numbers and strings alone, as JSON can hold them."""
        steps = [[name, a, to_json(p)] if p else [name, a] for name, a, p in self.instructions]
        return [
            self.columns,
            self.parameters,
            to_json(self.constants),
            steps,
            self.outputs,
            self.sums,
            *([self.lengths] if self.lengths else []),
        ]

    def text(self) -> str:
        """Write `plain` as JSON: equal texts are equal lists."""
        return json.dumps(self.plain(), separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_plain(cls, plain: Any) -> WengertList:
        """Undo `plain`.

        Raises
        ------
        ValueError
            When it is no list, or one with an instruction that is not in the table of operations.
        """
        try:
            columns, parameters, constants, steps, outputs, sums, *lengths = plain
            instructions = tuple([_instruction(*step) for step in steps])
            for kind in {(name, len(read), fixed) for name, read, fixed in instructions}:
                _check(*kind)
            slots = chain(outputs, sums, *(read for _, read, _ in instructions))
            if not {int}.issuperset(map(type, chain((columns, parameters, *lengths), slots))):
                raise TypeError("slots and counts are integers")
            numbers = tuple(map(float, from_json(constants)))
            results = tuple(outputs), tuple(sums)
            return cls(columns, parameters, numbers, instructions, *results, *lengths)
        except (TypeError, OverflowError) as error:
            raise ValueError(f"it has a damaged list ({error})") from None


def _instruction(name: str, arguments: list[int], fixed: list[float] | None = None) -> Instruction:
    """Make an instruction of what a file says."""
    parameters = tuple(map(float, from_json(fixed))) if fixed else ()
    return Instruction(name, tuple(arguments), parameters)


def _check(name: str, inputs: int, fixed: tuple[float, ...]) -> None:
    """Refuse an instruction that the table of operations does not have."""
    try:
        row = look_up(name, fixed)
    except (KeyError, TypeError, ValueError):
        row = None
    endless = name in FAMILIES and name not in _OF_NUMBERS and max(fixed, default=0) > _HIGHEST
    if row is None or endless or len(row.parameters) != len(fixed):
        raise ValueError(f"there is no operation {short(name)} with the fixed numbers {fixed}")
    if not inputs:
        raise ValueError(f"{name!r} has no arguments")
    if row.domain and len(row.domain) != inputs:
        raise ValueError(f"{name!r} has {len(row.domain)} arguments, not {inputs}")
