"""A whole training loop in one function, for small computations that are the same in every row.

Parameters and the optimiser's state stay in registers from step to step; the elementary functions
are written in place, as code for one lane.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.assembly import Function, Lanes, Target
from autograd.compiler.kernels import supporting_source
from autograd.compiler.layout import Layout, Memory
from autograd.compiler.loops import Loop, address
from autograd.compiler.normal import NormalForm, Sum, normalize
from autograd.compiler.schedule import is_call
from autograd.compiler.tiles import Values, compute
from autograd.compiler.wengert import WengertList

MOST_INSTRUCTIONS = 400
MOST_CALLS = 16
MOST_MOVED = 64

SMALL_ARGUMENTS = {
    "steps": "i64", "clip": "double", "parameters": "ptr", "states": "ptr", "coefficients": "ptr",
    "losses": "ptr", "norms": "ptr",
}  # fmt: skip
"""The arguments of ``train`` and their types."""


def is_small(gradient: WengertList, update: WengertList) -> bool:
    """Whether a gradient that depends on no column, and its update, are one short function."""
    form, rule = normalize(gradient), normalize(update)
    calls = sum(map(is_call, form.nodes.values()))
    rule_calls = sum(map(is_call, rule.nodes.values()))
    moved = len(gradient.sums) - 1
    return (
        not any(total.varying for total in form.totals)
        and len(form.nodes) + moved * len(rule.nodes) <= MOST_INSTRUCTIONS
        and calls + moved * rule_calls <= MOST_CALLS
        and moved <= MOST_MOVED
    )


def small_source(gradient: WengertList, update: WengertList, target: Target) -> str:
    """LLVM text of ``train``: so many steps, each loss and norm written, the rest at the end."""
    function = Function(target)
    moved, states = len(gradient.sums) - 1, update.columns - 2
    places = [address(function, "%parameters", 8 * k) for k in range(moved)]
    places += [address(function, "%states", 8 * k) for k in range(moved * states)]
    loop = Loop(function, "%steps", carried=[function.load(place) for place in places])
    numbers, state = loop.carried[:moved], loop.carried[moved:]
    loss, slopes = _gradient(function, gradient, numbers)
    function.store(loss, loop.advance("%losses", 8))
    slopes = _clipped(function, loop, slopes)
    now = loop.advance("%coefficients", 8 * update.parameters)
    rows = [[*pair, *state[k::moved]] for k, pair in enumerate(zip(numbers, slopes, strict=True))]
    after = _updated(function, update, rows, now)
    final = loop.end([row[k] for k in range(1 + states) for row in after])
    for value, place in zip(final, places, strict=True):
        function.store(value, place)
    arguments = ", ".join(f"{kind} %{name}" for name, kind in SMALL_ARGUMENTS.items())
    body = "\n".join(function.lines)
    return (
        f"define void @train({arguments}) {{\nentry:\n  %any = icmp sgt i64 %steps, 0\n"
        f"  br i1 %any, label %start, label %nothing\nnothing:\n  ret void\nstart:\n{body}\n"
        f"  ret void\n}}\n{supporting_source(function)}"
    )


def _gradient(
    function: Function, gradient: WengertList, numbers: Sequence[Lanes]
) -> tuple[Lanes, list[Lanes]]:
    """The loss and its derivatives."""
    form = normalize(gradient)
    values = _values(function, form)
    first = gradient.columns
    values.uniform |= dict(enumerate(numbers, first))
    for k in range(first + len(numbers), first + gradient.parameters):
        values.uniform[k] = function.load(address(function, "%parameters", 8 * (k - first)))
    _compute_all(values, form)
    loss, *slopes = (compute(values, Sum(total.uniform)) for total in form.totals)
    return loss, slopes


def _clipped(function: Function, loop: Loop, slopes: Sequence[Lanes]) -> list[Lanes]:
    """The gradient, made shorter where its norm is larger than it may be; the norm is written."""
    squares = function.number(0.0)
    for slope in slopes:
        squares = slope.times_plus(slope, squares)
    norm = squares.sqrt()
    function.store(norm, loop.advance("%norms", 8))
    factor = (Lanes(function, "%clip") / (norm + 1e-6)).at_most(1.0)
    return [slope * factor for slope in slopes]


def _updated(
    function: Function, update: WengertList, rows: Sequence[Sequence[Lanes]], coefficients: str
) -> list[list[Lanes]]:
    """The parameters and their states after the step."""
    form = normalize(update)
    shared = _values(function, form)
    for k in range(update.parameters):
        slot = update.columns + k
        shared.uniform[slot] = function.load(address(function, coefficients, 8 * k))
    _compute_all(shared, form, varying=False)
    after = []
    for row in rows:
        values = _values(function, form)
        values.uniform = shared.uniform
        values.varying |= dict(enumerate(row))
        _compute_all(values, form, varying=True)
        after.append([values[slot] for slot in update.outputs])
    return after


def _compute_all(values: Values, form: NormalForm, *, varying: bool | None = None) -> None:
    """All nodes, or only those that do or do not differ from row to row."""
    for slot, node in form.nodes.items():
        if varying is None or (slot in form.varying) == varying:
            (values.varying if varying else values.uniform)[slot] = compute(values, node)


def _values(function: Function, form: NormalForm) -> Values:
    """Values of which only the constants are known."""
    nothing = Memory(Layout(1, 1, 0, 0, 0), form.constants, range(0), {}, {})
    return Values(function, nothing, "", {})
