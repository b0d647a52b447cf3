"""What each frame of a film shows; how browsers play it is tried in tests/browser."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from autograd import Value, exp, walkthrough
from autograd.value import Parameter
from autograd.views.player.film import COLOURS, MOST_FRAMES, Film
from autograd.views.player.shapes import Flow, Outline
from autograd.views.write.text import number

SVG = "{http://www.w3.org/2000/svg}"
FLOW, CURRENT, FINAL = (COLOURS[kind][0] for kind in ("flow", "current", "final"))


@pytest.fixture
def square(graphs) -> Value:
    x = Value(3.0, "x")
    return graphs.named("y", x * x)


def texts(frame: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(frame).iter(f"{SVG}text")]


def test_one_frame_for_each_step_and_three_around_them(graphs):
    root = graphs.worked_example()
    film = Film(root)
    assert film.length == len(walkthrough(root)) + 3
    assert film.seconds(0.5) == [0.5] * (film.length - 1) + [1.5]


def test_each_frame_shows_the_gradients_of_its_time(graphs):
    root = graphs.worked_example()
    film = Film(root)
    shown = [card.shown for card in film.picture.cards if card.role != "constant"]
    gradients = dict.fromkeys(shown, 0.0) | {root: 1.0}
    frames = [film.frame(index) for index in range(film.length)]

    def of_cards(frame: str) -> list[str]:
        marks = frame.split('<g class="cards">')[1].split("</g></svg>")[0]
        return re.findall(r'<text [^>]*text-anchor="end"[^>]*>([^<]*)</text>', marks)

    assert of_cards(frames[0]).count("–") == len(shown)
    for at, step in enumerate(walkthrough(root), start=2):
        gradients[step.parent] = step.accumulated
        expected = [number(gradients[value], 6) for value in shown]
        written = of_cards(frames[at])[-len(shown) :]
        assert sorted(written) == sorted(expected)
    last = of_cards(frames[-1])[-len(shown) :]
    assert sorted(last) == sorted([number(gradients[value], 6) for value in shown])


def test_the_caption_says_what_is_added_and_never_a_derivative(square):
    film = Film(square)
    captions = [texts(film.frame(index))[-2:] for index in range(film.length)]
    assert captions == [
        ["Forwards: each value is computed from its parents.", "y = 9"],
        ["Backwards: it starts at y, whose gradient is 1.", "All others are 0."],
        ["1 / 2   y passes on to x: upstream × local = 1 × 3 = 3", "gradient of x: 0 → 3 (1 of 2)"],
        ["2 / 2   y passes on to x: upstream × local = 1 × 3 = 3", "gradient of x: 3 → 6 (2 of 2)"],
        ["All gradients are known.", "y = 9"],
    ]


def test_nodes_without_a_label_have_the_names_of_the_other_views():
    film = Film(Value(3.0, "x") * -2.0 + 1.0, precision=3)
    captions = [texts(film.frame(index))[-2:] for index in range(film.length)]
    assert captions[0][1] == "v2 = −5"
    assert captions[4] == [
        "3 / 4   v1 passes on to x: upstream × local = 1 × (−2) = −2",
        "gradient of x: 0 → −2",
    ]
    assert captions[5][1] == "−2 is a constant: its gradient is not used"
    assert "×(−2)" in texts(film.frame(4))


def test_the_film_has_the_digits_that_are_asked_for():
    x = Value(-1 / 3, "x")
    film = Film(x * x, precision=3)
    assert film.picture.cards[0].rows[0] == ("data", "−0.333")
    assert "1 × (−0.333) = −0.333" in texts(film.frame(2))[-2]
    assert "−0.667" in texts(film.frame(film.length - 1))


def test_captions_stand_below_the_drawing_and_none_is_cut(square):
    film = Film(square)
    drawing = film.placement.height + 20.0  # with one line of the legend
    assert film.size()[1] == drawing + 48
    captions = [mark.shape for mark in film.marks if getattr(mark.shape, "size", 0) == 14]
    assert {text.place for text in captions[::2]} == {(16.0, drawing + 20)}
    assert {text.place for text in captions[1::2]} == {(16.0, drawing + 38)}
    assert [text.bold for text in captions] == [True, False] * film.length
    longest = "1 / 2   y passes on to x: upstream × local = 1 × 3 = 3"
    assert max([text.text for text in captions], key=len) == longest
    assert film.size()[0] == round(16 + len(longest) * 6.8 * 14 / 11 + 16)


def test_each_frame_is_as_large_as_the_film(square):
    film = Film(square)
    width, height = film.size()
    for svg in (film.frame(0), film.frame(3), film.svg(1.0)):
        tree = ElementTree.fromstring(svg)
        assert [float(tree.get("width")), float(tree.get("height"))] == [width, height]
    assert rf"\fill[paper] (0,0) rectangle ({width:g},{height:g});" in film.tikz(3)


@pytest.mark.parametrize("fold", [None, "layer"])
def test_gradients_stand_where_the_cards_have_room_for_them(graphs, fold):
    film = Film(graphs.loss(graphs.network(2, 1)), fold)
    tree = ElementTree.fromstring(film.frame(0))
    places = set()
    for card in tree.iter(f"{SVG}g"):
        if card.get("class", "").startswith("card "):
            corner = [float(each) for each in re.findall(r"[\d.]+", card.get("transform"))]
            for text in card.iter(f"{SVG}text"):
                if text.get("data-key") == "grad":
                    places.add((corner[0] + float(text.get("x")), corner[1] + float(text.get("y"))))
    gradients = {mark.shape.place for mark in film.marks if mark.start == 0 and mark.end == 1}
    captions = {mark.shape.place for mark in film.marks if getattr(mark.shape, "size", 0) == 14}
    assert gradients - captions == places
    assert len(places) == sum("grad" in dict(card.rows) for card in film.picture.cards)


@pytest.mark.parametrize(("lang", "value"), [("en", "data"), ("zh", "值")])
def test_what_is_said_of_a_card_leaves_its_gradient_to_the_frames(square, lang, value):
    square.backward()
    tree = ElementTree.fromstring(Film(square, lang=lang).frame(0))
    cards = [g for g in tree.iter(f"{SVG}g") if g.get("class", "").startswith("card ")]
    titles = [card.find(f"{SVG}title").text.split("\n") for card in cards]
    assert [lines[0] for lines in titles] == ["x", "y = x·x"]
    assert [lines[-1] for lines in titles] == [f"{value} 3.0", f"{value} 9.0"]


def test_a_gradient_that_will_grow_is_not_called_final():
    x = Value(0.0, "x")
    film = Film(x.tanh().tanh() + x)
    place = film.marks[0].shape.place  # on x's card, the first one
    of_x = [mark for mark in film.marks if getattr(mark.shape, "place", None) == place]
    assert [(m.start, m.end, m.shape.text, m.shape.kind) for m in of_x] == [
        (0, 1, "–", "plain"),
        (1, 3, "0", "plain"),
        (3, 4, "1", "flow"),
        (4, 5, "1", "plain"),
        (5, 6, "2", "flow"),
        (6, 7, "2", "final"),
    ]


def test_who_passes_on_and_who_receives_are_marked(square):
    film = Film(square)
    assert film.frame(2).count(f'class="current" color="{CURRENT}"') == 1
    assert film.frame(2).count(f'<rect class="flow" color="{FLOW}"') == 1
    assert "×3" in texts(film.frame(2))
    assert film.frame(2).count('class="halo"') == 1
    assert 'class="halo"' not in film.frame(1) + film.frame(4)
    assert film.frame(4).count(f'class="final" color="{FINAL}"') == 2


def test_negative_factors_are_in_parentheses():
    x = Value(2.0, "x")
    film = Film(-3.0 * x)
    assert any("1 × (−3) = −3" in text for text in texts(film.frame(3)))


def test_a_folded_module_is_one_frame(graphs):
    film = Film(graphs.loss(graphs.network(2, 3, 1)), "layer")
    assert film.length == 5 + 3
    captions = [texts(film.frame(index))[-2:] for index in range(film.length)]
    assert ["4 / 5   layers.1 passes its gradients on", captions[5][1]] == captions[5]
    assert captions[5][1].endswith(" applications of the chain rule")
    received = [texts(film.frame(index))[-1] for index in range(2, 5)]
    assert any(re.match(r"gradient of v\d+ in layers\.1: 0 → ", each) for each in received)


def marked(film: Film, index: int) -> tuple[list[tuple[str, str]], list[str]]:
    """The cards that have a frame around them, by kind and name, and what stands beside links."""
    name = {c: k.name for c, k in zip(film.placement.boxes, film.picture.cards, strict=True)}
    shown = [mark.shape for mark in film.marks if mark.start <= index < mark.end]
    return (
        [(shape.kind, name[shape.corner]) for shape in shown if isinstance(shape, Outline)],
        [shape.label for shape in shown if isinstance(shape, Flow)],
    )


def test_a_folded_module_and_those_that_receive_from_it_are_marked(graphs):
    film = Film(graphs.loss(graphs.network(2, 3, 1)), "layer")
    assert [marked(film, index) for index in range(2, film.length)] == [
        ([("current", "L"), ("flow", "v9 = v8−t0")], ["×(−1)"]),  # 2 · (0 − 0.5)
        ([("current", "v9 = v8−t0"), ("flow", "layers.1")], ["×1"]),
        ([("current", "v9 = v8−t0"), ("flow", "t0")], ["×(−1)"]),
        ([("current", "layers.1"), ("flow", "layers.0")], ["3 links"]),
        ([("current", "layers.0"), ("flow", "x0"), ("flow", "x1")], ["3 links", "3 links"]),
        ([], []),
    ]
    film = Film(graphs.loss(graphs.network(2, 3, 1)), "layer", lang="zh")
    assert marked(film, 5)[1] == ["3 条连线"]


def test_a_step_within_a_long_product_has_its_own_local_derivative_beside_its_link():
    values = [Value(x, f"x{x:g}") for x in (1.0, 2.0, 3.0, 5.0, 7.0)]
    film = Film(math.prod([-value for value in values]))
    frames = [
        (*marked(film, index), texts(film.frame(index))[-2].split("   ")[1])
        for index in range(2, film.length - 1)
    ]
    inside = [(flows, said) for marks, flows, said in frames if marks[0] == ("current", "v10")]
    assert inside == [
        (["×30"], "v10 passes on to v9: upstream × local = 1 × 30 = 30"),
        (["×(−6)"], "v8 in v10 passes on to v7: upstream × local = −7 × (−6) = 42"),
        (["×2"], "v6 in v10 passes on to v5: upstream × local = 35 × 2 = 70"),
        (["×(−1)"], "v4 in v10 passes on to v3: upstream × local = −105 × (−1) = 105"),
        (["×(−210)", "×210"], "v10 passes its gradients on"),  # to 1 and v1, from v10 itself
    ]


def test_a_folded_module_of_one_step_says_so_in_the_singular():
    w, v = Parameter(0.5, "head.w"), Parameter(0.25, "head.v")
    for root, said in (
        (exp(w), "1 application of the chain rule"),
        (w * v, "2 applications of the chain rule"),
    ):
        film = Film(root * 2, "layer")
        captions = texts(film.frame(film.length - 2))[-2:]
        assert captions == ["3 / 3   head passes its gradients on", said]


def test_a_long_sum_is_one_card_and_says_which_part_of_it_passes_on():
    film = Film(sum([Value(float(k), f"x{k}").sin() for k in range(1, 6)]))
    captions = [texts(film.frame(index))[-2] for index in range(2, film.length - 1)]
    assert [caption.split("   ")[1].split(":")[0] for caption in captions] == [
        "v9 passes on to v8",
        "v8 passes on to x5",
        "v7 in v9 passes on to v6",
        "v6 passes on to x4",
        "v5 in v9 passes on to v4",
        "v4 passes on to x3",
        "v9 passes its gradients on",
        "v2 passes on to x2",
        "v1 passes on to x1",
    ]


def test_a_long_product_passes_on_the_derivative_of_the_whole():
    film = Film(math.prod([Value(float(k), f"x{k}") for k in range(2, 7)], start=Value(1.0, "x1")))
    assert film.length == 1 + 3
    labels = [text for text in texts(film.frame(2)) if text.startswith("×") and text != "×"]
    assert sorted(labels) == sorted([f"×{720 // k}" for k in range(1, 7)])


def test_a_factor_beside_a_link_has_four_digits_or_two_where_these_are_too_long():
    a, b, c, d, e = (
        Value(x, name) for x, name in zip((1.0625, 1, 1, 1, -2.5), "abcde", strict=True)
    )
    labels = texts(Film(a * b * c * d * e).frame(2))
    assert "×1.062" in labels  # the product of the others, a tie that goes to the even digit
    assert "×(−2.656)" in labels
    for factor, written in ((-1.23456e-300, "×(−1.2e-300)"), (-1234.56, "×(−1235)")):
        assert written in texts(Film(Value(2.0, "x") * factor).frame(2))


def test_one_frame_in_latex_is_as_large_as_the_drawing_unless_it_is_scaled(square):
    film = Film(square)
    assert "scale=1, transform shape" in film.tikz(2)
    assert film.tikz(2, 2.0) == film.tikz(2).replace("scale=1,", "scale=2,")


def test_a_long_chain_is_wrapped_into_rows():
    y = Value(0.5, "x")
    for _ in range(30):
        y = y.tanh()
    width, height = Film(y).size()
    assert height < width < 4 * height


def test_the_animated_picture_holds_every_mark_once_and_each_for_its_time(square):
    film = Film(square)
    svg = film.svg(0.5)
    tree = ElementTree.fromstring(svg)
    marks = [g for g in tree.iter(f"{SVG}g") if g.get("class") == "mark"]
    assert len(marks) == len(film.marks)
    total = 0.5 * (film.length + 2)
    assert f"animation:{total:g}s step-end infinite" in svg
    for group, mark in zip(marks, sorted(film.marks, key=lambda m: not m.under_cards), strict=True):
        delay = float(re.search(r"delay:(-[\d.]+)s", group.get("style"))[1])
        assert total + delay == pytest.approx(0.5 * mark.start)
        length = int(re.search(r"name:f(\d+)", group.get("style"))[1])
        share = float(
            re.search(rf"@keyframes f{length}{{0%{{visibility:visible}}([\d.]+)%", svg)[1]
        )
        end = film.length + 2 if mark.end == film.length else mark.end
        assert total * share / 100 == pytest.approx(0.5 * (end - mark.start), rel=1e-4)


def test_where_nothing_moves_the_last_frame_is_shown(square):
    film = Film(square)
    tree = ElementTree.fromstring(film.svg(1.0))
    for group in list(tree.iter(f"{SVG}g")):
        for child in list(group):
            if child.get("visibility") == "hidden":
                group.remove(child)
    for child in list(tree):
        if child.get("visibility") == "hidden":
            tree.remove(child)
    still = [each.text or "" for each in tree.iter(f"{SVG}text")]
    assert still == texts(film.frame(film.length - 1))
    assert "@media (prefers-reduced-motion:no-preference){.mark{animation" in film.svg(1.0)


def test_a_film_that_nobody_would_watch_is_refused():
    y = Value(1.0)
    for _ in range(MOST_FRAMES):
        y = y.tanh()
    with pytest.raises(ValueError, match=r"1003 frames.*1000.*fold='layer'.*\.html"):
        Film(y)


def test_a_leaf_alone_is_a_film_of_three_frames():
    assert Film(Value(2.0, "x")).length == 3


def test_labels_are_only_text(graphs):
    root = graphs.named("<script>", Value(1.0, "</text><script>alert(1)</script>") * 2)
    tree = ElementTree.fromstring(Film(root).svg(1.0))
    assert not list(tree.iter(f"{SVG}script"))
