"""A live JupyterLab with anywidget: Python sees what the learner sets, and sets it back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("anywidget")

from tests.browser.test_notebook import free_port, serving

SHOW = """
from autograd import Value, tanh, walkthrough
w, x = Value(0.5, "w"), Value(2.0, "x")
y = tanh(w * x)
y.label = "y"
walk = walkthrough(y)
walk
"""
READ = 'print("seen", dict(walk.values), w.data)'
SET = 'walk.values["w"] = 0.125'
KERNEL_IS_READY = """async () => {
  await jupyterapp.restored;
  const { context, sessionContext } = jupyterapp.shell.currentWidget;
  await context.ready;
  await sessionContext.ready;
  await sessionContext.session.kernel.info;
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("lab")
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    path = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | places | {"PYTHONPATH": path}
    cells = [nbformat.v4.new_code_cell(source) for source in (SHOW, READ, SET)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), home / "live.ipynb")
    port = free_port()
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--notebook-dir={home}"]
    options += ["--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    yield from serving(command, f"http://127.0.0.1:{port}/lab", home, environment)


def run(page, cell: int) -> None:
    page.locator(".jp-CodeCell .jp-InputArea-editor").nth(cell).click()
    page.keyboard.press("Control+Enter")


def agree(dialog) -> None:
    print("JupyterLab asks:", dialog.inner_text())  # pytest shows it where the test fails
    dialog.locator(".jp-mod-accept").click()


def test_values_go_both_ways(browser, lab):
    page = browser.new_page(viewport={"width": 1500, "height": 1400})
    page.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    page.goto(f"{lab}/tree/live.ipynb?reset")
    page.add_locator_handler(page.locator(".jp-Dialog"), agree)
    page.locator(".jp-CodeCell").first.wait_for(timeout=60_000)
    page.evaluate(KERNEL_IS_READY)
    run(page, 0)
    player = page.locator("iframe[srcdoc]").content_frame
    player.locator(".editor .value").wait_for(timeout=90_000)
    page.wait_for_timeout(1500)  # the bridge's module is loaded beside the frame
    player.locator(".editor .value").fill("0.75")
    run(page, 1)
    seen = page.locator(".jp-OutputArea-output", has_text="seen")
    seen.wait_for(timeout=30_000)
    assert "seen {'w': 0.75, 'x': 2.0} 0.5" in seen.inner_text()
    run(page, 2)
    player.locator("[data-key=data]", has_text="0.125").wait_for(timeout=30_000)
    page.close()
