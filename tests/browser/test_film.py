"""Browsers play the animated picture of a walkthrough, alone and inside a page."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Page

from autograd import Value, walkthrough

VISIBLE = """() => [...document.querySelectorAll('text')]
    .filter((each) => getComputedStyle(each).visibility === 'visible')
    .map((each) => each.textContent)"""


def save(path: Path) -> Path:
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return walkthrough(y).save(path, seconds=1.0)


def at(page: Page, seconds: float) -> list[str]:
    # The time of the whole film is set, so that no test waits for it.
    page.evaluate(
        "time => document.getAnimations().forEach(each => {each.pause();"
        "each.currentTime = 1000 * time})",
        seconds,
    )
    return list(page.evaluate(VISIBLE))


def test_each_step_is_shown_in_its_time(open_page, tmp_path):
    page = open_page(save(tmp_path / "walk.svg"), motion="no-preference")
    captions = [at(page, frame + 0.5)[-1] for frame in range(8)]
    assert captions == [
        "y = 9",
        "All others are 0.",
        "gradient of x: 0 → 3 (1 of 2)",
        "gradient of x: 3 → 6 (2 of 2)",
        *["y = 9"] * 3,  # the last frame stays three times as long
        "y = 9",  # and it begins again
    ]
    assert "×3" in at(page, 2.5)
    assert "×3" not in at(page, 4.5)


def test_who_wants_less_motion_sees_the_gradients(open_page, tmp_path):
    page = open_page(save(tmp_path / "walk.svg"), motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    shown = page.evaluate(VISIBLE)
    assert shown[-2:] == ["All gradients are known.", "y = 9"]
    assert "6" in shown


def test_a_dark_page_has_marks_in_dark_colours(open_page, tmp_path):
    page = open_page(save(tmp_path / "walk.svg"), scheme="dark", motion="no-preference")
    fill = "getComputedStyle(document.querySelector('text.flow')).fill"
    assert page.evaluate(fill) == "rgb(255, 157, 99)"


def test_a_page_shows_it_as_an_image(open_page, tmp_path):
    source = b64encode(save(tmp_path / "walk.svg").read_bytes()).decode()
    path = tmp_path / "slide.html"
    path.write_text(f'<img src="data:image/svg+xml;base64,{source}">', encoding="utf-8")
    assert open_page(path).locator("img").evaluate("each => each.naturalWidth") > 300
