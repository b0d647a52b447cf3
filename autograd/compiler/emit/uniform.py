"""The code of the uniform part, which runs once per call.

Each group of the `UniformOrder` becomes code of its own kind: a run is a loop over vectors, what is
gathered is one call, and a single node is code for one double. The result of a single node stays in
a register for the nodes that follow; it is written to memory only if something reads it there.

Read next: `layers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cached_property, partial
from itertools import groupby
from math import prod
from operator import itemgetter
from typing import cast

from autograd.compiler.emit.functions import Half, Piece, cut, write_functions
from autograd.compiler.emit.lengths import (
    Cut,
    Span,
    load_cut,
    load_line,
    part_of,
    span_table,
    where_any,
)
from autograd.compiler.emit.nests import Placed, nest_size, write_nest
from autograd.compiler.emit.registers import (
    InTurn,
    Registers,
    add_product,
    add_products,
    call_kernel,
    compute,
    compute_condition,
    load_uniform,
)
from autograd.compiler.schedule.lengths import Parts
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.nests import Nest
from autograd.compiler.schedule.normal import (
    Apply,
    Node,
    NormalForm,
    Product,
    Sum,
    arguments_of,
    is_call,
)
from autograd.compiler.schedule.uniform import Group, UniformOrder, Where, item, located, runs
from autograd.compiler.vector.assembly import Function, Lanes, hexadecimal
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.operations import COMPARISONS
from autograd.compiler.vector.target import Target

LONG_SUM = 16
"""Terms from which on a sum is searched for runs, and its rest added up in four parts."""

SEGMENT_SIZE = 600
"""About how many terms a segment gets: it is one LLVM function at most."""

KERNEL_SIZE = 40
"""About how many terms an elementary function counts for where it is compiled in place."""


def write_uniform(
    form: NormalForm,
    order: UniformOrder,
    memory: Memory,
    target: Target,
    parts: Parts | None = None,
) -> Half:
    """Write what is uniform, as functions of plain doubles with vectors for what is in groups.

    Where `parts` are given, only those of the groups are computed.
    """
    sized = [(group, _size(order, group)) for group in order.groups]
    cuts = [
        segment
        for _, some in groupby(sized, lambda pair: pair[0].nest is not None)
        for segment in cut(some, itemgetter(1), SEGMENT_SIZE)
    ]
    segments = [[group for group, _ in segment] for segment in cuts]
    sizes = [sum([size for _, size in segment]) for segment in cuts]
    kept = {*form.outputs, *_read_from_memory(form, order, segments)}
    writer = _Writer(form, order, memory, target, kept, parts)
    pieces = [
        Piece(size, partial(writer.write_segment, groups), repeats=groups[0].nest is not None)
        for groups, size in zip(segments, sizes, strict=True)
    ]
    for group in order.totals:
        size = 2 * len(form.totals[group.slots[0]].uniform)
        write = partial(writer.write_totals, group)
        pieces.append(Piece(size, write, repeats=group.nest is not None))
    half = write_functions("uniform", pieces, memory, target.with_lanes(1))
    known = [form.constants[slot] for slot in sorted(form.constants)]
    half.declarations |= {
        _table("gathered", "i32", list(map(str, writer.gathered))),
        _table("constants", "double", list(map(hexadecimal, known))),
    }
    if parts is not None:
        half.declarations.add(span_table(parts))
    return half


def _table(name: str, element: str, numbers: Sequence[str]) -> str:
    """A constant array that code of the module reads."""
    listed = ", ".join(f"{element} {number}" for number in numbers)
    return f"@{name} = internal constant [{len(numbers)} x {element}] [{listed}]"


def _size(order: UniformOrder, group: Group) -> int:
    """About how many terms the code of a group has."""
    node = order.nodes[group.slots[0]]
    if group.nest:
        return nest_size(group.nest, node)
    alone = KERNEL_SIZE if is_call(node) else len(node.arguments)
    return 2 if group.gathered else alone


def _read_from_memory(
    form: NormalForm, order: UniformOrder, segments: Sequence[Sequence[Group]]
) -> set[int]:
    """The slots that are read by something else than a single node of the same segment."""
    read: set[int] = set()
    for total in form.totals:
        if total.uniform or total.varying:  # there is none where it is in a row
            read.update(arguments_of([*total.uniform, *total.varying]))
    for others in {row.others for row in form.gradient_rows}:
        read.update(slot for slot in others if slot is not None)
    for slot in form.varying & form.nodes.keys():
        read.update(form.nodes[slot].arguments)
    for groups in segments:
        inside: set[int] = set()
        for group in groups:
            single = len(group.slots) == 1 and not group.gathered
            for slot in group.slots:
                arguments = order.nodes[slot].arguments
                if single and len(arguments) < LONG_SUM:
                    read.update([a for a in arguments if a not in inside])
                else:
                    read.update(arguments)
            if single:
                inside.update(group.slots)
            else:
                read.update(group.slots)
    return read


def _conditions(nodes: Mapping[int, Node], kept: Set[int]) -> dict[int, Apply]:
    """The comparisons that nothing reads as a number: they only say what `where` chooses."""
    found = {
        slot: node
        for slot, node in nodes.items()
        if isinstance(node, Apply) and node.name in COMPARISONS and slot not in kept
    }
    for node in nodes.values() if found else ():
        chooses = isinstance(node, Apply) and node.name == "where"
        for argument in node.arguments[1:] if chooses else node.arguments:
            found.pop(argument, None)
    return found


class _Writer:
    """Writes the code of uniform nodes.

    Parameters
    ----------
    form : NormalForm
    order : UniformOrder
    memory : Memory
    target : Target
        The vectors for runs and for what is gathered.
    kept : set of int
        The slots whose numbers must be in memory.
    parts : Parts, optional
        What of the groups is to be computed.
    """

    def __init__(
        self,
        form: NormalForm,
        order: UniformOrder,
        memory: Memory,
        target: Target,
        kept: set[int],
        parts: Parts | None,
    ) -> None:
        self.form = form
        self.nodes = order.nodes
        self.parts = parts
        self.line = ""  # in the segment that is written
        self.cells = order.cells
        self.memory = memory
        self.target = target
        self.kept = kept
        self.conditions = _conditions(order.nodes, kept)
        self.side_by_side = {group.gathered for group in order.groups if len(group.slots) > 1}
        self.gathered: list[int] = []

    @cached_property
    def _where(self) -> Where:
        return Where(self.cells, self.form.constants)

    def write_segment(self, groups: Sequence[Group], values: Registers) -> None:
        """The code of a segment."""
        firsts = [group.slots[0] for group in groups]
        if self.parts is not None and not self.parts.of.keys().isdisjoint(firsts):
            self.line = load_line(values.function, self.memory, self.parts)
        for group in groups:
            if group.gathered:
                self._write_gathered(group.gathered, group.slots, values)
            elif group.nest:
                self._write_nest(group, values.function)
            elif len(group.slots) > 1:
                self._write_run(group.slots, values)
            else:
                self._write_node(group.slots[0], values)

    def write_totals(self, group: Group, values: Registers) -> None:
        """The uniform totals of some sums over the rows."""
        function, totals = values.function, self.memory.uniform_totals
        node = Sum(self.form.totals[group.slots[0]].uniform)
        place = "%scratch", totals + group.slots[0] * 8
        if group.nest is None:
            function.store(self._value(node, values), address(function, *place))
            return
        *moves, strides = zip(*group.nest.strides, strict=True)
        moved = group.nest._replace(strides=tuple(zip(*moves, strict=True)))
        placed = Placed(moved, node, self._where.addresses(node.arguments), place, strides)
        write_nest(function, self.memory, self.target, placed)

    def _write_nest(self, group: Group, function: Function) -> None:
        """Nodes that are a nest; they are written one after the other."""
        nest, node = cast(Nest, group.nest), self.nodes[group.slots[0]]
        strides = tuple(prod(nest.counts[level + 1 :]) for level in range(len(nest.counts)))
        place = self.memory.uniform_address(group.slots[0])
        cut = self._cut(group.slots[0], function)
        placed = Placed(nest, node, self._where.addresses(node.arguments), place, strides, cut)
        write_nest(function, self.memory, self.target, placed)

    def _cut(self, slot: int, function: Function) -> Cut | None:
        """What of the group that begins with a slot is to be computed; None for all."""
        part = None if self.parts is None else self.parts.of.get(slot)
        if part is None or self.parts is None:
            return None
        return load_cut(function, self.line, part)

    def _write_run(self, slots: Sequence[int], values: Registers) -> None:
        """Elementary functions of neighbours, as vectors as far as they fill them."""
        function, node = values.function, self.nodes[slots[0]]
        count = len(slots) // self.target.lanes
        moves = self._moves([self.nodes[slot] for slot in slots[:2]])
        # A kernel reads all its arguments from memory, number by number.
        if not isinstance(node, Apply) or not all(moves):
            count = 0
        else:
            self._call_kernel(function.with_lanes(self.target), node, slots[0], count)
        for slot in slots[count * self.target.lanes :]:
            self._write_node(slot, values)

    def _call_kernel(self, wide: Function, node: Apply, slot: int, count: int) -> None:
        """An elementary function of some vectors of neighbours, the first at a slot."""
        read = [*node.arguments, slot]
        pointers = [address(wide, *self.memory.uniform_address(slot)) for slot in read]
        cut = self._cut(slot, wide)
        if cut is None:
            call_kernel(wide, node.name, pointers, str(count))
            return
        lanes = self.target.lanes
        begin = wide.emit(f"udiv i64 {cut.rounds.begin}, {lanes}")
        end = wide.emit(f"udiv i64 {wide.emit(f'add i64 {cut.rounds.end}, {lanes - 1}')}, {lanes}")
        vectors = part_of(wide, Span(begin, end), 0, count)
        offset = wide.emit(f"mul i64 {begin}, {self.target.bytes}")
        moved = [address(wide, pointer, offset) for pointer in pointers]
        left = wide.emit(f"sub i64 {vectors.end}, {vectors.begin}")
        where_any(wide, vectors, lambda: call_kernel(wide, node.name, moved, left))

    def _write_node(self, slot: int, values: Registers) -> None:
        """One node, its operations in place."""
        if slot in self.conditions:
            values.uniform[slot] = compute_condition(values, self.conditions[slot])
            return
        values.uniform[slot] = self._value(self.nodes[slot], values)
        if slot in self.kept:
            pointer = address(values.function, *self.memory.uniform_address(slot))
            values.function.store(values.uniform[slot], pointer)

    def _write_gathered(self, name: str, slots: Sequence[int], values: Registers) -> None:
        """One elementary function of numbers here and there in memory.

        The lanes that are left over repeat the last slot. They are written to the places of slots
        that are computed later. A function that never has two of them side by side, as along a
        chain, has its result sooner without vectors.
        """
        function = values.function
        if name in self.side_by_side:
            function = function.with_lanes(self.target)
        nodes = [self.nodes[slot] for slot in slots]
        nodes += [nodes[-1]] * (function.target.lanes - len(nodes))
        first = len(self.gathered)
        for arguments in zip(*(node.arguments for node in nodes), strict=True):
            self.gathered += [self.memory.uniform_address(a)[1] // 8 for a in arguments]
        result = address(function, *self.memory.uniform_address(slots[0]))
        indices = f"getelementptr (i32, ptr @gathered, i64 {first})"
        call_kernel(function, name, ["%scratch", indices, result], None)

    def _moves(self, nodes: Sequence[Node]) -> list[bool]:
        """Which operands move on in a run; none of a single node."""
        if len(nodes) == 1:
            return []
        first, second = (located(node.arguments, self.cells) for node in nodes[:2])
        return [a != b for a, b in zip(first, second, strict=True)]

    def _operands(self, arguments: Sequence[int], moves: Sequence[bool], loop: Loop) -> InTurn:
        """The operands of a run in one round of its loop."""
        wide = loop.function
        operands = []
        for argument, move in zip(arguments, moves, strict=True):
            if move:
                base = address(wide, *self.memory.uniform_address(argument))
                operands.append(wide.load(loop.advance(base, self.target.bytes)))
            else:
                operands.append(load_uniform(wide, self.memory, argument))
        return InTurn(wide, iter(operands))

    def _value(self, node: Node, values: Registers) -> Lanes:
        if isinstance(node, Sum) and len(node.products) >= LONG_SUM:
            return self._long_sum(node.products, values)
        return compute(values, node)

    def _long_sum(self, products: Sequence[Product], values: Registers) -> Lanes:
        """A sum, its runs of products lane by lane and the rest in four parts that do not wait."""
        lanes = self.target.lanes
        pairs = [(item(Sum([product]), self.cells), product) for product in products]
        pairs.sort(key=lambda pair: pair[0][1])
        items, products = [item for item, _ in pairs], [product for _, product in pairs]
        parts: list[Lanes] = []
        single: list[Product] = []
        for start, stop in runs(items, 2 * lanes if lanes > 1 else 1):
            count = (stop - start) // lanes if stop - start > 1 else 0
            if count:
                parts.append(self._lane_sum(products[start:stop], count, values.function))
            single += products[start + count * lanes : stop]
        parts += [add_products(values, single[k::4]) for k in range(4) if single[k::4]]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def _lane_sum(self, products: Sequence[Product], count: int, function: Function) -> Lanes:
        """Σ of a run of products, as far as they fill vectors: each lane first, then the lanes."""
        wide = function.with_lanes(self.target)
        loop = Loop(wide, str(count), carried=[wide.number(-0.0)])
        moves = self._moves([Sum([product]) for product in products[:2]])
        operands = self._operands(arguments_of(products[:1]), moves, loop)
        (total,) = loop.end([add_product(operands, loop.carried[0], products[0])])
        lanes = [Lanes(function, total.lane(k)) for k in range(self.target.lanes)]
        while len(lanes) > 1:
            lanes = [a + b for a, b in zip(lanes[0::2], lanes[1::2], strict=True)]
        return lanes[0]
