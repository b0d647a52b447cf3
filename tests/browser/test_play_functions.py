"""The script of the page around the player, with a host and a player that say what a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Route

from autograd.play.page import FILES, asset
from autograd.play.page import page as play_page
from tests.browser.waiting import wait_until

ADDRESS = "http://stepgrad.test/"
HOST = """
export const starting = "starting";
globalThis.asked = [];
export const ask = (request) => new Promise((answer, fail) =>
    asked.push({ request, answer, fail: (reason) => fail(new Error(reason)) }));
"""
# It posts what it is told to post, and tells what else it hears.
PLAYER = """<!doctype html><script>
window.addEventListener("message", ({ data }) => {
    const post = (message) => window.parent.postMessage(message, "*");
    if (data.page) JSON.parse(data.page).forEach(post);
    else if (data.post) post(data.post);
    else post({ heard: data });
});
</script>"""
UP = '[{"ready": true}, {"step": 0, "setUp": {"rate": 1}}]'  # what a player says that comes up
AROUND = """
globalThis.heard = [];
window.addEventListener("message", ({ data }) => data?.heard && heard.push(data.heard));
"""

Open = Callable[..., Page]


@pytest.fixture
def open_play(browser: Browser) -> Iterator[Open]:
    """Open the page, whose clock stands still, with a state in its address; nothing in it fails."""
    pages: list[Page] = []
    errors: list[str] = []

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS).partition("?")[0]
        special = {"": play_page(), "host.js": HOST, "frame.html": PLAYER}
        kind = "text/html" if name in ("", "frame.html") else FILES.get(name, "text/javascript")
        body = special[name] if name in special else asset(name)
        route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    def open_(state: str = "", locale: str = "en-GB") -> Page:
        page = browser.new_page(viewport={"width": 1000, "height": 700}, locale=locale)
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(error.message))
        page.route(f"{ADDRESS}**", serve)
        page.add_init_script(AROUND)
        page.clock.install()
        page.goto(f"{ADDRESS}#{state}")
        page.clock.pause_at(datetime.now() + timedelta(hours=1))
        return page

    yield open_
    for page in pages:
        page.close()
    assert errors == []


def told(names: list[str], page: str = UP, **more: Any) -> dict[str, Any]:
    """An answer: y = 6 with the gradients 1, 2, …."""
    gradients = {name: [f"{k}", f"{k}.0"] for k, name in enumerate(names, start=1)}
    values = dict.fromkeys(names, "1")
    return {
        "names": names,
        "values": values,
        "output": "y",
        "value": ["6", "6.000"],
        "gradients": gradients,
        "page": page,
        **more,
    }


def answer(page: Page, given: dict[str, Any]) -> None:
    """Answer the latest question, and let the page take it in."""
    page.evaluate("(given) => { asked.at(-1).answer(given); }", given)
    if "error" not in given and given["page"] == UP:
        wait_until(page, "() => document.querySelectorAll('.frames .shown').length === 1")
        wait_until(page, "() => document.querySelectorAll('.frames iframe').length === 1")
    page.evaluate("() => new Promise((resolve) => { resolve(); })")


def asked(page: Page) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = page.evaluate("asked.map(({ request }) => request)")
    return questions


def link(page: Page) -> str:
    return page.url.removeprefix(ADDRESS).removeprefix("#")


def post(page: Page, message: dict[str, Any]) -> None:
    """Have the player that is shown say something, and wait until it was heard."""
    page.evaluate(
        """async (message) => {
            const frame = document.querySelector(".frames .shown");
            const arrived = new Promise((resolve) => window.addEventListener("message", resolve,
                { once: true }));
            frame.contentWindow.postMessage({ post: message }, "*");
            await arrived;
        }""",
        message,
    )


# ------------------------------------------------------------------------------------------- links


LINKS = (
    # an address, the formula and the values that are asked for, and the address then
    ("formula=a*b&a=1&b=2", "a*b", {"a": "1", "b": "2"}, None),
    ("formula=a%2Bb&step=2.7", "a+b", {}, "formula=a+b&step=2"),
    ("formula=a&step=1", "a", {}, None),
    ("step=-3&formula=a", "a", {}, "formula=a"),
    ("formula=a&step=x", "a", {}, "formula=a"),
    (
        "formula=s&.step=1&.lang=2&.formula=3",
        *("s", {"step": "1", "lang": "2", "formula": "3"}),
        "formula=s&.step=1&.lang=2&.formula=3",
    ),
    (
        "formula=a=b&=9&c&%zz=%",
        *("a=b", {"c": "", "%zz": "%"}),
        "formula=a=b&c=&%25zz=%25",
    ),
    ("formula=a&lang=xx&b=..", "a", {"b": ".."}, "formula=a&b=.."),
    ("formula=a%0Ab&x=a%26b", "a\nb", {"x": "a&b"}, None),
    ("formula=a+2,(b/c);d:e", "a+2,(b/c);d:e", {}, None),
    ("formula=a&lang=zh", "a", {}, None),
)


def test_links_are_read_and_written(open_play):
    page = open_play("formula=first")
    page.clock.run_for(1)
    answer(page, {"names": None, "values": {}, "error": {"reason": "no"}, "page": ""})
    for count, (state, formula, values, after) in enumerate(LINKS, start=2):
        page.evaluate(
            """(state) => new Promise((resolve) => {
                window.addEventListener("hashchange", resolve, { once: true });
                location.hash = state;
            })""",
            state,
        )
        page.clock.run_for(1)
        wait_until(page, "count => asked.length === count", count)
        assert asked(page)[-1] == {"formula": formula, "values": values}
        answer(page, {"names": None, "values": {}, "error": {"reason": "no"}, "page": ""})
        page.evaluate("() => new Promise((resolve) => { resolve(); })")
        assert link(page) == (after or state)
        assert page.input_value(".formula") == formula


def test_a_page_without_a_state_opens_the_first_example_and_others_are_chosen(open_play):
    page = open_play()
    page.clock.run_for(1)
    first = {"formula": "tanh(w*x + b)", "values": {"w": "-3", "x": "0.5", "b": "2"}}
    assert asked(page) == [first]
    answer(page, told(["w", "x", "b"]))
    page.select_option(".examples", index=2)
    assert page.input_value(".examples") == ""
    assert page.locator(".values .value").count() == 3
    page.clock.run_for(1)
    assert asked(page)[1:] == [{"formula": "x*x", "values": {"x": "3"}}]
    answer(page, told(["x"], values={"x": "3"}))
    assert link(page) == "formula=x*x&x=3"
    assert page.locator(".values label").all_inner_texts() == ["x"]
    page.go_back()
    page.clock.run_for(1)
    assert asked(page)[2:] == [first]
    page.select_option(".examples", value="")
    page.clock.run_for(500)
    assert len(asked(page)) == 3


# ------------------------------------------------------------------------------ values and answers


def fields(page: Page) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate(
        """() => [...document.querySelectorAll(".values .value")].map((each) => {
            const [label, input, slider, gradient, message] = each.children;
            return [label.textContent, label.htmlFor === input.id, input.value, slider.value,
                slider.getAttribute("aria-label"), gradient.textContent, gradient.title,
                message.textContent, input.getAttribute("aria-invalid"),
                input.getAttribute("aria-describedby") === message.id];
        })"""
    )
    return found


def test_an_answer_fills_the_page(open_play):
    page = open_play("formula=a*b&a=1.5")
    page.clock.run_for(1)
    assert page.evaluate("document.activeElement.localName") == "body"
    answer(page, told(["a", "b"]))
    assert fields(page) == [
        ["a", True, "1.5", "1.5", "a, slider", "∂y/∂a = 1", "1.0", "", "false", True],
        ["b", True, "1", "1", "b, slider", "∂y/∂b = 2", "2.0", "", "false", True],
    ]
    assert page.inner_text(".result") == "y = 6"
    assert page.get_attribute(".result", "title") == "6.000"
    attributes = """() => {
        const input = document.querySelector(".values .number");
        const slider = document.querySelector(".values .slider");
        const frame = document.querySelector("iframe");
        return [input.type, input.inputMode, input.autocomplete, input.spellcheck, slider.type,
            frame.title, frame.getAttribute("sandbox"), frame.allow, frame.className,
            document.querySelector(".formula").getAttribute("aria-invalid")];
    }"""
    assert page.evaluate(attributes) == [
        *("text", "decimal", "off", False, "range"),
        "The player: step by step through the formula",
        "allow-scripts allow-downloads allow-modals",
        *("clipboard-write", "shown", "false"),
    ]
    first = page.locator(".values .number").first.element_handle()
    page.fill(".formula", "b*a")
    page.clock.run_for(250)
    answer(page, told(["b", "a"]))
    assert [each[0] for each in fields(page)] == ["b", "a"]
    assert first.evaluate("each => each.isConnected")  # the field that was there
    page.fill(".formula", "b")
    page.clock.run_for(250)
    assert asked(page)[-1] == {"formula": "b", "values": {"a": "1.5", "b": "1"}}
    answer(page, told(["b"]))
    assert link(page) == "formula=b&b=1"
    page.fill(".formula", "a")
    page.clock.run_for(250)
    answer(page, told(["a"]))
    assert [each[:3] for each in fields(page)] == [["a", True, "1.5"]]


def test_what_is_typed_while_an_answer_is_awaited_stays_and_is_asked_next(open_play):
    page = open_play("formula=a&a=1")
    page.clock.run_for(1)
    answer(page, told(["a"]))
    page.fill(".values .number", "2")
    page.clock.run_for(249)
    assert len(asked(page)) == 1
    page.clock.run_for(1)
    assert asked(page)[1]["values"] == {"a": "2"}
    for typed in ("3", "4"):
        page.fill(".values .number", typed)
        page.clock.run_for(300)
    assert len(asked(page)) == 2  # one question at a time
    page.evaluate("(given) => { asked[1].answer(given); }", told(["a"], values={"a": "2"}))
    wait_until(page, "() => asked.length === 3")
    assert asked(page)[2]["values"] == {"a": "4"}
    assert page.input_value(".values .number") == "4"
    answer(page, told(["a"], values={"a": "4"}))
    page.clock.run_for(1000)
    assert len(asked(page)) == 3


def test_the_host_is_asked_when_typing_rests(open_play):
    page = open_play("formula=a&a=1")
    page.clock.run_for(0)  # a link is asked for at once
    answer(page, told(["a"]))
    for typed in ("2", "3", "4"):
        page.fill(".values .number", typed)
        page.clock.run_for(200)
    assert len(asked(page)) == 1
    page.clock.run_for(50)
    assert [each["values"] for each in asked(page)] == [{"a": "1"}, {"a": "4"}]


def test_a_slider_asks_sooner_and_sets_the_number(open_play):
    page = open_play("formula=a&a=1")
    page.clock.run_for(1)
    answer(page, told(["a"]))
    slide = """(value) => {
        const slider = document.querySelector(".values .slider");
        slider.value = value;
        slider.dispatchEvent(new Event("input"));
        return [slider.min, slider.max, slider.step];
    }"""
    assert page.evaluate(slide, 1.5) == ["-2", "2", "0.01"]
    assert page.input_value(".values .number") == "1.5"
    page.clock.run_for(29)
    assert len(asked(page)) == 1
    page.clock.run_for(1)
    assert asked(page)[1]["values"] == {"a": "1.5"}
    answer(page, told(["a"], values={"a": "1.5"}))
    page.fill(".values .number", "3")
    assert page.evaluate(slide, 3) == ["-10", "10", "0.05"]


def test_who_waits_for_long_is_told_so(open_play):
    page = open_play("formula=a&a=1")
    page.clock.run_for(300)
    assert page.inner_text(".result").startswith("Starting Python in this page")
    answer(page, told(["a"]))
    page.fill(".values .number", "2")
    page.clock.run_for(250)
    page.clock.run_for(299)
    assert page.inner_text(".result") == "y = 6"
    page.clock.run_for(1)
    assert page.inner_text(".result") == "computing …"
    page.evaluate("() => { asked.at(-1).fail('it broke'); }")
    page.clock.run_for(1000)
    assert page.inner_text(".result") == ""
    assert page.inner_text(".error") == "it broke"
    page.fill(".values .number", "3")
    page.clock.run_for(250)
    answer(page, told(["a"]))
    page.clock.run_for(1000)
    assert page.inner_text(".result") == "y = 6"
    assert page.inner_text(".error") == ""


def test_an_error_stands_at_its_place(open_play):
    page = open_play("formula=a+*&a=1")
    page.clock.run_for(1)
    answer(page, told(["a"]))
    state = """() => {
        const { children } = document.querySelector(".error");
        return [[...children].map((each) => [each.localName, each.className, each.innerHTML]),
            document.querySelector(".formula").getAttribute("aria-invalid"),
            document.querySelector(".frames").className,
            document.querySelector(".result").textContent];
    }"""

    def error(**given: Any) -> list[Any]:
        page.fill(".formula", "x")
        page.clock.run_for(250)
        answer(page, {"names": given.pop("names", None), "values": {}, "error": given})
        found: list[Any] = page.evaluate(state)
        return found

    caret = '<span class="caret" aria-hidden="true">^</span>'
    assert error(reason="bad", column=2, before="a+", after="*b&") == [
        [
            ["p", "", "bad (at character 3)"],
            ["pre", "excerpt", f'a+<span class="at">*{caret}</span>b&amp;'],
        ],
        *("true", "frames stale", "y = 6"),
    ]
    assert error(reason="ends", column=0, before="", after="")[0] == [
        ["p", "", "ends (at character 1)"],
        ["pre", "excerpt", f'<span class="at"> {caret}</span>'],
    ]
    assert error(reason="deep") == [[["p", "", "deep"]], "true", "frames stale", "y = 6"]
    assert page.locator(".values .value").count() == 1
    assert error(reason="no number", name="a", names=["a", "b"]) == [
        *([], "false", "frames stale", "y = 6"),
    ]
    assert [each[7:9] for each in fields(page)] == [["no number", "true"], ["", "false"]]
    page.fill(".formula", "a")
    page.clock.run_for(250)
    answer(page, told(["a"]))
    assert page.evaluate(state) == [[], "false", "frames", "y = 6"]
    assert [each[7:9] for each in fields(page)] == [["", "false"]]


def test_an_answer_for_a_formula_that_is_gone_is_not_shown(open_play):
    page = open_play("formula=a&a=1&step=3")
    page.clock.run_for(1)
    page.fill(".formula", "b")
    page.clock.run_for(250)
    page.evaluate("(given) => { asked[0].answer(given); }", told(["a"]))
    wait_until(page, "() => asked.length === 2")
    assert not page.inner_text(".result").startswith("y")
    assert page.locator("iframe").count() == page.locator(".values .value").count() == 0
    answer(page, told(["b"]))
    assert link(page) == "formula=b&b=1"  # and the step was the other formula's


# ------------------------------------------------------------------------------------- the player


def test_a_player_is_set_up_as_the_one_before_it_and_its_step_is_in_the_link(open_play):
    page = open_play("formula=a&a=1&step=3")
    page.clock.run_for(1)
    page.evaluate("(given) => { asked[0].answer(given); }", told(["a"], '[{"ready": true}]'))
    wait_until(page, "() => heard.length === 1")
    assert page.evaluate("heard") == [{"goto": 3, "setUp": {"language": "en"}}]
    assert page.locator("iframe.shown").count() == 0  # it has not said that it is there
    page.evaluate(
        """() => document.querySelector("iframe").contentWindow.postMessage(
            { post: { step: 2, setUp: { digits: 4 } } }, "*")"""
    )
    wait_until(page, "() => document.querySelector('iframe.shown')")
    assert link(page) == "formula=a&a=1&step=2"
    post(page, {"step": 5, "setUp": {"digits": 9}})
    assert link(page) == "formula=a&a=1&step=5"
    for message in ({"step": 1.5}, {"step": "7"}, {}, {"spoken": "xx"}):
        post(page, message)
    assert link(page) == "formula=a&a=1&step=5"
    page.fill(".values .number", "2")
    page.clock.run_for(250)
    answer(page, told(["a"], values={"a": "2"}))
    assert page.evaluate("heard.at(-1)") == {"goto": 5, "setUp": {"digits": 9, "language": "en"}}
    assert link(page) == "formula=a&a=2"  # the new one says 0
    page.evaluate("() => window.postMessage({ step: 4, setUp: {} }, '*')")  # nobody's player
    page.evaluate(
        "() => new Promise((resolve) => { window.addEventListener('message', resolve); "
        "window.postMessage({}, '*'); })"
    )
    assert link(page) == "formula=a&a=2"


def test_before_there_is_a_player_nothing_said_or_pressed_leads_anywhere(open_play):
    page = open_play("formula=a&a=1")
    page.evaluate(
        """() => new Promise((resolve) => {
            window.addEventListener("message", resolve, { once: true });
            window.postMessage({ ready: true, step: 4, setUp: {} }, "*");
        })"""
    )
    page.click(".language")
    page.clock.run_for(1)
    answer(page, told(["a"], '[null, 3, {}, {"ready": true}, {"step": 2, "setUp": {}}]'))
    wait_until(page, "() => document.querySelector('iframe.shown')")
    assert page.evaluate("heard") == [{"goto": 0, "setUp": {"language": "zh"}}]
    assert link(page) == "formula=a&a=1&step=2&lang=zh"
    page.evaluate("() => document.querySelector('iframe').dispatchEvent(new Event('load'))")
    post(page, {"step": 3, "setUp": {}})
    assert link(page) == "formula=a&a=1&step=3&lang=zh"
    assert len(page.evaluate("heard")) == 1  # a frame becomes a player once


def test_a_player_that_does_not_come_up_is_given_up_after_ten_seconds(open_play):
    page = open_play("formula=a&a=1")
    page.clock.run_for(1)
    page.evaluate("(given) => { asked[0].answer(given); }", told(["a"], "[]"))
    wait_until(page, "() => document.querySelectorAll('iframe').length === 1")
    page.clock.run_for(9_999)
    assert page.locator("iframe").count() == 1
    page.clock.run_for(1)
    wait_until(page, "() => document.querySelectorAll('iframe').length === 0")
    assert page.inner_text(".error") == "The player did not come up; reload this page."
    page.fill(".values .number", "2")
    page.clock.run_for(250)
    answer(page, told(["a"], values={"a": "2"}))
    assert page.inner_text(".error") == ""
    page.fill(".values .number", "3")
    page.clock.run_for(250)
    answer(page, told(["a"], "[]", value=["7", "7.0"]))
    wait_until(page, "() => document.querySelectorAll('iframe').length === 2")
    page.clock.run_for(1000)
    assert page.inner_text(".result") == "y = 7"  # which is there while the player is awaited


def test_page_player_and_link_speak_one_language(open_play):
    page = open_play("formula=a&a=1", locale="zh-CN")
    page.clock.run_for(1)
    said = """() => [document.documentElement.lang, document.title,
        document.querySelector(".language").textContent,
        document.querySelector(".values .slider")?.getAttribute("aria-label") ?? "",
        document.querySelector("iframe")?.title ?? "",
        document.querySelector(".examples").ariaLabel,
        document.querySelector(".examples").options[2].textContent]"""
    zh = ["zh", "任意公式的反向传播", "English", "a，滑块", "播放器：逐步走过这个公式"]
    en = ["en", "Backpropagation through any formula", "中文", "a, slider"]
    en += ["The player: step by step through the formula"]
    answer(page, told(["a"]))
    assert page.evaluate(said) == [*zh, "示例", "平方：梯度为什么是 6？"]
    assert link(page) == "formula=a&a=1"  # it is the browser's
    page.click(".language")
    assert page.evaluate(said) == [*en, "Examples", "a square: why is the gradient 6?"]
    assert link(page) == "formula=a&a=1&lang=en"
    wait_until(page, "() => heard.length === 2")
    assert page.evaluate("heard.at(-1)") == {"goto": 0, "setUp": {"rate": 1, "language": "en"}}
    post(page, {"spoken": "zh"})
    assert page.evaluate(said)[:5] == zh
    assert link(page) == "formula=a&a=1&lang=zh"
    page.click(".language")
    page.click(".language")
    assert page.evaluate(said)[:5] == zh


def test_the_button_for_the_link_says_what_came_of_it(open_play):
    page = open_play("formula=a&a=1")
    page.clock.run_for(1)
    answer(page, told(["a"]))
    page.evaluate(
        """() => {
            globalThis.written = [];
            const writeText = (text) => works ? written.push(text) : Promise.reject();
            globalThis.works = true;
            Object.defineProperty(navigator, "clipboard", { value: { writeText } });
        }"""
    )
    page.fill(".formula", "a + a")
    page.click(".copy")
    assert page.evaluate("written") == [f"{ADDRESS}#formula=a%20+%20a&a=1"]
    for works, word in ((True, "copied"), (False, "copy the address above")):
        page.evaluate(f"() => {{ works = {str(works).lower()}; }}")
        page.click(".copy")
        wait_until(page, "word => document.querySelector('.copy').textContent === word", word)
        page.clock.run_for(1_999)
        assert page.inner_text(".copy") == word
        page.clock.run_for(1)
        assert page.inner_text(".copy") == "copy link"
    assert unquote(link(page)) == "formula=a + a&a=1"


def test_the_box_is_as_high_as_its_text(open_play):
    page = open_play("formula=a")
    page.clock.run_for(1)
    high = """() => {
        const box = document.querySelector(".formula");
        return [box.scrollHeight, box.clientHeight, box.offsetHeight, box.style.height];
    }"""
    heights = []
    for text in ("a", "a +\nb", "a +\nb +\nc", "a"):
        page.fill(".formula", text)
        content, inside, outside, style = page.evaluate(high)
        assert content == inside
        assert style == f"{outside}px"
        heights.append(outside)
    assert heights[0] == heights[3] < heights[1] < heights[2]
    page.fill(".formula", "a + " * 60 + "a")
    wide = page.evaluate(high)
    page.set_viewport_size({"width": 500, "height": 700})
    wait_until(page, "(high) => document.querySelector('.formula').scrollHeight > high", wide[0])
    wait_until(page, f"() => {{ const [a, b] = ({high})(); return a === b; }}")
    narrow = page.evaluate(high)
    assert narrow[0] == narrow[1] > wide[0]
    prevented = "() => !document.querySelector('.question').dispatchEvent(new Event('submit', "
    assert page.evaluate(prevented + "{ cancelable: true }))")


# In Pyodide's place: it notes what it is told, and does with a question what that says.
PYODIDE = """
const told = [];
const noted = (...what) => void told.push(what);
const reply = (data) => {
    const { fails, reason } = JSON.parse(data);
    if (fails) throw new { Error, RangeError }[fails](reason);
    return JSON.stringify({ data, told });
};
export const loadPyodide = async (options) => {
    noted("load", options);
    return {
        unpackArchive: (archive, ...rest) =>
            noted("unpack", new TextDecoder().decode(archive), ...rest),
        runPython: (text) => noted("run", text),
        pyimport: (name) => (noted("import", name), { reply }),
    };
};
"""
DEEP = (
    "this formula is too long or nested too deeply for Python in a browser; the program “stepgrad "
    "play” reads longer ones"
)
NO_HOST = "this folder must be opened through a file host, such as python -m http.server"


@pytest.fixture
def in_worker(browser: Browser) -> Iterator[tuple[Page, Callable[..., list[Any]]]]:
    """A page with the host that has Python in a worker, and what asks it questions.

    It says how many workers were started and how many ended, then each answer or failure.
    """
    page = browser.new_page()
    files = {"pyodide/pyodide.mjs": PYODIDE, "autograd.zip": "packed"}
    missing: set[str] = set()
    loaded: list[str] = []

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        loaded.append(name)
        if name in missing:
            route.fulfill(status=404)
        elif name:
            body = files[name] if name in files else asset(name)
            route.fulfill(body=body, content_type="text/javascript; charset=utf-8")
        else:
            route.fulfill(body="<!doctype html><title></title>", content_type="text/html")

    def ask(*requests: dict[str, Any], absent: str = "", **changed: str) -> list[Any]:
        missing.clear()
        missing.add(absent)
        files.update({f"pyodide/{name}.mjs": text for name, text in changed.items()})
        before = len(loaded)
        page.evaluate("(requests) => { said.length = 0; askAll(requests); }", requests)
        wait_until(page, "(count) => said.length === count", len(requests))
        ended, *found = page.evaluate("[ended.splice(0).length, ...said]")
        return [(loaded[before:].count("worker.js"), ended), *found]

    page.route(f"{ADDRESS}**", serve)
    page.goto(ADDRESS)
    page.evaluate(
        """async () => {
            const { ask, starting } = await import("./host_worker.js");
            const { say } = await import("./texts.js");
            globalThis.said = [starting, say(starting)];
            globalThis.errors = [];
            globalThis.ended = [];
            const { terminate } = Worker.prototype;
            Worker.prototype.terminate = function () {
                ended.push(this);
                terminate.call(this);
            };
            window.addEventListener("error", ({ message }) => errors.push(message));
            globalThis.askAll = async (requests) => {
                for (const request of requests) {
                    await ask(request).then((told) => said.push(told),
                        (error) => said.push([error.constructor.name, error.message]));
                }
            };
        }"""
    )
    yield page, ask
    page.close()


def test_python_in_a_worker_is_started_once_and_answers(in_worker):
    page, ask = in_worker
    starting, words = page.evaluate("said")
    assert starting == "starting"
    assert words.startswith("Starting Python in this page")
    requests = [{"formula": "a²", "values": {"a": "1"}}, {"formula": "b", "values": {}}]
    workers, *answers = ask(*requests)
    assert workers == (1, 0)
    assert [json.loads(each["data"]) for each in answers] == requests
    for each in answers:
        assert each["told"] == [
            ["load", {"indexURL": f"{ADDRESS}pyodide/"}],
            ["unpack", "packed", "zip", {"extractDir": "/engine"}],
            ["run", "import sys; sys.path.insert(0, '/engine')"],
            ["import", "autograd.play.answer"],
        ]
    assert ask({"formula": "c"})[0] == (0, 0)  # the same one


def test_after_a_failure_a_new_worker_answers(in_worker):
    _, ask = in_worker
    fine, fails = {"formula": "a"}, {"fails": "Error", "reason": "it broke"}
    deep = {"fails": "RangeError", "reason": "the stack is full"}
    assert ask(fails) == [(1, 1), ["Error", "Python cannot run here: it broke"]]
    assert ask(deep) == [(1, 1), ["Error", DEEP]]
    workers, answer = ask(fine)
    assert (workers, json.loads(answer["data"])) == ((1, 0), fine)
    workers, *answers = ask(fine, fails, fine, fine)
    assert workers == (1, 1)
    assert [isinstance(each, dict) for each in answers] == [True, False, True, True]


def test_a_worker_that_cannot_start_says_why(in_worker):
    page, ask = in_worker
    assert ask({}, absent="autograd.zip") == [
        *((1, 1), ["Error", "Python cannot run here: autograd.zip: 404 Not Found"]),
    ]
    for absent in ("worker.js", "pyodide/pyodide.mjs"):
        assert ask({}, absent=absent) == [(1, 1), ["Error", NO_HOST]]
    refuses = "export const loadPyodide = async () => { throw new Error('no memory'); };"
    failed = ["Error", "Python cannot run here: no memory"]
    assert ask({}, pyodide=refuses) == [(1, 1), failed]
    later = "setTimeout(() => { throw new Error('it ended'); }); "
    never = "export const loadPyodide = () => new Promise(() => {});"
    assert ask({}, pyodide=later + never) == [(1, 1), ["Error", "Uncaught Error: it ended"]]
    assert ask({}, pyodide=PYODIDE)[0] == (1, 0)
    assert page.evaluate("errors") == []  # each was said once, where it was asked
