"""A grade as a table, HTML and JSON; what is right is not told unless asked for."""

from __future__ import annotations

import json

import pytest

from autograd import Value, grade


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
