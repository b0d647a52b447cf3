"""A whole training loop in one LLVM function, for small computations that are uniform.

Parameters and the optimiser's state stay in registers from step to step, and numbers that are fixed
do not take these from them. Elementary functions are written in place: those that do not wait for
each other, such as the activations of a layer, side by side in the lanes of a vector.

Read next: `loop_code`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import itemgetter
from typing import cast

from autograd.compiler.emit.registers import Registers, compute
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Apply, Node, NormalForm, Sum, is_call, normalize
from autograd.compiler.train.clipping import GROW, SHRINK, SMALLEST_SQUARE
from autograd.compiler.vector.assembly import Function, Lanes, supporting_source
from autograd.compiler.vector.loops import Loop, address, where_rare
from autograd.compiler.vector.math.kernels import AT, KERNELS
from autograd.compiler.vector.operations import apply
from autograd.compiler.vector.target import Target
from autograd.compiler.wengert.wengert import WengertList

MOST_NODES = 400
MOST_CALLS = 16
MOST_MOVED = 64

SMALL_ARGUMENTS = {
    "steps": "i64", "parameters": "ptr", "states": "ptr", "taken": "ptr", "losses": "ptr",
    "norms": "ptr",
}  # fmt: skip
"""The arguments of ``train`` and their types; see `loop_source`."""


def is_small(gradient: WengertList, numbers: WengertList, update: WengertList) -> bool:
    """Whether a gradient that depends on no column, and its update, are one short function."""
    forms = [normalize(listed) for listed in (gradient, numbers, update)]
    moved = len(gradient.sums) - 1
    times = (1, 1, moved)
    nodes = sum(n * len(form.nodes) for n, form in zip(times, forms, strict=True))
    calls = sum(
        n * sum(map(is_call, form.nodes.values())) for n, form in zip(times, forms, strict=True)
    )
    form = forms[0]
    same = not (form.gradient_rows or any(total.varying for total in form.totals))
    return same and nodes <= MOST_NODES and calls <= MOST_CALLS and moved <= MOST_MOVED


def small_source(
    gradient: WengertList, numbers: WengertList, update: WengertList, target: Target
) -> str:
    """LLVM text of ``train``: each step writes its loss and norm, the last one all the rest."""
    function = Function(target.with_lanes(1), numbers="@numbers")
    function.do("%any = icmp sgt i64 %steps, 0")
    function.do("br i1 %any, label %start, label %nothing")
    function.label("nothing")
    function.do("ret void")
    function.label("start")
    moved, states = len(gradient.sums) - 1, update.columns - 2
    places = [address(function, "%parameters", 8 * k) for k in range(moved)]
    places += [address(function, "%states", 8 * k) for k in range(moved * states)]
    places.append(address(function, "%taken", 8))
    rate = function.load("%taken")
    loop = Loop(function, "%steps", carried=[function.load(place) for place in places])
    *rest, taken = loop.carried
    values, state = rest[:moved], rest[moved:]
    fixed = range(moved, gradient.parameters)
    others = [function.load(address(function, "%parameters", 8 * k)) for k in fixed]
    loss, *slopes = sums(function, gradient, [*values, *others], target.lanes)
    function.store(loss, loop.advance("%losses", 8))
    square, zero = sum_of_squares(slopes), function.number(0.0)
    scaled = where_rare(
        (square < SMALLEST_SQUARE) | (square > sys.float_info.max),
        [zero, zero],
        lambda: [sum_of_squares([x * times for x in slopes]) for times in (SHRINK, GROW)],
    )
    now = taken + 1.0
    norm, *given = outputs(function, numbers, [], [rate, now, square, *scaled], target.lanes)
    function.store(norm, loop.advance("%norms", 8))
    rows = [[*pair, *state[k::moved]] for k, pair in enumerate(zip(values, slopes, strict=True))]
    after = [outputs(function, update, row, given, target.lanes) for row in rows]
    final = loop.end([*(row[k] for k in range(1 + states) for row in after), now])
    for value, place in zip(final, places, strict=True):
        function.store(value, place)
    function.do("ret void")
    arguments = ", ".join(f"{kind} %{name}" for name, kind in SMALL_ARGUMENTS.items())
    return function.definition(f"void @train({arguments})") + supporting_source(function)


def sum_of_squares(slopes: Sequence[Lanes]) -> Lanes:
    """Σx², from left to right."""
    return reduce(lambda square, x: x.times_plus(x, square), slopes[1:], slopes[0] * slopes[0])


def sums(
    function: Function, listed: WengertList, parameters: Sequence[Lanes], most: int
) -> list[Lanes]:
    """The sums of a list that depends on no column, for one row."""
    form = normalize(listed)
    values = _computed(function, form, enumerate(parameters, listed.columns), most)
    return [compute(values, Sum(total.uniform)) for total in form.totals]


def outputs(
    function: Function,
    listed: WengertList,
    columns: Sequence[Lanes],
    parameters: Sequence[Lanes],
    most: int,
) -> list[Lanes]:
    """The outputs of a list for one row."""
    form = normalize(listed)
    values = _computed(function, form, enumerate([*columns, *parameters]), most)
    return [values[slot] for slot in listed.outputs]


def _computed(
    function: Function, form: NormalForm, known: Iterable[tuple[int, Lanes]], most: int
) -> Registers:
    """The values of all nodes, given those of columns and parameters."""
    nothing = Memory(1, 1, form.constants)
    values = Registers(function, nothing, "", dict(known))
    for slots in side_by_side(form, most):
        if len(slots) == 1:
            values.uniform[slots[0]] = compute(values, form.nodes[slots[0]])
        else:
            nodes = [cast(Apply, form.nodes[slot]) for slot in slots]
            values.uniform |= zip(slots, _in_lanes(values, nodes), strict=True)
    return values


def side_by_side(form: NormalForm, most: int) -> list[list[int]]:
    """The slots of all nodes in an order to compute them: up to so many functions at once.

    They follow one another as what they read first does. A derivative reads its function first, so
    that both have the same order, and LLVM computes once what they share.
    """
    depths: dict[int, int] = {}
    groups: dict[tuple[int, object], list[int]] = {}
    for slot, node in form.nodes.items():
        depths[slot] = 1 + max([depths.get(a, 0) for a in node.arguments], default=0)
        groups.setdefault((depths[slot], _kind(slot, node)), []).append(slot)
    turn: dict[int, int] = {}
    ordered = []
    for key in sorted(groups, key=itemgetter(0)):
        group = sorted(groups[key], key=lambda s: [turn.get(a, 0) for a in form.nodes[s].arguments])
        turn |= {slot: len(turn) + k for k, slot in enumerate(group, 1)}
        ordered += [group[k : k + most] for k in range(0, len(group), most)]
    return ordered


def _kind(slot: int, node: Node) -> object:
    """What is the same of functions that may be computed at once; of another node its slot."""
    if isinstance(node, Apply) and (node.name in KERNELS or node.name in AT):
        return node.name
    return slot


def _in_lanes(values: Registers, nodes: Sequence[Apply]) -> list[Lanes]:
    """One function of several arguments; lanes that are left over repeat the last."""
    lanes = 1 << (len(nodes) - 1).bit_length()
    wide = values.function.with_lanes(values.function.target.with_lanes(lanes))
    filled = [*nodes, *[nodes[-1]] * (lanes - len(nodes))]
    arguments = [
        wide.vector(Lanes, [values[slot].name for slot in slots])
        for slots in zip(*[node.arguments for node in filled], strict=True)
    ]
    results = apply(nodes[0].name, arguments, ())
    return [Lanes(values.function, results.lane(k)) for k in range(len(nodes))]
