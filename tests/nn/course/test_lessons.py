from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nn.course.lessons import LANG, LESSONS, say


def test_a_lesson_knows_its_notebooks() -> None:
    first = LESSONS[0]
    folder = Path("notebooks")
    assert first.notebook(folder, "en") == folder / "01_a_derivative_you_can_touch.ipynb"
    assert first.notebook(folder, "zh") == folder / "zh" / "01_a_derivative_you_can_touch.ipynb"


def test_at_least_eight_lessons_run_in_the_browser() -> None:
    assert sum(lesson.in_browser for lesson in LESSONS) >= 8


def test_the_language_is_english_elsewhere() -> None:
    assert (LANG, say("loss", "损失")) == ("en", "loss")


@pytest.mark.parametrize(("folder", "said"), [("zh", "损失"), ("en", "loss")])
def test_the_language_is_that_of_the_folder(tmp_path: Path, folder: str, said: str) -> None:
    (tmp_path / folder).mkdir()
    root = Path(__file__).parents[3]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from nn.course import say"
    command = [sys.executable, "-X", "utf8", "-c", f"{code}; print(say('loss', '损失'))"]
    told = subprocess.run(command, cwd=tmp_path / folder, capture_output=True, check=True)
    assert told.stdout.decode().strip() == said
