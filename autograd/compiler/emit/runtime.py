"""Functions that the code of every list calls; they depend on the vectors' width alone.

They are compiled once for a processor, and found by their symbols.

Read next: `module`.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.emit.registers import load_number
from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.target import Target

RUNTIME = {
    "fill": "ptr %place, ptr %column, ptr %index, i64 %start, i64 %count, i64 %vectors",
    "repeat": "ptr %output, double %number, i64 %rows",
    "share": "ptr %uniform, ptr %results, i64 %groups, double %factor, double %share",
    "scale": "ptr %totals, ptr %uniform, ptr %results, i64 %groups, double %factor, double %share",
    "reduce": "ptr %totals, ptr %uniform, ptr %results, i64 %groups, double %factor, "
    "double %share, ptr %by_lane",
    "call": "ptr %place",
}
"""The functions and their arguments."""
_CALLED = ("ptr", "i64", "ptr", "ptr", "ptr", "double", "ptr", "ptr", "ptr")
"""The kinds of what ``call`` finds: a code's address and its arguments (see `run.native.RUN`)."""


def symbol(name: str, target: Target) -> str:
    """The symbol of one of the functions."""
    return f"stepgrad.{name}.{target.lanes}"


def runtime_source(target: Target) -> str:
    """LLVM text of the functions of `RUNTIME`."""
    bodies = {
        "fill": fill_body(target),
        "repeat": repeat_body(target),
        "share": share_body(target),
        "scale": reduce_body(target, by_lane=False),
        "reduce": reduce_body(target, by_lane=True),
        "call": call_body(target),
    }
    texts = [
        body.definition(f"void @{symbol(name, target)}({RUNTIME[name]})")
        for name, body in bodies.items()
    ]
    return "\n".join([*texts, DECLARATIONS])


def runtime_call(function: Function, name: str, arguments: str) -> None:
    """Call one of the functions, which is declared on the way."""
    kinds = ", ".join(argument.split()[0] for argument in RUNTIME[name].split(", "))
    function.declarations.add(f"declare void @{symbol(name, function.target)}({kinds})")
    function.do(f"call void @{symbol(name, function.target)}({arguments})")


DECLARATIONS = """
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"""


def copy(function: Function, to: str, start: str, size: str) -> None:
    """Copy a number of bytes from one address to another."""
    function.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {start}, i64 {size}, i1 false)")


def fill_body(target: Target) -> Function:
    """The body of ``fill``: `count` rows of a column, from `start` on, brought to a place.

    Where there is an index, they are the rows that it names, from its entry `start` on. The rest of
    the place's vectors repeats the last row.
    """
    function = Function(target)

    def pointer(kind: str, base: str, number: str) -> str:
        return function.emit(f"getelementptr {kind}, ptr {base}, i64 {number}")

    before_end = function.emit("sub i64 %count, 1")
    last = function.emit(f"add i64 %start, {before_end}")
    function.do("%gathers = icmp ne ptr %index, null")
    function.do("br i1 %gathers, label %named, label %pad")
    function.label("named")
    named = function.emit(f"load i64, ptr {pointer('i64', '%index', last)}")
    function.go_on("pad")
    row = function.emit(f"phi i64 [ {last}, %entry ], [ {named}, %named ]")
    repeated = function.splat(Lanes, load_number(function, pointer("double", "%column", row)))
    first = function.emit(f"udiv i64 {before_end}, {target.lanes}")
    loop = Loop(function, function.emit(f"sub i64 %vectors, {first}"))
    place = pointer(repeated.kind, "%place", first)
    function.store(repeated, loop.advance(place, target.bytes))
    loop.end()
    function.do("br i1 %gathers, label %gather, label %copy")
    function.label("gather")
    index = pointer("i64", "%index", "%start")
    loop = Loop(function, "%count")
    row = function.emit(f"load i64, ptr {loop.advance(index, 8)}")
    number = load_number(function, pointer("double", "%column", row))
    function.do(f"store double {number}, ptr {loop.advance('%place', 8)}")
    loop.end()
    function.do("ret void")
    function.label("copy")
    source, size = pointer("double", "%column", "%start"), function.emit("mul i64 %count, 8")
    copy(function, "%place", source, size)
    function.do("ret void")
    return function


def repeat_body(target: Target) -> Function:
    """The body of ``repeat``: the same number for every row, of which there may be none."""
    function = Function(target.with_lanes(1))
    function.do("%any = icmp sgt i64 %rows, 0")
    function.do("br i1 %any, label %some, label %none")
    function.label("some")
    loop = Loop(function, "%rows")
    function.do(f"store double %number, ptr {loop.advance('%output', 8)}, align 8")
    loop.end()
    function.go_on("none")
    function.do("ret void")
    return function


def call_body(target: Target) -> Function:
    """The body of ``call``: the code of a list, whose address and arguments lie at a place."""
    function = Function(target.with_lanes(1))
    names = []
    for number, kind in enumerate(_CALLED):
        place = address(function, "%place", 8 * number)
        names.append(f"{kind} {function.emit(f'load {kind}, ptr {place}')}")
    code, *arguments = names
    function.do(f"call void {code.removeprefix('ptr ')}({', '.join(arguments)})")
    function.do("ret void")
    return function


def add_lanes(vectors: Sequence[Lanes]) -> Lanes:
    """The sum of each vector's lanes, as one vector; there are as many vectors as lanes.

    Neighbouring lanes of two vectors are added into one, until one vector holds all the sums.
    """
    if len(vectors) == 1:
        return vectors[0]
    zero = vectors[0].function.number(0.0).name
    pairs = zip(vectors[0::2], vectors[1::2], strict=True)
    return add_lanes(
        [
            a if a.name == b.name == zero else _every_second(a, b, 0) + _every_second(a, b, 1)
            for a, b in pairs
        ]
    )


def _every_second(left: Lanes, right: Lanes, first: int) -> Lanes:
    """The even or odd lanes of two vectors."""
    function, lanes = left.function, left.function.target.lanes
    numbers = ", ".join(f"i32 {2 * lane + first}" for lane in range(lanes))
    both = f"{left.typed}, {right.typed}, <{lanes} x i32> <{numbers}>"
    return Lanes(function, function.emit(f"shufflevector {both}"))


def share_body(target: Target) -> Function:
    """The body of ``share``: what ``scale`` gives where the totals are 0."""
    function = Function(target)
    nothing = function.splat(Lanes, "%factor") * function.number(0.0)
    share = function.splat(Lanes, "%share")
    loop = Loop(function, "%groups")
    uniform = function.load(loop.advance("%uniform", target.bytes))
    function.store(nothing + share * uniform, loop.advance("%results", target.bytes))
    loop.end()
    function.do("ret void")
    return function


def reduce_body(target: Target, *, by_lane: bool) -> Function:
    """The body of ``scale``: results = factor · totals + share · uniform totals.

    Its arguments are the addresses of these arrays, groups, factor and share. A group is as many
    numbers as a vector has lanes. ``reduce`` is for sums that are kept lane by lane: it is also
    given the address of their vectors, and adds the lanes of each to its total first.
    """
    function = Function(target)
    factor, share = function.splat(Lanes, "%factor"), function.splat(Lanes, "%share")
    loop = Loop(function, "%groups")
    total = function.load(loop.advance("%totals", target.bytes))
    if by_lane:
        group = loop.advance("%by_lane", target.lanes * target.bytes)
        places = [address(function, group, k * target.bytes) for k in range(target.lanes)]
        total = total + add_lanes([function.load(place) for place in places])
    uniform = function.load(loop.advance("%uniform", target.bytes))
    function.store(factor * total + share * uniform, loop.advance("%results", target.bytes))
    loop.end()
    function.do("ret void")
    return function
