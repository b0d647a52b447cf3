"""What the player computes inside: geometry, numbers as text, sheets; many questions to one page.

The page is the ordinary one with a script of the host's behind it, which can use its names.
"""

from __future__ import annotations

import math
import re
import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from autograd import Value, sigmoid
from autograd.value import Parameter
from autograd.views.player.assets import asset, compact_script, packed
from autograd.views.player.page import page as player_page
from autograd.views.write.notation import LATEX
from autograd.views.write.text import number
from tests.browser.waiting import wait_until

NAMES = (
    "zoom, fit, behavior, scrollTo, whole, viewport, svg, size, cards, besideLink, data, "
    "factor, breakable, neighbour, cutsOf, stripOf, text, exact, typed, read, latexNumber, "
    "tikzColour, tikzText, inTikz, curve, stepPicture, fingers, readAnswer, nodes, course, "
    "run, "
    "savePixels, limit: (position) => { go(position); return current; }"
)
HOST = f"""globalThis.inside = {{ {NAMES},
    get scale() {{ return scale; }}, get mode() {{ return mode; }},
    get dragged() {{ return dragged; }},
    get history() {{ return history; }}, set history(given) {{ history = given; }} }};"""


def chain() -> Value:
    """A drawing that is wider than a sheet of paper, and so high that it scrolls both ways."""
    x = Value(0.5, "x")
    others = [Value(0.25 * k, f"x{k}") for k in (1, 2)]
    for k in range(3):
        total = Parameter(0.3, f"b{k}")
        for j, other in enumerate([x, *others]):
            total = Parameter(0.1 * k - 0.2 + j, f"w{k}{j}") * other + total
        x = sigmoid(total)
        x.label = f"h{k}"
    return x


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("inside") / "player.html"
    path.write_text(player_page(chain(), host=HOST), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 600}, reduced_motion="reduce")
    page.goto(address)
    yield page
    page.close()


# ------------------------------------------------------------------------------------ fit and zoom


def test_how_large_the_drawing_is_at_first_and_fitted(page: Page) -> None:
    rooms = [
        *((500, 500, ""), (1000, 600, ""), (2600, 800, ""), (2600, 1000, "")),
        (2600, 400, "flex: none; width: 5000px"),
        (1000, 600, "flex: none; width: 20000px; height: 2000px"),
    ]
    for width, height, style in rooms:
        page.set_viewport_size({"width": width, "height": height})
        measured: dict[str, Any] = page.evaluate(
            """(style) => {
                const { viewport, size, fit } = inside;
                viewport.style = style;
                const said = { room: [viewport.offsetWidth - 2, viewport.offsetHeight - 2] };
                said.size = [size.width, size.height];
                const pressed = () => document.querySelector("[data-action=fit]").ariaPressed;
                for (const mode of ["whole", "readable", "auto", "free"]) {
                    fit(mode);
                    const { width, height } = inside.svg.style;
                    said[mode] = [inside.scale, pressed(), width, height];
                }
                viewport.style = "";
                return said;
            }""",
            style,
        )
        across, down = (a / b for a, b in zip(measured["room"], measured["size"], strict=True))
        whole = min(across, down)
        readable = max(1.0, min(width / 1280, max(across, down)))
        fitted = min(4.0, whole)
        auto = readable if whole < 1 else fitted
        for mode, scale in {"whole": fitted, "readable": readable, "auto": auto}.items():
            shown = [f"{math.floor(side * scale)}px" for side in measured["size"]]
            pressed = str(scale == fitted).lower()
            assert measured[mode] == [pytest.approx(scale), pressed, *shown], (mode, width, height)
        assert measured["free"] == [pytest.approx(auto), "false", *measured["auto"][2:]]
    exactly = """() => {
        const { viewport, size, fit } = inside;
        viewport.style = `flex: none; width: ${size.width + 2}px; height: ${2 * size.height}px`;
        fit("auto");
        viewport.style = "";
        return [inside.scale, document.querySelector("[data-action=fit]").ariaPressed];
    }"""
    page.set_viewport_size({"width": 2600, "height": 600})
    assert page.evaluate(exactly) == [1, "true"]  # what can be read is seen as a whole
    page.set_viewport_size({"width": 1000, "height": 600})


def test_a_place_stays_where_it_is_while_the_scale_changes(page: Page) -> None:
    steps = page.evaluate(
        """() => {
            const { zoom, fit, svg, viewport, size } = inside;
            const under = (x, y) => {
                const box = svg.getBoundingClientRect();
                const part = [(x - box.x) / box.width, (y - box.y) / box.height];
                return [size.width * part[0], size.height * part[1]];
            };
            const frame = viewport.getBoundingClientRect();
            const middle = [frame.x + frame.width / 2, frame.y + frame.height / 2];
            const steps = [];
            fit("readable");
            zoom(3);
            viewport.scrollTo(900, 300);
            for (const factor of [1.25, 0.8, 1.1, 0.9]) {
                for (const place of [null, [frame.x + 200, frame.y + 150],
                    [frame.x + 90, frame.y + 40]]) {
                    const at = place ?? middle;
                    const before = under(...at);
                    const from = inside.scale;
                    zoom(factor, ...(place ?? []));
                    const now = under(...at);
                    const moved = Math.hypot(now[0] - before[0], now[1] - before[1]);
                    steps.push([factor, inside.scale / from, moved, inside.mode]);
                    zoom(from / inside.scale, ...at);
                }
            }
            return steps;
        }"""
    )
    for factor, became, moved, mode in steps:
        assert became == pytest.approx(factor)
        assert moved < 1.5  # a pixel of the drawing, which scrolls by whole ones
        assert mode == "free"
    assert len(steps) == 12


def test_the_scale_has_limits_and_the_wheel_a_measure(page: Page) -> None:
    found = page.evaluate(
        """() => {
            const { zoom, fit, viewport, whole } = inside;
            const wheel = (deltaY, ctrlKey = true) => {
                const event = new WheelEvent("wheel", { deltaY, ctrlKey, cancelable: true });
                const before = inside.scale;
                viewport.dispatchEvent(event);
                return [inside.scale / before, event.defaultPrevented];
            };
            fit("whole");
            zoom(1000);
            const found = { most: inside.scale };
            zoom(0.0001);
            found.least = [inside.scale, Math.min(1, whole())];
            fit("readable");
            zoom(2);
            found.wheel = [-50, 50, -1000, 1000].map((delta) => wheel(delta));
            found.alone = wheel(-50, false);
            return found;
        }"""
    )
    assert found["most"] == 4
    assert found["least"][0] == pytest.approx(found["least"][1])
    assert found["least"][1] < 0.5
    ratios = [math.exp(delta / 400) for delta in (50, -50, 100, -100)]
    assert found["wheel"] == [[pytest.approx(ratio), True] for ratio in ratios]
    assert found["alone"] == [1, False]


def test_two_fingers_say_scale_and_place_and_one_or_three_nothing(page: Page) -> None:
    found = page.evaluate(
        """() => {
            const { viewport, svg, fit, zoom, fingers } = inside;
            const touch = (type, ...points) => {
                const touches = points.map(([clientX, clientY], identifier) =>
                    new Touch({ identifier, target: viewport, clientX, clientY }));
                const event = new TouchEvent(type, { touches, cancelable: true });
                viewport.dispatchEvent(event);
                return event.defaultPrevented;
            };
            fit("readable");
            zoom(3);
            viewport.scrollTo(500, 100);
            const found = { fingers: fingers({ touches: [
                { clientX: 10, clientY: 40 }, { clientX: 40, clientY: 80 }] }) };
            const start = inside.scale;
            touch("touchstart", [300, 300]);
            found.one = [touch("touchmove", [320, 320]), inside.scale / start];
            touch("touchstart", [300, 250], [360, 330]);
            found.three = [touch("touchmove", [300, 250], [360, 330], [1, 1]),
                inside.scale / start];
            const [x, y] = [viewport.scrollLeft, viewport.scrollTop];
            found.two = [touch("touchmove", [310, 230], [370, 310]), inside.scale / start];
            found.moved = [viewport.scrollLeft - x, viewport.scrollTop - y];
            touch("touchmove", [325, 250], [355, 290]);
            found.closer = inside.scale / start;
            const [left, top] = [viewport.scrollLeft, viewport.scrollTop];
            touch("touchmove", [325, 250], [355, 290]); // the fingers rest
            found.rest = [inside.scale / start, viewport.scrollLeft - left,
                viewport.scrollTop - top];
            touch("touchstart", [0, 0]);
            touch("touchmove", [0, 0], [500, 500]);
            found.after = inside.scale / start;
            return found;
        }"""
    )
    assert found["fingers"] == {"apart": 50, "x": 25, "y": 60}
    assert found["one"] == found["three"] == [False, 1]
    assert found["two"] == [True, 1]
    assert found["moved"] == [pytest.approx(-10, abs=1), pytest.approx(20, abs=1)]
    assert found["closer"] == found["after"] == pytest.approx(0.5)
    scale, *moved = found["rest"]
    assert scale == found["closer"]
    assert moved == pytest.approx([0, 0], abs=0.8)


def test_a_mouse_drags_from_four_pixels_on_and_only_its_first_button(page: Page) -> None:
    found = page.evaluate(
        """() => {
            const { viewport, svg, fit, zoom } = inside;
            const send = (target, type, clientX, clientY, options = {}) =>
                target.dispatchEvent(new PointerEvent(type, {
                    clientX, clientY, bubbles: true, pointerType: "mouse", ...options }));
            const at = () => [viewport.scrollLeft, viewport.scrollTop, inside.dragged,
                viewport.classList.contains("dragged")];
            fit("readable");
            zoom(3);
            viewport.scrollTo(500, 100);
            const begun = [viewport.scrollLeft, viewport.scrollTop];
            const found = { begun };
            send(window, "pointermove", 10, 10);
            found.nothing = at();
            for (const options of [{ button: 1 }, { pointerType: "touch" }]) {
                send(svg, "pointerdown", 300, 300, options);
                send(window, "pointermove", 200, 200, options);
            }
            send(viewport, "pointerdown", 300, 300);
            send(window, "pointermove", 200, 200);
            found.others = at();
            send(svg, "pointerdown", 300, 300);
            send(window, "pointermove", 302, 303);
            found.click = at();
            send(window, "pointermove", 300, 304);
            found.drag = at();
            send(window, "pointermove", 299, 304);
            found.further = at();
            send(window, "pointerup", 299, 304);
            send(window, "pointermove", 0, 0);
            found.ended = at();
            send(svg, "pointerdown", 300, 300);
            found.again = at();
            send(window, "pointerup", 300, 300);
            return found;
        }"""
    )
    x, y = found["begun"]
    assert found["nothing"] == found["others"] == found["click"] == [x, y, False, False]
    assert found["drag"] == [x, y - 4, True, True]
    assert found["further"] == [x + 1, y - 4, True, True]
    assert found["ended"] == [x + 1, y - 4, True, False]
    assert found["again"] == [x + 1, y - 4, False, False]


def test_what_happens_is_moved_to_the_middle_if_it_is_not_in_sight(page: Page) -> None:
    found = page.evaluate(
        """() => {
            const { viewport, fit, zoom, scrollTo, cards, svg } = inside;
            inside.limit(0);
            fit("readable");
            zoom(3);
            const frame = viewport.getBoundingClientRect();
            const all = svg.getBoundingClientRect();
            const away = (card) => {
                const { x, y, width, height } = card.getBoundingClientRect();
                return Math.hypot(2 * (x - all.x) + width - all.width,
                    2 * (y - all.y) + height - all.height);
            };
            const card = cards.toSorted((one, other) => away(one) - away(other))[0];
            const name = `[data-card="${card.dataset.card}"]`;
            const off = () => {
                const box = card.getBoundingClientRect();
                return [box.x - frame.x, frame.right - box.right,
                    box.y - frame.y, frame.bottom - box.bottom];
            };
            const place = (left, top) => viewport.scrollBy(off()[0] - left, off()[2] - top);
            const after = (left, top) => {
                place(left, top);
                scrollTo(name);
                return off();
            };
            const wide = frame.width - card.getBoundingClientRect().width;
            const high = frame.height - card.getBoundingClientRect().height;
            return { wide, high, inside: after(13, 13), left: after(11, 60),
                right: after(wide - 11, 60), above: after(60, 11), below: after(60, high - 11),
                beside: after(wide - 13, high - 13) };
        }"""
    )
    assert found["inside"][0] == pytest.approx(13, abs=0.8)
    assert found["inside"][2] == pytest.approx(13, abs=0.8)
    for case in ("left", "right"):
        assert found[case][0] == pytest.approx(found[case][1], abs=1.5), case
        assert found[case][2] == pytest.approx(60, abs=0.8), case
    for case in ("above", "below"):
        assert found[case][2] == pytest.approx(found[case][3], abs=1.5), case
        assert found[case][0] == pytest.approx(60, abs=0.8), case
    assert found["beside"][0] == pytest.approx(found["wide"] - 13, abs=0.8)
    assert found["beside"][2] == pytest.approx(found["high"] - 13, abs=0.8)


SCROLLED = """([boxes, centre, frame]) => {
    const { cards, viewport, svg, scrollTo } = inside;
    const box = ([left, right, top, bottom]) => ({ left, right, top, bottom });
    const give = (each, place) => (each.getBoundingClientRect = () => box(place));
    const found = [];
    inside.limit(0);
    give(viewport, frame);
    viewport.scrollBy = (given) => found.push(given.left, given.top);
    boxes.forEach((each, i) => {
        give(cards[i], each);
        cards[i].dataset.moved = "";
    });
    if (centre) {
        give(cards[5], centre);
        cards[5].classList.add("current");
    }
    scrollTo("[data-moved]");
    delete viewport.scrollBy;
    for (const each of [viewport, ...cards]) {
        delete each.getBoundingClientRect;
        delete each.dataset?.moved;
    }
    inside.limit(0);
    return found;
}"""


def test_how_far_the_drawing_moves(page: Page) -> None:
    """Not at all if all is in sight with 12 px to spare, else to the middle of it or of a card.

    What is sought takes 88 to 432 across and 38 to 272 down.
    """
    sought, centre = [(100, 180, 50, 90), (300, 420, 200, 260)], (120, 160, 400, 440)
    moved = {
        # of what is in sight: across, down, and down if the current card is elsewhere
        (0, 1000, 0, 600): (0, 0, 0),
        (88, 432, 38, 272): (0, 0, 0),
        (89, 600, 39, 500): (-84.5, -114.5, -114.5),
        (0, 431, -100, 271): (44.5, 69.5, 69.5),
        (600, 944, 300, 534): (-512, -262, -262),
        (-500, -156, -400, -166): (588, 438, 438),
        (89, 432, 39, 272): (-120.5, -85.5, 264.5),
        (88, 431, 38, 271): (-119.5, -84.5, 265.5),
        (0, 300, 0, 600): (-10, 0, 0),
        (0, 1000, 0, 150): (0, -5, 345),
    }
    for frame, (across, down, elsewhere) in moved.items():
        for current, wanted in ((None, down), (centre, elsewhere)):
            found = page.evaluate(SCROLLED, [sought, current, frame])
            assert found == [across, wanted], (frame, current)


def test_a_step_that_is_wider_than_the_window_shows_its_own_card(page: Page) -> None:
    found = page.evaluate(
        """() => {
            const { viewport, fit, zoom, cards } = inside;
            fit("readable");
            zoom(4);
            inside.limit(1);
            cards.forEach((card) => card.classList.add("receiving"));
            viewport.scrollTo(0, 0);
            inside.scrollTo(".card.current, .card.receiving");
            const frame = viewport.getBoundingClientRect();
            const box = document.querySelector(".card.current").getBoundingClientRect();
            inside.limit(0);
            const room = [viewport.scrollWidth - viewport.clientWidth, viewport.scrollLeft];
            return [box.x + box.width / 2, frame.x + frame.width / 2, ...room];
        }"""
    )
    middle, wanted, most, left = found
    assert middle == pytest.approx(wanted, abs=1.5) or left in (0, pytest.approx(most, abs=1))
    assert 0 < left < most


IN_SIGHT = """() => {
    const [a, b] = [".card.current", ".viewport"].map((each) =>
        document.querySelector(each).getBoundingClientRect());
    return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
}"""


def test_what_happens_stays_in_sight_at_a_fit_and_a_place_that_was_chosen_at_a_resize(
    page: Page,
) -> None:
    page.evaluate("() => { inside.limit(inside.course.last - 1); inside.fit('whole'); }")
    page.evaluate("() => inside.viewport.scrollTo(9999, 0)")
    page.evaluate("() => inside.fit('readable')")
    assert page.evaluate(IN_SIGHT)
    page.evaluate("() => inside.viewport.scrollTo(1111, 0)")
    assert not page.evaluate(IN_SIGHT)
    page.set_viewport_size({"width": 990, "height": 610})
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 50))")
    assert page.evaluate("inside.viewport.scrollLeft") == 1111
    page.set_viewport_size({"width": 1000, "height": 600})
    page.evaluate("() => { inside.viewport.scrollTo(0, 0); inside.limit(0); }")
    assert not page.locator(".card.current").count()
    assert page.evaluate(IN_SIGHT.replace(".card.current", ".card"))  # the first one


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_drawing_that_had_no_room_shows_its_first_card_when_it_has(
    browser: Browser, address: str, side: str
) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": 400}, reduced_motion="reduce")
    narrow = """new MutationObserver((_, observer) => {
        const viewport = document.querySelector(".viewport");
        if (viewport) {
            viewport.style = "min-width: 0; min-height: 0; side: 2px";
            observer.disconnect();
        }
    }).observe(document, { childList: true, subtree: true });"""
    page.add_init_script(narrow.replace("side", side))
    page.goto(address)
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 50))")
    assert page.evaluate("side => inside.viewport.getBoundingClientRect()[side]", side) == 2
    page.evaluate("() => { inside.viewport.style = ''; }")
    wait_until(page, IN_SIGHT.replace(".card.current", ".card"), seconds=5)
    page.close()


def test_no_step_is_before_the_first_or_after_the_last(page: Page) -> None:
    last = page.evaluate("inside.course.last")
    for position, shown in ((-3, 0), (last + 4, last), (last - 1, last - 1)):
        assert page.evaluate("position => inside.limit(position)", position) == shown
    assert page.evaluate("inside.limit(0)") == 0


def test_a_click_on_the_drawing_leaves_the_focus_where_it_is(page: Page) -> None:
    prevented = page.evaluate(
        """() => {
            const event = new MouseEvent("mousedown", { bubbles: true, cancelable: true });
            inside.cards[0].dispatchEvent(event);
            return event.defaultPrevented;
        }"""
    )
    assert prevented


def test_a_line_may_end_after_a_sign_and_not_within_a_number(page: Page) -> None:
    pieces = page.evaluate(
        """() => inside.breakable("a·b/(1.5e-07 + c,d) e-1").map((each) =>
            typeof each === "string" ? each : [each.localName, each.textContent, each.className])"""
    )
    here = ["wbr", "", ""]
    number = ["span", "1.5e-07", "number"]
    assert pieces == [
        *("a·", here, "b/", here, "(", here, number, here, " + c,", here, "d) e-1", here),
    ]


def test_only_a_slow_step_moves_smoothly_and_none_for_who_wants_calm(
    browser: Browser, page: Page, address: str
) -> None:
    assert page.evaluate("[inside.behavior(), inside.behavior()]") == ["instant", "instant"]
    moving = browser.new_page(reduced_motion="no-preference")
    moving.clock.install()
    moving.goto(address)
    moving.clock.pause_at(datetime.now() + timedelta(hours=1))
    said = []
    for wait in (1000, 600, 601, 0, 2000):
        moving.clock.run_for(wait)
        said.append(moving.evaluate("inside.behavior()"))
    assert said == ["smooth", "instant", "smooth", "instant", "smooth"]
    moving.close()


# --------------------------------------------------------------------------------------- the links

STRAIGHT = """([points, middle, level, width]) => {
    const along = (way) => points[Math.min(points.length - 1, Math.round(way))];
    const line = {
        getTotalLength: () => points.length - 1,
        getPointAtLength: (way) => ({ x: along(way)[0], y: along(way)[1] }),
    };
    return inside.besideLink(line, [middle, level], width);
}"""


def beside(points: list[tuple[float, float]], middle: float, room: float, level: float) -> float:
    """What `besideLink` seeks, found by looking at every second point."""
    from_start = abs(points[0][0] - middle) < abs(points[-1][0] - middle)
    least = -math.inf if from_start else middle - room
    costs = [
        (abs(y - level) + 0.2 * abs(x - middle), k, x)
        for k, (x, y) in enumerate((points if from_start else points[::-1])[::2])
        if least <= x <= middle + room
    ]
    return min(costs)[2] if costs else middle


def test_a_label_stands_where_its_line_is_nearest(page: Page) -> None:
    free = page.evaluate("inside.data.room")
    rising = [(100 + 1.0 * k, 50 + 0.5 * k) for k in range(161)]
    falling = [(100 + 1.0 * k, 130 - 0.5 * k) for k in range(161)]
    bent = [(100 + 1.0 * k, 50 + 40 * math.sin(k / 25)) for k in range(161)]
    flat = [(100 + 1.0 * k, 75.0) for k in range(161)]  # two places are as near: the first one
    short = rising[:21]  # one of its ends is nearest
    for line in (rising, falling, bent, flat, short):
        cases = [
            (line, middle, level, width)
            for middle in (104, 105, 115, 130, 131, 150, 180, 210, 211, 240, 256)
            for width in (free - 40, free - 10, free + 10)
            for level in (40, 75, 120)
        ]
        found = page.evaluate(f"cases => cases.map({STRAIGHT})", cases)
        for (_, middle, level, width), (x, y) in zip(cases, found, strict=True):
            room = max(0.0, (free - width) / 2)
            assert y == level
            assert x == pytest.approx(beside(line, middle, room, level)), (middle, level, width)


def test_labels_lie_on_their_paper_and_heads_on_the_ends_of_their_lines(page: Page) -> None:
    flows = page.evaluate(
        """() => {
            const found = [];
            for (let position = 0; position <= inside.course.last; position += 1) {
                inside.limit(position);
                const [lines, labels] = document.querySelectorAll(".flow");
                const numbers = (each, ...names) =>
                    names.map((name) => Number(each.getAttribute(name)));
                labels.querySelectorAll("rect").forEach((rect, i) => {
                    const text = labels.querySelectorAll("text")[i];
                    const line = lines.querySelectorAll(".flow-line")[i];
                    const head = lines.querySelectorAll(".flow-head")[i].getAttribute("d");
                    const end = line.getPointAtLength(line.getTotalLength());
                    found.push([text.textContent, numbers(rect, "x", "y", "width", "height"),
                        numbers(text, "x", "y"), line.getAttribute("d"), head, [end.x, end.y]]);
                });
            }
            inside.limit(0);
            return found;
        }"""
    )
    assert len(flows) >= 12
    tips = page.evaluate(
        """() => [...document.querySelectorAll(".link .head")].map((each) => {
            const { x, y, width, height } = each.getBBox();
            return [x + width, y + height / 2];
        })"""
    )
    for label, (left, top, width, height), (x, y), line, head, end in flows:
        assert any(end == pytest.approx(tip, abs=0.01) for tip in tips)  # as data flows
        assert width == 7 * len(label) + 4
        assert left + width / 2 == x
        assert (top + 11, height) == (y, 14)
        a, b = (float(part) for part in line[1:].split("C")[0].split("L")[0].split(","))
        corners = [tuple(map(float, each.split(","))) for each in head[1:-1].split("L")]
        assert corners == [(a, b), (a + 9, b - 4.5), (a + 9, b + 4.5)]


def test_a_factor_has_four_digits_or_two_where_these_are_too_long(page: Page) -> None:
    wanted = {
        0.25: "×0.25",
        -0.25: "×(−0.25)",
        1 / 3: "×0.3333",
        -1.2345678e-12: "×(−1.2e-12)",
        1.2345678e-12: "×1.235e-12",
        1.2345678e-120: "×1.2e-120",
        -0.00012345: "×(−0.00012)",
    }
    for value, label in wanted.items():
        assert page.evaluate("value => inside.factor(value)", value) == label


# ---------------------------------------------------------------------------------------- keyboard


def test_up_and_down_lead_to_the_nearest_card_in_the_column(page: Page) -> None:
    page.evaluate("inside.fit('readable')")
    centres, found, links = page.evaluate(
        """() => {
            const { cards, neighbour, nodes } = inside;
            const centres = cards.map((card) => {
                const box = card.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            });
            const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
            const cardOf = (node) => nodes[node].card;
            const links = nodes.map(({ card, parents }) => [card, parents.map(cardOf)]);
            const ways = cards.map((_, i) => keys.map((key) => neighbour(i, key) ?? null));
            return [centres, ways, links];
        }"""
    )
    for position, (x, y) in enumerate(centres):
        for way, there in zip((-1, 1), found[position], strict=False):
            distances = [
                (way * (b - y) + 4 * abs(a - x), card)
                for card, (a, b) in enumerate(centres)
                if way * (b - y) > 1
            ]
            assert there == (min(distances)[1] if distances else None), position
        parents = [p for card, above in links if card == position for p in above if p != position]
        readers = [card for card, above in links if position in above and card != position]
        assert found[position][2] == (parents[0] if parents else None)
        assert found[position][3] == (readers[0] if readers else None)


# ---------------------------------------------------------------------------------------- on paper


def test_a_leaf_that_is_sought_is_in_sight_also_where_its_step_is_elsewhere(page: Page) -> None:
    page.fill(".search", "x1")
    page.press(".search", "Enter")
    sought = IN_SIGHT.replace('".card.current"', '"[data-sought]"')
    page.evaluate(
        """() => inside.cards.find((card) =>
            card.querySelector(".name").textContent === "x1").dataset.sought = "";"""
    )
    assert page.evaluate(sought)
    assert not page.evaluate(IN_SIGHT)
    page.evaluate("() => inside.limit(0)")


def test_a_sheet_is_cut_between_columns_of_cards(page: Page) -> None:
    width = page.evaluate("inside.size.width")
    assert width > 1150
    for spans in (
        [],
        [(0, 100), (1100, 1160)],
        [(500, 600), (900, 1000), (950, 1100), (1162, 1200)],
        [(500, 600), (900, 1000), (950, 1100), (1163, 1200)],
        [(1000, 1100), (1085, 1140), (1112, 1200)],
        [(12, 90), (1500, 1600)],
        [(width - 1138, width - 1100)],  # what is left is as wide as a sheet
    ):
        cuts = [0.0]
        while width - cuts[-1] > 1150:
            free = [
                left - 12
                for left, _ in spans
                if cuts[-1] < left - 12 <= cuts[-1] + 1150
                and all(b <= left - 12 or a >= left - 12 for a, b in spans)
            ]
            cuts.append(max(free, default=cuts[-1] + 1150))
        assert page.evaluate("spans => inside.cutsOf(spans)", spans) == [*cuts, width], spans


def test_a_strip_of_paper_is_as_high_as_what_is_in_it(page: Page) -> None:
    height = page.evaluate("inside.size.height")
    boxes = [(0, 100, 60, 90), (100, 220, 40, 50), (150, 300, 100, 130), (300, 400, 5, height - 5)]
    strips = page.evaluate(
        """([boxes, cuts]) => cuts.map(([from, to]) => {
            const strip = inside.stripOf(from, to, boxes).firstChild;
            const own = ["viewBox", "width", "height", "style"];
            return [...own.map((name) => strip.getAttribute(name)),
                strip.querySelectorAll(".card").length === inside.cards.length];
        })""",
        [boxes, [(0, 100), (100, 150), (100, 300), (250, 350)]],
    )
    assert strips == [
        ["0 48 100 54", "100", "54", None, True],
        ["100 28 50 34", "50", "34", None, True],
        ["100 28 200 114", "200", "114", None, True],
        [f"250 0 100 {height}", "100", f"{height}", None, True],
    ]


def test_the_strips_of_a_sheet_hold_the_cards_and_links_between_their_cuts(page: Page) -> None:
    size, cards, links, views, around = page.evaluate(
        """() => {
            const { svg, size, fit } = inside;
            inside.limit(0);
            fit("readable");
            const frame = svg.getBoundingClientRect();
            const scale = frame.width / size.width;
            const boxes = (selector) => [...svg.querySelectorAll(selector)].map((each) => {
                const { left, right, top, bottom } = each.getBoundingClientRect();
                return [left - frame.left, right - frame.left, top - frame.top,
                    bottom - frame.top].map((place) => place / scale);
            });
            const there = [boxes(".card > .box:first-of-type"), boxes(".link")];
            window.dispatchEvent(new Event("beforeprint"));
            const strips = [...document.querySelectorAll(".sheet svg")];
            const views = strips.map((each) => each.getAttribute("viewBox").split(" ").map(Number));
            const link = svg.querySelector(".link"); // as if it went round all that is there
            const box = { x: size.width - 100, y: 14, width: 90, height: size.height - 28 };
            link.getBBox = () => box;
            window.dispatchEvent(new Event("beforeprint"));
            const last = [...document.querySelectorAll(".sheet svg")].at(-1);
            const round = last.getAttribute("viewBox").split(" ");
            delete link.getBBox;
            window.dispatchEvent(new Event("afterprint"));
            return [[size.width, size.height], ...there, views, round.map(Number)];
        }"""
    )
    assert around == [views[-1][0], 2, views[-1][2], pytest.approx(size[1] - 4)]
    assert len(views) >= 2
    assert [view[0] for view in views] == [0, *(view[0] + view[2] for view in views[:-1])]
    assert views[-1][0] + views[-1][2] == size[0]
    for left, top, width, height in views:
        inside = [box for box in cards + links if box[1] > left and box[0] < left + width]
        assert top == pytest.approx(max(0, min(box[2] for box in inside) - 12), abs=1.5)
        bottom = min(size[1], max(box[3] for box in inside) + 12)
        assert top + height == pytest.approx(bottom, abs=1.5)
    for left, *_ in views[1:]:
        assert not [box for box in cards if box[0] < left - 1 and box[1] > left + 1]


def test_what_is_hidden_on_the_screen_is_hidden_in_the_picture(page: Page) -> None:
    hidden, shown, plain = page.evaluate(
        """() => {
            document.querySelector("[data-tab=quiz]").click();
            const pictured = new DOMParser().parseFromString(inside.stepPicture(), "image/svg+xml");
            const all = [...inside.svg.querySelectorAll("*")];
            const hidden = all.map((each) => getComputedStyle(each).visibility === "hidden");
            document.querySelector("[data-tab=steps]").click();
            inside.limit(0);
            const copies = [...pictured.documentElement.querySelectorAll("*")];
            const plain = "rect, path, text";
            return [hidden, copies.map((each) => each.getAttribute("visibility") === "hidden"),
                copies.filter((each) => each.matches(plain) &&
                    !each.hasAttribute("visibility") && !each.getAttribute("fill")).length];
        }"""
    )
    assert hidden == shown
    assert any(hidden)
    assert plain == 0


def test_a_picture_has_two_pixels_for_one_or_as_many_as_a_canvas_can_have(page: Page) -> None:
    drawn = page.evaluate(
        """(sizes) => {
            const { size, savePixels } = inside;
            const kept = { size: { ...size }, Image, make: document.createElement };
            const drawn = [];
            const canvas = () => ({
                append: () => {},
                getContext: () => ({ drawImage: (_, ...place) => drawn.push(place) }),
                toDataURL: () => "data:,",
            });
            HTMLAnchorElement.prototype.click = () => {};
            document.createElement = (tag) =>
                tag === "canvas" ? canvas() : kept.make.call(document, tag);
            window.Image = class {
                addEventListener(_, loaded) { this.loaded = loaded; }
                set src(address) { this.loaded(); }
            };
            for (const [width, height] of sizes) {
                Object.assign(size, { width, height });
                savePixels();
            }
            Object.assign(size, kept.size);
            document.createElement = kept.make;
            window.Image = kept.Image;
            return drawn;
        }""",
        [(3000, 400), (8000, 10), (10000, 400), (400, 20000)],
    )
    assert drawn == [[0, 0, 6000, 800], [0, 0, 16000, 20], [0, 0, 16000, 640], [0, 0, 320, 16000]]


def test_shapes_as_tikz(page: Page) -> None:
    found = page.evaluate(
        """() => {
            const { inTikz, tikzColour, tikzText } = inside;
            const of = (given) => ({ getAttribute: (name) => given[name] ?? null });
            return [
                inTikz.rect(of({ x: 3, y: 4, width: 10, height: 20, rx: 8 })),
                inTikz.rect(of({ width: 10, height: 20 })),
                inTikz.path(of({ d: "M1,2L3,4C5,6 7,8 9,10z" })),
                tikzColour("rgb(1, 20, 255)"),
                tikzText("a-b_{c}"),
            ];
        }"""
    )
    assert found == [
        "[rounded corners=6pt] (3,4) rectangle (13,24)",
        "[rounded corners=0pt] (0,0) rectangle (10,20)",
        "(1,2) -- (3,4) .. controls (5,6) and (7,8) .. (9,10) -- cycle",
        "{rgb,255:red,1;green,20;blue,255}",
        "a{-}b\\char95{}\\char123{}c\\char125{}",
    ]


def test_the_curve_of_a_descent_fills_its_frame(page: Page) -> None:
    now = page.evaluate("inside.run.values[inside.data.root]")
    curves = page.evaluate(
        """(lists) => lists.map((losses) => {
            inside.history = losses.map((loss) => ({ loss }));
            const drawn = inside.curve();
            inside.history = [];
            const [line, circle] = drawn.children;
            const place = [circle.getAttribute("cx"), circle.getAttribute("cy")];
            return [line.getAttribute("points"), ...place, drawn.getAttribute("viewBox")];
        })""",
        [[], [now], [3, 2, 1], [now - 1, now + 3]],
    )
    for losses, (points, cx, cy, view) in zip(
        [[], [now], [3, 2, 1], [now - 1, now + 3]], curves, strict=True
    ):
        all_losses = [*losses, now]
        low, high = min(all_losses), max(all_losses)
        found = [tuple(map(float, each.split(","))) for each in points.split(" ")]
        for i, (x, y) in enumerate(found):
            part = (all_losses[i] - low) / (high - low) if high > low else 0.5
            assert x == pytest.approx(6 + i * 328 / max(1, len(losses)))
            assert y == pytest.approx(84 - part * 78)
        assert (float(cx), float(cy)) == found[-1]
        assert len(found) == len(all_losses)
        assert view == "0 0 340 90"


# ------------------------------------------------------------------------------------------- texts

NUMBERS = [
    *(
        0.0,
        -0.0,
        1.0,
        -1.0,
        10.0,
        0.1,
        1 / 3,
        -2 / 3,
        123456.0,
        1234567.0,
        999999.5,
        0.0001,
        9.9e-5,
    ),
    *(1e16, 123456789012345680.0, 1e15, 12345.678, 1e-300, 5e-324, 1.7e308, 1e100, -1e-7, 100000.0),
    *(999999.4, 0.00099999951, 1e22, 1e21, 1200.0, 1234.56789),
    *(2.5, 0.125, -0.375, 1 / 1024, 3 / 1024, 1234565.0, 1234575.0, 100000.5, 0.95, 9.5, 99.5),
]


def test_numbers_are_written_as_python_writes_them(page: Page) -> None:
    for digits in (1, 2, 3, 6, 9, 15, 17):
        said = page.evaluate("([xs, n]) => xs.map((x) => inside.text(x, n))", [NUMBERS, digits])
        assert said == [number(x, digits) for x in NUMBERS]
    exact = page.evaluate("xs => xs.map(inside.exact)", NUMBERS)
    assert exact == [re.sub("^-", "−", repr(x)) for x in NUMBERS]
    special = page.evaluate(
        "[NaN, Infinity, -Infinity].map((x) => [inside.text(x), inside.exact(x)])"
    )
    assert special == [["nan", "nan"], ["inf", "inf"], ["−inf", "−inf"]]


def test_numbers_in_latex(page: Page) -> None:
    numbers = [1.5e-7, -2.5e30, 0.5, -0.5, -math.inf, math.inf, math.nan, -0.0]
    said = page.evaluate("numbers => numbers.map(inside.latexNumber)", numbers)
    assert said == [LATEX.number(x)[0] for x in numbers]
    assert said[:2] == [r"1.5 \cdot 10^{-7}", r"-2.5 \cdot 10^{30}"]


READ = {
    "1": 1,
    " +.5e1 ": 5,
    "-2.e-1": -0.2,
    "−3": -3,
    "1e−2": 0.01,
    "2E3": 2000,
    "1e400": "wrong",
    "abc": "wrong",
    "1,5": "wrong",
    "1_0": "wrong",
    "": "wrong",
    "--1": "wrong",
    "1e": "begun",
    "-": "begun",
    "in": "begun",
    "+.": "begun",
    "1.5e-": "begun",
    "n": "begun",
}


def test_typed_numbers_are_read_as_python_reads_them(page: Page) -> None:
    for typed, wanted in READ.items():
        got = page.evaluate("typed => inside.read(typed)", typed)
        if isinstance(wanted, str):
            assert "number" not in got, typed
            assert got["wrong"]
            assert bool(got.get("begun")) == (wanted == "begun" or typed == ""), typed
        else:
            assert got == {"number": wanted}, typed
    words = page.evaluate(
        "['nan', '-inf', '+Infinity'].map((each) => String(inside.read(each).number))"
    )
    assert words == ["NaN", "-Infinity", "Infinity"]
    typed = page.evaluate("[0.1, -2, 0, -0, NaN, -Infinity].map(inside.typed)")
    assert typed == ["0.1", "-2", "0", "-0", "nan", "-inf"]


def test_answers_may_be_fractions(page: Page) -> None:
    asked = ["6/4", "0.5", "1/0", "1/2/3", "/2", "a", "nan", "2/", "-1/4"]
    said = page.evaluate("typed => typed.map((each) => inside.readAnswer(each) ?? null)", asked)
    assert said == [1.5, 0.5, math.inf, None, None, None, None, None, -0.25]


# ------------------------------------------------------------------------------------------ packing


def unpacker(content: bytes) -> str:
    """What `packed` makes, of content that was compressed in another way."""
    return compact_script(asset("unpack.js")).replace("$packed", b64encode(content).decode())


def deep_codes(text: str) -> bytes:
    """Text compressed in two blocks by codes alone, of up to 15 bits."""
    settings = (9, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_HUFFMAN_ONLY)
    compressor = zlib.compressobj(*settings)
    return compressor.compress(text.encode()) + compressor.flush()


def script(content: str) -> str:
    return "globalThis.unpacked = '{}';".format(content.replace("\\", "/").replace("'", '"'))


RARE = "".join(chr(65 + k) * round(40 * 1.8**k) for k in range(10))


@pytest.mark.parametrize(
    ("content", "made"),
    [
        ("ab" * 3000, packed),
        ("x" * 70_000, packed),
        (
            "".join(chr(33 + (k * k * 7919 + k // 3) % 90) for k in range(5000) if k % 97 != 1),
            packed,
        ),
        (" ".join(f"{math.sin(k)}" for k in range(3000)), packed),
        ("".join(chr(0x4E00 + k * k % 997) for k in range(3000)), packed),
        (RARE, lambda text: unpacker(deep_codes(text))),
    ],
    ids=["pairs", "one", "signs", "numbers", "Chinese", "rare"],
)
def test_what_is_packed_is_unpacked(browser: Browser, content: str, made: Any) -> None:
    page = browser.new_page()
    text = script(content)
    page.set_content(f"<script>{made(text)}</script>")
    assert page.evaluate("unpacked") == text[len("globalThis.unpacked = '") : -2]
    assert page.locator("script").count() == 1  # nothing is left beside what unpacked it
    page.close()


def test_what_was_damaged_ends_with_an_error(browser: Browser) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    whole = deep_codes(script("abc" * 500))
    for damaged in (whole[:-9], whole[:2], whole[:9] + bytes(20), bytes([5] + [0] * 200)):
        page.set_content(f"<script>{unpacker(damaged)}</script>")
        assert page.evaluate("globalThis.unpacked") is None
    assert len(errors) == 4
    page.close()
