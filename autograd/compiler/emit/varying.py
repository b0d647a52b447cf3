"""The code of the varying part: the steps of its schedule, which run for each block of rows.

Read next: `direct`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from autograd.compiler.emit.functions import Half, Piece, write_functions
from autograd.compiler.emit.layers import write_matrix_product, write_outer_product
from autograd.compiler.emit.registers import (
    Registers,
    add_product,
    block_loop,
    call_kernel,
    compute,
    lanes_inside,
)
from autograd.compiler.emit.repeats import write_calls, write_long_sum, write_repeat
from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Node, NormalForm, Sum, is_call
from autograd.compiler.schedule.repeats import LongSum, Repeat
from autograd.compiler.schedule.varying import Accumulation, Call, Step, Tile, VaryingSchedule
from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import address
from autograd.compiler.vector.math.kernels import with_derivative
from autograd.compiler.vector.target import Target

LOOP_SIZE = 20
"""About how many terms a loop counts for; LLVM takes longer for each, the more there are."""


def write_varying(
    form: NormalForm, schedule: VaryingSchedule, memory: Memory, target: Target
) -> Half:
    """Write the steps of a schedule, as functions that each work on one block of rows."""
    pieces = []
    for step in schedule.steps:
        repeats = schedule.vectors(step) > 1 or not isinstance(step, Tile | Call)
        size = _size(form, schedule, step, memory)
        pieces.append(Piece(size, partial(_write_step, form, schedule, step), repeats))
    return write_functions("varying", pieces, memory, target)


def _size(form: NormalForm, schedule: VaryingSchedule, step: Step, memory: Memory) -> int:
    """About how many terms the code of a step has."""
    shape = schedule.shape
    loop = LOOP_SIZE if memory.vectors > 1 else 0
    if isinstance(step, Repeat):
        return loop + LOOP_SIZE + _terms(form, step.rounds[0])
    if isinstance(step, LongSum):
        return loop + LOOP_SIZE
    if isinstance(step, Tile):
        return loop + _terms(form, step.nodes) * min(step.vectors, memory.vectors)
    if isinstance(step, MatrixProduct):
        return loop + 2 * shape.dots * shape.vectors
    if isinstance(step, OuterProduct):
        return loop + 4 * shape.sums
    return loop + len(step.terms) if isinstance(step, Accumulation) else 1


def _terms(form: NormalForm, slots: Sequence[int]) -> int:
    nodes = [form.nodes[slot] for slot in slots]
    return sum(len(node.products) if isinstance(node, Sum) else 1 for node in nodes)


def _write_step(form: NormalForm, schedule: VaryingSchedule, step: Step, values: Registers) -> None:
    function, memory = values.function, values.memory  # each step keeps registers of its own
    if isinstance(step, Tile):
        write_tile(function, memory, {slot: form.nodes[slot] for slot in step.nodes}, step.vectors)
    elif isinstance(step, Repeat):
        if is_call(form.nodes[step.nodes[0]]):
            write_calls(function, memory, form.nodes, form.beside, step)
        else:
            write_repeat(function, memory, form.nodes, step)
    elif isinstance(step, LongSum):
        write_long_sum(function, memory, step)
    elif isinstance(step, Accumulation):
        write_accumulation(function, memory, step)
    elif isinstance(step, MatrixProduct):
        write_matrix_product(function, memory, step, schedule.shape)
    elif isinstance(step, OuterProduct):
        write_outer_product(function, memory, step, schedule.shape)
    else:
        write_call(function, memory, step)


def write_tile(function: Function, memory: Memory, nodes: dict[int, Node], count: int) -> None:
    """The nodes of a tile, for `count` vectors at a time."""
    step = min(count, memory.vectors)
    loop, row = block_loop(function, memory, step)
    uniform: dict[int, Lanes] = {}
    rows = [address(function, row, k * function.target.bytes) for k in range(step)]
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
    """Sums computed term by term in turn: what several read is loaded once, and none waits."""
    so_far: list[dict[int, Lanes]] = [{} for _ in scopes]
    longest = max((len(node.products) for node in sums.values()), default=0)
    for position in range(longest):
        for slot, node in sums.items():
            if position < len(node.products):
                for scope, found in zip(scopes, so_far, strict=True):
                    found[slot] = add_product(scope, found.get(slot), node.products[position])
    return so_far


def write_accumulation(function: Function, memory: Memory, step: Accumulation) -> None:
    """Products added to the lanes of sums over the rows, but not those of lanes beyond the rows."""
    indices = list(dict.fromkeys(index for index, _ in step.terms))
    places = [address(function, "%scratch", memory.by_lane[index]) for index in indices]
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


def write_call(function: Function, memory: Memory, step: Call) -> None:
    """An elementary function of the vectors at some places."""
    slots, name = [*step.arguments, step.node], step.name
    if step.derivative is not None:
        slots.append(step.derivative)
        name = with_derivative(name)
    pointers = [address(function, "%scratch", memory.place_address(slot)) for slot in slots]
    count = "%vectors" if memory.vectors > 1 else "1"
    call_kernel(function, name, pointers, count)
