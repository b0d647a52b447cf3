"""The worked example: golden figures, published figures, the audit and its program."""

import copy
import math
import os
import runpy
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest

from autograd import derivation
from autograd.value import Parameter
from nn.worked_example import (
    FROZEN,
    NO_HALF,
    PER_NEURON,
    RULES,
    SHARED,
    STALE,
    TRANSPOSED_BACKWARDS,
    TRANSPOSED_FORWARDS,
    audit,
    figure,
    network,
    published,
    read_figures,
    train,
)
from nn.worked_example import __main__ as program
from nn.worked_example import golden as golden_module
from nn.worked_example.explanations import Case, explain
from nn.worked_example.figures import agreement, exponent, known_names
from nn.worked_example.golden import check_golden, engine_figures, golden_figures
from nn.worked_example.model import read
from nn.worked_example.rules import figures_after, rounding

GOLDEN = golden_figures()


# ------------------------------------------------------------------------------------- the network


def test_every_value_is_there_and_labelled_as_in_the_text():
    values = network()
    labels = (
        "i1 i2 t1 t2 w1 w2 w3 w4 w5 w6 w7 w8 b1 b2 net_h1 out_h1 net_h2 out_h2 "
        "net_o1 out_o1 net_o2 out_o2 E_o1 E_o2 E_total"
    )
    assert list(values) == labels.split()
    for name, value in values.items():
        assert value.label == ("" if name in ("E_o1", "E_o2") else name)
    assert [name for name, v in values.items() if isinstance(v, Parameter)] == labels.split()[4:14]


def test_each_neuron_can_have_a_bias_of_its_own():
    values = network(bias_per_neuron=True)
    assert {"b_h1", "b_h2", "b_o1", "b_o2"} <= set(values)
    assert not {"b1", "b2"} & set(values)
    assert values["net_h2"].parents[-1] is values["b_h2"]


def test_the_network_can_start_elsewhere():
    values = network({"w1": 2.0, "b_h1": 0.0})
    assert values["w1"].data == 2.0
    assert values["net_h1"].data == pytest.approx(2.0 * 0.05 + 0.2 * 0.1)


def test_the_derivation_reads_like_the_text():
    values = network()
    text = derivation(values["E_total"], values["w5"]).text
    assert "∂E_total/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5" in text
    assert "0.741365 · 0.186816 · 0.593270" in text


# ---------------------------------------------------------------------------------- golden figures


def test_there_are_golden_figures_of_every_rule():
    assert set(GOLDEN) == {"frozen", "shared", "per_neuron", "stale"}
    for by_rounds in GOLDEN.values():
        assert set(by_rounds) == {0, 1, 2, 10, 100, 9_999, 10_000}
        assert {len(figures) for figures in by_rounds.values()} == {43}


@pytest.mark.parametrize("rounds", GOLDEN["frozen"])
@pytest.mark.parametrize("key", GOLDEN)
def test_every_golden_figure(key, rounds):
    """To 1e-12, after 9,999 and more rounds to 1e-9."""
    engine = engine_figures(golden_module.RULES[key], rounds)
    golden = GOLDEN[key][rounds]
    allowed = 1e-12 if rounds <= 100 else 1e-9
    assert {name: engine[name] for name in golden} == pytest.approx(golden, rel=allowed, abs=0.0)


def test_golden_figures_quoted_in_the_literature_of_the_example():
    """Five figures known from a calculation at 60 digits, so that the file itself is checked."""
    assert GOLDEN["frozen"][1]["E_total"] == 0.29102777369359933
    assert GOLDEN["frozen"][10_000]["out_o1"] == 0.015913620443550627
    assert GOLDEN["frozen"][10_000]["out_o2"] == 0.9840642735146238
    assert GOLDEN["stale"][1]["E_total"] == 0.29102792390544185
    assert GOLDEN["per_neuron"][1]["E_total"] == 0.28047144679143016


def test_the_check_of_golden_figures_passes_and_counts():
    check = check_golden(GOLDEN)
    assert check.compared == 4 * 7 * 43
    assert check.wrong == ()
    assert 0.0 < check.worst < 1e-9


@pytest.mark.parametrize(("rounds", "error"), [(100, 1e-10), (10_000, 1e-8)])
def test_the_check_of_golden_figures_finds_a_wrong_one(rounds, error):
    wrong = copy.deepcopy({key: dict(figures) for key, figures in GOLDEN.items()})
    wrong["shared"][rounds]["dE/dw7"] *= 1.0 + error
    check = check_golden(wrong)
    assert check.wrong == (f"dE/dw7@{rounds}, biases trained and shared",)
    assert check.where == check.wrong[0]
    assert check.worst == pytest.approx(error, rel=0.1)


def test_a_golden_figure_that_became_nan_is_wrong():
    wrong = {"frozen": {0: {"E_total": math.nan}}}
    assert check_golden(wrong).wrong == ("E_total@0, biases frozen",)


# -------------------------------------------------------------------------------------- the rules


def by_formula(rule, rounds, learning_rate=0.5):
    """The rules once more, in the plain arithmetic of the text: E_total after some rounds."""

    def sigmoid(x):
        return 1.0 / (1.0 + math.exp(-x))

    W1, W2 = [[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]
    i, t = [0.05, 0.10], [0.01, 0.99]
    double = 2.0 if rule is NO_HALF else 1.0

    def entry(W, r, c):
        return W[c][r] if rule is TRANSPOSED_FORWARDS else W[r][c]

    for n in range(rounds + 1):
        h = [sigmoid(sum(entry(W1, r, c) * i[c] for c in (0, 1)) + 0.35) for r in (0, 1)]
        o = [sigmoid(sum(entry(W2, r, c) * h[c] for c in (0, 1)) + 0.60) for r in (0, 1)]
        if n == rounds:
            return sum(double * 0.5 * (t[k] - o[k]) ** 2 for k in (0, 1))
        d_o = [double * (o[k] - t[k]) * o[k] * (1 - o[k]) for k in (0, 1)]
        if rule is TRANSPOSED_FORWARDS:
            new = [[W2[c][r] - learning_rate * d_o[r] * h[c] for r in (0, 1)] for c in (0, 1)]
        else:
            new = [[W2[r][c] - learning_rate * d_o[r] * h[c] for c in (0, 1)] for r in (0, 1)]
        back = new if rule is STALE else W2
        if rule in (TRANSPOSED_BACKWARDS, TRANSPOSED_FORWARDS):
            back = [[back[c][r] for c in (0, 1)] for r in (0, 1)]
        d_h = [sum(d_o[k] * back[k][j] for k in (0, 1)) * h[j] * (1 - h[j]) for j in (0, 1)]
        for r in (0, 1):
            for c in (0, 1):
                if rule is TRANSPOSED_FORWARDS:
                    W1[c][r] -= learning_rate * d_h[r] * i[c]
                else:
                    W1[r][c] -= learning_rate * d_h[r] * i[c]
        W2 = new
    return None


@pytest.mark.parametrize("learning_rate", [0.5, 0.1])
@pytest.mark.parametrize(
    "rule",
    [FROZEN, STALE, NO_HALF, TRANSPOSED_FORWARDS, TRANSPOSED_BACKWARDS],
    ids=lambda rule: rule.name,
)
def test_slips_are_what_their_names_say(rule, learning_rate):
    for rounds in (0, 1, 2, 25):
        engine = train(rounds, learning_rate, rule)["E_total"].data
        assert engine == pytest.approx(by_formula(rule, rounds, learning_rate), rel=1e-12)


def test_stale_gradients_are_those_that_somebody_with_stale_weights_would_print():
    """∂E/∂out_h1 with w5+ and w7+ in place of w5 and w7."""
    own = [figures_after(rounds, 0.5, FROZEN) for rounds in (0, 1)]
    stale = figures_after(0, 0.5, STALE)
    contributions = [own[0][f"dE/dnet_{o}"] * own[1][w] for o, w in (("o1", "w5"), ("o2", "w7"))]
    assert stale["dE_o1/dout_h1"] == pytest.approx(contributions[0], rel=1e-12)
    assert stale["dE_o2/dout_h1"] == pytest.approx(contributions[1], rel=1e-12)
    assert stale["dE/dout_h1"] == pytest.approx(sum(contributions), rel=1e-12)
    factor = own[0]["dout_h1/dnet_h1"]
    assert stale["dE/dw1"] == pytest.approx(sum(contributions) * factor * 0.05, rel=1e-12)
    assert stale["dE/db1"] == pytest.approx(stale["dE/dnet_h1"] + stale["dE/dnet_h2"], rel=1e-12)
    assert stale["dE/dw5"] == own[0]["dE/dw5"]
    assert stale["dE/db2"] == own[0]["dE/db2"]


def test_intermediates_are_rounded_half_up_at_every_step():
    """−0.0380982366… becomes −0.038098237, half of which, −0.0190491185, is rounded away from 0."""
    rounded = [figures_after(rounds, 0.5, rounding(FROZEN, 9)) for rounds in (0, 1)]
    assert rounded[0]["out_o2"] == 0.772928465
    assert rounded[0]["dE/dnet_o2"] == -0.038098237
    assert rounded[0]["dE_o2/dout_h1"] == -0.019049119
    assert rounded[1]["w5"] == 0.35891648
    for number in (*rounded[0].values(), *rounded[1].values()):
        assert Decimal(repr(number)).as_tuple().exponent >= -9


def test_rounding_leaves_alone_what_has_no_decimals():
    rule = rounding(FROZEN, 4)
    assert [rule.rounded(x) for x in (1e300, math.inf, 0.00005)] == [1e300, math.inf, 0.0001]
    assert math.isnan(rule.rounded(math.nan))
    assert FROZEN.rounded(0.123456789) == 0.123456789


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in RULES}) == len(RULES) == 7
    assert "4 decimals" in rounding(SHARED, 4).name


def test_training_for_no_round_is_the_network_as_it_starts():
    values = train(0)
    assert values["w1"].data == 0.15
    assert values["w1"].grad == pytest.approx(0.000438568, rel=1e-6)


def test_training_moves_the_biases_that_the_rule_trains():
    assert train(1)["b1"].data == 0.35
    assert train(1, rule=SHARED)["b1"].data == GOLDEN["shared"][1]["b_h1"]
    per_neuron = train(1, rule=PER_NEURON)
    for name in ("b_h1", "b_h2", "b_o1", "b_o2"):
        assert per_neuron[name].data == pytest.approx(GOLDEN["per_neuron"][1][name], rel=1e-14)


# ---------------------------------------------------------------------------------- printed figures


@pytest.mark.parametrize(
    ("printed", "number", "verdict"),
    [
        ("0.5933", 0.59326999, "match"),
        ("0.5932", 0.59326999, "match (truncated)"),
        ("0.5934", 0.59326999, ""),
        ("0.5931", 0.59326999, ""),
        ("-0.0190", -0.01904912, "match"),
        ("-0.0191", -0.01904912, ""),
        ("-0.01904911", -0.019049118, "match (truncated)"),
        ("0.511301270", 0.5113012702387375, "match"),
        ("0.51130127", 0.5113012702387375, "match"),
        ("0.3925", 0.39249999999999996, "match"),
        ("0.3924", 0.39249999999999996, ""),
        ("0.29837110876000267", 0.2983711087600027, "match"),
        ("0.29837110877", 0.2983711087600027, ""),
        ("0.25", 0.245, "match"),
        ("0.24", 0.245, "match"),
        ("3.51e-05", 3.510187782978859e-05, "match"),
        ("3.52e-05", 3.510187782978859e-05, ""),
        ("1", 0.6, "match"),
        ("0", 0.6, "match (truncated)"),
        ("0.6", -0.6, ""),
        ("0.0", -0.06, "match (truncated)"),
        ("40", 38.0, ""),
        ("4e1", 38.0, "match"),
        (".5", 0.5, "match"),
        ("0.5", math.nan, ""),
        ("0.5", math.inf, ""),
    ],
)
def test_agreement_at_the_printed_precision(printed, number, verdict):
    assert agreement(printed, number) == verdict


def test_decimals_are_counted_as_printed():
    assert figure("w7+", "0.511301270").decimals == 9
    assert figure("E_total", "3.51e-05").decimals == 7
    assert figure("E_total", "1").decimals == 0


def test_what_has_no_digits_has_no_last_digit():
    with pytest.raises(ValueError, match="NaN has no digits"):
        exponent(Decimal("nan"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("net_h1", ("net_h1", 0)),
        (" dE/dw5 ", ("dE/dw5", 0)),
        ("w5+", ("w5", 1)),
        ("w5@1", ("w5", 1)),
        ("E_total@10000", ("E_total", 10_000)),
        ("∂E/∂w5", ("dE/dw5", 0)),
        ("∂E_total/∂out_o1", ("dE/dout_o1", 0)),
        ("b_o2@3", ("b_o2", 3)),
    ],
)
def test_names_of_figures(name, expected):
    read_as = figure(name, "0.1")
    assert (read_as.name, read_as.rounds) == expected


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no figure called 'net_h3' \(did you mean 'net_h") as e:
        figure("net_h3", "0.1")
    for name in ("net_h1", "dE/dw5", "dout_o1/dnet_o1", "dE_o2/dout_h1", "b_h1", "name@n"):
        assert name in str(e.value)
    with pytest.raises(ValueError, match="no figure called 'zzz'; the figures are i1, "):
        figure("zzz", "0.1")
    with pytest.raises(ValueError, match="no figure called ''"):
        figure("", "0.1")


@pytest.mark.parametrize("printed", ["", "abc", "0.1.2", "nan", "inf", "1_000", "0,5", "1e9999"])
def test_what_is_no_number_is_refused(printed):
    with pytest.raises(ValueError, match=f"the figure of 'w1' is a number .*, not {printed!r}"):
        figure("w1", printed)


@pytest.mark.parametrize("rounds", ["100001", "9" * 5000, "-1", "1.5", "", "²", "2+"])
def test_impossible_numbers_of_rounds_are_refused(rounds):
    assert figure("w1@100000", "0.1").rounds == 100_000
    with pytest.raises(ValueError, match="after @ a number of rounds up to 100,000 is expected"):
        figure(f"w1@{rounds}", "0.1")


def test_every_known_name_can_be_looked_up():
    for rule in (FROZEN, PER_NEURON):
        assert set(figures_after(1, 0.5, rule)) <= set(known_names())
    assert len(set(known_names())) == len(known_names())


def test_published_figures_are_those_of_the_notes_and_of_the_tutorial():
    sources = Counter(each.source for each in published())
    assert sources == {"notes": 8, "tutorial": 33}
    texts = {(each.name, each.rounds, each.printed) for each in published()}
    assert ("w7", 1, "0.511301270") in texts  # with the zero that is printed
    assert ("E_total", 10_000, "0.0000351085") in texts


# --------------------------------------------------------------------------------------- the audit


def explained(report):
    return {
        (row.name, row.rounds): [each.rule for each in row.explanations]
        for row in report.rows
        if row.verdict == "explained"
    }


def test_the_audit_matches_or_explains_every_published_figure():
    report = audit()
    assert report.ok
    assert (report.count("match"), report.count("explained")) == (36, 5)
    assert explained(report) == {
        ("dE_o2/dout_h1", 0): ["intermediates rounded to 9 decimals"],
        ("E_total", 1): ["stale output weights"],
        ("out_o1", 10_000): ["stale output weights"],
        ("out_o2", 10_000): ["stale output weights"],
        ("E_total", 10_000): ["off by one round", "a digit too many"],
    }


def test_explanations_give_the_number_of_the_rule():
    rows = {(row.name, row.rounds): row for row in audit().rows if row.explanations}
    off_by_one, slip = rows["E_total", 10_000].explanations
    assert off_by_one.number == pytest.approx(3.51085481225128e-05, rel=1e-9)
    assert "after 9,999 rounds" in off_by_one.says
    assert slip.number == pytest.approx(3.508478629631353e-05, rel=1e-9)
    assert slip.says == "0.000035085 is what stale output weights gives"


def test_every_section_is_shown_with_every_gradient_and_update():
    rows = audit().rows
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
    assert explained(report)["E_total", 10_000] == [
        "biases frozen, off by one round",
        "a digit too many",
    ]
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
    assert rules["E_total", 1] == ["learning rate 0.5, biases frozen, stale output weights"]


HOMEWORK = {
    ("E_total@1", "0.280471447"): "biases trained per neuron",
    ("E_total@1", "0.285750887"): "biases trained and shared",
    ("E_total@1", "0.291027924"): "stale output weights",
    ("dE/dw1", "0.000364723"): "stale output weights",
    ("E_total", "0.596742218"): "missing ½",
    ("dE/dw5", "0.164334081"): "missing ½",
    ("net_h1", "0.38"): None,
    ("net_h1", "0.3825"): "transposed weights, forwards",
    ("dE/dw1", "0.000461551"): "transposed weights, backwards",
    ("w5+", "0.4000"): "off by one round",
    ("E_total@2", "0.291027774"): "off by one round",
    ("E_total@3", "0.283547133"): "off by one round",
    ("E_total@2", "0.275943289"): "off by one round",
    ("dE_o2/dout_h1", "-0.019049119"): "intermediates rounded to 9 decimals",
    ("E_total", "0.2985"): "intermediates rounded to 4 decimals",
    ("b1+", "0.340637195"): "biases trained and shared",
    ("b_o1@1", "0.530750719"): "biases trained per neuron",
    ("E_total@2", "0.280471447"): "biases trained per neuron, off by one round",
    ("E_total@10000", "0.000035085"): "stale output weights",
}


@pytest.mark.parametrize("given", HOMEWORK, ids=lambda given: " ".join(given))
def test_slips_in_homework_are_named(given):
    report = audit([figure(*given)], rounds=1)
    (row,) = [row for row in report.rows if row.figure]
    rules = [each.rule for each in row.explanations]
    assert report.ok
    assert rules[:1] == ([HOMEWORK[given]] if HOMEWORK[given] else [])


@pytest.mark.parametrize("given", [("dE/dw5", "0.12345678"), ("E_total@5", "0.99999999")])
def test_what_no_rule_gives_is_unexplained(given):
    report = audit([figure(*given)], rounds=1)
    assert not report.ok
    assert report.count("unexplained") == 1


def test_frozen_biases_explain_where_others_count_as_right():
    report = audit([figure("E_total@1", "0.291027774")], rounds=1, rule=SHARED)
    assert explained(report) == {("E_total", 1): ["biases frozen"]}


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


def test_a_digit_too_many_is_not_looked_for_in_short_figures_nor_at_the_end():
    case = Case(FROZEN, 0.5)
    assert [e.rule for e in explain(case, figure("E_total", "0.2938371109"))] == [
        "a digit too many"
    ]
    assert explain(case, figure("E_total", "0.29937")) == ()
    assert explain(case, figure("E_total", "0.2983711097")) == ()


def test_a_learning_rate_beyond_all_reason_is_survived():
    for rate in (1e300, 1e308, 5e-324):
        report = audit([figure("E_total@2", "0.5")], learning_rate=rate, rounds=2)
        assert report.count("explained") + report.count("unexplained") + report.count("match") == 1


def test_the_report_prints_three_columns_the_reasons_and_the_verdict():
    lines = str(audit()).splitlines()
    assert lines[0] == (
        "The worked 2-2-2 example: learning rate 0.5, biases frozen, 10,000 rounds of training"
    )
    assert ["out_h1", "0.5932699921071872", "0.593269992", "9", "tutorial", "match"] in [
        line.split() for line in lines
    ]
    (stale,) = [line for line in lines if "0.291027924" in line and "tutorial" in line]
    assert stale.endswith("differs: stale output weights")
    assert "  E_total after 1 round: 0.291027924, where the engine has 0.29102777369359933" in lines
    assert (
        "  w5+              0.35891647971788465      0.35891648           8  tutorial  match"
        in (lines)
    )
    assert "figures: 36 match, 5 explained, 0 unexplained" in lines
    assert lines[-1] == "verdict: every figure is accounted for"
    assert all(line == line.rstrip() for line in lines)


def test_the_report_says_what_is_not_in_order(monkeypatch):
    text = str(audit([figure("net_h1", "0.5")], rounds=1))
    assert "no rule that is known here gives this figure" in text
    assert text.endswith("figures: 0 match, 0 explained, 1 unexplained\nverdict: NOT IN ORDER")
    monkeypatch.setattr(
        "nn.worked_example.verdicts.golden_figures", lambda: {"frozen": {0: {"E_total": 0.3}}}
    )
    report = audit([], rounds=1)
    assert not report.ok
    assert "DISAGREES\n  wrong: E_total@0, biases frozen\n" in str(report)


def test_figures_read_off_the_values_are_those_of_the_values():
    values = network()
    values["E_total"].backward()
    figures = read(values).figures()
    assert figures["net_h1"] == values["net_h1"].data
    assert figures["dE/dw5"] == values["w5"].grad
    assert figures["dout_o1/dnet_o1"] == values["out_o1"].local_gradients()[0]
    assert figures["dE/dw5"] == pytest.approx(
        figures["dE/dout_o1"] * figures["dout_o1/dnet_o1"] * figures["dnet_o1/dw5"], rel=1e-14
    )
    assert figures["b_h1"] == figures["b_h2"] == figures["b1"] == 0.35
    assert figures["dE/db1"] == pytest.approx(figures["dE/db_h1"] + figures["dE/db_h2"])


# ------------------------------------------------------------------------------------- the program


def written(folder):
    return sorted(path.name for path in folder.iterdir())


FILES = ["worked_example.html", "worked_example.svg", "worked_example.txt"]


def test_the_program_verifies_and_writes_its_files(tmp_path, capsys):
    folder = tmp_path / "a" / "b"
    assert program.main(["--output", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert written(folder) == FILES
    report, last = shown.rstrip().rsplit("\n", 1)
    assert (folder / "worked_example.txt").read_text(encoding="utf-8").rstrip() == report
    assert last.startswith("written: ")
    assert report == str(audit())
    svg = (folder / "worked_example.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "net_h1" in svg
    assert "E_o2" in svg
    assert "0.298371" in svg
    html = (folder / "worked_example.html").read_text(encoding="utf-8")
    assert "<!doctype html>" in html.lower()
    assert "net_h1" in html


def test_the_program_writes_twice_into_one_folder(tmp_path):
    for _ in range(2):
        assert program.main(["--output", str(tmp_path), "--rounds", "1"]) == 0
    assert written(tmp_path) == FILES


def test_the_folder_is_called_worked_example_unless_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert program.main(["--rounds", "1"]) == 0
    assert written(tmp_path / "worked_example") == FILES


@pytest.mark.parametrize(
    ("options", "title"),
    [
        (["--rounds", "1"], "learning rate 0.5, biases frozen, 1 round of training"),
        (["--rounds", "25"], "learning rate 0.5, biases frozen, 25 rounds of training"),
        (["--learning-rate", "0.1", "--rounds", "2"], "learning rate 0.1, biases frozen, 2 rounds"),
        (["--biases", "shared", "--rounds", "2"], "biases trained and shared, 2 rounds"),
        (["--biases", "per-neuron", "--rounds", "2"], "biases trained per neuron, 2 rounds"),
        (["--biases", "frozen", "--rounds", "2"], "biases frozen, 2 rounds"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options(options, title, tmp_path, capsys):
    assert program.main([*options, "--output", str(tmp_path)]) == 0
    assert title in capsys.readouterr().out


def homework(tmp_path, text):
    path = tmp_path / "homework.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_homework_is_checked_in_place_of_the_published_figures(tmp_path, capsys):
    path = homework(
        tmp_path,
        "\ufeff# my homework\n\nnet_h1, 0.3775\n  dE/dw5 ,0.0822\nE_total@1, 0.2804714\n"
        "# E_total@10, 7\n",
    )
    assert [(f.name, f.rounds, f.printed) for f in read_figures(path)] == [
        ("net_h1", 0, "0.3775"),
        ("dE/dw5", 0, "0.0822"),
        ("E_total", 1, "0.2804714"),
    ]
    assert program.main(["--figures", str(path), "--output", str(tmp_path), "--rounds", "1"]) == 0
    shown = capsys.readouterr().out
    assert "figures: 2 match, 1 explained, 0 unexplained" in shown
    assert "yours     differs: biases trained per neuron" in shown
    assert "tutorial" not in shown


def test_homework_may_have_remarks_and_the_minus_of_print(tmp_path):
    path = homework(tmp_path, "w5+, 0.3589  # after one update\r\ndE_o2/dout_h1, −0.019\r\n")
    assert [(f.name, f.rounds, f.printed) for f in read_figures(path)] == [
        ("w5", 1, "0.3589"),
        ("dE_o2/dout_h1", 0, "-0.019"),
    ]


def test_the_file_that_help_shows_is_right(tmp_path):
    shown = program.EPILOG.partition("exit code:")[0].partition("\n")[2]
    assert audit(read_figures(homework(tmp_path, shown)), rounds=1).count("match") == 4


def test_homework_that_nothing_explains_gives_exit_code_1(tmp_path, capsys):
    path = homework(tmp_path, "net_h1, 0.5\n")
    assert program.main(["--figures", str(path), "--output", str(tmp_path), "--rounds", "1"]) == 1
    assert "unexplained" in capsys.readouterr().out
    assert written(tmp_path) == ["homework.txt", *FILES]


def test_an_engine_that_disagrees_gives_exit_code_1(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        "nn.worked_example.verdicts.golden_figures", lambda: {"frozen": {0: {"E_total": 0.3}}}
    )
    assert program.main(["--output", str(tmp_path), "--rounds", "1"]) == 1
    assert "DISAGREES" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "net_h1, 0.3775\nnet_h2 0.3925\n",
            "line 2: 'name, figure' is expected, not 'net_h2 0.3925'",
        ),
        ("\n#\nnet_h1, x\n", "line 3: the figure of 'net_h1' is a number such as 0.298, not 'x'"),
        ("net_h1, 0.1, 0.2\n", "line 1: the figure of 'net_h1' is a number"),
        ("w9, 0.1\n", "line 1: there is no figure called 'w9'"),
        (", 0.1\n", "line 1: there is no figure called ''"),
        ("w1@1000000, 0.1\n", "line 1: after @ a number of rounds up to 100,000 is expected"),
        ("", "has no figures: write 'name, figure' in each line"),
        ("# nothing\n\n", "has no figures"),
        (b"\xff\xfe\x00", "is not a text file in UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_malformed_file_is_an_error_with_its_line(text, message, tmp_path, capsys):
    path = tmp_path / "missing.txt" if text is None else homework(tmp_path, text)
    with pytest.raises(SystemExit) as caught:
        program.main(["--figures", str(path), "--output", str(tmp_path / "out")])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert str(path) in error
    assert error.startswith("usage: python -m nn.worked_example")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rounds", "0"], "argument --rounds: '0' is not a whole number from 1 to 100,000"),
        (["--rounds", "-1"], "'-1' is not a whole number"),
        (["--rounds", "1.5"], "'1.5' is not a whole number"),
        (["--rounds", "100001"], "'100001' is not a whole number from 1 to 100,000"),
        (["--rounds", "²"], "'²' is not a whole number"),
        (["--rounds", "9" * 5000], "is not a whole number"),
        (["--rounds"], "expected one argument"),
        (["--learning-rate", "0"], "argument --learning-rate: '0' is not a number above 0"),
        (["--learning-rate", "-0.5"], "'-0.5' is not a number above 0"),
        (["--learning-rate", "nan"], "'nan' is not a number above 0"),
        (["--learning-rate", "inf"], "'inf' is not a number above 0"),
        (["--learning-rate", "fast"], "'fast' is not a number above 0"),
        (["--biases", "learned"], "argument --biases: invalid choice: 'learned'"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_bad_arguments_give_usage_and_exit_code_2(options, message, capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(options)
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("usage: python -m nn.worked_example")
    assert message in error


def test_a_folder_that_cannot_be_made_gives_exit_code_2(tmp_path, capsys):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        program.main(["--output", str(tmp_path / "taken")])
    assert caught.value.code == 2
    assert "taken" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_gives_exit_code_2(tmp_path, capsys):
    (tmp_path / "worked_example.svg").mkdir()
    with pytest.raises(SystemExit) as caught:
        program.main(["--output", str(tmp_path), "--rounds", "1"])
    assert caught.value.code == 2
    assert "cannot write to the output folder" in capsys.readouterr().err


def test_help_says_what_there_is(capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for word in ("--rounds", "--learning-rate", "--biases", "--figures", "--output", "exit code"):
        assert word in text
    assert "w5+, 0.3589" in text


def test_it_runs_as_a_module(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["worked_example", "--rounds", "1", "--output", str(tmp_path)])
    monkeypatch.delitem(sys.modules, "nn.worked_example.__main__")
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("nn.worked_example", run_name="__main__")
    assert caught.value.code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_runs_as_a_program(encoding, tmp_path):
    """Also in a terminal that has none of the report's ½ and –."""
    command = [sys.executable, "-m", "nn.worked_example", "--rounds", "1", "--output", tmp_path]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert "verdict: every figure is accounted for" in done.stdout.decode()
