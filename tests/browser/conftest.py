"""A real Chromium, and the player opened in it, for the tests of this directory.

They need Debian's package ``chromium`` (or another Chromium on the path) and ``playwright``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from autograd import Value, dot, sigmoid, tanh, walkthrough
from autograd.play import pyodide
from autograd.value import Parameter

PATIENCE = 30_000  # milliseconds: a machine that does other work beside is slow, not wrong
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pyodide_files() -> dict[str, bytes]:
    """Python for a browser: from the folder or file that the variable PYODIDE names, or by npm."""
    try:
        copy = os.environ.get("PYODIDE")
        return pyodide.from_path(Path(copy)) if copy else pyodide.download()
    except RuntimeError as error:
        pytest.skip(f"no Pyodide: name a copy in the variable PYODIDE, or: {error}")


@dataclass
class Visit:
    """An open page and what it did that it should not."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error {error}"))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"console {message.text}")

    def _request(self, url: str) -> None:
        if not url.startswith(("data:", "about:")) and url != self.page.url:
            self.complaints.append(f"request {url}")


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file, and after the test complain about messages, errors, dialogs and requests."""
    visits: list[Visit] = []

    def open_(
        path: Path,
        size: tuple[int, int] = (1400, 800),
        scheme: str = "light",
        motion: str = "reduce",
        clock: bool = False,
    ) -> Page:
        page = browser.new_page(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            reduced_motion=motion,
        )
        if clock:
            page.clock.install()
        visit = Visit(page)
        page.goto(path.as_uri())
        visit.watch()
        page.reload()
        if clock:  # which goes on by itself otherwise, and on a busy machine too far
            page.clock.pause_at(datetime.now() + timedelta(hours=1))
        visits.append(visit)
        return page

    yield open_
    complaints = [complaint for visit in visits for complaint in visit.complaints]
    for visit in visits:
        visit.page.close()
    assert complaints == []


@pytest.fixture
def open_player(open_page: Open, tmp_path: Path) -> Open:
    """Save the walkthrough of a Value and open it."""

    def open_(
        root: Value,
        fold: str | bool | None = None,
        precision: int = 6,
        lang: str = "en",
        **options: object,
    ) -> Page:
        steps = walkthrough(root, fold=fold, precision=precision, lang=lang)
        return open_page(steps.save(tmp_path / "steps.html"), **options)

    return open_


def named(label: str, value: Value) -> Value:
    value.label = label
    return value


@pytest.fixture
def error() -> Value:
    """The total error of the 2-2-2 sigmoid network of the notes."""
    i1, i2 = Value(0.05, "i1"), Value(0.10, "i2")
    weights = (0.0, 0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55)
    w = [Parameter(data, f"w{k}") for k, data in enumerate(weights)]
    b1, b2 = Parameter(0.35, "b1"), Parameter(0.6, "b2")
    h1 = named("out_h1", sigmoid(named("net_h1", w[1] * i1 + w[2] * i2 + b1)))
    h2 = named("out_h2", sigmoid(named("net_h2", w[3] * i1 + w[4] * i2 + b1)))
    o1 = named("out_o1", sigmoid(named("net_o1", w[5] * h1 + w[6] * h2 + b2)))
    o2 = named("out_o2", sigmoid(named("net_o2", w[7] * h1 + w[8] * h2 + b2)))
    return named("E", 0.5 * (Value(0.01, "t1") - o1) ** 2 + 0.5 * (Value(0.99, "t2") - o2) ** 2)


@pytest.fixture
def network() -> Value:
    """The loss of a 2-16-16-1 tanh network: 443 nodes, which the player folds by layer."""
    row = [Value(0.5, "x0"), Value(-0.25, "x1")]
    for layer, count in enumerate((16, 16, 1)):
        outputs = []
        for neuron in range(count):
            path = f"layers.{layer}.neurons.{neuron}"
            w = [Parameter(0.03 * (k - neuron), f"{path}.w{k}") for k in range(len(row))]
            outputs.append(tanh(dot(w, row, Parameter(0.1, f"{path}.b"))))
        row = outputs
    return named("L", (row[0] - Value(1.0, "t")) ** 2)
