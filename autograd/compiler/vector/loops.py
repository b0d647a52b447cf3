"""Addresses, loops and branches in LLVM text.

Read next: `math`, then `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd.compiler.vector.assembly import Function, Lanes, Truths


def address(function: Function, base: str, offset: int | str) -> str:
    """The register with the address that lies `offset` bytes after another."""
    if offset == 0:
        return base
    return function.emit(f"getelementptr i8, ptr {base}, i64 {offset}")


def where_rare(
    rare: Truths, usual: Sequence[Lanes], careful: Callable[[], Sequence[Lanes]]
) -> list[Lanes]:
    """The usual vectors; if any lane is a rare case, what `careful` writes in their place.

    The code that `careful` writes is jumped over as long as no lane is rare.
    """
    return where_true(rare.function, rare.any, usual, careful)


def where_true(
    function: Function,
    condition: Callable[[], str],
    usual: Sequence[Lanes],
    other: Callable[[], Sequence[Lanes]],
) -> list[Lanes]:
    """The usual vectors; where a condition is true, what `other` writes in their place."""
    start, slow, slow_end, end = map(function.new_label, ("usual", "rare", "rare_end", "either"))
    function.go_on(start)
    function.do(f"br i1 {condition()}, label %{slow}, label %{end}")
    function.label(slow)
    found = other()
    function.go_on(slow_end)
    function.go_on(end)
    edges = [
        f"{a.kind} [ {a.name}, %{start} ], [ {b.name}, %{slow_end} ]"
        for a, b in zip(usual, found, strict=True)
    ]
    return [Lanes(function, function.emit(f"phi {edge}")) for edge in edges]


class Loop:
    """A loop that counts upwards; its body is what is written between constructor and `end`.

    Parameters
    ----------
    function : Function
    limit : str
        The count before which it ends; at least one round is made.
    step : int
        What each round adds to the count.
    carried : sequence of Lanes
        Values that each round hands on to the next; in the body their names are `carried`.
    single : bool
        Make one round, without a loop.
    begin : str
        The count that it begins with.
    """

    def __init__(
        self,
        function: Function,
        limit: str,
        step: int = 1,
        carried: Sequence[Lanes] = (),
        *,
        single: bool = False,
        begin: str = "0",
    ) -> None:
        self.function = function
        self.limit = limit
        self.step = step
        self.first = list(carried)
        self.carried = list(carried)
        self.number = self.begin = begin
        self.single = single
        self._moved: dict[int, str] = {}
        if not single:
            self._begin()

    def _begin(self) -> None:
        function = self.function
        self.before, self.body, self.latch = map(function.new_label, ("before", "loop", "latch"))
        function.go_on(self.before)
        function.go_on(self.body)
        self.number, self.following = f"%{self.body}.number", f"%{self.body}.next"
        function.do(
            f"{self.number} = phi i64 [ {self.begin}, %{self.before} ], "
            f"[ {self.following}, %{self.latch} ]"
        )
        # What the values are at the end of a round is written in by `end`.
        self.phis = len(function.lines)
        self.carried = [Lanes(function, function.emit("phi")) for _ in self.first]

    def advance(self, base: str, size: int) -> str:
        """The register with an address that moves on by `size` bytes with each count."""
        if self.single:
            return base
        if size not in self._moved:
            self._moved[size] = self.function.emit(f"mul nsw i64 {self.number}, {size}")
        return address(self.function, base, self._moved[size])

    def end(self, carried: Sequence[Lanes] = ()) -> list[Lanes]:
        """Finish the loop, given each carried value at the end of a round; the final ones."""
        if self.single:
            return list(carried)
        function = self.function
        both = zip(self.carried, self.first, carried, strict=True)
        for line, (value, first, last) in enumerate(both, self.phis):
            function.lines[line] = (
                f"  {value.name} = phi {value.kind} [ {first.name}, %{self.before} ], "
                f"[ {last.name}, %{self.latch} ]"
            )
        function.go_on(self.latch)
        function.do(f"{self.following} = add nuw nsw i64 {self.number}, {self.step}")
        more = function.emit(f"icmp slt i64 {self.following}, {self.limit}")
        after = function.new_label("after")
        function.do(f"br i1 {more}, label %{self.body}, label %{after}")
        function.label(after)
        return list(carried)
