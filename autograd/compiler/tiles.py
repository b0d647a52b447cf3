"""The code of one step of a schedule: a tile, an accumulation or a call.

Read next: `generator`, which puts the steps together.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.assembly import Function, Lanes, Truths, hexadecimal
from autograd.compiler.kernels import kernel_name
from autograd.compiler.layout import Memory
from autograd.compiler.normal import Node, Product, Sum
from autograd.compiler.schedule import Accumulation
from autograd.compiler.simple import apply

LONG_SUM = 16
"""Terms from which on a sum of numbers shared by all rows is added up in four parts."""


class Values:
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


def address(function: Function, base: str, offset: int | str) -> str:
    """The register with an address so many bytes after another."""
    return function.emit(f"getelementptr i8, ptr {base}, i64 {offset}")


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


class Loop:
    """A loop over the vectors of a block, begun by the constructor; none for blocks of one.

    Parameters
    ----------
    function : Function
    memory : Memory
    step : int
        So many vectors at a time.
    carried : sequence of Lanes
        Values that each round hands on to the next; in the loop their names are `carried`.
    """

    def __init__(
        self, function: Function, memory: Memory, step: int, carried: Sequence[Lanes] = ()
    ) -> None:
        self.function = function
        self.step = step
        self.carried = list(carried)
        self.first = list(carried)
        self.row = address(function, "%scratch", memory.layout.block)
        self.number = "0"
        self.loops = memory.layout.vectors > 1
        if self.loops:
            self._begin(memory.layout.lanes * 8)

    def _begin(self, size: int) -> None:
        function = self.function
        self.before, self.body = function.new_label("before"), function.new_label("loop")
        function.do(f"br label %{self.before}")
        function.label(self.before)
        function.do(f"br label %{self.body}")
        function.label(self.body)
        self.number, self.following = f"%{self.body}.c", f"%{self.body}.next"
        function.do(
            f"{self.number} = phi i64 [ 0, %{self.before} ], [ {self.following}, %{self.body} ]"
        )
        # What the values are at the end of a round is written in by `end`.
        self.phis = len(function.lines)
        self.carried = [Lanes(function, function.emit("phi")) for _ in self.first]
        offset = function.emit(f"mul nuw nsw i64 {self.number}, {size}")
        self.row = address(function, self.row, offset)

    def end(self, carried: Sequence[Lanes] = ()) -> None:
        """Finish the loop, given what each carried value is at the end of a round."""
        if not self.loops:
            return
        function = self.function
        for k, (name, first, last) in enumerate(
            zip(self.carried, self.first, carried, strict=True)
        ):
            function.lines[self.phis + k] = (
                f"  {name.name} = phi {function.doubles} [ {first.name}, %{self.before} ], "
                f"[ {last.name}, %{self.body} ]"
            )
        function.do(f"{self.following} = add nuw nsw i64 {self.number}, {self.step}")
        more = function.emit(f"icmp slt i64 {self.following}, %vectors")
        after = function.new_label("after")
        function.do(f"br i1 {more}, label %{self.body}, label %{after}")
        function.label(after)


def write_tile(function: Function, memory: Memory, nodes: dict[int, Node], count: int) -> None:
    """The nodes of a tile, for `count` vectors at a time."""
    step = min(count, memory.layout.vectors)
    loop = Loop(function, memory, step)
    uniform: dict[int, Lanes] = {}
    rows = [address(function, loop.row, k * memory.layout.lanes * 8) for k in range(step)]
    scopes = [Values(function, memory, row, uniform) for row in rows]
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


def _side_by_side(scopes: Sequence[Values], sums: dict[int, Sum]) -> list[dict[int, Lanes]]:
    """Sums computed term by term in turn: what they share is loaded once, none waits for another."""
    partial: list[dict[int, Lanes]] = [{} for _ in scopes]
    longest = max((len(node.products) for node in sums.values()), default=0)
    for position in range(longest):
        for slot, node in sums.items():
            if position < len(node.products):
                for scope, found in zip(scopes, partial, strict=True):
                    found[slot] = add_product(scope, found.get(slot), node.products[position])
    return partial


def compute(values: Values, node: Node) -> Lanes:
    """The value of a node."""
    if isinstance(node, Sum):
        return add_products(values, node.products)
    return apply(node.name, [values[a] for a in node.arguments], node.parameters)


def add_products(values: Values, products: Sequence[Product]) -> Lanes:
    """A sum of products; a long one of single numbers in four parts, which do not wait."""
    if values.function.target.lanes == 1 and len(products) >= LONG_SUM:
        a, b, c, d = (add_products_in_turn(values, products[k::4]) for k in range(4))
        return (a + b) + (c + d)
    return add_products_in_turn(values, products)


def add_products_in_turn(values: Values, products: Sequence[Product]) -> Lanes:
    """A sum of products from left to right."""
    result: Lanes | None = None
    for product in products:
        result = add_product(values, result, product)
    return values.function.number(0.0) if result is None else result


def add_product(values: Values, before: Lanes | None, product: Product) -> Lanes:
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
    places = [address(function, "%scratch", index * size) for index in indices]
    loop = Loop(function, memory, 1, [function.load(place) for place in places])
    sums = dict(zip(indices, loop.carried, strict=True))
    values = Values(function, memory, loop.row, {})
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


def write_call(
    function: Function, memory: Memory, name: str, slot: int, arguments: Sequence[int]
) -> None:
    """An elementary function of the vectors at some places."""
    offsets = [memory.place_address(a) for a in (*arguments, slot)]
    pointers = [address(function, "%scratch", offset) for offset in offsets]
    call_kernel(function, name, pointers, "%vectors" if memory.layout.vectors > 1 else "1")


def call_kernel(function: Function, name: str, pointers: Sequence[str], count: str) -> None:
    """A call of a kernel: addresses of the arguments and of the result, how many vectors."""
    symbol = kernel_name(name, function.target)
    kinds = ", ".join(["ptr"] * len(pointers))
    function.declarations.add(f"declare void @{symbol}({kinds}, i64)")
    given = ", ".join(f"ptr {pointer}" for pointer in pointers)
    function.do(f"call void @{symbol}({given}, i64 {count})")
