"""Repeats: nodes of the varying part that do the same one after the other, with other values.

The neurons of a layer, the derivatives of its activation or the days of a price do the same. In
their order, which keeps chains together, the same kinds of nodes then come again and again. Written
as a loop they take as much code, and as long to compile, as one of them.

Read next: `varying`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from autograd.compiler.schedule.normal import NormalForm, Product, Sum
from autograd.compiler.schedule.uniform import Cells

FEWEST_ROUNDS = 24
"""Rounds from which on a loop is made; fewer are soon compiled, and a little faster without."""

LONGEST_ROUND = 8
"""The most nodes in a round."""


@dataclass(frozen=True, slots=True)
class Operand:
    """What an argument of a node is in each round.

    Parameters
    ----------
    slots : tuple of int
        By round.
    made : int, optional
        Which node of a round computes it; None: it exists before the loop begins.
    carried : bool
        Whether it is the one that the round before computed. The first of the slots then exists
        before the loop begins.
    """

    slots: tuple[int, ...]
    made: int | None = None
    carried: bool = False

    @property
    def fixed(self) -> bool:
        """Whether it is the same in each round."""
        return self.made is None and len(set(self.slots)) == 1


@dataclass(slots=True)
class Repeat:
    """A loop that does the same in each round.

    Parameters
    ----------
    rounds : list of lists of int
        The nodes of each round, in the same order.
    operands : list of lists of Operand
        For each node of a round what its arguments are.
    """

    rounds: list[list[int]]
    operands: list[list[Operand]]

    @property
    def nodes(self) -> list[int]:
        """All nodes, in order."""
        return [slot for nodes in self.rounds for slot in nodes]


@dataclass(slots=True)
class LongSum:
    """A sum of many products of one kind: a loop that adds one in each round.

    Parameters
    ----------
    node : int
    first : list of Product
        What the sum begins with, before the loop: at most one.
    last : list of Product
        What is added after the loop.
    factors : list of Operand
        Those of the products, one or two.
    negative : bool
        Whether the products are subtracted.
    """

    node: int
    first: list[Product]
    last: list[Product]
    factors: list[Operand]
    negative: bool


def long_sum(form: NormalForm, cells: Cells, slot: int) -> LongSum | None:
    """A node as a loop over its terms, or None where it is something else or short."""
    node = form.nodes[slot]
    if not isinstance(node, Sum) or len(node.products) <= FEWEST_ROUNDS:
        return None

    def factors(product: Product) -> list[int]:
        known = [factor for factor in product[:2] if factor is not None]
        return sorted(known, key=form.varying.__contains__)

    def kind(product: Product) -> Hashable:
        return product.negative, *(_origin(form, cells, a) for a in factors(product))

    unlike = kind(node.products[0]) != kind(node.products[1])
    first, rest = node.products[:unlike], node.products[unlike:]
    alike = list(takewhile(lambda product: kind(product) == kind(rest[0]), rest))
    if len(alike) < FEWEST_ROUNDS:
        return None
    operands = [Operand(slots) for slots in zip(*map(factors, alike), strict=True)]
    return LongSum(slot, first, rest[len(alike) :], operands, rest[0].negative)


def repeats(form: NormalForm, cells: Cells, order: Sequence[int]) -> Iterator[list[int] | Repeat]:
    """Divide nodes into loops and lists of those between them.

    Parameters
    ----------
    form : NormalForm
    cells : mapping of int to Cell
        In which array each uniform number lies.
    order : sequence of int
        Varying nodes, each after those that it reads.
    """
    kinds = _kinds(form, cells, order)
    between: list[int] = []
    start = 0
    while start < len(order):
        nodes, length = _round(kinds, start)
        found = list(order[start : start + nodes])
        if length:
            rounds = [found[k : k + length] for k in range(0, nodes, length)]
            operands = _operands(form, rounds)
            if operands is not None:
                if between:
                    yield between
                between, found = [], []
                yield Repeat(rounds, operands)
        between += found
        start += nodes
    if between:
        yield between


def _round(kinds: Sequence[Hashable], start: int) -> tuple[int, int]:
    """How many nodes from one on are rounds of a loop, and the length of a round; else (1, 0)."""
    for length in range(1, LONGEST_ROUND + 1):
        end = start + length
        while end < len(kinds) and kinds[end] == kinds[end - length]:
            end += 1
        rounds = (end - start) // length
        if rounds >= FEWEST_ROUNDS:
            return rounds * length, length
    return 1, 0


def _kinds(form: NormalForm, cells: Cells, order: Sequence[int]) -> list[Hashable]:
    """For each node what must be equal in all rounds: the operation, and whence its operands."""
    position = {slot: number for number, slot in enumerate(order)}

    def origin(reader: int, slot: int) -> Hashable:
        distance = position[reader] - position.get(slot, -LONGEST_ROUND * 2)
        return ("near", distance) if distance < 2 * LONGEST_ROUND else _origin(form, cells, slot)

    found: list[Hashable] = []
    for slot in order:
        node = form.nodes[slot]
        what: Hashable = (
            tuple((product.right is None, product.negative) for product in node.products)
            if isinstance(node, Sum)
            else (node.name, node.parameters)
        )
        pair = slot in form.beside  # whose derivative then follows
        found.append((what, pair, tuple(origin(slot, a) for a in node.arguments)))
    return found


def _origin(form: NormalForm, cells: Cells, slot: int) -> Hashable:
    """Where a loop finds a number that exists before it begins."""
    if slot in form.varying:
        return "varying"
    return ("array", cells[slot][0]) if slot in cells else ("constant", slot)


def _operands(form: NormalForm, rounds: Sequence[Sequence[int]]) -> list[list[Operand]] | None:
    """What the nodes of a round read; None where a loop cannot hand it on."""
    where = {slot: (k, i) for k, nodes in enumerate(rounds) for i, slot in enumerate(nodes)}
    found = []
    for column in zip(*rounds, strict=True):
        arguments = zip(*(form.nodes[slot].arguments for slot in column), strict=True)
        operands = [_operand(slots, where) for slots in arguments]
        known = [operand for operand in operands if operand is not None]
        if len(known) < len(operands):
            return None
        found.append(known)
    return found


def _operand(slots: tuple[int, ...], where: Mapping[int, tuple[int, int]]) -> Operand | None:
    """What an argument is, if each round finds it in the same way."""
    made = [where.get(slot) for slot in slots]
    if all(place is None for place in made):
        return Operand(slots)
    last = made[-1]
    if last is not None:
        index = last[1]
        if made == [(k, index) for k in range(len(slots))]:
            return Operand(slots, index)
        if made == [None, *((k, index) for k in range(len(slots) - 1))]:
            return Operand(slots, index, carried=True)
    return None
