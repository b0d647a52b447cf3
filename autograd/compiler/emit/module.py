"""The whole LLVM module for a list: both halves, and the function ``run`` that calls them.

``run`` computes the uniform numbers once, goes through the rows block by block, and adds up the
sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.compiler.emit.direct import ARGUMENTS, NAME, entry
from autograd.compiler.emit.functions import Half
from autograd.compiler.emit.registers import load_number, uniform_number
from autograd.compiler.emit.runtime import DECLARATIONS, copy, runtime_call
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import NormalForm
from autograd.compiler.vector.assembly import Function, Kernel
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.target import Target

RUN_ARGUMENTS = (
    "i64 %rows, ptr %index, ptr %columns, ptr %parameters, double %scale, ptr %outputs, "
    "ptr %totals, ptr %scratch"
)


@dataclass(frozen=True, slots=True)
class Module:
    """LLVM text, and what is needed to make machine code of it.

    Parameters
    ----------
    source : str
    kernels : set of Kernel
        The elementary functions that it calls, which are compiled by themselves.
    optimized : bool
        Whether its machine code is worth optimising.
    """

    source: str
    kernels: set[Kernel]
    optimized: bool


def module(
    form: NormalForm,
    uniform: Half,
    varying: Half,
    direct: Function | None,
    memory: Memory,
    target: Target,
) -> Module:
    """Put both halves, the direct loop where there is one, and ``run`` together."""
    run = Function(target)
    _write_run(run, form, uniform, varying, memory, direct=direct is not None)
    declarations = uniform.declarations | varying.declarations | run.declarations
    directly = []
    if direct is not None:
        declarations |= direct.declarations
        directly = [direct.definition(f"internal void {NAME}({ARGUMENTS})")]
    texts = [
        *uniform.texts,
        *varying.texts,
        *directly,
        run.definition(f"void @run({RUN_ARGUMENTS})"),
        DECLARATIONS,
        *sorted(declarations),
    ]
    optimized = bool(varying.names) or uniform.repeats or not uniform.long
    return Module("\n".join(texts), uniform.kernels | varying.kernels, optimized)


def _write_run(
    run: Function, form: NormalForm, uniform: Half, varying: Half, memory: Memory, *, direct: bool
) -> None:
    if form.totals and not form.alone:
        run.do(
            "call void @llvm.memset.p0.i64("
            f"ptr %scratch, i8 0, i64 {memory.uniform_totals}, i1 false)"
        )
    if form.alone and form.columns:
        _write_row(run, form.columns, memory)
    for name in uniform.names:
        run.do(f"call void {name}(ptr %scratch, ptr %parameters, i64 0, i64 %rows)")
    if varying.names or not form.varying.isdisjoint(form.outputs):
        begun = _write_direct(run) if direct else "[ 0, %entry ]"
        _write_blocks(run, form, varying.names, memory, begun)
    for number, slot in enumerate(form.outputs):
        if slot not in form.varying:
            value = uniform_number(run, memory, slot)
            runtime_call(run, "repeat", f"ptr {_output(run, number)}, double {value}, i64 %rows")
    if form.totals:
        write = _write_shares if form.alone else _write_totals
        write(run, memory, len(form.totals))
    run.do("ret void")


def _write_direct(run: Function) -> str:
    """The call of the direct loop; the row after its last, as a block's loop begins with it."""
    lanes = run.target.lanes
    run.do("%in_order = icmp eq ptr %index, null")
    run.do(f"%whole = udiv i64 %rows, {lanes}")
    run.do("%straight = select i1 %in_order, i64 %whole, i64 0")
    run.do("%any_whole = icmp sgt i64 %straight, 0")
    run.do("br i1 %any_whole, label %directly, label %others")
    run.label("directly")
    given = "ptr %scratch, ptr %parameters, ptr %columns, ptr %outputs, i64 %straight"
    run.do(f"call void {NAME}({given})")
    run.go_on("others")
    return f"[ {run.emit(f'mul i64 %straight, {lanes}')}, %others ]"


def _write_blocks(
    run: Function, form: NormalForm, names: Sequence[str], memory: Memory, begun: str
) -> None:
    """The loop over blocks of rows, which gives the varying outputs."""
    rows_of_block, rounded = memory.vectors * memory.lanes, memory.together * memory.lanes
    if None in memory.places:
        ones = address(run, "%scratch", memory.place_address(None))
        runtime_call(run, "repeat", f"ptr {ones}, double 1.0, i64 {rows_of_block}")
    run.go_on("blocks")
    run.do(f"%start = phi i64 {begun}, [ %following, %worked ]")
    run.do("%left = sub i64 %rows, %start")
    run.do("%any = icmp sgt i64 %left, 0")
    run.do("br i1 %any, label %work, label %finished")
    run.label("work")
    run.do(f"%full = icmp sgt i64 %left, {rows_of_block}")
    run.do(f"%count = select i1 %full, i64 {rows_of_block}, i64 %left")
    run.do(f"%rounded = add i64 %count, {rounded - 1}")
    run.do(f"%steps = udiv i64 %rounded, {rounded}")
    run.do(f"%vectors = mul i64 %steps, {memory.together}")
    _write_fill(run, form.columns, memory)
    for name in names:
        run.do(f"call void {name}(ptr %scratch, ptr %parameters, i64 %vectors, i64 %count)")
    for number, slot in enumerate(form.outputs):
        if slot not in form.varying:
            continue
        to = run.emit(f"getelementptr double, ptr {_output(run, number)}, i64 %start")
        place = address(run, "%scratch", memory.place_address(slot))
        size = run.emit("mul i64 %count, 8")
        copy(run, to, place, size)
    run.go_on("worked")
    run.do("%following = add i64 %start, %count")
    run.do("br label %blocks")
    run.label("finished")


def _write_row(run: Function, columns: int, memory: Memory) -> None:
    """Bring the only row's numbers, which are the first uniform ones."""
    run.do("%chosen = icmp ne ptr %index, null")
    run.do("br i1 %chosen, label %named, label %first")
    run.label("named")
    named = run.emit("load i64, ptr %index")
    run.go_on("first")
    row = run.emit(f"phi i64 [ 0, %entry ], [ {named}, %named ]")
    loop = Loop(run, str(columns))
    source = run.emit(f"load ptr, ptr {loop.advance('%columns', 8)}")
    pointer = run.emit(f"getelementptr double, ptr {source}, i64 {row}")
    place = loop.advance(address(run, "%scratch", memory.uniform), 8)
    run.do(f"store double {load_number(run, pointer)}, ptr {place}, align 8")
    loop.end()


def _write_fill(run: Function, columns: int, memory: Memory) -> None:
    """Bring the block's rows of the columns, whose places are the first ones."""
    loop = Loop(run, str(columns))
    place = loop.advance(address(run, "%scratch", memory.block), memory.stride)
    source = run.emit(f"load ptr, ptr {loop.advance('%columns', 8)}")
    rows = "ptr %index, i64 %start, i64 %count, i64 %vectors"
    runtime_call(run, "fill", f"ptr {place}, ptr {source}, {rows}")
    loop.end()


def _write_totals(run: Function, memory: Memory, count: int) -> None:
    """The results of all sums, copied to the caller's array."""
    share = _share(run)
    parts = (memory.totals, memory.uniform_totals, memory.results)
    # Each call may write beyond its last sum, and the next one writes there again.
    for first, length, by_lane in memory.sums:
        groups = -(-length // memory.lanes)
        places = [f"ptr {address(run, '%scratch', part + first * 8)}" for part in parts]
        given = ", ".join([*places, f"i64 {groups}, double %scale, double {share}"])
        if by_lane:
            vectors = address(run, "%scratch", memory.by_lane[first])
            runtime_call(run, "reduce", f"{given}, ptr {vectors}")
        else:
            runtime_call(run, "scale", given)
    copy(run, "%totals", address(run, "%scratch", memory.results), str(count * 8))


def _write_shares(run: Function, memory: Memory, count: int) -> None:
    """The results of all sums, where nothing but uniform numbers is added up."""
    whole, rest = divmod(count, memory.lanes)
    offset = whole * memory.lanes * 8
    numbers = f"double %scale, double {_share(run)}"
    uniform, results = (
        address(run, "%scratch", part) for part in (memory.uniform_totals, memory.results)
    )
    if whole:
        runtime_call(run, "share", f"ptr {uniform}, ptr %totals, i64 {whole}, {numbers}")
    if rest:  # which is not to be written beyond
        last = address(run, uniform, offset)
        runtime_call(run, "share", f"ptr {last}, ptr {results}, i64 1, {numbers}")
        copy(run, address(run, "%totals", offset), results, str(rest * 8))


def _share(run: Function) -> str:
    """The register with what a uniform total is multiplied by."""
    rows = run.emit("sitofp i64 %rows to double")
    return run.emit(f"fmul double %scale, {rows}")


def _output(run: Function, number: int) -> str:
    """The register with the address of the caller's array for an output."""
    return entry(run, "%outputs", number)
