"""What a row's length leaves to be done: enough for the results, and not much more."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, compile, exp, maximum, tanh, total
from autograd.compiler.schedule import lengths as lengths_module
from autograd.compiler.schedule.lengths import Parts, cut_to_lengths
from autograd.compiler.schedule.normal import Apply, Node, NormalForm, Sum, normalize
from autograd.compiler.schedule.uniform import UniformOrder, order_uniform
from autograd.compiler.wengert.expressions import evaluate
from autograd.compiler.wengert.wengert import WengertList
from nn import Layer

LANES = 4
LONGEST = 8


@pytest.fixture(autouse=True)
def _small_nests_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengths_module, "LEAST_WORK", 1)


def positions() -> Callable[[list[float]], Value]:
    """A layer at each position, with numbers of its own there, and a choice among all of them."""
    own = [[Value(0.1 * k - 0.05 * place) for k in range(8)] for place in range(LONGEST)]
    layer = Layer(8, 8, activation="tanh", seed=1)

    def loss(x: list[float]) -> Value:
        rows = [layer([w * n for w in own[place]]) for place, n in enumerate(x)]
        heights = [total(row) for row in rows]
        highest = heights[0]
        for height in heights[1:]:
            highest = maximum(highest, height)
        return highest + total(exp(height) for height in heights) / len(heights)

    return loss


def recurrent() -> Callable[[list[float]], Value]:
    """A layer that reads what it gave at the step before."""
    layer = Layer(9, 8, seed=2)

    def loss(x: list[float]) -> Value:
        state = [Value(0.0)] * 8
        for number in x:
            state = [tanh(z) for z in layer([number, *state])]
        return total(state) ** 2

    return loss


def gradient_of(make: Callable[[], Callable[..., Value]], lengths: list[int]) -> WengertList:
    """The list of the gradient for rows of some lengths."""
    program = compile(make(), backend="python")
    program.backward([[0.25 * k - 0.5 for k in range(length)] for length in lengths])
    (recorded,) = program._specializations.values()
    return recorded.listed("gradient").program


def totals(form: NormalForm, order: UniformOrder, row: list[float], parts: Parts | None) -> Any:
    """Compute the sums as the code does, out of a memory of nans; also count the terms."""
    known = dict.fromkeys(form.nodes, math.nan) | dict(enumerate(row)) | form.constants
    known |= {slot: math.cos(slot) for slot in form.parameters}
    count = 0

    def value(node: Node, terms: range | None) -> float:
        if isinstance(node, Apply):
            name = node.name.removesuffix("_at")  # of a function whose value is read, too
            read = node.arguments if name == node.name else node.arguments[-1:]
            return evaluate(name, [known[a] for a in read], node.parameters)
        some = node.products if terms is None else node.products[terms.start : terms.stop]
        factors = [known[p.left] * (1.0 if p.right is None else known[p.right]) for p in some]
        return math.fsum(-f if p.negative else f for f, p in zip(factors, some, strict=True))

    for group in order.groups:
        part = None if parts is None else parts.of.get(group.slots[0])
        inside, terms = range(len(group.slots)), None
        if parts is not None and part is not None:
            rounds = parts.spans[part.rounds][int(row[0])]
            size = len(group.slots) // group.nest.counts[0] if group.nest else 1
            inside = range(rounds.start * size, rounds.stop * size)
            terms = None if part.terms is None else parts.spans[part.terms][int(row[0])]
            assert not part.whole or len(inside) in (0, len(group.slots))
        for place, slot in enumerate(group.slots):
            if place in inside:
                known[slot] = value(order.nodes[slot], terms)
                count += len(order.nodes[slot].arguments if terms is None else terms)
            elif part is not None and part.zeros:
                known[slot] = 0.0
    return [value(Sum(total.uniform), None) for total in form.totals], count


@pytest.mark.parametrize("lengths", [[6, 1, 4], [2, 3], [5]])
@pytest.mark.parametrize("make", [positions, recurrent])
def test_what_is_left_out_was_not_needed(make: Callable[[], Any], lengths: list[int]) -> None:
    listed = gradient_of(make, [*lengths, lengths[0] + 1])
    form = normalize(listed, alone=True)
    order = order_uniform(form, LANES)
    cut, parts = cut_to_lengths(form, order, listed.lengths)
    counts = []
    for length in range(listed.lengths):
        row = [float(length), *(0.3 * k - 0.7 for k in range(listed.columns - 1))]
        wanted, everything = totals(form, order, row, None)
        found, count = totals(form, cut, row, parts)
        assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)
        counts.append(count / everything)
    assert counts == sorted(counts, reverse=True)  # the longest comes first
    assert counts[-1] < 0.9


@pytest.mark.parametrize(("make", "share"), [(positions, 0.55), (recurrent, 0.3)])
def test_the_shortest_of_many_lengths_is_a_part(make: Callable[[], Any], share: float) -> None:
    listed = gradient_of(make, [6, 5, 4, 3, 2, 1])
    form = normalize(listed, alone=True)
    cut, parts = cut_to_lengths(form, order_uniform(form, LANES), 6)
    row = [0.5] * (listed.columns - 1)
    (_, longest), (_, shortest) = (totals(form, cut, [k, *row], parts) for k in (0.0, 5.0))
    assert shortest < share * longest
    assert any(part.terms is not None for part in parts.of.values())


def test_sums_that_are_0_for_some_lengths_are_written() -> None:
    listed = gradient_of(positions, [6, 2])
    form = normalize(listed, alone=True)
    _, parts = cut_to_lengths(form, order_uniform(form, LANES), 2)
    assert any(part.zeros for part in parts.of.values())


def test_rows_of_one_length_know_of_none() -> None:
    program = compile(positions(), backend="python")
    program.backward([[0.5, 1.0], [0.25, 2.0]])
    (recorded,) = program._specializations.values()
    assert recorded.listed("gradient").program.lengths == 0
