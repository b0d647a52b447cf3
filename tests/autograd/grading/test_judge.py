"""Verdicts: which figure is where the mistake was made, and what follows from it."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from autograd import grade
from autograd.expression import read_formula
from autograd.grading import judge as judging
from autograd.grading.answers import Answer, read_answers
from autograd.grading.course import HAND_ROUNDS, Course, Setting
from autograd.grading.evidence import Fit
from autograd.grading.hypotheses import Hypothesis, Reading, Search
from autograd.grading.judge import (
    MISPRINT,
    Verdict,
    _gone_on_with,
    _guess,
    _misprint,
    _nearest_first,
    _of_its_kind,
    judge,
)
from autograd.grading.quantities import Names, Quantity
from autograd.grading.slips import ROUNDED
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import RIGHT, Slip, Tape


def verdicts(output, given, **options):
    return {
        item.name: (item.verdict, item.mistake) for item in grade(output, given, **options).items
    }


AFTER = ("right after an earlier mistake", None)


def test_what_follows_from_a_mistake_is_right(textbook):
    given = {"dE/dnet_h1": "0.036350306", "dE/dw1": "0.001817515", "w1+": "0.149091242"}
    assert verdicts(textbook, given) == {
        "dE/dnet_h1": ("wrong", "missing σ′"),
        "dE/dw1": AFTER,
        "w1+": AFTER,
    }


def test_what_follows_as_given_and_from_a_named_mistake_is_told_by_what_is_given(textbook):
    given = {"dE/dnet_h1": "0.036350306", "dE/dw1": "0.001817515", "w1+": "0.149091242"}
    reasons = [item.reason for item in grade(textbook, given).items]
    assert reasons[1:] == ["it follows from dE/dnet_h1 as given", "it follows from dE/dw1 as given"]


def test_a_verdict_without_a_reason_has_no_chance(textbook):
    given = {"net_h1": "0.3775", "net_h2": "0.4567", "out_h1": "0"}
    items = grade(textbook, given).items
    assert [(item.verdict, item.mistake, item.chance) for item in items] == [
        ("right", None, 0.0),
        ("wrong", "too few digits", 0.0),
        ("wrong", None, 0.0),
    ]


def test_what_follows_from_an_unknown_mistake_is_right_too(textbook):
    given = {"net_h1": "0.5123", "out_h1": "0.62535", "net_h2": "0.3925"}
    assert verdicts(textbook, given) == {
        "net_h1": ("wrong", None),
        "out_h1": AFTER,
        "net_h2": ("right", None),
    }


def test_what_an_answer_does_not_follow_from_is_not_named(textbook):
    given = {"net_h1": "0.5123", "net_h2": "0.4567", "out_h2": "0.61223"}
    *_, item = grade(textbook, given).items
    assert (item.name, item.reason) == ("out_h2", "it follows from net_h2 as given")


def test_what_follows_by_chance_as_well_is_not_credited(textbook):
    for figure, credited in (("0.63", False), ("0.625", True)):
        _, item = grade(textbook, {"net_h1": "0.5123", "out_h1": figure}).items
        assert (item.verdict == AFTER[0]) is credited


def test_figures_may_be_rounded_in_several_ways():
    def fit(name, chance, against=()):
        return SimpleNamespace(
            hypothesis=SimpleNamespace(name=name), chance=chance, against=against
        )

    best, likely, unlikely = fit(ROUNDED, 1e-9), fit(ROUNDED, 1e-4), fit(ROUNDED, 1e-7)
    sure = [likely, fit("wrong sign", 1e-8), fit(ROUNDED, 1e-6, against=["a figure"]), unlikely]
    assert _of_its_kind(best, sure) == [unlikely, likely]
    assert _of_its_kind(fit("wrong sign", 1e-9), sure) == []


@pytest.mark.parametrize(
    ("slip", "goes_on"),
    [
        (None, False),  # in one figure alone
        (RIGHT, False),  # another reading
        (Slip(ROUNDED, rounded=round), False),
        (Slip("wrong sign", overwrites=True), True),
    ],
)
def test_a_further_mistake_may_come_after_a_slip_that_changes_much(slip, goes_on):
    hypothesis = Hypothesis("a mistake", "it is made", lambda answer: None, slip)
    fit = Fit(hypothesis, (), 0, 0.0)
    assert _gone_on_with(fit) == [hypothesis] * goes_on


class Rounds(NamedTuple):
    rounds: int


class Asked(NamedTuple):
    base: bool
    quantity: Rounds


def test_passes_after_many_updates_are_looked_at_last():
    now, soon, late, other = (
        Asked(base, Rounds(rounds))
        for base, rounds in ((False, 0), (False, HAND_ROUNDS), (False, HAND_ROUNDS + 1), (True, 99))
    )
    every = (now, soon, late, other)
    assert _nearest_first(every) == [
        ((now, other), False),
        ((now, soon), False),
        (every, True),
        (every, False),
    ]
    assert _nearest_first((now, soon)) == [((now,), False), ((now, soon), False)]
    assert _nearest_first((late,)) == [((late,), True), ((late,), False)]


def test_two_mistakes(textbook):
    given = {"net_h1": "37.7500", "E_o1": "0.298371109", "dE/dw5": "-0.082167041"}
    found = {name: mistake for name, (_, mistake) in verdicts(textbook, given).items()}
    assert found == {
        "net_h1": "a slipped decimal point",
        "E_o1": "another quantity's figure",
        "dE/dw5": "wrong sign",
    }


def test_a_wrong_digit_is_not_explained(textbook):
    for figure in ("0.082167042", "0.082167141", "0.092167041"):
        assert verdicts(textbook, {"dE/dw5": figure}) == {"dE/dw5": ("wrong", None)}


def test_a_zero_without_decimals(textbook):
    assert verdicts(textbook, {"dE/dw1": "0.0"}) == {"dE/dw1": ("wrong", "too few digits")}


def test_the_page_that_sums_gradients_of_weights(page):
    """It teaches hidden gradients that are the sum of ∂E/∂w₅ and ∂E/∂w₆."""
    given = {"dE/dw1": "0.0146", "dE/dw2": "0.0130", "dE/dw3": "0.0087", "dE/dw4": "0.0078"}
    graded = grade(page, given)
    assert graded.mistakes == ("summed ∂E/∂w where δ·w belongs",)
    assert all(0.0 < item.chance < 1e-3 for item in graded.items)
    right = {"dE/dw1": "-0.0084", "dE/dw2": "0.0126", "dE/dw3": "-0.0051", "dE/dw4": "0.0076"}
    assert grade(page, right).score == 1.0


def test_the_published_figures_after_training(textbook):
    given = {"E_total@1": "0.291027924", "w1+": "0.149780716", "w5+": "0.35891648"}
    learning = [f"w{k}" for k in range(1, 9)]
    found = verdicts(textbook, given, learning=learning)
    assert found["E_total@1"] == ("wrong", "already updated weights")
    assert found["w5+"] == found["w1+"] == ("right", None)


@pytest.mark.parametrize("digits", [3, 8])
def test_a_guess_is_no_name(textbook, digits):
    (item,) = grade(textbook, {"dE/dnet_h1": f"{0.036350306393144675:.{digits}g}"}).items
    assert item.verdict == "wrong"
    if digits == 8:
        assert item.mistake == "missing σ′"
    else:
        assert item.mistake is None
        assert item.reason.startswith("no more than a guess: ")
        assert item.chance > 1e-3


def test_a_misprint_is_a_guess(textbook):
    (item,) = grade(textbook, {"dE/dw5": "0.082167091"}).items
    assert (item.verdict, item.mistake) == ("wrong", None)
    assert item.reason == "no more than a guess: one digit misprinted, of the right figure"


def test_a_mistake_after_many_rounds_is_found_behind_an_earlier_one(textbook):
    learning = [f"w{k}" for k in range(1, 9)]
    given = {"net_h1": "37.7500", "E_total@40": "0.123456789"}
    right = grade(textbook, given, learning=learning).items[1].right
    before = {"net_h1": "37.7500", "E_total@39": "0.1"}
    given["E_total@40"] = f"{grade(textbook, before, learning=learning).items[1].right:.9f}"
    found = verdicts(textbook, given, learning=learning)
    assert found["net_h1"] == ("wrong", "a slipped decimal point")
    assert found["E_total@40"] == ("wrong", "off by one round")
    assert f"{right:.9f}" != given["E_total@40"]


def test_the_chance_of_what_follows_counts_the_digits_in_doubt(textbook):
    """Half a unit of net_h1 moves out_h1 by more than one of its own units."""
    _, item = grade(textbook, {"net_h1": "0.5123", "out_h1": "0.62535"}).items
    doubt = 1.0 / (1.0 + math.exp(-0.51235)) - 1.0 / (1.0 + math.exp(-0.5123))
    expected = 1.5e-5 / 0.62535 * (1.0 + 2.0 * doubt / 1e-5)
    assert item.chance == pytest.approx(expected, rel=1e-10, abs=0)


def test_the_digits_in_doubt_of_every_source_are_counted(textbook):
    """Half a unit of out_h1 moves net_o1 by 0.40 of that, half a unit of out_h2 by 0.45 of it."""
    given = {"out_h1": "0.6253", "out_h2": "0.7112", "net_o1": "1.17016"}
    *_, item = grade(textbook, given).items
    assert (item.verdict, item.reason) == (AFTER[0], "it follows from out_h1 and out_h2 as given")
    slack = (0.40 + 0.45) * 0.5e-4
    expected = 1.5e-5 / 1.17016 * (1.0 + 2.0 * slack / 1e-5)
    assert item.chance == pytest.approx(expected, rel=1e-9, abs=0)


def test_a_figure_that_half_a_unit_does_not_move_is_named_as_a_source(textbook):
    """Half a unit of the last digit is lost in a float of all digits, and where relu is flat."""
    net = 0.1 + 0.2
    given = {"net_h1": repr(net), "out_h1": repr(1.0 / (1.0 + math.exp(-net)))}
    _, item = grade(textbook, given).items
    assert (item.verdict, item.reason) == (AFTER[0], "it follows from net_h1 as given")
    flat, _ = read_formula("z = w*x; y = relu(z); E = y + 1.5", {"w": 2.0, "x": 3.07})
    *_, item = grade(flat, {"z": "-4.1234", "E": "1.5000"}).items
    assert (item.verdict, item.reason) == (AFTER[0], "it follows from z as given")


@pytest.mark.parametrize(("between", "credited"), [(7, True), (8, False)])
def test_eight_wrong_figures_before_an_answer_are_its_sources(between, credited):
    """The first figure is what the answer is computed from; as many others stand between them."""
    parts = [f"s{k} = x*{k}.3" for k in range(between + 1)]
    total = " + ".join(f"s{k}" for k in range(between + 1))
    output, _ = read_formula("; ".join([*parts, "y = exp(s0)", f"E = {total} + y"]), {"x": 1.7})
    given = {f"s{k}": f"{k + 0.123456}" for k in range(between + 1)}
    *_, item = grade(output, given | {"y": f"{math.exp(0.123456):.7f}"}).items
    assert (item.verdict == AFTER[0]) is credited


@pytest.mark.parametrize(("figure", "credited"), [("1.50", False), ("1.51", True)])
def test_credit_is_given_below_a_chance_of_one_in_a_hundred(figure, credited):
    """One and a half units of 1.50 are exactly a hundredth of it."""
    output, _ = read_formula("a = w*x; E = a + 1.0", {"w": 0.25, "x": 0.25})
    given = {"a": repr(float(figure) - 1.0) + "0" * 20, "E": figure}
    _, item = grade(output, given).items
    assert (item.verdict == AFTER[0]) is credited


def test_the_chance_of_a_misprint_counts_nine_other_digits_in_each_place(textbook):
    (item,) = grade(textbook, {"dE/dw5": "0.082167091"}).items
    assert item.chance == pytest.approx(9 * 8 * 1.5e-9 / 0.082167091, rel=1e-12, abs=0)
    (item,) = grade(textbook, {"E_total": "0.29"}).items
    assert (item.verdict, item.reason) == ("right", "")  # cut off


@pytest.mark.parametrize(
    ("figure", "right", "said"), [("0.54", 0.1401, ""), ("0.55", 0.1501, MISPRINT)]
)
def test_a_misprint_as_likely_as_not_is_no_guess(figure, right, said):
    """Nine other digits in two places, one and a half units wide: 27 of 54 or of 55 units."""
    answer = Answer("a", Quantity(0), figure, right)
    told = _misprint(answer, [])
    assert (told.verdict, told.mistake, told.cause) == ("wrong", None, said)
    assert told.chance == pytest.approx(27 / 55 if said else 0.0, rel=1e-12)


def test_a_misprint_of_what_another_reading_gives_is_a_guess(textbook):
    """0.4 less a tenth of the gradient is 0.391783296."""
    tape = Tape(textbook)
    leaves = learning_leaves(tape)
    setting, names = Setting(tape, leaves, 0.5), Names(tape)
    right, slower = Course(setting), Course(Setting(tape, leaves, 0.1))
    answers = read_answers({"w5+": "0.391783206"}, names, right, 10)
    asked = {answer.name: answer.quantity for answer in answers}
    reading = Reading("slower", "the rate is 0.1", slower, names, asked)
    (told,) = judge(Search(setting, names, answers, right, [reading]))
    assert told.reason == "no more than a guess: one digit misprinted, of slower"
    assert told.number == pytest.approx(0.4 - 0.1 * 0.082167041, abs=1e-9)
    kinds = 4  # what is right, the reading, and two slips in it
    assert told.chance == pytest.approx(kinds * 9 * 9 * 1.5e-9 / (0.4 - told.answer.right))


def test_a_figure_that_is_given_twice_is_wrong_twice(textbook):
    for figures in (("0.5123", "0.5123"), ("0.5123", "0.51230")):
        items = grade(textbook, [("net_h1", figure) for figure in figures]).items
        assert [(item.verdict, item.mistake) for item in items] == [("wrong", None)] * 2
    items = grade(textbook, [("net_h1", "37.7500"), ("net_h1", "37.7500")]).items
    assert [item.mistake for item in items] == ["a slipped decimal point"] * 2


def test_no_more_is_searched_than_what_explains_the_nearest_figures(textbook, monkeypatch):
    looked_at = []

    def fits(search, earlier, unexplained, seen, one_figure, following):
        looked_at.append(([answer.name for answer in seen], one_figure))
        return found(search, earlier, unexplained, seen, one_figure, following)

    found = judging._fits
    monkeypatch.setattr(judging, "_fits", fits)
    grade(textbook, {"net_h1": "37.7500", "E_total@40": "0.123456789"})
    far = ["E_total@40"]
    assert looked_at == [(["net_h1"], False), (far, True), (far, False)]


def test_a_misprint_of_what_an_earlier_mistake_gives_is_a_guess(textbook):
    """Without σ′ they are out - t for the two outputs; one digit of the second is 9 instead."""
    outputs = [grade(textbook, {f"out_o{k}": "1"}).items[0].right for k in (1, 2)]
    first, second = (f"{out - t:.9f}" for out, t in zip(outputs, (0.01, 0.99), strict=True))
    assert second[6] != "9"
    given = {"dE/dnet_o1": first, "dE/dnet_o2": f"{second[:6]}9{second[7:]}"}
    misprint, named = grade(textbook, given).items
    assert (named.name, named.mistake) == ("dE/dnet_o1", "missing σ′")
    assert misprint.reason == "no more than a guess: one digit misprinted, of missing σ′"


def test_a_mistake_in_single_figures_is_named_in_each(textbook):
    items = grade(textbook, {"net_h1": "37.7500", "net_h2": "39.2500"}).items
    assert [item.mistake for item in items] == ["a slipped decimal point"] * 2


def test_one_wrong_digit_is_not_credited_though_it_follows():
    """1.0725 is 1.0625 with a wrong digit, which is as likely as a sum of 0.0725 and 1."""
    output, _ = read_formula("a = w*x; E = a + 1.0", {"w": 0.25, "x": 0.25})
    _, item = grade(output, {"a": "0.0725", "E": "1.0725"}).items
    assert item.verdict == "wrong"
    _, item = grade(output, {"a": "0.0736", "E": "1.0736"}).items
    assert item.verdict == AFTER[0]


def test_the_likeliest_of_its_own_guesses_is_told_of_a_figure():
    a, b = (Answer(name, Quantity(n), "0.4123", 0.3) for n, name in enumerate("ab"))

    def fit(answer, chance):
        name = f"{chance} of {answer.name}"
        return Fit(Hypothesis(name, "it is so", {answer: 0.4}.get), (answer,), 0, chance)

    fits = [fit(a, 0.3), fit(a, 0.2), fit(b, 0.1)]
    told = _guess(a, fits, [])
    assert (told.reason, told.number) == ("no more than a guess: 0.2 of a (it is so)", 0.4)
    assert (told.chance, told.mistake, told.verdict) == (0.2, None, "wrong")
    assert _guess(a, [fit(a, 0.5), fit(b, 0.1)], []) == Verdict(a, "wrong")


def test_five_mistakes_are_named_in_one_list(textbook):
    names = ("net_h1", "net_h2", "out_h1", "out_h2", "dE/dw5", "dE/dw6")
    right = {item.name: item.right for item in grade(textbook, dict.fromkeys(names, "1")).items}
    shifts = dict(zip(names, (-3, -2, -1, 1, 2, 3), strict=True))
    given = {name: f"{number * 10.0 ** shifts[name]:.12f}" for name, number in right.items()}
    found = [mistake for _, mistake in verdicts(textbook, given).values()]
    assert found.count("a slipped decimal point") == 5
    assert found.count(None) == 1


def test_a_further_mistake_is_found_behind_one_that_shows_everywhere(textbook):
    """No slope of a sigmoid, and back through the weights of the wrong place."""
    out = {name: grade(textbook, {name: "1"}).items[0].right for name in ("out_o1", "out_o2")}
    first, second = out["out_o1"] - 0.01, out["out_o2"] - 0.99
    given = {
        "dE/dnet_o1": f"{first:.9f}",
        "dE/dnet_o2": f"{second:.9f}",
        "dE/dnet_h1": f"{0.40 * first + 0.45 * second:.9f}",
        "dE/dnet_h2": f"{0.50 * first + 0.55 * second:.9f}",
    }
    assert verdicts(textbook, given) == {
        "dE/dnet_o2": ("wrong", "missing σ′"),
        "dE/dnet_o1": AFTER,
        "dE/dnet_h2": ("wrong", "transposed weights"),
        "dE/dnet_h1": AFTER,
    }
