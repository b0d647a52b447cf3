"""What the player's functions give for small graphs: each page is opened once and asked much.

The figures are those of graphs that can be computed by hand, or by `autograd` itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from autograd import Value, dot, exp, maximum, minimum, relu, sin, tanh
from autograd.value import Parameter
from autograd.views.player.assets import SCRIPTS, asset
from autograd.views.player.page import page as player_page
from autograd.views.write.text import number

NAMES = re.findall(r"^(const|let) (\w+)", "\n".join(map(asset, SCRIPTS)), re.M)
# Only the page of a batch has what draws a boundary.
OF_BATCH = 'if (typeof wantedAbove !== "undefined") inside.wantedAbove = wantedAbove;'
HOST = (
    "globalThis.inside = {{ atFirst: chosen, rules, {} }};".format(
        " ".join(
            f"get {name}() {{ return {name}; }},"
            + (f" set {name}(given) {{ {name} = given; }}," if kind == "let" else "")
            for kind, name in NAMES
        )
    )
    + OF_BATCH
)
NOTES = {
    "|₁ means local: through the 1st argument alone, all else held fixed. "
    "A ∂ without it is total: along all ways.": "(notation)",
    "Step on: first every value is computed from its parents, forwards; then the gradient of t "
    "flows back, and every node passes upstream · local on to each of its parents.": "(step on)",
    "the output's own gradient is 1, where backpropagation starts": "(the seed)",
    "\u00a0": " ",
}


def named(label: str, value: Value) -> Value:
    value.label = label
    return value


def small() -> Value:
    """t = (ab + a)² · exp(c − 1), with a = 2, b = −3, c = 0.5."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Parameter(0.5, "c")
    q = named("q", named("p", a * b) + a)
    return named("t", named("r", q * q) * named("s", exp(c - 1)))


def layers() -> Value:
    """Two layers, each one card, of 7 and 3 leaves; z is read in its layer and by the output."""
    inputs = [Value(0.5, "x0"), Value(-0.25, "x1"), Value(0.75, "x2")]
    hidden = []
    for neuron, row in enumerate((inputs, inputs[:2])):
        path = f"layers.0.neurons.{neuron}"
        w = [Parameter(0.25 * (k + 1 - neuron), f"{path}.w{k}") for k in range(len(row))]
        hidden.append(tanh(dot(w, row, Parameter(0.1, f"{path}.b"))))
    w = [Parameter(0.25, "layers.1.w0"), Parameter(0.5, "layers.1.w1")]
    z = named("z", dot(w, hidden, Parameter(0.1, "layers.1.b")))
    return named("L", z + tanh(z) * Value(2.0, "t"))


def limits() -> Value:
    """Nodes with 5, 6, 12 and 13 consumers, one with a long name, and a step that passes 0."""
    terms = [relu(named("a_name_of_25_letters_____", Value(-1.0, "rrr") * 2.0))]
    for count in (5, 6, 12, 13):
        x = Value(0.5 - count, f"x{count}")
        terms.append(named(f"s{count}", dot([x] * count, [k + 1.0 for k in range(count)])))
    terms.append(maximum(Value(2.0, "m"), Value(3.0, "n")))
    return named("t", sum(terms[1:], terms[0]))


ANEW = """() => {
    const { find } = inside;
    inside.player.speakIn("en");
    inside.openTab("steps");
    inside.lesson.replaceChildren(); // it keeps what was in it, unseen
    inside.player.setValues(inside.recorded.values.slice(0, inside.leafCount));
    inside.history = [];
    inside.chosen = inside.atFirst;
    inside.choose(0);
    inside.digits = Number(inside.precision.defaultValue);
    inside.precision.value = inside.digits;
    inside.speed.value = "1";
    inside.fit("auto");
    for (const name of [".search", ".copy"]) find(name).value = "";
    find(".copy").hidden = true;
    for (const name of [".copied", ".meaning"]) find(name).textContent = "";
    inside.go(0);
}"""


DRAWN = """() => new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(resolve)))"""  # what has its size after that
errors: list[str] = []  # of the pages that are open


@pytest.fixture(autouse=True)
def no_errors() -> Iterator[None]:
    yield
    found = [*errors]
    errors.clear()
    assert found == []


@pytest.fixture(scope="module")
def open_once(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable]:
    folder: Path = tmp_path_factory.mktemp("functions")
    pages: dict[str, Page] = {}
    errors.clear()

    def open_(make: Callable[[], Value], fold: str | None = None) -> Page:
        name = f"{make.__name__}_{fold}"
        if name not in pages:
            path = folder / f"{name}.html"
            path.write_text(player_page(make(), fold=fold, host=HOST), encoding="utf-8")
            page = browser.new_page(
                viewport={"width": 1000, "height": 600}, reduced_motion="reduce"
            )
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(path.as_uri())
            page.evaluate(DRAWN)
            pages[name] = page
        page = pages[name]
        page.evaluate(ANEW)
        return page

    yield open_
    for page in pages.values():
        page.close()


# --------------------------------------------------------------------------- the step that is shown

STEPS = """(names) => {
    const { find, go, course, nodes } = inside;
    const wanted = new RegExp(`^(${names})$`);
    const all = (selector) => [...document.querySelectorAll(selector)];
    return [...course.frames.keys()].filter((position) => {
        const [node] = course.frames[position].nodes;
        return wanted.test(node === undefined ? "" : nodes[node].name);
    }).map((position) => {
        go(position);
        const head = [".phase", ".title", ".upstream", ".counter"];
        const lines = all(".rules .rule p, .rules .note");
        return [
            head.map((each) => find(each).textContent).join(" | "),
            find(".status").textContent,
            ...lines.map((each) => `${each.className}: ${each.textContent}`),
        ].join("\\n");
    });
}"""


def steps(page: Page, names: str = ".*") -> list[str]:
    """All that is written beside the drawing at some nodes' steps, a note's text made short."""
    shown = "\n\n".join(page.evaluate(STEPS, names))
    for long, short in NOTES.items():
        shown = shown.replace(long, short)
    return shown.split("\n\n")


TRANSCRIPTS = Path(__file__).with_name("transcripts")
SOME = "a_name_.*|s5|s6|v1|v6|s13"


def lines_of(name: str) -> list[str]:
    return (TRANSCRIPTS / name).read_text(encoding="utf-8").rstrip("\n").split("\n\n")


@pytest.mark.parametrize(
    ("make", "fold", "names"),
    [(small, None, ".*"), (layers, "layer", ".*"), (limits, None, SOME)],
    ids=["small", "layers", "limits"],
)
def test_what_is_written_at_each_step(open_once, make, fold, names):
    assert steps(open_once(make, fold), names) == lines_of(f"{make.__name__}.txt")


LESSONS = """(names) => names.map((name) => {
    inside.chosen = inside.nodes.findIndex((node) => node.name === name);
    inside.openTab("node");
    return [...document.querySelectorAll(".lesson p")].map((each) => each.textContent).join("\\n");
})"""


@pytest.mark.parametrize(
    ("make", "names"),
    [(small, "a b c p q r v1 s t"), (limits, "rrr x5 x6 x12 x13 m s5")],
    ids=["small", "limits"],
)
def test_what_is_written_of_each_gradient(open_once, make, names):
    page = open_once(make)
    written = page.evaluate(LESSONS, names.split())
    assert written == lines_of(f"{make.__name__}_gradients.txt")


# ------------------------------------------------------------------------- what else is on the page

PAGE = """(selector) => [...document.querySelectorAll(selector)].map((each) => {
    const said = (name) => each.hasAttribute(name) ? `${name}=${each.getAttribute(name)}` : "";
    const attributes = ["data-action", "data-tab", "type", "title", "aria-label", "aria-pressed",
        "aria-valuetext", "aria-current", "aria-invalid", "role", "tabindex", "max", "disabled",
        "hidden", "inert", "data-step", "data-card"];
    const own = [...each.childNodes].filter((node) => node.nodeType === 3)
        .map((node) => node.textContent.trim()).join("_");
    const style = each.closest("svg") ? "" : each.style.cssText;
    const what = [each.localName, ...each.classList].join(".");
    const ticked = each.checked ? "ticked" : "";
    const typed = each.matches("input, select") ? `= ${each.value}` : "";
    const parts = [what, ...attributes.map(said), style, own, typed, ticked];
    return parts.filter(Boolean).join(" ");
}).filter((each) => !/^(wbr|svg|path|option|li)\\b/.test(each)).join("\\n")"""
STATES = {
    "start": (
        "small",
        "inside.take(inside.divided(false)); inside.go(0)",
        "body, h1, h2, main, .player, .toolbar *, .panel, .panel *",
    ),
    "middle": ("small", "inside.go(8)", ".toolbar *, .panel *, .order *, .footer *"),
    "cards": ("small", "inside.go(8)", ".viewport g, .viewport [data-key], .box, .flow-label"),
    "node": (
        "small",
        "inside.visit(5); inside.chosen = 5; inside.openTab('node')",
        ".panel, .panel *",
    ),
    "descent": ("small", "inside.openTab('descent')", ".panel, .panel *"),
    "layers": ("layers", "inside.go(9)", ".toolbar *, .panel *, .order *"),
    "layer": (
        "layers",
        "inside.go(8)",
        ".viewport g, .viewport [data-key], .viewport [data-count]",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_what_is_on_the_page(open_once, state):
    make, action, selector = STATES[state]
    page = open_once(
        {"small": small, "layers": layers}[make], "layer" if make == "layers" else None
    )
    page.evaluate(f"() => {{ {action}; }}")
    assert page.evaluate(PAGE, selector).split("\n") == (
        (TRANSCRIPTS / f"page_{state}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    )


def test_a_long_product_shows_its_first_four_and_its_last_three(open_once):
    page = open_once(small)
    shown = page.evaluate("[8, 9].map((n) => inside.product([...Array(n).keys()], '·'))")
    assert shown == ["0·1·2·3·4·5·6·7", "0·1·2·3·…·6·7·8"]


def test_a_list_has_six_lines_and_says_how_many_it_leaves_out(open_once):
    page = open_once(small)
    lists = """[0, 5, 6, 7, 9].map((count) => {
        const { children } = inside.listed("These:", Array(count).fill(["x"]));
        return [...children].map((each) => each.textContent);
    })"""
    six = ["These:", *["x"] * 6]
    assert page.evaluate(lists) == [
        *(["These:"], six[:6], six, [*six, "… and 1 more"], [*six, "… and 3 more"]),
    ]


def test_a_step_in_latex(open_once):
    page = open_once(small)
    latex = page.evaluate(
        "[...inside.course.frames.keys()].map((k) => { inside.go(k); return inside.stepLatex(); })"
    )
    assert latex == lines_of("small_latex.txt")


def test_a_factor_in_latex_has_brackets_if_it_has_a_sign(open_once):
    page = open_once(small)
    found = page.evaluate("[-1.5, 0, 0.5, 2].map(inside.latexGuarded)")
    assert found == [r"\left(-1.5\right)", "0", "0.5", "2"]
    assert page.evaluate("inside.latexGuarded(-0)") == r"\left(-0\right)"


def test_the_drawing_and_its_links_say_in_both_languages_what_they_are(open_once):
    page = open_once(layers, "layer")
    found = page.evaluate(
        """() => ["zh", "en"].map((language) => {
            inside.player.speakIn(language);
            const links = [...document.querySelectorAll(".viewport [data-count]")];
            return [[...document.querySelectorAll("svg > title, svg > desc")].map((each) =>
                each.textContent), links.map((each) => [each.dataset.count,
                    each.querySelector("title").textContent])];
        })"""
    )
    titles = [
        ["L 的计算图", "8 张卡片，8 条连线"],
        ["Computation graph of L", "8 cards and 8 links between them"],
    ]
    counts = [count for count, _ in found[0][1]]
    assert len(counts) >= 2
    assert [each[0] for each in found] == titles
    assert found[0][1] == [[count, f"{count} 条连线"] for count in counts]
    assert found[1][1] == [[count, f"{count} links"] for count in counts]


def test_titles_of_the_cards(open_once):
    titles = """(position) => {
        inside.go(position);
        return inside.cards.map((card) => card.querySelector("title").textContent).join("\\n\\n");
    }"""
    wanted = lines_of("titles.txt")
    found = [
        each
        for make, fold, position in (
            *((small, None, position) for position in (0, 4, 12)),
            *((layers, "layer", position) for position in (2, 9)),
        )
        for each in open_once(make, fold).evaluate(titles, position).split("\n\n")
    ]
    assert found == wanted


def inner() -> Value:
    """t = 3·p + 2, with p = 2·x1·x2·x3·x4, whose five factors are one card."""
    p = Parameter(2.0, "w")
    for k in range(1, 5):
        p = p * Value(k + 0.5, f"x{k}")
    return named("t", named("p", p) * 3.0 + 2.0)


FLOWS = """(whole) => {
    inside.take(inside.divided(whole));
    return inside.course.frames.map(({ nodes: worked, phase }, position) => {
        inside.jump(position);
        return [phase, worked.length, [...document.querySelectorAll(".flow-label")].map((each) =>
            each.textContent)];
    }).filter(([phase]) => phase === "backward").map(([, count, labels]) => [count, labels]);
}"""


def test_links_to_the_card_of_a_product_say_the_derivatives_of_the_whole(open_once):
    page = open_once(inner)
    factors = [2.0, 1.5, 2.5, 3.5, 4.5]
    whole = page.evaluate(FLOWS, True)
    assert [count for count, _ in whole][-1] == 4
    labels = {f"×{number(math.prod(factors) / factor, 4)}" for factor in factors}
    assert set(whole[-1][1]) == labels
    assert [labels for _, labels in whole[:-1]] == [["×1", "×1"], ["×3", "×118.1"]]
    single = page.evaluate(FLOWS, False)
    page.evaluate("() => { inside.take(inside.divided(true)); }")
    assert [count for count, _ in single] == [1] * len(single)
    assert single[-1][1] == ["×1.5", "×2"]


def test_a_label_in_chinese_lies_on_its_paper(open_once):
    page = open_once(layers, "layer")
    found = page.evaluate(
        """() => {
            inside.player.speakIn("zh");
            const found = inside.course.frames.flatMap((_, position) => {
                inside.go(position);
                return [...document.querySelectorAll(".flow-label")].map((each, i) =>
                    [each.textContent, document.querySelectorAll(".flow .paper")[i].width.baseVal
                        .value, each.getComputedTextLength()]);
            });
            inside.player.speakIn("en");
            return found;
        }"""
    )
    widths = {label: paper for label, paper, _ in found}
    assert widths["2 条连线"] == 7 * (2 + 2 * 3) + 4  # a sign is as wide as two letters
    assert all(text <= paper for _, paper, text in found)


def test_a_card_has_as_many_digits_as_fit_in_it(open_once):
    page = open_once(small)
    shown = page.evaluate(
        """() => {
            inside.go(8);
            const kept = inside.digits;
            const card = inside.cards.at(-2);
            const shown = [2, 6, 9].map((digits) => {
                inside.digits = digits;
                inside.show();
                return ["data", "grad"].map((key) =>
                    inside.cards.map((each) => each.querySelector(`[data-key=${key}]`))
                        .map((each) => each?.textContent ?? "").join(" "));
            });
            inside.digits = kept;
            inside.show();
            return shown;
        }"""
    )
    assert shown[0][0].split()[-2:] == ["0.61", "9.7"]
    assert shown[1] == shown[2]
    assert shown[1][0].split()[-2:] == ["0.606531", "9.70449"]
    assert "0.606531" in shown[1][1].split()


# ------------------------------------------------------------------------------ frames and numbers


def test_the_steps_of_each_node_and_of_each_card(open_once):
    """In `small` the nodes are a, b, c, 1 and, computed from them, p, q, r, v1, s, t."""
    shown = """(whole) => {
        const { frames, forward, backward, final, seed, last } = inside.divided(whole);
        return [frames.map(({ phase, nodes, start, end }) => [phase[0], nodes, start, end]),
            ...[forward, backward, final].map((each) => [...each]), seed, last];
    }"""
    page = open_once(small)
    forwards = [["f", [node], 0, 0] for node in range(4, 10)]
    backwards = [(9, 0, 2), (8, 2, 3), (7, 3, 5), (6, 5, 7), (5, 7, 9), (4, 9, 11)]
    assert page.evaluate(shown, False) == [
        [
            *(["s", [], 0, 0], *forwards, ["s", [9], 0, 0]),
            *(["b", [node], start, end] for node, start, end in backwards),
        ],
        [[node, node - 3] for node in range(4, 10)],
        [[9, 8], [8, 9], [7, 10], [6, 11], [5, 12], [4, 13]],
        [[9, 7], [6, 8], [8, 8], [7, 9], [2, 10], [3, 10], [5, 11], [4, 12], [0, 13], [1, 13]],
        *(7, 13),
    ]
    page = open_once(layers, "layer")
    frames, forward, backward, final, seed, last = page.evaluate(shown, True)
    names = page.evaluate("inside.nodes.map(({ name }) => name)")
    told = [" ".join(names[node] for node in nodes) for _, nodes, _, _ in frames]
    assert told == [
        *("", "v1 v2 v3 v4", "z v5", "v6", "L", "L"),
        *("L", "v6", "v5 z", "v4 v3 v2 v1"),
    ]
    assert [frame[2:] for frame in frames[6:]] == [[0, 2], [2, 4], [4, 10], [10, 24]]
    assert (seed, last) == (5, 9)
    first = {"v1": 1, "v2": 1, "v3": 1, "v4": 1, "z": 2, "v5": 2, "v6": 3, "L": 4}
    assert {names[node]: frame for node, frame in forward} == first
    assert {names[node]: frame for node, frame in backward} == {
        name: 10 - frame for name, frame in first.items()
    }
    finals = {names[node]: frame for node, frame in final}
    leaves = {"x0": 9, "layers.0.neurons.1.b": 9, "layers.1.w1": 8, "t": 7}
    inner = {"v1": 9, "v2": 8, "v4": 8, "z": 8, "v5": 7, "v6": 6, "L": 5}
    assert {name: finals[name] for name in {**leaves, **inner}} == {**leaves, **inner}


def test_gradients_so_far(open_once):
    page = open_once(small)
    s = 0.6065306597126334  # exp(-0.5)
    found = page.evaluate("[7, 8, 11, 12, 13].map(inside.gradientsAt)")
    nothing = [0.0] * 10
    for changes, gradients in zip(
        [
            {9: 1},
            {6: s, 8: 16},
            {7: 16 * s, 2: 16 * s, 3: -16 * s, 5: -8 * s},
            {4: -8 * s, 0: -8 * s},
            {0: 16 * s, 1: -16 * s},
        ],
        found,
        strict=True,
    ):
        for node, gradient in changes.items():
            nothing[node] = gradient
        assert gradients == pytest.approx(nothing)


def test_values_are_computed_up_to_a_node_and_around_one_that_is_held(open_once):
    page = open_once(small)
    leaves = [5.0, 2.0, 1.0, 1.0]
    zeros = [0.0] * 6
    found = page.evaluate(
        """([leaves, zeros]) => {
            const { forwards } = inside;
            const start = () => [...leaves, ...zeros];
            return [forwards(start()), forwards(start(), 5), forwards(start(), -1, 5),
                forwards(start(), -1, 4), inside.outputWith(5, 7), inside.outputWith(0, 0)];
        }""",
        [leaves, zeros],
    )
    assert found[0] == [*leaves, 10, 15, 225, 0, 1, 225]
    assert found[1] == [*leaves, 10, 0, 0, 0, 1, 0]
    assert found[2] == [*leaves, 10, 15, 0, 0, 0, 0]
    assert found[3] == [*leaves, 10, 0, 0, 0, 0, 0]
    assert found[4] == pytest.approx(49 * 0.6065306597126334)
    assert found[5] == 0


def test_what_is_not_selected_passes_nothing_and_what_comes_from_nothing_is_nothing(open_once):
    """Of chain rules with given derivatives: null is none, and 0 · inf is not 0."""
    page = open_once(small)
    passed = """(locals) => inside.chainRule([], (node) => locals[node] ?? [1, 1]).steps
        .map(({ node, upstream, local, contribution, accumulated }) =>
            [node, upstream, local, contribution, accumulated].map(String))"""
    found = page.evaluate(passed, {9: [None, 2], 6: [3, None], 4: [float("inf"), 0]})
    assert found == [
        *(["9", "1", "0", "0", "0"], ["9", "1", "2", "2", "2"]),
        *(["8", "2", "1", "2", "2"], ["7", "2", "1", "2", "2"], ["7", "2", "1", "2", "2"]),
        *(["6", "0", "3", "0", "0"], ["6", "0", "0", "0", "0"]),
        *(["5", "0", "1", "0", "0"], ["5", "0", "1", "0", "0"]),
        *(["4", "0", "Infinity", "0", "0"], ["4", "0", "0", "0", "0"]),
    ]
    found = page.evaluate(passed, {9: [3, None], 5: [float("inf"), 1], 4: [0, 0]})
    assert found[7:] == [
        *(["5", "6", "Infinity", "Infinity", "Infinity"], ["5", "6", "1", "6", "6"]),
        *(["4", "Infinity", "0", "NaN", "NaN"], ["4", "Infinity", "0", "NaN", "NaN"]),
    ]


# ------------------------------------------------------------------------------------------- texts


def test_formulas_are_filled_with_brackets_where_they_are_needed(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { filled, binding, guarded, subscript, chained } = inside;
            const write = (node) => [`n${node}`, node]; // p, of a and b, binds as strongly as 4
            const of = (formula) => filled(formula, 4, write);
            return [
                of("{x0:0}·{x1:1}"), of("{x0:1}·{x1:2}"), of("{y:4}+{y:5}"),
                of("diffs({x1:0}) if {x0:0} > 0 else {x1:0}"),
                filled("{x0:1}", 4, write, (content) => `[${content}]`),
                ["−1", "−1e+20", "1e+20", "12"].map(binding), ["−1", "1"].map(guarded),
                [1, 10, 29, 345678].map(subscript), chained("a", "a", "b", "a"),
                chained("a", "b", "a", "b", "b"), chained("a", "a"),
            ];
        }"""
    )
    assert found == [
        *("n0·n1", "(n0)·(n1)", "n4+(n4)", "diffs(n1) if n0 > 0 else n1", "[n0]"),
        *([3, 3, 5, 6], ["(−1)", "1"], ["₁", "₁₀", "₂₉", "₃₄₅₆₇₈"], ["a", "b", "a"]),
        *(["a", "b", "a", "b"], ["a"]),
    ]
    chinese = """() => {
        inside.language = "zh";
        const found = inside.filled("{x0:0} if {x0:0} else {x1:0}", 4, (node) => [`n${node}`, 0]);
        inside.language = "en";
        return found;
    }"""
    assert page.evaluate(chinese) == "n0 若 n0 否则 n1"


def test_a_long_equation_loses_its_symbols_and_not_its_number(open_once):
    page = open_once(small)
    found = page.evaluate(
        """["upstream", "∂t/∂q = −4.85"].map((equation) => inside.apart(equation).map((each) =>
            typeof each === "string" ? each :
                [each.className, each.textContent, each.style.maxWidth]))"""
    )
    assert found == [["upstream"], [["cut", "∂t/∂q", "calc(100% - 8ch)"], " = −4.85"]]


CHECKS = (
    # at, slopes to the left and right of it, value there, gradient, and what is said
    (1.0, 2.0, 2.0, 0.0, 2.0, "✓"),
    (1.0, 2.0, 2.0, 0.0, 2.0 * (1 + 0.9e-6), "✓"),
    (1.0, 2.0, 2.0, 0.0, 2.0 * (1 + 1.2e-6), "differs"),
    (1.0, -2.0, -2.0, 0.0, -2.0 * (1 + 0.9e-6), "✓"),
    (1.0, -2.0, -2.0, 0.0, 2.0, "differs"),
    (1.0, 1.0, 3.0, 0.0, 3.0, "kink"),
    (1.0, 1.0, 3.0, 0.0, 2.0, "✓"),
    (1.0, -3.0, -1.0, 0.0, 0.0, "kink"),
    (1.0, 2.0, 2.0 * (1 + 0.8e-3), 0.0, 3.0, "differs"),
    (1.0, 2.0, 2.0 * (1 + 1.3e-3), 0.0, 3.0, "kink"),
    (1.0, 2.0 * (1 + 1.3e-3), 2.0, 0.0, 3.0, "kink"),
    (1.0, math.inf, 2.0, 0.0, 2.0, "differs"),
    (1.0, 2.0, math.nan, 0.0, 2.0, "differs"),
    (1.0, 2.0, 2.0, 0.0, math.inf, "differs"),
    (1.0, 2.0, 2.0, 1e8, 2.02, "✓"),  # within the rounding of a large output
    (1.0, 2.0, 2.0, -1e8, 2.02, "✓"),
    (1.0, 2.0, 2.0, 1e8, 2.0285, "differs"),
    (1.0, 0.0, 0.0, 0.0, 0.0, "✓"),
    (1.0, 2.0, 2.0, 0.0, 2.0 * (1 + 1.0001e-6), "✓"),
    (-3.0, 2.0, 2.0, 0.0, 2.0 * (1 + 1.0001e-6), "✓"),
    (1.0, 2.0, 2.0, 0.0, 2.0 * (1 + 1.0004e-6), "differs"),
    (-3.0, 2.0, 2.0, 0.0, 2.0, "✓"),
    (1e-6, 2.0, 2.0, 0.0, 2.0 * (1 + 1e-4), "differs"),
    (1e-6, 1.0, 3.0, 0.0, 1.0, "kink"),
    (200.0, 1.0, 3.0, 0.0, 1.0, "kink"),
)


def one() -> Value:
    return named("y", sin(Value(1.0, "x")))


def test_a_gradient_is_compared_with_a_difference_within_what_that_can_tell(open_once):
    """For functions of two slopes that meet at x."""
    page = open_once(one)
    found = page.evaluate(
        """(checks) => checks.map(([at, left, right, value, gradient]) => {
            const { player, rules, nodes, checkBox } = inside;
            const rule = rules[nodes[1].rule];
            const kept = rule.forward;
            player.setValue(0, at);
            rule.forward = (x) => value + (x === at ? 0 : (x < at ? left : right) * (x - at));
            inside.run.steps[0].accumulated = gradient;
            const said = checkBox(0).querySelector(".more").textContent;
            rule.forward = kept;
            player.setValue(0, at + 1);
            return said;
        })""",
        [check[:5] for check in CHECKS],
    )
    for said, (at, left, right, _, gradient, words) in zip(found, CHECKS, strict=True):
        moved, _, told = said.partition("; backpropagation: ")
        assert moved.startswith(f"moved by ±{number(6e-6 * max(1.0, abs(at)), 1)}: ")
        sides = f"{number(left, 6)} to the left, {number(right, 6)} to the right"
        ending = {
            "✓": "✓",
            "kink": f"– a kink: {sides}",
            "differs": "– a difference cannot tell here",
        }
        assert told == f"{number(gradient, 6)} {ending[words]}"


def test_what_the_reader_does_with_a_mouse(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { find, nodes, cards, slider } = inside;
            const all = (selector) => [...document.querySelectorAll(selector)];
            const at = () => [inside.current, inside.tab, nodes[inside.chosen].name];
            const seen = {};
            seen.buttons = ["step", "step", "step", "back", "last", "back", "first"].map((name) => {
                find(`[data-action=${name}]`).click();
                return inside.current;
            });
            slider.value = 6;
            slider.dispatchEvent(new Event("input"));
            seen.slider = inside.current;
            const click = (each) => each.dispatchEvent(new MouseEvent("click", { bubbles: true }));
            inside.chosen = 0;
            click(inside.svg);
            seen.beside = at();
            inside.dragged = true;
            click(cards[3].querySelector("text"));
            seen.dragged = at();
            inside.dragged = false;
            click(cards[3].querySelector("text"));
            seen.card = at();
            click(cards[6]); // the constant 1
            seen.constant = at();
            inside.go(inside.current);
            seen.shownAgain = at();
            all(".ledger button")[1].click();
            seen.line = at();
            inside.jump(11);
            inside.openTab("node");
            all(".ledger button:not(.term)")[1].click();
            seen.lineOfTheStepThatIsShown = at();
            inside.jump(4);
            inside.openTab("node");
            find(".pick").value = 1;
            find(".pick").dispatchEvent(new Event("change"));
            seen.pick = [...at(), document.activeElement.className,
                find(".ledger .chain").textContent.split(":")[0]];
            inside.jump(3);
            seen.moved = at();
            inside.openTab("descent");
            click(cards[0]);
            seen.descent = at();
            inside.openTab("quiz");
            inside.player.select(4);
            seen.quiz = [inside.tab, nodes[inside.chosen].name];
            inside.openTab("steps");
            seen.classes = ["steps", "node", "descent", "quiz"].map((name) => {
                inside.openTab(name);
                const { classList } = find(".panel");
                return [classList.contains("learning"), classList.contains("beside"),
                    find(".player").classList.contains("quizzing"), find(".toolbar").inert,
                    find(".footer").inert, all("[data-tab]").map(inside.isPressed).indexOf(true)];
            });
            inside.openTab("steps");
            seen.left = [find(".player").classList.contains("quizzing"), find(".toolbar").inert];
            return seen;
        }"""
    )
    assert found == {
        "buttons": [1, 2, 3, 2, 13, 12, 0],
        "slider": 6,
        "beside": [6, "steps", "a"],
        "dragged": [6, "steps", "a"],
        "card": [2, "node", "q"],
        "constant": [4, "steps", "q"],
        "shownAgain": [4, "steps", "q"],
        "line": [4, "steps", "q"],
        "lineOfTheStepThatIsShown": [11, "steps", "q"],
        "pick": [4, "node", "b", "pick", "∂t/∂b"],
        "moved": [3, "steps", "b"],
        "descent": [13, "descent", "a"],
        "quiz": ["quiz", "a"],
        "classes": [
            [False, False, False, False, False, 0],
            [True, True, False, False, False, 1],
            [True, False, False, False, False, 2],
            [True, False, True, True, True, 3],
        ],
        "left": [False, False],
    }


def test_a_changed_value_is_reset_and_a_language_goes_through_all(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { find, actions, input, player } = inside;
            const seen = {};
            inside.choose(2);
            input.focus();
            input.value = "0.75";
            input.dispatchEvent(new Event("input"));
            seen.edited = [inside.run.values[2], inside.cards.map((card) =>
                card.classList.contains("edited")).indexOf(true)];
            actions.reset();
            seen.reset = [inside.run === inside.recorded, input.value, inside.chooser.value];
            inside.go(8);
            const said = () => [document.documentElement.lang, document.title,
                document.title === find("main").ariaLabel,
                find(".title").textContent, find(".phase").textContent,
                find(".order li").textContent, find(".card [data-key=grad]")
                    .previousElementSibling.textContent, find("[data-action=last]").ariaLabel,
                find(".viewport desc").textContent, inside.current,
                document.querySelectorAll(".order .past").length];
            actions.language();
            seen.zh = said();
            inside.openTab("node");
            actions.language();
            seen.en = said();
            seen.tab = inside.tab;
            return seen;
        }"""
    )
    assert found == {
        "edited": [0.75, 5],
        "reset": [True, "0.5", "2"],
        "zh": [
            *("zh", "t 的反向传播", True, "t  (×)", "反向传播", "0.开始", "梯度", "最后一步"),
            *("10 张卡片，11 条连线", 8, 8),
        ],
        "en": [
            *("en", "Backpropagation through t", True, "t  (×)", "backward pass", "0.start"),
            *("grad", "Last step", "10 cards and 11 links between them", 8, 8),
        ],
        "tab": "node",
    }


def test_what_is_typed_is_read_said_and_computed(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { chooser, input, complaint, find } = inside;
            const send = (each, type) => each.dispatchEvent(new Event(type, { cancelable: true }));
            const now = () => [inside.run.values[2], complaint.textContent,
                input.getAttribute("aria-invalid")];
            const choose = (index) => {
                chooser.value = index;
                send(chooser, "change");
            };
            const typed = (content, ...types) => {
                input.value = content;
                for (const type of types) send(input, type);
                return now();
            };
            const seen = { options: [...chooser.options].map(({ label, value }) =>
                [label, value]) };
            choose(2);
            seen.chosen = [input.value, ...now()];
            seen.typed = ["abc", "1e", "1,5", "1e400", "-", "0.25", "0.5"].map((content) =>
                typed(content, "input"));
            seen.same = inside.run === inside.recorded;
            seen.left = ["1e", "-", "abc", "0.5"].map((content) => typed(content, "change"));
            seen.infinite = typed("800", "input", "change");
            typed("", "input");
            seen.still = now();
            choose(1);
            seen.other = [input.value, ...now()];
            choose(2);
            seen.own = [input.value, ...now()];
            seen.word = typed("nan", "input", "change");
            seen.inf = typed("inf", "input", "change");
            choose(0);
            seen.elsewhere = now();
            choose(2);
            seen.word_again = input.value;
            choose(0);
            seen.first = typed("inf", "input", "change");
            choose(1);
            seen.besides = now();
            choose(0);
            seen.chosen_again = now();
            typed("2", "input", "change");
            choose(2);
            typed("-0", "input");
            choose(2);
            seen.zero = [input.value, inside.run === inside.recorded];
            seen.submitted = send(find(".editor"), "submit");
            return seen;
        }"""
    )
    stays = "the old value stays"
    assert found == {
        "options": [["a", "0"], ["b", "1"], ["c", "2"], ["1", "3"]],
        "chosen": ["0.5", 0.5, "", "false"],
        "typed": [
            [0.5, f"“abc” is no number; {stays}", "true"],
            [0.5, "", "false"],
            [0.5, f"“1,5”: write 1.5, with a point; {stays}", "true"],
            [0.5, f"1e400 is above 1.8e308, the largest number; {stays}", "true"],
            [0.5, "", "false"],
            [0.25, "", "false"],
            [0.5, "", "false"],
        ],
        "same": True,
        "left": [
            *([0.5, f"“{wrong}” is no number; {stays}", "true"] for wrong in ("1e", "-", "abc")),
            [0.5, "", "false"],
        ],
        "infinite": [800, "s is infinite here", "false"],
        "still": [800, "s is infinite here", "false"],
        "other": ["-3", 800, "s is infinite here", "false"],
        "own": ["800", 800, "s is infinite here", "false"],
        "word": [pytest.approx(math.nan, nan_ok=True), "", "false"],
        "inf": [math.inf, "", "false"],
        "elsewhere": [math.inf, "c is infinite here", "false"],
        "word_again": "inf",
        "first": [math.inf, "", "false"],
        "besides": [math.inf, "a is infinite here", "false"],
        "chosen_again": [math.inf, "", "false"],
        "zero": ["-0", False],
        "submitted": False,
    }


def test_digits_are_taken_within_their_range_and_the_range_is_said(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { precision, complaint } = inside;
            const frames = () => inside.heard;
            inside.heard = 0;
            const listen = () => { inside.heard += 1; };
            inside.player.on("frame", listen);
            const typed = (content) => {
                precision.value = content;
                precision.dispatchEvent(new Event("input"));
                const before = complaint.textContent;
                precision.dispatchEvent(new Event("change"));
                return [inside.digits, frames(), before, complaint.textContent];
            };
            const seen = ["3", "0", "", "17", "18", "2.5", "1", "6"].map(typed);
            inside.player.setValue(2, 800);
            seen.push(typed("6"));
            inside.listeners.frame.pop();
            return seen;
        }"""
    )
    wrong = "digits: a whole number from 1 to 17"
    bad = "s is infinite here"
    assert found == [
        *([3, 1, "", ""], [3, 1, "", wrong], [3, 1, wrong, wrong], [17, 2, wrong, ""]),
        *([17, 2, "", wrong], [17, 2, wrong, wrong], [1, 3, wrong, ""], [6, 4, "", ""]),
        [6, 6, bad, bad],
    ]


def test_a_page_starts_with_the_steps_and_in_its_language(browser, tmp_path):
    path = tmp_path / "player.html"
    for lang, tabs in (("en", "steps"), ("zh", "步骤")):
        path.write_text(player_page(small(), lang=lang, host=HOST), encoding="utf-8")
        page = browser.new_page()
        page.goto(path.as_uri())
        found = page.evaluate(
            """() => {
                const tabs = [...document.querySelectorAll("[data-tab]")];
                const seen = [inside.language, document.documentElement.lang, inside.tab,
                    tabs.map((each) => each.getAttribute("aria-pressed")), tabs[0].textContent,
                    inside.current, inside.find(".lesson").childElementCount, inside.dragged,
                    inside.chooser.value, inside.input.value];
                inside.openTab("node");
                inside.actions.step();
                return [...seen, inside.tab];
            }"""
        )
        pressed = ["true", *["false"] * 3]
        assert found == [lang, lang, "steps", pressed, tabs, 0, 0, False, "0", "2", "steps"]
        page.close()


def test_a_mouse_leaves_the_focus_where_it_is_on_every_button(open_once):
    page = open_once(small)
    taken = page.evaluate(
        """() => ["steps", "node", "descent"].flatMap((tab) => {
            inside.openTab(tab);
            return [...document.querySelectorAll("button:not(.term), .viewport svg")];
        }).filter((each) => each.dispatchEvent(
            new MouseEvent("mousedown", { cancelable: true }))).map((each) => each.outerHTML)"""
    )
    assert taken == []


def test_play_goes_on_by_itself_to_the_end(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { actions, playButton, speed } = inside;
            const kept = [window.setInterval, window.clearInterval];
            const [started, cleared] = [[], []];
            window.setInterval = (step, ms) => (started.push([step, ms]), 100 + started.length);
            window.clearInterval = (id) => cleared.push(id);
            const seen = [];
            const see = () => seen.push([inside.current, inside.timer,
                inside.isPressed(playButton), playButton.textContent.trim(),
                started.map(([, ms]) => ms), cleared.filter(Boolean)]);
            const choose = (value) => {
                speed.value = value;
                speed.dispatchEvent(new Event("change"));
            };
            inside.go(11);
            for (const act of [actions.play, started.at(-1)?.[0] ?? (() => started[0][0]()),
                () => started[0][0](), actions.play, () => choose("4"), actions.play,
                () => choose("0.5"), actions.play, actions.back, () => choose("1")]) {
                act();
                see();
            }
            [window.setInterval, window.clearInterval] = kept;
            return seen;
        }"""
    )
    once, twice, slow = [1200], [1200, 1200, 300], [1200, 1200, 300, 2400]
    assert found == [
        [11, 101, True, "pause", once, []],
        [12, 101, True, "pause", once, []],
        [13, None, False, "play", once, [101]],
        [0, 102, True, "pause", [1200, 1200], [101]],
        [0, 103, True, "pause", twice, [101, 102]],
        [0, None, False, "play", twice, [101, 102, 103]],
        [0, None, False, "play", twice, [101, 102, 103]],
        [0, 104, True, "pause", slow, [101, 102, 103]],
        [0, None, False, "play", slow, [101, 102, 103, 104]],
        [0, None, False, "play", slow, [101, 102, 103, 104]],
    ]


def test_the_leaf_with_most_consumers_is_looked_at_first(open_once):
    for make, name in ((small, "a"), (layers, "x0"), (limits, "x13")):
        page = open_once(make)
        assert page.evaluate("inside.nodes[inside.atFirst].name") == name


def test_a_line_of_the_list_leads_to_its_step(open_once):
    page = open_once(small)
    lines = """[...document.querySelectorAll(".order button")].map((line) => {
        line.click();
        return inside.current;
    })"""
    assert page.evaluate(lines) == list(range(14))


def test_each_line_of_the_list_says_whether_its_step_is_past_and_has_passed_its_gradient_on(
    open_once,
):
    page = open_once(small)
    marks = """(position) => {
        inside.go(position);
        return inside.lines.map((line) => [line.classList.contains("past"),
            line.querySelector(".mark").textContent, line.tabIndex,
            line.getAttribute("aria-current")]);
    }"""
    for position in (13, 3, 9, 8, 0, 7, 1, 12):
        for line, found in enumerate(page.evaluate(marks, position)):
            here = line == position
            passed = "✓" if 7 < line < position else ""
            assert found == [line < position, passed, 0 if here else -1, "step" if here else None]


def test_the_line_of_the_step_begins_in_the_middle_of_the_list(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { order, lines } = inside;
            const kept = order.style.cssText;
            order.style = "flex: none; height: 90px; overflow: auto";
            const places = [5, 13, 7, 0].map((position) => {
                inside.go(position);
                const [line, list] = [lines[position], order].map((each) =>
                    each.getBoundingClientRect());
                const most = order.scrollHeight - order.clientHeight;
                return [line.top - list.top - order.clientTop - order.clientHeight / 2,
                    order.scrollTop, most];
            });
            order.style = kept;
            return places;
        }"""
    )
    (first, *_), (last, down, most), (middle, *_), (top, up, _) = found
    assert abs(first) < 2  # but for the list's border
    assert abs(middle) < 2
    assert last > 0
    assert down == pytest.approx(most, abs=1)
    assert top < 0
    assert up == 0


def test_the_rules_of_a_step_are_shown_from_the_top(open_once):
    page = open_once(small)
    tops = page.evaluate(
        """() => {
            const rules = inside.find(".rules");
            const kept = rules.style.cssText;
            rules.style = "flex: none; height: 30px; overflow: auto";
            inside.go(13);
            rules.scrollTop = 40;
            const before = rules.scrollTop;
            inside.go(12);
            const after = rules.scrollTop;
            rules.style = kept;
            return [before, after];
        }"""
    )
    assert tops == [40, 0]


def test_cards_and_nodes_are_two_ways_through_a_graph(open_once):
    page = open_once(layers, "layer")
    found = page.evaluate(
        """(positions) => positions.map((position) => {
            inside.jump(position);
            inside.actions.whole();
            const fine = [inside.current, inside.course.last, inside.isPressed(inside.wholeButton)];
            inside.actions.whole();
            return [...fine, inside.current, inside.course.last];
        })""",
        [*range(10)],
    )
    first = [0, 1, 5, 7, 8, 9, 10, 11, 12, 14]  # the step of the first node that the card works on
    assert found == [[node, 17, False, card, 9] for card, node in enumerate(first)]


def test_each_text_tells_what_it_is_given_in_both_languages(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => Object.keys(inside.texts.en).flatMap((key) => ["en", "zh"].map((language) => {
            const text = inside.texts[language][key];
            const count = typeof text === "function" ? text.length : 0;
            const given = [...Array(count).keys()].map((i) => [[`<${i}>`, `(${i})`]]);
            inside.language = language;
            const said = inside.say(key, ...given);
            inside.language = "en";
            return [key, typeof text, count, typeof said === "string" ? said : ""];
        }))"""
    )
    for (key, kind, count, english), (_, *chinese) in zip(found[::2], found[1::2], strict=True):
        assert chinese[:2] == [kind, count], key
        for i in range(count):
            for given in (f"<{i}>", f"({i})"):
                assert english.count(given) == chinese[2].count(given) == 1, key
    one = page.evaluate("[0, 1, 2].map((count) => inside.say('handed_on', count))")
    assert one == ["handed on: 0 values", "handed on: 1 value", "handed on: 2 values"]


def test_words_of_the_glossary_say_what_they_mean(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const place = document.createElement("div");
            place.innerHTML = "<p>Local gradient and upstream gradients, a parent</p>" +
                "<button>local gradient</button><output>local gradient</output>";
            inside.explain(place);
            const pieces = [...place.firstChild.childNodes].map((each) =>
                [each.textContent, each.title ?? "", each.className ?? "", each.type ?? ""]);
            const term = place.querySelector(".term");
            term.click();
            const said = [".meaning", ".status"].map((each) => inside.find(each).textContent);
            inside.openTab("steps");
            return [pieces, place.querySelectorAll(".term").length, said, term.title,
                inside.find(".meaning").textContent];
        }"""
    )
    glossary = page.evaluate("inside.texts.en.glossary")
    pieces, count, said, title, after = found
    words = [piece for piece in pieces if piece[2]]
    assert (
        "".join(piece[0] for piece in pieces) == "Local gradient and upstream gradients, a parent"
    )
    assert {word[0].lower() for word in words} <= set(glossary)
    assert all(word[1:] == [glossary[word[0].lower()], "term", "button"] for word in words)
    assert count == len(words) >= 2
    assert said == [title, title]
    assert after == ""


# ------------------------------------------------------------------------------------ going about


def test_a_click_leads_to_the_step_of_the_pass_that_is_watched(open_once):
    """Leaves: where they are used, or get the last of their gradient."""
    page = open_once(small)
    visited = """(from) => inside.nodes.map((_, node) => {
        inside.go(from);
        inside.visit(node);
        return inside.current;
    })"""
    forward = [1, 1, 4, 4, 1, 2, 3, 4, 5, 6]
    backward = [13, 13, 10, 10, 13, 12, 11, 10, 9, 8]
    for start, wanted in ((6, forward), (7, backward)):
        assert page.evaluate(visited, start) == wanted, start
    chosen = page.evaluate(
        "[0, 5, 2, 9].map((k) => { inside.visit(k); return chooser(); })".replace(
            "chooser()", "inside.find('.editor .leaf').value"
        )
    )
    assert chosen == ["0", "0", "2", "2"]


KEYS = {  # as the buttons' tooltips and the README say
    "ArrowLeft": "back",
    "ArrowRight": "step",
    "Home": "first",
    "End": "last",
    " ": "play",
    "+": "larger",
    "=": "larger",
    "-": "smaller",
    "0": "again",
    "PageDown": "page_down",
    "PageUp": "page_up",
}
OTHERS = ("Enter", "Escape", "Tab", "a", "1", "ArrowUp", "ArrowDown")
PRESSED = """([places, keys, held]) => {
    const { actions, find, player } = inside;
    const kept = { ...actions };
    let acted = [];
    for (const name of Object.keys(kept)) actions[name] = () => acted.push(name);
    const { select } = player;
    player.select = (card) => acted.push(["select", card]);
    find(".ways").open = true;
    const found = places.map((place) => keys.map((key) => {
        const target = find(place);
        target.focus?.({ focusVisible: true });
        acted = [];
        const event = new KeyboardEvent("keydown",
            { key, bubbles: true, cancelable: true, ...held });
        return [target.dispatchEvent(event), acted];
    }));
    Object.assign(actions, kept);
    player.select = select;
    find(".ways").open = false;
    return found;
}"""


def test_each_key_does_what_its_tooltip_says_and_nothing_in_a_field(open_once):
    page = open_once(small)
    keys = [*KEYS, *OTHERS]

    def pressed(*places: str, **held: bool) -> list[dict[str, list]]:
        found = page.evaluate(PRESSED, [places, keys, held])
        return [dict(zip(keys, done, strict=True)) for done in found]

    left = [True, []]  # to the browser
    every = {key: [False, [KEYS[key]]] if key in KEYS else left for key in keys}
    turning = every | {"PageUp": left, "PageDown": left}
    assert pressed("body", ".viewport", ".rules") == [every] * 3
    assert pressed(".slider", ".order span") == [turning] * 2
    assert pressed("[data-action=step]", ".order button") == [
        every | {" ": left},
        turning | {" ": left},
    ]
    fields = (".speed", ".editor .leaf", ".editor .value", ".search", ".digits", ".ways summary")
    for place in (*fields, ".copy"):
        assert pressed(place) == [dict.fromkeys(keys, left)], place
    for held in ("ctrlKey", "altKey", "metaKey"):
        for place in ("body", ".slider", ".card"):
            assert pressed(place, **{held: True}) == [dict.fromkeys(keys, left)], (held, place)
    assert pressed("body", shiftKey=True) == [every]  # + needs it on some keyboards
    selects = [False, [["select", 3]]]
    arrows = {key: [False, []] for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")}
    assert pressed("[data-card='3']") == [every | arrows | {"Enter": selects, " ": selects}]
    page.evaluate("inside.reach(0)")


def test_a_click_anywhere_lets_a_frame_hear_the_keys(open_once):
    page = open_once(small)
    asked = page.evaluate(
        """() => {
            const kept = window.focus;
            let asked = 0;
            window.focus = () => (asked += 1);
            inside.find(".title").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
            window.focus = kept;
            return asked;
        }"""
    )
    assert asked == 1


def test_arrows_lead_along_the_links_and_take_the_one_place_for_tab_along(open_once):
    """From q, which is p + a and read by r alone, as r = q·q; s and t are no card's own parents."""
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { cards, nodes, viewport } = inside;
            let scrolled = 0;
            viewport.scrollBy = () => (scrolled += 1);
            const called = (name) => cards[nodes.find((node) => node.name === name).card];
            const nameOf = ({ dataset }) => nodes[inside.data.shown[dataset.card]].name;
            const options = [];
            for (const card of cards) {
                card.focus = (given) => {
                    options.push(given);
                    SVGElement.prototype.focus.call(card, given);
                };
            }
            const ways = [["q", "ArrowLeft"], ["p", "ArrowRight"], ["q", "ArrowRight"],
                ["r", "ArrowLeft"], ["a", "ArrowLeft"], ["t", "ArrowRight"]].map(([name, key]) => {
                called(name).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
                const tabbed = cards.filter((each) => each.getAttribute("tabindex") === "0");
                return [document.activeElement, ...tabbed].map(nameOf).join(" ");
            });
            for (const card of cards) delete card.focus;
            delete viewport.scrollBy;
            inside.reach(0);
            return [ways, options, scrolled];
        }"""
    )
    options = [{"preventScroll": True}] * 4
    assert found == [["p p", "q q", "r r", "q q", "q q", "q q"], options, 4]


def test_a_search_takes_a_step_then_a_name_then_a_part_of_one(open_once):
    page = open_once(layers, "layer")
    sought = """(all) => all.map((typed) => {
        inside.go(0);
        inside.openTab("steps");
        inside.find(".search").value = typed;
        inside.find(".search").dispatchEvent(new Event("change"));
        const chosen = inside.tab === "node" ? inside.nodes[inside.chosen].name : "";
        return [inside.current, chosen, inside.complaint.textContent];
    })"""
    missing = "no node is called “{}”, and no step has this number"
    wanted = {
        "9": [9, "", ""],
        "0": [0, "", ""],
        "10": [0, "", missing.format("10")],
        " 7 ": [7, "", ""],
        "  ": [0, "", ""],
        "7.0": [0, "", missing.format("7.0")],
        "L": [4, "L", ""],  # called so, though other names come before it that have an l in them
        "z": [2, "z", ""],
        "T": [3, "t", ""],
        "LAYERS.0.neurons.1.w0": [1, "layers.0.neurons.1.w0", ""],
        "Neurons.1.TANH": [1, "v4", ""],
        "rons.1.t": [1, "v4", ""],
        "x": [1, "x0", ""],
        "neurons.2": [0, "", missing.format("neurons.2")],
    }
    assert dict(zip(wanted, page.evaluate(sought, [*wanted]), strict=True)) == wanted


def test_what_another_script_can_ask_and_set(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { player, nodes } = inside;
            const heard = [];
            for (const event of ["frame", "values", "select"]) {
                player.on(event, (...content) => heard.push([event, ...content]));
            }
            player.show(99);
            const said = [player.position(), player.gradients()[9], player.frames().length];
            player.setValue(1, 4);
            said.push(player.values().slice(0, 6));
            player.setValues([1, 1, 1, 1]);
            said.push(player.values()[9], player.data === inside.data);
            player.setValues([2, -3, 0.5, 1]);
            said.push(inside.run === inside.recorded);
            player.select(nodes[5].card);
            const kinds = heard.map(([event]) => event).join(" ");
            for (const event of ["frame", "values", "select"]) inside.listeners[event].pop();
            return [said, kinds, heard.at(-1)[1] === nodes[5].card];
        }"""
    )
    said = [13, 1, 14, [2, 4, 0.5, 1, 8, 10], 4, True, True]
    changes = "frame frame values frame values frame values"
    assert found == [said, f"{changes} frame select", True]


# --------------------------------------------------------------------------------------- ways out


def test_what_is_copied_is_shown_and_said(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { actions, find } = inside;
            const asked = [];
            const kept = document.execCommand;
            const place = find(".copy");
            const copied = (action, works) => {
                document.execCommand = (what) => {
                    asked.push([what, place.hidden, place.selectionStart,
                        place.selectionEnd === place.value.length]);
                    return works;
                };
                actions[action]();
                return [place.value, find(".copied").textContent];
            };
            inside.go(12);
            const seen = [place.hidden, copied("copy_text", true), copied("copy_latex", false),
                copied("copy_tikz", true)];
            document.execCommand = kept;
            place.hidden = true;
            return [seen, asked, inside.stepText(), inside.stepLatex(), inside.stepTikz()];
        }"""
    )
    (hidden, text, latex, tikz), asked, step_text, step_latex, step_tikz = found
    assert hidden
    assert text == [step_text, "copied"]
    assert latex == [step_latex, "press Ctrl+C to copy"]
    assert tikz == [step_tikz, "copied"]
    assert asked == [["copy", False, 0, True]] * 3
    assert step_text.split("\n")[:5] == [
        *("q  (+)", "upstream ∂t/∂q = −4.85225", "∂t/∂p += ∂t/∂q · ∂q/∂p|₁"),
        *("∂q/∂p|₁ = 1", "+= −4.85225 × 1 = −4.85225"),
    ]


def test_a_picture_is_stored_under_its_step_s_name_and_let_go(open_once):
    page = open_once(small)
    found = page.evaluate(
        """async () => {
            const kept = [URL.createObjectURL, URL.revokeObjectURL, window.setTimeout,
                HTMLAnchorElement.prototype.click];
            const said = [];
            let blob;
            URL.createObjectURL = (given) => ((blob = given), "blob:here");
            URL.revokeObjectURL = (address) => said.push(["gone", address]);
            window.setTimeout = (act, ms) => {
                said.push(["later", ms]);
                act();
            };
            HTMLAnchorElement.prototype.click = function () {
                said.push([this.href, this.download]);
            };
            inside.go(5);
            inside.actions.picture();
            [URL.createObjectURL, URL.revokeObjectURL, window.setTimeout,
                HTMLAnchorElement.prototype.click] = kept;
            return [said, blob.type, await blob.text() === inside.stepPicture(),
                inside.find(".copied").textContent];
        }"""
    )
    said = [["blob:here", "step_5.svg"], ["later", 1000], ["gone", "blob:here"]]
    assert found == [said, "image/svg+xml", True, "saved as step_5.svg"]


def test_a_picture_says_how_each_of_its_parts_looks(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            inside.go(12);
            const picture = new DOMParser().parseFromString(inside.stepPicture(), "image/svg+xml");
            const copies = [...picture.querySelectorAll("*")]; // the root is among them
            const own = [inside.svg, ...inside.svg.querySelectorAll("*")];
            const looks = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-weight",
                "font-style", "text-anchor"];
            return copies.map((copy, i) => {
                const style = getComputedStyle(own[i]);
                return [copy.localName, style.visibility === "hidden",
                    looks.map((look) => copy.getAttribute(look)),
                    looks.map((look) => style.getPropertyValue(look)),
                    ["visibility", "tabindex", "style"].map((name) => copy.getAttribute(name))];
            });
        }"""
    )
    for name, hidden, given, looks, rest in found:
        assert rest == ["hidden" if hidden else None, None, None]
        if not hidden and name in ("rect", "path", "text"):
            assert given[:6] == looks[:6]
            if name == "text":
                assert given[6] == looks[6]
    kinds = {name for name, hidden, *_ in found if not hidden}
    assert {"rect", "path", "text", "g"} <= kinds


def test_a_line_of_tikz(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const drawn = new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg">
                <text x="1" y="2" fill="rgb(1, 2, 3)" font-weight="500" text-anchor="start">a</text>
                <g transform="translate(30,40)"><g>
                <text x="1" y="2" fill="rgb(1, 2, 3)" font-weight="501" text-anchor="end">a_</text>
                <text x="1" y="2" fill="rgb(1, 2, 3)" font-weight="9" text-anchor="middle">a</text>
                <rect x="1" y="2" width="5" height="6" rx="4" fill="none" stroke="rgb(4, 5, 6)"
                    stroke-width="2px" stroke-dasharray="4px, 2px"/></g>
                <path d="M1,2L3,4" fill="rgb(1, 2, 3)" stroke="none" stroke-width="1.5px"
                    stroke-dasharray="none"/></g></svg>`, "image/svg+xml");
            return [...drawn.querySelectorAll("text, rect, path")].map(inside.tikzLine);
        }"""
    )
    ink, other = "{rgb,255:red,1;green,2;blue,3}", "{rgb,255:red,4;green,5;blue,6}"
    moved = "shift={(30,40)}"
    assert found == [
        rf"\node[shift={{(0,0)}}, anchor=base west, text={ink}] at (1,2) {{a}};",
        rf"\node[{moved}, anchor=base east, text={ink}] at (1,2) {{\bfseries a\char95{{}}}};",
        rf"\node[{moved}, anchor=base, text={ink}] at (1,2) {{a}};",
        rf"\path[{moved}, line width=1.5pt, draw={other}, dash pattern=on 3pt off 1.5pt] "
        "[rounded corners=3pt] (1,2) rectangle (6,8);",
        rf"\path[{moved}, line width=1.125pt, fill={ink}] (1,2) -- (3,4);",
    ]


def test_tikz_draws_what_is_seen(open_once):
    page = open_once(small)
    lines, seen, size = page.evaluate(
        """() => {
            inside.go(12);
            const seen = [...inside.svg.querySelectorAll("rect, path, text")].filter((each) =>
                getComputedStyle(each).visibility !== "hidden");
            const { width, height } = inside.size;
            return [inside.stepTikz().split("\\n"), seen.map((each) => each.localName),
                { width, height }];
        }"""
    )
    assert lines[0] == "% for lualatex or xelatex"
    assert lines[-2:] == [r"\end{tikzpicture}", r"\end{document}"]
    begun = next(k for k, line in enumerate(lines) if r"\begin{tikzpicture}" in line) + 1
    drawn = lines[begun:-2]
    assert [line[1:5] for line in drawn] == ["node" if s == "text" else "path" for s in seen]
    paper = re.search(r"\(0,0\) rectangle \((.*),(.*)\);", drawn[0])
    assert [float(side) for side in paper.groups()] == pytest.approx([*size.values()])


def test_what_is_printed_goes_when_it_is_printed(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { actions, find } = inside;
            const kept = window.print;
            const sheet = find(".sheet");
            const seen = [];
            window.print = () => {
                window.dispatchEvent(new Event("beforeprint"));
                const rows = [...sheet.querySelectorAll(".steps tr")];
                seen.push([sheet.querySelectorAll("svg").length, rows.map((row) =>
                    [...row.children].map((cell) => cell.textContent)), inside.current]);
                window.dispatchEvent(new Event("afterprint"));
                seen.push(sheet.childElementCount);
            };
            inside.go(3);
            actions.print();
            actions.handout();
            actions.print();
            window.print = kept;
            const steps = inside.course.frames.map((_, position) => {
                inside.go(position);
                return [`${position}.`, find(".title").textContent, find(".upstream").textContent,
                    [...document.querySelectorAll(".rules > *")].filter((each) =>
                        !each.classList.contains("note")).map((each) => each.textContent).join("")];
            });
            return [seen, steps, inside.find("[data-action=print]").hidden];
        }"""
    )
    seen, steps, hidden = found
    strips = seen[0][0]
    assert strips >= 1
    assert seen[0::2] == [[strips, [], 3], [strips, steps, 3], [strips, [], 3]]
    assert seen[1::2] == [0, 0, 0]
    assert not hidden


# -------------------------------------------------------------------------------- descent and quiz


def test_a_step_of_descent_moves_what_is_ticked_and_can_be_undone(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const { ticked, descended, run, descend, asked, nodes } = inside;
            const rate = inside.rate;
            inside.rate = 0.5;
            const parameter = descended(run);
            ticked.add(0);
            const both = descended(run);
            ticked.delete(0);
            inside.rate = 0.125;
            inside.openTab("descent");
            const named = () => [...document.querySelectorAll(".leaves li")].map((each) =>
                [each.textContent, each.querySelector("input").checked,
                    each.querySelector("button").disabled]);
            const now = () => [inside.find(".now").textContent, inside.history.length,
                inside.find(".trouble").textContent, named()];
            const shown = [now()];
            descend(1);
            shown.push(now());
            descend(2);
            shown.push(now());
            const values = inside.run.values[2];
            [...document.querySelectorAll(".bar button")].at(-1).click();
            const undone = inside.history.length;
            for (const _ of [1, 2]) [...document.querySelectorAll(".bar button")].at(-1).click();
            shown.push(now());
            inside.rate = -50; // upwards: exp overflows in the second step
            descend(3);
            const trouble = now();
            inside.trouble = "";
            inside.rate = rate;
            inside.history = [];
            inside.player.setValues([2, -3, 0.5, 1]);
            inside.history = [];
            return { parameter, both, shown, values, undone, trouble };
        }"""
    )
    c = 0.5
    gradient = 16 * math.exp(c - 1)
    assert found["parameter"] == pytest.approx([2, -3, c - 0.5 * gradient, 1])
    assert found["both"] == pytest.approx([2 - 0.5 * gradient, -3, c - 0.5 * gradient, 1])
    path = [c]
    for _ in range(3):
        path.append(path[-1] - 0.125 * 16 * math.exp(path[-1] - 1))
    assert found["values"] == pytest.approx(path[3])
    assert found["undone"] == 2
    leaf = [[" a = 2reset", False, True], [" b = −3reset", False, True]]
    for k, (now, count, trouble, leaves) in zip((0, 1, 3, 0), found["shown"], strict=True):
        assert now == f"{k} step{'s' * (k != 1)}: t = {number(16 * math.exp(path[k] - 1), 6)}"
        assert (count, trouble) == (k, "")
        assert leaves == [*leaf, [f" c = {number(path[k], 6)}reset", True, k == 0]]
    assert found["trouble"][1:3] == [1, page.evaluate("inside.say('diverged')")]


DESCENT = """() => {
    inside.openTab("descent");
    const { find, input, nodes, ticked } = inside;
    const all = (selector) => [...document.querySelectorAll(selector)];
    const seen = {};
    const now = () => [inside.run.values.slice(0, 3), inside.history.length,
        find(".trouble").textContent, find(".rate").value];
    const rated = (typed) => {
        find(".rate").value = typed;
        find(".rate").dispatchEvent(new Event("input"));
        return [inside.rate, find(".trouble").textContent];
    };
    const click = (place, which = 0) => {
        all(place).at(which).click();
        return now();
    };
    const tick = (index, on) => {
        const box = all(".leaves input")[index];
        box.checked = on;
        box.dispatchEvent(new Event("change"));
        return [...ticked].sort();
    };
    const [one, hundred, undo] = [0, 1, 2].map((which) => () => click(".bar > button", which));
    const first = [inside.rate, [...ticked], inside.current];
    seen.rates = ["0.25", "1e-3", "0", "-1", "inf", "Infinity", "fast", "", "1", "0.0625"]
        .map(rated);
    seen.ticked = [tick(2, false), tick(0, true)];
    seen.one = one();
    seen.boxes = all(".leaves input").map((each) => [each.type, each.checked, each.ariaLabel]);
    seen.again = one();
    seen.resettable = all(".leaves button").map((each) => [each.disabled, each.ariaLabel]);
    seen.undone = undo();
    seen.reset = click(".leaves button");
    seen.unreset = undo();
    rated("0.0009765625");
    seen.hundred = hundred();
    inside.history = inside.history.slice(-1);
    rated("1e200");
    seen.tooFar = one();
    seen.stillTooFar = hundred();
    seen.languages = [0, 1].map(() => {
        inside.actions.language();
        return find(".trouble").textContent;
    });
    rated("0.0625");
    seen.after = one();
    rated("1e200");
    one();
    seen.undoneThen = undo();
    const curve = find(".curve");
    seen.curve = [curve.ariaLabel, curve.getAttribute("role"), curve.lastChild.getAttribute("r")];
    seen.mode = find(".rate").inputMode;
    [2, 0].forEach((index) => tick(index, index === 2));
    inside.choose(1);
    const beside = () => {
        inside.player.setValue(1, 2.5);
        return [input.value, inside.history.length];
    };
    input.value = "2.50";
    input.focus();
    seen.typing = beside();
    input.blur();
    seen.elsewhere = beside();
    inside.rate = first[0];
    return [first, seen, [...ticked]];
}"""


def test_all_of_a_descent_that_can_be_clicked_or_typed(open_once):
    """t = 4a² exp(c − 1) where b = −3, so that a step moves a by rate · 8a exp(−0.5)."""
    page = open_once(small)
    first, seen, ticked = page.evaluate(DESCENT)
    wrong, diverged = page.evaluate("['bad_rate', 'diverged'].map((key) => inside.say(key))")
    assert first == [0.1, [2], 13]
    assert ticked == [2]
    assert seen["rates"] == [
        *([0.25, ""], [1e-3, ""], *[[1e-3, wrong]] * 6, [1, ""], [0.0625, ""]),
    ]
    assert seen["ticked"] == [[], [0]]
    slope = 8 * math.exp(-0.5)
    a = [2 * (1 - slope / 16) ** k for k in range(3)]

    def at(a: float, count: int, trouble: str = "", rate: str = "0.0625") -> list[object]:
        return [[pytest.approx(a), -3, 0.5], count, trouble, rate]

    assert seen["one"] == at(a[1], 1)
    marks = zip((True, False, False), "abc", strict=True)
    assert seen["boxes"] == [["checkbox", mark, f"move {name}"] for mark, name in marks]
    assert seen["again"] == at(a[2], 2)
    marks = zip((False, True, True), "abc", strict=True)
    assert seen["resettable"] == [[mark, f"reset {name}"] for mark, name in marks]
    assert seen["undone"] == at(a[1], 1)
    assert seen["reset"] == at(2, 2)
    assert seen["unreset"] == at(a[1], 1)
    slow = a[1] * (1 - slope / 1024) ** 100
    assert seen["hundred"] == at(slow, 101, rate="0.0009765625")
    assert seen["tooFar"] == seen["stillTooFar"] == at(slow, 1, diverged, "1e+200")
    assert seen["languages"] == [page.evaluate("inside.texts.zh.diverged"), diverged]
    after = slow * (1 - slope / 16)
    assert seen["after"] == at(after, 2)
    assert seen["undoneThen"] == at(slow, 1, rate="1e+200")
    assert seen["curve"] == ["t after each step", "img", "4"]
    assert seen["mode"] == "decimal"
    assert seen["typing"] == ["2.50", 2]
    assert seen["elsewhere"] == ["2.5", 3]


def test_all_leaves_move_where_none_is_a_parameter(open_once):
    page = open_once(limits)
    moving = "[...inside.ticked].map((index) => inside.nodes[index].name)"
    assert page.evaluate(moving) == ["rrr", "x5", "x6", "x12", "x13", "m", "n"]
    page = open_once(layers, "layer")
    names = page.evaluate(moving)
    assert len(names) == 10
    assert all(name.startswith("layers.") for name in names)


def batch() -> Value:
    """Four points of a plane; what is wanted of the last is just between the others'."""
    w, v = Parameter(1.0, "w"), Parameter(-1.0, "v")
    points = [(0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.25, 0.75, 1.0), (0.5, 0.25, 0.5)]
    return named("L", sum((w * Value(x) + v * Value(y) - t) ** 2 for x, y, t in points))


def test_a_point_that_is_wanted_on_neither_side_is_drawn_below(open_once):
    page = open_once(batch)
    found = page.evaluate(
        """() => {
            inside.openTab("descent");
            const sides = [...document.querySelectorAll(".boundary circle")].map((each) =>
                each.getAttribute("class"));
            return [inside.data.level, sides];
        }"""
    )
    assert found == [0.5, ["below", "above", "above", "below"]]


def test_the_plane_of_points_in_a_row_and_the_places_at_the_level_itself(open_once):
    """Of w·x + v·y, where all points have one y, so that the plane reaches 0.15 to both sides."""
    page = open_once(batch)
    drawn = """([w, v, across, up]) => {
        const { nodes, data, run, player } = inside;
        const leaves = run.values.slice(0, inside.leafCount);
        const given = { w, v };
        nodes.slice(0, inside.leafCount).forEach(({ name }, i) => {
            if (name in given) leaves[i] = given[name];
        });
        data.rows.forEach(({ inputs: [x, y] }, i) => {
            for (const leaf of x) leaves[leaf] = across[i];
            for (const leaf of y) leaves[leaf] = up;
        });
        player.setValues(leaves);
        inside.openTab("descent");
        const of = (part, ...names) =>
            [...document.querySelectorAll(`.boundary ${part}`)].map((each) =>
                names.map((name) => each.getAttribute(name)));
        return [of("rect", "class").flat(), of("circle", "cx", "cy").flat().map(Number)];
    }"""
    across = [1.875, 21.875, 5, 6]
    sides, places = page.evaluate(drawn, [1, 0, across, 7])
    row = ["below"] * 3 + ["above"] * 37  # the third is at 1.875 − 3 + 2.5 · 26/40 = 0.5
    assert sides == row * 40
    columns = [40 * (x + 1.125) / 26 for x in across]
    assert places == pytest.approx([each for x in columns for each in (x, 20)])
    sides, _ = page.evaluate(drawn, [0, 1, across, 0.45])  # from 0.3 to 0.6: 0.5 after two thirds
    assert sides == ["above"] * 40 * 13 + ["below"] * 40 * 27


def clipped() -> Value:
    """Four points whose loss is the same for all outputs that are far from what is wanted."""
    w, v = Parameter(1.0, "w"), Parameter(-1.0, "v")
    points = [(0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (0.25, 0.75, 0.75), (0.5, 0.25, 0.25)]
    losses = [minimum((w * Value(x) + v * Value(y) - t) ** 2, 0.25) for x, y, t in points]
    return named("L", sum(losses))


def test_a_point_s_side_is_seen_near_the_level(open_once):
    page = open_once(clipped)
    sides = page.evaluate("inside.data.rows.map(({ output }) => inside.wantedAbove(output))")
    assert sides == [False, True, True, False]


def test_the_numbers_and_hints_of_a_question(open_once):
    page = open_once(small)
    steps = page.evaluate(
        """() => inside.run.steps.map((step) => {
            const question = inside.askLocal(step);
            return { ...question, ask: question.ask() };
        })"""
    )
    s = math.exp(-0.5)
    assert steps[6] == {
        "kind": "local",
        "cards": [6, 5],
        "symbol": "∂r/∂q|₂",
        "ask": "The local derivative, through argument 2 of r alone:",
        "answer": -4,
        "numbers": {
            "upstream": [s],
            "local": [-4],
            "contribution": [-4 * s],
            "total": [-8 * s, -8],
            "other": [-4],
        },
        "hints": ["r = q·q", "∂r/∂q|₂ = q = −4"],
    }
    assert steps[9]["numbers"]["total"] == pytest.approx([16 * s, -3])
    assert steps[9]["numbers"]["other"] == [2]
    assert steps[2]["numbers"]["other"] == []
    assert steps[2]["hints"] == ["s = exp(v1)", "∂s/∂v1|₁ = s = 0.606531"]
    gradients = page.evaluate(
        """[0, 8].map((node) => {
            const question = inside.askGradient(node);
            return { ...question, ask: question.ask() };
        })"""
    )
    assert gradients[0] == {
        "kind": "gradient",
        "cards": [0],
        "symbol": "∂t/∂a",
        "ask": "The gradient, along all paths:",
        "answer": pytest.approx(16 * s),
        "numbers": {
            "upstream": pytest.approx([-8 * s, -8 * s]),
            "local": [1, -3],
            "contribution": pytest.approx([-8 * s, 24 * s]),
        },
        "hints": [
            "∂t/∂a = ∂t/∂q · ∂q/∂a|₂ + ∂t/∂p · ∂p/∂a|₁",
            "= −4.85225 × 1 + (−4.85225) × (−3) = 9.70449",
        ],
    }
    assert gradients[1]["hints"] == ["∂t/∂s = 1 · ∂t/∂s|₂", "= 1 × 16 = 16"]


def test_a_quiz_of_two_questions(open_once):
    page = open_once(small)
    seen = page.evaluate(
        """() => {
            const { find } = inside;
            const seen = [];
            const see = () => {
                const { at, tries, hints, first } = inside.quiz;
                const answer = find(".answer");
                const buttons = [...document.querySelectorAll(".lesson form button")];
                seen.push([
                    [at, tries, hints, first],
                    [...document.querySelectorAll(".lesson p")].map((e) => e.textContent),
                    find(".verdict") && [find(".verdict").className, find(".verdict").textContent],
                    answer && [answer.value, answer.readOnly],
                    buttons.map((each) => `${each.textContent} ${each.disabled}`),
                ]);
            };
            const type = (typed) => {
                find(".answer").value = typed;
                find(".lesson form").dispatchEvent(new Event("submit", { cancelable: true }));
                see();
            };
            inside.openTab("quiz");
            inside.quiz.asked = [inside.askLocal(inside.run.steps[6]), inside.askGradient(0)];
            inside.openTab("quiz");
            see();
            ["abc", "4", "17"].forEach(type);
            [...document.querySelectorAll(".lesson form button")].at(-1).click();
            see();
            ["-4", "", "9.7", ""].forEach(type);
            inside.openTab("steps");
            return seen;
        }"""
    )
    first = [
        "question 1 of 2",
        "The local derivative, through argument 2 of r alone:",
        "∂r/∂q|₂ = ",
    ]
    second = ["question 2 of 2", "The gradient, along all paths:", "∂t/∂a = "]
    hinted = [*first, "r = q·q"]
    asked, done = ["check false", "hint false"], ["next false", "hint true"]
    assert seen == [
        [[0, 0, 0, 0], first, ["verdict", ""], ["", False], asked],
        [
            *([0, 0, 0, 0], first, ["verdict", "Type a number, such as 0.25, −3 or 1/3."]),
            *(["abc", False], asked),
        ],
        [[0, 1, 0, 0], first, ["verdict", "wrong: wrong sign"], ["4", False], asked],
        [[0, 2, 0, 0], first, ["verdict", "wrong"], ["17", False], asked],
        [[0, 3, 1, 0], hinted, ["verdict", "wrong"], ["17", False], asked],
        [
            *([0, 3, 1, 0], hinted, ["verdict final", "right ✓ ∂r/∂q|₂ = −4"], ["-4", True]),
            done,
        ],
        [[1, 0, 0, 0], second, ["verdict", ""], ["", False], asked],
        [
            *([1, 0, 0, 1], second, ["verdict final", "right ✓ ∂t/∂a = 9.70449"], ["9.7", True]),
            done,
        ],
        [
            [2, 0, 0, 1],
            ["1 of 2 right at the first try", "with a hint or a second try: 1"],
            *(None, None, []),
        ],
    ]


QUIZ = """async () => {
    const { actions, cards, find, links, nodes, player, quizKeys, viewport } = inside;
    const all = (selector) => [...document.querySelectorAll(selector)];
    const named = (list) => list.map(({ dataset }) => nodes[inside.data.shown[dataset.card]].name);
    const focus = () => {
        const { className, textContent, selectionStart, selectionEnd } = document.activeElement;
        return [className || textContent, selectionStart ?? null, selectionEnd ?? null];
    };
    const marked = () => [...["sought", "current", "new"].map((name) =>
        named(cards.filter((card) => card.classList.contains(name))).join(" ")),
        links.filter((link) => link.classList.contains("incoming")).length];
    const state = () => [find(".player").classList.contains("quizzing"), find(".toolbar").inert,
        find(".footer").inert, inside.timer, inside.current, inside.tab];
    let heard = [];
    const hear = ({ key }) => heard.push(key);
    const pressed = (...keys) => {
        heard = [];
        document.addEventListener("keydown", hear);
        for (const key of keys) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }
        document.removeEventListener("keydown", hear);
        return [heard.join(" "), inside.current, inside.tab];
    };
    const clicked = (card) => {
        cards[card].dispatchEvent(new MouseEvent("click", { bubbles: true }));
        return [inside.current, inside.tab, inside.chosen];
    };
    let scrolls = 0;
    viewport.scrollBy = () => (scrolls += 1);
    const scrolled = () => {
        const before = scrolls;
        scrolls = 0;
        return before;
    };
    const answer = (content) => {
        find(".answer").value = content;
        const submit = new Event("submit", { cancelable: true });
        return [find(".lesson form").dispatchEvent(submit), ...focus(), scrolled()];
    };
    const seen = {};
    inside.chosen = 1;
    inside.go(3);
    actions.play();
    find("[data-tab=quiz]").click();
    seen.entered = state();
    inside.quiz.asked = [inside.askLocal(inside.run.steps[6]), inside.askGradient(0)];
    inside.openTab("quiz");
    await new Promise((resolve) => setTimeout(resolve));
    scrolled();
    seen.focus = focus();
    seen.marked = marked();
    seen.keys = pressed("ArrowRight", "a", "End", " ", "5", "PageDown", "Enter", "0", "+");
    seen.click = clicked(3);
    const { ariaLabel, autocomplete, type } = find(".answer");
    seen.answer = [ariaLabel, autocomplete, type, ...all(".lesson form button").map((each) =>
        [each.textContent, each.type]), find(".lesson .rule").hidden];
    seen.wrong = answer("17");
    all(".lesson form button")[1].click();
    seen.hinted = [...focus(), find(".lesson .rule").hidden, find(".lesson .rule").textContent];
    all(".lesson form button")[1].click();
    seen.twice = [...all(".lesson .rule p")].map((each) => each.textContent);
    scrolled();
    seen.right = answer("-4");
    seen.next = answer("");
    seen.other = [marked(), find(".answer").value, find(".lesson .rule").hidden];
    seen.last = answer("97/10");
    seen.score = [...answer(""), ...all(".lesson p, .lesson button").map((each) =>
        each.textContent)];
    all(".lesson button")[0].click();
    seen.again = [...focus(), find(".lesson .count").textContent];
    seen.escaped = pressed("Escape");
    seen.left = [state(), marked()];
    seen.back = pressed("Home", "a");
    seen.clickThen = clicked(3);
    inside.openTab("quiz");
    all(".lesson > button").at(-1).click();
    seen.leave = state();
    await new Promise((resolve) => setTimeout(resolve)); // there is no answer to go to
    delete viewport.scrollBy;
    return seen;
}"""


def test_a_quiz_takes_the_player_s_place_and_gives_it_back(open_once):
    page = open_once(small)
    seen = page.evaluate(QUIZ)
    asked = "∂r/∂q|₂"
    assert seen == {
        "entered": [True, True, True, None, 6, "quiz"],
        "focus": ["answer", 0, 0],
        "marked": ["q r", "q r", "", 0],
        "keys": ["a 5 Enter", 6, "quiz"],
        "click": [6, "quiz", 1],
        "answer": [asked, "off", "text", ["check", "submit"], ["hint", "button"], True],
        "wrong": [False, "answer", 0, 2, 1],
        "hinted": ["answer", 2, 2, False, "r = q·q"],
        "twice": ["r = q·q", f"{asked} = q = −4"],
        "right": [False, "answer", 0, 2, 1],
        "next": [False, "answer", 0, 0, 1],
        "other": [["a", "a", "", 0], "", True],
        "last": [False, "answer", 0, 5, 1],
        "score": [
            *(False, "again", None, None, 0, "1 of 2 right at the first try"),
            *("with a hint or a second try: 1", "again", "leave"),
        ],
        "again": ["answer", 0, 0, "question 1 of 8"],
        "escaped": ["Escape", 6, "steps"],
        "left": [[False, False, False, None, 6, "steps"], ["", "t", "t", 2]],
        "back": ["Home a", 0, "steps"],
        "clickThen": [2, "node", 5],
        "leave": [False, False, False, None, 6, "steps"],
    }


def lone() -> Value:
    return Value(2.0, "x")


def test_a_graph_of_one_leaf_has_a_gradient_of_1_and_no_questions(open_once):
    page = open_once(lone)
    found = page.evaluate(
        """async () => {
            const { find, nodes } = inside;
            const lines = () => [...document.querySelectorAll(".lesson p, .lesson > .note")].map(
                (each) => each.textContent);
            const seen = [inside.course.last, inside.atFirst];
            inside.player.select(0);
            seen.push(inside.current, inside.tab, lines());
            inside.openTab("descent");
            inside.descend(1);
            seen.push(inside.run.values, inside.history.length);
            inside.openTab("quiz");
            await new Promise((resolve) => setTimeout(resolve));
            seen.push(lines());
            find(".lesson button").click();
            seen.push(lines());
            inside.openTab("steps");
            return seen;
        }"""
    )
    score = ["0 of 0 right at the first try", "with a hint or a second try: 0"]
    assert found == [
        *(1, 0, 0, "node"),
        [
            "x: a leaf; its value is 2",
            "the output: backpropagation starts here, with 1",
            *("checked by moving it", "moved by ±1e-05: 1; backpropagation: 1 ✓"),
        ],
        *([1.9], 1, score, score),
    ]


def test_a_quiz_goes_on_in_the_other_language(open_once):
    page = open_once(small)
    found = page.evaluate(
        """() => {
            const shown = () => inside.find(".lesson p").textContent;
            inside.openTab("quiz");
            const seen = [shown()];
            for (const _ of [1, 2]) {
                inside.find(".meaning").textContent = "of a word";
                inside.actions.language();
                seen.push(shown(), inside.find(".meaning").textContent);
            }
            inside.openTab("steps");
            return seen;
        }"""
    )
    assert found == ["question 1 of 8", "第 1 题，共 8 题", "", "question 1 of 8", ""]


def test_each_slip_is_known_by_its_figure(open_once):
    """Of two links with upstream 2 and 5, local 3 and 7, contributions 6 and 35: 41 in all."""
    page = open_once(small)
    links = {"upstream": [2, 5], "local": [3, 7], "contribution": [6, 35]}
    one = {"upstream": [3], "local": [5], "contribution": [15], "total": [50, 9], "other": [70]}
    of_gradient = {"kind": "gradient", "numbers": links, "answer": 41}
    of_local = {"kind": "local", "numbers": one, "answer": 5}
    slips = """([all, question]) => all.map((given) =>
        inside.mistakeIn(given, question)?.[4] ?? "")"""
    wanted = {
        6: "one path only",
        35: "one path only",
        -41: "sign",
        7: "local factor",
        2: "local factor",
        10: "upstream",
        3: "instead of the total",
        410: "decimal point",
        0.041: "decimal point",
        41: "",
        41.2: "",
        34.83: "one path only",
        34.82: "",
        35.17: "one path only",
        35.18: "",
        11: "",
        0: "",
    }
    found = page.evaluate(slips, [[*wanted], of_gradient])
    for said, (given, words) in zip(found, wanted.items(), strict=True):
        assert (words in said) if words else said == "", given
    wanted = {
        -5: "sign",
        50: "total derivative instead",
        9: "total derivative instead",
        15: "upstream",
        70: "argument",
        5: "",
        500: "decimal point",
        41: "",
        59: "",
    }
    found = page.evaluate(slips, [[*wanted], of_local])
    for said, (given, words) in zip(found, wanted.items(), strict=True):
        assert (words in said) if words else said == "", given


def test_a_quiz_has_eight_questions_two_of_them_local_and_all_finite(open_once):
    page = open_once(small)
    drawn = page.evaluate(
        """() => [...Array(40)].map(() => {
            inside.newQuiz();
            const { asked, ...rest } = inside.quiz;
            return [asked.map(({ kind, symbol }) => `${kind[0]} ${symbol}`), rest];
        })"""
    )
    start = {"at": 0, "tries": 0, "hints": 0, "done": False, "verdict": "", "first": 0}
    steps = [
        *("∂t/∂r|₁", "∂t/∂s|₂", "∂s/∂v1|₁", "∂v1/∂c|₁", "∂r/∂q|₁", "∂r/∂q|₂"),
        *("∂q/∂p|₁", "∂q/∂a|₂", "∂p/∂a|₁", "∂p/∂b|₂"),
    ]
    nodes = [f"∂t/∂{name}" for name in ("r", "s", "v1", "c", "q", "p", "a", "b")]
    seen = set()
    for asked, rest in drawn:
        assert rest == start
        assert [each[0] for each in asked] == ["l"] * 2 + ["g"] * 6
        symbols = [each[2:] for each in asked]
        seen |= set(symbols)
        assert symbols[:2] == sorted(symbols[:2], key=steps.index)
        assert symbols[2:] == sorted(symbols[2:], key=nodes.index)
        assert len(set(symbols)) == 8
    assert seen == {*steps, *nodes}
    some = page.evaluate("[0, 2, 3, 9].map((count) => inside.some([5, 6, 7], count))")
    assert [len(each) for each in some] == [0, 2, 3, 3]


def test_answers_are_right_within_half_a_percent(open_once):
    page = open_once(small)
    pairs = [(1.00499, 1), (1.00501, 1), (0.99501, 1), (0.99499, 1), (-2, -2.01), (0, 0), (1e-9, 0)]
    close = page.evaluate("pairs => pairs.map(([a, b]) => inside.close(a, b))", pairs)
    assert close == [True, False, True, False, True, True, False]
