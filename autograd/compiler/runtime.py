"""Parts of a compiled module that are the same for every list, apart from the vectors' width."""

from __future__ import annotations

from autograd.compiler.assembly import Target


def runtime_source(target: Target) -> str:
    """LLVM text of the functions ``fill``, ``repeat`` and ``reduce``."""
    return "\n".join((FILL.format(**_words(target)), REPEAT, reduce_source(target), DECLARATIONS))


DECLARATIONS = """
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"""


def _words(target: Target) -> dict[str, str | int]:
    doubles = target.type("double")
    if target.lanes == 1:
        spread = "%every = bitcast double %last to double"
    else:
        spread = (
            f"%one = insertelement {doubles} poison, double %last, i64 0\n"
            f"  %every = shufflevector {doubles} %one, {doubles} poison, "
            f"<{target.lanes} x i32> zeroinitializer"
        )
    return {"doubles": doubles, "lanes": target.lanes, "spread": spread}


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
  {spread}
  %whole = udiv i64 %count, {lanes}
  br label %pad_test
pad_test:
  %v = phi i64 [ %whole, %padding ], [ %v_next, %pad ]
  %pads = icmp slt i64 %v, %vectors
  br i1 %pads, label %pad, label %copy
pad:
  %pad_pointer = getelementptr {doubles}, ptr %place, i64 %v
  store {doubles} %every, ptr %pad_pointer, align 8
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


def reduce_source(target: Target) -> str:
    """reduce(scratch, once, groups, scale, share): the lanes of each sum added up.

    As many sums as a vector has lanes are reduced together: neighbouring lanes of two vectors are
    added into one, until one vector holds all the sums. Each is then scaled, and what every row
    adds alike comes on top; the results take the place of the first group's lanes and following.
    """
    doubles, lanes = target.type("double"), target.lanes
    lines = []
    names = [f"%s{k}" for k in range(lanes)]
    for k, name in enumerate(names):
        lines.append(f"  %p{k} = getelementptr {doubles}, ptr %group, i64 {k}")
        lines.append(f"  {name} = load {doubles}, ptr %p{k}, align 8")
    count = 0
    while len(names) > 1:
        halves = []
        for left, right in zip(names[0::2], names[1::2], strict=True):
            for word, offset in (("even", 0), ("odd", 1)):
                order = ", ".join(f"i32 {2 * lane + offset}" for lane in range(lanes))
                lines.append(
                    f"  %{word}{count} = shufflevector {doubles} {left}, {doubles} {right}, "
                    f"<{lanes} x i32> <{order}>"
                )
            lines.append(f"  %t{count} = fadd {doubles} %even{count}, %odd{count}")
            halves.append(f"%t{count}")
            count += 1
        names = halves
    body = "\n".join(lines)
    one = "" if lanes == 1 else f"insertelement {doubles} poison, double"
    zeros = f"<{lanes} x i32> zeroinitializer"
    spread = "\n".join(
        f"  %{name}.one = {one} %{name}, i64 0\n"
        f"  %{name}.every = shufflevector {doubles} %{name}.one, {doubles} poison, {zeros}"
        for name in ("scale", "share")
    )
    if lanes == 1:
        spread = "\n".join(
            f"  %{name}.every = bitcast double %{name} to double" for name in ("scale", "share")
        )
    return f"""
define internal void @reduce(ptr %scratch, ptr %once, i64 %groups, double %scale, double %share) {{
entry:
{spread}
  br label %loop
loop:
  %g = phi i64 [ 0, %entry ], [ %next, %loop ]
  %bytes = mul i64 %g, {lanes * lanes * 8}
  %group = getelementptr i8, ptr %scratch, i64 %bytes
{body}
  %alike_pointer = getelementptr {doubles}, ptr %once, i64 %g
  %alike = load {doubles}, ptr %alike_pointer, align 8
  %scaled = fmul {doubles} %scale.every, {names[0]}
  %rest = fmul {doubles} %share.every, %alike
  %sum = fadd {doubles} %scaled, %rest
  %result = getelementptr {doubles}, ptr %scratch, i64 %g
  store {doubles} %sum, ptr %result, align 8
  %next = add i64 %g, 1
  %more = icmp slt i64 %next, %groups
  br i1 %more, label %loop, label %done
done:
  ret void
}}
"""
