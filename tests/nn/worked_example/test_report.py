"""How the audit is written down."""

from autograd.grading.figures import Figure
from nn.worked_example import audit, figure
from nn.worked_example.report import Explanation, Report, Row


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


LONG = (
    "the hidden gradients are computed with the weights as they are after the update of the round"
)
HALF = (
    "the half of the error is left out where it is squared, and put back where its slopes are taken"
)
ROWS = (
    Row("forward pass", "net_h1", 0, 0.3775, Figure("net_h1", 0, "0.3775", "notes"), "match"),
    Row(
        "forward pass",
        "net_h2",
        0,
        0.3925,
        Figure("net_h2", 0, "0.392", "notes"),
        "match (truncated)",
    ),
    Row("forward pass", "out_h1", 0, 0.5),
    Row(
        "forward pass",
        "out_h2",
        0,
        0.625,
        Figure("out_h2", 0, "0.7", "yours"),
        "explained",
        (Explanation("a slip", HALF, 0.7, 5e-4),),
    ),
    Row(
        "updates",
        "w5",
        1,
        0.375,
        Figure("w5", 1, "0.50", "yours"),
        "explained",
        (Explanation("stale δ", LONG, 0.5, 1e-4), Explanation("another", "short", None, 1e-6)),
    ),
    Row(
        "updates",
        "b1",
        1,
        None,
        Figure("b1", 1, "0.25", "yours"),
        "unexplained",
        (Explanation("a guess", "it may be", 0.25, 2e-3),),
    ),
    Row(
        "after 10 rounds", "E_total", 10, 0.125, Figure("E_total", 10, "7", "yours"), "unexplained"
    ),
)
WRITTEN = """\
The title

forward pass
                   engine                   published     decimals  by        verdict
  net_h1           0.3775                   0.3775               4  notes     match
  net_h2           0.3925                   0.392                3  notes     match (truncated)
  out_h1           0.5                      –
  out_h2           0.625                    0.7                  1  yours     differs: a slip

updates
                   engine                   published     decimals  by        verdict
  w5+              0.375                    0.50                 2  yours     differs: stale δ
  b1+              –                        0.25                 2  yours     unexplained; nearest \
guess: a guess

after 10 rounds
                   engine                   published     decimals  by        verdict
  E_total          0.125                    7                    0  yours     unexplained

figures that differ, and what reproduces them
  out_h2: 0.7, where the engine has 0.625
    a slip: 0.7 (the half of the error is left out where it is squared, and put back where its
      slopes are taken; by chance 1 in 2,000)
  w5 after 1 round: 0.50, where the engine has 0.375
    stale δ: 0.5 (the hidden gradients are computed with the weights as they are after the update of
      the round; by chance 1 in 10,000)
    another: None (short; by chance less than 1 in a million)
  b1 after 1 round: 0.25, where the engine has –
    a guess: 0.25 (it may be; by chance 1 in 500)
  E_total after 10 rounds: 7, where the engine has 0.125
    no rule that is known here gives this figure

figures: 2 match, 2 explained, 2 unexplained
verdict: NOT IN ORDER"""


def test_a_report_line_by_line():
    report = Report("The title", ROWS)
    assert str(report) == WRITTEN
    assert len(str(report).splitlines()[23]) == 100
    assert not report.ok
    right = Report("The title", ROWS[:3])
    assert str(right).splitlines()[7:] == [
        "",
        "figures: 2 match, 0 explained, 0 unexplained",
        "verdict: every figure is accounted for",
    ]
