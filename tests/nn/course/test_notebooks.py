from __future__ import annotations

from pathlib import Path

import pytest

from nn.course import notebooks as course
from nn.course.lessons import LESSONS


@pytest.mark.parametrize("language", course.FOLDERS)
def test_in_reading_order(language: str) -> None:
    assert [path.stem for path in course.notebooks(language)] == [each.name for each in LESSONS]


def test_what_needs_a_machine_is_not_for_the_browser() -> None:
    assert course.needs(Path("10_the_whole_procedure.ipynb")) == "pandas, scikit-learn"
    assert course.needs(Path("02_backpropagation_by_hand.ipynb")) == ""
    for paths in course.in_the_browser().values():
        assert [path.stem for path in paths] == [each.name for each in LESSONS if each.in_browser]
