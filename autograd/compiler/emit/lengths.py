"""How code for a row alone finds what its length leaves to be done.

What `schedule.lengths` found is one table of numbers, a line for each length. The line of the row
says for each nest from which round to which it goes, and for some of them from which term to which.

Read next: `innermost`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from autograd.compiler.emit.registers import load_number
from autograd.compiler.schedule.lengths import Part, Parts
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.vector.assembly import Function
from autograd.compiler.vector.loops import address

NAME = "@spans"


class Span(NamedTuple):
    """The registers with the first place of some, and with the one after the last."""

    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What is to be computed of a group for the row at hand; see `schedule.lengths.Part`."""

    rounds: Span
    terms: Span | None
    part: Part

    @property
    def within(self) -> Span | None:
        """The rounds to go through; None where it is always all of them or none."""
        return None if self.part.whole else self.rounds


def span_table(parts: Parts) -> str:
    """The table as an array that code of the module reads."""
    numbers = [
        f"i64 {number}"
        for length in range(parts.lengths)
        for span in parts.spans
        for number in (span[length].start, span[length].stop)
    ]
    return f"{NAME} = internal constant [{len(numbers)} x i64] [{', '.join(numbers)}]"


def load_line(function: Function, memory: Memory, parts: Parts) -> str:
    """The register with the address of the line for the row's length."""
    which = load_number(function, address(function, *memory.uniform_address(0)))
    number = function.emit(f"fptosi double {which} to i64")
    known = function.emit(f"icmp ult i64 {number}, {parts.lengths}")
    length = function.emit(f"select i1 {known}, i64 {number}, i64 0")
    start = function.emit(f"mul nuw nsw i64 {length}, {16 * len(parts.spans)}")
    return address(function, NAME, start)


def load_cut(function: Function, line: str, part: Part) -> Cut:
    """Look up the spans of a group."""

    def span(place: int) -> Span:
        offsets = 16 * place, 16 * place + 8
        begin, end = (function.emit(f"load i64, ptr {address(function, line, o)}") for o in offsets)
        return Span(begin, end)

    terms = None if part.terms is None else span(part.terms)
    return Cut(span(part.rounds), terms, part)


def any_in(function: Function, span: Span) -> str:
    """Whether there is any place in a span."""
    return function.emit(f"icmp slt i64 {span.begin}, {span.end}")


def is_in(function: Function, span: Span, place: int) -> str:
    """Whether a place is in a span."""
    after = function.emit(f"sub i64 {place}, {span.begin}")
    length = function.emit(f"sub i64 {span.end}, {span.begin}")
    return function.emit(f"icmp ult i64 {after}, {length}")


def where_any(function: Function, span: Span, write: Callable[[], None]) -> None:
    """What is written is jumped over where there is nothing in a span."""
    some, done = function.new_label("some"), function.new_label("done")
    function.do(f"br i1 {any_in(function, span)}, label %{some}, label %{done}")
    function.label(some)
    write()
    function.go_on(done)


def part_of(function: Function, span: Span, first: int, count: int) -> Span:
    """Which of `count` places from the first on are in a span, counted from the first."""
    begin, end = (function.emit(f"sub nsw i64 {place}, {first}") for place in span)
    late = function.emit(f"icmp sgt i64 {begin}, 0")
    early = function.emit(f"icmp slt i64 {end}, {count}")
    return Span(
        function.emit(f"select i1 {late}, i64 {begin}, i64 0"),
        function.emit(f"select i1 {early}, i64 {end}, i64 {count}"),
    )


def write_zeros(
    function: Function, base: str, offset: int, rounds: Span, sizes: tuple[int, int]
) -> None:
    """Zeros for the results of other rounds than those in a span.

    Parameters
    ----------
    function : Function
    base, offset
        Where the results begin.
    rounds : Span
    sizes : tuple of int
        How many rounds there are, and the bytes of each.
    """
    count, size = sizes
    start = address(function, base, offset)
    before = function.emit(f"mul nuw nsw i64 {rounds.begin}, {size}")
    done = function.emit(f"mul nuw nsw i64 {rounds.end}, {size}")
    after = function.emit(f"sub nsw i64 {count * size}, {done}")
    for pointer, length in ((start, before), (address(function, start, done), after)):
        function.do(f"call void @llvm.memset.p0.i64(ptr {pointer}, i8 0, i64 {length}, i1 false)")
