"""What is asked, and that a seed says it once and for all."""

from __future__ import annotations

import math

import pytest

from autograd import Value, ledger, log, sqrt, walkthrough
from autograd.views.quiz.questions import chosen_questions, every_question


def test_answers_are_those_of_backward(graphs):
    root = graphs.worked_example()
    gradients, locals_ = every_question(root)
    for question in gradients:
        assert question.answer == question.value.grad
        assert question.numbers["contribution"] == [
            entry.contribution for entry in ledger(root, question.value)
        ]
    steps = {(s.node, s.argument): s.local for s in walkthrough(root)}
    assert {(q.node, q.argument): q.answer for q in locals_}.items() <= steps.items()
    assert {q.value.label for q in gradients} >= {f"w{k}" for k in range(1, 9)} | {"b1", "b2"}


def test_constants_and_numbers_that_are_none_are_not_asked_for():
    x = Value(0.0, "x")
    gradients, locals_ = every_question(2 * x + sqrt(x))
    assert all(math.isfinite(q.answer) for q in (*gradients, *locals_))
    assert x not in [q.value for q in gradients]  # infinite
    assert all(q.value.label or q.value.parents for q in (*gradients, *locals_))


def test_a_seed_says_which(graphs):
    root = graphs.worked_example()
    first = [(q.kind, q.value.label, q.argument) for q in chosen_questions(root, 9, 1)]
    again = [
        (q.kind, q.value.label, q.argument) for q in chosen_questions(graphs.worked_example(), 9, 1)
    ]
    assert first == again
    others = [[q.value for q in chosen_questions(root, 9, seed)] for seed in range(5)]
    assert any(one != others[0] for one in others[1:])
    assert [kind for kind, *_ in first] == ["local"] * 3 + ["gradient"] * 6


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_as_many_as_asked_for_and_no_more_than_there_are(count):
    x = Value(3.0, "x")
    root = log(x * x)
    assert sum(map(len, every_question(root))) == 5
    if count <= 5:
        assert len(set(chosen_questions_of(root, count))) == count
    else:
        with pytest.raises(ValueError, match=r"questions must be from 1 to 5, .* not 7"):
            chosen_questions(root, count, 1)


def chosen_questions_of(root: Value, count: int) -> list[tuple[object, ...]]:
    return [(q.kind, q.node, q.value, q.argument) for q in chosen_questions(root, count, 1)]


def test_the_numbers_of_a_question_are_those_of_its_links():
    x, w = Value(3.0, "x"), Value(0.5, "w")
    square = x * x
    root = square * w
    gradients, locals_ = every_question(root)
    assert [(q.node, q.value, q.argument, q.answer) for q in gradients] == [
        (root, square, 0, 0.5),
        (root, w, 0, 9.0),
        (root, x, 0, 3.0),
    ]
    of_square = {"upstream": [0.5], "local": [3.0], "contribution": [1.5]}
    assert [(q.node, q.value, q.argument, q.numbers) for q in locals_ if q.value is x] == [
        (square, x, 0, {**of_square, "total": [3.0, 6.0], "other": [3.0]}),
        (square, x, 1, {**of_square, "total": [3.0, 6.0], "other": [3.0]}),
    ]
    (by_w,) = (q.numbers for q in locals_ if q.value is w)
    assert (by_w["total"], by_w["other"]) == ([9.0, 9.0], [0.5])
