"""What the player and the notebook around it tell each other, with a plain object as the model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Frame, Page

from autograd import Value
from autograd.views.player.assets import asset
from autograd.views.player.page import page as player_page
from tests.browser.waiting import wait_until

AROUND = """async ([bridge, player]) => {
    const kept = { channel: "one", values: {} };
    const listeners = new Set();
    globalThis.saved = [];
    globalThis.model = {
        get: (name) => kept[name],
        set: (name, given) => {
            kept[name] = JSON.parse(JSON.stringify(given)); // as it reaches Python
            listeners.forEach((listener) => listener());
        },
        save_changes: () => saved.push({ ...kept.values }),
        on: (event, listener) => event === "change:values" && listeners.add(listener),
        off: (event, listener) => event === "change:values" && listeners.delete(listener),
    };
    const { default: widget } = await import(`data:text/javascript,${encodeURIComponent(bridge)}`);
    globalThis.leave = widget.initialize({ model });
    globalThis.heard = [];
    for (const html of player) {
        const frame = document.createElement("iframe");
        Object.assign(frame, { sandbox: "allow-scripts", srcdoc: html, width: 1000, height: 500 });
        document.body.append(frame);
    }
    window.addEventListener("message", ({ data }) => heard.push(data));
}"""


def shown(frame: Frame) -> list[str]:
    """The values on the cards of w and x, and of their product."""
    return frame.locator("[data-key=data]").all_text_contents()


@pytest.fixture
def around(browser: Browser) -> Iterator[Page]:
    """Two players of one channel and one of another, in frames of a page as a notebook has them."""
    root = Value(0.5, "w") * Value(2.0, "x") + 0.0 * Value(1.0, "w x")
    pages = [player_page(root, channel=name) for name in ("one", "one", "two")]
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    page.goto("data:text/html,<!doctype html><title>a notebook</title>")
    page.evaluate(AROUND, [asset("bridge.js"), pages])
    wait_until(page, "() => heard.filter((each) => each.hello).length === 3")
    yield page
    page.close()


def test_what_the_learner_sets_reaches_python_and_what_python_sets_the_frames(around: Page) -> None:
    first, second, other = around.frames[1:]
    for frame in (first, second, other):
        frame.locator("[data-action=last]").click()
    first.select_option(".editor .leaf", label="w")
    first.fill(".editor .value", "3")
    wait_until(around, "() => saved.length === 1")
    assert around.evaluate("saved") == [{"w": 3, "x": 2, "w x": 1}]
    assert around.evaluate("heard.at(-1)") == {
        "channel": "one",
        "stepgrad": {"w": 3, "x": 2, "w x": 1},
    }
    assert shown(first)[0] == "3"
    assert shown(second)[0] == "0.5"  # Python tells it when it has taken the value
    around.evaluate("""model.set("values", { w: 7, x: "4", other: 1 })""")
    for frame in (first, second):
        wait_until(frame, "() => document.querySelector('[data-key=data]').textContent === '7'")
        assert "2" in shown(frame)
        assert "4" not in shown(frame)
    assert shown(other)[0] == "0.5"
    other.fill(".editor .value", "9")
    wait_until(around, "() => heard.at(-1).channel === 'two' && saved.length === 3")
    assert around.evaluate("model.get('values').w") == 7


def test_a_frame_that_comes_later_is_told_and_nobody_listens_after_the_end(around: Page) -> None:
    around.evaluate("""() => model.set("values", { w: 5 })""")
    around.evaluate(
        """() => {
            const late = document.querySelector("iframe").cloneNode();
            late.srcdoc = document.querySelector("iframe").srcdoc;
            document.body.append(late);
        }"""
    )
    wait_until(around, "() => heard.filter((each) => each.hello).length === 4")
    late = around.frames[-1]
    late.locator("[data-action=last]").click()
    wait_until(late, "() => document.querySelector('[data-key=data]').textContent === '5'")
    wait_until(around, "() => saved.length === 3")  # each frame says what it has taken
    for message in (None, 3, {"channel": "three", "stepgrad": {"w": 1}}):
        around.evaluate("message => window.postMessage(message, '*')", message)
    around.evaluate("() => leave()")
    around.evaluate("""() => window.postMessage({ channel: "one", stepgrad: { w: 6 } }, "*")""")
    around.evaluate("""() => model.set("values", { w: 8 })""")
    around.wait_for_timeout(50)
    assert around.evaluate("[model.get('values').w, saved.length]") == [8, 3]
    assert shown(late)[0] == "5"


def test_numbers_that_json_cannot_write_go_both_ways(around: Page) -> None:
    first, second, _ = around.frames[1:]
    for frame in (first, second):
        frame.locator("[data-action=last]").click()
    first.select_option(".editor .leaf", label="w")
    for typed, word in (("inf", "inf"), ("-inf", "-inf"), ("nan", "nan"), ("-0", "-0.0")):
        first.fill(".editor .value", typed)
        wait_until(around, "word => model.get('values').w === word", word)
    around.evaluate("""() => model.set("values", { ...model.get("values"), x: "-inf" })""")
    for frame in (first, second):
        wait_until(
            frame, "() => document.querySelectorAll('[data-key=data]')[1].textContent !== '2'"
        )
        assert shown(frame)[:2] == ["−0", "−inf"]
    around.evaluate("""() => model.set("values", { w: "other", x: "nan" })""")
    for frame in (first, second):
        wait_until(
            frame, "() => document.querySelectorAll('[data-key=data]')[1].textContent === 'nan'"
        )
        assert shown(frame)[0] == "−0"


def test_a_player_listens_to_its_parent_alone(around: Page) -> None:
    first = around.frames[1]
    errors: list[Error] = []
    around.on("pageerror", lambda error: errors.append(error))
    first.locator("[data-action=last]").click()
    first.evaluate("window.postMessage({ stepgrad: { w: 6 } }, '*')")  # from itself
    for message in (None, {}, {"stepgrad": {}}, {"stepgrad": {"w": 0.5, "x": 2}}):
        around.evaluate("message => window.frames[0].postMessage(message, '*')", message)
    around.wait_for_timeout(50)
    assert shown(first)[0] == "0.5"
    assert around.evaluate("saved") == []
    assert errors == []
