"""What stands on a sheet: enough to answer, and nothing of the answers."""

from __future__ import annotations

import re

import pytest

from autograd import Value, derivation, relu, tanh
from autograd.views.quiz.questions import chosen_questions
from autograd.views.quiz.sheet import sheet


@pytest.fixture
def root() -> Value:
    w, x, b = Value(0.5, "w"), Value(3.0, "x"), Value(-0.3, "b")
    y = tanh(w * x + b) ** 2 + x * x
    y.label = "y"
    y.backward()
    return y


def text_of(made) -> str:
    return "\n".join(block.text for block in (*made.head, *made.body))


def test_a_sheet_tells_the_formula_and_the_values_and_no_gradient(root):
    made = sheet(root, count=8, seed=1)
    text = text_of(made)
    for given in ("w = 0.5,  x = 3.0,  b = −0.3", "v1 = w·x", "v5 = x·x", "y = v4+v5"):
        assert given.replace("3.0", "3") in text
    assert {dict(card.rows)["grad"] for card in made.picture.cards} == {"–"}
    assert root.grad == 1.0  # nothing of the graph is changed
    for question in chosen_questions(root, 8, 1):
        assert f"{question.answer:.6g}" not in text or abs(question.answer) in (1.0, 3.0)


def test_the_key_has_the_same_questions_with_their_derivations(root):
    made, key = (sheet(root, count=8, seed=2, key=key) for key in (False, True))
    asked = [block.text.removesuffix(" = ______________") for block in made.body]
    assert asked == [block.text for block in key.body if block.kind == "question"]
    by_name = {node.label: node for node in (root, *root.parents)}
    answers = [block.text for block in key.body if block.kind == "maths"]
    for question, answer in zip(chosen_questions(root, 8, 2), answers, strict=True):
        last = re.findall(r"= (\S+)", answer.split("\nwith")[0].split("\n|")[0])[-1]
        assert float(last.replace("−", "-")) == pytest.approx(question.answer, rel=1e-5)
    assert by_name["y"] is root


def test_the_key_explains_the_lost_path():
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    key = sheet(y, count=3, seed=1, key=True)
    assert "3 (overwritten instead of accumulated: one path only)" in text_of(key)
    assert derivation(y, x).text in [block.text for block in key.body]


def test_local_derivatives_are_written_in_the_names_of_the_graph():
    x = Value(2.0, "x")
    y = relu(x / Value(4.0, "a"))
    made = sheet(y, count=6, seed=1, key=True)
    assert "∂v2/∂v1|₁ = 1 if v1 > 0 else 0 = 1" in text_of(made)
    latex = "\n".join(block.latex for block in made.body)
    assert r"\left.\frac{\partial v_{1}}{\partial x}\right|_{1} = \frac{1}{a} = 0.250000" in latex


def test_in_chinese(root):
    text = text_of(sheet(root, count=8, seed=1, key=True, lang="zh"))
    assert "局部梯度" in text
    assert "漏乘" in text
    assert not re.search("gradient|derivative|argument", text.split("答案")[1].split("|")[0])
    with pytest.raises(ValueError, match="lang must be one of 'en', 'zh', not 'fr'"):
        sheet(root, count=1, seed=1, lang="fr")


def test_a_name_that_no_paper_has_room_for_is_cut_and_kept_apart():
    one, other = Value(2.0, "x" * 5000 + "1"), Value(3.0, "x" * 5000 + "2")
    made = sheet(one * other, count=2, seed=1)
    cut = "x" * 79 + "…"
    assert f"{cut}₁ = 2,  {cut}₂ = 3" in text_of(made)
    assert max(map(len, text_of(made).splitlines())) < 400
    assert one.label[-1] == "1"
