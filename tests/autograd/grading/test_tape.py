"""A pass over a tape does what `backward` does, and a slip what it says."""

from __future__ import annotations

import math

import pytest

from autograd import Value, tanh, total
from autograd.grading.slips import to_decimals
from autograd.grading.tape import RIGHT, Pass, Slip, Tape, _by_hand
from autograd.graph import topological_order
from autograd.operation import TABLE


def graph():
    w, x = Value(0.5, "w"), Value(3.0, "x")
    z = w * x
    y = tanh(z) + z * x
    z.label, y.label = "z", "y"
    return w, x, z, y


def test_a_pass_without_a_slip_is_the_engine(textbook):
    tape = Tape(textbook)
    textbook.backward()
    now = Pass(tape, RIGHT, tape.start)
    assert now.data == [node.data for node in tape.nodes]
    gradients = now.gradients(len(tape.nodes) - 1)
    for node, gradient in zip(tape.nodes, gradients, strict=True):
        assert gradient == pytest.approx(node.grad, rel=1e-14)


def test_a_leaf_is_a_graph_too():
    tape = Tape(Value(2.0, "x"))
    assert Pass(tape, RIGHT, tape.start).gradients(0) == [1.0]


def test_edges_are_all_arguments():
    *_, y = graph()
    tape = Tape(y)
    edges = [(node, parent) for node in tape.order for parent in node.parents]
    assert [(tape.nodes[n], tape.nodes[n].parents[k]) for n, k in tape.edges()] == edges
    assert [k for _, k in tape.edges()] == [0, 1, 0, 0, 1, 0, 1]


def test_slopes_reads_and_factors():
    w, x, z, y = graph()
    tape = Tape(y)
    at = tape.place
    activation = tape.nodes[tape.parents[at[y]][0]]
    missing = Slip(slopes={(at[activation], 0): lambda *_: 1.0})
    gradients = Pass(tape, missing, tape.start).gradients(at[y])
    assert gradients[at[z]] == 1.0 + 3.0
    instead = Pass(tape, Slip(reads={(at[activation], 0): at[w]}), tape.start)
    assert instead.data[at[activation]] == math.tanh(0.5)
    other_sign = Pass(tape, Slip(factors={(at[y], 1): -1.0}), tape.start)
    assert other_sign.data[at[y]] == math.tanh(1.5) - 4.5
    assert other_sign.slope(at[y], 1) == -1.0
    fourfold = Pass(tape, Slip(factors={(at[y], 1): 4.0}), tape.start)
    assert fourfold.data[at[y]] == math.tanh(1.5) + 4.0 * 4.5
    assert fourfold.gradients(at[y])[at[x]] == fourfold.gradients(at[y])[at[z]] * 0.5 + 4.0 * 1.5


def test_without_slopes_the_numbers_stay_and_the_gradients_are_right():
    w, x, z, y = graph()
    tape = Tape(y)
    at = tape.place
    slipped = Slip(factors={(at[z], 0): 2.0}, slopes={(at[z], 1): lambda *_: 7.0}, overwrites=True)
    now = Pass(tape, slipped, tape.start)
    plain = now.without_slopes()
    assert plain is now.without_slopes() and plain.data is now.data
    slope = 1.0 - math.tanh(3.0) ** 2 + 3.0  # z is 2·w·x
    expected = [slope * 3.0, slope * 1.0 + 3.0]
    gradients = plain.gradients(at[y])
    assert [gradients[at[v]] for v in (w, x)] == pytest.approx(expected, rel=1e-15, abs=0.0)
    assert now.gradients(at[y])[at[w]] != gradients[at[w]]


def test_contributions_may_be_lost():
    *_, z, y = graph()
    tape = Tape(y)
    at, start = tape.place, tape.start
    slope = 1.0 - math.tanh(1.5) ** 2
    found = {
        kept: Pass(tape, Slip(kept={at[z]: kept}), start).gradients(at[y])[at[z]] for kept in (0, 1)
    }
    assert sorted(found.values()) == pytest.approx([slope, 3.0])
    last = Pass(tape, Slip(overwrites=True), start).gradients(at[y])[at[z]]
    assert last == found[1]
    seeded = Pass(tape, Slip(upstream={at[z]: 1.0}), start).gradients(at[y])
    assert seeded[at[z.parents[0]]] == 3.0
    assert seeded[at[z]] == pytest.approx(slope + 3.0)


def test_given_numbers_are_gone_on_with():
    w, _, z, y = graph()
    tape = Tape(y)
    at = tape.place
    now = Pass(tape, Slip(data={at[z]: 2.0}, grads={at[z]: 10.0}), tape.start)
    assert now.data[at[y]] == math.tanh(2.0) + 6.0
    assert now.gradients(at[y])[at[w]] == 30.0
    leaf = Pass(tape, Slip(grads={at[w]: 7.0}), tape.start).gradients(at[y])
    assert leaf[at[w]] == 7.0 != leaf[at[z]]


def test_what_is_given_holds_of_a_part_as_far_as_it_reaches_no_other():
    v, w, x = Value(0.5, "v"), Value(2.0, "w"), Value(3.0, "x")
    first, second = v * w, w * x
    one, other = tanh(first), tanh(second)
    tape = Tape(one + other)
    at = tape.place
    given = Slip(grads={at[first]: 10.0, at[second]: 7.0, at[w]: 5.0})
    gradients = Pass(tape, given, tape.start).gradients(at[one])
    assert gradients[at[first]] == 10.0 and gradients[at[v]] == 20.0
    assert gradients[at[second]] == 0.0 and gradients[at[w]] == 5.0  # 10·v, not what was given
    gradients = Pass(tape, given, tape.start).gradients(at[other])
    assert gradients[at[second]] == 7.0 and gradients[at[x]] == 14.0
    assert gradients[at[first]] == 0.0
    of_both = Pass(tape, Slip(grads={at[w]: 9.0}), tape.start)
    assert of_both.gradients(at[one])[at[w]] != 9.0
    assert of_both.gradients(len(tape.nodes) - 1)[at[w]] == 9.0


def test_a_slip_that_changes_nothing_is_none():
    assert Slip("a", "is said").is_none
    assert not Slip("a", "is said", overwrites=True).is_none


def test_who_reads_a_node_is_known():
    w, x, z, y = graph()
    tape = Tape(y)
    assert tape.order == topological_order(y)
    activation, product = tape.parents[tape.place[y]]
    at = tape.place
    assert tape.consumers[at[w]] == [(at[z], 0)]
    assert sorted(tape.consumers[at[x]]) == sorted([(at[z], 1), (product, 1)])
    assert sorted(tape.consumers[at[z]]) == sorted([(activation, 0), (product, 0)])
    assert tape.consumers[at[y]] == []


def test_by_hand_a_slope_comes_from_the_rounded_output_as_it_is_taught():
    assert _by_hand(TABLE["sigmoid"], 0.6, (0.4,)) == (pytest.approx(0.24),)
    assert _by_hand(TABLE["multiply"], 6.0, (2.0, 3.0)) == (3.0, 2.0)


def test_like_saves_work_and_changes_nothing(textbook):
    tape = Tape(textbook)
    right = Pass(tape, RIGHT, tape.start)
    n = tape.place[textbook] - 3
    for slip in (
        Slip(factors={(n, 0): -1.0}),
        Slip(slopes={(n, 0): lambda *_: 2.0}),
        Slip(rounded=tenths),
        Slip(data={0: 0.5}),
        RIGHT,
    ):
        alone, like = Pass(tape, slip, tape.start), Pass(tape, slip, tape.start, like=right)
        assert (alone.data, alone.parents) == (like.data, like.parents)
        assert [*map(list, alone.inputs)] == [*map(list, like.inputs)]
        assert [*map(list, alone.slopes)] == [*map(list, like.slopes)]
        assert alone.gradients(len(tape.nodes) - 1) == like.gradients(len(tape.nodes) - 1)


def test_one_slip_after_another():
    first = Slip("a", "", factors={(1, 0): -1.0}, overwrites=True)
    both = Slip("b", "done", factors={(2, 0): 0.0}, frozen=frozenset([1])).after(first)
    assert (both.name, both.says, both.overwrites) == ("b", "done", True)
    assert both.factors == {(1, 0): -1.0, (2, 0): 0.0}
    assert both.forwards


def test_outside_the_domain_a_pass_goes_on():
    x = Value(2.0, "x")
    y = (x - 1.0).log()
    tape = Tape(y)
    edge = (tape.place[y], 0)
    assert math.isnan(Pass(tape, Slip(factors={edge: -1.0}), tape.start).data[-1])


def tenths(number):
    return to_decimals(1, number)


def product(name=""):
    w, x, y = (Value(0.55, letter) for letter in "wxy")
    z = w * x
    z.label = name
    E = z * y
    E.label = "E"
    tape = Tape(E)
    return tape, [tape.place[node] for node in (w, x, y, z, E)]


@pytest.mark.parametrize(
    ("name", "named_only", "numbers", "gradients"),
    [
        ("", False, [0.6, 0.6, 0.6, 0.4, 0.2], [0.4, 0.4, 0.4, 0.6, 1.0]),
        ("z", False, [0.6, 0.6, 0.6, 0.4, 0.2], [0.4, 0.4, 0.4, 0.6, 1.0]),
        ("z", True, [0.6, 0.6, 0.6, 0.4, 0.2], [0.4, 0.4, 0.4, 0.6, 1.0]),
        ("", True, [0.6, 0.6, 0.6, 0.36, 0.2], [0.4, 0.4, 0.4, 0.6, 1.0]),
    ],
)
def test_rounding_to_tenths_by_hand(name, named_only, numbers, gradients):
    """0.55 is rounded up, and 0.6·0.6 is 0.36, which stays so where it has no name to be noted."""
    tape, places = product(name)
    now = Pass(tape, Slip(rounded=tenths, named_only=named_only), tape.start)
    assert [now.data[n] for n in places] == pytest.approx(numbers, rel=1e-15)
    found = now.gradients(len(tape.nodes) - 1)
    assert [found[n] for n in places] == pytest.approx(gradients, rel=1e-15)


def test_the_last_step_is_not_rounded_where_what_it_needs_is():
    tape, (w, _, y, z, last) = product("z")
    now = Pass(tape, Slip(rounded=tenths, named_only=True), tape.start)
    exactly = pytest.approx
    assert now.last_step(w, None, None) == 0.6
    assert now.last_step(z, None, None) == exactly(0.36)
    assert now.last_step(last, None, None) == exactly(0.4 * 0.6)
    assert now.last_step(last, y, 1) == exactly(0.4)
    assert now.last_step(last, w, None) == exactly(0.6 * 0.6)
    assert now.last_step(last, last, None) == 1.0
    given = Pass(
        tape, Slip(rounded=tenths, named_only=True, data={z: 0.55}, grads={w: 0.7}), tape.start
    )
    assert given.last_step(z, None, None) == 0.55
    assert given.last_step(last, None, None) == exactly(0.55 * 0.6)
    assert given.last_step(last, w, None) == 0.7
    assert Pass(tape, RIGHT, tape.start).last_step(last, w, None) == exactly(0.55 * 0.55)


def test_gradients_that_are_pooled_are_added_and_one_that_is_kept_is_counted_from_the_output():
    tape, (w, x, y, z, last) = product()
    found = Pass(tape, Slip(pooled=((w, x),)), tape.start).gradients(last)
    assert found[w] == found[x] == pytest.approx(2 * 0.55 * 0.55)
    assert found[y] == pytest.approx(0.55 * 0.55)
    assert Pass(tape, Slip(upstream={z: 2.0}), tape.start).gradients(last)[w] == 2.0 * 0.55


def test_what_a_slip_changes():
    assert not Slip().forwards and not Slip().trains
    for change in ({"reads": {(1, 0): 0}}, {"factors": {(1, 0): 2.0}}, {"data": {0: 1.0}}):
        assert Slip(**change).forwards and not Slip(**change).trains
    assert Slip(rounded=tenths).forwards
    changes = {"step": max, "frozen": frozenset([1]), "thawed": frozenset([1]), "later": -1}
    for name, change in changes.items():
        assert Slip(**{name: change}).trains and not Slip(**{name: change}).forwards


def test_a_sum_adds_each_once():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    sums = ((x + y, True), (total([x, y]), True), (x + x, False), (total([x, y, x]), False))
    for node, expected in (*sums, (x * y, False)):
        tape = Tape(node)
        assert tape.is_sum(len(tape.nodes) - 1) is expected
    assert not Tape(x).is_sum(0)


def test_slopes_are_rounded_too():
    """tanh 0.5 is 0.5 in tenths, its slope 1 - 0.25 is 0.8, and twice that is 1.6, not 1.5."""
    x = Value(0.5, "x")
    y = tanh(x)
    tape = Tape(2.0 * y)
    now = Pass(tape, Slip(rounded=tenths), tape.start)
    assert now.slope(tape.place[y], 0) == 0.8
    assert now.gradients(len(tape.nodes) - 1)[tape.place[x]] == 1.6


def test_gradients_are_rounded_when_they_are_complete():
    """0.7·0.7 is 0.49, which is noted as 0.5, and half of 0.7 as 0.4; 0.49 of it would be 0.3."""
    w, x, y, v = (Value(0.7, letter) for letter in "wxyv")
    z = w * x
    a = z * y
    E = a * v
    z.label, a.label, E.label = "z", "a", "E"
    tape = Tape(E)
    now = Pass(tape, Slip(rounded=tenths, named_only=True), tape.start)
    gradients = now.gradients(len(tape.nodes) - 1)
    found = [gradients[tape.place[node]] for node in (E, a, z, w, x)]
    assert found == pytest.approx([1.0, 0.7, 0.5, 0.4, 0.4], rel=1e-15)
