"""Each page that is written forbids itself to reach anything, whatever a label holds (Chromium)."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn.course.front import index
from nn.course.notebooks import FOLDER
from tests.campaigns.hostile import EXITS, HOSTILE

SHOWN = ("drawing in a notebook", "ledger in a notebook", "grade, HTML")
PAGES = [n for n, (form, _) in EXITS.items() if form == "html" and "notebook" not in n]
PAGES = [name for name in PAGES if name not in SHOWN]

REACH = """() => new Promise((resolve) => {
  const refused = new Set();
  document.addEventListener("securitypolicyviolation",
    ({ effectiveDirective }) => refused.add(effectiveDirective));
  const add = (tag, attributes) =>
    document.body.append(Object.assign(document.createElement(tag), attributes));
  const there = "http://127.0.0.1:9/";
  fetch(there).catch(() => {});
  add("img", { src: there });
  add("script", { src: `${there}x.js` });
  add("iframe", { src: there });
  add("link", { rel: "stylesheet", href: `${there}x.css` });
  add("object", { data: there });
  add("video", { src: there });
  setTimeout(() => resolve([...refused].sort()), 500);
})"""
REFUSED = [
    *("connect-src", "frame-src", "img-src", "media-src"),
    *("object-src", "script-src-elem", "style-src-elem"),
]


@pytest.mark.parametrize("name", [*PAGES, "course"])
def test_a_page_keeps_its_own_policy_and_can_reach_nothing(
    name: str, open_page, browser, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    if name == "course":
        text = index({"en": sorted(FOLDER.glob("0*.ipynb"))})
    else:
        text = EXITS[name][1](HOSTILE["script"], tmp_path)
    file.write_text(text, encoding="utf-8")
    if name != "course":  # whose icon and pictures stand beside it on its site
        open_page(file)  # which complains of what the policy refuses to the page itself
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.evaluate(REACH) == REFUSED
    page.close()


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_notebook_shows_is_there_where_no_script_runs(
    name: str, browser, tmp_path: Path
) -> None:
    """JupyterLab and code hosts show it under policies of their own."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = f"<meta http-equiv='Content-Security-Policy' content=\"{policy}\">"
    shown = EXITS[name][1](HOSTILE["script"], tmp_path)
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{head}<p>{shown}", encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    if name == SHOWN[0]:  # its picture asks to stand in the page as text, and stays a picture here
        assert page.locator("img").evaluate("image => image.naturalWidth") > 100
    else:
        assert "<script>alert(1)</script>" in page.locator("body").inner_text()
    page.close()
