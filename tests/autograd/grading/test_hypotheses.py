"""What may have been done, and what the answers then are."""

from __future__ import annotations

import pytest

from autograd.grading.answers import read_answers
from autograd.grading.candidates import OTHER_QUANTITY, POINT
from autograd.grading.course import Course, Setting
from autograd.grading.hypotheses import Reading, Search
from autograd.grading.quantities import Names
from autograd.grading.slips import RATE, ROUND, ROUNDED, UPDATED
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import RIGHT, Tape


@pytest.fixture
def search(textbook):
    def searched(given):
        tape = Tape(textbook)
        setting = Setting(tape, learning_leaves(tape), 0.5)
        names, right = Names(tape), Course(setting)
        return Search(setting, names, read_answers(given, names, right, 100), right)

    return searched


def test_slips_of_one_figure(search):
    (answer,) = (found := search({"E_o1": "0.298371109"})).answers
    figures = [each for each in found.cached("other_quantities") if each.gives(answer)]
    assert [(each.name, each.says) for each in figures] == [(OTHER_QUANTITY, "it is E_total")]
    (answer,) = (found := search({"net_h1": "37.75"})).answers
    figures = found.cached("figures")
    (point,) = [each for each in figures if each.name == POINT and each.gives(answer)]
    assert point.says == "the point stands 2 to the right of its place"
    (answer,) = (found := search({"dE/dw5": "0.0410835203"})).answers
    names = {each.name for each in found.cached("figures") if each.gives(answer)}
    assert RATE in names


def test_a_figure_is_confused_with_400_quantities_at_most(search):
    """Those of the rounds that are asked for, the asked ones first."""
    given = {f"E_total@{rounds}": "0.5" for rounds in range(1, 8)}
    found = search(given).cached("other_quantities")
    assert len({each.says for each in found}) == len(found) == 400
    assert [each.says for each in found[:7]] == [f"it is {name}" for name in given]
    assert len(search({"E_total@7": "0.5"}).cached("other_quantities")) < 400


def test_a_slip_after_another(search):
    found = search({"dE/dw5": "0.1", "dE/dw1": "0.2"})
    first = next(each for each in found.cached("everywhere") if each.name == "missing σ′")
    both = [each for each in found.stages(first)[0]() if each.name == "wrong sign" and each.slip]
    for answer in found.answers:
        assert both[0].number(answer) == -first.number(answer)


def test_figures_are_computed_from_those_given(search):
    found = search({"out_h1": "0.6", "dE/dout_o1": "0.7", "dE/dnet_o1": "0.1", "w5+": "0.3"})
    given = {answer.name: answer for answer in found.answers}
    slope = found.from_given(given["dE/dnet_o1"], [given["dE/dout_o1"]])
    assert slope == pytest.approx(0.7 * 0.186815602, rel=1e-8)
    sources = [given["out_h1"], given["dE/dnet_o1"]]
    assert found.from_given(given["w5+"], sources) == pytest.approx(0.4 - 0.5 * 0.1 * 0.6)
    moved = found.from_given(given["w5+"], sources, given["out_h1"], 0.1)
    assert moved == pytest.approx(0.4 - 0.5 * 0.1 * 0.7)


def test_far_rounds_are_searched_for_lasting_slips_alone(search):
    found = search({"E_total@50": "0.1"})
    (answer,) = found.answers
    known = {each.name for each in found.cached("everywhere") if each.number(answer) is not None}
    assert known == {
        "already updated weights",
        "off by one round",
        "learning rate twice or not at all",
        "bias forgotten",
    }


def test_one_figure_of_another_round(search):
    (answer,) = (found := search({"E_total@2": "0.5"})).answers
    numbers = {each.says: each.number(answer) for each in found.cached("figures")}
    assert numbers["this figure is that after one round less"] == found.right.after(1).data[-1]
    assert numbers["this figure is that after one round more"] == found.right.after(3).data[-1]


def test_a_digit_too_many_in_what_a_slip_gives(search):
    right = search({"E_total@1": "0.5"})
    (answer,) = right.answers
    slip = next(each for each in right.cached("everywhere") if each.name == UPDATED)
    printed = f"{slip.number(answer):.9f}"
    (answer,) = (found := search({"E_total@1": printed[:4] + "7" + printed[4:]})).answers
    (digit,) = {each.says for each in found.cached("digits") if each.gives(answer)}
    assert digit == "without one of its digits it is what comes of: already updated weights"


def test_another_reading_and_slips_in_it(search):
    found = search({"w1+": "0.1", "E_total@1": "0.2"})
    slower = Course(Setting(found.setting.tape, found.setting.learning, 0.1))
    asked = {answer.name: answer.quantity for answer in found.answers}
    reading = Reading("slower", "the rate is 0.1", slower, found.names, asked)
    own, *others = reading.hypotheses()
    for answer in found.answers:
        assert own.number(answer) == answer.quantity.number(slower)
    assert {each.name for each in others} == {f"slower, {UPDATED}", f"slower, {ROUND}"}
    weight, error = found.answers
    unknown = Reading("slower", "", slower, found.names, {"w1+": weight.quantity})
    assert [each.number(error) for each in unknown.hypotheses()] == [None] * 4
    told = {each.says: each for each in others}
    for what, weights, errors in (("less", 0, 0), ("more", 2, 2)):
        slip = told[f"the rate is 0.1; it is the figure after one round {what}"]
        assert slip.number(weight) == slower.leaf(weight.quantity.node, weights)
        assert slip.number(error) == slower.after(errors).data[-1]


@pytest.mark.parametrize("rounds", [10, 11])
def test_ten_rounds_are_computed_by_hand(search, rounds):
    found = search({f"E_total@{rounds}": "0.1"})
    (answer,) = found.answers
    names = {each.name for each in found.cached("everywhere") if each.number(answer) is not None}
    assert ("missing σ′" in names) == (rounds == 10)


def test_what_one_figure_may_be_instead(search):
    found = search({"dE/dw5": "0.1", "w5+": "0.2"})
    gradient, updated = found.answers
    told = {each.says: each for each in found.cached("figures")}
    factors = {
        "this figure has the other sign": -1.0,
        "this figure is doubled": 2.0,
        "this figure is halved": 0.5,
        "the gradient is multiplied by the learning rate": 0.5,
    }
    for says, factor in factors.items():
        assert told[says].number(gradient) == factor * gradient.right
        assert told[says].number(updated) is None
    for places in (-3, -2, -1, 1, 2, 3):
        way = f"{abs(places)} to the {'right' if places > 0 else 'left'}"
        number = told[f"the point stands {way} of its place"].number(gradient)
        assert number == gradient.right * 10.0**places
    assert [each.says for each in told.values() if each.one_factor] == list(factors)[:3]
    assert told["this figure is that after one round less"].number(gradient) is None
    assert told["this figure is that after one round less"].number(updated) == 0.4
    digit = told["without one of its digits it is right"]
    assert (digit.ways, told["this figure is doubled"].ways) == (200.0, 1.0)


def test_what_follows_one_slip_is_told_from_what_follows_many(search):
    found = search({"dE/dw5": "0.1"})
    slips = [each for each in found.cached("everywhere") if not each.rounds]
    assert {each.ways for each in found.cached("digits")} == {200.0 * len(slips)}
    (_, after) = found.stages(slips[0])
    assert [each.ways for each in after()] == [200.0]
    assert [len(found.stages(slips[0], one)) for one in (False, True)] == [2, 1]
    assert [len(found.stages(None, one)) for one in (False, True)] == [8, 2]


def test_what_multiplies_many_figures_by_one_factor_is_known(search):
    found = search({"dE/dw5": "0.1", "w5+": "0.2"}).cached("everywhere")
    assert [each.says for each in found if each.one_factor] == [
        "every gradient has the other sign",
        "every gradient is doubled",
        "every gradient is halved",
        "the derivative of a square has no factor 2",
        "no bias is trained",
        "the step goes up the slope",
        "the learning rate is left out",
        "the learning rate is squared",
        "each step is made twice",
        "it is the figure after one round less",
        "it is the figure after one round more",
    ]
    assert "a layer's biases are trained as one" not in {each.says for each in found}  # they are


def test_another_round_is_looked_for_where_there_are_rounds(search):
    found = search({"dE/dw5": "0.1", "E_total@2": "0.5"})
    gradient, error = found.answers
    told = {each.says: each for each in found.cached("everywhere")}
    for says, rounds in (("less", 1), ("more", 3)):
        slip = told[f"it is the figure after one round {says}"]
        assert slip.number(gradient) is None
        assert slip.number(error) == found.right.after(rounds).data[-1]


def test_figures_as_they_are_printed_are_a_way_of_rounding(search):
    found = search({"out_h1": "0.6", "out_h2": "0.5", "net_o1": "1.1"})
    *_, net = found.answers
    (way,) = [each for each in found.cached("figures") if each.last_resort]
    assert way.says == "it is computed from figures as they are printed"
    assert (way.name, way.slip, way.rounds) == (ROUNDED, RIGHT, True)
    assert way.number(net) == pytest.approx(0.40 * 0.6 + 0.45 * 0.5 + 0.60, rel=1e-15)


def test_slips_of_training_are_looked_for_where_there_is_training(search):
    for given, looked_for in (({"dE/dw5": "0.1"}, False), ({"w5+": "0.1"}, True)):
        found = search(given)
        first = next(each for each in found.cached("everywhere") if each.name == "missing σ′")
        for known in (found.cached("everywhere"), found.stages(first)[0]()):
            assert ("the learning rate is left out" in {each.says for each in known}) is looked_for


def test_all_ways_of_rounding_are_listed(search):
    """Every step or what is named, to 32 bits or 2 to 12 decimals; and figures as printed."""
    ways = search({"dE/dw5": "0.1"}).roundings()
    assert len(ways) == 2 * (1 + 11) + 1 + 11
    assert all(way.rounds for way in ways)
