"""The order of the uniform part: what is the same in every row and so computed once per call.

A function without columns, such as a large graph of scalars, is uniform as a whole. Done one by
one, its operations would leave all but one lane of each vector idle. So operations that do the same
are put into groups, each of which becomes vector code:

- a *nest* does the same with numbers at constant strides, as an L2 penalty does (2·w₀, 2·w₁, …), or
  a layer at each position of a sequence;
- elementary functions that do not wait for each other are *gathered*, as many as a vector has
  lanes: eight of them take hardly longer than one.

Without the groups, 10,000 random scalar operations take 8 times as long; a network, in which little
is uniform, 2 % longer.

Read next: `lengths`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, groupby, repeat
from typing import NamedTuple

from autograd.compiler.schedule.nests import FAR, Addresses, Nest, nests
from autograd.compiler.schedule.normal import (
    Apply,
    Node,
    NormalForm,
    Product,
    Sum,
    arguments_of,
    is_call,
)

INLINED_CALLS = 16
"""The most elementary functions that are compiled in place, each by itself; more are gathered."""

MANY_WEIGHTS = 8
"""Products from which on a sum with parameters is taken for a neuron."""

MANY_OPERANDS = 64
"""Operands from which on a nest of numbers far apart is worth its loads one by one."""

PARAMETER, UNIFORM, CONSTANT = range(3)

Cell = tuple[int, int]
"""The array that a number is in, one of the three above, and its index there."""

Cells = Mapping[int, Cell]
"""By slot, where the parameters and the uniform numbers lie."""

Wave = tuple[list[int], str | None]
"""Slots, and the elementary function if they are to be gathered for one."""

Item = tuple[Hashable, list[Cell]]
"""What an operation does, and the cells of the numbers that it does it with."""


class Group(NamedTuple):
    """Slots that are computed together: one, a nest, or a vector of elementary functions.

    Parameters
    ----------
    slots : list of int
    gathered : str, optional
        The elementary function whose arguments are gathered.
    nest : Nest, optional
    """

    slots: list[int]
    gathered: str | None = None
    nest: Nest | None = None


@dataclass(frozen=True, slots=True)
class UniformOrder:
    """What is computed once per call, in order.

    Parameters
    ----------
    nodes : dict of int to Node
        The uniform nodes of the normal form. Derivatives that are gathered are computed from the
        argument, not from the function's value, and appear in that form.
    groups : list of Group
        Their slots; a slot's position in this order is its index among the uniform numbers.
    totals : list of Group
        The sums to which each row adds something uniform, by their index. In a nest of them the
        result is the last operand.
    cells : dict of int to Cell
    """

    nodes: dict[int, Node]
    groups: list[Group]
    totals: list[Group]
    cells: Cells


def order_uniform(form: NormalForm, lanes: int) -> UniformOrder:
    """Order the uniform nodes for vectors with a number of lanes."""
    nodes = {slot: node for slot, node in form.nodes.items() if slot not in form.varying}
    functions = _gathered(nodes)
    cells = dict(zip(form.parameters, zip(repeat(PARAMETER), count()), strict=False))
    groups: list[Group] = []
    done = 0
    if form.alone:
        done = form.columns
        cells |= {column: (UNIFORM, column) for column in range(done)}
    where = Where(cells, form.constants)
    for wave in waves(nodes, functions, lanes, form.parameters):
        for group in _groups(wave, nodes, cells, where, lanes):
            groups.append(group)
            for slot in group.slots:
                cells[slot] = UNIFORM, done
                where[slot] = done
                done += 1
    return UniformOrder(nodes, groups, _totals(form, where, lanes), cells)


def _gathered(nodes: dict[int, Node]) -> dict[int, str]:
    """The elementary functions to gather, by slot; none where there are few.

    Where they are gathered, a derivative is one of them, computed from its argument: its node is
    replaced. Code for a function and its derivative is shared only if the two are neighbours.
    """
    functions = {slot: node.name for slot, node in nodes.items() if is_call(node)}
    if len(functions) <= INLINED_CALLS:
        return {}
    for slot, node in nodes.items():
        if isinstance(node, Apply) and node.name.endswith("_derivative_at"):
            functions[slot] = node.name
            arguments = nodes[node.arguments[0]].arguments
            nodes[slot] = Apply(functions[slot], tuple(arguments))
    return functions


def waves(
    nodes: dict[int, Node],
    functions: Mapping[int, str],
    lanes: int,
    parameters: Container[int] = (),
) -> Iterator[Wave]:
    """Cut nodes into waves: slots that do not wait for each other, after all that they wait for.

    An elementary function waits until nothing but such functions is left to do, because then many
    of them are ready, and vectors become full. For the same reason the neurons of a layer wait
    until nothing else can be done: then those of all positions of a sequence are ready.

    Parameters
    ----------
    nodes : dict of int to Node
        Arguments before the nodes that read them.
    functions : dict of int to str
        The elementary functions that are to be gathered, by slot.
    lanes : int
        How many a vector takes.
    parameters : container of int
        The slots of parameters, by which neurons are known.

    Yields
    ------
    slots : list of int
    gathered : str or None
        The function, if the slots are to be gathered.
    """
    readers: dict[int, list[int]] = {slot: [] for slot in nodes}
    waits = dict.fromkeys(nodes, 0)
    for slot, node in nodes.items():
        for argument in node.arguments:
            if argument in readers:
                readers[argument].append(slot)
                waits[slot] += 1
    ahead = _calls_ahead(readers, functions) if functions else {}
    calls: dict[str, list[int]] = defaultdict(list)
    neurons = {slot for slot, node in nodes.items() if _is_neuron(node, parameters)}
    waiting: list[int] = []
    ready = [slot for slot, left in waits.items() if not left]
    while ready or waiting or any(calls.values()):
        others: list[int] = []
        for slot in ready:
            if slot in functions:
                calls[functions[slot]].append(slot)
            else:
                (waiting if slot in neurons else others).append(slot)
        ready = []
        turn: list[Wave] = [(sorted(others), None)]  # as in the program, position by position
        if not others and any(calls.values()):
            turn = list(_take(calls, ahead, lanes))
        elif not others:
            turn, waiting = [(sorted(waiting), None)], []
        for wave in turn:
            yield wave
            for slot in wave[0]:
                for reader in readers[slot]:
                    waits[reader] -= 1
                    if not waits[reader]:
                        ready.append(reader)


def _is_neuron(node: Node, parameters: Container[int]) -> bool:
    """Whether a node is a sum of many products with parameters, by the look of both ends."""
    if not isinstance(node, Sum) or len(node.products) < MANY_WEIGHTS:
        return False
    read = arguments_of((node.products[0], node.products[-1]))
    return any(slot in parameters for slot in read)


def _calls_ahead(readers: dict[int, list[int]], functions: Mapping[int, str]) -> dict[int, int]:
    """The most elementary functions on a way from each slot to a result, its own included."""
    ahead: dict[int, int] = {}
    for slot in reversed(readers):
        most = max([ahead[reader] for reader in readers[slot]], default=0)
        ahead[slot] = most + (slot in functions)
    return ahead


def _take(calls: dict[str, list[int]], ahead: Mapping[int, int], lanes: int) -> Iterator[Wave]:
    """Take the elementary functions that fill vectors, and those that most others wait for."""
    most = max(ahead[slot] for slots in calls.values() for slot in slots)
    for name, slots in calls.items():
        slots.sort(key=lambda slot: -ahead[slot])
        full = len(slots) // lanes * lanes
        if full < len(slots) and ahead[slots[full]] == most:
            full = len(slots)
        if full:
            yield slots[:full], name
        del slots[:full]


def _groups(
    wave: Wave, nodes: dict[int, Node], cells: Cells, where: Where, lanes: int
) -> Iterator[Group]:
    """The nests in a wave, and the other slots, one by one or gathered."""
    slots, gathered = wave
    size = lanes if gathered else 1
    if len(slots) < lanes or lanes == 1:  # too few for a nest, whatever they do
        for first in range(0, len(slots), size):
            yield Group(slots[first : first + size], gathered)
        return
    by_kind: dict[Hashable, list[int]] = defaultdict(list)
    for slot in slots:
        by_kind[kind(nodes[slot])].append(slot)
    for members in by_kind.values():
        others = members
        if len(members) >= lanes:
            if gathered or is_call(nodes[members[0]]):
                found, others = _runs(
                    members, nodes, cells, lanes, whole_vectors=gathered is not None
                )
                yield from map(Group, found)
            else:
                others = yield from _nests(members, nodes, where, lanes)
        for first in range(0, len(others), size):
            yield Group(others[first : first + size], gathered)


def _nests(
    members: list[int], nodes: dict[int, Node], where: Where, lanes: int
) -> Generator[Group, None, list[int]]:
    """The nests among slots that do the same; returns the slots that are left over."""
    for slot in members:
        node = nodes[slot]
        if isinstance(node, Sum):
            nodes[slot] = Sum(list(where.in_order(node.products)))
    placed = sorted((where.addresses(nodes[slot].arguments), slot) for slot in members)
    slots = [slot for _, slot in placed]
    others = []
    for nest in nests([addresses for addresses, _ in placed], lanes):
        found = slots[nest.first : nest.first + nest.size]
        if nest.counts and _is_worth_it(nest, len(nodes[found[0]].arguments)):
            yield Group(found, nest=nest)
        else:
            others += found
    return others


def _is_worth_it(nest: Nest, operands: int) -> bool:
    """Whether a nest is better than its nodes one by one: not for a few with numbers far apart."""
    return {0, 1}.issuperset(nest.strides[-1]) or nest.size * operands >= MANY_OPERANDS


class Where(dict[int, int]):
    """Where uniform numbers lie, by slot: nodes, then parameters, then constants, far apart.

    That of a node is known as soon as the node has a cell.
    """

    def __init__(self, cells: Cells, constants: Iterable[int]) -> None:
        far = 2 * FAR
        self |= {
            slot: far + index if array == PARAMETER else index
            for slot, (array, index) in cells.items()
        }
        self |= {slot: 4 * FAR + rank for slot, rank in ranks(constants).items()}

    @cached_property
    def fixed(self) -> set[int]:
        """The slots of parameters and constants."""
        return {slot for slot, address in self.items() if address >= FAR}

    def addresses(self, slots: Iterable[int]) -> Addresses:
        """Those of several slots."""
        return tuple(map(self.__getitem__, slots))

    def in_order(self, products: Sequence[Product]) -> Sequence[Product]:
        """Products with the factor first that a node computes, so that like nodes look alike."""
        if self.fixed.isdisjoint([product.left for product in products]):
            return products
        return [
            Product(p.right, p.left, p.negative)
            if p.right is not None and p.left in self.fixed and p.right not in self.fixed
            else p
            for p in products
        ]


def ranks(constants: Iterable[int]) -> dict[int, int]:
    """By slot, the place of each constant among them."""
    return {slot: rank for rank, slot in enumerate(sorted(constants))}


def _runs(
    slots: list[int], nodes: Mapping[int, Node], cells: Cells, lanes: int, *, whole_vectors: bool
) -> tuple[list[list[int]], list[int]]:
    """The runs among slots that do the same, and the slots that are left over.

    With `whole_vectors`, a run has only as many slots as fill vectors with one load each.
    """
    placed = sorted((located(nodes[slot].arguments, cells), slot) for slot in slots)
    slots = [slot for _, slot in placed]
    items: list[Item] = [(None, where) for where, _ in placed]
    found, others = [], []
    for start, stop in runs(items, lanes):
        end = stop
        if stop - start == 1:
            end = start
        elif whole_vectors:
            moves = steps(items[start], items[start + 1]) or (False,)
            vectors = (stop - start) // lanes if all(moves) else 0
            end = start + vectors * lanes
        if end > start:
            found.append(slots[start:end])
        others += slots[end:stop]
    return found, others


def _totals(form: NormalForm, where: Where, lanes: int) -> list[Group]:
    """The sums to which each row adds something uniform, in nests."""
    groups: list[Group] = []
    numbers = [number for number, total in enumerate(form.totals) if total.uniform]
    for _, some in groupby(numbers, lambda number: kind(Sum(form.totals[number].uniform))):
        alike = list(some)
        addresses = [
            (*where.addresses(arguments_of(form.totals[number].uniform)), number)
            for number in alike
        ]
        least = lanes if lanes > 1 else len(alike) + 1
        for nest in nests(addresses, least):
            found = alike[nest.first : nest.first + nest.size]
            groups.append(Group(found, nest=nest if nest.counts else None))
    return groups


def kind(node: Node) -> Hashable:
    """What a node does, whatever it does it with."""
    if isinstance(node, Sum):
        return tuple((p.right is None, p.negative) for p in node.products)
    return node.name, node.parameters


def located(slots: Sequence[int], cells: Cells) -> list[Cell]:
    """The cells of slots that hold uniform numbers, parameters or constants."""
    return [cells.get(slot, (CONSTANT, slot)) for slot in slots]


def item(node: Node, cells: Cells) -> Item:
    """A node as `runs` sees it."""
    return kind(node), located(node.arguments, cells)


def runs(items: Sequence[Item], shortest: int) -> Iterator[tuple[int, int]]:
    """Cut items into runs: the first item of each and the one after its last.

    Each item of a run does the same as the one before it, and each of its operands is the same
    number as there or, for all items of the run, the next one of its array. Items that are in no
    run of at least the shortest length are runs of one.

    Examples
    --------
    Five squares of the parameters 3, 4, 5, 7 and 8:

    >>> squares = [("square", [(PARAMETER, index)]) for index in (3, 4, 5, 7, 8)]
    >>> list(runs(squares, 3)), list(runs(squares, 2))
    ([(0, 3), (3, 4), (4, 5)], [(0, 3), (3, 5)])
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
