"""The normal form of a Wengert list: sums of products, and everything else.

Additions, subtractions, products, dots and totals all become one kind of node, Σ ± a·b, so that the
code generator sees a neuron, its gradient and a plain a + b alike and can give each term one fused
multiply-add. A sum that is used once, as the first term of another, is merged into it; a product
that is used once becomes a term. No sum is reordered by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.compiler.vector.math.kernels import KERNELS
from autograd.compiler.wengert.wengert import Instruction, WengertList

EXPANDED = frozenset({"logsumexp", "elu"})
"""Operations that are rewritten with others before anything else."""

SMALL_POWERS = frozenset({-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0})
"""Fixed exponents that need no logarithm."""


FROM_OUTPUT = {"sigmoid_derivative": "sigmoid", "tanh_derivative": "tanh"}
"""Derivatives that take a few instructions where the function's own value is at hand.

Their node is then called ``<name>_at``, and reads the value and the argument.
"""


class Product(NamedTuple):
    """± left · right, or ± left where right is None; left and right are slots."""

    left: int
    right: int | None = None
    negative: bool = False


@dataclass(slots=True)
class Sum:
    """Σ of products, in order."""

    products: list[Product]

    @property
    def arguments(self) -> list[int]:
        """The slots that are read."""
        return [slot for p in self.products for slot in p[:2] if slot is not None]


@dataclass(slots=True)
class Apply:
    """An operation that is not a sum of products."""

    name: str
    arguments: tuple[int, ...]
    parameters: tuple[float, ...] = ()


Node = Sum | Apply


@dataclass(slots=True)
class Total:
    """A sum over the rows: products that differ from row to row, and those that do not."""

    varying: list[Product]
    uniform: list[Product]


@dataclass(slots=True)
class NormalForm:
    """What a list computes.

    Parameters
    ----------
    nodes : dict of int to Node
        By slot, arguments before the nodes that read them.
    varying : set of int
        The slots, columns among them, that differ from row to row.
    constants : dict of int to float
        The slots that hold fixed numbers.
    totals : list of Total
        One for each of the list's sums.
    """

    nodes: dict[int, Node]
    varying: set[int]
    constants: dict[int, float]
    totals: list[Total] = field(default_factory=list)


def normalize(wengert: WengertList) -> NormalForm:
    """Bring a list into normal form, leaving out what no result depends on."""
    return _Normalizer(wengert).run()


class _Normalizer:
    def __init__(self, wengert: WengertList) -> None:
        self.wengert = wengert
        self.uses = _count_uses(wengert)
        first_constant = wengert.columns + wengert.parameters
        constants = dict(enumerate(wengert.constants, first_constant))
        self.form = NormalForm({}, set(range(wengert.columns)), constants)
        self.next_slot = wengert.slots
        self.copies: dict[int, int] = {}
        self.applied: dict[tuple[str, tuple[int, ...]], int] = {}

    def run(self) -> NormalForm:
        first = self.wengert.first_instruction
        for slot, instruction in enumerate(self.wengert.instructions, first):
            if self.uses[slot]:
                self.instruction(slot, instruction)
        self.form.totals = [self.total(slot) for slot in self.wengert.sums]
        return self.form

    def instruction(self, slot: int, instruction: Instruction) -> None:
        """Add the node or nodes of one instruction."""
        name, arguments = instruction.name, instruction.arguments
        if name == "logsumexp":
            self.logsumexp(slot, arguments)
        elif name == "elu":
            self.elu(slot, arguments[0], instruction.parameters[0])
        elif name == "fixed_power" and instruction.parameters[0] not in SMALL_POWERS:
            exponent = self.constant(instruction.parameters[0])
            self.add(slot, Apply("power", (arguments[0], exponent)))
        else:
            products = _products(name, arguments)
            output = self.applied.get((FROM_OUTPUT.get(name, ""), arguments))
            if output is not None:
                self.add(slot, Apply(f"{name}_at", (output, *arguments)))
            elif products is None:
                self.add(slot, Apply(name, arguments, instruction.parameters))
                self.applied[name, arguments] = slot
            else:
                varying = not self.form.varying.isdisjoint(arguments)
                self.add(slot, Sum(self.merged(products, varying)), arguments)

    def add(self, slot: int, node: Node, reads: Iterable[int] | None = None) -> None:
        """Record a node and whether it differs from row to row, as what it reads does.

        What a sum read before others were merged into it tells the same, and takes a chain of n
        additions no n² steps.
        """
        if not self.form.varying.isdisjoint(node.arguments if reads is None else reads):
            if isinstance(node, Apply) and node.name in KERNELS:
                node.arguments = tuple(self.spread(a) for a in node.arguments)
            self.form.varying.add(slot)
        elif isinstance(node, Apply) and node.name in KERNELS:
            node.arguments = tuple(self.computed(a) for a in node.arguments)
        self.form.nodes[slot] = node

    def computed(self, argument: int) -> int:
        """The argument itself where a node computes it, else a copy: gathering needs one array."""
        if argument in self.form.nodes:
            return argument
        if argument not in self.copies:
            self.copies[argument] = self.new(Sum([Product(argument)]))
        return self.copies[argument]

    def spread(self, argument: int) -> int:
        """The argument as whole vectors, which a kernel reads, where it is the same in all rows."""
        if argument in self.form.varying:
            return argument
        slot = self.new(Apply("spread", (argument,)))
        self.form.varying.add(slot)
        return slot

    def new(self, node: Node) -> int:
        """Record a node that the list has no slot for."""
        slot = self.next_slot
        self.next_slot += 1
        self.add(slot, node)
        return slot

    def constant(self, number: float) -> int:
        """A slot that holds a number."""
        slot = self.next_slot
        self.next_slot += 1
        self.form.constants[slot] = number
        return slot

    def merged(self, products: Sequence[Product], varying: bool) -> list[Product]:
        """The products with terms that are sums themselves taken apart where order allows it.

        `varying` tells whether the products' sum differs from row to row.
        """
        result: list[Product] = []
        for position, product in enumerate(products):
            inner = self.mergeable(product, varying, first=position == 0)
            if inner is None:
                result.append(product)
            elif product.negative:
                result.extend(Product(p.left, p.right, not p.negative) for p in inner)
            elif position == 0:
                result = inner  # not copied, so that a long chain of additions takes linear time
            else:
                result.extend(inner)
        return result

    def mergeable(self, product: Product, varying: bool, *, first: bool) -> list[Product] | None:
        """The products to put in a term's place, whose own node is then gone."""
        slot = product.left
        node = self.form.nodes.get(slot)
        if product.right is not None or not isinstance(node, Sum) or self.uses[slot] != 1:
            return None
        if (slot in self.form.varying) != varying or not (first or len(node.products) == 1):
            return None
        del self.form.nodes[slot]
        return node.products

    def total(self, slot: int) -> Total:
        """What has to be added up over the rows for one of the list's sums."""
        if slot not in self.form.varying:
            return Total([], [Product(slot)])
        products = self.mergeable(Product(slot), True, first=True) or [Product(slot)]
        total = Total([], [])
        for product in products:
            differs = not self.form.varying.isdisjoint(product[:2])
            (total.varying if differs else total.uniform).append(product)
        return total

    def logsumexp(self, slot: int, arguments: Sequence[int]) -> None:
        """Log Σ exp x = m + log Σ exp(x - m) with the largest x as m, or 0 if that is infinite."""
        largest = arguments[0]
        for argument in arguments[1:]:
            largest = self.new(Apply("maximum", (largest, argument)))
        shift = self.new(Apply("finite_or_zero", (largest,)))
        terms = []
        for argument in arguments:
            difference = self.new(Sum([Product(argument), Product(shift, None, True)]))
            terms.append(Product(self.new(Apply("exp", (difference,)))))
        logarithm = self.new(Apply("log", (self.new(Sum(terms)),)))
        self.add(slot, Sum([Product(logarithm), Product(shift)]))

    def elu(self, slot: int, x: int, alpha: float) -> None:
        """Choose x where x > 0, else alpha · (e^x - 1)."""
        below = self.new(Apply("expm1", (x,)))
        scaled = self.new(Sum([Product(below, self.constant(alpha))]))
        self.add(slot, Apply("positive_or", (x, scaled)))


def _products(name: str, arguments: tuple[int, ...]) -> list[Product] | None:
    """The terms of an operation that is a sum of products, or None."""
    match name:
        case "add" | "total" | "positive":
            return [Product(a) for a in arguments]
        case "subtract":
            return [Product(arguments[0]), Product(arguments[1], None, True)]
        case "negative":
            return [Product(arguments[0], None, True)]
        case "multiply":
            return [Product(arguments[0], arguments[1])]
        case "dot":
            half = len(arguments) // 2
            pairs = zip(arguments[:half], arguments[half : 2 * half], strict=True)
            return [*map(Product, arguments[2 * half :]), *(Product(a, b) for a, b in pairs)]
        case _:
            return None


def _count_uses(wengert: WengertList) -> list[int]:
    """How often each slot is read by what the results depend on."""
    uses = [0] * wengert.slots
    for slot in (*wengert.outputs, *wengert.sums):
        uses[slot] += 1
    for slot in wengert.outputs:
        uses[slot] += 1  # an output is wanted by itself, so it is never merged into another sum
    first = wengert.first_instruction
    for slot in range(wengert.slots - 1, first - 1, -1):
        if uses[slot]:
            instruction = wengert.instructions[slot - first]
            times = 2 if instruction.name in EXPANDED else 1
            for argument in instruction.arguments:
                uses[argument] += times
    return uses


def arguments_of(products: Iterable[Product]) -> list[int]:
    """The slots that products read."""
    return [slot for p in products for slot in p[:2] if slot is not None]
