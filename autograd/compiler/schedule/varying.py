"""The order of work on a block of rows: tiles that keep numbers in registers, places for the rest.

A block is a few dozen rows, as many vectors of them as fit the fastest cache. Each *step* of the
schedule is done for all vectors of the block before the next begins, and hands its results on
through a scratch array, one place for each value that a later step reads:

- a `Tile` is straight-line code, run for one or more vectors at a time. Dots that read the same
  values (the neurons of a layer) are put into one tile, so that each value is loaded once and
  each parameter serves several vectors;
- an `Accumulation` adds products to the sums over the rows. Products that share factors (the
  gradients of a layer's weights) are put into one, so that a factor serves many sums;
- a `MatrixProduct` and an `OuterProduct` are the same for a large layer, as loops;
- a `Call` applies one elementary function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograd.compiler.schedule.layers import (
    Cell,
    MatrixProduct,
    OuterProduct,
    matrix_product,
    outer_product,
)
from autograd.compiler.schedule.normal import Apply, Node, NormalForm, Product, Sum, arguments_of
from autograd.compiler.vector.math.kernels import KERNELS

LIGHT_TILE = 48
"""Terms in a tile of unrelated operations, about."""

SHORTEST_DOT = 4
"""Terms from which on a dot is worth a tile with those that read the same values."""


@dataclass(slots=True)
class Tile:
    """Nodes computed together, for so many vectors at a time."""

    nodes: list[int]
    vectors: int = 1


@dataclass(slots=True)
class Accumulation:
    """Products added to sums: (index of the sum, product) each."""

    terms: list[tuple[int, Product]]


@dataclass(slots=True)
class Call:
    """An elementary function of whole vectors."""

    node: int
    name: str
    arguments: tuple[int, ...]


Step = Tile | Accumulation | MatrixProduct | OuterProduct | Call


@dataclass(slots=True)
class Schedule:
    """The steps, and the place of each value that one step leaves for another.

    Where an outer product has a factor of 1, None has a place too.
    """

    steps: list[Step]
    places: dict[int | None, int]
    width: int


@dataclass(frozen=True, slots=True)
class Shape:
    """How much fits the registers.

    Parameters
    ----------
    dots : int
        Dots in one tile.
    vectors : int
        Vectors that such a tile works on at a time.
    sums : int
        Sums over the rows in one accumulation.
    """

    dots: int
    vectors: int
    sums: int


def is_call(node: Node) -> bool:
    """Whether a node is an elementary function of its own."""
    return isinstance(node, Apply) and node.name in KERNELS


def schedule(
    form: NormalForm,
    columns: int,
    outputs: Iterable[int],
    shape: Shape,
    cells: Mapping[int, Cell],
) -> Schedule:
    """Plan the part of a computation that differs from row to row.

    `cells` tells by slot where the numbers lie in memory that are the same in all rows.
    """
    return _Scheduler(form, columns, shape, cells).run(list(outputs))


@dataclass(slots=True)
class _Level:
    light: list[int] = field(default_factory=list)
    dots: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    terms: list[tuple[int, Product]] = field(default_factory=list)
    calls: dict[int, Apply] = field(default_factory=dict)


class _Scheduler:
    def __init__(
        self, form: NormalForm, columns: int, shape: Shape, cells: Mapping[int, Cell]
    ) -> None:
        self.form = form
        self.columns = columns
        self.shape = shape
        self.cells = cells
        self.nodes = {slot: node for slot, node in form.nodes.items() if slot in form.varying}
        self.reads = {slot: self._varying_arguments(node) for slot, node in self.nodes.items()}
        self.dots = self._dots()
        self.level = self._levels()

    def run(self, outputs: list[int]) -> Schedule:
        steps = list(self._steps())
        places, width = self._places(steps, outputs)
        return Schedule(steps, places, width)

    def _varying_arguments(self, node: Node) -> list[int]:
        return list(dict.fromkeys(a for a in node.arguments if a in self.form.varying))

    def _dots(self) -> dict[int, tuple[int, ...]]:
        """The dots that share what they read with another, and what they read."""
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for slot, node in self.nodes.items():
            if isinstance(node, Sum) and len(node.products) >= SHORTEST_DOT:
                groups[tuple(self.reads[slot])].append(slot)
        shared = (item for item in groups.items() if len(item[1]) > 1)
        return {slot: key for key, slots in shared for slot in slots}

    def _levels(self) -> dict[int, int]:
        """A number for each node: nodes of one level never wait for a dot or call of the same."""
        level: dict[int, int] = {}
        for slot in self.nodes:
            light = self._is_light(slot)
            level[slot] = max(
                (self._earliest(a, light, level) for a in self.reads[slot]), default=0
            )
        self._postpone(level)
        return level

    def _is_light(self, slot: int) -> bool:
        return slot not in self.dots and not is_call(self.nodes[slot])

    def _earliest(self, argument: int, light: bool, level: dict[int, int]) -> int:
        """The first level at which a reader of an argument can be."""
        if argument not in self.nodes:
            return 0
        return level[argument] + (0 if light and self._is_light(argument) else 1)

    def _postpone(self, level: dict[int, int]) -> None:
        """Move cheap nodes to where they are read, so that they need no place in the meantime."""
        latest: dict[int, int] = {}
        for slot in reversed(self.nodes):
            light = self._is_light(slot)
            if light and len(self.reads[slot]) <= 2 and slot in latest:
                level[slot] = max(level[slot], latest[slot])
            for argument in self.reads[slot]:
                bound = level[slot] - (0 if light else 1)
                latest[argument] = min(bound, latest.get(argument, bound))

    def _by_level(self) -> dict[int, _Level]:
        levels: dict[int, _Level] = defaultdict(_Level)
        for slot, node in self.nodes.items():
            at = levels[self.level[slot]]
            if slot in self.dots:
                at.dots.setdefault(self.dots[slot], []).append(slot)
            elif isinstance(node, Apply) and is_call(node):
                at.calls[slot] = node
            else:
                at.light.append(slot)
        for index, total in enumerate(self.form.totals):
            for product in total.varying:
                ready = [
                    self._earliest(a, False, self.level)
                    for a in product[:2]
                    if a is not None and a in self.form.varying
                ]
                levels[max(ready)].terms.append((index, product))
        return levels

    def _steps(self) -> Iterator[Step]:
        levels = self._by_level()
        for number in sorted(levels):
            at = levels[number]
            yield from self._light_tiles(at.light)
            for inputs, group in at.dots.items():
                sums = {slot: node for slot in group if isinstance(node := self.nodes[slot], Sum)}
                layer = matrix_product(sums, inputs, self.cells)
                if layer is not None:
                    yield layer
                    continue
                for start in range(0, len(group), self.shape.dots):
                    nodes = group[start : start + self.shape.dots]
                    yield Tile(nodes + self._follow(nodes, levels, number), self.shape.vectors)
            yield from accumulations(at.terms, self.shape.sums, self.form.varying)
            for slot, node in at.calls.items():
                yield Call(slot, node.name, node.arguments)

    def _follow(self, nodes: list[int], levels: dict[int, _Level], number: int) -> list[int]:
        """Light nodes of the next level that a tile of dots can finish while it has its results."""
        if number + 1 not in levels:
            return []
        here, found = set(nodes), []
        following = levels[number + 1]
        for slot in following.light:
            reads = self.reads[slot]
            if any(a in here for a in reads) and all(
                a in here or self._is_ready(a, number) for a in reads
            ):
                here.add(slot)
                found.append(slot)
        following.light = [slot for slot in following.light if slot not in here]
        return found

    def _is_ready(self, slot: int, number: int) -> bool:
        """Whether a value exists before the dots of a level are computed."""
        if slot not in self.nodes:
            return True
        return self.level[slot] < number or (self.level[slot] == number and self._is_light(slot))

    def _light_tiles(self, nodes: Sequence[int]) -> Iterator[Tile]:
        """Cut unrelated nodes into tiles, each chain of them kept together."""
        tile: list[int] = []
        size = 0
        for slot in self._chains(nodes):
            tile.append(slot)
            node = self.nodes[slot]
            size += len(node.products) if isinstance(node, Sum) else 1
            if size >= LIGHT_TILE:
                yield Tile(tile)
                tile, size = [], 0
        if tile:
            yield Tile(tile)

    def _chains(self, nodes: Sequence[int]) -> list[int]:
        """The nodes in an order in which each follows its arguments as closely as possible."""
        pending = set(nodes)
        order: list[int] = []
        for root in reversed(nodes):
            stack = [root]
            while stack:
                slot = stack[-1]
                waiting = [a for a in self.reads[slot] if a in pending] if slot in pending else []
                if slot in pending and not waiting:
                    pending.remove(slot)
                    order.append(slot)
                if waiting:
                    stack.extend(reversed(waiting))
                else:
                    stack.pop()
        return order

    def _places(self, steps: list[Step], outputs: list[int]) -> tuple[dict[int | None, int], int]:
        """A place in the scratch array for each value while a later step needs it."""
        last = self._last_readers(steps, outputs)
        free: list[int] = []
        places: dict[int | None, int] = {}
        width = 0

        def place(slot: int | None) -> None:
            nonlocal width
            if not free:
                free.append(width)
                width += 1
            places[slot] = free.pop()

        for column in range(self.columns):
            place(column)
        if any(isinstance(step, OuterProduct) and None in step.factors for step in steps):
            place(None)
        leaving: dict[int, list[int]] = defaultdict(list)
        for slot, final in last.items():
            leaving[final].append(slot)
        for number, step in enumerate(steps):
            # A call may write where it reads, since it reads each vector before it writes it.
            if isinstance(step, Call):
                free.extend(places[slot] for slot in leaving[number] if slot in places)
            for slot in writes(step):
                if slot in last:
                    place(slot)
            if not isinstance(step, Call):
                free.extend(places[slot] for slot in leaving[number] if slot in places)
        return places, width

    def _last_readers(self, steps: list[Step], outputs: list[int]) -> dict[int, int]:
        """For each value that some other step reads, the number of the last one that does."""
        last: dict[int, int] = {}
        for number, step in enumerate(steps):
            own = set(writes(step))
            for slot in self._read_by(step):
                if slot not in own:
                    last[slot] = number
        for slot in outputs:
            if slot in self.form.varying:
                last[slot] = len(steps)
        return last

    def _read_by(self, step: Step) -> Iterator[int]:
        if isinstance(step, Accumulation):
            for slot in arguments_of(product for _, product in step.terms):
                if slot in self.form.varying:
                    yield slot
        elif isinstance(step, MatrixProduct):
            yield from step.inputs
        elif isinstance(step, OuterProduct):
            yield from (slot for slot in step.factors if slot is not None)
        else:
            for node in writes(step):
                yield from self.reads[node]


def writes(step: Step) -> Sequence[int]:
    """The slots that a step computes."""
    if isinstance(step, Tile | MatrixProduct):
        return step.nodes
    return [step.node] if isinstance(step, Call) else []


def accumulations(
    terms: Iterable[tuple[int, Product]], sums: int, varying: Container[int]
) -> Iterator[Accumulation | OuterProduct]:
    """Cut products into accumulations of so many sums at most, squares where they share factors.

    The younger factor of each product is its row and the older its column; rows with equal columns
    make a rectangle, as the gradients δᵢ·hⱼ of a layer's weights do, and a rectangle is cut into
    squares, if it is no outer product as a whole.
    """
    rows: dict[int, dict[int | None, list[tuple[int, Product]]]] = {}
    for index, product in terms:
        left, right = product.left, product.right
        if right is not None and right > left:
            left, right = right, left
        rows.setdefault(left, {}).setdefault(right, []).append((index, product))
    rectangles: dict[tuple[int | None, ...], list[int]] = defaultdict(list)
    for row, columns in rows.items():
        rectangles[tuple(sorted(columns, key=lambda c: -1 if c is None else c))].append(row)
    rest: list[tuple[int, Product]] = []
    for shared, members in rectangles.items():
        layer = outer_product({row: rows[row] for row in members}, varying)
        if layer is not None:
            yield layer
            continue
        for across, down in squares(len(shared), len(members), sums):
            found = [
                term
                for row in members[down.start : down.stop]
                for column in shared[across.start : across.stop]
                for term in rows[row][column]
            ]
            # Small pieces are put together, so that fewer loops are needed.
            if len(found) <= sums // 2:
                rest += found
                found = []
            if len(rest) >= sums:
                found, rest = rest[:sums], rest[sums:]
            for start in range(0, len(found), sums):
                yield Accumulation(found[start : start + sums])
    if rest:
        yield Accumulation(rest)


def squares(columns: int, rows: int, area: int) -> Iterator[tuple[range, range]]:
    """Cut a rectangle into pieces of about equal sides and at most a given area."""
    side = max(1, int(area**0.5))
    width = max(side, area // rows)
    for left in range(0, columns, width):
        right = min(left + width, columns)
        height = max(1, area // (right - left))
        for top in range(0, rows, height):
            yield range(left, right), range(top, min(top + height, rows))
