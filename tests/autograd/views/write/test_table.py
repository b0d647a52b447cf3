from __future__ import annotations

import pytest

from autograd.views.write.table import Table

TABLE = Table(("name", "x"), (("权重", "1"), ("a|b <i> *c*", "-20")), numeric=(1,))


def test_text_aligns_wide_characters_too():
    assert TABLE.text().split("\n") == [
        "name           x",
        "权重           1",
        "a|b <i> *c*  -20",
    ]


def test_html_is_escaped():
    html = TABLE.html("a < b")
    assert "<caption>a &lt; b</caption>" in html
    assert '<td style="text-align:left">a|b &lt;i&gt; *c*</td>' in html
    assert '<td style="text-align:right">-20</td>' in html


def test_markdown_shows_signs_as_they_are():
    assert TABLE.markdown().split("\n") == [
        "| name | x |",
        "|---|---:|",
        "| 权重 | 1 |",
        r"| a\|b &lt;i&gt; \*c\* | -20 |",
    ]


def test_a_table_without_rows():
    assert Table(("a", "b"), ()).text() == "a  b"


def test_without_a_caption_there_is_none():
    assert Table(("a",), (("1",),)).html() == (
        '<table><thead><tr><th scope="col">a</th></tr></thead>'
        '<tbody><tr><td style="text-align:left">1</td></tr></tbody></table>'
    )


def test_every_row_has_a_cell_below_each_heading():
    with pytest.raises(ValueError, match="zip"):
        Table(("a", "b"), (("1", "2"), ("3",))).text()


def test_floats_are_shown_with_six_digits():
    table = Table(("x",), ((1 / 3,), (1e-9,), ("",)), numeric=(0,))
    assert table.text().split("\n") == ["       x", "0.333333", "   1e-09", ""]
    assert ">0.333333</td>" in table.html()
    assert "| 1e-09 |" in table.markdown()
