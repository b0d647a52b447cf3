"""What a row's length leaves to be done: enough for the results, and not much more."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from autograd import Value, compile, exp, maximum, tanh, total
from autograd.compiler.schedule import lengths as lengths_module
from autograd.compiler.schedule.lengths import Part, Parts, cut_to_lengths
from autograd.compiler.schedule.normal import Apply, Node, NormalForm, Sum, normalize
from autograd.compiler.schedule.uniform import UniformOrder, order_uniform
from autograd.compiler.wengert.expressions import evaluate
from autograd.compiler.wengert.wengert import Instruction, WengertList
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


EVERY = {0, 1, 2}
SIZE = 8


class Blocks:
    """A list for three lengths, in blocks of eight slots that one nest computes.

    Column 0 is the length's number and column 1 is x; `w` are blocks of parameters.
    """

    def __init__(self, blocks: int = 3) -> None:
        self.parameters, self.steps = SIZE * blocks, list[Instruction]()
        self.w = [[2 + SIZE * b + k for k in range(SIZE)] for b in range(blocks)]
        self.zero, self.one, self.two, self.three = (2 + self.parameters + k for k in range(4))
        self.first = self.three + 1
        self.sums = list[int]()
        self.is_second, self.is_third = (
            self.add("equal", 0, self.one),
            self.add("equal", 0, self.two),
        )
        self.from_second = self.add("add", self.is_second, self.is_third)

    def add(self, name: str, *read: int) -> int:
        self.steps.append(Instruction(name, read))
        return self.first + len(self.steps) - 1

    def each(self, name: str, *read: int | list[int]) -> list[int]:
        """An operation for each slot of a block; a slot that is no block is read by all."""
        columns = [[a] * SIZE if isinstance(a, int) else a for a in read]
        return [self.add(name, *some) for some in zip(*columns, strict=True)]

    def listed(self, *outputs: int) -> WengertList:
        given = 2, self.parameters, (0.0, 1.0, 2.0, 3.0), tuple(self.steps)
        return WengertList(*given, outputs, tuple(self.sums), 3)


class Cut:
    """What is computed of a list for each of three lengths."""

    def __init__(self, listed: WengertList, lanes: int = LANES) -> None:
        self.form = normalize(listed, alone=True)
        self.whole = order_uniform(self.form, lanes)
        self.order, self.parts = cut_to_lengths(self.form, self.whole, 3)
        self.group = {slot: group for group in self.order.groups for slot in group.slots}

    def part(self, slot: int) -> Part | None:
        return self.parts.of.get(self.group[slot].slots[0])

    def spans(self, place: int | None) -> list[range]:
        assert place is not None
        return [self.parts.spans[place][length] for length in range(3)]

    def computed(self, slot: int) -> set[int]:
        """The lengths for which a slot is computed."""
        group, part = self.group[slot], self.part(slot)
        if part is None:
            return EVERY
        size = len(group.slots) // group.nest.counts[0] if group.nest else 1
        spans = self.spans(part.rounds)
        return {k for k in EVERY if group.slots.index(slot) // size in spans[k]}

    def check(self) -> None:
        """What the parts give is what all of it gives."""
        for length in range(3):
            row = [float(length), 0.75]
            wanted, _ = totals(self.form, self.whole, row, None)
            found, _ = totals(self.form, self.order, row, self.parts)
            assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)


CHOICES: list[tuple[str, str, str, set[int], set[int], set[int]]] = [
    ("is_third", "p", "q", {2}, {0, 1}, EVERY),
    ("is_second", "p", "q", {1}, {0, 2}, EVERY),
    ("from_second", "p", "q", {1, 2}, EVERY, EVERY),  # a sum of marks may be anything but 0
    ("x", "p", "q", EVERY, EVERY, EVERY),
    ("is_third", "p", "zero", {2}, EVERY, {2}),
    ("is_third", "zero", "q", EVERY, {0, 1}, {0, 1}),
    ("is_third", "p", "one", {2}, EVERY, EVERY),
    ("x", "p", "zero", EVERY, EVERY, EVERY),
    ("not_third", "p", "q", {0, 1}, {2}, EVERY),
    ("not_third_again", "p", "q", {0, 1}, {2}, EVERY),
    ("is_x", "p", "q", EVERY, EVERY, EVERY),
    ("never", "p", "q", set(), EVERY, EVERY),
    ("never", "q", "p", EVERY, set(), EVERY),
]


@pytest.mark.parametrize(("condition", "a", "b", "of_p", "of_q", "of_choice"), CHOICES)
def test_of_a_choice_only_what_may_be_taken_is_computed(
    condition: str, a: str, b: str, of_p: set[int], of_q: set[int], of_choice: set[int]
) -> None:
    made = Blocks()
    not_third = made.add("not_equal", made.two, 0)
    named: dict[str, Any] = {
        "p": made.each("divide", made.w[0], 1), "q": made.each("divide", 1, made.w[1]), "x": 1,
        "zero": made.zero, "one": made.one, "is_second": made.is_second,
        "is_third": made.is_third, "from_second": made.from_second, "not_third": not_third,
        "not_third_again": made.add("equal", not_third, made.one),
        "is_x": made.add("equal", 0, 1), "never": made.add("equal", 0, made.three),
    }  # fmt: skip
    choices = made.each("where", named[condition], named[a], named[b])
    made.sums = choices
    cut = Cut(made.listed())
    cut.check()
    taken = {name: wanted for name, wanted in (("p", of_p), ("q", of_q)) if name in (a, b)}
    for name, wanted in taken.items():
        assert [cut.computed(slot) for slot in named[name]] == [wanted] * SIZE
        assert (cut.part(named[name][0]) is None) is (wanted == EVERY)
    assert [cut.computed(slot) for slot in choices] == [of_choice] * SIZE
    part = cut.part(choices[0])
    assert part == (
        None if of_choice == EVERY else Part(part.rounds if part else 0, None, True, True)
    )


def test_an_output_is_needed_for_each_length() -> None:
    made = Blocks()
    quotients = made.each("divide", made.w[0], 1)
    chosen = made.each("where", made.is_third, quotients, made.one)
    cut = Cut(made.listed(*chosen))
    assert [cut.computed(slot) for slot in quotients] == [{2}] * SIZE
    assert [cut.computed(slot) for slot in chosen] == [EVERY] * SIZE
    assert Cut(made.listed(*quotients)).parts == Parts(3)


@pytest.mark.parametrize("first", [True, False])
def test_what_two_choices_ask_for_is_computed_for_both(first: bool) -> None:
    """A comparison of each number, by which all lengths choose, and the third length chooses."""
    made = Blocks()
    asked = made.each("less", made.w[0], 1)
    quotients = made.each("divide", made.w[1], made.w[2])

    def of_all() -> list[int]:
        return made.each("where", asked, made.w[1], made.w[2])

    def of_third() -> list[int]:
        chosen = made.each("where", asked, quotients, made.w[2])
        return made.each("where", made.is_third, chosen, made.zero)

    made.sums = [*of_all(), *of_third()] if first else [*of_third(), *of_all()]
    cut = Cut(made.listed())
    cut.check()
    assert [cut.computed(slot) for slot in asked] == [EVERY] * SIZE
    assert [cut.computed(slot) for slot in quotients] == [{2}] * SIZE


@pytest.mark.parametrize("branches", [(True, True), (True, False), (False, True), (False, False)])
def test_what_two_choices_may_take_is_computed_for_both(branches: tuple[bool, bool]) -> None:
    """Quotients where it is the second length or where it is the third, as either branch."""
    made = Blocks()
    quotients = made.each("divide", made.w[0], 1)
    for number, first in zip((made.one, made.two), branches, strict=True):
        mark = made.add("equal" if first else "not_equal", 0, number)
        both = (quotients, made.zero) if first else (made.zero, quotients)
        made.sums += made.each("where", mark, *both)
    cut = Cut(made.listed())
    cut.check()
    assert [cut.computed(slot) for slot in quotients] == [{1, 2}] * SIZE


@pytest.mark.parametrize(("size", "lanes"), [(2, 2), (8, 4)])
def test_a_run_of_functions_ends_where_a_length_needs_no_more(size: int, lanes: int) -> None:
    made = Blocks()
    half = size // 2
    before = [made.add("divide", w, 1) for w in made.w[0][:size]]
    run = [made.add("tanh", slot) for slot in before]
    late = [made.add("divide", slot, made.w[1][k]) for k, slot in enumerate(run[half:])]
    last = [made.add("where", made.is_third, slot, made.zero) for slot in late]
    made.sums = [*run[:half], *last]
    cut = Cut(made.listed(), lanes)
    cut.check()
    assert cut.group[run[0]].slots == run
    assert [cut.computed(slot) for slot in run] == [EVERY] * half + [{2}] * half
    part = cut.part(run[0])
    assert part is not None and part == Part(part.rounds, None, False, False)
    whole = Blocks()
    whole.sums = whole.each("tanh", whole.each("divide", whole.w[0], 1))
    assert Cut(whole.listed()).parts == Parts(3)


def test_neither_what_is_gathered_nor_a_single_node_has_a_part() -> None:
    made = Blocks()
    twice = [*made.each("divide", made.w[0], 1), *made.each("divide", 1, made.w[0])]
    calls = [made.add("tanh" if k % 2 else "sin", slot) for k, slot in enumerate(twice)]
    alone = [made.add("exp", 1), made.add("divide", 1, made.is_second)]
    made.sums = [made.add("where", made.is_third, slot, made.one) for slot in (*calls, *alone)]
    cut = Cut(made.listed())
    cut.check()
    assert {cut.group[slot].gathered for slot in calls} == {"tanh", "sin"}
    assert all(cut.group[first].nest for first in cut.parts.of)
    assert all(cut.computed(slot) == EVERY for slot in (*calls, *alone))


@pytest.mark.parametrize("terms", [2, 3, 5])
@pytest.mark.parametrize("mask_first", [True, False])
@pytest.mark.parametrize("single", [True, False])
def test_terms_that_are_0_are_left_out(terms: int, mask_first: bool, single: bool) -> None:
    """Σ of x·x/w, mask·x/w, …: from three terms on, if a mark is one of the factors."""
    made = Blocks(terms)
    factors = [made.each("divide", 1, w) for w in made.w]
    marks = [1, *[made.from_second] * (terms - 2), made.is_third]
    nodes = range(1 if single else SIZE)
    for k in nodes:
        own = [block[k] for block in factors]
        made.sums.append(made.add("dot", *((*marks, *own) if mask_first else (*own, *marks))))
    cut = Cut(made.listed())
    cut.check()
    dots, part = made.sums, cut.part(made.sums[0])
    if terms < lengths_module.FEWEST_TERMS:
        assert part is None
        assert cut.computed(factors[-1][0]) == EVERY
        return
    assert part is not None
    assert (cut.spans(part.rounds), part.zeros, part.whole) == (
        [range(len(dots) if not single else 1)] * 3, False, True,
    )  # fmt: skip
    assert cut.spans(part.terms) == [range(1), range(terms - 1), range(terms)]
    needs = [EVERY, *[{1, 2}] * (terms - 2), {2}]
    wanted = [need for need in needs for _ in range(SIZE)]
    if not single:
        assert [cut.computed(slot) for block in factors for slot in block] == wanted


def test_of_a_sum_without_a_term_one_that_is_0_is_left() -> None:
    """For the first length nothing is left; yet the sum is not 0 for all of its nodes."""
    made = Blocks(3)
    factors = [made.each("divide", 1, w) for w in made.w]
    marks = [made.from_second, made.is_third, made.is_third]
    made.sums = [made.add("dot", *marks, *(block[k] for block in factors)) for k in range(SIZE)]
    cut = Cut(made.listed())
    cut.check()
    part = cut.part(made.sums[0])
    assert part is not None and part.zeros
    assert cut.spans(part.rounds) == [range(0), range(SIZE), range(SIZE)]
    assert cut.spans(part.terms) == [range(3), range(1), range(3)]
    assert [cut.computed(block[0]) for block in factors] == [{1, 2}, {2}, {2}]


def test_terms_are_those_of_every_node_of_a_nest() -> None:
    """A term that is 0 in the last node alone, or in the first alone, is computed in all."""
    for place in (0, SIZE - 1):
        made = Blocks(3)
        own = [made.each("divide", 1, w) for w in made.w]
        marked = made.each("where", made.is_third, own[2], made.zero)
        plain = made.each("where", 1, own[2], made.zero)
        mixed = [marked[k] if k == place else plain[k] for k in range(SIZE)]
        again = [made.add("multiply", slot, 1) for slot in mixed]
        made.sums = [made.add("dot", own[0][k], own[1][k], again[k], 1, 1, 1) for k in range(SIZE)]
        Cut(made.listed()).check()


def test_the_last_node_may_be_the_only_one_with_a_term_less() -> None:
    """The first length needs the last node alone, whose last term is 0 then."""
    made = Blocks(3)
    own = [made.each("divide", 1, w) for w in made.w]
    marks = [1, 1, made.from_second]
    dots = [made.add("dot", *marks, *(block[k] for block in own)) for k in range(SIZE)]
    some = [made.add("where", made.from_second, slot, made.zero) for slot in dots[:-1]]
    made.sums = [*some, dots[-1]]
    cut = Cut(made.listed())
    cut.check()
    part = cut.part(dots[0])
    assert part is not None and not part.whole
    assert cut.spans(part.rounds) == [range(SIZE - 1, SIZE), range(SIZE), range(SIZE)]
    assert cut.spans(part.terms) == [range(2), range(3), range(3)]


@pytest.mark.parametrize("first", ["one", "length"])
def test_a_mark_itself_is_computed_as_a_whole(first: str) -> None:
    """A sum of three marks and a number, all known from the length, has no terms to leave out."""
    made = Blocks()
    number = made.one if first == "one" else 0
    marks = made.add("total", number, made.is_second, made.is_third, made.from_second)
    made.sums = [made.add("multiply", marks, 1)]
    cut = Cut(made.listed())
    cut.check()
    assert cut.parts == Parts(3)


@pytest.mark.parametrize("longest_first", [True, False])
def test_no_length_is_needed_by_default(longest_first: bool) -> None:
    for name, needs in (("equal", {2}), ("not_equal", {0, 1})):
        made = Blocks()
        condition = made.add(name, 0, made.two)
        quotients = made.each("divide", made.w[0], 1)
        made.sums = made.each("multiply", quotients, condition)
        if longest_first:
            made.sums.reverse()
        cut = Cut(made.listed())
        cut.check()
        assert [cut.computed(slot) for slot in quotients] == [needs] * SIZE


@pytest.mark.parametrize(("least", "cut_off"), [(16, True), (17, False)])
def test_a_nest_with_little_work_is_computed_as_a_whole(
    least: int, cut_off: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight quotients have sixteen operands."""
    monkeypatch.setattr(lengths_module, "LEAST_WORK", least)
    made = Blocks()
    quotients = made.each("divide", made.w[0], 1)
    made.sums = made.each("where", made.is_third, quotients, made.one)
    cut = Cut(made.listed())
    cut.check()
    assert (cut.part(quotients[0]) is not None) is cut_off
    assert cut.part(made.sums[0]) is None


def random_blocks(seed: int) -> WengertList:
    """Blocks of what was before, chosen, marked and added up, and some of them as results."""
    random, made = Random(seed), Blocks()
    marks = [made.is_second, made.is_third, made.from_second, made.add("not_equal", 0, made.two)]
    blocks = [*made.w, made.each("divide", made.w[0], 1)]
    for _ in range(10):
        a, b, c = (random.choice(blocks) for _ in range(3))
        mark = random.choice(marks)
        match random.randrange(6):
            case 0:
                blocks.append(made.each("where", mark, a, random.choice([b, made.zero])))
            case 1:
                blocks.append(made.each("where", mark, made.zero, b))
            case 2:
                blocks.append(made.each("multiply", a, mark))
            case 3:
                more = random.choice(marks)
                blocks.append(made.each("dot", mark, more, 1, a, b, c))
            case 4:
                blocks.append(made.each("where", made.each("less", a, b), b, c))
            case _:
                some = [made.add("multiply", slot, mark) for slot in a[: random.randrange(8)]]
                blocks.append([*some, *a[len(some) :]])
    made.sums = [slot for block in blocks[-4:] for slot in random.sample(block, 6)]
    return made.listed()


@pytest.mark.parametrize("seed", range(12))
def test_random_lists_need_nothing_that_is_left_out(seed: int) -> None:
    Cut(random_blocks(seed)).check()
