"""Where compiled code keeps its numbers.

Parameters and constants come from the caller. Everything else lies in one scratch array, which has
these parts, one after the other:

1. the sums over the rows that are kept lane by lane, one vector for each;
2. the totals: all sums over the rows, one number for each;
3. the uniform totals: what each row adds to each sum, where that is uniform;
4. the results: all sums when both totals are added and scaled;
5. the uniform numbers, in the order of the `UniformOrder`;
6. the block: places for vectors, each with room for one varying value in all rows of the block.

Read next: `printed`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from autograd.compiler.schedule.layers import Factor, MatrixProduct, OuterProduct
from autograd.compiler.schedule.normal import NormalForm, arguments_of
from autograd.compiler.schedule.repeats import Repeat
from autograd.compiler.schedule.uniform import PARAMETER, Cells, UniformOrder, ranks
from autograd.compiler.schedule.varying import (
    Accumulation,
    Call,
    Step,
    VaryingSchedule,
    varying_arguments,
    writes,
)

CACHE_BYTES = 64 * 1024
"""Bytes that the places of a block may take, so that they stay in the fastest cache."""

DENSE_CACHE_BYTES = 512 * 1024
"""The same where dots share parameters: each that is loaded should serve many vectors."""

LONGEST_BLOCK = 16
"""The most vectors in a block; more would not save anything."""


class SumRun(NamedTuple):
    """Neighbours among the sums over the rows that are kept in the same way.

    Parameters
    ----------
    first, length : int
        The index of the first sum, and how many there are.
    by_lane : bool
        Whether they are kept lane by lane until the end of all rows.
    """

    first: int
    length: int
    by_lane: bool


@dataclass(frozen=True)
class Memory:
    """Where the number or the vectors of each slot are.

    Parameters
    ----------
    lanes, vectors : int
        Lanes in a vector, vectors in a block.
    constants : dict of int to float
        Slots whose number is known.
    cells : dict of int to Cell
        Where the parameters and the uniform numbers are, in arrays of their own.
    places : dict of int to int
        The place of each varying slot that outlives a step; None has a place with ones.
    sums : list of SumRun
    together : int
        A block's number of vectors is rounded up to a multiple of this.
    """

    lanes: int
    vectors: int
    constants: dict[int, float]
    cells: Cells = field(default_factory=dict)
    places: dict[Factor, int] = field(default_factory=dict)
    sums: list[SumRun] = field(default_factory=list)
    together: int = 1

    def is_uniform(self, slot: int) -> bool:
        """Whether a slot holds one number for all rows."""
        return slot in self.constants or slot in self.cells

    def uniform_address(self, slot: int) -> tuple[str, int]:
        """The array that holds a uniform number in memory, and its offset there in bytes."""
        array, index = self.cells[slot]
        if array == PARAMETER:
            return "%parameters", index * 8
        return "%scratch", self.uniform + index * 8

    def table_address(self, slot: int) -> tuple[str, int]:
        """The same also for a constant: those that loops read are in an array, too."""
        if slot in self.constants:
            return "@constants", 8 * self.constant_ranks[slot]
        return self.uniform_address(slot)

    @cached_property
    def constant_ranks(self) -> dict[int, int]:
        """By slot, the place of each constant among them."""
        return ranks(self.constants)

    def place_address(self, slot: Factor) -> int:
        """The offset of a slot's first vector in the scratch array, in bytes."""
        return self.block + self.places[slot] * self.stride

    @cached_property
    def by_lane(self) -> dict[int, int]:
        """The offset of each sum that is kept lane by lane, in bytes."""
        offsets: dict[int, int] = {}
        end = 0
        for run in self.sums:
            if run.by_lane:
                offsets |= {run.first + k: (end + k) * self.lanes * 8 for k in range(run.length)}
                end += self._whole_vectors(run.length)
        return offsets

    def _whole_vectors(self, count: int) -> int:
        return -(-count // self.lanes) * self.lanes

    # Offsets of the other parts, in bytes. Some have room for a vector that begins at their last
    # number, since what is written there comes in whole vectors.

    @cached_property
    def totals(self) -> int:
        """Where the totals begin."""
        vectors = sum(self._whole_vectors(run.length) for run in self.sums if run.by_lane)
        return vectors * self.lanes * 8

    @property
    def uniform_totals(self) -> int:
        """Where the uniform totals begin."""
        return self.totals + self._sums_bytes

    @property
    def results(self) -> int:
        """Where the results begin."""
        return self.totals + 2 * self._sums_bytes

    @cached_property
    def uniform(self) -> int:
        """Where the uniform numbers begin."""
        return self.totals + 3 * self._sums_bytes

    @cached_property
    def block(self) -> int:
        """Where the first place begins, at a cache line."""
        numbers = sum(array != PARAMETER for array, _ in self.cells.values())
        return (self.uniform + (numbers + self.lanes) * 8 + 63) // 64 * 64

    @property
    def stride(self) -> int:
        """From one place to the next."""
        return self.vectors * self.lanes * 8

    @property
    def bytes(self) -> int:
        """The size of the whole scratch array."""
        return self.block + len(set(self.places.values())) * self.stride

    @property
    def _sums_bytes(self) -> int:
        count = sum(run.length for run in self.sums)
        return (count // self.lanes + 2) * self.lanes * 8


def place(form: NormalForm, uniform: UniformOrder, varying: VaryingSchedule, lanes: int) -> Memory:
    """Give each number that is kept in memory its place there."""
    places = _places(form, varying.steps)
    together = max(map(varying.vectors, varying.steps), default=1)
    cache = DENSE_CACHE_BYTES if together > 1 else CACHE_BYTES
    fitting = cache // (max(1, len(set(places.values()))) * lanes * 8)
    vectors = min(LONGEST_BLOCK, fitting) // 2 * 2 or 1
    sums = list(_sum_runs(len(form.totals), varying.steps))
    together = min(together, vectors)
    return Memory(lanes, vectors, form.constants, uniform.cells, places, sums, together)


def _sum_runs(count: int, steps: Sequence[Step]) -> Iterator[SumRun]:
    """Sums that are part of outer products alone are added up at each block's end, others not.

    Where nothing is done for each block, none is kept lane by lane.
    """
    by_lane = bytearray([bool(steps)]) * count
    for step in steps:
        if isinstance(step, OuterProduct):
            for row in step.rows_of_indices:
                by_lane[row.start : row.stop] = bytes(len(row))
    for step in steps:
        if isinstance(step, Accumulation):
            for index, _ in step.terms:
                by_lane[index] = True
    first = 0
    for kept, group in groupby(by_lane):
        length = len(list(group))
        yield SumRun(first, length, bool(kept))
        first += length


def _places(form: NormalForm, steps: Sequence[Step]) -> dict[Factor, int]:
    """A place in the block for each value while a later step needs it; places are used again."""
    last = _last_readers(form, steps)
    leaving: dict[int, list[int]] = defaultdict(list)
    for slot, final in last.items():
        leaving[final].append(slot)
    free: list[int] = []
    places: dict[Factor, int] = {}
    width = 0

    def put(slot: Factor) -> None:
        nonlocal width
        if not free:
            free.append(width)
            width += 1
        places[slot] = free.pop()

    for column in range(0 if form.alone else form.columns):
        put(column)
    if any(isinstance(step, OuterProduct) and None in step.factors for step in steps):
        put(None)
    for number, step in enumerate(steps):
        written = [slot for slot in writes(step) if slot in last]
        left = [places[slot] for slot in leaving[number] if slot in places]
        # A call may write where it reads, since it reads each vector before it writes it.
        if isinstance(step, Call):
            free += left
        for slot in written:
            put(slot)
        if not isinstance(step, Call):
            free += left
    return places


def _last_readers(form: NormalForm, steps: Sequence[Step]) -> dict[int, int]:
    """For each value that another step reads, the number of the last step that does."""
    last: dict[int, int] = {}
    for number, step in enumerate(steps):
        own = set(writes(step))
        last |= {slot: number for slot in _reads(form, step) if slot not in own}
    last |= {slot: len(steps) for slot in form.outputs if slot in form.varying}
    for number, step in enumerate(steps):
        if isinstance(step, Repeat):  # each round does the same: it keeps the value, or none does
            for column in zip(*step.rounds, strict=True):
                if not last.keys().isdisjoint(column):
                    last |= {slot: number for slot in column if slot not in last}
    return last


def _reads(form: NormalForm, step: Step) -> Iterable[int]:
    """The varying slots that a step reads."""
    if isinstance(step, Accumulation):
        read = arguments_of([product for _, product in step.terms])
        return (slot for slot in read if slot in form.varying)
    if isinstance(step, MatrixProduct):
        return step.inputs
    if isinstance(step, OuterProduct):
        return (slot for slot in step.factors if slot is not None)
    return (slot for node in writes(step) for slot in varying_arguments(form, node))
