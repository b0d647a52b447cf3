"""Plans as text: what a student reads of a neuron, of a penalty, of a layer."""

from __future__ import annotations

from dataclasses import replace

from autograd.compiler.lower import EXAMPLE, normal_text, schedule_text
from autograd.compiler.schedule.layers import MatrixProduct, OuterProduct, Strided
from autograd.compiler.schedule.memory import Memory, SumRun
from autograd.compiler.schedule.nests import Nest
from autograd.compiler.schedule.normal import (
    Apply,
    Node,
    NormalForm,
    Product,
    Sum,
    Total,
    normalize,
)
from autograd.compiler.schedule.printed import print_normal, print_schedule
from autograd.compiler.schedule.repeats import Repeat
from autograd.compiler.schedule.uniform import PARAMETER, UNIFORM, Group, UniformOrder
from autograd.compiler.schedule.varying import (
    Accumulation,
    Call,
    Shape,
    Step,
    Tile,
    VaryingSchedule,
)
from autograd.compiler.wengert.wengert import Instruction, WengertList

NEURON = WengertList(
    1, 2, (), (Instruction("dot", (1, 0, 2)), Instruction("tanh", (3,))), (4,), (4,)
)


def test_a_neuron() -> None:
    assert schedule_text(NEURON, {4: "y"}).splitlines() == [
        "uniform, once per call",
        "  nothing",
        "varying, for each block of up to 16 vectors of 4 rows",
        "  1. Tile",
        "       v3 = v2 + v1·v0",
        "  2. Call",
        "       v4 = tanh(v3)  # y",
        "  3. Accumulation",
        "       sum 0 += v4",
        "memory, 1408 bytes to compute in",
        "  place 0: v0",
        "  place 1: v3, then v4",
        "  sum 0: lane by lane until the last block",
    ]


def test_a_normal_form_with_constants_signs_and_parameters_of_operations() -> None:
    listed = WengertList(
        1,
        1,
        (2.5,),
        (
            Instruction("subtract", (1, 2)),
            Instruction("multiply", (3, 3)),
            Instruction("fixed_power", (0,), (3.0,)),
            Instruction("divide", (5, 1)),
            Instruction("negative", (6,)),
        ),
        (7,),
        (4, 7),
    )
    assert normal_text(listed, {0: "x"}).splitlines() == [
        "argument   v0 = x",
        "parameter  v1 = (no label)",
        "constant   v2 = 2.5",
        "uniform    v3 = v1 − v2",
        "uniform    v4 = v3·v3",
        "varying    v5 = v0 ^ 3",
        "varying    v6 = v5 / v1",
        "varying    v7 = −v6",
        "output     v7",
        "sum        rows · v4",
        "sum        Σ v7",
    ]


def test_the_same_penalty_of_five_parameters_is_a_run() -> None:
    squares = [Instruction("multiply", (w, w)) for w in range(5)]
    text = schedule_text(WengertList(0, 5, (), tuple(squares), tuple(range(5, 10)), (5, 6)))
    assert "  run of 5, in vectors:\n    v5 = v0·v0\n    v6 = v1·v1\n" in text
    assert "  sum 0 += rows · v5\n  sum 1 += rows · v6\n" in text
    assert "uniform numbers: v5, v6, v7, v8, v9" in text


def test_functions_are_gathered_for_the_processor_that_is_given() -> None:
    sines = [Instruction("sin", (w,)) for w in range(17)]
    listed = WengertList(0, 17, (), tuple(sines), tuple(range(17, 34)))
    assert "run of 16, in vectors:" in schedule_text(listed)
    towers = [*sines, *(Instruction("sin", (k,)) for k in (20, 18, 25, 30))]
    listed = WengertList(0, 17, (), tuple(towers), tuple(range(17, 38)))
    assert "4 × sin, gathered into a vector:" in schedule_text(listed)
    narrow = replace(EXAMPLE, target=EXAMPLE.target.with_lanes(2))
    assert "2 × sin, gathered into a vector:" in schedule_text(listed, None, narrow)
    assert "vectors of 2 rows" in schedule_text(listed, None, narrow)


def test_large_layers() -> None:
    rows = [range(10 + 10 * k, 20 + 10 * k) for k in range(10)]
    dots = [Instruction("dot", (*row, *range(10))) for row in rows]
    slopes = [Instruction("multiply", (z, x)) for z in range(110, 120) for x in range(10)]
    listed = WengertList(10, 100, (), (*dots, *slopes), (), tuple(range(120, 220)))
    text = schedule_text(listed)
    names = "v110, v111, v112, v113, v114, v115, v116, v117, v118, v119"
    inputs = "v0, v1, v2, v3, v4, v5, v6, v7, v8, v9"
    assert "1. MatrixProduct, 2 vectors at a time" in text
    assert f"({names}) = weights from v10 on · ({inputs})\n" in text
    assert f"sums 0 to 99 += ({names}) · ({inputs})ᵀ" in text
    assert "sums 0 to 99: as one number each" in text


def test_a_long_list_shows_both_ends() -> None:
    steps = [Instruction("exp", (slot,)) for slot in range(1000)]
    listed = WengertList(1, 0, (), tuple(steps), (1000,))
    lines = normal_text(listed).splitlines()
    assert len(lines) == 203
    assert lines[1].endswith("v1 = exp(v0)")
    assert lines[101].strip() == "…"
    assert lines[-2].endswith("v1000 = exp(v999)")
    assert len(schedule_text(listed).splitlines()) < 210


def test_runs_nests_and_nodes_by_themselves() -> None:
    """A group of one is a line; of more, a heading says how they are computed."""
    form = normalize(
        WengertList(
            0, 6, (), tuple(Instruction("abs", (w,)) for w in range(6)), tuple(range(6, 12))
        )
    )
    groups = [
        Group([6]),
        Group([7, 8]),
        Group([9], gathered="abs"),
        Group([10, 11], nest=Nest(0, (2,), ((1,),))),
        Group([6, 7, 8, 9], nest=Nest(0, (2, 2), ((2,), (1,)))),
    ]
    order = UniformOrder(form.nodes, groups, [], {})
    text = print_schedule(form, order, VaryingSchedule([], Shape(4, 2, 8)), Memory(4, 2, {}), {})
    assert text.splitlines()[1:14] == [
        "  v6 = |v0|",
        "  run of 2, in vectors:",
        "    v7 = |v1|",
        "    v8 = |v2|",
        "  1 × abs, gathered into a vector:",
        "    v9 = |v3|",
        "  run of 2, in vectors:",
        "    v10 = |v4|",
        "    v11 = |v5|",
        "  nest of 2 × 2, in vectors:",
        "    v6 = |v0|",
        "    v7 = |v1|",
        "    v8 = |v2|",
    ]


LONG = list(range(20, 32))
NODES: dict[int, Node] = {
    5: Sum([Product(2), Product(3, None, True)]),
    6: Sum([Product(0, 2, True), Product(1, 3)]),
    7: Apply("tanh", (6,)),
    8: Sum([]),
    **{slot: Apply("sqrt", (0,)) for slot in LONG},
}
TOTALS = [
    Total([Product(7)], []),
    Total([Product(7, 0), Product(6)], [Product(5)]),
    Total([], [Product(5), Product(2, 3)]),
]
FORM = NormalForm(2, range(2, 4), {4: 2.0}, (7, 5), NODES, {0, 1, 6, 7, *LONG}, TOTALS)


def test_a_normal_form_with_every_kind_of_line() -> None:
    assert print_normal(FORM, {0: "x", 7: "y"}).splitlines() == [
        "argument   v0 = x",
        "argument   v1 = (no label)",
        "parameter  v2 = (no label)",
        "parameter  v3 = (no label)",
        "constant   v4 = 2.0",
        "uniform    v5 = v2 − v3",
        "varying    v6 = −v0·v2 + v1·v3",
        "varying    v7 = tanh(v6)  # y",
        "uniform    v8 = 0",
        *(f"varying    v{slot} = sqrt(v0)" for slot in LONG),
        "output     v7",
        "output     v5",
        "sum        Σ v7",
        "sum        Σ (v7·v0 + v6) + rows · v5",
        "sum        rows · (v5 + v2·v3)",
    ]


def test_a_schedule_with_every_kind_of_step() -> None:
    """Of a part with more than ten lines or names, five of each end are shown."""
    steps: list[Step] = [
        Tile([6, 7], 2),
        Call(7, "tanh", (6,)),
        Accumulation([(0, Product(7)), (1, Product(7, 0, True))]),
        OuterProduct([6, 7], [0, None], 3, 2),
        MatrixProduct([6], [0, 1], Strided(2, 2, 1), Strided(4, 1)),
        MatrixProduct([7], LONG, Strided(3, 1, 1), None),
        Repeat([[slot] for slot in LONG], []),
    ]
    cells = {2: (PARAMETER, 0), 3: (PARAMETER, 1), 5: (UNIFORM, 0)}
    places: dict[int | None, int] = {1: 0, 7: 1, 6: 0, None: 2, **dict.fromkeys(LONG, 3)}
    sums = [SumRun(0, 1, True), SumRun(1, 2, False)]
    memory = Memory(4, 2, {}, cells, places, sums)
    order = UniformOrder({5: NODES[5]}, [Group([5])], [Group([1]), Group([2])], cells)
    schedule = VaryingSchedule(steps, Shape(4, 2, 8))
    assert print_schedule(FORM, order, schedule, memory, {7: "y"}).splitlines() == [
        "uniform, once per call",
        "  v5 = v2 − v3",
        "  sum 1 += rows · v5",
        "  sum 2 += rows · (v5 + v2·v3)",
        "varying, for each block of up to 2 vectors of 4 rows",
        "  1. Tile, 2 vectors at a time",
        "       v6 = −v0·v2 + v1·v3",
        "       v7 = tanh(v6)  # y",
        "  2. Call",
        "       v7 = tanh(v6)  # y",
        "  3. Accumulation",
        "       sum 0 += v7",
        "       sum 1 += −v7·v0",
        "  4. OuterProduct",
        "       sums 3 to 6 += (v6, v7) · (v0, 1)ᵀ",
        "  5. MatrixProduct, 2 vectors at a time",
        "       (v6) = weights from v2 on · (v0, v1) + biases from v4 on",
        "  6. MatrixProduct, 2 vectors at a time",
        "       (v7) = weights from v3 on · (v20, v21, v22, v23, v24, …, v27, v28, v29, v30, v31)",
        "  7. Repeat, 12 rounds",
        "       v20 = sqrt(v0)",
        "       v21 = sqrt(v0)",
        "       v22 = sqrt(v0)",
        "       v23 = sqrt(v0)",
        "       v24 = sqrt(v0)",
        "       …",
        "       v27 = sqrt(v0)",
        "       v28 = sqrt(v0)",
        "       v29 = sqrt(v0)",
        "       v30 = sqrt(v0)",
        "       v31 = sqrt(v0)",
        "memory, 640 bytes to compute in",
        "  place 0: v1, then v6",
        "  place 1: v7",
        "  place 2: 1",
        "  place 3: v20, then v21, then v22, then v23, then v24, then …, "
        "then v27, then v28, then v29, then v30, then v31",
        "  uniform numbers: v5",
        "  sum 0: lane by lane until the last block",
        "  sums 1 to 2: as one number each",
    ]
