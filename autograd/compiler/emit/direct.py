"""The code of a list that is one tile, such as an optimiser's step: no block is needed for it.

Whole vectors of rows that follow one another are read where the caller has them, and the outputs
are written where he wants them, instead of being brought to a block and back. What is left, and
rows that are picked by an index, go through a block as in every other list.

Read next: `runtime`.
"""

from __future__ import annotations

from autograd.compiler.emit.registers import Registers, compute
from autograd.compiler.emit.runtime import copy
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import NormalForm
from autograd.compiler.schedule.varying import Tile, VaryingSchedule
from autograd.compiler.vector.assembly import Function
from autograd.compiler.vector.loops import Loop
from autograd.compiler.vector.target import Target

NAME = "@direct"
ARGUMENTS = "ptr %scratch, ptr %parameters, ptr %columns, ptr %outputs, i64 %vectors"


def only_tile(form: NormalForm, schedule: VaryingSchedule) -> Tile | None:
    """Return the tile that is all there is to do for the rows, if it is."""
    if form.totals or len(schedule.steps) != 1 or not isinstance(schedule.steps[0], Tile):
        return None
    return schedule.steps[0]


def write_direct(form: NormalForm, tile: Tile, memory: Memory, target: Target) -> Function:
    """Write the loop over whole vectors of rows, of which there is at least one."""
    function = Function(target)
    computed = {k: slot for k, slot in enumerate(form.outputs) if slot in tile.nodes}
    read = {a for slot in tile.nodes for a in form.nodes[slot].arguments}
    columns = {c: entry(function, "%columns", c) for c in range(form.columns) if c in read}
    outputs = {k: entry(function, "%outputs", k) for k in computed}
    for k, slot in enumerate(form.outputs):
        if slot < form.columns:
            _hand_on(function, entry(function, "%columns", slot), entry(function, "%outputs", k))
    loop = Loop(function, "%vectors")
    values = Registers(function, memory, "%scratch", {})
    for column, start in columns.items():
        values.varying[column] = function.load(loop.advance(start, target.bytes))
    for slot in tile.nodes:
        values.varying[slot] = compute(values, form.nodes[slot])
    for k, slot in computed.items():
        function.store(values[slot], loop.advance(outputs[k], target.bytes))
    loop.end()
    function.do("ret void")
    return function


def entry(function: Function, table: str, number: int) -> str:
    """Load an address from a table of them."""
    pointer = function.emit(f"getelementptr ptr, ptr {table}, i64 {number}")
    return function.emit(f"load ptr, ptr {pointer}")


def _hand_on(function: Function, column: str, output: str) -> None:
    """Copy a column that is an output itself, if it is not there already."""
    there, elsewhere = function.new_label("there"), function.new_label("elsewhere")
    same = function.emit(f"icmp eq ptr {column}, {output}")
    function.do(f"br i1 {same}, label %{there}, label %{elsewhere}")
    function.label(elsewhere)
    size = function.emit(f"mul i64 %vectors, {function.target.bytes}")
    copy(function, output, column, size)
    function.go_on(there)
