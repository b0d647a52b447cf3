"""A recorded graph as plain numbers, and passes over it in which somebody makes a slip.

A slip is plain data: which argument is read wrongly, which slope is a wrong one, what is left out
of a sum. A pass does to it what `backward` does to the graph, so that a slip has the same
consequences in every later figure as it has for somebody who makes it.

Read next: `course`, several rounds of passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from autograd.graph import operation_of, topological_order
from autograd.node import NOTHING
from autograd.operation import Operation, local_gradients
from autograd.sums import added
from autograd.value import Value

Edge: TypeAlias = tuple[int, int]
"""A computed node's place on the tape, and the position of one of its arguments."""
Slope: TypeAlias = "Callable[[Pass, int, int], float]"
"""Gives the slope of an edge as somebody takes it, from the numbers of the pass."""


class Tape:
    """The nodes of a graph by their places: leaves first, then parents before consumers.

    Parameters
    ----------
    output : Value

    Attributes
    ----------
    nodes : list of Value
    leaves : int
        How many leaves there are; they have the places before this one.
    start : tuple of float
        The numbers of the leaves.
    parents : list of tuple of int
        Of each node, the places of its arguments.
    operations : list of Operation
        Of each computed node; the first is that of ``nodes[leaves]``.
    consumers : list of lists of Edges
        Of each node, where it is an argument.
    """

    def __init__(self, output: Value) -> None:
        order = topological_order(output)
        found = dict.fromkeys(p for node in order for p in node.parents if not p.parents)
        self.output = output
        self.order = order
        self.nodes: list[Value] = [*found, *order] or [output]
        self.leaves = len(self.nodes) - len(order)
        self.start = tuple(node.data for node in self.nodes[: self.leaves])
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.parents = [tuple(self.place[p] for p in node.parents) for node in self.nodes]
        self.operations: list[Operation] = [operation_of(node) for node in order]
        self.consumers: list[list[Edge]] = [[] for _ in self.nodes]
        for n, parents in enumerate(self.parents):
            for k, parent in enumerate(parents):
                self.consumers[parent].append((n, k))

    def operation(self, place: int) -> Operation:
        """The operation that computes a node."""
        return self.operations[place - self.leaves]

    def is_sum(self, place: int) -> bool:
        """Whether a node adds others, each once."""
        parents = self.parents[place]
        name = self.operation(place).name if parents else ""
        return name in ("add", "total") and len(set(parents)) == len(parents)

    def edges(self) -> list[Edge]:
        """Every argument of every node."""
        return [(n, k) for n, parents in enumerate(self.parents) for k in range(len(parents))]


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that somebody does otherwise than is right.

    Parameters
    ----------
    name, says : str
        What it is called, and what is done.
    reads : mapping of Edge to int
        Forwards, an argument is taken from another node.
    factors : mapping of Edge to float
        Forwards, an argument is multiplied by a number.
    slopes : mapping of Edge to Slope
        Backwards, the slope of an edge is another number.
    kept : mapping of int to int
        Of the contributions to a node's gradient only one is kept: its number, in their order.
    overwrites : bool
        Every gradient is overwritten by the next contribution, where it should be added.
    upstream : mapping of int to float
        What a node passes its arguments in place of its gradient.
    pooled : tuple of tuples of int
        Leaves that are trained as if they were one: each has the sum of their gradients.
    data, grads : mapping of int to float
        Numbers and gradients of nodes that are as they are given.
    step : callable, optional
        Makes a leaf's next number of its number, its gradient and the learning rate.
    frozen, thawed : frozenset of int
        Leaves that are not trained, and leaves that are, where it is the other way round.
    rounded : callable, optional
        Rounds the result of every step of the calculation.
    named_only : bool
        Only results that have names are rounded, and gradients when they are complete.
    later : int
        How many rounds more than asked for are gone through.
    """

    name: str = ""
    says: str = ""
    reads: Mapping[Edge, int] = field(default_factory=dict)
    factors: Mapping[Edge, float] = field(default_factory=dict)
    slopes: Mapping[Edge, Slope] = field(default_factory=dict)
    kept: Mapping[int, int] = field(default_factory=dict)
    overwrites: bool = False
    upstream: Mapping[int, float] = field(default_factory=dict)
    pooled: tuple[tuple[int, ...], ...] = ()
    data: Mapping[int, float] = field(default_factory=dict)
    grads: Mapping[int, float] = field(default_factory=dict)
    step: Callable[[float, float, float], float] | None = None
    frozen: frozenset[int] = frozenset()
    thawed: frozenset[int] = frozenset()
    rounded: Callable[[float], float] | None = None
    named_only: bool = False
    later: int = 0

    @property
    def forwards(self) -> bool:
        """Whether the slip changes the forward pass."""
        return bool(self.reads or self.factors or self.data or self.rounded)

    @property
    def trains(self) -> bool:
        """Whether the slip is one in training alone, so that only a later round shows it."""
        return bool(self.step or self.frozen or self.thawed or self.later)

    @property
    def is_none(self) -> bool:
        """Whether nothing is done otherwise: the graph has no place for the slip."""
        return self == Slip(self.name, self.says)

    def after(self, earlier: Slip) -> Slip:
        """The slip of somebody who has made an earlier one and makes this one."""
        both: dict[str, Any] = {"name": self.name, "says": self.says}
        for each in fields(self)[2:]:
            one, two = getattr(earlier, each.name), getattr(self, each.name)
            if isinstance(two, Mapping):
                both[each.name] = {**one, **two}
            else:
                both[each.name] = two or one
        return Slip(**both)


RIGHT = Slip()


class Pass:
    """The numbers of one pass forwards, and the gradients of passes backwards.

    Parameters
    ----------
    tape : Tape
    slip : Slip
    start : sequence of float
        The numbers of the leaves.
    rate : float
        The learning rate, for whoever looks ahead.
    like : Pass, optional
        A pass without a slip from the same leaves: what is as it is there is not computed again.

    Attributes
    ----------
    data : list of float
    inputs, slopes : list of sequences of float
        What each node reads, and its local derivatives by that.
    parents : list of tuples of int
        From where it reads that.
    """

    def __init__(
        self,
        tape: Tape,
        slip: Slip,
        start: Sequence[float],
        rate: float = 0.0,
        like: Pass | None = None,
    ) -> None:
        self.tape, self.slip, self.start, self.rate = tape, slip, tuple(start), rate
        self._gradients: dict[int, list[float]] = {}
        self._plain: Pass | None = None
        self.data: list[float]
        self.inputs: list[Sequence[float]]
        self.slopes: list[Sequence[float]]
        self.parents: list[tuple[int, ...]]
        if like is not None and not slip.forwards:
            self.data, self.inputs, self.slopes = like.data, like.inputs, like.slopes
            self.parents = like.parents
        else:
            self._forwards(like)
        self.taken = self.slopes
        if slip.slopes or slip.factors:
            self._take_slopes()

    def _forwards(self, like: Pass | None) -> None:
        tape, slip = self.tape, self.slip
        rounded = slip.rounded or _as_it_is
        first = self._first_difference() if like is not None else 0
        self.data = like.data[:first] if like else []
        self.inputs = like.inputs[:first] if like else []
        self.slopes = like.slopes[:first] if like else []
        self.parents = list(tape.parents)
        for (n, k), other in slip.reads.items():
            parents = list(self.parents[n])
            parents[k] = other
            self.parents[n] = tuple(parents)
        multiplied = {n for n, _ in slip.factors}
        if not (slip.data or multiplied or slip.rounded):
            self._plainly(first)
            return
        for n in range(first, len(tape.nodes)):
            if n < tape.leaves:
                self.data.append(slip.data.get(n, rounded(self.start[n])))
                self.inputs.append(())
                self.slopes.append(())
                continue
            if slip.named_only:
                rounded = slip.rounded if slip.rounded and tape.nodes[n].label else _as_it_is
            operation = tape.operation(n)
            inputs = [self.data[parent] for parent in self.parents[n]]
            if n in multiplied:
                inputs = [x * slip.factors.get((n, k), 1.0) for k, x in enumerate(inputs)]
            number = slip.data[n] if n in slip.data else rounded(_value(operation, inputs))
            rule = _by_hand if slip.named_only else local_gradients
            slopes: Sequence[float] = rule(operation, number, inputs)
            if rounded is not _as_it_is:
                slopes = [x if x is NOTHING else rounded(x) for x in slopes]
            self.data.append(number)
            self.inputs.append(inputs)
            self.slopes.append(slopes)

    def _plainly(self, first: int) -> None:
        """Go forwards where no number is another one: the same, and faster."""
        tape, data, slopes = self.tape, self.data, self.slopes
        if not first:
            data += self.start
            self.inputs += [()] * tape.leaves
            slopes += [()] * tape.leaves
            first = tape.leaves
        for operation, parents in zip(
            tape.operations[first - tape.leaves :], self.parents[first:], strict=True
        ):
            inputs = [data[parent] for parent in parents]
            number = _value(operation, inputs)
            data.append(number)
            self.inputs.append(inputs)
            slopes.append(local_gradients(operation, number, inputs))

    def _first_difference(self) -> int:
        slip = self.slip
        if slip.rounded:
            return 0
        nodes = [n for n, _ in (*slip.reads, *slip.factors)]
        return min([*nodes, *slip.data])

    def _take_slopes(self) -> None:
        """The slopes as somebody takes them: wrong ones where the slip is in them."""
        slip, taken = self.slip, list(self.slopes)
        rounded = _as_it_is if slip.rounded is None or slip.named_only else slip.rounded
        for n in {n for n, _ in (*slip.slopes, *slip.factors)}:
            row = list(taken[n])
            for k, slope in enumerate(row):
                own = slip.slopes.get((n, k))
                factor = slip.factors.get((n, k)) or 1.0
                if own is not None:
                    slope = rounded(own(self, n, k))
                row[k] = slope * factor
            taken[n] = row
        self.taken = taken

    def slope(self, n: int, k: int) -> float:
        """The local derivative of a node through one argument, as somebody takes it."""
        return float(self.taken[n][k])

    def last_step(self, n: int, by: int | None, argument: int | None) -> float:
        """A node's number, or a derivative of it, of which the last step is not rounded."""
        tape = self.tape
        if by is None:
            if n < tape.leaves or n in self.slip.data:
                return self.data[n]
            return _value(tape.operation(n), self.inputs[n])
        if argument is not None:
            return self._exact_slope(n, argument)
        gradient = self.gradients(n)
        if by == n or by in self._given(n) or not self.slip.rounded:
            return gradient[by]
        edges = [(m, k) for m, k in tape.consumers[by] if m <= n]
        return added(
            gradient[m] * (self._exact_slope(m, k) if m == n else self.taken[m][k])
            for m, k in edges
        )

    def _exact_slope(self, n: int, k: int) -> float:
        """The local derivative of a node, not rounded, unless it is given."""
        if (n, k) in self.slip.slopes or not self.slip.rounded:
            return self.slope(n, k)
        return float(_by_hand(self.tape.operation(n), self.data[n], self.inputs[n])[k])

    def without_slopes(self) -> Pass:
        """The same numbers forwards, and backwards without a slip."""
        if self._plain is None:
            self._plain = Pass(self.tape, RIGHT, self.start, self.rate, self)
        return self._plain

    def gradients(self, root: int) -> list[float]:
        """Derivatives of a node by every node before it."""
        if root not in self._gradients:
            self._gradients[root] = self._backwards(root)
        return self._gradients[root]

    def _backwards(self, root: int) -> list[float]:
        slip, tape = self.slip, self.tape
        gradient: list[float] = [NOTHING] * len(tape.nodes)
        gradient[root] = 1.0
        given = self._given(root)
        add = self._adder()
        complete = slip.rounded if slip.named_only else None
        counted = bool(slip.kept) or slip.overwrites  # then what passes nothing has its place too
        for n in range(root, tape.leaves - 1, -1):
            if n in given:
                gradient[n] = given[n]
            elif complete and tape.nodes[n].label and gradient[n] is not NOTHING:
                gradient[n] = complete(gradient[n])
            upstream = slip.upstream.get(n, gradient[n])
            if upstream is not NOTHING or counted:
                for parent, slope in zip(self.parents[n], self.taken[n], strict=True):
                    if add is None:
                        gradient[parent] += upstream * slope
                    else:
                        gradient[parent] = add(parent, gradient[parent], upstream * slope)
        for n in range(tape.leaves):
            gradient[n] = given.get(n, complete(gradient[n]) if complete else gradient[n])
        for group in slip.pooled:
            together = added(gradient[n] for n in group)
            for n in group:
                gradient[n] = together
        return gradient

    def _given(self, root: int) -> Mapping[int, float]:
        """The gradients that are given, as far as they are those of this node too.

        A term of the output's sum has the output's gradients by what reaches it alone.
        """
        tape, grads = self.tape, self.slip.grads
        last = len(tape.nodes) - 1
        if root == last or not grads:
            return grads
        if tape.consumers[root] != [(last, 0)] and tape.consumers[root] != [(last, 1)]:
            return {}
        if not (tape.is_sum(last) and [m for m, _ in tape.consumers[root]] == [last]):
            return {}
        inside = {root}
        for n in range(root - 1, -1, -1):
            if tape.consumers[n] and all(m in inside for m, _ in tape.consumers[n]):
                inside.add(n)
        return {n: gradient for n, gradient in grads.items() if n in inside}

    def _adder(self) -> Callable[[int, float, float], float] | None:
        """How a contribution is added to what has come to a node before; None: as is right."""
        slip, came = self.slip, Counter[int]()
        rounded = _as_it_is if slip.rounded is None or slip.named_only else slip.rounded

        def slipped(parent: int, so_far: float, contribution: float) -> float:
            came[parent] += 1
            if slip.kept.get(parent, came[parent] - 1) != came[parent] - 1:
                return so_far
            return rounded((NOTHING if slip.overwrites else so_far) + rounded(contribution))

        simple = not slip.kept and not slip.overwrites and rounded is _as_it_is
        return None if simple else slipped


def _as_it_is(number: float) -> float:
    return number


def _by_hand(operation: Operation, output: float, inputs: Sequence[float]) -> Sequence[float]:
    """Local derivatives by the formulas that a course writes, from numbers as they were rounded."""
    if operation.taught is not None:
        with suppress(ArithmeticError, ValueError):
            return tuple(map(float, operation.taught(output, *inputs)))
    return local_gradients(operation, output, inputs)


def _value(operation: Operation, inputs: Sequence[float]) -> float:
    try:
        return operation.forward(*inputs)
    except (ArithmeticError, ValueError):
        return operation.ieee(*inputs)
