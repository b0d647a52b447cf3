import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograd import Value, total
from autograd.value import Parameter
from autograd.views.draw.cards import ROLES
from autograd.views.draw.picture import COLUMN, PADDING
from autograd.views.draw.svg import (
    Addition,
    arrow_head,
    digits,
    legend_items,
    page_size,
    path_data,
    write_svg,
)
from autograd.views.draw.theme import DARK, LIGHT
from autograd.views.drawing import draw
from autograd.views.write.text import visible, width

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing):
    return ElementTree.fromstring(drawing.svg())


def of_class(tree, name):
    return [each for each in tree.iter() if name in each.get("class", "").split()]


def golden_drawings(graphs):
    x = Value(3.0, "x")
    square = graphs.named("y", x * x)
    return {
        "square": draw(square),
        "worked_example": draw(graphs.worked_example()),
        "worked_example_down": draw(graphs.worked_example(), direction="TB", theme="dark"),
        "folded": draw(graphs.loss(graphs.network(2, 3, 1)), fold="layer", theme="light"),
        "neurons": draw(graphs.network(2, 3, 2), fold="neuron", theme="light", direction="RL"),
        "nasty": draw(graphs.nasty(), direction="BT", theme="light"),
    }


@pytest.mark.parametrize(
    "name", ["square", "worked_example", "worked_example_down", "folded", "neurons", "nasty"]
)
def test_the_bytes_are_those_that_were_looked_at(graphs, name):
    assert golden_drawings(graphs)[name].svg().encode() == (GOLDEN / f"{name}.svg").read_bytes()


def test_it_can_be_read_without_seeing_it(graphs):
    tree = parsed(draw(graphs.worked_example()))
    assert tree.tag == f"{SVG}svg"
    assert tree.get("role") == "img"
    assert tree[0].tag == f"{SVG}title"
    assert tree[0].text == "Computation graph of E"
    assert tree[1].tag == f"{SVG}desc"
    assert tree[1].text == (
        "Data flows from left to right along 48 links between 43 cards: 4 inputs, 10 parameters, "
        "2 constants, 26 operations, 1 output. E = 0.298371."
    )


def test_cards_and_links_can_be_found(graphs):
    drawing = draw(graphs.worked_example())
    tree = parsed(drawing)
    cards, links = of_class(tree, "card"), of_class(tree, "link")
    assert [card.get("data-card") for card in cards] == [str(k) for k in range(43)]
    for card, shown in zip(cards, drawing.picture.cards, strict=True):
        assert card.get("class") == f"card {shown.role}"
        texts = {text.get("data-key"): text.text for text in of_class(card, "value")}
        assert texts == dict(shown.rows)
        assert of_class(card, "name")[0].text == shown.name
        assert card.find(f"{SVG}title").text == shown.title
    for index, (link, shown) in enumerate(zip(links, drawing.picture.links, strict=True)):
        assert link.get("data-link") == str(index)
        assert int(link.get("data-source")) == shown.source
        assert int(link.get("data-target")) == shown.target
        assert int(link.get("data-argument")) == shown.argument
        assert of_class(link, "line")
        assert of_class(link, "head")


def test_arrows_end_at_their_target_in_the_direction_of_the_data(graphs):
    for direction, (dx, dy) in {"LR": (1, 0), "RL": (-1, 0), "TB": (0, 1), "BT": (0, -1)}.items():
        drawing = draw(graphs.worked_example(), direction=direction)
        links = of_class(parsed(drawing), "link")
        for link, path in zip(links, drawing.placement.paths, strict=True):
            tip, left, right = re.findall(
                r"([-\d.]+),([-\d.]+)", of_class(link, "head")[0].get("d")
            )
            assert (float(tip[0]), float(tip[1])) == path[-1]
            middle = [(float(left[k]) + float(right[k])) / 2 for k in (0, 1)]
            assert path[-1][0] - middle[0] == pytest.approx(7 * dx, abs=0.15)
            assert path[-1][1] - middle[1] == pytest.approx(7 * dy, abs=0.15)


def test_a_square_has_two_lines():
    x = Value(3.0, "x")
    lines = of_class(parsed(draw(x * x)), "line")
    assert len({line.get("d") for line in lines}) == 2


def test_no_label_is_more_than_text(graphs):
    source = draw(graphs.nasty()).svg()
    tree = ElementTree.fromstring(source)
    allowed = {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "rect", "g", "text", "path")
    }
    assert {each.tag for each in tree.iter()} == allowed
    titles = [title.text.split("\n")[0].split(" = ")[0] for title in tree.iter(f"{SVG}title")]
    unindexed = {re.sub(r"[₀-₉]+$|\[\d+\]$", "", title) for title in titles}
    assert {visible(label) for label in graphs.NASTY_LABELS} <= unindexed
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u2066\ud800\ufffe\uffff]", source)
    attributes = {name for each in tree.iter() for name in each.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}


def test_text_stays_inside_its_card_in_any_usual_font(graphs):
    for graph, precision in product(("nasty", "worked_example", "small_network"), (1, 17)):
        drawing = draw(getattr(graphs, graph)(), precision=precision)
        drawn = of_class(parsed(drawing), "card")
        for card, shown in zip(drawn, drawing.picture.cards, strict=True):
            inner = drawing.picture.card_width(shown) - 2 * PADDING
            (name,), symbols = of_class(card, "name"), of_class(card, "symbol")
            room = inner - sum(width(symbol.text) * COLUMN for symbol in symbols)
            assert width(name.text) * COLUMN <= room + 0.5
            if not re.fullmatch(r"[\x20-\u024f\u0370-\u03ff…−–√≥≤⁻]*", name.text):
                assert float(name.get("textLength")) <= room + 0.5


def test_folded_links_say_how_many_they_stand_for(graphs):
    tree = parsed(draw(graphs.loss(graphs.network(2, 3, 1)), fold="layer"))
    bundles = of_class(tree, "bundle")
    assert [bundle.get("data-count") for bundle in bundles] == ["3", "3", "3"]
    assert bundles[0].find(f"{SVG}title").text == "3 links"
    tree = parsed(draw(graphs.loss(graphs.network(1, 2, 1)), fold="layer"))
    bundles = of_class(tree, "bundle")
    assert [link.get("data-count") for link in bundles] == ["2", "2"]
    assert [link.find(f"{SVG}title").text for link in bundles] == ["2 links"] * 2
    single = [link for link in of_class(tree, "link") if "bundle" not in link.get("class")]
    assert all(link.find(f"{SVG}title") is None for link in single)


@pytest.mark.parametrize(("uses", "dense"), [(8, False), (9, True)])
def test_more_than_four_links_for_each_card_are_a_crowd(uses, dense):
    drawing = draw(total([Value(1.0, "x")] * uses))
    assert ("dense" in parsed(drawing).get("class")) is dense
    assert of_class(parsed(drawing), "links")[0].get("stroke-width") == (".6" if dense else "1.2")


def test_crowded_drawings_have_thinner_lines(graphs):
    crowded = draw(graphs.loss(graphs.network(2, 16, 16, 1)), fold="neuron")
    assert "dense" in parsed(crowded).get("class")
    assert "dense" not in parsed(draw(graphs.worked_example())).get("class")


def test_the_legend_explains_the_roles_that_occur_and_can_be_left_out(graphs):
    drawing = draw(graphs.loss(graphs.network(2, 3, 1)), fold="layer")
    (legend,) = of_class(parsed(drawing), "legend")
    assert [text.text for text in of_class(legend, "name")] == [
        "input",
        "operation",
        "output",
        "module",
    ]
    bare = write_svg(drawing.picture, drawing.placement, legend=False)
    assert not of_class(ElementTree.fromstring(bare), "legend")
    assert f'height="{digits(drawing.placement.height)}"' in bare


def test_the_legend_fits_a_narrow_drawing():
    x = Value(1.0, "x")
    tree = parsed(draw(2 * x + 1, direction="TB"))
    (legend,) = of_class(tree, "legend")
    places = [re.findall(r"[\d.]+", item.get("transform")) for item in legend]
    assert all(float(x) + 104 <= float(tree.get("width")) for x, _ in places)
    assert all(float(y) + 12 <= float(tree.get("height")) for _, y in places)
    assert float(tree.get("width")) == 3 * 112 + 2 * 8
    placement = draw(2 * x + 1, direction="TB").placement
    assert float(tree.get("height")) == placement.height + 2 * 20
    assert [(float(x), float(y) - placement.height) for x, y in places] == [
        *((16, 0), (128, 0), (240, 0), (16, 20))
    ]


def test_the_legend_has_as_many_columns_as_there_is_room_for():
    y = 2 * Parameter(0.5, "w") + Value(3.0, "x")
    tree = parsed(draw(y))
    assert tree.get("width") == "437"  # of which three times 112 are free, and not four
    (legend,) = of_class(tree, "legend")
    assert [item.get("transform") for item in legend] == [
        f"translate({x} {y})" for y in (138, 158) for x in (16, 128, 240)
    ][:5]


def test_a_column_of_the_legend_needs_112_pixels():
    y = 2 * Parameter(0.5, "w") + Value(3.0, "x")  # of five roles
    y.label = "y"
    picture = draw(y).picture
    for page_width, in_first_row in ((4 * 112.0 + 16, 4), (4 * 112.0 + 15.9, 3)):
        tops = [top for _, _, top in legend_items(picture, 7.0, page_width)]
        assert tops == [7.0] * in_first_row + [27.0] * (5 - in_first_row)


@pytest.mark.parametrize("least", [0.0, 500.0])
def test_an_addition_has_its_room_and_stands_below_cards_and_above_all(least):
    drawing = draw(Value(3.0, "x") * 2)
    added = Addition('<g class="under"/>', '<g class="over"/>', ".mark{}", room=30.0, width=least)
    text = write_svg(drawing.picture, drawing.placement, addition=added)
    tree = ElementTree.fromstring(text)
    width, height = page_size(drawing.picture, drawing.placement)
    assert 0 < width < 500
    size = [digits(max(width, least)), digits(height + 30)]
    assert [tree.get("width"), tree.get("height"), tree.get("viewBox")] == [
        *size,
        f"0 0 {' '.join(size)}",
    ]
    assert [g.get("class") for g in tree.iterfind(f"{SVG}g")] == [
        *("links", "under", "cards", "legend", "over"),
    ]
    assert tree.find(f"{SVG}style").text.endswith(".mark{}")


def test_every_role_has_an_outline_of_its_own(graphs):
    drawing = draw(graphs.worked_example())
    folded = draw(graphs.loss(graphs.network(2, 3, 1)), fold="layer")
    shapes = {}
    for card in [*of_class(parsed(drawing), "card"), *of_class(parsed(folded), "card")]:
        looks = ("class", "x", "rx", "stroke-dasharray")
        boxes = [tuple(map(r.get, looks)) for r in card.iter(f"{SVG}rect")]
        shapes[card.get("class").split()[1]] = tuple(boxes)
    assert set(shapes) == set(ROLES)
    assert len(set(shapes.values())) == len(ROLES)


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK), ("auto", LIGHT)])
def test_a_program_that_knows_no_css_draws_it_as_well(graphs, theme, colours):
    drawing = draw(graphs.loss(graphs.network(2, 3, 1)), theme=theme, fold="layer")
    tree = parsed(drawing)
    assert "monospace" in tree.get("font-family")
    assert (tree.get("font-size"), tree.get("fill")) == ("11", colours.text)
    assert of_class(tree, "paper")[0].get("fill") == colours.paper
    (links,) = of_class(tree, "links")
    assert (links.get("fill"), links.get("stroke")) == ("none", colours.line)
    for head in of_class(tree, "head"):
        assert (head.get("fill"), head.get("stroke")) == (colours.line, "none")
    assert {g.get("stroke-width") for g in of_class(tree, "bundle")} == {"2.4"}
    for card in of_class(tree, "card"):
        role = card.get("class").split()[1]
        for box in of_class(card, "box"):
            assert (box.get("fill"), box.get("stroke")) == colours.roles[role]
        assert {text.get("fill") for text in of_class(card, "key")} <= {colours.muted}
        assert all(text.get("text-anchor") == "end" for text in of_class(card, "value"))
        assert all(text.get("font-weight") == "bold" for text in of_class(card, "name"))


def test_the_dark_colours_take_the_place_of_every_light_one(graphs):
    # A colour that CSS forgot would stay light in a dark page.
    source = draw(graphs.worked_example(), theme="auto").svg()
    light, dark = re.fullmatch(
        r"(.*)@media \(prefers-color-scheme:dark\)(.*)", source, re.S
    ).groups()
    for colour in set(re.findall(r'(?:fill|stroke)="(#\w+)"', light + dark)):
        assert colour not in dark.split("</style>")[0]
    assert not re.search("(fill|stroke):", light)
    classes = set(re.findall(r'class="(\w+)"[^>]*(?:fill|stroke)="#', source))
    assert classes == {"paper", "links", "head", "box", "mark", "key"}


def test_radii_are_at_most_half_of_a_side(graphs):
    for rectangle in parsed(draw(graphs.worked_example())).iter(f"{SVG}rect"):
        if rectangle.get("rx"):
            assert float(rectangle.get("rx")) <= float(rectangle.get("height")) / 2


def test_coordinates_are_short():
    assert digits(12.0) == "12"
    assert digits(12.34) == "12.3"
    assert digits(123456.7) == "123456.7"
    assert (
        path_data([(0, 0), (0, 0), (5, 0), (5, 0), (6, 0), (6, 2), (7, 2)])
        == "M0,0L5,0C6,0 6,2 7,2"
    )
    assert path_data([(0, 0), (0, 0), (4, 1), (5, 2.5)]) == "M0,0C0,0 4,1 5,2.5"
    assert arrow_head((10, 5), (1, 0)) == "M10,5L3,8.5L3,1.5z"
