"""The code of nests: a loop for each level, vectors along the innermost, loops over long stretches.

A vector holds neighbouring nodes of the innermost loop. Where their number does not fill vectors,
the last vector begins earlier and computes some nodes once more, to the same numbers.

Read next: `uniform`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from autograd.compiler.emit.innermost import WRITTEN_OUT, Array, Block
from autograd.compiler.emit.lengths import Cut, Span, where_any, write_zeros
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.nests import Nest, stretches
from autograd.compiler.schedule.normal import Node, Sum
from autograd.compiler.vector.assembly import Function
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.target import Target


class Bases(dict[tuple[str, int], str]):
    """The registers of addresses that move on, each written once: by where from and how far."""

    def __init__(self, move: Callable[[str, int], str]) -> None:
        self.move = move

    def __missing__(self, key: tuple[str, int]) -> str:
        self[key] = self.move(*key)
        return self[key]

    def moved(self, array: Array, numbers: int) -> Array:
        """An array that moves on by so many numbers."""
        if not numbers:
            return array
        return replace(array, base=self[array.base, 8 * numbers])


@dataclass(frozen=True, slots=True)
class Placed:
    """A nest, its first node, and where that and the others are written.

    Parameters
    ----------
    nest : Nest
        Its strides are those of the operands.
    node : Node
    where : tuple of int
        The addresses of the first node's operands.
    result : tuple of (str, int)
        The address of its result: a register, and the offset in bytes.
    strides : tuple of int
        How far the result moves on with each loop.
    cut : Cut, optional
        What of it is to be computed.
    """

    nest: Nest
    node: Node
    where: tuple[int, ...]
    result: tuple[str, int]
    strides: tuple[int, ...]
    cut: Cut | None = None


def nest_size(nest: Nest, node: Node) -> int:
    """About how many terms the code of a nest has."""
    terms = len(node.products) if isinstance(node, Sum) else 1
    return 10 * len(nest.counts) + 20 + 4 * min(terms, 16)


def write_nest(function: Function, memory: Memory, target: Target, placed: Placed) -> None:
    """The code of a nest."""
    if placed.cut is None:
        _write_rounds(function, memory, target, placed)
        return
    rounds = placed.cut.rounds
    where_any(function, rounds, partial(_write_rounds, function, memory, target, placed))
    if placed.cut.part.zeros:
        sizes = placed.nest.counts[0], 8 * placed.strides[0]
        write_zeros(function, *placed.result, rounds, sizes)


def _write_rounds(function: Function, memory: Memory, target: Target, placed: Placed) -> None:
    """The code of those rounds of a nest that are to be computed; of all, if nothing is said."""
    nest, node, cut = placed.nest, placed.node, placed.cut
    within = None if cut is None else cut.within
    spans = [Span("0", str(count)) for count in nest.counts]
    if within is not None:
        spans[0] = within
    loops = [Loop(function, end, begin=begin) for begin, end in spans[:-1]]
    moves = [Bases(loop.advance) for loop in loops]
    terms = []
    if isinstance(node, Sum):
        terms = stretches(node.products, placed.where, nest)
    read = {s.operand + k: move for s in terms for k, move in enumerate(s.moves)}
    if not isinstance(node, Sum):
        read = dict.fromkeys(range(len(node.arguments)), 0)
    arguments = node.arguments
    arrays: dict[int, Array] = {}
    for place, move in read.items():
        slot, strides = arguments[place], [each[place] for each in nest.strides]
        if slot in memory.constants and not move and not any(strides):
            arrays[place] = Array("", 0, 0, memory.constants[slot])
        else:
            arrays[place] = _array(memory.table_address(slot), strides, moves)
    result = _array(placed.result, placed.strides, moves)
    block = partial(Block, node, terms, None if cut is None else cut.terms)
    inner = None if loops else within
    _write_innermost(function, target, nest.counts[-1], inner, block, arrays, result)
    for loop in reversed(loops):
        loop.end()


def _array(place: tuple[str, int], strides: Sequence[int], moves: Sequence[Bases]) -> Array:
    """What lies at an address in the present round of the outer loops."""
    array = Array(*place, strides[-1])
    for bases, stride in zip(moves, strides[:-1], strict=True):
        array = bases.moved(array, stride)
    return array


def _write_innermost(
    function: Function,
    target: Target,
    count: int,
    within: Span | None,
    block: Callable[[Function, Mapping[int, Array], Array], Block],
    arrays: Mapping[int, Array],
    result: Array,
) -> None:
    """The innermost loop, a few vectors at a time; of a long one, those with nodes of a span."""
    lanes = target.lanes
    while lanes > count:
        lanes //= 2
    wide = function.with_lanes(target.with_lanes(lanes))
    vectors = -(-count // lanes)
    one_by_one = block(wide, arrays, result).fills_vectors_with_terms and vectors > 1
    if vectors <= WRITTEN_OUT and not one_by_one:
        starts = [min(k * lanes, count - lanes) for k in range(vectors)]
        block(wide, arrays, result).write(starts)
        return
    whole = count % lanes == 0
    together = next(n for n in (4, 2, 1) if vectors % n == 0)
    if one_by_one or not whole:
        together = 1
    begin, end = "0", str(vectors)
    if within is not None:
        begin = function.emit(f"udiv i64 {within.begin}, {lanes * together}")
        begin = function.emit(f"mul nuw nsw i64 {begin}, {together}")
        end = function.emit(f"add nuw nsw i64 {within.end}, {lanes - 1}")
        end = function.emit(f"udiv i64 {end}, {lanes}")
    loop = Loop(function, end, together, begin=begin)
    first = function.emit(f"mul nsw i64 {loop.number}, {lanes}")
    if not whole:
        inside = function.emit(f"icmp slt i64 {first}, {count - lanes}")
        first = function.emit(f"select i1 {inside}, i64 {first}, i64 {count - lanes}")

    def move(base: str, size: int) -> str:
        return address(function, base, function.emit(f"mul nsw i64 {first}, {size}"))

    bases = Bases(move)
    here = {place: bases.moved(array, array.stride) for place, array in arrays.items()}
    starts = [k * lanes for k in range(together)]
    block(wide, here, bases.moved(result, result.stride)).write(starts)
    loop.end()
