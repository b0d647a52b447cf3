"""What the page holds of scripts, style and drawing is small and means the same."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode

import pytest

from autograd import Value, draw, gelu, sigmoid
from autograd.graph import operation_of
from autograd.operation import look_up
from autograd.views.player.assets import (
    SCRIPTS,
    asset,
    bare,
    compact_script,
    packed,
    script,
    style,
)
from autograd.views.player.javascript import composed_kernels
from tests.campaigns.script_planting import tokens


@pytest.mark.parametrize("name", ["kernels.js", *SCRIPTS])
def test_the_scripts_are_written_so_that_they_can_be_made_small(name):
    for line in asset(name).splitlines():
        code = re.sub(r"(^|\s)//(\s.*)?$", "", line)
        assert "//" not in re.sub(r"https?://", "", code)
        assert "/*" not in code
        code = re.sub(r'"(?:[^"\\]|\\.)*"', "", code)
        assert code.count("`") % 2 == 0, "a template has one line"
        for template in code.split("`")[1::2]:
            assert template.count("${") <= template.count("}"), "no template inside a template"


def test_texts_keep_their_room():
    assert compact_script('a = "x = (1)" + `y , ${ z }`;') == 'a="x = (1)" + `y , ${ z }`;'
    assert compact_script("a - -b + +c; // why\n  return 1") == "a - -b + +c;return 1"
    assert compact_script(r'const q = "a \" = b";') == r'const q="a \" = b";'


@pytest.mark.parametrize("name", ["kernels.js", "boundary.js", "unpack.js", *SCRIPTS])
def test_regular_expressions_keep_their_room(name):
    """Of ``/ (if|else) /`` the room was taken out once, and ``diff`` written as ``d if f``."""
    for token in tokens(asset(name)):
        if token.kind == "string" and token.text.startswith("/"):
            assert compact_script(token.text) == token.text


def test_only_a_batch_has_the_script_of_its_boundary():
    operations = [(operation_of(Value(1.0).sin()), 1)]
    plain, several = script(operations), script(operations, batch=True)
    assert "wantedAbove" not in plain
    assert "wantedAbove" in several
    before, after = (compact_script(asset(name)) for name in ("quiz.js", "host.js"))
    assert before + "\n" + after in plain.replace(after, "\n" + after)
    assert several.index(before) < several.index("wantedAbove") < several.index(after)


def test_what_is_packed_is_unpacked_as_it_was():
    text = 'const said = "权重";\n' * 100
    (content,) = re.findall(r'atob\("([^"]*)"\)', packed(text))
    assert zlib.decompress(b64decode(content), -zlib.MAX_WBITS).decode() == text
    assert len(packed(text)) < len(packed("")) + 100
    assert packed(text).split(content) == compact_script(asset("unpack.js")).split("$packed")


@pytest.mark.parametrize("name", ["tanh", "mish", "tand"])  # tand by sind, and that by radians
def test_the_kernels_that_a_rule_needs_need_no_others(name):
    text = script([(look_up(name), 1)])
    called = set(re.findall(r"kernels\.(\w+)\(", text))
    there = set(re.findall(r"kernels\.(\w+)=\(", text))
    assert {each for each in called if composed_kernels([each])} <= there


def test_only_the_kernels_that_occur_come_along():
    x = Value(1.0)
    plain, one, both = (script([(operation_of(y), 1)]) for y in (x.sin(), sigmoid(x), gelu(x)))
    assert "kernels.sigmoid=" not in plain
    assert "kernels.sigmoid=" in one
    assert "kernels.normal_cdf=" in both  # which gelu's kernel calls
    assert "kernels.normal_cdf=" not in one


def test_the_style_sheet_has_both_themes_and_no_comment():
    text = style()
    assert "--paper:#ffffff" in text
    assert re.search(r"@media \(prefers-color-scheme: ?dark\){:root{--paper:#0d1117", text)
    assert "/*" not in text
    assert "\n" not in text


def test_a_bare_drawing_keeps_its_texts():
    label = ' fill="#123456" \ndata 7 text-anchor="end"'
    svg = draw(Value(2.0, label) * 3.0).svg()
    texts = [re.findall(r"<text[^>]*>([^<]*)</text>", each) for each in (svg, bare(svg))]
    assert texts[0] == texts[1]
    assert len(bare(svg)) < 0.8 * len(svg)
    assert "&quot;#123456&quot;" in bare(svg)


def test_a_bare_drawing_is_without_what_the_page_says_itself():
    svg = draw(Value(2.0, "x") * 3.0).svg()
    assert re.findall(r"<title>(v1[^<]*)</title>", svg) == [
        "v1 = x·3\noutput: multiply\ndata 6.0\ngrad –"
    ]
    assert re.findall(r"<title>([^<]*)</title>", bare(svg)) == [
        *("Computation graph of v1 = x·3", "x", "3", "v1 = x·3")
    ]
    assert "<style>" not in bare(svg)
    for attribute in ("link", "source", "target", "argument"):
        assert svg.count(f" data-{attribute}=") == 2
        assert f" data-{attribute}=" not in bare(svg)
    assert bare(svg).count(" data-card=") == 3
    assert bare(svg).count(" data-key=") == 5
    looks = r' fill="| stroke="| font-weight="| text-anchor="'
    assert len(re.findall(looks, svg)) > 20
    assert not re.findall(looks, bare(svg))
