"""The known slips: each is named by the number it gives, and never the right answer."""

from __future__ import annotations

import pytest

from autograd import Value, tanh
from autograd.views.mistakes import MISTAKES, agrees, expected, mistake_in
from autograd.views.quiz.questions import every_question


def asked(kind: str, label: str, argument: int = 0):
    w, x, b = Value(0.5, "w"), Value(3.0, "x"), Value(-0.3, "b")
    u = tanh(w * x + b)
    u.label = "u"
    gradients, locals_ = every_question(u * x)
    return next(
        q
        for q in (gradients if kind == "gradient" else locals_)
        if q.value.label == label and q.argument == argument
    )


def test_the_slips_of_a_gradient_have_their_names():
    question = asked("gradient", "x")
    (direct, along_u), (upstream, _) = (
        question.numbers["contribution"],
        question.numbers["upstream"],
    )
    answer = question.answer

    def name(given: float) -> str | None:
        found = mistake_in(given, "gradient", question.numbers, answer)
        return found and found.en

    assert name(direct) == name(along_u) == "overwritten instead of accumulated: one path only"
    assert name(-answer) == "wrong sign"
    assert name(sum(question.numbers["upstream"])) == "missing local factor"
    assert name(sum(question.numbers["local"])) == "forgot upstream"
    assert name(0.5) == "local derivative instead of the total one"  # that of w·x by x
    assert name(answer * 100) == name(answer / 10) == "slipped decimal point"
    assert name(answer * 1.37) is None
    assert upstream == 1.0


def test_the_slips_of_a_local_derivative_have_their_names():
    x = Value(3.0, "x")
    y = x * x
    z = y * 5
    question = every_question(z)[1][1]
    assert (question.node, question.value, question.answer) == (y, x, 3.0)
    names = {
        given: mistake_in(given, "local", question.numbers, 3.0).en
        for given in (-3, 6, 30, 15, 300)
    }
    assert names == {
        -3: "wrong sign",
        6: "total derivative instead of the local one",  # of y
        30: "total derivative instead of the local one",  # of the output
        15: "multiplied by upstream",
        300: "slipped decimal point",
    }


@pytest.mark.parametrize("kind", ["gradient", "local"])
def test_no_slip_gives_the_answer_itself(kind):
    for question in every_question(asked("gradient", "x").node)[kind == "local"]:
        for mistake, wrong in expected(kind, question.numbers, question.answer):
            assert mistake.question == kind
            assert not agrees(wrong, question.answer)


TWO_LINKS = {"upstream": [2.0, 3.0], "local": [5.0, 7.0], "contribution": [10.0, 21.0]}
ONE_ARGUMENT = {
    "upstream": [2.0],
    "local": [5.0],
    "contribution": [10.0],
    "total": [11.0, 13.0],
    "other": [7.0, 17.0],
}


@pytest.mark.parametrize(
    ("kind", "numbers", "answer", "given"),
    [
        (
            "gradient",
            TWO_LINKS,
            31.0,
            [
                ("overwritten instead of accumulated: one path only", [10.0, 21.0]),
                ("wrong sign", [-31.0]),
                ("missing local factor", [5.0, 2.0, 3.0]),  # of both, then of one path
                ("forgot upstream", [12.0]),
                ("local derivative instead of the total one", [5.0, 7.0]),
                ("slipped decimal point", [0.031, 0.31, 3.1, 310.0, 3100.0, 31000.0]),
            ],
        ),
        (
            "local",
            ONE_ARGUMENT,
            5.0,
            [
                ("wrong sign", [-5.0]),
                ("total derivative instead of the local one", [11.0, 13.0]),
                ("multiplied by upstream", [10.0]),
                ("through another argument", [7.0, 17.0]),
                ("slipped decimal point", [0.005, 0.05, 0.5, 50.0, 500.0, 5000.0]),
            ],
        ),
    ],
)
def test_every_slip_gives_these_numbers_in_this_order(kind, numbers, answer, given):
    wanted = [(name, pytest.approx(each, rel=1e-15)) for name, found in given for each in found]
    assert [(m.en, wrong) for m, wrong in expected(kind, numbers, answer)] == wanted


def test_a_figure_may_be_off_by_half_a_percent():
    assert agrees(1005.0, 1000.0)
    assert agrees(-995.0, -1000.0)
    assert not agrees(1005.000000002, 1000.0)
    assert not agrees(-994.999999998, -1000.0)


def test_a_zero_is_a_zero():
    assert agrees(0.0, 0.0)
    assert not agrees(1e-9, 0.0)
    assert not agrees(0.0, 1e-9)


def test_every_slip_is_told_in_both_languages():
    for mistake in MISTAKES:
        assert mistake.en.isascii()
        assert any("\u4e00" <= char <= "\u9fff" for char in mistake.zh)
