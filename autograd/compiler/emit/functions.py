"""Code put together as LLVM functions of moderate length.

The time that LLVM takes for a function grows faster than the function's length. So each half of a
module, the uniform and the varying one, is cut into functions that are called one after the other.

Read next: `lengths`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from autograd.compiler.emit.registers import Registers
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.vector.assembly import Function, Kernel
from autograd.compiler.vector.target import Target

FUNCTION_SIZE = 600
"""About how many terms one LLVM function gets."""

OPTIMIZED_SIZE = 1500
"""The most terms of code that does not repeat which are optimised. More are just translated, which
takes a quarter of the time and makes code that is a tenth slower. Where that is all the code there
is, registers are given out in the simplest way too."""

T = TypeVar("T")

ARGUMENTS = "ptr %scratch, ptr %parameters, i64 %vectors, i64 %rows"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some code: its size in terms, and how to write it into a function.

    `write` is given the function with what its earlier pieces left in registers. Code
    that repeats itself over vectors and parameters is worth LLVM's optimisation, however long it
    takes; other code only while there is little of it.
    """

    size: int
    write: Callable[[Registers], None]
    repeats: bool = False


@dataclass(slots=True)
class Half:
    """The functions of the uniform or the varying half of a module.

    Parameters
    ----------
    long : bool
        Whether the code that does not repeat is too long to be optimised.
    repeats : bool
        Whether most code repeats.
    names : list of str
        In the order in which they are called.
    texts : list of str
        Their definitions.
    declarations : set of str
        What else they need in the module.
    kernels : set of Kernel
        The elementary functions that they call.
    """

    long: bool
    repeats: bool
    names: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    declarations: set[str] = field(default_factory=set)
    kernels: set[Kernel] = field(default_factory=set)


def write_functions(word: str, pieces: Sequence[Piece], memory: Memory, target: Target) -> Half:
    """Write pieces into functions named ``word0``, ``word1`` and so on."""
    once = sum(piece.size for piece in pieces if not piece.repeats)
    again = sum(piece.size for piece in pieces if piece.repeats)
    half = Half(once > OPTIMIZED_SIZE, again > once)
    for _, alike in groupby(pieces, key=lambda piece: half.long and piece.repeats):
        for group in cut(alike, lambda piece: piece.size, FUNCTION_SIZE):
            _write_function(half, word, group, memory, target)
    return half


def cut(things: Iterable[T], size_of: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Cut a sequence into groups of at most a size; what is larger is a group by itself.

    Examples
    --------
    >>> list(cut(["ab", "c", "de", "fghij", "k"], len, 3))
    [['ab', 'c'], ['de'], ['fghij'], ['k']]
    """
    group: list[T] = []
    size = 0
    for thing in things:
        size += size_of(thing)
        if group and size > most:
            yield group
            group, size = [], size_of(thing)
        group.append(thing)
    if group:
        yield group


def _write_function(
    half: Half, word: str, pieces: Sequence[Piece], memory: Memory, target: Target
) -> None:
    function = Function(target)
    values = Registers(function, memory, "%scratch", {})
    for piece in pieces:
        piece.write(values)
    function.do("ret void")
    name = f"@{word}{len(half.names)}"
    attributes = " noinline optnone" if half.long and not pieces[-1].repeats else ""
    half.names.append(name)
    half.texts.append(function.definition(f"internal void {name}({ARGUMENTS}){attributes}"))
    half.declarations |= function.declarations
    half.kernels |= function.kernels
