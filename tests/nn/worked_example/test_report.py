"""How the audit is written down."""

from nn.worked_example import audit, figure


def test_the_report_prints_three_columns_the_reasons_and_the_verdict(whole_audit):
    lines = str(whole_audit).splitlines()
    assert lines[0] == (
        "The worked 2-2-2 example: learning rate 0.5, biases frozen, 10,000 rounds of training"
    )
    assert ["out_h1", "0.5932699921071872", "0.593269992", "9", "tutorial", "match"] in [
        line.split() for line in lines
    ]
    (stale,) = [line for line in lines if "0.291027924" in line and "tutorial" in line]
    assert stale.endswith("differs: already updated weights")
    assert "  E_total after 1 round: 0.291027924, where the engine has 0.29102777369359933" in lines
    assert (
        "  w5+              0.35891647971788465      0.35891648           8  tutorial  match"
        in (lines)
    )
    assert "figures: 36 match, 5 explained, 0 unexplained" in lines
    assert lines[-1] == "verdict: every figure is accounted for"
    assert all(line == line.rstrip() for line in lines)


def test_the_report_says_what_is_not_in_order():
    text = str(audit([figure("net_h1", "0.5")], rounds=1))
    assert "no rule that is known here gives this figure" in text
    assert text.endswith("figures: 0 match, 0 explained, 1 unexplained\nverdict: NOT IN ORDER")
