"""The course as a site on a file host: every cell of its notebooks runs in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from nn.course.front import title
from nn.course.notebooks import FOLDERS, in_the_browser, notebooks
from nn.course.site import write_site
from tests.browser.hosting import file_host
from tests.browser.waiting import wait_until
from tests.test_notebooks import same, text_of, volatile

LONGEST = 400  # seconds for Python's start and all cells of a notebook, on a busy machine
CELLS = "[...jupyterapp.shell.currentWidget.content.model.cells].filter((c) => c.type === 'code')"
ENDED = f"""() => {CELLS}.every((c) => c.executionCount !== null || !c.sharedModel.source.trim())
    || {CELLS}.some((c) => c.outputs.toJSON().some((o) => o.output_type === 'error'))"""
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
ENGLISH, CHINESE = in_the_browser()["en"], in_the_browser()["zh"]

Open = Callable[[str], Page]

MORE = {
    """
import autograd
autograd.compile(lambda x: x * x + 1)(3.0)
""": "10.0",
    """
try:
    autograd.compile(lambda x: x * x, backend="llvm")
except ModuleNotFoundError as error:
    print(error)
""": "leave backend='llvm' out, and Python runs the same program",
    """
import nn
model = nn.MLP(1, [2, 1], seed=1)
nn.fit(
    model, nn.mean_squared_error, [[0.0], [1.0]], [[1.0], [0.0]],
    optimizer=nn.SGD(model.parameters(), 0.1), epochs=20,
)
""": "20 epochs",
    """
from pathlib import Path
autograd.walkthrough(autograd.Value(2.0) ** 2).save("steps.html")
print(sorted(path.suffix for path in Path().iterdir() if path.stem == "steps"))
""": "['.html']",
    """
import pygal
pygal.Line().render()[:5]
""": "b'<?xml'",
}
"""What a notebook may do beside, and what it prints."""


def write_notebook(path: Path) -> Path:
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in MORE]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, pyodide_files: dict[str, bytes]
) -> Iterator[str]:
    """The address of the course, a few levels below the root of its host."""
    root = tmp_path_factory.mktemp("host")
    chosen = {language: notebooks(language) for language in FOLDERS}
    chosen["en"].append(write_notebook(root / "99_more.ipynb"))
    try:
        write_site(root / "some" / "where", pyodide_files, chosen)
    except RuntimeError as error:
        pytest.skip(f"no wheels for the browser: {error}")
    with file_host(root) as address:
        yield f"{address}some/where/"


@pytest.fixture(scope="module")
def reader(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A reader's browser, in which a request for what is not of the site fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    elsewhere = []
    icon = urljoin(site, "/favicon.ico")  # for which a browser asks unbidden

    def requested(route: Route) -> None:
        if route.request.url.startswith((site, icon, "data:", "blob:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.set_default_timeout(1000 * LONGEST)
    context.route("**/*", requested)
    yield context
    context.close()
    assert elsewhere == []


@pytest.fixture
def visit(reader: BrowserContext, site: str) -> Iterator[Open]:
    """Open a page of the site; after the test complain about errors of its scripts."""
    pages, complaints = [], []

    def open_(address: str) -> Page:
        page = reader.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}{address}")
        return page

    yield open_
    for page in pages:
        page.close()
    assert complaints == []


def open_notebook(visit: Open, language: str, name: str) -> Page:
    page = visit(f"notebooks/index.html?path={language}/{name}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    return page


def run_all(page: Page) -> list[dict[str, Any]]:
    """Run all cells as a reader does, after the outputs are cleared; return the code cells."""
    wait_until(page, IDLE, seconds=LONGEST)  # what is run before may get lost
    page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    wait_until(page, ENDED, seconds=LONGEST)
    return page.evaluate(f"{CELLS}.map((c) => c.toJSON())")


def committed(path: Path) -> list[dict[str, Any]]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", [*ENGLISH, *CHINESE[:1]], ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_runs_in_the_browser(visit: Open, path: Path) -> None:
    language = "zh" if path in CHINESE else "en"
    cells = run_all(open_notebook(visit, language, path.name))
    failed = [
        (cell["source"], output)
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    ]
    assert failed == []
    for before, after in zip(committed(path), cells, strict=True):
        assert after["source"] == before.source
        assert volatile(before) or same(text_of(before), text_of(after)), after["source"]


def test_compiling_training_saving_and_plotting(visit: Open) -> None:
    cells = run_all(open_notebook(visit, "en", "99_more.ipynb"))
    for cell, printed in zip(cells, MORE.values(), strict=True):
        assert printed in text_of(cell), cell


def test_the_first_page_leads_to_each_notebook(visit: Open) -> None:
    page = visit("")
    for language in FOLDERS:
        links = page.locator(f"section[lang={language}] li a").all_inner_texts()
        assert [link for link in links if not link.startswith("99")] == [
            title(path) for path in notebooks(language)
        ]
    page.get_by_role("link", name=title(ENGLISH[0])).first.click()
    shown = page.locator(".jp-Notebook h1").first
    expect(shown).to_contain_text(title(ENGLISH[0]), timeout=1000 * LONGEST)


def test_a_player_takes_a_step_before_python_runs(visit: Open) -> None:
    with_player = next(path for path in ENGLISH if "srcdoc" in path.read_text(encoding="utf-8"))
    page = open_notebook(visit, "en", with_player.name)
    player = page.locator(".jp-OutputArea iframe").first.content_frame
    player.locator("[data-action=step]").click()
    expect(player.locator(".counter")).to_contain_text("1 / ")
