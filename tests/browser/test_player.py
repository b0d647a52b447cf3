"""The player in a real browser: what a learner does, and what must never happen."""

from __future__ import annotations

import math
import random
import re

import pytest
from playwright.sync_api import Page

from autograd import Value, dot, ledger, maximum, relu, replay, sin, tanh, walkthrough
from autograd.graph import leaves, topological_order
from autograd.value import Constant, Parameter
from autograd.views.write.names import names
from autograd.views.write.text import number

FRAMES = 1 + 27 + 1 + 27  # the start, each of the 27 operations forwards, the seed, and backwards
SEED = 28


def counter(page: Page) -> int:
    position, total = page.inner_text(".counter").split(" / ")
    assert page.evaluate("document.querySelectorAll('.order li').length") == int(total) + 1
    return int(position)


def seek(page: Page, position: int) -> None:
    page.evaluate(
        """position => {
            const slider = document.querySelector(".slider");
            slider.value = position;
            slider.dispatchEvent(new Event("input"));
        }""",
        position,
    )


def card(page: Page, name: str) -> dict[str, str]:
    """What the card of a node shows."""
    shown: dict[str, str] = page.evaluate(
        """name => {
            const card = [...document.querySelectorAll(".card")].find(
                each => each.querySelector(".name").textContent === name);
            return {
                data: card.querySelector("[data-key=data]").textContent,
                grad: card.querySelector("[data-key=grad]").textContent,
                key: card.querySelector(".key.grad").textContent,
                classes: card.getAttribute("class"),
            };
        }""",
        name,
    )
    return shown


def click_card(page: Page, name: str) -> None:
    page.locator(".card", has=page.get_by_text(name, exact=True)).first.click()


def gradients(root: Value) -> dict[Value, float]:
    return {step.parent: step.accumulated for step in walkthrough(root)} | {root: 1.0}


# ------------------------------------------------------------------------------------ moving about


def test_keys_move_at_once(open_player, error):
    page = open_player(error)
    positions = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "ArrowLeft", "Home"):
        page.keyboard.press(key)
        positions.append(counter(page))
    last = FRAMES - 1
    assert positions == [1, 2, 1, last, last, last - 1, 0]


def test_buttons(open_player, error):
    page = open_player(error)
    positions = []
    for action in ("step", "step", "back", "last", "first"):
        page.click(f"[data-action={action}]")
        positions.append(counter(page))
    assert positions == [1, 2, 1, FRAMES - 1, 0]


def test_slider_scrubs_in_both_directions(open_player, error):
    page = open_player(error)
    box = page.locator(".slider").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    assert counter(page) == FRAMES - 1
    page.mouse.click(box["x"] + 8, box["y"] + box["height"] / 2)
    assert counter(page) == 0
    assert page.get_attribute(".slider", "aria-valuetext") == f"0 of {FRAMES - 1}"


def test_space_plays_and_pauses_also_after_a_click_on_a_button(open_player, error):
    page = open_player(error, clock=True)
    page.click("[data-action=step]")
    page.keyboard.press("Space")
    assert page.inner_text("[data-action=play]") == "pause"
    assert page.get_attribute("[data-action=play]", "aria-pressed") == "true"
    page.clock.run_for(2500)
    assert counter(page) == 3
    page.keyboard.press("Space")
    page.clock.run_for(5000)
    assert counter(page) == 3
    assert page.inner_text("[data-action=play]") == "play"


def test_play_stops_at_the_end_and_starts_again(open_player, error):
    page = open_player(error, clock=True)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.click("[data-action=play]")
    page.clock.run_for(6000)
    assert counter(page) == FRAMES - 1
    assert page.get_attribute("[data-action=play]", "aria-pressed") == "false"
    page.click("[data-action=play]")
    assert counter(page) == 0


def test_a_line_of_the_order_list_jumps(open_player, error):
    page = open_player(error)
    page.locator(".order button", has_text="← out_o1").click()
    assert page.inner_text(".title") == "out_o1 (σ)"
    assert page.inner_text(".order [aria-current]").split("\n")[-1].endswith("out_o1 (σ)")
    page.locator(".order button", has_text="start").click()
    assert counter(page) == 0


def test_a_click_on_a_node_goes_to_its_step_in_the_pass_being_watched(open_player, error):
    page = open_player(error)
    click_card(page, "net_h1")
    assert (counter(page) < SEED, page.inner_text(".title")) == (True, "net_h1 (+)")
    seek(page, SEED)
    click_card(page, "net_o1")
    assert (counter(page) > SEED, page.inner_text(".title")) == (True, "net_o1 (+)")
    assert page.inner_text(".phase") == "backward pass"
    click_card(page, "b2")
    assert "grad of b2" in page.inner_text(".rules")
    assert "final" in page.inner_text(".rules")
    assert page.input_value(".editor .value") == "0.6"


# ------------------------------------------------------------------------------ what a step shows


def test_values_appear_forwards(open_player, error):
    page = open_player(error)
    assert card(page, "w5")["data"] == "0.4"
    assert card(page, "net_h1")["data"] == card(page, "E")["data"] == ""
    assert {card(page, name)["grad"] for name in ("w5", "E")} == {"–"}
    page.locator(".order button", has_text="→ out_h1").click()
    assert card(page, "out_h1")["data"] == "0.59327"
    assert "current" in card(page, "out_h1")["classes"]
    rules = page.inner_text(".rules").split("\n")
    assert [line for line in rules if line] == [
        "out_h1 = σ(net_h1)",
        "= σ(0.3775)",
        "= 0.59327",
    ]
    seek(page, SEED)
    assert card(page, "E") == {
        "data": "0.298371",
        "grad": "1",
        "key": "grad✓",
        "classes": "card output done current",
    }
    assert card(page, "w5")["grad"] == "0"


def test_the_chain_rule_stands_in_symbols_then_in_numbers_then_as_a_result(open_player, error):
    page = open_player(error)
    seek(page, SEED)
    click_card(page, "out_o1")
    assert page.inner_text(".upstream") == "upstream ∂E/∂out_o1 = 0.741365"
    assert [line for line in page.inner_text(".rules").split("\n") if line.strip()] == [
        "∂E/∂net_o1 += ∂E/∂out_o1 · ∂out_o1/∂net_o1|₁",
        "∂out_o1/∂net_o1|₁ = out_o1·(1−out_o1) = 0.751365·(1−0.751365) = 0.186816",
        "+= 0.741365 × 0.186816 = 0.138499",
        "grad of net_o1: 0 → 0.138499 ✓\u00a0final",
        "|₁ means local: through the 1st argument alone, all else held fixed. "
        "A ∂ without it is total: along all ways.",
    ]


def test_a_shared_node_accumulates(open_player, error):
    page = open_player(error)
    first, second = [
        i for i, step in enumerate(walkthrough(error)) if step.parent.label == "out_h1"
    ]
    seek(page, FRAMES - 1)
    seen = {}
    for position in range(SEED + 1, FRAMES):
        seek(page, position)
        for step in (first, second):
            rule = page.locator(f".rule[data-step='{step}'] .grad")
            if rule.count():
                seen[step] = (rule.inner_text(), card(page, "out_h1")["key"])
    assert len(seen) == 2
    assert "0 → −0.0190491 (1 of 2)" in seen[first][0]
    assert "−0.0190491 → 0.0363503 (2 of 2) ✓\u00a0final" in seen[second][0]
    assert (seen[first][1], seen[second][1]) == ("grad", "grad✓")


def test_every_step_shows_the_numbers_of_the_walkthrough(open_player, error):
    page = open_player(error)
    steps = list(walkthrough(error))
    shown = []
    for position in range(SEED + 1, FRAMES):
        seek(page, position)
        for rule in page.locator(".rule").all():
            step = steps[len(shown)]
            assert rule.get_attribute("data-step") == str(len(shown))
            parts = rule.locator(".contribution-part").all_inner_texts()
            received = [] if isinstance(step.parent, Constant) else [number(step.accumulated, 6)]
            assert parts == [number(step.contribution, 6), *received]
            shown.append(step)
    assert len(shown) == len(steps)
    gradient = gradients(error)
    for node in (*leaves(error), *topological_order(error)):
        if node.label:
            assert card(page, node.label)["grad"] == number(gradient[node], 6)


def test_current_node_parents_and_flow_are_marked(open_player, error):
    page = open_player(error)
    seek(page, SEED)
    click_card(page, "out_o1")
    assert "current" in card(page, "out_o1")["classes"]
    assert "receiving" in card(page, "net_o1")["classes"]
    assert page.locator(".card.receiving").count() == page.locator(".flow-line").count() == 1
    assert page.locator(".flow-label").all_text_contents() == ["×0.1868"]
    head = page.locator(".flow-head").bounding_box()
    parent = page.locator(".card.receiving").bounding_box()
    assert abs(head["x"] - (parent["x"] + parent["width"])) < 4  # the arrow points at the parent


MARKS = """() => {
    const slider = document.querySelector(".slider");
    const named = (selector) => [...document.querySelectorAll(selector)]
        .map((card) => card.querySelector(".name").textContent).sort();
    const found = [];
    for (let position = 0; position <= Number(slider.max); position += 1) {
        slider.value = position;
        slider.dispatchEvent(new Event("input"));
        const lines = [...document.querySelectorAll(".order button")];
        const current = lines.filter((line) => line.hasAttribute("aria-current"));
        const list = document.querySelector(".order").getBoundingClientRect();
        const line = current[0].getBoundingClientRect();
        found.push({
            cards: ["new", "done", "current", "receiving"].map((kind) => named(`.card.${kind}`)),
            links: ["incoming", "flowing"].map((kind) =>
                document.querySelectorAll(`.link.${kind}`).length),
            current: current.map((each) => lines.indexOf(each)),
            ticks: lines.map((each) => each.lastChild.textContent).join("|"),
            past: lines.filter((each) => each.classList.contains("past")).length,
            tabs: lines.filter((each) => each.tabIndex === 0).map((each) => lines.indexOf(each)),
            middle: (line.top + line.bottom - list.top - list.bottom) / 2,
            high: [list.height, line.height],
        });
    }
    return found;
}"""


def test_each_step_marks_its_cards_links_and_line(open_player):
    x, w, b = Value(2.0, "x"), Parameter(-1.5, "w"), Parameter(0.5, "b")
    a = w * x
    s = a + b
    h = tanh(s)
    p, q = h * h, sin(x)
    root = p + q
    for node, label in zip((a, s, h, p, q, root), "ashpqy", strict=True):
        node.label = label
    page = open_player(root, size=(1400, 420))
    order = topological_order(root)
    count = len(order)
    seed = count + 1
    frame = {node: seed + 1 + k for k, node in enumerate(reversed(order))}
    final = {root: seed} | {
        parent: max(frame[node] for node in order if parent in node.parents)
        for node in order
        for parent in node.parents
    }
    for position, found in enumerate(page.evaluate(MARKS)):
        forward = [order[position - 1]] if 0 < position < seed else []
        backward = [node for node in order if frame[node] == position]
        current = [*forward, *backward, *([root] if position == seed else [])]
        receiving = {parent for node in backward for parent in node.parents}
        done = [node for node in final if final[node] <= position]
        wanted = [
            sorted(node.label for node in each) for each in (forward, done, current, receiving)
        ]
        assert found["cards"] == wanted, position
        assert found["links"] == [sum(len(n.parents) for n in each) for each in (forward, backward)]
        assert found["current"] == found["tabs"] == [position]
        ticks = ["✓" if seed < line < position else "" for line in range(2 * count + 2)]
        assert found["ticks"].split("|") == ticks
        assert found["past"] == position
        high, line = found["high"]
        near_an_end = min(position, 2 * count + 1 - position) * line < high / 2 + 2 * line
        assert abs(found["middle"]) <= line or near_an_end, position


def test_a_label_stands_on_paper(open_player, error):
    for scheme in ("light", "dark"):
        page = open_player(error, scheme=scheme)
        page.keyboard.press("End")
        fills = """() => [".flow .paper", ":scope > .paper"].map(each =>
            getComputedStyle(document.querySelector(".viewport svg").querySelector(each)).fill)"""
        behind_label, behind_all = page.evaluate(fills)
        assert behind_label == behind_all


def test_a_long_sum_is_one_card_and_can_be_stepped_term_by_term(open_player):
    y = sum([Value(float(k), f"x{k}") for k in range(1, 7)])
    y.label = "y"
    page = open_player(y)
    page.keyboard.press("End")
    assert page.inner_text(".title") == "y"
    assert "passed on: 6 gradients" in page.inner_text(".rules")
    assert counter(page) == 3
    assert page.locator(".flow-label").all_text_contents() == ["×1"] * 6
    page.click("[data-action=whole]")
    page.keyboard.press("End")
    assert counter(page) == 11
    assert page.inner_text(".title") == "v1 (+)"
    assert card(page, "x1")["grad"] == card(page, "x6")["grad"] == "1"


def test_a_long_product_passes_on_the_derivative_of_the_whole(open_player):
    y = math.prod([Value(float(k), f"x{k}") for k in range(2, 7)], start=Value(1.0, "x1"))
    page = open_player(y)
    page.keyboard.press("End")
    labels = page.locator(".flow-label").all_text_contents()
    assert sorted(labels) == sorted([f"×{720 // k}" for k in range(1, 7)])
    page.click("[data-action=whole]")
    page.keyboard.press("End")
    assert page.inner_text(".title") == "v1 (×)"
    assert page.locator(".flow-label").all_text_contents() == ["×2", "×1"]


def test_a_constant_has_the_digits_of_its_card(open_player):
    page = open_player(Value(2.0, "x") * (0.1 + 0.2))
    page.keyboard.press("End")
    assert "= 0.3\n" in page.inner_text(".rules")
    assert "0.30000000000000004" not in page.inner_text(".rules")


def test_a_square_passes_gradient_twice_to_one_parent(open_player):
    x = Value(3.0, "x")
    page = open_player(x * x)
    page.keyboard.press("End")
    assert page.locator(".rule").count() == page.locator(".flow-line").count() == 2
    assert card(page, "x")["grad"] == "6"


def rules(page: Page) -> list[str]:
    """The lines of the current step."""
    return [line for line in page.inner_text(".rules").split("\n") if line.strip()]


def test_it_is_plain_which_step_adds_the_second_three(open_player):
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    page = open_player(y)
    page.keyboard.press("End")
    assert page.inner_text(".upstream") == (
        "the output's own gradient is 1, where backpropagation starts"
    )
    assert rules(page)[:-1] == [
        "∂y/∂x += 1 · ∂y/∂x|₁",
        "∂y/∂x|₁ = x = 3",
        "+= 1 × 3 = 3",
        "grad of x: 0 → 3 (1 of 2)",
        "∂y/∂x += 1 · ∂y/∂x|₂",
        "∂y/∂x|₂ = x = 3",
        "+= 1 × 3 = 3",
        "grad of x: 3 → 6 (2 of 2) ✓\u00a0final",
        "∂y/∂x = 3 + 3 = 6",
    ]


def shared(seed: int) -> Value:
    """A random graph in which nodes are shared, arguments repeated, and labels missing or equal."""
    choose = random.Random(seed)
    made = [Value(choose.uniform(-2.0, 2.0), label) for label in ("x", "w", "")]
    for _ in range(8):
        a, b, c = (choose.choice(made[-4:] + made[:2]) for _ in range(3))
        kinds = (a * a, a * b + c, a / (b * b + 1.0), sin(a) * 2, -(a**3), relu(a * b) - c)
        node = choose.choice((*kinds, dot([a, b], [b, c], a), maximum(a, b), tanh(a)))
        node.label = choose.choice(("", "", "h"))
        made.append(node)
    return made[-1] * made[-2] + made[-1]


FRACTION = re.compile(r"^∂([^/|]+)/∂([^/|]+?)(?:\|([₀-₉]+))? = (.*)$")
IN_PYTHON = str.maketrans("−·⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "-*01234567890123456789")


def evaluated(text: str) -> float:
    """The value of a formula in numbers, read by Python's own precedences."""
    plain = re.sub(r"(?<=[\d)])([⁰¹²³⁴-⁹]+)", r"**\1", text).translate(IN_PYTHON)
    allowed = {name: getattr(math, name) for name in ("cos", "sin", "tanh", "exp", "sqrt")}
    return float(eval(plain, {"__builtins__": {}, "abs": abs}, allowed))


@pytest.mark.parametrize("seed", range(12))
def test_no_equation_that_is_shown_is_false(open_player, seed):
    """The text is parsed back: ∂root/∂v is total, ∂node/∂v|ₖ is that of one link."""
    root = shared(seed)
    of = {text: node for node, text in names(topological_order(root)).items()}
    gradient = gradients(root)
    page = open_player(root, size=(800, 600))
    last, seen = int(page.get_attribute(".slider", "max")), 0
    for position in range(last // 2, last + 1):
        seek(page, position)
        lines = [page.inner_text(".upstream").removeprefix("upstream "), *rules(page)]
        for found in filter(None, map(FRACTION.match, lines)):
            a, b, *parts = of[found[1]], of[found[2]], *found[4].split(" = ")
            if found[3]:
                argument = int(found[3].translate(IN_PYTHON)) - 1
                assert a.parents[argument] is b
                expected = a.local_gradients()[argument]
            else:
                assert a is root
                expected = gradient[b]
            assert evaluated(parts[-1]) == pytest.approx(expected, rel=1e-5, abs=1e-9), found[0]
            if len(parts) > 1 and not re.search(r"[^\W\d_]", parts[-2].replace("e", "")):
                near = pytest.approx(expected, rel=1e-3, abs=1e-4)
                assert evaluated(parts[-2]) == near, found[0]
            seen += 1
    assert seen > 10


def test_digits_are_those_asked_for_and_the_tooltip_has_all(open_player):
    x = Value(-1 / 3, "x")
    y = x * x
    y.label = "y"
    page = open_player(y, precision=9)
    page.keyboard.press("End")
    assert (card(page, "x")["data"], card(page, "x")["grad"]) == ("−0.333333333", "−0.666666667")
    assert "∂y/∂x|₁ = x = −0.333333333" in rules(page)
    assert page.locator(".card title").first.text_content() == (
        "x\ninput\ndata −0.3333333333333333\ngrad −0.6666666666666666"
    )
    page.fill(".digits", "3")
    assert card(page, "x")["grad"] == "−0.667"
    assert "∂y/∂x|₁ = x = −0.333" in rules(page)
    page.fill(".digits", "15")
    assert "∂y/∂x|₁ = x = −0.333333333333333" in rules(page)
    assert card(page, "x")["grad"] == "−0.666666667"  # as wide as the card
    assert page.evaluate(GEOMETRY) == [[], []]
    for wrong in ("0", "18", "2.5", ""):
        page.fill(".digits", wrong)
        assert "∂y/∂x|₁ = x = −0.333333333333333" in rules(page)


@pytest.mark.parametrize("value", [0.1, -2.0, 1e16, 123456789012345680.0, 1e-4, 9.9e-5, -1.5e-7])
def test_the_tooltip_is_what_python_prints(open_player, value):
    page = open_player(Value(value, "x") * 2)
    title = page.locator(".card title").first.text_content()
    assert title.split("\n")[2] == f"data {value!r}".replace(" -", " −")


def test_every_gradient_has_the_bits_of_python(open_player, error):
    page = open_player(error)
    page.keyboard.press("End")
    titles = page.locator(".card title").all_text_contents()
    shown = {re.split(" = |\n", title)[0]: title.split("grad ")[-1] for title in titles}
    for node, gradient in gradients(error).items():
        if node.label:
            assert shown[node.label] == repr(gradient).replace("-", "−", 1), node


def test_signs_and_brackets_are_those_of_a_textbook(open_player):
    x = Value(-1.5e-07, "x")
    y = x.exp() * -2 - x.relu()
    page = open_player(y)
    text = ""
    for position in range(int(page.get_attribute(".slider", "max")) + 1):
        seek(page, position)
        text += page.inner_text(".panel")
    assert "exp(−1.5e-07)" in text
    assert "× (−2) = −2" in text
    assert "1 if x > 0 else 0 = 1 if −1.5e-07 > 0 else 0 = 0" in text
    assert "((" not in text
    assert not re.search(r"(?<![e\w])-\d", text)
    assert "grad of −2" not in text
    assert "to the constant −2: 1 × 1 = 1" in text


LABELS = """() => [...document.querySelectorAll("text.flow-label")].map((label, i) => {
    const line = document.querySelectorAll(".flow-line")[i];
    const box = label.getBBox();
    let nearest = Infinity;
    for (let way = 0; way < line.getTotalLength(); way += 1) {
        const { x, y } = line.getPointAtLength(way);
        const dx = Math.max(box.x - x, 0, x - box.x - box.width);
        const dy = Math.max(box.y - y, 0, y - box.y - box.height);
        nearest = Math.min(nearest, Math.hypot(dx, dy));
    }
    return nearest;
})"""


def test_each_label_stands_beside_its_link(open_player, error):
    page = open_player(error)
    for position in range(SEED, FRAMES):
        seek(page, position)
        assert all(distance < 6 for distance in page.evaluate(LABELS)), position
        assert page.evaluate(GEOMETRY) == [[], []]


def test_a_single_leaf_has_a_start_and_a_seed(open_player):
    page = open_player(Value(3.0, "x"))
    page.keyboard.press("End")
    assert (counter(page), card(page, "x")["grad"]) == (1, "1")


def test_screen_readers_are_told(open_player, error):
    page = open_player(error)
    status = page.locator("[aria-live=polite]")
    seek(page, SEED)
    click_card(page, "out_o1")
    assert "gradient of net_o1: 0.138499" in status.inner_text()
    page.keyboard.press("ArrowLeft")
    assert "out_o1 (σ)" not in status.inner_text()


# ------------------------------------------------------------------------------- changing a value


def edit(page: Page, label: str, value: str) -> None:
    page.select_option(".editor .leaf", label=label)
    page.fill(".editor .value", value)


def test_an_edited_value_is_computed_through(open_player, error):
    page = open_player(error)
    page.keyboard.press("End")
    edit(page, "w5", "-1.25")
    next(leaf for leaf in leaves(error) if leaf.label == "w5").data = -1.25
    gradient = gradients(replay(error))
    for node in (*leaves(error), *topological_order(error)):
        if node.label:
            shown = card(page, node.label)
            expected = number(node.data, 6), number(gradient[node], 6)
            assert (shown["data"], shown["grad"]) == expected
    assert "edited" in card(page, "w5")["classes"]
    assert "edited" not in card(page, "w6")["classes"]


def test_a_leaf_that_is_chosen_shows_its_own_value(open_player, error):
    page = open_player(error)
    for label, value in (("w5", "0.4"), ("i2", "0.1"), ("b2", "0.6")):
        page.select_option(".editor .leaf", label=label)
        assert page.input_value(".editor .value") == value


def test_reset_brings_the_recorded_numbers_back(open_player, error):
    page = open_player(error)
    page.keyboard.press("End")
    before = page.text_content(".viewport")
    edit(page, "b1", "7")
    assert page.text_content(".viewport") != before
    page.click("[data-action=reset]")
    assert page.text_content(".viewport") == before
    assert page.input_value(".editor .value") == "0.35"


def test_arrow_keys_and_space_are_the_input_s_own_while_one_types(open_player, error):
    page = open_player(error)
    page.focus(".editor .value")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    assert counter(page) == 0


def test_half_typed_numbers_change_nothing_and_a_broken_domain_is_named(open_player):
    x = Value(2.0, "x")
    y = x.log()
    y.label = "y"
    page = open_player(y)
    page.keyboard.press("End")
    edit(page, "x", "")
    assert (card(page, "y")["data"], page.inner_text(".editor .note")) == ("0.693147", "")
    edit(page, "x", "-1")
    assert (card(page, "y")["data"], page.inner_text(".editor .note")) == (
        "nan",
        "y has no real value here",
    )
    edit(page, "x", "4")
    assert (card(page, "x")["grad"], page.inner_text(".editor .note")) == ("0.25", "")


def test_a_folded_network_steps_layer_by_layer(open_player, network):
    page = open_player(network)
    assert page.locator(".order button").all_inner_texts() == [
        f"{position}.\n{what}"
        for position, what in enumerate(
            [
                "start",
                *("→ layers.0", "→ layers.1", "→ layers.2", "→ v67 (−)"),
                *("→ L (x²)", "seed: 1", "← L (x²)", "← v67 (−)"),
                *("← layers.2", "← layers.1", "← layers.0"),
            ]
        )
    ]
    title = page.locator(".card.module title").first.text_content()
    assert title == "layers.0\nmodule with 16 neurons, 48 parameters, 80 nodes"
    seek(page, 2)
    assert page.inner_text(".upstream") == "32 nodes computed from their parents"
    assert page.inner_text(".rules").startswith(
        "handed on: 16 values\n\nlayers.1.neurons.0.tanh = "
    )
    assert page.locator(".link.incoming").count() == 1
    seek(page, 10)
    assert page.inner_text(".upstream") == f"{16 * (1 + 2 * 16 + 1)} applications of the chain rule"
    upstream, passed_on, own = (each.inner_text() for each in page.locator(".rule").all())
    assert upstream.startswith("upstream: 16 gradients\n\ngrad of layers.1.neurons.0.tanh: ")
    assert passed_on.startswith(
        "passed on to layers.0: 16 gradients\n\ngrad of layers.0.neurons.0."
    )
    assert passed_on.count("✓") == passed_on.count("grad of") == 6
    assert passed_on.endswith("… and 10 more")
    assert own.startswith("passed on to its own leaves: 272 gradients")
    gradient = gradients(network)
    for k in range(6):
        label = f"layers.1.neurons.0.w{k}"
        assert f"grad of {label}: 0 → {number(gradient[leaves_of(network)[label]], 6)}" in own
    assert "passed on to layers.0: 16 gradients" in page.inner_text(".status")


@pytest.mark.parametrize("size", [(1600, 800), (900, 600), (390, 844)])
def test_a_step_of_a_layer_looks_as_tidy_as_one_of_a_node(open_player, network, size):
    page = open_player(network, size=size)
    places = page.evaluate(PLACES)
    for position in range(12):
        seek(page, position)
        assert page.evaluate(GEOMETRY) == [[], []], position
        assert page.evaluate(PLACES) == places, position
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_layers_and_nodes_are_two_ways_through_one_network(open_player, network):
    page = open_player(network)
    seek(page, 10)
    for steps, title in (("137", "v64 (tanh)"), ("11", "layers.1")):
        page.click("[data-action=whole]")
        assert (page.inner_text(".title"), page.get_attribute(".slider", "max")) == (title, steps)
        assert page.inner_text(".counter").endswith(f" / {steps}")
    assert counter(page) == 10
    for position in (6, 0):
        seek(page, position)
        page.click("[data-action=whole]")
        assert page.inner_text(".title") == ("L" if position else "Before the first step")
        page.click("[data-action=whole]")
        assert counter(page) == position


def test_without_modules_there_is_one_way(open_player, error):
    page = open_player(error)
    assert not page.locator("[data-action=whole]").is_visible()


def test_a_small_network_is_folded_when_asked_for(open_player):
    w = [Parameter(0.5, f"layers.{k}.neurons.0.w0") for k in range(3)]
    x = Value(0.3, "x")
    for weight in w:
        x = tanh(weight * x)
    page = open_player((x - 1.0) ** 2, fold="layer")
    assert page.locator(".card.module").count() == 3
    page.keyboard.press("End")
    assert page.inner_text(".title") == "layers.0"
    assert "passed on: 1 gradient\n\ngrad of x: 0 → " in page.inner_text(".rules")


def test_a_folded_network_can_be_edited_and_stepped_node_by_node(open_player, network):
    page = open_player(network)
    page.click("[data-action=whole]")
    assert page.locator(".card.module").count() == 3
    page.keyboard.press("End")
    assert card(page, "x0")["grad"] == number(gradients(network)[leaves_of(network)["x0"]], 6)
    edit(page, "x0", "1.5")
    leaves_of(network)["x0"].data = 1.5
    gradient = gradients(replay(network))
    for label in ("x0", "x1", "t"):
        assert card(page, label)["grad"] == number(gradient[leaves_of(network)[label]], 6)
    last = topological_order(network)[-3]
    assert card(page, "layers.2")["data"] == number(last.data, 6)


def test_links_of_a_folded_network_flow_once_for_all_they_stand_for(open_player, network):
    page = open_player(network)
    page.click("[data-action=whole]")
    last = int(page.get_attribute(".slider", "max"))
    labels = set()
    for position in range(last // 2, last + 1, 5):
        seek(page, position)
        assert page.locator(".flow-line").count() == page.locator(".link.flowing").count()
        assert page.evaluate(GEOMETRY) == [[], []]
        labels.update(page.locator(".flow-label").all_text_contents())
    assert "16 links" in labels


def leaves_of(root: Value) -> dict[str, Value]:
    return {leaf.label: leaf for leaf in leaves(root)}


# ------------------------------------------------------------------------------------------- looks


GEOMETRY = """() => {
    const outside = [], overlapping = [];
    const box = each => each.getBoundingClientRect();
    const cards = [...document.querySelectorAll(".card")];
    for (const card of cards) {
        const frame = box([...card.querySelectorAll(".box")].at(-1));
        for (const text of card.querySelectorAll("text")) {
            const it = box(text);
            if (!text.textContent) continue;
            if (it.left < frame.left - 1 || it.right > frame.right + 1 ||
                it.top < frame.top - 1 || it.bottom > frame.bottom + 1) {
                outside.push(text.textContent);
            }
        }
        const lines = [...card.querySelectorAll("text")].map(box);
        lines.forEach((a, i) => lines.slice(i + 1).forEach(b => {
            const beside = Math.abs(a.top - b.top) < 1;
            if (beside && a.width && b.width && a.right > b.left + 1 && b.right > a.left + 1) {
                overlapping.push("text in " + card.textContent);
            }
        }));
    }
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 &&
        a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const solid = [...cards.map(card => [card, box(card)]),
        ...[...document.querySelectorAll(".flow-label")].map(each => [each, box(each)])];
    solid.forEach(([a, one], i) => solid.slice(i + 1).forEach(([b, two]) => {
        if (meet(one, two)) overlapping.push(a.textContent + " | " + b.textContent);
    }));
    return [outside, overlapping];
}"""


def test_the_whole_graph_is_shown_at_first_where_it_can_be_read(open_player, error, network):
    pressed = {}
    for name, root, size in (
        ("wide", error, (1400, 800)),
        ("folded", network, (2000, 900)),
        ("folded, narrow", network, (800, 600)),
    ):
        page = open_player(root, size=size)
        pressed[name] = page.get_attribute("[data-action=fit]", "aria-pressed")
        width, room = page.evaluate(
            "[document.querySelector('.viewport')].map(v => [v.scrollWidth, v.clientWidth])"
        )[0]
        assert (width <= room) == (pressed[name] == "true")
    assert pressed == {"wide": "false", "folded": "true", "folded, narrow": "false"}


@pytest.mark.parametrize("fit", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stays_in_its_card_and_nothing_overlaps(open_player, error, fit, scheme):
    page = open_player(error, scheme=scheme)
    if fit:
        page.click("[data-action=fit]")
        inside = page.evaluate(
            "[document.querySelector('.viewport')].map(v => v.scrollWidth <= v.clientWidth + 1)"
        )
        assert inside == [True]
    for position in range(FRAMES):
        seek(page, position)
        assert page.evaluate(GEOMETRY) == [[], []], position


def test_extreme_numbers_stay_in_their_cards(open_player):
    x, y = Value(-1.23456789e-300, "x" * 60), Value(-9.87654321e-150, "权重" * 20)
    page = open_player((x * y) + (x - y) * 1e-200)
    page.keyboard.press("End")
    assert page.evaluate(GEOMETRY) == [[], []]


CONTRAST = """() => {
    const rgb = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const light = colour => {
        const [r, g, b] = rgb(colour).map(c => c / 255).map(
            c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => {
        const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
        return (x + 0.05) / (y + 0.05);
    };
    const behind = each => {
        const card = each.closest(".card");
        if (card) return getComputedStyle([...card.querySelectorAll(".box")].at(-1)).fill;
        if (each.closest("svg")) return getComputedStyle(document.querySelector(".paper")).fill;
        for (let up = each; up; up = up.parentElement) {
            const colour = getComputedStyle(up).backgroundColor;
            if (colour !== "rgba(0, 0, 0, 0)") return colour;
        }
    };
    const low = [];
    const texts = ".viewport text, p, h1, .rule span, .order span, button, .legend li, label";
    for (const each of document.querySelectorAll(texts + ", .counter")) {
        if (!each.textContent.trim() || each.closest("noscript")) continue;
        const style = getComputedStyle(each);
        const ratio = contrast(each.closest("svg") ? style.fill : style.color, behind(each));
        if (ratio < 4.5) low.push([each.textContent.slice(0, 30), ratio]);
    }
    return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(open_player, error, scheme):
    page = open_player(error, scheme=scheme)
    for position in (0, 5, SEED, SEED + 6, SEED + 20, FRAMES - 1):
        seek(page, position)
        assert page.evaluate(CONTRAST) == []


def test_light_and_dark_follow_the_system(open_player, error):
    paper = [
        open_player(error, scheme=scheme).evaluate(
            "getComputedStyle(document.querySelector('.viewport')).backgroundColor"
        )
        for scheme in ("light", "dark")
    ]
    assert paper == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


PLACES = """() => [".toolbar", ".slider", ".counter", ".viewport", ".panel header", ".rules",
    ".order", ".footer", ".editor", ".legend", ".viewport > svg", "[data-action=play]",
].map(each => {
    const { x, y, width, height } = document.querySelector(each).getBoundingClientRect();
    return each === ".viewport > svg" ? [width, height] : [x, y, width, height];
})"""


@pytest.mark.parametrize("size", [(1400, 800), (390, 844)])
def test_nothing_jumps_between_steps(open_player, error, size):
    page = open_player(error, size=size)
    places = page.evaluate(PLACES)
    for position in range(1, FRAMES):
        seek(page, position)
        assert page.evaluate(PLACES) == places, position


@pytest.mark.parametrize("size", [(1400, 800), (390, 844), (1000, 500)])
def test_the_page_fits_its_window_in_width(open_player, error, size):
    page = open_player(error, size=size)
    seek(page, FRAMES - 8)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("size", [(1000, 600), (800, 420)])
def test_what_happens_is_scrolled_into_sight(open_player, error, size):
    page = open_player(error, size=size)
    for position in range(1, FRAMES):
        seek(page, position)
        current = page.locator(".card.current").bounding_box()
        stage = page.locator(".viewport").bounding_box()
        assert stage["x"] <= current["x"]
        assert current["x"] + current["width"] <= stage["x"] + stage["width"]
        assert stage["y"] <= current["y"]
        assert current["y"] + current["height"] <= stage["y"] + stage["height"]


def test_nothing_moves_where_less_motion_is_asked_for(open_player, error):
    names = []
    for motion in ("reduce", "no-preference"):
        page = open_player(error, motion=motion)
        seek(page, SEED + 3)
        names.append(
            page.evaluate("getComputedStyle(document.querySelector('.flow-line')).animationName")
        )
    assert names == ["none", "flow"]


# ------------------------------------------------------------------------------------------ safety


NASTY = (
    "<script>window.hurt = 1</script>",
    "</script><script>window.hurt = 1</script>",
    '"><img src=x onerror="window.hurt=1">',
    "<!--<script>",
    "&lt;b&gt;",
    "$title ${data}",
    "\u2028window.hurt = 1\u2029",
    "'; window.hurt = 1; '",
    "`${window.hurt = 1}`",
    "nul\0 bell\a",
    "\u202eright to left",
    "lone \ud800 surrogate",
    "隐藏层",
    "y",
    "x0",
)


def test_nasty_labels_do_nothing(open_player):
    values = [Value(float(k + 1), label) for k, label in enumerate(NASTY)]
    root = values[0]
    for value in values[1:]:
        root = root * value
    root.label = NASTY[1]
    page = open_player(root)
    for position in range(2 * len(NASTY)):
        seek(page, position)
    assert page.evaluate("window.hurt === undefined")
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    assert page.locator(".viewport b").count() == 0
    options = page.locator(".editor option").all_inner_texts()
    assert NASTY[0] in options
    assert NASTY[5] in options


def test_ledger_and_player_agree_on_who_contributes(open_player, error):
    page = open_player(error)
    seek(page, SEED)
    click_card(page, "b1")
    b1 = leaves_of(error)["b1"]
    assert f"({len(ledger(error, b1))} of {len(ledger(error, b1))})" in page.inner_text(".rules")
