"""The audit: every figure matches or is explained."""

import pytest

from nn.worked_example import PER_NEURON, SHARED, audit, figure


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
        ("dE_o2/dout_h1", 0): ["printed intermediates, the others to 9 decimals"],
        ("E_total", 1): ["stale output weights"],
        ("out_o1", 10_000): ["stale output weights"],
        ("out_o2", 10_000): ["stale output weights"],
        ("E_total", 10_000): ["off by one round"],
    }


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
    assert rules["E_total", 1] == ["learning rate 0.5, biases frozen, stale output weights"]


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


def test_a_learning_rate_beyond_all_reason_is_survived():
    for rate in (1e300, 1e308, 5e-324):
        report = audit([figure("E_total@2", "0.5")], learning_rate=rate, rounds=2)
        assert report.count("explained") + report.count("unexplained") + report.count("match") == 1
