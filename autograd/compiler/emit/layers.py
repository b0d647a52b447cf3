"""The code of matrix and outer products: loops over blocks of sums that fill the registers.

The values of a block of rows are vectors at places that may lie anywhere, so a loop over values
takes their offsets from a table. Uniform numbers, and the sums over the rows, lie at constant
strides.

Read next: `repeats`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from autograd.compiler.emit.registers import block_loop, lanes_inside, load_number
from autograd.compiler.emit.runtime import add_lanes
from autograd.compiler.schedule.layers import Factor, MatrixProduct, OuterProduct, Strided
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.varying import Shape
from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import Loop, address

COLUMNS = 4
"""Columns of an outer product in one block at least."""

ROWS = 4
"""Rows of an outer product in one block at most: the lanes of each are added up by themselves."""


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbours that a loop works on, a few in each round.

    Parameters
    ----------
    start : int
        The number of the first neighbour.
    rounds : int
    size : int
        Neighbours in each round.
    """

    start: int
    rounds: int
    size: int

    def loop(self, function: Function) -> Loop:
        """The loop over these."""
        return Loop(function, str(self.rounds), single=self.rounds == 1)


def parts(count: int, largest: int) -> Iterator[Part]:
    """Cut `count` neighbours into blocks of almost equal size.

    Examples
    --------
    >>> list(parts(18, 8))
    [Part(start=0, rounds=3, size=6)]
    >>> list(parts(17, 8))
    [Part(start=0, rounds=2, size=6), Part(start=12, rounds=1, size=5)]
    """
    blocks = -(-count // largest)
    size, longer = divmod(count, blocks)
    if longer:
        yield Part(0, longer, size + 1)
    yield Part(longer * (size + 1), blocks - longer, size)


def even_parts(count: int, largest: int) -> Iterator[Part]:
    """Cut `count` neighbours into blocks of one size, and if none is near the largest, a rest.

    Each part is code of its own: one column too many, such as that of the biases, should not cost
    the same code twice.

    Examples
    --------
    >>> list(even_parts(12, 5))
    [Part(start=0, rounds=3, size=4)]
    >>> list(even_parts(17, 8))
    [Part(start=0, rounds=2, size=8), Part(start=16, rounds=1, size=1)]
    """
    largest = min(largest, count)
    sizes = range(largest, max(1, largest * 3 // 4) - 1, -1)
    size = next((size for size in sizes if count % size == 0), largest)
    rounds, rest = divmod(count, size)
    yield Part(0, rounds, size)
    if rest:
        yield Part(rounds * size, 1, rest)


def write_matrix_product(
    function: Function, memory: Memory, step: MatrixProduct, shape: Shape
) -> None:
    """Blocks of dots for several vectors at a time; a weight that is loaded serves all of these."""
    inputs, results = (_table(function, memory, slots) for slots in (step.inputs, step.nodes))
    together = min(shape.vectors, memory.vectors)
    for part in parts(len(step.nodes), shape.dots):
        blocks = part.loop(function)
        weights = _weights(memory, step.weights, part, blocks)
        loop, row = block_loop(function, memory, together)
        rows = [address(function, row, k * function.target.bytes) for k in range(together)]
        first = _first(memory, step.biases, part, blocks)
        sums = [one for one in first for _ in rows]
        terms = Loop(function, str(len(step.inputs)), carried=sums)
        (offset,) = _offsets(function, inputs, Part(0, len(step.inputs), 1), terms)
        vectors = [function.load(address(function, row, offset)) for row in rows]
        found = []
        for k, weight in enumerate(weights):
            number = _number(function, terms.advance(weight, step.weights.across * 8))
            before = terms.carried[k * together : (k + 1) * together]
            pairs = zip(vectors, before, strict=True)
            found += [number.times_plus(vector, total) for vector, total in pairs]
        found = terms.end(found)
        for k, offset in enumerate(_offsets(function, results, part, blocks)):
            for row, value in zip(rows, found[k * together :], strict=False):
                function.store(value, address(function, row, offset))
        loop.end()
        blocks.end()


def _weights(memory: Memory, numbers: Strided, part: Part, blocks: Loop) -> list[str]:
    """The addresses of the numbers of a block's rows in the first column."""
    function = blocks.function
    base, offset = memory.uniform_address(numbers.first)
    start = address(function, base, offset + part.start * numbers.down * 8)
    block = blocks.advance(start, part.size * numbers.down * 8)
    return [address(function, block, k * numbers.down * 8) for k in range(part.size)]


def _first(memory: Memory, biases: Strided | None, part: Part, blocks: Loop) -> list[Lanes]:
    """What the dots of a block start from: biases, or the number that changes no sum."""
    if biases is None:
        return [blocks.function.number(-0.0)] * part.size
    return [_number(blocks.function, at) for at in _weights(memory, biases, part, blocks)]


def _number(function: Function, pointer: str) -> Lanes:
    """The number at an address, in every lane."""
    return function.splat(Lanes, load_number(function, pointer))


def _table(function: Function, memory: Memory, slots: Sequence[Factor]) -> str:
    """A constant array with the offsets of the slots' places."""
    return offset_table(function, [memory.places[slot] * memory.stride for slot in slots])


def offset_table(function: Function, numbers: Sequence[int]) -> str:
    """A constant array of integers."""
    listed = ", ".join(f"i64 {number}" for number in numbers)
    name = f"@places.{sha256(listed.encode()).hexdigest()[:16]}"
    kind = f"[{len(numbers)} x i64]"
    function.declarations.add(f"{name} = internal constant {kind} [{listed}], align 8")
    return name


def _offsets(function: Function, table: str, part: Part, loop: Loop) -> list[str]:
    """The numbers of a table that belong to one round of a loop over blocks."""
    block = loop.advance(address(function, table, part.start * 8), part.size * 8)
    places = [address(function, block, k * 8) for k in range(part.size)]
    return [function.emit(f"load i64, ptr {place}, align 8") for place in places]


def write_outer_product(
    function: Function, memory: Memory, step: OuterProduct, shape: Shape
) -> None:
    """Blocks of sums over the rows, each kept in registers for all vectors and then added up."""
    width = max(function.target.lanes, COLUMNS)
    tables = [_table(function, memory, slots) for slots in (step.rows, step.columns)]
    for across in even_parts(len(step.columns), width):
        for down in even_parts(len(step.rows), min(ROWS, shape.sums // across.size)):
            left, top = across.loop(function), down.loop(function)
            rows = _offsets(function, tables[0], down, top)
            columns = _offsets(function, tables[1], across, left)
            sums = _sums_of_block(function, memory, rows, columns)
            for k in range(down.size):
                index = step.first + (down.start + k) * step.stride + across.start
                total = address(function, "%scratch", memory.totals + index * 8)
                total = left.advance(total, across.size * 8)
                total = top.advance(total, down.size * step.stride * 8)
                _add_to_totals(function, sums[k * across.size : (k + 1) * across.size], total)
            top.end()
            left.end()


def _sums_of_block(
    function: Function, memory: Memory, rows: Sequence[str], columns: Sequence[str]
) -> list[Lanes]:
    """The sums over the rows of all products of two groups of values, lane by lane."""
    zeros = [function.number(0.0)] * (len(rows) * len(columns))
    loop, place = block_loop(function, memory, 1, zeros)
    inside = lanes_inside(function, loop.number)
    factors = [function.load(address(function, place, offset)) for offset in rows]
    others = [function.load(address(function, place, offset)) for offset in columns]
    pairs = [(factor, other) for factor in factors for other in others]
    terms = zip(pairs, loop.carried, strict=True)
    return loop.end([inside.choose(a.times_plus(b, before), before) for (a, b), before in terms])


def _add_to_totals(function: Function, sums: Sequence[Lanes], pointer: str) -> None:
    """Add the lanes of sums to neighbouring totals; to fill a vector, add zero to some more."""
    lanes = function.target.lanes
    for start in range(0, len(sums), lanes):
        some = [*sums[start : start + lanes], *[function.number(0.0)] * lanes][:lanes]
        place = address(function, pointer, start * 8)
        function.store(function.load(place) + add_lanes(some), place)
