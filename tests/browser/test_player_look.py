"""The player on any screen, by keyboard, on paper; and what it hands out."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from autograd import Value, walkthrough
from autograd.graph import leaves, topological_order
from autograd.views.write.text import number
from nn import MLP, half_squared_error
from tests.browser.waiting import wait_until


def counter(page) -> str:
    return page.inner_text(".counter").split(" / ")[0]


def steps_on(page, count: int) -> None:
    for _ in range(count):
        page.keyboard.press("ArrowRight")


def text_size(page) -> float:
    """In CSS pixels of the screen."""
    return page.evaluate(
        """() => {
            const svg = document.querySelector(".viewport > svg");
            return 11 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        }"""
    )


@pytest.fixture
def square() -> Value:
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return y


@pytest.fixture
def learner() -> Value:
    """An ordinary network with a long label and numbers of many digits."""
    first, second = Value(0.123456789, "the first input of them all"), Value(-1.5e-7, "x2")
    loss = half_squared_error(MLP(2, [4, 4, 1], seed=1)([first, second]), [1.0])
    loss.label = "loss"
    return loss


# --------------------------------------------------------------------------------- a step's picture


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_step_is_saved_as_png_two_pixels_for_one(open_player, error, tmp_path, lang):
    page = open_player(error, lang=lang)
    steps_on(page, 40)
    page.click("details.ways summary")
    with page.expect_download() as download:
        page.click("[data-action=image]")
    assert download.value.suggested_filename == "step_40.png"
    download.value.save_as(tmp_path / "step.png")
    with Image.open(tmp_path / "step.png") as image:
        size = page.evaluate(
            "(({width, height}) => [width, height])(document.querySelector"
            "('.viewport > svg').viewBox.baseVal)"
        )
        assert image.size == tuple(int(2 * side) for side in size)
        colours = {colour for _, colour in image.convert("RGB").getcolors(10**6)}
        least, _ = image.convert("RGBA").getchannel("A").getextrema()
        assert least > 200  # no edge is left free; the drawing may end within a pixel
    assert {(255, 255, 255), (0, 103, 176), (176, 58, 0)} <= colours  # paper, current, flow


@pytest.mark.skipif(not shutil.which("lualatex"), reason="needs lualatex")
def test_a_step_is_copied_as_tikz_that_lualatex_takes(open_player, tmp_path):
    page = open_player(Value(2.0, "a_1 #$%{}~^\\&-") * Value(-3.0, "σ") + 1.0)
    steps_on(page, 4)
    page.click("details.ways summary")
    page.click("[data-action=copy_tikz]")
    source = page.input_value(".copy")
    assert source.count("rectangle") >= page.locator(".viewport .card").count()
    (tmp_path / "step.tex").write_text(source, encoding="utf-8")
    command = ["lualatex", "-interaction=nonstopmode", "-halt-on-error", "step.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "step.log").read_text("utf-8", "replace")


# --------------------------------------------------------------------------------- fit, zoom, pan


@pytest.mark.parametrize("size", [(360, 740), (1280, 800), (1920, 1080), (3840, 2160)])
def test_text_can_be_read_at_first_on_every_screen(open_player, error, square, size):
    for root in (error, square):
        assert text_size(open_player(root, size=size)) >= 10.9


def test_a_small_graph_fills_a_large_screen(open_player, square):
    page = open_player(square, size=(1920, 1080))
    assert text_size(page) > 30
    assert page.get_attribute("[data-action=fit]", "aria-pressed") == "true"
    assert page.evaluate(
        "[document.querySelector('.viewport')].every(v => v.scrollWidth <= v.clientWidth)"
    )


@pytest.mark.parametrize(
    "hidden",
    [
        '<details><summary>more</summary><iframe src="steps.html" {}></iframe></details>',
        '<div style="display:none"><iframe src="steps.html" {}></iframe></div>',
        '<div style="width:0;overflow:hidden"><iframe src="steps.html" {}></iframe></div>',
    ],
)
def test_a_frame_that_is_shown_later_fits_then(browser, square, tmp_path, hidden):
    walkthrough(square).save(tmp_path / "steps.html")
    frame = hidden.format('sandbox="allow-scripts" style="width:100%;height:600px"')
    (tmp_path / "host.html").write_text(f"<!doctype html><body>{frame}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto((tmp_path / "host.html").as_uri())
    page.wait_for_timeout(300)
    page.evaluate(
        """() => {
            const holder = document.body.firstElementChild;
            holder.open = true;
            holder.style = "";
        }"""
    )
    inside = page.frames[1]
    wait_until(inside, "() => document.querySelector('.viewport > svg').clientWidth > 500")
    assert inside.locator("[data-action=fit]").get_attribute("aria-pressed") == "true"
    assert inside.evaluate(
        """() => [...document.querySelectorAll(".card")].every(card => {
            const [a, b] = [card, card.closest(".viewport")].map(e => e.getBoundingClientRect());
            return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
        })"""
    )
    page.close()


def test_keys_and_buttons_zoom_and_zero_begins_again(open_player, error):
    page = open_player(error)
    begun = text_size(page)
    page.keyboard.press("+")
    page.click("[data-action=larger]")
    assert text_size(page) == pytest.approx(begun * 1.25**2, rel=0.01)
    page.keyboard.press("-")
    assert text_size(page) == pytest.approx(begun * 1.25, rel=0.01)
    for _ in range(12):
        page.click("[data-action=smaller]")
    smallest = text_size(page)
    assert page.evaluate(
        "[document.querySelector('.viewport')].every(v => v.scrollWidth <= v.clientWidth)"
    )
    page.click("[data-action=fit]")
    assert text_size(page) == pytest.approx(smallest, rel=0.01)
    page.keyboard.press("0")
    assert text_size(page) == begun


def under(page, x: float, y: float) -> tuple[float, float]:
    """The point of the drawing that is at a point of the window."""
    return tuple(
        page.evaluate(
            """([x, y]) => {
                const svg = document.querySelector(".viewport > svg");
                const { left, top, width } = svg.getBoundingClientRect();
                const scale = width / svg.viewBox.baseVal.width;
                return [(x - left) / scale, (y - top) / scale];
            }""",
            [x, y],
        )
    )


def test_the_wheel_with_ctrl_zooms_where_the_mouse_is(open_player, error):
    page = open_player(error)
    page.keyboard.press("End")
    for _ in range(3):
        page.click("[data-action=larger]")
    page.mouse.move(420, 330)
    before, begun = under(page, 420, 330), text_size(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    wait_until(
        page,
        "least => document.querySelector('.viewport > svg').clientWidth > least",
        arg=2818 * begun / 11 * 1.05,
    )
    assert under(page, 420, 330) == pytest.approx(before, abs=3)


def test_the_wheel_over_a_player_scrolls_the_page_around_it(browser, square, tmp_path):
    walkthrough(square).save(tmp_path / "steps.html")
    frame = '<iframe src="steps.html" style="width:100%;height:500px"></iframe>'
    tall = '<div style="height:3000px"></div>'
    (tmp_path / "host.html").write_text(f"<!doctype html><body>{frame}{tall}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 700})
    page.goto((tmp_path / "host.html").as_uri())
    inside = page.frames[1]
    for part in (".viewport", ".order"):
        box = inside.locator(part).first.bounding_box()
        page.evaluate("window.scrollTo(0, 0)")
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.wheel(0, 300)
        wait_until(page, "() => window.scrollY > 100")
    page.close()


def test_two_fingers_zoom(open_player, error):
    page = open_player(error)
    begun = text_size(page)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", (300, 300), (400, 300))
    for apart in (20, 40, 50):
        touch("touchMove", (300 - apart, 300), (400 + apart, 300))
    touch("touchEnd")
    assert text_size(page) == pytest.approx(2 * begun, rel=0.05)


def test_a_drag_moves_the_drawing_and_is_no_click(open_player, error):
    page = open_player(error)
    steps_on(page, 20)
    x, y = page.evaluate(
        """[document.querySelector(".card.current").getBoundingClientRect()].map(
            ({ x, y }) => [x + 20, y + 20])[0]"""
    )
    before = under(page, x, y)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    page.mouse.move(x - 120, y, steps=4)
    page.mouse.up()
    assert under(page, x - 120, y) == pytest.approx(before, abs=2)
    assert counter(page) == "20"


def test_a_wide_step_is_scrolled_to_at_once_when_steps_come_fast(open_player, error):
    page = open_player(error, size=(1000, 600), motion="no-preference")
    steps_on(page, 45)
    assert page.evaluate(
        """() => {
            const [a, b] = [".card.current", ".viewport"].map(
                (each) => document.querySelector(each).getBoundingClientRect());
            return a.left >= b.left && a.right <= b.right;
        }"""
    )


# ----------------------------------------------------------------------------------- small screens

CUT = """() => {
    const cut = [];
    const places = ".panel p, .counter, .upstream span, .rule span";
    for (const each of document.querySelectorAll(places)) {
        if (!/\\d/.test(each.textContent) || each.matches(".cut")) continue;
        const box = each.getBoundingClientRect();
        let up = each.parentElement;
        const scrolls = each.closest(".rules");
        if (box.left < 0 || box.right > innerWidth) cut.push(each.textContent);
        if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth) cut.push(each.textContent);
        if (!scrolls && each.matches(".upstream") && each.scrollHeight > each.clientHeight + 1) {
            cut.push(each.textContent);
        }
    }
    for (const each of document.querySelectorAll("input:not([type=range])")) {
        if (each.scrollWidth > each.clientWidth) cut.push(each.value);
    }
    return cut;
}"""


@pytest.mark.parametrize("size", [(360, 740), (640, 400)])
def test_no_number_is_cut_on_a_phone_or_at_200_percent(open_player, learner, size):
    root = learner
    page = open_player(root, size=size, precision=9)
    last = int(page.get_attribute(".slider", "max"))
    leaf = page.locator(".editor .leaf option").count()
    for position in range(last + 1):
        page.keyboard.press("ArrowRight")
        assert page.evaluate(CUT) == [], position
    for index in range(leaf):
        page.select_option(".editor .leaf", index=index)
        assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    heights = page.evaluate(
        "['.viewport', '.rules'].map(e => document.querySelector(e).clientHeight)"
    )
    assert min(heights) >= 200


def test_a_line_never_ends_within_a_number(open_player, learner):
    page = open_player(learner, size=(360, 740), precision=9)
    page.keyboard.press("End")
    tall = page.evaluate(
        """() => [...document.querySelectorAll(".rule .number")].map(
            (each) => [each.textContent, each.getClientRects().length])"""
    )
    assert tall
    assert {lines for _, lines in tall} == {1}


# ------------------------------------------------------------------------------------ moving about


def test_speed(open_player, error):
    page = open_player(error, clock=True)
    page.select_option(".speed", "4")
    page.click("[data-action=play]")
    page.clock.run_for(1300)
    assert counter(page) == "4"
    page.select_option(".speed", "0.5")
    page.clock.run_for(4900)
    assert counter(page) == "6"


def test_one_goes_to_a_node_or_a_step(open_player, error):
    page = open_player(error)
    for typed, title in (("17", None), ("net_o1", "net_o1 (+)"), ("OUT_H", "out_h1 (σ)")):
        page.fill(".search", typed)
        page.press(".search", "Enter")
        if title is None:
            assert counter(page) == typed
        else:
            assert page.inner_text(".title") == title
    before = counter(page)
    page.fill(".search", "<b>zz")
    page.press(".search", "Enter")
    assert counter(page) == before
    assert page.inner_text(".editor .note") == (
        "no node is called “<b>zz”, and no step has this number"
    )


def test_what_is_sought_is_shown_and_looked_at(open_player, error):
    page = open_player(error, size=(1000, 600))

    def seek(what: str) -> None:
        page.fill(".search", what)
        page.press(".search", "Enter")

    for step in ("55", "0"):  # the last and the first
        seek(step)
        assert counter(page) == step
    seek("56")
    assert page.inner_text(".editor .note").startswith("no node is called “56”")
    for name in ("i1", "w7", "b2", "E"):
        seek(name)
        assert page.inner_text(".pick option:checked") == name
        assert page.evaluate(
            """name => {
                const card = [...document.querySelectorAll(".card")].find(
                    (each) => each.querySelector(".name").textContent === name);
                const [a, b] = [card, document.querySelector(".viewport")].map(
                    (each) => each.getBoundingClientRect());
                return a.left >= b.left && a.right <= b.right;
            }""",
            name,
        ), name


# ------------------------------------------------------------------------------------ typed values


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1e400", "1e400 is above 1.8e308, the largest number; the old value stays"),
        ("abc", "“abc” is no number; the old value stays"),
        ("1,5", "“1,5”: write 1.5, with a point; the old value stays"),
        ("0x10", "“0x10” is no number; the old value stays"),
        ("1_000", "“1_000” is no number; the old value stays"),
        ("1 2", "“1 2” is no number; the old value stays"),
    ],
)
def test_wrong_input_gets_a_message_and_keeps_the_old_value(open_player, square, typed, message):
    page = open_player(square)
    page.keyboard.press("End")
    page.fill(".editor .value", "2")
    page.fill(".editor .value", typed)
    assert page.inner_text(".editor .note") == message
    assert page.get_attribute(".editor .value", "aria-invalid") == "true"
    assert page.locator("[data-key=data]").first.text_content() == "2"
    page.fill(".editor .value", "4")
    assert page.inner_text(".editor .note") == ""
    assert page.locator("[data-key=data]").first.text_content() == "4"


@pytest.mark.parametrize(
    ("typed", "value", "result"),
    [
        ("nan", "nan", "nan"),
        ("inf", "inf", "inf"),
        ("-Infinity", "−inf", "inf"),
        (" −2.5e−1 ", "−0.25", "0.0625"),
        ("+.5", "0.5", "0.25"),
        ("-0", "−0", "0"),
    ],
)
def test_numbers_as_python_reads_them(open_player, square, typed, value, result):
    page = open_player(square)
    page.keyboard.press("End")
    page.fill(".editor .value", typed)
    shown = page.locator("[data-key=data]").all_text_contents()
    assert shown == [value, result]
    page.press(".editor .value", "Tab")
    assert page.get_attribute(".editor .value", "aria-invalid") == "false"


def test_what_overflows_is_named_and_enter_sends_nothing(open_player):
    y = Value(1.0, "x").exp()
    y.label = "y"
    page = open_player(y)
    page.fill(".editor .value", "1000")
    page.press(".editor .value", "Enter")
    assert page.inner_text(".editor .note") == "y is infinite here"
    page.fill(".editor .value", "inf")
    assert page.inner_text(".editor .note") == ""  # the learner has typed it


def test_what_is_half_typed_gets_its_message_when_one_leaves(open_player, square):
    page = open_player(square)
    page.fill(".editor .value", "1e")
    assert page.inner_text(".editor .note") == ""
    page.press(".editor .value", "Tab")
    assert "is no number" in page.inner_text(".editor .note")
    page.fill(".digits", "40")
    page.press(".digits", "Tab")
    assert page.inner_text(".editor .note") == "digits: a whole number from 1 to 17"


# ----------------------------------------------------------------------------- keyboard and access


def focused(page) -> str:
    return page.evaluate("document.activeElement.querySelector('.name')?.textContent ?? ''")


def test_arrows_lead_from_card_to_card(open_player, error):
    page = open_player(error)
    page.focus(".card[tabindex='0']")
    way = [focused(page)]
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        way.append(focused(page))
    assert way[:5] == ["w1", "v1 = w1·i1", "v3 = v1+v2", "net_h1", "v3 = v1+v2"]
    assert way[5] != way[4]
    assert way[6] == way[4]
    assert counter(page) == "0"
    page.keyboard.press("Enter")
    assert page.inner_text(".title") == "v3 (+)"
    assert page.locator(".card[tabindex='0']").count() == 1


def test_keys_with_others_held_and_keys_of_a_field_are_not_the_players(open_player, error):
    page = open_player(error)
    for key in ("Control+ArrowRight", "Alt+ArrowRight", "Meta+ArrowRight", "x", "Control+End"):
        page.keyboard.press(key)
        assert counter(page) == "0", key
    for place in (".speed", ".editor .leaf", ".search", ".ways summary"):
        page.focus(place)
        page.keyboard.press("ArrowRight")
        assert counter(page) == "0", place
    page.focus(".slider")
    for key, position in (("ArrowRight", "1"), ("End", "55"), ("Home", "0")):
        page.keyboard.press(key)
        assert counter(page) == position
    page.focus(".card[tabindex='0']")
    page.keyboard.press("ArrowRight")
    assert counter(page) == "0"
    page.keyboard.press("End")
    assert counter(page) == "55"


def test_a_page_of_the_rules_is_nine_tenths_of_what_is_seen(open_player, error):
    page = open_player(error, size=(900, 500))
    page.keyboard.press("End")
    turned = page.evaluate(
        """() => {
            const rules = document.querySelector(".rules");
            rules.style = "max-height: 60px; height: 60px; flex: none";
            const press = (key) => {
                const begun = rules.scrollTop;
                document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
                return rules.scrollTop - begun;
            };
            const most = rules.scrollHeight - rules.clientHeight;
            return [0.9 * rules.clientHeight, most, press("PageDown"), press("PageUp")];
        }"""
    )
    assert turned[2:] == [pytest.approx(turned[0], abs=1), pytest.approx(-turned[0], abs=1)]
    assert turned[1] > turned[0]


def test_page_down_turns_the_rules(open_player, error):
    page = open_player(error, size=(900, 500))
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert page.evaluate("document.querySelector('.rules').scrollTop") > 0
    page.keyboard.press("PageUp")
    assert page.evaluate("document.querySelector('.rules').scrollTop") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
def test_axe_finds_nothing(browser, error, tmp_path, scheme, size):
    path = walkthrough(error).save(tmp_path / "steps.html")
    # The page's own policy lets no other script in.
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    for presses in (0, 5, 30):
        steps_on(page, presses)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:90]) for each in found] == []
    page.click(".ways summary")
    page.click("[data-action=copy_text]")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:90]) for each in found] == []
    context.close()


def test_forced_colours_show_every_role_and_the_step(browser, error, tmp_path):
    path = walkthrough(error).save(tmp_path / "steps.html")
    page = browser.new_page(forced_colors="active", viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    steps_on(page, 40)
    colour = """(each) => getComputedStyle(document.querySelector(each))"""
    paper = page.evaluate(f"({colour})('.paper').fill")
    for selector, key in (
        (".card.operation .box", "stroke"),
        (".card .name", "fill"),
        (".line", "stroke"),
        (".flow-line", "stroke"),
        (".card.current .front", "stroke"),
    ):
        assert page.evaluate(f"({colour})({selector!r}).{key}") != paper, selector
    assert page.evaluate(f"({colour})('.card.operation .box').fill") == paper
    assert page.evaluate(f"({colour})('.order [aria-current]').outlineStyle") == "solid"
    page.close()


# ----------------------------------------------------------------------------------------- ways out


def test_the_step_is_copied_as_text_and_latex(open_player, square):
    page = open_player(square)
    page.keyboard.press("End")
    page.click(".ways summary")
    page.click("[data-action=copy_text]")
    assert page.inner_text(".copied") == "copied"
    assert page.input_value(".copy").splitlines()[2:6] == [
        "∂y/∂x += 1 · ∂y/∂x|₁",
        "∂y/∂x|₁ = x = 3",
        "+= 1 × 3 = 3",
        "grad of x: 0 → 3 (1 of 2)",
    ]
    page.click("[data-action=copy_latex]")
    local = r"\left.\frac{\partial y}{\partial x}\right|_{2}"
    assert page.input_value(".copy").splitlines()[1] == (
        rf"\frac{{\partial y}}{{\partial x}} \mathrel{{+}}= 1 \cdot {local}, \quad "
        rf"{local} = x = 3, \quad 1 \cdot 3 = 3"
    )
    page.keyboard.press("Escape")
    page.click("[data-action=first]")
    page.click("[data-action=step]")
    page.click("[data-action=copy_latex]")
    assert page.input_value(".copy") == r"y = x \cdot x = 3 \cdot 3 = 9"
    page.fill(".search", "x")  # what was copied can be put in elsewhere
    page.focus(".search")
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    assert page.input_value(".search") == r"y = x \cdot x = 3 \cdot 3 = 9"


def test_the_picture_of_a_step_needs_no_style_sheet(open_player, error, tmp_path):
    page = open_player(error)
    steps_on(page, 40)
    page.click(".ways summary")
    with page.expect_download() as download:
        page.click("[data-action=picture]")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "step_40.svg"
    svg = path.read_text(encoding="utf-8")
    assert "<style" not in svg
    assert ">−0.741365<" in svg
    assert "tabindex" not in svg
    assert " style=" not in svg
    assert re.search(r'data-key="data"[^>]* text-anchor="end"', svg)
    assert re.search(r'class="flow-line"[^>]* stroke="rgb\(176, 58, 0\)"', svg)
    assert re.search(r'class="box front"[^>]* fill="rgb\(217, 237, 252\)"', svg)


def test_in_a_frame_the_picture_is_copied_and_nothing_is_printed(browser, square, tmp_path):
    walkthrough(square).save(tmp_path / "steps.html")
    host = '<!doctype html><iframe src="steps.html" sandbox="allow-scripts" width=900 height=700>'
    (tmp_path / "host.html").write_text(host, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "host.html").as_uri())
    inside = page.frames[1]
    inside.click(".ways summary")
    assert not inside.locator("[data-action=handout]").is_visible()
    inside.click("[data-action=picture]")
    assert inside.input_value(".copy").startswith("<svg")
    assert inside.inner_text(".copied") == "copied"
    assert said == []
    page.close()


def printed(page, path) -> str:
    page.pdf(path=path, prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return text.stdout.decode()


def test_a_printed_step_has_graph_step_and_list(open_player, error, tmp_path):
    page = open_player(error)
    steps_on(page, 40)
    page.emulate_media(media="print")
    text = printed(page, tmp_path / "step.pdf")
    for node in (*leaves(error), *topological_order(error)):
        if node.label:
            assert node.label in text
    for part in ("v10", "+= −0.741365 × 1 = −0.741365", "0. start", "55.", "gradient final"):
        assert part in text, part
    for part in ("play", "reset", "digits", "copy, save, print"):
        assert part not in text
    strips = page.evaluate(
        """() => {
            window.dispatchEvent(new Event("beforeprint"));
            return [...document.querySelectorAll(".sheet svg")].map((svg) => {
                const { x, width } = svg.viewBox.baseVal;
                return [x, x + width];
            });
        }"""
    )
    assert len(strips) == 3
    for card in page.locator(".stage .card").all():
        left = float(re.search(r"\(([\d.]+)", card.get_attribute("transform"))[1])
        right = left + float(card.locator("rect").first.get_attribute("width"))
        assert any(start <= left and right <= end for start, end in strips), (left, right, strips)


def test_a_step_is_printed_once_and_its_sheet_goes_with_the_print(open_player, square):
    page = open_player(square)
    page.evaluate("() => { window.prints = 0; window.print = () => (window.prints += 1); }")
    page.click(".ways summary")
    page.click("[data-action=print]")
    assert page.evaluate("window.prints") == 1
    for event, strips in (("beforeprint", 1), ("afterprint", 0)):
        page.evaluate("event => window.dispatchEvent(new Event(event))", event)
        assert page.locator(".sheet svg").count() == strips


def test_all_steps_are_printed_one_row_each(open_player, error, tmp_path):
    page = open_player(error)
    steps_on(page, 3)
    page.evaluate(
        """() => {
            window.print = () => {
                window.dispatchEvent(new Event("beforeprint"));
                window.rows = [...document.querySelectorAll(".steps tr")].map(
                    (row) => row.textContent);
                window.dispatchEvent(new Event("afterprint"));
            };
        }"""
    )
    page.click(".ways summary")
    page.click("[data-action=handout]")
    rows = page.evaluate("window.rows")
    assert len(rows) == 56
    for step in walkthrough(error):
        assert any(number(step.contribution, 6) in row for row in rows)
    assert page.locator(".steps").count() == 0
    assert counter(page) == "3"
