"""The normal form: sums of products, terms merged where order allows it, and what is varying."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence

import pytest

from autograd.compiler.readable.python import interpreter
from autograd.compiler.schedule.normal import (
    Apply,
    NormalForm,
    Product,
    Sum,
    Total,
    arguments_of,
    is_call,
    normalize,
)
from autograd.compiler.wengert.expressions import evaluate
from autograd.compiler.wengert.wengert import Instruction, WengertList

# Slot 0 is a column, slots 1 and 2 are parameters, slot 3 is the constant 2.0.
X, W, B, TWO = range(4)


def normal(
    *instructions: Instruction, outputs: tuple[int, ...] = (), sums: tuple[int, ...] = ()
) -> NormalForm:
    return normalize(WengertList(1, 2, (2.0,), instructions, outputs, sums))


def test_a_neuron_is_one_sum_and_one_call() -> None:
    form = normal(
        Instruction("multiply", (W, X)),
        Instruction("add", (B, 4)),
        Instruction("tanh", (5,)),
        outputs=(6,),
    )
    assert form.nodes == {5: Sum([Product(B), Product(W, X)]), 6: Apply("tanh", (5,))}
    assert form.varying >= {X, 5, 6}
    assert form.varying.isdisjoint({W, B, TWO})
    assert (form.columns, form.parameters, form.constants) == (1, range(1, 3), {TWO: 2.0})
    assert form.outputs == (6,)


@pytest.mark.parametrize(
    ("name", "arguments", "products"),
    [
        ("add", (X, W), [Product(X), Product(W)]),
        ("subtract", (X, W), [Product(X), Product(W, None, True)]),
        ("negative", (X,), [Product(X, None, True)]),
        ("multiply", (X, W), [Product(X, W)]),
        ("dot", (X, W, B, TWO), [Product(X, B), Product(W, TWO)]),
        ("dot", (X, W, B), [Product(B), Product(X, W)]),
        ("total", (X, W, B), [Product(X), Product(W), Product(B)]),
    ],
)
def test_operations_that_are_sums_of_products(
    name: str, arguments: tuple[int, ...], products: list[Product]
) -> None:
    form = normal(Instruction(name, arguments), outputs=(4,))
    assert form.nodes == {4: Sum(products)}


def test_a_sum_is_merged_only_where_no_order_changes() -> None:
    """(x + x·x) - (x + w) keeps its second term, since its parts would be added one by one."""
    form = normal(
        Instruction("multiply", (X, X)),
        Instruction("add", (X, 4)),
        Instruction("add", (X, W)),
        Instruction("subtract", (5, 6)),
        outputs=(7,),
    )
    assert form.nodes == {
        6: Sum([Product(X), Product(W)]),
        7: Sum([Product(X), Product(X, X), Product(6, None, True)]),
    }


def test_the_negative_of_a_sum_is_merged_only_if_that_keeps_the_sign_of_zero() -> None:
    """-(x - x) is -0, and -x + x would be 0; -(x·w) and (-x)·w are one number."""
    minus = Instruction("negative", (4,))
    form = normal(Instruction("subtract", (X, W)), minus, outputs=(5,))
    assert form.nodes[5] == Sum([Product(4, None, True)])
    form = normal(Instruction("multiply", (X, W)), minus, outputs=(5,))
    assert form.nodes == {5: Sum([Product(X, W, True)])}


def test_a_term_that_is_used_twice_or_wanted_stays_a_node() -> None:
    square, both = Instruction("multiply", (X, X)), Instruction("add", (4, 4))
    assert normal(square, both, outputs=(5,)).nodes.keys() == {4, 5}
    assert normal(square, Instruction("add", (W, 4)), outputs=(4, 5)).nodes.keys() == {4, 5}


def test_a_uniform_term_of_a_varying_sum_stays_a_node() -> None:
    form = normal(Instruction("multiply", (W, B)), Instruction("add", (X, 4)), outputs=(5,))
    assert form.nodes.keys() == {4, 5}
    assert form.varying == {X, 5}


def test_what_no_result_depends_on_is_left_out() -> None:
    assert normal(Instruction("exp", (X,)), Instruction("sin", (X,)), outputs=(5,)).nodes == {
        5: Apply("sin", (X,))
    }


def test_a_sum_over_the_rows_is_taken_apart() -> None:
    form = normal(
        Instruction("multiply", (X, W)),
        Instruction("multiply", (W, W)),
        Instruction("add", (4, 5)),
        sums=(6, B),
    )
    assert form.totals == [Total([Product(X, W)], [Product(5)]), Total([], [Product(B)])]


def test_kernels_read_whole_vectors_or_computed_numbers() -> None:
    form = normal(Instruction("atan2", (X, W)), Instruction("atan2", (W, W)), outputs=(4, 5))
    spread, copied = form.nodes[4].arguments[1], form.nodes[5].arguments[0]
    assert form.nodes[spread] == Apply("spread", (W,))
    assert form.nodes[copied] == Sum([Product(W)])
    assert form.nodes[5].arguments == (copied, copied)
    assert spread in form.varying
    assert copied not in form.varying
    assert list(form.nodes) == [spread, 4, copied, 5]


def test_a_derivative_uses_the_value_where_that_is_computed() -> None:
    value, slope = Instruction("tanh", (X,)), Instruction("tanh_derivative", (X,))
    assert normal(value, slope, outputs=(4, 5)).nodes[5] == Apply("tanh_derivative_at", (4, X))
    assert normal(slope, outputs=(4,)).nodes[4] == Apply("tanh_derivative", (X,))


def test_powers_with_a_logarithm_are_calls() -> None:
    square, other = (Instruction("fixed_power", (X,), (p,)) for p in (2.0, 1.7))
    form = normal(square, other, outputs=(4, 5))
    assert form.nodes[4] == Apply("fixed_power", (X,), (2.0,))
    power = form.nodes[5]
    assert isinstance(power, Apply)
    assert (power.name, power.arguments[0]) == ("power", X)
    assert not is_call(form.nodes[4])
    assert is_call(power)


def test_arguments_of_products() -> None:
    assert arguments_of([Product(3, 4), Product(5), Product(3, 3, True)]) == [3, 4, 5, 3, 3]


def test_a_negative_factor_of_a_dot_is_a_term_of_the_other_sign() -> None:
    """-a is gone, unless something else reads it; two of them make no sign."""
    steps = (
        Instruction("negative", (0,)),
        Instruction("negative", (1,)),
        Instruction("dot", (2, 0, 1, 1)),
        Instruction("dot", (3, 3, 0, 3)),
        Instruction("exp", (3,)),
    )
    form = normalize(WengertList(0, 2, (), steps, (4, 5, 6)))
    assert 2 not in form.nodes
    assert form.nodes[3] == Sum([Product(1, None, True)])
    assert form.nodes[4] == Sum([Product(0, 1, True), Product(0, 1)])
    assert form.nodes[5] == Sum([Product(1, 0, True), Product(1, 1)])


def test_a_negative_factor_of_a_product_by_itself_stays_a_node() -> None:
    form = normal(Instruction("negative", (X,)), Instruction("multiply", (4, W)), outputs=(5,))
    assert form.nodes == {4: Sum([Product(X, None, True)]), 5: Sum([Product(4, W)])}


def test_a_number_is_one_constant_however_often_it_is_met() -> None:
    """The exponent of two powers, one that the list has, and the 1 of two 1 - x²."""
    powers = [Instruction("fixed_power", (slot,), (5.0,)) for slot in (X, W)]
    composed = [Instruction("one_minus_square", (slot,)) for slot in (X, W)]
    listed = WengertList(1, 2, (2.0, 5.0), (*powers, *composed), (5, 6, 7, 8))
    assert sorted(normalize(listed).constants.values()) == [1.0, 2.0, 5.0]


def test_a_uniform_call_reads_what_is_computed_where_it_is() -> None:
    form = normal(Instruction("multiply", (W, B)), Instruction("exp", (4,)), outputs=(5,))
    assert form.nodes == {4: Sum([Product(W, B)]), 5: Apply("exp", (4,))}


def test_what_is_composed_may_read_an_argument_twice_and_nothing_else_does() -> None:
    """1 - s² is (1 - s)·(1 + s), so that the product s is no term of 1 - s; p is one of p + w."""
    form = normal(
        Instruction("multiply", (X, W)),
        Instruction("one_minus_square", (4,)),
        Instruction("multiply", (X, X)),
        Instruction("add", (6, W)),
        outputs=(5, 7),
    )
    assert form.nodes[4] == Sum([Product(X, W)])
    assert 6 not in form.nodes
    assert form.nodes[7] == Sum([Product(X, X), Product(W)])


@pytest.mark.parametrize("power", [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0])
def test_small_powers_are_no_calls(power: float) -> None:
    form = normal(Instruction("fixed_power", (X,), (power,)), outputs=(4,))
    assert form.nodes == {4: Apply("fixed_power", (X,), (power,))}


@pytest.mark.parametrize("power", [-4.0, -3.0, -1.5, 1.5, 2.5, 5.0])
def test_other_powers_are_calls_with_the_exponent_as_a_constant(power: float) -> None:
    form = normal(Instruction("fixed_power", (X,), (power,)), outputs=(4,))
    call = form.nodes[4]
    assert isinstance(call, Apply) and is_call(call)
    spread = form.nodes[call.arguments[1]]
    assert isinstance(spread, Apply) and form.constants[spread.arguments[0]] == power


def test_what_is_composed_is_written_with_nodes_and_constants_of_its_own() -> None:
    """1 - x² is (1 - x)·(1 + x); the list has no 1."""
    form = normal(Instruction("one_minus_square", (X,)), outputs=(4,))
    (one,) = form.constants.keys() - {TWO}
    less, more = (slot for slot in form.nodes if slot != 4)
    assert form.constants[one] == 1.0
    assert form.nodes == {
        less: Sum([Product(one), Product(X, None, True)]),
        more: Sum([Product(one), Product(X)]),
        4: Sum([Product(less, more)]),
    }
    assert form.varying == {X, less, more, 4}


# ---------------------------------------------------------------------- what a normal form computes

COLUMNS = 3
Make = Callable[..., WengertList]


def numbers_of(
    form: NormalForm, row: Sequence[float], parameters: Sequence[float]
) -> dict[int, float]:
    """Compute the nodes in their order, each of what is there by then, term after term."""
    known = dict(enumerate(row)) | dict(zip(form.parameters, parameters, strict=True))
    known |= form.constants
    for slot, node in form.nodes.items():
        if isinstance(node, Sum):
            known[slot] = sum_of(node.products, known)
        elif node.name in ("spread", "tanh_derivative_at"):
            (x,) = [known[a] for a in node.arguments[-1:]]
            known[slot] = x if node.name == "spread" else evaluate("tanh_derivative", [x])
        else:
            known[slot] = evaluate(node.name, [known[a] for a in node.arguments], node.parameters)
    return known


def sum_of(products: Sequence[Product], known: dict[int, float]) -> float:
    result: float | None = None
    for left, right, negative in products:
        term = known[left] * (1.0 if right is None else known[right])
        term = -term if negative else term
        result = term if result is None else result + term
    return 0.0 if result is None else result


def bits(numbers: Sequence[float]) -> list[bytes]:
    return [b"nan" if x != x else struct.pack("d", x) for x in numbers]


ROW, WEIGHTS = [0.3, -1.7, 2.9], [0.7, -0.11, 1.3]


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_merging_changes_no_bit_and_nothing_is_left_over(
    seed: int, alone: bool, random_list: Make
) -> None:
    """Sums and products of numbers that are rounded at each step."""
    listed = random_list(seed, arithmetic=True)
    form = normalize(listed, alone=alone)
    known = numbers_of(form, ROW, WEIGHTS)
    ((*expected,),), sums = interpreter(listed)([ROW], WEIGHTS)
    assert bits([known[slot] for slot in form.outputs]) == bits(expected)
    totals = [(*total.varying, *total.uniform) for total in form.all_totals()]
    found = [sum_of(products, known) for products in totals]
    assert found == pytest.approx(sums, rel=1e-12, abs=1e-12, nan_ok=True)
    read = {slot for node in form.nodes.values() for slot in node.arguments}
    read |= {slot for products in totals for slot in arguments_of(products)} | {*form.outputs}
    assert form.nodes.keys() <= read


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_a_normal_form_computes_its_list(seed: int, alone: bool, random_list: Make) -> None:
    """All kinds; and what is called varying is what depends on a column."""
    listed = random_list(100 + seed)
    form = normalize(listed, alone=alone)
    known = numbers_of(form, ROW, WEIGHTS)
    ((*expected,),), sums = interpreter(listed)([ROW], WEIGHTS)
    near = {"rel": 1e-9, "abs": 1e-9, "nan_ok": True}
    assert [known[slot] for slot in form.outputs] == pytest.approx(expected, **near)
    totals = form.all_totals()
    found = [sum_of([*total.varying, *total.uniform], known) for total in totals]
    if all(map(math.isfinite, sums)):
        assert found == pytest.approx(sums, rel=1e-9, abs=1e-9)
    depends = set() if alone else set(range(COLUMNS))
    for slot, node in form.nodes.items():
        spread = isinstance(node, Apply) and node.name == "spread"
        if spread or not depends.isdisjoint(node.arguments):
            depends.add(slot)
    assert form.varying & {*range(COLUMNS), *form.nodes} == depends
    for total in totals:
        assert all(not depends.isdisjoint(arguments_of([p])) for p in total.varying)
        assert all(depends.isdisjoint(arguments_of([p])) for p in total.uniform)


@pytest.mark.parametrize("swapped", [False, True])
def test_rows_come_in_the_order_of_their_sums(swapped: bool) -> None:
    """The products of two factors with nine columns each, and a sum of a column between them."""
    columns = range(9)
    steps = [Instruction("tanh", (0,)), Instruction("sin", (0,))]
    steps += [Instruction("multiply", (factor, x)) for factor in (9, 10) for x in columns]
    first, second = range(11, 20), range(20, 29)
    sums = (*second, 3, *first) if swapped else (*first, 3, *second)
    form = normalize(WengertList(9, 0, (), tuple(steps), (), sums))
    factors = [10, 9] if swapped else [9, 10]
    assert [(row.first, row.factor) for row in form.gradient_rows] == [
        (0, factors[0]),
        (10, factors[1]),
    ]
    wanted = [[Product(factors[0], x)] for x in columns]
    wanted += [[Product(3)], *([Product(factors[1], x)] for x in columns)]
    assert [total.varying for total in form.all_totals()] == wanted


def test_what_is_added_up_and_is_in_a_row_stays_a_node() -> None:
    """A product of columns, times the row's factor and by itself."""
    steps = [Instruction("multiply", (0, 1)), Instruction("tanh", (0,))]
    steps += [Instruction("multiply", (9, x)) for x in range(9)]
    form = normalize(WengertList(8, 0, (), tuple(steps), (), (*range(10, 19), 8)))
    assert [row.others for row in form.gradient_rows] == [tuple(range(9))]
    assert form.nodes == {8: Sum([Product(0, 1)]), 9: Apply("tanh", (0,))}
    assert form.totals[9] == Total([Product(8)], [])


@pytest.mark.parametrize("alone", [False, True])
def test_a_value_and_its_derivative_are_side_by_side_where_they_vary(alone: bool) -> None:
    steps = [Instruction(f"tanh{end}", (slot,)) for slot in (X, W) for end in ("", "_derivative")]
    listed = WengertList(1, 2, (2.0,), tuple(steps), (4, 5, 6, 7))
    form = normalize(listed, alone=alone)
    assert form.beside == ({} if alone else {4: 5})
    assert form.alone is alone
    for value, slope in ((4, 5), (6, 7)):
        node = form.nodes[slope]
        assert isinstance(node, Apply)
        assert (node.name, node.arguments[0]) == ("tanh_derivative_at", value)
