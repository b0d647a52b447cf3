"""What is the same in every row: computed once per call, with plain doubles.

There may be thousands of such instructions, for instance an L2 penalty's. Neighbours that do the
same with neighbouring numbers (2·w₀, 2·w₁, …) are found and done as one loop over vectors, so that
such code stays short; a run of products in a long sum is one too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from autograd.compiler.assembly import Function, Lanes, Target
from autograd.compiler.layout import Memory
from autograd.compiler.loops import Loop, address
from autograd.compiler.normal import Apply, Node, NormalForm, Product, Sum
from autograd.compiler.schedule import is_call
from autograd.compiler.tiles import Values, add_product, add_products, call_kernel, compute

LONG_SUM = 16
"""Terms from which on a sum is searched for runs, and its rest added up in four parts."""

Cell = tuple[int, int]
"""The array that a number is in (parameters, shared numbers or constants), and where there."""

PARAMETER, SHARED, CONSTANT = range(3)

Item = tuple[Hashable, tuple[Cell, ...]]
"""What is done, and with what."""


def plan(form: NormalForm, parameters: range, lanes: int) -> list[list[int]]:
    """The uniform slots in the order in which they are computed, runs of them together.

    A slot's position in this order is its index among the shared numbers.
    """
    cells: dict[int, Cell] = {}
    order: list[list[int]] = []
    for slots in _levels(form):
        groups: dict[Hashable, list[tuple[tuple[Cell, ...], int]]] = defaultdict(list)
        for slot in slots:
            node = form.nodes[slot]
            where = tuple(cell(a, form, parameters, cells) for a in node.arguments)
            groups[signature(node)].append((where, slot))
        for doing, members in groups.items():
            members.sort()
            for start, stop in runs([(doing, where) for where, _ in members], lanes):
                order.append([slot for _, slot in members[start:stop]])
                for slot in order[-1]:
                    cells[slot] = (SHARED, len(cells))
    return order


def _levels(form: NormalForm) -> Iterator[list[int]]:
    """Uniform slots: first those that wait for no other, then those that wait for these."""
    level: dict[int, int] = {}
    slots: dict[int, list[int]] = defaultdict(list)
    for slot, node in form.nodes.items():
        if slot not in form.varying:
            level[slot] = 1 + max((level.get(a, 0) for a in node.arguments), default=0)
            slots[level[slot]].append(slot)
    for number in sorted(slots):
        yield slots[number]


def cell(slot: int, form: NormalForm, parameters: range, shared: dict[int, Cell]) -> Cell:
    """Where a slot's number is."""
    if slot in parameters:
        return PARAMETER, slot - parameters.start
    return shared.get(slot, (CONSTANT, slot))


def signature(node: Node) -> Hashable:
    """What a node does, whatever it does it with."""
    if isinstance(node, Sum):
        return tuple((p.right is None, p.negative) for p in node.products)
    return node.name, node.parameters


def runs(items: Sequence[Item], shortest: int) -> Iterator[tuple[int, int]]:
    """Cut items into runs, of which each item does the same as the one before it.

    Each operand stays where it is throughout a run or goes on to the next number of its array. What
    belongs to no run of the shortest length becomes runs of one.
    """
    start = 0
    while start < len(items):
        stop = start + 1
        if start + 1 < len(items) and shortest > 1:
            moves = steps(items[start], items[start + 1])
            while moves and stop < len(items) and steps(items[stop - 1], items[stop]) == moves:
                stop += 1
        if stop - start < shortest:
            stop = start + 1
        yield start, stop
        start = stop


def steps(first: Item, second: Item) -> tuple[bool, ...] | None:
    """Which operands move on from one item to the next, or None if they cannot be one run."""
    if first[0] != second[0]:
        return None
    moves = []
    for (array, index), (other, following) in zip(first[1], second[1], strict=True):
        if array != other or following - index not in (0, 1):
            return None
        moves.append(following != index)
    if any(move and array == CONSTANT for move, (array, _) in zip(moves, first[1], strict=True)):
        return None
    return tuple(moves) if any(moves) else None


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
        The vectors for runs.
    """

    def __init__(self, form: NormalForm, memory: Memory, target: Target) -> None:
        self.form = form
        self.memory = memory
        self.target = target
        self.kernels: set[tuple[str, int]] = set()

    def write_run(self, slots: Sequence[int], function: Function, values: Values) -> None:
        """Nodes that are a run, as vectors as far as they fill them."""
        whole = len(slots) // self.target.lanes
        first = self.form.nodes[slots[0]]
        nodes = [self.form.nodes[slot] for slot in slots]
        moves = self._moves(nodes)
        if is_call(first) and not all(moves):
            whole = 0  # what is called reads all its arguments from memory, number by number
        if whole:
            result = self.memory.uniform_address(slots[0])
            self._write_vectors(first, moves, whole, result, function)
        for slot in slots[whole * self.target.lanes :]:
            self.write_node(slot, function, values)

    def write_node(self, slot: int, function: Function, values: Values) -> None:
        """One node, its operations in place."""
        node = self.form.nodes[slot]
        values.uniform[slot] = self._value(node, function, values)
        pointer = address(function, *self.memory.uniform_address(slot))
        function.store(values.uniform[slot], pointer)

    def write_call(self, slot: int, node: Apply, function: Function) -> None:
        """One elementary function of numbers in memory."""
        self.kernels.add((node.name, 1))
        places = [self.memory.uniform_address(a) for a in (*node.arguments, slot)]
        call_kernel(function, node.name, [address(function, *p) for p in places], "1")

    def write_totals(self, numbers: Sequence[int], function: Function, values: Values) -> None:
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
        return cell(slot, self.form, self.memory.parameters, {})

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
            self.kernels.add((node.name, self.target.lanes))
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
                operands.append(Values(wide, self.memory, "", {})[argument])
        return operands

    def _value(self, node: Node, function: Function, values: Values) -> Lanes:
        if isinstance(node, Sum) and len(node.products) >= LONG_SUM:
            return self._long_sum(node.products, function, values)
        return compute(values, node)

    def _long_sum(self, products: Sequence[Product], function: Function, values: Values) -> Lanes:
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
