"""What a learner does beside stepping: one node's gradient, descent, quiz, language."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Page

import nn
from autograd import Value, derivation, ledger, maximum, relu, replay, sigmoid, sin, tanh
from autograd.graph import leaves, topological_order
from autograd.value import Parameter
from autograd.views.mistakes import MISTAKES
from autograd.views.write.names import names
from autograd.views.write.text import number
from tests.browser.waiting import wait_until


def square() -> Value:
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return y


def tab(page: Page, name: str) -> None:
    page.click(f"[data-tab={name}]")


def click_card(page: Page, name: str) -> None:
    page.locator(".card", has=page.get_by_text(name, exact=True)).first.click()


def lesson(page: Page) -> str:
    return page.inner_text(".lesson")


def card(page: Page, name: str, key: str = "data") -> float:
    found = page.locator(".card", has=page.get_by_text(name, exact=True)).first
    return as_number(found.locator(f"[data-key={key}]").text_content())


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


# -------------------------------------------------------------------------------- a node's gradient


def test_a_click_on_x_says_why_its_gradient_is_6(open_player):
    page = open_player(square())
    click_card(page, "x")
    text = lesson(page)
    assert text.count("1 · ∂y/∂x|₁ = 1 × 3 = 3") == 1
    assert text.count("1 · ∂y/∂x|₂ = 1 × 3 = 3") == 1
    assert text.count("∂y/∂x = 3 + 3 = 6") == 2  # over consumers and along paths
    assert "along 2 paths" in text
    assert re.search(r"moved by ±2e−?-05: 6; backpropagation: 6 ✓", text)


def test_the_step_that_adds_the_second_3_is_one_click_away(open_player):
    page = open_player(square())
    click_card(page, "x")
    page.locator(".ledger button", has_text="step").last.click()
    rules = page.inner_text(".rules")
    assert page.inner_text(".counter") == "3 / 3"
    assert "grad of x: 3 → 6 (2 of 2) ✓" in rules.replace("\u00a0", " ")


def test_every_gradient_is_the_sum_and_agrees_with_the_difference(open_player, error):
    page = open_player(error)
    tab(page, "node")
    order = topological_order(error)
    name = names(order, [error])
    for value in [*leaves(error), *order[:-1]]:
        if not value.label and not value.parents:
            continue
        page.select_option(".pick", label=name[value])
        text = lesson(page)
        rows = ledger(error, value)
        assert page.locator(".ledger .more").count() == len(rows)
        found = page.locator(".ledger .sum").inner_text().split(" = ")[-1]
        assert found == number(rows.total, 6)
        assert f"along {derivation(error, value).path_count} path" in text
        assert text.rstrip().endswith("✓"), name[value]


@pytest.mark.parametrize(
    ("function", "at", "words"),
    [
        (relu, 0.0, "a kink: 0 to the left, 1 to the right"),
        (abs, 0.0, "a kink: −1 to the left, 1 to the right"),
        (lambda x: maximum(x, 2 * x), 0.0, "a kink: 1 to the left, 2 to the right"),
    ],
)
def test_at_a_kink_the_check_says_so(open_player, function, at, words):
    page = open_player(function(Value(at, "x")))
    click_card(page, "x")
    box = page.inner_text(".check")
    assert words in box or box.endswith("✓")
    assert function is not relu or words in box


@pytest.mark.parametrize("at", [1e-8, 1e8, 1e300])
def test_numbers_of_any_size_are_checked(open_player, at):
    x = Value(at, "x")
    page = open_player(x * 2 + x)
    click_card(page, "x")
    assert page.inner_text(".check").endswith("backpropagation: 3 ✓")


def test_the_rounding_of_a_large_output_is_no_difference(open_player):
    page = open_player(Value(1.0, "x") * 3 + 1e8)
    click_card(page, "x")
    moved = re.search(r": ([\d.]+); backpropagation: 3 ✓$", page.inner_text(".check"))
    assert moved[1] != "3"
    assert float(moved[1]) == pytest.approx(3, abs=0.02)


def test_the_check_follows_a_changed_value_and_other_digits(open_player):
    x = Value(1.0, "x")
    page = open_player(sin(x * x))
    page.fill(".editor .value", "2")
    click_card(page, "x")
    assert f"backpropagation: {number(4 * math.cos(4), 6)} ✓" in lesson(page)
    page.fill(".digits", "10")
    tab(page, "node")
    assert f"backpropagation: {number(4 * math.cos(4), 10)}" in lesson(page)


def test_many_paths_are_counted_and_the_first_ones_written(open_player):
    y = Value(1.0, "x")
    for _ in range(20):
        y = y + y
    page = open_player(y)
    tab(page, "node")
    page.select_option(".pick", label="x")
    assert "along 1048576 paths – the first 5:" in lesson(page)
    assert page.locator(".paths .chain").count() == 6


def test_stepping_on_returns_to_the_steps(open_player, error):
    page = open_player(error)
    click_card(page, "w1")
    assert page.locator(".lesson").is_visible()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".rules").is_visible()
    assert not page.locator(".lesson").is_visible()


# ------------------------------------------------------------------------------------------ descent


def python_descent(root: Value, moving: list[Value], rate: float, steps: int) -> list[float]:
    losses = [root.data]
    for _ in range(steps):
        for leaf in leaves(root):
            leaf.grad = 0.0
        root.backward()
        for leaf in moving:
            leaf.data -= rate * leaf.grad
        replay(root)
        losses.append(root.data)
    return losses


def test_steps_move_the_parameters_as_gradient_descent_does(open_player, error):
    page = open_player(error)
    tab(page, "descent")
    page.fill(".rate", "0.5")
    page.get_by_role("button", name="step", exact=True).last.click()
    page.get_by_role("button", name="run 100").click()
    moving = [leaf for leaf in leaves(error) if isinstance(leaf, Parameter)]
    loss = python_descent(error, moving, 0.5, 101)[-1]
    assert f"101 steps: E = {number(loss, 6)}" in lesson(page)
    for leaf in moving:
        assert card(page, leaf.label) == pytest.approx(leaf.data, rel=1e-5)
        assert card(page, leaf.label, "grad") != 0
    assert card(page, "i1") == 0.05
    points = page.get_attribute(".curve polyline", "points").split()
    assert len(points) == 102


def test_undo_goes_back_one_by_one_and_reset_moves_one_leaf(open_player, error):
    page = open_player(error)
    tab(page, "descent")
    step = page.get_by_role("button", name="step", exact=True).last
    values = [card(page, "w5")]
    for _ in range(3):
        step.click()
        values.append(card(page, "w5"))
    page.get_by_role("button", name="undo").click()
    assert card(page, "w5") == values[2]
    page.get_by_role("button", name="reset w5").click()
    assert card(page, "w5") == values[0]
    assert card(page, "w6") != 0.45
    for _ in range(3):
        page.get_by_role("button", name="undo").click()
    assert card(page, "w6") == 0.45
    assert page.get_by_role("button", name="undo").is_disabled()


def test_the_editor_shows_where_a_leaf_has_come_to(open_player):
    page = open_player(square())
    tab(page, "descent")
    page.get_by_role("button", name="step", exact=True).last.click()
    assert float(page.input_value(".editor .value")) == pytest.approx(2.4)


def test_ticks_say_what_moves(open_player):
    page = open_player(square() + Value(2.0, "c"))
    tab(page, "descent")
    page.get_by_label("move c", exact=True).uncheck()
    page.get_by_role("button", name="step", exact=True).last.click()
    assert card(page, "x") == pytest.approx(3 - 0.1 * 6)
    assert card(page, "c") == 2


def test_a_step_too_far_is_not_taken(open_player):
    page = open_player(square() * square())
    tab(page, "descent")
    page.fill(".rate", "1e200")
    page.get_by_role("button", name="run 100").click()
    assert "take a smaller learning rate" in lesson(page)
    assert all(math.isfinite(card(page, name)) for name in ("x₁", "x₂"))
    page.fill(".rate", "fast")
    assert "Type a positive number" in lesson(page)


def test_the_boundary_of_a_batch(open_player):
    w = [Parameter(data, f"w{i}") for i, data in enumerate((1.0, -1.0))]
    points = [(0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.2, 0.9, 0.0), (0.8, 0.1, 1.0)]
    loss = sum((tanh(w[0] * Value(x) + w[1] * Value(y)) - t) ** 2 for x, y, t in points)
    page = open_player(loss)
    tab(page, "descent")
    assert page.locator(".boundary circle").count() == 4
    assert page.locator(".boundary circle.above").count() == 2
    sides = page.evaluate(
        "[...document.querySelectorAll('.boundary rect')].map(each => each.getAttribute('class'))"
    )
    assert len(sides) == 1600
    # tanh(x − y) is above ½ where x − y is above 0.549: at the bottom on the right alone
    corners = [sides[i] for i in (0, 39, 39 * 40, 39 * 40 + 39)]
    assert corners == ["below", "below", "below", "above"]
    page.get_by_role("button", name="run 100").click()
    assert page.locator(".boundary rect").count() == 1600


def sides(page: Page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('.boundary rect')].map(each => each.getAttribute('class'))"
    )


def test_each_place_of_the_plane_is_on_the_side_of_the_output_there(open_player):
    a, b, c = (Parameter(data, name) for data, name in ((0.7, "a"), (-0.9, "b"), (9.0, "c")))
    points = [(-1.0, 10.0, 0.0), (3.0, 12.0, 1.0), (0.5, 10.5, 0.0), (2.5, 11.0, 1.0)]
    page = open_player(sum((tanh(a * Value(x) + b * Value(y) + c) - t) ** 2 for x, y, t in points))
    tab(page, "descent")
    left, low, high = -1.0, 10.0, 12.0
    around, above = 0.15 * 4, 0.15 * 2
    wide, tall = 4 + 2 * around, 2 + 2 * above
    expected = [
        "above" if math.tanh(0.7 * x - 0.9 * y + 9) > 0.5 else "below"
        for y in (high + above - (row + 0.5) * tall / 40 for row in range(40))
        for x in (left - around + (column + 0.5) * wide / 40 for column in range(40))
    ]
    assert sides(page) == expected
    assert set(expected) == {"above", "below"}
    places, circles = page.evaluate(
        """Object.entries({ rect: ["x", "y", "width", "height"], circle: ["cx", "cy", "r"] }).map(
            ([part, names]) => [...document.querySelectorAll(`.boundary ${part}`)].map((each) =>
                names.map((name) => Number(each.getAttribute(name)))))"""
    )
    assert places == [[i % 40, i // 40, 1.02, 1.02] for i in range(1600)]
    for (x, y, _), (cx, cy, r) in zip(points, circles, strict=True):
        assert cx == pytest.approx(40 * (x - left + around) / wide)
        assert cy == pytest.approx(40 - 40 * (y - low + above) / tall)
        assert r == 0.9
    classes = page.locator(".boundary circle").evaluate_all("each => each.map(c => c.classList[0])")
    assert classes == ["above" if t else "below" for _, _, t in points]


@pytest.mark.parametrize("kind", ["squares", "hinge", "entropy"])
def test_the_boundary_of_plain_numbers_moves_with_the_descent(open_player, kind):
    net = nn.MLP(2, [4, 1], seed=1)
    errors = {
        "squares": lambda z, t: (sigmoid(z) - t) ** 2,
        "hinge": lambda z, t: relu(1 + (1 - 2 * t) * z),  # the smaller the number, the larger z
        "entropy": lambda z, t: nn.binary_cross_entropy_with_logits(z, t),
    }
    points = [(0.1 * k, 1 - 0.1 * k, int(k > 10)) for k in range(20)]
    loss = sum(errors[kind](net([x, y])[0], t) for x, y, t in points) / 20
    page = open_player(loss)
    tab(page, "descent")
    circles = page.locator(".boundary circle")
    above = [circles.nth(i).get_attribute("class") == "above" for i in range(20)]
    assert above == [t == 1 for _, _, t in points]
    before = sides(page)
    page.fill(".rate", "1")
    for _ in range(3):
        page.get_by_role("button", name="run 100").click()
    after = sides(page)
    assert after != before
    for i, (_, _, t) in enumerate(points):  # learnt: but for those at the edge
        x, y = (round(float(circles.nth(i).get_attribute(each))) for each in ("cx", "cy"))
        assert abs(i - 10) < 3 or after[y * 40 + x] == ("above" if t else "below")


def test_leaves_with_long_names_stand_beside_their_buttons(open_player):
    net = nn.MLP(2, [4, 1], seed=1)
    page = open_player(sum((net([k / 7, 1.0])[0] - k) ** 2 for k in range(3)))
    tab(page, "descent")
    page.get_by_role("button", name="step", exact=True).last.click()
    for item in page.locator(".leaves li").all():
        label, button = (item.locator(each).bounding_box() for each in ("label", "button"))
        assert label["x"] + label["width"] <= button["x"]
        assert label["height"] < 26  # one line
        assert button["x"] + button["width"] <= 1400


def test_without_a_batch_there_is_no_boundary(open_player, error):
    page = open_player(error)
    tab(page, "descent")
    assert page.locator(".boundary").count() == 0


# --------------------------------------------------------------------------------------------- quiz


def ask(page: Page) -> tuple[str, str, str]:
    """What is asked: the symbol without its mark, and the mark."""
    asked = page.inner_text(".asked").removesuffix(" =").strip()
    symbol, _, mark = asked.partition("|")
    return asked, symbol, mark


def answers(root: Value) -> dict[str, float]:
    order = topological_order(root)
    name = names(order, [root])
    known = {}
    for node in order:
        for argument, (parent, local) in enumerate(
            zip(node.parents, node.local_gradients(), strict=True)
        ):
            mark = "₁₂₃₄₅₆₇₈₉"[argument]
            known[f"∂{name[node]}/∂{name[parent]}|{mark}"] = local
            known[f"∂{name[root]}/∂{name[parent]}"] = ledger(root, parent).total
    return known


def test_a_quiz_by_keyboard_alone(open_player, error):
    page = open_player(error)
    page.locator("[data-tab=quiz]").focus()
    page.keyboard.press("Enter")
    known = answers(error)
    wait_until(page, "() => document.activeElement.className === 'answer'")
    for _ in range(8):
        asked, _, _ = ask(page)
        page.keyboard.type(f"{known[asked]:.4g}")
        page.keyboard.press("Enter")
        assert page.inner_text(".verdict").startswith("right ✓"), asked
        page.keyboard.press("Enter")
    assert page.inner_text(".score") == "8 of 8 right at the first try"
    page.keyboard.press("Escape")
    assert page.locator(".rules").is_visible()


def test_a_wrong_answer_is_told_its_slip(open_player):
    page = open_player(square())
    tab(page, "quiz")
    told = {}
    for _ in range(3):
        asked, _, mark = ask(page)
        slips = {"3": "overwritten", "-6": "sign", "1": "local factor", "60": "decimal point"}
        if mark:
            slips = {"6": "total derivative", "-3": "wrong sign", "300": "decimal point"}
        for typed, words in slips.items():
            page.fill(".answer", typed)
            page.keyboard.press("Enter")
            assert words in page.inner_text(".verdict"), (asked, typed)
            told[asked, typed] = words
        page.fill(".answer", "17")
        page.keyboard.press("Enter")
        assert page.inner_text(".verdict") == "wrong"
        page.fill(".answer", "3" if mark else "6")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    assert len(told) == 10
    assert "0 of 3 right at the first try" in lesson(page)
    assert "with a hint or a second try: 3" in lesson(page)


def test_gradients_stay_hidden_during_the_quiz(open_player, error):
    page = open_player(error)
    page.keyboard.press("End")
    tab(page, "quiz")
    hidden = """[...document.querySelectorAll('.card [data-key=grad]')].every(each =>
        getComputedStyle(each).visibility === 'hidden')"""
    assert page.evaluate(hidden)
    assert "grad" not in page.locator(".card.parameter title").first.text_content().replace(
        "grad –", ""
    ).replace("grad 0.0", "")
    before = page.inner_text(".counter")
    page.keyboard.press("Tab")
    for key in ("ArrowRight", "End", " "):
        page.keyboard.press(key)
    page.locator(".card").first.click(force=True)
    assert page.inner_text(".counter") == before
    tab(page, "steps")
    assert not page.evaluate(hidden)
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".counter") != before


def test_hints_come_one_after_the_other_and_count_as_a_try(open_player):
    page = open_player(square())
    tab(page, "quiz")
    while ask(page)[2]:
        page.fill(".answer", "3")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    hint = page.get_by_role("button", name="hint")
    hint.click()
    assert "∂y/∂x = 1 · ∂y/∂x|₁ + 1 · ∂y/∂x|₂" in lesson(page)
    assert "= 6" not in lesson(page)
    hint.click()
    assert "= 1 × 3 + 1 × 3 = 6" in lesson(page)
    assert hint.is_disabled()
    page.fill(".answer", "6/1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert "2 of 3 right at the first try" in lesson(page)


@pytest.mark.parametrize("typed", ["", "abc", "1,5", "1/2/3", "/2"])
def test_what_is_no_number_gets_a_message_and_costs_nothing(open_player, typed):
    page = open_player(square())
    tab(page, "quiz")
    right = "3" if ask(page)[2] else "6"
    page.fill(".answer", typed)
    page.keyboard.press("Enter")
    assert page.inner_text(".verdict").startswith("Type a number")
    page.fill(".answer", f"{right}.0")
    page.keyboard.press("Enter")
    assert page.inner_text(".verdict").startswith("right")


# ---------------------------------------------------------------------------------------- languages

LATIN = re.compile(r"[A-Za-z]{3,}")
ALLOWED = {"English", "Home", "End", "Esc", "Ctrl", "LaTeX", "SVG", "PNG", "TikZ"}


@pytest.mark.parametrize("name", ["steps", "node", "descent", "quiz"])
def test_no_english_is_left_in_the_chinese_player(open_player, error, name):
    page = open_player(error, lang="zh")
    assert page.get_attribute("html", "lang") == "zh"
    assert page.title() == "E 的反向传播"
    for position in (0, 3, 27, 28, 40):
        page.evaluate(
            """position => {
                const slider = document.querySelector(".slider");
                slider.value = position;
                slider.dispatchEvent(new Event("input"));
            }""",
            position,
        )
        tab(page, name)
        said = page.evaluate(
            """() => [document.querySelector("main").innerText,
                ...[...document.querySelectorAll("main [title]")].map(each => each.title),
                ...[...document.querySelectorAll("main [aria-label]")].map(each => each.ariaLabel)
            ].join("\\n")"""
        )
        assert set(LATIN.findall(re.sub(r"\w*_\w+|: \w+", "", said))) <= ALLOWED
        tab(page, "steps")


NAMES = {  # not prose: functions and operations, labels, formats, keys of the keyboard
    *(
        "tanh",
        "relu",
        "ReLU",
        "dot",
        "add",
        "multiply",
        "divide",
        "power",
        "subtract",
        "sigmoid",
        "negate",
    ),
    *("square", "half_squared_error", "layers", "neurons", "loss"),
    *(
        "English",
        "LaTeX",
        "SVG",
        "PNG",
        "TikZ",
        "svg",
        "png",
        "Home",
        "End",
        "Esc",
        "Ctrl",
        "inf",
        "nan",
    ),
}
SEEN = """() => {
    const shown = (each) => !each.closest("script, style, noscript, option[value^='×']");
    const found = [document.title];
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        if (shown(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
    }
    for (const each of document.querySelectorAll("*")) {
        for (const name of ["title", "aria-label", "aria-valuetext", "placeholder", "alt"]) {
            found.push(each.getAttribute(name) ?? "");
        }
    }
    return found;
}"""


def english_in(page: Page) -> set[str]:
    """Words of all texts, names and tooltips, hidden ones too, that are neither name nor label."""
    texts = [re.sub(r"\w*_\w+", "", text) for text in page.evaluate(SEEN)]
    return {word for text in texts for word in LATIN.findall(text)} - NAMES


def folded(error: Value) -> Value:
    from nn import MLP, half_squared_error

    loss = half_squared_error(MLP(2, [3, 1], seed=1)([Value(0.5, "x1"), Value(-0.25, "x2")]), [1.0])
    loss.label = "loss"
    return loss


@pytest.mark.parametrize("start", ["en", "zh"])
@pytest.mark.parametrize(
    ("make", "fold"),
    [
        (lambda error: error, None),
        (lambda error: square(), None),
        (folded, "layer"),
        (lambda error: relu(Value(2.0, "x")) + sum(Value(k, f"x{k}") for k in range(1, 7)), None),
    ],
)
def test_in_chinese_not_one_english_word_is_left(open_player, error, make, fold, start):
    page = open_player(make(error), fold=fold, lang=start)
    if start == "en":
        assert english_in(page)
        page.click("[data-action=language]")
    page.evaluate("document.querySelector('details.ways').open = true")
    last = int(page.get_attribute(".slider", "max"))
    for position in {*range(0, last, max(1, last // 12)), last}:
        page.evaluate(f"position => {SEEK}", position)
        assert english_in(page) == set(), position
    for name in ("node", "descent", "quiz", "steps"):
        tab(page, name)
        assert english_in(page) == set(), name
        if name == "descent":
            page.fill(".rate", "-")
            page.locator(".lesson .bar button").nth(1).click()
            assert english_in(page) == set()
        if name == "quiz":
            for typed in ("abc", "1e99"):
                page.fill(".answer", typed)
                page.keyboard.press("Enter")
                assert english_in(page) == set(), page.inner_text(".verdict")
    for typed in ("abc", "1,5", "1e999"):
        page.fill(".editor .value", typed)
        page.locator(".editor .value").dispatch_event("change")
        assert english_in(page) - {"abc"} == set(), typed
    for action in ("copy_text", "picture", "image"):
        page.click(f"[data-action={action}]")
        assert english_in(page) == set(), action
    page.click("[data-action=language]")
    assert english_in(page)


SEEK = """(() => {
    const slider = document.querySelector(".slider");
    slider.value = position;
    slider.dispatchEvent(new Event("input"));
})()"""


def test_both_languages_have_the_same_texts(open_page, tmp_path):
    from autograd.views.player.assets import asset

    scripts = "".join(asset(name) for name in ("texts.js", "lesson_texts.js", "chinese.js"))
    path = tmp_path / "texts.html"
    path.write_text(
        f'<meta charset="utf-8"><script>const data = {{}}; {scripts};'
        "const keys = (t) => Object.keys(t).sort().join();"
        "document.title = String(keys(texts.en) === keys(texts.zh));</script>",
        encoding="utf-8",
    )
    assert open_page(path).title() == "true"


def test_the_language_changes_and_the_step_stays(open_player, error):
    page = open_player(error)
    page.keyboard.press("End")
    before = page.inner_text(".counter")
    page.get_by_role("button", name="中文").click()
    assert page.inner_text("[data-tab=steps]") == "步骤"
    assert "上游梯度" in page.inner_text(".upstream")
    assert page.inner_text(".counter") == before
    page.get_by_role("button", name="English").click()
    assert page.inner_text("[data-tab=steps]") == "steps"


@pytest.mark.parametrize(
    ("lang", "term", "meaning"),
    [("en", "upstream", "it arrives from behind"), ("zh", "上游梯度", "从后面传来")],
)
def test_a_term_says_what_it_means(open_player, error, lang, term, meaning):
    page = open_player(error, lang=lang)
    page.keyboard.press("End")
    page.locator(".upstream .term", has_text=term).first.click()
    assert meaning in page.inner_text(".meaning")
    assert page.inner_text(".counter").startswith("55")


def test_a_wrong_answer_and_a_hint_are_two_tries(open_player):
    page = open_player(square())
    tab(page, "quiz")
    for hinted in (True, False, False):
        right = "3" if ask(page)[2] else "6"
        if hinted:
            page.fill(".answer", "17")
            page.keyboard.press("Enter")
            page.get_by_role("button", name="hint").click()
        page.fill(".answer", right)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    assert page.inner_text(".score") == "2 of 3 right at the first try"


def test_a_quiz_can_be_left_and_taken_again(open_player):
    page = open_player(square())
    tab(page, "quiz")
    page.get_by_role("button", name="leave").click()
    assert page.locator(".rules").is_visible()
    tab(page, "quiz")
    for place in (1, 2, 3):
        assert page.inner_text(".lesson .count") == f"question {place} of 3"
        page.fill(".answer", "3" if ask(page)[2] else "6")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    assert page.inner_text(".score") == "3 of 3 right at the first try"
    page.get_by_role("button", name="again").click()
    assert page.inner_text(".lesson .count") == "question 1 of 3"
    assert page.evaluate("document.activeElement.className") == "answer"
    assert page.inner_text(".verdict") == ""


def test_slips_are_named_in_chinese(open_player):
    page = open_player(square(), lang="zh")
    tab(page, "quiz")
    page.fill(".answer", "-3" if ask(page)[2] else "-6")
    page.keyboard.press("Enter")
    assert page.inner_text(".verdict") == "错误：符号错误"
    assert "符号错误" in [mistake.zh for mistake in MISTAKES]


# ------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize("size", [(360, 740), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["steps", "node", "descent", "quiz"])
def test_no_tab_is_wider_than_the_window(open_player, error, size, lang, name):
    page = open_player(error, size=size, lang=lang)
    tab(page, name)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wide = "each => each.scrollWidth - each.clientWidth"
    assert page.locator(".lesson").evaluate(wide) <= 1
