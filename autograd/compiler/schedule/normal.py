"""The normal form of a Wengert list: sums of products, and everything else.

Additions, subtractions, products, dots and totals all become one kind of node, Σ ± a·b, so that the
code generator sees a neuron, its gradient and a plain a + b alike and can give each term one fused
multiply-add. A sum that is used once, as the first term of another, is merged into it; a product
that is used once becomes a term. No sum is reordered by that.

Two words are used from here on: a number is *uniform* if it is the same in every row, and *varying*
if it differs from row to row.

Read next: `nests`.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import NamedTuple, TypeGuard, cast

from autograd.compiler.schedule.gradient_rows import GradientRow, gradient_rows
from autograd.compiler.vector.math.kernels import KERNELS
from autograd.compiler.wengert.rules import expansion_of
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import look_up, refuse_numbers_only, remembered

SMALL_POWERS = frozenset({-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0})
"""Fixed exponents that need no logarithm."""

FROM_OUTPUT = {"sigmoid_derivative": "sigmoid", "tanh_derivative": "tanh"}
"""Derivatives that take a few instructions where the function itself is computed.

Their node is then called ``<name>_at``, and reads the value and the argument.
"""


class Product(NamedTuple):
    """± left · right, or ± left where right is None; left and right are slots."""

    left: int
    right: int | None = None
    negative: bool = False


_new = cast(Callable[[tuple[int, int | None, bool]], Product], partial(tuple.__new__, Product))
"""A product of what `Product` takes, in a third of its time: a network has one for each weight."""


@dataclass(slots=True)
class Sum:
    """Σ of products, in order."""

    products: list[Product]

    @property
    def arguments(self) -> list[int]:
        """The slots that are read."""
        return arguments_of(self.products)


@dataclass(slots=True)
class Apply:
    """An operation that is not a sum of products."""

    name: str
    arguments: tuple[int, ...]
    parameters: tuple[float, ...] = ()


Node = Sum | Apply


def is_call(node: Node) -> TypeGuard[Apply]:
    """Whether a node is an elementary function that has a kernel of its own."""
    return isinstance(node, Apply) and node.name in KERNELS


def arguments_of(products: Sequence[Product]) -> list[int]:
    """The slots that products read, in order."""
    read: list[int] = []
    for left, right, _ in products:
        read.append(left)
        if right is not None:
            read.append(right)
    return read


@dataclass(slots=True)
class Total:
    """A sum over the rows: its varying products and its uniform ones."""

    varying: list[Product]
    uniform: list[Product]


def products_of_row(row: GradientRow) -> Iterator[tuple[int, Product]]:
    """Each product of a row, after the index of its sum."""
    return zip(row.indices, map(Product, repeat(row.factor), row.others), strict=False)


@dataclass(slots=True)
class NormalForm:
    """What a list computes.

    Parameters
    ----------
    columns : int
        The slots from 0 on that hold the row's arguments.
    parameters : range
        The slots after them, which hold the parameters.
    constants : dict of int to float
        The slots that hold fixed numbers.
    outputs : tuple of int
        The slots that are wanted for each row.
    nodes : dict of int to Node
        By slot, arguments before the nodes that read them.
    varying : set of int
        The slots, columns among them, that differ from row to row; all others are uniform.
    totals : list of Total
        One for each of the list's sums; of those that are in a row, one without products.
    gradient_rows : list of GradientRow
        In the order of their sums. All products are varying.
    beside : dict of int to int
        By the slot of a varying function, that of its derivative: one kernel gives both.
    alone : bool
        Whether it is for one row at a time: then nothing varies, and the columns are the first of
        the uniform numbers.
    """

    columns: int
    parameters: range
    constants: dict[int, float]
    outputs: tuple[int, ...]
    nodes: dict[int, Node] = field(default_factory=dict)
    varying: set[int] = field(default_factory=set)
    totals: list[Total] = field(default_factory=list)
    gradient_rows: list[GradientRow] = field(default_factory=list)
    beside: dict[int, int] = field(default_factory=dict)
    alone: bool = False

    def all_totals(self) -> list[Total]:
        """List the totals, those in rows with their products."""
        totals = list(self.totals)
        for row in self.gradient_rows:
            for index, product in products_of_row(row):
                totals[index] = Total([product], [])
        return totals


def normalize(wengert: WengertList, *, alone: bool = False) -> NormalForm:
    """Bring a list into normal form, leaving out what no result depends on.

    With `alone`, it is for one row at a time, and what differs from row to row counts as uniform.
    """
    return _Normalizer(wengert, alone=alone).run()


class _Normalizer:
    def __init__(self, wengert: WengertList, *, alone: bool) -> None:
        self.wengert = wengert
        self.rows = list(gradient_rows(wengert))
        self.uses = _count_uses(wengert, self.rows)
        # A product that something else reads is no part of a row.
        self.rows = [
            row for row in self.rows if {1}.issuperset(self.uses[row.slots.start : row.slots.stop])
        ]
        parameters = range(wengert.columns, wengert.columns + wengert.parameters)
        constants = dict(enumerate(wengert.constants, parameters.stop))
        self.form = NormalForm(wengert.columns, parameters, constants, wengert.outputs, alone=alone)
        if not alone:
            self.form.varying.update(range(wengert.columns))
        self.numbers = {struct.pack("d", x): slot for slot, x in constants.items()}
        self.copies: dict[int, int] = {}
        self.negatives: set[int] = set()
        self.applied: dict[tuple[str, tuple[int, ...]], int] = {}
        self.added_up: dict[int, Product] = {}

    def run(self) -> NormalForm:
        first, instructions = self.wengert.first_instruction, self.wengert.instructions
        sums, varying = set(self.wengert.sums), self.form.varying
        for slots, row in _stretches(self.wengert, self.rows):
            if row is not None and row.factor in varying:
                self.form.gradient_rows.append(row)
                continue
            for slot in slots:
                instruction = instructions[slot - first]
                name, read, _ = instruction
                only_added_up = slot in sums and self.uses[slot] == 1
                if only_added_up and name == "multiply" and not varying.isdisjoint(read):
                    # The gradients of a layer's weights are such products: they need no node.
                    self.added_up[slot] = _new((read[0], read[1], False))
                elif self.uses[slot]:
                    self.instruction(slot, instruction)
        self.form.gradient_rows.sort(key=lambda row: row.first)
        self.form.totals = self.totals()
        return self.form

    def totals(self) -> list[Total]:
        """What has to be added up over the rows for each of the list's sums."""
        found: list[Total] = []
        for row in self.form.gradient_rows:
            found += map(self.total, self.wengert.sums[len(found) : row.first])
            found += [_IN_A_ROW] * len(row.others)
        found += map(self.total, self.wengert.sums[len(found) :])
        return found

    def instruction(self, slot: int, instruction: Instruction) -> None:
        """Add the node or nodes of one instruction."""
        name, arguments = instruction.name, instruction.arguments
        if _is_composed(name, instruction.parameters):
            self.expand(slot, instruction)
        elif name == "fixed_power" and instruction.parameters[0] not in SMALL_POWERS:
            exponent = self.constant(instruction.parameters[0])
            self.add(slot, Apply("power", (arguments[0], exponent)))
        elif name not in _SUMS:
            self.apply(slot, instruction)
        else:
            products = _SUMS[name](arguments)
            if name == "dot" and not self.negatives.isdisjoint(arguments):
                products = list(map(self.with_sign, products))
            varying = not self.form.varying.isdisjoint(arguments)
            self.add(slot, Sum(self.merged(products, varying)), arguments)
            if name == "negative":
                self.negatives.add(slot)

    def apply(self, slot: int, instruction: Instruction) -> None:
        """Add the node of an instruction that is no sum of products."""
        name, arguments, parameters = instruction
        output = self.applied.get((FROM_OUTPUT.get(name, ""), arguments))
        if output is not None:
            self.add(slot, Apply(f"{name}_at", (output, *arguments)))
            if output in self.form.varying:
                self.form.beside[output] = slot
            return
        refuse_numbers_only(name, parameters, "machine code")
        self.add(slot, Apply(name, arguments, parameters))
        self.applied[name, arguments] = slot

    def with_sign(self, product: Product) -> Product:
        """-a·b as a product of the other sign; -a is then gone where nothing else reads it."""
        if product.right is None:
            return product
        negative = product.negative
        factors: list[int] = []
        for slot in (product.left, product.right):
            node = self.form.nodes.get(slot) if slot in self.negatives else None
            match node:
                case Sum([Product(left, None, True)]):
                    factors.append(left)
                    negative = not negative
                    self.uses[left] += 1
                    self.uses[slot] -= 1
                    if not self.uses[slot]:
                        del self.form.nodes[slot]
                case _:
                    factors.append(slot)
        first, second = factors
        return Product(first, second, negative)

    def add(self, slot: int, node: Node, reads: Iterable[int] | None = None) -> None:
        """Record a node; it is varying if it reads a varying slot.

        `reads` may give other slots that answer this question. For a sum these are the arguments of
        its instruction, two for an addition. The sum itself, into which others were merged, may
        have n products, and in a chain of n additions n² slots would be looked at.
        """
        varying = not self.form.varying.isdisjoint(node.arguments if reads is None else reads)
        if is_call(node):
            prepared = self.spread if varying else self.computed
            node.arguments = tuple(prepared(a) for a in node.arguments)
        if varying:
            self.form.varying.add(slot)
        self.form.nodes[slot] = node

    def computed(self, argument: int) -> int:
        """The argument where a node computes it, else a copy.

        A uniform call may be gathered, and numbers are gathered from one array: that of the
        uniform nodes, not that of the parameters.
        """
        if argument in self.form.nodes:
            return argument
        if argument not in self.copies:
            self.copies[argument] = self.new(Sum([Product(argument)]))
        return self.copies[argument]

    def spread(self, argument: int) -> int:
        """The argument as whole vectors, which a kernel reads, even where it is uniform."""
        if argument in self.form.varying:
            return argument
        slot = self.new(Apply("spread", (argument,)))
        self.form.varying.add(slot)
        return slot

    def expand(self, slot: int, instruction: Instruction) -> None:
        """Add the nodes of what an operation is composed of, the last of them at the slot."""
        name, arguments, parameters = instruction
        listed = expansion_of(name, parameters, len(arguments))
        if listed is None:
            raise ValueError(f"{name} is not composed of other operations")
        slots = [*arguments, *map(self.constant, listed.constants)]
        for step in listed.instructions:
            last = len(slots) == listed.outputs[0]
            slots.append(slot if last else self.new_slot())
            arguments = tuple([slots[a] for a in step.arguments])
            self.instruction(slots[-1], step._replace(arguments=arguments))
        if slots[listed.outputs[0]] != slot:  # it is composed of nothing: an input, or a number
            self.add(slot, Sum([Product(slots[listed.outputs[0]])]))

    def new(self, node: Node) -> int:
        """Record a node that the list has no slot for."""
        slot = self.new_slot()
        self.add(slot, node)
        return slot

    def new_slot(self) -> int:
        """A slot that the list does not have; what is there is not merged into a sum."""
        self.uses.append(2)
        return len(self.uses) - 1

    def constant(self, number: float) -> int:
        """The slot that holds a number; 0 and -0 have two."""
        bits = struct.pack("d", number)
        if bits not in self.numbers:
            self.numbers[bits] = self.new_slot()
            self.form.constants[self.numbers[bits]] = number
        return self.numbers[bits]

    def merged(self, products: list[Product], varying: bool) -> list[Product]:
        """The products with terms that are sums themselves taken apart where order allows it.

        `varying` tells whether the products' sum is varying.
        """
        alone = [place for place, (_, right, _) in enumerate(products) if right is None]
        if not alone:
            return products
        result: list[Product] = []
        done = 0
        for place in alone:
            product = products[place]
            inner = self.mergeable(product, varying, first=place == 0)
            if inner is None:
                continue
            result.extend(products[done:place])
            done = place + 1
            if product.negative:
                result.extend(Product(p.left, p.right, not p.negative) for p in inner)
            elif place == 0:
                result = inner  # not copied, so that a long chain of additions takes linear time
            else:
                result.extend(inner)
        result.extend(products[done:])
        return result

    def mergeable(self, product: Product, varying: bool, *, first: bool) -> list[Product] | None:
        """The products to put in a term's place, whose own node is then gone."""
        slot = product.left
        node = self.form.nodes.get(slot)
        if product.right is not None or not isinstance(node, Sum) or self.uses[slot] != 1:
            return None
        # -(a - a) is -0, and -a + a is 0.
        whole = first and not product.negative
        if (slot in self.form.varying) != varying or not (whole or len(node.products) == 1):
            return None
        del self.form.nodes[slot]
        return node.products

    def total(self, slot: int) -> Total:
        """What has to be added up over the rows for one of the list's sums."""
        if slot in self.added_up:
            return Total([self.added_up[slot]], [])
        products = self.mergeable(Product(slot), True, first=True) or [Product(slot)]
        total = Total([], [])
        for product in products:
            differs = not self.form.varying.isdisjoint(product[:2])
            (total.varying if differs else total.uniform).append(product)
        return total


@remembered(None)
def _is_composed(name: str, parameters: tuple[float, ...]) -> bool:
    """Whether an operation is composed of others and has no kernel."""
    return name not in KERNELS and look_up(name, parameters).expand is not None


def _total(arguments: tuple[int, ...]) -> list[Product]:
    return [_new((argument, None, False)) for argument in arguments]


def _dot(arguments: tuple[int, ...]) -> list[Product]:
    half = len(arguments) // 2
    factors = arguments[:half], arguments[half : 2 * half]
    return [*_total(arguments[2 * half :]), *map(_new, zip(*factors, repeat(False)))]


_SUMS: dict[str, Callable[[tuple[int, ...]], list[Product]]] = {
    "add": _total,
    "total": _total,
    "positive": _total,
    "subtract": lambda read: [_new((read[0], None, False)), _new((read[1], None, True))],
    "negative": lambda read: [_new((read[0], None, True))],
    "multiply": lambda read: [_new((read[0], read[1], False))],
    "dot": _dot,
}
"""The terms of the operations that are sums of products."""


def _stretches(
    wengert: WengertList, rows: Iterable[GradientRow]
) -> list[tuple[range, GradientRow | None]]:
    """Cut the slots of all instructions into rows and what is between them."""
    found: list[tuple[range, GradientRow | None]] = []
    done = wengert.first_instruction
    for row in sorted(rows, key=lambda row: row.slots.start):
        found += [(range(done, row.slots.start), None), (row.slots, row)]
        done = row.slots.stop
    return [*found, (range(done, wengert.slots), None)]


def _count_uses(wengert: WengertList, rows: Sequence[GradientRow]) -> list[int]:
    """How often each slot is read by what the results depend on."""
    uses = [0] * wengert.slots
    for slot in (*wengert.outputs, *wengert.sums):
        uses[slot] += 1
    for row in rows:
        uses[row.factor] += len(row.slots)
    for others, times in Counter(row.others for row in rows).items():
        for other in others:
            if other is not None:
                uses[other] += times
    first, instructions = wengert.first_instruction, wengert.instructions
    between = [slots for slots, row in _stretches(wengert, rows) if row is None]
    steps = [(slot, instructions[slot - first]) for slots in between for slot in slots]
    kinds = {(name, fixed) for _, (name, _, fixed) in steps}
    # What is composed may read its arguments more than once.
    composed = {kind for kind in kinds if _is_composed(*kind)}
    for slot, (name, arguments, fixed) in reversed(steps):
        if uses[slot]:
            times = 2 if composed and (name, fixed) in composed else 1
            for argument in arguments:
                uses[argument] += times
    return uses


_IN_A_ROW = Total([], [])
