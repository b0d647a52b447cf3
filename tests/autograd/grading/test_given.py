"""Figures computed from others, as somebody gives them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograd import Value, grade
from autograd.grading.course import Course, Setting
from autograd.grading.given import from_given, is_updated
from autograd.grading.quantities import Names
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Tape
from nn.worked_example import network

TRAINED = [f"w{k}" for k in range(1, 9)]


def two(number: float) -> float:
    return round(number, 2)


def three(number: float) -> float:
    return round(number, 3)


@pytest.fixture
def asked():
    values = network()
    for name in ("E_o1", "E_o2"):
        values[name].label = name
    tape = Tape(values["E_total"])
    setting = Setting(tape, learning_leaves(tape), 0.5)
    names, right = Names(tape), Course(setting)

    def computed(name, given=(), rounded=None):
        quantity = names.quantity(name)
        now = right.after(quantity.rounds - is_updated(setting, quantity))
        numbers = {names.quantity(each): number for each, number in dict(given).items()}
        return from_given(setting, now, quantity, numbers, rounded), quantity.number(right)

    return computed


@pytest.mark.parametrize(
    "name", ["net_o1", "out_h2", "E_o1", "E_total", "dE/dw1", "dE_o2/dout_h1", "dout_h1/dnet_h1"]
)
def test_right_figures_give_the_right_one(asked, name):
    number, right = asked(name)
    assert number == pytest.approx(right, rel=1e-12)
    given = {"out_h1": asked("out_h1")[1], "dE/dnet_o1": asked("dE/dnet_o1")[1]}
    assert asked(name, given)[0] == pytest.approx(right, rel=1e-12)


def test_given_figures_are_taken_as_they_are_and_others_rounded(asked):
    given = {"dE/dout_o1": 0.7411111, "E_o1": 0.3111111}
    assert asked("E_total", given, two)[0] == pytest.approx(0.3111111 + 0.02)
    assert asked("dE/dnet_o1", given, three)[0] == pytest.approx(0.7411111 * 0.187)
    slope = asked("dout_o1/dnet_o1", {"out_o1": 0.75}, two)[0]
    assert slope == pytest.approx(0.75 * 0.25)  # y(1 − y), as it is taught, of the rounded y


def test_a_gradient_is_the_sum_of_those_of_the_terms_that_are_given(asked):
    given = {"dE_o1/dout_h1": 0.5}
    term = asked("dE_o2/dout_h1")[1]
    assert asked("dE/dout_h1", given)[0] == pytest.approx(0.5 + term)
    assert asked("dE/dout_h1", given, three)[0] == pytest.approx(0.5 + three(term))


def test_the_gradient_of_a_term_goes_on_with_what_reaches_that_term_alone(asked):
    given = {"dE/dnet_o1": 0.2, "dE/dout_h1": 0.7}
    assert asked("dE_o1/dout_h2", given)[0] == pytest.approx(0.2 * 0.45)
    assert asked("dE_o2/dout_h2", given)[0] == asked("dE_o2/dout_h2")[1]
    assert asked("dE/dnet_h1", given)[0] == pytest.approx(0.7 * asked("dout_h1/dnet_h1")[1])


def test_an_update(asked):
    assert asked("w5+", {"dE/dw5": 0.3})[0] == pytest.approx(0.4 - 0.5 * 0.3)
    assert asked("w5+", {"dE/dnet_o1": 0.3, "out_h1": 0.6})[0] == pytest.approx(0.4 - 0.5 * 0.18)


def test_a_list_of_figures_that_were_computed_from_printed_ones() -> None:
    """Of a published solution: all of nine decimals, and products of such."""
    values = network()
    for name in ("E_o1", "E_o2"):
        values[name].label = name
    given = {
        "out_h1": "0.593269992", "out_o2": "0.772928465", "dE/dout_o1": "0.74136507",
        "dout_o1/dnet_o1": "0.186815602", "dE/dw6": "0.082667628",
        "dE_o2/dout_h1": "-0.019049118", "dout_h1/dnet_h1": "0.241300709",
        "dE/dnet_o1": "0.13849856185", "dE/dnet_o2": "-0.03809823661",
        "dE_o1/dout_h2": "0.0623243528", "dE_o2/dout_h2": "-0.02095403013",
        "dE/dw7": "-0.022602541",
    }  # fmt: skip
    graded = grade(values["E_total"], given, learning=TRAINED)
    assert graded.mistakes == ("rounded intermediates",)
    assert [item.name for item in graded.items if not item.credit] == ["dE/dnet_o2"]


def test_the_same_figures_with_wrong_last_digits_are_not_explained_so() -> None:
    y = network()["E_total"]
    given = {"dE/dnet_o1": "0.13849856199", "dE/dnet_o2": "-0.03809823688", "net_h1": "0.3775"}
    assert grade(y, given, learning=TRAINED).mistakes == ()


def test_trained_biases_where_they_are_fixed() -> None:
    values: dict[str, Value] = network(bias_per_neuron=True)
    given = {"b_h1+": "0.345614", "b_h2+": "0.345023", "b_o1+": "0.530751", "w5+": "0.35891648"}
    graded = grade(values["E_total"], given, learning=TRAINED)
    assert graded.mistakes == ("bias trained where it is fixed",)
    shared = {"b_h1+": "0.340637195", "b_h2+": "0.340637195"}
    graded = grade(values["E_total"], shared, learning=TRAINED)
    assert graded.items[0].reason == "a layer's biases are trained, as one"
    assert grade(values["E_total"], {"b_h1+": "0.35"}, learning=TRAINED).score == 1.0


def test_a_digit_too_many() -> None:
    (item,) = grade(network()["E_total"], {"E_total": "0.2983971108760"}, rounds=1).items
    assert item.mistake == "a digit too many"
    for figure in ("0.29837711", "0.298371198", "0.2983731108"):
        (item,) = grade(network()["E_total"], {"E_total": figure}, rounds=1).items
        assert item.mistake is None, figure


def test_a_changed_digit_before_zeros_is_not_one_too_many() -> None:
    w = Value(0.82, "w")
    y = 0.5 * w
    y.label = "y"
    (item,) = grade(y, {"y": "0.410400000"}).items
    assert (item.verdict, item.mistake) == ("wrong", None)


def test_a_slope_that_is_given_is_gone_on_with(asked):
    upstream, right = asked("dE/dout_h1")[1], asked("dout_o1/dnet_o1")[1]
    assert asked("dE/dnet_h1", {"dout_h1/dnet_h1": 0.5})[0] == pytest.approx(0.5 * upstream)
    assert asked("dout_o1/dw5", {"dnet_o1/dw5": 0.5})[0] == pytest.approx(0.5 * right)


def test_what_is_not_trained_stays_as_it_is(asked):
    assert asked("i1+", {"dE/dnet_h1": 0.3})[0] == 0.05


def test_only_a_leaf_after_a_round_is_updated():
    tape = Tape(network()["E_total"])
    setting = Setting(tape, learning_leaves(tape), 0.5)
    names = Names(tape)
    updated = {
        (name, rounds): is_updated(setting, replace(names.quantity(name), rounds=rounds))
        for name in ("w5", "net_o1", "dE/dw5")
        for rounds in (0, 1, 2)
    }
    assert [asked for asked, is_so in updated.items() if is_so] == [("w5", 1), ("w5", 2)]


def test_a_term_that_is_not_given_is_rounded_where_its_node_has_no_name():
    """Of E = p·v + (v·q)·r the second term is 0.46·0.31, which two decimals make 0.14."""
    numbers = {"x": 0.5, "p": 0.2, "q": 0.456, "r": 0.314}
    x, p, q, r = (Value(number, name) for name, number in numbers.items())
    v = -x
    a, b = p * v, v * q * r
    a.label, b.label = "a", "b"
    E = a + b
    tape = Tape(E)
    setting, names = Setting(tape, (), 0.5), Names(tape)
    asked, term = (names.quantity(f"d{of}/d{names.of[tape.place[v]]}") for of in "Ea")
    now = Course(setting).after(0)
    assert from_given(setting, now, asked, {term: 0.7}, two) == pytest.approx(0.7 + 0.14)
    assert from_given(setting, now, asked, {term: 0.7}) == pytest.approx(0.7 + 0.456 * 0.314)
