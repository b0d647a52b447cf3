"""A grade as a table, HTML and JSON; what is right is not told unless asked for."""

from __future__ import annotations

import json

import pytest

from autograd import Value, grade
from autograd.grading.report import Grade, Item


@pytest.fixture
def graded():
    x = Value(3.0, "<x>")
    y = x * x
    y.label = "y"
    return grade(y, {"y": "9.0", "dy/d<x>": "-6.00000"})


RIGHT = "6"


def test_text(graded):
    lines = str(graded).splitlines()
    assert lines[0].split() == ["figure", "given", "right", "verdict", "why", "by", "chance"]
    assert "wrong sign" in lines[2]
    assert lines[-1] == "score 50%: 1 right, 1 wrong"
    assert repr(graded) == "<Grade: score 50%: 1 right, 1 wrong>"


def test_html(graded):
    assert "dy/d&lt;x&gt;" in graded.html()
    assert graded.html() == graded._repr_html_()
    assert '<th scope="col">right</th>' in graded.html()
    assert '<th scope="col">right</th>' not in graded.html(answers=False)


def test_numbers_stand_to_the_right_and_words_to_the_left(graded):
    for answers in (False, True):
        table = graded.table(answers=answers)
        named = [table.headings[column] for column in table.numeric]
        assert named == ["given", "right"][: 1 + answers]


def test_json(graded):
    told = json.loads(graded.json())
    assert told["score"] == 0.5
    first, second = told["items"]
    assert (first["verdict"], first["credit"], first["mistake"]) == ("right", 1.0, None)
    assert (second["verdict"], second["credit"], second["mistake"]) == ("wrong", 0.0, "wrong sign")
    assert 0.0 < second["chance"] < 1e-3
    assert "right" not in second
    assert json.loads(graded.json(answers=True))["items"][1]["right"] == 6.0


def test_nothing_that_is_told_holds_the_right_number():
    w, x = Value(0.731, "w"), Value(1.37, "x")
    y = (w * x).tanh()
    y.label = "y"
    y.backward()
    wrong = {"y": "0.99", "dy/dw": f"{-w.grad:.7f}", "dy/dx": f"{10 * x.grad:.7f}", "w+": "5.12"}
    told = grade(y, wrong).json()
    for right in (y.data, w.grad, x.grad, w.data - 0.5 * w.grad):
        assert f"{abs(right):.6f}" not in told.replace(wrong["dy/dw"], "")


def graded_as(*verdicts, chance=0.0):
    return Grade(tuple(Item("x", "1", 1.0 / 3.0, each, None, "", chance) for each in verdicts))


AFTER = "right after an earlier mistake"


def test_credit_is_whole_or_none_and_the_score_is_rounded_down():
    credits = [item.credit for item in graded_as("right", AFTER, "wrong").items]
    assert credits == [1.0, 1.0, 0.0]
    assert graded_as("right", AFTER, "wrong").score == 2.0 / 3.0
    assert graded_as("wrong").text.endswith("\n\nscore 0%: 0 right, 1 wrong")
    assert repr(graded_as("right", AFTER, "wrong")) == (
        f"<Grade: score 66.6%: 1 right, 1 {AFTER}, 1 wrong>"
    )
    assert repr(graded_as(*["right"] * 1999, "wrong")) == (
        "<Grade: score 99.9%: 1999 right, 1 wrong>"
    )


@pytest.mark.parametrize(
    ("chance", "shown"),
    [
        (0.0, ""),
        (0.5, "1 in 2"),
        (0.4, "1 in 2"),  # two and a half, which goes to the even number
        (1e-4, "1 in 10,000"),
        (1.01e-6, "1 in 990,099"),
        (1e-6, "less than 1 in a million"),
        (1e-9, "less than 1 in a million"),
    ],
)
def test_chances_are_written_out_down_to_one_in_a_million(chance, shown):
    assert graded_as("wrong", chance=chance).table().rows[0][-1] == shown


def test_nine_digits_of_what_is_right_are_shown_and_no_minus_before_a_0():
    assert graded_as("right").table().rows[0][2] == "0.333333333"
    zero = Grade((Item("x", "0", -0.0, "right", None, "", 0.0),))
    assert zero.table().rows[0][2] == "0"


def test_without_answers_no_cell_holds_what_is_right(graded):
    for answers, cells in ((True, 6), (False, 5)):
        table = graded.table(answers)
        assert [len(row) for row in (table.headings, *table.rows)] == [cells] * 3
    item = Item("x", "1", 0.731, "wrong", None, "", 0.0)
    assert "0.731" in Grade((item,)).html() and "0.731" in Grade((item,)).text
    assert "0.731" not in Grade((item,)).html(answers=False)


def test_mistakes_are_told_once_and_json_has_an_entry_in_a_line(graded):
    assert graded.mistakes == ("wrong sign",)
    twice = Grade(tuple(Item("x", "1", 2.0, "wrong", name, "", 0.0) for name in "bab"))
    assert twice.mistakes == ("b", "a")
    assert graded.json().splitlines()[:5] == [
        "{",
        ' "score": 0.5,',
        ' "items": [',
        "  {",
        '   "name": "y",',
    ]


def test_json_has_the_letters_of_mathematics_as_they_are():
    item = Item("∂E/∂w", "1", 2.0, "wrong", "missing σ′", "σ′ is left out", 1e-9)
    told = Grade((item,)).json()
    assert '"∂E/∂w"' in told and '"missing σ′"' in told
    assert json.loads(told)["items"][0]["reason"] == "σ′ is left out"
