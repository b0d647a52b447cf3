"""The code of one step of a schedule: a tile, an accumulation or a call.

Read next: `generator`, which puts the steps together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Node, Product, Sum
from autograd.compiler.schedule.varying import Accumulation, Call
from autograd.compiler.vector.assembly import Function, Lanes, Truths, hexadecimal
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.math.kernels import kernel_name
from autograd.compiler.vector.operations import apply


class Operands(Protocol):
    """Where the code of a node finds what it reads."""

    @property
    def function(self) -> Function:
        """The function that is written."""

    def __getitem__(self, slot: int) -> Lanes:
        """The value of a slot."""


class Registers:
    """The values that a piece of code has in registers, and those it can load.

    Parameters
    ----------
    function : Function
    memory : Memory
    row : str
        The register with the address of the vector at place 0 of a block.
    uniform : dict of int to Lanes
        Numbers for all rows that are loaded already; several vectors share them.
    """

    def __init__(
        self, function: Function, memory: Memory, row: str, uniform: dict[int, Lanes]
    ) -> None:
        self.function = function
        self.memory = memory
        self.row = row
        self.uniform = uniform
        self.varying: dict[int, Lanes] = {}

    def __getitem__(self, slot: int) -> Lanes:
        known = self.varying.get(slot) or self.uniform.get(slot)
        if known is not None:
            return known
        if self.memory.is_uniform(slot):
            self.uniform[slot] = load_uniform(self.function, self.memory, slot)
            return self.uniform[slot]
        offset = self.memory.places[slot] * self.memory.layout.stride
        self.varying[slot] = self.function.load(address(self.function, self.row, offset))
        return self.varying[slot]

    def store(self, slot: int) -> None:
        """Leave a value for later steps, if one reads it."""
        if slot in self.memory.places:
            offset = self.memory.places[slot] * self.memory.layout.stride
            self.function.store(self.varying[slot], address(self.function, self.row, offset))


def uniform_number(function: Function, memory: Memory, slot: int) -> str:
    """One number for all rows, as a constant or a register with a double."""
    if slot in memory.constants:
        return hexadecimal(memory.constants[slot])
    pointer = address(function, *memory.uniform_address(slot))
    return function.emit(f"load double, ptr {pointer}, align 8")


def load_uniform(function: Function, memory: Memory, slot: int) -> Lanes:
    """One number for all rows, in every lane."""
    if slot in memory.constants:
        return function.number(memory.constants[slot])
    return function.splat(uniform_number(function, memory, slot))


def block_loop(
    function: Function, memory: Memory, step: int, carried: Sequence[Lanes] = ()
) -> tuple[Loop, str]:
    """A loop over the vectors of the block, and the address of each at place 0."""
    block = address(function, "%scratch", memory.layout.block)
    loop = Loop(function, "%vectors", step, carried, once=memory.layout.vectors == 1)
    return loop, loop.advance(block, memory.layout.lanes * 8)


def write_tile(function: Function, memory: Memory, nodes: dict[int, Node], count: int) -> None:
    """The nodes of a tile, for `count` vectors at a time."""
    step = min(count, memory.layout.vectors)
    loop, row = block_loop(function, memory, step)
    uniform: dict[int, Lanes] = {}
    rows = [address(function, row, k * memory.layout.lanes * 8) for k in range(step)]
    scopes = [Registers(function, memory, start, uniform) for start in rows]
    leading = _leading_sums(nodes)
    for scope, sums in zip(scopes, _side_by_side(scopes, leading), strict=True):
        scope.varying |= sums
    for slot, node in nodes.items():
        for scope in scopes:
            if slot not in leading:
                scope.varying[slot] = compute(scope, node)
            scope.store(slot)
    loop.end()


def _leading_sums(nodes: dict[int, Node]) -> dict[int, Sum]:
    """The sums at the beginning of a tile that do not wait for each other."""
    leading: dict[int, Sum] = {}
    for slot, node in nodes.items():
        if not isinstance(node, Sum) or any(a in leading for a in node.arguments):
            break
        leading[slot] = node
    return leading


def _side_by_side(scopes: Sequence[Registers], sums: dict[int, Sum]) -> list[dict[int, Lanes]]:
    """Sums computed term by term in turn: what they share is loaded once, and none waits."""
    partial: list[dict[int, Lanes]] = [{} for _ in scopes]
    longest = max((len(node.products) for node in sums.values()), default=0)
    for position in range(longest):
        for slot, node in sums.items():
            if position < len(node.products):
                for scope, found in zip(scopes, partial, strict=True):
                    found[slot] = add_product(scope, found.get(slot), node.products[position])
    return partial


def compute(values: Operands, node: Node) -> Lanes:
    """The value of a node."""
    if isinstance(node, Sum):
        return add_products(values, node.products)
    return apply(node.name, [values[a] for a in node.arguments], node.parameters)


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


def write_accumulation(function: Function, memory: Memory, step: Accumulation) -> None:
    """Products added to the lanes of sums over the rows, but not those of lanes beyond the rows."""
    size = memory.layout.lanes * 8
    indices = list(dict.fromkeys(index for index, _ in step.terms))
    places = [address(function, "%scratch", memory.wide[index] * size) for index in indices]
    before = [function.load(place) for place in places]
    loop, row = block_loop(function, memory, 1, before)
    sums = dict(zip(indices, loop.carried, strict=True))
    values = Registers(function, memory, row, {})
    inside = lanes_inside(function, loop.number)
    for index, product in step.terms:
        sums[index] = inside.choose(add_product(values, sums[index], product), sums[index])
    loop.end(list(sums.values()))
    for value, place in zip(sums.values(), places, strict=True):
        function.store(value, place)


def lanes_inside(function: Function, number: str) -> Truths:
    """Which lanes of a vector belong to a row of the block."""
    lanes = function.target.lanes
    first = function.emit(f"mul nuw nsw i64 {number}, {lanes}")
    left = function.emit(f"sub nsw i64 %rows, {first}")
    if lanes == 1:
        return Truths(function, function.emit(f"icmp sgt i64 {left}, 0"))
    kind = function.integers
    one = function.emit(f"insertelement {kind} poison, i64 {left}, i64 0")
    zeros = f"<{lanes} x i32> zeroinitializer"
    every = function.emit(f"shufflevector {kind} {one}, {kind} poison, {zeros}")
    numbers = ", ".join(f"i64 {lane}" for lane in range(lanes))
    return Truths(function, function.emit(f"icmp slt {kind} <{numbers}>, {every}"))


def write_call(function: Function, memory: Memory, step: Call) -> None:
    """An elementary function of the vectors at some places."""
    offsets = [memory.place_address(a) for a in (*step.arguments, step.node)]
    pointers = [address(function, "%scratch", offset) for offset in offsets]
    call_kernel(function, step.name, pointers, "%vectors" if memory.layout.vectors > 1 else "1")


def call_kernel(function: Function, name: str, pointers: Sequence[str], count: str) -> None:
    """A call of a kernel: addresses of the arguments and of the result, how many vectors."""
    symbol = kernel_name(name, function.target)
    kinds = ", ".join(["ptr"] * len(pointers))
    function.declarations.add(f"declare void @{symbol}({kinds}, i64)")
    given = ", ".join(f"ptr {pointer}" for pointer in pointers)
    function.do(f"call void @{symbol}({given}, i64 {count})")
