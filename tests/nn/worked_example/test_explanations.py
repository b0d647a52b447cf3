"""Slips are recognised by the figures that they give."""

import pytest

from nn.worked_example import FROZEN, audit, figure
from nn.worked_example.explanations import Case, explain


def test_explanations_give_the_number_of_the_rule():
    rows = {(row.name, row.rounds): row for row in audit().rows if row.explanations}
    (off_by_one,) = rows["E_total", 10_000].explanations
    assert off_by_one.number == pytest.approx(3.51085481225128e-05, rel=1e-9)
    assert "after 9,999 rounds" in off_by_one.says
    assert off_by_one.chance < 1e-3


HOMEWORK = {
    ("E_total@1", "0.280471447"): "biases trained per neuron",
    ("E_total@1", "0.285750887"): "biases trained and shared",
    ("E_total@1", "0.291027924"): "stale output weights",
    ("dE/dw1", "0.000364723"): "stale output weights",
    ("E_total", "0.596742218"): "missing ½",
    ("dE/dw5", "0.164334081"): "missing ½",
    ("net_h1", "0.38"): None,
    ("net_h1", "0.38250000"): "transposed weights, forwards",
    ("dE/dw1", "0.000461551"): "transposed weights, backwards",
    ("w5+", "0.4000000"): "off by one round",
    ("E_total@2", "0.291027774"): "off by one round",
    ("E_total@3", "0.283547133"): "off by one round",
    ("E_total@2", "0.275943289"): "off by one round",
    ("b1+", "0.340637195"): "biases trained and shared",
    ("b_o1@1", "0.530750719"): "biases trained per neuron",
    ("E_total@2", "0.280471447"): "biases trained per neuron, off by one round",
    ("E_total@10000", "0.000035085"): "stale output weights",
}


SAME_WITH_TOO_FEW_DIGITS = {
    ("net_h1", "0.3825"): "transposed weights, forwards",
    ("w5+", "0.4000"): "off by one round",
    ("dE_o2/dout_h1", "-0.019049119"): "intermediates rounded to 9 decimals",
    ("E_total", "0.2985"): "intermediates rounded to 4 decimals",
    ("b_o2+", "0.619047"): "one digit misprinted",
    ("b_h1+", "0.34561434"): "one digit misprinted",
}


@pytest.mark.parametrize("given", SAME_WITH_TOO_FEW_DIGITS, ids=lambda given: " ".join(given))
def test_what_may_be_chance_is_a_guess(given):
    report = audit([figure(*given)], rounds=1)
    (row,) = [row for row in report.rows if row.figure]
    assert row.verdict == "unexplained"
    assert SAME_WITH_TOO_FEW_DIGITS[given] in [each.rule for each in row.explanations]
    assert "unexplained; nearest guess: " in str(report)


OTHER_FIGURES = {
    ("E_o1", "0.298371109"): ("another quantity's figure", "it is E_total"),
    ("net_o2", "0.772928465"): ("another quantity's figure", "it is out_o2"),
    ("dE/dw5", "0.82167041"): ("a slipped decimal point", "1 to the right of its place"),
    ("dE/dw1", "0.00438568"): ("a slipped decimal point", "1 to the right of its place"),
    ("out_o2@10000", "0.9984065734"): ("a digit too many", "0.984065734 is what stale"),
}


@pytest.mark.parametrize("given", OTHER_FIGURES, ids=lambda given: " ".join(given))
def test_figures_that_are_others(given):
    rule, says = OTHER_FIGURES[given]
    (found,) = explain(Case(FROZEN, 0.5), figure(*given))
    assert found.rule == rule
    assert says in found.says
    assert found.chance < 1e-3


@pytest.mark.parametrize("given", HOMEWORK, ids=lambda given: " ".join(given))
def test_slips_in_homework_are_named(given):
    report = audit([figure(*given)], rounds=1)
    (row,) = [row for row in report.rows if row.figure]
    rules = [each.rule for each in row.explanations]
    assert report.ok
    assert rules[:1] == ([HOMEWORK[given]] if HOMEWORK[given] else [])


def test_a_digit_too_many_is_not_looked_for_in_short_figures_nor_at_the_end():
    case = Case(FROZEN, 0.5)
    assert [e.rule for e in explain(case, figure("E_total", "0.2938371109"))] == [
        "a digit too many"
    ]
    assert explain(case, figure("E_total", "0.29937")) == ()
    assert explain(case, figure("E_total", "0.2983711097")) == ()
