"""Where compiled code keeps its numbers: the scratch array and what is where in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Layout:
    """The parts of the scratch array, in bytes from its beginning.

    First come the sums over the rows that are kept lane by lane, one vector each, then the parts
    that follow here.

    Parameters
    ----------
    lanes, vectors : int
        Lanes in a vector, vectors in a block.
    wide : int
        Sums over the rows that are kept lane by lane, rounded up to whole vectors of them.
    sums : int
        Sums over the rows, as one number each, with room for a vector that begins at the last.
    shared : int
        Numbers that are computed once per call, with room for a vector that begins at the last.
    width : int
        Places for the vectors of a block.
    """

    lanes: int
    vectors: int
    wide: int
    sums: int
    shared: int
    width: int

    @property
    def totals(self) -> int:
        """The sums over the rows."""
        return self.wide * self.lanes * 8

    @property
    def once(self) -> int:
        """For each sum what every row adds to it alike."""
        return self.totals + self.sums * 8

    @property
    def results(self) -> int:
        """The sums over the rows when all is added and scaled."""
        return self.once + self.sums * 8

    @cached_property
    def uniform(self) -> int:
        """Numbers that are computed once per call."""
        return self.results + self.sums * 8

    @property
    def block(self) -> int:
        """The first place."""
        return (self.uniform + self.shared * 8 + 63) // 64 * 64

    @property
    def stride(self) -> int:
        """From one place to the next."""
        return self.vectors * self.lanes * 8

    @property
    def bytes(self) -> int:
        """The size of the whole."""
        return self.block + self.width * self.stride


@dataclass(frozen=True, slots=True)
class Memory:
    """Where the number or the vectors of each slot are.

    Parameters
    ----------
    layout : Layout
    constants : dict of int to float
        Slots whose number is known.
    parameters : range
        Slots that are read from the array of parameters.
    shared : dict of int to int
        Slots that are computed once per call, and where among those.
    places : dict of int to int
        Slots that differ from row to row and outlive a step, and their place; None for a place with
        ones.
    wide : dict of int to int
        The indices of the sums over the rows that are kept lane by lane, and where among those.
    """

    layout: Layout
    constants: dict[int, float]
    parameters: range
    shared: dict[int, int]
    places: dict[int | None, int]
    wide: dict[int, int]

    def is_uniform(self, slot: int) -> bool:
        """Whether a slot holds one number for all rows."""
        return slot in self.constants or slot in self.parameters or slot in self.shared

    def uniform_address(self, slot: int) -> tuple[str, int]:
        """The array that holds a uniform number in memory, and the offset there."""
        if slot in self.parameters:
            return "%parameters", (slot - self.parameters.start) * 8
        return "%scratch", self.layout.uniform + self.shared[slot] * 8

    def place_address(self, slot: int | None) -> int:
        """The offset of a slot's first vector."""
        return self.layout.block + self.places[slot] * self.layout.stride
