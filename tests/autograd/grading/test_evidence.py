"""How likely chance fits as well as a hypothesis."""

from __future__ import annotations

import pytest

from autograd.grading.answers import Answer
from autograd.grading.candidates import OTHER_QUANTITY
from autograd.grading.evidence import Evidence
from autograd.grading.hypotheses import Hypothesis
from autograd.grading.quantities import Quantity
from autograd.grading.tape import RIGHT


def close(number):
    return pytest.approx(number, rel=1e-12, abs=0)


def answer(printed, right, n=0):
    return Answer(f"a{n}", Quantity(n), printed, right)


def evidence(*answers, following=()):
    wrong = tuple(each for each in answers if not each.is_right)
    return Evidence(tuple(answers), wrong, wrong, following)


def saying(numbers, name="something", **more):
    return Hypothesis(name, "", numbers.get, **more)


def test_one_figure():
    a = answer("0.4123", 0.3)
    fit = evidence(a).fit(saying({a: 0.4123}))
    assert fit.chance == close(1.5e-4 / 0.4123)
    assert fit.sure and fit.settles
    assert evidence(a).fit(saying({a: 0.4})) is None
    assert not evidence(a).fit(saying({a: 0.4123}, OTHER_QUANTITY)).settles


def test_what_was_tried_before_counts():
    a = answer("0.4123", 0.3)
    tried = evidence(a)
    for k in range(9):
        tried.fit(saying({a: 0.5 + k}))
        tried.fit(saying({a: 0.5 + k}))  # the same again is no new try
    tried.fit(saying({a: a.right}))  # and what is right is none
    fit = tried.fit(saying({a: 0.4123}))
    assert fit.chance == close(10 * 1.5e-4 / 0.4123)
    assert not fit.sure


def test_figures_that_are_wrong_by_one_factor_are_one_piece_of_evidence():
    a, b, c = answer("0.6246", 0.3123), answer("0.8642", 0.4321, 1), answer("0.9753", 0.2, 2)
    numbers = {a: 0.6246, b: 0.8642, c: 0.9753}
    one = 1.5e-4 / 0.6246
    assert evidence(a, b).fit(saying(numbers)).chance == close(one)
    assert evidence(a, c).fit(saying(numbers)).chance == close(one * 1.5e-4 / 0.9753)
    simple = evidence(a, b).fit(saying(numbers, one_factor=True))
    assert simple.chance == close(one * 1.5e-4 / 0.8642)
    following = evidence(a, c, following=[c]).fit(saying(numbers))
    assert following.chance == close(one)


def test_right_answers_that_should_be_wrong_stand_against():
    a, b = answer("0.6246", 0.3123), answer("0.8000", 0.8, 1)
    fit = evidence(a, b).fit(saying({a: 0.6246, b: 0.7}, slip=RIGHT))
    assert (fit.against, fit.rank) == (1, (True, 0, -1, True))
    assert fit.chance == close(2 * 1.5e-4 / 0.6246)
    in_a_figure = evidence(a, b).fit(saying({a: 0.6246, b: 0.7}))
    assert in_a_figure.against == 0


def test_a_misprint_is_never_ruled_out_by_one_figure():
    a = answer("0.123456789", 0.123456788)
    assert evidence(a).fit(saying({a: 0.123456789})).chance == close(1 / 9)
    many = [answer(f"0.12345678{k}", 0.1234567 + 1e-9, k) for k in range(7, 10)]
    numbers = {each: each.number for each in many}
    assert evidence(*many).fit(saying(numbers)).chance < 0.01


def rounding(a, number, rest=()):
    return saying({a: number, **dict(rest)}, slip=RIGHT, last_resort=True)


def test_the_rest_of_a_list_tells_rounding_from_a_misprint():
    """One figure in forty has just the last digit that a way of rounding gives it."""
    a = answer("0.123456789", 0.1234567882)
    others = [answer(f"0.{n}23456789", n / 10 + 0.023456789, n) for n in range(2, 10)] * 5
    way = rounding(a, 0.1234567889)
    assert not evidence(a).fit(way).sure
    listed = Evidence((a, *others), (a,), (a,), (), lambda: [way])
    assert listed.fit(way).chance == close(1 / 41 / 9 / 9)
    more = [rounding(a, 0.1234567889, {b: b.right + 1e-9}.items()) for b in others[:8]]
    several = Evidence((a, *others), (a,), (a,), (), lambda: [way, *more])
    assert several.fit(way).chance == pytest.approx(1 / 41 / 9 / 9, rel=0.01)
    assert several.fit(more[0]).chance == pytest.approx(1.0 / 9, rel=1.0)


def test_misprints_that_a_hypothesis_misses_count():
    wrong = [answer(f"0.{n}234561", n / 10 + 0.0234567, n) for n in range(1, 9)]
    numbers = {a: a.number if n < 4 else a.number + 3e-7 for n, a in enumerate(wrong)}
    fit = evidence(*wrong).fit(saying(numbers))
    assert len(fit.explained) == 4
    hits = {a: numbers[a] for a in wrong[:4]}
    alone = evidence(*wrong).fit(saying(hits)).chance
    assert fit.chance == pytest.approx(70 * alone)
    right = numbers | {a: a.right for a in wrong[4:]}  # of these it says no wrong figure
    assert evidence(*wrong).fit(saying(right)).chance == pytest.approx(alone)


@pytest.mark.parametrize(("printed", "is_new"), [("0.8646", False), ("0.8647", True)])
def test_two_units_of_the_last_digit_are_left_to_a_common_factor(printed, is_new):
    """Twice 0.3123, and 4 or 5 units more than twice 0.4321: 4.77 would be two units of both."""
    a, b = answer("0.6246", 0.3123), answer(printed, 0.4321, 1)
    fit = evidence(a, b).fit(saying({a: a.number, b: b.number}))
    one, other = 1.5e-4 / 0.6246, 1.5e-4 / b.number
    assert fit.chance == close(one * other if is_new else one)


def test_misprints_are_as_likely_as_there_are_many():
    """One of nine other digits, in as many figures of the list as have a wrong one."""
    many = [answer(f"0.1234567{k}1", 0.123456701, k) for k in range(7, 10)]
    numbers = {each: each.number for each in many}
    assert evidence(*many).fit(saying(numbers)).chance == close(9.0**-3)
    a, b = answer("0.6246", 0.3123, 8), answer("0.8000", 0.8, 9)
    fit = evidence(a, b, many[0]).fit(saying({a: a.number, many[0]: many[0].number}))
    assert fit.chance == close(1.5e-4 / 0.6246 * (1 / 3 / 9))


def test_no_chance_is_more_than_1():
    a = answer("0.5", 0.3)
    tried = evidence(a)
    for k in range(9):
        tried.fit(saying({a: 5.0 + k}))
    assert tried.fit(saying({a: 0.5})).chance == 1.0


def test_what_settles_and_what_comes_first():
    a, b = answer("0.4123", 0.3), answer("0.8000", 0.8, 1)
    of_both = evidence(a, b)
    fits = {
        "what": of_both.fit(saying({a: 0.4123})),
        "last resort": of_both.fit(saying({a: 0.4123}, last_resort=True)),
        "against": of_both.fit(saying({a: 0.4123, b: 0.7}, slip=RIGHT)),
        "quantity": of_both.fit(saying({a: 0.4123}, OTHER_QUANTITY)),
    }
    assert [name for name, fit in fits.items() if fit.settles] == ["what"]
    assert {name: fit.rank for name, fit in fits.items()} == {
        "what": (True, 1, 0, True),
        "last resort": (False, 1, 0, True),
        "against": (True, 0, -1, True),
        "quantity": (True, 1, 0, False),
    }


@pytest.mark.parametrize(
    ("missed", "figures", "share", "ways"), [(0, 42, 2 / 10, 1), (1, 43, 3 / 11, 3), (2, 44, 1, 1)]
)
def test_two_figures_that_a_way_of_rounding_gives_and_some_that_it_misses(
    missed, figures, share, ways
):
    """Of 40 right figures with nine digits and 2 to 4 wrong ones, all a misprint away."""
    a, b = answer("0.123456789", 0.1234567882, 1), answer("0.223456789", 0.2234567882, 2)
    other = [answer(f"0.{n}33456789", n / 10 + 0.0334567882, n) for n in (3, 4)][:missed]
    right = [answer(f"0.{n}23456789", n / 10 + 0.023456789, n) for n in range(2, 10)] * 5
    wrong = (a, b, *other)
    given = {a: 0.1234567889, b: 0.2234567889} | {c: c.right + 5e-9 for c in other}
    way = saying(given, slip=RIGHT, last_resort=True)
    fit = Evidence((*wrong, *right), wrong, wrong, (), lambda: [way]).fit(way)
    slip = len(wrong) / figures * share / 9
    at_once = (len(wrong) / figures / 9) ** 2 * (1, 3, 6)[missed]
    assert len(fit.explained) == 2
    assert fit.chance == close(at_once if missed == 2 else ways * slip**2)


@pytest.mark.parametrize(("rounds", "others_count"), [(0, True), (10, True), (11, False)])
def test_other_ways_of_rounding_that_change_two_figures_count_too(rounds, others_count):
    """Eight of them change one of 40 right figures as well, if it can be computed by hand."""
    a = answer("0.123456789", 0.1234567882)
    others = [
        Answer("b", Quantity(n, rounds=rounds), f"0.{n}23456789", n / 10 + 0.023456789)
        for n in range(2, 10)
    ] * 5
    way = rounding(a, 0.1234567889)
    more = [rounding(a, 0.1234567889, {b: b.right + 1e-9}.items()) for b in others[:8]]
    fit = Evidence((a, *others), (a,), (a,), (), lambda: [way, *more]).fit(way)
    slip = 1 / 41 / 9 / 9
    assert fit.chance == close(slip + 8 * slip**2 if others_count else slip)


def test_what_right_answers_rule_out_is_no_try_for_what_they_do_not():
    a, b = answer("0.4123", 0.3), answer("0.8000", 0.8, 1)
    tried, one = evidence(a, b), 1.5e-4 / 0.4123
    for k in range(9):
        tried.fit(saying({a: 0.5 + k, b: 0.7}, slip=RIGHT))
    assert tried.fit(saying({a: 0.4123, b: 0.8}, slip=RIGHT)).chance == close(one)
    against = tried.fit(saying({a: 0.41232, b: 0.7}, slip=RIGHT))
    assert against.chance == close(2 * 11 * one)
    for k in range(4):  # these agree with what is right
        tried.fit(saying({a: 20.5 + k, b: 0.8}, slip=RIGHT))
    assert tried.fit(saying({a: 0.4123, b: 0.8}, slip=RIGHT)).chance == close(5 * one)
    for k in range(3):  # and these are in one figure alone
        tried.fit(saying({a: 30.5 + k, b: 0.7}))
    assert tried.fit(saying({a: 0.4123, b: 0.8}, slip=RIGHT)).chance == close(8 * one)


def test_one_misprint_is_as_likely_in_a_long_list_as_alone():
    a, b = answer("0.123456789", 0.1234567882), answer("0.8000", 0.8, 1)
    assert evidence(a, b).fit(saying({a: a.number})).chance == close(1 / 9)
    c = answer("0.223456789", 0.2234567882, 2)
    both = evidence(a, b, c).fit(saying({a: a.number, c: c.number}))
    assert both.chance == close((2 / 3 / 9) ** 2)


def test_a_factor_that_was_told_two_figures_before_tells_nothing_new():
    a, b, c = answer("0.6246", 0.3123), answer("0.9753", 0.2, 1), answer("0.8642", 0.4321, 2)
    fit = evidence(a, b, c).fit(saying({each: each.number for each in (a, b, c)}))
    assert fit.chance == close(1.5e-4 / 0.6246 * 1.5e-4 / 0.9753)


def test_what_a_0_tells_of_a_factor_is_no_evidence():
    """A 0 and a hundredth of what is right are one factor, as far as two decimals say."""
    a, b = answer("0.00", 0.57), answer("0.0123", 1.2, 1)
    assert a.by_chance == 1.0 and not a.misprinted
    fit = evidence(a, b).fit(saying({a: 0.0, b: 0.0123}))
    assert fit.chance == close(1.5e-4 / 1.2)


@pytest.mark.parametrize(("printed", "is_new"), [("117", False), ("118", True)])
def test_just_two_units_of_both_are_left_to_a_common_factor(printed, is_new):
    """113 and 117 times what is right are four units apart, two of each."""
    a, b = answer("113", 1.0), answer(printed, 1.0, 1)
    fit = evidence(a, b).fit(saying({a: a.number, b: b.number}))
    assert fit.chance == close(1.5 / 113 * (1.5 / 118 if is_new else 1.0))
