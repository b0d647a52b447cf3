"""What code reads and writes: numbers in registers and in memory, and the value of one node.

Read next: `functions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Apply, Node, Product, Sum
from autograd.compiler.vector.assembly import Function, Integers, Lanes, Truths, hexadecimal
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.math.kernels import kernel_name
from autograd.compiler.vector.operations import COMPARISONS, apply


@dataclass(slots=True, eq=False)
class Registers:
    """The values that a piece of code has in registers, and those it can load.

    Parameters
    ----------
    function : Function
    memory : Memory
    row : str
        The register with the address of the vector at place 0 of a block.
    uniform : dict of int to Lanes
        Uniform numbers that are loaded already; several vectors share them.
    varying : dict of int to Lanes
        Varying ones that are loaded or computed already.
    """

    function: Function
    memory: Memory
    row: str
    uniform: dict[int, Lanes]
    varying: dict[int, Lanes] = field(default_factory=dict)

    def __getitem__(self, slot: int) -> Lanes:
        known = self.varying.get(slot) or self.uniform.get(slot)
        if known is not None:
            return known
        if self.memory.is_uniform(slot):
            self.uniform[slot] = load_uniform(self.function, self.memory, slot)
            return self.uniform[slot]
        self.varying[slot] = self.function.load(self._place(slot))
        return self.varying[slot]

    def store(self, slot: int) -> None:
        """Leave a value for later steps, if one reads it."""
        if slot in self.memory.places:
            self.function.store(self.varying[slot], self._place(slot))

    def _place(self, slot: int) -> str:
        return address(self.function, self.row, self.memory.places[slot] * self.memory.stride)


@dataclass(slots=True)
class InTurn:
    """Operands that are read one after the other, in the order of a node's arguments."""

    function: Function
    operands: Iterator[Lanes]

    def __getitem__(self, slot: int) -> Lanes:
        return next(self.operands)


Operands = Registers | InTurn
"""Where the code of a node finds what it reads."""


def uniform_number(function: Function, memory: Memory, slot: int) -> str:
    """A uniform number, as a constant or a register with a double."""
    if slot in memory.constants:
        return hexadecimal(memory.constants[slot])
    return load_number(function, address(function, *memory.uniform_address(slot)))


def load_number(function: Function, pointer: str) -> str:
    """The register with the double at an address."""
    return function.emit(f"load double, ptr {pointer}, align 8")


def load_uniform(function: Function, memory: Memory, slot: int) -> Lanes:
    """A uniform number, in every lane."""
    if slot in memory.constants:
        return function.number(memory.constants[slot])
    pointer = address(function, *memory.uniform_address(slot))
    return function.splat(Lanes, load_number(function, pointer))


def compute(values: Operands, node: Node) -> Lanes:
    """The value of a node."""
    if isinstance(node, Sum):
        return add_products(values, node.products)
    return apply(node.name, [values[a] for a in node.arguments], node.parameters)


def compute_condition(values: Operands, node: Apply) -> Lanes:
    """The value of a comparison that only `where` reads: what was compared, and no number."""
    left, right = [values[argument] for argument in node.arguments]
    return Lanes(values.function, "", left.compare(COMPARISONS[node.name], right))


def add_products(values: Operands, products: Sequence[Product]) -> Lanes:
    """A sum of products from left to right."""
    result: Lanes | None = None
    for product in products:
        result = add_product(values, result, product)
    return values.function.number(0.0) if result is None else result


def add_product(values: Operands, before: Lanes | None, product: Product) -> Lanes:
    """The sum so far and one more term."""
    left = values[product.left]
    if product.right is None:
        if before is None:
            return -left if product.negative else left
        return before - left if product.negative else before + left
    if product.negative:
        left = -left
    right = values[product.right]
    return left * right if before is None else left.times_plus(right, before)


def call_kernel(function: Function, name: str, pointers: Sequence[str], count: str | None) -> None:
    """A call of a kernel for some vectors, or, where `count` is None, of one that gathers.

    The pointers are those of the arguments and of the result, or of the numbers to gather from,
    their indices and the result.
    """
    target, gathers = function.target, count is None
    function.kernels.add((name, target.lanes, gathers))
    symbol = kernel_name(name, target, gathers)
    kinds = ", ".join(["ptr"] * len(pointers))
    given = ", ".join([f"ptr {pointer}" for pointer in pointers])
    if not gathers:
        kinds, given = f"{kinds}, i64", f"{given}, i64 {count}"
    function.declarations.add(f"declare void @{symbol}({kinds})")
    function.do(f"call void @{symbol}({given})")


def block_loop(
    function: Function, memory: Memory, step: int, carried: Sequence[Lanes] = ()
) -> tuple[Loop, str]:
    """A loop over the vectors of the block, and the address of each at place 0."""
    block = address(function, "%scratch", memory.block)
    loop = Loop(function, "%vectors", step, carried, single=memory.vectors == 1)
    return loop, loop.advance(block, function.target.bytes)


def lanes_inside(function: Function, number: str) -> Truths:
    """Which lanes of a vector belong to a row of the block."""
    lanes = function.target.lanes
    first = function.emit(f"mul nuw nsw i64 {number}, {lanes}")
    left = function.splat(Integers, function.emit(f"sub nsw i64 %rows, {first}"))
    numbers = ", ".join(f"i64 {lane}" for lane in range(lanes))
    return Integers(function, f"<{numbers}>" if lanes > 1 else "0").less_than(left)
