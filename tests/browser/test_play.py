"""The page in which any formula is typed, in a real browser: on this machine and on a file host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from autograd.play.page import EXAMPLES, fragment
from autograd.play.server import Server
from autograd.play.site import write_site
from tests.autograd.play.local import local_server
from tests.browser.hosting import file_host

Visit = Callable[..., Page]
PLAYER = "iframe.shown"
START_OF_PYTHON = 120_000  # milliseconds, on a busy machine


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with local_server() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Open the page in a state; after the test complain about errors and requests elsewhere."""
    pages, complaints = [], []

    def open_(
        state: str = "",
        address: str = server.address,
        size: tuple[int, int] = (1280, 900),
        scheme: str = "light",
        locale: str = "en-GB",
    ) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        page = browser.new_page(viewport=viewport, color_scheme=scheme, locale=locale)
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(f"error {error}"))
        page.on("console", lambda message: complaints.append(f"console {message.text}"))
        page.on("request", lambda request: requested(request.url))
        page.goto(f"{address}#{state}")
        return page

    def requested(url: str) -> None:
        if not url.startswith(("data:", "http://127.0.0.1:")):
            complaints.append(f"request {url}")

    yield open_
    for page in pages:
        page.close()
    assert complaints == []


def type_formula(page: Page, text: str) -> None:
    page.fill("#formula", text)


def result(page: Page, text: str, timeout: float = 10_000) -> None:
    expect(page.locator(".result")).to_have_text(text, timeout=timeout)
    expect(page.locator("main iframe")).to_have_count(1, timeout=timeout)


def gradient(page: Page, name: str) -> str:
    field = page.locator(".value", has=page.get_by_label(name, exact=True))
    return field.locator("output").inner_text()


def player(page: Page) -> FrameLocator:
    return page.frame_locator(PLAYER)


def state(page: Page) -> str:
    return unquote(page.url.partition("#")[2])


# ---------------------------------------------------------------------------- on this machine


def test_a_formula_is_typed_and_stepped_through(visit):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    assert gradient(page, "x") == "∂y/∂x = 6"
    type_formula(page, "h = w*x; tanh(h) + h")
    page.get_by_label("w", exact=True).fill("0.5")
    page.get_by_label("x", exact=True).fill("2")
    result(page, "y = 1.76159")
    assert page.locator(".value label").all_inner_texts() == ["w", "x"]
    inside = player(page)
    inside.locator("[data-action=last]").click()
    expect(inside.locator(".counter")).to_have_text("7 / 7")
    expect(inside.locator(".rules .grad").first).to_contain_text("grad of w: 0 → 2.83995")
    assert gradient(page, "w") == "∂y/∂w = 2.83995"


def test_the_page_starts_with_an_example(visit):
    page = visit()
    result(page, "y = 0.462117")
    assert state(page) == "formula=tanh(w*x + b)&w=-3&x=0.5&b=2"


def test_a_slider_moves_a_value(visit):
    page = visit(fragment("x*x", {"x": 1}))
    result(page, "y = 1")
    slider = page.get_by_label("x, slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    result(page, "y = 1.0201")
    assert page.get_by_label("x", exact=True).input_value() == "1.01"
    slider.fill("-2")
    result(page, "y = 4")
    assert gradient(page, "x") == "∂y/∂x = −4"
    assert state(page) == "formula=x*x&x=-2"


def test_a_slider_reaches_twice_the_value_at_a_round_number(visit):
    page = visit(fragment("x*x", {"x": 1}))
    result(page, "y = 1")
    limits = {
        "0": 2,
        "-0.3": 2,
        "1": 2,
        "1.01": 5,
        "-2.5": 5,
        "2.6": 10,
        "5": 10,
        "5.1": 20,
        "9.9": 20,
        "10": 20,
        "-12": 50,
        "99": 200,
        "100": 200,
        "1e6": 2e6,
        "3e299": 1e300,
    }
    off = ["", " ", "abc", "inf", "nan", "1e300", "-1e300", "1e999"]
    found = page.evaluate(
        """(typed) => typed.map((each) => {
            const input = document.querySelector(".number");
            const slider = document.querySelector(".slider");
            input.value = each;
            input.dispatchEvent(new Event("input"));
            const { min, max, step, value, disabled } = slider;
            return disabled ? null : [min, max, step, value].map(Number);
        })""",
        [*limits, *off, "1"],
    )
    for (typed, limit), (least, most, step, value) in zip(limits.items(), found, strict=False):
        assert (least, most, step) == (-limit, limit, pytest.approx(limit / 200)), typed
        assert value == pytest.approx(float(typed), abs=0.51 * step)
    assert found[len(limits) :] == [*[None] * len(off), [-2, 2, 0.01, 1]]
    result(page, "y = 1")


def test_a_slider_that_is_dragged_ends_where_it_is_let_go(visit):
    page = visit(fragment("x*x", {"x": 1}))
    result(page, "y = 1")
    box = page.get_by_label("x, slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.75, middle)
    page.mouse.down()
    for part in range(75, -5, -2):
        page.mouse.move(box["x"] + box["width"] * part / 100, middle)
    page.mouse.up()
    result(page, "y = 4")
    assert page.get_by_label("x", exact=True).input_value() == "-2"


def test_an_error_is_shown_at_its_character_and_the_picture_stays(visit):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    type_formula(page, "x*x + * 2")
    error = page.locator("#error")
    expect(error).to_contain_text("this is not a formula: invalid syntax (at character 7)")
    caret, at = (page.locator(part).bounding_box() for part in (".caret", ".at"))
    assert caret["y"] > at["y"]
    assert abs(caret["x"] - at["x"]) < 1
    assert caret["y"] < at["y"] + 2 * at["height"]
    assert page.locator(".at").text_content() == "*^"
    assert page.get_attribute("#error", "aria-live") == "polite"
    assert page.get_attribute("#formula", "aria-invalid") == "true"
    assert page.get_attribute("#formula", "aria-describedby") == "error"
    expect(player(page).locator("h1.title")).to_be_visible()
    expect(page.locator(".frames.stale")).to_have_count(1)
    assert state(page).startswith("formula=x*x + * 2")  # what was typed is not lost with the page
    type_formula(page, "x*x + 2")
    result(page, "y = 11")
    assert error.inner_text() == ""
    expect(page.locator(".frames.stale")).to_have_count(0)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("", "there is no formula"),
        ("1e400", "this number is too large"),
        ("__import__('os')", "there is no function '__import__'"),
        ("__import__('os').system('true')", "only numbers, names"),
        ("x" * 10_000 + "(", "this is not a formula"),
        ("x+" * 4_999 + "x", "too long or nested too deeply"),
        ("x" * 150_000, "the page takes 20000 at most"),
        ("log(x - 5)", "log has no real value at"),
        ("<img src=x onerror=alert(1)>", "this is not a formula"),
    ],
)
def test_wrong_formulas(visit, formula, reason):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    type_formula(page, formula)
    expect(page.locator("#error")).to_contain_text(reason)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(player(page).locator("h1.title")).to_be_visible()


def test_the_place_of_an_error_is_in_sight_on_a_phone(visit):
    page = visit(fragment("x*x", {"x": 3}), size=(360, 780))
    result(page, "y = 9")
    type_formula(page, "a_long_name + another_long_name + one_more_long_name * foo(x) + x")
    expect(page.locator("#error")).to_contain_text("there is no function 'foo'")
    box = page.locator(".caret").bounding_box()
    assert 0 <= box["x"] < 350
    assert page.evaluate(
        """({ x, y, height }) => {
            const below = document.elementsFromPoint(x + 1, y + height / 2);
            return below.some((each) => each.matches(".caret"));
        }""",
        box,
    )


def test_a_wrong_value_is_said_beside_its_field(visit):
    page = visit(fragment("x*w", {"x": 3, "w": 2}))
    result(page, "y = 6")
    field = page.get_by_label("w", exact=True)
    message = page.locator("#value-w-message")
    wrong = {"abc": "is not a number", "1,5": "is not a number", "1e400": "too large", "": "''"}
    for text, reason in wrong.items():
        field.fill(text)
        expect(message).to_contain_text(reason)
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby") == "value-w-message"
        assert page.inner_text(".result") == "y = 6"
    for text, shown in (("inf", "y = inf"), ("nan", "y = nan"), ("-2e-3", "y = −0.006")):
        field.fill(text)
        result(page, shown)
        expect(message).to_have_text("")


def test_a_link_opens_in_the_same_state_at_the_same_step(visit):
    page = visit(fragment("x*y + x", {"x": 3, "y": 2}))
    result(page, "output = 9")
    inside = player(page)
    for _ in range(4):
        inside.locator("[data-action=step]").click()
    expect(inside.locator(".counter")).to_have_text("4 / 5")
    page.get_by_label("y", exact=True).fill("5")
    result(page, "output = 18")
    expect(inside.locator(".counter")).to_have_text("4 / 5")  # the step stays
    assert state(page) == "formula=x*y + x&x=3&y=5&step=4"
    again = visit(page.url.partition("#")[2])
    result(again, "output = 18")
    expect(player(again).locator(".counter")).to_have_text("4 / 5")
    assert again.url == page.url
    type_formula(again, "x*y")
    result(again, "output = 15")
    expect(player(again).locator(".counter")).to_have_text("0 / 3")


def test_how_the_player_is_set_up_stays_when_an_answer_comes(visit):
    page = visit(fragment("h = w*x; tanh(h) + h", {"w": 1 / 3, "x": 2}))
    result(page, "y = 1.24945")
    inside = player(page)
    inside.locator(".digits").fill("3")
    inside.locator(".speed").select_option("4")
    for _ in range(4):
        inside.locator("[data-action=larger]").click()
    inside.locator("[data-tab=descent]").click()
    inside.locator(".rate").fill("0.25")
    for _ in range(3):
        inside.locator("[data-action=back]").click()
    expect(inside.locator(".counter")).to_have_text("4 / 7")
    width = inside.locator(".viewport svg").bounding_box()["width"]
    page.get_by_label("x", exact=True).fill("3")
    result(page, "y = 1.76159")
    expect(inside.locator(".counter")).to_have_text("4 / 7")
    assert inside.locator(".digits").input_value() == "3"
    expect(inside.locator(".now")).to_contain_text("y = 1.76")
    assert inside.locator(".speed").input_value() == "4"
    assert inside.locator(".rate").input_value() == "0.25"
    assert inside.locator(".viewport svg").bounding_box()["width"] == pytest.approx(width, abs=20)
    assert inside.locator("[data-action=fit]").get_attribute("aria-pressed") == "false"
    inside.locator("[data-action=fit]").click()
    page.get_by_label("x", exact=True).fill("-3")
    result(page, "y = −1.76159")
    expect(inside.locator("[data-action=fit]")).to_have_attribute("aria-pressed", "true")


def test_a_card_that_is_looked_at_stays_so(visit):
    page = visit(fragment("x*y + x", {"x": 3, "y": 2}))
    result(page, "output = 9")
    inside = player(page)
    inside.locator(".card.input").nth(1).click()
    expect(inside.locator(".pick option:checked")).to_have_text("y")
    page.get_by_label("x", exact=True).fill("4")
    result(page, "output = 12")
    expect(inside.locator("[data-tab=node]")).to_have_attribute("aria-pressed", "true")
    expect(inside.locator(".pick option:checked")).to_have_text("y")


def test_page_and_player_speak_one_language_and_the_link_says_which(visit):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    assert "lang" not in state(page)  # it is the browser's
    expect(page.locator("h1")).to_have_text("Backpropagation through any formula")
    page.locator(".language").click()
    inside = player(page)
    expect(page.locator("h1")).to_have_text("任意公式的反向传播")
    expect(inside.locator("[data-action=step]")).to_contain_text("前进")
    assert state(page) == "formula=x*x&x=3&lang=zh"
    assert page.get_by_label("x，滑块").count() == 1
    page.get_by_label("x", exact=True).fill("4")
    result(page, "y = 16")
    expect(inside.locator("[data-action=step]")).to_contain_text("前进")
    inside.locator("[data-action=language]").click()
    expect(page.locator("h1")).to_have_text("Backpropagation through any formula")
    assert state(page) == "formula=x*x&x=4&lang=en"
    again = visit("formula=x*x&x=3&lang=zh")
    result(again, "y = 9")
    expect(again.locator("h1")).to_have_text("任意公式的反向传播")
    expect(player(again).locator("html")).to_have_attribute("lang", "zh")
    type_formula(again, "x*x + * 2")
    expect(again.locator("#error")).to_contain_text("（第 7 个字符）")


def test_the_language_is_at_first_the_browsers(visit):
    page = visit(fragment("lang*x", {"lang": 3, "x": 2}), locale="zh-CN")
    result(page, "y = 6")
    assert page.get_attribute("html", "lang") == "zh"
    expect(player(page).locator("html")).to_have_attribute("lang", "zh")
    assert state(page) == "formula=lang*x&.lang=3&x=2"
    assert page.locator(".examples option").nth(2).inner_text() == "平方：梯度为什么是 6？"


def test_the_link_is_copied_and_the_button_says_so_for_two_seconds(visit):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    page.evaluate("() => { window.setTimeout = (...later) => { window.later = later; }; }")
    copies = "() => { navigator.clipboard.writeText = async (text) => { %s }; }"
    page.evaluate(copies % "window.copied = text;")
    page.click(".copy")
    expect(page.locator(".copy")).to_have_text("copied")
    assert page.evaluate("[copied === location.href, later[1]]") == [True, 2000]
    page.evaluate("later[0]()")
    assert page.inner_text(".copy") == "copy link"
    page.evaluate(copies % "throw new Error(text);")
    page.click(".copy")
    expect(page.locator(".copy")).to_have_text("copy the address above")


def test_another_link_in_the_same_page_and_back(visit):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    page.select_option(".examples", label=EXAMPLES[-1].title)
    result(page, "E = 0.298371")
    assert page.locator(".value").count() == 14
    assert gradient(page, "w5") == "∂E/∂w5 = 0.082167"
    page.go_back()
    result(page, "y = 9")
    page.evaluate("location.hash = 'formula=step*formula&.step=2&.formula=4&step=2'")
    result(page, "y = 8")
    expect(player(page).locator(".counter")).to_have_text("2 / 3")
    assert state(page) == "formula=step*formula&.step=2&.formula=4&step=2"


def test_what_a_player_says_of_a_formula_that_is_gone_moves_no_other(visit):
    page = visit(fragment("x*x", {"x": 3}))
    result(page, "y = 9")
    expect(player(page).locator(".counter")).to_have_text("0 / 3")
    page.evaluate(
        """() => {
          const data = { step: 1, setUp: {} };
          const source = document.querySelector("iframe.shown").contentWindow;
          window.addEventListener("hashchange", () =>
            window.dispatchEvent(new MessageEvent("message", { source, data })));
          location.hash = "formula=z*z&z=2&step=2";
        }"""
    )
    result(page, "y = 4")
    expect(player(page).locator(".counter")).to_have_text("2 / 3")
    assert state(page) == "formula=z*z&z=2&step=2"


@pytest.mark.parametrize(
    "link", ["formula=x*x&x=3&step=1e9", "formula=x*x&x=3&step=-4", "formula=x*x&x=3&step=zzz&&=&q"]
)
def test_a_link_that_somebody_bent(visit, link):
    page = visit(link)
    result(page, "y = 9")
    expect(player(page).locator(".counter")).to_contain_text(" / 3")
    bent = visit("formula=%E0%A4%A&x=%")
    expect(bent.locator("#error")).to_contain_text("this is not a formula")


@pytest.mark.parametrize("name", ["权重", "__proto__", "constructor", "é"])
def test_any_name_has_a_field(visit, name):
    page = visit(fragment(f"{name}*2", {name: 3}))
    result(page, "y = 6")
    page.get_by_label(name, exact=True).fill("4")
    result(page, "y = 8")
    assert state(page) == f"formula={name}*2&{name}=4"


def test_a_link_without_names_after_one_with_names(visit):
    page = visit(fragment("x*w", {"x": 3, "w": 7}))
    result(page, "y = 21")
    page.evaluate("location.hash = 'formula=7'")
    result(page, "y = 7")
    assert page.locator(".value").count() == 0
    page.evaluate("location.hash = 'formula=z%2B&z=3'")
    expect(page.locator("#error")).to_contain_text("this is not a formula")
    assert page.locator(".value").count() == 0
    assert state(page) == "formula=z+&z=3"
    type_formula(page, "z+1")
    result(page, "y = 4")


def test_values_of_names_that_come_back_are_kept(visit):
    page = visit(fragment("x*w", {"x": 3, "w": 7}))
    result(page, "y = 21")
    type_formula(page, "x*")
    expect(page.locator("#error")).to_contain_text("this is not a formula")
    type_formula(page, "x*3")
    result(page, "y = 9")
    assert page.locator(".value").count() == 1
    type_formula(page, "x*w")
    result(page, "y = 21")


def test_the_player_can_reach_nothing(browser, server):
    page = browser.new_page()  # what is refused is said in the console
    page.goto(f"{server.address}#{fragment('x*x', {'x': 3})}")
    result(page, "y = 9")
    expect(player(page).locator(".counter")).to_be_visible()  # what came before it is gone
    frame = next(each for each in page.frames if each != page.main_frame)
    assert frame.evaluate("window.origin") == "null"
    blocked = """address => new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
            resolve(effectiveDirective));
        fetch(address).catch(() => {});
        setTimeout(() => resolve("nothing was refused"), 5000);
    })"""
    assert frame.evaluate(blocked, server.address) == "connect-src"
    assert page.evaluate(blocked, "http://127.0.0.1:9/") == "connect-src"
    page.close()


def test_a_formula_that_the_server_does_not_take(browser, server):
    page = browser.new_page()  # the console tells of a refused request too
    page.goto(f"{server.address}#{fragment('x*x', {'x': 3})}")
    result(page, "y = 9")
    type_formula(page, "x" * 300_000)
    expect(page.locator("#error")).to_contain_text("A question is JSON of at most 200000 bytes")
    page.close()


def test_the_program_has_ended(browser):
    page = browser.new_page()  # a refused connection is said in the console
    with Server() as ended:
        thread = threading.Thread(target=ended.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        page.goto(f"{ended.address}#{fragment('x*x', {'x': 3})}")
        result(page, "y = 9")
        expect(player(page).locator("h1.title")).to_be_visible()
        ended.shutdown()
        thread.join()
    type_formula(page, "x*x*x")
    expect(page.locator("#error")).to_contain_text("The program has ended")
    expect(player(page).locator("h1.title")).to_be_visible()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(360, 780), (1280, 900), (1920, 1080)])
def test_nothing_is_cut_off(visit, size, scheme):
    page = visit(fragment(EXAMPLES[-1].formula, EXAMPLES[-1].values), size=size, scheme=scheme)
    result(page, "E = 0.298371")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".gradient, .name, .number, .result, .formula")]
            .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
            .map((each) => each.textContent || each.value)"""
    )
    assert cut == []
    box = page.locator(PLAYER).bounding_box()
    assert (box["x"], box["width"]) == (0, size[0])
    assert box["height"] >= 560


# ------------------------------------------------------------------------------ on a file host


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, pyodide_files: dict[str, bytes]
) -> Iterator[str]:
    """The address of a folder on a plain file host, a few levels below its root."""
    root = tmp_path_factory.mktemp("host")
    write_site(root / "some" / "where", pyodide_files)
    with file_host(root) as address:
        yield f"{address}some/where/"


def test_a_site_answers_and_its_links_open_in_the_same_state(visit, site):
    page = visit(fragment("h = w*x; tanh(h) + h", {"w": 0.5, "x": 2}) + "&step=7", address=site)
    expect(page.locator(".result")).to_contain_text("Starting Python in this page")
    result(page, "y = 1.76159", START_OF_PYTHON)
    expect(player(page).locator(".counter")).to_have_text("7 / 7")
    assert gradient(page, "w") == "∂y/∂w = 2.83995"
    type_formula(page, "x*x + * 2")
    expect(page.locator("#error")).to_contain_text("(at character 7)")
    type_formula(page, "x*x")
    result(page, "y = 4")
    page.get_by_label("x, slider").fill("-1")
    result(page, "y = 1")
    again = visit(page.url.partition("#")[2], address=site)
    result(again, "y = 1", START_OF_PYTHON)
    assert again.get_by_label("x", exact=True).input_value() == "-1"


def test_a_site_says_what_its_python_cannot_read_and_goes_on(browser, site):
    page = browser.new_page()  # Pyodide writes about its full stack into the console
    page.goto(f"{site}#{fragment('x*x', {'x': 3})}")
    result(page, "y = 9", START_OF_PYTHON)
    type_formula(page, "-" * 9_000 + "x")
    expect(page.locator("#error")).to_contain_text("too deeply", timeout=START_OF_PYTHON)
    type_formula(page, "x*x*x")
    result(page, "y = 27", START_OF_PYTHON)
    page.close()


def test_a_site_answers_long_sums_and_lets_go_of_them(visit, site):
    page = visit(fragment("+".join(["x"] * 1_500), {"x": 3}), address=site)
    result(page, "y = 4500", START_OF_PYTHON)  # and no word of Pyodide's in the console
    type_formula(page, "+".join(["x*x"] * 1_300))
    expect(page.locator("#error")).to_contain_text("at most 5000 links", timeout=START_OF_PYTHON)
    type_formula(page, "x*x")
    result(page, "y = 9", START_OF_PYTHON)


def test_the_frame_of_a_site_opened_on_its_own_writes_nothing(visit, site):
    page = visit("", address=f"{site}frame.html")
    assert page.evaluate("window.origin") != "null"
    page.evaluate("window.postMessage({ page: '<p>written' }, '*')")
    page.wait_for_timeout(300)
    assert page.locator("p").count() == 0
