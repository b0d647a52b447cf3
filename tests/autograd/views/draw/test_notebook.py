"""The HTML of a picture; what hosts make of it is tried in tests/browser."""

from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser

from autograd import Value, draw
from autograd.views.draw.notebook import MOST_ROWS, boxed, image, listed


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_an_image_holds_its_source():
    ((tag, attributes),) = Elements(image("<svg>é</svg>", 'say "x" < y', "width:1px")).found
    assert tag == "img"
    assert attributes["alt"] == 'say "x" < y'
    assert attributes["style"] == "width:1px"
    kind, source = attributes["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    assert b64decode(source).decode() == "<svg>é</svg>"
    assert "onload" not in attributes


def test_the_box_is_shown_and_the_text_hidden_where_styles_count():
    (box, pre, code) = Elements(boxed("", "color:red", "a < b")).found
    assert box[1]["style"] == "display:block !important;color:red"
    assert pre == ("pre", {"hidden": None, "style": "display:none"})
    assert code[0] == "code"
    assert "a &lt; b" in boxed("", "", "a < b")


def test_numbers_are_listed_below_each_other_and_not_without_end():
    rows = [(f"w{k}", 0.5 * k, "–") for k in range(MOST_ROWS + 3)]
    lines = listed("title", rows).split("\n")
    assert lines[:2] == ["title", ""]
    assert lines[2].split() == ["data", "grad"]
    assert lines[4].split() == ["w1", "0.5", "–"]
    assert len(lines) == 3 + MOST_ROWS + 1
    assert lines[-1] == "… and 3 more"


def test_a_list_that_is_not_cut_says_nothing_of_more():
    rows = [(f"w{k}", 1 / 3, -2 / 3) for k in range(100)]
    lines = listed("title", rows, precision=3, lang="zh").split("\n")
    assert lines[2].split() == ["值", "梯度"]
    assert lines[3].split() == ["w0", "0.333", "−0.667"]
    assert len(lines) == 3 + 100
    assert listed("title", [*rows, rows[0]], lang="zh").split("\n")[-1] == "… 还有 1 项"


def test_numbers_of_a_list_are_set_to_the_right():
    assert listed("t", [("w", 10.0, -2.5), ("longer", 1.0, 0.5)]).split("\n") == [
        "t",
        "",
        "        data  grad",
        "w         10  −2.5",
        "longer     1   0.5",
    ]


def test_an_image_may_become_the_drawing_itself_where_scripts_run():
    ((_, attributes),) = Elements(image("<svg/>", "", "", inline=True)).found
    assert attributes["onload"].startswith("this.outerHTML=new TextDecoder().decode(")


def test_a_drawing_offers_each_representation(graphs):
    drawing = draw(graphs.worked_example())
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml", "text/html"}
    assert bundle["image/svg+xml"] == drawing.svg()
    assert bundle["text/plain"] == repr(drawing)
    (attributes,) = [attrs for tag, attrs in Elements(bundle["text/html"]).found if tag == "img"]
    assert b64decode(attributes["src"].split(",")[1]).decode() == drawing.svg()
    assert attributes["alt"].startswith("Computation graph of E. Data flows from left to right")
    assert re.search(r"\nw5 +0\.4 +0\.082167\n", bundle["text/html"])


def test_labels_do_not_leave_the_html(graphs):
    root = Value(1.0, '"><script>alert(1)</script>') * graphs.nasty()
    tags = {tag for tag, _ in Elements(draw(root)._repr_html_()).found}
    assert tags == {"div", "img", "pre", "code"}
