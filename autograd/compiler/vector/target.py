"""What code is written for, as plain data: the vectors of a processor and its registers.

Read next: `assembly`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Target:
    """The vectors that code is written for.

    Parameters
    ----------
    lanes : int
        Doubles in a vector: 8, 4, 2 or 1.
    fused : bool
        Whether the processor has a fused multiply-add.
    scales : bool
        Whether it multiplies by powers of two in one instruction (AVX-512).
    """

    lanes: int
    fused: bool
    scales: bool = False

    @property
    def bytes(self) -> int:
        """The size of a vector of doubles."""
        return self.lanes * 8

    def with_lanes(self, lanes: int) -> Target:
        """The same processor's vectors, but with another number of lanes."""
        return replace(self, lanes=lanes)

    def type(self, element: str) -> str:
        """The LLVM type of one vector of elements such as ``double``, ``i64`` or ``i1``."""
        return element if self.lanes == 1 else f"<{self.lanes} x {element}>"

    def constant(self, element: str, text: str) -> str:
        """A constant with the same element in every lane."""
        return text if self.lanes == 1 else f"splat ({element} {text})"

    def suffix(self, element: str) -> str:
        """The ending of an overloaded intrinsic's name, such as ``v8f64``."""
        return element if self.lanes == 1 else f"v{self.lanes}{element}"


@dataclass(frozen=True, slots=True)
class Processor:
    """A kind of processor.

    Parameters
    ----------
    target : Target
        Its vectors.
    registers : int
        How many vectors it holds in registers.
    name : str
        LLVM's name of it.
    features : str
        LLVM's list of what it can do, such as ``"+avx2,+fma"``.
    """

    target: Target
    registers: int
    name: str = ""
    features: str = ""

    def with_lanes(self, lanes: int) -> Processor:
        """The same processor, made to use narrower vectors."""
        return replace(self, target=self.target.with_lanes(lanes))
