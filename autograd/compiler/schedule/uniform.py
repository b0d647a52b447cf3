"""The order of what is the same in every row, which is computed once per call.

There may be thousands of such instructions. Two kinds of neighbours in this order are done together
in vectors, although there is only one row:

- a run does the same with neighbouring numbers, as an L2 penalty does (2·w₀, 2·w₁, …);
- elementary functions that do not wait for each other are gathered, as many as a vector has lanes:
  eight of them take hardly longer than one.

Read next: `shared`, which writes the code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from autograd.compiler.schedule.normal import Apply, Node, NormalForm, Sum
from autograd.compiler.schedule.varying import is_call

INLINED_CALLS = 16
"""Up to so many elementary functions are compiled in place, each by itself."""

Cell = tuple[int, int]
"""The array that a number is in (parameters, shared numbers or constants), and where there."""

PARAMETER, SHARED, CONSTANT = range(3)

Item = tuple[Hashable, tuple[Cell, ...]]
"""What is done, and with what."""


@dataclass(frozen=True, slots=True)
class Group:
    """Slots that are computed together: one, a run, or a vector of elementary functions.

    Parameters
    ----------
    slots : list of int
    gathered : str, optional
        The elementary function whose arguments are gathered.
    """

    slots: list[int]
    gathered: str | None = None


def plan(form: NormalForm, parameters: range, lanes: int) -> list[Group]:
    """The uniform slots in the order in which they are computed, those done together as a group.

    A slot's position in this order is its index among the shared numbers.
    """
    return _Planner(form, parameters, lanes).run()


class _Planner:
    def __init__(self, form: NormalForm, parameters: range, lanes: int) -> None:
        self.form = form
        self.parameters = parameters
        self.lanes = lanes
        self.nodes = {slot: node for slot, node in form.nodes.items() if slot not in form.varying}
        self.cells: dict[int, Cell] = {}

    def run(self) -> list[Group]:
        order: list[Group] = []
        for slots, gathered in self.waves():
            for group in self.groups(slots, gathered):
                order.append(group)
                for slot in group.slots:
                    self.cells[slot] = (SHARED, len(self.cells))
        return order

    def waves(self) -> Iterator[tuple[list[int], str | None]]:
        """Slots that do not wait for each other, and their function if they are to be gathered.

        Elementary functions wait until nothing else is left to do. None of those that have their
        turn then waits for another, so that the processor can work on several at once.
        """
        functions = self.functions()
        readers, waits = self.readers()
        ahead = self.calls_ahead(functions, readers) if functions else {}
        calls: dict[str, list[int]] = defaultdict(list)
        ready: list[int] = []

        def put(slot: int) -> None:
            name = functions.get(slot)
            (ready if name is None else calls[name]).append(slot)

        for slot, count in waits.items():
            if not count:
                put(slot)
        while ready or any(calls.values()):
            turn = [(ready, None)] if ready else list(self.turn(calls, ahead))
            ready = []
            yield from turn
            for slot in chain.from_iterable(wave for wave, _ in turn):
                for reader in readers[slot]:
                    waits[reader] -= 1
                    if not waits[reader]:
                        put(reader)

    def readers(self) -> tuple[dict[int, list[int]], dict[int, int]]:
        """The slots that read each slot, and for how many each waits."""
        readers: dict[int, list[int]] = defaultdict(list)
        waits: dict[int, int] = {}
        for slot, node in self.nodes.items():
            arguments = [a for a in node.arguments if a in self.nodes]
            waits[slot] = len(arguments)
            for argument in arguments:
                readers[argument].append(slot)
        return readers, waits

    def calls_ahead(
        self, functions: dict[int, str], readers: dict[int, list[int]]
    ) -> dict[int, int]:
        """How many elementary functions wait for each other from a slot on."""
        ahead: dict[int, int] = {}
        for slot in reversed(self.nodes):
            most = max([ahead[reader] for reader in readers[slot]], default=0)
            ahead[slot] = most + (slot in functions)
        return ahead

    def turn(
        self, calls: dict[str, list[int]], ahead: dict[int, int]
    ) -> Iterator[tuple[list[int], str | None]]:
        """Take the elementary functions that fill vectors, and those that most others wait for."""
        most = max(ahead[slot] for slots in calls.values() for slot in slots)
        for name, slots in calls.items():
            slots.sort(key=lambda slot: -ahead[slot])
            full = len(slots) // self.lanes * self.lanes
            if full < len(slots) and ahead[slots[full]] == most:
                full = len(slots)
            if full:
                yield slots[:full], name
            del slots[:full]

    def functions(self) -> dict[int, str]:
        """The elementary functions to gather, by slot; none where there are few.

        Derivatives are computed from the argument alone then, not from the output: as calls.
        """
        applied = {slot: n for slot, n in self.nodes.items() if isinstance(n, Apply)}
        functions = {slot: node.name for slot, node in applied.items() if is_call(node)}
        if len(functions) <= INLINED_CALLS:
            return {}
        for slot, node in applied.items():
            if node.name.endswith("_derivative_at"):
                output = self.form.nodes[node.arguments[0]]
                functions[slot] = node.name.removesuffix("_at")
                derivative = Apply(functions[slot], tuple(output.arguments))
                self.form.nodes[slot] = self.nodes[slot] = derivative
        return functions

    def groups(self, wave: list[int], gathered: str | None) -> Iterator[Group]:
        """The runs in a wave, and the other slots, one by one or gathered."""
        alike: dict[Hashable, list[int]] = defaultdict(list)
        if len(wave) < self.lanes:
            alike[()] = wave  # too few for a run, whatever they do
        else:
            for slot in wave:
                alike[signature(self.nodes[slot])].append(slot)
        size = self.lanes if gathered else 1
        for members in alike.values():
            others = members
            if len(members) >= self.lanes > 1:
                found, others = self.runs(members, whole_vectors=gathered is not None)
                yield from map(Group, found)
            for first in range(0, len(others), size):
                yield Group(others[first : first + size], gathered)

    def runs(self, slots: list[int], *, whole_vectors: bool) -> tuple[list[list[int]], list[int]]:
        """The runs among slots that do the same, if asked for as far as vectors can be loaded.

        The second result is what is left over.
        """
        placed = sorted((self.where(self.nodes[slot]), slot) for slot in slots)
        slots = [slot for _, slot in placed]
        items: list[Item] = [(None, where) for where, _ in placed]
        found, others = [], []
        for start, stop in runs(items, self.lanes):
            end = stop
            if stop - start == 1:
                end = start
            elif whole_vectors:
                moves = steps(items[start], items[start + 1]) or (False,)
                vectors = (stop - start) // self.lanes if all(moves) else 0
                end = start + vectors * self.lanes
            if end > start:
                found.append(slots[start:end])
            others += slots[end:stop]
        return found, others

    def where(self, node: Node) -> tuple[Cell, ...]:
        """Where the numbers are that a node reads."""
        return tuple([cell(a, self.parameters, self.cells) for a in node.arguments])


def cell(slot: int, parameters: range, shared: dict[int, Cell]) -> Cell:
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
