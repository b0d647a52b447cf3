"""The schedule of the varying part: what is done, in steps, for each block of rows.

A block is a few dozen rows, as many vectors of them as fit the fastest cache. Each *step* of the
schedule is done for all vectors of the block before the next begins, and leaves its results in
memory, in one place for each value that a later step reads:

- a `Tile` is straight-line code, run for one or more vectors at a time. Dots that read the same
  values (the neurons of a layer) are put into one tile, so that each value is loaded once and
  each parameter serves several vectors;
- a `Repeat` is a loop over tiles or calls that do the same with other values;
- a `LongSum` is a loop over the terms of one sum;
- an `Accumulation` adds products to the sums over the rows. Products that share factors (the
  gradients of a layer's weights) are put into one, so that a factor serves many sums;
- a `MatrixProduct` and an `OuterProduct` are the same for a large layer, as loops;
- a `Call` applies one elementary function, and may give its derivative as well.

Read next: `memory`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograd.compiler.schedule.gradient_rows import GradientRow
from autograd.compiler.schedule.layers import (
    Factor,
    MatrixProduct,
    OuterProduct,
    Row,
    matrix_product,
    outer_product,
    written_out,
)
from autograd.compiler.schedule.normal import (
    Apply,
    NormalForm,
    Product,
    Sum,
    is_call,
    products_of_row,
)
from autograd.compiler.schedule.repeats import LongSum, Repeat, long_sum, repeats
from autograd.compiler.schedule.uniform import Cells
from autograd.compiler.vector.target import Processor

LIGHT_TILE = 48
"""Terms in a tile of unrelated operations, about."""

SHORTEST_DOT = 4
"""Terms from which on a dot is worth a tile with those that read the same values."""


@dataclass(slots=True)
class Tile:
    """Nodes computed together, for a number of vectors at a time."""

    nodes: list[int]
    vectors: int = 1


@dataclass(slots=True)
class Accumulation:
    """Products added to sums: (index of the sum, product) each."""

    terms: list[tuple[int, Product]]


@dataclass(slots=True)
class Call:
    """An elementary function of whole vectors, and its derivative where that is wanted."""

    node: int
    name: str
    arguments: tuple[int, ...]
    derivative: int | None = None


Term = tuple[int, Product] | GradientRow
"""A product and the index of the sum that it is added to, or a whole row of them."""

Step = Tile | Repeat | LongSum | Accumulation | MatrixProduct | OuterProduct | Call


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


def shape_for(processor: Processor) -> Shape:
    """What fits the registers of a processor: 16 of them, or 32."""
    return Shape(8, 2, 16) if processor.registers >= 32 else Shape(4, 2, 8)


@dataclass(frozen=True, slots=True)
class VaryingSchedule:
    """The steps that are done for each block of rows, and the shape that they were cut to."""

    steps: list[Step]
    shape: Shape

    def vectors(self, step: Step) -> int:
        """How many vectors a step works on at a time."""
        if isinstance(step, MatrixProduct):
            return self.shape.vectors
        return step.vectors if isinstance(step, Tile) else 1


def order_varying(form: NormalForm, cells: Cells, shape: Shape) -> VaryingSchedule:
    """Put the varying nodes into steps; `cells` tells where the uniform numbers lie in memory."""
    return VaryingSchedule(list(_Scheduler(form, cells, shape).steps()), shape)


@dataclass(slots=True)
class _Level:
    light: list[int] = field(default_factory=list)
    dots: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    calls: dict[int, Apply] = field(default_factory=dict)


class _Scheduler:
    def __init__(self, form: NormalForm, cells: Cells, shape: Shape) -> None:
        self.form = form
        self.shape = shape
        self.cells = cells
        self.nodes = {slot: node for slot, node in form.nodes.items() if slot in form.varying}
        self.function_of = {slope: function for function, slope in form.beside.items()}
        self.reads = {slot: varying_arguments(form, slot) for slot in self.nodes}
        self.dots = self._dots()
        self.level = self._levels()

    def _dots(self) -> dict[int, tuple[int, ...]]:
        """The dots that read the same varying values as another dot does, and these values."""
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for slot, node in self.nodes.items():
            if isinstance(node, Sum) and len(node.products) >= SHORTEST_DOT:
                groups[tuple(self.reads[slot])].append(slot)
        return {slot: key for key, slots in groups.items() if len(slots) > 1 for slot in slots}

    def _levels(self) -> dict[int, int]:
        """A number for each node: nodes of one level never wait for a dot or call of the same."""
        level: dict[int, int] = {}
        of_group: dict[tuple[int, ...], int] = {}  # the dots of a group read the same values
        for slot in self.nodes:
            group = self.dots.get(slot)
            if group in of_group:
                level[slot] = of_group[group]
                continue
            if slot in self.function_of:
                level[slot] = level[self.function_of[slot]]
                continue
            light = self._is_light(slot)
            waits = [self._earliest(a, light, level) for a in self.reads[slot]]
            level[slot] = max(waits, default=0)
            if group is not None:
                of_group[group] = level[slot]
        self._postpone(level)
        return level

    def _is_light(self, slot: int) -> bool:
        """Whether it is computed in place, and not by a dot's tile or a call."""
        called = is_call(self.nodes[slot]) or slot in self.function_of
        return slot not in self.dots and not called

    def _earliest(self, argument: int, light: bool, level: dict[int, int]) -> int:
        """The first level at which a reader of an argument can be."""
        if argument not in self.nodes:
            return 0
        return level[argument] + (0 if light and self._is_light(argument) else 1)

    def _postpone(self, level: dict[int, int]) -> None:
        """Move cheap nodes to where they are read, so that they need no place in the meantime."""
        latest: dict[int, int] = {}
        groups = set[tuple[int, ...]]()
        for slot in reversed(self.nodes):
            light, group = self._is_light(slot), self.dots.get(slot)
            if group in groups:  # its level is that of the dot that was met first
                continue
            if group is not None:
                groups.add(group)
            if light and len(self.reads[slot]) <= 2 and slot in latest:
                level[slot] = max(level[slot], latest[slot])
            bound = level[slot] - (0 if light else 1)
            for argument in self.reads[slot]:
                latest[argument] = min(bound, latest.get(argument, bound))

    def _by_level(self) -> dict[int, _Level]:
        levels: dict[int, _Level] = defaultdict(_Level)
        for slot, node in self.nodes.items():
            at = levels[self.level[slot]]
            if slot in self.dots:
                at.dots.setdefault(self.dots[slot], []).append(slot)
            elif is_call(node):
                at.calls[slot] = node
            elif slot not in self.function_of:
                at.light.append(slot)
        ready: dict[Factor, int] = {
            slot: self._earliest(slot, False, self.level) for slot in self.form.varying
        }
        terms: list[Term] = [
            (index, product)
            for index, total in enumerate(self.form.totals)
            for product in total.varying
        ]
        latest = {
            others: max(ready.get(slot, 0) for slot in others)
            for others in {row.others for row in self.form.gradient_rows}
        }
        for row in self.form.gradient_rows:
            # All of its products wait for the factor, or each is done as soon as it can be.
            together = latest[row.others] <= ready[row.factor]
            terms += [row] if together else products_of_row(row)
        terms.sort(key=_place)
        for term in terms:
            if isinstance(term, GradientRow):
                number = ready[term.factor]
            else:
                left, right, _ = term[1]
                number = max(ready.get(left, 0), ready.get(right, 0))
            levels[number].terms.append(term)
        return levels

    def steps(self) -> Iterator[Step]:
        """Level by level: light nodes, dots, products for the sums, calls."""
        levels = self._by_level()
        for number in sorted(levels):
            at = levels[number]
            yield from self._light(at.light)
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
            yield from self._calls(at.calls)

    def _calls(self, calls: dict[int, Apply]) -> Iterator[Repeat | Call]:
        """Loops where the same functions come again, and calls."""
        beside = self.form.beside
        order = [slot for call in calls for slot in (call, beside.get(call)) if slot is not None]
        for part in repeats(self.form, self.cells, order):
            if isinstance(part, Repeat):
                yield part
                continue
            for slot in filter(calls.__contains__, part):
                yield Call(slot, calls[slot].name, calls[slot].arguments, beside.get(slot))

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

    def _light(self, nodes: Sequence[int]) -> Iterator[Tile | Repeat | LongSum]:
        """Loops where the same comes again, each chain of nodes kept together, and tiles."""
        for part in repeats(self.form, self.cells, self._chains(nodes)):
            if isinstance(part, Repeat):
                yield part
            else:
                yield from self._light_tiles(part)

    def _light_tiles(self, nodes: Sequence[int]) -> Iterator[Tile | LongSum]:
        """Cut unrelated nodes into tiles; a long sum is a loop of its own."""
        tile: list[int] = []
        size = 0
        for slot in nodes:
            series = long_sum(self.form, self.cells, slot)
            if series is not None:
                if tile:
                    yield Tile(tile)
                yield series
                tile, size = [], 0
                continue
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


def varying_arguments(form: NormalForm, slot: int) -> list[int]:
    """The varying slots that a node reads, each once."""
    return list(dict.fromkeys(filter(form.varying.__contains__, form.nodes[slot].arguments)))


def writes(step: Step) -> Sequence[int]:
    """The slots that a step computes."""
    if isinstance(step, Tile | Repeat | MatrixProduct):
        return step.nodes
    if isinstance(step, Call) and step.derivative is not None:
        return [step.node, step.derivative]
    return [step.node] if isinstance(step, Call | LongSum) else []


def _place(term: Term) -> int:
    """The index of the first sum that a term is added to."""
    return term.first if isinstance(term, GradientRow) else term[0]


def accumulations(
    terms: Iterable[Term], sums: int, varying: Container[int]
) -> Iterator[Accumulation | OuterProduct]:
    """Divide products that are added to sums among accumulations.

    An accumulation keeps its sums in registers, so it has at most a given number of them. It also
    loads each factor of its products once, so it should have products that share factors. In the
    gradients δᵢ·hⱼ of a layer's weights every δ meets every h: they are a rectangle with a row for
    each δ and a column for each h. Of all pieces with 16 products a square reads the fewest
    factors, 4 + 4. So rectangles are looked for and cut into squares. One that is large and
    regular becomes an outer product as a whole.

    Parameters
    ----------
    terms : iterable of (int, Product) or GradientRow
        Each product and the index of the sum that it is added to; rows stand for theirs.
    sums : int
        How many sums fit the registers.
    varying : container of int
        The varying slots.
    """
    rest: list[tuple[int, Product]] = []
    for rectangle in _rectangles(terms):
        layer = outer_product(rectangle, varying)
        if layer is not None:
            yield layer
            continue
        written = {factor: written_out(row) for factor, row in rectangle.items()}
        rows, columns = list(written), _columns(next(iter(written.values())))
        for across, down in squares(len(columns), len(rows), sums):
            found = [
                term
                for row in rows[down.start : down.stop]
                for column in columns[across.start : across.stop]
                for term in written[row][column]
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


def _rectangles(terms: Iterable[Term]) -> list[dict[int, Row | GradientRow]]:
    """Products by their factors: the factor computed later is the row, the other the column.

    Rows that have the same columns are one rectangle.
    """
    rows: dict[int, Row | GradientRow] = {}
    for term in terms:
        if isinstance(term, GradientRow) and term.factor not in rows:
            rows[term.factor] = term
            continue
        for index, product in products_of_row(term) if isinstance(term, GradientRow) else [term]:
            left, right = product.left, product.right
            if right is not None and right > left:
                left, right = right, left
            row = rows.setdefault(left, {})
            if isinstance(row, GradientRow):
                row = rows[left] = written_out(row)
            row.setdefault(right, []).append((index, product))
    rectangles: dict[tuple[Factor, ...], dict[int, Row | GradientRow]] = defaultdict(dict)
    known: dict[tuple[Factor, ...], tuple[Factor, ...]] = {}
    for factor, row in rows.items():
        if isinstance(row, GradientRow):
            if row.others not in known:
                known[row.others] = _columns(row.others)
            columns = known[row.others]
        else:
            columns = _columns(row)
        rectangles[columns][factor] = row
    return list(rectangles.values())


def _columns(row: Iterable[Factor]) -> tuple[Factor, ...]:
    """The columns of a row in order, 1 (None) as the first."""
    return tuple(sorted(row, key=lambda column: -1 if column is None else column))


def squares(columns: int, rows: int, area: int) -> Iterator[tuple[range, range]]:
    """Cut a rectangle into pieces of about equal sides and at most a given area.

    Examples
    --------
    >>> list(squares(columns=3, rows=2, area=4))
    [(range(0, 2), range(0, 2)), (range(2, 3), range(0, 2))]
    """
    side = max(1, int(area**0.5))
    width = max(side, area // rows)
    for left in range(0, columns, width):
        right = min(left + width, columns)
        height = max(1, area // (right - left))
        for top in range(0, rows, height):
            yield range(left, right), range(top, min(top + height, rows))
