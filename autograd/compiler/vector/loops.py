"""Loops in LLVM text."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.vector.assembly import Function, Lanes


def address(function: Function, base: str, offset: int | str) -> str:
    """The register with an address so many bytes after another."""
    return function.emit(f"getelementptr i8, ptr {base}, i64 {offset}")


class Loop:
    """A loop that counts from 0 upwards; its body is what is written between constructor and `end`.

    Parameters
    ----------
    function : Function
    limit : str
        The count before which it ends; at least one round is made.
    step : int
        What each round adds to the count.
    carried : sequence of Lanes
        Values that each round hands on to the next; in the body their names are `carried`.
    once : bool
        Make one round without a loop.
    """

    def __init__(
        self,
        function: Function,
        limit: str,
        step: int = 1,
        carried: Sequence[Lanes] = (),
        *,
        once: bool = False,
    ) -> None:
        self.function = function
        self.limit = limit
        self.step = step
        self.first = list(carried)
        self.carried = list(carried)
        self.number = "0"
        self.once = once
        if not once:
            self._begin()

    def _begin(self) -> None:
        function = self.function
        self.before, self.body, self.latch = map(function.new_label, ("before", "loop", "latch"))
        function.do(f"br label %{self.before}")
        function.label(self.before)
        function.do(f"br label %{self.body}")
        function.label(self.body)
        self.number, self.following = f"%{self.body}.number", f"%{self.body}.next"
        function.do(
            f"{self.number} = phi i64 [ 0, %{self.before} ], [ {self.following}, %{self.latch} ]"
        )
        # What the values are at the end of a round is written in by `end`.
        self.phis = len(function.lines)
        self.carried = [Lanes(function, function.emit("phi")) for _ in self.first]

    def advance(self, base: str, size: int) -> str:
        """The register with an address that moves on by so many bytes with each count."""
        if self.once:
            return base
        offset = self.function.emit(f"mul nsw i64 {self.number}, {size}")
        return address(self.function, base, offset)

    def end(self, carried: Sequence[Lanes] = ()) -> list[Lanes]:
        """Finish the loop, given each carried value at the end of a round; the final ones."""
        if not self.once:
            self._end(carried)
        return list(carried)

    def _end(self, carried: Sequence[Lanes]) -> None:
        function = self.function
        both = zip(self.carried, self.first, carried, strict=True)
        for line, (value, first, last) in enumerate(both, self.phis):
            function.lines[line] = (
                f"  {value.name} = phi {function.doubles} [ {first.name}, %{self.before} ], "
                f"[ {last.name}, %{self.latch} ]"
            )
        function.do(f"br label %{self.latch}")
        function.label(self.latch)
        function.do(f"{self.following} = add nuw nsw i64 {self.number}, {self.step}")
        more = function.emit(f"icmp slt i64 {self.following}, {self.limit}")
        after = function.new_label("after")
        function.do(f"br i1 {more}, label %{self.body}, label %{after}")
        function.label(after)
