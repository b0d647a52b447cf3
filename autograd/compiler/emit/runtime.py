"""Parts of a compiled module that are the same for every list, apart from the vectors' width.

Read next: `module`.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.vector.assembly import Function, Lanes
from autograd.compiler.vector.loops import Loop, address
from autograd.compiler.vector.target import Target


def runtime_source(target: Target) -> str:
    """LLVM text of the functions ``fill``, ``repeat``, ``scale`` and ``reduce``."""
    fill = FILL.format(**_words(target))
    sums = (reduce_source(target, by_lane=by_lane) for by_lane in (False, True))
    return "\n".join((fill, REPEAT, *sums, DECLARATIONS))


DECLARATIONS = """
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"""


def _words(target: Target) -> dict[str, str | int]:
    """What stands for the names in braces."""
    function = Function(target)
    every = function.splat(Lanes, "%last")
    splat = "\n".join(function.lines)
    return {"doubles": every.kind, "lanes": target.lanes, "splat": splat, "every": every.name}


# fill(place, column, index, start, count, vectors): rows start … start + count of a column, or of
# the rows that index names, to a place; the rest of the place's vectors repeats the last row.
FILL = """
define internal void @fill(
    ptr %place, ptr %column, ptr %index, i64 %start, i64 %count, i64 %vectors) {{
entry:
  %gathers = icmp ne ptr %index, null
  %last_row = add i64 %start, %count
  %last_place = sub i64 %last_row, 1
  %named = getelementptr i64, ptr %index, i64 %last_place
  br i1 %gathers, label %gathered, label %padding
gathered:
  %named_row = load i64, ptr %named
  br label %padding
padding:
  %row = phi i64 [ %last_place, %entry ], [ %named_row, %gathered ]
  %last_pointer = getelementptr double, ptr %column, i64 %row
  %last = load double, ptr %last_pointer
{splat}
  %whole = udiv i64 %count, {lanes}
  br label %pad_test
pad_test:
  %v = phi i64 [ %whole, %padding ], [ %v_next, %pad ]
  %pads = icmp slt i64 %v, %vectors
  br i1 %pads, label %pad, label %copy
pad:
  %pad_pointer = getelementptr {doubles}, ptr %place, i64 %v
  store {doubles} {every}, ptr %pad_pointer, align 8
  %v_next = add i64 %v, 1
  br label %pad_test
copy:
  br i1 %gathers, label %gather, label %plain
plain:
  %source = getelementptr double, ptr %column, i64 %start
  %bytes = mul i64 %count, 8
  call void @llvm.memcpy.p0.p0.i64(ptr %place, ptr %source, i64 %bytes, i1 false)
  ret void
gather:
  %i = phi i64 [ 0, %copy ], [ %i_next, %gather ]
  %i_index = add i64 %start, %i
  %i_named = getelementptr i64, ptr %index, i64 %i_index
  %i_row = load i64, ptr %i_named
  %from = getelementptr double, ptr %column, i64 %i_row
  %number = load double, ptr %from
  %to = getelementptr double, ptr %place, i64 %i
  store double %number, ptr %to
  %i_next = add i64 %i, 1
  %more = icmp slt i64 %i_next, %count
  br i1 %more, label %gather, label %done
done:
  ret void
}}
"""

# repeat(output, number, rows): the same number for every row.
REPEAT = """
define internal void @repeat(ptr %output, double %number, i64 %rows) {
entry:
  br label %test
test:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %more = icmp slt i64 %i, %rows
  br i1 %more, label %loop, label %done
loop:
  %to = getelementptr double, ptr %output, i64 %i
  store double %number, ptr %to
  %next = add i64 %i, 1
  br label %test
done:
  ret void
}
"""


def add_lanes(vectors: Sequence[Lanes]) -> Lanes:
    """The sum of each vector's lanes, as one vector; there are as many vectors as lanes.

    Neighbouring lanes of two vectors are added into one, until one vector holds all the sums.
    """
    if len(vectors) == 1:
        return vectors[0]
    pairs = zip(vectors[0::2], vectors[1::2], strict=True)
    return add_lanes([_every_second(a, b, 0) + _every_second(a, b, 1) for a, b in pairs])


def _every_second(left: Lanes, right: Lanes, first: int) -> Lanes:
    """The even or odd lanes of two vectors."""
    function, lanes = left.function, left.function.target.lanes
    numbers = ", ".join(f"i32 {2 * lane + first}" for lane in range(lanes))
    both = f"{left.typed}, {right.typed}, <{lanes} x i32> <{numbers}>"
    return Lanes(function, function.emit(f"shufflevector {both}"))


def reduce_source(target: Target, *, by_lane: bool) -> str:
    """LLVM text of ``scale``: results = factor · totals + share · uniform totals.

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
    arrays = "ptr %totals, ptr %uniform, ptr %results"
    arguments = f"{arrays}, i64 %groups, double %factor, double %share"
    head = f"reduce({arguments}, ptr %by_lane)" if by_lane else f"scale({arguments})"
    return function.definition(f"internal void @{head}")
