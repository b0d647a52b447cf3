"""The vectors of a nest's innermost loop: the value of each node in them, out of memory and back.

Terms are added from left to right, except where each node reads neighbouring numbers and other
nodes read others, as the neurons of a layer do: there a vector holds neighbouring terms of one
node, and the lanes are added up at the end, those of several nodes together.

Read next: `nests`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from autograd.compiler.emit.lengths import Span, any_in, is_in, part_of
from autograd.compiler.emit.registers import InTurn, add_product, load_number
from autograd.compiler.emit.runtime import add_lanes
from autograd.compiler.schedule.nests import Stretch
from autograd.compiler.schedule.normal import Node, Product, Sum
from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import Loop, address, where_true
from autograd.compiler.vector.operations import apply

WRITTEN_OUT = 4
"""The most vectors or terms that are written one after the other, without a loop."""


@dataclass(frozen=True, slots=True)
class Array:
    """Where the numbers of an operand, or the results, lie.

    Parameters
    ----------
    base : str
        The register with an address.
    offset : int
        How many bytes further the first number is.
    stride : int
        How many numbers further that of the next node of the innermost loop is.
    number : float, optional
        The operand, where it is the same known number for all nodes and terms.
    """

    base: str
    offset: int
    stride: int
    number: float | None = None

    def moved(self, numbers: int) -> Array:
        """The same for a node or term that lies so many numbers further."""
        return Array(self.base, self.offset + 8 * numbers, self.stride, self.number)

    def advanced(self, loop: Loop, numbers: int) -> Array:
        """The same, moving on with each count of a loop."""
        base = loop.advance(self.base, 8 * numbers) if numbers else self.base
        return replace(self, base=base)


@dataclass(frozen=True, slots=True)
class Block:
    """Some vectors of nodes of the innermost loop."""

    node: Node
    stretches: Sequence[Stretch]
    inside: Span | None
    function: Function
    arrays: Mapping[int, Array]
    result: Array

    @property
    def fills_vectors_with_terms(self) -> bool:
        """Whether any stretch has vectors of terms, which take much code."""
        return any(self._is_reducible(s, self._factors(s)) for s in self.stretches)

    def _factors(self, stretch: Stretch) -> Sequence[Array]:
        return [self.arrays[stretch.operand + k] for k in range(stretch.factors)]

    def write(self, starts: Sequence[int]) -> None:
        """Compute the vectors that begin at some nodes, and store them."""
        if isinstance(self.node, Sum):
            values = self._sums(starts)
        else:
            name, parameters = self.node.name, self.node.parameters
            values = [
                apply(
                    name, [self._load(array, start) for array in self.arrays.values()], parameters
                )
                for start in starts
            ]
        for start, value in zip(starts, values, strict=True):
            self._store(value, self.result.moved(start * self.result.stride))

    def _sums(self, starts: Sequence[int]) -> Sequence[Lanes]:
        sums: Sequence[Lanes | None] = [None for _ in starts]
        if self.inside is not None:
            return self._sums_inside(self.inside, starts)
        for stretch in self.stretches:
            factors = self._factors(stretch)
            if self._is_reducible(stretch, factors):
                stretch, factors, parts = self._reduced(stretch, factors, starts)
                sums = [b if a is None else a + b for a, b in zip(sums, parts, strict=True)]
            sums = self._added(sums, stretch, factors, starts)
        return [self.function.number(0.0) if one is None else one for one in sums]

    def _sums_inside(self, inside: Span, starts: Sequence[int]) -> Sequence[Lanes]:
        """The sums of those terms that lie in a span."""
        sums: Sequence[Lanes] = [self.function.number(-0.0) for _ in starts]
        for stretch in self.stretches:
            if stretch.count <= WRITTEN_OUT:
                sums = self._chosen(sums, stretch, inside, starts)
            elif len(self.stretches) == 1:  # then there is a term
                sums = self._some(sums, stretch, inside, starts)
            else:
                span = part_of(self.function, inside, stretch.first, stretch.count)
                some = partial(self._some, sums, stretch, span, starts)
                sums = where_true(self.function, partial(any_in, self.function, span), sums, some)
        return sums

    def _chosen(
        self, sums: Sequence[Lanes], stretch: Stretch, inside: Span, starts: Sequence[int]
    ) -> list[Lanes]:
        """The sums and those terms of a short stretch that lie in a span; all are computed."""
        function, factors = self.function, self._factors(stretch)
        for term in range(stretch.count):
            here = [a.moved(term * m) for a, m in zip(factors, stretch.moves, strict=True)]
            more = self._term(sums, here, starts, negative=stretch.negative)
            chosen = is_in(function, inside, stretch.first + term)
            sums = [
                Lanes(function, function.emit(f"select i1 {chosen}, {a.typed}, {b.typed}"))
                for a, b in zip(more, sums, strict=True)
            ]
        return list(sums)

    def _some(
        self, sums: Sequence[Lanes], stretch: Stretch, span: Span, starts: Sequence[int]
    ) -> list[Lanes]:
        """The sums and the terms of a stretch that lie in a span, of which there is one."""
        loop = Loop(self.function, span.end, carried=sums, begin=span.begin)
        moved = zip(self._factors(stretch), stretch.moves, strict=True)
        here = [a.advanced(loop, m) for a, m in moved]
        return loop.end(self._term(loop.carried, here, starts, negative=stretch.negative))

    def _added(
        self,
        sums: Sequence[Lanes | None],
        stretch: Stretch,
        factors: Sequence[Array],
        starts: Sequence[int],
    ) -> Sequence[Lanes | None]:
        """The sums and the terms of a stretch, from the first to the last."""
        if stretch.count <= WRITTEN_OUT:
            for term in range(stretch.count):
                here = [a.moved(term * m) for a, m in zip(factors, stretch.moves, strict=True)]
                sums = self._term(sums, here, starts, negative=stretch.negative)
            return sums
        first = [self.function.number(-0.0) if one is None else one for one in sums]
        loop = Loop(self.function, str(stretch.count), carried=first)
        here = [a.advanced(loop, m) for a, m in zip(factors, stretch.moves, strict=True)]
        return loop.end(self._term(loop.carried, here, starts, negative=stretch.negative))

    def _term(
        self,
        sums: Sequence[Lanes | None],
        factors: Sequence[Array],
        starts: Sequence[int],
        *,
        negative: bool,
    ) -> list[Lanes]:
        """The sums and one more term; a number that all nodes read is loaded once."""
        product = Product(0, 0 if len(factors) > 1 else None, negative)
        shared = [None if array.stride else self._load(array, 0) for array in factors]
        result = []
        for before, start in zip(sums, starts, strict=True):
            pairs = zip(shared, factors, strict=True)
            values = [self._load(a, start) if known is None else known for known, a in pairs]
            result.append(add_product(InTurn(self.function, iter(values)), before, product))
        return result

    def _is_reducible(self, stretch: Stretch, factors: Sequence[Array]) -> bool:
        """Whether vectors are better filled with terms of one node than with nodes."""
        lanes = self.function.target.lanes
        along_nodes = all(array.stride in (0, 1) for array in factors)
        forth, back = ({0, step}.issuperset(stretch.moves) for step in (1, -1))
        return 1 < lanes <= stretch.count and not along_nodes and (forth or back)

    def _reduced(
        self, stretch: Stretch, factors: Sequence[Array], starts: Sequence[int]
    ) -> tuple[Stretch, Sequence[Array], list[Lanes]]:
        """The sums of the terms that fill vectors, and the rest of the stretch with its factors."""
        lanes = self.function.target.lanes
        if -1 in stretch.moves:  # from the last term to the first
            last = stretch.count - 1
            factors = [a.moved(last * m) for a, m in zip(factors, stretch.moves, strict=True)]
            stretch = replace(stretch, moves=tuple(-m for m in stretch.moves))
        vectors = stretch.count // lanes
        parts = [self._lane_sums(stretch, factors, start, vectors) for start in starts]
        done = vectors * lanes
        rest = [a.moved(done * m) for a, m in zip(factors, stretch.moves, strict=True)]
        return replace(stretch, count=stretch.count - done), rest, parts

    def _lane_sums(
        self, stretch: Stretch, factors: Sequence[Array], start: int, vectors: int
    ) -> Lanes:
        """A vector with the sum of the first terms of each of its nodes."""
        lanes = self.function.target.lanes
        # From here on, neighbours in a vector are terms.
        nodes = [
            [
                Array(at.base, at.offset, move, at.number)
                for at, move in zip(
                    [a.moved((start + k) * a.stride) for a in factors], stretch.moves, strict=True
                )
            ]
            for k in range(lanes)
        ]
        sums: Sequence[Lanes | None] = [None] * lanes
        if vectors <= WRITTEN_OUT:
            for vector in range(vectors):
                sums = self._side_by_side(sums, nodes, vector * lanes, stretch.negative)
            return add_lanes([one for one in sums if one is not None])
        loop = Loop(self.function, str(vectors), carried=[self.function.number(-0.0)] * lanes)
        here = {a.base: a.advanced(loop, lanes).base for node in nodes for a in node if a.stride}
        nodes = [[replace(a, base=here[a.base]) if a.stride else a for a in n] for n in nodes]
        return add_lanes(loop.end(self._side_by_side(loop.carried, nodes, 0, stretch.negative)))

    def _side_by_side(
        self,
        sums: Sequence[Lanes | None],
        nodes: Sequence[Sequence[Array]],
        first: int,
        negative: bool,
    ) -> list[Lanes]:
        """The sums of some nodes and a vector of terms more; what they share is loaded once."""
        known: dict[Array, Lanes] = {}
        result = []
        for before, arrays in zip(sums, nodes, strict=True):
            for array in arrays:
                if array not in known:
                    known[array] = self._load(array, first)
            values = [known[array] for array in arrays]
            product = Product(0, 0 if len(values) > 1 else None, negative)
            result.append(add_product(InTurn(self.function, iter(values)), before, product))
        return result

    def _load(self, array: Array, start: int) -> Lanes:
        """The numbers of an operand for the vector of nodes that begins with one of them."""
        function, stride = self.function, array.stride
        if array.number is not None:
            return function.number(array.number)
        if stride == 0:
            return function.splat(Lanes, self._number(array))
        if stride == 1:
            return function.load(address(function, array.base, array.offset + 8 * start))
        places = [array.moved((start + k) * stride) for k in range(function.target.lanes)]
        return function.vector(Lanes, list(map(self._number, places)))

    def _number(self, place: Array) -> str:
        return load_number(self.function, address(self.function, place.base, place.offset))

    def _store(self, value: Lanes, to: Array) -> None:
        function = self.function
        if to.stride == 1:
            function.store(value, address(function, to.base, to.offset))
            return
        for lane in range(function.target.lanes):
            place = to.moved(lane * to.stride)
            pointer = address(function, place.base, place.offset)
            function.do(f"store double {value.lane(lane)}, ptr {pointer}, align 8")
