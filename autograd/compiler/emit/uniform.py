"""What is the same in every row: computed once per call, with plain doubles.

Runs are loops over vectors, so that such code stays short; a run of products in a long sum is one
too. What is gathered is one call. A number stays in a register as long as one segment of the code
alone reads it; else it has its place in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.compiler.emit.varying import (
    Registers,
    add_product,
    add_products,
    call_kernel,
    compute,
)
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Apply, Node, NormalForm, Product, Sum, arguments_of
from autograd.compiler.schedule.uniform import SHARED, Cell, Group, Item, cell, runs, signature
from autograd.compiler.schedule.varying import is_call
from autograd.compiler.vector.assembly import Function, Lanes, Target
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.math.kernels import gathering_name

LONG_SUM = 16
"""Terms from which on a sum is searched for runs, and its rest added up in four parts."""

SEGMENT_SIZE = 600
"""About how many terms a segment gets: it is one LLVM function at most."""

KERNEL_SIZE = 40
"""About how many terms an elementary function counts for where it is compiled in place."""

Needed = tuple[str, int, bool]
"""An elementary function's name, its lanes, and whether it gathers its arguments."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Groups whose code belongs together, and its size in terms."""

    groups: list[Group]
    size: int


def _segments(form: NormalForm, order: Sequence[Group]) -> Iterator[Segment]:
    """The order, cut where a segment would get too long."""
    groups: list[Group] = []
    size = 0
    for group in order:
        added = _size(form, group)
        if groups and size + added > SEGMENT_SIZE:
            yield Segment(groups, size)
            groups, size = [], 0
        groups.append(group)
        size += added
    if groups:
        yield Segment(groups, size)


def _size(form: NormalForm, group: Group) -> int:
    node = form.nodes[group.slots[0]]
    if group.gathered:
        return 2
    if len(group.slots) > 1:
        return 2 * len(node.arguments)
    return KERNEL_SIZE if is_call(node) else len(node.arguments)


def _read_from_memory(form: NormalForm, segments: Sequence[Segment]) -> set[int]:
    """The slots that are read by something else than a single node of the same segment."""
    read: set[int] = set()
    for total in form.totals:
        read.update(arguments_of(total.uniform), arguments_of(total.varying))
    for slot in form.varying & form.nodes.keys():
        read.update(form.nodes[slot].arguments)
    for segment in segments:
        inside: set[int] = set()
        for group in segment.groups:
            single = len(group.slots) == 1 and not group.gathered
            for slot in group.slots:
                arguments = form.nodes[slot].arguments
                if single and len(arguments) < LONG_SUM:
                    read.update(a for a in arguments if a not in inside)
                else:
                    read.update(arguments)
            if single:
                inside.update(group.slots)
            else:
                read.update(group.slots)
    return read


@dataclass(slots=True)
class Given:
    """Operands by their position."""

    function: Function
    operands: list[Lanes]

    def __getitem__(self, position: int) -> Lanes:
        return self.operands[position]


class SharedWriter:
    """Writes the code of uniform nodes.

    Parameters
    ----------
    form : NormalForm
    memory : Memory
    target : Target
        The vectors for runs and for what is gathered.
    order : sequence of Group
        The nodes in the order of `order.plan`.
    outputs : sequence of int
        The slots that the caller wants.
    """

    def __init__(
        self,
        form: NormalForm,
        memory: Memory,
        target: Target,
        order: Sequence[Group],
        outputs: Sequence[int],
    ) -> None:
        self.form = form
        self.memory = memory
        self.target = target
        self.kernels: set[Needed] = set()
        self.segments = list(_segments(form, order))
        self._kept = {*outputs, *_read_from_memory(form, self.segments)}
        self._side_by_side = {group.gathered for group in order if len(group.slots) > 1}
        self._gathered: list[int] = []

    def write_segment(self, segment: Segment, function: Function, values: Registers) -> None:
        """The code of a segment."""
        for group in segment.groups:
            if group.gathered:
                self._write_gathered(group.gathered, group.slots, function)
            elif len(group.slots) > 1:
                self._write_run(group.slots, function, values)
            else:
                self._write_node(group.slots[0], function, values)

    def _write_run(self, slots: Sequence[int], function: Function, values: Registers) -> None:
        """Nodes that are a run, as vectors as far as they fill them."""
        whole = len(slots) // self.target.lanes
        first = self.form.nodes[slots[0]]
        moves = self._moves([self.form.nodes[slot] for slot in slots[:2]])
        if is_call(first) and not all(moves):
            whole = 0  # what is called reads all its arguments from memory, number by number
        if whole:
            result = self.memory.uniform_address(slots[0])
            self._write_vectors(first, moves, whole, result, function)
        for slot in slots[whole * self.target.lanes :]:
            self._write_node(slot, function, values)

    def _write_node(self, slot: int, function: Function, values: Registers) -> None:
        """One node, its operations in place."""
        values.uniform[slot] = self._value(self.form.nodes[slot], function, values)
        if slot in self._kept:
            pointer = address(function, *self.memory.uniform_address(slot))
            function.store(values.uniform[slot], pointer)

    def _write_gathered(self, name: str, slots: Sequence[int], function: Function) -> None:
        """One elementary function of numbers here and there in memory.

        The lanes that are left over repeat the last slot. They are written to the places of slots
        that are computed later. A function that never has two of them side by side, as along a
        chain, has its result sooner without vectors.
        """
        target = self.target if name in self._side_by_side else function.target
        nodes = [self.form.nodes[slot] for slot in slots]
        nodes += [nodes[-1]] * (target.lanes - len(nodes))
        first = len(self._gathered)
        for arguments in zip(*(node.arguments for node in nodes), strict=True):
            self._gathered += [self.memory.uniform_address(a)[1] // 8 for a in arguments]
        result = address(function, *self.memory.uniform_address(slots[0]))
        indices = f"getelementptr (i32, ptr @gathered, i64 {first})"
        self.kernels.add((name, target.lanes, True))
        symbol = gathering_name(name, target)
        function.declarations.add(f"declare void @{symbol}(ptr, ptr, ptr)")
        function.do(f"call void @{symbol}(ptr %scratch, ptr {indices}, ptr {result})")

    def gathered_source(self) -> str:
        """The table of the numbers that are gathered: where they are in the scratch array."""
        numbers = ", ".join(f"i32 {number}" for number in self._gathered)
        return f"@gathered = internal constant [{len(self._gathered)} x i32] [{numbers}]"

    def write_totals(self, numbers: Sequence[int], function: Function, values: Registers) -> None:
        """What every row adds alike to sums over the rows that follow one another."""
        nodes = [Sum(self.form.totals[number].uniform) for number in numbers]
        whole = len(nodes) // self.target.lanes if len(nodes) > 1 else 0
        first = self.memory.layout.once + numbers[0] * 8
        if whole:
            self._write_vectors(nodes[0], self._moves(nodes), whole, ("%scratch", first), function)
        done = whole * self.target.lanes
        for k, node in enumerate(nodes[done:], done):
            result = self._value(node, function, values)
            function.store(result, address(function, "%scratch", first + 8 * k))

    def item(self, node: Node) -> Item:
        """A node as `runs` sees it."""
        return signature(node), tuple(self._cell(a) for a in node.arguments)

    def _cell(self, slot: int) -> Cell:
        if slot in self.memory.shared:
            return SHARED, self.memory.shared[slot]
        return cell(slot, self.memory.parameters, {})

    def _moves(self, nodes: Sequence[Node]) -> tuple[bool, ...]:
        """Which operands move on in a run of at least two nodes."""
        if len(nodes) == 1:
            return ()
        first, second = (self.item(node)[1] for node in nodes[:2])
        return tuple(a != b for a, b in zip(first, second, strict=True))

    def _write_vectors(
        self,
        node: Node,
        moves: tuple[bool, ...],
        count: int,
        result: tuple[str, int],
        function: Function,
    ) -> None:
        """A run of nodes like this one, for so many vectors, to an address."""
        wide = function.with_lanes(self.target)
        if isinstance(node, Apply) and is_call(node):
            self.kernels.add((node.name, self.target.lanes, False))
            places = [*map(self.memory.uniform_address, node.arguments), result]
            pointers = [address(function, *place) for place in places]
            call_kernel(wide, node.name, pointers, str(count))
            return
        loop = Loop(wide, str(count), once=count == 1)
        operands = self._operands(node.arguments, moves, wide, loop)
        computed = compute(Given(wide, operands), by_position(node))
        wide.store(computed, loop.advance(address(wide, *result), self.target.lanes * 8))
        loop.end()

    def _operands(
        self, arguments: Sequence[int], moves: tuple[bool, ...], wide: Function, loop: Loop
    ) -> list[Lanes]:
        operands = []
        for argument, move in zip(arguments, moves, strict=True):
            if move:
                base = address(wide, *self.memory.uniform_address(argument))
                operands.append(wide.load(loop.advance(base, self.target.lanes * 8)))
            else:
                operands.append(Registers(wide, self.memory, "", {})[argument])
        return operands

    def _value(self, node: Node, function: Function, values: Registers) -> Lanes:
        if isinstance(node, Sum) and len(node.products) >= LONG_SUM:
            return self._long_sum(node.products, function, values)
        return compute(values, node)

    def _long_sum(
        self, products: Sequence[Product], function: Function, values: Registers
    ) -> Lanes:
        """A sum, its runs of products lane by lane and the rest in four parts that do not wait."""
        pairs = sorted(((self.item(Sum([p])), p) for p in products), key=lambda pair: pair[0][1])
        items, products = [item for item, _ in pairs], [product for _, product in pairs]
        parts: list[Lanes] = []
        single: list[Product] = []
        for start, stop in runs(items, 2 * self.target.lanes if self.target.lanes > 1 else 1):
            whole = (stop - start) // self.target.lanes if stop - start > 1 else 0
            if whole:
                part = Sum([products[start]])
                moves = self._moves([Sum([p]) for p in products[start : start + 2]])
                parts.append(self._lane_sum(part, moves, whole, function))
            single += products[start + whole * self.target.lanes : stop]
        parts += [add_products(values, single[k::4]) for k in range(4) if single[k::4]]
        total = parts[0]
        for part_sum in parts[1:]:
            total = total + part_sum
        return total

    def _lane_sum(
        self, node: Sum, moves: tuple[bool, ...], count: int, function: Function
    ) -> Lanes:
        """Σ of a run of products: each lane first, then the lanes."""
        wide = function.with_lanes(self.target)
        loop = Loop(wide, str(count), carried=[wide.number(0.0)], once=count == 1)
        operands = self._operands(node.arguments, moves, wide, loop)
        (product,) = products_by_position(node.products)
        (total,) = loop.end([add_product(Given(wide, operands), loop.carried[0], product)])
        lanes = [
            Lanes(function, function.emit(f"extractelement {wide.doubles} {total.name}, i64 {k}"))
            for k in range(self.target.lanes)
        ]
        while len(lanes) > 1:
            lanes = [a + b for a, b in zip(lanes[0::2], lanes[1::2], strict=True)]
        return lanes[0]


def by_position(node: Node) -> Node:
    """The same node, its arguments numbered in the order in which it has them."""
    if isinstance(node, Apply):
        return Apply(node.name, tuple(range(len(node.arguments))), node.parameters)
    return Sum(products_by_position(node.products))


def products_by_position(products: Sequence[Product]) -> list[Product]:
    """The same products, their factors numbered."""
    numbered = []
    position = 0
    for product in products:
        right = None if product.right is None else position + 1
        numbered.append(Product(position, right, product.negative))
        position += 1 if right is None else 2
    return numbered
