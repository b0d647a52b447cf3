"""Code of a row alone that ends where the row's length does, whatever lies in memory."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from autograd import Value, compile, exp, tanh, total
from autograd.compiler.lower import lower
from autograd.compiler.run.native import Native
from autograd.compiler.schedule import lengths as lengths_module
from autograd.compiler.vector.target import Processor
from autograd.compiler.wengert.wengert import Instruction, WengertList
from nn import Layer

LENGTHS = [5, 1, 3]


@pytest.fixture(autouse=True)
def _small_nests_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengths_module, "LEAST_WORK", 1)


def steps_and_places() -> Callable[[list[float]], Value]:
    """A layer whose weights are used at each step, and numbers that are used at one step alone."""
    own = [[Value(0.1 * k - 0.05 * place) for k in range(8)] for place in range(6)]
    layer = Layer(9, 8, seed=2)

    def loss(x: list[float]) -> Value:
        state, places = [Value(0.0)] * 8, []
        for place, number in enumerate(x):
            state = [tanh(z) for z in layer([number, *state])]
            pairs = zip(state, own[place], strict=True)
            places.append(total(exp(a) * w * number for a, w in pairs))
        return total(state) ** 2 + total(place**2 for place in places) / len(places)

    return loss


def test_a_row_gives_what_python_gives(processor: Processor) -> None:
    program = compile(steps_and_places(), backend="python")
    program.backward([[0.25 * k - 0.5 for k in range(length)] for length in LENGTHS])
    (recorded,) = program._specializations.values()
    listed, random = recorded.listed("gradient").program, Random(1)
    code = Native(listed, processor, alone=True)
    for length in [*range(len(LENGTHS)), *reversed(range(len(LENGTHS)))]:
        row = [float(length), *(random.uniform(-1.0, 1.0) for _ in range(listed.columns - 1))]
        code.scratch()
        code._local.scratch[:] = math.nan  # nothing of the rows before is read
        _, sums = code.run_row(row, recorded.numbers())
        assert sums == pytest.approx(recorded.sums([row], 1), rel=1e-12, abs=1e-14)


class Masked:
    """A list for three lengths: which, x, and the parameters w."""

    def __init__(self, parameters: int) -> None:
        self.parameters, self.steps = parameters, list[Instruction]()
        self.first = 2 + parameters + 3
        _, one, two = range(self.first - 3, self.first)
        is_second, is_third = self.add("equal", 0, one), self.add("equal", 0, two)
        self.from_second = self.add("add", is_second, is_third)
        self.from_third = is_third

    def add(self, name: str, *read: int) -> int:
        self.steps.append(Instruction(name, read))
        return self.first + len(self.steps) - 1

    def code(self, sums: list[int], processor: Processor) -> Native:
        given = 2, self.parameters, (0.0, 1.0, 2.0), tuple(self.steps)
        return Native(WengertList(*given, (), tuple(sums), 3), processor, alone=True)


def sums_of(code: Native, which: int, parameters: list[float]) -> tuple[float, ...]:
    code.scratch()
    code._local.scratch[:] = math.nan
    return code.run_row([float(which), 0.5], parameters)[1]


def test_a_part_of_a_long_nest_need_not_fill_vectors(processor: Processor) -> None:
    """x·w of 17, 30 or all of 43 parameters."""
    listed = Masked(43)
    products = [listed.add("multiply", 1, 2 + k) for k in range(43)]
    masks = [None] * 17 + [listed.from_second] * 13 + [listed.from_third] * 13
    sums = [
        product if mask is None else listed.add("multiply", product, mask)
        for product, mask in zip(products, masks, strict=True)
    ]
    code, w = listed.code(sums, processor), [1.0 + k for k in range(43)]
    for which, end in enumerate((17, 30, 43)):
        wanted = [0.5 * x for x in w[:end]] + [0.0] * (43 - end)
        assert list(sums_of(code, which, w)) == wanted


@pytest.mark.parametrize("terms", [3, 6])
def test_sums_end_before_what_was_not_computed(terms: int, processor: Processor) -> None:
    """Σ of mask·(x·w), short enough to be written out, or a loop."""
    listed = Masked(8 * terms)
    masks = [(1, listed.from_second, listed.from_third)[3 * t // terms] for t in range(terms)]
    factors = [listed.add("multiply", 1, mask) for mask in masks]
    rows = [[listed.add("multiply", 1, 2 + 8 * t + k) for k in range(8)] for t in range(terms)]
    sums = [listed.add("dot", *factors, *column) for column in zip(*rows, strict=True)]
    code, w = listed.code(sums, processor), [1.0 + k for k in range(8 * terms)]
    for which in range(3):
        live = range(terms * (which + 1) // 3)
        size = [0.25 if masks[t] == 1 else 0.5 for t in range(terms)]  # x·x, or x
        wanted = [sum(size[t] * 0.5 * w[8 * t + k] for t in live) for k in range(8)]
        assert list(sums_of(code, which, w)) == pytest.approx(wanted, rel=1e-15)


def test_a_choice_is_0_only_where_what_is_taken_is(processor: Processor) -> None:
    """Where it is the third length x·w, else w, times w."""
    listed = Masked(8)
    products = [listed.add("multiply", 1, 2 + k) for k in range(8)]
    chosen = [listed.add("where", listed.from_third, p, 2 + k) for k, p in enumerate(products)]
    sums = [listed.add("multiply", c, 2 + k) for k, c in enumerate(chosen)]
    code, w = listed.code(sums, processor), [1.0 + k for k in range(8)]
    for which in range(3):
        factor = 0.5 if which == 2 else 1.0
        assert list(sums_of(code, which, w)) == [factor * x * x for x in w]


def text_of(listed: Any, processor: Processor, *, alone: bool) -> str:
    return lower(listed, processor, alone=alone).module.source


def test_only_a_row_alone_of_several_lengths_looks_up_its_spans(processor: Processor) -> None:
    program = compile(steps_and_places(), backend="python")
    program.backward([[0.5, 1.0], [0.5]])
    program.backward([[0.5, 1.0, 2.0]] * 2)
    several, one = (s.listed("gradient").program for s in program._specializations.values())
    assert several.lengths == 2
    assert re.search("@spans = internal constant", text_of(several, processor, alone=True))
    assert "@spans" not in text_of(several, processor, alone=False)
    assert "@spans" not in text_of(one, processor, alone=True)
