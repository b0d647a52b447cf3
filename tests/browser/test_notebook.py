"""A notebook shows drawing and player: in JupyterLab, trusted or not, in marimo, and converted."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

CODE = """
from autograd import Value, draw, tanh, walkthrough
w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
y = tanh(w * x + b)
y.label = "y"
walkthrough(y)
"""


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source) for source in (CODE, "y.backward()\ndraw(y)")]
    made = nbformat.v4.new_notebook(cells=cells)
    ExecutePreprocessor(timeout=120, kernel_name="python3").preprocess(made)
    return made


def convert(notebook: nbformat.NotebookNode, **options: object) -> str:
    addresses = ("require_js_url", "mathjax_url", "mermaid_js_url", "jquery_url")
    exporter = HTMLExporter(**dict.fromkeys(addresses, ""), **options)
    html, _ = exporter.from_notebook_node(notebook)
    return str(html)


@pytest.fixture(scope="module")
def converted(notebook) -> str:
    return convert(notebook)


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


def test_the_drawing_is_shown_at_its_own_size_with_its_tooltips(open_notebook, converted):
    page = open_notebook(converted)
    drawing = page.locator("svg.stepgrad-auto")  # the image has become the SVG itself
    drawing.wait_for()
    assert drawing.bounding_box()["width"] == float(drawing.get_attribute("width"))
    assert "data 0.6043677771171636" in drawing.locator(".card.output title").text_content()


@pytest.mark.parametrize("space", ["", " "])
def test_a_host_that_flattens_lines_does_no_harm(open_notebook, notebook, space):
    outputs = [cell.outputs[0].data["text/html"] for cell in notebook.cells]
    flat = "".join(outputs).replace("\n", space)
    page = open_notebook(f'<meta charset="utf-8">{flat}')
    player = page.locator("iframe").content_frame
    player.locator("[data-action=step]").click()
    assert player.locator(".counter").inner_text() == "1 / 7"
    page.locator("svg.stepgrad-auto").wait_for()


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_a_sanitised_page_shows_numbers_and_no_source(browser, notebook, template, tmp_path):
    path = tmp_path / "clean.html"
    path.write_text(convert(notebook, sanitize_html=True, template_name=template), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    shown = page.locator("body").inner_text()
    page.close()
    assert "Backpropagation through y = 0.604368" in shown
    assert "Computation graph of y." in shown
    assert re.search(r"\bw +0\.5 +1\.26948\b", shown)
    assert not re.search("base64|srcdoc|style=", shown)


# -------------------------------------------------------------------------------------- JupyterLab


@pytest.fixture(scope="module")
def lab(notebook, tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab with a notebook that is trusted and one that is not."""
    home: Path = tmp_path_factory.mktemp("lab")
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | places
    for name in ("trusted", "foreign"):
        notebook.cells[0].source = f"{CODE}# {name}"
        nbformat.write(notebook, home / f"{name}.ipynb")
    jupyter = [sys.executable, "-m", "jupyter"]
    trust = [*jupyter, "trust", str(home / "trusted.ipynb")]
    subprocess.run(trust, env=environment, check=True, capture_output=True)
    port = free_port()
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--notebook-dir={home}"]
    yield from serving(
        [*jupyter, "lab", *options], f"http://127.0.0.1:{port}/lab", home, environment
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def serving(
    command: list[str], address: str, home: Path, environment: dict[str, str]
) -> Iterator[str]:
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
        try:
            wait_for(address, server, home / "log")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:  # it is asked politely, but the tests do not wait
                server.kill()
                server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urlopen(address):
                return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"the server does not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture
def local_page(browser):
    page = browser.new_page(viewport={"width": 1500, "height": 1100})
    page.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    yield page
    page.close()


def test_jupyterlab_runs_the_player(local_page, lab):
    local_page.goto(f"{lab}/tree/trusted.ipynb?reset")
    player = local_page.locator("iframe[srcdoc]").content_frame
    player.locator("[data-action=step]").click(timeout=60_000)
    local_page.keyboard.press("ArrowRight")
    assert player.locator(".counter").inner_text() == "2 / 7"


def test_jupyterlab_shows_the_picture_of_a_notebook_it_does_not_trust(local_page, lab):
    local_page.goto(f"{lab}/tree/foreign.ipynb?reset")
    picture = local_page.locator("img[alt*='picture of the graph']").first
    picture.wait_for(timeout=60_000)
    assert picture.evaluate("each => each.complete && each.naturalWidth > 100")
    assert local_page.locator("iframe[srcdoc]").count() == 0
    drawing = local_page.locator("img[alt^='Computation graph of y']").first
    drawing.wait_for()
    box = drawing.bounding_box()
    natural = drawing.evaluate("each => each.naturalWidth")
    assert natural > 500
    assert box["width"] == pytest.approx(natural, abs=1)  # not made smaller
    assert drawing.is_visible()
    assert "1.26948" not in local_page.locator(".jp-Notebook").inner_text()  # no text beside it


def test_jupyterlab_shows_the_drawing_with_its_tooltips(local_page, lab):
    local_page.goto(f"{lab}/tree/trusted.ipynb?reset")
    drawing = local_page.locator(".jp-OutputArea svg.stepgrad-auto")
    drawing.wait_for(timeout=60_000)
    assert drawing.is_visible()
    assert drawing.locator("title").first.text_content() == "Computation graph of y"


# ------------------------------------------------------------------------------------------ marimo

MARIMO = f"""import marimo

app = marimo.App()


@app.cell
def _():{CODE.replace(chr(10), chr(10) + "    ")}
    return draw, y


@app.cell
def _(draw, y):
    y.backward()
    draw(y)
    return
"""


@pytest.fixture
def marimo(tmp_path) -> Iterator[str]:
    (tmp_path / "app.py").write_text(MARIMO, encoding="utf-8")
    port = free_port()
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "marimo", "run", "app.py", *options]
    path = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path}
    yield from serving(command, f"http://127.0.0.1:{port}", tmp_path, environment)


def test_marimo_runs_the_player_and_shows_the_drawing(local_page, marimo):
    local_page.goto(marimo)
    player = local_page.locator("iframe[srcdoc]").content_frame
    player.locator("[data-action=step]").click(timeout=60_000)
    assert player.locator(".counter").inner_text() == "1 / 7"
    drawing = local_page.locator("img[alt^='Computation graph of y']")
    assert drawing.is_visible()
    assert drawing.evaluate("each => each.naturalWidth > 500")
