"""The script that joins a player to the page around it, and the module that asks the program.

One page holds one player in a frame, as the page of `play` does; it says what a test wants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from autograd import Value, dot, exp, tanh
from autograd.play.page import asset
from autograd.value import Parameter
from autograd.views.player.page import page as player_page
from tests.browser.waiting import wait_until

ADDRESS = "http://stepgrad.test/"
AROUND = """(html) => {
    globalThis.heard = [];
    window.addEventListener("message", ({ data }) => heard.push(data));
    const frame = document.createElement("iframe");
    Object.assign(frame, { sandbox: "allow-scripts", srcdoc: html, width: 1000, height: 500 });
    document.body.append(frame);
}"""
INSIDE = """
globalThis.inside = { find, nodes, actions, player, viewport, bubbling: { bubbles: true },
    state: () => ({ ...setUp(), step: current, language, digitsShown: precision.value }) };
"""


def small() -> Value:
    """y = tanh(w·x)·exp(c): seven nodes without modules, each with a card of its own."""
    w, x, c = Parameter(0.5, "w"), Value(2.0, "x"), Value(0.25, "c")
    y = tanh(w * x) * exp(c)
    y.label = "y"
    return y


def layers() -> Value:
    """Two neurons and an output: a network, whose layers are cards at first."""
    row = [Value(0.5, "x0"), Value(-0.25, "x1")]
    for layer, count in enumerate((2, 1)):
        path = f"layers.{layer}.neurons"
        row = [
            tanh(
                dot(
                    [Parameter(0.25 * (k + 1), f"{path}.{n}.w{k}") for k in range(len(row))],
                    row,
                    Parameter(0.1, f"{path}.{n}.b"),
                )
            )
            for n in range(count)
        ]
    return row[0]


Open = Callable[..., Page]


@pytest.fixture
def open_around(browser: Browser) -> Iterator[Open]:
    """Open a page with one player in a frame of its own; nothing in them fails."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_(root: Value, fold: str | None = None) -> Page:
        page = browser.new_page(viewport={"width": 1100, "height": 700}, reduced_motion="reduce")
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(error.message))
        page.goto("data:text/html,<!doctype html><title>around</title>")
        page.evaluate(AROUND, player_page(root, fold=fold, host=asset("bridge.js") + INSIDE))
        wait_until(page, "() => heard.length === 1")
        return page

    yield open_
    for page in pages:
        page.close()
    assert errors == []


def say(page: Page, message: object) -> None:
    """Say something to the player, and wait until it and its answers were heard."""
    page.evaluate("(message) => window.frames[0].postMessage(message, '*')", message)
    settle(page)


def settle(page: Page) -> None:
    """Wait until what the player reports by itself was heard: sizes and scrolling, later."""
    page.frames[1].evaluate(
        """() => new Promise((resolve) => requestAnimationFrame(() =>
            requestAnimationFrame(() => setTimeout(resolve, 20))))"""
    )
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 20))")


def inside(page: Page, script: str = "inside.state()") -> Any:
    return page.frames[1].evaluate(script)


AT = "[inside.viewport.scrollLeft, inside.viewport.scrollTop]"


def last(page: Page) -> dict[str, Any]:
    heard: dict[str, Any] = page.evaluate("heard.at(-1)")
    return heard


# ------------------------------------------------------------------------------------- the bridge


def test_a_player_says_that_it_is_there_and_nothing_more_until_it_is_set_up(open_around):
    page = open_around(small())
    assert page.evaluate("heard") == [{"ready": True}]
    assert inside(
        page, "[inside.find('.editor').hidden, inside.find('.editor').style.display]"
    ) == [
        *(True, "none"),
    ]
    inside(page, "inside.player.show(3)")
    for message in (None, 3, {}, {"goto": 1.5}, {"goto": "2"}, {"setUp": {"digits": 4}}):
        say(page, message)
    inside(page, "window.postMessage({ goto: 1, setUp: {} }, '*')")  # not from around it
    settle(page)
    assert page.evaluate("heard") == [{"ready": True}]
    assert inside(page)["step"] == 3
    say(page, {"goto": 2, "setUp": {}})
    assert last(page) == {
        "step": 2,
        "setUp": {
            "digits": 6,
            "speed": "1",
            "whole": False,
            "zoom": {"mode": "auto", "scale": 1, "left": inside(page, AT)[0], "top": 0},
            "rate": 0.1,
            "tab": "steps",
            "node": "w",
        },
    }


def test_whatever_the_reader_sets_is_told(open_around):
    page = open_around(small())
    say(page, {"goto": 0, "setUp": {}})

    def told(action: str) -> list[Any]:
        page.evaluate("() => { heard.length = 0; }")
        inside(page, f"() => {{ {action}; }}")
        settle(page)
        heard: list[Any] = page.evaluate("heard")
        return heard

    changed = (
        "const each = inside.find('{}'); each.value = '{}'; "
        "each.dispatchEvent(new Event('{}', inside.bubbling))"
    )
    assert told("inside.player.show(4)")[-1]["step"] == 4
    assert told(changed.format(".speed", "4", "change"))[-1]["setUp"]["speed"] == "4"
    assert told("inside.viewport.querySelector('svg').style.width = '5000px'")
    told("inside.actions.larger()")
    zoom = told("inside.viewport.scrollTo({ left: 7, top: 0, behavior: 'instant' })")[-1]
    assert (zoom["setUp"]["zoom"]["mode"], zoom["setUp"]["zoom"]["left"]) == ("free", 7)
    assert told("inside.find('[data-tab=descent]').click()")[-1]["setUp"]["tab"] == "descent"
    assert told(changed.format(".rate", "0.25", "input"))[-1]["setUp"]["rate"] == 0.25
    assert told("inside.find('[data-tab=steps]').click()")[-1]["setUp"]["tab"] == "steps"
    seen = told("inside.player.select(inside.nodes.find(({ name }) => name === 'c').card)")
    assert (seen[-1]["setUp"]["node"], seen[-1]["setUp"]["tab"]) == ("c", "node")
    assert {"spoken": "zh"} in told("inside.find('[data-action=language]').click()")
    assert {"spoken": "en"} in told("inside.find('[data-action=language]').click()")


GIVEN = {
    "language": "zh",
    "digits": 3,
    "speed": "2",
    "rate": 0.75,
    "tab": "node",
    "node": "c",
}


def test_a_player_is_set_up_as_it_is_told(open_around):
    page = open_around(small())
    start = inside(page)
    say(page, {"goto": 3, "setUp": {"language": "en"}})
    assert {**inside(page), "zoom": start["zoom"]} == {**start, "step": 3}
    zoom = {"mode": "free", "scale": 1.75, "left": 0, "top": 0}
    say(page, {"goto": 5, "setUp": {**GIVEN, "zoom": zoom}})
    now = inside(page)
    assert {name: now[name] for name in GIVEN} == GIVEN
    assert (now["step"], now["digitsShown"]) == (5, "3")
    assert (now["zoom"]["mode"], now["zoom"]["scale"]) == ("free", 1.75)
    frames = "inside.shown = 0, inside.player.on('frame', () => { inside.shown += 1; })"
    inside(page, f"() => {{ {frames}; }}")
    again = {name: GIVEN[name] for name in ("language", "digits", "speed")}
    say(page, {"goto": 1, "setUp": again})
    assert inside(page, "inside.shown") == 1  # what is so already is not set again
    assert {name: inside(page)[name] for name in GIVEN} == {**GIVEN, "tab": "steps"}
    say(page, {"goto": 2, "setUp": {"tab": "steps", "node": "x", "whole": True}})
    now = inside(page)
    assert (now["step"], now["tab"], now["node"], now["whole"]) == (2, "steps", "c", False)
    say(page, {"goto": 2, "setUp": {"tab": "node", "node": "gone"}})
    assert (inside(page)["tab"], inside(page)["node"]) == ("steps", "c")
    say(page, {"goto": 2, "setUp": {"zoom": {"mode": "whole", "scale": 9, "left": 0, "top": 0}}})
    assert inside(page)["zoom"]["mode"] == "whole"
    assert inside(page)["zoom"]["scale"] != 9
    say(page, {"goto": 2, "setUp": {"tab": "descent"}})
    now = inside(page)
    assert (now["tab"], now["step"]) == ("descent", 2)


def test_a_node_that_is_gone_is_not_looked_at_and_the_first_is_one(open_around):
    page = open_around(small())
    say(page, {"goto": 1, "setUp": {"tab": "node", "node": "gone"}})
    assert (inside(page)["tab"], inside(page)["node"]) == ("steps", "w")
    say(page, {"goto": 1, "setUp": {"tab": "descent", "node": "w"}})
    first = inside(page, "inside.nodes[0].name")
    say(page, {"goto": 1, "setUp": {"tab": "node", "node": first}})
    assert (inside(page)["tab"], inside(page)["node"]) == ("node", first)


def test_a_place_in_the_drawing_is_kept_while_what_happens_is_in_sight(open_around):
    page = open_around(small())
    say(page, {"goto": 0, "setUp": {}})
    inside(page, "() => { inside.viewport.style.maxHeight = '150px'; }")
    zoom = {"mode": "free", "scale": 1.5, "left": 5, "top": 9}
    say(page, {"goto": 0, "setUp": {"zoom": zoom}})
    at = inside(page, AT)
    assert inside(page)["zoom"] == {"mode": "free", "scale": 1.5, "left": at[0], "top": at[1]}
    say(page, {"goto": 3, "setUp": {"zoom": zoom}})  # and the step is moved into sight
    x, y = inside(page, AT)
    say(page, {"goto": 3, "setUp": {"zoom": {**zoom, "left": x + 7, "top": y}}})
    assert inside(page, AT) == [x + 7, y]
    far = {**zoom, "scale": 4, "left": 9999, "top": 9999}
    say(page, {"goto": 1, "setUp": {"zoom": far}})
    in_sight = """(() => {
        const [a, b] = [".card.current", ".viewport"].map((each) =>
            document.querySelector(each).getBoundingClientRect());
        return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    })()"""
    assert inside(page, in_sight)


def test_cards_or_nodes_as_before(open_around):
    page = open_around(layers(), "layer")
    assert inside(page)["whole"] is True
    for given, then in (({}, True), ({"whole": True}, True), ({"whole": False}, False)):
        say(page, {"goto": 2, "setUp": given})
        assert (inside(page)["whole"], inside(page)["step"]) == (then, 2), given
    for given, then in (({"whole": False}, False), ({}, False), ({"whole": True}, True)):
        say(page, {"goto": 3, "setUp": given})
        assert (inside(page)["whole"], inside(page)["step"]) == (then, 3), given


def test_in_a_frame_pixels_are_shown_to_be_saved_and_nothing_is_stored_or_printed(open_around):
    page = open_around(small())
    frame = page.frames[1]
    frame.evaluate(
        """() => {
            const { toDataURL } = HTMLCanvasElement.prototype;
            globalThis.drawn = 0;
            HTMLCanvasElement.prototype.toDataURL = function (...kind) {
                drawn += 1;
                return toDataURL.apply(this, kind);
            };
        }"""
    )
    for step in (1, 2):  # a second picture takes the first one's place
        inside(page, f"() => {{ inside.player.show({step}); inside.actions.image(); }}")
        new = "document.querySelector('.pixels:not([alt=old])')"
        wait_until(frame, f"() => {new}?.naturalWidth > 0")
        if step == 1:
            frame.evaluate(f"() => {{ {new}.alt = 'old'; }}")
    wide, after, kind, said = frame.evaluate(
        """() => {
            const [image, ...others] = document.querySelectorAll("img");
            const { width } = document.querySelector(".viewport > svg").viewBox.baseVal;
            return [image.naturalWidth === Math.floor(2 * width) && others.length === 0,
                image.nextElementSibling.className, image.src.slice(0, 15),
                document.querySelector(".copied").textContent];
        }"""
    )
    assert (wide, after, kind) == (True, "copied", "data:image/png;")
    assert said == "a click with the right button saves it"
    settle(page)
    assert frame.evaluate("drawn") == 2  # each of them once
    inside(page, "inside.actions.picture()")
    assert frame.input_value(".copy").startswith("<svg")
    hidden = "['print', 'handout'].map((each) => inside.find(`[data-action=${each}]`).hidden)"
    assert inside(page, hidden) == [True, True]


# ------------------------------------------------------------------------------ hosts and languages


@pytest.fixture
def modules(browser: Browser) -> Iterator[Page]:
    """A page in which the modules are, and a program that answers as the question wants it."""
    page = browser.new_page(locale="zh-Hant")

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name == "answer":
            asked = route.request.post_data_json
            kind = route.request.headers["content-type"]
            if asked.get("ended"):
                route.abort()
            elif asked.get("refused"):
                route.fulfill(status=400, body="too long")
            else:
                route.fulfill(json={"method": route.request.method, "kind": kind, "asked": asked})
        elif name:
            route.fulfill(body=asset(name), content_type="text/javascript; charset=utf-8")
        else:
            route.fulfill(body="<!doctype html><title></title>", content_type="text/html")

    page.route(f"{ADDRESS}**", serve)
    page.goto(ADDRESS)
    yield page
    page.close()


def test_the_program_is_asked_and_says_what_is_wrong(modules):
    asked = [{"formula": "a²", "values": {"a": "1"}}, {"refused": 1}, {"ended": 1}]
    said = modules.evaluate(
        """async (asked) => {
            const { ask, starting } = await import("./host_server.js");
            const { say } = await import("./texts.js");
            const said = [starting, say("ended")];
            for (const request of asked) {
                const failed = (error) => [error.constructor.name, error.message];
                said.push(await ask(request).catch(failed));
            }
            return said;
        }""",
        asked,
    )
    assert said[0] == "computing"
    assert said[1].startswith("The program has ended")
    assert said[2:] == [
        {"method": "POST", "kind": "application/json", "asked": asked[0]},
        ["Error", "too long"],
        ["Error", said[1]],
    ]


def test_languages_are_known_and_put_into_the_page(modules):
    modules.evaluate(
        """() => {
            document.body.innerHTML = '<p data-say="values"></p><p data-label="question"></p>' +
                '<p data-zh="邻" data-en="near"></p><p>left</p>';
        }"""
    )
    said = modules.evaluate(
        """async () => {
            const { isLanguage, ofBrowser, say, speakIn } = await import("./texts.js");
            const now = () => [document.documentElement.lang, document.title,
                ...[...document.querySelectorAll("p")].map((each) =>
                    each.textContent + (each.getAttribute("aria-label") ?? "")),
                say("slider", "w"), say("computing"), say("at", 3), say("no_python", "x")];
            const said = [["en", "zh", "de", "", "toString"].map(isLanguage), ofBrowser()];
            for (const language of ["zh", "en"]) {
                speakIn(language);
                said.push(now());
            }
            return said;
        }"""
    )
    assert said == [
        [True, True, False, False, False],
        "zh",
        [
            *("zh", "任意公式的反向传播", "数值", "公式与数值", "邻", "left"),
            *("w，滑块", "正在计算…", "（第 3 个字符）", "Python 无法在此运行：x"),
        ],
        [
            *("en", "Backpropagation through any formula", "Values", "Formula and values", "near"),
            *("left", "w, slider", "computing …", " (at character 3)"),
            "Python cannot run here: x",
        ],
    ]
