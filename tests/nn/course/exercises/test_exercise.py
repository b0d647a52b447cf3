from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from autograd.graph import leaves
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
    for leaf in leaves(exercises()[name].graph()):
        given = leaf.data if leaf.label else abs(leaf.data)
        assert given in said, leaf
