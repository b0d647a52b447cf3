from __future__ import annotations

import pytest

from nn.course import notebooks as course


@pytest.mark.parametrize("language", course.FOLDERS)
def test_in_reading_order(language):
    names = [path.name for path in course.notebooks(language)]
    assert [int(name[:2]) for name in names] == list(range(1, len(names) + 1))


def test_there_are_notebooks():
    assert len(course.notebooks("en")) >= 4


def test_what_needs_a_machine_is_not_for_the_browser(monkeypatch):
    first, *rest = course.notebooks("en")
    monkeypatch.setattr(course, "ON_A_MACHINE", {first.name[:2]: "scikit-learn"})
    assert course.needs(first) == "scikit-learn"
    assert course.needs(rest[0]) == ""
    assert course.in_the_browser()["en"] == rest


def test_every_number_that_needs_a_machine_is_that_of_a_notebook():
    numbers = {path.name[:2] for path in course.notebooks("en")}
    assert set(course.ON_A_MACHINE) <= numbers
