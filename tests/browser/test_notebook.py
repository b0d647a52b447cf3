"""A notebook shows the player: executed, converted to a page, opened, and used."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

CODE = """
from autograd import Value, tanh, walkthrough
w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
y = tanh(w * x + b)
y.label = "y"
walkthrough(y)
"""


@pytest.fixture(scope="module")
def converted() -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    ExecutePreprocessor(timeout=120, kernel_name="python3").preprocess(notebook)
    exporter = HTMLExporter(require_js_url="", mathjax_url="", mermaid_js_url="", jquery_url="")
    html, _ = exporter.from_notebook_node(notebook)
    return str(html)


@pytest.fixture
def open_notebook(open_page, tmp_path):
    def open_(html: str):
        path = tmp_path / "notebook.html"
        path.write_text(html, encoding="utf-8")
        return open_page(path)

    return open_


def test_the_player_works_in_the_converted_notebook(open_notebook, converted):
    page = open_notebook(converted)
    element = page.locator("iframe")
    assert element.get_attribute("sandbox") == "allow-scripts"
    player = element.content_frame
    assert player.locator(".counter").inner_text() == "0 / 7"
    player.locator("[data-action=step]").click()
    page.keyboard.press("ArrowRight")  # the click has given the frame the keyboard
    assert player.locator(".counter").inner_text() == "2 / 7"
    player.locator("[data-action=last]").click()
    shown = {
        card.locator(".name").text_content(): card.locator("[data-key=grad]").text_content()
        for card in player.locator(".card.input").all()
    }
    assert shown == {"w": "1.26948", "x": "0.31737", "b": "0.63474"}
    assert page.evaluate("scrollY") == 0  # following the steps never scrolls the notebook itself


def test_the_player_covers_the_picture_behind_it(open_notebook, converted):
    page = open_notebook(converted)
    picture = page.locator("img[alt*='picture of the graph']").bounding_box()
    frame = page.locator("iframe").bounding_box()
    assert frame["x"] <= picture["x"]
    assert frame["y"] <= picture["y"]
    assert frame["x"] + frame["width"] >= picture["x"] + picture["width"]
    assert frame["y"] + frame["height"] >= picture["y"] + picture["height"]


def test_without_frames_the_picture_stays(open_notebook, converted):
    page = open_notebook(re.sub(r"<iframe.*?</iframe>", "", converted, flags=re.S))
    picture = page.locator("img[alt*='picture of the graph']")
    assert picture.is_visible()
    assert picture.evaluate("each => each.complete && each.naturalWidth > 100")
