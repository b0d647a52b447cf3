from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from autograd.graph import leaves, topological_order
from nn.course import exercises as room
from nn.course.exercises import check, exercises
from nn.course.lessons import LESSONS
from nn.worked_example import network


def test_the_course_has_at_least_forty_exercises() -> None:
    assert len(exercises()) >= 40
    lessons = {name[:2] for name in exercises()}
    assert lessons <= {lesson.name[:2] for lesson in LESSONS}


def test_their_names_count_up() -> None:
    for lesson in {name[:2] for name in exercises()}:
        names = [name for name in exercises() if name.startswith(lesson)]
        assert names == [f"{lesson}.{k}" for k in range(1, len(names) + 1)]


def test_what_is_asked_can_be_answered() -> None:
    for name, exercise in exercises().items():
        assert re.fullmatch(r"\d\d\.\d+", name)
        assert exercise.asked
        check(name, dict.fromkeys(exercise.asked, "0.12345"))  # each name is known to the graph


def test_nothing_answered_is_all_to_do() -> None:
    told = check("01.1", {})
    assert not told.solved
    assert told.open == exercises()["01.1"].asked
    assert "still to do" in repr(told)


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("en", ["exercise 01.1", "✓ y = 0.360595: right", "✗ dy/dx = 0.613011: wrong (wrong sign)",
                "still to do: dy/dk"]),
        ("zh", ["练习 01.1", "✓ y = 0.360595：正确", "✗ dy/dx = 0.613011：错误（符号错误）",
                "待完成：dy/dk"]),
    ],
)  # fmt: skip
def test_each_figure_has_a_line_in_the_language_of_the_notebook(
    lang: str, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nn.course.lessons.LANG", lang)
    assert repr(check("01.1", {"y": "0.360595", "dy/dx": "0.613011"})).split("\n") == lines
    right = {"y": "0.360595", "dy/dx": "-0.613011", "dy/dk": "-0.216357"}
    assert repr(check("01.1", right)).endswith("\n" + ("all right" if lang == "en" else "全部正确"))


def test_another_exercise_or_another_quantity_is_named() -> None:
    with pytest.raises(ValueError, match=r"no exercise '99\.9'; there are 01\.1"):
        check("99.9", {})
    with pytest.raises(ValueError, match=r"exercise 01\.1 asks for .*, not for 'dE/dv'"):
        check("01.1", {"dE/dv": "1"})


def test_all_modules_are_read() -> None:
    words = ast.get_docstring(ast.parse(Path(room.__file__).read_text(encoding="utf-8")))
    assert words is not None
    for lesson in LESSONS:
        assert f"lesson_{lesson.name[:2]}" in words


@pytest.mark.parametrize("name", exercises())
def test_the_numbers_that_are_given_are_those_of_the_lessons_text(name: str) -> None:
    root = Path(__file__).parents[4]
    (lesson,) = root.glob(f"notebooks/source/{name[:2]}_*.py")
    text = lesson.read_text(encoding="utf-8").replace("−", "-")
    written = re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?", text)
    said = {float(each.replace(",", "")) for each in written} | {0.98}  # of 98/1/1
    if name[:2] == "04":
        said |= {leaf.data for leaf in leaves(network()["E_total"])}
    assert exercises()[name].learning_rate in said | {0.5}
    for leaf in leaves(exercises()[name].graph()):
        given = leaf.data if leaf.label else abs(leaf.data)
        assert given in said, leaf


NAMED = {
    "01.1": "p u y",
    "01.2": "p q f",
    "01.3": "u y",
    "01.4": "c11 c12 s",
    "02.1": "z a C",
    "02.2": "z1 a1 z2 a2 C",
    "02.3": "z a C",
    "02.4": "a p q C",
    "03.1": "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 net_o2 out_o2 E_total",
    "03.2": "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 net_o2 out_o2 E_total",
    "03.3": "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 net_o2 out_o2 E_total",
    "03.4": "y1 y2 s",
    "04.1": "s c",
    "04.2": "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 net_o2 out_o2 E_total",
    "04.3": "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 net_o2 out_o2 E_total",
    "05.1": "J",
    "05.2": "e1 e2 J",
    "05.3": "xy xx θ",
    "05.4": "batches updates",
    "06.1": "z a E",
    "06.2": "z a E",
    "06.3": "z a E",
    "07.1": "z1 a1 z2 a2 z a L",
    "07.2": "z1 a1 z2 a2 o1 y1 o2 y2 E",
    "07.3": "H M H+M",
    "07.4": "e2 e1 e3 s p2 L",
    "08.1": "z1 a1 z2 a2 z3 a3 E",
    "08.2": "a sigma ratio",
    "08.3": "z F y E",
    "08.4": "sum norm scale g1c g2c both",
    "09.1": "E",
    "09.2": "g1 step1 w1 kept g2 v2 step2 w2",
    "09.3": "m1 m2 mhat v1 v2 vhat step",
    "10.1": "u z p",
    "10.2": "z E",
    "10.3": "P R F1",
    "11.1": "train batches updates validation rows",
    "11.2": "e E R J",
    "11.3": "e E R J",
    "11.4": "d1 d2 y E",
    "12.1": "z1 h1 z2 h2 E",
    "12.2": "o f i g c1 shown h1",
    "12.3": "f c1 c2 c3",
    "13.1": "s1 s2 a1 a2 o",
    "13.2": "E",
    "14.1": "z slope",
    "14.2": "e g1",
    "14.3": "f slope x1",
}
"""The intermediate results that a drawing names, and that somebody may round on the way."""


@pytest.mark.parametrize("name", exercises())
def test_intermediate_results_have_the_names_that_the_text_gives_them(name: str) -> None:
    order = topological_order(exercises()[name].graph())
    assert [node.label for node in order if node.parents and node.label] == NAMED[name].split()


def test_the_rate_is_one_half_where_an_exercise_says_nothing() -> None:
    """Exercise 02.3 gives it: 0.35 - 0.5·1.966726 and 0.12 - 0.5·1.311151."""
    items = check("02.3", {"w+": "-0.633363", "b+": "-0.535575"}).items
    assert [item.verdict for item in items] == ["right", "right"]


@pytest.mark.parametrize(
    ("name", "number"),
    [("07.3", 0.724169 + 0.482779), ("08.2", 0.327327 / 0.232495), ("08.4", 2.11510 - 1.33280)],
)
def test_what_joins_the_figures_that_are_asked_for(name: str, number: float) -> None:
    """A graph has one output: the ratio of two figures, or their sum."""
    assert exercises()[name].graph().data == pytest.approx(number, rel=1e-5, abs=0.0)
