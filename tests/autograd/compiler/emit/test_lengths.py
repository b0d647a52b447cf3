"""Code of a row alone that ends where the row's length does, whatever lies in memory."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest

from autograd import Value, compile, exp, tanh, total
from autograd.compiler.emit.lengths import (
    Cut,
    Span,
    any_in,
    is_in,
    load_cut,
    load_line,
    part_of,
    span_table,
    where_any,
    write_zeros,
)
from autograd.compiler.lower import lower
from autograd.compiler.run.native import Native
from autograd.compiler.schedule import lengths as lengths_module
from autograd.compiler.schedule.lengths import Part, Parts
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.schedule.uniform import UNIFORM
from autograd.compiler.vector.assembly import Function
from autograd.compiler.vector.processor import assembled, host
from autograd.compiler.vector.target import Processor, Target
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

    def marks(self) -> dict[frozenset[int], int | None]:
        """By lengths, what is 1 for them and 0 for others; None for all."""
        zero, one, two = range(self.first - 3, self.first)
        first, second, third = (self.add("equal", 0, number) for number in (zero, one, two))
        both = {(0, 1): (first, second), (0, 2): (first, third), (1, 2): (second, third)}
        found: dict[frozenset[int], int | None] = {frozenset({0, 1, 2}): None}
        found |= {frozenset({k}): mark for k, mark in enumerate((first, second, third))}
        found |= {frozenset(k): self.add("add", *marks) for k, marks in both.items()}
        return found | {frozenset(): zero}

    def marked(self, slot: int, mark: int | None) -> int:
        return slot if mark is None else self.add("multiply", slot, mark)

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


SPANS_OF_THREE = [
    [(0, 1), (40, 43), (17, 18)],
    [(0, 43), (9, 33), (8, 32)],
    [(1, 9), (7, 17), (42, 43)],
]


def of_lanes(lanes: int) -> Processor:
    return replace(host(), target=Target(lanes, host().target.fused))


@pytest.mark.parametrize(("lanes", "count"), [(8, 43), (8, 64), (4, 43)])
@pytest.mark.parametrize("spans", SPANS_OF_THREE)
def test_a_length_computes_any_stretch_of_a_long_nest(
    spans: list[tuple[int, int]], count: int, lanes: int
) -> None:
    """x·w from some parameter to some other, and 0 for the rest."""
    processor = of_lanes(lanes)
    listed = Masked(count)
    marks = listed.marks()
    products = [listed.add("multiply", 1, 2 + k) for k in range(count)]
    lives = [frozenset(n for n, (a, b) in enumerate(spans) if a <= k < b) for k in range(count)]
    sums = [listed.marked(p, marks[live]) for p, live in zip(products, lives, strict=True)]
    code, w = listed.code(sums, processor), [1.0 + k for k in range(count)]
    for which in (0, 2, 1, 0):
        wanted = [0.5 * x if which in live else 0.0 for x, live in zip(w, lives, strict=True)]
        assert list(sums_of(code, which, w)) == wanted


@pytest.mark.parametrize(("lanes", "count"), [(8, 16), (4, 16), (4, 14), (2, 5)])
@pytest.mark.parametrize("spans", [[(0, 1), (3, 12), (0, 5)], [(4, 8), (8, 9), (0, 0)]])
def test_a_length_computes_any_stretch_of_a_run_of_functions(
    spans: list[tuple[int, int]], lanes: int, count: int
) -> None:
    """exp(w/x), as long as they are few enough not to be gathered; and 0 for the rest."""
    listed = Masked(count)
    marks = listed.marks()
    quotients = [listed.add("divide", 2 + k, 1) for k in range(count)]
    calls = [listed.add("exp", slot) for slot in quotients]
    lives = [frozenset(n for n, (a, b) in enumerate(spans) if a <= k < b) for k in range(count)]
    sums = [listed.marked(call, marks[live]) for call, live in zip(calls, lives, strict=True)]
    code, w = listed.code(sums, of_lanes(lanes)), [0.125 * k for k in range(count)]
    for which in (0, 1, 2):
        wanted = [
            math.exp(2 * x) if which in live else 0.0 for x, live in zip(w, lives, strict=True)
        ]
        assert list(sums_of(code, which, w)) == pytest.approx(wanted, rel=1e-15, abs=0.0)


@pytest.mark.parametrize("stretches", [(6, 6), (6, 3), (3, 6), (2, 3), (9,), (4,), (5, 5, 5)])
def test_a_length_adds_up_any_stretch_of_terms(stretches: tuple[int, ...]) -> None:
    """Σ of x·w in eight nodes, where each stretch of terms reads its w at strides of its own."""
    terms = sum(stretches)
    rows = [8 * t * (1 + s) for s, size in enumerate(stretches) for t in range(1, 1 + size)]
    listed = Masked(8 + max(rows))
    spans = [(0, terms), (1, terms - 1), (terms // 2, terms // 2 + 1)]
    marks = listed.marks()
    lives = [frozenset(n for n, (a, b) in enumerate(spans) if a <= t < b) for t in range(terms)]
    factors = [listed.marked(1, marks[live]) for live in lives]
    sums = [listed.add("dot", *factors, *(2 + row + k for row in rows)) for k in range(8)]
    code, w = listed.code(sums, of_lanes(4)), [1.0 + k for k in range(listed.parameters)]
    for which, (first, after) in enumerate(spans):
        wanted = [sum(0.5 * w[row + k] for row in rows[first:after]) for k in range(8)]
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
        assert list(sums_of(code, which, w)) == pytest.approx(wanted, rel=1e-15, abs=0.0)


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


@pytest.mark.parametrize("together", [True, False])
def test_the_code_of_a_sum_that_is_cut_does_not_grow_with_it(together: bool) -> None:
    """Σ of mask·x·w with a first term that all lengths have, in one stretch or in two."""

    def lines(terms: int) -> int:
        listed = Masked(8 * 3 * terms)
        factors = [listed.add("multiply", 1, listed.from_second) for _ in range(2 * terms)]
        factors[0] = 1
        step = 8 if together else 16
        rows = [8 * t for t in range(terms)] + [8 * terms + step * t for t in range(terms)]
        sums = [listed.add("dot", *factors, *(2 + row + k for row in rows)) for k in range(8)]
        given = 2, listed.parameters, (0.0, 1.0, 2.0), tuple(listed.steps)
        made = lower(WengertList(*given, (), tuple(sums), 3), of_lanes(4), alone=True)
        return made.module.source.count("\n")

    assert lines(24) == lines(12)


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


# ------------------------------------------------------------- what each function writes, by itself

SPAN = Span("%begin", "%end")
SPANS = list(product(range(7), range(7)))
Words = ctypes.c_int64 * 8
KINDS = {"i64": ctypes.c_int64, "ptr": ctypes.c_void_p}
MEMSET = "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"


def body() -> Function:
    return Function(Target(1, False))


def compiled(function: Function, arguments: str, *more: str) -> Callable[..., None]:
    """A function of a span and an address, or of an address alone."""
    function.do("ret void")
    text = "\n".join((function.definition(f"void @it({arguments})"), *more))
    code = assembled(text, replace(host(), target=function.target))
    kinds = [KINDS[argument.split()[0]] for argument in arguments.split(", ")]
    call = ctypes.CFUNCTYPE(None, *kinds)(code.address("it"))

    def called(*given: Any, code: object = code) -> None:  # the code lives as long as this
        call(*(ctypes.addressof(a) if isinstance(a, ctypes.Array) else a for a in given))

    return called


def put(function: Function, place: int, register: str, kind: str = "i64") -> None:
    number = function.emit(f"zext i1 {register} to i64") if kind == "i1" else register
    pointer = function.emit(f"getelementptr i64, ptr %out, i64 {place}")
    function.do(f"store i64 {number}, ptr {pointer}")


def test_places_are_in_a_span_or_not() -> None:
    function = body()
    put(function, 0, any_in(function, SPAN), "i1")
    for place in range(6):
        put(function, 1 + place, is_in(function, SPAN, place), "i1")
    call, out = compiled(function, "i64 %begin, i64 %end, ptr %out"), Words()
    for begin, end in SPANS:
        if begin <= end:
            call(begin, end, out)
            assert list(out)[:7] == [begin < end, *(k in range(begin, end) for k in range(6))]


def test_a_part_of_a_span_is_counted_from_its_first_place() -> None:
    """Of the places 2, 3 and 4."""
    function = body()
    part = part_of(function, SPAN, 2, 3)
    for place, register in enumerate(part):
        put(function, place, register)
    call, out = compiled(function, "i64 %begin, i64 %end, ptr %out"), Words()
    for begin, end in SPANS:
        call(begin, end, out)
        assert list(out)[:2] == [max(begin - 2, 0), min(end - 2, 3)]


def test_what_is_for_a_place_of_a_span_is_jumped_over_where_there_is_none() -> None:
    function = body()
    where_any(function, SPAN, lambda: put(function, 0, "7"))
    put(function, 1, "8")
    call = compiled(function, "i64 %begin, i64 %end, ptr %out")
    for begin, end in SPANS:
        out = Words()
        call(begin, end, out)
        assert list(out)[:2] == [7 * (begin < end), 8]


def test_other_rounds_than_those_of_a_span_are_0() -> None:
    """Three rounds of two numbers, from the second on."""
    function = body()
    write_zeros(function, "%out", 8, SPAN, (3, 16))
    call = compiled(function, "i64 %begin, i64 %end, ptr %out", MEMSET)
    for begin, end in SPANS:
        if begin <= end <= 3:
            out = Words(*range(1, 9))
            call(begin, end, out)
            computed = {1 + 2 * k + j for k in range(begin, end) for j in range(2)} | {0, 7}
            assert list(out) == [1 + k if k in computed else 0 for k in range(8)]


PARTS = Parts(3, {}, [[range(1), range(1, 2), range(5)], [range(2, 9), range(0), range(4, 6)]])


@pytest.mark.parametrize(
    ("which", "line"), [(0.0, 0), (1.0, 1), (2.0, 2), (3.0, 0), (-1.0, 0), (1e15, 0)]
)
def test_each_length_has_its_line_and_what_is_none_the_first(which: float, line: int) -> None:
    """In the scratch array stand what comes before the uniform numbers, and the length."""
    memory, function = Memory(1, 1, {}, {0: (UNIFORM, 0)}), body()
    at = load_line(function, memory, PARTS)
    both = load_cut(function, at, Part(0, 1))
    one = load_cut(function, at, Part(1, None, True, True))
    assert (both.part, one.part, one.terms) == (Part(0, 1), Part(1, None, True, True), None)
    assert both.terms is not None
    for place, register in enumerate((*both.rounds, *both.terms, *one.rounds)):
        put(function, place, register)
    call, out = compiled(function, "ptr %scratch, ptr %out", span_table(PARTS)), Words()
    scratch = (ctypes.c_double * 64)(*[math.nan] * 64)
    scratch[memory.uniform // 8] = which
    call(scratch, out)
    first, second = (span[line] for span in PARTS.spans)
    wanted = [first.start, first.stop, *[second.start, second.stop] * 2]
    assert list(out)[:6] == wanted


def test_rounds_that_are_all_or_none_need_no_limits() -> None:
    span = Span("%a", "%b")
    assert Cut(span, None, Part(0, whole=True)).within is None
    assert Cut(span, None, Part(0)).within is span


def test_spans_and_cuts_do_not_change(tools: Any) -> None:
    tools.unchanging(Cut)
    with pytest.raises(AttributeError):
        SPAN.begin = "%c"  # type: ignore[misc]
