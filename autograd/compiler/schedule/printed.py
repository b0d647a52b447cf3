"""The plans as text that a student can follow.

Slots have the names that they have in `Program.table`: v0, v1 and so on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from autograd.compiler.readable.table import Labels, aligned, both_ends, leaf_lines, slot_line
from autograd.compiler.schedule.layers import Factor, MatrixProduct, OuterProduct
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.normal import Node, NormalForm, Product, Sum, Total
from autograd.compiler.schedule.repeats import Repeat
from autograd.compiler.schedule.uniform import PARAMETER, UniformOrder
from autograd.compiler.schedule.varying import Accumulation, VaryingSchedule, writes
from autograd.spelling import ATOM, LISTING

LONGEST = 200
"""Lines of one part that are shown; of a longer part, both ends are."""

WIDEST = 10
"""Names in one line that are shown; of more, both ends are."""


def print_normal(form: NormalForm, labels: Labels) -> str:
    """Write a normal form: what each slot holds, whether it is uniform or varying, its label.

    In a sum, Σ adds up over the rows what is varying; what is uniform counts once for each row.
    """
    lines = leaf_lines(form.parameters, form.constants, labels)
    nodes = [
        ("varying" if slot in form.varying else "uniform", _line(slot, node, labels))
        for slot, node in form.nodes.items()
    ]
    lines += both_ends(nodes, LONGEST, ("", "…"))
    lines += [("output", f"v{slot}") for slot in form.outputs]
    lines += both_ends([("sum", _total(total)) for total in form.all_totals()], LONGEST, ("", "…"))
    return aligned(lines)


def print_schedule(
    form: NormalForm,
    uniform: UniformOrder,
    varying: VaryingSchedule,
    memory: Memory,
    labels: Labels,
) -> str:
    """Write what is done when, and where the numbers lie."""
    block = f"each block of up to {memory.vectors} vectors of {memory.lanes} rows"
    parts = {
        "uniform, once per call": _uniform_lines(form, uniform, labels),
        f"varying, for {block}": _varying_lines(form, varying, labels),
        f"memory, {memory.bytes} bytes to compute in": _memory_lines(memory),
    }
    lines: list[str] = []
    for heading, found in parts.items():
        shown = both_ends(list(found), LONGEST, "…") or ["nothing"]
        lines += [heading, *(f"  {line}" for line in shown)]
    return "\n".join(lines)


def _uniform_lines(form: NormalForm, uniform: UniformOrder, labels: Labels) -> Iterator[str]:
    for group in uniform.groups:
        members = [_line(slot, uniform.nodes[slot], labels) for slot in group.slots]
        if group.gathered:
            yield f"{len(members)} × {group.gathered}, gathered into a vector:"
        elif group.nest:
            word = "run" if len(group.nest.counts) == 1 else "nest"
            yield f"{word} of {' × '.join(map(str, group.nest.counts))}, in vectors:"
        elif len(members) > 1:
            yield f"run of {len(members)}, in vectors:"
        alone = len(members) == 1 and not group.gathered
        yield from members if alone else both_ends([f"  {m}" for m in members], WIDEST, "  …")
    for group in uniform.totals:
        adds = [f"sum {k} += rows · {_bracketed(form.totals[k].uniform)}" for k in group.slots]
        yield from both_ends(adds, WIDEST, "…")


def _varying_lines(form: NormalForm, varying: VaryingSchedule, labels: Labels) -> Iterator[str]:
    for number, step in enumerate(varying.steps, 1):
        vectors = varying.vectors(step)
        pace = f", {vectors} vectors at a time" if vectors > 1 else ""
        times = f", {len(step.rounds)} rounds" if isinstance(step, Repeat) else ""
        yield f"{number}. {type(step).__name__}{times}{pace}"
        if isinstance(step, Accumulation):
            yield from (f"     sum {k} += {_sum([product])}" for k, product in step.terms)
        elif isinstance(step, OuterProduct):
            rows, columns = _names(step.rows), _names(step.columns)
            yield f"     sums {step.first} to {step.indices[-1]} += ({rows}) · ({columns})ᵀ"
        elif isinstance(step, MatrixProduct):
            yield f"     ({_names(step.nodes)}) = {_affine(step)}"
        else:
            members = [f"     {_line(slot, form.nodes[slot], labels)}" for slot in writes(step)]
            yield from both_ends(members, WIDEST, "     …") if times else members


def _affine(step: MatrixProduct) -> str:
    product = f"weights from v{step.weights.first} on · ({_names(step.inputs)})"
    return f"{product} + biases from v{step.biases.first} on" if step.biases else product


def _memory_lines(memory: Memory) -> Iterator[str]:
    places: dict[int, list[Factor]] = defaultdict(list)
    for slot, number in memory.places.items():
        places[number].append(slot)
    for number, slots in sorted(places.items()):
        yield f"place {number}: {_names(slots, ', then ')}"
    numbers = [slot for slot, (array, _) in memory.cells.items() if array != PARAMETER]
    if numbers:
        yield f"uniform numbers: {_names(numbers)}"
    for first, count, by_lane in memory.sums:
        sums = f"sum {first}" if count == 1 else f"sums {first} to {first + count - 1}"
        kept = "lane by lane until the last block" if by_lane else "as one number each"
        yield f"{sums}: {kept}"


def _line(slot: int, node: Node, labels: Labels) -> str:
    return slot_line(slot, _node(node), labels)


def _node(node: Node) -> str:
    if isinstance(node, Sum):
        return _sum(node.products)
    return LISTING.write(node.name, node.parameters, [(f"v{a}", ATOM) for a in node.arguments])[0]


def _sum(products: Sequence[Product]) -> str:
    text = ""
    for left, right, negative in products:
        sign = ("−" if negative else "") if not text else " − " if negative else " + "
        text += f"{sign}v{left}" + ("" if right is None else f"·v{right}")
    return text or "0"


def _bracketed(products: Sequence[Product]) -> str:
    return _sum(products) if len(products) == 1 else f"({_sum(products)})"


def _total(total: Total) -> str:
    varying = [f"Σ {_bracketed(total.varying)}"] if total.varying else []
    uniform = [f"rows · {_bracketed(total.uniform)}"] if total.uniform else []
    return " + ".join([*varying, *uniform])


def _names(slots: Iterable[Factor], separator: str = ", ") -> str:
    names = ["1" if slot is None else f"v{slot}" for slot in slots]
    return separator.join(both_ends(names, WIDEST, "…"))
