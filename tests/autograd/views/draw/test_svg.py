import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograd import Value
from autograd.views.draw.cards import ROLES
from autograd.views.draw.picture import COLUMN, PADDING
from autograd.views.draw.svg import arrow_head, digits, path_data, write_svg
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
    assert {visible(label) for label in graphs.NASTY_LABELS} <= set(titles)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u2066\ud800\ufffe\uffff]", source)
    attributes = {name for each in tree.iter() for name in each.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}


def test_text_stays_inside_its_card_in_any_usual_font(graphs):
    for graph, precision in product(("nasty", "worked_example", "small_network"), (1, 17)):
        drawing = draw(getattr(graphs, graph)(), precision=precision)
        inner = drawing.picture.card_width() - 2 * PADDING
        for card in of_class(parsed(drawing), "card"):
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


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_themes(theme):
    source = draw(Value(1.0, "x"), theme=theme).svg()
    assert ("prefers-color-scheme:dark" in source) == (theme == "auto")
    assert (LIGHT.text in source) == (theme != "dark")
    assert (DARK.text in source) == (theme != "light")
    selectors = re.findall(
        r"[^{},]+(?=[,{][^{}]*)", re.search("<style>(.*?)</style>", source, re.S)[1]
    )
    scoped = [s.strip() for s in selectors if s.strip()[:1] in ".t" and ":" not in s]
    assert scoped
    assert all(selector.startswith(f".stepgrad-{theme}") for selector in scoped)


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, two):
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_contrast_is_enough(theme):
    assert set(theme.roles) == set(ROLES)
    for fill, outline in theme.roles.values():
        assert contrast(theme.text, fill) >= 4.5
        assert contrast(theme.muted, fill) >= 4.5
        assert contrast(outline, fill) >= 3
        assert contrast(outline, theme.paper) >= 3
    assert contrast(theme.text, theme.paper) >= 4.5
    assert contrast(theme.line, theme.paper) >= 3


# Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009): simulation at full severity, linear RGB.
DEFICIENCIES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab(colour, matrix):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    r, g, b = (
        min(1, max(0, sum(m * c for m, c in zip(row, linear, strict=True)))) for row in matrix
    )
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_roles_stay_apart_for_colour_blind_readers(theme, deficiency):
    matrix = DEFICIENCIES[deficiency]
    outlines = {role: lab(theme.roles[role][1], matrix) for role in ROLES if role != "constant"}
    for one, two in product(outlines, outlines):
        if one < two:
            difference = sum(
                (p - q) ** 2 for p, q in zip(outlines[one], outlines[two], strict=True)
            )
            assert difference**0.5 > 10, (one, two)


def test_every_role_has_an_outline_of_its_own(graphs):
    drawing = draw(graphs.worked_example())
    folded = draw(graphs.loss(graphs.network(2, 3, 1)), fold="layer")
    shapes = {}
    for card in [*of_class(parsed(drawing), "card"), *of_class(parsed(folded), "card")]:
        boxes = [(r.get("class"), r.get("x"), r.get("rx")) for r in card.iter(f"{SVG}rect")]
        shapes[card.get("class").split()[1]] = tuple(boxes)
    assert ".constant .box{stroke-dasharray" in drawing.svg()
    shapes["constant"] += ("dashed",)
    assert set(shapes) == set(ROLES)
    assert len(set(shapes.values())) == len(ROLES)


def test_coordinates_are_short():
    assert digits(12.0) == "12"
    assert digits(12.34) == "12.3"
    assert digits(123456.7) == "123456.7"
    assert (
        path_data([(0, 0), (0, 0), (5, 0), (5, 0), (6, 0), (6, 2), (7, 2)])
        == "M0,0L5,0C6,0 6,2 7,2"
    )
    assert arrow_head((10, 5), (1, 0)) == "M10,5L3,8.5L3,1.5z"
