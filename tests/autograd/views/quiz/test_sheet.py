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


def test_a_key_is_in_one_language():
    x = Value(2.0, "x")
    y = (x * x).exp()
    for lang, words in (("en", "with v1 = "), ("zh", "其中 v1 = ")):
        made = sheet(y, count=3, seed=1, key=True, lang=lang)
        assert words in text_of(made)
        assert made.picture.lang == lang


def test_a_label_that_acts_on_its_surroundings_is_shown_as_text():
    text = text_of(sheet(Value(2.0, "a\u202eb\nc") * 3.0, count=1, seed=1))
    assert "a\ufffdb␊c = 2" in text
    assert "\u202e" not in text


def test_a_name_that_no_paper_has_room_for_is_cut_and_kept_apart():
    one, other = Value(2.0, "x" * 5000 + "1"), Value(3.0, "x" * 5000 + "2")
    made = sheet(one * other, count=2, seed=1)
    cut = "x" * 79 + "…"
    assert f"{cut}₁ = 2,  {cut}₂ = 3" in text_of(made)
    assert max(map(len, text_of(made).splitlines())) < 400
    assert one.label[-1] == "1"


@pytest.fixture
def cubic() -> Value:
    """y = (x·w)·x − 2 at x = 3 and w = 0.5, where ∂y/∂x = 2·x·w = 3 and ∂y/∂w = x² = 9."""
    w, x = Value(0.5, "w"), Value(3.0, "x")
    y = x * w * x - 2
    y.label = "y"
    return y


COMPUTED = ["v1 = x·w", "v2 = v1·x", "y = v2−2"]
QUESTIONS = [
    "1. Local derivative, through argument 1 of v2 alone: ∂v2/∂v1|₁",
    "2. Local derivative, through argument 2 of v1 alone: ∂v1/∂w|₂",
    "3. Gradient, along all paths: ∂y/∂v2",
    "4. Gradient, along all paths: ∂y/∂v1",
    "5. Gradient, along all paths: ∂y/∂x",
    "6. Gradient, along all paths: ∂y/∂w",
]


def test_a_sheet_from_its_title_to_its_last_question(cubic):
    assert text_of(sheet(cubic, count=6, seed=4)).split("\n") == [
        "Backpropagation: 6 questions (no. 4)",
        "Name: ________________________",
        "Computed is",
        *COMPUTED,
        "Given are",
        "x = 3,  w = 0.5",
        "Three significant digits are enough. |₁ marks a local derivative: through the first "
        "argument alone, all else held fixed. A ∂ without it is total: along all paths.",
        "The graph after the forward pass",
        *[f"{question} = ______________" for question in QUESTIONS],
    ]


def test_a_key_has_below_each_question_its_answer_and_the_slips(cubic):
    key = sheet(cubic, count=6, seed=4, key=True)
    assert [block.text for block in key.head][:2] == [
        "Key to backpropagation: 6 questions (no. 4)",
        "Computed is",
    ]
    asked, answers, slips = ([block.text for block in key.body[k::3]] for k in range(3))
    assert asked == QUESTIONS
    assert answers == [
        "∂v2/∂v1|₁ = x = 3",
        "∂v1/∂w|₂ = x = 3",
        *[derivation(cubic, v).text for v in (cubic.parents[0], cubic.parents[0].parents[0])],
        *[derivation(cubic, v).text for v in cubic.parents[0].parents[0].parents],
    ]
    told = [line.removeprefix("Known slips and what they give: ") for line in slips]
    assert told[0] == "−3 (wrong sign); 1.5 (through another argument)"
    assert told[1] == (
        "−3 (wrong sign); 9 (total derivative instead of the local one); "
        "0.5 (through another argument)"
    )
    assert told[4] == (
        "1.5 (overwritten instead of accumulated: one path only); −3 (wrong sign); "
        "4 (missing local factor); 1 (missing local factor); 2 (forgot upstream); "
        "0.5 (local derivative instead of the total one)"
    )
    assert told[5] == "−9 (wrong sign); 3 (missing local factor)"


def test_a_key_in_chinese_has_chinese_signs_between_the_slips(cubic):
    body = sheet(cubic, count=6, seed=4, key=True, lang="zh").body
    assert [block.text for block in body[:3]] == [
        "1. 局部梯度（只经过 v2 的第 1 个自变量）： ∂v2/∂v1|₁",
        "∂v2/∂v1|₁ = x = 3",
        "常见错误及其结果： −3（符号错误）；1.5（对另一个自变量求导）",
    ]
    assert body[6].text == "3. 梯度（沿所有路径）： ∂y/∂v2"


def test_the_same_in_latex(cubic):
    made, key = (sheet(cubic, count=6, seed=4, key=key) for key in (False, True))
    computed, given = (block.latex for block in made.head if block.kind == "maths")
    assert computed == (
        r"\begin{aligned} v_{1} &= x \cdot w \\ v_{2} &= v_{1} \cdot x \\ "
        r"y &= v_{2}-2 \end{aligned}"
    )
    assert given == r"x = 3,\quad w = 0.5"
    local = r"\left.\frac{\partial v_{2}}{\partial v_{1}}\right|_{1}"
    assert made.body[0].latex.endswith(rf"alone: $\displaystyle {local}=$ \hrulefill")
    assert key.body[0].latex.endswith(rf"alone: $\displaystyle {local}$")
    assert key.body[1].latex == f"{local} = x = 3.00000"
    gradient = r"\frac{\partial y}{\partial v_{2}}"
    assert made.body[2].latex.endswith(rf"paths: $\displaystyle {gradient}=$ \hrulefill")


def test_a_slope_that_is_a_number_or_the_node_itself_is_written_once():
    x = Value(0.0, "x")
    y = x.exp() + 2 * x
    key = sheet(y, count=7, seed=1, key=True)
    answers = [block.text for block in key.body if block.kind == "maths"]
    assert answers[:4] == ["∂v3/∂v1|₁ = 1", "∂v3/∂v2|₂ = 1", "∂v2/∂x|₂ = 2", "∂v1/∂x|₁ = v1 = 1"]
