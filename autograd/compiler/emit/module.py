"""LLVM text for a Wengert list: the steps of its schedule, written out.

The module has one public function, ``run``. It computes once what depends on no column, goes
through the rows block by block, and reduces the sums. Its parts are functions of moderate length,
since the time to compile one grows faster than its length.

Read next: `schedule`, `tiles`, `matrix_loops`; `order` and `shared` for what depends on no column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, groupby

from autograd.compiler.emit.layers import write_matrix_product, write_outer_product
from autograd.compiler.emit.runtime import runtime_source
from autograd.compiler.emit.uniform import SharedWriter
from autograd.compiler.emit.varying import (
    Registers,
    uniform_number,
    write_accumulation,
    write_call,
    write_tile,
)
from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct
from autograd.compiler.schedule.memory import Layout, Memory
from autograd.compiler.schedule.normal import Sum, normalize
from autograd.compiler.schedule.uniform import PARAMETER, SHARED, Item, plan, runs
from autograd.compiler.schedule.varying import Accumulation, Call, Shape, Step, Tile, schedule
from autograd.compiler.vector.assembly import Function, Target
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.math.kernels import supporting_source
from autograd.compiler.vector.processor import Processor
from autograd.compiler.wengert.wengert import WengertList

CACHE_BYTES = 64 * 1024
"""What the places of a block may take, so that they stay in the fastest cache."""

DENSE_CACHE_BYTES = 512 * 1024
"""The same where dots share parameters: each that is loaded should serve many vectors."""

LONGEST_BLOCK = 16
"""Vectors in a block at most; more would not save anything."""

FUNCTION_SIZE = 600
"""About how many terms one LLVM function gets."""

LOOP_SIZE = 20
"""About how many terms a loop counts for; LLVM takes the longer for each, the more there are."""

OPTIMIZED_SIZE = 1500
"""Up to so many terms that do not repeat are optimised; above that they are just translated, which
takes a quarter of the time and makes code that is a tenth slower. Where that is all the code there
is, registers are given out in the simplest way too."""

PART_ARGUMENTS = "ptr %scratch, ptr %parameters, i64 %vectors, i64 %rows"
RUN_ARGUMENTS = (
    "i64 %rows, ptr %index, ptr %columns, ptr %parameters, double %scale, ptr %outputs, "
    "ptr %totals, ptr %scratch"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some code: its size in terms, and how to write it into a function.

    The values are the uniform ones that earlier pieces of the same function left in registers.
    Code that repeats itself over vectors and parameters is worth LLVM's optimisation, however long
    it takes; other code only while there is little of it.
    """

    size: int
    write: Callable[[Function, Registers], None]
    repeats: bool = False


def is_long(pieces: Iterable[Piece]) -> bool:
    """Whether pieces are too long to be optimised."""
    return sum(piece.size for piece in pieces if not piece.repeats) > OPTIMIZED_SIZE


class Generator:
    """The LLVM text of one list for one machine."""

    def __init__(self, wengert: WengertList, machine: Processor) -> None:
        self.wengert = wengert
        self.target = machine.target
        self.scalar = machine.with_lanes(1).target
        self.form = normalize(wengert)
        wide = machine.registers >= 32
        shape = Shape(dots=8 if wide else 4, vectors=2, sums=16 if wide else 8)
        self.shape = shape
        self.parameters = range(wengert.columns, wengert.columns + wengert.parameters)
        order = plan(self.form, self.parameters, self.target.lanes)
        slots = chain.from_iterable(group.slots for group in order)
        shared = {slot: index for index, slot in enumerate(slots)}
        cells = {slot: (PARAMETER, index) for index, slot in enumerate(self.parameters)}
        cells |= {slot: (SHARED, index) for slot, index in shared.items()}
        self.schedule = schedule(self.form, wengert.columns, wengert.outputs, shape, cells)
        self.memory = self._memory(shared)
        self.layout = self.memory.layout
        self.writer = SharedWriter(self.form, self.memory, self.target, order, wengert.outputs)
        self.kernels = self.writer.kernels
        self.optimized = True
        self._texts: list[str] = []
        self._declarations: set[str] = set()

    def _memory(self, shared: dict[int, int]) -> Memory:
        lanes = self.target.lanes
        dense = any(_vectors(step, self.shape) > 1 for step in self.schedule.steps)
        cache = DENSE_CACHE_BYTES if dense else CACHE_BYTES
        fitting = cache // (max(1, self.schedule.width) * lanes * 8)
        vectors = min(LONGEST_BLOCK, fitting) // 2 * 2 or 1
        wide: dict[int, int] = {}
        end = 0
        for first, count, kept in self._runs:
            if kept:
                wide |= {first + k: end + k for k in range(count)}
                end += -(-count // lanes) * lanes
        sums = (len(self.form.totals) // lanes + 2) * lanes
        numbers = len(shared) + lanes
        layout = Layout(lanes, vectors, end, sums, numbers, self.schedule.width)
        places = self.schedule.places
        return Memory(layout, self.form.constants, self.parameters, shared, places, wide)

    @cached_property
    def _runs(self) -> list[tuple[int, int, bool]]:
        """Neighbouring sums: the first one, how many, and whether they are kept lane by lane."""
        steps = self.schedule.steps
        added = {i for s in steps if isinstance(s, Accumulation) for i, _ in s.terms}
        whole = {i for s in steps if isinstance(s, OuterProduct) for i in s.indices}
        kept = [k in added or k not in whole for k in range(len(self.form.totals))]
        runs = []
        for wide, group in groupby(enumerate(kept), key=lambda item: item[1]):
            members = [number for number, _ in group]
            runs.append((members[0], len(members), wide))
        return runs

    def source(self) -> str:
        """The whole module."""
        once_pieces, block_pieces = list(self._once()), list(self._block())
        self.optimized = bool(block_pieces) or not is_long(once_pieces)
        once = self._functions("once", self.scalar, once_pieces)
        block = self._functions("block", self.target, block_pieces)
        run = Function(self.target)
        self._run(run, once, block)
        self._texts.append(definition("void @run", RUN_ARGUMENTS, run))
        runtime = runtime_source(self.target)
        supports = Function(self.target)
        supports.declarations = self._declarations | run.declarations
        gathered = self.writer.gathered_source()
        return "\n".join([*self._texts, runtime, gathered, supporting_source(supports)])

    def _functions(self, name: str, target: Target, pieces: Sequence[Piece]) -> list[str]:
        """Write pieces into functions of moderate length; the functions' names."""
        long = is_long(pieces)
        names: list[str] = []
        function, values = self._begin(target)
        size, repeats = 0, False

        def finish() -> None:
            function.do("ret void")
            names.append(f"@{name}{len(names)}")
            attributes = " noinline optnone" if long and not repeats else ""
            head = f"internal void {names[-1]}"
            self._texts.append(definition(head, PART_ARGUMENTS, function, attributes))
            self._declarations.update(function.declarations)

        for piece in pieces:
            too_long = size + piece.size > FUNCTION_SIZE
            if size and (too_long or (long and piece.repeats != repeats)):
                finish()
                function, values = self._begin(target)
                size = 0
            repeats = piece.repeats
            piece.write(function, values)
            size += piece.size
        if size:
            finish()
        return names

    def _begin(self, target: Target) -> tuple[Function, Registers]:
        function = Function(target)
        return function, Registers(function, self.memory, "%scratch", {})

    def _once(self) -> Iterator[Piece]:
        """What depends on no column."""
        for segment in self.writer.segments:
            yield Piece(segment.size, partial(self.writer.write_segment, segment))
        alike = [number for number, total in enumerate(self.form.totals) if total.uniform]
        items = [self._alike(number) for number in alike]
        for start, stop in runs(items, self.target.lanes):
            size = 2 * len(self.form.totals[alike[start]].uniform)
            yield Piece(size, partial(self.writer.write_totals, alike[start:stop]))

    def _alike(self, number: int) -> Item:
        """What every row adds to a sum alike, as `runs` sees it: sums must follow one another."""
        doing, cells = self.writer.item(Sum(self.form.totals[number].uniform))
        return doing, ((SHARED, number), *cells)

    def _block(self) -> Iterator[Piece]:
        """What differs from row to row."""
        for step in self.schedule.steps:
            repeats = _vectors(step, self.shape) > 1 or not isinstance(step, Tile | Call)
            yield Piece(self._size(step), partial(self._step, step), repeats)

    def _size(self, step: Step) -> int:
        loop = LOOP_SIZE if self.layout.vectors > 1 else 0
        if isinstance(step, Tile):
            nodes = [self.form.nodes[slot] for slot in step.nodes]
            terms = sum(len(n.products) if isinstance(n, Sum) else 1 for n in nodes)
            return loop + terms * min(step.vectors, self.layout.vectors)
        if isinstance(step, MatrixProduct):
            return loop + 2 * self.shape.dots * self.shape.vectors
        if isinstance(step, OuterProduct):
            return loop + 4 * self.shape.sums
        return loop + len(step.terms) if isinstance(step, Accumulation) else 1

    def _step(self, step: Step, function: Function, values: Registers) -> None:
        del values  # a step keeps its own
        if isinstance(step, Tile):
            nodes = {slot: self.form.nodes[slot] for slot in step.nodes}
            write_tile(function, self.memory, nodes, step.vectors)
        elif isinstance(step, Accumulation):
            write_accumulation(function, self.memory, step)
        elif isinstance(step, MatrixProduct):
            write_matrix_product(function, self.memory, step, self.shape)
        elif isinstance(step, OuterProduct):
            write_outer_product(function, self.memory, step, self.shape)
        else:
            self.kernels.add((step.name, self.target.lanes, False))
            write_call(function, self.memory, step)

    def _run(self, run: Function, once: Sequence[str], block: Sequence[str]) -> None:
        layout = self.layout
        if self.form.totals:
            run.do(
                f"call void @llvm.memset.p0.i64(ptr %scratch, i8 0, i64 {layout.once}, i1 false)"
            )
        for name in once:
            run.do(f"call void {name}(ptr %scratch, ptr %parameters, i64 0, i64 %rows)")
        varying = [
            (k, slot) for k, slot in enumerate(self.wengert.outputs) if slot in self.form.varying
        ]
        if block or varying:
            self._blocks(run, block, varying)
        self._uniform_outputs(run)
        if self.form.totals:
            self._totals(run)
        run.do("ret void")

    def _blocks(
        self, run: Function, block: Sequence[str], varying: Sequence[tuple[int, int]]
    ) -> None:
        """The loop over blocks of rows."""
        layout = self.layout
        rows_of_block = layout.lanes * layout.vectors
        if None in self.memory.places:
            ones = address(run, "%scratch", self.memory.place_address(None))
            run.do(f"call void @repeat(ptr {ones}, double 1.0, i64 {rows_of_block})")
        run.do("br label %blocks")
        run.label("blocks")
        run.do("%start = phi i64 [ 0, %entry ], [ %following, %worked ]")
        run.do("%left = sub i64 %rows, %start")
        run.do("%any = icmp sgt i64 %left, 0")
        run.do("br i1 %any, label %work, label %finished")
        run.label("work")
        run.do(f"%full = icmp sgt i64 %left, {rows_of_block}")
        run.do(f"%count = select i1 %full, i64 {rows_of_block}, i64 %left")
        together = (_vectors(step, self.shape) for step in self.schedule.steps)
        step = min(max(together, default=1), layout.vectors)
        run.do(f"%rounded = add i64 %count, {layout.lanes * step - 1}")
        run.do(f"%steps = udiv i64 %rounded, {layout.lanes * step}")
        run.do(f"%vectors = mul i64 %steps, {step}")
        if self.wengert.columns:
            self._fill(run)
        for name in block:
            run.do(f"call void {name}(ptr %scratch, ptr %parameters, i64 %vectors, i64 %count)")
        for number, slot in varying:
            self._copy_output(run, number, slot)
        run.do("br label %worked")
        run.label("worked")
        run.do("%following = add i64 %start, %count")
        run.do("br label %blocks")
        run.label("finished")

    def _fill(self, run: Function) -> None:
        """Bring the block's rows of the columns, whose places are the first ones."""
        loop = Loop(run, str(self.wengert.columns))
        place = loop.advance(address(run, "%scratch", self.layout.block), self.layout.stride)
        source = run.emit(f"load ptr, ptr {loop.advance('%columns', 8)}")
        run.do(
            f"call void @fill(ptr {place}, ptr {source}, ptr %index, i64 %start, i64 %count, "
            "i64 %vectors)"
        )
        loop.end()

    def _copy_output(self, run: Function, number: int, slot: int) -> None:
        pointer = run.emit(f"getelementptr ptr, ptr %outputs, i64 {number}")
        output = run.emit(f"load ptr, ptr {pointer}")
        target = run.emit(f"getelementptr double, ptr {output}, i64 %start")
        place = address(run, "%scratch", self.memory.place_address(slot))
        size = run.emit("mul i64 %count, 8")
        run.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {target}, ptr {place}, i64 {size}, i1 false)")

    def _uniform_outputs(self, run: Function) -> None:
        for place, slot in enumerate(self.wengert.outputs):
            if slot not in self.form.varying:
                pointer = run.emit(f"getelementptr ptr, ptr %outputs, i64 {place}")
                output = run.emit(f"load ptr, ptr {pointer}")
                number = uniform_number(run, self.memory, slot)
                run.do(f"call void @repeat(ptr {output}, double {number}, i64 %rows)")

    def _totals(self, run: Function) -> None:
        layout = self.layout
        rows = run.emit("sitofp i64 %rows to double")
        share = run.emit(f"fmul double %scale, {rows}")
        parts = (layout.totals, layout.once, layout.results)
        # Each call may write beyond its last sum, and the next one writes there again.
        for first, count, wide in self._runs:
            groups = -(-count // layout.lanes)
            places = [f"ptr {address(run, '%scratch', part + first * 8)}" for part in parts]
            given = ", ".join([*places, f"i64 {groups}, double %scale, double {share}"])
            if wide:
                at = address(run, "%scratch", self.memory.wide[first] * layout.lanes * 8)
                run.do(f"call void @reduce({given}, ptr {at})")
            else:
                run.do(f"call void @scale({given})")
        results = address(run, "%scratch", layout.results)
        run.do(
            f"call void @llvm.memcpy.p0.p0.i64(ptr %totals, ptr {results}, "
            f"i64 {len(self.form.totals) * 8}, i1 false)"
        )


def _vectors(step: Step, shape: Shape) -> int:
    """How many vectors a step works on at a time."""
    if isinstance(step, MatrixProduct):
        return shape.vectors
    return step.vectors if isinstance(step, Tile) else 1


def definition(head: str, arguments: str, function: Function, attributes: str = "") -> str:
    """The text of a function."""
    lines = "\n".join(function.lines)
    return f"define {head}({arguments}){attributes} {{\nentry:\n{lines}\n}}\n"
