"""The code of repeats: a loop for the vectors of the block, and in it one for the rounds.

What each round reads of its own is at an address that moves on by as much with each round, or that
a table names. What a round hands on to the next stays in a register.

Read next: `varying`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from autograd.compiler.emit.layers import offset_table
from autograd.compiler.emit.registers import (
    InTurn,
    Registers,
    add_product,
    add_products,
    block_loop,
    call_kernel,
    compute,
    load_number,
)
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Node, Product, is_call
from autograd.compiler.schedule.repeats import LongSum, Operand, Repeat
from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.math.kernels import with_derivative


def write_repeat(
    function: Function, memory: Memory, nodes: Mapping[int, Node], step: Repeat
) -> None:
    """The rounds of a loop."""
    operands = list(dict.fromkeys(operand for read in step.operands for operand in read))
    fixed = [operand for operand in operands if operand.fixed]
    carried = [operand for operand in operands if operand.carried]
    uniform = Registers(function, memory, "%scratch", {})
    for operand in fixed:
        if memory.is_uniform(operand.slots[0]):
            uniform[operand.slots[0]]  # loaded once for all vectors
    vectors, row = block_loop(function, memory, 1)
    values = Registers(function, memory, row, uniform.uniform)
    known = {operand: values[operand.slots[0]] for operand in fixed}
    first = [values[operand.slots[0]] for operand in carried]
    rounds = Loop(function, str(len(step.rounds)), carried=first)
    known |= zip(carried, rounds.carried, strict=True)
    made: list[Lanes] = []
    for slots, read in zip(zip(*step.rounds, strict=True), step.operands, strict=True):
        for operand in read:
            if operand not in known:
                at = operand.made
                known[operand] = _load(memory, operand, rounds, row) if at is None else made[at]
        turn = InTurn(function, iter([known[operand] for operand in read]))
        made.append(compute(turn, nodes[slots[0]]))
        if slots[0] in memory.places:
            function.store(made[-1], _place(memory, slots, rounds, row))
    rounds.end([made[operand.made] for operand in carried if operand.made is not None])
    vectors.end()


def write_calls(
    function: Function,
    memory: Memory,
    nodes: Mapping[int, Node],
    beside: Mapping[int, int],
    step: Repeat,
) -> None:
    """The rounds of a loop in which elementary functions are applied, each to the whole block.

    `beside` has the derivatives to give as well, by their functions.
    """
    block = address(function, "%scratch", memory.block)
    count = "%vectors" if memory.vectors > 1 else "1"
    rounds = Loop(function, str(len(step.rounds)))
    columns = list(zip(*step.rounds, strict=True))
    for slots, read in zip(columns, step.operands, strict=True):
        node = nodes[slots[0]]
        if not is_call(node):  # a derivative, which the call before has given
            continue
        places, name = [*(operand.slots for operand in read), slots], node.name
        if slots[0] in beside:
            places.append(tuple([beside[slot] for slot in slots]))
            name = with_derivative(name)
        pointers = [_place(memory, each, rounds, block) for each in places]
        call_kernel(function, name, pointers, count)
    rounds.end()


def write_long_sum(function: Function, memory: Memory, step: LongSum) -> None:
    """A sum, a term in each round."""
    vectors, row = block_loop(function, memory, 1)
    values = Registers(function, memory, row, {})
    first = add_products(values, step.first) if step.first else function.number(-0.0)
    known = {f: values[f.slots[0]] for f in step.factors if f.fixed}
    rounds = Loop(function, str(len(step.factors[0].slots)), carried=[first])
    factors = [known[f] if f in known else _load(memory, f, rounds, row) for f in step.factors]
    product = Product(0, 0 if len(factors) > 1 else None, step.negative)
    turn = InTurn(function, iter(factors))
    (result,) = rounds.end([add_product(turn, rounds.carried[0], product)])
    for product in step.last:
        result = add_product(values, result, product)
    values.varying[step.node] = result
    values.store(step.node)
    vectors.end()


def _load(memory: Memory, operand: Operand, rounds: Loop, row: str) -> Lanes:
    """What a round finds in memory."""
    function = rounds.function
    if not memory.is_uniform(operand.slots[0]):
        return function.load(_place(memory, operand.slots, rounds, row))
    places = [memory.uniform_address(slot) for slot in operand.slots]
    number = load_number(function, _moving(rounds, places[0][0], [offset for _, offset in places]))
    return function.splat(Lanes, number)


def _place(memory: Memory, slots: Sequence[int], rounds: Loop, row: str) -> str:
    """The address of a round's vector."""
    return _moving(rounds, row, [memory.places[slot] * memory.stride for slot in slots])


def _moving(rounds: Loop, base: str, offsets: Sequence[int]) -> str:
    """The address that lies further than another by the offset of the present round."""
    function, step = rounds.function, offsets[1] - offsets[0]
    if all(b - a == step for a, b in pairwise(offsets)):
        return rounds.advance(address(function, base, offsets[0]), step)
    entry = rounds.advance(offset_table(function, offsets), 8)
    return address(function, base, function.emit(f"load i64, ptr {entry}, align 8"))
