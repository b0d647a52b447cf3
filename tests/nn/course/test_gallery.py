from __future__ import annotations

import re
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import pytest

from nn.course.gallery import draw_pictures, pictures
from tests.test_notebooks import FOLDER

PAGE = FOLDER / "gallery.md"


def test_the_page_shows_each_picture_that_its_lines_make() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]*)\)", PAGE.read_text(encoding="utf-8"))
    assert shown == [picture for picture, _ in pictures(PAGE)]
    assert sorted(shown) == sorted(
        f"gallery/{path.name}" for path in (FOLDER / "gallery").iterdir()
    )
    assert len(shown) >= 9


@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore")  # Matplotlib's own
def test_the_pictures_are_those_that_the_lines_draw_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    drawn = list(draw_pictures(PAGE, tmp_path))
    assert len(drawn) == len(list(pictures(PAGE)))
    for path, (picture, lines) in zip(drawn, pictures(PAGE), strict=True):
        assert path.stat().st_size > 5_000
        if "matplotlib" not in lines:  # another version of it draws other bytes
            assert path.read_bytes() == (FOLDER / picture).read_bytes(), picture


def test_each_picture_is_drawn_by_its_lines_in_the_folder(tmp_path: Path) -> None:
    lines = """
![one](gallery/one.svg)
```python
from autograd import Value, draw
draw(Value(2.0, "x") * 3.0).save("gallery/one.svg")
```
```python
import matplotlib
open("gallery/two.png", "w").close()
```
"""
    (tmp_path / "page.md").write_text(lines, encoding="utf-8")
    drawn = list(draw_pictures(tmp_path / "page.md", tmp_path))
    assert drawn == [tmp_path / "gallery" / name for name in ("one.svg", "two.png")]
    assert drawn[0].read_text(encoding="utf-8").startswith("<svg")
    assert drawn[1].exists()


@pytest.mark.parametrize(("line", "needed"), [("import matplotlib", True), ("", False)])
def test_a_picture_says_which_extra_it_needs(
    line: str, needed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd.checks.find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = tmp_path / "page.md"
    page.write_text(f'```python\n{line}\nopen("gallery/one.svg", "w").close()\n```\n', "utf-8")
    refused = pytest.raises(ImportError, match=r"picture of the gallery .* 'stepgrad\[notebook\]'")
    with refused if needed else nullcontext():
        assert list(draw_pictures(page, tmp_path)) == [tmp_path / "gallery" / "one.svg"]


def test_pictures_are_drawn_again_and_figures_of_matplotlib_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    matplotlib, pyplot = ModuleType("matplotlib"), ModuleType("matplotlib.pyplot")
    vars(matplotlib)["pyplot"], vars(pyplot)["close"] = pyplot, closed.append
    monkeypatch.setitem(sys.modules, "matplotlib", matplotlib)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)
    monkeypatch.setattr("autograd.checks.find_spec", lambda name: object())
    page = tmp_path / "page.md"
    for drawn in ("one", "other"):
        lines = f'import matplotlib, pathlib\npathlib.Path("gallery/a.svg").write_text("{drawn}")'
        page.write_text(f"```python\n{lines}\n```\n", "utf-8")
        (path,) = draw_pictures(page, tmp_path)
        assert path.read_text("utf-8") == drawn
    assert closed == ["all", "all"]
