"""What every lesson's exercises hold: right figures, mistakes named, solutions in both texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nn.course.exercises import check, exercises
from nn.course.lessons import LANGUAGES
from tests.test_notebooks import FOLDER

Answers = Mapping[str, str]
Wrong = tuple[str, Answers, Mapping[str, str]]


def hold(lesson: str, right: Mapping[str, Answers], wrong: Sequence[Wrong]) -> None:
    """*right*: all figures of each exercise; *wrong*: (exercise, figures, what each is told)."""
    names = [name for name in exercises() if name.startswith(lesson)]
    assert sorted(right) == names
    for name in names:
        assert tuple(right[name]) == exercises()[name].asked
        assert check(name, right[name]).solved, check(name, right[name])
        tried = [answers for exercise, answers, _ in wrong if exercise == name]
        assert len(tried) >= 3, f"{name}: at least three wrong answers are tried"
    for name, answers, told in wrong:
        found = check(name, answers)
        mistakes = {item.name: item.mistake for item in found.items if item.verdict == "wrong"}
        assert mistakes == told, (name, answers)
    for lang in LANGUAGES:
        solutions = _solutions(lesson, lang)
        for name in names:
            for figure in right[name].values():
                assert figure in solutions[name], f"{lang}: {figure} of {name}"


def _solutions(lesson: str, lang: str) -> dict[str, str]:
    """The folded solution that follows each call of ``check`` in the lesson's source."""
    (source,) = (FOLDER / "source").glob(f"{lesson}_*.py")
    solutions = {}
    asked = ""
    for cell in source.read_text(encoding="utf-8").split("\n# %%"):
        if call := re.search(r'^check\(\s*"(\d\d\.\d+)"', cell, re.MULTILINE):
            asked = call[1]
        elif asked and "<details>" in cell and f'lang="{lang}"' in cell:
            solutions[asked] = cell
            asked = ""
    return solutions
