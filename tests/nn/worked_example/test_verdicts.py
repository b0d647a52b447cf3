"""The audit: every figure matches or is explained."""

import pytest

from autograd.grading.answers import Answer
from autograd.grading.judge import AS_GIVEN, FOLLOWS, RIGHT_ANSWER, WRONG, Verdict
from autograd.grading.quantities import Quantity
from nn.worked_example import FROZEN, PER_NEURON, SHARED, audit, figure
from nn.worked_example.verdicts import LEARNING_RATE, _others, _verdict, judge


def explained(report):
    return {
        (row.name, row.rounds): [each.rule for each in row.explanations]
        for row in report.rows
        if row.verdict == "explained"
    }


def test_the_audit_matches_or_explains_every_published_figure(whole_audit):
    report = whole_audit
    assert report.ok
    assert (report.count("match"), report.count("explained")) == (36, 5)
    assert explained(report) == {
        ("dE_o2/dout_h1", 0): ["rounded intermediates"],
        ("E_total", 1): ["already updated weights"],
        ("out_o1", 10_000): ["already updated weights"],
        ("out_o2", 10_000): ["already updated weights"],
        ("E_total", 10_000): ["off by one round"],
    }


def test_every_section_is_shown_with_every_gradient_and_update(whole_audit):
    rows = whole_audit.rows
    sections = dict.fromkeys(row.section for row in rows)
    assert list(sections) == [
        "forward pass",
        "chain-rule factors",
        "gradients",
        "updates",
        "after 1 round",
        "after 10,000 rounds",
    ]
    shown = {(row.section, row.name) for row in rows}
    for w in range(1, 9):
        assert ("gradients", f"dE/dw{w}") in shown
        assert ("updates", f"w{w}") in shown
    for row in rows:
        assert row.figure is not None or row.verdict == ""


def test_published_figures_of_more_rounds_than_asked_for_are_left_out():
    report = audit(rounds=1)
    assert {row.rounds for row in report.rows} == {0, 1}
    assert report.ok


def test_other_biases_are_explained_by_the_frozen_ones_of_the_text():
    report = audit(rule=SHARED)
    assert report.ok
    assert explained(report)["E_total", 10_000] == ["biases frozen, off by one round"]
    assert ("updates", "b1") in {(row.section, row.name) for row in report.rows}
    per_neuron = audit(rule=PER_NEURON, rounds=10)
    assert per_neuron.ok
    updates = [row.name for row in per_neuron.rows if row.section == "updates"]
    assert updates[8:] == ["b_h1", "b_h2", "b_o1", "b_o2"]


def test_another_learning_rate_is_explained_by_the_one_of_the_text():
    report = audit(learning_rate=0.1, rounds=1)
    assert report.ok
    rules = explained(report)
    assert rules["w5", 1] == ["learning rate 0.5, biases frozen"]
    assert rules["E_total", 1] == ["learning rate 0.5, biases frozen, already updated weights"]


@pytest.mark.parametrize("given", [("dE/dw5", "0.12345678"), ("E_total@5", "0.99999999")])
def test_what_no_rule_gives_is_unexplained(given):
    report = audit([figure(*given)], rounds=1)
    assert not report.ok
    assert report.count("unexplained") == 1


def test_frozen_biases_explain_where_others_count_as_right():
    report = audit([figure("E_total@1", "0.291027774")], rounds=1, rule=SHARED)
    assert explained(report) == {("E_total", 1): ["bias forgotten"]}
    (row,) = [row for row in report.rows if row.figure]
    assert row.explanations[0].says == "no bias is trained"


def test_a_figure_that_the_rule_does_not_have_is_explained_by_one_that_has_it():
    report = audit([figure("b1+", "0.340637195")], rounds=1, rule=PER_NEURON)
    (row,) = [row for row in report.rows if row.figure]
    assert row.engine is None
    assert row.verdict == "explained"
    assert "  b1+              –" in str(report)


def test_two_figures_of_one_name_have_a_row_each():
    report = audit([figure("net_h1", "0.3775"), figure("net_h1", "0.3776")], rounds=1)
    assert [row.verdict for row in report.rows if row.figure] == ["match", "unexplained"]


def test_figures_beyond_those_always_shown_find_their_section():
    given = [figure(n, "9") for n in ("i1", "dE/di1", "dE/db_h1", "w1@7", "E_total@3", "b1+")]
    rows = {row.name: row.section for row in audit(given, rounds=1).rows if row.figure}
    assert rows == {
        "i1": "forward pass",
        "dE/di1": "chain-rule factors",
        "dE/db_h1": "gradients",
        "w1": "after 7 rounds",
        "E_total": "after 3 rounds",
        "b1": "updates",
    }


def test_a_learning_rate_beyond_all_reason_is_survived():
    for rate in (1e300, 1e308, 5e-324):
        report = audit([figure("E_total@2", "0.5")], learning_rate=rate, rounds=2)
        assert report.count("explained") + report.count("unexplained") + report.count("match") == 1


def test_explanations_give_the_number_of_the_rule(whole_audit):
    rows = {(row.name, row.rounds): row for row in whole_audit.rows if row.explanations}
    (off_by_one,) = rows["E_total", 10_000].explanations
    assert off_by_one.number == pytest.approx(3.51085481225128e-05, rel=1e-9, abs=0.0)
    assert "after one round less" in off_by_one.says
    assert off_by_one.chance < 1e-3


HOMEWORK = {
    ("E_total@1", "0.280471447"): "biases trained per neuron",
    ("E_total@1", "0.285750887"): "bias trained where it is fixed",
    ("E_total@1", "0.291027924"): "already updated weights",
    ("dE/dw1", "0.000364723"): "already updated weights",
    ("E_total", "0.596742218"): "factor 2 or missing ½",
    ("dE/dw5", "0.164334081"): "factor 2 or missing ½",
    ("net_h1", "0.38"): None,
    ("net_h1", "0.38250000"): "transposed weights",
    ("dE/dw1", "0.000461551"): "transposed weights",
    ("w5+", "0.4000000"): "off by one round",
    ("E_total@2", "0.291027774"): "off by one round",
    ("E_total@3", "0.283547133"): "off by one round",
    ("E_total@2", "0.275943289"): "off by one round",
    ("b1+", "0.340637195"): "bias trained where it is fixed",
    ("b_o1@1", "0.530750719"): "biases trained per neuron",
    ("E_total@2", "0.280471447"): "biases trained per neuron, off by one round",
    ("net_h1", "0.0275000"): "bias forgotten",
}


@pytest.mark.parametrize("given", HOMEWORK, ids=lambda given: " ".join(given))
def test_slips_in_homework_are_named(given):
    report = audit([figure(*given)], rounds=1)
    (row,) = [row for row in report.rows if row.figure]
    rules = [each.rule for each in row.explanations]
    assert report.ok
    assert rules == ([HOMEWORK[given]] if HOMEWORK[given] else [])


TOO_FEW_DIGITS = {
    ("net_h1", "0.383"): "transposed weights",
    ("w5+", "0.4000"): "off by one round",
    ("dE_o2/dout_h1", "-0.019049119"): "one digit misprinted",
    ("E_total", "0.2985"): "one digit misprinted",
    ("b_o2+", "0.619047"): "one digit misprinted",
    ("b_h1+", "0.34561434"): "one digit misprinted",
}


@pytest.mark.parametrize("given", TOO_FEW_DIGITS, ids=lambda given: " ".join(given))
def test_what_may_be_chance_is_a_guess(given):
    report = audit([figure(*given)], rounds=1)
    (row,) = [row for row in report.rows if row.figure]
    assert row.verdict == "unexplained"
    assert [each.rule for each in row.explanations] == [TOO_FEW_DIGITS[given]]
    assert "unexplained; nearest guess: " in str(report)


OTHER_FIGURES = {
    ("E_o1", "0.298371109"): ("another quantity's figure", "it is E_total"),
    ("net_o2", "0.772928465"): ("another quantity's figure", "it is out_o2"),
    ("dE/dw5", "0.82167041"): ("a slipped decimal point", "1 to the right of its place"),
    ("dE/dw1", "0.00438568"): ("a slipped decimal point", "1 to the right of its place"),
    ("E_total", "0.2938371109"): ("a digit too many", "it is right"),
}


@pytest.mark.parametrize("given", OTHER_FIGURES, ids=lambda given: " ".join(given))
def test_figures_that_are_others(given):
    rule, says = OTHER_FIGURES[given]
    (row,) = [row for row in audit([figure(*given)], rounds=1).rows if row.figure]
    (found,) = row.explanations
    assert (row.verdict, found.rule) == ("explained", rule)
    assert says in found.says
    assert found.chance < 1e-3


@pytest.mark.parametrize("printed", ["0.29937", "0.2983711097"])
def test_a_digit_too_many_is_not_looked_for_in_short_figures_nor_at_the_end(printed):
    assert audit([figure("E_total", printed)], rounds=1).count("explained") == 0


def test_a_published_list_of_figures_after_many_rounds():
    """One of them has a digit too many, without which it is what the slip of the others gives."""
    given = {
        "E_total@1": "0.291027924", "E_total@10000": "0.000035085", "out_o1@10000": "0.015912196",
        "out_o2@10000": "0.9984065734", "dE/dw4": "0.0009954254686",
    }  # fmt: skip
    report = audit([figure(*each) for each in given.items()], rounds=1)
    found = {
        f"{row.name}@{row.rounds}": [each.rule for each in row.explanations]
        for row in report.rows
        if row.figure
    }
    assert found["out_o2@10000"] == ["a digit too many"]
    assert found["dE/dw4@0"] == []
    assert [*found.values()].count(["already updated weights"]) == 3


PRODUCTS = """
    out_h1 0.593269992, out_o2 0.772928465, E_total 0.298371109, dE/dout_o1 0.74136507
    dout_o1/dnet_o1 0.186815602, dE/dw6 0.082667628, dE_o2/dout_h1 -0.019049118
    dout_h1/dnet_h1 0.241300709, dE/dnet_h1 0.008771354, dE/dw2 0.0008771354
"""
BY_PRODUCTS = """
    dE/dnet_o1 0.13849856185, dE/dnet_o2 -0.03809823661, dE/dout_h1 0.036350307
    dE_o1/dout_h2 0.0623243528, dE_o2/dout_h2 -0.02095403013, dE/dout_h2 0.041370322
    dout_h2/dnet_h2 0.2406134173, dE/dnet_h2 0.00995425455, dE/dw4 0.000995425455
    dE/dw7 -0.022602541
"""
SINGLE = "w7+ 0.5113013, dout_o2/dnet_o2 0.17551005, dE/dout_o1 0.7413651, w1+ 0.14978072"
BY_SINGLE = """
    net_h2 0.39249998, dE/dw5 0.082167044, dE_o2/dout_h1 -0.019049117, dE/dw1 0.00043856777
    w8+ 0.56137013
"""


def listed(text):
    return [figure(*each.split()) for each in text.strip().replace(",", "\n").splitlines()]


def verdicts(right, others):
    given = listed(others)
    found = judge(FROZEN, 0.5, listed(right) + given)
    return [(verdict, {each.rule for each in why}) for verdict, why in map(found.get, given)]


def test_products_and_sums_of_printed_figures():
    found = verdicts(PRODUCTS, BY_PRODUCTS)
    assert [verdict for verdict, _ in found].count("explained") == 9
    for verdict, rules in found:
        assert verdict == "match" or rules <= {"rounded intermediates", AS_GIVEN}


def test_single_precision():
    assert verdicts(SINGLE, BY_SINGLE) == [("explained", {"single precision"})] * 5


def test_a_sum_of_a_wrong_figure_as_it_is_printed():
    right = "E_o1 0.298371109, E_o2 0.023560026"
    assert verdicts(right, "E_total 0.321931135") == [("explained", {AS_GIVEN})]


@pytest.mark.parametrize("alone", listed(BY_SINGLE), ids=lambda each: each.name)
def test_one_figure_alone_proves_no_rounding(alone):
    ((verdict, _),) = judge(FROZEN, 0.5, [alone]).values()
    assert verdict == "unexplained"


def test_a_list_that_says_otherwise_refutes_a_way_of_rounding():
    """Ten right figures that single precision would make others of."""
    right = """
        net_h2 0.392500000, dE/dw1 0.000438567734, dE/dw2 0.000877135469, out_h1 0.593269992
        out_h2 0.596884378, net_o1 1.105905967, w5+ 0.358916480, w6+ 0.408666186
        dE_o1/dout_h1 0.055399424651, dE_o2/dout_h1 -0.019049118258
    """
    assert verdicts(right, "dE/dw5 0.082167044")[0][0] == "unexplained"


def test_an_update_by_printed_gradients():
    """Two gradients printed with 3 and 4 decimals, and used so."""
    gradients = "dE/dw5 0.082, dE/dw6 0.0827, dE/dw7 -0.0226, dE/dw8 -0.0227"
    found = verdicts(gradients, "w5+ 0.359, w6+ 0.40865, w7+ 0.5113, w8+ 0.56135")
    assert [verdict for verdict, _ in found] == ["match", "explained", "match", "explained"]


def test_other_ways_to_train_are_those_that_no_slip_of_the_rule_is():
    frozen, shared, per_neuron = FROZEN.name, SHARED.name, PER_NEURON.name
    assert set(_others(FROZEN, LEARNING_RATE)) == {per_neuron}
    assert set(_others(SHARED, LEARNING_RATE)) == {frozen, per_neuron}
    assert set(_others(PER_NEURON, LEARNING_RATE)) == {frozen, shared}


ANSWER = Answer("a", Quantity(0), "0.1", 0.2)
RIGHT = Verdict(ANSWER, RIGHT_ANSWER)


@pytest.mark.parametrize(
    ("rule", "given", "told", "verdict"),
    [
        (FROZEN, ("E_total", "0.298371109"), RIGHT, "match"),
        (FROZEN, ("E_total", "0.29837110"), RIGHT, "match (truncated)"),
        (FROZEN, ("E_total", "0.2984712"), RIGHT, "match"),  # the grader allows for more
        (PER_NEURON, ("dE/db1", "0.01873"), None, "match"),  # a sum, which it does not know
        (PER_NEURON, ("dE/db1", "0.01872"), None, "match (truncated)"),
        (PER_NEURON, ("dE/db1", "0.01972"), None, "unexplained"),
        (PER_NEURON, ("b1", "0.35"), RIGHT, "unexplained"),  # no layer has a bias of its own
        (PER_NEURON, ("b1", "0.35"), None, "unexplained"),
        (FROZEN, ("w5", "0.1"), Verdict(ANSWER, WRONG, "a slip", "", 9e-4, "a slip"), "explained"),
        (FROZEN, ("w5", "0.1"), Verdict(ANSWER, FOLLOWS, None, "", 9e-4, "a slip"), "explained"),
        (FROZEN, ("w5", "0.1"), Verdict(ANSWER, FOLLOWS, None, "", 1e-3, "it"), "unexplained"),
        (FROZEN, ("w5", "0.1"), Verdict(ANSWER, WRONG, None, "", 9e-4, "a guess"), "unexplained"),
    ],
)
def test_what_the_grader_says_as_a_verdict_of_the_audit(rule, given, told, verdict):
    said, why = _verdict(rule, LEARNING_RATE, figure(*given), told)
    assert said == verdict
    causes = [told.cause] if told and told.cause else []
    assert [each.rule for each in why] == causes
